/* http_test.c - heads of HTTP/1.1 messages, good and bad.
 *
 * A good head must ask for more at each of its prefixes; a bad one must ask
 * for more until the byte at fault has come, and then say the same whatever
 * follows.  All input ends at the guard page.
 */
#include "codec/http.h"

#include "base/limits.h"
#include "tests/guard.h"
#include "tests/tap.h"

static struct http h;
static struct http_fault fault;

/* How a head was read, as one line. */
static struct slice shown(const struct http *m)
{
    static const char *const framing[] = {"none", "length", "chunked",
        "close"};
    static uint8_t mem[4096];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    if (m->status) {
        buf_addf(&b, "%d \"%.*s\"", m->status, SLICE_ARG(m->reason));
    } else {
        buf_add(&b, m->method);
        if (m->host.ptr)
            buf_addf(&b, " host=%.*s", SLICE_ARG(m->host));
        if (m->path.ptr)
            buf_addf(&b, " path=%.*s", SLICE_ARG(m->path));
        if (m->query.ptr)
            buf_addf(&b, " query=%.*s", SLICE_ARG(m->query));
    }
    buf_addf(&b, " 1.%d %s", m->minor, framing[m->framing]);
    if (m->framing == HTTP_LENGTH)
        buf_addf(&b, "=%llu", (unsigned long long)m->length);
    buf_adds(&b, m->keep_alive ? " keep" : " end");
    if (m->expect_continue)
        buf_adds(&b, " expect");
    for (size_t i = 0; i < m->headers; i++)
        if (!slice_iis(m->header[i].name, "host"))
            buf_addf(&b, " [%.*s=%.*s]", SLICE_ARG(m->header[i].name),
                SLICE_ARG(m->header[i].value));
    return buf_slice(&b);
}

/* 'q' a request, 'a' an answer, 'h' the answer to a HEAD. */
static int parse(char kind, struct slice in, const struct http_limits *max)
{
    memset(&h, 0xa5, sizeof h);     /* nothing may be left as it was */
    fault = (struct http_fault){0, 0, NULL};
    return kind == 'q' ? http_request(in, max, &h, &fault)
        : http_answer(in, max, kind == 'h', &h, &fault);
}

static bool good(char kind, struct slice in, struct slice want)
{
    struct http_limits max = http_limits_default();
    uint8_t more[8192];
    int r;

    for (size_t n = 0; n < in.len; n++)
        if (parse(kind, guard_in(slice_head(in, n)), &max) != 0) {
            printf("#   prefix of %zu bytes was not \"more\"\n", n);
            return false;
        }
    r = parse(kind, guard_in(in), &max);
    if (r != (int)in.len || !slice_eq(shown(&h), want)) {
        printf("#   returned %d of %zu (%d at %zu: %s)\n", r, in.len,
            fault.status, fault.at, fault.why ? fault.why : "-");
        tap_show("got ", r > 0 ? shown(&h) : SLICE(""));
        tap_show("want", want);
        return false;
    }
    /* What follows belongs to the next message. */
    memcpy(more, in.ptr, in.len);
    memcpy(more + in.len, "\nX y\0", 5);
    r = parse(kind, guard_in(slice_of(more, in.len + 5)), &max);
    return r == (int)in.len && slice_eq(shown(&h), want);
}

static bool bad_within(char kind, struct slice in, size_t at, int status,
    const struct http_limits *max)
{
    const char *why = NULL;

    for (size_t n = 0; n <= in.len; n++) {
        int r = parse(kind, guard_in(slice_head(in, n)), max);

        if (r == 0 && !why && n < in.len)
            continue;
        if (r != -1 || fault.status != status || fault.at != at || !fault.why
            || (why && why != fault.why) || (status != 413 && at > n)) {
            printf("#   %zu bytes: returned %d, %d at %zu (%s), want %d at"
                " %zu\n", n, r, fault.status, fault.at,
                fault.why ? fault.why : "-", status, at);
            return false;
        }
        why = fault.why;
    }
    return true;
}

static bool bad(char kind, struct slice in, size_t at, int status)
{
    struct http_limits max = http_limits_default();

    return bad_within(kind, in, at, status, &max);
}

struct good_vector {
    const char *name, *in, *want;
};

