/* resample_test.c - what a new rate keeps, and what it must not fold down. */
#include "codec/resample.h"

#include "../guard.h"
#include "../tap.h"

#define SECOND 768000
#define PI 3.14159265358979323846

static struct resample r;
static int32_t in[SECOND];
static int16_t out[SECOND], piece[SECOND];

/* The sine of any angle, by its series. */
static double sine(double x)
{
    double sum, term;

    x -= (double)(int64_t)(x / (2 * PI)) * 2 * PI;
    sum = term = x;
    for (int k = 2; k < 60; k += 2) {
        term *= -x * x / ((double)k * (k + 1));
        sum += term;
    }
    return sum;
}

static size_t whole(const int32_t *from, size_t n)
{
    size_t done = 0, made = 0, got;

    while (done < n) {
        done += resample_put(&r, from + done, n - done);
        while ((got = resample_get(&r, out + made, SECOND - made)) > 0)
            made += got;
    }
    resample_end(&r);
    while ((got = resample_get(&r, out + made, SECOND - made)) > 0)
        made += got;
    return made;
}

/* Energy against 10^(db / 10): no logarithm is needed. */
static double times(double energy, int db)
{
    for (; db >= 10; db -= 10)
        energy *= 10;
    for (; db > 0; db--)
        energy *= 1.2589254117941673;
    return energy;
}

/* Splits the middle of what came out into the sine that went in and the
 * rest. */
static void split(size_t n, unsigned hz, unsigned rate, double *tone,
    double *rest)
{
    double s = 0, c = 0, all = 0;
    size_t from = n / 4, count = n / 2;

    for (size_t i = 0; i < count; i++) {
        double x = 2 * PI * hz * (double)(from + i) / rate;
        double y = out[from + i];

        s += y * sine(x);
        c += y * sine(x + PI / 2);
        all += y * y;
    }
    *tone = (s * s + c * c) * 2 / (double)count;
    *rest = all - *tone;
}

static void play(unsigned from, unsigned to, unsigned hz)
{
    resample_init(&r, from, to);
    for (unsigned i = 0; i < from; i++)
        in[i] = (int32_t)(1073741824 * sine(2 * PI * hz * (double)i / from));
}

/* A tone below the slope comes out as loud as it was, and nothing else. */
static void test_kept(void)
{
    static const unsigned rate[] = {8000, 11025, 12000, 16000, 22050, 24000,
        32000, 44100, 48000, 96000, 192000, 7350, 6000, 8001};
    static const unsigned hz[] = {100, 440, 1000, 2000, 2500};

    for (size_t k = 0; k < sizeof rate / sizeof *rate; k++) {
        double least = 1e30, loud = 0, soft = 1e30, want = 16384.0 * 16384 / 2;

        for (size_t i = 0; i < sizeof hz / sizeof *hz; i++) {
            double tone, rest;
            size_t n;

            play(rate[k], 8000, hz[i]);
            n = whole(in, rate[k]);
            if (n != 8000)
                tap_is_int((int64_t)n, 8000, "a second is a second");
            split(n, hz[i], 8000, &tone, &rest);
            if (tone / rest < least)
                least = tone / rest;
            tone /= want * (double)(n / 2);
            if (tone > loud)
                loud = tone;
            if (tone < soft)
                soft = tone;
        }
        tap_ok(least > times(1, 75), "%u Hz: over 75 dB of tone to one of "
            "noise", rate[k]);
        tap_ok(loud < 1.0233 && soft > 0.9772, "and as loud as it was, "
            "within 0.1 dB");
    }
    /* To its edge, 7/8 of the way. */
    for (unsigned i = 3000; i <= 3500; i += 100) {
        double tone, rest;

        play(48000, 8000, i);
        split(whole(in, 48000), i, 8000, &tone, &rest);
        tone /= 16384.0 * 16384 / 2 * 4000;
        tap_ok(tone > 0.9772 && tone < 1.0233 && rest * 1e7 < tone * 4000
            * 16384.0 * 16384, "%u Hz of 48 kHz within 0.1 dB", i);
    }
}

/* What the new rate cannot hold is gone, and does not turn up elsewhere. */
static void test_not_folded(void)
{
    static const struct {
        unsigned rate, hz;
    } v[] = {{11025, 4100}, {11025, 5000}, {16000, 4000}, {16000, 6000},
        {22050, 4100}, {22050, 5000}, {22050, 7500}, {22050, 10900},
        {44100, 4050}, {44100, 9000}, {44100, 20000}, {48000, 4000},
        {48000, 7000}, {48000, 15000}, {192000, 90000}};

    for (size_t k = 0; k < sizeof v / sizeof *v; k++) {
        double all = 0, want = 16384.0 * 16384 / 2 * 4000;
        size_t n;

        play(v[k].rate, 8000, v[k].hz);
        n = whole(in, v[k].rate);
        for (size_t i = n / 4; i < n / 4 + n / 2; i++)
            all += (double)out[i] * out[i];
        tap_ok(times(all, 75) < want, "%u Hz of %u are 75 dB down", v[k].hz,
            v[k].rate);
    }
}

