/* notices_fuzz.c - what Twilio wrote down: bounded, in order, fit for a
 * terminal, and reading a page twice adds nothing. */
#include <stdlib.h>

#include "twilio/notices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice sid = SLICE("CA0123456789abcdef0123456789abcdef");
    struct notices all = {.n = 0};
    const char *why = NULL;
    size_t n;

    if (notices_read(slice_of(data, size), sid, &all, &why)) {
        if (!why || all.n)
            abort();
        return 0;
    }
    n = all.n;
    if (n > NOTICES_MAX || notices_read(slice_of(data, size), sid, &all, &why)
        || (all.n != n && n < NOTICES_MAX))
        abort();
    for (size_t i = 0; i < all.n; i++) {
        const struct notice *one = &all.list[i];

        if (one->number < 1 || one->number > 999999
            || (i && all.list[i - 1].at > one->at))
            abort();
        for (const char *c = one->text; *c; c++)
            if ((unsigned char)*c < ' ' || *c == 0x7f)
                abort();
    }
    return 0;
}
