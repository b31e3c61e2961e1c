/* mfsk.c - talking in tones: 18 tones, 150 Hz apart, one a frame.
 *
 * A frame of 160 samples holds a whole number of periods of every multiple of
 * 50 Hz, so the tones are orthogonal and a Goertzel filter each tells them
 * apart.  A tone counts when it holds four fifths of the frame's energy: a
 * slip of some samples, a lost byte or a mixture does not pass.
 */
#include "sim/mfsk.h"

#include <string.h>

#define TONES 18
#define FIRST_BIN 8             /* 400 Hz; the next ones 3 bins higher each */
#define MARK_ONE 16
#define MARK_TWO 17
#define LENGTH_KEY 0xau         /* so that four zeros are no length */
#define QUIET (INT64_C(160) * 200 * 200)    /* energy that is no sound */
#define SILENT 0xff

enum { IDLE, MARK, LENGTH, TEXT, CRC };

/* 8000 cos(2 pi i / 160): one period of 50 Hz. */
static const int16_t wave[MFSK_FRAME] = {
    8000, 7994, 7975, 7945, 7902, 7846, 7779, 7700, 7608, 7506, 7391, 7265,
    7128, 6980, 6821, 6652, 6472, 6283, 6083, 5875, 5657, 5430, 5196, 4953,
    4702, 4445, 4180, 3909, 3632, 3349, 3061, 2769, 2472, 2172, 1868, 1561,
    1251, 940, 628, 314, 0, -314, -628, -940, -1251, -1561, -1868, -2172, -2472,
    -2769, -3061, -3349, -3632, -3909, -4180, -4445, -4702, -4953, -5196, -5430,
    -5657, -5875, -6083, -6283, -6472, -6652, -6821, -6980, -7128, -7265, -7391,
    -7506, -7608, -7700, -7779, -7846, -7902, -7945, -7975, -7994, -8000, -7994,
    -7975, -7945, -7902, -7846, -7779, -7700, -7608, -7506, -7391, -7265, -7128,
    -6980, -6821, -6652, -6472, -6283, -6083, -5875, -5657, -5430, -5196, -4953,
    -4702, -4445, -4180, -3909, -3632, -3349, -3061, -2769, -2472, -2172, -1868,
    -1561, -1251, -940, -628, -314, 0, 314, 628, 940, 1251, 1561, 1868, 2172,
    2472, 2769, 3061, 3349, 3632, 3909, 4180, 4445, 4702, 4953, 5196, 5430,
    5657, 5875, 6083, 6283, 6472, 6652, 6821, 6980, 7128, 7265, 7391, 7506,
    7608, 7700, 7779, 7846, 7902, 7945, 7975, 7994,
};

/* 2 cos(2 pi bin / 160) in 14-bit fractions, for the Goertzel filters. */
static const int32_t turn[TONES] = {
    31164, 29758, 27939, 25733, 23170, 20286, 17121, 13719, 10126, 6393, 2571,
    -1286, -5126, -8895, -12540, -16011, -19261, -22243,
};

/* ---- mu-law, by the definition ---- */

static uint8_t to_mu(int v)
{
    int sign = 0, segment = 7;

    if (v < 0) {
        sign = 0x80;
        v = -v;
    }
    if (v > 32635)
        v = 32635;
    v += 132;
    for (int bit = 0x4000; segment > 0 && !(v & bit); bit >>= 1)
        segment--;
    return (uint8_t)~(sign | segment << 4 | (v >> (segment + 3) & 15));
}

static int from_mu(uint8_t mu)
{
    int u = ~mu & 0xff;
    int v = ((((u & 15) << 3) + 132) << (u >> 4 & 7)) - 132;

    return u & 0x80 ? -v : v;
}

/* ---- speaking ---- */

static unsigned crc_byte(unsigned crc, unsigned byte)
{
    crc ^= byte << 8;
    for (int i = 0; i < 8; i++)
        crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1;
    return crc;
}

static unsigned crc_begin(size_t len)
{
    unsigned crc = crc_byte(0xffff, (unsigned)(len >> 8));

    return crc_byte(crc, (unsigned)(len & 0xff));
}

size_t mfsk_frames(struct slice text)
{
    size_t len = text.len < MFSK_TEXT ? text.len : MFSK_TEXT;

    return 2 * len + MFSK_OVERHEAD;
}

static unsigned length_symbol(size_t len, size_t i)
{
    unsigned a = (unsigned)(len >> 8 & 15), b = (unsigned)(len >> 4 & 15);
    unsigned c = (unsigned)(len & 15);

    return i == 0 ? a : i == 1 ? b : i == 2 ? c : a ^ b ^ c ^ LENGTH_KEY;
}

static unsigned symbol(struct slice text, size_t i)
{
    unsigned crc;

    if (i < 2)
        return i ? MARK_TWO : MARK_ONE;
    i -= 2;
    if (i < 4)
        return length_symbol(text.len, i);
    i -= 4;
    if (i < 2 * text.len)
        return i % 2 ? text.ptr[i / 2] & 15u : text.ptr[i / 2] >> 4;
    i -= 2 * text.len;
    crc = crc_begin(text.len);
    for (size_t k = 0; k < text.len; k++)
        crc = crc_byte(crc, text.ptr[k]);
    return crc >> (12 - 4 * i) & 15;
}

