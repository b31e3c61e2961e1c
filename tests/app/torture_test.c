/* torture_test.c - a whole phone call while malloc or the kernel fails.
 *
 * One run is: a server, the stand-ins for Twilio, the model and the
 * restaurant, a call from POST /v1/calls to its outcome; then the same server
 * anew on the same CONCIERGE_DIR, with nothing failing, as after a crash.
 * Only the server's own calls can fail (base/fault.h).  The run is repeated in
 * a process of its own for every call of every kind that a whole one makes,
 * in every way in which that kind fails.  Whatever fails:
 *
 *   the process neither crashes nor hangs, and gives back every block and
 *   every descriptor;
 *   the intent was synced before Twilio heard of the call, and an outcome
 *   that was told is synced, or told together with an error;
 *   no line of the journal is damaged, and after the second start every
 *   intent has an outcome;
 *   the phone rings once at most, and nobody is left on the line;
 *   the webhook is told of an outcome that is synced, or that says it is not;
 *   and after the second start it was told of the one in the journal.
 *
 * TORTURE_STEP=1 takes every point; without it a sample is taken, in the time
 * that `make test` has for it.  TORTURE_POINT='mem 17 1 12' is one run, told
 * with its log: kind, first, how many (0: for good), errno.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/client.h"
#include "app/server.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/journal.h"
#include "net/httpd.h"
#include "sim/model.h"
#include "sim/scenario.h"
#include "sim/twilio.h"
#include "tests/tap.h"

#define ACCOUNT "AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"
#define AUTH_TOKEN "0123456789abcdef0123456789abcdef"
#define HUNG 10                 /* s; real time a run may take */
#define ENOUGH (30 * 60000)     /* ms; virtual time until all is over */
#define SAMPLE 9                /* points of a kind that make test takes */

/* ---- who talks ---- */

/* As short as a call can be that is worth its name. */
static const struct callee_step steps[] = {
    {CALLEE_WAIT, "for 4", 0},
    {CALLEE_SAY, "Yes, Monday 7 pm for 4, number 47.", 0},
    {CALLEE_WAIT, "bye", 0},
};
static const struct callee_script callee = {.ring_ms = 300, .step = steps,
    .steps = sizeof steps / sizeof steps[0]};

static const struct model_rule rules[] = {
    {MODEL_FIRST, NULL, "{disclosure} A table for 4?", NULL, NULL, false},
    {MODEL_HEARD, "47", NULL, "note_confirmation", "{\"number\":\"47\","
        "\"date\":\"2026-11-23\",\"time\":\"19:00\",\"party\":4,"
        "\"name\":\"Leo\",\"notes\":\"\"}", false},
    {MODEL_TOOL_ANSWER, NULL, "Bye", "end_call", "{\"reason\":\"done\"}",
        false},
};
static const struct model_script model_script = {.rule = rules,
    .rules = sizeof rules / sizeof rules[0]};

static const char asked[] = "{\"to\":\"+15551230000\",\"restaurant\":\"L\","
    "\"party\":4,\"date\":\"2026-11-23\",\"time\":\"19:00\",\"name\":\"Leo\"}";

/* ---- one run, in a process of its own ---- */

static struct {
    struct loop *loop;
    struct resolver *resolver;
    struct sim_twilio *twilio;
    struct sim_model *model;
    struct httpd *receiver;     /* of the webhook */
    struct server *server;
    struct conf conf;
    char dir[64], journal[80];
    char id[CALL_ID + 1];
    bool told;                  /* an outcome */
    bool confessed;             /* ... after it was said to be not on disk */
    int hooks;                  /* POSTs to the receiver */
    char taken[512];            /* deliveries it answered with 200 */
    char wrong[200];
} run;

/* What the last sync of the journal that went well has made safe. */
static atomic_bool intent_safe, outcome_safe, dialled_unsafe;

static void wrong(const char *fmt, ...) PRINTFLIKE(1, 2);
static void wrong(const char *fmt, ...)
{
    va_list ap;

    if (run.wrong[0])
        return;
    va_start(ap, fmt);
    vsnprintf(run.wrong, sizeof run.wrong, fmt, ap);
    va_end(ap);
}

static bool twilio_has_call(void)
{
    struct sim_twilio_call c;

    return run.twilio && sim_twilio_call(run.twilio, 0, &c);
}

