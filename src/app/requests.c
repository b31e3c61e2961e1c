/* requests.c - POST /v1/requests: what somebody types, answered.
 *
 * {"user_input","session_id"} gives {"session_id","reply","plan","call",
 * "question"}: DESIGN 5.  With Accept: text/event-stream the same comes as
 * events: delta {"text"} while the model speaks, then reply with the object.
 */
#include <string.h>

#include "app/clerk.h"
#include "app/server.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/jsonw.h"

#define JSON "application/json"
#define WORDS_BYTES 4096        /* of user_input, with NUL */
#define REPLY_BYTES (4u << 20)

struct asking {
    struct clerk_visit visit;   /* first: the clerk's */
    struct list link;           /* in server.asking */
    struct server *server;
    struct request *r;
    struct desk_turn *turn;
    bool stream, open;          /* open: its head is out */
};

static void drop(struct asking *k)
{
    list_drop(&k->link);
    clerk_leave(&k->visit);
    if (k->turn)
        desk_cancel(k->turn);
    mem_drop(k);
}

static void on_gone(struct request *r)
{
    drop(r->arg);
}

void api_requests_end_all(struct server *s)
{
    while (!list_empty(&s->asking)) {
        struct asking *k = LIST_OWNER(s->asking.next, struct asking, link);

        k->r->on_gone = NULL;
        drop(k);
    }
}

/* ---- answers ---- */

static void write_event(struct buf *out, const char *type, struct slice json)
{
    buf_addf(out, "event: %s\ndata: ", type);
    buf_add(out, json);
    buf_adds(out, "\n\n");
}

static void open_stream(struct asking *k)
{
    if (!k->open)
        httpd_stream(k->r, 200, "text/event-stream",
            "X-Accel-Buffering: no\r\n");
    k->open = true;
}

static void tell_delta(struct asking *k, struct slice words)
{
    struct buf json, event;
    struct jsonw w;

    open_stream(k);
    buf_init(&json, REPLY_BYTES);
    buf_init(&event, REPLY_BYTES);
    jsonw_begin(&w, &json);
    jsonw_object(&w);
    jsonw_kstr(&w, "text", words);
    jsonw_end(&w);
    write_event(&event, "delta", buf_slice(&json));
    if (httpd_piece(k->r, buf_slice(&event)))
        conn_abort(k->r->conn, NULL);
    buf_free(&json);
    buf_free(&event);
}

static void on_delta(void *arg, struct slice words)
{
    struct asking *k = arg;

    if (k->stream)
        tell_delta(k, words);
}

/* A refusal after words have come is an event. */
static void refuse(struct asking *k, const struct api_start *no)
{
    struct buf json, event;

    if (!k->open) {
        api_refused(k->r, no);
        return;
    }
    buf_init(&json, 4096);
    buf_init(&event, 4096);
    api_refused_body(&json, no);
    write_event(&event, "error", buf_slice(&json));
    httpd_piece(k->r, buf_slice(&event));
    httpd_finish(k->r);
    buf_free(&json);
    buf_free(&event);
}

static void write_reply(struct buf *out, const struct desk_reply *reply,
    const struct api_start *start)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kcstr(&w, "session_id", reply->session);
    jsonw_kstr(&w, "reply", reply->text);
    jsonw_key(&w, "plan");
    if (reply->plan->intent == PLAN_NONE
        && reply->plan->blocked == PLAN_FINE)
        jsonw_null(&w);
    else
        plan_json(&w, reply->plan);
    jsonw_key(&w, "call");
    if (start->call)
        call_write(&w, start->call);
    else if (start->object.len)
        jsonw_raw(&w, start->object);
    else
        jsonw_null(&w);
    jsonw_key(&w, "question");
    if (start->call)
        call_write_question(&w, start->call);
    else
        jsonw_null(&w);
    jsonw_end(&w);
}

