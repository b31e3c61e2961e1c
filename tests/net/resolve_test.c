/* resolve_test.c - the resolver against name servers that misbehave.
 *
 * The servers are plain sockets of this file and write their messages by hand.
 */
#include "net/resolve.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/rig.h"

enum mode {
    ANSWERS, SILENT, SERVFAIL, REFUSED, NXDOMAIN, NODATA, WRONG_ID,
    WRONG_NAME, GARBAGE, TRUNCATED, TRUNCATED_SPLIT, TRUNCATED_CLOSE,
    NO_AAAA, LATE_AAAA, SILENT_A, MANY
};

struct fake {
    struct watch watch;
    enum mode mode;
    uint16_t port;
    uint32_t ttl;
    int asked;                  /* datagrams */
    int asked_tcp;
    struct listener *tcp;
    struct timer late;          /* LATE_AAAA */
    uint8_t reply[600];
    size_t reply_len;
    struct sockaddr_in reply_to;
};

static struct fake server[2];
static uint16_t ids[400], ports[400];   /* of all questions */
static size_t seen;

/* ---- answers by hand ---- */

/* Writes an answer to the question q into out: RFC 1035 4.1. */
static size_t make(struct fake *f, const uint8_t *q, size_t len, uint8_t *out,
    bool tcp)
{
    size_t name = 12, n;
    bool aaaa;
    int count = f->mode == MANY ? 14 : 1;
    enum mode mode = f->mode;

    while (q[name])
        name += q[name] + 1u;
    aaaa = q[name + 2] == 28;
    n = name + 5;
    if (len < n)
        return 0;
    memcpy(out, q, n);
    out[2] = 0x81;
    out[3] = 0x80;
    memset(out + 6, 0, 6);
    if (mode == SERVFAIL || (mode == NO_AAAA && aaaa))
        out[3] |= 2;
    else if (mode == NXDOMAIN)
        out[3] |= 3;
    else if (mode == REFUSED)
        out[3] |= 5;
    else if (mode == WRONG_ID)
        out[0] ^= 0x55;
    else if (mode == WRONG_NAME)
        out[13] ^= 1;
    if (!tcp && (mode == TRUNCATED || mode == TRUNCATED_SPLIT
        || mode == TRUNCATED_CLOSE)) {
        out[2] |= 2;
        return n;
    }
    if ((out[3] & 15) || mode == NODATA)
        return n;
    out[7] = (uint8_t)count;
    for (int i = 1; i <= count; i++) {
        const uint8_t rr[10] = {0xc0, 12, 0, aaaa ? 28 : 1, 0, 1,
            (uint8_t)(f->ttl >> 24), (uint8_t)(f->ttl >> 16),
            (uint8_t)(f->ttl >> 8), (uint8_t)f->ttl};

        memcpy(out + n, rr, sizeof rr);
        n += sizeof rr;
        out[n++] = 0;
        out[n++] = aaaa ? 16 : 4;
        memset(out + n, 0, 16);
        memcpy(out + n, aaaa ? "\x20\x01\x0d\xb8" : "\xc0\x00\x02", 4);
        n += aaaa ? 16 : 4;
        out[n - 1] = (uint8_t)i;
    }
    return n;
}

static void send_late(void *arg)
{
    struct fake *f = arg;

    (void)!sendto(f->watch.fd, f->reply, f->reply_len, 0,
        (const struct sockaddr *)&f->reply_to, sizeof f->reply_to);
}

static void on_datagram(void *arg, int events)
{
    struct fake *f = arg;
    uint8_t q[600], a[600];
    struct sockaddr_in from;
    socklen_t from_len = sizeof from;
    ssize_t n = recvfrom(f->watch.fd, q, sizeof q, 0,
        (struct sockaddr *)&from, &from_len);
    size_t name = 12, len;

    (void)events;
    if (n < 17)
        return;
    f->asked++;
    ids[seen % 400] = (uint16_t)(q[0] << 8 | q[1]);
    ports[seen++ % 400] = from.sin_port;
    while (q[name])
        name += q[name] + 1u;
    if (f->mode == SILENT || (f->mode == SILENT_A && q[name + 2] == 1))
        return;
    len = make(f, q, (size_t)n, a, false);
    if (f->mode == LATE_AAAA && q[name + 2] == 28) {
        memcpy(f->reply, a, len);
        f->reply_len = len;
        f->reply_to = from;
        loop_in(rig_loop, &f->late, 5000);
        return;
    }
    if (f->mode == GARBAGE)
        memset(a + 2, 0xff, len - 2);
    (void)!sendto(f->watch.fd, a, len, 0, (const struct sockaddr *)&from,
        from_len);
    if (f->mode == WRONG_ID || f->mode == WRONG_NAME || f->mode == GARBAGE) {
        enum mode mode = f->mode;       /* the forger was first */

        f->mode = ANSWERS;
        len = make(f, q, (size_t)n, a, false);
        f->mode = mode;
        (void)!sendto(f->watch.fd, a, len, 0, (const struct sockaddr *)&from,
            from_len);
    }
}

