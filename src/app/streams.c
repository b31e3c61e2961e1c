/* streams.c - anybody's doors: does an upgrade survive the way here, is the
 * server there, and (with --echo) what comes back.
 */
#include "app/server.h"
#include "codec/jsonw.h"

/* ms: a peer that is gone without a word is found out. */
#define PING_EVERY 30000
#define PONG_WITHIN 30000

/* ---- /ws-test and /ws-echo ---- */

static void echo_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    (void)arg;
    if (wsconn_send(w, text, message))
        wsconn_close(w, 1008, SLICE("too much is waiting for you"));
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
    .on_close = no_close,
};

static void log_test(const struct request *r)
{
    char peer[SYS_ADDR_TEXT];

    httpd_peer(r, peer);
    log_event(LOG_INFO, "ws_test", LS("peer", peer),
        LB("agent", http_get(&r->head, "user-agent")));
}

void door_ws_test(struct request *r, void *arg)
{
    struct server *s = arg;
    struct wsconn *w;

    log_test(r);
    w = httpd_upgrade(r, &echo_ops, NULL, (size_t)s->conf->max_message, NULL);
    if (!w)
        return;
    wsconn_pings(w, PING_EVERY, PONG_WITHIN);
    wsconn_send(w, true, SLICE("hello from concierge"));
}

void door_ws_echo(struct request *r, void *arg)
{
    struct server *s = arg;
    struct wsconn *w;

    if (!s->conf->echo) {
        api_error(r, 404, "not_found", NULL, "start the server with --echo");
        return;
    }
    w = httpd_upgrade(r, &echo_ops, NULL, (size_t)s->conf->max_message, NULL);
    if (w)
        wsconn_pings(w, PING_EVERY, PONG_WITHIN);
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
