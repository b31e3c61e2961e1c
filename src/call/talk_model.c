/* talk_model.c - what the model's socket says, and what follows from it. */
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/talk.h"
#include "call/talk_impl.h"

/* ms. */
#define DIAL_WITHIN     10000
#define CONFIG_WITHIN   5000    /* from the open socket to session.updated */
#define PING_EVERY      20000
#define PONG_WITHIN     20000

/* ---- configuring ---- */

void talk_update(struct talk *t)
{
    struct voice_session s = t->conf.session;
    struct buf context;

    buf_init(&context, TALK_OUT_MAX / 2);
    s.by_hand = t->by_hand;
    if (t->retried && t->began) {
        talk_instructions(t, &context);
        s.instructions = buf_slice(&context);
    }
    if (t->state == TALK_READY)
        s.voice = SLICE("");    /* realtime 2: fixed once it has spoken */
    t->update = voice_update(&t->voice, &t->out, &s);
    talk_send(t);
    buf_free(&context);
}

static void on_updated(struct talk *t, const struct voice_event *ev)
{
    char why[200];
    struct voice_session asked = t->conf.session;

    t->update = 0;
    asked.by_hand = t->by_hand;
    if (voice_check_session(t->conf.dialect, ev->session, &asked, why,
        sizeof why)) {
        t->final = true;
        talk_lose(t, why);
        return;
    }
    if (t->state != TALK_CONFIGURING)
        return;
    loop_cancel(t->conf.loop, &t->config_timer);
    t->state = TALK_READY;
    t->bridge->joined = t->began;
    log_event(LOG_INFO, "model_ready", LS("call", t->conf.call),
        LB("session", ev->id));
    t->ops->on_ready(t->arg);
    if (t->retried && t->began && !talk_picked_pauses(t))
        turns_want(&t->turns, talk_resume_tag(t));
    talk_speak(t);
}

/* ---- the disclosure ---- */

/* From here on the server takes turns. */
static void hand_over(struct talk *t)
{
    if (talk_picked_pauses(t))
        return;
    t->by_hand = false;
    talk_update(t);
    if (t->owed_reply)
        turns_want(&t->turns, TAG_REPLY);
    t->owed_reply = false;
}

/* The response that should have held it is over. */
static void judge_disclosure(struct talk *t, const struct voice_event *ev)
{
    bool asked = t->disclosure == DISCLOSE_ASKED
        || t->disclosure == DISCLOSE_AGAIN;

    if (!asked || !slice_is(ev->id, t->disclosing))
        return;
    if (!t->disclosed && slice_is(ev->status, "failed")) {
        t->disclosure = DISCLOSE_OWED;  /* it is asked for as at first */
        return;
    }
    if (t->disclosed) {
        t->disclosure = DISCLOSE_DONE;
        t->ops->on_step(t->arg, "disclosed", "the disclosure was said word "
            "for word");
        hand_over(t);
    } else if (t->disclosure == DISCLOSE_ASKED) {
        log_event(LOG_WARN, "disclosure_missing", LS("call", t->conf.call),
            LS("then", "ask again"));
        t->ops->on_step(t->arg, "disclosure_missing", "the model did not say "
            "the disclosure and is asked once more");
        turns_want(&t->turns, TAG_DISCLOSE);
    } else {
        log_event(LOG_ERROR, "disclosure_missing", LS("call", t->conf.call),
            LS("then", "end the call"));
        t->ops->on_undisclosed(t->arg);
    }
}

/* ---- speech ---- */

/* Said and sent is not heard: it plays for seconds after its response. */
static bool disclosure_plays(struct talk *t, int64_t now)
{
    if (t->disclosing_item[0] && played_item_heard(&t->bridge->played,
        slice_str(t->disclosing_item), now))
        t->disclosing_item[0] = 0;
    return t->disclosing_item[0] != 0;
}

static void on_speech_started(struct talk *t, const struct voice_event *ev)
{
    int64_t now = sys_now();

    t->speech = true;
    t->answer_due = 0;
    t->speech_at = now - t->began_at;
    t->voice_at = now;
    text_copy(t->speech_item, sizeof t->speech_item, ev->item);
    /* The disclosure, the goodbye and tones are heard to their ends; what a
     * greeting begins in is mostly noise. */
    if (t->began && !talk_owes_disclosure(t) && !t->ending
        && !t->greeting && !disclosure_plays(t, now)
        && !talk_keys_playing(t, now))
        talk_interrupt(t);
}

