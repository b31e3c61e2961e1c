/* events.c - messages of the voice model: realtime 3, server to client.
 *
 * One scan finds the values of all kinds at the top level; what lies deeper,
 * in an item or a response, is looked up in a message already known to be
 * valid.  Audio has nothing deeper, and is told first.
 */
#include "model/voice.h"

enum {
    W_TYPE, W_RESPONSE_ID, W_ITEM_ID, W_CONTENT_INDEX, W_DELTA, W_TRANSCRIPT,
    W_ITEM, W_RESPONSE, W_SESSION, W_ERROR, W_LIMITS, W_START, W_END,
    W_MESSAGE, W_CODE, WANTS
};

/* Both names where beta had another: realtime 3. */
static const struct {
    struct slice type;
    enum voice_kind kind;
} kinds[] = {
    {SLICE_INIT("response.output_audio.delta"), VOICE_AUDIO},
    {SLICE_INIT("response.audio.delta"), VOICE_AUDIO},
    {SLICE_INIT("response.output_audio_transcript.delta"), VOICE_SAID_DELTA},
    {SLICE_INIT("response.audio_transcript.delta"), VOICE_SAID_DELTA},
    {SLICE_INIT("response.output_audio_transcript.done"), VOICE_SAID_DONE},
    {SLICE_INIT("response.audio_transcript.done"), VOICE_SAID_DONE},
    {SLICE_INIT("response.output_audio.done"), VOICE_AUDIO_DONE},
    {SLICE_INIT("response.audio.done"), VOICE_AUDIO_DONE},
    {SLICE_INIT("input_audio_buffer.speech_started"), VOICE_SPEECH_STARTED},
    {SLICE_INIT("input_audio_buffer.speech_stopped"), VOICE_SPEECH_STOPPED},
    {SLICE_INIT("conversation.item.input_audio_transcription.delta"),
        VOICE_HEARD_DELTA},
    {SLICE_INIT("conversation.item.input_audio_transcription.completed"),
        VOICE_HEARD_DONE},
    {SLICE_INIT("conversation.item.input_audio_transcription.failed"),
        VOICE_HEARD_FAILED},
    {SLICE_INIT("response.created"), VOICE_RESPONSE_CREATED},
    {SLICE_INIT("response.done"), VOICE_RESPONSE_DONE},
    {SLICE_INIT("response.output_item.done"), VOICE_TOOL_CALL},
    {SLICE_INIT("conversation.item.added"), VOICE_ITEM_ADDED},
    {SLICE_INIT("conversation.item.created"), VOICE_ITEM_ADDED},
    {SLICE_INIT("conversation.item.truncated"), VOICE_TRUNCATED},
    {SLICE_INIT("rate_limits.updated"), VOICE_RATE_LIMITS},
    {SLICE_INIT("session.created"), VOICE_SESSION_CREATED},
    {SLICE_INIT("session.updated"), VOICE_SESSION_UPDATED},
    {SLICE_INIT("error"), VOICE_ERROR},
};

static int lacks(const char **why, const char *what)
{
    *why = what;
    return -1;
}

/* The raw text of a string; empty, not absent, for anything else. */
static struct slice raw(struct json v)
{
    return v.type == JSON_STRING ? v.text : SLICE("");
}

static int64_t number(struct json v, int64_t otherwise)
{
    int64_t n = otherwise;

    json_i64(v, 0, INT64_MAX, &n);
    return n;
}

static int read_session(struct voice_event *ev, struct json session,
    const char **why)
{
    if (session.type != JSON_OBJECT)
        return lacks(why, "session event without a session");
    ev->session = session;
    ev->id = raw(json_get(session, "id"));
    ev->expires_at = number(json_get(session, "expires_at"), 0);
    return 0;
}

static int read_text(struct voice_event *ev, struct json text,
    const char **why)
{
    if (text.type != JSON_STRING)
        return lacks(why, "no text where the event has its text");
    ev->text = text;
    return 0;
}

/* The number of the client event an error is about: "c12". */
static uint64_t about(struct slice id)
{
    uint64_t n = 0;

    if (slice_starts(id, "c"))
        text_u64(slice_from(id, 1), 1, UINT64_MAX, &n);
    return n;
}

