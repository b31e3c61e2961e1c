/* stream_parts_test.c - the parts of Twilio's side of a stream, one by one. */
#include "app/stream_impl.h"

#include <string.h>

#include "app/conf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "codec/g711.h"
#include "codec/tones.h"
#include "codec/wav.h"
#include "tests/tap.h"

/* ---- WAV files ---- */

static void put(struct buf *b, uint32_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        buf_addc(b, (uint8_t)(n >> 8 * i));
}

static struct slice wav_of(struct buf *b, unsigned format, unsigned channels,
    unsigned rate, unsigned bits, struct slice data)
{
    buf_clear(b);
    buf_adds(b, "RIFF");
    put(b, (uint32_t)(36 + data.len), 4);
    buf_adds(b, "WAVEfmt ");
    put(b, 16, 4);
    put(b, format, 2);
    put(b, channels, 2);
    put(b, rate, 4);
    put(b, rate * channels * bits / 8, 4);
    put(b, channels * bits / 8, 2);
    put(b, bits, 2);
    buf_adds(b, "data");
    put(b, (uint32_t)data.len, 4);
    buf_add(b, data);
    return buf_slice(b);
}

static void is_wav(struct slice file, const int16_t *want, size_t n,
    const char *what)
{
    uint8_t mu[64];
    struct buf out;
    struct err err = {0};

    buf_init(&out, 1000);
    g711_encode_all(mu, want, n);
    if (stream_wav(&out, file, &err))
        printf("#   %s\n", err.msg);
    tap_is(buf_slice(&out), slice_of(mu, n), what);
    buf_free(&out);
}

static void test_wav_samples(void)
{
    static const uint8_t wide[] = {0xe8, 3, 0x18, 0xfc, 0xff, 0x7f, 0, 0x80},
        narrow[] = {0, 128, 255};
    struct buf b;
    struct slice pcm = slice_of(wide, sizeof wide);

    buf_init(&b, 4096);
    is_wav(wav_of(&b, WAV_PCM, 1, 8000, 16, pcm),
        (const int16_t[]){1000, -1000, 32767, -32768}, 4, "wav: 16 bits");
    is_wav(wav_of(&b, WAV_PCM, 1, 8000, 8, slice_of(narrow, 3)),
        (const int16_t[]){-32768, 0, 32512}, 3, "wav: 8 bits, unsigned");
    is_wav(wav_of(&b, WAV_PCM, 2, 8000, 16, pcm),
        (const int16_t[]){0, 0}, 2, "wav: two channels become their mean");
    buf_free(&b);
}

/* A tone at any rate, in any format, is the tone that 8 kHz has. */
static void test_wav_rates(void)
{
    static const struct {
        unsigned format, channels, rate, bits;
    } v[] = {{WAV_PCM, 1, 22050, 16}, {WAV_PCM, 2, 44100, 24},
        {WAV_PCM, 6, 48000, 32}, {WAV_PCM, 1, 11025, 8},
        {WAV_FLOAT, 2, 96000, 32}, {WAV_PCM, 1, 4000, 16}};
    struct buf data, file, out;
    struct err err = {0};

    buf_init(&data, 4 << 20);
    buf_init(&file, 5 << 20);
    buf_init(&out, 100000);
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct tone t = {.step = (uint32_t)((UINT64_C(500) << 32)
            / v[i].rate)};
        struct tone same = {.step = tone_step(500)};
        int worst = 0;

        buf_clear(&data);
        buf_clear(&out);
        for (unsigned k = 0; k < v[i].rate; k++) {
            int32_t x = tone_next(&t, 16000);

            for (unsigned c = 0; c < v[i].channels; c++) {
                float f = (float)x / 32768;
                uint32_t bits;

                memcpy(&bits, &f, sizeof bits);
                if (v[i].format == WAV_PCM)
                    bits = v[i].bits == 8 ? (uint32_t)(x / 256 + 128)
                        : (uint32_t)x << (v[i].bits - 16);
                put(&data, bits, v[i].bits / 8);
            }
        }
        wav_of(&file, v[i].format, v[i].channels, v[i].rate, v[i].bits,
            buf_slice(&data));
        if (stream_wav(&out, buf_slice(&file), &err))
            printf("#   %s\n", err.msg);
        for (size_t k = 0; k < out.len; k++) {
            int off = g711_decode(out.ptr[k]) - tone_next(&same, 16000);

            if (k > 400 && k < 7600 && abs(off) > worst)
                worst = abs(off);
        }
        /* mu-law's own step at 16000 is 1024. */
        tap_ok(out.len == 8000 && worst <= (v[i].bits == 8 ? 900 : 640),
            "wav: %u Hz of %u bits, %u channels: at most %d off", v[i].rate,
            v[i].bits, v[i].channels, worst);
    }
    buf_free(&data);
    buf_free(&file);
    buf_free(&out);
}

