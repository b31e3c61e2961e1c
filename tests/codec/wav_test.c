/* wav_test.c - WAVE heads read and written. */
#include "codec/wav.h"

#include "../guard.h"
#include "../tap.h"

#define RIFF(size) "RIFF" size "WAVE"
#define FMT16(tag, ch, rate, bps, align, bits) \
    "fmt \x10\0\0\0" tag ch rate bps align bits
#define R8000 "\x40\x1f\0\0"
#define R16000 "\x80\x3e\0\0"
#define GUID(tag) tag "\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71"

#define BITS "bits a sample that this format does not have"
#define PCM16 FMT16("\1\0", "\1\0", R8000, R16000, "\2\0", "\x10\0")
#define MULAW FMT16("\7\0", "\1\0", R8000, R8000, "\1\0", "\x08\0")
#define STEREO FMT16("\1\0", "\2\0", R8000, "\0\x7d\0\0", "\4\0", "\x10\0")

static const struct {
    const char *name;
    struct slice file;
    unsigned format, channels, bits;
    struct slice data;
} good[] = {
    {"16-bit PCM", SLICE_INIT(RIFF("\x28\0\0\0") PCM16
        "data\4\0\0\0abcd"), 1, 1, 16, SLICE_INIT("abcd")},
    {"8-bit PCM", SLICE_INIT(RIFF("\x26\0\0\0") FMT16("\1\0", "\1\0", R8000,
        R8000, "\1\0", "\x08\0") "data\2\0\0\0ab"), 1, 1, 8,
        SLICE_INIT("ab")},
    {"mu-law, with LIST of odd length before and after",
        SLICE_INIT(RIFF("\x40\0\0\0") MULAW "LIST\3\0\0\0xyz\0"
        "data\3\0\0\0abc\0" "LIST\2\0\0\0xy"), 7, 1, 8, SLICE_INIT("abc")},
    {"two channels, half a block cut off", SLICE_INIT(RIFF("\x28\0\0\0")
        STEREO "data\6\0\0\0abcdef"), 1, 2, 16, SLICE_INIT("abcd")},
    {"extensible mu-law", SLICE_INIT(RIFF("\x40\0\0\0")
        "fmt \x28\0\0\0\xfe\xff\1\0" R8000 R8000 "\1\0\x08\0\x16\0\x08\0"
        "\4\0\0\0" GUID("\7\0") "data\1\0\0\0a"), 7, 1, 8, SLICE_INIT("a")},
    {"24-bit PCM, said to be of 20", SLICE_INIT(RIFF("\x28\0\0\0")
        FMT16("\1\0", "\1\0", R8000, R16000, "\3\0", "\x14\0")
        "data\6\0\0\0abcdef"), 1, 1, 24, SLICE_INIT("abcdef")},
    {"32-bit PCM, three channels", SLICE_INIT(RIFF("\x28\0\0\0")
        FMT16("\1\0", "\3\0", R8000, R16000, "\x0c\0", "\x20\0")
        "data\x0d\0\0\0abcdefghijklm\0"), 1, 3, 32,
        SLICE_INIT("abcdefghijkl")},
    {"32-bit float, extensible", SLICE_INIT(RIFF("\x40\0\0\0")
        "fmt \x28\0\0\0\xfe\xff\1\0" R8000 R8000 "\4\0\x20\0\x16\0\x20\0"
        "\4\0\0\0" GUID("\3\0") "data\4\0\0\0abcd"), 3, 1, 32,
        SLICE_INIT("abcd")},
    {"64-bit float", SLICE_INIT(RIFF("\x2c\0\0\0") FMT16("\3\0", "\1\0",
        R8000, R8000, "\x08\0", "\x40\0") "data\x08\0\0\0abcdefgh"), 3, 1,
        64, SLICE_INIT("abcdefgh")},
    {"A-law, after JUNK and odd bext", SLICE_INIT(RIFF("\x40\0\0\0")
        "JUNK\4\0\0\0\0\0\0\0" "bext\1\0\0\0x\0" FMT16("\6\0", "\1\0",
        R8000, R8000, "\1\0", "\x08\0") "data\1\0\0\0a\0"), 6, 1, 8,
        SLICE_INIT("a")},
    {"as espeak-ng writes to a pipe", SLICE_INIT(RIFF("\x24\xf0\xff\x7f")
        PCM16 "data\0\xf0\xff\x7f" "abcd"), 1, 1, 16, SLICE_INIT("abcd")},
    {"fmt of 18 bytes", SLICE_INIT(RIFF("\x2a\0\0\0") "fmt \x12\0\0\0\7\0\1\0"
        R8000 R8000 "\1\0\x08\0\0\0" "data\1\0\0\0a"), 7, 1, 8,
        SLICE_INIT("a")},
    {"data shorter than it says", SLICE_INIT(RIFF("\x28\0\0\0") MULAW
        "data\x99\0\0\0abc"), 7, 1, 8, SLICE_INIT("abc")},
    {"streamed, all ones", SLICE_INIT(RIFF("\xff\xff\xff\xff") MULAW
        "data\xff\xff\xff\xff" "abc"), 7, 1, 8, SLICE_INIT("abc")},
    {"streamed, zeros", SLICE_INIT(RIFF("\0\0\0\0") MULAW
        "data\0\0\0\0abc"), 7, 1, 8, SLICE_INIT("abc")},
    {"empty, and a LIST that is no sound", SLICE_INIT(RIFF("\x2e\0\0\0")
        MULAW "data\0\0\0\0LIST\2\0\0\0xy"), 7, 1, 8, SLICE_INIT("")}
};

