/* sha256.c - SHA-256: FIPS 180-4.
 *
 * Whole blocks are hashed where they lie; only what is left over is copied.
 */
#include "codec/sha256.h"

#include <string.h>

/* FIPS 180-4 4.2.2. */
static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
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

/* FIPS 180-4 6.2.2.  Word t of the schedule; the last sixteen are kept. */
static uint32_t schedule(uint32_t w[16], int t)
{
    uint32_t x = w[(t + 1) & 15], y = w[(t + 14) & 15];

    w[t & 15] += (rotr(x, 7) ^ rotr(x, 18) ^ x >> 3) + w[(t + 9) & 15]
        + (rotr(y, 17) ^ rotr(y, 19) ^ y >> 10);
    return w[t & 15];
}

static void block(uint32_t h[8], const uint8_t *p)
{
    uint32_t v[8], w[16];

    memcpy(v, h, sizeof v);
    for (int t = 0; t < 16; t++)
        w[t] = load(p + 4 * t);
    for (int t = 0; t < 64; t++) {
        uint32_t a = v[0], b = v[1], c = v[2];
        uint32_t e = v[4], f = v[5], g = v[6];
        uint32_t x = v[7] + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25))
            + (g ^ (e & (f ^ g))) + k[t] + (t < 16 ? w[t] : schedule(w, t));
        uint32_t y = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22))
            + ((a & b) | (c & (a | b)));

        v[7] = g;
        v[6] = f;
        v[5] = e;
        v[4] = v[3] + x;
        v[3] = c;
        v[2] = b;
        v[1] = a;
        v[0] = x + y;
    }
    for (int i = 0; i < 8; i++)
        h[i] += v[i];
}

void sha256_begin(struct sha256 *s)
{
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
        0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    memcpy(s->h_, first, sizeof first);
    s->total_ = 0;
}

void sha256_feed(struct sha256 *s, struct slice in)
{
    size_t have = s->total_ % SHA256_BLOCK;

    s->total_ += in.len;
    if (have) {
        struct slice part = slice_head(in, SHA256_BLOCK - have);

        if (part.len)
            memcpy(s->block_ + have, part.ptr, part.len);
        if (have + part.len < SHA256_BLOCK)
            return;
        block(s->h_, s->block_);
        in = slice_from(in, part.len);
    }
    for (; in.len >= SHA256_BLOCK; in = slice_from(in, SHA256_BLOCK))
        block(s->h_, in.ptr);
    if (in.len)
        memcpy(s->block_, in.ptr, in.len);
}

void sha256_end(struct sha256 *s, uint8_t out[static SHA256_LEN])
{
    uint64_t bits = s->total_ * 8;
    size_t have = s->total_ % SHA256_BLOCK;

    /* FIPS 180-4 5.1.1: a one, zeros, and the length in the last 8 bytes. */
    s->block_[have++] = 0x80;
    memset(s->block_ + have, 0, SHA256_BLOCK - have);
    if (have > SHA256_BLOCK - 8) {
        block(s->h_, s->block_);
        memset(s->block_, 0, SHA256_BLOCK);
    }
    store(s->block_ + SHA256_BLOCK - 8, (uint32_t)(bits >> 32));
    store(s->block_ + SHA256_BLOCK - 4, (uint32_t)bits);
    block(s->h_, s->block_);
    for (int i = 0; i < 8; i++)
        store(out + 4 * i, s->h_[i]);
}

void sha256_of(struct slice in, uint8_t out[static SHA256_LEN])
{
    struct sha256 s;

    sha256_begin(&s);
    sha256_feed(&s, in);
    sha256_end(&s, out);
}
