/* api.c - the owner's doors: start, list, show, hang up calls; tickets.
 *
 * Every one wants `Authorization: Bearer` with the owner's token.  Requests
 * through a tunnel arrive from loopback, so where one comes from proves
 * nothing.  Every refusal has the shape of DESIGN 5.
 */
#include <stddef.h>
#include <string.h>

#include "app/server.h"
#include "app/understand.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/form.h"
#include "codec/jsonw.h"

#define JSON "application/json"
#define FILE_MAX (64u << 20)    /* bytes of a recording that is handed out */
#define BODY_MAX (4u << 20)     /* bytes of an answer */
#define PAGE_TAIL 64            /* ... that end a page of a list */

void api_error_body(struct buf *out, const char *code, const char *field,
    const char *message)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kobject(&w, "error");
    jsonw_kcstr(&w, "code", code);
    jsonw_kcstr(&w, "field", field);
    jsonw_kcstr(&w, "message", message);
    jsonw_end(&w);
    jsonw_end(&w);
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

bool api_allowed(struct server *s, struct request *r)
{
    struct slice given = http_get(&r->head, "authorization");

    if (given.len > 7 && slice_iis(slice_head(given, 7), "bearer ")
        && text_same_secret(slice_trim(slice_from(given, 7)),
        slice_str(s->token)))
        return true;
    api_error(r, 401, "unauthorized", NULL, "the owner's token is wanted: "
        "Authorization: Bearer, with what stands in CONCIERGE_DIR/token");
    return false;
}

/* ---- answers with calls in them ---- */

