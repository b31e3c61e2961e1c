/* wsconn_test.c - WebSocket sessions against peers that write frames by hand.
 *
 * The masks are undone here byte by byte, the accept keys were computed
 * elsewhere: codec/ws does not judge itself.
 */
#include "net/wsconn.h"

#include <string.h>

#include "codec/ws.h"
#include "net/attempts.h"
#include "tests/net/rig.h"

#define MAX_MESSAGE 200000

static struct listener *frames;     /* accepts WebSockets without a handshake */
static struct listener *heads;      /* accepts raw conns, for our client */

/* ---- the side under test ---- */

struct side {
    struct wsconn *w;
    struct buf got;             /* "text:...;" of every message */
    int opens, messages, closes, drains;
    bool echo, in_scratch, nothing_kept;
    int close_on;               /* message number to close at, -1: abort */
    uint16_t code;
    char reason[3000];
    bool failed;
    struct err err;
};

static struct side us;

static void on_open(struct wsconn *w, void *arg)
{
    struct side *s = arg;

    (void)w;
    s->opens++;
}

static void on_message(struct wsconn *w, void *arg, bool text,
    struct slice m)
{
    struct side *s = arg;
    struct mslice scratch = loop_scratch(rig_loop);

    s->messages++;
    s->in_scratch = m.ptr >= scratch.ptr
        && m.ptr < scratch.ptr + scratch.len;
    if (!s->nothing_kept) {
        buf_adds(&s->got, text ? "t:" : "b:");
        buf_add(&s->got, m);
        buf_addc(&s->got, ';');
    }
    if (s->echo)
        wsconn_send(w, text, m);
    if (s->close_on == s->messages)
        wsconn_close(w, 4000, SLICE("enough"));
    if (s->close_on == -s->messages)
        wsconn_abort(w);
}

static void on_drain(struct wsconn *w, void *arg)
{
    struct side *s = arg;

    (void)w;
    s->drains++;
}

static void on_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    struct side *s = arg;

    (void)w;
    s->w = NULL;
    s->closes++;
    s->code = code;
    snprintf(s->reason, sizeof s->reason, "%.*s", SLICE_ARG(reason));
    s->failed = err != NULL;
    if (err)
        s->err = *err;
}

static const struct wsconn_ops ops = {
    .name = "ws", .on_open = on_open, .on_message = on_message,
    .on_drain = on_drain, .on_close = on_close,
};

static void side_clear(void)
{
    buf_free(&us.got);
    us = (struct side){.echo = false};
    buf_init(&us.got, 8u << 20);
}

static void accept_frames(struct conn *c, void *arg)
{
    (void)arg;
    us.w = wsconn_accept(c, &ops, &us, MAX_MESSAGE);
}

/* ---- the raw other side ---- */

static struct raw far;              /* what heads accepted, or what we dialled */

static void accept_head(struct conn *c, void *arg)
{
    (void)arg;
    far = (struct raw){.c = c, .open = true};
    buf_init(&far.in, 64u << 20);
    conn_adopt(c, &raw_ops, &far);
}

/* A frame as RFC 6455 5.2 draws it; masked for a client. */
static void add_frame(struct buf *b, int first, bool masked, struct slice s)
{
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    int bit = masked ? 0x80 : 0;

    buf_addc(b, (uint8_t)first);
    if (s.len < 126) {
        buf_addc(b, (uint8_t)(bit | (int)s.len));
    } else if (s.len < 65536) {
        buf_addc(b, (uint8_t)(bit | 126));
        buf_addc(b, (uint8_t)(s.len >> 8));
        buf_addc(b, (uint8_t)s.len);
    } else {
        buf_addc(b, (uint8_t)(bit | 127));
        for (int i = 7; i >= 0; i--)
            buf_addc(b, (uint8_t)((uint64_t)s.len >> 8 * i));
    }
    if (masked)
        buf_add(b, slice_of(mask, 4));
    for (size_t i = 0; i < s.len; i++)
        buf_addc(b, masked ? s.ptr[i] ^ mask[i % 4] : s.ptr[i]);
}

