/* model_session.c - the session's configuration: as strict as the schema of
 * session.update, refused whole at the first thing that is wrong.
 */
#include "base/text.h"
#include "sim/model_own.h"

/* A key as it is before anybody has changed it. */
static const char *const defaults[K_COUNT] = {
    [K_MODALITIES] = "[\"audio\"]",
    [K_MODEL] = "\"\"",
    [K_INSTRUCTIONS] = "\"You are a helpful assistant.\"",
    [K_IN_FORMAT] = "{\"type\":\"audio/pcm\",\"rate\":24000}",
    [K_TRANSCRIPTION] = "null",
    [K_NOISE] = "null",
    [K_TURN] = "{\"type\":\"server_vad\",\"threshold\":0.5,"
        "\"prefix_padding_ms\":300,\"silence_duration_ms\":500,"
        "\"idle_timeout_ms\":null,\"create_response\":true,"
        "\"interrupt_response\":true}",
    [K_OUT_FORMAT] = "{\"type\":\"audio/pcm\",\"rate\":24000}",
    [K_VOICE] = "\"alloy\"",
    [K_SPEED] = "1.0",
    [K_INCLUDE] = "null",
    [K_TRACING] = "null",
    [K_TOOLS] = "[]",
    [K_TOOL_CHOICE] = "\"auto\"",
    [K_PARALLEL] = "null",
    [K_REASONING] = "null",
    [K_MAX_TOKENS] = "\"inf\"",
    [K_TRUNCATION] = "\"auto\"",
    [K_PROMPT] = "null",
};

void model_set(struct session *s, enum model_key k, struct slice raw)
{
    buf_clear(&s->key[k]);
    buf_add(&s->key[k], raw);
}

void model_session_init(struct session *s, struct slice model)
{
    for (int k = 0; k < K_COUNT; k++) {
        buf_init(&s->key[k], 1 << 18);
        buf_adds(&s->key[k], defaults[k]);
    }
    buf_clear(&s->key[K_MODEL]);
    jread_quote(&s->key[K_MODEL], model);
    s->vad = s->create = s->interrupt = true;
    s->prefix_ms = 300;
    s->silence_ms = 500;
    if (s->beta)
        model_beta_init(s);
}

void model_session_fini(struct session *s)
{
    for (int k = 0; k < K_COUNT; k++)
        buf_free(&s->key[k]);
}

void model_show(struct session *s, struct buf *out, const char *name,
    enum model_key k)
{
    buf_addf(out, "%s\"%s\":", out->ptr[out->len - 1] == '{' ? "" : ",", name);
    buf_add(out, buf_slice(&s->key[k]));
}

/* One key as session.updated tells it: the truth, unless the script lies. */
static void tell_key(struct session *s, struct buf *out, const char *name,
    enum model_key k, enum model_temper lie, const char *instead)
{
    const struct model_script *script = s->m->conf.script;

    if (script && script->temper == lie)
        buf_addf(out, "%s\"%s\":%s", out->ptr[out->len - 1] == '{' ? ""
            : ",", name, instead);
    else
        model_show(s, out, name, k);
}

void model_session_json(struct session *s, struct buf *out)
{
    if (s->beta) {
        model_beta_json(s, out);
        return;
    }
    buf_addf(out, "{\"type\":\"realtime\",\"object\":\"realtime.session\","
        "\"id\":\"%s\",\"expires_at\":%lld", s->id,
        (long long)(sys_wall() / 1000 + 3600));
    model_show(s, out, "model", K_MODEL);
    model_show(s, out, "output_modalities", K_MODALITIES);
    model_show(s, out, "instructions", K_INSTRUCTIONS);
    tell_key(s, out, "tools", K_TOOLS, MODEL_LIES_TOOLS, "[]");
    model_show(s, out, "tool_choice", K_TOOL_CHOICE);
    model_show(s, out, "max_output_tokens", K_MAX_TOKENS);
    model_show(s, out, "truncation", K_TRUNCATION);
    model_show(s, out, "tracing", K_TRACING);
    model_show(s, out, "prompt", K_PROMPT);
    model_show(s, out, "include", K_INCLUDE);
    model_show(s, out, "parallel_tool_calls", K_PARALLEL);
    model_show(s, out, "reasoning", K_REASONING);
    buf_adds(out, ",\"audio\":{\"input\":{");
    model_show(s, out, "format", K_IN_FORMAT);
    model_show(s, out, "transcription", K_TRANSCRIPTION);
    model_show(s, out, "noise_reduction", K_NOISE);
    model_show(s, out, "turn_detection", K_TURN);
    buf_adds(out, "},\"output\":{");
    tell_key(s, out, "format", K_OUT_FORMAT, MODEL_LIES_FORMAT,
        defaults[K_OUT_FORMAT]);
    tell_key(s, out, "voice", K_VOICE, MODEL_LIES_VOICE, defaults[K_VOICE]);
    model_show(s, out, "speed", K_SPEED);
    buf_adds(out, "}}}");
}

