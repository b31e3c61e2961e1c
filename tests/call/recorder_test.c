/* recorder_test.c - the bytes of a recording: left as they came, right as they
 * were played.
 */
#include "call/recorder.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sys.h"
#include "codec/base64.h"
#include "codec/wav.h"
#include "tests/tap.h"

#define FRAME 160
#define SILENCE 0xff
#define HEAD 58
#define MOST (1 << 20)          /* bytes of a side kept for comparing */

static struct loop *loop;
static struct disk *disk;
static char dir[] = "/tmp/recordertestXXXXXX";
static char path[64];
static struct recorder *rec;

/* What the file must hold, kept the simple way. */
static uint8_t left[MOST], right[MOST], queue[MOST];
static size_t frames_at, queued;

static uint64_t seed = 88172645463325252;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void settle(void)
{
    while (!disk_idle(disk))
        loop_round(loop);
}

static struct slice content(void)
{
    static struct buf b;
    struct err err;

    buf_free(&b);
    buf_init(&b, 64u << 20);
    if (sys_slurp(path, &b, &err))
        return slice_str(err.msg);
    return buf_slice(&b);
}

static void begin(void)
{
    frames_at = queued = 0;
    rec = recorder_new(disk, path);
    if (!rec)
        exit(1);
}

/* n random bytes as base64, the bytes themselves in raw. */
static struct slice payload(uint8_t *raw, size_t n)
{
    static char text[BASE64_LEN(8192)];

    for (size_t i = 0; i < n; i++)
        raw[i] = (uint8_t)next();
    return slice_of(text, base64_encode(text, slice_of(raw, n)));
}

static void them(size_t n)
{
    recorder_them(rec, payload(left + frames_at, n));
    for (size_t i = 0; i < n; i++, frames_at++) {
        right[frames_at] = queued ? queue[0] : SILENCE;
        if (queued)
            memmove(queue, queue + 1, --queued);
    }
}

static void us(size_t n)
{
    recorder_us(rec, payload(queue + queued, n));
    queued += n;
}

static void clear(void)
{
    recorder_clear(rec);
    queued = 0;
}

static uint32_t number(struct slice s, size_t at, int bytes)
{
    uint32_t n = 0;

    while (bytes--)
        n = n << 8 | s.ptr[at + (size_t)bytes];
    return n;
}

/* Closes it and compares every byte; false and the first one that differs. */
static bool is_as_kept(void)
{
    struct slice file, data;
    struct wav w;
    const char *why = "";
    size_t bad = 0;

    recorder_close(rec);
    settle();
    file = content();
    if (wav_parse(file, &w, &why) || w.format != WAV_MULAW || w.channels != 2
        || w.rate != 8000 || w.bits != 8) {
        printf("#   no such wav: %s\n", why);
        return false;
    }
    data = slice_from(file, HEAD);
    if (data.len != 2 * frames_at || !slice_eq(w.data, data)
        || number(file, 4, 4) != file.len - 8
        || number(file, 54, 4) != data.len
        || number(file, 46, 4) != frames_at) {
        printf("#   %zu bytes of data, want %zu\n", data.len, 2 * frames_at);
        return false;
    }
    for (size_t i = 0; i < frames_at && !bad; i++)
        if (data.ptr[2 * i] != left[i] || data.ptr[2 * i + 1] != right[i])
            bad = i + 1;
    if (bad)
        printf("#   differs at sample %zu\n", bad - 1);
    return bad == 0;
}