static const struct good_vector good_requests[] = {
    {"RFC 9112 2.1, the request",
        "GET /hello.txt HTTP/1.1\r\nUser-Agent: curl/7.64.1\r\n"
        "Host: www.example.com\r\nAccept-Language: en, mi\r\n\r\n",
        "GET host=www.example.com path=/hello.txt 1.1 none keep"
        " [User-Agent=curl/7.64.1] [Accept-Language=en, mi]"},
    {"RFC 9112 3.2.1, origin-form",
        "GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
        "GET host=www.example.org path=/where query=q=now 1.1 none keep"},
    {"RFC 9112 3.2.2, absolute-form",
        "GET http://www.example.org/pub/WWW/TheProject.html HTTP/1.1\r\n"
        "Host: other\r\n\r\n",
        "GET host=www.example.org path=/pub/WWW/TheProject.html 1.1 none"
        " keep"},
    {"absolute-form without a path",
        "GET HTTPS://a.example:8443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a.example:8443 path=/ 1.1 none keep"},
    {"absolute-form with a query and no path",
        "GET http://a?b/c HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a path=/ query=b/c 1.1 none keep"},
    {"RFC 9112 3.2.3, authority-form",
        "CONNECT www.example.com:80 HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
        "CONNECT host=www.example.com:80 1.1 none keep"},
    {"CONNECT to an IPv6 address",
        "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT host=[2001:db8::1]:443 1.1 none keep"},
    {"RFC 9112 3.2.4, asterisk-form",
        "OPTIONS * HTTP/1.1\r\nHost: www.example.org:8001\r\n\r\n",
        "OPTIONS host=www.example.org:8001 path=* 1.1 none keep"},
    {"RFC 9112 3.2.4, OPTIONS in absolute-form",
        "OPTIONS http://www.example.org:8001 HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS host=www.example.org:8001 path=* 1.1 none keep"},
    {"OPTIONS of a path",
        "OPTIONS /v1/calls HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS host=a path=/v1/calls 1.1 none keep"},
    {"HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
        "HEAD host=a path=/ 1.1 none keep"},
    {"a method nobody knows is not ours to judge",
        "M-SEARCH!#$%&'*+.^_`|~9 / HTTP/1.1\r\nHost: a\r\n\r\n",
        "M-SEARCH!#$%&'*+.^_`|~9 host=a path=/ 1.1 none keep"},
    {"the longest method", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.0\r\n"
        "\r\n", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF path=/ 1.0 none end"},
    {"methods know case", "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "get host=a path=/ 1.1 none keep"},
    {"an empty query", "GET /? HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a path=/ query= 1.1 none keep"},
    {"a second question mark", "GET /a?b?c HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a path=/a query=b?c 1.1 none keep"},
    {"two slashes are a path, not a host",
        "GET //evil/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a path=//evil/x 1.1 none keep"},
    {"percent, and what browsers leave bare",
        "GET /%41%2f%fF?a[]={b}|^` HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a path=/%41%2f%fF query=a[]={b}|^` 1.1 none keep"},
    {"one leading CRLF, RFC 9112 2.2",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET host=a path=/ 1.1 none keep"},
    {"blanks around a value",
        "GET / HTTP/1.1\r\nHost: \t a\t \r\nA:b\r\nC:\r\nD: \t\r\n"
        "E: x \t y\r\n\r\n",
        "GET host=a path=/ 1.1 none keep [A=b] [C=] [D=] [E=x \t y]"},
    {"bytes above 127 in a value",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \x80\xff\xc3\xa9\r\n\r\n",
        "GET host=a path=/ 1.1 none keep [X=\x80\xff\xc3\xa9]"},
    {"names ignore case",
        "POST / HTTP/1.1\r\nhOST: a\r\ncontent-LENGTH: 3\r\n"
        "CONNECTION: Close\r\n\r\n",
        "POST host=a path=/ 1.1 length=3 end [content-LENGTH=3]"
        " [CONNECTION=Close]"},
    {"an empty Host is a Host, RFC 9110 7.2",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET host= path=/ 1.1 none keep"},
    {"Host with an empty port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n",
        "GET host=a: path=/ 1.1 none keep"},
    {"Host with the last port", "GET / HTTP/1.1\r\nHost: a:65535\r\n\r\n",
        "GET host=a:65535 path=/ 1.1 none keep"},
    {"Host as IPv6", "GET / HTTP/1.1\r\nHost: [::ffff:1.2.3.4]:80\r\n\r\n",
        "GET host=[::ffff:1.2.3.4]:80 path=/ 1.1 none keep"},
    {"Host with all its bytes",
        "GET / HTTP/1.1\r\nHost: aZ9-._~!$&'()*+;=%41\r\n\r\n",
        "GET host=aZ9-._~!$&'()*+;=%41 path=/ 1.1 none keep"},
    {"HTTP/1.0 needs no Host and ends", "GET / HTTP/1.0\r\n\r\n",
        "GET path=/ 1.0 none end"},
    {"HTTP/1.0 with Host",
        "GET / HTTP/1.0\r\nHost: a\r\nConnection: foo, Keep-Alive\r\n\r\n",
        "GET host=a path=/ 1.0 none keep [Connection=foo, Keep-Alive]"},
    {"HTTP/1.0 with another option",
        "GET / HTTP/1.0\r\nConnection: keep-alives, te\r\n\r\n",
        "GET path=/ 1.0 none end [Connection=keep-alives, te]"},
    {"HTTP/1.0, close beats keep-alive",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n"
        "Connection: close\r\n\r\n",
        "GET path=/ 1.0 none end [Connection=keep-alive]"
        " [Connection=close]"},
    {"HTTP/1.0 ignores Expect, RFC 9110 10.1.1",
        "POST / HTTP/1.0\r\nExpect: 100-continue, x\r\n"
        "Content-Length: 1\r\n\r\n",
        "POST path=/ 1.0 length=1 end [Expect=100-continue, x]"
        " [Content-Length=1]"},
    {"HTTP/1.7 is read as 1.1, RFC 9110 2.5",
        "GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET host=a path=/ 1.7 none keep"},
    {"close in a list",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: , te ,CLOSE\r\n\r\n",
        "GET host=a path=/ 1.1 none end [Connection=, te ,CLOSE]"},
    {"\"closed\" is not close",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n",
        "GET host=a path=/ 1.1 none keep [Connection=closed]"},
    {"a body of no bytes",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST host=a path=/ 1.1 none keep [Content-Length=0]"},
    {"leading zeros are digits",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000012\r\n\r\n",
        "POST host=a path=/ 1.1 length=12 keep [Content-Length=0000000012]"},
    {"chunked",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \tChunked \r\n\r\n",
        "POST host=a path=/ 1.1 chunked keep [Transfer-Encoding=Chunked]"},
    {"Expect",
        "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
        "Expect: 100-Continue\r\n\r\n",
        "PUT host=a path=/x 1.1 length=9 keep expect [Content-Length=9]"
        " [Expect=100-Continue]"},
    {"Expect before a chunked body",
        "PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nHost: a\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "PUT host=a path=/x 1.1 chunked keep expect [Expect=100-continue]"
        " [Transfer-Encoding=chunked]"},
    {"Expect without a body asks for nothing",
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "GET host=a path=/ 1.1 none keep [Expect=100-continue]"},
    {"a field that looks like another",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Host: b\r\nTost: c\r\n"
        "Content-Lengthy: 1\r\nTransfer-Encodinq: x\r\n\r\n",
        "GET host=a path=/ 1.1 none keep [X-Host=b] [Tost=c]"
        " [Content-Lengthy=1] [Transfer-Encodinq=x]"},
    {"a media stream's upgrade, twilio 1.6",
        "GET /media-stream HTTP/1.1\r\nhost: x.example\r\n"
        "connection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "GET host=x.example path=/media-stream 1.1 none keep"
        " [connection=Upgrade] [upgrade=websocket]"
        " [sec-websocket-version=13]"
        " [sec-websocket-key=dGhlIHNhbXBsZSBub25jZQ==]"}
};

static const struct good_vector good_answers[] = {
    {"RFC 9112 2.1, the answer",
        "HTTP/1.1 200 OK\r\nDate: Mon, 27 Jul 2009 12:28:53 GMT\r\n"
        "Content-Length: 51\r\nVary: Accept-Encoding\r\n\r\n",
        "200 \"OK\" 1.1 length=51 keep [Date=Mon, 27 Jul 2009 12:28:53 GMT]"
        " [Content-Length=51] [Vary=Accept-Encoding]"},
    {"an empty reason", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\n",
        "200 \"\" 1.1 length=1 keep [Content-Length=1]"},
    {"no reason and no blank", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n",
        "200 \"\" 1.1 length=1 keep [Content-Length=1]"},
    {"a reason with blanks, tabs and high bytes",
        "HTTP/1.1 404 Non \t trouv\xc3\xa9\r\nContent-Length: 0\r\n\r\n",
        "404 \"Non \t trouv\xc3\xa9\" 1.1 none keep [Content-Length=0]"},
    {"no length: until the close", "HTTP/1.1 200 OK\r\n\r\n",
        "200 \"OK\" 1.1 close end"},
    {"no length, keep-alive asked in vain",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n",
        "200 \"OK\" 1.0 close end [Connection=keep-alive]"},
    {"HTTP/1.0 kept alive",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n"
        "\r\n",
        "200 \"OK\" 1.0 length=2 keep [Connection=keep-alive]"
        " [Content-Length=2]"},
    {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "200 \"OK\" 1.1 chunked keep [Transfer-Encoding=chunked]"},
    {"100", "HTTP/1.1 100 Continue\r\n\r\n", "100 \"Continue\" 1.1 none keep"},
    {"101 has no body",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n\r\n",
        "101 \"Switching Protocols\" 1.1 none keep [Upgrade=websocket]"
        " [Connection=Upgrade]"},
    {"103 with a length that does not count",
        "HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n",
        "103 \"Early Hints\" 1.1 none keep [Content-Length=7]"},
    {"204 has no body", "HTTP/1.1 204 No Content\r\n\r\n",
        "204 \"No Content\" 1.1 none keep"},
    {"204 and chunked, RFC 9112 6.3 (1)",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
        "204 \"No Content\" 1.1 none keep [Transfer-Encoding=chunked]"},
    {"304 tells a length it does not send",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 99999999999\r\n"
        "Connection: close\r\n\r\n",
        "304 \"Not Modified\" 1.1 none end [Content-Length=99999999999]"
        " [Connection=close]"},
    {"a status above 599", "HTTP/1.1 999 No\r\nContent-Length: 4\r\n\r\n",
        "999 \"No\" 1.1 length=4 keep [Content-Length=4]"},
    {"Host and Expect mean nothing in an answer",
        "HTTP/1.1 200 OK\r\nHost: a, b\r\nHost: c\r\nExpect: x\r\n"
        "Content-Length: 1\r\n\r\n",
        "200 \"OK\" 1.1 length=1 keep [Expect=x] [Content-Length=1]"}
};

static const struct good_vector good_head_answers[] = {
    {"a length that does not come",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "200 \"OK\" 1.1 none keep [Content-Length=99999999999]"},
    {"chunks that do not come",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "200 \"OK\" 1.1 none keep [Transfer-Encoding=chunked]"},
    {"no length, and still no close", "HTTP/1.1 200 OK\r\n\r\n",
        "200 \"OK\" 1.1 none keep"}
};

static void good_table(char kind, const struct good_vector *v, size_t n,
    const char *what)
{
    size_t failed = 0;

    for (size_t i = 0; i < n; i++)
        if (!good(kind, slice_str(v[i].in), slice_str(v[i].want))) {
            printf("#   vector: %s\n", v[i].name);
            failed++;
        }
    tap_ok(failed == 0, "%zu good %s", n, what);
}

/* The fault is at the first byte of rest. */
struct bad_vector {
    int status;
    struct slice before, rest;
};

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"
#define BAD(status, before, rest) \
    {status, SLICE_INIT(before), SLICE_INIT(rest)}

static const struct bad_vector bad_requests[] = {
    /* Lines. */
    BAD(400, "", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD(400, "\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD(400, "", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD(400, "GET / HTTP/1.1", "\nHost: a\r\n\r\n"),
    BAD(400, "GET / HTTP/1.1", "\r\rHost: a\r\n\r\n"),
    BAD(400, "GET / HTTP/1.1", "\rHost: a\r\n\r\n"),
    BAD(400, LINE "Host: a", "\nX: b\r\n\r\n"),
    BAD(400, LINE "Host: a", "\rX: b\r\n\r\n"),
    BAD(400, HOST, "\n"),
    BAD(400, HOST, "\rX"),
    BAD(400, HOST "X: a", "\r\r\n\r\n"),
    /* Request line. */
    BAD(400, "", " GET / HTTP/1.1\r\n"),
    BAD(400, "G", "\xc3\x84T / HTTP/1.1\r\n"),
    BAD(400, "G", "(T / HTTP/1.1\r\n"),
    BAD(400, "G", "\0T / HTTP/1.1\r\n"),
    BAD(400, "GET", "\t/ HTTP/1.1\r\n"),
    BAD(400, "GET", "\r\n\r\n"),
    BAD(400, "GET ", " / HTTP/1.1\r\n"),
    BAD(400, "GET ", "\t/ HTTP/1.1\r\n"),
    BAD(400, "GET /", "\r\n\r\n"),
    BAD(400, "GET /", "\n"),
    BAD(400, "GET / ", "\r\n\r\n"),
    BAD(400, "GET / ", " HTTP/1.1\r\n"),
    BAD(400, "GET /a ", "b HTTP/1.1\r\n"),
    BAD(400, "GET /", "\tHTTP/1.1\r\n"),
    BAD(400, "GET /", "\0 HTTP/1.1\r\n"),
    BAD(400, "GET /", "\x7f HTTP/1.1\r\n"),
    BAD(400, "GET /", "\xc3\xa9 HTTP/1.1\r\n"),
    BAD(400, "GET /a", "#b HTTP/1.1\r\n"),
    BAD(400, "GET /a", "\\b HTTP/1.1\r\n"),
    BAD(400, "GET /a", "\"b HTTP/1.1\r\n"),
    BAD(400, "GET /a", "<b HTTP/1.1\r\n"),
    BAD(400, "GET /a", "%4 HTTP/1.1\r\n"),
    BAD(400, "GET /a", "%g0 HTTP/1.1\r\n"),
    BAD(400, "GET /a%20", "% HTTP/1.1\r\n"),
    BAD(400, "GET / ", "http/1.1\r\n"),
    BAD(400, "GET / HTTP", " /1.1\r\n"),
    BAD(400, "GET / HTTP/", ".1\r\n"),
    BAD(400, "GET / HTTP/1", "\r\n"),
    BAD(400, "GET / HTTP/1", ",1\r\n"),
    BAD(400, "GET / HTTP/1", "1.1\r\n"),
    BAD(400, "GET / HTTP/1.", "x\r\n"),
    BAD(400, "GET / HTTP/1.1", "0\r\n"),
    BAD(400, "GET / HTTP/1.1", " \r\n"),
    BAD(400, "GET / HTTP/1.1", "\t\r\n"),
    BAD(400, "GET / HTTP/", "+1.1\r\n"),
    BAD(505, "GET / HTTP/", "2.0\r\n\r\n"),
    BAD(505, "GET / HTTP/", "0.9\r\n\r\n"),
    BAD(505, "GET / HTTP/", "9.9\r\nHost: a\r\n\r\n"),
    BAD(505, "PRI * HTTP/", "2.0\r\n\r\nSM\r\n\r\n"),
    BAD(400, "", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03 a TLS hello"),
    BAD(501, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF", "G / HTTP/1.1\r\n"),
    /* Forms of the target; judged when the line is whole. */
    BAD(400, "GET ", "* HTTP/1.1\r\n"),
    BAD(400, "GET ", "a HTTP/1.1\r\n"),
    BAD(400, "GET ", "a/b HTTP/1.1\r\n"),
    BAD(400, "GET ", "?a HTTP/1.1\r\n"),
    BAD(400, "OPTIONS ", "** HTTP/1.1\r\n"),
    BAD(400, "OPTIONS ", "*/ HTTP/1.1\r\n"),
    BAD(400, "GET ", "example.com:80 HTTP/1.1\r\n"),
    BAD(400, "GET ", "ftp://a/ HTTP/1.1\r\n"),
    BAD(400, "GET ", "://a/ HTTP/1.1\r\n"),
    BAD(400, "GET http:", "/a HTTP/1.1\r\n"),
    BAD(400, "GET http:", "a HTTP/1.1\r\n"),
    BAD(400, "GET http://", "/a HTTP/1.1\r\n"),
    BAD(400, "GET http://", "?a HTTP/1.1\r\n"),
    BAD(400, "GET http://", " HTTP/1.1\r\n"),
    BAD(400, "GET http://", ":80/ HTTP/1.1\r\n"),
    BAD(400, "GET http://u", "@a/ HTTP/1.1\r\n"),
    BAD(400, "GET http://u:", "p@a/ HTTP/1.1\r\n"),
    BAD(400, "GET http://a:8", "x/ HTTP/1.1\r\n"),
    BAD(400, "GET http://a:", "65536/ HTTP/1.1\r\n"),
    BAD(400, "GET http://a:", "000080/ HTTP/1.1\r\n"),
    BAD(400, "GET http://[::", "g]/ HTTP/1.1\r\n"),
    BAD(400, "GET http://[::1]", "a/ HTTP/1.1\r\n"),
    BAD(400, "GET http://[::1", "/ HTTP/1.1\r\n"),
    BAD(400, "GET http://[1.2.3.4", "]/ HTTP/1.1\r\n"),
    BAD(400, "CONNECT ", "/ HTTP/1.1\r\n"),
    BAD(400, "CONNECT *", " HTTP/1.1\r\n"),
    BAD(400, "CONNECT a", " HTTP/1.1\r\n"),
    BAD(400, "CONNECT a", ": HTTP/1.1\r\n"),
    BAD(400, "CONNECT ", ":443 HTTP/1.1\r\n"),
    BAD(400, "CONNECT http:", "//a:80/ HTTP/1.1\r\n"),
    BAD(400, "CONNECT a:80", "/ HTTP/1.1\r\n"),
    BAD(400, "CONNECT u", "@a:80 HTTP/1.1\r\n"),
    /* Fields. */
    BAD(400, LINE, " Host: a\r\n\r\n"),
    BAD(400, LINE, "\tHost: a\r\n\r\n"),
    BAD(400, HOST "X: a\r\n", " b\r\n\r\n"),
    BAD(400, HOST "X: a\r\n", "\tb\r\n\r\n"),
    BAD(400, HOST, " \r\n\r\n"),
    BAD(400, LINE "Host", " : a\r\n\r\n"),
    BAD(400, LINE "Host", "\t: a\r\n\r\n"),
    BAD(400, HOST "X", " y: a\r\n\r\n"),
    BAD(400, HOST "X", "\r\n\r\n"),
    BAD(400, HOST "X", "\n\r\n"),
    BAD(400, HOST, ": a\r\n\r\n"),
    BAD(400, HOST "X", "(: a\r\n\r\n"),
    BAD(400, HOST "X", "\0: a\r\n\r\n"),
    BAD(400, HOST "X", "\xe9: a\r\n\r\n"),
    BAD(400, HOST "X: a", "\0b\r\n\r\n"),
    BAD(400, HOST "X: a", "\x01\r\n\r\n"),
    BAD(400, HOST "X: abcdefghijklmnopq", "\x1f\r\n\r\n"),
    BAD(400, HOST "X: abcdefghijklmnopq\t", "\x7f\r\n\r\n"),
    BAD(400, HOST "X: ", "\x0b\r\n\r\n"),
    BAD(400, HOST "X: ", "\x0c\r\n\r\n"),
    BAD(400, HOST "X: a", "\x1b[2J\r\n\r\n"),
    /* Host. */
    BAD(400, LINE, "\r\n"),
    BAD(400, LINE "X: a\r\n", "\r\n"),
    BAD(400, LINE "X-Host: a\r\n", "\r\n"),
    BAD(400, "GET http://a/ HTTP/1.1\r\n", "\r\n"),
    BAD(400, "CONNECT a:1 HTTP/1.1\r\n", "\r\n"),
    BAD(400, HOST "Host: ", "a\r\n\r\n"),
    BAD(400, HOST "host: ", "b\r\n\r\n"),
    BAD(400, HOST "HOST:", "\r\n\r\n"),
    BAD(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: ", "a\r\n\r\n"),
    BAD(400, "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: ", "a\r\n\r\n"),
    BAD(400, LINE "Host: a", ", b\r\n\r\n"),
    BAD(400, LINE "Host: a", ",b\r\n\r\n"),
    BAD(400, LINE "Host: a", " b\r\n\r\n"),
    BAD(400, LINE "Host: a", "/\r\n\r\n"),
    BAD(400, LINE "Host: u", "@a\r\n\r\n"),
    BAD(400, LINE "Host: a", "?\r\n\r\n"),
    BAD(400, LINE "Host: a", "#\r\n\r\n"),
    BAD(400, LINE "Host: a", "\\\r\n\r\n"),
    BAD(400, LINE "Host: ", "\xc3\xa9\r\n\r\n"),
    BAD(400, LINE "Host: a:8", "a\r\n\r\n"),
    BAD(400, LINE "Host: a:80", ":80\r\n\r\n"),
    BAD(400, LINE "Host: a:", "-1\r\n\r\n"),
    BAD(400, LINE "Host: a:", "65536\r\n\r\n"),
    BAD(400, LINE "Host: a:", "99999999999999999999\r\n\r\n"),
    BAD(400, LINE "Host: ", ":80\r\n\r\n"),
    BAD(400, LINE "Host: a", "%2\r\n\r\n"),
    BAD(400, LINE "Host: a", "%z2\r\n\r\n"),
    BAD(400, LINE "Host: a", "%2z\r\n\r\n"),
    BAD(400, LINE "Host: [::1", "\r\n\r\n"),
    BAD(400, LINE "Host: [fe80::1", "%25eth0]\r\n\r\n"),
    BAD(400, LINE "Host: [", "]\r\n\r\n"),
    BAD(400, LINE "Host: http:", "//a\r\n\r\n"),
    /* Content-Length. */
    BAD(400, POST "Content-Length:", "\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "+5\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "-5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", ", 5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", ",5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", " 5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", ",\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", ".0\r\n\r\n"),
    BAD(400, POST "Content-Length: 0", "x5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", "e1\r\n\r\n"),
    BAD(400, POST "Content-Length: 1", "_0\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "\"5\"\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "five\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "\xd9\xa5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5", ";a=b\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "18446744073709551616\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "99999999999999999999\r\n\r\n"),
    BAD(400, POST "Content-Length: ", "000000000000000000005\r\n\r\n"),
    BAD(413, POST "Content-Length: ", "18446744073709551615\r\n\r\n"),
    BAD(413, POST "Content-Length: ", "1048577\r\n\r\n"),
    BAD(400, POST "Content-Length: 5\r\nContent-Length: ", "5\r\n\r\n"),
    BAD(400, POST "Content-Length: 5\r\nContent-Length: ", "6\r\n\r\n"),
    BAD(400, POST "Content-Length: 5\r\nX: y\r\ncontent-length: ",
        "5\r\n\r\n"),
    BAD(400, "POST / HTTP/1.0\r\nContent-Length: 5\r\nContent-Length: ",
        "5\r\n\r\n"),
    /* Transfer-Encoding. */
    BAD(400, POST "Content-Length: 5\r\nTransfer-Encoding: ",
        "chunked\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked\r\nContent-Length: ",
        "5\r\n\r\n"),
    BAD(400, POST "Content-Length: 0\r\nTransfer-Encoding: ", "x\r\n\r\n"),
    BAD(400, "POST / HTTP/1.0\r\nTransfer-Encoding: ", "chunked\r\n\r\n"),
    BAD(400, "POST / HTTP/1.0\r\nTransfer-Encoding: ", "gzip\r\n\r\n"),
    BAD(501, POST "Transfer-Encoding: ", "gzip\r\n\r\n"),
    BAD(501, POST "Transfer-Encoding: ", "identity\r\n\r\n"),
    BAD(501, POST "Transfer-Encoding: ", "gzip, chunked\r\n\r\n"),
    BAD(501, POST "Transfer-Encoding: ", "xchunked\r\n\r\n"),
    BAD(501, POST "Transfer-Encoding: ", "chunkedx\r\n\r\n"),
    BAD(501, POST "Transfer-Encoding: ", "foo;bar=\"a, chunked\"\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked, ", "gzip\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked, ", "chunked\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: ",
        "chunked\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: ",
        "identity\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked", ";a=b\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked", " x\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding:", "\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: ", ",chunked\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: chunked,", "\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: ", "\"chunked\"\r\n\r\n"),
    BAD(400, POST "Transfer-Encoding: ", "\x0b" "chunked\r\n\r\n"),
    /* Expect. */
    BAD(417, POST "Expect: ", "200-ok\r\n\r\n"),
    BAD(417, POST "Expect: 100-continue, ", "x\r\n\r\n"),
    BAD(417, POST "Expect: ", "100-continue;q=1\r\n\r\n")
};

static const struct bad_vector bad_answers[] = {
    BAD(400, "", "\r\nHTTP/1.1 200 OK\r\n\r\n"),
    BAD(400, "", "http/1.1 200 OK\r\n\r\n"),
    BAD(400, "", "ICY 200 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1", "\t200 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1", "1 200 OK\r\n\r\n"),
    BAD(505, "HTTP/", "2.0 200 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1 ", " 200 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1 20", " OK\r\n\r\n"),
    BAD(400, "HTTP/1.1 200", "0 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1 ", "-20 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1 ", "099 OK\r\n\r\n"),
    BAD(400, "HTTP/1.1 200", "\tOK\r\n\r\n"),
    BAD(400, "HTTP/1.1 200", "\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK", "\n\r\n"),
    BAD(400, "HTTP/1.1 200 O", "\0K\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK", "\x7f\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\n", " X: folded\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nX: a\r\n", " folded\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nX", " : a\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: ",
        "5\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nContent-Length: 5", ", 5\r\n\r\n"),
    BAD(400, "HTTP/1.1 204 No\r\nContent-Length: ", "+5\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: ",
        "chunked\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        "Content-Length: ", "5\r\n\r\n"),
    BAD(501, "HTTP/1.1 200 OK\r\nTransfer-Encoding: ", "gzip\r\n\r\n"),
    BAD(400, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, ",
        "chunked\r\n\r\n"),
    BAD(400, "HTTP/1.0 200 OK\r\nTransfer-Encoding: ", "chunked\r\n\r\n"),
    BAD(413, "HTTP/1.1 200 OK\r\nContent-Length: ", "1048577\r\n\r\n")
};

static void bad_table(char kind, const struct bad_vector *v, size_t n,
    const char *what)
{
    size_t failed = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t all[4096];

        memcpy(all, v[i].before.ptr, v[i].before.len);
        memcpy(all + v[i].before.len, v[i].rest.ptr, v[i].rest.len);
        if (!bad(kind, slice_of(all, v[i].before.len + v[i].rest.len),
            v[i].before.len, v[i].status)) {
            tap_show("before", v[i].before);
            tap_show("rest  ", v[i].rest);
            failed++;
        }
    }
    tap_ok(failed == 0, "%zu bad %s, each at its byte", n, what);
}

/* Puts every byte but elsewhere (it would begin another part) between the two
 * halves; those in allowed must pass, all others be refused at their place. */
static void sweep(const char *before, const char *rest, const char *allowed,
    bool high, char elsewhere, const char *what)
{
    struct http_limits max = http_limits_default();
    int wrong = -1;

    for (int c = 0; c < 256 && wrong < 0; c++) {
        uint8_t all[256];
        size_t n = strlen(before), m = strlen(rest);
        bool want = c >= 128 ? high : c && strchr(allowed, c);
        int r;

        if (elsewhere && c == elsewhere)
            continue;
        memcpy(all, before, n);
        all[n] = (uint8_t)c;
        memcpy(all + n + 1, rest, m);
        r = parse('q', guard_in(slice_of(all, n + 1 + m)), &max);
        if (want ? r != (int)(n + 1 + m) : r != -1 || fault.at != n)
            wrong = c;
    }
    tap_is_int(wrong, -1, what);
}

#define ALNUM "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define TCHAR ALNUM "!#$%&'*+-.^_`|~"      /* RFC 9110 5.6.2 */

static void sweeps(void)
{
    sweep("X", "X / HTTP/1.1\r\nHost: a\r\n\r\n", TCHAR, false, ' ',
        "all bytes in a method");
    sweep("GET /a", "b HTTP/1.1\r\nHost: a\r\n\r\n",
        ALNUM "-._~!$&'()*+,;=:@/?[]{}|^`", false, ' ',
        "all bytes in a target");
    sweep("GET / HTTP/1.1\r\nHost: a\r\nX", "X: y\r\n\r\n", TCHAR ":",
        false, 0, "all bytes in a field name");
    sweep("GET / HTTP/1.1\r\nHost: a\r\nX: y", "y\r\n\r\n",
        TCHAR "\t \"(),/:;<=>?@[\\]{}", true, 0, "all bytes in a value");
    sweep("GET / HTTP/1.1\r\nHost: a\r\nX: 12345678", "12345678\r\n\r\n",
        TCHAR "\t \"(),/:;<=>?@[\\]{}", true, 0, "the same, in words");
    sweep("GET / HTTP/1.1\r\nHost: a", "b\r\n\r\n", ALNUM "-._~!$&'()*+;=",
        false, ':', "all bytes in Host");
    sweep("GET / HTTP/1.1\r\nHost: a:1", "\r\n\r\n", "0123456789 \t", false,
        0, "all bytes in a port");
    sweep("GET / HTTP/1.", "\r\nHost: a\r\n\r\n", "0123456789", false,
        0, "all bytes as minor version");
    sweep("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1", "1\r\n\r\n",
        "0123456789", false, 0, "all bytes in Content-Length");
}

/* A request of exactly n bytes, its last field filled up. */
static struct slice sized(uint8_t *mem, size_t n, const char *begin,
    const char *end)
{
    size_t a = strlen(begin), b = strlen(end);

    memcpy(mem, begin, a);
    memset(mem + a, 'x', n - a - b);
    memcpy(mem + n - b, end, b);
    return slice_of(mem, n);
}

static void limits(void)
{
    struct http_limits max = http_limits_default();
    static uint8_t mem[65536];
    struct slice in;
    const char *rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
    size_t tail = strlen("Host: a\r\n\r\n");

    tap_is_int((int64_t)max.line, LIMIT_HTTP_LINE, "the line ceiling");
    tap_is_int((int64_t)max.head, LIMIT_HTTP_HEAD, "the head ceiling");
    tap_is_int((int64_t)max.body, LIMIT_HTTP_BODY, "the body ceiling");

    max = (struct http_limits){.line = 64, .head = 200, .body = 10};
    in = sized(mem, 64 + tail, "GET /", rest);
    tap_is_int(parse('q', guard_in(in), &max), (int64_t)in.len,
        "a request line of exactly the ceiling");
    in = sized(mem, 65 + tail, "GET /", rest);
    tap_ok(bad_within('q', in, 64, 414, &max), "one byte more is 414");
    in = sized(mem, 300, "GET /", "x");
    tap_ok(bad_within('q', in, 64, 414, &max), "and without an end, too");
    tap_is_int(parse('q', slice_head(in, 63), &max), 0, "not before");
    tap_is_int(parse('q', slice_head(in, 64), &max), -1,
        "but as soon as a buffer of that size is full");
    in = sized(mem, 300, "\r\nGET /", "x");
    tap_ok(bad_within('q', in, 66, 414, &max),
        "a skipped CRLF is not part of the line");

    in = sized(mem, 25 + 64 + 2, "GET / HTTP/1.1\r\nHost: a\r\nX: ",
        "\r\n\r\n");
    tap_is_int(parse('q', guard_in(in), &max), 91,
        "a field of exactly the ceiling");
    in = sized(mem, 25 + 65 + 2, "GET / HTTP/1.1\r\nHost: a\r\nX: ",
        "\r\n\r\n");
    tap_ok(bad_within('q', in, 25 + 64, 431, &max), "one byte more is 431");
    in = sized(mem, 300, "GET / HTTP/1.1\r\nHost: a\r\nX", "x");
    tap_ok(bad_within('q', in, 25 + 64, 431, &max), "a name without end");
    in = sized(mem, 300, "HTTP/1.1 200 O", "x");
    tap_ok(bad_within('a', in, 64, 431, &max), "a reason without end");

    max.line = 200;
    in = sized(mem, 200, "GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n");
    tap_is_int(parse('q', guard_in(in), &max), 200,
        "a head of exactly the ceiling");
    in = sized(mem, 201, "GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n");
    tap_ok(bad_within('q', in, 200, 431, &max), "one byte more is 431");
    in = sized(mem, 300, "GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\nY: z\r\n");
    tap_ok(bad_within('q', in, 200, 431, &max), "a head without end");
    tap_is_int(parse('q', slice_head(in, 199), &max), 0, "not before");
    tap_is_int(parse('q', slice_head(in, 200), &max), -1,
        "but as soon as a buffer of that size is full");

    in = SLICE(POST "Content-Length: 10\r\n\r\n");
    tap_is_int(parse('q', guard_in(in), &max), (int64_t)in.len,
        "a body of exactly the ceiling");
    in = SLICE(POST "Content-Length: 11\r\n\r\n");
    tap_ok(bad_within('q', in, 42, 413, &max), "one byte more is 413");
    in = SLICE("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    tap_ok(bad_within('q', in, 42, 413, &max), "HEAD may carry none either");
}

static void many_fields(void)
{
    struct http_limits max = http_limits_default();
    static uint8_t mem[4096];
    struct buf b;
    size_t before;
    int r;

    buf_over(&b, mem, sizeof mem);
    buf_adds(&b, LINE "Host: a\r\n");
    for (int i = 1; i < HTTP_HEADERS; i++)
        buf_addf(&b, "N%d: %d\r\n", i, i);
    before = b.len;
    buf_adds(&b, "\r\n");
    r = parse('q', guard_in(buf_slice(&b)), &max);
    tap_is_int(r, (int64_t)b.len, "as many fields as the table holds");
    tap_is_int((int64_t)h.headers, HTTP_HEADERS, "all of them counted");
    tap_is_str(http_get(&h, "n63"), "63", "the last one found");
    b.len = before;
    buf_adds(&b, "N64: 64\r\n\r\n");
    tap_ok(bad('q', buf_slice(&b), before, 431), "one more is 431");
}

int main(void)
{
    good_table('q', good_requests, sizeof good_requests
        / sizeof *good_requests, "requests");
    good_table('a', good_answers, sizeof good_answers / sizeof *good_answers,
        "answers");
    good_table('h', good_head_answers, sizeof good_head_answers
        / sizeof *good_head_answers, "answers to HEAD");
    bad_table('q', bad_requests, sizeof bad_requests / sizeof *bad_requests,
        "requests");
    bad_table('a', bad_answers, sizeof bad_answers / sizeof *bad_answers,
        "answers");
    sweeps();
    limits();
    many_fields();
    return tap_done();
}
