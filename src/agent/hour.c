/* hour.c - hours as people say them: the other half of moment.h. */
#include "agent/moment.h"

#include <string.h>

#include "base/text.h"

/* One or two digits of one word; -1 otherwise. */
static int two_digits(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);
    uint64_t n;

    if (w->kind != WORD_DIGITS || w->text.len > 2
        || text_u64(w->text, 0, 99, &n))
        return -1;
    return (int)n;
}

static bool glued_mark(const struct words *ws, size_t i, const char *mark)
{
    return words_at(ws, i)->glued && words_match(ws, i, mark);
}

static const char am_words[] = "of the morning|am|a . m .|a . m|a m"
    "|in the morning|morgens"
    "|vormittags|frueh|in der frueh";
static const char pm_words[] = "pm|p . m .|p . m|p m|in the afternoon"
    "|in the evening|at night|nachmittags|abends|of the evening|of the night"
    "|of the afternoon|am abend|am nachmittag";
/* These say evening too, but are dates: they are left where they stand. */
static const char pm_dates[] = "tonight|this evening|this afternoon";

/* DESIGN 5: an hour without am or pm is an evening hour. */
static int evening_rule(int hour, enum day_part part)
{
    if (hour == 24)
        return 0;
    if (hour < 1 || hour > 11 || part == PART_MORNING)
        return hour;
    if (part == PART_LUNCH && (hour <= 4 || hour >= 10))
        return hour <= 4 ? hour + 12 : hour;
    return hour + 12;
}

/* Is the "am" at word i the German one, before a day or a thing: "halb neun am
 * Donnerstag", "um 8 am 24.12."? */
static bool is_german_am(const struct words *ws, size_t i)
{
    int day = 0;

    if (!words_match(ws, i, "am"))
        return false;
    if (words_match(ws, i + 1, "montag|dienstag|mittwoch|donnerstag|freitag"
        "|samstag|sonnabend|sonntag|naechsten|kommenden|uebernaechsten"
        "|fenster|kamin|rand|abend|mittag|wochenende|liebsten|besten"
        "|folgenden|gleichen|selben|tisch|nachmittag|heiligabend|ende"
        "|schluss|anfang|telefon|apparat|see|meer|fluss|platz|markt"))
        return true;
    if (strlen(words_at(ws, i + 1)->low) > 8 && strstr(words_at(ws, i
        + 1)->low, "tag"))
        return true;            /* "am Freitagabend" */
    return words_ordinal(ws, i + 1, &day) && (words_match(ws, i + 2, ".")
        || words_at(ws, i + 1)->kind == WORD_LETTERS)
        && !words_match(ws, i + 1, "first|second|third");
}

/* "For two at Night Owl" */
static bool is_named(const struct words *ws, size_t i)
{
    return words_match(ws, i, "at night") && words_at(ws, i + 1)->capital;
}

/* am, pm, o'clock behind the hour at i; and the rule when there is none. */
static size_t settle(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *t)
{
    size_t oclock = words_match(ws, i, "o'clock|oclock|o clock|o ' clock");
    size_t am = is_german_am(ws, i + oclock) ? 0
        : words_match(ws, i + oclock, am_words);
    size_t pm = is_named(ws, i + oclock) ? 0
        : words_match(ws, i + oclock, pm_words);
    bool date = words_match(ws, i + oclock, pm_dates) > 0;

    if (!oclock && glued_mark(ws, i, "h|ish|- ish"))
        oclock = words_match(ws, i, "h|ish|- ish");     /* "19h", "8ish" */
    if (!pm && !oclock && glued_mark(ws, i, "p"))
        pm = 1;             /* "7p" */
    if (oclock)
        t->bare = false;
    t->fixed = am || pm || date || t->hour > 12 || t->hour == 0;
    if (t->hour > 12 || t->hour == 0) {
        t->hour %= 24;
    } else if (am) {
        t->hour %= 12;
    } else if (pm || date) {
        bool night = words_match(ws, i + oclock, "at night") > 0;

        t->hour = t->hour == 12 && night ? 0 : t->hour % 12 + 12;
    } else {
        t->hour = evening_rule(t->hour, part);
    }
    if (am || pm)
        t->bare = false;
    return oclock + (am ? am : pm);
}

