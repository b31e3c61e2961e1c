/* storm.c - many calls at once: their beginning, their beat, the count. */
#include <string.h>

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "sim/storm_own.h"

#define TICK 1                  /* ms */

/* ---- how long it took ---- */

void storm_hist_add(struct storm_hist *h, int64_t us)
{
    size_t i = us < 0 ? 0 : (size_t)(us / STORM_BUCKET_US);

    h->at[i < STORM_BUCKETS ? i : STORM_BUCKETS - 1]++;
    h->n++;
    if (us > h->most)
        h->most = us;
}

/* The upper end of the bucket that holds so many percent. */
static int64_t percentile(const struct storm_hist *h, unsigned percent)
{
    uint64_t seen = 0, wanted = (h->n * percent + 99) / 100;

    if (!h->n)
        return 0;
    for (size_t i = 0; i + 1 < STORM_BUCKETS; i++) {
        seen += h->at[i];
        if (seen >= wanted) {
            int64_t us = (int64_t)(i + 1) * STORM_BUCKET_US;

            return us < h->most ? us : h->most;
        }
    }
    return h->most;
}

void storm_count(struct storm *s, int64_t left_us, int64_t now_us)
{
    if (left_us < s->from || left_us >= s->till)
        return;
    s->counts.back++;
    s->counts.late += now_us - left_us > s->conf.late_us;
    storm_hist_add(&s->end_to_end, now_us - left_us);
}

struct storm_counts storm_counts(const struct storm *s)
{
    struct storm_counts c = s->counts;

    c.p50 = percentile(&s->end_to_end, 50);
    c.p99 = percentile(&s->end_to_end, 99);
    c.most = s->end_to_end.most;
    c.own_late = percentile(&s->own, 99);
    c.why = c.why ? c.why : "";
    return c;
}

void storm_measure(struct storm *s, bool on)
{
    int64_t now = sys_now_us();

    if (on && !s->on) {
        s->from = now;
        s->till = INT64_MAX;
    } else if (!on && s->on) {
        s->till = now;
    }
    s->on = on;
}

/* ---- the beat ---- */

/* Calls are spread over the 20 ms: in each one of them a twentieth sends. */
static void beat(struct storm *s, int64_t at)
{
    for (size_t i = (size_t)(at % STORM_FRAME_MS); i < s->conf.calls;
        i += STORM_FRAME_MS)
        storm_call_tick(&s->call[i], at * 1000);
}

static void on_tick(void *arg)
{
    struct storm *s = arg;
    int64_t now = sys_now_us() / 1000;
    size_t due = (size_t)(now - s->began) * s->conf.a_second / 1000 + 1;

    while (s->begun < s->conf.calls && s->begun < due)
        storm_call_begin(&s->call[s->begun++]);
    while (s->ticked < now)
        beat(s, ++s->ticked);
    loop_in(s->loop, &s->tick, TICK);
}

void storm_begin(struct storm *s, uint16_t port)
{
    s->port = port;
    s->began = s->ticked = sys_now_us() / 1000;
    s->tick = (struct timer){.fire = on_tick, .arg = s};
    loop_in(s->loop, &s->tick, TICK);
}

/* ---- life ---- */

static int make_calls(struct storm *s, struct err *err)
{
    s->call = mem_new(s->conf.calls * sizeof *s->call);
    s->json = mem_new(sizeof *s->json);
    if (!s->call || !s->json)
        return fail(err, ERR_MEM, "no memory for %zu calls", s->conf.calls);
    for (size_t i = 0; i < s->conf.calls; i++) {
        struct storm_call *c = &s->call[i];

        c->s = s;
        c->id = i;
        text_fmt(c->sid, sizeof c->sid, "MZ%032zx", i + 1);
        text_fmt(c->call_sid, sizeof c->call_sid, "CA%032zx", i + 1);
    }
    return 0;
}

struct storm *storm_new(struct loop *l, struct resolver *r,
    const struct storm_conf *conf, struct err *err)
{
    struct storm *s = mem_new(sizeof *s);

    if (!s) {
        fail(err, ERR_MEM, "no memory for the stand-ins");
        return NULL;
    }
    s->loop = l;
    s->resolver = r;
    s->conf = *conf;
    s->from = s->till = INT64_MAX;
    list_init(&s->sessions);
    buf_init(&s->out, STORM_MESSAGE);
    buf_init(&s->frame, STORM_MESSAGE);
    buf_init(&s->sound, STORM_MESSAGE);
    if (make_calls(s, err) || storm_model_listen(s, err)) {
        storm_free(s);
        return NULL;
    }
    return s;
}

uint16_t storm_model_port(const struct storm *s)
{
    return listener_port(s->listener);
}

void storm_free(struct storm *s)
{
    if (!s)
        return;
    loop_cancel(s->loop, &s->tick);
    for (size_t i = 0; s->call && i < s->conf.calls; i++)
        storm_call_drop(&s->call[i]);
    storm_model_drop(s);
    buf_free(&s->out);
    buf_free(&s->frame);
    buf_free(&s->sound);
    mem_drop(s->json);
    mem_drop(s->call);
    mem_drop(s);
}
