/* moment.c - dates as people say them. */
#include "agent/moment.h"

#include "base/text.h"

static const char *const weekdays[7] = {
    "monday|mon|montag|mo", "tuesday|tue|tues|dienstag|di",
    "wednesday|wed|weds|mittwoch|mi",
    "thursday|thu|thur|thurs|donnerstag|do",
    "friday|fri|freitag|fr", "saturday|sat|samstag|sonnabend|sa",
    "sunday|sun|sonntag|so"
};

static const char *const months[12] = {
    "january|jan|januar|jaenner", "february|feb|februar",
    "march|mar|maerz", "april|apr", "may|mai", "june|jun|juni",
    "july|jul|juli", "august|aug", "september|sept|sep",
    "october|oct|oktober|okt", "november|nov", "december|dec|dezember|dez"
};

static struct date plus(struct date d, int64_t days)
{
    return date_from_days(date_days(d) + days);
}

static bool same(struct date a, struct date b)
{
    return date_days(a) == date_days(b);
}

/* The weekday at word i, 0 to 6, or -1.  The two-letter forms of German are
 * words of their own, so they count only with their dot. */
static int weekday_at(const struct words *ws, size_t i, size_t *used)
{
    for (int d = 0; d < 7; d++)
        if (words_match(ws, i, weekdays[d])) {
            bool dot = words_match(ws, i + 1, ".") > 0
                && words_at(ws, i + 1)->glued;
            size_t len = words_at(ws, i)->text.len;

            if (len == 2 && !dot)
                return -1;
            *used = dot && len <= 5 ? 2 : 1;
            return d;
        }
    return -1;
}

/* The month at word i, 1 to 12, or 0; with the dot of "Nov.". */
static int month_at(const struct words *ws, size_t i, size_t *used)
{
    for (int m = 0; m < 12; m++)
        if (words_match(ws, i, months[m])) {
            bool dot = words_at(ws, i)->text.len <= 4
                && words_at(ws, i + 1)->glued
                && words_match(ws, i + 1, ".");

            *used = dot ? 2 : 1;
            return m + 1;
        }
    return 0;
}

/* A day and month without a year: the next one to come, today included. */
static bool next_such(struct date today, int month, int day,
    struct date *out)
{
    for (int year = today.year; year < today.year + 9; year++) {
        struct date d = {year, month, day};

        if (date_valid(d) && date_days(d) >= date_days(today)) {
            *out = d;
            return true;
        }
    }
    return false;           /* there is no 31 February */
}

/* A day alone: of this month or the next that has it. */
static bool next_day(struct date today, int day, struct date *out)
{
    struct date d = {today.year, today.month, day};

    for (int i = 0; i < 3; i++) {
        if (date_valid(d) && date_days(d) >= date_days(today)) {
            *out = d;
            return true;
        }
        d.year += d.month == 12;
        d.month = d.month % 12 + 1;
    }
    return false;
}

/* Digits of one word, 1 to most of them; -1 otherwise. */
static int digits_at(const struct words *ws, size_t i, size_t most)
{
    const struct word *w = words_at(ws, i);
    uint64_t n;

    if (w->kind != WORD_DIGITS || w->text.len > most
        || text_u64(w->text, 0, 9999, &n))
        return -1;
    return (int)n;
}

static bool glued_mark(const struct words *ws, size_t i, const char *mark)
{
    return words_at(ws, i)->glued && words_match(ws, i, mark);
}

static int full_year(int year)
{
    return year < 100 ? 2000 + year : year;
}

/* "2026-11-23" */
static size_t iso_date(const struct words *ws, size_t i, struct date *out)
{
    struct date d = {digits_at(ws, i, 4), digits_at(ws, i + 2, 2),
        digits_at(ws, i + 4, 2)};

    if (words_at(ws, i)->text.len != 4 || !glued_mark(ws, i + 1, "-")
        || !glued_mark(ws, i + 3, "-") || !date_valid(d))
        return 0;
    *out = d;
    return 5;
}

/* "11/23", "11/23/2026": the month first, unless it cannot be one. */
static size_t slash_date(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    int a = digits_at(ws, i, 2), b = digits_at(ws, i + 2, 2), year;
    struct date d;

    if (a < 1 || b < 1 || !glued_mark(ws, i + 1, "/")
        || !words_at(ws, i + 2)->glued)
        return 0;
    d = a > 12 ? (struct date){0, b, a} : (struct date){0, a, b};
    year = digits_at(ws, i + 4, 4);
    if (glued_mark(ws, i + 3, "/") && year >= 0) {
        d.year = full_year(year);
        *out = d;
        return date_valid(d) ? 5 : 0;
    }
    return d.month <= 12 && next_such(today, d.month, d.day, out) ? 3 : 0;
}

