/* wsconn_dial.c - a WebSocket client's handshake: RFC 6455 4.1. */
#include "net/wsconn_impl.h"

#include <string.h>

#include "base/rand.h"
#include "base/text.h"
#include "codec/base64.h"
#include "codec/url.h"

#define REQUEST_MAX 16384   /* bytes of our own head */
#define BODY_MAX 2048       /* bytes of a refusal that are kept */

static void fail_dial(struct wsconn *w, const char *why)
{
    fail(&w->err, ERR_PROTO, "%s: %s", w->ops->name, why);
    attempts_why(w->attempts, w->attempt, why);
    conn_abort(w->conn, NULL);
}

static void on_open(struct conn *c, void *arg)
{
    struct wsconn *w = arg;
    int64_t left = w->deadline - loop_now(conn_loop(c));
    char peer[SYS_ADDR_TEXT];

    sys_addr_text(conn_peer(c), peer);
    w->attempt = attempts_begin(w->attempts, ATTEMPT_MODEL, slice_str(peer),
        buf_slice(&w->head));
    attempts_call(w->attempts, w->attempt, slice_str(w->about));
    conn_deadline(c, left > 0 ? left : 1, "the WebSocket upgrade");
    if (conn_write(c, buf_slice(&w->head)))
        fail_dial(w, "the request does not fit into the queue");
    buf_free(&w->head);
    buf_init(&w->head, BODY_MAX);
}

/* ---- a refusal ---- */

static void keep_body(struct wsconn *w, struct slice s)
{
    buf_add(&w->head, slice_head(s, BODY_MAX - w->head.len));
}

/* True when all of the body that counts is here. */
static bool take_body(struct wsconn *w, struct slice in)
{
    switch (w->framing) {
    case HTTP_NO_BODY:
        return true;
    case HTTP_LENGTH:
        in = slice_head(in, w->left < in.len ? (size_t)w->left : in.len);
        keep_body(w, in);
        w->left -= in.len;
        if (w->left == 0)
            return true;
        break;
    case HTTP_CHUNKED:
        for (;;) {
            enum body_event e = body_next(&w->chunks, &in);

            if (e == BODY_MORE)
                break;
            if (e != BODY_DATA)
                return true;
            keep_body(w, w->chunks.data);
        }
        break;
    case HTTP_TO_CLOSE:
        keep_body(w, in);
        break;
    }
    return w->head.len == BODY_MAX;
}

static void refused(struct wsconn *w, const struct http *h)
{
    w->state = WSCONN_REFUSED;
    fail(&w->err, ERR_REMOTE, "%s: the upgrade was answered with %d %s",
        w->ops->name, h->status, http_reason(h->status));
    w->err.sys = h->status;
    attempts_why(w->attempts, w->attempt, "no upgrade");
    attempts_end(w->attempts, w->attempt, h->status);
    w->framing = h->framing;
    w->left = h->length;
    w->chunks = (struct body){.max = LIMIT_HTTP_ANSWER};
}

/* A subprotocol we did offer is not one "nobody offered". */
static void accept_protocol(struct wsconn *w, struct http *h)
{
    struct slice got = http_get(h, "Sec-WebSocket-Protocol");

    if (!w->protocol || !slice_is(got, w->protocol))
        return;
    for (size_t i = 0; i < h->headers; i++)
        if (h->header[i].value.ptr == got.ptr) {
            h->header[i] = h->header[--h->headers];
            return;
        }
}

static size_t take_answer(struct wsconn *w, struct slice in)
{
    struct http_limits max = http_limits_default();
    struct http_fault fault;
    const char *why;
    struct http h;
    int n;

    max.body = UINT64_MAX;
    n = http_answer(in, &max, false, &h, &fault);
    if (n < 0) {
        fail_dial(w, fault.why);
        return in.len;
    }
    if (n == 0 || (h.status < 200 && h.status != 101))
        return (size_t)n;
    if (h.status != 101) {
        refused(w, &h);
        if (take_body(w, slice_from(in, (size_t)n)))
            conn_abort(w->conn, NULL);
        return in.len;
    }
    attempts_end(w->attempts, w->attempt, 101);
    accept_protocol(w, &h);
    if (ws_check_answer(&h, slice_str(w->key), &why)) {
        fail_dial(w, why);
        return in.len;
    }
    conn_deadline(w->conn, 0, "");
    buf_free(&w->head);
    wsconn_begin(w, w->conn);
    if (w->ops->on_open)
        w->ops->on_open(w, w->arg);
    return (size_t)n;
}

