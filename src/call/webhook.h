/* webhook.h - the owner's own server is told what became of calls.
 *
 * WEBHOOK_URL gets a POST for each outcome and each question, signed with
 * WEBHOOK_SECRET:
 *
 *   X-Concierge-Event: outcome | question
 *   X-Concierge-Delivery: 32 hex digits, the same whenever it is sent again
 *   X-Concierge-Signature: t=UNIX,v1=HEX
 *
 * HEX is HMAC-SHA256(secret, UNIX "." body), UNIX the second of this try.  The
 * spool is the journal: the record of an outcome or a question names its
 * delivery, another record ends it, and what has none is sent again after a
 * restart.  At least once, and in order for each call: 2xx ends a delivery,
 * 4xx but 408 and 429 gives it up, anything else (a redirect, which is not
 * followed, too) is tried again after 1 s, doubling to an hour, for three days.
 */
#ifndef CALL_WEBHOOK_H
#define CALL_WEBHOOK_H

#include "base/err.h"
#include "base/slice.h"
#include "net/disk.h"
#include "net/httpc.h"

#define WEBHOOK_ID 32           /* hex digits of a delivery's id */
#define WEBHOOK_CALL 24         /* hex digits of a call's id */
#define WEBHOOK_MOST TINY_OR(4, 1000)       /* deliveries that wait */
#define WEBHOOK_BODY (4u << 20)             /* bytes of one body */
#define WEBHOOK_BYTES (4u << 20)    /* of bodies held while they wait */
#define WEBHOOK_AT_ONCE 4           /* tries under way */
#define WEBHOOK_FIRST 1000          /* ms to the second try; doubles */
#define WEBHOOK_LONGEST 3600000     /* ms between two tries */
#define WEBHOOK_DEADLINE INT64_C(259200000)     /* ms: three days */
#define WEBHOOK_WITHIN 10000        /* ms that one try may take */

struct webhook;

struct webhook_conf {               /* all of it outlives the webhook */
    struct loop *loop;
    struct disk *disk;
    struct httpc *httpc;
    struct slice url;               /* http:// or https:// */
    struct slice secret;
};

struct webhook *webhook_new(const struct webhook_conf *conf, struct err *err);
/* What waits is in the journal; nothing is called any more. */
void webhook_free(struct webhook *w);

/* done is called once for each delivery that comes to its end: "delivered",
 * "refused" (a 4xx), "expired", "gone" (its file was removed). */
void webhook_on_done(struct webhook *w, void (*done)(void *arg,
    const char *id, const char *call, const char *how), void *arg);

struct webhook_event {              /* slices need live only for the call */
    struct slice id;                /* WEBHOOK_ID hex digits */
    struct slice call;
    const char *type;               /* "outcome", "question": a constant */
    struct slice body;              /* absent: it is the file at path */
    const char *path;
    int64_t at;                     /* wall ms when it came to be */
};

/* Is sent from the loop, not before this returned.  -1 and a log event: too
 * many wait, or no memory; it is found again at the next start, then. */
int webhook_add(struct webhook *w, const struct webhook_event *e);
/* At start, from the journal: that one is done with. */
void webhook_ended(struct webhook *w, struct slice id);
/* Nothing more is told about that call. */
void webhook_forget(struct webhook *w, struct slice call);

size_t webhook_waiting(const struct webhook *w);    /* all of them */
/* Calls rest, once, when none is under way or still to be tried the first
 * time; at once if so.  NULL: not any more. */
void webhook_on_rest(struct webhook *w, void (*rest)(void *arg), void *arg);

#endif
