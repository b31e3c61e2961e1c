/* price.h - what a call costs, estimated: PRICES_FILE.
 *
 *   # A line a price; a "#" begins a comment.
 *   currency USD
 *   minute + 0.05           each minute begun, to numbers that begin so;
 *   minute +49 0.03         the longest beginning counts
 *   stream 0.004            each minute begun of Twilio's media stream
 *   detect 0.0075           each call: is it a person who answers?
 *   input 600 32.00         tokens the voice model hears in a minute, and
 *   output 1200 64.00       says; the price of a million of them
 *
 * Amounts are decimal, of the currency's unit.  Pure.  Without a file the
 * built-in table counts: list prices in USD as of 2026, estimates all.
 */
#ifndef CALL_PRICE_H
#define CALL_PRICE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

#define PRICE_PREFIXES 256
#define PRICE_FILE (64u << 10)  /* bytes of a file */
#define PRICE_UNIT INT64_C(1000000)     /* amounts are millionths */

struct price_prefix {
    char digits[16];            /* without the plus; "": any number */
    int64_t minute;
};

struct prices {
    char currency[4];           /* "USD" */
    size_t n;
    struct price_prefix prefix[PRICE_PREFIXES];
    int64_t stream;             /* a minute */
    int64_t detect;             /* a call */
    int64_t input_tokens, output_tokens;        /* a minute */
    int64_t input, output;      /* a million tokens */
};

struct price_fault {
    size_t line;                /* from 1 */
    const char *why;            /* constant */
};

/* The built-in table. */
void price_defaults(struct prices *p);

/* A file: what it does not name costs nothing, but it must name a currency and
 * "minute +".  0, or -1 and *fault. */
int price_read(struct prices *p, struct slice text,
    struct price_fault *fault);

/* What ms of talk with that number cost; 0 ms: nothing. */
int64_t price_of(const struct prices *p, struct slice e164, int64_t ms);

/* "12.50" to millionths, at most six decimals.  0, or -1: it is none, or more
 * than a million. */
int price_amount(struct slice text, int64_t *out);

/* "0.0340": at least two decimals, at most four, rounded up: a cost is never
 * told as less than it is. */
void price_add(struct buf *out, int64_t amount);

#endif
