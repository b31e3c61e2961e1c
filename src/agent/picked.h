/* picked.h - who picked up: somebody, or something.
 *
 * Pure.  Decided from what is heard, line by line, and from what Twilio's
 * machine detection says (twilio 6.2).  Words that only a recording says count
 * at any time; those that a person may say too count in the first seconds, or
 * when a recording has spoken just before.
 */
#ifndef AGENT_PICKED_H
#define AGENT_PICKED_H

#include "base/slice.h"

enum picked {
    PICKED_UNKNOWN,         /* nothing was heard yet */
    PICKED_HUMAN,
    PICKED_VOICEMAIL,       /* takes a message, or would */
    PICKED_MENU,            /* wants a key pressed */
    PICKED_HOLD,            /* says that somebody will come */
    PICKED_SCREENED,        /* wants to know who calls, and why */
    PICKED_FAX
};

struct picker {             /* zero it */
    enum picked who;        /* who spoke last */
    int people;             /* lines of a person's, since a recording's */
    bool machine;           /* Twilio says that it is one */
};

/* One line of theirs: its words, when it began, how long it was, in ms (0:
 * not known).  Who said it. */
enum picked picked_line(struct picker *p, struct slice words, int64_t at,
    int64_t ms);

/* AnsweredBy.  PICKED_FAX and PICKED_VOICEMAIL (of "machine_end_...", which
 * come when its message is over) are verdicts; else PICKED_UNKNOWN: it stays
 * with the words. */
enum picked picked_amd(struct picker *p, struct slice answered_by);

/* Does a line ask to speak after a tone? */
bool picked_asks_tone(struct slice words);

const char *picked_name(enum picked who);       /* "voicemail" */

#endif
