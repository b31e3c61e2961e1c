/* soak.c - concierge simulate --soak: a random run of mixed calls, fifty at
 * once against one server on the virtual clock.
 *
 * Every call is judged when it is over: what its scenario expects, what the
 * stand-ins saw, and that the call object, call.json, transcript.txt and the
 * journal tell the same story.  Then it is forgotten, and at quiet moments
 * memory and descriptors must be what they were at the first one.
 */
#include <string.h>

#include "app/client.h"
#include "app/stage.h"
#include "app/term.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/journal.h"
#include "sim/model.h"
#include "sim/twilio.h"

#define AT_ONCE 50
#define USUAL "+15551230000"    /* another number is the scenario's point */
#define PAUSE 150           /* ms between two beginnings */
#define REST 100000         /* ms of quiet until kept sockets are closed */
#define STUCK 900000        /* ms: no call takes that long */
#define BLOCKS_SLACK 64     /* rings and pools that were not full before */
#define FDS_SLACK 4
#define KNOWN 65536         /* calls, a power of two */
#define FILE_MAX (1u << 20)

struct slot {
    const struct scenario *s;       /* NULL: free */
    char id[CALL_ID + 1], to[16], tag[16];
    int64_t began;
};

struct known {              /* what the journal must say of a call */
    char id[CALL_ID + 1];
    size_t lines, intents, outcomes, journal_lines;
};

struct soak {
    struct loop *loop;
    struct resolver *resolver;
    struct sim_twilio *twilio;
    struct sim_model *model;
    struct server *server;
    struct client client;
    struct conf conf;
    char dir[512];
    struct slot slot[AT_ONCE];
    struct known *known;
    size_t placed, judged, untrue, most;
    uint64_t dice;
    int64_t began, next, minute;
    uint64_t blocks;        /* at the first quiet moment; 0: not yet */
    int fds;
};

/* ---- what is played ---- */

/* Nobody is at the prompt to be asked. */
static bool asks_owner(const struct model_script *m)
{
    for (size_t i = 0; i < m->rules; i++)
        if (m->rule[i].tool && strcmp(m->rule[i].tool, SCENARIO_TOOL_ASK)
            == 0)
            return true;
    return false;
}

/* Only what breaks a call's own stream: the rest would break them all, and a
 * model that is crooked from its upgrade on cannot know whose call that is. */
static bool fits(const struct scenario *s)
{
    bool ok = !s->inbound && strcmp(s->asked.to, USUAL) == 0
        && !s->mores && !s->max_calls && !s->settings
        && (!s->places || s->in_words)
        && !s->misses && !s->stopped && !s->now && !s->disclosure_say
        && s->act.what == ACT_NONE && !asks_owner(s->model)
        && !s->model->beta
        && !s->model->temper && !s->model->refuse[0]
        && !s->model->refuse[1] && !s->want.model_errors;

    for (int i = 0; i < SIM_FAULTS_MAX; i++) {
        const struct sim_fault *f = &s->fault.at[i];

        ok &= f->what == SIM_FAULT_NONE || (f->what >= SIM_FAULT_NO_START
            && f->what <= SIM_FAULT_ROGUE && f->n != SIM_ROGUE_CROWD);
    }
    return ok;
}

static unsigned throw(struct soak *k, unsigned most)
{
    k->dice = k->dice * UINT64_C(6364136223846793005)
        + UINT64_C(1442695040888963407);
    return (unsigned)(k->dice >> 33) % most;
}

static const struct scenario *pick(struct soak *k)
{
    size_t n = 0;

    while (scenario_at(n))
        n++;
    for (;;) {
        const struct scenario *s = scenario_at(throw(k, (unsigned)n));

        if (fits(s))
            return s;
    }
}

static const struct slot *slot_of(const struct soak *k, const char *to)
{
    for (int i = 0; i < AT_ONCE; i++)
        if (k->slot[i].s && strcmp(k->slot[i].to, to) == 0)
            return &k->slot[i];
    return NULL;
}

