/* dialog_model.c - what the model is asked, and what of its answer counts.
 *
 * It calls tools, and tools only fill slots.  A call whose arguments are not
 * whole, of the right types and known is refused altogether; a value that does
 * not stand in the owner's words is left out.
 */
#include "agent/dialog_impl.h"

#include <string.h>

#include "agent/dialog_slots.h"
#include "agent/prompts/cancel.json.h"
#include "agent/prompts/cancel.txt.h"
#include "agent/prompts/change.json.h"
#include "agent/prompts/change.txt.h"
#include "agent/prompts/orchestrator.json.h"
#include "agent/prompts/orchestrator.txt.h"
#include "agent/prompts/reserve.json.h"
#include "agent/prompts/reserve.txt.h"
#include "agent/prompts/search.json.h"
#include "agent/prompts/search.txt.h"
#include "agent/prompts/talk.json.h"
#include "agent/prompts/talk.txt.h"
#include "base/text.h"
#include "codec/date.h"

struct script {
    const uint8_t *prompt;
    size_t prompt_len;
    const uint8_t *tools;
    size_t tools_len;
    enum plan_intent intent;
};

#define SCRIPT(name, intent) {name##_txt_bytes, sizeof name##_txt_bytes, \
    name##_json_bytes, sizeof name##_json_bytes, intent}

static const struct script scripts[] = {
    [DIALOG_ORCHESTRATOR] = SCRIPT(orchestrator, PLAN_NONE),
    [DIALOG_RESERVE] = SCRIPT(reserve, PLAN_RESERVE),
    [DIALOG_CANCEL] = SCRIPT(cancel, PLAN_CANCEL),
    [DIALOG_CHANGE] = SCRIPT(change, PLAN_CHANGE),
    [DIALOG_SEEK] = SCRIPT(search, PLAN_SEARCH),
    [DIALOG_TALK] = SCRIPT(talk, PLAN_NONE),
};

/* ---- asking ---- */

static void add_state(const struct dialog_turn *t, struct buf *mem)
{
    struct when now = date_civil(t->world->now.wall, t->world->now.offset);
    size_t n = 0;
    struct jsonw w;

    buf_adds(mem, "\nIt is ");
    date_add_words(mem, now.date);
    buf_addf(mem, ", %02d:%02d.\nKnown so far: ", now.hour, now.minute);
    jsonw_begin(&w, mem);
    plan_json(&w, &t->d->plan);
    buf_addf(mem, "\n%s\n", t->shown ? "This plan was shown to the person."
        : "No plan was shown yet.");
    for (size_t i = 0; i < t->world->bookings; i++) {
        const struct dialog_booking *b = &t->world->booking[i];

        if (!dialog_is_ahead(t, b))
            continue;
        buf_addf(mem, "%sBooking %zu: %s, ", n ? "" : "Bookings:\n", n + 1,
            b->restaurant);
        n++;
        dialog_add_moment(mem, TONGUE_ENGLISH, b->party, b->date, b->time, "");
        buf_addc(mem, '\n');
    }
    if (n == 0)
        buf_adds(mem, "There are no bookings.\n");
    if (t->complaint[0])
        buf_addf(mem, "Your last tool call could not be used: %s.\n",
            t->complaint);
}

size_t dialog_messages(const struct dialog_turn *t, struct buf *mem,
    struct dialog_message *out)
{
    const struct script *s = &scripts[t->d->agent];
    size_t n = 0, from = mem->len;

    buf_add(mem, slice_of(s->prompt, s->prompt_len));
    add_state(t, mem);
    out[n].who = DIALOG_SYSTEM;
    out[n++].text = slice_from(buf_slice(mem), from);
    for (size_t i = 0; i < t->d->pasts; i++) {
        out[n].who = t->d->past[i].ours ? DIALOG_OURS : DIALOG_OWNER;
        out[n++].text = slice_str(t->d->past[i].text);
    }
    out[n].who = DIALOG_OWNER;
    out[n++].text = t->words;
    return n;
}

struct slice dialog_tools(const struct dialog_turn *t)
{
    const struct script *s = &scripts[t->d->agent];

    return slice_trim_all(slice_of(s->tools, s->tools_len));
}

bool dialog_streams(const struct dialog_turn *t)
{
    return t->d->agent == DIALOG_TALK;
}

/* ---- answers ---- */

static enum dialog_do complain(struct dialog_turn *t, const char *why)
{
    text_copy(t->complaint, sizeof t->complaint, slice_str(why));
    return ++t->rounds < DIALOG_ROUNDS ? DIALOG_ASK : dialog_unanswered(t);
}

static enum dialog_do route(struct dialog_turn *t, struct json arguments)
{
    struct json to = json_get(arguments, "agent");

    for (int a = DIALOG_RESERVE; a <= DIALOG_TALK; a++)
        if (json_is(to, dialog_agent_name((enum dialog_agent)a))) {
            t->d->agent = (enum dialog_agent)a;
            t->complaint[0] = 0;
            return ++t->rounds < DIALOG_ROUNDS ? DIALOG_ASK
                : dialog_unanswered(t);
        }
    return complain(t, "agent is none of those named");
}

static const struct dialog_booking *booking_at(const struct dialog_turn *t,
    int64_t number)
{
    for (size_t i = 0; i < t->world->bookings; i++)
        if (dialog_is_ahead(t, &t->world->booking[i]) && --number == 0)
            return &t->world->booking[i];
    return NULL;
}

/* What all tools of one answer say together; nothing is done before all of it
 * has been read. */
