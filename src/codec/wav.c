/* wav.c - RIFF WAVE: reading PCM, float, A-law and mu-law, writing mu-law.
 *
 * A file is a chain of chunks {name, length, bytes, pad to even}.  Programs
 * that write to a pipe do not know the lengths and put 0 or all ones; such a
 * data chunk goes to the end of the file.
 */
#include "codec/wav.h"

#include <string.h>

#include "codec/g711.h"

#define EXTENSIBLE 0xfffe
#define UNKNOWN UINT32_MAX

static unsigned get16(const uint8_t *p)
{
    return (unsigned)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16;
}

static void put16(uint8_t *p, unsigned n)
{
    p[0] = (uint8_t)n;
    p[1] = (uint8_t)(n >> 8);
}

static void put32(uint8_t *p, uint32_t n)
{
    put16(p, n & 0xffff);
    put16(p + 2, n >> 16);
}

/* The format tag inside an extensible format: the first two bytes of a GUID
 * whose rest is always the same. */
static int sub_format(struct slice fmt, uint16_t *format)
{
    static const uint8_t rest[14] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa,
        0, 0x38, 0x9b, 0x71};

    if (fmt.len < 40 || get16(fmt.ptr + 16) < 22
        || memcmp(fmt.ptr + 26, rest, sizeof rest))
        return -1;
    *format = (uint16_t)get16(fmt.ptr + 24);
    return 0;
}

/* PCM of 12 or 20 bits lies at the upper end of whole bytes: it is read as
 * 16 or 24. */
static bool known_bits(struct wav *w)
{
    switch (w->format) {
    case WAV_PCM:
        if (w->bits == 0 || w->bits > 32)
            return false;
        w->bits = (uint16_t)((w->bits + 7) / 8 * 8);
        return true;
    case WAV_FLOAT:
        return w->bits == 32 || w->bits == 64;
    default:
        return w->bits == 8;
    }
}

static const char *read_format(struct slice fmt, struct wav *w)
{
    if (fmt.len < 16)
        return "fmt chunk too short";
    w->format = (uint16_t)get16(fmt.ptr);
    w->channels = (uint16_t)get16(fmt.ptr + 2);
    w->rate = get32(fmt.ptr + 4);
    w->bits = (uint16_t)get16(fmt.ptr + 14);
    if (w->format == EXTENSIBLE && sub_format(fmt, &w->format))
        return "extensible format without a known sub-format";
    if (w->format != WAV_PCM && w->format != WAV_FLOAT
        && w->format != WAV_ALAW && w->format != WAV_MULAW)
        return "none of PCM, float, A-law and mu-law";
    if (w->channels == 0)
        return "no channels";
    if (w->rate == 0)
        return "sample rate is zero";
    if (!known_bits(w))
        return "bits a sample that this format does not have";
    if (get16(fmt.ptr + 12) != w->channels * (w->bits / 8u))
        return "block size does not fit channels and bits";
    return NULL;
}

/* The bytes of the data chunk that are there, in whole blocks. */
static struct slice whole_blocks(struct slice rest, uint32_t size,
    bool streamed, const struct wav *w)
{
    size_t block = w->channels * (size_t)(w->bits / 8);

    if (!streamed)
        rest = slice_head(rest, size);
    rest.len -= rest.len % block;
    return rest;
}

