/* places_fuzz.c - whatever a directory file holds, the places that come of it
 * are whole, have numbers of their own, are found by them, and are written so
 * that they read the same.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/places.h"

#define ROOM (1 << 20)
#define ROWS 64
#define SLOTS 128

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[4][ROOM];
static struct place rows[2][ROWS];
static uint32_t slots[2][SLOTS];

static void begin(struct places *p, int i)
{
    memset(slots[i], 0, sizeof slots[i]);
    *p = (struct places){.at = rows[i], .max = ROWS, .slot = slots[i],
        .slots = SLOTS};
    buf_over(&p->text, mem[i], ROOM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct place_hit hit[PLACE_HITS];
    struct places p, q;
    struct buf out, same;
    size_t n;

    if (size > ROOM / 8)
        return 0;
    begin(&p, 0);
    places_read(&p, text, NULL, NULL);
    for (size_t i = 0; i < p.n; i++) {
        if (!rows[0][i].name.len || places_by_number(&p, rows[0][i].number)
            != &rows[0][i])
            abort();
        n = place_find(p.at, p.n, rows[0][i].name, PLACE_BY_NAME, hit,
            PLACE_HITS);
        for (size_t k = 0; k < n; k++)
            if (hit[k].score < 1 || hit[k].score > 100 || (k
                && hit[k].score > hit[k - 1].score))
                abort();
    }
    buf_over(&out, mem[2], ROOM);
    places_write(&out, p.at, p.n);
    begin(&q, 1);
    if (places_read(&q, buf_slice(&out), NULL, NULL) || q.n != p.n)
        abort();
    buf_over(&same, mem[3], ROOM);
    places_write(&same, q.at, q.n);
    if (!slice_eq(buf_slice(&out), buf_slice(&same)))
        abort();
    return 0;
}
