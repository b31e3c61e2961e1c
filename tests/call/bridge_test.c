/* bridge_test.c - the audio of one call, between a raw Twilio and a raw model.
 *
 * Both peers only write and keep bytes; far (of frames.h) is the model.
 */
#include "call/bridge.h"

#include "codec/g711.h"
#include "tests/net/frames.h"

#define SID "MZ0123456789abcdef0123456789abcdef"
#define FRAME_CHARS 216
#define FRAME_BYTES 162
#define ROOM ((size_t)1 << 16)

static struct listener *streams, *models;
static struct raw twilio;
static struct side stream_side;
static struct bridge bridge;
static struct voice voice;
static char audio[6000], frame[FRAME_CHARS + 1], text[8000], delta[8000];

/* ---- what call/session and call/talk do with a message ---- */

static void on_stream(struct wsconn *w, void *arg, bool is_text,
    struct slice message)
{
    struct side *s = arg;
    struct media m;
    const char *why = "binary";

    (void)w;
    s->messages++;
    if (!is_text || media_read(message, &m, &why))
        printf("Bail out! %s\n", why);
    else if (m.kind == MEDIA_MEDIA)
        bridge_media(&bridge, &m);
    else if (m.kind == MEDIA_MARK)
        bridge_mark(&bridge, m.mark, sys_now());
}

static void on_model(struct wsconn *w, void *arg, bool is_text,
    struct slice message)
{
    struct side *s = arg;
    struct voice_event ev;
    const char *why = "binary";

    (void)w;
    s->messages++;
    if (!is_text || voice_read(&voice_ga, message, &ev, &why))
        printf("Bail out! %s\n", why);
    else if (ev.kind == VOICE_AUDIO)
        bridge_audio(&bridge, &ev, sys_now());
}

static const struct wsconn_ops stream_ops = {
    .name = "stream", .on_message = on_stream, .on_close = on_close,
};
static const struct wsconn_ops model_ops = {
    .name = "model", .on_open = on_open, .on_message = on_model,
    .on_close = on_close,
};

/* ---- the two peers ---- */

static void accept_stream(struct conn *c, void *arg)
{
    (void)arg;
    stream_side.w = wsconn_accept(c, &stream_ops, &stream_side, MAX_MESSAGE);
}

static void connect_model(void)
{
    struct wsconn_target target = {.timeout = 8000,
        .max_message = MAX_MESSAGE};
    char url[64], accept[WS_ACCEPT_LEN + 1];
    struct slice head;
    struct err err;
    size_t at;

    side_clear();
    far.c = NULL;
    snprintf(url, sizeof url, "ws://127.0.0.1:%d/", listener_port(models));
    target.url = slice_str(url);
    us.w = wsconn_dial(rig_loop, NULL, NULL, &target, &model_ops, &us, &err);
    RIG_UNTIL(far.c && slice_ends(buf_slice(&far.in), "\r\n\r\n"));
    head = buf_slice(&far.in);
    at = slice_find(head, SLICE("Sec-WebSocket-Key: "));
    ws_accept(accept, slice_head(slice_from(head, at + 19), 24));
    raw_says(&far, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    raw_says(&far, accept);
    raw_says(&far, "\r\n\r\n");
    RIG_UNTIL(us.opens);
    buf_clear(&far.in);
}

static void begin(void)
{
    stream_side = (struct side){.echo = false};
    raw_dial(&twilio, listener_port(streams));
    RIG_UNTIL(stream_side.w);
    connect_model();
    memset(&bridge, 0, sizeof bridge);
    voice = (struct voice){.dialect = &voice_ga};
    bridge.voice = &voice;
    bridge.model = us.w;
    bridge.joined = true;
    bridge_open(&bridge, stream_side.w, SLICE(SID));
    buf_room(&twilio.in, ROOM);         /* what it keeps needs no memory */
    buf_room(&far.in, ROOM);
}

static void finish(void)
{
    end();
    raw_drop(&twilio);
    RIG_UNTIL(!stream_side.w);
}

/* A media message as Twilio sends it. */
static void twilio_says(const char *payload)
{
    static uint8_t mem[8000];
    struct buf b;

    snprintf(text, sizeof text, "{\"event\":\"media\",\"sequenceNumber\":\"4\","
        "\"media\":{\"track\":\"inbound\",\"chunk\":\"2\",\"timestamp\":\"20\","
        "\"payload\":\"%s\"},\"streamSid\":\"" SID "\"}", payload);
    buf_over(&b, mem, sizeof mem);
    add_frame(&b, 0x81, true, slice_str(text));
    raw_send(&twilio, buf_slice(&b));
}

static void twilio_echoes(const char *mark)
{
    uint8_t mem[300];
    struct buf b;

    snprintf(text, sizeof text, "{\"event\":\"mark\",\"sequenceNumber\":\"5\","
        "\"streamSid\":\"" SID "\",\"mark\":{\"name\":\"%s\"}}", mark);
    buf_over(&b, mem, sizeof mem);
    add_frame(&b, 0x81, true, slice_str(text));
    raw_send(&twilio, buf_slice(&b));
    RIG_UNTIL(twilio.closed || bridge.played.marks == 0);
}

static void model_says(const char *item, const char *payload)
{
    static uint8_t mem[8000];
    struct buf b;

    snprintf(delta, sizeof delta, "{\"type\":\"response.output_audio.delta\","
        "\"event_id\":\"event_1\",\"response_id\":\"resp_1\",\"item_id\":"
        "\"%s\",\"output_index\":0,\"content_index\":0,\"delta\":\"%s\"}",
        item, payload);
    buf_over(&b, mem, sizeof mem);
    add_frame(&b, 0x81, false, slice_str(delta));
    raw_send(&far, buf_slice(&b));
}

/* Random letters of base64, never the same frame twice. */
static void fresh(char *to, size_t chars)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
        "mnopqrstuvwxyz0123456789+/";
    static uint64_t seed = 88172645463325252;

    for (size_t i = 0; i < chars; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        to[i] = letters[seed % 64];
    }
    to[chars] = 0;
}

