/* text_test.c - numbers with their ranges, hex, words, masks. */
#include "base/text.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define SAME 4711           /* what a refused number leaves alone */

static const struct {
    const char *text;
    uint64_t lo, hi, want;      /* SAME: refused */
} naturals[] = {
    {"0", 0, 9, 0},
    {"9", 0, 9, 9},
    {"10", 0, 9, SAME},
    {"1", 2, 9, SAME},
    {"2", 2, 2, 2},
    {"007", 0, 9, 7},
    {"18446744073709551615", 0, UINT64_MAX, UINT64_MAX},
    {"18446744073709551616", 0, UINT64_MAX, SAME},
    {"18446744073709551620", 0, UINT64_MAX, SAME},
    {"99999999999999999999", 0, UINT64_MAX, SAME},
    {"100000000000000000000", 0, UINT64_MAX, SAME},
    {"", 0, 9, SAME},
    {"-1", 0, UINT64_MAX, SAME},
    {"+1", 0, 9, SAME},
    {" 1", 0, 9, SAME},
    {"1 ", 0, 9, SAME},
    {"1a", 0, UINT64_MAX, SAME},
    {"0x1", 0, 9, SAME},
    {"1.0", 0, 99, SAME},
    {"/", 0, 9, SAME},
    {":", 0, 9, SAME},
};

static const struct {
    const char *text;
    int64_t lo, hi, want;
} integers[] = {
    {"-5", -9, 9, -5},
    {"5", -9, 9, 5},
    {"-0", -9, 9, 0},
    {"-10", -9, 9, SAME},
    {"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX},
    {"9223372036854775808", INT64_MIN, INT64_MAX, SAME},
    {"-9223372036854775807", INT64_MIN, INT64_MAX, -INT64_MAX},
    {"-9223372036854775809", INT64_MIN, INT64_MAX, SAME},
    {"-", -9, 9, SAME},
    {"--1", -9, 9, SAME},
    {"+1", -9, 9, SAME},
    {"", -9, 9, SAME},
};

static void numbers(void)
{
    for (size_t i = 0; i < sizeof naturals / sizeof *naturals; i++) {
        uint64_t v = SAME;
        int r = text_u64(guard_in(slice_str(naturals[i].text)),
            naturals[i].lo, naturals[i].hi, &v);

        tap_ok(v == naturals[i].want && r == (v == SAME ? -1 : 0),
            "\"%s\" as a natural number", naturals[i].text);
    }
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        int64_t v = SAME;
        int r = text_i64(guard_in(slice_str(integers[i].text)),
            integers[i].lo, integers[i].hi, &v);

        tap_ok(v == integers[i].want && r == (v == SAME ? -1 : 0),
            "\"%s\" as an integer", integers[i].text);
    }
}

static void there_and_back(void)
{
    int bad = 0;

    for (int shift = 0; shift < 64; shift++)
        for (int d = -2; d <= 2; d++) {
            uint64_t n = ((uint64_t)1 << shift) + (uint64_t)(int64_t)d, v = 0;
            char out[TEXT_U64_MAX];
            size_t len = text_from_u64(out, n);

            bad += len == 0 || len > TEXT_U64_MAX
                || (len > 1 && out[0] == '0')
                || text_u64(slice_of(out, len), n, n, &v) || v != n;
        }
    tap_is_int(bad, 0, "numbers around every power of two");
}

static void hexes(void)
{
    char out[9];
    int bad = 0;

    text_hex(out, guard_in(SLICE("\0\x7f\xa5\xff")));
    tap_is_str(slice_str(out), "007fa5ff", "hex");
    text_hex(out, (struct slice){NULL, 0});
    tap_is_str(slice_str(out), "", "of nothing");
    for (int c = 0; c < 256; c++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *p = c ? strchr(digits, c) : NULL;

        bad += text_hexval((uint8_t)c) != (p ? (int)(p - digits) % 16 : -1);
    }
    tap_is_int(bad, 0, "the value of every byte as a digit");
}

static void copies(void)
{
    char dst[4];

    tap_ok(text_copy(dst, sizeof dst, guard_in(SLICE("abc"))), "just fits");
    tap_is_str(slice_str(dst), "abc", "whole");
    tap_ok(!text_copy(dst, sizeof dst, guard_in(SLICE("abcd"))), "one over");
    tap_is_str(slice_str(dst), "abc", "cut");
    tap_ok(text_copy(dst, sizeof dst, (struct slice){NULL, 0}) && !*dst,
        "nothing");
    tap_ok(!text_copy(dst, 1, SLICE("a")) && !*dst, "room for the NUL only");
    tap_ok(text_fmt(dst, sizeof dst, "%d", 123), "a format that fits");
    tap_is_str(slice_str(dst), "123", "whole");
    tap_ok(!text_fmt(dst, sizeof dst, "%d", 1234), "one that does not");
    tap_is_str(slice_str(dst), "123", "cut");
}

static void words(void)
{
    static const char *const yes[] = {"1", "true", "TRUE", "yes", "On"};
    static const char *const no[] = {"0", "false", "False", "NO", "off"};
    static const char *const neither[] = {"", "2", "y", "truee", "00", " on",
        "tru"};

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        tap_is_int(text_bool(slice_str(yes[i])), 1, yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        tap_is_int(text_bool(slice_str(no[i])), 0, no[i]);
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
        tap_is_int(text_bool(slice_str(neither[i])), -1, "neither");
}

static void masks(void)
{
    static const struct {
        const char *number, *want;
    } m[] = {
        {"+15551230100", "+1******0100"},
        {"+4930123456", "+4*****3456"},
        {"12345678", "****5678"},
        {"12345", "*2345"},
        {"911", "911"},
        {"", ""},
    };
    char out[40], small[6];

    for (size_t i = 0; i < sizeof m / sizeof *m; i++)
        tap_is_str(slice_str(text_mask(out, sizeof out,
            guard_in(slice_str(m[i].number)))), m[i].want, "masked");
    text_mask(small, sizeof small, SLICE("+15551230100"));
    tap_is_str(slice_str(small), "+1***", "cut to the room, still masked");
}

static void secrets(void)
{
    int bad = 0;
    char a[] = "0123456789abcdef", b[] = "0123456789abcdef";

    tap_ok(text_same_secret(slice_str(a), slice_str(b)), "the same");
    tap_ok(!text_same_secret(SLICE("a"), SLICE("ab")), "a prefix is not");
    tap_ok(text_same_secret((struct slice){NULL, 0}, SLICE("")), "nothing");
    for (size_t i = 0; i < 16; i++)
        for (int bit = 0; bit < 8; bit++) {
            b[i] = (char)(a[i] ^ 1 << bit);
            bad += text_same_secret(slice_of(a, 16), slice_of(b, 16));
            b[i] = a[i];
        }
    tap_is_int(bad, 0, "any one bit makes another secret");
}

int main(void)
{
    numbers();
    there_and_back();
    hexes();
    copies();
    words();
    masks();
    secrets();
    return tap_done();
}
