/* model.c - the realtime voice model: the socket, and who gets which event. */
#include "sim/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/model_own.h"

#define HEAD_WITHIN 10000           /* ms for the upgrade */
#define EARLY 1000                  /* ms a session lives that dies early */
#define LIFE 3600000                /* ms: realtime 1, session length */
#define MESSAGE_MAX (15u << 20)     /* one client event */

static enum model_temper temper_of(const struct sim_model *m)
{
    return m->conf.script ? m->conf.script->temper : MODEL_WELL;
}

/* ---- telling and judging ---- */

void model_new_id(struct sim_model *m, const char *prefix,
    char out[static MODEL_ID])
{
    uint64_t x = (m->conf.seed + ++m->ids) * UINT64_C(0x9e3779b97f4a7c15);

    x ^= x >> 29;
    text_fmt(out, MODEL_ID, "%s_%016llx%04llu", prefix, (unsigned long long)x,
        (unsigned long long)m->ids);
}

void model_judge(struct sim_model *m, bool sent, const char *code,
    const char *fmt, ...)
{
    struct sim_model_error *e = &m->error[m->errors < MODEL_ERRORS
        ? m->errors : MODEL_ERRORS - 1];
    char line[300];
    va_list ap;

    memset(e, 0, sizeof(*e));
    text_copy(e->code, sizeof(e->code), slice_str(code));
    e->sent = sent;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    m->errors += m->errors < MODEL_ERRORS;
    text_fmt(line, sizeof(line), "%s %s: %s", sent ? "refuses," : "judges,",
        e->code, e->text);
    model_note(m, line, NULL);
}

void model_note(const struct sim_model *m, const char *what, const char *text)
{
    char line[MFSK_TEXT + 40];

    if (!m->conf.note.say)
        return;
    text_fmt(line, sizeof(line), text ? "%s \"%s\"" : "%s", what, text);
    m->conf.note.say(m->conf.note.arg, "model", line);
}

struct buf *model_begin(struct session *s, const char *type)
{
    const char *name = s->beta ? model_beta_name(type) : type;

    s->hushed = !name;
    buf_clear(&s->m->out);
    buf_addf(&s->m->out, "{\"type\":\"%s\",\"event_id\":\"event_%llu\"",
        name ? name : type, (unsigned long long)++s->seq_events);
    return &s->m->out;
}

/* The dialect of 2024 has a schema of its own. */
static struct slice tap_head(const struct session *s)
{
    return s->beta ? SLICE("beta") : SLICE("text");
}

void model_send(struct session *s, int op, struct slice data)
{
    struct buf *f = &s->m->frame;

    buf_clear(f);
    wire_frame(f, op, data, NULL);
    if (!buf_ok(f) || conn_write(s->conn, buf_slice(f)))
        conn_abort(s->conn, NULL);
}

void model_end(struct session *s)
{
    buf_adds(&s->m->out, "}");
    if (s->closing || s->hushed)
        return;
    sim_tap(&s->m->conf.tap, TAP_MODEL, false, tap_head(s),
        buf_slice(&s->m->out));
    model_send(s, WIRE_TEXT, buf_slice(&s->m->out));
}

void model_error_event(struct session *s, const char *kind, const char *code,
    const char *param, const char *text)
{
    struct buf *b = model_begin(s, "error");

    buf_addf(b, ",\"error\":{\"type\":\"%s\",\"code\":\"%s\",\"message\":",
        kind, code);
    jread_quote(b, slice_str(text));
    buf_adds(b, ",\"param\":");
    if (param)
        jread_quote(b, slice_str(param));
    else
        buf_adds(b, "null");
    buf_adds(b, ",\"event_id\":");
    if (s->about[0])
        jread_quote(b, slice_str(s->about));
    else
        buf_adds(b, "null");
    buf_adds(b, "}");
    model_end(s);
}

void model_refuse(struct session *s, const char *code, const char *param,
    const char *fmt, ...)
{
    char text[300];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    model_judge(s->m, true, code, "%s", text);
    model_error_event(s, "invalid_request_error", code, param, text);
}

void model_hang_up(struct session *s, uint16_t code, const char *reason)
{
    if (s->closing)
        return;
    buf_clear(&s->m->frame);
    wire_close(&s->m->frame, code, reason, NULL);
    conn_write(s->conn, buf_slice(&s->m->frame));
    s->closing = true;
    conn_close(s->conn);
}