static size_t on_stream(struct conn *c, void *arg, struct mslice in)
{
    struct fake *f = arg;
    uint8_t a[700];
    size_t n;

    if (in.len < 2 || in.len < 2u + (size_t)(in.ptr[0] << 8 | in.ptr[1]))
        return 0;
    f->asked_tcp++;
    n = make(f, in.ptr + 2, in.len - 2, a + 2, true);
    a[0] = (uint8_t)(n >> 8);
    a[1] = (uint8_t)n;
    if (f->mode == TRUNCATED_SPLIT) {
        for (size_t i = 0; i < n + 2; i++)
            conn_write(c, slice_of(a + i, 1));
    } else if (f->mode == TRUNCATED_CLOSE) {
        conn_write(c, slice_of(a, n / 2));
        conn_close(c);
    } else {
        conn_write(c, slice_of(a, n + 2));
    }
    return in.len;
}

static const struct conn_ops stream_ops = {.name = "fake dns",
    .on_read = on_stream};

static void on_accept(struct conn *c, void *arg)
{
    conn_adopt(c, &stream_ops, arg);
}

/* A UDP socket and a TCP listener on one port. */
static void fake_start(struct fake *f)
{
    struct sockaddr_in a;
    socklen_t len = sizeof a;
    struct sys_addr at;
    struct err err;

    do {
        if (f->watch.fd > 0)
            close(f->watch.fd);
        memset(&a, 0, sizeof a);
        a.sin_family = AF_INET;
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        f->watch.fd = socket(AF_INET, SOCK_DGRAM, 0);
        if (f->watch.fd < 0 || bind(f->watch.fd, (struct sockaddr *)&a, len)
            || getsockname(f->watch.fd, (struct sockaddr *)&a, &len))
            exit(1);
        f->port = ntohs(a.sin_port);
        at = rig_addr(f->port);
        f->tcp = conn_listen(rig_loop, &at, NULL, 10, on_accept, f, &err);
    } while (!f->tcp);
    fcntl(f->watch.fd, F_SETFL, O_NONBLOCK);
    f->watch.ready = on_datagram;
    f->watch.arg = f;
    f->late.fire = send_late;
    f->late.arg = f;
    f->ttl = 60;
    loop_watch(rig_loop, &f->watch, LOOP_READ);
}

static void fake_end(struct fake *f)
{
    loop_cancel(rig_loop, &f->late);
    loop_unwatch(rig_loop, &f->watch);
    close(f->watch.fd);
    listener_close(f->tcp);
}

/* ---- asking ---- */

static char hosts_file[] = "/tmp/hostsXXXXXX", conf_file[] =
    "/tmp/resolvXXXXXX";

struct result {
    bool done;
    int calls;
    size_t n;
    char text[1000];            /* addresses, blank between */
    uint16_t port;
    struct err err;
};

static void on_done(void *arg, const struct sys_addr *addr, size_t n,
    const struct err *err)
{
    struct result *r = arg;
    char one[SYS_ADDR_TEXT];

    r->done = true;
    r->calls++;
    r->n = n;
    if (err)
        r->err = *err;
    for (size_t i = 0; i < n; i++) {
        sys_addr_text(&addr[i], one);
        snprintf(r->text + strlen(r->text), sizeof r->text - strlen(r->text),
            "%s%s", i ? " " : "", one);
        r->port = sys_addr_port(&addr[i]);
    }
}

static void write_file(char *path, const char *text)
{
    /* A name that was made may end in an X, too. */
    int fd = strstr(path, "XXXXXX") ? mkstemp(path)
        : open(path, O_WRONLY | O_TRUNC);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        exit(1);
    close(fd);
}

