/* probe_model.c - the voice model, as a call finds it: the key, the model, the
 * session with our audio and our tools, and how long its first word takes.
 *
 * One hello is asked for and cut off at its first sound.
 */
#include "app/probe.h"

#include <string.h>

#include "agent/tools.h"
#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/voice.h"
#include "net/wsconn.h"

#define MESSAGE_MAX (1u << 20)
#define HELLO "Say hello."

enum step { OPENING, GREETING, CONFIGURING, SPEAKING, CLOSING };

struct model_probe {
    struct wsconn *ws;          /* NULL: none, or over */
    struct timer timer;
    enum step step;
    struct voice voice;
    struct voice_session session;
    struct buf url, out;
    int64_t at_us;              /* when the step began */
    int64_t opened_us, ready_us, sound_us;  /* how long each took */
};

/* ---- refusals: realtime 1, 6 ---- */

static bool is(struct slice code, const char *word)
{
    return slice_is(code, word);
}

static const char *setting_of(const struct probe_run *p)
{
    const struct conf *c = p->d->conf;

    return c->realtime_url[0] ? "REALTIME_URL" : c->openai_base_url[0]
        ? "OPENAI_BASE_URL" : "the network";
}

/* What an error's code says; false: nothing that is known here. */
static bool fail_code(struct probe_run *p, struct slice code)
{
    const struct conf *c = p->d->conf;

    if (is(code, "invalid_api_key") || is(code, "account_deactivated")) {
        probe_remedy(p, "make a new key at the model's service and set "
            "OPENAI_API_KEY");
        probe_fail(p, 0, "the model's service refuses OPENAI_API_KEY "
            "(%.*s)", SLICE_ARG(code));
    } else if (is(code, "model_not_found")) {
        probe_remedy(p, "set REALTIME_MODEL to one that this key may use");
        probe_fail(p, 0, "there is no model \"%s\" for this key "
            "(model_not_found)", c->realtime_model);
    } else if (is(code, "insufficient_quota")
        || is(code, "billing_hard_limit_reached")) {
        probe_remedy(p, "add funds, or raise the limit, at the model's "
            "service");
        probe_fail(p, 0, "the model's account is used up (%.*s)",
            SLICE_ARG(code));
    } else if (is(code, "beta_api_shape_disabled")) {
        probe_remedy(p, "set REALTIME_DIALECT=ga");
        probe_fail(p, 0, "the model no longer takes the beta dialect "
            "(beta_api_shape_disabled)");
    }
    return probe_over(p);
}

/* The upgrade was answered with another status than 101. */
static void fail_status(struct probe_run *p, int status, struct slice body)
{
    struct json_want w[] = {{.path = "error.code"}, {.path = "error.message"}};
    char code[64] = "", words[160] = "", clean[160];

    if (json_scan(body, w, 2, NULL) == 0) {
        json_copy(w[0].value, code, sizeof code);
        json_copy(w[1].value, words, sizeof words);
    }
    jsonw_kint(probe_seen(p), "status", status);
    probe_clean(clean, sizeof clean, slice_str(words));
    if (fail_code(p, slice_str(code)))
        return;
    if (status == 401 || status == 403) {
        probe_remedy(p, "set OPENAI_API_KEY to a key of that service which may "
            "use the realtime models");
        probe_fail(p, 0, "the model's service refuses OPENAI_API_KEY (%d)",
            status);
    } else if (status == 404) {
        probe_remedy(p, "correct REALTIME_MODEL, or the path in %s",
            setting_of(p));
        probe_fail(p, 0, "there is no model \"%s\" at that address (404)",
            p->d->conf->realtime_model);
    } else if (status == 429) {
        probe_remedy(p, "wait, or raise the limit at the model's service");
        probe_fail(p, 0, "the model's service has too much to do for this "
            "key (429)%s%s", clean[0] ? ": " : "", clean);
    } else {
        probe_remedy(p, status >= 500 ? "look at the service's status page, "
            "and try again" : "correct the address: it must be a realtime "
            "socket");
        probe_fail(p, 0, "the model's socket was answered with %d%s%s",
            status, clean[0] ? ": " : "", clean);
    }
}

