/* storm_call.c - Twilio's half of one of many calls: the webhook (twilio 2.1),
 * the stream's upgrade (1.6), frames up, and what comes down, judged.
 */
#include <string.h>

#include "base/sys.h"
#include "base/text.h"
#include "sim/digest.h"
#include "sim/storm_own.h"

#define WITHIN 10000            /* ms for the document, and for the 101 */
#define FIRST_STAMP 155         /* ms: the first timestamp is not 0 */
#define CALLER "+15550000000"
#define CALLED "+15550001111"

static const uint8_t mask[4] = {0x5a, 0x17, 0xc3, 0x9e};

/* ---- failing, and what may end ---- */

static void fail_call(struct storm_call *c, const char *why)
{
    if (c->state == STORM_OVER)
        return;
    c->state = STORM_OVER;
    c->s->counts.failed++;
    if (!c->s->counts.why)
        c->s->counts.why = why;
    if (c->conn)
        conn_abort(c->conn, NULL);
}

/* ---- frames ---- */

/* Its call, its number, the moment, and a fill that depends on them. */
static void put(uint8_t *to, uint64_t n, size_t bytes)
{
    while (bytes--) {
        to[bytes] = (uint8_t)n;
        n >>= 8;
    }
}

static uint64_t get(const uint8_t *from, size_t bytes)
{
    uint64_t n = 0;

    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | from[i];
    return n;
}

static void make_frame(uint8_t f[static STORM_FRAME], size_t id, uint32_t n,
    int64_t us)
{
    put(f, id, 4);
    put(f + 4, n, 4);
    put(f + 8, (uint64_t)us, 8);
    for (size_t i = 16; i < STORM_FRAME; i++)
        f[i] = (uint8_t)(f[i & 15] + i);
}

/* A frame is the next of this call, and whole; what is none of ours, a clip of
 * the server's own, has another call's number by all likelihood. */
static void on_frame(struct storm_call *c, const uint8_t *f, int64_t now)
{
    uint32_t n = (uint32_t)get(f + 4, 4);

    for (size_t i = 16; i < STORM_FRAME; i++)
        if (f[i] != (uint8_t)(f[i & 15] + i)) {
            c->s->counts.altered++;
            return;
        }
    if (get(f, 4) != c->id || n <= c->back || n > c->sent) {
        c->s->counts.altered++;
        return;
    }
    c->back = n;
    if (!c->heard)
        c->s->counts.open++;
    c->heard = true;
    storm_count(c->s, (int64_t)get(f + 8, 8), now);
}

static void on_audio(struct storm_call *c, struct slice payload)
{
    struct buf *b = &c->s->sound;
    int64_t now = sys_now_us();

    buf_clear(b);
    if (wire_unbase64(b, payload) || !buf_ok(b) || b->len % STORM_FRAME)
        fail_call(c, "media whose payload is no frames in base64");
    for (size_t i = 0; i + STORM_FRAME <= b->len; i += STORM_FRAME)
        on_frame(c, b->ptr + i, now);
    c->queued += b->len;
}

/* ---- messages up ---- */

static void send_text(struct storm_call *c, struct slice text)
{
    struct buf *f = &c->s->frame;

    buf_clear(f);
    wire_frame(f, WIRE_TEXT, text, mask);
    if (!buf_ok(f) || conn_write(c->conn, buf_slice(f)))
        fail_call(c, "the server does not read its stream");
}

static struct buf *begin(struct storm_call *c, const char *event)
{
    struct buf *b = &c->s->out;

    buf_clear(b);
    buf_adds(b, "{\"event\":\"");
    buf_adds(b, event);
    buf_adds(b, "\",\"sequenceNumber\":\"");
    buf_addu(b, ++c->seq);
    buf_adds(b, "\",\"streamSid\":\"");
    buf_adds(b, c->sid);
    buf_adds(b, "\"");
    return b;
}

static void send_media(struct storm_call *c)
{
    uint8_t f[STORM_FRAME];
    struct buf *b = begin(c, "media");
    int64_t now = sys_now_us();

    make_frame(f, c->id, ++c->sent, now);
    buf_adds(b, ",\"media\":{\"track\":\"inbound\",\"chunk\":\"");
    buf_addu(b, c->sent);
    buf_adds(b, "\",\"timestamp\":\"");
    buf_addu(b, FIRST_STAMP + (uint64_t)(c->sent - 1) * STORM_FRAME_MS);
    buf_adds(b, "\",\"payload\":\"");
    wire_base64(b, slice_of(f, sizeof f));
    buf_adds(b, "\"}}");
    if (now >= c->s->from && now < c->s->till)
        c->s->counts.sent++;
    send_text(c, buf_slice(b));
}

