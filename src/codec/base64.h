/* base64.h - RFC 4648 4, padded, in machine words.
 *
 * Strict: no blank, no line end, right padding, unused bits zero.
 */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include "base/slice.h"

#define BASE64_LEN(n) (((n) + 2) / 3 * 4)       /* chars for n bytes */
#define BASE64_BYTES(chars) ((chars) / 4 * 3)   /* at most, for that many */

/* Writes BASE64_LEN(in.len) chars, no NUL; returns how many. */
size_t base64_encode(char *out, struct slice in);

/* Returns the bytes written (out has BASE64_BYTES(in.len)), or SLICE_NPOS and
 * in *at (may be NULL) the offset of the first bad char. */
size_t base64_decode(uint8_t *out, struct slice in, size_t *at);

/* How many bytes a well-formed text stands for, from its length and padding
 * alone: nothing is decoded (the audio path counts milliseconds so). */
size_t base64_size(struct slice in);

#endif
