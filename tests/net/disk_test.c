/* disk_test.c - files by way of the second thread. */
#include "net/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sys.h"
#include "tests/tap.h"

static struct loop *l;
static struct disk *d;
static char dir[] = "/tmp/disktestXXXXXX";
static char log_[4096];         /* what was done, in order */
static struct err last;
static int failed;
static struct buf got;

static const char *in_dir(const char *name)
{
    static char p[4][128];
    static int i;

    i = (i + 1) % 4;
    snprintf(p[i], sizeof p[i], "%s/%s", dir, name);
    return p[i];
}

static void done(void *arg, const struct err *err)
{
    size_t n = strlen(log_);

    snprintf(log_ + n, sizeof log_ - n, "%s%s", (const char *)arg,
        err ? "!" : "");
    if (err) {
        last = *err;
        failed++;
    }
}

static void got_it(void *arg, struct slice data, const struct err *err)
{
    buf_clear(&got);
    buf_add(&got, data);
    done(arg, err);
}

static void settle(void)
{
    while (!disk_idle(d))
        loop_round(l);
}

static void begin(void)
{
    struct err e;

    log_[0] = 0;
    failed = 0;
    d = disk_new(l, &e);
    if (!d)
        abort();
}

static struct slice content(const char *path)
{
    static struct buf b;
    struct err e;

    buf_free(&b);
    buf_init(&b, LIMIT_DISK_BYTES + LIMIT_DISK_MUST_BYTES + 1);
    if (sys_slurp(path, &b, &e))
        return slice_str(e.msg);
    return buf_slice(&b);
}

static void files(void)
{
    struct disk_file *f;

    begin();
    disk_mkdir(d, in_dir("sub"), 0700);
    f = disk_open(d, in_dir("sub/a"), true, 0600);
    disk_append(f, SLICE("one "), 0, done, "1");
    disk_append(f, SLICE("two "), DISK_SYNC, done, "2");
    disk_append(f, SLICE("three"), 0, NULL, NULL);
    disk_patch(f, SLICE("ONE"), 0);
    tap_is_str(slice_str(log_), "", "nothing is done before the loop turns");
    tap_ok(!disk_idle(d), "not idle");
    settle();
    tap_is_str(slice_str(log_), "12", "done in order");
    tap_is_str(content(in_dir("sub/a")), "ONE two three", "content");
    tap_is_int(sys_mode(in_dir("sub/a")), 0600, "mode");
    disk_append(f, SLICE("!"), 0, NULL, NULL);
    disk_close(f);
    settle();
    f = disk_open(d, in_dir("sub/a"), false, 0600);
    disk_append(f, SLICE("?"), DISK_SYNC, done, "3");
    settle();
    tap_is_str(content(in_dir("sub/a")), "ONE two three!?",
        "opened again, appended");
    disk_close(f);
    f = disk_open(d, in_dir("sub/a"), true, 0600);
    disk_close(f);
    settle();
    tap_is_str(content(in_dir("sub/a")), "", "opened again, emptied");

    disk_put(d, in_dir("sub/b"), SLICE("small"), 0640, done, "p");
    disk_get(d, in_dir("sub/b"), 5, got_it, "g");
    settle();
    tap_is_str(slice_str(log_), "123pg", "put and get");
    tap_is_str(buf_slice(&got), "small", "what get brought");
    tap_ok(!sys_exists(in_dir("sub/b.tmp")), "no temporary file is left");
    disk_get(d, in_dir("sub/b"), 4, got_it, "x");
    settle();
    tap_ok(failed == 1 && last.code == ERR_LIMIT, "too long: %s", last.msg);
    disk_get(d, in_dir("sub/none"), 4, got_it, "y");
    disk_unlink(d, in_dir("sub/a"), NULL, NULL);
    disk_unlink(d, in_dir("sub/b"), NULL, NULL);
    disk_unlink(d, in_dir("sub/b"), NULL, NULL);
    disk_unlink(d, in_dir("sub"), NULL, NULL);
    settle();
    tap_ok(failed == 2 && last.sys == ENOENT, "missing: %s", last.msg);
    tap_ok(!sys_exists(in_dir("sub")), "removed");
    tap_is_int(disk_counts(d).last_error, ENOENT, "counted");
    disk_free(d);
}

