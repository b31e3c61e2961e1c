/* stream_run.c - one media stream from Twilio's side: twilio 1.3, 1.6, 1.7.
 *
 * Frames leave at absolute times, start + 20 ms * n, so a late round delays
 * one and not all that follow.
 */
#include "app/stream_impl.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "codec/base64.h"
#include "codec/g711.h"
#include "codec/jsonw.h"
#include "codec/url.h"
#include "net/wsconn.h"
#include "twilio/sign.h"

#define RUN_MAGIC 0x57e4a3
#define UPGRADE_WITHIN 15000    /* ms: twilio 2.1, no figure for streams */
#define BACK_FOR 500            /* ms of reading after a half-open stream */
#define HEAD_MAX 2048           /* bytes of our header lines */
#define HOST_MAX 300            /* bytes of a host and port */

static void check(const struct stream_run *run)
{
    assert(run && run->magic == RUN_MAGIC);
}

static int64_t age(const struct stream_run *run)
{
    return loop_now(run->loop) - run->began;
}

/* ---- what is found wrong ---- */

static void say(struct stream_run *run, const char *event, size_t bytes,
    const char *more)
{
    char line[STREAM_WHY + 80];

    if (!run->plan.say)
        return;
    text_fmt(line, sizeof line, "%8lld ms  %-6s %6zu bytes%s%s",
        (long long)age(run), event, bytes, more[0] ? "  " : "", more);
    run->plan.say(run->plan.say_arg, line);
}

static void amiss(struct stream_run *run, enum stream_fault fault,
    const char *why)
{
    struct stream_breach *b = &run->facts.breach[fault];

    if (b->count++ == 0)
        text_copy(b->first, sizeof b->first, slice_str(why));
}

static void say_amiss(struct stream_run *run, enum stream_fault fault,
    size_t bytes, const char *why)
{
    char more[STREAM_WHY + 32];
    int number = stream_fault_number(fault);

    amiss(run, fault, why);
    if (number)
        text_fmt(more, sizeof more, "%d: %s", number, why);
    else
        text_copy(more, sizeof more, slice_str(why));
    say(run, "wrong", bytes, more);
}

/* ---- the clock ---- */

static void next_mark(struct stream_run *run)
{
    int64_t at = play_run(&run->play, loop_now(run->loop));

    if (at >= 0)
        loop_at(run->loop, &run->marks, at);
    else
        loop_cancel(run->loop, &run->marks);
}

static void on_marks(void *arg)
{
    next_mark(arg);
}

static void still(struct stream_run *run)
{
    loop_cancel(run->loop, &run->tick);
    loop_cancel(run->loop, &run->marks);
    ill_still(run);
}

static void hang_up(struct stream_run *run)
{
    if (run->open && wsconn_closing(run->ws))
        return;                 /* the server was first */
    still(run);
    run->facts.stopped = true;
    if (!run->open || ill_has(run, ILL_ABORT)) {
        run->facts.ill[ILL_ABORT] += run->open;
        wsconn_abort(run->ws);
        return;
    }
    if (ill_has(run, ILL_NO_STOP))
        run->facts.ill[ILL_NO_STOP]++;
    else
        stream_say_stop(run);
    wsconn_close(run->ws, 1000, SLICE(""));
}

static uint64_t after_frames(const struct stream_run *run)
{
    return (uint64_t)(run->plan.after + STREAM_FRAME_MS - 1)
        / STREAM_FRAME_MS;
}

static uint64_t audio_frames(const struct stream_run *run)
{
    return (run->plan.audio.len + STREAM_FRAME - 1) / STREAM_FRAME;
}

/* What the next frame can have of a live source, and when that ends. */
static void pull(struct stream_run *run)
{
    bool end = false;

    if (!run->plan.pull || run->live_over || run->frame < audio_frames(run))
        return;
    run->live_len += run->plan.pull(run->plan.pull_arg, run->live
        + run->live_len, STREAM_FRAME - run->live_len, &end);
    if (!end)
        return;
    run->live_over = true;
    run->frames = run->frame + (run->live_len > 0) + after_frames(run);
}

