/* talk_words.c - was that sentence said, word for word?
 *
 * A transcript is written by a model too: case, punctuation, apostrophes and
 * what a hyphen joins are its own taste ("AI-based", "AI based"), words are
 * not.
 */
#include "base/limits.h"
#include "call/talk.h"
#include "codec/utf8.h"

/* Lower case as far as Latin-1 goes. */
static uint32_t lower(uint32_t c)
{
    bool upper = (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde
        && c != 0xd7);

    return upper ? c + 0x20 : c;
}

static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    return c >= 0xc0 && (c < 0x2000 || c > 0x206f);     /* punctuation */
}

/* Straight and typographic. */
static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2018 || c == 0x2019;
}

static bool is_hyphen(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011;
}

/* Words in lower case with one blank before each and one behind the last.
 * Apostrophes inside a word are no gap, hyphens there stay.  What is no UTF-8
 * is a gap. */
static void add_words(struct buf *b, struct slice s)
{
    bool gap = true, hyphen = false;

    while (s.len) {
        uint32_t c = 0;
        size_t n = utf8_get(s, &c);

        s = slice_from(s, n ? n : 1);
        c = lower(c);
        if (n == 0 || !is_word(c)) {
            hyphen |= n && is_hyphen(c);
            gap |= n == 0 || !(is_hyphen(c) || is_apostrophe(c));
            continue;
        }
        if (gap)
            buf_addc(b, ' ');
        else if (hyphen)
            buf_addc(b, '-');
        gap = hyphen = false;
        utf8_put(b, c);
    }
    buf_addc(b, ' ');
}

/* Does said go on with the sentence?  A hyphen is the same as a blank there,
 * and as nothing. */
static bool goes_on(struct slice said, struct slice sentence)
{
    while (sentence.len && said.len) {
        uint8_t a = said.ptr[0], b = sentence.ptr[0];
        bool same = a == b || (a == '-' && b == ' ') || (a == ' ' && b == '-');

        if (!same && a != '-' && b != '-')
            return false;
        if (same || a == '-')
            said = slice_from(said, 1);
        if (same || a != '-')
            sentence = slice_from(sentence, 1);
    }
    return sentence.len == 0;
}

bool talk_same_words(struct slice said, struct slice sentence)
{
    uint8_t mem[2][2 * LIMIT_LINE];
    struct buf a, b;

    buf_over(&a, mem[0], sizeof mem[0]);
    buf_over(&b, mem[1], sizeof mem[1]);
    add_words(&a, said);
    add_words(&b, sentence);
    for (size_t i = 0; buf_ok(&b) && i < a.len; i++)
        if ((a.ptr[i] == ' ' || a.ptr[i] == '-') && goes_on(slice_from(
            buf_slice(&a), i), buf_slice(&b)))
            return true;
    return false;
}