/* Takes one frame off b: first byte, payload unmasked into out.  False when
 * it is not all here. */
static bool take_frame(struct buf *b, int *first, bool *masked,
    struct buf *out)
{
    uint64_t len;
    size_t at = 2;
    const uint8_t *p = b->ptr, *mask;

    if (b->len < 2)
        return false;
    *first = p[0];
    *masked = p[1] & 0x80;
    len = p[1] & 127;
    if (len == 126) {
        if (b->len < 4)
            return false;
        len = (uint64_t)p[2] << 8 | p[3];
        at = 4;
    } else if (len == 127) {
        if (b->len < 10)
            return false;
        for (len = 0; at < 10; at++)
            len = len << 8 | p[at];
    }
    mask = p + at;
    at += *masked ? 4 : 0;
    if (b->len < at + len)
        return false;
    buf_clear(out);
    for (size_t i = 0; i < len; i++)
        buf_addc(out, *masked ? p[at + i] ^ mask[i % 4] : p[at + i]);
    buf_skip(b, at + (size_t)len);
    return true;
}

/* The next frame that comes in is first and payload. */
static bool next_is(int first, bool masked, struct slice payload)
{
    struct buf out;
    int got_first = -1;
    bool got_masked = false, good = false, here = false;

    buf_init(&out, 8u << 20);
    RIG_UNTIL((here = take_frame(&far.in, &got_first, &got_masked, &out))
        || far.closed);
    good = here && got_first == first && got_masked == masked
        && slice_eq(buf_slice(&out), payload);
    if (!good) {
        printf("#   frame %02x%s, want %02x\n", (unsigned)got_first,
            got_masked ? " masked" : "", (unsigned)first);
        tap_show("got ", buf_slice(&out));
        tap_show("want", payload);
    }
    buf_free(&out);
    return good;
}

/* The close frame that comes in has that code and reason. */
static bool close_is(uint16_t code, bool masked, const char *reason)
{
    uint8_t room[125];
    size_t n = strlen(reason);

    room[0] = (uint8_t)(code >> 8);
    room[1] = (uint8_t)code;
    memcpy(room + 2, reason, n);
    return next_is(0x88, masked, slice_of(room, n + 2));
}

static void says(int first, bool masked, struct slice s)
{
    struct buf b;

    buf_init(&b, 8u << 20);
    add_frame(&b, first, masked, s);
    raw_send(&far, buf_slice(&b));
    buf_free(&b);
}

/* A fresh session in the server's role. */
static void begin(void)
{
    side_clear();
    raw_dial(&far, listener_port(frames));
    RIG_UNTIL(us.w);
}

static void end(void)
{
    raw_drop(&far);
    RIG_UNTIL(!us.w);
}

/* ---- the server's role ---- */

static void test_messages(void)
{
    static uint8_t big[100000];
    static const size_t size[] = {0, 1, 125, 126, 127, 65535, 65536, 100000};
    bool good = true;

    begin();
    us.echo = true;
    says(0x81, true, SLICE("Hello"));
    tap_ok(next_is(0x81, false, SLICE("Hello")), "text comes back");
    tap_ok(us.in_scratch, "it was handed over where it was received");
    says(0x82, true, slice_of("\0\xff", 2));
    tap_ok(next_is(0x82, false, slice_of("\0\xff", 2)), "so does binary");
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (uint8_t)('a' + i % 26);
    us.nothing_kept = true;
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        says(0x81, true, slice_of(big, size[i]));
        good &= next_is(0x81, false, slice_of(big, size[i]));
    }
    tap_ok(good, "every form of the length, both ways");
    tap_ok(wsconn_counts(us.w).in == 10 && wsconn_counts(us.w).out == 10,
        "counted");
    end();
}

