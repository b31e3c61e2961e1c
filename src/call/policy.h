/* policy.h - who may be called, when, how often and for how much; checked
 * before anything rings, and again when a call's turn comes.
 *
 * Pure.  The floor: emergency and premium numbers never, whatever the settings
 * say.  What is refused has a rule with a constant reason, and a sentence for
 * the person; the number in it is masked.
 */
#ifndef CALL_POLICY_H
#define CALL_POLICY_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "codec/date.h"

struct policy {                 /* 0 and empty: no such rule */
    struct slice allowed;       /* "+4930*, +15551230000" */
    struct slice countries;     /* "DE,AT,CH" */
    size_t max_calls;           /* at once; 0: none at all */
    int quiet_from, quiet_to;   /* minutes of the day; -1: off */
    uint64_t per_day, per_number;       /* attempts */
    int64_t day_ms;             /* of talk */
    int64_t call_cost, day_cost;        /* millionths, price.h */
};

struct policy_case {            /* what is to be judged */
    struct slice to;            /* E.164 */
    bool stopped;               /* the kill switch */
    size_t running;             /* calls, without this one */
    struct date day;            /* where the callee is */
    int minute;                 /* of that day */
    struct slice hours;         /* of the place; empty: not known */
    uint64_t calls, to_number;  /* attempts today */
    int64_t ms, cost;           /* of today's, running ones too */
    int64_t first_minute;       /* what one minute of this call costs */
};

enum policy_rule { POLICY_FINE, POLICY_STOPPED, POLICY_FORBIDDEN,
    POLICY_NUMBER, POLICY_COUNTRY, POLICY_QUIET, POLICY_CLOSED,
    POLICY_DAY_CALLS, POLICY_NUMBER_CALLS, POLICY_DAY_SECONDS,
    POLICY_CALL_COST, POLICY_DAY_COST, POLICY_RUNNING };

/* The first rule against it; POLICY_FINE: none.  Otherwise *err is ERR_POLICY,
 * for POLICY_RUNNING ERR_BUSY, with the rule in sys. */
enum policy_rule policy_judge(const struct policy *p,
    const struct policy_case *c, struct err *err);

/* The rules about the moment alone. */
enum policy_rule policy_hours(const struct policy *p,
    const struct policy_case *c, struct err *err);

/* "quiet_hours", as the owner's API has it; constant. */
const char *policy_reason(enum policy_rule rule);
/* The reason of the outcome `blocked`: "policy", "hours" or "cap". */
const char *policy_outcome(enum policy_rule rule);

#endif
