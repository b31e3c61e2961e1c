/* talk_test.c - the conversation with a voice model that does what a scene
 * wants, over real sockets and on the virtual clock: above all, that nobody is
 * spoken to before the disclosure, and that it is heard to its end.
 */
#include "call/talk.h"

#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/base64.h"
#include "net/httpd.h"
#include "net/resolve.h"
#include "tests/tap.h"

#define WALL 1795000000000      /* ms; some day */
#define STREAM_SID "MZ0123456789abcdef0123456789abcdef"
#define SENTENCE "Hello, an automated assistant calls for Leo."

static struct loop *loop;
static struct resolver *resolver;
static struct httpd *httpd;
static struct wsconn *model;    /* the model's end of its socket */
static bool confirm;            /* it answers session.update */
static size_t sessions;
static uint64_t updates;        /* number of the last session.update */
static char asked[512];         /* what it was asked for, a word each */
static char played_to[512];     /* what went to Twilio */
static char story[1024];        /* what the owner was told */

static struct bridge bridge;
static struct talk talk;

static void add(char *to, size_t cap, const char *text)
{
    size_t n = strlen(to);

    text_fmt(to + n, cap - n, "%s%s", n ? " " : "", text);
}

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void nothing(void *arg)
{
    (void)arg;
}

static void run(int64_t ms)
{
    int64_t until = sys_now() + ms;
    struct timer t = {.fire = nothing};

    while (sys_now() < until) {
        loop_at(loop, &t, until);
        loop_round(loop);
    }
    loop_cancel(loop, &t);
}

/* ---- the model and Twilio, as far as a scene needs them ---- */

static void tell(const char *json)
{
    if (model)
        wsconn_send(model, true, slice_str(json));
    run(1);
}

static const char *sort_response(struct slice message)
{
    if (slice_find(message, SLICE("Begin with exactly")) != SLICE_NPOS)
        return "opening";
    if (slice_find(message, SLICE("Say exactly")) != SLICE_NPOS)
        return "disclosure";
    if (slice_find(message, SLICE("has been silent")) != SLICE_NPOS)
        return "nudge";
    return "reply";
}

static void on_model_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    struct json m, type;
    char id[32];

    (void)arg;
    (void)text;
    if (json_parse(message, &m, NULL))
        return;
    type = json_get(m, "type");
    if (json_is(type, "session.update")) {
        add(asked, sizeof asked, json_true(json_get(m,
            "session.audio.input.turn_detection.create_response"))
            ? "hand-over" : "by-hand");
        json_copy(json_get(m, "event_id"), id, sizeof id);
        text_u64(slice_from(slice_str(id), 1), 0, UINT64_MAX, &updates);
        if (confirm)
            wsconn_send(w, true, SLICE("{\"type\":\"session.updated\","
                "\"session\":{\"type\":\"realtime\"}}"));
    } else if (json_is(type, "response.create")) {
        add(asked, sizeof asked, sort_response(message));
    } else if (json_is(type, "conversation.item.create")) {
        char out[200];

        if (json_copy(json_get(m, "item.output"), out, sizeof out))
            add(asked, sizeof asked, out);
        else
            add(asked, sizeof asked, "told");
    }
}

static void on_model_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)arg;
    (void)code;
    (void)reason;
    (void)err;
    if (w == model)
        model = NULL;
}

static const struct wsconn_ops model_ops = {.name = "model",
    .on_message = on_model_message, .on_close = on_model_close};

static void take_model(struct request *r, void *arg)
{
    (void)arg;
    model = httpd_upgrade(r, &model_ops, NULL, 1u << 20, NULL);
    sessions++;
    wsconn_send(model, true, SLICE("{\"type\":\"session.created\","
        "\"session\":{\"type\":\"realtime\"}}"));
}

static void on_twilio_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    struct json m;
    char event[16];

    (void)w;
    (void)arg;
    (void)text;
    if (json_parse(message, &m, NULL) == 0
        && json_copy(json_get(m, "event"), event, sizeof event)
        && strcmp(event, "mark") != 0)
        add(played_to, sizeof played_to, event);
}

static void ignore_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)w;
    (void)arg;
    (void)code;
    (void)reason;
    (void)err;
}

