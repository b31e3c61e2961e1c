/* twilio_hook.c - webhooks: forms signed over the public URL, sent through the
 * tunnel, and their answers judged (twilio 2.1, 5, 6).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/twilio_own.h"

#define WITHIN 15000            /* ms for the whole exchange */
#define BODY_MAX (1u << 18)
#define REDIRECTS 10
#define FOREIGN_TOKEN "fedcba9876543210fedcba9876543210"

struct hook {
    struct list link;
    struct tw_call *call;       /* NULL once Twilio is freed */
    struct conn *conn;
    enum tw_hook_kind kind;
    char url[TW_URL];
    bool get, connected, over, ended;
    struct timer hold;          /* the tunnel's: SIM_FAULT_TWIML_... */
    enum { HELD_NOT, HELD_REQUEST, HELD_ANSWER, HELD_FOR_GOOD } held;
    int64_t slow;               /* ms the answer will be held; 0: not */
    const char *secret;         /* that it is signed with */
    int redirects;
    struct tw_form form;
    struct buf in, request;
    char token[48];             /* I-Twilio-Idempotency-Token */
};

/* ---- forms ---- */

void tw_form_begin(struct tw_form *f, const struct tw_call *c)
{
    f->pairs = 0;
    buf_init(&f->text, 1 << 16);
    buf_room(&f->text, 1 << 15);        /* so that it never moves */
    tw_form_add(f, "AccountSid", "%s", c->t->conf.account_sid);
    tw_form_add(f, "CallSid", "%s", c->sid);
}

void tw_form_add(struct tw_form *f, const char *name, const char *fmt, ...)
{
    struct digest_pair *p = &f->pair[f->pairs];
    char value[600];
    size_t from = f->text.len;
    va_list ap;

    if (f->pairs == TW_PAIRS)
        return;
    va_start(ap, fmt);
    vsnprintf(value, sizeof(value), fmt, ap);
    va_end(ap);
    if (f->text.len + strlen(value) > 1 << 15)
        return;
    buf_adds(&f->text, value);
    p->name = slice_str(name);
    p->value = slice_of(f->text.ptr + from, f->text.len - from);
    f->pairs++;
}

/* twilio 2.1; the geographical ones are often empty, and come all the same. */
void tw_form_standard(struct tw_form *f, const struct tw_call *c)
{
    static const char *const geo[] = {"FromCity", "FromState", "FromZip",
        "ToCity", "ToState", "ToZip", "CallerCity", "CallerState",
        "CallerZip", "CalledCity", "CalledState", "CalledZip"};

    tw_form_add(f, "ApiVersion", "2010-04-01");
    tw_form_add(f, "Direction", "%s", c->inbound ? "inbound" : "outbound-api");
    tw_form_add(f, "CallStatus", "%s", c->status);
    tw_form_add(f, "To", "%s", c->to);
    tw_form_add(f, "Called", "%s", c->to);
    tw_form_add(f, "From", "%s", c->from);
    tw_form_add(f, "Caller", "%s", c->from);
    for (size_t i = 0; i < sizeof(geo) / sizeof(*geo); i++)
        tw_form_add(f, geo[i], "%s", "");
    tw_form_add(f, "FromCountry", "US");
    tw_form_add(f, "ToCountry", "US");
    tw_form_add(f, "CallerCountry", "US");
    tw_form_add(f, "CalledCountry", "US");
    if (c->inbound)
        tw_form_add(f, "StirVerstat", "TN-Validation-Passed-A");
}

static void encode(struct buf *out, const struct tw_form *f)
{
    for (size_t i = 0; i < f->pairs; i++) {
        if (i)
            buf_adds(out, "&");
        wire_percent(out, f->pair[i].name);
        buf_adds(out, "=");
        wire_percent(out, f->pair[i].value);
    }
}

/* ---- the request ---- */

static struct sim_twilio *twilio(const struct hook *h)
{
    return h->call->t;
}

