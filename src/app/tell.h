/* tell.h - a call in words a person reads, from its object (DESIGN 5). */
#ifndef APP_TELL_H
#define APP_TELL_H

#include "agent/tongue.h"
#include "base/buf.h"
#include "codec/json.h"

/* One sentence: "Confirmed: Luigi's, Monday 23 November 2026, 19:00, 4 people,
 * confirmation number 4711"; in the language of who asked for it. */
void tell_outcome(struct buf *out, enum tongue tongue, struct json call);

/* One line of a list: id, when, to whom (masked), state, outcome. */
void tell_line(struct buf *out, struct json call);

/* All of it: what was asked, what was agreed with the words it came from, what
 * differs, the transcript, the error. */
void tell_whole(struct buf *out, struct json call);

/* An event of the stream in one line; nothing for those of no interest. */
void tell_event(struct buf *out, struct slice type, struct json data);

/* Exit status of a call (DESIGN 3): 0 booked, 1 made and the goal not reached,
 * 2 nobody reached, 3 unclear. */
int tell_exit(struct json call);

#endif
