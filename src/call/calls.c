/* calls.c - all calls of this process: those that run and those that ran. */
#include "call/calls.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"

#define PATH_MAX_LEN 1024

/* ---- the table ---- */

struct call *call_new(struct calls *cs, const struct slice *id)
{
    struct call *c = mem_new(sizeof *c);

    if (!c)
        return NULL;
    c->magic = CALL_MAGIC;
    c->calls = cs;
    if (id)
        text_copy(c->id, sizeof c->id, *id);
    else
        rand_hex(c->id, CALL_ID);
    rand_hex(c->token, CALL_TOKEN);
    c->created = sys_wall();
    buf_init(&c->events, CALL_EVENTS_MAX);
    list_init(&c->watches);
    list_push(&cs->running, &c->link);
    cs->n_running++;
    return c;
}

static void free_later(void *arg)
{
    call_free(arg);
}

void call_remove(struct call *c)
{
    struct calls *cs = c->calls;

    list_drop(&c->link);
    cs->n_running--;
    c->free_task = (struct task){.run = free_later, .arg = c};
    loop_last(cs->conf.loop, &c->free_task);
    if (cs->draining && cs->n_running == 0 && cs->on_empty)
        cs->on_empty(cs->on_empty_arg);
}

static struct ended *ended_find(struct calls *cs, struct slice id)
{
    for (struct list *n = cs->ended.prev; n != &cs->ended; n = n->prev) {
        struct ended *e = LIST_OWNER(n, struct ended, link);

        if (slice_is(id, e->id))
            return e;
    }
    return NULL;
}

static void drop_ended(struct calls *cs, struct ended *e)
{
    list_drop(&e->link);
    cs->n_ended--;
    mem_drop(e);
}

/* Two bodies with the same print ask for the same. */
static void fingerprint(const struct asked *a, uint8_t out[static SHA256_LEN])
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, LIMIT_RECORD);
    jsonw_begin(&w, &b);
    asked_write(&w, a);
    sha256_of(buf_slice(&b), out);
    buf_free(&b);
}

void calls_keep_ended(struct calls *cs, const struct call *c, struct slice id,
    struct slice object, int64_t at)
{
    struct ended *e = ended_find(cs, id);
    char name[CALL_ID + 1];
    uint8_t *bytes;

    if (e)
        drop_ended(cs, e);
    e = mem_new(sizeof *e + object.len);
    if (!e) {                   /* its call.json still has it */
        calls_drop_old(cs, id);
        text_copy(name, sizeof name, id);
        calls_keep_old(cs, name, at);
        return;
    }
    bytes = (uint8_t *)(e + 1);
    memcpy(bytes, object.ptr, object.len);
    e->object = slice_of(bytes, object.len);
    text_copy(e->id, sizeof e->id, id);
    e->at = at;
    if (c && c->key[0]) {
        memcpy(e->key, c->key, sizeof e->key);
        fingerprint(&c->asked, e->print);
    }
    calls_drop_old(cs, id);
    list_push(&cs->ended, &e->link);
    if (++cs->n_ended > CALLS_ENDED_MAX) {
        e = LIST_OWNER(cs->ended.next, struct ended, link);
        calls_keep_old(cs, e->id, e->at);
        drop_ended(cs, e);
    }
}

struct call *calls_find(struct calls *cs, struct slice id)
{
    for (struct list *n = cs->running.next; n != &cs->running; n = n->next) {
        struct call *c = LIST_OWNER(n, struct call, link);

        if (slice_is(id, c->id))
            return c;
    }
    return NULL;
}

struct call *calls_find_sid(struct calls *cs, struct slice sid)
{
    for (struct list *n = cs->running.next; n != &cs->running; n = n->next) {
        struct call *c = LIST_OWNER(n, struct call, link);

        if (c->sid[0] && slice_is(sid, c->sid))
            return c;
    }
    return NULL;
}

bool calls_sid_taken(struct calls *cs, const struct call *c,
    struct slice sid)
{
    const struct call *other = calls_find_sid(cs, sid);

