/* sha1.c - SHA-1: FIPS 180-4.
 *
 * Whole blocks are hashed where they lie; only what is left over is copied.
 */
#include "codec/sha1.h"

#include <string.h>

static uint32_t rotl(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static uint32_t load(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
        | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static void store(uint8_t *p, uint32_t x)
{
    p[0] = (uint8_t)(x >> 24);
    p[1] = (uint8_t)(x >> 16);
    p[2] = (uint8_t)(x >> 8);
    p[3] = (uint8_t)x;
}

/* FIPS 180-4 6.1.2, one round: fk is the function's value and the constant. */
static inline void turn(uint32_t v[5], uint32_t fk, uint32_t w)
{
    uint32_t x = rotl(v[0], 5) + fk + v[4] + w;

    v[4] = v[3];
    v[3] = v[2];
    v[2] = rotl(v[1], 30);
    v[1] = v[0];
    v[0] = x;
}

/* FIPS 180-4 4.1.1 and 4.2.1: a loop for each function, so that no round has
 * to ask which is its own. */
static void block(uint32_t h[5], const uint8_t *p)
{
    uint32_t v[5], w[80];
    int t;

    memcpy(v, h, sizeof v);
    for (t = 0; t < 16; t++)
        w[t] = load(p + 4 * t);
    for (; t < 80; t++)
        w[t] = rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (t = 0; t < 20; t++)
        turn(v, (v[3] ^ (v[1] & (v[2] ^ v[3]))) + 0x5a827999, w[t]);
    for (; t < 40; t++)
        turn(v, (v[1] ^ v[2] ^ v[3]) + 0x6ed9eba1, w[t]);
    for (; t < 60; t++)
        turn(v, ((v[1] & v[2]) | (v[3] & (v[1] | v[2]))) + 0x8f1bbcdc, w[t]);
    for (; t < 80; t++)
        turn(v, (v[1] ^ v[2] ^ v[3]) + 0xca62c1d6, w[t]);
    for (t = 0; t < 5; t++)
        h[t] += v[t];
}

void sha1_begin(struct sha1 *s)
{
    static const uint32_t first[5] = {0x67452301, 0xefcdab89, 0x98badcfe,
        0x10325476, 0xc3d2e1f0};

    memcpy(s->h_, first, sizeof first);
    s->total_ = 0;
}

void sha1_feed(struct sha1 *s, struct slice in)
{
    size_t have = s->total_ % SHA1_BLOCK;

    s->total_ += in.len;
    if (have) {
        struct slice part = slice_head(in, SHA1_BLOCK - have);

        if (part.len)
            memcpy(s->block_ + have, part.ptr, part.len);
        if (have + part.len < SHA1_BLOCK)
            return;
        block(s->h_, s->block_);
        in = slice_from(in, part.len);
    }
    for (; in.len >= SHA1_BLOCK; in = slice_from(in, SHA1_BLOCK))
        block(s->h_, in.ptr);
    if (in.len)
        memcpy(s->block_, in.ptr, in.len);
}

void sha1_end(struct sha1 *s, uint8_t out[static SHA1_LEN])
{
    uint64_t bits = s->total_ * 8;
    size_t have = s->total_ % SHA1_BLOCK;

    /* FIPS 180-4 5.1.1: a one, zeros, and the length in the last 8 bytes. */
    s->block_[have++] = 0x80;
    memset(s->block_ + have, 0, SHA1_BLOCK - have);
    if (have > SHA1_BLOCK - 8) {
        block(s->h_, s->block_);
        memset(s->block_, 0, SHA1_BLOCK);
    }
    store(s->block_ + SHA1_BLOCK - 8, (uint32_t)(bits >> 32));
    store(s->block_ + SHA1_BLOCK - 4, (uint32_t)bits);
    block(s->h_, s->block_);
    for (int i = 0; i < 5; i++)
        store(out + 4 * i, s->h_[i]);
}

void sha1_of(struct slice in, uint8_t out[static SHA1_LEN])
{
    struct sha1 s;

    sha1_begin(&s);
    sha1_feed(&s, in);
    sha1_end(&s, out);
}