/* Reads the journal with nobody's help. */
static size_t read_journal(char *to, size_t cap)
{
    int fd = open(run.journal, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, to, cap - 1);

    if (fd >= 0)
        close(fd);
    to[n > 0 ? n : 0] = 0;
    return n > 0 ? (size_t)n : 0;
}

/* Stands before libc's: what is on the disk only now is safe only now. */
int fsync(int fd)
{
    static char text[1 << 18];
    struct stat a, b;

    if (fstat(fd, &a) || stat(run.journal, &b) || a.st_ino != b.st_ino)
        return fdatasync(fd);
    read_journal(text, sizeof text);
    if (fdatasync(fd))
        return -1;
    if (!atomic_load(&intent_safe) && strstr(text, "\"rec\":\"intent\"")) {
        if (twilio_has_call())
            atomic_store(&dialled_unsafe, true);
        atomic_store(&intent_safe, true);
    }
    if (strstr(text, "\"rec\":\"outcome\""))
        atomic_store(&outcome_safe, true);
    return 0;
}

static int open_descriptors(void)
{
    int n = 0;

    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* ---- the webhook's receiver: unwell at first ---- */

static void on_hook(struct request *r, void *arg)
{
    struct json j;
    size_t n = strlen(run.taken);

    (void)arg;
    if (json_parse(r->body, &j, NULL) || !json_is(json_get(j, "event"),
        "outcome") || json_get(j, "outcome").type != JSON_OBJECT)
        wrong("the webhook is told something strange");
    else if (run.id[0] && !json_is(json_get(j, "id"), run.id))
        wrong("the webhook is told of a call that is none");
    else if (!atomic_load(&outcome_safe) && slice_find(r->body,
        SLICE("could not be written")) == SLICE_NPOS)
        wrong("the webhook is told an outcome that is not on the disk");
    else if (run.hooks > 0)
        text_fmt(run.taken + n, sizeof run.taken - n, "%.*s ",
            SLICE_ARG(json_get(j, "delivery").text));
    httpd_answer(r, run.hooks++ ? 200 : 503, NULL, SLICE(""), NULL);
}

static bool start_receiver(void)
{
    static const struct route routes[] = {
        {M_POST, "/hook", on_hook, ATTEMPT_NONE},
        {0, NULL, NULL, ATTEMPT_NONE},
    };
    struct httpd_conf site = {.routes = routes, .max_body = 1 << 20,
        .max_conns = 50, .head_timeout = 60000, .body_timeout = 60000,
        .idle_timeout = 60000};
    static const uint8_t home[4] = {127, 0, 0, 1};
    struct sys_addr at;
    struct err err = {0};

    sys_addr_v4(&at, home, 0);
    run.receiver = httpd_new(run.loop, &at, NULL, &site, &err);
    if (!run.receiver)
        return false;
    text_fmt(run.conf.webhook_url, sizeof run.conf.webhook_url,
        "http://127.0.0.1:%u/hook", httpd_port(run.receiver));
    text_copy(run.conf.webhook_secret, sizeof run.conf.webhook_secret,
        SLICE("s3cret"));
    return true;
}

static bool set_the_stage(void)
{
    struct err err = {0};
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct sim_model_conf m = {.key = "sk", .seed = 1, .think_ms = 20,
        .script = &model_script, .disclosure = "Automated call for Leo."};
    struct sim_twilio_conf t = {.account_sid = ACCOUNT,
        .auth_token = AUTH_TOKEN, .number = "+15550001111",
        .public_host = "concierge.example", .seed = 1, .callee = &callee};
    struct conf *c = &run.conf;

    fault_enter(FAULT_OURS);    /* its poll() is the server's */
    run.loop = loop_new(&err);
    fault_enter(FAULT_OTHERS);
    if (!run.loop || !(run.resolver = resolver_new(run.loop, &dns, &err))
        || !(run.model = sim_model_new(run.loop, &m, &err))
        || !(run.twilio = sim_twilio_new(run.loop, run.resolver, &t, &err))
        || conf_defaults(c, &err) || !start_receiver())
        return false;
    text_copy(c->twilio_account_sid, sizeof c->twilio_account_sid,
        SLICE(ACCOUNT));
    text_copy(c->twilio_auth_token, sizeof c->twilio_auth_token,
        SLICE(AUTH_TOKEN));
    text_copy(c->twilio_phone_number, sizeof c->twilio_phone_number,
        SLICE("+15550001111"));
    text_fmt(c->twilio_api_base, sizeof c->twilio_api_base,
        "http://127.0.0.1:%u", sim_twilio_port(run.twilio));
    text_copy(c->openai_api_key, sizeof c->openai_api_key, SLICE("sk"));
    text_fmt(c->realtime_url, sizeof c->realtime_url,
        "ws://127.0.0.1:%u/v1/realtime", sim_model_port(run.model));
    text_copy(c->public_base, sizeof c->public_base,
        SLICE("https://concierge.example"));
    text_copy(c->name, sizeof c->name, SLICE("Leo"));
    text_copy(c->disclosure, sizeof c->disclosure,
        SLICE("Automated call for {name}."));
    text_copy(c->zone, sizeof c->zone, SLICE("Europe/Berlin"));
    text_copy(c->dir, sizeof c->dir, slice_str(run.dir));
    c->quiet_from = c->quiet_to = -1;
    c->server_port = 0;
    return true;
}

static void start_server(void)
{
    struct err err = {0};

    fault_enter(FAULT_OURS);
    run.server = server_new(run.loop, &run.conf, &err);
    fault_enter(FAULT_OTHERS);
    if (run.server)
        sim_twilio_server(run.twilio, server_port(run.server));
}

static void stop_server(void)
{
    fault_enter(FAULT_OURS);
    server_free(run.server);
    fault_enter(FAULT_OTHERS);
    run.server = NULL;
    loop_tidy(run.loop);
}

/* Until no call runs, nobody is on the line and the webhook knows. */
static void run_out(void)
{
    int64_t until = sys_now() + ENOUGH;

    while (calls_running(run.server->calls) || !disk_idle(run.server->disk)
        || sim_twilio_active(run.twilio)
        || webhook_counts(run.server->webhook).waiting)
        if (loop_round(run.loop) || sys_now() > until)
            return;
}

static bool on_event(void *arg, struct slice type, struct slice data)
{
    struct json j;

    (void)arg;
    if (slice_is(type, "outcome") && json_parse(data, &j, NULL) == 0) {
        run.told = true;
        if (!atomic_load(&outcome_safe) && !run.confessed)
            wrong("an outcome is told that is not on the disk");
    } else if (slice_is(type, "error")) {
        run.confessed = slice_find(data, SLICE("could not be written"))
            != SLICE_NPOS;
    }
    return true;
}

static void place_call(struct client *c)
{
    struct err err = {0};
    struct buf answer;
    struct json call;
    int status = 0;

    buf_init(&answer, 1u << 20);
    if (client_call(c, "POST", "/v1/calls", slice_str(asked), &status, &answer,
        &err) == 0 && status == 202
        && json_parse(buf_slice(&answer), &call, NULL) == 0)
        json_copy(json_get(call, "id"), run.id, sizeof run.id);
    buf_free(&answer);
    if (run.id[0])
        client_events(c, run.id, on_event, NULL, &err);
}

/* The call, as far as it goes. */
static void first_life(void)
{
    struct client c = {0};
    struct err err = {0};
    char base[64];

    start_server();
    if (!run.server)
        return;
    text_fmt(base, sizeof base, "http://127.0.0.1:%u",
        server_port(run.server));
    if (client_open(&c, run.loop, &run.conf, base, run.server->token,
        &err) == 0) {
        place_call(&c);
        run_out();
    }
    client_close(&c);
    stop_server();
}

/* ---- what must hold ---- */

static size_t count(const char *text, const char *word)
{
    size_t n = 0;

    while ((text = strstr(text, word)) != NULL) {
        text += strlen(word);
        n++;
    }
    return n;
}

static void count_record(void *arg, struct slice type, struct json rec)
{
    (void)type;
    (void)rec;
    ++*(size_t *)arg;
}

static void judge_journal(void)
{
    static char text[1 << 18];
    size_t read = 0, lines, intents, outcomes;
    struct err err = {0};

    if (journal_read(run.dir, count_record, &read, &err)) {
        wrong("the journal cannot be read: %s", err.msg);
        return;
    }
    read_journal(text, sizeof text);
    lines = count(text, "\n");
    intents = count(text, "\"rec\":\"intent\"");
    outcomes = count(text, "\"rec\":\"outcome\"");
    if (lines != read + 1)      /* and its format */
        wrong("%zu of %zu lines are records", read, lines);
    if (intents > 1)
        wrong("%zu intents", intents);
    if (outcomes == 0 && intents > 0)
        wrong("%zu intents, %zu outcomes", intents, outcomes);
    if (twilio_has_call() && intents == 0)
        wrong("the phone rang and no intent is there");
    if (atomic_load(&intent_safe) && intents == 0)
        wrong("an intent that was synced is gone");
    if (atomic_load(&outcome_safe) && outcomes == 0)
        wrong("an outcome that was synced is gone");
}

/* The delivery that the outcome's record promises was taken. */
static void judge_webhook(void)
{
    static char text[1 << 18];
    static const char mark[] = "\"delivery\":\"";
    const char *at;
    char id[33];

    read_journal(text, sizeof text);
    at = strstr(text, "\"rec\":\"outcome\"");
    if (!at)
        return;
    at = strstr(at, mark);
    text_copy(id, sizeof id, slice_of(at ? at + sizeof mark - 1 : "none",
        at ? 32 : 4));
    if (!strstr(run.taken, id))
        wrong("the webhook was not told of %s (%s)", id, run.taken);
}

static void second_life(void)
{
    struct sim_twilio_call c;

    start_server();
    if (!run.server) {
        wrong("it cannot be started again");
        return;
    }
    run_out();
    if (calls_running(run.server->calls))
        wrong("a call is still running");
    if (webhook_counts(run.server->webhook).waiting)
        wrong("the webhook still waits");
    stop_server();
    if (sim_twilio_call(run.twilio, 1, &c))
        wrong("dialled twice");
    if (sim_twilio_active(run.twilio))
        wrong("somebody is left on the line");
    if (atomic_load(&dialled_unsafe))
        wrong("dialled before the intent was on the disk");
    judge_journal();
    judge_webhook();
}

struct sweep {
    const char *dir;
};

static void sweep(void *arg, const char *name)
{
    struct sweep *s = arg, inner;
    char path[512];

    text_fmt(path, sizeof path, "%s/%s", s->dir, name);
    inner.dir = path;
    sys_listdir(path, sweep, &inner);
    sys_unlink(path);
}

/* Both lives; plan NULL: nothing fails. */
static void live(const struct fault_plan *plan, uint64_t calls[FAULT_KINDS])
{
    uint64_t blocks = mem_live();
    int descriptors = open_descriptors();
    struct sweep s = {run.dir};

    sys_virtual(SCENARIO_NOW);
    rand_seed_number(42);
    text_copy(run.dir, sizeof run.dir, SLICE("/tmp/torture-XXXXXX"));
    if (sys_mkdtemp(run.dir))
        abort();
    text_fmt(run.journal, sizeof run.journal, "%s/journal", run.dir);
    if (!set_the_stage())
        abort();
    fault_begin(plan);
    first_life();
    for (int k = 0; calls && k < FAULT_KINDS; k++)
        calls[k] = fault_calls((enum fault_kind)k);
    fault_end();
    second_life();
    if (!plan && (!run.told || !twilio_has_call()))
        wrong("the call did not come to its end");
    if (!plan && run.hooks != 2)
        wrong("the webhook was told %d times, not twice", run.hooks);
    httpd_free(run.receiver);
    sim_twilio_free(run.twilio);
    sim_model_free(run.model);
    resolver_free(run.resolver);
    loop_tidy(run.loop);
    loop_free(run.loop);
    sys_listdir(run.dir, sweep, &s);
    sys_unlink(run.dir);
    if (mem_live() != blocks)
        wrong("%d blocks are lost", (int)(mem_live() - blocks));
    if (open_descriptors() != descriptors)
        wrong("%d descriptors are lost", open_descriptors() - descriptors);
}

/* ---- all runs ---- */

enum verdict { RUN_GOOD, RUN_MISSED, RUN_WRONG };

struct way {
    enum fault_kind kind;
    int sys;                    /* 0: one byte at a time */
    uint64_t n;
};

static const struct way ways[] = {
    {FAULT_MEM, ENOMEM, 1}, {FAULT_MEM, ENOMEM, 5},
    {FAULT_MEM, ENOMEM, FAULT_FOR_GOOD},
    {FAULT_POLL, EINTR, 1}, {FAULT_POLL, ENOMEM, 3},
    {FAULT_POLL, EINVAL, FAULT_FOR_GOOD},
    {FAULT_RECV, EINTR, 2}, {FAULT_RECV, EAGAIN, 3}, {FAULT_RECV, 0, 40},
    {FAULT_RECV, ECONNRESET, 1}, {FAULT_RECV, ENOMEM, FAULT_FOR_GOOD},
    {FAULT_SEND, EINTR, 2}, {FAULT_SEND, EAGAIN, 3}, {FAULT_SEND, 0, 40},
    {FAULT_SEND, EPIPE, 1}, {FAULT_SEND, ENOBUFS, FAULT_FOR_GOOD},
    {FAULT_SOCKET, EMFILE, 1}, {FAULT_SOCKET, ENFILE, FAULT_FOR_GOOD},
    {FAULT_BIND, EADDRINUSE, 1},
    {FAULT_ACCEPT, ECONNABORTED, 2}, {FAULT_ACCEPT, EMFILE, 3},
    {FAULT_ACCEPT, EMFILE, FAULT_FOR_GOOD},
    {FAULT_CONNECT, ECONNREFUSED, 1}, {FAULT_CONNECT, EADDRNOTAVAIL, 3},
    {FAULT_CONNECT, ENETUNREACH, FAULT_FOR_GOOD},
    {FAULT_PIPE, EMFILE, 1}, {FAULT_FCNTL, EIO, 1},
    {FAULT_FCNTL, EIO, FAULT_FOR_GOOD},
    {FAULT_OPEN, EINTR, 2}, {FAULT_OPEN, EMFILE, 1}, {FAULT_OPEN, ENOSPC, 3},
    {FAULT_OPEN, EACCES, FAULT_FOR_GOOD},
    {FAULT_READ, EINTR, 2}, {FAULT_READ, EIO, 1}, {FAULT_READ, 0, 40},
    {FAULT_READ, EIO, FAULT_FOR_GOOD},
    {FAULT_WRITE, EINTR, 2}, {FAULT_WRITE, ENOSPC, 1}, {FAULT_WRITE, 0, 200},
    {FAULT_WRITE, EIO, 3}, {FAULT_WRITE, ENOSPC, FAULT_FOR_GOOD},
    {FAULT_FSYNC, EINTR, 2}, {FAULT_FSYNC, EIO, 1},
    {FAULT_FSYNC, EIO, FAULT_FOR_GOOD},
    {FAULT_TRUNCATE, EIO, 1}, {FAULT_STAT, EIO, 1},
    {FAULT_STAT, EIO, FAULT_FOR_GOOD},
    {FAULT_RENAME, ENOSPC, 1}, {FAULT_RENAME, EIO, FAULT_FOR_GOOD},
    {FAULT_UNLINK, EACCES, 1},
    {FAULT_MKDIR, ENOSPC, 1}, {FAULT_MKDIR, EACCES, FAULT_FOR_GOOD},
    {FAULT_LOCK, EAGAIN, 1}, {FAULT_LOCK, ENOLCK, 1},
    {FAULT_LIST, EACCES, 1},
};
#define WAYS (sizeof ways / sizeof ways[0])

static struct {
    uint64_t points[FAULT_KINDS];       /* calls of a run where nothing fails */
    uint64_t runs[FAULT_KINDS];
    size_t missed, bad;
    uint64_t step;              /* 0: a sample */
} all;

static void say_wrong(const struct fault_plan *p, const char *what)
{
    char n[24] = "for good";

    if (p->n != FAULT_FOR_GOOD)
        snprintf(n, sizeof n, "%d times", (int)p->n);
    if (all.bad++ < 40)
        printf("#   %s %d, errno %d, %s: %s\n", fault_name(p->kind),
            (int)p->first, p->sys, n, what);
}

/* In a child: nothing it breaks is ours, and what kills it is seen. */
static int in_child(const struct fault_plan *plan, int report)
{
    uint64_t calls[FAULT_KINDS];

    alarm(HUNG);
    live(plan, calls);
    if (report >= 0 && write(report, calls, sizeof calls) < 0)
        abort();
    if (run.wrong[0]) {
        if (!plan)
            printf("#   %s\n", run.wrong);
        else
            say_wrong(plan, run.wrong);
        fflush(stdout);
        return RUN_WRONG;
    }
    return fault_hits() || !plan ? RUN_GOOD : RUN_MISSED;
}

static pid_t fork_run(const struct fault_plan *plan, int report)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0)
        _exit(in_child(plan, report));
    if (pid < 0)
        abort();
    return pid;
}

