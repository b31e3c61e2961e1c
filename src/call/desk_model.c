/* desk_model.c - one turn's exchanges with the chat model (openai 7).
 *
 * Streamed where the server can.  What fails for a moment is tried again while
 * the turn has time; what fails for good leaves the turn to the grammar, and
 * the model is not asked again for a while.
 */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "call/desk_impl.h"

#define EXCHANGE 12000          /* ms for one */
#define MUTE 60000              /* ms without, after a key or model refused */
#define ASK_MAX (256u << 10)    /* bytes of a request */
#define ANSWER_MAX (256u << 10) /* bytes of an answer */
#define TOKENS 500              /* ours are under 200 */

bool desk_model_on(const struct desk *k)
{
    return k->conf.http && k->conf.model.len
        && (k->conf.key.len || k->conf.base.len)
        && loop_now(k->conf.loop) >= k->mute;
}

static void forget_answer(struct desk_turn *t)
{
    chat_answer_free(&t->answer);
    buf_free(&t->body);
}

void desk_model_stop(struct desk_turn *t)
{
    if (t->call)
        httpc_cancel(t->call);
    t->call = NULL;
    loop_cancel(t->desk->conf.loop, &t->again);
    forget_answer(t);
}

/* ---- what it answers ---- */

static bool is_stream(const struct http *head)
{
    return head->status == 200 && slice_find(http_get(head, "content-type"),
        SLICE("event-stream")) != SLICE_NPOS;
}

static void on_piece(void *arg, const struct http *head, struct slice piece)
{
    struct desk_turn *t = arg;
    struct slice fresh;

    t->streamed = is_stream(head);
    if (!t->streamed) {
        buf_add(&t->body, piece);
        return;
    }
    chat_feed(&t->answer, piece);
    fresh = chat_fresh(&t->answer);
    if (fresh.len && t->ask.delta && dialog_streams(&t->turn)
        && t->answer.tools == 0)
        t->ask.delta(t->ask.arg, fresh);
}

/* A refusal of the model is no answer to anybody; neither are words that a
 * limit has cut. */
static void use_answer(struct desk_turn *t)
{
    struct dialog_tool tool[DIALOG_TOOLS];
    struct buf whole[DIALOG_TOOLS];
    struct chat_answer *a = &t->answer;
    size_t n = a->tools < DIALOG_TOOLS ? a->tools : DIALOG_TOOLS;
    enum dialog_do next;

    for (size_t i = 0; i < n; i++) {
        buf_init(&whole[i], CHAT_ARGUMENTS);
        tool[i].name = slice_str(a->tool[i].name);
        tool[i].arguments = slice_str(NULL);
        if (a->tool[i].arguments.len == 0)
            tool[i].arguments = SLICE("{}");
        else if (chat_repair(&whole[i], buf_slice(&a->tool[i].arguments))
            == 0)
            tool[i].arguments = buf_slice(&whole[i]);
    }
    next = a->refused ? dialog_unanswered(&t->turn)
        : dialog_answered(&t->turn, buf_slice(&a->text), tool, n);
    for (size_t i = 0; i < n; i++)
        buf_free(&whole[i]);
    forget_answer(t);
    desk_step(t, next);
}

/* ---- when it fails ---- */

static void give_up(struct desk_turn *t, const char *why, bool for_long)
{
    struct desk *k = t->desk;

    k->counts.failed++;
    log_event(LOG_WARN, "chat_failed", LS("why", why));
    if (for_long)
        k->mute = loop_now(k->conf.loop) + MUTE;
    forget_answer(t);
    desk_step(t, dialog_unanswered(&t->turn));
}

static void on_again(void *arg)
{
    desk_model_ask(arg);
}

static bool try_again(struct desk_turn *t, enum chat_fail fail,
    const struct chat_again *h)
{
    struct desk *k = t->desk;
    int64_t left = t->until - loop_now(k->conf.loop) - EXCHANGE / 4;
    unsigned jitter = rand_below(1024);
    int64_t in = left > 0 ? chat_retry_in(fail, h, t->repeats + 1, left,
        jitter) : -1;

    if (in < 0)
        return false;
    t->repeats++;
    forget_answer(t);
    t->again = (struct timer){.fire = on_again, .arg = t};
    loop_in(k->conf.loop, &t->again, in);
    return true;
}

