/* disk.c - the second thread: reads, appends, syncs, so the loop never waits.
 *
 * The loop's thread alone counts, allocates and frees; the disk thread takes
 * jobs from one list and puts them, done, into another.  Appends that stand
 * next to each other in the queue are a batch: all are written, every file
 * that asked for it is synced once, then all are done (group commit).
 *
 * Appends go to the place we know as the end, so what a failed one left there
 * is overwritten by the next; the file is also cut back at once.
 */
#include "net/disk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"

#define BATCH       TINY_OR(2, 64)         /* appends in one batch at most */

enum job_kind {
    JOB_OPEN, JOB_APPEND, JOB_PATCH, JOB_CLOSE, JOB_PUT, JOB_GET, JOB_UNLINK,
    JOB_MKDIR
};

struct job {
    struct list link;
    enum job_kind kind;
    int flags;
    int mode;                   /* of what is made */
    struct disk_file *file;
    int64_t at;
    void (*done)(void *arg, const struct err *err);
    void (*got)(void *arg, struct slice data, const struct err *err);
    void *arg;
    const char *path;           /* behind the bytes, or the file's own */
    struct buf data;            /* what was read */
    unsigned syncs;             /* made on the way */
    struct err err;             /* code is ERR_NONE when all went well */
    size_t len;
    uint8_t bytes[];
};

struct disk_file {
    struct list link;           /* in the disk's list of files */
    struct disk *disk;
    bool closed;                /* disk_close was called */
    bool trunc;
    /* The disk thread's: */
    int fd;
    int64_t size;
    bool wants_sync;            /* in the batch under way */
    bool in_folder;             /* its name is known to be on the disk */
    struct err err;             /* of the sync */
    /* Both jobs are there from the start: closing cannot fail. */
    struct job *open_job, *close_job;
    char path[];
};

struct disk {
    struct loop *loop;
    enum fault_scope scope;     /* of whoever made us, and of the thread */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct list queue, done;    /* under the lock */
    bool stop;                  /* under the lock */
    bool ended;                 /* the thread is gone */
    struct list files;
    size_t jobs, bytes;         /* queued and not yet handed back */
    struct disk_counts counts;
};

/* ---- on the disk thread ---- */

static void fail_job(struct job *j, const char *what, const char *path)
{
    fail_sys(&j->err, ERR_IO, "%s %s", what, path);
}

/* Did it fail because of the folder's nature, not for want of anything? */
static bool cannot_be_synced(void)
{
    return errno == EINVAL || errno == EACCES || errno == EISDIR
        || errno == EBADF || errno == ENOTSUP;
}

/* A new name is safe when its folder is.  Some file systems refuse to sync a
 * folder; then there is nothing to be done. */
int disk_sync_folder(const char *path)
{
    char folder[512];
    const char *slash = strrchr(path, '/');
    struct slice s = slash ? slice_of(path, (size_t)(slash - path)
        + (slash == path)) : SLICE(".");
    int fd, rc = 0;

    if (!text_copy(folder, sizeof folder, s))
        return 0;
    fd = sys_open(folder, O_RDONLY, 0);
    if ((fd < 0 || sys_fsync(fd)) && !cannot_be_synced())
        rc = -1;
    sys_close(fd);
    return rc;
}

static int sync_folder(struct job *j, const char *path)
{
    j->syncs++;
    if (disk_sync_folder(path) == 0)
        return 0;
    fail_job(j, "sync the folder of", path);
    return -1;
}

/* Opens what is not open: each job tries again, for the reason may be gone
 * (too many descriptors, a folder that was not there yet). */
static int need_open(struct job *j)
{
    struct disk_file *f = j->file;

    if (f->fd >= 0)
        return 0;
    f->fd = sys_open(f->path, O_WRONLY | O_CREAT | (f->trunc ? O_TRUNC : 0),
        f->open_job->mode);
    if (f->fd < 0) {
        fail_job(j, "open", f->path);
        return -1;
    }
    f->size = sys_size(f->fd);
    f->in_folder = f->size > 0;
    if (f->size >= 0)
        return 0;
    fail_job(j, "size of", f->path);
    sys_close(f->fd);
    f->fd = -1;
    return -1;
}

