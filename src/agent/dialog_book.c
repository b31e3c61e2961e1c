/* dialog_book.c - what was booked before: "cancel my reservation", "the same
 * again next week", "make it 8 instead".
 */
#include "agent/dialog_impl.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

void dialog_add_moment(struct buf *out, enum tongue tongue, int party,
    const char *date, const char *time, const char *time_to)
{
    struct date d;

    if (date_parse(slice_str(date), &d) == 0)
        phrase_add_day(out, tongue, d);
    buf_adds(out, ", ");
    phrase_add_time(out, tongue, time, time_to);
    if (party) {
        buf_adds(out, ", ");
        phrase_add_party(out, tongue, party);
    }
}

static const struct dialog_booking *find(const struct dialog_turn *t,
    const char *id)
{
    for (size_t i = 0; i < t->world->bookings; i++)
        if (strcmp(t->world->booking[i].id, id) == 0)
            return &t->world->booking[i];
    return NULL;
}

static struct date today(const struct dialog_turn *t)
{
    return date_civil(t->world->now.wall, t->world->now.offset).date;
}

bool dialog_is_ahead(const struct dialog_turn *t,
    const struct dialog_booking *b)
{
    struct date d;

    return b->booked && date_parse(slice_str(b->date), &d) == 0
        && date_days(d) >= date_days(today(t));
}

/* ---- which booking ---- */

/* Does it fit what was said so far?  Of a change the day said is the new one.
 */
static bool may_be(const struct dialog_turn *t, const struct dialog_booking *b)
{
    const struct plan *p = &t->d->plan;
    struct place place = {0}, *one = &place;
    uint8_t mem[PLACE_KEY];
    struct place_hit hit;
    struct buf key;

    if (p->reference[0])
        return strcmp(p->reference, b->reference) == 0;
    if (p->intent == PLAN_CANCEL && p->date[0] && strcmp(p->date, b->date))
        return false;
    if (p->intent == PLAN_CANCEL && p->time[0] && strcmp(p->time, b->time))
        return false;
    if (!p->restaurant[0])
        return true;
    buf_over(&key, mem, sizeof mem);
    place_key(&key, slice_str(b->restaurant));
    place.name = slice_str(b->restaurant);
    place.number = slice_str(b->to);
    place.key = buf_slice(&key);
    return place_find(one, 1, slice_str(p->restaurant), PLACE_BY_NAME, &hit, 1)
        == 1;
}

static size_t candidates(const struct dialog_turn *t,
    const struct dialog_booking **out)
{
    size_t n = 0;

    for (size_t i = 0; i < t->world->bookings && n < DIALOG_CHOICES; i++) {
        const struct dialog_booking *b = &t->world->booking[i];

        if (dialog_is_ahead(t, b) && may_be(t, b))
            out[n++] = b;
    }
    return n;
}

static void add_booking(const struct dialog_turn *t,
    const struct dialog_booking *b)
{
    buf_addf(t->reply, "%s, ", b->restaurant);
    dialog_add_moment(t->reply, t->d->tongue, b->party, b->date, b->time,
        "");
}

static bool ask_which(struct dialog_turn *t,
    const struct dialog_booking *const *one, size_t n)
{
    struct dialog *d = t->d;

    d->stage = DIALOG_CHOOSE;
    d->choices = n;
    dialog_say(t, PHRASE_WHICH_BOOKING, NULL);
    for (size_t i = 0; i < n; i++) {
        text_copy(d->choice[i], DIALOG_ID, slice_str(one[i]->id));
        if (i)
            buf_addc(t->reply, ';');
        if (i && i + 1 == n)
            dialog_say(t, PHRASE_OR, NULL);
        else if (i)
            buf_addc(t->reply, ' ');
        add_booking(t, one[i]);
    }
    buf_addc(t->reply, '?');
    return false;
}

void dialog_aim(struct dialog *d, const struct dialog_booking *b)
{
    struct plan *p = &d->plan;

    d->target = *b;
    d->choices = 0;
    text_copy(p->restaurant, PLAN_TEXT, slice_str(b->restaurant));
    text_copy(p->phone, sizeof p->phone, slice_str(b->to));
    text_copy(p->name, PLAN_TEXT, slice_str(b->name));
    text_copy(p->reference, sizeof p->reference, slice_str(b->reference));
    if (!p->party || p->intent == PLAN_CANCEL)
        p->party = b->party;
    if (!p->date[0] || p->intent == PLAN_CANCEL)
        text_copy(p->date, sizeof p->date, slice_str(b->date));
    if (!p->time[0] || p->intent == PLAN_CANCEL) {
        text_copy(p->time, sizeof p->time, slice_str(b->time));
        p->time_to[0] = 0;
    }
    p->missing = 0;
}

