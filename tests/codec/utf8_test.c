/* utf8_test.c - the boundaries of RFC 3629, each in every split.
 *
 * The cases follow the order of the well-known decoder stress test: first and
 * last of each length, boundaries, lone bytes, cut characters, impossible
 * bytes, overlongs, surrogates, noncharacters.
 */
#include "codec/utf8.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define GOOD SLICE_NPOS
#define CUT (SLICE_NPOS - 1)        /* good so far, but no end */

static const struct {
    const char *text;
    size_t bad;
    const char *what;
} vectors[] = {
    {"", GOOD, "nothing"},
    {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", GOOD, "kosme"},
    {"\x7f", GOOD, "U+7F, last of 1"},
    {"\xc2\x80", GOOD, "U+80, first of 2"},
    {"\xdf\xbf", GOOD, "U+7FF, last of 2"},
    {"\xe0\xa0\x80", GOOD, "U+800, first of 3"},
    {"\xef\xbf\xbf", GOOD, "U+FFFF, last of 3"},
    {"\xf0\x90\x80\x80", GOOD, "U+10000, first of 4"},
    {"\xf4\x8f\xbf\xbf", GOOD, "U+10FFFF, last of all"},
    {"\xf4\x90\x80\x80", 1, "U+110000, behind the last"},
    {"\xed\x9f\xbf", GOOD, "U+D7FF, before the surrogates"},
    {"\xee\x80\x80", GOOD, "U+E000, behind the surrogates"},
    {"\xef\xbf\xbd", GOOD, "U+FFFD"},
    {"\x80", 0, "a lone continuation, lowest"},
    {"\xbf", 0, "a lone continuation, highest"},
    {"a\x80\xbf", 1, "two behind a letter"},
    {"\xc3 ", 1, "lead of 2 and a blank"},
    {"\xe1 ", 1, "lead of 3 and a blank"},
    {"\xf1 ", 1, "lead of 4 and a blank"},
    {"\xe1\x80 ", 2, "two of 3 and a blank"},
    {"\xf1\x80\x80 ", 3, "three of 4 and a blank"},
    {"\xc3", CUT, "one of 2"},
    {"\xe0\xa0", CUT, "two of 3"},
    {"\xef\xbf", CUT, "two of 3, last"},
    {"\xf0\x90\x80", CUT, "three of 4"},
    {"\xf4\x8f\xbf", CUT, "three of 4, last"},
    {"\xc3\xc3\x80", 1, "a lead inside a character"},
    {"\xe1\x80\xe1\x80\x80", 2, "a lead for the last byte"},
    {"\xc0\xaf", 0, "overlong / in 2"},
    {"\xc1\xbf", 0, "overlong U+7F in 2"},
    {"\xe0\x80\xaf", 1, "overlong / in 3"},
    {"\xe0\x9f\xbf", 1, "overlong U+7FF in 3"},
    {"\xf0\x80\x80\xaf", 1, "overlong / in 4"},
    {"\xf0\x8f\xbf\xbf", 1, "overlong U+FFFF in 4"},
    {"\xf8\x88\x80\x80\x80", 0, "five bytes"},
    {"\xfc\x84\x80\x80\x80\x80", 0, "six bytes"},
    {"\xf5\x80\x80\x80", 0, "F5, above U+10FFFF"},
    {"\xfe", 0, "FE"},
    {"\xff", 0, "FF"},
    {"\xed\xa0\x80", 1, "U+D800, first high surrogate"},
    {"\xed\xaf\xbf", 1, "U+DBFF, last high surrogate"},
    {"\xed\xb0\x80", 1, "U+DC00, first low surrogate"},
    {"\xed\xbf\xbf", 1, "U+DFFF, last low surrogate"},
    {"\xed\xa0\x81\xed\xb0\x80", 1, "a pair of them"},
    {"\xef\xbf\xbe", GOOD, "U+FFFE, a noncharacter, is text"},
    {"\xef\xb7\x90", GOOD, "U+FDD0, a noncharacter, is text"},
    {"0123456789abcde\xc3\xa9", GOOD, "behind a word and a half"},
    {"0123456789abcdef\xc3\xa9", GOOD, "behind two words"},
    {"0123456789abcdef\x80", 16, "bad behind two words"},
    {"01234567\xff""9abcdef0123456789", 8, "bad in the second word"},
    {"\xf0\x9f\x8d\x95 0123456789abcdef0123456789abcdef \xf0\x9f\x8d\x95",
     GOOD, "a pizza at either end"},
};

/* The same verdict wherever the text is cut in two, and byte by byte. */
static void splits(struct slice s, size_t want)
{
    size_t first = want == CUT ? GOOD : want;
    struct utf8 bytewise = {0, 0, 0};
    int bad = 0;

    for (size_t cut = 0; cut <= s.len; cut++) {
        struct utf8 u = {0, 0, 0};
        size_t at = utf8_feed(&u, slice_head(s, cut));

        if (at == SLICE_NPOS) {
            at = utf8_feed(&u, slice_from(s, cut));
            if (at != SLICE_NPOS)
                at += cut;
        }
        bad += at != first;
        bad += at == SLICE_NPOS && utf8_done(&u) != (want == GOOD);
    }
    for (size_t i = 0; i < s.len; i++) {
        size_t at = utf8_feed(&bytewise, slice_of(s.ptr + i, 1));

        bad += (at == 0) != (i == first);
        if (at == 0)
            break;
    }
    tap_is_int(bad, 0, "the same in every split");
}

static void one(size_t i)
{
    struct slice s = guard_in(slice_str(vectors[i].text));
    size_t want = vectors[i].bad;
    struct utf8 u = {0, 0, 0};

    tap_is_int((int64_t)utf8_feed(&u, s), (int64_t)(want == CUT ? GOOD : want),
        vectors[i].what);
    tap_ok(utf8_valid(s) == (want == GOOD), "as a whole text");
    splits(s, want);
}

/* Every code point there and back; nothing else has a form. */
static void all_points(void)
{
    int bad = 0;
    uint32_t failed = 0;

    for (uint32_t c = 0; c <= 0x110000; c++) {
        bool scalar = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        size_t want = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        uint8_t mem[4];
        uint32_t back = 0xffffffff;
        struct buf b;
        struct slice s;

        buf_over(&b, mem, sizeof mem);
        utf8_put(&b, c);
        s = buf_slice(&b);
        if (!scalar) {
            if (buf_ok(&b) || s.len) {
                bad++;
                failed = c;
            }
            continue;
        }
        if (!buf_ok(&b) || s.len != want || !utf8_valid(s)
            || utf8_get(s, &back) != want || back != c || utf8_count(s) != 1
            || utf8_get(slice_head(s, want - 1), &back) != 0) {
            bad++;
            failed = c;
        }
    }
    if (!tap_is_int(bad, 0, "every code point there and back"))
        printf("#   U+%04X\n", (unsigned)failed);
}

/* RFC 3629 4, the grammar written out again, against all texts of one to
 * three bytes and all of four whose last two are at an edge. */
static bool grammar(const uint8_t *p, size_t n)
{
    size_t i = 0;

    while (i < n) {
        size_t need = p[i] < 0x80 ? 1 : p[i] < 0xe0 ? 2 : p[i] < 0xf0 ? 3 : 4;
        uint32_t c = p[i];
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

        if (p[i] >= 0xf8 || (p[i] >= 0x80 && p[i] < 0xc0) || i + need > n)
            return false;
        if (need > 1)
            c = p[i] & (0xffu >> (need + 1));
        for (size_t k = 1; k < need; k++) {
            if ((p[i + k] & 0xc0) != 0x80)
                return false;
            c = c << 6 | (p[i + k] & 0x3f);
        }
        if (c < least[need] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
            return false;
        i += need;
    }
    return true;
}

static void all_short_texts(void)
{
    static const uint8_t edges[] = {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
    int bad = 0;

    for (unsigned v = 0; v < 0x1000000; v++) {
        uint8_t p[3] = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

        bad += utf8_valid(slice_of(p, 3)) != grammar(p, 3);
        if (v < 0x10000)
            bad += utf8_valid(slice_of(p + 1, 2)) != grammar(p + 1, 2);
        if (v < 0x100)
            bad += utf8_valid(slice_of(p + 2, 1)) != grammar(p + 2, 1);
    }
    for (unsigned v = 0; v < 0x10000 * 36; v++) {
        uint8_t p[4] = {(uint8_t)(v / 36 >> 8), (uint8_t)(v / 36),
            edges[v % 6], edges[v / 6 % 6]};

        bad += utf8_valid(slice_of(p, 4)) != grammar(p, 4);
    }
    tap_is_int(bad, 0, "all short texts, against the grammar");
}

/* A bad byte at each place of a long ASCII text is found where it is. */
static void fast_path(void)
{
    char text[100];
    int bad = 0;

    for (size_t n = 0; n <= sizeof text; n++)
        for (size_t place = 0; place <= n; place++) {
            struct slice s;
            struct utf8 u = {0, 0, 0};

            memset(text, 'x', sizeof text);
            if (place < n)
                text[place] = (char)0xc1;
            s = guard_in(slice_of(text, n));
            bad += utf8_feed(&u, s) != (place < n ? place : SLICE_NPOS);
        }
    tap_is_int(bad, 0, "a bad byte at any place of up to 100");
}

int main(void)
{
    uint32_t c = 7;

    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        one(i);
    all_points();
    all_short_texts();
    fast_path();
    tap_is_int((int64_t)utf8_count(SLICE("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8d"
        "\x95")), 4, "counts characters, not bytes");
    tap_is_int((int64_t)utf8_count((struct slice){NULL, 0}), 0, "none");
    tap_is_int((int64_t)utf8_get((struct slice){NULL, 0}, &c), 0,
        "nothing to get");
    tap_is_int((int64_t)utf8_get(SLICE("\xe2\x82""A"), &c), 0, "cut by A");
    tap_is_int((int64_t)utf8_get(SLICE("\xed\xa0\x80"), &c), 0, "surrogate");
    tap_is_int(c, 7, "a bad character leaves the caller's alone");
    tap_is_int((int64_t)utf8_get(SLICE("\xe2\x82\xac!"), &c), 3, "the euro");
    tap_is_int(c, 0x20ac, "is U+20AC");
    return tap_done();
}
