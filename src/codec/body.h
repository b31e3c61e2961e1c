/* body.h - chunked transfer coding: RFC 9112 7.1.
 *
 * Step decoder.  Extensions are skipped, trailers are checked and dropped,
 * overhead is bounded: a peer that sends one byte a chunk is refused.
 */
#ifndef CODEC_BODY_H
#define CODEC_BODY_H

#include "base/buf.h"
#include "base/slice.h"

enum body_event {
    BODY_MORE,          /* all of *in was used; come back with more */
    BODY_DATA,          /* a piece of the body is in data */
    BODY_END,           /* the body and its trailers are complete */
    BODY_BAD            /* why and status say what is wrong */
};

struct body {           /* zero it, set max, use it */
    uint64_t max;       /* longest body accepted, bytes */
    uint64_t total;     /* bytes of body so far */
    struct slice data;  /* valid after BODY_DATA */
    const char *why;    /* constant; after BODY_BAD */
    int status;         /* 400, 413, 431 (trailers); after BODY_BAD */
    uint64_t at;        /* coded bytes taken; after BODY_BAD: where it is */
    uint8_t state_;     /* private from here on */
    uint8_t digits_;
    uint64_t left_;
    uint64_t overhead_;
    uint32_t line_, trailer_;
};

/* Takes one step over *in and moves *in past what it used. */
enum body_event body_next(struct body *b, struct slice *in);

/* Encoder: one chunk (nothing for an empty s), and the last chunk. */
void body_chunk(struct buf *out, struct slice s);
void body_last(struct buf *out);

#endif