/* An answer to "Which one?". */
static const struct dialog_booking *chosen(struct dialog_turn *t)
{
    const struct dialog_booking *one[DIALOG_CHOICES];
    struct dialog *d = t->d;
    size_t n = 0, i;

    for (i = 0; i < d->choices; i++) {
        one[n] = find(t, d->choice[i]);
        n += one[n] != NULL;
    }
    i = n ? dialog_pick(t, one, n) : 0;
    return i < n ? one[i] : NULL;
}

bool dialog_choose(struct dialog_turn *t)
{
    const struct dialog_booking *b = t->d->choices ? chosen(t) : NULL;

    if (b)
        dialog_aim(t->d, b);
    return b;
}

bool dialog_target(struct dialog_turn *t)
{
    const struct dialog_booking *one[DIALOG_CHOICES];
    struct dialog *d = t->d;
    size_t n;

    if (d->target.id[0])
        return true;
    n = candidates(t, one);
    if (n == 1) {
        dialog_aim(d, one[0]);
        return true;
    }
    if (n > 1)
        return ask_which(t, one, n);
    dialog_say(t, PHRASE_NO_BOOKING, NULL);
    if (d->plan.restaurant[0])
        dialog_say(t, PHRASE_AT, d->plan.restaurant);
    dialog_say(t, PHRASE_TO_COME, NULL);
    plan_clear(&d->plan);
    return false;
}

const struct dialog_booking *dialog_recent(const struct dialog_turn *t)
{
    const struct dialog_booking *b = find(t, t->d->last_call);
    size_t n = 0;

    if (b && dialog_is_ahead(t, b))
        return b;
    for (size_t i = 0; i < t->world->bookings; i++)
        if (dialog_is_ahead(t, &t->world->booking[i])) {
            b = &t->world->booking[i];
            n++;
        }
    return n == 1 ? b : NULL;
}

/* ---- once more ---- */

/* That weekday of the coming week (Monday first), after the booking itself; a
 * day that was named stands: the grammar's "next week" alone is in 7 days. */
static void next_week(const struct dialog_turn *t,
    const struct dialog_booking *b, char out[static 11])
{
    struct date d, now = today(t);
    int64_t days;
    struct buf text;

    if (date_parse(slice_str(out), &d) == 0
        && date_days(d) != date_days(now) + 7)
        return;
    if (date_parse(slice_str(b->date), &d))
        return;
    days = date_days(now) - date_weekday(now) + 7 + date_weekday(d);
    if (days <= date_days(d))
        days = date_days(d) + 7;
    buf_over(&text, out, 10);
    date_add(&text, date_from_days(days));
    out[10] = 0;
}

/* The one of this session goes before a newer one of another. */
static const struct dialog_booking *last_booking(const struct dialog_turn *t)
{
    const struct dialog_booking *b = find(t, t->d->last_call);

    return b ? b : t->world->bookings ? &t->world->booking[0] : NULL;
}

void dialog_repeat(struct dialog_turn *t)
{
    const struct dialog_booking *b = last_booking(t);
    struct plan *said = &t->said;

    if (!b)
        return;
    said->intent = PLAN_RESERVE;
    if (!said->restaurant[0] && !said->phone[0])
        text_copy(said->phone, sizeof said->phone, slice_str(b->to));
    if (!said->restaurant[0])
        text_copy(said->restaurant, PLAN_TEXT, slice_str(b->restaurant));
    if (!said->party)
        said->party = b->party;
    if (!said->time[0])
        text_copy(said->time, sizeof said->time, slice_str(b->time));
    if (!said->name[0])
        text_copy(said->name, PLAN_TEXT, slice_str(b->name));
    if (t->acts & DIALOG_ACT_NEXT_WEEK)
        next_week(t, b, said->date);
    t->acts |= DIALOG_ACT_SLOTS;
}

void dialog_show(struct dialog_turn *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->world->bookings; i++) {
        const struct dialog_booking *b = &t->world->booking[i];

        if (!dialog_is_ahead(t, b) || n == DIALOG_CHOICES)
            continue;
        if (n++)
            buf_adds(t->reply, "; ");
        else
            dialog_say(t, PHRASE_BOOKED, NULL);
        add_booking(t, b);
        if (b->reference[0])
            dialog_say(t, PHRASE_NUMBER, b->reference);
    }
    if (n)
        buf_addc(t->reply, '.');
    else
        dialog_say(t, PHRASE_NO_BOOKINGS, NULL);
}