static const struct wsconn_ops twilio_ops = {.name = "twilio",
    .on_message = on_twilio_message, .on_close = ignore_close};

static void take_twilio(struct request *r, void *arg)
{
    (void)arg;
    httpd_upgrade(r, &twilio_ops, NULL, 1u << 20, NULL);
}

/* ---- the owner ---- */

static void on_ready(void *arg)
{
    (void)arg;
}

static void on_gone(void *arg, const char *why)
{
    (void)arg;
    (void)why;
    add(story, sizeof story, "gone");
}

static void on_line(void *arg, bool them, int64_t at, struct slice text)
{
    char line[256];

    (void)arg;
    (void)at;
    text_fmt(line, sizeof line, "%s{%.*s}", them ? "them" : "us",
        SLICE_ARG(text));
    add(story, sizeof story, line);
}

static const char *on_note(void *arg, const struct tool_note *note)
{
    (void)arg;
    (void)note;
    return NULL;
}

static const char *on_ask(void *arg, const struct tool_question *question)
{
    char line[300];

    (void)arg;
    text_fmt(line, sizeof line, "ask{%s}", question->text);
    add(story, sizeof story, line);
    return NULL;
}

static void on_goodbye(void *arg, const char *why)
{
    (void)arg;
    (void)why;
    add(story, sizeof story, "goodbye");
}

static void on_undisclosed(void *arg)
{
    (void)arg;
    add(story, sizeof story, "undisclosed");
}

static void on_silent(void *arg)
{
    (void)arg;
    add(story, sizeof story, "silent");
}

static void on_context(void *arg, struct buf *out)
{
    (void)arg;
    (void)out;
}

static void on_step(void *arg, const char *what, const char *text)
{
    (void)arg;
    (void)what;
    (void)text;
}

static const struct talk_ops ops = {on_ready, on_gone, on_line, on_note,
    on_ask, on_goodbye, on_undisclosed, on_silent, on_context, on_step};

/* ---- a scene ---- */

static void open_scene(bool speak_first)
{
    static char url[64], stream_url[64];
    struct err err = {0};
    struct talk_conf conf = {.loop = loop, .resolver = resolver,
        .key = SLICE("key"), .dialect = &voice_ga,
        .session = voice_session_default(), .disclosure = SLICE(SENTENCE),
        .speak_first = speak_first, .call = "scene"};
    struct wsconn_target to = {.timeout = 5000, .max_message = 1u << 20};
    struct wsconn *stream;

    text_fmt(url, sizeof url, "ws://127.0.0.1:%u/model",
        httpd_port(httpd));
    text_fmt(stream_url, sizeof stream_url, "ws://127.0.0.1:%u/stream",
        httpd_port(httpd));
    conf.url = slice_str(url);
    to.url = slice_str(stream_url);
    confirm = true;
    sessions = 0;
    asked[0] = played_to[0] = story[0] = 0;
    bridge = (struct bridge){.stream = NULL};
    talk_init(&talk, &conf, &bridge, &ops, NULL);
    stream = wsconn_dial(loop, resolver, NULL, &to, &twilio_ops, NULL, &err);
    if (!stream)
        exit(1);
    talk_open(&talk);
    run(10);
    bridge_open(&bridge, stream, SLICE(STREAM_SID));
    talk_begin(&talk);
    run(10);
}

static void close_scene(void)
{
    talk_fini(&talk);
    if (bridge.stream)
        bridge_disown(bridge.stream, true);
    run(10);
}

/* A response of the model's: ms of audio, and the words. */
static void respond(const char *id, const char *item, int ms,
    const char *words)
{
    static char message[200000], audio[150000];
    static uint8_t raw[100000];
    size_t n;

    memset(raw, 0x55, (size_t)ms * 8);
    n = base64_encode(audio, slice_of(raw, (size_t)ms * 8));
    text_fmt(message, sizeof message, "{\"type\":\"response.created\","
        "\"response\":{\"id\":\"%s\",\"status\":\"in_progress\"}}", id);
    tell(message);
    text_fmt(message, sizeof message, "{\"type\":"
        "\"response.output_audio.delta\",\"response_id\":\"%s\",%s"
        "\"content_index\":0,\"delta\":\"%.*s\"}", id, item, (int)n, audio);
    tell(message);
    text_fmt(message, sizeof message, "{\"type\":"
        "\"response.output_audio_transcript.done\",\"response_id\":\"%s\",%s"
        "\"content_index\":0,\"transcript\":\"%s\"}", id, item, words);
    tell(message);
    text_fmt(message, sizeof message, "{\"type\":\"response.done\","
        "\"response\":{\"id\":\"%s\",\"status\":\"completed\"}}", id);
    tell(message);
}

