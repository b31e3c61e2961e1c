/* simulate.c - concierge simulate: whole calls against the stand-ins.
 *
 * The real server, the real sockets and the real owner's API; only Twilio, the
 * model and the person who picks up are ours (sim/).  On the virtual clock a
 * call of a minute takes a fraction of a second.
 */
#include <fcntl.h>
#include <string.h>

#include "app/cmd.h"
#include "app/junit.h"
#include "app/stage.h"
#include "app/tell.h"
#include "app/term.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"

struct options {
    bool json, realtime, verbose;
    const char *out, *wire;
    uint64_t seed;
    struct junit *junit;        /* NULL: not asked for */
};

#define SUITE "concierge.simulate"

static void list_scenarios(bool json)
{
    const struct scenario *s;
    uint8_t mem[1024];
    struct jsonw w;
    struct buf b;

    for (size_t i = 0; (s = scenario_at(i)) != NULL; i++) {
        if (!json) {
            term_outf("%-20s %s\n", s->name, s->about);
            continue;
        }
        buf_over(&b, mem, sizeof mem);
        jsonw_begin(&w, &b);
        jsonw_object(&w);
        jsonw_kcstr(&w, "name", s->name);
        jsonw_kcstr(&w, "about", s->about);
        jsonw_end(&w);
        buf_addc(&b, '\n');
        term_out(buf_slice(&b));
    }
}

static void print_json(const struct scenario *s, const struct stage_result *r)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 72u << 20);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "scenario", s->name);
    jsonw_kbool(&w, "ok", r->faults == 0);
    jsonw_kint(&w, "ms", r->real_ms);
    jsonw_karray(&w, "faults");
    for (size_t i = 0; i < r->faults; i++)
        jsonw_str(&w, slice_str(r->fault[i]));
    jsonw_end(&w);
    jsonw_key(&w, "call");
    if (r->call.len)
        jsonw_raw(&w, slice_trim_all(buf_slice(&r->call)));
    else
        jsonw_null(&w);
    if (s->mores) {
        struct slice rest = buf_slice(&r->more), line;

        jsonw_karray(&w, "more");
        while ((line = slice_cut(&rest, '\n')).len)
            jsonw_raw(&w, line);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    buf_addc(&b, '\n');
    term_out(buf_slice(&b));
    buf_free(&b);
}

static void print_result(const struct scenario *s,
    const struct stage_result *r, const struct options *o)
{
    struct json call;
    struct buf words;

    buf_init(&words, 4096);
    if (json_parse(buf_slice(&r->call), &call, NULL) == 0)
        tell_outcome(&words, TONGUE_ENGLISH, call);
    if (r->faults)
        term_say(TERM_RED, "not ok  %-20s %.*s", s->name,
            SLICE_ARG(buf_slice(&words)));
    else if (!o->verbose)
        term_say(TERM_GREEN, "ok      %-20s %.*s (%lld ms)", s->name,
            SLICE_ARG(buf_slice(&words)), (long long)r->real_ms);
    for (size_t i = 0; i < r->faults; i++)
        term_say(TERM_RED, "        %s", r->fault[i]);
    if (o->verbose && r->folder[0]) {
        term_say(TERM_DIM, "transcript  %s/transcript.txt", r->folder);
        if (r->recorded)
            term_say(TERM_DIM, "recording   %s/recording.wav", r->folder);
    }
    if (o->verbose && words.len)
        term_outf("%.*s\n", SLICE_ARG(buf_slice(&words)));
    buf_free(&words);
}

static void note_junit(struct junit *j, const struct scenario *s,
    const struct stage_result *r)
{
    struct buf all;

    buf_init(&all, sizeof r->fault + STAGE_FAULTS);
    for (size_t i = 0; i < r->faults; i++) {
        buf_adds(&all, i ? "\n" : "");
        buf_adds(&all, r->fault[i]);
    }
    junit_add(j, SUITE, s->name, r->real_ms, buf_slice(&all));
    buf_free(&all);
}

/* "-" is stdout.  An exit status. */
static int write_junit(const struct junit *j, int fd, const char *path)
{
    struct err err = {0};
    struct buf doc;
    int rc = 0;

    buf_init(&doc, 128u << 20);
    if (junit_write(j, SUITE, &doc))
        rc = fail(&err, ERR_MEM, "no memory for %s", path);
    else if (fd < 0)
        term_out(buf_slice(&doc));
    else if (sys_write_all(fd, buf_slice(&doc)) || sys_fsync(fd))
        rc = fail_sys(&err, ERR_IO, "write %s", path);
    buf_free(&doc);
    return rc ? term_fail(&err) : 0;
}

