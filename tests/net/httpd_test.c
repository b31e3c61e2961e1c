/* httpd_test.c - the HTTP server over real sockets, asked byte by byte. */
#include "net/httpd.h"

#include <string.h>

#include "net/wsconn.h"
#include "tests/net/rig.h"

#define MAX_BODY 100000

static struct httpd *server;
static struct attempts *ring;
static struct request *kept;        /* /later has it */
static int gone;                    /* on_gone calls */
static int handled;
static char peer_seen[SYS_ADDR_TEXT];

/* ---- handlers ---- */

static void on_hello(struct request *r, void *arg)
{
    (void)arg;
    handled++;
    httpd_peer(r, peer_seen);
    httpd_answer(r, 200, "text/plain", SLICE("hi"), NULL);
}

static void on_echo(struct request *r, void *arg)
{
    (void)arg;
    handled++;
    httpd_answer(r, 200, "application/octet-stream", r->body, NULL);
}

static void on_rest(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, "text/plain", r->rest, "X-Route: star\r\n");
}

static void on_exact(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, NULL, SLICE("exact"), "Cache-Control: max-age=9\r\n");
}

static void on_gone(struct request *r)
{
    gone++;
    if (r == kept)
        kept = NULL;
}

static void on_later(struct request *r, void *arg)
{
    (void)arg;
    r->on_gone = on_gone;
    kept = r;
}

static void on_none(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 204, NULL, SLICE(""), NULL);
}

static void on_stream(struct request *r, void *arg)
{
    (void)arg;
    r->on_gone = on_gone;
    kept = r;
    httpd_stream(r, 200, "text/event-stream", NULL);
}

static void on_big(struct request *r, void *arg)
{
    static uint8_t block[1 << 20];

    (void)arg;
    memset(block, 'b', sizeof block);
    httpd_answer(r, 200, NULL, slice_of(block, sizeof block), NULL);
}

/* ---- a WebSocket behind /ws ---- */

static char heard[64];

static void ws_message(struct wsconn *w, void *arg, bool text,
    struct slice s)
{
    (void)arg;
    snprintf(heard, sizeof heard, "%s:%.*s", text ? "text" : "bin",
        SLICE_ARG(s));
    wsconn_send(w, text, s);
}

static const struct wsconn_ops ws_ops = {.name = "test ws",
    .on_message = ws_message};

static void on_ws(struct request *r, void *arg)
{
    (void)arg;
    httpd_upgrade(r, &ws_ops, NULL, 1000, "chat");
}

