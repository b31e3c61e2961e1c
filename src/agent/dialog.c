/* dialog.c - one conversation with the owner: what is done next. */
#include "agent/dialog_impl.h"
#include "agent/redact.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

#define ASKED_PLACES 4          /* places a reply names */
#define LEAST_WORDS 4           /* of an errand */
#define NUMBER 16               /* "+" and the 15 digits of E.164 */

void dialog_init(struct dialog *d)
{
    memset(d, 0, sizeof *d);
    plan_clear(&d->plan);
}

const char *dialog_agent_name(enum dialog_agent a)
{
    static const char *const names[] = {"orchestrator", "reserve", "cancel",
        "change", "search", "talk"};

    return names[a];
}

/* Begins anew, but for what was said and dialled. */
static void drop_plan(struct dialog *d)
{
    plan_clear(&d->plan);
    memset(&d->target, 0, sizeof d->target);
    d->flexibility[0] = d->unknown[0] = d->guess[0] = d->errand[0] = 0;
    d->choices = 0;
    d->stage = DIALOG_OPEN;
    d->agent = DIALOG_ORCHESTRATOR;
}

void dialog_called(struct dialog *d, const char *id)
{
    drop_plan(d);
    text_copy(d->last_call, sizeof d->last_call, slice_str(id));
}

/* ---- slots ---- */

static void take(char *dst, const char *src, size_t cap)
{
    if (src[0])
        text_copy(dst, cap, slice_str(src));
}

static void take_wishes(struct plan *to, const struct plan *from)
{
    for (size_t i = 0; i < from->wishes && to->wishes < PLAN_WISHES; i++) {
        bool known = false;

        for (size_t k = 0; k < to->wishes; k++)
            known = known || slice_ieq(slice_str(to->wish[k]),
                slice_str(from->wish[i]));
        if (!known)
            take(to->wish[to->wishes++], from->wish[i], PLAN_TEXT);
    }
}

/* Another place has another number; a booking's place is what it is. */
static void take_place(struct dialog *d, const struct plan *said)
{
    if (d->target.id[0])
        return;
    if (said->restaurant[0] && strcmp(said->restaurant, d->plan.restaurant)) {
        /* A number without a name is that of the place named next. */
        if (d->plan.restaurant[0] || said->intent != PLAN_NONE)
            d->plan.phone[0] = 0;
        take(d->plan.restaurant, said->restaurant, PLAN_TEXT);
        d->unknown[0] = d->guess[0] = 0;
    }
    if (strlen(said->phone) <= NUMBER)
        take(d->plan.phone, said->phone, sizeof d->plan.phone);
}

static bool begins_anew(const struct dialog *d, const struct plan *said)
{
    if (said->intent == PLAN_NONE || said->intent == PLAN_CALL)
        return false;
    if (d->plan.intent == PLAN_NONE)
        return true;
    /* "change it to 8" before it was dialled is no change of a booking. */
    if (said->intent == PLAN_CHANGE && d->plan.intent == PLAN_RESERVE)
        return false;
    return said->intent != d->plan.intent || (said->intent == PLAN_RESERVE
        && said->restaurant[0] && said->party && said->date[0]);
}

/* "Call Luigi's" says whom, and not what for. */
static bool says_little(const char *errand)
{
    struct words ws;

    words_split(&ws, slice_str(errand));
    return ws.n < LEAST_WORDS;
}

/* What is to be asked or told stays as it was written: it is theirs to word.
 * More of it goes behind it; another place is another errand, unless a place
 * was what was missing. */
static void take_errand(struct dialog_turn *t)
{
    struct dialog *d = t->d;
    bool place = t->said.restaurant[0] || t->said.phone[0];
    bool more = d->errand[0] && (!place || says_little(d->errand));
    char before[DIALOG_ERRAND];

    if (d->plan.intent != PLAN_CALL || (t->acts & (DIALOG_ACT_YES
        | DIALOG_ACT_NO)))
        return;
    if (d->errand[0] ? place && d->plan.phone[0] != '+'
        && !says_little(d->errand) : t->said.intent != PLAN_CALL)
        return;
    if (d->errand[0] && t->said.intent != PLAN_CALL
        && !says_little(d->errand))
        return;
    text_copy(before, sizeof before, slice_str(d->errand));
    if (more)
        text_fmt(d->errand, sizeof d->errand, "%s; %.*s", before,
            SLICE_ARG(slice_trim_all(t->words)));
    else
        text_copy(d->errand, sizeof d->errand, slice_trim_all(t->words));
    redact_text(d->errand);
}

