/* stream_ill_test.c - what goes wrong on purpose, as the server sees it; on the
 * virtual clock.
 */
#include "app/stream_impl.h"

#include <string.h>

#include "base/text.h"
#include "codec/g711.h"
#include "net/httpd.h"
#include "net/wsconn.h"
#include "tests/net/rig.h"

#define FRAMES 200
#define KEPT (2 * FRAMES)

static struct {
    struct wsconn *ws;
    char sid[64];
    struct {
        int64_t seq, chunk, at;
    } media[KEPT];
    size_t count, binary, garbage, stranger, keys, stops;
    char digits[20];
    int64_t key_chunk[20], started;
    uint16_t closed;
    bool echo;                  /* says something to each frame */
    bool leave;                 /* closes in the middle */
} peer;

static struct httpd *server;
static struct stream_facts facts;
static bool over;

static int64_t number(struct json message, const char *path)
{
    char text[24];
    uint64_t n;

    return json_copy(json_get(message, path), text, sizeof text)
        && text_u64(slice_str(text), 0, INT32_MAX, &n) == 0 ? (int64_t)n : -1;
}

static void on_media(struct json message)
{
    char text[64];
    size_t i = peer.count;

    if (!json_is(json_get(message, "streamSid"), peer.sid)) {
        peer.stranger++;
        return;
    }
    if (number(message, "media.chunk") < 0) {
        peer.garbage++;
        return;
    }
    if (i == KEPT)
        return;
    peer.media[i].seq = number(message, "sequenceNumber");
    peer.media[i].chunk = number(message, "media.chunk");
    peer.media[i].at = loop_now(rig_loop) - peer.started;
    peer.count++;
    if (peer.echo) {
        snprintf(text, sizeof text, "{\"event\":\"clear\",\"streamSid\":"
            "\"%s\"}", "");
        wsconn_send(peer.ws, true, slice_str(text));
    }
    if (peer.leave && i == 40)
        wsconn_close(peer.ws, 1008, SLICE("too quiet"));
}

static void peer_message(struct wsconn *w, void *arg, bool text,
    struct slice s)
{
    struct json message = {JSON_NULL, {NULL, 0}, false}, event;

    (void)w;
    (void)arg;
    if (!text) {
        peer.binary++;
        return;
    }
    if (json_parse(s, &message, NULL)) {
        peer.garbage++;
        return;
    }
    event = json_get(message, "event");
    if (json_is(event, "start")) {
        json_copy(json_get(message, "streamSid"), peer.sid, sizeof peer.sid);
        peer.started = loop_now(rig_loop);
    } else if (json_is(event, "media")) {
        on_media(message);
    } else if (json_is(event, "dtmf")
        && json_is(json_get(message, "dtmf.track"), "inbound_track")) {
        json_copy(json_get(message, "dtmf.digit"), peer.digits + peer.keys,
            2);
        peer.key_chunk[peer.keys++] = (int64_t)peer.count;
    } else if (json_is(event, "stop")) {
        peer.stops++;
    } else if (!json_is(event, "connected")) {
        peer.garbage++;
    }
}

static void peer_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)w;
    (void)arg;
    (void)reason;
    (void)err;
    peer.closed = code;
    peer.ws = NULL;
}

static const struct wsconn_ops peer_ops = {.name = "peer",
    .on_message = peer_message, .on_close = peer_close};

static void on_stream(struct request *r, void *arg)
{
    (void)arg;
    peer.ws = httpd_upgrade(r, &peer_ops, NULL, 1 << 20, NULL);
}