static const struct {
    const char *why;
    struct slice file;
} bad[] = {
    {"no RIFF WAVE head", SLICE_INIT("RIFX\0\0\0\0WAVE")},
    {"no RIFF WAVE head", SLICE_INIT("RIFF\0\0\0\0AVI LIST")},
    {"no fmt chunk", SLICE_INIT(RIFF("\0\0\0\0"))},
    {"no data chunk", SLICE_INIT(RIFF("\0\0\0\0") MULAW)},
    {"data chunk before fmt chunk", SLICE_INIT(RIFF("\0\0\0\0")
        "data\1\0\0\0a")},
    {"chunk longer than the file", SLICE_INIT(RIFF("\0\0\0\0")
        "LIST\xff\xff\xff\xff" MULAW "data\1\0\0\0a")},
    {"fmt chunk too short", SLICE_INIT(RIFF("\0\0\0\0")
        "fmt \x0e\0\0\0\1\0\1\0" R8000 R8000 "\1\0")},
    {"none of PCM, float, A-law and mu-law", SLICE_INIT(RIFF("\0\0\0\0")
        FMT16("\x11\0", "\1\0", R8000, R8000, "\1\0", "\4\0"))},
    {"no channels", SLICE_INIT(RIFF("\0\0\0\0") FMT16("\1\0", "\0\0", R8000,
        R8000, "\0\0", "\x10\0"))},
    {"sample rate is zero", SLICE_INIT(RIFF("\0\0\0\0") FMT16("\1\0",
        "\1\0", "\0\0\0\0", R8000, "\2\0", "\x10\0"))},
    {BITS, SLICE_INIT(RIFF("\0\0\0\0") FMT16("\1\0", "\1\0", R8000,
        R8000, "\5\0", "\x21\0"))},
    {BITS, SLICE_INIT(RIFF("\0\0\0\0") FMT16("\1\0", "\1\0", R8000,
        R8000, "\0\0", "\0\0"))},
    {BITS, SLICE_INIT(RIFF("\0\0\0\0") FMT16("\7\0", "\1\0", R8000,
        R8000, "\2\0", "\x10\0"))},
    {BITS, SLICE_INIT(RIFF("\0\0\0\0") FMT16("\6\0", "\1\0", R8000,
        R8000, "\2\0", "\x10\0"))},
    {BITS, SLICE_INIT(RIFF("\0\0\0\0") FMT16("\3\0", "\1\0", R8000,
        R8000, "\2\0", "\x10\0"))},
    {"block size does not fit channels and bits", SLICE_INIT(
        RIFF("\0\0\0\0") FMT16("\1\0", "\1\0", R8000, R8000, "\1\0",
        "\x10\0"))},
    {"extensible format without a known sub-format", SLICE_INIT(
        RIFF("\0\0\0\0") "fmt \x28\0\0\0\xfe\xff\1\0" R8000 R8000
        "\1\0\x08\0\x16\0\x08\0\4\0\0\0" "\7\0\0\0\0\0\x11\0\x80\0\0\xaa\0"
        "\x38\x9b\x71" "data\1\0\0\0a")}
};

static void test_good(void)
{
    struct wav w;
    const char *why;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!tap_ok(wav_parse(guard_in(good[i].file), &w, &why) == 0,
            "%s", good[i].name)) {
            printf("#   %s\n", why);
            continue;
        }
        tap_ok(w.format == good[i].format && w.channels == good[i].channels
            && w.bits == good[i].bits && w.rate == 8000, "its format");
        tap_is(w.data, good[i].data, "its samples");
    }
}

static void test_bad(void)
{
    struct wav w = {.rate = 1};
    const char *why;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bool refused = wav_parse(guard_in(bad[i].file), &w, &why) == -1;

        tap_is_str(slice_str(refused ? why : "taken"), bad[i].why,
            "refused");
    }
    tap_is_int(w.rate, 1, "a refused file leaves the result alone");
}

