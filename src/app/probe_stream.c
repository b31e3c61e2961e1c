/* probe_stream.c - a fake media stream through the public URL to the echo
 * behind a ticket: connected, start, media, marks, stop (twilio 1.7).
 *
 * Everything that comes back is held against twilio 1.4 by stream_run; each
 * frame is different, so its echo tells how long it was on the way.
 */
#include "app/probe.h"

#include <string.h>

#include "app/doctor.h"
#include "app/stream.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"

#define TAIL_MS 200             /* silence behind: the last echoes come back */
#define FRAMES_MAX 500

struct stream_probe {
    struct stream_run *run;
    struct stream_plan plan;
    char url[CONF_TEXT + 32], known[CONF_TEXT + 32];
    uint8_t audio[FRAMES_MAX * STREAM_FRAME];
};

static void seen(struct probe_run *p, const struct stream_facts *f)
{
    struct jsonw *w = probe_seen(p);

    jsonw_kint(w, "handshake_ms", f->handshake);
    jsonw_kint(w, "frames_out", (int64_t)f->frames_out);
    jsonw_kint(w, "frames_in", (int64_t)f->frames_in);
    jsonw_kint(w, "marks", (int64_t)f->marks);
    jsonw_kint(w, "returned", (int64_t)f->returned);
    if (f->echo.count) {
        jsonw_kint(w, "trip_p50_us", f->echo.p50);
        jsonw_kint(w, "trip_p99_us", f->echo.p99);
    }
    jsonw_kint(w, "close_code", f->code);
}

static void not_opened(struct probe_run *p, const struct stream_facts *f)
{
    probe_remedy(p, "see what \"upgrade\" says");
    probe_fail(p, f->number, "the stream did not open: %s", f->err.msg);
}

/* The server, or something on the way, ended it. */
static void cut_short(struct probe_run *p, const struct stream_facts *f)
{
    const char *local = p->d->local;

    if (f->number == 31924) {
        probe_remedy(p, "see what changes frames on the way to %s", local);
        probe_fail(p, 31924, "after %lld ms: %s", (long long)f->lasted,
            f->err.msg);
    } else if (f->number == 31921) {
        probe_remedy(p, f->code == 1008 ? "let the <Parameter>s pass as they "
            "are" : "see the server's log of this moment");
        probe_fail(p, 31921, "the stream was closed after %lld ms with %u%s%s",
            (long long)f->lasted, (unsigned)f->code, f->reason[0] ? ": "
            : "", f->reason);
    } else {
        probe_remedy(p, "raise the idle timeouts of the proxy (nginx: "
            "proxy_read_timeout 1h and proxy_send_timeout 1h; haproxy: timeout "
            "tunnel 1h), and see its log");
        probe_fail(p, f->number ? f->number : 31903, "the stream broke off "
            "after %lld ms: %s", (long long)f->lasted, f->err.msg);
    }
}

static bool breach(struct probe_run *p, const struct stream_facts *f)
{
    for (int i = 0; i < STREAM_FAULTS; i++) {
        int number = stream_fault_number((enum stream_fault)i);

        if (!f->breach[i].count)
            continue;
        probe_remedy(p, "see what changes messages on the way");
        probe_fail(p, number, "%llu message%s Twilio would not take: %s",
            (unsigned long long)f->breach[i].count,
            f->breach[i].count > 1 ? "s" : "", f->breach[i].first);
        return true;
    }
    return false;
}

