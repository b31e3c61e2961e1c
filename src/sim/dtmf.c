/* dtmf.c - keys, heard in tones. */
#include "sim/dtmf.h"

#define QUIET (INT64_C(160) * 200 * 200)    /* energy that is no sound */
#define CERTAIN 2               /* frames of one key: 40 ms */

/* 2 cos(2 pi f / 8000) in 14-bit fractions: 697, 770, 852, 941 Hz; 1209, 1336,
 * 1477, 1633 Hz. */
static const int32_t low[4] = {27980, 26956, 25701, 24219};
static const int32_t high[4] = {19073, 16325, 13085, 9315};
static const char keys[] = "123A456B789C*0#D";

static int from_mu(uint8_t mu)
{
    int u = ~mu & 0xff;
    int v = ((((u & 15) << 3) + 132) << (u >> 4 & 7)) - 132;

    return u & 0x80 ? -v : v;
}

static int64_t power(const int pcm[static MFSK_FRAME], int32_t c)
{
    int64_t s0, s1 = 0, s2 = 0;

    for (int i = 0; i < MFSK_FRAME; i++) {
        s0 = pcm[i] + c * s1 / 16384 - s2;
        s2 = s1;
        s1 = s0;
    }
    return (s1 * s1 + s2 * s2 - c * s1 / 16384 * s2) / (MFSK_FRAME / 2);
}

static int loudest(const int pcm[static MFSK_FRAME], const int32_t c[4],
    int64_t *most)
{
    int best = 0;

    *most = -1;
    for (int i = 0; i < 4; i++) {
        int64_t p = power(pcm, c[i]);

        if (p > *most) {
            *most = p;
            best = i;
        }
    }
    return best;
}

/* The key of one frame, or 0.  Two tones, one of each group, hold most of the
 * energy, and neither is lost beside the other. */
static char dtmf_of(const uint8_t frame[static MFSK_FRAME])
{
    int pcm[MFSK_FRAME], row, column;
    int64_t energy = 0, a, b;

    for (int i = 0; i < MFSK_FRAME; i++) {
        pcm[i] = from_mu(frame[i]);
        energy += (int64_t)pcm[i] * pcm[i];
    }
    if (energy < QUIET)
        return 0;
    row = loudest(pcm, low, &a);
    column = loudest(pcm, high, &b);
    if (a + b < energy / 4 * 3 || a < energy / 8 || b < energy / 8)
        return 0;
    return keys[4 * row + column];
}

char dtmf_next(struct dtmf *d, const uint8_t frame[static MFSK_FRAME])
{
    char key = dtmf_of(frame);

    if (key != d->last_) {
        if (d->told_ && (!d->shortest || d->run_ < d->shortest))
            d->shortest = d->run_;
        d->told_ = false;
        d->run_ = 0;
    }
    d->last_ = key;
    d->run_++;
    if (!key || d->told_ || d->run_ < CERTAIN)
        return 0;
    d->told_ = true;
    return key;
}
