/* site.h - a server with a handler for everything, and how it is asked. */
#ifndef TESTS_NET_SITE_H
#define TESTS_NET_SITE_H

#include <string.h>

#include "net/httpd.h"
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

static inline void on_hello(struct request *r, void *arg)
{
    (void)arg;
    handled++;
    httpd_peer(r, peer_seen);
    httpd_answer(r, 200, "text/plain", SLICE("hi"), NULL);
}

static inline void on_echo(struct request *r, void *arg)
{
    (void)arg;
    handled++;
    httpd_answer(r, 200, "application/octet-stream", r->body, NULL);
}

static inline void on_rest(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, "text/plain", r->rest, "X-Route: star\r\n");
}

static inline void on_exact(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, NULL, SLICE("exact"), "Cache-Control: max-age=9\r\n");
}

static inline void on_gone(struct request *r)
{
    gone++;
    if (r == kept)
        kept = NULL;
}

static inline void on_later(struct request *r, void *arg)
{
    (void)arg;
    r->on_gone = on_gone;
    kept = r;
}

static inline void on_none(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 204, NULL, SLICE(""), NULL);
}

static inline void on_stream(struct request *r, void *arg)
{
    (void)arg;
    r->on_gone = on_gone;
    kept = r;
    httpd_stream(r, 200, "text/event-stream", NULL);
}

static inline void on_big(struct request *r, void *arg)
{
    static uint8_t block[1 << 20];

    (void)arg;
    memset(block, 'b', sizeof block);
    httpd_answer(r, 200, NULL, slice_of(block, sizeof block), NULL);
}

/* ---- a WebSocket behind /ws ---- */

static char heard[64];

static inline void ws_message(struct wsconn *w, void *arg, bool text,
    struct slice s)
{
    (void)arg;
    snprintf(heard, sizeof heard, "%s:%.*s", text ? "text" : "bin",
        SLICE_ARG(s));
    wsconn_send(w, text, s);
}

static const struct wsconn_ops ws_ops = {.name = "test ws",
    .on_message = ws_message};

static inline void on_ws(struct request *r, void *arg)
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

static inline void start(void)
{
    struct sys_addr at = rig_addr(0);
    struct err err;

    if (!ring)
        ring = attempts_new();
    conf.attempts = ring;
    server = httpd_new(rig_loop, &at, NULL, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

/* ---- asking ---- */

/* The bytes without their Date lines. */
static inline struct slice undated(struct buf *in)
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
static inline bool ask_split(struct slice s, size_t n, const char *want)
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

static inline void ask(const char *name, const char *s, const char *want)
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

#endif
