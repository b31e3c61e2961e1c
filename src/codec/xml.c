/* xml.c - the XML that TwiML needs: reader and writer.
 *
 * The reader walks the document once; a step ends at a tag, at a run of text
 * or at a CDATA section.  Comments and processing instructions are checked
 * and skipped.  Each token's characters are checked as it is read, so the
 * fault reported is the first one in the document.
 */
#include "codec/xml.h"

#include <string.h>

#include "base/text.h"
#include "codec/utf8.h"

enum {
    PROLOG,             /* nothing read yet */
    BEFORE,             /* before the root element */
    INSIDE,
    EMPTY,              /* an empty element was opened: its end is due */
    AFTER,              /* behind the root element */
    BROKEN
};

static enum xml_event bad(struct xml *x, size_t at, const char *why)
{
    x->at = at;
    x->why = why;
    x->state_ = BROKEN;
    return XML_BAD;
}

/* XML 1.0 2.2: Char. */
static bool is_char(uint32_t c)
{
    return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c < 0xd800)
        || (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c < 0x110000);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* XML 1.0 2.3: NameStartChar beyond ASCII. */
static bool is_letter(uint32_t c)
{
    static const uint32_t range[][2] = {
        {0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x2ff}, {0x370, 0x37d},
        {0x37f, 0x1fff}, {0x200c, 0x200d}, {0x2070, 0x218f},
        {0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf},
        {0xfdf0, 0xfffd}, {0x10000, 0xeffff}
    };

    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        if (c >= range[i][0] && c <= range[i][1])
            return true;
    return false;
}

static bool is_name(uint32_t c, bool first)
{
    if (c < 0x80 && (byte_lower((uint8_t)c) >= 'a'
        && byte_lower((uint8_t)c) <= 'z'))
        return true;
    if (c == '_' || c == ':' || is_letter(c))
        return true;
    return !first && ((c >= '0' && c <= '9') || c == '-' || c == '.'
        || c == 0xb7 || (c >= 0x300 && c <= 0x36f)
        || (c >= 0x203f && c <= 0x2040));
}

/* The name that begins at from; empty when none does. */
static struct slice name_at(const struct xml *x, size_t from)
{
    size_t at = from;
    uint32_t c;

    for (;;) {
        size_t n = utf8_get(slice_from(x->doc, at), &c);

        if (n == 0 || !is_name(c, at == from))
            return slice_of(x->doc.ptr + from, at - from);
        at += n;
    }
}

/* XML 1.0 4.1, 4.6: one reference at the start of s, which is a "&".  Returns
 * its length and its character, or 0. */
static size_t reference(struct slice s, uint32_t *c)
{
    static const struct {
        const char *name;
        uint32_t c;
    } known[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'},
        {"&apos;", '\''}
    };
    size_t i = 2, digits;
    bool hex;

    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (slice_starts(s, known[k].name)) {
            *c = known[k].c;
            return strlen(known[k].name);
        }
    if (s.len < 4 || s.ptr[1] != '#')
        return 0;
    hex = s.ptr[2] == 'x';
    i += hex;
    *c = 0;
    for (digits = i; i < s.len && s.ptr[i] != ';'; i++) {
        int d = text_hexval(s.ptr[i]);

        if (d < 0 || (!hex && d > 9) || *c > 0x10ffff)
            return 0;
        *c = *c * (hex ? 16 : 10) + (uint32_t)d;
    }
    return i > digits && i < s.len && is_char(*c) ? i + 1 : 0;
}

/* Checks characters and, where they count, references of from..to. */
static bool check(struct xml *x, size_t from, size_t to, bool refs)
{
    while (from < to) {
        struct slice s = slice_of(x->doc.ptr + from, to - from);
        uint32_t c;
        size_t n = s.ptr[0] < 0x80 ? 1 : utf8_get(s, &c);

        if (s.ptr[0] < 0x80)
            c = s.ptr[0];
        if (n == 0) {
            bad(x, from, "not UTF-8");
            return false;
        }
        if (!is_char(c)) {
            bad(x, from, "a character that XML cannot hold");
            return false;
        }
        if (x->ascii_ && c > 0x7f) {
            bad(x, from, "not of the encoding declared");
            return false;
        }
        if (refs && c == '&') {
            n = reference(s, &c);
            if (n == 0) {
                bad(x, from, "& that begins no known entity or character");
                return false;
            }
        }
        from += n;
    }
    return true;
}

static size_t find(const struct xml *x, size_t from, const char *what)
{
    size_t at = slice_find(slice_from(x->doc, from), slice_str(what));

    return at == SLICE_NPOS ? at : from + at;
}

static bool here(const struct xml *x, const char *what)
{
    return slice_starts(slice_from(x->doc, x->pos_), what);
}

