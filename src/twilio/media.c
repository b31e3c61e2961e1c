/* media.c - Media Streams messages, from Twilio and to it: twilio 1.3, 1.4.
 *
 * The order of the keys differs between messages and from the documentation,
 * so nothing here depends on it (twilio 1.2).
 */
#include "twilio/media.h"

#include <string.h>

#include "base/text.h"
#include "codec/jsonw.h"

#define HEAD "{\"event\":\"media\",\"streamSid\":\""
#define ONES UINT64_C(0x0101010101010101)
#define BETWEEN "\",\"media\":{\"payload\":\""

_Static_assert(sizeof HEAD - 1 + MEDIA_SID + sizeof BETWEEN - 1
    <= MEDIA_HEAD_MAX, "the head fits");

enum {                  /* what one scan looks for; the hot ones first */
    EVENT, SEQUENCE, STREAM, TRACK, CHUNK, TIMESTAMP, PAYLOAD, START, DIGIT,
    DTMF_TRACK, MARK, STOP_CALL, STOP_ACCOUNT, PROTOCOL, VERSION, FIELDS
};

static const char *const paths[FIELDS] = {
    [EVENT] = "event", [SEQUENCE] = "sequenceNumber",
    [STREAM] = "streamSid", [TRACK] = "media.track",
    [CHUNK] = "media.chunk", [TIMESTAMP] = "media.timestamp",
    [PAYLOAD] = "media.payload", [START] = "start", [DIGIT] = "dtmf.digit",
    [DTMF_TRACK] = "dtmf.track", [MARK] = "mark.name",
    [STOP_CALL] = "stop.callSid", [STOP_ACCOUNT] = "stop.accountSid",
    [PROTOCOL] = "protocol", [VERSION] = "version",
};

static const char *const names[] = {
    [MEDIA_UNKNOWN] = "unknown", [MEDIA_CONNECTED] = "connected",
    [MEDIA_START] = "start", [MEDIA_MEDIA] = "media", [MEDIA_DTMF] = "dtmf",
    [MEDIA_MARK] = "mark", [MEDIA_STOP] = "stop",
};

/* The high bit of each byte of w that is from lo to hi; no byte of w has its
 * own high bit set, so no sum carries into its neighbour. */
static uint64_t between(uint64_t w, unsigned lo, unsigned hi)
{
    return (w + ONES * (0x80 - lo)) & ~(w + ONES * (0x7f - hi)) & ONES * 0x80;
}

/* Are eight bytes letters or digits?  All at once: a message has one sid, and
 * byte by byte that was a tenth of its reading. */
static bool alnum8(const uint8_t *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return !(w & ONES * 0x80) && (between(w | ONES * 0x20, 'a', 'z')
        | between(w, '0', '9')) == ONES * 0x80;
}

/* Two letters and 32 more letters or digits.  Twilio sends hex digits; its
 * own examples, and test clients made after them, write X. */
static bool is_sid(struct slice s, const char *kind)
{
    if (s.len != MEDIA_SID || !slice_starts(s, kind))
        return false;
    for (size_t i = 2; i < s.len; i += 8)
        if (!alnum8(s.ptr + i))
            return false;
    return true;
}

static int bad(const char **why, const char *text)
{
    *why = text;
    return -1;
}

static int sid(struct json v, const char *kind, struct slice *out)
{
    if (v.type != JSON_STRING || !is_sid(v.text, kind))
        return -1;
    *out = v.text;
    return 0;
}

/* Twilio writes its counters as strings of digits. */
static int counter(struct json v, uint64_t *n)
{
    return v.type == JSON_STRING ? text_u64(v.text, 0, UINT64_MAX, n) : -1;
}

static int read_tracks(struct json tracks, struct media *m)
{
    struct json_walk w = {.of = tracks};
    struct json v;
    struct slice key;

    if (tracks.type != JSON_ARRAY)
        return -1;
    while (json_next(&w, &key, &v)) {
        if (json_is(v, "inbound"))
            m->inbound = true;
        else if (json_is(v, "outbound"))
            m->outbound = true;
        else
            return -1;
    }
    return m->inbound || m->outbound ? 0 : -1;
}