static void is_tones(const char *spec, size_t bytes, const char *what)
{
    struct buf out;
    struct err err = {0};

    buf_init(&out, STREAM_AUDIO);
    tap_ok(stream_tones(&out, slice_str(spec), &err) == (bytes ? 0 : -1)
        && out.len == bytes && (bytes || err.code == ERR_USAGE), "tones: %s: "
        "%s%s", spec, what, err.msg);
    buf_free(&out);
}

/* How often the sound passes zero upwards: the frequency, roughly. */
static unsigned crossings(struct slice s)
{
    unsigned n = 0;

    for (size_t i = 1; i < s.len; i++)
        n += g711_decode(s.ptr[i - 1]) < 0 && g711_decode(s.ptr[i]) >= 0;
    return n;
}

static void test_tones(void)
{
    struct buf out;
    struct err err = {0};

    is_tones("440", 1600, "200 ms unless said");
    is_tones("440,880:500", 8000, "two of 500 ms");
    is_tones("350+440:1000", 8000, "two at once");
    is_tones("440:20,0:20", 320, "a pause");
    is_tones("440:20,880", 1760, "the last one as usual");
    is_tones("", 0, "");
    is_tones("440,", 0, "");
    is_tones("4000", 0, "");
    is_tones("440+0", 0, "");
    is_tones("1+2+3+4+5", 0, "");
    is_tones("440:0", 0, "");
    is_tones("440:60001", 0, "");
    is_tones("440:1:2", 0, "");
    buf_init(&out, 100000);
    stream_tones(&out, SLICE("440,880:500,0:500"), &err);
    tap_ok(crossings(slice_head(buf_slice(&out), 4000)) - 219 <= 2
        && crossings(slice_head(slice_from(buf_slice(&out), 4000), 4000))
        - 439 <= 2, "tones: they sound as they are called");
    tap_is_int(crossings(slice_from(buf_slice(&out), 8000)), 0,
        "tones: and a pause does not");
    buf_clear(&out);
    buf_addc(&out, 1);
    tap_ok(stream_keys(&out, SLICE("1w#"), &err) == 0 && out.len == 160
        + 1600 + 4000 + 1600, "keys: from the next whole frame on");
    tap_ok(stream_key_frames('1') == 10 && stream_key_frames('w') == 25,
        "keys: how many frames each takes");
    tap_ok(stream_keys(&out, SLICE("1x"), &err) && err.code == ERR_USAGE,
        "keys: %s", err.msg);
    buf_free(&out);
}