static void send_mark(struct storm_call *c, const char *name)
{
    struct buf *b = begin(c, "mark");

    buf_adds(b, ",\"mark\":{\"name\":");
    jread_quote(b, slice_str(name));
    buf_adds(b, "}}");
    send_text(c, buf_slice(b));
}

/* 20 ms more have been heard: marks that were reached go back. */
static void play(struct storm_call *c)
{
    uint64_t left = c->queued - c->played;

    c->played += left < STORM_FRAME ? left : STORM_FRAME;
    while (c->marks && c->mark[c->first].at <= c->played
        && c->state == STORM_OPEN) {
        send_mark(c, c->mark[c->first].name);
        c->first = (c->first + 1) % STORM_MARKS;
        c->marks--;
    }
}

void storm_call_tick(struct storm_call *c, int64_t due_us)
{
    if (c->state != STORM_OPEN)
        return;
    if (c->s->on)
        storm_hist_add(&c->s->own, sys_now_us() - due_us);
    play(c);
    if (c->state == STORM_OPEN)
        send_media(c);
}

/* ---- messages down: twilio 1.4 ---- */

static const char *on_mark(struct storm_call *c, const struct jnode *e)
{
    struct slice name = jread_text(jread_get(jread_get(e, "mark"), "name"));
    size_t i = (c->first + c->marks) % STORM_MARKS;

    if (!name.len || name.len >= sizeof c->mark[i].name)
        return "a mark without a name";
    if (c->marks == STORM_MARKS)
        return "too many marks are outstanding";
    text_copy(c->mark[i].name, sizeof c->mark[i].name, name);
    c->mark[i].at = c->queued;
    c->marks++;
    return NULL;
}

static const char *judge(struct storm_call *c, const struct jnode *e)
{
    const struct jnode *event = jread_get(e, "event");
    struct slice payload;

    if (!jread_is(e, J_OBJECT) || !jread_eq(jread_get(e, "streamSid"),
        c->sid))
        return "a message that is no object with our streamSid";
    if (jread_eq(event, "mark"))
        return on_mark(c, e);
    if (jread_eq(event, "clear")) {
        c->played = c->queued;
        return NULL;
    }
    payload = jread_text(jread_get(jread_get(e, "media"), "payload"));
    if (!jread_eq(event, "media") || !payload.len)
        return "a message of no known kind";
    on_audio(c, payload);
    return NULL;
}

/* Media as it is usually written is known by its first bytes; whatever is not
 * is read as JSON, and judged by that. */
static void on_message(struct storm_call *c)
{
    struct slice m = c->ws.data, audio;
    const char *why = NULL;

    if (c->ws.op != WIRE_TEXT) {
        fail_call(c, "a binary message");
        return;
    }
    if (slice_eq(slice_head(m, c->head_len), slice_of(c->head, c->head_len))
        && slice_ends(m, "\"}}")) {
        audio = slice_from(m, c->head_len);
        on_audio(c, slice_head(audio, audio.len - 3));
    } else {
        why = judge(c, jread(c->s->json, m));
    }
    if (why)
        fail_call(c, why);
}

static void on_frames(struct storm_call *c, struct slice *in)
{
    while (c->state == STORM_OPEN) {
        switch (wire_next(&c->ws, in)) {
        case WIRE_MORE:
            return;
        case WIRE_PART:
            break;
        case WIRE_MESSAGE:
            on_message(c);
            break;
        case WIRE_CONTROL:
            if (c->ws.op == WIRE_CLOSE)
                fail_call(c, "the server closed a stream");
            if (c->ws.op == WIRE_PING) {
                buf_clear(&c->s->frame);
                wire_frame(&c->s->frame, WIRE_PONG, c->ws.data, mask);
                conn_write(c->conn, buf_slice(&c->s->frame));
            }
            break;
        case WIRE_BAD:
            fail_call(c, c->ws.why);
            break;
        }
    }
}

/* ---- the stream begins ---- */

static void tell_start(struct storm_call *c)
{
    struct buf *b;

    send_text(c, SLICE("{\"event\":\"connected\",\"protocol\":\"Call\","
        "\"version\":\"1.0.0\"}"));
    b = begin(c, "start");
    buf_addf(b, ",\"start\":{\"accountSid\":\"%s\",\"streamSid\":\"%s\","
        "\"callSid\":\"%s\",\"tracks\":[\"inbound\"],\"mediaFormat\":{"
        "\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1},"
        "\"customParameters\":{%s}}}", c->s->conf.account_sid, c->sid,
        c->call_sid, c->params);
    send_text(c, buf_slice(b));
}

