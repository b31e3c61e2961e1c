/* model_test.c - the model's stand-in, driven by hand over a real socket. */
#include "sim/model.h"

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/conn.h"
#include "net/resolve.h"
#include "sim/jread.h"
#include "sim/mfsk.h"
#include "sim/scenario.h"
#include "sim/wire.h"
#include "tests/tap.h"

static struct loop *loop;
static struct resolver *res;
static struct sim_model *model;
static struct jread *json;

/* ---- a client of few words ---- */

static struct conn *conn;
static struct wire_ws ws;
static bool open_, gone;
static int status;
static uint16_t close_code;
static char log_[1 << 16];          /* types of events, one a line */
static struct buf audio, said;      /* what the model sent */
static char item[64], call_id[64], heard[512], last_error[64], error_at[64];
static char done_status[32], done_reason[32];
static int64_t audio_start, truncated = -1;
static struct mfsk ear;
static char spoken[1024];           /* texts decoded from its audio */

static void add(char *to, size_t cap, const char *sep, struct slice s)
{
    size_t n = strlen(to);

    snprintf(to + n, cap - n, "%s%.*s", n ? sep : "", SLICE_ARG(s));
}

static void keep(char *to, size_t cap, const struct jnode *n)
{
    if (n && n->text.ptr)
        text_copy(to, cap, n->text);
}

static void on_audio(struct slice b64)
{
    struct slice in;
    enum mfsk_event ev;
    size_t from = audio.len;

    if (wire_unbase64(&audio, b64))
        abort();
    in = slice_from(buf_slice(&audio), from);
    while ((ev = mfsk_next(&ear, &in)) != MFSK_MORE)
        if (ev == MFSK_TEXT_END)
            add(spoken, sizeof(spoken), "|", slice_str(ear.text));
}

static void on_event(struct slice text)
{
    const struct jnode *e = jread(json, text), *r, *k;
    struct slice type = jread_text(jread_get(e, "type"));

    if (!e || !jread_text(jread_get(e, "event_id")).len) {
        printf("# no event: %.*s\n", SLICE_ARG(slice_head(text, 200)));
        abort();
    }
    if (!slice_ends(type, ".delta"))
        add(log_, sizeof(log_), "\n", type);
    keep(item, sizeof(item), jread_get(e, "item_id"));
    if (slice_is(type, "response.output_audio.delta"))
        on_audio(jread_text(jread_get(e, "delta")));
    if (slice_is(type, "response.output_audio_transcript.delta"))
        buf_add(&said, jread_text(jread_get(e, "delta")));
    if (slice_ends(type, "transcription.completed"))
        keep(heard, sizeof(heard), jread_get(e, "transcript"));
    if (slice_is(type, "response.function_call_arguments.done"))
        keep(call_id, sizeof(call_id), jread_get(e, "call_id"));
    if (slice_is(type, "input_audio_buffer.speech_started"))
        audio_start = jread_get(e, "audio_start_ms")->whole;
    if (slice_is(type, "conversation.item.truncated"))
        truncated = jread_get(e, "audio_end_ms")->whole;
    r = jread_get(e, "error");
    keep(last_error, sizeof(last_error), jread_get(r, "code"));
    if (r) {
        error_at[0] = '\0';
        keep(error_at, sizeof(error_at), jread_get(r, "event_id"));
    }
    if (slice_is(type, "response.done")) {
        r = jread_get(e, "response");
        keep(done_status, sizeof(done_status), jread_get(r, "status"));
        k = jread_get(jread_get(r, "status_details"), "reason");
        done_reason[0] = '\0';
        keep(done_reason, sizeof(done_reason), k);
    }
}

