/* chat.c - a stand-in for the server of a chat model: what it is asked. */
#include <string.h>

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "sim/chat_own.h"
#include "sim/wire.h"

#define IDLE 60000              /* ms a connection may be silent */
#define BODY_MAX (1u << 20)

struct visitor {
    struct list link;
    struct sim_chat *chat;      /* NULL once it is freed */
    struct conn *conn;
};

static const struct sim_chat_line plain[] = {
    {"same again next week", "same_again", "same_again",
        "{\"next_week\":true}", NULL},
    {"same again", "same_again", "same_again", NULL, NULL},
    {"same again", "route", "route", "{\"agent\":\"reserve\"}", NULL},
    {NULL, "pick_booking", "pick_booking", "{\"number\":1}", NULL},
    {NULL, "set_slots", "set_slots", NULL, NULL},
    {NULL, "find_place", "find_place", "{\"words\":\"restaurant\"}", NULL},
    {"sk ", "set_errand", "set_errand", NULL, NULL},
    {NULL, "show_calls", NULL, NULL, "Good day. Shall I book a table?"},
    {"ancel", "route", "route", "{\"agent\":\"cancel\"}", NULL},
    {"move", "route", "route", "{\"agent\":\"change\"}", NULL},
    {"hange my", "route", "route", "{\"agent\":\"change\"}", NULL},
    {"ind ", "route", "route", "{\"agent\":\"search\"}", NULL},
    {"able", "route", "route", "{\"agent\":\"reserve\"}", NULL},
    {"ook", "route", "route", "{\"agent\":\"reserve\"}", NULL},
    {"eserve", "route", "route", "{\"agent\":\"reserve\"}", NULL},
    {NULL, "route", "route", "{\"agent\":\"talk\"}", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

/* ---- judging ---- */

static const char *key_fault(const struct sim_chat *c,
    const struct wire_head *h)
{
    bool twice = false;
    struct slice bearer = wire_field(h, "authorization", &twice);
    struct slice own = wire_field(h, "api-key", &twice);

    if (twice)
        return "two keys";
    if (slice_starts(bearer, "Bearer "))
        return slice_is(slice_from(bearer, 7), c->conf.key) ? NULL
            : "a wrong key";
    return slice_is(own, c->conf.key) ? NULL : "no key";
}

static bool is_one_of(const struct jnode *n, const char *words)
{
    struct slice list = slice_str(words), text = jread_text(n);

    while (text.len && list.ptr)
        if (slice_eq(slice_cut(&list, ' '), text))
            return true;
    return false;
}

static const char *calls_fault(const struct jnode *calls)
{
    if (!jread_is(calls, J_ARRAY) || calls->size == 0)
        return "tool_calls is no list with calls in it";
    for (const struct jnode *n = calls->child; n; n = n->next) {
        const struct jnode *f = jread_get(n, "function");

        if (jread_unknown(n, "id type function").ptr
            || !jread_text(jread_get(n, "id")).len
            || !jread_eq(jread_get(n, "type"), "function")
            || jread_unknown(f, "name arguments").ptr
            || !jread_text(jread_get(f, "name")).len
            || !jread_is(jread_get(f, "arguments"), J_STRING))
            return "a call of tool_calls has not its shape";
    }
    return NULL;
}

static const char *message_fault(const struct jnode *m)
{
    const struct jnode *role = jread_get(m, "role");
    const struct jnode *content = jread_get(m, "content");
    const struct jnode *calls = jread_get(m, "tool_calls");

    if (!jread_is(m, J_OBJECT)
        || jread_unknown(m, "role content tool_calls tool_call_id").ptr)
        return "a message has members that it cannot have";
    if (!is_one_of(role, "system user assistant tool"))
        return "a message has no known role";
    if (calls)
        return jread_eq(role, "assistant") ? calls_fault(calls)
            : "only an assistant's message has tool_calls";
    if (jread_eq(role, "tool") != (jread_get(m, "tool_call_id") != NULL))
        return "tool_call_id belongs to a tool's message, and to no other";
    return jread_is(content, J_STRING) && jread_text(content).len ? NULL
        : "a message without content";
}

static const char *messages_fault(const struct jnode *list)
{
    const char *why = NULL;
    const struct jnode *last = NULL;

    if (!jread_is(list, J_ARRAY) || list->size == 0)
        return "messages is no list, or empty";
    for (const struct jnode *n = list->child; n && !why; n = n->next) {
        why = message_fault(n);
        last = n;
        if (!why && n != list->child
            && jread_eq(jread_get(n, "role"), "system"))
            why = "a system message that is not the first";
    }
    if (why)
        return why;
    return is_one_of(jread_get(last, "role"), "user tool") ? NULL
        : "the last message is nobody's question";
}

static bool name_ok(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = byte_lower(s.ptr[i]);

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_'
            && c != '-')
            return false;
    }
    return s.len > 0 && s.len <= 64;
}

