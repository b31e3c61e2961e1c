/* httpc_link.c - the HTTP client's connections: reading answers, keeping. */
#include "net/httpc_impl.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

static void link_free(struct httpc_link *k)
{
    loop_cancel(k->h->loop, &k->timer);
    list_drop(&k->all);
    if (!list_empty(&k->idle)) {
        list_drop(&k->idle);
        k->h->kept_n--;
    }
    mem_drop(k);
}

/* Nothing more is expected of it: its conn goes on without us. */
static const struct conn_ops orphan_ops = {.name = "httpc"};

static void let_go(struct httpc_link *k, bool abort)
{
    struct conn *c = k->conn;

    if (k->call)
        k->call->link = NULL;
    link_free(k);
    conn_adopt(c, &orphan_ops, NULL);
    if (abort)
        conn_abort(c, NULL);
    else
        conn_close(c);
}

/* The answer is whole: the connection may be kept. */
static void release(struct httpc_call *c, bool keep)
{
    struct httpc_link *k = c->link;
    struct httpc *h = c->h;

    if (!k)
        return;
    c->link = NULL;
    k->call = NULL;
    k->used = true;
    /* An answer that came before all of the request was out: the rest of it
     * would be read as the next request. */
    if (!keep || conn_closing(k->conn) || conn_queued(k->conn)
        || h->conf.max_kept == 0) {
        let_go(k, conn_queued(k->conn) != 0);
        return;
    }
    if (h->kept_n == h->conf.max_kept)
        let_go(LIST_OWNER(h->kept.next, struct httpc_link, idle), false);
    list_push(&h->kept, &k->idle);
    h->kept_n++;
    loop_in(h->loop, &k->timer, h->conf.keep_ms);
}

/* ---- the answer ---- */

static void broken(struct httpc_call *c, enum err_code code, const char *why)
{
    struct err err;

    fail(&err, code, "%s: %s", c->key, why);
    httpc_link_cut(c);
    httpc_call_end(c, &err);
}

static void whole(struct httpc_call *c)
{
    release(c, c->http.keep_alive);
    httpc_call_end(c, NULL);
}

/* False when the call is over. */
static bool give(struct httpc_call *c, struct slice s)
{
    if (s.len == 0)
        return true;
    if (c->piece)
        return httpc_call_piece(c, s);
    buf_add(&c->body, s);
    if (buf_ok(&c->body))
        return true;
    broken(c, ERR_LIMIT, "the answer is too long");
    return false;
}

/* Each of these returns the bytes it used; the call may be gone then. */
static size_t take_length(struct httpc_call *c, struct slice in)
{
    size_t n = c->left < in.len ? (size_t)c->left : in.len;

    c->left -= n;
    if (give(c, slice_head(in, n)) && c->left == 0)
        whole(c);
    return n;
}

static size_t take_chunks(struct httpc_call *c, struct slice in)
{
    size_t len = in.len;

    for (;;) {
        switch (body_next(&c->chunks, &in)) {
        case BODY_MORE:
            return len;
        case BODY_DATA:
            if (!give(c, c->chunks.data))
                return len;
            break;
        case BODY_END:
            whole(c);
            return len - in.len;
        case BODY_BAD:
            broken(c, c->chunks.status == 413 ? ERR_LIMIT : ERR_PROTO,
                c->chunks.why);
            return len;
        }
    }
}

static size_t take_body(struct httpc_call *c, struct slice in)
{
    switch (c->http.framing) {
    case HTTP_NO_BODY:
        break;
    case HTTP_LENGTH:
        return take_length(c, in);
    case HTTP_CHUNKED:
        return take_chunks(c, in);
    case HTTP_TO_CLOSE:
        give(c, in);
        return in.len;
    }
    return 0;
}

static void begin_body(struct httpc_call *c)
{
    c->state = CALL_BODY;
    c->left = c->http.length;
    c->chunks = (struct body){.max = c->piece ? UINT64_MAX : c->body.max};
    if (c->http.framing == HTTP_NO_BODY
        || (c->http.framing == HTTP_LENGTH && c->left == 0))
        whole(c);
    else if (!c->piece && c->http.framing == HTTP_LENGTH
        && c->left > c->body.max)
        broken(c, ERR_LIMIT, "the answer is too long");
}

static size_t take_head(struct httpc_call *c, struct slice in)
{
    struct http_limits max = http_limits_default();
    struct http_fault fault;
    int n;

    max.body = UINT64_MAX;
    n = http_answer(in, &max, c->to_head, &c->http, &fault);
    if (n == 0)
        return 0;
    if (n < 0) {
        broken(c, ERR_PROTO, fault.why);
        return in.len;
    }
    if (c->http.status == 101) {
        broken(c, ERR_PROTO, "switches to a protocol nobody asked for");
        return in.len;
    }
    if (c->http.status < 200)           /* RFC 9110 15.2: an interim one */
        return (size_t)n;
    /* The head must outlive the receive buffer. */
    buf_add(&c->head, slice_head(in, (size_t)n));
    if (!buf_ok(&c->head) || http_answer(buf_slice(&c->head), &max,
        c->to_head, &c->http, &fault) != n) {
        broken(c, ERR_MEM, "no memory for the answer");
        return in.len;
    }
    begin_body(c);
    return (size_t)n;
}