void dialog_merge(struct dialog_turn *t)
{
    struct dialog *d = t->d;
    const struct plan *said = &t->said;

    if (d->plan.intent == PLAN_SEARCH && (said->intent == PLAN_RESERVE
        || (t->acts & DIALOG_ACT_YES))) {
        d->plan.intent = PLAN_RESERVE;  /* at the place that was found */
    } else if (begins_anew(d, said)) {
        drop_plan(d);
        d->plan.intent = said->intent;
    } else if (d->plan.intent == PLAN_NONE && said->intent == PLAN_CALL) {
        d->plan.intent = PLAN_CALL;
        d->plan.understood_by = t->by_model ? "model" : "grammar";
    } else if (d->plan.intent == PLAN_NONE && (t->acts & DIALOG_ACT_SLOTS)) {
        d->plan.intent = said->intent ? said->intent : PLAN_RESERVE;
    }
    take_errand(t);
    take_place(d, said);
    if (said->party || said->blocked == PLAN_PARTY_SIZE)
        d->plan.party = said->party;
    take(d->plan.date, said->date, sizeof d->plan.date);
    if (said->time[0]) {
        take(d->plan.time, said->time, sizeof d->plan.time);
        text_copy(d->plan.time_to, sizeof d->plan.time_to,
            slice_str(said->time_to));
    }
    take(d->plan.name, said->name, PLAN_TEXT);
    take(d->plan.reference, said->reference, sizeof d->plan.reference);
    take_wishes(&d->plan, said);
    d->plan.blocked = said->blocked;
    if (t->acts & DIALOG_ACT_SLOTS)
        d->plan.understood_by = t->by_model ? "model" : "grammar";
    plan_check(&d->plan, &t->world->now);
}

/* What was refused is asked for again, not refused for ever. */
static void forget_refused(struct plan *p)
{
    if (p->blocked == PLAN_PARTY_SIZE)
        p->party = 0;
    else if (p->blocked == PLAN_PAST_DATE)
        p->date[0] = p->time[0] = p->time_to[0] = 0;
    else if (p->blocked == PLAN_POLICY)
        p->phone[0] = 0;
    p->blocked = PLAN_FINE;
}

/* ---- what is said ---- */

void dialog_say(const struct dialog_turn *t, enum phrase p, const char *arg)
{
    phrase_add(t->reply, t->d->tongue, p, arg);
}

static void ask_missing(struct dialog_turn *t)
{
    const struct plan *p = &t->d->plan;

    if (p->missing == PLAN_NO_RESTAURANT)
        dialog_say(t, PHRASE_WHERE, NULL);
    else if (p->missing == PLAN_NO_PARTY)
        dialog_say(t, PHRASE_HOW_MANY, NULL);
    else if (p->missing == PLAN_NO_DATE)
        dialog_say(t, PHRASE_WHICH_DAY, NULL);
    else if (p->missing == PLAN_NO_TIME)
        dialog_say(t, PHRASE_WHAT_TIME, NULL);
    else
        plan_add_missing(t->reply, p, t->d->tongue);
}

static void add_extras(const struct dialog_turn *t)
{
    const struct dialog *d = t->d;
    const struct plan *p = &d->plan;
    struct buf *out = t->reply;

    if (p->name[0])
        dialog_say(t, PHRASE_IN_NAME, p->name);
    for (size_t i = 0; i < p->wishes; i++)
        buf_addf(out, ", %s", p->wish[i]);
    if (d->flexibility[0])
        buf_addf(out, " (%s)", d->flexibility);
}

