/* hours.c - when a place is open. */
#include "agent/hours.h"

#include <string.h>

#include "codec/utf8.h"

#define DAY 1440                /* minutes */
#define EVERY_DAY 0x7f
#define WORD 16                 /* bytes of a word we know, with NUL */
#define LATEST (DAY + 12 * 60)  /* "26:00" is 2 at night; no later than noon */

/* ---- tokens ---- */

enum kind { T_END, T_WORD, T_NUMBER, T_MARK };

struct token {
    enum kind kind;
    size_t at;                  /* byte */
    char word[WORD];            /* lower case, "täglich" as "taglich" */
    int number, digits;
    char mark;
};

struct reader {
    struct slice text;
    size_t next;
    struct token t;             /* what is looked at */
    struct hours_fault *fault;
};

static int bad(struct reader *r, size_t at, const char *why)
{
    if (r->fault)
        *r->fault = (struct hours_fault){at, why};
    return -1;
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || (c >= 0xc0 && c < 0x250);
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* The plain letter of those German has; any other one is "?". */
static char plain(uint32_t c)
{
    switch (c) {
    case 0xe4:
    case 0xc4:
        return 'a';
    case 0xf6:
    case 0xd6:
        return 'o';
    case 0xfc:
    case 0xdc:
        return 'u';
    default:
        return c < 0x80 ? (char)byte_lower((uint8_t)c) : '?';
    }
}

static size_t look(const struct reader *r, uint32_t *c)
{
    struct slice rest = slice_from(r->text, r->next);
    size_t n = rest.len ? utf8_get(rest, c) : 0;

    if (rest.len && n == 0) {
        *c = 0xfffd;
        n = 1;
    }
    return n;
}

/* Dashes of all lengths are one. */
static char mark_of(uint32_t c)
{
    if (c == 0x2013 || c == 0x2014 || c == 0x2212 || c == '~')
        return '-';
    if (c == '\n' || c == '|')
        return ';';
    return c < 0x80 ? (char)c : '?';
}

static void next(struct reader *r)
{
    struct token *t = &r->t;
    uint32_t c;
    size_t n, len = 0;

    while ((n = look(r, &c)) && (c == ' ' || c == '\t' || c == '\r'
        || c == 0xa0))
        r->next += n;
    *t = (struct token){.kind = T_END, .at = r->next};
    if (n == 0)
        return;
    if (!is_letter(c) && !is_digit(c)) {
        t->kind = T_MARK;
        t->mark = mark_of(c);
        r->next += n;
        return;
    }
    t->kind = is_letter(c) ? T_WORD : T_NUMBER;
    while ((n = look(r, &c)) && (t->kind == T_WORD ? is_letter(c)
        : is_digit(c))) {
        if (t->kind == T_WORD && len + 1 < sizeof t->word)
            t->word[len++] = plain(c);
        else if (t->kind == T_NUMBER && t->digits++ < 6)
            t->number = t->number * 10 + (int)(c - '0');
        r->next += n;
    }
}

static bool is_mark(const struct reader *r, char c)
{
    return r->t.kind == T_MARK && r->t.mark == c;
}

static bool take_mark(struct reader *r, char c)
{
    if (!is_mark(r, c))
        return false;
    next(r);
    return true;
}

/* Is the word one of "a|b|c"? */
static bool is_word(const struct reader *r, const char *words)
{
    struct slice all = slice_str(words);

    while (r->t.kind == T_WORD && all.len)
        if (slice_is(slice_cut(&all, '|'), r->t.word))
            return true;
    return false;
}

static bool take_word(struct reader *r, const char *words)
{
    if (!is_word(r, words))
        return false;
    next(r);
    return true;
}

static bool take_dash(struct reader *r)
{
    return take_mark(r, '-') || take_word(r, "to|until|till|bis|thru|through");
}

static int find(const struct reader *r, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (is_word(r, names[i]))
            return i;
    return -1;
}

/* ---- days and dates ---- */

static const char *const day_names[7] = {
    "mo|mon|monday|mondays|montag|montags",
    "tu|tue|tues|tuesday|tuesdays|di|dienstag|dienstags",
    "we|wed|weds|wednesday|wednesdays|mi|mittwoch|mittwochs",
    "th|thu|thur|thurs|thursday|thursdays|do|donnerstag|donnerstags",
    "fr|fri|friday|fridays|freitag|freitags",
    "sa|sat|saturday|saturdays|samstag|samstags|sonnabend",
    "su|sun|sunday|sundays|so|sonntag|sonntags",
};

static const char *const month_names[12] = {
    "jan|january|januar", "feb|february|februar", "mar|march|marz|mrz",
    "apr|april", "may|mai", "jun|june|juni", "jul|july|juli",
    "aug|august", "sep|sept|september", "oct|october|okt|oktober",
    "nov|november", "dec|december|dez|dezember",
};

static int day_of(const struct reader *r)
{
    return find(r, day_names, 7);
}

static int month_of(const struct reader *r)
{
    return find(r, month_names, 12);
}

/* "Mo", "Mo-Fr", "Sa-Mo". */
static int read_days(struct reader *r, struct hours_rule *rule)
{
    int from = day_of(r), to = from;

    next(r);
    if (is_mark(r, '['))
        return bad(r, r->t.at, "the first or last of a month is not known");
    take_mark(r, '.');
    if (take_dash(r)) {
        to = day_of(r);
        if (to < 0)
            return bad(r, r->t.at, "expected a day of the week");
        next(r);
        take_mark(r, '.');
    }
    for (int d = from;; d = (d + 1) % 7) {
        rule->days |= (uint8_t)(1u << d);
        if (d == to)
            break;
    }
    return 0;
}

static const int month_days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
    31};

