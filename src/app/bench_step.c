/* bench_step.c - one step of `concierge bench`, and the server it is about.
 *
 * The server is this program once more, in a process of its own: only so are
 * its CPU time and its memory its own and not the stand-ins', and a call costs
 * it what it costs `serve`, on sockets whose other ends are elsewhere.  CPU
 * time is what its GET /metrics says, memory what the system says of it.
 */
#include <signal.h>
#include <string.h>

#include "app/bench.h"
#include "app/client.h"
#include "app/server.h"
#include "app/stage.h"
#include "app/term.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/sys_child.h"
#include "base/text.h"

#define A_SECOND 400            /* calls that begin */
#define START_WITHIN 10000      /* ms for the server to listen */
#define OPEN_WITHIN 15000       /* ms beyond the time they take to begin */
#define SETTLE 500              /* ms between the last call and measuring */
#define DRAIN 1000              /* ms for the last frames to come back */
#define END_WITHIN 5000         /* ms for the server to end */
#define METRICS_MAX (1u << 20)

struct playing {
    const struct conf *conf;
    struct loop *loop;
    struct resolver *resolver;
    struct storm *storm;
    struct sys_child child;
    struct client client;
    bool connected;
};

bool bench_holds(const struct bench_step *s)
{
    return s->is.back == s->is.sent && s->is.sent && !s->is.altered
        && !s->is.failed && s->is.p99 <= s->late_us;
}

bool bench_own_limit(const struct bench_step *s)
{
    return s->is.own_late > s->late_us / 2
        || s->own_cpu > s->ms * 900;
}

/* ---- the server's process ---- */

static void on_sign(void *arg, int events)
{
    char rest[64];

    (void)events;
    if (sys_read(SYS_STDIN, rest, sizeof rest) != SYS_AGAIN)
        loop_stop(arg);
}

static int serve(struct conf *c, struct loop *l, struct err *err)
{
    struct watch sign = {.fd = SYS_STDIN, .ready = on_sign, .arg = l};
    struct server *s = server_new(l, c, err);
    int rc;

    if (!s)
        return -1;
    if (loop_watch(l, &sign, LOOP_READ)) {
        server_free(s);
        return fail(err, ERR_MEM, "no memory for a watch");
    }
    term_outf("%u %s\n", server_port(s), s->token);
    rc = loop_run(l) ? fail_sys(err, ERR_IO, "poll") : 0;
    loop_unwatch(l, &sign);
    server_free(s);
    return rc;
}

int bench_serve(const struct conf *c, const char *model, const char *calls)
{
    static struct conf conf;
    const char *tmp = sys_getenv("TMPDIR");
    char dir[CONF_TEXT];
    uint64_t port = 0, n = 0;
    struct err err = {0};
    struct loop *l;
    int rc = -1;

    if (text_u64(slice_str(model), 1, UINT16_MAX, &port)
        || text_u64(slice_str(calls), 1, LIMIT_CALLS, &n))
        return term_usage("bench: --server wants a port and a number");
    log_setup(LOG_ERROR, c->log_json);
    sys_catch(SIGPIPE, SIG_IGN);        /* stdin tells when nobody reads us */
    text_fmt(dir, sizeof dir, "%s/concierge-XXXXXX", tmp && tmp[0] ? tmp
        : "/tmp");
    if (sys_mkdtemp(dir)) {
        fail_sys(&err, ERR_IO, "make %s", dir);
        return term_fail(&err);
    }
    l = loop_new(&err);
    if (l && stage_conf(&conf, (uint16_t)port, (uint16_t)port, dir, &err)
        == 0) {
        conf.max_calls = (int)n;
        conf.recording = c->recording;
        conf.disclosure_by = CONF_BY_SAY;       /* the model only echoes */
        sys_fd_limit();
        rc = serve(&conf, l, &err);
    }
    if (l)
        loop_free(l);
    stage_sweep(dir);
    return rc ? term_fail(&err) : 0;
}

/* ---- what it says of itself ---- */

/* "PORT TOKEN" on its stdout. */
static int greet(struct playing *p, uint16_t *port, struct err *err)
{
    int64_t until = sys_now_us() / 1000 + START_WITHIN;
    char line[256], base[64];
    size_t n = 0;
    struct slice token;
    uint64_t number;

    while (n < sizeof line - 1 && (!n || line[n - 1] != '\n')) {
        struct pollfd look = {.fd = p->child.out, .events = POLLIN};
        ssize_t got = sys_poll(&look, 1, 100) > 0 ? sys_read(p->child.out,
            line + n, sizeof line - 1 - n) : SYS_AGAIN;

        if (got > 0)
            n += (size_t)got;
        else if (got != SYS_AGAIN || sys_now_us() / 1000 > until)
            return fail(err, ERR_IO, "the server did not start");
    }
    token = slice_trim_all(slice_of(line, n));
    if (text_u64(slice_cut(&token, ' '), 1, UINT16_MAX, &number))
        return fail(err, ERR_BUG, "the server said no port");
    line[n - 1] = 0;
    *port = (uint16_t)number;
    text_fmt(base, sizeof base, "http://127.0.0.1:%u", *port);
    return client_open(&p->client, p->loop, p->conf, base,
        (const char *)token.ptr, err);
}

struct facts {
    int64_t at, own;            /* us */
    uint64_t cpu, allocations;
    int64_t memory;
};

