/* json_get.c - values of a JSON text that was validated: paths, walks, text. */
#include "codec/json.h"

#include <string.h>

#include "base/text.h"
#include "codec/json_str.h"
#include "codec/utf8.h"

/* The value that begins at p, in a text already validated; returns the byte
 * after it.  Of a text that is not it still never reads past end. */
static const uint8_t *value_at(const uint8_t *p, const uint8_t *end,
    struct json *v)
{
    const uint8_t *start = p;
    size_t depth = 0;

    v->escaped = false;
    v->type = *p == '{' ? JSON_OBJECT : *p == '[' ? JSON_ARRAY
        : *p == '"' ? JSON_STRING : *p == 't' ? JSON_TRUE
        : *p == 'f' ? JSON_FALSE : *p == 'n' ? JSON_NULL : JSON_NUMBER;
    if (v->type < JSON_STRING) {
        while (p < end && *p > ' ' && *p != ',' && *p != ']' && *p != '}')
            p++;
        v->text = slice_of(start, (size_t)(p - start));
        return p;
    }
    do {
        uint8_t c = *p++;

        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else if (c == '"') {
            p = json_str_end(p, end);
            while (p < end && *p != '"') {
                v->escaped |= *p == '\\';
                p += *p == '\\' && end - p > 1 ? 2 : 1;
                p = json_str_end(p, end);
            }
            p += p < end;
        }
    } while (depth && p < end);
    v->text = slice_of(start, (size_t)(p - start));
    if (v->type != JSON_STRING) {
        v->escaped = false;
    } else {
        v->text = slice_from(v->text, 1);
        v->text.len -= v->text.len > 0;
    }
    return p;
}

/* One step down: the last value of that key, or the element of that number. */
static struct json below(struct json v, const char *path)
{
    struct json_walk w = {.of = v};
    struct json found = {.type = JSON_ABSENT}, value;
    struct slice key;
    uint64_t i = 0, index = UINT64_MAX;

    if (v.type == JSON_ARRAY
        && text_u64(slice_of(path, strcspn(path, ".")), 0, SIZE_MAX, &index))
        return found;
    while (json_next(&w, &key, &value)) {
        if (v.type == JSON_ARRAY && i++ == index)
            return value;
        if (v.type == JSON_OBJECT && json_str_step(path, key,
            slice_chr(key, '\\') != SLICE_NPOS))
            found = value;
    }
    return found;
}

struct json json_get(struct json v, const char *path)
{
    for (;;) {
        v = below(v, path);
        path += strcspn(path, ".");
        if (!*path || v.type == JSON_ABSENT)
            return v;
        path++;
    }
}

bool json_next(struct json_walk *w, struct slice *key, struct json *value)
{
    const uint8_t *p, *end;
    struct json name;

    if (key)
        *key = (struct slice){NULL, 0};
    if (w->of.type != JSON_OBJECT && w->of.type != JSON_ARRAY)
        return false;
    if (w->at_ >= w->of.text.len)
        return false;
    end = w->of.text.ptr + w->of.text.len;
    p = json_str_blanks(w->of.text.ptr + w->at_ + (w->at_ == 0), end);
    if (p < end && *p == ',')
        p = json_str_blanks(p + 1, end);
    if (p >= end || *p == '}' || *p == ']')
        goto end;
    if (w->of.type == JSON_OBJECT) {
        p = json_str_blanks(value_at(p, end, &name), end);
        if (name.type != JSON_STRING || p == end || *p != ':')
            goto end;
        p = json_str_blanks(p + 1, end);
        if (p == end)
            goto end;
        if (key)
            *key = name.text;
    }
    w->at_ = (size_t)(value_at(p, end, value) - w->of.text.ptr);
    return true;
end:
    w->at_ = w->of.text.len;
    return false;
}

bool json_text(struct json v, struct buf *out)
{
    const uint8_t *p, *end;

    if (v.type != JSON_STRING)
        return false;
    p = v.text.ptr;
    end = p + v.text.len;
    while (p < end) {
        const uint8_t *q = memchr(p, '\\', (size_t)(end - p));
        uint8_t one[4];
        size_t len;

        buf_add(out, slice_of(p, (size_t)((q ? q : end) - p)));
        if (!q)
            break;
        p = q + json_str_unescape(q, end, one, &len);
        buf_add(out, slice_of(one, len));
    }
    return true;
}

bool json_copy(struct json v, char *dst, size_t cap)
{
    const uint8_t *p, *end;
    size_t at = 0;

    dst[0] = 0;
    if (v.type != JSON_STRING)
        return false;
    p = v.text.ptr;
    end = p + v.text.len;
    while (p < end) {
        uint8_t one[4];
        uint32_t c;
        size_t len, used = 1;

        if (*p == '\\') {
            used = json_str_unescape(p, end, one, &len);
        } else {
            len = *p < 0x80 ? 1 : utf8_get(slice_of(p, (size_t)(end - p)), &c);
            used = len = len ? len : 1;
            memcpy(one, p, len);
        }
        /* Cut between characters; a NUL would cut the C string too. */
        if (len >= cap - at || one[0] == 0)
            break;
        memcpy(dst + at, one, len);
        at += len;
        p += used;
    }
    dst[at] = 0;
    return p == end;
}

bool json_is(struct json v, const char *s)
{
    if (v.type != JSON_STRING)
        return false;
    return v.escaped ? json_str_is(v.text, slice_str(s)) : slice_is(v.text, s);
}

/* The digits of a number, its point moved by the exponent: 4, 4.0 and 40e-1
 * are the same integer.  -1 when it is none, or does not fit. */
static int integer(struct slice s, bool *neg, uint64_t *n)
{
    size_t e = 0, dot, tail;
    int64_t shift = 0;

    *n = 0;
    *neg = s.len && s.ptr[0] == '-';
    s = slice_from(s, *neg);
    while (e < s.len && byte_lower(s.ptr[e]) != 'e')
        e++;
    if (e < s.len) {
        struct slice x = slice_from(s, e + 1);

        x = slice_from(x, x.len && x.ptr[0] == '+');
        if (text_i64(x, -400, 400, &shift))
            return -1;
    }
    s = slice_head(s, e);
    dot = slice_chr(s, '.');
    tail = s.len;
    if (dot != SLICE_NPOS) {
        while (tail > dot + 1 && s.ptr[tail - 1] == '0')
            tail--;
        shift -= (int64_t)(tail - dot - 1);
    }
    for (size_t i = 0; i < tail; i++) {
        unsigned d = (unsigned)s.ptr[i] - '0';

        if (i == dot)
            continue;
        if (d > 9 || *n > (UINT64_MAX - d) / 10)
            return -1;
        *n = *n * 10 + d;
    }
    for (; shift < 0 && *n; shift++, *n /= 10)
        if (*n % 10)
            return -1;
    for (; shift > 0 && *n; shift--, *n *= 10)
        if (*n > UINT64_MAX / 10)
            return -1;
    return 0;
}

int json_i64(struct json v, int64_t lo, int64_t hi, int64_t *n)
{
    uint64_t u;
    int64_t r;
    bool neg;

    if (v.type != JSON_NUMBER || integer(v.text, &neg, &u)
        || u > (uint64_t)INT64_MAX + neg)
        return -1;
    r = !neg ? (int64_t)u : u ? -(int64_t)(u - 1) - 1 : 0;
    if (r < lo || r > hi)
        return -1;
    *n = r;
    return 0;
}

bool json_true(struct json v)
{
    return v.type == JSON_TRUE;
}
