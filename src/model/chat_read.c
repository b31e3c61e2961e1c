/* chat_read.c - what an agent's model says: openai 7. */
#include "model/chat.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

#define EVENT_MAX (64u << 10)   /* bytes of one chunk */
#define REPEATS 2               /* openai 7 */
#define FIRST_WAIT 500          /* ms */
#define LONGEST_WAIT 8000

void chat_answer_init(struct chat_answer *a)
{
    memset(a, 0, sizeof *a);
    a->tokens_in = a->tokens_out = -1;
    buf_init(&a->text, CHAT_TEXT);
    for (size_t i = 0; i < CHAT_TOOLS; i++)
        buf_init(&a->tool[i].arguments, CHAT_ARGUMENTS);
    sse_init(&a->sse_, EVENT_MAX);
}

void chat_answer_free(struct chat_answer *a)
{
    buf_free(&a->text);
    for (size_t i = 0; i < CHAT_TOOLS; i++)
        buf_free(&a->tool[i].arguments);
    sse_free(&a->sse_);
}

static void failed(struct chat_answer *a, enum chat_fail fail,
    const char *why)
{
    if (a->fail == CHAT_FINE) {
        a->fail = fail;
        text_copy(a->why, sizeof a->why, slice_str(why));
    }
}

/* ---- errors ---- */

static bool holds(const char *text, const char *word)
{
    struct slice s = slice_str(text), w = slice_str(word);

    for (; s.len >= w.len; s = slice_from(s, 1))
        if (slice_ieq(slice_head(s, w.len), w))
            return true;
    return false;
}

/* No tools: Ollama "does not support tools", vLLM "--enable-auto-tool-choice",
 * llama.cpp "tools param requires --jinja flag". */
static enum chat_fail judge(int status, const char *code, const char *why)
{
    if (holds(code, "insufficient_quota"))
        return CHAT_QUOTA;
    if (status == 401 || status == 403 || holds(code, "invalid_api_key"))
        return CHAT_KEY;
    if (holds(code, "model_not_found") || status == 404)
        return CHAT_MODEL;
    if (holds(why, "tool") && (holds(why, "support") || holds(why, "--jinja")
        || holds(why, "--enable-auto-tool-choice")))
        return CHAT_NO_TOOLS;
    if (status == 408 || status == 409 || status == 429
        || holds(code, "rate_limit") || holds(code, "overloaded"))
        return CHAT_BUSY;
    if (status >= 500 || holds(code, "server_error"))
        return CHAT_SERVER;
    return CHAT_ASKED_WRONG;
}

/* {"error":{...}}, {"error":"words"}, an old vLLM's {"object":"error",...};
 * code a text, a number or nothing. */
static void read_error(struct chat_answer *a, int status, struct json error)
{
    char why[sizeof a->why] = "", code[64] = "", type[64] = "";

    if (error.type == JSON_STRING) {
        json_copy(error, why, sizeof why);
    } else {
        json_copy(json_get(error, "message"), why, sizeof why);
        json_copy(json_get(error, "code"), code, sizeof code);
        json_copy(json_get(error, "type"), type, sizeof type);
    }
    if (json_get(error, "code").type == JSON_NUMBER && status == 200) {
        int64_t n;

        if (json_i64(json_get(error, "code"), 400, 599, &n) == 0)
            status = (int)n;
    }
    if (!why[0])
        text_fmt(why, sizeof why, "status %d", status);
    failed(a, judge(status, code[0] ? code : type, why), why);
}

/* ---- messages, whole or in deltas ---- */

/* content: a text, or parts of which the texts count. */
static void add_content(struct chat_answer *a, struct json content)
{
    struct json_walk walk = {.of = content};
    struct json part;

    if (content.type == JSON_STRING)
        json_text(content, &a->text);
    else if (content.type == JSON_ARRAY)
        while (json_next(&walk, NULL, &part))
            json_text(json_get(part, "text"), &a->text);
}

static void add_arguments(struct chat_tool *t, struct json arguments)
{
    if (arguments.type == JSON_OBJECT)
        buf_add(&t->arguments, arguments.text);
    else
        json_text(arguments, &t->arguments);
}

static struct chat_tool *tool_at(struct chat_answer *a, size_t i)
{
    if (i >= CHAT_TOOLS) {
        failed(a, CHAT_RUBBISH, "more tool calls than are taken");
        return NULL;
    }
    for (; a->tools <= i; a->tools++)
        text_fmt(a->tool[a->tools].id, CHAT_ID, "call_%zu", a->tools + 1);
    return &a->tool[i];
}