static const struct route routes[] = {
    {M_GET, "/media-stream", on_stream, ATTEMPT_NONE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static void on_done(void *arg, struct stream_run *run)
{
    (void)arg;
    facts = *stream_facts(run);
    stream_free(run);
    over = true;
}

static uint8_t audio[FRAMES * STREAM_FRAME];

static void play(uint32_t ills, uint64_t seed, const char *keys, bool echo,
    bool leave)
{
    static char url[100];
    struct err err;
    struct stream_plan plan = {.ills = ills, .seed = seed,
        .audio = slice_of(audio, sizeof audio), .keys = slice_str(keys),
        .keys_at = 20 * STREAM_FRAME};

    memset(&peer, 0, sizeof peer);
    peer.echo = echo;
    peer.leave = leave;
    over = false;
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/media-stream",
        httpd_port(server));
    plan.url = plan.known = slice_str(url);
    if (!stream_open(rig_loop, NULL, NULL, &plan, on_done, NULL, &err)) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    RIG_UNTIL(over && !peer.ws);
}

#define ILL(name) (UINT32_C(1) << ILL_##name)

/* Frames that left later than their time, and the latest of them. */
static size_t late(int64_t *most)
{
    size_t n = 0;

    *most = 0;
    for (size_t i = 0; i < peer.count; i++) {
        int64_t by = peer.media[i].at - peer.media[i].chunk * 20;

        n += by > 0;
        if (*most < by)
            *most = by;
    }
    return n;
}

static void test_healthy(void)
{
    int64_t most;

    play(0, 1, "", false, false);
    tap_ok(peer.count == FRAMES && late(&most) == 0 && peer.stops == 1
        && peer.closed == 1000, "without a fault every frame is there, in "
        "time");
}

static void test_way(void)
{
    size_t gaps = 0, twice = 0, backward = 0, lost;
    int64_t most;
    bool good;

    play(ILL(LOST), 1, "", false, false);
    for (size_t i = 1; i < peer.count; i++) {
        gaps += peer.media[i].chunk != peer.media[i - 1].chunk + 1;
        backward += peer.media[i].seq - peer.media[i - 1].seq
            != peer.media[i].chunk - peer.media[i - 1].chunk;
    }
    lost = (size_t)facts.ill[ILL_LOST];
    tap_ok(lost > 2 && lost < 40 && peer.count == FRAMES - lost && gaps > 2
        && gaps <= lost && !backward, "lost: %zu frames, whose numbers are "
        "missing", lost);
    play(ILL(LOST), 1, "", false, false);
    tap_ok(facts.ill[ILL_LOST] == lost, "the same seed again: as many");
    play(ILL(LOST), 2, "", false, false);
    tap_ok(peer.count != FRAMES - lost || facts.ill[ILL_LOST] != lost,
        "another one: others");

    play(ILL(DOUBLED), 1, "", false, false);
    for (size_t i = 1; i < peer.count; i++)
        twice += peer.media[i].seq == peer.media[i - 1].seq
            && peer.media[i].chunk == peer.media[i - 1].chunk;
    tap_ok(twice > 2 && twice == facts.ill[ILL_DOUBLED]
        && peer.count == FRAMES + twice && facts.frames_out == FRAMES,
        "doubled: %zu frames", twice);

    play(ILL(LATE), 1, "", false, false);
    good = late(&most) > 5 && most >= 60 && most <= 400;
    tap_ok(good && facts.ill[ILL_LATE] && peer.count == FRAMES, "late: up to "
        "%d ms, and none is lost", (int)most);
    play(ILL(JITTER), 1, "", false, false);
    good = late(&most) > FRAMES / 2 && most > 20 && most <= 40;
    tap_ok(good && peer.count == FRAMES, "jitter: up to %d ms", (int)most);
    for (size_t i = 1; i < peer.count; i++)
        backward += peer.media[i].chunk != peer.media[i - 1].chunk + 1;
    tap_ok(backward == 0, "and they stay in order");
}

static void test_messages(void)
{
    play(ILL(BINARY), 1, "", false, false);
    tap_ok(peer.binary == 1 && facts.ill[ILL_BINARY] == 1 && peer.count
        == FRAMES, "binary: one message");
    play(ILL(SID), 1, "", false, false);
    tap_ok(peer.stranger == 1 && facts.ill[ILL_SID] == 1 && peer.count
        == FRAMES, "sid: one of another stream");
    play(ILL(GARBAGE), 1, "", false, false);
    tap_ok(peer.garbage > 8 && facts.ill[ILL_GARBAGE] == peer.garbage
        && peer.count == FRAMES, "garbage: %zu messages", peer.garbage);
}

static void test_ends(void)
{
    play(ILL(NO_STOP), 1, "", false, false);
    tap_ok(peer.stops == 0 && peer.closed == 1000 && facts.ill[ILL_NO_STOP]
        == 1, "no-stop: closed all the same");
    play(ILL(ABORT), 1, "", false, false);
    tap_ok(peer.stops == 0 && peer.closed == 1006 && facts.stopped
        && facts.number == 0 && stream_exit(&facts) == 0, "1006: cut, which "
        "is our doing and no error");
    play(ILL(HALF_OPEN), 1, "", false, false);
    tap_ok(peer.count < 21 && peer.closed == 1000 && peer.stops == 1
        && facts.ill[ILL_HALF_OPEN] == 1 && facts.lasted == FRAMES * 20 + 520,
        "half-open: nothing after frame %zu, for as long as the audio is",
        peer.count);
    play(ILL(SLOW), 1, "", true, false);
    tap_ok(facts.ill[ILL_SLOW] == 4 && peer.count == FRAMES
        && facts.breach[STREAM_SID].count == FRAMES, "slow: it rests %d "
        "times, and what came then is read later",
        (int)facts.ill[ILL_SLOW]);
    play(ILL(SLOW) | ILL(LOST) | ILL(JITTER), 3, "", false, true);
    tap_ok(!facts.stopped && facts.code == 1008 && facts.number == 31921
        && strcmp(facts.reason, "too quiet") == 0 && stream_exit(&facts)
        == 77, "a server that leaves amid faults is told as ever");
}

static void test_keys(void)
{
    play(0, 1, "4w#", false, false);
    tap_is_str(slice_str(peer.digits), "4#", "keys: told as dtmf");
    tap_ok(peer.key_chunk[0] == 20 && peer.key_chunk[1] == 20 + 10 + 25
        && facts.keys == 2, "keys: just before their tones, at frames %d "
        "and %d", (int)peer.key_chunk[0], (int)peer.key_chunk[1]);
    tap_ok(peer.media[20].seq == peer.media[19].seq + 2, "keys: they take a "
        "sequence number");
}

/* 96 bytes at a time, nothing every third time: a frame waits to be whole. */
static size_t pulled, pulls;

static size_t pull(void *arg, uint8_t *out, size_t n, bool *end)
{
    size_t got = n < 96 ? n : 96;

    (void)arg;
    if (++pulls % 3 == 0)
        return 0;
    if (got > 1000 - pulled)
        got = 1000 - pulled;
    for (size_t i = 0; i < got; i++)
        out[i] = (uint8_t)((pulled + i) % 200);
    pulled += got;
    *end = pulled == 1000;
    return got;
}

static void test_live(void)
{
    static char url[100];
    struct buf sent;
    struct err err;
    struct stream_plan plan = {.audio = slice_of(audio, 2 * STREAM_FRAME),
        .after = 60, .pull = pull, .sent = &sent};
    size_t at = 0, silent = 0, wrong = 0;

    memset(&peer, 0, sizeof peer);
    over = false;
    buf_init(&sent, 100000);
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/media-stream",
        httpd_port(server));
    plan.url = plan.known = slice_str(url);
    if (!stream_open(rig_loop, NULL, NULL, &plan, on_done, NULL, &err)) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    RIG_UNTIL(over && !peer.ws);
    for (size_t i = 0; i + STREAM_FRAME <= sent.len; i += STREAM_FRAME) {
        if (sent.ptr[i] == G711_SILENCE) {
            silent++;
            continue;
        }
        for (size_t k = 0; k < STREAM_FRAME; k++)
            wrong += at + k < 1000 ? sent.ptr[i + k] != (at + k) % 200
                : sent.ptr[i + k] != G711_SILENCE;
        at += STREAM_FRAME;
    }
    tap_ok(at == 1120 && wrong == 0, "live: every byte, in order");
    tap_ok(silent > 5 && peer.count == 7 + silent, "live: silence in %zu "
        "frames that had nothing, before it and behind", silent);
    tap_ok(sent.ptr[sent.len - 1] == G711_SILENCE && sent.ptr[sent.len
        - 3 * STREAM_FRAME - 160] != G711_SILENCE && facts.stopped,
        "live: and three frames after its end we hang up");
    buf_free(&sent);
}

