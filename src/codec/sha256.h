/* sha256.h - SHA-256: FIPS 180-4. */
#ifndef CODEC_SHA256_H
#define CODEC_SHA256_H

#include "base/slice.h"

#define SHA256_LEN 32
#define SHA256_BLOCK 64

struct sha256 {
    uint32_t h_[8];
    uint64_t total_;
    uint8_t block_[SHA256_BLOCK];
};

void sha256_begin(struct sha256 *s);
void sha256_feed(struct sha256 *s, struct slice in);
void sha256_end(struct sha256 *s, uint8_t out[static SHA256_LEN]);
void sha256_of(struct slice in, uint8_t out[static SHA256_LEN]);

#endif