#define SIDE_BY_SIDE 2

static struct running {
    pid_t pid;                  /* 0: free */
    struct fault_plan plan;
} child[SIDE_BY_SIDE];

static void wait_for_one(void)
{
    int status = 0;
    pid_t pid = wait(&status);

    for (int i = 0; i < SIDE_BY_SIDE; i++) {
        char how[60];

        if (child[i].pid != pid)
            continue;
        child[i].pid = 0;
        if (WIFSIGNALED(status) || WEXITSTATUS(status) > RUN_WRONG) {
            snprintf(how, sizeof how, WIFSIGNALED(status)
                && WTERMSIG(status) == SIGALRM ? "it hangs"
                : "it dies, status %d", status);
            say_wrong(&child[i].plan, how);
        } else {
            all.bad += WEXITSTATUS(status) == RUN_WRONG;
            all.missed += WEXITSTATUS(status) == RUN_MISSED;
        }
    }
}

static bool any_runs(void)
{
    for (int i = 0; i < SIDE_BY_SIDE; i++)
        if (child[i].pid)
            return true;
    return false;
}

static void start_run(const struct fault_plan *plan)
{
    for (;;) {
        for (int i = 0; i < SIDE_BY_SIDE; i++)
            if (!child[i].pid) {
                child[i].plan = *plan;
                child[i].pid = fork_run(plan, -1);
                all.runs[plan->kind]++;
                return;
            }
        wait_for_one();
    }
}