/* A day behind a month; 0 when none is meant: "Dec 08:00" is a time. */
static int read_day(struct reader *r, int month)
{
    struct reader ahead = *r;
    int day = r->t.number;

    if (r->t.kind != T_NUMBER || day < 1 || day > month_days[month])
        return 0;
    next(&ahead);
    if (is_mark(&ahead, ':') || is_mark(&ahead, 'h'))
        return 0;
    *r = ahead;
    take_mark(r, '.');
    return day;
}

/* "Dec", "Apr-Oct", "Dec 24", "Dec 24-26", "Dec 24-Jan 6". */
static int read_dates(struct reader *r, struct hours_rule *rule)
{
    int from = month_of(r), to = from, day, last;
    struct reader ahead;

    next(r);
    day = read_day(r, from);
    last = day;
    ahead = *r;
    if (take_dash(&ahead)) {
        int month = month_of(&ahead);

        if (month >= 0) {
            next(&ahead);
            to = month;
            last = read_day(&ahead, month);
        } else if (day) {
            last = read_day(&ahead, to);
            if (!last)
                return bad(r, ahead.t.at, "expected a day of the month");
        } else {
            return bad(r, ahead.t.at, "expected a month");
        }
        *r = ahead;
    }
    if (rule->dates == HOURS_DATES)
        return bad(r, r->t.at, "too many dates in a rule");
    rule->date[rule->dates].from = (int16_t)(from * 32 + (day ? day : 1));
    rule->date[rule->dates++].to = (int16_t)(to * 32 + (last ? last : 31));
    return 0;
}

/* ---- times ---- */

