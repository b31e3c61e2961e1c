/* wsconn.c - a WebSocket session over a conn, either role: RFC 6455.
 *
 * The decoder takes every byte it is given, so nothing of a frame is kept in
 * the conn.  A message that lies whole in the receive buffer is handed over
 * there; another one is put together in a block of its own.  All waits share
 * one timer, which is moved only when it rings: a frame costs none.
 */
#include "net/wsconn_impl.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"

#define CLOSE_WITHIN 5000       /* ms for the peer's close frame, or its FIN */
/* bytes unsent before pongs are saved up */
#define PONG_QUEUE TINY_OR(16, 16384)
/* bytes of a block that waits for more */
#define MESSAGE_KEPT TINY_OR(16, 65536)

static void wsconn_check(const struct wsconn *w)
{
    assert(w && w->magic == WSCONN_MAGIC);
}

void wsconn_drop(struct wsconn *w)
{
    if (w->conn) {
        loop_cancel(conn_loop(w->conn), &w->timer);
        loop_forget(conn_loop(w->conn), &w->task);
    }
    buf_free(&w->message);
    buf_free(&w->head);
    w->magic = 0;
    mem_drop(w);
}

struct wsconn *wsconn_make(const struct wsconn_ops *ops, void *arg,
    size_t max_message, bool client)
{
    struct wsconn *w = mem_new(sizeof *w);

    if (!w)
        return NULL;
    w->magic = WSCONN_MAGIC;
    w->ops = ops;
    w->arg = arg;
    w->ws.client = client;
    w->ws.max = max_message;
    w->code = 1006;
    buf_init(&w->message, max_message);
    return w;
}

/* ---- writing ---- */

/* A fresh mask for every frame: RFC 6455 5.3. */
static const uint8_t *next_mask(struct wsconn *w)
{
    if (w->masks_left == 0) {
        rand_bytes(w->masks, sizeof w->masks);
        w->masks_left = sizeof w->masks;
    }
    w->masks_left -= 4;
    return w->masks + w->masks_left;
}

static int send_frame(struct wsconn *w, enum ws_op op,
    const struct slice *part, size_t n)
{
    const uint8_t *mask = w->ws.client ? next_mask(w) : NULL;
    size_t len = 0, at = 0, head;
    uint8_t *p;

    for (size_t i = 0; i < n; i++)
        len += part[i].len;
    p = conn_room(w->conn, len + WS_HEAD_MAX);
    if (!p)
        return -1;
    head = ws_head(p, op, true, len, mask);
    p += head;
    for (size_t i = 0; i < n; i++) {
        if (mask)
            ws_mask(p + at, part[i].ptr, part[i].len, mask, at);
        else if (part[i].len)
            memcpy(p + at, part[i].ptr, part[i].len);
        at += part[i].len;
    }
    conn_commit(w->conn, head + len);
    w->spoke = loop_now(conn_loop(w->conn));
    w->counts.bytes_out += len;
    return 0;
}

