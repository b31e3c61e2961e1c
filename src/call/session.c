/* session.c - runs one call: what the machine decides is done here.
 *
 * Events come from Twilio (through app/hooks and the stream), from the model
 * (call/talk) and from timers; every one is fed to the machine, and its
 * commands are carried out in order.
 */
#include <string.h>

#include "agent/goal.h"
#include "agent/redact.h"
#include "agent/tools.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "twilio/errors.h"
#include "twilio/twiml.h"

#define URL_MAX 512
#define SAY_BYTE_MS 120         /* of <Say>; twice as slow as people read */

void call_feed(struct call *c, enum call_event event)
{
    call_feed_input(c, &(struct call_input){.event = event});
}

void call_feed_status(struct call *c, enum call_status status)
{
    call_feed_input(c, &(struct call_input){.event = EV_STATUS,
        .status = status});
}

/* The first reason is the one that is told. */
void call_blame(struct call *c, const char *why)
{
    if (!c->why[0])
        text_copy(c->why, sizeof c->why, slice_str(why));
}

/* ---- carrying out ---- */

static void journal_state(struct call *c, enum call_state from,
    enum call_event why)
{
    struct jsonw *w = journal_begin(c->calls->journal, JOURNAL_STATE,
        slice_str(c->id));

    jsonw_kcstr(w, "from", call_state_name(from));
    jsonw_kcstr(w, "to", call_state_name(c->machine.state));
    jsonw_kcstr(w, "why", call_event_name(why));
    if (c->sid[0])
        jsonw_kcstr(w, "sid", c->sid);
    journal_end(c->calls->journal, false, NULL, NULL);
}

static void moved(struct call *c, enum call_state from, enum call_event why)
{
    log_event(LOG_INFO, "call_state", LS("call", c->id),
        LS("from", call_state_name(from)),
        LS("to", call_state_name(c->machine.state)),
        LS("why", call_event_name(why)),
        LI("ms", sys_wall() - c->created));
    call_note(c, call_state_name(c->machine.state), 0, "%s, after %s (%s)",
        call_state_name(c->machine.state), call_state_name(from),
        call_event_name(why));
    if (!c->started && (c->machine.state == CALL_ANSWERED
        || c->machine.state == CALL_TALKING))
        c->started = sys_wall();
    journal_state(c, from, why);
    if (c->machine.state == CALL_ANSWERED || c->machine.state == CALL_TALKING)
        calls_watch_spending(c->calls);
    if (c->machine.state != CALL_WAITING)   /* call/turn tells for how long */
        call_tell_status(c);
}

static void carry_out(struct call *c, const struct call_order *order)
{
    struct loop *loop = c->calls->conf.loop;

    switch (order->cmd) {
    case DO_TURN:
        call_ask_turn(c);
        break;
    case DO_AGAIN:
        call_again(c);
        break;
    case DO_FAREWELL:
        call_blame(c, "MAX_CALL_SECONDS was reached");
        talk_farewell(&c->talk);
        break;
    case DO_DIAL:
        call_dial(c);
        break;
    case DO_OPEN_MODEL:
        talk_open(&c->talk);
        break;
    case DO_BRIDGE:
        talk_begin(&c->talk);
        break;
    case DO_POLL:
        call_poll(c);
        break;
    case DO_CANCEL:
        call_update(c, REST_CANCEL, slice_str(NULL));
        break;
    case DO_HANGUP:
        call_update(c, REST_COMPLETE, slice_str(NULL));
        break;
    case DO_SORRY:
        call_say_sorry(c);
        break;
    case DO_CLOSE_STREAM:
        if (c->bridge.stream)
            wsconn_close(c->bridge.stream, 1000, SLICE("call over"));
        break;
    case DO_CLOSE_MODEL:
        talk_close(&c->talk);
        break;
    case DO_TIMER:
        if (order->ms)
            loop_in(loop, &c->timer[order->timer], order->ms);
        else
            loop_cancel(loop, &c->timer[order->timer]);
        break;
    case DO_FINISH:
        call_finish(c);
        break;
    }
}