static const struct route routes[] = {
    {M_GET, "/hello", on_hello, ATTEMPT_NONE},
    {M_POST | M_PUT, "/echo", on_echo, ATTEMPT_WEBHOOK},
    {M_GET, "/v1/*", on_rest, ATTEMPT_NONE},
    {M_GET, "/v1/calls/*", on_rest, ATTEMPT_NONE},
    {M_GET, "/v1/calls/exact", on_exact, ATTEMPT_NONE},
    {M_DELETE, "/v1/calls/*", on_none, ATTEMPT_NONE},
    {M_GET, "/later", on_later, ATTEMPT_NONE},
    {M_GET, "/none", on_none, ATTEMPT_NONE},
    {M_GET, "/sse", on_stream, ATTEMPT_NONE},
    {M_GET, "/big", on_big, ATTEMPT_NONE},
    {M_GET, "/ws", on_ws, ATTEMPT_UPGRADE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static struct httpd_conf conf = {
    .routes = routes, .max_body = MAX_BODY, .head_timeout = 3000,
    .body_timeout = 4000, .idle_timeout = 20000, .max_conns = 1000,
    .trusted = "127.0.0.0/8, 10.0.0.0/8,::1",
};

static void start(void)
{
    struct sys_addr at = rig_addr(0);
    struct err err;

    conf.attempts = ring;
    server = httpd_new(rig_loop, &at, NULL, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

/* ---- asking ---- */

/* The bytes without their Date lines. */
static struct slice undated(struct buf *in)
{
    static uint8_t room[4 << 20];
    size_t n = 0;
    struct slice rest = buf_slice(in);

    while (rest.len) {
        size_t nl = slice_chr(rest, '\n');
        size_t len = nl == SLICE_NPOS ? rest.len : nl + 1;

        if (!slice_starts(rest, "Date: ")) {
            memcpy(room + n, rest.ptr, len);
            n += len;
        }
        rest = slice_from(rest, len);
    }
    return slice_of(room, n);
}

/* Sends s, the first n bytes apart; waits for an answer of want's length, or
 * for the end. */
static bool ask_split(struct slice s, size_t n, const char *want)
{
    struct raw r;
    bool good;

    raw_dial(&r, httpd_port(server));
    raw_send(&r, slice_head(s, n));
    if (n && n < s.len)
        rig_settle();
    raw_send(&r, slice_from(s, n));
    RIG_UNTIL(undated(&r.in).len >= strlen(want) || r.closed);
    good = slice_is(undated(&r.in), want);
    if (!good) {
        tap_show("got ", undated(&r.in));
        tap_show("want", slice_str(want));
    }
    raw_drop(&r);
    return good;
}

static void ask(const char *name, const char *s, const char *want)
{
    tap_ok(ask_split(slice_str(s), 0, want), "%s", name);
}

#define TEXT "Content-Type: text/plain\r\n"
#define PLAIN "Content-Type: text/plain; charset=utf-8\r\n"
#define NOSTORE "Cache-Control: no-store\r\n"
#define CLOSE "Connection: close\r\n"
#define HI "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "Content-Length: 2\r\n\r\nhi"
#define HI_CLOSE "HTTP/1.1 200 OK\r\n" TEXT NOSTORE CLOSE \
    "Content-Length: 2\r\n\r\nhi"
#define BYTES "Content-Type: application/octet-stream\r\n"
#define HOST "Host: x\r\n"

static void test_plain(void)
{
    ask("a GET", "GET /hello HTTP/1.1\r\n" HOST "\r\n", HI);
    ask("a GET after a CRLF", "\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n", HI);
    ask("absolute form", "GET http://y/hello?a=b HTTP/1.1\r\n" HOST "\r\n",
        HI);
    ask("a HEAD counts and sends nothing",
        "HEAD /hello HTTP/1.1\r\n" HOST "\r\nGET /hello HTTP/1.1\r\n" HOST
        CLOSE "\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE
        "Content-Length: 2\r\n\r\n" HI_CLOSE);
    ask("a POST", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"
        "hello", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 5\r\n\r\nhello");
    ask("a POST of nothing", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 0\r\n\r\n");
    ask("chunks", "PUT /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n"
        "T: v\r\n\r\n", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 5\r\n\r\nabcde");
    ask("204 has no length", "GET /none HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 204 No Content\r\n" NOSTORE "\r\n");
    ask("a star matches the rest", "GET /v1/requests HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "X-Route: star\r\n"
        "Content-Length: 8\r\n\r\nrequests");
    ask("the longer star wins", "GET /v1/calls/ab/hangup HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "X-Route: star\r\n"
        "Content-Length: 9\r\n\r\nab/hangup");
    ask("an exact path wins, and may say Cache-Control",
        "GET /v1/calls/exact HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\n"
        "Content-Length: 5\r\n\r\nexact");
    ask("another method of a starred path", "DELETE /v1/calls/exact HTTP/1.1"
        "\r\n" HOST "\r\n", "HTTP/1.1 204 No Content\r\n" NOSTORE "\r\n");
}

static void test_keeping(void)
{
    ask("Connection: close is echoed", "GET /hello HTTP/1.1\r\n" HOST CLOSE
        "\r\n", HI_CLOSE);
    ask("HTTP/1.0 closes", "GET /hello HTTP/1.0\r\n\r\n", HI_CLOSE);
    ask("HTTP/1.0 keeps alive when asked", "GET /hello HTTP/1.0\r\n"
        "Connection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "Connection: keep-alive\r\n"
        "Content-Length: 2\r\n\r\nhi" HI_CLOSE);
    ask("what follows a close is not answered", "GET /hello HTTP/1.1\r\n" HOST
        CLOSE "\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n", HI_CLOSE);
}

static void test_refusals(void)
{
    char big[20000], want[400];

    ask("404", "GET /nowhere HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE
        "Content-Length: 28\r\n\r\n404 Not Found: no such path\n");
    ask("404 keeps the connection and drops the body", "POST /x HTTP/1.1\r\n"
        HOST "Content-Length: 3\r\n\r\nabcGET /hello HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE
        "Content-Length: 28\r\n\r\n404 Not Found: no such path\n" HI);
    ask("405 says what is allowed", "DELETE /echo HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 405 Method Not Allowed\r\n" PLAIN NOSTORE
        "Allow: POST, PUT, OPTIONS\r\nContent-Length: 60\r\n\r\n"
        "405 Method Not Allowed: this path does not take that method\n");
    ask("OPTIONS", "OPTIONS /v1/calls/7 HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 204 No Content\r\n" NOSTORE
        "Allow: GET, HEAD, DELETE, OPTIONS\r\n\r\n");
    ask("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 204 No Content\r\n" NOSTORE
        "Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n\r\n");
    ask("501 for a method nobody knows", "BREW /hello HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 501 Not Implemented\r\n" PLAIN NOSTORE
        "Content-Length: 36\r\n\r\n501 Not Implemented: unknown method\n");
    ask("CONNECT", "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 405 Method Not Allowed\r\n" PLAIN NOSTORE
        "Allow: OPTIONS\r\nContent-Length: 60\r\n\r\n"
        "405 Method Not Allowed: this path does not take that method\n");
    ask("400 names the byte", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 67\r\n\r\n400 Bad Request: blank before the colon, "
        "at byte 25 of the request\n");
    ask("400 for a length twice", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 5, 5\r\n\r\nhello", "HTTP/1.1 400 Bad Request\r\n"
        PLAIN NOSTORE CLOSE "Content-Length: 72\r\n\r\n400 Bad Request: "
        "Content-Length is no number, at byte 47 of the request\n");
    ask("505", "GET /hello HTTP/2.0\r\n", "HTTP/1.1 505 HTTP Version Not "
        "Supported\r\n" PLAIN NOSTORE CLOSE "Content-Length: 86\r\n\r\n"
        "505 HTTP Version Not Supported: only HTTP/1 is spoken here, "
        "at byte 16 of the request\n");
    ask("417", "POST /echo HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n",
        "HTTP/1.1 417 Expectation Failed\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 71\r\n\r\n417 Expectation Failed: unknown "
        "expectation, at byte 38 of the request\n");
    ask("a bad chunk, with its byte", "POST /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 400 Bad Request\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 67\r\n\r\n400 Bad Request: a chunk without a size"
        ", at byte 60 of the request\n");
    ask("413 for a length", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 100001\r\n\r\n",
        "HTTP/1.1 413 Content Too Large\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 71\r\n\r\n413 Content Too Large: the body is too "
        "long, at byte 46 of the request\n");
    memset(big, 'a', sizeof big);
    memcpy(big, "GET /", 5);
    big[9000] = 0;
    snprintf(want, sizeof want, "HTTP/1.1 414 URI Too Long\r\n" PLAIN NOSTORE
        CLOSE "Content-Length: 76\r\n\r\n414 URI Too Long: the request line "
        "is too long, at byte 8192 of the request\n");
    ask("414", big, want);
}

static void add_filler(struct buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addc(b, (uint8_t)('a' + i % 26));
}

static void test_long(void)
{
    struct raw r;
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_adds(&b, "GET /hello HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 20; i++) {
        buf_adds(&b, "X: ");
        add_filler(&b, 1000);
        buf_adds(&b, "\r\n");
    }
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 431 "),
        "431 for a head over 16 KiB");
    tap_ok(r.err.code == ERR_NONE, "and the close is a clean one");
    raw_drop(&r);
    buf_clear(&b);
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 101; i++) {
        buf_adds(&b, "3e8\r\n");
        add_filler(&b, 1000);
        buf_adds(&b, "\r\n");
    }
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 413 "),
        "413 for chunks over the ceiling");
    raw_drop(&r);
    buf_clear(&b);
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n"
        CLOSE "\r\n");
    add_filler(&b, 100000);
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len > 100000 && slice_eq(slice_from(buf_slice(&r.in),
        r.in.len - 100000), slice_from(buf_slice(&b), b.len - 100000)),
        "a body of many reads comes back whole");
    raw_drop(&r);
    buf_free(&b);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /big HTTP/1.1\r\n" HOST "\r\n"
        "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len > 1 << 20 && slice_ends(buf_slice(&r.in), "\r\n\r\nhi"),
        "an answer over the queue's ceiling, and the next one behind it");
    raw_drop(&r);
}

static void test_splits(void)
{
    static const struct {
        const char *name, *in, *want;
    } list[] = {
        {"pipelined GETs", "GET /hello HTTP/1.1\r\n" HOST "\r\n"
            "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n", HI HI_CLOSE},
        {"a POST", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 11\r\n"
            CLOSE "\r\nhello world", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE CLOSE
            "Content-Length: 11\r\n\r\nhello world"},
        {"chunks", "POST /echo HTTP/1.1\r\n" HOST CLOSE
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n"
            "0\r\n\r\n", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE CLOSE
            "Content-Length: 11\r\n\r\nhello world"},
        {"a broken head", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n" PLAIN NOSTORE CLOSE
            "Content-Length: 67\r\n\r\n400 Bad Request: blank before the "
            "colon, at byte 25 of the request\n"},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct slice s = slice_str(list[i].in);
        size_t bad = 0;
        struct raw r;

        for (size_t n = 1; n < s.len; n++)
            bad += !ask_split(s, n, list[i].want);
        tap_ok(bad == 0, "%s, cut at every byte", list[i].name);
        raw_dial(&r, httpd_port(server));
        for (size_t n = 0; n < s.len && r.c; n++) {
            raw_send(&r, slice_of(s.ptr + n, 1));
            rig_settle();
        }
        RIG_UNTIL(r.closed);
        tap_is_str(undated(&r.in), list[i].want, "and byte by byte");
        raw_drop(&r);
    }
}

static void test_expect(void)
{
    struct raw r;

    raw_dial(&r, httpd_port(server));
    raw_says(&r, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 2\r\n\r\n");
    RIG_UNTIL(r.in.len >= 25 || r.closed);
    tap_is_str(buf_slice(&r.in), "HTTP/1.1 100 Continue\r\n\r\n",
        "100 before the body");
    buf_clear(&r.in);
    raw_says(&r, "ok");
    RIG_UNTIL(slice_ends(buf_slice(&r.in), "ok") || r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 200 "), "then the answer");
    buf_clear(&r.in);
    raw_says(&r, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 2\r\n\r\nok");
    RIG_UNTIL(slice_ends(buf_slice(&r.in), "ok") || r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 200 "),
        "no 100 when the body is here");
    buf_clear(&r.in);
    raw_says(&r, "POST /nowhere HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 2\r\n\r\n");
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 404 "),
        "a refusal instead of 100, and the end");
    raw_drop(&r);
}

static void test_order(void)
{
    struct raw r;

    raw_dial(&r, httpd_port(server));
    handled = 0;
    raw_says(&r, "GET /later HTTP/1.1\r\n" HOST "\r\n"
        "GET /hello HTTP/1.1\r\n" HOST "\r\n"
        "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    rig_settle();
    tap_ok(handled == 0 && r.in.len == 0,
        "the next request is not read before the answer");
    tap_is_str(kept->head.host, "x", "slices live on");
    httpd_answer(kept, 200, NULL, SLICE("first"), NULL);
    kept = NULL;
    RIG_UNTIL(kept);
    rig_settle();
    tap_ok(handled == 1, "then the one behind it, up to the next slow one");
    httpd_answer(kept, 200, NULL, SLICE("third"), NULL);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_is_str(undated(&r.in), "HTTP/1.1 200 OK\r\n" NOSTORE
        "Content-Length: 5\r\n\r\nfirst" HI "HTTP/1.1 200 OK\r\n" NOSTORE
        "Content-Length: 5\r\n\r\nthird" HI_CLOSE, "all in order");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    gone = 0;
    raw_says(&r, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    raw_drop(&r);
    RIG_UNTIL(gone);
    tap_ok(gone == 1 && !kept, "a peer that leaves is told once");
}

static void test_many(void)
{
    struct buf b;
    struct raw r;
    size_t each;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_adds(&b, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    buf_adds(&b, "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    raw_dial(&r, httpd_port(server));
    handled = 0;
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    each = strlen(HI);
    tap_is_int(handled, 3001, "3001 pipelined requests are handled");
    tap_is_int((int64_t)undated(&r.in).len, (int64_t)(3000 * each
        + strlen(HI_CLOSE)), "and answered");
    raw_drop(&r);
    buf_free(&b);
}

/* One write, one read, no allocation a request on a kept connection. */
static void test_cost(void)
{
    static const char ask_it[] = "POST /echo HTTP/1.1\r\n" HOST
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "X-Twilio-Signature: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
        "Content-Length: 9\r\n\r\nCallSid=1";
    struct sys_counts before, after;
    uint64_t blocks;
    size_t each;
    struct raw r;

    raw_dial(&r, httpd_port(server));
    for (int i = 0; i < 2; i++) {
        raw_says(&r, ask_it);
        RIG_UNTIL(slice_ends(buf_slice(&r.in), "CallSid=1"));
        each = r.in.len;
        buf_clear(&r.in);
    }
    blocks = mem_count();
    before = sys_counts();
    for (int i = 0; i < 100; i++) {
        raw_says(&r, ask_it);
        RIG_UNTIL(r.in.len >= each);
        buf_clear(&r.in);
    }
    after = sys_counts();
    tap_is_int((int64_t)(mem_count() - blocks), 0,
        "100 webhooks allocate nothing, on either side");
    tap_is_int((int64_t)(after.writes - before.writes), 200, "two writes");
    tap_is_int((int64_t)(after.reads - before.reads), 200,
        "and two reads each, one of them the client's");
    raw_drop(&r);
}

static void test_deadlines(void)
{
    struct raw r;
    int64_t began;

    raw_dial(&r, httpd_port(server));
    began = sys_now();
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len == 0 && sys_now() - began < 5100,
        "a peer that says nothing is left without a word");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    began = sys_now();
    for (int i = 0; i < 100 && r.c; i++) {      /* a slow loris */
        raw_says(&r, i == 0 ? "GET /hello HTTP/1.1\r\nX: " : "x");
        rig_wait(500);
    }
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 408 ")
        && sys_now() - began < 5000, "408 for a head that trickles");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    began = sys_now();
    raw_says(&r, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 900\r\n"
        "\r\n");
    for (int i = 0; i < 100 && r.c; i++) {
        raw_says(&r, "x");
        rig_wait(500);
    }
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 408 ")
        && sys_now() - began < 6000, "408 for a body that trickles");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len);
    rig_wait(15000);
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    rig_wait(15000);
    tap_ok(!r.closed && slice_is(undated(&r.in), HI HI),
        "a kept connection may be idle for a while");
    began = sys_now();
    RIG_UNTIL(r.closed);
    tap_ok(slice_is(undated(&r.in), HI HI) && sys_now() - began < 7000,
        "then it is closed without a word");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /later HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(kept);
    rig_wait(60000);
    tap_ok(!r.closed, "a handler may take its time");
    httpd_answer(kept, 200, NULL, SLICE("late"), NULL);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_ok(slice_ends(buf_slice(&r.in), "late"), "and is heard");
    raw_drop(&r);
}

static void test_slow_reader(void)
{
    struct raw r;
    int64_t began;

    raw_dial(&r, httpd_port(server));
    for (int i = 0; i < 20; i++)
        raw_says(&r, "GET /big HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len > 0);
    conn_pause(r.c, true);
    began = sys_now();
    rig_wait(60000);
    conn_pause(r.c, false);
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len < 20u << 20 && sys_now() - began < 70000,
        "a peer that does not read its answers is cut");
    raw_drop(&r);
}

static void test_stream(void)
{
    static uint8_t block[16384];
    bool full = false;
    struct raw r;

    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /sse HTTP/1.1\r\n" HOST "\r\n"
        "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(r.in.len);
    rig_settle();
    tap_is_str(undated(&r.in), "HTTP/1.1 200 OK\r\nContent-Type: "
        "text/event-stream\r\n" NOSTORE "Transfer-Encoding: chunked\r\n\r\n",
        "a stream's head comes at once");
    buf_clear(&r.in);
    httpd_piece(kept, SLICE("data: one\n\n"));
    httpd_piece(kept, SLICE(""));
    rig_wait(100000);
    httpd_piece(kept, SLICE("data: two two two\n\n"));
    rig_settle();
    tap_is_str(buf_slice(&r.in), "b\r\ndata: one\n\n\r\n"
        "13\r\ndata: two two two\n\n\r\n", "its pieces as they come");
    buf_clear(&r.in);
    httpd_finish(kept);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_is_str(undated(&r.in), "0\r\n\r\n" HI_CLOSE,
        "its end, then the next request");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /sse HTTP/1.0\r\n\r\n");
    RIG_UNTIL(kept);
    httpd_piece(kept, SLICE("plain"));
    httpd_finish(kept);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_is_str(undated(&r.in), "HTTP/1.1 200 OK\r\nContent-Type: "
        "text/event-stream\r\n" NOSTORE CLOSE "\r\nplain",
        "HTTP/1.0 gets it until the close");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    gone = 0;
    raw_says(&r, "GET /sse HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    raw_drop(&r);
    RIG_UNTIL(gone);
    tap_ok(gone == 1 && !kept, "a stream's reader that leaves is told");
    raw_dial(&r, httpd_port(server));
    gone = 0;
    raw_says(&r, "GET /sse HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len);
    buf_clear(&r.in);
    conn_pause(r.c, true);
    while (kept && r.in.len == 0 && !full) {
        full = httpd_piece(kept, slice_of(block, sizeof block)) == -1;
        rig_settle();
    }
    tap_ok(full && kept, "a stream nobody reads ends at the ceiling");
    RIG_UNTIL(gone);
    tap_ok(gone == 1, "and is cut in the end");
    conn_pause(r.c, false);
    raw_drop(&r);
}

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UP "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define ACCEPT "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
    "Connection: Upgrade\r\n" \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

static void test_upgrade(void)
{
    /* RFC 6455 5.7: "Hello", masked with 37 fa 21 3d. */
    static const char hello[] = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51"
        "\x58";
    static const char request[] = "GET /ws HTTP/1.1\r\n" HOST UP KEY
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    static const char want[] = ACCEPT "\r\n\x81\x05Hello";
    struct raw r;
    struct buf b;
    size_t bad = 0;

    buf_init(&b, 1000);
    buf_adds(&b, request);
    buf_adds(&b, hello);
    for (size_t n = 0; n < b.len; n++) {
        heard[0] = 0;
        raw_dial(&r, httpd_port(server));
        raw_send(&r, slice_head(buf_slice(&b), n));
        if (n)
            rig_settle();
        raw_send(&r, slice_from(buf_slice(&b), n));
        RIG_UNTIL(r.in.len >= sizeof want - 1 || r.closed);
        bad += !slice_is(buf_slice(&r.in), want)
            || strcmp(heard, "text:Hello") != 0;
        raw_drop(&r);
    }
    tap_ok(bad == 0, "101 and nothing more; a frame behind the request, cut "
        "at every byte, is heard");
    buf_clear(&b);
    buf_adds(&b, "GET /ws HTTP/1.1\r\n" HOST UP KEY
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a, chat\r\n"
        "\r\n");
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(slice_ends(buf_slice(&r.in), "\r\n\r\n") || r.closed);
    tap_is_str(buf_slice(&r.in), ACCEPT "Sec-WebSocket-Protocol: chat\r\n"
        "\r\n", "the subprotocol, when it was offered");
    raw_drop(&r);
    buf_free(&b);
}

static void test_no_upgrade(void)
{
    static const struct {
        const char *name, *in, *hint;
        int status;
    } list[] = {
        {"no Upgrade header", "GET /ws HTTP/1.1\r\n" HOST
            "Connection: close\r\n" KEY "Sec-WebSocket-Version: 13\r\n\r\n",
            "\"Upgrade: websocket\" is not", 426},
        {"no Connection header", "GET /ws HTTP/1.1\r\n" HOST
            "Upgrade: websocket\r\n" KEY "Sec-WebSocket-Version: 13\r\n\r\n",
            "\"Connection: Upgrade\" is not", 426},
        {"a plain GET", "GET /ws HTTP/1.1\r\n" HOST "\r\n",
            "wants a WebSocket upgrade", 426},
        {"version 8", "GET /ws HTTP/1.1\r\n" HOST UP KEY
            "Sec-WebSocket-Version: 8\r\n\r\n", "13", 426},
        {"no key", "GET /ws HTTP/1.1\r\n" HOST UP
            "Sec-WebSocket-Version: 13\r\n\r\n", "Sec-WebSocket-Key", 400},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct slice in;
        struct raw r;
        char start_of[32];

        raw_dial(&r, httpd_port(server));
        raw_says(&r, list[i].in);
        RIG_UNTIL(slice_ends(buf_slice(&r.in), "\n") && r.in.len > 300);
        in = buf_slice(&r.in);
        snprintf(start_of, sizeof start_of, "HTTP/1.1 %d ", list[i].status);
        tap_ok(slice_starts(in, start_of)
            && slice_find(in, slice_str(list[i].hint)) != SLICE_NPOS
            && (list[i].status != 426
                || (slice_find(in, SLICE("\r\nSec-WebSocket-Version: 13\r\n"))
                    != SLICE_NPOS
                && slice_find(in, SLICE("\r\nUpgrade: websocket\r\n"))
                    != SLICE_NPOS))
            && (i > 1) == (slice_find(in, SLICE("proxy_set_header"))
                == SLICE_NPOS), "%s: %d and why", list[i].name,
            list[i].status);
        raw_drop(&r);
    }
}

static void peer_is(const char *header, const char *want)
{
    char text[300];
    struct raw r;

    snprintf(text, sizeof text, "GET /hello HTTP/1.1\r\n" HOST "%s\r\n",
        header);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, text);
    RIG_UNTIL(r.in.len || r.closed);
    tap_ok(!strcmp(peer_seen, want), "%s comes from %s, found %s",
        header[0] ? "forwarded" : "a request", want, peer_seen);
    raw_drop(&r);
}

static void test_peer(void)
{
    peer_is("", "127.0.0.1");
    peer_is("X-Forwarded-For: 8.8.8.8\r\n", "8.8.8.8");
    peer_is("X-Forwarded-For: 1.1.1.1, 8.8.8.8, 10.1.2.3\r\n", "8.8.8.8");
    peer_is("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 10.9.9.9\r\n",
        "1.1.1.1");
    peer_is("X-Forwarded-For: [2001:db8::7]:443\r\n", "2001:db8::7");
    peer_is("X-Forwarded-For: 8.8.4.4:99\r\n", "8.8.4.4");
    peer_is("X-Forwarded-For: 1.1.1.1, junk\r\n", "127.0.0.1");
}

static void refuse_json(struct buf *out, int status, const char *why,
    const struct http *head)
{
    struct slice path = head ? head->path : SLICE("?");

    buf_addf(out, "{%d,%s,%.*s}", status, why, SLICE_ARG(path));
}

static void test_refuse(void)
{
    httpd_free(server);
    conf.refuse = refuse_json;
    start();
    ask("the owner's shape of a refusal", "GET /nowhere HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 404 Not Found\r\nContent-Type: application/json"
        "\r\n" NOSTORE "Content-Length: 27\r\n\r\n"
        "{404,no such path,/nowhere}");
    ask("and of a broken request", "nonsense\r\n", "HTTP/1.1 400 Bad Request"
        "\r\nContent-Type: application/json\r\n" NOSTORE CLOSE
        "Content-Length: 62\r\n\r\n{400,byte not allowed in a method, at "
        "byte 8 of the request,?}");
}

static void test_attempts(void)
{
    const struct attempt *a = NULL, *last = NULL;

    attempts_free(ring);
    ring = attempts_new();
    httpd_free(server);
    conf.refuse = NULL;
    start();
    ask("an unmatched upgrade", "GET /media HTTP/1.1\r\n" HOST UP KEY
        "Sec-WebSocket-Version: 13\r\nCookie: secretsecretsecret\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE
        "Content-Length: 28\r\n\r\n404 Not Found: no such path\n");
    ask("a webhook", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 1\r\n\r\nx", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 1\r\n\r\nx");
    ask("a page", "GET /hello HTTP/1.1\r\n" HOST "\r\n", HI);
    a = attempts_after(ring, 0);
    tap_ok(a && a->kind == ATTEMPT_UPGRADE && a->status == 404
        && !strcmp(a->why, "no such path") && !strcmp(a->peer, "127.0.0.1")
        && strstr(a->head, "Cookie: secr****"), "the upgrade is kept");
    last = a ? attempts_after(ring, a->id) : NULL;
    tap_ok(last && last->kind == ATTEMPT_WEBHOOK && last->status == 200
        && last->ms >= 0 && !strncmp(last->head, "POST /echo", 10),
        "the webhook is kept");
    tap_ok(last && !attempts_after(ring, last->id), "the page is not");
}

static void test_drain(void)
{
    struct raw idle, busy, late;

    raw_dial(&idle, httpd_port(server));
    raw_says(&idle, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    raw_dial(&busy, httpd_port(server));
    raw_says(&busy, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept && idle.in.len);
    httpd_drain(server);
    RIG_UNTIL(idle.closed);
    tap_ok(idle.closed && !busy.closed, "draining closes what is idle");
    httpd_answer(kept, 200, NULL, SLICE("last"), NULL);
    kept = NULL;
    RIG_UNTIL(busy.closed);
    tap_ok(slice_find(buf_slice(&busy.in), SLICE(CLOSE)) != SLICE_NPOS
        && slice_ends(buf_slice(&busy.in), "last"),
        "and what is busy after its answer");
    raw_drop(&idle);
    raw_drop(&busy);
    httpd_free(server);
    start();
    raw_dial(&late, httpd_port(server));
    gone = 0;
    raw_says(&late, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    httpd_free(server);
    tap_ok(gone == 1 && !kept, "freeing tells the one that waits");
    RIG_UNTIL(late.closed);
    tap_ok(late.closed, "and cuts it");
    raw_drop(&late);
}

int main(void)
{
    struct err err;
    struct sys_addr at;

    rig_start();
    at = rig_addr(0);
    ring = attempts_new();
    start();
    test_plain();
    test_keeping();
    test_refusals();
    test_long();
    test_splits();
    test_expect();
    test_order();
    test_many();
    test_cost();
    test_deadlines();
    test_slow_reader();
    test_stream();
    test_upgrade();
    test_no_upgrade();
    test_peer();
    test_refuse();
    test_attempts();
    test_drain();
    conf.trusted = "10.0.0.0/33";
    tap_ok(!httpd_new(rig_loop, &at, NULL, &conf, &err)
        && err.code == ERR_CONF, "a network of 33 bits is refused");
    attempts_free(ring);
    rig_end();
    return tap_done();
}
