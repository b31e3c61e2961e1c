/* request_impl.h - a sentence being read; for agent/request alone. */
#ifndef AGENT_REQUEST_IMPL_H
#define AGENT_REQUEST_IMPL_H

#include "agent/moment.h"
#include "agent/request.h"

enum reading_slot { SLOT_NONE, SLOT_PLACE, SLOT_PARTY, SLOT_DATE, SLOT_TIME };

/* Where the first two values of a kind are. */
enum reading_kind { SAID_HOUR, SAID_DAY, SAID_PARTY, SAID_KINDS };

struct reading_said {
    bool looked;
    size_t n, from[2], end[2];
};

struct reading {
    struct words ws;
    bool used[WORDS_MAX];       /* understood: counts for nothing else */
    struct date today;
    enum day_part part;
    struct date date;           /* year 0: none */
    bool clash;                 /* two dates that do not fit each other */
    int time, time_to;          /* minutes after midnight; -1: none */
    bool nobody;                /* a party of none */
    bool mended;                /* "no, sorry": what follows replaces */
    bool ignored;               /* "not on Friday", "instead of 4" */
    enum reading_slot last;     /* what a correction may speak of */
    struct reading_said said[SAID_KINDS];
    size_t place_end;           /* the word behind the restaurant's name */
    struct slice for_name;      /* "for Leo": a person or a place */
    struct slice in_name;       /* "in Chez Nous": a place if nothing else */
    struct plan *plan;
};

/* Does a date, an hour or a party begin here?  A name ends before it. */
bool request_starts_other(struct reading *r, size_t i);

/* The finders: what they understood at word i goes into the plan.  They
 * return the words used, 0 when nothing of theirs stands there. */

/* ---- request_places.c ---- */

size_t request_find_place(struct reading *r, size_t i);

/* "at Luigi's, sorry, Mario's": a name alone, where a place is corrected. */
size_t request_find_other_place(struct reading *r, size_t i);

/* ---- request_people.c ---- */

size_t request_find_name(struct reading *r, size_t i);

/* ---- request_names.c ---- */

/* A name at word i, in quotes, large letters or at most so many small words:
 * the words it has. */
size_t request_any_name(struct reading *r, size_t i, size_t most,
    struct slice *name);
/* "Main Street": an address, which is no part of the name before it. */
bool request_is_street(const struct words *ws, size_t i);
/* What a house is, before what it is called: "Wirtshaus in der Au". */
bool request_is_house(const struct words *ws, size_t i);
/* A word at which a name in small letters ends. */
bool request_is_stop(const struct words *ws, size_t i);
/* A name written with capitals, from word i on: the words it has. */
size_t request_capital_name(struct reading *r, size_t i);
/* Does the mark at i join parts of one name: "Chez-Marie", "A&B", "St. John"?
 */
bool request_joins(const struct words *ws, size_t i);
/* A noun that German writes large and no name begins or ends with. */
bool request_is_noun(const struct words *ws, size_t i);
/* A small word that may stand inside a name: "House of Curry". */
bool request_is_inner(const struct words *ws, size_t i);

/* ---- request_late.c ---- */

/* A word of sentences, which is no name by itself. */
bool request_is_plain(const struct words *ws, size_t i);

/* When the walk is over: a name that stands alone between commas or at the
 * start, before "reservation", or behind "for". */
void request_late_names(struct reading *r);

/* ---- request_numbers.c ---- */

size_t request_find_phone(struct reading *r, size_t i);
size_t request_find_reference(struct reading *r, size_t i);

/* When the walk is over: numbers that say neither what they count nor when,
 * where only one reading is left. */
void request_late_numbers(struct reading *r);

/* ---- request_wishes.c ---- */

void request_find_wishes(struct reading *r);

/* ---- request_intent.c ---- */

/* From the verbs alone; and from all that was found. */
enum plan_intent request_first_intent(const struct words *ws);
enum plan_intent request_last_intent(const struct reading *r,
    enum plan_intent first);

#endif