/* An error event; noise is none. */
static void fail_event(struct probe_run *p, const struct voice_event *ev)
{
    const struct model_probe *k = p->own;
    char words[200] = "", clean[200];

    if (ev->fault == VOICE_NOISE || ev->fault == VOICE_FINE)
        return;
    if (ev->code.len && fail_code(p, ev->code))
        return;
    json_copy(ev->message, words, sizeof words);
    probe_clean(clean, sizeof clean, slice_str(words));
    if (k->step == CONFIGURING && ev->fault == VOICE_OUR_BUG) {
        probe_remedy(p, "set REALTIME_DIALECT to what the service speaks (now "
            "%s), or REALTIME_TRANSCRIPTION and REALTIME_VOICE to what it "
            "has", p->d->conf->realtime_dialect);
        probe_fail(p, 0, "the model refused our session: %s", clean);
    } else if (ev->fault == VOICE_TRANSIENT) {
        probe_remedy(p, "try again; if it stays, look at the service's status "
            "page");
        probe_fail(p, 0, "the model failed: %s", clean);
    } else if (ev->fault == VOICE_FINAL) {
        probe_remedy(p, "look into the account at the model's service");
        probe_fail(p, 0, "the model's service refuses us: %s", clean);
    } else {
        probe_remedy(p, "see the service's own description of that error");
        probe_fail(p, 0, "the model says \"%.*s\": %s",
            SLICE_ARG(slice_head(ev->code, 60)), clean);
    }
}

/* ---- the steps ---- */

static void step(struct probe_run *p, enum step to)
{
    struct model_probe *k = p->own;
    int64_t now = sys_now_us();
    int64_t *took = to == GREETING ? &k->opened_us : to == SPEAKING
        ? &k->ready_us : to == CLOSING ? &k->sound_us : NULL;

    if (took)
        *took = now - k->at_us;
    k->step = to;
    if (to != CONFIGURING)      /* one measure from 101 to the echo */
        k->at_us = now;
    loop_in(p->d->loop, &k->timer, p->d->opt.model_ms);
}

static void on_late(void *arg)
{
    static const char *const missing[] = {
        [OPENING] = "no answer to the upgrade",
        [GREETING] = "the socket opened and no session.created came",
        [CONFIGURING] = "no session.updated came for our session.update",
        [SPEAKING] = "no sound came for \"say hello\"",
        [CLOSING] = "it does not close",
    };
    struct probe_run *p = arg;
    const struct model_probe *k = p->own;

    probe_remedy(p, k->step == OPENING ? "let this machine reach the model's "
        "host" : k->step == SPEAKING ? "try again; if it stays, look at the "
        "service's status page" : "point the address at a realtime service "
        "whose dialect REALTIME_DIALECT names");
    if (k->step == CLOSING)
        probe_warn(p, 0, "the model does not answer our close within %lld s",
            (long long)(p->d->opt.model_ms / 1000));
    else
        probe_fail(p, 0, "%s within %lld ms", missing[k->step],
            (long long)p->d->opt.model_ms);
}

static void send_out(struct probe_run *p)
{
    struct model_probe *k = p->own;

    if (!buf_ok(&k->out) || wsconn_send(k->ws, true, buf_slice(&k->out)))
        probe_fail(p, 0, "nothing can be sent to the model");
    buf_clear(&k->out);
}

/* A GA session says what it is; one of the beta has its audio in flat keys.
 * realtime 2, 9. */
static bool dialect_fits(struct probe_run *p, struct json session)
{
    bool ga = strcmp(p->d->conf->realtime_dialect, "beta") != 0;
    bool flat = json_get(session, "input_audio_format").type != JSON_ABSENT
        || json_get(session, "modalities").type != JSON_ABSENT;
    bool nested = json_get(session, "audio").type == JSON_OBJECT;

    if (ga ? flat && !nested : nested && !flat) {
        probe_remedy(p, "set REALTIME_DIALECT=%s", ga ? "beta" : "ga");
        probe_fail(p, 0, "the model speaks the %s dialect, and "
            "REALTIME_DIALECT is %s", ga ? "beta" : "GA",
            p->d->conf->realtime_dialect);
        return false;
    }
    return true;
}

