/* words.h - a sentence in words, folded so that they compare; and numbers in
 * words, English and German.
 *
 * Words are slices of the text they came from, so that a quote can be cut out
 * of it.  Nothing is allocated.
 */
#ifndef AGENT_WORDS_H
#define AGENT_WORDS_H

#include "base/slice.h"

#define WORDS_MAX 512       /* of one text; a request has 1,000 characters */
#define WORD_LOW 24         /* longer words are cut: they are no word of ours */

enum word_kind { WORD_NONE, WORD_LETTERS, WORD_DIGITS, WORD_MARK };

struct word {
    struct slice text;      /* as written */
    enum word_kind kind;
    bool glued;             /* no blank before it */
    bool capital;           /* begins with an upper-case letter */
    char low[WORD_LOW];     /* lower case, without accents: "fuenf" */
};

struct words {
    struct slice text;
    size_t n;
    bool cut;               /* there were more than WORDS_MAX */
    struct word at[WORDS_MAX];
};

void words_split(struct words *ws, struct slice text);

/* Word i, or an empty one of kind WORD_NONE past the end. */
const struct word *words_at(const struct words *ws, size_t i);

/* How many words one of the phrases takes at word i: "tonight|this evening".
 * 0 when none of them stands there.  The first that fits counts. */
size_t words_match(const struct words *ws, size_t i, const char *phrases);

/* Does one of the phrases begin anywhere in from..to-1?  skip says which
 * places do not count. */
typedef bool words_skip(const struct words *ws, size_t from, size_t i);
bool words_seek(const struct words *ws, size_t from, size_t to,
    const char *phrases, words_skip *skip);
bool words_have(const struct words *ws, size_t from, size_t to,
    const char *phrases);

/* The text from word i to word i + n - 1, as written. */
struct slice words_span(const struct words *ws, size_t i, size_t n);

/* A cardinal number, 0 to 9999: "4", "four", "twenty-five", "fuenfzehn".
 * Returns the words used, 0 when there is none. */
size_t words_number(const struct words *ws, size_t i, int *value);

/* An ordinal, 1 to 31: "23rd", "third", "twenty-third", "23.", "dritten". */
size_t words_ordinal(const struct words *ws, size_t i, int *value);

/* Digits as they are read out: "four seven one one", "47 11", "double two",
 * "forty-seven eleven", "A B 4".  Appends up to cap - 1 of them, upper case,
 * and a NUL; returns the words used. */
size_t words_code(const struct words *ws, size_t i, char *out, size_t cap);

#endif
