/* httpd.c - an HTTP/1.1 server on the loop: connections and requests.
 *
 * A request is copied once, out of the shared receive buffer into its
 * session's own block, and read there: so its slices live as long as it does,
 * whenever the handler answers, and a kept connection allocates nothing.
 */
#include "net/httpd_impl.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "net/wsconn.h"

enum { SESS_MAGIC = 0x5e5510, HTTPD_MAGIC = 0x4774bd };

/* bytes of a block that waits for more requests */
#define OWN_KEPT TINY_OR(16, 16384)
/* bytes of a body that has come with its head */
#define OWN_FIRST TINY_OR(1, 4096)
/* bytes unsent before the next request waits */
#define PIPE_MAX TINY_OR(16, 65536)

struct sess *httpd_sess_of(const struct request *r)
{
    struct sess *s = LIST_OWNER(r, struct sess, r);

    assert(s->magic == SESS_MAGIC);
    return s;
}

static void tell_empty(struct httpd *h)
{
    void (*empty)(void *) = h->empty;

    if (!empty || !list_empty(&h->sessions))
        return;
    h->empty = NULL;
    empty(h->empty_arg);
}

void httpd_sess_free(struct sess *s)
{
    struct httpd *h = s->server;

    loop_cancel(s->server->loop, &s->timer);
    loop_forget(s->server->loop, &s->again);
    list_drop(&s->link);
    buf_free(&s->own);
    s->magic = 0;
    mem_drop(s);
    tell_empty(h);
}

/* The timer is moved only when it is too late: then a request costs none. */
void httpd_sess_arm(struct sess *s, int64_t ms)
{
    struct loop *l = s->server->loop;

    s->due = loop_now(l) + ms;
    s->queued = conn_queued(s->r.conn);
    if (!heap_has(&s->timer.node) || s->timer.node.key > s->due)
        loop_at(l, &s->timer, s->due);
}

static void hold_back(struct sess *s)
{
    s->paused = true;
    conn_pause(s->r.conn, true);
}

static void read_on(struct sess *s)
{
    if (!s->paused)
        return;
    s->paused = false;
    conn_pause(s->r.conn, false);
}

static void close_sess(struct sess *s)
{
    s->state = SESS_GONE;
    s->due = 0;
    conn_close(s->r.conn);
}

void httpd_sess_end(struct sess *s, int status)
{
    attempts_end(s->server->conf.attempts, s->r.id, status);
    s->begun = false;
    s->scanned = s->judge_at = 0;
    s->r.on_gone = NULL;
    if (s->own.cap > OWN_KEPT)
        buf_free(&s->own);
    if (!s->keep || conn_closing(s->r.conn)) {
        close_sess(s);
        return;
    }
    s->state = SESS_HEAD;
    httpd_sess_arm(s, s->server->conf.idle_timeout);
    if (!s->reading)
        read_on(s);
}

/* ---- refusing what is broken ---- */

/* Nothing behind a broken request can be trusted to be one. */
static void refuse_broken(struct sess *s, int status, const char *why,
    uint64_t at)
{
    bool headless = s->state == SESS_HEAD;

    if (headless) {
        s->r.id = 0;
        s->head_only = false;
        s->r.head = (struct http){.minor = 1};
    }
    s->keep = false;
    httpd_refusal(s, status, why, at, NULL, headless ? NULL : &s->r.head);
}

static void no_memory(struct sess *s)
{
    struct err err;

    fail(&err, ERR_MEM, "no memory for a request");
    s->state = SESS_GONE;
    conn_abort(s->r.conn, &err);
}

/* ---- bodies ---- */

/* All of it is here.  The block may have moved while the body grew: then what
 * was read well from the same bytes is read again. */
static void dispatch(struct sess *s)
{
    s->due = 0;
    if (s->parsed != s->own.ptr) {
        struct http_fault fault;
        int allow;
        int n = http_request(slice_of(s->own.ptr, s->head_len),
            &s->server->limits, &s->r.head, &fault);

        assert(n > 0);
        (void)n;
        httpd_route_find(s, &allow);
    }
    s->r.body = slice_from(buf_slice(&s->own), s->head_len);
    httpd_route_call(s);
}