    if (other && other != c)
        return true;
    for (struct list *n = cs->running.next; n != &cs->running; n = n->next)
        if (call_sid_past(LIST_OWNER(n, struct call, link), sid))
            return true;
    for (struct list *n = cs->ended.prev; n != &cs->ended; n = n->prev)
        if (slice_find(LIST_OWNER(n, struct ended, link)->object, sid)
            != SLICE_NPOS)
            return true;
    return false;
}

void calls_forget_ended(struct calls *cs, struct slice id)
{
    struct ended *e = ended_find(cs, id);

    if (e)
        drop_ended(cs, e);
    calls_drop_old(cs, id);
    if (cs->conf.webhook)
        webhook_forget(cs->conf.webhook, id);
}

/* ---- making one ---- */

static struct ended *ended_of_key(struct calls *cs, struct slice key)
{
    for (struct list *n = cs->ended.prev; n != &cs->ended; n = n->prev) {
        struct ended *e = LIST_OWNER(n, struct ended, link);

        if (e->key[0] && slice_is(key, e->key))
            return e;
    }
    return NULL;
}

/* Was something asked for under this key?  One that is about to end counts:
 * the key stands for the call, whatever becomes of it. */
static enum calls_start look_for_key(struct calls *cs,
    const struct asked *asked, struct slice key, struct call **out)
{
    uint8_t print[SHA256_LEN], other[SHA256_LEN];
    struct ended *e;

    fingerprint(asked, print);
    for (struct list *n = cs->running.next; n != &cs->running; n = n->next) {
        struct call *c = LIST_OWNER(n, struct call, link);

        if (!c->key[0] || !slice_is(key, c->key))
            continue;
        fingerprint(&c->asked, other);
        *out = c;
        return memcmp(print, other, sizeof print) ? CALLS_KEY_CLASH
            : CALLS_REPEATED;
    }
    e = ended_of_key(cs, key);
    if (!e)
        return CALLS_STARTED;
    return memcmp(print, e->print, sizeof print) ? CALLS_KEY_CLASH
        : CALLS_REPEATED;
}

static struct call *find_intent(struct calls *cs, const struct asked *asked)
{
    for (struct list *n = cs->running.next; n != &cs->running; n = n->next) {
        struct call *c = LIST_OWNER(n, struct call, link);

        if (!c->ending && !c->machine.inbound && asked_same(&c->asked, asked))
            return c;
    }
    return NULL;
}

static enum calls_start look_for_same(struct calls *cs,
    const struct asked *asked, struct slice key, struct call **out)
{
    enum calls_start found = CALLS_STARTED;

    *out = NULL;
    if (key.len)
        found = look_for_key(cs, asked, key, out);
    if (found != CALLS_STARTED)
        return found;
    *out = find_intent(cs, asked);
    if (*out)
        return CALLS_SAME;
    return calls_agreed(cs, asked).ptr ? CALLS_AGREED : CALLS_STARTED;
}

/* May one more call be made? */
static int check_start(struct calls *cs, const struct asked *asked,
    struct err *err)
{
    if (cs->draining)
        return fail(err, ERR_BUSY, "draining: no new calls");
    if (disk_full(cs->conf.disk))
        return fail(err, ERR_BUSY, "the disk is too slow: no new calls");
    if (cs->n_running >= LIMIT_CALLS)
        return fail(err, ERR_BUSY, "%zu calls wait", cs->n_running);
    if (!calls_judge(cs, NULL, slice_str(asked->to), sys_wall(), err))
        return 0;
    cs->counts.refused++;
    return -1;
}

/* A call that cannot be written down, or would be made with half of its
 * instructions, is none. */
static int begin(struct call *c, bool inbound)
{
    call_prepare(c, inbound);
    call_tell_status(c);
    if (buf_ok(&c->instructions) && call_intend(c) == 0)
        return 0;
    call_remove(c);
    return -1;
}

enum calls_start calls_start(struct calls *cs, const struct asked *asked,
    struct slice key, struct call **out, struct err *err)
{
    struct asked whole = *asked;
    enum calls_start found;
    struct call *c;

