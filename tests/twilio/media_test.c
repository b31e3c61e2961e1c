/* media_test.c - the messages of twilio 1.3 and 1.4, and all their bad
 * shapes. */
#include "twilio/media.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define MZ "MZ0123456789abcdef0123456789abcdef"
#define AC "ACffffffffffffffffffffffffffffffff"
#define CA "CA00000000000000000000000000000001"

static const char connected[] =
    "{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}";
static const char start[] =
    "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"start\":{"
    "\"accountSid\":\"" AC "\",\"streamSid\":\"" MZ "\",\"callSid\":\"" CA
    "\",\"tracks\":[\"inbound\"],\"mediaFormat\":{\"encoding\":"
    "\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1},"
    "\"customParameters\":{\"order\":\"42\"}},\"streamSid\":\"" MZ "\"}";
static const char media[] =
    "{\"event\":\"media\",\"sequenceNumber\":\"2\",\"media\":{"
    "\"track\":\"inbound\",\"chunk\":\"1\",\"timestamp\":\"155\","
    "\"payload\":\"//8AfwB/\"},\"streamSid\":\"" MZ "\"}";
static const char dtmf[] =
    "{\"event\":\"dtmf\",\"streamSid\":\"" MZ "\",\"sequenceNumber\":\"5\","
    "\"dtmf\":{\"track\":\"inbound_track\",\"digit\":\"#\"}}";
static const char mark[] =
    "{\"event\":\"mark\",\"sequenceNumber\":\"4\",\"streamSid\":\"" MZ "\","
    "\"mark\":{\"name\":\"utt-7\"}}";
static const char stop[] =
    "{\"event\":\"stop\",\"sequenceNumber\":\"378\",\"streamSid\":\"" MZ "\","
    "\"stop\":{\"accountSid\":\"" AC "\",\"callSid\":\"" CA "\"}}";

static int take(const char *text, struct media *m)
{
    const char *why = "";
    int r = media_read(guard_in(slice_str(text)), m, &why);

    if (r)
        printf("#   %s\n", why);
    return r;
}

static void shapes(void)
{
    struct media m;

    tap_ok(take(connected, &m) == 0 && m.kind == MEDIA_CONNECTED
        && slice_is(m.protocol, "Call") && slice_is(m.version, "1.0.0")
        && !m.stream_sid.ptr, "connected");
    tap_ok(take(start, &m) == 0 && m.kind == MEDIA_START && m.sequence == 1
        && slice_is(m.stream_sid, MZ) && slice_is(m.account_sid, AC)
        && slice_is(m.call_sid, CA) && m.inbound && !m.outbound
        && json_is(json_get(m.parameters, "order"), "42"), "start");
    tap_ok(take(media, &m) == 0 && m.kind == MEDIA_MEDIA && m.sequence == 2
        && slice_is(m.stream_sid, MZ) && slice_is(m.track, "inbound")
        && m.chunk == 1 && m.timestamp == 155
        && slice_is(m.payload, "//8AfwB/") && !m.escaped, "media");
    tap_ok(take(dtmf, &m) == 0 && m.kind == MEDIA_DTMF && m.sequence == 5
        && slice_is(m.digit, "#") && slice_is(m.track, "inbound_track"),
        "dtmf");
    tap_ok(take(mark, &m) == 0 && m.kind == MEDIA_MARK && m.sequence == 4
        && slice_is(m.mark, "utt-7"), "mark");
    tap_ok(take(stop, &m) == 0 && m.kind == MEDIA_STOP && m.sequence == 378
        && slice_is(m.call_sid, CA) && slice_is(m.account_sid, AC), "stop");
    tap_ok(take("{\"event\":\"whisper\",\"x\":{}}", &m) == 0
        && m.kind == MEDIA_UNKNOWN, "an unknown event is no error");
    tap_ok(take("{\"version\":\"0.2.0\",\"protocol\":\"Call\","
        "\"event\":\"connected\"}", &m) == 0, "the version of 2019");
    tap_ok(take("{\"streamSid\":\"" MZ "\",\"media\":{\"payload\":\"\\/\\/8="
        "\",\"timestamp\":\"0\",\"chunk\":\"18446744073709551615\","
        "\"track\":\"outb\\u006fund\"},\"sequenceNumber\":\"9\","
        "\"event\":\"m\\u0065dia\",\"more\":1}", &m) == 0
        && m.kind == MEDIA_MEDIA && m.escaped && m.chunk == UINT64_MAX
        && slice_is(m.track, "outbound"),
        "another order, more keys, escapes");
    {
        uint8_t mem[32];
        struct buf b;

        buf_over(&b, mem, sizeof mem);
        media_payload(&m, &b);
        tap_is_str(buf_slice(&b), "//8=", "an escaped payload, unescaped");
    }
    tap_is_str(slice_str(media_name(MEDIA_DTMF)), "dtmf", "names");
}

