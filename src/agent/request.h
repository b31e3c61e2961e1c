/* request.h - what someone wants, understood from a sentence by a grammar.
 *
 * English, and simple German.  Pure: the moment it is spoken in is given.
 * What was not said stays unknown; nothing is guessed.
 */
#ifndef AGENT_REQUEST_H
#define AGENT_REQUEST_H

#include "agent/guard.h"
#include "agent/tongue.h"
#include "base/buf.h"
#include "codec/json.h"
#include "codec/jsonw.h"

#define PLAN_WISHES 8
#define PLAN_TEXT 128           /* bytes of a name or wish, with NUL */

enum plan_intent {
    PLAN_NONE, PLAN_RESERVE, PLAN_CANCEL, PLAN_CHANGE, PLAN_SEARCH, PLAN_CALL
};

/* What a booking still needs. */
#define PLAN_NO_RESTAURANT 1u
#define PLAN_NO_PARTY 2u
#define PLAN_NO_DATE 4u
#define PLAN_NO_TIME 8u

struct plan {
    enum plan_intent intent;
    char restaurant[PLAN_TEXT]; /* "" where not said; so below */
    char phone[24];             /* digits, with "+" when it was said */
    int party;                  /* 0: not said */
    char date[11];              /* YYYY-MM-DD */
    char time[6];               /* HH:MM, 24 hours */
    char time_to[6];            /* the end of a range */
    char name[PLAN_TEXT];
    char wish[PLAN_WISHES][PLAN_TEXT];
    size_t wishes;
    char reference[32];         /* a confirmation number they gave */
    unsigned missing;           /* PLAN_NO_ bits */
    enum plan_blocked blocked;
    const char *understood_by;  /* "grammar", or who else made the plan */
};

struct request_now {
    int64_t wall;               /* ms since the epoch */
    int offset;                 /* of the zone at wall, seconds east */
    int party_max;              /* PARTY_MAX */
};

/* Understands a sentence. */
void request_read(struct slice text, const struct request_now *now,
    struct plan *out);

/* A plan that knows nothing. */
void plan_clear(struct plan *plan);

/* Sets missing; and blocked for what needs understanding: party_size,
 * past_date, policy.  For a plan from elsewhere, too. */
void plan_check(struct plan *plan, const struct request_now *now);

/* The object of DESIGN 5. */
void plan_json(struct jsonw *w, const struct plan *plan);

/* Reads such an object, or a body of POST /v1/calls ("to" for phone, "note"
 * is a wish).  0, or -1 with the name of the field at fault and why. */
int plan_read(struct json v, struct plan *out, const char **field,
    const char **why);

/* For people: "I cannot do that: that moment has passed."; "I still need the
 * day and the time." */
void plan_add_blocked(struct buf *out, const struct plan *plan,
    enum tongue tongue);
void plan_add_missing(struct buf *out, const struct plan *plan,
    enum tongue tongue);

#endif
