/* mfsk_test.c - the tones: every byte, every split, every way to be cut. */
#include "sim/mfsk.h"

#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static uint8_t sound[1 << 20];
static size_t sound_len;

static void hush(size_t bytes)
{
    memset(sound + sound_len, 0xff, bytes);
    sound_len += bytes;
}

/* Speaks the first n frames of text, all of them when n is 0. */
static void speak(struct slice text, size_t n)
{
    size_t all = mfsk_frames(text);

    for (size_t i = 0; i < (n ? n : all); i++) {
        mfsk_frame(text, i, sound + sound_len);
        sound_len += MFSK_FRAME;
    }
}

/* What was heard, as a line of words. */
static char heard[4096];

static void add(const char *word, const char *text)
{
    size_t n = strlen(heard);

    snprintf(heard + n, sizeof(heard) - n, "%s%s%s", n ? " " : "", word, text);
}

static void drain(struct mfsk *m, struct slice in)
{
    char word[64];

    for (;;) {
        switch (mfsk_next(m, &in)) {
        case MFSK_MORE:
            return;
        case MFSK_NOISE:
            add("noise", "");
            break;
        case MFSK_BEGIN:
            snprintf(word, sizeof(word), "@%d", (int)m->at);
            add(word, "");
            break;
        case MFSK_TEXT_END:
            add("=", m->text);
            break;
        case MFSK_CUT:
            snprintf(word, sizeof(word), "cut%zu/%zu=", m->len, m->want);
            add(word, m->text);
            break;
        case MFSK_BAD:
            add("bad=", m->text);
            break;
        case MFSK_SILENCE:
        case MFSK_SOUND:
            break;
        }
    }
}

/* The same words whole, in pieces of every small size, and in two parts. */
static void expect(const char *want, const char *what)
{
    static const size_t piece[] = {1, 7, 159, 160, 161, 320, 4001};
    struct mfsk m = {0};
    bool same = true;

    heard[0] = '\0';
    drain(&m, guard_in(slice_of(sound, sound_len)));
    tap_is_str(slice_str(heard), want, what);
    for (size_t p = 0; p < sizeof(piece) / sizeof(*piece); p++) {
        memset(&m, 0, sizeof(m));
        heard[0] = '\0';
        for (size_t i = 0; i < sound_len; i += piece[p])
            drain(&m, slice_head(slice_of(sound + i, sound_len - i),
                piece[p]));
        same = same && strcmp(heard, want) == 0;
    }
    for (size_t at = 0; at <= sound_len && at < 2000; at += 3) {
        memset(&m, 0, sizeof(m));
        heard[0] = '\0';
        drain(&m, slice_of(sound, at));
        drain(&m, slice_of(sound + at, sound_len - at));
        same = same && strcmp(heard, want) == 0;
    }
    tap_ok(same, "%s: the same in every split", what);
    sound_len = 0;
}

static void test_bytes(void)
{
    struct mfsk m = {0};
    uint8_t all[256];
    struct slice in;
    enum mfsk_event ev = MFSK_MORE;

    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    speak(slice_of(all, sizeof(all)), 0);
    in = slice_of(sound, sound_len);
    while (in.len)
        ev = mfsk_next(&m, &in);
    tap_is_int(ev, MFSK_TEXT_END, "every byte: whole");
    tap_is(slice_of(m.text, m.len), slice_of(all, 256), "every byte: equal");
    tap_is_int((int64_t)sound_len, (2 * 256 + 10) * 160, "two frames a byte");
    sound_len = 0;
}

static void test_long(void)
{
    static uint8_t text[MFSK_TEXT + 50];
    struct mfsk m = {0};
    struct slice in;
    enum mfsk_event ev = MFSK_MORE;

    memset(text, 'x', sizeof(text));
    speak(slice_of(text, sizeof(text)), 0);
    in = slice_of(sound, sound_len);
    while (in.len)
        ev = mfsk_next(&m, &in);
    tap_is_int(ev, MFSK_TEXT_END, "a long text ends well");
    tap_is_int((int64_t)m.len, MFSK_TEXT, "and is cut at the ceiling");
    sound_len = 0;
}