void mfsk_frame(struct slice text, size_t i, uint8_t out[static MFSK_FRAME])
{
    size_t bin;

    text = slice_head(text, MFSK_TEXT);
    if (i >= mfsk_frames(text)) {
        memset(out, SILENT, MFSK_FRAME);
        return;
    }
    bin = FIRST_BIN + 3 * (size_t)symbol(text, i);
    for (size_t n = 0; n < MFSK_FRAME; n++)
        out[n] = to_mu(wave[bin * n % MFSK_FRAME]);
}

/* ---- hearing ---- */

static int64_t power(const int pcm[static MFSK_FRAME], int32_t c)
{
    int64_t s0, s1 = 0, s2 = 0;

    for (int i = 0; i < MFSK_FRAME; i++) {
        s0 = pcm[i] + c * s1 / 16384 - s2;
        s2 = s1;
        s1 = s0;
    }
    return s1 * s1 + s2 * s2 - c * s1 / 16384 * s2;
}

int mfsk_tone(const uint8_t frame[static MFSK_FRAME])
{
    int pcm[MFSK_FRAME];
    int64_t energy = 0;

    for (int i = 0; i < MFSK_FRAME; i++) {
        pcm[i] = from_mu(frame[i]);
        energy += (int64_t)pcm[i] * pcm[i];
    }
    if (energy < QUIET)
        return -1;
    for (int t = 0; t < TONES; t++)
        if (power(pcm, turn[t]) / (MFSK_FRAME / 2) >= energy / 5 * 4)
            return t;
    return -2;
}

static enum mfsk_event begin(struct mfsk *m, uint64_t at)
{
    m->at = at;
    m->want = m->len = 0;
    m->text[0] = '\0';
    m->state_ = MARK;
    m->sym_ = 0;
    return MFSK_BEGIN;
}

static enum mfsk_event leave(struct mfsk *m, enum mfsk_event ev)
{
    m->state_ = IDLE;
    return ev;
}

static enum mfsk_event on_length(struct mfsk *m, unsigned tone)
{
    unsigned w = (unsigned)m->want;

    if (m->sym_++ < 3) {
        m->want = m->want << 4 | tone;
        return MFSK_SOUND;
    }
    if (tone != ((w >> 8 ^ w >> 4 ^ w ^ LENGTH_KEY) & 15) || w > MFSK_TEXT)
        return leave(m, MFSK_BAD);
    m->crc_ = crc_begin(w);
    m->state_ = w ? TEXT : CRC;
    m->sym_ = 0;
    return MFSK_SOUND;
}

static enum mfsk_event on_text(struct mfsk *m, unsigned tone)
{
    unsigned byte;

    if (m->sym_++ % 2 == 0) {
        m->half_ = tone;
        return MFSK_SOUND;
    }
    byte = m->half_ << 4 | tone;
    m->crc_ = crc_byte(m->crc_, byte);
    m->text[m->len++] = (char)byte;
    m->text[m->len] = '\0';
    if (m->len == m->want) {
        m->state_ = CRC;
        m->sym_ = 0;
    }
    return MFSK_SOUND;
}

static enum mfsk_event on_crc(struct mfsk *m, unsigned tone)
{
    if (tone != (m->crc_ >> (12 - 4 * m->sym_) & 15))
        return leave(m, MFSK_BAD);
    return ++m->sym_ == 4 ? leave(m, MFSK_TEXT_END) : MFSK_SOUND;
}

/* A frame inside a text that does not belong there ends it. */
static enum mfsk_event on_tone(struct mfsk *m, int tone)
{
    if (m->state_ == IDLE)
        return tone == MARK_ONE ? begin(m, m->pos_ - MFSK_FRAME)
            : tone == -1 ? MFSK_SILENCE : MFSK_NOISE;
    if (tone == -1)
        return leave(m, MFSK_CUT);
    if (tone == MARK_ONE) {
        m->restart_ = true;
        return leave(m, MFSK_CUT);
    }
    if (m->state_ == MARK && tone == MARK_TWO) {
        m->state_ = LENGTH;
        return MFSK_SOUND;
    }
    if (m->state_ == MARK || tone < 0 || tone > 15)
        return leave(m, MFSK_BAD);
    if (m->state_ == LENGTH)
        return on_length(m, (unsigned)tone);
    return m->state_ == TEXT ? on_text(m, (unsigned)tone)
        : on_crc(m, (unsigned)tone);
}

/* Between texts a frame begins with the first byte that is not silence. */
static bool skip_silence(struct mfsk *m, struct slice *in)
{
    while (in->len && *in->ptr == SILENT) {
        *in = slice_from(*in, 1);
        m->pos_++;
        if (++m->quiet_ == MFSK_FRAME) {
            m->quiet_ = 0;
            return true;
        }
    }
    if (in->len)
        m->quiet_ = 0;
    return false;
}

enum mfsk_event mfsk_next(struct mfsk *m, struct slice *in)
{
    size_t n;

    if (m->restart_) {
        m->restart_ = false;
        return begin(m, m->pos_ - MFSK_FRAME);
    }
    if (m->state_ == IDLE && !m->have_ && skip_silence(m, in))
        return MFSK_SILENCE;
    n = MFSK_FRAME - m->have_ < in->len ? MFSK_FRAME - m->have_ : in->len;
    if (n)
        memcpy(m->frame_ + m->have_, in->ptr, n);
    *in = slice_from(*in, n);
    m->have_ += (unsigned)n;
    m->pos_ += n;
    if (m->have_ < MFSK_FRAME)
        return MFSK_MORE;
    m->have_ = 0;
    return on_tone(m, mfsk_tone(m->frame_));
}