static size_t on_read(struct conn *c, void *arg, struct mslice bytes)
{
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why = "";
    int n;

    (void)arg;
    if (!open_) {
        n = wire_answer(in, &h, &why);
        if (n <= 0)
            return 0;
        status = h.status;
        if (status != 101)
            return bytes.len;
        open_ = true;
        in = slice_from(in, (size_t)n);
    }
    for (;;) {
        enum wire_event ev = wire_next(&ws, &in);

        if (ev == WIRE_MESSAGE)
            on_event(ws.data);
        else if (ev == WIRE_CONTROL && ws.op == WIRE_CLOSE)
            close_code = ws.code, conn_close(c);
        else if (ev == WIRE_CONTROL)
            add(log_, sizeof(log_), "\n", SLICE("(pong)"));
        else if (ev == WIRE_MORE)
            return bytes.len - in.len;
        else
            abort();
    }
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    (void)c;
    (void)arg;
    (void)err;
    gone = true;
}

static const struct conn_ops ops = {.name = "test", .on_read = on_read,
    .on_close = on_close};

static void stop(void *arg)
{
    loop_stop(arg);
}

static void run(int64_t ms)
{
    struct timer t = {.fire = stop, .arg = loop};

    loop_in(loop, &t, ms);
    loop_run(loop);
}

static void send_raw(const char *text)
{
    conn_write(conn, slice_str(text));
}

static void send_text(const char *text)
{
    static const uint8_t mask[4] = {1, 2, 3, 4};
    struct buf b;

    buf_init(&b, 1 << 20);
    wire_frame(&b, WIRE_TEXT, slice_str(text), mask);
    conn_write(conn, buf_slice(&b));
    buf_free(&b);
}

static void ask(const char *text)
{
    last_error[0] = '\0';
    log_[0] = '\0';
    send_text(text);
    run(20);
}

static void dial(void)
{
    struct conn_target to = {.host = SLICE("127.0.0.1"),
        .port = sim_model_port(model), .timeout = 1000};
    struct err e;

    open_ = gone = false;
    status = close_code = 0;
    log_[0] = spoken[0] = heard[0] = '\0';
    buf_clear(&audio);
    buf_clear(&said);
    wire_fini(&ws);
    ws = (struct wire_ws){.max = 1 << 20};
    memset(&ear, 0, sizeof(ear));
    conn = conn_dial(loop, res, &to, &ops, NULL, &e);
    if (!conn)
        abort();
    conn_limits(conn, 1 << 22, 1 << 22);
}

#define HEAD "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" \
    "Sec-WebSocket-Version: 13\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define AUTH "Authorization: Bearer sk-sim\r\n"
#define TARGET "GET /v1/realtime?model=gpt-realtime-2.1 HTTP/1.1\r\n"

static void hello(void)
{
    dial();
    send_raw(TARGET HEAD AUTH "\r\n");
    run(50);
}

static void bye(void)
{
    if (!gone)
        conn_abort(conn, NULL);
    run(20);
}

/* Appends ms of text's tones (or silence), 20 ms at a time as on the phone. */
static void speak(const char *text, size_t frames)
{
    uint8_t mu[MFSK_FRAME];
    struct buf b;

    buf_init(&b, 2000);
    for (size_t i = 0; i < frames; i++) {
        mfsk_frame(slice_str(text), text ? i : SIZE_MAX, mu);
        buf_clear(&b);
        buf_adds(&b, "{\"type\":\"input_audio_buffer.append\",\"audio\":\"");
        wire_base64(&b, slice_of(mu, sizeof(mu)));
        buf_adds(&b, "\"}");
        send_text(buf_cstr(&b));
        run(20);
    }
    buf_free(&b);
}

static void say(const char *text)
{
    speak(text, mfsk_frames(slice_str(text)));
}

#define UPDATE "{\"type\":\"session.update\",\"event_id\":\"c1\",\"session\":" \
    "{\"type\":\"realtime\",\"model\":\"gpt-realtime-2.1\"," \
    "\"output_modalities\":[\"audio\"],\"instructions\":\"be kind\"," \
    "\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"}," \
    "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.5," \
    "\"prefix_padding_ms\":300,\"silence_duration_ms\":200," \
    "\"create_response\":true,\"interrupt_response\":true," \
    "\"idle_timeout_ms\":null},\"transcription\":{\"model\":" \
    "\"gpt-transcribe\",\"language\":\"en\"},\"noise_reduction\":null}," \
    "\"output\":{\"format\":{\"type\":\"audio/pcmu\"},\"voice\":\"marin\"," \
    "\"speed\":1.0}},\"tools\":[{\"type\":\"function\",\"name\":\"end_call\"," \
    "\"description\":\"d\",\"parameters\":{\"type\":\"object\"," \
    "\"properties\":{}}}],\"tool_choice\":\"auto\"," \
    "\"max_output_tokens\":\"inf\",\"truncation\":\"auto\"," \
    "\"tracing\":null}}"

