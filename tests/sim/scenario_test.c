/* scenario_test.c - the table holds together: every rule can be spoken, every
 * wait can come true.
 */
#include "sim/scenario.h"

#include "base/mem.h"
#include "sim/jread.h"
#include "tests/tap.h"

static struct jread *json;

static bool contains(const char *hay, const char *needle)
{
    size_t n = strlen(needle);

    for (; hay && strlen(hay) >= n; hay++)
        if (slice_ieq(slice_of(hay, n), slice_of(needle, n)))
            return true;
    return false;
}

/* What the program has the model say to machines, word for word. */
static const char *const dictated[] = {
    "Hello, this is an automated assistant. It is about a table; we will call "
        "again. Goodbye.",
    "This is an automated assistant. We will call again another time. "
        "Goodbye.",
    "on behalf of Leo. It is about a table reservation.",
    "I am sorry, I cannot do that. I only call about the table.",
    "I am sorry, I have to end this call. Goodbye."
};

/* Does the model ever say it (or Twilio's own voice)?  What it says may have
 * the disclosure before it. */
static bool model_says(const struct model_script *m, const char *text)
{
    static const char before[] = "on behalf of Leo. ";
    const char *behind = strstr(text, before);

    for (size_t i = 0; i < sizeof dictated / sizeof *dictated; i++)
        if (contains(dictated[i], text))
            return true;
    if (behind && behind[sizeof before - 1])
        return model_says(m, behind + sizeof before - 1);
    for (size_t i = 0; i < m->rules; i++)
        if (m->rule[i].say && contains(m->rule[i].say, text))
            return true;
    return contains("an application error has occurred", text)
        || contains("we have a technical problem", text)
        || contains("this is an automated assistant calling on behalf of Leo.",
            text);
}

static bool callee_says(const struct callee_script *c, const char *text)
{
    for (size_t i = 0; i < c->steps; i++)
        if ((c->step[i].what == CALLEE_SAY
            || c->step[i].what == CALLEE_CUT_IN)
            && contains(c->step[i].text, text))
            return true;
    return false;
}

/* What a model is told of keys: "... of the telephone: 12#". */
static bool callee_presses(const struct callee_script *c, const char *text)
{
    const char *keys = strstr(text, "keys of the telephone: ");

    for (size_t i = 0; keys && i < c->steps; i++)
        if (c->step[i].what == CALLEE_PRESS
            && strcmp(c->step[i].text, strchr(keys, ':') + 2) == 0)
            return true;
    return false;
}

/* What a model is told when the owner was asked. */
static bool owner_says(const char *text)
{
    return contains("the guest answers your question: ", text)
        || contains("the guest did not answer in time", text)
        || !strncmp(text, "your question: \"", 16);
}

/* Somebody this model talks to, in whatever scenario, says it. */
static bool somebody_says(const struct model_script *model, const char *text)
{
    const struct scenario *s;

    for (size_t i = 0; (s = scenario_at(i)) != NULL; i++)
        if (s->model == model && (callee_says(s->callee, text)
            || callee_presses(s->callee, text)))
            return true;
    return false;
}

static int check_rules(const struct callee_script *callee,
    const struct model_script *model, bool broken)
{
    int wrong = 0;

    for (size_t i = 0; i < model->rules; i++) {
        const struct model_rule *r = &model->rule[i];

        wrong += r->say && strlen(r->say) > MFSK_TEXT;
        wrong += !r->say && !r->tool && !(r->how & MODEL_AGAIN);
        wrong += r->tool && !jread(json, slice_str(r->arguments))
            && !(r->how & MODEL_ANY_TOOL);
        if (!broken && !model->temper && callee->steps
            && r->when == MODEL_HEARD
            && !somebody_says(model, r->text) && !owner_says(r->text))
            wrong++;
    }
    return wrong;
}

