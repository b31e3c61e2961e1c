/* model_mishap.c - what goes wrong with a response when its script says so.
 *
 * Everything here is what real services were seen to do (realtime 1, 3, 5, 6),
 * or what a broken proxy between here and there does.
 */
#include "sim/model_own.h"

#define FLOOD (17u << 20)       /* bytes; realtime 1: 15 MiB is the most a
                                   client may send */

/* The response ends short of its words. */
static bool end_with(struct session *s, const char *status,
    const char *details)
{
    if (s->resp.stage == STAGE_SPEAKS)
        model_speech_ends(s, "incomplete");
    model_over(s, status, details);
    model_unanswered(s);
    return true;
}

/* Who leaves is owed no answers to its tool calls. */
void model_leaves(struct session *s)
{
    s->m->counts.tools -= s->calls;
    s->calls = 0;
}

static bool break_off(struct session *s)
{
    model_note(s->m, "breaks the connection", NULL);
    model_leaves(s);
    s->closing = true;
    conn_abort(s->conn, NULL);
    return true;
}

static bool close_with(struct session *s, uint16_t code, const char *reason)
{
    model_note(s->m, "closes the socket", NULL);
    model_leaves(s);
    model_hang_up(s, code, reason);
    return true;
}

static bool expire(struct session *s)
{
    static const char why[] =
        "Your session hit the maximum duration of 60 minutes.";

    s->about[0] = '\0';
    model_error_event(s, "invalid_request_error", "session_expired", NULL,
        why);
    return true;
}

/* What a client must read over: realtime 3, "must ignore". */
static bool babble(struct session *s)
{
    static const char *const text[] = {
        "{\"type\":\"response.thinking.delta\",\"event_id\":\"e1\",\"delta\":"
            "{\"deep\":[1,2,{\"er\":null}]}}",
        "{\"type\":\"response.output_audio.delta\",\"event_id\":\"e2\"}",
        "{\"type\":\"response.output_audio.delta\",\"delta\":17}",
        "{\"type\":\"response.done\"}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
            "\"function_call\"}}",
        "{\"type\":42}", "{}", "[]", "null", "", "{\"type\":\"error\"",
        "\"response.done\"",
    };

    for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++)
        model_send(s, WIRE_TEXT, slice_str(text[i]));
    model_send(s, WIRE_BINARY, slice_of("\0\1\2\xff", 4));
    model_send(s, WIRE_PING, SLICE("there?"));
    return false;
}

/* A text that is no UTF-8 (RFC 6455 8.1). */
static bool bad_text(struct session *s)
{
    model_send(s, WIRE_TEXT, SLICE("{\"type\":\"\xc3\x28\"}"));
    return true;
}

/* RFC 6455 5.1: a server must not mask. */
static bool mask(struct session *s)
{
    static const uint8_t key[4] = {1, 2, 3, 4};

    buf_clear(&s->m->frame);
    wire_frame(&s->m->frame, WIRE_TEXT, SLICE("{\"type\":\"x\"}"), key);
    conn_write(s->conn, buf_slice(&s->m->frame));
    return true;
}

/* Its head is enough: nobody has to take 17 MiB to see that it is too much. */
static bool flood(struct session *s)
{
    uint8_t head[10] = {0x81, 127, 0, 0, 0, 0, FLOOD >> 24 & 255,
        FLOOD >> 16 & 255, FLOOD >> 8 & 255, FLOOD & 255};

    conn_write(s->conn, slice_of(head, sizeof(head)));
    return true;
}

static bool be_odd(struct session *s)
{
    s->about[0] = '\0';
    model_error_event(s, "odd_error", "never_heard_of", NULL,
        "Something that no list of errors has.");
    return false;
}

bool model_mishap(struct session *s)
{
    unsigned what = s->resp.mishap;

    if (what == MODEL_SLOW_TOOL || what == MODEL_QUITS
        || what == MODEL_TOOL_FIRST)
        return false;               /* their time has not come */
    s->resp.mishap = 0;
    switch (what) {
    case MODEL_STALLS:
        return true;
    case MODEL_RESETS:
        return break_off(s);
    case MODEL_CLOSES:
        return close_with(s, 1011, "internal error");
    case MODEL_EXPIRES:
        return expire(s);
    case MODEL_FAILS:
        return end_with(s, "failed", "{\"type\":\"failed\",\"error\":{"
            "\"type\":\"server_error\",\"code\":\"server_error\",\"message\":"
            "\"The server had an error while processing your request\"}}");
    case MODEL_FAILS_LIMIT:
        return end_with(s, "failed", "{\"type\":\"failed\",\"error\":{"
            "\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\",\"message\":"
            "\"Rate limit reached. Please try again in 2s.\"}}");
    case MODEL_FILTERED:
        return end_with(s, "incomplete", "{\"type\":\"incomplete\","
            "\"reason\":\"content_filter\"}");
    case MODEL_RUNS_OUT:
        return end_with(s, "incomplete", "{\"type\":\"incomplete\","
            "\"reason\":\"max_output_tokens\"}");
    case MODEL_CANCELS:
        return end_with(s, "cancelled", "{\"type\":\"cancelled\","
            "\"reason\":\"turn_detected\"}");
    case MODEL_ODD:
        return be_odd(s);
    case MODEL_BABBLES:
        return babble(s);
    case MODEL_BAD_TEXT:
        return bad_text(s);
    case MODEL_MASKS:
        return mask(s);
    case MODEL_FLOODS:
        return flood(s);
    default:
        return false;
    }
}
