/* redact_fuzz.c - what is redacted stays as long as it was, changes to nothing
 * but stars, holds nothing more to be redacted, and no card in digits is left.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sixteen digits in a row that begin like a Visa and check: nobody says that by
 * chance with nothing but blanks around. */
static void no_card(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i + 16 <= n; i++) {
        unsigned sum = 0;
        size_t k = 0;

        if ((i && p[i - 1] != ' ') || p[i] != '4' || (i + 16 < n
            && p[i + 16] != ' '))
            continue;
        for (; k < 16 && p[i + k] >= '0' && p[i + k] <= '9'; k++) {
            unsigned d = (unsigned)(p[i + k] - '0') * (k % 2 ? 1 : 2);

            sum += d > 9 ? d - 9 : d;
        }
        if (k == 16 && sum % 10 == 0 && i == 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    redact_goes_on(slice_of(copy, size));
    redact_line((struct mslice){copy, size});
    for (size_t i = 0; i < size; i++)
        if (copy[i] != data[i] && copy[i] != '*')
            abort();
    no_card(copy, size);
    free(copy);
    return 0;
}