static void on_created(struct probe_run *p, const struct voice_event *ev)
{
    struct model_probe *k = p->own;

    if (k->step != GREETING || !dialect_fits(p, ev->session))
        return;
    step(p, CONFIGURING);
    voice_update(&k->voice, &k->out, &k->session);
    send_out(p);
}

static void on_updated(struct probe_run *p, const struct voice_event *ev)
{
    struct model_probe *k = p->own;
    char why[200], clean[200];

    if (k->step != CONFIGURING)
        return;
    if (voice_check_session(k->voice.dialect, ev->session, &k->session, why,
        sizeof why)) {
        probe_remedy(p, "use a service that takes audio/pcmu and tools, and "
            "the voice and transcription it has");
        probe_fail(p, 0, "the model's session is another than was asked for: "
            "%s", probe_clean(clean, sizeof clean, slice_str(why)));
        return;
    }
    step(p, SPEAKING);
    voice_respond(&k->voice, &k->out, SLICE(HELLO));
    send_out(p);
}

static void on_sound(struct probe_run *p, const struct voice_event *ev)
{
    struct model_probe *k = p->own;

    if (k->step != SPEAKING)
        return;
    step(p, CLOSING);
    voice_cancel(&k->voice, &k->out, ev->response);
    send_out(p);
    wsconn_close(k->ws, 1000, SLICE(""));
}

static void on_done(struct probe_run *p, const struct voice_event *ev)
{
    const struct model_probe *k = p->own;

    if (k->step != SPEAKING)
        return;
    if (slice_is(ev->status, "failed")) {
        fail_event(p, ev);
        return;
    }
    probe_remedy(p, "set REALTIME_MODEL to one that speaks");
    probe_fail(p, 0, "the model answered \"say hello\" without a sound "
        "(%.*s)", SLICE_ARG(slice_head(ev->status, 40)));
}

static void on_message(struct wsconn *ws, void *arg, bool text,
    struct slice message)
{
    struct probe_run *p = arg;
    struct model_probe *k = p->own;
    struct voice_event ev;
    const char *why;

    (void)ws;
    if (probe_over(p) || !text
        || voice_read(k->voice.dialect, message, &ev, &why))
        return;
    switch (ev.kind) {
    case VOICE_SESSION_CREATED:
        on_created(p, &ev);
        break;
    case VOICE_SESSION_UPDATED:
        on_updated(p, &ev);
        break;
    case VOICE_AUDIO:
        on_sound(p, &ev);
        break;
    case VOICE_RESPONSE_DONE:
        on_done(p, &ev);
        break;
    case VOICE_ERROR:
        if (k->step != CLOSING)
            fail_event(p, &ev);
        break;
    default:
        break;
    }
}

static void on_open(struct wsconn *ws, void *arg)
{
    (void)ws;
    step(arg, GREETING);
}

static void judge(struct probe_run *p)
{
    const struct model_probe *k = p->own;

    jsonw_kint(probe_seen(p), "opened_us", k->opened_us);
    jsonw_kint(probe_seen(p), "configured_us", k->ready_us);
    jsonw_kint(probe_seen(p), "first_sound_us", k->sound_us);
    if (k->sound_us > 1000 * p->d->opt.sound_ms) {
        probe_remedy(p, "use a model, or a region, that is nearer or quicker");
        probe_warn(p, 0, "the model's first sound took %.1f s: people hang up "
            "on silence", (double)k->sound_us / 1e6);
        return;
    }
    probe_ok(p, "%s: audio/pcmu and our tools, first sound after %.0f ms",
        p->d->conf->realtime_model, (double)k->sound_us / 1000);
}

