/* jread.c - a small strict JSON reader of the stand-ins' own: one function a
 * rule of RFC 8259's grammar. */
#include "sim/jread.h"

#include <string.h>

static int value(struct jread *j, struct slice key, int depth,
    const struct jnode **out);

static int refuse(struct jread *j, const char *why)
{
    if (!j->why)
        j->why = why;
    return -1;
}

static int peek(const struct jread *j)
{
    return j->at < j->in_.len ? j->in_.ptr[j->at] : -1;
}

static void blanks(struct jread *j)
{
    int c = peek(j);

    while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        j->at++;
        c = peek(j);
    }
}

static int expect(struct jread *j, int c, const char *why)
{
    if (peek(j) != c)
        return refuse(j, why);
    j->at++;
    return 0;
}

static int put(struct jread *j, unsigned byte)
{
    if (j->used == JREAD_TEXT)
        return refuse(j, "the message is too long");
    j->text[j->used++] = (uint8_t)byte;
    return 0;
}

/* RFC 3629 3. */
static int put_rune(struct jread *j, unsigned r)
{
    if (r < 0x80)
        return put(j, r);
    if (r < 0x800)
        return put(j, 0xc0 | r >> 6) || put(j, 0x80 | (r & 63)) ? -1 : 0;
    if (r < 0x10000)
        return put(j, 0xe0 | r >> 12) || put(j, 0x80 | (r >> 6 & 63))
            || put(j, 0x80 | (r & 63)) ? -1 : 0;
    return put(j, 0xf0 | r >> 18) || put(j, 0x80 | (r >> 12 & 63))
        || put(j, 0x80 | (r >> 6 & 63)) || put(j, 0x80 | (r & 63)) ? -1 : 0;
}

static int hex4(struct jread *j, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, j->at++) {
        int c = peek(j);
        int d = c >= '0' && c <= '9' ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

        if (d < 0)
            return refuse(j, "four hex digits must follow \\u");
        *out = *out << 4 | (unsigned)d;
    }
    return 0;
}

static int unicode(struct jread *j)
{
    unsigned r, low;

    if (hex4(j, &r))
        return -1;
    if (r >= 0xdc00 && r < 0xe000)
        return refuse(j, "a low surrogate without a high one");
    if (r >= 0xd800 && r < 0xdc00) {
        if (expect(j, '\\', "a high surrogate without a low one")
            || expect(j, 'u', "a high surrogate without a low one")
            || hex4(j, &low))
            return -1;
        if (low < 0xdc00 || low > 0xdfff)
            return refuse(j, "a high surrogate without a low one");
        r = 0x10000 + ((r - 0xd800) << 10) + (low - 0xdc00);
    }
    return put_rune(j, r);
}

static int escape(struct jread *j)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int c = peek(j);
    const char *p = c > 0 ? strchr(from, c) : NULL;

    j->at++;
    if (c == 'u')
        return unicode(j);
    return p ? put(j, (uint8_t)to[p - from]) : refuse(j, "unknown escape");
}

/* One character of more than one byte: shortest form, no surrogates. */
static int high(struct jread *j, unsigned c)
{
    int more = c >= 0xc2 && c < 0xe0 ? 1 : (c & 0xf0) == 0xe0 ? 2
        : c >= 0xf0 && c < 0xf5 ? 3 : 0;
    unsigned r = c & (0x3fu >> more), least;

    if (!more)
        return refuse(j, "bad UTF-8");
    for (int i = 0; i < more; i++, j->at++) {
        if (peek(j) < 0 || (peek(j) & 0xc0) != 0x80)
            return refuse(j, "bad UTF-8");
        r = r << 6 | ((unsigned)peek(j) & 63);
    }
    least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
    if (r < least || r > 0x10ffff || (r >= 0xd800 && r < 0xe000))
        return refuse(j, "bad UTF-8");
    return put_rune(j, r);
}

static int string(struct jread *j, struct slice *out)
{
    size_t begin = j->used;

    if (expect(j, '"', "a string must begin here"))
        return -1;
    for (;;) {
        int c = peek(j), bad;

        if (c < 0)
            return refuse(j, "the string does not end");
        if (c < 0x20)
            return refuse(j, "a control character in a string");
        j->at++;
        if (c == '"')
            break;
        bad = c == '\\' ? escape(j) : c < 0x80 ? put(j, (unsigned)c)
            : high(j, (unsigned)c);
        if (bad)
            return -1;
    }
    *out = slice_of(j->text + begin, j->used - begin);
    return 0;
}

static size_t digits(struct jread *j, double *sum, int64_t *whole)
{
    size_t n = 0;

    for (int c = peek(j); c >= '0' && c <= '9'; n++, c = peek(j)) {
        *sum = *sum * 10 + (c - '0');
        if (*whole < INT64_MAX / 10 - 1)
            *whole = *whole * 10 + (c - '0');
        j->at++;
    }
    return n;
}

static int exponent(struct jread *j, double *number)
{
    bool minus = false;
    double n = 0;
    int64_t e = 0;

    j->at++;
    if (peek(j) == '+' || peek(j) == '-') {
        minus = peek(j) == '-';
        j->at++;
    }
    if (!digits(j, &n, &e))
        return refuse(j, "an exponent needs digits");
    for (int64_t i = 0; i < (e < 400 ? e : 400); i++)
        *number = minus ? *number / 10 : *number * 10;
    return 0;
}

