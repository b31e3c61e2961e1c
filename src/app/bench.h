/* bench.h - one step of `concierge bench`: so many calls for so long, through
 * a server in a process of its own.
 */
#ifndef APP_BENCH_H
#define APP_BENCH_H

#include "app/conf.h"
#include "sim/storm.h"

/* Descriptors of either process beside those of its calls. */
#define BENCH_DESCRIPTORS 64

struct bench_how {
    size_t calls;
    int64_t ms;                 /* to measure */
    int64_t late_us;            /* end to end, p99: more is too late */
};

struct bench_step {
    size_t calls;
    int64_t late_us;
    int64_t ms;                 /* that were measured */
    struct storm_counts is;
    int64_t server_cpu, own_cpu;        /* us in that time */
    int64_t memory;             /* bytes a call; -1: not known */
    uint64_t allocations;       /* of the server in that time */
};

/* No frame was lost, altered or late (p99), and no call failed. */
bool bench_holds(const struct bench_step *s);
/* We were late ourselves: whatever was measured is not of the server alone. */
bool bench_own_limit(const struct bench_step *s);

/* Plays it.  0, or -1 and *err when it could not be played at all. */
int bench_step(const struct conf *c, const struct bench_how *how,
    struct bench_step *out, struct err *err);

/* The other process: the server, until its stdin ends.  words: the port of the
 * model, the calls.  Prints "PORT TOKEN".  An exit status. */
int bench_serve(const struct conf *c, const char *model, const char *calls);

extern const char bench_help[];

#endif
