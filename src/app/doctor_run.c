/* doctor_run.c - everything doctor's probes work with, and their order.
 *
 * A probe starts when what it waits for is over: those that do not depend on
 * each other run side by side on one loop, beside the server itself when
 * nobody else has its port.  That server keeps its journal in a folder of its
 * own: looking must not touch the owner's.
 */
#include "app/doctor.h"
#include "app/probe.h"

#include <signal.h>
#include <string.h>

#include "app/client.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/sigs.h"
#include "net/tlsio.h"

#define KNOCK_WITHIN 3000       /* ms for our own server */

void doctor_options_init(struct doctor_options *o)
{
    *o = (struct doctor_options){.public_dns = {"1.1.1.1", "8.8.8.8", NULL},
        .frames = 100,
        .slow_ms = 5000, .late_ms = 15000, .connect_ms = 5000,
        .upgrade_ms = 10000, .model_ms = 8000,
        .sound_ms = 3000, .trip_slow_ms = 300,
        .sync_slow_ms = 500,
        .sync_bad_ms = 5000};
}

bool doctor_near(struct slice host)
{
    struct sys_addr a;

    if (slice_iis(host, "localhost") || slice_ends(host, ".localhost"))
        return true;
    return sys_addr_parse(&a, host, 0) == 0 && sys_addr_private(&a);
}

const struct probe_result *doctor_result(const struct doctor *d,
    const char *name)
{
    for (size_t i = 0; i < d->runs; i++)
        if (strcmp(d->run[i].probe->name, name) == 0)
            return probe_over(&d->run[i]) ? &d->run[i].result : NULL;
    return NULL;
}

const struct doctor_ticket *doctor_ticket(struct doctor *d)
{
    return d->tickets_used < d->tickets ? &d->ticket[d->tickets_used++]
        : NULL;
}

struct tlsctx *doctor_tls(const struct doctor *d, const char *url)
{
    return d->home_tls && d->local[0] && slice_starts(slice_str(url),
        d->local) ? d->home_tls : d->tls;
}

struct httpc *doctor_twilio(const struct doctor *d)
{
    return d->direct && d->home ? d->home : d->twilio;
}

void doctor_date(struct doctor *d, const char *peer, const struct http *head,
    int64_t asked)
{
    struct doctor_date *t = &d->date[d->dates];

    for (size_t i = 0; i < d->dates; i++)
        if (strcmp(d->date[i].peer, peer) == 0)
            return;
    if (d->dates == DOCTOR_DATES
        || http_date_parse(http_get(head, "date"), &t->theirs))
        return;
    t->peer = peer;
    t->ours = sys_wall() - (sys_now() - asked) / 2;
    d->dates++;
}

/* ---- the public address ---- */

static void ask_ngrok(struct doctor *d)
{
    struct ngrok n = {.base = ""};

    if (ngrok_find(&n, d->loop, d->http, d->conf, d->conf->server_port))
        fail(&d->public_err, n.err.code, "PUBLIC_DOMAIN is auto: %s",
            n.err.msg);
    text_copy(d->public_base, sizeof d->public_base, slice_str(n.base));
    ngrok_stop(&n);
}

static void find_public(struct doctor *d)
{
    const char *why;
    size_t at;

    text_copy(d->public_base, sizeof d->public_base,
        slice_str(d->conf->public_base));
    if (d->conf->public_auto)
        ask_ngrok(d);
    if (!d->public_base[0] || url_parse(slice_str(d->public_base), &d->public,
        &at, &why))
        return;
    d->near = doctor_near(d->public.host);
    d->direct = d->opt.offline && !d->near;
}

/* ---- the server ---- */

static bool take_ticket(struct doctor *d, struct slice body)
{
    struct doctor_ticket *t = &d->ticket[d->tickets];
    struct json j;

    if (json_parse(body, &j, NULL)
        || !json_copy(json_get(j, "call_id"), t->id, sizeof t->id)
        || !json_copy(json_get(j, "token"), t->token, sizeof t->token))
        return false;
    json_copy(json_get(j, "twiml_url"), t->twiml_url, sizeof t->twiml_url);
    d->tickets++;
    return true;
}