static size_t blanks(const struct xml *x, size_t at)
{
    while (at < x->doc.len && is_blank(x->doc.ptr[at]))
        at++;
    return at;
}

/* One name="value" from at on.  Returns the offset behind it, or 0. */
static size_t attribute(struct xml *x, size_t at, struct xml_attr *a)
{
    struct slice doc = x->doc;
    uint8_t quote;
    size_t end;

    a->at = at;
    a->name = name_at(x, at);
    if (a->name.len == 0) {
        if (!check(x, at, at < doc.len ? at + 1 : at, false))
            return 0;
        bad(x, at, at < doc.len ? "expected an attribute, > or />"
            : "the document ends inside a tag");
        return 0;
    }
    at = blanks(x, at + a->name.len);
    if (at == doc.len || doc.ptr[at] != '=') {
        bad(x, at, "attribute without a value");
        return 0;
    }
    at = blanks(x, at + 1);
    quote = at < doc.len ? doc.ptr[at] : 0;
    if (quote != '"' && quote != '\'') {
        bad(x, at, "attribute value without quotes");
        return 0;
    }
    at++;
    for (end = at; end < doc.len && doc.ptr[end] != quote; end++)
        if (doc.ptr[end] == '<') {
            if (check(x, at, end, true))
                bad(x, end, "< in an attribute value");
            return 0;
        }
    if (!check(x, at, end, true))
        return 0;
    if (end == doc.len) {
        bad(x, end, "the document ends inside an attribute value");
        return 0;
    }
    a->value = slice_of(doc.ptr + at, end - at);
    return end + 1;
}

static bool is_encoding(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = byte_lower(s.ptr[i]);

        if ((c < 'a' || c > 'z') && (i == 0 || ((c < '0' || c > '9')
            && c != '.' && c != '_' && c != '-')))
            return false;
    }
    return s.len > 0;
}