void call_feed_input(struct call *c, const struct call_input *in)
{
    enum call_state from = c->machine.state;
    struct call_steps steps;

    if (c->ending)
        return;
    call_step(&c->machine, in, &steps);
    if (c->machine.state != from)
        moved(c, from, in->event);
    for (size_t i = 0; i < steps.n && !c->ending; i++)
        carry_out(c, &steps.order[i]);
}

#define TIMER_HANDLER(name, which) \
    static void name(void *arg) \
    { \
        call_feed_input(arg, &(struct call_input){.event = EV_TIMER, \
            .timer = (which)}); \
    }
TIMER_HANDLER(on_poll_timer, TIMER_POLL)
TIMER_HANDLER(on_limit_timer, TIMER_LIMIT)
TIMER_HANDLER(on_close_timer, TIMER_CLOSE)
TIMER_HANDLER(on_again_timer, TIMER_AGAIN)

static void on_stream_timer(void *arg)
{
    struct call *c = arg;
    char why[120];

    text_fmt(why, sizeof why, "%s %d s", c->machine.fetched
        ? "Twilio fetched the TwiML and no upgrade reached this server in"
        : "somebody picked up and Twilio did not fetch the TwiML in",
        (int)(machine_stream_ms(&c->machine) / 1000));
    call_blame(c, why);
    call_note(c, "no_stream", 0, "%s", why);
    call_feed_input(c, &(struct call_input){.event = EV_TIMER,
        .timer = TIMER_STREAM});
}

/* ---- what the model tells ---- */

static void on_step(void *arg, const char *what, const char *text)
{
    struct call *c = arg;

    call_note(c, what, 0, "%s", text);
    if (strcmp(what, "machine") == 0)
        call_tell_status(c);
}

static void on_ready(void *arg)
{
    call_note(arg, "model_ready", 0, "the voice model's session is "
        "configured");
    call_feed(arg, EV_MODEL_READY);
}

static void on_gone(void *arg, const char *why)
{
    call_blame(arg, why);
    call_note(arg, "model_gone", 0, "no voice model is to be had: %s", why);
    call_feed(arg, EV_MODEL_GONE);
}

static void on_line(void *arg, bool them, int64_t at, struct slice text)
{
    call_add_line(arg, them, at, text);
}

/* Lies it inside what was asked for? */
static bool is_allowed(const struct asked *a, const struct tool_note *n)
{
    const char *to = a->time_to[0] ? a->time_to : a->time;

    return (!n->date[0] || !a->date[0] || !strcmp(n->date, a->date))
        && (!n->time[0] || !a->time[0] || (strcmp(n->time, a->time) >= 0
        && strcmp(n->time, to) <= 0))
        && (!n->party || !a->party || n->party == a->party);
}

/* Whatever the model was told by whoever picked up: something else than was
 * asked for is noted when the owner was asked and answered. */
static const char *on_note(void *arg, const struct tool_note *note)
{
    struct call *c = arg;
    bool answered = false;
    struct jsonw *w;

    for (size_t i = 0; i < c->questions; i++)
        answered |= c->question[i].answer[0] != 0;
    if (!c->machine.inbound && !answered && !is_allowed(&c->asked, note))
        return "this is not what was asked for: ask the guest with ask_owner "
            "first, and agree to nothing until the answer is there";
    w = journal_begin(c->calls->journal, JOURNAL_NOTE, slice_str(c->id));

    c->note = *note;
    c->noted = true;
    redact_text(c->note.number);
    redact_text(c->note.name);
    redact_text(c->note.notes);
    tool_note_write(w, &c->note);
    journal_end(c->calls->journal, false, NULL, NULL);
    return NULL;
}

