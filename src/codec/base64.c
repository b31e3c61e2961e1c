/* base64.c - RFC 4648 4, padded, in machine words.
 *
 * Encoding looks twelve bits up at a time, decoding joins eight characters in
 * one word and asks once whether all of them were in the alphabet.  Only when
 * that fails does a slow walk look for the character to blame.
 */
#include "codec/base64.h"

#include <string.h>

/* The two characters of every twelve bits. */
#define P8(a, b, c, d, e, f, g, h, i) \
    {a, b}, {a, c}, {a, d}, {a, e}, {a, f}, {a, g}, {a, h}, {a, i},
#define ROW(a) \
    P8(a, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H') \
    P8(a, 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P') \
    P8(a, 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X') \
    P8(a, 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f') \
    P8(a, 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n') \
    P8(a, 'o', 'p', 'q', 'r', 's', 't', 'u', 'v') \
    P8(a, 'w', 'x', 'y', 'z', '0', '1', '2', '3') \
    P8(a, '4', '5', '6', '7', '8', '9', '+', '/')

static const char pairs[4096][2] = {
    ROW('A') ROW('B') ROW('C') ROW('D') ROW('E') ROW('F') ROW('G') ROW('H')
    ROW('I') ROW('J') ROW('K') ROW('L') ROW('M') ROW('N') ROW('O') ROW('P')
    ROW('Q') ROW('R') ROW('S') ROW('T') ROW('U') ROW('V') ROW('W') ROW('X')
    ROW('Y') ROW('Z') ROW('a') ROW('b') ROW('c') ROW('d') ROW('e') ROW('f')
    ROW('g') ROW('h') ROW('i') ROW('j') ROW('k') ROW('l') ROW('m') ROW('n')
    ROW('o') ROW('p') ROW('q') ROW('r') ROW('s') ROW('t') ROW('u') ROW('v')
    ROW('w') ROW('x') ROW('y') ROW('z') ROW('0') ROW('1') ROW('2') ROW('3')
    ROW('4') ROW('5') ROW('6') ROW('7') ROW('8') ROW('9') ROW('+') ROW('/')
};

#define X 0x80      /* not in the alphabet; survives being or-ed together */

static const uint8_t values[256] = {
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X, 62,  X,  X,  X, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61,  X,  X,  X,  X,  X,  X,
     X,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,  X,  X,  X,  X,  X,
     X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
};

/* Eight bytes, the first one highest; compilers make one load of it. */
static uint64_t load(const uint8_t *p)
{
    return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48
        | (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32
        | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16
        | (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

static void put_pair(char *out, uint64_t bits)
{
    memcpy(out, pairs[bits & 0xfff], 2);
}

size_t base64_encode(char *out, struct slice in)
{
    const uint8_t *p = in.ptr;
    size_t n = in.len;
    char *o = out;

    for (; n >= 8; n -= 6, p += 6, o += 8) {
        uint64_t w = load(p);       /* six of the eight bytes are used */

        put_pair(o, w >> 52);
        put_pair(o + 2, w >> 40);
        put_pair(o + 4, w >> 28);
        put_pair(o + 6, w >> 16);
    }
    for (; n >= 3; n -= 3, p += 3, o += 4) {
        put_pair(o, (uint32_t)p[0] << 4 | p[1] >> 4);
        put_pair(o + 2, (uint32_t)p[1] << 8 | p[2]);
    }
    if (n) {
        uint32_t second = n == 2 ? p[1] : 0;

        put_pair(o, (uint32_t)p[0] << 4 | second >> 4);
        o[2] = n == 2 ? pairs[second << 2 & 63][1] : '=';
        o[3] = '=';
        o += 4;
    }
    return (size_t)(o - out);
}

/* Where text that does not decode goes wrong: at the first byte that no text
 * may have there, at the digit whose unused bits are not zero, or at the end
 * when characters are missing. */
static size_t blame(struct slice in)
{
    const uint8_t *p = in.ptr;
    size_t i = 0, pads;

    while (i < in.len && values[p[i]] != X)
        i++;
    if (i == in.len || p[i] != '=' || i % 4 < 2)
        return i;
    if (values[p[i - 1]] & (i % 4 == 2 ? 15 : 3))
        return i - 1;
    pads = 4 - i % 4;
    for (size_t k = 1; k < pads; k++)
        if (i + k == in.len || p[i + k] != '=')
            return i + k;
    return i + pads;
}

/* The last four characters, which may be padded: 1 to 3 bytes, 0 when bad. */
static size_t decode_last(uint8_t *o, const uint8_t *p)
{
    uint32_t a = values[p[0]], b = values[p[1]];
    uint32_t c = values[p[2]], d = values[p[3]];

    if (p[3] == '=') {
        bool two = p[2] == '=';

        if (two)
            c = 0;
        if ((a | b | c) & X || (two ? b & 15 : c & 3))
            return 0;
        o[0] = (uint8_t)(a << 2 | b >> 4);
        if (!two)
            o[1] = (uint8_t)(b << 4 | c >> 2);
        return two ? 1 : 2;
    }
    if ((a | b | c | d) & X)
        return 0;
    o[0] = (uint8_t)(a << 2 | b >> 4);
    o[1] = (uint8_t)(b << 4 | c >> 2);
    o[2] = (uint8_t)(c << 6 | d);
    return 3;
}

/* Eight characters into six bytes; false when one is not in the alphabet. */
static bool decode_eight(uint8_t *o, const uint8_t *p)
{
    uint64_t a = values[p[0]], b = values[p[1]], c = values[p[2]];
    uint64_t d = values[p[3]], e = values[p[4]], f = values[p[5]];
    uint64_t g = values[p[6]], h = values[p[7]];
    uint64_t w = a << 42 | b << 36 | c << 30 | d << 24 | e << 18 | f << 12
        | g << 6 | h;

    o[0] = (uint8_t)(w >> 40);
    o[1] = (uint8_t)(w >> 32);
    o[2] = (uint8_t)(w >> 24);
    o[3] = (uint8_t)(w >> 16);
    o[4] = (uint8_t)(w >> 8);
    o[5] = (uint8_t)w;
    return ((a | b | c | d | e | f | g | h) & X) == 0;
}

size_t base64_decode(uint8_t *out, struct slice in, size_t *at)
{
    const uint8_t *p = in.ptr;
    size_t n = in.len, got = 0;
    uint8_t *o = out;

    if (n == 0)
        return 0;
    if (n % 4)
        goto bad;
    for (; n > 8; n -= 8, p += 8, o += 6)
        if (!decode_eight(o, p))
            goto bad;
    if (n == 8) {               /* this group may not be padded, the last may */
        if (p[3] == '=' || !decode_last(o, p))
            goto bad;
        p += 4;
        o += 3;
    }
    got = decode_last(o, p);
    if (got)
        return (size_t)(o - out) + got;
bad:
    if (at)
        *at = blame(in);
    return SLICE_NPOS;
}

size_t base64_size(struct slice in)
{
    size_t n = BASE64_BYTES(in.len);

    if (in.len == 0 || in.len % 4)
        return n;
    return n - (in.ptr[in.len - 1] == '=') - (in.ptr[in.len - 2] == '=');
}