/* "11", "11:30", "11.30", "11h30", "11:30pm", "noon"; -1 and the fault. */
static int read_time(struct reader *r, bool *half)
{
    int hour, minute = 0;
    size_t at = r->t.at;
    struct reader ahead;

    *half = false;
    if (take_word(r, "noon|mittag"))
        return 12 * 60;
    if (take_word(r, "midnight|mitternacht"))
        return DAY;
    if (r->t.kind != T_NUMBER || r->t.digits > 2)
        return bad(r, at, "expected a time like 11:30");
    hour = r->t.number;
    next(r);
    ahead = *r;
    if (take_mark(&ahead, ':') || take_mark(&ahead, '.')
        || take_word(&ahead, "h")) {
        if (ahead.t.kind == T_NUMBER && ahead.t.digits == 2) {
            minute = ahead.t.number;
            next(&ahead);
            *r = ahead;
        }
    }
    if (is_word(r, "am|a|pm|p")) {
        bool pm = r->t.word[0] == 'p';

        if (hour < 1 || hour > 12)
            return bad(r, at, "no such hour");
        hour = hour % 12 + (pm ? 12 : 0);
        next(r);
        take_mark(r, '.');
        if (take_word(r, "m"))
            take_mark(r, '.');
        *half = true;
    }
    take_word(r, "h|uhr|hrs|oclock");
    if (minute > 59 || hour * 60 + minute > LATEST)
        return bad(r, at, "no such time");
    return hour * 60 + minute;
}

/* "12-11pm" begins at noon; "5-11pm" in the afternoon. */
static int borrow_pm(int from, int to)
{
    return from < 12 * 60 && from + 12 * 60 < to ? from + 12 * 60 : from;
}

/* "11:00-14:30", "17:00+". */
static int read_span(struct reader *r, struct hours_rule *rule)
{
    size_t at = r->t.at;
    bool half, half_to;
    int from = read_time(r, &half), to;

    if (from < 0)
        return -1;
    if (take_mark(r, '+')) {
        to = DAY;
    } else {
        if (!take_dash(r))
            return bad(r, r->t.at, "expected - and a closing time");
        to = read_time(r, &half_to);
        if (to < 0)
            return -1;
        take_mark(r, '+');
        if (half_to && !half)
            from = borrow_pm(from, to ? to : DAY);
    }
    if (from >= DAY)
        return bad(r, at, "no such opening time");
    if (to <= from)
        to += DAY;
    if (to > DAY + from)
        return bad(r, at, "open for more than a day");
    if (rule->spans == HOURS_SPANS)
        return bad(r, at, "too many times in a rule");
    rule->span[rule->spans].from = (int16_t)from;
    rule->span[rule->spans++].to = (int16_t)to;
    return 0;
}

/* ---- rules ---- */

static bool begins_time(const struct reader *r)
{
    return r->t.kind == T_NUMBER || is_word(r, "noon|mittag");
}

static bool begins_days(const struct reader *r)
{
    return day_of(r) >= 0 || month_of(r) >= 0 || is_word(r, "ph|sh|daily"
        "|taglich|taegl|weekdays|weekends|werktags|feiertags|feiertage");
}

static bool take_always(struct reader *r, struct hours_rule *rule)
{
    struct reader ahead = *r;

    if (r->t.kind != T_NUMBER || r->t.number != 24)
        return false;
    next(&ahead);
    if (!take_mark(&ahead, '/') || ahead.t.kind != T_NUMBER
        || ahead.t.number != 7)
        return false;
    next(&ahead);
    *r = ahead;
    rule->spans = 1;
    rule->span[0] = (struct hours_span){0, DAY};
    return true;
}

/* One thing a rule may hold.  1 taken, 0 nothing of a rule's, -1 a fault. */
static int read_part(struct reader *r, struct hours_rule *rule, bool *closed)
{
    if (take_always(r, rule))
        return 1;
    if (take_word(r, "off|closed|geschlossen|ruhetag|zu"))
        return *closed = true;
    if (take_word(r, "open|geoffnet|offen|on|am|from|von|ab|every|jeden|days"
        "|day|tag|kuche|kitchen"))
        return 1;
    if (take_word(r, "daily|taglich|taegl")) {
        rule->days = EVERY_DAY;
        take_mark(r, '.');
        return 1;
    }
    if (take_word(r, "weekdays|werktags")) {
        rule->days |= 0x1f;
        return 1;
    }
    if (take_word(r, "weekends")) {
        rule->days |= 0x60;
        return 1;
    }
    if (take_word(r, "ph|sh|feiertags|feiertage")) {
        rule->holidays = true;
        return 1;
    }
    if (day_of(r) >= 0)
        return read_days(r, rule) ? -1 : 1;
    if (month_of(r) >= 0)
        return read_dates(r, rule) ? -1 : 1;
    if (begins_time(r))
        return read_span(r, rule) ? -1 : 1;
    return 0;
}

