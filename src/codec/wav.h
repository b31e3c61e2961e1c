/* wav.h - RIFF WAVE heads: reading PCM and mu-law, writing mu-law.
 *
 * Multimedia Programming Interface and Data Specifications 1.0 (1991); format
 * tags 1 (PCM), 7 (mu-law), 0xfffe (extensible, with one of these inside).
 */
#ifndef CODEC_WAV_H
#define CODEC_WAV_H

#include "base/slice.h"

#define WAV_PCM 1
#define WAV_MULAW 7
#define WAV_HEAD 58             /* bytes of the head that wav_head writes */

struct wav {
    uint16_t format;            /* WAV_PCM or WAV_MULAW */
    uint16_t channels;          /* 1.. */
    uint32_t rate;              /* samples a second */
    uint16_t bits;              /* 8 or 16 */
    struct slice data;          /* of the input; as much as is there when the
                                   head says more or nothing (streamed) */
};

/* 0, or -1 and *why (constant). */
int wav_parse(struct slice file, struct wav *out, const char **why);

/* The head of a mu-law file of data_len bytes: RIFF, fmt (18 bytes), fact,
 * data.  Returns WAV_HEAD. */
size_t wav_head(uint8_t out[static WAV_HEAD], unsigned channels,
    uint32_t data_len);

#endif
