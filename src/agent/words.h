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
    uint8_t len;            /* of low */
    bool capital;           /* begins with an upper-case letter */
    int number;             /* what low says: "four" is 4; -1: none */
    uint32_t hash;          /* of low */
    char low[WORD_LOW];     /* lower case, without accents: "fuenf" */
};

/* What is known of lists of phrases that many words are held against: by which
 * words they may begin.  Owned by who reads a long text; all zeros at first. */
#define WORDS_LISTS 1024
#define WORDS_BARREN 1024

struct words_memo {
    struct {
        const char *phrases;    /* NULL: free */
        uint64_t begins[4];     /* a Bloom filter of first words */
    } list[WORDS_LISTS];
    struct {
        char low[WORD_LOW];         /* "" : free */
        unsigned rules;
    } barren[WORDS_BARREN];
    uint64_t matches;           /* phrases that stood where they were asked */
    uint64_t work;              /* lists gone through, for tests */
};

struct words {
    struct slice text;
    size_t n;
    bool cut;               /* there were more than WORDS_MAX */
    struct words_memo *memo;    /* NULL after words_split; may be set then */
    struct word at[WORDS_MAX];
};

void words_split(struct words *ws, struct slice text);

/* The hash of a folded word. */
uint32_t words_hash(const char *low, size_t len);

/* Gives a word another folded form: low, shorter than WORD_LOW. */
void words_refold(struct word *w, const char *low);

/* Word i, or an empty one of kind WORD_NONE past the end. */
const struct word *words_at(const struct words *ws, size_t i);

/* How many words one of the phrases takes at word i: "tonight|this evening".
 * 0 when none of them stands there.  The first that fits counts. */
size_t words_match(const struct words *ws, size_t i, const char *phrases);

/* Is word i the folded word low of len bytes? */
bool words_is(const struct words *ws, size_t i, const char *low, size_t len);

/* Does one of the phrases begin anywhere in from..to-1? */
bool words_have(const struct words *ws, size_t from, size_t to,
    const char *phrases);

/* Words with which no value begins.  A rule asks its first word first: where
 * rules were tried at a word that is no number and none of their lists knew it,
 * they will all say no to that word wherever it stands.  Set after such a try;
 * without a memo no word is barren.  rules: a bit for each of the caller's. */
unsigned words_barren(const struct words *ws, size_t i);
void words_set_barren(const struct words *ws, size_t i, unsigned rules);

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
