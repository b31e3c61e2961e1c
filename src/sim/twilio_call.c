/* twilio_call.c - the life of one call: queued, ringing, up, over; and its
 * document, verb by verb.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/date.h"
#include "sim/twilio_own.h"

#define INITIATED_AFTER 60      /* ms */
#define RINGING_AFTER 300
#define RING 2000
#define SAY_CHAR 60             /* ms a character of <Say> takes */
#define DETECT 3000             /* ms machine detection takes */
#define LIMIT 14400             /* s: the usual TimeLimit */

static const char sorry_text[] =
    "We're sorry, an application error has occurred. Goodbye.";

/* ---- status callbacks: twilio 6.1 ---- */

static int64_t seconds(const struct tw_call *c)
{
    return c->started ? (c->ended - c->started + 999) / 1000 : 0;
}

static void add_time(struct tw_form *f, const char *name, int64_t wall)
{
    uint8_t room[64];
    struct buf b;

    buf_over(&b, room, sizeof(room));
    date_add_rfc2822(&b, wall);
    tw_form_add(f, name, "%.*s", SLICE_ARG(buf_slice(&b)));
}

static const char *answered_by(const struct tw_call *c)
{
    return c->script->answered_by ? c->script->answered_by : "human";
}

static void add_last(struct tw_form *f, const struct tw_call *c)
{
    tw_form_add(f, "CallDuration", "%d", (int)seconds(c));
    tw_form_add(f, "Duration", "%d", (int)((seconds(c) + 59) / 60));
    tw_form_add(f, "SipResponseCode", "%d", c->sip);
    if (c->detect && c->detected)
        tw_form_add(f, "AnsweredBy", "%s", answered_by(c));
}

/* Callbacks that are not about this call, or not Twilio's: what they say must
 * change nothing. */
static void intrude(struct tw_call *c)
{
    struct sim_faults *faults = &c->t->conf.fault;
    const char *keep = c->status;
    struct tw_form f;

    for (int forged = 0; forged < 2; forged++) {
        if (!sim_fault_strikes(faults, forged ? SIM_FAULT_STATUS_FORGED
            : SIM_FAULT_STATUS_FOREIGN))
            continue;
        tw_form_begin(&f, c);
        f.pair[!forged].value = forged
            ? SLICE("ACffffffffffffffffffffffffffffffff")
            : SLICE("CAffffffffffffffffffffffffffffffff");
        c->status = "completed";
        tw_form_standard(&f, c);
        c->status = keep;
        tw_hook(c, forged ? TW_HOOK_FORGED : TW_HOOK_COPY, c->callback,
            c->callback_get, &f);
    }
}

/* The events that were asked for, each once, numbered from 0. */
static void tell(struct tw_call *c, enum tw_event event, const char *status)
{
    const char *keep = c->status;
    struct tw_form f;

    if (!c->callback[0] || !(c->events & event))
        return;
    tw_form_begin(&f, c);
    c->status = status;
    tw_form_standard(&f, c);
    c->status = keep;
    if (event == TW_COMPLETED)
        add_last(&f, c);
    add_time(&f, "Timestamp", sys_wall());
    tw_form_add(&f, "CallbackSource", "call-progress-events");
    tw_form_add(&f, "SequenceNumber", "%u", c->seq++);
    tw_hook(c, TW_HOOK_STATUS, c->callback, c->callback_get, &f);
    if (event == TW_ANSWERED)
        intrude(c);
}

/* ---- documents ---- */

static void fetch(struct tw_call *c, const char *url, bool get, int error)
{
    struct tw_form f;

    tw_form_begin(&f, c);
    tw_form_standard(&f, c);
    if (c->detect && c->detected && !c->detect_async)
        tw_form_add(&f, "AnsweredBy", "%s", answered_by(c));
    if (error) {
        tw_form_add(&f, "ErrorCode", "%d", error);
        tw_form_add(&f, "ErrorUrl", "%s", c->doc_url);
    }
    text_copy(c->doc_url, sizeof(c->doc_url), slice_str(url));
    tw_note(c->t, "fetches its instructions from %s",
        slice_str(url).len > 60 ? "a long URL" : url);
    c->busy = true;
    c->verb_until = 0;
    tw_hook(c, TW_HOOK_TWIML, url, get, &f);
}

