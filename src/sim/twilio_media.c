/* twilio_media.c - the media stream: the handshake of twilio 1.6, frames up and
 * audio down in real time, and every message from the server judged by 1.4.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/twilio_own.h"

#define WITHIN 5000             /* ms for 101 */
#define FIRST_STAMP 155         /* ms: the first timestamp is not 0 */
#define QUEUE_MAX (10 * 60 * 8000u)     /* ten minutes: 31931 */
#define MESSAGE_MAX (4u << 20)
#define OTHER_CALL "CA00000000000000000000000000000000"
#define ECHO_WITHIN 1000        /* ms for the echo of our close frame */

const uint8_t tw_mask[4] = {0x5a, 0x17, 0xc3, 0x9e};

static void send_frame(struct tw_call *c, int op, struct slice data)
{
    struct buf *f = &c->t->frame;

    if (tw_odd_send(c, op, data))
        return;
    buf_clear(f);
    wire_frame(f, op, data, tw_mask);
    if (c->stream.conn && conn_write(c->stream.conn, buf_slice(f)))
        conn_abort(c->stream.conn, NULL);
}

void tw_stream_send(struct tw_call *c, int op, struct slice data)
{
    send_frame(c, op, data);
}

/* What Twilio says; what it never would (twilio_odd.c) is not written down. */
static void send_text(struct tw_call *c, struct slice text)
{
    if (!c->stream.mute)
        sim_tap(&c->t->conf.tap, TAP_STREAM, false, SLICE("text"), text);
    send_frame(c, WIRE_TEXT, text);
}

static struct buf *begin(struct tw_call *c, const char *event)
{
    struct buf *b = &c->t->out;

    buf_clear(b);
    buf_addf(b, "{\"event\":\"%s\",\"sequenceNumber\":\"%llu\",\"streamSid\":"
        "\"%s\"", event, (unsigned long long)++c->stream.seq, c->stream.sid);
    return b;
}

static void end(struct tw_call *c)
{
    buf_adds(&c->t->out, "}");
    send_text(c, buf_slice(&c->t->out));
}

/* ---- stream status callbacks: twilio 6.3 ---- */

static void tell(struct tw_call *c, const char *event, const char *error)
{
    struct tw_stream *s = &c->stream;
    char stamp[SYS_STAMP_MAX];
    struct tw_form f;

    if (!s->callback[0])
        return;
    sys_stamp(stamp, sys_wall());
    tw_form_begin(&f, c);
    tw_form_add(&f, "StreamSid", "%s", s->sid);
    tw_form_add(&f, "StreamName", "%s", s->name[0] ? s->name : s->sid);
    tw_form_add(&f, "StreamEvent", "%s", event);
    if (error)
        tw_form_add(&f, "StreamError", "%s", error);
    tw_form_add(&f, "Timestamp", "%.23s000000Z", stamp);
    tw_hook(c, TW_HOOK_STREAM, s->callback, s->callback_get, &f);
}

static void over(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;
    bool blocking = s->blocking;

    loop_cancel(c->t->loop, &s->patience);
    s->state = TW_S_NONE;
    s->conn = NULL;
    s->blocking = false;
    if (blocking)
        tw_call_next(c);
    tw_call_done(c);
}

/* Twilio gives the stream up; its socket is cut if there is one. */
static void fail_stream(struct tw_call *c, int number, const char *why)
{
    tw_judge(c->t, c, number, false, "%.80s: %s", c->stream.url, why);
    tell(c, "stream-error", why);
    c->stream.state = TW_S_CLOSING;
    if (c->stream.conn)
        conn_abort(c->stream.conn, NULL);
    else
        over(c);
}

static void warn(struct tw_call *c, int number, bool *told, const char *why)
{
    if (!*told)
        tw_judge(c->t, c, number, true, "%s", why);
    *told = true;
}

/* ---- messages of the server ---- */

void tw_stream_mark(struct tw_call *c, const char *name)
{
    struct buf *b = begin(c, "mark");

    buf_adds(b, ",\"mark\":{\"name\":");
    jread_quote(b, slice_str(name));
    buf_adds(b, "}");
    end(c);
}

/* Marks whose audio has been played go back, in order. */
static void echo_due(struct tw_call *c, uint64_t until)
{
    struct tw_stream *s = &c->stream;
    size_t n = 0;

    while (n < s->marks && s->mark[n].at <= until) {
        if (!tw_odd_mark(c, s->mark[n].name))
            tw_stream_mark(c, s->mark[n].name);
        n++;
    }
    s->marks -= n;
    memmove(s->mark, s->mark + n, s->marks * sizeof(*s->mark));
}

