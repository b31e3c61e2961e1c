/* httpc_test.c - the HTTP client against a server that writes bytes by hand. */
#include "net/httpc.h"

#include <string.h>

#include "net/tlsio.h"
#include "tests/net/certs.h"
#include "tests/net/rig.h"

#define FARS 64

static struct listener *listener;
static struct raw far[FARS];        /* what the server accepted, in order */
static int fars;
static const char *canned;          /* the answer to every whole head */
static int hang_up;                 /* close after so many answers; 0: never */
static int answers;
static struct httpc *client;
static struct attempts *ring;

static void far_heard(struct raw *r)
{
    if (!canned || !slice_ends(buf_slice(&r->in), "\r\n\r\n"))
        return;
    answers++;
    raw_says(r, canned);
    if (hang_up && answers >= hang_up)
        conn_close(r->c);
}

static void on_accept(struct conn *c, void *arg)
{
    struct raw *r = &far[fars++];

    (void)arg;
    if (fars == FARS)
        exit(1);
    *r = (struct raw){.c = c, .open = true, .heard = far_heard};
    buf_init(&r->in, 64u << 20);
    conn_adopt(c, &raw_ops, r);
}

static void far_reset(void)
{
    for (int i = 0; i < fars; i++)
        raw_drop(&far[i]);
    fars = answers = hang_up = 0;
    canned = NULL;
    rig_settle();           /* the client sees that they are gone */
}

/* ---- the side under test ---- */

struct result {
    int calls;
    int status;
    char body[4000], server[64];
    size_t len;
    bool sent, failed;
    int64_t ms;
    struct err err;
    struct httpc_call *call;    /* to cancel from within done */
    bool free_client, again;
    struct buf pieces;
    int piece_calls, cancel_at, free_at;
};

static void start_again(struct result *r);

static void on_done(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct result *r = arg;

    r->calls++;
    r->sent = a->sent;
    r->ms = a->ms;
    r->failed = err != NULL;
    if (err) {
        r->err = *err;
        r->status = a->head ? a->head->status : 0;
    } else {
        r->status = a->head->status;
        r->len = a->body.len;
        snprintf(r->body, sizeof r->body, "%.*s", SLICE_ARG(a->body));
        snprintf(r->server, sizeof r->server, "%.*s",
            SLICE_ARG(http_get(a->head, "Server")));
    }
    if (r->call)
        httpc_cancel(r->call);
    if (r->free_client) {
        httpc_free(client);
        client = NULL;
    }
    if (r->again)
        start_again(r);
}

static void on_piece(void *arg, const struct http *head, struct slice s)
{
    struct result *r = arg;

    r->status = head->status;
    buf_add(&r->pieces, s);
    r->piece_calls++;
    if (r->cancel_at == r->piece_calls)
        httpc_cancel(r->call);
    if (r->free_at == r->piece_calls) {
        r->call = NULL;
        httpc_free(client);
        client = NULL;
    }
}

static void client_new(size_t max_kept)
{
    struct httpc_conf conf = {.max_kept = max_kept, .keep_ms = 10000,
        .attempts = ring, .user_agent = "concierge/test"};
    struct err err;

    client = httpc_new(rig_loop, &conf, &err);
    if (!client)
        exit(1);
}

static struct httpc_request req;        /* what go() sends */

static struct httpc_call *go(struct result *r, const char *method,
    const char *path)
{
    static char url[200];
    struct httpc_call *c;
    struct err err;

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s",
        listener_port(listener), path);
    *r = (struct result){.calls = 0};
    buf_init(&r->pieces, 1 << 20);
    req.method = method;
    req.url = slice_str(url);
    if (!req.timeout)
        req.timeout = 5000;
    c = httpc_start(client, &req, on_done, r, &err);
    if (!c) {
        r->calls = 1;
        r->failed = true;
        r->err = err;
    } else if (r->calls) {
        printf("Bail out! done before the start returned\n");
        exit(1);
    }
    return c;
}

static void get(struct result *r, const char *method, const char *path)
{
    go(r, method, path);
    RIG_UNTIL(r->calls);
}

static void start_again(struct result *r)
{
    r->again = false;
    go(r, "GET", "/again");
}

#define OK "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2\r\n\r\nhi"
#define OK_CLOSE "HTTP/1.1 200 OK\r\nConnection: close\r\n" \
    "Content-Length: 2\r\n\r\nhi"

