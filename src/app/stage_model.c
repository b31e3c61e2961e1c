/* stage_model.c - the model's part of a scenario against what was expected. */
#include <stdlib.h>

#include "app/stage.h"
#include "base/text.h"
#include "sim/model.h"

/* ms by which a cut may be off: the clear and the speaker's own frames are on
 * their way meanwhile. */
#define CUT_WITHIN 120

/* Frames of a text before its first character, and of one character. */
#define FRAMES_BEFORE 6
#define FRAMES_A_CHAR 2

/* Where we told the model it was cut, against what the callee had heard of it
 * by then. */
static void judge_cut(const struct scenario *s, const struct callee *c,
    const struct sim_model *model, struct stage_result *r)
{
    struct sim_model_counts n = sim_model_counts(model);
    int64_t heard = -1;

    for (size_t i = 0; i < c->lines; i++)
        if (!c->line[i].mine && c->line[i].cut && slice_find(slice_str(
            c->line[i].text), slice_str(s->want.cut)) != SLICE_NPOS)
            heard = ((int64_t)c->line[i].cut * FRAMES_A_CHAR + FRAMES_BEFORE)
                * MFSK_MS;
    if (c->noise)
        stage_fault(r, "%zu frames of what had been cut off came after it",
            c->noise);
    if (heard >= 0 && n.truncated_ms < 0)
        stage_fault(r, "cut off after %lld ms, and the model was not told",
            (long long)heard);
    else if (heard >= 0 && llabs(n.truncated_ms - heard) > CUT_WITHIN)
        stage_fault(r, "the model was told %lld ms were heard, not %lld",
            (long long)n.truncated_ms, (long long)heard);
}

void stage_judge_model(const struct scenario *s,
    const struct callee *callee, const struct sim_model *model,
    struct stage_result *r)
{
    struct sim_model_counts n = sim_model_counts(model);

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
    if (n.tools != n.tool_answers)
        stage_fault(r, "%zu tools were called and %zu answered", n.tools,
            n.tool_answers);
    if (s->want.sessions && n.upgrades != s->want.sessions)
        stage_fault(r, "expected %zu sessions of the model, got %zu",
            s->want.sessions, n.upgrades);
    if (s->want.cancelled && n.cancelled != s->want.cancelled)
        stage_fault(r, "expected %zu responses cancelled, got %zu",
            s->want.cancelled, n.cancelled);
    if (s->want.model_closed && n.closed != s->want.model_closed)
        stage_fault(r, "the model's socket was to be closed with %u, not %u",
            s->want.model_closed, n.closed);
    if (s->want.cut && callee)
        judge_cut(s, callee, model, r);
}