static int fetch_tickets(struct doctor *d, struct client *c, struct err *err)
{
    struct buf b;
    int status = 0, r = 0;

    buf_init(&b, 4096);
    while (r == 0 && d->tickets < 2) {
        buf_clear(&b);
        r = client_call(c, "POST", "/v1/tickets", SLICE("{}"), &status, &b,
            err);
        if (r == 0 && status == 401)
            r = fail(err, ERR_AUTH, "the server at %s does not take the token "
                "of %s: it runs with another CONCIERGE_DIR or "
                "CONCIERGE_TOKEN", c->base, d->conf->dir);
        else if (r == 0 && (status != 201
            || !take_ticket(d, buf_slice(&b))))
            r = fail(err, ERR_REMOTE, "the server at %s gives no ticket "
                "(POST /v1/tickets: %d)", c->base, status);
    }
    buf_free(&b);
    return r;
}

/* What stands in the ring by now is not of our doing. */
static int look_back(struct doctor *d, struct client *c, struct err *err)
{
    struct json_walk w = {.at_ = 0};
    struct json all, t;
    struct buf b;
    int status = 0, r;

    buf_init(&b, 2u << 20);
    r = client_call(c, "GET", "/v1/attempts", (struct slice){NULL, 0},
        &status, &b, err);
    if (r == 0 && json_parse(buf_slice(&b), &all, NULL) == 0) {
        w.of = json_get(all, "attempts");
        while (json_next(&w, NULL, &t))
            (void)json_i64(json_get(t, "id"), 0, INT64_MAX / 4,
                &d->attempts_before);
    }
    buf_free(&b);
    return r;
}

/* Somebody else's serve.  1: nobody is there; 0: it will do; -1 and *err. */
static int use_running(struct doctor *d, struct err *err)
{
    struct err e = {0};
    struct client c;
    struct buf b;
    int status = 0, r = -1;

    if (!d->conf->server_url[0])
        return 1;
    if (client_open(&c, d->loop, d->conf, NULL, NULL, err))
        return -1;
    c.timeout = KNOCK_WITHIN;
    buf_init(&b, 64u << 10);
    if (client_call(&c, "GET", "/health", (struct slice){NULL, 0}, &status,
        &b, &e)) {
        r = e.code == ERR_NET ? 1 : fail(err, e.code, "%s", e.msg);
    } else if (status != 200 || slice_find(buf_slice(&b),
        SLICE("\"status\"")) == SLICE_NPOS) {
        fail(err, ERR_REMOTE, "what listens at %s is no concierge (GET "
            "/health: %d)", c.base, status);
    } else if (fetch_tickets(d, &c, err) == 0
        && look_back(d, &c, err) == 0) {
        d->running = true;
        text_copy(d->local, sizeof d->local, slice_str(c.base));
        text_copy(d->token, sizeof d->token, slice_str(c.token));
        r = 0;
    }
    buf_free(&b);
    client_close(&c);
    return r;
}

static int make_scratch(struct doctor *d, struct err *err)
{
    const char *tmp = sys_getenv("TMPDIR");

    if (text_fmt(d->scratch, sizeof d->scratch, "%s/concierge-XXXXXX",
        tmp && tmp[0] ? tmp : "/tmp") && sys_mkdtemp(d->scratch) == 0)
        return 0;
    text_copy(d->scratch, sizeof d->scratch, SLICE("./concierge-XXXXXX"));
    if (sys_mkdtemp(d->scratch) == 0)
        return 0;
    d->scratch[0] = 0;
    return fail_sys(err, ERR_IO, "make a folder for temporary files");
}

static int start_own(struct doctor *d, struct err *err)
{
    d->server_conf = mem_new(sizeof *d->server_conf);
    if (!d->server_conf)
        return fail(err, ERR_MEM, "no memory for a server");
    *d->server_conf = *d->conf;
    if (make_scratch(d, err))
        return -1;
    text_copy(d->server_conf->dir, sizeof d->server_conf->dir,
        slice_str(d->scratch));
    text_copy(d->server_conf->public_base,
        sizeof d->server_conf->public_base, slice_str(d->public_base));
    d->server_conf->public_auto = false;
    d->server = server_new(d->loop, d->server_conf, err);
    if (!d->server)
        return -1;
    text_copy(d->token, sizeof d->token, slice_str(d->server->token));
    conf_own_url(d->server_conf, server_port(d->server), d->local,
        sizeof d->local);
    if (d->opt.started)
        d->opt.started(server_port(d->server));
    while (d->tickets < 2) {
        struct doctor_ticket *t = &d->ticket[d->tickets];

        if (door_ticket(d->server->door, t->id, t->token))
            break;
        text_fmt(t->twiml_url, sizeof t->twiml_url, "%s/twiml?call_id=%s",
            d->public_base, t->id);
        d->tickets++;
    }
    return 0;
}