static int read_start(struct json start, struct media *m, const char **why)
{
    struct json_walk w = {.of = json_get(start, "customParameters")};
    struct json v;
    struct slice key, again;
    int64_t n;

    if (start.type != JSON_OBJECT)
        return bad(why, "start: not an object");
    if (sid(json_get(start, "accountSid"), "AC", &m->account_sid))
        return bad(why, "start.accountSid: not AC and 32 digits");
    if (sid(json_get(start, "callSid"), "CA", &m->call_sid))
        return bad(why, "start.callSid: not CA and 32 digits");
    if (sid(json_get(start, "streamSid"), "MZ", &again)
        || !slice_eq(again, m->stream_sid))
        return bad(why, "start.streamSid: not the message's streamSid");
    if (read_tracks(json_get(start, "tracks"), m))
        return bad(why, "start.tracks: not a list of inbound and outbound");
    if (!json_is(json_get(start, "mediaFormat.encoding"), "audio/x-mulaw"))
        return bad(why, "start.mediaFormat.encoding: not audio/x-mulaw");
    if (json_i64(json_get(start, "mediaFormat.sampleRate"), 8000, 8000, &n))
        return bad(why, "start.mediaFormat.sampleRate: not 8000");
    if (json_i64(json_get(start, "mediaFormat.channels"), 1, 1, &n))
        return bad(why, "start.mediaFormat.channels: not 1");
    /* twilio 1.3: {} when there are none. */
    if (w.of.type != JSON_OBJECT)
        return bad(why, "start.customParameters: not an object");
    m->parameters = w.of;
    while (json_next(&w, &key, &v))
        if (v.type != JSON_STRING)
            return bad(why, "start.customParameters: a value is no string");
    return 0;
}

static int read_media(const struct json_want *w, struct media *m,
    const char **why)
{
    struct json payload = w[PAYLOAD].value;

    if (json_is(w[TRACK].value, "inbound"))
        m->track = SLICE("inbound");
    else if (json_is(w[TRACK].value, "outbound"))
        m->track = SLICE("outbound");
    else
        return bad(why, "media.track: neither inbound nor outbound");
    if (counter(w[CHUNK].value, &m->chunk))
        return bad(why, "media.chunk: not a string of digits");
    if (counter(w[TIMESTAMP].value, &m->timestamp))
        return bad(why, "media.timestamp: not a string of digits");
    if (payload.type != JSON_STRING)
        return bad(why, "media.payload: not a string");
    m->payload = payload.text;
    m->escaped = payload.escaped;
    return 0;
}

static int read_dtmf(const struct json_want *w, struct media *m,
    const char **why)
{
    struct json digit = w[DIGIT].value, track = w[DTMF_TRACK].value;

    if (digit.type != JSON_STRING || digit.text.len != 1
        || !strchr("0123456789*#ABCD", digit.text.ptr[0])
        || digit.text.ptr[0] == 0)
        return bad(why, "dtmf.digit: not one of 0-9 * # A-D");
    if (track.type != JSON_STRING && track.type != JSON_ABSENT)
        return bad(why, "dtmf.track: not a string");
    m->digit = digit.text;
    m->track = track.text;
    return 0;
}

static int read_connected(const struct json_want *w, struct media *m,
    const char **why)
{
    /* twilio 1.3: other versions are not to be refused. */
    if (w[PROTOCOL].value.type != JSON_STRING)
        return bad(why, "protocol: not a string");
    if (w[VERSION].value.type != JSON_STRING)
        return bad(why, "version: not a string");
    m->protocol = w[PROTOCOL].value.text;
    m->version = w[VERSION].value.text;
    return 0;
}

static int read_stop(const struct json_want *w, struct media *m,
    const char **why)
{
    if (sid(w[STOP_ACCOUNT].value, "AC", &m->account_sid))
        return bad(why, "stop.accountSid: not AC and 32 digits");
    if (sid(w[STOP_CALL].value, "CA", &m->call_sid))
        return bad(why, "stop.callSid: not CA and 32 digits");
    return 0;
}

