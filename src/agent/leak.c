/* leak.c - does somebody read out what only the model was told? */
#include "agent/leak.h"

#define PROSE 1024
#define TAIL 64             /* words of what was said that are looked at */

static bool in_word(uint8_t c)
{
    c = byte_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
        || c == '\'' || c >= 0x80;
}

static size_t split(struct slice s, struct slice *out, size_t cap)
{
    size_t n = 0, at = 0;

    while (at < s.len && n < cap) {
        size_t from;

        while (at < s.len && !in_word(s.ptr[at]))
            at++;
        from = at;
        while (at < s.len && in_word(s.ptr[at]))
            at++;
        if (at > from)
            out[n++] = slice_of(s.ptr + from, at - from);
    }
    return n;
}

/* The last words, from a beginning of one on. */
static struct slice tail(struct slice s)
{
    size_t words = 0, at = s.len;

    while (at && words < TAIL) {
        at--;
        words += in_word(s.ptr[at]) && (!at || !in_word(s.ptr[at - 1]));
    }
    return slice_from(s, at);
}

bool leak_quotes(struct slice said, struct slice prose)
{
    struct slice of[PROSE], word[TAIL];
    size_t n = split(prose, of, PROSE), m = split(tail(said), word, TAIL);

    for (size_t p = 0; p + LEAK_WORDS <= n; p++)
        for (size_t s = 0; s + LEAK_WORDS <= m; s++) {
            size_t k = 0;

            while (k < LEAK_WORDS && slice_ieq(of[p + k], word[s + k]))
                k++;
            if (k == LEAK_WORDS)
                return true;
        }
    return false;
}