static void test_wav_whole(void)
{
    uint8_t all[256];
    struct buf b, out;
    struct err err = {0};
    size_t n = 0;

    for (size_t i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    buf_init(&b, 200000);
    buf_init(&out, 100000);
    stream_wav(&out, wav_of(&b, WAV_MULAW, 1, 8000, 8, slice_of(all, 256)),
        &err);
    tap_is(buf_slice(&out), slice_of(all, 256),
        "wav: mu-law of 8 kHz goes as it stands");
    buf_clear(&out);
    stream_wav(&out, wav_of(&b, WAV_MULAW, 2, 8000, 8, SLICE("\x80\x80\x00"
        "\x80")), &err);
    tap_is(buf_slice(&out), SLICE("\x80\xff"), "wav: mu-law of two channels "
        "is mixed");
    buf_clear(&out);
    buf_room(&out, 88200);
    memset(out.ptr, 0, 88200);
    wav_of(&b, WAV_PCM, 1, 44100, 16, slice_of(out.ptr, 88200));
    stream_wav(&out, buf_slice(&b), &err);
    for (size_t i = 0; i < out.len; i++)
        n += out.ptr[i] == G711_SILENCE;
    tap_ok(out.len == 8000 && n == 8000, "wav: a second of 44.1 kHz is 8000 "
        "bytes");
    buf_clear(&out);
    tap_ok(stream_wav(&out, wav_of(&b, WAV_PCM, 1, 8000, 16, SLICE("")), &err)
        && err.code == ERR_DATA, "wav: without audio it is refused");
    tap_ok(stream_wav(&out, SLICE("RIFX"), &err) && err.code == ERR_DATA,
        "wav: no WAV is refused: %s", err.msg);
    tap_ok(stream_wav(&out, wav_of(&b, WAV_PCM, 1, 1, 8, slice_of(all, 256)),
        &err) && err.code == ERR_DATA && out.len == 0,
        "wav: more audio than fits is refused: %s", err.msg);
    tap_ok(stream_wav(&out, wav_of(&b, WAV_PCM, 1, 99, 8, slice_of(all, 1)),
        &err) && err.code == ERR_DATA && out.len == 0,
        "wav: a rate of 99 Hz is refused: %s", err.msg);
    stream_tones(&out, slice_str(STREAM_TONES), &err);
    n = 0;
    for (size_t i = 0; i + 160 <= out.len; i += 160)
        for (size_t k = i + 160; k + 160 <= out.len; k += 160)
            n += memcmp(out.ptr + i, out.ptr + k, 160) == 0
                && out.ptr[i] != G711_SILENCE;
    tap_ok(out.len == 8000 && n == 0, "tones: one second, no two frames of "
        "sound alike");
    buf_free(&b);
    buf_free(&out);
}

/* ---- the judge ---- */

#define MZ "MZ00000000000000000000000000000001"
#define TO "\"streamSid\":\"" MZ "\""
#define OTHER "\"streamSid\":\"MZ00000000000000000000000000000002\""

static void test_judge(void)
{
    static const struct {
        const char *text;
        enum stream_said_kind kind;
        enum stream_fault fault;
        const char *why;
    } v[] = {
        {"{\"event\":\"media\"," TO ",\"media\":{\"payload\":\"/w==\"}}",
            SAID_MEDIA, 0, ""},
        {"{\"media\":{\"payload\":\"\"}," TO ",\"event\":\"media\"}",
            SAID_MEDIA, 0, ""},
        {"{\"event\":\"mark\"," TO ",\"mark\":{\"name\":\"a\\\"b\"}}",
            SAID_MARK, 0, ""},
        {"{\"\\u0065vent\":\"cl\\u0065ar\"," TO "}", SAID_CLEAR, 0, ""},
        {"", SAID_WRONG, STREAM_NO_JSON, NULL},
        {"[1]", SAID_WRONG, STREAM_NO_JSON, "JSON, but no object"},
        {"{\"event\":\"clear\"," TO "},", SAID_WRONG, STREAM_NO_JSON, NULL},
        {"{}", SAID_WRONG, STREAM_EVENT, "no event that is a string"},
        {"{\"event\":1}", SAID_WRONG, STREAM_EVENT,
            "no event that is a string"},
        {"{\"event\":\"stop\"," TO "}", SAID_WRONG, STREAM_EVENT,
            "unknown event \"stop\""},
        {"{\"event\":\"Media\"," TO "}", SAID_WRONG, STREAM_EVENT,
            "unknown event \"Media\""},
        {"{\"event\":\"clear\"," OTHER "}", SAID_WRONG, STREAM_SID, NULL},
        {"{\"event\":\"clear\"}", SAID_WRONG, STREAM_FIELD,
            "no field \"streamSid\" in clear"},
        {"{\"event\":\"clear\",\"stream_sid\":\"" MZ "\"}", SAID_WRONG,
            STREAM_FIELD,
            "unknown field \"stream_sid\" in clear, and no \"streamSid\""},
        {"{\"event\":\"clear\"," TO ",\"x\":1}", SAID_WRONG, STREAM_FIELD,
            "unknown field \"x\" in clear"},
        {"{\"event\":\"clear\"," TO "," TO "}", SAID_WRONG, STREAM_FIELD,
            "twice the field \"streamSid\" in clear"},
        {"{\"event\":\"clear\",\"streamSid\":7}", SAID_WRONG, STREAM_FIELD,
            "field \"streamSid\" is no string in clear"},
        {"{\"event\":\"mark\"," TO "}", SAID_WRONG, STREAM_FIELD,
            "no field \"mark\" in mark"},
        {"{\"event\":\"mark\"," TO ",\"mark\":\"m\"}", SAID_WRONG,
            STREAM_FIELD, "field \"mark\" is no object in mark"},
        {"{\"event\":\"mark\"," TO ",\"mark\":{}}", SAID_WRONG,
            STREAM_FIELD, "no field \"name\" in mark.mark"},
        {"{\"event\":\"mark\"," TO ",\"mark\":{\"name\":null}}", SAID_WRONG,
            STREAM_FIELD, "field \"name\" is no string in mark.mark"},
        {"{\"event\":\"media\"," TO ",\"media\":{\"payload\":\"\","
            "\"track\":\"outbound\"}}", SAID_WRONG, STREAM_FIELD,
            "unknown field \"track\" in media.media"},
        {"{\"event\":\"media\"," TO ",\"media\":[]}", SAID_WRONG,
            STREAM_FIELD, "field \"media\" is no object in media"},
        {"{\"event\":\"\xc2\x9b\"," TO "}", SAID_WRONG, STREAM_EVENT,
            "unknown event \"??\""},
    };
    struct stream_said said;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        stream_judge(slice_str(v[i].text), SLICE(MZ), &said);
        if (!tap_ok(said.kind == v[i].kind && (said.kind != SAID_WRONG
            || said.fault == v[i].fault) && (!v[i].why
            || strcmp(said.why, v[i].why) == 0), "judge: %s", v[i].text))
            printf("#   kind %d fault %d: %s\n", said.kind, said.fault,
                said.why);
    }
    stream_judge(slice_str(v[2].text), SLICE(MZ), &said);
    tap_is_str(said.mark, "a\\\"b", "judge: the mark's name is raw");
}