static void test_fragments(void)
{
    struct buf b;
    size_t bad = 0;

    begin();
    says(0x01, true, SLICE("one "));
    says(0x89, true, SLICE("beat"));
    says(0x00, true, SLICE("two "));
    says(0x00, true, SLICE(""));
    says(0x8a, true, SLICE("unasked pong"));
    says(0x80, true, SLICE("three"));
    tap_ok(next_is(0x8a, false, SLICE("beat")),
        "a ping between fragments is answered at once");
    RIG_UNTIL(us.messages);
    tap_is_str(buf_slice(&us.got), "t:one two three;", "one message");
    end();
    buf_init(&b, 1000);
    add_frame(&b, 0x01, true, SLICE("o\xc3"));
    add_frame(&b, 0x89, true, SLICE("p"));
    add_frame(&b, 0x80, true, SLICE("\xa4k"));
    add_frame(&b, 0x82, true, SLICE("bin"));
    add_frame(&b, 0x81, true, SLICE(""));
    add_frame(&b, 0x88, true, SLICE("\x03\xe8 bye"));
    for (size_t n = 0; n <= b.len; n++) {
        begin();
        raw_send(&far, slice_head(buf_slice(&b), n));
        rig_settle();
        raw_send(&far, slice_from(buf_slice(&b), n));
        RIG_UNTIL(us.closes);
        bad += !slice_is(buf_slice(&us.got), "t:o\xc3\xa4k;b:bin;t:;")
            || us.code != 1000 || strcmp(us.reason, " bye") || us.failed;
        bad += !next_is(0x8a, false, SLICE("p")) || !close_is(1000, false,
            "");
        end();
    }
    tap_ok(bad == 0, "a session cut at every byte is the same");
    begin();
    for (size_t n = 0; n < b.len; n++) {
        raw_send(&far, slice_of(b.ptr + n, 1));
        rig_settle();
    }
    RIG_UNTIL(us.closes);
    tap_is_str(buf_slice(&us.got), "t:o\xc3\xa4k;b:bin;t:;",
        "and byte by byte");
    end();
    buf_free(&b);
}

static void is_refused(const char *name, const char *bytes, size_t n,
    uint16_t code, enum err_code kind)
{
    begin();
    raw_send(&far, slice_of(bytes, n));
    raw_send(&far, SLICE("\x81\x80zzzz"));
    RIG_UNTIL(us.closes);
    tap_ok(us.closes == 1 && us.code == code && us.failed
        && us.err.code == kind && us.messages == 0, "%s: %u, %s", name,
        us.code, us.err.msg);
    RIG_UNTIL(far.closed);
    tap_ok(far.in.len >= 4 && far.in.ptr[0] == 0x88
        && (far.in.ptr[2] << 8 | far.in.ptr[3]) == code
        && far.err.code == ERR_NONE, "the peer is told, then the TCP ends");
    end();
}

#define REFUSED(name, lit, code, kind) \
    is_refused(name, lit, sizeof(lit) - 1, code, kind)

static void test_broken(void)
{
    struct buf b;

    REFUSED("an unmasked frame", "\x81\x02hi", 1002, ERR_PROTO);
    REFUSED("a reserved bit", "\xc1\x80zzzz", 1002, ERR_PROTO);
    REFUSED("a reserved opcode", "\x83\x80zzzz", 1002, ERR_PROTO);
    REFUSED("a long ping", "\x89\xfe\x01\x00zzzz", 1002, ERR_PROTO);
    REFUSED("a continuation of nothing", "\x80\x80zzzz", 1002, ERR_PROTO);
    REFUSED("text that is none", "\x81\x82\0\0\0\0\xc3\x28", 1007,
        ERR_PROTO);
    REFUSED("a frame over the ceiling",
        "\x82\xff\0\0\0\0\0\x03\x0d\x41\0\0\0\0", 1009, ERR_LIMIT);
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 3; i++) {
        uint8_t *p;

        buf_adds(&b, i ? "" : "\x02");
        if (i)
            buf_addc(&b, 0);
        buf_add(&b, slice_of("\xff\0\0\0\0\0\x01\x86\xa0zzzz", 13));
        p = buf_room(&b, 100000);
        memset(p, 0, 100000);
        buf_commit(&b, 100000);
    }
    is_refused("fragments over the ceiling", (const char *)b.ptr, b.len,
        1009, ERR_LIMIT);
    buf_free(&b);
}