static void speech(bool start)
{
    tell(start ? "{\"type\":\"input_audio_buffer.speech_started\","
        "\"audio_start_ms\":1,\"item_id\":\"their1\"}"
        : "{\"type\":\"input_audio_buffer.speech_stopped\","
        "\"audio_end_ms\":9,\"item_id\":\"their1\"}");
}

static void is(const char *got, const char *want, const char *what)
{
    tap_is(slice_str(got), slice_str(want), what);
}

/* A server that begins to talk before it was asked to. */
static void unasked(void)
{
    open_scene(false);
    respond("r0", "\"item_id\":\"i0\",", 360, "Hi, I want a table.");
    run(500);
    is(played_to, "", "unasked words before the disclosure are not heard");
    is(story, "", "and stand in no transcript");
    run(2000);
    is(asked, "by-hand opening", "the opening is asked for all the same");
    respond("r1", "\"item_id\":\"i1\",", 360, SENTENCE " Hello?");
    run(1000);
    is(played_to, "media media", "it is heard");
    is(asked, "by-hand opening hand-over", "and the server takes turns");
    is(story, "us{" SENTENCE " Hello?}", "and it is told");
    close_scene();
}

static void not_said(void)
{
    open_scene(true);
    respond("r1", "\"item_id\":\"i1\",", 180, "Good evening!");
    is(asked, "by-hand opening disclosure", "asked once more");
    respond("r2", "\"item_id\":\"i2\",", 180, "A table, please.");
    run(500);
    is(story, "undisclosed us{Good evening!} us{A table, please.}",
        "then the call is to end");
    close_scene();
}

/* It has been said long before it has been heard. */
static void heard_to_its_end(void)
{
    open_scene(true);
    respond("r1", "\"item_id\":\"i1\",", 5000, SENTENCE);
    played_to[0] = 0;
    run(1000);
    speech(true);
    run(200);
    is(played_to, "", "they speak over the disclosure: it goes on");
    speech(false);
    run(5000);
    respond("r2", "\"item_id\":\"i2\",", 5000, "A table for four.");
    played_to[0] = 0;
    run(500);
    speech(true);
    run(200);
    is(played_to, "clear", "what comes later they cut short");
    close_scene();
}

static void fails_in_the_middle(void)
{
    open_scene(true);
    tell("{\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}");
    tell("{\"type\":\"error\",\"error\":{\"type\":\"server_error\","
        "\"code\":\"server_error\",\"message\":\"the server had an error\"}}");
    run(600);
    is(asked, "by-hand opening opening",
        "an opening that failed is an opening again, no mere reply");
    respond("r2", "\"item_id\":\"i2\",", 180, "Good evening!");
    is(asked, "by-hand opening opening disclosure", "and is judged as one");
    close_scene();
}

/* They pick up while a session is still being opened. */
static void not_ready_yet(void)
{
    open_scene(true);
    tap_ok(bridge.joined, "with a model that is configured audio passes");
    talk.began = false;
    talk.state = TALK_DIALLING;
    talk_begin(&talk);
    tap_ok(!bridge.joined, "with one that is not it does not");
    close_scene();
}

static void lost_while_owed(void)
{
    open_scene(true);
    tell("{\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}");
    speech(true);
    wsconn_close(model, 1011, SLICE("oops"));
    run(200);
    tap_is_int((int64_t)sessions, 2, "a model that is lost is opened again");
    is(asked, "by-hand opening by-hand opening",
        "and asked for the disclosure at once");
    run(60000);
    is(story, "gone", "when that one is silent too, there is none: their "
        "speech that nobody ended does not hide it");
    close_scene();
}

