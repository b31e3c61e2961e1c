/* twilio_rest.c - the REST API for calls: who asks, what for, and in which
 * words it is refused (twilio 4).
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/date.h"
#include "sim/twilio_own.h"
#include "sim/twilio_account.h"
#include "sim/twilio_rest.h"

#define IDLE 60000              /* ms a connection may be silent */
#define BODY_MAX 65536

struct rest {
    struct list link;
    struct sim_twilio *t;       /* NULL once Twilio is freed */
    struct conn *conn;
};

/* ---- answers ---- */

static const char *words(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "CREATED";
    case 204: return "NO CONTENT";
    case 400: return "BAD REQUEST";
    case 401: return "UNAUTHORIZED";
    case 403: return "FORBIDDEN";
    case 404: return "NOT FOUND";
    case 405: return "METHOD NOT ALLOWED";
    case 429: return "TOO MANY REQUESTS";
    case 500: return "INTERNAL SERVER ERROR";
    case 503: return "SERVICE UNAVAILABLE";
    default: return "ERROR";
    }
}

/* garbage: on purpose, no sample of what Twilio says. */
static void send_answer(struct rest *r, const struct wire_head *h, int status,
    struct slice body, bool garbage)
{
    struct buf head;
    char id[TW_SID];

    buf_init(&head, 2000);
    tw_new_sid(r->t, "RQ", id);
    buf_addf(&head, "HTTP/1.1 %d %s\r\nDate: ", status, words(status));
    date_add_rfc2822(&head, sys_wall());
    buf_adds(&head, "\r\n");
    if (status != 204)
        buf_addf(&head, "Content-Type: application/json\r\n"
            "Content-Length: %zu\r\n", body.len);
    if (status == 401)
        buf_adds(&head, "WWW-Authenticate: Basic realm=\"Twilio API\"\r\n");
    buf_addf(&head, "Twilio-Request-Id: %s\r\nTwilio-Concurrent-Requests: 1"
        "\r\nTwilio-Request-Duration: 0.040\r\nX-Home-Region: us1\r\n"
        "Connection: %s\r\n\r\n", id, h->close ? "close" : "keep-alive");
    if (!garbage)
        sim_tap(&r->t->conf.tap, TAP_REST, false, buf_slice(&head), body);
    if (conn_write(r->conn, buf_slice(&head)) || conn_write(r->conn, body))
        conn_abort(r->conn, NULL);
    else if (h->close)
        conn_close(r->conn);
    buf_free(&head);
}

static void answer(struct rest *r, const struct wire_head *h, int status,
    struct slice body)
{
    send_answer(r, h, status, body, false);
}

static void refuse(struct rest *r, const struct wire_head *h,
    const struct tw_refusal *why, const char *call)
{
    struct buf b;

    buf_init(&b, 4000);
    buf_addf(&b, "{\"code\":%d,\"message\":", why->code);
    jread_quote(&b, slice_str(why->text));
    buf_addf(&b, ",\"more_info\":\"https://www.twilio.com/docs/errors/%d\","
        "\"status\":%d}", why->code, why->status);
    tw_refused(r->t, call, why->code, why->text);
    answer(r, h, why->status, buf_slice(&b));
    buf_free(&b);
}

/* ---- who asks ---- */

static bool pair_is(struct slice user, struct slice password, const char *a,
    const char *b)
{
    return a && b && slice_is(user, a) && slice_is(password, b);
}

static bool allowed(const struct sim_twilio *t, const struct wire_head *h)
{
    bool twice = false, good;
    struct slice auth = wire_field(h, "authorization", &twice), user, rest;
    struct buf text;

    if (twice || !slice_starts(auth, "Basic "))
        return false;
    buf_init(&text, 1000);
    good = wire_unbase64(&text, slice_from(auth, 6)) == 0 && buf_ok(&text);
    rest = buf_slice(&text);
    user = slice_cut(&rest, ':');
    good = good && (pair_is(user, rest, t->conf.account_sid,
        t->conf.auth_token)
        || pair_is(user, rest, t->conf.api_key, t->conf.api_secret));
    buf_free(&text);
    return good;
}

/* ---- what for ---- */

/* What a fault does instead of the answer.  A scenario that breaks the API on
 * purpose does not have its refusals judged. */