static void test_request(void)
{
    struct result r;
    char want[500];
    struct err err;

    canned = OK;
    get(&r, "GET", "/a?b=c");
    snprintf(want, sizeof want, "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d"
        "\r\nUser-Agent: concierge/test\r\n\r\n", listener_port(listener));
    tap_is_str(buf_slice(&far[0].in), want, "a GET");
    tap_ok(!r.failed && r.status == 200 && !strcmp(r.body, "hi")
        && !strcmp(r.server, "s") && r.sent, "and its answer");
    buf_clear(&far[0].in);
    req = (struct httpc_request){.headers = "Accept: text/plain\r\n",
        .type = "application/x-www-form-urlencoded",
        .body = SLICE("To=%2B1\r\n\r\n"), .user = SLICE("Aladdin"),
        .password = SLICE("open sesame")};
    get(&r, "POST", "");
    snprintf(want, sizeof want, "POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        "User-Agent: concierge/test\r\n"
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"
        "Accept: text/plain\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 11\r\n\r\nTo=%%2B1\r\n\r\n",
        listener_port(listener));
    tap_is_str(buf_slice(&far[0].in), want, "a POST, RFC 7617 2");
    buf_clear(&far[0].in);
    req = (struct httpc_request){.bearer = SLICE("sk-1")};
    get(&r, "POST", "/");
    tap_ok(slice_find(buf_slice(&far[0].in), SLICE("\r\nAuthorization: Bearer "
        "sk-1\r\nContent-Length: 0\r\n")) != SLICE_NPOS,
        "a bearer; an empty POST says so");
    req.bearer = SLICE("a\nb");
    get(&r, "GET", "/");
    tap_ok(r.failed && r.err.code == ERR_CONF, "a line end in it: %s",
        r.err.msg);
    req = (struct httpc_request){.user = SLICE("a:b")};
    get(&r, "GET", "/");
    tap_ok(r.failed && r.err.code == ERR_CONF, "a colon in a user: %s",
        r.err.msg);
    req = (struct httpc_request){.method = "GET", .timeout = 1000,
        .url = SLICE("https://x/")};
    tap_ok(!httpc_start(client, &req, on_done, &r, &err)
        && err.code == ERR_CONF, "no TLS set up: %s", err.msg);
    req.url = SLICE("ftp://x/");
    tap_ok(!httpc_start(client, &req, on_done, &r, &err)
        && err.code == ERR_CONF, "%s", err.msg);
    req.url = SLICE("http://u:p@x/");
    tap_ok(!httpc_start(client, &req, on_done, &r, &err)
        && err.code == ERR_CONF, "%s", err.msg);
    req.url = SLICE("http://luigi.test/");
    tap_ok(!httpc_start(client, &req, on_done, &r, &err)
        && err.code == ERR_CONF, "%s", err.msg);
    req = (struct httpc_request){.timeout = 5000};
    tap_is_int(fars, 1, "all on one connection");
    far_reset();
}

/* Every answer, whole and cut at every byte, on kept connections or not. */
static void test_answers(void)
{
    static const struct {
        const char *name, *method, *in, *body;
        int status;
        bool to_close;
    } list[] = {
        {"a length", "GET", OK, "hi", 200, false},
        {"chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            "\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nT: x\r\n\r\n", "hello", 200,
            false},
        {"until the close", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", "hello",
            200, true},
        {"204", "DELETE", "HTTP/1.1 204 No Content\r\n\r\n", "", 204, false},
        {"304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n"
            "\r\n", "", 304, false},
        {"an empty body", "GET", "HTTP/1.1 404 Not Found\r\n"
            "Content-Length: 0\r\n\r\n", "", 404, false},
        {"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "",
            200, false},
        {"interim answers", "GET", "HTTP/1.1 100 Continue\r\n\r\n"
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK, "hi", 200,
            false},
        {"a redirect is an answer", "GET", "HTTP/1.1 302 Found\r\n"
            "Location: /b\r\nContent-Length: 0\r\n\r\n", "", 302, false},
        {"HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\n\r\nold", "old", 200, true},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct slice s = slice_str(list[i].in);
        size_t bad = 0;

        for (size_t n = 0; n <= s.len; n++) {
            struct result r;
            int on = fars ? 0 : fars;

            if (list[i].to_close)
                far_reset();
            go(&r, list[i].method, "/");
            RIG_UNTIL(fars && slice_ends(buf_slice(&far[0].in), "\r\n\r\n"));
            buf_clear(&far[on].in);
            raw_send(&far[on], slice_head(s, n));
            rig_settle();
            raw_send(&far[on], slice_from(s, n));
            if (list[i].to_close)
                conn_close(far[on].c);
            RIG_UNTIL(r.calls);
            if (r.failed || r.status != list[i].status
                || strcmp(r.body, list[i].body) || r.calls != 1) {
                printf("# cut at %zu: %d \"%s\" %s\n", n, r.status, r.body,
                    r.err.msg);
                bad++;
            }
        }
        tap_ok(bad == 0 && fars == 1, "%s, cut at every byte", list[i].name);
        far_reset();
        rig_settle();
    }
}

