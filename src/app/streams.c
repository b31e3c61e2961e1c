/* streams.c - anybody's doors: does an upgrade survive the way here, is the
 * server there, and (with --echo) what comes back.
 */
#include "app/server.h"
#include "codec/jsonw.h"

/* ms: a peer that is gone without a word is found out. */
#define PING_EVERY 30000
#define PONG_WITHIN 30000

#define ECHO_WAITING 65536      /* bytes not yet sent that stop the reading */

/* ---- /ws-test and /ws-echo ---- */

/* Who does not read what comes back is not read either, until it has left:
 * so no more than one message of the longest and a buffer full waits.  The
 * pings' deadline runs all the while. */
static void echo_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    (void)arg;
    if (wsconn_send(w, text, message))
        wsconn_close(w, 1008, SLICE("too much is waiting for you"));
    else if (wsconn_queued(w) > ECHO_WAITING)
        conn_pause(wsconn_conn(w), true);
}

static void echo_drained(struct wsconn *w, void *arg)
{
    (void)arg;
    conn_pause(wsconn_conn(w), false);
}

static void no_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)w;
    (void)arg;
    (void)code;
    (void)reason;
    (void)err;
}

static const struct wsconn_ops echo_ops = {
    .name = "ws-echo",
    .on_message = echo_message,
    .on_drain = echo_drained,
    .on_close = no_close,
};

/* NULL when the request was no upgrade, and answered. */
static struct wsconn *open_echo(struct request *r, const struct conf *c)
{
    size_t longest = (size_t)c->max_message;
    struct wsconn *w = httpd_upgrade(r, &echo_ops, NULL, longest, NULL);

    if (!w)
        return NULL;
    conn_limits(wsconn_conn(w), longest + LIMIT_WS_QUEUE, LIMIT_CONN_HELD);
    wsconn_pings(w, PING_EVERY, PONG_WITHIN);
    return w;
}

void door_ws_test(struct request *r, void *arg)
{
    struct server *s = arg;
    struct wsconn *w;

    w = open_echo(r, s->conf);
    if (w)
        wsconn_send(w, true, SLICE("hello from concierge"));
}

void door_ws_echo(struct request *r, void *arg)
{
    struct server *s = arg;

    if (!s->conf->echo)
        api_error(r, 404, "not_found", NULL, "start the server with --echo");
    else
        open_echo(r, s->conf);
}

void door_echo(struct request *r, void *arg)
{
    struct server *s = arg;

    if (!s->conf->echo)
        api_error(r, 404, "not_found", NULL, "start the server with --echo");
    else
        httpd_answer(r, 200, "application/octet-stream", r->body, NULL);
}

/* ---- probes ---- */

void door_health(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, "application/json", SLICE("{\"status\":\"ok\"}"),
        NULL);
}

void door_ready(struct request *r, void *arg)
{
    struct server *s = arg;

    if (s->draining || calls_draining(s->calls))
        httpd_answer(r, 503, "application/json",
            SLICE("{\"status\":\"draining\"}"), NULL);
    else
        httpd_answer(r, 200, "application/json",
            SLICE("{\"status\":\"ready\"}"), NULL);
}