static void queue_audio(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;
    struct buf *sound = &c->t->frame;

    if (s->queue.len - s->head + sound->len > QUEUE_MAX) {
        warn(c, 31931, &s->told_31931, "more than 10 minutes are queued");
        return;
    }
    buf_add(&s->queue, buf_slice(sound));
    s->queued += sound->len;
}

static const char *on_media(struct tw_call *c, const struct jnode *e)
{
    const struct jnode *m = jread_get(e, "media");
    struct slice payload = jread_text(jread_get(m, "payload"));
    struct buf *sound = &c->t->frame;

    if (jread_unknown(e, "event streamSid media").ptr || !m
        || !jread_is(m, J_OBJECT) || jread_unknown(m, "payload").ptr)
        return "media: a key is missing or too many";
    if (!payload.len)
        return "media: no payload";
    buf_clear(sound);
    if (wire_unbase64(sound, payload) || !buf_ok(sound))
        return "media: the payload is no base64";
    queue_audio(c);
    return NULL;
}

static const char *on_mark(struct tw_call *c, const struct jnode *e)
{
    struct tw_stream *s = &c->stream;
    const struct jnode *m = jread_get(e, "mark");
    struct slice name = jread_text(jread_get(m, "name"));

    if (jread_unknown(e, "event streamSid mark").ptr || !m
        || !jread_is(m, J_OBJECT) || jread_unknown(m, "name").ptr)
        return "mark: a key is missing or too many";
    if (!name.len || name.len >= sizeof(s->mark->name))
        return "mark: no name";
    if (s->marks == TW_MARKS)
        return "mark: too many are outstanding";
    text_copy(s->mark[s->marks].name, sizeof(s->mark->name), name);
    s->mark[s->marks++].at = s->queued;
    c->counts.marks++;
    echo_due(c, s->played);
    return NULL;
}

/* The queue is dropped; what stood in it comes back as if it had been
 * played (twilio 1.3). */
static const char *on_clear(struct tw_call *c, const struct jnode *e)
{
    struct tw_stream *s = &c->stream;

    if (jread_unknown(e, "event streamSid").ptr)
        return "clear: a key too many";
    buf_clear(&s->queue);
    s->head = 0;
    s->played = s->queued;
    c->counts.clears++;
    echo_due(c, s->played);
    return NULL;
}

static const char *judge(struct tw_call *c, const struct jnode *e)
{
    const struct jnode *event = jread_get(e, "event");

    if (!jread_is(e, J_OBJECT))
        return "the message is no JSON object";
    if (!jread_is(event, J_STRING))
        return "the message has no event";
    if (!jread_eq(jread_get(e, "streamSid"), c->stream.sid))
        return "the streamSid is another one";
    if (jread_eq(event, "media"))
        return on_media(c, e);
    if (jread_eq(event, "mark"))
        return on_mark(c, e);
    return jread_eq(event, "clear") ? on_clear(c, e) : "an unknown event";
}

static void on_message(struct tw_call *c)
{
    const char *why;

    sim_tap(&c->t->conf.tap, TAP_STREAM, true, c->stream.ws.op == WIRE_TEXT
        ? SLICE("text") : SLICE("binary"), c->stream.ws.data);
    if (c->stream.ws.op == WIRE_BINARY) {
        warn(c, 31950, &c->stream.told_31950, "a binary message");
        return;
    }
    why = judge(c, jread(c->t->json, c->stream.ws.data));
    if (why)
        warn(c, 31951, &c->stream.told_31951, why);
}

/* ---- the end ---- */

/* The server closes: 1000 is how a stream is meant to end (twilio 1.5). */
static void on_server_close(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;
    char why[200];

    if (s->state == TW_S_OPEN) {
        text_fmt(why, sizeof(why), "the server closed with %u %.*s",
            (unsigned)s->ws.code, SLICE_ARG(slice_from(s->ws.data, 2)));
        if (s->ws.code != 1000)
            tw_judge(c->t, c, 31921, false, "%s", why);
        tw_note(c->t, "the stream ends: %s", why);
        tell(c, s->ws.code == 1000 ? "stream-stopped" : "stream-error",
            s->ws.code == 1000 ? NULL : why);
        send_frame(c, WIRE_CLOSE, slice_head(s->ws.data, 2));
    }
    s->state = TW_S_CLOSING;
    conn_close(s->conn);
}