static const struct wire_pair *pair_of(const struct storm_call *c)
{
    return &wire_pairs[c->id % WIRE_PAIRS];
}

static size_t on_upgraded(struct conn *conn, void *arg, struct mslice bytes)
{
    struct storm_call *c = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why = "";
    bool twice = false;
    int n;

    (void)conn;
    if (c->state == STORM_DIALLING) {
        n = wire_answer(in, &h, &why);
        if (n == 0)
            return 0;
        if (n < 0 || h.status != 101 || !slice_is(wire_field(&h,
            "sec-websocket-accept", &twice), pair_of(c)->accept)) {
            fail_call(c, n < 0 ? why : "the upgrade was not answered with "
                "101 and its accept");
            return bytes.len;
        }
        conn_deadline(c->conn, 0, "");
        c->state = STORM_OPEN;
        c->ws = (struct wire_ws){.max = STORM_MESSAGE};
        tell_start(c);
        in = slice_from(in, (size_t)n);
    }
    on_frames(c, &in);
    return bytes.len - in.len;
}

static void sign(struct storm_call *c, struct buf *b, const char *url,
    struct digest_pair *pair, size_t pairs)
{
    buf_adds(b, "x-twilio-signature: ");
    digest_twilio(b, slice_str(c->s->conf.auth_token), slice_str(url), pair,
        pairs);
    buf_adds(b, "\r\n");
}

static void ask_upgrade(struct conn *conn, void *arg)
{
    struct storm_call *c = arg;
    struct buf *b = &c->s->out;
    char url[STORM_PATH + 128];

    buf_clear(b);
    buf_addf(b, "GET %s HTTP/1.1\r\nhost: %s\r\n"
        "user-agent: Twilio.TmeWs/1.0\r\nconnection: Upgrade\r\n"
        "upgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: %s\r\n", c->path, c->s->conf.public_host,
        pair_of(c)->key);
    text_fmt(url, sizeof url, "wss://%s%s", c->s->conf.public_host, c->path);
    sign(c, b, url, NULL, 0);
    buf_adds(b, "\r\n");
    conn_write(conn, buf_slice(b));
}

static void on_stream_close(struct conn *conn, void *arg,
    const struct err *err)
{
    struct storm_call *c = arg;

    (void)conn;
    (void)err;
    c->conn = NULL;
    fail_call(c, c->state == STORM_OPEN ? "a stream broke"
        : "no answer to an upgrade");
}

static const struct conn_ops stream_ops = {
    .name = "storm-stream", .on_open = ask_upgrade, .on_read = on_upgraded,
    .on_close = on_stream_close,
};

static bool dial(struct storm_call *c, const struct conn_ops *ops)
{
    struct conn_target to = {.host = SLICE("127.0.0.1"), .port = c->s->port,
        .timeout = WITHIN};

    c->conn = conn_dial(c->s->loop, c->s->resolver, &to, ops, c, NULL);
    if (c->conn) {
        conn_limits(c->conn, STORM_MESSAGE, STORM_MESSAGE);
        conn_deadline(c->conn, WITHIN, "an answer");
    }
    return c->conn != NULL;
}

/* ---- the webhook ---- */

/* The value of name="..." in an element; absent when there is none.  Tokens
 * and paths of ours need no entities. */
static struct slice attribute(struct slice element, const char *name)
{
    size_t at = slice_find(element, slice_str(name));
    struct slice rest = slice_from(element, at);

    if (at == SLICE_NPOS)
        return slice_of(NULL, 0);
    rest = slice_from(rest, strlen(name));
    return slice_head(rest, slice_chr(rest, '"'));
}

/* <Parameter name=... value=.../> into customParameters. */
static bool take_parameters(struct storm_call *c, struct slice xml)
{
    struct buf b;
    size_t at;

    buf_over(&b, c->params, sizeof c->params - 1);
    while ((at = slice_find(xml, SLICE("<Parameter"))) != SLICE_NPOS) {
        struct slice element = slice_from(xml, at);

        element = slice_head(element, slice_chr(element, '>'));
        if (b.len)
            buf_adds(&b, ",");
        jread_quote(&b, attribute(element, " name=\""));
        buf_adds(&b, ":");
        jread_quote(&b, attribute(element, " value=\""));
        xml = slice_from(xml, at + element.len);
    }
    c->params[b.len] = 0;
    return buf_ok(&b) && b.len > 0;
}

