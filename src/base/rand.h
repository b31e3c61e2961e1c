/* rand.h - random bytes from a seeded generator.
 *
 * app/main seeds it with 32 bytes from OpenSSL's RAND_bytes; simulate seeds it
 * with a number, so that a run can be repeated.  ChaCha20 (RFC 8439 2.3) in
 * counter mode with fast key erasure: what was given out cannot be computed
 * from the state.  One thread (the loop's) uses it.
 */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include "base/slice.h"

#define RAND_SEED 32

void rand_seed(const uint8_t seed[static RAND_SEED]);
void rand_seed_number(uint64_t n);              /* simulations only */

void rand_bytes(void *out, size_t n);           /* asserts it was seeded */
uint32_t rand_below(uint32_t limit);            /* 0..limit-1, unbiased */
void rand_hex(char *out, size_t digits);        /* digits chars and a NUL */

#endif