/* ---- judging ---- */

bool model_wrong(struct session *s, const char *path, const char *name)
{
    char param[160];

    text_fmt(param, sizeof(param), "%s%s%s", path, *path && *name ? "." : "",
        name);
    model_refuse(s, "invalid_value", param, "Invalid value for '%s'.", param);
    return false;
}

bool model_keys(struct session *s, const struct jnode *n, const char *path,
    const char *names)
{
    struct slice key;
    char param[160];

    if (!jread_is(n, J_OBJECT)) {
        model_refuse(s, "invalid_type", path,
            "Invalid type for '%s': expected an object.", path);
        return false;
    }
    key = jread_unknown(n, names);
    if (!key.ptr)
        return true;
    text_fmt(param, sizeof(param), "%s%s%.*s", path, *path ? "." : "",
        SLICE_ARG(key));
    model_refuse(s, "unknown_parameter", param, "Unknown parameter: '%s'.",
        param);
    return false;
}

bool model_one_of(const struct jnode *n, const char *words)
{
    struct slice rest = slice_str(words);

    while (jread_is(n, J_STRING) && rest.ptr)
        if (slice_eq(slice_cut(&rest, ' '), n->text))
            return true;
    return false;
}

bool model_between(const struct jnode *n, double lo, double hi)
{
    return jread_is(n, J_NUMBER) && n->number >= lo && n->number <= hi;
}

static bool whole(const struct jnode *n, int64_t lo, int64_t hi)
{
    return jread_is(n, J_NUMBER) && n->is_whole && n->whole >= lo
        && n->whole <= hi;
}

/* realtime 2: no rate with pcmu. */
static bool format_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    const struct jnode *type = jread_get(n, "type");
    bool pcm = jread_eq(type, "audio/pcm");

    if (!model_keys(s, n, path, pcm ? "type rate" : "type"))
        return false;
    if (!model_one_of(type, "audio/pcm audio/pcmu audio/pcma"))
        return model_wrong(s, path, "type");
    if (pcm && jread_get(n, "rate") && !whole(jread_get(n, "rate"), 24000,
            24000))
        return model_wrong(s, path, "rate");
    return true;
}

bool model_words(const struct jnode *n, const char *words)
{
    if (!jread_is(n, J_ARRAY))
        return false;
    for (n = n->child; n; n = n->next)
        if (words ? !model_one_of(n, words) : !jread_is(n, J_STRING))
            return false;
    return true;
}

bool model_hearing_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    const struct jnode *k;

    if (jread_is(n, J_NULL))
        return true;
    if (!model_keys(s, n, path, "model language languages keywords prompt "
            "delay"))
        return false;
    k = jread_get(n, "model");
    if (k && !jread_text(k).len)
        return model_wrong(s, path, "model");
    k = jread_get(n, "language");
    if (k && (jread_text(k).len < 2 || jread_text(k).len > 3))
        return model_wrong(s, path, "language");
    k = jread_get(n, "prompt");
    if (k && !jread_is(k, J_STRING))
        return model_wrong(s, path, "prompt");
    k = jread_get(n, "languages");
    if (k && (!model_words(k, NULL) || !k->size))
        return model_wrong(s, path, "languages");
    k = jread_get(n, "keywords");
    if (k && !model_words(k, NULL))
        return model_wrong(s, path, "keywords");
    k = jread_get(n, "delay");
    if (k && (!model_one_of(k, "minimal low medium high xhigh")
        || !jread_eq(jread_get(n, "model"), "gpt-realtime-whisper")))
        return model_wrong(s, path, "delay");
    return true;
}