/* "23.11.", "23.11.2026", "23. 11. 26"; "19.30" has no second dot. */
static size_t dot_date(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    int day = digits_at(ws, i, 2), month = digits_at(ws, i + 2, 2), year;
    struct date d;

    if (day < 1 || month < 1 || month > 12 || !glued_mark(ws, i + 1, ".")
        || !glued_mark(ws, i + 3, "."))
        return 0;
    year = digits_at(ws, i + 4, 4);
    if (year >= 0 && words_at(ws, i + 4)->glued
        && words_at(ws, i + 4)->text.len % 2 == 0) {
        d = (struct date){full_year(year), month, day};
        *out = d;
        return date_valid(d) ? 5 : 0;
    }
    return next_such(today, month, day, out) ? 4 : 0;
}

/* A year behind a date: ", 2026" or " 2026"; 0 when there is none. */
static size_t year_behind(const struct words *ws, size_t i, int *year)
{
    size_t comma = words_match(ws, i, ",");
    int y = digits_at(ws, i + comma, 4);

    if (y < 2000 || words_at(ws, i + comma)->text.len != 4)
        return 0;
    *year = y;
    return comma + 1;
}

static size_t with_year(const struct words *ws, size_t i, size_t used,
    struct date today, int month, int day, struct date *out)
{
    int year = 0;
    size_t more = year_behind(ws, i + used, &year);
    struct date d = {year, month, day};

    if (more) {
        *out = d;
        return date_valid(d) ? used + more : 0;
    }
    return next_such(today, month, day, out) ? used : 0;
}

/* "November 23", "November the 23rd", "November twenty-third". */
static size_t month_first(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    size_t used = 0, n;
    int month = month_at(ws, i, &used), day = 0;

    if (!month)
        return 0;
    used += words_match(ws, i + used, "the");
    n = words_ordinal(ws, i + used, &day);
    if (!n)
        n = words_number(ws, i + used, &day);
    if (!n || day < 1 || day > 31 || glued_mark(ws, i + used + n, ":"))
        return 0;
    return with_year(ws, i, used + n, today, month, day, out);
}

/* "23 November", "the 23rd of November", "am 23. November", "the 23rd". */
static size_t day_first(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t the = words_match(ws, i, "the|der|den|dem|am"), used = the, n, m;
    int day = 0, month;
    bool ordinal;

    n = words_ordinal(ws, i + used, &day);
    ordinal = n > 0;
    if (!n)
        n = words_number(ws, i + used, &day);
    if (!n || day < 1 || day > 31)
        return 0;
    used += n;
    n = words_match(ws, i + used, "of");
    month = month_at(ws, i + used + n, &m);
    if (month)
        return with_year(ws, i, used + n + m, today, month, day, out);
    /* A day alone needs "the", and no noun: "the first table". */
    if (!ordinal || !the || !next_day(today, day, out))
        return 0;
    if (words_at(ws, i + used)->kind == WORD_LETTERS
        && !words_match(ws, i + used, "at|for|in|around|about|from|between|by"
        "|after|and|of|please|is|would|works|um|gegen|fuer|ab|zwischen|ist"
        "|this|next|under|with|if|that|then|table|or|instead|um|mit|bitte"
        "|geht|passt|when|but|one|evening|morning|noon"))
        return 0;
    return used;
}

static size_t calendar(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t used = iso_date(ws, i, out);

    if (!used)
        used = slash_date(ws, i, today, out);
    if (!used)
        used = dot_date(ws, i, today, out);
    if (!used && words_match(ws, i, "am|den|der|on")) {
        used = dot_date(ws, i + 1, today, out);
        if (used)
            used++;
    }
    if (!used)
        used = month_first(ws, i, today, out);
    if (!used)
        used = day_first(ws, i, today, out);
    return used;
}

static const struct {
    const char *phrases;
    int days;
} relative[] = {
    {"the day after tomorrow|day after tomorrow|uebermorgen", 2},
    {"tomorrow|tmrw|tmr|morgen frueh|morgen", 1},
    {"today|tonight|this evening|this afternoon|this morning|heute"
        "|later today", 0},
};

