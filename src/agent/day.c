/* day.c - days as they lie from today: "tomorrow", "Friday week", "a week from
 * Tuesday", "gestern"; and a whole date out of all that says one.
 */
#include "agent/moment_impl.h"

static struct date plus(struct date d, int64_t days)
{
    return date_from_days(date_days(d) + days);
}

static bool same(struct date a, struct date b)
{
    return date_days(a) == date_days(b);
}

/* ---- named days ---- */

static const struct {
    const char *phrases;
    int days;
} relative[] = {
    {"the day after tomorrow|day after tomorrow|uebermorgen abend"
        "|uebermorgen", 2},
    {"the day before yesterday|day before yesterday|vorgestern", -2},
    {"yesterday|last night|gestern abend|gestern mittag|gestern", -1},
    {"heute morgen|heute frueh|heute vormittag|heute mittag"
        "|heute nachmittag|heute abend|heute nacht|heut abend", 0},
    {"tomorrow|morgen frueh|morgen vormittag|morgen mittag"
        "|morgen nachmittag|morgen abend|morgen|2 morrow|2 moro", 1},
    {"later today|today|tonight|this evening|this afternoon|this morning"
        "|this lunchtime|2 nite|2 night|2 day|heute|heut", 0}
};

static size_t relative_day(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    for (size_t k = 0; k < sizeof relative / sizeof *relative; k++) {
        size_t used = words_match(ws, i, relative[k].phrases);

        if (used) {
            *out = plus(today, relative[k].days);
            return used;
        }
    }
    return 0;
}

static const struct {
    const char *phrases;
    int month, day;
} feasts[] = {
    {"christmas eve|xmas eve|heiligabend|heilig abend|weihnachtsabend"
        "|heiliger abend|heiligen abend", 12, 24},
    {"christmas day|christmas|xmas|weihnachten|ersten weihnachtstag"
        "|ersten weihnachtsfeiertag|1 . weihnachtstag"
        "|1 . weihnachtsfeiertag", 12, 25},
    {"boxing day|zweiten weihnachtstag|zweiten weihnachtsfeiertag"
        "|2 . weihnachtstag|2 . weihnachtsfeiertag", 12, 26},
    {"new year's eve|new years eve|silvesterabend|silvester|nye", 12, 31},
    {"new year's day|new years day|new year's|neujahrstag|neujahr", 1, 1},
    {"valentine's day|valentines day|valentine's|valentinstag", 2, 14},
    {"halloween", 10, 31},
    {"tag der deutschen einheit", 10, 3},
    {"allerheiligen|all saints day|all saints ' day", 11, 1},
    {"sankt martin|st . martin|martinstag", 11, 11},
    {"dreikoenigstag|heilige drei koenige|dreikoenig|epiphany", 1, 6},
    {"tag der arbeit|may day", 5, 1},
    {"independence day|fourth of july", 7, 4},
    {"nikolaus|nikolaustag", 12, 6},
    {"saint patrick's day|st . patrick's day|st patrick's day", 3, 17}
};

/* Days from Easter Sunday. */
static const struct {
    const char *phrases;
    int days;
} easter[] = {
    {"weiberfastnacht", -52},
    {"rosenmontag", -48},
    {"shrove tuesday|pancake day|mardi gras|fat tuesday|faschingsdienstag"
        "|fastnacht|faschingdienstag", -47},
    {"ash wednesday|aschermittwoch", -46},
    {"palm sunday|palmsonntag", -7},
    {"maundy thursday|gruendonnerstag", -3},
    {"fronleichnam|corpus christi", 60},
    {"good friday|karfreitag", -2},
    {"easter sunday|ostersonntag|easter", 0},
    {"easter monday|ostermontag", 1},
    {"ascension day|christi himmelfahrt", 39},
    {"whit sunday|pfingstsonntag", 49},
    {"whit monday|pfingstmontag", 50}
};

/* Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms,
 * chapter 8). */
static struct date easter_of(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;

    return (struct date){year, n / 31, n % 31 + 1};
}

/* The nth weekday of a month, the last for 5 and -1. */
static struct date nth_of(int year, int month, int nth, int weekday)
{
    struct date first = {year, month, 1}, d;
    int off = (weekday - date_weekday(first) + 7) % 7;

    if (nth > 0 && nth < 5)
        return plus(first, off + (nth - 1) * 7);
    d = plus(first, off + 28);
    return d.month == month ? d : plus(d, -7);
}