static void on_speech_stopped(struct talk *t)
{
    t->speech = false;
    t->voice_at = sys_now();
    t->speech_ms = t->voice_at - t->began_at - t->speech_at;
    t->nudged = false;
    /* Before the update that makes the server take turns is confirmed, it has
     * not: its events come in order. */
    if (!t->began || t->state != TALK_READY || talk_picked_pauses(t))
        return;                 /* its words decide, once they are here */
    if (!t->by_hand && !t->update) {
        t->answer_due = t->voice_at;
        talk_watch(t);
        return;
    }
    if (t->disclosure == DISCLOSE_OWED)
        turns_want(&t->turns, TAG_OPENING);
    else if (talk_owes_disclosure(t))
        t->owed_reply = true;
    else
        turns_want(&t->turns, TAG_REPLY);
    talk_speak(t);
}

static void on_heard(struct talk *t, const struct voice_event *ev)
{
    uint8_t mem[LIMIT_LINE];
    struct buf line;
    int64_t at = sys_now() - t->began_at;

    if (slice_is(ev->item, t->speech_item))
        at = t->speech_at;
    buf_over(&line, mem, sizeof mem);
    json_text(ev->text, &line);
    line.len = slice_trim_all(buf_slice(&line)).len;
    if (!line.len || !t->began)
        return;
    t->ops->on_line(t->arg, true, at, buf_slice(&line));
    talk_picked_heard(t, buf_slice(&line), at, t->speech_ms);
}

/* Until the disclosure was said nobody hears anything else, whoever asked for
 * it: a server may begin a response by itself. */
static bool not_yet(const struct talk *t, const struct voice_event *ev)
{
    return talk_picked_dropped(t, ev->response)
        || (talk_owes_disclosure(t) && !slice_is(ev->response,
        t->disclosing));
}

static void on_audio(struct talk *t, const struct voice_event *ev)
{
    struct talk_said *s;

    if (!t->began || t->bridge->stream == NULL)
        return;
    if (ev->response.len && slice_is(ev->response, t->bridge->muted))
        return;
    if (not_yet(t, ev)) {
        t->bridge->dropped++;
        return;
    }
    s = talk_said_of(t, ev->item);
    s->bytes += bridge_audio(t->bridge, ev, sys_now());
}

/* Part of the words: they are all there is when the rest never comes. */
static void on_said_part(struct talk *t, const struct voice_event *ev)
{
    struct talk_said *s;

    if (!t->began || not_yet(t, ev) || slice_is(ev->response,
            t->bridge->muted))
        return;
    s = talk_said_of(t, ev->item);
    if (!s->whole)
        json_text(ev->text, &s->text);
    talk_guards(t, buf_slice(&s->text));
}

static void on_said(struct talk *t, const struct voice_event *ev)
{
    struct talk_said *s;

    if (not_yet(t, ev))
        return;                 /* nor does the transcript hold it */
    s = talk_said_of(t, ev->item);
    buf_clear(&s->text);
    json_text(ev->text, &s->text);
    s->whole = true;
    if (talk_guards(t, buf_slice(&s->text)))
        return;
    if (slice_is(ev->response, t->disclosing)
        && talk_same_words(buf_slice(&s->text), t->conf.disclosure)) {
        t->disclosed = true;
        text_copy(t->disclosing_item, sizeof t->disclosing_item, ev->item);
    }
    talk_look_later(t);
    talk_heard(t);
}

/* ---- tools ---- */

static void answer_tool(struct talk *t, struct slice call,
    enum tool_kind kind, const char *why)
{
    struct buf answer;
    uint8_t mem[512];
    struct jsonw w;

    buf_over(&answer, mem, sizeof mem);
    jsonw_begin(&w, &answer);
    jsonw_object(&w);
    if (why)
        jsonw_kcstr(&w, "error", why);
    else
        jsonw_kbool(&w, "ok", true);
    if (!why && kind == TOOL_ASK_OWNER)
        jsonw_kcstr(&w, "next", TALK_ASKED);
    jsonw_end(&w);
    voice_tool_output(&t->voice, &t->out, call, buf_slice(&answer));
    talk_send(t);
    turns_answered(&t->turns);
}