static void on_control(struct tw_call *c)
{
    if (c->stream.ws.op == WIRE_CLOSE)
        on_server_close(c);
    else if (c->stream.ws.op == WIRE_PING)
        send_frame(c, WIRE_PONG, c->stream.ws.data);
}

static void on_frames(struct tw_call *c, struct slice *in)
{
    struct tw_stream *s = &c->stream;
    bool ours = s->state == TW_S_CLOSING;

    while (s->conn && !conn_closing(s->conn)) {
        switch (wire_next(&s->ws, in)) {
        case WIRE_MORE:
            return;
        case WIRE_PART:
            break;
        case WIRE_MESSAGE:
            if (!ours)
                on_message(c);
            break;
        case WIRE_CONTROL:
            on_control(c);
            break;
        case WIRE_BAD:
            fail_stream(c, 31924, s->ws.why);
            return;
        }
    }
}

/* ---- the beginning ---- */

void tw_add_start(struct buf *b, const struct tw_call *c, const char *stream,
    const char *call, bool parameters)
{
    const struct tw_stream *s = &c->stream;

    buf_addf(b, ",\"start\":{\"accountSid\":\"%s\",\"streamSid\":\"%s\","
        "\"callSid\":\"%s\",\"tracks\":[\"inbound\"],\"mediaFormat\":{"
        "\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1},"
        "\"customParameters\":{", c->t->conf.account_sid, stream, call);
    for (size_t i = 0; i < s->params && parameters; i++) {
        if (i)
            buf_adds(b, ",");
        jread_quote(b, s->param[i].name);
        buf_adds(b, ":");
        jread_quote(b, s->param[i].value);
    }
    buf_adds(b, "}}");
}

static void tell_start(struct tw_call *c)
{
    bool lost = sim_fault_strikes(&c->t->conf.fault, SIM_FAULT_NO_TOKEN)
        != NULL;

    send_text(c, SLICE("{\"event\":\"connected\",\"protocol\":\"Call\","
        "\"version\":\"1.0.0\"}"));
    if (!tw_odd_start(c))
        return;
    tw_add_start(begin(c, "start"), c, c->stream.sid, sim_fault_has(&c->fault,
        SIM_FAULT_OTHER_SID) ? OTHER_CALL : c->sid, !lost);
    end(c);
    tw_rogue_begin(c);
}

static const char *judge_101(const struct tw_stream *s,
    const struct wire_head *h, int *number)
{
    bool twice = false;
    struct slice accept = wire_field(h, "sec-websocket-accept", &twice);

    *number = 31920;
    if (h->status != 101)
        return "the answer is not 101";
    if (!wire_has(h, "upgrade", "websocket")
        || !wire_has(h, "connection", "upgrade"))
        return "101 without Upgrade and Connection";
    if (twice || !slice_is(accept, s->pair->accept))
        return "a wrong Sec-WebSocket-Accept";
    *number = 31924;
    if (wire_field(h, "sec-websocket-protocol", &twice).ptr)
        return "a subprotocol that was not offered";
    if (wire_field(h, "sec-websocket-extensions", &twice).ptr)
        return "an extension that was not offered";
    return NULL;
}

static void on_answer(struct tw_call *c, const struct wire_head *h)
{
    struct tw_stream *s = &c->stream;
    const char *why;
    char line[120];
    int number;

    why = judge_101(s, h, &number);
    if (why) {
        text_fmt(line, sizeof(line), "%s (%d)", why, h->status);
        fail_stream(c, number, line);
        return;
    }
    loop_cancel(c->t->loop, &s->patience);
    s->state = TW_S_OPEN;
    s->opened = loop_now(c->t->loop);
    c->counts.streams++;
    tw_note(c->t, "the media stream is open");
    tell(c, "stream-started", NULL);
    tell_start(c);
}

static size_t on_read(struct conn *conn, void *arg, struct mslice bytes)
{
    struct tw_call *c = arg;
    struct tw_stream *s = &c->stream;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    const char *why = "";
    struct wire_head h;
    int n;

    (void)conn;
    if (s->deaf)
        return bytes.len;
    if (s->state == TW_S_DIALLING) {
        n = wire_answer(in, &h, &why);
        if (n < 0)
            fail_stream(c, 31920, why);
        if (n <= 0)
            return n ? bytes.len : 0;
        sim_tap(&c->t->conf.tap, TAP_STREAM, true, slice_head(in, (size_t)n),
            SLICE(""));
        on_answer(c, &h);
        in = slice_from(in, (size_t)n);
    }
    if (s->state == TW_S_OPEN || s->state == TW_S_CLOSING)
        on_frames(c, &in);
    return bytes.len - in.len;
}

