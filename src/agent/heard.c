/* heard.c - one sentence of a call: what it says of day, hour and people. */
#include <string.h>

#include "agent/heard.h"
#include "agent/party.h"

/* Words after which a number alone is an hour: "we could do eight". */
static size_t hour_lead(const struct words *ws, size_t i)
{
    return words_match(ws, i, "do|offer|make it|only have|only|until|say|take"
        "|have|got|for|nur|erst|haben|anbieten|about|is|possible|would"
        "|available|or|oder");
}

/* Words that may follow such a number: it counts nothing then. */
static bool hour_ends(const struct words *ws, size_t i, size_t end)
{
    return i >= end || words_match(ws, i, ",|.|?|!|;|-|or|and|instead|works"
        "|would|is|on|if|then|but|that|tomorrow|today|tonight|for|please"
        "|available|free|be|in|at|oder|und|waere|ginge|geht|bitte|am"
        "|possible|work|should|with|under|okay|ok|also|too") > 0;
}

/* "Three at seven", "vier um acht": a number before an hour counts people. */
static size_t before_hour(const struct words *ws, size_t i, int *people)
{
    size_t n = words_number(ws, i, people);
    struct clock_time t;

    return n && *people >= 1 && *people <= 12
        && words_match(ws, i + n,
        "at|around|um|am|gegen") && !words_match(ws, i, "ein|eine|einen")
        && !(i && words_match(ws, i - 1, "monday|tuesday|wednesday|thursday"
        "|friday|saturday|sunday|the|num|number|table|at"))
        && moment_hour(ws, i + n + 1, PART_NONE, &t) ? n : 0;
}

/* "Monday seven, four people": the number behind the day is the hour. */
static bool is_after_day(const struct words *ws, size_t i, size_t used)
{
    int hour;

    return i && words_number(ws, i, &hour) && hour >= 1 && hour <= 12
        && words_match(ws, i - 1, "monday|tuesday|wednesday|thursday|friday"
        "|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag"
        "|sonntag|tomorrow|tonight") && (i + used >= ws->n
        || words_match(ws, i + used, ",|.|!|?|for|fuer|please|bitte"));
}

/* "Eight works", "eight is fine", "Eight?": a number that begins a clause. */
static size_t loose_hour(const struct words *ws, size_t from, size_t i,
    size_t end, const struct heard_context *cx, struct clock_time *t)
{
    size_t lead = hour_lead(ws, i), used;
    bool first = i == from || words_match(ws, i - 1, ",|-|;|so|then|okay|ok"
        "|yes|sure|or|oder|but|aber");
    bool led = lead && !words_match(ws, i, "for|is|would|or|oder|available"
        "|possible|have|haben|about");

    int people;

    used = moment_hour(ws, i + lead, cx->part, t);
    if (before_hour(ws, i + lead, &people))
        return 0;
    if (!used || !hour_ends(ws, i + lead + used, end))
        return 0;
    if (!t->bare)
        return lead + used;
    if (t->minute == 0 && words_match(ws, i + lead, "one|ein|eins|eine"
        "|einen"))
        return 0;
    if (led)
        return lead + used;
    if (lead ? !cx->bare_hours || words_match(ws, i, "for")
        : !first && !is_after_day(ws, i, used))
        return 0;
    if (!lead && is_after_day(ws, i, used))
        return used;
    if (words_match(ws, i + lead + used, "works|would|is|waere|ginge|geht"
        "|instead|be"))
        return lead + used;
    return cx->bare_hours ? lead + used : 0;
}

static void add_time(struct heard *h, const struct words *ws, size_t i,
    size_t n, const struct clock_time *t, const struct heard_context *cx)
{
    int64_t minutes = t->hour * 60 + t->minute;
    int64_t off = minutes - cx->asked_time;

    /* Twelve hours off, and nobody said am or pm: the hour asked for. */
    if (cx->asked_time >= 0 && !t->fixed && (off == 720 || off == -720))
        minutes = cx->asked_time;
    if (h->times == HEARD_TIMES)
        return;
    h->time[h->times++] = (struct heard_value){minutes,
        words_span(ws, i, n)};
}

/* "Until nine", "bis morgen Mittag": a term, and not when the table is.  "Bis
 * morgen!" alone says goodbye. */
static bool is_term(const struct words *ws, size_t i, size_t n, bool day)
{
    if (i == 0)
        return false;
    if (words_match(ws, i - 1, "until|till|since|seit|latest by|pay by"))
        return true;
    return words_match(ws, i - 1, "bis|by|before|vor") && (!day
        || words_at(ws, i + n)->kind == WORD_LETTERS
        || words_at(ws, i + n)->kind == WORD_DIGITS
        || (i > 1 && words_match(ws, i - 2, "tisch|ihnen|es|das|offen|zu"
        "|geschlossen|frei|it|table|open|closed|you|voll|ihn|platz|that"
        "|this|gilt|spaetestens|link")));
}

