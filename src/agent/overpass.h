/* overpass.h - OpenStreetMap as a second directory: what Overpass is asked,
 * and what its answer holds (Overpass API, language guide; OSM tags name,
 * phone, contact:phone, cuisine, opening_hours, addr:city).
 *
 * Pure.  What comes back is judged as every other place is: one without a name
 * or a whole number is none.
 */
#ifndef AGENT_OVERPASS_H
#define AGENT_OVERPASS_H

#include "agent/places.h"

#define OVERPASS_SECONDS 10     /* Overpass may work on it */
#define OVERPASS_ROWS 50        /* at most */

struct overpass_area {
    struct slice city;          /* "Berlin": where to look */
    struct slice code;          /* "+49": what a number without one begins
                                   with; may be empty */
};

/* Appends the query for a name.  False, and nothing appended, when nothing in
 * the name can be looked for, or there is no city. */
bool overpass_query(struct buf *out, struct slice name,
    const struct overpass_area *area);

/* Adds the places of an answer.  How many, or -1 and *why (constant): no such
 * answer. */
int overpass_read(struct places *p, struct slice answer,
    const struct overpass_area *area, const char **why);

#endif