/* A URL in a document may be relative to where that came from. */
static void resolve(const struct tw_call *c, struct slice url,
    char out[static TW_URL])
{
    struct slice base = slice_str(c->doc_url);
    size_t from = slice_find(base, SLICE("://")), end;

    if (slice_find(url, SLICE("://")) != SLICE_NPOS || from == SLICE_NPOS) {
        text_copy(out, TW_URL, url);
        return;
    }
    from += 3;
    end = slice_chr(slice_from(base, from), '/');
    end = end == SLICE_NPOS ? base.len : from + end;
    if (!slice_starts(url, "/")) {      /* beside the document */
        base.len = slice_chr(base, '?') < base.len ? slice_chr(base, '?')
            : base.len;
        for (size_t i = end; i < base.len; i++)
            end = base.ptr[i] == '/' ? i : end;
    }
    text_fmt(out, TW_URL, "%.*s%s%.*s", (int)end, c->doc_url,
        slice_starts(url, "/") ? "" : "/", SLICE_ARG(url));
}

/* What the callee hears when the document is no good. */
static void say_sorry(struct tw_call *c)
{
    c->sorry = c->busy = true;
    c->verb_until = loop_now(c->t->loop)
        + SAY_CHAR * (int64_t)(sizeof(sorry_text) - 1);
}

static void say(struct tw_call *c, const struct tw_verb *v)
{
    c->busy = true;
    c->verb_until = loop_now(c->t->loop)
        + SAY_CHAR * (int64_t)v->text.len * v->n;
}

static void run(struct tw_call *c)
{
    char url[TW_URL];

    while (c->phase == TW_UP && !c->busy) {
        const struct tw_verb *v;

        if (!c->doc || c->verb >= c->doc->verbs) {
            tw_call_end(c, "completed");    /* the end of the document */
            return;
        }
        v = &c->doc->verb[c->verb++];
        switch (v->what) {
        case TW_SAY:
            say(c, v);
            break;
        case TW_PAUSE:
            c->busy = true;
            c->verb_until = loop_now(c->t->loop) + v->n * 1000;
            break;
        case TW_HANGUP:
        case TW_REJECT:
            tw_call_end(c, "completed");
            break;
        case TW_REDIRECT:
            resolve(c, v->text, url);
            fetch(c, url, v->get, 0);
            break;
        case TW_STREAM:
            c->busy = true;
            c->verb_until = 0;
            tw_stream_open(c, v);
            break;
        }
    }
}

static void verb_over(struct tw_call *c)
{
    const struct tw_verb *v = c->verb ? &c->doc->verb[c->verb - 1] : NULL;

    c->busy = false;
    c->verb_until = 0;
    if (c->sorry) {
        callee_hear(&c->callee, slice_str(sorry_text));
        tw_call_end(c, "completed");
        return;
    }
    if (v && v->what == TW_SAY)
        callee_hear(&c->callee, v->text);
    run(c);
}

/* The stream is over: Connect's action, or the next verb. */
void tw_call_next(struct tw_call *c)
{
    char url[TW_URL];

    if (c->phase != TW_UP)
        return;
    c->busy = false;
    if (c->stream.action[0]) {
        resolve(c, slice_str(c->stream.action), url);
        fetch(c, url, c->stream.action_get, 0);
        return;
    }
    run(c);
}

static void on_tick(void *arg);

/* Somebody picked up, or our number did. */
static void go_up(struct tw_call *c)
{
    c->phase = TW_UP;
    c->status = "in-progress";
    c->started = sys_wall();
    c->up_at = loop_now(c->t->loop);
    loop_at(c->t->loop, &c->timer, c->up_at + c->limit * 1000);
    c->tick.fire = on_tick;
    loop_in(c->t->loop, &c->tick, MFSK_MS);
}

/* SIM_FAULT_TRACK: the tunnel writes the Python program's track. */
static void spoil_track(struct slice body, struct buf *out)
{
    size_t at = slice_find(body, SLICE("<Stream")), old;

    if (at == SLICE_NPOS) {
        buf_add(out, body);
        return;
    }
    buf_add(out, slice_head(body, at + 7));
    buf_adds(out, " track=\"inbound_track outbound_track\"");
    body = slice_from(body, at + 7);
    old = slice_find(body, SLICE(" track=\""));
    if (old != SLICE_NPOS && old < slice_chr(body, '>')) {
        buf_add(out, slice_head(body, old));
        body = slice_from(body, old + 8);
        slice_cut(&body, '"');
    }
    buf_add(out, body);
}

