/* place.c - finding a place by what people say. */
#include "agent/place.h"

#include <string.h>

#include "agent/words.h"

#define TOKENS 16           /* of a query or a name; more are not looked at */
#define GOOD 70             /* of 100: what a hit must score */
#define CLEAR 8             /* points between the first hit and the second */
#define SURE 90             /* of 100: below that one has to ask */
#define EXACT 100
#define PREFIX 75           /* "vista" and "vistamar" */
#define LONG_WORD 6         /* a wrong letter matters less in such a word */

/* ---- keys ---- */

/* Words that many names have, and people leave out or put in. */
static const char generic[] = " restaurant ristorante trattoria pizzeria "
    "osteria cafe caffe bar bistro brasserie gasthau gasthof wirtshau the a "
    "an of da de la le il el los las die der das zum zur am im bei chez in "
    "at on and und et e y grill kitchen house place ";

/* "muller" from "mueller" as from "müller"; "luigi" from "Luigi's". */
static size_t fold(const struct word *w, char out[static WORD_LOW])
{
    char bare[WORD_LOW];
    size_t n = 0, len = 0;

    for (const char *s = w->low; *s; s++)
        if (*s != '\'' && *s != '-')
            bare[len++] = *s;
    if (len >= 4 && bare[len - 1] == 's' && bare[len - 2] != 's')
        len--;
    for (size_t i = 0; i < len; i++)
        if (bare[i] != 'e' || i == 0 || !strchr("aou", bare[i - 1]))
            out[n++] = bare[i];
    out[n] = 0;
    return n;
}

void place_key(struct buf *out, struct slice text)
{
    struct words ws;
    char one[WORD_LOW];
    size_t began = out->len;

    words_split(&ws, text);
    for (size_t i = 0; i < ws.n; i++) {
        const struct word *w = &ws.at[i];
        size_t n;

        if (w->kind != WORD_LETTERS && w->kind != WORD_DIGITS)
            continue;
        n = fold(w, one);
        if (n == 0 || out->len - began + n + 1 > PLACE_KEY)
            continue;
        if (out->len > began)
            buf_addc(out, ' ');
        buf_add(out, slice_of(one, n));
    }
}

/* ---- words against words ---- */

struct token {
    struct slice text;
    uint32_t letters;       /* a bit for each letter in it */
    int weight;
};

static bool is_one_of(struct slice t, const char *list)
{
    char word[WORD_LOW + 2] = " ";

    if (t.len + 3 > sizeof word)
        return false;
    memcpy(word + 1, t.ptr, t.len);
    memcpy(word + 1 + t.len, " ", 2);
    return strstr(list, word) != NULL;
}

bool place_common(struct slice word)
{
    return is_one_of(word, generic);
}

static size_t split(struct slice key, struct token *t)
{
    size_t n = 0;

    while (key.len && n < TOKENS) {
        struct slice one = slice_cut(&key, ' ');

        t[n] = (struct token){.text = one,
            .weight = place_common(one) ? 1 : 4};
        for (size_t i = 0; i < one.len; i++)
            t[n].letters |= (uint32_t)1 << (one.ptr[i] & 31);
        n++;
    }
    return n;
}

static int bits(uint32_t v)
{
    int n = 0;

    for (; v; v &= v - 1)
        n++;
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters that have to be added, dropped, changed or swapped with their
 * neighbour to make b of a (optimal string alignment). */
static size_t distance(struct slice a, struct slice b)
{
    size_t row[3][WORD_LOW + 1];

    for (size_t k = 0; k <= b.len; k++)
        row[0][k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[i % 3];
        const size_t *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

        now[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            bool same = a.ptr[i - 1] == b.ptr[k - 1];

            now[k] = least(least(last[k], now[k - 1]) + 1,
                last[k - 1] + !same);
            if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2]
                && a.ptr[i - 2] == b.ptr[k - 1])
                now[k] = least(now[k], before[k - 2] + 1);
        }
    }
    return row[a.len % 3][b.len];
}

/* How well two words agree, 0 to 100. */
static int agree(const struct token *a, const struct token *b)
{
    size_t longer = a->text.len > b->text.len ? a->text.len : b->text.len;
    size_t shorter = least(a->text.len, b->text.len);
    size_t wrong = shorter < 4 ? 0 : shorter < 7 ? 1 : 2, d;

    if (slice_eq(a->text, b->text))
        return EXACT;
    if (longer >= WORD_LOW)
        return 0;
    if (shorter >= 4 && memcmp(a->text.ptr, b->text.ptr, shorter) == 0)
        return longer == shorter + 1 ? SURE : PREFIX;
    if (longer - shorter > wrong
        || bits(a->letters ^ b->letters) > 2 * (int)wrong)
        return 0;
    d = distance(a->text, b->text);
    return d <= wrong ? EXACT - (shorter < LONG_WORD ? 15 : 10) * (int)d : 0;
}

static int best(const struct token *t, const struct token *of, size_t n)
{
    int most = 0;

    for (size_t i = 0; i < n && most < EXACT; i++) {
        int a = agree(t, &of[i]);

        most = a > most ? a : most;
    }
    return most;
}

/* ---- places ---- */

