/* agreed.c - one intent is one call: an agreement that still stands. */
#include <string.h>

#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "codec/date.h"

int64_t calls_booked_for(const struct calls_conf *conf, const struct asked *a)
{
    struct calls_place place = {0};
    struct when when = {0};
    int64_t now = sys_wall();

    if (date_parse(slice_str(a->date), &when.date) || date_parse_time(
        slice_str(a->time), &when.hour, &when.minute))
        return 0;
    if (conf->place)
        conf->place(conf->place_arg, slice_str(a->to), now, &place);
    else if (conf->offset)
        place.offset = conf->offset(conf->offset_arg, now);
    when.offset = place.offset;
    return date_wall(&when);
}

/* Asking again would book twice. */
static bool stands(struct json outcome)
{
    static const char *const agreed[] = {"confirmed", "modified",
        "waitlisted", "callback_promised"};

    for (size_t i = 0; i < sizeof agreed / sizeof agreed[0]; i++)
        if (json_is(outcome, agreed[i]))
            return true;
    return false;
}

struct slice calls_agreed(struct calls *cs, const struct asked *asked)
{
    struct asked whole = *asked;

    if (!whole.name[0])
        text_copy(whole.name, sizeof whole.name, cs->conf.name);
    if (calls_booked_for(&cs->conf, asked) <= sys_wall())
        return slice_str(NULL);
    for (struct list *n = cs->ended.prev; n != &cs->ended; n = n->prev) {
        struct slice object = LIST_OWNER(n, struct ended, link)->object;
        struct json call, outcome;
        struct asked was;

        /* Most are to other numbers; a look costs less than a parse. */
        if (slice_find(object, slice_str(asked->to)) == SLICE_NPOS
            || json_parse(object, &call, NULL))
            continue;
        outcome = json_get(call, "outcome.outcome");
        asked_restore(json_get(call, "asked"), &was);
        if (strcmp(was.to, asked->to) == 0 && json_is(outcome, "cancelled")
            && strcmp(was.date, asked->date) == 0)
            break;              /* what was agreed before is no more */
        if (asked_same(&was, &whole) && stands(outcome))
            return object;
    }
    return slice_str(NULL);
}
