/* httpc.h - an HTTP/1.1 client on the loop, with a pool of kept connections.
 *
 * Every request has one deadline for everything and gets exactly one done.
 * A request is repeated on a fresh connection only when it was sent on a kept
 * one that closed before any answer byte AND it is safe to repeat (idempotent
 * method): a POST never is.
 */
#ifndef NET_HTTPC_H
#define NET_HTTPC_H

#include "base/err.h"
#include "codec/http.h"
#include "net/attempts.h"
#include "net/conn.h"
#include "net/resolve.h"

struct httpc;
struct httpc_call;

struct httpc_conf {
    struct resolver *resolver;
    struct tlsctx *tls;             /* for https; NULL: https is refused */
    size_t max_kept;                /* idle connections kept in all */
    int64_t keep_ms;                /* how long one is kept */
    struct attempts *attempts;      /* may be NULL */
    const char *user_agent;
};

struct httpc *httpc_new(struct loop *l, const struct httpc_conf *conf,
    struct err *err);
void httpc_free(struct httpc *h);           /* done gets ERR_NET for the rest */

struct httpc_request {              /* slices need live only for the call */
    const char *method;
    struct slice url;               /* http:// or https:// */
    const char *headers;            /* "Name: value\r\n" lines or NULL */
    const char *type;               /* Content-Type, NULL without body */
    struct slice body;
    struct slice user, password;    /* Basic auth when user is not absent */
    struct slice bearer;            /* or a bearer token */
    int64_t timeout;                /* ms for everything */
    size_t max_answer;              /* bytes of body; 0: LIMIT_HTTP_ANSWER */
    enum attempt_kind kind;
    struct slice about;             /* the call it is for, when there is one */
};

struct httpc_answer {               /* lives for the call of done */
    const struct http *head;        /* status, headers; on failure too, when it
                                       was the body that failed; else NULL */
    struct slice body;
    int64_t ms;                     /* from start to end */
    bool sent;                      /* on failure: had all of the request left
                                       us?  Then it may have been done. */
    uint64_t attempt;               /* in the ring; 0: it is not */
};

/* done is called once, never before this returned; err is NULL when there is
 * an answer, whatever its status. */
struct httpc_call *httpc_start(struct httpc *h,
    const struct httpc_request *req,
    void (*done)(void *arg, const struct httpc_answer *a,
        const struct err *err), void *arg, struct err *err);
void httpc_about(struct httpc_call *c, struct slice call);
/* What the answer meant to whoever asked: Twilio's number (0: none) and words,
 * kept with the attempt. */
void httpc_judged(struct httpc *h, uint64_t attempt, int number,
    const char *why);
void httpc_cancel(struct httpc_call *c);    /* done is not called */

/* A streamed answer (SSE): piece is called for body bytes as they come. */
void httpc_on_piece(struct httpc_call *c,
    void (*piece)(void *arg, const struct http *head, struct slice s));

#endif
