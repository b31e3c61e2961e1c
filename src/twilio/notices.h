/* notices.h - what Twilio wrote down about one call: its notifications, and the
 * account's alerts that name it.
 *
 * GET /2010-04-01/Accounts/{Sid}/Calls/{CallSid}/Notifications.json of the API
 * and GET /v1/Alerts of the monitor, one after the other with a deadline for
 * both.  Either may fail: what the other said counts then.
 */
#ifndef TWILIO_NOTICES_H
#define TWILIO_NOTICES_H

#include "base/err.h"
#include "base/slice.h"
#include "net/httpc.h"

#define NOTICES_MAX 20          /* of one call */

struct notice {
    int64_t at;                 /* wall ms; -1: it has no date */
    int number;                 /* of the error dictionary */
    bool error;                 /* else a warning */
    char text[200];             /* Twilio's words, numbers of phones masked */
};

struct notices {                /* the oldest first */
    struct notice list[NOTICES_MAX];
    size_t n;
};

struct notices_conf {           /* slices live until done */
    struct slice api, monitor;  /* bases without a slash at the end; an absent
                                   monitor is not asked */
    struct slice account, user, password;
    struct slice sid;           /* of the call */
    struct slice about;         /* its id here, for the ring of attempts */
    int64_t from, to;           /* wall ms: when the call was */
    int64_t timeout;            /* ms for each of the two */
};

struct notices_op;

/* done gets what was found and, when neither answered, *err (else NULL); never
 * before this returned.  NULL and *err for what is known at once. */
struct notices_op *notices_fetch(struct httpc *http,
    const struct notices_conf *conf,
    void (*done)(void *arg, const struct notices *found,
        const struct err *err), void *arg, struct err *err);
void notices_cancel(struct notices_op *op);     /* done is not called */

/* ---- pure ---- */

/* A page of call notifications, or of alerts of which those count that name
 * sid.  Added to out, but for what is there already: the same number within
 * two seconds.  0, or -1 and *why (constant). */
int notices_read(struct slice body, struct slice sid, struct notices *out,
    const char **why);

#endif