static void do_append(struct job *j)
{
    struct disk_file *f = j->file;

    if (need_open(j))
        return;
    if (sys_pwrite_all(f->fd, slice_of(j->bytes, j->len), f->size)) {
        fail_job(j, "append to", f->path);
        (void)sys_truncate(f->fd, f->size);
        return;
    }
    f->size += (int64_t)j->len;
    if (j->flags & DISK_SYNC)
        f->wants_sync = true;
}

static void do_patch(struct job *j)
{
    struct disk_file *f = j->file;
    int64_t end = j->at + (int64_t)j->len;

    if (need_open(j))
        return;
    if (sys_pwrite_all(f->fd, slice_of(j->bytes, j->len), j->at))
        fail_job(j, "write to", f->path);
    else if (end > f->size)
        f->size = end;
}

static void do_close(struct job *j)
{
    if (j->file->fd >= 0)
        sys_close(j->file->fd);
    j->file->fd = -1;
}

static int put_bytes(struct job *j, const char *name)
{
    int fd = sys_open(name, O_WRONLY | O_CREAT | O_TRUNC, j->mode), r = -1;

    if (fd < 0) {
        fail_job(j, "open", name);
        return -1;
    }
    if (sys_write_all(fd, slice_of(j->bytes, j->len)))
        fail_job(j, "write to", name);
    else if (sys_fsync(fd))
        fail_job(j, "sync", name);
    else
        r = 0;
    j->syncs++;
    sys_close(fd);
    return r;
}

static void do_put(struct job *j)
{
    char name[512];

    if (!text_fmt(name, sizeof name, "%s.tmp", j->path)) {
        fail(&j->err, ERR_IO, "name too long: %.80s...", j->path);
        return;
    }
    if (put_bytes(j, name) == 0) {
        if (sys_rename(name, j->path) == 0) {
            (void)sync_folder(j, j->path);
            return;
        }
        fail_job(j, "rename to", j->path);
    }
    (void)sys_unlink(name);
}

static void do_get(struct job *j)
{
    if (sys_slurp(j->path, &j->data, &j->err) == 0)
        j->err.code = ERR_NONE;
}

static void do_job(struct job *j)
{
    switch (j->kind) {
    case JOB_OPEN:
        (void)need_open(j);
        break;
    case JOB_APPEND:
        do_append(j);
        break;
    case JOB_PATCH:
        do_patch(j);
        break;
    case JOB_CLOSE:
        do_close(j);
        break;
    case JOB_PUT:
        do_put(j);
        break;
    case JOB_GET:
        do_get(j);
        break;
    case JOB_UNLINK:
        if (sys_unlink(j->path) && errno != ENOENT)
            fail_job(j, "remove", j->path);
        break;
    case JOB_MKDIR:
        if (sys_mkdir(j->path, j->mode))
            fail_job(j, "make folder", j->path);
        break;
    }
}

/* Syncs each file of the batch once; every append that asked for it shares
 * the verdict. */
static void sync_batch(struct list *batch)
{
    for (struct list *p = batch->next; p != batch; p = p->next) {
        struct job *j = LIST_OWNER(p, struct job, link);
        struct disk_file *f = j->file;

        if (j->kind != JOB_APPEND || !(j->flags & DISK_SYNC) || j->err.code)
            continue;
        if (f->wants_sync) {
            f->wants_sync = false;
            j->syncs++;
            f->err.code = ERR_NONE;
            if (sys_fsync(f->fd))
                fail_sys(&f->err, ERR_IO, "sync %s", f->path);
            else if (!f->in_folder && sync_folder(j, f->path))
                f->err = j->err;
            else
                f->in_folder = true;
        }
        j->err = f->err;
    }
}

/* Under the lock: the next job, and the appends behind it when it is one. */
static void take_batch(struct disk *d, struct list *batch)
{
    list_init(batch);
    for (int i = 0; i < BATCH && !list_empty(&d->queue); i++) {
        struct job *j = LIST_OWNER(d->queue.next, struct job, link);

        if (i > 0 && j->kind != JOB_APPEND)
            return;
        list_drop(&j->link);
        list_push(batch, &j->link);
        if (j->kind != JOB_APPEND)
            return;
    }
}

static void do_batch(struct list *batch)
{
    for (struct list *p = batch->next; p != batch; p = p->next)
        do_job(LIST_OWNER(p, struct job, link));
    sync_batch(batch);
}