/* "Am 1. Advent": the fourth is the Sunday before Christmas. */
static size_t advent(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    int nth = 0;
    size_t n = words_ordinal(ws, i, &nth), noun;

    noun = n ? words_match(ws, i + n, "advent|adventssonntag|adventsonntag"
        "|sunday of advent|sunday in advent") : 0;
    if (!noun || nth > 4)
        return 0;
    for (int year = 0; year < 2; year++) {
        struct date eve = {today.year + year, 12, 24};

        *out = plus(eve, -((date_weekday(eve) + 1) % 7) - 7 * (4 - nth));
        if (date_days(*out) >= date_days(today))
            break;
    }
    return n + noun;
}

/* "The last day of October", "am letzten Tag des Monats". */
static size_t last_day(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t n = words_match(ws, i, "the last day of|last day of"
        "|letzten tag des|letzten tag im|letzter tag im"), used = 0;
    int month = n ? moment_month_at(ws, i + n, &used) : 0;

    if (n && !month && (used = words_match(ws, i + n, "the month|this month"
        "|monats|monat")) != 0)
        month = today.month;
    if (!month)
        return 0;
    *out = (struct date){today.year + (month < today.month), month, 31};
    while (!date_valid(*out))
        out->day--;
    return n + used;
}

static size_t feast_day(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t used;

    for (size_t k = 0; k < sizeof feasts / sizeof *feasts; k++) {
        used = words_match(ws, i, feasts[k].phrases);
        if (used && moment_next_such(today, feasts[k].month, feasts[k].day,
            out))
            return used;
    }
    for (size_t k = 0; k < sizeof easter / sizeof *easter; k++) {
        used = words_match(ws, i, easter[k].phrases);
        for (int year = 0; used && year < 2; year++) {
            *out = plus(easter_of(today.year + year), easter[k].days);
            if (date_days(*out) >= date_days(today))
                return used;
        }
    }
    used = advent(ws, i, today, out);
    if (!used)
        used = last_day(ws, i, today, out);
    if (used)
        return used;
    used = words_match(ws, i, "thanksgiving day|thanksgiving");
    for (int year = 0; used && year < 2; year++) {
        *out = nth_of(today.year + year, 11, 4, 3);
        if (date_days(*out) >= date_days(today))
            return used;
    }
    return 0;
}

/* ---- spans ---- */

/* "a week", "two weeks", "14 days", "a fortnight", "einem Monat".  Months are
 * given apart, for they differ in length. */
static size_t span_at(const struct words *ws, size_t i, int *days,
    int *months)
{
    size_t n = words_match(ws, i, "a couple of|a couple|a|an|eine|einen"
        "|einer|einem|ein"), unit;
    int count = words_match(ws, i, "a couple of|a couple") ? 2 : 1;

    *days = *months = 0;
    if (!n)
        n = words_number(ws, i, &count);
    if (!n || count < 1 || count > 400)
        return 0;
    if ((unit = words_match(ws, i + n, "day|days|tag|tage|tagen")) != 0)
        *days = count;
    else if ((unit = words_match(ws, i + n, "week|weeks|woche|wochen")) != 0)
        *days = count * 7;
    else if ((unit = words_match(ws, i + n, "fortnight")) != 0)
        *days = 14;
    else if ((unit = words_match(ws, i + n, "month|months|monat|monate"
        "|monaten")) != 0 && count <= 24)
        *months = count;
    else
        return 0;
    return n + unit;
}

static struct date moved(struct date d, int days, int months)
{
    struct date m = {d.year + (d.month - 1 + months) / 12,
        (d.month - 1 + months) % 12 + 1, d.day};

    while (!date_valid(m))
        m.day--;            /* "in a month" on the 31st */
    return plus(m, days);
}

/* "in three days", "in a week", "two days ago", "vor zwei Tagen". */
static size_t in_days(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t lead = words_match(ws, i, "in|vor|within"), n, ago, on, used;
    int days, months, day;

    n = span_at(ws, i + lead, &days, &months);
    if (!n || words_match(ws, i, "within"))
        return 0;
    ago = words_match(ws, i + n, "ago");
    if (lead ? words_match(ws, i, "vor") : ago) {
        *out = plus(today, months ? -30 * months : -days);
        return lead + n + (lead ? 0 : ago);
    }
    if (!lead)
        return 0;
    *out = moved(today, days, months);
    n += lead;
    n += words_match(ws, i + n, "from now|from today|time");
    /* "In two weeks on Friday": of the week that is then. */
    used = 0;
    on = words_match(ws, i + n, "on|am");
    day = on && days && days % 7 == 0 ? moment_weekday_at(ws, i + n + on,
        &used) : -1;
    if (day >= 0) {
        *out = plus(*out, day - date_weekday(*out));
        n += on + used;
    }
    return n;
}

