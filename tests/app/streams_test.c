/* streams_test.c - /ws-echo: messages of the longest come back, and who does
 * not read is not read.
 */
#include "app/server.h"

#include <string.h>

#include "tests/net/rig.h"

#define LONGEST (16u << 20)     /* --max-message at its most */
#define MEGA (1u << 20)
#define MANY 40                 /* messages of a mega each */
#define FRAME_HEAD 14           /* a length of 64 bits, masked */

static struct conf conf;
static struct server ours;
static struct httpd *doors;
static uint8_t *bytes;

static const struct route routes[] = {
    {M_GET, "/ws-echo", door_ws_echo, ATTEMPT_NONE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static void refuse(struct buf *out, int status, const char *why,
    const struct http *head)
{
    (void)status;
    (void)head;
    buf_adds(out, why);
}

static void serve(void)
{
    struct sys_addr at = rig_addr(0);
    struct httpd_conf c = {.routes = routes, .arg = &ours, .max_body = 1024,
        .max_conns = 10, .head_timeout = 5000, .body_timeout = 5000,
        .idle_timeout = 5000, .refuse = refuse};
    struct err err = {0};

    ours.conf = &conf;
    conf.echo = true;
    conf.max_message = LONGEST;
    doors = httpd_new(rig_loop, &at, NULL, &c, &err);
    if (!doors) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

/* Through the door; what was received so far is the 101 and dropped. */
static void enter(struct raw *r)
{
    raw_dial(r, httpd_port(doors));
    conn_limits(r->c, (MANY + 1) * (MEGA + FRAME_HEAD), 1 << 16);
    raw_says(r, "GET /ws-echo HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    RIG_UNTIL(slice_ends(buf_slice(&r->in), "\r\n\r\n"));
    tap_ok(slice_starts(buf_slice(&r->in), "HTTP/1.1 101 "), "101");
    buf_clear(&r->in);
}

/* The head of one binary frame: RFC 6455 5.2, with a mask of zeros. */
static struct slice frame_head(uint8_t *to, size_t n, bool masked)
{
    memset(to, 0, FRAME_HEAD);
    to[0] = 0x82;
    to[1] = (uint8_t)(127 | (masked ? 0x80 : 0));
    for (size_t i = 0; i < 8; i++)
        to[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
    return slice_of(to, masked ? FRAME_HEAD : FRAME_HEAD - 4);
}

static void say(struct raw *r, size_t n)
{
    uint8_t head[FRAME_HEAD];

    raw_send(r, frame_head(head, n, true));
    raw_send(r, slice_of(bytes, n));
}

/* What begins at byte at is one message of n bytes, as sent. */
static bool came(const struct raw *r, size_t at, size_t n)
{
    uint8_t head[FRAME_HEAD];
    struct slice h = frame_head(head, n, false);
    struct slice in = slice_from(buf_slice(&r->in), at);

    return in.len >= h.len + n && slice_eq(slice_head(in, h.len), h)
        && memcmp(in.ptr + h.len, bytes, n) == 0;
}

static void test_longest(void)
{
    struct raw r;

    enter(&r);
    say(&r, LONGEST);
    RIG_UNTIL(r.closed || r.in.len >= LONGEST + FRAME_HEAD - 4);
    tap_ok(came(&r, 0, LONGEST), "16 MiB come back byte for byte");
    buf_clear(&r.in);
    say(&r, LONGEST + 1);
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len >= 4 && memcmp(r.in.ptr + 2, "\x03\xf1", 2) == 0,
        "a byte more than --max-message: 1009");
    raw_drop(&r);
}

/* He says forty messages and reads nothing: the server has taken what the
 * sockets' buffers and its queue hold, and the rest is still his. */
static void test_backwards(void)
{
    struct raw r;
    bool all = true;

    enter(&r);
    conn_pause(r.c, true);
    for (size_t i = 0; i < MANY; i++)
        say(&r, MEGA);
    rig_wait(2000);
    tap_ok(!r.closed, "who does not read is not thrown out at once");
    tap_ok(conn_queued(r.c) > MANY / 2 * MEGA, "he is not read either: "
        "%zu MiB are still his", conn_queued(r.c) / MEGA);
    conn_pause(r.c, false);
    RIG_UNTIL(r.closed || r.in.len >= MANY * (MEGA + FRAME_HEAD - 4));
    for (size_t i = 0; i < MANY; i++)
        all = all && came(&r, i * (MEGA + FRAME_HEAD - 4), MEGA);
    tap_ok(all, "and when he reads, every message comes back");
    conn_pause(r.c, true);
    for (size_t i = 0; i < MANY; i++)
        say(&r, MEGA);
    rig_wait(70000);
    if (!r.closed)
        conn_pause(r.c, false);
    RIG_UNTIL(r.closed);
    tap_ok(r.closed, "who never reads is let go with the ping's deadline");
    raw_drop(&r);
}

int main(void)
{
    rig_start();
    serve();
    bytes = mem_new(LONGEST + 1);
    for (size_t i = 0; bytes && i <= LONGEST; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 251);
    test_longest();
    test_backwards();
    mem_drop(bytes);
    httpd_free(doors);
    rig_end();
    return tap_done();
}
