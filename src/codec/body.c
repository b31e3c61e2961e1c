/* body.c - chunked transfer coding: RFC 9112 7.1.
 *
 * The frame around the data is read a byte at a time by a machine of three
 * parts (size line, extensions, trailers), the data in pieces as large as they
 * come.  Grammar is kept to the letter: what one reader skips and another
 * stops at is how a second request is smuggled.
 */
#include "codec/body.h"

#include "base/text.h"
#include "codec/http.h"

#define BODY_LINE 4096          /* bytes of one size or trailer line */
#define BODY_TRAILERS 16384     /* bytes of all trailer lines */
#define BODY_DIGITS 16          /* of a chunk size: 64 bits */
#define BODY_FREE 16384         /* bytes of frame before they are weighed */

enum state {
    SIZE,               /* first digit */
    DIGITS,             /* more digits, or what ends them */
    BLANK,              /* blanks before ";" */
    EXT,                /* blanks before the name of an extension */
    EXT_NAME,
    EXT_BLANK,          /* blanks before "=" or ";" */
    EXT_EQUAL,          /* blanks before its value */
    EXT_TOKEN,
    EXT_QUOTED,
    EXT_PAIR,           /* the byte behind a backslash */
    EXT_END,            /* behind the closing quote */
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    LINE,               /* first byte of a trailer line, or the last CR */
    NAME,
    VALUE,
    LINE_LF,
    LAST_LF,
    DONE,
    BAD
};

static const char *go(struct body *b, enum state s)
{
    b->state_ = (uint8_t)s;
    return NULL;
}

static bool blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool in_class(uint8_t c, unsigned class)
{
    return (http_class[c] & class) != 0;
}

/* What may follow the size, or a complete extension. */
static const char *ext_ends(struct body *b, uint8_t c, const char *why)
{
    if (c == '\r')
        return go(b, SIZE_LF);
    if (c == ';')
        return go(b, EXT);
    return blank(c) ? go(b, BLANK) : why;
}

static const char *step_size(struct body *b, uint8_t c)
{
    int digit = text_hexval(c);

    if (digit < 0)
        return b->state_ == SIZE ? "a chunk without a size"
            : ext_ends(b, c, "byte not allowed in a chunk size");
    if (b->digits_ == BODY_DIGITS)
        return "the chunk size has too many digits";
    b->digits_++;
    b->left_ = b->left_ << 4 | (uint64_t)digit;
    return go(b, DIGITS);
}

static const char *step_quoted(struct body *b, uint8_t c)
{
    if (!in_class(c, HTTP_VALUE))
        return "byte not allowed in a quoted chunk extension";
    if (b->state_ == EXT_QUOTED && c == '"')
        return go(b, EXT_END);
    return go(b, b->state_ == EXT_QUOTED && c == '\\' ? EXT_PAIR
        : EXT_QUOTED);
}

/* RFC 9112 7.1.1: *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted ) ] ).
 * Blanks may stand between the parts, but not at the end of the line. */
static const char *step_ext(struct body *b, uint8_t c)
{
    bool token = in_class(c, HTTP_TOKEN);

    if (blank(c)) {
        if (b->state_ == EXT_NAME)
            return go(b, EXT_BLANK);
        if (b->state_ == EXT_TOKEN || b->state_ == EXT_END)
            return go(b, BLANK);
        return NULL;
    }
    if (b->state_ == EXT)
        return token ? go(b, EXT_NAME) : "a chunk extension without a name";
    if (b->state_ == EXT_EQUAL) {
        if (c == '"')
            return go(b, EXT_QUOTED);
        return token ? go(b, EXT_TOKEN) : "a chunk extension without a value";
    }
    if (token && (b->state_ == EXT_NAME || b->state_ == EXT_TOKEN))
        return NULL;
    if (c == '=' && (b->state_ == EXT_NAME || b->state_ == EXT_BLANK))
        return go(b, EXT_EQUAL);
    if (c == '\r' && (b->state_ == BLANK || b->state_ == EXT_BLANK))
        return "blank at the end of a chunk's line";
    return ext_ends(b, c, "byte not allowed in a chunk extension");
}

/* The line is complete: is the chunk welcome?  A frame that weighs more than
 * twice its data is a peer that wants us to work, not to listen. */
