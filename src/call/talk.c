/* talk.c - the conversation of one call, as the voice model's socket tells it.
 */
#include "call/talk.h"

#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/talk_impl.h"
#include "codec/g711.h"

/* ms. */
#define GREET_AFTER     2000    /* of their silence, when they answer */
#define QUIET_LOOK      5000
#define QUIET_MAX       20000   /* then we ask; then we end */
#define GOODBYE_GRACE   2000    /* beyond the audio that is still queued */

#define OUT_KEPT        1024    /* bytes; what a turn says, not the session */

void talk_send(struct talk *t)
{
    if (!buf_ok(&t->out))
        log_event(LOG_ERROR, "model_message_too_long",
            LS("call", t->conf.call), LI("max", t->out.max));
    else if (t->bridge->model && wsconn_send(t->bridge->model, true,
        buf_slice(&t->out)))
        log_event(LOG_WARN, "model_queue_full", LS("call", t->conf.call));
    if (t->out.cap > OUT_KEPT)
        buf_free(&t->out);
    else
        buf_clear(&t->out);
}

/* ---- asking the model to speak ---- */

static void add_disclosure(struct talk *t, struct buf *b, const char *before,
    const char *after)
{
    buf_adds(b, before);
    buf_add(b, t->conf.disclosure);
    buf_adds(b, after);
}

static void instructions_for(struct talk *t, int tag, struct buf *b)
{
    if (tag == TAG_OPENING && t->disclosure == DISCLOSE_NOT_OWED) {
        buf_adds(b, "\n\nNow open the conversation as instructed above.");
    } else if (tag == TAG_OPENING) {
        add_disclosure(t, b, "\n\nNow open the conversation. Begin with exactly"
            " this sentence, word for word: \"", "\" Then say in one sentence "
            "what you are calling about, and let them answer.");
    } else if (tag == TAG_DISCLOSE) {
        add_disclosure(t, b, "\n\nSay exactly this sentence now, word for "
            "word, and nothing else: \"", "\"");
    } else if (tag == TAG_NUDGE && t->asking) {
        buf_adds(b, "\n\nThe guest has not answered yet. Say in one short "
            "sentence that you are still checking, and nothing else.");
    } else if (tag == TAG_NUDGE) {
        buf_adds(b, "\n\nThe line has been silent for a while. Ask politely "
            "whether they are still there.");
    } else if (tag == TAG_FAREWELL) {
        buf_adds(b, "\n\nThe time for this call is over. Say in one short "
            "sentence that you have to end the call now, thank them, say "
            "goodbye, and call end_call. Ask nothing more.");
    }
}

/* Sends a response.create when one is due. */
void talk_speak(struct talk *t)
{
    int tag = turns_due(&t->turns);
    struct buf words;

    if (!tag || t->state != TALK_READY || !t->began)
        return;
    if (t->ending) {            /* nothing more is to be said */
        turns_drop(&t->turns);
        return;
    }
    talk_watch(t);
    if (tag == TURNS_TOOLS || tag == TAG_REPLY) {
        turns_sent(&t->turns, voice_respond(&t->voice, &t->out,
            slice_str(NULL)));
        talk_send(t);
        return;
    }
    buf_init(&words, TALK_OUT_MAX / 2);
    if (tag != TAG_DICTATE)     /* a machine is told nothing of the booking */
        talk_instructions(t, &words);
    if (tag >= TAG_MENU)
        talk_picked_words(t, tag, &words);
    else
        instructions_for(t, tag, &words);
    turns_sent(&t->turns, voice_respond(&t->voice, &t->out,
        buf_slice(&words)));
    talk_send(t);
    buf_free(&words);
    t->disclosing[0] = 0;
    t->disclosed = false;
    if (tag == TAG_OPENING && t->disclosure == DISCLOSE_OWED)
        t->disclosure = DISCLOSE_ASKED;
    else if (tag == TAG_DISCLOSE)
        t->disclosure = DISCLOSE_AGAIN;
}

bool talk_owes_disclosure(const struct talk *t)
{
    return t->disclosure != DISCLOSE_NOT_OWED
        && t->disclosure != DISCLOSE_DONE;
}

/* ---- lines, when they were heard ---- */

/* The part of a text that was heard, whole words only, when len of its total
 * milliseconds were. */
static struct slice heard_part(struct slice text, int64_t heard, int64_t total)
{
    size_t n;

    if (total <= 0 || heard >= total)
        return text;
    n = (size_t)((int64_t)text.len * heard / total);
    while (n && text.ptr[n] != ' ')
        n--;
    return slice_head(text, n);
}