/* Everything that will be said on the telephone, before it rings. */
static void add_errand(const struct dialog_turn *t)
{
    const struct dialog *d = t->d;
    const struct plan *p = &d->plan;
    const struct dialog_booking *b = &d->target;

    if (p->intent == PLAN_CALL) {
        buf_addf(t->reply, "%s%s%s, ", p->restaurant, p->restaurant[0] ? ", "
            : "", p->phone);
        dialog_say(t, PHRASE_ABOUT, d->errand);
        return;
    }
    buf_addf(t->reply, "%s, %s, ", p->restaurant, p->phone);
    if (p->intent == PLAN_CANCEL)
        dialog_say(t, PHRASE_CANCEL_IT, NULL);
    if (p->intent == PLAN_CHANGE) {
        dialog_say(t, PHRASE_CHANGE_IT, NULL);
        dialog_add_moment(t->reply, d->tongue, b->party, b->date, b->time,
            "");
        dialog_say(t, PHRASE_CHANGE_TO, NULL);
    }
    dialog_add_moment(t->reply, d->tongue, p->party, p->date, p->time,
        p->time_to);
    if (p->intent == PLAN_RESERVE)
        add_extras(t);
}

static enum dialog_do confirm(struct dialog_turn *t)
{
    struct dialog *d = t->d;

    if (t->shown && (t->acts & DIALOG_ACT_YES)) {
        dialog_say(t, PHRASE_CALLING, NULL);
        add_errand(t);
        buf_addc(t->reply, '.');
        return DIALOG_CALL;
    }
    d->stage = DIALOG_CONFIRM;
    dialog_say(t, PHRASE_SHALL_I, NULL);
    add_errand(t);
    buf_addc(t->reply, '?');
    return DIALOG_REPLY;
}

static enum dialog_do help(struct dialog_turn *t)
{
    dialog_say(t, PHRASE_HELP, NULL);
    return DIALOG_REPLY;
}

/* ---- the steps ---- */

/* A number that was given is the number; a name is looked up once. */
static bool to_be_found(const struct dialog *d)
{
    return d->plan.restaurant[0] && !d->plan.phone[0]
        && strcmp(d->unknown, d->plan.restaurant) != 0;
}

static enum dialog_do reserve(struct dialog_turn *t)
{
    struct dialog *d = t->d;

    if (to_be_found(d))
        return DIALOG_FIND;
    if (d->plan.missing) {
        ask_missing(t);
        return DIALOG_REPLY;
    }
    if (d->plan.phone[0] != '+') {
        dialog_say(t, PHRASE_NEED_CODE, d->plan.restaurant);
        return DIALOG_REPLY;
    }
    return confirm(t);
}

/* Something is to be asked or told that is no booking. */
static enum dialog_do errand(struct dialog_turn *t)
{
    struct dialog *d = t->d;

    if (to_be_found(d))
        return DIALOG_FIND;
    if (!d->plan.restaurant[0] && !d->plan.phone[0]) {
        dialog_say(t, PHRASE_WHOM, NULL);
        return DIALOG_REPLY;
    }
    if (d->plan.phone[0] != '+') {
        dialog_say(t, PHRASE_NEED_CODE, d->plan.restaurant[0]
            ? d->plan.restaurant : d->plan.phone);
        return DIALOG_REPLY;
    }
    if (says_little(d->errand)) {
        dialog_say(t, PHRASE_WHAT_ERRAND, NULL);
        return DIALOG_REPLY;
    }
    return confirm(t);
}

static bool says_what_changes(const struct dialog *d)
{
    const struct plan *p = &d->plan;
    const struct dialog_booking *b = &d->target;

    return p->party != b->party || strcmp(p->date, b->date) != 0
        || strcmp(p->time, b->time) != 0 || p->time_to[0];
}

static enum dialog_do cancel_or_change(struct dialog_turn *t)
{
    if (!dialog_target(t))
        return DIALOG_REPLY;
    if (t->d->plan.intent == PLAN_CHANGE && !says_what_changes(t->d)) {
        dialog_say(t, PHRASE_WHAT_CHANGES, NULL);
        return DIALOG_REPLY;
    }
    return confirm(t);
}

static enum dialog_do refuse(struct dialog_turn *t)
{
    plan_add_blocked(t->reply, &t->d->plan, t->d->tongue);
    return DIALOG_REPLY;
}

enum dialog_do dialog_proceed(struct dialog_turn *t)
{
    struct dialog *d = t->d;

