/* slice_test.c - comparing, searching, trimming and cutting slices. */
#include "tests/guard.h"
#include "tests/tap.h"

static const struct slice absent = {NULL, 0};

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void equality(void)
{
    tap_ok(slice_eq(SLICE("ab"), SLICE("ab")), "equal");
    tap_ok(!slice_eq(SLICE("ab"), SLICE("aB")), "case counts");
    tap_ok(!slice_eq(SLICE("ab"), SLICE("abc")), "length counts");
    tap_ok(slice_eq(absent, SLICE("")), "absent equals empty");
    tap_ok(slice_eq(absent, absent), "absent equals absent");
    tap_ok(!slice_eq(SLICE("a\0b"), SLICE("a\0c")), "a NUL ends nothing");
    tap_ok(slice_is(SLICE("ab"), "ab") && !slice_is(SLICE("ab"), "a"),
        "against a C string");
    tap_ok(slice_ieq(SLICE("Content-Type"), SLICE("cONTENT-tYPE")),
        "ASCII case ignored");
    tap_ok(!slice_ieq(SLICE("[@`{"), SLICE("{`@[")),
        "bytes next to the letters have no case");
    tap_ok(!slice_ieq(SLICE("\xc4"), SLICE("\xe4")), "nor have Latin ones");
    tap_ok(slice_iis(SLICE("GeT"), "get") && !slice_iis(SLICE("ge"), "get"),
        "the same against a C string");
}

static void prefixes(void)
{
    tap_ok(slice_starts(SLICE("http://h"), "http://"), "starts");
    tap_ok(slice_starts(SLICE("http"), "http"), "starts with itself");
    tap_ok(!slice_starts(SLICE("htt"), "http"), "too short to start");
    tap_ok(slice_starts(absent, ""), "everything starts with nothing");
    tap_ok(slice_ends(SLICE("a.wav"), ".wav"), "ends");
    tap_ok(!slice_ends(SLICE("wav"), ".wav"), "too short to end");
    tap_ok(!slice_ends(SLICE("a.wa"), ".wav"), "ends otherwise");
}

/* slice_cmp orders as the byte order of every pair of a sorted list. */
static void order(void)
{
    static const struct slice sorted[] = {SLICE_INIT(""), SLICE_INIT("\0"),
        SLICE_INIT("A"), SLICE_INIT("a"), SLICE_INIT("a\0"),
        SLICE_INIT("aa"), SLICE_INIT("ab"), SLICE_INIT("b"),
        SLICE_INIT("\x80"), SLICE_INIT("\xff")};
    int n = sizeof sorted / sizeof *sorted, bad = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            bad += sign(slice_cmp(sorted[i], sorted[k])) != sign(i - k);
    tap_is_int(bad, 0, "the order of all pairs");
    tap_is_int(slice_cmp(absent, SLICE("")), 0, "absent is as empty");
}

/* Every needle of one to three letters in every text of up to seven, over an
 * alphabet of two: against the plain double loop. */
static void searching(void)
{
    int bad = 0;

    for (unsigned hay = 0; hay < 1u << 10; hay++)
        for (unsigned nee = 0; nee < 1u << 5; nee++) {
            char h[8], n[4];
            size_t hl = hay >> 7, nl = nee >> 3, want = SLICE_NPOS;

            for (size_t i = 0; i < hl; i++)
                h[i] = hay >> i & 1 ? 'b' : 'a';
            for (size_t i = 0; i < nl; i++)
                n[i] = nee >> i & 1 ? 'b' : 'a';
            for (size_t i = 0; i + nl <= hl && want == SLICE_NPOS; i++)
                if (memcmp(h + i, n, nl) == 0)
                    want = i;
            bad += slice_find(guard_in(slice_of(h, hl)), slice_of(n, nl))
                != want;
        }
    tap_is_int(bad, 0, "found where it is, or not at all");
    tap_is_int((int64_t)slice_chr(SLICE("a\0b"), 'b'), 2, "behind a NUL");
    tap_is_int((int64_t)slice_chr(SLICE("a\0b"), 0), 1, "the NUL itself");
    tap_ok(slice_chr(SLICE("ab"), 'c') == SLICE_NPOS, "not there");
    tap_ok(slice_chr(absent, 'c') == SLICE_NPOS, "nor in nothing");
    tap_is_int((int64_t)slice_find(absent, absent), 0,
        "nothing is at the start of nothing");
    tap_ok(slice_find(absent, SLICE("a")) == SLICE_NPOS, "but no a");
}

static void trimming(void)
{
    tap_is_str(slice_trim(SLICE(" \t a b\t ")), "a b", "blanks and tabs");
    tap_is_str(slice_trim(SLICE(" \t ")), "", "nothing but blanks");
    tap_is_str(slice_trim(SLICE("\r\n a \n")), "\r\n a \n",
        "line ends are left");
    tap_is_str(slice_trim_all(SLICE("\r\n a\n b\t\n")), "a\n b",
        "unless asked for");
    tap_is(slice_trim_all(SLICE("\0 a \0")), SLICE("\0 a \0"),
        "a NUL is no blank");
    tap_ok(slice_trim(absent).ptr == NULL, "absent stays so");
}

static void parts(void)
{
    struct slice s = SLICE("abc");

    tap_is_str(slice_from(s, 1), "bc", "from");
    tap_is_str(slice_from(s, 3), "", "from the end");
    tap_is_str(slice_from(s, SIZE_MAX), "", "from past the end");
    tap_is_str(slice_head(s, 2), "ab", "head");
    tap_is_str(slice_head(s, SIZE_MAX), "abc", "head longer than all");
    tap_ok(slice_from(absent, 3).ptr == NULL, "of nothing: absent");
    tap_ok(slice_str(NULL).ptr == NULL, "no C string: absent");
    tap_ok(slice_str("").ptr != NULL, "an empty one: empty");
}

static void cutting(void)
{
    struct slice s = SLICE("a,,b,"), none = absent;

    tap_is_str(slice_cut(&s, ','), "a", "first");
    tap_is_str(slice_cut(&s, ','), "", "an empty one between");
    tap_is_str(slice_cut(&s, ','), "b", "third");
    tap_ok(s.ptr && s.len == 0, "what is behind the last , is empty");
    tap_is_str(slice_cut(&s, ','), "", "and the last piece");
    tap_ok(s.ptr == NULL, "then the rest is absent");
    s = SLICE("abc");
    tap_is_str(slice_cut(&s, ','), "abc", "without a separator all of it");
    tap_ok(s.ptr == NULL, "and the rest is absent");
    tap_ok(slice_cut(&none, ',').ptr == NULL, "nothing gives nothing");
}

static void lower(void)
{
    int bad = 0;

    for (int c = 0; c < 256; c++) {
        int want = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;

        bad += byte_lower((uint8_t)c) != want;
    }
    tap_is_int(bad, 0, "lower case of every byte");
}

int main(void)
{
    equality();
    prefixes();
    order();
    searching();
    trimming();
    parts();
    cutting();
    lower();
    return tap_done();
}
