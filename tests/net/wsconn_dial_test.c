/* wsconn_dial_test.c - WebSocket sessions in the client's role. */
#include "codec/ws.h"
#include "net/attempts.h"
#include "tests/net/frames.h"

static struct listener *heads;      /* accepts raw conns */

static const char accepted[] = "HTTP/1.1 101 Switching Protocols\r\n"
    "upgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n"
    "Sec-WebSocket-Accept: ";

static struct wsconn_target target = {
    .timeout = 8000, .max_message = MAX_MESSAGE,
};
static char request[2000];

/* Dials; leaves the request in request and its key in key. */
static void dial(char key[static 25], const char *path)
{
    static char url[100];
    struct err err;
    char *at;

    side_clear();
    far.c = NULL;
    snprintf(url, sizeof url, "ws://127.0.0.1:%d%s", listener_port(heads),
        path);
    target.url = slice_str(url);
    us.w = wsconn_dial(rig_loop, NULL, NULL, &target, &ops, &us, &err);
    if (!us.w) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    RIG_UNTIL(far.c && slice_ends(buf_slice(&far.in), "\r\n\r\n"));
    snprintf(request, sizeof request, "%.*s", SLICE_ARG(buf_slice(&far.in)));
    buf_clear(&far.in);
    at = strstr(request, "Sec-WebSocket-Key: ");
    snprintf(key, 25, "%.24s", at ? at + 19 : "");
}

static void answer_101(const char *key, const char *more)
{
    char accept[WS_ACCEPT_LEN + 1];

    ws_accept(accept, slice_str(key));
    raw_says(&far, accepted);
    raw_says(&far, accept);
    raw_says(&far, "\r\n");
    raw_says(&far, more);
}

static void connect_client(void)
{
    char key[25];

    dial(key, "/");
    answer_101(key, "\r\n");
    RIG_UNTIL(us.opens);
}

