/* client.c - how the commands talk to a server: its own HTTP doors. */
#include "app/client.h"

#include <string.h>

#include "base/sys.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/sse.h"
#include "net/tlsio.h"

#define EVENT_MAX (1u << 20)     /* bytes of an event */
#define CALL_TIMEOUT 30000      /* ms */
#define EVENTS_TIMEOUT (3 * 3600 * 1000)        /* ms; a call ends before */
#define ANSWER_MAX (64u << 20)  /* bytes; recordings */

static int find_token(struct client *c, const struct conf *conf,
    struct err *err)
{
    char path[CONF_TEXT + 16];
    struct buf b;

    if (conf->token[0]) {
        text_copy(c->token, sizeof c->token, slice_str(conf->token));
        return 0;
    }
    text_fmt(path, sizeof path, "%s/token", conf->dir);
    if (!sys_exists(path))
        return 0;               /* the server will say what is wanted */
    buf_init(&b, 256);
    if (sys_slurp(path, &b, err)) {
        buf_free(&b);
        return -1;
    }
    text_copy(c->token, sizeof c->token, slice_trim_all(buf_slice(&b)));
    buf_free(&b);
    return 0;
}

int client_open(struct client *c, struct loop *loop, const struct conf *conf,
    const char *base, const char *token, struct err *err)
{
    struct resolve_conf dns = {.server = conf->dns_server[0]
        ? conf->dns_server : NULL};
    struct httpc_conf http = {.max_kept = 2, .keep_ms = 10000,
        .user_agent = "concierge-cli"};

    memset(c, 0, sizeof *c);
    c->loop = loop;
    text_copy(c->base, sizeof c->base, slice_str(base ? base
        : conf->server_url));
    if (token)
        text_copy(c->token, sizeof c->token, slice_str(token));
    else if (find_token(c, conf, err))
        return -1;
    c->resolver = resolver_new(loop, &dns, err);
    if (!c->resolver)
        return -1;
    if (slice_starts(slice_str(c->base), "https:")) {
        c->tls = conf->tls_cert[0] && (base || strcmp(conf_source(conf,
            "SERVER_URL"), "default") == 0) ? tlsctx_client_of(conf->tls_cert,
            err) : tlsctx_client(NULL, NULL, err);
        if (!c->tls)
            goto fail;
    }
    http.resolver = c->resolver;
    http.tls = c->tls;
    c->httpc = httpc_new(loop, &http, err);
    if (c->httpc)
        return 0;
fail:
    client_close(c);
    return -1;
}

void client_close(struct client *c)
{
    if (c->httpc)
        httpc_free(c->httpc);
    if (c->resolver)
        resolver_free(c->resolver);
    if (c->loop)
        loop_tidy(c->loop);     /* closed connections are freed */
    tlsctx_free(c->tls);
    tlsio_wipe(c, sizeof *c);
}

/* ---- one request ---- */

struct wait {
    struct loop *loop;
    bool done;
    int status;
    struct buf *answer;
    struct err err;
};

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct wait *w = arg;

    w->done = true;
    if (err) {
        w->err = *err;
        return;
    }
    w->status = a->head->status;
    if (w->answer)
        buf_add(w->answer, a->body);
}

static int run_until(struct loop *loop, const bool *done, struct err *err)
{
    while (!*done)
        if (loop_round(loop))
            return fail_sys(err, ERR_IO, "poll");
    return 0;
}

int client_call(struct client *c, const char *method, const char *path,
    struct slice body, int *status, struct buf *answer, struct err *err)
{
    char url[CONF_TEXT + 128];
    struct wait w = {.loop = c->loop, .answer = answer};
    struct httpc_call *call;
    struct httpc_request q = {
        .method = method, .body = body,
        .type = body.ptr ? "application/json" : NULL,
        .bearer = slice_str(c->token[0] ? c->token : NULL),
        .timeout = c->timeout ? c->timeout : CALL_TIMEOUT,
        .max_answer = ANSWER_MAX,
    };

    text_fmt(url, sizeof url, "%s%s", c->base, path);
    q.url = slice_str(url);
    call = httpc_start(c->httpc, &q, on_answer, &w, err);
    if (!call)
        return -1;
    if (run_until(c->loop, &w.done, err)) {
        httpc_cancel(call);     /* it would answer into our stack */
        return -1;
    }
    if (w.err.code != ERR_NONE) {
        *err = w.err;
        return -1;
    }
    *status = w.status;
    return 0;
}

