/* hmac.h - HMAC: RFC 2104, over SHA-1 (Twilio) and SHA-256 (webhooks). */
#ifndef CODEC_HMAC_H
#define CODEC_HMAC_H

#include "codec/sha1.h"
#include "codec/sha256.h"

struct hmac_sha1 {          /* several pieces without joining them */
    struct sha1 in_, out_;
};

void hmac_sha1_begin(struct hmac_sha1 *h, struct slice key);
void hmac_sha1_feed(struct hmac_sha1 *h, struct slice in);
void hmac_sha1_end(struct hmac_sha1 *h, uint8_t out[static SHA1_LEN]);

void hmac_sha1_of(struct slice key, struct slice in,
    uint8_t out[static SHA1_LEN]);

struct hmac_sha256 {
    struct sha256 in_, out_;
};

void hmac_sha256_begin(struct hmac_sha256 *h, struct slice key);
void hmac_sha256_feed(struct hmac_sha256 *h, struct slice in);
void hmac_sha256_end(struct hmac_sha256 *h, uint8_t out[static SHA256_LEN]);

void hmac_sha256_of(struct slice key, struct slice in,
    uint8_t out[static SHA256_LEN]);

#endif
