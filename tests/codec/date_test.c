/* date_test.c - the calendar, and the two ways RFCs write it. */
#include "codec/date.h"

#include "../guard.h"
#include "../tap.h"

/* Walks 400 years day by day with a calendar of its own: months counted off
 * one after the other, nothing computed. */
static void test_every_day(void)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
        30, 31};
    struct date d = {1800, 1, 1};
    int64_t days = date_days(d);
    int weekday = 2, bad = 0, count = 0;    /* 1800-01-01 was a Wednesday */

    while (d.year < 2200) {
        struct date back = date_from_days(days);
        bool leap = d.year % 400 == 0
            || (d.year % 4 == 0 && d.year % 100 != 0);

        if ((date_days(d) != days || back.year != d.year
            || back.month != d.month || back.day != d.day || !date_valid(d)
            || date_weekday(d) != weekday) && !bad++)
            printf("#   first wrong day: %d-%d-%d\n", d.year, d.month,
                d.day);
        days++;
        count++;
        weekday = (weekday + 1) % 7;
        if (++d.day > lengths[d.month - 1] + (d.month == 2 && leap)) {
            if (date_valid(d))
                bad++;
            d.day = 1;
            d.year += d.month == 12;
            d.month = d.month % 12 + 1;
        }
    }
    tap_is_int(bad, 0, "every day of 400 years, there and back");
    tap_is_int(count, 146097, "and there are 146097 of them");
    tap_is_int(date_days((struct date){1970, 1, 1}), 0, "the epoch is day 0");
    tap_is_int(date_days((struct date){1, 1, 1}), -719162, "year 1");
    tap_is_int(date_from_days(-719162).year, 1, "and back");
    tap_is_int(date_days((struct date){9999, 12, 31}), 2932896, "year 9999");
}

static void test_names(void)
{
    char mem[64];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    date_add_words(&b, (struct date){2026, 11, 23});
    tap_is_str(buf_slice(&b), "Monday 23 November 2026", "in words");
    buf_clear(&b);
    date_add(&b, (struct date){26, 1, 2});
    tap_is_str(buf_slice(&b), "0026-01-02", "padded");
    tap_is_str(slice_str(date_weekday_name(6)), "Sunday", "weekday 6");
    tap_is_str(slice_str(date_weekday_name(7)), "", "there is no weekday 7");
    tap_is_str(slice_str(date_month_name(12)), "December", "month 12");
    tap_is_str(slice_str(date_month_name(0)), "", "there is no month 0");
    buf_over(&b, mem, 9);
    date_add(&b, (struct date){2026, 11, 23});
    tap_ok(!buf_ok(&b), "a buffer too short is marked");
}

static void test_valid(void)
{
    tap_ok(date_valid((struct date){2024, 2, 29}), "2024 has a leap day");
    tap_ok(!date_valid((struct date){2023, 2, 29}), "2023 has none");
    tap_ok(!date_valid((struct date){1900, 2, 29}), "1900 has none");
    tap_ok(date_valid((struct date){2000, 2, 29}), "2000 has one");
    tap_ok(!date_valid((struct date){2026, 0, 1}), "month 0");
    tap_ok(!date_valid((struct date){2026, 13, 1}), "month 13");
    tap_ok(!date_valid((struct date){2026, 1, 0}), "day 0");
    tap_ok(!date_valid((struct date){0, 1, 1}), "year 0");
    tap_ok(!date_valid((struct date){10000, 1, 1}), "year 10000");
}

