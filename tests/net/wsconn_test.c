/* wsconn_test.c - WebSocket sessions in the server's role. */
#include "tests/net/frames.h"

static struct listener *frames;     /* accepts WebSockets, no handshake */

/* A fresh session. */
static void begin(void)
{
    side_clear();
    raw_dial(&far, listener_port(frames));
    RIG_UNTIL(us.w);
}

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
    for (int i = 0; i < 19; i++) {
        rig_wait(1000);
        says(0x81, true, SLICE("alive"));
        wsconn_send(us.w, true, SLICE("too"));
    }
    RIG_UNTIL(far.in.len == 19 * 5);
    buf_clear(&far.in);
    rig_wait(1000);
    tap_ok(far.in.len == 0, "no ping while both speak");
    for (int i = 0; i < 18; i++) {
        rig_wait(1000);
        says(0x81, true, SLICE("alive"));
    }
    tap_ok(far.in.len == 0, "nor for 19 s in which we do not");
    RIG_UNTIL(far.in.len);
    tap_ok(sys_now() - began == 39000 && next_is(0x89, false, SLICE("")),
        "one then: a proxy counts our silence alone");
    rig_wait(5000);
    says(0x8a, true, SLICE(""));
    rig_wait(10000);
    tap_ok(!us.closes, "a pong keeps it");
    RIG_UNTIL(far.in.len);
    tap_ok(sys_now() - began == 59000 && next_is(0x89, false, SLICE("")),
        "20 s later the next");
    RIG_UNTIL(us.closes);
    tap_ok(sys_now() - began == 69000 && us.code == 1006
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

int main(void)
{
    struct sys_addr at;
    struct err err;

    rig_start();
    at = rig_addr(0);
    frames = conn_listen(rig_loop, &at, NULL, 100, accept_frames, NULL, &err);
    if (!frames)
        return 1;
    side_clear();
    test_messages();
    test_fragments();
    test_broken();
    test_closing();
    test_pings();
    test_ceiling();
    test_parts();
    listener_close(frames);
    side_clear();
    rig_end();
    return tap_done();
}