static void tell_said(struct talk *t, struct talk_said *s)
{
    struct slice text = buf_slice(&s->text), all = text;
    int64_t total = (int64_t)(s->bytes / G711_MS);

    if (s->heard_ms >= 0)
        text = heard_part(text, s->heard_ms, total);
    if (text.len < all.len || s->broken) {
        s->text.len = slice_trim_all(text).len;
        if (s->text.len)
            buf_adds(&s->text, "...");
        text = buf_slice(&s->text);
    }
    if (text.len)
        t->ops->on_line(t->arg, false, s->at, text);
    s->item[0] = 0;
    t->saying--;
    buf_free(&s->text);
}

static struct talk_said *oldest_said(struct talk *t)
{
    struct talk_said *oldest = NULL;
    int left = t->saying;

    for (int i = 0; left > 0 && i < TALK_SAID; i++) {
        struct talk_said *s = &t->said[i];

        if (!s->item[0])
            continue;
        left--;
        if (!oldest || s->at < oldest->at)
            oldest = s;
    }
    return oldest;
}

/* Tells every utterance that has been heard (or cut) and is transcribed, the
 * oldest first. */
static void tell_heard(struct talk *t)
{
    int64_t now = sys_now();

    for (;;) {
        struct talk_said *oldest = oldest_said(t);

        if (!oldest || !oldest->whole || (oldest->heard_ms < 0
            && !played_item_heard(&t->bridge->played, slice_str(oldest->item),
            now)))
            break;
        tell_said(t, oldest);
    }
}

void talk_tell_all(struct talk *t)
{
    struct talk_said *s;

    while ((s = oldest_said(t)) != NULL) {
        if (s->heard_ms < 0)    /* the call ended under it */
            s->heard_ms = played_item_ms(&t->bridge->played,
                slice_str(s->item), sys_now());
        tell_said(t, s);
    }
}

/* The utterance of an item; a new one takes a free place, or the oldest's. */
struct talk_said *talk_said_of(struct talk *t, struct slice item)
{
    struct talk_said *s = NULL;
    int64_t now = sys_now();

    if (item.len == 0)
        item = SLICE("-");      /* "" is the mark of a free place */
    for (int i = 0; i < TALK_SAID; i++) {
        if (t->said[i].item[0] && slice_is(item, t->said[i].item))
            return &t->said[i];
        if (!t->said[i].item[0] && !s)
            s = &t->said[i];
    }
    if (!s) {
        s = &t->said[0];
        for (int i = 1; i < TALK_SAID; i++)
            if (t->said[i].at < s->at)
                s = &t->said[i];
        tell_said(t, s);
    }
    text_copy(s->item, sizeof s->item, item);
    t->saying++;
    s->at = now - t->began_at + played_left_ms(&t->bridge->played, now);
    s->bytes = 0;
    s->heard_ms = -1;
    s->whole = s->broken = false;
    buf_init(&s->text, LIMIT_LINE);
    return s;
}

/* They speak over us: what was cut is a shorter line. */
void talk_interrupt(struct talk *t)
{
    struct played_cut cut[PLAYED_ITEMS];
    struct slice active = slice_str(t->turns.active ? t->turns.id : "");
    size_t n = bridge_interrupt(t->bridge, active, sys_now(), cut);

    for (size_t i = 0; i < n; i++) {
        struct slice id = slice_str(cut[i].id);

        if (cut[i].heard_ms > 0)
            voice_truncate(&t->voice, &t->out, id, cut[i].content,
                cut[i].heard_ms);
        else
            voice_delete(&t->voice, &t->out, id);
        talk_send(t);
        for (int k = 0; k < TALK_SAID; k++)
            if (t->said[k].item[0] && slice_is(id, t->said[k].item))
                t->said[k].heard_ms = cut[i].heard_ms;
    }
    tell_heard(t);
}

/* ---- the goodbye ---- */

static void check_goodbye(struct talk *t)
{
    int64_t now = sys_now();
    int64_t end = played_end(&t->bridge->played);

    if (!t->ending || turns_active(&t->turns))
        return;
    if (end < t->ending_at)
        end = t->ending_at;
    if (!played_done(&t->bridge->played, now) && now < end + GOODBYE_GRACE)
        return;
    t->ending = false;          /* once */
    talk_tell_all(t);
    t->ops->on_goodbye(t->arg, t->end_why);
}

void talk_look_later(struct talk *t)
{
    int64_t left = played_left_ms(&t->bridge->played, sys_now());

    loop_in(t->conf.loop, &t->said_timer, left + 20);
}

void talk_heard(struct talk *t)
{
    tell_heard(t);
    talk_keys_look(t);
    check_goodbye(t);
}

static void on_said_timer(void *arg)
{
    struct talk *t = arg;
    bool waiting;

    talk_heard(t);
    waiting = t->ending || t->keys.state != KEYS_NONE;
    for (int i = 0; i < TALK_SAID; i++)
        waiting |= t->said[i].item[0] != 0;
    if (waiting && t->began)
        loop_in(t->conf.loop, &t->said_timer, 200
            + played_left_ms(&t->bridge->played, sys_now()));
}

