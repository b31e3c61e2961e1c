/* httpc.c - an HTTP/1.1 client on the loop: requests and their one end. */
#include "net/httpc_impl.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/base64.h"
#include "codec/url.h"

enum { HTTPC_MAGIC = 0x4774bc, CALL_MAGIC = 0xca11bc };

#define REQUEST_MAX (16u << 20)     /* bytes of head and body */
#define USER_MAX 512                /* bytes of user:password */

static void call_free(struct httpc_call *c)
{
    loop_cancel(c->h->loop, &c->timer);
    list_drop(&c->link_);
    buf_free(&c->request);
    buf_free(&c->head);
    buf_free(&c->body);
    c->magic = 0;
    mem_drop(c);
}

/* A callback of ours has returned: a client that it freed can go. */
static void leave(struct httpc *h)
{
    if (--h->depth == 0 && h->freed)
        mem_drop(h);
}

/* While piece is on the stack the memory stays. */
static void call_drop(struct httpc_call *c)
{
    loop_cancel(c->h->loop, &c->timer);
    list_drop(&c->link_);
    c->state = CALL_DONE;
    if (!c->in_piece)
        call_free(c);
}

bool httpc_call_piece(struct httpc_call *c, struct slice s)
{
    struct httpc *h = c->h;
    bool here;

    h->depth++;
    c->in_piece = true;
    c->piece(c->arg, &c->http, s);
    c->in_piece = false;
    here = c->state != CALL_DONE;
    if (!here)
        call_free(c);
    leave(h);
    return here;
}

/* A request that never left has no attempt yet: no connection was to be had. */
static void record_unsent(struct httpc_call *c)
{
    if (c->attempt || c->kind == ATTEMPT_NONE)
        return;
    c->attempt = attempts_begin(c->h->conf.attempts, c->kind,
        slice_str(c->key), slice_head(buf_slice(&c->request), c->head_len));
    attempts_call(c->h->conf.attempts, c->attempt, slice_str(c->about));
}

void httpc_call_end(struct httpc_call *c, const struct err *err)
{
    struct httpc *h = c->h;
    struct httpc_answer a = {
        .head = c->state == CALL_BODY ? &c->http : NULL,
        .body = buf_slice(&c->body),
        .ms = loop_now(h->loop) - c->began,
        .sent = c->written,
    };

    if (err)
        record_unsent(c);
    a.attempt = c->attempt;
    c->state = CALL_DONE;
    loop_cancel(h->loop, &c->timer);
    list_drop(&c->link_);
    if (err)
        attempts_why(h->conf.attempts, c->attempt, err->msg);
    attempts_end(h->conf.attempts, c->attempt, err ? 0 : c->http.status);
    if (!a.body.ptr)
        a.body = SLICE("");
    h->depth++;
    c->done(c->arg, &a, err);
    call_drop(c);
    leave(h);
}

void httpc_about(struct httpc_call *c, struct slice call)
{
    text_copy(c->about, sizeof c->about, call);
    attempts_call(c->h->conf.attempts, c->attempt, call);
}

void httpc_judged(struct httpc *h, uint64_t attempt, int number,
    const char *why)
{
    attempts_number(h->conf.attempts, attempt, number);
    attempts_why(h->conf.attempts, attempt, why);
}

static void on_timer(void *arg)
{
    struct httpc_call *c = arg;
    struct err err;

    fail(&err, ERR_TIMEOUT, "%s: no %s within %lld ms", c->key,
        c->state == CALL_DIALING ? "connection" : c->answered
        ? "whole answer" : "answer",
        (long long)(loop_now(c->h->loop) - c->began));
    if (c->link && c->written && !c->tls
        && conn_queued(c->link->conn) >= c->request.len)
        c->written = false;
    httpc_link_cut(c);
    httpc_call_end(c, &err);
}

/* ---- making a request ---- */