static void write_request(struct hook *h)
{
    struct sim_twilio *t = twilio(h);
    struct buf *b = &h->request, url, body, sum;
    struct slice target = {0};

    buf_init(&url, 1 << 16);
    buf_init(&body, 1 << 17);
    buf_init(&sum, 64);
    encode(&body, &h->form);
    buf_adds(&url, h->url);
    url.len = slice_chr(buf_slice(&url), '#') < url.len
        ? slice_chr(buf_slice(&url), '#') : url.len;
    if (h->get) {               /* the parameters follow the URL's own */
        buf_adds(&url, slice_chr(buf_slice(&url), '?') == SLICE_NPOS ? "?"
            : "&");
        buf_add(&url, buf_slice(&body));
        buf_clear(&body);
    }
    digest_twilio(&sum, slice_str(h->secret), buf_slice(&url),
        h->form.pair, h->get ? 0 : h->form.pairs);
    tw_target(t, buf_slice(&url), &target);
    buf_clear(b);
    buf_addf(b, "%s %s%.*s HTTP/1.1\r\nHost: %s\r\n", h->get ? "GET" : "POST",
        target.len && target.ptr[0] == '/' ? "" : "/", SLICE_ARG(target),
        t->conf.public_host);
    buf_addf(b, "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "X-Forwarded-For: 54.172.60.2\r\nX-Forwarded-Host: %s\r\n"
        "X-Forwarded-Proto: https\r\nI-Twilio-Idempotency-Token: %s\r\n"
        "X-Twilio-Signature: %.*s\r\nConnection: close\r\n",
        t->conf.public_host, h->token, SLICE_ARG(buf_slice(&sum)));
    if (!h->get)
        buf_addf(b, "Content-Type: application/x-www-form-urlencoded; "
            "charset=UTF-8\r\nContent-Length: %zu\r\n", body.len);
    buf_adds(b, "\r\n");
    if (h->kind != TW_HOOK_FORGED)
        sim_tap(&t->conf.tap, TAP_HOOK, false, buf_slice(b),
            buf_slice(&body));
    buf_add(b, buf_slice(&body));
    buf_free(&url);
    buf_free(&body);
    buf_free(&sum);
}

/* ---- the answer ---- */

static void finish(struct hook *h, int error, const char *why,
    struct slice body)
{
    struct tw_call *c = h->call;

    if (h->over)
        return;
    h->over = true;
    if (h->kind == TW_HOOK_TWIML)
        tw_call_document(c, error, why, body);
    else if (h->kind == TW_HOOK_FORGED)
        tw_note(c->t, "a forged callback: %s", why ? why : "was believed");
    else if (error)
        tw_judge(c->t, c, error, error == 15003, "%s: %s", h->url, why);
    c->hooks--;
    tw_call_done(c);
}

static void fail_hook(struct hook *h, int error, const char *why)
{
    finish(h, error, why, (struct slice){0});
}

static const char *judge_type(struct slice type)
{
    struct slice kind = slice_trim(slice_cut(&type, ';'));

    return slice_iis(kind, "text/xml") || slice_iis(kind, "application/xml")
        || slice_iis(kind, "text/html") ? NULL
        : "the content type is no XML";
}

static void dial(struct hook *h);

/* 301, 302, 303 become a GET; 307 repeats what was sent. */
static void redirect(struct hook *h, const struct wire_head *head)
{
    bool twice = false;
    struct slice to = wire_field(head, "location", &twice);
    int s = head->status;

    if (s != 301 && s != 302 && s != 303 && s != 307) {
        fail_hook(h, 11216, "a redirect of another kind");
        return;
    }
    if (!to.len || to.len >= TW_URL || twice) {
        fail_hook(h, 11216, "a redirect without a Location");
        return;
    }
    if (++h->redirects > REDIRECTS) {
        fail_hook(h, 11215, "more than 10 redirects");
        return;
    }
    if (to.ptr[0] == '/')
        text_fmt(h->url, sizeof(h->url), "https://%s%.*s",
            twilio(h)->conf.public_host, SLICE_ARG(to));
    else
        text_copy(h->url, sizeof(h->url), to);
    h->get = h->get || s != 307;
    dial(h);
}

static void on_answer(struct hook *h, const struct wire_head *head,
    struct slice body)
{
    bool twice = false;
    struct slice type = wire_field(head, "content-type", &twice);
    char why[80];

    if (head->status / 100 == 3) {
        redirect(h, head);
        return;
    }
    text_fmt(why, sizeof(why), "status %d", head->status);
    if (h->kind == TW_HOOK_FORGED && head->status == 403)
        twilio(h)->counts.forged_refused++;
    if (head->status / 100 != 2)
        fail_hook(h, h->kind == TW_HOOK_TWIML ? 11200 : 15003, why);
    else if (h->kind != TW_HOOK_TWIML)
        finish(h, 0, NULL, body);
    else if (head->chunked && !body.len)
        fail_hook(h, 11770, "an empty chunked body");
    else if (body.len && judge_type(type))
        fail_hook(h, 12300, judge_type(type));
    else if (!body.len)
        fail_hook(h, 12300, "no document");
    else
        finish(h, 0, NULL, body);
}

static void try_answer(struct hook *h)
{
    struct wire_head head;
    const char *why = "";
    struct buf body;
    bool done = false;
    int n = wire_answer(buf_slice(&h->in), &head, &why);

    if (n < 0) {
        fail_hook(h, 11206, why);
        return;
    }
    if (n == 0) {
        if (h->ended)
            fail_hook(h, 11200, "the answer broke off");
        return;
    }
    buf_init(&body, BODY_MAX);
    if (wire_body(&head, slice_from(buf_slice(&h->in), (size_t)n), h->ended,
            &body, &done, &why) < 0)
        fail_hook(h, 11206, why);
    else if (done) {
        sim_tap(&twilio(h)->conf.tap, TAP_HOOK, true,
            slice_head(buf_slice(&h->in), (size_t)n), buf_slice(&body));
        on_answer(h, &head, buf_slice(&body));
    }
    else if (h->ended)
        fail_hook(h, 11200, "the answer broke off");
    buf_free(&body);
}

