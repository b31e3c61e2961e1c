/* recorder.c - what both sides heard, as a stereo mu-law WAV. */
#include "call/recorder.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/base64.h"
#include "codec/g711.h"
#include "codec/wav.h"

#define CHANNELS 2
#define BLOCK TINY_OR(16, 8000)  /* interleaved bytes a job: half a second */
#define QUEUE_MAX (120u * 1000 * G711_MS)       /* ours, waiting: 2 minutes */
/* bytes decoded at a time; 3 and 4 divide it */
#define DECODE TINY_OR(12, 1536)

struct recorder {
    struct disk_file *file;
    struct buf ours;            /* sent and not yet played */
    size_t played;              /* bytes of ours already taken */
    uint64_t bytes;             /* of data, handed to the disk */
    uint64_t dropped;
    size_t len;
    uint8_t block[BLOCK];
};

struct recorder *recorder_new(struct disk *d, const char *path)
{
    struct recorder *r = mem_new(sizeof *r);
    uint8_t head[WAV_HEAD];

    if (!r)
        return NULL;
    buf_init(&r->ours, QUEUE_MAX);
    r->file = disk_open(d, path, true, 0600);
    wav_head(head, CHANNELS, 0);
    if (r->file && disk_append(r->file, slice_of(head, sizeof head), 0, NULL,
        NULL) == 0)
        return r;
    if (r->file)
        disk_close(r->file);
    mem_drop(r);
    return NULL;
}

static void flush(struct recorder *r)
{
    if (r->len == 0)
        return;
    if (disk_append(r->file, slice_of(r->block, r->len), 0, NULL, NULL))
        r->dropped += r->len / CHANNELS / (G711_MS * 20);
    else
        r->bytes += r->len;
    r->len = 0;
}

static void put(struct recorder *r, uint8_t left)
{
    uint8_t right = G711_SILENCE;

    if (r->played < r->ours.len)
        right = r->ours.ptr[r->played++];
    r->block[r->len++] = left;
    r->block[r->len++] = right;
    if (r->len == BLOCK)
        flush(r);
}

/* Gives back the room of what was played. */
static void forget_played(struct recorder *r)
{
    if (r->played == r->ours.len) {
        buf_clear(&r->ours);
        r->played = 0;
    } else if (r->played > r->ours.len / 2) {
        buf_skip(&r->ours, r->played);
        r->played = 0;
    }
}

void recorder_them(struct recorder *r, struct slice payload)
{
    uint8_t raw[DECODE];

    while (payload.len) {
        struct slice part = slice_head(payload, BASE64_LEN(DECODE));
        size_t n = base64_decode(raw, part, NULL);

        if (n == SLICE_NPOS)
            return;             /* not audio: nothing was heard */
        for (size_t i = 0; i < n; i++)
            put(r, raw[i]);
        payload = slice_from(payload, part.len);
    }
    forget_played(r);
}

void recorder_us(struct recorder *r, struct slice payload)
{
    uint8_t raw[DECODE];

    while (payload.len) {
        struct slice part = slice_head(payload, BASE64_LEN(DECODE));
        size_t n = base64_decode(raw, part, NULL);

        if (n == SLICE_NPOS)
            return;
        buf_add(&r->ours, slice_of(raw, n));
        r->ours.bad = false;    /* over two minutes waiting: not recorded */
        payload = slice_from(payload, part.len);
    }
}

void recorder_clear(struct recorder *r)
{
    buf_clear(&r->ours);
    r->played = 0;
}

void recorder_close(struct recorder *r)
{
    uint8_t head[WAV_HEAD];

    if (!r)
        return;
    flush(r);
    wav_head(head, CHANNELS, (uint32_t)r->bytes);
    disk_patch(r->file, slice_of(head, sizeof head), 0);
    disk_close(r->file);
    buf_free(&r->ours);
    mem_drop(r);
}

uint64_t recorder_dropped(const struct recorder *r)
{
    return r->dropped;
}