/* ---- the tests ---- */

static void handshake(const char *request, int want, const char *what)
{
    dial();
    send_raw(request);
    run(50);
    tap_is_int(status, want, what);
    bye();
}

static void test_handshake(void)
{
    size_t errors;

    handshake(TARGET HEAD "\r\n", 401, "no key: 401");
    handshake(TARGET HEAD "Authorization: Bearer sk-no\r\n\r\n", 401,
        "a wrong key: 401");
    handshake("GET /v1/realtime HTTP/1.1\r\n" HEAD AUTH "\r\n", 400,
        "no model: 400");
    handshake("GET /v1/live HTTP/1.1\r\n" HEAD AUTH "\r\n", 404,
        "another path: 404");
    handshake(TARGET AUTH "Host: x\r\n\r\n", 400, "no upgrade: 400");
    handshake("GET /v1/realtime?model=x HTTP/1.1\nHost: x\n\n", 400,
        "bad HTTP: 400");
    tap_is_int((int64_t)sim_model_errors(model), 6, "six judged");
    errors = sim_model_errors(model);
    dial();
    send_raw(TARGET HEAD AUTH "OpenAI-Beta: realtime=v1\r\n\r\n");
    run(50);
    tap_is_str(slice_str(last_error), "beta_api_shape_disabled",
        "the beta header: an error");
    tap_is_int(close_code, 4000, "and close 4000");
    tap_is_int((int64_t)sim_model_errors(model) - (int64_t)errors, 1,
        "judged");
    bye();
    hello();
    tap_is_int(status, 101, "101");
    tap_is_str(slice_str(log_), "session.created", "session.created first");
}

static void refused(const char *from, const char *to, const char *code,
    const char *what)
{
    static char text[4000];
    const char *at = strstr(UPDATE, from);

    if (!at)
        abort();
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - UPDATE), UPDATE, to,
        at + strlen(from));
    ask(text);
    if (!tap_ok(strcmp(last_error, code) == 0 && strcmp(log_, "error") == 0,
            "update: %s", what))
        printf("#   got %s %s\n", log_, last_error);
}

static void test_update(void)
{
    refused("\"tracing\":null", "\"temperature\":0.8", "unknown_parameter",
        "temperature is gone");
    refused("\"type\":\"realtime\",", "", "missing_required_parameter",
        "no type");
    refused("\"type\":\"realtime\"", "\"type\":\"transcription\"",
        "invalid_value", "another type");
    refused("{\"type\":\"audio/pcmu\"}",
        "{\"type\":\"audio/pcmu\",\"rate\":8000}", "unknown_parameter",
        "a rate with pcmu");
    refused("audio/pcmu", "g711_ulaw", "invalid_value", "a beta format");
    refused("\"silence_duration_ms\":200", "\"silence\":200",
        "unknown_parameter", "an unknown key deep inside");
    refused("\"threshold\":0.5", "\"threshold\":1.5", "invalid_value",
        "a threshold above 1");
    refused("\"idle_timeout_ms\":null", "\"idle_timeout_ms\":4000",
        "invalid_value", "a short idle timeout");
    refused("\"interrupt_response\":true", "\"interrupt_response\":1",
        "invalid_value", "a truth that is a number");
    refused("marin", "mary", "invalid_value", "an unknown voice");
    refused("\"speed\":1.0", "\"speed\":2", "invalid_value", "too fast");
    refused("\"name\":\"end_call\",", "\"function\":{\"name\":\"x\"},",
        "unknown_parameter", "a nested tool");
    refused("\"max_output_tokens\":\"inf\"", "\"max_output_tokens\":0",
        "invalid_value", "no tokens");
    refused("[\"audio\"]", "[\"audio\",\"text\"]", "invalid_value",
        "two modalities");
    refused("gpt-realtime-2.1", "gpt-realtime", "invalid_value",
        "another model");
    refused("\"tracing\":null",
        "\"tracing\":null,\"reasoning\":{\"effort\":\"much\"}",
        "invalid_value", "an unknown effort");
    tap_is_str(slice_str(error_at), "c1", "the error names the event");
    ask(UPDATE);
    tap_is_str(slice_str(log_), "session.updated", "a good one is taken");
}

