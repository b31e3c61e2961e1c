/* rand.c - random bytes from a seeded generator. */
#include "base/rand.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

#define BLOCK 64

static uint32_t key[8];
static uint8_t pool[BLOCK];     /* the second half is handed out */
static size_t left;
static bool seeded;

static uint32_t rotl(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static void quarter(uint32_t *s, int a, int b, int c, int d)
{
    s[a] += s[b]; s[d] = rotl(s[d] ^ s[a], 16);
    s[c] += s[d]; s[b] = rotl(s[b] ^ s[c], 12);
    s[a] += s[b]; s[d] = rotl(s[d] ^ s[a], 8);
    s[c] += s[d]; s[b] = rotl(s[b] ^ s[c], 7);
}

/* RFC 8439 2.3: one block under the present key, counter and nonce 0.  The
 * first 32 bytes become the next key at once. */
static void refill(void)
{
    uint32_t in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    uint32_t s[16];

    memcpy(in + 4, key, sizeof key);
    memcpy(s, in, sizeof s);
    for (int i = 0; i < 10; i++) {
        quarter(s, 0, 4, 8, 12);
        quarter(s, 1, 5, 9, 13);
        quarter(s, 2, 6, 10, 14);
        quarter(s, 3, 7, 11, 15);
        quarter(s, 0, 5, 10, 15);
        quarter(s, 1, 6, 11, 12);
        quarter(s, 2, 7, 8, 13);
        quarter(s, 3, 4, 9, 14);
    }
    for (int i = 0; i < 16; i++)
        s[i] += in[i];
    memcpy(key, s, sizeof key);
    memcpy(pool, s, sizeof pool);
    left = BLOCK - sizeof key;
}

void rand_seed(const uint8_t seed[static RAND_SEED])
{
    memcpy(key, seed, sizeof key);
    left = 0;
    seeded = true;
}

void rand_seed_number(uint64_t n)
{
    uint8_t seed[RAND_SEED] = {0};

    memcpy(seed, &n, sizeof n);
    rand_seed(seed);
}

void rand_bytes(void *out, size_t n)
{
    uint8_t *p = out;

    assert(seeded);
    while (n) {
        size_t take;

        if (left == 0)
            refill();
        take = n < left ? n : left;
        memcpy(p, pool + BLOCK - left, take);
        memset(pool + BLOCK - left, 0, take);
        left -= take;
        p += take;
        n -= take;
    }
}

uint32_t rand_below(uint32_t limit)
{
    uint32_t skip = limit ? -limit % limit : 0, r;

    if (limit < 2)
        return 0;
    do
        rand_bytes(&r, sizeof r);
    while (r < skip);
    return r % limit;
}

void rand_hex(char *out, size_t digits)
{
    static const char hex[] = "0123456789abcdef";

    rand_bytes(out, digits);
    for (size_t i = 0; i < digits; i++)
        out[i] = hex[(uint8_t)out[i] & 15];
    out[digits] = 0;
}