/* The hour alone, 0 to 24, as word or digits. */
static size_t plain_hour(const struct words *ws, size_t i, int *hour)
{
    size_t used = words_number(ws, i, hour);

    return used && *hour <= 24 && !words_match(ws, i, "ein|eine|einen|einer"
        "|einem") ? used : 0;
}

/* Minutes behind an hour in words: "thirty", "oh five", "forty-five". */
static size_t minutes_behind(const struct words *ws, size_t i, int *minute)
{
    size_t oh = words_match(ws, i, "oh|o"), used;

    used = words_number(ws, i + oh, minute);
    if (!used || *minute > 59 || (oh ? *minute > 9 : *minute < 10)
        || words_at(ws, i)->kind == WORD_DIGITS)
        return 0;
    /* "seven thirty people" counts people. */
    if (words_match(ws, i + oh + used, "people|persons|guests|minutes"
        "|personen|leute|minuten"))
        return 0;
    return oh + used;
}

/* "7:30", "19.30", "7h30", "19 Uhr 30", "7 Uhr", "7", "seven thirty". */
static size_t hour_minute(const struct words *ws, size_t i,
    enum day_part part, struct clock_time *t)
{
    int hour = 0, minute = 0, m = 0;
    size_t used = plain_hour(ws, i, &hour), n;
    bool digits = words_at(ws, i)->kind == WORD_DIGITS;

    if (!used)
        return 0;
    *t = (struct clock_time){.hour = hour, .bare = true};
    if (digits && glued_mark(ws, i + 1, ":|.|h|u")
        && words_at(ws, i + 2)->glued && words_at(ws, i + 2)->text.len == 2
        && (m = two_digits(ws, i + 2)) >= 0 && m < 60
        && (words_match(ws, i + 1, ":") || !glued_mark(ws, i + 3, "/|-"))) {
        /* "23.11." is a day; "7:30." ends a sentence. */
        if (words_match(ws, i + 1, ".") && glued_mark(ws, i + 3, ".")
            && words_at(ws, i + 4)->kind == WORD_DIGITS)
            return 0;
        minute = m;
        used = 3;
        t->bare = false;
    }
    n = words_match(ws, i + used, "uhr");
    if (n) {
        t->bare = false;
        used += n;
        if (!minute) {
            /* "19 Uhr 30"; "19 Uhr vier Plätze" counts places. */
            n = words_number(ws, i + used, &m);
            if (n && m >= 5 && m < 60 && (m >= 10 || words_at(ws, i + used
                + n)->kind != WORD_LETTERS) && !words_match(ws, i + used + n,
                "personen|leute|gaeste|mann|plaetze|freunde|kinder|pers"
                "|erwachsene|kollegen|damen|herren|gedecke|sitzplaetze")) {
                minute = m;
                used += n;
            }
        }
    } else if (t->bare && (n = minutes_behind(ws, i + used, &m)) != 0) {
        t->bare = false;
        minute = m;
        used += n;
    }
    if (t->hour == 24 && minute)
        return 0;
    t->minute = minute;
    return used + settle(ws, i + used, part, t);
}

/* "Eightish", "noonish". */
static size_t ish_hour(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *t)
{
    static const char *const hours[] = {"oneish", "twoish", "threeish",
        "fourish", "fiveish|fivish", "sixish", "sevenish", "eightish",
        "nineish|ninish", "tenish", "elevenish", "noonish|twelveish"};

    for (int h = 0; h < 12; h++)
        if (words_match(ws, i, hours[h])) {
            *t = (struct clock_time){.hour = h + 1};
            return 1 + settle(ws, i + 1, part, t);
        }
    return 0;
}

