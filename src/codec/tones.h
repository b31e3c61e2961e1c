/* tones.h - sine tones and DTMF (ITU-T Q.23) as mu-law, from a table. */
#ifndef CODEC_TONES_H
#define CODEC_TONES_H

#include "base/slice.h"

/* A phase accumulator: 2^32 is one turn.  Zero it, set step. */
struct tone {
    uint32_t phase, step;
};

/* The step of a frequency in Hz at 8000 samples a second. */
uint32_t tone_step(unsigned hz);

/* The next sample, -amplitude..amplitude. */
int16_t tone_next(struct tone *t, int16_t amplitude);

/* Writes n mu-law samples of one tone, going on from *t. */
void tone_fill(struct tone *t, int16_t amplitude, uint8_t *out, size_t n);

/* The two frequencies of "0123456789*#ABCD"; -1 for another character. */
int dtmf_pair(char digit, unsigned *low, unsigned *high);

/* Writes n mu-law samples of a digit.  -1 for another character. */
int dtmf_fill(char digit, uint8_t *out, size_t n);

/* What is sent for one key: 100 ms of its tones and 100 ms of silence; for
 * 'w', a pause of 500 ms.  Returns the bytes; 0 for another character. */
#define DTMF_KEY_MAX 4000
size_t dtmf_key(char key, uint8_t out[static DTMF_KEY_MAX]);

#endif
