/* price_fuzz.c - whatever PRICES_FILE holds, a table that was read names its
 * currency, prices every number, and never less for more; a fault names a line
 * that is there.
 */
#include <stdlib.h>

#include "call/price.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct prices p;

static void judge(struct slice to)
{
    int64_t before = 0;

    for (int64_t ms = 0; ms < 8 * 60000; ms += 7001) {
        int64_t now = price_of(&p, to, ms);

        if (now < before || (ms == 0 && now))
            abort();
        before = now;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct price_fault f;
    size_t lines = 1;

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    if (price_read(&p, text, &f)) {
        if (!f.why || f.line > lines)
            abort();
        return 0;
    }
    if (!p.currency[0] || p.n == 0 || p.n > PRICE_PREFIXES || f.why)
        abort();
    judge(SLICE("+493012345"));
    judge(SLICE("+15551230000"));
    judge(SLICE("+"));
    return 0;
}