/* ---- weekdays ---- */

static const char next_words[] = "next|naechsten|naechster|naechste"
    "|naechstem";
static const char next_week[] = "next week|of next week|in next week"
    "|naechste woche|naechster woche|in der naechsten woche|der naechsten"
    " woche|kommende woche|kommender woche|der kommenden woche";
static const char after_next[] = "after next|the week after next"
    "|week after next|uebernaechste woche|uebernaechster woche";
/* A part of the day may be a word of its own: "Freitag Abend". */
static const char day_parts[] = "morgen|abend|mittag|nachmittag|vormittag"
    "|frueh|morning|evening|night|afternoon|lunchtime";

static struct date next_weekday(struct date today, int day)
{
    return plus(today, (day - date_weekday(today) + 6) % 7 + 1);
}

/* "the first Friday in December", "last Saturday of November". */
static size_t nth_weekday(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    size_t at = i + words_match(ws, i, "on|am|the|der|den");
    size_t n, m, used = 0;
    int nth = 0, day, month;

    at += words_match(ws, at, "the");
    n = words_match(ws, at, "last|letzten|letzter|letzte");
    if (n)
        nth = -1;
    else
        n = words_ordinal(ws, at, &nth);
    if (!n || nth > 5)
        return 0;
    day = moment_weekday_at(ws, at + n, &used);
    if (day < 0)
        return 0;
    at += n + used;
    n = words_match(ws, at, "in|of|im");
    month = n ? moment_month_at(ws, at + n, &m) : 0;
    if (!month && (m = words_match(ws, at, "of the month|of this month"
        "|this month|im monat|des monats|diesen monat|in diesem monat"))) {
        month = today.month;
        n = 0;
    } else if (!month && (m = words_match(ws, at, "of next month|next month"
        "|naechsten monat|im naechsten monat|des naechsten monats"))) {
        month = today.month % 12 + 1;
        n = 0;
    }
    if (!month)
        return 0;
    for (int year = today.year; year < today.year + 2; year++) {
        *out = nth_of(year, month, nth, day);
        if (date_days(*out) >= date_days(today))
            break;
    }
    return at + n + m - i;
}

/* "last Friday", "letzten Freitag": the one before today. */
static size_t past_weekday(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    size_t lead = words_match(ws, i, "on last|am letzten|last|letzten"
        "|letzter|vergangenen|vorigen"), used = 0;
    int day = lead ? moment_weekday_at(ws, i + lead, &used) : -1;

    if (day < 0)
        return 0;
    *out = plus(today, -((date_weekday(today) - day + 6) % 7 + 1));
    return lead + used;
}

/* "next week on Thursday", "naechste Woche Freitag": the week comes first. */
static size_t week_first(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    size_t lead = words_match(ws, i, next_week), used = 0;
    size_t later = lead ? 0 : words_match(ws, i, after_next);
    size_t at = i + lead + later;
    int day;

    if (at == i)
        return 0;
    at += words_match(ws, at, ",");
    at += words_match(ws, at, "on|am");
    day = moment_weekday_at(ws, at, &used);
    if (day < 0)
        return 0;
    *out = plus(today, 7 - date_weekday(today) + day + (later ? 7 : 0));
    return at + used - i;
}

/* A weekday, and how the words before and behind it move it. */
static size_t weekday(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    size_t on = words_match(ws, i, "on|am"), at = i + on, used = 0;
    size_t the, lead, more;
    bool is_this, is_next, later;
    int day, now = date_weekday(today);

    the = words_match(ws, at, "the|der|den|dem|dieser woche");
    at += the;
    lead = words_match(ws, at, "this coming|coming|this|diesen|dieser"
        "|kommenden|kommender|kommende|next|naechsten|naechster|naechste"
        "|uebernaechsten|uebernaechster");
    is_this = lead == 1 && words_match(ws, at, "this|diesen|dieser");
    is_next = lead && words_match(ws, at, next_words);
    later = lead && words_match(ws, at, "uebernaechsten|uebernaechster");
    day = moment_weekday_at(ws, at + lead, &used);
    if (day < 0)
        return 0;
    at += lead + used;
    at += words_match(ws, at, day_parts);
    if ((more = words_match(ws, at, after_next)) != 0)
        later = true;
    else if ((more = words_match(ws, at, next_week)) != 0)
        is_next = true;
    else if ((more = words_match(ws, at, "this week|diese woche"
        "|dieser woche")) != 0)
        is_this = true;
    if (later)
        *out = plus(today, 14 - now + day);
    else if (is_next)
        *out = plus(today, 7 - now + day);      /* of the coming week */
    else if (is_this && day == now)
        *out = today;
    else
        *out = next_weekday(today, day);
    return at + more - i;
}