static void send_close(struct wsconn *w, uint16_t code, struct slice reason)
{
    uint8_t two[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    struct slice part[2] = {{two, 2}, slice_head(reason, WS_CONTROL_MAX - 2)};

    /* Cut between characters: a reason is UTF-8. */
    while (part[1].len && part[1].len < reason.len
        && (reason.ptr[part[1].len] & 0xc0) == 0x80)
        part[1].len--;
    /* RFC 6455 7.4.1: 1005 stands for a close frame without a code. */
    if (send_frame(w, WS_CLOSE, part, code == 1005 ? 0 : 2))
        conn_abort(w->conn, NULL);
}

static int send_pong(struct wsconn *w, struct slice payload)
{
    return send_frame(w, WS_PONG, &payload, 1);
}

/* Every ping gets its pong, but a peer that does not read gets only the last
 * of those it left unread: RFC 6455 5.5.3 allows that. */
static void answer_ping(struct wsconn *w, struct slice payload)
{
    if (w->state != WSCONN_OPEN)
        return;
    if (conn_queued(w->conn) < PONG_QUEUE && !send_pong(w, payload)) {
        w->pong_owed = false;
        return;
    }
    memcpy(w->pong, payload.ptr, payload.len);
    w->pong_len = (uint8_t)payload.len;
    w->pong_owed = true;
    loop_later(conn_loop(w->conn), &w->task);
}

/* The queue has been flushed since; what did not leave ends in on_drain. */
static void pay_pong(void *arg)
{
    struct wsconn *w = arg;

    if (w->state == WSCONN_OPEN && w->pong_owed
        && conn_queued(w->conn) < PONG_QUEUE
        && !send_pong(w, slice_of(w->pong, w->pong_len)))
        w->pong_owed = false;
}

/* ---- the timer ---- */

static void arm(struct wsconn *w, int64_t at)
{
    w->due = at;
    if (!heap_has(&w->timer.node) || w->timer.node.key > at)
        loop_at(conn_loop(w->conn), &w->timer, at);
}

static void cut(struct wsconn *w, const char *why)
{
    struct err err;

    fail(&err, ERR_TIMEOUT, "%s: %s", w->ops->name, why);
    conn_abort(w->conn, &err);
}

/* RFC 6455 5.5.2.  Whatever comes from the peer shows that it lives.  When only
 * we are silent a ping goes out too, for the proxies between: one that passes
 * nothing on from us for a minute ends the session (nginx, proxy_read_timeout),
 * however much the peer says. */
static void beat(struct wsconn *w, int64_t now)
{
    int64_t since = w->heard < w->spoke ? w->heard : w->spoke;

    if (w->ping_every == 0)
        return;
    if (w->pinged && w->heard < w->pinged_at) {
        if (now - w->pinged_at >= w->pong_within)
            cut(w, "no pong within its time");
        else
            arm(w, w->pinged_at + w->pong_within);
        return;
    }
    w->pinged = false;
    if (now - since < w->ping_every) {
        arm(w, since + w->ping_every);
        return;
    }
    /* Over the ceiling: the peer does not read, so it will not answer. */
    (void)send_frame(w, WS_PING, NULL, 0);
    w->pinged = true;
    w->pinged_at = w->spoke = now;
    w->heard = now - 1;
    arm(w, now + w->pong_within);
}

static void on_timer(void *arg)
{
    struct wsconn *w = arg;
    int64_t now = loop_now(conn_loop(w->conn));

    if (w->due == 0 || conn_closing(w->conn))
        return;
    if (now < w->due) {
        loop_at(conn_loop(w->conn), &w->timer, w->due);
        return;
    }
    switch (w->state) {
    case WSCONN_OPEN:
        beat(w, now);
        break;
    case WSCONN_CLOSING:
        cut(w, "the peer did not close in time");
        break;
    case WSCONN_CLOSED:
        conn_close(w->conn);
        break;
    case WSCONN_ASKING:
    case WSCONN_REFUSED:
    case WSCONN_FAILED:
        break;
    }
}

/* ---- reading ---- */

/* RFC 6455 7.1.7: say why, and hang up. */
static void fail_session(struct wsconn *w)
{
    bool said = w->state != WSCONN_OPEN;

    w->code = w->ws.status;
    fail(&w->err, w->code == 1009 ? ERR_LIMIT : ERR_PROTO,
        "%s: %s, at byte %llu", w->ops->name, w->ws.why,
        (unsigned long long)w->ws.at);
    w->state = WSCONN_FAILED;
    if (!said)
        send_close(w, w->code, slice_str(w->ws.why));
    attempts_closed(w->attempts, w->attempt, w->code, slice_str(w->ws.why),
        true);
    conn_close(w->conn);
}

/* RFC 6455 5.5.1, 7.1.1: the code is echoed; the server hangs up first. */
static void take_close(struct wsconn *w)
{
    struct slice reason;
    bool said = w->state != WSCONN_OPEN;

    w->code = ws_close_code(&w->ws, &reason);
    w->reason_len = (uint8_t)reason.len;
    memcpy(w->reason, reason.ptr, reason.len);
    w->state = WSCONN_CLOSED;
    if (!said)
        send_close(w, w->code, (struct slice){NULL, 0});
    if (!w->ws.client)
        conn_close(w->conn);
    else
        arm(w, loop_now(conn_loop(w->conn)) + CLOSE_WITHIN);
}

static void give_message(struct wsconn *w, struct slice message)
{
    if (w->state != WSCONN_OPEN)
        return;
    w->counts.in++;
    w->counts.bytes_in += message.len;
    if (!message.ptr)           /* empty is not absent */
        message = SLICE("");
    if (w->ops->on_message)
        w->ops->on_message(w, w->arg, w->ws.kind == WS_TEXT, message);
}

/* *whole is a message that lies in the receive buffer, or absent. */
static void take_data(struct wsconn *w, struct slice *whole)
{
    struct slice piece = {w->ws.data.ptr, w->ws.data.len};

    if (w->ws.op >= WS_CLOSE || w->state != WSCONN_OPEN)
        return;
    if (w->ws.fin && w->ws.left == 0 && w->message.len == 0 && !whole->ptr) {
        *whole = piece;
        return;
    }
    buf_add(&w->message, piece);
    if (!buf_ok(&w->message)) {         /* ws.max is its ceiling: no memory */
        struct err err;

        fail(&err, ERR_MEM, "%s: no memory for a message", w->ops->name);
        conn_abort(w->conn, &err);
    }
}

static void end_frame(struct wsconn *w, struct slice *whole)
{
    switch (w->ws.op) {
    case WS_CONT:
    case WS_TEXT:
    case WS_BIN:
        if (!w->ws.fin)
            return;
        give_message(w, whole->ptr ? *whole : buf_slice(&w->message));
        *whole = (struct slice){NULL, 0};
        if (w->message.cap > MESSAGE_KEPT)
            buf_free(&w->message);
        else
            buf_clear(&w->message);
        break;
    case WS_PING:
        answer_ping(w, ws_control(&w->ws));
        break;
    case WS_PONG:
        break;
    case WS_CLOSE:
        take_close(w);
        break;
    }
}

static size_t wsconn_feed(struct wsconn *w, struct mslice in)
{
    struct slice whole = {NULL, 0};
    size_t len = in.len;

    w->heard = loop_now(conn_loop(w->conn));
    while (!conn_closing(w->conn)) {
        switch (ws_next(&w->ws, &in)) {
        case WS_MORE:
            /* Its end comes with the next bytes, the buffer goes. */
            buf_add(&w->message, whole);
            return len;
        case WS_HEAD:
            break;
        case WS_DATA:
            take_data(w, &whole);
            break;
        case WS_END:
            end_frame(w, &whole);
            break;
        case WS_BAD:
            fail_session(w);
            break;
        }
    }
    return len;
}

static size_t on_read(struct conn *c, void *arg, struct mslice in)
{
    (void)c;
    return wsconn_feed(arg, in);
}

static void wsconn_on_drain(struct conn *c, void *arg)
{
    struct wsconn *w = arg;

    (void)c;
    if (w->state != WSCONN_OPEN)
        return;
    pay_pong(w);
    if (w->ops->on_drain)
        w->ops->on_drain(w, w->arg);
}

void wsconn_on_close(struct conn *c, void *arg, const struct err *err)
{
    struct wsconn *w = arg;
    struct slice reason = {w->reason, w->reason_len};
    struct err lost;

    (void)c;
    if (w->state == WSCONN_REFUSED)
        reason = buf_slice(&w->head);
    if (w->state == WSCONN_CLOSED)
        err = NULL;             /* both have said it: the rest is manners */
    else if (w->err.code != ERR_NONE)
        err = &w->err;
    else if (!err && !w->aborted) {
        fail(&lost, ERR_NET, "%s: the connection ended without a close "
            "frame", w->ops->name);
        err = &lost;
    }
    if (w->state != WSCONN_ASKING && w->state != WSCONN_REFUSED)
        attempts_closed(w->attempts, w->attempt, w->code, reason, w->aborted);
    if (w->ops->on_close)
        w->ops->on_close(w, w->arg, w->code, reason, err);
    wsconn_drop(w);
}

static const struct conn_ops frame_ops = {
    .name = "websocket", .on_read = on_read, .on_drain = wsconn_on_drain,
    .on_close = wsconn_on_close,
};

/* From here on frames pass. */
void wsconn_begin(struct wsconn *w, struct conn *c)
{
    w->conn = c;
    w->state = WSCONN_OPEN;
    w->timer = (struct timer){.fire = on_timer, .arg = w};
    w->task = (struct task){.run = pay_pong, .arg = w};
    w->heard = w->spoke = loop_now(conn_loop(c));
    conn_adopt(c, &frame_ops, w);
    conn_limits(c, LIMIT_WS_QUEUE, LIMIT_CONN_HELD);
    wsconn_pings(w, w->ping_every, w->pong_within);
}

/* ---- using one ---- */

struct wsconn *wsconn_accept(struct conn *c, const struct wsconn_ops *ops,
    void *arg, size_t max_message)
{
    struct wsconn *w = wsconn_make(ops, arg, max_message, false);

    if (!w)
        return NULL;
    wsconn_begin(w, c);
    return w;
}

void wsconn_attempt(struct wsconn *w, struct attempts *a, uint64_t id)
{
    wsconn_check(w);
    w->attempts = a;
    w->attempt = id;
}

int wsconn_send(struct wsconn *w, bool text, struct slice message)
{
    wsconn_check(w);
    if (w->state != WSCONN_OPEN
        || send_frame(w, text ? WS_TEXT : WS_BIN, &message, 1))
        return -1;
    w->counts.out++;
    return 0;
}

int wsconn_send_parts(struct wsconn *w, const struct slice *part, size_t n)
{
    wsconn_check(w);
    if (w->state != WSCONN_OPEN || send_frame(w, WS_TEXT, part, n))
        return -1;
    w->counts.out++;
    return 0;
}

void wsconn_pings(struct wsconn *w, int64_t every, int64_t within)
{
    wsconn_check(w);
    w->ping_every = every;
    w->pong_within = within;
    if (every && w->state == WSCONN_OPEN)
        arm(w, loop_now(conn_loop(w->conn)) + every);
}

void wsconn_close(struct wsconn *w, uint16_t code, struct slice reason)
{
    wsconn_check(w);
    switch (w->state) {
    case WSCONN_ASKING:
    case WSCONN_REFUSED:
        wsconn_abort(w);
        return;
    case WSCONN_CLOSING:
    case WSCONN_CLOSED:
    case WSCONN_FAILED:
        return;
    case WSCONN_OPEN:
        break;
    }
    assert(code == 1005 || ws_code_valid(code));
    if (conn_closing(w->conn))
        return;
    w->state = WSCONN_CLOSING;
    attempts_closed(w->attempts, w->attempt, code, reason, true);
    send_close(w, code, reason);
    arm(w, loop_now(conn_loop(w->conn)) + CLOSE_WITHIN);
}

void wsconn_abort(struct wsconn *w)
{
    wsconn_check(w);
    w->aborted = true;
    conn_abort(w->conn, NULL);
}

bool wsconn_closing(const struct wsconn *w)
{
    wsconn_check(w);
    return (w->state != WSCONN_OPEN && w->state != WSCONN_ASKING)
        || conn_closing(w->conn);
}

size_t wsconn_queued(const struct wsconn *w)
{
    wsconn_check(w);
    return conn_queued(w->conn);
}

struct conn *wsconn_conn(const struct wsconn *w)
{
    wsconn_check(w);
    return w->conn;
}

void wsconn_set_arg(struct wsconn *w, const struct wsconn_ops *ops, void *arg)
{
    wsconn_check(w);
    w->ops = ops;
    w->arg = arg;
}

struct wsconn_counts wsconn_counts(const struct wsconn *w)
{
    wsconn_check(w);
    return w->counts;
}