static void on_done(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct desk_turn *t = arg;
    struct chat_again again = {.now = sys_wall()};
    enum chat_fail fail;

    t->call = NULL;
    if (err) {
        if (err->code == ERR_TIMEOUT
            || !try_again(t, CHAT_SERVER, &again))
            give_up(t, err->msg, false);
        return;
    }
    if (t->streamed)
        chat_end(&t->answer);
    else
        chat_read(&t->answer, a->head->status, t->body.bad ? SLICE("")
            : buf_slice(&t->body));
    fail = t->answer.fail;
    if (fail == CHAT_FINE) {
        use_answer(t);
        return;
    }
    again.should_retry = http_get(a->head, "x-should-retry");
    again.retry_after_ms = http_get(a->head, "retry-after-ms");
    again.retry_after = http_get(a->head, "retry-after");
    if (try_again(t, fail, &again))
        return;
    give_up(t, t->answer.why, fail == CHAT_KEY || fail == CHAT_MODEL
        || fail == CHAT_QUOTA || fail == CHAT_NO_TOOLS);
}

/* ---- asking ---- */

/* Other servers than OpenAI's know the old name alone; OpenAI's newer models
 * refuse it. */
static bool is_other(const struct desk *k)
{
    return k->conf.base.len && slice_find(k->conf.base,
        SLICE("openai.")) == SLICE_NPOS;
}

static void write_ask(struct desk_turn *t, struct buf *out)
{
    static const enum chat_role roles[] = {[DIALOG_SYSTEM] = CHAT_SYSTEM,
        [DIALOG_OWNER] = CHAT_USER, [DIALOG_OURS] = CHAT_ASSISTANT};
    struct dialog_message said[DIALOG_MESSAGES];
    struct chat_message message[DIALOG_MESSAGES] = {{.calls = 0}};
    struct buf mem;
    struct chat_ask ask = {.model = t->desk->conf.model, .message = message,
        .tools = dialog_tools(&t->turn), .max_tokens = TOKENS,
        .old_max_tokens = is_other(t->desk), .stream = true};

    buf_init(&mem, 64u << 10);
    if (!buf_room(&mem, 32u << 10)) {
        buf_free(&mem);
        out->bad = true;
        return;
    }
    ask.messages = dialog_messages(&t->turn, &mem, said);
    for (size_t i = 0; i < ask.messages; i++) {
        message[i].role = roles[said[i].who];
        message[i].text = said[i].text;
    }
    chat_write(out, &ask);
    out->bad = out->bad || !buf_ok(&mem);
    buf_free(&mem);
}

static struct httpc_call *post(struct desk_turn *t, struct slice body,
    int64_t left, struct err *err)
{
    struct desk *k = t->desk;
    struct buf url, header;
    struct httpc_request req = {.method = "POST", .type = "application/json",
        .body = body, .timeout = left < EXCHANGE ? left : EXCHANGE,
        .max_answer = ANSWER_MAX, .kind = ATTEMPT_MODEL};
    struct httpc_call *c;

    buf_init(&url, 2048);
    buf_init(&header, 1024);
    chat_url(&url, k->conf.base);
    chat_key_header(&header, k->conf.base, k->conf.key);
    req.url = buf_slice(&url);
    if (header.len)
        req.headers = buf_cstr(&header);
    else if (k->conf.key.len)
        req.bearer = k->conf.key;
    c = httpc_start(k->conf.http, &req, on_done, t, err);
    buf_free(&url);
    buf_free(&header);
    return c;
}

void desk_model_ask(struct desk_turn *t)
{
    int64_t left = t->until - loop_now(t->desk->conf.loop);
    struct err err = {0};
    struct buf body;

    chat_answer_init(&t->answer);
    buf_init(&t->body, ANSWER_MAX);
    t->streamed = false;
    buf_init(&body, ASK_MAX);
    write_ask(t, &body);
    t->desk->counts.asked++;
    if (left <= 0)
        fail(&err, ERR_TIMEOUT, "no time is left for it");
    else if (!buf_ok(&body))
        fail(&err, ERR_MEM, "no memory for the question");
    else
        t->call = post(t, buf_slice(&body), left, &err);
    buf_free(&body);
    if (t->call)
        httpc_on_piece(t->call, on_piece);
    else
        give_up(t, err.msg, false);
}
