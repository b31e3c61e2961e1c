/* buf.c - bytes that grow, up to a ceiling stated at birth. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

#define BUF_FIRST TINY_OR(1, 64)    /* bytes; the first block, it doubles */

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_over(struct buf *b, void *mem, size_t cap)
{
    *b = (struct buf){.ptr = mem, .cap = cap, .max = cap, .lent = true};
}

void buf_free(struct buf *b)
{
    if (!b->lent) {
        mem_drop(b->ptr);
        b->ptr = NULL;
        b->cap = 0;
    }
    b->len = 0;
    b->bad = false;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->bad = false;
}

static int grow(struct buf *b, size_t want)
{
    size_t cap = b->cap ? b->cap : BUF_FIRST;
    uint8_t *p;

    if (b->lent || want > b->max)
        return -1;
    while (cap < want)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    if (cap > b->max)
        cap = b->max;
    p = mem_resize(b->ptr, cap);
    if (!p)
        return -1;
    b->ptr = p;
    b->cap = cap;
    return 0;
}

uint8_t *buf_room(struct buf *b, size_t n)
{
    if (b->bad)
        return NULL;
    if (n > b->cap - b->len) {
        if (n > SIZE_MAX - b->len || grow(b, b->len + n)) {
            b->bad = true;
            return NULL;
        }
    }
    return b->ptr + b->len;
}

void buf_commit(struct buf *b, size_t n)
{
    assert(n <= b->cap - b->len);
    b->len += n;
}

void buf_add(struct buf *b, struct slice s)
{
    uint8_t *p = s.len ? buf_room(b, s.len) : NULL;

    if (!p)
        return;
    memcpy(p, s.ptr, s.len);
    b->len += s.len;
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, slice_str(s));
}

void buf_addc(struct buf *b, uint8_t c)
{
    uint8_t *p = buf_room(b, 1);

    if (!p)
        return;
    *p = c;
    b->len++;
}

void buf_addu(struct buf *b, uint64_t n)
{
    char out[TEXT_U64_MAX];

    buf_add(b, slice_of(out, text_from_u64(out, n)));
}

void buf_addi(struct buf *b, int64_t n)
{
    if (n < 0)
        buf_addc(b, '-');
    buf_addu(b, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    char small[256];
    uint8_t *p;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < 0) {
        b->bad = true;
        return;
    }
    if ((size_t)n < sizeof small) {
        buf_add(b, slice_of(small, (size_t)n));
        return;
    }
    p = buf_room(b, (size_t)n + 1);     /* vsnprintf writes a NUL */
    if (!p)
        return;
    va_start(ap, fmt);
    vsnprintf((char *)p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_skip(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->len -= n;
    if (b->len && n)
        memmove(b->ptr, b->ptr + n, b->len);
}

const char *buf_cstr(struct buf *b)
{
    uint8_t *p = buf_room(b, 1);

    if (!p)
        return "";
    *p = 0;
    return (const char *)b->ptr;
}
