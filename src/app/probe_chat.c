/* probe_chat.c - the chat model that helps to understand: key, model, tools and
 * streaming, in one short question (openai 7).
 *
 * Only when AGENT_MODEL names one: without it the grammar does all.
 */
#include "app/probe.h"

#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/chat.h"

#define ASK_WITHIN 20000        /* ms: a local model is loaded first */
#define ANSWER_MAX (256u << 10)
#define TOKENS 64               /* of the answer, at most */

/* What any model that can call tools calls this one for. */
#define TOOLS "[{\"type\":\"function\",\"function\":{\"name\":" \
    "\"note_party\",\"description\":\"Notes how many people will come.\"," \
    "\"parameters\":{\"type\":\"object\",\"properties\":{\"people\":{" \
    "\"type\":\"integer\"}},\"required\":[\"people\"]," \
    "\"additionalProperties\":false}}}]"
#define QUESTION "A table for four, please. Note how many people will come."

struct chat_probe {
    struct httpc_call *call;
    struct chat_answer answer;
    struct buf whole;           /* an answer that is no stream */
    int64_t sent_us, first_us;
    int status;
    bool streams;
    bool old_name;              /* asked again with max_tokens */
};

/* ---- judging ---- */

static const char *setting_of(const struct probe_run *p)
{
    return p->d->conf->openai_base_url[0] ? "OPENAI_BASE_URL"
        : "OPENAI_API_KEY";
}

static void fail_answer(struct probe_run *p)
{
    const struct chat_probe *k = p->own;
    const char *model = p->d->conf->agent_model;
    char why[200];

    probe_clean(why, sizeof why, slice_str(k->answer.why));
    switch (k->answer.fail) {
    case CHAT_KEY:
        probe_remedy(p, "set OPENAI_API_KEY to a key of that service");
        probe_fail(p, 0, "the chat service refuses OPENAI_API_KEY (%d): %s",
            k->status, why);
        break;
    case CHAT_MODEL:
        probe_remedy(p, "set AGENT_MODEL to a model it has (ollama pull %s), "
            "or correct the path of OPENAI_BASE_URL (.../v1)", model);
        probe_fail(p, 0, "there is no chat model \"%s\" (%d): %s", model,
            k->status, why);
        break;
    case CHAT_QUOTA:
        probe_remedy(p, "add funds, or raise the limit, at the chat service");
        probe_fail(p, 0, "the chat service's account is used up "
            "(insufficient_quota)");
        break;
    case CHAT_NO_TOOLS:
        probe_remedy(p, "take a model with tools; vLLM: start it with "
            "--enable-auto-tool-choice --tool-call-parser, llama.cpp: with "
            "--jinja");
        probe_fail(p, 0, "\"%s\" takes no tools: %s", model, why);
        break;
    case CHAT_BUSY:
        probe_remedy(p, "wait, or raise the limit at the chat service");
        probe_warn(p, 0, "the chat service is busy (%d): %s", k->status, why);
        break;
    case CHAT_SERVER:
        probe_remedy(p, "look at the chat service's log or status page");
        probe_fail(p, 0, "the chat service failed (%d): %s", k->status, why);
        break;
    default:
        probe_remedy(p, "point %s at a service that speaks Chat Completions",
            setting_of(p));
        probe_fail(p, 0, "the chat service did not understand us (%d): %s",
            k->status, why);
        break;
    }
}

static void judge(struct probe_run *p)
{
    struct chat_probe *k = p->own;
    struct chat_answer *a = &k->answer;
    int64_t all = sys_now_us() - k->sent_us;

    jsonw_kint(probe_seen(p), "status", k->status);
    jsonw_kint(probe_seen(p), "tools_called", (int64_t)a->tools);
    jsonw_kint(probe_seen(p), "first_us", k->first_us);
    if (a->tokens_in >= 0)
        jsonw_kint(probe_seen(p), "tokens_in", a->tokens_in);
    if (a->fail != CHAT_FINE) {
        fail_answer(p);
    } else if (!a->tools) {
        probe_remedy(p, "take a model that calls tools; with this one the "
            "grammar does nearly all");
        probe_warn(p, 0, "\"%s\" answered with words and called no tool",
            p->d->conf->agent_model);
    } else if (!k->streams) {
        probe_remedy(p, "take out what collects the stream on the way; words "
            "come late without it");
        probe_warn(p, 0, "\"%s\" calls tools and does not stream",
            p->d->conf->agent_model);
    } else {
        probe_ok(p, "%s: calls tools, streams, first piece after %.0f ms of "
            "%.0f", p->d->conf->agent_model, (double)k->first_us / 1000,
            (double)all / 1000);
    }
}

/* ---- asking ---- */

static void ask(struct probe_run *p);

