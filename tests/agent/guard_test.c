/* guard_test.c - numbers that are not called, and those that are not kept. */
#include "agent/guard.h"

#include "../guard.h"
#include "../tap.h"

static const char *const forbidden[] = {
    "911", "112", "999", "110", "000", "111", "+1911", "+49112", "+44999",
    "+49 110", "0049112", "+112", "+1112", " 911 ", "9-1-1", "+19005551234",
    "19005551234", "900-555-1234", "+12129760000", "+4990012345",
    "+49137123456", "0900123456", "+449061234567", "+448712345678",
    "+33899123456", "+41901123456", "+43900123456", "+31909123456",
    "+39899123456", "+34806123456", "+611900123456", "+9791234567", "116117"
};

static const char *const fine[] = {
    "+15551230000", "+12125551234", "+493012345678", "+4989123456",
    "+442079460000", "+33142278000", "+390892123456", "+41442345678",
    "+4312345678", "+541143210000", "+81312345678", "+61298765432",
    "030123456", "5551230000", "+911123456789", "+19115551234",
    "+4911012345678", ""
};

static void test_numbers(void)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (!guard_number_forbidden(guard_in(slice_str(forbidden[i])))
            && ++bad)
            printf("#   allowed: %s\n", forbidden[i]);
    tap_is_int(bad, 0, "emergency and premium numbers are not called");
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (guard_number_forbidden(guard_in(slice_str(fine[i]))) && ++bad)
            printf("#   forbidden: %s\n", fine[i]);
    tap_is_int(bad, 0, "restaurants' are");
}

/* Card numbers are the test numbers that the brands publish. */
static const struct {
    const char *line, *want;
} lines[] = {
    {"my card is 4111 1111 1111 1111, ok?",
        "my card is **** **** **** ****, ok?"},
    {"4111-1111-1111-1111", "****-****-****-****"},
    {"it's 378282246310005 expiring 11/28",
        "it's *************** expiring 11/28"},
    {"6011111111111117", "****************"},
    {"four one one one, one one one one, one one one one, one one one one",
        "**** *** *** ***, *** *** *** ***, *** *** *** ***, *** *** *** "
        "***"},
    {"4111 1111 1111 1111 123", "**** **** **** **** ***"},
    {"SSN 123-45-6789 please", "SSN ***-**-**** please"},
    {"my number is 123-45-6789.", "my number is ***-**-****."},
    {"my social security number is one two three four five",
        "my social security number is *** *** ***** **** ****"},
    {"passport number C01X00T47", "passport number *********"},
    {"IBAN DE89 3704 0044 0532 0130 00 thanks",
        "IBAN **** **** **** **** **** ** thanks"},
    {"GB82 WEST 1234 5698 7654 32", "**** **** **** **** **** **"},
    {"the security code is 737", "the security code is ***"},
    {"Meine Ausweisnummer ist 4711 0815",
        "Meine Ausweisnummer ist **** ****"},
    {"Kreditkarte: 5500 0000 0000 0004", "Kreditkarte: **** **** **** ****"},
    /* What must stay. */
    {"Your confirmation number is 4711.", "Your confirmation number is 4711."},
    {"table for 4 at 19:30 on 2026-11-23",
        "table for 4 at 19:30 on 2026-11-23"},
    {"call us at +1 555 123 0000", "call us at +1 555 123 0000"},
    {"4111 1111 1111 1112 is no card", "4111 1111 1111 1112 is no card"},
    {"with a credit card, booking 4711", "with a credit card, booking 4711"},
    {"DE88 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"},
    {"555-123-4567", "555-123-4567"},
    {"", ""}
};

static void test_redact(void)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct mslice m = guard(slice_str(lines[i].line));
        bool same = !strcmp(lines[i].line, lines[i].want);
        size_t n = guard_redact(m);

        tap_is_str(slice_of(m.ptr, m.len), lines[i].want, lines[i].line);
        tap_ok((n == 0) == same, "%zu masked", n);
    }
}

/* A card anywhere in a line of 2,000 single letters, which are more words
 * than one pass takes. */
static void test_long(void)
{
    static const char card[] = "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1";
    int kept = 0;

    for (size_t at = 0; at + sizeof card < 2000; at += 62) {
        char text[2000];
        struct mslice m;

        for (size_t i = 0; i < sizeof text; i++)
            text[i] = i % 2 ? ' ' : '.';
        memcpy(text + at, card, sizeof card - 1);
        m = guard(slice_of(text, sizeof text));
        guard_redact(m);
        kept += memchr(m.ptr, '4', m.len) || memchr(m.ptr, '1', m.len);
    }
    tap_is_int(kept, 0, "a card at any place of a long line is masked");
}

static void test_text(void)
{
    tap_is_int(guard_text(SLICE("Table for 4")), PLAN_FINE, "a text");
    tap_is_int(guard_text(SLICE("")), PLAN_EMPTY, "none");
    tap_is_int(guard_text(SLICE("\r\n\t ")), PLAN_EMPTY, "blanks");
    tap_is_int(guard_text(SLICE("a <script>")), PLAN_MARKUP, "a tag");
    tap_is_int(guard_text(SLICE("</b>")), PLAN_MARKUP, "its end");
    tap_is_int(guard_text(SLICE("<!-- x")), PLAN_MARKUP, "a comment");
    tap_is_int(guard_text(SLICE("<?xml")), PLAN_MARKUP, "a declaration");
    tap_is_int(guard_text(SLICE("a < b, I <3 it <")), PLAN_FINE,
        "angles that open nothing");
}

int main(void)
{
    test_numbers();
    test_redact();
    test_long();
    test_text();
    return tap_done();
}
