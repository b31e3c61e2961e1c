/* request.c - what someone wants, understood from a sentence by a grammar.
 *
 * One walk over the words.  At each word the finders are asked in turn, the
 * surest first; what one of them understood is marked as used, so that no
 * word counts twice.  Wishes are looked for last, in what is left.
 */
#include "agent/mend.h"
#include "agent/party.h"
#include "agent/request_impl.h"
#include "base/text.h"

static void mark(struct reading *r, size_t i, size_t n)
{
    for (; n && i < r->ws.n; n--, i++)
        r->used[i] = true;
}

/* ---- names that look like values ---- */

static size_t hour_at(const struct reading *r, size_t i)
{
    struct clock_time from, to;

    return moment_time(&r->ws, i, r->part, &from, &to);
}

static size_t day_at(const struct reading *r, size_t i)
{
    struct date d;
    bool clash;

    return moment_date(&r->ws, i, r->today, &d, &clash);
}

static size_t people_at(const struct reading *r, size_t i)
{
    int people;

    return party_at(&r->ws, i, &people);
}

/* Is another value of its kind said than the one at word i?  Where they are is
 * looked up once: two of them answer it for every word. */
static bool has_other(struct reading *r, enum reading_kind kind, size_t i)
{
    static size_t (*const at[])(const struct reading *, size_t) = {
        hour_at, day_at, people_at
    };
    struct reading_said *s = &r->said[kind];

    for (size_t k = 0, n; !s->looked && s->n < 2 && k < r->ws.n;
        k += n ? n : 1) {
        n = at[kind](r, k);
        if (n) {
            s->from[s->n] = k;
            s->end[s->n++] = k + n;
        }
    }
    s->looked = true;
    for (size_t k = 0; k < s->n; k++)
        if (i < s->from[k] || i >= s->end[k])
            return true;
    return false;
}

/* Does a name go on at word i: large, and no word that sentences have? */
static bool goes_on(const struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    const struct word *w = words_at(ws, i);

    return w->kind == WORD_LETTERS && w->capital && !request_is_noun(ws, i)
        && !request_is_plain(ws, i) && !day_at(r, i);
}

/* "Reserve 5 Guys for 3": the name of a place that looks like a party. */
static bool is_named_party(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;

    return i && words_at(ws, i)->kind == WORD_DIGITS
        && words_at(ws, i + 1)->kind == WORD_LETTERS
        && words_at(ws, i + 1)->capital && !words_at(ws, i + 1)->glued
        && words_match(ws, i - 1, "book|reserve|at|try|@|visit")
        && has_other(r, SAID_PARTY, i);
}

/* "At The Monday Room on Tuesday": one that looks like a day. */
static bool is_named_day(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t the = words_match(ws, i, "the");

    /* "Kim Sun", "at Ruby Tuesday" */
    if (i && words_at(ws, i)->capital && (words_at(ws, i)->text.len == 3
        || (i > 1 && words_match(ws, i - 2, "at|book|reserve|bei|im|the")))
        && words_at(ws, i - 1)->capital && goes_on(r, i - 1)
        && has_other(r, SAID_DAY, i))
        return true;
    return words_at(ws, i)->capital && i && words_match(ws, i - 1,
        "at|at the|book|reserve|bei|im|@|the") && goes_on(r, i + the + 1)
        && !words_at(ws, i + the + 1)->glued && has_other(r, SAID_DAY, i);
}

/* "At Noon on Friday at 7", "at Seven Stars": the name of a place that looks
 * like an hour. */
static bool is_named_hour(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    const struct word *w, *next;

    i += words_match(ws, i, "at|bei|im|@");
    w = words_at(ws, i);
    next = words_at(ws, i + 1);
    if (w->kind == WORD_LETTERS && !w->capital)
        return false;
    if (words_match(ws, i, "noon|midnight|midday|mitternacht"))
        return i && !words_match(ws, i - 1, ".|!|?")
            && has_other(r, SAID_HOUR, i);
    /* "At Eight on the 8th at 8" */
    if (w->kind == WORD_LETTERS && w->number > 0 && i
        && words_match(ws, i - 1, "at|bei|@") && has_other(r, SAID_HOUR, i))
        return true;
    if (!goes_on(r, i + 1) || next->glued
        || words_match(ws, i + 1, "am|pm|uhr|people|persons|guests"))
        return false;
    return w->kind == WORD_LETTERS ? w->number >= 0 && !words_match(ws, i,
        "ein|eine|einen|einer|einem") : w->kind == WORD_DIGITS && i
        && words_match(ws, i - 1, "at|bei|im|@") && has_other(r, SAID_HOUR, i);
}

