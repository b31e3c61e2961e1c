/* dialog_slots.c - a model's slots against the owner's words. */
#include "agent/dialog_slots.h"

#include <string.h>

#include "agent/moment.h"
#include "agent/places.h"
#include "agent/words.h"
#include "base/text.h"
#include "codec/date.h"

#define AHEAD 800               /* days: nobody books later than that */

struct wrote {                  /* as the model wrote them */
    struct plan plan;
    char party_words[PLAN_TEXT], date_words[PLAN_TEXT],
        time_words[PLAN_TEXT], number[40];
};

/* ---- reading ---- */

static bool text(struct json v, const char *key, char *dst, size_t cap)
{
    struct json one = json_get(v, key);

    return one.type == JSON_ABSENT || one.type == JSON_NULL
        || json_copy(one, dst, cap);
}

static bool is_known(struct slice key)
{
    static const char *const keys[] = {"restaurant", "number", "party",
        "party_words", "date", "date_words", "time", "time_to", "time_words",
        "name", "wishes", "flexibility", "reference"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (slice_is(key, keys[i]))
            return true;
    return false;
}

/* "4" and 4.0 are 4; a model's null and "" are nothing. */
static bool party(struct json v, int *out)
{
    struct json one = json_get(v, "party");
    uint64_t n = 0;
    int64_t people = 0;

    if (one.type == JSON_ABSENT || one.type == JSON_NULL)
        return true;
    if (one.type == JSON_STRING) {
        if (one.text.len && text_u64(one.text, 0, 9999, &n))
            return false;
        people = (int64_t)n;
    } else if (json_i64(one, 0, 9999, &people)) {
        return false;
    }
    *out = (int)people;
    return true;
}

static bool wishes(struct json v, struct plan *p)
{
    struct json list = json_get(v, "wishes"), one;
    struct json_walk walk = {.of = list};

    if (list.type == JSON_ABSENT || list.type == JSON_NULL)
        return true;
    if (list.type != JSON_ARRAY)
        return false;
    while (json_next(&walk, NULL, &one)) {
        if (p->wishes == PLAN_WISHES
            || !json_copy(one, p->wish[p->wishes], PLAN_TEXT))
            return false;
        p->wishes += guard_text(slice_str(p->wish[p->wishes])) == PLAN_FINE;
    }
    return true;
}

static const char *read_all(struct json v, struct wrote *w,
    char flexibility[static PLAN_TEXT])
{
    struct json_walk walk = {.of = v};
    struct plan *p = &w->plan;
    struct slice key;
    struct json one;
    int h, m;

    while (json_next(&walk, &key, &one))
        if (!is_known(key))
            return "it has a field that is not known";
    if (!party(v, &p->party))
        return "party must be a whole number";
    if (!wishes(v, p))
        return "wishes must be at most 8 short strings";
    if (!text(v, "restaurant", p->restaurant, PLAN_TEXT)
        || !text(v, "name", p->name, PLAN_TEXT)
        || !text(v, "flexibility", flexibility, PLAN_TEXT)
        || !text(v, "reference", p->reference, sizeof p->reference)
        || !text(v, "number", w->number, sizeof w->number)
        || !text(v, "party_words", w->party_words, PLAN_TEXT)
        || !text(v, "date_words", w->date_words, PLAN_TEXT)
        || !text(v, "time_words", w->time_words, PLAN_TEXT))
        return "a text is no string, or too long";
    if (!text(v, "date", p->date, sizeof p->date) || (p->date[0]
        && date_parse(slice_str(p->date), &(struct date){0})))
        return "date must be YYYY-MM-DD";
    if (!text(v, "time", p->time, sizeof p->time) || (p->time[0]
        && date_parse_time(slice_str(p->time), &h, &m)))
        return "time must be HH:MM";
    if (!text(v, "time_to", p->time_to, sizeof p->time_to) || (p->time_to[0]
        && date_parse_time(slice_str(p->time_to), &h, &m)))
        return "time_to must be HH:MM";
    return NULL;
}

/* ---- what was said ---- */

/* "Luigi's" is the word in "luigis". */
static bool same_word(const struct word *a, const struct word *b)
{
    uint8_t mem[4 * WORD_LOW];
    struct buf x, y;

    buf_over(&x, mem, sizeof mem / 2);
    buf_over(&y, mem + sizeof mem / 2, sizeof mem / 2);
    place_key(&x, slice_str(a->low));
    place_key(&y, slice_str(b->low));
    return x.len && slice_eq(buf_slice(&x), buf_slice(&y));
}

static void tick(const struct words *want, bool *found, struct slice text)
{
    struct words have;

    words_split(&have, text);
    for (size_t i = 0; i < want->n; i++)
        for (size_t k = 0; k < have.n && !found[i]; k++)
            found[i] = same_word(&want->at[i], &have.at[k]);
}

/* Did the owner say all these words?  past: before this turn, too; ours names
 * what we asked about. */
static bool was_said(const struct dialog_turn *t, const char *what, bool past)
{
    bool found[WORDS_MAX] = {false}, any = false;
    struct words want;

    words_split(&want, slice_str(what));
    tick(&want, found, t->words);
    for (size_t i = 0; past && i < t->d->pasts; i++)
        if (!t->d->past[i].ours)
            tick(&want, found, slice_str(t->d->past[i].text));
    for (size_t i = 0; i < want.n; i++) {
        if (want.at[i].kind == WORD_MARK)
            continue;
        if (!found[i])
            return false;
        any = true;
    }
    return any;
}

static size_t digits_of(struct slice text, char *out, size_t cap)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len && n + 1 < cap; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
            out[n++] = (char)text.ptr[i];
    out[n] = 0;
    return n;
}

