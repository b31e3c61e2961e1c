/* calls_test.c - the table of calls, without Twilio and without a model: what
 * is on disk, who is told what and when, and which call is the same.
 */
#include "call/call_impl.h"

#include <errno.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/journal.h"
#include "net/disk.h"
#include "tests/tap.h"

static struct loop *loop;
static struct disk *disk;
static struct calls *calls;
static struct resolver *resolver;
static char dir[64];
static struct policy limits = {.max_calls = 10};
static size_t records;
static char last[32];           /* type of the journal's last record */

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void open_calls(void)
{
    struct err err = {0};
    struct calls_conf conf = {
        .loop = loop, .resolver = resolver, .dir = dir,
        .public_base = SLICE("https://voice.example.com"),
        .from = SLICE("+15550001111"), .name = SLICE("Leo"),
        .language = SLICE("en"), .disclosure = SLICE("A machine calls."),
        .policy = limits, .max_seconds = 600, .keep_days = 30,
        .model_url = SLICE("ws://127.0.0.1:9/"), .model_key = SLICE("key"),
        .dialect = &voice_ga, .session = voice_session_default(),
    };

    disk = disk_new(loop, &err);
    conf.disk = disk;
    calls = disk ? calls_new(&conf, &err) : NULL;
    if (!calls) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

/* As a process does that is told to end at once. */
static void close_calls(void)
{
    calls_free(calls);
    disk_free(disk);
    loop_tidy(loop);
}

static void wait_until_idle(void)
{
    while (calls_running(calls) || !disk_idle(disk))
        loop_round(loop);
}

static void on_record(void *arg, struct slice type, struct json rec)
{
    (void)arg;
    (void)rec;
    records++;
    text_copy(last, sizeof last, type);
}

static const char *last_record(void)
{
    struct err err = {0};

    last[0] = 0;
    records = 0;
    if (journal_read(dir, on_record, NULL, &err))
        text_copy(last, sizeof last, slice_str(err.msg));
    return last;
}

static struct asked table_for(int party)
{
    struct asked a = {.to = "+15551230000", .restaurant = "Luigi's",
        .date = "2026-11-23", .time = "19:00"};

    a.party = party;
    return a;
}

static struct call *start(int party, const char *key,
    enum calls_start *how)
{
    struct asked a = table_for(party);
    struct call *c = NULL;
    struct err err = {0};

    *how = calls_start(calls, &a, slice_str(key), &c, &err);
    return c;
}

/* ---- ending in the middle ---- */

static void freed_while_saving(void)
{
    enum calls_start how;
    struct call *c;

    open_calls();
    tap_ok(start(1, NULL, &how) && how == CALLS_STARTED, "a call is planned");
    close_calls();
    tap_is(slice_str(last_record()), SLICE("intent"),
        "freed before its intent was on disk: it is, and nothing else");

    open_calls();
    wait_until_idle();
    c = start(2, NULL, &how);
    call_hangup(c);
    close_calls();
    tap_is(slice_str(last_record()), SLICE("outcome"),
        "freed before its outcome was on disk: it is");
}

/* ---- who is told when ---- */

static const char *outcome_told(const struct call *c, char out[static 32])
{
    struct json object, kind;
    struct buf b;
    struct jsonw w;

    buf_init(&b, 65536);
    jsonw_begin(&w, &b);
    call_write(&w, c);
    if (json_parse(buf_slice(&b), &object, NULL))
        text_copy(out, 32, SLICE("no JSON"));
    else if ((kind = json_get(object, "outcome")).type == JSON_NULL)
        text_copy(out, 32, SLICE("none"));
    else
        json_copy(json_get(kind, "outcome"), out, 32);
    buf_free(&b);
    return out;
}

static char told[32];

static void on_event(struct call_watch *w, uint64_t id, const char *type,
    struct slice json)
{
    (void)w;
    (void)id;
    (void)json;
    if (strcmp(type, "outcome") == 0)
        text_copy(told, sizeof told, slice_str(last_record()));
}

static void on_end(struct call_watch *w)
{
    (void)w;
}

static void told_after_disk(void)
{
    struct call_watch watch = {.event = on_event, .end = on_end};
    enum calls_start how;
    struct call *c;
    char was[32];

    open_calls();
    c = start(3, NULL, &how);
    call_watch(c, &watch, 0);
    call_hangup(c);
    tap_is(slice_str(call_state_name(call_state(c))), SLICE("ended"),
        "a call that ends before it was dialled");
    tap_is(slice_str(outcome_told(c, was)), SLICE("none"),
        "asked for while it is not on disk, its outcome is not told");
    wait_until_idle();
    tap_is(slice_str(told), SLICE("outcome"),
        "told when the journal has it");
    close_calls();
}

static void on_again(struct call_watch *w, uint64_t id, const char *type,
    struct slice json)
{
    (void)w;
    (void)id;
    if (strcmp(type, "status") == 0
        && slice_find(json, SLICE("\"attempt\":2")) != SLICE_NPOS)
        text_copy(told, sizeof told, slice_str(last_record()));
}

/* Else a kill -9 would find a call that waits for nothing. */
static void again_after_disk(void)
{
    struct call_watch watch = {.event = on_again, .end = on_end};
    enum calls_start how;
    struct call *c;

    open_calls();
    c = start(14, NULL, &how);
    call_watch(c, &watch, 0);
    calls->conf.again[0] = 60000;
    call_dialling(c);
    machine_wait(&c->machine, END_BUSY, 1);
    told[0] = 0;
    call_again(c);
    tap_is(slice_str(told), SLICE(""), "busy: the next attempt is not told");
    while (!disk_idle(disk))
        loop_round(loop);
    tap_is(slice_str(told), SLICE("attempt"), "before the journal has it");
    call_again(c);
    close_calls();
}

/* ---- a disk that fails ---- */

static char failing_told[32], failing_error[16], file_error[16];
static int64_t failing_at;
static size_t error_events;

static void on_failing(struct call_watch *w, uint64_t id, const char *type,
    struct slice json)
{
    (void)w;
    (void)id;
    (void)json;
    error_events += strcmp(type, "error") == 0;
    if (strcmp(type, "outcome") != 0)
        return;
    failing_at = sys_now();
    text_copy(failing_told, sizeof failing_told, slice_str(last_record()));
}

/* One call whose syncs from the first on, n of them, fail; 0: none does.  How
 * many syncs there were; *ms how long its outcome was waited for. */
static uint64_t failing_call(int party, uint64_t first, uint64_t n,
    int64_t *ms)
{
    struct call_watch watch = {.event = on_failing, .end = on_end};
    struct fault_plan plan = {FAULT_FSYNC, first, n, EIO};
    int64_t began = sys_now();
    enum calls_start how;
    char id[CALL_ID + 1], path[256];
    struct err err = {0};
    struct json object;
    struct buf file;
    struct call *c;
    uint64_t syncs;

    failing_told[0] = failing_error[0] = 0;
    error_events = 0;
    fault_begin(n ? &plan : NULL);
    c = start(party, NULL, &how);
    text_copy(id, sizeof id, slice_str(call_id(c)));
    call_watch(c, &watch, 0);
    call_hangup(c);
    wait_until_idle();
    syncs = fault_calls(FAULT_FSYNC);
    fault_end();
    *ms = failing_at - began;
    buf_init(&file, 65536);
    calls_path(calls, slice_str(id), "call.json", path, sizeof path);
    if (sys_slurp(path, &file, &err) == 0
        && json_parse(buf_slice(&file), &object, NULL) == 0)
        json_copy(json_get(object, "error.source"), file_error,
            sizeof file_error);
    buf_free(&file);
    if (json_parse(calls_ended(calls, slice_str(id)), &object, NULL) == 0
        && json_get(object, "error.message").type == JSON_STRING
        && slice_find(json_get(object, "error.message").text,
        SLICE("could not be written")) != SLICE_NPOS)
        json_copy(json_get(object, "error.source"), failing_error,
            sizeof failing_error);
    return syncs;
}

static void disk_fails(void)
{
    enum fault_scope was = fault_enter(FAULT_OURS);
    uint64_t syncs;
    int64_t ms;

    open_calls();
    wait_until_idle();
    syncs = failing_call(11, 0, 0, &ms);
    tap_is(slice_str(failing_told), SLICE("outcome"), "a disk that works");
    tap_ok(syncs >= 2 && !failing_error[0] && !error_events,
        "%u syncs, the outcome's is the last", (unsigned)syncs);
    failing_call(12, syncs, 2, &ms);
    tap_is(slice_str(failing_told), SLICE("outcome"),
        "the outcome's sync fails twice: told when the third has worked");
    tap_is_int(ms, 3000, "after 1 and 2 s");
    tap_ok(!failing_error[0] && !error_events, "and nothing is amiss");
    file_error[0] = 0;
    failing_call(13, syncs, 4, &ms);
    tap_is_int(ms, 7000, "it fails four times: told after 1, 2 and 4 s");
    tap_is(slice_str(failing_error), SLICE("us"),
        "with an error of ours in the object");
    tap_is(slice_str(file_error), SLICE("us"), "and in its file");
    tap_is_int((int64_t)error_events, 1, "and an error event before");
    close_calls();
    fault_enter(was);
}

/* ---- one intent is one call ---- */

static const char *how_name(enum calls_start how)
{
    static const char *const names[] = {[CALLS_STARTED] = "started",
        [CALLS_SAME] = "same", [CALLS_REPEATED] = "repeated",
        [CALLS_KEY_CLASH] = "clash", [CALLS_REFUSED] = "refused"};

    return names[how];
}

static void again(int party, const char *key, const char *want,
    const struct call *of, const char *what)
{
    enum calls_start how;
    struct call *c = start(party, key, &how);

    tap_is(slice_str(how_name(how)), slice_str(want), what);
    if (how != CALLS_REFUSED)
        tap_ok(c == of, "%s: the call it means", what);
}

static void one_intent(void)
{
    struct asked named = table_for(4), wish = table_for(4);
    struct call *c, *other, *found;
    struct err err = {0};
    enum calls_start how;
    char key[CALL_KEY + 1];

    open_calls();
    c = start(4, "k1", &how);
    tap_is(slice_str(how_name(how)), SLICE("started"), "asked for");
    again(4, "k1", "repeated", c, "the same key and body");
    again(4, NULL, "same", c, "the same intent, no key");
    again(4, "k2", "same", c, "the same intent under another key");
    again(5, "k1", "clash", c, "the same key, more people");
    text_copy(named.name, sizeof named.name, SLICE("leo"));
    tap_ok(calls_start(calls, &named, slice_str(NULL), &found, &err)
        == CALLS_SAME && found == c, "no name is the owner's name");
    text_copy(wish.wish[wish.wishes++], sizeof wish.wish[0],
        SLICE("by the window"));
    tap_ok(calls_start(calls, &wish, SLICE("k1"), &found, &err)
        == CALLS_KEY_CLASH, "a wish more is another body");
    other = start(6, "k3", &how);
    again(6, "k1", "clash", c, "the key of one, the body of another");
    call_hangup(c);
    call_hangup(other);
    again(4, "k1", "repeated", c, "while it is about to end");
    wait_until_idle();
    again(4, "k1", "repeated", NULL, "when it has ended");
    again(5, "k1", "clash", NULL, "when it has ended, another body");
    tap_ok(calls_of_key(calls, SLICE("k1")).len > 0
        && !calls_of_key(calls, SLICE("k9")).ptr, "its object is found");
    close_calls();

    open_calls();
    wait_until_idle();
    again(4, "k1", "repeated", NULL, "after a restart");
    tap_ok(calls_of_key(calls, SLICE("k1")).len > 0,
        "its object is found after a restart");
    memset(key, 'k', CALL_KEY);
    key[CALL_KEY] = 0;
    again(7, key, "refused", NULL, "a key that would be cut");
    tap_is_int((int64_t)calls_running(calls), 0, "nothing was started");
    close_calls();
}

/* ---- KEEP_DAYS ---- */

static void kept_for_days(void)
{
    enum calls_start how;
    struct call *c;
    char id[CALL_ID + 1], path[256];
    int64_t day = 86400000, ended;

    open_calls();
    c = start(8, NULL, &how);
    text_copy(id, sizeof id, slice_str(call_id(c)));
    call_hangup(c);
    wait_until_idle();
    ended = sys_now();
    calls_path(calls, slice_str(id), "call.json", path, sizeof path);
    tap_ok(sys_exists(path), "an ended call has its object on disk");
    while (sys_now() < ended + 29 * day)
        loop_round(loop);
    tap_ok(calls_ended(calls, slice_str(id)).ptr && sys_exists(path),
        "it is there for KEEP_DAYS");
    while (sys_now() < ended + 31 * day)
        loop_round(loop);
    wait_until_idle();
    tap_ok(!calls_ended(calls, slice_str(id)).ptr && !sys_exists(path),
        "then it goes, with no restart");
    tap_is(slice_str(last_record()), SLICE("forget"),
        "and the journal knows");
    close_calls();
}

/* ---- policy, with what the journal has ---- */

static int rule_for(const char *to)
{
    struct asked a = table_for(2);
    struct call *c = NULL;
    struct err err = {0};

    text_copy(a.to, sizeof a.to, slice_str(to));
    if (calls_start(calls, &a, slice_str(NULL), &c, &err) == CALLS_REFUSED)
        return err.sys;
    wait_until_idle();
    return 0;
}

/* No account is set: what is dialled is refused at once, and counts. */
static void counted_over_restarts(void)
{
    limits.per_number = 2;
    open_calls();
    wait_until_idle();
    tap_is_int(rule_for("+15551239999"), POLICY_FINE, "once");
    tap_is_int(rule_for("+15551239999"), POLICY_FINE, "twice");
    tap_is_int(rule_for("+15551239999"), POLICY_NUMBER_CALLS, "not thrice");
    tap_is_int(rule_for("+15551238888"), POLICY_FINE, "another number may");
    close_calls();

    open_calls();
    wait_until_idle();
    tap_is_int(rule_for("+15551239999"), POLICY_NUMBER_CALLS,
        "nor after a restart");
    limits.per_number = 0;
    limits.per_day = 1;
    close_calls();
    open_calls();
    wait_until_idle();
    tap_is_int(rule_for("+15551237777"), POLICY_DAY_CALLS,
        "the day's are counted, too");
    close_calls();
    sys_virtual(sys_wall() + 86400000);
    open_calls();
    wait_until_idle();
    tap_is_int(rule_for("+15551237777"), POLICY_FINE, "tomorrow is a new day");
    limits.per_day = 0;
    close_calls();
}

static void note_end(const char *id, const char *outcome, const char *time)
{
    uint8_t mem[1024];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    buf_addf(&b, "{\"id\":\"%s\",\"asked\":{\"to\":\"+15551236666\","
        "\"restaurant\":\"Luigi's\",\"party\":3,\"date\":\"2027-01-01\","
        "\"time\":\"%s\",\"name\":\"Leo\"},\"outcome\":{\"outcome\":"
        "\"%s\"}}", id, time, outcome);
    calls_keep_ended(calls, NULL, slice_str(id), buf_slice(&b), sys_wall());
}

static void agreed_before(void)
{
    static const struct {
        const char *outcome, *time;
        bool stands;
    } ended[] = {
        {"declined", "19:00", false}, {"confirmed", "20:00", false},
        {"not_reached", "19:00", false}, {"unclear", "19:00", false},
        {"confirmed", "19:00", true}, {"cancelled", "19:00", false},
        {"waitlisted", "19:00", true}, {"cancelled", "20:00", false},
        {"modified", "19:00", true}, {"declined", "19:00", true},
    };
    struct asked a = table_for(3);
    struct call *c = NULL;
    struct err err = {0};
    char id[CALL_ID + 1];

    text_copy(a.to, sizeof a.to, SLICE("+15551236666"));
    text_copy(a.date, sizeof a.date, SLICE("2027-01-01"));
    open_calls();
    wait_until_idle();
    for (size_t i = 0; i < sizeof ended / sizeof ended[0]; i++) {
        text_fmt(id, sizeof id, "%024zx", i);
        note_end(id, ended[i].outcome, ended[i].time);
        tap_ok((calls_agreed(calls, &a).ptr != NULL) == ended[i].stands,
            "then %s for %s: %s", ended[i].outcome, ended[i].time,
            ended[i].stands ? "agreed" : "open");
    }
    tap_ok(calls_start(calls, &a, slice_str(NULL), &c, &err) == CALLS_AGREED
        && !c, "nobody is called again");
    a.party = 4;
    tap_ok(!calls_agreed(calls, &a).ptr, "for four it is another intent");
    a.party = 3;
    sys_virtual(INT64_C(1798900000000));        /* 2027-01-02 */
    tap_ok(!calls_agreed(calls, &a).ptr, "its time has passed");
    close_calls();
}

/* Removes the folder and what is in it. */
static void sweep(void *arg, const char *name)
{
    const char *folder = arg;
    char path[256];

    text_fmt(path, sizeof path, "%s/%s", folder, name);
    sys_listdir(path, sweep, path);
    sys_unlink(path);
}

int main(void)
{
    struct err err = {0};
    struct resolve_conf dns = {.server = "127.0.0.1:9"};

    log_sink(quiet, NULL);
    rand_seed_number(1);
    sys_virtual(1795000000000);
    loop = loop_new(&err);
    text_copy(dir, sizeof dir, SLICE("/tmp/calls-XXXXXX"));
    if (!loop || sys_mkdtemp(dir))
        return 1;
    resolver = resolver_new(loop, &dns, &err);
    if (!resolver)
        return 1;
    freed_while_saving();
    told_after_disk();
    again_after_disk();
    disk_fails();
    one_intent();
    kept_for_days();
    counted_over_restarts();
    agreed_before();
    resolver_free(resolver);
    loop_tidy(loop);
    loop_free(loop);
    sys_listdir(dir, sweep, dir);
    tap_ok(sys_unlink(dir) == 0, "nothing is left behind");
    return tap_done();
}