static void on_open(struct conn *c, void *arg)
{
    struct hook *h = arg;

    h->connected = true;
    if (conn_write(c, buf_slice(&h->request)))
        conn_abort(c, NULL);
}

static void free_hook(struct hook *h)
{
    if (h->call)
        loop_cancel(h->call->t->loop, &h->hold);
    list_drop(&h->link);
    buf_free(&h->form.text);
    buf_free(&h->in);
    buf_free(&h->request);
    mem_drop(h);
}

static size_t on_read(struct conn *c, void *arg, struct mslice bytes)
{
    struct hook *h = arg;

    if (h->call && !h->over) {
        buf_add(&h->in, slice_of(bytes.ptr, bytes.len));
        if (buf_ok(&h->in) && !h->held)
            try_answer(h);
        else if (!buf_ok(&h->in))
            fail_hook(h, 11750, "the answer is too long");
    }
    if (h->over && h->conn == c)
        conn_close(c);
    else if (h->over)
        free_hook(h);           /* a redirect led nowhere */
    return bytes.len;
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct hook *h = arg;

    (void)c;
    h->conn = NULL;
    if (h->call && !h->over) {
        if (err && err->code == ERR_TIMEOUT)
            fail_hook(h, h->connected ? 11203 : 11201, err->msg);
        else if (!h->connected)
            fail_hook(h, 11202, err ? err->msg : "no connection");
        else if (err)
            fail_hook(h, 11200, err->msg);
        else {
            h->ended = true;
            if (h->held)
                return;         /* the timer goes on with it */
            try_answer(h);
        }
    }
    if (h->over || !h->call)
        free_hook(h);
}

static const struct conn_ops ops = {
    .name = "sim-twilio-hook",
    .on_open = on_open,
    .on_read = on_read,
    .on_close = on_close,
};

static size_t deaf(struct conn *c, void *arg, struct mslice bytes)
{
    (void)c;
    (void)arg;
    return bytes.len;
}

static const struct conn_ops deaf_ops = {
    .name = "sim-twilio-old",
    .on_read = deaf,
};

/* Redirects come here again with another URL; the old conn is let go. */
static void dial(struct hook *h)
{
    struct sim_twilio *t = twilio(h);
    struct conn_target to = {.host = SLICE("127.0.0.1"),
        .port = t->conf.server_port, .timeout = WITHIN};
    struct slice target;
    struct conn *old = h->conn;
    struct err e;

    h->conn = NULL;
    h->connected = false;
    buf_clear(&h->in);
    if (old) {
        conn_adopt(old, &deaf_ops, NULL);
        conn_close(old);
    }
    if (tw_target(t, slice_str(h->url), &target)) {
        fail_hook(h, 11210, "the host name does not resolve");
        return;
    }
    write_request(h);
    h->conn = conn_dial(t->loop, t->resolver, &to, &ops, h, &e);
    if (!h->conn) {
        fail_hook(h, 11200, e.msg);
        return;
    }
    conn_limits(h->conn, 1u << 20, BODY_MAX);
    conn_deadline(h->conn, WITHIN, "the webhook's answer");
    if (h->slow) {
        h->held = h->slow < WITHIN ? HELD_ANSWER : HELD_FOR_GOOD;
        loop_in(t->loop, &h->hold, h->slow < WITHIN ? h->slow : WITHIN);
    }
}

/* What the tunnel held back comes out: the request, or our answer. */
static void on_hold(void *arg)
{
    struct hook *h = arg;
    bool request = h->held == HELD_REQUEST;

    if (h->held == HELD_FOR_GOOD) {
        fail_hook(h, 11203, "no answer within 15 s");
    } else {
        h->held = HELD_NOT;
        if (request)
            dial(h);
        else
            try_answer(h);
    }
    if (h->over && h->conn)
        conn_close(h->conn);
    else if (h->over)
        free_hook(h);
}

