/* hours_fuzz.c - whatever is understood of opening hours holds together: spans
 * are no longer than a day, a fault lies in the text, and until agrees with
 * open. */
#include <stdlib.h>

#include "agent/hours.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct hours *h)
{
    if (h->n == 0 || h->n > HOURS_RULES)
        abort();
    for (size_t i = 0; i < h->n; i++) {
        const struct hours_rule *r = &h->rule[i];

        if (r->days > 0x7f || r->spans > HOURS_SPANS
            || r->dates > HOURS_DATES || r->off != (r->spans == 0))
            abort();
        for (size_t k = 0; k < r->spans; k++)
            if (r->span[k].from < 0 || r->span[k].from >= 1440
                || r->span[k].to <= r->span[k].from
                || r->span[k].to > r->span[k].from + 1440)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct date day = {2026, 11, 23};
    struct hours_fault fault = {SIZE_MAX, NULL};
    struct hours h;
    int until;

    if (size > 512)
        return 0;
    if (hours_read(&h, slice_of(data, size), &fault)) {
        if (fault.at > size || !fault.why || h.n)
            abort();
        return 0;
    }
    judge(&h);
    until = hours_until(&h, day, 600);
    if ((until == 0) != hours_open(&h, day, 600))
        abort();
    if (until > 0) {
        day = date_from_days(date_days(day) + (600 + until) / 1440);
        if (!hours_open(&h, day, (600 + until) % 1440))
            abort();
    }
    return 0;
}
