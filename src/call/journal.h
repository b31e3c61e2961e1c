/* journal.h - what was promised, on disk before it happens.
 *
 * Append-only, one JSON object a line, each with a checksum over the rest of
 * its line.  The first record says the format.  A torn tail is cut at start;
 * a damaged line in the middle is reported and passed over, never guessed at.
 * A lock lets one writer in for each CONCIERGE_DIR.
 */
#ifndef CALL_JOURNAL_H
#define CALL_JOURNAL_H

#include "base/err.h"
#include "codec/json.h"
#include "codec/jsonw.h"
#include "net/disk.h"

struct journal;

/* Record types; each names a call, where nothing else is said; the format does
 * not. */
#define JOURNAL_INTENT  "intent"    /* before dialling, synced */
#define JOURNAL_STATE   "state"     /* each transition */
#define JOURNAL_ATTEMPT "attempt"   /* one that failed, another follows */
#define JOURNAL_LINE    "line"      /* a transcript line */
#define JOURNAL_NOTE    "note"      /* what the model noted */
#define JOURNAL_QUESTION "question" /* put to the owner */
#define JOURNAL_ANSWER  "answer"    /* theirs, or that none came */
#define JOURNAL_FAILED  "failed"    /* a request, theirs or ours; it may
                                       name no call */
#define JOURNAL_OUTCOME "outcome"   /* the result, synced before it is told */
#define JOURNAL_TOLD    "told"      /* the webhook's delivery of the result came
                                       to its end */
#define JOURNAL_FORGET  "forget"    /* the owner wants it gone */
#define JOURNAL_SESSION "session"   /* a conversation's memory; its "session"
                                       is the id, no call is named */

/* Opens DIR/journal for one writer and reads it all: each good record is given
 * to record, in order.  Start-up only: reads without the disk thread.  NULL
 * and *err (ERR_BUSY when another process holds it). */
struct journal *journal_open(struct disk *disk, const char *dir,
    void (*record)(void *arg, struct slice type, struct json rec), void *arg,
    struct err *err);

/* Reads DIR/journal without the lock and without writing (the commands). */
int journal_read(const char *dir,
    void (*record)(void *arg, struct slice type, struct json rec), void *arg,
    struct err *err);

/* Drops the records for which keep says no: a new file, synced, then renamed.
 * Only right after journal_open. */
int journal_compact(struct journal *j,
    bool (*keep)(void *arg, struct slice type, struct json rec), void *arg,
    struct err *err);

/* Begins a record; the caller adds members with the writer and ends it.  sync:
 * on disk before done is called.  done may be NULL.  -1: the disk's queue has
 * no room even for must-records (nothing was queued). */
struct jsonw *journal_begin(struct journal *j, const char *type,
    struct slice call);
int journal_end(struct journal *j, bool sync,
    void (*done)(void *arg, const struct err *err), void *arg);

/* What is queued is written first; until then the lock is held. */
void journal_close(struct journal *j);

struct journal_facts {
    uint64_t records;       /* good ones found at start */
    uint64_t damaged;       /* lines passed over */
    uint64_t cut;           /* bytes of torn tail cut off */
    uint64_t written;
};
struct journal_facts journal_facts(const struct journal *j);

#endif
