/* callee_test.c - a script against an ear: waiting, cutting in, giving up. */
#include "sim/callee.h"

#include "base/text.h"
#include "codec/tones.h"
#include "tests/tap.h"

static struct callee c;
static struct mfsk mouth;
static char story[4000];

static void tell(void *arg, const char *who, const char *text)
{
    size_t n = strlen(story);

    (void)arg;
    snprintf(story + n, sizeof(story) - n, "%s %s\n", who, text);
}

/* One tick; text is what is being played, from frame i on, or silence. */
static struct callee_act tick(const char *text, size_t i)
{
    uint8_t in[MFSK_FRAME], out[MFSK_FRAME] = {0};
    struct slice s = slice_of(out, sizeof(out));
    struct callee_act act;
    enum mfsk_event ev;

    mfsk_frame(slice_str(text), text ? i : SIZE_MAX, in);
    act = callee_tick(&c, in, out);
    while ((ev = mfsk_next(&mouth, &s)) != MFSK_MORE)
        if (ev == MFSK_TEXT_END)
            tell(NULL, "over the line:", mouth.text);
    return act;
}

static struct callee_act play(const char *text, size_t frames)
{
    struct callee_act act = {0};

    for (size_t i = 0; i < frames && !act.hang_up; i++)
        act = tick(text, i);
    return act;
}

static void begin(const struct callee_step *step, size_t n)
{
    static struct callee_script script;

    script = (struct callee_script){.step = step, .steps = n};
    memset(&mouth, 0, sizeof(mouth));
    story[0] = '\0';
    callee_begin(&c, &script, "callee",
        (struct sim_note){.say = tell});
}

static void test_talk(void)
{
    static const struct callee_step step[] = {
        {CALLEE_PAUSE, NULL, 400}, {CALLEE_SAY, "Luigi's!", 0},
        {CALLEE_WAIT, "TABLE", 0}, {CALLEE_PRESS, "5#", 0},
        {CALLEE_SAY, "Done.", 0}, {CALLEE_WAIT, "bye", 0},
        {CALLEE_HANG_UP, NULL, 0},
    };

    begin(step, 7);
    play(NULL, 70);
    play("Good evening.", 36);
    play("A table, please.", 42);
    play(NULL, 60);
    play("Thanks, bye.", 34);
    tap_ok(play(NULL, 3).hang_up || c.hung_up, "hangs up");
    tap_ok(callee_done(&c), "came to its end");
    tap_is_str(slice_str(story),
        "callee says \"Luigi's!\"\n"
        "over the line: Luigi's!\n"
        "callee hears \"Good evening.\"\n"
        "callee hears \"A table, please.\"\n"
        "callee presses 5\ncallee presses #\n"
        "callee says \"Done.\"\nover the line: Done.\n"
        "callee hears \"Thanks, bye.\"\ncallee hangs up\n", "the story");
    tap_is_int((int64_t)c.lines, 5, "five lines");
    tap_is_int(c.line[0].at, 400, "the first after its pause");
    tap_is_int(c.line[1].at, 1400, "the second when it began");
    tap_ok(c.line[0].mine && !c.line[1].mine, "whose they are");
}

static void test_cut_in(void)
{
    static const struct callee_step step[] = {
        {CALLEE_CUT_IN, "Wait!", 6}, {CALLEE_WAIT, "Hello", 0},
    };
    static const char long_text[] = "Hello, this is a long sentence.";
    size_t i = 0;

    begin(step, 2);
    while (c.lines == 0 && i < mfsk_frames(slice_str(long_text)))
        tick(long_text, i++);
    tap_is_int((int64_t)i, 2 + 4 + 2 * 6, "cuts in after six characters");
    play(NULL, 30);
    tap_is_int((int64_t)c.line[1].cut, 6, "and hears no more than that");
    tap_is_str(slice_str(c.line[1].text), "Hello,", "what it heard");
    tap_ok(callee_done(&c), "a cut text counts as heard");
}

static void test_vain(void)
{
    static const struct callee_step step[] = {{CALLEE_WAIT, "table", 1000}};
    uint8_t noise[MFSK_FRAME], out[MFSK_FRAME];

    begin(step, 1);
    callee_hear(&c, SLICE("from Say"));
    tap_ok(c.line[0].tts && slice_is(slice_str(c.line[0].text), "from Say"),
        "<Say> is heard");
    tap_ok(!play(NULL, 49).hang_up, "patient for a second");
    tap_ok(play(NULL, 2).hang_up, "and then not");
    tap_is_str(slice_str(c.stuck), "table", "what it waited for");
    tap_ok(!callee_done(&c), "that is no good end");
    begin(NULL, 0);
    for (size_t i = 0; i < 2 * 7 + MFSK_OVERHEAD; i++) {
        mfsk_frame(i == 8 ? SLICE("dqmaged") : SLICE("damaged"), i, noise);
        callee_tick(&c, noise, out);
    }
    tap_is_int((int64_t)c.bad, 1, "a damaged text is counted");
}

/* Tones of the program's own making, judged by the callee's ear. */
static void press(const char *keys)
{
    uint8_t tone[DTMF_KEY_MAX], said[MFSK_FRAME];

    for (; *keys; keys++)
        for (size_t at = 0, n = dtmf_key(*keys, tone); at < n;
            at += MFSK_FRAME)
            callee_tick(&c, tone + at, said);
}

static void test_keys(void)
{
    static const struct callee_step step[] = {
        {CALLEE_KEYS, "12#", 0}, {CALLEE_KEYS, "2", 0},
        {CALLEE_KEYS, "9", 1000},
    };

    begin(step, 3);
    play("One, two.", 28);
    tap_is_int((int64_t)c.pressed, 0, "speech is no key");
    press("412");
    tap_is_int((int64_t)c.step_, 0, "not all of them");
    press("#");
    tap_is_int((int64_t)c.step_, 1, "one after the other");
    press("2w2");
    tap_is_int((int64_t)c.step_, 2, "a key counts once");
    tap_is_str(slice_str(c.keys), "412#22", "all that was heard");
    tap_ok(!c.hung_up && play(NULL, 60).hang_up, "no 9: gives up");
}

int main(void)
{
    test_talk();
    test_cut_in();
    test_vain();
    test_keys();
    return tap_done();
}