static int check_steps(const struct callee_script *callee,
    const struct model_script *model)
{
    int wrong = 0;

    for (size_t i = 0; i < callee->steps; i++) {
        const struct callee_step *k = &callee->step[i];

        wrong += k->what != CALLEE_PAUSE && k->what != CALLEE_HANG_UP
            && !k->text;
        wrong += k->what == CALLEE_WAIT && !model_says(model, k->text);
    }
    return wrong;
}

/* The calls beside it: another number and another house for each that rings. */
static int check_more(const struct scenario *s)
{
    int wrong = 0;

    for (size_t i = 0; i < s->mores; i++) {
        const struct scenario_call *m = &s->more[i];

        wrong += check_rules(m->callee, m->model, true);
        wrong += check_steps(m->callee, m->model);
        wrong += m->want.heard && !model_says(m->model, m->want.heard);
        wrong += !m->want.http && !m->want.outcome && !m->want.status;
        for (size_t k = 0; k < i && !m->want.http; k++)
            wrong += strcmp(m->asked.to, s->more[k].asked.to) == 0
                || strcmp(m->asked.restaurant, s->more[k].asked.restaurant)
                == 0;
    }
    return wrong;
}

/* Every outcome of DESIGN 5, each in braces for itself, and an errand each:
 * some scenario is played to it. */
static void test_outcomes(void)
{
    static const struct {
        const char *outcome, *reason;
    } all[] = {
        {"confirmed", NULL}, {"modified", NULL}, {"alternative_offered",
        NULL}, {"declined", NULL}, {"waitlisted", NULL},
        {"callback_promised", NULL}, {"cancelled", NULL},
        {"not_reached", "busy"}, {"not_reached", "no_answer"},
        {"not_reached", "rejected"}, {"not_reached", "invalid_number"},
        {"not_reached", "network"}, {"machine", "voicemail"},
        {"machine", "screened"}, {"machine", "menu"}, {"machine", "fax"},
        {"wrong_party", NULL}, {"cut_off", NULL}, {"unclear", NULL},
        {"blocked", "policy"}, {"blocked", "hours"}, {"blocked", "cap"},
        {"error", NULL}
    };

    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const char *by = NULL;
        const struct scenario *s;

        for (size_t i = 0; !by && (s = scenario_at(i)) != NULL; i++)
            if (s->want.outcome && !strcmp(s->want.outcome, all[k].outcome)
                && (!all[k].reason || (s->want.reason
                && !strcmp(s->want.reason, all[k].reason))))
                by = s->name;
        tap_ok(by, "%s%s%s is the end of %s", all[k].outcome, all[k].reason
            ? ", " : "", all[k].reason ? all[k].reason : "", by ? by
            : "no scenario");
    }
}

int main(void)
{
    size_t n = 0;

    json = mem_new(sizeof(*json));
    for (const struct scenario *s; (s = scenario_at(n)); n++) {
        tap_ok(s->about && s->callee && s->model && s->asked.to
            && scenario_find(slice_str(s->name)) == s, "%s: found", s->name);
        tap_is_int(check_rules(s->callee, s->model, s->fault.at[0].what
            || s->act.what || (!s->want.heard && !s->want.number)), 0,
            "its rules can be spoken");
        tap_is_int(check_steps(s->callee, s->model), 0,
            "what is waited for can be said");
        tap_is_int(check_more(s), 0, "so can the calls beside it");
        tap_ok((!s->want.heard || model_says(s->model, s->want.heard)
            || contains(s->disclosure_say, s->want.heard))
            && (!s->want.also || model_says(s->model, s->want.also)),
            "what must be heard can be heard");
        tap_ok(s->inbound || (s->asked.restaurant && s->asked.party
            && s->asked.date && s->asked.time && s->request),
            "something is asked for");
        for (int i = 0; i < SIM_FAULTS_MAX; i++)
            tap_ok(strcmp(sim_fault_name(s->fault.at[i].what), "unknown")
                != 0, "its fault has a name");
    }
    test_outcomes();
    tap_ok(n >= 9, "%zu scenarios", n);
    tap_ok(!scenario_find(SLICE("none")), "an unknown name finds nothing");
    mem_drop(json);
    return tap_done();
}
