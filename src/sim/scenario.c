/* scenario.c - all scenarios, one after the other. */
#include "sim/scenes.h"

static const struct scenario *const tables[] = {
    scenario_basic, scenario_ends, scenario_change,
    scenario_stream,
    scenario_calls,
    scenario_many,
    scenario_voice,
    scenario_lost,
    scenario_policy,
    scenario_phone,
};

const struct scenario *scenario_at(size_t i)
{
    for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++)
        for (const struct scenario *s = tables[t]; s->name; s++)
            if (i-- == 0)
                return s;
    return NULL;
}

const struct scenario *scenario_find(struct slice name)
{
    for (size_t i = 0; scenario_at(i); i++)
        if (slice_is(name, scenario_at(i)->name))
            return scenario_at(i);
    return NULL;
}
