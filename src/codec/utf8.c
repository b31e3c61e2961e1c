/* utf8.c - UTF-8 after RFC 3629.
 *
 * A lead byte says how many bytes follow and between which bounds the first
 * of them lies (RFC 3629 4): that alone excludes overlongs, surrogates and
 * what is above U+10FFFF.  All later ones are 80..BF.
 */
#include "codec/utf8.h"

#include <string.h>

#define HIGH_BITS 0x8080808080808080u

/* Starts the state a lead byte calls for; false when it is none. */
static bool lead(struct utf8 *u, uint8_t c)
{
    u->lo_ = 0x80;
    u->hi_ = 0xbf;
    if (c >= 0xc2 && c <= 0xdf) {
        u->left_ = 1;
    } else if (c >= 0xe0 && c <= 0xef) {
        u->left_ = 2;
        if (c == 0xe0)
            u->lo_ = 0xa0;
        if (c == 0xed)
            u->hi_ = 0x9f;
    } else if (c >= 0xf0 && c <= 0xf4) {
        u->left_ = 3;
        if (c == 0xf0)
            u->lo_ = 0x90;
        if (c == 0xf4)
            u->hi_ = 0x8f;
    } else {
        return false;
    }
    return true;
}

/* The offset of the first byte at or behind i that is not ASCII. */
static size_t skip_ascii(struct slice s, size_t i)
{
    uint64_t a, b;

    for (; s.len - i >= 16; i += 16) {
        memcpy(&a, s.ptr + i, 8);
        memcpy(&b, s.ptr + i + 8, 8);
        if ((a | b) & HIGH_BITS)
            break;
    }
    while (i < s.len && s.ptr[i] < 0x80)
        i++;
    return i;
}

size_t utf8_feed(struct utf8 *u, struct slice s)
{
    size_t i = 0;

    while (i < s.len) {
        if (u->left_ == 0) {
            i = skip_ascii(s, i);
            if (i == s.len)
                break;
            if (!lead(u, s.ptr[i]))
                return i;
        } else {
            if (s.ptr[i] < u->lo_ || s.ptr[i] > u->hi_)
                return i;
            u->lo_ = 0x80;
            u->hi_ = 0xbf;
            u->left_--;
        }
        i++;
    }
    return SLICE_NPOS;
}

bool utf8_valid(struct slice s)
{
    struct utf8 u = {0, 0, 0};

    return utf8_feed(&u, s) == SLICE_NPOS && utf8_done(&u);
}

size_t utf8_get(struct slice s, uint32_t *c)
{
    static const uint8_t mask[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    struct utf8 u = {0, 0, 0};
    size_t n;
    uint32_t v;

    if (s.len == 0)
        return 0;
    if (s.ptr[0] >= 0x80 && !lead(&u, s.ptr[0]))
        return 0;
    n = 1u + u.left_;
    if (s.len < n
        || utf8_feed(&u, slice_from(slice_head(s, n), 1)) != SLICE_NPOS)
        return 0;
    v = s.ptr[0] & mask[n];
    for (size_t i = 1; i < n; i++)
        v = v << 6 | (s.ptr[i] & 0x3f);
    *c = v;
    return n;
}

void utf8_put(struct buf *out, uint32_t c)
{
    static const uint8_t mark[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    uint8_t b[4];

    /* What is no scalar value has no form: the text is spoilt, not bent. */
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        out->bad = true;
        return;
    }
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        b[i] = (uint8_t)(0x80 | (c & 0x3f));
    b[0] = (uint8_t)(mark[n] | c);
    buf_add(out, slice_of(b, n));
}

size_t utf8_count(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (s.ptr[i] & 0xc0) != 0x80;
    return n;
}
