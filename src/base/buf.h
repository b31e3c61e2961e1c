/* buf.h - bytes that grow, up to a ceiling stated at birth.
 *
 * Failure is sticky: after the first append that would pass the ceiling, or
 * finds no memory, bad is set and every later append does nothing.  So a
 * message is built in a straight line and asked once, buf_ok(), at the end.
 * A buf over the caller's memory (buf_over) never allocates: that is how the
 * codecs write without malloc.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/slice.h"

struct buf {
    uint8_t *ptr;
    size_t len, cap, max;
    bool bad;           /* an append failed; the content is a prefix */
    bool lent;          /* ptr belongs to the caller: never grown or freed */
};

/* An empty buf that may grow to max bytes.  Allocates nothing yet. */
void buf_init(struct buf *b, size_t max);

/* A buf over the caller's memory: cap bytes and not one more. */
void buf_over(struct buf *b, void *mem, size_t cap);

void buf_free(struct buf *b);           /* leaves an empty buf, same max */
void buf_clear(struct buf *b);          /* len 0, bad false, memory kept */

/* Makes room for n more bytes and returns where they go, or NULL (bad). */
uint8_t *buf_room(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);       /* n bytes of it were written */

void buf_add(struct buf *b, struct slice s);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, uint8_t c);
void buf_addu(struct buf *b, uint64_t n);       /* decimal */
void buf_addi(struct buf *b, int64_t n);        /* decimal */
void buf_addf(struct buf *b, const char *fmt, ...) PRINTFLIKE(2, 3);

void buf_skip(struct buf *b, size_t n);         /* drops n from the front */

static inline bool buf_ok(const struct buf *b)
{
    return !b->bad;
}

static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->ptr, b->len};
}

/* The content as a C string: adds a NUL behind it without counting it.
 * Returns "" when there is no room. */
const char *buf_cstr(struct buf *b);

#endif