static struct slice audio_of(struct stream_run *run,
    uint8_t mem[static STREAM_FRAME])
{
    struct slice s = slice_head(slice_from(run->plan.audio,
        (size_t)run->frame * STREAM_FRAME), STREAM_FRAME);

    if (s.len == STREAM_FRAME)
        return s;
    memset(mem, G711_SILENCE, STREAM_FRAME);
    /* Less than a frame waits for the rest, unless there is none. */
    if (run->live_len == STREAM_FRAME || (run->live_over && run->live_len)) {
        s = slice_of(run->live, run->live_len);
        run->live_len = 0;
    }
    if (s.len)
        memcpy(mem, s.ptr, s.len);
    return slice_of(mem, STREAM_FRAME);
}

/* The key whose tones begin in this frame. */
static void press(struct stream_run *run)
{
    uint8_t key;

    if (run->frame != run->key_at || run->key == run->plan.keys.len)
        return;
    key = run->plan.keys.ptr[run->key++];
    run->key_at += stream_key_frames(key);
    if (key != 'w')
        stream_say_dtmf(run, key);
}

static void on_tick(void *arg)
{
    struct stream_run *run = arg;
    uint8_t mem[STREAM_FRAME];

    if (!run->ws || wsconn_closing(run->ws))
        return;
    for (;; run->frame++) {
        int64_t due = ill_due(run, run->began
            + (int64_t)(run->frame + 1) * STREAM_FRAME_MS);

        if (due > loop_now(run->loop)) {
            loop_at(run->loop, &run->tick, due);
            return;
        }
        pull(run);
        if (run->frame == run->frames)
            break;
        press(run);
        ill_frame(run, audio_of(run, mem));
    }
    if (ill_is_away(run)) {
        ill_back(run);
        loop_in(run->loop, &run->tick, BACK_FOR);
    } else if (run->plan.hold && !run->held) {
        run->held = true;
        loop_in(run->loop, &run->tick, run->plan.hold);
    } else {
        hang_up(run);
    }
}

/* ---- what comes back ---- */

static bool has_head(struct slice audio)
{
    return slice_starts(audio, "RIFF") || slice_starts(audio, "ID3")
        || slice_starts(audio, "OggS") || slice_starts(audio, "fLaC");
}

/* The payload as bytes; false when it is no base64. */
static bool decode(struct stream_run *run, struct json payload,
    struct slice *audio)
{
    uint8_t *to;
    size_t n;

    buf_clear(&run->text);
    buf_clear(&run->audio);
    json_text(payload, &run->text);
    to = buf_room(&run->audio, BASE64_BYTES(run->text.len) + 1);
    if (!to || !buf_ok(&run->text))
        return false;
    n = base64_decode(to, buf_slice(&run->text), NULL);
    if (n == SLICE_NPOS)
        return false;
    *audio = slice_of(to, n);
    return true;
}

static void on_media(struct stream_run *run, struct json payload,
    size_t bytes)
{
    struct slice audio;
    char more[64];

    if (!decode(run, payload, &audio)) {
        say_amiss(run, STREAM_PAYLOAD, bytes, "media.payload is no base64");
        return;
    }
    text_fmt(more, sizeof more, "%zu of audio, %zu ms", audio.len,
        audio.len / G711_MS);
    say(run, "media", bytes, more);
    trips_audio(&run->trips, audio, sys_now_us());
    if (run->facts.first_audio < 0)
        run->facts.first_audio = age(run);
    run->facts.frames_in++;
    run->facts.bytes_in += audio.len;
    if (run->plan.save)
        buf_add(run->plan.save, audio);
    if (has_head(audio))
        say_amiss(run, STREAM_HEADER, bytes, "a file's head among the audio: "
            "it is played as noise");
    if (!play_audio(&run->play, loop_now(run->loop), audio.len))
        say_amiss(run, STREAM_QUEUE, bytes, "over ten minutes of audio wait "
            "to be played: the rest is dropped");
}

