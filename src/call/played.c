/* played.c - how much of what the model said has really been heard. */
#include "call/played.h"

#include <string.h>

#include "base/text.h"
#include "codec/g711.h"

static void forget_heard_items(struct played *p, uint64_t heard)
{
    size_t n = 0;

    /* The newest stays: more of its audio may follow. */
    while (n + 1 < p->items && p->item[n].to <= heard)
        n++;
    if (n == 0)
        return;
    p->items -= n;
    memmove(p->item, p->item + n, p->items * sizeof p->item[0]);
}

static struct played_item *item_of(struct played *p, struct slice id,
    int content)
{
    struct played_item *it = p->items ? &p->item[p->items - 1] : NULL;

    if (it && it->content == content && slice_is(id, it->id))
        return it;
    if (p->items == PLAYED_ITEMS) {     /* the oldest counts as heard */
        p->items--;
        memmove(p->item, p->item + 1, p->items * sizeof p->item[0]);
    }
    it = &p->item[p->items++];
    text_copy(it->id, sizeof it->id, id);
    it->content = content;
    it->from = it->to = p->sent;
    return it;
}

size_t played_sent(struct played *p, struct slice item, int content, size_t n,
    int64_t now, char name[static PLAYED_NAME])
{
    struct played_item *it;
    struct played_mark *m;
    uint64_t heard = played_heard(p, now);

    if (heard == p->sent) {     /* Twilio's queue was empty: it plays now */
        p->heard = p->sent;
        p->heard_at = now;
    }
    forget_heard_items(p, heard);
    it = item_of(p, item, content);
    p->sent += n;
    it->to = p->sent;
    if (p->marks == LIMIT_MARKS)
        return 0;
    m = &p->mark[(p->first + p->marks++) % LIMIT_MARKS];
    m->number = ++p->number;
    m->at = p->sent;
    name[0] = 'g';
    n = 1 + text_from_u64(name + 1, p->generation);
    name[n++] = '.';
    n += text_from_u64(name + n, m->number);
    return n;
}

bool played_mark(struct played *p, struct slice name, int64_t now)
{
    struct slice generation;
    uint64_t g, n;

    if (name.len < 2 || name.ptr[0] != 'g')
        return false;
    name = slice_from(name, 1);
    generation = slice_cut(&name, '.');
    if (text_u64(generation, 0, UINT32_MAX, &g)
        || text_u64(name, 0, UINT32_MAX, &n) || g != p->generation)
        return false;
    for (size_t i = 0; i < p->marks; i++) {
        struct played_mark *m = &p->mark[(p->first + i) % LIMIT_MARKS];

        if (m->number != n)
            continue;
        p->heard = m->at;
        p->heard_at = now;
        p->first = (p->first + i + 1) % LIMIT_MARKS;    /* earlier echoes
                                                           were lost */
        p->marks -= i + 1;
        forget_heard_items(p, p->heard);
        return true;
    }
    return false;
}

uint64_t played_heard(const struct played *p, int64_t now)
{
    int64_t ms = now - p->heard_at;
    uint64_t at = p->heard + (ms > 0 ? (uint64_t)ms * G711_MS : 0);

    return at < p->sent ? at : p->sent;
}

int64_t played_left_ms(const struct played *p, int64_t now)
{
    return (int64_t)((p->sent - played_heard(p, now)) / G711_MS);
}

bool played_done(const struct played *p, int64_t now)
{
    return p->marks == 0 && played_heard(p, now) == p->sent;
}

bool played_item_heard(const struct played *p, struct slice item, int64_t now)
{
    uint64_t heard = played_heard(p, now);

    for (size_t i = 0; i < p->items; i++)
        if (slice_is(item, p->item[i].id) && p->item[i].to > heard)
            return false;
    return true;
}

int64_t played_item_ms(const struct played *p, struct slice item, int64_t now)
{
    uint64_t heard = played_heard(p, now);

    for (size_t i = 0; i < p->items; i++) {
        const struct played_item *it = &p->item[i];

        if (slice_is(item, it->id) && it->to > heard)
            return heard > it->from
                ? (int64_t)((heard - it->from) / G711_MS) : 0;
    }
    return -1;
}

int64_t played_end(const struct played *p)
{
    return p->heard_at + (int64_t)((p->sent - p->heard) / G711_MS);
}

size_t played_cut(struct played *p, int64_t now,
    struct played_cut cut[static PLAYED_ITEMS], bool *clear)
{
    uint64_t heard = played_heard(p, now);
    size_t n = 0;

    *clear = p->marks || heard < p->sent;
    if (!*clear)
        return 0;
    for (size_t i = 0; i < p->items; i++) {
        const struct played_item *it = &p->item[i];
        struct played_cut *c = &cut[n];

        if (it->to <= heard)
            continue;
        memcpy(c->id, it->id, sizeof c->id);
        c->content = it->content;
        c->heard_ms = heard > it->from
            ? (int64_t)((heard - it->from) / G711_MS) : 0;
        n++;
    }
    p->generation++;
    p->sent = p->heard = 0;
    p->heard_at = now;
    p->items = 0;
    p->marks = p->first = 0;
    return n;
}