/* The fields of one kind; stream and sequence are read. */
static int read_kind(const struct json_want *w, struct media *m,
    const char **why)
{
    switch (m->kind) {
    case MEDIA_START:
        return read_start(w[START].value, m, why);
    case MEDIA_MEDIA:
        return read_media(w, m, why);
    case MEDIA_DTMF:
        return read_dtmf(w, m, why);
    case MEDIA_MARK:
        if (w[MARK].value.type != JSON_STRING)
            return bad(why, "mark.name: not a string");
        m->mark = w[MARK].value.text;
        return 0;
    case MEDIA_STOP:
        return read_stop(w, m, why);
    case MEDIA_CONNECTED:
        return read_connected(w, m, why);
    case MEDIA_UNKNOWN:
        break;
    }
    return 0;
}

static enum media_kind kind_of(struct json event)
{
    static const enum media_kind often[] = {MEDIA_MEDIA, MEDIA_MARK,
        MEDIA_DTMF, MEDIA_START, MEDIA_STOP, MEDIA_CONNECTED};

    for (size_t i = 0; i < sizeof often / sizeof *often; i++)
        if (json_is(event, names[often[i]]))
            return often[i];
    return MEDIA_UNKNOWN;
}

int media_read(struct slice text, struct media *out, const char **why)
{
    struct json_want w[FIELDS];
    struct json_fault fault;
    struct media m = {.kind = MEDIA_UNKNOWN};

    *out = m;
    for (size_t i = 0; i < FIELDS; i++)
        w[i].path = paths[i];
    if (json_scan(text, w, FIELDS, &fault)) {
        out->at = fault.at;
        return bad(why, fault.why);
    }
    if (w[EVENT].value.type != JSON_STRING)
        return bad(why, "event: not a string");
    m.kind = kind_of(w[EVENT].value);
    if (m.kind != MEDIA_UNKNOWN && m.kind != MEDIA_CONNECTED) {
        if (sid(w[STREAM].value, "MZ", &m.stream_sid))
            return bad(why, "streamSid: not MZ and 32 digits");
        if (counter(w[SEQUENCE].value, &m.sequence))
            return bad(why, "sequenceNumber: not a string of digits");
    }
    if (read_kind(w, &m, why))
        return -1;
    *out = m;
    return 0;
}

void media_payload(const struct media *m, struct buf *out)
{
    json_text((struct json){JSON_STRING, m->payload, m->escaped}, out);
}

const char *media_name(enum media_kind kind)
{
    return names[kind];
}

static void begin(struct buf *out, const char *event, struct slice stream_sid)
{
    buf_adds(out, "{\"event\":\"");
    buf_adds(out, event);
    buf_adds(out, "\",\"streamSid\":\"");
    jsonw_escape(out, stream_sid);
}

void media_write(struct buf *out, struct slice stream_sid,
    struct slice payload)
{
    begin(out, "media", stream_sid);
    buf_adds(out, BETWEEN);
    jsonw_escape(out, payload);
    buf_add(out, MEDIA_TAIL);
}

void media_write_mark(struct buf *out, struct slice stream_sid,
    struct slice name)
{
    begin(out, "mark", stream_sid);
    buf_adds(out, "\",\"mark\":{\"name\":\"");
    jsonw_escape(out, name);
    buf_adds(out, "\"}}");
}

void media_write_clear(struct buf *out, struct slice stream_sid)
{
    begin(out, "clear", stream_sid);
    buf_adds(out, "\"}");
}

size_t media_head(char *out, size_t cap, struct slice stream_sid)
{
    struct buf b;

    if (!is_sid(stream_sid, "MZ"))
        return 0;
    buf_over(&b, out, cap);
    buf_adds(&b, HEAD);
    buf_add(&b, stream_sid);
    buf_adds(&b, BETWEEN);
    return buf_ok(&b) ? b.len : 0;
}