static void on_tool(struct talk *t, const struct voice_event *ev)
{
    struct tool_call call;
    struct err err = {0};
    const char *why = NULL;
    char step[160];

    turns_tool(&t->turns);
    if (tool_read(ev->name, ev->text, &call, &err))
        why = err.msg;
    else if (call.kind == TOOL_SEND_DIGITS)
        why = talk_keys_send(t, call.digits, ev->call);
    else if (call.kind == TOOL_ASK_OWNER)
        why = talk_ask(t, &call.question);
    else if (call.kind == TOOL_NOTE_CONFIRMATION)
        why = t->ops->on_note(t->arg, &call.note);
    log_event(why ? LOG_WARN : LOG_INFO, why ? "tool_refused" : "tool_called",
        LS("call", t->conf.call), LB("tool", ev->name),
        LS("why", why ? why : ""));
    text_fmt(step, sizeof step, "the model called %.*s%s%s",
        SLICE_ARG(slice_head(ev->name, 40)), why ? ", refused: " : "",
        why ? why : "");
    t->ops->on_step(t->arg, why ? "tool_refused" : "tool", step);
    if (why || call.kind != TOOL_SEND_DIGITS)   /* that answers when done */
        answer_tool(t, ev->call, call.kind, why);
    if (!why && call.kind == TOOL_END_CALL) {
        t->ending = true;
        t->ending_at = sys_now();
        text_copy(t->end_why, sizeof t->end_why, slice_str(call.reason));
        talk_look_later(t);
    }
}

/* ---- responses and errors ---- */

static void on_response_created(struct talk *t, const struct voice_event *ev)
{
    bool ours = t->turns.asked != 0;

    t->answer_due = 0;
    loop_cancel(t->conf.loop, &t->again_timer);
    talk_watch(t);
    turns_created(&t->turns, ev->id);
    if (talk_picked_created(t, ev->id))
        return;
    if (ours && (t->disclosure == DISCLOSE_ASKED
        || t->disclosure == DISCLOSE_AGAIN) && !t->disclosing[0])
        text_copy(t->disclosing, sizeof t->disclosing, ev->id);
}

/* It ended before it had said all it was to, and not because they spoke. */
static bool fell_short(const struct talk *t, const struct voice_event *ev)
{
    return slice_is(ev->status, "incomplete") || (!t->speech
        && slice_is(ev->status, "cancelled"));
}

static void on_response_done(struct talk *t, const struct voice_event *ev)
{
    turns_done(&t->turns, ev->id);
    if (talk_picked_dropped(t, ev->id)) {
        talk_all_whole(t, false);
        return;
    }
    talk_picked_done(t);
    if (slice_is(ev->id, t->bridge->muted))
        t->bridge->muted[0] = 0;
    if (slice_is(ev->status, "completed"))
        t->transient_retried = t->short_retried = false;
    else if (!slice_is(ev->status, "cancelled"))
        log_event(LOG_WARN, "response_not_completed",
            LS("call", t->conf.call), LB("status", ev->status),
            LB("reason", ev->reason), LB("code", ev->code),
            LB("message", ev->message.text));
    talk_all_whole(t, false);
    judge_disclosure(t, ev);
    if (t->greeting && slice_is(ev->status, "completed")) {
        t->greeting = false;
        hand_over(t);
    }
    if (slice_is(ev->status, "failed") && ev->fault == VOICE_FINAL) {
        t->final = true;
        talk_lose(t, "the model's account cannot answer");
        return;
    }
    if (slice_is(ev->status, "failed") && !t->transient_retried) {
        t->transient_retried = true;
        talk_again(t);
    } else if (slice_is(ev->status, "failed")) {
        talk_lose(t, "the model failed twice");
    } else if (fell_short(t, ev) && !t->short_retried) {
        t->short_retried = true;
        talk_again(t);
    }
}

static void on_error(struct talk *t, const struct voice_event *ev)
{
    bool ours = turns_error(&t->turns, ev->about,
        voice_is_active_already(ev));

    t->picked.drop &= !ours;    /* there will be nothing to take back */
    log_event(ev->fault == VOICE_NOISE ? LOG_DEBUG : LOG_WARN, "model_error",
        LS("call", t->conf.call), LB("code", ev->code),
        LB("message", ev->message.text), LS("sort",
        voice_fault_name(ev->fault)));
    switch (ev->fault) {
    case VOICE_FINE:
    case VOICE_NOISE:
        break;
    case VOICE_OUR_BUG:
        if (t->state == TALK_CONFIGURING) {
            t->final = true;
            talk_lose(t, "the model refused the session's configuration");
        } else if (t->update && ev->about == t->update) {
            t->update = 0;      /* the server does not take turns: we do */
            t->by_hand = true;
        }
        break;
    case VOICE_EXPIRED:
        talk_lose(t, "the session expired");
        break;
    case VOICE_TRANSIENT:
        if (t->transient_retried) {
            talk_lose(t, "the model failed twice");
        } else if (ours || t->turns.active || t->answer_due) {
            t->transient_retried = true;
            turns_unstick(&t->turns);
            talk_again(t);
        }
        break;
    case VOICE_FINAL:
        t->final = true;
        talk_lose(t, "the model's account or key was refused");
        break;
    }
}

