/* httpd.h - an HTTP/1.1 server on the loop.
 *
 * Routes by method and path.  Pipelined requests are answered in order: the
 * next one is read when the answer before it has been given.  A handler may
 * answer at once or later; a request whose peer went away is told by
 * on_gone.  Refusals of broken requests are the server's own.
 */
#ifndef NET_HTTPD_H
#define NET_HTTPD_H

#include "base/err.h"
#include "codec/http.h"
#include "net/attempts.h"
#include "net/conn.h"

struct httpd;
struct wsconn;
struct wsconn_ops;

struct request {                /* one request; lives until it is answered */
    struct http head;           /* its slices live as long as the request */
    struct slice body;          /* decoded, whole */
    struct slice rest;          /* what a trailing "*" of the route matched:
                                   "/v1/calls/" gives "abc/hangup" */
    void *arg;                  /* the handler's, free to use */
    void (*on_gone)(struct request *);  /* set it when answering later; the
                                   request is dead after it */
    struct conn *conn;
    uint64_t id;                /* in attempts; 0 when it is not kept there */
};

enum { M_GET = 1, M_POST = 2, M_PUT = 4, M_DELETE = 8 };    /* GET: HEAD too */

struct route {
    int methods;
    const char *path;           /* exact, or with a trailing "*" */
    void (*handle)(struct request *r, void *arg);
    enum attempt_kind kind;     /* how attempts file it */
};

struct httpd_conf {
    const struct route *routes;         /* ends with a NULL path */
    void *arg;                          /* given to every handler */
    size_t max_body;                    /* bytes */
    int64_t head_timeout, body_timeout, idle_timeout;   /* ms */
    size_t max_conns;
    struct attempts *attempts;          /* may be NULL */
    const char *trusted;                /* proxies whose X-Forwarded-For is
                        believed: addresses and networks, "127.0.0.1,
                        10.0.0.0/8"; NULL: none */
    /* Body of a refusal (404, 405, 413, ...): the owner's doors want the error
     * shape, so it is sent as JSON.  head is NULL when it could not be read;
     * why lives for the call.  refuse NULL: a plain text line. */
    void (*refuse)(struct buf *out, int status, const char *why,
        const struct http *head);
    /* Lines for the head of every answer and of the 204 to OPTIONS: "Name:
     * value\r\n", at most HTTPD_LINES bytes, else none of them go out.  The
     * head is empty when it could not be read.  May be NULL. */
    void (*lines)(struct buf *out, const struct http *head, void *arg);
};

#define HTTPD_LINES 640

struct httpd *httpd_new(struct loop *l, const struct sys_addr *at,
    struct tlsctx *tls, const struct httpd_conf *conf, struct err *err);
uint16_t httpd_port(const struct httpd *s);
void httpd_drain(struct httpd *s);      /* stop accepting; idle conns close */
/* After httpd_drain: empty is called once, on the loop, when the last
 * connection is gone (at once when there is none); upgraded ones do not
 * count. */
void httpd_on_empty(struct httpd *s, void (*empty)(void *arg), void *arg);
void httpd_free(struct httpd *s);       /* aborts what is left */

/* Answers and ends the request.  type NULL: no Content-Type; headers: extra
 * "Name: value\r\n" lines, may be NULL.  Adds Date, Content-Length,
 * Cache-Control: no-store.  For HEAD the body is counted, not sent. */
void httpd_answer(struct request *r, int status, const char *type,
    struct slice body, const char *headers);

/* Streams an answer: head now, pieces later (chunked, or until close for
 * HTTP/1.0).  -1: over the write ceiling, or gone. */
void httpd_stream(struct request *r, int status, const char *type,
    const char *headers);
int httpd_piece(struct request *r, struct slice s);
void httpd_finish(struct request *r);

/* Upgrades (RFC 6455 4.2.2) and ends the request; NULL when it was refused
 * (400 or 426 with a hint; the refusal was sent).  protocol: the subprotocol
 * to agree on if the client offered it, or NULL. */
struct wsconn *httpd_upgrade(struct request *r, const struct wsconn_ops *ops,
    void *arg, size_t max_message, const char *protocol);

/* Where the request came from: the socket's peer; while that is in trusted,
 * the address before it in X-Forwarded-For, read from its end. */
void httpd_peer(const struct request *r, char out[static SYS_ADDR_TEXT]);

/* May the socket's peer say for whom it speaks (X-Forwarded headers)? */
bool httpd_trusted(const struct request *r);

#endif
