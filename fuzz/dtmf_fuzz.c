/* dtmf_fuzz.c - what is sent for a key is heard as that key, and as no other.
 *
 * The ear is its own: Goertzel's filters over the decoded samples, with
 * coefficients computed beforehand (2 cos 2 pi f / 8000).
 */
#include <stdlib.h>
#include <string.h>

#include "codec/g711.h"
#include "codec/tones.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TONE 800                /* samples: 100 ms */

static const char keys[] = "123A456B789C*0#D";

static double power(const uint8_t *from, double c)
{
    double a = 0, b = 0;

    for (int i = 0; i < TONE; i++) {
        double next = g711_decode(from[i]) + c * a - b;

        b = a;
        a = next;
    }
    return a * a + b * b - c * a * b;
}

/* The key, or 0 when one tone of each group does not stand out. */
static char hear(const uint8_t *from)
{
    static const double c[8] = {1.707737809, 1.645281036, 1.568686984,
        1.478204568, 1.164104023, 0.996370211, 0.798618389, 0.568532707};
    int best[2] = {0, 4};
    double p[8], rest = 0;

    for (int i = 0; i < 8; i++) {
        p[i] = power(from, c[i]);
        if (p[i] > p[best[i / 4]])
            best[i / 4] = i;
    }
    for (int i = 0; i < 8; i++)
        if (i != best[0] && i != best[1])
            rest += p[i];
    return p[best[0]] > 20 * rest && p[best[1]] > 20 * rest
        && p[best[0]] < 8 * p[best[1]] && p[best[1]] < 8 * p[best[0]]
        ? keys[best[0] * 4 + best[1] - 4] : 0;
}

static void silent(const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (from[i] != 0xff)
            abort();
}

static void key(char c)
{
    uint8_t *out = malloc(DTMF_KEY_MAX);
    bool is_key = c && strchr(keys, c);
    unsigned low, high;
    size_t n;

    if (!out)
        abort();
    n = dtmf_key(c, out);
    if ((dtmf_pair(c, &low, &high) == 0) != is_key)
        abort();
    if (is_key) {
        if (n != 2 * TONE || hear(out) != c)
            abort();
        silent(out + TONE, TONE);
    } else if (c == 'w') {
        if (n != 5 * TONE)
            abort();
        silent(out, n);
    } else if (n) {
        abort();
    }
    free(out);
}

/* Any length: not a byte too many, and the beginning is always the same. */
static void fill(char c, size_t n)
{
    uint8_t *some = malloc(n + 1), *all = malloc(2 * 65536);

    if (!some || !all)
        abort();
    if (dtmf_fill(c, some, n) == 0) {
        if (dtmf_fill(c, all, 2 * n) || memcmp(some, all, n) != 0)
            abort();
    } else if (c && strchr(keys, c)) {
        abort();
    }
    free(some);
    free(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size && i < 16; i++)
        key((char)data[i]);
    if (size > 2)
        fill((char)data[0], (size_t)data[1] << 8 | data[2]);
    return 0;
}