int wav_parse(struct slice file, struct wav *out, const char **why)
{
    struct slice rest = slice_from(file, 12);
    struct wav w = {.format = 0};
    bool have_format = false, open_end;

    *why = NULL;
    if (file.len < 12 || !slice_eq(slice_head(file, 4), SLICE("RIFF"))
        || memcmp(file.ptr + 8, "WAVE", 4)) {
        *why = "no RIFF WAVE head";
        return -1;
    }
    open_end = get32(file.ptr + 4) == 0 || get32(file.ptr + 4) == UNKNOWN;
    while (rest.len >= 8) {
        struct slice name = slice_head(rest, 4);
        uint32_t size = get32(rest.ptr + 4);
        struct slice body = slice_from(rest, 8);

        if (slice_eq(name, SLICE("data"))) {
            if (!have_format) {
                *why = "data chunk before fmt chunk";
                return -1;
            }
            w.data = whole_blocks(body, size, size == UNKNOWN
                || (size == 0 && open_end), &w);
            *out = w;
            return 0;
        }
        if (size > body.len) {
            *why = "chunk longer than the file";
            return -1;
        }
        if (slice_eq(name, SLICE("fmt "))) {
            *why = read_format(slice_head(body, size), &w);
            if (*why)
                return -1;
            have_format = true;
        }
        rest = slice_from(body, (size_t)size + (size & 1));
    }
    *why = have_format ? "no data chunk" : "no fmt chunk";
    return -1;
}

/* ---- samples ---- */

static int32_t from_float(double f)
{
    if (f >= 1.0)
        return INT32_MAX;
    if (f <= -1.0)
        return -INT32_MAX;
    return f == f ? (int32_t)(f * 2147483647.0) : 0;
}

_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE 754 floats");

static int32_t wide_float(const uint8_t *p)
{
    uint64_t bits = get32(p) | (uint64_t)get32(p + 4) << 32;
    double f;

    memcpy(&f, &bits, sizeof f);
    return from_float(f);
}

static int32_t narrow_float(const uint8_t *p)
{
    uint32_t bits = get32(p);
    float f;

    memcpy(&f, &bits, sizeof f);
    return from_float((double)f);
}

/* Two's complement, at the upper end of 32 bits. */
static int32_t top(uint32_t n)
{
    return n & 0x80000000u ? -(int32_t)(UINT32_MAX - n) - 1 : (int32_t)n;
}

static int32_t sample(const struct wav *w, const uint8_t *p)
{
    if (w->format == WAV_MULAW)
        return g711_decode(*p) * 65536;
    if (w->format == WAV_ALAW)
        return g711_alaw_decode(*p) * 65536;
    if (w->format == WAV_FLOAT)
        return w->bits == 64 ? wide_float(p) : narrow_float(p);
    switch (w->bits) {
    case 8:
        return (*p - 128) * 16777216;
    case 16:
        return top((uint32_t)get16(p) << 16);
    case 24:
        return top((uint32_t)p[0] << 8 | (uint32_t)get16(p + 1) << 16);
    default:
        return top(get32(p));
    }
}

size_t wav_frames(const struct wav *w)
{
    return w->data.len / (w->channels * (w->bits / 8u));
}

void wav_mixed(const struct wav *w, size_t at, int32_t *out, size_t n)
{
    size_t step = w->bits / 8u, block = step * w->channels;
    const uint8_t *p = w->data.ptr + at * block;

    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;

        for (size_t k = 0; k < w->channels; k++, p += step)
            sum += sample(w, p);
        out[i] = (int32_t)(sum / w->channels);
    }
}

size_t wav_head(uint8_t out[static WAV_HEAD], unsigned channels,
    uint32_t data_len)
{
    uint32_t most = UINT32_MAX - WAV_HEAD;

    /* RIFF counts with 32 bits; a longer file is read to its end anyway. */
    if (data_len > most)
        data_len = most;
    memcpy(out, "RIFF", 4);
    put32(out + 4, WAV_HEAD - 8 + data_len + (data_len & 1));
    memcpy(out + 8, "WAVEfmt ", 8);
    put32(out + 16, 18);
    put16(out + 20, WAV_MULAW);
    put16(out + 22, channels);
    put32(out + 24, G711_RATE);
    put32(out + 28, G711_RATE * channels);
    put16(out + 32, channels);
    put16(out + 34, 8);
    put16(out + 36, 0);
    memcpy(out + 38, "fact", 4);
    put32(out + 42, 4);
    put32(out + 46, channels ? data_len / channels : 0);
    memcpy(out + 50, "data", 4);
    put32(out + 54, data_len);
    return WAV_HEAD;
}
