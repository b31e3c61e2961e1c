/* asked.h - what the owner wants from a call, as it was posted: DESIGN 5.
 *
 *   {"to":"+15551230000","restaurant":"Luigi's","party":4,
 *    "date":"2026-11-23","time":"19:00","name":"Leo",
 *    "wishes":["by the window"],"note":""}
 *
 * and, where a booking is cancelled or changed, "intent", "reference" and
 * "about"; date, time and party are then what is cancelled, or what is to be.
 * Any other errand is of the intent "call": its "note" says what, restaurant is
 * whoever is called, and it has no party, date or time.
 */
#ifndef CALL_ASKED_H
#define CALL_ASKED_H

#include "base/err.h"
#include "codec/json.h"
#include "codec/jsonw.h"

#define ASKED_WISHES 8

struct asked {
    char to[24];                /* E.164 */
    char restaurant[128];
    int party;
    char date[11];              /* YYYY-MM-DD */
    char time[6];               /* HH:MM, local to the restaurant */
    char time_to[6];            /* end of a range, or "" */
    char name[64];              /* "" : the owner's */
    char wish[ASKED_WISHES][128];
    size_t wishes;
    char note[512];
    enum asked_intent { ASKED_RESERVE, ASKED_CANCEL, ASKED_CHANGE,
        ASKED_CALL } intent;
    char reference[32];         /* its confirmation number, or "" */
    char about[32];             /* the call that made the booking which is
                                   cancelled or changed, or "" */
};

/* Reads and judges a whole object.  -1: *field (constant) is at fault and
 * *err says how (ERR_DATA).  Unknown members are refused by name. */
int asked_read(struct json object, struct asked *out, const char **field,
    struct err *err);

/* Without judging: from our own journal. */
void asked_restore(struct json object, struct asked *out);

void asked_write(struct jsonw *w, const struct asked *a);

/* The same intent: same to, date, time, party and name; of an errand, note. */
bool asked_same(const struct asked *a, const struct asked *b);

bool asked_number_ok(struct slice e164);        /* "+" and 2 to 15 digits */

#endif
