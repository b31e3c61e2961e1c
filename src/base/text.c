/* text.c - numbers and small words in slices. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int text_u64(struct slice s, uint64_t lo, uint64_t hi, uint64_t *v)
{
    uint64_t n = 0;

    if (s.len == 0 || s.len > TEXT_U64_MAX)
        return -1;
    for (size_t i = 0; i < s.len; i++) {
        unsigned d = (unsigned)s.ptr[i] - '0';

        if (d > 9 || n > (UINT64_MAX - d) / 10)
            return -1;
        n = n * 10 + d;
    }
    if (n < lo || n > hi)
        return -1;
    *v = n;
    return 0;
}

int text_i64(struct slice s, int64_t lo, int64_t hi, int64_t *v)
{
    bool neg = s.len && s.ptr[0] == '-';
    uint64_t n;
    int64_t r;

    if (text_u64(slice_from(s, neg), 0, (uint64_t)INT64_MAX + neg, &n))
        return -1;
    r = !neg ? (int64_t)n : n ? -(int64_t)(n - 1) - 1 : 0;
    if (r < lo || r > hi)
        return -1;
    *v = r;
    return 0;
}

size_t text_from_u64(char out[static TEXT_U64_MAX], uint64_t n)
{
    char tmp[TEXT_U64_MAX];
    size_t len = 0;

    do
        tmp[len++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    for (size_t i = 0; i < len; i++)
        out[i] = tmp[len - 1 - i];
    return len;
}

void text_hex(char *out, struct slice s)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < s.len; i++) {
        out[2 * i] = digits[s.ptr[i] >> 4];
        out[2 * i + 1] = digits[s.ptr[i] & 15];
    }
    out[2 * s.len] = 0;
}

int text_hexval(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = byte_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_copy(char *dst, size_t cap, struct slice s)
{
    size_t n = s.len < cap ? s.len : cap - 1;

    if (n)
        memcpy(dst, s.ptr, n);
    dst[n] = 0;
    return n == s.len;
}

bool text_vfmt(char *dst, size_t cap, const char *fmt, va_list ap)
{
    int n = vsnprintf(dst, cap, fmt, ap);

    return n >= 0 && (size_t)n < cap;
}

bool text_fmt(char *dst, size_t cap, const char *fmt, ...)
{
    va_list ap;
    bool whole;

    va_start(ap, fmt);
    whole = text_vfmt(dst, cap, fmt, ap);
    va_end(ap);
    return whole;
}

int text_bool(struct slice s)
{
    if (slice_is(s, "1") || slice_iis(s, "true") || slice_iis(s, "yes")
        || slice_iis(s, "on"))
        return 1;
    if (slice_is(s, "0") || slice_iis(s, "false") || slice_iis(s, "no")
        || slice_iis(s, "off"))
        return 0;
    return -1;
}

const char *text_mask(char *out, size_t cap, struct slice number)
{
    size_t n = number.len < cap ? number.len : cap - 1;

    for (size_t i = 0; i < n; i++) {
        bool show = i + 4 >= number.len || (i < 2 && number.len > 8);

        out[i] = show ? (char)number.ptr[i] : '*';
    }
    out[n] = 0;
    return out;
}

bool text_same_secret(struct slice a, struct slice b)
{
    uint8_t diff = 0;

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        diff |= (uint8_t)(a.ptr[i] ^ b.ptr[i]);
    return diff == 0;
}
