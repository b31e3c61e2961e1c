/* talk_picked.c - a machine picked up: voicemail, a menu, hold music, a bot
 * that screens calls, a fax.
 *
 * While one speaks the server takes no turns, so that the model does not talk
 * to it, and what it says is still listened to.  Each has its own way and its
 * own end: a voicemail gets one sentence without private data, a menu its key,
 * a screening bot who calls and why, once; on hold we wait in silence.  When
 * somebody answers after all, the disclosure is theirs to hear first.
 */
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/talk_impl.h"

/* ms. */
#define AFTER_TONE      1500    /* of silence, once they asked for the tone */
#define AFTER_GREETING  5000    /* ... when they did not */
#define HOLD_MAX        180000
#define SCREEN_MAX      60000
#define MENU_MAX        90000
#define MENU_LINES      10

static bool german(const struct talk *t)
{
    return slice_iis(slice_head(t->conf.language, 2), "de");
}

bool talk_picked_pauses(const struct talk *t)
{
    return t->picked.who > PICKED_HUMAN;
}

/* ---- responses that nobody is to hear ---- */

void talk_take_back(struct talk *t)
{
    struct talk_picked *p = &t->picked;

    turns_drop(&t->turns);
    t->answer_due = 0;
    if (turns_active(&t->turns) && t->turns.id[0]) {
        text_copy(p->dropped, sizeof p->dropped, slice_str(t->turns.id));
        voice_cancel(&t->voice, &t->out, slice_str(p->dropped));
        talk_send(t);
    } else if (t->turns.asked) {
        p->drop = true;
    }
    talk_interrupt(t);
}

bool talk_picked_created(struct talk *t, struct slice response)
{
    struct talk_picked *p = &t->picked;

    if (!p->drop)
        return false;
    p->drop = false;
    text_copy(p->dropped, sizeof p->dropped, response);
    voice_cancel(&t->voice, &t->out, response);
    talk_send(t);
    return true;
}

bool talk_picked_dropped(const struct talk *t, struct slice response)
{
    return response.len && slice_is(response, t->picked.dropped);
}

/* ---- what is dictated ---- */

void talk_dictate(struct talk *t, const char *en, const char *de, bool ends)
{
    struct talk_picked *p = &t->picked;

    p->ends = ends;
    text_copy(p->words, sizeof p->words, slice_str(german(t) ? de : en));
    turns_want(&t->turns, TAG_DICTATE);
    talk_speak(t);
}

/* No name, number, day or wish: whoever listens to it may be anybody. */
static void leave_message(struct talk *t)
{
    /* Nobody is there to whom it is owed; the message says what we are. */
    t->disclosure = DISCLOSE_NOT_OWED;
    t->picked.said = true;
    if (t->conf.errand)
        talk_dictate(t, "Hello, this is an automated assistant. We will call "
            "again. Goodbye.", "Guten Tag, hier spricht ein automatischer "
            "Assistent. Wir rufen wieder an. Auf Wiederh\xc3\xb6ren.", true);
    else
        talk_dictate(t, "Hello, this is an automated assistant. It is about a "
            "table; we will call again. Goodbye.", "Guten Tag, hier spricht "
            "ein automatischer Assistent. Es geht um einen Tisch, wir rufen "
            "wieder an. Auf Wiederh\xc3\xb6ren.", true);
}

static void give_up(struct talk *t)
{
    t->disclosure = DISCLOSE_NOT_OWED;
    t->picked.said = true;
    talk_dictate(t, "This is an automated assistant. We will call again "
        "another time. Goodbye.", "Hier spricht ein automatischer Assistent. "
        "Wir rufen ein andermal wieder an. Auf Wiederh\xc3\xb6ren.", true);
}

/* Who calls and why; the sentence is the one everybody hears first. */
static void introduce(struct talk *t)
{
    char words[sizeof t->picked.words];

    text_fmt(words, sizeof words, "%.*s %s", SLICE_ARG(slice_head(
        t->conf.disclosure, 300)), german(t) ? t->conf.errand
        ? "Es geht um eine kurze Frage." : "Es geht um eine "
        "Tischreservierung." : t->conf.errand ? "It is a short question."
        : "It is about a table reservation.");
    t->disclosure = DISCLOSE_NOT_OWED;
    t->picked.said = true;
    talk_dictate(t, words, words, false);
}

void talk_picked_words(struct talk *t, int tag, struct buf *b)
{
    struct talk_picked *p = &t->picked;

    if (tag == TAG_MENU) {
        buf_adds(b, "\n\nA recorded menu speaks. Say nothing. If it has named "
            "a key for reservations, or for somebody to speak to, press it "
            "with send_digits; else wait.");
        return;
    }
    p->dictating = true;
    buf_addf(b, "Say exactly this now, word for word, and nothing else: "
        "\"%s\"", p->words);
}

void talk_picked_done(struct talk *t)
{
    struct talk_picked *p = &t->picked;

    if (!p->dictating || t->turns.asked)
        return;
    p->dictating = false;
    if (!p->ends || t->ending)
        return;
    t->ending = true;
    t->ending_at = sys_now();
    text_copy(t->end_why, sizeof t->end_why, slice_str(picked_name(p->who)));
    talk_look_later(t);
}

