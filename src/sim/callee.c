/* callee.c - the person, or the machine, at the other end of the line.
 *
 * Every 20 ms: first the ear, then as many steps of the script as take no
 * time, then the mouth.
 */
#include "sim/callee.h"

#include <string.h>

#include "base/text.h"

#define PATIENCE 30000      /* ms of waiting in vain */
#define KEY_EVERY 200       /* ms between two keys */

static void tell(const struct callee *c, const char *what, const char *text)
{
    char line[MFSK_TEXT + 40];

    if (!c->note_.say)
        return;
    text_fmt(line, sizeof(line), text ? "%s \"%s\"" : "%s", what, text);
    c->note_.say(c->note_.arg, c->who_, line);
}

static struct callee_line *new_line(struct callee *c, struct slice text)
{
    struct callee_line *l;

    if (c->lines == CALLEE_LINES)
        return NULL;
    l = &c->line[c->lines++];
    memset(l, 0, sizeof(*l));
    text_copy(l->text, sizeof(l->text), text);
    l->at = c->now_;
    return l;
}

void callee_begin(struct callee *c, const struct callee_script *script,
    const char *who, struct sim_note note)
{
    memset(c, 0, sizeof(*c));
    c->script_ = script;
    c->who_ = who;
    c->note_ = note;
}

/* ---- the ear ---- */

static void heard(struct callee *c, bool cut)
{
    struct callee_line *l;
    char what[40];

    if (cut && !c->ear_.len)
        return;
    l = new_line(c, slice_of(c->ear_.text, c->ear_.len));
    if (l) {
        l->at = c->began_;
        l->cut = cut ? c->ear_.len : 0;
    }
    if (cut)
        text_fmt(what, sizeof(what), "hears, cut off after %zu of %zu,",
            c->ear_.len, c->ear_.want);
    tell(c, cut ? what : "hears", c->ear_.text);
}

static void listen(struct callee *c, const uint8_t frame[static MFSK_FRAME])
{
    struct slice in = slice_of(frame, MFSK_FRAME);

    for (;;) {
        switch (mfsk_next(&c->ear_, &in)) {
        case MFSK_MORE:
            return;
        case MFSK_BEGIN:
            c->began_ = c->now_;
            break;
        case MFSK_TEXT_END:
            heard(c, false);
            break;
        case MFSK_CUT:
            heard(c, true);
            break;
        case MFSK_BAD:
            c->bad++;
            tell(c, "hears scraps", c->ear_.text);
            break;
        case MFSK_NOISE:
            c->noise++;
            break;
        case MFSK_SILENCE:
        case MFSK_SOUND:
            break;
        }
    }
}

static void listen_for_keys(struct callee *c,
    const uint8_t frame[static MFSK_FRAME])
{
    char key = dtmf_next(&c->dial, frame), what[] = "hears the key  ";

    if (!key || c->pressed == sizeof(c->keys) - 1)
        return;
    c->keys[c->pressed++] = key;
    what[14] = key;
    tell(c, what, NULL);
}

void callee_hear(struct callee *c, struct slice text)
{
    struct callee_line *l = new_line(c, text);

    if (l)
        l->tts = true;
    tell(c, "hears Twilio's voice say", l ? l->text : "...");
}

/* ---- the script ---- */

static bool contains(const char *hay, const char *needle)
{
    size_t n = strlen(needle), h = strlen(hay);

    for (size_t i = 0; i + n <= h; i++)
        if (slice_ieq(slice_of(hay + i, n), slice_of(needle, n)))
            return true;
    return false;
}

static bool found(struct callee *c, const char *text)
{
    for (; c->fresh_ < c->lines; c->fresh_++)
        if (!c->line[c->fresh_].mine
            && contains(c->line[c->fresh_].text, text)) {
            c->fresh_++;
            return true;
        }
    return false;
}

static bool keyed(struct callee *c, const char *text)
{
    size_t at = slice_find(slice_of(c->keys + c->fresh_key_,
        c->pressed - c->fresh_key_), slice_str(text));

    if (at == SLICE_NPOS)
        return false;
    c->fresh_key_ += at + strlen(text);
    return true;
}

static void next_step(struct callee *c)
{
    c->step_++;
    c->at_ = 0;
    c->since_ = c->now_;
}

static void start_saying(struct callee *c, const char *text)
{
    struct callee_line *l = new_line(c, slice_str(text));

    if (l)
        l->mine = true;
    c->say_ = slice_str(text);
    c->say_frame_ = 0;
    c->at_ = 1;
    tell(c, "says", text);
}

/* Waits no longer than the step allows. */
static bool wait(struct callee *c, const struct callee_step *s, int64_t most,
    bool here, struct callee_act *act)
{
    if (here)
        return true;
    if (c->now_ - c->since_ < (most ? most : PATIENCE))
        return false;
    c->stuck = s->text;
    tell(c, "waits in vain for", s->text);
    act->hang_up = c->hung_up = true;
    return false;
}

static bool press(struct callee *c, const struct callee_step *s,
    struct callee_act *act)
{
    char key[] = "presses  ";

    if (!s->text[c->at_])
        return c->now_ - c->since_ >= KEY_EVERY * (int64_t)c->at_;
    if (c->now_ - c->since_ < KEY_EVERY * (int64_t)c->at_)
        return false;
    act->digit = s->text[c->at_++];
    key[8] = act->digit;
    tell(c, key, NULL);
    return false;
}

/* Is the step over? */
static bool step(struct callee *c, const struct callee_step *s,
    struct callee_act *act)
{
    switch (s->what) {
    case CALLEE_WAIT:
        return wait(c, s, s->n, found(c, s->text), act);
    case CALLEE_KEYS:
        return wait(c, s, s->n, keyed(c, s->text), act);
    case CALLEE_PAUSE:
        return c->now_ - c->since_ >= s->n;
    case CALLEE_CUT_IN:
        if (c->at_ == 0) {
            if (!wait(c, s, 0, c->ear_.state_ && s->n >= 0
                && c->ear_.len >= (size_t)s->n, act))
                return false;
            start_saying(c, s->text);
        }
        return c->say_frame_ >= mfsk_frames(c->say_);
    case CALLEE_SAY:
        if (c->at_ == 0)
            start_saying(c, s->text);
        return c->say_frame_ >= mfsk_frames(c->say_);
    case CALLEE_PRESS:
        return press(c, s, act);
    case CALLEE_HANG_UP:
        act->hang_up = c->hung_up = true;
        return true;
    }
    return true;
}

struct callee_act callee_tick(struct callee *c,
    const uint8_t ear[static MFSK_FRAME], uint8_t said[static MFSK_FRAME])
{
    struct callee_act act = {0};

    listen(c, ear);
    listen_for_keys(c, ear);
    while (!c->hung_up && c->step_ < c->script_->steps
        && step(c, &c->script_->step[c->step_], &act))
        next_step(c);
    if (c->hung_up && act.hang_up && !c->stuck)
        tell(c, "hangs up", NULL);
    mfsk_frame(c->say_, c->say_.ptr ? c->say_frame_ : SIZE_MAX, said);
    c->say_frame_++;
    c->now_ += MFSK_MS;
    return act;
}

bool callee_done(const struct callee *c)
{
    return !c->stuck && c->script_ && c->step_ >= c->script_->steps;
}