static void spoil(struct rest *r, const struct wire_head *h,
    const struct sim_fault *f)
{
    int status = (int)f->n;
    int code = status == 401 ? 20003 : status == 429 ? 20429
        : status == 503 ? 20503 : 20500;
    struct buf b;

    if (status == SIM_RESET) {
        tw_note(r->t, "resets the connection");
        conn_abort(r->conn, NULL);
        return;
    }
    if (status == SIM_SILENT) {
        tw_note(r->t, "does not answer");
        return;
    }
    tw_note(r->t, status == SIM_GARBAGE ? "answers with garbage"
        : "answers with HTTP %d", status);
    buf_init(&b, 1000);
    if (status == SIM_GARBAGE)
        buf_adds(&b, "{\"sid\": \"CA0123, <html>");
    else
        buf_addf(&b, "{\"code\":%d,\"message\":\"%s\",\"more_info\":"
            "\"https://www.twilio.com/docs/errors/%d\",\"status\":%d}", code,
            status == 401 ? "Authenticate" : status == 429
            ? "Too Many Requests" : "Internal Server Error", code, status);
    send_answer(r, h, status == SIM_GARBAGE ? 201 : status, buf_slice(&b),
        status == SIM_GARBAGE);
    buf_free(&b);
}

static int create(struct rest *r, const struct wire_head *h,
    struct slice body, struct buf *b, struct tw_refusal *why)
{
    struct sim_faults *f = &r->t->conf.fault;
    const struct sim_fault *undone = sim_fault_strikes(f,
        SIM_FAULT_CREATE_UNDONE), *done = NULL;
    int status = 0;

    r->t->counts.creates++;
    if (!undone) {
        status = tw_rest_create(r->t, body, b, why);
        if (status && sim_fault_strikes(f, SIM_FAULT_TWIN))
            tw_rest_twin(r->t);
        if (status)
            done = sim_fault_strikes(f, SIM_FAULT_CREATE_DONE);
    }
    if (undone || done) {
        spoil(r, h, undone ? undone : done);
        return -1;
    }
    return status;
}

static int list(struct rest *r, const struct wire_head *h,
    struct slice query, struct buf *b, struct tw_refusal *why)
{
    const struct sim_fault *f = sim_fault_strikes(&r->t->conf.fault,
        SIM_FAULT_LIST);

    r->t->counts.lists++;
    if (f) {
        spoil(r, h, f);
        return -1;
    }
    return tw_rest_list(r->t, query, b, why);
}

static void on_calls(struct rest *r, const struct wire_head *h,
    struct slice query, struct slice body)
{
    struct tw_refusal why = {405, 20004, "Method not allowed"};
    struct buf b;
    int status = 0;             /* -1: a fault has answered */

    buf_init(&b, 1u << 20);
    if (slice_is(h->method, "POST"))
        status = create(r, h, body, &b, &why);
    else if (slice_is(h->method, "GET"))
        status = list(r, h, query, &b, &why);
    if (status > 0)
        answer(r, h, status, buf_slice(&b));
    else if (status == 0)
        refuse(r, h, &why, "");
    buf_free(&b);
}

static void on_call(struct rest *r, const struct wire_head *h,
    struct slice sid, struct slice body)
{
    struct tw_refusal why = {404, 20404,
        "The requested resource was not found"};
    struct tw_call *c = tw_find(r->t, sid);
    const struct sim_fault *broken;
    char name[TW_SID];
    struct buf b;
    int status = 0;

    text_copy(name, sizeof(name), sid);
    buf_init(&b, 1u << 16);
    if (c && slice_is(h->method, "GET")) {
        tw_rest_show(c, &b);
        status = 200;
    } else if (c && slice_is(h->method, "POST")) {
        r->t->counts.updates++;
        broken = sim_fault_strikes(&r->t->conf.fault, SIM_FAULT_UPDATE);
        if (broken) {
            spoil(r, h, broken);
            buf_free(&b);
            return;
        }
        status = tw_rest_update(c, body, &b, &why);
    } else if (c) {
        why = (struct tw_refusal){405, 20004, "Method not allowed"};
    }
    if (status)
        answer(r, h, status, buf_slice(&b));
    else
        refuse(r, h, &why, name);
    buf_free(&b);
}

static bool form_typed(const struct wire_head *h)
{
    bool twice = false;
    struct slice type = wire_field(h, "content-type", &twice);

    return !twice && slice_iis(slice_trim(slice_cut(&type, ';')),
        "application/x-www-form-urlencoded");
}