static void on_goodbye(void *arg, const char *why)
{
    struct call *c = arg;

    log_event(LOG_INFO, "goodbye", LS("call", c->id), LS("why", why));
    call_note(c, "goodbye", 0, "the model ended the call, its goodbye was "
        "heard: %s", why);
    call_feed(c, EV_GOODBYE);
}

static void on_undisclosed(void *arg)
{
    call_blame(arg, "the model did not say the disclosure, asked twice");
    call_note(arg, "undisclosed", 0, "the model did not say the disclosure, "
        "asked twice: the call is ended");
    call_feed(arg, EV_UNDISCLOSED);
}

static void on_silent(void *arg)
{
    call_blame(arg, "nobody spoke for too long");
    call_note(arg, "silent", 0, "nobody spoke for too long: the call is "
        "ended");
    call_feed(arg, EV_SILENT);
}

static void on_context(void *arg, struct buf *out)
{
    call_release_lines(arg);
    call_write_context(arg, out);
    call_write_questions(arg, out);
}

static const struct talk_ops talk_ops = {
    on_ready, on_gone, on_line, on_note, call_ask, on_goodbye,
    on_undisclosed, on_silent, on_context, on_step,
};

/* ---- the stream ---- */

/* What is said of another stream than the one that was let in. */
static bool strange(const struct bridge *b, const struct media *m,
    const char **why)
{
    *why = "streamSid: another stream's";
    return m->stream_sid.ptr && !slice_is(m->stream_sid, b->sid);
}

static void on_stream_message(struct wsconn *ws, void *arg, bool text,
    struct slice message)
{
    struct call *c = arg;
    struct media m;
    const char *why = "binary";
    int64_t now = loop_now(c->calls->conf.loop);

    (void)ws;
    if (!text || media_read(message, &m, &why)
        || strange(&c->bridge, &m, &why)) {
        log_event(LOG_WARN, "stream_message_bad", LS("call", c->id),
            LS("why", why), LI("bytes", message.len));
        return;
    }
    c->last.kind = m.kind;
    c->last.sequence = m.sequence;
    c->last.timestamp = m.timestamp;
    switch (m.kind) {
    case MEDIA_MEDIA:
        if (!c->heard) {
            c->heard = true;
            call_note(c, "heard", 0, "their first audio came");
        }
        if (!slice_is(m.track, "outbound"))
            bridge_media(&c->bridge, &m);
        break;
    case MEDIA_MARK:
        bridge_mark(&c->bridge, m.mark, now);
        talk_heard(&c->talk);
        break;
    case MEDIA_DTMF:
        log_event(LOG_INFO, "dtmf", LS("call", c->id));
        talk_dtmf(&c->talk, m.digit);
        break;
    case MEDIA_STOP:
        call_note(c, "stop", 0, "Twilio said stop: the call is over there");
        call_feed(c, EV_STREAM_GONE);
        break;
    case MEDIA_CONNECTED:
    case MEDIA_START:
    case MEDIA_UNKNOWN:
        break;
    }
}

/* What of the stream's last message is of use: never its words. */
static void note_last(const struct call *c)
{
    char text[80];

    if (c->last.kind == MEDIA_UNKNOWN)
        return;
    if (c->last.kind == MEDIA_MEDIA)
        text_fmt(text, sizeof text, "media, sequence %llu, %llu ms",
            (unsigned long long)c->last.sequence,
            (unsigned long long)c->last.timestamp);
    else
        text_fmt(text, sizeof text, "%s, sequence %llu",
            media_name(c->last.kind), (unsigned long long)c->last.sequence);
    attempts_last(c->calls->conf.attempts, c->wire, text);
}