static void test_events(void)
{
    ask("{\"type\":\"conversation.item.truncate\",\"item_id\":\"x\","
        "\"content_index\":0,\"audio_end_ms\":1}");
    tap_is_str(slice_str(last_error), "item_truncate_invalid_item_id",
        "truncating nothing");
    ask("{\"type\":\"input_audio_buffer.append\",\"audio\":\"/+/\"}");
    tap_is_str(slice_str(last_error), "invalid_value", "bad base64");
    ask("{\"type\":\"input_audio_buffer.append\",\"audio\":\"//8=\",\"x\":1}");
    tap_is_str(slice_str(last_error), "unknown_parameter", "a key too many");
    ask("{\"type\":\"input_audio_buffer.append\"}");
    tap_is_str(slice_str(last_error), "missing_required_parameter", "no audio");
    ask("{\"type\":\"input_audio_buffer.commit\"}");
    tap_is_str(slice_str(last_error), "input_audio_buffer_commit_empty",
        "committing nothing");
    ask("{\"type\":\"response.cancel\"}");
    tap_is_str(slice_str(last_error), "response_cancel_not_active",
        "cancelling nothing");
    ask("{\"type\":\"response.dance\"}");
    tap_is_str(slice_str(last_error), "invalid_value", "an unknown event");
    ask("{\"type\":\"output_audio_buffer.clear\"}");
    tap_is_str(slice_str(last_error), "invalid_event", "WebRTC's event");
    ask("{\"type\":");
    tap_is_str(slice_str(last_error), "invalid_json", "no JSON");
    ask("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\","
        "\"role\":\"user\",\"content\":[{\"type\":\"output_text\","
        "\"text\":\"x\"}]}}");
    tap_is_str(slice_str(last_error), "invalid_value", "a user's output_text");
    ask("{\"type\":\"conversation.item.create\",\"item\":{\"type\":"
        "\"function_call_output\",\"call_id\":\"no\",\"output\":\"\"}}");
    tap_is_str(slice_str(last_error), "invalid_value", "an answer to no call");
    ask("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\","
        "\"role\":\"system\",\"content\":[{\"type\":\"input_text\","
        "\"text\":\"x\"}]}}");
    tap_is_str(slice_str(log_),
        "conversation.item.added\nconversation.item.done", "a good item");
    ask("{\"type\":\"input_audio_buffer.clear\"}");
    tap_is_str(slice_str(log_), "input_audio_buffer.cleared", "clear");
}

#define USER "input_audio_buffer.speech_started\n" \
    "input_audio_buffer.speech_stopped\ninput_audio_buffer.committed\n" \
    "conversation.item.added\nconversation.item.done\n" \
    "conversation.item.input_audio_transcription.completed\n"
#define BEGIN "response.created\nrate_limits.updated"
#define SPOKEN "response.output_item.added\nconversation.item.added\n" \
    "response.content_part.added\nresponse.output_audio.done\n" \
    "response.output_audio_transcript.done\nresponse.content_part.done\n" \
    "conversation.item.done\nresponse.output_item.done\n"

