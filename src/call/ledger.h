/* ledger.h - what was dialled lately, for how long and for how much: the caps
 * of a day are counted here.
 *
 * Every attempt that left for Twilio is an entry, whatever came of it; its
 * length and cost follow when it is over.  calls_restore fills it from the
 * journal, so the counts survive restarts.
 */
#ifndef CALL_LEDGER_H
#define CALL_LEDGER_H

#include <stdint.h>

#include "base/slice.h"

#define LEDGER_MAX (1u << 16)   /* entries; the oldest goes */
#define LEDGER_ID 32
#define LEDGER_KEPT INT64_C(172800000)  /* ms: no day is longer, in any zone */

struct ledger_entry {
    char id[LEDGER_ID];         /* the call's */
    char to[24];
    int64_t at;                 /* wall ms when it was dialled */
    int64_t ms, cost;           /* of talk; millionths */
};

struct ledger {                 /* zero it */
    struct ledger_entry *entry; /* the oldest first */
    size_t n, cap;
};

struct ledger_sum {
    uint64_t calls;             /* attempts */
    uint64_t to_number;         /* ... to the number asked about */
    int64_t ms, cost;
};

/* Dialled.  0, or -1: no memory (nothing was added). */
int ledger_add(struct ledger *l, struct slice id, struct slice to,
    int64_t at);
/* The call's last attempt is over. */
void ledger_settle(struct ledger *l, struct slice id, int64_t ms,
    int64_t cost);
/* Everything since a moment. */
struct ledger_sum ledger_since(const struct ledger *l, int64_t since,
    struct slice to);
void ledger_free(struct ledger *l);

#endif