static void judge(struct probe_run *p, const struct stream_facts *f)
{
    int frames = p->d->opt.frames;

    if (breach(p, f))
        return;
    if (f->handshake < 0) {
        not_opened(p, f);
    } else if (!f->stopped) {
        cut_short(p, f);
    } else if (f->frames_in == 0) {
        probe_remedy(p, "see what holds messages back on the way: buffering "
            "must be off");
        probe_fail(p, 0, "nothing came back: %llu frames were sent",
            (unsigned long long)f->frames_out);
    } else if (f->echo.count == 0) {
        probe_remedy(p, "see what changes messages on the way");
        probe_fail(p, 0, "what came back is not what was sent");
    } else if (f->dropped) {
        probe_remedy(p, "see what is slow on the way, or in the server");
        probe_warn(p, 31930, "%llu frames found no room: the way takes less "
            "than 50 a second", (unsigned long long)f->dropped);
    } else if (f->frames_in < (uint64_t)frames) {     /* the tail aside */
        probe_remedy(p, "see what is slow on the way: with a long round trip "
            "people talk over each other");
        probe_warn(p, 0, "%llu of %d frames came back before the end",
            (unsigned long long)f->frames_in, frames);
    } else if ((int64_t)f->echo.p99 > 1000 * p->d->opt.trip_slow_ms) {
        probe_remedy(p, "put the server nearer to Twilio's region, or use a "
            "faster tunnel");
        probe_warn(p, 0, "the round trip is %.0f ms (p99): people talk over "
            "each other", (double)f->echo.p99 / 1000);
    } else {
        char held[40] = "";

        if (p->d->opt.hold_ms)
            text_fmt(held, sizeof held, "; idle for %lld s without harm",
                (long long)(p->d->opt.hold_ms / 1000));
        probe_ok(p, "%llu frames there and back, %llu marks; round trip p50 "
            "%.1f ms, p99 %.1f ms%s", (unsigned long long)f->frames_in,
            (unsigned long long)f->returned, (double)f->echo.p50 / 1000,
            (double)f->echo.p99 / 1000, held);
    }
}

static void on_done(void *arg, struct stream_run *run)
{
    struct probe_run *p = arg;
    const struct stream_facts *f = stream_facts(run);

    if (probe_over(p))
        return;
    seen(p, f);
    judge(p, f);
}

static void plan(struct probe_run *p, const struct doctor_ticket *t)
{
    struct stream_probe *k = p->own;
    const struct doctor *d = p->d;
    size_t frames = (size_t)d->opt.frames;

    if (frames > FRAMES_MAX)
        frames = FRAMES_MAX;
    rand_bytes(k->audio, frames * STREAM_FRAME);
    /* "https" to "wss", "http" to "ws". */
    text_fmt(k->url, sizeof k->url, "ws%s/media-stream", d->way + 4);
    text_fmt(k->known, sizeof k->known, "ws%s/media-stream",
        d->public_base + 4);
    k->plan = (struct stream_plan){
        .url = slice_str(k->url), .known = slice_str(k->known),
        .token = slice_str(d->conf->twilio_auth_token),
        .account = slice_str(d->conf->twilio_account_sid),
        .audio = slice_of(k->audio, frames * STREAM_FRAME),
        .after = TAIL_MS, .hold = d->opt.hold_ms,
    };
    k->plan.param[0].name = SLICE("call_id");
    k->plan.param[0].value = slice_str(t->id);
    k->plan.param[1].name = SLICE("token");
    k->plan.param[1].value = slice_str(t->token);
    k->plan.params = 2;
}

static void start(struct probe_run *p)
{
    const struct doctor_ticket *t;
    struct stream_probe *k;
    struct err err = {0};

    if (!probe_has(p, PROBE_PUBLIC | PROBE_SERVER))
        return;
    t = doctor_ticket(p->d);
    p->own = k = t ? mem_new(sizeof *k) : NULL;
    if (!k) {
        probe_fail(p, 0, "no ticket is left for a stream");
        return;
    }
    plan(p, t);
    k->run = stream_open(p->d->loop, p->d->resolver,
        doctor_tls(p->d, p->d->way), &k->plan,
        on_done, p, &err);
    if (!k->run)
        probe_fail(p, 31900, "%s", err.msg);
}

static void stop(struct probe_run *p)
{
    struct stream_probe *k = p->own;

    if (!k)
        return;
    stream_free(k->run);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_stream = {"stream", "upgrade", NULL, 30000, 31903,
    start, stop};
