/* dialog_slots.h - what a model wrote into set_slots, held against the words
 * it was said in; for agent/dialog_model.c alone.
 */
#ifndef AGENT_DIALOG_SLOTS_H
#define AGENT_DIALOG_SLOTS_H

#include "agent/dialog.h"

/* Reads the arguments whole: NULL, or a constant reason why none of them is
 * used.  What was not said by the owner is left out of the slots; a day and an
 * hour are our own reading of the words that are quoted for them. */
const char *dialog_slots(const struct dialog_turn *t, struct json arguments,
    struct plan *slots, char flexibility[static PLAN_TEXT]);

#endif
