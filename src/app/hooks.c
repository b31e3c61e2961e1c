/* hooks.c - Twilio's doors: TwiML, status callbacks, the media stream.
 *
 * Every webhook is checked against X-Twilio-Signature first (twilio 5); what
 * is signed is believed.  The stream's upgrade is always answered 101: its
 * signature's verdict is recorded, the token in its start message decides.
 */
#include <string.h>

#include "app/server.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/form.h"
#include "twilio/sign.h"
#include "twilio/twiml.h"

#define XML "text/xml; charset=utf-8"
#define BASE_MAX 512
#define WHY_MAX 256

/* A parameter of the request: in the body of a POST, in the query of a GET
 * (twilio 2.1). */
static bool param(const struct request *r, const char *name, char *dst,
    size_t cap)
{
    dst[0] = 0;
    if (slice_is(r->head.method, "POST") && form_copy(r->body, name, dst, cap))
        return true;
    return form_copy(r->head.query, name, dst, cap);
}

/* The base addresses Twilio may have been given, the usual first; rebuilt ones
 * only from peers we were told to trust. */
static void add_bases(struct server *s, const struct request *r,
    struct sign_request *q, struct buf *mem)
{
    struct slice proto = http_get(&r->head, "x-forwarded-proto");
    struct slice host = http_get(&r->head, "x-forwarded-host");

    if (server_public(s)[0])
        q->base[q->bases++] = slice_str(server_public(s));
    if (!s->conf->trusted_proxies[0] || !httpd_trusted(r))
        return;
    sign_base(mem, proto.len ? proto : SLICE("https"), host.len ? host
        : r->head.host);
    if (buf_ok(mem))
        q->base[q->bases++] = buf_slice(mem);
}

/* ---- a signature that does not fit: which URL would have ---- */

#define NEAR_HOSTS 6
#define NEAR_BODY 8192          /* bytes; Twilio's webhooks have about 1,000 */
#define NEAR_PAUSE 100          /* ms between two searches: whoever sends bad
                                   signatures must not keep us busy */

static struct slice without_port(struct slice host)
{
    size_t colon = slice_chr(host, ':');

    return host.len && host.ptr[0] == '[' ? host : slice_head(host, colon);
}

/* The hosts it may have been signed for: ours, and what the request says. */
static size_t near_hosts(const struct server *s, const struct request *r,
    struct slice host[static NEAR_HOSTS])
{
    struct slice public = slice_str(server_public(s));
    struct slice forwarded = http_get(&r->head, "x-forwarded-host");
    size_t at = slice_find(public, SLICE("://"));

    public = at == SLICE_NPOS ? slice_str(NULL) : slice_from(public, at + 3);
    forwarded = slice_trim(slice_head(forwarded, slice_chr(forwarded, ',')));
    host[0] = public;
    host[1] = slice_head(public, slice_chr(public, '/'));
    host[2] = r->head.host;
    host[3] = without_port(r->head.host);
    host[4] = forwarded;
    host[5] = without_port(forwarded);
    return NEAR_HOSTS;
}

/* Says in why what is wrong with the signature, and what to do about it. */
static void explain_signature(struct server *s, const struct request *r,
    const struct sign_request *q, char *why, size_t cap)
{
    struct slice host[NEAR_HOSTS];
    struct sign_near near;
    char account[40];
    struct buf out;
    int64_t now = sys_now();

    buf_over(&out, why, cap - 1);
    if (now < s->near_at || q->body.len > NEAR_BODY) {
        buf_adds(&out, "signature bad");
    } else if (sign_find(q, host, near_hosts(s, r, host), &near)) {
        buf_adds(&out, "signature bad: it was signed as ");
        sign_add_near(&out, &near, q->target);
        if (near.no_body)
            buf_adds(&out, ", without the form");
        buf_addf(&out, "; PUBLIC_DOMAIN says %s", server_public(s));
    } else if (param(r, "AccountSid", account, sizeof account)
        && strcmp(account, s->conf->twilio_account_sid) != 0) {
        buf_addf(&out, "signature bad: it comes from account %.34s, and "
            "TWILIO_ACCOUNT_SID is another one", account);
    } else {
        buf_adds(&out, "signature bad under every form of our URL: "
            "TWILIO_AUTH_TOKEN is not the token it was signed with");
    }
    s->near_at = now + NEAR_PAUSE;
    why[out.len] = 0;
}