/* ---- the connection ---- */

/* A call that ends takes itself off the link, and k may be gone with it: so
 * one step a time, and conn comes back with the rest. */
static size_t on_read(struct conn *conn, void *arg, struct mslice m)
{
    struct httpc_link *k = arg;
    struct httpc_call *c = k->call;
    struct slice in = {m.ptr, m.len};

    (void)conn;
    if (!c) {                   /* RFC 9112 9.2: not an answer to anything */
        let_go(k, true);
        return m.len;
    }
    c->answered = true;
    return c->state == CALL_HEAD ? take_head(c, in) : take_body(c, in);
}

static void write_request(struct httpc_call *c, struct httpc_link *k)
{
    char peer[SYS_ADDR_TEXT];

    c->state = CALL_HEAD;
    /* Behind a handshake the last words of TLS may still wait to leave. */
    conn_limits(k->conn, conn_queued(k->conn) + c->request.len + 1,
        LIMIT_CONN_READ
        + LIMIT_HTTP_HEAD);
    c->written = conn_write(k->conn, buf_slice(&c->request)) == 0;
    if (!c->written)            /* on_close tells */
        conn_abort(k->conn, NULL);
    if (c->attempt || c->kind == ATTEMPT_NONE)
        return;
    sys_addr_text(conn_peer(k->conn), peer);
    c->attempt = attempts_begin(c->h->conf.attempts, c->kind,
        slice_str(peer), slice_head(buf_slice(&c->request), c->head_len));
    attempts_call(c->h->conf.attempts, c->attempt, slice_str(c->about));
}

static void on_open(struct conn *conn, void *arg)
{
    struct httpc_link *k = arg;

    (void)conn;
    write_request(k->call, k);
}

/* The end may be that of the answer; or the kept connection was closed while
 * we wrote, and the request can go out again; or it is lost. */
static void on_close(struct conn *conn, void *arg, const struct err *err)
{
    struct httpc_link *k = arg;
    struct httpc_call *c = k->call;
    bool stale = k->used;
    struct err why;

    (void)conn;
    if (!c) {
        link_free(k);
        return;
    }
    if (c->written && conn_queued(conn) >= c->request.len && !c->tls)
        c->written = false;     /* not one byte of it has left */
    c->link = NULL;
    link_free(k);
    if (c->state == CALL_BODY && c->http.framing == HTTP_TO_CLOSE && !err) {
        httpc_call_end(c, NULL);
        return;
    }
    if (stale && !c->answered && !c->repeated
        && (c->idempotent || !c->written)) {
        c->repeated = true;
        c->written = false;
        if (httpc_link_start(c, true, &why) == 0)
            return;
        err = &why;
    }
    if (!err) {
        fail(&why, ERR_NET, "%s: the connection ended %s", c->key,
            c->answered ? "inside the answer" : "before an answer");
        err = &why;
    }
    httpc_call_end(c, err);
}

static const struct conn_ops link_ops = {
    .name = "httpc", .on_open = on_open, .on_read = on_read,
    .on_close = on_close,
};

static void on_idle(void *arg)
{
    let_go(arg, false);
}

/* ---- starting and keeping ---- */

/* The one used last: it is the least likely to be closed under us. */
static struct httpc_link *find_kept(struct httpc *h, const char *key)
{
    for (struct list *l = h->kept.prev; l != &h->kept; l = l->prev) {
        struct httpc_link *k = LIST_OWNER(l, struct httpc_link, idle);

        if (strcmp(k->key, key) == 0 && !conn_closing(k->conn))
            return k;
    }
    return NULL;
}

static int dial(struct httpc_call *c, struct err *err)
{
    struct httpc *h = c->h;
    struct conn_target to = {
        .host = slice_str(c->host), .port = c->port,
        .tls = c->tls ? h->conf.tls : NULL,
        .timeout = c->deadline - loop_now(h->loop),
    };
    struct httpc_link *k = mem_new(sizeof *k);

    if (!k)
        return fail(err, ERR_MEM, "no memory for a connection");
    if (to.timeout < 1)
        to.timeout = 1;
    k->h = h;
    k->call = c;
    memcpy(k->key, c->key, sizeof k->key);
    k->timer = (struct timer){.fire = on_idle, .arg = k};
    k->conn = conn_dial(h->loop, h->conf.resolver, &to, &link_ops, k, err);
    if (!k->conn) {
        mem_drop(k);
        return -1;
    }
    list_push(&h->links, &k->all);
    list_init(&k->idle);
    c->state = CALL_DIALING;
    c->link = k;
    return 0;
}

int httpc_link_start(struct httpc_call *c, bool fresh, struct err *err)
{
    struct httpc_link *k = fresh ? NULL : find_kept(c->h, c->key);

    if (!k)
        return dial(c, err);
    loop_cancel(c->h->loop, &k->timer);
    list_drop(&k->idle);
    c->h->kept_n--;
    k->call = c;
    c->link = k;
    write_request(c, k);
    return 0;
}

void httpc_link_cut(struct httpc_call *c)
{
    if (c->link)
        let_go(c->link, true);
}

void httpc_link_close_all(struct httpc *h)
{
    while (!list_empty(&h->links))
        let_go(LIST_OWNER(h->links.next, struct httpc_link, all), true);
}