static bool truth_ok(const struct jnode *n, const char *key)
{
    const struct jnode *k = jread_get(n, key);

    return !k || jread_is(k, J_BOOL);
}

static bool server_vad_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    const struct jnode *k;

    if (!model_keys(s, n, path, "type threshold prefix_padding_ms "
            "silence_duration_ms create_response interrupt_response "
            "idle_timeout_ms"))
        return false;
    k = jread_get(n, "threshold");
    if (k && !model_between(k, 0, 1))
        return model_wrong(s, path, "threshold");
    k = jread_get(n, "prefix_padding_ms");
    if (k && !whole(k, 0, 60000))
        return model_wrong(s, path, "prefix_padding_ms");
    k = jread_get(n, "silence_duration_ms");
    if (k && !whole(k, 0, 60000))
        return model_wrong(s, path, "silence_duration_ms");
    k = jread_get(n, "idle_timeout_ms");
    if (k && !jread_is(k, J_NULL) && !whole(k, 5000, 30000))
        return model_wrong(s, path, "idle_timeout_ms");
    return true;
}

bool model_turn_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    const struct jnode *type = jread_get(n, "type");

    if (jread_is(n, J_NULL))
        return true;
    if (jread_eq(type, "semantic_vad")) {
        const struct jnode *k = jread_get(n, "eagerness");

        if (!model_keys(s, n, path, "type eagerness create_response "
                "interrupt_response"))
            return false;
        if (k && !model_one_of(k, "low medium high auto"))
            return model_wrong(s, path, "eagerness");
    } else if (!jread_eq(type, "server_vad")) {
        return jread_is(n, J_OBJECT) ? model_wrong(s, path, "type")
            : model_keys(s, n, path, "");
    } else if (!server_vad_ok(s, n, path)) {
        return false;
    }
    if (!truth_ok(n, "create_response"))
        return model_wrong(s, path, "create_response");
    return truth_ok(n, "interrupt_response") ? true
        : model_wrong(s, path, "interrupt_response");
}

bool model_noise_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    if (jread_is(n, J_NULL))
        return true;
    if (!model_keys(s, n, path, "type"))
        return false;
    return model_one_of(jread_get(n, "type"), "near_field far_field") ? true
        : model_wrong(s, path, "type");
}

static bool input_ok(struct session *s, const struct jnode *n)
{
    const struct jnode *k;

    if (!model_keys(s, n, "session.audio.input", "format transcription "
            "noise_reduction turn_detection"))
        return false;
    k = jread_get(n, "format");
    if (k && !format_ok(s, k, "session.audio.input.format"))
        return false;
    k = jread_get(n, "transcription");
    if (k && !model_hearing_ok(s, k, "session.audio.input.transcription"))
        return false;
    k = jread_get(n, "noise_reduction");
    if (k && !model_noise_ok(s, k, "session.audio.input.noise_reduction"))
        return false;
    k = jread_get(n, "turn_detection");
    return !k || model_turn_ok(s, k, "session.audio.input.turn_detection");
}

/* realtime 2: fixed once the session has spoken. */
bool model_voice_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    char param[80];
    bool known = jread_is(n, J_OBJECT)
        ? n->size == 1 && jread_text(jread_get(n, "id")).len > 0
        : model_one_of(n, "alloy ash ballad coral echo sage shimmer verse "
            "marin cedar");

    if (!known)
        return model_wrong(s, path, "voice");
    if (!s->spoken || slice_eq(n->raw, buf_slice(&s->key[K_VOICE])))
        return true;
    text_fmt(param, sizeof(param), "%s.voice", path);
    model_refuse(s, "cannot_update_voice", param, "Cannot update a "
        "conversation's voice if assistant audio is present.");
    return false;
}