/* True: it was something about the account, and has been answered. */
static bool on_account(struct rest *r, const struct wire_head *h,
    struct slice path, struct slice query)
{
    struct tw_refusal why = {405, 20004, "Method not allowed"};
    struct buf b;
    int status;

    if (!slice_is(h->method, "GET"))
        return false;
    buf_init(&b, 1u << 20);
    status = tw_account(r->t, path, query, &b, &why);
    if (status > 0)
        answer(r, h, status, buf_slice(&b));
    else if (status == 0)
        refuse(r, h, &why, "");
    buf_free(&b);
    return status >= 0;
}

static void on_request(struct rest *r, const struct wire_head *h,
    struct slice body)
{
    static const struct tw_refusal stranger = {401, 20003,
        "Authentication Error - invalid username"};
    static const struct tw_refusal nowhere = {404, 20404,
        "The requested resource was not found"};
    static const struct tw_refusal no_form = {400, 20001,
        "The body must be application/x-www-form-urlencoded"};
    struct slice query = h->target, path = slice_cut(&query, '?');
    const char *sid = r->t->conf.account_sid;
    struct slice head = SLICE("/2010-04-01/Accounts/");

    if (slice_is(h->method, "HEAD")) {  /* is anybody there? */
        answer(r, h, 204, SLICE(""));
        return;
    }
    if (!allowed(r->t, h)) {
        refuse(r, h, &stranger, "");
        return;
    }
    if (on_account(r, h, path, query))
        return;
    if (!slice_starts(path, (const char *)head.ptr)
        || !slice_starts(slice_from(path, head.len), sid)) {
        refuse(r, h, &nowhere, "");
        return;
    }
    path = slice_from(path, head.len + strlen(sid));
    if (slice_is(h->method, "POST") && !form_typed(h))
        refuse(r, h, &no_form, "");
    else if (slice_is(path, "/Calls.json"))
        on_calls(r, h, query, body);
    else if (slice_starts(path, "/Calls/") && slice_ends(path, ".json"))
        on_call(r, h, slice_head(slice_from(path, 7), path.len - 12), body);
    else
        refuse(r, h, &nowhere, "");
}

/* ---- the connection ---- */

static size_t on_read(struct conn *c, void *arg, struct mslice bytes)
{
    struct rest *r = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);

    while (r->t && in.len && !conn_closing(c)) {
        struct wire_head h;
        const char *why = "";
        struct buf body;
        bool done = false;
        int n = wire_request(in, &h, &why), used = 0;

        buf_init(&body, BODY_MAX);
        if (n > 0)
            used = wire_body(&h, slice_from(in, (size_t)n), false, &body,
                &done, &why);
        if (n < 0 || used < 0 || !buf_ok(&body)) {
            tw_refused(r->t, "", 20500, why);
            conn_write(c, SLICE("HTTP/1.1 400 BAD REQUEST\r\n"
                "Content-Length: 0\r\nConnection: close\r\n\r\n"));
            conn_close(c);
        } else if (done) {
            sim_tap(&r->t->conf.tap, TAP_REST, true, slice_head(in, (size_t)n),
                buf_slice(&body));
            on_request(r, &h, buf_slice(&body));
            in = slice_from(in, (size_t)n + (size_t)used);
        }
        buf_free(&body);
        if (!done)
            break;
    }
    conn_deadline(c, IDLE, "the next request");
    return bytes.len - in.len;
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct rest *r = arg;

    (void)c;
    (void)err;
    list_drop(&r->link);
    mem_drop(r);
}

static const struct conn_ops ops = {
    .name = "sim-twilio-rest",
    .on_read = on_read,
    .on_close = on_close,
};

void tw_rest_accept(struct conn *conn, void *arg)
{
    struct sim_twilio *t = arg;
    struct rest *r = mem_new(sizeof(*r));

    if (!r)
        return;
    r->t = t;
    r->conn = conn;
    list_push(&t->rests, &r->link);
    conn_adopt(conn, &ops, r);
    conn_limits(conn, 4u << 20, BODY_MAX + WIRE_HEAD);
    conn_deadline(conn, IDLE, "the first request");
}

void tw_rest_free(struct sim_twilio *t)
{
    struct list *n;

    while ((n = list_shift(&t->rests))) {
        struct rest *r = LIST_OWNER(n, struct rest, link);

        r->t = NULL;
        conn_abort(r->conn, NULL);
    }
}
