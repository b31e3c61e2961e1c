/* spool_test.c - what calls tell the webhook, and what of it outlives the
 * process: the journal is the spool.
 */
#include <fcntl.h>

#include "call/call_impl.h"
#include "tests/call/receiver.h"

static const char *const up[] = {OK, NULL};
static const char *const down[] = {SAYS("500 No"), NULL};

static char dir[64];
static struct calls *calls;

static void open_calls(const char *const *answers)
{
    struct err err = {0};
    struct calls_conf conf = {
        .loop = rig_loop, .resolver = resolver, .dir = dir,
        .public_base = SLICE("https://voice.example.com"),
        .from = SLICE("+15550001111"), .name = SLICE("Leo"),
        .language = SLICE("en"), .disclosure = SLICE("A machine calls."),
        .policy = {.max_calls = 10}, .max_seconds = 600, .keep_days = 30,
        .model_url = SLICE("ws://127.0.0.1:9/"), .model_key = SLICE("key"),
        .dialect = &voice_ga, .session = voice_session_default(),
    };

    open_hook(answers);
    conf.disk = disk;
    conf.webhook = hook;
    calls = calls_new(&conf, &err);
    if (!calls) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

static void close_calls(void)
{
    calls_free(calls);
    close_hook();
}

static void told(void)
{
    RIG_UNTIL(webhook_counts(hook).waiting == 0 && disk_idle(disk));
}

static size_t records(const char *type)
{
    char path[100], want[40];
    struct err err = {0};
    struct slice rest;
    size_t n = 0, at;
    struct buf b;

    text_fmt(path, sizeof path, "%s/journal", dir);
    text_fmt(want, sizeof want, "\"rec\":\"%s\"", type);
    buf_init(&b, 1u << 20);
    sys_slurp(path, &b, &err);
    rest = buf_slice(&b);
    while ((at = slice_find(rest, slice_str(want))) != SLICE_NPOS) {
        rest = slice_from(rest, at + 1);
        n++;
    }
    buf_free(&b);
    return n;
}

/* In place: the byte behind the last such text becomes an x. */
static void spoil(const char *path, const char *behind)
{
    struct err err = {0};
    struct buf b;
    size_t at = SLICE_NPOS;
    int fd;

    buf_init(&b, 1u << 20);
    sys_slurp(path, &b, &err);
    for (size_t i = 0; i < b.len; i++)
        if (slice_starts(slice_from(buf_slice(&b), i), behind))
            at = i;
    fd = sys_open(path, O_WRONLY, 0);
    if (at == SLICE_NPOS || fd < 0) {
        printf("Bail out! no %s in %s\n", behind, path);
        exit(1);
    }
    sys_pwrite_all(fd, SLICE("x"), (int64_t)(at + strlen(behind)));
    sys_close(fd);
    buf_free(&b);
}

static struct call *begin_call(int party, char id[static CALL_ID + 1])
{
    struct asked a = {.to = "+15551230000", .restaurant = "Luigi's",
        .date = "2026-11-23", .time = "19:00"};
    struct err err = {0};
    struct call *c = NULL;

    a.party = party;
    if (calls_start(calls, &a, slice_str(NULL), &c, &err) != CALLS_STARTED) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    text_copy(id, CALL_ID + 1, slice_str(call_id(c)));
    return c;
}

/* A call that is hung up before it was dialled has an outcome, too. */
static void make_call(int party, char id[static CALL_ID + 1])
{
    call_hangup(begin_call(party, id));
}

static const char *file_of(const char *id)
{
    static char path[200];

    calls_path(calls, slice_str(id), "call.json", path, sizeof path);
    return path;
}

/* The members of the object follow those that say what this is. */
static bool is_body(const struct post *p, const char *object)
{
    char want[8192];

    text_fmt(want, sizeof want, "{\"delivery\":\"%s\",\"event\":\"outcome\",%s",
        p->id, object + 1);
    return strcmp(p->body, want) == 0;
}

static void restarted(void)
{
    char id[CALL_ID + 1], other[CALL_ID + 1], was[40];
    struct buf object;
    struct err err = {0};

    open_calls(down);
    make_call(4, id);
    RIG_UNTIL(posts == 2 && disk_idle(disk));
    text_copy(was, sizeof was, slice_str(post[0].id));
    tap_is_int((int64_t)strlen(was), WEBHOOK_ID, "an outcome goes out");
    buf_init(&object, 65536);
    sys_slurp(file_of(id), &object, &err);
    tap_ok(object.len > 100 && is_body(&post[1], buf_cstr(&object)),
        "it is the whole call object");
    buf_free(&object);
    close_calls();
    tap_is_int((int64_t)records("told"), 0, "it was not taken, and the server "
        "ends");

    open_calls(up);
    RIG_UNTIL(posts == 1);
    told();
    tap_is_str(slice_str(post[0].id), was,
        "after a restart it is sent under the same id");
    tap_ok(signed_by(&post[0], 0, SECRET), "signed");
    close_calls();
    tap_is_int((int64_t)records("told"), 1, "the journal has its end");

    open_calls(down);
    rig_wait(WEBHOOK_LONGEST);
    tap_is_int(posts, 0, "and it is not sent once more");
    make_call(5, other);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    tap_is_int(calls_forget(calls, slice_str(other), NULL, NULL), 0,
        "a call is forgotten before it was told");
    rig_wait(WEBHOOK_LONGEST);
    tap_is_int((int64_t)webhook_counts(hook).waiting, 0, "it never is");
    close_calls();

    /* This start drops the forgotten call's records from the journal. */
    open_calls(up);
    rig_wait(5);
    close_calls();
    tap_is_int((int64_t)records("forget"), 0, "the journal was compacted");
    open_calls(up);
    rig_wait(WEBHOOK_LONGEST);
    tap_is_int(posts, 0, "what was told stays told");
    close_calls();
}

static void cut(const char *path, int64_t at)
{
    int fd = sys_open(path, O_WRONLY, 0);

    if (fd < 0 || sys_truncate(fd, at))
        exit(1);
    sys_close(fd);
}

/* The outcome, from the journal or from memory, without a transcript. */
static bool is_short(const struct post *p, const char *id)
{
    char want[80];

    text_fmt(want, sizeof want, "\"event\":\"outcome\",\"id\":\"%s\"", id);
    return strstr(p->body, want) && strstr(p->body, "\"outcome\":{\"outcome\":")
        && signed_by(p, 0, SECRET) && strstr(logged, "webhook_short");
}

/* Bytes that a crash, the disk or somebody's editor has changed. */
static void spoilt(void)
{
    char id[CALL_ID + 1], path[100], was[40];

    open_calls(down);
    make_call(6, id);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    text_copy(was, sizeof was, slice_str(post[0].id));
    spoil(file_of(id), "{\"id\":\"");
    plan = up;
    told();
    tap_ok(posts == 2 && is_short(&post[1], id),
        "call.json is another call's: memory has the outcome");
    close_calls();

    text_fmt(path, sizeof path, "%s/journal", dir);
    spoil(path, "\"rec\":\"told\",\"at\":\"");
    open_calls(up);
    told();
    tap_ok(posts == 1 && strcmp(post[0].id, was) == 0,
        "the record of its end is damaged: once more, under the same id");
    tap_ok(is_short(&post[0], id), "as the journal has it");
    close_calls();

    open_calls(down);
    make_call(7, id);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    cut(file_of(id), 50);
    close_calls();
    open_calls(up);
    told();
    tap_ok(posts == 1 && is_short(&post[0], id), "call.json is torn: likewise");
    close_calls();

    open_calls(down);
    make_call(8, id);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    text_copy(was, sizeof was, slice_str(post[0].id));
    sys_unlink(file_of(id));
    close_calls();
    open_calls(up);
    told();
    tap_ok(posts == 1 && is_short(&post[0], id), "or gone");
    close_calls();

    open_calls(down);
    make_call(9, id);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    text_copy(was, sizeof was, slice_str(post[0].id));
    close_calls();
    spoil(path, "\"rec\":\"outcome\",\"at\":\"");
    open_calls(up);
    RIG_UNTIL(posts == 1);
    told();
    tap_ok(strcmp(post[0].id, was) != 0 && strstr(post[0].body, id),
        "the outcome's own record is damaged: the call gets one, and it is "
        "told");
    close_calls();
}

/* Put to the owner in mid-call. */
static void asked(void)
{
    static const struct tool_question card = {
        "They want 4111 1111 1111 1111 now. Is that right?", "no"};
    static const struct tool_question late = {"Would 20:00 do?", "no"};
    char id[CALL_ID + 1], want[120], stamp[SYS_STAMP_MAX];
    int64_t began;
    struct call *c;

    open_calls(up);
    c = begin_call(10, id);
    sys_stamp(stamp, sys_wall() + 45000);
    tap_ok(call_ask(c, &card) == NULL, "a question");
    RIG_UNTIL(posts == 1);
    tap_is_str(slice_str(post[0].event), "question", "goes out");
    text_fmt(want, sizeof want, "\"event\":\"question\",\"seconds\":45,"
        "\"call\":\"%s\",\"question\":{\"id\":\"q1\",", id);
    tap_ok(strstr(post[0].body, want) != NULL, "it says of what call");
    text_fmt(want, sizeof want, "\"deadline\":\"%s\",\"default\":\"no\"",
        stamp);
    if (!tap_ok(strstr(post[0].body, want) != NULL,
        "until when, and what stands then"))
        printf("#   %s\n#   %s\n", want, post[0].body);
    tap_ok(!strstr(post[0].body, "1111"), "no card's number leaves");
    tap_ok(signed_by(&post[0], 0, SECRET), "it is signed");
    call_hangup(c);
    told();
    tap_is_str(slice_str(post[1].event), "outcome", "the outcome follows");
    close_calls();

    open_calls(down);
    began = sys_now();
    c = begin_call(11, id);
    call_ask(c, &late);
    call_hangup(c);
    RIG_UNTIL(posts && strcmp(post[posts - 1].event, "outcome") == 0);
    tap_ok(posts > 3 && sys_now() - began <= 45000,
        "an outcome waits for a question as long as that is one");
    c = begin_call(12, id);
    call_ask(c, &late);
    posts = 0;
    RIG_UNTIL(posts == 1);
    call_hangup(c);
    rig_wait(1);
    close_calls();
    open_calls(up);
    told();
    tap_ok(posts == 2 && strcmp(post[0].event, "outcome") == 0
        && strcmp(post[1].event, "outcome") == 0,
        "after a restart there is nobody to be answered");
    close_calls();
}

/* What ended while no webhook was set is nobody's. */
static void off(void)
{
    char id[CALL_ID + 1];

    open_calls(up);
    webhook_set(hook, slice_str(NULL), slice_str(NULL), slice_str(NULL));
    make_call(13, id);
    RIG_UNTIL(calls_running(calls) == 0 && disk_idle(disk));
    close_calls();
    open_calls(up);
    rig_wait(1000);
    tap_is_int(posts, 0, "without a webhook nothing is promised");
    close_calls();
}

/* Freed while the disk or the socket works for it. */
static void freed(void)
{
    static const char *const silent[] = {SILENT, NULL};
    uint64_t before;
    char id[CALL_ID + 1];

    rig_wait(100000);           /* the loop gives back what it has lent */
    before = mem_live();
    open_calls(silent);
    make_call(14, id);
    RIG_UNTIL(webhook_counts(hook).waiting == 1);
    close_calls();
    open_calls(silent);
    RIG_UNTIL(posts == 1);
    close_calls();
    rig_wait(100000);
    tap_is_int((int64_t)mem_live(), (int64_t)before, "nothing leaks");
}

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
    receiver_start();
    text_copy(dir, sizeof dir, SLICE("/tmp/spool-XXXXXX"));
    if (sys_mkdtemp(dir))
        return 1;
    restarted();
    spoilt();
    asked();
    off();
    freed();
    receiver_end();
    sys_listdir(dir, sweep, dir);
    tap_ok(sys_unlink(dir) == 0, "nothing is left behind");
    return tap_done();
}