static bool output_ok(struct session *s, const struct jnode *n,
    const char *path, const char *names)
{
    const struct jnode *k;
    char at[80];

    if (!model_keys(s, n, path, names))
        return false;
    k = jread_get(n, "format");
    text_fmt(at, sizeof(at), "%s.format", path);
    if (k && !format_ok(s, k, at))
        return false;
    k = jread_get(n, "voice");
    if (k && !model_voice_ok(s, k, path))
        return false;
    k = jread_get(n, "speed");
    if (k && !model_between(k, 0.25, 1.5))
        return model_wrong(s, path, "speed");
    return true;
}

static bool name_ok(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return name.len > 0 && name.len <= 64;
}

/* Flat, not nested like those of Chat Completions, and without strict. */
bool model_tools_ok(struct session *s, const struct jnode *n,
    const char *path)
{
    const struct jnode *k;
    char at[80];
    int i = 0;

    if (!jread_is(n, J_ARRAY) || n->size > MODEL_TOOLS)
        return model_wrong(s, path, "");
    for (n = n->child; n; n = n->next) {
        text_fmt(at, sizeof(at), "%s[%d]", path, i++);
        if (!model_keys(s, n, at, "type name description parameters"))
            return false;
        if (!jread_eq(jread_get(n, "type"), "function"))
            return model_wrong(s, at, "type");
        if (!name_ok(jread_text(jread_get(n, "name"))))
            return model_wrong(s, at, "name");
        k = jread_get(n, "description");
        if (k && !jread_is(k, J_STRING))
            return model_wrong(s, at, "description");
        k = jread_get(n, "parameters");
        if (k && (!jread_is(k, J_OBJECT)
            || !jread_eq(jread_get(k, "type"), "object")))
            return model_wrong(s, at, "parameters");
    }
    return true;
}

bool model_choice_ok(const struct jnode *n)
{
    if (!n || model_one_of(n, "none auto required"))
        return true;
    return jread_eq(jread_get(n, "type"), "function") && n->size == 2
        && jread_text(jread_get(n, "name")).len;
}

static bool tokens_ok(const struct jnode *n)
{
    return !n || jread_eq(n, "inf") || whole(n, 1, 4096);
}

static bool truncation_ok(const struct jnode *n)
{
    const struct jnode *k;

    if (!n || model_one_of(n, "auto disabled"))
        return true;
    if (!jread_eq(jread_get(n, "type"), "retention_ratio")
        || jread_unknown(n, "type retention_ratio token_limits").ptr)
        return false;
    k = jread_get(n, "token_limits");
    if (k && (!jread_is(k, J_OBJECT)
        || jread_unknown(k, "post_instructions").ptr))
        return false;
    return model_between(jread_get(n, "retention_ratio"), 0, 1);
}

static bool tracing_ok(const struct jnode *n)
{
    return !n || jread_is(n, J_NULL) || jread_eq(n, "auto")
        || (jread_is(n, J_OBJECT)
        && !jread_unknown(n, "workflow_name group_id metadata").ptr);
}

/* realtime 1: a model that cannot reason refuses the whole update. */
static bool reasoning_ok(const struct session *s, const struct jnode *n)
{
    struct slice model = buf_slice(&s->key[K_MODEL]);

    return !n || (slice_starts(model, "\"gpt-realtime-2")
        && !slice_starts(model, "\"gpt-realtime-2025")
        && jread_is(n, J_OBJECT) && !jread_unknown(n, "effort").ptr
        && (!jread_get(n, "effort") || model_one_of(jread_get(n, "effort"),
        "minimal low medium high xhigh")));
}

static bool modalities_ok(const struct jnode *n)
{
    return !n || (model_words(n, "text audio") && n->size == 1);
}

static bool model_ok(const struct session *s, const struct jnode *n)
{
    return !n || slice_eq(n->raw, buf_slice(&s->key[K_MODEL]));
}

static bool string_ok(const struct jnode *n)
{
    return !n || jread_is(n, J_STRING);
}

