/* rig.h - a loop on the virtual clock and a raw peer, for the tests of net/.
 *
 * The peer writes bytes and keeps bytes: it knows no protocol, so that what
 * it is told is judged by the test and not by our own codecs.
 */
#ifndef TESTS_NET_RIG_H
#define TESTS_NET_RIG_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "net/conn.h"
#include "net/loop.h"
#include "tests/tap.h"

#define RIG_PATIENCE 3600000    /* virtual ms before a test gives up */

static struct loop *rig_loop;
static struct timer rig_guard;
static bool rig_late;

static inline void rig_give_up(void *arg)
{
    (void)arg;
    rig_late = true;
}

static inline void rig_start(void)
{
    struct err err;

    sys_virtual(INT64_C(1795345200000));    /* 2026-11-22T11:00:00Z */
    rand_seed_number(42);
    rig_loop = loop_new(&err);
    if (!rig_loop) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    rig_guard.fire = rig_give_up;
}

/* Rounds until cond holds; false when nothing came of it. */
#define RIG_UNTIL(cond) do { \
        rig_late = false; \
        loop_in(rig_loop, &rig_guard, RIG_PATIENCE); \
        while (!(cond) && !rig_late) \
            loop_round(rig_loop); \
        loop_cancel(rig_loop, &rig_guard); \
    } while (0)

/* Some rounds without waiting for anything: what is under way arrives. */
static inline void rig_settle(void)
{
    struct timer t = {.fire = rig_give_up};

    rig_late = false;
    loop_in(rig_loop, &t, 1);
    while (!rig_late)
        loop_round(rig_loop);
}

static inline void rig_wait(int64_t ms)
{
    struct timer t = {.fire = rig_give_up};

    rig_late = false;
    loop_in(rig_loop, &t, ms);
    while (!rig_late)
        loop_round(rig_loop);
}

static inline void rig_end(void)
{
    rig_wait(20000);        /* lingering conns go */
    loop_free(rig_loop);
}

static inline struct sys_addr rig_addr(uint16_t port)
{
    static const uint8_t home[4] = {127, 0, 0, 1};
    struct sys_addr a;

    sys_addr_v4(&a, home, port);
    return a;
}

/* ---- the raw peer ---- */

struct raw {
    struct conn *c;             /* NULL when closed */
    struct buf in;
    bool open, closed;
    bool hold;                  /* keeps nothing: for slow readers */
    struct err err;             /* of a close that was none */
    void (*heard)(struct raw *);
};

static inline void raw_open(struct conn *c, void *arg)
{
    struct raw *r = arg;

    (void)c;
    r->open = true;
}

static inline size_t raw_read(struct conn *c, void *arg, struct mslice in)
{
    struct raw *r = arg;

    (void)c;
    buf_add(&r->in, slice_of(in.ptr, in.len));
    if (r->heard)
        r->heard(r);
    return in.len;
}

static inline void raw_gone(struct conn *c, void *arg, const struct err *err)
{
    struct raw *r = arg;

    (void)c;
    r->c = NULL;
    r->closed = true;
    if (err)
        r->err = *err;
}

static const struct conn_ops raw_ops = {
    .name = "raw", .on_open = raw_open, .on_read = raw_read,
    .on_close = raw_gone,
};

static inline void raw_dial(struct raw *r, uint16_t port)
{
    struct conn_target to = {.host = SLICE("127.0.0.1"), .port = port,
        .timeout = 5000};
    struct err err;

    *r = (struct raw){.c = NULL};
    buf_init(&r->in, 64u << 20);
    r->c = conn_dial(rig_loop, NULL, &to, &raw_ops, r, &err);
    if (!r->c) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    RIG_UNTIL(r->open || r->closed);
}

static inline void raw_send(struct raw *r, struct slice s)
{
    if (r->c)
        (void)conn_write(r->c, s);
}

static inline void raw_says(struct raw *r, const char *s)
{
    raw_send(r, slice_str(s));
}

/* Without a word of farewell, and at once. */
static inline void raw_drop(struct raw *r)
{
    if (r->c)
        conn_abort(r->c, NULL);
    RIG_UNTIL(r->closed);
    buf_free(&r->in);
}

#endif