/* Each: a message, what is replaced in it by what, and the field blamed. */
static const struct {
    const char *text, *from, *to, *field;
} wrong[] = {
    {connected, "\"Call\"", "1", "protocol:"},
    {connected, "\"1.0.0\"", "null", "version:"},
    {connected, "\"connected\"", "7", "event:"},
    {connected, "event", "even", "event:"},
    {start, "\"sequenceNumber\":\"1\"", "\"sequenceNumber\":1",
        "sequenceNumber:"},
    {start, "\"sequenceNumber\":\"1\"", "\"sequenceNumber\":\"-1\"",
        "sequenceNumber:"},
    {start, "\"sequenceNumber\":\"1\",", "", "sequenceNumber:"},
    {start, ",\"streamSid\":\"" MZ "\"}", "}", "streamSid:"},
    {start, "\"streamSid\":\"" MZ "\",\"callSid\"",
        "\"streamSid\":\"MZf123456789abcdef0123456789abcdef\",\"callSid\"",
        "start.streamSid:"},
    {start, "\"streamSid\":\"" MZ "\",\"callSid\"", "\"callSid\"",
        "start.streamSid:"},
    {start, AC, CA, "start.accountSid:"},
    {start, CA, "CA1", "start.callSid:"},
    {start, CA, "CA0000000000000000000000000000\\n01", "start.callSid:"},
    {start, "\"callSid\"", "\"call_sid\"", "start.callSid:"},
    {start, "[\"inbound\"]", "[]", "start.tracks:"},
    {start, "[\"inbound\"]", "[\"inbound_track\"]", "start.tracks:"},
    {start, "[\"inbound\"]", "\"inbound\"", "start.tracks:"},
    {start, "[\"inbound\"]", "[1]", "start.tracks:"},
    {start, "audio/x-mulaw", "audio/x-alaw", "start.mediaFormat.encoding:"},
    {start, "8000", "16000", "start.mediaFormat.sampleRate:"},
    {start, "8000", "\"8000\"", "start.mediaFormat.sampleRate:"},
    {start, "\"channels\":1", "\"channels\":2",
        "start.mediaFormat.channels:"},
    {start, "{\"order\":\"42\"}", "[]", "start.customParameters:"},
    {start, "{\"order\":\"42\"}", "{\"order\":42}",
        "start.customParameters:"},
    {start, ",\"customParameters\":{\"order\":\"42\"}", "",
        "start.customParameters:"},
    {start, "\"start\":{", "\"strt\":{", "start:"},
    {media, MZ, "MZ", "streamSid:"},
    {media, MZ, AC, "streamSid:"},
    {media, MZ, "MZ0123456789abcdef0123456789abcdef0", "streamSid:"},
    {media, MZ, "MZ0123456789abcdef0123456789abcde\\u0066", "streamSid:"},
    {media, "\"streamSid\"", "\"stream_sid\"", "streamSid:"},
    {media, "\"inbound\"", "\"inbound_track\"", "media.track:"},
    {media, "\"track\"", "\"trak\"", "media.track:"},
    {media, "\"chunk\":\"1\"", "\"chunk\":1", "media.chunk:"},
    {media, "\"155\"", "\"155 \"", "media.timestamp:"},
    {media, "\"155\"", "\"99999999999999999999\"", "media.timestamp:"},
    {media, "\"//8AfwB/\"", "[]", "media.payload:"},
    {media, "\"payload\"", "\"Payload\"", "media.payload:"},
    {media, "\"media\":{", "\"medium\":{", "media.track:"},
    {dtmf, "\"#\"", "\"\"", "dtmf.digit:"},
    {dtmf, "\"#\"", "\"12\"", "dtmf.digit:"},
    {dtmf, "\"#\"", "\"E\"", "dtmf.digit:"},
    {dtmf, "\"#\"", "1", "dtmf.digit:"},
    {dtmf, "\"inbound_track\"", "[]", "dtmf.track:"},
    {mark, "\"utt-7\"", "7", "mark.name:"},
    {mark, "{\"name\":\"utt-7\"}", "\"utt-7\"", "mark.name:"},
    {stop, CA, AC, "stop.callSid:"},
    {stop, AC, CA, "stop.accountSid:"},
    {stop, "\"stop\":{", "\"sotp\":{", "stop.accountSid:"},
};

