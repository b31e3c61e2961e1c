/* resample.h - another rate for audio, band-limited, without libm.
 *
 * A windowed sinc at the lower of the two rates (Smith, "Digital Audio
 * Resampling": a table of the impulse response, gone between in a line): what
 * the new rate cannot hold is taken out, not folded down.  Within 0.1 dB up to
 * 7/8 of half the lower rate (3.5 kHz at 8000), over 75 dB down from half of it
 * on; integers but for the table, so the same everywhere.
 */
#ifndef CODEC_RESAMPLE_H
#define CODEC_RESAMPLE_H

#include "base/slice.h"

#define RESAMPLE_MIN 100        /* samples a second, of both rates */
#define RESAMPLE_MAX 768000
#define RESAMPLE_SIDE 40        /* zero crossings on each side */
#define RESAMPLE_STEPS 256      /* table entries between two of them */
#define RESAMPLE_HELD 16384     /* samples waiting at most */

struct resample {               /* 110 kB: not for the stack */
    uint32_t from, to;
    uint64_t step_;             /* table entries a sample of input, << 32 */
    uint64_t gain_;             /* 1 << 24: one table entry a zero crossing */
    uint64_t taken_, made_;     /* samples of input, of output */
    uint64_t base_;             /* the number of held_[0] */
    uint32_t reach_;            /* samples of input a side */
    bool ended_;
    size_t count_;
    int32_t held_[RESAMPLE_HELD];
    int32_t table_[RESAMPLE_SIDE * RESAMPLE_STEPS + 2];
};

/* -1: a rate outside the limits, or two that are over 100 times apart. */
int resample_init(struct resample *r, uint32_t from, uint32_t to);

/* Takes what there is room for; how many samples that was.  Full scale is 32
 * bits.  None after resample_end. */
size_t resample_put(struct resample *r, const int32_t *in, size_t n);
void resample_end(struct resample *r);  /* silence follows the last one */

/* Makes up to n samples of what was put; how many.  0: put more, or, after the
 * end, that was all: input * to / from of them, rounded up.  Where the pieces
 * were cut makes no difference to any sample. */
size_t resample_get(struct resample *r, int16_t *out, size_t n);

#endif
