/* digest.c - SHA-1, its HMAC and Twilio's signature, as the texts say it. */
#include "sim/digest.h"

#include <string.h>

#include "sim/wire.h"

#define BLOCK 64

struct sum {
    uint32_t h[5];
    uint8_t block[BLOCK];
    uint64_t bytes;
};

static uint32_t rotl(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

/* FIPS 180-4 4.1.1 and 4.2.1. */
static uint32_t round_of(int t, uint32_t b, uint32_t c, uint32_t d)
{
    if (t < 20)
        return ((b & c) ^ (~b & d)) + 0x5a827999u;
    if (t < 40)
        return (b ^ c ^ d) + 0x6ed9eba1u;
    if (t < 60)
        return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdcu;
    return (b ^ c ^ d) + 0xca62c1d6u;
}

static void sum_block(struct sum *s)
{
    uint32_t w[80], v[5];

    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)s->block[4 * t] << 24
            | (uint32_t)s->block[4 * t + 1] << 16
            | (uint32_t)s->block[4 * t + 2] << 8 | s->block[4 * t + 3];
    for (int t = 16; t < 80; t++)
        w[t] = rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    memcpy(v, s->h, sizeof(v));
    for (int t = 0; t < 80; t++) {
        uint32_t x = rotl(v[0], 5) + round_of(t, v[1], v[2], v[3]) + v[4]
            + w[t];

        v[4] = v[3];
        v[3] = v[2];
        v[2] = rotl(v[1], 30);
        v[1] = v[0];
        v[0] = x;
    }
    for (int i = 0; i < 5; i++)
        s->h[i] += v[i];
}

static void sum_begin(struct sum *s)
{
    static const uint32_t first[5] = {0x67452301u, 0xefcdab89u, 0x98badcfeu,
        0x10325476u, 0xc3d2e1f0u};

    memcpy(s->h, first, sizeof(first));
    s->bytes = 0;
}

static void sum_byte(struct sum *s, uint8_t byte)
{
    s->block[s->bytes++ % BLOCK] = byte;
    if (s->bytes % BLOCK == 0)
        sum_block(s);
}

static void sum_add(struct sum *s, struct slice in)
{
    for (size_t i = 0; i < in.len; i++)
        sum_byte(s, in.ptr[i]);
}

static void sum_end(struct sum *s, uint8_t out[static DIGEST_SIZE])
{
    uint64_t bits = s->bytes * 8;

    sum_byte(s, 0x80);
    while (s->bytes % BLOCK != BLOCK - 8)
        sum_byte(s, 0);
    for (int i = 56; i >= 0; i -= 8)
        sum_byte(s, (uint8_t)(bits >> i));
    for (int i = 0; i < DIGEST_SIZE; i++)
        out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void digest_sha1(uint8_t out[static DIGEST_SIZE], struct slice in)
{
    struct sum s;

    sum_begin(&s);
    sum_add(&s, in);
    sum_end(&s, out);
}

void digest_hmac(uint8_t out[static DIGEST_SIZE], struct slice key,
    struct slice text)
{
    uint8_t k[BLOCK] = {0}, inner[DIGEST_SIZE];
    struct sum s;

    if (key.len > BLOCK)
        digest_sha1(k, key);
    else if (key.len)
        memcpy(k, key.ptr, key.len);
    sum_begin(&s);
    for (int i = 0; i < BLOCK; i++)
        sum_byte(&s, k[i] ^ 0x36);
    sum_add(&s, text);
    sum_end(&s, inner);
    sum_begin(&s);
    for (int i = 0; i < BLOCK; i++)
        sum_byte(&s, k[i] ^ 0x5c);
    sum_add(&s, slice_of(inner, sizeof(inner)));
    sum_end(&s, out);
}

static int order(const struct digest_pair *a, const struct digest_pair *b)
{
    int n = slice_cmp(a->name, b->name);

    return n ? n : slice_cmp(a->value, b->value);
}

/* Twenty parameters at most: the simplest sort will do. */
static void sort(struct digest_pair *pair, size_t pairs)
{
    for (size_t i = 1; i < pairs; i++)
        for (size_t k = i; k > 0 && order(&pair[k - 1], &pair[k]) > 0; k--) {
            struct digest_pair swap = pair[k];

            pair[k] = pair[k - 1];
            pair[k - 1] = swap;
        }
}

void digest_twilio(struct buf *out, struct slice token, struct slice url,
    struct digest_pair *pair, size_t pairs)
{
    uint8_t mac[DIGEST_SIZE];
    struct buf text;

    sort(pair, pairs);
    buf_init(&text, 1 << 16);
    buf_add(&text, url);
    for (size_t i = 0; i < pairs; i++) {
        if (i && order(&pair[i - 1], &pair[i]) == 0)
            continue;           /* the same twice counts once */
        buf_add(&text, pair[i].name);
        buf_add(&text, pair[i].value);
    }
    digest_hmac(mac, token, buf_slice(&text));
    if (!buf_ok(&text))
        out->bad = true;
    buf_free(&text);
    wire_base64(out, slice_of(mac, sizeof(mac)));
}
