/* chat_cmd.c - the prompt: requests in words, calls followed as they go,
 * questions answered in place.
 *
 * At a terminal a line editor, the state of a running call standing before it;
 * through a pipe plain lines, one after the other: the next one is read when
 * what the last one began is over, or when it is asked for.  The server's own
 * doors do the work (POST /v1/requests); where none answers one runs in here.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "app/cmd.h"
#include "app/edit.h"
#include "app/own.h"
#include "app/tell.h"
#include "app/term.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "codec/jsonw.h"
#include "codec/sse.h"
#include "net/sigs.h"

#define TICK 1000               /* ms between drawings of a running call */
#define TURN_WITHIN 60000       /* ms for one answer */
#define FOLLOW_WITHIN (3 * 3600 * 1000)
#define EVENT_MAX (1u << 20)    /* bytes of an event */
#define INPUT 4096
#define COLUMNS 80

const char chat_help[] =
    "Say what you want: \"Book a table at Luigi's for 4 tomorrow at 7 pm\".\n"
    "Nothing rings before you said yes.  quit, exit, q or ^D ends it; ^C\n"
    "ends a running call, twice at once.  Lines are remembered in\n"
    "CONCIERGE_DIR/history.  Through a pipe: one line a turn.\n\n"
    "Examples:\n  concierge chat\n"
    "  printf '%s\\n' \"Cancel my table at Luigi's\" yes | concierge chat\n";

struct chat {
    const struct conf *conf;
    struct loop *loop;
    struct client client;
    struct own own;
    struct edit edit;
    struct watch in;
    struct timer tick;
    bool terminal;              /* stdin is one, and so is stderr */
    bool ended, quit;           /* no more input; leave when all is over */
    int rc, interrupts;
    char input[INPUT];          /* of a pipe: what is not yet a line */
    size_t input_n;
    char session[80];
    /* A turn. */
    bool busy;
    struct sse words;
    struct buf answer;          /* the reply's object, or a refusal */
    bool spoke;                 /* deltas were shown */
    /* A call. */
    char id[CALL_ID + 1], state[24];
    int64_t state_at;
    struct sse events;
    char question[32];
    int64_t question_until;
};

static void take_lines(struct chat *c);

/* ---- the screen ---- */

static void make_prompt(const struct chat *c, char *out, size_t cap)
{
    int64_t s = (sys_now() - c->state_at) / 1000;
    int64_t left = (c->question_until - sys_now() + 999) / 1000;

    if (c->question[0])
        text_fmt(out, cap, "answer within %d s> ", (int)(left < 0 ? 0
            : left));
    else if (c->id[0])
        text_fmt(out, cap, "%s %d:%02d> ", c->state, (int)(s / 60),
            (int)(s % 60));
    else
        text_copy(out, cap, c->busy ? SLICE("... ") : SLICE("> "));
}

static void draw(struct chat *c)
{
    char prompt[64];
    struct buf out;

    if (!c->terminal || c->quit)
        return;
    make_prompt(c, prompt, sizeof prompt);
    buf_init(&out, 4 * EDIT_LINE);
    edit_draw(&c->edit, prompt, COLUMNS, &out);
    sys_write_all(2, buf_slice(&out));
    buf_free(&out);
}

static void wipe(const struct chat *c)
{
    if (c->terminal)
        sys_write_all(2, SLICE("\r\033[K"));
}

/* A line above the one that is typed. */
static void say(struct chat *c, enum term_look look, struct slice text)
{
    wipe(c);
    term_say(look, "%.*s", SLICE_ARG(text));
    draw(c);
}

/* What the conversation is about, to stdout. */
static void reply(struct chat *c, struct slice text)
{
    wipe(c);
    term_out(text);
    term_out(SLICE("\n"));
    draw(c);
}

static void on_tick(void *arg)
{
    struct chat *c = arg;

    draw(c);
    if (c->id[0])
        loop_in(c->loop, &c->tick, TICK);
}

/* ---- a call ---- */

/* Leaves when nothing is under way and nobody says more. */
static void settle(struct chat *c)
{
    if (!c->busy && !c->id[0]) {
        take_lines(c);
        if (c->ended && !c->busy && !c->id[0])
            loop_stop(c->loop);
    }
    draw(c);
}

static void on_object(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    struct json call;
    struct buf words;

    c->id[0] = 0;
    buf_init(&words, EVENT_MAX);
    if (!err && json_parse(a->body, &call, NULL) == 0) {
        tell_outcome(&words, call);
        reply(c, buf_slice(&words));
        c->rc = tell_exit(call);
    } else {
        say(c, TERM_RED, SLICE("how the call ended is not known: "
            "concierge calls"));
        c->rc = 3;
    }
    buf_free(&words);
    settle(c);
}

