/* utf8_fuzz.c - the verdict of a text does not depend on its cuts, and it is
 * that of a reader going character by character. */
#include <stdlib.h>
#include <string.h>

#include "codec/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void characters(struct slice s, size_t bad)
{
    size_t i = 0, count = 0, n;
    uint32_t c;

    while (i < s.len && (n = utf8_get(slice_from(s, i), &c)) != 0) {
        uint8_t mem[4];
        struct buf b;

        buf_over(&b, mem, sizeof mem);
        utf8_put(&b, c);
        if (!buf_ok(&b) || !slice_eq(buf_slice(&b), slice_of(s.ptr + i, n)))
            abort();
        i += n;
        count++;
    }
    if (utf8_valid(s) != (i == s.len))
        abort();
    if (i == s.len && utf8_count(s) != count)
        abort();
    if (i < s.len && bad != SLICE_NPOS && (bad < i || bad > i + 3))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct utf8 u = {0, 0, 0}, v = {0, 0, 0};
    struct slice in = slice_from(slice_of(data, size), 1);
    size_t cut, bad, at;

    if (size == 0)
        return 0;
    cut = data[0] % (in.len + 1);
    bad = utf8_feed(&u, in);
    if (bad != SLICE_NPOS && bad >= in.len)
        abort();
    at = utf8_feed(&v, slice_head(in, cut));
    if (at == SLICE_NPOS) {
        at = utf8_feed(&v, slice_from(in, cut));
        at = at == SLICE_NPOS ? at : at + cut;
    }
    if (at != bad || (at == SLICE_NPOS && utf8_done(&u) != utf8_done(&v)))
        abort();
    characters(in, bad);
    return 0;
}
