/* jsonw.c - writes JSON into a buf, commas and escapes by itself. */
#include "codec/jsonw.h"

#include "codec/utf8.h"

void jsonw_begin(struct jsonw *w, struct buf *out)
{
    *w = (struct jsonw){.out = out};
}

/* What goes before a value. */
static void comma(struct jsonw *w)
{
    if (w->comma_)
        buf_addc(w->out, ',');
    w->comma_ = true;
}

static void opens(struct jsonw *w, uint8_t open, char close)
{
    comma(w);
    if (w->depth_ == JSONW_DEPTH) {
        w->out->bad = true;
        return;
    }
    w->close_[w->depth_++] = close;
    w->comma_ = false;
    buf_addc(w->out, open);
}

static void quoted(struct jsonw *w, struct slice s)
{
    buf_addc(w->out, '"');
    jsonw_escape(w->out, s);
    buf_addc(w->out, '"');
}

void jsonw_object(struct jsonw *w)
{
    opens(w, '{', '}');
}

void jsonw_array(struct jsonw *w)
{
    opens(w, '[', ']');
}

void jsonw_end(struct jsonw *w)
{
    if (w->depth_ == 0) {
        w->out->bad = true;
        return;
    }
    buf_addc(w->out, (uint8_t)w->close_[--w->depth_]);
    w->comma_ = true;
}

void jsonw_key(struct jsonw *w, const char *key)
{
    jsonw_keyn(w, slice_str(key));
}

void jsonw_keyn(struct jsonw *w, struct slice key)
{
    comma(w);
    quoted(w, key);
    buf_addc(w->out, ':');
    w->comma_ = false;
}

void jsonw_str(struct jsonw *w, struct slice s)
{
    if (!s.ptr) {
        jsonw_null(w);
        return;
    }
    comma(w);
    quoted(w, s);
}

void jsonw_int(struct jsonw *w, int64_t n)
{
    comma(w);
    buf_addi(w->out, n);
}

void jsonw_ms(struct jsonw *w, int64_t ms)
{
    uint64_t n = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;

    comma(w);
    if (ms < 0)
        buf_addc(w->out, '-');
    buf_addu(w->out, n / 1000);
    buf_addc(w->out, '.');
    buf_addc(w->out, (uint8_t)('0' + n / 100 % 10));
    buf_addc(w->out, (uint8_t)('0' + n / 10 % 10));
    buf_addc(w->out, (uint8_t)('0' + n % 10));
}

void jsonw_bool(struct jsonw *w, bool b)
{
    comma(w);
    buf_add(w->out, b ? SLICE("true") : SLICE("false"));
}

void jsonw_null(struct jsonw *w)
{
    comma(w);
    buf_add(w->out, SLICE("null"));
}

void jsonw_raw(struct jsonw *w, struct slice json)
{
    comma(w);
    buf_add(w->out, json.len ? json : SLICE("null"));
}

void jsonw_kstr(struct jsonw *w, const char *key, struct slice s)
{
    jsonw_key(w, key);
    jsonw_str(w, s);
}

void jsonw_kcstr(struct jsonw *w, const char *key, const char *s)
{
    jsonw_kstr(w, key, slice_str(s));
}

void jsonw_kint(struct jsonw *w, const char *key, int64_t n)
{
    jsonw_key(w, key);
    jsonw_int(w, n);
}

void jsonw_kbool(struct jsonw *w, const char *key, bool b)
{
    jsonw_key(w, key);
    jsonw_bool(w, b);
}

void jsonw_knull(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_null(w);
}

void jsonw_kraw(struct jsonw *w, const char *key, struct slice json)
{
    jsonw_key(w, key);
    jsonw_raw(w, json);
}

void jsonw_kobject(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_object(w);
}

void jsonw_karray(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_array(w);
}

/* RFC 8259 7: the short escapes where there is one. */
static void escape(struct buf *out, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    static const char shorts[] = "btn.fr";      /* 8 to 13; 11 has none */

    buf_addc(out, '\\');
    if (c == '"' || c == '\\') {
        buf_addc(out, c);
    } else if (c >= 8 && c <= 13 && c != 11) {
        buf_addc(out, (uint8_t)shorts[c - 8]);
    } else {
        buf_add(out, SLICE("u00"));
        buf_addc(out, (uint8_t)hex[c >> 4]);
        buf_addc(out, (uint8_t)hex[c & 15]);
    }
}

void jsonw_escape(struct buf *out, struct slice s)
{
    size_t from = 0, i = 0;

    while (i < s.len) {
        uint8_t c = s.ptr[i];
        uint32_t scalar;
        size_t n = 1;

        if (c >= 0x80)
            n = utf8_get(slice_from(s, i), &scalar);
        else if (c < 0x20 || c == '"' || c == '\\')
            n = 0;
        if (n) {
            i += n;
            continue;
        }
        buf_add(out, slice_of(s.ptr + from, i - from));
        if (c >= 0x80)
            utf8_put(out, 0xfffd);
        else
            escape(out, c);
        from = ++i;
    }
    if (from < i)
        buf_add(out, slice_of(s.ptr + from, i - from));
}