struct sum {
    struct plan slots;          /* judged */
    char flexibility[PLAN_TEXT];
    bool filled, start, drop, again, next_week, show, find, routed, errand;
    struct json route;
    const struct dialog_booking *pick;
    char sought[PLAN_TEXT];
};

static const char *read_pick(struct dialog_turn *t, struct json arguments,
    struct sum *s)
{
    int64_t n = 0;

    if (json_i64(json_get(arguments, "number"), 1, DIALOG_BOOKINGS, &n))
        return "number must be a whole number from 1";
    s->pick = booking_at(t, n);
    return s->pick ? NULL : "there is no booking of that number";
}

static const char *read_tool(struct dialog_turn *t,
    const struct dialog_tool *tool, struct sum *s)
{
    struct json arguments;

    if (json_parse(tool->arguments, &arguments, NULL)
        || arguments.type != JSON_OBJECT)
        return "its arguments are no JSON object";
    if (slice_is(tool->name, "set_slots")) {
        s->filled = true;
        return dialog_slots(t, arguments, &s->slots, s->flexibility);
    }
    if (slice_is(tool->name, "set_errand")) {
        s->filled = s->errand = true;
        return dialog_slots(t, arguments, &s->slots, s->flexibility);
    }
    if (slice_is(tool->name, "pick_booking"))
        return read_pick(t, arguments, s);
    if (slice_is(tool->name, "find_place")) {
        s->find = true;
        return json_copy(json_get(arguments, "words"), s->sought,
            sizeof s->sought) ? NULL : "words must be a short string";
    }
    if (slice_is(tool->name, "route")) {
        s->routed = true;
        s->route = arguments;
    } else if (slice_is(tool->name, "same_again")) {
        s->again = true;
        s->next_week = json_true(json_get(arguments, "next_week"));
    } else if (slice_is(tool->name, "start_call")) {
        s->start = true;
    } else if (slice_is(tool->name, "drop")) {
        s->drop = true;
    } else if (slice_is(tool->name, "show_calls")) {
        s->show = true;
    } else {
        return "there is no such tool";
    }
    return NULL;
}

/* The tools an agent was not given it has not. */
static bool offered(const struct dialog_turn *t, struct slice name)
{
    struct json list, one;
    struct json_walk walk = {0};

    if (json_parse(dialog_tools(t), &list, NULL))
        return false;
    walk.of = list;
    while (json_next(&walk, NULL, &one))
        if (slice_eq(json_get(one, "function.name").text, name))
            return true;
    return false;
}

static enum dialog_do act(struct dialog_turn *t, const struct sum *s)
{
    struct dialog *d = t->d;

    t->by_model = true;
    if (t->world->plan_only && (s->drop || s->show || s->find))
        return dialog_unanswered(t);
    if (s->drop)
        return dialog_give_up(t);
    if (s->show) {
        dialog_show(t);
        return DIALOG_REPLY;
    }
    if (s->find) {
        text_copy(t->sought, sizeof t->sought, slice_str(s->sought));
        d->plan.intent = PLAN_SEARCH;
        return dialog_proceed(t);
    }
    /* "Go ahead, but for five" starts nothing: five is shown first. */
    if (s->start && !s->filled && (t->acts & DIALOG_ACT_SLOTS))
        return dialog_unanswered(t);
    /* Without slots of its own it leaves the grammar's; an answer to "Which
     * one?" and a yes have none. */
    if (s->filled || s->start || (s->pick && d->choices))
        t->said = s->slots;
    t->said.intent = s->errand ? PLAN_CALL : scripts[d->agent].intent;
    /* A plan that was shown is dialled as it was shown, or shown again. */
    t->acts = s->start && !s->filled && !s->pick && !s->again
        ? DIALOG_ACT_YES : 0;
    if (s->filled || !(s->start || s->pick))
        t->acts |= DIALOG_ACT_SLOTS;
    if (s->next_week)
        t->acts |= DIALOG_ACT_NEXT_WEEK;
    if (s->again)
        dialog_repeat(t);
    if (s->flexibility[0])
        text_copy(d->flexibility, sizeof d->flexibility,
            slice_str(s->flexibility));
    dialog_merge(t);
    if (s->pick)
        dialog_aim(d, s->pick);
    return dialog_proceed(t);
}

/* Words alone.  Who takes a booking has none of his own to add to what the
 * grammar understood; to another question they are the answer. */
static enum dialog_do speak(struct dialog_turn *t, struct slice text)
{
    bool talk = t->d->agent == DIALOG_TALK
        || t->d->agent == DIALOG_ORCHESTRATOR;

    text = slice_trim_all(text);
    if (t->world->plan_only)
        return dialog_unanswered(t);
    if (text.len == 0)
        return complain(t, "there was none, and no words");
    if (!talk && ((t->acts & ~DIALOG_ACT_MAKE_IT) || t->shown))
        return dialog_unanswered(t);
    t->by_model = true;
    buf_add(t->reply, slice_head(text, DIALOG_REPLY_MAX));
    if (t->d->agent == DIALOG_TALK && t->d->plan.intent == PLAN_NONE)
        t->d->agent = DIALOG_ORCHESTRATOR;
    return DIALOG_REPLY;
}

enum dialog_do dialog_answered(struct dialog_turn *t, struct slice text,
    const struct dialog_tool *tool, size_t n)
{
    struct sum s = {.filled = false};
    const char *why = NULL;

    plan_clear(&s.slots);
    if (n == 0)
        return speak(t, text);
    for (size_t i = 0; i < n && !why; i++)
        why = !offered(t, tool[i].name) ? "there is no such tool here"
            : read_tool(t, &tool[i], &s);
    if (why)
        return complain(t, why);
    return s.routed ? route(t, s.route) : act(t, &s);
}