/* A sweep from 0 to half the rate of 48 kHz: loud until the edge, then
 * silent. */
static void test_chirp(void)
{
    double kept = 0, lost = 0;
    size_t n;

    resample_init(&r, 48000, 8000);
    for (unsigned i = 0; i < 48000; i++) {
        double t = (double)i / 48000;

        in[i] = (int32_t)(1073741824 * sine(2 * PI * 12000 * t * t));
    }
    n = whole(in, 48000);
    /* 24 kHz a second: 3.4 kHz after 1133 samples out, 4 kHz after 1333. */
    for (size_t i = 100; i < 1100; i++)
        kept += (double)out[i] * out[i];
    for (size_t i = 1400; i < n - 100; i++)
        lost += (double)out[i] * out[i];
    kept /= 1000;
    lost /= (double)n - 1500;
    tap_ok(kept > 0.98 * 16384 * 16384 / 2 && kept < 1.02 * 16384 * 16384 / 2,
        "a sweep is as loud as it was up to 3.4 kHz");
    tap_ok(times(lost, 60) < kept, "and 60 dB down from 4 to 24 kHz");
}

/* One sample at a time, and in every way to cut a short piece in two. */
static void test_pieces(void)
{
    size_t want, wrong = 0;

    play(22050, 8000, 1000);
    want = whole(in, 3000);
    tap_is_int((int64_t)want, (3000 * 8000 + 22049) / 22050, "3000 samples of "
        "22,050 Hz");
    memcpy(piece, out, want * sizeof *out);
    for (size_t cut = 0; cut <= 3000; cut += cut < 200 ? 1 : 97) {
        size_t n = 0, got;

        resample_init(&r, 22050, 8000);
        for (size_t i = 0; i < 2; i++) {
            struct slice s = guard_in(slice_of(in + (i ? cut : 0), (i
                ? 3000 - cut : cut) * sizeof *in));

            resample_put(&r, (const int32_t *)(const void *)s.ptr, s.len
                / sizeof *in);
            while ((got = resample_get(&r, out + n, 1)) > 0)
                n += got;
        }
        resample_end(&r);
        while ((got = resample_get(&r, out + n, 7)) > 0)
            n += got;
        wrong += n != want || memcmp(piece, out, n * sizeof *out) != 0;
    }
    tap_is_int((int64_t)wrong, 0, "cut in two anywhere it is the same");
    resample_init(&r, 22050, 8000);
    for (size_t i = 0, n = 0; i < 3000; i++) {
        wrong += resample_put(&r, in + i, 1) != 1;
        n += resample_get(&r, out + n, 3);
        wrong += memcmp(piece, out, n * sizeof *out) != 0;
    }
    tap_is_int((int64_t)wrong, 0, "and sample by sample");
    resample_end(&r);
    tap_is_int((int64_t)resample_put(&r, in, 1), 0, "after the end nothing "
        "is taken");
}

/* Full scale stays full scale, and does not wrap around. */
static void test_loud(void)
{
    size_t n;
    int worst = 0;

    resample_init(&r, 48000, 8000);
    for (unsigned i = 0; i < 4800; i++)
        in[i] = i / 60 % 2 ? INT32_MAX : INT32_MIN;
    n = whole(in, 4800);
    /* 400 Hz: 10 samples up, 10 down; the middles must be right. */
    for (size_t i = 105; i < n - 100; i += 10)
        if ((out[i] > 0) != (i / 10 % 2 != 0) || abs(out[i]) < 30000)
            worst++;
    tap_is_int(worst, 0, "a square of full scale is clipped, not wrapped");
    resample_init(&r, 8000, 8000);
    in[0] = INT32_MAX, in[1] = INT32_MIN, in[2] = 65536 * 5, in[3] = -65536;
    tap_ok(whole(in, 4) == 4 && out[0] == INT16_MAX && out[1] == INT16_MIN
        && out[2] == 5 && out[3] == -1, "one rate: every sample as it was");
}

static void test_limits(void)
{
    tap_is_int(resample_init(&r, 99, 8000), -1, "99 Hz is refused");
    tap_is_int(resample_init(&r, 8000, 768001), -1, "768,001 Hz too");
    tap_is_int(resample_init(&r, 768000, 7000), -1, "and rates 110 times "
        "apart");
    resample_init(&r, 768000, 8000);
    tap_is_int((int64_t)whole(in, 0), 0, "nothing is nothing");
    resample_init(&r, 768000, 8000);
    memset(in, 0, sizeof in);
    tap_is_int((int64_t)whole(in, SECOND), 8000, "768 kHz: a second");
    resample_init(&r, 100, 8000);
    tap_is_int((int64_t)whole(in, 100), 8000, "100 Hz: a second");
}

int main(void)
{
    test_kept();
    test_not_folded();
    test_chirp();
    test_pieces();
    test_loud();
    test_limits();
    return tap_done();
}