static bool rest_ok(struct session *s, const struct jnode *n)
{
    static const char path[] = "session";
    const struct jnode *k;

    if (!modalities_ok(jread_get(n, "output_modalities")))
        return model_wrong(s, path, "output_modalities");
    if (!model_ok(s, jread_get(n, "model")))
        return model_wrong(s, path, "model");
    if (!string_ok(jread_get(n, "instructions")))
        return model_wrong(s, path, "instructions");
    k = jread_get(n, "tools");
    if (k && !model_tools_ok(s, k, "session.tools"))
        return false;
    if (!model_choice_ok(jread_get(n, "tool_choice")))
        return model_wrong(s, path, "tool_choice");
    if (!tokens_ok(jread_get(n, "max_output_tokens")))
        return model_wrong(s, path, "max_output_tokens");
    if (!truncation_ok(jread_get(n, "truncation")))
        return model_wrong(s, path, "truncation");
    if (!tracing_ok(jread_get(n, "tracing")))
        return model_wrong(s, path, "tracing");
    if (!reasoning_ok(s, jread_get(n, "reasoning")))
        return model_wrong(s, path, "reasoning");
    if (!truth_ok(n, "parallel_tool_calls"))
        return model_wrong(s, path, "parallel_tool_calls");
    k = jread_get(n, "include");
    if (k && !model_words(k, "item.input_audio_transcription.logprobs"))
        return model_wrong(s, path, "include");
    return true;
}

static bool session_ok(struct session *s, const struct jnode *n)
{
    const struct jnode *audio = jread_get(n, "audio"), *k;

    if (!model_keys(s, n, "session", "type output_modalities model "
            "instructions audio include tracing tools tool_choice "
            "parallel_tool_calls reasoning max_output_tokens truncation "
            "prompt"))
        return false;
    if (!jread_get(n, "type")) {
        model_refuse(s, "missing_required_parameter", "session.type",
            "Missing required parameter: 'session.type'.");
        return false;
    }
    if (!jread_eq(jread_get(n, "type"), "realtime"))
        return model_wrong(s, "session", "type");
    if (audio && !model_keys(s, audio, "session.audio", "input output"))
        return false;
    k = jread_get(audio, "input");
    if (k && !input_ok(s, k))
        return false;
    k = jread_get(audio, "output");
    if (k && !output_ok(s, k, "session.audio.output", "format voice speed"))
        return false;
    return rest_ok(s, n);
}

static bool response_ok(struct session *s, const struct jnode *n)
{
    static const char path[] = "response";
    const struct jnode *k, *out;

    if (!model_keys(s, n, path, "output_modalities instructions audio tools "
            "tool_choice parallel_tool_calls reasoning max_output_tokens "
            "conversation metadata prompt input"))
        return false;
    k = jread_get(n, "audio");
    if (k && !model_keys(s, k, "response.audio", "output"))
        return false;
    out = jread_get(k, "output");
    if (out && !output_ok(s, out, "response.audio.output", "format voice"))
        return false;
    k = jread_get(n, "tools");
    if (k && !model_tools_ok(s, k, "response.tools"))
        return false;
    k = jread_get(n, "conversation");
    if (!modalities_ok(jread_get(n, "output_modalities")))
        return model_wrong(s, path, "output_modalities");
    if (!string_ok(jread_get(n, "instructions")))
        return model_wrong(s, path, "instructions");
    if (!model_choice_ok(jread_get(n, "tool_choice")))
        return model_wrong(s, path, "tool_choice");
    if (!tokens_ok(jread_get(n, "max_output_tokens")))
        return model_wrong(s, path, "max_output_tokens");
    if (!reasoning_ok(s, jread_get(n, "reasoning")))
        return model_wrong(s, path, "reasoning");
    if (k && !model_one_of(k, "auto none"))
        return model_wrong(s, path, "conversation");
    k = jread_get(n, "input");
    if (k && !jread_is(k, J_ARRAY))
        return model_wrong(s, path, "input");
    return true;
}

/* ---- taking over ---- */

void model_take(struct session *s, const struct jnode *n, const char *name,
    enum model_key k)
{
    n = jread_get(n, name);
    if (n)
        model_set(s, k, n->raw);
}

static int64_t number_or(const struct jnode *n, const char *key, int64_t usual)
{
    n = jread_get(n, key);
    return n ? n->whole : usual;
}

