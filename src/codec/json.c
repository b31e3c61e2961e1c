/* json.c - a JSON scanner without a tree: RFC 8259.
 *
 * One pass and no recursion: an open level is one bit, set for an object.
 * Strings, which are most of any message, are looked at eight bytes at a time
 * until a byte that means something: quote, backslash, control, non-ASCII.
 *
 * Paths are followed on the way.  live[d] holds a bit for each want whose
 * first keys led into level d; a key of that level is compared with the next
 * key of those wants only.  A key that matches forgets what its wants had
 * found before, so of equal keys the last wins, on every step of the path.
 */
#include "codec/json.h"

#include "base/limits.h"
#include "codec/json_str.h"
#include "codec/utf8.h"

#define WANTS 16                        /* bits of a want mask */
#define ROOT (1u << WANTS)              /* one more: the whole value */

_Static_assert(LIMIT_JSON_DEPTH <= 64, "open levels are the bits of a word");

struct scan {
    const uint8_t *p, *end;
    const char *why;
    bool escaped;                       /* the string just read was */
    struct json_want *want;
    struct json *root;
    unsigned depth;
    uint64_t object;                    /* bit 0: innermost is an object */
    unsigned hits;                      /* wants that are the next value */
    unsigned enter;                     /* wants that lead into it */
    uint16_t live[LIMIT_JSON_DEPTH + 1];
    uint32_t whole[LIMIT_JSON_DEPTH + 1];   /* wants that are this level */
    const uint8_t *start[LIMIT_JSON_DEPTH + 1];
    const char *rest[WANTS];            /* what is left of a want's path */
    uint16_t first[32];                 /* wants that a key may be one of, by
                                           the low bits of its first byte */
};

