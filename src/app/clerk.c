/* clerk.c - what the desk is told of places and bookings. */
#include "app/clerk.h"

#include <string.h>

#include "agent/phrase.h"
#include "app/server.h"
#include "base/text.h"
#include "call/price.h"

#define LOOKED_AT 300           /* calls of the past; more are too old */

/* ---- bookings ---- */

struct looking {
    struct dialog_booking *out;
    size_t n, max, left;
    /* What a later call has cancelled or replaced. */
    char gone[DIALOG_BOOKINGS][PLAN_TEXT];
    size_t goners;
};

static void copy(struct json v, const char *path, char *dst, size_t cap)
{
    if (!json_copy(json_get(v, path), dst, cap))
        dst[0] = 0;
}

/* A moment that was agreed goes before the one asked for. */
static void read_booking(struct json call, struct dialog_booking *b)
{
    int64_t n = 0;

    memset(b, 0, sizeof *b);
    copy(call, "id", b->id, sizeof b->id);
    copy(call, "asked.restaurant", b->restaurant, sizeof b->restaurant);
    copy(call, "asked.to", b->to, sizeof b->to);
    copy(call, "asked.name", b->name, sizeof b->name);
    copy(call, "outcome.fields.date.value", b->date, sizeof b->date);
    copy(call, "outcome.fields.time.value", b->time, sizeof b->time);
    copy(call, "outcome.fields.number.value", b->reference,
        sizeof b->reference);
    if (!b->date[0])
        copy(call, "asked.date", b->date, sizeof b->date);
    if (!b->time[0])
        copy(call, "asked.time", b->time, sizeof b->time);
    if (json_i64(json_get(call, "outcome.fields.party.value"), 1, 9999, &n)
        == 0 || json_i64(json_get(call, "asked.party"), 1, 9999, &n) == 0)
        b->party = (int)n;
    b->booked = !json_is(json_get(call, "asked.intent"), "call")
        && (json_is(json_get(call, "outcome.outcome"), "confirmed")
        || json_is(json_get(call, "outcome.outcome"), "modified"));
}

/* A call that cancelled or changed a booking names it. */
static void note_gone(struct looking *l, struct json call)
{
    struct json about = json_get(call, "asked.about");
    struct json outcome = json_get(call, "outcome.outcome");
    bool done = json_is(outcome, "cancelled") || json_is(outcome, "confirmed")
        || json_is(outcome, "modified");

    if (done && about.type == JSON_STRING && l->goners < DIALOG_BOOKINGS)
        copy(call, "asked.about", l->gone[l->goners++], PLAN_TEXT);
}

static bool is_gone(const struct looking *l, const char *id)
{
    for (size_t i = 0; i < l->goners; i++)
        if (strcmp(l->gone[i], id) == 0)
            return true;
    return false;
}

static bool look(void *arg, struct slice id, struct slice object)
{
    struct looking *l = arg;
    struct json call;

    (void)id;
    if (l->n == l->max || l->left-- == 0)
        return false;
    if (json_parse(object, &call, NULL)
        || json_is(json_get(call, "direction"), "inbound"))
        return true;
    note_gone(l, call);
    if (json_is(json_get(call, "asked.intent"), "cancel"))
        return true;
    read_booking(call, &l->out[l->n]);
    l->out[l->n].booked = l->out[l->n].booked
        && !is_gone(l, l->out[l->n].id);
    l->n += l->out[l->n].restaurant[0] != 0;
    return true;
}

static size_t bookings(void *arg, struct dialog_booking *out, size_t max)
{
    const struct clerk *k = arg;
    struct looking l = {.out = out, .max = max, .left = LOOKED_AT};

    if (k->calls && *k->calls)
        calls_each(*k->calls, slice_str(NULL), look, &l);
    return l.n;
}

/* ---- places ---- */

/* The one place that a question is about, if it is one. */
static struct slice guess_of(const struct directory *d,
    const struct plan *plan)
{
    struct place_hit hit[2];

    return place_find(d->list.at, d->list.n, slice_str(plan->restaurant),
        PLACE_BY_NAME, hit, 2) == 1 ? hit[0].place->name : slice_str(NULL);
}

