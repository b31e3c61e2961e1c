/* redact_test.c - what is masked and what stays, written and read out. */
#include "agent/redact.h"

#include <string.h>

#include "../guard.h"
#include "../tap.h"
#include "base/text.h"
#include "corpus.h"

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
    /* Read out. */
    {"four triple one, four times one, one one one one, one one one one",
        "**** ****** ***, **** ***** ***, *** *** *** ***, *** *** *** ***"},
    {"forty-one eleven eleven eleven eleven eleven eleven eleven",
        "*****-*** ****** ****** ****** ****** ****** ****** ******"},
    {"four one one one, uh, one one one one, then one one one one and one one "
        "one one, okay?", "**** *** *** ***, **, *** *** *** ***, **** *** "
        "*** *** *** *** *** *** *** ***, okay?"},
    {"vier dreimal die eins eins eins eins eins eins eins eins eins eins eins "
        "eins eins", "**** ******* *** **** **** **** **** **** **** **** "
        "**** **** **** **** **** ****"},
    {"F\xc3\xbcnf f\xc3\xbcnf null null, null null null null, achtmal null"
        " minus null vier", "F\xc3\xbcnf f\xc3\xbcnf null null, null null "
        "null null, achtmal null minus null vier"},
    {"three seven eight two eight two two four six three one oh oh oh five",
        "***** ***** ***** *** ***** *** *** **** *** ***** *** ** ** ** "
        "****"},
    {"Take 4111 1111 1111 1111, the code is 737. Table for 4 at 19:30.",
        "Take **** **** **** ****, the code is ***. Table for 4 at 19:30."},
    {"The code is 737.", "The code is 737."},
    {"4222222222222", "*************"},
    {"2223 0031 2200 3222", "**** **** **** ****"},
    {"D E eight nine, three seven oh four, oh oh four four, oh five three two,"
        " oh one three oh, oh oh", "* * ***** ****, ***** ***** ** ****, ** **"
        " **** ****, ** **** ***** ***, ** *** ***** **, ** **"},
    {"one two three, four five, six seven eight nine",
        "*** *** *****, **** ****, *** ***** ***** ****"},
    {"my PIN is, uh, four seven one one", "my PIN is, uh, **** ***** *** ***"},
    {"die Geheimzahl ist vier sieben eins eins",
        "die Geheimzahl ist **** ****** **** ****"},
    /* Keys and tokens. */
    {"sk-proj-abcdEFGH1234abcdEFGH1234, you see",
        "********************************, you see"},
    {"AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e.",
        "**********************************."},
    {"token 0123456789abcdef0123456789abcdef",
        "token ********************************"},
    {"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123_-xyz",
        "Bearer ***************************************************"},
    {"ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "****************************************"},
    {"AKIAIOSFODNN7EXAMPLE", "********************"},
    /* What must stay. */
    {"our number is plus four nine three zero one two three four five six "
        "seven eight nine zero one two", "our number is plus four nine three "
        "zero one two three four five six seven eight nine zero one two"},
    {"call 030 1234 5678 or 0151 2345 6789", "call 030 1234 5678 or 0151 2345 "
        "6789"},
    {"+49 4111 1111 1111 1111", "+49 4111 1111 1111 1111"},
    {"your confirmation number is four double seven one",
        "your confirmation number is four double seven one"},
    {"reservation 12345678901234", "reservation 12345678901234"},
    {"Monday the 23rd of November 2026 at 19:30 for 4, two of them children",
        "Monday the 23rd of November 2026 at 19:30 for 4, two of them "
        "children"},
    {"donaudampfschifffahrtsgesellschaft", "donaudampfschifffahrtsgesellschaft"
        },
    {"AB123-2026-XK and 5f2b9c01d4e7a8b3c6d9e0f1",
        "AB123-2026-XK and 5f2b9c01d4e7a8b3c6d9e0f1"},
    {"", ""}
};

static void test_redact(void)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct mslice m = guard(slice_str(lines[i].line));
        bool same = !strcmp(lines[i].line, lines[i].want);
        size_t n = redact_line(m);

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
        redact_line(m);
        kept += memchr(m.ptr, '4', m.len) || memchr(m.ptr, '1', m.len);
    }
    tap_is_int(kept, 0, "a card at any place of a long line is masked");
}

/* What restaurants say and guests write holds no secret: not a byte of it is
 * masked. */
static void test_corpora(void)
{
    static const char *const files[] = {"tests/agent/outcomes.txt",
        "tests/agent/requests.txt", "tests/agent/strangers.txt"};
    static char line[CORPUS_LINE];
    int read = 0, masked = 0;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *f = corpus_open(files[i]);

        while (f && corpus_line(f, line)) {
            char *end = strstr(line, " => ");

            if (end)
                *end = 0;
            read++;
            if (redact_line((struct mslice){(uint8_t *)line, strlen(line)})
                && masked++ < 5)
                printf("# %s\n", line);
        }
        if (f)
            fclose(f);
    }
    tap_ok(read > 700 && masked == 0, "of %d lines of the corpora %d are "
        "masked", read, masked);
}

static const struct {
    const char *line;
    bool goes_on;
} ends[] = {
    {"my card is four one one one", true}, {"4111 1111", true},
    {"4111 1111,", true}, {"four one one one, uh", true},
    {"my card number is", true}, {"and the PIN is", true},
    {"vier eins eins eins", true}, {"meine Kreditkartennummer ist", true},
    {"one two three,", true},
    {"Your confirmation number is 4 7 1 1.", false},
    {"Die Reservierungsnummer ist vier sieben eins eins.", false},
    {"our phone number is 030 1234 5678", false},
    {"+49 30 1234 5678", false}, {"a table for 4", false},
    {"it is four", true}, {"so that's for four.", false},
    {"at 19:30", false}, {"Is that right?", false}, {"", false},
    {"4111 1111 1111 1111 is my card, take it", false}
};

static void test_ends(void)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        tap_ok(redact_goes_on(guard_in(slice_str(ends[i].line)))
            == ends[i].goes_on, "\"%s\" %s", ends[i].line, ends[i].goes_on
            ? "may go on" : "has its end");
}

int main(void)
{
    test_redact();
    test_long();
    test_corpora();
    test_ends();
    return tap_done();
}