static void on_event(struct talk *t, const struct voice_event *ev)
{
    switch (ev->kind) {
    case VOICE_SESSION_CREATED:
        if (t->state == TALK_CONFIGURING)
            talk_update(t);
        break;
    case VOICE_SESSION_UPDATED:
        on_updated(t, ev);
        break;
    case VOICE_SPEECH_STARTED:
        on_speech_started(t, ev);
        break;
    case VOICE_SPEECH_STOPPED:
        on_speech_stopped(t);
        break;
    case VOICE_AUDIO:
        t->response_at = sys_now();
        on_audio(t, ev);
        break;
    case VOICE_SAID_DELTA:
        on_said_part(t, ev);
        return;
    case VOICE_RATE_LIMITS:
        if (ev->reset_ms)
            t->limited_until = sys_now() + ev->reset_ms;
        return;
    case VOICE_SAID_DONE:
        on_said(t, ev);
        break;
    case VOICE_HEARD_DONE:
        on_heard(t, ev);
        break;
    case VOICE_RESPONSE_CREATED:
        on_response_created(t, ev);
        break;
    case VOICE_RESPONSE_DONE:
        on_response_done(t, ev);
        talk_look_later(t);
        break;
    case VOICE_TOOL_CALL:
        t->response_at = sys_now();
        on_tool(t, ev);
        break;
    case VOICE_ITEM_ADDED:
        if (slice_is(ev->item_type, "function_call_output"))
            turns_output_seen(&t->turns);
        break;
    case VOICE_ERROR:
        on_error(t, ev);
        break;
    case VOICE_HEARD_FAILED:
        log_event(LOG_WARN, "transcription_failed", LS("call", t->conf.call),
            LB("code", ev->code));
        break;
    case VOICE_OTHER:
    case VOICE_AUDIO_DONE:
    case VOICE_HEARD_DELTA:
    case VOICE_TRUNCATED:
        return;
    }
    talk_speak(t);
}

/* ---- the socket ---- */

static void on_ws_open(struct wsconn *w, void *arg)
{
    struct talk *t = arg;

    (void)w;
    t->state = TALK_CONFIGURING;
    loop_in(t->conf.loop, &t->config_timer, CONFIG_WITHIN);
}

static void on_ws_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    struct talk *t = arg;
    struct voice_event ev;
    const char *why = NULL;

    if (w != t->bridge->model)
        return;                 /* a session we have given up */
    if (!text) {
        log_event(LOG_WARN, "model_binary_message", LS("call", t->conf.call),
            LI("bytes", message.len));
        return;
    }
    if (voice_read(t->conf.dialect, message, &ev, &why)) {
        log_event(LOG_WARN, "model_message_bad", LS("call", t->conf.call),
            LS("why", why), LI("bytes", message.len));
        return;
    }
    on_event(t, &ev);
}

/* An answer to the upgrade that will be the same next time. */
static bool refused_for_good(const struct err *err)
{
    return err && err->code == ERR_REMOTE && err->sys >= 400
        && err->sys < 500 && err->sys != 408 && err->sys != 429;
}

static void on_ws_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    struct talk *t = arg;
    char why[160];
    bool we_failed_it = err && (err->code == ERR_PROTO
        || err->code == ERR_LIMIT);

    if (w != t->bridge->model)
        return;
    t->bridge->model = NULL;
    if (t->state == TALK_GONE || t->state == TALK_OFF)
        return;
    if (err && err->code == ERR_REMOTE)
        text_fmt(why, sizeof why, "the model answered %d to the upgrade: "
            "%.*s", err->sys, SLICE_ARG(slice_head(reason, 80)));
    else
        text_fmt(why, sizeof why, "the model's socket closed with %u: %s",
            code, err ? err->msg : "");
    /* What one session garbled the next may say well. */
    if ((voice_close(code) == VOICE_CLOSE_FINAL && !we_failed_it)
        || (err && err->code == ERR_AUTH) || refused_for_good(err))
        t->final = true;
    talk_lose(t, why);
}

static const struct wsconn_ops model_ops = {
    .name = "model",
    .on_open = on_ws_open,
    .on_message = on_ws_message,
    .on_close = on_ws_close,
};

void talk_open(struct talk *t)
{
    struct err err = {0};
    struct wsconn_target to = {
        .url = t->conf.url, .bearer = t->conf.key, .timeout = DIAL_WITHIN,
        .max_message = LIMIT_WS_MODEL, .ping_every = PING_EVERY,
        .pong_within = PONG_WITHIN, .attempts = t->conf.attempts,
        .about = slice_str(t->conf.call),
    };

    t->state = TALK_DIALLING;
    t->bridge->model = wsconn_dial(t->conf.loop, t->conf.resolver,
        t->conf.tls, &to, &model_ops, t, &err);
    if (!t->bridge->model)
        talk_gone(t, err.msg);
}
