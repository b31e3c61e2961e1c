/* desk.c - where requests in words arrive: sessions and their turns. */
#include "call/desk_impl.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"

#define DAY INT64_C(86400000)
#define SESSION_HEX 24          /* digits of an id of ours */

struct desk *desk_new(const struct desk_conf *conf, struct err *err)
{
    struct desk *k = mem_new(sizeof *k);

    if (!k) {
        fail(err, ERR_MEM, "no memory for the sessions");
        return NULL;
    }
    k->conf = *conf;
    list_init(&k->sessions);
    return k;
}

/* ---- sessions ---- */

static struct desk_session *find(const struct desk *k, struct slice id)
{
    for (struct list *n = k->sessions.prev; n != &k->sessions; n = n->prev) {
        struct desk_session *s = LIST_OWNER(n, struct desk_session, link);

        if (slice_is(id, s->id))
            return s;
    }
    return NULL;
}

static void drop(struct desk *k, struct desk_session *s)
{
    list_drop(&s->link);
    k->counts.sessions--;
    mem_drop(s);
}

static bool is_old(const struct desk *k, const struct desk_session *s)
{
    return k->conf.keep_days && sys_wall() - s->at
        >= (int64_t)k->conf.keep_days * DAY;
}

/* Those that are too old, and the oldest when there are too many; one with a
 * turn under way stays. */
static void tidy(struct desk *k)
{
    struct list *n = k->sessions.next;

    while (n != &k->sessions) {
        struct desk_session *s = LIST_OWNER(n, struct desk_session, link);

        n = n->next;
        if (!s->turn && (is_old(k, s) || k->counts.sessions
            >= DESK_SESSIONS))
            drop(k, s);
    }
}

static struct desk_session *add(struct desk *k, struct slice id)
{
    struct desk_session *s;

    tidy(k);
    s = k->counts.sessions < DESK_SESSIONS ? mem_new(sizeof *s) : NULL;
    if (!s)
        return NULL;
    if (id.len)
        text_copy(s->id, sizeof s->id, id);
    else
        rand_hex(s->id, SESSION_HEX);
    dialog_init(&s->dialog);
    s->at = sys_wall();
    list_push(&k->sessions, &s->link);
    k->counts.sessions++;
    return s;
}

static void use(struct desk *k, struct desk_session *s)
{
    if (is_old(k, s))
        dialog_init(&s->dialog);
    s->at = sys_wall();
    list_drop(&s->link);
    list_push(&k->sessions, &s->link);
}

static void save(struct desk *k, struct desk_session *s)
{
    s->seq++;
    if (k->conf.save)
        k->conf.save(k->conf.arg, s->id, s->seq, &s->dialog);
}

/* Printable ASCII without blanks, quotes and backslashes: it stands in records
 * as it is. */
static bool id_ok(struct slice id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] <= ' ' || id.ptr[i] >= 0x7f || id.ptr[i] == '"'
            || id.ptr[i] == '\\')
            return false;
    return id.len < DESK_SESSION;
}

/* ---- a turn ---- */

static void free_turn(struct desk_turn *t)
{
    loop_forget(t->desk->conf.loop, &t->begin);
    desk_model_stop(t);
    if (t->session)
        t->session->turn = NULL;
    buf_free(&t->words);
    mem_drop(t);
}

void desk_cancel(struct desk_turn *t)
{
    free_turn(t);
}

void desk_free(struct desk *k)
{
    if (!k)
        return;
    while (!list_empty(&k->sessions)) {
        struct desk_session *s = LIST_OWNER(k->sessions.next,
            struct desk_session, link);

        if (s->turn)
            free_turn(s->turn);
        drop(k, s);
    }
    mem_drop(k);
}

/* How the booking stands that is to be changed. */
static void note_target(struct asked *a, const struct dialog_booking *b)
{
    uint8_t mem[sizeof a->note];
    struct buf note;

    buf_over(&note, mem, sizeof mem - 1);
    buf_adds(&note, "the booking so far: ");
    dialog_add_moment(&note, TONGUE_ENGLISH, b->party, b->date, b->time, "");
    text_copy(a->note, sizeof a->note, buf_slice(&note));
}