/* Appends that wait together share a sync: the thread is held up by a first
 * job that reads a pipe nobody writes to. */
static void group_commit(void)
{
    struct disk_file *a, *b;
    int fd;

    begin();
    if (mkfifo(in_dir("fifo"), 0600))
        abort();
    disk_get(d, in_dir("fifo"), 10, got_it, "g");
    a = disk_open(d, in_dir("a"), true, 0600);
    b = disk_open(d, in_dir("b"), true, 0600);
    for (int i = 0; i < 20; i++) {
        disk_append(a, SLICE("rec\n"), DISK_SYNC | DISK_MUST, done, "a");
        disk_append(b, SLICE("pcm"), 0, done, "b");
    }
    fd = sys_open(in_dir("fifo"), O_WRONLY, 0);
    sys_close(fd);
    settle();
    tap_is_int((int64_t)strlen(log_), 41, "all done");
    tap_ok(strncmp(log_, "gabab", 5) == 0, "in order");
    tap_is_int((int64_t)disk_counts(d).syncs, 2,
        "20 records share one sync, and one of the new name's folder");
    tap_is_int((int64_t)disk_counts(d).bytes, 140, "bytes counted");
    tap_is_int((int64_t)content(in_dir("a")).len, 80, "all of a");
    tap_is_int((int64_t)content(in_dir("b")).len, 60, "all of b");
    disk_append(a, SLICE("x"), DISK_SYNC, done, "z");
    settle();
    tap_is_int((int64_t)disk_counts(d).syncs, 3, "one alone has its own");
    disk_close(a);
    disk_close(b);
    disk_unlink(d, in_dir("a"), NULL, NULL);
    disk_unlink(d, in_dir("b"), NULL, NULL);
    disk_free(d);
    unlink(in_dir("fifo"));
}

static void full(void)
{
    struct disk_file *f;
    int n = 0, must = 0, fd;
    size_t big = LIMIT_DISK_BYTES / 16;
    uint8_t *bytes = mem_new(big);

    begin();
    if (!bytes || mkfifo(in_dir("fifo"), 0600))
        abort();
    disk_get(d, in_dir("fifo"), 10, got_it, "");
    f = disk_open(d, in_dir("a"), true, 0600);
    while (!disk_full(d) && disk_append(f, slice_of(bytes, 8000), 0, NULL,
        NULL) == 0)
        n++;
    tap_ok(disk_full(d) && n * 8000 + LIMIT_RECORD > (int)LIMIT_DISK_BYTES
        && n * 8000 < (int)LIMIT_DISK_BYTES, "full is said before one block "
        "is refused: %d blocks", n);
    while (disk_append(f, slice_of(bytes, 8000), 0, NULL, NULL) == 0)
        n++;
    tap_is_int(n, LIMIT_DISK_BYTES / 8000, "bytes have a ceiling");
    while (disk_append(f, slice_of(bytes, big), DISK_MUST, NULL, NULL) == 0)
        must++;
    tap_is_int(must, 32, "twice that is kept for what must not be lost");
    tap_is_int((int64_t)disk_counts(d).dropped, 2, "drops are counted");
    fd = sys_open(in_dir("fifo"), O_WRONLY, 0);
    sys_close(fd);
    settle();
    tap_ok(!disk_full(d), "and then there is room again");
    tap_is_int((int64_t)content(in_dir("a")).len,
        must * (int64_t)big + n * 8000, "all accepted bytes");
    disk_close(f);

    f = disk_open(d, in_dir("a"), true, 0600);
    settle();
    disk_get(d, in_dir("fifo"), 10, got_it, "");
    n = must = 0;
    while (disk_append(f, SLICE("x"), 0, NULL, NULL) == 0)
        n++;
    tap_is_int(n, LIMIT_DISK_JOBS - 1, "jobs have a ceiling");
    while (disk_append(f, SLICE("x"), DISK_MUST, NULL, NULL) == 0)
        must++;
    tap_is_int(must, LIMIT_DISK_MUST_JOBS, "and a reserve");
    disk_close(f);
    fd = sys_open(in_dir("fifo"), O_WRONLY, 0);
    sys_close(fd);
    settle();
    tap_is_int((int64_t)content(in_dir("a")).len,
        LIMIT_DISK_JOBS + LIMIT_DISK_MUST_JOBS - 1,
        "none of them lost, though closed when full");
    disk_free(d);
    unlink(in_dir("a"));
    unlink(in_dir("fifo"));
    mem_drop(bytes);
}

