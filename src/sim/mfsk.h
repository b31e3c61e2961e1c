/* mfsk.h - talking in tones: text as 160-byte frames of mu-law, and back.
 *
 * Sixteen tones carry four bits a frame of 20 ms; two more only ever mark a
 * beginning.  A text is: two marks, its length (three symbols and a check),
 * two symbols a byte, a CRC of 16 bits.  So what is decoded was heard in order
 * and whole, and what was cut says after which character.  0xff is silence.
 *
 * Pure: no memory, no clock.  The sender begins on a boundary of 160 bytes; the
 * decoder finds a beginning after silence at any byte, and after anything else
 * at any whole frame.
 */
#ifndef SIM_MFSK_H
#define SIM_MFSK_H

#include "base/slice.h"

#define MFSK_FRAME 160          /* bytes: 20 ms */
#define MFSK_MS 20
#define MFSK_TEXT 2000          /* longest text, bytes */
#define MFSK_OVERHEAD 10        /* frames besides two a byte */

/* ---- speaking ---- */

/* How many frames the text takes, cut at MFSK_TEXT. */
size_t mfsk_frames(struct slice text);

/* Frame number i of the text; silence when i is past its end. */
void mfsk_frame(struct slice text, size_t i, uint8_t out[static MFSK_FRAME]);

/* ---- hearing ---- */

enum mfsk_event {
    MFSK_MORE,          /* less than a frame is left: come back with more */
    MFSK_SILENCE,       /* a frame of silence, no text under way */
    MFSK_NOISE,         /* a loud frame that belongs to no text */
    MFSK_BEGIN,         /* a text begins; at says at which byte */
    MFSK_SOUND,         /* one more frame of it; text has len bytes so far */
    MFSK_TEXT_END,      /* it is whole and its CRC is right */
    MFSK_CUT,           /* it broke off after len of want bytes (want is 0
                           when not even its length was heard) */
    MFSK_BAD            /* it came to its end with a wrong length or CRC */
};

struct mfsk {           /* zero it */
    uint64_t at;        /* byte of the stream where the text began */
    size_t want, len;   /* bytes announced, bytes heard */
    char text[MFSK_TEXT + 1];   /* NUL behind len */
    uint64_t pos_;      /* private: bytes taken */
    unsigned state_, have_, sym_, crc_, half_, quiet_;
    bool restart_;
    uint8_t frame_[MFSK_FRAME];
};

/* One step over *in, moving it past what was used. */
enum mfsk_event mfsk_next(struct mfsk *m, struct slice *in);

/* The number of a tone, 0..15 for data, 16 and 17 for marks; -1 silence, -2
 * anything else. */
int mfsk_tone(const uint8_t frame[static MFSK_FRAME]);

#endif