/* Every prefix either is refused or gives a prefix of the samples. */
static void test_prefixes(void)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        for (size_t n = 0; n < good[i].file.len; n++) {
            struct slice in = guard_in(slice_head(good[i].file, n));
            struct wav w;
            const char *why;

            if (wav_parse(in, &w, &why) == 0
                && (w.data.len > good[i].data.len || memcmp(w.data.ptr,
                good[i].data.ptr, w.data.len)) && !wrong++)
                printf("#   %s, %zu bytes\n", good[i].name, n);
        }
    tap_is_int(wrong, 0, "every prefix");
}

static void test_head(void)
{
    static const char want[] = "RIFF\x38\0\0\0WAVEfmt \x12\0\0\0\7\0\2\0"
        R8000 R16000 "\2\0\x08\0\0\0" "fact\4\0\0\0\3\0\0\0data\6\0\0\0";
    uint8_t file[WAV_HEAD + 6] = {0};
    struct wav w;
    const char *why;

    tap_is_int((int64_t)wav_head(file, 2, 6), WAV_HEAD, "a head's length");
    tap_is(slice_of(file, WAV_HEAD), slice_of(want, sizeof want - 1),
        "its bytes");
    tap_ok(wav_parse(slice_of(file, sizeof file), &w, &why) == 0
        && w.format == WAV_MULAW && w.channels == 2 && w.rate == 8000
        && w.data.len == 6, "and we read it");
    wav_head(file, 1, 3);
    tap_is_int(file[4], WAV_HEAD - 8 + 4, "an odd length counts its pad");
    wav_head(file, 1, UINT32_MAX);
    tap_ok(file[7] == 0xff && file[57] == 0xff, "a huge length stays huge");
}

/* Each kind of sample, at the ends of its range and in between. */
static void test_samples(void)
{
    static const struct {
        const char *name;
        unsigned format, channels, bits;
        struct slice data;
        size_t n;
        int32_t want[4];
    } v[] = {
        {"8 bits", WAV_PCM, 1, 8, SLICE_INIT("\0\x80\xff"), 3,
            {INT32_MIN, 0, 0x7f000000}},
        {"16 bits", WAV_PCM, 1, 16, SLICE_INIT("\0\x80\xff\x7f\xff\xff"), 3,
            {INT32_MIN, 0x7fff0000, -65536}},
        {"24 bits", WAV_PCM, 1, 24, SLICE_INIT("\0\0\x80\xff\xff\x7f\xff"
            "\xff\xff"), 3, {INT32_MIN, 0x7fffff00, -256}},
        {"32 bits", WAV_PCM, 1, 32, SLICE_INIT("\0\0\0\x80\xff\xff\xff\x7f"
            "\xff\xff\xff\xff"), 3, {INT32_MIN, INT32_MAX, -1}},
        {"float: a half, -1, over 1, no number", WAV_FLOAT, 1, 32, SLICE_INIT(
            "\0\0\0\x3f\0\0\x80\xbf\0\0\0\x40\0\0\xc0\x7f"), 4,
            {0x3fffffff, -INT32_MAX, INT32_MAX, 0}},
        {"double: a half, -infinity", WAV_FLOAT, 1, 64, SLICE_INIT(
            "\0\0\0\0\0\0\xe0\x3f\0\0\0\0\0\0\xf0\xff"), 2,
            {0x3fffffff, -INT32_MAX}},
        {"A-law", WAV_ALAW, 1, 8, SLICE_INIT("\xd5\x55\xaa"), 3,
            {8 * 65536, -8 * 65536, 32256 * 65536}},
        {"mu-law", WAV_MULAW, 1, 8, SLICE_INIT("\xff\x80\0"), 3,
            {0, 32124 * 65536, -32124 * 65536}},
        {"two channels: their mean", WAV_PCM, 2, 16, SLICE_INIT("\0\x80\0\x80"
            "\0\x40\0\xc0\2\0\4\0"), 3, {INT32_MIN, 0, 3 * 65536}},
    };

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct wav w = {.format = (uint16_t)v[i].format,
            .channels = (uint16_t)v[i].channels, .rate = 8000,
            .bits = (uint16_t)v[i].bits, .data = guard_in(v[i].data)};
        int32_t got[4], one;
        bool same = wav_frames(&w) == v[i].n;

        wav_mixed(&w, 0, got, v[i].n);
        for (size_t k = 0; k < v[i].n; k++) {
            wav_mixed(&w, k, &one, 1);
            same = same && got[k] == v[i].want[k] && one == got[k];
        }
        if (!tap_ok(same, "samples: %s", v[i].name))
            for (size_t k = 0; k < v[i].n; k++)
                printf("#   %ld, want %ld\n", (long)got[k],
                    (long)v[i].want[k]);
    }
}

int main(void)
{
    test_samples();
    test_good();
    test_bad();
    test_prefixes();
    test_head();
    return tap_done();
}
