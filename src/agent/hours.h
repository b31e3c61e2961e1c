/* hours.h - when a place is open: the usual part of OpenStreetMap's
 * opening_hours (wiki: Key:opening_hours/specification), and what people
 * write instead.
 *
 *   Mo-Fr 11:30-14:30,17:30-23:00; Sa,Su 12:00-23:00; PH off
 *   Apr-Oct: Mo-Su 10:00-02:00; Nov-Mar Fr-Su 17:00+; Dec 24-26 off
 *   daily 12pm-11pm; closed on Monday
 *
 * Pure.  What is not understood is an error with its byte, and the place's
 * hours are then unknown, not open.  Public and school holidays are days we
 * do not know: their rules are read and change nothing.
 */
#ifndef AGENT_HOURS_H
#define AGENT_HOURS_H

#include "base/slice.h"
#include "codec/date.h"

#define HOURS_RULES 24
#define HOURS_SPANS 6           /* of a rule */
#define HOURS_DATES 4           /* ranges of a rule */

struct hours_span {
    int16_t from, to;           /* minutes of the day; to may pass midnight */
};

struct hours_rule {
    uint8_t days;               /* bit 0 Monday ... bit 6 Sunday */
    bool holidays;              /* for PH or SH alone: never counts */
    bool more;                  /* adds to the rules before it */
    bool off;
    uint8_t dates, spans;       /* dates 0: all year */
    struct { int16_t from, to; } date[HOURS_DATES];     /* month * 32 + day */
    struct hours_span span[HOURS_SPANS];
};

struct hours {
    size_t n;
    struct hours_rule rule[HOURS_RULES];
};

struct hours_fault {
    size_t at;                  /* byte */
    const char *why;            /* constant */
};

/* 0; or -1 and *fault (may be NULL), and no rules. */
int hours_read(struct hours *h, struct slice text, struct hours_fault *fault);

/* Is it open at that minute (0 to 1439) of that local day?  No rules: no. */
bool hours_open(const struct hours *h, struct date day, int minute);

/* Minutes from that moment until it opens: 0 when it is open, -1 when it does
 * not within two weeks. */
int hours_until(const struct hours *h, struct date day, int minute);

#endif
