/* heard.h - one sentence of a call: what it does, and what it says of day,
 * hour and people.  For agent/outcome alone.
 */
#ifndef AGENT_HEARD_H
#define AGENT_HEARD_H

#include "agent/moment.h"

/* What a sentence does; bits. */
#define ACT_CONFIRM 0x1u        /* "you're all set", "see you then" */
#define ACT_YES 0x2u            /* "sure", "that works" */
#define ACT_NO 0x4u             /* "no", "that doesn't work" */
#define ACT_FULL 0x8u           /* "fully booked", "we're closed" */
#define ACT_OFFER 0x10u         /* "we could do eight" */
#define ACT_QUESTION 0x20u
#define ACT_HOLD 0x40u          /* "let me check" */
#define ACT_HEDGE 0x80u         /* "should be fine", "maybe" */
#define ACT_WAITLIST 0x100u
#define ACT_ON_LIST 0x200u      /* "I've put you on the list" */
#define ACT_CALLBACK 0x400u
#define ACT_CANCELLED 0x800u    /* "it's cancelled" */
#define ACT_WRONG 0x1000u       /* "wrong number" */
#define ACT_BYE 0x2000u
#define ACT_BOOK 0x4000u        /* speaks of a table or booking */
#define ACT_NUMBER 0x8000u      /* speaks of a confirmation number */
#define ACT_NOTE 0x10000u       /* a condition worth keeping */
#define ACT_CANCEL 0x20000u     /* "I'd like to cancel" */
#define ACT_PLEASE 0x40000u     /* asks for something: "could we", "please" */
#define ACT_THANKS 0x80000u
#define ACT_ASKS 0x100000u      /* a question for a fact of the booking */

#define ACT_COMMAND 0x200000u   /* words to a machine: "mark it as booked" */
#define ACT_PENDING 0x400000u   /* "I can't say confirmed yet", "we need a
                                   card": a yes that is none yet */
#define ACT_FREE 0x800000u      /* "we have space" */
#define ACT_WISH 0x1000000u     /* speaks of a window, a dog: a wish */
#define ACT_NONE 0x2000000u     /* "not at all": does nothing */

#define ACT_CHANGE 0x4000000u   /* "could it be moved" */

#define ACT_HOURS 0x8000000u    /* "the boss is in from five" */
#define ACT_DOUBT 0x10000000u   /* "sorry", "not": and nothing we know */

#define ACT_IF 0x20000000u      /* "if someone cancels", */
#define ACT_ONCE 0x40000000u    /* "once you pay": neither is left standing */
#define ACT_NOT 0x80000000u     /* a "not", of whatever */

#define HEARD_TIMES 4

struct heard_value {
    int64_t value;              /* days, minutes or people */
    struct slice quote;         /* absent: not said */
};

struct heard {
    unsigned acts;
    struct heard_value date, party, time[HEARD_TIMES];
    struct heard_value date_before;     /* another one, said before it */
    size_t times;
    size_t from, end;           /* its words */
    int bare;                   /* an hour was a number alone: "three" */
    size_t bare_at;             /* which */
    bool negated;               /* a "not" in it, of whatever */
    struct slice text;          /* the sentence, without its end mark */
};

struct heard_context {
    struct date today;          /* year 0: relative days are the day asked */
    struct date asked;          /* year 0: none */
    int asked_time;             /* minutes; -1: none */
    enum day_part part;
    bool bare_hours;            /* "Eight thirty." may be an hour: an offer is
                                   due */
};

/* The phrases by their first words, so that a line is looked through once and
 * not once for each of them; and what was found in the line at hand. */
#define HEARD_PHRASES 5120
#define HEARD_HEADS 2039
#define HEARD_ROWS 64           /* with the machines' */

struct heard_row;

struct heard_phrase {
    const char *text;           /* ends at "|" or NUL */
    uint8_t row;
    uint16_t next;              /* index + 1; 0: none */
};

struct heard_book {
    struct heard_phrase phrase[HEARD_PHRASES];
    uint16_t head[HEARD_HEADS];
    size_t n;                   /* phrases; fewer than HEARD_PHRASES */
    const struct heard_row *row[HEARD_ROWS];
    size_t rows;
    uint64_t hit[WORDS_MAX];    /* rows whose phrases begin at a word */
    uint64_t work;              /* phrases compared so far */
};

void heard_open(struct heard_book *book);

/* Looks a line through; what follows speaks of that line. */
void heard_look(struct heard_book *book, const struct words *ws);

/* Does a recording speak?  voicemail, screened, menu, fax; of the network's
 * invalid_number, no_answer, busy; NULL: no.  first: nobody has spoken before,
 * so that weaker signs count. */
const char *heard_machine(const struct heard_book *book,
    const struct words *ws, bool first);

/* The end of the sentence that begins at word i. */
size_t heard_end(const struct words *ws, size_t i);

/* What they do alone: ACT_ bits. */
unsigned heard_acts(const struct heard_book *book, const struct words *ws,
    size_t from, size_t end);

/* Reads the words from..end-1. */
void heard_read(const struct heard_book *book, const struct words *ws,
    size_t from, size_t end, const struct heard_context *cx,
    struct heard *out);

/* A number as it is spelled from word i on: words_code, and capitals before
 * it.  Returns the words used. */
size_t heard_spelled(const struct words *ws, size_t i, char *out, size_t cap);

/* A confirmation number in the words from..end-1: after the words that
 * announce one, or anywhere when it was asked for.  0: none. */
size_t heard_code(const struct words *ws, size_t from, size_t end,
    bool asked_for, char *out, size_t cap, struct slice *quote);

#endif
