/* twilio_rogue.c - streams that are not Twilio's, beside a true one: stolen,
 * forged and missing tokens, and peers that say nothing or nonsense.
 *
 * A rogue knows what the true stream was told and opens one of its own to the
 * same address.  What matters is how the server closes it, and that the true
 * one goes on.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/twilio_own.h"

#define WITHIN 5000             /* ms for 101 */
#define AFTER 400               /* ms behind the true stream */
#define CROWD 257
#define HUGE 70000
#define STREAM "MZ11111111111111111111111111111111"
#define STRANGER "CA22222222222222222222222222222222"
#define FORGED_TOKEN "0123456789abcdef0123456789abcdef"

struct tw_rogue {
    struct tw_call *call;
    struct conn *conn;          /* NULL: not yet, or no more */
    struct wire_ws ws;
    const struct wire_pair *pair;
    bool open;                  /* 101 came */
    int64_t opened;
    struct timer timer;         /* until it begins */
    struct sim_twilio_rogue fact;
};

static void send_frame(struct tw_rogue *r, int op, struct slice data,
    const uint8_t *mask)
{
    struct buf *f = &r->call->t->frame;

    buf_clear(f);
    wire_frame(f, op, data, mask);
    conn_write(r->conn, buf_slice(f));
}

static void send_text(struct tw_rogue *r, struct slice text)
{
    send_frame(r, WIRE_TEXT, text, tw_mask);
}

/* The true start message with another token in it. */
static void forge(struct tw_rogue *r, struct buf *b)
{
    const struct tw_stream *s = &r->call->stream;

    for (size_t i = 0; i < s->params; i++) {
        struct slice token = s->param[i].value;
        size_t at;

        if (!slice_is(s->param[i].name, "token"))
            continue;
        at = slice_find(buf_slice(b), token);
        if (at != SLICE_NPOS && token.len == sizeof(FORGED_TOKEN) - 1)
            memcpy(b->ptr + at, FORGED_TOKEN, token.len);
    }
}

static void send_start(struct tw_rogue *r, const char *call, bool parameters)
{
    struct buf *b = &r->call->t->out;

    send_text(r, SLICE("{\"event\":\"connected\",\"protocol\":\"Call\","
        "\"version\":\"1.0.0\"}"));
    buf_clear(b);
    buf_adds(b, "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":"
        "\"" STREAM "\"");
    tw_add_start(b, r->call, STREAM, call, parameters);
    buf_adds(b, "}");
    if (r->fact.kind == SIM_ROGUE_FORGED)
        forge(r, b);
    send_text(r, buf_slice(b));
}

static void send_huge(struct tw_rogue *r)
{
    struct buf *b = &r->call->t->out;

    buf_clear(b);
    buf_adds(b, "{\"event\":\"start\",\"padding\":\"");
    while (b->len < HUGE)
        buf_addc(b, 'x');
    buf_adds(b, "\"}");
    send_text(r, buf_slice(b));
}

static void speak(struct tw_rogue *r)
{
    switch (r->fact.kind) {
    case SIM_ROGUE_REPLAY:
    case SIM_ROGUE_FORGED:
        send_start(r, r->call->sid, true);
        break;
    case SIM_ROGUE_FOREIGN:
        send_start(r, STRANGER, true);
        break;
    case SIM_ROGUE_BARE:
        send_start(r, r->call->sid, false);
        break;
    case SIM_ROGUE_SILENT:
    case SIM_ROGUE_CROWD:
        break;
    case SIM_ROGUE_MEDIA:
        send_text(r, SLICE("{\"event\":\"media\",\"sequenceNumber\":\"1\","
            "\"streamSid\":\"" STREAM "\",\"media\":{\"track\":\"inbound\","
            "\"chunk\":\"1\",\"timestamp\":\"5\",\"payload\":\"////\"}}"));
        break;
    case SIM_ROGUE_BINARY:
        send_frame(r, WIRE_BINARY, SLICE("\x01\x02"), tw_mask);
        break;
    case SIM_ROGUE_GARBAGE:
        send_text(r, SLICE("GET / HTTP/1.1"));
        break;
    case SIM_ROGUE_HUGE:
        send_huge(r);
        break;
    case SIM_ROGUE_UNMASKED:
        send_frame(r, WIRE_TEXT, SLICE("{}"), NULL);
        break;
    }
}

/* ---- the socket ---- */

static void on_open(struct conn *conn, void *arg)
{
    struct tw_rogue *r = arg;
    struct buf *b = &r->call->t->out;

    buf_clear(b);
    tw_add_upgrade(b, r->call, r->pair);
    conn_write(conn, buf_slice(b));
}

