/* sse_fuzz.c - a stream of events says the same whole and cut anywhere; what is
 * written as the standard says reads the same; nothing passes its ceiling.
 *
 * The first byte says where it is cut.
 */
#include <stdlib.h>

#include "codec/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 4000               /* bytes of an event */

static bool hear(void *arg, struct slice type, struct slice data)
{
    struct buf *said = arg;

    if (!type.len || type.len >= SSE_NAME || data.len > MOST)
        abort();
    buf_add(said, type);
    buf_addc(said, 0);
    buf_add(said, data);
    buf_addc(said, 1);
    return true;
}

/* All events of in, in pieces of n bytes at most; 0: whole. */
static bool read_events(struct slice in, size_t n, struct buf *said)
{
    struct sse s;
    bool good = true;

    sse_init(&s, MOST);
    while (in.len && good) {
        struct slice piece = n ? slice_head(in, n) : in;

        good = sse_feed(&s, piece, hear, said);
        in = slice_from(in, piece.len);
    }
    if (!good && !s.bad)
        abort();                /* nobody told it to stop */
    if (s.retry < -1)
        abort();
    sse_free(&s);
    return good;
}

/* Stops at the first event when it is told to. */
static bool stop(void *arg, struct slice type, struct slice data)
{
    (void)type;
    (void)data;
    ++*(int *)arg;
    return false;
}

static void stops(struct slice in)
{
    struct sse s;
    int events = 0;

    sse_init(&s, MOST);
    if (sse_feed(&s, in, stop, &events) != (events == 0 && !s.bad)
        || events > 1)
        abort();
    sse_free(&s);
}

/* Any text as the data of one event, a line a field. */
static void again(struct slice text)
{
    struct buf line, said, want;

    if (text.len > 1000 || slice_chr(text, '\r') != SLICE_NPOS)
        return;
    buf_init(&line, 1u << 16);
    buf_init(&said, 1u << 16);
    buf_init(&want, 1u << 16);
    hear(&want, SLICE("x"), text);
    buf_adds(&line, "event: x\r\n");
    for (struct slice rest = text; rest.ptr; ) {
        buf_adds(&line, "data: ");
        buf_add(&line, slice_cut(&rest, '\n'));
        buf_adds(&line, "\r\n");
    }
    buf_adds(&line, "\r\n");
    if (text.ptr && (!read_events(buf_slice(&line), 0, &said)
        || !slice_eq(buf_slice(&said), buf_slice(&want))))
        abort();
    buf_free(&line);
    buf_free(&said);
    buf_free(&want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice in = slice_from(slice_of(data, size), 1);
    struct buf whole, cut;

    if (size == 0)
        return 0;
    buf_init(&whole, SIZE_MAX);
    buf_init(&cut, SIZE_MAX);
    if (read_events(in, 0, &whole) != read_events(in, 1 + data[0] % 16, &cut)
        || !slice_eq(buf_slice(&whole), buf_slice(&cut)))
        abort();
    stops(in);
    again(in);
    buf_free(&whole);
    buf_free(&cut);
    return 0;
}