/* ---- events of the client ---- */

static void tell_session(struct session *s, const char *type)
{
    struct buf *b = model_begin(s, type);

    buf_adds(b, ",\"session\":");
    model_session_json(s, b);
    model_end(s);
}

static void on_update(struct session *s, const struct jnode *event)
{
    if (model_session_update(s, jread_get(event, "session")))
        return;
    s->updated = true;
    if (temper_of(s->m) != MODEL_NO_ECHO)
        tell_session(s, "session.updated");
    if (temper_of(s->m) == MODEL_DIES_EARLY && s->m->counts.sessions == 1)
        loop_in(s->m->loop, &s->expiry, EARLY);
}

static void on_append(struct session *s, const struct jnode *event)
{
    struct slice audio = jread_text(jread_get(event, "audio"));
    struct buf *b = &s->m->sound;

    buf_clear(b);
    if (wire_unbase64(b, audio) || !buf_ok(b))
        model_refuse(s, "invalid_value", "audio",
            "Invalid 'audio'. Expected base64-encoded audio bytes.");
    else
        model_on_append(s, buf_slice(b));
}

static void on_commit(struct session *s, const struct jnode *event)
{
    (void)event;
    if (s->pending < 800)           /* 100 ms */
        model_refuse(s, "input_audio_buffer_commit_empty", NULL,
            "Error committing input audio buffer: buffer too small.");
    else
        model_commit(s);
}

static void on_clear(struct session *s, const struct jnode *event)
{
    (void)event;
    s->pending = 0;
    s->speech = false;
    buf_clear(&s->words);
    model_begin(s, "input_audio_buffer.cleared");
    model_end(s);
}

static void on_create(struct session *s, const struct jnode *event)
{
    if (model_check_response(s, jread_get(event, "response")) == 0)
        model_respond(s, event);
}

static void on_cancel(struct session *s, const struct jnode *event)
{
    const struct jnode *id = jread_get(event, "response_id");

    if (!s->resp.active || (id && !jread_eq(id, s->resp.id)))
        model_refuse(s, "response_cancel_not_active", NULL,
            "Cancellation failed: no active response found");
    else
        model_cancel(s, "client_cancelled");
}

static void on_output_clear(struct session *s, const struct jnode *event)
{
    (void)event;
    model_refuse(s, "invalid_event", "type",
        "output_audio_buffer.clear is for WebRTC and SIP sessions only.");
}

static const struct {
    const char *type, *keys, *required;
    enum jkind kind;            /* of the required one */
    void (*on)(struct session *s, const struct jnode *event);
} events[] = {
    {"session.update", "session", "session", J_OBJECT, on_update},
    {"input_audio_buffer.append", "audio", "audio", J_STRING, on_append},
    {"input_audio_buffer.commit", "", NULL, J_NULL, on_commit},
    {"input_audio_buffer.clear", "", NULL, J_NULL, on_clear},
    {"conversation.item.create", "item previous_item_id", "item", J_OBJECT,
        model_on_item},
    {"conversation.item.retrieve", "item_id", "item_id", J_STRING,
        model_on_retrieve},
    {"conversation.item.truncate", "item_id content_index audio_end_ms",
        "item_id", J_STRING, model_on_truncate},
    {"conversation.item.delete", "item_id", "item_id", J_STRING,
        model_on_delete},
    {"response.create", "response", NULL, J_NULL, on_create},
    {"response.cancel", "response_id", NULL, J_NULL, on_cancel},
    {"output_audio_buffer.clear", "", NULL, J_NULL, on_output_clear},
};

static void on_known(struct session *s, size_t e, const struct jnode *event)
{
    char keys[120];

    text_fmt(keys, sizeof(keys), "type event_id %s", events[e].keys);
    if (!model_keys(s, event, "", keys))
        return;
    if (events[e].required && !jread_get(event, events[e].required)) {
        model_refuse(s, "missing_required_parameter", events[e].required,
            "Missing required parameter: '%s'.", events[e].required);
        return;
    }
    if (events[e].required
        && !jread_is(jread_get(event, events[e].required), events[e].kind)) {
        model_refuse(s, "invalid_type", events[e].required,
            "Invalid type for '%s'.", events[e].required);
        return;
    }
    events[e].on(s, event);
}