static void find_server(struct doctor *d)
{
    int r = use_running(d, &d->server_err);

    if (r > 0)
        r = start_own(d, &d->server_err);
    if (r && d->server_err.code == ERR_NONE)
        fail(&d->server_err, ERR_BUG, "there is no server");
    text_copy(d->way, sizeof d->way, slice_str(d->direct ? d->local
        : d->public_base));
}

/* ---- the rest of the tools ---- */

static int start_tls(struct doctor *d, struct err *err)
{
    if (d->conf->tls_cert[0] && strcmp(conf_source(d->conf, "SERVER_URL"),
        "default") == 0)
        d->home_tls = tlsctx_client_of(d->conf->tls_cert, NULL);
    d->tls = tlsctx_client(NULL, &d->roots, &d->roots_err);
    if (!d->opt.trust)
        return 0;
    if (d->tls)
        return tlsctx_trust(d->tls, d->opt.trust, err);
    d->tls = tlsctx_client(d->opt.trust, &d->roots, err);
    return d->tls ? 0 : -1;
}

/* The folder of our own server must not be left behind. */
static void on_signal(void *arg, int sig)
{
    struct doctor *d = arg;

    if (sig == SIGINT || sig == SIGTERM)
        d->interrupted = true;
}

static int start_tools(struct doctor *d, struct err *err)
{
    struct resolve_conf dns = {.server = d->conf->dns_server[0]
        ? d->conf->dns_server : NULL};
    struct httpc_conf http = {.max_kept = 0,
        .user_agent = "TwilioProxy/1.1"};

    d->loop = loop_new(err);
    if (!d->loop)
        return -1;
    d->resolver = resolver_new(d->loop, &dns, err);
    if (!d->resolver || sigs_start(d->loop, on_signal, d, err)
        || start_tls(d, err))
        return -1;
    http.resolver = d->resolver;
    http.tls = d->tls;
    d->twilio = httpc_new(d->loop, &http, err);
    if (!d->twilio)
        return -1;
    if (d->home_tls) {
        http.tls = d->home_tls;
        d->home = httpc_new(d->loop, &http, err);
        http.tls = d->tls;
        if (!d->home)
            return -1;
    }
    http.user_agent = "concierge-doctor";
    d->http = httpc_new(d->loop, &http, err);
    return d->http ? 0 : -1;
}

struct sweep {
    const char *dir;
};

static void remove_entry(void *arg, const char *name)
{
    struct sweep *s = arg, inner;
    char path[1024];

    if (!text_fmt(path, sizeof path, "%s/%s", s->dir, name))
        return;
    inner.dir = path;
    sys_listdir(path, remove_entry, &inner);
    sys_unlink(path);
}

static void tear_down(struct doctor *d)
{
    struct sweep s = {d->scratch};

    for (size_t i = 0; i < d->runs; i++)
        buf_free(&d->run[i].result.seen);
    if (d->twilio)
        httpc_free(d->twilio);
    if (d->home)
        httpc_free(d->home);
    if (d->http)
        httpc_free(d->http);
    server_free(d->server);
    if (d->resolver)
        resolver_free(d->resolver);
    if (d->loop) {
        conn_abort_all(d->loop);
        sigs_stop(d->loop);
        loop_tidy(d->loop);
        loop_free(d->loop);
    }
    tlsctx_free(d->tls);
    tlsctx_free(d->home_tls);
    if (d->scratch[0]) {
        sys_listdir(d->scratch, remove_entry, &s);
        sys_unlink(d->scratch);
    }
    if (d->server_conf) {
        tlsio_wipe(d->server_conf, sizeof *d->server_conf);
        mem_drop(d->server_conf);
    }
    tlsio_wipe(d, sizeof *d);
    mem_drop(d);
}

/* ---- the order ---- */

static void on_late(void *arg)
{
    struct probe_run *p = arg;

    probe_fail(p, p->probe->late, "no result within %lld s",
        (long long)(p->probe->within / 1000));
}

static bool in_list(const char *list, const char *name)
{
    struct slice rest = slice_str(list);

    while (rest.ptr)
        if (slice_is(slice_trim(slice_cut(&rest, ',')), name))
            return true;
    return false;
}

