/* stream_play.c - the queue at Twilio's end, on a clock: 8 bytes a ms; and how
 * long a frame took to come back.
 *
 * The queue is one number, the moment its last byte will have been played, in
 * eighths of a ms; each mark remembers the moment that was when it came.
 */
#include "app/stream_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/g711.h"

struct play_mark {
    struct list link;
    int64_t due;            /* ms * 8 */
    size_t len;
    uint8_t name[];
};

void play_init(struct play *p, void (*reached)(void *, struct slice),
    void *arg)
{
    p->end = 0;
    p->begun = false;
    p->gaps = p->silent = p->longest = 0;
    p->waiting = 0;
    p->reached = reached;
    p->arg = arg;
    list_init(&p->marks);
}

static struct play_mark *first(const struct play *p)
{
    return list_empty(&p->marks) ? NULL
        : LIST_OWNER(p->marks.next, struct play_mark, link);
}

static void take(struct play *p, struct play_mark *m)
{
    list_drop(&m->link);
    p->waiting--;
}

void play_fini(struct play *p)
{
    struct play_mark *m;

    while ((m = first(p)) != NULL) {
        take(p, m);
        mem_drop(m);
    }
}

static void give_back(struct play *p, struct play_mark *m)
{
    take(p, m);
    p->reached(p->arg, slice_of(m->name, m->len));
    mem_drop(m);
}

bool play_audio(struct play *p, int64_t now, size_t bytes)
{
    int64_t at = now * G711_MS, silent = at - p->end;

    if (p->begun && silent >= PLAY_GAP && silent < PLAY_PAUSE) {
        p->gaps++;
        p->silent += (uint64_t)silent;
        if (p->longest < (uint64_t)silent)
            p->longest = (uint64_t)silent;
    }
    p->begun = true;
    if (p->end < at)
        p->end = at;
    if (bytes > (size_t)PLAY_MAX || p->end - at > PLAY_MAX - (int64_t)bytes)
        return false;
    p->end += (int64_t)bytes;
    return true;
}

bool play_mark(struct play *p, int64_t now, struct slice name)
{
    struct play_mark *m;

    if (p->end <= now * G711_MS && list_empty(&p->marks)) {
        p->reached(p->arg, name);
        return true;
    }
    if (p->waiting == PLAY_MARKS)
        return false;
    m = mem_new(sizeof *m + name.len);
    if (!m)
        return false;
    m->due = p->end;
    m->len = name.len;
    if (name.len)
        memcpy(m->name, name.ptr, name.len);
    list_push(&p->marks, &m->link);
    p->waiting++;
    return true;
}

size_t play_clear(struct play *p, int64_t now)
{
    int64_t at = now * G711_MS;
    size_t left = p->end > at ? (size_t)(p->end - at) : 0;
    struct play_mark *m;

    p->end = at;
    p->begun = false;           /* what comes next is said anew */
    while ((m = first(p)) != NULL)
        give_back(p, m);
    return left;
}

int64_t play_run(struct play *p, int64_t now)
{
    struct play_mark *m;

    while ((m = first(p)) != NULL && m->due <= now * G711_MS)
        give_back(p, m);
    return m ? (m->due + G711_MS - 1) / G711_MS : -1;
}

/* ---- how long it took ---- */

/* FNV-1a; frames of nothing but silence are all alike and count for none. */
static uint64_t hash(struct slice audio)
{
    uint64_t h = UINT64_C(14695981039346656037);
    bool sound = false;

    for (size_t i = 0; i < audio.len; i++) {
        h = (h ^ audio.ptr[i]) * UINT64_C(1099511628211);
        sound |= audio.ptr[i] != G711_SILENCE;
    }
    return sound ? h : 0;
}

static void note(struct trip *t, int64_t us)
{
    t->us[t->count++ % TRIP_KEPT] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX
        : (uint32_t)us;
}

void trips_sent(struct trips *t, struct slice audio, int64_t us)
{
    t->sent[t->count % TRIP_SENT].hash = hash(audio);
    t->sent[t->count % TRIP_SENT].us = us;
    t->count++;
}

/* An echo comes in order: the first frame of that sound that is not back. */
void trips_audio(struct trips *t, struct slice audio, int64_t us)
{
    uint64_t h = hash(audio);
    uint64_t i = t->count > TRIP_SENT ? t->count - TRIP_SENT : 0;

    if (i < t->next)
        i = t->next;
    for (; h && i < t->count; i++) {
        if (t->sent[i % TRIP_SENT].hash != h)
            continue;
        t->next = i + 1;
        t->back = true;
        t->back_us = t->sent[i % TRIP_SENT].us;
        note(&t->echo, us - t->back_us);
        return;
    }
}

void trips_mark(struct trips *t, int64_t us)
{
    if (t->back)
        note(&t->mark, us - t->back_us);
    t->back = false;
}

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The smallest value that at least that many of a hundred do not exceed. */
static uint32_t percentile(const uint32_t *sorted, size_t n, size_t percent)
{
    size_t rank = (n * percent + 99) / 100;

    return sorted[rank ? rank - 1 : 0];
}

void trips_count(struct trip *t, struct stream_trip *out)
{
    size_t n = t->count < TRIP_KEPT ? (size_t)t->count : TRIP_KEPT;

    *out = (struct stream_trip){.count = (size_t)t->count};
    if (n == 0)
        return;
    qsort(t->us, n, sizeof *t->us, by_size);
    out->p50 = percentile(t->us, n, 50);
    out->p99 = percentile(t->us, n, 99);
}
