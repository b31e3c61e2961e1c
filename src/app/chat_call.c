/* chat_call.c - the call that runs: followed to its end, its questions
 * answered in place, and ended when that is wanted.
 */
#include <string.h>

#include "app/chat_impl.h"
#include "app/tell.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "codec/jsonw.h"

#define TICK 1000               /* ms between drawings of a running call */
#define FOLLOW_WITHIN (3 * 3600 * 1000)
#define LOST_MOST 5             /* times its events may break off in a row */
#define LOST_PAUSE 1000         /* ms before they are asked for again */

/* ---- what the prompt says ---- */

static const struct {
    const char *name, *words;
} machines[] = {
    {"hold", "on hold"}, {"menu", "at a menu"}, {"voicemail", "voicemail"},
    {"screened", "being screened"}, {"fax", "a fax"},
};

/* The state in a word or two. */
static const char *state_words(const struct chat *c)
{
    if (c->ending == CHAT_POLITELY)
        return "ending";
    if (c->ending == CHAT_NOW)
        return "hanging up";
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (strcmp(machines[i].name, c->machine) == 0)
            return machines[i].words;
    return c->state;
}

bool chat_live(const struct chat *c, char *out, size_t cap)
{
    int64_t s = (sys_now() - c->state_at) / 1000;
    int64_t left = (c->question.until - sys_now() + 999) / 1000;

    if (!c->id[0])
        return false;
    if (c->question.open && !c->question.sent && !c->ending)
        text_fmt(out, cap, "answer within %d s> ", (int)(left < 0 ? 0
            : left));
    else
        text_fmt(out, cap, "%s %d:%02d> ", state_words(c), (int)(s / 60),
            (int)(s % 60));
    return true;
}

static void on_tick(void *arg)
{
    struct chat *c = arg;

    chat_draw(c);
    if (c->id[0])
        loop_in(c->loop, &c->tick, TICK);
}

/* ---- its end ---- */

static void watch_events(struct chat *c);

static void on_again(void *arg)
{
    struct chat *c = arg;

    if (c->id[0])
        watch_events(c);
}

/* The way to the server broke, not the call. */
static bool follow_again(struct chat *c)
{
    if (c->lost >= LOST_MOST || c->leaving)
        return false;
    if (c->lost++ == 0)
        chat_say(c, TERM_YELLOW, "the connection to the server is lost; "
            "trying again");
    c->again = (struct timer){.fire = on_again, .arg = c};
    loop_in(c->loop, &c->again, LOST_PAUSE);
    return true;
}

static void forget_call(struct chat *c)
{
    c->id[0] = c->state[0] = c->machine[0] = 0;
    memset(&c->question, 0, sizeof c->question);
    if (!c->leaving)
        c->ending = CHAT_GOES_ON;
}

static void on_object(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    struct json call;
    struct buf words;
    bool known = !err && a->head->status == 200
        && json_parse(a->body, &call, NULL) == 0;

    if (c->over)
        return;
    if ((err || (known && json_get(call, "ended").type == JSON_NULL))
        && follow_again(c))
        return;
    buf_init(&words, CHAT_EVENT_MAX);
    forget_call(c);
    if (known) {
        tell_outcome(&words, c->tongue, call);
        screen_reply(&c->screen, buf_slice(&words));
        chat_status(c, tell_exit(call));
    } else {
        chat_say(c, TERM_RED, "how the call ended is not known: concierge "
            "calls");
        chat_status(c, 3);
    }
    buf_free(&words);
    chat_settle(c);
}

static void on_followed(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    char path[64];

    (void)a;
    (void)err;                  /* whether it runs on, its object says */
    text_copy(c->last_event, sizeof c->last_event, slice_str(c->events.id));
    sse_free(&c->events);
    if (c->over)
        return;
    text_fmt(path, sizeof path, "/v1/calls/%s", c->id);
    if (client_start(&c->client, "GET", path, slice_str(NULL), on_object, c,
        NULL))
        on_object(c, NULL, &(struct err){.code = ERR_MEM});
}

/* ---- what happens in it ---- */

static void open_question(struct chat *c, struct json asked)
{
    struct chat_question *q = &c->question;
    char text[40];
    int64_t until;
    int offset;

    memset(q, 0, sizeof *q);
    json_copy(json_get(asked, "id"), q->id, sizeof q->id);
    json_copy(json_get(asked, "default"), q->fallback, sizeof q->fallback);
    json_copy(json_get(asked, "deadline"), text, sizeof text);
    if (date_parse_rfc3339(slice_str(text), &until, &offset))
        until = sys_wall();
    q->until = sys_now() + until - sys_wall();
    q->open = true;
    if (c->ended && c->screen.kind != SCREEN_FULL && c->input_n == 0)
        chat_say(c, TERM_YELLOW, "there is no more input: nobody answers");
    chat_take_lines(c);
}

/* Its time is over, or the call is. */
static void close_question(struct chat *c, bool running)
{
    struct chat_question *q = &c->question;

    if (!q->open)
        return;
    q->open = false;
    q->lapsed = !q->sent;
    if (q->lapsed && running && q->fallback[0])
        chat_say(c, TERM_YELLOW, "no answer came in time, so this stands: %s",
            q->fallback);
}

