/* g711_test.c - mu-law against the tables of ITU-T G.711. */
#include "codec/g711.h"

#include "../guard.h"
#include "../tap.h"

/* G.711 table 2a: the upper decision value of each segment, 14 bits, and the
 * code of the highest step below it (positive numbers). */
static const struct {
    int decision;
    uint8_t code;
} ends[] = {
    {8159, 0x80}, {4063, 0x90}, {2015, 0xa0}, {991, 0xb0}, {479, 0xc0},
    {223, 0xd0}, {95, 0xe0}, {31, 0xf0}
};

/* Table 2a, column 7: decoder output values that it prints. */
static const struct {
    uint8_t code;
    int output;
} outputs[] = {
    {0x80, 8031}, {0x8f, 4191}, {0x9f, 2079}, {0xaf, 1023}, {0xbf, 495},
    {0xcf, 231}, {0xdf, 99}, {0xef, 33}, {0xfe, 2}, {0xff, 0}
};

/* The definition, in the standard's own terms: the output value whose
 * interval holds the sample, found by walking all 128 of them. */
static uint8_t by_search(int pcm)
{
    int magnitude = pcm < 0 ? -pcm : pcm;
    int decision = 0;               /* lower end of the step, 16 bits */
    unsigned step = 0;

    for (unsigned i = 1; i < 128; i++) {
        int width = 8 << (i - 1) / 16;      /* of the step below i */

        decision += i == 1 ? 4 : width;
        if (magnitude >= decision)
            step = i;
    }
    return (uint8_t)((pcm < 0 ? 0x7f : 0xff) - step);
}

static void test_tables(void)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int top = ends[i].decision * 4;
        int above = top > 32767 ? 32767 : top;

        tap_ok(g711_encode((int16_t)(above - 1)) == ends[i].code,
            "below decision value %d is code %02x", ends[i].decision,
            ends[i].code);
        if (i)
            tap_ok(g711_encode((int16_t)top) == ends[i].code - 1,
                "at decision value %d the next segment begins",
                ends[i].decision);
        tap_ok(g711_encode((int16_t)-(above - 1)) == (ends[i].code & 0x7f),
            "the same below zero");
    }
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        tap_is_int(g711_decode(outputs[i].code), outputs[i].output * 4,
            "decoder output value");
        tap_is_int(g711_decode(outputs[i].code & 0x7f),
            -outputs[i].output * 4, "decoder output value, negative");
    }
}

static void test_every_sample(void)
{
    int bad = 0, far = 0;

    for (int pcm = -32768; pcm <= 32767; pcm++) {
        uint8_t code = g711_encode((int16_t)pcm);
        int back = g711_decode(code);
        int off = back > pcm ? back - pcm : pcm - back;
        int magnitude = pcm < 0 ? -pcm : pcm;

        if (code != by_search(pcm) && !bad++)
            printf("#   sample %d: code %02x, want %02x\n", pcm, code,
                by_search(pcm));
        /* Half a step: at most 1/32 of the biased magnitude, and the clip. */
        if (magnitude < 32636 && off > (magnitude + 132) / 32 && !far++)
            printf("#   sample %d comes back as %d\n", pcm, back);
    }
    tap_is_int(bad, 0, "all 65536 samples fall into the step that holds them");
    tap_is_int(far, 0, "and come back within half a step");
}

static void test_every_code(void)
{
    int bad = 0;

    for (int code = 0; code < 256; code++) {
        uint8_t again = g711_encode(g711_decode((uint8_t)code));

        /* 0x7f is minus zero: 16 bits know one zero only. */
        if (again != (code == 0x7f ? 0xff : code) && !bad++)
            printf("#   code %02x becomes %02x\n", (unsigned)code, again);
    }
    tap_is_int(bad, 0, "every code survives decoding and encoding");
    tap_is_int(g711_decode(G711_SILENCE), 0, "silence is zero");
}

static void test_runs(void)
{
    static int16_t pcm[256];
    uint8_t codes[256], back[256];
    struct slice in;

    for (int i = 0; i < 256; i++)
        codes[i] = (uint8_t)i;
    in = guard_in(slice_of(codes, sizeof codes));
    g711_decode_all(pcm, in.ptr, in.len);
    g711_encode_all(back, pcm, 256);
    codes[0x7f] = 0xff;
    tap_is(slice_of(back, 256), slice_of(codes, 256), "runs of samples");
}

/* G.711 table 1a: the values of 13 bits, in 16. */
static void test_alaw(void)
{
    static const int16_t first[16] = {-5504, -5248, -6016, -5760, -4480,
        -4224, -4992, -4736, -7552, -7296, -8064, -7808, -6528, -6272, -7040,
        -6784};
    int wrong = 0, last = 0;

    for (int code = 0; code < 256; code++)
        wrong += g711_alaw_decode((uint8_t)code)
            != -g711_alaw_decode((uint8_t)(code ^ 0x80))
            || (code < 16 && g711_alaw_decode((uint8_t)code) != first[code]);
    for (int rank = 0; rank < 128; rank++) {
        int value = g711_alaw_decode((uint8_t)(rank ^ 0xd5));
        int step = rank < 32 ? 16 : 16 << (rank / 16 - 1);

        /* From one step's width to the next: half of each. */
        wrong += value - last != (rank == 0 ? 8 : rank % 16 || rank < 32
            ? step : step * 3 / 4);
        last = value;
    }
    tap_is_int(wrong, 0, "A-law: every code");
    tap_is_int(last, 32256, "A-law: the loudest");
}

int main(void)
{
    test_alaw();
    test_tables();
    test_every_sample();
    test_every_code();
    test_runs();
    return tap_done();
}