static bool model_hears(uint64_t number, const char *payload)
{
    static char want[8000];

    snprintf(want, sizeof want, "{\"type\":\"input_audio_buffer.append\","
        "\"event_id\":\"c%llu\",\"audio\":\"%s\"}",
        (unsigned long long)number, payload);
    return next_is(0x81, true, slice_str(want));
}

/* The next frame at Twilio is that text; unmasked, as a server sends. */
static bool twilio_hears(const char *want)
{
    struct buf out;
    int first = 0;
    bool masked = false, here = false, good;

    buf_init(&out, 1u << 20);
    RIG_UNTIL((here = take_frame(&twilio.in, &first, &masked, &out))
        || twilio.closed);
    good = here && first == 0x81 && !masked
        && slice_is(buf_slice(&out), want);
    if (!good) {
        tap_show("got ", buf_slice(&out));
        tap_show("want", slice_str(want));
    }
    buf_free(&out);
    return good;
}

static bool twilio_plays(const char *payload, size_t chars, const char *mark)
{
    static char want[8000];
    bool good;

    snprintf(want, sizeof want, "{\"event\":\"media\",\"streamSid\":\"" SID
        "\",\"media\":{\"payload\":\"%.*s\"}}", (int)chars, payload);
    good = twilio_hears(want);
    snprintf(want, sizeof want, "{\"event\":\"mark\",\"streamSid\":\"" SID
        "\",\"mark\":{\"name\":\"%s\"}}", mark);
    return good & twilio_hears(want);
}

/* ---- tests ---- */

static void test_up(void)
{
    begin();
    fresh(frame, FRAME_CHARS);
    twilio_says(frame);
    tap_ok(model_hears(1, frame), "their audio, letter by letter");
    twilio_says("\\/\\/\\u002bw==");
    tap_ok(model_hears(2, "//+w=="), "escapes are undone");
    twilio_says("");
    twilio_says("/w==");
    RIG_UNTIL(stream_side.messages == 4);
    tap_ok(bridge.frames_up >= 3 && bridge.dropped == 0, "counted");
    twilio_says("\\\",\\\"type\\\":\\\"session.update");
    twilio_says(frame);
    RIG_UNTIL(stream_side.messages == 6);
    tap_ok(model_hears(3, "") && model_hears(4, "/w==")
        && model_hears(6, frame) && bridge.dropped == 1,
        "a payload that would end its string is none");
    bridge.dropped = 0;
    bridge.joined = false;
    twilio_says(frame);
    RIG_UNTIL(stream_side.messages == 7);
    bridge_lose_model(&bridge);
    twilio_says(frame);
    RIG_UNTIL(stream_side.messages == 8);
    tap_is_int((int64_t)bridge.dropped, 2,
        "before the session is configured and without a model it is dropped");
    finish();
}