static void run_parts(void)
{
    begin();
    tap_ok(is_as_kept(), "nothing said: a head and no data");
    tap_is_int(sys_mode(path), 0600, "nobody else may read it");

    begin();
    for (int i = 0; i < 50; i++)
        them(FRAME);
    tap_ok(is_as_kept(), "they speak, we are silent");

    begin();
    for (int i = 0; i < 10; i++)
        us(1440);
    tap_ok(is_as_kept(), "what was never played is absent");

    begin();
    them(FRAME);
    us(1440);                   /* comes at once, is played with the frames */
    for (int i = 0; i < 20; i++)
        them(FRAME);
    tap_ok(is_as_kept() && right[FRAME - 1] == SILENCE
        && right[10 * FRAME] == SILENCE, "ours begins with their next frame "
        "and lasts as long as it is");

    begin();
    us(5 * FRAME);
    them(2 * FRAME);
    clear();
    them(FRAME);
    us(FRAME);
    them(2 * FRAME);
    tap_ok(is_as_kept() && right[2 * FRAME] == SILENCE
        && right[4 * FRAME] == SILENCE, "what clear dropped is absent");

    begin();
    them(1);
    us(2);
    them(2);
    us(8191);
    them(8192);
    them(0);
    us(0);
    tap_ok(is_as_kept(), "odd and large payloads");

    begin();
    them(FRAME);
    recorder_them(rec, SLICE("not base64!!"));
    recorder_us(rec, SLICE("****"));
    recorder_them(rec, SLICE("abc"));
    recorder_us(rec, SLICE("="));
    us(FRAME);
    them(FRAME);
    tap_ok(is_as_kept(), "what is no audio is no part of it");
}

static void run_anything(void)
{
    size_t bad = 0;

    for (int round = 0; round < 20; round++) {
        begin();
        for (int i = 0; i < 100; i++) {
            uint64_t what = next() % 16;

            if (what < 9)
                them(FRAME);
            else if (what < 10)
                them((size_t)(next() % 5000));
            else if (what < 15 && queued < MOST / 2)
                us((size_t)(next() % 2000));
            else
                clear();
        }
        bad += !is_as_kept();
    }
    tap_is_int((int64_t)bad, 0, "20 recordings of any order, to the byte");
}

/* The disk does not keep up: frames are lost and counted, both sides alike,
 * and the length is that of what was written. */
static void run_full(void)
{
    uint8_t raw[8000];
    uint64_t sent = 0, dropped;
    struct slice file;
    struct wav w;
    const char *why;

    begin();
    while (sent * FRAME * 2 < LIMIT_DISK_BYTES - 16000) {
        recorder_them(rec, payload(raw, sizeof raw));
        sent += sizeof raw / FRAME;
    }
    tap_is_int((int64_t)recorder_dropped(rec), 0, "until it is full none is "
        "lost");
    for (int i = 0; i < 10; i++) {
        recorder_them(rec, payload(raw, sizeof raw));
        sent += sizeof raw / FRAME;
    }
    dropped = recorder_dropped(rec);
    tap_ok(dropped >= 8 * sizeof raw / FRAME
        && dropped <= 10 * sizeof raw / FRAME,
        "then frames are dropped and counted");
    settle();
    recorder_them(rec, payload(raw, sizeof raw));
    sent += sizeof raw / FRAME;
    recorder_close(rec);
    settle();
    file = content();
    tap_ok(wav_parse(file, &w, &why) == 0
        && w.data.len == (sent - dropped) * FRAME * 2
        && number(file, 54, 4) == w.data.len
        && file.len == HEAD + w.data.len, "the rest is whole");
}

static void run_no_memory(void)
{
    size_t bad = 0;

    for (uint64_t n = 1; n <= 3; n++) {
        struct recorder *r;

        mem_fail_at(n, 1);
        r = recorder_new(disk, path);
        mem_fail_at(0, 0);
        bad += r != NULL;
        recorder_close(r);
        settle();
    }
    tap_is_int((int64_t)bad, 0, "no memory: no recorder, and no harm");
}

int main(void)
{
    struct err err;

    loop = loop_new(&err);
    disk = loop ? disk_new(loop, &err) : NULL;
    if (!disk || sys_mkdtemp(dir))
        return 1;
    snprintf(path, sizeof path, "%s/recording.wav", dir);
    run_parts();
    run_anything();
    run_full();
    run_no_memory();
    disk_free(disk);
    loop_free(loop);
    sys_unlink(path);
    tap_ok(rmdir(dir) == 0, "no other file is left");
    return tap_done();
}
