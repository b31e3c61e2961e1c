/* spoken_test.c - a booking in words, and that the words mean it. */
#include "agent/spoken.h"

#include <string.h>

#include "../tap.h"
#include "agent/outcome.h"
#include "base/text.h"

static const struct {
    const char *language, *date, *time;
    int party;
    const char *name, *want;
} cases[] = {
    {"en", "2026-11-23", "19:00", 4, "Leo", "Monday the 23rd of November at "
        "7 pm, four people, for Leo"},
    {"en-GB", "2026-12-01", "12:00", 1, "", "Tuesday the 1st of December at "
        "noon, one person"},
    {"en", "2026-12-02", "00:00", 0, "Leo", "Wednesday the 2nd of December at "
        "midnight, for Leo"},
    {"en", "2026-12-11", "11:05", 12, "Leo", "Friday the 11th of December at "
        "11:05 am, twelve people, for Leo"},
    {"en", "2026-12-13", "12:30", 13, "O'Hara", "Sunday the 13th of December "
        "at 12:30 pm, 13 people, for O'Hara"},
    {"en", "2026-12-22", "", 2, "", "Tuesday the 22nd of December, two people"},
    {"en", "", "19:30", 2, "", "at 7:30 pm, two people"},
    {"de", "2026-11-23", "19:00", 4, "Leo", "Montag, der 23. November, um 19 "
        "Uhr, vier Personen, auf den Namen Leo"},
    {"de-AT", "2027-03-05", "19:30", 1, "M\xc3\xbcller", "Freitag, der 5. "
        "M\xc3\xa4rz, um 19 Uhr 30, eine Person, auf den Namen M\xc3\xbcller"},
    {"de", "2027-03-05", "25:00", 20, "", "Freitag, der 5. M\xc3\xa4rz, 20 "
        "Personen"},
    {"fr", "2026-11-23", "19:00", 4, "Leo", ""},
    {"", "2026-11-23", "19:00", 4, "Leo", ""},
    {"en", "soon", "late", 0, "", ""},
};

static void test_words(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t mem[256];
        struct buf b;
        bool any;

        buf_over(&b, mem, sizeof mem);
        any = spoken_booking(&b, slice_str(cases[i].language),
            slice_str(cases[i].date), slice_str(cases[i].time),
            cases[i].party, slice_str(cases[i].name));
        tap_is_str(buf_slice(&b), cases[i].want, "in words");
        tap_ok(any == (cases[i].want[0] != 0), "and it says whether there are "
            "any");
    }
}

/* Read back and agreed to, the words mean every booking there can be. */
static void test_meaning(void)
{
    static const char *const yes[] = {"Yes, that's right, you are booked.",
        "Ja, das ist richtig, der Tisch ist reserviert."};
    int wrong = 0, all = 0;

    for (int n = 0; n < 2 * 28 * 24; n++) {
        char date[11], time[6], line[300];
        uint8_t mem[256];
        struct buf b;
        struct outcome out;
        struct outcome_line lines[2];
        int party = n % 12 + 1, german = n % 2, hour = 11 + n % 13;
        struct outcome_asked asked = {.party = party,
            .name = SLICE("Leo"), .today = {2026, 11, 22}};

        text_fmt(date, sizeof date, "2026-12-%02d", n / 2 % 28 + 1);
        text_fmt(time, sizeof time, "%02d:%02d", hour, n / 7 % 4 * 15);
        asked.date = slice_str(date);
        asked.time = slice_str(time);
        buf_over(&b, mem, sizeof mem);
        spoken_booking(&b, german ? SLICE("de") : SLICE("en"), asked.date,
            asked.time, party, asked.name);
        text_fmt(line, sizeof line, german ? "Also %.*s. Ist das richtig?"
            : "So that is %.*s. Is that right?", SLICE_ARG(buf_slice(&b)));
        lines[0] = (struct outcome_line){.at = 1000, .text = slice_str(line)};
        lines[1] = (struct outcome_line){.at = 9000, .them = true,
            .text = slice_str(yes[german])};
        outcome_find(&out, lines, 2, &asked);
        all++;
        if (out.kind == OUTCOME_CONFIRMED && out.changed == 0
            && slice_is(asked.date, out.field[OUTCOME_DATE].value)
            && slice_is(asked.time, out.field[OUTCOME_TIME].value))
            continue;
        if (!wrong++)
            printf("# %s -> %s\n", line, outcome_name(out.kind));
    }
    tap_ok(wrong == 0, "%d bookings, read back and agreed to: %d are not "
        "confirmed as they were asked for", all, wrong);
}

int main(void)
{
    test_words();
    test_meaning();
    return tap_done();
}
