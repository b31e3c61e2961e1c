/* sse.h - server-sent events: WHATWG HTML 9.2.6.
 *
 * Lines end in LF, CR or CRLF, wherever the pieces are cut; comments, unknown
 * fields, a BOM in front and several data lines of one event are as the
 * standard has them.  "retry" and "id" are kept for whoever reconnects.
 */
#ifndef CODEC_SSE_H
#define CODEC_SSE_H

#include "base/buf.h"
#include "base/slice.h"

#define SSE_NAME 32             /* bytes of a type or id, with NUL */

struct sse {
    struct buf line_, data_;    /* private: a line, an event under way */
    char type_[SSE_NAME];
    char id[SSE_NAME];          /* of the last event that had one */
    int64_t retry;              /* ms, -1: not said */
    bool has_data_, cr_, begun_;
    bool bad;                   /* an event passed the ceiling */
};

/* max: bytes of a line and of an event.  Nothing is allocated yet. */
void sse_init(struct sse *s, size_t max);
void sse_free(struct sse *s);

/* Feeds a piece; event is called for each whole event, type "message" where
 * none was named; returning false ends the feeding.  False: it ended so, or an
 * event was too long (bad).  An event that the stream cuts is dropped, as the
 * standard says. */
bool sse_feed(struct sse *s, struct slice piece,
    bool (*event)(void *arg, struct slice type, struct slice data),
    void *arg);

#endif
