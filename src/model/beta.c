/* beta.c - the flat dialect of 2024, for servers that still speak it: dead at
 * OpenAI (realtime 0), alive at speaches and in Azure's preview.
 */
#include "model/dialect.h"

static void must(struct jsonw *w)
{
    (void)w;                    /* it has no type */
}

static void session(struct jsonw *w, const struct voice_session *s)
{
    jsonw_karray(w, "modalities");
    jsonw_str(w, SLICE("text"));
    jsonw_str(w, SLICE("audio"));
    jsonw_end(w);
    jsonw_kstr(w, "instructions", s->instructions.ptr ? s->instructions
        : SLICE(""));
    if (s->voice.len)
        jsonw_kstr(w, "voice", s->voice);
    jsonw_kcstr(w, "input_audio_format", "g711_ulaw");
    jsonw_kcstr(w, "output_audio_format", "g711_ulaw");
    session_hearing(w, "input_audio_transcription", s);
    session_noise(w, "input_audio_noise_reduction", s);
    session_turns(w, s);
    session_speed(w, s);
    session_tools(w, s);
    session_tokens(w, "max_response_output_tokens", s);
}

static int check(struct json got, const struct voice_session *asked,
    char *why, size_t cap)
{
    if (session_same(json_get(got, "input_audio_format"),
            "input_audio_format", "g711_ulaw", why, cap)
        || session_same(json_get(got, "output_audio_format"),
            "output_audio_format", "g711_ulaw", why, cap)
        || session_check_speaks(json_get(got, "modalities"), "modalities",
            why, cap)
        || session_check_voice(json_get(got, "voice"), "voice", asked, why,
            cap)
        || session_check_turns(json_get(got, "turn_detection"),
            "turn_detection", asked, why, cap)
        || session_check_common(got, asked, why, cap))
        return -1;
    return 0;
}

const struct voice_dialect voice_beta = {
    .name = "beta",
    .session = session,
    .must = must,
    .check = check,
    .assistant_part = "text"
};