static void on_close(struct wsconn *ws, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    struct probe_run *p = arg;
    struct model_probe *k = p->own;
    char words[130];

    (void)ws;
    k->ws = NULL;
    loop_cancel(p->d->loop, &k->timer);
    if (probe_over(p))
        return;
    probe_clean(words, sizeof words, reason);
    if (k->step == CLOSING) {
        judge(p);
    } else if (k->step == OPENING && err && err->code == ERR_REMOTE) {
        fail_status(p, err->sys, reason);
    } else if (k->step == OPENING) {
        probe_remedy(p, "let this machine reach the model's host, or correct "
            "%s", setting_of(p));
        probe_fail(p, 0, "the model's socket does not open: %s", err
            ? err->msg : "no reason given");
    } else {
        probe_remedy(p, "try again; if it stays, look at the service's status "
            "page and the account");
        probe_fail(p, 0, "the model closed the socket with %d%s%s", code,
            words[0] ? ": " : "", words);
    }
}

/* ---- the probe ---- */

static const struct wsconn_ops ops = {.name = "doctor-model",
    .on_open = on_open, .on_message = on_message, .on_close = on_close};

static void over(struct wsconn *ws, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)ws;
    (void)arg;
    (void)code;
    (void)reason;
    (void)err;
}

static const struct wsconn_ops nobody = {.name = "doctor-model",
    .on_close = over};

static void set_session(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    struct model_probe *k = p->own;

    k->voice.dialect = voice_dialect_find(slice_str(c->realtime_dialect));
    k->session = voice_session_default();
    k->session.model = slice_str(c->realtime_model);
    k->session.voice = slice_str(c->realtime_voice);
    k->session.transcription = slice_str(c->realtime_transcription);
    k->session.language = slice_str(c->language);
    k->session.instructions = SLICE("This is a test of the connection.");
    k->session.tools = tools_json();
}

static void dial(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    struct model_probe *k = p->own;
    struct wsconn_target to = {.timeout = p->d->opt.model_ms,
        .max_message = MESSAGE_MAX};
    struct url u;
    struct err err = {0};
    const char *why;
    size_t at;

    if (voice_url(&k->url, slice_str(c->realtime_url),
        slice_str(c->openai_base_url), slice_str(c->realtime_model), &why)
        || url_parse(buf_slice(&k->url), &u, &at, &why)) {
        probe_fail(p, 0, "REALTIME_URL: %s", why);
        return;
    }
    if (p->d->opt.offline && !doctor_near(u.host)) {
        probe_skip(p, "--offline: %.*s is not asked", SLICE_ARG(u.host));
        return;
    }
    to.url = buf_slice(&k->url);
    if (c->openai_api_key[0])
        to.bearer = slice_str(c->openai_api_key);
    k->ws = wsconn_dial(p->d->loop, p->d->resolver, p->d->tls, &to, &ops, p,
        &err);
    if (!k->ws) {
        probe_fail(p, 0, "the model's socket cannot be dialled: %s", err.msg);
        return;
    }
    k->timer = (struct timer){.fire = on_late, .arg = p};
    k->at_us = sys_now_us();
    step(p, OPENING);
}

static void start(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    struct model_probe *k;

    if (!c->openai_api_key[0] && !c->realtime_url[0]
        && !c->openai_base_url[0]) {
        probe_skip(p, "OPENAI_API_KEY is not set");
        return;
    }
    p->own = k = mem_new(sizeof *k);
    if (!k) {
        probe_fail(p, 0, "no memory");
        return;
    }
    buf_init(&k->url, 1024);
    buf_init(&k->out, 256u << 10);
    set_session(p);
    dial(p);
}

static void stop(struct probe_run *p)
{
    struct model_probe *k = p->own;

    if (!k)
        return;
    loop_cancel(p->d->loop, &k->timer);
    if (k->ws) {
        wsconn_set_arg(k->ws, &nobody, NULL);
        wsconn_abort(k->ws);
    }
    buf_free(&k->url);
    buf_free(&k->out);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_model = {"model", NULL, NULL, 40000, 0, start, stop};