static struct resolver *make_resolver(const char *one_server, int tries)
{
    struct resolve_conf conf = {.hosts_file = hosts_file,
        .conf_file = conf_file, .server = one_server, .tries = tries};
    struct err err;
    struct resolver *r = resolver_new(rig_loop, &conf, &err);

    if (!r) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    return r;
}

/* The one server is the first fake; resolv.conf cannot name ports. */
static struct resolver *usual(int tries)
{
    char text[40];

    snprintf(text, sizeof text, "127.0.0.1:%d", server[0].port);
    return make_resolver(text, tries);
}

static void look_up(struct resolver *r, struct result *out, const char *name)
{
    struct err err;

    memset(out, 0, sizeof *out);
    if (!resolve_start(r, slice_str(name), 443, loop_now(rig_loop) + 30000,
        on_done, out, &err)) {
        out->err = err;
        out->done = true;
        return;
    }
    tap_ok(!out->done, "not before the start returned");
    RIG_UNTIL(out->done);
}

static void finds(struct resolver *r, const char *what, const char *name,
    const char *want)
{
    struct result out;

    look_up(r, &out, name);
    if (tap_ok(out.calls == 1 && !strcmp(out.text, want)
        && out.port == (out.n ? 443 : 0), "%s: %s", what, name))
        return;
    printf("#   got \"%s\" want \"%s\" %s\n", out.text, want, out.err.msg);
}

static void fails(struct resolver *r, const char *what, const char *name,
    enum err_code code, const char *word)
{
    struct result out;

    look_up(r, &out, name);
    tap_ok(out.done && out.n == 0 && out.err.code == code
        && strstr(out.err.msg, word), "%s: %s", what, out.err.msg);
}

#define BOTH "2001:db8::1 192.0.2.1"

static void test_local(void)
{
    struct resolver *r;

    write_file(hosts_file, "# comment\n127.0.0.1 localhost\n"
        "10.1.2.3\tluigi.test  luigi # the restaurant\n"
        "fd00::7 luigi.test\n10.1.2.4 luigi.test\nnonsense a.test\n"
        "10.9.9.9 localhost\n10.0.0.1 example.com");
    r = usual(1);
    server[0].asked = 0;
    finds(r, "a literal", "192.0.2.33", "192.0.2.33");
    finds(r, "a literal", "::1", "::1");
    finds(r, "a literal", "[2001:db8::5]", "2001:db8::5");
    finds(r, "RFC 6761", "localhost", "::1 127.0.0.1");
    finds(r, "RFC 6761", "LocalHost.", "::1 127.0.0.1");
    finds(r, "RFC 6761", "a.b.localhost", "::1 127.0.0.1");
    fails(r, "RFC 6761", "x.invalid", ERR_DNS, "no such name");
    finds(r, "hosts", "luigi.test", "fd00::7 10.1.2.3 10.1.2.4");
    finds(r, "hosts", "LUIGI", "10.1.2.3");
    finds(r, "hosts, the last line without its end", "example.com",
        "10.0.0.1");
    fails(r, "no name", "", ERR_DNS, "empty");
    fails(r, "no name", "a b", ERR_DNS, "no host name");
    fails(r, "no name", "a..b", ERR_DNS, "no host name");
    fails(r, "no name", "1.2.3.4.5:6", ERR_DNS, "no host name");
    tap_is_int(server[0].asked, 0, "nobody was asked for any of these");
    resolver_free(r);
}

static void test_modes(void)
{
    struct resolver *r = usual(2);

    server[0].mode = ANSWERS;
    finds(r, "both families", "a.example", BOTH);
    server[0].mode = WRONG_ID;
    finds(r, "a forged id is passed over", "b.example", BOTH);
    server[0].mode = WRONG_NAME;
    finds(r, "another question's answer is passed over", "c.example", BOTH);
    server[0].mode = GARBAGE;
    finds(r, "garbage is passed over", "d.example", BOTH);
    server[0].mode = NO_AAAA;
    finds(r, "one family that fails does not matter", "e.example",
        "192.0.2.1");
    server[0].mode = NXDOMAIN;
    fails(r, "NXDOMAIN", "f.example", ERR_DNS, "no such name");
    server[0].mode = NODATA;
    fails(r, "no address", "g.example", ERR_DNS, "no address");
    server[0].mode = SERVFAIL;
    server[0].asked = 0;
    fails(r, "SERVFAIL", "h.example", ERR_DNS, "failed");
    tap_is_int(server[0].asked, 4, "two tries for each family");
    server[0].mode = REFUSED;
    fails(r, "REFUSED", "i.example", ERR_DNS, "refused");
    server[0].mode = MANY;
    finds(r, "families take turns, sixteen in all", "j.example",
        "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 2001:db8::3 192.0.2.3 "
        "2001:db8::4 192.0.2.4 2001:db8::5 192.0.2.5 2001:db8::6 192.0.2.6 "
        "2001:db8::7 192.0.2.7 2001:db8::8 192.0.2.8");
    resolver_free(r);
}

