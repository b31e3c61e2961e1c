/* talk_lost.c - the model that does not answer, fails or goes away: DESIGN 4,
 * realtime 6.
 *
 * Each wait has an end.  A response that fails is asked for once more; a model
 * that is silent or gone is replaced by one new session, which is told what
 * was said so far; after that the owner is told that there is none.
 */
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "call/talk.h"
#include "call/talk_impl.h"

/* ms. */
#define ANSWER_WITHIN   10000   /* from asking to audio, and between audio */
#define ANSWER_OWED     4000    /* after their words, before we ask for it */
#define AGAIN_AFTER     500
#define AGAIN_MOST      10000   /* that a rate limit may make us wait */

/* No more transcripts come for what was said: what there is has to do, or no
 * later line would ever be told. */
void talk_all_whole(struct talk *t, bool lost)
{
    for (int i = 0; i < TALK_SAID; i++) {
        t->said[i].broken |= lost && !t->said[i].whole;
        t->said[i].whole = true;
    }
}

/* What to ask for when the model has to speak again after a failure: nothing
 * but the disclosure while that is owed. */
int talk_resume_tag(const struct talk *t)
{
    if (talk_picked_pauses(t))  /* a machine is told nothing else */
        return t->picked.said ? TAG_DICTATE : TAG_MENU;
    return talk_owes_disclosure(t) ? TAG_OPENING : TAG_REPLY;
}

/* ---- a new session ---- */

/* What of ours is still on its way to their ear, the oldest first. */
static void add_unheard(const struct talk *t, struct buf *out)
{
    int64_t after = -1;

    for (int n = 0; n < TALK_SAID; n++) {
        const struct talk_said *next = NULL;

        for (int i = 0; i < TALK_SAID; i++) {
            const struct talk_said *s = &t->said[i];

            if (s->item[0] && s->text.len && s->at > after
                && (!next || s->at < next->at))
                next = s;
        }
        if (!next)
            return;
        after = next->at;
        buf_adds(out, "us: ");
        buf_add(out, buf_slice(&next->text));
        buf_addc(out, '\n');
    }
}

void talk_instructions(struct talk *t, struct buf *out)
{
    buf_add(out, t->conf.session.instructions);
    if (!t->retried || !t->began)
        return;
    buf_adds(out, "\n\nThe call is already in progress; do not greet again. "
        "The line was gone for a moment: go on where you were. What was said "
        "so far:\n");
    t->ops->on_context(t->arg, out);
    add_unheard(t, out);
}

void talk_gone(struct talk *t, const char *why)
{
    if (t->state == TALK_GONE)
        return;
    t->state = TALK_GONE;
    talk_tell_all(t);           /* the apology will cut what still plays */
    log_event(LOG_ERROR, "model_gone", LS("call", t->conf.call),
        LS("why", why));
    t->ops->on_gone(t->arg, why);
}

static void let_go(struct talk *t)
{
    struct wsconn *w = t->bridge->model;

    bridge_lose_model(t->bridge);
    if (w)
        bridge_disown(w, true);
    loop_cancel(t->conf.loop, &t->config_timer);
    loop_cancel(t->conf.loop, &t->answer_timer);
    loop_cancel(t->conf.loop, &t->again_timer);
    t->speech = false;          /* nobody will tell that it stopped */
    t->speech_item[0] = 0;
    t->answer_due = 0;
    t->update = 0;
    t->transient_retried = t->short_retried = false;
    memset(&t->turns, 0, sizeof t->turns);
    talk_all_whole(t, true);
    talk_keys_lose(t);
    talk_picked_lose(t);
}

void talk_lose(struct talk *t, const char *why)
{
    bool *used = t->began ? &t->retried : &t->redialled;

    let_go(t);
    if (t->ending) {            /* all has been said; it is still played */
        log_event(LOG_INFO, "model_left", LS("call", t->conf.call),
            LS("why", why));
        t->state = TALK_GONE;
        talk_look_later(t);
        return;
    }
    if (*used || t->final) {
        talk_gone(t, why);
        return;
    }
    *used = true;
    log_event(LOG_WARN, "model_lost", LS("call", t->conf.call),
        LS("why", why), LS("then", "one new session"));
    t->ops->on_step(t->arg, "model_lost", why);
    if (t->began) {
        talk_open(t);
        return;
    }
    t->state = TALK_DIALLING;   /* it still rings: there is time */
    loop_in(t->conf.loop, &t->again_timer, AGAIN_AFTER);
}

void talk_on_config_timer(void *arg)
{
    talk_lose(arg, "the session was not configured in time");
}

/* ---- a response once more ---- */

void talk_again(struct talk *t)
{
    int64_t wait = t->limited_until - sys_now();

    wait = wait < AGAIN_AFTER ? AGAIN_AFTER : wait;
    loop_in(t->conf.loop, &t->again_timer, wait < AGAIN_MOST ? wait
        : AGAIN_MOST);
}

void talk_on_again_timer(void *arg)
{
    struct talk *t = arg;

    if (t->state == TALK_DIALLING && !t->bridge->model) {
        talk_open(t);
        return;
    }
    turns_want(&t->turns, talk_resume_tag(t));
    talk_speak(t);
}

/* ---- an answer in time ---- */

void talk_watch(struct talk *t)
{
    t->response_at = sys_now();
    loop_in(t->conf.loop, &t->answer_timer, t->answer_due ? ANSWER_OWED
        : ANSWER_WITHIN);
}

/* What plays is no reason to wait less: the model works ahead of it. */
void talk_on_answer_timer(void *arg)
{
    struct talk *t = arg;
    int64_t left = t->response_at + ANSWER_WITHIN - sys_now();

    if (t->state != TALK_READY)
        return;
    if (t->answer_due) {        /* some servers need to be asked */
        t->answer_due = 0;
        turns_want(&t->turns, talk_resume_tag(t));
        talk_speak(t);
    } else if (!t->turns.asked && !turns_active(&t->turns)) {
        return;
    } else if (left > 0) {
        loop_in(t->conf.loop, &t->answer_timer, left);
    } else {
        talk_lose(t, "the model did not answer in 10 s");
    }
}