static void take_document(struct tw_call *c, struct slice body)
{
    struct buf changed;
    int bad;

    buf_init(&changed, 2 * TW_DOC);
    if (sim_fault_strikes(&c->t->conf.fault, SIM_FAULT_TRACK)) {
        spoil_track(body, &changed);
        body = buf_slice(&changed);
    }
    if (!c->doc)
        c->doc = mem_new(sizeof(*c->doc));
    c->verb = 0;
    c->busy = false;
    bad = c->doc ? tw_lint(c->t, c, c->doc, body) : -1;
    buf_free(&changed);
    if (!bad && c->inbound && c->phase == TW_RINGING) {
        if (c->doc->verbs && c->doc->verb[0].what == TW_REJECT) {
            tw_call_end(c, "busy");
            return;
        }
    }
    if (c->phase == TW_RINGING)
        go_up(c);
    if (bad)
        say_sorry(c);
    else
        run(c);
}

void tw_call_document(struct tw_call *c, int error, const char *why,
    struct slice body)
{
    if (c->phase != TW_UP && !(c->inbound && c->phase == TW_RINGING))
        return;
    if (!error) {
        take_document(c, body);
        return;
    }
    tw_judge(c->t, c, error, false, "%.80s: %s", c->doc_url, why);
    if (c->fallback[0] && !c->fallback_used) {
        c->fallback_used = true;
        fetch(c, c->fallback, c->fallback_get, error);
        return;
    }
    if (c->phase == TW_RINGING)
        go_up(c);
    say_sorry(c);
}

void tw_call_replace(struct tw_call *c, const char *url, bool get,
    struct slice twiml)
{
    if (c->stream.state != TW_S_NONE)
        tw_stream_drop(c);
    c->sorry = c->busy = false;
    c->verb_until = 0;
    if (twiml.ptr)
        take_document(c, twiml);
    else
        fetch(c, url, get, 0);
}

/* ---- 20 ms of the line ---- */

static void on_tick(void *arg)
{
    struct tw_call *c = arg;
    uint8_t heard[MFSK_FRAME], said[MFSK_FRAME];
    int64_t now = loop_now(c->t->loop);
    struct callee_act act;

    memset(heard, 0xff, sizeof(heard));
    if (c->stream.state == TW_S_OPEN)
        tw_stream_play(c, heard);
    act = callee_tick(&c->callee, heard, said);
    if (c->stream.state == TW_S_OPEN)
        tw_stream_said(c, said);
    if (act.digit && c->stream.state == TW_S_OPEN)
        tw_stream_digit(c, act.digit);
    if (act.hang_up)
        tw_call_end(c, "completed");
    else if (c->busy && c->verb_until && now >= c->verb_until)
        verb_over(c);
    if (c->phase == TW_UP)
        loop_at(c->t->loop, &c->tick, now + MFSK_MS - (now - c->up_at)
            % MFSK_MS);
}

/* ---- the phases ---- */

static void on_detected(void *arg)
{
    struct tw_call *c = arg;
    struct tw_form f;

    c->detected = true;
    if (!c->detect_async) {
        fetch(c, c->url, c->get, 0);
        return;
    }
    if (!c->amd_url[0] || c->phase != TW_UP)
        return;
    tw_form_begin(&f, c);
    tw_form_add(&f, "AnsweredBy", "%s", answered_by(c));
    tw_form_add(&f, "MachineDetectionDuration", "%d", DETECT);
    tw_hook(c, TW_HOOK_AMD, c->amd_url, c->amd_get, &f);
}

static void answered(struct tw_call *c)
{
    go_up(c);
    tw_note(c->t, "somebody picks up");
    tell(c, TW_ANSWERED, "in-progress");
    if (c->detect)
        loop_in(c->t->loop, &c->amd, DETECT);
    if (c->detect && !c->detect_async)
        c->busy = true;                 /* AMD first, the document then */
    else if (c->url[0])
        fetch(c, c->url, c->get, 0);
    else
        take_document(c, slice_str(c->twiml));
}

static void pick_up(struct tw_call *c)
{
    int64_t ring = c->script->ring_ms ? c->script->ring_ms : RING;

    if (c->script->pickup == CALLEE_NO_ANSWER || ring > c->timeout * 1000) {
        c->sip = 487;
        tw_call_end(c, "no-answer");
    } else if (c->script->pickup == CALLEE_BUSY) {
        c->sip = 486;
        tw_call_end(c, "busy");
    } else if (c->script->pickup != CALLEE_ANSWERS) {
        c->sip = c->script->pickup == CALLEE_REJECTS ? 603
            : c->script->pickup == CALLEE_AWAY ? 480 : 404;
        tw_call_end(c, "failed");
    } else {
        answered(c);
    }
}

