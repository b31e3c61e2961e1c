/* conn_own.h - the inside of a conn, for the four conn*.c files only.
 *
 * conn.c keeps the states, the queues and the plain body; conn_tls.c is the
 * body with TLS; conn_dial.c and conn_listen.c are how a conn comes to be.
 */
#ifndef NET_CONN_OWN_H
#define NET_CONN_OWN_H

#include "base/buf.h"
#include "net/conn.h"

struct dial;
struct tlsio;

/* Bytes of one conn in one block: borrowed from the loop while they fit into
 * LOOP_BLOCK, of our own beyond, none at all when empty. */
struct chunk {
    uint8_t *ptr;
    size_t off, len, cap;       /* the bytes are ptr + off, len of them */
};

int chunk_add(struct loop *l, struct chunk *k, struct slice s);
void chunk_skip(struct loop *l, struct chunk *k, size_t n);

static inline struct slice chunk_slice(const struct chunk *k)
{
    return (struct slice){k->ptr ? k->ptr + k->off : NULL, k->len};
}

enum conn_state {
    CONN_DIALING,       /* name and connect; fd is not ours yet */
    CONN_HANDSHAKE,     /* TLS */
    CONN_OPEN,
    CONN_CLOSING,       /* what is queued still leaves; input is thrown away */
    CONN_LINGER,        /* all has left, FIN too; the peer's is awaited */
    CONN_DEAD           /* on_close comes at the end of the round */
};

/* What differs between plain and TLS. */
struct conn_body {
    void (*take)(struct conn *c);       /* the socket is readable */
    bool (*flush)(struct conn *c);      /* true: all has left */
    void (*finish)(struct conn *c);     /* queue the last words */
};

struct conn {
    uint32_t magic;
    enum conn_state state;
    uint64_t id;
    struct loop *loop;
    const struct conn_ops *ops;
    void *arg;
    const struct conn_body *body;
    struct tlsio *tls;
    struct watch watch;

    struct chunk kept;          /* given to on_read and not used */
    struct chunk out;           /* queued by the owner */
    struct chunk wire;          /* encrypted and not sent */
    size_t queue_max, hold_max;
    struct task later;

    bool paused;
    bool waiting;       /* for room in the socket */
    bool refused;       /* the queue is in the owner's way: on_drain is owed */
    bool ended;         /* the peer's FIN has come */
    bool finished;      /* our last words are queued */
    bool delivering;    /* on_read is on the stack */
    bool redeliver;     /* kept bytes wait for the end of the round */
    bool got_bytes;     /* the owner has been given any */

    struct timer inner;         /* dial, handshake, closing */
    struct timer deadline;      /* the owner's */
    int64_t deadline_ms;
    const char *deadline_what;
    struct task last;

    struct dial *dial;
    struct listener *listener;
    struct sys_addr peer;
    bool failed;                /* err is why it died */
    struct err err;
};


struct conn *conn_new(struct loop *l, const struct conn_ops *ops, void *arg);
int conn_attach(struct conn *c, int fd, const struct sys_addr *peer);
void conn_opened(struct conn *c);       /* calls on_open */
void conn_flush_later(struct conn *c);
void conn_ended(struct conn *c);        /* the peer's end, a clean one */
void conn_lost(struct conn *c, const char *what);       /* errno says why */

/* Where the next input goes: behind what was kept. */
bool conn_place(struct conn *c, struct mslice scratch, struct mslice *to);
/* n bytes have come there. */
void conn_came(struct conn *c, struct mslice to, size_t n);

/* One send of s: how many bytes left, or false when the conn died of it. */
bool conn_push(struct conn *c, struct slice s, size_t *sent);

/* conn_tls.c */
int conn_secure_client(struct conn *c, struct tlsctx *tls, struct slice host,
    struct err *err);
int conn_secure_server(struct conn *c, struct tlsctx *tls, struct err *err);

/* conn_dial.c and conn_listen.c: when a conn goes */
void dial_free(struct dial *d);
void dial_late(const struct dial *d, struct err *err);  /* what took so long */
void listener_left(struct listener *ls);

#endif
