/* loop.c - the poll() loop: descriptors, timers, and what runs at round's end.
 *
 * fds and who are parallel and dense; place 0 is the wake-up pipe.  Taking a
 * watch out moves the last one into its place, so the walk over what is ready
 * goes from the end to the front: whatever moves down has been seen, and a
 * look is used up (revents = 0) before its handler is called.
 *
 * Pauses: with FEW descriptors or more, a look follows the last one by a gap.
 * The gap is such that looks which find nothing take SHARE of the time, and
 * shrinks with what they find, down to 1 ms.  After a look that found nothing
 * the next one waits inside poll(), so that silence costs nothing at all.
 */
#include "net/loop.h"

#include <assert.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "base/fault.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sys.h"

#define FEW         32      /* watches; below, look at once */
#define GAP_LEAST   1000    /* us between two looks at many */
#define GAP_MOST    20000   /* us; two gaps still fit into p99 of 50 ms */
#define SHARE       20      /* idle looks may take 1/20 of a core */
#define PASSES      16      /* of tasks in a round, then the next round */
#define HOOKS       8
#define BLIND_MOST  8       /* looks that may fail in a row: no memory in the
                               kernel passes, a closed descriptor does not */
#define WAKE_TRIES  3
#define ASLEEP_MOST 1000    /* ms; while the other thread has work: should its
                               wake-up be lost, it is late and no more */
#define BLOCKS_AT_FIRST 16
#define TRIM_EVERY  10000   /* ms; blocks not lent meanwhile are freed */

struct hook {
    void (*fn)(void *arg);
    void *arg;
    enum fault_scope scope;
};

struct loop {
    struct pollfd *fds;
    struct watch **who;
    size_t len, cap;
    int64_t now;
    bool running, in_round;
    enum fault_scope scope;     /* whose poll() it is */
    int blind;                  /* looks that failed, one after the other */

    struct heap timers;
    struct list due;            /* taken from the heap, to be fired now */
    struct list starved;        /* found no place in the heap */
    struct list later, last;

    int64_t looked;             /* us; end of the last look */
    int64_t gap;                /* us */
    int64_t cost;               /* us a look takes, smoothed */
    bool barren;                /* the last look found nothing */

    int wake_in, wake_out;
    atomic_bool woken;
    atomic_bool unheard;        /* ... and the pipe did not take it */
    int deaf;                   /* reads of the pipe that failed in a row */
    struct watch wake;
    struct hook hooks[HOOKS];

    bool (*idle)(void *arg);
    void *idle_arg;

    void **blocks;              /* free ones.  Not linked through themselves:
                                   to lend one need not look into it */
    size_t blocks_cap;
    size_t spare, spare_min;    /* how many, and the least since trimmed */
    int64_t trimmed;

    struct loop_counts counts;
    uint8_t scratch[LIMIT_CONN_READ];
    uint8_t scratch2[LIMIT_CONN_READ];
};

/* ---- descriptors ---- */

static short poll_events(int events)
{
    return (short)((events & LOOP_READ ? POLLIN : 0)
        | (events & LOOP_WRITE ? POLLOUT : 0));
}

/* A descriptor nobody wants anything of is hidden: poll() would report its
 * errors again and again. */
static void set_events(struct pollfd *p, const struct watch *w)
{
    p->fd = w->events_ ? w->fd : -1;
    p->events = poll_events(w->events_);
}

static int grow(struct loop *l)
{
    size_t cap = l->cap ? l->cap * 2 : TINY_OR(1, 64);
    void *p = mem_resize(l->fds, cap * sizeof *l->fds);

    if (!p)
        return -1;
    l->fds = p;
    p = mem_resize(l->who, cap * sizeof *l->who);
    if (!p)
        return -1;
    l->who = p;
    l->cap = cap;
    return 0;
}

int loop_watch(struct loop *l, struct watch *w, int events)
{
    if (w->slot_) {
        loop_want(l, w, events);
        return 0;
    }
    if (l->len == l->cap && grow(l))
        return -1;
    w->events_ = events;
    w->scope_ = (uint8_t)fault_scope();
    l->who[l->len] = w;
    set_events(&l->fds[l->len], w);
    l->fds[l->len].revents = 0;
    w->slot_ = ++l->len;
    return 0;
}

void loop_want(struct loop *l, struct watch *w, int events)
{
    if (!w->slot_ || w->events_ == events)
        return;
    w->events_ = events;
    set_events(&l->fds[w->slot_ - 1], w);
}