static const struct callee_script *callee_of(void *arg, const char *to)
{
    static const struct callee_script nobody = {.pickup = CALLEE_UNREACHABLE};
    const struct slot *t = slot_of(arg, to);

    return t ? t->s->callee : &nobody;
}

static const struct sim_faults *fault_of(void *arg, const char *to)
{
    static const struct sim_faults none = {.at = {{0}}};
    const struct slot *t = slot_of(arg, to);

    return t ? &t->s->fault : &none;
}

/* The note of a call stands in its instructions. */
static const struct model_script *model_of(void *arg,
    struct slice instructions)
{
    static const struct model_script nobody = {.rules = 0};
    const struct soak *k = arg;

    for (int i = 0; i < AT_ONCE; i++)
        if (k->slot[i].s && slice_find(instructions,
            slice_str(k->slot[i].tag)) != SLICE_NPOS)
            return k->slot[i].s->model;
    return &nobody;
}

/* ---- what is not true ---- */

static void untrue(struct soak *k, const struct slot *t, const char *why)
{
    k->untrue++;
    term_say(TERM_RED, "untrue  %s %s: %s", t ? t->s->name : "", t ? t->id
        : "", why);
}

static struct known *known(struct soak *k, struct slice id)
{
    uint64_t at = 0;

    for (size_t i = 0; i < 8 && i < id.len; i++)
        at = at << 4 | (uint64_t)(text_hexval(id.ptr[i]) & 15);
    for (;; at++) {
        struct known *n = &k->known[at & (KNOWN - 1)];

        if (!n->id[0])
            text_copy(n->id, sizeof n->id, id);
        if (slice_is(id, n->id))
            return n;
    }
}

/* Does the line consist of what the callee said, one after the other? */
static bool all_said(const struct callee *c, struct slice text)
{
    while (text.len) {
        size_t n = 0;

        for (size_t i = 0; i < c->lines; i++)
            if (c->line[i].mine && slice_starts(text, c->line[i].text)
                && strlen(c->line[i].text) > n)
                n = strlen(c->line[i].text);
        if (!n)
            return false;
        text = slice_trim_all(slice_from(text, n));
    }
    return true;
}

/* Was it heard?  Of a line that was cut one side may know a word more, and the
 * end of a call leaves the callee no line that was under way: our last. */
static bool was_heard(const struct callee *c, struct slice text, bool last)
{
    bool cut = slice_ends(text, "...");

    if (cut)
        text.len -= 3;
    for (size_t i = 0; i < c->lines; i++) {
        struct slice line = slice_str(c->line[i].text);
        size_t n = line.len < text.len ? line.len : text.len;
        bool part = cut || c->line[i].cut || line.len == CALLEE_LINE - 1;

        if (!c->line[i].mine && (part ? slice_eq(slice_head(line, n),
            slice_head(text, n)) : slice_eq(line, text)))
            return true;
    }
    return cut && (last || c->hung_up);
}

/* A broken stream loses words on the way, and nobody can know which. */
static bool whole_stream(const struct scenario *s)
{
    for (int i = 0; i < SIM_FAULTS_MAX; i++)
        if (s->fault.at[i].what != SIM_FAULT_NONE
            && s->fault.at[i].what != SIM_FAULT_ROGUE)
            return false;
    return true;
}

/* How many of the lines are ours. */
static size_t count_ours(struct json lines)
{
    struct json_walk walk = {.of = lines};
    struct json line;
    size_t n = 0;

    while (json_next(&walk, NULL, &line))
        n += json_is(json_get(line, "who"), "us");
    return n;
}

static size_t judge_lines(struct soak *k, const struct slot *t,
    struct json call, const struct callee *c)
{
    struct json_walk walk = {.of = json_get(call, "transcript")};
    struct json line;
    char text[2100], why[2200];
    size_t ours = count_ours(walk.of), n = 0;

