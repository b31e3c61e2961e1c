/* chat_repair.c - arguments as models write them, made JSON where that leaves
 * no doubt. */
#include "model/chat.h"

#include <string.h>

#include "base/limits.h"

#define DEPTH LIMIT_JSON_DEPTH

enum last { NOTHING, OPENED, COMMA, COLON, TEXT, VALUE, CLOSED };

struct repair {
    struct slice in;
    struct buf *out;
    size_t began;               /* of our text in out */
    enum last last;             /* what was written last */
    char close[DEPTH];          /* what closes each open bracket */
    size_t depth;
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word(uint8_t c)
{
    return (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || c == '_'
        || c == '$' || (c >= '0' && c <= '9');
}

/* A value may stand here. */
static bool wants_value(const struct repair *r)
{
    return r->last == COLON || (r->depth && r->close[r->depth - 1] == ']'
        && (r->last == OPENED || r->last == COMMA));
}

/* The comma before a closing bracket goes. */
static void drop_comma(struct repair *r)
{
    if (r->last == COMMA)
        while (r->out->len > r->began
            && r->out->ptr[--r->out->len] != ',')
            continue;
}

static int open(struct repair *r, uint8_t c)
{
    if ((r->depth && !wants_value(r)) || r->depth == DEPTH
        || (!r->depth && r->last != NOTHING))
        return -1;
    r->close[r->depth++] = c == '{' ? '}' : ']';
    buf_addc(r->out, c);
    r->last = OPENED;
    r->in = slice_from(r->in, 1);
    return 0;
}

static int close(struct repair *r, uint8_t c)
{
    if (!r->depth || r->close[r->depth - 1] != (char)c || r->last == COLON)
        return -1;
    drop_comma(r);
    r->depth--;
    buf_addc(r->out, c);
    r->last = CLOSED;
    r->in = slice_from(r->in, 1);
    return 0;
}

/* A string in either quotes; one that does not end is cut: -1.  Line breaks
 * inside become escapes. */
static int text(struct repair *r)
{
    uint8_t quote = r->in.ptr[0];
    size_t i = 1;

    buf_addc(r->out, '"');
    for (; i < r->in.len && r->in.ptr[i] != quote; i++) {
        uint8_t c = r->in.ptr[i];

        if (c == '\\' && i + 1 < r->in.len) {
            i++;
            if (r->in.ptr[i] != '\'')
                buf_addc(r->out, '\\');
            buf_addc(r->out, r->in.ptr[i]);
        } else if (c == '"') {
            buf_adds(r->out, "\\\"");
        } else if (c == '\n') {
            buf_adds(r->out, "\\n");
        } else if (c != '\r') {
            buf_addc(r->out, c);
        }
    }
    if (i >= r->in.len)
        return -1;
    buf_addc(r->out, '"');
    r->in = slice_from(r->in, i + 1);
    r->last = TEXT;
    return 0;
}

/* A bare key, or a word that Python writes where JSON has its own. */
static int word(struct repair *r)
{
    static const struct { const char *word, *json; } known[] = {
        {"true", "true"}, {"false", "false"}, {"null", "null"},
        {"True", "true"}, {"False", "false"}, {"None", "null"},
    };
    size_t n = 0, after;
    struct slice w;

    while (n < r->in.len && is_word(r->in.ptr[n]))
        n++;
    w = slice_head(r->in, n);
    for (after = n; after < r->in.len && is_blank(r->in.ptr[after]); after++)
        continue;
    if (!wants_value(r)) {
        if (after >= r->in.len || r->in.ptr[after] != ':')
            return -1;
        buf_addc(r->out, '"');
        buf_add(r->out, w);
        buf_addc(r->out, '"');
        r->last = TEXT;
        r->in = slice_from(r->in, n);
        return 0;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_is(w, known[i].word)) {
            buf_adds(r->out, known[i].json);
            r->last = VALUE;
            r->in = slice_from(r->in, n);
            return 0;
        }
    return -1;
}

static int number(struct repair *r)
{
    size_t n = 0;

    if (!wants_value(r))
        return -1;
    while (n < r->in.len && memchr("0123456789+-.eE", r->in.ptr[n], 15))
        n++;
    buf_add(r->out, slice_head(r->in, n));
    r->in = slice_from(r->in, n);
    r->last = VALUE;
    return 0;
}

static int mark(struct repair *r, uint8_t c)
{
    bool whole = r->last == TEXT || r->last == VALUE || r->last == CLOSED;

    if (!r->depth || !whole)
        return -1;
    buf_addc(r->out, c);
    r->last = c == ',' ? COMMA : COLON;
    r->in = slice_from(r->in, 1);
    return 0;
}

static int step(struct repair *r)
{
    uint8_t c = r->in.ptr[0];

    switch (c) {
    case '{':
    case '[':
        return open(r, c);
    case '}':
    case ']':
        return close(r, c);
    case ',':
    case ':':
        return mark(r, c);
    case '"':
    case '\'':
        return r->depth ? text(r) : -1;
    default:
        if (c == '-' || (c >= '0' && c <= '9'))
            return number(r);
        return is_word(c) ? word(r) : -1;
    }
}

/* A number at the end may have lost digits, and behind a comma something is
 * missing: only a text or a bracket is surely whole. */
static int close_all(struct repair *r)
{
    if (r->depth && r->last != TEXT && r->last != CLOSED)
        return -1;
    while (r->depth)
        buf_addc(r->out, (uint8_t)r->close[--r->depth]);
    return r->last == NOTHING ? -1 : 0;
}

static int rewrite(struct buf *out, struct slice raw)
{
    struct repair r = {.in = raw, .out = out, .began = out->len};

    while (r.in.len) {
        if (is_blank(r.in.ptr[0]))
            r.in = slice_from(r.in, 1);
        else if (step(&r))
            return -1;
    }
    return close_all(&r);
}

/* ```json and ``` around it. */
static struct slice unfence(struct slice s)
{
    if (!slice_starts(s, "```"))
        return s;
    slice_cut(&s, '\n');
    s = slice_trim_all(s);
    if (slice_ends(s, "```"))
        s.len -= 3;
    return slice_trim_all(s);
}

static bool is_object(struct slice s)
{
    struct json v;

    return json_parse(s, &v, NULL) == 0 && v.type == JSON_OBJECT;
}

int chat_repair(struct buf *out, struct slice raw)
{
    size_t began = out->len;
    struct slice s = unfence(slice_trim_all(raw));
    struct json v;

    if (s.len == 0)             /* a tool without arguments */
        s = SLICE("{}");
    if (json_parse(s, &v, NULL) == 0 && v.type == JSON_STRING) {
        json_text(v, out);      /* an object, as text */
        if (buf_ok(out) && is_object(slice_from(buf_slice(out), began)))
            return 0;
    } else if (is_object(s)) {
        buf_add(out, s);
        return buf_ok(out) ? 0 : -1;
    } else if (rewrite(out, s) == 0 && buf_ok(out)
        && is_object(slice_from(buf_slice(out), began))) {
        return 0;
    }
    out->len = began;
    return -1;
}