bool request_starts_other(struct reading *r, size_t i)
{
    return (day_at(r, i) && !is_named_day(r, i))
        || (hour_at(r, i) && !is_named_hour(r, i))
        || (people_at(r, i) && !is_named_party(r, i));
}

/* ---- corrections ---- */

/* "No, sorry", "make that": what comes now replaces what was said. */
static size_t find_mending(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n = words_match(ws, i, "no wait|no sorry|sorry|i mean|i meant"
        "|actually|make that|make it|or rather|scratch that|correction|oops"
        "|wait no|wait|better make it|or better|my bad|change that to"
        "|quatsch|ich meine|ich meinte|doch lieber|oder besser"
        "|besser gesagt|vielmehr|korrektur|pardon|entschuldigung|verzeihung"
        "|ach nein|ach was|ach ne|ach quatsch|oder nein|oh no|nein nein|aeh"
        "|halt|sagen wir|moment");
    int number;

    /* "No" alone takes something back when the sentence stops behind it or
     * a value follows; "no smoking" does not. */
    if (!n && words_match(ws, i, "no|nein|ne|nee") && i
        && !words_match(ws, i + 1, "earlier|later|more|sooner|fewer|less")
        && (words_at(ws, i + 1)->kind == WORD_MARK
        || words_number(ws, i + 1, &number)
        || request_starts_other(r, i + 1)))
        n = 1;
    /* So do these only before a value. */
    if (!n && (n = words_match(ws, i, "better|lieber|besser|rather|hmm"
        "|on second thought|on second thoughts|let's say|let's make it|um"
        "|er|erm|uh")) != 0 && !words_number(ws, i + n, &number)
        && !request_starts_other(r, i + n)
        && !words_match(ws, i + n, "no|nein|, better|, rather"))
        n = 0;
    if (words_match(ws, i, "um") && n && !words_match(ws, i + 1, "no"))
        n = 0;              /* German's "um sieben" */
    if (!n || r->last == SLOT_NONE)
        return 0;
    n += words_match(ws, i + n, "make it|make that|rather|better|lieber"
        "|doch");
    r->mended = true;
    return n;
}

/* "Not on Friday but Saturday", "5 instead of 4": the value that follows is
 * the one that is not wanted. */
static size_t find_denial(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n = words_match(ws, i, "instead of|rather than|statt|anstatt"
        "|anstelle von"), k;
    int number;

    if (!n && words_match(ws, i, "not|nicht") && !words_match(ws, i, "not"
        " before|not after|nicht vor|nicht nach|not later|not earlier"))
        n = 1;
    if (!n)
        return 0;
    if (request_starts_other(r, i + n)) {
        r->ignored = true;
        return n;
    }
    k = words_number(ws, i + n, &number);
    if (k && words_match(ws, i, "not|nicht"))
        r->mended = true;
    return k ? n + k : 0;
}

/* A value may be put where there is none, where the new one of a change comes
 * last, and where the old one was taken back. */
static bool may_put(const struct reading *r, bool is_set)
{
    return !r->ignored && (!is_set || r->mended
        || r->plan->intent == PLAN_CHANGE);
}

/* ---- moments and people ---- */

static size_t find_date(struct reading *r, size_t i)
{
    struct date d;
    bool clash;
    size_t n = moment_date(&r->ws, i, r->today, &d, &clash);

    if (!n || is_named_day(r, i))
        return 0;
    if (may_put(r, r->date.year != 0)) {
        r->clash = clash;
        r->date = d;
    } else if (!r->ignored && date_days(r->date) != date_days(d)) {
        r->clash = true;
    }
    r->ignored = false;
    r->last = SLOT_DATE;
    return n;
}

static void put_time(struct reading *r, const struct clock_time *from,
    const struct clock_time *to)
{
    if (may_put(r, r->time >= 0)) {
        r->time = from->hour * 60 + from->minute;
        r->time_to = to->hour < 0 ? -1 : to->hour * 60 + to->minute;
    }
    r->ignored = false;
    r->last = SLOT_TIME;
}

/* Is it the number of people that is to be another? */
static bool counts_people(const struct words *ws)
{
    return words_have(ws, 0, ws->n, "party size|number of people|headcount"
        "|head count|number of guests|size of the party|guest count"
        "|erhoehen|erhoehe|aufstocken|reduzieren|verringern|increase|reduce"
        "|raise|personenzahl|anzahl der personen|anzahl der gaeste|size of our"
        " party|size of my party|how many");
}

