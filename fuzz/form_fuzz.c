/* form_fuzz.c - what is read from a form and written again reads the same. */
#include <stdlib.h>
#include <string.h>

#include "codec/form.h"

#define ROOM (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[3][ROOM];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice form = slice_of(data, size), name, value, n2, v2, rest;
    struct buf text, again, dec;
    char small[16];

    if (size > ROOM / 4)
        return 0;
    while (form_next(&form, &name, &value)) {
        if (name.len + value.len > size || name.ptr < data
            || (value.ptr && value.ptr + value.len > data + size))
            abort();
        buf_over(&text, mem[0], ROOM);
        form_decode(&text, value);
        if (!buf_ok(&text) || text.len > value.len)
            abort();
        buf_over(&again, mem[1], ROOM);
        form_add(&again, "n", buf_slice(&text));
        if (!buf_ok(&again) || again.len > 2 + 3 * text.len)
            abort();
        rest = buf_slice(&again);
        if (!form_next(&rest, &n2, &v2) || !slice_is(n2, "n") || !v2.ptr
            || rest.len)
            abort();
        buf_over(&dec, mem[2], ROOM);
        if (!form_get(buf_slice(&again), "n", &dec)
            || !slice_eq(buf_slice(&dec), buf_slice(&text)))
            abort();
        /* A path decoder and a form decoder differ by the plus alone. */
        buf_clear(&dec);
        url_decode(&dec, value);
        if (dec.len != text.len || (slice_chr(value, '+') == SLICE_NPOS
            && !slice_eq(buf_slice(&dec), buf_slice(&text))))
            abort();
        if (form_copy(buf_slice(&again), "n", small, sizeof small)
            != (text.len < sizeof small
            && slice_chr(buf_slice(&text), 0) == SLICE_NPOS))
            abort();
    }
    if (form.len)
        abort();
    return 0;
}