void tw_add_upgrade(struct buf *b, const struct tw_call *c,
    const struct wire_pair *pair)
{
    const struct tw_stream *s = &c->stream;
    struct slice target = {0};
    struct buf sum;

    buf_init(&sum, 64);
    digest_twilio(&sum, slice_str(c->t->conf.auth_token), slice_str(s->url),
        NULL, 0);
    tw_target(c->t, slice_str(s->url), &target);
    buf_addf(b, "GET %s%.*s HTTP/1.1\r\nhost: %s\r\n"
        "user-agent: Twilio.TmeWs/1.0\r\nconnection: Upgrade\r\n"
        "upgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: %s\r\nx-twilio-signature: %.*s\r\n\r\n",
        target.len ? "" : "/", SLICE_ARG(target), c->t->conf.public_host,
        pair->key, SLICE_ARG(buf_slice(&sum)));
    buf_free(&sum);
}

static void on_open(struct conn *conn, void *arg)
{
    struct tw_call *c = arg;
    struct buf *b = &c->t->out;

    buf_clear(b);
    tw_add_upgrade(b, c, c->stream.pair);
    sim_tap(&c->t->conf.tap, TAP_STREAM, false, buf_slice(b), SLICE(""));
    conn_write(conn, buf_slice(b));
}

static void on_close(struct conn *conn, void *arg, const struct err *err)
{
    struct tw_call *c = arg;
    struct tw_stream *s = &c->stream;

    (void)conn;
    s->conn = NULL;
    if (s->state == TW_S_DIALLING)
        fail_stream(c, err && err->code == ERR_NET ? 31902 : 31920,
            err ? err->msg : "the connection ended before the answer");
    else if (s->state == TW_S_OPEN)
        fail_stream(c, 31903, "the connection broke");
    else
        over(c);
}

static const struct conn_ops ops = {
    .name = "sim-twilio-media",
    .on_open = on_open,
    .on_read = on_read,
    .on_close = on_close,
};

static size_t deaf(struct conn *conn, void *arg, struct mslice bytes)
{
    (void)conn;
    (void)arg;
    return bytes.len;
}

static const struct conn_ops deaf_ops = {
    .name = "sim-twilio-old",
    .on_read = deaf,
};

static void on_patience(void *arg)
{
    struct tw_call *c = arg;

    if (c->stream.state == TW_S_CLOSING) {
        conn_abort(c->stream.conn, NULL);
        return;
    }
    if (sim_fault_has(&c->t->conf.fault, SIM_FAULT_HANDSHAKE_403))
        fail_stream(c, 31920, "the tunnel answered 403");
    else
        fail_stream(c, 31901, "no answer in time");
}

static struct slice keep(struct tw_stream *s, struct slice text)
{
    size_t from = s->room.len;

    buf_add(&s->room, text);
    return slice_of(s->room.ptr + from, s->room.len - from);
}

/* The document may go while the stream lives: everything is copied. */
static void copy_verb(struct tw_call *c, const struct tw_verb *v)
{
    struct tw_stream *s = &c->stream;
    size_t query = slice_chr(v->url, '?');

    buf_init(&s->room, 1 << 16);
    buf_room(&s->room, 1 << 15);
    buf_init(&s->queue, 2 * QUEUE_MAX);
    text_fmt(s->url, sizeof(s->url), "%s%s%.*s",
        slice_starts(v->url, "/") ? "wss://" : "",
        slice_starts(v->url, "/") ? c->t->conf.public_host : "",
        SLICE_ARG(slice_head(v->url, query)));
    text_copy(s->name, sizeof(s->name), v->name);
    text_copy(s->callback, sizeof(s->callback), v->callback);
    text_copy(s->action, sizeof(s->action), v->action);
    s->callback_get = v->callback_get;
    s->action_get = v->get;
    for (size_t i = 0; i < v->params && s->room.len < 30000; i++) {
        s->param[i].name = keep(s, v->param[i].name);
        s->param[i].value = keep(s, v->param[i].value);
        s->params++;
    }
}

static void dial(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;
    struct conn_target to = {.host = SLICE("127.0.0.1"),
        .port = c->t->conf.server_port, .timeout = WITHIN};
    struct err e;

    s->conn = conn_dial(c->t->loop, c->t->resolver, &to, &ops, c, &e);
    if (!s->conn)
        fail_stream(c, 31902, e.msg);
    else
        conn_limits(s->conn, 4u << 20, MESSAGE_MAX + 1024);
}