static void torture(enum fault_kind kind)
{
    size_t bad = all.bad;
    uint64_t step = all.points[kind] / SAMPLE + 1;

    if (all.step && all.step < step)
        step = all.step;
    for (size_t w = 0; w < WAYS; w++)
        for (uint64_t i = 1; ways[w].kind == kind && i <= all.points[kind];
            i += step)
            start_run(&(struct fault_plan){kind, i, ways[w].n, ways[w].sys});
    while (any_runs())
        wait_for_one();
    tap_ok(all.bad == bad, "%s: %d points, %d runs", fault_name(kind),
        (int)all.points[kind], (int)all.runs[kind]);
}

/* For whoever looks into one of them. */
static int one_point(const char *text)
{
    char kind[16];
    unsigned first, n, sys;
    int status = 1;

    if (sscanf(text, "%15s %u %u %u", kind, &first, &n, &sys) != 4)
        return 1;
    log_sink(NULL, NULL);
    for (int k = 0; k < FAULT_KINDS; k++)
        if (strcmp(kind, fault_name((enum fault_kind)k)) == 0)
            waitpid(fork_run(&(struct fault_plan){(enum fault_kind)k, first,
                n ? n : FAULT_FOR_GOOD, (int)sys}, -1), &status, 0);
    printf("status %d\n", status);
    return status != 0;
}

