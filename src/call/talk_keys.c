/* talk_keys.c - keys of the telephone: those they press, and those the model
 * wants pressed (send_digits).
 *
 * Theirs come one by one and are one line and one turn when a pause follows.
 * Ours go out in-band, as DTMF tones on the stream, once all that was queued
 * has been heard; the tool is answered when the tones have been, so that the
 * model does not talk into the menu that listens to them.
 */
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/talk_impl.h"
#include "codec/tones.h"

#define PAUSE 1500          /* ms after which no more of their keys follow */
#define GRACE 2000          /* ms that marks may be late, or lost */
#define ITEM SLICE("keys")  /* of the tones, in bridge's bookkeeping */

static void tell_line(struct talk *t, bool them, int64_t at,
    const char *keys)
{
    char text[TOOL_DIGITS + 16];

    text_fmt(text, sizeof text, "[pressed %s]", keys);
    t->ops->on_line(t->arg, them, at, slice_str(text));
}

/* ---- theirs ---- */

void talk_keys_flush(struct talk *t)
{
    struct talk_keys *k = &t->keys;

    loop_cancel(t->conf.loop, &k->pause);
    if (!k->theirs[0])
        return;
    tell_line(t, true, k->theirs_at, k->theirs);
    k->theirs[0] = 0;
}

/* They have pressed what they wanted to: it is their turn's end. */
static void on_pause(void *arg)
{
    struct talk *t = arg;
    char text[TOOL_DIGITS + 64];

    text_fmt(text, sizeof text, "The other side pressed these keys of the "
        "telephone: %s", t->keys.theirs);
    talk_keys_flush(t);
    if (t->state != TALK_READY)
        return;                 /* the next session is told the transcript */
    voice_say_item(&t->voice, &t->out, VOICE_SYSTEM, slice_str(text));
    talk_send(t);
    if (talk_owes_disclosure(t))
        t->owed_reply = true;
    else
        turns_want(&t->turns, TAG_REPLY);
    talk_speak(t);
}

void talk_dtmf(struct talk *t, struct slice digit)
{
    struct talk_keys *k = &t->keys;
    size_t n = strlen(k->theirs);
    int64_t now = sys_now();

    if (!t->began || digit.len != 1)
        return;
    if (n + 1 == sizeof k->theirs) {
        on_pause(t);
        n = 0;
    }
    if (n == 0)
        k->theirs_at = now - t->began_at;
    t->voice_at = now;          /* somebody is there */
    t->nudged = false;
    k->theirs[n++] = (char)digit.ptr[0];
    k->theirs[n] = 0;
    loop_in(t->conf.loop, &k->pause, PAUSE);
}

void talk_keys_init(struct talk *t)
{
    t->keys.pause = (struct timer){.fire = on_pause, .arg = t};
}

void talk_keys_lose(struct talk *t)
{
    t->keys.call[0] = 0;
}

/* ---- ours ---- */

static void answer(struct talk *t, const char *output)
{
    struct talk_keys *k = &t->keys;

    k->state = KEYS_NONE;
    if (!k->call[0])            /* of a session that was lost */
        return;
    voice_tool_output(&t->voice, &t->out, slice_str(k->call),
        slice_str(output));
    talk_send(t);
    turns_answered(&t->turns);
    k->call[0] = 0;
    talk_speak(t);
}

static bool drained(const struct talk *t, int64_t now)
{
    return played_done(&t->bridge->played, now)
        || (played_left_ms(&t->bridge->played, now) == 0
        && now >= t->keys.since + GRACE);
}

static void press(struct talk *t, int64_t now)
{
    struct talk_keys *k = &t->keys;
    uint8_t tone[DTMF_KEY_MAX];
    bool sent = true;

    k->state = KEYS_PLAY;
    k->ours_at = now - t->began_at;
    for (size_t i = 0; k->ours[i]; i++) {
        size_t n = dtmf_key(k->ours[i], tone);

        sent &= bridge_tones(t->bridge, ITEM, slice_of(tone, n), now) == n;
    }
    log_event(LOG_INFO, "digits_sent", LS("call", t->conf.call),
        LI("keys", strlen(k->ours)), LI("whole", sent));
    if (!sent)
        answer(t, "{\"error\":\"the keys could not be pressed\"}");
    else
        talk_look_later(t);
}

void talk_keys_look(struct talk *t)
{
    struct talk_keys *k = &t->keys;
    int64_t now = sys_now();
    char keys[TOOL_DIGITS + 1], output[TOOL_DIGITS + 40];
    size_t n = 0;

    if (k->state == KEYS_WAIT && drained(t, now))
        press(t, now);
    if (k->state != KEYS_PLAY || !played_item_heard(&t->bridge->played, ITEM,
        now))
        return;
    for (size_t i = 0; k->ours[i]; i++)
        if (k->ours[i] != 'w')
            keys[n++] = k->ours[i];
    keys[n] = 0;
    t->voice_at = now;
    tell_line(t, false, k->ours_at, keys);
    text_fmt(output, sizeof output, "{\"ok\":true,\"pressed\":\"%s\"}", keys);
    answer(t, output);
}

bool talk_keys_playing(struct talk *t, int64_t now)
{
    return t->keys.state == KEYS_PLAY
        && !played_item_heard(&t->bridge->played, ITEM, now);
}

const char *talk_keys_send(struct talk *t, const char *digits,
    struct slice call)
{
    struct talk_keys *k = &t->keys;

    if (!t->began || !t->bridge->stream || t->ending)
        return "there is nobody on the line";
    if (talk_owes_disclosure(t) && t->picked.who != PICKED_MENU)
        return "say the opening sentence first";
    if (k->state != KEYS_NONE)
        return "other keys are still being pressed";
    if (!text_copy(k->call, sizeof k->call, call))
        return "its call_id is too long";
    text_copy(k->ours, sizeof k->ours, slice_str(digits));
    k->state = KEYS_WAIT;
    k->since = sys_now() + played_left_ms(&t->bridge->played, sys_now());
    talk_look_later(t);
    return NULL;
}
