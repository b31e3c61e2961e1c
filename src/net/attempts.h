/* attempts.h - a ring of what reached us and what we sent, for "why".
 *
 * The last LIMIT_ATTEMPTS webhooks, upgrade attempts and REST exchanges with
 * the head as it arrived, the answer and the reason.  Redacted on the way in:
 * credentials, cookies and signatures keep their first four characters, phone
 * numbers their last four digits.
 */
#ifndef NET_ATTEMPTS_H
#define NET_ATTEMPTS_H

#include "base/limits.h"
#include "base/slice.h"

enum attempt_kind {
    ATTEMPT_NONE,               /* not kept: health, pages */
    ATTEMPT_WEBHOOK,
    ATTEMPT_UPGRADE,
    ATTEMPT_REST,               /* ours, outgoing */
    ATTEMPT_MODEL               /* ours, outgoing: the model's socket */
};

struct attempt {
    uint64_t id;
    enum attempt_kind kind;
    int64_t at;                 /* wall ms */
    int64_t ms;                 /* how long; -1 while it lasts */
    int status;                 /* HTTP status; 0 when none came */
    char call[40];              /* our call id, "" when unknown */
    char peer[48];
    char why[128];              /* verdict: "signature ok", "no upgrade" */
    char head[LIMIT_ATTEMPT_HEAD];      /* request line and headers */
};

struct attempts;

struct attempts *attempts_new(void);            /* NULL: no memory */
void attempts_free(struct attempts *a);

/* All of these accept a NULL ring.  Begin returns an id; the others find it,
 * and do nothing when the ring has gone round since. */
uint64_t attempts_begin(struct attempts *a, enum attempt_kind kind,
    struct slice peer, struct slice head);
void attempts_call(struct attempts *a, uint64_t id, struct slice call);
void attempts_why(struct attempts *a, uint64_t id, const char *why);
void attempts_end(struct attempts *a, uint64_t id, int status);

/* Oldest first: the entry after id (0: the first); NULL at the end. */
const struct attempt *attempts_after(const struct attempts *a, uint64_t id);

#endif