/* A call, or a piece of one: id and name come in the first piece alone. */
static void add_tool(struct chat_answer *a, struct json call, size_t i)
{
    struct json name = json_get(call, "function.name");
    struct chat_tool *t = tool_at(a, i);

    if (!t)
        return;
    if (json_get(call, "id").text.len && !json_copy(json_get(call, "id"),
        t->id, sizeof t->id))
        failed(a, CHAT_RUBBISH, "a tool call's id is too long");
    if (name.type == JSON_STRING && name.text.len && !t->name[0]
        && !json_copy(name, t->name, sizeof t->name))
        failed(a, CHAT_RUBBISH, "a tool's name is too long");
    add_arguments(t, json_get(call, "function.arguments"));
    if (!buf_ok(&t->arguments))
        failed(a, CHAT_RUBBISH, "a tool call's arguments are too long");
}

/* Pieces say which call they belong to; whole calls need not.  A piece without
 * an index that brings an id of its own begins a call. */
static void add_tools(struct chat_answer *a, struct json calls, bool pieces)
{
    struct json_walk walk = {.of = calls};
    struct json call;
    size_t n = 0;

    while (json_next(&walk, NULL, &call)) {
        int64_t index;

        if (!pieces)
            index = (int64_t)n;
        else if (json_i64(json_get(call, "index"), 0, 1000, &index))
            index = (int64_t)(a->tools && !json_get(call, "id").text.len
                ? a->tools - 1 : a->tools);
        add_tool(a, call, (size_t)index);
        n++;
    }
}

static void add_message(struct chat_answer *a, struct json m, bool pieces)
{
    struct json refusal = json_get(m, "refusal");

    add_content(a, json_get(m, "content"));
    if (refusal.type == JSON_STRING && refusal.text.len) {
        a->refused = true;
        json_text(refusal, &a->text);
    }
    if (!buf_ok(&a->text))
        failed(a, CHAT_RUBBISH, "an answer that is too long");
    add_tools(a, json_get(m, "tool_calls"), pieces);
}

static void read_finish(struct chat_answer *a, struct json choice)
{
    struct json f = json_get(choice, "finish_reason");

    if (json_is(f, "length"))
        a->finish = CHAT_LENGTH;
    else if (json_is(f, "content_filter"))
        a->finish = CHAT_FILTERED;
    else if (json_is(f, "tool_calls") || json_is(f, "function_call"))
        a->finish = CHAT_TOOL_CALLS;
    else if (f.type == JSON_STRING)
        a->finish = CHAT_STOP;
}

static void read_usage(struct chat_answer *a, struct json usage)
{
    json_i64(json_get(usage, "prompt_tokens"), 0, INT32_MAX, &a->tokens_in);
    json_i64(json_get(usage, "completion_tokens"), 0, INT32_MAX,
        &a->tokens_out);
}

/* Whatever the reason it gives: tool calls are what it wants (openai 7); cut
 * ones are nobody's. */
static void judge_answer(struct chat_answer *a)
{
    if (a->fail != CHAT_FINE)
        return;
    if (a->tools && a->finish == CHAT_LENGTH)
        failed(a, CHAT_RUBBISH, "a tool call cut by the token limit");
    for (size_t i = 0; i < a->tools; i++)
        if (!a->tool[i].name[0])
            failed(a, CHAT_RUBBISH, "a tool call without a name");
    if (a->tools == 0 && a->text.len == 0)
        failed(a, CHAT_RUBBISH, a->finish == CHAT_FILTERED
            ? "its content filter let nothing through" : "an empty answer");
    if (a->fail == CHAT_FINE && a->tools)
        a->finish = CHAT_TOOL_CALLS;
}

void chat_read(struct chat_answer *a, int status, struct slice body)
{
    struct json all, error, choice;

    if (json_parse(body, &all, NULL) || all.type != JSON_OBJECT) {
        char why[40];

        text_fmt(why, sizeof why, "status %d, and no JSON", status);
        failed(a, status == 200 ? CHAT_RUBBISH : judge(status, "", ""), why);
        return;
    }
    error = json_get(all, "error");
    if (status != 200 || (error.type != JSON_ABSENT
        && error.type != JSON_NULL)) {
        read_error(a, status, error.type == JSON_ABSENT ? all : error);
        return;
    }
    choice = json_get(all, "choices.0");
    if (choice.type != JSON_OBJECT) {
        failed(a, CHAT_RUBBISH, "no choices in it");
        return;
    }
    add_message(a, json_get(choice, "message"), false);
    read_finish(a, choice);
    read_usage(a, json_get(all, "usage"));
    a->done = true;
    judge_answer(a);
}

