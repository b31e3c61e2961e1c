/* desk.h - where requests in words arrive: agent/dialog run against the chat
 * model, the places and the calls, a session at a time.
 *
 * Sessions are kept in memory, a bounded number of them, and each change is
 * given to save, for the journal.  Without AGENT_MODEL, or when its server
 * fails, is slow or answers rubbish, the grammar understands alone; the plan's
 * understood_by says who did.
 */
#ifndef CALL_DESK_H
#define CALL_DESK_H

#include "agent/dialog.h"
#include "call/asked.h"
#include "net/httpc.h"
#include "net/loop.h"

#define DESK_SESSION 80         /* bytes of a session's id, with NUL */
#define DESK_SESSIONS 256       /* remembered; the one not used longest goes */
#define DESK_WITHIN 25000       /* ms for a turn: the prompt waits 30 s */

struct desk;
struct desk_turn;

struct desk_conf {              /* slices and pointers outlive the desk */
    struct loop *loop;
    struct httpc *http;         /* NULL: no model is asked */
    struct slice model;         /* AGENT_MODEL; empty: the grammar alone */
    struct slice base, key;     /* OPENAI_BASE_URL, OPENAI_API_KEY */
    bool plan_only;             /* dialog_world's */
    int keep_days;              /* a session's memory; 0: for ever */
    int party_max;
    /* Seconds east of UTC where they pick up: the number (E.164) or the name of
     * a place, each may be empty; both: where the owner is. */
    int (*offset)(void *arg, int64_t wall, struct slice number,
        struct slice restaurant);
    /* What was booked, the newest first; returns how many. */
    size_t (*bookings)(void *arg, struct dialog_booking *out, size_t max);
    /* Finds the plan's restaurant: calls desk_found, at once or later. */
    void (*find)(void *arg, struct desk_turn *t);
    /* Places for words; returns how many. */
    size_t (*list)(void *arg, struct slice words, struct place_hit *hit,
        size_t max);
    /* What a call may cost, behind the question whether it shall be made; may
     * be NULL. */
    void (*cost)(void *arg, struct slice to, enum tongue tongue,
        struct buf *out);
    /* seq counts the changes of a session: the record with the highest is its
     * memory.  NULL: nothing is kept. */
    void (*save)(void *arg, const char *session, int64_t seq,
        const struct dialog *d);
    void *arg;
};

struct desk *desk_new(const struct desk_conf *conf, struct err *err);
void desk_free(struct desk *k);         /* turns under way are dropped */

/* ---- one turn ---- */

struct desk_reply {             /* lives for the call of done */
    const char *session;
    struct slice text;
    const struct plan *plan;
    bool call;                  /* it is to be dialled now: */
    struct asked asked;
};

struct desk_ask {
    struct slice session;       /* empty: a new one */
    struct slice words;
    struct slice to;            /* a number given beside the words, or empty */
    /* Words of the reply as the model finds them; may be NULL. */
    void (*delta)(void *arg, struct slice words);
    void (*done)(void *arg, const struct desk_reply *reply);
    void *arg;
};

/* Takes a request; done is called once, never before this returned.  NULL and
 * *err: ERR_BUSY (this session is still being answered), ERR_MEM, ERR_DATA (no
 * id of a session). */
struct desk_turn *desk_start(struct desk *k, const struct desk_ask *ask,
    struct err *err);
void desk_cancel(struct desk_turn *t);  /* done is not called */

const struct plan *desk_turn_plan(const struct desk_turn *t);
enum tongue desk_turn_tongue(const struct desk_turn *t);
void *desk_turn_arg(const struct desk_turn *t);         /* the ask's */

/* What find found: agent/dialog's dialog_found. */
void desk_found(struct desk_turn *t, const struct place *place,
    struct slice question, struct slice guess);

/* The call of a session's plan was begun. */
void desk_called(struct desk *k, const char *session, const char *call);

/* ---- the journal ---- */

/* A record that save made, at start; at is its time. */
void desk_restore(struct desk *k, struct slice session, int64_t seq,
    int64_t at, struct json record);
/* Is that record a session's memory? */
bool desk_keeps(const struct desk *k, struct slice session, int64_t seq);

struct desk_counts {
    uint64_t turns, by_model;
    uint64_t asked, failed;     /* exchanges with the model */
    size_t sessions;
};
struct desk_counts desk_counts(const struct desk *k);

#endif
