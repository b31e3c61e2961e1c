/* dtmf.h - keys, heard in tones: what a switchboard makes of them.
 *
 * Of the stand-ins' own: eight Goertzel filters a frame (ITU-T Q.23), and the
 * times Q.24 asks for: at least 40 ms of tone and as much of anything else
 * before the next.  Pure.
 */
#ifndef SIM_DTMF_H
#define SIM_DTMF_H

#include "sim/mfsk.h"

struct dtmf {               /* zero it */
    char last_;             /* the key of the frame before, or 0 */
    unsigned run_;          /* frames it has been heard */
    bool told_;
    unsigned shortest;      /* tone that counted, frames; 0: none yet */
};

/* 20 ms of the line: a key that has just become certain, or 0. */
char dtmf_next(struct dtmf *d, const uint8_t frame[static MFSK_FRAME]);

#endif
