/* dialog_impl.h - the parts of a conversation; for agent/dialog*.c alone. */
#ifndef AGENT_DIALOG_IMPL_H
#define AGENT_DIALOG_IMPL_H

#include "agent/dialog.h"
#include "agent/phrase.h"
#include "agent/words.h"

/* What the words do beside filling slots. */
#define DIALOG_ACT_YES 0x1u     /* a plain yes, and nothing else */
#define DIALOG_ACT_NO 0x2u      /* a plain no, "never mind" */
#define DIALOG_ACT_AGAIN 0x4u   /* "the same again" */
#define DIALOG_ACT_NEXT_WEEK 0x8u       /* ... "next week" */
#define DIALOG_ACT_SHOW 0x10u   /* "show my bookings" */
#define DIALOG_ACT_MAKE_IT 0x20u        /* "make it 8 instead" */
#define DIALOG_ACT_SLOTS 0x40u  /* at least one slot was said */
#define DIALOG_ACT_NAME 0x80u   /* the restaurant is a guess: what was left */

/* ---- dialog_hear.c ---- */

/* Reads the words with what was asked before: t->said and t->acts. */
void dialog_hear(struct dialog_turn *t);
/* Which of the n that were named did they pick?  n: none. */
size_t dialog_pick(const struct dialog_turn *t,
    const struct dialog_booking *const *one, size_t n);

/* ---- dialog_book.c ---- */

/* Finds the booking that is to be cancelled or changed into d->target.  False:
 * the reply says what is wrong, or asks. */
bool dialog_target(struct dialog_turn *t);
/* Takes the words for an answer to "Which one?".  False: they are none. */
bool dialog_choose(struct dialog_turn *t);
/* That booking is the plan, but for what is to be other. */
void dialog_aim(struct dialog *d, const struct dialog_booking *b);
bool dialog_is_ahead(const struct dialog_turn *t,
    const struct dialog_booking *b);
/* The booking of this session's last call, or else the only one ahead; NULL:
 * none can be meant. */
const struct dialog_booking *dialog_recent(const struct dialog_turn *t);
/* The plan of the newest booking once more. */
void dialog_repeat(struct dialog_turn *t);
void dialog_show(struct dialog_turn *t);

/* ---- dialog.c ---- */

/* Says it, in the language of the owner. */
void dialog_say(const struct dialog_turn *t, enum phrase p, const char *arg);

/* What the grammar read becomes the plan. */
void dialog_merge(struct dialog_turn *t);
/* They want none of it any more. */
enum dialog_do dialog_give_up(struct dialog_turn *t);
enum dialog_do dialog_proceed(struct dialog_turn *t);

#endif
