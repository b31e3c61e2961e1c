/* outcome_impl.h - a transcript being read; for agent/outcome alone. */
#ifndef AGENT_OUTCOME_IMPL_H
#define AGENT_OUTCOME_IMPL_H

#include "agent/heard.h"
#include "agent/outcome.h"

#define MENTIONS 256            /* kept; the oldest half goes when full */
#define FACTS 3                 /* date, time, party: the first fields */

enum stand {
    STAND_OPEN,                 /* nothing is settled */
    STAND_TENTATIVE,            /* a yes, but they still asked something */
    STAND_AGREED,
    STAND_OFFERED,              /* their offer, not ours */
    STAND_DECLINED,
    STAND_DOUBTED,              /* a "not" we do not understand, and no yes */
    STAND_UNSURE,               /* "should be fine"; or taken back */
    STAND_LIST_OFFERED,         /* "I can put you on the waiting list" */
    STAND_LISTED,
    STAND_CALLBACK,
    STAND_CANCELLED
};

struct mention {                /* a value that was said */
    int fact;
    int64_t value;
    size_t line;
    bool them;
    struct slice quote;
};

struct talk {
    const struct outcome_asked *asked;
    const struct outcome_line *lines;
    struct heard_context cx;
    enum stand stand;
    int64_t want[FACTS], until; /* asked for; -1: open */
    int64_t on[FACTS];          /* what stands on the table */
    bool voiced[FACTS];         /* said by anyone so far */
    bool offer_open, offer_asks;    /* asks: "eight, you said?" */
    bool offer_echo;            /* "eight, fine": they misheard, or offer */
    int64_t offer[FACTS];       /* -1: not part of it */
    size_t offer_line;
    bool offer_bare;            /* "Eight thirty.": nothing but the hour */
    bool deferred;              /* "I have to ask Leo", we said */
    bool offer_meant;           /* "we could do eight": not misheard */
    bool offer_refused;         /* by us */
    bool offer_checked;         /* "seven fifty?": we ask what we heard */
    bool offer_many;            /* "seven or nine" */
    struct slice offer_text;
    unsigned pending;           /* acts of our turn that they answer */
    bool pending_facts;
    bool our_turn, spoke;       /* now; at all */
    int64_t fine;               /* the hour we said is fine; -1: none */
    size_t echo_line;           /* here they said our wish back to us */
    size_t old_line;            /* here they spoke of the old booking */
    size_t agreed_line;         /* they said yes here */
    size_t early_line;          /* "booked" before all of it was said */
    size_t weak_line;           /* agreed by a plain yes in this line */
    bool strong;                /* or by more than that */
    bool held;                  /* a card, or somebody's word, is to come */
    bool ordered;               /* they spoke as to a machine */
    bool regrets;               /* "leider" in this line */
    bool retracts;              /* "oh wait", "sorry" in this line */
    bool broken;                /* the last line breaks off */
    bool met;                   /* somebody has spoken, no recording */
    bool cancel;                /* we asked to cancel */
    bool change;                /* or to change a booking */
    int64_t old[FACTS];         /* what that was for; -1: not said */
    const char *machine;
    bool wrong;
    struct slice name;          /* asked for, or given by us */
    struct words ws;
    struct words_memo memo;
    struct heard_book book;
    struct mention mention[MENTIONS];
    size_t mentions;
    struct outcome *out;
};

/* ---- outcome_hear.c ---- */

/* Is a time inside the range that was asked for?  Then it is as asked. */
bool outcome_in_range(const struct talk *t, int fact, int64_t value);

/* Takes a number alone for people, where it was read as an hour. */
void outcome_count(const struct talk *t, struct heard *h);

/* Takes "for seven" for the hour on the table, where it was read as people. */
void outcome_hour(const struct talk *t, struct heard *h);

/* "No wait, eight": does the sentence at word i take the last one back? */
bool outcome_takes_back(const struct words *ws, size_t i);

/* A sentence of theirs, and of ours, in line. */
void outcome_hear_them(struct talk *t, const struct heard *h, size_t line);
void outcome_hear_us(struct talk *t, const struct heard *h, size_t line);

/* ---- outcome_fields.c ---- */

void outcome_put(struct talk *t, enum outcome_field f, size_t line,
    struct slice value, struct slice quote);
void outcome_put_fact(struct talk *t, int fact, size_t line, int64_t value,
    struct slice quote);

/* Keeps the values of a sentence, to be quoted later. */
void outcome_remember(struct talk *t, const struct heard *h, size_t line);

/* The field for a final value: in their words, if they said it; the latest. */
void outcome_quote(struct talk *t, int fact, int64_t value);

/* Follows the confirmation number and the name through a line, which is in
 * t->ws.  *ours: we have just read the number back. */
void outcome_follow(struct talk *t, size_t line, bool *ours);

/* A condition of theirs becomes the note. */
void outcome_note(struct talk *t, const struct heard *h, size_t line);

#endif
