/* leak.h - does somebody read out what only the model was told?
 *
 * Pure.  Compares words, not meaning: what the model was told in prose must not
 * be said aloud, and a model that can be talked into it says it word for word.
 */
#ifndef AGENT_LEAK_H
#define AGENT_LEAK_H

#include "base/slice.h"

#define LEAK_WORDS 10       /* in a row; people share fewer by chance */

/* Do the last words of said hold so many of the prose's, one after the other?
 * Ask again with every part that is said.  Case and punctuation do not count;
 * prose longer than 1,024 words is looked at that far. */
bool leak_quotes(struct slice said, struct slice prose);

#endif
