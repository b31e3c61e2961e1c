/* stage_judge.c - what came of a scenario against what was expected. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/stage.h"
#include "app/tell.h"
#include "base/text.h"
#include "sim/model.h"
#include "sim/twilio.h"

void stage_fault(struct stage_result *r, const char *fmt, ...)
{
    va_list ap;

    if (r->faults == STAGE_FAULTS)
        return;
    va_start(ap, fmt);
    vsnprintf(r->fault[r->faults++], sizeof r->fault[0], fmt, ap);
    va_end(ap);
}

static void expect(struct json call, const char *path, const char *want,
    struct stage_result *r)
{
    struct json got = json_get(call, path);

    if (want && !json_is(got, want) && !((got.type == JSON_NUMBER
        || got.type == JSON_NULL) && slice_is(got.text, want)))
        stage_fault(r, "%s: expected \"%s\", got %s%.*s", path, want,
            got.type ? "" : "nothing", SLICE_ARG(got.text));
}

/* Was this heard by the person, whole or cut as wanted? */
static bool callee_heard(const struct callee *c, const char *text, bool cut)
{
    for (size_t i = 0; i < c->lines; i++) {
        const struct callee_line *l = &c->line[i];

        if (!l->mine && (l->cut > 0) == cut && slice_find(slice_str(l->text),
            slice_str(text)) != SLICE_NPOS)
            return true;
    }
    return false;
}

/* Both whole, the second in a later line. */
static void judge_order(const struct scenario_want *w,
    const struct callee *c,
    struct stage_result *r)
{
    const char *const want[] = {w->heard, w->also};
    size_t line = 0;

    for (size_t i = 0; i < sizeof want / sizeof *want && want[i]; i++) {
        while (line < c->lines && (c->line[line].mine || c->line[line].cut
            || slice_find(slice_str(c->line[line].text), slice_str(want[i]))
            == SLICE_NPOS))
            line++;
        if (line == c->lines)
            stage_fault(r, "the callee did not hear \"%s\"%s", want[i],
                i ? " after the rest" : "");
        line += line < c->lines;
    }
}

static void judge_callee(const struct scenario_want *w,
    const struct callee *c,
    struct stage_result *r)
{
    judge_order(w, c, r);
    if (w->never && (callee_heard(c, w->never, false)
        || callee_heard(c, w->never, true)))
        stage_fault(r, "the callee heard \"%s\"", w->never);
    if (w->cut && !callee_heard(c, w->cut, true))
        stage_fault(r, "the callee did not hear \"%s\" cut off", w->cut);
    if (c->bad)
        stage_fault(r, "%zu texts came damaged to the callee", c->bad);
    if (c->stuck)
        stage_fault(r, "the callee waited in vain for \"%s\"", c->stuck);
}

/* Each call that was asked for rang once, and no other did. */
static void judge_count(const struct scenario *s,
    const struct sim_twilio *twilio, struct stage_result *r)
{
    struct sim_twilio_counts n = sim_twilio_counts(twilio);
    const struct scenario_want *w = &s->want;
    struct sim_twilio_call call;
    size_t want = w->calls < 0 ? 0 : w->calls ? (size_t)w->calls : 1, got = 0;

    for (size_t i = 0; sim_twilio_call(twilio, i, &call); i++)
        got += !call.twin;
    for (size_t i = 0; i < s->mores; i++)
        want += !s->more[i].want.http && s->more[i].want.calls >= 0;
    if (got != want)
        stage_fault(r, "expected %zu Twilio calls, got %zu", want, got);
    if (w->creates && n.creates != w->creates)
        stage_fault(r, "expected %zu creates, got %zu", w->creates,
            n.creates);
    if (w->lists && n.lists != w->lists)
        stage_fault(r, "expected %zu looks at the list, got %zu", w->lists,
            n.lists);
    if (w->updates && n.updates != w->updates)
        stage_fault(r, "expected %zu updates, got %zu", w->updates,
            n.updates);
    if (n.forged != n.forged_refused)
        stage_fault(r, "%zu of %zu forged webhooks were not refused",
            n.forged - n.forged_refused, n.forged);
}

void stage_judge_twilio(const struct scenario *s,
    const struct sim_twilio *twilio, struct stage_result *r)
{
    const struct sim_twilio_error *e;

    if (!sim_twilio_only(twilio, s->want.twilio_error)) {
        stage_fault(r, "expected Twilio error %d%s", s->want.twilio_error,
            s->want.twilio_error ? "" : " (none)");
        for (size_t i = 0; (e = sim_twilio_error(twilio, i)) != NULL; i++)
            stage_fault(r, "Twilio %s %d: %s", e->warning ? "warning"
                : "error", e->number, e->text);
    }
    judge_count(s, twilio, r);
    if (sim_twilio_active(twilio))
        stage_fault(r, "%zu calls did not end", sim_twilio_active(twilio));
}

/* The last attempt at that number; false: there was none. */
static bool last_call(const struct sim_twilio *twilio, const char *number,
    struct sim_twilio_call *out)
{
    struct sim_twilio_call call;
    bool found = false;

    for (size_t i = 0; sim_twilio_call(twilio, i, &call); i++)
        if (!call.twin && strcmp(call.inbound ? call.from : call.to, number)
            == 0) {
            *out = call;
            found = true;
        }
    return found;
}

/* What the callee at that number heard, and what Twilio calls the end. */
static void judge_line_of(const struct scenario_want *w,
    const char *number, const struct sim_twilio *twilio,
    struct stage_result *r)
{
    struct sim_twilio_call call;