/* NULL: no memory; f is freed. */
static struct hook *new_hook(struct tw_call *c, enum tw_hook_kind kind,
    const char *url, bool get, struct tw_form *f)
{
    struct hook *h = mem_new(sizeof(*h));
    char id[TW_SID];

    if (!h) {
        buf_free(&f->text);
        return NULL;
    }
    list_push(&c->t->hooks, &h->link);
    h->secret = kind == TW_HOOK_FORGED ? FOREIGN_TOKEN
        : c->t->conf.auth_token;
    h->hold = (struct timer){.fire = on_hold, .arg = h};
    h->call = c;
    h->kind = kind;
    h->get = get;
    h->form = *f;
    text_copy(h->url, sizeof(h->url), slice_str(url));
    buf_init(&h->in, BODY_MAX);
    buf_init(&h->request, 1 << 18);
    tw_new_sid(c->t, "", id);
    text_fmt(h->token, sizeof(h->token), "%.8s-%.4s-%.4s-%.4s-%.12s", id,
        id + 8, id + 12, id + 16, id + 20);
    c->hooks++;
    return h;
}

/* Sends it, after so many ms. */
static void go(struct hook *h, int64_t after)
{
    if (!h)
        return;
    if (after) {
        if (!h->held)
            h->held = HELD_REQUEST;
        loop_in(twilio(h)->loop, &h->hold, after);
        return;
    }
    dial(h);
    if (!h->conn && h->over)
        free_hook(h);
}

static struct tw_form copy_of(const struct tw_form *f)
{
    struct tw_form copy = *f;

    buf_init(&copy.text, 1 << 16);
    buf_room(&copy.text, 1 << 15);
    buf_add(&copy.text, buf_slice(&f->text));
    for (size_t i = 0; i < copy.pairs; i++)
        if (f->pair[i].value.ptr >= f->text.ptr
            && f->pair[i].value.ptr <= f->text.ptr + f->text.len)
            copy.pair[i].value.ptr = copy.text.ptr
                + (f->pair[i].value.ptr - f->text.ptr);
    return copy;
}

/* Once more, n ms after the first. */
static int64_t twice(struct tw_call *c, enum sim_fault_kind kind,
    const char *url, bool get, const struct tw_form *f)
{
    const struct sim_fault *fault = sim_fault_strikes(&c->t->conf.fault,
        kind);
    struct tw_form copy;

    if (!fault)
        return 0;
    copy = copy_of(f);
    go(new_hook(c, TW_HOOK_COPY, url, get, &copy), 0);
    return fault->n;
}

static void send_twiml(struct tw_call *c, const char *url, bool get,
    struct tw_form *f)
{
    struct sim_faults *faults = &c->t->conf.fault;
    const struct sim_fault *late = sim_fault_strikes(faults,
        SIM_FAULT_TWIML_LATE), *slow = sim_fault_strikes(faults,
        SIM_FAULT_TWIML_SLOW);
    int64_t after = twice(c, SIM_FAULT_TWIML_TWICE, url, get, f);
    struct hook *h;

    c->t->counts.documents += after ? 2 : 1;
    h = new_hook(c, TW_HOOK_TWIML, url, get, f);
    if (h && slow)
        h->slow = slow->n;
    if (h && late && late->n >= WITHIN) {
        h->held = HELD_FOR_GOOD;        /* it never gets through */
        go(h, WITHIN);
    } else {
        go(h, late ? late->n : after);
    }
}

/* The callbacks are numbered from 0: initiated, ringing, answered, completed;
 * fewer when it comes to less. */
static void send_status(struct tw_call *c, const char *url, bool get,
    struct tw_form *f)
{
    struct sim_faults *faults = &c->t->conf.fault;
    const struct sim_fault *late = sim_fault_strikes(faults,
        SIM_FAULT_STATUS_LATE), *order = sim_fault_has(faults,
        SIM_FAULT_STATUS_ORDER);
    int64_t after;

    if (sim_fault_strikes(faults, SIM_FAULT_STATUS_LOST)) {
        tw_note(c->t, "a status callback is lost");
        buf_free(&f->text);
        return;
    }
    after = twice(c, SIM_FAULT_STATUS_TWICE, url, get, f);
    if (late)
        after = late->n;
    else if (order && c->seq <= 3)
        after = order->n * (4 - (int64_t)c->seq);
    go(new_hook(c, TW_HOOK_STATUS, url, get, f), after);
}

void tw_hook(struct tw_call *c, enum tw_hook_kind kind, const char *url,
    bool get, struct tw_form *f)
{
    if (kind == TW_HOOK_FORGED)
        c->t->counts.forged++;
    if (kind == TW_HOOK_TWIML)
        send_twiml(c, url, get, f);
    else if (kind == TW_HOOK_STATUS)
        send_status(c, url, get, f);
    else
        go(new_hook(c, kind, url, get, f), 0);
}

void tw_hooks_free(struct sim_twilio *t)
{
    struct list *n;

    while ((n = list_shift(&t->hooks))) {
        struct hook *h = LIST_OWNER(n, struct hook, link);

        loop_cancel(t->loop, &h->hold);
        h->call = NULL;
        if (h->conn)
            conn_abort(h->conn, NULL);
        else
            free_hook(h);
    }
}
