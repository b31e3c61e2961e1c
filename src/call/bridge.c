/* bridge.c - the audio of one call. */
#include "call/bridge.h"

#include <string.h>

#include "base/text.h"
#include "call/recorder.h"
#include "codec/base64.h"
#include "codec/g711.h"
#include "codec/tones.h"

/* Chars of base64 sent with one mark: 180 ms, so that a cut is known to a
 * fraction of a word.  A multiple of four, and of the frames' 160 bytes. */
#define PIECE BASE64_LEN(1440)

void bridge_open(struct bridge *b, struct wsconn *stream, struct slice sid)
{
    b->stream = stream;
    text_copy(b->sid, sizeof b->sid, sid);
    b->head_len = media_head(b->head, sizeof b->head, slice_str(b->sid));
}

/* What was unescaped goes into the other side's JSON as it is: it must not be
 * able to end its string there. */
static struct slice raw_payload(const struct buf *plain)
{
    struct slice s = buf_slice(plain);

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '"' || s.ptr[i] == '\\' || s.ptr[i] < 0x20)
            return slice_of(NULL, 0);
    return s;
}

void bridge_media(struct bridge *b, const struct media *m)
{
    struct voice_append a;
    struct slice payload = m->payload;
    struct buf plain;

    buf_init(&plain, LIMIT_WS_MESSAGE);
    if (m->escaped) {           /* rare: "\/" for "/" */
        media_payload(m, &plain);
        payload = raw_payload(&plain);
    }
    if (b->recorder)
        recorder_them(b->recorder, payload);
    if (b->model && b->joined)
        voice_append_parts(b->voice, &a, payload);
    /* A model that is not there, or does not read: drop, do not grow. */
    if (!b->model || !b->joined || (m->escaped && !payload.len)
        || wsconn_send_parts(b->model, a.part, VOICE_APPEND_PARTS))
        b->dropped++;
    else
        b->frames_up++;
    buf_free(&plain);
}

/* One piece to Twilio, and its mark right behind it.  Returns its bytes. */
static size_t send_piece(struct bridge *b, const struct voice_event *ev,
    struct slice payload, int64_t now)
{
    char name[PLAYED_NAME];
    size_t bytes = base64_size(payload), n;
    struct slice part[3] = {slice_of(b->head, b->head_len), payload,
        MEDIA_TAIL};

    if (wsconn_send_parts(b->stream, part, 3)) {
        b->dropped++;
        return 0;
    }
    if (b->recorder)
        recorder_us(b->recorder, payload);
    n = played_sent(&b->played, ev->item, (int)ev->content_index, bytes, now,
        name);
    if (n) {
        struct slice mark[5] = {SLICE("{\"event\":\"mark\",\"streamSid\":\""),
            slice_str(b->sid), SLICE("\",\"mark\":{\"name\":\""),
            slice_of(name, n), SLICE("\"}}")};

        wsconn_send_parts(b->stream, mark, 5);
        b->marks_sent++;
    }
    if (b->frames_down++ == 0)
        b->first_sent = now;
    return bytes;
}

size_t bridge_audio(struct bridge *b, const struct voice_event *ev,
    int64_t now)
{
    struct slice payload = ev->text.text;
    struct buf plain;
    size_t bytes = 0;

    if (!b->stream)
        return 0;
    b->last_sent = now;
    buf_init(&plain, LIMIT_WS_MODEL);
    if (ev->text.escaped) {     /* rare: "\/" for "/" */
        json_text(ev->text, &plain);
        payload = raw_payload(&plain);
    }
    while (payload.len) {
        struct slice piece = slice_head(payload, PIECE);

        bytes += send_piece(b, ev, piece, now);
        payload = slice_from(payload, piece.len);
    }
    buf_free(&plain);
    return bytes;
}

size_t bridge_tones(struct bridge *b, struct slice item, struct slice mulaw,
    int64_t now)
{
    char text[BASE64_LEN(DTMF_KEY_MAX)];
    struct voice_event ev = {.item = item};

    if (!b->stream || mulaw.len > DTMF_KEY_MAX)
        return 0;
    b->last_sent = now;
    return send_piece(b, &ev, slice_of(text, base64_encode(text, mulaw)), now);
}

void bridge_mark(struct bridge *b, struct slice name, int64_t now)
{
    if (played_mark(&b->played, name, now))
        b->marks_back++;
}

size_t bridge_interrupt(struct bridge *b, struct slice response, int64_t now,
    struct played_cut cut[static PLAYED_ITEMS])
{
    uint8_t mem[128];
    struct buf out;
    bool clear;
    size_t n;

    if (!b->stream)
        return 0;
    if (response.len)
        text_copy(b->muted, sizeof b->muted, response);
    n = played_cut(&b->played, now, cut, &clear);
    if (!clear)
        return 0;
    b->clears++;
    buf_over(&out, mem, sizeof mem);
    media_write_clear(&out, slice_str(b->sid));
    wsconn_send(b->stream, true, buf_slice(&out));
    if (b->recorder)
        recorder_clear(b->recorder);
    return n;
}

void bridge_lose_model(struct bridge *b)
{
    b->model = NULL;
    b->joined = false;
    b->muted[0] = 0;
}

static void ignore_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    (void)w;
    (void)arg;
    (void)text;
    (void)message;
}

static void ignore_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)w;
    (void)arg;
    (void)code;
    (void)reason;
    (void)err;
}

static const struct wsconn_ops nobody = {
    .name = "disowned",
    .on_message = ignore_message,
    .on_close = ignore_close,
};

void bridge_disown(struct wsconn *w, bool abort)
{
    wsconn_set_arg(w, &nobody, NULL);
    if (abort)
        wsconn_abort(w);
}
