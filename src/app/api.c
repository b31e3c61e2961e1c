/* api.c - the owner's doors: start, list, show, hang up calls; tickets.
 *
 * Every one wants the owner's token, or the cookie given for it: owner.c.
 * Requests through a tunnel arrive from loopback, so where one comes from
 * proves nothing.  Every refusal has the shape of DESIGN 5.
 */
#include <stddef.h>
#include <string.h>

#include "agent/guard.h"
#include "app/server.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "codec/form.h"
#include "codec/jsonw.h"

#define JSON "application/json"
#define FILE_MAX (64u << 20)    /* bytes of a recording that is handed out */
#define BODY_MAX (4u << 20)     /* bytes of an answer */
#define PAGE_TAIL 64            /* ... that end a page of a list */

static void write_error(struct buf *out, const char *code, const char *field,
    const char *reason, const char *message)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kobject(&w, "error");
    jsonw_kcstr(&w, "code", code);
    jsonw_kcstr(&w, "field", field);
    if (reason)
        jsonw_kcstr(&w, "reason", reason);
    jsonw_kcstr(&w, "message", message);
    jsonw_end(&w);
    jsonw_end(&w);
}

void api_error_body(struct buf *out, const char *code, const char *field,
    const char *message)
{
    write_error(out, code, field, NULL, message);
}

void api_error(struct request *r, int status, const char *code,
    const char *field, const char *message)
{
    uint8_t mem[1024];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    api_error_body(&b, code, field, message);
    httpd_answer(r, status, JSON, buf_slice(&b), status == 401
        ? "WWW-Authenticate: Bearer realm=\"concierge\"\r\n" : NULL);
}

void api_refused_body(struct buf *out, const struct api_start *no)
{
    write_error(out, no->code, no->field, no->reason, no->message);
}

void api_refused(struct request *r, const struct api_start *no)
{
    uint8_t mem[1024];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    api_refused_body(&b, no);
    httpd_answer(r, no->status, JSON, buf_slice(&b), NULL);
}

/* ---- answers with calls in them ---- */

/* A 202 is a promise: it waits until the intent is on disk. */
struct promise {
    struct request *r;
    bool stream, open;          /* events; their head is out */
    struct call_watch watch;
    const struct call *call;
    char headers[128];
    struct buf body;
};

static void drop_promise(struct promise *p)
{
    call_unwatch(&p->watch);
    buf_free(&p->body);
    mem_drop(p);
}

static void answer_now(struct request *r, struct slice body,
    const char *headers, bool stream, bool open)
{
    if (!stream) {
        httpd_answer(r, 202, JSON, body, headers);
        return;
    }
    if (!open)
        httpd_stream(r, 202, "text/event-stream",
            "X-Accel-Buffering: no\r\n");
    httpd_piece(r, body);
    httpd_finish(r);
}

static void keep_promise(struct promise *p)
{
    p->r->on_gone = NULL;
    answer_now(p->r, buf_slice(&p->body), p->headers, p->stream, p->open);
    drop_promise(p);
}

static void promise_gone(struct request *r)
{
    drop_promise(r->arg);
}

static void promise_event(struct call_watch *w, uint64_t id, const char *type,
    struct slice json)
{
    struct promise *p = (struct promise *)((char *)w
        - offsetof(struct promise, watch));

    (void)id;
    (void)type;
    (void)json;
    if (call_state(p->call) != CALL_PLANNED)
        keep_promise(p);
}

static void promise_end(struct call_watch *w)
{
    keep_promise((struct promise *)((char *)w
        - offsetof(struct promise, watch)));
}

void api_answer_later(struct request *r, struct call *c, struct slice body,
    bool stream, bool open)
{
    char location[128];
    struct promise *p = call_state(c) == CALL_PLANNED ? mem_new(sizeof *p)
        : NULL;

    text_fmt(location, sizeof location, "Location: /v1/calls/%s\r\n",
        call_id(c));
    if (!p) {
        answer_now(r, body, location, stream, open);
        return;
    }
    p->r = r;
    p->stream = stream;
    p->open = open;
    p->call = c;
    p->watch = (struct call_watch){.event = promise_event,
        .end = promise_end};
    text_copy(p->headers, sizeof p->headers, slice_str(location));
    buf_init(&p->body, BODY_MAX);
    buf_add(&p->body, body);
    r->arg = p;
    r->on_gone = promise_gone;
    call_watch(c, &p->watch, UINT64_MAX);
}

