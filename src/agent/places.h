/* places.h - a directory of places: read from CSV or JSON, written as CSV.
 *
 *   name,number,city,zone,cuisine,hours,notes
 *   Luigi's,+15551230000,Berlin,Europe/Berlin,italian,Mo-Su 12:00-23:00,
 *
 * The first line names the columns, in any order; name and number must be
 * there.  JSON: an array of objects with these members, or {"places": [...]}.
 * Pure: the caller gives the memory.
 */
#ifndef AGENT_PLACES_H
#define AGENT_PLACES_H

#include "agent/place.h"

#define PLACES_MAX 20000
#define PLACES_FILE (8u << 20)  /* bytes of a file */

enum places_field {
    PLACES_NAME, PLACES_NUMBER, PLACES_CITY, PLACES_ZONE, PLACES_CUISINE,
    PLACES_HOURS, PLACES_NOTES, PLACES_FIELDS
};

struct places {
    struct place *at;           /* the caller's, max of them */
    size_t n, max;
    uint32_t *slot;             /* the caller's, zeroed: finds numbers */
    size_t slots;               /* a power of two above max */
    struct buf text;            /* what the slices point into: a buf over
                                   memory that stays where it is; three times
                                   the file is always enough */
};

struct places_fault {
    unsigned line, column;      /* from 1 */
    const char *field;          /* constant, or NULL: the whole row */
    const char *why;            /* constant */
};

/* Adds what text holds.  A row with the number of an earlier one takes its
 * place.  A bad row is left out and reported; a file that is no table at all
 * is one fault.  Returns how many faults there were. */
size_t places_read(struct places *p, struct slice text,
    void (*fault)(void *arg, const struct places_fault *f), void *arg);

/* How many rows the text can have at most, for the size of p->at. */
size_t places_count(struct slice text);

/* Adds one place, field by field; the slices are copied.  NULL: it is in.
 * Else *field and the reason returned say why not. */
const char *places_add(struct places *p,
    const struct slice field[static PLACES_FIELDS], enum places_field *at);

/* "(030) 123-45" is no number here; "+49 30 123 45" and "0049 30..." are:
 * writes E.164 to out.  False when it is none. */
bool places_number(struct slice text, char *out, size_t cap);

const struct place *places_by_number(const struct places *p,
    struct slice number);

void places_write(struct buf *out, const struct place *list, size_t n);

#endif
