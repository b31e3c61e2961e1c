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

/* FIPS 180-4 6.1.2.  Word t of the schedule; the last sixteen are kept. */
static uint32_t schedule(uint32_t w[16], int t)
{
    w[t & 15] = rotl(w[(t + 13) & 15] ^ w[(t + 8) & 15] ^ w[(t + 2) & 15]
        ^ w[t & 15], 1);
    return w[t & 15];
}

/* FIPS 180-4 4.1.1 and 4.2.1: the function and the constant of round t. */
static uint32_t mix(int t, uint32_t b, uint32_t c, uint32_t d)
{
    if (t < 20)
        return (d ^ (b & (c ^ d))) + 0x5a827999;
    if (t < 40)
        return (b ^ c ^ d) + 0x6ed9eba1;
    if (t < 60)
        return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    return (b ^ c ^ d) + 0xca62c1d6;
}

static void block(uint32_t h[5], const uint8_t *p)
{
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    uint32_t w[16];

    for (int t = 0; t < 16; t++)
        w[t] = load(p + 4 * t);
    for (int t = 0; t < 80; t++) {
        uint32_t x = rotl(a, 5) + mix(t, b, c, d) + e
            + (t < 16 ? w[t] : schedule(w, t));

        e = d;
        d = c;
        c = rotl(b, 30);
        b = a;
        a = x;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
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
