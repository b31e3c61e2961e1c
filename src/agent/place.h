/* place.h - a place that can be called, and finding one by what people say.
 *
 * Forgiving: accents, case, apostrophes, a plural s, "the" and "restaurant",
 * one or two wrong letters.  Never inventive: what is found is in the list.
 * Pure, nothing is allocated.
 */
#ifndef AGENT_PLACE_H
#define AGENT_PLACE_H

#include "base/buf.h"
#include "base/slice.h"

struct place {              /* slices of text the list's owner keeps */
    struct slice name;
    struct slice number;    /* E.164 */
    struct slice city, zone, cuisine, hours, notes;     /* may be empty */
    struct slice key;       /* place_key of the name */
    struct slice near;      /* place_key of city, cuisine and notes */
    uint8_t city_words;     /* so many words of near are the city's */
};

#define PLACE_KEY 320       /* bytes of a key at most */
#define PLACE_HITS 8

/* Appends the folded words of text, a blank between them: "Bei Müller's" is
 * "bei muller".  Adds no more than PLACE_KEY bytes. */
void place_key(struct buf *out, struct slice text);

/* Is that word of a key one that many names have: "restaurant", "the"? */
bool place_common(struct slice word);

struct place_hit {
    const struct place *place;
    int score;              /* 1 to 100 */
};

enum place_by {
    PLACE_BY_NAME,          /* its name, and perhaps its city */
    PLACE_BY_ALL            /* cuisine and notes, too: "Italian in Berlin" */
};

/* The best places for what was said, the best first; equal ones by name, city
 * and number.  Returns how many, at most max. */
size_t place_find(const struct place *list, size_t n, struct slice said,
    enum place_by by, struct place_hit *hits, size_t max);

/* Is the first hit the one that was meant?  Otherwise one has to ask. */
bool place_clear(const struct place_hit *hits, size_t n);

#endif