static const char *tools_fault(const struct jnode *tools)
{
    if (!tools)
        return NULL;
    if (!jread_is(tools, J_ARRAY) || tools->size == 0)
        return "tools is no list, or empty";
    for (const struct jnode *n = tools->child; n; n = n->next) {
        const struct jnode *f = jread_get(n, "function");

        if (jread_unknown(n, "type function").ptr
            || !jread_eq(jread_get(n, "type"), "function")
            || jread_unknown(f, "name description parameters strict").ptr
            || !name_ok(jread_text(jread_get(f, "name")))
            || !jread_eq(jread_get(jread_get(f, "parameters"), "type"),
            "object"))
            return "a tool has not its shape";
    }
    return NULL;
}

static const char *body_fault(const struct sim_chat *c,
    const struct jnode *ask)
{
    const struct jnode *most = jread_get(ask, "max_tokens");
    const char *why;

    if (!jread_is(ask, J_OBJECT))
        return "the body is no JSON object";
    if (jread_unknown(ask, "model messages tools tool_choice stream max_tokens"
        " max_completion_tokens parallel_tool_calls").ptr)
        return "the body has a member that is not known";
    if (!jread_eq(jread_get(ask, "model"), c->conf.model))
        return "another model than there is";
    why = messages_fault(jread_get(ask, "messages"));
    if (!why)
        why = tools_fault(jread_get(ask, "tools"));
    if (!why && most && jread_get(ask, "max_completion_tokens"))
        why = "two ceilings for the tokens";
    if (!why && most && (!most->is_whole || most->whole < 1))
        why = "max_tokens is no number";
    return why;
}

static void judged(struct sim_chat *c, const char *why)
{
    if (!c->counts.wrong++)
        text_copy(c->why, sizeof c->why, slice_str(why));
}

/* ---- answering ---- */

static const struct jnode *last_message(const struct jnode *ask)
{
    const struct jnode *n = jread_get(ask, "messages")->child;

    while (n->next)
        n = n->next;
    return n;
}

static bool offers(const struct jnode *ask, const char *name)
{
    const struct jnode *tools = jread_get(ask, "tools");

    for (const struct jnode *n = tools ? tools->child : NULL; n; n = n->next)
        if (jread_eq(jread_get(jread_get(n, "function"), "name"), name))
            return true;
    return false;
}

static const struct sim_chat_line *line_for(const struct sim_chat *c,
    const struct jnode *ask)
{
    static const struct sim_chat_line lost = {NULL, NULL, NULL, NULL,
        "I am at a loss."};
    const struct sim_chat_line *l = c->conf.line ? c->conf.line : plain;
    struct slice said = jread_text(jread_get(last_message(ask), "content"));

    for (; l->said || l->offered || l->tool || l->text; l++)
        if ((!l->said || slice_find(said, slice_str(l->said)) != SLICE_NPOS)
            && (!l->offered || offers(ask, l->offered)))
            return l;
    return &lost;
}

static void say(struct visitor *v, int status, const char *type,
    struct slice body, const char *more)
{
    struct buf head;