/* "1930", "0730 hours": four digits, an hour where one is wanted. */
static size_t four_digits(const struct words *ws, size_t i,
    enum day_part part, struct clock_time *t)
{
    struct slice s = words_at(ws, i)->text;
    size_t hours = words_match(ws, i + 1, "hours|hrs");
    uint64_t h, m;

    if (s.len == 3 && glued_mark(ws, i + 1, "am|pm|p|a")
        && text_u64(slice_head(s, 1), 1, 9, &h) == 0
        && text_u64(slice_from(s, 1), 0, 59, &m) == 0) {
        *t = (struct clock_time){(int)h, (int)m, .bare = false};
        return 1 + settle(ws, i + 1, part, t);      /* "830pm" */
    }
    if (s.len != 4 || text_u64(slice_head(s, 2), 0, 23, &h)
        || text_u64(slice_from(s, 2), 0, 59, &m))
        return 0;
    *t = (struct clock_time){(int)h, (int)m, .bare = !hours};
    if (hours) {
        t->fixed = true;
        return 2;
    }
    return 1 + settle(ws, i + 1, part, t);
}

/* The hour that "past" and "to" speak of; minutes are -30 to 45. */
static size_t moved(const struct words *ws, size_t i, int minutes,
    enum day_part part, struct clock_time *t)
{
    int hour = 0;
    size_t used = plain_hour(ws, i, &hour);

    if (used && hour > 0 && glued_mark(ws, i + used, ":|."))
        if (two_digits(ws, i + used + 1) >= 0
            && words_at(ws, i + used + 1)->glued)
            return 0;
    if (!used && words_match(ws, i, "noon|midday|midnight|mitternacht")) {
        hour = words_match(ws, i, "midnight|mitternacht") ? 24 : 12;
        used = 1;
    }
    if (!used || hour < 1)
        return 0;
    /* 12 less a quarter is before noon or midnight, by the hour meant. */
    if (minutes < 0) {
        hour = hour == 1 ? 12 : hour - 1;
        minutes += 60;
    }
    *t = (struct clock_time){hour, minutes, .bare = false};
    used += words_match(ws, i + used, "uhr");
    return used + settle(ws, i + used, part, t);
}

static const char past_words[] = "past|after|nach";
static const char to_words[] = "to|till|before|of|vor";

/* "half past seven", "half seven", "halb acht", "quarter to eight",
 * "Viertel nach", "viertel acht", "dreiviertel acht". */
static size_t fraction(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *t)
{
    size_t a = words_match(ws, i, "a"), used, n = 0;

    if (words_match(ws, i + a, "half")) {
        n = words_match(ws, i + a + 1, past_words);
        used = moved(ws, i + a + 1 + n, 30, part, t);
        return used ? a + 1 + n + used : 0;
    }
    if (a == 0 && words_match(ws, i, "halb|halbi|halber")) {
        n = 1;
        used = moved(ws, i + n, -30, part, t);
    } else if (words_match(ws, i, "dreiviertel|drei viertel")) {
        n = words_match(ws, i, "dreiviertel|drei viertel");
        used = moved(ws, i + n, -15, part, t);
    } else if (words_match(ws, i + a, "quarter|viertel")) {
        bool past = words_match(ws, i + a + 1, past_words) > 0
            || words_match(ws, i + a, "viertel ab");    /* in Switzerland */
        bool to = words_match(ws, i + a + 1, to_words) > 0;

        if (!past && !to && !words_match(ws, i, "viertel"))
            return 0;
        n = a + 1 + (past || to ? 1 : 0);
        used = moved(ws, i + n, past ? 15 : to ? -15 : -45, part, t);
    } else {
        return 0;
    }
    return used ? n + used : 0;
}