static void answer_call(struct request *r, int status, struct call *c)
{
    char location[128];
    struct buf b;
    struct jsonw w;

    buf_init(&b, BODY_MAX);
    jsonw_begin(&w, &b);
    call_write(&w, c);
    text_fmt(location, sizeof location, "Location: /v1/calls/%s\r\n",
        call_id(c));
    if (status == 202)
        api_answer_later(r, c, buf_slice(&b), false, false);
    else
        httpd_answer(r, status, JSON, buf_slice(&b), location);
    buf_free(&b);
}

/* ---- starting ---- */

static void no(struct api_start *out, int status, const char *code,
    const char *field, const char *message)
{
    out->status = status;
    out->code = code;
    out->field = field;
    text_copy(out->message, sizeof out->message, slice_str(message));
}

/* What must be set before anybody can be called. */
static bool configured(struct server *s, struct api_start *out)
{
    const char *missing = server_missing(s, CONF_TWILIO | CONF_MODEL
        | CONF_PUBLIC);
    char message[128];

    if (!missing)
        return true;
    text_fmt(message, sizeof message, "%s is not set", missing);
    no(out, 503, "unconfigured", missing, message);
    return false;
}

static void refuse_start(struct server *s, const struct err *err,
    struct api_start *out)
{
    if (err->code == ERR_POLICY) {
        no(out, 403, "policy", "to", err->msg);
        out->reason = policy_reason((enum policy_rule)err->sys);
        return;
    }
    no(out, 503, calls_draining(s->calls) ? "draining" : "busy", NULL,
        err->msg);
}

void api_start(struct server *s, struct slice key, const struct asked *asked,
    struct api_start *out)
{
    struct err err = {0};

    memset(out, 0, sizeof *out);
    if (!configured(s, out))
        return;
    if (key.len >= CALL_KEY) {
        no(out, 400, "bad_field", "Idempotency-Key", "is too long");
        return;
    }
    if (asked->party > s->conf->party_max) {
        no(out, 403, "policy", "party", "more people than PARTY_MAX");
        return;
    }
    switch (calls_start(s->calls, asked, key, &out->call, &err)) {
    case CALLS_STARTED:
        break;
    case CALLS_REPEATED:
        if (!out->call)
            out->object = calls_of_key(s->calls, key);
        break;
    case CALLS_AGREED:
        out->object = calls_agreed(s->calls, asked);
        break;
    case CALLS_SAME:
        out->same = true;
        break;
    case CALLS_KEY_CLASH:
        no(out, 409, "key_reused", "Idempotency-Key", "this key was used for "
            "another request");
        break;
    case CALLS_REFUSED:
        refuse_start(s, &err, out);
        break;
    }
}

static void post_call(struct server *s, struct request *r)
{
    struct json body;
    struct json_fault fault;
    struct asked asked;
    const char *field;
    struct err err = {0};
    char message[128];
    struct api_start start;

    if (json_parse(r->body, &body, &fault)) {
        text_fmt(message, sizeof message, "the body is no JSON: %s at byte "
            "%zu", fault.why, fault.at);
        api_error(r, 400, "bad_json", NULL, message);
        return;
    }
    if (asked_read(body, &asked, &field, &err)) {
        api_error(r, 400, "bad_field", field[0] ? field : NULL, err.msg);
        return;
    }
    api_start(s, http_get(&r->head, "idempotency-key"), &asked, &start);
    if (start.status)
        api_refused(r, &start);
    else if (!start.call)
        httpd_answer(r, 200, JSON, start.object, NULL);
    else if (start.same)
        api_error(r, 409, "running", NULL, call_id(start.call));
    else
        answer_call(r, 202, start.call);
}

/* ---- listing ---- */

/* A page: at most limit calls, and no more than fit into an answer.  What was
 * left out begins after the call named by next. */
struct listing {
    struct buf out;
    bool lines;                 /* one object a line; else an array */
    size_t n, limit;
    char last[CALL_ID + 1];     /* the last one that is in */
    bool more;
};

static bool add_object(void *arg, struct slice id, struct slice object)
{
    struct listing *l = arg;

    if (l->n == l->limit || l->out.len + object.len + PAGE_TAIL > BODY_MAX) {
        l->more = true;
        return false;
    }
    if (l->n++)
        buf_addc(&l->out, l->lines ? '\n' : ',');
    buf_add(&l->out, object);
    text_copy(l->last, sizeof l->last, id);
    return true;
}