static void no_hand_over(void)
{
    char message[256];

    open_scene(true);
    confirm = false;
    respond("r1", "\"item_id\":\"i1\",", 180, SENTENCE);
    run(500);
    is(asked, "by-hand opening hand-over", "the server is to take turns");
    speech(true);
    speech(false);
    is(asked, "by-hand opening hand-over reply",
        "before it says that it does, we ask");
    respond("r2", "\"item_id\":\"i2\",", 180, "For four.");
    text_fmt(message, sizeof message, "{\"type\":\"error\",\"error\":{"
        "\"type\":\"invalid_request_error\",\"code\":\"invalid_value\","
        "\"message\":\"no\",\"event_id\":\"c%llu\"}}",
        (unsigned long long)updates);
    tell(message);
    speech(true);
    speech(false);
    is(asked, "by-hand opening hand-over reply reply",
        "when it refuses to, we go on asking");
    close_scene();
}

static void no_item_ids(void)
{
    open_scene(true);
    respond("r1", "", 180, SENTENCE);
    for (int i = 0; i < 6; i++) {
        respond("r2", "", 180, "Four people.");
        run(400);
    }
    tap_ok(slice_find(slice_str(story), SLICE("us{Four people.} us{Four "
        "people.} us{Four people.}")) != SLICE_NPOS,
        "audio without item ids is told, and nothing is lost");
    close_scene();
}

/* ---- keys ---- */

static void call_digits(const char *digits)
{
    char message[400];

    text_fmt(message, sizeof message, "{\"type\":\"response.output_item.done\","
        "\"response_id\":\"r3\",\"item\":{\"id\":\"f1\",\"type\":"
        "\"function_call\",\"name\":\"send_digits\",\"call_id\":\"c1\","
        "\"arguments\":\"{\\\"digits\\\":\\\"%s\\\"}\"}}", digits);
    tell(message);
}

/* The rig echoes no mark: what must have been heard by then has been. */
static void our_keys(void)
{
    open_scene(true);
    call_digits("1");
    is(asked, "by-hand opening {\"error\":\"say the opening sentence first\"}",
        "no key before the disclosure");
    respond("r1", "\"item_id\":\"i1\",", 180, SENTENCE);
    run(1000);
    respond("r2", "\"item_id\":\"i2\",", 2000, "One moment.");
    asked[0] = played_to[0] = story[0] = 0;
    call_digits("1w#");
    run(1500);
    is(played_to, "", "keys wait until all that is queued has been heard");
    call_digits("2");
    is(asked, "{\"error\":\"other keys are still being pressed\"}",
        "one send_digits at a time");
    asked[0] = 0;
    run(2700);
    is(played_to, "media media media", "two keys and a pause");
    speech(true);
    run(200);
    is(played_to, "media media media", "the menu talks on: no tone is cut");
    is(asked, "", "they are not pressed yet");
    run(900);
    is(asked, "{\"ok\":true,\"pressed\":\"1#\"} reply",
        "answered when they have been heard");
    is(story, "us{One moment.} us{[pressed 1#]}", "and a line tells of them");
    call_digits("1x");
    tap_ok(strstr(asked, "digits may hold") != NULL, "no such key");
    close_scene();
}

static void keys_and_a_lost_model(void)
{
    open_scene(true);
    respond("r1", "\"item_id\":\"i1\",", 180, SENTENCE);
    run(1000);
    call_digits("7");
    wsconn_close(model, 1011, SLICE("oops"));
    asked[0] = story[0] = 0;
    run(4000);
    is(story, "us{[pressed 7]}", "keys are pressed though the model is lost");
    is(asked, "hand-over reply", "nobody is told who did not ask");
    close_scene();
}