/* ---- the clock ---- */

static char reached[256];

static void on_reached(void *arg, struct slice name)
{
    size_t n = strlen(reached);

    (void)arg;
    snprintf(reached + n, sizeof reached - n, "%.*s,", SLICE_ARG(name));
}

static void test_play(void)
{
    struct play p;

    play_init(&p, on_reached, NULL);
    play_mark(&p, 1000, SLICE("idle"));
    tap_is_str(slice_str(reached), "idle,", "play: with nothing queued a mark "
        "is reached at once");
    reached[0] = 0;
    play_audio(&p, 1000, 800);
    play_mark(&p, 1000, SLICE("a"));
    play_audio(&p, 1050, 801);
    play_mark(&p, 1050, SLICE("b"));
    play_mark(&p, 1060, SLICE("c"));
    tap_is_int(play_run(&p, 1099), 1100, "play: the first is due when what "
        "stood before it is played");
    tap_is_int(play_run(&p, 1100), 1201, "play: a part of a ms is a ms");
    tap_is_str(slice_str(reached), "a,", "play: and not before");
    tap_is_int((int64_t)play_clear(&p, 1150), 401, "play: clear says what was "
        "not played");
    tap_is_str(slice_str(reached), "a,b,c,", "play: clear returns all marks "
        "in order");
    tap_is_int(play_run(&p, 1150), -1, "play: nothing waits then");
    play_audio(&p, 5000, 8);
    play_mark(&p, 5000, SLICE("d"));
    tap_is_int(play_run(&p, 5000), 5001, "play: after a gap time counts from "
        "the new audio");
    tap_ok(play_audio(&p, 5000, PLAY_MAX - 8) && !play_audio(&p, 5000, 1)
        && play_audio(&p, 5001, 8), "play: ten minutes and not a byte more");
    for (size_t i = 1; i < PLAY_MARKS; i++)
        play_mark(&p, 5000, SLICE("x"));
    tap_ok(!play_mark(&p, 5000, SLICE("y")) && p.waiting == PLAY_MARKS,
        "play: %d marks and no more", PLAY_MARKS);
    play_fini(&p);
    tap_is_int((int64_t)p.waiting, 0, "play: none is left");
}

