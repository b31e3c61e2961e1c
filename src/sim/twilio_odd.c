/* twilio_odd.c - the media stream as Twilio never sends it: what a scenario
 * breaks of it, before, between and instead of the frames.
 */
#include <string.h>

#include "base/text.h"
#include "sim/twilio_own.h"

#define PIECES 3                /* frames of a message in fragments */

static const struct sim_fault *strikes(struct tw_call *c,
    enum sim_fault_kind k)
{
    return sim_fault_strikes(&c->fault, k);
}

static void send_text(struct tw_call *c, struct slice text)
{
    tw_stream_send(c, WIRE_TEXT, text);
}

/* ---- before start ---- */

bool tw_odd_start(struct tw_call *c)
{
    if (sim_fault_has(&c->fault, SIM_FAULT_EARLY_MEDIA))
        send_text(c, SLICE("{\"event\":\"media\",\"sequenceNumber\":\"1\","
            "\"streamSid\":\"MZ00000000000000000000000000000000\",\"media\":{"
            "\"track\":\"inbound\",\"chunk\":\"1\",\"timestamp\":\"5\","
            "\"payload\":\"////\"}}"));
    if (!sim_fault_has(&c->fault, SIM_FAULT_NO_START))
        return true;
    c->stream.mute = true;
    tw_note(c->t, "sends no start message");
    return false;
}

/* ---- between the frames ---- */

static void send_huge(struct tw_call *c, size_t n)
{
    struct buf b;

    buf_init(&b, n + 64);
    buf_adds(&b, "{\"event\":\"padded\",\"padding\":\"");
    while (b.len + 2 < n && buf_ok(&b))
        buf_addc(&b, 'x');
    buf_adds(&b, "\"}");
    send_text(c, buf_slice(&b));
    buf_free(&b);
}

static void between(struct tw_call *c)
{
    const struct sim_fault *f;

    if (strikes(c, SIM_FAULT_BINARY))
        tw_stream_send(c, WIRE_BINARY, SLICE("\x01\x02\x03\xff"));
    if (strikes(c, SIM_FAULT_GARBAGE))
        send_text(c, SLICE("{\"event\":\"media\",\"media\":{\"payl"));
    if (strikes(c, SIM_FAULT_NEW_EVENT))
        send_text(c, SLICE("{\"event\":\"weather\",\"streamSid\":\"MZ\","
            "\"weather\":{\"rain\":[1,null]}}"));
    f = strikes(c, SIM_FAULT_HUGE);
    if (f)
        send_huge(c, (size_t)f->n);
}

/* Loud, and no text's: one tone of every kind after the other. */
static void make_noise(struct tw_call *c, uint8_t frame[static MFSK_FRAME])
{
    unsigned s = c->stream.noise ? c->stream.noise : 1;

    for (size_t i = 0; i < MFSK_FRAME; i++) {
        s = (s * 1103u + 12345u) % 65521u;
        frame[i] = (uint8_t)(s % 96u + (s & 1u ? 0x80u : 0u));
    }
    c->stream.noise = s;
}

static void send_late(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;
    size_t n = 0;

    while (n < s->lates && s->late[n].due <= loop_now(c->t->loop))
        tw_stream_mark(c, s->late[n++].name);
    s->lates -= n;
    memmove(s->late, s->late + n, s->lates * sizeof(*s->late));
}

/* The ways a stream ends that Twilio has not.  Has it? */
static bool gone(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;

    if (s->mute)
        return true;
    if (strikes(c, SIM_FAULT_CUT)) {
        tw_note(c->t, "the stream breaks off");
        s->mute = true;
        conn_abort(s->conn, NULL);
    } else if (strikes(c, SIM_FAULT_STOP_ONLY)) {
        tw_note(c->t, "says stop and leaves the stream open");
        tw_stream_say_stop(c);
        s->mute = true;
    } else if (strikes(c, SIM_FAULT_HALF_OPEN)) {
        tw_note(c->t, "neither sends nor reads any more");
        s->mute = s->deaf = true;
    }
    return s->mute;
}

bool tw_odd_frame(struct tw_call *c, uint8_t frame[static MFSK_FRAME])
{
    if (gone(c))
        return false;
    send_late(c);
    between(c);
    if (strikes(c, SIM_FAULT_LINE_NOISE))
        make_noise(c, frame);
    return true;
}

/* ---- instead of them ---- */

static void add_piece(struct buf *b, int op, struct slice data, bool last)
{
    size_t from = b->len;

    wire_frame(b, op, data, tw_mask);
    if (!last && b->len > from)
        b->ptr[from] &= 0x7f;           /* FIN: RFC 6455 5.2 */
}

bool tw_odd_send(struct tw_call *c, int op, struct slice data)
{
    struct buf *b = &c->t->frame;
    size_t part = data.len / PIECES;

    if (c->stream.mute && op < WIRE_CLOSE)
        return true;
    if (op != WIRE_TEXT || !sim_fault_has(&c->fault, SIM_FAULT_FRAGMENTS))
        return false;
    buf_clear(b);
    for (int i = 0; i < PIECES; i++) {
        bool last = i == PIECES - 1;

        add_piece(b, i ? WIRE_CONT : WIRE_TEXT, last ? data
            : slice_head(data, part), last);
        if (!last)
            wire_frame(b, WIRE_PING, SLICE("between"), tw_mask);
        data = slice_from(data, part);
    }
    if (c->stream.conn && conn_write(c->stream.conn, buf_slice(b)))
        conn_abort(c->stream.conn, NULL);
    return true;
}

bool tw_odd_mark(struct tw_call *c, const char *name)
{
    const struct sim_fault *f = sim_fault_has(&c->fault,
        SIM_FAULT_MARKS_LATE);
    struct tw_stream *s = &c->stream;

    if (sim_fault_has(&c->fault, SIM_FAULT_MARKS_LOST))
        return true;
    if (!f || s->lates == TW_LATE)
        return false;
    text_copy(s->late[s->lates].name, sizeof(s->late->name),
        slice_str(name));
    s->late[s->lates++].due = loop_now(c->t->loop) + f->n;
    return true;
}