/* ---- pauses ---- */

static void on_open_timer(void *arg)
{
    struct talk *t = arg;

    if (talk_picked_pauses(t) || (t->speech && !t->conf.speak_first))
        return;                 /* they are speaking: when they stop */
    turns_want(&t->turns, TAG_OPENING);
    talk_speak(t);
}

/* Nobody was heard for long: ask once, then end. */
static void on_quiet_timer(void *arg)
{
    struct talk *t = arg;
    int64_t now = sys_now(), last = t->voice_at;

    if (talk_picked_pauses(t))  /* that has its own end */
        t->voice_at = last = now;
    if (t->bridge->last_sent > last)
        last = t->bridge->last_sent;
    loop_in(t->conf.loop, &t->quiet_timer, QUIET_LOOK);
    if (t->speech || played_left_ms(&t->bridge->played, now) > 0) {
        t->voice_at = now;
        return;
    }
    if (now - last < QUIET_MAX || t->state != TALK_READY)
        return;
    log_event(LOG_WARN, "silence", LS("call", t->conf.call),
        LI("ms", now - last), LS("then", t->nudged ? "end" : "ask"));
    t->voice_at = now;
    if (t->nudged) {
        t->ops->on_silent(t->arg);
        return;
    }
    t->nudged = !t->asking;     /* that has its own end */
    turns_unstick(&t->turns);
    turns_want(&t->turns, talk_owes_disclosure(t) ? TAG_OPENING : TAG_NUDGE);
    talk_speak(t);
}

/* ---- the owner's side ---- */

void talk_init(struct talk *t, const struct talk_conf *conf,
    struct bridge *bridge, const struct talk_ops *ops, void *arg)
{
    memset(t, 0, sizeof *t);
    t->ops = ops;
    t->arg = arg;
    t->conf = *conf;
    t->bridge = bridge;
    t->voice.dialect = conf->dialect;
    t->disclosure = conf->disclosure.len ? DISCLOSE_OWED : DISCLOSE_NOT_OWED;
    t->greeting = conf->speak_first && !conf->disclosure.len;
    t->by_hand = conf->disclosure.len > 0 || t->greeting;
    bridge->voice = &t->voice;
    buf_init(&t->out, TALK_OUT_MAX);
    t->config_timer = (struct timer){.fire = talk_on_config_timer, .arg = t};
    t->open_timer = (struct timer){.fire = on_open_timer, .arg = t};
    t->said_timer = (struct timer){.fire = on_said_timer, .arg = t};
    t->quiet_timer = (struct timer){.fire = on_quiet_timer, .arg = t};
    talk_keys_init(t);
    talk_picked_init(t);
    t->answer_timer = (struct timer){.fire = talk_on_answer_timer, .arg = t};
    t->again_timer = (struct timer){.fire = talk_on_again_timer, .arg = t};
}

static void stop_timers(struct talk *t)
{
    loop_cancel(t->conf.loop, &t->config_timer);
    loop_cancel(t->conf.loop, &t->open_timer);
    loop_cancel(t->conf.loop, &t->said_timer);
    loop_cancel(t->conf.loop, &t->quiet_timer);
    loop_cancel(t->conf.loop, &t->keys.pause);
    loop_cancel(t->conf.loop, &t->picked.timer);
    loop_cancel(t->conf.loop, &t->answer_timer);
    loop_cancel(t->conf.loop, &t->again_timer);
}

void talk_fini(struct talk *t)
{
    if (!t->ops)
        return;
    stop_timers(t);
    t->state = TALK_GONE;
    if (t->bridge->model)
        bridge_disown(t->bridge->model, true);
    t->bridge->model = NULL;
    for (int i = 0; i < TALK_SAID; i++)
        buf_free(&t->said[i].text);
    buf_free(&t->out);
}

void talk_begin(struct talk *t)
{
    if (t->began)
        return;
    t->began = true;
    t->bridge->joined = t->state == TALK_READY;
    t->began_at = t->voice_at = sys_now();
    loop_in(t->conf.loop, &t->quiet_timer, QUIET_LOOK);
    loop_in(t->conf.loop, &t->open_timer,
        t->conf.speak_first ? 0 : GREET_AFTER);
}

void talk_farewell(struct talk *t)
{
    t->asking = false;
    turns_want(&t->turns, TAG_FAREWELL);
    talk_speak(t);
}

void talk_close(struct talk *t)
{
    talk_keys_flush(t);
    stop_timers(t);
    talk_tell_all(t);
    t->began = false;
    t->state = TALK_GONE;
    if (t->bridge->model)
        wsconn_close(t->bridge->model, 1000, SLICE("call over"));
}
