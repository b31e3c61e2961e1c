/* attempts.h - a ring of what reached us and what we sent, for "why".
 *
 * The last LIMIT_ATTEMPTS webhooks, upgrade attempts and REST exchanges with
 * the head as it arrived, the answer and the reason; of a stream its first and
 * last message and its close too.  Redacted on the way in: credentials,
 * cookies and signatures keep their first four characters, phone numbers their
 * last four digits.
 */
#ifndef NET_ATTEMPTS_H
#define NET_ATTEMPTS_H

#include "base/limits.h"
#include "base/slice.h"
#include "codec/json.h"
#include "codec/jsonw.h"

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
    int number;                 /* Twilio's error number; 0: it gave none */
    int close;                  /* close code of a socket; 0: not closed */
    bool by_us;                 /* who closed it */
    char close_why[64];
    char why[256];              /* verdict: "signature ok", "no upgrade" */
    char first[128], last[128]; /* messages of a stream, in words */
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
/* Behind what is there: "signature ok; let in by its token". */
void attempts_then(struct attempts *a, uint64_t id, const char *why);
void attempts_number(struct attempts *a, uint64_t id, int number);
void attempts_first(struct attempts *a, uint64_t id, const char *text);
void attempts_last(struct attempts *a, uint64_t id, const char *text);
void attempts_end(struct attempts *a, uint64_t id, int status);
/* The socket that an upgrade became is gone.  reason may hold any bytes. */
void attempts_closed(struct attempts *a, uint64_t id, int code,
    struct slice reason, bool by_us);

/* Oldest first: the entry after id (0: the first); NULL at the end. */
const struct attempt *attempts_after(const struct attempts *a, uint64_t id);
const struct attempt *attempts_find(const struct attempts *a, uint64_t id);

/* fn is told of each upgrade attempt as it is answered. */
void attempts_on_upgrade(struct attempts *a,
    void (*fn)(void *arg, const struct attempt *at), void *arg);

/* A header of what was kept; absent when it is not there. */
struct slice attempts_header(const struct attempt *at, const char *name);

/* ---- those that failed: no answer, a status of 400 or more, a close that was
 * no good-bye ---- */

/* fn is told that there is one; what else belongs to it may still be added in
 * this round of the loop. */
void attempts_watch(struct attempts *a, void (*fn)(void *arg), void *arg);
/* One that failed and was not taken yet, the oldest first, or NULL. */
const struct attempt *attempts_take_failed(struct attempts *a);
/* One from before a restart.  Nothing is done with
 * one that cannot be read. */
void attempts_restore(struct attempts *a, struct json rec);

/* Its members but id, call and time, into an object that is open; and back, the
 * time from "began" (attempts_json.c). */
void attempts_write(struct jsonw *w, const struct attempt *at);
int attempts_read(struct json rec, struct attempt *out);

#endif
