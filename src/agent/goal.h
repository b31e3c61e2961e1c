/* goal.h - what the voice model is told to do in one call.
 *
 * Pure.  The prose stands in agent/prompts/goal.txt; what the owner wants is
 * appended as plain lines, its texts quoted, so that a name cannot become an
 * order.
 */
#ifndef AGENT_GOAL_H
#define AGENT_GOAL_H

#include "base/buf.h"
#include "base/slice.h"

#define GOAL_WISH 128           /* bytes of a wish, with its NUL */

enum goal_errand { GOAL_BOOK, GOAL_CANCEL, GOAL_CHANGE,
    GOAL_CALL                   /* another one: note says what */
};

struct goal {                   /* absent or empty: not said */
    struct slice restaurant;
    int party;
    struct slice date;          /* YYYY-MM-DD */
    struct slice time, time_to; /* HH:MM */
    struct slice name, note;
    enum goal_errand errand;
    struct slice reference;     /* the booking's confirmation number */
    char (*wish)[GOAL_WISH];
    size_t wishes;
    struct slice language;      /* ISO 639-1 */
    struct slice disclosure;    /* its first words; absent: said by Twilio */
};

/* Appends the instructions.  Nothing can fail but the room in out. */
void goal_write(struct buf *out, const struct goal *g);

/* The prose that stands before it in every call: nobody is to hear it. */
struct slice goal_prose(enum goal_errand errand);

#endif
