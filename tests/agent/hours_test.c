/* hours_test.c - opening hours as OpenStreetMap and people write them.
 *
 * The week asked about begins on Monday 23 November 2026.
 */
#include "agent/hours.h"

#include "tests/guard.h"
#include "tests/tap.h"

/* "Mo 12:00" in that week, as a day and a minute. */
static struct date moment(const char *text, int *minute)
{
    static const char days[] = "MoTuWeThFrSaSu";
    char name[3] = {text[0], text[1], 0};
    int day = (int)(strstr(days, name) - days) / 2;

    *minute = (text[3] - '0') * 600 + (text[4] - '0') * 60
        + (text[6] - '0') * 10 + text[7] - '0';
    return (struct date){2026, 11, 23 + day};
}

static const struct {
    const char *text;
    const char *open, *closed;      /* moments, 8 characters and a blank */
} rows[] = {
    {"Mo-Fr 11:30-14:30,17:30-23:00; Sa,Su 12:00-23:00; PH off",
        "Mo 11:30 Mo 14:29 Fr 22:59 Sa 12:00 Su 22:59",
        "Mo 11:29 Mo 14:30 Tu 17:29 Fr 23:00 Sa 11:59"},
    {"Mo-Su 12:00-23:00", "Mo 12:00 Su 22:59", "Mo 23:00 Mo 00:00"},
    {"12:00-23:00", "We 12:00", "We 11:59"},
    {"24/7", "Mo 00:00 Su 23:59", ""},
    {"Mo-Su 00:00-24:00", "Mo 00:00 Su 23:59", ""},
    {"Fr-Sa 18:00-02:00", "Fr 23:59 Sa 01:59 Su 01:59",
        "Fr 01:00 Sa 02:00 Su 02:00 Su 18:00"},
    {"Su 18:00-26:00", "Mo 01:59", "Mo 02:00"},
    {"Sa-Mo 10:00-12:00", "Sa 10:00 Su 10:00 Mo 10:00", "Tu 10:00 Fr 10:00"},
    {"Mo-Fr 12:00-14:00; We off", "Tu 12:00 Th 12:00", "We 12:00"},
    {"We off; Mo-Fr 12:00-14:00", "We 12:00", "Sa 12:00"},
    {"Mo-Fr 12:00-14:00, Fr 18:00-22:00", "Fr 12:00 Fr 18:00",
        "Th 18:00"},
    {"Mo-Fr 12:00-14:00; Fr 18:00-22:00", "Fr 18:00 Th 12:00", "Fr 12:00"},
    {"Tu-Su 17:00+", "Tu 17:00 Su 23:59", "Mo 17:00 Tu 16:59 We 00:00"},
    {"Apr-Oct Mo-Su 10:00-22:00; Nov-Mar Fr-Su 17:00-21:00", "Fr 17:00",
        "Mo 12:00 Fr 12:00"},
    {"Nov 24 off; Mo-Su 10:00-12:00", "Tu 10:00", ""},
    {"Mo-Su 10:00-12:00; Nov 24-26 off", "Mo 10:00 Fr 10:00",
        "Tu 10:00 We 10:00 Th 10:00"},
    {"Mo-Su 10:00-12:00; Nov 25-Jan 6 off", "Tu 10:00", "We 10:00 Su 10:00"},
    {"Mo-Su 10:00-12:00; Dec 24 off", "Mo 10:00", ""},
    {"PH off; Mo 10:00-12:00", "Mo 10:00", "Tu 10:00"},
    {"Mo-Fr,PH 10:00-12:00", "Mo 10:00", "Sa 10:00"},
    {"daily 12pm-11pm; closed on Monday", "Tu 12:00 Su 22:59",
        "Mo 12:00 Tu 23:00"},
    {"Mon-Thu 5-11pm, Fri-Sat 5pm-1am", "Mo 17:00 Th 22:59 Sa 00:30 Su 00:30",
        "Mo 05:00 Th 23:30 Su 17:00"},
    {"Monday closed; Tuesday to Sunday: 11:30 am - 10 pm", "Tu 11:30 Su 21:59",
        "Mo 12:00 Tu 22:00"},
    {"Tuesdays - Sundays noon - midnight", "Tu 12:00 Su 23:59", "Mo 12:00"},
    {"weekdays 11 a.m.-10 p.m. and weekends 12-22", "Mo 11:00 Sa 12:00",
        "Sa 11:30"},
    {"Mo-Sa 12-23 Uhr, So Ruhetag", "Mo 12:00 Sa 22:59", "Su 12:00"},
    {"Di.-So. 17.30 bis 23 Uhr", "Tu 17:30 Su 22:59", "Mo 18:00"},
    {"t\xc3\xa4glich 11\xe2\x80\x93" "22 Uhr, Montag geschlossen",
        "Tu 11:00", "Mo 12:00"},
    {"Montag bis Freitag von 11:30 Uhr bis 14 Uhr und 18:00-22:00",
        "Mo 11:30 Fr 18:00", "Mo 14:00 Sa 12:00"},
    {"Mo-Fr 11h30-14h", "Mo 11:30", "Mo 14:00"},
    {"Mo,We,Fr 10:00-11:00", "Mo 10:00 We 10:00 Fr 10:00", "Tu 10:00"},
    {"Mo 10:00-11:00;;Tu 10:00-11:00;", "Mo 10:00 Tu 10:00", "We 10:00"},
    {"closed", "", "Mo 12:00"},
};

