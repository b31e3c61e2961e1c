/* scenario.h - whole phone calls as data: who is rung, what the two sides say,
 * what breaks, and what must come of it.
 *
 * A new scenario is a callee script, a model script and a row in the table.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "sim/callee.h"
#include "sim/fault.h"
#include "sim/model.h"

/* The tools that the scripts call; agent/tools offers them under these names.
 * A tool the session did not offer is a model error. */
#define SCENARIO_TOOL_END "end_call"
#define SCENARIO_TOOL_NOTE "note_confirmation"
#define SCENARIO_TOOL_DIGITS "send_digits"
#define SCENARIO_TOOL_ASK "ask_owner"

struct scenario_asked {         /* POST /v1/calls, DESIGN 5 */
    const char *to, *restaurant;
    int party;                  /* 0: nothing is asked (inbound) */
    const char *date, *time, *name, *wish, *note;   /* NULL: not given */
};

struct scenario_want {          /* of the call object; NULL: not looked at */
    const char *status;         /* "completed", "failed" */
    const char *outcome;        /* "confirmed", ... */
    const char *reason;         /* "busy" */
    const char *date, *time;    /* fields of the outcome */
    int party;                  /* 0: not looked at */
    const char *name, *number;
    const char *heard;          /* the callee must have heard this */
    const char *also;           /* ... and this, later */
    const char *never;          /* ... and this not at all */
    const char *cut;            /* ... and heard this text cut off */
    const char *line;           /* a transcript line with this in it */
    unsigned rogue;             /* how each rogue stream was closed; 0: there
                                   was none */
    const char *rogue_why;      /* with which reason */
    size_t rogue_busy;          /* ... but so many with 1013 */
    const char *error;          /* source of the call's error; "none": it has
                                   none */
    int error_number;           /* its number; 0: null.  Looked at with error */
    const char *error_says;     /* ... a part of its message */
    const char *last;           /* Twilio's last status of the call */
    int calls;                  /* that Twilio made for us; 0: one a call asked
                                   for, -1: none at all */
    size_t creates, lists, updates;     /* requests to its API; 0: not looked
                                   at */
    size_t attempts;            /* in the call object; 0: not looked at */
    size_t position;            /* the last place in the line that was told at
                                   first; 0: not looked at */
    bool dear;                  /* it cost something, as the object says */
    const char *refusal;        /* reason of the 403; NULL: not looked at */
    int http;                   /* what POST /v1/calls answers; 0: 202 */
    int twilio_error;           /* this and no other; 0: none */
    size_t model_errors;
    int seconds;                /* the call is over sooner; 0: not looked at */
    size_t sessions;            /* of the model; 0: not looked at */
    size_t cancelled;           /* responses; 0: likewise */
    uint16_t model_closed;      /* the code we closed it with; 0: likewise */
    size_t questions;           /* put to the owner, exactly */
    int exit;                   /* of `concierge book` */
};

/* What the owner does when the call comes to a state (DESIGN 5). */
struct scenario_act {
    enum { ACT_NONE, ACT_HANG_UP,       /* POST hangup */
        ACT_PART,               /* ... politely */
        ACT_STOP } what;        /* POST /v1/stop */
    const char *state;          /* "ringing", "talking" */
    int64_t after;              /* ms */
};

/* What the owner does when asked in mid-call (DESIGN 5): POST answer, after ms
 * behind the question. */
struct scenario_reply {
    const char *text;           /* NULL: nothing */
    int64_t after;
    int http;                   /* what that is answered; 0: 204 */
};

#define SCENARIO_REPLIES 3

/* Calls that are asked for at once, beside the scenario's own. */
struct scenario_call {
    struct scenario_asked asked;        /* another number for each */
    const struct callee_script *callee;
    const struct model_script *model;
    struct scenario_want want;
};

struct scenario {
    const char *name, *about;
    bool inbound;               /* asked.to is then who rings us */
    const char *request;        /* the same as one typed it */
    bool in_words;              /* it is asked for so, and agreed to */
    const char *cancels, *changes;      /* the number of the booking that the
                                   call is to cancel, or to change to what is
                                   asked; or NULL */
    const char *errand;         /* what the call is for when it is no table, or
                                   NULL */
    struct scenario_asked asked;
    const struct callee_script *callee;
    const struct model_script *model;
    struct sim_faults fault;
    struct scenario_act act;
    struct scenario_reply reply[SCENARIO_REPLIES];  /* one a question */
    const struct scenario_call *more;
    size_t mores;
    int64_t later;              /* the scenario's own call is asked for so many
                                   ms after the others; 0: before them, -1:
                                   right after them */
    size_t misses;              /* so many calls meet nobody at first: missed
                                   instead of callee */
    const struct callee_script *missed;
    const char *settings;       /* "CPS=1 RETRY=5m", over the usual ones */
    const char *places;         /* RESTAURANTS_FILE's text, or NULL */
    int64_t now;                /* wall ms it begins at; 0: SCENARIO_NOW */
    bool stopped;               /* CONCIERGE_DIR/STOP is there from the start */
    int max_calls;              /* MAX_CALLS; 0: 100 */
    const char *disclosure_say; /* DISCLOSURE, with DISCLOSURE_BY=say; or
                                   NULL */
    struct scenario_want want;
};

/* The wall clock in simulations begins at 2026-11-22T12:00:00+01:00, a
 * Sunday. */
#define SCENARIO_NOW INT64_C(1795345200000)

const struct scenario *scenario_at(size_t i);       /* NULL past the last */
const struct scenario *scenario_find(struct slice name);    /* NULL: none */

#endif
