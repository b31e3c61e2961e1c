/* disk.h - the second thread: reads, appends, syncs, so the loop never waits.
 *
 * A bounded queue of jobs, done strictly in order.  done is called on the
 * loop's thread.  When the queue is full disk_full() says so: recording frames
 * are then dropped by their writer, new calls are refused; journal records
 * have room kept for them (disk_append with DISK_MUST), far more than running
 * calls can fill while new ones are refused.
 * Appends that wait together share one sync, whatever files lie between.
 * Sets the loop's idle check: the virtual clock waits for the disk.
 */
#ifndef NET_DISK_H
#define NET_DISK_H

#include "base/err.h"
#include "base/slice.h"
#include "net/loop.h"

struct disk;
struct disk_file;

struct disk *disk_new(struct loop *l, struct err *err);
void disk_free(struct disk *d);         /* finishes all jobs, calls their done,
                                           closes what is open, then ends */
bool disk_idle(const struct disk *d);   /* nothing queued, no done pending */
/* Not even a record of the greatest length has room besides the reserve. */
bool disk_full(const struct disk *d);

enum { DISK_SYNC = 1, DISK_MUST = 2 };

/* Opening happens on the disk thread; errors arrive with the first job's done,
 * and every later one's.  trunc: start empty; else append.  mode e.g. 0600.
 * NULL: full, or no memory. */
struct disk_file *disk_open(struct disk *d, const char *path, bool trunc,
    int mode);

/* Appends a copy of s.  flags: sync after it; take the reserve.  -1: full
 * (nothing queued).  done may be NULL; err is NULL when all went well. */
int disk_append(struct disk_file *f, struct slice s, int flags,
    void (*done)(void *arg, const struct err *err), void *arg);
/* Overwrites at an offset (the head of a WAV). */
int disk_patch(struct disk_file *f, struct slice s, int64_t at);
void disk_close(struct disk_file *f);   /* after its jobs; cannot fail */
/* The same; closed is called when all its jobs are done. */
void disk_close_then(struct disk_file *f,
    void (*closed)(void *arg, const struct err *err), void *arg);

/* Writes a whole small file: to a temporary name, sync, rename. */
int disk_put(struct disk *d, const char *path, struct slice s, int mode,
    void (*done)(void *arg, const struct err *err), void *arg);
/* Reads a whole file of at most max bytes; data lives for the call of done. */
int disk_get(struct disk *d, const char *path, size_t max,
    void (*done)(void *arg, struct slice data, const struct err *err),
    void *arg);
/* A file, or a folder that is empty; one that is not there is no error. */
int disk_unlink(struct disk *d, const char *path,
    void (*done)(void *arg, const struct err *err), void *arg);
int disk_mkdir(struct disk *d, const char *path, int mode);

/* Makes the name of a new file safe: syncs the folder it is in.  At once, on
 * the caller's thread.  0 also when that file system knows no such thing. */
int disk_sync_folder(const char *path);

struct disk_counts {
    uint64_t jobs, syncs, dropped, bytes;
    int64_t last_error;         /* errno, 0 when none */
};
struct disk_counts disk_counts(const struct disk *d);

#endif
