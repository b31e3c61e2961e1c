/* g711.h - ITU-T G.711 mu-law, 8 bits, 8000 samples a second; A-law is read. */
#ifndef CODEC_G711_H
#define CODEC_G711_H

#include "base/slice.h"

#define G711_RATE 8000
#define G711_SILENCE 0xff
#define G711_MS 8               /* bytes a millisecond */

uint8_t g711_encode(int16_t pcm);
int16_t g711_decode(uint8_t mu);
int16_t g711_alaw_decode(uint8_t a);    /* table 1 of G.711, in 16 bits */

/* n samples each; out may not overlap in. */
void g711_encode_all(uint8_t *out, const int16_t *in, size_t n);
void g711_decode_all(int16_t *out, const uint8_t *in, size_t n);

#endif
