/* url_test.c - RFC 3986: what is taken apart, what is refused and where. */
#include "codec/url.h"

#include "tests/guard.h"
#include "tests/tap.h"

/* The parts as "[scheme][userinfo][host][port][path][query][fragment] number
 * tls", "-" for an absent part. */
static void show(struct buf *out, const struct url *u)
{
    const struct slice parts[] = {u->scheme, u->userinfo, u->host, u->port,
        u->path, u->query, u->fragment};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_addc(out, '[');
        if (parts[i].ptr)
            buf_add(out, parts[i]);
        else
            buf_addc(out, '-');
        buf_addc(out, ']');
    }
    buf_addf(out, " %u %s", u->number, u->tls ? "tls" : "plain");
}

static const struct {
    const char *url, *parts;
    const char *target, *authority;
} good[] = {
    {"http://example.com",
     "[http][-][example.com][-][][-][-] 80 plain", "/", "example.com"},
    {"https://example.com/",
     "[https][-][example.com][-][/][-][-] 443 tls", "/", "example.com"},
    {"wss://a.ngrok-free.app/media-stream/c1?x=1#y",
     "[wss][-][a.ngrok-free.app][-][/media-stream/c1][x=1][y] 443 tls",
     "/media-stream/c1?x=1", "a.ngrok-free.app"},
    {"ws://127.0.0.1:8080/ws",
     "[ws][-][127.0.0.1][8080][/ws][-][-] 8080 plain", "/ws",
     "127.0.0.1:8080"},
    /* RFC 3986 1.1.2 and 3. */
    {"foo://example.com:8042/over/there?name=ferret#nose",
     "[foo][-][example.com][8042][/over/there][name=ferret][nose] 8042 plain",
     "/over/there?name=ferret", "example.com:8042"},
    {"ldap://[2001:db8::7]/c=GB?objectClass?one",
     "[ldap][-][2001:db8::7][-][/c=GB][objectClass?one][-] 0 plain",
     "/c=GB?objectClass?one", "[2001:db8::7]"},
    {"telnet://192.0.2.16:80/",
     "[telnet][-][192.0.2.16][80][/][-][-] 80 plain", "/",
     "192.0.2.16:80"},
    {"http://user:pa%3ass@h.example:80/p",
     "[http][user:pa%3ass][h.example][80][/p][-][-] 80 plain", "/p",
     "h.example"},
    {"HTTPS://Example.COM:443/",
     "[HTTPS][-][Example.COM][443][/][-][-] 443 tls", "/", "Example.COM"},
    {"https://h:80", "[https][-][h][80][][-][-] 80 tls", "/", "h:80"},
    {"http://h:443/", "[http][-][h][443][/][-][-] 443 plain", "/", "h:443"},
    {"http://@h/", "[http][][h][-][/][-][-] 80 plain", "/", "h"},
    {"http://h?q", "[http][-][h][-][][q][-] 80 plain", "/?q", "h"},
    {"http://h?", "[http][-][h][-][][][-] 80 plain", "/?", "h"},
    {"http://h#", "[http][-][h][-][][-][] 80 plain", "/", "h"},
    {"http://h#f?g/h", "[http][-][h][-][][-][f?g/h] 80 plain", "/", "h"},
    {"http://h/?a?b/c:@!$&'()*+,;=-._~%20",
     "[http][-][h][-][/][a?b/c:@!$&'()*+,;=-._~%20][-] 80 plain",
     "/?a?b/c:@!$&'()*+,;=-._~%20", "h"},
    {"http://h//a//b/../c:d@e",
     "[http][-][h][-][//a//b/../c:d@e][-][-] 80 plain", "//a//b/../c:d@e",
     "h"},
    {"http://h:/x", "[http][-][h][-][/x][-][-] 80 plain", "/x", "h"},
    {"http://h:1", "[http][-][h][1][][-][-] 1 plain", "/", "h:1"},
    {"http://h:65535", "[http][-][h][65535][][-][-] 65535 plain", "/",
     "h:65535"},
    {"http://h:00080/", "[http][-][h][00080][/][-][-] 80 plain", "/", "h"},
    {"http://[::1]:8080/x", "[http][-][::1][8080][/x][-][-] 8080 plain",
     "/x", "[::1]:8080"},
    {"http://u@[::]", "[http][u][::][-][][-][-] 80 plain", "/", "[::]"},
    {"http://a_b~c%41!$&'()*+,;=/",
     "[http][-][a_b~c%41!$&'()*+,;=][-][/][-][-] 80 plain", "/",
     "a_b~c%41!$&'()*+,;="},
    {"a+b-c.1://h", "[a+b-c.1][-][h][-][][-][-] 0 plain", "/", "h"},
};

