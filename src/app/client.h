/* client.h - how the commands talk to a server: its own HTTP doors.
 *
 * Blocking from the command's view: each call runs the loop until it is
 * answered.  The server may live on the same loop (book without a server,
 * simulate): it goes on meanwhile.
 */
#ifndef APP_CLIENT_H
#define APP_CLIENT_H

#include "app/conf.h"
#include "base/buf.h"
#include "net/httpc.h"
#include "net/loop.h"

struct client {
    struct loop *loop;
    struct resolver *resolver;
    struct tlsctx *tls;
    struct httpc *httpc;
    char base[CONF_TEXT];       /* "http://127.0.0.1:8080" */
    char token[128];
    int64_t timeout;            /* ms for one request; 0: the usual 30 s */
};

/* base and token as given; or, when NULL, SERVER_URL, and CONCIERGE_TOKEN or
 * what stands in CONCIERGE_DIR/token.  A server of our own settings, one that
 * SERVER_URL does not name, is known by TLS_CERT: its certificate is made for
 * the public name, and we come by 127.0.0.1.  0, or -1 and *err. */
int client_open(struct client *c, struct loop *loop, const struct conf *conf,
    const char *base, const char *token, struct err *err);
void client_close(struct client *c);

/* Does a server answer there?  No: *err says why not. */
bool client_alive(struct client *c, struct err *err);

/* One request; body absent: none.  0 and the status and body, whatever the
 * status; -1 and *err when there was no answer. */
int client_call(struct client *c, const char *method, const char *path,
    struct slice body, int *status, struct buf *answer, struct err *err);

/* Sends a request whose answer nobody waits for: may be called from within the
 * loop, while client_events runs. */
void client_send(struct client *c, const char *method, const char *path);

/* Sends one whose answer goes to done (net/httpc); likewise.  body absent:
 * none.  0, or -1 and *err: nothing was begun. */
int client_start(struct client *c, const char *method, const char *path,
    struct slice body, void (*done)(void *arg, const struct httpc_answer *a,
    const struct err *err), void *arg, struct err *err);

/* An answer that is no success, as an error: its message and exit status. */
int client_refusal(int status, struct slice body, struct err *err);

/* Follows GET /v1/calls/ID/events to its end.  event gets each one; returning
 * false stops.  0, or -1 and *err. */
int client_events(struct client *c, const char *id,
    bool (*event)(void *arg, struct slice type, struct slice data), void *arg,
    struct err *err);

#endif