static void refusals(void)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *at = strstr(wrong[i].text, wrong[i].from), *why = "";
        char text[1000];
        struct media m = {.sequence = 9};

        if (!at)
            abort();
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - wrong[i].text),
            wrong[i].text, wrong[i].to, at + strlen(wrong[i].from));
        if (media_read(guard_in(slice_str(text)), &m, &why) == -1
            && strncmp(why, wrong[i].field, strlen(wrong[i].field)) == 0
            && m.kind == MEDIA_UNKNOWN && !m.stream_sid.ptr)
            continue;
        bad++;
        printf("#   %s\n#     blames %s, not %s\n", text, why,
            wrong[i].field);
    }
    tap_is_int(bad, 0, "bad shapes, and the field that is blamed");
}

static void prefixes(void)
{
    static const char *const all[] = {connected, start, media, dtmf, mark,
        stop};
    int bad = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t n = 0; n < strlen(all[i]); n++) {
            struct media m;
            const char *why = NULL;

            if (media_read(guard_in(slice_of(all[i], n)), &m, &why) != -1
                || !why || m.at != n)
                bad++;
        }
    tap_is_int(bad, 0, "no prefix is a message");
}

static void writers(void)
{
    uint8_t mem[400];
    char head[MEDIA_HEAD_MAX];
    struct buf b, parts;
    size_t n;

    buf_over(&b, mem, 200);
    media_write(&b, SLICE(MZ), SLICE("//8AfwB/"));
    tap_is_str(buf_slice(&b), "{\"event\":\"media\",\"streamSid\":\"" MZ
        "\",\"media\":{\"payload\":\"//8AfwB/\"}}", "media");
    n = media_head(head, sizeof head, SLICE(MZ));
    buf_over(&parts, mem + 200, 200);
    buf_add(&parts, slice_of(head, n));
    buf_adds(&parts, "//8AfwB/");
    buf_add(&parts, MEDIA_TAIL);
    tap_is(buf_slice(&parts), buf_slice(&b), "in parts it is the same");
    tap_is_int((int64_t)media_head(head, n - 1, SLICE(MZ)), 0, "no room");
    tap_is_int((int64_t)media_head(head, n, SLICE(MZ)), (int64_t)n, "room");
    tap_is_int((int64_t)media_head(head, sizeof head, SLICE("MZ\"")), 0,
        "no streamSid");
    buf_clear(&b);
    media_write_mark(&b, SLICE(MZ), SLICE("utt-7"));
    tap_is_str(buf_slice(&b), "{\"event\":\"mark\",\"streamSid\":\"" MZ
        "\",\"mark\":{\"name\":\"utt-7\"}}", "mark");
    buf_clear(&b);
    media_write_mark(&b, SLICE(MZ), SLICE("a\"\n"));
    tap_is_str(buf_slice(&b), "{\"event\":\"mark\",\"streamSid\":\"" MZ
        "\",\"mark\":{\"name\":\"a\\\"\\n\"}}", "a mark with odd bytes");
    buf_clear(&b);
    media_write_clear(&b, SLICE(MZ));
    tap_is_str(buf_slice(&b), "{\"event\":\"clear\",\"streamSid\":\"" MZ
        "\"}", "clear");
    buf_over(&b, mem, 20);
    media_write_clear(&b, SLICE(MZ));
    tap_ok(!buf_ok(&b), "a full buf is seen");
}

int main(void)
{
    shapes();
    refusals();
    prefixes();
    writers();
    return tap_done();
}