static const struct {
    const char *url;
    size_t at;
    const char *why;
} bad[] = {
    {"", 0, "empty URL"},
    {"/path", 0, "a scheme begins with a letter"},
    {"1http://h", 0, "a scheme begins with a letter"},
    {"://h", 0, "a scheme begins with a letter"},
    {" http://h", 0, "a scheme begins with a letter"},
    {"http", 4, "no : behind the scheme"},
    {"ht tp://h", 2, "no : behind the scheme"},
    {"ht%74p://h", 2, "no : behind the scheme"},
    {"example.com/x", 11, "no : behind the scheme"},
    {"localhost:8080", 10, "no // behind the scheme"},
    {"http:", 5, "no // behind the scheme"},
    {"http:/h", 6, "no // behind the scheme"},
    {"mailto:a@b", 7, "no // behind the scheme"},
    {"http://", 7, "no host"},
    {"http:///x", 7, "no host"},
    {"http://:80/", 7, "no host"},
    {"http://u@/", 9, "no host"},
    {"http://?q", 7, "no host"},
    {"http://h:0", 9, "the port is not 1..65535"},
    {"http://h:65536/", 9, "the port is not 1..65535"},
    {"http://h:99999999999999999999999/", 9, "the port is not 1..65535"},
    {"http://h:80x/", 11, "byte not allowed in a host or port"},
    {"http://h:+80/", 9, "byte not allowed in a host or port"},
    {"http://h:80:80/", 11, "byte not allowed in a host or port"},
    {"http://a@b@c/", 10, "byte not allowed in a host or port"},
    {"http://a b/", 8, "byte not allowed in a host or port"},
    {"http://a\\b/", 8, "byte not allowed in a host or port"},
    {"http://h\xc3\xa9/", 8, "byte not allowed in a host or port"},
    {"http://::1/", 7, "no host"},
    {"http://fe80:1::2/", 13, "byte not allowed in a host or port"},
    {"http://h%4/", 10, "% without two hex digits"},
    {"http://h/%", 10, "% without two hex digits"},
    {"http://h/%4", 11, "% without two hex digits"},
    {"http://h/%g0", 10, "% without two hex digits"},
    {"http://h/a?%0x", 13, "% without two hex digits"},
    {"http://h/a b", 10, "byte not allowed in a URL"},
    {"http://h/a\tb", 10, "byte not allowed in a URL"},
    {"http://h/a\r\nX: y", 10, "byte not allowed in a URL"},
    {"http://h/a\x7f", 10, "byte not allowed in a URL"},
    {"http://h/\x80", 9, "byte not allowed in a URL"},
    {"http://h/<x>", 9, "byte not allowed in a URL"},
    {"http://h/?a[]=1", 11, "byte not allowed in a URL"},
    {"http://h/?\"", 10, "byte not allowed in a URL"},
    {"http://h/#a#b", 11, "byte not allowed in a URL"},
    {"http://h/ ", 9, "byte not allowed in a URL"},
    {"http://h\n", 8, "byte not allowed in a host or port"},
    {"http://[::1", 11, "no ] behind the address"},
    {"http://[::1]x/", 12, "byte not allowed in a host or port"},
    {"http://[]/", 8, "not an IPv6 address"},
    {"http://[v1.a]/", 8, "not an IPv6 address"},
    {"http://[fe80::1%25en0]/", 15, "not an IPv6 address"},
    {"http://[127.0.0.1]/", 17, "not an IPv6 address"},
};

static const struct {
    const char *ip;
    bool good;
} literals[] = {
    {"::", true}, {"::1", true}, {"1::", true}, {"1::8", true},
    {"1:2:3:4:5:6:7:8", true}, {"1:2:3:4:5:6:7::", true},
    {"::2:3:4:5:6:7:8", true}, {"1:2:3::5:6:7:8", true},
    {"FEDC:ba98:7654:3210:FEDC:BA98:7654:3210", true},
    {"::ffff:129.144.52.38", true}, {"::13.1.68.3", true},
    {"1:2:3:4:5:6:1.2.3.4", true}, {"1::6:1.2.3.4", true},
    {"64:ff9b::192.0.2.33", true}, {"::255.255.255.255", true},
    {":", false}, {":::", false}, {":1", false}, {"1:", false},
    {"1", false}, {"1:2:3:4:5:6:7", false}, {"1:2:3:4:5:6:7:", false},
    {"1:2:3:4:5:6:7:8:9", false}, {"1:2:3:4:5:6:7:8::", false},
    {"::1:2:3:4:5:6:7:8", false}, {"1::2::3", false}, {"::1::", false},
    {"12345::", false}, {"g::", false}, {"1:::2", false},
    {"::1.2.3", false}, {"::1.2.3.256", false}, {"::1.2.3.04", false},
    {"::1.2.3.4.5", false}, {"::1.2.3.4:5", false}, {"1.2.3.4::", false},
    {"1:2:3:4:5:6:7:1.2.3.4", false}, {"1:2:3:4:5:1.2.3.4", false},
    {"::.1.2.3", false}, {"::1.2..3", false}, {"::1.2.3.", false},
    {"1:2:3:4:5:6:7::1.2.3.4", false},
};