    if (key.len >= CALL_KEY) {
        fail(err, ERR_DATA, "the key is longer than %d bytes", CALL_KEY - 1);
        return CALLS_REFUSED;
    }
    /* Before anything is compared: an intent without a name is the owner's. */
    if (!whole.name[0])
        text_copy(whole.name, sizeof whole.name, cs->conf.name);
    found = look_for_same(cs, &whole, key, out);
    if (found != CALLS_STARTED)
        return found;
    if (check_start(cs, &whole, err))
        return CALLS_REFUSED;
    c = call_new(cs, NULL);
    if (!c) {
        fail(err, ERR_MEM, "no memory for a call");
        return CALLS_REFUSED;
    }
    c->asked = whole;
    if (key.len)
        text_copy(c->key, sizeof c->key, key);
    if (begin(c, false)) {
        fail(err, ERR_BUSY, "the journal has no room: no new calls");
        return CALLS_REFUSED;
    }
    cs->counts.started++;
    *out = c;
    return CALLS_STARTED;
}

struct call *calls_inbound(struct calls *cs, struct slice sid,
    struct slice from, struct slice to)
{
    struct call *c = calls_find_sid(cs, sid);

    if (c)
        return c;
    if (cs->draining || cs->stopped || cs->n_running >= LIMIT_CALLS
        || calls_dialled(cs) >= cs->conf.policy.max_calls
        || disk_full(cs->conf.disk))
        return NULL;
    c = call_new(cs, NULL);
    if (!c)
        return NULL;
    text_copy(c->sid, sizeof c->sid, sid);
    text_copy(c->from, sizeof c->from, from);
    text_copy(c->asked.to, sizeof c->asked.to, to);
    if (begin(c, true))
        return NULL;
    cs->counts.inbound++;
    return c;
}

struct call *calls_admit(struct calls *cs, const struct media *start,
    const char **why)
{
    char id[CALL_ID + 1], token[CALL_TOKEN + 1];
    struct call *c;

    if (!json_copy(json_get(start->parameters, "call_id"), id, sizeof id)
        || !json_copy(json_get(start->parameters, "token"), token,
        sizeof token)) {
        *why = "no token";
        return NULL;
    }
    c = calls_find(cs, slice_str(id));
    if (!c || c->ending)
        *why = "unknown call";
    else if (!text_same_secret(slice_str(token), slice_str(c->token)))
        *why = "wrong token";
    else if (c->token_used)
        *why = "token used before";
    else if (!slice_is(start->call_sid, c->sid))
        *why = "token of another call";
    else if (c->machine.state >= CALL_CLOSING)
        *why = "the call is over";
    else {
        c->token_used = true;
        return c;
    }
    return NULL;
}

/* ---- listing ---- */

int calls_each(struct calls *cs, struct slice before,
    bool (*fn)(void *arg, struct slice id, struct slice object), void *arg)
{
    bool on = before.len == 0, more = true;
    struct buf b;
    struct jsonw w;

    buf_init(&b, LIMIT_RECORD);
    for (struct list *l = cs->running.prev; l != &cs->running && more;
        l = l->prev) {
        struct call *c = LIST_OWNER(l, struct call, link);

        if (on) {
            buf_clear(&b);
            jsonw_begin(&w, &b);
            call_write_brief(&w, c, false);
            more = fn(arg, slice_str(c->id), buf_slice(&b));
        }
        on = on || slice_is(before, c->id);
    }
    buf_free(&b);
    for (struct list *l = cs->ended.prev; l != &cs->ended && more;
        l = l->prev) {
        struct ended *e = LIST_OWNER(l, struct ended, link);

        if (on)
            more = fn(arg, slice_str(e->id), e->object);
        on = on || slice_is(before, e->id);
    }
    return on ? 0 : -1;
}

struct slice calls_ended(struct calls *cs, struct slice id)
{
    struct ended *e = ended_find(cs, id);

    return e ? e->object : slice_str(NULL);
}

