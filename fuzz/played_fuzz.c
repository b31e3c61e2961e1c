/* played_fuzz.c - audio sent, echoed, lost and cut in any order: what was heard
 * never passes what was sent, a cut never more than its item.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "call/played.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct played p;
static int64_t now;

static void check(void)
{
    uint64_t heard = played_heard(&p, now), later = played_heard(&p, now + 7);

    if (heard > p.sent || later < heard || played_left_ms(&p, now) < 0
        || p.items > PLAYED_ITEMS || p.marks > LIMIT_MARKS
        || (played_done(&p, now) && played_left_ms(&p, now) > 0))
        abort();
    for (size_t i = 0; i < p.items; i++)
        if (p.item[i].from > p.item[i].to || p.item[i].to > p.sent
            || (i && p.item[i].from != p.item[i - 1].to))
            abort();
}

static void cut(void)
{
    struct played_cut c[PLAYED_ITEMS];
    struct played was = p;
    bool clear;
    size_t n = played_cut(&p, now, c, &clear), skipped = was.items - n;

    if (clear != (was.marks || played_left_ms(&was, now))
        || (!clear && n))
        abort();
    if (!clear) {
        if (memcmp(&was, &p, sizeof p) || played_left_ms(&p, now))
            abort();
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const struct played_item *it = &was.item[skipped + i];

        if (strcmp(c[i].id, it->id) || c[i].heard_ms < 0
            || (i && c[i].heard_ms)
            || (uint64_t)c[i].heard_ms * 8 > it->to - it->from)
            abort();
    }
    if (!played_done(&p, now) || p.generation != was.generation + 1)
        abort();
}

static void send(uint8_t x, int content)
{
    char name[PLAYED_NAME], id[2] = {(char)('a' + x % 16), 0};
    uint64_t sent = p.sent;
    size_t n = played_sent(&p, slice_str(id), content, (size_t)x * 20, now,
        name);

    if (p.sent != sent + (size_t)x * 20 || n >= sizeof name
        || (n == 0 && p.marks != LIMIT_MARKS) || (n && name[0] != 'g'))
        abort();
}

static bool echo(uint32_t generation, uint32_t number)
{
    char name[PLAYED_NAME];

    text_fmt(name, sizeof name, "g%u.%u", generation, number);
    return played_mark(&p, slice_str(name), now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&p, 0, sizeof p);
    now = 0;
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint8_t what = data[i] % 8, x = data[i + 1];

        if (what < 3) {
            send(x, what == 2);
        } else if (what == 3) {
            now += x;
        } else if (what == 4) {
            echo(p.generation, p.number - x % 70);
        } else if (what == 5) {
            if (p.generation && echo(p.generation - 1, p.number))
                abort();        /* it was cleared */
            if (p.marks && (!echo(p.generation, p.number) || p.marks))
                abort();        /* the newest settles all before it */
        } else if (what == 6) {
            played_mark(&p, slice_of(data + i, size - i), now);
        } else {
            cut();
        }
        check();
    }
    return 0;
}