static size_t find_time(const struct words *ws, size_t from, size_t i,
    size_t end, const struct heard_context *cx, struct heard *h)
{
    struct clock_time a, b;
    size_t n = moment_time(ws, i, cx->part, &a, &b), skip;
    int number;

    if (!n) {
        n = loose_hour(ws, from, i, end, cx, &a);
        b.hour = -1;
        if (n && a.bare && h->times < HEARD_TIMES
            && words_number(ws, i + n - 1, &number)) {
            h->bare = number;
            h->bare_at = h->times;
        }
    }
    if (!n || i + n > end)
        return 0;
    /* The quote begins at the hour, not at the words that lead to it. */
    for (skip = 0; skip < n; skip++) {
        struct clock_time t;

        if (moment_hour(ws, i + skip, cx->part, &t))
            break;
    }
    if (skip == n)
        skip = 0;
    if (is_term(ws, i + skip, n - skip, false) && b.hour < 0)
        return n;
    add_time(h, ws, i + skip, n - skip, &a, cx);
    if (b.hour >= 0)
        add_time(h, ws, i + skip, n - skip, &b, cx);
    return n;
}

/* Is it a weekday alone: "Saturday", "Samstagabend"? */
static bool is_weekday(const struct words *ws, size_t i, size_t n)
{
    static const char *const begins[] = {"mon", "tue", "wed", "thu", "fri",
        "sat", "sun", "die", "mit", "don", "fre", "sam", "son", "mae", "zis",
        "dun"};
    const struct word *w = words_at(ws, i);

    if (n > 2 || (n == 2 && !words_match(ws, i + 1, ".|evening|night|lunch"
        "|afternoon|morning|abend|mittag|nachmittag|lunchtime")))
        return false;
    for (size_t k = 0; k < sizeof begins / sizeof *begins; k++)
        if (!strncmp(w->low, begins[k], 3))
            return true;
    return false;
}

/* Who speaks of a table for the 5th of December and says "Saturday" means the
 * one nearest to it, and one to come. */
static struct date nearest(struct date d, const struct heard_context *cx)
{
    int64_t asked = date_days(cx->asked), day = date_days(d);

    while (day + 3 < asked)
        day += 7;
    return date_from_days(day);
}

static size_t find_date(const struct words *ws, size_t i, size_t end,
    const struct heard_context *cx, struct heard *h)
{
    struct date d, base = cx->today;
    bool clash;
    size_t n, lead = words_match(ws, i, "on|am");

    /* Without the day of the call: the day asked for is the next such. */
    if (base.year == 0)
        base = cx->asked.year ? date_from_days(date_days(cx->asked) - 1)
            : (struct date){2000, 1, 1};
    n = moment_date(ws, i, base, &d, &clash);
    if (!n || i + n > end)
        return 0;
    if (is_term(ws, i + lead, n - lead, true) || (i && words_match(ws, i - 1,
        "frohe|froehliche|merry|happy|schoene|schoenen|schoenes")))
        return n;
    if (clash || (cx->today.year == 0 && cx->asked.year == 0))
        return n;
    if (cx->today.year == 0 && words_match(ws, i, "today|tonight|tomorrow"
        "|the day after|day after|this evening|heute|morgen|uebermorgen|in"
        "|next"))
        d = cx->asked;
    else if (cx->asked.year && is_weekday(ws, i + lead, n - lead))
        d = nearest(d, cx);
    if (h->date.quote.ptr && h->date.value != date_days(d))
        h->date_before = h->date;
    h->date = (struct heard_value){date_days(d),
        words_span(ws, i + lead, n - lead)};
    return n;
}

static size_t find_party(const struct words *ws, size_t i, size_t end,
    struct heard *h)
{
    int people = 0;
    size_t n = party_at(ws, i, &people);

    if (!n)
        n = before_hour(ws, i, &people);

    if (!n || i + n > end || people < 1)
        return 0;
    /* "One person can't come" is no party. */
    if (people == 1 && words_match(ws, i + n, "can't|cannot|couldn't|won't"
        "|less|fewer|more|extra|is|has|had|dropped|weniger|mehr|kann|kommt"))
        return n;
    h->party = (struct heard_value){people, words_span(ws, i, n)};
    return n;
}

/* "But" begins a sentence of its own; "19 Uhr bleibt aber reserviert" has but
 * one. */
static bool parts(const struct words *ws, size_t i)
{
    int number;

    if (words_match(ws, i, "but|however|sondern"))
        return true;
    return words_match(ws, i, "aber") && (words_at(ws, i - 1)->kind
        == WORD_MARK || words_number(ws, i + 1, &number) || words_match(ws,
        i + 1, "um|am|wir|ich|sie|es|da|dann|heute|morgen|der|die|das|halb"
        "|viertel|ab|gegen|der|ihr|nur|leider|erst|kurz"));
}

