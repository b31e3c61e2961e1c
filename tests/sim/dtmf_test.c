/* dtmf_test.c - every key is heard, at any offset and level, and nothing else
 * is taken for one.
 */
#include "sim/dtmf.h"

#include <string.h>

#include "codec/g711.h"
#include "codec/tones.h"
#include "tests/tap.h"

#define LINE 4000

static uint8_t line[LINE];

/* What is heard of the line, frame by frame. */
static void hear(char out[static 32], struct dtmf *d)
{
    size_t n = 0;

    memset(d, 0, sizeof *d);
    for (size_t at = 0; at + MFSK_FRAME <= LINE; at += MFSK_FRAME) {
        char key = dtmf_next(d, line + at);

        if (key && n < 31)
            out[n++] = key;
    }
    out[n] = 0;
}

/* A key of ms from byte at on, in volume percent. */
static void place(char key, size_t at, size_t ms, int volume)
{
    dtmf_fill(key, line + at, ms * G711_MS);
    for (size_t i = 0; i < ms * G711_MS; i++)
        line[at + i] = g711_encode((int16_t)(g711_decode(line[at + i])
            * volume / 100));
}

static void test_keys(void)
{
    static const char keys[] = "0123456789*#ABCD";
    int wrong = 0;

    for (const char *k = keys; *k; k++)
        for (size_t at = 0; at < 160; at += 7) {
            char got[32];
            struct dtmf d;

            memset(line, 0xff, LINE);
            place(*k, 800 + at, 100, 100);
            place(*k, 2400 + at, 100, 20);
            hear(got, &d);
            wrong += got[0] != *k || got[1] != *k || got[2];
            wrong += d.shortest < 4;
        }
    tap_is_int(wrong, 0, "sixteen keys at any offset, loud and low");
}

static void test_no_keys(void)
{
    char got[32];
    struct dtmf d;
    int wrong = 0;
    unsigned s = 1;

    memset(line, 0xff, LINE);
    hear(got, &d);
    tap_is_str(slice_str(got), "", "silence");
    place('5', 800, 20, 100);
    hear(got, &d);
    tap_is_str(slice_str(got), "", "20 ms are too short");
    for (unsigned hz = 600; hz < 1700; hz += 10) {
        struct tone t = {.step = tone_step(hz)};

        tone_fill(&t, 12000, line, LINE);
        hear(got, &d);
        wrong += got[0] != 0;
    }
    tap_is_int(wrong, 0, "one tone alone");
    for (size_t i = 0; i < LINE; i++) {
        s = s * 1103515245u + 12345u;
        line[i] = (uint8_t)(s >> 16);
    }
    hear(got, &d);
    tap_is_str(slice_str(got), "", "noise");
    for (size_t i = 0; i < LINE / MFSK_FRAME; i++)
        mfsk_frame(SLICE("For 4, at 7 pm."), i, line + i * MFSK_FRAME);
    hear(got, &d);
    tap_is_str(slice_str(got), "", "speech");
}

int main(void)
{
    test_keys();
    test_no_keys();
    return tap_done();
}
