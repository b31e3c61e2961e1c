/* mend.h - slips of the finger in the words that a request turns on. */
#ifndef AGENT_MEND_H
#define AGENT_MEND_H

#include "agent/words.h"

/* Gives words that are one slip away from a word of ours ("tomorow",
 * "Freitga", "resevation") that word's folded form.  The text stays as it was
 * written, and so do names: a word behind "at" or "bei" is never touched.
 * Greetings lose their form, so that "Guten Morgen" names no day, and words
 * their capitals where the whole text is written in them. */
void mend_words(struct words *ws);

#endif
