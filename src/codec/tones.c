/* tones.c - sine tones and DTMF (ITU-T Q.23) as mu-law, from a table.
 *
 * The upper 10 bits of the phase choose the step of a turn, the next 16 go
 * between two steps in a straight line: the error stays below one part in
 * 20,000, far under what mu-law itself rounds away.
 */
#include "codec/tones.h"

#include <string.h>

#include "codec/g711.h"

#define QUARTER 256         /* steps in a quarter of a turn */

/* 32767 sin(x pi / 512) */
static const int16_t quarter[QUARTER + 1] = {
        0,   201,   402,   603,   804,  1005,  1206,  1407,  1608,  1809,
     2009,  2210,  2410,  2611,  2811,  3012,  3212,  3412,  3612,  3811,
     4011,  4210,  4410,  4609,  4808,  5007,  5205,  5404,  5602,  5800,
     5998,  6195,  6393,  6590,  6786,  6983,  7179,  7375,  7571,  7767,
     7962,  8157,  8351,  8545,  8739,  8933,  9126,  9319,  9512,  9704,
     9896, 10087, 10278, 10469, 10659, 10849, 11039, 11228, 11417, 11605,
    11793, 11980, 12167, 12353, 12539, 12725, 12910, 13094, 13279, 13462,
    13645, 13828, 14010, 14191, 14372, 14553, 14732, 14912, 15090, 15269,
    15446, 15623, 15800, 15976, 16151, 16325, 16499, 16673, 16846, 17018,
    17189, 17360, 17530, 17700, 17869, 18037, 18204, 18371, 18537, 18703,
    18868, 19032, 19195, 19357, 19519, 19680, 19841, 20000, 20159, 20317,
    20475, 20631, 20787, 20942, 21096, 21250, 21403, 21554, 21705, 21856,
    22005, 22154, 22301, 22448, 22594, 22739, 22884, 23027, 23170, 23311,
    23452, 23592, 23731, 23870, 24007, 24143, 24279, 24413, 24547, 24680,
    24811, 24942, 25072, 25201, 25329, 25456, 25582, 25708, 25832, 25955,
    26077, 26198, 26319, 26438, 26556, 26674, 26790, 26905, 27019, 27133,
    27245, 27356, 27466, 27575, 27683, 27790, 27896, 28001, 28105, 28208,
    28310, 28411, 28510, 28609, 28706, 28803, 28898, 28992, 29085, 29177,
    29268, 29358, 29447, 29534, 29621, 29706, 29791, 29874, 29956, 30037,
    30117, 30195, 30273, 30349, 30424, 30498, 30571, 30643, 30714, 30783,
    30852, 30919, 30985, 31050, 31113, 31176, 31237, 31297, 31356, 31414,
    31470, 31526, 31580, 31633, 31685, 31736, 31785, 31833, 31880, 31926,
    31971, 32014, 32057, 32098, 32137, 32176, 32213, 32250, 32285, 32318,
    32351, 32382, 32412, 32441, 32469, 32495, 32521, 32545, 32567, 32589,
    32609, 32628, 32646, 32663, 32678, 32692, 32705, 32717, 32728, 32737,
    32745, 32752, 32757, 32761, 32765, 32766, 32767};

/* ITU-T Q.23: rows are the low group, columns the high one. */
static const char keys[] = "123A456B789C*0#D";
static const uint16_t low_group[4] = {697, 770, 852, 941};
static const uint16_t high_group[4] = {1209, 1336, 1477, 1633};

/* The high group is sent 2 dB above the low one (ITU-T Q.24), and their sum
 * stays 5 dB under full scale. */
#define LOW_LEVEL 8000
#define HIGH_LEVEL 10000

/* The sine at a step of the turn, 0..1024. */
static int32_t sine_step(uint32_t step)
{
    uint32_t at = step % QUARTER;

    switch (step / QUARTER % 4) {
    case 0:
        return quarter[at];
    case 1:
        return quarter[QUARTER - at];
    case 2:
        return -quarter[at];
    default:
        return -quarter[QUARTER - at];
    }
}

uint32_t tone_step(unsigned hz)
{
    return (uint32_t)((((uint64_t)hz << 32) + G711_RATE / 2) / G711_RATE);
}

int16_t tone_next(struct tone *t, int16_t amplitude)
{
    uint32_t step = t->phase >> 22;
    int32_t between = (int32_t)(t->phase >> 6 & 0xffff);
    int32_t a = sine_step(step), b = sine_step(step + 1);
    int32_t value = a + (b - a) * between / 65536;

    t->phase += t->step;
    return (int16_t)(value * amplitude / 32767);
}

void tone_fill(struct tone *t, int16_t amplitude, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = g711_encode(tone_next(t, amplitude));
}

int dtmf_pair(char digit, unsigned *low, unsigned *high)
{
    const char *key = digit ? strchr(keys, digit) : NULL;

    if (!key)
        return -1;
    *low = low_group[(key - keys) / 4];
    *high = high_group[(key - keys) % 4];
    return 0;
}

int dtmf_fill(char digit, uint8_t *out, size_t n)
{
    struct tone a = {0, 0}, b = {0, 0};
    unsigned low, high;

    if (dtmf_pair(digit, &low, &high))
        return -1;
    a.step = tone_step(low);
    b.step = tone_step(high);
    for (size_t i = 0; i < n; i++) {
        int sample = tone_next(&a, LOW_LEVEL) + tone_next(&b, HIGH_LEVEL);

        out[i] = g711_encode((int16_t)sample);
    }
    return 0;
}

size_t dtmf_key(char key, uint8_t out[static DTMF_KEY_MAX])
{
    memset(out, G711_SILENCE, DTMF_KEY_MAX);
    if (key == 'w')
        return 500 * G711_MS;
    return dtmf_fill(key, out, 100 * G711_MS) ? 0 : 200 * G711_MS;
}