static void test_time(void)
{
    struct resolver *r = usual(2);
    struct result out;
    struct err err;
    int64_t began = sys_now();

    server[0].mode = SILENT;
    server[0].asked = 0;
    fails(r, "silence", "a.example", ERR_DNS, "does not answer");
    tap_ok(sys_now() - began == 4000 && server[0].asked == 4,
        "after two tries of 2 s each");
    began = sys_now();
    memset(&out, 0, sizeof out);
    resolve_start(r, SLICE("b.example"), 1, loop_now(rig_loop) + 1500,
        on_done, &out, &err);
    RIG_UNTIL(out.done);
    tap_ok(out.err.code == ERR_TIMEOUT && sys_now() - began == 1500,
        "the deadline is for everything: %s", out.err.msg);
    server[0].mode = LATE_AAAA;
    began = sys_now();
    finds(r, "a late family is not waited for", "c.example", "192.0.2.1");
    tap_is_int(sys_now() - began, 50, "longer than 50 ms");
    server[0].mode = SILENT_A;
    finds(r, "the other one neither", "d.example", "2001:db8::1");
    server[0].mode = ANSWERS;
    memset(&out, 0, sizeof out);
    resolve_cancel(resolve_start(r, SLICE("e.example"), 1, 0, on_done, &out,
        &err));
    resolve_cancel(resolve_start(r, SLICE("localhost"), 1, 0, on_done, &out,
        &err));
    (void)resolve_start(r, SLICE("f.example"), 1, 0, on_done, &out, &err);
    resolver_free(r);
    rig_wait(10000);
    tap_ok(!out.done, "what was cancelled, or lost its resolver, is silent");
}

static void test_tcp(void)
{
    struct resolver *r = usual(1);

    server[0].mode = TRUNCATED;
    server[0].asked_tcp = 0;
    finds(r, "truncated: TCP", "a.example", BOTH);
    tap_is_int(server[0].asked_tcp, 2, "for both families");
    server[0].mode = TRUNCATED_SPLIT;
    finds(r, "in pieces", "b.example", BOTH);
    server[0].mode = TRUNCATED_CLOSE;
    fails(r, "a TCP that closes", "c.example", ERR_DNS, "closed its TCP");
    resolver_free(r);
}

static void test_cache(void)
{
    struct resolver *r = usual(1);
    char name[40];

    server[0].mode = ANSWERS;
    server[0].ttl = 60;
    server[0].asked = 0;
    finds(r, "asked", "a.example", BOTH);
    finds(r, "known", "A.example.", BOTH);
    tap_is_int(server[0].asked, 2, "one question a family");
    rig_wait(61000);
    finds(r, "too old", "a.example", BOTH);
    tap_is_int(server[0].asked, 4, "asked again after its TTL");
    server[0].ttl = 86400;
    finds(r, "a long TTL", "b.example", BOTH);
    rig_wait(301000);
    finds(r, "is cut", "b.example", BOTH);
    tap_is_int(server[0].asked, 8, "to five minutes");
    server[0].ttl = 0;
    finds(r, "a TTL of 0", "c.example", BOTH);
    finds(r, "is not kept", "c.example", BOTH);
    tap_is_int(server[0].asked, 12, "at all");
    server[0].mode = NXDOMAIN;
    fails(r, "nor is", "d.example", ERR_DNS, "no such name");
    fails(r, "a failure", "d.example", ERR_DNS, "no such name");
    tap_is_int(server[0].asked, 16, "asked both times");
    server[0].mode = ANSWERS;
    server[0].ttl = 300;
    for (int i = 0; i < 300; i++) {
        struct result out = {.n = 0};
        struct err err;

        snprintf(name, sizeof name, "n%d.example", i);
        resolve_start(r, slice_str(name), 1, 0, on_done, &out, &err);
        RIG_UNTIL(out.done);
    }
    server[0].asked = 0;
    finds(r, "the newest of 300", "n299.example", BOTH);
    finds(r, "and one that was pushed out", "n0.example", BOTH);
    tap_is_int(server[0].asked, 2, "256 are kept");
    resolver_free(r);
}