void loop_unwatch(struct loop *l, struct watch *w)
{
    size_t i = w->slot_;

    if (i == 0)
        return;
    assert(l->who[i - 1] == w);
    w->slot_ = 0;
    l->len--;
    if (i - 1 == l->len)
        return;
    l->fds[i - 1] = l->fds[l->len];
    l->who[i - 1] = l->who[l->len];
    l->who[i - 1]->slot_ = i;
}

struct watch *loop_watch_at(const struct loop *l, size_t i)
{
    return i < l->len ? l->who[i] : NULL;
}

size_t loop_watches(const struct loop *l)
{
    return l->len;
}

static void call_ready(struct loop *l)
{
    for (size_t i = l->len; i-- > 0;) {
        short got;
        int events;

        if (i >= l->len)        /* a handler took out several */
            continue;
        got = l->fds[i].revents;
        if (!got)
            continue;
        l->fds[i].revents = 0;
        events = (got & POLLIN ? LOOP_READ : 0)
            | (got & POLLOUT ? LOOP_WRITE : 0);
        if (got & (POLLERR | POLLHUP | POLLNVAL))
            events = LOOP_READ | LOOP_WRITE;
        l->counts.ready++;
        fault_enter(l->who[i]->scope_);
        l->who[i]->ready(l->who[i]->arg, events);
    }
}

/* ---- timers ---- */

static void unlink_timer(struct timer *t)
{
    if (t->link_.next)
        list_drop(&t->link_);
    t->link_.next = t->link_.prev = NULL;
}

void loop_at(struct loop *l, struct timer *t, int64_t at)
{
    unlink_timer(t);
    t->scope_ = (uint8_t)fault_scope();
    if (heap_put(&l->timers, &t->node, at))
        list_push(&l->starved, &t->link_);
}

void loop_in(struct loop *l, struct timer *t, int64_t ms)
{
    loop_at(l, t, loop_now(l) + ms);
}

void loop_cancel(struct loop *l, struct timer *t)
{
    unlink_timer(t);
    heap_drop(&l->timers, &t->node);
}

/* All due ones are taken out before any is called: what a handler sets waits
 * for the next round, whatever its deadline. */
static void fire_timers(struct loop *l)
{
    struct heap_node *n;
    struct list *p;

    while ((p = list_shift(&l->starved)) != NULL)
        list_push(&l->due, p);
    while ((n = heap_min(&l->timers)) != NULL && n->key <= l->now) {
        heap_drop(&l->timers, n);
        list_push(&l->due, &LIST_OWNER(n, struct timer, node)->link_);
    }
    while ((p = list_shift(&l->due)) != NULL) {
        struct timer *t = LIST_OWNER(p, struct timer, link_);

        unlink_timer(t);
        l->counts.timers++;
        fault_enter(t->scope_);
        t->fire(t->arg);
    }
}

/* ---- the end of the round ---- */

static void queue_task(struct list *to, struct task *t)
{
    if (t->queued_)
        return;
    t->queued_ = true;
    t->scope_ = (uint8_t)fault_scope();
    list_push(to, &t->link_);
}

void loop_later(struct loop *l, struct task *t)
{
    queue_task(&l->later, t);
}

void loop_last(struct loop *l, struct task *t)
{
    queue_task(&l->last, t);
}

void loop_forget(struct loop *l, struct task *t)
{
    (void)l;
    if (!t->queued_)
        return;
    t->queued_ = false;
    list_drop(&t->link_);
}

/* Runs what is in the list now; what comes meanwhile stays there. */
static void run_tasks(struct list *from)
{
    struct list batch, *p;

    list_init(&batch);
    while ((p = list_shift(from)) != NULL)
        list_push(&batch, p);
    while ((p = list_shift(&batch)) != NULL) {
        struct task *t = LIST_OWNER(p, struct task, link_);

        t->queued_ = false;
        fault_enter(t->scope_);
        t->run(t->arg);
    }
}

static void end_round(struct loop *l)
{
    for (int i = 0; i < PASSES; i++) {
        if (!list_empty(&l->later))
            run_tasks(&l->later);
        else if (!list_empty(&l->last))
            run_tasks(&l->last);
        else
            return;
    }
}

/* ---- wake-ups ---- */

void loop_wake(struct loop *l)
{
    if (atomic_exchange(&l->woken, true))
        return;
    for (int i = 0; i < WAKE_TRIES; i++)
        if (sys_write(l->wake_out, "", 1) != -1)
            return;                 /* a full pipe wakes as well */
    atomic_store(&l->unheard, true);
}

/* The flag falls after the read and before the listeners: whoever finds it up
 * has handed over what they are about to collect. */