struct slice calls_of_key(struct calls *cs, struct slice key)
{
    struct ended *e = ended_of_key(cs, key);

    return e ? e->object : slice_str(NULL);
}

void calls_path(const struct calls *cs, struct slice id, const char *name,
    char *out, size_t cap)
{
    text_fmt(out, cap, "%s/calls/%.*s%s%s", cs->conf.dir, SLICE_ARG(id),
        name[0] ? "/" : "", name);
}

/* ---- the whole ---- */

void calls_set_public(struct calls *cs, struct slice base)
{
    cs->conf.public_base = base;
}

struct calls *calls_new(const struct calls_conf *conf, struct err *err)
{
    struct calls *cs = mem_new(sizeof *cs);
    char folder[PATH_MAX_LEN];

    if (!cs) {
        fail(err, ERR_MEM, "no memory for the calls");
        return NULL;
    }
    cs->conf = *conf;
    list_init(&cs->running);
    list_init(&cs->ended);
    list_init(&cs->forgetting);
    list_init(&cs->line);
    cs->journal = journal_open(conf->disk, conf->dir, calls_restore, cs, err);
    if (!cs->journal)
        goto fail;
    text_fmt(folder, sizeof folder, "%s/calls", conf->dir);
    if (sys_mkdir(folder, 0700)) {
        fail_sys(err, ERR_IO, "make %s", folder);
        goto fail;
    }
    if (journal_compact(cs->journal, calls_keep_records, cs, err))
        goto fail;
    calls_spool_begin(cs);
    calls_keep_failed(cs);
    cs->keep_timer = (struct timer){.fire = calls_forget_old, .arg = cs};
    calls_forget_old(cs);
    calls_see_stop(cs);
    calls_reconcile(cs);
    return cs;
fail:
    calls_free(cs);
    return NULL;
}

void calls_free(struct calls *cs)
{
    struct list *n;

    if (!cs)
        return;
    loop_cancel(cs->conf.loop, &cs->keep_timer);
    loop_cancel(cs->conf.loop, &cs->turn_timer);
    loop_cancel(cs->conf.loop, &cs->watch_timer);
    calls_keep_failed_stop(cs);
    while ((n = list_shift(&cs->running)) != NULL)
        call_free(LIST_OWNER(n, struct call, link));
    while ((n = list_shift(&cs->ended)) != NULL)
        mem_drop(LIST_OWNER(n, struct ended, link));
    calls_forget_stop(cs);
    ledger_free(&cs->ledger);
    journal_close(cs->journal);
    mem_drop(cs);
}

size_t calls_running(const struct calls *cs)
{
    return cs->n_running;
}

void calls_drain(struct calls *cs, void (*empty)(void *arg), void *arg)
{
    cs->draining = true;
    cs->on_empty = empty;
    cs->on_empty_arg = arg;
    calls_park(cs);
    if (cs->n_running == 0)
        empty(arg);
}

bool calls_draining(const struct calls *cs)
{
    return cs->draining;
}

void calls_hangup_all(struct calls *cs)
{
    struct list *n = cs->running.next;

    while (n != &cs->running) {
        struct call *c = LIST_OWNER(n, struct call, link);

        n = n->next;
        call_hangup(c);
    }
}

struct calls_counts calls_counts(const struct calls *cs)
{
    struct calls_counts sum = cs->counts;

    for (struct list *n = cs->running.next; n != &cs->running; n = n->next) {
        const struct call *c = LIST_OWNER(n, struct call, link);

        if (c->ending)          /* already in */
            continue;
        sum.frames_up += c->bridge.frames_up;
        sum.frames_down += c->bridge.frames_down;
        sum.dropped += c->bridge.dropped;
    }
    return sum;
}

/* ---- facts of one ---- */

const char *call_id(const struct call *c)
{
    assert(c->magic == CALL_MAGIC);
    return c->id;
}

const char *call_sid(const struct call *c)
{
    return c->sid;
}

enum call_state call_state(const struct call *c)
{
    return c->machine.state;
}
