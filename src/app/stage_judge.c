/* stage_judge.c - what came of a scenario against what was expected. */
#include <stdarg.h>
#include <stdio.h>

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

    if (want && !json_is(got, want)
        && !(got.type == JSON_NUMBER && slice_is(got.text, want)))
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

static void judge_callee(const struct scenario *s, const struct callee *c,
    struct stage_result *r)
{
    if (s->want.heard && !callee_heard(c, s->want.heard, false))
        stage_fault(r, "the callee did not hear \"%s\"", s->want.heard);
    if (s->want.cut && !callee_heard(c, s->want.cut, true))
        stage_fault(r, "the callee did not hear \"%s\" cut off", s->want.cut);
    if (c->bad)
        stage_fault(r, "%zu texts came damaged to the callee", c->bad);
    if (c->stuck)
        stage_fault(r, "the callee waited in vain for \"%s\"", c->stuck);
}

static void judge_twilio(const struct scenario *s,
    const struct sim_twilio *twilio, struct stage_result *r)
{
    const struct sim_twilio_error *e;
    struct sim_twilio_call call;

    if (!sim_twilio_only(twilio, s->want.twilio_error)) {
        stage_fault(r, "expected Twilio error %d%s", s->want.twilio_error,
            s->want.twilio_error ? "" : " (none)");
        for (size_t i = 0; (e = sim_twilio_error(twilio, i)) != NULL; i++)
            stage_fault(r, "Twilio %s %d: %s", e->warning ? "warning"
                : "error", e->number, e->text);
    }
    if (sim_twilio_call(twilio, 0, &call)) {
        judge_callee(s, call.callee, r);
        if (call.streams > 1)
            stage_fault(r, "%zu streams for one call", call.streams);
    } else if (!s->want.twilio_error) {
        stage_fault(r, "Twilio had no call");
    }
    if (sim_twilio_active(twilio))
        stage_fault(r, "%zu calls did not end", sim_twilio_active(twilio));
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

static void judge_line(const struct scenario *s, struct json call,
    struct stage_result *r)
{
    struct slice text = json_get(call, "transcript").text;

    if (s->want.line && slice_find(text, slice_str(s->want.line))
        == SLICE_NPOS)
        stage_fault(r, "no line of the transcript holds \"%s\"",
            s->want.line);
}

static void judge_model(const struct scenario *s,
    const struct sim_model *model, struct stage_result *r)
{
    if (sim_model_errors(model) != s->want.model_errors) {
        stage_fault(r, "expected %zu model errors, got %zu",
            s->want.model_errors, sim_model_errors(model));
        for (size_t i = 0; sim_model_error(model, i); i++)
            stage_fault(r, "model error %s: %s",
                sim_model_error(model, i)->code,
                sim_model_error(model, i)->text);
    }
    if (sim_model_open(model))
        stage_fault(r, "%zu model sockets left open", sim_model_open(model));
}

void stage_judge(const struct scenario *s, struct json call,
    const struct sim_twilio *twilio, const struct sim_model *model,
    struct stage_result *r)
{
    char party[16];

    /* What the protocols' judges say is the cause of what follows. */
    judge_twilio(s, twilio, r);
    judge_rogues(s, twilio, r);
    judge_model(s, model, r);
    judge_line(s, call, r);
    expect(call, "status", s->want.status, r);
    expect(call, "outcome.outcome", s->want.outcome, r);
    expect(call, "outcome.reason", s->want.reason, r);
    expect(call, "outcome.fields.date.value", s->want.date, r);
    expect(call, "outcome.fields.time.value", s->want.time, r);
    expect(call, "outcome.fields.name.value", s->want.name, r);
    expect(call, "outcome.fields.number.value", s->want.number, r);
    if (s->want.party) {
        text_fmt(party, sizeof party, "%d", s->want.party);
        expect(call, "outcome.fields.party.value", party, r);
    }
    if (!s->inbound && tell_exit(call) != s->want.exit)
        stage_fault(r, "expected exit status %d, got %d", s->want.exit,
            tell_exit(call));
}
