/* voice_test.c - the voice model's messages, both ways: realtime 1 to 6. */
#include "model/voice.h"

#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static struct voice_event ev;
static const char *why;

static int take(const char *message)
{
    return voice_read(&voice_ga, guard_in(slice_str(message)), &ev, &why);
}

/* ---- reading ---- */

static void test_audio(void)
{
    tap_is_int(take("{\"type\":\"response.output_audio.delta\","
        "\"event_id\":\"event_7\",\"response_id\":\"resp_1\","
        "\"item_id\":\"item_2\",\"output_index\":0,\"content_index\":1,"
        "\"delta\":\"f39/fw==\"}"), 0, "audio is read");
    tap_is_int(ev.kind, VOICE_AUDIO, "as audio");
    tap_is_str(ev.response, "resp_1", "of its response");
    tap_is_str(ev.item, "item_2", "of its item");
    tap_is_int(ev.content_index, 1, "with its content index");
    tap_is_str(ev.text.text, "f39/fw==", "the payload is a slice");
    tap_ok(!ev.text.escaped, "without escapes");
    take("{\"type\":\"response.audio.delta\",\"item_id\":\"i\","
        "\"delta\":\"f39\\/fw==\"}");
    tap_is_int(ev.kind, VOICE_AUDIO, "the beta name is audio too");
    tap_ok(ev.text.escaped, "an escaped payload says so");
    tap_is_str(ev.response, "", "a missing response is empty");
    tap_is_int(take("{\"type\":\"response.output_audio.delta\"}"), -1,
        "audio without a delta is refused");
    tap_is_int(take("{\"type\":\"response.output_audio.delta\","
        "\"delta\":null}"), -1, "and with a null one");
    take("{\"type\":\"response.output_audio.done\",\"response_id\":\"r\","
        "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0}");
    tap_is_int(ev.kind, VOICE_AUDIO_DONE, "the end of audio");
}

