/* json_str.h - the inside of JSON strings; private to json.c and json_get.c.
 *
 * A string is looked at eight bytes at a time until a byte that means
 * something.  The short loops are inline: they are most of a scan.
 */
#ifndef CODEC_JSON_STR_H
#define CODEC_JSON_STR_H

#include <string.h>

#include "base/slice.h"

#define JSON_STR_ONES UINT64_C(0x0101010101010101)

/* Little-endian on any machine; compilers make it one load. */
static inline uint64_t json_str_load(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16
        | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40
        | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* The high bit of each byte that is a quote, a backslash, below 0x20 or above
 * 0x7f; the quote falls under 0x21 with the controls when bit 1 is flipped.
 * Bytes above the lowest such one may be marked too: a borrow only starts at
 * a byte that is rightly marked. */
static inline uint64_t json_str_marks(uint64_t w)
{
    uint64_t low = (w ^ JSON_STR_ONES * 0x02) - JSON_STR_ONES * 0x21;
    uint64_t slash = (w ^ JSON_STR_ONES * '\\') - JSON_STR_ONES;

    return (low | slash | w) & JSON_STR_ONES * 0x80;
}

/* The lowest mark as an offset: the ones below it, counted a byte each. */
static inline size_t json_str_lowest(uint64_t m)
{
    uint64_t below = ((m & (0 - m)) - 1) & JSON_STR_ONES;

    return (size_t)((below * JSON_STR_ONES) >> 56) - 1;
}

/* json_str_end for what is longer than a word. */
const uint8_t *json_str_long(const uint8_t *p, const uint8_t *end);

/* The first byte from p on that is not plain string text, or end. */
static inline const uint8_t *json_str_end(const uint8_t *p, const uint8_t *end)
{
    if (end - p >= 8) {
        uint64_t m = json_str_marks(json_str_load(p));

        if (m)
            return p + json_str_lowest(m);
        p += 8;
    }
    return json_str_long(p, end);
}

static inline const uint8_t *json_str_blanks(const uint8_t *p,
    const uint8_t *end)
{
    for (; p < end; p++)
        if (*p > ' ' || (*p != ' ' && *p != '\n' && *p != '\r'
            && *p != '\t'))
            break;
    return p;
}

/* Four hex digits.  Returns how many of them there are; *c is set by four. */
int json_str_hex4(const uint8_t *p, const uint8_t *end, uint32_t *c);

/* One escape of a string known to be valid, as UTF-8.  Returns its length in
 * the text, and never goes past end on a text that is not. */
size_t json_str_unescape(const uint8_t *p, const uint8_t *end, uint8_t out[4],
    size_t *len);

/* Is the raw text of a string, unescaped, this? */
bool json_str_is(struct slice raw, struct slice want);

/* Does the path begin with this key?  Returns what follows the key in the
 * path, "" or ".more", or NULL.  A key holds no NUL, but may hold a dot. */
static inline const char *json_str_step(const char *path, struct slice key,
    bool escaped)
{
    size_t n = 0;

    if (escaped) {
        n = strcspn(path, ".");
        return json_str_is(key, slice_of(path, n)) ? path + n : NULL;
    }
    while (n < key.len && path[n] == (char)key.ptr[n])
        n++;
    return n == key.len && (path[n] == '.' || !path[n])
        && !memchr(path, '.', n) ? path + n : NULL;
}

#endif
