/* faults.c - errors and close codes sorted by what to do: realtime 6 and 1.
 *
 * Codes first, then words: look-alikes have other codes, and OpenAI says
 * invalid_value both for a bug of ours and for a truncate that came late.
 */
#include "model/voice.h"

static const struct {
    const char *code;
    enum voice_fault fault;
} codes[] = {
    {"response_cancel_not_active", VOICE_NOISE},
    {"conversation_already_has_active_response", VOICE_NOISE},
    {"response_already_active", VOICE_NOISE},
    {"input_audio_buffer_commit_empty", VOICE_NOISE},
    {"unsupported_content_type", VOICE_NOISE},
    {"item_retrieve_invalid_item_id", VOICE_NOISE},
    {"item_truncate_invalid_item_id", VOICE_NOISE},
    {"item_delete_invalid_item_id", VOICE_NOISE},
    {"unknown_parameter", VOICE_OUR_BUG},
    {"missing_required_parameter", VOICE_OUR_BUG},
    {"invalid_value", VOICE_OUR_BUG},
    {"invalid_event", VOICE_OUR_BUG},
    {"unknown_event_type", VOICE_OUR_BUG},
    {"session_expired", VOICE_EXPIRED},
    {"server_error", VOICE_TRANSIENT},
    {"rate_limit_exceeded", VOICE_TRANSIENT},
    {"insufficient_quota", VOICE_FINAL},
    {"invalid_api_key", VOICE_FINAL},
    {"account_deactivated", VOICE_FINAL},
    {"billing_hard_limit_reached", VOICE_FINAL},
    {"beta_api_shape_disabled", VOICE_FINAL},
    {"model_not_found", VOICE_FINAL},
};

/* Words that are stronger than a code, in lower case. */
static const struct {
    const char *words;
    enum voice_fault fault;
} strong[] = {
    {"already shorter than", VOICE_NOISE},
    {"cancellation failed", VOICE_NOISE},
    {"no active response", VOICE_NOISE},
    {"already has an active response", VOICE_NOISE},
    {"only model output audio messages can be truncated", VOICE_NOISE},
};

/* Words that are asked when the code says nothing. */
static const struct {
    const char *words;
    enum voice_fault fault;
} weak[] = {
    {"truncat", VOICE_NOISE},
    {"maximum duration", VOICE_EXPIRED},
    {"the server had an error", VOICE_TRANSIENT},
    {"rate limit", VOICE_TRANSIENT},
    {"incorrect api key", VOICE_FINAL},
};

static const struct {
    const char *type;
    enum voice_fault fault;
} types[] = {
    {"server_error", VOICE_TRANSIENT},
    {"rate_limit_error", VOICE_TRANSIENT},
    {"rate_limit_exceeded", VOICE_TRANSIENT},
    {"authentication_error", VOICE_FINAL},
    {"insufficient_quota", VOICE_FINAL},
    {"session_expired", VOICE_EXPIRED},
};

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* ASCII case ignored. */
static bool says(struct slice s, const char *words)
{
    struct slice w = slice_str(words);

    for (size_t i = 0; i + w.len <= s.len; i++)
        if (slice_ieq(slice_head(slice_from(s, i), w.len), w))
            return true;
    return false;
}

enum voice_fault voice_fault(struct slice type, struct slice code,
    struct slice message)
{
    for (size_t i = 0; i < COUNT(strong); i++)
        if (says(message, strong[i].words))
            return strong[i].fault;
    for (size_t i = 0; i < COUNT(codes); i++)
        if (slice_is(code, codes[i].code))
            return codes[i].fault;
    for (size_t i = 0; i < COUNT(weak); i++)
        if (says(message, weak[i].words))
            return weak[i].fault;
    for (size_t i = 0; i < COUNT(types); i++)
        if (slice_is(type, types[i].type))
            return types[i].fault;
    return VOICE_OUR_BUG;       /* most leave the session open */
}

bool voice_is_active_already(const struct voice_event *ev)
{
    return slice_is(ev->code, "conversation_already_has_active_response")
        || slice_is(ev->code, "response_already_active")
        || says(ev->message.text, "already has an active response");
}

enum voice_close voice_close(uint16_t code)
{
    switch (code) {
    case 1000:
        return VOICE_CLOSE_END;
    case 1001: case 1005: case 1006: case 1011: case 1012: case 1013:
    case 1015:
        return VOICE_CLOSE_RETRY;
    default:
        return VOICE_CLOSE_FINAL;
    }
}

const char *voice_fault_name(enum voice_fault f)
{
    switch (f) {
    case VOICE_FINE:
        return "fine";
    case VOICE_NOISE:
        return "noise";
    case VOICE_OUR_BUG:
        return "our_bug";
    case VOICE_EXPIRED:
        return "expired";
    case VOICE_TRANSIENT:
        return "transient";
    case VOICE_FINAL:
        return "final";
    }
    return "unknown";
}