static bool clean(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static int add_credentials(struct buf *b, const struct httpc_request *req,
    struct err *err)
{
    uint8_t plain[USER_MAX];
    char coded[BASE64_LEN(USER_MAX)];
    struct buf p;

    if (req->bearer.ptr) {
        if (!clean(req->bearer))
            return fail(err, ERR_CONF, "the bearer token holds a control "
                "byte");
        buf_adds(b, "Authorization: Bearer ");
        buf_add(b, req->bearer);
        buf_adds(b, "\r\n");
    }
    if (!req->user.ptr)
        return 0;
    /* RFC 7617 2: the user's name ends at the first colon. */
    if (slice_chr(req->user, ':') != SLICE_NPOS)
        return fail(err, ERR_CONF, "a user name with a colon in it");
    buf_over(&p, plain, sizeof plain);
    buf_add(&p, req->user);
    buf_addc(&p, ':');
    buf_add(&p, req->password);
    if (!buf_ok(&p))
        return fail(err, ERR_CONF, "user and password are over %d bytes",
            USER_MAX);
    buf_adds(b, "Authorization: Basic ");
    buf_add(b, slice_of(coded, base64_encode(coded, buf_slice(&p))));
    buf_adds(b, "\r\n");
    return 0;
}

static int build_request(struct httpc_call *c,
    const struct httpc_request *req, const struct url *u, struct err *err)
{
    struct buf *b = &c->request;
    const char *agent = c->h->conf.user_agent;

    buf_adds(b, req->method);
    buf_addc(b, ' ');
    url_target(b, u);
    buf_adds(b, " HTTP/1.1\r\nHost: ");
    url_authority(b, u);
    buf_adds(b, "\r\n");
    if (agent) {
        buf_adds(b, "User-Agent: ");
        buf_adds(b, agent);
        buf_adds(b, "\r\n");
    }
    if (add_credentials(b, req, err))
        return -1;
    if (req->headers)
        buf_adds(b, req->headers);
    if (req->type) {
        buf_adds(b, "Content-Type: ");
        buf_adds(b, req->type);
        buf_adds(b, "\r\n");
    }
    /* RFC 9110 8.6: a method that means a body says so when it is empty. */
    if (req->body.len || req->type || strcmp(req->method, "POST") == 0
        || strcmp(req->method, "PUT") == 0) {
        buf_adds(b, "Content-Length: ");
        buf_addu(b, req->body.len);
        buf_adds(b, "\r\n");
    }
    buf_adds(b, "\r\n");
    c->head_len = b->len;
    buf_add(b, req->body);
    return buf_ok(b) ? 0 : fail(err, ERR_LIMIT, "the request is over %u "
        "bytes, or there is no memory for it", REQUEST_MAX);
}

static int read_url(struct httpc_call *c, struct slice s, struct url *u,
    struct err *err)
{
    struct buf key;
    const char *why;
    size_t at;

    if (url_parse(s, u, &at, &why))
        return fail(err, ERR_CONF, "%s, at byte %zu of \"%.*s\"", why, at,
            SLICE_ARG(slice_head(s, 100)));
    if (!slice_iis(u->scheme, "http") && !slice_iis(u->scheme, "https"))
        return fail(err, ERR_CONF, "\"%.*s\" begins with neither http:// nor "
            "https://", SLICE_ARG(slice_head(s, 100)));
    if (u->userinfo.ptr)
        return fail(err, ERR_CONF, "a URL with a user name in it");
    if (u->tls && !c->h->conf.tls)
        return fail(err, ERR_CONF, "https:// without TLS set up");
    c->tls = u->tls;
    c->port = u->number;
    buf_over(&key, c->key, sizeof c->key - 1);
    buf_adds(&key, u->tls ? "https://" : "http://");
    url_authority(&key, u);
    if (!buf_ok(&key) || !text_copy(c->host, sizeof c->host, u->host))
        return fail(err, ERR_CONF, "the host name in a URL is too long");
    for (size_t i = 0; i < key.len; i++)
        c->key[i] = (char)byte_lower((uint8_t)c->key[i]);
    return 0;
}

/* RFC 9110 9.2.2. */
static bool idempotent(const char *method)
{
    static const char *const list[] = {"GET", "HEAD", "PUT", "DELETE",
        "OPTIONS"};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(method, list[i]) == 0)
            return true;
    return false;
}

struct httpc *httpc_new(struct loop *l, const struct httpc_conf *conf,
    struct err *err)
{
    struct httpc *h = mem_new(sizeof *h);

    if (!h) {
        fail(err, ERR_MEM, "no memory for the HTTP client");
        return NULL;
    }
    h->magic = HTTPC_MAGIC;
    h->loop = l;
    h->conf = *conf;
    list_init(&h->calls);
    list_init(&h->links);
    list_init(&h->kept);
    return h;
}

void httpc_free(struct httpc *h)
{
    struct err err;

    if (!h)
        return;
    assert(h->magic == HTTPC_MAGIC);
    h->magic = 0;               /* no new call from within done */
    fail(&err, ERR_NET, "the HTTP client is shut down");
    h->depth++;
    while (!list_empty(&h->calls)) {
        struct httpc_call *c = LIST_OWNER(h->calls.next, struct httpc_call,
            link_);

        httpc_link_cut(c);
        httpc_call_end(c, &err);
    }
    httpc_link_close_all(h);
    h->freed = true;
    leave(h);
}

struct httpc_call *httpc_start(struct httpc *h,
    const struct httpc_request *req,
    void (*done)(void *arg, const struct httpc_answer *a,
        const struct err *err), void *arg, struct err *err)
{
    struct httpc_call *c;
    struct url u;

    if (h->magic != HTTPC_MAGIC) {
        fail(err, ERR_NET, "the HTTP client is shut down");
        return NULL;
    }
    c = mem_new(sizeof *c);
    if (!c) {
        fail(err, ERR_MEM, "no memory for a request");
        return NULL;
    }
    c->magic = CALL_MAGIC;
    c->h = h;
    c->done = done;
    c->arg = arg;
    c->kind = req->kind;
    text_copy(c->about, sizeof c->about, req->about);
    c->to_head = strcmp(req->method, "HEAD") == 0;
    c->idempotent = idempotent(req->method);
    c->began = loop_now(h->loop);
    c->timer = (struct timer){.fire = on_timer, .arg = c};
    list_push(&h->calls, &c->link_);
    buf_init(&c->request, REQUEST_MAX);
    buf_init(&c->head, LIMIT_HTTP_HEAD);
    buf_init(&c->body, req->max_answer ? req->max_answer
        : LIMIT_HTTP_ANSWER);
    c->deadline = c->began + req->timeout;
    loop_at(h->loop, &c->timer, c->deadline);
    if (read_url(c, req->url, &u, err) || build_request(c, req, &u, err)
        || httpc_link_start(c, false, err)) {
        call_free(c);
        return NULL;
    }
    return c;
}

void httpc_cancel(struct httpc_call *c)
{
    if (!c)
        return;
    assert(c->magic == CALL_MAGIC);
    if (c->state == CALL_DONE)          /* done is on the stack */
        return;
    httpc_link_cut(c);
    attempts_why(c->h->conf.attempts, c->attempt, "cancelled");
    attempts_end(c->h->conf.attempts, c->attempt, 0);
    call_drop(c);
}

void httpc_on_piece(struct httpc_call *c,
    void (*piece)(void *arg, const struct http *head, struct slice s))
{
    assert(c->magic == CALL_MAGIC);
    c->piece = piece;
}
