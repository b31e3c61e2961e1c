/* resample.c - another rate for audio, band-limited, without libm.
 *
 * Output n lies at input n * from / to: a whole number and a remainder, so no
 * error adds up.  The impulse response is sinc(x) under a Kaiser window of 80
 * dB, x counting zero crossings; they lie 16/15 samples of the lower rate
 * apart, which puts the middle of the slope at 15/16 of half that rate.
 */
#include "codec/resample.h"

#include <string.h>

#define PI 3.14159265358979323846
#define BETA 7.857              /* Kaiser: 0.1102 (80 - 8.7) */
#define ONE (1 << 22)           /* 1.0 in the table */
#define APART 100               /* the most that rates may differ */
#define RATIO_NUM 15            /* the cutoff */
#define RATIO_DEN 16

/* The modified Bessel function of order 0 of 2 sqrt(q). */
static double bessel(double q)
{
    double sum = 1, term = 1;

    for (int k = 1; k < 50; k++) {
        term *= q / ((double)k * k);
        sum += term;
    }
    return sum;
}

/* The sine of -pi/2..pi/2 by its series: to the last bit or two. */
static double sine(double x)
{
    double sum = x, term = x;

    for (int k = 2; k < 24; k += 2) {
        term *= -x * x / ((double)k * (k + 1));
        sum += term;
    }
    return sum;
}

/* sin(pi at / STEPS) */
static double sine_at(unsigned at)
{
    unsigned rest = at % RESAMPLE_STEPS;
    bool odd = at / RESAMPLE_STEPS % 2 != 0;
    double s = sine(PI * (rest > RESAMPLE_STEPS / 2 ? RESAMPLE_STEPS - rest
        : rest) / RESAMPLE_STEPS);

    return odd ? -s : s;
}

static void fill(int32_t table[static RESAMPLE_SIDE * RESAMPLE_STEPS + 2])
{
    const unsigned end = RESAMPLE_SIDE * RESAMPLE_STEPS;
    const double whole = bessel(BETA * BETA / 4);

    table[0] = ONE;
    for (unsigned i = 1; i < end; i++) {
        double x = PI * i / RESAMPLE_STEPS, at = (double)i / end;
        double h = ONE * sine_at(i) / x
            * bessel(BETA * BETA / 4 * (1 - at * at)) / whole;

        table[i] = (int32_t)(h < 0 ? h - 0.5 : h + 0.5);
    }
    table[end] = table[end + 1] = 0;
}

int resample_init(struct resample *r, uint32_t from, uint32_t to)
{
    uint32_t low = from < to ? from : to, high = from < to ? to : from;

    if (low < RESAMPLE_MIN || high > RESAMPLE_MAX || high / APART > low)
        return -1;
    r->from = from;
    r->to = to;
    r->taken_ = r->made_ = r->base_ = 0;
    r->count_ = 0;
    r->ended_ = false;
    r->step_ = ((uint64_t)RESAMPLE_STEPS << 32) / from * low / RATIO_DEN
        * RATIO_NUM;
    r->gain_ = ((uint64_t)RATIO_NUM << 24) / RATIO_DEN * low / from;
    r->reach_ = (uint32_t)((uint64_t)RESAMPLE_SIDE * RATIO_DEN * from
        / RATIO_NUM / low) + 1;
    fill(r->table_);
    return 0;
}

/* The place of the next sample to make: a number of input, and how much of
 * `to` behind it. */
static uint64_t place(const struct resample *r, uint32_t *behind)
{
    *behind = (uint32_t)(r->made_ * r->from % r->to);
    return r->made_ * r->from / r->to;
}

/* Lets go of what no later sample reaches. */
static void drop(struct resample *r)
{
    uint32_t behind;
    uint64_t at = place(r, &behind), from = at > r->reach_ ? at - r->reach_
        : 0;
    size_t n;

    if (from <= r->base_)
        return;
    n = from - r->base_ < r->count_ ? (size_t)(from - r->base_) : r->count_;
    memmove(r->held_, r->held_ + n, (r->count_ - n) * sizeof *r->held_);
    r->base_ += n;
    r->count_ -= n;
}

size_t resample_put(struct resample *r, const int32_t *in, size_t n)
{
    if (r->ended_)
        return 0;
    if (n > RESAMPLE_HELD - r->count_)
        drop(r);
    if (n > RESAMPLE_HELD - r->count_)
        n = RESAMPLE_HELD - r->count_;
    if (n)
        memcpy(r->held_ + r->count_, in, n * sizeof *in);
    r->count_ += n;
    r->taken_ += n;
    return n;
}

void resample_end(struct resample *r)
{
    r->ended_ = true;
}

/* A sample's weight, `at` table entries (<< 32) from the middle. */
static int64_t weight(const struct resample *r, uint64_t at)
{
    size_t i = (size_t)(at >> 32);
    int64_t between = (int64_t)(at >> 16 & 0xffff);
    int64_t a, b;

    if (i >= RESAMPLE_SIDE * RESAMPLE_STEPS)
        return 0;
    a = r->table_[i];
    b = r->table_[i + 1];
    return a + (b - a) * between / 65536;
}

/* To 16 bits; a half goes towards silence. */
static int16_t narrow(int64_t value)
{
    value = (value + (value < 0 ? -32767 : 32767)) / 65536;
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN
        ? INT16_MIN : value);
}

/* 22 bits of weight and 32 of sample: a few hundred of them stay far below
 * 64, as the weights add up to 1 / gain. */
static int16_t made(const struct resample *r, uint64_t at, uint32_t behind)
{
    uint64_t start = r->step_ / r->to * behind
        + r->step_ % r->to * behind / r->to;
    uint64_t from = at > r->reach_ ? at - r->reach_ : 0;
    uint64_t until = at + r->reach_ < r->taken_ ? at + r->reach_ + 1
        : r->taken_;
    int64_t sum = 0;

    for (uint64_t i = from; i < until; i++) {
        uint64_t far = i > at ? (i - at) * r->step_ - start
            : (at - i) * r->step_ + start;

        sum += weight(r, far) * r->held_[i - r->base_];
    }
    return narrow(sum / ONE * (int64_t)r->gain_ / (1 << 24));
}

size_t resample_get(struct resample *r, int16_t *out, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        uint32_t behind;
        uint64_t at = place(r, &behind);

        if (r->ended_ ? at >= r->taken_ : at + r->reach_ >= r->taken_)
            break;
        /* One rate for both: nothing to take out. */
        out[i] = r->from == r->to ? narrow(r->held_[at - r->base_])
            : made(r, at, behind);
        r->made_++;
    }
    drop(r);
    return i;
}
