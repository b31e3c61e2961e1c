/* stream_wav.c - a WAV file, or tones, as the mu-law that a stream carries. */
#include "app/stream_impl.h"

#include "codec/g711.h"
#include "codec/tones.h"
#include "codec/wav.h"

#define BLOCK 1024      /* samples encoded at a time */
#define LOUD 8000       /* amplitude of the tones */

static int sample(const struct wav *w, const uint8_t *p)
{
    if (w->format == WAV_MULAW)
        return g711_decode(*p);
    if (w->bits == 8)
        return (*p - 128) * 256;
    return (p[0] | p[1] << 8) - (p[1] & 0x80 ? 65536 : 0);
}

/* All channels of one moment, as one. */
static int mixed(const struct wav *w, uint64_t at)
{
    size_t step = w->bits / 8u, block = step * w->channels;
    const uint8_t *p = w->data.ptr + (size_t)at * block;
    int64_t sum = 0;

    for (size_t i = 0; i < w->channels; i++)
        sum += sample(w, p + i * step);
    return (int)(sum / w->channels);
}

/* Sample number i at 8000 a second, on the line between its two neighbours.
 * A straight line keeps what lies over 4 kHz in the file, folded down: good
 * enough for speech, and the same on every machine. */
static int16_t resampled(const struct wav *w, uint64_t frames, uint64_t i)
{
    uint64_t at = i * w->rate / G711_RATE;
    int part = (int)(i * w->rate % G711_RATE);
    int a = mixed(w, at);
    int b = part && at + 1 < frames ? mixed(w, at + 1) : a;

    return (int16_t)(a + (b - a) * (int64_t)part / G711_RATE);
}

int stream_wav(struct buf *out, struct slice file, struct err *err)
{
    int16_t pcm[BLOCK];
    uint64_t frames, count;
    const char *why;
    struct wav w;

    if (wav_parse(file, &w, &why))
        return fail(err, ERR_DATA, "not a WAV file to play: %s", why);
    frames = w.data.len / (w.channels * (w.bits / 8u));
    if (frames == 0)
        return fail(err, ERR_DATA, "a WAV file without audio");
    count = (frames * G711_RATE + w.rate - 1) / w.rate;
    if (count > out->max - out->len)
        return fail(err, ERR_DATA, "over %u minutes of audio",
            STREAM_AUDIO / G711_RATE / 60);
    if (w.format == WAV_MULAW && w.rate == G711_RATE && w.channels == 1) {
        buf_add(out, w.data);
    } else for (uint64_t i = 0; i < count; i += BLOCK) {
        size_t n = count - i < BLOCK ? (size_t)(count - i) : BLOCK;
        uint8_t *to = buf_room(out, n);

        if (!to)
            break;
        for (size_t k = 0; k < n; k++)
            pcm[k] = resampled(&w, frames, i + k);
        g711_encode_all(to, pcm, n);
        buf_commit(out, n);
    }
    return buf_ok(out) ? 0 : fail(err, ERR_MEM, "no memory for the audio");
}

/* Four notes of 200 ms with pauses of 50 ms.  The frequencies are prime: no two
 * frames of a note are alike, so each is known again when it comes back. */
void stream_tones(struct buf *out)
{
    static const unsigned note[4] = {443, 557, 661, 887};

    for (size_t i = 0; i < 4; i++) {
        struct tone t = {.step = tone_step(note[i])};
        uint8_t *to = buf_room(out, 250 * G711_MS);

        if (!to)
            return;
        tone_fill(&t, LOUD, to, 200 * G711_MS);
        for (size_t k = 200 * G711_MS; k < 250 * G711_MS; k++)
            to[k] = G711_SILENCE;
        buf_commit(out, 250 * G711_MS);
    }
}