/* Is it news to whoever looks? */
static bool take_status(struct chat *c, struct json status)
{
    char state[sizeof c->state], machine[sizeof c->machine];
    bool waits = strcmp(c->state, "waiting") == 0, news;

    json_copy(json_get(status, "state"), state, sizeof state);
    json_copy(json_get(status, "machine"), machine, sizeof machine);
    news = strcmp(state, c->state) || strcmp(machine, c->machine);
    if (news)
        c->state_at = sys_now();
    memcpy(c->state, state, sizeof state);
    memcpy(c->machine, machine, sizeof machine);
    if (json_get(status, "question").type == JSON_ABSENT)
        close_question(c, strcmp(state, "talking") == 0);
    return news || waits;       /* its place in the line */
}

static bool on_event(void *arg, struct slice type, struct slice data)
{
    struct chat *c = arg;
    bool asked = slice_is(type, "question");
    struct buf line;
    struct json j;

    c->lost = 0;
    if (json_parse(data, &j, NULL)
        || (slice_is(type, "status") && !take_status(c, j)))
        return true;
    buf_init(&line, CHAT_EVENT_MAX);
    tell_event(&line, type, j);
    if (line.len)
        screen_say(&c->screen, asked ? TERM_BOLD : slice_is(type,
            "transcript") ? TERM_PLAIN : TERM_DIM, buf_slice(&line));
    buf_free(&line);
    if (asked)
        open_question(c, j);
    chat_draw(c);
    return true;
}

static void on_piece(void *arg, const struct http *head, struct slice s)
{
    struct chat *c = arg;

    if (head->status == 200 && !c->over)
        sse_feed(&c->events, s, on_event, c);
}

static void watch_events(struct chat *c)
{
    char url[CONF_TEXT + 64], last[SSE_NAME + 32];
    struct httpc_request q = {.method = "GET",
        .bearer = slice_str(c->client.token), .timeout = FOLLOW_WITHIN};
    struct httpc_call *call;
    struct err err = {0};

    sse_init(&c->events, CHAT_EVENT_MAX);
    text_copy(c->events.id, sizeof c->events.id, slice_str(c->last_event));
    text_fmt(url, sizeof url, "%s/v1/calls/%s/events", c->client.base, c->id);
    text_fmt(last, sizeof last, "Last-Event-ID: %s\r\n", c->last_event);
    q.url = slice_str(url);
    q.headers = c->last_event[0] ? last : NULL;
    call = httpc_start(c->client.httpc, &q, on_followed, c, &err);
    if (call)
        httpc_on_piece(call, on_piece);
    else
        on_followed(c, NULL, &err);
}

void chat_follow(struct chat *c, struct json id)
{
    json_copy(id, c->id, sizeof c->id);
    text_copy(c->state, sizeof c->state, SLICE("planned"));
    c->state_at = sys_now();
    c->machine[0] = c->last_event[0] = 0;
    c->lost = 0;
    memset(&c->question, 0, sizeof c->question);
    if (c->ending)              /* wanted before it had an id */
        chat_hang_up(c);
    c->tick = (struct timer){.fire = on_tick, .arg = c};
    loop_in(c->loop, &c->tick, TICK);
    watch_events(c);
}

/* ---- what is done to it ---- */

static void on_hung_up(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    struct err why = {0};

    /* 409: it is over already. */
    if (c->over || (!err && (a->head->status < 300 || a->head->status == 409)))
        return;
    if (!err)
        client_refusal(a->head->status, a->body, &why);
    chat_say(c, TERM_RED, "not hung up: %s", err ? err->msg : why.msg);
    c->ending = CHAT_GOES_ON;   /* another ^C tries again */
}

void chat_hang_up(struct chat *c)
{
    bool politely = c->ending == CHAT_POLITELY;
    char path[80];
    struct err err = {0};

    if (!c->id[0])
        return;                 /* once it has one: chat_follow */
    text_fmt(path, sizeof path, "/v1/calls/%s/hangup", c->id);
    if (client_start(&c->client, "POST", path, politely
        ? SLICE("{\"politely\":true}") : slice_str(NULL), on_hung_up, c, &err))
        chat_say(c, TERM_RED, "not hung up: %s", err.msg);
    c->state_at = sys_now();
}

/* ---- answers ---- */

static void on_answered(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    struct chat_question *q = &c->question;
    struct err why = {0};

    if (c->over)
        return;
    if (!err && a->head->status < 300) {
        chat_say(c, TERM_DIM, "-- they are told");
        return;
    }
    if (!err)
        client_refusal(a->head->status, a->body, &why);
    q->sent = false;
    chat_say(c, TERM_RED, "not answered: %s%s", err ? err->msg : why.msg,
        q->open ? "; the question is still open" : "");
}

void chat_answer(struct chat *c, struct slice text)
{
    struct chat_question *q = &c->question;
    struct buf body;
    struct jsonw w;
    struct err err = {0};
    char path[80];

    buf_init(&body, 8 * EDIT_LINE);
    jsonw_begin(&w, &body);
    jsonw_object(&w);
    jsonw_kcstr(&w, "question_id", q->id);
    jsonw_kstr(&w, "text", text);
    jsonw_end(&w);
    text_fmt(path, sizeof path, "/v1/calls/%s/answer", c->id);
    q->sent = true;
    if (client_start(&c->client, "POST", path, buf_slice(&body), on_answered,
        c, &err)) {
        q->sent = false;
        chat_say(c, TERM_RED, "not answered: %s", err.msg);
    }
    buf_free(&body);
}
