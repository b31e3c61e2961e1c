/* moment.c - days of the calendar as people say them: "23 November". */
#include "agent/moment_impl.h"

#include <string.h>

#include "base/text.h"

static const char *const weekdays[7] = {
    "monday|mon|montag|maentig|mo", "tuesday|tue|tues|dienstag|zischtig|di",
    "wednesday|wed|weds|mittwoch|mittwuch|mi",
    "thursday|thu|thur|thurs|donnerstag|donnstig|dunschtig|do",
    "friday|fri|freitag|friitig|fritig|fr",
    "saturday|sat|samstag|sonnabend|samstig|samschtig|sa",
    "sunday|sun|sonntag|sunntig|so"
};

static const char *const months[12] = {
    "january|jan|januar|jaenner", "february|feb|februar",
    "march|mar|maerz", "april|apr", "may|mai", "june|jun|juni",
    "july|jul|juli", "august|aug", "september|sept|sep",
    "october|oct|oktober|okt", "november|nov", "december|dec|dezember|dez"
};

/* "Freitagabend", "Samstagmittag": a weekday and a part of it. */
static int compound(const char *low)
{
    static const char *const days[7] = {"montag", "dienstag", "mittwoch",
        "donnerstag", "freitag", "samstag", "sonntag"};
    static const char *const parts[] = {"abend", "mittag", "morgen",
        "nachmittag", "vormittag", "frueh", "nacht", "abends"};

    if (!strstr(low, "tag"))
        return -1;
    for (int d = 0; d < 7; d++) {
        size_t len = strlen(days[d]);

        if (strncmp(low, days[d], len))
            continue;
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            if (!strcmp(low + len, parts[k]))
                return d;
    }
    return -1;
}

/* The two-letter forms of German are words of their own, so they count only
 * with their dot; "We can do." and "So." only before an hour or a day. */
int moment_weekday_at(const struct words *ws, size_t i, size_t *used)
{
    for (int d = 0; d < 7 && words_at(ws, i)->kind == WORD_LETTERS; d++)
        if (words_match(ws, i, weekdays[d])) {
            bool dot = words_match(ws, i + 1, ".") > 0
                && words_at(ws, i + 1)->glued;
            size_t len = words_at(ws, i)->text.len;

            if (len == 2 && (!dot || (words_match(ws, i, "do|so")
                && words_at(ws, i + 2)->kind != WORD_DIGITS
                && !words_match(ws, i + 2, "um|den|,|gegen|ab"))))
                return -1;
            *used = dot && len <= 5 ? 2 : 1;
            return d;
        }
    *used = 1;
    return compound(words_at(ws, i)->low);
}

/* With the dot of "Nov.". */
int moment_month_at(const struct words *ws, size_t i, size_t *used)
{
    for (int m = 0; m < 12 && words_at(ws, i)->kind == WORD_LETTERS; m++)
        if (words_match(ws, i, months[m])) {
            bool dot = words_at(ws, i)->text.len <= 4
                && words_at(ws, i + 1)->glued
                && words_match(ws, i + 1, ".");

            *used = dot ? 2 : 1;
            return m + 1;
        }
    return 0;
}

bool moment_next_such(struct date today, int month, int day,
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
        struct date other = {full_year(year), a, b};

        d.year = full_year(year);
        /* Nobody books for a day gone by: then the day came first. */
        if (a <= 12 && date_days(d) < date_days(today)) {
            other = (struct date){d.year, b, a};
            if (date_valid(other) && date_days(other) >= date_days(today))
                d = other;
        }
        *out = d;
        return date_valid(d) ? 5 : 0;
    }
    return d.month <= 12 && moment_next_such(today, d.month, d.day, out) ? 3
        : 0;
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
    return moment_next_such(today, month, day, out) ? 4 : 0;
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
    return moment_next_such(today, month, day, out) ? used : 0;
}

/* "November 23", "November the 23rd", "November twenty-third". */
static size_t month_first(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    size_t used = 0, n;
    int month = moment_month_at(ws, i, &used), day = 0;

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
    month = moment_month_at(ws, i + used + n, &m);
    if (month)
        return with_year(ws, i, used + n + m, today, month, day, out);
    if (ordinal && next_day(today, day, out) && (n = words_match(ws, i
        + used, "dieses monats|diesen monats|of this month|of the month"
        "|this month|d . m .|inst .")) != 0)
        return used + n;
    /* "erster Zwoelfter", "am ersten zwoelften": the month by its number. */
    if (ordinal && words_at(ws, i + used)->kind == WORD_LETTERS
        && words_at(ws, i + used - 1)->kind == WORD_LETTERS
        && (m = words_ordinal(ws, i + used, &month)) != 0 && month <= 12)
        return with_year(ws, i, used + m, today, month, day, out);
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

size_t moment_calendar(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t used = iso_date(ws, i, out);

    if (!used)
        used = slash_date(ws, i, today, out);
    if (!used)
        used = dot_date(ws, i, today, out);
    if (!used && words_match(ws, i, "am|den|der|dem|on|the")) {
        used = iso_date(ws, i + 1, out);
        if (!used)
            used = slash_date(ws, i + 1, today, out);
        if (!used)
            used = dot_date(ws, i + 1, today, out);
        used += used > 0;
    }
    if (!used)
        used = month_first(ws, i, today, out);
    if (!used)
        used = day_first(ws, i, today, out);
    return used;
}

