/* model_beta.c - the dialect of 2024: flat sessions, other names of events.
 * realtime 2 and 3.
 */
#include <string.h>

#include "sim/model_own.h"

void model_beta_init(struct session *s)
{
    model_set(s, K_MODALITIES, SLICE("[\"text\",\"audio\"]"));
    model_set(s, K_IN_FORMAT, SLICE("\"pcm16\""));
    model_set(s, K_OUT_FORMAT, SLICE("\"pcm16\""));
}

void model_beta_json(struct session *s, struct buf *out)
{
    enum model_temper lie = s->m->conf.script->temper;

    buf_addf(out, "{\"object\":\"realtime.session\",\"id\":\"%s\"", s->id);
    model_show(s, out, "model", K_MODEL);
    model_show(s, out, "modalities", K_MODALITIES);
    model_show(s, out, "instructions", K_INSTRUCTIONS);
    model_show(s, out, "input_audio_format", K_IN_FORMAT);
    model_show(s, out, "input_audio_transcription", K_TRANSCRIPTION);
    model_show(s, out, "input_audio_noise_reduction", K_NOISE);
    model_show(s, out, "turn_detection", K_TURN);
    model_show(s, out, "tool_choice", K_TOOL_CHOICE);
    model_show(s, out, "max_response_output_tokens", K_MAX_TOKENS);
    model_show(s, out, "speed", K_SPEED);
    if (lie == MODEL_LIES_FORMAT)
        buf_adds(out, ",\"output_audio_format\":\"pcm16\"");
    else
        model_show(s, out, "output_audio_format", K_OUT_FORMAT);
    if (lie == MODEL_LIES_TOOLS)
        buf_adds(out, ",\"tools\":[]");
    else
        model_show(s, out, "tools", K_TOOLS);
    if (lie == MODEL_LIES_VOICE)
        buf_adds(out, ",\"voice\":\"alloy\"");
    else
        model_show(s, out, "voice", K_VOICE);
    buf_adds(out, "}");
}

static const char keys[] = "modalities instructions voice input_audio_format "
    "output_audio_format input_audio_transcription input_audio_noise_reduction "
    "turn_detection tools tool_choice temperature max_response_output_tokens "
    "speed";
static const char formats[] = "pcm16 g711_ulaw g711_alaw";

static bool number_ok(const struct jnode *n, double lo, double hi)
{
    return !n || model_between(n, lo, hi);
}

static bool tokens_ok(const struct jnode *n)
{
    return !n || jread_eq(n, "inf")
        || (n->is_whole && model_between(n, 1, 4096));
}

static bool plain_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    const struct jnode *k = jread_get(n, "modalities");

    if (k && !model_words(k, "text audio"))
        return model_wrong(s, path, "modalities");
    k = jread_get(n, "instructions");
    if (k && !jread_is(k, J_STRING))
        return model_wrong(s, path, "instructions");
    k = jread_get(n, "output_audio_format");
    if (k && !model_one_of(k, formats))
        return model_wrong(s, path, "output_audio_format");
    k = jread_get(n, "voice");
    if (k && !model_voice_ok(s, k, path))
        return false;
    k = jread_get(n, "tools");
    if (k && !model_tools_ok(s, k, path))
        return false;
    if (!model_choice_ok(jread_get(n, "tool_choice")))
        return model_wrong(s, path, "tool_choice");
    return number_ok(jread_get(n, "temperature"), 0.6, 1.2) ? true
        : model_wrong(s, path, "temperature");
}

static bool session_ok(struct session *s, const struct jnode *n)
{
    static const char path[] = "session";
    const struct jnode *k;

    if (!model_keys(s, n, path, keys) || !plain_ok(s, n, path))
        return false;
    k = jread_get(n, "input_audio_format");
    if (k && !model_one_of(k, formats))
        return model_wrong(s, path, "input_audio_format");
    k = jread_get(n, "input_audio_transcription");
    if (k && !model_hearing_ok(s, k, "session.input_audio_transcription"))
        return false;
    k = jread_get(n, "input_audio_noise_reduction");
    if (k && !model_noise_ok(s, k, "session.input_audio_noise_reduction"))
        return false;
    k = jread_get(n, "turn_detection");
    if (k && !model_turn_ok(s, k, "session.turn_detection"))
        return false;
    if (!tokens_ok(jread_get(n, "max_response_output_tokens")))
        return model_wrong(s, path, "max_response_output_tokens");
    return number_ok(jread_get(n, "speed"), 0.25, 1.5) ? true
        : model_wrong(s, path, "speed");
}

int model_beta_update(struct session *s, const struct jnode *n)
{
    if (!session_ok(s, n))
        return -1;
    model_take(s, n, "modalities", K_MODALITIES);
    model_take(s, n, "instructions", K_INSTRUCTIONS);
    model_take(s, n, "voice", K_VOICE);
    model_take(s, n, "input_audio_format", K_IN_FORMAT);
    model_take(s, n, "output_audio_format", K_OUT_FORMAT);
    model_take(s, n, "input_audio_transcription", K_TRANSCRIPTION);
    model_take(s, n, "input_audio_noise_reduction", K_NOISE);
    model_take(s, n, "tools", K_TOOLS);
    model_take(s, n, "tool_choice", K_TOOL_CHOICE);
    model_take(s, n, "max_response_output_tokens", K_MAX_TOKENS);
    model_take(s, n, "speed", K_SPEED);
    model_take_turn(s, jread_get(n, "turn_detection"));
    model_take_tools(s, jread_get(n, "tools"));
    s->transcribe = !slice_is(buf_slice(&s->key[K_TRANSCRIPTION]), "null");
    s->pcmu_in = slice_is(buf_slice(&s->key[K_IN_FORMAT]), "\"g711_ulaw\"");
    s->pcmu_out = slice_is(buf_slice(&s->key[K_OUT_FORMAT]),
        "\"g711_ulaw\"");
    return 0;
}

int model_beta_check_response(struct session *s, const struct jnode *n)
{
    static const char path[] = "response";

    if (!n)
        return 0;
    if (!model_keys(s, n, path, "modalities instructions voice "
            "output_audio_format tools tool_choice temperature "
            "max_output_tokens conversation metadata input"))
        return -1;
    if (!tokens_ok(jread_get(n, "max_output_tokens")))
        return model_wrong(s, path, "max_output_tokens") ? 0 : -1;
    return plain_ok(s, n, path) ? 0 : -1;
}

const char *model_beta_name(const char *type)
{
    static const struct {
        const char *ga, *beta;
    } names[] = {
        {"response.output_audio.delta", "response.audio.delta"},
        {"response.output_audio.done", "response.audio.done"},
        {"response.output_audio_transcript.delta",
            "response.audio_transcript.delta"},
        {"response.output_audio_transcript.done",
            "response.audio_transcript.done"},
        {"conversation.item.added", "conversation.item.created"},
        {"conversation.item.done", NULL},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(type, names[i].ga) == 0)
            return names[i].beta;
    return type;
}
