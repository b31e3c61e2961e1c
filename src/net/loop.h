/* loop.h - the poll() loop: descriptors, timers, and what runs at round's end.
 *
 * One thread.  A round is: look (poll), call the watches that are ready, call
 * the timers that are due, flush and free at the very end.  When many
 * descriptors are open the loop looks at most once a millisecond, and less
 * often when a look is dear and finds little: a look costs 80 to 370 ns a
 * descriptor.  Its only pause is a poll() on the wake-up descriptor alone.
 *
 * A handler may add, change and remove any watch or timer, its own included.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/err.h"
#include "base/heap.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/slice.h"

struct loop;

struct loop *loop_new(struct err *err);
void loop_free(struct loop *l);         /* watches must be gone */

/* Runs rounds until loop_stop.  0, or -1 when poll failed many times in a row:
 * out of kernel memory for a moment is nothing, a bad descriptor is. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);
int loop_round(struct loop *l);         /* exactly one round */
/* Only the end of a round, outside of one: what waits to be flushed and freed.
 * Never sleeps. */
void loop_tidy(struct loop *l);

/* Time of this round, ms (sys_now). */
int64_t loop_now(const struct loop *l);

/* ---- descriptors ---- */

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct watch {                  /* embed it; owned by the caller */
    int fd;
    void (*ready)(void *arg, int events);   /* errors count as both */
    void *arg;
    size_t slot_;               /* private: place + 1; 0 when out */
    int events_;                /* private */
    uint8_t scope_;             /* private: in whose name it runs, fault.h */
};

int loop_watch(struct loop *l, struct watch *w, int events);    /* -1: memory */
void loop_want(struct loop *l, struct watch *w, int events);    /* cheap */
void loop_unwatch(struct loop *l, struct watch *w);     /* harmless if out */
/* The i-th watch, NULL past the last.  Taking one out moves the last one into
 * its place: walk from the end. */
struct watch *loop_watch_at(const struct loop *l, size_t i);
size_t loop_watches(const struct loop *l);

/* ---- timers ---- */

struct timer {                  /* embed it; zero it, set fire and arg */
    struct heap_node node;
    struct list link_;          /* private: due in this round */
    void (*fire)(void *arg);
    void *arg;
    uint8_t scope_;             /* private */
};

/* Fires once at that moment (ms, absolute); setting it again moves it.
 * Running out of memory fires it in the next round: early, never lost. */
void loop_at(struct loop *l, struct timer *t, int64_t at);
void loop_in(struct loop *l, struct timer *t, int64_t ms);      /* from now */
void loop_cancel(struct loop *l, struct timer *t);      /* harmless if out */

/* ---- the end of the round ---- */

struct task {                   /* embed it; zero it, set run and arg */
    struct list link_;
    bool queued_;
    uint8_t scope_;             /* private */
    void (*run)(void *arg);
    void *arg;
};

/* Runs once at the end of this round, in the order queued: flushes go with
 * loop_later, frees with loop_last (after all flushes). */
void loop_later(struct loop *l, struct task *t);
void loop_last(struct loop *l, struct task *t);
void loop_forget(struct loop *l, struct task *t);       /* harmless if out */

/* ---- from other threads ---- */

void loop_wake(struct loop *l);         /* the only call they may make */
/* Called on the loop's thread after every wake-up; several may listen.  -1:
 * no place left.  loop_off_wake takes the same pair out again. */
int loop_on_wake(struct loop *l, void (*fn)(void *arg), void *arg);
void loop_off_wake(struct loop *l, void (*fn)(void *arg), void *arg);

/* ---- shared memory of the loop ---- */

/* The receive buffer all conns share: LIMIT_CONN_READ bytes. */
struct mslice loop_scratch(struct loop *l);
struct mslice loop_scratch2(struct loop *l);    /* for decrypted bytes */

/* Lends a block of LOOP_BLOCK bytes from a free list; NULL: no memory. */
#define LOOP_BLOCK TINY_OR(16, 4096)
void *loop_lend(struct loop *l);
void loop_give_back(struct loop *l, void *block);

/* The virtual clock (sys_virtual) jumps to the next timer only when a look
 * finds nothing, no bytes are in flight and idle says so.  One check; NULL
 * takes it out.  disk_new sets it to "the disk queue is empty". */
void loop_idle_check(struct loop *l, bool (*idle)(void *arg), void *arg);

struct loop_counts {
    uint64_t rounds, looks, pauses, ready, timers;
    uint64_t asleep;            /* ms it meant to sleep until a timer, and no
                                   descriptor woke it: not longer on a busy
                                   machine */
    size_t watches;
};
struct loop_counts loop_counts(const struct loop *l);

#endif
