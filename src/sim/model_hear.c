/* model_hear.c - hearing: server VAD over tones, and what becomes of speech. */
#include "base/text.h"
#include "sim/model_own.h"

static void speech_started(struct session *s)
{
    uint64_t ms = s->ear.at / 8, pad = (uint64_t)s->prefix_ms;
    struct buf *b;

    s->speech = true;
    buf_clear(&s->words);
    model_new_id(s->m, "item", s->speech_item);
    if (!s->vad)
        return;
    b = model_begin(s, "input_audio_buffer.speech_started");
    buf_addf(b, ",\"audio_start_ms\":%llu,\"item_id\":\"%s\"",
        (unsigned long long)(ms > pad ? ms - pad : 0), s->speech_item);
    model_end(s);
    if (s->resp.active && s->interrupt)
        model_cancel(s, "turn_detected");
}

static void add_user_item(struct session *s, struct buf *b)
{
    buf_addf(b, ",\"item\":{\"id\":\"%s\",\"object\":\"realtime.item\","
        "\"type\":\"message\",\"status\":\"completed\",\"role\":\"user\","
        "\"content\":[{\"type\":\"input_audio\",\"transcript\":null}]}",
        s->speech_item);
}

static void tell_transcript(struct session *s)
{
    static const char *const type[] = {
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
    };

    for (int i = 0; i < 2; i++) {
        struct buf *b = model_begin(s, type[i]);

        buf_addf(b, ",\"item_id\":\"%s\",\"content_index\":0,\"%s\":",
            s->speech_item, i ? "transcript" : "delta");
        jread_quote(b, buf_slice(&s->words));
        if (i)
            buf_addf(b, ",\"usage\":{\"type\":\"duration\",\"seconds\":%d}",
                (int)(s->pending / 8000) + 1);
        model_end(s);
    }
}

/* The buffer becomes an item of the user's. */
void model_commit(struct session *s)
{
    struct buf *b;

    if (!s->speech)
        model_new_id(s->m, "item", s->speech_item);
    b = model_begin(s, "input_audio_buffer.committed");
    model_add_previous(s, b);
    buf_addf(b, ",\"item_id\":\"%s\"", s->speech_item);
    model_end(s);
    model_new_item(s, s->speech_item);
    for (int i = 0; i < 2; i++) {
        b = model_begin(s, i ? "conversation.item.done"
            : "conversation.item.added");
        model_add_previous(s, b);
        add_user_item(s, b);
        model_end(s);
    }
    text_copy(s->last_item, sizeof(s->last_item), slice_str(s->speech_item));
    if (s->transcribe)
        tell_transcript(s);
    if (s->words.len) {
        if (s->heard.len)
            buf_addc(&s->heard, ' ');
        buf_add(&s->heard, buf_slice(&s->words));
        s->heard_any = true;
        s->m->counts.heard++;
        model_note(s->m, "hears", buf_cstr(&s->words));
    }
    s->speech = false;
    s->pending = 0;
    buf_clear(&s->words);
}

static void speech_stopped(struct session *s)
{
    bool words = s->words.len > 0;
    struct buf *b = model_begin(s, "input_audio_buffer.speech_stopped");

    buf_addf(b, ",\"audio_end_ms\":%llu,\"item_id\":\"%s\"",
        (unsigned long long)(s->appended / 8), s->speech_item);
    model_end(s);
    model_commit(s);
    if (s->create && words && !s->resp.active)
        model_respond(s, NULL);
}

static void on_silence(struct session *s)
{
    s->quiet_ms += MFSK_MS;
    if (s->speech && s->vad && s->quiet_ms >= s->silence_ms)
        speech_stopped(s);
}

static void add_words(struct session *s, const char *ending)
{
    if (!s->ear.len)
        return;
    if (s->words.len)
        buf_addc(&s->words, ' ');
    for (size_t i = 0; i < s->ear.len; i++)
        buf_addc(&s->words, (uint8_t)s->ear.text[i]);
    buf_adds(&s->words, ending);
    if (!buf_ok(&s->words) || !wire_utf8(buf_slice(&s->words)))
        buf_clear(&s->words);
}

static void on_ear(struct session *s, enum mfsk_event ev)
{
    if (ev == MFSK_BEGIN || ev == MFSK_NOISE) {
        s->quiet_ms = 0;
        if (!s->speech)
            speech_started(s);
    } else if (ev == MFSK_SILENCE) {
        on_silence(s);
    } else if (ev == MFSK_CUT) {
        add_words(s, "");
        on_silence(s);
    } else if (ev == MFSK_TEXT_END) {
        add_words(s, "");
    } else if (ev == MFSK_BAD) {
        model_judge(s->m, false, "audio_damaged",
            "what was appended is not what was said: \"%.60s\" and scraps",
            s->ear.text);
        add_words(s, "");
    }
}

void model_on_append(struct session *s, struct slice audio)
{
    struct slice in = audio;
    enum mfsk_event ev;

    /* realtime 2: until then it would be heard as PCM of 24 kHz. */
    if (!s->updated && !s->appended)
        model_judge(s->m, false, "audio_unconfigured",
            "audio was appended before the session was configured");
    s->appended += audio.len;
    s->pending += audio.len;
    s->m->stray_ += audio.len % 8;
    s->m->counts.appended_ms += audio.len / 8 + s->m->stray_ / 8;
    s->m->stray_ %= 8;
    if (s->m->conf.appended)
        s->m->conf.appended(s->m->conf.arg, audio);
    if (!s->pcmu_in)
        return;             /* in another format it is noise to the VAD */
    while ((ev = mfsk_next(&s->ear, &in)) != MFSK_MORE)
        on_ear(s, ev);
}