static size_t take_length(struct sess *s, struct slice in)
{
    struct slice piece = slice_head(in, s->left < in.len ? (size_t)s->left
        : in.len);

    buf_add(&s->own, piece);
    s->left -= piece.len;
    if (!buf_ok(&s->own))
        no_memory(s);
    else if (s->left == 0)
        dispatch(s);
    return piece.len;
}

static size_t take_chunks(struct sess *s, struct slice in)
{
    size_t len = in.len;

    while (s->state == SESS_BODY) {
        switch (body_next(&s->chunks, &in)) {
        case BODY_MORE:
            return len;
        case BODY_DATA:
            buf_add(&s->own, s->chunks.data);
            if (!buf_ok(&s->own))
                no_memory(s);
            break;
        case BODY_END:
            dispatch(s);
            break;
        case BODY_BAD:
            refuse_broken(s, s->chunks.status, s->chunks.why,
                s->head_len + s->chunks.at);
            break;
        }
    }
    return len - in.len;
}

static size_t take_body(struct sess *s, struct slice in)
{
    return s->r.head.framing == HTTP_CHUNKED ? take_chunks(s, in)
        : take_length(s, in);
}

/* ---- heads ---- */

/* Offset behind the empty line, or 0. */
static size_t find_end(struct sess *s, struct slice in)
{
    size_t from = s->scanned > 3 ? s->scanned - 3 : 0;

    for (;;) {
        size_t at = slice_chr(slice_from(in, from), '\r');

        if (at == SLICE_NPOS || in.len - from - at < 4)
            break;
        from += at;
        if (memcmp(in.ptr + from, "\r\n\r\n", 4) == 0)
            return from + 4;
        from++;
    }
    s->scanned = in.len;
    return 0;
}

/* Judges an unfinished head when it has doubled since the last time: all of
 * it at every byte would cost its length squared. */
static void judge_part(struct sess *s, struct slice in)
{
    struct http_fault fault;

    if (!s->begun) {
        s->begun = true;
        httpd_sess_arm(s, s->server->conf.head_timeout);
    }
    if (in.len < s->judge_at && in.len <= s->server->limits.head)
        return;
    s->judge_at = 2 * in.len;
    if (http_request(in, &s->server->limits, &s->r.head, &fault) < 0)
        refuse_broken(s, fault.status, fault.why, fault.at);
}

static void record(struct sess *s, enum attempt_kind kind)
{
    struct attempts *ring = s->server->conf.attempts;
    char peer[SYS_ADDR_TEXT];

    if (!s->route)
        kind = http_has_token(&s->r.head, "Upgrade", "websocket")
            || http_count(&s->r.head, "Sec-WebSocket-Key")
            ? ATTEMPT_UPGRADE : ATTEMPT_NONE;
    s->r.id = 0;
    if (!ring || kind == ATTEMPT_NONE)
        return;
    httpd_peer(&s->r, peer);
    s->r.id = attempts_begin(ring, kind, slice_str(peer),
        slice_of(s->own.ptr, s->head_len));
}

/* RFC 9110 10.1.1: before the body comes, say whether it is wanted. */
static void expect(struct sess *s)
{
    if (!s->route) {
        s->keep = false;
        httpd_route_call(s);
        return;
    }
    if (conn_write(s->r.conn, SLICE("HTTP/1.1 100 Continue\r\n\r\n")))
        no_memory(s);
}

/* The head is read; behind it, rest bytes are here already. */
static void begin(struct sess *s, size_t rest)
{
    const struct http *head = &s->r.head;
    int allow;

    s->begun = true;
    s->keep = head->keep_alive;
    s->head_only = slice_is(head->method, "HEAD");
    s->r.body = (struct slice){NULL, 0};
    s->r.arg = NULL;
    s->r.on_gone = NULL;
    s->state = SESS_BODY;
    conn_limits(s->r.conn, HTTPD_QUEUE, HTTPD_HOLD);
    httpd_route_find(s, &allow);
    record(s, s->route ? s->route->kind : ATTEMPT_NONE);
    s->left = head->length;
    if (head->framing == HTTP_CHUNKED)
        s->chunks = (struct body){.max = s->server->limits.body};
    else if (head->framing == HTTP_NO_BODY)
        s->left = 0;
    if (s->left == 0 && head->framing != HTTP_CHUNKED) {
        dispatch(s);
        return;
    }
    if (head->framing != HTTP_CHUNKED && rest >= s->left)
        return;
    httpd_sess_arm(s, s->server->conf.body_timeout);
    if (head->expect_continue && rest == 0)
        expect(s);
}

