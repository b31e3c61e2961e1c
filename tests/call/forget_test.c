/* forget_test.c - KEEP_DAYS and forget find every call, also those that are
 * long out of memory; nothing is said to be gone before it is.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "tests/tap.h"

#define NOW INT64_C(1795345200000)
#define DAY INT64_C(86400000)
#define MANY (CALLS_ENDED_MAX + 300)
#define EXPIRED 100             /* the first of them ended 40 days ago */

static struct loop *loop;
static struct disk *disk;
static struct resolver *resolver;
static struct calls *calls;
static char dir[64];

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static const char *id_of(int i)
{
    static char id[CALL_ID + 1];

    snprintf(id, sizeof id, "%024x", (unsigned)i);
    return id;
}

static const char *path_of(int i, const char *name)
{
    static char path[200];

    snprintf(path, sizeof path, "%s/calls/%s%s%s", dir, id_of(i),
        name[0] ? "/" : "", name);
    return path;
}

static void on_time(void *arg)
{
    *(bool *)arg = true;
}

/* Five minutes of the virtual clock, and what the disk has to do then. */
static void settle(void)
{
    bool over = false;
    struct timer t = {.fire = on_time, .arg = &over};

    loop_in(loop, &t, 5 * 60000);
    while (!over || !disk_idle(disk))
        loop_round(loop);
}

