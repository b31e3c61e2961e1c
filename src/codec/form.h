/* form.h - application/x-www-form-urlencoded: WHATWG URL 5.1, 5.2.
 *
 * Decoding: "+" is a blank, %XX a byte; a broken %XX stays as it is.
 */
#ifndef CODEC_FORM_H
#define CODEC_FORM_H

#include "base/buf.h"
#include "base/slice.h"

/* Cuts the next pair off *form: raw name and value (absent without "=").
 * Returns false at the end.  Empty pairs are skipped. */
bool form_next(struct slice *form, struct slice *name, struct slice *value);

void form_decode(struct buf *out, struct slice raw);    /* + and %XX */
void url_decode(struct buf *out, struct slice raw);     /* %XX only: paths */

/* Decoded value of the first pair of that (plain ASCII) name, appended to
 * out.  Returns false when there is none. */
bool form_get(struct slice form, const char *name, struct buf *out);

/* The same into a C array; false when there is none or it was cut. */
bool form_copy(struct slice form, const char *name, char *dst, size_t cap);

/* Appends "&" when needed and name=value, encoded. */
void form_add(struct buf *out, const char *name, struct slice value);
void form_adds(struct buf *out, const char *name, const char *value);

#endif
