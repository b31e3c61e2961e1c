/* json_str.c - the inside of JSON strings. */
#include "codec/json_str.h"

#include "base/text.h"
#include "codec/utf8.h"

#define REPLACEMENT 0xfffdu

static inline bool json_str_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

const uint8_t *json_str_long(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 16) {
        uint64_t a = json_str_marks(json_str_load(p));
        uint64_t b = json_str_marks(json_str_load(p + 8));

        if (a | b)
            return a ? p + json_str_lowest(a) : p + 8 + json_str_lowest(b);
        p += 16;
    }
    if (end - p >= 8) {
        uint64_t m = json_str_marks(json_str_load(p));

        if (m)
            return p + json_str_lowest(m);
        p += 8;
    }
    while (p < end && json_str_plain(*p))
        p++;
    return p;
}

int json_str_hex4(const uint8_t *p, const uint8_t *end, uint32_t *c)
{
    uint32_t n = 0;

    for (int i = 0; i < 4; i++) {
        int d = p + i < end ? text_hexval(p[i]) : -1;

        if (d < 0)
            return i;
        n = n << 4 | (uint32_t)d;
    }
    *c = n;
    return 4;
}

size_t json_str_unescape(const uint8_t *p, const uint8_t *end, uint8_t out[4],
    size_t *len)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *at;
    uint32_t c, low = 0;
    size_t used = 6;
    struct buf b;

    *len = 1;
    if (end - p < 2) {
        out[0] = *p;
        return 1;
    }
    if (p[1] != 'u' || json_str_hex4(p + 2, end, &c) != 4) {
        at = p[1] ? strchr(from, p[1]) : NULL;
        out[0] = at ? (uint8_t)to[at - from] : p[1];
        return 2;
    }
    if (c >= 0xd800 && c < 0xe000) {
        if (c < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u'
            && json_str_hex4(p + 8, end, &low) == 4 && low >= 0xdc00
            && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            used = 12;
        } else {
            c = REPLACEMENT;
        }
    }
    buf_over(&b, out, 4);
    utf8_put(&b, c);
    *len = b.len;
    return used;
}

bool json_str_is(struct slice raw, struct slice want)
{
    const uint8_t *p = raw.ptr, *end = p + raw.len;
    size_t at = 0;

    while (p < end) {
        uint8_t one[4] = {*p};
        size_t len = 1;

        p += *p == '\\' ? json_str_unescape(p, end, one, &len) : 1;
        if (len > want.len - at || memcmp(want.ptr + at, one, len) != 0)
            return false;
        at += len;
    }
    return at == want.len;
}