/* RFC 8259 7: what may follow a backslash. */
static const uint8_t *escape(struct scan *s, const uint8_t *p)
{
    uint32_t c;
    int n;

    if (p + 1 == s->end) {
        s->why = "the text ends inside a string";
        return p + 1;
    }
    switch (p[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r':
    case 't':
        return p + 2;
    case 'u':
        n = json_str_hex4(p + 2, s->end, &c);
        if (n == 4)
            return p + 6;
        s->why = p + 2 + n == s->end ? "the text ends inside a string"
            : "\\u wants four hex digits";
        return p + 2 + n;
    default:
        s->why = "no such escape";
        return p + 1;
    }
}

/* A byte of a string that is neither plain nor the closing quote. */
static const uint8_t *odd_byte(struct scan *s, const uint8_t *p)
{
    uint32_t c;
    size_t n;

    if (p == s->end) {
        s->why = "the text ends inside a string";
        return p;
    }
    if (*p == '\\') {
        s->escaped = true;
        return escape(s, p);
    }
    if (*p < 0x20) {
        s->why = "control character in a string";
        return p;
    }
    n = utf8_get(slice_of(p, (size_t)(s->end - p)), &c);
    if (n == 0)
        s->why = "not UTF-8";
    return p + n;
}

/* The rest of a string with odd bytes in it, to its closing quote. */
static const uint8_t *odd_string(struct scan *s, const uint8_t *p)
{
    while (p == s->end || *p != '"') {
        p = odd_byte(s, p);
        if (s->why) {
            s->p = p;
            return NULL;
        }
        p = json_str_end(p, s->end);
    }
    return p;
}

/* p is behind the opening quote.  Returns the closing one; NULL if why. */
static inline const uint8_t *string(struct scan *s, const uint8_t *p)
{
    s->escaped = false;
    p = json_str_end(p, s->end);
    return p < s->end && *p == '"' ? p : odd_string(s, p);
}

static const uint8_t *digits(const uint8_t *p, const uint8_t *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* RFC 8259 6.  Returns the byte after the number; NULL if why. */
static const uint8_t *number(struct scan *s, const uint8_t *p)
{
    const uint8_t *q;

    p += *p == '-';
    q = digits(p, s->end);
    if (q == p)
        goto bad;
    if (*p == '0' && q - p > 1) {
        s->why = "number with a leading zero";
        s->p = p + 1;
        return NULL;
    }
    if (q < s->end && *q == '.') {
        p = q + 1;
        q = digits(p, s->end);
        if (q == p)
            goto bad;
    }
    if (q < s->end && (*q == 'e' || *q == 'E')) {
        p = q + 1;
        p += p < s->end && (*p == '+' || *p == '-');
        q = digits(p, s->end);
        if (q == p)
            goto bad;
    }
    return q;
bad:
    s->why = "number without digits";
    s->p = p;
    return NULL;
}

static const uint8_t *literal(struct scan *s, const uint8_t *p,
    const char *word)
{
    for (; *word; word++, p++)
        if (p == s->end || *p != (uint8_t)*word) {
            s->why = "not a value";
            s->p = p;
            return NULL;
        }
    return p;
}

/* Notes how the next key of want i begins. */
static inline void expect(struct scan *s, unsigned i)
{
    s->first[(uint8_t)*s->rest[i] & 31] |= (uint16_t)(1u << i);
}

/* A key of the innermost object: which wants are its value, or lead in? */
static void match(struct scan *s, struct slice key)
{
    unsigned live = s->live[s->depth];

    if (key.len && !s->escaped)
        live &= s->first[key.ptr[0] & 31];
    for (unsigned i = 0; live; i++, live >>= 1) {
        const char *rest = live & 1 ? json_str_step(s->rest[i], key,
            s->escaped) : NULL;

        if (!rest)
            continue;
        if (s->want[i].value.type != JSON_ABSENT)
            s->want[i].value = (struct json){.type = JSON_ABSENT};
        if (*rest)
            s->enter |= 1u << i;
        else
            s->hits |= 1u << i;
    }
}

static void give(struct scan *s, unsigned hits, struct json v)
{
    if (hits & ROOT)
        *s->root = v;
    hits &= ROOT - 1;
    for (unsigned i = 0; hits; i++, hits >>= 1)
        if (hits & 1)
            s->want[i].value = v;
}

static bool push(struct scan *s, bool object)
{
    unsigned live = object ? s->enter : 0;

    if (s->depth == LIMIT_JSON_DEPTH) {
        s->why = "nested too deeply";
        return false;
    }
    s->depth++;
    s->object = s->object << 1 | object;
    s->live[s->depth] = (uint16_t)live;
    s->whole[s->depth] = s->hits;
    s->start[s->depth] = s->p;
    s->hits = s->enter = 0;
    if (s->depth == 1)          /* every path starts in the root */
        return true;
    for (unsigned i = 0; live; i++, live >>= 1)
        if (live & 1) {
            while (*s->rest[i]++ != '.')
                ;
            expect(s, i);
        }
    return true;
}

/* p is behind the closing bracket. */
static void pop(struct scan *s, const uint8_t *p)
{
    unsigned d = s->depth, live = s->live[d];

    if (s->whole[d])
        give(s, s->whole[d], (struct json){
            .type = s->object & 1 ? JSON_OBJECT : JSON_ARRAY,
            .text = slice_of(s->start[d], (size_t)(p - s->start[d]))});
    for (unsigned i = 0; d > 1 && live; i++, live >>= 1)
        if (live & 1)           /* back over ".", then to the key's start */
            for (s->rest[i]--; s->rest[i] != s->want[i].path
                && s->rest[i][-1] != '.'; )
                s->rest[i]--;
    s->hits = s->enter = 0;     /* elements of an array are no one's */
    s->object >>= 1;
    s->depth--;
}

/* A literal or a number.  NULL if why. */
static const uint8_t *word(struct scan *s, const uint8_t *p)
{
    struct json v = {.text.ptr = p};

    switch (*p) {
    case 't':
        v.type = JSON_TRUE;
        p = literal(s, p, "true");
        break;
    case 'f':
        v.type = JSON_FALSE;
        p = literal(s, p, "false");
        break;
    case 'n':
        v.type = JSON_NULL;
        p = literal(s, p, "null");
        break;
    case '-': case '0': case '1': case '2': case '3': case '4': case '5':
    case '6': case '7': case '8': case '9':
        v.type = JSON_NUMBER;
        p = number(s, p);
        break;
    default:
        s->p = p;
        s->why = "not a value";
        return NULL;
    }
    if (p && s->hits) {
        v.text.len = (size_t)(p - v.text.ptr);
        give(s, s->hits, v);
    }
    return p;
}

/* The grammar, a goto machine: value, key, and what may follow a value.  Leaves
 * s->p at the fault. */
static bool scan(struct scan *s)
{
    const uint8_t *p = s->p, *end = s->end, *q;

value:
    p = json_str_blanks(p, end);
    if (p == end)
        goto ends;
    if (*p == '"') {
        q = string(s, p + 1);
        if (!q)
            return false;
        if (s->hits)
            give(s, s->hits, (struct json){JSON_STRING,
                slice_of(p + 1, (size_t)(q - p - 1)), s->escaped});
        p = q + 1;
        goto after;
    }
    if (*p == '{' || *p == '[') {
        bool object = *p == '{';

        s->p = p;
        if (!push(s, object))
            return false;
        p = json_str_blanks(p + 1, end);
        if (p < end && *p == (object ? '}' : ']'))
            goto close;
        if (object)
            goto key;
        goto value;
    }
    p = word(s, p);
    if (!p)
        return false;
after:
    p = json_str_blanks(p, end);
    if (s->depth == 0) {
        s->p = p;
        if (p < end)
            s->why = "something follows the value";
        return p == end;
    }
    if (p == end)
        goto ends;
    if (*p == ',') {
        p++;
        if (!(s->object & 1))
            goto value;
        p = json_str_blanks(p, end);
        goto key;
    }
    if (*p != (s->object & 1 ? '}' : ']')) {
        s->why = s->object & 1 ? "expected , or }" : "expected , or ]";
        s->p = p;
        return false;
    }
close:
    p++;
    pop(s, p);
    goto after;
key:
    if (p == end)
        goto ends;
    if (*p != '"') {
        s->why = "expected a key in quotes";
        s->p = p;
        return false;
    }
    q = string(s, p + 1);
    if (!q)
        return false;
    s->hits = s->enter = 0;
    if (s->live[s->depth])
        match(s, slice_of(p + 1, (size_t)(q - p - 1)));
    p = json_str_blanks(q + 1, end);
    if (p == end)
        goto ends;
    if (*p++ == ':')
        goto value;
    s->why = "expected : after a key";
    s->p = p - 1;
    return false;
ends:
    s->why = "the text ends too soon";
    s->p = p;
    return false;
}

static int run(struct slice text, struct json_want *want, size_t n,
    struct json *root, struct json_fault *fault)
{
    struct scan s;

    s.p = text.len ? text.ptr : (const uint8_t *)"";
    s.end = s.p + text.len;
    s.why = NULL;
    s.want = want;
    s.depth = 0;
    s.object = 0;
    s.root = root;
    s.hits = ROOT;
    s.enter = (1u << (n < WANTS ? n : WANTS)) - 1;
    memset(s.first, 0, sizeof s.first);
    for (unsigned i = 0; i < n; i++) {
        want[i].value = (struct json){.type = JSON_ABSENT};
        if (i < WANTS) {
            s.rest[i] = want[i].path;
            expect(&s, i);
        }
    }
    if (n <= WANTS && scan(&s))
        return 0;
    *root = (struct json){.type = JSON_ABSENT};     /* a bad text holds */
    for (size_t i = 0; i < n; i++)                  /* nothing */
        want[i].value = (struct json){.type = JSON_ABSENT};
    if (fault) {
        fault->at = text.len - (size_t)(s.end - s.p);
        fault->why = n <= WANTS ? s.why : "more than 16 values wanted";
    }
    return -1;
}

int json_parse(struct slice text, struct json *out, struct json_fault *fault)
{
    *out = (struct json){.type = JSON_ABSENT};
    return run(text, NULL, 0, out, fault);
}

int json_scan(struct slice text, struct json_want *want, size_t n,
    struct json_fault *fault)
{
    struct json root;

    return run(text, want, n, &root, fault);
}
