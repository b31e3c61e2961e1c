/* spoken.h - a booking as it is said on the telephone.
 *
 * Pure.  What is read back has to be understood by somebody in a loud room:
 * the weekday with the date, the hour as their language says it, small numbers
 * as words.
 */
#ifndef AGENT_SPOKEN_H
#define AGENT_SPOKEN_H

#include "base/buf.h"
#include "base/slice.h"

/* Appends "Monday the 23rd of November at 7 pm, four people, for Leo", or
 * "Montag, der 23. November, um 19 Uhr, vier Personen, auf den Namen Leo".
 * date YYYY-MM-DD, time HH:MM; what is absent, 0 or unreadable is left out.
 * language: ISO 639-1, with a region or without; in others than en and de
 * nothing is appended.  Was anything? */
bool spoken_booking(struct buf *out, struct slice language, struct slice date,
    struct slice time, int party, struct slice name);

#endif
