/* talk_impl.h - what talk.c and talk_model.c share; nobody else includes it. */
#ifndef CALL_TALK_IMPL_H
#define CALL_TALK_IMPL_H

#include "call/talk.h"

/* Bytes of one message to the model but audio: instructions and tools. */
#define TALK_OUT_MAX (256u << 10)

/* Why the model should speak, the most urgent highest (model/turns). */
enum { TAG_REPLY = TURNS_TOOLS + 1, TAG_NUDGE, TAG_OPENING, TAG_DISCLOSE };

void talk_send(struct talk *t);         /* sends t->out and empties it */
void talk_speak(struct talk *t);        /* a response.create, when one is due */
void talk_interrupt(struct talk *t);
void talk_look_later(struct talk *t);   /* when what is queued was heard */
bool talk_owes_disclosure(const struct talk *t);
struct talk_said *talk_said_of(struct talk *t, struct slice item);
void talk_on_config_timer(void *arg);

#endif
