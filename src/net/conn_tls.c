/* conn_tls.c - the body of a conn with TLS.
 *
 * One recv takes what has come, many records; it is decrypted to the last
 * byte before the loop sleeps, so nothing ever waits inside of TLS.  What the
 * owner queued in a round is encrypted in one piece: many small writes become
 * one record.  The loop's buffers are free whenever a flush runs.
 */
#include "net/conn.h"

#include "base/limits.h"
#include "net/conn_own.h"
#include "net/tlsio.h"

#define PIECE   (LIMIT_CONN_READ / 4 * 3)   /* with its records' overhead it
                                               fits into the shared buffer */
_Static_assert(LIMIT_CONN_READ >= 1024, "one record fits into the buffer");

/* A last word (an alert) on a conn that dies: sent if there is room. */
static void parting(struct conn *c, const struct buf *out)
{
    if (c->wire.len == 0 && out->len)
        (void)!sys_send(c->watch.fd, out->ptr, out->len);
}

static bool to_wire(struct conn *c, struct slice s)
{
    struct err e;

    if (chunk_add(c->loop, &c->wire, s) == 0)
        return true;
    fail(&e, ERR_MEM, "no memory for a connection");
    conn_abort(c, &e);
    return false;
}

static void handshake(struct conn *c, struct slice *in)
{
    struct mslice scratch = loop_scratch2(c->loop);
    enum tlsio_result r;
    struct buf out;
    struct err e;

    buf_over(&out, scratch.ptr, scratch.len);
    r = tlsio_handshake(c->tls, in, &out, &e);
    if (r == TLSIO_EOF)
        fail(&e, ERR_TLS, "TLS handshake: the peer closed");
    if (r == TLSIO_EOF || r == TLSIO_FAIL) {
        parting(c, &out);
        conn_abort(c, &e);
        return;
    }
    if (!to_wire(c, buf_slice(&out)))
        return;
    conn_flush_later(c);
    if (r == TLSIO_OK)
        conn_opened(c);
}

/* Fills the place with decrypted bytes and gives them to the owner. */
static enum tlsio_result decrypt(struct conn *c, struct slice *in,
    struct buf *out, struct err *err)
{
    enum tlsio_result r = TLSIO_OK;
    struct mslice to;
    size_t have = 0;

    if (!conn_place(c, loop_scratch2(c->loop), &to))
        return TLSIO_MORE;
    while (have < to.len && r == TLSIO_OK) {
        size_t got = 0;

        r = tlsio_read(c->tls, in, (struct mslice){to.ptr + have,
            to.len - have}, &got, out, err);
        have += got;
    }
    if (have)
        conn_came(c, to, have);
    return r;
}

static void decrypt_all(struct conn *c, struct slice *in)
{
    enum tlsio_result r;
    struct buf out;
    struct err e;

    buf_init(&out, LIMIT_CONN_READ);    /* rare: key updates, alerts */
    do
        r = decrypt(c, in, &out, &e);
    while (r == TLSIO_OK && c->state == CONN_OPEN);
    if (r == TLSIO_FAIL) {
        parting(c, &out);
        conn_abort(c, &e);
    } else if (out.len && c->state != CONN_DEAD && to_wire(c, buf_slice(&out)))
        conn_flush_later(c);
    buf_free(&out);
    if (r == TLSIO_EOF)
        conn_ended(c);
}

/* The end of the stream without the end of TLS: a third party could have cut
 * off the rest (RFC 8446 6.1), unless nothing has come at all. */
static void cut_off(struct conn *c)
{
    struct err e;

    if (c->state == CONN_HANDSHAKE)
        fail(&e, ERR_TLS, "TLS handshake: the peer hung up");
    else if (c->got_bytes)
        fail(&e, ERR_TLS, "the peer hung up without ending TLS: the rest may "
            "be missing");
    else {
        conn_ended(c);
        return;
    }
    conn_abort(c, &e);
}

static void tls_take(struct conn *c)
{
    struct mslice scratch = loop_scratch(c->loop);
    ssize_t n = sys_recv(c->watch.fd, scratch.ptr, LIMIT_CONN_BITE);
    struct slice in;

    if (n == SYS_AGAIN)
        return;
    if (n == SYS_EOF) {
        cut_off(c);
        return;
    }
    if (n < 0) {
        conn_lost(c, "receive from");
        return;
    }
    in = slice_of(scratch.ptr, (size_t)n);
    if (c->state == CONN_HANDSHAKE)
        handshake(c, &in);
    if (c->state == CONN_OPEN)
        decrypt_all(c, &in);
}

static bool push_wire(struct conn *c)
{
    size_t n;

    if (c->wire.len == 0)
        return true;
    if (!conn_push(c, chunk_slice(&c->wire), &n))
        return false;
    chunk_skip(c->loop, &c->wire, n);
    return c->wire.len == 0;
}

static bool tls_flush(struct conn *c)
{
    struct mslice scratch = loop_scratch(c->loop);

    if (!push_wire(c))
        return false;
    if (c->state == CONN_HANDSHAKE)
        return true;
    while (c->out.len) {
        struct slice piece = slice_head(chunk_slice(&c->out), PIECE);
        struct buf b;
        struct err e;
        size_t n;

        buf_over(&b, scratch.ptr, scratch.len);
        if (tlsio_write(c->tls, piece, &b, &e) != TLSIO_OK) {
            conn_abort(c, &e);
            return false;
        }
        chunk_skip(c->loop, &c->out, piece.len);
        if (!conn_push(c, buf_slice(&b), &n))
            return false;
        if (n < b.len) {
            to_wire(c, slice_from(buf_slice(&b), n));
            return false;
        }
    }
    return true;
}

static void tls_finish(struct conn *c)
{
    uint8_t room[256];
    struct buf b;

    buf_over(&b, room, sizeof room);
    tlsio_shutdown(c->tls, &b);
    to_wire(c, buf_slice(&b));
}

static const struct conn_body tls_body = {tls_take, tls_flush, tls_finish};

int conn_secure_client(struct conn *c, struct tlsctx *tls, struct slice host,
    struct err *err)
{
    struct slice nothing = {NULL, 0};

    c->tls = tlsio_client(tls, host, err);
    if (!c->tls)
        return -1;
    c->body = &tls_body;
    handshake(c, &nothing);
    return 0;
}

int conn_secure_server(struct conn *c, struct tlsctx *tls, struct err *err)
{
    c->tls = tlsio_server(tls, err);
    if (!c->tls)
        return -1;
    c->body = &tls_body;
    return 0;
}