static void test_trips(void)
{
    struct trips *t = mem_new(sizeof *t);
    struct stream_trip out;
    uint8_t frame[160];

    for (int i = 0; i < 100; i++) {
        memset(frame, i, sizeof frame);
        trips_sent(t, slice_of(frame, sizeof frame), i * 20000);
        memset(frame, i < 2 ? 77 : i, sizeof frame);    /* two get lost */
        trips_audio(t, slice_of(frame, sizeof frame), i * 20000 + 10 * i);
        trips_mark(t, i * 20000 + 10 * i + 5);
    }
    trips_count(&t->echo, &out);
    tap_ok(out.count == 98 && out.p50 == 500 && out.p99 == 990,
        "trips: %zu, p50 %u, p99 %u", out.count, out.p50, out.p99);
    trips_count(&t->mark, &out);
    tap_ok(out.count == 98 && out.p50 == 505, "trips: to the mark behind");
    memset(frame, G711_SILENCE, sizeof frame);
    trips_sent(t, slice_of(frame, sizeof frame), 0);
    trips_audio(t, slice_of(frame, sizeof frame), 9);
    trips_mark(t, 9);
    tap_is_int((int64_t)t->echo.count, 98, "trips: silence is not known "
        "again");
    tap_is_int((int64_t)t->mark.count, 98, "trips: nor is its mark");
    mem_drop(t);
}

/* ---- URLs and TwiML ---- */

static void test_urls(void)
{
    static const struct {
        const char *base, *url;
        bool socket;
        const char *want;       /* NULL: refused */
    } v[] = {
        {"https://example.com", "http://127.0.0.1:8080/twiml?call_id=7",
            false, "https://example.com/twiml?call_id=7"},
        {"https://example.com", "ws://127.0.0.1:8080/media-stream?a=1", true,
            "wss://example.com/media-stream"},
        {"https://example.com:8443/x", "ws://[::1]/y#z", true,
            "wss://example.com:8443/x/y"},
        {"", "http://Host:80/a?b#c", false, "http://Host/a?b"},
        {"", "http://host", true, "ws://host"},
        {"", "https://host:444/", true, "wss://host:444/"},
        {"", "ftp://host/", true, NULL},
        {"", "ws://host/a b", true, NULL},
    };
    uint8_t mem[200];
    struct buf b;
    struct err err;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        int r;

        buf_over(&b, mem, sizeof mem);
        r = stream_known(&b, v[i].base, slice_str(v[i].url), v[i].socket,
            &err);
        if (v[i].want)
            tap_is_str(buf_slice(&b), v[i].want, v[i].url);
        else
            tap_ok(r == -1 && err.code == ERR_DATA, "%s: %s", v[i].url,
                err.msg);
    }
    buf_over(&b, mem, sizeof mem);
    stream_over(&b, SLICE("http://127.0.0.1:8080/twiml"),
        SLICE("wss://example.com/ms/abc?x"), &err);
    tap_is_str(buf_slice(&b), "ws://127.0.0.1:8080/ms/abc",
        "urls: the stream is reached where the TwiML came from");
    tap_ok(stream_near(SLICE("http://127.0.0.1:1/")) && stream_near(
        SLICE("http://localhost/")) && stream_near(SLICE("ws://10.1.2.3/"))
        && !stream_near(SLICE("https://127.0.0.1/"))
        && !stream_near(SLICE("http://example.com/")),
        "urls: what is the end of a tunnel");
}

#define CONNECT(url, more) "<Response><Connect><Stream url=\"" url "\">" \
    more "</Stream></Connect></Response>"

static void test_script_good(void)
{
    static const char doc[] = "<?xml version=\"1.0\"?><Response><Say>hi</Say>"
        "<Connect><Stream url=\"wss://e.x/&#x6d;s\"><Parameter name=\"a&amp;"
        "\" value=\"&lt;1\"/><Parameter name=\"b\" value=\"\"/><Parameter "
        "name=\"b\" value=\"2\"/></Stream></Connect><Hangup/></Response>";
    static const struct {
        const char *url, *want;
    } v[] = {
        {CONNECT("/ms", ""), "wss://e.x/ms"},
        {CONNECT("ms", ""), "wss://e.x/a/ms"},
        {"<Response><Connect><Stream url=\"/1\"/><Stream url=\"/2\"/>"
            "</Connect></Response>", "wss://e.x/1"},
        {CONNECT("//f.x/ms", ""), "wss://f.x/ms"},
    };
    struct stream_script s = {.params = 0};
    struct err err = {0};

    if (stream_script_read(&s, slice_str(doc), SLICE("https://e.x/"), NULL,
        NULL, &err))
        printf("#   %s\n", err.msg);
    tap_is_str(s.url, "wss://e.x/ms", "script: the stream's URL, decoded");
    tap_ok(s.params == 2 && slice_is(s.param[0].name, "a&")
        && slice_is(s.param[0].value, "<1") && slice_is(s.param[1].value,
        "2"), "script: parameters, decoded, the last of a name");
    stream_script_free(&s);
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        memset(&s, 0, sizeof s);
        stream_script_read(&s, slice_str(v[i].url), SLICE("https://e.x/a/b?c"
            "=/"), NULL, NULL, &err);
        tap_is_str(s.url, v[i].want, v[i].url);
        stream_script_free(&s);
    }
}