    if (!last_call(twilio, number, &call))
        return;                 /* judge_count has seen that */
    judge_callee(w, call.callee, r);
    if (w->last && strcmp(call.status, w->last) != 0)
        stage_fault(r, "expected Twilio's status %s, got %s", w->last,
            call.status);
    if (call.streams > 1)
        stage_fault(r, "%zu streams for one call", call.streams);
}

/* Streams that were not Twilio's: each was closed, and as it should be. */
static void judge_rogues(const struct scenario *s,
    const struct sim_twilio *twilio, struct stage_result *r)
{
    struct sim_twilio_rogue rogue;
    size_t busy = 0, n = 0;

    for (; sim_twilio_rogue(twilio, n, &rogue); n++) {
        if (rogue.code == 1013)
            busy++;
        else if (rogue.code != s->want.rogue || (s->want.rogue_why
            && slice_find(slice_str(rogue.why),
            slice_str(s->want.rogue_why)) == SLICE_NPOS))
            stage_fault(r, "a rogue stream was closed with %u \"%s\", not "
                "%u \"%s\"", rogue.code, rogue.why, s->want.rogue,
                s->want.rogue_why ? s->want.rogue_why : "");
    }
    if (busy != s->want.rogue_busy)
        stage_fault(r, "%zu rogue streams were told 1013, not %zu", busy,
            s->want.rogue_busy);
    if (s->want.rogue && !n)
        stage_fault(r, "no rogue stream came");
}

static void judge_line(const struct scenario_want *w, struct json call,
    struct stage_result *r)
{
    struct slice text = json_get(call, "transcript").text;

    if (w->line && slice_find(text, slice_str(w->line)) == SLICE_NPOS)
        stage_fault(r, "no line of the transcript holds \"%s\"", w->line);
}

static void judge_error(const struct scenario_want *w, struct json call,
    struct stage_result *r)
{
    struct json error = json_get(call, "error");
    char number[16];

    if (!w->error)
        return;
    if (strcmp(w->error, "none") == 0) {
        if (error.type != JSON_NULL)
            stage_fault(r, "expected no error, got %.*s",
                SLICE_ARG(slice_head(error.text, 160)));
        return;
    }
    text_fmt(number, sizeof number, "%d", w->error_number);
    expect(call, "error.source", w->error, r);
    expect(call, "error.number", w->error_number ? number : "null", r);
    if (w->error_says && slice_find(json_get(error, "message").text,
        slice_str(w->error_says)) == SLICE_NPOS)
        stage_fault(r, "the error's message does not say \"%s\": %.*s",
            w->error_says, SLICE_ARG(slice_head(error.text, 160)));
}

/* Something was waited for that should not have been. */
static void judge_length(const struct scenario_want *w, struct json call,
    struct stage_result *r)
{
    struct slice rest = json_get(call, "seconds").text;
    uint64_t n;

    if (w->seconds && (text_u64(slice_cut(&rest, '.'), 0, UINT32_MAX, &n)
        || n >= (uint64_t)w->seconds))
        stage_fault(r, "the call took %.*s seconds, not less than %d",
            SLICE_ARG(json_get(call, "seconds").text), w->seconds);
}

static void judge_spending(const struct scenario_want *w, struct json call,
    struct stage_result *r)
{
    struct json_walk walk = {.of = json_get(call, "attempts")};
    struct json one, cost = json_get(call, "cost.amount");
    size_t n = 0;

    while (json_next(&walk, NULL, &one))
        n++;
    if (w->attempts && n != w->attempts)
        stage_fault(r, "expected %zu attempts, got %zu", w->attempts, n);
    if (w->dear && (cost.type != JSON_NUMBER || slice_is(cost.text, "0.00")))
        stage_fault(r, "it cost nothing: %.*s", SLICE_ARG(cost.text));
}

static void judge_call(const struct scenario_want *w, struct json call,
    bool inbound, struct stage_result *r)
{
    char party[16];

    judge_line(w, call, r);
    judge_length(w, call, r);
    expect(call, "status", w->status, r);
    expect(call, "outcome.outcome", w->outcome, r);
    expect(call, "outcome.reason", w->reason, r);
    expect(call, "outcome.fields.date.value", w->date, r);
    expect(call, "outcome.fields.time.value", w->time, r);
    expect(call, "outcome.fields.name.value", w->name, r);
    expect(call, "outcome.fields.number.value", w->number, r);
    if (w->party) {
        text_fmt(party, sizeof party, "%d", w->party);
        expect(call, "outcome.fields.party.value", party, r);
    }
    judge_error(w, call, r);
    judge_spending(w, call, r);
    if (!inbound && tell_exit(call) != w->exit)
        stage_fault(r, "expected exit status %d, got %d", w->exit,
            tell_exit(call));
}

void stage_judge(const struct scenario *s, struct json call,
    const struct sim_twilio *twilio, const struct sim_model *model,
    struct stage_result *r)
{
    struct sim_twilio_call last;

    /* What the protocols' judges say is the cause of what follows. */
    stage_judge_twilio(s, twilio, r);
    judge_rogues(s, twilio, r);
    stage_judge_model(s, last_call(twilio, s->asked.to, &last) ? last.callee
        : NULL, model, r);
    judge_line_of(&s->want, s->asked.to, twilio, r);
    judge_call(&s->want, call, s->inbound, r);
}

void stage_judge_more(const struct scenario_call *more, struct json call,
    const struct sim_twilio *twilio, struct stage_result *r)
{
    size_t before = r->faults;

    expect(call, "asked.to", more->asked.to, r);
    expect(call, "asked.restaurant", more->asked.restaurant, r);
    judge_line_of(&more->want, more->asked.to, twilio, r);
    judge_call(&more->want, call, false, r);
    if (r->faults > before)
        stage_fault(r, "... in the call to %s", more->asked.restaurant);
}
