/* plan.c - a plan to JSON and back: the other half of request.h. */
#include "agent/request.h"

#include <string.h>

#include "agent/phrase.h"
#include "base/text.h"
#include "codec/date.h"

static const char *const intents[] = {
    "none", "reserve", "cancel", "change", "search", "call"
};

static const struct {
    unsigned bit;
    const char *name;
    enum phrase words;
} needs[] = {
    {PLAN_NO_RESTAURANT, "restaurant", PHRASE_THE_PLACE},
    {PLAN_NO_PARTY, "party", PHRASE_THE_PEOPLE},
    {PLAN_NO_DATE, "date", PHRASE_THE_DAY},
    {PLAN_NO_TIME, "time", PHRASE_THE_TIME}
};

void plan_clear(struct plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->understood_by = "grammar";
}

static void key_text(struct jsonw *w, const char *key, const char *text)
{
    jsonw_kcstr(w, key, text[0] ? text : NULL);
}

static void key_weekday(struct jsonw *w, const struct plan *p)
{
    struct date d;

    if (date_parse(slice_str(p->date), &d))
        jsonw_knull(w, "weekday");
    else
        jsonw_kcstr(w, "weekday", date_weekday_name(date_weekday(d)));
}

static const char *blocked_name(enum plan_blocked blocked)
{
    switch (blocked) {
    case PLAN_FINE:
        return NULL;
    case PLAN_EMPTY:
        return "empty";
    case PLAN_TOO_LONG:
        return "too_long";
    case PLAN_MARKUP:
        return "markup";
    case PLAN_PARTY_SIZE:
        return "party_size";
    case PLAN_PAST_DATE:
        return "past_date";
    case PLAN_POLICY:
        return "policy";
    }
    return NULL;
}

static int minutes(const char *text)
{
    int hour, minute;

    return date_parse_time(slice_str(text), &hour, &minute) ? -1
        : hour * 60 + minute;
}

/* Is the last minute of the plan over? */
static bool has_passed(const struct plan *p, const struct request_now *now)
{
    struct when w = date_civil(now->wall, now->offset);
    int last = minutes(p->time_to), from = minutes(p->time);
    struct date d;
    int64_t days;

    if (date_parse(slice_str(p->date), &d))
        return false;
    days = date_days(d) - date_days(w.date);
    if (last < from)
        last = from;
    return days < 0 || (days == 0 && last >= 0
        && last < w.hour * 60 + w.minute);
}

void plan_check(struct plan *p, const struct request_now *now)
{
    bool reserve = p->intent == PLAN_RESERVE;

    p->missing = 0;
    /* To cancel or change a booking the place is enough. */
    if (!p->restaurant[0] && (reserve || p->intent == PLAN_CANCEL
        || p->intent == PLAN_CHANGE))
        p->missing |= PLAN_NO_RESTAURANT;
    if (reserve && p->party == 0)
        p->missing |= PLAN_NO_PARTY;
    if (reserve && !p->date[0])
        p->missing |= PLAN_NO_DATE;
    if (reserve && !p->time[0])
        p->missing |= PLAN_NO_TIME;
    if (p->blocked != PLAN_FINE)
        return;
    if (p->phone[0] && guard_number_forbidden(slice_str(p->phone)))
        p->blocked = PLAN_POLICY;
    else if (p->party < 0 || p->party > now->party_max)
        p->blocked = PLAN_PARTY_SIZE;
    else if (has_passed(p, now))
        p->blocked = PLAN_PAST_DATE;
}

void plan_json(struct jsonw *w, const struct plan *p)
{
    jsonw_object(w);
    jsonw_kcstr(w, "intent", intents[p->intent]);
    key_text(w, "restaurant", p->restaurant);
    key_text(w, "phone", p->phone);
    if (p->party)
        jsonw_kint(w, "party", p->party);
    else
        jsonw_knull(w, "party");
    key_text(w, "date", p->date);
    key_weekday(w, p);
    key_text(w, "time", p->time);
    key_text(w, "time_to", p->time_to);
    key_text(w, "name", p->name);
    jsonw_karray(w, "wishes");
    for (size_t i = 0; i < p->wishes; i++)
        jsonw_str(w, slice_str(p->wish[i]));
    jsonw_end(w);
    key_text(w, "reference", p->reference);
    jsonw_karray(w, "missing");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (p->missing & needs[i].bit)
            jsonw_str(w, slice_str(needs[i].name));
    jsonw_end(w);
    jsonw_kcstr(w, "blocked", blocked_name(p->blocked));
    jsonw_kcstr(w, "understood_by", p->understood_by);
    jsonw_end(w);
}

/* ---- reading ---- */

struct reader {
    struct json of;
    const char *field, *why;    /* the first fault */
};

static bool bad(struct reader *r, const char *field, const char *why)
{
    if (!r->why) {
        r->field = field;
        r->why = why;
    }
    return false;
}