/* Copies the head, with room behind it for a body that is here already, and
 * reads the copy. */
static size_t take_head(struct sess *s, struct slice in)
{
    size_t end = find_end(s, in), rest = in.len - end;
    struct http_fault fault;
    int n;

    if (end == 0) {
        judge_part(s, in);
        return 0;
    }
    if (end > s->server->limits.head) {
        s->judge_at = 0;
        judge_part(s, in);
        return s->state == SESS_HEAD ? 0 : end;
    }
    buf_clear(&s->own);
    if (!buf_room(&s->own, end + (rest < OWN_FIRST ? rest : 0))) {
        no_memory(s);
        return 0;
    }
    buf_add(&s->own, slice_head(in, end));
    n = http_request(buf_slice(&s->own), &s->server->limits, &s->r.head,
        &fault);
    if (n <= 0) {
        refuse_broken(s, fault.status, fault.why, fault.at);
        return end;
    }
    assert((size_t)n == end);
    s->parsed = s->own.ptr;
    s->head_len = end;
    begin(s, rest);
    return end;
}

/* ---- the connection ---- */

static size_t on_read(struct conn *c, void *arg, struct mslice m)
{
    struct sess *s = arg;
    struct slice in = {m.ptr, m.len};
    size_t used = 0, step = 1;

    s->reading = true;
    while (used < in.len && step > 0) {
        step = 0;
        switch (s->state) {
        case SESS_HEAD:
            if (conn_queued(c) > PIPE_MAX) {
                hold_back(s);
                loop_later(s->server->loop, &s->again);
                break;
            }
            step = take_head(s, slice_from(in, used));
            break;
        case SESS_BODY:
            step = take_body(s, slice_from(in, used));
            break;
        case SESS_WAIT:
        case SESS_STREAM:
            hold_back(s);
            break;
        case SESS_GONE:
            used = in.len;
            break;
        case SESS_UPGRADED:
            break;
        }
        used += step;
    }
    s->reading = false;
    if (s->state == SESS_UPGRADED)
        httpd_sess_free(s);
    return used;
}

/* A pipelining peer had too much unsent: go on once it has left. */
static void on_again(void *arg)
{
    struct sess *s = arg;

    if (s->state == SESS_HEAD && conn_queued(s->r.conn) <= PIPE_MAX)
        read_on(s);
}

static void on_drain(struct conn *c, void *arg)
{
    (void)c;
    on_again(arg);
}

/* The handler's last word on a request that nobody waits for any more. */
static void tell_gone(struct sess *s)
{
    bool waiting = s->state == SESS_WAIT || s->state == SESS_STREAM;
    void (*gone)(struct request *) = s->r.on_gone;

    if (waiting || s->state == SESS_BODY) {
        if (s->state != SESS_STREAM)
            attempts_why(s->server->conf.attempts, s->r.id,
                "the peer went away before the answer");
        attempts_end(s->server->conf.attempts, s->r.id, 0);
    }
    s->state = SESS_GONE;
    if (waiting && gone)
        gone(&s->r);
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct sess *s = arg;

    (void)c;
    (void)err;
    tell_gone(s);
    httpd_sess_free(s);
}

static const struct conn_ops sess_ops = {
    .name = "httpd", .on_read = on_read, .on_drain = on_drain,
    .on_close = on_close,
};

/* What is left of a connection whose server is gone. */
static const struct conn_ops orphan_ops = {.name = "httpd"};

/* Does a slow reader at least take something? */
static void check_reader(struct sess *s)
{
    struct err err;

    if (conn_queued(s->r.conn) < s->queued
        || (s->state == SESS_STREAM && s->queued == 0)) {
        httpd_sess_arm(s, s->server->conf.idle_timeout);
        return;
    }
    fail(&err, ERR_TIMEOUT, "the peer does not read its answer");
    conn_abort(s->r.conn, &err);
}