static const char *take_twiml(struct storm_call *c, struct slice xml)
{
    size_t at = slice_find(xml, SLICE("<Stream"));
    struct slice url = attribute(slice_from(xml, at == SLICE_NPOS ? xml.len
        : at), " url=\"");
    size_t slash;

    if (!slice_starts(url, "wss://"))
        return "a TwiML without a <Stream> at a wss:// URL";
    url = slice_from(url, 6);
    slash = slice_chr(url, '/');
    if (slash == SLICE_NPOS || !text_copy(c->path, sizeof c->path,
        slice_from(url, slash)))
        return "a <Stream> whose URL has no path, or a long one";
    return take_parameters(c, slice_from(xml, at)) ? NULL
        : "a <Stream> without a <Parameter>, or too many";
}

static size_t on_document(struct conn *conn, void *arg, struct mslice bytes)
{
    struct storm_call *c = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why = "";
    bool done = false;
    struct buf *b = &c->s->sound;
    int n = wire_answer(in, &h, &why);

    (void)conn;
    buf_clear(b);
    if (n == 0 || (n > 0 && wire_body(&h, slice_from(in, (size_t)n), false, b,
        &done, &why) >= 0 && !done))
        return 0;
    if (n > 0 && done)
        why = h.status == 200 ? take_twiml(c, buf_slice(b))
            : "the webhook was not answered with 200";
    if (why && *why)
        fail_call(c, why);
    else
        c->state = STORM_DIALLING;
    conn_close(c->conn);        /* the stream has a connection of its own */
    return bytes.len;
}

static void ask_document(struct conn *conn, void *arg)
{
    struct storm_call *c = arg;
    struct buf *b = &c->s->out;
    char form[400], url[160];
    struct digest_pair pair[] = {
        {SLICE("AccountSid"), slice_str(c->s->conf.account_sid)},
        {SLICE("CallSid"), slice_str(c->call_sid)},
        {SLICE("CallStatus"), SLICE("ringing")},
        {SLICE("Direction"), SLICE("inbound")},
        {SLICE("From"), SLICE(CALLER)}, {SLICE("To"), SLICE(CALLED)},
    };

    text_fmt(url, sizeof url, "https://%s/incoming-call",
        c->s->conf.public_host);
    text_fmt(form, sizeof form, "AccountSid=%s&CallSid=%s&CallStatus=ringing"
        "&Direction=inbound&From=%%2B15550000000&To=%%2B15550001111",
        c->s->conf.account_sid, c->call_sid);
    buf_clear(b);
    buf_addf(b, "POST /incoming-call HTTP/1.1\r\nhost: %s\r\n"
        "content-type: application/x-www-form-urlencoded\r\n"
        "connection: close\r\n"
        "content-length: %zu\r\n", c->s->conf.public_host, strlen(form));
    sign(c, b, url, pair, sizeof pair / sizeof *pair);
    buf_addf(b, "\r\n%s", form);
    conn_write(conn, buf_slice(b));
}

static void on_webhook_close(struct conn *conn, void *arg,
    const struct err *err)
{
    struct storm_call *c = arg;

    (void)conn;
    (void)err;
    c->conn = NULL;
    if (c->state == STORM_ASKING)
        fail_call(c, "the webhook was not answered");
    else if (c->state == STORM_DIALLING && !dial(c, &stream_ops))
        fail_call(c, "no connection for a stream");
}

static const struct conn_ops webhook_ops = {
    .name = "storm-webhook", .on_open = ask_document, .on_read = on_document,
    .on_close = on_webhook_close,
};

void storm_call_begin(struct storm_call *c)
{
    c->state = STORM_ASKING;
    text_fmt(c->head, sizeof c->head, "{\"event\":\"media\",\"streamSid\":"
        "\"%s\",\"media\":{\"payload\":\"", c->sid);
    c->head_len = strlen(c->head);
    if (!dial(c, &webhook_ops))
        fail_call(c, "no connection for a webhook");
}

void storm_call_drop(struct storm_call *c)
{
    static const struct conn_ops nobody = {.name = "storm-gone"};

    c->state = STORM_OVER;
    if (c->conn) {
        conn_adopt(c->conn, &nobody, NULL);
        conn_abort(c->conn, NULL);
        c->conn = NULL;
    }
    wire_fini(&c->ws);
}