    buf_init(&head, 4096);
    buf_addf(&head, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
        "Content-Length: %zu\r\n%s\r\n", status, status == 200 ? "OK"
        : "ERROR", type, body.len, more ? more : "");
    if (conn_write(v->conn, buf_slice(&head)) || conn_write(v->conn, body))
        conn_abort(v->conn, NULL);
    buf_free(&head);
}

/* In chunks of so many bytes (the HTTP client wants no fewer than a few): the
 * client's parser sees every cut between them. */
static void send_stream(struct visitor *v, struct slice body, bool cut)
{
    size_t piece = v->chat->conf.piece ? v->chat->conf.piece : body.len;
    struct buf b;

    buf_init(&b, 8u << 20);
    buf_adds(&b, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; "
        "charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (body.len) {
        struct slice part = slice_head(body, piece);

        buf_addf(&b, "%zx\r\n", part.len);
        buf_add(&b, part);
        buf_adds(&b, "\r\n");
        body = slice_from(body, part.len);
    }
    buf_adds(&b, "0\r\n\r\n");
    if (conn_write(v->conn, buf_slice(&b)))
        conn_abort(v->conn, NULL);
    else if (cut)
        conn_close(v->conn);
    buf_free(&b);
}

static bool strikes(struct sim_chat *c)
{
    if (c->conf.fault == SIM_CHAT_WELL || (c->conf.strikes
        && c->struck >= c->conf.strikes))
        return false;
    c->struck++;
    return true;
}

static void refuse(struct visitor *v, int status, const char *type,
    const char *code, const char *message)
{
    struct buf b;

    buf_init(&b, 4096);
    chat_write_error(&b, v->chat->conf.shape, type, code, message);
    say(v, status, "application/json", buf_slice(&b), v->chat->conf.header);
    buf_free(&b);
}

/* What a fault does instead of an answer; false: it answers after all. */
static bool spoil(struct visitor *v)
{
    struct sim_chat *c = v->chat;

    switch (c->conf.fault) {
    case SIM_CHAT_STATUS:
        refuse(v, c->conf.status, c->conf.status == 429
            ? "rate_limit_exceeded" : "server_error", c->conf.status == 401
            ? "invalid_api_key" : c->conf.status == 404 ? "model_not_found"
            : NULL, "That did not work.");
        return true;
    case SIM_CHAT_QUOTA:
        refuse(v, 429, "insufficient_quota", "insufficient_quota",
            "You exceeded your current quota.");
        return true;
    case SIM_CHAT_NO_TOOLS:
        refuse(v, 400, "invalid_request_error", NULL,
            "this model does not support tools");
        return true;
    case SIM_CHAT_SILENT:
        return true;
    case SIM_CHAT_RESET:
        conn_abort(v->conn, NULL);
        return true;
    case SIM_CHAT_HTML:
        say(v, 200, "text/html", SLICE("<!doctype html><p>Sign in</p>"),
            NULL);
        return true;
    case SIM_CHAT_ERROR_200:
        say(v, 200, "application/json", SLICE("{\"error\":{\"message\":"
            "\"upstream is gone\",\"code\":502}}"), NULL);
        return true;
    default:
        return false;
    }
}

static void answer(struct visitor *v, const struct jnode *ask)
{
    struct sim_chat *c = v->chat;
    const struct jnode *stream = jread_get(ask, "stream");
    bool bad = strikes(c), whole = c->conf.whole || !stream || !stream->yes;
    struct sim_chat_line line = *line_for(c, ask);
    enum sim_chat_fault fault = bad ? c->conf.fault : SIM_CHAT_WELL;
    struct buf b;

    if (bad && spoil(v))
        return;
    if (fault == SIM_CHAT_BROKEN && line.tool)
        line.arguments = "{\"agent\":\"reserve\",\"restaurant\":\"Lui";
    if (fault == SIM_CHAT_STRANGER) {
        line.tool = "delete_everything";
        line.arguments = "{}";
    }
    buf_init(&b, 1u << 20);
    if (whole) {
        chat_write_whole(&b, c, &line);
        say(v, 200, "application/json", buf_slice(&b), NULL);
    } else {
        chat_write_stream(&b, c, &line, fault);
        send_stream(v, buf_slice(&b), fault == SIM_CHAT_CUT);
    }
    buf_free(&b);
}