static void test_parse(void)
{
    static const char *const bad[] = {"", "2026-11-2", "2026-11-233",
        "2026-11-31", "2026/11/23", "26-11-23", "+026-11-23", "2026-1-123",
        " 2026-11-23", "2026-02-29", "0000-01-01"};
    static const char *const bad_time[] = {"", "7:30", "24:00", "19:60",
        "19:3", "19.30", "19:300", "-1:30"};
    struct date d = {0, 0, 0};
    int h = 0, m = 0, wrong = 0;

    tap_ok(date_parse(guard_in(SLICE("2026-11-23")), &d) == 0
        && d.year == 2026 && d.month == 11 && d.day == 23, "a date");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!date_parse(guard_in(slice_str(bad[i])), &d) && !wrong++)
            printf("#   taken: %s\n", bad[i]);
    tap_is_int(wrong, 0, "what is no date is refused");
    tap_is_int(d.day, 23, "and leaves the date alone");
    tap_ok(date_parse_time(guard_in(SLICE("19:05")), &h, &m) == 0 && h == 19
        && m == 5, "a time");
    for (size_t i = 0; i < sizeof bad_time / sizeof *bad_time; i++)
        if (!date_parse_time(guard_in(slice_str(bad_time[i])), &h, &m)
            && !wrong++)
            printf("#   taken: %s\n", bad_time[i]);
    tap_is_int(wrong, 0, "what is no time is refused");
}

/* RFC 3339 5.8, and edges. */
static const struct {
    const char *text;
    int64_t ms;
    int offset;
} stamps[] = {
    {"1985-04-12T23:20:50.52Z", 482196050520, 0},
    {"1996-12-19T16:39:57-08:00", 851042397000, -28800},
    {"1990-12-31T23:59:60Z", 662688000000, 0},
    {"1990-12-31T15:59:60-08:00", 662688000000, -28800},
    {"1937-01-01T12:00:27.87+00:20", -1041337172130, 1200},
    {"2026-11-22t12:00:00+01:00", 1795345200000, 3600},
    {"1970-01-01T00:00:00-00:00", 0, 0},
    {"1969-12-31T23:59:59.999z", -1, 0},
    {"2026-11-22T12:00:00.123456789Z", 1795348800123, 0}
};

static void test_rfc3339(void)
{
    static const char *const bad[] = {"2026-11-22", "2026-11-22T12:00Z",
        "2026-11-22T12:00:00", "2026-11-22T12:00:00.Z",
        "2026-11-22T24:00:00Z", "2026-11-22T12:00:60Z",
        "2026-11-22T12:00:00+1:00", "2026-11-22T12:00:00+0100",
        "2026-11-22T12:00:00+24:00", "2026-11-22T12:00:00Zx",
        "2026-11-22_12:00:00Z", "2026-11-31T12:00:00Z"};
    int64_t ms;
    int offset, wrong = 0;

    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        struct slice s = guard_in(slice_str(stamps[i].text));
        size_t len = s.len;

        if ((date_parse_rfc3339(s, &ms, &offset) || ms != stamps[i].ms
            || offset != stamps[i].offset) && !wrong++)
            printf("#   %s: %lld\n", stamps[i].text, (long long)ms);
        while (len--)
            if (!date_parse_rfc3339(guard_in(slice_of(stamps[i].text, len)),
                &ms, &offset) && !wrong++)
                printf("#   taken: %.*s\n", (int)len, stamps[i].text);
    }
    tap_is_int(wrong, 0, "RFC 3339 5.8's examples, and none of their heads");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!date_parse_rfc3339(guard_in(slice_str(bad[i])), &ms, &offset)
            && !wrong++)
            printf("#   taken: %s\n", bad[i]);
    tap_is_int(wrong, 0, "what is no RFC 3339 moment is refused");
}

static void test_print(void)
{
    char mem[64];
    struct buf b;
    int64_t ms, back;
    int offset, wrong = 0;

    buf_over(&b, mem, sizeof mem);
    date_add_rfc3339(&b, 1795345200000, 3600);
    tap_is_str(buf_slice(&b), "2026-11-22T12:00:00+01:00", "printed");
    buf_clear(&b);
    date_add_rfc3339(&b, -1, 0);
    tap_is_str(buf_slice(&b), "1969-12-31T23:59:59.999Z", "before the epoch");
    buf_clear(&b);
    date_add_rfc3339(&b, 1795345200007, -12600);
    tap_is_str(buf_slice(&b), "2026-11-22T07:30:00.007-03:30",
        "west, with milliseconds");
    for (ms = -62135596800000; ms < 253402300799000;
        ms += INT64_C(86400000) * 37
            + 1234567) {
        buf_clear(&b);
        date_add_rfc3339(&b, ms, 0);
        if ((date_parse_rfc3339(buf_slice(&b), &back, &offset) || back != ms)
            && !wrong++)
            tap_show("wrong", buf_slice(&b));
        buf_clear(&b);
        date_add_rfc2822(&b, ms);
        if ((date_parse_rfc2822(buf_slice(&b), &back)
            || back != ms - (ms % 1000 + 1000) % 1000) && !wrong++)
            tap_show("wrong", buf_slice(&b));
    }
    tap_is_int(wrong, 0, "what is printed is read, from year 1 to 9999");
    buf_clear(&b);
    date_add_rfc2822(&b, 784111777000);     /* RFC 9110 5.6.7 */
    tap_is_str(buf_slice(&b), "Sun, 06 Nov 1994 08:49:37 GMT",
        "RFC 9110 5.6.7's example");
}