size_t heard_end(const struct words *ws, size_t i)
{
    for (size_t at = i; at < ws->n; at++) {
        if (at > i && ws->at[at].kind == WORD_LETTERS && parts(ws, at))
            return at;
        if (ws->at[at].kind != WORD_MARK)
            continue;
        if (words_match(ws, at, "!|?|;"))
            return at + 1;
        if (!words_match(ws, at, "."))
            continue;
        /* "19.30", "p.m. for", "Mr. Leo" go on. */
        if (words_at(ws, at + 1)->glued && !words_match(ws, at + 1, ".|\""))
            continue;
        if (at > i && words_at(ws, at)->glued
            && words_at(ws, at - 1)->kind == WORD_LETTERS
            && (words_match(ws, at - 1, "mr|mrs|ms|dr|st|no|nr|nov|dec|jan"
            "|feb|oct|sept|sep|aug") || (words_at(ws, at - 1)->text.len == 1
            && !words_at(ws, at + 1)->capital)))
            continue;
        if (at > i && words_at(ws, at - 1)->kind == WORD_DIGITS
            && words_at(ws, at + 1)->capital
            && words_match(ws, at + 1, "januar|februar|maerz|april|mai|juni"
            "|juli|august|september|oktober|november|dezember|uhr"))
            continue;
        return at + 1;
    }
    return ws->n;
}
/* A day, a count or an hour at word i; the words used.  What a word has been
 * found not to begin is not asked of it again. */
static size_t find_value(const struct words *ws, size_t from, size_t i,
    size_t end, const struct heard_context *cx, struct heard *h)
{
    unsigned barren = words_at(ws, i)->kind == WORD_LETTERS
        ? words_barren(ws, i) : 0;
    struct heard none;
    size_t n = 0;

    if (words_at(ws, i)->kind == WORD_MARK && !words_match(ws, i, "@"))
        return 0;
    if (i > from && words_match(ws, i - 1, "not|nicht|statt")) {
        none.times = 0;         /* "Thursday, not Tuesday" */
        none.date.quote.ptr = NULL;
        h = &none;
    }
    for (unsigned rule = 0; !n && rule < 3; rule++) {
        uint64_t before = ws->memo ? ws->memo->matches : 0;

        if (barren >> rule & 1)
            continue;
        n = rule == 0 ? find_date(ws, i, end, cx, h) : rule == 1
            ? find_party(ws, i, end, h) : find_time(ws, from, i, end, cx, h);
        if (!n && ws->memo && ws->memo->matches == before)
            words_set_barren(ws, i, 1u << rule);
    }
    return n;
}

/* "Five, one, nine, zero": digits one by one, three or more, are no hours. */
static struct slice digits_at(const struct words *ws, size_t from,
    size_t end)
{
    for (size_t i = from; i < end; i++) {
        size_t at = i, n = 0, last = i;

        while (at < end && (words_at(ws, at)->kind == WORD_DIGITS
            ? words_at(ws, at)->len == 1 : words_at(ws, at)->number >= 0
            && words_at(ws, at)->number < 10)) {
            last = at++;
            n++;
            at += words_match(ws, at, ",");
        }
        if (n >= 3)
            return words_span(ws, i, last - i + 1);
        i = last;
    }
    return (struct slice){NULL, 0};
}

/* Is word i a part of that text? */
static bool within(struct slice text, const struct words *ws, size_t i)
{
    const uint8_t *at = words_at(ws, i)->text.ptr;

    return text.len && at >= text.ptr && at < text.ptr + text.len;
}

void heard_read(const struct heard_book *book, const struct words *ws,
    size_t from, size_t end, const struct heard_context *cx,
    struct heard *out)
{
    struct slice number = {NULL, 0};
    char code[64];
    size_t last = end, n;

    *out = (struct heard){.acts = heard_acts(book, ws, from, end),
        .from = from, .end = end};
    out->negated = (out->acts & ACT_NOT) && !words_have(ws, from, end,
        "why not|warum nicht|if not|wenn nicht");
    out->acts &= ~ACT_NOT;
    while (last > from && words_match(ws, last - 1, ".|!|?|;|,"))
        last--;
    n = words_match(ws, from, "but|aber|and|und|however");
    n += words_match(ws, from + n, ",");
    if (from + n < last)
        out->text = words_span(ws, from + n, last - from - n);
    if (!(out->acts & ACT_COMMAND))
        heard_code(ws, from, end, false, code, sizeof code, &number);
    if (!number.len)
        number = digits_at(ws, from, end);
    for (size_t i = from; i < end; i += n ? n : 1) {
        n = within(number, ws, i);      /* its digits are no hours */
        if (!n)
            n = find_value(ws, from, i, end, cx, out);
    }
}