static void send_reply(struct asking *k, const struct desk_reply *reply,
    const struct api_start *start)
{
    struct buf json, event;

    buf_init(&json, REPLY_BYTES);
    buf_init(&event, REPLY_BYTES);
    write_reply(&json, reply, start);
    if (k->stream) {
        if (!k->open && !start->call)
            tell_delta(k, reply->text);
        write_event(&event, "reply", buf_slice(&json));
    }
    if (start->call) {
        api_answer_later(k->r, start->call, k->stream ? buf_slice(&event)
            : buf_slice(&json), k->stream, k->open);
    } else if (k->stream) {
        httpd_piece(k->r, buf_slice(&event));
        httpd_finish(k->r);
    } else {
        httpd_answer(k->r, 200, JSON, buf_slice(&json), NULL);
    }
    buf_free(&json);
    buf_free(&event);
}

static void on_done(void *arg, const struct desk_reply *reply)
{
    struct asking *k = arg;
    struct server *s = k->server;
    struct api_start start = {.status = 0};

    k->turn = NULL;
    k->r->on_gone = NULL;
    if (reply->call)
        api_start(s, http_get(&k->r->head, "idempotency-key"), &reply->asked,
            &start);
    if (start.status) {
        refuse(k, &start);
    } else {
        send_reply(k, reply, &start);
        if (start.call)
            desk_called(s->desk, reply->session, call_id(start.call));
    }
    drop(k);
}

/* ---- questions ---- */

static bool guarded(struct request *r, struct slice words)
{
    switch (guard_text(words)) {
    case PLAN_EMPTY:
        api_error(r, 400, "bad_field", "user_input", "is empty");
        return false;
    case PLAN_TOO_LONG:
        api_error(r, 400, "bad_field", "user_input",
            "has more than 1,000 characters");
        return false;
    case PLAN_MARKUP:
        api_error(r, 400, "bad_field", "user_input", "contains markup");
        return false;
    default:
        return true;
    }
}

/* An optional string; false when it was answered with 400. */
static bool take(struct request *r, struct json body, const char *name,
    char *dst, size_t cap)
{
    struct json v = json_get(body, name);

    dst[0] = 0;
    if (v.type == JSON_ABSENT || v.type == JSON_NULL || json_copy(v, dst, cap))
        return true;
    api_error(r, 400, "bad_field", name, "is no string, or too long");
    return false;
}

static void begin(struct server *s, struct request *r,
    const struct desk_ask *what)
{
    struct asking *k = mem_new(sizeof *k);
    struct desk_ask ask = *what;
    struct err err = {0};

    if (!k) {
        api_error(r, 503, "busy", NULL, "no memory");
        return;
    }
    list_init(&k->link);
    k->visit.clerk = &s->clerk;
    k->server = s;
    k->r = r;
    k->stream = slice_find(http_get(&r->head, "accept"),
        SLICE("text/event-stream")) != SLICE_NPOS;
    ask.delta = on_delta;
    ask.done = on_done;
    ask.arg = k;
    k->turn = desk_start(s->desk, &ask, &err);
    if (!k->turn) {
        mem_drop(k);
        if (err.code == ERR_DATA)
            api_error(r, 400, "bad_field", "session_id", err.msg);
        else
            api_error(r, err.code == ERR_BUSY ? 409 : 503, "busy", NULL,
                err.msg);
        return;
    }
    list_push(&s->asking, &k->link);
    r->arg = k;
    r->on_gone = on_gone;
}

void api_requests(struct request *r, void *arg)
{
    struct server *s = arg;
    char words[WORDS_BYTES], session[DESK_SESSION], to[24], message[128];
    struct json_fault fault;
    struct json body;

    if (!api_allowed(s, r))
        return;
    if (json_parse(r->body, &body, &fault)) {
        text_fmt(message, sizeof message, "the body is no JSON: %s at byte "
            "%zu", fault.why, fault.at);
        api_error(r, 400, "bad_json", NULL, message);
        return;
    }
    if (!json_copy(json_get(body, "user_input"), words, sizeof words)) {
        api_error(r, 400, "bad_field", "user_input",
            "must be a string of at most 4,095 bytes");
        return;
    }
    if (!guarded(r, slice_str(words))
        || !take(r, body, "session_id", session, sizeof session)
        || !take(r, body, "to", to, sizeof to))
        return;
    if (to[0] && !asked_number_ok(slice_str(to))) {
        api_error(r, 400, "bad_field", "to", "must be a number in E.164 form, "
            "like +15551230000");
        return;
    }
    begin(s, r, &(struct desk_ask){.session = slice_str(session),
        .words = slice_str(words), .to = slice_str(to)});
}