static void on_frames(struct tw_rogue *r, struct slice *in)
{
    enum wire_event ev;

    while (!r->fact.code && (ev = wire_next(&r->ws, in)) != WIRE_MORE) {
        if (ev == WIRE_BAD) {
            r->fact.code = 1002;
            text_copy(r->fact.why, sizeof(r->fact.why), slice_str(r->ws.why));
            conn_abort(r->conn, NULL);
        } else if (ev == WIRE_CONTROL && r->ws.op == WIRE_PING) {
            send_frame(r, WIRE_PONG, r->ws.data, tw_mask);
        } else if (ev == WIRE_CONTROL && r->ws.op == WIRE_CLOSE) {
            r->fact.code = r->ws.code;
            text_copy(r->fact.why, sizeof(r->fact.why),
                slice_from(r->ws.data, 2));
            send_frame(r, WIRE_CLOSE, slice_head(r->ws.data, 2), tw_mask);
            conn_close(r->conn);
        }
    }
}

static size_t on_read(struct conn *conn, void *arg, struct mslice bytes)
{
    struct tw_rogue *r = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why = "";
    int n;

    if (!r->open) {
        n = wire_answer(in, &h, &why);
        if (n == 0)
            return 0;
        if (n < 0 || h.status != 101) {     /* DESIGN 3: always 101 */
            r->fact.code = n < 0 ? 1002 : (unsigned)h.status;
            conn_abort(conn, NULL);
            return bytes.len;
        }
        in = slice_from(in, (size_t)n);
        r->open = true;
        r->opened = loop_now(r->call->t->loop);
        speak(r);
    }
    on_frames(r, &in);
    return bytes.len - in.len;
}

static void on_close(struct conn *conn, void *arg, const struct err *err)
{
    struct tw_rogue *r = arg;

    (void)conn;
    (void)err;
    r->conn = NULL;
    if (!r->fact.code)
        r->fact.code = 1006;
    r->fact.ms = loop_now(r->call->t->loop) - r->opened;
    tw_note(r->call->t, "a rogue stream is closed with %u: %s", r->fact.code,
        r->fact.why);
}

static const struct conn_ops ops = {
    .name = "sim-twilio-rogue",
    .on_open = on_open,
    .on_read = on_read,
    .on_close = on_close,
};

static void on_timer(void *arg)
{
    struct tw_rogue *r = arg;
    struct sim_twilio *t = r->call->t;
    struct conn_target to = {.host = SLICE("127.0.0.1"),
        .port = t->conf.server_port, .timeout = WITHIN};
    struct err e;

    r->conn = conn_dial(t->loop, t->resolver, &to, &ops, r, &e);
    if (!r->conn)
        r->fact.code = 1006;
}

static void begin(struct tw_call *c, enum sim_rogue kind)
{
    struct sim_twilio *t = c->t;
    struct tw_rogue *r;

    if (t->rogues == TW_ROGUES || !(r = mem_new(sizeof(*r))))
        return;
    t->rogue[t->rogues++] = r;
    r->call = c;
    r->fact.kind = kind;
    text_copy(r->fact.call, sizeof(r->fact.call), slice_str(c->sid));
    r->pair = &wire_pairs[t->rogues % WIRE_PAIRS];
    r->ws.max = 4096;
    r->timer = (struct timer){.fire = on_timer, .arg = r};
    loop_in(t->loop, &r->timer, AFTER);
}

void tw_rogue_begin(struct tw_call *c)
{
    const struct sim_fault *f = sim_fault_strikes(&c->fault,
        SIM_FAULT_ROGUE);
    int n = f && f->n == SIM_ROGUE_CROWD ? CROWD : f != NULL;

    if (f)
        tw_note(c->t, "%d rogue streams come", n);
    while (n--)
        begin(c, (enum sim_rogue)f->n);
}

bool sim_twilio_rogue(const struct sim_twilio *t, size_t i,
    struct sim_twilio_rogue *out)
{
    if (i >= t->rogues)
        return false;
    *out = t->rogue[i]->fact;
    return true;
}

static const struct conn_ops deaf_ops = {.name = "sim-twilio-old"};

static void free_one(struct tw_rogue *r)
{
    loop_cancel(r->call->t->loop, &r->timer);
    if (r->conn) {
        conn_adopt(r->conn, &deaf_ops, NULL);
        conn_abort(r->conn, NULL);
    }
    wire_fini(&r->ws);
    mem_drop(r);
}

void tw_rogue_free(struct sim_twilio *t)
{
    for (size_t i = 0; i < t->rogues; i++)
        free_one(t->rogue[i]);
    t->rogues = 0;
}

bool tw_rogue_forget(struct tw_call *c)
{
    struct sim_twilio *t = c->t;
    size_t n = 0;

    for (size_t i = 0; i < t->rogues; i++)
        if (t->rogue[i]->call == c && !t->rogue[i]->fact.code)
            return false;
    for (size_t i = 0; i < t->rogues; i++) {
        if (t->rogue[i]->call == c)
            free_one(t->rogue[i]);
        else
            t->rogue[n++] = t->rogue[i];
    }
    t->rogues = n;
    return true;
}
