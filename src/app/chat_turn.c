/* chat_turn.c - one turn at the prompt: words go to POST /v1/requests, and the
 * answer streams in.
 */
#include <string.h>

#include "app/chat_impl.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/jsonw.h"

#define TURN_WITHIN 60000       /* ms for one answer */

static bool on_words(void *arg, struct slice type, struct slice data)
{
    struct chat *c = arg;
    struct json j;
    struct buf text;

    if (slice_is(type, "delta") && json_parse(data, &j, NULL) == 0) {
        buf_init(&text, CHAT_EVENT_MAX);
        json_text(json_get(j, "text"), &text);
        screen_words(&c->screen, buf_slice(&text));
        c->spoke = true;
        buf_free(&text);
    } else {
        buf_clear(&c->answer);
        buf_add(&c->answer, data);
    }
    return true;
}

static void on_piece(void *arg, const struct http *head, struct slice s)
{
    struct chat *c = arg;
    struct slice type = http_get(head, "content-type");

    if (c->over)
        return;
    if (slice_starts(type, "text/event-stream"))
        sse_feed(&c->words, s, on_words, c);
    else
        buf_add(&c->answer, s);
}

static void show_answer(struct chat *c, struct json j)
{
    struct json fault = json_get(j, "error.message");
    struct json id = json_get(j, "call.id");
    bool refused = fault.type == JSON_STRING;
    struct buf words;

    buf_init(&words, CHAT_EVENT_MAX);
    json_text(refused ? fault : json_get(j, "reply"), &words);
    if (refused || !c->spoke)
        screen_reply(&c->screen, buf_slice(&words));
    if (refused)
        chat_status(c, 1);
    if (json_get(j, "session_id").type == JSON_STRING)
        json_copy(json_get(j, "session_id"), c->session, sizeof c->session);
    if (id.type == JSON_STRING && !c->id[0]
        && json_get(j, "call.ended").type == JSON_NULL)
        chat_follow(c, id);
    buf_free(&words);
}

static void on_turn(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    struct json j;

    c->busy = false;
    if (!c->over) {
        screen_words_end(&c->screen);
        if (!err && c->answer.len == 0)
            buf_add(&c->answer, a->body);
        if (err) {
            chat_say(c, TERM_RED, "%s", err->msg);
            chat_status(c, err_exit(err->code));
        } else if (json_parse(buf_slice(&c->answer), &j, NULL) == 0) {
            show_answer(c, j);
        } else {
            chat_say(c, TERM_RED, "an answer that is none");
            chat_status(c, 76);
        }
    }
    sse_free(&c->words);
    buf_free(&c->answer);
    chat_settle(c);
}

void chat_ask(struct chat *c, struct slice words)
{
    enum tongue tongue = tongue_of_text(words);
    char url[CONF_TEXT + 64];
    struct httpc_request q = {.method = "POST",
        .bearer = slice_str(c->client.token), .timeout = TURN_WITHIN,
        .type = "application/json",
        .headers = "Accept: text/event-stream\r\n"};
    struct httpc_call *call;
    struct err err = {0};
    struct buf body;
    struct jsonw w;

    if (tongue != TONGUE_ANY)
        c->tongue = tongue;
    buf_init(&body, 8 * EDIT_LINE);
    jsonw_begin(&w, &body);
    jsonw_object(&w);
    jsonw_kstr(&w, "user_input", words);
    if (c->session[0])
        jsonw_kcstr(&w, "session_id", c->session);
    jsonw_end(&w);
    text_fmt(url, sizeof url, "%s/v1/requests", c->client.base);
    q.url = slice_str(url);
    q.body = buf_slice(&body);
    c->busy = true;
    c->spoke = false;
    c->ending = CHAT_GOES_ON;
    sse_init(&c->words, CHAT_EVENT_MAX);
    buf_init(&c->answer, CHAT_EVENT_MAX);
    call = httpc_start(c->client.httpc, &q, on_turn, c, &err);
    if (call)
        httpc_on_piece(call, on_piece);
    else
        on_turn(c, NULL, &err);
    buf_free(&body);
}