void tw_stream_open(struct tw_call *c, const struct tw_verb *v)
{
    struct tw_stream *s = &c->stream;
    struct slice target;

    tw_stream_fini(c);
    memset(s, 0, sizeof(*s));
    copy_verb(c, v);
    tw_new_sid(c->t, "MZ", s->sid);
    s->pair = &wire_pairs[c->t->ids % WIRE_PAIRS];
    s->ws.max = MESSAGE_MAX;
    s->blocking = true;
    s->state = TW_S_DIALLING;
    s->patience = (struct timer){.fire = on_patience, .arg = c};
    loop_in(c->t->loop, &s->patience, WITHIN);
    if (slice_chr(v->url, '?') != SLICE_NPOS)
        tw_note(c->t, "drops the query of the stream's URL");
    if (tw_target(c->t, slice_str(s->url), &target))
        fail_stream(c, 31904, "the host cannot be reached");
    else if (sim_fault_has(&c->t->conf.fault, SIM_FAULT_HANDSHAKE_403))
        loop_in(c->t->loop, &s->patience, 50);
    else
        dial(c);
}

/* ---- the line ---- */

void tw_stream_play(struct tw_call *c, uint8_t frame[static MFSK_FRAME])
{
    struct tw_stream *s = &c->stream;
    size_t left = s->queue.len - s->head;
    size_t n = left < MFSK_FRAME ? left : MFSK_FRAME;

    if (!n)
        return;
    memcpy(frame, s->queue.ptr + s->head, n);
    s->head += n;
    if (s->head > s->queue.len / 2) {
        buf_skip(&s->queue, s->head);
        s->head = 0;
    }
    s->played += n;
    c->counts.frames_in++;
    echo_due(c, s->played);
}

void tw_stream_said(struct tw_call *c, const uint8_t said[static MFSK_FRAME])
{
    struct tw_stream *s = &c->stream;
    uint8_t frame[MFSK_FRAME];
    struct buf *b;

    memcpy(frame, said, sizeof(frame));
    if (!tw_odd_frame(c, frame))
        return;
    b = begin(c, "media");
    buf_addf(b, ",\"media\":{\"track\":\"inbound\",\"chunk\":\"%llu\","
        "\"timestamp\":\"%llu\",\"payload\":\"",
        (unsigned long long)s->chunk + 1, (unsigned long long)(FIRST_STAMP
        + s->chunk * MFSK_MS));
    s->chunk++;
    wire_base64(b, slice_of(frame, MFSK_FRAME));
    buf_adds(b, "\"}");
    end(c);
    c->counts.frames_out++;
}

void tw_stream_digit(struct tw_call *c, char digit)
{
    struct buf *b = begin(c, "dtmf");

    buf_addf(b, ",\"dtmf\":{\"track\":\"inbound_track\",\"digit\":\"%c\"}",
        digit);
    end(c);
}

void tw_stream_say_stop(struct tw_call *c)
{
    struct buf *b = begin(c, "stop");

    buf_addf(b, ",\"stop\":{\"accountSid\":\"%s\",\"callSid\":\"%s\"}",
        c->t->conf.account_sid, c->sid);
    end(c);
}

static void say_stop(struct tw_call *c)
{
    tw_stream_say_stop(c);
    buf_clear(&c->t->frame);
    wire_close(&c->t->frame, 1000, "", tw_mask);
    conn_write(c->stream.conn, buf_slice(&c->t->frame));
    tell(c, "stream-stopped", NULL);
}

void tw_stream_stop(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;

    s->blocking = false;
    if (s->state == TW_S_OPEN) {
        say_stop(c);
        loop_in(c->t->loop, &s->patience, ECHO_WITHIN);
        s->state = TW_S_CLOSING;
    } else if (s->state == TW_S_DIALLING) {
        s->state = TW_S_CLOSING;
        if (s->conn)
            conn_abort(s->conn, NULL);
        else
            over(c);
    }
}

void tw_stream_drop(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;

    if (s->state == TW_S_OPEN)
        say_stop(c);
    if (s->conn) {
        conn_adopt(s->conn, &deaf_ops, NULL);
        conn_close(s->conn);
    }
    s->blocking = false;
    over(c);
}

void tw_stream_fini(struct tw_call *c)
{
    struct tw_stream *s = &c->stream;

    loop_cancel(c->t->loop, &s->patience);
    if (s->conn) {
        conn_adopt(s->conn, &deaf_ops, NULL);
        conn_abort(s->conn, NULL);
        s->conn = NULL;
    }
    buf_free(&s->queue);
    buf_free(&s->room);
    wire_fini(&s->ws);
}
