/* bench.c - concierge bench: calls per core on this machine, against the
 * stand-ins.
 */
#include "app/bench.h"

#include "app/cmd.h"
#include "app/term.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/jsonw.h"

#define CEILING 120000          /* ms for all steps together */
#define FIRST 50                /* calls of the first step */
#define CLOSER 8                /* stop when what is open is an eighth */
#define STEPS 24                /* that are kept */
#define LATE 20                 /* ms, what --late is else */
#define SECONDS 3
#define SECONDS_MAX 60
#define OUT_MAX 65536

const char bench_help[] =
    "Plays N calls at once through a server of its own: signed webhooks, media"
    "\nstreams with a frame every 20 ms, and a model that says back what it "
    "hears.  N\nrises until frames are lost or later than 20 ms (p99, end to "
    "end).  The server's\nCPU is its own, the stand-ins have another process."
    "\n\n"
    "  --calls N           so many, once\n"
    "  --seconds S         that are measured of each step; 3\n"
    "  --late MS           what is too late; 20\n"
    "  --json              one object\n"
    "  --recording on|off  as a server would have it\n\n"
    "Exit status: 0 measured, 1 frames were lost or late with --calls or with "
    "50.\nEnds within two minutes.\n\nExamples:\n"
    "  concierge bench\n"
    "  concierge bench --calls 200 --seconds 10 --json\n";

enum limit { LIMIT_SERVER, LIMIT_STAND_INS, LIMIT_MAX_CALLS,
    LIMIT_DESCRIPTORS, LIMIT_TIME };

static const char *const limits[] = {
    [LIMIT_SERVER] = "server", [LIMIT_STAND_INS] = "stand_ins",
    [LIMIT_MAX_CALLS] = "max_calls", [LIMIT_DESCRIPTORS] = "descriptors",
    [LIMIT_TIME] = "time",
};

struct bench {
    const struct conf *conf;
    struct bench_how how;       /* all but calls */
    int64_t began;
    size_t most;                /* calls that MAX_CALLS and descriptors allow */
    enum limit why;             /* what stands above */
    bool json;
    struct bench_step step[STEPS];
    size_t steps;
    size_t good, bad;           /* calls; 0: none yet */
};

/* ---- what may be asked for ---- */

/* One process has two sockets a call: the stream and the model, at either
 * end. */
static size_t by_descriptors(void)
{
    int64_t n = sys_fd_limit();

    if (n < 0)
        return LIMIT_CALLS;
    return n <= BENCH_DESCRIPTORS ? 0 : (size_t)(n - BENCH_DESCRIPTORS) / 2;
}

/* MAX_CALLS counts when somebody has set it. */
static size_t by_setting(const struct conf *c)
{
    return slice_is(slice_str(conf_source(c, "MAX_CALLS")), "default")
        ? LIMIT_CALLS : (size_t)c->max_calls;
}

static void find_most(struct bench *b)
{
    size_t fds = by_descriptors(), set = by_setting(b->conf);

    b->why = fds < set ? LIMIT_DESCRIPTORS : LIMIT_MAX_CALLS;
    b->most = fds < set ? fds : set;
}

static int refuse(const struct bench *b, size_t calls)
{
    struct err err = {0};

    if (b->why == LIMIT_DESCRIPTORS)
        fail(&err, ERR_CONF, "%zu calls want %zu descriptors and %lld are "
            "allowed (ulimit -Hn): enough for %zu calls", calls,
            2 * calls + BENCH_DESCRIPTORS, (long long)sys_fd_limit(), b->most);
    else
        fail(&err, ERR_CONF, "%zu calls are more than MAX_CALLS allows: %zu "
            "(%s)", calls, b->most, b->most == LIMIT_CALLS ? "its highest "
            "value" : conf_source(b->conf, "MAX_CALLS"));
    return term_fail(&err);
}

/* ---- figures ---- */

/* a / b with so many decimals, or "-". */
static const char *ratio(char *out, size_t cap, int64_t a, int64_t b,
    int decimals)
{
    int64_t unit = decimals == 2 ? 100 : decimals == 1 ? 10 : 1, n;

    if (b <= 0 || a < 0) {
        text_copy(out, cap, SLICE("-"));
        return out;
    }
    n = (a * unit + b / 2) / b;
    if (decimals)
        text_fmt(out, cap, "%lld.%0*lld", (long long)(n / unit), decimals,
            (long long)(n % unit));
    else
        text_fmt(out, cap, "%lld", (long long)n);
    return out;
}

