/* digest.h - SHA-1, its HMAC and Twilio's signature, straight from the texts.
 *
 * The stand-ins' own: codec/sha1 and twilio/sign are what they judge.  Speed
 * does not matter here, so every step is written as the standard says it.
 */
#ifndef SIM_DIGEST_H
#define SIM_DIGEST_H

#include "base/buf.h"
#include "base/slice.h"

#define DIGEST_SIZE 20

/* FIPS 180-4 6.1. */
void digest_sha1(uint8_t out[static DIGEST_SIZE], struct slice in);

/* RFC 2104 over parts that are read one after the other. */
void digest_hmac(uint8_t out[static DIGEST_SIZE], struct slice key,
    struct slice text);

struct digest_pair {        /* a form parameter, decoded */
    struct slice name, value;
};

/* X-Twilio-Signature (twilio 5.1): 28 characters appended to out.  Sorts the
 * pairs in place. */
void digest_twilio(struct buf *out, struct slice token, struct slice url,
    struct digest_pair *pair, size_t pairs);

#endif