static void on_followed(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    char path[64];

    (void)a;
    sse_free(&c->events);
    c->question[0] = 0;
    if (err)
        say(c, TERM_RED, slice_str(err->msg));
    text_fmt(path, sizeof path, "/v1/calls/%s", c->id);
    if (client_start(&c->client, "GET", path, slice_str(NULL), on_object, c,
        NULL))
        on_object(c, NULL, &(struct err){.code = ERR_MEM});
}

static void open_question(struct chat *c, struct json q)
{
    char text[40];
    int64_t until;
    int offset;

    json_copy(json_get(q, "id"), c->question, sizeof c->question);
    json_copy(json_get(q, "deadline"), text, sizeof text);
    if (date_parse_rfc3339(slice_str(text), &until, &offset))
        until = sys_wall();
    c->question_until = sys_now() + until - sys_wall();
    take_lines(c);
}

static void take_status(struct chat *c, struct json status)
{
    char state[sizeof c->state];

    json_copy(json_get(status, "state"), state, sizeof state);
    if (json_get(status, "question").type == JSON_ABSENT)
        c->question[0] = 0;
    if (strcmp(state, c->state) != 0)
        c->state_at = sys_now();
    memcpy(c->state, state, sizeof state);
}

static bool on_event(void *arg, struct slice type, struct slice data)
{
    struct chat *c = arg;
    bool asked = slice_is(type, "question");
    struct buf line;
    struct json j;

    if (json_parse(data, &j, NULL))
        return true;
    if (slice_is(type, "status"))
        take_status(c, j);
    buf_init(&line, EVENT_MAX);
    tell_event(&line, type, j);
    if (line.len)
        say(c, asked ? TERM_BOLD : slice_is(type, "transcript") ? TERM_PLAIN
            : TERM_DIM, buf_slice(&line));
    buf_free(&line);
    if (asked)
        open_question(c, j);
    return true;
}

static void on_event_piece(void *arg, const struct http *head, struct slice s)
{
    struct chat *c = arg;

    if (head->status == 200)
        sse_feed(&c->events, s, on_event, c);
}

static void follow(struct chat *c, struct json id)
{
    char url[CONF_TEXT + 64];
    struct httpc_request q = {.method = "GET",
        .bearer = slice_str(c->client.token), .timeout = FOLLOW_WITHIN};
    struct httpc_call *call;
    struct err err = {0};

    json_copy(id, c->id, sizeof c->id);
    text_copy(c->state, sizeof c->state, SLICE("planned"));
    c->state_at = sys_now();
    c->interrupts = 0;
    sse_init(&c->events, EVENT_MAX);
    text_fmt(url, sizeof url, "%s/v1/calls/%s/events", c->client.base, c->id);
    q.url = slice_str(url);
    call = httpc_start(c->client.httpc, &q, on_followed, c, &err);
    if (!call) {
        on_followed(c, NULL, &err);
        return;
    }
    httpc_on_piece(call, on_event_piece);
    loop_in(c->loop, &c->tick, TICK);
}

/* ---- a turn ---- */

static bool on_words(void *arg, struct slice type, struct slice data)
{
    struct chat *c = arg;
    struct json j;
    struct buf text;

    if (slice_is(type, "delta") && json_parse(data, &j, NULL) == 0) {
        buf_init(&text, EVENT_MAX);
        if (!c->spoke)
            wipe(c);
        json_text(json_get(j, "text"), &text);
        term_out(buf_slice(&text));
        c->spoke = true;
        buf_free(&text);
    } else {
        buf_clear(&c->answer);
        buf_add(&c->answer, data);
    }
    return true;
}

static void on_turn_piece(void *arg, const struct http *head, struct slice s)
{
    struct chat *c = arg;
    struct slice type = http_get(head, "content-type");

    if (slice_starts(type, "text/event-stream"))
        sse_feed(&c->words, s, on_words, c);
    else
        buf_add(&c->answer, s);
}

static void show_answer(struct chat *c, struct json j)
{
    struct json fault = json_get(j, "error.message"), text = json_get(j,
        "reply"), id = json_get(j, "call.id");
    struct buf words;

    buf_init(&words, EVENT_MAX);
    json_text(fault.type == JSON_STRING ? fault : text, &words);
    if (c->spoke)
        term_out(SLICE("\n"));
    else
        reply(c, buf_slice(&words));
    if (fault.type == JSON_STRING)
        c->rc = 1;
    json_copy(json_get(j, "session_id"), c->session, sizeof c->session);
    if (id.type == JSON_STRING && !c->id[0]
        && json_get(j, "call.ended").type == JSON_NULL)
        follow(c, id);
    buf_free(&words);
}