static void test_turns(void)
{
    size_t before = sim_model_errors(model);
    int64_t began;

    began = loop_now(loop);
    ask("{\"type\":\"response.create\",\"response\":{\"instructions\":"
        "\"Say: I am a machine. Nothing else.\"}}");
    ask("{\"type\":\"response.create\"}");
    tap_is_str(slice_str(last_error),
        "conversation_already_has_active_response", "one at a time");
    run(2000);
    tap_is_str(slice_str(log_), "error\n" SPOKEN "response.done",
        "a response in its order");
    tap_is_str(slice_str(spoken), "I am a machine. A table for four, please?",
        "the disclosure, then the wish, in tones");
    tap_is_str(buf_slice(&said), spoken, "and as transcript");
    tap_ok((int64_t)audio.len / 8 > 1500 && loop_now(loop) - began < 2200,
        "faster than real time");
    log_[0] = '\0';
    say("Certainly, at eight.");
    speak(NULL, 10);
    tap_is_str(slice_str(log_), USER BEGIN,
        "speech, its end, its item and transcript, and a response");
    tap_is_str(slice_str(heard), "Certainly, at eight.", "what was heard");
    tap_is_int(audio_start, 0, "where it began, less the padding");
    run(1500);
    tap_is_str(slice_str(spoken), "I am a machine. A table for four, please?|"
        "Eight is fine. Goodbye.", "the rule's words");
    tap_ok(strstr(log_, "response.function_call_arguments.done") != NULL,
        "and its tool");
    tap_is_int((int64_t)(sim_model_errors(model) - before), 1,
        "nothing else was judged wrong");
}

static void test_tool(void)
{
    char text[300];
    size_t before = sim_model_errors(model);

    text_fmt(text, sizeof(text), "{\"type\":\"conversation.item.create\","
        "\"item\":{\"type\":\"function_call_output\",\"call_id\":\"%s\","
        "\"output\":\"{\\\"ok\\\":true}\"}}", call_id);
    ask("{\"type\":\"response.create\"}");
    run(500);
    tap_is_str(slice_str(sim_model_error(model, before)->code),
        "tool_unanswered", "a response while a tool is unanswered");
    ask(text);
    tap_is_str(slice_str(last_error), "", "the tool is answered");
    ask("{\"type\":\"response.create\"}");
    run(1000);
    tap_ok(strstr(spoken, "The tool said ok.") != NULL, "a rule for that");
    ask(text);
    tap_is_str(slice_str(last_error), "invalid_value", "but only once");
}

static void truncate_at(int ms)
{
    char text[200];

    text_fmt(text, sizeof(text), "{\"type\":\"conversation.item.truncate\","
        "\"item_id\":\"%s\",\"content_index\":0,\"audio_end_ms\":%d}", item,
        ms);
    ask(text);
}

static void test_interrupt(void)
{
    size_t before;

    spoken[0] = '\0';
    say("Tell me a story.");
    speak(NULL, 10);
    run(400);                   /* it thinks for 300, then speaks */
    buf_clear(&audio);
    log_[0] = '\0';
    say("Stop!");
    tap_is_str(slice_str(done_status), "cancelled", "speech cancels it");
    tap_is_str(slice_str(done_reason), "turn_detected", "and says why");
    tap_is_str(slice_str(spoken), "", "its text was never whole");
    before = sim_model_errors(model);
    truncate_at(500);
    tap_is_int(truncated, 500, "truncated where it was heard");
    tap_is_int((int64_t)(sim_model_errors(model) - before), 0,
        "nothing is wrong with that");
    truncate_at(700);
    tap_is_str(slice_str(last_error), "invalid_value",
        "and not at more than is left");
    speak(NULL, 12);
    run(2000);
    before = sim_model_errors(model);
    say("Again.");
    speak(NULL, 10);
    run(420);
    truncate_at(600);
    tap_is_str(slice_str(last_error), "", "more than can have been played");
    tap_is_str(sim_model_error(model, before)
        ? slice_str(sim_model_error(model, before)->code) : SLICE(""),
        "truncate_unheard", "is judged all the same");
    ask("{\"type\":\"response.cancel\"}");
    tap_is_str(slice_str(done_reason), "client_cancelled", "cancelled by us");
}