static void on_stream_close(struct wsconn *ws, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    struct call *c = arg;
    char why[80];

    (void)reason;
    note_last(c);
    if (c->bridge.stream != ws)
        return;
    c->bridge.stream = NULL;
    call_note(c, "stream_closed", 0, "the media stream closed with %u%s%s",
        code, err ? ": " : "", err ? err->msg : "");
    log_event(LOG_INFO, "stream_closed", LS("call", c->id), LI("code", code),
        LS("why", err ? err->msg : ""));
    if (c->ending)
        return;
    if (code != 1000 && c->machine.state == CALL_TALKING) {
        text_fmt(why, sizeof why, "the media stream ended with %u and no "
            "stop message", code);
        call_blame(c, why);
    }
    call_feed(c, EV_STREAM_GONE);
}

static const struct wsconn_ops stream_ops = {
    .name = "stream",
    .on_message = on_stream_message,
    .on_close = on_stream_close,
};

void call_stream(struct call *c, struct wsconn *stream,
    const struct media *start)
{
    char path[URL_MAX], folder[URL_MAX];

    wsconn_set_arg(stream, &stream_ops, c);
    c->last.kind = MEDIA_START;
    c->last.sequence = start->sequence;
    call_note(c, "start", 0, "%.*s was let in by its token, tracks:%s%s",
        SLICE_ARG(start->stream_sid), start->inbound ? " inbound" : "",
        start->outbound ? " outbound" : "");
    bridge_open(&c->bridge, stream, start->stream_sid);
    if (c->calls->conf.recording) {
        calls_path(c->calls, slice_str(c->id), "", folder, sizeof folder);
        disk_mkdir(c->calls->conf.disk, folder, 0700);
        calls_path(c->calls, slice_str(c->id), "recording.wav", path,
            sizeof path);
        c->bridge.recorder = recorder_new(c->calls->conf.disk, path);
    }
    c->why[0] = 0;              /* one that failed before is no reason now */
    call_feed(c, EV_STREAM);
}

/* ---- from outside ---- */

static void make_instructions(struct call *c)
{
    static const enum goal_errand errands[] = {[ASKED_RESERVE] = GOAL_BOOK,
        [ASKED_CANCEL] = GOAL_CANCEL, [ASKED_CHANGE] = GOAL_CHANGE,
        [ASKED_CALL] = GOAL_CALL};
    const struct calls_conf *conf = &c->calls->conf;

    buf_init(&c->instructions, 64u << 10);
    if (c->machine.inbound) {
        buf_add(&c->instructions, conf->inbound_prompt);
        return;
    }
    goal_write(&c->instructions, &(struct goal){
        .restaurant = slice_str(c->asked.restaurant),
        .party = c->asked.party,
        .date = slice_str(c->asked.date),
        .time = slice_str(c->asked.time),
        .time_to = slice_str(c->asked.time_to),
        .name = c->asked.name[0] ? slice_str(c->asked.name) : conf->name,
        .note = slice_str(c->asked.note),
        .errand = errands[c->asked.intent],
        .reference = slice_str(c->asked.reference),
        .wish = c->asked.wish, .wishes = c->asked.wishes,
        .language = conf->language,
        .disclosure = conf->disclosure_by_say ? slice_str(NULL)
            : conf->disclosure,
    });
}

static void prepare_talk(struct call *c)
{
    const struct calls_conf *conf = &c->calls->conf;
    bool inbound = c->machine.inbound;
    struct talk_conf t = {
        .loop = conf->loop, .resolver = conf->resolver, .tls = conf->tls,
        .url = conf->model_url, .key = conf->model_key,
        .dialect = conf->dialect, .session = conf->session, .call = c->id,
        .language = conf->language, .outbound = !inbound,
        .prose = inbound ? slice_str(NULL) : goal_prose(c->asked.intent
            == ASKED_CALL ? GOAL_CALL : GOAL_BOOK),
        .errand = c->asked.intent == ASKED_CALL,
        .attempts = conf->attempts,
        .speak_first = inbound || conf->disclosure_by_say,
    };

    t.session.instructions = buf_slice(&c->instructions);
    t.session.tools = tools_json();
    if (!inbound && !conf->disclosure_by_say)
        t.disclosure = conf->disclosure;
    talk_init(&c->talk, &t, &c->bridge, &talk_ops, c);
}

