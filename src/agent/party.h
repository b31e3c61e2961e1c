/* party.h - how many people: "for four", "party of 6", "zu viert". */
#ifndef AGENT_PARTY_H
#define AGENT_PARTY_H

#include "agent/words.h"

/* A count of people that begins at word i.  Returns the words used, 0 for
 * none: "for 7 pm", "for two hours" and "for 4 May" are none. */
size_t party_at(const struct words *ws, size_t i, int *people);

#endif
