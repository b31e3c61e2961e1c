/* wav.h - RIFF WAVE: reading PCM, float, A-law and mu-law, writing mu-law.
 *
 * Multimedia Programming Interface and Data Specifications 1.0 (1991); format
 * tags 1 (PCM), 3 (IEEE float), 6 (A-law), 7 (mu-law) and 0xfffe (extensible,
 * with one of these inside).
 */
#ifndef CODEC_WAV_H
#define CODEC_WAV_H

#include "base/slice.h"

#define WAV_PCM 1
#define WAV_FLOAT 3
#define WAV_ALAW 6
#define WAV_MULAW 7
#define WAV_HEAD 58             /* bytes of the head that wav_head writes */

struct wav {
    uint16_t format;            /* WAV_PCM, _FLOAT, _ALAW or _MULAW */
    uint16_t channels;          /* 1.. */
    uint32_t rate;              /* samples a second */
    uint16_t bits;              /* that a sample takes in the file: PCM 8, 16,
                                   24 or 32, float 32 or 64, the laws 8 */
    struct slice data;          /* of the input; as much as is there when the
                                   head says more or nothing (streamed) */
};

/* 0, or -1 and *why (constant). */
int wav_parse(struct slice file, struct wav *out, const char **why);

/* How many moments there are, a sample of every channel each. */
size_t wav_frames(const struct wav *w);

/* The samples of n moments from `at` on, all channels of one mixed to their
 * mean; full scale is that of 32 bits.  A float that is no number is 0, one
 * outside -1..1 is clipped.  at + n may not exceed wav_frames. */
void wav_mixed(const struct wav *w, size_t at, int32_t *out, size_t n);

/* The head of a mu-law file of data_len bytes: RIFF, fmt (18 bytes), fact,
 * data.  Returns WAV_HEAD. */
size_t wav_head(uint8_t out[static WAV_HEAD], unsigned channels,
    uint32_t data_len);

#endif