/* A text; absent and null leave it "". */
static void read_text(struct reader *r, const char *field, char *dst,
    size_t cap)
{
    struct json v = json_get(r->of, field);

    if (v.type == JSON_ABSENT || v.type == JSON_NULL)
        return;
    if (v.type != JSON_STRING)
        bad(r, field, "is no string");
    else if (!json_copy(v, dst, cap))
        bad(r, field, "is too long");
}

static void read_time(struct reader *r, const char *field, char dst[6])
{
    int hour, minute;

    read_text(r, field, dst, 6);
    if (dst[0] && date_parse_time(slice_str(dst), &hour, &minute))
        bad(r, field, "is no time HH:MM");
}

static void read_party(struct reader *r, struct plan *p)
{
    struct json v = json_get(r->of, "party");
    int64_t n;

    if (v.type == JSON_ABSENT || v.type == JSON_NULL)
        return;
    if (json_i64(v, 1, 9999, &n))
        bad(r, "party", "is no number of people");
    else
        p->party = (int)n;
}

static void read_date(struct reader *r, struct plan *p)
{
    struct date d;

    read_text(r, "date", p->date, sizeof p->date);
    if (p->date[0] && date_parse(slice_str(p->date), &d))
        bad(r, "date", "is no date YYYY-MM-DD");
}

static void read_wishes(struct reader *r, struct plan *p)
{
    struct json v = json_get(r->of, "wishes"), one;
    struct json_walk walk = {.of = v};
    struct slice key;

    if (v.type != JSON_ABSENT && v.type != JSON_NULL && v.type != JSON_ARRAY)
        bad(r, "wishes", "is no list");
    while (v.type == JSON_ARRAY && json_next(&walk, &key, &one)) {
        if (p->wishes == PLAN_WISHES)
            bad(r, "wishes", "has too many entries");
        else if (one.type != JSON_STRING
            || !json_copy(one, p->wish[p->wishes], PLAN_TEXT))
            bad(r, "wishes", "has an entry that is no short string");
        else
            p->wishes += p->wish[p->wishes][0] != 0;
        if (r->why)
            return;
    }
    if (p->wishes < PLAN_WISHES) {
        read_text(r, "note", p->wish[p->wishes], PLAN_TEXT);
        p->wishes += p->wish[p->wishes][0] != 0;
    } else if (json_get(r->of, "note").text.len) {
        bad(r, "note", "comes on top of too many wishes");
    }
}

static void read_intent(struct reader *r, struct plan *p)
{
    struct json v = json_get(r->of, "intent");

    p->intent = PLAN_RESERVE;
    if (v.type == JSON_ABSENT || v.type == JSON_NULL)
        return;
    for (int i = PLAN_NONE; i <= PLAN_CALL; i++)
        if (json_is(v, intents[i])) {
            p->intent = (enum plan_intent)i;
            return;
        }
    bad(r, "intent", "is none that is known");
}

int plan_read(struct json v, struct plan *out, const char **field,
    const char **why)
{
    struct reader r = {.of = v};
    struct plan p;

    plan_clear(&p);
    if (v.type != JSON_OBJECT)
        bad(&r, "", "is no object");
    read_intent(&r, &p);
    read_text(&r, "phone", p.phone, sizeof p.phone);
    read_text(&r, "to", p.phone, sizeof p.phone);
    read_text(&r, "restaurant", p.restaurant, sizeof p.restaurant);
    read_party(&r, &p);
    read_date(&r, &p);
    read_time(&r, "time", p.time);
    read_time(&r, "time_to", p.time_to);
    read_text(&r, "name", p.name, sizeof p.name);
    read_text(&r, "reference", p.reference, sizeof p.reference);
    read_wishes(&r, &p);
    if (r.why) {
        *field = r.field;
        *why = r.why;
        return -1;
    }
    *out = p;
    return 0;
}

void plan_add_blocked(struct buf *out, const struct plan *p,
    enum tongue tongue)
{
    static const enum phrase why[] = {
        [PLAN_FINE] = PHRASE_FINE, [PLAN_EMPTY] = PHRASE_EMPTY,
        [PLAN_TOO_LONG] = PHRASE_TOO_LONG, [PLAN_MARKUP] = PHRASE_MARKUP,
        [PLAN_PARTY_SIZE] = PHRASE_PARTY_SIZE, [PLAN_PAST_DATE] = PHRASE_PAST,
        [PLAN_POLICY] = PHRASE_POLICY
    };
    uint8_t mem[128];
    struct buf words;

    buf_over(&words, mem, sizeof mem - 1);
    phrase_add(&words, tongue, why[p->blocked], NULL);
    phrase_add(out, tongue, PHRASE_CANNOT, buf_cstr(&words));
}

void plan_add_missing(struct buf *out, const struct plan *p,
    enum tongue tongue)
{
    unsigned left = p->missing;
    bool first = true;

    phrase_add(out, tongue, PHRASE_NEED, NULL);
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (!(left & needs[i].bit))
            continue;
        left &= ~needs[i].bit;
        if (!first && left)
            buf_adds(out, ", ");
        else if (!first)
            phrase_add(out, tongue, PHRASE_AND, NULL);
        phrase_add(out, tongue, needs[i].words, NULL);
        first = false;
    }
    buf_addc(out, '.');
}