static void on_text(struct session *s, struct slice text)
{
    const struct jnode *event = jread(s->m->json, text);
    const struct jnode *type = jread_get(event, "type");
    const struct jnode *id = jread_get(event, "event_id");

    s->about[0] = '\0';
    if (!jread_is(event, J_OBJECT)) {
        model_refuse(s, "invalid_json", NULL, "We could not parse the JSON "
            "body of your event: %s at byte %zu.", s->m->json->why
            ? s->m->json->why : "no object", s->m->json->at);
        return;
    }
    if (id && (!jread_is(id, J_STRING) || id->text.len > 512)) {
        model_refuse(s, "invalid_value", "event_id",
            "Invalid value for 'event_id'.");
        return;
    }
    if (id)
        text_copy(s->about, sizeof(s->about), id->text);
    for (size_t e = 0; e < sizeof(events) / sizeof(*events); e++)
        if (jread_eq(type, events[e].type)) {
            on_known(s, e, event);
            s->about[0] = '\0';
            return;
        }
    model_refuse(s, type ? "invalid_value" : "missing_required_parameter",
        "type", type ? "Invalid value: '%.*s'."
        : "Missing required parameter: 'type'.%.*s",
        SLICE_ARG(slice_head(jread_text(type), 80)));
}

/* ---- the socket ---- */

static void on_expiry(void *arg)
{
    struct session *s = arg;

    if (!s->open) {
        conn_abort(s->conn, NULL);
        return;
    }
    model_error_event(s, "invalid_request_error", "session_expired", NULL,
        "Your session hit the maximum duration of 60 minutes.");
    model_hang_up(s, 1001,
        "Your session hit the maximum duration of 60 minutes.");
}

static void on_control(struct session *s)
{
    if (s->ws.op == WIRE_PING)
        model_send(s, WIRE_PONG, s->ws.data);
    if (s->ws.op == WIRE_CLOSE && s->ws.code != 1000)
        s->m->counts.closed = s->ws.code;
    if (s->ws.op == WIRE_CLOSE)
        model_hang_up(s, s->ws.code == 1005 ? 1000 : s->ws.code, "");
}

static void on_frames(struct session *s, struct slice *in)
{
    while (!s->closing) {
        switch (wire_next(&s->ws, in)) {
        case WIRE_MORE:
            return;
        case WIRE_PART:
            break;
        case WIRE_MESSAGE:
            sim_tap(&s->m->conf.tap, TAP_MODEL, true, s->ws.op == WIRE_TEXT
                ? tap_head(s) : SLICE("binary"), s->ws.data);
            if (s->ws.op == WIRE_TEXT) {
                on_text(s, s->ws.data);
                break;
            }
            model_judge(s->m, false, "websocket", "a binary message");
            model_hang_up(s, 1003, "text only");
            break;
        case WIRE_CONTROL:
            on_control(s);
            break;
        case WIRE_BAD:
            model_judge(s->m, false, "websocket", "%s", s->ws.why);
            model_hang_up(s, 1002, s->ws.why);
            break;
        }
    }
}

/* The upgrade's rules; NULL when it is one. */
static const char *judge_upgrade(const struct wire_head *h, int *status)
{
    bool twice = false;
    struct slice key = wire_field(h, "sec-websocket-key", &twice);
    struct slice version = wire_field(h, "sec-websocket-version", &twice);
    uint8_t room[32];
    struct buf raw;

    buf_over(&raw, room, sizeof(room));
    *status = 400;
    if (!slice_is(h->method, "GET"))
        return "an upgrade must be a GET";
    if (!wire_has(h, "upgrade", "websocket")
        || !wire_has(h, "connection", "upgrade"))
        return "Upgrade: websocket and Connection: Upgrade must be there";
    if (!slice_is(version, "13"))
        return "Sec-WebSocket-Version must be 13";
    if (twice || wire_unbase64(&raw, key) || raw.len != 16)
        return "Sec-WebSocket-Key must be 16 bytes in base64, once";
    if (h->length > 0 || h->chunked)
        return "an upgrade has no body";
    return NULL;
}

static const char *judge_target(const struct sim_model *m,
    const struct wire_head *h, int *status, struct slice *model)
{
    bool twice = false;
    struct slice auth = wire_field(h, "authorization", &twice);
    struct slice query = h->target, path = slice_cut(&query, '?');
    struct slice bearer = slice_from(auth, 7);

    *status = 404;
    if (!slice_is(path, "/v1/realtime"))
        return "no such path";
    *status = 401;
    if (twice || !slice_starts(auth, "Bearer ")
        || !slice_is(bearer, m->conf.key))
        return "Incorrect API key provided";
    *status = 400;
    while (query.ptr) {
        struct slice value = slice_cut(&query, '&');

        if (slice_is(slice_cut(&value, '='), "model") && value.len)
            *model = value;
    }
    return model->ptr ? NULL : "you must provide a model parameter";
}

