/* ledger_test.c - the counts of a day. */
#include "call/ledger.h"

#include "base/mem.h"
#include "base/text.h"
#include "tests/tap.h"

#define DAY INT64_C(86400000)
#define A SLICE("+15551230000")
#define B SLICE("+493012345")

static void counts(void)
{
    struct ledger l = {0};
    struct ledger_sum sum;

    ledger_add(&l, SLICE("one"), A, 1000);
    ledger_add(&l, SLICE("two"), B, 2000);
    ledger_add(&l, SLICE("one"), A, 3000);
    ledger_settle(&l, SLICE("one"), 42000, 170);
    ledger_settle(&l, SLICE("three"), 1, 1);
    sum = ledger_since(&l, 1000, A);
    tap_is_int((int64_t)sum.calls, 3, "attempts");
    tap_is_int((int64_t)sum.to_number, 2, "... to the number");
    tap_is_int(sum.ms, 42000, "how long");
    tap_is_int(sum.cost, 170, "how dear");
    sum = ledger_since(&l, 2000, A);
    tap_ok(sum.calls == 2 && sum.to_number == 1 && sum.ms == 42000,
        "since then: the last attempt was the one that was talked in");
    tap_is_int((int64_t)ledger_since(&l, 3001, A).calls, 0, "later: none");
    ledger_free(&l);
    tap_is_int((int64_t)ledger_since(&l, 0, A).calls, 0, "freed: none");
}

static void ceiling(void)
{
    struct ledger l = {0};
    char id[24];
    int bad = 0;

    for (int i = 0; i < 70000; i++) {
        text_fmt(id, sizeof id, "%d", i);
        bad += ledger_add(&l, slice_str(id), A, i);
    }
    tap_is_int(bad, 0, "70,000 in a minute");
    tap_ok(l.n <= LEDGER_MAX && l.n > LEDGER_MAX / 2, "%zu are kept", l.n);
    tap_is(slice_str(l.entry[l.n - 1].id), SLICE("69999"), "the newest is");
    ledger_free(&l);

    for (int i = 0; i < 64; i++)
        ledger_add(&l, SLICE("old"), A, i);
    ledger_add(&l, SLICE("new"), A, 3 * DAY);
    tap_ok(l.n == 1 && l.cap == 64, "days gone by make room");
    for (int i = 0; i < 63; i++)
        ledger_add(&l, SLICE("new"), A, 3 * DAY);
    mem_fail_at(1, 1);
    tap_is_int(ledger_add(&l, SLICE("more"), A, 3 * DAY), -1, "no memory");
    mem_fail_at(0, 0);
    tap_is_int((int64_t)l.n, 64, "... and nothing was added");
    ledger_free(&l);
}

int main(void)
{
    counts();
    ceiling();
    return tap_done();
}
