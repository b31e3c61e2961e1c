/* webhook.c - deliveries to WEBHOOK_URL: in order for each call, until they are
 * taken, refused for good, or too old.
 */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/webhook_impl.h"
#include "net/tlsio.h"

/* ---- the list ---- */

/* Of the same call, the newest; NULL. */
static struct delivery *newest(const struct webhook *w, const char *call)
{
    for (struct list *n = w->all.prev; n != &w->all; n = n->prev) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        if (strcmp(d->call, call) == 0)
            return d;
    }
    return NULL;
}

static void drop(struct delivery *d)
{
    struct webhook *w = d->hook;

    for (struct list *n = w->all.next; n != &w->all; n = n->next) {
        struct delivery *other = LIST_OWNER(n, struct delivery, link);

        if (other->behind == d)
            other->behind = d->behind;
    }
    list_drop(&d->link);
    w->n--;
    w->under_way -= d->state != DELIVERY_WAITS;
    if (d->state == DELIVERY_SENDS && d->request)
        httpc_cancel(d->request);
    if (d->state == DELIVERY_READS)
        d->hook = NULL;         /* who reads for it frees it */
    else
        mem_drop(d);
}

static int enlist(struct webhook *w, const struct webhook_event *e)
{
    struct delivery *d = mem_new(sizeof *d + e->body.len);

    if (!d)
        return -1;
    if (e->body.ptr) {
        memcpy(d + 1, e->body.ptr, e->body.len);
        d->body = slice_of(d + 1, e->body.len);
    }
    d->hook = w;
    d->type = e->type;
    d->at = e->at;
    d->until = e->until;
    text_copy(d->id, sizeof d->id, e->id);
    text_copy(d->call, sizeof d->call, e->call);
    d->next = loop_now(w->loop);
    d->behind = newest(w, d->call);
    list_push(&w->all, &d->link);
    w->n++;
    return 0;
}

/* ---- those for which there was no room ---- */

static int put_off(struct webhook *w, const struct webhook_event *e)
{
    struct later *l;

    if (w->first + w->n_later == w->cap_later) {
        size_t cap = w->cap_later ? w->cap_later * 2 : TINY_OR(1, 64);
        void *p;

        if (w->first) {         /* there is room before the first */
            memmove(w->later, w->later + w->first,
                w->n_later * sizeof *w->later);
            w->first = 0;
        } else {
            p = cap > WEBHOOK_LATER ? NULL
                : mem_resize(w->later, cap * sizeof *w->later);
            if (!p)
                return -1;
            w->later = p;
            w->cap_later = cap;
        }
    }
    l = &w->later[w->first + w->n_later++];
    text_copy(l->id, sizeof l->id, e->id);
    text_copy(l->call, sizeof l->call, e->call);
    l->at = e->at;
    return 0;
}

static void refill(struct webhook *w)
{
    while (w->n < WEBHOOK_MOST && w->n_later) {
        const struct later *l = &w->later[w->first];
        struct webhook_event e = {.id = slice_str(l->id),
            .call = slice_str(l->call), .type = "outcome", .at = l->at};

        if (enlist(w, &e))
            return;             /* no memory: when the next one ends */
        w->first = --w->n_later ? w->first + 1 : 0;
    }
}

static void drop_later(struct webhook *w, size_t i)
{
    memmove(&w->later[i], &w->later[i + 1],
        (w->first + w->n_later - i - 1) * sizeof *w->later);
    w->n_later--;
}

/* ---- how one ends ---- */

static void finish(struct delivery *d, const char *how)
{
    struct webhook *w = d->hook;
    char id[WEBHOOK_ID + 1], call[WEBHOOK_CALL + 1];
    const char *type = d->type;

    memcpy(id, d->id, sizeof id);
    memcpy(call, d->call, sizeof call);
    drop(d);
    if (w->ops.done)
        w->ops.done(w->arg, id, call, type, how);
}