static bool truth_or(const struct jnode *n, const char *key, bool usual)
{
    n = jread_get(n, key);
    return n ? n->yes : usual;
}

/* What was not sent of turn_detection is filled in, as the service does. */
void model_take_turn(struct session *s, const struct jnode *n)
{
    struct buf *b = &s->key[K_TURN];
    const struct jnode *k;

    if (!n)
        return;
    s->vad = !jread_is(n, J_NULL);
    s->create = truth_or(n, "create_response", true);
    s->interrupt = truth_or(n, "interrupt_response", true);
    s->prefix_ms = number_or(n, "prefix_padding_ms", 300);
    s->silence_ms = number_or(n, "silence_duration_ms", 500);
    if (!jread_eq(jread_get(n, "type"), "server_vad")) {
        model_set(s, K_TURN, n->raw);
        return;
    }
    buf_clear(b);
    buf_adds(b, "{\"type\":\"server_vad\",\"threshold\":");
    k = jread_get(n, "threshold");
    buf_add(b, k ? k->raw : SLICE("0.5"));
    buf_addf(b, ",\"prefix_padding_ms\":%d,\"silence_duration_ms\":%d,"
        "\"idle_timeout_ms\":", (int)s->prefix_ms, (int)s->silence_ms);
    k = jread_get(n, "idle_timeout_ms");
    buf_add(b, k ? k->raw : SLICE("null"));
    buf_addf(b, ",\"create_response\":%s,\"interrupt_response\":%s}",
        s->create ? "true" : "false", s->interrupt ? "true" : "false");
}

void model_take_tools(struct session *s, const struct jnode *n)
{
    if (!n)
        return;
    s->tools = 0;
    for (n = n->child; n; n = n->next)
        text_copy(s->tool[s->tools++], sizeof(s->tool[0]),
            jread_text(jread_get(n, "name")));
}

int model_session_update(struct session *s, const struct jnode *n)
{
    const struct jnode *audio = jread_get(n, "audio");
    const struct jnode *in = jread_get(audio, "input");
    const struct jnode *out = jread_get(audio, "output");

    if (s->beta)
        return model_beta_update(s, n);
    if (!session_ok(s, n))
        return -1;
    model_take(s, n, "output_modalities", K_MODALITIES);
    model_take(s, n, "instructions", K_INSTRUCTIONS);
    model_take(s, n, "include", K_INCLUDE);
    model_take(s, n, "tracing", K_TRACING);
    model_take(s, n, "tools", K_TOOLS);
    model_take(s, n, "tool_choice", K_TOOL_CHOICE);
    model_take(s, n, "parallel_tool_calls", K_PARALLEL);
    model_take(s, n, "reasoning", K_REASONING);
    model_take(s, n, "max_output_tokens", K_MAX_TOKENS);
    model_take(s, n, "truncation", K_TRUNCATION);
    model_take(s, n, "prompt", K_PROMPT);
    model_take(s, in, "format", K_IN_FORMAT);
    model_take(s, in, "transcription", K_TRANSCRIPTION);
    model_take(s, in, "noise_reduction", K_NOISE);
    model_take(s, out, "format", K_OUT_FORMAT);
    model_take(s, out, "voice", K_VOICE);
    model_take(s, out, "speed", K_SPEED);
    model_take_turn(s, jread_get(in, "turn_detection"));
    model_take_tools(s, jread_get(n, "tools"));
    s->transcribe = !slice_is(buf_slice(&s->key[K_TRANSCRIPTION]), "null");
    s->pcmu_in = slice_find(buf_slice(&s->key[K_IN_FORMAT]),
        SLICE("\"audio/pcmu\"")) != SLICE_NPOS;
    s->pcmu_out = slice_find(buf_slice(&s->key[K_OUT_FORMAT]),
        SLICE("\"audio/pcmu\"")) != SLICE_NPOS;
    return 0;
}

int model_check_response(struct session *s, const struct jnode *n)
{
    if (s->beta)
        return model_beta_check_response(s, n);
    return !n || response_ok(s, n) ? 0 : -1;
}
