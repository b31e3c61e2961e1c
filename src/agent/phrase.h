/* phrase.h - what a conversation says to the owner, in the owner's language.
 *
 * Pure.  A table with one column a language; a new one is another column.
 */
#ifndef AGENT_PHRASE_H
#define AGENT_PHRASE_H

#include "agent/tongue.h"
#include "base/buf.h"
#include "codec/date.h"

enum phrase {
    PHRASE_HELP, PHRASE_HELP_BOOK,
    PHRASE_WHERE, PHRASE_WHERE_THEN, PHRASE_HOW_MANY,
    PHRASE_WHICH_DAY, PHRASE_WHAT_TIME, PHRASE_NEED,    /* ... "the day." */
    PHRASE_THE_PLACE, PHRASE_THE_PEOPLE, PHRASE_THE_DAY, PHRASE_THE_TIME,
    PHRASE_AND, PHRASE_OR,
    PHRASE_SHALL_I, PHRASE_CALLING, PHRASE_CANCEL_IT, PHRASE_CHANGE_IT,
    PHRASE_CHANGE_TO,
    PHRASE_ABOUT,               /* $: the errand */
    PHRASE_WHOM, PHRASE_WHAT_ERRAND,
    PHRASE_IN_NAME,             /* $: whose */
    PHRASE_NEED_NUMBER,         /* $: of which place; so below */
    PHRASE_FOR, PHRASE_NO_DAY, PHRASE_NEED_CODE, PHRASE_WHAT_CHANGES,
    PHRASE_CANNOT,              /* $: why */
    PHRASE_NOBODY_CALLED, PHRASE_NO_PLACE, PHRASE_ONE_PLACE, PHRASE_PLACES,
    PHRASE_BOOK_THERE, PHRASE_WHICH_BOOKING, PHRASE_WHICH_PLACE,
    PHRASE_DID_YOU_MEAN, PHRASE_NO_BOOKING,
    PHRASE_AT,                  /* $: the place */
    PHRASE_TO_COME, PHRASE_BOOKED, PHRASE_NUMBER, PHRASE_NO_BOOKINGS,
    PHRASE_COST,                /* $: currency and amount */
    PHRASE_CALL_NOW,
    PHRASE_INBOUND, PHRASE_CODE, PHRASE_UNFINISHED, PHRASE_ANSWERED,
    PHRASE_TWILIO,
    PHRASE_FINE, PHRASE_EMPTY, PHRASE_TOO_LONG, PHRASE_MARKUP,
    PHRASE_PARTY_SIZE, PHRASE_PAST, PHRASE_POLICY
};

/* Appends the phrase, with arg (NULL: nothing) in place of its "$".  A tongue
 * that is not known is answered in English. */
void phrase_add(struct buf *out, enum tongue tongue, enum phrase p,
    const char *arg);

/* "Monday 23 November 2026", "Montag, 23. November 2026". */
void phrase_add_day(struct buf *out, enum tongue tongue, struct date d);
/* "19:00 to 20:00", "19:00 bis 20:00 Uhr"; to may be "". */
void phrase_add_time(struct buf *out, enum tongue tongue, const char *time,
    const char *to);
/* "4 people", "1 Person". */
void phrase_add_party(struct buf *out, enum tongue tongue, int party);

/* German names, for who speaks it: 0 is Monday; 1 is January. */
const char *phrase_german_weekday(int weekday);
const char *phrase_german_month(int month);

#endif