/* Nothing of a table goes with it, whatever was read in the words. */
static void fill_errand(struct asked *a, const struct dialog *d)
{
    a->date[0] = a->time[0] = a->time_to[0] = 0;
    a->party = 0;
    a->wishes = 0;
    if (!a->restaurant[0])
        text_copy(a->restaurant, sizeof a->restaurant, slice_str(a->to));
    text_copy(a->note, sizeof a->note, slice_str(d->errand));
}

static void fill_asked(struct asked *a, const struct dialog *d)
{
    const struct plan *p = &d->plan;

    memset(a, 0, sizeof *a);
    text_copy(a->to, sizeof a->to, slice_str(p->phone));
    text_copy(a->restaurant, sizeof a->restaurant, slice_str(p->restaurant));
    text_copy(a->name, sizeof a->name, slice_str(p->name));
    text_copy(a->date, sizeof a->date, slice_str(p->date));
    text_copy(a->time, sizeof a->time, slice_str(p->time));
    text_copy(a->time_to, sizeof a->time_to, slice_str(p->time_to));
    a->party = p->party;
    for (size_t i = 0; i < p->wishes && i < ASKED_WISHES; i++)
        text_copy(a->wish[a->wishes++], sizeof a->wish[0],
            slice_str(p->wish[i]));
    a->intent = p->intent == PLAN_CANCEL ? ASKED_CANCEL
        : p->intent == PLAN_CHANGE ? ASKED_CHANGE
        : p->intent == PLAN_CALL ? ASKED_CALL : ASKED_RESERVE;
    if (a->intent == ASKED_CALL) {
        fill_errand(a, d);
        return;
    }
    if (a->intent != ASKED_RESERVE) {
        text_copy(a->reference, sizeof a->reference,
            slice_str(p->reference));
        text_copy(a->about, sizeof a->about, slice_str(d->target.id));
    }
    if (a->intent == ASKED_CHANGE)
        note_target(a, &d->target);
    else if (d->flexibility[0])
        text_fmt(a->note, sizeof a->note, "flexibility: %s", d->flexibility);
}

static void finish(struct desk_turn *t, bool call)
{
    struct desk *k = t->desk;
    struct desk_session *s = t->session;
    struct desk_reply reply = {.session = s->id, .plan = &s->dialog.plan,
        .call = call};

    if (s->dialog.stage == DIALOG_CONFIRM && k->conf.cost)
        k->conf.cost(k->conf.arg, slice_str(s->dialog.plan.phone),
            s->dialog.tongue, &t->reply);
    reply.text = buf_slice(&t->reply);
    dialog_end(&t->turn);
    k->counts.by_model += t->turn.by_model;
    save(k, s);
    if (call)
        fill_asked(&reply.asked, &s->dialog);
    s->turn = NULL;             /* done may begin the next one */
    t->session = NULL;
    t->ask.done(t->ask.arg, &reply);
    free_turn(t);
}

static void list_places(struct desk_turn *t)
{
    struct place_hit hit[PLACE_HITS];
    struct slice words = t->turn.sought[0] ? slice_str(t->turn.sought)
        : t->ask.words;
    size_t n = t->desk->conf.list ? t->desk->conf.list(t->desk->conf.arg,
        words, hit, PLACE_HITS) : 0;

    desk_step(t, dialog_listed(&t->turn, hit, n));
}

void desk_step(struct desk_turn *t, enum dialog_do what)
{
    switch (what) {
    case DIALOG_REPLY:
    case DIALOG_CALL:
        finish(t, what == DIALOG_CALL);
        break;
    case DIALOG_ASK:
        desk_model_ask(t);
        break;
    case DIALOG_FIND:
        if (t->desk->conf.find)
            t->desk->conf.find(t->desk->conf.arg, t);
        else
            desk_found(t, NULL, slice_str(NULL), slice_str(NULL));
        break;
    case DIALOG_LIST:
        list_places(t);
        break;
    }
}

const struct plan *desk_turn_plan(const struct desk_turn *t)
{
    return &t->session->dialog.plan;
}

enum tongue desk_turn_tongue(const struct desk_turn *t)
{
    return t->session->dialog.tongue;
}

void *desk_turn_arg(const struct desk_turn *t)
{
    return t->ask.arg;
}

void desk_found(struct desk_turn *t, const struct place *place,
    struct slice question, struct slice guess)
{
    desk_step(t, dialog_found(&t->turn, place, question, guess));
}