static void on_turn(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct chat *c = arg;
    struct json j;

    c->busy = false;
    if (!err && c->answer.len == 0)
        buf_add(&c->answer, a->body);
    if (err) {
        say(c, TERM_RED, slice_str(err->msg));
        c->rc = err_exit(err->code);
    } else if (json_parse(buf_slice(&c->answer), &j, NULL) == 0) {
        show_answer(c, j);
    } else {
        say(c, TERM_RED, SLICE("an answer that is none"));
        c->rc = 76;
    }
    sse_free(&c->words);
    buf_free(&c->answer);
    settle(c);
}

static void ask(struct chat *c, struct slice words)
{
    char url[CONF_TEXT + 64];
    struct httpc_request q = {.method = "POST",
        .bearer = slice_str(c->client.token), .timeout = TURN_WITHIN,
        .type = "application/json",
        .headers = "Accept: text/event-stream\r\n"};
    struct httpc_call *call;
    struct err err = {0};
    struct buf body;
    struct jsonw w;

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
    sse_init(&c->words, EVENT_MAX);
    buf_init(&c->answer, EVENT_MAX);
    call = httpc_start(c->client.httpc, &q, on_turn, c, &err);
    if (call)
        httpc_on_piece(call, on_turn_piece);
    else
        on_turn(c, NULL, &err);
    buf_free(&body);
}

static void on_answered(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct err why = {0};

    if (!err && a->head->status < 300)
        return;
    if (!err)
        client_refusal(a->head->status, a->body, &why);
    say(arg, TERM_RED, slice_str(err ? err->msg : why.msg));
}

static void answer(struct chat *c, struct slice text)
{
    uint8_t mem[8192];
    struct buf body;
    struct jsonw w;
    char path[80];

    buf_over(&body, mem, sizeof mem);
    jsonw_begin(&w, &body);
    jsonw_object(&w);
    jsonw_kcstr(&w, "question_id", c->question);
    jsonw_kstr(&w, "text", text);
    jsonw_end(&w);
    text_fmt(path, sizeof path, "/v1/calls/%s/answer", c->id);
    client_start(&c->client, "POST", path, buf_slice(&body), on_answered, c,
        NULL);
}

/* ---- what is typed ---- */

static void take_line(struct chat *c, struct slice line)
{
    line = slice_trim_all(line);
    if (line.len == 0)
        return;
    if (c->question[0]) {
        answer(c, line);
        c->question[0] = 0;
        return;
    }
    if (slice_iis(line, "quit") || slice_iis(line, "exit")
        || slice_iis(line, "q")) {
        c->ended = true;
        c->input_n = 0;
    } else if (c->busy || c->id[0]) {
        say(c, TERM_DIM, SLICE("one thing after the other: a call is "
            "running"));
    } else {
        ask(c, line);
    }
}

/* Of a pipe: as many lines as may be taken now. */
static void take_lines(struct chat *c)
{
    while (!c->terminal && c->input_n && ((!c->busy && !c->id[0])
        || c->question[0])) {
        struct slice rest = slice_of(c->input, c->input_n), line;
        size_t end = slice_chr(rest, '\n');
        char mem[INPUT];

        if (end == SLICE_NPOS && !c->ended && rest.len < sizeof c->input)
            return;
        line = slice_cut(&rest, '\n');
        memcpy(mem, line.ptr, line.len);
        line = slice_of(mem, line.len);
        memmove(c->input, rest.ptr, rest.len);
        c->input_n = rest.len;
        take_line(c, line);
        if (!c->ended)
            loop_want(c->loop, &c->in, LOOP_READ);
    }
}

static void end_input(struct chat *c)
{
    c->ended = true;
    loop_unwatch(c->loop, &c->in);
}

/* ^C: at a call it ends it; else it empties the line, and twice it leaves. */
static void interrupt(struct chat *c)
{
    char path[64];

    c->interrupts++;
    if (c->id[0] && c->interrupts == 1) {
        say(c, TERM_YELLOW, SLICE("hanging up (once more to leave)"));
        text_fmt(path, sizeof path, "/v1/calls/%s/hangup", c->id);
        client_send(&c->client, "POST", path);
    } else if (c->interrupts > 1 || !c->terminal) {
        c->rc = 130;
        loop_stop(c->loop);
    }
    edit_begin(&c->edit);
    draw(c);
}

