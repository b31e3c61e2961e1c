/* talk_impl.h - what talk.c and talk_model.c share; nobody else includes it. */
#ifndef CALL_TALK_IMPL_H
#define CALL_TALK_IMPL_H

#include "call/talk.h"

/* Bytes of one message to the model but audio: instructions and tools. */
#define TALK_OUT_MAX (256u << 10)

/* Why the model should speak, the most urgent highest (model/turns). */
enum { TAG_REPLY = TURNS_TOOLS + 1, TAG_NUDGE, TAG_OPENING, TAG_DISCLOSE,
    TAG_FAREWELL, TAG_MENU, TAG_DICTATE };

void talk_send(struct talk *t);         /* sends t->out and empties it */
void talk_speak(struct talk *t);        /* a response.create, when one is due */
void talk_interrupt(struct talk *t);
void talk_look_later(struct talk *t);   /* when what is queued was heard */
bool talk_owes_disclosure(const struct talk *t);
struct talk_said *talk_said_of(struct talk *t, struct slice item);

/* talk_lost.c */
void talk_lose(struct talk *t, const char *why);    /* a new session, or gone */
void talk_gone(struct talk *t, const char *why);    /* none is to be had */
void talk_again(struct talk *t);        /* asks for the response once more */
int talk_resume_tag(const struct talk *t);
void talk_all_whole(struct talk *t, bool lost);
void talk_tell_all(struct talk *t);     /* now, as far as it was heard */
/* The session's instructions; in a new session in mid-call with what was
 * said so far. */
void talk_instructions(struct talk *t, struct buf *out);
void talk_watch(struct talk *t);        /* the model has to answer now */
void talk_on_config_timer(void *arg);
void talk_on_answer_timer(void *arg);
void talk_on_again_timer(void *arg);

/* ---- talk_picked.c ---- */

void talk_picked_init(struct talk *t);
/* A line of theirs, begun at at and so long, ms. */
void talk_picked_heard(struct talk *t, struct slice line, int64_t at,
    int64_t ms);
void talk_picked_lose(struct talk *t);      /* the session that was told */
/* A machine speaks: nobody is answered by himself. */
bool talk_picked_pauses(const struct talk *t);
void talk_picked_words(struct talk *t, int tag, struct buf *b);
void talk_picked_done(struct talk *t);      /* what was dictated is said */
bool talk_picked_created(struct talk *t, struct slice response);
bool talk_picked_dropped(const struct talk *t, struct slice response);
/* Takes back what the model says or was asked to say. */
void talk_take_back(struct talk *t);
/* Has it say a sentence of ours and nothing else; ends: then goodbye. */
void talk_dictate(struct talk *t, const char *en, const char *de, bool ends);
/* talk_guard.c: what was said so far of an item.  True: it was taken back. */
bool talk_guards(struct talk *t, struct slice said);
void talk_update(struct talk *t);           /* session.update: by_hand */

/* ---- talk_ask.c ---- */

/* What the model is told when the question is on its way. */
#define TALK_ASKED "Tell them in one short sentence that you are checking " \
    "with the guest and ask them to hold on. The answer comes as a message. " \
    "Until it is there agree to nothing new."

/* The model asks the owner.  Why that cannot be, or NULL. */
const char *talk_ask(struct talk *t, const struct tool_question *question);

/* ---- talk_keys.c ---- */

void talk_keys_init(struct talk *t);
void talk_keys_flush(struct talk *t);   /* theirs become a line now */
void talk_keys_look(struct talk *t);    /* something was heard: go on */
void talk_keys_lose(struct talk *t);    /* the session that waits is lost */
bool talk_keys_playing(struct talk *t, int64_t now);    /* our tones */
/* Presses keys once all that is queued has been heard, then answers the tool
 * call and tells the line "[pressed 12]".  Why not, or NULL. */
const char *talk_keys_send(struct talk *t, const char *digits,
    struct slice call);

#endif