static void kratio(struct jsonw *w, const char *key, int64_t a, int64_t b,
    int decimals)
{
    char text[32];

    ratio(text, sizeof text, a, b, decimals);
    if (text[0] == '-')
        jsonw_knull(w, key);
    else
        jsonw_kraw(w, key, slice_str(text));
}

static void step_json(struct jsonw *w, const struct bench_step *s)
{
    jsonw_object(w);
    jsonw_kint(w, "calls", (int64_t)s->calls);
    jsonw_key(w, "seconds");
    jsonw_ms(w, s->ms);
    jsonw_kbool(w, "holds", bench_holds(s));
    jsonw_kint(w, "failed", (int64_t)s->is.failed);
    jsonw_kcstr(w, "why", s->is.why[0] ? s->is.why : NULL);
    jsonw_kint(w, "frames", (int64_t)s->is.sent);
    jsonw_kint(w, "lost", (int64_t)(s->is.sent - s->is.back));
    jsonw_kint(w, "late", (int64_t)s->is.late);
    jsonw_kint(w, "altered", (int64_t)s->is.altered);
    kratio(w, "p50_ms", s->is.p50, 1000, 2);
    kratio(w, "p99_ms", s->is.p99, 1000, 2);
    kratio(w, "max_ms", s->is.most, 1000, 2);
    kratio(w, "cpu_us_per_frame", s->server_cpu, (int64_t)s->is.sent, 2);
    kratio(w, "cpu_percent", s->server_cpu, s->ms * 10, 1);
    kratio(w, "allocations_per_frame", (int64_t)s->allocations,
        (int64_t)s->is.sent, 2);
    if (s->memory < 0)
        jsonw_knull(w, "bytes_per_call");
    else
        jsonw_kint(w, "bytes_per_call", s->memory);
    kratio(w, "stand_ins_cpu_percent", s->own_cpu, s->ms * 10, 1);
    kratio(w, "stand_ins_late_ms", s->is.own_late, 1000, 2);
    jsonw_end(w);
}

/* Calls per core is what was heard well of all that was tried; with --calls
 * null, for a single step finds no limit. */
static void print_json(const struct bench *b, bool rising, enum limit limit)
{
    struct jsonw w;
    struct buf out;

    buf_init(&out, OUT_MAX);
    jsonw_begin(&w, &out);
    jsonw_object(&w);
    if (rising) {
        jsonw_kint(&w, "calls_per_core", (int64_t)b->good);
        jsonw_kcstr(&w, "limited_by", limits[limit]);
    } else {
        jsonw_knull(&w, "calls_per_core");
        jsonw_knull(&w, "limited_by");
    }
    jsonw_kint(&w, "late_ms", b->how.late_us / 1000);
    jsonw_kbool(&w, "recording", b->conf->recording == CONF_RECORDING_ON);
    jsonw_karray(&w, "steps");
    for (size_t i = 0; i < b->steps; i++)
        step_json(&w, &b->step[i]);
    jsonw_end(&w);
    jsonw_end(&w);
    buf_adds(&out, "\n");
    term_out(buf_slice(&out));
    buf_free(&out);
}

static void print_head(void)
{
    term_outf("calls   frames  lost  late  p50 ms  p99 ms  CPU us/frame  "
        "CPU %%  kB/call  stand-ins\n");
}

static void print_step(const struct bench_step *s)
{
    char p50[24], p99[24], frame[24], cpu[24], own[24], kb[24];

    term_outf("%5zu %8llu %5llu %5llu %7s %7s %13s %6s %8s %8s %%%s%s\n",
        s->calls, (unsigned long long)s->is.sent,
        (unsigned long long)(s->is.sent - s->is.back),
        (unsigned long long)s->is.late,
        ratio(p50, sizeof p50, s->is.p50, 1000, 2),
        ratio(p99, sizeof p99, s->is.p99, 1000, 2),
        ratio(frame, sizeof frame, s->server_cpu, (int64_t)s->is.sent, 2),
        ratio(cpu, sizeof cpu, s->server_cpu, s->ms * 10, 1),
        ratio(kb, sizeof kb, s->memory, 1024, 1),
        ratio(own, sizeof own, s->own_cpu, s->ms * 10, 1),
        s->is.why[0] ? "  " : s->is.back < s->is.sent ? "  lost"
            : bench_holds(s) ? "" : "  too late",
        s->is.why);
}

