/* stream_tones.c - tones and keys as the mu-law that a stream carries. */
#include "app/stream_impl.h"

#include <string.h>

#include "base/text.h"
#include "codec/g711.h"
#include "codec/tones.h"

#define LOUD 8000               /* amplitude of a tone */
#define TOGETHER 4              /* tones at one time */
#define HZ_MAX 3999             /* under half of 8000 */
#define MS_MAX 60000
#define MS_USUAL 200
#define STEPS 64                /* tones that wait for their length */

struct step {
    uint32_t hz[TOGETHER];
    size_t count;               /* 0: a pause */
};

static int put_step(struct buf *out, const struct step *s, uint64_t ms,
    struct err *err)
{
    struct tone t[TOGETHER] = {{0, 0}};
    size_t n = (size_t)ms * G711_MS;
    uint8_t *to = n > out->max - out->len ? NULL : buf_room(out, n);

    if (!to)
        return fail(err, ERR_DATA, "over %u minutes of tones",
            STREAM_AUDIO / G711_RATE / 60);
    for (size_t k = 0; k < s->count; k++)
        t[k].step = tone_step(s->hz[k]);
    for (size_t i = 0; i < n; i++) {
        int sum = 0;

        for (size_t k = 0; k < s->count; k++)
            sum += tone_next(&t[k], (int16_t)(LOUD / (int)s->count));
        to[i] = s->count ? g711_encode((int16_t)sum) : G711_SILENCE;
    }
    buf_commit(out, n);
    return 0;
}

/* "440" or "350+440"; "0" is a pause. */
static int read_step(struct slice text, struct step *s, struct err *err)
{
    struct slice rest = text;
    uint64_t hz;

    s->count = 0;
    while (rest.ptr) {
        if (text_u64(slice_cut(&rest, '+'), 0, HZ_MAX, &hz)
            || (hz == 0 && (rest.ptr || s->count)))
            return fail(err, ERR_USAGE, "\"%.*s\" is no tone: a frequency is "
                "from 1 to %d Hz, \"0\" a pause", SLICE_ARG(slice_head(text,
                40)), HZ_MAX);
        if (s->count == TOGETHER)
            return fail(err, ERR_USAGE, "\"%.*s\": at most %d tones at one "
                "time", SLICE_ARG(slice_head(text, 40)), TOGETHER);
        if (hz)
            s->hz[s->count++] = (uint32_t)hz;
    }
    return 0;
}

int stream_tones(struct buf *out, struct slice spec, struct err *err)
{
    struct step step[STEPS];
    size_t n = 0;

    while (spec.ptr) {
        struct slice ms = slice_cut(&spec, ','), hz = slice_cut(&ms, ':');
        uint64_t length = MS_USUAL;

        if (ms.ptr && text_u64(ms, 1, MS_MAX, &length))
            return fail(err, ERR_USAGE, "\"%.*s\" is no length: it is from 1 "
                "to %d ms", SLICE_ARG(slice_head(ms, 40)), MS_MAX);
        if (n == STEPS)
            return fail(err, ERR_USAGE, "over %d tones before their length",
                STEPS);
        if (read_step(hz, &step[n++], err))
            return -1;
        if (spec.ptr && !ms.ptr)
            continue;           /* its length stands further on */
        for (size_t i = 0; i < n; i++)
            if (put_step(out, &step[i], length, err))
                return -1;
        n = 0;
    }
    return 0;
}

int stream_keys(struct buf *out, struct slice keys, struct err *err)
{
    while (out->len % STREAM_FRAME)
        buf_addc(out, G711_SILENCE);
    for (size_t i = 0; i < keys.len; i++) {
        uint8_t mem[DTMF_KEY_MAX];
        size_t n = dtmf_key((char)keys.ptr[i], mem);

        if (n == 0)
            return fail(err, ERR_USAGE, "\"%c\" is no key: they are 0 to 9, "
                "*, #, A to D and w, a pause of half a second",
                keys.ptr[i] > 0x20 && keys.ptr[i] < 0x7f ? keys.ptr[i] : '?');
        buf_add(out, slice_of(mem, n));
    }
    return buf_ok(out) ? 0 : fail(err, ERR_MEM, "no memory for the keys");
}

size_t stream_key_frames(uint8_t key)
{
    uint8_t mem[DTMF_KEY_MAX];

    return dtmf_key((char)key, mem) / STREAM_FRAME;
}