    for (; json_next(&walk, NULL, &line); n++) {
        bool them = json_is(json_get(line, "who"), "them");

        ours -= !them;
        json_copy(json_get(line, "text"), text, sizeof text);
        text_fmt(why, sizeof why, "\"%s\" was never %s", text, them ? "said"
            : "heard");
        if (slice_starts(slice_str(text), "[pressed ")
            || (them && all_said(c, slice_str(text)))
            || (!them && (!whole_stream(t->s)
            || was_heard(c, slice_str(text), ours == 0))))
            continue;
        untrue(k, t, why);
    }
    return n;
}

/* ---- files ---- */

static bool slurp(struct soak *k, const struct slot *t, const char *name,
    struct buf *out)
{
    char path[1024];
    struct err err = {0};

    calls_path(k->server->calls, slice_str(t->id), name, path, sizeof path);
    buf_init(out, FILE_MAX);
    if (sys_slurp(path, out, &err) == 0)
        return true;
    untrue(k, t, err.msg);
    return false;
}

/* transcript.txt has the object's lines, in the form of DESIGN 5. */
static void judge_transcript(struct soak *k, const struct slot *t,
    struct json call)
{
    struct json_walk walk = {.of = json_get(call, "transcript")};
    struct json line;
    struct buf file, want;
    char at[16], who[8], text[2100];

    buf_init(&want, FILE_MAX);
    while (json_next(&walk, NULL, &line)) {
        json_copy(json_get(line, "at"), at, sizeof at);
        json_copy(json_get(line, "who"), who, sizeof who);
        json_copy(json_get(line, "text"), text, sizeof text);
        buf_addf(&want, "%s %s: %s\n", at, who, text);
    }
    if (slurp(k, t, "transcript.txt", &file)
        && !slice_eq(buf_slice(&file), buf_slice(&want)))
        untrue(k, t, "transcript.txt has other lines than the call object");
    buf_free(&file);
    buf_free(&want);
}

static void judge_object(struct soak *k, const struct slot *t,
    struct slice object)
{
    struct buf file;

    if (slurp(k, t, "call.json", &file) && !slice_eq(slice_trim_all(
        buf_slice(&file)), slice_trim_all(object)))
        untrue(k, t, "call.json is not the call object");
    buf_free(&file);
}

static void count_record(void *arg, struct slice type, struct json rec)
{
    struct json id = json_get(rec, "call");
    struct known *n = id.type == JSON_STRING ? known(arg, id.text) : NULL;

    if (!n)
        return;
    n->intents += slice_is(type, JOURNAL_INTENT);
    n->outcomes += slice_is(type, JOURNAL_OUTCOME);
    n->journal_lines += slice_is(type, JOURNAL_LINE);
}

/* One intent, one outcome and every line, of every call and no other. */
static void judge_journal(struct soak *k)
{
    struct err err = {0};
    size_t calls = 0;

    if (journal_read(k->dir, count_record, k, &err))
        untrue(k, NULL, err.msg);
    for (size_t i = 0; i < KNOWN; i++) {
        const struct known *n = &k->known[i];
        char why[160];

        if (!n->id[0])
            continue;
        calls++;
        text_fmt(why, sizeof why, "the journal has %zu intents, %zu outcomes "
            "and %zu of %zu lines of %s", n->intents, n->outcomes,
            n->journal_lines, n->lines, n->id);
        if (n->intents != 1 || n->outcomes != 1
            || n->journal_lines != n->lines)
            untrue(k, NULL, why);
    }
    if (calls != k->placed)
        untrue(k, NULL, "the journal knows of other calls than were placed");
}

/* ---- one call ---- */

static bool line_of(const struct soak *k, const struct slot *t,
    struct sim_twilio_call *out)
{
    for (size_t i = 0; sim_twilio_call(k->twilio, i, out); i++)
        if (strcmp(out->to, t->to) == 0)
            return true;
    return false;
}