void webhook_done(struct delivery *d)
{
    d->hook->counts.delivered++;
    finish(d, "delivered");
}

void webhook_give_up(struct delivery *d, const char *how, const char *why)
{
    d->hook->counts.given_up++;
    log_event(LOG_ERROR, "webhook_gave_up", LS("call", d->call),
        LS("event", d->type), LS("delivery", d->id), LI("tries", d->tries),
        LS("how", how), LS("why", why));
    finish(d, how);
}

/* Would it be too old, that many ms from now? */
static bool is_late(const struct delivery *d, int64_t in)
{
    int64_t then = sys_wall() + in;

    if (d->until)
        return then >= d->until;
    return d->tries && then - d->at > WEBHOOK_DEADLINE;
}

void webhook_failed(struct delivery *d, const char *why, int64_t after)
{
    struct webhook *w = d->hook;
    int64_t pause = WEBHOOK_LONGEST;

    w->counts.failed++;
    if (d->tries <= 12 && WEBHOOK_FIRST << (d->tries - 1) < pause)
        pause = WEBHOOK_FIRST << (d->tries - 1);
    pause -= rand_below((uint32_t)pause / 5 + 1);
    if (pause < after)
        pause = after;
    if (is_late(d, pause)) {
        webhook_give_up(d, "expired", why);
        return;
    }
    log_event(LOG_WARN, "webhook_failed", LS("call", d->call),
        LS("event", d->type), LS("delivery", d->id), LI("tries", d->tries),
        LI("again", pause), LS("why", why));
    w->under_way -= d->state != DELIVERY_WAITS;
    d->state = DELIVERY_WAITS;
    d->next = loop_now(w->loop) + pause;
}

/* ---- when ---- */

static bool restless(const struct webhook *w)
{
    for (struct list *n = w->all.next; n != &w->all; n = n->next) {
        const struct delivery *d = LIST_OWNER(n, struct delivery, link);

        if (d->state != DELIVERY_WAITS
            || (w->url[0] && d->tries == 0 && !d->behind))
            return true;
    }
    return false;
}

static void tell_rest(struct webhook *w)
{
    void (*rest)(void *arg) = w->rest;

    if (!rest || restless(w))
        return;
    w->rest = NULL;
    rest(w->rest_arg);
}

/* The next one to be tried, or NULL.  Questions first: somebody on the phone
 * waits for the answer. */
static struct delivery *find_due(const struct webhook *w)
{
    struct delivery *due = NULL;

    for (struct list *n = w->all.next; n != &w->all; n = n->next) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        if (d->state != DELIVERY_WAITS || d->behind
            || d->next > loop_now(w->loop))
            continue;
        if (d->until)
            return d;
        if (!due)
            due = d;
    }
    return due;
}

static void try_due(struct webhook *w)
{
    struct delivery *d;

    while (w->url[0] && w->under_way < WEBHOOK_AT_ONCE
        && (d = find_due(w)) != NULL) {
        if (is_late(d, 0))
            webhook_give_up(d, "expired", "it is too old");
        else
            webhook_try(d);
        refill(w);
    }
}

void webhook_pump(struct webhook *w)
{
    int64_t next = INT64_MAX;

    refill(w);
    try_due(w);
    for (struct list *n = w->all.next; n != &w->all; n = n->next) {
        const struct delivery *d = LIST_OWNER(n, struct delivery, link);

        if (d->state == DELIVERY_WAITS && !d->behind && d->next < next)
            next = d->next;
    }
    loop_cancel(w->loop, &w->timer);
    /* At the ceiling the next answer calls us. */
    if (next != INT64_MAX && w->url[0] && w->under_way < WEBHOOK_AT_ONCE)
        loop_at(w->loop, &w->timer, next);
    tell_rest(w);
}

static void on_timer(void *arg)
{
    webhook_pump(arg);
}

/* Not at once: whoever calls us is in the middle of something. */
static void pump_soon(struct webhook *w)
{
    loop_cancel(w->loop, &w->timer);
    loop_in(w->loop, &w->timer, 0);
}

