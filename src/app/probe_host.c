/* probe_host.c - this machine: room and speed of the disk, descriptors. */
#include "app/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "app/doctor.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"

#define ROOM_LEAST (64LL << 20)     /* bytes: below it a call may not end */
#define ROOM_GOOD (1LL << 30)       /* some 30 hours of recordings */
#define SYNCS 3                     /* their median counts: an intent is synced
                                       before each call, others wait behind */

/* ---- disk ---- */

/* Probes run on the loop, and a sync may take long: the disk thread does it. */
struct disk_probe {
    struct disk *disk;
    struct disk_file *file;
    char path[CONF_TEXT + 32];
    int64_t sent_us, us[SYNCS];     /* sorted */
    int syncs;
    int64_t room;
    bool made;                  /* the folder is ours: take it away again */
};

static void append(struct probe_run *p);

static void judge_disk(struct probe_run *p)
{
    const struct disk_probe *k = p->own;
    const char *dir = p->d->conf->dir;
    int64_t median = k->us[SYNCS / 2];
    double sync_ms = (double)median / 1000.0;
    bool slow = median > 1000 * p->d->opt.sync_slow_ms;

    jsonw_kcstr(probe_seen(p), "dir", dir);
    jsonw_kint(probe_seen(p), "free_bytes", k->room);
    jsonw_kint(probe_seen(p), "fsync_us", median);
    jsonw_kint(probe_seen(p), "fsync_worst_us", k->us[SYNCS - 1]);
    if (k->room < ROOM_LEAST) {
        probe_remedy(p, "make room, or set CONCIERGE_DIR to another disk");
        probe_fail(p, 0, "%lld MB are free in %s: the journal of a call may "
            "not fit", (long long)(k->room >> 20), dir);
    } else if (median > 1000 * p->d->opt.sync_bad_ms) {
        probe_remedy(p, "set CONCIERGE_DIR to a disk of this machine");
        probe_fail(p, 0, "a sync in %s took %.0f ms: calls wait for it before "
            "they are dialled", dir, sync_ms);
    } else if (k->room < ROOM_GOOD || slow) {
        probe_remedy(p, k->room < ROOM_GOOD ? "make room, or set KEEP_DAYS "
            "lower" : "set CONCIERGE_DIR to a disk of this machine");
        probe_warn(p, 0, "%lld MB free, a sync takes %.1f ms",
            (long long)(k->room >> 20), sync_ms);
    } else {
        probe_ok(p, "%s: %lld GB free, a sync takes %.1f ms", dir,
            (long long)(k->room >> 30), sync_ms);
    }
}

static void keep_time(struct disk_probe *k, int64_t us)
{
    int i = k->syncs++;

    for (; i > 0 && k->us[i - 1] > us; i--)
        k->us[i] = k->us[i - 1];
    k->us[i] = us;
}

static void on_synced(void *arg, const struct err *err)
{
    struct probe_run *p = arg;
    struct disk_probe *k = p->own;
    int64_t took = sys_now_us() - k->sent_us;

    if (probe_over(p))
        return;
    if (err) {
        probe_remedy(p, "let this user write there, or set CONCIERGE_DIR");
        probe_fail(p, 0, "%s cannot be written: %s", p->d->conf->dir,
            err->msg);
        return;
    }
    keep_time(k, took);
    if (k->syncs < SYNCS)
        append(p);
    else
        judge_disk(p);
}

static void append(struct probe_run *p)
{
    struct disk_probe *k = p->own;

    k->sent_us = sys_now_us();
    if (disk_append(k->file, SLICE("concierge doctor was here\n"), DISK_SYNC,
        on_synced, p))
        probe_fail(p, 0, "the disk's queue took nothing");
}

static void disk_start(struct probe_run *p)
{
    const char *dir = p->d->conf->dir;
    struct disk_probe *k = mem_new(sizeof *k);
    struct err err = {0};
    int mode;

    p->own = k;
    if (!k) {
        probe_fail(p, 0, "no memory");
        return;
    }
    k->made = !sys_exists(dir);
    if (sys_mkdir(dir, 0700)) {
        probe_remedy(p, "make the folder, or set CONCIERGE_DIR");
        probe_fail(p, 0, "the folder %s cannot be made: %s", dir,
            strerror(errno));
        k->made = false;
        return;
    }
    mode = sys_mode(dir);
    k->room = sys_free_bytes(dir);
    text_fmt(k->path, sizeof k->path, "%s/doctor-%d", dir, sys_pid());
    k->disk = disk_new(p->d->loop, &err);
    k->file = k->disk ? disk_open(k->disk, k->path, true, 0600) : NULL;
    if (!k->file) {
        probe_fail(p, 0, "%s", err.code ? err.msg : "no file can be opened");
        return;
    }
    if (mode >= 0 && (mode & 077))
        jsonw_kint(probe_seen(p), "mode", mode);
    append(p);
}

static void disk_stop(struct probe_run *p)
{
    struct disk_probe *k = p->own;

    if (!k)
        return;
    if (k->file)
        disk_close(k->file);
    if (k->disk)
        disk_free(k->disk);
    if (k->path[0])
        sys_unlink(k->path);
    if (k->made)
        sys_unlink(p->d->conf->dir);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_disk = {"disk", NULL, NULL, 10000, 0, disk_start,
    disk_stop};

/* ---- descriptors ---- */

/* A call holds Twilio's socket, the model's, a REST exchange now and then and
 * a recording; the server holds some for itself, and callbacks come in. */
#define FDS_A_CALL 4
#define FDS_OURS 32

static void limits_start(struct probe_run *p)
{
    int64_t have = sys_fd_limit();
    int calls = p->d->conf->max_calls;
    int64_t want = (int64_t)calls * FDS_A_CALL + FDS_OURS;

    jsonw_kint(probe_seen(p), "descriptors", have);
    jsonw_kint(probe_seen(p), "wanted", want);
    jsonw_kint(probe_seen(p), "max_calls", calls);
    if (have >= want) {
        probe_ok(p, "%lld descriptors, %d calls want %lld", (long long)have,
            calls, (long long)want);
        return;
    }
    probe_remedy(p, "raise the hard limit (ulimit -Hn, LimitNOFILE=), or set "
        "MAX_CALLS to %lld", (long long)(have > FDS_OURS + FDS_A_CALL
        ? (have - FDS_OURS) / FDS_A_CALL : 1));
    probe_fail(p, 31902, "%lld descriptors are allowed and %d calls want "
        "%lld: streams would be refused", (long long)have, calls,
        (long long)want);
}

const struct probe probe_limits = {"limits", NULL, NULL, 5000, 0,
    limits_start, NULL};
