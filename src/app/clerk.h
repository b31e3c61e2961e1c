/* clerk.h - what the desk is told of places and bookings.
 *
 * One for the server, one for a command that understands a sentence by itself.
 */
#ifndef APP_CLERK_H
#define APP_CLERK_H

#include "app/directory.h"
#include "app/lookup.h"
#include "app/zone.h"
#include "call/calls.h"
#include "call/desk.h"

struct clerk {                  /* pointers outlive it */
    const struct conf *conf;
    struct httpc *http;         /* NULL: nothing is asked outside */
    const struct directory *places;
    const struct zone *zone;
    struct calls *const *calls; /* NULL: nothing was booked, nothing is kept,
                                   and the plan alone is wanted */
    const struct prices *prices;        /* NULL: costs are not told */
};

/* Each turn's arg begins with one. */
struct clerk_visit {
    struct clerk *clerk;
    struct desk_turn *turn;
    struct lookup lookup;       /* under way while looking */
    bool looking;
};

/* A desk with this clerk behind it; clerk stays in place.  model false: the
 * grammar alone.  NULL and *err. */
struct desk *clerk_desk(struct clerk *clerk, struct loop *loop, bool model,
    struct err *err);

/* " It may cost up to USD 1.23 (an estimate).", in that tongue. */
void clerk_cost(struct buf *out, const struct conf *c,
    const struct prices *prices, struct slice to, enum tongue tongue);

/* Before desk_cancel: nothing is looked for any more. */
void clerk_leave(struct clerk_visit *v);

#endif
