/* dialog.h - one conversation with the owner, from words to a call.
 *
 * A step machine: each function takes what has happened and returns what the
 * driver is to do next.  Pure: who asks the model, finds places and dials is
 * not known here.  An orchestrator routes to one of five agents (reserve,
 * cancel, change, search, talk); each may only fill slots, and what it fills in
 * is held against the words that were said.  Without a model, or when it fails,
 * the grammar (agent/request) fills the same slots of the same plan.
 *
 *   what = dialog_begin(&t, &d, words, &world, &reply);
 *   while (what is not DIALOG_REPLY or DIALOG_CALL)
 *       do it, and tell what came of it: dialog_answered, _unanswered, _found,
 *       _listed
 *   dialog_end(&t);
 */
#ifndef AGENT_DIALOG_H
#define AGENT_DIALOG_H

#include "agent/place.h"
#include "agent/request.h"

#define DIALOG_TURNS 8          /* of the past that the model is shown */
#define DIALOG_SAID 400         /* bytes kept of each, with NUL */
#define DIALOG_ERRAND 500       /* bytes of an errand, with NUL */
#define DIALOG_ID 32            /* bytes of a call's id, with NUL */
#define DIALOG_BOOKINGS 32      /* calls that a conversation may mean */
#define DIALOG_CHOICES 4        /* that one question names */
#define DIALOG_ROUNDS 4         /* questions to the model for one turn */
#define DIALOG_REPLY_MAX 4096   /* bytes of a reply */
#define DIALOG_MESSAGES (DIALOG_TURNS + 3)
#define DIALOG_TOOLS 8          /* calls of one answer */

enum dialog_agent {
    DIALOG_ORCHESTRATOR, DIALOG_RESERVE, DIALOG_CANCEL, DIALOG_CHANGE,
    DIALOG_SEEK,                /* "search" */
    DIALOG_TALK
};

enum dialog_stage {
    DIALOG_OPEN,
    DIALOG_CONFIRM,             /* "Shall I call ...?" was asked */
    DIALOG_CHOOSE               /* "Which one: ...?" was asked */
};

struct dialog_booking {         /* a call of the past, as far as it matters */
    char id[DIALOG_ID];
    char restaurant[PLAN_TEXT];
    char to[24];
    int party;
    char date[11], time[6];
    char name[PLAN_TEXT];
    char reference[32];         /* the confirmation number, "" : none */
    bool booked;                /* they agreed, and it was not cancelled */
};

struct dialog_past {            /* one thing that was said */
    bool ours;
    char text[DIALOG_SAID];
};

/* The memory of one session: plain data, no pointers but understood_by. */
struct dialog {
    enum tongue tongue;         /* of the owner's last words that told */
    enum dialog_agent agent;
    enum dialog_stage stage;
    struct plan plan;
    char flexibility[PLAN_TEXT];        /* as they said it */
    char errand[DIALOG_ERRAND];         /* of PLAN_CALL, in their words */
    struct dialog_booking target;       /* that is cancelled or changed */
    char choice[DIALOG_CHOICES][DIALOG_ID];
    size_t choices;
    char last_call[DIALOG_ID];          /* made in this session */
    char unknown[PLAN_TEXT];            /* a place that was not found */
    char guess[PLAN_TEXT];              /* "Did you mean ...?"; or the name
                                           of which there are several */
    bool several;
    struct dialog_past past[DIALOG_TURNS];
    size_t pasts;
};

struct dialog_world {           /* lives for the turn */
    struct request_now now;
    const struct dialog_booking *booking;       /* the newest first */
    size_t bookings;
    bool model;                 /* there is one to be asked */
    bool plan_only;             /* the plan is wanted, no conversation */
};

enum dialog_do {
    DIALOG_REPLY,               /* the turn is over: reply holds the answer */
    DIALOG_CALL,                /* ... and the plan is to be dialled now */
    DIALOG_ASK,                 /* the model: dialog_messages, dialog_tools */
    DIALOG_FIND,                /* the number of plan.restaurant */
    DIALOG_LIST                 /* places for the words */
};

struct dialog_turn {
    struct dialog *d;
    const struct dialog_world *world;
    struct slice words;         /* the caller's, for the turn */
    struct buf *reply;          /* the caller's */
    struct plan said;           /* what the grammar read in the words */
    unsigned acts;              /* private: DIALOG_ACT_ bits */
    int rounds;
    bool by_model;
    bool shown;                 /* the plan had been shown before this turn */
    char sought[PLAN_TEXT];     /* what DIALOG_LIST is for; "": the words */
    char alone[PLAN_TEXT];      /* private: the name to try when the first is
                                   not known */
    char complaint[160];        /* about the model's last tool call */
};

void dialog_init(struct dialog *d);

/* The owner said something, and perhaps gave a number (E.164) beside the words.
 * reply is empty, with DIALOG_REPLY_MAX of room. */
enum dialog_do dialog_begin(struct dialog_turn *t, struct dialog *d,
    struct slice words, struct slice number, const struct dialog_world *world,
    struct buf *reply);

/* After DIALOG_FIND: the place; or none, and a question to ask (absent: it is
 * not known), which is about one place of that name, or about several. */
enum dialog_do dialog_found(struct dialog_turn *t, const struct place *place,
    struct slice question, struct slice guess);

/* After DIALOG_LIST. */
enum dialog_do dialog_listed(struct dialog_turn *t,
    const struct place_hit *hit, size_t n);

/* The turn is over: both sides are remembered. */
void dialog_end(struct dialog_turn *t);

/* The call was begun under that id: the plan is done with. */
void dialog_called(struct dialog *d, const char *id);

/* "Monday 23 November 2026, 19:00, 4 people" */
void dialog_add_moment(struct buf *out, enum tongue tongue, int party,
    const char *date, const char *time, const char *time_to);

/* ---- the model ---- */

struct dialog_message {
    enum { DIALOG_SYSTEM, DIALOG_OWNER, DIALOG_OURS } who;
    struct slice text;
};

struct dialog_tool {
    struct slice name;
    struct slice arguments;     /* an object; absent: it could not be read */
};

/* What it is to be asked after DIALOG_ASK: at most DIALOG_MESSAGES, their text
 * in mem.  Returns how many. */
size_t dialog_messages(const struct dialog_turn *t, struct buf *mem,
    struct dialog_message *out);
/* The tools of the agent whose turn it is: a JSON array (openai 7). */
struct slice dialog_tools(const struct dialog_turn *t);
/* Are its words the reply, so that they may be shown as they come? */
bool dialog_streams(const struct dialog_turn *t);

/* It answered, or it did not (then the grammar goes on alone). */
enum dialog_do dialog_answered(struct dialog_turn *t, struct slice text,
    const struct dialog_tool *tool, size_t n);
enum dialog_do dialog_unanswered(struct dialog_turn *t);

/* ---- to the journal and back ---- */

/* Members of an object under way. */
void dialog_write(struct jsonw *w, const struct dialog *d);
/* What does not fit is left as dialog_init has it. */
void dialog_read(struct json v, struct dialog *d);

const char *dialog_agent_name(enum dialog_agent a);

#endif