/* ---- a whole date ---- */

/* A day without what moves it. */
static size_t plain_day(const struct words *ws, size_t i, struct date today,
    struct date *out)
{
    static size_t (*const finders[])(const struct words *, size_t,
        struct date, struct date *) = {
        relative_day, nth_weekday, past_weekday, week_first, feast_day,
        weekday, in_days, moment_calendar
    };
    size_t used = 0;

    for (size_t k = 0; !used && k < sizeof finders / sizeof *finders; k++)
        used = finders[k](ws, i, today, out);
    return used;
}

/* "a week from Tuesday", "two weeks after Friday", "a week tomorrow". */
static size_t span_first(const struct words *ws, size_t i,
    struct date today, struct date *out)
{
    int days, months;
    size_t n = span_at(ws, i, &days, &months), from, used;
    struct date d;

    if (!n)
        return 0;
    from = words_match(ws, i + n, "from|after|ab|nach|von");
    if (from && words_match(ws, i + n + from, "now")) {
        *out = moved(today, days, months);
        return n + from + 1;
    }
    /* Without "from" only weeks: "a week tomorrow", "a week on Friday". */
    if (!from && (days % 7 || !days))
        return 0;
    used = plain_day(ws, i + n + from, today, &d);
    if (!used || (!from && words_at(ws, i + n)->kind == WORD_DIGITS))
        return 0;
    *out = moved(d, days, months);
    return n + from + used;
}

/* Behind a day: "in a week", "in zwei Wochen", "week", "fortnight". */
static size_t span_behind(const struct words *ws, size_t i, struct date *d)
{
    size_t lead = words_match(ws, i, "in|ueber"), n;
    int days, months;

    n = lead ? span_at(ws, i + lead, &days, &months) : 0;
    if (n && days) {
        /* "In acht Tagen" is a week, as everyone counts who says it. */
        if (words_match(ws, i, "in acht tagen|in 8 tagen"))
            days = 7;
        if (days % 7 == 0) {
            *d = plus(*d, days);
            return lead + n;
        }
    }
    if (words_match(ws, i, "week|fortnight")) {
        *d = plus(*d, words_match(ws, i, "week") ? 7 : 14);
        return 1;
    }
    return 0;
}

/* Two dates said as one: "Monday the 23rd", "today, Sunday".  The calendar
 * decides, if the weekday fits it. */
static size_t both(const struct words *ws, size_t i, struct date today,
    size_t first, struct date *out, bool *clash)
{
    size_t comma = words_match(ws, i + first, ",|(");
    size_t at = i + first + comma, used, lead = words_match(ws, at, "on|am");
    struct date second;

    used = moment_calendar(ws, at, today, &second);
    if (!used && lead) {
        used = moment_calendar(ws, at + lead, today, &second);
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
    size_t comma = words_match(ws, i + first, ",|("), used = 0;
    int day = moment_weekday_at(ws, i + first + comma, &used);

    if (day < 0)
        return first;
    *clash = day != date_weekday(*date);
    return first + comma + used;
}

size_t moment_date(const struct words *ws, size_t i, struct date today,
    struct date *out, bool *clash)
{
    size_t used, more;

    *clash = false;
    used = span_first(ws, i, today, out);
    if (used)
        return used;
    used = relative_day(ws, i, today, out);
    if (used) {
        struct date d = *out;

        more = span_behind(ws, i + used, out);
        if (more)
            return used + more;
        used = both(ws, i, today, used, out, clash);
        *clash = *clash || !same(d, *out);
        return *clash ? used : weekday_behind(ws, i, used, out, clash);
    }
    used = nth_weekday(ws, i, today, out);
    if (!used)
        used = past_weekday(ws, i, today, out);
    if (!used)
        used = week_first(ws, i, today, out);
    if (used)
        return used;
    used = feast_day(ws, i, today, out);
    if (used)
        return weekday_behind(ws, i, used, out, clash);
    used = weekday(ws, i, today, out);
    if (used) {
        more = span_behind(ws, i + used, out);
        return more ? used + more : both(ws, i, today, used, out, clash);
    }
    used = in_days(ws, i, today, out);
    if (used)
        return used;
    used = moment_calendar(ws, i, today, out);
    return used ? weekday_behind(ws, i, used, out, clash) : 0;
}