/* A record that fits by half is taken back: the kernel's limit on the size of
 * a file writes the first bytes and then says EFBIG. */
static void full_file(void)
{
    struct disk_file *f = disk_open(d, in_dir("a"), true, 0600);
    struct rlimit old, small;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 6;
    setrlimit(RLIMIT_FSIZE, &small);
    log_[0] = 0;
    disk_append(f, SLICE("good"), DISK_SYNC, done, "1");
    disk_append(f, SLICE("lost"), DISK_SYNC, done, "2");
    settle();
    setrlimit(RLIMIT_FSIZE, &old);
    tap_is_str(slice_str(log_), "12!", "a full file");
    tap_ok(last.sys == EFBIG && last.code == ERR_IO, "why: %s", last.msg);
    tap_is_int(disk_counts(d).last_error, EFBIG, "remembered");
    tap_is_str(content(in_dir("a")), "good", "no half record stays");
    disk_append(f, SLICE(" again"), DISK_SYNC, done, "3");
    disk_close(f);
    settle();
    tap_is_str(slice_str(log_), "12!3", "it goes on");
    tap_is_str(content(in_dir("a")), "good again", "at the right place");
    disk_unlink(d, in_dir("a"), NULL, NULL);
}

static void failures(void)
{
    struct disk_file *f;

    begin();
    f = disk_open(d, in_dir("no/such/folder"), true, 0600);
    disk_append(f, SLICE("x"), DISK_SYNC, done, "1");
    disk_append(f, SLICE("y"), 0, done, "2");
    disk_close(f);
    settle();
    tap_is_str(slice_str(log_), "1!2!", "a file that did not open");
    tap_ok(last.sys == ENOENT && strstr(last.msg, "no/such/folder"),
        "the reason: %s", last.msg);

    full_file();
    disk_put(d, in_dir("no/b"), SLICE("x"), 0600, done, "p");
    settle();
    tap_ok(last.sys == ENOENT, "put nowhere: %s", last.msg);
    disk_free(d);
}

static void close_in_done(void *arg, const struct err *err)
{
    (void)err;
    memcpy(log_ + strlen(log_), "c", 2);
    disk_close(arg);
}

static void ending(void)
{
    struct disk_file *f, *g;

    begin();
    f = disk_open(d, in_dir("a"), true, 0600);
    g = disk_open(d, in_dir("b"), true, 0600);
    for (int i = 0; i < 100; i++)
        disk_append(f, SLICE("0123456789"), DISK_SYNC, done, ".");
    disk_append(g, SLICE("last"), 0, close_in_done, g);
    disk_free(d);
    tap_is_int((int64_t)strlen(log_), 101, "the end waits for all jobs");
    tap_is_int((int64_t)content(in_dir("a")).len, 1000, "and their bytes");
    tap_is_str(content(in_dir("b")), "last", "a file closed in the end");
    unlink(in_dir("a"));
    unlink(in_dir("b"));
}

int main(void)
{
    struct err e;

    l = loop_new(&e);
    if (!l || !mkdtemp(dir))
        return 1;
    buf_init(&got, 1000);
    files();
    group_commit();
    full();
    failures();
    ending();
    buf_free(&got);
    tap_is_int(rmdir(dir), 0, "nothing is left behind");
    loop_free(l);
    return tap_done();
}