/* ---- coming and going ---- */

static void on_timer(void *arg)
{
    struct talk *t = arg;

    if (!t->began || t->ending || t->picked.ends)
        return;
    if (t->picked.who == PICKED_VOICEMAIL) {
        if (t->speech)          /* it goes on: wait for its end */
            loop_in(t->conf.loop, &t->picked.timer, AFTER_TONE);
        else
            leave_message(t);
        return;
    }
    log_event(LOG_WARN, "machine_too_long", LS("call", t->conf.call),
        LS("who", picked_name(t->picked.who)));
    give_up(t);
}

void talk_picked_init(struct talk *t)
{
    t->picked.timer = (struct timer){.fire = on_timer, .arg = t};
}

/* What of it was under way is dictated to the next session. */
void talk_picked_lose(struct talk *t)
{
    struct talk_picked *p = &t->picked;

    p->drop = false;
    p->dropped[0] = 0;
    if (p->dictating)
        turns_want(&t->turns, TAG_DICTATE);
    p->dictating = false;
}

static void enter(struct talk *t, enum picked who)
{
    struct talk_picked *p = &t->picked;
    bool paused = talk_picked_pauses(t);

    log_event(LOG_INFO, "machine", LS("call", t->conf.call), LS("who",
        picked_name(who)));
    p->who = who;
    t->ops->on_step(t->arg, "machine", picked_name(who));
    p->said = false;
    p->menus = 0;
    if (paused)
        return;
    talk_take_back(t);
    t->disclosing[0] = 0;
    t->disclosing_item[0] = 0;
    /* What the machine heard of it, nobody did. */
    if (t->conf.disclosure.len)
        t->disclosure = DISCLOSE_OWED;
    if (!t->by_hand && t->state == TALK_READY) {
        t->by_hand = true;
        talk_update(t);
    }
}

/* Somebody is there after all. */
static void leave(struct talk *t)
{
    struct talk_picked *p = &t->picked;

    log_event(LOG_INFO, "machine", LS("call", t->conf.call), LS("who",
        picked_name(PICKED_HUMAN)));
    loop_cancel(t->conf.loop, &t->picked.timer);
    p->who = PICKED_HUMAN;
    t->ops->on_step(t->arg, "machine", picked_name(PICKED_HUMAN));
    p->menus = 0;
    talk_take_back(t);
    if (t->conf.disclosure.len)
        t->disclosure = DISCLOSE_OWED;
    turns_want(&t->turns, TAG_OPENING);
    talk_speak(t);
}

/* Hold, screening and menus have a budget, from the first of their lines. */
static void budget(struct talk *t, bool begins, int64_t ms)
{
    if (begins)
        loop_in(t->conf.loop, &t->picked.timer, ms);
}

static void hang_up(struct talk *t, enum picked who)
{
    t->picked.ends = true;
    t->ops->on_goodbye(t->arg, picked_name(who));
}

static void deal_with(struct talk *t, enum picked who, struct slice line)
{
    struct talk_picked *p = &t->picked;
    bool begins = p->who != who;

    if (begins)
        enter(t, who);
    switch (who) {
    case PICKED_VOICEMAIL:
        if (!p->said)
            loop_in(t->conf.loop, &p->timer, picked_asks_tone(line)
                ? AFTER_TONE : AFTER_GREETING);
        break;
    case PICKED_MENU:
        budget(t, begins, MENU_MAX);
        if (++p->menus > MENU_LINES) {
            give_up(t);
        } else {
            turns_want(&t->turns, TAG_MENU);
            talk_speak(t);
        }
        break;
    case PICKED_HOLD:
        budget(t, begins, HOLD_MAX);
        break;
    case PICKED_SCREENED:
        budget(t, begins, SCREEN_MAX);
        if (!p->said)
            introduce(t);
        break;
    case PICKED_FAX:
        hang_up(t, who);
        break;
    case PICKED_UNKNOWN:
    case PICKED_HUMAN:
        break;
    }
}

void talk_picked_heard(struct talk *t, struct slice line, int64_t at,
    int64_t ms)
{
    struct talk_picked *p = &t->picked;
    enum picked who;

    /* Who rings us is no machine that was rung. */
    if (t->ending || p->ends || !t->conf.outbound)
        return;
    who = picked_line(&p->picker, line, at, ms);
    if (who > PICKED_HUMAN)
        deal_with(t, who, line);
    else if (p->who == PICKED_VOICEMAIL)    /* it speaks on */
        loop_in(t->conf.loop, &p->timer, AFTER_GREETING);
    else if (talk_picked_pauses(t))
        leave(t);
}

void talk_answered_by(struct talk *t, struct slice answered_by)
{
    enum picked who;

    if (t->ending || t->picked.ends || !t->began || !t->conf.outbound)
        return;
    who = picked_amd(&t->picked.picker, answered_by);
    if (who > PICKED_HUMAN && t->picked.who != who)
        deal_with(t, who, slice_str(NULL));
}