static void on_wake(void *arg, int events)
{
    struct loop *l = arg;
    uint8_t sink[64];
    ssize_t n;

    (void)events;
    do
        n = sys_read(l->wake_in, sink, sizeof sink);
    while (n == sizeof sink);
    l->deaf = n == -1 ? l->deaf + 1 : 0;
    atomic_store(&l->unheard, false);
    atomic_store(&l->woken, false);
    for (size_t i = 0; i < HOOKS; i++)
        if (l->hooks[i].fn) {
            fault_enter(l->hooks[i].scope);
            l->hooks[i].fn(l->hooks[i].arg);
        }
}

int loop_on_wake(struct loop *l, void (*fn)(void *arg), void *arg)
{
    for (size_t i = 0; i < HOOKS; i++)
        if (!l->hooks[i].fn) {
            l->hooks[i] = (struct hook){fn, arg, fault_scope()};
            return 0;
        }
    return -1;
}

void loop_off_wake(struct loop *l, void (*fn)(void *arg), void *arg)
{
    for (size_t i = 0; i < HOOKS; i++)
        if (l->hooks[i].fn == fn && l->hooks[i].arg == arg)
            l->hooks[i] = (struct hook){.fn = NULL};
}

/* ---- looking ---- */

/* Milliseconds a poll() may sleep; -1: for ever. */
static int until_timer(const struct loop *l, int64_t now)
{
    struct heap_node *n = heap_min(&l->timers);

    if (!list_empty(&l->later) || !list_empty(&l->last)
        || !list_empty(&l->starved))
        return 0;
    if (!n)
        return -1;
    if (n->key <= now)
        return 0;
    return n->key - now < INT_MAX ? (int)(n->key - now) : INT_MAX;
}

static int look(struct loop *l, int timeout)
{
    int r;

    if (l->idle && (timeout < 0 || timeout > ASLEEP_MOST)
        && !l->idle(l->idle_arg))
        timeout = ASLEEP_MOST;
    r = sys_poll(l->fds, l->len, timeout);

    l->counts.looks++;
    if (r == 0 && timeout > 0)
        l->counts.asleep += (uint64_t)timeout;
    if (r < 0)      /* revents are of no worth */
        for (size_t i = 0; i < l->len; i++)
            l->fds[i].revents = 0;
    return r;
}

/* Sleeps on the wake-up pipe alone. */
static int pause_for(struct loop *l, int ms)
{
    l->counts.pauses++;
    return sys_poll(l->fds, 1, ms);
}

static void set_gap(struct loop *l, int found)
{
    int64_t gap = l->cost * SHARE / (1 + found);

    l->gap = gap < GAP_LEAST ? GAP_LEAST : gap > GAP_MOST ? GAP_MOST : gap;
    l->barren = found == 0;
}

/* Looks at many descriptors, or pauses until that is allowed again.  A timer
 * that falls due meanwhile gets a round of its own, without a look. */
static int look_at_many(struct loop *l)
{
    int64_t start = sys_now_us(), rest = l->looked + l->gap - start;
    int wait = until_timer(l, start / 1000), r;

    if (rest > 0) {
        int ms = (int)((rest + 999) / 1000);

        r = wait == 0 ? 0 : pause_for(l, wait > 0 && wait < ms ? wait : ms);
        start = sys_now_us();
        if (r != 0 || start < l->looked + l->gap)
            return r;
        wait = until_timer(l, start / 1000);
    }
    r = look(l, l->barren ? wait : 0);
    l->looked = sys_now_us();
    if (!l->barren || wait == 0)        /* it did not sleep */
        l->cost = l->cost ? (l->cost * 7 + l->looked - start) / 8
            : l->looked - start;
    set_gap(l, r > 0 ? r : 0);
    return r;
}

/* On the virtual clock time moves only when nothing else can: no bytes are
 * ready or under way, nothing is queued here or on the disk thread. */
static int look_virtually(struct loop *l)
{
    struct heap_node *n;
    int r = look(l, 0);

    if (r != 0 || until_timer(l, sys_now()) == 0)
        return r;
    if (l->idle && !l->idle(l->idle_arg))
        return look(l, 10);
    if (sys_counts().in_flight != 0) {
        r = look(l, 2);
        if (r != 0)
            return r;
        sys_in_flight_reset();
    }
    n = heap_min(&l->timers);
    if (!n)
        return look(l, 20);     /* a signal, or a peer outside */
    sys_advance(n->key - sys_now());
    return 0;
}

/* ---- shared memory ---- */