static void test_ways(void)
{
    struct slice hi = SLICE("Hi, Luigi"), yes = SLICE("yes");

    hush(160);
    speak(hi, 0);
    hush(320);
    expect("@160 =Hi, Luigi", "a text between silences");
    hush(1237);
    speak(hi, 0);
    hush(8);
    speak(yes, 0);
    expect("@1237 =Hi, Luigi @5725 =yes", "texts after any silence");
    speak(hi, 0);
    speak(yes, 0);
    speak(SLICE(""), 0);
    expect("@0 =Hi, Luigi @4480 =yes @7040 =", "texts without a pause");
    speak(hi, 2 + 4 + 2 * 4);
    hush(480);
    speak(yes, 0);
    expect("@0 cut4/9=Hi,  @2720 =yes", "cut by silence after 4 of 9");
    speak(hi, 2 + 4 + 2 * 4 + 1);
    speak(yes, 0);
    expect("@0 cut4/9=Hi,  @2400 =yes", "cut by the next text, half a byte");
    speak(hi, 1);
    hush(160);
    speak(hi, 5);
    hush(160);
    expect("@0 cut0/0= @320 cut0/9=", "cut before and inside its length");
    speak(hi, 2 + 4 + 18 + 2);
    hush(160);
    expect("@0 cut9/9=Hi, Luigi", "cut inside its checksum: not whole");
}

static void test_damage(void)
{
    struct slice hi = SLICE("Hi, Luigi");
    struct mfsk m;
    struct slice in;
    int bad = 0, all = 0, slipped = 0;

    /* One frame lost, doubled or exchanged is never a whole text. */
    for (size_t lost = 0; lost < mfsk_frames(hi); lost++)
        for (int way = 0; way < 3; way++) {
            bool whole = false;

            sound_len = 0;
            speak(hi, 0);
            if (way == 0) {
                memmove(sound + lost * 160, sound + (lost + 1) * 160,
                    sound_len - (lost + 1) * 160);
                sound_len -= 160;
            } else if (way == 1) {
                memmove(sound + (lost + 1) * 160, sound + lost * 160,
                    sound_len - lost * 160);
                sound_len += 160;
            } else {
                uint8_t other[160];

                mfsk_frame(hi, lost, sound + lost * 160);
                mfsk_frame(SLICE("\xd2"), 6, other);
                if (memcmp(other, sound + lost * 160, 160) == 0)
                    mfsk_frame(SLICE("\x1d"), 6, other);
                memcpy(sound + lost * 160, other, 160);
            }
            hush(320);
            memset(&m, 0, sizeof(m));
            in = slice_of(sound, sound_len);
            while (in.len) {
                enum mfsk_event ev = mfsk_next(&m, &in);

                whole = whole || (ev == MFSK_TEXT_END && m.len == hi.len);
            }
            /* A doubled first or last frame harms nothing. */
            if (whole && !(way == 1 && (lost == 0
                || lost == mfsk_frames(hi) - 1)))
                bad++;
            all++;
        }
    tap_ok(bad == 0, "%d damaged texts, none taken for whole (%d were)", all,
        bad);
    /* A slip by some samples in the middle is noticed too. */
    for (size_t slip = 1; slip < 160; slip++) {
        sound_len = 0;
        speak(hi, 0);
        memmove(sound + 1600, sound + 1600 + slip, sound_len - 1600 - slip);
        sound_len -= slip;
        hush(320);
        memset(&m, 0, sizeof(m));
        in = slice_of(sound, sound_len);
        while (in.len)
            slipped += mfsk_next(&m, &in) == MFSK_TEXT_END && slip > 20;
    }
    tap_is_int(slipped, 0, "a slip of more than 20 samples breaks a text");
    sound_len = 0;
}

static void test_noise(void)
{
    static uint8_t noise[160 * 40];
    uint32_t x = 1;

    for (size_t i = 0; i < sizeof(noise); i++) {
        x = x * 1664525u + 1013904223u;
        noise[i] = (uint8_t)(x >> 24);
    }
    memcpy(sound, noise, 320);
    sound_len = 320;
    speak(SLICE("after noise"), 0);
    expect("noise noise @320 =after noise", "a text right after noise");
    tap_is_int(mfsk_tone(noise), -2, "noise is no tone");
    memset(noise, 0x7f, 160);
    tap_is_int(mfsk_tone(noise), -1, "the other zero is silence");
    memset(noise, 0xf8, 160);
    tap_is_int(mfsk_tone(noise), -1, "a faint hum is silence");
    for (int t = 0; t < 16; t++) {
        uint8_t byte = (uint8_t)(t << 4);

        mfsk_frame(slice_of(&byte, 1), 6, noise);
        if (mfsk_tone(noise) != t)
            tap_ok(false, "tone %d", t);
    }
}

int main(void)
{
    test_bytes();
    test_long();
    test_ways();
    test_damage();
    test_noise();
    return tap_done();
}