/* why: CAP bytes for what is to be said of it. */
static enum sign_result check_signature(struct server *s,
    const struct request *r, bool websocket, char why[static WHY_MAX])
{
    uint8_t mem[BASE_MAX];
    struct buf base;
    struct sign_match match = {0};
    struct sign_request q = {
        .token = slice_str(s->conf->twilio_auth_token),
        .signature = http_get(&r->head, "x-twilio-signature"),
        .method = r->head.method, .target = r->head.target,
        .type = http_get(&r->head, "content-type"),
        .body = r->body, .websocket = websocket,
    };
    enum sign_result result;

    buf_over(&base, mem, sizeof mem);
    add_bases(s, r, &q, &base);
    result = sign_check(&q, &match);
    if (result == SIGN_BAD)
        explain_signature(s, r, &q, why, WHY_MAX);
    else
        text_fmt(why, WHY_MAX, "signature %s", sign_name(result));
    attempts_why(s->attempts, r->id, why);
    return result;
}

/* Whoever knows a call's id may add to its story. */
static void tell_refusal(struct server *s, const struct request *r,
    const char *why)
{
    char id[CALL_ID + 1];
    struct call *c;

    if (!form_copy(r->head.query, "call_id", id, sizeof id))
        return;
    c = calls_find(s->calls, slice_str(id));
    if (!c)
        return;
    attempts_call(s->attempts, r->id, slice_str(id));
    call_note(c, "webhook_refused", 0, "%.*s was refused: %s",
        SLICE_ARG(slice_head(r->head.path, 40)), why);
}

/* Twilio or not?  Answers 403 (503 without a token to check with) itself. */
static bool from_twilio(struct server *s, struct request *r)
{
    enum sign_result result;
    char peer[SYS_ADDR_TEXT], why[WHY_MAX];

    if (!s->conf->twilio_auth_token[0]) {
        attempts_why(s->attempts, r->id, "TWILIO_AUTH_TOKEN is not set: no "
            "signature can be checked");
        httpd_answer(r, 503, "text/plain", SLICE("TWILIO_AUTH_TOKEN is not "
            "set: no signature can be checked\n"), NULL);
        return false;
    }
    result = check_signature(s, r, false, why);
    if (result == SIGN_OK)
        return true;
    httpd_peer(r, peer);
    log_event(LOG_WARN, "webhook_refused", LB("path", r->head.path),
        LS("signature", sign_name(result)), LS("why", why), LS("peer", peer),
        LB("host", r->head.host), LS("public", server_public(s)));
    tell_refusal(s, r, why);
    httpd_answer(r, 403, "text/plain", result == SIGN_MISSING
        ? SLICE("no X-Twilio-Signature\n")
        : SLICE("X-Twilio-Signature does not match this URL and body\n"),
        NULL);
    return false;
}

/* ---- TwiML ---- */

static void answer_twiml(struct request *r, const struct buf *doc)
{
    httpd_answer(r, 200, XML, buf_slice(doc), NULL);
}

static void answer_hangup(struct request *r)
{
    uint8_t mem[256];
    struct buf doc;

    buf_over(&doc, mem, sizeof mem);
    twiml_hangup(&doc, NULL);
    answer_twiml(r, &doc);
}

/* Somebody holds a telephone and nobody can speak to them (DESIGN 4). */
static void answer_sorry(struct request *r)
{
    uint8_t mem[1024];
    struct buf doc;

    buf_over(&doc, mem, sizeof mem);
    twiml_apology(&doc, SLICE("Sorry, nobody can take your call right now. "
        "Please try again later."), SLICE("en-US"), NULL);
    answer_twiml(r, &doc);
}