static void answer_list(struct request *r, struct listing *l)
{
    char link[160];

    text_fmt(link, sizeof link, "Link: </v1/calls?limit=%u&before=%s>; "
        "rel=\"next\"\r\n", (unsigned)l->limit, l->last);
    if (l->lines)
        buf_addc(&l->out, '\n');
    else if (l->more)
        buf_addf(&l->out, "],\"next\":\"%s\"}", l->last);
    else
        buf_adds(&l->out, "],\"next\":null}");
    httpd_answer(r, 200, l->lines ? "application/x-ndjson" : JSON,
        buf_slice(&l->out), l->more ? link : NULL);
}

static void list_calls(struct server *s, struct request *r)
{
    struct listing l = {.limit = 100, .lines = slice_find(http_get(&r->head,
        "accept"), SLICE("application/x-ndjson")) != SLICE_NPOS};
    char text[CALL_ID + 8], before[CALL_ID + 8];
    uint64_t limit = 100;

    if (form_copy(r->head.query, "limit", text, sizeof text)
        && text_u64(slice_str(text), 1, 1000, &limit)) {
        api_error(r, 400, "bad_field", "limit", "must be 1 to 1000");
        return;
    }
    l.limit = (size_t)limit;
    if (!form_copy(r->head.query, "before", before, sizeof before))
        before[0] = 0;
    buf_init(&l.out, BODY_MAX);
    if (!l.lines)
        buf_adds(&l.out, "{\"calls\":[");
    if (calls_each(s->calls, slice_str(before), add_object, &l))
        api_error(r, 400, "bad_field", "before", "there is no such call");
    else
        answer_list(r, &l);
    buf_free(&l.out);
}

void api_calls(struct request *r, void *arg)
{
    struct server *s = arg;

    if (!api_allowed(s, r))
        return;
    if (slice_is(r->head.method, "POST"))
        post_call(s, r);
    else
        list_calls(s, r);
}

/* ---- one call ---- */

/* A file of an ended call, read by the disk thread.  The request may be gone
 * before it is there: then r is NULL. */
struct fetch {
    struct request *r;
    struct server *server;
    const char *type;
    char id[CALL_ID + 1];
    bool object;                /* call.json: the table has it too, without
                                   the transcript */
};

static void fetch_gone(struct request *r)
{
    struct fetch *f = r->arg;

    f->r = NULL;
}

/* call.json cannot be read (a full disk, a hand that removed it): what stands
 * in the table of ended calls is true all the same. */
static void answer_no_file(const struct fetch *f, const struct err *err)
{
    struct slice object = f->object ? calls_ended(f->server->calls,
        slice_str(f->id)) : slice_str(NULL);

    if (object.ptr)
        httpd_answer(f->r, 200, JSON, object, NULL);
    else
        api_error(f->r, err->code == ERR_LIMIT ? 413 : 404, "not_found", NULL,
            "there is no such file (recording off, or still running?)");
}

static void on_file(void *arg, struct slice data, const struct err *err)
{
    struct fetch *f = arg;

    if (f->r && err)
        answer_no_file(f, err);
    else if (f->r)
        httpd_answer(f->r, 200, f->type, data, NULL);
    if (f->r && f->object)
        server_paid(f->server);
    mem_drop(f);
}

static void answer_file(struct server *s, struct request *r, struct slice id,
    const char *name, const char *type)
{
    char path[CONF_LONG];
    struct fetch *f = mem_new(sizeof *f);

    if (!f) {
        api_error(r, 503, "busy", NULL, "no memory");
        return;
    }
    f->r = r;
    f->server = s;
    f->type = type;
    f->object = strcmp(name, "call.json") == 0;
    text_copy(f->id, sizeof f->id, id);
    r->arg = f;
    r->on_gone = fetch_gone;
    calls_path(s->calls, id, name, path, sizeof path);
    if (disk_get(s->disk, path, FILE_MAX, on_file, f)) {
        mem_drop(f);
        r->on_gone = NULL;
        api_error(r, 503, "busy", NULL, "the disk's queue is full");
    }
}

static bool id_ok(struct slice id)
{
    for (size_t i = 0; i < id.len; i++)
        if (text_hexval(id.ptr[i]) < 0)
            return false;
    return id.len == CALL_ID;
}