static void test_handshake(void)
{
    char key[25], other[25], want[2000];

    target.headers = "OpenAI-Safety-Identifier: me\r\n";
    target.bearer = SLICE("sk-test");
    dial(key, "/v1/realtime?model=gpt-realtime-2.1");
    snprintf(want, sizeof want, "GET /v1/realtime?model=gpt-realtime-2.1 "
        "HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: %s\r\nAuthorization: Bearer sk-test\r\n"
        "OpenAI-Safety-Identifier: me\r\n\r\n", listener_port(heads), key);
    tap_is_str(slice_str(request), want, "the request");
    raw_says(&far, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    answer_101(key, "\r\n\x81\x05Hello");
    RIG_UNTIL(us.messages || us.closes);
    tap_ok(us.opens == 1 && slice_is(buf_slice(&us.got), "t:Hello;"),
        "101 after 103, and a frame in the same segment");
    end();
    target.headers = NULL;
    target.bearer = (struct slice){NULL, 0};
    dial(other, "");
    tap_ok(!strncmp(request, "GET / HTTP/1.1\r\n", 16)
        && strcmp(key, other) != 0, "no path is /, and a fresh key");
    answer_101(other, "\r\n");
    RIG_UNTIL(us.opens);
    end();
    target.protocol = "realtime";
    dial(key, "/");
    tap_ok(strstr(request, "\r\nSec-WebSocket-Protocol: realtime\r\n"),
        "a subprotocol is offered");
    answer_101(key, "Sec-WebSocket-Protocol: realtime\r\n\r\n");
    RIG_UNTIL(us.opens || us.closes);
    tap_ok(us.opens == 1, "and may be agreed on");
    end();
    target.protocol = NULL;
}

/* The answer is more behind 101, or whole when it begins with HTTP. */
static void handshake_fails(const char *name, const char *more,
    enum err_code code, int status, const char *reason, const char *word)
{
    char key[25];

    dial(key, "/");
    if (!strncmp(more, "HTTP", 4))
        raw_says(&far, more);
    else
        answer_101(key, more);
    if (!strcmp(name, "until the close"))
        conn_close(far.c);
    RIG_UNTIL(us.closes);
    tap_ok(us.closes == 1 && us.opens == 0 && us.code == 1006
        && us.err.code == code && us.err.sys == status
        && !strcmp(us.reason, reason) && strstr(us.err.msg, word),
        "%s: %s", name, us.err.msg);
    end();
}

static void test_refused(void)
{
    struct err err;
    char key[25], big[5000];
    int64_t began;

    handshake_fails("401", "HTTP/1.1 401 Unauthorized\r\n"
        "Content-Length: 13\r\n\r\n{\"error\":\"x\"}", ERR_REMOTE, 401,
        "{\"error\":\"x\"}", "401 Unauthorized");
    handshake_fails("in chunks", "HTTP/1.1 400 Bad\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        ERR_REMOTE, 400, "abcde", "400 Bad Request");
    handshake_fails("until the close", "HTTP/1.1 429 Slow\r\n\r\nwait",
        ERR_REMOTE, 429, "wait", "429");
    handshake_fails("a redirect is not followed", "HTTP/1.1 302 Found\r\n"
        "Location: ws://elsewhere/\r\nContent-Length: 0\r\n\r\n", ERR_REMOTE,
        302, "", "302");
    handshake_fails("200 is no upgrade", "HTTP/1.1 200 OK\r\n"
        "Content-Length: 0\r\n\r\n", ERR_REMOTE, 200, "", "200");
    handshake_fails("an extension nobody offered",
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", ERR_PROTO, 0,
        "", "extension");
    handshake_fails("a subprotocol nobody offered",
        "Sec-WebSocket-Protocol: chat\r\n\r\n", ERR_PROTO, 0, "",
        "subprotocol");
    handshake_fails("another's accept key", "HTTP/1.1 101 OK\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        ERR_PROTO, 0, "", "does not fit");
    handshake_fails("no HTTP at all", "HTTPS, please\r\n", ERR_PROTO, 0, "",
        "");
    memset(big, 'y', sizeof big);
    memcpy(big, "HTTP/1.1 500 No\r\n\r\n", 19);
    big[sizeof big - 1] = 0;
    dial(key, "/");
    raw_says(&far, big);
    RIG_UNTIL(us.closes);
    tap_is_int((int64_t)strlen(us.reason), 2048, "2 KB of a long refusal");
    end();
    dial(key, "/");
    began = sys_now();
    RIG_UNTIL(us.closes);
    tap_ok(us.err.code == ERR_TIMEOUT && sys_now() - began <= 8000,
        "no answer: %s", us.err.msg);
    end();
    dial(key, "/");
    conn_close(far.c);
    RIG_UNTIL(us.closes);
    tap_ok(us.err.code == ERR_NET && us.code == 1006, "hung up: %s",
        us.err.msg);
    end();
    dial(key, "/");
    wsconn_close(us.w, 1000, SLICE(""));
    RIG_UNTIL(us.closes);
    tap_ok(us.closes == 1 && !us.failed, "closing before the 101");
    end();
    target.url = SLICE("wss://127.0.0.1/");
    tap_ok(!wsconn_dial(rig_loop, NULL, NULL, &target, &ops, &us, &err)
        && err.code == ERR_CONF, "wss without TLS: %s", err.msg);
    target.url = SLICE("http://127.0.0.1/");
    tap_ok(!wsconn_dial(rig_loop, NULL, NULL, &target, &ops, &us, &err)
        && err.code == ERR_CONF, "http: %s", err.msg);
    target.url = SLICE("ws://a b/");
    tap_ok(!wsconn_dial(rig_loop, NULL, NULL, &target, &ops, &us, &err)
        && err.code == ERR_CONF, "no URL: %s", err.msg);
    target.url = SLICE("ws://127.0.0.1/");
    target.bearer = SLICE("a\r\nX: y");
    tap_ok(!wsconn_dial(rig_loop, NULL, NULL, &target, &ops, &us, &err)
        && err.code == ERR_CONF, "a token with a line end: %s", err.msg);
    target.bearer = (struct slice){NULL, 0};
}

static void test_client(void)
{
    static const struct slice part[] = {SLICE_INIT("abc"), SLICE_INIT("defgh"),
        SLICE_INIT("i")};
    uint8_t masks[50][4];
    size_t same = 0;
    int64_t began;

    connect_client();
    wsconn_send(us.w, true, SLICE("hello"));
    wsconn_send_parts(us.w, part, 3);
    tap_ok(next_is(0x81, true, SLICE("hello"))
        && next_is(0x81, true, SLICE("abcdefghi")), "a client masks");
    for (int i = 0; i < 50; i++) {
        wsconn_send(us.w, true, SLICE("x"));
        RIG_UNTIL(far.in.len == 7);
        memcpy(masks[i], far.in.ptr + 2, 4);
        for (int k = 0; k < i; k++)
            same += !memcmp(masks[i], masks[k], 4);
        buf_clear(&far.in);
    }
    tap_ok(same == 0, "every frame with a mask of its own");
    says(0x89, false, SLICE("beat"));
    tap_ok(next_is(0x8a, true, SLICE("beat")), "a masked pong");
    began = sys_now();
    says(0x88, false, SLICE("\x03\xe9" "going away"));
    tap_ok(close_is(1001, true, ""), "a masked close");
    rig_wait(1000);
    tap_ok(!us.closes, "a client waits for the server to hang up");
    conn_close(far.c);
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 1001 && !strcmp(us.reason, "going away") && !us.failed,
        "then it is over");
    end();
    connect_client();
    began = sys_now();
    says(0x88, false, SLICE("\x03\xe8"));
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 1000 && !us.failed && sys_now() - began >= 5000
        && sys_now() - began < 7000, "but not for ever");
    end();
    connect_client();
    says(0x81, true, SLICE("masked"));
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 1002 && us.err.code == ERR_PROTO,
        "a server that masks is refused: %s", us.err.msg);
    end();
    target.ping_every = 1000;
    target.pong_within = 500;
    connect_client();
    began = sys_now();
    RIG_UNTIL(us.closes);
    tap_ok(us.err.code == ERR_TIMEOUT && sys_now() - began == 1500,
        "pings are the target's");
    end();
    target.ping_every = target.pong_within = 0;
}

