/* webhook.h - the owner's own server is told what became of calls.
 *
 * WEBHOOK_URL gets a POST for each outcome and each question, signed with
 * WEBHOOK_SECRET:
 *
 *   X-Concierge-Event: outcome | question
 *   X-Concierge-Delivery: 32 hex digits, the same whenever it is sent again
 *   X-Concierge-Signature: t=UNIX,v1=HEX
 *
 *   {"delivery":"...","event":"outcome", the members of the call object}
 *   {"delivery":"...","event":"question","seconds":N,"call":ID,
 *    "question":{...}}
 *
 * N is what is left to answer it, counted at each try.
 * HEX is HMAC-SHA256(secret, UNIX "." body), UNIX the second of this try; with
 * a second secret a second v1 follows.  The body says event and delivery, too:
 * headers are not signed.
 *
 * The spool is the journal: the record of an outcome names its delivery,
 * another record ends it, and what has none is sent again after a restart.  At
 * least once, and in order for each call.  A question is told as long as it can
 * be answered; it does not outlive its call, so it needs no spool.
 *
 * The status alone decides: 2xx ends a delivery, 4xx but 408 and 429 gives it
 * up, anything else (a redirect, which is not followed, too) is tried again
 * after 1 s, doubling to an hour, up to a fifth less so that servers do not
 * march in step, and not before the receiver's Retry-After.  After three days
 * it is given up, though never untried.
 */
#ifndef CALL_WEBHOOK_H
#define CALL_WEBHOOK_H

#include "base/err.h"
#include "base/slice.h"
#include "net/disk.h"
#include "net/httpc.h"

#define WEBHOOK_ID 32           /* hex digits of a delivery's id */
#define WEBHOOK_CALL 24         /* hex digits of a call's id */
#define WEBHOOK_URL_MAX 512     /* bytes, with the NUL; a secret likewise */
#define WEBHOOK_MOST TINY_OR(4, 1000)       /* deliveries that are tried */
#define WEBHOOK_ASIDE TINY_OR(2, 16)        /* questions beyond those */
#define WEBHOOK_LATER TINY_OR(8, 65536)     /* outcomes that wait for one of
                                               them to end; 72 bytes each */
#define WEBHOOK_HELD 16384      /* bytes of a body that is in no file */
#define WEBHOOK_BODY (4u << 20) /* bytes of call.json */
#define WEBHOOK_ANSWER 4096     /* bytes of an answer; what they say is nothing
                                   to us */
#define WEBHOOK_AT_ONCE 4       /* tries under way */
#define WEBHOOK_FIRST 1000      /* ms to the second try; doubles */
#define WEBHOOK_LONGEST 3600000 /* ms between two tries */
#define WEBHOOK_DEADLINE INT64_C(259200000)     /* ms: three days */
#define WEBHOOK_WITHIN 10000    /* ms that one try may take */

struct webhook;

/* Whose deliveries they are. */
struct webhook_ops {
    /* Where the call object of a call is: a file. */
    void (*path)(void *arg, const char *call, char *out, size_t cap);
    /* What is still known of it when that file is no call object; or absent.
     * Lives until the next call into whoever owns it. */
    struct slice (*object)(void *arg, const char *call);
    /* Once for each delivery that comes to its end: "delivered", "refused" (a
     * 4xx), "expired". */
    void (*done)(void *arg, const char *id, const char *call,
        const char *type, const char *how);
};

/* Off until webhook_set.  loop, disk and httpc outlive it. */
struct webhook *webhook_new(struct loop *loop, struct disk *disk,
    struct httpc *httpc, struct err *err);
/* What waits is in the journal; nothing is called any more. */
void webhook_free(struct webhook *w);
void webhook_bind(struct webhook *w, const struct webhook_ops *ops,
    void *arg);

/* From now on it goes there (http:// or https://; absent or "": nowhere, what
 * waits goes on waiting), signed with secret and, when that is not empty, with
 * old as well.  All are copied; what waits is tried at once.  -1: too long,
 * nothing has changed. */
int webhook_set(struct webhook *w, struct slice url, struct slice secret,
    struct slice old);
bool webhook_on(const struct webhook *w);

struct webhook_event {              /* slices need live only for the call */
    struct slice id;                /* WEBHOOK_ID hex digits */
    struct slice call;              /* WEBHOOK_CALL */
    const char *type;               /* "outcome", "question": a constant */
    struct slice body;              /* an object; absent: the call object */
    int64_t at;                     /* wall ms when it came to be */
    int64_t until;                  /* wall ms from which nobody wants to hear
                                       of it, not even once; 0: see above */
};

/* Is sent from the loop, not before this returned.  An id that waits already
 * is not added twice.  -1 and a log event: too many wait, or no memory; an
 * outcome is found again at the next start, then. */
int webhook_add(struct webhook *w, const struct webhook_event *e);
/* At start, from the journal: that one is done with. */
void webhook_ended(struct webhook *w, struct slice id);
/* Nothing more is told about that call. */
void webhook_forget(struct webhook *w, struct slice call);

struct webhook_counts {
    uint64_t waiting;           /* now */
    uint64_t delivered, failed, given_up;       /* failed: tries */
};
struct webhook_counts webhook_counts(const struct webhook *w);

/* Calls rest, once, when none is under way or still to be tried the first
 * time; at once if so.  NULL: not any more. */
void webhook_on_rest(struct webhook *w, void (*rest)(void *arg), void *arg);

#endif