static void on_ignored(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    (void)arg;
    (void)a;
    (void)err;
}

int client_start(struct client *c, const char *method, const char *path,
    struct slice body, void (*done)(void *arg, const struct httpc_answer *a,
    const struct err *err), void *arg, struct err *err)
{
    char url[CONF_TEXT + 128];
    struct httpc_request q = {
        .method = method, .bearer = slice_str(c->token), .body = body,
        .type = body.ptr ? "application/json" : NULL,
        .timeout = CALL_TIMEOUT,
    };

    text_fmt(url, sizeof url, "%s%s", c->base, path);
    q.url = slice_str(url);
    return httpc_start(c->httpc, &q, done, arg, err) ? 0 : -1;
}

void client_send(struct client *c, const char *method, const char *path)
{
    client_start(c, method, path, slice_str(NULL), on_ignored, NULL, NULL);
}

bool client_alive(struct client *c, struct err *err)
{
    struct buf body;
    int status = 0;
    bool ok;

    buf_init(&body, 4096);
    ok = client_call(c, "GET", "/health", slice_str(NULL), &status, &body,
        err) == 0;
    buf_free(&body);
    if (ok && status != 200)
        fail(err, ERR_NET, "GET /health: %d", status);
    return ok && status == 200;
}

int client_refusal(int status, struct slice body, struct err *err)
{
    char message[160] = "", code[32] = "";
    struct json j;
    enum err_code kind = ERR_REMOTE;

    if (json_parse(body, &j, NULL) == 0) {
        json_copy(json_get(j, "error.message"), message, sizeof message);
        json_copy(json_get(j, "error.code"), code, sizeof code);
    }
    if (status == 401)
        kind = ERR_AUTH;
    else if (status == 403)
        kind = ERR_POLICY;
    else if (status == 400 || status == 404)
        kind = ERR_DATA;
    else if (status == 409)
        kind = ERR_BUSY;
    else if (status == 503)
        kind = strcmp(code, "unconfigured") == 0 ? ERR_CONF : ERR_BUSY;
    fail(err, kind, "%s", message[0] ? message : "the server refused");
    err->sys = status;
    return -1;
}

/* ---- events ---- */

struct events {
    struct wait wait;
    struct sse stream;
    struct buf refusal;
    bool (*event)(void *arg, struct slice type, struct slice data);
    void *arg;
    struct httpc_call *call;
    bool stopped;
};

static void on_piece(void *arg, const struct http *head, struct slice s)
{
    struct events *e = arg;

    if (head->status != 200)
        buf_add(&e->refusal, s);
    else if (!e->stopped && !sse_feed(&e->stream, s, e->event, e->arg))
        e->stopped = e->wait.done = true;
}

static void on_events_done(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct events *e = arg;

    on_answer(&e->wait, a, err);
}

int client_events(struct client *c, const char *id,
    bool (*event)(void *arg, struct slice type, struct slice data), void *arg,
    struct err *err)
{
    char url[CONF_TEXT + 128];
    struct events e = {.event = event, .arg = arg};
    struct httpc_request q = {
        .method = "GET", .bearer = slice_str(c->token),
        .timeout = EVENTS_TIMEOUT,
    };
    int rc = -1;

    text_fmt(url, sizeof url, "%s/v1/calls/%s/events", c->base, id);
    q.url = slice_str(url);
    sse_init(&e.stream, EVENT_MAX);
    buf_init(&e.refusal, EVENT_MAX);
    e.call = httpc_start(c->httpc, &q, on_events_done, &e, err);
    if (!e.call)
        goto out;
    httpc_on_piece(e.call, on_piece);
    if (run_until(c->loop, &e.wait.done, err)) {
        httpc_cancel(e.call);
        goto out;
    }
    if (e.stopped && e.wait.status == 0 && e.wait.err.code == ERR_NONE)
        httpc_cancel(e.call);
    if (e.wait.err.code != ERR_NONE)
        *err = e.wait.err;
    else if (e.wait.status && e.wait.status != 200)
        client_refusal(e.wait.status, buf_slice(&e.refusal), err);
    else if (e.stream.bad)
        fail(err, ERR_PROTO, "an event of over %u bytes", EVENT_MAX);
    else
        rc = 0;
out:
    sse_free(&e.stream);
    buf_free(&e.refusal);
    return rc;
}