static void on_mark(struct stream_run *run, struct slice name, size_t bytes)
{
    char more[80];

    text_fmt(more, sizeof more, "%.*s", SLICE_ARG(slice_head(name, 60)));
    for (char *s = more; *s; s++)
        if (*s < 0x20 || *s > 0x7e)
            *s = '?';
    say(run, "mark", bytes, more);
    run->facts.marks++;
    trips_mark(&run->trips, sys_now_us());
    if (!play_mark(&run->play, loop_now(run->loop), name))
        say_amiss(run, STREAM_MARKS, bytes, "too many marks wait: this one "
            "is not returned");
    next_mark(run);
}

static void on_clear(struct stream_run *run, size_t bytes)
{
    size_t left;
    char more[64];

    run->facts.clears++;
    left = play_clear(&run->play, loop_now(run->loop));
    run->facts.cleared += left;
    next_mark(run);
    text_fmt(more, sizeof more, "%zu ms not played", left / G711_MS);
    say(run, "clear", bytes, more);
}

static void on_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    struct stream_run *run = arg;
    struct stream_said said;

    (void)w;
    if (!text) {
        say_amiss(run, STREAM_BINARY, message.len, "a binary message");
        return;
    }
    stream_judge(message, slice_str(run->sid), &said);
    switch (said.kind) {
    case SAID_WRONG:
        say_amiss(run, said.fault, message.len, said.why);
        break;
    case SAID_MEDIA:
        on_media(run, said.payload, message.len);
        break;
    case SAID_MARK:
        on_mark(run, said.mark, message.len);
        break;
    case SAID_CLEAR:
        on_clear(run, message.len);
        break;
    }
}

/* ---- beginning and end ---- */

static void on_open(struct wsconn *w, void *arg)
{
    struct stream_run *run = arg;

    (void)w;
    run->open = true;
    run->began = loop_now(run->loop);
    run->facts.handshake = run->began - run->dialled;
    ill_begin(run);
    stream_say_connected(run);
    stream_say_start(run);
    on_tick(run);
}

static void on_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    struct stream_run *run = arg;
    struct stream_facts *f = &run->facts;

    (void)w;
    run->ws = NULL;
    still(run);
    if (run->open)
        f->lasted = age(run);
    stream_ended(f, code, reason, err);
    f->gaps = run->play.gaps;
    f->gap_ms = run->play.silent / G711_MS;
    f->gap_longest = run->play.longest / G711_MS;
    trips_count(&run->trips.echo, &f->echo);
    trips_count(&run->trips.mark, &f->mark);
    run->done(run->arg, run);
}

static const struct wsconn_ops ops = {
    .name = "media stream", .on_open = on_open, .on_message = on_message,
    .on_close = on_close,
};

/* What a tunnel adds for the server behind it: twilio 1.6. */
static int add_tunnel(struct buf *b, struct slice known, struct slice url,
    struct err *err)
{
    struct url u, to;
    const char *why;
    size_t at;

    if (url_parse(known, &u, &at, &why) || url_parse(url, &to, &at, &why))
        return fail(err, ERR_DATA, "%s, at byte %zu of \"%.*s\"", why, at,
            SLICE_ARG(slice_head(known, 100)));
    if (slice_ieq(u.host, to.host) && u.number == to.number
        && u.tls == to.tls)
        return 0;
    buf_adds(b, "x-forwarded-host: ");
    url_authority(b, &u);
    buf_adds(b, u.tls ? "\r\nx-forwarded-proto: https\r\n"
        : "\r\nx-forwarded-proto: http\r\n");
    return 0;
}

/* The host as Twilio knows it: a tunnel hands it on. */
static void add_host(struct buf *b, struct slice known)
{
    struct url u;
    const char *why;
    size_t at;

    if (url_parse(known, &u, &at, &why) == 0)
        url_authority(b, &u);
}

static int headers(struct buf *b, const struct stream_plan *plan,
    struct err *err)
{
    char signature[SIGN_LEN + 1];