static void test_down(void)
{
    struct sys_counts before;

    begin();
    fresh(frame, FRAME_CHARS);
    before = sys_counts();
    model_says("item_1", frame);
    RIG_UNTIL(twilio.in.len > FRAME_CHARS);
    tap_is_int((int64_t)(sys_counts().writes - before.writes), 2,
        "media and mark leave in one write (the other is the model's)");
    tap_ok(twilio_plays(frame, FRAME_CHARS, "g0.1"),
        "the model's audio, letter by letter, and its mark");
    tap_ok(twilio.in.len == 0, "and nothing else");
    tap_ok(!played_done(&bridge.played, sys_now()), "it plays");
    twilio_echoes("g0.1");
    tap_ok(played_done(&bridge.played, sys_now()), "the echo: it was heard");

    fresh(audio, 1920 * 2 + 40);
    before = sys_counts();
    model_says("item_1", audio);
    RIG_UNTIL(twilio.in.len > 1920 * 2 + 40 + 3 * 100);
    tap_is_int((int64_t)(sys_counts().writes - before.writes), 2,
        "a long one leaves in one write too");
    tap_ok(twilio_plays(audio, 1920, "g0.2")
        && twilio_plays(audio + 1920, 1920, "g0.3")
        && twilio_plays(audio + 3840, 40, "g0.4"),
        "in pieces, each with its mark");
    tap_is_int((int64_t)bridge.played.sent, FRAME_BYTES + 2 * 1440 + 30,
        "every byte counted");
    model_says("item_2", "\\/w==");
    tap_ok(twilio_plays("/w==", 4, "g0.5"), "escapes are undone");
    tap_is_int((int64_t)bridge.played.sent, FRAME_BYTES + 2 * 1440 + 30 + 1,
        "before the bytes are counted");
    tap_is_int((int64_t)bridge.frames_down, 5, "counted");
    finish();
}

/* How audio passes, for minutes: no memory, one write a frame. */
static void test_cost(void)
{
    uint64_t blocks;
    struct sys_counts before, after;
    size_t bad = 0;
    char mark[PLAYED_NAME];

    begin();
    for (int i = 0; i < 3; i++) {
        twilio_says(frame);
        model_says("item_1", frame);
        RIG_UNTIL(us.messages == i + 1 && stream_side.messages == i + 1);
        rig_settle();
    }
    buf_clear(&twilio.in);
    buf_clear(&far.in);
    blocks = mem_count();
    before = sys_counts();
    for (int i = 0; i < 1000; i++) {
        fresh(frame, FRAME_CHARS);
        twilio_says(frame);
        RIG_UNTIL(far.in.len > FRAME_CHARS);
        bad += slice_find(buf_slice(&far.in), SLICE("\x81\xfe")) != 0;
        buf_clear(&far.in);
    }
    after = sys_counts();
    tap_ok(bad == 0 && bridge.frames_up == 1003 && !bridge.dropped,
        "1,000 frames up");
    tap_is_int((int64_t)(after.writes - before.writes), 2000,
        "one write of ours each");
    tap_is_int((int64_t)(mem_count() - blocks), 0, "nothing is allocated");
    blocks = mem_count();
    before = sys_counts();
    for (int i = 0; i < 1000; i++) {
        fresh(frame, FRAME_CHARS);
        model_says("item_1", frame);
        RIG_UNTIL(twilio.in.len > FRAME_CHARS + 100);
        bad += slice_find(buf_slice(&twilio.in), slice_str(frame))
            == SLICE_NPOS;
        bad += slice_find(buf_slice(&twilio.in), SLICE("\"mark\"}"))
            != SLICE_NPOS;
        buf_clear(&twilio.in);
        /* The echo comes while the next is on its way. */
        text_fmt(mark, sizeof mark, "g0.%u", bridge.played.number);
        bridge_mark(&bridge, slice_str(mark), sys_now());
    }
    after = sys_counts();
    tap_ok(bad == 0 && bridge.frames_down == 1003 && !bridge.dropped,
        "1,000 frames down");
    tap_is_int((int64_t)(after.writes - before.writes), 2000,
        "one write of ours each");
    tap_is_int((int64_t)(mem_count() - blocks), 0, "nothing is allocated");
    tap_ok(played_done(&bridge.played, sys_now()), "all of it heard");
    finish();
}