static void takes(size_t i)
{
    struct slice in = guard_in(slice_str(good[i].url));
    struct url u;
    size_t at = 999;
    const char *why = "";
    struct buf b;

    buf_init(&b, 1024);
    if (tap_ok(url_parse(in, &u, &at, &why) == 0, "takes %s", good[i].url)) {
        show(&b, &u);
        tap_is_str(buf_slice(&b), good[i].parts, "its parts");
        buf_clear(&b);
        url_target(&b, &u);
        tap_is_str(buf_slice(&b), good[i].target, "its target");
        buf_clear(&b);
        url_authority(&b, &u);
        tap_is_str(buf_slice(&b), good[i].authority, "its authority");
    } else {
        printf("#   at %zu: %s\n", at, why);
    }
    buf_free(&b);
}

static void refuses(size_t i)
{
    struct slice in = guard_in(slice_str(bad[i].url));
    struct url u;
    size_t at = 999;
    const char *why = "";

    tap_ok(url_parse(in, &u, &at, &why) == -1, "refuses %s", bad[i].url[0]
        && !strpbrk(bad[i].url, "\r\n#") ? bad[i].url : "(shown by offset)");
    tap_is_int((int64_t)at, (int64_t)bad[i].at, "at that byte");
    tap_is_str(slice_str(why), bad[i].why, "for that reason");
}

static void addresses(void)
{
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        char text[80];
        struct url u;
        size_t at;
        const char *why;

        snprintf(text, sizeof text, "http://[%s]:81/", literals[i].ip);
        tap_ok((url_parse(guard_in(slice_str(text)), &u, &at, &why) == 0)
            == literals[i].good, "[%s] is%s an address", literals[i].ip,
            literals[i].good ? "" : " not");
    }
}

/* Every prefix ends in a verdict, and no offset lies past the end. */
static void prefixes(void)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct slice all = slice_str(good[i].url);

        for (size_t n = 0; n < all.len; n++) {
            struct url u;
            size_t at = 999;
            const char *why = NULL;

            if (url_parse(guard_in(slice_head(all, n)), &u, &at, &why))
                wrong += at > n || !why;
            else
                wrong += u.host.len == 0;
        }
    }
    tap_is_int(wrong, 0, "every prefix");
}

/* Which bytes may stand in each component: RFC 3986 Appendix A. */
static void every_byte(void)
{
    static const struct {
        const char *before, *after, *extra;
    } place[] = {
        {"http://a", "@h/", ":"},
        {"http://a", "/", ""},
        {"http://h/a", "", ":@/"},
        {"http://h/?a", "", ":@/?"},
        {"http://h/#a", "", ":@/?"},
    };
    static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
        "qrstuvwxyz0123456789-._~!$&'()*+,;=";
    int wrong = 0;

    for (size_t k = 0; k < sizeof place / sizeof *place; k++)
        for (int c = 0; c < 256; c++) {
            char text[32];
            size_t n = strlen(place[k].before), at;
            const char *why;
            struct url u;
            bool want = c && (strchr(name, c) || strchr(place[k].extra, c));

            /* These end the component, and the URL goes on: no fault. */
            if (c && strchr(":@/?#[", c) && !strchr(place[k].extra, c))
                continue;
            memcpy(text, place[k].before, n);
            text[n++] = (char)c;
            memcpy(text + n, place[k].after, strlen(place[k].after));
            n += strlen(place[k].after);
            if ((url_parse(slice_of(text, n), &u, &at, &why) == 0) != want) {
                printf("# byte %02x behind %s\n", (unsigned)c,
                    place[k].before);
                wrong++;
            }
        }
    tap_is_int(wrong, 0, "every byte in every component");
}

int main(void)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        takes(i);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(i);
    addresses();
    prefixes();
    every_byte();
    return tap_done();
}