/* Every word of --only must be a probe's name. */
static int check_only(const char *only, struct err *err)
{
    struct slice rest = slice_str(only);

    while (rest.ptr) {
        struct slice name = slice_trim(slice_cut(&rest, ','));
        size_t i = 0;

        while (probes[i] && !slice_is(name, probes[i]->name))
            i++;
        if (!probes[i])
            return fail(err, ERR_USAGE, "there is no probe \"%.*s\"",
                SLICE_ARG(slice_head(name, 40)));
    }
    return 0;
}

static void choose(struct doctor *d)
{
    for (size_t i = 0; probes[i] && d->runs < PROBES; i++) {
        struct probe_run *p = &d->run[d->runs];

        if (d->opt.only && !in_list(d->opt.only, probes[i]->name))
            continue;
        p->probe = probes[i];
        p->d = d;
        p->result.name = probes[i]->name;
        p->deadline = (struct timer){.fire = on_late, .arg = p};
        buf_init(&p->result.seen, PROBE_SEEN);
        /* Members of an object that doctor_tell_json opens and closes. */
        jsonw_begin(&p->w, &p->result.seen);
        jsonw_object(&p->w);
        d->runs++;
    }
}

/* Are all of these over?  *bad: the first that did not go well. */
static bool all_over(const struct doctor *d, const char *names,
    const char **bad)
{
    struct slice rest = slice_str(names);

    while (rest.ptr) {
        struct slice name = slice_cut(&rest, ' ');

        for (size_t i = 0; i < d->runs; i++) {
            const struct probe_run *p = &d->run[i];

            if (!slice_is(name, p->probe->name))
                continue;
            if (!probe_over(p))
                return false;
            if ((p->result.status == PROBE_FAIL || (!d->direct
                && p->result.status == PROBE_SKIP)) && !*bad)
                *bad = p->probe->name;
        }
    }
    return true;
}

/* True when anything happened. */
static bool advance(struct doctor *d, struct probe_run *p)
{
    const char *bad = NULL, *nothing = NULL;

    if (p->state == RUN_OVER) {
        p->state = RUN_TOLD;
        if (p->began_us && p->probe->stop)
            p->probe->stop(p);
        jsonw_end(&p->w);
        d->told(d->told_arg, &p->result);
        return true;
    }
    if (p->state != RUN_WAITING || !all_over(d, p->probe->needs, &bad)
        || !all_over(d, p->probe->after, &nothing))
        return false;
    p->state = RUN_GOING;
    if (bad) {
        probe_skip(p, "needs \"%s\" to pass", bad);
        return true;
    }
    p->began_us = sys_now_us();
    if (p->probe->within)
        loop_in(d->loop, &p->deadline, p->probe->within + (p->probe
            == &probe_stream ? d->opt.hold_ms : 0));
    p->probe->start(p);
    return true;
}

static int run_all(struct doctor *d, struct err *err)
{
    while (!d->interrupted) {
        bool moved, left = false;

        do {
            moved = false;
            for (size_t i = 0; i < d->runs; i++)
                moved |= advance(d, &d->run[i]);
        } while (moved);
        for (size_t i = 0; i < d->runs; i++)
            left |= d->run[i].state != RUN_TOLD;
        if (!left)
            return 0;
        if (loop_round(d->loop))
            return fail_sys(err, ERR_IO, "poll");
    }
    return 1;
}

/* What was begun and will not be waited for. */
static void stop_all(struct doctor *d)
{
    for (size_t i = 0; i < d->runs; i++) {
        struct probe_run *p = &d->run[i];

        loop_cancel(d->loop, &p->deadline);
        if ((p->state == RUN_GOING || p->state == RUN_OVER) && p->began_us
            && p->probe->stop)
            p->probe->stop(p);
    }
}

int doctor_run(const struct conf *conf, const struct doctor_options *opt,
    void (*told)(void *arg, const struct probe_result *r), void *arg,
    struct err *err)
{
    struct doctor *d;
    int r;

    if (opt->only && check_only(opt->only, err))
        return -1;
    d = mem_new(sizeof *d);
    if (!d)
        return fail(err, ERR_MEM, "no memory for the probes");
    d->conf = conf;
    d->opt = *opt;
    d->told = told;
    d->told_arg = arg;
    r = start_tools(d, err);
    if (r == 0) {
        find_public(d);
        find_server(d);
        choose(d);
        r = run_all(d, err);
        stop_all(d);
        if (opt->asleep)
            *opt->asleep = (int64_t)loop_counts(d->loop).asleep;
    }
    tear_down(d);
    return r;
}
