/* stream_wav.c - a WAV file, as the mu-law that a stream carries. */
#include "app/stream_impl.h"

#include "base/mem.h"
#include "codec/g711.h"
#include "codec/resample.h"
#include "codec/wav.h"

#define BLOCK 1024      /* samples at a time */

/* All that the resampler has; how the last of it goes out is its business. */
static void encode(struct buf *out, struct resample *r)
{
    int16_t pcm[BLOCK];
    size_t n;

    while ((n = resample_get(r, pcm, BLOCK)) > 0) {
        uint8_t *to = buf_room(out, n);

        if (!to)
            return;
        g711_encode_all(to, pcm, n);
        buf_commit(out, n);
    }
}

static void convert(struct buf *out, const struct wav *w, struct resample *r)
{
    int32_t mixed[BLOCK];
    size_t frames = wav_frames(w), at = 0;

    while (at < frames && buf_ok(out)) {
        size_t n = frames - at < BLOCK ? frames - at : BLOCK;

        wav_mixed(w, at, mixed, n);
        at += resample_put(r, mixed, n);
        encode(out, r);
    }
    resample_end(r);
    encode(out, r);
}

int stream_wav(struct buf *out, struct slice file, struct err *err)
{
    struct resample *r;
    const char *why;
    struct wav w;

    if (wav_parse(file, &w, &why))
        return fail(err, ERR_DATA, "not a WAV file to play: %s", why);
    if (wav_frames(&w) == 0)
        return fail(err, ERR_DATA, "a WAV file without audio");
    if ((uint64_t)wav_frames(&w) * G711_RATE / w.rate
        >= out->max - out->len)
        return fail(err, ERR_DATA, "over %u minutes of audio",
            STREAM_AUDIO / G711_RATE / 60);
    if (w.format == WAV_MULAW && w.rate == G711_RATE && w.channels == 1) {
        buf_add(out, w.data);
    } else {
        r = mem_new(sizeof *r);
        if (!r)
            return fail(err, ERR_MEM, "no memory for the audio");
        if (resample_init(r, w.rate, G711_RATE)) {
            mem_drop(r);
            return fail(err, ERR_DATA, "%lu samples a second: a rate is from "
                "%d to %d", (unsigned long)w.rate, RESAMPLE_MIN,
                RESAMPLE_MAX);
        }
        convert(out, &w, r);
        mem_drop(r);
    }
    return buf_ok(out) ? 0 : fail(err, ERR_MEM, "no memory for the audio");
}
