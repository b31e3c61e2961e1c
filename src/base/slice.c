/* slice.c - a pointer and a length: bytes that somebody else owns. */
#include "base/slice.h"

#include <string.h>

struct slice slice_str(const char *s)
{
    return (struct slice){(const uint8_t *)s, s ? strlen(s) : 0};
}

bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_is(struct slice a, const char *s)
{
    return slice_eq(a, slice_str(s));
}

bool slice_ieq(struct slice a, struct slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (byte_lower(a.ptr[i]) != byte_lower(b.ptr[i]))
            return false;
    return true;
}

bool slice_iis(struct slice a, const char *s)
{
    return slice_ieq(a, slice_str(s));
}

bool slice_starts(struct slice a, const char *prefix)
{
    struct slice p = slice_str(prefix);

    return a.len >= p.len && slice_eq(slice_head(a, p.len), p);
}

bool slice_ends(struct slice a, const char *suffix)
{
    struct slice p = slice_str(suffix);

    return a.len >= p.len && slice_eq(slice_from(a, a.len - p.len), p);
}

int slice_cmp(struct slice a, struct slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int d = n ? memcmp(a.ptr, b.ptr, n) : 0;

    if (d)
        return d;
    return a.len < b.len ? -1 : a.len > b.len;
}

size_t slice_chr(struct slice s, uint8_t c)
{
    const uint8_t *p = s.len ? memchr(s.ptr, c, s.len) : NULL;

    return p ? (size_t)(p - s.ptr) : SLICE_NPOS;
}

size_t slice_find(struct slice hay, struct slice needle)
{
    if (needle.len == 0)
        return 0;
    for (size_t i = 0; i + needle.len <= hay.len; i++) {
        size_t at = slice_chr(slice_of(hay.ptr + i, hay.len - needle.len + 1
            - i), needle.ptr[0]);
        if (at == SLICE_NPOS)
            return SLICE_NPOS;
        i += at;
        if (memcmp(hay.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    }
    return SLICE_NPOS;
}

static struct slice trim(struct slice s, const char *set)
{
    while (s.len && strchr(set, s.ptr[0]) && s.ptr[0])
        s = slice_from(s, 1);
    while (s.len && strchr(set, s.ptr[s.len - 1]) && s.ptr[s.len - 1])
        s.len--;
    return s;
}

struct slice slice_trim(struct slice s)
{
    return trim(s, " \t");
}

struct slice slice_trim_all(struct slice s)
{
    return trim(s, " \t\r\n");
}

struct slice slice_cut(struct slice *s, uint8_t sep)
{
    size_t at = slice_chr(*s, sep);
    struct slice head = slice_head(*s, at);

    *s = at == SLICE_NPOS ? (struct slice){NULL, 0} : slice_from(*s, at + 1);
    return head;
}