static void on_request(struct visitor *v, const struct wire_head *h,
    struct slice body)
{
    struct sim_chat *c = v->chat;
    struct slice path = h->target, query = slice_cut(&path, '?');
    const char *why = key_fault(c, h);
    const struct jnode *ask;

    (void)path;
    c->counts.asked++;
    if (!slice_is(h->method, "POST")
        || !slice_ends(query, "/chat/completions")) {
        judged(c, "another door than chat/completions");
        refuse(v, 404, "invalid_request_error", NULL, "no such path");
        return;
    }
    if (why) {
        judged(c, why);
        refuse(v, 401, "invalid_request_error", "invalid_api_key", why);
        return;
    }
    ask = jread(c->json, body);
    why = ask ? body_fault(c, ask) : c->json->why;
    if (why) {
        judged(c, why);
        refuse(v, 400, "invalid_request_error", NULL, why);
    } else {
        answer(v, ask);
    }
}

/* ---- the connection ---- */

static size_t on_read(struct conn *conn, void *arg, struct mslice bytes)
{
    struct visitor *v = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);

    while (v->chat && in.len && !conn_closing(conn)) {
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
            judged(v->chat, why);
            conn_abort(conn, NULL);
        } else if (done) {
            on_request(v, &h, buf_slice(&body));
            in = slice_from(in, (size_t)n + (size_t)used);
        }
        buf_free(&body);
        if (!done)
            break;
    }
    conn_deadline(conn, IDLE, "the next request");
    return bytes.len - in.len;
}

static void on_close(struct conn *conn, void *arg, const struct err *err)
{
    struct visitor *v = arg;

    (void)conn;
    (void)err;
    list_drop(&v->link);
    mem_drop(v);
}

static const struct conn_ops ops = {
    .name = "sim-chat",
    .on_read = on_read,
    .on_close = on_close,
};

static void on_accept(struct conn *conn, void *arg)
{
    struct sim_chat *c = arg;
    struct visitor *v = mem_new(sizeof *v);

    if (!v) {
        conn_abort(conn, NULL);
        return;
    }
    v->chat = c;
    v->conn = conn;
    list_push(&c->visitors, &v->link);
    conn_adopt(conn, &ops, v);
    conn_limits(conn, 8u << 20, BODY_MAX + WIRE_HEAD);
    conn_deadline(conn, IDLE, "the first request");
}

struct sim_chat *sim_chat_new(struct loop *l, const struct sim_chat_conf *conf,
    struct err *err)
{
    struct sim_chat *c = mem_new(sizeof *c);
    struct sys_addr at;

    if (!c) {
        fail(err, ERR_MEM, "no memory for the chat model");
        return NULL;
    }
    list_init(&c->visitors);
    c->conf = *conf;
    c->json = mem_new(sizeof *c->json);
    sys_addr_parse(&at, SLICE("127.0.0.1"), 0);
    if (c->json)
        c->listener = conn_listen(l, &at, NULL, 100, on_accept, c, err);
    else
        fail(err, ERR_MEM, "no memory for the chat model");
    if (c->listener)
        return c;
    sim_chat_free(c);
    return NULL;
}

void sim_chat_free(struct sim_chat *c)
{
    struct list *n;

    if (!c)
        return;
    if (c->listener)
        listener_close(c->listener);
    while ((n = list_shift(&c->visitors))) {
        struct visitor *v = LIST_OWNER(n, struct visitor, link);

        v->chat = NULL;
        conn_abort(v->conn, NULL);
    }
    mem_drop(c->json);
    mem_drop(c);
}

uint16_t sim_chat_port(const struct sim_chat *c)
{
    return listener_port(c->listener);
}

struct sim_chat_counts sim_chat_counts(const struct sim_chat *c)
{
    return c->counts;
}

const char *sim_chat_why(const struct sim_chat *c)
{
    return c->why;
}
