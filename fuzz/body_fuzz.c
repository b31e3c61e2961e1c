/* body_fuzz.c - the first byte says how long the pieces are: cut or whole, the
 * data and the verdict are the same; what was taken encodes and decodes. */
#include "codec/body.h"

#include <stdlib.h>
#include <string.h>

#define MAX 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum body_event run(struct body *b, struct slice all, size_t piece,
    struct buf *out)
{
    enum body_event e = BODY_MORE;

    *b = (struct body){.max = MAX};
    while (all.len && e == BODY_MORE) {
        struct slice in = slice_head(all, piece);

        all = slice_from(all, piece);
        while ((e = body_next(b, &in)) == BODY_DATA)
            buf_add(out, b->data);
        if (e == BODY_MORE && in.len)
            abort();
    }
    if (e == BODY_BAD && (!b->why || b->status < 400))
        abort();
    if (!buf_ok(out) || b->total != out->len || b->total > MAX)
        abort();
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t one[MAX], two[MAX], coded[MAX * 7 + 5];
    struct body a, b;
    struct buf x, y, z;
    struct slice in;
    size_t piece;
    enum body_event e;

    if (size < 1)
        return 0;
    piece = data[0] % 32 + 1u;
    in = slice_of(data + 1, size - 1);
    buf_over(&x, one, sizeof one);
    buf_over(&y, two, sizeof two);
    buf_over(&z, coded, sizeof coded);
    e = run(&a, in, in.len, &x);
    if (run(&b, in, piece, &y) != e || a.at != b.at || a.why != b.why
        || a.status != b.status || !slice_eq(buf_slice(&x), buf_slice(&y)))
        abort();
    if (a.at > in.len)
        abort();
    for (in = buf_slice(&x); in.len; in = slice_from(in, piece))
        body_chunk(&z, slice_head(in, piece));
    body_last(&z);
    buf_clear(&y);
    if (run(&b, buf_slice(&z), 7, &y) != BODY_END
        || !slice_eq(buf_slice(&x), buf_slice(&y)))
        abort();
    return 0;
}
