/* guard.h - what is never understood and never dialled. */
#ifndef AGENT_GUARD_H
#define AGENT_GUARD_H

#include "base/slice.h"

#define GUARD_TEXT_MAX 1000     /* characters of a request, not bytes */

enum plan_blocked {         /* why a plan goes no further */
    PLAN_FINE,
    PLAN_EMPTY,
    PLAN_TOO_LONG,
    PLAN_MARKUP,
    PLAN_PARTY_SIZE,
    PLAN_PAST_DATE,
    PLAN_POLICY             /* an emergency or premium number */
};

/* The checks that need no understanding: empty, too long, markup. */
enum plan_blocked guard_text(struct slice text);

/* Is it a number that rings an emergency service or costs extra?  Takes E.164
 * ("+49112") and what is dialled at home ("112"). */
bool guard_number_forbidden(struct slice number);

#endif