struct query {
    struct token said[TOKENS];
    size_t n;
    int weight;             /* of all that was said */
    char joined[PLACE_KEY]; /* without blanks: "bluedoor" */
    size_t joined_len;
    enum place_by by;
};

/* Without blanks, and without the words that many names have. */
static size_t join(const struct token *t, size_t tokens, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < tokens; i++)
        for (size_t k = 0; t[i].weight > 1 && k < t[i].text.len
            && n < PLACE_KEY; k++)
            out[n++] = (char)t[i].text.ptr[k];
    return n;
}

/* "Blue Door" and "Bluedoor". */
static bool same_joined(const struct query *q, const struct token *name,
    size_t names)
{
    char joined[PLACE_KEY];
    size_t n = join(name, names, joined);

    return n && n == q->joined_len && memcmp(joined, q->joined, n) == 0;
}

/* "The Bar": nothing but such words, and all of them. */
static bool same_plain(const struct query *q, const struct token *name,
    size_t names)
{
    if (q->n != names)
        return false;
    for (size_t i = 0; i < names; i++)
        if (!slice_eq(q->said[i].text, name[i].text))
            return false;
    return names > 0;
}

/* How much of a name was said; the words that many names have do not count. */
static int covered(const struct query *q, const struct token *name,
    size_t names)
{
    int said = 0, weight = 0;

    for (size_t i = 0; i < names; i++)
        if (name[i].weight > 1) {
            said += best(&name[i], q->said, q->n);
            weight++;
        }
    return weight ? said / weight : EXACT;
}

static int score(const struct query *q, const struct place *p)
{
    struct token name[TOKENS], near[TOKENS];
    size_t names = split(p->key, name), nears = split(p->near, near);
    size_t cities = p->city_words < nears ? p->city_words : nears;
    int found = 0, meant = 0, city = 0, said;

    if (same_joined(q, name, names) || same_plain(q, name, names))
        return EXACT;
    if (q->by == PLACE_BY_NAME)
        nears = cities;
    for (size_t i = 0; i < q->n; i++) {
        int a = best(&q->said[i], name, names);
        int b = best(&q->said[i], near, nears);

        found += q->said[i].weight * (a > b ? a : b);
        meant += q->said[i].weight > 1 && (a >= PREFIX
            || (q->by == PLACE_BY_ALL && b >= PREFIX));
        city += a < EXACT && best(&q->said[i], near, cities) == EXACT;
    }
    if (!meant)
        return 0;
    said = found / q->weight;
    if (q->by == PLACE_BY_ALL)
        return said;
    said = (said * 80 + covered(q, name, names) * 20) / 100 + (city ? 4 : 0);
    return said < EXACT ? said : EXACT;
}

/* What a search says beside what it wants. */
static const char idle[] = " find search me some something somewhere near "
    "nearby around here good nice food to eat for with suche finde ein eine "
    "einen gute guten nahe essen a an any is there can could you i we us "
    "want would like know recommend suggest looking what which where get "
    "tonight tomorrow today please best great decent open one mood craving "
    "hungry bitte mir uns wir ich kann man wo gibt es moechte lust auf welche "
    "welches kueche heute abend morgen gutes guter empfiehl empfehlen kennst "
    "kennen sie du habe haben hat tisch table hunger offen ";

static void ask(struct query *q, struct slice key, enum place_by by)
{
    size_t all = split(key, q->said);

    q->by = by;
    q->joined_len = join(q->said, all, q->joined);
    for (size_t i = 0; i < all; i++) {
        if (by == PLACE_BY_ALL && (q->said[i].weight == 1
            || is_one_of(q->said[i].text, idle)))
            continue;
        q->said[q->n] = q->said[i];
        q->weight += q->said[q->n++].weight;
    }
}

/* Does a come before b? */
static bool before(const struct place_hit *a, const struct place_hit *b)
{
    int c;

    if (a->score != b->score)
        return a->score > b->score;
    c = slice_cmp(a->place->name, b->place->name);
    if (c == 0)
        c = slice_cmp(a->place->city, b->place->city);
    if (c == 0)
        c = slice_cmp(a->place->number, b->place->number);
    return c < 0;
}

size_t place_find(const struct place *list, size_t n, struct slice said,
    enum place_by by, struct place_hit *hits, size_t max)
{
    struct query q = {.n = 0};
    uint8_t mem[PLACE_KEY];
    struct buf key;
    size_t found = 0;

    buf_over(&key, mem, sizeof mem);
    place_key(&key, said);
    ask(&q, buf_slice(&key), by);
    for (size_t i = 0; i < n && q.n && max; i++) {
        struct place_hit hit = {&list[i], score(&q, &list[i])};
        size_t at;

        if (hit.score < GOOD || (found == max
            && !before(&hit, &hits[found - 1])))
            continue;
        if (found < max)
            found++;
        for (at = found - 1; at && before(&hit, &hits[at - 1]); at--)
            hits[at] = hits[at - 1];
        hits[at] = hit;
    }
    return found;
}

bool place_clear(const struct place_hit *hits, size_t n)
{
    return n && hits[0].score >= SURE
        && (n == 1 || hits[0].score >= hits[1].score + CLEAR);
}