static void trim(struct loop *l)
{
    if (l->now - l->trimmed < TRIM_EVERY)
        return;
    l->trimmed = l->now;
    for (; l->spare_min > 0; l->spare_min--)
        mem_drop(l->blocks[--l->spare]);
    l->spare_min = l->spare;
}

void *loop_lend(struct loop *l)
{
    if (!l->spare)
        return mem_resize(NULL, LOOP_BLOCK);
    if (--l->spare < l->spare_min)
        l->spare_min = l->spare;
    return l->blocks[l->spare];
}

/* What cannot be kept for want of memory is freed. */
void loop_give_back(struct loop *l, void *block)
{
    if (!block)
        return;
    if (l->spare == l->blocks_cap) {
        size_t cap = l->blocks_cap ? 2 * l->blocks_cap : BLOCKS_AT_FIRST;
        void *more = mem_resize(l->blocks, cap * sizeof *l->blocks);

        if (!more) {
            mem_drop(block);
            return;
        }
        l->blocks = more;
        l->blocks_cap = cap;
    }
    l->blocks[l->spare++] = block;
}

struct mslice loop_scratch(struct loop *l)
{
    return (struct mslice){l->scratch, sizeof l->scratch};
}

struct mslice loop_scratch2(struct loop *l)
{
    return (struct mslice){l->scratch2, sizeof l->scratch2};
}

/* ---- the loop ---- */

struct loop *loop_new(struct err *err)
{
    struct loop *l = mem_new(sizeof *l);
    int fd[2];

    if (!l) {
        fail(err, ERR_MEM, "no memory for the loop");
        return NULL;
    }
    if (sys_pipe(fd)) {
        fail_sys(err, ERR_IO, "wake-up pipe");
        mem_drop(l);
        return NULL;
    }
    l->wake_in = fd[0];
    l->wake_out = fd[1];
    list_init(&l->due);
    list_init(&l->starved);
    list_init(&l->later);
    list_init(&l->last);
    l->now = l->trimmed = sys_now();
    l->scope = fault_scope();
    l->gap = GAP_LEAST;
    l->wake = (struct watch){.fd = fd[0], .ready = on_wake, .arg = l};
    if (loop_watch(l, &l->wake, LOOP_READ)) {
        fail(err, ERR_MEM, "no memory for the loop");
        loop_free(l);
        return NULL;
    }
    return l;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    loop_unwatch(l, &l->wake);
    assert(l->len == 0);
    while (l->spare)
        mem_drop(l->blocks[--l->spare]);
    mem_drop(l->blocks);
    sys_close(l->wake_in);
    sys_close(l->wake_out);
    heap_free(&l->timers);
    mem_drop(l->fds);
    mem_drop(l->who);
    mem_drop(l);
}

static int look_round(struct loop *l)
{
    int r;

    if (l->deaf > BLIND_MOST) {     /* the disk is not heard any more */
        l->deaf = 0;
        l->blind = BLIND_MOST + 1;
        return -1;
    }
    l->counts.rounds++;
    if (sys_is_virtual())
        r = look_virtually(l);
    else if (l->len - 1 < FEW)
        r = look(l, until_timer(l, sys_now()));
    else
        r = look_at_many(l);
    l->now = sys_now();
    l->blind = r < 0 ? l->blind + 1 : 0;
    return r;
}

/* A look that failed has seen nothing; what waits for the clock goes on. */
int loop_round(struct loop *l)
{
    enum fault_scope was = fault_enter(l->scope);
    int r = look_round(l);

    if (l->blind <= BLIND_MOST) {
        l->in_round = true;
        if (atomic_load(&l->unheard))
            on_wake(l, 0);
        if (r > 0)
            call_ready(l);
        fire_timers(l);
        end_round(l);
        fault_enter(l->scope);
        trim(l);
        l->in_round = false;
        r = 0;
    }
    fault_enter(was);
    return r;
}

void loop_tidy(struct loop *l)
{
    enum fault_scope was = fault_scope();

    end_round(l);
    fault_enter(was);
}

int loop_run(struct loop *l)
{
    int r = 0;

    l->running = true;
    while (l->running && r == 0)
        r = loop_round(l);
    return r;
}

void loop_stop(struct loop *l)
{
    l->running = false;
}

/* Outside of a round the time of the last one may be long past. */
int64_t loop_now(const struct loop *l)
{
    return l->in_round ? l->now : sys_now();
}

void loop_idle_check(struct loop *l, bool (*idle)(void *arg), void *arg)
{
    l->idle = idle;
    l->idle_arg = arg;
}

struct loop_counts loop_counts(const struct loop *l)
{
    struct loop_counts c = l->counts;

    c.watches = l->len - 1;
    return c;
}