/* RFC 5322 appendix A, and what Twilio's REST answers hold. */
static const struct {
    const char *text;
    int64_t ms;
} mails[] = {
    {"Fri, 21 Nov 1997 09:55:06 -0600", 880127706000},
    {"Tue, 1 Jul 2003 10:52:37 +0200", 1057049557000},
    {"Thu, 13 Feb 1969 23:32:54 -0330", -27723426000},
    {"21 Nov 97 09:55:06 GMT", 880106106000},
    {"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880127706000},
    {"Thu,\r\n 13\r\n  Feb\r\n   1969\r\n  23:32\r\n -0330 (Newfoundland "
        "(\\) Time))", -27723480000},
    {"Mon, 16 Aug 2010 03:45:01 +0000", 1281930301000},
    {"1 Jan 103 00:00 EST", 1041397200000},
    {"1 Jan 49 00:00:00 Z", 2493072000000}
};

static void test_rfc2822(void)
{
    static const char *const bad[] = {"", "Fri, 21 Nov 1997",
        "Sat, 21 Nov 1997 09:55:06 -0600", "Fri 21 Nov 1997 09:55:06 -0600",
        "Fri, 31 Nov 1997 09:55:06 -0600", "Fri, 21 Nox 1997 09:55:06 -0600",
        "Fri, 21 Nov 1997 24:55:06 -0600", "Fri, 21 Nov 1997 09:55:06",
        "Fri, 21 Nov 1997 09:55:06 -06000", "21 Nov 7 09:55:06 GMT",
        "Fri, 21 Nov 1997 09:55:06 GMT, or so", "(", "(\\"};
    int64_t ms;
    int wrong = 0;

    for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
        if ((date_parse_rfc2822(guard_in(slice_str(mails[i].text)), &ms)
            || ms != mails[i].ms) && !wrong++)
            printf("#   %s: %lld\n", mails[i].text, (long long)ms);
        for (size_t n = strlen(mails[i].text); n--; )
            date_parse_rfc2822(guard_in(slice_of(mails[i].text, n)), &ms);
    }
    tap_is_int(wrong, 0, "RFC 5322's dates, old forms and comments too");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!date_parse_rfc2822(guard_in(slice_str(bad[i])), &ms)
            && !wrong++)
            printf("#   taken: %s\n", bad[i]);
    tap_is_int(wrong, 0, "what is no RFC 5322 date is refused");
}

static void test_civil(void)
{
    struct when w = date_civil(1795345200999, 3600);
    int wrong = 0;

    tap_ok(w.date.day == 22 && w.hour == 12 && w.minute == 0 && w.second == 0
        && w.offset == 3600, "a civil moment");
    tap_is_int(date_wall(&w), 1795345200000, "and back, without its ms");
    for (int offset = -50400; offset <= 50400; offset += 900)
        for (int64_t s = -200000; s < 200000; s += 977) {
            w = date_civil(s * 1000, offset);
            if (date_wall(&w) != s * 1000 || w.hour < 0 || w.hour > 23
                || w.minute < 0 || w.second < 0)
                wrong++;
        }
    tap_is_int(wrong, 0, "around the epoch at every offset");
}

int main(void)
{
    test_every_day();
    test_names();
    test_valid();
    test_parse();
    test_rfc3339();
    test_print();
    test_rfc2822();
    test_civil();
    return tap_done();
}
