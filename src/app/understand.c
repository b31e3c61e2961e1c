/* understand.c - from a plan to a call that can be made, and what to say. */
#include "app/understand.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

void understand_asked(struct asked *a, const struct plan *p)
{
    memset(a, 0, sizeof *a);
    if (asked_number_ok(slice_str(p->phone)))
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
}

static unsigned missing_of(const struct asked *a)
{
    return (a->restaurant[0] ? 0 : PLAN_NO_RESTAURANT)
        | (a->party ? 0 : PLAN_NO_PARTY) | (a->date[0] ? 0 : PLAN_NO_DATE)
        | (a->time[0] ? 0 : PLAN_NO_TIME);
}

bool understand_reply(const struct plan *p, const struct asked *a,
    struct buf *reply)
{
    struct plan left = *p;
    struct date day;
    char masked[24];

    left.missing = missing_of(a);
    if (p->blocked != PLAN_FINE) {
        buf_addf(reply, "I cannot do that: %s.", plan_blocked_words(p));
    } else if (p->intent != PLAN_RESERVE) {
        buf_adds(reply, "I book tables by telephone. Tell me the restaurant, "
            "how many people, the day and the time.");
    } else if (left.missing) {
        buf_adds(reply, "I still need ");
        plan_missing_words(reply, &left);
        buf_addc(reply, '.');
    } else if (!a->to[0]) {
        buf_addf(reply, "I need the telephone number of %s.", a->restaurant);
    } else if (date_parse(slice_str(a->date), &day)) {
        buf_addf(reply, "\"%s\" is no day (YYYY-MM-DD).", a->date);
    } else {
        buf_addf(reply, "Calling %s at %s: %d %s, ", a->restaurant,
            text_mask(masked, sizeof masked, slice_str(a->to)), a->party,
            a->party == 1 ? "person" : "people");
        date_add_words(reply, day);
        buf_addf(reply, ", %s", a->time);
        if (a->time_to[0])
            buf_addf(reply, " to %s", a->time_to);
        buf_addc(reply, '.');
        return true;
    }
    return false;
}