static size_t on_read(struct conn *c, void *arg, struct mslice m)
{
    struct wsconn *w = arg;
    struct slice in = {m.ptr, m.len};

    if (w->state == WSCONN_ASKING)
        return take_answer(w, in);
    if (w->state == WSCONN_REFUSED && take_body(w, in))
        conn_abort(c, NULL);
    return in.len;
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct wsconn *w = arg;

    if (!w->attempt) {          /* no connection was to be had */
        w->attempt = attempts_begin(w->attempts, ATTEMPT_MODEL,
            SLICE(""), buf_slice(&w->head));
        attempts_call(w->attempts, w->attempt, slice_str(w->about));
    }
    if (w->state == WSCONN_ASKING && w->err.code == ERR_NONE)
        attempts_why(w->attempts, w->attempt, err ? err->msg : "no answer");
    attempts_end(w->attempts, w->attempt, 0);
    if (!err && w->err.code == ERR_NONE && !w->aborted)
        fail(&w->err, ERR_NET, "%s: the connection ended before the upgrade "
            "was answered", w->ops->name);
    wsconn_on_close(c, arg, err);
}

static const struct conn_ops ask_ops = {
    .name = "websocket upgrade", .on_open = on_open, .on_read = on_read,
    .on_close = on_close,
};

/* ---- starting ---- */

/* May it stand in a header without ending it? */
static bool printable(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static int build_request(struct wsconn *w, const struct wsconn_target *to,
    const struct url *u, struct err *err)
{
    uint8_t nonce[16];
    struct buf *b = &w->head;

    rand_bytes(nonce, sizeof nonce);
    w->key[base64_encode(w->key, slice_of(nonce, sizeof nonce))] = 0;
    buf_init(b, REQUEST_MAX);
    buf_adds(b, "GET ");
    url_target(b, u);
    buf_adds(b, " HTTP/1.1\r\nHost: ");
    if (to->host.ptr)
        buf_add(b, to->host);
    else
        url_authority(b, u);
    buf_adds(b, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
    buf_adds(b, w->key);
    buf_adds(b, "\r\n");
    if (to->protocol) {
        buf_adds(b, "Sec-WebSocket-Protocol: ");
        buf_adds(b, to->protocol);
        buf_adds(b, "\r\n");
    }
    if (to->bearer.ptr) {
        if (!printable(to->bearer))
            return fail(err, ERR_CONF, "the token for %.*s holds a control "
                "byte", SLICE_ARG(slice_head(u->host, 80)));
        buf_adds(b, "Authorization: Bearer ");
        buf_add(b, to->bearer);
        buf_adds(b, "\r\n");
    }
    if (to->headers)
        buf_adds(b, to->headers);
    buf_adds(b, "\r\n");
    return buf_ok(b) ? 0 : fail(err, ERR_LIMIT, "the upgrade request is over "
        "%d bytes", REQUEST_MAX);
}

static int read_url(struct slice s, bool have_tls, struct url *u,
    struct err *err)
{
    const char *why;
    size_t at;

    if (url_parse(s, u, &at, &why))
        return fail(err, ERR_CONF, "%s, at byte %zu of \"%.*s\"", why, at,
            SLICE_ARG(slice_head(s, 100)));
    if (!slice_iis(u->scheme, "ws") && !slice_iis(u->scheme, "wss"))
        return fail(err, ERR_CONF, "\"%.*s\" begins with neither ws:// nor "
            "wss://", SLICE_ARG(slice_head(s, 100)));
    if (u->userinfo.ptr)
        return fail(err, ERR_CONF, "a WebSocket URL with a user name in it");
    if (u->tls && !have_tls)
        return fail(err, ERR_CONF, "wss:// without TLS set up");
    return 0;
}

struct wsconn *wsconn_dial(struct loop *l, struct resolver *r,
    struct tlsctx *tls, const struct wsconn_target *to,
    const struct wsconn_ops *ops, void *arg, struct err *err)
{
    struct conn_target target = {.timeout = to->timeout};
    struct wsconn *w;
    struct url u;

    if (read_url(to->url, tls != NULL, &u, err))
        return NULL;
    w = wsconn_make(ops, arg, to->max_message, true);
    if (!w) {
        fail(err, ERR_MEM, "no memory for a WebSocket");
        return NULL;
    }
    w->state = WSCONN_ASKING;
    w->protocol = to->protocol;
    w->deadline = loop_now(l) + to->timeout;
    w->ping_every = to->ping_every;
    w->pong_within = to->pong_within;
    w->attempts = to->attempts;
    text_copy(w->about, sizeof w->about, to->about);
    if (build_request(w, to, &u, err))
        goto fail;
    target.host = u.host;
    target.port = u.number;
    target.tls = u.tls ? tls : NULL;
    w->conn = conn_dial(l, r, &target, &ask_ops, w, err);
    if (w->conn)
        return w;
fail:
    wsconn_drop(w);
    return NULL;
}