void call_prepare(struct call *c, bool inbound)
{
    static void (*const fire[TIMERS])(void *) = {
        [TIMER_POLL] = on_poll_timer, [TIMER_STREAM] = on_stream_timer,
        [TIMER_LIMIT] = on_limit_timer, [TIMER_CLOSE] = on_close_timer,
        [TIMER_AGAIN] = on_again_timer,
    };
    const struct calls_conf *conf = &c->calls->conf;

    machine_begin(&c->machine, inbound, (int64_t)conf->max_seconds * 1000);
    if (!inbound && conf->disclosure_by_say)
        c->machine.say_ms = SAY_BYTE_MS * (int64_t)conf->disclosure.len;
    while (!inbound && c->machine.tries < CALL_LADDER
        && conf->again[c->machine.tries])
        c->machine.tries++;
    for (int i = 0; i < TIMERS; i++)
        c->timer[i] = (struct timer){.fire = fire[i], .arg = c};
    make_instructions(c);
    prepare_talk(c);
}

/* What belonged to the attempt before is gone: Twilio's answers that are still
 * to come are about a call that is over. */
void call_renew(struct call *c)
{
    struct rest_op **ops[] = {&c->dial, &c->poll, &c->update};

    for (size_t i = 0; i < 3; i++) {
        if (*ops[i])
            rest_cancel(*ops[i]);
        *ops[i] = NULL;
    }
    c->sid[0] = 0;
    c->streamed = false;
    if (c->bridge.model)        /* it is being closed: that may go on */
        bridge_disown(c->bridge.model, false);
    c->bridge.model = NULL;
    talk_fini(&c->talk);
    prepare_talk(c);
}

static void on_intent_saved(void *arg, const struct err *err)
{
    struct call *c = arg;

    if (call_saved(c))
        return;
    if (err) {
        call_blame(c, err->msg);
        call_feed(c, EV_DIAL_REFUSED);
        return;
    }
    call_feed(c, EV_SAVED);
}

static void note_asked(struct call *c)
{
    char to[24];

    if (c->machine.inbound) {
        call_note(c, "asked", 0, "%s rang us", text_mask(to, sizeof to,
            slice_str(c->from)));
        return;
    }
    call_note(c, "asked", 0, "%s at %s: %d people, %s %s",
        c->asked.restaurant, text_mask(to, sizeof to, slice_str(c->asked.to)),
        c->asked.party, c->asked.date, c->asked.time);
    call_note(c, "allowed", 0, "policy lets that number be called now");
}

int call_intend(struct call *c)
{
    struct jsonw *w = journal_begin(c->calls->journal, JOURNAL_INTENT,
        slice_str(c->id));

    note_asked(c);
    jsonw_kcstr(w, "direction", c->machine.inbound ? "inbound" : "outbound");
    jsonw_kcstr(w, "token", c->token);
    if (c->key[0])
        jsonw_kcstr(w, "key", c->key);
    if (c->sid[0])
        jsonw_kcstr(w, "sid", c->sid);
    if (c->machine.inbound) {
        jsonw_kcstr(w, "from", c->from);
        return journal_end(c->calls->journal, false, NULL, NULL);
    }
    jsonw_key(w, "asked");
    asked_write(w, &c->asked);
    if (journal_end(c->calls->journal, true, on_intent_saved, c))
        return -1;
    c->saving++;
    return 0;
}

int call_on_twiml(struct call *c, struct slice sid)
{
    if ((c->sid[0] && !slice_is(sid, c->sid)) || call_sid_past(c, sid))
        return -1;
    text_copy(c->sid, sizeof c->sid, sid);
    c->fetching = true;
    call_note(c, "twiml", 0, "Twilio fetched the TwiML, signed as it should");
    call_feed(c, EV_TWIML);
    c->fetching = false;
    return c->machine.state < CALL_CLOSING ? 0 : 1;
}

