/* conn.h - one TCP or TLS byte stream on the loop.
 *
 * The loop owns every conn.  conn_close() may be called from any handler, any
 * number of times: it only marks.  The conn is freed at the end of the round,
 * when no handler is on the stack, after on_close was called once; after that
 * the owner's pointer is dead.
 *
 * Reading: one recv a wake-up into a buffer that all conns share; on_read gets
 * what was kept from before plus what came, and says how much it used; the
 * rest is kept, up to the conn's ceiling (conn_hold).  Writing: bytes are
 * queued and leave in one send at the end of the round.  A peer that does not
 * read fills the queue up to its ceiling, then conn_write refuses.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "base/err.h"
#include "base/slice.h"
#include "base/sys.h"
#include "net/loop.h"

struct conn;
struct tlsctx;
struct tlsio_facts;
struct resolver;

struct conn_ops {       /* static const, one per protocol */
    const char *name;                                       /* for the log */
    void (*on_open)(struct conn *, void *arg);              /* after TLS */
    /* Used bytes.  The bytes may be changed in place (unmasking). */
    size_t (*on_read)(struct conn *, void *arg, struct mslice);
    void (*on_drain)(struct conn *, void *arg);     /* queue empty again,
                                                    that was in the way */
    void (*on_close)(struct conn *, void *arg, const struct err *); /* last;
                       err is NULL for a clean end by either side; ERR_TLS
                       when bytes had come and TLS ended without close_notify:
                       more may have been cut off */
};

struct conn_target {    /* what to dial; slices need live only for the call */
    struct slice host;  /* name or address; also SNI and the checked name */
    uint16_t port;
    struct tlsctx *tls; /* NULL: plain.  With it chain and name are always
                           verified: there is no flag to skip that */
    int64_t timeout;    /* ms for name, connect and handshake together */
};

/* Starts resolving and connecting (RFC 8305: a second address after 250 ms).
 * NULL and *err only for what is known at once; the rest arrives in
 * on_close. */
struct conn *conn_dial(struct loop *l, struct resolver *r,
    const struct conn_target *to, const struct conn_ops *ops, void *arg,
    struct err *err);

/* ---- listening ---- */

struct listener;

/* Accepts until EAGAIN, keeps a spare descriptor for EMFILE.  tls may be NULL.
 * accept is called for every new conn, before any byte (on_open follows, after
 * the TLS handshake): it sets ops and arg with conn_adopt or closes it. */
struct listener *conn_listen(struct loop *l, const struct sys_addr *at,
    struct tlsctx *tls, size_t max_conns,
    void (*accept)(struct conn *, void *arg), void *arg, struct err *err);
uint16_t listener_port(const struct listener *ls);
void listener_close(struct listener *ls);       /* its conns live on */
size_t listener_conns(const struct listener *ls);
uint64_t listener_refused(const struct listener *ls);   /* over max_conns, or
                                            no descriptor left */

/* ---- using one ---- */

/* Hands the conn to another protocol; unread bytes are given to it at the end
 * of the round at the latest. */
void conn_adopt(struct conn *c, const struct conn_ops *ops, void *arg);

/* Queues a copy.  -1, queueing nothing, when over the ceiling or closing. */
int conn_write(struct conn *c, struct slice s);

/* Room for n bytes at the end of the queue, to be written in place and then
 * committed before the handler returns; NULL when over the ceiling. */
uint8_t *conn_room(struct conn *c, size_t n);
void conn_commit(struct conn *c, size_t n);

size_t conn_queued(const struct conn *c);       /* bytes not yet sent */
void conn_limits(struct conn *c, size_t queue, size_t hold);    /* ceilings */
void conn_pause(struct conn *c, bool on);       /* stop reading; who does so
        with bytes queued is told by on_drain when they have left */
void conn_deadline(struct conn *c, int64_t ms, const char *what);   /* from
        now; 0: none.  When it passes the conn is aborted with ERR_TIMEOUT and
        "what" in the message */
void conn_close(struct conn *c);    /* flush first, then close; on_read is not
        called any more, on_close when all has left (5 s at most) and the peer
        has ended too (1 s at most).  The peer's own end does the same */
void conn_abort(struct conn *c, const struct err *why);  /* without flushing;
                                                why may be NULL */
bool conn_closing(const struct conn *c);
/* Aborts every conn of the loop, those too whose owner has let go of them to
 * end in their own time.  They are freed at the end of the round. */
void conn_abort_all(struct loop *l);

const struct sys_addr *conn_peer(const struct conn *c);
const struct tlsio_facts *conn_tls(const struct conn *c);   /* NULL: plain */
struct loop *conn_loop(const struct conn *c);
void *conn_arg(const struct conn *c);
uint64_t conn_id(const struct conn *c);         /* never used twice */

#endif