    d->stage = DIALOG_OPEN;
    plan_check(&d->plan, &t->world->now);
    if (t->world->plan_only)
        return DIALOG_REPLY;
    if (d->plan.blocked != PLAN_FINE)
        return refuse(t);
    switch (d->plan.intent) {
    case PLAN_RESERVE:
        d->agent = DIALOG_RESERVE;
        return reserve(t);
    case PLAN_CANCEL:
        d->agent = DIALOG_CANCEL;
        return cancel_or_change(t);
    case PLAN_CHANGE:
        d->agent = DIALOG_CHANGE;
        return cancel_or_change(t);
    case PLAN_SEARCH:
        d->agent = DIALOG_SEEK;
        return DIALOG_LIST;
    case PLAN_CALL:
        d->agent = DIALOG_TALK;
        return errand(t);
    case PLAN_NONE:
        break;
    }
    d->agent = DIALOG_ORCHESTRATOR;
    return help(t);
}

/* "Did you mean Luigi's?" - "Yes"; "Which one: Luigi's in Berlin or ...?" -
 * "Berlin": with the name before it, and if that is none, alone. */
static void answer_guess(struct dialog_turn *t)
{
    struct dialog *d = t->d;
    struct plan *said = &t->said;

    if (d->guess[0] && !d->several && (t->acts & DIALOG_ACT_YES)) {
        take(said->restaurant, d->guess, PLAN_TEXT);
    } else if (d->guess[0] && d->several && said->restaurant[0]
        && said->intent == PLAN_NONE) {
        take(t->alone, said->restaurant, PLAN_TEXT);
        text_fmt(said->restaurant, PLAN_TEXT, "%s %s", d->guess, t->alone);
    }
    /* "Italian" was no place; "Luigi's" may be one, or nothing to do with it:
     * then it is "Italian" still. */
    if ((t->acts & DIALOG_ACT_NAME) && d->plan.restaurant[0])
        take(t->alone, d->plan.restaurant, PLAN_TEXT);
    t->acts &= ~(d->guess[0] ? DIALOG_ACT_YES : 0u);
    if (said->restaurant[0])
        d->guess[0] = 0;
}

/* "Make it 8 instead", when nothing is planned: what was booked last. */
static const struct dialog_booking *meant_by_make_it(struct dialog_turn *t)
{
    unsigned both = DIALOG_ACT_MAKE_IT | DIALOG_ACT_SLOTS;
    const struct dialog_booking *b = NULL;

    if (t->d->plan.intent == PLAN_NONE && (t->acts & both) == both
        && (t->said.intent == PLAN_NONE || t->said.intent == PLAN_CHANGE)
        && !t->said.restaurant[0])
        b = dialog_recent(t);
    if (b)
        t->said.intent = PLAN_CHANGE;
    return b;
}

enum dialog_do dialog_give_up(struct dialog_turn *t)
{
    drop_plan(t->d);
    dialog_say(t, PHRASE_NOBODY_CALLED, NULL);
    return DIALOG_REPLY;
}

/* Without a model: what the grammar read is all there is. */
enum dialog_do dialog_unanswered(struct dialog_turn *t)
{
    struct dialog *d = t->d;

    t->by_model = false;
    if (t->world->plan_only) {
        d->plan = t->said;
        return DIALOG_REPLY;
    }
    if (t->acts & DIALOG_ACT_SHOW) {
        dialog_show(t);
        return DIALOG_REPLY;
    }
    if ((t->acts & DIALOG_ACT_NO) && d->guess[0] && !d->several) {
        d->guess[0] = 0;
        dialog_say(t, PHRASE_WHERE_THEN, NULL);
        return DIALOG_REPLY;
    }
    if ((t->acts & DIALOG_ACT_NO) && d->plan.intent != PLAN_NONE)
        return dialog_give_up(t);
    if (t->acts & DIALOG_ACT_AGAIN)
        dialog_repeat(t);
    if (!dialog_choose(t)) {
        const struct dialog_booking *b = meant_by_make_it(t);

        answer_guess(t);
        dialog_merge(t);
        if (b)
            dialog_aim(d, b);
    }
    return dialog_proceed(t);
}

/* "Luigi's" and "8" leave it as it was. */
static void hear_tongue(struct dialog *d, struct slice words)
{
    enum tongue said = tongue_of_text(words);

    if (said != TONGUE_ANY)
        d->tongue = said;
}

/* The number that an errand wants, or what it is about: we have asked. */
static bool answers_errand(const struct dialog_turn *t)
{
    const struct dialog *d = t->d;

    return d->plan.intent == PLAN_CALL && d->errand[0] && !t->shown
        && (t->said.intent == PLAN_NONE || t->said.intent == PLAN_CALL)
        && ((t->said.phone[0] && d->plan.phone[0] != '+')
        || says_little(d->errand));
}

