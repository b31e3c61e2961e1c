/* spoken.c - a booking as it is said on the telephone. */
#include "agent/spoken.h"

#include "agent/phrase.h"

static const char *const english[] = {"no", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
static const char *const german[] = {"keine", "eine", "zwei", "drei", "vier",
    "f\xc3\xbcnf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
    "zw\xc3\xb6lf"};

#define WORDS (sizeof english / sizeof english[0])

static void comma(struct buf *out, size_t from)
{
    if (out->len > from)
        buf_adds(out, ", ");
}

static const char *ordinal_end(int day)
{
    if (day / 10 == 1)
        return "th";
    return day % 10 == 1 ? "st" : day % 10 == 2 ? "nd" : day % 10 == 3 ? "rd"
        : "th";
}

/* "7 pm", "7:30 pm", "noon". */
static void english_time(struct buf *out, int hour, int minute)
{
    if (minute == 0 && hour % 12 == 0) {
        buf_adds(out, hour ? "noon" : "midnight");
        return;
    }
    buf_addi(out, hour % 12 ? hour % 12 : 12);
    if (minute)
        buf_addf(out, ":%02d", minute);
    buf_adds(out, hour < 12 ? " am" : " pm");
}

static void in_english(struct buf *out, const struct date *d, int hour,
    int minute, int party, struct slice name)
{
    size_t from = out->len;

    if (d)
        buf_addf(out, "%s the %d%s of %s", date_weekday_name(
            date_weekday(*d)), d->day, ordinal_end(d->day),
            date_month_name(d->month));
    if (hour >= 0) {
        buf_adds(out, d ? " at " : "at ");
        english_time(out, hour, minute);
    }
    if (party > 0) {
        comma(out, from);
        if ((size_t)party < WORDS)
            buf_adds(out, english[party]);
        else
            buf_addi(out, party);
        buf_adds(out, party == 1 ? " person" : " people");
    }
    if (name.len) {
        comma(out, from);
        buf_addf(out, "for %.*s", SLICE_ARG(name));
    }
}

static void in_german(struct buf *out, const struct date *d, int hour,
    int minute, int party, struct slice name)
{
    size_t from = out->len;

    if (d)
        buf_addf(out, "%s, der %d. %s", phrase_german_weekday(
            date_weekday(*d)), d->day, phrase_german_month(d->month));
    if (hour >= 0) {
        buf_addf(out, "%s%d Uhr", d ? ", um " : "um ", hour);
        if (minute)
            buf_addf(out, " %d", minute);
    }
    if (party > 0) {
        comma(out, from);
        if ((size_t)party < WORDS)
            buf_adds(out, german[party]);
        else
            buf_addi(out, party);
        buf_adds(out, party == 1 ? " Person" : " Personen");
    }
    if (name.len) {
        comma(out, from);
        buf_addf(out, "auf den Namen %.*s", SLICE_ARG(name));
    }
}

bool spoken_booking(struct buf *out, struct slice language, struct slice date,
    struct slice time, int party, struct slice name)
{
    struct date d;
    bool day = date_parse(date, &d) == 0;
    int hour = -1, minute = 0;
    size_t from = out->len;

    if (time.len && date_parse_time(time, &hour, &minute))
        hour = -1;
    language = slice_head(language, 2);
    if (slice_iis(language, "de"))
        in_german(out, day ? &d : NULL, hour, minute, party, name);
    else if (slice_iis(language, "en"))
        in_english(out, day ? &d : NULL, hour, minute, party, name);
    return out->len > from;
}