/* Silence of 20 ms to a second amid what was played. */
static void test_gaps(void)
{
    struct play p;

    play_init(&p, NULL, NULL);
    play_audio(&p, 100, 160);
    play_audio(&p, 120, 160);
    play_audio(&p, 159, 160);
    tap_ok(p.gaps == 0, "gaps: 19 ms are none");
    play_audio(&p, 259, 160);
    play_audio(&p, 299, 160);
    tap_ok(p.gaps == 2 && p.silent == 100 * 8 && p.longest == 80 * 8,
        "gaps: 80 and 20 ms are two");
    play_audio(&p, 1319, 160);
    tap_ok(p.gaps == 2, "gaps: a second is a pause");
    play_clear(&p, 1320);
    play_audio(&p, 1400, 160);
    tap_ok(p.gaps == 2, "gaps: nor is what clear has cut");
}

int main(void)
{
    static const struct httpd_conf conf = {.routes = routes,
        .max_body = 65536, .head_timeout = 5000, .body_timeout = 5000,
        .idle_timeout = 5000, .max_conns = 100};
    struct sys_addr at;
    struct err err;

    rig_start();
    at = rig_addr(0);
    server = httpd_new(rig_loop, &at, NULL, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    memset(audio, G711_SILENCE, sizeof audio);
    test_healthy();
    test_way();
    test_messages();
    test_ends();
    test_keys();
    test_gaps();
    test_live();
    httpd_free(server);
    rig_end();
    return tap_done();
}
