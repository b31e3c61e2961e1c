/* wsconn.h - a WebSocket session over a conn, either role: RFC 6455.
 *
 * Messages in, messages out.  Pings are answered; a ping is sent after silence
 * of either side, and a peer that stays silent is dropped.  Close frames are
 * echoed; a peer that does not close in time is cut.  Life is the conn's:
 * on_close comes once and last, after it the pointer is dead.
 */
#ifndef NET_WSCONN_H
#define NET_WSCONN_H

#include "base/err.h"
#include "codec/ws.h"
#include "net/attempts.h"
#include "net/conn.h"

struct wsconn;

struct wsconn_ops {
    const char *name;
    void (*on_open)(struct wsconn *, void *arg);    /* client: after 101 */
    /* One whole message.  The bytes live for the call; they lie in the shared
     * receive buffer when the message came in one frame and one read. */
    void (*on_message)(struct wsconn *, void *arg, bool text, struct slice);
    void (*on_drain)(struct wsconn *, void *arg);
    /* code: the peer's close code, 1005 without one, 1006 when the connection
     * broke, or the code we failed it with; reason is the peer's text. */
    void (*on_close)(struct wsconn *, void *arg, uint16_t code,
        struct slice reason, const struct err *err);
};

struct wsconn_target {
    struct slice url;               /* ws:// or wss:// */
    const char *headers;            /* "Name: value\r\n" lines or NULL */
    struct slice host;              /* Host header, when not the URL's: how a
                                       tunnel passes it on; absent: the URL's */
    struct slice bearer;            /* Authorization, when not absent */
    const char *protocol;           /* subprotocol to offer, or NULL */
    int64_t timeout;                /* ms until the 101 is here */
    size_t max_message;
    int64_t ping_every, pong_within;        /* ms; 0: no pings */
    struct attempts *attempts;      /* keeps the handshake and the close; may
                                       be NULL */
    struct slice about;             /* the call it is for, when there is one */
};

/* NULL and *err for what is known at once.  A refused upgrade arrives in
 * on_close with ERR_REMOTE, the HTTP status in err->sys and the start of the
 * answer's body in reason. */
struct wsconn *wsconn_dial(struct loop *l, struct resolver *r,
    struct tlsctx *tls, const struct wsconn_target *to,
    const struct wsconn_ops *ops, void *arg, struct err *err);

/* For httpd: a conn whose 101 has been queued. */
struct wsconn *wsconn_accept(struct conn *c, const struct wsconn_ops *ops,
    void *arg, size_t max_message);

/* What this socket was as an attempt: how it ends will be noted there.  One
 * that was dialled, and one that httpd upgraded, knows that already. */
void wsconn_attempt(struct wsconn *w, struct attempts *a, uint64_t id);

/* -1, queueing nothing, when over the ceiling or closing. */
int wsconn_send(struct wsconn *w, bool text, struct slice message);

/* A text message from n parts, copied once into the socket's queue (and masked
 * on the way when we are the client): how audio passes. */
int wsconn_send_parts(struct wsconn *w, const struct slice *part, size_t n);

void wsconn_pings(struct wsconn *w, int64_t every, int64_t within);
void wsconn_close(struct wsconn *w, uint16_t code, struct slice reason);
void wsconn_abort(struct wsconn *w);
bool wsconn_closing(const struct wsconn *w);
size_t wsconn_queued(const struct wsconn *w);
struct conn *wsconn_conn(const struct wsconn *w);
void wsconn_set_arg(struct wsconn *w, const struct wsconn_ops *ops, void *arg);

struct wsconn_counts { uint64_t in, out, bytes_in, bytes_out; };
struct wsconn_counts wsconn_counts(const struct wsconn *w);

#endif
