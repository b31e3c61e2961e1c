/* policy.h - who may be called, checked before anything rings.
 *
 * The floor: emergency and premium numbers never, whatever the settings say;
 * then ALLOWED_NUMBERS, MAX_CALLS.  A later layer adds hours and money.
 */
#ifndef CALL_POLICY_H
#define CALL_POLICY_H

#include "base/err.h"
#include "base/slice.h"

struct policy {
    struct slice allowed;       /* "+4930*, +15551230000"; empty: any number
                                   that no rule forbids */
    size_t max_calls;           /* at once */
};

/* 0, or -1 and *err: ERR_POLICY names the rule, ERR_BUSY says that too many
 * calls run. */
int policy_check(const struct policy *p, struct slice to, size_t running,
    struct err *err);

#endif