static int run_one(const struct conf *c, const struct scenario *s,
    const struct options *o)
{
    struct stage_result r;
    struct err err = {0};
    struct stage_options how = {.realtime = o->realtime, .seed = o->seed,
        .verbose = o->verbose, .out = o->out, .wire = o->wire,
        .now = c->now};

    if (o->verbose)
        term_say(TERM_BOLD, "== %s: %s", s->name, s->about);
    if (stage_run(s, &how, &r, &err))
        stage_fault(&r, "%s", err.msg);
    if (o->json)
        print_json(s, &r);
    else
        print_result(s, &r, o);
    if (o->junit)
        note_junit(o->junit, s, &r);
    buf_free(&r.call);
    buf_free(&r.more);
    return r.faults != 0;
}

/* All of them, or those that are named. */
static int run_all(const struct conf *c, const struct options *o, int names,
    char **name)
{
    int64_t began = sys_now_us();
    size_t ran = 0, failed = 0;

    for (size_t i = 0; !names && scenario_at(i); i++, ran++)
        failed += (size_t)run_one(c, scenario_at(i), o);
    for (int i = 0; i < names; i++, ran++)
        failed += (size_t)run_one(c, scenario_find(slice_str(name[i])), o);
    if (ran > 1 && !o->json) {
        int64_t ms = (sys_now_us() - began) / 1000;

        term_say(failed ? TERM_RED : TERM_GREEN, "%zu passed, %zu failed in "
            "%d.%d s", ran - failed, failed, (int)(ms / 1000),
            (int)(ms % 1000 / 100));
    }
    return failed != 0;
}

/* The file is made first: nobody runs all that for a folder that is not
 * there. */
static int run_for_junit(const struct conf *c, struct options *o, int names,
    char **name, const char *path)
{
    struct err err = {0};
    struct junit junit;
    int fd = -1, rc, written;

    if (strcmp(path, "-") != 0) {
        fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (fd < 0) {
            fail_sys(&err, ERR_IO, "make %s", path);
            return term_fail(&err);
        }
    }
    junit_init(&junit);
    o->junit = &junit;
    rc = run_all(c, o, names, name);
    written = write_junit(&junit, fd, path);
    junit_fini(&junit);
    if (fd >= 0)
        sys_close(fd);
    return written ? written : rc;
}

int cmd_simulate(const struct conf *c, int argc, char **argv)
{
    struct options o = {0};
    const char *seed = cmd_option(&argc, argv, "--seed");
    const char *heard = cmd_option(&argc, argv, "--heard");
    const char *account = cmd_option(&argc, argv, "--account");
    const char *junit = cmd_option(&argc, argv, "--junit");
    const char *soak = cmd_option(&argc, argv, "--soak");
    uint64_t seconds = 0;
    bool list, stand;
    int rc;

    o.out = cmd_option(&argc, argv, "--out");
    o.wire = cmd_option(&argc, argv, "--wire");
    o.json = cmd_flag(&argc, argv, "--json");
    o.realtime = cmd_flag(&argc, argv, "--realtime");
    o.verbose = cmd_flag(&argc, argv, "--verbose");
    list = cmd_flag(&argc, argv, "--list");
    stand = cmd_flag(&argc, argv, "--stand");
    o.seed = 1;
    if (!o.verbose)             /* what is refused on purpose is no news */
        log_setup(LOG_ERROR, c->log_json);
    rc = cmd_rest(argc, argv, 0, 1000);
    if (rc)
        return rc;
    if (seed && text_u64(slice_str(seed), 0, UINT64_MAX, &o.seed))
        return term_usage("--seed must be a whole number, not \"%s\"", seed);
    if (soak && (text_u64(slice_str(soak), 1, 1000000, &seconds) || argc > 1
        || stand || list))
        return term_usage("--soak wants a number of seconds, and nothing "
            "beside it but --seed");
    if (soak)
        return soak_run((int64_t)seconds, o.seed);
    for (int i = 1; i < argc; i++)
        if (!scenario_find(slice_str(argv[i])))
            return term_usage("there is no scenario \"%s\" (--list)",
                argv[i]);
    if (o.wire && stand)
        return term_usage("--wire goes with scenarios, not with --stand");
    if ((heard || account) && !stand)
        return term_usage("--%s goes with --stand", heard ? "heard"
            : "account");
    if (junit && (stand || list))
        return term_usage("--junit goes with scenarios that run");
    if (junit && strcmp(junit, "-") == 0 && (o.json || o.verbose))
        return term_usage("--junit - and --%s both want stdout",
            o.json ? "json" : "verbose");
    if (list) {
        list_scenarios(o.json);
        return 0;
    }
    if (stand)
        return stage_stand(argc > 1 ? scenario_find(slice_str(argv[1]))
            : scenario_at(0), o.seed, (uint16_t)c->server_port, heard,
            account);
    return junit ? run_for_junit(c, &o, argc - 1, argv + 1, junit)
        : run_all(c, &o, argc - 1, argv + 1);
}