/* Kind by type name, both generations: realtime 3. */
static void test_kinds(void)
{
    static const struct {
        const char *message;
        enum voice_kind kind;
    } rows[] = {
        {"{\"type\":\"response.output_audio_transcript.delta\","
            "\"delta\":\"Hel\"}", VOICE_SAID_DELTA},
        {"{\"type\":\"response.audio_transcript.delta\",\"delta\":\"lo\"}",
            VOICE_SAID_DELTA},
        {"{\"type\":\"response.output_audio_transcript.done\","
            "\"transcript\":\"Hello\"}", VOICE_SAID_DONE},
        {"{\"type\":\"response.audio_transcript.done\",\"transcript\":\"\"}",
            VOICE_SAID_DONE},
        {"{\"type\":\"response.audio.done\"}", VOICE_AUDIO_DONE},
        {"{\"type\":\"conversation.item.created\",\"item\":{\"id\":\"i\"}}",
            VOICE_ITEM_ADDED},
        {"{\"type\":\"conversation.item.done\",\"item\":{\"id\":\"i\"}}",
            VOICE_OTHER},
        {"{\"type\":\"response.output_text.delta\",\"delta\":\"x\"}",
            VOICE_OTHER},
        {"{\"type\":\"conversation.created\"}", VOICE_OTHER},
        {"{\"type\":\"input_audio_buffer.committed\"}", VOICE_OTHER},
        {"{\"type\":\"something.new\",\"delta\":7}", VOICE_OTHER},
        {"{\"type\":\"Error\"}", VOICE_OTHER},
        {"{\"type\":\"sess\\u0069on.created\"}", VOICE_OTHER},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        tap_ok(take(rows[i].message) == 0 && ev.kind == rows[i].kind,
            "%s", rows[i].message);
}

static void test_session_events(void)
{
    take("{\"type\":\"session.created\",\"event_id\":\"e\",\"session\":{"
        "\"type\":\"realtime\",\"id\":\"sess_1\",\"expires_at\":1795345200,"
        "\"audio\":null}}");
    tap_is_int(ev.kind, VOICE_SESSION_CREATED, "session.created");
    tap_is_str(ev.id, "sess_1", "its id");
    tap_is_int(ev.expires_at, 1795345200, "and its end");
    take("{\"type\":\"session.updated\",\"session\":{\"voice\":\"x\"}}");
    tap_is_int(ev.kind, VOICE_SESSION_UPDATED, "session.updated");
    tap_is_str(ev.session.text, "{\"voice\":\"x\"}", "the session, raw");
    tap_is_int(ev.expires_at, 0, "its end is not known");
    tap_is_int(take("{\"type\":\"session.updated\"}"), -1,
        "without a session it is refused");
}

static void test_turn_events(void)
{
    take("{\"type\":\"input_audio_buffer.speech_started\",\"event_id\":\"e\","
        "\"audio_start_ms\":1234,\"item_id\":\"item_9\"}");
    tap_is_int(ev.kind, VOICE_SPEECH_STARTED, "speech_started");
    tap_is_int(ev.ms, 1234, "at");
    tap_is_str(ev.item, "item_9", "of");
    take("{\"type\":\"input_audio_buffer.speech_stopped\","
        "\"audio_end_ms\":2000,\"item_id\":null}");
    tap_is_int(ev.kind, VOICE_SPEECH_STOPPED, "speech_stopped");
    tap_is_int(ev.ms, 2000, "at");
    tap_is_str(ev.item, "", "of nobody");
    take("{\"type\":\"conversation.item.truncated\",\"item_id\":\"i\","
        "\"content_index\":0,\"audio_end_ms\":1500}");
    tap_is_int(ev.kind, VOICE_TRUNCATED, "truncated");
    tap_is_int(ev.ms, 1500, "at");
    take("{\"type\":\"conversation.item.input_audio_transcription.completed\","
        "\"item_id\":\"i\",\"content_index\":0,\"transcript\":\"S\\u00ed\","
        "\"usage\":null}");
    tap_is_int(ev.kind, VOICE_HEARD_DONE, "heard");
    tap_is_str(ev.text.text, "S\\u00ed", "raw");
    tap_ok(ev.text.escaped, "and escaped");
    take("{\"type\":\"conversation.item.input_audio_transcription.delta\","
        "\"item_id\":\"i\",\"delta\":\"S\"}");
    tap_is_int(ev.kind, VOICE_HEARD_DELTA, "heard in part");
    take("{\"type\":\"conversation.item.input_audio_transcription.failed\","
        "\"item_id\":\"i\",\"error\":{\"type\":\"transcription_error\","
        "\"code\":\"audio_unintelligible\",\"message\":\"no\"}}");
    tap_is_int(ev.kind, VOICE_HEARD_FAILED, "not heard");
    tap_is_str(ev.code, "audio_unintelligible", "why");
}

static void test_responses(void)
{
    take("{\"type\":\"response.created\",\"response\":{\"id\":\"resp_4\","
        "\"status\":\"in_progress\",\"status_details\":null}}");
    tap_is_int(ev.kind, VOICE_RESPONSE_CREATED, "response.created");
    tap_is_str(ev.id, "resp_4", "id");
    take("{\"type\":\"response.done\",\"response\":{\"id\":\"resp_4\","
        "\"status\":\"cancelled\",\"status_details\":{\"type\":\"cancelled\","
        "\"reason\":\"turn_detected\"},\"output\":[{\"id\":\"x\"}],"
        "\"usage\":{\"total_tokens\":300,\"input_token_details\":{"
        "\"text_tokens\":100,\"audio_tokens\":80,\"cached_tokens\":64},"
        "\"output_token_details\":{\"text_tokens\":20,\"audio_tokens\":100}}}"
        "}");
    tap_is_int(ev.kind, VOICE_RESPONSE_DONE, "response.done");
    tap_is_str(ev.status, "cancelled", "status");
    tap_is_str(ev.reason, "turn_detected", "reason");
    tap_is_int(ev.fault, VOICE_FINE, "is no fault");
    tap_ok(ev.usage.in_text == 100 && ev.usage.in_audio == 80
        && ev.usage.in_cached == 64 && ev.usage.out_text == 20
        && ev.usage.out_audio == 100, "usage");
    take("{\"type\":\"response.done\",\"response\":{\"id\":\"r\","
        "\"status\":\"completed\",\"status_details\":null,\"usage\":null}}");
    tap_is_str(ev.reason, "", "null details are no details");
    take("{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"status\":"
        "\"failed\",\"status_details\":{\"error\":{\"type\":\"server_error\","
        "\"code\":null,\"message\":\"The server had an error while "
        "processing your request.\"}}}}");
    tap_is_int(ev.fault, VOICE_TRANSIENT, "failed: transient");
    tap_is_str(ev.error_type, "server_error", "type");
    take("{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"status\":"
        "\"failed\",\"status_details\":{\"error\":{"
        "\"code\":\"insufficient_quota\"}}}}");
    tap_is_int(ev.fault, VOICE_FINAL, "failed: no quota is final");
    take("{\"type\":\"response.done\",\"response\":{\"status\":\"failed\"}}");
    tap_is_int(ev.fault, VOICE_TRANSIENT, "failed without a word");
    tap_is_int(take("{\"type\":\"response.done\"}"), -1, "no response");
}

static void test_tools(void)
{
    take("{\"type\":\"response.output_item.done\",\"event_id\":\"e9\","
        "\"response_id\":\"resp_1\",\"output_index\":1,\"item\":{\"id\":"
        "\"item_7\",\"object\":\"realtime.item\",\"type\":\"function_call\","
        "\"status\":\"completed\",\"name\":\"lookup\",\"call_id\":\"call_1\","
        "\"arguments\":\"{\\\"id\\\":4}\"}}");
    tap_is_int(ev.kind, VOICE_TOOL_CALL, "a tool call");
    tap_is_str(ev.call, "call_1", "its id");
    tap_is_str(ev.name, "lookup", "its name");
    tap_is_str(ev.item, "item_7", "its item");
    tap_is_str(ev.response, "resp_1", "its response");
    tap_is_str(ev.text.text, "{\\\"id\\\":4}", "its arguments");
    take("{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
        "\"function_call\",\"status\":\"incomplete\",\"name\":\"a\","
        "\"call_id\":\"c\",\"arguments\":\"{\\\"i\"}}");
    tap_is_int(ev.kind, VOICE_OTHER, "a cut-off one is none");
    take("{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
        "\"message\",\"status\":\"completed\"}}");
    tap_is_int(ev.kind, VOICE_OTHER, "a message is none");
    tap_is_int(take("{\"type\":\"response.output_item.done\",\"item\":{"
        "\"type\":\"function_call\",\"status\":\"completed\",\"name\":\"a\","
        "\"arguments\":\"{}\"}}"), -1, "without call_id it is refused");
    tap_is_int(take("{\"type\":\"response.output_item.done\",\"item\":{"
        "\"type\":\"function_call\",\"status\":\"completed\",\"name\":\"a\","
        "\"call_id\":\"c\"}}"), -1, "and without arguments");
    take("{\"type\":\"conversation.item.added\",\"previous_item_id\":null,"
        "\"item\":{\"id\":\"i3\",\"type\":\"function_call_output\","
        "\"call_id\":\"c\",\"output\":\"{}\"}}");
    tap_is_int(ev.kind, VOICE_ITEM_ADDED, "an item was added");
    tap_is_str(ev.item_type, "function_call_output", "of type");
    tap_is_str(ev.role, "", "without a role");
}

static void test_limits(void)
{
    take("{\"type\":\"rate_limits.updated\",\"rate_limits\":["
        "{\"name\":\"requests\",\"limit\":1000,\"remaining\":0,"
        "\"reset_seconds\":1.25},{\"name\":\"tokens\",\"limit\":50000,"
        "\"remaining\":49950,\"reset_seconds\":60.0},{\"name\":\"tokens\","
        "\"remaining\":0,\"reset_seconds\":6.1e-05}]}");
    tap_is_int(ev.kind, VOICE_RATE_LIMITS, "rate limits");
    tap_is_int(ev.reset_ms, 1250, "the wait of the one used up");
    take("{\"type\":\"rate_limits.updated\",\"rate_limits\":["
        "{\"remaining\":0,\"reset_seconds\":3}]}");
    tap_is_int(ev.reset_ms, 3000, "whole seconds");
    take("{\"type\":\"rate_limits.updated\",\"rate_limits\":["
        "{\"remaining\":null,\"reset_seconds\":9}]}");
    tap_is_int(ev.reset_ms, 0, "nothing is known to be used up");
}

/* realtime 6: code, type, text, and what to do. */
static void test_faults(void)
{
    static const struct {
        const char *type, *code, *message;
        enum voice_fault fault;
    } rows[] = {
        {"invalid_request_error", "response_cancel_not_active",
            "Cancellation failed: no active response found", VOICE_NOISE},
        {"invalid_request_error", "conversation_already_has_active_response",
            "Conversation already has an active response in progress: resp_1.",
            VOICE_NOISE},
        {"invalid_request_error", "input_audio_buffer_commit_empty", "",
            VOICE_NOISE},
        {"invalid_request_error", "invalid_value", "Audio content of 13600ms "
            "is already shorter than 55960ms", VOICE_NOISE},
        {"invalid_request_error", "unsupported_content_type", "Only model "
            "output audio messages can be truncated", VOICE_NOISE},
        {"invalid_request_error", "item_retrieve_invalid_item_id", "",
            VOICE_NOISE},
        {"invalid_request_error", "", "cannot truncate", VOICE_NOISE},
        {"invalid_request_error", "unknown_parameter",
            "Unknown parameter: 'session.truncation'.", VOICE_OUR_BUG},
        {"invalid_request_error", "missing_required_parameter", "",
            VOICE_OUR_BUG},
        {"invalid_request_error", "invalid_value", "", VOICE_OUR_BUG},
        {"invalid_request_error", "invalid_event", "", VOICE_OUR_BUG},
        {"invalid_request_error", "never_seen", "", VOICE_OUR_BUG},
        {"invalid_request_error", "session_expired",
            "Your session hit the maximum duration of 60 minutes.",
            VOICE_EXPIRED},
        {"", "", "Your session hit the maximum duration of 60 minutes.",
            VOICE_EXPIRED},
        {"server_error", "", "The server had an error while processing your "
            "request", VOICE_TRANSIENT},
        {"server_error", "", "", VOICE_TRANSIENT},
        {"", "rate_limit_exceeded", "", VOICE_TRANSIENT},
        {"insufficient_quota", "insufficient_quota", "", VOICE_FINAL},
        {"", "invalid_api_key", "", VOICE_FINAL},
        {"", "account_deactivated", "", VOICE_FINAL},
        {"", "billing_hard_limit_reached", "", VOICE_FINAL},
        {"invalid_request_error", "beta_api_shape_disabled", "", VOICE_FINAL},
        {"", "", "", VOICE_OUR_BUG},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        tap_is_int(voice_fault(slice_str(rows[i].type),
            slice_str(rows[i].code), slice_str(rows[i].message)),
            rows[i].fault, rows[i].code[0] ? rows[i].code : rows[i].message);

    take("{\"type\":\"error\",\"event_id\":\"event_1\",\"error\":{\"type\":"
        "\"invalid_request_error\",\"code\":\"unknown_parameter\",\"message\":"
        "\"Unknown parameter: 'session.foo'.\",\"param\":\"session.foo\","
        "\"event_id\":\"c12\"}}");
    tap_is_int(ev.kind, VOICE_ERROR, "an error");
    tap_is_int(ev.fault, VOICE_OUR_BUG, "is our bug");
    tap_is_int((int64_t)ev.about, 12, "in our twelfth event");
    tap_is_str(ev.message.text, "Unknown parameter: 'session.foo'.", "says");
    tap_ok(!voice_is_active_already(&ev), "nothing is active");
    take("{\"type\":\"error\",\"error\":{\"type\":\"x\",\"code\":null,"
        "\"message\":\"Conversation already has an active response\","
        "\"event_id\":null}}");
    tap_ok(voice_is_active_already(&ev), "one is active, told by words");
    tap_is_int((int64_t)ev.about, 0, "about an unknown event");
    take("{\"type\":\"error\",\"error\":\"session_expired\"}");
    tap_is_str(ev.message.text, "session_expired", "an error in one string");
    take("{\"type\":\"error\",\"code\":\"invalid_api_key\","
        "\"message\":\"bad key\"}");
    tap_is_int(ev.fault, VOICE_FINAL, "an error without an error object");
    take("{\"type\":\"error\"}");
    tap_is_str(ev.message.text, "", "an error that says nothing");
}

static void test_closes(void)
{
    static const uint16_t retry[] = {1001, 1005, 1006, 1011, 1012, 1013, 1015};
    static const uint16_t final[] = {1002, 1003, 1007, 1008, 1009, 3000, 4000};

    for (size_t i = 0; i < sizeof retry / sizeof *retry; i++)
        tap_ok(voice_close(retry[i]) == VOICE_CLOSE_RETRY, "%d is tried again",
            retry[i]);
    for (size_t i = 0; i < sizeof final / sizeof *final; i++)
        tap_ok(voice_close(final[i]) == VOICE_CLOSE_FINAL, "%d is not",
            final[i]);
    tap_is_int(voice_close(1000), VOICE_CLOSE_END, "1000 is an end");
}

static void test_bad(void)
{
    static const char whole[] = "{\"type\":\"response.done\",\"response\":{"
        "\"id\":\"resp_4\",\"status\":\"failed\",\"status_details\":{"
        "\"error\":{\"type\":\"server_error\",\"message\":\"m\\u00e9\"}}}}";
    size_t bad = 0;

    for (size_t n = 0; n + 1 < sizeof whole; n++)
        if (voice_read(&voice_ga, guard_in(slice_of(whole, n)), &ev, &why) == 0
            || !why || ev.kind != VOICE_OTHER)
            bad++;
    tap_is_int((int64_t)bad, 0, "every cut message is refused, with a reason");
    tap_is_int(take("[]"), -1, "an array is no event");
    tap_is_int(take("\"error\""), -1, "nor is a string");
    tap_is_int(take("{\"type\":5}"), -1, "nor a type that is a number");
    tap_is_str(slice_str(why), "event without a type", "and why");
    tap_is_int(voice_read(&voice_ga, slice_of("", 0), &ev, &why), -1,
        "nor nothing");
}

/* ---- writing ---- */

static struct voice v = {.dialect = &voice_ga};
static char room[8192];
static struct buf out;

static struct buf *fresh(void)
{
    buf_over(&out, room, sizeof room);
    return &out;
}

/* The message written must be this, byte for byte, and JSON. */
static void is_message(const char *want, const char *what)
{
    struct json root;

    tap_is_str(buf_slice(&out), want, what);
    tap_ok(json_parse(buf_slice(&out), &root, NULL) == 0, "which is JSON");
}

static void test_messages(void)
{
    v.events = 0;
    tap_is_int((int64_t)voice_respond(&v, fresh(), (struct slice){NULL, 0}), 1,
        "the first event");
    is_message("{\"type\":\"response.create\",\"event_id\":\"c1\"}",
        "response.create");
    voice_respond(&v, fresh(), SLICE("Say: \"Hello\"\n"));
    is_message("{\"type\":\"response.create\",\"event_id\":\"c2\",\"response\""
        ":{\"instructions\":\"Say: \\\"Hello\\\"\\n\"}}",
        "response.create with instructions");
    voice_cancel(&v, fresh(), SLICE("resp_1"));
    is_message("{\"type\":\"response.cancel\",\"event_id\":\"c3\","
        "\"response_id\":\"resp_1\"}", "response.cancel of one");
    voice_cancel(&v, fresh(), SLICE(""));
    is_message("{\"type\":\"response.cancel\",\"event_id\":\"c4\"}",
        "response.cancel of whatever runs");
    voice_truncate(&v, fresh(), SLICE("item_1"), 0, 1480);
    is_message("{\"type\":\"conversation.item.truncate\",\"event_id\":\"c5\","
        "\"item_id\":\"item_1\",\"content_index\":0,\"audio_end_ms\":1480}",
        "truncate");
    voice_truncate(&v, fresh(), SLICE("item_1"), 1, -3);
    is_message("{\"type\":\"conversation.item.truncate\",\"event_id\":\"c6\","
        "\"item_id\":\"item_1\",\"content_index\":1,\"audio_end_ms\":0}",
        "truncate never below 0");
    voice_delete(&v, fresh(), SLICE("item\\/2"));
    is_message("{\"type\":\"conversation.item.delete\",\"event_id\":\"c7\","
        "\"item_id\":\"item\\/2\"}", "an escaped id goes back as it came");
    voice_delete(&v, fresh(), SLICE("a\"b\\"));
    is_message("{\"type\":\"conversation.item.delete\",\"event_id\":\"c8\","
        "\"item_id\":\"a\\\"b\\\\\"}", "one that cannot is escaped");
    voice_tool_output(&v, fresh(), SLICE("call_1"), SLICE("{\"ok\":true}"));
    is_message("{\"type\":\"conversation.item.create\",\"event_id\":\"c9\","
        "\"item\":{\"type\":\"function_call_output\",\"call_id\":\"call_1\","
        "\"output\":\"{\\\"ok\\\":true}\"}}", "a tool's output");
    voice_say_item(&v, fresh(), VOICE_SYSTEM, SLICE("Caller pressed 5"));
    is_message("{\"type\":\"conversation.item.create\",\"event_id\":\"c10\","
        "\"item\":{\"type\":\"message\",\"role\":\"system\",\"content\":[{"
        "\"type\":\"input_text\",\"text\":\"Caller pressed 5\"}]}}",
        "a system item");
    voice_say_item(&v, fresh(), VOICE_USER, SLICE("hi"));
    is_message("{\"type\":\"conversation.item.create\",\"event_id\":\"c11\","
        "\"item\":{\"type\":\"message\",\"role\":\"user\",\"content\":[{"
        "\"type\":\"input_text\",\"text\":\"hi\"}]}}", "a user item");
    voice_say_item(&v, fresh(), VOICE_ASSISTANT, SLICE("yes"));
    is_message("{\"type\":\"conversation.item.create\",\"event_id\":\"c12\","
        "\"item\":{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
        "\"type\":\"output_text\",\"text\":\"yes\"}]}}", "an assistant item");
    voice_clear_input(&v, fresh());
    is_message("{\"type\":\"input_audio_buffer.clear\",\"event_id\":\"c13\"}",
        "clear");
    voice_commit_input(&v, fresh());
    is_message("{\"type\":\"input_audio_buffer.commit\",\"event_id\":\"c14\"}",
        "commit");
    voice_instruct(&v, fresh(), SLICE("Be brief."));
    is_message("{\"type\":\"session.update\",\"event_id\":\"c15\",\"session\":"
        "{\"type\":\"realtime\",\"instructions\":\"Be brief.\"}}",
        "new instructions alone");
    buf_over(&out, room, 20);
    voice_clear_input(&v, &out);
    tap_ok(!buf_ok(&out), "a message that does not fit is told by the buf");
}

static void test_append(void)
{
    struct voice_append a;

    v.events = 99;
    fresh();
    tap_is_int((int64_t)voice_append_parts(&v, &a, SLICE("f39/fw==")), 100,
        "append is numbered");
    for (size_t i = 0; i < VOICE_APPEND_PARTS; i++)
        buf_add(&out, a.part[i]);
    is_message("{\"type\":\"input_audio_buffer.append\",\"event_id\":\"c100\","
        "\"audio\":\"f39/fw==\"}", "its parts make the message");
}

#define TOOLS "[{\"type\":\"function\",\"name\":\"hang_up\",\"description\":" \
    "\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{}}},{\"type\":" \
    "\"function\",\"name\":\"note\",\"parameters\":{}}]"

static struct voice_session phone(void)
{
    struct voice_session s = voice_session_default();

    s.instructions = SLICE("Book a table.");
    s.language = SLICE("en");
    s.tools = SLICE(TOOLS);
    s.effort = SLICE("low");
    return s;
}

static void test_update(void)
{
    struct voice_session s = phone();

    v.events = 0;
    voice_update(&v, fresh(), &s);
    is_message("{\"type\":\"session.update\",\"event_id\":\"c1\",\"session\":{"
        "\"type\":\"realtime\",\"model\":\"gpt-realtime-2.1\","
        "\"output_modalities\":[\"audio\"],"
        "\"instructions\":\"Book a table.\",\"audio\":{\"input\":{"
        "\"format\":{\"type\":\"audio/pcmu\"},\"turn_detection\":{\"type\":"
        "\"server_vad\",\"threshold\":0.500,\"prefix_padding_ms\":300,"
        "\"silence_duration_ms\":500,\"create_response\":true,"
        "\"interrupt_response\":true},\"transcription\":{\"model\":"
        "\"gpt-transcribe\",\"language\":\"en\"}},\"output\":{\"format\":{"
        "\"type\":\"audio/pcmu\"},\"voice\":\"marin\"}},\"tools\":" TOOLS
        ",\"tool_choice\":\"auto\",\"reasoning\":{\"effort\":\"low\"}}}",
        "session.update for a phone call");
    s.model = SLICE("gpt-realtime-1.5");
    s.voice = SLICE("voice_77");
    s.vad = VOICE_VAD_SEMANTIC;
    s.eagerness = SLICE("high");
    s.by_hand = true;
    s.speed = 95;
    s.noise = SLICE("near_field");
    s.transcription = SLICE("");
    s.tools = (struct slice){NULL, 0};
    s.max_tokens = 900;
    voice_update(&v, fresh(), &s);
    is_message("{\"type\":\"session.update\",\"event_id\":\"c2\",\"session\":{"
        "\"type\":\"realtime\",\"model\":\"gpt-realtime-1.5\","
        "\"output_modalities\":[\"audio\"],"
        "\"instructions\":\"Book a table.\",\"audio\":{\"input\":{"
        "\"format\":{\"type\":\"audio/pcmu\"},\"turn_detection\":{\"type\":"
        "\"semantic_vad\",\"eagerness\":\"high\",\"create_response\":false,"
        "\"interrupt_response\":false},\"noise_reduction\":{\"type\":"
        "\"near_field\"}},\"output\":{\"format\":{\"type\":\"audio/pcmu\"},"
        "\"voice\":{\"id\":\"voice_77\"},\"speed\":0.95}},"
        "\"max_output_tokens\":900}}",
        "no reasoning key for a model that would refuse it");
    s.vad = VOICE_VAD_NONE;
    voice_update(&v, fresh(), &s);
    tap_ok(slice_find(buf_slice(&out), SLICE("\"turn_detection\":null"))
        != SLICE_NPOS, "no turn detection is null");
}

static void test_reasons(void)
{
    static const char *const yes[] = {"gpt-realtime-2", "gpt-realtime-2.1",
        "gpt-realtime-2.1-mini", "gpt-realtime-2-mini"};
    static const char *const no[] = {"gpt-realtime", "gpt-realtime-1.5",
        "gpt-realtime-2025-08-28", "gpt-realtime-mini", ""};

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        tap_ok(voice_reasons(slice_str(yes[i])), "%s reasons", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        tap_ok(!voice_reasons(slice_str(no[i])), "\"%s\" does not", no[i]);
}

static void test_beta(void)
{
    struct voice beta = {.dialect = &voice_beta};
    struct voice_session s = phone();
    struct json session;
    char field[200];

    voice_update(&beta, fresh(), &s);
    is_message("{\"type\":\"session.update\",\"event_id\":\"c1\",\"session\":{"
        "\"modalities\":[\"text\",\"audio\"],"
        "\"instructions\":\"Book a table.\",\"voice\":\"marin\","
        "\"input_audio_format\":\"g711_ulaw\","
        "\"output_audio_format\":\"g711_ulaw\","
        "\"input_audio_transcription\":{\"model\":\"gpt-transcribe\","
        "\"language\":\"en\"},\"turn_detection\":{\"type\":\"server_vad\","
        "\"threshold\":0.500,\"prefix_padding_ms\":300,"
        "\"silence_duration_ms\":500,\"create_response\":true,"
        "\"interrupt_response\":true},\"tools\":" TOOLS
        ",\"tool_choice\":\"auto\"}}", "the beta shape is flat");
    json_parse(buf_slice(&out), &session, NULL);
    tap_is_int(voice_check_session(&voice_beta, json_get(session, "session"),
        &s, field, sizeof field), 0, "its echo passes");
    json_parse(SLICE("{\"input_audio_format\":\"pcm16\"}"), &session, NULL);
    tap_is_int(voice_check_session(&voice_beta, session, &s, field,
        sizeof field), -1, "PCM does not");
    voice_instruct(&beta, fresh(), SLICE("x"));
    is_message("{\"type\":\"session.update\",\"event_id\":\"c2\","
        "\"session\":{\"instructions\":\"x\"}}", "no type in beta");
    voice_say_item(&beta, fresh(), VOICE_ASSISTANT, SLICE("yes"));
    tap_ok(slice_find(buf_slice(&out), SLICE("{\"type\":\"text\","))
        != SLICE_NPOS, "beta calls the assistant's text text");
    tap_ok(voice_dialect_find(SLICE("GA")) == &voice_ga
        && voice_dialect_find(SLICE("beta")) == &voice_beta
        && !voice_dialect_find(SLICE("gamma")), "dialects by name");
}

/* ---- session.updated against what was asked ---- */

static int check(const char *session, const struct voice_session *s,
    char why_not[static 200])
{
    struct json got;

    if (json_parse(slice_str(session), &got, NULL))
        abort();
    return voice_check_session(&voice_ga, got, s, why_not, 200);
}

static void test_check(void)
{
    static const struct {
        const char *session, *why;
    } rows[] = {
        {"{\"type\":\"transcription\"}", "type is transcription, "
            "not realtime"},
        {"{\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcm\","
            "\"rate\":24000}}}}",
            "audio.input.format is audio/pcm, not audio/pcmu"},
        {"{\"audio\":{\"output\":{\"format\":{\"type\":\"audio/pcma\"}}}}",
            "audio.output.format is audio/pcma, not audio/pcmu"},
        {"{\"audio\":{\"output\":{\"format\":\"pcm16\"}}}",
            "audio.output.format is pcm16, not audio/pcmu"},
        {"{\"audio\":{\"output\":{\"voice\":\"alloy\"}}}",
            "audio.output.voice is alloy, not marin"},
        {"{\"output_modalities\":[\"text\"]}",
            "output_modalities has no audio"},
        {"{\"audio\":{\"input\":{\"turn_detection\":null}}}",
            "audio.input.turn_detection is null: nothing would be answered"},
        {"{\"audio\":{\"input\":{\"turn_detection\":{\"type\":"
            "\"semantic_vad\"}}}}",
            "audio.input.turn_detection is semantic_vad, not server_vad"},
        {"{\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\","
            "\"create_response\":false}}}}",
            "create_response is false, not true"},
        {"{\"tools\":[{\"type\":\"function\",\"name\":\"hang_up\"}]}",
            "tools has no note"},
        {"{\"tools\":[]}", "tools has no hang_up"},
        {"{\"instructions\":\"\"}", "instructions is empty"},
        {"{\"input_audio_format\":\"pcm16\"}",
            "input_audio_format is pcm16, not g711_ulaw"},
    };
    struct voice_session s = phone();
    struct json root;
    char field[200];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tap_is_int(check(rows[i].session, &s, field), -1, rows[i].session);
        tap_is_str(slice_str(field), rows[i].why, "and says why");
    }
    tap_is_int(check("{\"object\":\"realtime.session\",\"type\":\"realtime\","
        "\"id\":\"sess_1\",\"model\":\"gpt-realtime-2.1-2026-05-01\","
        "\"output_modalities\":[\"audio\"],\"instructions\":\"Book.\","
        "\"tools\":[{\"name\":\"note\"},{\"name\":\"hang_\\u0075p\"}],"
        "\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"},"
        "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.5,"
        "\"create_response\":true,\"interrupt_response\":true,"
        "\"idle_timeout_ms\":null},\"transcription\":null},\"output\":{"
        "\"format\":{\"type\":\"audio/pcmu\"},\"voice\":\"marin\","
        "\"speed\":1.0}},\"prompt\":null}", &s, field), 0,
        "what OpenAI answers passes");
    voice_update(&v, fresh(), &s);
    json_parse(buf_slice(&out), &root, NULL);
    tap_is_int(voice_check_session(&voice_ga, json_get(root, "session"), &s,
        field, sizeof field), 0, "so does our own session echoed");
    s.voice = SLICE("voice_77");
    voice_update(&v, fresh(), &s);
    json_parse(buf_slice(&out), &root, NULL);
    tap_is_int(voice_check_session(&voice_ga, json_get(root, "session"), &s,
        field, sizeof field), 0, "with a voice of our own");
    tap_is_int(check("[]", &s, field), -1, "an array is no session");
}

/* ---- addresses: realtime 1 ---- */

static void test_url(void)
{
    static const struct {
        const char *url, *base, *model, *want;
    } rows[] = {
        {"", "", "gpt-realtime-2.1",
            "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1"},
        {"", "https://api.openai.com/v1", "m",
            "wss://api.openai.com/v1/realtime?model=m"},
        {"", "https://api.openai.com/v1/", "m",
            "wss://api.openai.com/v1/realtime?model=m"},
        {"", "http://127.0.0.1:9000", "m",
            "ws://127.0.0.1:9000/realtime?model=m"},
        {"", "http://[::1]:9000/api/x/", "m",
            "ws://[::1]:9000/api/x/realtime?model=m"},
        {"", "https://r.openai.azure.com/openai/v1", "d",
            "wss://r.openai.azure.com/openai/v1/realtime?model=d"},
        {"wss://h/v1/realtime?temperature=0.8", "", "m",
            "wss://h/v1/realtime?temperature=0.8&model=m"},
        {"wss://h/v1/realtime?model=x&a=b", "https://ignored", "m",
            "wss://h/v1/realtime?model=x&a=b"},
        {"https://h/openai", "", "m", "wss://h/openai/realtime?model=m"},
        {"ws://localhost:8001/", "", "m",
            "ws://localhost:8001/realtime?model=m"},
        {"wss://h/as/given/", "", "m", "wss://h/as/given/?model=m"},
        {"wss://h/openai/realtime?api-version=2025-04-01-preview&deployment=d",
            "", "m", "wss://h/openai/realtime?api-version=2025-04-01-preview"
            "&deployment=d"},
        {"wss://h/v1/realtime?call_id=rtc_1", "", "m",
            "wss://h/v1/realtime?call_id=rtc_1"},
        {"wss://h/v1/realtime?", "", "a b/c",
            "wss://h/v1/realtime?model=a+b%2Fc"},
    };
    static const char *const bad[] = {"ftp://h/", "h/v1", "wss://u:p@h/v1",
        "wss://h/v1#x", "wss://h h/", "wss://"};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tap_is_int(voice_url(fresh(), slice_str(rows[i].url),
            slice_str(rows[i].base), slice_str(rows[i].model), &why), 0,
            rows[i].url[0] ? rows[i].url : rows[i].base);
        tap_is_str(buf_slice(&out), rows[i].want, "becomes");
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why = NULL;
        tap_ok(voice_url(fresh(), slice_str(bad[i]), SLICE(""), SLICE("m"),
            &why) == -1 && why, "%s is refused", bad[i]);
    }
    buf_over(&out, room, 10);
    tap_is_int(voice_url(&out, SLICE(""), SLICE(""), SLICE("m"), &why), -1,
        "no room is an error");
    tap_ok(voice_url_warning(slice_str(rows[11].url)) != NULL,
        "a preview address is warned about");
    tap_ok(voice_url_warning(slice_str(rows[6].url)) == NULL, "others not");
}

static void test_names(void)
{
    tap_is_str(slice_str(voice_kind_name(VOICE_ERROR)), "error", "a kind");
    tap_is_str(slice_str(voice_kind_name(VOICE_OTHER)), "other", "another");
    tap_is_str(slice_str(voice_fault_name(VOICE_OUR_BUG)), "our_bug",
        "a fault");
}

int main(void)
{
    test_audio();
    test_kinds();
    test_session_events();
    test_turn_events();
    test_responses();
    test_tools();
    test_limits();
    test_faults();
    test_closes();
    test_bad();
    test_messages();
    test_append();
    test_update();
    test_reasons();
    test_beta();
    test_check();
    test_url();
    test_names();
    return tap_done();
}
