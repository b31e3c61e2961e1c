/* utf8.h - UTF-8 after RFC 3629: no overlongs, no surrogates, no 5-byte forms.
 */
#ifndef CODEC_UTF8_H
#define CODEC_UTF8_H

#include "base/buf.h"
#include "base/slice.h"

struct utf8 {           /* zero it; state between pieces of one text */
    uint8_t left_, lo_, hi_;
};

/* Feeds a piece.  Returns the offset of the first bad byte, or SLICE_NPOS. */
size_t utf8_feed(struct utf8 *u, struct slice s);

/* May the text end here (no character is cut)? */
static inline bool utf8_done(const struct utf8 *u)
{
    return u->left_ == 0;
}

/* Whole text. */
bool utf8_valid(struct slice s);

/* Decodes the character at the start of s: its length 1..4, or 0 if bad. */
size_t utf8_get(struct slice s, uint32_t *c);
void utf8_put(struct buf *out, uint32_t c);     /* c is a scalar value */
size_t utf8_count(struct slice s);              /* characters of a valid s */

#endif