static void test_attempts(void)
{
    const struct attempt *a;
    char key[25];

    target.attempts = attempts_new();
    target.bearer = SLICE("sk-secret-secret-secret");
    connect_client();
    end();
    dial(key, "/");
    raw_says(&far, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    RIG_UNTIL(us.closes);
    end();
    a = attempts_after(target.attempts, 0);
    tap_ok(a && a->kind == ATTEMPT_MODEL && a->status == 101
        && strstr(a->head, "Bearer sk-s****"), "the upgrade is kept");
    a = attempts_after(target.attempts, a->id);
    tap_ok(a && a->status == 403 && !strcmp(a->why, "no upgrade"),
        "so is a refused one");
    attempts_free(target.attempts);
    target.attempts = NULL;
    target.bearer = (struct slice){NULL, 0};
}

/* Nobody listens there any more. */
static void test_nobody(void)
{
    struct err err;
    char url[64];

    snprintf(url, sizeof url, "ws://127.0.0.1:%d/", listener_port(heads));
    listener_close(heads);
    side_clear();
    target.url = slice_str(url);
    us.w = wsconn_dial(rig_loop, NULL, NULL, &target, &ops, &us, &err);
    RIG_UNTIL(us.closes);
    tap_ok(us.closes == 1 && us.err.code == ERR_NET && us.code == 1006,
        "nobody there: %s", us.err.msg);
}

int main(void)
{
    struct sys_addr at;
    struct err err;

    rig_start();
    at = rig_addr(0);
    heads = conn_listen(rig_loop, &at, NULL, 100, accept_head, NULL, &err);
    if (!heads)
        return 1;
    side_clear();
    test_handshake();
    test_refused();
    test_client();
    test_attempts();
    test_nobody();
    side_clear();
    rig_end();
    return tap_done();
}