/* "Tomorrow" is the restaurant's: its clock counts from the moment it is
 * known, be it by these very words. */
static void set_clock(struct desk_turn *t, const struct desk_conf *conf)
{
    const struct dialog *d = &t->session->dialog;
    struct request_now *now = &t->world.now;
    struct slice number = slice_str(t->to), name = slice_str("");
    struct plan said;

    *now = (struct request_now){.wall = sys_wall(),
        .party_max = conf->party_max};
    if (!conf->offset)
        return;
    now->offset = conf->offset(conf->arg, now->wall, name, name);
    request_read(buf_slice(&t->words), now, &said);
    if (!number.len && said.phone[0])
        number = slice_str(said.phone);
    else if (!number.len && said.restaurant[0])
        name = slice_str(said.restaurant);
    else if (!number.len)
        number = slice_str(d->plan.phone[0] ? d->plan.phone : d->target.to);
    now->offset = conf->offset(conf->arg, now->wall, number, name);
}

static void begin(void *arg)
{
    struct desk_turn *t = arg;
    struct desk *k = t->desk;

    set_clock(t, &k->conf);
    t->world.booking = t->booking;
    if (k->conf.bookings)
        t->world.bookings = k->conf.bookings(k->conf.arg, t->booking,
            DIALOG_BOOKINGS);
    t->world.model = desk_model_on(k);
    t->world.plan_only = k->conf.plan_only;
    t->ask.words = buf_slice(&t->words);
    desk_step(t, dialog_begin(&t->turn, &t->session->dialog, t->ask.words,
        slice_str(t->to), &t->world, &t->reply));
}

/* NULL: no memory. */
static struct desk_turn *new_turn(struct desk *k, struct desk_session *s,
    const struct desk_ask *ask)
{
    struct desk_turn *t = mem_new(sizeof *t);

    if (!t)
        return NULL;
    buf_init(&t->words, ask->words.len + 1);
    buf_add(&t->words, ask->words);
    if (!buf_ok(&t->words)) {
        mem_drop(t);
        return NULL;
    }
    buf_over(&t->reply, t->room, sizeof t->room);
    text_copy(t->to, sizeof t->to, ask->to);
    t->desk = k;
    t->session = s;
    t->ask = *ask;
    t->until = loop_now(k->conf.loop) + DESK_WITHIN;
    t->begin = (struct task){.run = begin, .arg = t};
    return t;
}

struct desk_turn *desk_start(struct desk *k, const struct desk_ask *ask,
    struct err *err)
{
    struct desk_session *s = ask->session.len ? find(k, ask->session) : NULL;
    struct desk_turn *t;

    if (!id_ok(ask->session)) {
        fail(err, ERR_DATA, "must be at most %d printable characters without "
            "blanks", DESK_SESSION - 1);
        return NULL;
    }
    if (s && s->turn) {
        fail(err, ERR_BUSY, "this session is still being answered");
        return NULL;
    }
    if (!s)
        s = add(k, ask->session);
    t = s ? new_turn(k, s, ask) : NULL;
    if (!t) {
        fail(err, s ? ERR_MEM : ERR_BUSY, "no room for another session");
        return NULL;
    }
    use(k, s);
    k->counts.turns++;
    s->turn = t;
    loop_later(k->conf.loop, &t->begin);
    return t;
}

void desk_called(struct desk *k, const char *session, const char *call)
{
    struct desk_session *s = find(k, slice_str(session));

    if (!s)
        return;
    dialog_called(&s->dialog, call);
    save(k, s);
}

/* ---- the journal ---- */

void desk_restore(struct desk *k, struct slice session, int64_t seq,
    int64_t at, struct json record)
{
    struct desk_session *s = find(k, session);

    if (!s && session.len && id_ok(session))
        s = add(k, session);
    if (!s || seq <= s->seq)
        return;
    dialog_read(record, &s->dialog);
    s->seq = seq;
    s->at = at;
    list_drop(&s->link);
    list_push(&k->sessions, &s->link);
}

bool desk_keeps(const struct desk *k, struct slice session, int64_t seq)
{
    const struct desk_session *s = find(k, session);

    return s && s->seq == seq && !is_old(k, s);
}

struct desk_counts desk_counts(const struct desk *k)
{
    return k->counts;
}
