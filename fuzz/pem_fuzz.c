/* pem_fuzz.c - blocks lie in the text one behind the other, bodies fit where
 * they are told to, a subject lies inside its certificate and a certificate
 * with a byte missing has none. */
#include <stdlib.h>

#include "codec/base64.h"
#include "codec/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(struct slice in, struct slice of)
{
    return in.ptr >= of.ptr && in.len <= of.len
        && (size_t)(in.ptr - of.ptr) <= of.len - in.len;
}

static void subject_of(struct slice der)
{
    struct slice name, none;

    if (pem_subject(der, &name))
        return;
    if (!inside(name, der) || name.len < 2 || name.ptr[0] != 0x30
        || pem_subject(slice_head(der, der.len - 1), &none) == 0)
        abort();
}

static void body_of(struct slice body)
{
    uint8_t *out = malloc(BASE64_BYTES(body.len) + 1);
    size_t n;

    if (!out)
        abort();
    n = pem_bytes(out, body);
    if (n != SLICE_NPOS && n > BASE64_BYTES(body.len))
        abort();
    if (n != SLICE_NPOS)
        subject_of(slice_of(out, n));
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct slice whole = slice_of(data, size);
    struct slice rest = whole;
    struct pem p;

    subject_of(whole);
    while (pem_next(&rest, &p) == 1) {
        if (!inside(p.label, whole) || !inside(p.body, whole)
            || !inside(rest, whole) || rest.ptr < p.body.ptr + p.body.len)
            abort();
        body_of(p.body);
    }
    return 0;
}