static void answer_call(struct request *r, struct call *c)
{
    uint8_t mem[8192];
    struct buf doc;
    struct err err = {0};

    buf_over(&doc, mem, sizeof mem);
    if (call_twiml(c, &doc, &err)) {
        log_event(LOG_ERROR, "twiml_refused", LS("call", call_id(c)),
            LS("why", err.msg));
        answer_hangup(r);
        return;
    }
    answer_twiml(r, &doc);
}

/* The echo behind a ticket: DESIGN 3. */
static void answer_ticket(struct server *s, struct request *r, const char *id,
    const char *token)
{
    uint8_t mem[4096];
    char url[BASE_MAX];
    struct buf doc;
    struct twiml t = {
        .param = {{SLICE("call_id"), slice_str(id)},
            {SLICE("token"), slice_str(token)}},
        .params = 2, .hangup = true,
    };

    buf_over(&doc, mem, sizeof mem);
    text_fmt(url, sizeof url, "wss%s/media-stream",
        server_public(s) + sizeof "https" - 1);
    t.stream_url = slice_str(url);
    if (!server_public(s)[0] || twiml_connect(&doc, &t, NULL))
        answer_hangup(r);
    else
        answer_twiml(r, &doc);
}

void hook_twiml(struct request *r, void *arg)
{
    struct server *s = arg;
    char id[CALL_ID + 1], sid[64];
    const char *token;
    struct call *c;
    int fit = -1;

    if (!from_twilio(s, r))
        return;
    form_copy(r->head.query, "call_id", id, sizeof id);
    param(r, "CallSid", sid, sizeof sid);
    c = calls_find(s->calls, slice_str(id));
    token = c ? NULL : door_ticket_token(s->door, slice_str(id));
    attempts_call(s->attempts, r->id, slice_str(id));
    if (c && call_state(c) < CALL_CLOSING)
        fit = call_on_twiml(c, slice_str(sid));
    if (token) {
        answer_ticket(s, r, id, token);
    } else if (fit > 0) {
        attempts_then(s->attempts, r->id, "no model: told to say sorry");
        answer_sorry(r);
    } else if (fit < 0) {
        log_event(LOG_WARN, "twiml_unknown_call", LS("call", id),
            LS("sid", sid));
        attempts_then(s->attempts, r->id, "unknown call: told to hang up");
        answer_hangup(r);
    } else {
        answer_call(r, c);
    }
}

void hook_incoming(struct request *r, void *arg)
{
    struct server *s = arg;
    char sid[64], from[64], to[64];
    struct call *c = NULL;
    const char *missing = server_missing(s, CONF_MODEL | CONF_PUBLIC);

    if (!from_twilio(s, r))
        return;
    param(r, "CallSid", sid, sizeof sid);
    param(r, "From", from, sizeof from);
    param(r, "To", to, sizeof to);
    if (!missing && sid[0])
        c = calls_inbound(s->calls, slice_str(sid), slice_str(from),
            slice_str(to));
    if (c && call_state(c) < CALL_CLOSING
        && call_on_twiml(c, slice_str(sid)) == 0) {
        attempts_call(s->attempts, r->id, slice_str(call_id(c)));
        answer_call(r, c);
        return;
    }
    log_event(LOG_WARN, "inbound_refused", LS("sid", sid),
        LS("missing", missing ? missing : ""),
        LI("running", calls_running(s->calls)));
    answer_sorry(r);
}

/* ---- callbacks ---- */

/* The call a callback is about: by the id we put into its URL, else by SID. */
static struct call *call_of(struct server *s, const struct request *r,
    struct slice sid)
{
    char id[CALL_ID + 1];

    if (form_copy(r->head.query, "call_id", id, sizeof id))
        return calls_find(s->calls, slice_str(id));
    return calls_find_sid(s->calls, sid);
}

static void answer_empty(struct request *r)
{
    httpd_answer(r, 204, NULL, slice_str(""), NULL);    /* twilio 2.1 */
}

