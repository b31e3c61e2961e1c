/* ga.c - the dialect OpenAI speaks since May 2026: nested audio settings.
 * realtime 2.
 */
#include "model/dialect.h"

#include "base/text.h"

static void must(struct jsonw *w)
{
    jsonw_kcstr(w, "type", "realtime");
}

/* No rate with audio/pcmu: it is refused (realtime 2). */
static void format(struct jsonw *w)
{
    jsonw_kobject(w, "format");
    jsonw_kcstr(w, "type", "audio/pcmu");
    jsonw_end(w);
}

static void output(struct jsonw *w, const struct voice_session *s)
{
    jsonw_kobject(w, "output");
    format(w);
    if (slice_starts(s->voice, "voice_")) {     /* one of the owner's own */
        jsonw_kobject(w, "voice");
        jsonw_kstr(w, "id", s->voice);
        jsonw_end(w);
    } else if (s->voice.len) {
        jsonw_kstr(w, "voice", s->voice);
    }
    session_speed(w, s);
    jsonw_end(w);
}

static void session(struct jsonw *w, const struct voice_session *s)
{
    must(w);
    if (s->model.len)
        jsonw_kstr(w, "model", s->model);
    jsonw_karray(w, "output_modalities");
    jsonw_str(w, SLICE("audio"));
    jsonw_end(w);
    jsonw_kstr(w, "instructions", s->instructions.ptr ? s->instructions
        : SLICE(""));
    jsonw_kobject(w, "audio");
    jsonw_kobject(w, "input");
    format(w);
    session_turns(w, s);
    session_hearing(w, "transcription", s);
    session_noise(w, "noise_reduction", s);
    jsonw_end(w);
    output(w, s);
    jsonw_end(w);
    session_tools(w, s);
    session_tokens(w, "max_output_tokens", s);
    if (s->effort.len && voice_reasons(s->model)) {
        jsonw_kobject(w, "reasoning");
        jsonw_kstr(w, "effort", s->effort);
        jsonw_end(w);
    }
}

static struct json format_type(struct json session, const char *path)
{
    struct json v = json_get(session, path);

    return v.type == JSON_OBJECT ? json_get(v, "type") : v;
}

static int check(struct json got, const struct voice_session *asked,
    char *why, size_t cap)
{
    /* A server of the beta kind does not know the nested keys and would send
     * PCM, which is noise on the phone. */
    if (session_same(json_get(got, "input_audio_format"),
            "input_audio_format", "g711_ulaw", why, cap)
        || session_same(json_get(got, "output_audio_format"),
            "output_audio_format", "g711_ulaw", why, cap)
        || session_same(json_get(got, "type"), "type", "realtime", why, cap)
        || session_same(format_type(got, "audio.input.format"),
            "audio.input.format", "audio/pcmu", why, cap)
        || session_same(format_type(got, "audio.output.format"),
            "audio.output.format", "audio/pcmu", why, cap)
        || session_check_speaks(json_get(got, "output_modalities"),
            "output_modalities", why, cap)
        || session_check_voice(json_get(got, "audio.output.voice"),
            "audio.output.voice", asked, why, cap)
        || session_check_turns(json_get(got, "audio.input.turn_detection"),
            "audio.input.turn_detection", asked, why, cap)
        || session_check_common(got, asked, why, cap))
        return -1;
    return 0;
}

const struct voice_dialect voice_ga = {
    .name = "ga",
    .session = session,
    .must = must,
    .check = check,
    .assistant_part = "output_text"
};