/* Ids and source ports must not be guessable: at least they differ. */
static void test_chance(void)
{
    size_t same_id = 0, same_port = 0, n = seen < 400 ? seen : 400;

    for (size_t i = 1; i < n; i++) {
        same_id += ids[i] == ids[i - 1] || ids[i] == ids[i - 1] + 1;
        same_port += ports[i] == ports[i - 1];
    }
    tap_ok(n > 100 && same_id < 3 && same_port < 3,
        "ids and ports of %zu questions differ", n);
}

static void test_conf(void)
{
    struct resolve_conf conf = {.hosts_file = "/nowhere", .server = "x:1"};
    struct resolver *r;
    struct result out;
    struct err err;
    int64_t began;

    tap_ok(!resolver_new(rig_loop, &conf, &err) && err.code == ERR_CONF
        && strstr(err.msg, "DNS_SERVER"), "a bad DNS_SERVER: %s", err.msg);
    conf.server = "[::1]:5353";
    r = resolver_new(rig_loop, &conf, &err);
    tap_ok(r, "an IPv6 server with a port");
    resolver_free(r);
    /* RFC 5737: no host has that address; there may be no route either. */
    write_file(conf_file, "; comment\nsearch a.test\n"
        "nameserver 192.0.2.53 # nobody\noptions rotate timeout:1 "
        "attempts:3\nnameserver junk\n");
    r = make_resolver(NULL, 0);
    memset(&out, 0, sizeof out);
    began = sys_now();
    resolve_start(r, SLICE("a.example"), 1, 0, on_done, &out, &err);
    RIG_UNTIL(out.done);
    tap_ok(out.n == 0 && (sys_now() - began == 3000
        || strstr(out.err.msg, "reached")),
        "timeout and attempts of resolv.conf: %s", out.err.msg);
    tap_ok(strstr(out.err.msg, "1 name servers, 3 tries") != NULL,
        "one server and three tries were read");
    resolver_free(r);
    conf.hosts_file = conf.conf_file = "/nowhere/at/all";
    conf.server = NULL;
    r = resolver_new(rig_loop, &conf, &err);
    tap_ok(r, "no files at all are no fault");
    resolver_free(r);
}

static void test_servers(void)
{
    struct resolver *r;
    char text[80];
    int64_t began;

    snprintf(text, sizeof text, "127.0.0.1:%d, 127.0.0.1:%d", server[0].port,
        server[1].port);
    r = make_resolver(text, 2);
    server[0].mode = SERVFAIL;
    server[1].mode = ANSWERS;
    server[0].asked = server[1].asked = 0;
    began = sys_now();
    finds(r, "SERVFAIL, then the next server", "a.example", BOTH);
    tap_ok(server[0].asked == 2 && server[1].asked == 2
        && sys_now() - began < 100, "at once");
    finds(r, "the one that answered", "b.example", BOTH);
    tap_is_int(server[0].asked, 2, "is asked first from then on");
    server[1].mode = SILENT;
    server[0].mode = ANSWERS;
    began = sys_now();
    finds(r, "silence, then the other one", "c.example", BOTH);
    tap_is_int(sys_now() - began, 2000, "after its time");
    fake_end(&server[0]);
    began = sys_now();
    server[1].mode = ANSWERS;
    finds(r, "a port where nobody is, then the other", "d.example", BOTH);
    tap_ok(sys_now() - began < 100, "at once");
    resolver_free(r);
    fake_end(&server[1]);
    r = make_resolver(text, 2);
    began = sys_now();
    fails(r, "nobody anywhere", "e.example", ERR_DNS, "2 name servers");
    tap_ok(sys_now() - began < 100, "at once");
    resolver_free(r);
}

int main(void)
{
    rig_start();
    write_file(hosts_file, "127.0.0.1 localhost\n");
    write_file(conf_file, "nameserver 127.0.0.1\n");
    fake_start(&server[0]);
    fake_start(&server[1]);
    test_local();
    test_modes();
    test_time();
    test_tcp();
    test_cache();
    test_chance();
    test_conf();
    test_servers();
    unlink(hosts_file);
    unlink(conf_file);
    rig_end();
    return tap_done();
}