static const struct {
    const char *phrases;
    int month, day;
} feasts[] = {
    {"christmas eve|heiligabend|heilig abend", 12, 24},
    {"christmas day|christmas", 12, 25},
    {"boxing day", 12, 26},
    {"new year's eve|new years eve|silvester", 12, 31},
    {"new year's day|neujahr", 1, 1},
    {"valentine's day|valentines day|valentine's|valentinstag", 2, 14}
};

/* "in three days", "in a week", "in zwei Wochen". */
static size_t in_days(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t n;
    int count = 0, unit;

    if (!words_match(ws, i, "in"))
        return 0;
    n = words_match(ws, i + 1, "a|an");
    count = 1;
    if (!n)
        n = words_number(ws, i + 1, &count);
    if (!n || count < 1 || count > 400)
        return 0;
    unit = words_match(ws, i + 1 + n, "day|days|tag|tagen") ? 1
        : words_match(ws, i + 1 + n, "week|weeks|woche|wochen") ? 7 : 0;
    if (!unit)
        return 0;
    *out = plus(today, count * unit);
    return 2 + n;
}

/* A weekday, and how the words before and behind it move it. */
static size_t weekday(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    static const char next[] = "next|naechsten|naechster|naechste";
    static const char week[] = "next week|naechste woche|naechster woche|in a"
        " week|in einer woche";
    size_t lead = words_match(ws, i, "on|am|this coming|this|coming|diesen"
        "|dieser|kommenden|kommender|next|naechsten|naechster|naechste");
    bool is_this = lead == 1 && words_match(ws, i, "this|diesen|dieser");
    bool is_next = lead && words_match(ws, i, next);
    size_t used = 0, more;
    int day = weekday_at(ws, i + lead, &used), now = date_weekday(today);

    if (day < 0 && lead && words_match(ws, i, "on|am")) {
        is_this = words_match(ws, i + 1, "this|diesen") > 0;
        is_next = words_match(ws, i + 1, next) > 0;
        lead += is_this || is_next;
        day = weekday_at(ws, i + lead, &used);
    }
    if (day < 0)
        return 0;
    used += lead;
    more = words_match(ws, i + used, week);
    if (more && words_match(ws, i + used, "in"))
        *out = plus(today, (day - now + 6) % 7 + 8);
    else if (more || is_next)
        *out = plus(today, 7 - now + day);      /* of the coming week */
    else if (is_this && day == now)
        *out = today;
    else
        *out = plus(today, (day - now + 6) % 7 + 1);
    return used + more;
}

/* Two dates said as one: "Monday the 23rd", "today, Sunday".  The calendar
 * decides, if the weekday fits it. */
static size_t both(const struct words *ws, size_t i, struct date today,
    size_t first, struct date *out, bool *clash)
{
    size_t comma = words_match(ws, i + first, ",");
    size_t at = i + first + comma, used, lead = words_match(ws, at, "on|am");
    struct date second;

    used = calendar(ws, at, today, &second);
    if (!used && lead) {
        used = calendar(ws, at + lead, today, &second);
        used += used ? lead : 0;
    }
    if (!used)
        return first;
    *clash = date_weekday(second) != date_weekday(*out);
    *out = second;
    return first + comma + used;
}

/* "Monday" behind a date that is known: "tomorrow, Monday". */
static size_t weekday_behind(const struct words *ws, size_t i, size_t first,
    const struct date *date, bool *clash)
{
    size_t comma = words_match(ws, i + first, ","), used = 0;
    int day = weekday_at(ws, i + first + comma, &used);

    if (day < 0)
        return first;
    *clash = day != date_weekday(*date);
    return first + comma + used;
}

size_t moment_date(const struct words *ws, size_t i, struct date today,
    struct date *out, bool *clash)
{
    size_t used;

    *clash = false;
    for (size_t k = 0; k < sizeof relative / sizeof *relative; k++) {
        used = words_match(ws, i, relative[k].phrases);
        if (used) {
            struct date d = *out = plus(today, relative[k].days);

            used = both(ws, i, today, used, out, clash);
            *clash = *clash || !same(d, *out);
            return *clash ? used
                : weekday_behind(ws, i, used, out, clash);
        }
    }
    used = weekday(ws, i, today, out);
    if (used)
        return both(ws, i, today, used, out, clash);
    used = in_days(ws, i, today, out);
    if (used)
        return used;
    for (size_t k = 0; k < sizeof feasts / sizeof *feasts; k++) {
        used = words_match(ws, i, feasts[k].phrases);
        if (used && next_such(today, feasts[k].month, feasts[k].day, out))
            return used;
    }
    used = calendar(ws, i, today, out);
    return used ? weekday_behind(ws, i, used, out, clash) : 0;
}