int call_twiml(const struct call *c, struct buf *out, struct err *err)
{
    const struct calls_conf *conf = &c->calls->conf;
    char url[URL_MAX], status[URL_MAX];
    struct twiml t = {
        .language = slice_str("en-US"),
        .param = {{SLICE("call_id"), slice_str(c->id)},
            {SLICE("token"), slice_str(c->token)}},
        .params = 2,
        .hangup = true,
    };

    /* https://host -> wss://host */
    text_fmt(url, sizeof url, "wss%.*s/media-stream", SLICE_ARG(
        slice_from(conf->public_base, sizeof "https" - 1)));
    t.stream_url = slice_str(url);
    text_fmt(status, sizeof status, "%.*s/stream-status",
        SLICE_ARG(conf->public_base));
    t.status_callback = slice_str(status);
    if (conf->disclosure_by_say && !c->machine.inbound)
        t.say = conf->disclosure;
    return twiml_connect(out, &t, err);
}

void call_on_stream_started(struct call *c)
{
    c->streamed = true;
}

void call_on_stream_error(struct call *c, int number, struct slice why)
{
    char text[sizeof c->why];

    if (!number && c->streamed)     /* then it was closed (twilio 3.3) */
        number = 31921;
    if (c->machine.state >= CALL_TALKING)
        return;                 /* whoever knows a SID can try another one */
    text_copy(text, sizeof text, why);
    call_blame(c, text);
    call_note(c, "stream_error", number, "the stream was not to be: %s", text);
    call_feed_input(c, &(struct call_input){.event = EV_STREAM_ERROR,
        .number = number});
}

void call_on_status(struct call *c, enum call_status status, int sip,
    struct slice sid)
{
    if ((c->sid[0] && !slice_is(sid, c->sid)) || call_sid_past(c, sid)) {
        log_event(LOG_WARN, "status_of_another_call", LS("call", c->id),
            LB("sid", sid));
        return;
    }
    text_copy(c->sid, sizeof c->sid, sid);
    if (!c->sip && !c->ending)
        c->sip = sip;
    if (sip)
        call_note(c, "callback", 0, "Twilio: %s, SIP %d",
            call_status_text(status), sip);
    else
        call_note(c, "callback", 0, "Twilio: %s", call_status_text(status));
    if (sip >= 400 && status == STATUS_FAILED) {
        char why[48];

        text_fmt(why, sizeof why, "the network answered SIP %d", sip);
        call_blame(c, why);
    }
    call_feed_status(c, status);
}

void call_on_answered_by(struct call *c, struct slice by)
{
    if (c->machine.state != CALL_ANSWERED && c->machine.state != CALL_TALKING)
        return;                 /* late, and too late to matter */
    call_note(c, "answered_by", 0, "Twilio's machine detection says %.*s",
        SLICE_ARG(slice_head(by, 24)));
    talk_answered_by(&c->talk, by);
}

void call_hangup(struct call *c)
{
    call_blame(c, "hung up on the owner's wish");
    call_note(c, "hangup", 0, "the owner hung up");
    call_feed(c, EV_HANGUP);
}

/* A machine is told no goodbye, nor is somebody to whom nothing was said. */
void call_part(struct call *c)
{
    if (c->machine.state != CALL_TALKING || c->talk.picked.who > PICKED_HUMAN
        || c->talk.disclosure == DISCLOSE_OWED) {
        call_hangup(c);
        return;
    }
    call_blame(c, "ended on the owner's wish");
    call_note(c, "part", 0, "the owner ends the call, with a goodbye");
    call_drop_question(c);
    call_feed(c, EV_PART);
    call_tell_status(c);
}