enum dialog_do dialog_begin(struct dialog_turn *t, struct dialog *d,
    struct slice words, struct slice number, const struct dialog_world *world,
    struct buf *reply)
{
    memset(t, 0, sizeof *t);
    t->d = d;
    t->words = words;
    t->world = world;
    t->reply = reply;
    t->shown = d->stage == DIALOG_CONFIRM;
    hear_tongue(d, words);
    if (d->plan.intent == PLAN_CALL && d->plan.blocked != PLAN_FINE)
        drop_plan(d);           /* not to be done at another number */
    forget_refused(&d->plan);
    dialog_hear(t);
    if (t->said.blocked == PLAN_EMPTY || t->said.blocked == PLAN_TOO_LONG
        || t->said.blocked == PLAN_MARKUP) {
        d->plan.blocked = t->said.blocked;
        return refuse(t);
    }
    if (number.len)
        text_copy(t->said.phone, sizeof t->said.phone, number);
    /* A plain yes or no to our own question needs no interpreter, and what is
     * booked no storyteller. */
    if (world->model && !answers_errand(t) && !(t->acts & (DIALOG_ACT_YES
        | DIALOG_ACT_NO | DIALOG_ACT_SHOW)))
        return DIALOG_ASK;
    return dialog_unanswered(t);
}

enum dialog_do dialog_found(struct dialog_turn *t, const struct place *place,
    struct slice question, struct slice guess)
{
    struct dialog *d = t->d;

    if (place) {
        text_copy(d->plan.phone, sizeof d->plan.phone, place->number);
        text_copy(d->plan.restaurant, PLAN_TEXT, place->name);
        return dialog_proceed(t);
    }
    if (t->alone[0] && question.len == 0) {
        take(d->plan.restaurant, t->alone, PLAN_TEXT);
        t->alone[0] = 0;
        return DIALOG_FIND;
    }
    text_copy(d->unknown, PLAN_TEXT, slice_str(d->plan.restaurant));
    if (question.len == 0)
        return dialog_proceed(t);
    d->several = guess.len == 0;
    text_copy(d->guess, PLAN_TEXT, d->several ? slice_str(d->plan.restaurant)
        : guess);
    d->plan.restaurant[0] = d->unknown[0] = 0;
    plan_check(&d->plan, &t->world->now);
    buf_add(t->reply, question);
    return DIALOG_REPLY;
}

enum dialog_do dialog_listed(struct dialog_turn *t,
    const struct place_hit *hit, size_t n)
{
    if (n > ASKED_PLACES)
        n = ASKED_PLACES;
    dialog_say(t, n == 0 ? PHRASE_NO_PLACE : n == 1 ? PHRASE_ONE_PLACE
        : PHRASE_PLACES, NULL);
    for (size_t i = 0; i < n; i++) {
        const struct place *p = hit[i].place;

        if (i)
            buf_adds(t->reply, "; ");
        buf_add(t->reply, p->name);
        if (p->city.len)
            buf_addf(t->reply, " in %.*s", SLICE_ARG(p->city));
        if (p->cuisine.len)
            buf_addf(t->reply, " (%.*s)", SLICE_ARG(p->cuisine));
    }
    if (n == 1) {
        text_copy(t->d->plan.restaurant, PLAN_TEXT, hit->place->name);
        text_copy(t->d->plan.phone, sizeof t->d->plan.phone,
            hit->place->number);
        dialog_say(t, PHRASE_BOOK_THERE, NULL);
    } else if (n) {
        buf_addc(t->reply, '.');
    }
    return DIALOG_REPLY;
}

/* It goes to the journal: card numbers and the like do not. */
static void remember(struct dialog *d, bool ours, struct slice text)
{
    struct dialog_past *p;

    if (d->pasts == DIALOG_TURNS)
        memmove(d->past, d->past + 1, sizeof *p * --d->pasts);
    p = &d->past[d->pasts++];
    p->ours = ours;
    text_copy(p->text, sizeof p->text, text);
    redact_line((struct mslice){(uint8_t *)p->text, strlen(p->text)});
}

void dialog_end(struct dialog_turn *t)
{
    remember(t->d, false, t->words);
    remember(t->d, true, buf_slice(t->reply));
}