/* A number whose digits stand in the owner's words in that order. */
static bool number_said(const struct dialog_turn *t, const char *number)
{
    char want[40], have[GUARD_TEXT_MAX * 4 + 1];
    size_t n = digits_of(slice_str(number), want, sizeof want);

    digits_of(t->words, have, sizeof have);
    if (n && strstr(have, want))
        return true;
    for (size_t i = 0; n && i < t->d->pasts; i++) {
        if (t->d->past[i].ours)
            continue;
        digits_of(slice_str(t->d->past[i].text), have, sizeof have);
        if (strstr(have, want))
            return true;
    }
    return false;
}

/* ---- our own reading of the words ---- */

/* A quote with another number in it is none for this one. */
static void judge_party(const struct dialog_turn *t, const struct wrote *w,
    struct plan *out)
{
    struct words ws;
    int n;
    bool any = false, fits = false;

    out->party = t->said.party;
    if (!w->plan.party || !was_said(t, w->party_words, false))
        return;
    words_split(&ws, slice_str(w->party_words));
    for (size_t i = 0; i < ws.n; i++)
        if (words_number(&ws, i, &n)) {
            any = true;
            fits = fits || n == w->plan.party;
        }
    if (!any || fits)
        out->party = w->plan.party;
}

static struct date today(const struct dialog_turn *t)
{
    return date_civil(t->world->now.wall, t->world->now.offset).date;
}

static void put_date(char out[static 11], struct date d)
{
    struct buf b;

    buf_over(&b, out, 10);
    date_add(&b, d);
    out[10] = 0;
}

/* The day: our reading of the quote; a day that we cannot read out of it is
 * taken when it lies ahead, for it is shown with its weekday before anything
 * rings. */
static void judge_date(const struct dialog_turn *t, const struct wrote *w,
    struct plan *out)
{
    struct words ws;
    struct date d, model;
    bool clash = false;
    int64_t ahead;

    memcpy(out->date, t->said.date, sizeof out->date);
    if (out->date[0] || !was_said(t, w->date_words, false))
        return;
    words_split(&ws, slice_str(w->date_words));
    for (size_t i = 0; i < ws.n; i++)
        if (moment_date(&ws, i, today(t), &d, &clash)) {
            if (!clash)
                put_date(out->date, d);
            return;
        }
    if (date_parse(slice_str(w->plan.date), &model))
        return;
    ahead = date_days(model) - date_days(today(t));
    if (ahead >= 0 && ahead < AHEAD)
        put_date(out->date, model);
}

static void put_time(char out[static 6], const struct clock_time *c)
{
    text_fmt(out, 6, "%02d:%02d", c->hour, c->minute);
}

static void judge_time(const struct dialog_turn *t, const struct wrote *w,
    struct plan *out)
{
    struct words all, ws;
    struct clock_time from, to = {.hour = -1};
    enum day_part part;

    memcpy(out->time, t->said.time, sizeof out->time);
    memcpy(out->time_to, t->said.time_to, sizeof out->time_to);
    if (out->time[0] || !was_said(t, w->time_words, false))
        return;
    words_split(&all, t->words);
    part = moment_part(&all, 0, all.n);
    words_split(&ws, slice_str(w->time_words));
    for (size_t i = 0; i < ws.n; i++)
        if (moment_time(&ws, i, part, &from, &to)
            || moment_hour(&ws, i, part, &from)) {
            put_time(out->time, &from);
            if (to.hour >= 0)
                put_time(out->time_to, &to);
            return;
        }
    memcpy(out->time, w->plan.time, sizeof out->time);
    memcpy(out->time_to, w->plan.time_to, sizeof out->time_to);
}

const char *dialog_slots(const struct dialog_turn *t, struct json arguments,
    struct plan *slots, char flexibility[static PLAN_TEXT])
{
    struct wrote w = {.number = ""};
    const char *why;

    plan_clear(&w.plan);
    flexibility[0] = 0;
    why = read_all(arguments, &w, flexibility);
    if (why)
        return why;
    *slots = w.plan;
    if (!was_said(t, slots->restaurant, true))
        memcpy(slots->restaurant, t->said.restaurant,
            sizeof slots->restaurant);
    if (!was_said(t, slots->name, true))
        memcpy(slots->name, t->said.name, sizeof slots->name);
    if (!was_said(t, slots->reference, true))
        memcpy(slots->reference, t->said.reference, sizeof slots->reference);
    memcpy(slots->phone, t->said.phone, sizeof slots->phone);
    if (!slots->phone[0] && number_said(t, w.number))
        (void)places_number(slice_str(w.number), slots->phone,
            sizeof slots->phone);
    if (guard_text(slice_str(flexibility)) != PLAN_FINE)
        flexibility[0] = 0;
    judge_party(t, &w, slots);
    judge_date(t, &w, slots);
    judge_time(t, &w, slots);
    slots->blocked = t->said.blocked;
    return NULL;
}
