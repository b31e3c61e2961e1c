/* desk_impl.h - the desk's turns and what the model is asked; for call/desk*.c
 * alone.
 */
#ifndef CALL_DESK_IMPL_H
#define CALL_DESK_IMPL_H

#include "base/list.h"
#include "call/desk.h"
#include "model/chat.h"

struct desk_session {
    struct list link;           /* in desk.sessions, the one used last last */
    char id[DESK_SESSION];
    int64_t seq, at;            /* at: wall ms of the last turn */
    struct dialog dialog;
    struct desk_turn *turn;     /* under way, or NULL */
};

struct desk_turn {
    struct desk *desk;
    struct desk_session *session;
    struct desk_ask ask;
    struct dialog_turn turn;
    struct dialog_world world;
    struct dialog_booking booking[DIALOG_BOOKINGS];
    struct task begin;
    struct buf words, reply;
    uint8_t room[DIALOG_REPLY_MAX];     /* the reply's */
    char to[24];
    int64_t until;              /* loop ms: the turn's deadline */

    /* The exchange with the model. */
    struct httpc_call *call;
    struct chat_answer answer;
    struct buf body;            /* an answer that is no stream */
    bool streamed;
    int repeats;
    struct timer again;
};

struct desk {
    struct desk_conf conf;
    struct list sessions;
    struct desk_counts counts;
    int64_t mute;               /* loop ms: the model is not asked before */
};

/* Goes on with what the dialog wants. */
void desk_step(struct desk_turn *t, enum dialog_do what);

/* ---- desk_model.c ---- */

bool desk_model_on(const struct desk *k);
/* Asks the model; its answer, or its absence, comes back through desk_step. */
void desk_model_ask(struct desk_turn *t);
void desk_model_stop(struct desk_turn *t);

#endif
