/* hmac.c - HMAC: RFC 2104, over SHA-1 and SHA-256.
 *
 * Both hashes have blocks of 64 bytes, so one function pads the keys.
 */
#include "codec/hmac.h"

#include <string.h>

#define BLOCK 64

_Static_assert(SHA1_BLOCK == BLOCK && SHA256_BLOCK == BLOCK, "block size");

/* RFC 2104 2: the key, zeros behind it, every byte xored with pad. */
static struct slice padded(uint8_t out[static BLOCK], struct slice key,
    uint8_t pad)
{
    memset(out, pad, BLOCK);
    for (size_t i = 0; i < key.len; i++)
        out[i] ^= key.ptr[i];
    return slice_of(out, BLOCK);
}

void hmac_sha1_begin(struct hmac_sha1 *h, struct slice key)
{
    uint8_t pad[BLOCK], small[SHA1_LEN];

    if (key.len > BLOCK) {
        sha1_of(key, small);
        key = slice_of(small, sizeof small);
    }
    sha1_begin(&h->in_);
    sha1_feed(&h->in_, padded(pad, key, 0x36));
    sha1_begin(&h->out_);
    sha1_feed(&h->out_, padded(pad, key, 0x5c));
}

void hmac_sha1_feed(struct hmac_sha1 *h, struct slice in)
{
    sha1_feed(&h->in_, in);
}

void hmac_sha1_end(struct hmac_sha1 *h, uint8_t out[static SHA1_LEN])
{
    uint8_t inner[SHA1_LEN];

    sha1_end(&h->in_, inner);
    sha1_feed(&h->out_, slice_of(inner, sizeof inner));
    sha1_end(&h->out_, out);
}

void hmac_sha1_of(struct slice key, struct slice in,
    uint8_t out[static SHA1_LEN])
{
    struct hmac_sha1 h;

    hmac_sha1_begin(&h, key);
    hmac_sha1_feed(&h, in);
    hmac_sha1_end(&h, out);
}

void hmac_sha256_begin(struct hmac_sha256 *h, struct slice key)
{
    uint8_t pad[BLOCK], small[SHA256_LEN];

    if (key.len > BLOCK) {
        sha256_of(key, small);
        key = slice_of(small, sizeof small);
    }
    sha256_begin(&h->in_);
    sha256_feed(&h->in_, padded(pad, key, 0x36));
    sha256_begin(&h->out_);
    sha256_feed(&h->out_, padded(pad, key, 0x5c));
}

void hmac_sha256_feed(struct hmac_sha256 *h, struct slice in)
{
    sha256_feed(&h->in_, in);
}

void hmac_sha256_end(struct hmac_sha256 *h, uint8_t out[static SHA256_LEN])
{
    uint8_t inner[SHA256_LEN];

    sha256_end(&h->in_, inner);
    sha256_feed(&h->out_, slice_of(inner, sizeof inner));
    sha256_end(&h->out_, out);
}

void hmac_sha256_of(struct slice key, struct slice in,
    uint8_t out[static SHA256_LEN])
{
    struct hmac_sha256 h;

    hmac_sha256_begin(&h, key);
    hmac_sha256_feed(&h, in);
    hmac_sha256_end(&h, out);
}