void hook_status(struct request *r, void *arg)
{
    struct server *s = arg;
    char sid[64], status[32], sip[8];
    uint64_t code = 0;
    struct call *c;

    if (!from_twilio(s, r))
        return;
    param(r, "CallSid", sid, sizeof sid);
    param(r, "CallStatus", status, sizeof status);
    param(r, "SipResponseCode", sip, sizeof sip);
    text_u64(slice_str(sip), 100, 699, &code);
    c = call_of(s, r, slice_str(sid));
    attempts_call(s->attempts, r->id, slice_str(c ? call_id(c) : ""));
    if (c)
        call_on_status(c, call_status_parse(status, strlen(status)),
            (int)code, slice_str(sid));
    else
        log_event(LOG_INFO, "status_unknown_call", LS("sid", sid),
            LS("status", status));
    answer_empty(r);
}

/* StreamError is free text (twilio 6.3); it often begins with or holds the
 * number of the error.  0: it does not. */
static int stream_error_number(const char *text)
{
    for (const char *p = strstr(text, "31"); p; p = strstr(p + 1, "31")) {
        uint64_t n;

        if (text_u64(slice_head(slice_str(p), 5), 31900, 31999, &n) == 0)
            return (int)n;
    }
    return 0;
}

void hook_stream_status(struct request *r, void *arg)
{
    struct server *s = arg;
    char sid[64], event[32], error[200];
    struct call *c;

    if (!from_twilio(s, r))
        return;
    param(r, "CallSid", sid, sizeof sid);
    param(r, "StreamEvent", event, sizeof event);
    param(r, "StreamError", error, sizeof error);
    log_event(error[0] ? LOG_WARN : LOG_INFO, "stream_status", LS("sid", sid),
        LS("event", event), LS("error", error));
    c = calls_find_sid(s->calls, slice_str(sid));
    if (c) {
        attempts_call(s->attempts, r->id, slice_str(call_id(c)));
        call_note(c, "stream_status", 0, "Twilio: %s%s%s", event, error[0]
            ? ": " : "", error);
    }
    if (c && strcmp(event, "stream-started") == 0)
        call_on_stream_started(c);
    if (c && strcmp(event, "stream-error") == 0)
        call_on_stream_error(c, stream_error_number(error),
            slice_str(error));
    answer_empty(r);
}

void hook_amd(struct request *r, void *arg)
{
    struct server *s = arg;
    char sid[64], by[32];
    struct call *c;

    if (!from_twilio(s, r))
        return;
    param(r, "CallSid", sid, sizeof sid);
    param(r, "AnsweredBy", by, sizeof by);
    c = call_of(s, r, slice_str(sid));
    attempts_call(s->attempts, r->id, slice_str(c ? call_id(c) : ""));
    log_event(LOG_INFO, "answered_by", LS("sid", sid), LS("by", by));
    if (c)
        call_note(c, "answered_by", 0, "Twilio's machine detection says: %s",
            by);
    if (c && (!call_sid(c)[0] || slice_is(slice_str(sid), call_sid(c))))
        call_on_answered_by(c, slice_str(by));
    answer_empty(r);
}

/* ---- the stream ---- */

void hook_stream(struct request *r, void *arg)
{
    struct server *s = arg;
    struct door_guest *g;
    struct wsconn *w;
    uint64_t attempt = r->id;
    size_t most = (size_t)s->conf->max_message;
    char why[WHY_MAX];

    if (s->conf->twilio_auth_token[0])
        check_signature(s, r, true, why);
    else
        attempts_why(s->attempts, attempt, "signature not checked: "
            "TWILIO_AUTH_TOKEN is not set");
    if (calls_find(s->calls, r->rest))
        attempts_call(s->attempts, attempt, r->rest);
    g = door_guest(s->door, attempt);
    if (!g) {
        httpd_answer(r, 503, "text/plain", SLICE("too many streams are "
            "waiting for their start message\n"), "Retry-After: 5\r\n");
        return;
    }
    w = httpd_upgrade(r, &door_ops, g, most < LIMIT_WS_STREAM ? most
        : LIMIT_WS_STREAM, NULL);
    if (w)
        door_greet(g, w);
    else
        door_forget(g);
}
