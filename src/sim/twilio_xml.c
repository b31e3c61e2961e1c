/* twilio_xml.c - a naive XML 1.0 reader: enough to say what is well-formed.
 *
 * No document type and no namespaces: TwiML has none, and Twilio answers what
 * is not XML with 12100.
 */
#include <string.h>

#include "sim/twilio_own.h"

static struct tw_node *no(struct tw_xml *x, const char *why)
{
    if (!x->why)
        x->why = why;
    return NULL;
}

static int bad(struct tw_xml *x, const char *why)
{
    no(x, why);
    return -1;
}

static int peek(const struct tw_xml *x)
{
    return x->at < x->in_.len ? x->in_.ptr[x->at] : -1;
}

static bool ahead(const struct tw_xml *x, const char *word)
{
    size_t n = strlen(word);

    return x->in_.len - x->at >= n && memcmp(x->in_.ptr + x->at, word, n) == 0;
}

static bool blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t blanks(struct tw_xml *x)
{
    size_t from = x->at;

    while (blank(peek(x)))
        x->at++;
    return x->at - from;
}

static int put(struct tw_xml *x, unsigned c)
{
    if (x->used == sizeof(x->room))
        return bad(x, "the document is too long");
    x->room[x->used++] = (uint8_t)c;
    return 0;
}

static int put_rune(struct tw_xml *x, unsigned r)
{
    if (r < 0x20 && !blank((int)r))
        return bad(x, "a character that XML does not have");
    if (r > 0x10ffff || (r >= 0xd800 && r < 0xe000) || (r & 0xfffe) == 0xfffe)
        return bad(x, "a character that XML does not have");
    if (r < 0x80)
        return put(x, r);
    if (r < 0x800)
        return put(x, 0xc0 | r >> 6) || put(x, 0x80 | (r & 63)) ? -1 : 0;
    if (r < 0x10000)
        return put(x, 0xe0 | r >> 12) || put(x, 0x80 | (r >> 6 & 63))
            || put(x, 0x80 | (r & 63)) ? -1 : 0;
    return put(x, 0xf0 | r >> 18) || put(x, 0x80 | (r >> 12 & 63))
        || put(x, 0x80 | (r >> 6 & 63)) || put(x, 0x80 | (r & 63)) ? -1 : 0;
}

static int number(struct tw_xml *x)
{
    bool hex = peek(x) == 'x';
    unsigned r = 0, digits = 0;

    x->at += hex;
    for (; peek(x) != ';'; x->at++, digits++) {
        int c = peek(x) | 0x20;
        int d = peek(x) >= '0' && peek(x) <= '9' ? peek(x) - '0'
            : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

        if (d < 0 || digits == 8)
            return bad(x, "bad character reference");
        r = r * (hex ? 16u : 10u) + (unsigned)d;
    }
    x->at++;
    return digits ? put_rune(x, r) : bad(x, "bad character reference");
}

static int reference(struct tw_xml *x)
{
    static const char *const name[] = {"amp;", "lt;", "gt;", "quot;",
        "apos;"};
    static const char mean[] = "&<>\"'";

    x->at++;
    if (peek(x) == '#') {
        x->at++;
        return number(x);
    }
    for (size_t i = 0; i < 5; i++)
        if (ahead(x, name[i])) {
            x->at += strlen(name[i]);
            return put(x, (uint8_t)mean[i]);
        }
    return bad(x, "an & that begins no known entity");
}

static int one(struct tw_xml *x)
{
    int c = peek(x);

    if (c == '&')
        return reference(x);
    if (c < 0x20 && !blank(c))
        return bad(x, "a character that XML does not have");
    x->at++;
    return put(x, (unsigned)c);
}

