/* csv_fuzz.c - fields lie inside the text, and what is written again reads the
 * same. */
#include <stdlib.h>

#include "codec/csv.h"

#define ROOM (1 << 20)
#define FIELDS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[3][ROOM];

/* One field, written and read, is itself. */
static void again(struct slice text)
{
    struct csv_field f[FIELDS];
    struct buf line, back;
    struct csv c;
    size_t n;

    buf_over(&line, mem[1], ROOM);
    csv_add(&line, SLICE("first"), true);
    csv_add(&line, text, false);
    csv_begin(&c, buf_slice(&line));
    if (csv_next(&c, f, FIELDS, &n) != 1 || n != 2)
        abort();
    buf_over(&back, mem[2], ROOM);
    csv_text(&f[1], &back);
    if (!slice_eq(buf_slice(&back), text) || csv_next(&c, f, FIELDS, &n))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_field f[FIELDS];
    unsigned line = 0;
    struct csv c;
    size_t n;
    int r;

    if (size > ROOM / 4)
        return 0;
    csv_begin(&c, slice_of(data, size));
    while ((r = csv_next(&c, f, FIELDS, &n)) > 0) {
        if (n == 0 || n > FIELDS || c.line <= line)
            abort();
        line = c.line;
        for (size_t i = 0; i < n; i++) {
            struct buf text;

            if (f[i].raw.ptr < data
                || f[i].raw.ptr + f[i].raw.len > data + size)
                abort();
            buf_over(&text, mem[0], ROOM);
            csv_text(&f[i], &text);
            if (!buf_ok(&text) || text.len > f[i].raw.len)
                abort();
            again(buf_slice(&text));
        }
    }
    if ((r < 0) != (c.why != NULL) || (r < 0 && (!c.fault_line
        || !c.fault_column)))
        abort();
    return 0;
}
