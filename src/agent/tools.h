/* tools.h - the tools the voice model has in a call, and what it calls them
 * with.
 *
 * Pure.  Arguments are model text: they may be cut off or no JSON at all
 * (realtime 5); what cannot be read whole is refused with a reason, never
 * done by half.
 */
#ifndef AGENT_TOOLS_H
#define AGENT_TOOLS_H

#include "base/err.h"
#include "codec/json.h"
#include "codec/jsonw.h"

enum tool_kind { TOOL_END_CALL, TOOL_NOTE_CONFIRMATION, TOOL_SEND_DIGITS,
    TOOL_ASK_OWNER };

#define TOOL_DIGITS 32          /* keys and pauses of one send_digits */

struct tool_note {              /* "" and 0: not given */
    char number[64];            /* confirmation number, as they said it */
    char date[11], time[6];
    int party;
    char name[64];
    char notes[256];
};

struct tool_question {          /* ask_owner */
    char text[256];             /* never "" */
    char fallback[160];         /* what stands without an answer; "" : what
                                   was asked for */
};

struct tool_call {
    enum tool_kind kind;
    char reason[64];            /* end_call: done, declined, voicemail, ... */
    struct tool_note note;      /* note_confirmation */
    char digits[TOOL_DIGITS + 1];   /* send_digits: 0-9 * # w, at least one
                                   key */
    struct tool_question question;      /* ask_owner */
};

/* The tools as the session wants them: a JSON array of flat function objects
 * (realtime 2). */
struct slice tools_json(void);

/* Reads one call.  arguments: the string that holds JSON.  0, or -1 and *err,
 * whose message is for the model. */
int tool_read(struct slice name, struct json arguments, struct tool_call *out,
    struct err *err);

/* Members of a note, into an object under way. */
void tool_note_write(struct jsonw *w, const struct tool_note *n);

#endif