static void read_fault(struct voice_event *ev, struct json error)
{
    /* Some servers say the error in one string. */
    bool object = error.type == JSON_OBJECT;

    ev->error_type = raw(json_get(error, "type"));
    ev->code = raw(json_get(error, "code"));
    ev->message = object ? json_get(error, "message") : error;
    if (ev->message.type != JSON_STRING)
        ev->message = (struct json){JSON_STRING, SLICE(""), false};
    ev->about = about(raw(json_get(error, "event_id")));
    ev->fault = voice_fault(ev->error_type, ev->code, ev->message.text);
}

static int read_error(struct voice_event *ev, const struct json_want *want)
{
    read_fault(ev, want[W_ERROR].value);
    if (!ev->code.len)
        ev->code = raw(want[W_CODE].value);
    if (!ev->message.text.len && want[W_MESSAGE].value.type == JSON_STRING)
        ev->message = want[W_MESSAGE].value;
    ev->fault = voice_fault(ev->error_type, ev->code, ev->message.text);
    return 0;
}

static void read_usage(struct voice_usage *u, struct json usage)
{
    u->in_text = number(json_get(usage, "input_token_details.text_tokens"), 0);
    u->in_audio = number(
        json_get(usage, "input_token_details.audio_tokens"), 0);
    u->in_cached = number(
        json_get(usage, "input_token_details.cached_tokens"), 0);
    u->out_text = number(
        json_get(usage, "output_token_details.text_tokens"), 0);
    u->out_audio = number(
        json_get(usage, "output_token_details.audio_tokens"), 0);
}

static int read_response(struct voice_event *ev, struct json response,
    const char **why)
{
    if (response.type != JSON_OBJECT)
        return lacks(why, "response event without a response");
    ev->id = raw(json_get(response, "id"));
    ev->status = raw(json_get(response, "status"));
    if (ev->kind == VOICE_RESPONSE_CREATED)
        return 0;
    ev->reason = raw(json_get(response, "status_details.reason"));
    read_usage(&ev->usage, json_get(response, "usage"));
    if (!slice_is(ev->status, "failed"))
        return 0;
    read_fault(ev, json_get(response, "status_details.error"));
    /* A response that failed for reasons of its own: ask once more. */
    if (ev->fault == VOICE_OUR_BUG || ev->fault == VOICE_NOISE)
        ev->fault = VOICE_TRANSIENT;
    return 0;
}

static int read_item(struct voice_event *ev, struct json item,
    const char **why)
{
    if (item.type != JSON_OBJECT)
        return lacks(why, "item event without an item");
    ev->item = raw(json_get(item, "id"));
    ev->item_type = raw(json_get(item, "type"));
    ev->role = raw(json_get(item, "role"));
    return 0;
}

/* The end of an item of a response is of interest when it is a tool call that
 * was not cut off: realtime 5. */
static int read_call(struct voice_event *ev, struct json item,
    const char **why)
{
    struct json status = json_get(item, "status");

    if (read_item(ev, item, why))
        return -1;
    if (!slice_is(ev->item_type, "function_call")
        || (status.type == JSON_STRING && !json_is(status, "completed"))) {
        ev->kind = VOICE_OTHER;
        return 0;
    }
    ev->call = raw(json_get(item, "call_id"));
    ev->name = raw(json_get(item, "name"));
    if (!ev->call.len || !ev->name.len)
        return lacks(why, "tool call without call_id or name");
    return read_text(ev, json_get(item, "arguments"), why);
}

/* Milliseconds of a JSON number of seconds.  With an exponent it is too small
 * to wait for ("6.1e-05"), or no time anybody would wait. */
static int64_t seconds(struct json v)
{
    struct slice s = v.text, whole = slice_cut(&s, '.');
    uint64_t n, thousandth = 0;

    if (v.type != JSON_NUMBER || text_u64(whole, 0, 86400, &n))
        return 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return 0;
    for (size_t i = 0; i < 3; i++)
        thousandth = thousandth * 10
            + (uint64_t)(i < s.len ? s.ptr[i] - '0' : 0);
    return (int64_t)(n * 1000 + thousandth);
}

static int read_limits(struct voice_event *ev, struct json limits)
{
    struct json_walk walk = {.of = limits};
    struct slice key;
    struct json v;

    while (json_next(&walk, &key, &v)) {
        int64_t left = number(json_get(v, "remaining"), 1);
        int64_t ms = seconds(json_get(v, "reset_seconds"));

        if (left == 0 && ms > ev->reset_ms)
            ev->reset_ms = ms;
    }
    return 0;
}