static char found[512];

static void on_finding(void *arg, const char *line)
{
    (void)arg;
    snprintf(found, sizeof found, "%s", line);
}

static void test_script_bad(void)
{
    static const struct {
        const char *doc;
        int number;
    } v[] = {
        {"<Response><Connect><Stream url=\"wss://e.x/\" "
            "track=\"both_tracks\"/></Connect></Response>", 31941},
        {CONNECT("wss://e.x/?a=1", ""), 31920},
        {CONNECT("ws://e.x/", ""), 31922},
        {"<html></html>", 12102},
        {" <?xml version=\"1.0\"?><Response/>", 12100},
        {"<Response><Hangup/></Response>", 0},
        {"<Response><Connect><Room>r</Room></Connect><Start><Stream "
            "url=\"wss://e.x/\"/></Start><Pause/></Response>", 0},
        {"<Response><Start><Stream url=\"wss://e.x/\"/></Start>"
            "<Pause length=\"9\"/></Response>", 0},
    };
    struct err err;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct stream_script s = {.params = 0};
        char number[16];
        int r;

        memset(&err, 0, sizeof err);
        found[0] = 0;
        r = stream_script_read(&s, slice_str(v[i].doc), SLICE("http://h/"),
            on_finding, NULL, &err);
        snprintf(number, sizeof number, "%d", v[i].number);
        tap_ok(r == -1 && err.code == ERR_PROTO && err.sys == v[i].number
            && (!v[i].number || (strstr(err.msg, number)
            && strstr(found, number))), "script: %s: %s", v[i].doc, err.msg);
        stream_script_free(&s);
    }
}

/* ---- the command line ---- */

static void test_usage(void)
{
    static char *const v[][5] = {
        {"stream"}, {"stream", "--wav"}, {"stream", "ws://h", "ws://i"},
        {"stream", "ws://h", "--loud"}, {"stream", "ws://h", "--seconds=x"},
        {"stream", "ws://h", "--seconds", "3601"},
        {"stream", "ws://h", "--param", "token"},
        {"stream", "ws://h", "--faults", "lost,none"},
        {"stream", "ws://h", "--seed", "x"},
        {"stream", "ws://h", "--wav=-", "--tones=1"},
        {"stream", "ws://h", "--tones", "loud"},
        {"stream", "ws://h", "--dtmf", "Z"},
        {"stream", "ws://h", "--param", "=x"},
    };
    static struct conf conf;
    char *bad[] = {"stream", "ftp://h", "--seconds", "0"};
    char *file[] = {"stream", "ws://h", "--wav", "/nonexistent/a.wav"};
    char *both[] = {"stream", "--twiml=http://h/t", "ws://h/path"};

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        char *argv[5];
        int argc = 0;

        while (argc < 5 && v[i][argc]) {
            argv[argc] = v[i][argc];
            argc++;
        }
        tap_is_int(cmd_stream(&conf, argc, argv), 64, argc > 2 ? argv[2]
            : "usage: no URL");
    }
    tap_is_int(cmd_stream(&conf, 4, bad), 65, "usage: another scheme is bad "
        "data");
    tap_is_int(cmd_stream(&conf, 4, file), 74, "usage: no such file");
    tap_is_int(cmd_stream(&conf, 3, both), 65, "usage: beside --twiml a URL "
        "has no path");
}

int main(void)
{
    rand_seed_number(7);
    test_wav_samples();
    test_wav_rates();
    test_tones();
    test_wav_whole();
    test_judge();
    test_play();
    test_trips();
    test_urls();
    test_script_good();
    test_script_bad();
    test_usage();
    return tap_done();
}