static bool name_char(int c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
        || c == ':' || c >= 0x80
        || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

static struct slice name(struct tw_xml *x)
{
    size_t from = x->at;

    while (name_char(peek(x), x->at == from))
        x->at++;
    return slice_of(x->in_.ptr + from, x->at - from);
}

static int attribute(struct tw_xml *x, struct tw_node *n)
{
    struct tw_attr *a = &n->attr[n->attrs];
    size_t from;
    int quote;

    a->name = name(x);
    if (!a->name.len)
        return bad(x, "an attribute must begin here");
    for (size_t i = 0; i < n->attrs; i++)
        if (slice_eq(n->attr[i].name, a->name))
            return bad(x, "the same attribute twice");
    blanks(x);
    if (peek(x) != '=')
        return bad(x, "an attribute without a value");
    x->at++;
    blanks(x);
    quote = peek(x);
    if (quote != '"' && quote != '\'')
        return bad(x, "an attribute value without quotes");
    x->at++;
    from = x->used;
    while (peek(x) != quote) {
        if (peek(x) < 0)
            return bad(x, "an attribute value does not end");
        if (peek(x) == '<')
            return bad(x, "a < in an attribute value");
        if (one(x))
            return -1;
    }
    x->at++;
    a->value = slice_of(x->room + from, x->used - from);
    n->attrs++;
    return 0;
}

static int comment(struct tw_xml *x)
{
    x->at += 4;
    while (!ahead(x, "--")) {
        if (peek(x) < 0)
            return bad(x, "a comment does not end");
        if (peek(x) < 0x20 && !blank(peek(x)))
            return bad(x, "a character that XML does not have");
        x->at++;
    }
    if (!ahead(x, "-->"))
        return bad(x, "-- inside a comment");
    x->at += 3;
    return 0;
}

/* A processing instruction is for somebody else. */
static int instruction(struct tw_xml *x)
{
    struct slice target;

    x->at += 2;
    target = name(x);
    if (!target.len || slice_ieq(target, SLICE("xml")))
        return bad(x, "a processing instruction without a name of its own");
    if (!ahead(x, "?>") && !blanks(x))
        return bad(x, "a processing instruction without a blank");
    while (!ahead(x, "?>")) {
        int c = peek(x);

        if (c < 0)
            return bad(x, "a processing instruction does not end");
        if (c < 0x20 && !blank(c))
            return bad(x, "a character that XML does not have");
        x->at++;
    }
    x->at += 2;
    return 0;
}

static int cdata(struct tw_xml *x)
{
    x->at += 9;
    while (!ahead(x, "]]>")) {
        int c = peek(x);

        if (c < 0)
            return bad(x, "a CDATA section does not end");
        if (c < 0x20 && !blank(c))
            return bad(x, "a character that XML does not have");
        if (put(x, (unsigned)c))
            return -1;
        x->at++;
    }
    x->at += 3;
    return 0;
}

static struct tw_node *element(struct tw_xml *x, int depth);

/* The text of a node whose children lie between is joined by moving it behind
 * what they took of the room. */
static int content(struct tw_xml *x, struct tw_node *n, int depth)
{
    struct tw_node **link = &n->child;
    struct slice before = {0};
    size_t from = x->used;

    while (!ahead(x, "</")) {
        if (peek(x) < 0)
            return bad(x, "an element does not end");
        if (ahead(x, "]]>"))
            return bad(x, "]]> in text");
        if (ahead(x, "<!--") ? comment(x) : ahead(x, "<?") ? instruction(x)
            : ahead(x, "<![CDATA[") ? cdata(x)
            : peek(x) != '<' ? one(x) : 1) {
            if (x->why)
                return -1;
            before = slice_of(x->room + from, x->used - from);
            *link = element(x, depth + 1);
            if (!*link)
                return -1;
            link = &(*link)->next;
            from = x->used;
            for (size_t i = 0; i < before.len; i++)
                if (put(x, before.ptr[i]))
                    return -1;
        }
    }
    n->text = slice_of(x->room + from, x->used - from);
    for (size_t i = 0; i < n->text.len; i++)
        n->chars += (n->text.ptr[i] & 0xc0) != 0x80
            && (n->text.ptr[i] != '\r' || i + 1 == n->text.len
            || n->text.ptr[i + 1] != '\n');
    n->text = slice_trim_all(n->text);
    return 0;
}

static struct tw_node *element(struct tw_xml *x, int depth)
{
    struct tw_node *n = &x->node[x->nodes];

    if (x->nodes == TW_NODES || depth > 20)
        return no(x, "too many elements");
    if (!ahead(x, "<"))
        return no(x, "an element must begin here");
    x->nodes++;
    memset(n, 0, sizeof(*n));
    x->at++;
    n->name = name(x);
    if (!n->name.len)
        return no(x, "an element must have a name");
    for (;;) {
        size_t gap = blanks(x);

        if (ahead(x, "/>")) {
            x->at += 2;
            return n;
        }
        if (peek(x) == '>')
            break;
        if (!gap)
            return no(x, "a blank must stand before an attribute");
        if (n->attrs == TW_ATTRS)
            return no(x, "too many attributes");
        if (attribute(x, n))
            return NULL;
    }
    x->at++;
    if (content(x, n, depth))
        return NULL;
    x->at += 2;
    if (!slice_eq(name(x), n->name))
        return no(x, "the end tag is another one's");
    blanks(x);
    if (peek(x) != '>')
        return no(x, "an end tag does not end");
    x->at++;
    return n;
}

static int misc(struct tw_xml *x)
{
    for (;;) {
        blanks(x);
        if (!ahead(x, "<!--") && !ahead(x, "<?"))
            return 0;
        if (ahead(x, "<?") ? instruction(x) : comment(x))
            return -1;
    }
}

/* Of an encoding that is not UTF-8 only ASCII is read. */
static bool encoding_ok(const struct tw_xml *x, struct slice e)
{
    for (size_t i = 0; i < e.len; i++)
        if (e.ptr[i] == ':' || e.ptr[i] >= 0x80
            || !name_char(e.ptr[i], false)
            || (i == 0 && (!name_char(e.ptr[0], true) || e.ptr[0] == '_')))
            return false;
    if (!e.len || slice_ieq(slice_head(e, 6), SLICE("UTF-16")))
        return false;
    for (size_t i = x->at; i < x->in_.len; i++)
        if (x->in_.ptr[i] >= 0x80 && !slice_ieq(e, SLICE("UTF-8")))
            return false;
    return true;
}

static bool version_ok(struct slice v)
{
    for (size_t i = 2; i < v.len; i++)
        if (v.ptr[i] < '0' || v.ptr[i] > '9')
            return false;
    return v.len > 2 && slice_starts(v, "1.");
}

/* version, then encoding, then standalone; the last two may be absent. */
static bool declared(const struct tw_xml *x, const struct tw_node *n)
{
    size_t i = 1;

    if (!n->attrs || !slice_is(n->attr[0].name, "version")
        || !version_ok(n->attr[0].value))
        return false;
    if (i < n->attrs && slice_is(n->attr[i].name, "encoding")
        && !encoding_ok(x, n->attr[i++].value))
        return false;
    if (i < n->attrs && slice_is(n->attr[i].name, "standalone")) {
        struct slice yes = n->attr[i++].value;

        if (!slice_is(yes, "yes") && !slice_is(yes, "no"))
            return false;
    }
    return i == n->attrs;
}

static int declaration(struct tw_xml *x)
{
    struct tw_node *n = &x->node[0];

    if (!ahead(x, "<?xml") || x->in_.len - x->at < 6
        || (!blank(x->in_.ptr[x->at + 5]) && x->in_.ptr[x->at + 5] != '?'))
        return 0;
    x->at += 5;
    memset(n, 0, sizeof(*n));
    while (blanks(x) && !ahead(x, "?>"))
        if (n->attrs == 3 || attribute(x, n))
            return bad(x, "bad XML declaration");
    if (!ahead(x, "?>") || !declared(x, n))
        return bad(x, "bad XML declaration");
    x->at += 2;
    return 0;
}

struct tw_node *tw_xml_read(struct tw_xml *x, struct slice in)
{
    struct tw_node *root;

    x->nodes = x->used = x->at = 0;
    x->why = NULL;
    x->in_ = in;
    if (!wire_utf8(in))
        return no(x, "bad UTF-8");
    if (ahead(x, "\xef\xbb\xbf"))
        x->at += 3;
    if (blank(peek(x)))
        return no(x, "something stands before the document");
    if (declaration(x) || misc(x))
        return NULL;
    root = element(x, 0);
    if (!root || misc(x))
        return NULL;
    return x->at == in.len ? root : no(x, "something follows the document");
}

struct slice tw_xml_attr(const struct tw_node *n, const char *attr)
{
    for (size_t i = 0; i < n->attrs; i++)
        if (slice_is(n->attr[i].name, attr))
            return n->attr[i].value;
    return (struct slice){0};
}
