/* base64_fuzz.c - bytes come back from text; text that is taken is the only
 * text for its bytes; what is refused is refused at a place inside. */
#include <stdlib.h>
#include <string.h>

#include "codec/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice in = slice_of(data, size);
    char *text = malloc(BASE64_LEN(size) + 1);
    uint8_t *back = malloc(BASE64_BYTES(BASE64_LEN(size)) + 1);
    uint8_t *raw = malloc(BASE64_BYTES(size) + 1);
    size_t n, at = SLICE_NPOS;

    if (!text || !back || !raw)
        abort();
    n = base64_encode(text, in);
    if (n != BASE64_LEN(size) || base64_size(slice_of(text, n)) != size)
        abort();
    if (base64_decode(back, slice_of(text, n), NULL) != size
        || (size && memcmp(back, data, size)))
        abort();
    n = base64_decode(raw, in, &at);
    if (n == SLICE_NPOS) {
        /* The groups before the place are good by themselves. */
        if (at > size || base64_decode(raw, slice_head(in, at / 4 * 4), NULL)
            == SLICE_NPOS)
            abort();
    } else {
        if (n > BASE64_BYTES(size) || base64_size(in) != n)
            abort();
        free(text);
        text = malloc(BASE64_LEN(n) + 1);
        if (!text || base64_encode(text, slice_of(raw, n)) != size
            || (size && memcmp(text, data, size)))
            abort();
    }
    free(text);
    free(back);
    free(raw);
    return 0;
}