/* What Twilio judged wrong in this call, and who else knocked. */
static void judge_twilio(struct soak *k, const struct slot *t,
    const char *sid)
{
    const struct scenario_want *w = &t->s->want;
    const struct sim_twilio_error *e;
    struct sim_twilio_rogue r;
    size_t hits = 0;

    for (size_t i = 0; (e = sim_twilio_error(k->twilio, i)) != NULL; i++) {
        if (strcmp(e->call, sid) != 0 || (e->rest && (e->number == 20404
            || e->number == 21220)))
            continue;
        hits += e->number == w->twilio_error;
        if (e->number != w->twilio_error)
            untrue(k, t, e->text);
    }
    if (w->twilio_error && !hits)
        untrue(k, t, "Twilio's error did not come");
    for (size_t i = 0; sim_twilio_rogue(k->twilio, i, &r); i++)
        if (strcmp(r.call, sid) == 0 && r.code != w->rogue)
            untrue(k, t, "a rogue stream was closed with another code");
}

static void judge(struct soak *k, struct slot *t,
    const struct sim_twilio_call *line)
{
    struct scenario_call want = {.asked = t->s->asked, .want = t->s->want};
    struct stage_result r = {.faults = 0};
    char path[64];
    struct json call;
    struct buf object;
    struct err err = {0};
    int status = 0;

    want.asked.to = t->to;
    buf_init(&object, FILE_MAX);
    text_fmt(path, sizeof path, "/v1/calls/%s", t->id);
    if (client_call(&k->client, "GET", path, slice_str(NULL), &status,
        &object, &err) || status != 200
        || json_parse(buf_slice(&object), &call, NULL)) {
        untrue(k, t, "its object is not to be had");
    } else {
        stage_judge_more(&want, call, k->twilio, &r);
        for (size_t i = 0; i < r.faults; i++)
            untrue(k, t, r.fault[i]);
        if (!json_is(json_get(call, "call_sid"), line->sid))
            untrue(k, t, "its call_sid is another one");
        known(k, slice_str(t->id))->lines = judge_lines(k, t, call,
            line->callee);
        judge_transcript(k, t, call);
        judge_object(k, t, buf_slice(&object));
        judge_twilio(k, t, line->sid);
    }
    buf_clear(&object);
    if (client_call(&k->client, "DELETE", path, slice_str(NULL), &status,
        &object, &err) || status / 100 != 2)
        untrue(k, t, "it cannot be forgotten");
    buf_free(&object);
    k->judged++;
}

static void place(struct soak *k, struct slot *t)
{
    struct scenario_asked asked;
    struct buf body, answer;
    struct json call;
    struct err err = {0};
    int status = 0;

    t->s = pick(k);
    t->began = sys_now();
    text_fmt(t->to, sizeof t->to, "+1556%07zu", ++k->placed);
    text_fmt(t->tag, sizeof t->tag, "soak %07zu", k->placed);
    asked = t->s->asked;
    asked.to = t->to;
    asked.note = t->tag;
    buf_init(&body, 4096);
    buf_init(&answer, FILE_MAX);
    stage_ask(&asked, t->s, &body);
    if (client_call(&k->client, "POST", "/v1/calls", buf_slice(&body),
        &status, &answer, &err) || status != 202
        || json_parse(buf_slice(&answer), &call, NULL)
        || !json_copy(json_get(call, "id"), t->id, sizeof t->id)) {
        untrue(k, t, err.code ? err.msg : "it was not accepted");
        t->s = NULL;
    }
    buf_free(&body);
    buf_free(&answer);
}

/* ---- the run ---- */

static size_t busy(const struct soak *k)
{
    size_t n = 0;

    for (int i = 0; i < AT_ONCE; i++)
        n += k->slot[i].s != NULL;
    return n;
}

static void count_one(void *arg, const char *name)
{
    (void)name;
    ++*(int *)arg;
}

/* Descriptors that are open, the look itself included. */
static int descriptors(void)
{
    int n = 0;

    return sys_listdir("/dev/fd", count_one, &n) ? 0 : n;
}