/* Of a change: "from 7 to 8" leaves 8; "to 9". */
static size_t changed_time(struct reading *r, size_t i)
{
    static const struct clock_time none = {.hour = -1};
    const struct words *ws = &r->ws;
    size_t from = words_match(ws, i, "from|von"), n = 0, to;
    struct clock_time t;
    int people;

    if (counts_people(ws))
        return 0;
    if (from) {
        n = moment_hour(ws, i + from, r->part, &t);
        if (!n)
            return 0;
        n += from;
    }
    to = words_match(ws, i + n, "to|auf|back to|forward to|until|for");
    if (!to || party_at(ws, i + n + to, &people)
        || party_at(ws, i + n, &people))
        return 0;
    n += to;
    to = moment_hour(ws, i + n, r->part, &t);
    if (!to)
        return 0;
    put_time(r, &t, &none);
    return n + to;
}

/* "After 7 but before 9", "no earlier than 7 and no later than 9". */
static bool ends_range(const struct reading *r, size_t i,
    const struct clock_time *t)
{
    return r->time >= 0 && r->time_to < 0 && !r->mended
        && r->plan->intent != PLAN_CHANGE && t->hour * 60 + t->minute
        > r->time && words_match(&r->ws, i, "no later than|not later than"
        "|before|until|till|by|at the latest|latest|spaetestens um"
        "|spaetestens|vor"
        "|bis spaetestens|bis|nicht nach|not after");
}

/* "7 or 7:30": the second says what the first is. */
static size_t first_of_two(const struct reading *r, size_t i,
    struct clock_time *from, struct clock_time *to)
{
    const struct words *ws = &r->ws;
    size_t n = moment_hour(ws, i, r->part, from), or;

    or = n ? words_match(ws, i + n, "or|oder") : 0;
    if (!or || !moment_hour(ws, i + n + or, r->part, to) || to->bare)
        return 0;
    to->hour = -1;
    from->bare = false;
    return n;
}

static size_t find_time(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    struct clock_time from, to, or;
    size_t n = r->plan->intent == PLAN_CHANGE ? changed_time(r, i) : 0, more;

    if (n)
        return n;
    n = moment_time(ws, i, r->part, &from, &to);
    if (!n)
        n = first_of_two(r, i, &from, &to);
    if (!n || is_named_hour(r, i))
        return 0;
    if (ends_range(r, i, &from)) {
        r->time_to = from.hour * 60 + from.minute;
        return n;
    }
    put_time(r, &from, &to);
    /* "At 7 or 8": the first is what is asked for. */
    more = words_match(ws, i + n, "or|oder|or at|oder um");
    more += more ? words_match(ws, i + n + more, "at|um") : 0;
    if (more) {
        size_t used = moment_hour(ws, i + n + more, r->part, &or);

        n += used ? more + used : 0;
    }
    return n;
}

/* "My three clients and me, so four of us", "six in total". */
static bool is_sum(const struct words *ws, size_t i, size_t n)
{
    return words_match(ws, i, "so|makes|making|insgesamt|total|zusammen"
        "|macht") || words_have(ws, i, i + n + 1, "in total|altogether"
        "|all together"
        "|insgesamt|in all|all told") || (i && words_match(ws, i - 1,
        "so|makes|making|that's|=|total|also"));
}

static size_t find_party(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n = 0, from;
    int people = 0, old;

    /* "From 4 to 6 people", "aus vier Personen sechs" leave six. */
    if (r->plan->intent == PLAN_CHANGE && (from = words_match(ws, i,
        "from|von|aus")) != 0 && (n = words_number(ws, i + from, &old)) != 0
        && (words_match(ws, i + from + n, "to|auf")
        || words_match(ws, i + from + n, "personen|people|leuten"))) {
        size_t noun = words_match(ws, i + from + n, "personen|people|leuten");

        n += from + noun;
        n += words_match(ws, i + n, "to|auf");
        if (noun && words_number(ws, i + n, &people)) {
            r->plan->party = people;
            return n + 1;
        }
    } else {
        n = 0;
    }
    from = n;
    n = is_named_party(r, i) ? 0 : party_at(ws, i + from, &people);
    /* "Five instead of four people" */
    if (!n && !from && r->plan->intent == PLAN_CHANGE) {
        size_t than, num = words_number(ws, i, &people);

        than = num ? words_match(ws, i + num, "statt|anstatt|instead of"
            "|rather than|und nicht") : 0;
        if (than && party_at(ws, i + num + than, &old)) {
            r->plan->party = people;
            return num + than + party_at(ws, i + num + than, &old);
        }
    }
    /* "2 at Orsay", "20h 2p": what else could they be? */
    if (!n && !from && ((i == 0 && words_match(ws, 1, "at|@|bei"))
        || (r->time >= 0 && words_at(ws, i)->kind == WORD_DIGITS
        && words_match(ws, i + 1, "p") && words_at(ws, i + 1)->glued))) {
        n = words_number(ws, i, &people);
        n += n ? words_match(ws, i + 1, "p") : 0;
    }
    if (!n && r->plan->intent == PLAN_CHANGE && counts_people(ws)) {
        size_t to = from ? 0 : words_match(ws, i, "to|auf");

        n = to || from ? words_number(ws, i + from + to, &people) : 0;
        n += n ? to : 0;
    }
    if (!n)
        return 0;
    if (words_match(ws, i + from + n, "less|fewer|weniger|mehr"))
        return from + n + 1;
    /* "Add two people": how many they are then is not said. */
    if (r->plan->intent == PLAN_CHANGE && i && words_match(ws, i - 1,
        "add|adding|another|extra|additional|noch|weitere|um|by"))
        return from + n;
    if (may_put(r, r->plan->party != 0) || (!r->ignored && is_sum(ws, i
        + from, n))) {
        r->plan->party = people;
        r->nobody = people == 0;
    }
    r->ignored = false;
    r->last = SLOT_PARTY;
    return from + n;
}