/* Between the parts of a rule.  True when the rule goes on. */
static bool goes_on(struct reader *r, const struct hours_rule *rule,
    bool closed, bool *more)
{
    struct reader ahead = *r;

    if (take_mark(r, ':'))
        return true;
    if (take_mark(&ahead, ',') || take_mark(&ahead, '&')
        || take_word(&ahead, "and|und|u")) {
        *more = begins_days(&ahead) && (rule->spans || closed);
        *r = ahead;
        return !*more;
    }
    return r->t.kind != T_END && !is_mark(r, ';');
}

/* A rule, up to ";", the end, or a "," before the days of another one. */
static int read_rule(struct reader *r, struct hours_rule *rule, bool *more)
{
    bool closed = false;
    size_t at = r->t.at;

    *more = false;
    do {
        int rc = read_part(r, rule, &closed);

        if (rc == 0 && r->t.kind != T_END && !is_mark(r, ';'))
            return bad(r, r->t.at, "not understood");
        if (rc < 0)
            return -1;
    } while (goes_on(r, rule, closed, more));
    if (closed && rule->spans)
        return bad(r, at, "both times and closed");
    if (!closed && !rule->spans)
        return bad(r, r->t.at, "neither times nor closed");
    rule->off = closed;
    if (rule->days)
        rule->holidays = false;     /* "Mo-Fr,PH": the days count */
    else if (!rule->holidays)
        rule->days = EVERY_DAY;
    return 0;
}

int hours_read(struct hours *h, struct slice text, struct hours_fault *fault)
{
    struct reader r = {.text = text, .fault = fault};
    bool more = false;

    h->n = 0;
    next(&r);
    while (r.t.kind != T_END) {
        struct hours_rule *rule = &h->rule[h->n];
        bool adds = more;

        if (take_mark(&r, ';'))
            continue;
        if (h->n == HOURS_RULES || (memset(rule, 0, sizeof *rule),
            rule->more = adds, read_rule(&r, rule, &more))) {
            if (h->n == HOURS_RULES)
                bad(&r, r.t.at, "too many rules");
            h->n = 0;
            return -1;
        }
        h->n++;
    }
    return h->n ? 0 : bad(&r, 0, "is empty");
}

/* ---- asking ---- */

static bool in_dates(const struct hours_rule *rule, struct date day)
{
    int at = (day.month - 1) * 32 + day.day;

    for (size_t i = 0; i < rule->dates; i++) {
        int from = rule->date[i].from, to = rule->date[i].to;

        if (from <= to ? at >= from && at <= to : at >= from || at <= to)
            return true;
    }
    return rule->dates == 0;
}

static bool applies(const struct hours_rule *rule, struct date day)
{
    return !rule->holidays && (rule->days >> date_weekday(day) & 1)
        && in_dates(rule, day);
}

/* Does a rule of that day hold the minute, counted from that day's midnight?
 * The last rule for a day counts, and those that add to it. */
static bool holds(const struct hours *h, struct date day, int minute)
{
    bool open = false;

    for (size_t i = 0; i < h->n; i++) {
        const struct hours_rule *rule = &h->rule[i];

        if (!applies(rule, day))
            continue;
        if (!rule->more || rule->off)
            open = false;
        for (size_t k = 0; k < rule->spans; k++)
            open |= minute >= rule->span[k].from
                && minute < rule->span[k].to;
    }
    return open;
}

bool hours_open(const struct hours *h, struct date day, int minute)
{
    return holds(h, day, minute)
        || holds(h, date_from_days(date_days(day) - 1), minute + DAY);
}

int hours_until(const struct hours *h, struct date day, int minute)
{
    int64_t first = date_days(day);

    for (int at = minute; at < minute + 14 * DAY; at++)
        if (hours_open(h, date_from_days(first + at / DAY), at % DAY))
            return at - minute;
    return -1;
}
