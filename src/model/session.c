/* session.c - what the sessions of all dialects share: parts of
 * session.update, and the comparison of session.updated with what was asked.
 *
 * One unknown key makes the server refuse the whole update (realtime 2), so
 * nothing is written that says no more than the default.  turn_detection is
 * the exception: a partial one gets touchy values (realtime 4).
 */
#include "model/dialect.h"

#include "base/text.h"

#define TOOL_NAME 65            /* bytes of a tool's name, NUL included */
#define VOICE_NAME 128          /* of a voice */

struct voice_session voice_session_default(void)
{
    return (struct voice_session){
        .model = SLICE("gpt-realtime-2.1"),
        .voice = SLICE("marin"),
        .instructions = SLICE(""),
        .transcription = SLICE("gpt-transcribe"),
        .vad = VOICE_VAD_SERVER,
        .threshold = 500,
        .prefix_ms = 300,
        .silence_ms = 500,
        .speed = 100
    };
}

bool voice_reasons(struct slice model)
{
    struct slice rest = slice_from(model, sizeof "gpt-realtime-2" - 1);

    /* gpt-realtime-2025-08-28 is an older one. */
    return slice_starts(model, "gpt-realtime-2")
        && (!rest.len || rest.ptr[0] == '.' || rest.ptr[0] == '-');
}

/* ---- writing ---- */

/* n / scale with as many decimals as scale has zeros. */
static void decimal(struct jsonw *w, const char *key, int n, int scale)
{
    char text[32];

    text_fmt(text, sizeof text, "%d.%0*d", n / scale,
        scale == 1000 ? 3 : 2, n % scale);
    jsonw_kraw(w, key, slice_str(text));
}

void session_turns(struct jsonw *w, const struct voice_session *s)
{
    if (s->vad == VOICE_VAD_NONE) {
        jsonw_knull(w, "turn_detection");
        return;
    }
    jsonw_kobject(w, "turn_detection");
    if (s->vad == VOICE_VAD_SEMANTIC) {
        jsonw_kcstr(w, "type", "semantic_vad");
        jsonw_kstr(w, "eagerness", s->eagerness.len ? s->eagerness
            : SLICE("auto"));
    } else {
        jsonw_kcstr(w, "type", "server_vad");
        decimal(w, "threshold", s->threshold, 1000);
        jsonw_kint(w, "prefix_padding_ms", s->prefix_ms);
        jsonw_kint(w, "silence_duration_ms", s->silence_ms);
    }
    /* Always both: with one alone the server would still cancel when the
     * caller speaks (realtime 2). */
    jsonw_kbool(w, "create_response", !s->by_hand);
    jsonw_kbool(w, "interrupt_response", !s->by_hand);
    jsonw_end(w);
}

void session_hearing(struct jsonw *w, const char *key,
    const struct voice_session *s)
{
    if (!s->transcription.len)
        return;
    jsonw_kobject(w, key);
    jsonw_kstr(w, "model", s->transcription);
    if (s->language.len)
        jsonw_kstr(w, "language", s->language);
    jsonw_end(w);
}

void session_noise(struct jsonw *w, const char *key,
    const struct voice_session *s)
{
    if (!s->noise.len)
        return;
    jsonw_kobject(w, key);
    jsonw_kstr(w, "type", s->noise);
    jsonw_end(w);
}

void session_tools(struct jsonw *w, const struct voice_session *s)
{
    if (!s->tools.len)
        return;
    jsonw_kraw(w, "tools", s->tools);
    jsonw_kcstr(w, "tool_choice", "auto");
}

void session_speed(struct jsonw *w, const struct voice_session *s)
{
    if (s->speed && s->speed != 100)
        decimal(w, "speed", s->speed, 100);
}

void session_tokens(struct jsonw *w, const char *key,
    const struct voice_session *s)
{
    if (s->max_tokens)
        jsonw_kint(w, key, s->max_tokens);
}

/* ---- comparing ---- */

static bool shown(struct json v)
{
    return v.type != JSON_ABSENT && v.type != JSON_NULL;
}

