/* stream_say.c - Twilio's messages: twilio 1.3.
 *
 * Sequence numbers run over everything behind connected, echoed marks included.
 */
#include "app/stream_impl.h"

#include "base/text.h"
#include "codec/base64.h"
#include "codec/g711.h"
#include "codec/jsonw.h"
#include "net/wsconn.h"

/* ---- what we say ---- */

static void begin(struct stream_run *run, struct jsonw *w, const char *event)
{
    buf_clear(&run->message);
    jsonw_begin(w, &run->message);
    jsonw_object(w);
    jsonw_kcstr(w, "event", event);
}

/* JSON strings of decimal digits: twilio 1.2. */
static void number(struct jsonw *w, const char *key, uint64_t n)
{
    char digits[TEXT_U64_MAX];

    jsonw_kstr(w, key, slice_of(digits, text_from_u64(digits, n)));
}

static int send_message(struct stream_run *run, struct jsonw *w)
{
    jsonw_end(w);
    if (!run->ws || ill_is_away(run) || !buf_ok(&run->message))
        return -1;
    return wsconn_send(run->ws, true, buf_slice(&run->message));
}

void stream_say_connected(struct stream_run *run)
{
    struct jsonw w;

    begin(run, &w, "connected");
    jsonw_kcstr(&w, "protocol", "Call");
    jsonw_kcstr(&w, "version", "1.0.0");
    send_message(run, &w);
}

void stream_say_start(struct stream_run *run)
{
    struct jsonw w;

    begin(run, &w, "start");
    number(&w, "sequenceNumber", ++run->sequence);
    jsonw_kobject(&w, "start");
    jsonw_kcstr(&w, "accountSid", run->account);
    jsonw_kcstr(&w, "streamSid", run->sid);
    jsonw_kcstr(&w, "callSid", run->call);
    jsonw_karray(&w, "tracks");
    jsonw_str(&w, SLICE("inbound"));
    jsonw_end(&w);
    jsonw_kobject(&w, "mediaFormat");
    jsonw_kcstr(&w, "encoding", "audio/x-mulaw");
    jsonw_kint(&w, "sampleRate", G711_RATE);
    jsonw_kint(&w, "channels", 1);
    jsonw_end(&w);
    jsonw_kobject(&w, "customParameters");
    for (size_t i = 0; i < run->plan.params; i++) {
        jsonw_keyn(&w, run->plan.param[i].name);
        jsonw_str(&w, run->plan.param[i].value);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_kcstr(&w, "streamSid", run->sid);
    send_message(run, &w);
}

static void put_media(struct stream_run *run, struct jsonw *w,
    struct slice audio, const char *sid)
{
    char payload[BASE64_LEN(STREAM_FRAME)];

    begin(run, w, "media");
    number(w, "sequenceNumber", run->sequence + 1);
    jsonw_kobject(w, "media");
    jsonw_kcstr(w, "track", "inbound");
    number(w, "chunk", run->chunk + 1);
    number(w, "timestamp", (run->frame + 1) * STREAM_FRAME_MS);
    jsonw_kstr(w, "payload", slice_of(payload,
        base64_encode(payload, audio)));
    jsonw_end(w);
    jsonw_kcstr(w, "streamSid", sid);
}

/* A peer that does not read loses audio: 31930.  The numbers go on with the
 * next frame that fits. */
void stream_say_media(struct stream_run *run, struct slice audio,
    unsigned copies)
{
    struct jsonw w;

    put_media(run, &w, audio, run->sid);
    if (copies && send_message(run, &w)) {
        run->facts.dropped++;
        return;
    }
    run->sequence++;
    run->chunk++;
    if (copies == 0)
        return;
    run->facts.frames_out++;
    run->facts.bytes_out += audio.len;
    trips_sent(&run->trips, audio, sys_now_us());
    if (run->plan.sent)
        buf_add(run->plan.sent, audio);
    while (--copies)
        wsconn_send(run->ws, true, buf_slice(&run->message));
}

void stream_say_stranger(struct stream_run *run, struct slice audio)
{
    struct jsonw w;

    put_media(run, &w, audio, "MZffffffffffffffffffffffffffffffff");
    send_message(run, &w);
}

/* Here the track has another name than in media. */
void stream_say_dtmf(struct stream_run *run, uint8_t digit)
{
    struct jsonw w;

    begin(run, &w, "dtmf");
    jsonw_kcstr(&w, "streamSid", run->sid);
    number(&w, "sequenceNumber", run->sequence + 1);
    jsonw_kobject(&w, "dtmf");
    jsonw_kcstr(&w, "track", "inbound_track");
    jsonw_kstr(&w, "digit", slice_of(&digit, 1));
    jsonw_end(&w);
    if (send_message(run, &w))
        return;
    run->sequence++;
    run->facts.keys++;
}

/* The name goes back in the escapes it came in. */
void stream_say_mark(void *arg, struct slice name)
{
    struct stream_run *run = arg;
    struct jsonw w;

    begin(run, &w, "mark");
    number(&w, "sequenceNumber", run->sequence + 1);
    jsonw_kcstr(&w, "streamSid", run->sid);
    jsonw_kobject(&w, "mark");
    jsonw_key(&w, "name");
    buf_addc(&run->message, '"');
    buf_add(&run->message, name);
    buf_addc(&run->message, '"');
    jsonw_end(&w);
    if (send_message(run, &w))
        return;
    run->sequence++;
    run->facts.returned++;
}

void stream_say_stop(struct stream_run *run)
{
    struct jsonw w;

    begin(run, &w, "stop");
    number(&w, "sequenceNumber", ++run->sequence);
    jsonw_kcstr(&w, "streamSid", run->sid);
    jsonw_kobject(&w, "stop");
    jsonw_kcstr(&w, "accountSid", run->account);
    jsonw_kcstr(&w, "callSid", run->call);
    jsonw_end(&w);
    send_message(run, &w);
}