static void fails(const char *name, const char *in, bool close_it,
    enum err_code code, const char *word)
{
    struct result r;

    go(&r, "GET", "/");
    RIG_UNTIL(fars && slice_ends(buf_slice(&far[0].in), "\r\n\r\n"));
    raw_says(&far[0], in);
    if (close_it)
        conn_close(far[0].c);
    RIG_UNTIL(r.calls);
    tap_ok(r.calls == 1 && r.failed && r.err.code == code && r.sent
        && strstr(r.err.msg, word), "%s: %s", name, r.err.msg);
    tap_is_int(r.status, strncmp(in, "HTTP/1.1 2", 10) == 0
        && strstr(in, "\r\n\r\n") ? 200 : 0,
        "it has the head that was whole");
    rig_wait(100);
    tap_is_int(fars, 1, "and it is not tried again");
    far_reset();
}

static void test_failures(void)
{
    struct result r;

    fails("a cut length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        true, ERR_NET, "inside the answer");
    fails("cut chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        "\r\n3\r\nhel\r\n", true, ERR_NET, "inside the answer");
    fails("a cut head", "HTTP/1.1 200 OK\r\nConte", true, ERR_NET,
        "inside the answer");
    fails("no answer", "", true, ERR_NET, "before an answer");
    fails("no HTTP", "220 smtp ready\r\n", false, ERR_PROTO, "");
    fails("101", "HTTP/1.1 101 Switching\r\n\r\n", false, ERR_PROTO,
        "nobody asked");
    fails("a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        "\r\nxx\r\n", false, ERR_PROTO, "");
    req.max_answer = 10;
    fails("a long length", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
        false, ERR_LIMIT, "too long");
    fails("long chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        "\r\n9\r\n123456789\r\n2\r\n12\r\n0\r\n\r\n", false, ERR_LIMIT,
        "");
    fails("a long body", "HTTP/1.1 200 OK\r\n\r\n12345678901", false,
        ERR_LIMIT, "too long");
    canned = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890";
    get(&r, "GET", "/");
    tap_ok(!r.failed && r.len == 10, "exactly the ceiling");
    req.max_answer = 0;
    far_reset();
}

static void test_deadline(void)
{
    struct result r;

    go(&r, "POST", "/");
    RIG_UNTIL(r.calls);
    tap_ok(r.failed && r.err.code == ERR_TIMEOUT && r.ms == 5000 && r.sent,
        "no answer in 5 s: %s", r.err.msg);
    far_reset();
    go(&r, "GET", "/");
    RIG_UNTIL(fars && far[0].in.len);
    raw_says(&far[0], "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 20 && !r.calls; i++) {
        raw_says(&far[0], "x");
        rig_wait(1000);
    }
    tap_ok(r.failed && r.err.code == ERR_TIMEOUT && r.ms == 5000,
        "the deadline is for everything: %s", r.err.msg);
    far_reset();
}

static void test_pool(void)
{
    struct result r, s, t;

    canned = OK;
    for (int i = 0; i < 5; i++)
        get(&r, i & 1 ? "POST" : "GET", "/");
    tap_is_int(fars, 1, "five requests, one connection");
    go(&r, "GET", "/");
    go(&s, "GET", "/");
    go(&t, "GET", "/");
    RIG_UNTIL(r.calls && s.calls && t.calls);
    tap_is_int(fars, 3, "three at a time need three");
    rig_settle();
    tap_ok(!far[0].closed + !far[1].closed + !far[2].closed == 2,
        "of which two are kept");
    rig_wait(9000);
    tap_ok(!far[0].closed + !far[1].closed + !far[2].closed == 2,
        "for a while");
    rig_wait(2000);
    tap_ok(far[0].closed && far[1].closed && far[2].closed, "and then no "
        "longer");
    far_reset();
    canned = OK_CLOSE;
    get(&r, "GET", "/");
    get(&r, "GET", "/");
    tap_is_int(fars, 2, "Connection: close is heeded");
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    raw_says(&far[0], "HTTP/1.1 408 Request Timeout\r\n\r\n");
    rig_settle();
    get(&r, "GET", "/");
    tap_ok(!r.failed && r.status == 200 && fars == 2 && far[0].closed,
        "bytes nobody asked for end a kept connection");
    far_reset();
    canned = OK "extra";
    get(&r, "GET", "/");
    rig_settle();
    tap_ok(!r.failed && !strcmp(r.body, "hi") && far[0].closed,
        "so do bytes behind an answer");
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    conn_close(far[0].c);
    RIG_UNTIL(far[0].closed);
    get(&r, "POST", "/");
    tap_ok(!r.failed && fars == 2, "a kept one that was closed is not used");
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    r.again = true;
    go(&s, "GET", "/");
    s.again = true;
    RIG_UNTIL(s.calls && !s.again && s.status);
    RIG_UNTIL(s.calls == 1 && s.status == 200);
    tap_ok(fars == 1, "a request from within done finds it kept");
    far_reset();
}

/* The server takes a second request on a kept connection and hangs up. */
static void test_stale(void)
{
    struct result r;

    canned = OK;
    get(&r, "GET", "/");
    canned = NULL;
    go(&r, "GET", "/2");
    RIG_UNTIL(slice_find(buf_slice(&far[0].in), SLICE("/2")) != SLICE_NPOS);
    canned = OK;
    conn_abort(far[0].c, NULL);
    RIG_UNTIL(r.calls);
    tap_ok(!r.failed && r.status == 200 && fars == 2
        && slice_starts(buf_slice(&far[1].in), "GET /2 "),
        "a GET is sent again on a fresh one");
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    canned = NULL;
    go(&r, "POST", "/2");
    RIG_UNTIL(slice_find(buf_slice(&far[0].in), SLICE("/2")) != SLICE_NPOS);
    canned = OK;
    conn_abort(far[0].c, NULL);
    RIG_UNTIL(r.calls);
    rig_wait(100);
    tap_ok(r.failed && r.err.code == ERR_NET && r.sent && fars == 1,
        "a POST never is: %s", r.err.msg);
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    canned = NULL;
    go(&r, "GET", "/2");
    RIG_UNTIL(slice_find(buf_slice(&far[0].in), SLICE("/2")) != SLICE_NPOS);
    conn_abort(far[0].c, NULL);
    RIG_UNTIL(fars == 2 && far[1].in.len);
    conn_abort(far[1].c, NULL);
    RIG_UNTIL(r.calls);
    rig_wait(100);
    tap_ok(r.failed && fars == 2, "and a GET only once");
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    canned = NULL;
    go(&r, "GET", "/2");
    RIG_UNTIL(slice_find(buf_slice(&far[0].in), SLICE("/2")) != SLICE_NPOS);
    raw_says(&far[0], "HTTP/1.1 2");
    rig_settle();
    conn_close(far[0].c);
    RIG_UNTIL(r.calls);
    rig_wait(100);
    tap_ok(r.failed && fars == 1, "nor when an answer had begun");
    far_reset();
}

static void test_big(void)
{
    static uint8_t block[5 << 20];
    struct result r;

    memset(block, 'z', sizeof block);
    req.type = "audio/wav";
    req.body = slice_of(block, sizeof block);
    go(&r, "POST", "/");
    RIG_UNTIL(fars && far[0].in.len >= sizeof block + 100);
    raw_says(&far[0], OK);
    RIG_UNTIL(r.calls);
    tap_ok(!r.failed && r.status == 200, "a body of 5 MB leaves");
    go(&r, "POST", "/");
    RIG_UNTIL(far[0].in.len > sizeof block + 300);
    conn_pause(far[0].c, true);
    rig_settle();
    raw_says(&far[0], "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
    RIG_UNTIL(r.calls);
    tap_ok(!r.failed && r.status == 413, "an early answer counts");
    conn_pause(far[0].c, false);
    RIG_UNTIL(far[0].closed);
    tap_ok(far[0].closed, "and ends the connection that is still busy");
    req.type = NULL;
    req.body = (struct slice){NULL, 0};
    far_reset();
}

static void test_cancel(void)
{
    struct result r, s;

    httpc_cancel(go(&r, "GET", "/"));
    rig_wait(100);
    tap_ok(r.calls == 0, "cancelled while it dials");
    far_reset();
    s.call = go(&r, "GET", "/");
    RIG_UNTIL(fars && far[0].in.len);
    httpc_cancel(s.call);
    RIG_UNTIL(far[0].closed);
    tap_ok(r.calls == 0 && far[0].closed, "while it waits");
    far_reset();
    canned = OK;
    r.call = NULL;
    {
        struct httpc_call *c = go(&r, "GET", "/");

        r.call = c;             /* cancels itself from within done */
        RIG_UNTIL(r.calls);
    }
    tap_ok(r.calls == 1 && !r.failed, "from within its own done");
    far_reset();
    canned = OK;
    get(&r, "GET", "/");
    canned = NULL;
    {
        struct httpc_call *other = go(&s, "GET", "/other");

        RIG_UNTIL(slice_find(buf_slice(&far[0].in), SLICE("/other"))
            != SLICE_NPOS);
        canned = OK;
        go(&r, "GET", "/");
        r.call = other;
        RIG_UNTIL(r.calls);
        rig_wait(100);
    }
    tap_ok(r.calls == 1 && s.calls == 0, "another from within done");
    far_reset();
}

static void test_pieces(void)
{
    struct result r;

    r.call = NULL;
    httpc_on_piece(go(&r, "GET", "/"), on_piece);
    RIG_UNTIL(fars && far[0].in.len);
    raw_says(&far[0], "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\ndata:\r\n");
    rig_settle();
    tap_ok(r.status == 200 && slice_is(buf_slice(&r.pieces), "data:")
        && !r.calls, "pieces as they come");
    raw_says(&far[0], "3\r\n x\n\r\n0\r\n\r\n");
    RIG_UNTIL(r.calls);
    tap_ok(!r.failed && r.len == 0 && slice_is(buf_slice(&r.pieces),
        "data: x\n"), "then the end, without a body");
    buf_free(&r.pieces);
    far_reset();
    req.max_answer = 4;
    httpc_on_piece(go(&r, "GET", "/"), on_piece);
    RIG_UNTIL(fars && far[0].in.len);
    raw_says(&far[0], "HTTP/1.1 200 OK\r\n\r\nlonger than four");
    conn_close(far[0].c);
    RIG_UNTIL(r.calls);
    tap_ok(!r.failed && slice_is(buf_slice(&r.pieces), "longer than four"),
        "until the close, without a ceiling");
    buf_free(&r.pieces);
    req.max_answer = 0;
    far_reset();
    {
        struct httpc_call *c = go(&r, "GET", "/");

        httpc_on_piece(c, on_piece);
        r.call = c;
        r.cancel_at = 2;
    }
    RIG_UNTIL(fars && far[0].in.len);
    raw_says(&far[0], "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
    RIG_UNTIL(far[0].closed);
    tap_ok(r.calls == 0 && r.piece_calls == 2, "cancelled by a piece");
    buf_free(&r.pieces);
    far_reset();
    httpc_on_piece(go(&r, "GET", "/"), on_piece);
    r.free_at = 1;
    RIG_UNTIL(fars && far[0].in.len);
    raw_says(&far[0], "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
    RIG_UNTIL(far[0].closed);
    tap_ok(r.calls == 1 && r.failed && r.piece_calls == 1 && !client,
        "the client freed by a piece: %s", r.err.msg);
    buf_free(&r.pieces);
    far_reset();
    client_new(2);
}

static void test_free(void)
{
    struct result r, s;

    canned = OK;
    get(&r, "GET", "/");
    canned = NULL;
    go(&s, "GET", "/waits");
    RIG_UNTIL(slice_find(buf_slice(&far[0].in), SLICE("/waits"))
        != SLICE_NPOS);
    canned = OK;
    go(&r, "GET", "/");
    r.free_client = true;
    RIG_UNTIL(r.calls);
    tap_ok(r.calls == 1 && !r.failed && s.calls == 1 && s.failed
        && s.err.code == ERR_NET && !client,
        "freed from within done, the others are told: %s", s.err.msg);
    RIG_UNTIL(far[0].closed && far[1].closed);
    tap_ok(far[0].closed && far[1].closed, "and no connection stays");
    far_reset();
    client_new(2);
    go(&r, "GET", "/");
    httpc_free(client);
    tap_ok(r.calls == 1 && r.failed && !r.sent, "freed while dialling: "
        "nothing was sent");
    far_reset();
    rig_settle();
    client_new(2);
}

static void test_sent(void)
{
    struct result r;
    uint16_t port = listener_port(listener);
    struct sys_addr at = rig_addr(port);
    struct err err;

    listener_close(listener);
    req.url = (struct slice){NULL, 0};
    listener = conn_listen(rig_loop, &at, NULL, 0, on_accept, NULL, &err);
    listener_close(listener);
    {
        char url[64];

        snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
        r = (struct result){.calls = 0};
        req.method = "POST";
        req.url = slice_str(url);
        httpc_start(client, &req, on_done, &r, &err);
        tap_ok(!r.calls, "not before the start returned");
        RIG_UNTIL(r.calls);
    }
    tap_ok(r.failed && r.err.code == ERR_NET && !r.sent,
        "nobody there, nothing sent: %s", r.err.msg);
    at = rig_addr(0);
    listener = conn_listen(rig_loop, &at, NULL, 100, on_accept, NULL, &err);
}

static void test_attempts(void)
{
    const struct attempt *a;
    struct result r;

    httpc_free(client);
    ring = attempts_new();
    client_new(2);
    canned = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    req.kind = ATTEMPT_REST;
    req.bearer = SLICE("secret-secret-secret");
    get(&r, "GET", "/x?To=%2B15551230100");
    a = attempts_after(ring, 0);
    tap_ok(a && a->kind == ATTEMPT_REST && a->status == 401
        && !strcmp(a->peer, "127.0.0.1")
        && !strncmp(a->head, "GET /x?To=%2B*******0100 ", 25)
        && strstr(a->head, "Bearer secr****"), "an exchange is kept");
    canned = NULL;
    get(&r, "GET", "/");
    a = a ? attempts_after(ring, a->id) : NULL;
    tap_ok(a && a->status == 0 && strstr(a->why, "no answer within"),
        "so is one without an answer: %s", a ? a->why : "");
    req = (struct httpc_request){.timeout = 5000};
    far_reset();
}

/* The last words of a handshake wait in the queue when the request is
 * written: they are no part of it. */
static void test_tls(void)
{
    const char *dir = cert_mkdir();
    char pem[80], key[80], url[80];
    struct cert own;
    struct tlsctx *mine, *theirs;
    struct sys_addr at = rig_addr(0);
    struct listener *l;
    struct httpc *h;
    struct httpc_conf conf = {.max_kept = 1, .keep_ms = 1000};
    struct httpc_request q = {.method = "POST", .type = "text/plain",
        .timeout = 5000};
    struct err err = {0};

    snprintf(pem, sizeof pem, "%s/c.pem", dir);
    snprintf(key, sizeof key, "%s/c.key", dir);
    cert_make(&own, "here", "IP:127.0.0.1", NULL, -1, 3);
    cert_save(pem, key, &own, NULL);
    theirs = tlsctx_server(pem, key, &err);
    mine = conf.tls = tlsctx_client(pem, NULL, &err);
    l = conn_listen(rig_loop, &at, theirs, 10, on_accept, NULL, &err);
    h = httpc_new(rig_loop, &conf, &err);
    if (!theirs || !mine || !l || !h) {
        tap_ok(false, "TLS is set up: %s", err.msg);
        return;
    }
    snprintf(url, sizeof url, "https://127.0.0.1:%u/x", listener_port(l));
    q.url = slice_str(url);
    canned = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    for (int i = 0; i < 2; i++) {
        struct result r = {0};

        buf_clear(&far[0].in);
        httpc_start(h, &q, on_done, &r, &err);
        while (!r.calls && loop_round(rig_loop) == 0)
            ;
        tap_ok(!r.failed && r.status == 200 && strcmp(r.body, "hi") == 0,
            "a POST over TLS, on a %s connection: %s", i ? "kept" : "new",
            r.err.msg);
    }
    tap_is_int(fars, 1, "both on one");
    far_reset();
    httpc_free(h);
    listener_close(l);
    rig_settle();
    tlsctx_free(mine);
    tlsctx_free(theirs);
    cert_free(&own);
    unlink(pem);
    unlink(key);
    rmdir(dir);
}

int main(void)
{
    struct sys_addr at;
    struct err err;

    rig_start();
    at = rig_addr(0);
    listener = conn_listen(rig_loop, &at, NULL, 100, on_accept, NULL, &err);
    if (!listener)
        return 1;
    client_new(2);
    test_request();
    test_answers();
    test_failures();
    test_deadline();
    test_pool();
    test_stale();
    test_big();
    test_cancel();
    test_pieces();
    test_free();
    test_sent();
    test_attempts();
    test_tls();
    httpc_free(client);
    attempts_free(ring);
    listener_close(listener);
    rig_end();
    return tap_done();
}
