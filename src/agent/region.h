/* region.h - where a telephone number is: its country, and its time zone when
 * every number that begins so has the same one.
 *
 * Pure.  Country codes are ITU-T E.164's; in +1 the area code tells (NANPA's
 * list of 2026).  A country with several zones is only given one for the area
 * codes that settle it.
 */
#ifndef AGENT_REGION_H
#define AGENT_REGION_H

#include "base/slice.h"

struct region {
    char country[3];        /* ISO 3166: "DE" */
    const char *zone;       /* "Europe/Berlin"; NULL: not settled by the
                               number */
};

/* The region of "+4930..."; false: no country has that code. */
bool region_of(struct slice e164, struct region *out);

/* Is it the ISO 3166 code of a country that region_of can find? */
bool region_is_country(struct slice code);

#endif