/* How many of the moments are as they should be. */
static int wrong(const struct hours *h, const char *moments, bool open)
{
    int bad = 0;

    for (const char *m = moments; *m; m += m[8] ? 9 : 8) {
        int minute;
        struct date day = moment(m, &minute);

        if (hours_open(h, day, minute) != open) {
            printf("# %.8s should be %s\n", m, open ? "open" : "closed");
            bad++;
        }
    }
    return bad;
}

static void asking(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hours_fault fault = {0, ""};
        struct hours h;
        int rc = hours_read(&h, guard_in(slice_str(rows[i].text)), &fault);

        tap_ok(rc == 0 && wrong(&h, rows[i].open, true) == 0
            && wrong(&h, rows[i].closed, false) == 0, "%s", rows[i].text);
        if (rc)
            printf("# byte %zu: %s\n", fault.at, fault.why);
    }
}

static const struct {
    const char *text;
    size_t at;
    const char *why;
} faults[] = {
    {"", 0, "is empty"},
    {" ; ;", 0, "is empty"},
    {"Mo-", 3, "expected a day of the week"},
    {"Mo-Xy 10:00-12:00", 3, "expected a day of the week"},
    {"Mo", 2, "neither times nor closed"},
    {"Mo 10:00", 8, "expected - and a closing time"},
    {"Mo 10:00-", 9, "expected a time like 11:30"},
    {"Mo 10:60-12:00", 3, "no such time"},
    {"Mo 25:00-26:00", 3, "no such opening time"},
    {"Mo 10:00-37:00", 9, "no such time"},
    {"Mo 13pm-14:00", 3, "no such hour"},
    {"Mo 10:00-12:00 off", 0, "both times and closed"},
    {"Fr[1] 10:00-12:00", 2, "the first or last of a month is not known"},
    {"sunrise-sunset", 0, "not understood"},
    {"Mo 10:00-12:00 \"by appointment\"", 15, "not understood"},
    {"2026 Mo 10:00-12:00", 0, "expected a time like 11:30"},
    {"Dec 24- 10:00-12:00", 8, "expected a day of the month"},
    {"Dec-24 off", 4, "expected a month"},
    {"Mo 1-2,3-4,5-6,7-8,9-10,11-12,13-14", 24 + 6, "too many times in a rule"},
    {"ask us", 0, "not understood"},
};

static void refusing(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct hours_fault fault = {0, ""};
        struct hours h;
        bool good = hours_read(&h, guard_in(slice_str(faults[i].text)),
            &fault) == -1 && h.n == 0 && fault.at == faults[i].at
            && strcmp(fault.why, faults[i].why) == 0;

        tap_ok(good, "refused: %s", faults[i].text);
        if (!good)
            printf("# byte %zu: %s\n", fault.at, fault.why);
    }
}

/* No prefix reads past its end. */
static void prefixes(void)
{
    struct hours h;
    int read = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t n = 0; n <= strlen(rows[i].text); n++)
            read += hours_read(&h, guard_in(slice_of(rows[i].text, n)),
                NULL) == 0;
    tap_ok(read >= (int)(sizeof rows / sizeof *rows), "every prefix");
}

static void waiting(void)
{
    static const struct {
        const char *text, *at;
        int minutes;
    } of[] = {
        {"Mo-Su 12:00-23:00", "Mo 12:00", 0},
        {"Mo-Su 12:00-23:00", "Mo 11:00", 60},
        {"Mo-Su 12:00-23:00", "Mo 23:30", 750},
        {"Mo 10:00-11:00", "Mo 11:00", 7 * 1440 - 60},
        {"Su 18:00-26:00", "Mo 01:00", 0},
        {"off", "Mo 01:00", -1},
        {"Jun-Jul 10:00-11:00", "Mo 01:00", -1},
    };

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct hours h;
        int minute;
        struct date day = moment(of[i].at, &minute);

        hours_read(&h, slice_str(of[i].text), NULL);
        tap_is_int(hours_until(&h, day, minute), of[i].minutes, of[i].text);
    }
}

int main(void)
{
    asking();
    refusing();
    prefixes();
    waiting();
    return tap_done();
}