static void open_calls(int keep_days)
{
    struct err err = {0};
    struct calls_conf conf = {
        .loop = loop, .resolver = resolver, .dir = dir,
        .public_base = SLICE("https://voice.example.com"),
        .from = SLICE("+15550001111"), .name = SLICE("Leo"),
        .policy = {.max_calls = 10}, .max_seconds = 600, .keep_days = keep_days,
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

static void close_calls(void)
{
    calls_free(calls);
    disk_free(disk);
    loop_tidy(loop);
}

static void put_file(int i, const char *name)
{
    int fd = sys_open(path_of(i, name), O_WRONLY | O_CREAT, 0600);

    if (fd < 0 || sys_write_all(fd, SLICE("x")))
        abort();
    sys_close(fd);
}

/* A life of MANY calls, as their journal and their files tell it. */
static void write_history(void)
{
    struct err err = {0};
    struct journal *j;
    char stamp[SYS_STAMP_MAX], path[100];

    disk = disk_new(loop, &err);
    j = journal_open(disk, dir, NULL, NULL, &err);
    snprintf(path, sizeof path, "%s/calls", dir);
    if (!j || sys_mkdir(path, 0700))
        abort();
    for (int i = 0; i < MANY; i++) {
        struct jsonw *w = journal_begin(j, JOURNAL_OUTCOME,
            slice_str(id_of(i)));

        sys_stamp(stamp, NOW - (i < EXPIRED ? 40 : 10) * DAY + i);
        jsonw_kobject(w, "object");
        jsonw_kcstr(w, "id", id_of(i));
        jsonw_kcstr(w, "ended", stamp);
        jsonw_end(w);
        journal_end(j, false, NULL, NULL);
        if (sys_mkdir(path_of(i, ""), 0700))
            abort();
        put_file(i, "call.json");
        put_file(i, i % 2 ? "recording.wav" : "transcript.txt");
    }
    journal_close(j);
    disk_free(disk);
    loop_tidy(loop);
}

static int known(int from, int to)
{
    int n = 0;

    for (int i = from; i < to; i++)
        n += calls_known(calls, slice_str(id_of(i)));
    return n;
}

static int folders(int from, int to)
{
    int n = 0;

    for (int i = from; i < to; i++)
        n += sys_exists(path_of(i, ""));
    return n;
}

/* ---- KEEP_DAYS ---- */

static void run_keep_days(void)
{
    open_calls(0);
    tap_is_int(known(0, MANY), MANY, "kept for ever: every one is known");
    settle();
    tap_is_int(folders(0, MANY), MANY, "and has its files");
    close_calls();

    open_calls(30);
    settle();
    tap_is_int(known(0, EXPIRED), 0, "30 days: the old ones are not, though "
        "they were out of memory");
    tap_is_int(folders(0, EXPIRED), 0, "nor are their files there");
    tap_ok(known(EXPIRED, MANY) == MANY - EXPIRED
        && folders(EXPIRED, MANY) == MANY - EXPIRED, "all others are");
    close_calls();

    open_calls(30);
    tap_ok(known(0, EXPIRED) == 0 && known(EXPIRED, MANY) == MANY - EXPIRED,
        "and so it is after a start, the journal compacted");
}

/* ---- forget ---- */

static int told;                /* 0 not yet, 1 gone, -1 with an error */
static int there;               /* its folder, when it was told */
static struct err told_err;

static void on_told(void *arg, const struct err *err)
{
    told = err ? -1 : 1;
    if (err)
        told_err = *err;
    there = sys_exists(path_of(*(int *)arg, ""));
}

static int forget(int i)
{
    static int which;

    which = i;
    told = there = 0;
    return calls_forget(calls, slice_str(id_of(i)), on_told, &which);
}

static void run_forget(void)
{
    int old = EXPIRED, new = MANY - 1;

    tap_is_int(forget(3), -1, "one that is forgotten is unknown");
    tap_ok(forget(old) == 0 && told == 0, "one of long ago: begun");
    settle();
    tap_ok(told == 1 && !there && !known(old, old + 1),
        "told when its files were gone");
    tap_ok(forget(new) == 0, "one of today");
    settle();
    tap_ok(told == 1 && !there && !known(new, new + 1), "gone");
    close_calls();
    open_calls(30);
    tap_ok(!known(old, old + 1) && !known(new, new + 1)
        && known(0, MANY) == MANY - EXPIRED - 2, "for good");
}

static void run_disk_errors(void)
{
    int i = MANY - 2;

    fault_enter(FAULT_OURS);    /* what is opened now, the disk thread too */
    close_calls();
    open_calls(30);
    fault_begin(&(struct fault_plan){FAULT_FSYNC, 1, 1, EIO});
    tap_is_int(forget(i), 0, "a disk that cannot sync the record");
    settle();
    tap_ok(told == -1 && told_err.sys == EIO && known(i, i + 1)
        && folders(i, i + 1) == 1, "is told, and nothing is gone: %s",
        told_err.msg);
    fault_begin(&(struct fault_plan){FAULT_UNLINK, 2, 1, EACCES});
    tap_is_int(forget(i), 0, "a file that cannot be removed");
    settle();
    tap_ok(told == -1 && known(i, i + 1) && folders(i, i + 1) == 1,
        "is told, and the call still known");
    fault_begin(&(struct fault_plan){FAULT_MEM, 1, 1, ENOMEM});
    tap_is_int(forget(i), -2, "no memory: nothing begun");
    fault_end();
    tap_is_int(forget(i), 0, "asked again");
    close_calls();
    tap_is_int(told, -1, "the server stops meanwhile: that is told");
    tap_is_int(folders(i, i + 1), 1, "the record came first, the files stay");
    open_calls(30);
    tap_ok(!known(i, i + 1) && !folders(i, i + 1),
        "until the next start, which reads the record");
    fault_enter(FAULT_OTHERS);
}

static void run_no_room(void)
{
    struct asked a = {.to = "+15551230000", .restaurant = "Luigi's",
        .party = 2, .date = "2026-11-23", .time = "19:00"};
    struct call *c = NULL;
    struct err err = {0};
    enum calls_start how = CALLS_STARTED;
    uint64_t n = 0;

    fault_enter(FAULT_OURS);
    while (err.code != ERR_BUSY && n < 100) {
        fault_begin(&(struct fault_plan){FAULT_MEM, ++n, 1, ENOMEM});
        how = calls_start(calls, &a, slice_str(NULL), &c, &err);
        fault_end();
        if (how == CALLS_STARTED)
            settle();           /* without an account it ends at once */
    }
    fault_enter(FAULT_OTHERS);
    tap_ok(how == CALLS_REFUSED && err.code == ERR_BUSY,
        "an intent that finds no room is no call: %s", err.msg);
    loop_tidy(loop);
    tap_is_int((int64_t)calls_running(calls), 0, "none runs");
}

struct sweep {
    const char *dir;
};

static void sweep(void *arg, const char *name)
{
    struct sweep *s = arg, inner;
    char path[512];

    snprintf(path, sizeof path, "%s/%s", s->dir, name);
    inner.dir = path;
    sys_listdir(path, sweep, &inner);
    sys_unlink(path);
}

int main(void)
{
    struct resolve_conf names = {.hosts_file = "/nowhere",
        .server = "127.0.0.1:9"};
    struct sweep s = {dir};
    struct err err;

    log_sink(quiet, NULL);
    sys_virtual(NOW);
    rand_seed_number(7);
    text_copy(dir, sizeof dir, SLICE("/tmp/forget-XXXXXX"));
    loop = loop_new(&err);
    resolver = loop ? resolver_new(loop, &names, &err) : NULL;
    if (!resolver || sys_mkdtemp(dir))
        return 1;
    write_history();
    run_keep_days();
    run_forget();
    run_disk_errors();
    run_no_room();
    close_calls();
    resolver_free(resolver);
    loop_free(loop);
    sys_listdir(dir, sweep, &s);
    sys_unlink(dir);
    tap_is_int((int64_t)mem_live(), 0, "every block is given back");
    return tap_done();
}