/* "No sorry, 5": a number alone speaks of what was said last. */
static size_t find_mended_number(struct reading *r, size_t i)
{
    static const struct clock_time none = {.hour = -1};
    size_t lead, n;
    struct clock_time t;
    int people;

    if (!r->mended)
        return 0;
    lead = words_match(&r->ws, i, "to|for|auf|fuer|at|um");
    if (r->last == SLOT_TIME) {
        n = moment_hour(&r->ws, i + lead, r->part, &t);
        if (n) {
            put_time(r, &t, &none);
            return lead + n;
        }
    } else if (r->last == SLOT_PARTY) {
        n = words_number(&r->ws, i + lead, &people);
        if (n && people > 0 && !words_match(&r->ws, i + lead + n,
            ":|pm|am|uhr|o'clock|ein|eine|einen")
            && !words_match(&r->ws, i + lead, "ein|eine|einen|einer|one")) {
            r->plan->party = people;
            return lead + n;
        }
    }
    return 0;
}

/* ---- the whole ---- */

static void walk(struct reading *r)
{
    static size_t (*const finders[])(struct reading *, size_t) = {
        find_mending, find_denial, request_find_reference,
        request_find_name, find_date, request_find_phone, find_party,
        find_time, find_mended_number, request_find_other_place,
        request_find_place
    };
    size_t n;

    for (size_t i = 0; i < r->ws.n; i += n ? n : 1) {
        n = 0;
        for (size_t k = 0; n == 0 && k < sizeof finders / sizeof *finders;
            k++)
            n = finders[k](r, i);
        mark(r, i, n);
    }
}

static void print_time(char dst[static 6], int minutes)
{
    if (minutes >= 0)
        text_fmt(dst, 6, "%02d:%02d", minutes / 60 % 24, minutes % 60);
}

static void print_date(char dst[static 11], struct date d)
{
    struct buf b;

    buf_over(&b, dst, 10);
    date_add(&b, d);
    dst[buf_ok(&b) ? 10 : 0] = 0;
}

void request_read(struct slice text, const struct request_now *now,
    struct plan *out)
{
    struct reading r = {.plan = out, .time = -1, .time_to = -1};

    plan_clear(out);
    out->blocked = guard_text(text);
    if (out->blocked != PLAN_FINE)
        return;
    r.today = date_civil(now->wall, now->offset).date;
    words_split(&r.ws, text);
    mend_words(&r.ws);
    r.part = moment_part(&r.ws, 0, r.ws.n);
    out->intent = request_first_intent(&r.ws);
    walk(&r);
    request_late_numbers(&r);
    request_late_names(&r);
    request_find_wishes(&r);
    out->intent = request_last_intent(&r, out->intent);
    if (out->intent == PLAN_CALL)
        out->wishes = 0;        /* what is to be asked is no wish */
    if (r.date.year && !r.clash)
        print_date(out->date, r.date);
    print_time(out->time, r.time);
    print_time(out->time_to, r.time_to);
    /* Nobody is no party: it is refused, not forgotten. */
    if (r.nobody)
        out->blocked = PLAN_PARTY_SIZE;
    plan_check(out, now);
    /* "Who won last night?" asks for no table. */
    if (out->intent == PLAN_NONE && out->blocked == PLAN_PAST_DATE
        && !out->restaurant[0] && !out->party)
        out->blocked = PLAN_FINE;
}