static void on_timer(void *arg)
{
    struct sess *s = arg;

    if (s->due == 0)
        return;
    if (loop_now(s->server->loop) < s->due) {
        loop_at(s->server->loop, &s->timer, s->due);
        return;
    }
    switch (s->state) {
    case SESS_HEAD:
        if (s->begun)
            refuse_broken(s, 408, "the head did not come in time",
                SLICE_NPOS);
        else if (conn_queued(s->r.conn))
            check_reader(s);
        else
            close_sess(s);
        break;
    case SESS_BODY:
        refuse_broken(s, 408, "the body did not come in time", SLICE_NPOS);
        break;
    case SESS_STREAM:
        check_reader(s);
        break;
    case SESS_WAIT:
    case SESS_GONE:
    case SESS_UPGRADED:
        break;
    }
}

static void on_accept(struct conn *c, void *arg)
{
    struct httpd *h = arg;
    struct sess *s = mem_new(sizeof *s);

    if (!s) {
        conn_abort(c, NULL);
        return;
    }
    s->magic = SESS_MAGIC;
    s->server = h;
    s->r.conn = c;
    s->timer = (struct timer){.fire = on_timer, .arg = s};
    s->again = (struct task){.run = on_again, .arg = s};
    buf_init(&s->own, h->limits.head + (size_t)h->limits.body);
    list_push(&h->sessions, &s->link);
    conn_adopt(c, &sess_ops, s);
    conn_limits(c, HTTPD_QUEUE, HTTPD_HOLD);
    httpd_sess_arm(s, h->conf.head_timeout);
}

/* ---- the server ---- */

static int64_t or_else(int64_t ms, int64_t usual)
{
    return ms > 0 ? ms : usual;
}

struct httpd *httpd_new(struct loop *l, const struct sys_addr *at,
    struct tlsctx *tls, const struct httpd_conf *conf, struct err *err)
{
    struct httpd *h = mem_new(sizeof *h);

    if (!h) {
        fail(err, ERR_MEM, "no memory for the HTTP server");
        return NULL;
    }
    h->magic = HTTPD_MAGIC;
    h->loop = l;
    h->conf = *conf;
    h->conf.head_timeout = or_else(conf->head_timeout, 10000);
    h->conf.body_timeout = or_else(conf->body_timeout, 30000);
    h->conf.idle_timeout = or_else(conf->idle_timeout, 75000);
    h->second = -1;
    h->limits = http_limits_default();
    if (conf->max_body)
        h->limits.body = conf->max_body;
    list_init(&h->sessions);
    if (httpd_route_setup(h, err))
        goto fail;
    h->listener = conn_listen(l, at, tls, conf->max_conns ? conf->max_conns
        : LIMIT_CONNS, on_accept, h, err);
    if (h->listener)
        return h;
fail:
    httpd_free(h);
    return NULL;
}

uint16_t httpd_port(const struct httpd *h)
{
    assert(h->magic == HTTPD_MAGIC);
    return listener_port(h->listener);
}

void httpd_drain(struct httpd *h)
{
    assert(h->magic == HTTPD_MAGIC);
    if (h->listener)
        listener_close(h->listener);
    h->listener = NULL;
    h->draining = true;
    for (struct list *l = h->sessions.next; l != &h->sessions; l = l->next) {
        struct sess *s = LIST_OWNER(l, struct sess, link);

        if (s->state == SESS_HEAD && !s->begun && !s->paused)
            close_sess(s);
    }
}

void httpd_on_empty(struct httpd *h, void (*empty)(void *arg), void *arg)
{
    assert(h->magic == HTTPD_MAGIC && h->draining);
    h->empty = empty;
    h->empty_arg = arg;
    tell_empty(h);
}

void httpd_free(struct httpd *h)
{
    if (!h)
        return;
    assert(h->magic == HTTPD_MAGIC);
    h->empty = NULL;
    if (h->listener)
        listener_close(h->listener);
    while (!list_empty(&h->sessions)) {
        struct sess *s = LIST_OWNER(h->sessions.next, struct sess, link);
        struct conn *c = s->r.conn;

        tell_gone(s);
        conn_adopt(c, &orphan_ops, NULL);
        conn_abort(c, NULL);
        httpd_sess_free(s);
    }
    mem_drop(h->route);
    mem_drop(h->net);
    h->magic = 0;
    mem_drop(h);
}