static const struct {
    int status;
    const char *word, *code, *why;
} refusals[] = {
    {400, "Bad Request", "null", "The request is not valid."},
    {401, "Unauthorized", "\"invalid_api_key\"",
        "Incorrect API key provided."},
    {403, "Forbidden", "\"unsupported_country_region_territory\"",
        "Country, region, or territory not supported"},
    {404, "Not Found", "\"model_not_found\"",
        "The model does not exist or you do not have access to it."},
    {429, "Too Many Requests", "\"rate_limit_exceeded\"",
        "Rate limit reached for requests."},
    {500, "Internal Server Error", "null",
        "The server had an error while processing your request."},
};

static void answer_plain(struct session *s, int status, const char *why)
{
    size_t r = 0;
    char body[300], head[400];

    while (r + 1 < sizeof(refusals) / sizeof(*refusals)
        && refusals[r].status != status)
        r++;
    text_fmt(body, sizeof(body), "{\"error\":{\"message\":\"%s\",\"type\":"
        "\"invalid_request_error\",\"param\":null,\"code\":%s}}",
        why ? why : refusals[r].why, refusals[r].code);
    text_fmt(head, sizeof(head), "HTTP/1.1 %d %s\r\nContent-Type: "
        "application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
        status, refusals[r].word, strlen(body));
    conn_write(s->conn, slice_str(head));
    conn_write(s->conn, slice_str(body));
    s->closing = true;
    conn_close(s->conn);
    if (why)
        model_judge(s->m, true, "http", "%d %s", status, why);
}