int session_same(struct json got, const char *field, const char *want,
    char *why, size_t cap)
{
    if (!shown(got) || json_is(got, want))
        return 0;
    text_fmt(why, cap, "%s is %.*s, not %s", field,
        (int)(got.text.len < 60 ? got.text.len : 60),
        (const char *)got.text.ptr, want);
    return -1;
}

/* The value of a string is the same as the text. */
static bool same_text(struct json got, struct slice want)
{
    char name[VOICE_NAME];

    if (!got.escaped)
        return got.type == JSON_STRING && slice_eq(got.text, want);
    return json_copy(got, name, sizeof name) && slice_eq(slice_str(name), want);
}

int session_check_voice(struct json got, const char *field,
    const struct voice_session *asked, char *why, size_t cap)
{
    struct json id = got.type == JSON_OBJECT ? json_get(got, "id") : got;

    if (!shown(id) || !asked->voice.len || same_text(id, asked->voice))
        return 0;
    text_fmt(why, cap, "%s is %.*s, not %.*s", field,
        (int)(id.text.len < 60 ? id.text.len : 60),
        (const char *)id.text.ptr, SLICE_ARG(slice_head(asked->voice, 60)));
    return -1;
}

static int flag(struct json got, const char *field, bool want, char *why,
    size_t cap)
{
    if (!shown(got) || json_true(got) == want)
        return 0;
    text_fmt(why, cap, "%s is %s, not %s", field, want ? "false" : "true",
        want ? "true" : "false");
    return -1;
}

int session_check_turns(struct json got, const char *field,
    const struct voice_session *asked, char *why, size_t cap)
{
    static const char *const type[] = {"server_vad", "semantic_vad"};

    if (got.type == JSON_ABSENT)
        return 0;
    if (asked->vad == VOICE_VAD_NONE || got.type == JSON_NULL) {
        if ((asked->vad == VOICE_VAD_NONE) == (got.type == JSON_NULL))
            return 0;
        text_fmt(why, cap, "%s is %s", field, got.type == JSON_NULL
            ? "null: nothing would be answered" : "not null");
        return -1;
    }
    if (session_same(json_get(got, "type"), field, type[asked->vad], why, cap)
        || flag(json_get(got, "create_response"), "create_response",
            !asked->by_hand, why, cap)
        || flag(json_get(got, "interrupt_response"), "interrupt_response",
            !asked->by_hand, why, cap))
        return -1;
    return 0;
}

int session_check_speaks(struct json got, const char *field, char *why,
    size_t cap)
{
    struct json_walk walk = {.of = got};
    struct slice key;
    struct json v;

    if (got.type != JSON_ARRAY)
        return 0;
    while (json_next(&walk, &key, &v))
        if (json_is(v, "audio"))
            return 0;
    text_fmt(why, cap, "%s has no audio", field);
    return -1;
}

/* Is there a tool of that name in the list the server shows? */
static bool has_tool(struct json tools, const char *name)
{
    struct json_walk walk = {.of = tools};
    struct slice key;
    struct json v;

    while (json_next(&walk, &key, &v))
        if (json_is(json_get(v, "name"), name))
            return true;
    return false;
}

int session_check_common(struct json session,
    const struct voice_session *asked, char *why, size_t cap)
{
    struct json got = json_get(session, "instructions"), list, v;
    struct json_walk walk = {{0}, 0};
    struct slice key;
    char name[TOOL_NAME];

    if (asked->instructions.len && got.type == JSON_STRING
        && got.text.len == 0) {
        text_fmt(why, cap, "instructions is empty");
        return -1;
    }
    got = json_get(session, "tools");
    if (!shown(got) || !asked->tools.len
        || json_parse(asked->tools, &list, NULL))
        return 0;
    for (walk.of = list; json_next(&walk, &key, &v); )
        if (json_copy(json_get(v, "name"), name, sizeof name)
            && !has_tool(got, name)) {
            text_fmt(why, cap, "tools has no %s", name);
            return -1;
        }
    return 0;
}

int voice_check_session(const struct voice_dialect *d, struct json session,
    const struct voice_session *asked, char *why, size_t cap)
{
    why[0] = 0;
    if (session.type != JSON_OBJECT) {
        text_fmt(why, cap, "session is no object");
        return -1;
    }
    return d->check(session, asked, why, cap);
}
