/* g711.c - ITU-T G.711 mu-law, 8 bits, 8000 samples a second.
 *
 * A code is sign, segment and step, all bits inverted.  With 33 (132 in 16
 * bits) added to the magnitude, the segment is the place of its highest bit
 * and the step the four bits behind it: tables 2a and 2b of G.711 fall out.
 */
#include "codec/g711.h"

#define BIAS 132            /* 33, in 16-bit samples */
#define CLIP (32767 - BIAS) /* the largest magnitude that keeps 15 bits */

/* The decoder output values of G.711 table 2, times 4: 14 bits become 16. */
static const int16_t decoded[256] = {
    -32124, -31100, -30076, -29052, -28028, -27004, -25980, -24956,
    -23932, -22908, -21884, -20860, -19836, -18812, -17788, -16764,
    -15996, -15484, -14972, -14460, -13948, -13436, -12924, -12412,
    -11900, -11388, -10876, -10364,  -9852,  -9340,  -8828,  -8316,
     -7932,  -7676,  -7420,  -7164,  -6908,  -6652,  -6396,  -6140,
     -5884,  -5628,  -5372,  -5116,  -4860,  -4604,  -4348,  -4092,
     -3900,  -3772,  -3644,  -3516,  -3388,  -3260,  -3132,  -3004,
     -2876,  -2748,  -2620,  -2492,  -2364,  -2236,  -2108,  -1980,
     -1884,  -1820,  -1756,  -1692,  -1628,  -1564,  -1500,  -1436,
     -1372,  -1308,  -1244,  -1180,  -1116,  -1052,   -988,   -924,
      -876,   -844,   -812,   -780,   -748,   -716,   -684,   -652,
      -620,   -588,   -556,   -524,   -492,   -460,   -428,   -396,
      -372,   -356,   -340,   -324,   -308,   -292,   -276,   -260,
      -244,   -228,   -212,   -196,   -180,   -164,   -148,   -132,
      -120,   -112,   -104,    -96,    -88,    -80,    -72,    -64,
       -56,    -48,    -40,    -32,    -24,    -16,     -8,      0,
     32124,  31100,  30076,  29052,  28028,  27004,  25980,  24956,
     23932,  22908,  21884,  20860,  19836,  18812,  17788,  16764,
     15996,  15484,  14972,  14460,  13948,  13436,  12924,  12412,
     11900,  11388,  10876,  10364,   9852,   9340,   8828,   8316,
      7932,   7676,   7420,   7164,   6908,   6652,   6396,   6140,
      5884,   5628,   5372,   5116,   4860,   4604,   4348,   4092,
      3900,   3772,   3644,   3516,   3388,   3260,   3132,   3004,
      2876,   2748,   2620,   2492,   2364,   2236,   2108,   1980,
      1884,   1820,   1756,   1692,   1628,   1564,   1500,   1436,
      1372,   1308,   1244,   1180,   1116,   1052,    988,    924,
       876,    844,    812,    780,    748,    716,    684,    652,
       620,    588,    556,    524,    492,    460,    428,    396,
       372,    356,    340,    324,    308,    292,    276,    260,
       244,    228,    212,    196,    180,    164,    148,    132,
       120,    112,    104,     96,     88,     80,     72,     64,
        56,     48,     40,     32,     24,     16,      8,      0};

uint8_t g711_encode(int16_t pcm)
{
    unsigned sign = pcm < 0 ? 0x80 : 0;
    int magnitude = pcm < 0 ? -(int)pcm : pcm;
    unsigned segment = 7, m;

    if (magnitude > CLIP)
        magnitude = CLIP;
    m = (unsigned)magnitude + BIAS;
    for (unsigned bit = 0x4000; segment && !(m & bit); bit >>= 1)
        segment--;
    return (uint8_t)~(sign | segment << 4 | (m >> (segment + 3) & 15));
}

int16_t g711_decode(uint8_t mu)
{
    return decoded[mu];
}

/* The even bits are inverted; the step is the middle of its interval. */
int16_t g711_alaw_decode(uint8_t a)
{
    unsigned code = a ^ 0x55u, segment = code >> 4 & 7;
    int magnitude = (int)((code & 15) << 4) + 8;

    if (segment)
        magnitude = (magnitude + 0x100) << (segment - 1);
    return (int16_t)(code & 0x80 ? magnitude : -magnitude);
}

void g711_encode_all(uint8_t *out, const int16_t *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = g711_encode(in[i]);
}

void g711_decode_all(int16_t *out, const uint8_t *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = decoded[in[i]];
}