static void *work(void *arg)
{
    struct disk *d = arg;
    struct list batch, *p;

    fault_enter(d->scope);
    pthread_mutex_lock(&d->lock);
    for (;;) {
        while (list_empty(&d->queue) && !d->stop)
            pthread_cond_wait(&d->more, &d->lock);
        if (list_empty(&d->queue))
            break;
        take_batch(d, &batch);
        pthread_mutex_unlock(&d->lock);
        do_batch(&batch);
        pthread_mutex_lock(&d->lock);
        while ((p = list_shift(&batch)) != NULL)
            list_push(&d->done, p);
        loop_wake(d->loop);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

/* ---- on the loop's thread ---- */

static void free_file(struct disk_file *f)
{
    list_drop(&f->link);
    mem_drop(f->open_job);
    mem_drop(f->close_job);
    mem_drop(f);
}

static void hand_back(struct disk *d, struct job *j)
{
    const struct err *e = j->err.code ? &j->err : NULL;

    d->jobs--;
    d->bytes -= j->len;
    d->counts.jobs++;
    d->counts.syncs += j->syncs;
    if (!e)
        d->counts.bytes += j->len;
    else if (j->err.sys)
        d->counts.last_error = j->err.sys;
    if (j->done)
        j->done(j->arg, e);
    if (j->got)
        j->got(j->arg, buf_slice(&j->data), e);
    buf_free(&j->data);
    if (j->kind == JOB_CLOSE)
        free_file(j->file);
    else if (j->kind != JOB_OPEN)       /* that one is the file's */
        mem_drop(j);
}

/* One job at a time: a done may queue more, and ask whether we are full. */
static void collect(void *arg)
{
    struct disk *d = arg;
    struct list batch, *p;

    list_init(&batch);
    pthread_mutex_lock(&d->lock);
    while ((p = list_shift(&d->done)) != NULL)
        list_push(&batch, p);
    pthread_mutex_unlock(&d->lock);
    while ((p = list_shift(&batch)) != NULL)
        hand_back(d, LIST_OWNER(p, struct job, link));
}

static bool no_room(const struct disk *d, size_t more, bool must)
{
    size_t jobs = LIMIT_DISK_JOBS, bytes = LIMIT_DISK_BYTES;

    if (must) {
        jobs += LIMIT_DISK_MUST_JOBS;
        bytes += LIMIT_DISK_MUST_BYTES;
    }
    return d->jobs >= jobs || d->bytes + more > bytes;
}

static void queue_job(struct disk *d, struct job *j)
{
    d->jobs++;
    d->bytes += j->len;
    if (d->ended) {             /* a done during disk_free closes a file */
        do_job(j);
        hand_back(d, j);
        return;
    }
    pthread_mutex_lock(&d->lock);
    list_push(&d->queue, &j->link);
    pthread_cond_signal(&d->more);
    pthread_mutex_unlock(&d->lock);
}

/* A job in one block with its bytes and its path; NULL when full. */
static struct job *new_job(struct disk *d, enum job_kind kind, struct slice s,
    const char *path, bool must)
{
    size_t name = path ? strlen(path) + 1 : 0;
    struct job *j = NULL;

    if (!d->ended && !no_room(d, s.len, must))
        j = mem_resize(NULL, sizeof *j + s.len + name);
    if (!j) {
        d->counts.dropped++;
        return NULL;
    }
    *j = (struct job){.kind = kind, .len = s.len};
    list_init(&j->link);
    if (s.len)
        memcpy(j->bytes, s.ptr, s.len);
    if (path)
        j->path = memcpy(j->bytes + s.len, path, name);
    return j;
}

static bool is_idle(void *arg)
{
    return disk_idle(arg);
}

struct disk *disk_new(struct loop *l, struct err *err)
{
    struct disk *d = mem_new(sizeof *d);
    int sys;

    if (!d || loop_on_wake(l, collect, d)) {
        mem_drop(d);
        fail(err, ERR_MEM, "no memory for the disk thread");
        return NULL;
    }
    d->loop = l;
    d->scope = fault_scope();
    list_init(&d->queue);
    list_init(&d->done);
    list_init(&d->files);
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->more, NULL);
    sys = pthread_create(&d->thread, NULL, work, d);
    if (sys) {
        errno = sys;
        fail_sys(err, ERR_IO, "disk thread");
        loop_off_wake(l, collect, d);
        mem_drop(d);
        return NULL;
    }
    loop_idle_check(l, is_idle, d);
    return d;
}

void disk_free(struct disk *d)
{
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    d->stop = true;
    pthread_cond_signal(&d->more);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    d->ended = true;
    collect(d);
    while (!list_empty(&d->files))
        disk_close(LIST_OWNER(d->files.next, struct disk_file, link));
    loop_off_wake(d->loop, collect, d);
    loop_idle_check(d->loop, NULL, NULL);
    pthread_cond_destroy(&d->more);
    pthread_mutex_destroy(&d->lock);
    mem_drop(d);
}

bool disk_idle(const struct disk *d)
{
    return d->jobs == 0;
}

bool disk_full(const struct disk *d)
{
    return no_room(d, LIMIT_RECORD, false);
}

struct disk_file *disk_open(struct disk *d, const char *path, bool trunc,
    int mode)
{
    size_t name = strlen(path) + 1;
    struct disk_file *f = mem_new(sizeof *f + name);

    if (!f)
        return NULL;
    list_init(&f->link);
    f->open_job = new_job(d, JOB_OPEN, SLICE(""), NULL, true);
    f->close_job = new_job(d, JOB_CLOSE, SLICE(""), NULL, true);
    if (!f->open_job || !f->close_job) {
        free_file(f);
        return NULL;
    }
    f->disk = d;
    f->trunc = trunc;
    f->fd = -1;
    memcpy(f->path, path, name);
    f->open_job->file = f->close_job->file = f;
    f->open_job->mode = mode;
    list_push(&d->files, &f->link);
    queue_job(d, f->open_job);
    return f;
}

int disk_append(struct disk_file *f, struct slice s, int flags,
    void (*done)(void *arg, const struct err *err), void *arg)
{
    struct job *j = new_job(f->disk, JOB_APPEND, s, NULL,
        (flags & DISK_MUST) != 0);

    assert(!f->closed);
    if (!j)
        return -1;
    j->file = f;
    j->flags = flags;
    j->done = done;
    j->arg = arg;
    queue_job(f->disk, j);
    return 0;
}

int disk_patch(struct disk_file *f, struct slice s, int64_t at)
{
    struct job *j = new_job(f->disk, JOB_PATCH, s, NULL, true);

    assert(!f->closed);
    if (!j)
        return -1;
    j->file = f;
    j->at = at;
    queue_job(f->disk, j);
    return 0;
}

void disk_close_then(struct disk_file *f,
    void (*closed)(void *arg, const struct err *err), void *arg)
{
    assert(!f->closed);
    f->closed = true;
    list_drop(&f->link);
    f->close_job->done = closed;
    f->close_job->arg = arg;
    queue_job(f->disk, f->close_job);
}

void disk_close(struct disk_file *f)
{
    if (f)
        disk_close_then(f, NULL, NULL);
}

int disk_put(struct disk *d, const char *path, struct slice s, int mode,
    void (*done)(void *arg, const struct err *err), void *arg)
{
    struct job *j = new_job(d, JOB_PUT, s, path, true);

    if (!j)
        return -1;
    j->mode = mode;
    j->done = done;
    j->arg = arg;
    queue_job(d, j);
    return 0;
}

int disk_get(struct disk *d, const char *path, size_t max,
    void (*got)(void *arg, struct slice data, const struct err *err),
    void *arg)
{
    struct job *j = new_job(d, JOB_GET, SLICE(""), path, false);

    if (!j)
        return -1;
    buf_init(&j->data, max);
    j->got = got;
    j->arg = arg;
    queue_job(d, j);
    return 0;
}

int disk_unlink(struct disk *d, const char *path,
    void (*done)(void *arg, const struct err *err), void *arg)
{
    struct job *j = new_job(d, JOB_UNLINK, SLICE(""), path, true);

    if (!j)
        return -1;
    j->done = done;
    j->arg = arg;
    queue_job(d, j);
    return 0;
}

int disk_mkdir(struct disk *d, const char *path, int mode)
{
    struct job *j = new_job(d, JOB_MKDIR, SLICE(""), path, true);

    if (!j)
        return -1;
    j->mode = mode;
    queue_job(d, j);
    return 0;
}

struct disk_counts disk_counts(const struct disk *d)
{
    return d->counts;
}
