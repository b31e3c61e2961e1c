/* stream_ill.c - what Twilio's side, or the way, does wrong on purpose.
 *
 * Whether a frame is befallen is a hash of the seed, the fault and the frame's
 * number: the same run again, whatever the clock does in between.
 */
#include "app/stream_impl.h"

#include "base/text.h"
#include "net/wsconn.h"

#define LATE_EVERY 32           /* frames, on average */
#define LATE_LEAST 60           /* ms */
#define LATE_MOST 400
#define LOST_EVERY 16
#define DOUBLED_EVERY 16
#define JITTER_MOST 40          /* ms: frames overtake none, but bunch */
#define ONCE_WITHIN 20          /* frames: what happens once happens early */
#define SLOW_READS 100          /* ms of ... */
#define SLOW_RESTS 900          /* ... and then not */

const char *const stream_ill_names[STREAM_ILLS] = {"late", "lost", "doubled",
    "jitter", "binary", "sid", "garbage", "slow", "half-open", "no-stop",
    "1006"};

bool ill_has(const struct stream_run *run, enum stream_ill ill)
{
    return run->plan.ills >> ill & 1;
}

/* splitmix64 (Steele, Lea, Flood 2014) of one number. */
static uint64_t hash(const struct stream_run *run, enum stream_ill ill,
    uint64_t n)
{
    uint64_t z = run->plan.seed * STREAM_ILLS + ill;

    z = (z + n * UINT64_C(0x2545f4914f6cdd1d)) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* The frame of what happens once, in the first half of a short stream. */
static uint64_t once(const struct stream_run *run, enum stream_ill ill)
{
    uint64_t within = run->frames / 2 < ONCE_WITHIN ? run->frames / 2
        : ONCE_WITHIN;

    return within ? hash(run, ill, 0) % within : 0;
}

static bool is_once(const struct stream_run *run, enum stream_ill ill)
{
    return ill_has(run, ill) && run->frame == once(run, ill);
}

/* Now and then, and once at least. */
static bool befalls(const struct stream_run *run, enum stream_ill ill,
    uint64_t every)
{
    return is_once(run, ill) || (ill_has(run, ill)
        && hash(run, ill, run->frame) % every == 0);
}

/* ---- reading ---- */

static void pause_reading(struct stream_run *run, bool on)
{
    if (run->ws && run->ill.paused != on)
        conn_pause(wsconn_conn(run->ws), on);
    run->ill.paused = on;
}

static void on_turn(void *arg)
{
    struct stream_run *run = arg;

    if (run->ill.away)
        return;
    run->facts.ill[ILL_SLOW] += !run->ill.paused;
    pause_reading(run, !run->ill.paused);
    loop_in(run->loop, &run->ill.turn, run->ill.paused ? SLOW_RESTS
        : SLOW_READS);
}

void ill_begin(struct stream_run *run)
{
    run->ill.turn = (struct timer){.fire = on_turn, .arg = run};
    if (ill_has(run, ILL_SLOW))
        loop_in(run->loop, &run->ill.turn, SLOW_READS);
}

void ill_still(struct stream_run *run)
{
    loop_cancel(run->loop, &run->ill.turn);
    pause_reading(run, false);
}

bool ill_is_away(const struct stream_run *run)
{
    return run->ill.away;
}

static void leave(struct stream_run *run)
{
    run->facts.ill[ILL_HALF_OPEN]++;
    run->ill.away = true;
    pause_reading(run, true);
}

void ill_back(struct stream_run *run)
{
    run->ill.away = false;
    pause_reading(run, false);
}

/* ---- frames ---- */

int64_t ill_due(struct stream_run *run, int64_t due)
{
    struct ill *ill = &run->ill;
    int64_t held;

    if (befalls(run, ILL_LATE, LATE_EVERY)) {
        held = due + LATE_LEAST + (int64_t)(hash(run, ILL_LATE, run->frame)
            / LATE_EVERY % (LATE_MOST - LATE_LEAST + 1));
        if (ill->held < held)
            ill->held = held;
    }
    if (ill_has(run, ILL_JITTER))
        due += (int64_t)(hash(run, ILL_JITTER, run->frame)
            % (JITTER_MOST + 1));
    return due < ill->held ? ill->held : due;
}

/* "@" stands for the stream's SID. */
static void garbage(struct stream_run *run)
{
    static const char *const piece[] = {
        "", "hello?", "{\"event\":\"media\",\"streamSid\":\"@\",\"media\":{",
        "[]", "{}", "{\"event\":7,\"streamSid\":\"@\"}",
        "{\"event\":\"toast\",\"streamSid\":\"@\"}",
        "{\"event\":\"media\",\"streamSid\":\"@\"}",
        "{\"event\":\"media\",\"sequenceNumber\":\"x\",\"streamSid\":\"@\","
        "\"media\":{\"track\":\"inbound\",\"chunk\":\"-1\",\"timestamp\":"
        "\"soon\",\"payload\":\"!!!!\"}}",
        "{\"event\":\"mark\",\"streamSid\":\"@\",\"mark\":{\"name\":"
        "\"\\u0000never sent\"}}",
        "{\"event\":\"dtmf\",\"streamSid\":\"@\",\"dtmf\":{\"digit\":"
        "\"one\"}}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    };

    for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
        struct slice rest = slice_str(piece[i]);
        struct slice before = slice_cut(&rest, '@');

        buf_clear(&run->message);
        buf_add(&run->message, before);
        if (rest.ptr) {
            buf_adds(&run->message, run->sid);
            buf_add(&run->message, rest);
        }
        run->facts.ill[ILL_GARBAGE] += wsconn_send(run->ws, true,
            buf_slice(&run->message)) == 0;
    }
}

void ill_frame(struct stream_run *run, struct slice audio)
{
    unsigned copies = 1;

    if (is_once(run, ILL_HALF_OPEN))
        leave(run);
    if (run->ill.away)
        return;
    if (is_once(run, ILL_BINARY))
        run->facts.ill[ILL_BINARY] += wsconn_send(run->ws, false, audio) == 0;
    if (is_once(run, ILL_SID)) {
        run->facts.ill[ILL_SID]++;
        stream_say_stranger(run, audio);
    }
    if (is_once(run, ILL_GARBAGE))
        garbage(run);
    run->facts.ill[ILL_LATE] += befalls(run, ILL_LATE, LATE_EVERY);
    run->facts.ill[ILL_JITTER] += ill_has(run, ILL_JITTER)
        && hash(run, ILL_JITTER, run->frame) % (JITTER_MOST + 1) != 0;
    if (befalls(run, ILL_LOST, LOST_EVERY)) {
        run->facts.ill[ILL_LOST]++;
        copies = 0;
    } else if (befalls(run, ILL_DOUBLED, DOUBLED_EVERY)) {
        run->facts.ill[ILL_DOUBLED]++;
        copies = 2;
    }
    stream_say_media(run, audio, copies);
}