static void show_call(struct server *s, struct request *r, struct slice id)
{
    struct call *c = calls_find(s->calls, id);

    if (c)
        answer_call(r, 200, c);
    else
        answer_file(s, r, id, "call.json", JSON);
}

/* The body is {"politely":true}, or says nothing. */
static void hangup_call(struct server *s, struct request *r, struct slice id)
{
    struct call *c = calls_find(s->calls, id);
    struct json body, how = {.type = JSON_ABSENT};

    if (slice_trim_all(r->body).len && json_parse(r->body, &body, NULL)) {
        api_error(r, 400, "bad_json", NULL, "the body is no JSON");
        return;
    }
    if (slice_trim_all(r->body).len)
        how = json_get(body, "politely");
    if (how.type != JSON_ABSENT && how.type != JSON_TRUE
        && how.type != JSON_FALSE) {
        api_error(r, 400, "bad_field", "politely", "must be true or false");
        return;
    }
    if (!c) {
        api_error(r, 409, "not_running", NULL, "this call is over");
        return;
    }
    if (json_true(how))
        call_part(c);
    else
        call_hangup(c);
    answer_call(r, 202, c);
}

static void on_forgotten(void *arg, const struct err *err)
{
    struct fetch *f = arg;

    if (f->r && err)
        api_error(f->r, err->code == ERR_BUSY ? 503 : 500, err->code
            == ERR_BUSY ? "busy" : "not_forgotten", NULL, err->msg);
    else if (f->r)
        httpd_answer(f->r, 204, NULL, slice_str(""), NULL);
    mem_drop(f);
}

/* Answered when it is gone from the disk, not before. */
static void forget_call(struct server *s, struct request *r, struct slice id)
{
    struct fetch *f = mem_new(sizeof *f);
    int rc = -2;

    if (f) {
        f->r = r;
        rc = calls_forget(s->calls, id, on_forgotten, f);
    }
    if (rc == 0) {
        r->arg = f;
        r->on_gone = fetch_gone;
        return;
    }
    mem_drop(f);
    if (rc == -1)
        api_error(r, 409, "running", NULL, "this call is still running");
    else
        api_error(r, 503, "busy", NULL, "the disk's queue is full");
}

#define ANSWER_TEXT 512         /* bytes of an owner's answer, NUL included */

/* {"question_id","text"} of an answer, or a refusal. */
static bool read_answer(struct request *r, char question[static 16],
    char text[static ANSWER_TEXT])
{
    struct json body, words;
    struct json_fault fault;
    char message[128];
    const char *field = NULL, *why = "";

    if (json_parse(r->body, &body, &fault)) {
        text_fmt(message, sizeof message, "the body is no JSON: %s at byte "
            "%zu", fault.why, fault.at);
        api_error(r, 400, "bad_json", NULL, message);
        return false;
    }
    words = json_get(body, "text");
    if (json_get(body, "question_id").type != JSON_STRING) {
        field = "question_id";
        why = "must be the id of a question event";
    } else if (words.type != JSON_STRING
        || !json_copy(words, text, ANSWER_TEXT)) {
        field = "text";
        why = "must be a string of at most 511 bytes";
    } else if (guard_text(slice_str(text)) != PLAN_FINE) {
        field = "text";
        why = slice_trim_all(slice_str(text)).len ? "must not hold markup"
            : "must not be empty";
    }
    if (field)
        api_error(r, 400, "bad_field", field, why);
    else if (!json_copy(json_get(body, "question_id"), question, 16))
        question[0] = 0;        /* too long to be one of ours */
    return field == NULL;
}

/* An ended call's questions are not remembered: whatever it was, it is over. */
static void answer_question(struct server *s, struct request *r,
    struct slice id)
{
    struct call *c = calls_find(s->calls, id);
    char question[16], text[ANSWER_TEXT];
    enum calls_answer how = CALLS_TOO_LATE;

    if (!read_answer(r, question, text))
        return;
    if (c)
        how = call_answer(c, slice_str(question), slice_str(text));
    if (how == CALLS_ANSWERED)
        httpd_answer(r, 204, NULL, slice_str(""), NULL);
    else if (how == CALLS_NO_QUESTION)
        api_error(r, 404, "no_question", "question_id", "this call has asked "
            "no such question");
    else
        api_error(r, 409, "too_late", "question_id", c ? "the question was "
            "answered already, or its time is over" : "this call is over");
}

static void answer_recording(struct server *s, struct request *r,
    struct slice id)
{
    answer_file(s, r, id, "recording.wav", "audio/wav");
}

