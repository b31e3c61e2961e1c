/* form.c - application/x-www-form-urlencoded: WHATWG URL 5.1, 5.2. */
#include "codec/form.h"

#include "base/text.h"

/* Takes one decoded byte off *raw, which is not empty. */
static uint8_t take(struct slice *raw, bool plus)
{
    uint8_t c = raw->ptr[0];
    size_t used = 1;

    if (c == '+' && plus) {
        c = ' ';
    } else if (c == '%' && raw->len >= 3) {
        int hi = text_hexval(raw->ptr[1]), lo = text_hexval(raw->ptr[2]);

        if (hi >= 0 && lo >= 0) {
            c = (uint8_t)(hi * 16 + lo);
            used = 3;
        }
    }
    *raw = slice_from(*raw, used);
    return c;
}

bool form_next(struct slice *form, struct slice *name, struct slice *value)
{
    struct slice pair;

    do {
        if (form->len == 0)
            return false;
        pair = slice_cut(form, '&');
    } while (pair.len == 0);
    *name = slice_cut(&pair, '=');
    *value = pair;
    return true;
}

static void decode(struct buf *out, struct slice raw, bool plus)
{
    while (raw.len) {
        size_t n = 0;

        while (n < raw.len && raw.ptr[n] != '%' && raw.ptr[n] != '+')
            n++;
        buf_add(out, slice_head(raw, n));
        raw = slice_from(raw, n);
        if (raw.len)
            buf_addc(out, take(&raw, plus));
    }
}

void form_decode(struct buf *out, struct slice raw)
{
    decode(out, raw, true);
}

void url_decode(struct buf *out, struct slice raw)
{
    decode(out, raw, false);
}

static bool name_is(struct slice raw, const char *name)
{
    while (raw.len && *name)
        if (take(&raw, true) != (uint8_t)*name++)
            return false;
    return raw.len == 0 && *name == 0;
}

/* The raw value of the first pair of that name. */
static bool find(struct slice form, const char *name, struct slice *value)
{
    struct slice n;

    while (form_next(&form, &n, value))
        if (name_is(n, name))
            return true;
    return false;
}

bool form_get(struct slice form, const char *name, struct buf *out)
{
    struct slice value;

    if (!find(form, name, &value))
        return false;
    form_decode(out, value);
    return true;
}

/* A NUL inside would cut the text for whoever reads it: that is a cut too. */
bool form_copy(struct slice form, const char *name, char *dst, size_t cap)
{
    struct slice value;
    size_t n = 0;

    dst[0] = 0;
    if (!find(form, name, &value))
        return false;
    while (value.len) {
        uint8_t c = take(&value, true);

        if (c == 0 || n + 1 == cap)
            return false;
        dst[n++] = (char)c;
        dst[n] = 0;
    }
    return true;
}

/* WHATWG URL 1.3, application/x-www-form-urlencoded percent-encode set: all
 * but these. */
static bool plain(uint8_t c)
{
    uint8_t l = byte_lower(c);

    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '*'
        || c == '-' || c == '.' || c == '_';
}

static void encode(struct buf *out, struct slice s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (plain(c)) {
            buf_addc(out, c);
        } else if (c == ' ') {
            buf_addc(out, '+');
        } else {
            buf_addc(out, '%');
            buf_addc(out, (uint8_t)hex[c >> 4]);
            buf_addc(out, (uint8_t)hex[c & 15]);
        }
    }
}

/* No "&" at the very start, nor behind the "?" of an address. */
void form_add(struct buf *out, const char *name, struct slice value)
{
    uint8_t last = out->len ? out->ptr[out->len - 1] : '?';

    if (last != '?' && last != '&')
        buf_addc(out, '&');
    encode(out, slice_str(name));
    buf_addc(out, '=');
    encode(out, value);
}

void form_adds(struct buf *out, const char *name, const char *value)
{
    form_add(out, name, slice_str(value));
}
