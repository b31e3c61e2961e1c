/* tongue.h - is a sentence English or German?
 *
 * Pure.  Told by the small words that only one of the two has; names and what
 * both write alike ("am", "in", "bar") say nothing.
 */
#ifndef AGENT_TONGUE_H
#define AGENT_TONGUE_H

#include "base/slice.h"

struct words;                   /* agent/words.h */

enum tongue {
    TONGUE_ANY,                 /* the words do not tell: "Luigi's, 8" */
    TONGUE_ENGLISH, TONGUE_GERMAN
};

enum tongue tongue_of(const struct words *ws);

/* The same for a text that is not yet in words. */
enum tongue tongue_of_text(struct slice text);

#endif
