/* understand.h - from a plan to a call that can be made, and what to say. */
#ifndef APP_UNDERSTAND_H
#define APP_UNDERSTAND_H

#include "agent/request.h"
#include "call/asked.h"

/* What was understood, as POST /v1/calls wants it; what is unknown stays empty.
 */
void understand_asked(struct asked *a, const struct plan *p);

/* The answer to a request in words: what will be done, what is missing, or why
 * not.  True when a call can be made of it. */
bool understand_reply(const struct plan *p, const struct asked *a,
    struct buf *reply);

#endif
