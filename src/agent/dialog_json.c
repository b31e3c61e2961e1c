/* dialog_json.c - a conversation to the journal and back. */
#include "agent/dialog.h"

#include <string.h>


static const char *const stages[] = {"open", "confirm", "choose"};

static void write_booking(struct jsonw *w, const struct dialog_booking *b)
{
    jsonw_kobject(w, "target");
    jsonw_kcstr(w, "id", b->id);
    jsonw_kcstr(w, "restaurant", b->restaurant);
    jsonw_kcstr(w, "to", b->to);
    jsonw_kint(w, "party", b->party);
    jsonw_kcstr(w, "date", b->date);
    jsonw_kcstr(w, "time", b->time);
    jsonw_kcstr(w, "name", b->name);
    jsonw_kcstr(w, "reference", b->reference);
    jsonw_kbool(w, "booked", b->booked);
    jsonw_end(w);
}

void dialog_write(struct jsonw *w, const struct dialog *d)
{
    jsonw_kcstr(w, "language", d->tongue == TONGUE_GERMAN ? "de" : NULL);
    jsonw_kcstr(w, "agent", dialog_agent_name(d->agent));
    jsonw_kcstr(w, "stage", stages[d->stage]);
    jsonw_key(w, "plan");
    plan_json(w, &d->plan);
    jsonw_kcstr(w, "flexibility", d->flexibility);
    if (d->errand[0])
        jsonw_kcstr(w, "errand", d->errand);
    if (d->target.id[0])
        write_booking(w, &d->target);
    jsonw_karray(w, "choices");
    for (size_t i = 0; i < d->choices; i++)
        jsonw_str(w, slice_str(d->choice[i]));
    jsonw_end(w);
    jsonw_kcstr(w, "last_call", d->last_call);
    jsonw_kcstr(w, "unknown", d->unknown);
    jsonw_kcstr(w, "guess", d->guess);
    jsonw_kbool(w, "several", d->several);
    jsonw_karray(w, "past");
    for (size_t i = 0; i < d->pasts; i++) {
        jsonw_object(w);
        jsonw_kcstr(w, "who", d->past[i].ours ? "us" : "owner");
        jsonw_kcstr(w, "text", d->past[i].text);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void read_booking(struct json v, struct dialog_booking *b)
{
    int64_t n = 0;

    json_copy(json_get(v, "id"), b->id, sizeof b->id);
    json_copy(json_get(v, "restaurant"), b->restaurant, sizeof b->restaurant);
    json_copy(json_get(v, "to"), b->to, sizeof b->to);
    json_copy(json_get(v, "date"), b->date, sizeof b->date);
    json_copy(json_get(v, "time"), b->time, sizeof b->time);
    json_copy(json_get(v, "name"), b->name, sizeof b->name);
    json_copy(json_get(v, "reference"), b->reference, sizeof b->reference);
    if (json_i64(json_get(v, "party"), 0, 9999, &n) == 0)
        b->party = (int)n;
    b->booked = json_true(json_get(v, "booked"));
}

static void read_past(struct json v, struct dialog *d)
{
    struct json_walk walk = {.of = v};
    struct json one;

    while (d->pasts < DIALOG_TURNS && json_next(&walk, NULL, &one)) {
        struct dialog_past *p = &d->past[d->pasts++];

        p->ours = json_is(json_get(one, "who"), "us");
        json_copy(json_get(one, "text"), p->text, sizeof p->text);
    }
}

static void read_plan(struct json v, struct dialog *d)
{
    const char *field, *why;
    struct plan plan;

    if (plan_read(v, &plan, &field, &why))
        return;
    if (json_is(json_get(v, "understood_by"), "model"))
        plan.understood_by = "model";
    d->plan = plan;
}

void dialog_read(struct json v, struct dialog *d)
{
    struct json_walk walk = {.of = json_get(v, "choices")};
    struct json one;

    dialog_init(d);
    d->tongue = json_is(json_get(v, "language"), "de") ? TONGUE_GERMAN
        : TONGUE_ANY;
    for (int a = DIALOG_ORCHESTRATOR; a <= DIALOG_TALK; a++)
        if (json_is(json_get(v, "agent"),
            dialog_agent_name((enum dialog_agent)a)))
            d->agent = (enum dialog_agent)a;
    for (int s = DIALOG_OPEN; s <= DIALOG_CHOOSE; s++)
        if (json_is(json_get(v, "stage"), stages[s]))
            d->stage = (enum dialog_stage)s;
    read_plan(json_get(v, "plan"), d);
    json_copy(json_get(v, "flexibility"), d->flexibility,
        sizeof d->flexibility);
    json_copy(json_get(v, "errand"), d->errand, sizeof d->errand);
    read_booking(json_get(v, "target"), &d->target);
    while (d->choices < DIALOG_CHOICES && json_next(&walk, NULL, &one))
        json_copy(one, d->choice[d->choices++], DIALOG_ID);
    json_copy(json_get(v, "last_call"), d->last_call, sizeof d->last_call);
    json_copy(json_get(v, "unknown"), d->unknown, sizeof d->unknown);
    json_copy(json_get(v, "guess"), d->guess, sizeof d->guess);
    d->several = json_true(json_get(v, "several"));
    read_past(json_get(v, "past"), d);
}
