/* http_words_test.c - fields by name, lists, reasons, dates. */
#include "codec/http.h"

#include "tests/guard.h"
#include "tests/tap.h"

static void fields(void)
{
    static struct http h;
    struct http_limits max = http_limits_default();
    struct http_fault fault;
    struct slice in = SLICE("GET / HTTP/1.1\r\nHost: a\r\n"
        "A: 1, \"two, three\" ,four\r\nb:\r\na: \"x\\\", y\",, five;q=1\r\n"
        "C: \"open, six\r\n\r\n");

    tap_is_int(http_request(guard_in(in), &max, &h, &fault),
        (int64_t)in.len, "a head with lists");
    tap_is_str(http_get(&h, "a"), "1, \"two, three\" ,four",
        "the first of two fields");
    tap_ok(http_get(&h, "B").ptr && !http_get(&h, "B").len,
        "empty is not absent");
    tap_ok(!http_get(&h, "z").ptr, "absent is absent");
    tap_is_int((int64_t)http_count(&h, "a"), 2, "two of them");
    tap_is_int((int64_t)http_count(&h, "z"), 0, "none of them");
    tap_ok(http_has_token(&h, "A", "1"), "first element");
    tap_ok(http_has_token(&h, "A", "FOUR"), "last element, case ignored");
    tap_ok(!http_has_token(&h, "A", "three\""), "a comma in quotes");
    tap_ok(!http_has_token(&h, "A", "y\""), "behind an escaped quote");
    tap_ok(http_has_token(&h, "A", "five;q=1"), "in the second field");
    tap_ok(!http_has_token(&h, "A", "five"), "an element is compared whole");
    tap_ok(!http_has_token(&h, "A", "fou"), "a prefix is no element");
    tap_ok(!http_has_token(&h, "C", "six"), "a quote that never closes");
    tap_ok(!http_has_token(&h, "Z", "1"), "no such field");
    tap_is_str(slice_str(http_reason(413)), "Content Too Large", "reason");
    tap_is_str(slice_str(http_reason(101)), "Switching Protocols", "reason");
    tap_is_str(slice_str(http_reason(299)), "Unknown", "no reason");
}

static void dates(void)
{
    static const struct {
        const char *text;
        int64_t ms;
    } both[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777000)},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Wed, 31 Dec 1969 23:59:59 GMT", -1000},
        {"Tue, 29 Feb 2000 12:00:00 GMT", INT64_C(951825600000)},
        {"Sun, 22 Nov 2026 11:00:00 GMT", INT64_C(1795345200000)},
        {"Mon, 27 Jul 2009 12:28:53 GMT", INT64_C(1248697733000)},
        {"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799000)}
    };
    static const char *const none[] = {
        "", "Sun, 06 Nov 1994 08:49:37 GM", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Thu, 29 Feb 2001 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 6  Nov 1994 08:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08-49-37 GMT", "Sun, 06 Nov 1994 -8:49:37 GMT",
        "Sun; 06 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT"
    };
    char out[HTTP_DATE_MAX];
    int64_t ms;
    size_t failed = 0;

    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        ms = -1;
        http_date(out, both[i].ms + 999);
        if (!slice_is(slice_str(out), both[i].text)
            || http_date_parse(guard_in(slice_str(both[i].text)), &ms)
            || ms != both[i].ms) {
            printf("#   %s: %s, %" PRId64 "\n", both[i].text, out, ms);
            failed++;
        }
    }
    tap_is_int((int64_t)failed, 0, "dates both ways");
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ms = 7;
        if (http_date_parse(guard_in(slice_str(none[i])), &ms) != -1
            || ms != 7) {
            printf("#   taken: %s\n", none[i]);
            failed++;
        }
    }
    tap_is_int((int64_t)failed, 0, "what is no IMF-fixdate");
    tap_is_int(http_date_parse(SLICE("Sat, 31 Dec 2016 23:59:60 GMT"), &ms),
        0, "a leap second");
    tap_is_int(ms, INT64_C(1483228800000), "is the next second");
    http_date(out, INT64_MAX);
    tap_is_str(slice_str(out), "Fri, 31 Dec 9999 23:59:59 GMT",
        "the last date");
    http_date(out, INT64_MIN);
    tap_is_str(slice_str(out), "Mon, 01 Jan 0001 00:00:00 GMT",
        "the first date");
}

int main(void)
{
    fields();
    dates();
    return tap_done();
}
