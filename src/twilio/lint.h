/* lint.h - a TwiML document judged as Twilio would judge it: twilio 2 and 3.
 *
 * Pure.  All of a document is looked at, up to the byte where it stops being
 * XML.  Verbs that this program has no facts about are known by name, and
 * what stands in them is not judged.
 */
#ifndef TWILIO_LINT_H
#define TWILIO_LINT_H

#include "base/slice.h"

struct lint_finding {
    int number;             /* Twilio's error number; 0: a documented rule, or
                               a known trap, that has none */
    char level;             /* 'E' the call fails or loses something; 'W' */
    size_t at;              /* byte offset, and the same as line and column */
    unsigned line, column;  /* from 1; columns in characters */
    const char *message;    /* constant */
    struct slice what;      /* what it is about, part of doc; may be absent */
};

/* Fills out with the first findings, at most max, in the document's order.
 * Returns how many there were, which may be more than max. */
size_t lint_twiml(struct slice doc, struct lint_finding *out, size_t max);

#endif
