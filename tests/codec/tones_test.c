/* tones_test.c - tones measured by Goertzel's filter, as a receiver would. */
#include "codec/tones.h"

#include "../guard.h"
#include "../tap.h"
#include "codec/g711.h"

#define N 800               /* samples: 100 ms, bins of 10 Hz */

/* 2 cos(2 pi f / 8000) by its own series, so that no table of ours judges
 * itself. */
static double twice_cos(double hz)
{
    double x = 2 * 3.14159265358979323846 * hz / 8000, term = 1, sum = 1;

    for (int k = 1; k < 20; k++) {
        term *= -x * x / ((2.0 * k - 1) * (2.0 * k));
        sum += term;
    }
    return 2 * sum;
}

/* Square of the amplitude at a frequency. */
static double power(const uint8_t *mu, size_t n, double hz)
{
    double c = twice_cos(hz), s0, s1 = 0, s2 = 0;

    for (size_t i = 0; i < n; i++) {
        s0 = g711_decode(mu[i]) + c * s1 - s2;
        s2 = s1;
        s1 = s0;
    }
    return (s1 * s1 + s2 * s2 - c * s1 * s2) * 4 / ((double)n * (double)n);
}

static double total(const uint8_t *mu, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)g711_decode(mu[i]) * g711_decode(mu[i]);
    return 2 * sum / (double)n;     /* of a sine: amplitude squared */
}

static void test_tones(void)
{
    static const unsigned hz[] = {100, 300, 440, 1000, 1700, 2000, 3400};
    uint8_t out[N];

    for (size_t i = 0; i < sizeof hz / sizeof *hz; i++) {
        struct tone t = {0, tone_step(hz[i])};
        double p, all;

        tone_fill(&t, 12000, out, N);
        p = power(out, N, hz[i]);
        all = total(out, N);
        tap_ok(p > 0.97 * 12000. * 12000. && p < 1.03 * 12000. * 12000.,
            "%u Hz has its amplitude", hz[i]);
        tap_ok(all - p < all / 1000, "%u Hz has nothing else, 30 dB down",
            hz[i]);
    }
}

static void test_steps(void)
{
    struct tone whole = {0, tone_step(1234)}, parts = whole;
    uint8_t a[N], b[N];
    int peak = 0, low = 0;

    tap_is_int(tone_step(1000), 1 << 29, "1000 Hz is an eighth of a turn");
    tap_is_int(tone_step(0), 0, "0 Hz stands still");
    tone_fill(&whole, 9000, a, N);
    for (size_t at = 0, n = 1; at < N; at += n, n = n % 13 + 1) {
        if (n > N - at)
            n = N - at;
        tone_fill(&parts, 9000, b + at, n);
    }
    tap_is(slice_of(b, N), slice_of(a, N), "a tone goes on between pieces");
    tap_is_int(parts.phase, whole.phase, "and its phase with it");
    whole = (struct tone){0, tone_step(1)};
    for (int i = 0; i < 8000; i++) {
        int v = tone_next(&whole, 32767);

        peak = v > peak ? v : peak;
        low = v < low ? v : low;
    }
    tap_is_int(peak, 32767, "the crest is the amplitude");
    tap_is_int(low, -32767, "and so is the trough");
}

static void test_dtmf(void)
{
    static const char digits[] = "0123456789*#ABCD";
    static const unsigned all[] = {697, 770, 852, 941, 1209, 1336, 1477,
        1633};
    uint8_t *out = guard_end() - N;
    unsigned low, high;
    int bad = 0;

    for (const char *d = digits; *d; d++) {
        double weakest, other = 0;

        if (dtmf_pair(*d, &low, &high) || dtmf_fill(*d, out, N)) {
            bad++;
            continue;
        }
        weakest = power(out, N, low);
        if (power(out, N, high) < weakest)
            bad++;
        for (size_t i = 0; i < 8; i++)
            if (all[i] != low && all[i] != high
                && power(out, N, all[i]) > other)
                other = power(out, N, all[i]);
        if (other > weakest / 100) {
            printf("#   digit %c: another tone within 20 dB\n", *d);
            bad++;
        }
    }
    tap_is_int(bad, 0, "each of 16 digits has its two tones and no third");
    dtmf_pair('5', &low, &high);
    tap_ok(low == 770 && high == 1336, "5 is 770 and 1336 Hz");
    dtmf_pair('#', &low, &high);
    tap_ok(low == 941 && high == 1477, "# is 941 and 1477 Hz");
    dtmf_pair('A', &low, &high);
    tap_ok(low == 697 && high == 1633, "A is 697 and 1633 Hz");
    tap_is_int(dtmf_pair('E', &low, &high), -1, "E is no digit");
    tap_is_int(dtmf_fill('\0', out, N), -1, "nor is NUL");
    tap_is_int(dtmf_fill(' ', out, N), -1, "nor is a blank");
}

static void test_key(void)
{
    uint8_t out[DTMF_KEY_MAX], tone[800];
    size_t sound = 0;

    tap_is_int((int64_t)dtmf_key('7', out), 1600, "a key takes 200 ms");
    dtmf_fill('7', tone, sizeof tone);
    tap_ok(memcmp(out, tone, sizeof tone) == 0, "100 ms of its tones");
    for (size_t i = 800; i < 1600; i++)
        sound += out[i] != 0xff;
    tap_is_int((int64_t)sound, 0, "and 100 ms of silence");
    tap_is_int((int64_t)dtmf_key('w', out), 4000, "a pause is 500 ms");
    for (size_t i = 0; i < 4000; i++)
        sound += out[i] != 0xff;
    tap_is_int((int64_t)sound, 0, "of silence");
    tap_is_int((int64_t)dtmf_key('E', out), 0, "E is no key");
}

int main(void)
{
    test_tones();
    test_steps();
    test_dtmf();
    test_key();
    return tap_done();
}