static void tell_minute(struct soak *k)
{
    int64_t ms = sys_now() - k->began;

    if (ms / 60000 == k->minute)
        return;
    k->minute = ms / 60000;
    term_say(TERM_DIM, "minute %lld: %zu calls placed, %zu over, %zu untruths, "
        "%zu running; %llu blocks, %d descriptors", (long long)k->minute,
        k->placed, k->judged, k->untrue, busy(k),
        (unsigned long long)mem_live(), descriptors());
}

/* Who still waits, and what our object says. */
static void tell_stuck(struct soak *k, const struct slot *t)
{
    struct sim_twilio_call line;
    char why[700];
    struct slice object = calls_ended(k->server->calls, slice_str(t->id));

    text_fmt(why, sizeof why, "no end: %s; %s; %.*s",
        calls_find(k->server->calls, slice_str(t->id)) ? "our call runs"
        : "ours is over", !line_of(k, t, &line) ? "Twilio never had it"
        : line.over ? "Twilio's is over" : "Twilio's runs",
        SLICE_ARG(slice_head(object, 500)));
    untrue(k, t, why);
}

/* Calls that are over, for us and for Twilio. */
static void look(struct soak *k)
{
    struct sim_twilio_call line;

    for (int i = 0; i < AT_ONCE; i++) {
        struct slot *t = &k->slot[i];

        if (!t->s)
            continue;
        if (sys_now() - t->began > STUCK) {
            tell_stuck(k, t);
            t->s = NULL;
        } else if (!calls_find(k->server->calls, slice_str(t->id))
            && line_of(k, t, &line) && line.over) {
            judge(k, t, &line);
            if (sim_twilio_forget(k->twilio, line.sid))
                t->s = NULL;
            else
                untrue(k, t, "its stand-in does not let go of it");
            t->s = NULL;
        }
    }
}

static int round_of(struct soak *k)
{
    if (loop_round(k->loop))
        return -1;
    look(k);
    tell_minute(k);
    return 0;
}

static void nothing(void *arg)
{
    (void)arg;
}

/* Until ms; new calls while the seats are free, when wanted. */
static int run_until(struct soak *k, int64_t until, bool more)
{
    struct timer tick = {.fire = nothing};
    int rc = 0;

    while (rc == 0 && sys_now() < until) {
        if (more && sys_now() >= k->next) {
            k->next = sys_now() + PAUSE;
            for (int i = 0; i < AT_ONCE; i++)
                if (!k->slot[i].s) {
                    place(k, &k->slot[i]);
                    break;
                }
        }
        if (busy(k) > k->most)
            k->most = busy(k);
        if (!more && !busy(k))
            break;
        loop_in(k->loop, &tick, PAUSE);
        rc = round_of(k);
    }
    loop_cancel(k->loop, &tick);
    return rc;
}

/* All calls come to their ends, kept sockets close: what is left is ours. */
static int grow_quiet(struct soak *k)
{
    struct timer rest = {.fire = nothing};
    int64_t until;
    char why[160];
    int fds;

    if (run_until(k, INT64_MAX, false))
        return -1;
    until = sys_now() + REST;
    loop_at(k->loop, &rest, until);
    while (sys_now() < until)
        if (round_of(k))
            return -1;
    fds = descriptors();
    if (!k->blocks) {
        k->blocks = mem_live();
        k->fds = fds;
    }
    text_fmt(why, sizeof why, "memory %llu blocks, %llu at first; %d "
        "descriptors, %d at first", (unsigned long long)mem_live(),
        (unsigned long long)k->blocks, fds, k->fds);
    term_say(TERM_DIM, "quiet: %s", why);
    if (mem_live() > k->blocks + BLOCKS_SLACK || fds > k->fds + FDS_SLACK)
        untrue(k, NULL, why);
    if (sim_model_open(k->model) || sim_twilio_active(k->twilio))
        untrue(k, NULL, "a stand-in has a call that nobody knows");
    return 0;
}