/* "For ten past eight", "for ten to eight": no count, and no range. */
static bool only_hour(const struct words *ws, size_t i, int minute)
{
    int hour = 0;

    return words_match(ws, i, "past") || (words_match(ws, i, "to")
        && words_number(ws, i + 1, &hour) && hour < minute);
}

/* "ten past seven", "20 minutes to eight", "fuenf vor halb acht".  "For four
 * after seven" and "from 5 to 8" look alike and are not meant. */
static size_t minutes_around(const struct words *ws, size_t i,
    enum day_part part, struct clock_time *t)
{
    int minute = 0;
    size_t n = words_number(ws, i, &minute), half, used, unit;
    bool past;

    if (!n || minute < 1 || minute > 29)
        return 0;
    unit = words_match(ws, i + n, "minutes|minuten|minute");
    if (!unit && (minute % 5 || (i && words_match(ws, i - 1, "for|fuer|from"
        "|of|von|between|zwischen") && !only_hour(ws, i + n, minute))))
        return 0;
    n += unit;
    past = words_match(ws, i + n, past_words) > 0;
    if (!past && !words_match(ws, i + n, to_words))
        return 0;
    if (!unit && words_match(ws, i + n, "to|till")
        && words_at(ws, i)->kind == WORD_DIGITS)
        return 0;
    n++;
    half = words_match(ws, i + n, "halb");
    n += half;
    minute = past ? minute : -minute;
    used = moved(ws, i + n, half ? minute - 30 : minute, part, t);
    return used ? n + used : 0;
}

size_t moment_hour(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *out)
{
    size_t used;

    if ((used = words_match(ws, i, "noon|midday|12 noon|12 uhr mittags"
        "|zwoelf uhr mittags")) != 0) {
        *out = (struct clock_time){12, 0, .fixed = true};
        return used;
    }
    if ((used = words_match(ws, i, "midnight|12 midnight|mitternacht"))
        != 0) {
        *out = (struct clock_time){0, 0, .fixed = true};
        return used;
    }
    used = fraction(ws, i, part, out);
    if (!used)
        used = minutes_around(ws, i, part, out);
    if (!used)
        used = hour_minute(ws, i, part, out);
    if (!used)
        used = four_digits(ws, i, part, out);
    if (!used)
        used = ish_hour(ws, i, part, out);
    return used;
}

/* What follows a number that is no hour: "4 people", "2 hours". */
static bool counts_something(const struct words *ws, size_t i)
{
    return words_match(ws, i, "people|persons|person|guests|guest|adults"
        "|adult|kids|children|of|hours|hour|days|day|minutes|weeks|personen"
        "|leute|gaeste|erwachsene|kinder|stunden|tage|tagen|th|st|nd|rd|%"
        "|euro|euros|dollars|dollar|pounds|bucks|ppl|pax|persnen") > 0
        || glued_mark(ws, i, "-|/");
}

/* When only the second hour says pm, it speaks for both. */
static void agree(const struct words *ws, size_t i, struct clock_time *from,
    const struct clock_time *to)
{
    int hour = 0;

    if (from->fixed || !to->fixed || to->hour > 23)
        return;
    if (!plain_hour(ws, i, &hour) || hour < 1 || hour > 12)
        return;
    hour = hour % 12 + (to->hour >= 12 ? 12 : 0);
    /* "11 to 1 pm" begins in the morning. */
    if (hour * 60 + from->minute > to->hour * 60 + to->minute)
        hour -= 12;
    if (hour >= 0)
        from->hour = hour;
}

/* "and 8", "to 8", "- 8" behind the first hour. */
static size_t second_hour(const struct words *ws, size_t i, const char *join,
    enum day_part part, struct clock_time *to)
{
    size_t n = words_match(ws, i, join), used;

    if (!n)
        return 0;
    used = moment_hour(ws, i + n, part, to);
    return used && !counts_something(ws, i + n + used) ? n + used : 0;
}

