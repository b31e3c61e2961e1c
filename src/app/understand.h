/* understand.h - from a plan to a call that can be made, and what to say. */
#ifndef APP_UNDERSTAND_H
#define APP_UNDERSTAND_H

#include "agent/request.h"
#include "app/clerk.h"
#include "call/asked.h"

/* For a command: words to plans, by AGENT_MODEL where that is set and answers,
 * else by the grammar. */
struct understand {             /* zero it */
    const struct conf *conf;
    const struct zone *zone;
    const struct directory *places;
    struct loop *loop_;         /* private; all NULL without a model */
    struct resolver *resolver_;
    struct tlsctx *tls_;
    struct httpc *http_;
    struct clerk clerk_;
    struct desk *desk_;
};

/* offline: the grammar alone, as when the model cannot be asked (no memory, no
 * root certificates), which is logged.  conf, zone and places outlive it. */
void understand_open(struct understand *u, const struct conf *conf,
    const struct zone *zone, const struct directory *places, bool offline);
void understand_close(struct understand *u);
void understand_read(struct understand *u, struct slice words,
    struct plan *out);

/* What was understood, as POST /v1/calls wants it; what is unknown stays empty.
 */
void understand_asked(struct asked *a, const struct plan *p);

/* The answer to a request in words, in their tongue: what will be done, what is
 * missing, or why not.  True when a call can be made of it. */
bool understand_reply(const struct plan *p, const struct asked *a,
    enum tongue tongue, struct buf *reply);

#endif