/* ---- what others ask for ---- */

int webhook_add(struct webhook *w, const struct webhook_event *e)
{
    const struct delivery *same;
    char call[WEBHOOK_CALL + 1];
    bool room = e->until ? w->n < WEBHOOK_MOST + WEBHOOK_ASIDE
        : w->n < WEBHOOK_MOST && !w->n_later;
    int rc = -1;

    text_copy(call, sizeof call, e->call);
    same = newest(w, call);
    if (same && slice_is(e->id, same->id))
        return 0;
    if (room && e->body.len <= WEBHOOK_HELD)
        rc = enlist(w, e);
    if (rc && !e->body.ptr)
        rc = put_off(w, e);
    if (rc)
        log_event(LOG_ERROR, "webhook_full", LS("call", call),
            LS("event", e->type), LI("waiting", w->n + w->n_later));
    else
        pump_soon(w);
    return rc;
}

void webhook_ended(struct webhook *w, struct slice id)
{
    struct list *n = w->all.next;

    while (n != &w->all) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        n = n->next;
        if (slice_is(id, d->id)) {
            drop(d);
            refill(w);
            return;
        }
    }
    for (size_t i = w->first; i < w->first + w->n_later; i++)
        if (slice_is(id, w->later[i].id))
            drop_later(w, i--);
}

void webhook_forget(struct webhook *w, struct slice call)
{
    struct list *n = w->all.next;

    while (n != &w->all) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        n = n->next;
        if (slice_is(call, d->call))
            drop(d);
    }
    for (size_t i = w->first; i < w->first + w->n_later; i++)
        if (slice_is(call, w->later[i].call))
            drop_later(w, i--);
    pump_soon(w);
}

int webhook_set(struct webhook *w, struct slice url, struct slice secret,
    struct slice old)
{
    if (url.len >= sizeof w->url || secret.len >= sizeof w->secret
        || old.len >= sizeof w->old)
        return -1;
    text_copy(w->url, sizeof w->url, url);
    text_copy(w->secret, sizeof w->secret, secret);
    text_copy(w->old, sizeof w->old, old);
    for (struct list *n = w->all.next; n != &w->all; n = n->next)
        LIST_OWNER(n, struct delivery, link)->next = loop_now(w->loop);
    pump_soon(w);
    return 0;
}

bool webhook_on(const struct webhook *w)
{
    return w && w->url[0];
}

struct webhook_counts webhook_counts(const struct webhook *w)
{
    struct webhook_counts c = w->counts;

    c.waiting = w->n + w->n_later;
    return c;
}

void webhook_on_rest(struct webhook *w, void (*rest)(void *arg), void *arg)
{
    w->rest = rest;
    w->rest_arg = arg;
    tell_rest(w);
}

/* ---- the whole ---- */

struct webhook *webhook_new(struct loop *loop, struct disk *disk,
    struct httpc *httpc, struct err *err)
{
    struct webhook *w = mem_new(sizeof *w);

    if (!w) {
        fail(err, ERR_MEM, "no memory for the webhook");
        return NULL;
    }
    w->loop = loop;
    w->disk = disk;
    w->httpc = httpc;
    list_init(&w->all);
    w->timer = (struct timer){.fire = on_timer, .arg = w};
    return w;
}

void webhook_free(struct webhook *w)
{
    if (!w)
        return;
    loop_cancel(w->loop, &w->timer);
    while (!list_empty(&w->all))
        drop(LIST_OWNER(w->all.next, struct delivery, link));
    mem_drop(w->later);
    tlsio_wipe(w->secret, sizeof w->secret);
    tlsio_wipe(w->old, sizeof w->old);
    mem_drop(w);
}

void webhook_bind(struct webhook *w, const struct webhook_ops *ops,
    void *arg)
{
    w->ops = *ops;
    w->arg = arg;
}