static void test_counts(void)
{
    static const struct model_rule rule = {MODEL_HEARD, "", "Another script.",
        NULL, NULL, false};
    static const struct model_script other = {.rule = &rule, .rules = 1};
    struct sim_model_counts n;

    run(3000);
    spoken[0] = '\0';
    sim_model_script(model, &other);
    say("Hello?");
    speak(NULL, 10);
    run(1500);
    n = sim_model_counts(model);
    tap_is_str(slice_str(spoken), "Another script.", "the script is changed");
    tap_is_int((int64_t)n.sessions, 2, "two sockets became sessions");
    tap_is_int((int64_t)n.heard, 5, "five texts were understood");
    tap_is_int((int64_t)n.tools, 1, "one tool was called");
    tap_is_int((int64_t)n.tool_answers, 1, "and answered");
    tap_is_int((int64_t)n.truncates, 2, "two items were cut");
    tap_is_int(n.truncated_ms, 600, "the last of them at 600 ms");
    tap_is_int((int64_t)n.cancelled, 2, "two responses were cancelled");
    tap_is_int((int64_t)n.appended_ms, 208 * MFSK_MS, "208 frames went up");
    tap_ok(n.audio_ms > 8000, "and more came down");
}

static void test_frames(void)
{
    size_t before = sim_model_errors(model);

    log_[0] = '\0';
    conn_write(conn, SLICE("\x89\x82\0\0\0\0hi"));
    run(20);
    tap_is_str(slice_str(log_), "(pong)", "a ping is answered");
    conn_write(conn, SLICE("\x81\x02hi"));
    run(20);
    tap_is_int(close_code, 1002, "an unmasked frame ends it");
    tap_is_str(slice_str(sim_model_error(model, before)->code), "websocket",
        "and is judged");
    bye();
    hello();
    conn_write(conn, SLICE("\x88\x82\0\0\0\0\x03\xe8"));
    run(50);
    tap_is_int(close_code, 1000, "a close is echoed");
    bye();
    hello();
    tap_is_int((int64_t)sim_model_open(model), 1, "one socket is open");
    run(3600 * 1000);
    tap_is_str(slice_str(last_error), "session_expired", "after an hour");
    tap_is_int(close_code, 1001, "the session ends");
    bye();
    dial();
    run(11000);
    tap_ok(gone, "silence instead of an upgrade: dropped");
    tap_is_int((int64_t)sim_model_open(model), 0, "no socket is left");
}

static const struct model_rule rules[] = {
    {MODEL_FIRST, "I am a machine", "{disclosure} A table for four, please?",
        NULL, NULL, false},
    {MODEL_HEARD, "AT EIGHT", "Eight is fine. Goodbye.", "end_call",
        "{\"reason\":\"done\"}", false},
    {MODEL_TOOL_ANSWER, "ok", "The tool said ok.", NULL, NULL, false},
    {MODEL_HEARD, "story", "Once upon a time there was a restaurant, and its "
        "tables were all taken, every day and every night, for years.", NULL,
        NULL, false},
};

int main(void)
{
    static const struct model_script script = {.rule = rules, .rules = 4,
        .otherwise = "I have no rule for that, and I shall say so at some "
            "length."};
    struct sim_model_conf conf = {.key = "sk-sim",
        .disclosure = "I am a machine.", .script = &script, .seed = 7};
    struct resolve_conf rc = {0};
    struct err e;

    sys_virtual(SCENARIO_NOW);
    loop = loop_new(&e);
    res = resolver_new(loop, &rc, &e);
    json = mem_new(sizeof(*json));
    buf_init(&audio, 1 << 22);
    buf_init(&said, 1 << 16);
    model = sim_model_new(loop, &conf, &e);
    if (!model)
        abort();
    test_handshake();
    test_update();
    test_events();
    test_turns();
    test_tool();
    test_interrupt();
    test_counts();
    test_frames();
    hello();
    sim_model_free(model);
    run(20);
    tap_ok(gone, "freeing it drops its sockets");
    wire_fini(&ws);
    buf_free(&audio);
    buf_free(&said);
    mem_drop(json);
    resolver_free(res);
    loop_free(loop);
    return tap_done();
}