static uint64_t metric(struct slice text, const char *name)
{
    size_t at = slice_find(text, slice_str(name));
    struct slice rest = slice_from(text, at == SLICE_NPOS ? text.len
        : at + strlen(name));
    uint64_t n = 0;

    text_u64(slice_cut(&rest, '\n'), 0, UINT64_MAX, &n);
    return n;
}

/* Asked while the calls go on: the loop runs for all of them. */
static int ask(struct playing *p, struct facts *f, struct err *err)
{
    struct buf answer;
    int status = 0, rc;

    buf_init(&answer, METRICS_MAX);
    rc = client_call(&p->client, "GET", "/metrics", slice_str(NULL), &status,
        &answer, err);
    if (rc == 0 && status != 200)
        rc = client_refusal(status, buf_slice(&answer), err);
    if (rc == 0) {
        f->at = sys_now_us();
        f->own = sys_cpu_us();
        f->cpu = metric(buf_slice(&answer),
            "\nconcierge_cpu_microseconds_total ");
        f->allocations = metric(buf_slice(&answer),
            "\nconcierge_allocations_total ");
        f->memory = sys_child_memory(&p->child);
    }
    buf_free(&answer);
    return rc;
}

/* ---- the play ---- */

/* Rounds until that moment, or until enough is so. */
static int rounds(struct playing *p, int64_t ms, bool (*enough)(
    const struct storm_counts *c, size_t calls), size_t calls,
    struct err *err)
{
    int64_t until = sys_now_us() / 1000 + ms;

    while (sys_now_us() / 1000 < until) {
        struct storm_counts c = {0};

        if (enough)
            c = storm_counts(p->storm);
        if (enough && enough(&c, calls))
            break;
        if (loop_round(p->loop))
            return fail_sys(err, ERR_IO, "poll");
    }
    return 0;
}

static bool all_open(const struct storm_counts *c, size_t calls)
{
    return c->open + c->failed >= calls;
}

static bool all_back(const struct storm_counts *c, size_t calls)
{
    (void)calls;
    return c->back == c->sent;
}

static int measure(struct playing *p, int64_t ms, struct bench_step *out,
    struct err *err)
{
    struct facts idle = {0}, from = {0}, till = {0};
    uint16_t port = 0;

    if (greet(p, &port, err))
        return -1;
    p->connected = true;
    if (ask(p, &idle, err))
        return -1;
    storm_begin(p->storm, port);
    if (rounds(p, OPEN_WITHIN + (int64_t)out->calls * 1000 / A_SECOND,
        all_open, out->calls, err) || rounds(p, SETTLE, NULL, 0, err)
        || ask(p, &from, err))
        return -1;
    storm_measure(p->storm, true);
    if (rounds(p, ms, NULL, 0, err) || ask(p, &till, err))
        return -1;
    storm_measure(p->storm, false);
    if (rounds(p, DRAIN, all_back, 0, err))
        return -1;
    out->is = storm_counts(p->storm);
    if (out->is.open + out->is.failed < out->calls)
        out->is.failed = out->calls - out->is.open;
    out->ms = (till.at - from.at) / 1000;
    out->server_cpu = (int64_t)(till.cpu - from.cpu);
    out->own_cpu = till.own - from.own;
    out->allocations = till.allocations - from.allocations;
    out->memory = till.memory < 0 || idle.memory < 0 ? -1
        : (till.memory - idle.memory) * 1024 / (int64_t)out->calls;
    return 0;
}

static int start(struct playing *p, const struct bench_how *how,
    struct err *err)
{
    struct resolve_conf dns = {.server = "127.0.0.1:9"};    /* literals only */
    struct storm_conf storm = {.account_sid = STAGE_ACCOUNT,
        .auth_token = STAGE_AUTH_TOKEN, .public_host = STAGE_PUBLIC_HOST,
        .calls = how->calls, .a_second = A_SECOND,
        .late_us = how->late_us};
    char port[8], number[8];
    const char *argv[] = {"concierge", "bench", "--server", port, number,
        "--recording", p->conf->recording == CONF_RECORDING_ON ? "on" : "off",
        "--env-file", "/dev/null", NULL};

    p->loop = loop_new(err);
    if (!p->loop)
        return -1;
    p->resolver = resolver_new(p->loop, &dns, err);
    if (!p->resolver)
        return -1;
    p->storm = storm_new(p->loop, p->resolver, &storm, err);
    if (!p->storm)
        return -1;
    text_fmt(port, sizeof port, "%u", storm_model_port(p->storm));
    text_fmt(number, sizeof number, "%zu", how->calls);
    return sys_child_start(&p->child, argv, err);
}

int bench_step(const struct conf *c, const struct bench_how *how,
    struct bench_step *out, struct err *err)
{
    struct playing p = {.conf = c, .child = {0, -1, -1}};
    int rc;

    *out = (struct bench_step){.calls = how->calls, .late_us = how->late_us,
        .memory = -1};
    rc = start(&p, how, err);
    if (rc == 0)
        rc = measure(&p, how->ms, out, err);
    if (p.connected)
        client_close(&p.client);
    sys_child_end(&p.child, END_WITHIN);
    storm_free(p.storm);
    if (p.resolver)
        resolver_free(p.resolver);
    if (p.loop) {
        loop_tidy(p.loop);
        loop_free(p.loop);
    }
    return rc;
}