static void test_closing(void)
{
    int64_t began;

    begin();
    says(0x88, true, SLICE("\x0f\xa1" "done"));
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 4001 && !strcmp(us.reason, "done") && !us.failed,
        "the peer's close has its code and reason");
    tap_ok(close_is(4001, false, ""), "its code is echoed");
    RIG_UNTIL(far.closed);
    tap_ok(far.err.code == ERR_NONE && far.in.len == 0,
        "and we hang up first");
    end();
    begin();
    says(0x88, true, SLICE(""));
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 1005 && next_is(0x88, false, SLICE("")),
        "a close without a code");
    end();
    begin();
    us.close_on = 1;
    says(0x81, true, SLICE("a"));
    tap_ok(close_is(4000, false, "enough"), "our close");
    tap_ok(wsconn_closing(us.w) && wsconn_send(us.w, true, SLICE("x")) == -1,
        "nothing is sent after it");
    says(0x81, true, SLICE("b"));
    says(0x89, true, SLICE("ping"));
    says(0x88, true, SLICE("\x0f\xa0"));
    RIG_UNTIL(us.closes);
    tap_ok(us.messages == 1 && us.code == 4000 && !us.failed,
        "what comes meanwhile is ignored, but the answer");
    RIG_UNTIL(far.closed);
    tap_ok(far.in.len == 0, "which gets none");
    end();
    begin();
    began = sys_now();
    wsconn_close(us.w, 1001, SLICE(""));
    says(0x81, true, SLICE("b"));
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 1006 && us.failed && us.err.code == ERR_TIMEOUT
        && sys_now() - began == 5000, "5 s for an answer: %s", us.err.msg);
    end();
    begin();
    raw_drop(&far);
    RIG_UNTIL(us.closes);
    tap_ok(us.code == 1006 && us.failed && us.err.code == ERR_NET,
        "a peer that drops the line: %s", us.err.msg);
    begin();
    us.close_on = -1;
    says(0x81, true, SLICE("a"));
    says(0x81, true, SLICE("b"));
    RIG_UNTIL(us.closes);
    rig_wait(100);
    tap_ok(us.closes == 1 && us.messages == 1 && us.code == 1006
        && !us.failed, "abort in a handler");
    end();
    begin();
    wsconn_close(us.w, 1000, slice_of("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4", 132));
    RIG_UNTIL(far.in.len >= 126);
    tap_is_int(far.in.ptr[1], 124, "a long reason ends between characters");
    end();
}