static void on_piece(void *arg, const struct http *head, struct slice s)
{
    struct probe_run *p = arg;
    struct chat_probe *k = p->own;

    if (probe_over(p))
        return;
    if (!k->first_us)
        k->first_us = sys_now_us() - k->sent_us;
    k->streams = head->status == 200 && slice_starts(http_get(head,
        "content-type"), "text/event-stream");
    if (k->streams)
        chat_feed(&k->answer, s);
    else
        buf_add(&k->whole, s);
}

/* Servers that know the old name alone say so: then it is asked by that. */
static bool wants_old_name(const struct chat_probe *k)
{
    return !k->old_name && k->answer.fail == CHAT_ASKED_WRONG
        && slice_find(slice_str(k->answer.why),
        SLICE("max_completion_tokens")) != SLICE_NPOS;
}

static void on_answer(void *arg, const struct httpc_answer *h,
    const struct err *err)
{
    struct probe_run *p = arg;
    struct chat_probe *k = p->own;

    k->call = NULL;
    if (probe_over(p))
        return;
    if (err) {
        probe_remedy(p, "start the service, let this machine reach it, or "
            "correct OPENAI_BASE_URL");
        probe_fail(p, 0, "the chat service gives no answer: %s", err->msg);
        return;
    }
    k->status = h->head->status;
    if (k->streams)
        chat_end(&k->answer);
    else
        chat_read(&k->answer, k->status, buf_slice(&k->whole));
    if (wants_old_name(k)) {
        chat_answer_free(&k->answer);
        buf_free(&k->whole);
        k->old_name = true;
        ask(p);
    } else {
        judge(p);
    }
}

static void send_it(struct probe_run *p, struct slice url, struct slice body)
{
    const struct conf *c = p->d->conf;
    struct chat_probe *k = p->own;
    struct buf head;
    char mem[CONF_TEXT + 32];
    struct err err = {0};
    struct httpc_request q = {.method = "POST", .url = url, .body = body,
        .type = "application/json", .timeout = ASK_WITHIN,
        .max_answer = ANSWER_MAX};

    buf_over(&head, mem, sizeof mem - 1);
    chat_key_header(&head, slice_str(c->openai_base_url),
        slice_str(c->openai_api_key));
    mem[head.len] = 0;
    if (head.len)
        q.headers = mem;
    else if (c->openai_api_key[0])
        q.bearer = slice_str(c->openai_api_key);
    k->sent_us = sys_now_us();
    k->call = httpc_start(p->d->http, &q, on_answer, p, &err);
    if (k->call)
        httpc_on_piece(k->call, on_piece);
    else
        probe_fail(p, 0, "OPENAI_BASE_URL: %s", err.msg);
}

static void ask(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    struct chat_probe *k = p->own;
    struct chat_message say = {.role = CHAT_USER, .text = SLICE(QUESTION)};
    struct chat_ask q = {.model = slice_str(c->agent_model), .message = &say,
        .messages = 1, .tools = SLICE(TOOLS), .max_tokens = TOKENS,
        .old_max_tokens = k->old_name, .stream = true};
    struct buf url, body;
    struct url u;
    const char *why;
    size_t at;

    chat_answer_init(&k->answer);
    buf_init(&k->whole, ANSWER_MAX);
    k->first_us = 0;
    k->streams = false;
    buf_init(&url, 2 * CONF_TEXT);
    buf_init(&body, 8192);
    chat_url(&url, slice_str(c->openai_base_url));
    chat_write(&body, &q);
    if (!buf_ok(&url) || !buf_ok(&body))
        probe_fail(p, 0, "no memory");
    else if (url_parse(buf_slice(&url), &u, &at, &why))
        probe_fail(p, 0, "OPENAI_BASE_URL: %s", why);
    else if (p->d->opt.offline && !doctor_near(u.host))
        probe_skip(p, "--offline: %.*s is not asked", SLICE_ARG(u.host));
    else
        send_it(p, buf_slice(&url), buf_slice(&body));
    buf_free(&url);
    buf_free(&body);
}

static void start(struct probe_run *p)
{
    const struct conf *c = p->d->conf;

    if (!c->agent_model[0]) {
        probe_skip(p, "AGENT_MODEL is not set: the grammar does it all");
        return;
    }
    if (!c->openai_api_key[0] && !c->openai_base_url[0]) {
        probe_skip(p, "OPENAI_API_KEY is not set");
        return;
    }
    p->own = mem_new(sizeof(struct chat_probe));
    if (!p->own)
        probe_fail(p, 0, "no memory");
    else
        ask(p);
}

static void stop(struct probe_run *p)
{
    struct chat_probe *k = p->own;

    if (!k)
        return;
    if (k->call)
        httpc_cancel(k->call);
    chat_answer_free(&k->answer);
    buf_free(&k->whole);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_chat = {"chat", NULL, NULL, 45000, 0, start, stop};