    buf_adds(b, "user-agent: Twilio.TmeWs/1.0\r\n");
    if (plan->token.len) {
        if (sign_make(plan->token, plan->known, SLICE(""), signature))
            return fail(err, ERR_DATA, "a URL that cannot be signed");
        buf_adds(b, "x-twilio-signature: ");
        buf_adds(b, signature);
        buf_adds(b, "\r\n");
    }
    if (add_tunnel(b, plan->known, plan->url, err))
        return -1;
    return buf_ok(b) ? 0 : fail(err, ERR_LIMIT, "the headers are over %d "
        "bytes", HEAD_MAX);
}

static void make_sid(char out[static STREAM_SID_LEN + 1], const char *kind,
    struct slice given)
{
    if (given.len && text_copy(out, STREAM_SID_LEN + 1, given))
        return;
    memcpy(out, kind, 2);
    rand_hex(out + 2, STREAM_SID_LEN - 2);
}

static struct stream_run *make(struct loop *l, const struct stream_plan *plan)
{
    struct stream_run *run = mem_new(sizeof *run);

    if (!run)
        return NULL;
    run->magic = RUN_MAGIC;
    run->loop = l;
    run->plan = *plan;
    run->facts.handshake = run->facts.first_audio = -1;
    run->facts.code = 1006;
    run->tick = (struct timer){.fire = on_tick, .arg = run};
    run->marks = (struct timer){.fire = on_marks, .arg = run};
    run->frames = plan->pull ? UINT64_MAX : audio_frames(run)
        + after_frames(run);
    play_init(&run->play, stream_say_mark, run);
    run->key_at = plan->keys_at / STREAM_FRAME;
    /* An escaped name of a mark comes back as long as it was. */
    buf_init(&run->message, LIMIT_WS_MODEL + 4096);
    buf_init(&run->text, LIMIT_WS_MODEL);
    buf_init(&run->audio, LIMIT_WS_MODEL);
    make_sid(run->account, "AC", plan->account);
    make_sid(run->call, "CA", plan->call);
    make_sid(run->sid, "MZ", (struct slice){NULL, 0});
    return run;
}

struct stream_run *stream_open(struct loop *l, struct resolver *r,
    struct tlsctx *tls, const struct stream_plan *plan,
    void (*done)(void *arg, struct stream_run *run), void *arg,
    struct err *err)
{
    struct wsconn_target to = {.url = plan->url, .timeout = UPGRADE_WITHIN,
        .max_message = LIMIT_WS_MODEL};
    char mem[HEAD_MAX];
    uint8_t name[HOST_MAX];
    struct buf head, host;
    struct stream_run *run = make(l, plan);

    if (!run) {
        fail(err, ERR_MEM, "no memory for a stream");
        return NULL;
    }
    run->done = done;
    run->arg = arg;
    run->dialled = loop_now(l);
    buf_over(&head, mem, sizeof mem - 1);
    if (headers(&head, plan, err))
        goto fail;
    mem[head.len] = 0;
    to.headers = mem;
    buf_over(&host, name, sizeof name);
    add_host(&host, plan->known);
    if (host.len && buf_ok(&host))
        to.host = buf_slice(&host);
    run->ws = wsconn_dial(l, r, tls, &to, &ops, run, err);
    if (run->ws)
        return run;
fail:
    stream_free(run);
    return NULL;
}

void stream_stop(struct stream_run *run)
{
    check(run);
    if (run->ws && !run->facts.stopped)
        hang_up(run);
}

const struct stream_facts *stream_facts(const struct stream_run *run)
{
    check(run);
    return &run->facts;
}

void stream_free(struct stream_run *run)
{
    static const struct wsconn_ops nobody = {.name = "media stream"};

    if (!run)
        return;
    check(run);
    still(run);
    if (run->ws) {
        wsconn_set_arg(run->ws, &nobody, NULL);
        wsconn_abort(run->ws);
    }
    play_fini(&run->play);
    buf_free(&run->message);
    buf_free(&run->text);
    buf_free(&run->audio);
    run->magic = 0;
    mem_drop(run);
}