/* A 202 is a promise: it waits until the intent is on disk. */
struct promise {
    struct request *r;
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

static void keep_promise(struct promise *p)
{
    p->r->on_gone = NULL;
    httpd_answer(p->r, 202, JSON, buf_slice(&p->body), p->headers);
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

static void answer_later(struct request *r, struct call *c, struct slice body,
    const char *headers)
{
    struct promise *p = call_state(c) == CALL_PLANNED ? mem_new(sizeof *p)
        : NULL;

    if (!p) {
        httpd_answer(r, 202, JSON, body, headers);
        return;
    }
    p->r = r;
    p->call = c;
    p->watch = (struct call_watch){.event = promise_event,
        .end = promise_end};
    text_copy(p->headers, sizeof p->headers, slice_str(headers));
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
        answer_later(r, c, buf_slice(&b), location);
    else
        httpd_answer(r, status, JSON, buf_slice(&b), location);
    buf_free(&b);
}

/* ---- starting ---- */

/* What must be set before anybody can be called; answers 503 itself. */
static bool configured(struct server *s, struct request *r)
{
    const char *missing = conf_missing(s->conf, CONF_TWILIO | CONF_MODEL
        | CONF_PUBLIC);
    char message[128];

    if (!missing)
        return true;
    text_fmt(message, sizeof message, "%s is not set", missing);
    api_error(r, 503, "unconfigured", missing, message);
    return false;
}

static void refuse_start(struct server *s, struct request *r,
    const struct err *err)
{
    if (err->code == ERR_POLICY)
        api_error(r, 403, "policy", "to", err->msg);
    else
        api_error(r, 503, calls_draining(s->calls) ? "draining" : "busy",
            NULL, err->msg);
}

/* Starts what was asked for.  Returns the call, also when it ran already; NULL
 * when the request was answered: with a refusal, or with what came of a call
 * that was asked for under the same key and has ended. */
static struct call *start(struct server *s, struct request *r,
    const struct asked *asked, bool *same)
{
    struct slice key = http_get(&r->head, "idempotency-key");
    struct call *c = NULL;
    struct err err = {0};

    *same = false;
    if (key.len >= CALL_KEY) {
        api_error(r, 400, "bad_field", "Idempotency-Key", "is too long");
        return NULL;
    }
    if (asked->party > s->conf->party_max) {
        api_error(r, 403, "policy", "party", "more people than PARTY_MAX");
        return NULL;
    }
    switch (calls_start(s->calls, asked, key, &c, &err)) {
    case CALLS_STARTED:
        break;
    case CALLS_REPEATED:
        if (!c)
            httpd_answer(r, 200, JSON, calls_of_key(s->calls, key), NULL);
        break;
    case CALLS_SAME:
        *same = true;
        break;
    case CALLS_KEY_CLASH:
        api_error(r, 409, "key_reused", "Idempotency-Key", "this key was "
            "used for another request");
        return NULL;
    case CALLS_REFUSED:
        refuse_start(s, r, &err);
        return NULL;
    }
    return c;
}

static void post_call(struct server *s, struct request *r)
{
    struct json body;
    struct json_fault fault;
    struct asked asked;
    const char *field;
    struct err err = {0};
    char message[128];
    struct call *c;
    bool same;

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
    if (!configured(s, r))
        return;
    c = start(s, r, &asked, &same);
    if (!c)
        return;
    if (same)
        api_error(r, 409, "running", NULL, call_id(c));
    else
        answer_call(r, 202, c);
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

static void hangup_call(struct server *s, struct request *r, struct slice id)
{
    struct call *c = calls_find(s->calls, id);

    if (!c) {
        api_error(r, 409, "not_running", NULL, "this call is over");
        return;
    }
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

static void answer_question(struct server *s, struct request *r,
    struct slice id)
{
    (void)s;
    (void)id;
    api_error(r, 409, "no_question", NULL, "this call has no open question");
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
    api_error(r, 404, "not_found", NULL, "a call has events, hangup, answer, "
        "recording.wav and transcript.txt");
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
    text_fmt(url, sizeof url, "%s/twiml?call_id=%s", s->conf->public_base, id);
    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "call_id", id);
    jsonw_kcstr(&w, "token", token);
    jsonw_kcstr(&w, "twiml_url", s->conf->public_base[0] ? url : NULL);
    jsonw_end(&w);
    httpd_answer(r, 201, JSON, buf_slice(&b), NULL);
}

/* ---- requests in words ---- */

static void write_reply(struct request *r, struct slice session,
    struct slice reply, const struct plan *p, struct call *c)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, BODY_MAX);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kstr(&w, "session_id", session);
    jsonw_kstr(&w, "reply", reply);
    jsonw_key(&w, "plan");
    plan_json(&w, p);
    jsonw_key(&w, "call");
    if (c)
        call_write(&w, c);
    else
        jsonw_null(&w);
    jsonw_knull(&w, "question");
    jsonw_end(&w);
    if (c)
        answer_later(r, c, buf_slice(&b), "");
    else
        httpd_answer(r, 200, JSON, buf_slice(&b), NULL);
    buf_free(&b);
}

void api_requests(struct request *r, void *arg)
{
    struct server *s = arg;
    char words[4096], session[80], to[24];
    uint8_t mem[1024];
    struct json body;
    struct plan plan;
    struct asked asked;
    struct buf reply;
    struct call *c = NULL;
    bool same;

    if (!api_allowed(s, r))
        return;
    if (json_parse(r->body, &body, NULL)
        || !json_copy(json_get(body, "user_input"), words, sizeof words)) {
        api_error(r, 400, "bad_field", "user_input",
            "must be a string of at most 4,095 bytes");
        return;
    }
    json_copy(json_get(body, "session_id"), session, sizeof session);
    if (!session[0])
        rand_hex(session, CALL_ID);
    request_read(slice_str(words), &(struct request_now){.wall = sys_wall(),
        .offset = zone_offset(&s->zone, sys_wall()),
        .party_max = s->conf->party_max}, &plan);
    buf_over(&reply, mem, sizeof mem);
    directory_fill(&s->places, &plan, &reply);
    understand_asked(&asked, &plan);
    if (json_copy(json_get(body, "to"), to, sizeof to)
        && asked_number_ok(slice_str(to)))
        text_copy(asked.to, sizeof asked.to, slice_str(to));
    if (asked.to[0])
        buf_clear(&reply);      /* whom to call is known */
    if (reply.len == 0 && understand_reply(&plan, &asked, &reply)) {
        if (!configured(s, r))
            return;
        c = start(s, r, &asked, &same);
        if (!c)
            return;
    }
    write_reply(r, slice_str(session), buf_slice(&reply),
        &plan, c);
}