static void their_keys(void)
{
    open_scene(true);
    talk_dtmf(&talk, SLICE("9"));
    run(2000);
    is(asked, "by-hand opening told", "during the disclosure: no answer yet");
    respond("r1", "\"item_id\":\"i1\",", 180, SENTENCE);
    run(1000);
    is(asked, "by-hand opening told hand-over reply", "but after it");
    respond("r2", "\"item_id\":\"i2\",", 180, "Yes?");
    run(500);
    asked[0] = story[0] = 0;
    talk_dtmf(&talk, SLICE("1"));
    run(1400);
    talk_dtmf(&talk, SLICE("#"));
    run(1400);
    is(story, "", "more keys may follow");
    run(200);
    is(story, "them{[pressed 1#]}", "a pause: they are one line");
    is(asked, "told reply", "the model is told, and speaks");
    respond("r3", "\"item_id\":\"i3\",", 180, "Yes?");
    run(500);
    asked[0] = story[0] = 0;
    for (int i = 0; i < TOOL_DIGITS + 1; i++)
        talk_dtmf(&talk, SLICE("5"));
    is(story, "them{[pressed 55555555555555555555555555555555]}",
        "who presses without an end fills lines");
    talk_close(&talk);
    tap_ok(slice_find(slice_str(story), SLICE("them{[pressed 5]}"))
        != SLICE_NPOS, "and the end of the call is an end");
    close_scene();
}

/* ---- the owner is asked ---- */

static void call_ask(const char *id, const char *what)
{
    char message[400];

    text_fmt(message, sizeof message, "{\"type\":\"response.output_item.done\","
        "\"response_id\":\"r2\",\"item\":{\"id\":\"f%s\",\"type\":"
        "\"function_call\",\"name\":\"ask_owner\",\"call_id\":\"%s\","
        "\"arguments\":\"{\\\"question\\\":\\\"%s\\\"}\"}}", id, id, what);
    tell(message);
}

/* The owner is asked; the answer comes as a message, and nobody is let go for
 * the silence meanwhile. */
static void question(void)
{
    open_scene(false);
    run(2500);
    respond("r1", "\"item_id\":\"i1\",", 360, SENTENCE);
    run(1000);
    asked[0] = story[0] = 0;
    tell("{\"type\":\"response.created\",\"response\":{\"id\":\"r2\","
        "\"status\":\"in_progress\"}}");
    call_ask("c2", "9 pm?");
    call_ask("c3", "10 pm?");
    is(story, "ask{9 pm?}", "one question at a time is put to the owner");
    tap_ok(strstr(asked, "checking with the guest") && strstr(asked,
        "being asked already"), "the model is told to say that it checks, and "
        "why the second one is refused");
    tell("{\"type\":\"response.done\",\"response\":{\"id\":\"r2\","
        "\"status\":\"completed\"}}");
    respond("r3", "\"item_id\":\"i3\",", 360, "I am checking.");
    for (int i = 0; i < 2; i++) {
        run(25000);
        respond(i ? "r5" : "r4", i ? "\"item_id\":\"i5\","
            : "\"item_id\":\"i4\",", 360, "I am still checking.");
    }
    tap_ok(!strstr(story, "silent"), "waiting for the answer ends no call");
    tap_is_int((int64_t)sessions, 1, "... nor the session");
    asked[0] = 0;
    talk_answer(&talk, SLICE("Yes \"do\"."), SLICE("No."));
    run(10);
    tap_ok(strstr(asked, "told") != NULL, "the answer is told");
    close_scene();
}

int main(void)
{
    static const struct route routes[] = {
        {M_GET, "/model", take_model, ATTEMPT_NONE},
        {M_GET, "/stream", take_twilio, ATTEMPT_NONE},
        {0, NULL, NULL, ATTEMPT_NONE},
    };
    struct httpd_conf conf = {.routes = routes};
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct sys_addr at;
    struct err err = {0};

    log_sink(quiet, NULL);
    rand_seed_number(1);
    sys_virtual(WALL);
    loop = loop_new(&err);
    resolver = loop ? resolver_new(loop, &dns, &err) : NULL;
    sys_addr_parse(&at, SLICE("127.0.0.1"), 0);
    httpd = resolver ? httpd_new(loop, &at, NULL, &conf, &err) : NULL;
    if (!httpd)
        return 1;
    unasked();
    not_said();
    heard_to_its_end();
    fails_in_the_middle();
    not_ready_yet();
    lost_while_owed();
    no_hand_over();
    no_item_ids();
    our_keys();
    keys_and_a_lost_model();
    their_keys();
    question();
    httpd_free(httpd);
    resolver_free(resolver);
    conn_abort_all(loop);
    loop_tidy(loop);
    loop_free(loop);
    return tap_done();
}