static void print_end(const struct bench *b, enum limit limit)
{
    static const char *const words[] = {
        [LIMIT_SERVER] = "beyond, frames are lost or late",
        [LIMIT_STAND_INS] = "at least: beyond, the stand-ins are late",
        [LIMIT_MAX_CALLS] = "at least: MAX_CALLS allows no more",
        [LIMIT_DESCRIPTORS] = "at least: no more descriptors are allowed",
        [LIMIT_TIME] = "at least: two minutes are over",
    };

    term_outf("\n%zu calls per core; %s\n", b->good, words[limit]);
}

/* ---- the run ---- */

/* 0 and whether it held, or an exit status. */
static int play(struct bench *b, size_t calls, bool *held)
{
    struct bench_step *s = &b->step[b->steps];
    struct err err = {0};

    b->how.calls = calls;
    term_status("%zu calls ...", calls);
    if (bench_step(b->conf, &b->how, s, &err)) {
        term_status("%s", "");
        return term_fail(&err);
    }
    term_status("%s", "");
    b->steps++;
    *held = bench_holds(s);
    if (!b->json)
        print_step(s);
    return 0;
}

static bool time_left(const struct bench *b)
{
    /* A step opens its calls, settles, measures, drains and ends. */
    int64_t longest = b->how.ms + 10000;

    return sys_now_us() / 1000 - b->began + longest < CEILING
        && b->steps + 2 <= STEPS;
}

/* What did not hold is tried once more: the machine may have been away. */
static int try(struct bench *b, size_t calls, bool *held)
{
    int rc = play(b, calls, held);

    if (rc == 0 && !*held && time_left(b))
        rc = play(b, calls, held);
    if (rc == 0 && *held)
        b->good = calls;
    else if (rc == 0)
        b->bad = calls;
    return rc;
}

/* Doubled until it breaks, then halved into what is open. */
static size_t next(const struct bench *b)
{
    size_t n;

    if (!b->good && !b->bad)
        return FIRST < b->most ? FIRST : b->most;
    if (!b->bad)
        return b->good * 2 < b->most ? b->good * 2 : b->most;
    n = (b->good + b->bad) / 2;
    return b->bad - b->good <= b->good / CLOSER + 1 ? b->good : n;
}

static int rise(struct bench *b)
{
    enum limit limit = LIMIT_TIME;
    bool held = false;
    size_t n = 0;
    int rc = 0;

    if (!b->json)
        print_head();
    while (rc == 0 && time_left(b) && (n = next(b)) != b->good) {
        rc = try(b, n, &held);
        if (!b->good && b->bad)
            break;
    }
    if (rc)
        return rc;
    if (b->bad)
        limit = bench_own_limit(&b->step[b->steps - 1]) ? LIMIT_STAND_INS
            : LIMIT_SERVER;
    else if (b->good == b->most)
        limit = b->why;
    if (b->json)
        print_json(b, true, limit);
    else
        print_end(b, limit);
    return b->good ? 0 : 1;
}

static int once(struct bench *b, size_t calls)
{
    bool held = false;
    int rc;

    if (!b->json)
        print_head();
    rc = play(b, calls, &held);
    if (rc)
        return rc;
    if (b->json)
        print_json(b, false, LIMIT_SERVER);
    return held ? 0 : 1;
}

int cmd_bench(const struct conf *c, int argc, char **argv)
{
    static struct bench b;
    const char *calls = cmd_option(&argc, argv, "--calls");
    const char *seconds = cmd_option(&argc, argv, "--seconds");
    bool server = cmd_flag(&argc, argv, "--server");
    const char *late = cmd_option(&argc, argv, "--late");
    uint64_t n = 0, s = SECONDS, l = LATE;
    int rc;

    b.json = cmd_flag(&argc, argv, "--json");
    rc = cmd_rest(argc, argv, server ? 2 : 0, server ? 2 : 0);
    if (rc)
        return rc;
    if (server)
        return bench_serve(c, argv[1], argv[2]);
    if (calls && text_u64(slice_str(calls), 1, 100000, &n))
        return term_usage("--calls must be a number of calls, not \"%s\"",
            calls);
    if (seconds && text_u64(slice_str(seconds), 1, SECONDS_MAX, &s))
        return term_usage("--seconds must be 1 to %d, not \"%s\"",
            SECONDS_MAX, seconds);
    if (late && text_u64(slice_str(late), 1, 1000, &l))
        return term_usage("--late must be 1 to 1000 ms, not \"%s\"", late);
    b.conf = c;
    b.how.ms = (int64_t)s * 1000;
    b.how.late_us = (int64_t)l * 1000;
    b.began = sys_now_us() / 1000;
    find_most(&b);
    if (n > b.most || !b.most)
        return refuse(&b, n ? (size_t)n : 1);
    return n ? once(&b, (size_t)n) : rise(&b);
}