static void answer_upgrade(struct session *s, struct slice key)
{
    struct buf *b = &s->m->frame;

    buf_clear(b);
    buf_adds(b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    wire_accept(b, key);
    buf_adds(b, "\r\n\r\n");
    conn_write(s->conn, buf_slice(b));
    s->open = true;
    s->m->counts.sessions++;
    loop_in(s->m->loop, &s->expiry, LIFE);
}

/* What the script answers this upgrade with; 0: it is let in. */
static int refusal(const struct sim_model *m)
{
    const struct model_script *script = m->conf.script;

    return script ? script->refuse[m->counts.upgrades > 1] : 0;
}

static void begin_session(struct session *s)
{
    switch (temper_of(s->m)) {
    case MODEL_NO_HELLO:
        break;
    case MODEL_UNKNOWN:
        model_error_event(s, "invalid_request_error", "model_not_found",
            "model", "The model does not exist or you do not have access to "
            "it.");
        model_hang_up(s, 4000, "invalid_request_error.model_not_found");
        break;
    case MODEL_WELL: case MODEL_NO_ECHO: case MODEL_DIES_EARLY:
    case MODEL_NEVER_DISCLOSES:
    case MODEL_LIES_FORMAT: case MODEL_LIES_TOOLS: case MODEL_LIES_VOICE:
        tell_session(s, "session.created");
        break;
    }
}

static void on_upgrade(struct session *s, const struct wire_head *h)
{
    struct slice model = {0};
    bool twice = false, beta = wire_field(h, "openai-beta", &twice).ptr;
    int status;
    const char *why = judge_target(s->m, h, &status, &model);

    if (!why)
        why = judge_upgrade(h, &status);
    if (why) {
        answer_plain(s, status, why);
        return;
    }
    s->m->counts.upgrades++;
    if (refusal(s->m)) {
        model_note(s->m, "refuses the upgrade", NULL);
        answer_plain(s, refusal(s->m), NULL);
        return;
    }
    s->beta = s->m->conf.script && s->m->conf.script->beta;
    answer_upgrade(s, wire_field(h, "sec-websocket-key", &twice));
    model_session_init(s, model);
    model_new_id(s->m, "sess", s->id);
    if (beta && !s->beta) {         /* realtime 0 */
        model_refuse(s, "beta_api_shape_disabled", NULL,
            "The beta API shape is no longer available.");
        model_hang_up(s, 4000,
            "invalid_request_error.beta_api_shape_disabled");
        return;
    }
    begin_session(s);
}

static size_t on_read(struct conn *c, void *arg, struct mslice bytes)
{
    struct session *s = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why;
    int n;

    (void)c;
    if (!s->m || s->closing)
        return bytes.len;
    if (!s->open) {
        n = wire_request(in, &h, &why);
        if (n < 0)
            answer_plain(s, 400, why);
        if (n <= 0)
            return n ? bytes.len : 0;
        sim_tap(&s->m->conf.tap, TAP_MODEL, true, slice_head(in, (size_t)n),
            SLICE(""));
        on_upgrade(s, &h);
        in = slice_from(in, (size_t)n);
    }
    if (s->open)
        on_frames(s, &in);
    return bytes.len - in.len;
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct session *s = arg;

    (void)c;
    (void)err;
    if (s->m && s->open && !s->closing)
        model_note(s->m, "loses its socket", NULL);
    list_drop(&s->link);
    loop_cancel(conn_loop(s->conn), &s->expiry);
    model_talk_fini(s);
    model_session_fini(s);
    wire_fini(&s->ws);
    mem_drop(s);
}

static const struct conn_ops ops = {
    .name = "sim-model",
    .on_read = on_read,
    .on_close = on_close,
};

static void on_accept(struct conn *c, void *arg)
{
    struct sim_model *m = arg;
    struct session *s = mem_new(sizeof(*s));

    if (!s)
        return;                     /* without ops the loop closes it */
    list_push(&m->sessions, &s->link);
    s->m = m;
    s->conn = c;
    s->ws.masked = true;
    s->ws.max = MESSAGE_MAX;
    s->expiry.fire = on_expiry;
    s->expiry.arg = s;
    model_talk_init(s);
    conn_adopt(c, &ops, s);
    conn_limits(c, 64u << 20, MESSAGE_MAX + 1024);
    loop_in(m->loop, &s->expiry, HEAD_WITHIN);
}

/* ---- its life ---- */

struct sim_model *sim_model_new(struct loop *l,
    const struct sim_model_conf *conf, struct err *err)
{
    static const uint8_t home[4] = {127, 0, 0, 1};
    struct sim_model *m = mem_new(sizeof(*m));
    struct sys_addr at;

    if (!m) {
        fail(err, ERR_MEM, "no memory for the model");
        return NULL;
    }
    m->loop = l;
    m->conf = *conf;
    m->counts.truncated_ms = -1;
    list_init(&m->sessions);
    buf_init(&m->out, 4u << 20);
    buf_init(&m->frame, (4u << 20) + 16);
    buf_init(&m->sound, MESSAGE_MAX);
    m->json = mem_new(sizeof(*m->json));
    sys_addr_v4(&at, home, conf->port);
    if (m->json)
        m->listener = conn_listen(l, &at, NULL, 1000, on_accept, m, err);
    else
        fail(err, ERR_MEM, "no memory for the model");
    if (m->listener)
        return m;
    sim_model_free(m);
    return NULL;
}

void sim_model_free(struct sim_model *m)
{
    struct list *n;

    if (!m)
        return;
    listener_close(m->listener);
    while ((n = list_shift(&m->sessions))) {
        struct session *s = LIST_OWNER(n, struct session, link);

        loop_cancel(m->loop, &s->timer);
        loop_cancel(m->loop, &s->expiry);
        s->m = NULL;
        conn_abort(s->conn, NULL);
    }
    buf_free(&m->out);
    buf_free(&m->frame);
    buf_free(&m->sound);
    mem_drop(m->json);
    mem_drop(m);
}

uint16_t sim_model_port(const struct sim_model *m)
{
    return listener_port(m->listener);
}

void sim_model_script(struct sim_model *m, const struct model_script *s)
{
    m->conf.script = s;
    for (struct list *k = m->sessions.next; k != &m->sessions; k = k->next)
        LIST_OWNER(k, struct session, link)->fired = 0;
}

const struct sim_model_error *sim_model_error(const struct sim_model *m,
    size_t i)
{
    return i < m->errors ? &m->error[i] : NULL;
}

size_t sim_model_errors(const struct sim_model *m)
{
    return m->errors;
}

struct sim_model_counts sim_model_counts(const struct sim_model *m)
{
    return m->counts;
}

size_t sim_model_open(const struct sim_model *m)
{
    size_t n = 0;

    for (const struct list *k = m->sessions.next; k != &m->sessions;
        k = k->next)
        n++;
    return n;
}
