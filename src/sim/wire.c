/* wire.c - HTTP/1.1 heads and bodies, and the text codings. */
#include "sim/wire.h"

#include <string.h>

/* ---- heads ---- */

static int refuse(const char **why, const char *reason)
{
    *why = reason;
    return -1;
}

static bool is_token(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9') || (c > 0 && strchr("!#$%&'*+-.^_`|~", c));
}

static bool all_token(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token(s.ptr[i]))
            return false;
    return s.len > 0;
}

/* Bytes of the head with its empty line; 0: not all here. */
static int find_end(struct slice in, const char **why)
{
    for (size_t i = 0; i < in.len; i++) {
        if (i >= WIRE_HEAD)
            return refuse(why, "the head is too long");
        if (in.ptr[i] == '\n' && (i == 0 || in.ptr[i - 1] != '\r'))
            return refuse(why, "a line ends in LF alone");
        if (in.ptr[i] == '\r' && i + 1 < in.len && in.ptr[i + 1] != '\n')
            return refuse(why, "CR without LF");
        if (in.ptr[i] == 0)
            return refuse(why, "NUL in the head");
        if (i >= 3 && memcmp(in.ptr + i - 3, "\r\n\r\n", 4) == 0)
            return (int)i + 1;
    }
    return 0;
}

static struct slice cut_line(struct slice *in)
{
    struct slice line = slice_cut(in, '\n');

    return slice_head(line, line.len ? line.len - 1 : 0);
}

static int read_number(struct slice s, int64_t *out)
{
    int64_t n = 0;

    if (!s.len || s.len > 12)
        return -1;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return -1;
        n = n * 10 + (s.ptr[i] - '0');
    }
    *out = n;
    return 0;
}

static int read_field(struct wire_head *h, struct slice line,
    const char **why)
{
    struct wire_field *f = &h->field[h->fields];

    if (h->fields == WIRE_FIELDS)
        return refuse(why, "too many fields");
    if (slice_chr(line, ':') == SLICE_NPOS)
        return refuse(why, "a field without a colon");
    f->name = slice_cut(&line, ':');
    f->value = slice_trim(line);
    if (!all_token(f->name))
        return refuse(why, "a field name is no token");
    for (size_t i = 0; i < f->value.len; i++)
        if (f->value.ptr[i] < 0x20 && f->value.ptr[i] != '\t')
            return refuse(why, "a control byte in a field");
    h->fields++;
    return 0;
}

/* RFC 9112 6: what decides where the body ends. */
static int read_framing(struct wire_head *h, const char **why)
{
    bool twice = false;
    struct slice length = wire_field(h, "content-length", &twice), coding;

    if (twice)
        return refuse(why, "two Content-Length fields");
    h->length = -1;
    if (length.ptr && read_number(length, &h->length))
        return refuse(why, "Content-Length is no number");
    coding = wire_field(h, "transfer-encoding", &twice);
    h->chunked = slice_iis(coding, "chunked");
    if (twice || (coding.ptr && !h->chunked))
        return refuse(why, "a transfer coding other than chunked");
    if (h->chunked && length.ptr)
        return refuse(why, "Content-Length and chunked together");
    h->close = wire_has(h, "connection", "close");
    return 0;
}

static int read_fields(struct wire_head *h, struct slice rest,
    const char **why)
{
    for (;;) {
        struct slice line = cut_line(&rest);

        if (!line.len)
            break;
        if (read_field(h, line, why))
            return -1;
    }
    return read_framing(h, why) ? -1 : (int)h->size;
}

static int begin(struct slice in, struct wire_head *h, const char **why,
    struct slice *rest)
{
    int n = find_end(in, why);

    if (n <= 0)
        return n;
    memset(h, 0, sizeof(*h));
    h->size = (size_t)n;
    *rest = slice_head(in, h->size);
    return n;
}

int wire_request(struct slice in, struct wire_head *h, const char **why)
{
    struct slice rest = {0}, line;
    bool twice = false;
    int n = begin(in, h, why, &rest);

    if (n <= 0)
        return n;
    line = cut_line(&rest);
    h->method = slice_cut(&line, ' ');
    h->target = line.ptr ? slice_cut(&line, ' ') : line;
    if (!all_token(h->method) || !h->target.len || h->target.ptr[0] != '/')
        return refuse(why, "bad request line");
    if (!slice_is(line, "HTTP/1.1"))
        return refuse(why, "the version is not HTTP/1.1");
    for (size_t i = 0; i < h->target.len; i++)
        if (h->target.ptr[i] <= 0x20 || h->target.ptr[i] >= 0x7f)
            return refuse(why, "a bad byte in the target");
    if (read_fields(h, rest, why) < 0)
        return -1;
    if (!wire_field(h, "host", &twice).len || twice)
        return refuse(why, "there must be one Host field");
    return n;
}

int wire_answer(struct slice in, struct wire_head *h, const char **why)
{
    struct slice rest = {0}, line;
    int64_t status = 0;
    int n = begin(in, h, why, &rest);

    if (n <= 0)
        return n;
    line = cut_line(&rest);
    if (!slice_is(slice_cut(&line, ' '), "HTTP/1.1") || !line.ptr)
        return refuse(why, "bad status line");
    if (read_number(slice_head(line, 3), &status) || status < 100
        || status > 599 || (line.len > 3 && line.ptr[3] != ' '))
        return refuse(why, "bad status line");
    h->status = (int)status;
    h->reason = slice_from(line, 4);
    return read_fields(h, rest, why) < 0 ? -1 : n;
}

struct slice wire_field(const struct wire_head *h, const char *name,
    bool *twice)
{
    struct slice found = {0};

    for (size_t i = 0; i < h->fields; i++) {
        if (!slice_iis(h->field[i].name, name))
            continue;
        if (found.ptr)
            *twice = true;
        else
            found = h->field[i].value.ptr ? h->field[i].value : SLICE("");
    }
    return found;
}

bool wire_has(const struct wire_head *h, const char *name, const char *word)
{
    for (size_t i = 0; i < h->fields; i++) {
        struct slice rest = h->field[i].value;

        if (!slice_iis(h->field[i].name, name))
            continue;
        while (rest.ptr)
            if (slice_iis(slice_trim(slice_cut(&rest, ',')), word))
                return true;
    }
    return false;
}

/* ---- bodies ---- */

static int hex(int c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
        : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 9112 7.1, without extensions and trailers: all of it or nothing. */
static int chunks(struct slice in, struct buf *out, bool *done,
    const char **why)
{
    size_t at = 0, keep = out->len;

    for (;;) {
        size_t size = 0, from = at;

        while (at < in.len && hex(in.ptr[at]) >= 0 && at - from < 6)
            size = size * 16 + (size_t)hex(in.ptr[at++]);
        if (at + 2 > in.len)
            goto more;
        if (at == from || in.ptr[at] != '\r' || in.ptr[at + 1] != '\n')
            return refuse(why, "bad chunk size");
        at += 2;
        if (at + size + 2 > in.len)
            goto more;
        buf_add(out, slice_of(in.ptr + at, size));
        at += size;
        if (in.ptr[at] != '\r' || in.ptr[at + 1] != '\n')
            return refuse(why, "a chunk is longer than it says");
        at += 2;
        if (!size)
            break;
    }
    *done = true;
    return (int)at;
more:
    out->len = keep;
    return 0;
}

int wire_body(const struct wire_head *h, struct slice in, bool ended,
    struct buf *out, bool *done, const char **why)
{
    bool bare = h->status / 100 == 1 || h->status == 204 || h->status == 304;

    *done = false;
    if (h->status == 204 && (h->length > 0 || h->chunked))
        return refuse(why, "204 with a body");
    if (bare || (!h->status && h->length <= 0 && !h->chunked)) {
        *done = true;
        return 0;
    }
    if (h->chunked)
        return chunks(in, out, done, why);
    if (h->length < 0) {
        if (!ended)
            return 0;
        *done = true;
        buf_add(out, in);
        return (int)in.len;
    }
    if (in.len < (size_t)h->length)
        return 0;
    *done = true;
    buf_add(out, slice_head(in, (size_t)h->length));
    return (int)h->length;
}

/* ---- text codings ---- */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void wire_base64(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.len; i += 3) {
        uint32_t v = (uint32_t)s.ptr[i] << 16;
        size_t n = s.len - i < 3 ? s.len - i : 3;

        if (n > 1)
            v |= (uint32_t)s.ptr[i + 1] << 8;
        if (n > 2)
            v |= s.ptr[i + 2];
        for (size_t k = 0; k < 4; k++)
            buf_addc(out, k <= n ? (uint8_t)alphabet[v >> (18 - 6 * k) & 63]
                : '=');
    }
}

static int digit64(uint8_t c)
{
    const char *p = c ? strchr(alphabet, c) : NULL;

    return p ? (int)(p - alphabet) : -1;
}

int wire_unbase64(struct buf *out, struct slice s)
{
    if (s.len % 4)
        return -1;
    for (size_t i = 0; i < s.len; i += 4) {
        bool last = i + 4 == s.len;
        int pad = !last ? 0 : s.ptr[i + 3] != '=' ? 0
            : s.ptr[i + 2] != '=' ? 1 : 2;
        uint32_t v = 0;

        for (int k = 0; k < 4; k++) {
            int d = k < 4 - pad ? digit64(s.ptr[i + (size_t)k]) : 0;

            if (d < 0)
                return -1;
            v = v << 6 | (uint32_t)d;
        }
        /* Bits that no byte holds must be zero (RFC 4648 3.5). */
        if ((pad == 1 && v & 0xff) || (pad == 2 && v & 0xffff))
            return -1;
        for (int k = 0; k < 3 - pad; k++)
            buf_addc(out, (uint8_t)(v >> (16 - 8 * k)));
    }
    return 0;
}

void wire_percent(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
            buf_addc(out, c);
        else
            buf_addf(out, "%%%02X", (unsigned)c);
    }
}

static int unpercent(struct slice in, struct buf *out, struct slice *result)
{
    size_t begin_at = out->len;

    for (size_t i = 0; i < in.len; i++) {
        int c = in.ptr[i];

        if (c == '%') {
            if (i + 2 >= in.len || hex(in.ptr[i + 1]) < 0
                || hex(in.ptr[i + 2]) < 0)
                return -1;
            c = hex(in.ptr[i + 1]) * 16 + hex(in.ptr[i + 2]);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        } else if (c <= 0x20 || c >= 0x7f) {
            return -1;
        }
        buf_addc(out, (uint8_t)c);
    }
    *result = slice_of(out->ptr ? out->ptr + begin_at : (const uint8_t *)"",
        out->len - begin_at);
    return buf_ok(out) ? 0 : -1;
}

int wire_form(struct slice *in, struct buf *out, struct slice *name,
    struct slice *value)
{
    struct slice pair, raw;

    if (!in->len)
        return 0;
    pair = slice_cut(in, '&');
    if (!pair.len || slice_chr(pair, '=') == SLICE_NPOS)
        return -1;
    raw = slice_cut(&pair, '=');
    if (!raw.len || unpercent(raw, out, name) || unpercent(pair, out, value))
        return -1;
    return 1;
}