static void test_pings(void)
{
    struct buf b;
    int64_t began;
    size_t pongs = 0;
    char text[24], last[24];

    begin();
    for (int i = 0; i < 10; i++) {
        snprintf(text, sizeof text, "ping %d", i);
        says(0x89, true, slice_str(text));
    }
    for (int i = 0; i < 10; i++) {
        snprintf(text, sizeof text, "ping %d", i);
        pongs += next_is(0x8a, false, slice_str(text));
    }
    tap_is_int((int64_t)pongs, 10, "every ping has its pong, in order");
    end();
    begin();
    conn_pause(far.c, true);        /* a peer that asks and never reads */
    buf_init(&b, 8u << 20);
    for (int i = 0; i < 100000; i++) {
        snprintf(last, sizeof last, "p%06d", i);
        add_frame(&b, 0x89, true, slice_str(last));
    }
    conn_limits(far.c, 8u << 20, 65536);
    raw_send(&far, buf_slice(&b));
    RIG_UNTIL(conn_queued(far.c) == 0);
    rig_settle();
    tap_ok(wsconn_queued(us.w) < 20000, "100,000 pings queue %zu bytes",
        wsconn_queued(us.w));
    conn_pause(far.c, false);
    RIG_UNTIL(far.in.len >= 9 && slice_ends(buf_slice(&far.in), last));
    tap_ok(slice_ends(buf_slice(&far.in), last), "the last one is answered");
    buf_free(&b);
    end();
    begin();
    wsconn_pings(us.w, 20000, 10000);
    began = sys_now();
    rig_wait(15000);
    says(0x81, true, SLICE("alive"));
    rig_wait(15000);
    tap_ok(far.in.len == 0, "no ping while the peer speaks");
    RIG_UNTIL(far.in.len);
    tap_ok(sys_now() - began == 35000 && next_is(0x89, false, SLICE("")),
        "one after 20 s of silence");
    rig_wait(5000);
    says(0x8a, true, SLICE(""));
    rig_wait(15000);
    tap_ok(!us.closes, "a pong keeps it");
    RIG_UNTIL(far.in.len);
    tap_ok(sys_now() - began == 60000 && next_is(0x89, false, SLICE("")),
        "20 s later the next");
    RIG_UNTIL(us.closes);
    tap_ok(sys_now() - began == 70000 && us.code == 1006
        && us.err.code == ERR_TIMEOUT, "10 s without a pong: %s",
        us.err.msg);
    end();
}

static void test_ceiling(void)
{
    static uint8_t block[100000];
    int sent = 0;

    begin();
    memset(block, 'x', sizeof block);
    conn_pause(far.c, true);
    while (sent < 1000 && wsconn_send(us.w, false, slice_of(block,
        sizeof block)) == 0)
        sent++;
    tap_ok(sent >= 40 && sent < 43, "%d messages of 100 kB fit into the queue",
        sent);
    tap_ok(wsconn_send(us.w, true, SLICE("x")) == 0,
        "a small one still does");
    conn_pause(far.c, false);
    RIG_UNTIL(us.drains);
    tap_ok(us.drains == 1 && wsconn_send(us.w, false, slice_of(block,
        sizeof block)) == 0, "then there is room again");
    end();
}

/* How audio passes: one frame from parts, no memory, one write. */
static void test_parts(void)
{
    static const struct slice part[] = {SLICE_INIT("{\"event\":\"media\","),
        SLICE_INIT(""), SLICE_INIT("\"payload\":\""), SLICE_INIT("fn5+fn5+"),
        SLICE_INIT("\"}")};
    uint64_t blocks;
    struct sys_counts before;

    begin();
    for (int i = 0; i < 3; i++) {
        wsconn_send_parts(us.w, part, 5);
        rig_settle();
    }
    buf_clear(&far.in);
    blocks = mem_count();
    before = sys_counts();
    for (int i = 0; i < 100; i++) {
        wsconn_send_parts(us.w, part, 5);
        RIG_UNTIL(far.in.len);
        if (i < 99)
            buf_clear(&far.in);
    }
    tap_is_int((int64_t)(mem_count() - blocks), 0,
        "100 messages from parts allocate nothing");
    tap_is_int((int64_t)(sys_counts().writes - before.writes), 100,
        "one write each");
    tap_ok(next_is(0x81, false, SLICE("{\"event\":\"media\","
        "\"payload\":\"fn5+fn5+\"}")), "and are whole");
    end();
}

/* ---- the client's role ---- */

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
    frames = conn_listen(rig_loop, &at, NULL, 100, accept_frames, NULL, &err);
    heads = conn_listen(rig_loop, &at, NULL, 100, accept_head, NULL, &err);
    if (!frames || !heads)
        return 1;
    side_clear();
    test_messages();
    test_fragments();
    test_broken();
    test_closing();
    test_pings();
    test_ceiling();
    test_parts();
    test_handshake();
    test_refused();
    test_client();
    test_attempts();
    test_nobody();
    listener_close(frames);
    side_clear();
    rig_end();
    return tap_done();
}