static const char *size_done(struct body *b)
{
    if (b->overhead_ > BODY_FREE
        && (b->overhead_ - BODY_FREE) / 2 > b->total)
        return "the chunks are too small for their frames";
    if (b->left_ == 0) {
        b->line_ = 0;
        return go(b, LINE);
    }
    if (b->total > b->max || b->left_ > b->max - b->total) {
        b->status = 413;
        return "the body is too long";
    }
    return go(b, DATA);
}

/* RFC 9112 7.1.2: field lines as strict as those of the head. */
static const char *step_trailer(struct body *b, uint8_t c)
{
    if (b->trailer_++ == BODY_TRAILERS) {
        b->status = 431;
        return "the trailers are too long";
    }
    if (b->state_ == LINE) {
        if (c == '\r')
            return go(b, LAST_LF);
        if (blank(c))
            return "a folded trailer";
        return in_class(c, HTTP_TOKEN) ? go(b, NAME)
            : "byte not allowed in a trailer's name";
    }
    if (b->state_ == NAME) {
        if (c == ':')
            return go(b, VALUE);
        if (blank(c))
            return "blank before the colon";
        return in_class(c, HTTP_TOKEN) ? NULL
            : "byte not allowed in a trailer's name";
    }
    if (c == '\r')
        return go(b, LINE_LF);
    return in_class(c, HTTP_VALUE) ? NULL
        : "byte not allowed in a trailer";
}

/* One byte of frame.  Returns why it is refused, or NULL. */
static const char *step(struct body *b, uint8_t c)
{
    enum state s = (enum state)b->state_;

    b->overhead_++;
    if (b->line_++ == BODY_LINE) {
        b->status = s >= LINE ? 431 : 400;
        return s >= LINE ? "a trailer is too long"
            : "a chunk's line is too long";
    }
    switch (s) {
    case SIZE:
    case DIGITS:
        return step_size(b, c);
    case BLANK:
    case EXT:
    case EXT_NAME:
    case EXT_BLANK:
    case EXT_EQUAL:
    case EXT_TOKEN:
    case EXT_END:
        return step_ext(b, c);
    case EXT_QUOTED:
    case EXT_PAIR:
        return step_quoted(b, c);
    case DATA_CR:
        return c == '\r' ? go(b, DATA_LF) : "the chunk is longer than its size";
    case LINE:
    case NAME:
    case VALUE:
        return step_trailer(b, c);
    case SIZE_LF:
    case DATA_LF:
    case LINE_LF:
    case LAST_LF:
        if (c != '\n')
            return "CR without LF";
        if (s == SIZE_LF)
            return size_done(b);
        b->line_ = 0;
        b->digits_ = 0;
        return go(b, s == DATA_LF ? SIZE : s == LINE_LF ? LINE : DONE);
    case DATA:
    case DONE:
    case BAD:
        break;
    }
    return NULL;
}

static enum body_event take_data(struct body *b, struct slice *in)
{
    size_t n = b->left_ < in->len ? (size_t)b->left_ : in->len;

    b->data = slice_head(*in, n);
    *in = slice_from(*in, n);
    b->left_ -= n;
    b->total += n;
    b->at += n;
    if (b->left_ == 0) {
        b->line_ = 0;
        b->state_ = DATA_CR;
    }
    return BODY_DATA;
}

enum body_event body_next(struct body *b, struct slice *in)
{
    if (b->state_ == BAD)
        return BODY_BAD;
    while (b->state_ != DONE) {
        if (in->len == 0)
            return BODY_MORE;
        if (b->state_ == DATA)
            return take_data(b, in);
        b->status = 400;
        b->why = step(b, in->ptr[0]);
        if (b->why) {
            b->state_ = BAD;
            return BODY_BAD;
        }
        *in = slice_from(*in, 1);
        b->at++;
    }
    b->status = 0;
    return BODY_END;
}

void body_chunk(struct buf *out, struct slice s)
{
    char digits[BODY_DIGITS];
    size_t n = 0;

    if (s.len == 0)
        return;
    for (uint64_t len = s.len; len; len >>= 4)
        digits[BODY_DIGITS - ++n] = "0123456789abcdef"[len & 15];
    buf_add(out, slice_of(digits + BODY_DIGITS - n, n));
    buf_adds(out, "\r\n");
    buf_add(out, s);
    buf_adds(out, "\r\n");
}

void body_last(struct buf *out)
{
    buf_adds(out, "0\r\n\r\n");
}