static int set_up(struct soak *k, uint64_t seed, struct err *err)
{
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct sim_model_conf m = {.key = STAGE_MODEL_KEY, .seed = seed,
        .disclosure = STAGE_DISCLOSURE, .pick = model_of, .arg = k};
    struct sim_twilio_conf t = {.account_sid = STAGE_ACCOUNT,
        .auth_token = STAGE_AUTH_TOKEN, .api_key = STAGE_API_KEY,
        .api_secret = STAGE_API_SECRET, .number = STAGE_NUMBER,
        .public_host = STAGE_PUBLIC_HOST, .seed = seed,
        .callee_of = callee_of, .fault_of = fault_of, .arg = k};
    char base[64];

    text_copy(k->dir, sizeof k->dir, SLICE("/tmp/concierge-XXXXXX"));
    if (sys_mkdtemp(k->dir)) {
        k->dir[0] = 0;
        return fail_sys(err, ERR_IO, "make a folder in /tmp");
    }
    k->known = mem_new(KNOWN * sizeof *k->known);
    if (!k->known)
        return fail(err, ERR_MEM, "no memory for %d calls", KNOWN);
    k->loop = loop_new(err);
    k->resolver = k->loop ? resolver_new(k->loop, &dns, err) : NULL;
    k->model = k->resolver ? sim_model_new(k->loop, &m, err) : NULL;
    k->twilio = k->model ? sim_twilio_new(k->loop, k->resolver, &t, err)
        : NULL;
    if (!k->twilio || stage_conf(&k->conf, sim_twilio_port(k->twilio),
        sim_model_port(k->model), k->dir, err))
        return -1;
    k->server = server_new(k->loop, &k->conf, err);
    if (!k->server)
        return -1;
    sim_twilio_server(k->twilio, server_port(k->server));
    text_fmt(base, sizeof base, "http://127.0.0.1:%u",
        server_port(k->server));
    return client_open(&k->client, k->loop, &k->conf, base,
        k->server->token, err);
}

static void tear_down(struct soak *k)
{
    if (k->client.loop)
        client_close(&k->client);
    server_free(k->server);
    sim_twilio_free(k->twilio);
    sim_model_free(k->model);
    if (k->resolver)
        resolver_free(k->resolver);
    if (k->loop) {
        loop_tidy(k->loop);
        loop_free(k->loop);
    }
    mem_drop(k->known);
    if (k->dir[0])
        stage_sweep(k->dir);
}

int soak_run(int64_t seconds, uint64_t seed)
{
    static struct soak k;       /* conf is large */
    int64_t real = sys_now_us();
    struct err err = {0};
    int rc;

    memset(&k, 0, sizeof k);
    k.dice = seed * 2 + 1;
    sys_virtual(SCENARIO_NOW);
    rand_seed_number(seed);
    k.began = sys_now();
    rc = set_up(&k, seed, &err);
    for (int part = 0; rc == 0 && part < 4; part++)
        rc = run_until(&k, sys_now() + seconds * 250, true)
            || grow_quiet(&k) ? -1 : 0;
    if (rc == 0) {
        if (sim_model_errors(k.model))
            untrue(&k, NULL, sim_model_error(k.model, 0)->text);
        judge_journal(&k);
        term_outf("%lld s of calls asked, %lld s on the virtual clock, "
            "%lld ms real: %zu calls, up to %zu at once, %zu untrue; %llu "
            "blocks and %d descriptors at first, %llu and %d at last\n",
            (long long)seconds, (long long)((sys_now() - k.began) / 1000),
            (long long)((sys_now_us() - real) / 1000), k.placed, k.most,
            k.untrue, (unsigned long long)k.blocks, k.fds,
            (unsigned long long)mem_live(), descriptors());
        rc = k.untrue != 0;
    } else {
        rc = err.code ? term_fail(&err) : 70;
    }
    tear_down(&k);
    return rc;
}