/* True: it was found, or asked about. */
static bool tell(struct desk_turn *t, const struct directory *d,
    struct plan *plan)
{
    uint8_t mem[512];
    struct buf question;
    const struct place *p;

    buf_over(&question, mem, sizeof mem);
    p = directory_fill(d, plan, desk_turn_tongue(t), &question);
    if (!p && question.len == 0)
        return false;
    desk_found(t, p, buf_slice(&question), guess_of(d, plan));
    return true;
}

static void on_looked(void *arg)
{
    struct clerk_visit *v = arg;
    struct plan plan = *desk_turn_plan(v->turn);
    struct directory found = v->lookup.found;

    v->looking = false;
    if (v->lookup.err.code || !tell(v->turn, &found, &plan))
        desk_found(v->turn, NULL, slice_str(NULL), slice_str(NULL));
    directory_free(&found);
}

static void find(void *arg, struct desk_turn *t)
{
    struct clerk *k = arg;
    struct clerk_visit *v = desk_turn_arg(t);
    struct plan plan = *desk_turn_plan(t);
    struct err err = {0};

    v->turn = t;
    if (tell(t, k->places, &plan))
        return;
    v->looking = k->http && lookup_on(k->conf) && lookup_start(&v->lookup,
        k->http, k->conf, slice_str(plan.restaurant), on_looked, v, &err)
        == 0;
    if (!v->looking)
        desk_found(t, NULL, slice_str(NULL), slice_str(NULL));
}

static size_t list(void *arg, struct slice words, struct place_hit *hit,
    size_t max)
{
    const struct clerk *k = arg;

    return place_find(k->places->list.at, k->places->list.n, words,
        PLACE_BY_ALL, hit, max);
}

void clerk_leave(struct clerk_visit *v)
{
    if (v->looking)
        lookup_cancel(&v->lookup);
    v->looking = false;
}

/* ---- what it costs ---- */

void clerk_cost(struct buf *out, const struct conf *c,
    const struct prices *prices, struct slice to, enum tongue tongue)
{
    uint8_t mem[64];
    struct buf most;
    struct calls_conf calls = {.prices = prices, .policy = server_policy(c),
        .max_seconds = c->max_call_seconds};

    buf_over(&most, mem, sizeof mem - 1);
    buf_addf(&most, "%s ", prices->currency);
    price_add(&most, calls_ceiling(&calls, to));
    phrase_add(out, tongue, PHRASE_COST, buf_cstr(&most));
}

static void cost(void *arg, struct slice to, enum tongue tongue,
    struct buf *out)
{
    const struct clerk *k = arg;

    if (k->prices)
        clerk_cost(out, k->conf, k->prices, to, tongue);
}

/* ---- the whole ---- */

static int offset_at(void *arg, int64_t wall, struct slice number,
    struct slice restaurant)
{
    const struct clerk *k = arg;

    return directory_offset(k->places, k->zone, number, restaurant, wall);
}

static void save(void *arg, const char *session, int64_t seq,
    const struct dialog *d)
{
    const struct clerk *k = arg;

    if (k->calls && *k->calls)
        calls_write_session(*k->calls, session, seq, d);
}

struct desk *clerk_desk(struct clerk *clerk, struct loop *loop, bool model,
    struct err *err)
{
    const struct conf *c = clerk->conf;
    struct desk_conf conf = {.loop = loop, .http = clerk->http,
        .base = slice_str(c->openai_base_url),
        .key = slice_str(c->openai_api_key), .keep_days = c->keep_days,
        .party_max = c->party_max, .plan_only = !clerk->calls,
        .offset = offset_at, .bookings = bookings, .find = find,
        .list = list, .cost = cost, .save = save, .arg = clerk};

    if (model)
        conf.model = slice_str(c->agent_model);
    return desk_new(&conf, err);
}
