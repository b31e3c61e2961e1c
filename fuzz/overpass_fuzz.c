/* overpass_fuzz.c - no name and no city breaks out of the query they stand in,
 * and whatever the answer holds, the places that come of it are whole.
 *
 * NAME, line feed, CITY, line feed, ANSWER.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/overpass.h"

#define ROOM (1 << 20)
#define ROWS 64
#define SLOTS 128

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[2][ROOM];
static struct place rows[ROWS];
static uint32_t slots[SLOTS];

/* What stands outside of its strings, in which \ takes the next byte; the
 * strings are whole. */
static void outside(struct slice query, struct buf *out)
{
    bool in = false;

    for (size_t i = 0; i < query.len; i++) {
        uint8_t c = query.ptr[i];

        if (c == '"')
            in = !in;
        else if (in && c == '\\')
            i++;
        else if (in && (c == '\n' || c == 0))
            abort();
        if (!in)
            buf_addc(out, c);
    }
    if (in)
        abort();
}

static void query(struct slice name, const struct overpass_area *area)
{
    const struct overpass_area plain = {SLICE("Berlin"), SLICE("+49")};
    struct buf out, shape, want;

    buf_init(&out, SIZE_MAX);
    buf_init(&shape, SIZE_MAX);
    buf_init(&want, SIZE_MAX);
    buf_adds(&out, "before");
    if (overpass_query(&out, name, area)) {
        outside(slice_from(buf_slice(&out), 6), &shape);
        buf_clear(&out);
        if (!overpass_query(&out, SLICE("Luigi"), &plain))
            abort();
        outside(buf_slice(&out), &want);
        if (!slice_eq(buf_slice(&shape), buf_slice(&want)))
            abort();
    } else if (!slice_is(buf_slice(&out), "before")) {
        abort();
    }
    buf_free(&out);
    buf_free(&shape);
    buf_free(&want);
}

static void answer(struct slice text, const struct overpass_area *area)
{
    struct places p = {.at = rows, .max = ROWS, .slot = slots,
        .slots = SLOTS};
    const char *why = NULL;
    int n;

    memset(slots, 0, sizeof slots);
    buf_over(&p.text, mem[0], ROOM);
    n = overpass_read(&p, text, area, &why);
    if (n < 0 ? !why || p.n : p.n > ROWS || (size_t)n < p.n)
        abort();
    for (size_t i = 0; i < p.n; i++) {
        if (!rows[i].name.len || rows[i].number.len < 3
            || rows[i].number.ptr[0] != '+'
            || places_by_number(&p, rows[i].number) != &rows[i])
            abort();
        for (size_t k = 1; k < rows[i].number.len; k++)
            if (rows[i].number.ptr[k] < '0' || rows[i].number.ptr[k] > '9')
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice in = slice_of(data, size);
    struct slice name = slice_cut(&in, '\n'), city = slice_cut(&in, '\n');
    struct overpass_area area = {city, SLICE("+49")};

    if (size > ROOM / 8)
        return 0;
    query(name, &area);
    answer(in, &area);
    return 0;
}