static int fill(struct voice_event *ev, const struct json_want *want,
    const char **why)
{
    switch (ev->kind) {
    case VOICE_OTHER: case VOICE_AUDIO_DONE:
        return 0;
    case VOICE_AUDIO: case VOICE_SAID_DELTA: case VOICE_HEARD_DELTA:
        return read_text(ev, want[W_DELTA].value, why);
    case VOICE_SAID_DONE: case VOICE_HEARD_DONE:
        return read_text(ev, want[W_TRANSCRIPT].value, why);
    case VOICE_HEARD_FAILED:
        read_fault(ev, want[W_ERROR].value);
        return 0;
    case VOICE_SPEECH_STARTED:
        ev->ms = number(want[W_START].value, 0);
        return 0;
    case VOICE_SPEECH_STOPPED: case VOICE_TRUNCATED:
        ev->ms = number(want[W_END].value, 0);
        return 0;
    case VOICE_SESSION_CREATED: case VOICE_SESSION_UPDATED:
        return read_session(ev, want[W_SESSION].value, why);
    case VOICE_RESPONSE_CREATED: case VOICE_RESPONSE_DONE:
        return read_response(ev, want[W_RESPONSE].value, why);
    case VOICE_ITEM_ADDED:
        return read_item(ev, want[W_ITEM].value, why);
    case VOICE_TOOL_CALL:
        return read_call(ev, want[W_ITEM].value, why);
    case VOICE_RATE_LIMITS:
        return read_limits(ev, want[W_LIMITS].value);
    case VOICE_ERROR:
        return read_error(ev, want);
    }
    return 0;
}

int voice_read(const struct voice_dialect *d, struct slice message,
    struct voice_event *ev, const char **why)
{
    struct json_want want[WANTS] = {
        [W_TYPE] = {.path = "type"},
        [W_RESPONSE_ID] = {.path = "response_id"},
        [W_ITEM_ID] = {.path = "item_id"},
        [W_CONTENT_INDEX] = {.path = "content_index"},
        [W_DELTA] = {.path = "delta"},
        [W_TRANSCRIPT] = {.path = "transcript"},
        [W_ITEM] = {.path = "item"},
        [W_RESPONSE] = {.path = "response"},
        [W_SESSION] = {.path = "session"},
        [W_ERROR] = {.path = "error"},
        [W_LIMITS] = {.path = "rate_limits"},
        [W_START] = {.path = "audio_start_ms"},
        [W_END] = {.path = "audio_end_ms"},
        [W_MESSAGE] = {.path = "message"},
        [W_CODE] = {.path = "code"},
    };
    struct json_fault fault;

    (void)d;    /* both kinds of names are told apart by themselves */
    *ev = (struct voice_event){.kind = VOICE_OTHER};
    *why = NULL;
    if (json_scan(message, want, WANTS, &fault))
        return lacks(why, fault.why);
    if (want[W_TYPE].value.type != JSON_STRING)
        return lacks(why, "event without a type");
    ev->type = want[W_TYPE].value.text;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_eq(ev->type, kinds[i].type)) {
            ev->kind = kinds[i].kind;
            break;
        }
    ev->response = raw(want[W_RESPONSE_ID].value);
    ev->item = raw(want[W_ITEM_ID].value);
    ev->content_index = number(want[W_CONTENT_INDEX].value, 0);
    return fill(ev, want, why);
}

const char *voice_kind_name(enum voice_kind k)
{
    static const char *const name[] = {
        [VOICE_OTHER] = "other",
        [VOICE_SESSION_CREATED] = "session_created",
        [VOICE_SESSION_UPDATED] = "session_updated",
        [VOICE_SPEECH_STARTED] = "speech_started",
        [VOICE_SPEECH_STOPPED] = "speech_stopped",
        [VOICE_AUDIO] = "audio",
        [VOICE_AUDIO_DONE] = "audio_done",
        [VOICE_SAID_DELTA] = "said_delta",
        [VOICE_SAID_DONE] = "said_done",
        [VOICE_HEARD_DELTA] = "heard_delta",
        [VOICE_HEARD_DONE] = "heard_done",
        [VOICE_HEARD_FAILED] = "heard_failed",
        [VOICE_RESPONSE_CREATED] = "response_created",
        [VOICE_RESPONSE_DONE] = "response_done",
        [VOICE_ITEM_ADDED] = "item_added",
        [VOICE_TOOL_CALL] = "tool_call",
        [VOICE_TRUNCATED] = "truncated",
        [VOICE_RATE_LIMITS] = "rate_limits",
        [VOICE_ERROR] = "error",
    };

    return name[k];
}
