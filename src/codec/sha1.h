/* sha1.h - SHA-1: FIPS 180-4.  For RFC 6455 and Twilio's signatures only. */
#ifndef CODEC_SHA1_H
#define CODEC_SHA1_H

#include "base/slice.h"

#define SHA1_LEN 20
#define SHA1_BLOCK 64

struct sha1 {
    uint32_t h_[5];
    uint64_t total_;
    uint8_t block_[SHA1_BLOCK];
};

void sha1_begin(struct sha1 *s);
void sha1_feed(struct sha1 *s, struct slice in);
void sha1_end(struct sha1 *s, uint8_t out[static SHA1_LEN]);
void sha1_of(struct slice in, uint8_t out[static SHA1_LEN]);

#endif