static void answer_transcript(struct server *s, struct request *r,
    struct slice id)
{
    answer_file(s, r, id, "transcript.txt", "text/plain; charset=utf-8");
}

const struct call_door call_doors[] = {
    {M_GET, "", show_call},
    {M_DELETE, "", forget_call},
    {M_GET, "events", api_events},
    {M_GET, "why", api_why},
    {M_POST, "hangup", hangup_call},
    {M_POST, "answer", answer_question},
    {M_GET, "recording.wav", answer_recording},
    {M_GET, "transcript.txt", answer_transcript},
    {0, NULL, NULL}
};

/* The door behind "id/name"; HEAD goes where GET does. */
static void open_door(struct server *s, struct request *r, struct slice id,
    struct slice name)
{
    int method = slice_is(r->head.method, "POST") ? M_POST
        : slice_is(r->head.method, "DELETE") ? M_DELETE : M_GET;

    if (!id_ok(id) || !calls_known(s->calls, id)) {
        api_error(r, 404, "not_found", NULL, "there is no such call");
        return;
    }
    for (const struct call_door *d = call_doors; d->name; d++)
        if (d->method == method && slice_is(name, d->name)) {
            d->open(s, r, id);
            return;
        }
    api_error(r, 404, "not_found", NULL, "a call has events, why, hangup, "
        "answer, recording.wav and transcript.txt");
}

void api_call(struct request *r, void *arg)
{
    struct slice name = r->rest, id = slice_cut(&name, '/');

    if (api_allowed(arg, r))
        open_door(arg, r, id, name);
}

void api_call_status(struct request *r, void *arg)
{
    struct slice name = r->rest, id = slice_cut(&name, '/');

    if (!api_allowed(arg, r))
        return;
    if (slice_is(name, "status"))
        open_door(arg, r, id, SLICE(""));
    else
        api_error(r, 404, "not_found", NULL, "the alias is "
            "/calls/{id}/status; all else is behind /v1/calls/{id}");
}

/* ---- the kill switch ---- */

/* Answered when it is on disk; what runs is being hung up meanwhile. */
struct switching {
    struct request *r;
    bool stop;
};

static void switch_gone(struct request *r)
{
    ((struct switching *)r->arg)->r = NULL;
}

static void on_switched(void *arg, const struct err *err)
{
    struct switching *f = arg;

    if (f->r && err)
        api_error(f->r, 500, "not_saved", NULL, err->msg);
    else if (f->r)
        httpd_answer(f->r, 200, JSON, f->stop ? SLICE("{\"stopped\":true}")
            : SLICE("{\"stopped\":false}"), NULL);
    mem_drop(f);
}

static void throw_switch(struct server *s, struct request *r, bool stop)
{
    struct switching *f;

    if (!api_allowed(s, r))
        return;
    f = mem_new(sizeof *f);
    if (f) {
        *f = (struct switching){r, stop};
        r->arg = f;
        r->on_gone = switch_gone;
    }
    /* Without memory for the answer the calls end all the same. */
    if ((stop ? calls_stop : calls_resume)(s->calls, f ? on_switched : NULL,
        f) == 0 && f)
        return;
    r->on_gone = NULL;
    mem_drop(f);
    api_error(r, 503, "busy", NULL, "the disk's queue is full, or no memory");
}

void api_stop(struct request *r, void *arg)
{
    throw_switch(arg, r, true);
}

void api_resume(struct request *r, void *arg)
{
    throw_switch(arg, r, false);
}

/* ---- tickets ---- */

void api_tickets(struct request *r, void *arg)
{
    struct server *s = arg;
    char id[CALL_ID + 1], token[CALL_TOKEN + 1], url[CONF_TEXT + 64];
    uint8_t mem[1024];
    struct buf b;
    struct jsonw w;

    if (!api_allowed(s, r))
        return;
    if (door_ticket(s->door, id, token)) {
        api_error(r, 503, "busy", NULL, "too many tickets are out");
        return;
    }
    text_fmt(url, sizeof url, "%s/twiml?call_id=%s", server_public(s), id);
    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "call_id", id);
    jsonw_kcstr(&w, "token", token);
    jsonw_kcstr(&w, "twiml_url", server_public(s)[0] ? url : NULL);
    jsonw_end(&w);
    httpd_answer(r, 201, JSON, buf_slice(&b), NULL);
}