static void no_line(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

/* How many calls of each kind a whole run makes. */
static bool measure(void)
{
    int report[2], status = -1;

    if (pipe(report))
        return false;
    waitpid(fork_run(NULL, report[1]), &status, 0);
    close(report[1]);
    if (read(report[0], all.points, sizeof all.points)
        != (ssize_t)sizeof all.points)
        status = -1;
    close(report[0]);
    return status == 0;
}

int main(void)
{
    const char *step = getenv("TORTURE_STEP");
    uint64_t points = 0, runs = 0;

    setenv("SSL_CERT_FILE", "/dev/null", 1);    /* nothing here speaks TLS */
    log_sink(no_line, NULL);
    if (step && text_u64(slice_str(step), 1, 1000000, &all.step))
        return 1;
    if (getenv("TORTURE_POINT"))
        return one_point(getenv("TORTURE_POINT"));
    if (!tap_ok(measure(), "a call on which nothing fails"))
        return tap_done();
    for (int k = 0; k < FAULT_KINDS; k++)
        if (all.points[k]) {
            torture((enum fault_kind)k);
            points += all.points[k];
            runs += all.runs[k];
        }
    tap_ok(all.bad == 0 && runs > 100, "%d points, %d runs, %d missed their "
        "call; none leaks, crashes, hangs or loses a record", (int)points,
        (int)runs, (int)all.missed);
    return tap_done();
}