/* XML 1.0 2.8: 1.0, and all that begins with "1." and digits. */
static bool is_version(struct slice s)
{
    for (size_t i = 2; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 2 && slice_starts(s, "1.");
}

/* What stands in the declaration, in this order: version, encoding and
 * standalone, the first of which is required. */
static const char *declared(struct xml *x, const struct xml_attr *a, size_t n)
{
    size_t i = 1;

    if (n == 0 || !slice_is(a[0].name, "version"))
        return "XML declaration without a version";
    if (!is_version(a[0].value))
        return "no such XML version";
    if (i < n && slice_is(a[i].name, "encoding")) {
        if (!is_encoding(a[i].value))
            return "no such encoding";
        if (slice_starts(a[i].value, "UTF-16")
            || slice_starts(a[i].value, "utf-16"))
            return "the document is not in UTF-16";
        /* Of the others only what they share with UTF-8 is read. */
        x->ascii_ = !slice_iis(a[i].value, "UTF-8");
        i++;
    }
    if (i < n && slice_is(a[i].name, "standalone")) {
        if (!slice_is(a[i].value, "yes") && !slice_is(a[i].value, "no"))
            return "standalone is neither yes nor no";
        i++;
    }
    return i < n ? "unknown word in the XML declaration" : NULL;
}

/* XML 1.0 2.8: the declaration, if there is one. */
static bool declaration(struct xml *x)
{
    struct xml_attr a[3];
    size_t n = 0, at, start;
    const char *why;

    if (slice_starts(x->doc, "\xef\xbb\xbf"))
        x->pos_ = 3;
    start = x->pos_;
    x->state_ = BEFORE;
    if (!here(x, "<?xml") || x->doc.len == x->pos_ + 5
        || (!is_blank(x->doc.ptr[x->pos_ + 5])
        && x->doc.ptr[x->pos_ + 5] != '?'))
        return true;
    at = blanks(x, x->pos_ + 5);
    while (at < x->doc.len && x->doc.ptr[at] != '?' && x->doc.ptr[at] != '>') {
        if (n == 3 || (n && !is_blank(x->doc.ptr[at - 1]))) {
            bad(x, at, "unknown word in the XML declaration");
            return false;
        }
        at = attribute(x, at, &a[n++]);
        if (at == 0)
            return false;
        at = blanks(x, at);
    }
    if (!slice_starts(slice_from(x->doc, at), "?>")) {
        bad(x, at, "XML declaration without its ?>");
        return false;
    }
    why = declared(x, a, n);
    if (why) {
        bad(x, start, why);
        return false;
    }
    x->pos_ = at + 2;
    return true;
}

/* XML 1.0 2.5, 2.6: moves past a comment or an instruction at pos_. */
static bool skip(struct xml *x, const char *open, const char *close,
    const char *unclosed)
{
    size_t from = x->pos_ + strlen(open), end = find(x, from, close);

    if (!check(x, from, end == SLICE_NPOS ? x->doc.len : end, false))
        return false;
    if (end == SLICE_NPOS) {
        bad(x, x->pos_, unclosed);
        return false;
    }
    if (open[1] == '?') {
        struct slice target = name_at(x, from);

        if (target.len == 0 || (from + target.len < end
            && !is_blank(x->doc.ptr[from + target.len]))) {
            bad(x, x->pos_, "instruction without a name");
            return false;
        }
        if (slice_iis(target, "xml")) {
            bad(x, x->pos_, "something stands before the XML declaration");
            return false;
        }
        x->pos_ = end + 2;
        return true;
    }
    if (!slice_starts(slice_from(x->doc, end), "-->")) {
        bad(x, end, "-- inside a comment");
        return false;
    }
    x->pos_ = end + 3;
    return true;
}

/* A start tag or an empty element; pos_ is at its "<". */
static enum xml_event open_tag(struct xml *x)
{
    size_t at = x->pos_ + 1;
    bool gap;

    x->at = x->pos_;
    x->name = name_at(x, at);
    x->attrs = 0;
    if (x->name.len == 0) {
        if (!check(x, at, at < x->doc.len ? at + 1 : at, false))
            return XML_BAD;
        return bad(x, x->pos_, "< that begins no tag");
    }
    if (x->depth_ == XML_DEPTH)
        return bad(x, x->pos_, "nested too deeply");
    at += x->name.len;
    for (;;) {
        struct xml_attr *a = &x->attr[x->attrs];
        struct slice rest;

        gap = at < x->doc.len && is_blank(x->doc.ptr[at]);
        at = blanks(x, at);
        rest = slice_from(x->doc, at);
        if (slice_starts(rest, ">") || slice_starts(rest, "/>"))
            break;
        if (!gap && rest.len && name_at(x, at).len)
            return bad(x, at, "no blank before an attribute");
        if (x->attrs == XML_ATTRS)
            return bad(x, at, "too many attributes");
        at = attribute(x, at, a);
        if (at == 0)
            return XML_BAD;
        for (size_t i = 0; i < x->attrs; i++)
            if (slice_eq(x->attr[i].name, a->name))
                return bad(x, a->at, "attribute given twice");
        x->attrs++;
    }
    x->open_[x->depth_++] = x->name;
    x->state_ = x->doc.ptr[at] == '/' ? EMPTY : INSIDE;
    x->pos_ = at + (x->state_ == EMPTY ? 2 : 1);
    return XML_OPEN;
}

static enum xml_event closed(struct xml *x)
{
    x->name = x->open_[--x->depth_];
    x->attrs = 0;
    x->state_ = x->depth_ ? INSIDE : AFTER;
    return XML_CLOSE;
}

static enum xml_event close_tag(struct xml *x)
{
    struct slice name = name_at(x, x->pos_ + 2);
    size_t at = blanks(x, x->pos_ + 2 + name.len);

    if (x->depth_ == 0)
        return bad(x, x->pos_, "end tag without a start");
    if (!slice_eq(name, x->open_[x->depth_ - 1]))
        return bad(x, x->pos_, "end tag of another element");
    if (at == x->doc.len || x->doc.ptr[at] != '>')
        return bad(x, at, "end tag without its >");
    x->at = x->pos_;
    x->pos_ = at + 1;
    return closed(x);
}

/* Text up to the next "<"; outside of the root it must be blank. */
static enum xml_event text(struct xml *x)
{
    size_t from = x->pos_, to = find(x, from, "<"), stop;

    if (to == SLICE_NPOS)
        to = x->doc.len;
    if (x->state_ != INSIDE) {
        size_t at = blanks(x, from);

        if (at < to && !check(x, at, to, false))
            return XML_BAD;
        if (at < to)
            return bad(x, at, "text outside of the root element");
        x->pos_ = to;
        return XML_TEXT;
    }
    stop = slice_find(slice_of(x->doc.ptr + from, to - from), SLICE("]]>"));
    if (!check(x, from, stop == SLICE_NPOS ? to : from + stop, true))
        return XML_BAD;
    if (stop != SLICE_NPOS)
        return bad(x, from + stop, "]]> in text");
    x->at = from;
    x->text = slice_of(x->doc.ptr + from, to - from);
    x->cdata = false;
    x->pos_ = to;
    return XML_TEXT;
}

static enum xml_event cdata(struct xml *x)
{
    size_t from = x->pos_ + 9, to = find(x, from, "]]>");

    if (!check(x, from, to == SLICE_NPOS ? x->doc.len : to, false))
        return XML_BAD;
    if (to == SLICE_NPOS)
        return bad(x, x->pos_, "CDATA section without its ]]>");
    x->at = from;
    x->text = slice_of(x->doc.ptr + from, to - from);
    x->cdata = true;
    x->pos_ = to + 3;
    return XML_TEXT;
}

static enum xml_event ends(struct xml *x)
{
    x->at = x->doc.len;
    if (x->state_ == AFTER)
        return XML_DONE;
    return bad(x, x->doc.len, x->state_ == INSIDE
        ? "the document ends inside an element" : "no root element");
}

enum xml_event xml_next(struct xml *x)
{
    if (x->state_ == BROKEN)
        return XML_BAD;
    if (x->state_ == EMPTY)
        return closed(x);
    if (x->state_ == PROLOG && !declaration(x))
        return XML_BAD;
    for (;;) {
        if (x->pos_ == x->doc.len)
            return ends(x);
        if (x->doc.ptr[x->pos_] != '<') {
            if (text(x) == XML_BAD)
                return XML_BAD;
            if (x->state_ == INSIDE)
                return XML_TEXT;
        } else if (here(x, "<!--")) {
            if (!skip(x, "<!--", "--", "comment without its -->"))
                return XML_BAD;
        } else if (here(x, "<?")) {
            if (!skip(x, "<?", "?>", "instruction without its ?>"))
                return XML_BAD;
        } else if (here(x, "<![CDATA[") && x->state_ == INSIDE) {
            return cdata(x);
        } else if (here(x, "<!DOCTYPE")) {
            return bad(x, x->pos_, "DOCTYPE is not accepted");
        } else if (here(x, "<!")) {
            return bad(x, x->pos_, "< that begins no tag");
        } else if (here(x, "</")) {
            return close_tag(x);
        } else if (x->state_ == AFTER) {
            return bad(x, x->pos_, "a second root element");
        } else {
            return open_tag(x);
        }
    }
}

struct slice xml_attr(const struct xml *x, const char *name)
{
    for (size_t i = 0; i < x->attrs; i++)
        if (slice_is(x->attr[i].name, name))
            return x->attr[i].value;
    return (struct slice){NULL, 0};
}

int xml_text(struct slice raw, struct buf *out)
{
    size_t at = 0;

    while (at < raw.len) {
        uint8_t byte = raw.ptr[at];
        uint32_t c;
        size_t n;

        if (byte == '&') {
            n = reference(slice_from(raw, at), &c);
            if (n == 0)
                return -1;
            utf8_put(out, c);
            at += n;
            continue;
        }
        /* XML 1.0 2.11: CR LF and CR are one LF. */
        if (byte != '\r')
            buf_addc(out, byte);
        else if (at + 1 == raw.len || raw.ptr[at + 1] != '\n')
            buf_addc(out, '\n');
        at++;
    }
    return 0;
}

void xml_where(struct slice doc, size_t at, unsigned *line, unsigned *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < doc.len; i++) {
        uint8_t c = doc.ptr[i];

        if (c == '\n' || (c == '\r'
            && (i + 1 == doc.len || doc.ptr[i + 1] != '\n'))) {
            ++*line;
            *column = 1;
        } else if ((c & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

/* How many bytes at the start of s stand for themselves: most of most texts,
 * so they are copied at a time. */
static size_t plain(struct slice s)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] >= ' ' && s.ptr[n] < 0x7f
        && s.ptr[n] != '&' && s.ptr[n] != '<' && s.ptr[n] != '>'
        && s.ptr[n] != '"' && s.ptr[n] != '\'')
        n++;
    return n;
}

void xml_escape(struct buf *out, struct slice s)
{
    size_t at = 0;

    for (;;) {
        size_t run = plain(slice_from(s, at)), n;
        struct slice rest;
        uint32_t c;

        buf_add(out, slice_head(slice_from(s, at), run));
        at += run;
        if (at == s.len)
            break;
        rest = slice_from(s, at);
        n = utf8_get(rest, &c);
        if (n == 0 || !is_char(c))
            utf8_put(out, 0xfffd);
        else if (c == '&')
            buf_add(out, SLICE("&amp;"));
        else if (c == '<')
            buf_add(out, SLICE("&lt;"));
        else if (c == '>')
            buf_add(out, SLICE("&gt;"));
        else if (c == '"')
            buf_add(out, SLICE("&quot;"));
        else if (c == '\'')
            buf_add(out, SLICE("&apos;"));
        else if (c == '\t' || c == '\n' || c == '\r')
            /* As they are, a reader would make them blanks: XML 1.0 3.3.3. */
            buf_addf(out, "&#%u;", (unsigned)c);
        else
            buf_add(out, slice_head(rest, n));
        at += n ? n : 1;
    }
}