static void rings(struct tw_call *c)
{
    int64_t ring = c->script->ring_ms ? c->script->ring_ms : RING;

    if (c->script->pickup == CALLEE_NO_ANSWER || ring > c->timeout * 1000)
        ring = c->timeout * 1000;
    c->phase = TW_RINGING;
    c->status = "ringing";
    tw_note(c->t, "rings %s", c->to);
    tell(c, TW_RINGS, "ringing");
    loop_in(c->t->loop, &c->timer, ring);
}

static void on_timer(void *arg)
{
    struct tw_call *c = arg;

    switch (c->phase) {
    case TW_NEW:
        c->phase = TW_QUEUED;
        tell(c, TW_INITIATED, "initiated");
        loop_in(c->t->loop, &c->timer, RINGING_AFTER);
        break;
    case TW_QUEUED:
        rings(c);
        break;
    case TW_RINGING:
        pick_up(c);
        break;
    case TW_UP:
        tw_note(c->t, "the time limit is reached");
        tw_call_end(c, "completed");
        break;
    case TW_OVER:
        break;
    }
}

struct tw_call *tw_call_new(struct sim_twilio *t)
{
    struct tw_call *c;

    if (t->calls == TW_CALLS)
        return NULL;
    c = mem_new(sizeof(*c));
    if (!c)
        return NULL;
    t->call[t->calls++] = c;
    c->t = t;
    c->status = "queued";
    c->timeout = 60;
    c->limit = LIMIT;
    c->sip = 200;
    c->events = TW_COMPLETED;
    c->created = sys_wall();
    c->script = t->conf.callee;
    c->fault = t->conf.fault;
    c->timer.fire = on_timer;
    c->amd.fire = on_detected;
    c->timer.arg = c->amd.arg = c->tick.arg = c;
    tw_new_sid(t, "CA", c->sid);
    return c;
}

void tw_call_dial(struct tw_call *c)
{
    const struct sim_twilio_conf *conf = &c->t->conf;

    if (conf->callee_of)
        c->script = conf->callee_of(conf->arg, c->to);
    if (conf->fault_of)
        c->fault = *conf->fault_of(conf->arg, c->to);
    callee_begin(&c->callee, c->script, "callee", c->t->conf.note);
    loop_in(c->t->loop, &c->timer, INITIATED_AFTER);
}

void tw_call_ring_us(struct tw_call *c)
{
    char url[TW_URL];

    c->inbound = true;
    c->phase = TW_RINGING;
    c->status = "ringing";
    text_fmt(c->callback, sizeof(c->callback), "https://%s/twilio-status",
        c->t->conf.public_host);
    callee_begin(&c->callee, c->script, "caller", c->t->conf.note);
    text_fmt(url, sizeof(url), "https://%s/incoming-call",
        c->t->conf.public_host);
    tw_note(c->t, "%s rings", c->from);
    fetch(c, url, false, 0);
}

void tw_call_end(struct tw_call *c, const char *status)
{
    if (c->phase == TW_OVER)
        return;
    c->phase = TW_OVER;
    c->status = status;
    c->ended = sys_wall();
    loop_cancel(c->t->loop, &c->timer);
    loop_cancel(c->t->loop, &c->tick);
    loop_cancel(c->t->loop, &c->amd);
    tw_note(c->t, "the call is over: %s", status);
    if (c->stream.state != TW_S_NONE)
        tw_stream_stop(c);
    tell(c, TW_COMPLETED, status);
    tw_call_done(c);
}

/* Before anybody picked up.  Queued: not a word (twilio 4.3). */
void tw_call_cancel(struct tw_call *c)
{
    if (c->phase < TW_RINGING)
        c->events = 0;
    c->sip = 487;
    tw_call_end(c, "canceled");
}

void tw_call_done(struct tw_call *c)
{
    if (c->phase != TW_OVER || c->hooks || c->stream.conn || c->told_over)
        return;
    c->told_over = true;
    if (c->t->conf.over)
        c->t->conf.over(c->t->conf.arg, c->sid, c->status);
}

void tw_call_free(struct tw_call *c)
{
    loop_cancel(c->t->loop, &c->timer);
    loop_cancel(c->t->loop, &c->tick);
    loop_cancel(c->t->loop, &c->amd);
    tw_stream_fini(c);
    mem_drop(c->doc);
    mem_drop(c->twiml);
    mem_drop(c);
}