/* "Am achti": the hours of Swiss German end so. */
static bool is_swiss_hour(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);

    return w->kind == WORD_LETTERS && w->number > 0
        && w->text.ptr[w->text.len - 1] == 'i' && w->text.len > 4;
}

size_t moment_time(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *from, struct clock_time *to)
{
    size_t range = words_match(ws, i, "btw|btwn|anywhere between"
        "|sometime between"
        "|any time between|anytime between|irgendwann zwischen|between"
        "|any time from|anytime from|from around|from|zwischen|von");
    size_t lead = range ? range : words_match(ws, i, "at around|at about"
        "|at approximately|at roughly|at exactly|no earlier than"
        "|not earlier than|earlier than|no later than|not later than"
        "|not after|earliest|latest|ideally around|ideally at|ideally"
        "|preferably at|preferably|am liebsten um|am besten um|idealerweise um"
        "|at the earliest|at the latest|fruehestens um"
        "|fruehestens ab|fruehestens|spaetestens um|spaetestens|nicht vor"
        "|nicht nach|um kurz nach|um kurz vor|kurz nach|kurz vor"
        "|shortly after|just after|starting at|starting from|starting"
        "|roughly|approximately|ungefaehr um|so ungefaehr um|ungefaehr"
        "|so etwa um|etwa um|um etwa|um ungefaehr|um die|let's say|say"
        "|etwa|for around|any time after|anytime after|at|around"
        "|about|by|after|before|from about|circa|ca .|um circa|um ca .|so um"
        "|so gegen|um|gegen|ab|nach|vor|not before|until|@");
    size_t used, more;

    if (!lead && words_match(ws, i, "am") && is_swiss_hour(ws, i + 1))
        lead = 1;
    used = moment_hour(ws, i + lead, part, from);

    to->hour = -1;
    if (!used)
        return 0;
    more = second_hour(ws, i + lead + used, range ? "and|to|till|until|-|und"
        "|bis" : "to|till|until|-|bis", part, to);
    if (!more)
        to->hour = -1;
    if (from->bare && ((!lead && (!more || to->bare)) || (!more
        && counts_something(ws, i + lead + used))))
        return 0;
    if (more)
        agree(ws, i + lead, from, to);
    from->bare = false;
    return lead + used + more;
}

/* "Sonntagvormittag": does a word of the sentence end so, and is it more? */
static bool ends_so(const struct words *ws, size_t from, size_t end,
    const char *tail)
{
    size_t n = strlen(tail);

    for (size_t i = from; i < end && i < ws->n; i++) {
        size_t len = strlen(ws->at[i].low);

        if (len > n + 4 && !strcmp(ws->at[i].low + len - n, tail)
            && !strncmp(ws->at[i].low + len - n - 3, "tag", 3))
            return true;
    }
    return false;
}

enum day_part moment_part(const struct words *ws, size_t from, size_t end)
{
    if (words_have(ws, from, end, "zmorge|zmorgen|morning|breakfast|brunch"
        "|fruehstueck"
        "|morgens|vormittag|vormittags|morgen frueh|am morgen|heute frueh"
        "|heute morgen|fruehstuecken|frueh morgens|breakfasts|montag morgen"
        "|dienstag morgen|mittwoch morgen|donnerstag morgen|freitag morgen"
        "|samstag morgen|sonntag morgen|montag frueh|dienstag frueh"
        "|mittwoch frueh|donnerstag frueh|freitag frueh|samstag frueh"
        "|sonntag frueh") || ends_so(ws, from, end, "morgen")
        || ends_so(ws, from, end, "vormittag"))
        return PART_MORNING;
    if (words_have(ws, from, end, "zmittag|z ' mittag|lunch|lunchtime"
        "|mittagessen|mittag"
        "|mittags|zum mittag|mittagstisch")
        || ends_so(ws, from, end, "tagmittag"))
        return PART_LUNCH;
    return PART_NONE;
}
