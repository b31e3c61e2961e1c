/* httpc_impl.h - what httpc.c and httpc_link.c share.  Private.
 *
 * httpc.c makes requests and ends calls; httpc_link.c moves them over
 * connections, reads answers and keeps what may be used again.
 */
#ifndef NET_HTTPC_IMPL_H
#define NET_HTTPC_IMPL_H

#include "base/buf.h"
#include "base/list.h"
#include "codec/body.h"
#include "net/httpc.h"

#define HTTPC_KEY 320       /* "https://" authority */

enum call_state {
    CALL_DIALING,       /* no connection yet that could carry it */
    CALL_HEAD,          /* written, waiting for the answer's head */
    CALL_BODY,
    CALL_DONE           /* done is on the stack */
};

struct httpc {
    uint32_t magic;
    struct loop *loop;
    struct httpc_conf conf;
    struct list calls;
    struct list links;          /* all connections, busy ones too */
    struct list kept;           /* idle ones, the oldest first */
    size_t kept_n;
    int depth;                  /* callbacks of ours on the stack */
    bool freed;                 /* by one of them */
};

struct httpc_link {             /* one connection */
    struct list all, idle;
    struct httpc *h;
    struct conn *conn;
    struct httpc_call *call;    /* NULL when idle, or waiting to die */
    char key[HTTPC_KEY];
    bool used;                  /* it has carried an answer before */
    struct timer timer;         /* how long an idle one is kept */
};

struct httpc_call {
    uint32_t magic;
    enum call_state state;
    struct list link_;
    struct httpc *h;
    struct httpc_link *link;
    char key[HTTPC_KEY];
    bool to_head, idempotent, repeated;
    bool written;               /* the request lies in a socket's queue */
    bool answered;              /* bytes of an answer have come */
    struct buf request;
    size_t head_len;            /* of it, before the body */
    struct buf head;            /* the answer's */
    struct buf body;
    struct http http;           /* reads head */
    struct body chunks;
    uint64_t left;
    struct timer timer;
    int64_t began, deadline;
    bool in_piece;              /* piece is on the stack */
    uint64_t attempt;
    enum attempt_kind kind;
    char about[40];
    char host[256];             /* to dial */
    uint16_t port;
    bool tls;
    void (*done)(void *arg, const struct httpc_answer *a,
        const struct err *err);
    void (*piece)(void *arg, const struct http *head, struct slice s);
    void *arg;
};

/* ---- httpc_link.c ---- */

/* Puts the call on a kept connection, or dials.  0, or -1 and *err. */
int httpc_link_start(struct httpc_call *c, bool fresh, struct err *err);
/* Takes the call off its connection, which is not used again. */
void httpc_link_cut(struct httpc_call *c);
/* Drops every connection; calls are over by then. */
void httpc_link_close_all(struct httpc *h);

/* ---- httpc.c ---- */

/* Ends the call: done, once, then it is gone.  err NULL: it has an answer. */
void httpc_call_end(struct httpc_call *c, const struct err *err);
/* Hands bytes over.  False when the call is gone: piece may cancel it, or free
 * the client. */
bool httpc_call_piece(struct httpc_call *c, struct slice s);

#endif