static void on_key(struct chat *c, uint8_t byte)
{
    struct slice line;
    uint8_t mem[EDIT_LINE];

    switch (edit_key(&c->edit, byte)) {
    case EDIT_DONE:
        line = edit_text(&c->edit);
        memcpy(mem, line.ptr, line.len);
        line = slice_of(mem, line.len);
        draw(c);
        sys_write_all(2, SLICE("\r\n"));
        edit_remember(&c->edit, line);
        edit_begin(&c->edit);
        c->interrupts = 0;
        take_line(c, line);
        break;
    case EDIT_END:
        c->ended = true;
        break;
    case EDIT_BREAK:
        interrupt(c);
        break;
    case EDIT_CLEAR:
        sys_write_all(2, SLICE("\033[H\033[2J"));
        break;
    case EDIT_MORE:
        break;
    }
}

static void on_input(void *arg, int events)
{
    struct chat *c = arg;
    uint8_t keys[512];
    ssize_t n;

    (void)events;
    if (!c->terminal && c->input_n == sizeof c->input) {
        take_lines(c);
        return;
    }
    n = c->terminal ? sys_read(SYS_STDIN, keys, sizeof keys)
        : sys_read(SYS_STDIN, c->input + c->input_n,
        sizeof c->input - c->input_n);
    if (n == SYS_AGAIN)
        return;
    if (n <= 0)
        end_input(c);
    else if (!c->terminal)
        c->input_n += (size_t)n;
    for (ssize_t i = 0; c->terminal && i < n; i++)
        on_key(c, keys[i]);
    settle(c);
    /* A pipe that runs ahead waits. */
    if (!c->terminal && !c->ended && c->input_n == sizeof c->input)
        loop_want(c->loop, &c->in, 0);
}

static void on_signal(void *arg, int sig)
{
    if (sig == SIGINT || sig == SIGTERM)
        interrupt(arg);
}

/* ---- lines of other days ---- */

static void history_path(const struct chat *c, char *out, size_t cap)
{
    text_fmt(out, cap, "%s/history", c->conf->dir);
}

static void read_history(struct chat *c)
{
    char path[CONF_TEXT + 16];
    struct buf b;
    struct slice rest;

    history_path(c, path, sizeof path);
    buf_init(&b, EDIT_PAST_BYTES);
    if (c->terminal && sys_exists(path) && sys_slurp(path, &b, NULL) == 0) {
        rest = buf_slice(&b);
        while (rest.len)
            edit_remember(&c->edit, slice_cut(&rest, '\n'));
    }
    buf_free(&b);
}

static void write_history(struct chat *c)
{
    char path[CONF_TEXT + 16];
    int fd;

    if (!c->terminal || c->edit.past.len == 0)
        return;
    history_path(c, path, sizeof path);
    fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return;
    sys_write_all(fd, buf_slice(&c->edit.past));
    sys_close(fd);
}

/* ---- all of it ---- */

static void converse(struct chat *c)
{
    c->in = (struct watch){.fd = SYS_STDIN, .ready = on_input, .arg = c};
    c->tick = (struct timer){.fire = on_tick, .arg = c};
    if (c->terminal && sys_raw(true))
        c->terminal = false;
    if (c->terminal) {
        say(c, TERM_DIM, SLICE("What can I do for you?  quit ends it."));
        read_history(c);
    }
    loop_watch(c->loop, &c->in, LOOP_READ);
    draw(c);
    loop_run(c->loop);
    c->quit = true;
    wipe(c);
    if (c->terminal)
        sys_raw(false);
    write_history(c);
}

int cmd_chat(const struct conf *conf, int argc, char **argv)
{
    struct chat c = {.conf = conf};
    struct err err = {0};
    int rc = cmd_rest(argc, argv, 0, 0);

    if (rc)
        return rc;
    c.terminal = sys_isatty(0) && sys_isatty(2);
    c.loop = loop_new(&err);
    if (!c.loop)
        return term_fail(&err);
    edit_init(&c.edit);
    if (sigs_start(c.loop, on_signal, &c, &err) == 0
        && own_open(&c.own, &c.client, c.loop, conf, &err) == 0)
        converse(&c);
    else
        c.rc = term_fail(&err);
    loop_unwatch(c.loop, &c.in);
    loop_cancel(c.loop, &c.tick);
    client_close(&c.client);
    own_close(&c.own, c.loop);
    sigs_stop(c.loop);
    loop_free(c.loop);
    edit_free(&c.edit);
    return c.rc;
}
