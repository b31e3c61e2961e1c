/* ledger.c - what was dialled lately, for how long and for how much. */
#include "call/ledger.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define FIRST_CAP 64

/* Those that no day holds any more, and the oldest when there are too many. */
static void drop_old(struct ledger *l, int64_t now)
{
    size_t n = 0;

    while (n < l->n && (l->entry[n].at < now - LEDGER_KEPT
        || l->n - n >= LEDGER_MAX))
        n++;
    l->n -= n;
    if (n)
        memmove(l->entry, l->entry + n, l->n * sizeof *l->entry);
}

static int grow(struct ledger *l)
{
    size_t cap = l->cap ? l->cap * 2 : FIRST_CAP;
    struct ledger_entry *more = mem_resize(l->entry, cap * sizeof *more);

    if (!more)
        return -1;
    l->entry = more;
    l->cap = cap;
    return 0;
}

int ledger_add(struct ledger *l, struct slice id, struct slice to, int64_t at)
{
    struct ledger_entry *e;

    if (l->n == l->cap) {
        drop_old(l, at);
        if (l->n == l->cap && grow(l))
            return -1;
    }
    e = &l->entry[l->n++];
    memset(e, 0, sizeof *e);
    text_copy(e->id, sizeof e->id, id);
    text_copy(e->to, sizeof e->to, to);
    e->at = at;
    return 0;
}

void ledger_settle(struct ledger *l, struct slice id, int64_t ms,
    int64_t cost)
{
    for (size_t i = l->n; i-- > 0;)
        if (slice_is(id, l->entry[i].id)) {
            l->entry[i].ms = ms;
            l->entry[i].cost = cost;
            return;
        }
}

struct ledger_sum ledger_since(const struct ledger *l, int64_t since,
    struct slice to)
{
    struct ledger_sum sum = {0};

    for (size_t i = l->n; i-- > 0;) {
        const struct ledger_entry *e = &l->entry[i];

        if (e->at < since)      /* a clock may have been set: look on */
            continue;
        sum.calls++;
        sum.to_number += slice_is(to, e->to);
        sum.ms += e->ms;
        sum.cost += e->cost;
    }
    return sum;
}

void ledger_free(struct ledger *l)
{
    mem_drop(l->entry);
    memset(l, 0, sizeof *l);
}
