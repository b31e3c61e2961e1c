/* httpd_impl.h - what the files of the HTTP server share.  Private.
 *
 * httpd.c reads requests, httpd_route.c decides who gets them, httpd_answer.c
 * writes what goes back.
 */
#ifndef NET_HTTPD_IMPL_H
#define NET_HTTPD_IMPL_H

#include "base/buf.h"
#include "base/list.h"
#include "codec/body.h"
#include "net/httpd.h"

#define HTTPD_QUEUE (256u << 10)    /* bytes unsent before an answer waits; a
                                       longer answer raises it for itself */
#define HTTPD_HOLD (LIMIT_CONN_READ + LIMIT_HTTP_HEAD)  /* one read, and the
                                       head it was the rest of */

enum sess_state {
    SESS_HEAD,          /* waiting for a request, or inside its head */
    SESS_BODY,          /* inside its body */
    SESS_WAIT,          /* the handler has it */
    SESS_STREAM,        /* the answer's head is out, pieces follow */
    SESS_GONE,          /* closing: bytes are discarded */
    SESS_UPGRADED       /* the conn is a WebSocket's: only memory to free */
};

struct sess {                   /* one connection */
    struct request r;           /* first: the handler's pointer leads here */
    uint32_t magic;
    enum sess_state state;
    struct httpd *server;
    struct list link;
    const struct route *route;  /* NULL: none fits, or not yet known */
    struct buf own;             /* head and body of the request under way */
    const uint8_t *parsed;      /* own.ptr when r.head was read from it */
    size_t head_len;
    uint64_t left;              /* bytes of the body still to come */
    struct body chunks;
    size_t scanned;             /* bytes of the head searched for its end */
    size_t judge_at;            /* read it when there are that many */
    bool begun;                 /* bytes of a request are here */
    bool keep;                  /* the connection outlives this request */
    bool head_only;             /* it is a HEAD */
    bool chunked;               /* the streamed answer is */
    bool paused;
    bool reading;               /* on_read is on the stack */
    struct task again;          /* after a long queue: read on */
    struct timer timer;
    int64_t due;                /* what the timer is for; 0: nothing */
    size_t queued;              /* unsent when it was set */
};

struct httpd_route {
    const struct route *route;
    struct slice path;          /* without the star */
    bool star;
};

struct httpd_net {              /* a trusted proxy */
    uint8_t ip[16];
    bool v6;
    unsigned bits;
};

struct httpd {
    uint32_t magic;
    struct loop *loop;
    struct listener *listener;
    struct httpd_conf conf;
    struct http_limits limits;
    struct list sessions;
    bool draining;
    void (*empty)(void *arg);   /* NULL once it has been called */
    void *empty_arg;
    struct httpd_route *route;  /* owned */
    size_t routes;
    struct httpd_net *net;      /* owned */
    size_t nets;
    int64_t second;             /* the one date is for */
    char date[HTTP_DATE_MAX];
};

/* ---- httpd.c ---- */

/* The answer is out: what comes next on this connection? */
void httpd_sess_end(struct sess *s, int status);
void httpd_sess_arm(struct sess *s, int64_t ms);
void httpd_sess_free(struct sess *s);
struct sess *httpd_sess_of(const struct request *r);

/* ---- httpd_route.c ---- */

int httpd_route_setup(struct httpd *h, struct err *err);
/* Finds s->route and r.rest. *allow: methods of the path, 0 unknown path. */
void httpd_route_find(struct sess *s, int *allow);
/* Calls the handler, or refuses. */
void httpd_route_call(struct sess *s);

/* ---- httpd_answer.c ---- */

/* Our own refusal: the reason, with the byte when at is not SLICE_NPOS.
 * head: NULL when it could not be read. */
void httpd_refusal(struct sess *s, int status, const char *why, uint64_t at,
    const char *headers, const struct http *head);

#endif