static int number(struct jread *j, struct jnode *n)
{
    bool minus = peek(j) == '-';
    double scale = 1, part = 0;
    int64_t skip = 0;
    size_t begin, places;

    j->at += minus;
    begin = j->at;
    places = digits(j, &n->number, &n->whole);
    if (!places || (places > 1 && j->in_.ptr[begin] == '0'))
        return refuse(j, "bad number");
    n->is_whole = places < 18;
    if (peek(j) == '.') {
        n->is_whole = false;
        j->at++;
        places = digits(j, &part, &skip);
        if (!places)
            return refuse(j, "a fraction needs digits");
        while (places--)
            scale *= 10;
        n->number += part / scale;
    }
    if (peek(j) == 'e' || peek(j) == 'E') {
        n->is_whole = false;
        if (exponent(j, &n->number))
            return -1;
    }
    if (minus) {
        n->number = -n->number;
        n->whole = -n->whole;
    }
    return 0;
}

static int word(struct jread *j, const char *w)
{
    for (; *w; w++)
        if (expect(j, *w, "a value must begin here"))
            return -1;
    return 0;
}

static int member(struct jread *j, struct jnode *n, int depth,
    const struct jnode **out)
{
    struct slice key = {0};

    if (n->kind == J_OBJECT) {
        if (string(j, &key))
            return -1;
        for (const struct jnode *k = n->child; k; k = k->next)
            if (slice_eq(k->key, key))
                return refuse(j, "the same key twice");
        blanks(j);
        if (expect(j, ':', "a colon must follow a key"))
            return -1;
        blanks(j);
    }
    return value(j, key, depth + 1, out);
}

static int members(struct jread *j, struct jnode *n, int depth)
{
    int end = n->kind == J_OBJECT ? '}' : ']';
    struct jnode *last = NULL;
    const struct jnode *k;

    j->at++;
    blanks(j);
    if (peek(j) == end) {
        j->at++;
        return 0;
    }
    for (;;) {
        if (member(j, n, depth, &k))
            return -1;
        if (last)
            last->next = k;
        else
            n->child = k;
        last = &j->node[k - j->node];
        n->size++;
        blanks(j);
        if (peek(j) == end) {
            j->at++;
            return 0;
        }
        if (expect(j, ',', "a comma or an end must follow a value"))
            return -1;
        blanks(j);
    }
}

static int value(struct jread *j, struct slice key, int depth,
    const struct jnode **out)
{
    struct jnode *n = &j->node[j->nodes];
    size_t begin = j->at;
    int c = peek(j), bad;

    if (depth > JREAD_DEPTH)
        return refuse(j, "too deep");
    if (j->nodes == JREAD_NODES)
        return refuse(j, "too many values");
    j->nodes++;
    memset(n, 0, sizeof(*n));
    n->key = key;
    n->kind = c == '{' ? J_OBJECT : c == '[' ? J_ARRAY : c == '"' ? J_STRING
        : c == 't' || c == 'f' ? J_BOOL : c == 'n' ? J_NULL : J_NUMBER;
    n->yes = c == 't';
    bad = c == '{' || c == '[' ? members(j, n, depth)
        : c == '"' ? string(j, &n->text) : c == 't' ? word(j, "true")
        : c == 'f' ? word(j, "false") : c == 'n' ? word(j, "null")
        : c == '-' || (c >= '0' && c <= '9') ? number(j, n)
        : refuse(j, "a value must begin here");
    n->raw = slice_of(j->in_.ptr + begin, j->at - begin);
    *out = n;
    return bad;
}

const struct jnode *jread(struct jread *j, struct slice in)
{
    const struct jnode *root;

    j->nodes = j->used = j->at = 0;
    j->why = NULL;
    j->in_ = in;
    blanks(j);
    if (value(j, (struct slice){0}, 0, &root))
        return NULL;
    blanks(j);
    if (j->at < in.len) {
        refuse(j, "something follows the value");
        return NULL;
    }
    return root;
}

const struct jnode *jread_get(const struct jnode *n, const char *key)
{
    if (!n || n->kind != J_OBJECT)
        return NULL;
    for (n = n->child; n; n = n->next)
        if (slice_is(n->key, key))
            return n;
    return NULL;
}

bool jread_is(const struct jnode *n, enum jkind kind)
{
    return n && n->kind == kind;
}

bool jread_eq(const struct jnode *n, const char *text)
{
    return jread_is(n, J_STRING) && slice_is(n->text, text);
}

struct slice jread_text(const struct jnode *n)
{
    return jread_is(n, J_STRING) ? n->text : (struct slice){0};
}

struct slice jread_unknown(const struct jnode *n, const char *names)
{
    if (!n || n->kind != J_OBJECT)
        return (struct slice){0};
    for (n = n->child; n; n = n->next) {
        struct slice rest = slice_str(names);
        bool known = false;

        while (rest.ptr && !known)
            known = slice_eq(slice_cut(&rest, ' '), n->key);
        if (!known)
            return n->key;
    }
    return (struct slice){0};
}

void jread_quote(struct buf *out, struct slice s)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (c == '"' || c == '\\')
            buf_addc(out, '\\');
        if (c < 0x20)
            buf_addf(out, "\\u%04x", (unsigned)c);
        else
            buf_addc(out, c);
    }
    buf_addc(out, '"');
}
