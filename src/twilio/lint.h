/* lint.h - a TwiML document judged as Twilio would judge it: twilio 2 and 3.
 *
 * Pure.  All of a document is looked at, up to the byte where it stops being
 * XML: every element Twilio has, where it may stand, its attributes and their
 * values, the text it holds, and what a document alone shows of the rows of
 * twilio 3 and 7.
 */
#ifndef TWILIO_LINT_H
#define TWILIO_LINT_H

#include "base/slice.h"

struct lint_finding {
    int number;             /* Twilio's error number; the first of a run, where
                               Twilio gives one to a kind of fault (Dial,
                               Gather, Record); 0: a documented rule, or a
                               known trap, that has none */
    int last;               /* of the run; 0: it is one number */
    char level;             /* 'E' the call fails or loses something; 'W' */
    size_t at;              /* byte offset, and the same as line and column */
    unsigned line, column;  /* from 1; columns in characters */
    const char *message;    /* constant: the cause */
    const char *remedy;     /* constant: what to do; no full stop */
    struct slice what;      /* what it is about, part of doc; may be absent */
};

/* Fills out with the first findings, at most max, in the document's order.
 * Returns how many there were, which may be more than max. */
size_t lint_twiml(struct slice doc, struct lint_finding *out, size_t max);

/* The same for a document that is sent as the Twiml parameter of a REST
 * request: 4,000 characters at most (32018), and no URL that it could be
 * relative to (15004). */
size_t lint_inline(struct slice doc, struct lint_finding *out, size_t max);

#endif