static void test_interrupt(void)
{
    struct played_cut cut[PLAYED_ITEMS];
    struct sys_counts before;
    size_t n;

    begin();
    fresh(audio, 3840);
    model_says("item_1", audio);        /* 360 ms */
    RIG_UNTIL(twilio.in.len > 3840 + 2 * 100);
    buf_clear(&twilio.in);
    rig_wait(100);
    before = sys_counts();
    n = bridge_interrupt(&bridge, SLICE("resp_1"), sys_now(), cut);
    tap_ok(n == 1 && !strcmp(cut[0].id, "item_1") && cut[0].heard_ms >= 100
        && cut[0].heard_ms < 360, "they interrupt: %d ms were heard",
        (int)cut[0].heard_ms);
    tap_ok(twilio_hears("{\"event\":\"clear\",\"streamSid\":\"" SID "\"}"),
        "Twilio is told to clear");
    tap_is_int((int64_t)(sys_counts().writes - before.writes), 1,
        "at once");
    tap_is_str(slice_str(bridge.muted), "resp_1", "the response is muted");
    tap_ok(played_done(&bridge.played, sys_now()), "nothing more is awaited");
    tap_is_int((int64_t)bridge_interrupt(&bridge, SLICE("resp_2"), sys_now(),
        cut), 0, "nothing was playing:");
    rig_settle();
    tap_ok(twilio.in.len == 0, "no clear is sent");
    tap_is_str(slice_str(bridge.muted), "resp_2", "but it is muted");
    bridge_interrupt(&bridge, SLICE(""), sys_now(), cut);
    tap_is_str(slice_str(bridge.muted), "resp_2", "no response, none muted");
    model_says("item_3", "/w==");
    tap_ok(twilio_plays("/w==", 4, "g1.3"), "then a new generation of marks");
    bridge.stream = NULL;
    tap_is_int((int64_t)bridge_interrupt(&bridge, SLICE("resp_3"), sys_now(),
        cut), 0, "without a stream there is nothing to interrupt");
    model_says("item_3", "/w==");
    RIG_UNTIL(us.messages == 3);
    tap_is_int((int64_t)bridge.played.sent, 1, "nor to say");
    finish();
}

/* A Twilio that does not read: what finds no room is dropped and not counted
 * as sent; the bridge does not grow. */
static void test_full(void)
{
    uint64_t sent, told = 0;

    begin();
    fresh(audio, 1920);
    conn_pause(twilio.c, true);
    for (int i = 0; i < 20000 && !bridge.dropped; i++) {
        struct voice_event ev = {.kind = VOICE_AUDIO, .item = SLICE("item_1"),
            .text = {.type = JSON_STRING, .text = slice_str(audio)}};

        told += bridge_audio(&bridge, &ev, sys_now());
        if (i % 100 == 0)
            rig_settle();
    }
    sent = bridge.played.sent;
    tap_ok(bridge.dropped == 1 && sent == bridge.frames_down * 1440
        && told == sent
        && wsconn_queued(bridge.stream) <= LIMIT_WS_QUEUE,
        "a full queue drops audio: %d pieces had gone",
        (int)bridge.frames_down);
    finish();
}

static void test_disown(void)
{
    begin();
    bridge_disown(us.w, false);
    bridge_disown(stream_side.w, true);
    model_says("item_1", "/w==");
    twilio_says("/w==");
    RIG_UNTIL(twilio.closed);
    raw_drop(&far);
    rig_settle();
    tap_ok(us.messages == 0 && us.closes == 0 && stream_side.messages == 0
        && stream_side.closes == 0, "who let go of a socket hears no more");
    tap_ok(twilio.closed && far.closed, "and both end");
    buf_free(&twilio.in);
}

int main(void)
{
    struct sys_addr at;
    struct err err;

    setvbuf(stdout, NULL, _IOLBF, 0);   /* whole lines between the log's */
    rig_start();
    at = rig_addr(0);
    streams = conn_listen(rig_loop, &at, NULL, 100, accept_stream, NULL, &err);
    models = conn_listen(rig_loop, &at, NULL, 100, accept_head, NULL, &err);
    if (!streams || !models)
        return 1;
    side_clear();
    fresh(frame, FRAME_CHARS);
    test_up();
    test_down();
    test_cost();
    test_interrupt();
    test_full();
    test_disown();
    listener_close(streams);
    listener_close(models);
    side_clear();
    rig_end();
    return tap_done();
}