/* ---- streams ---- */

static bool on_event(void *arg, struct slice type, struct slice data)
{
    struct chat_answer *a = arg;
    struct json chunk, error, choice;

    if (slice_is(slice_trim(data), "[DONE]")) {
        a->done = true;
        return false;
    }
    if (json_parse(data, &chunk, NULL)) {
        failed(a, CHAT_RUBBISH, "a chunk that is no JSON");
        return false;
    }
    error = json_get(chunk, "error");
    if (slice_is(type, "error") || (error.type != JSON_ABSENT
        && error.type != JSON_NULL)) {
        read_error(a, 200, error.type == JSON_ABSENT ? chunk : error);
        return false;
    }
    choice = json_get(chunk, "choices.0");
    if (choice.type == JSON_OBJECT) {
        struct json delta = json_get(choice, "delta");

        /* Some servers stream a whole message at the end. */
        add_message(a, delta.type == JSON_OBJECT ? delta
            : json_get(choice, "message"), true);
        read_finish(a, choice);
    }
    read_usage(a, json_get(chunk, "usage"));
    return a->fail == CHAT_FINE;
}

bool chat_feed(struct chat_answer *a, struct slice piece)
{
    if (a->done || a->fail != CHAT_FINE)
        return false;
    if (!sse_feed(&a->sse_, piece, on_event, a) && a->sse_.bad)
        failed(a, CHAT_RUBBISH, "a chunk that is too long");
    return !a->done && a->fail == CHAT_FINE;
}

struct slice chat_fresh(struct chat_answer *a)
{
    struct slice fresh = slice_from(buf_slice(&a->text), a->said_);

    a->said_ = a->text.len;
    return fresh;
}

/* Without [DONE] a finish reason will do: some servers just close. */
void chat_end(struct chat_answer *a)
{
    if (!a->done && a->finish == CHAT_NO_FINISH)
        failed(a, CHAT_RUBBISH, "the stream was cut");
    a->done = true;
    judge_answer(a);
}

/* ---- again, or not ---- */

/* "1.5": ms; -1 when it is no number. */
static int64_t seconds(struct slice s, int64_t one)
{
    struct slice whole = slice_cut(&s, '.');
    uint64_t n, part = 0;
    int64_t digit = one / 10;

    if (text_u64(whole, 0, 1000000, &n))
        return -1;
    for (size_t i = 0; i < s.len; i++, digit /= 10) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return -1;
        part += (uint64_t)(s.ptr[i] - '0') * (uint64_t)digit;
    }
    return (int64_t)n * one + (int64_t)part;
}

/* What the server asks for; -1: nothing that is understood. */
static int64_t asked_for(const struct chat_again *h)
{
    int64_t ms = -1, at;

    if (h->retry_after_ms.len)
        ms = seconds(slice_trim(h->retry_after_ms), 1);
    if (ms < 0 && h->retry_after.len)
        ms = seconds(slice_trim(h->retry_after), 1000);
    if (ms < 0 && h->retry_after.len
        && date_parse_rfc2822(slice_trim(h->retry_after), &at) == 0)
        ms = at > h->now ? at - h->now : 0;
    return ms;
}

int64_t chat_retry_in(enum chat_fail fail, const struct chat_again *h,
    int repeat, int64_t within, unsigned jitter)
{
    struct slice should = slice_trim(h->should_retry);
    bool worth = fail == CHAT_BUSY || fail == CHAT_SERVER;
    int64_t ms = asked_for(h), wait = FIRST_WAIT;

    if (slice_iis(should, "true"))
        worth = true;
    if (slice_iis(should, "false") || fail == CHAT_QUOTA || repeat > REPEATS)
        worth = false;
    if (!worth)
        return -1;
    if (ms > 0)
        return ms <= within ? ms : -1;
    for (int i = 1; i < repeat && wait < LONGEST_WAIT; i++)
        wait *= 2;
    wait -= wait * (int64_t)(jitter & 1023) / 4096;     /* up to a quarter */
    return wait <= within ? wait : -1;
}
