/* stage.h - a stage for Twilio's stand-in: a REST client, and a server of few
 * words that serves TwiML and a media stream.
 */
#ifndef TESTS_SIM_STAGE_H
#define TESTS_SIM_STAGE_H

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/conn.h"
#include "net/resolve.h"
#include "sim/digest.h"
#include "sim/jread.h"
#include "sim/mfsk.h"
#include "sim/scenario.h"
#include "sim/twilio.h"
#include "sim/wire.h"
#include "tests/tap.h"

#define STAGE_ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define STAGE_TOKEN "12345"
#define STAGE_US "+15550001111"
#define STAGE_THEM "+15551230000"

static struct loop *loop;
static struct resolver *res;
static struct sim_twilio *twilio;
static struct jread *json;
static char story[1 << 16];

static inline void stage_add(char *to, size_t cap, struct slice s)
{
    size_t n = strlen(to);

    snprintf(to + n, cap - n, "%.*s\n", SLICE_ARG(s));
}

static inline void stage_note(void *arg, const char *who, const char *text)
{
    (void)arg;
    stage_add(story, sizeof(story), slice_str(who));
    story[strlen(story) - 1] = ' ';
    stage_add(story, sizeof(story), slice_str(text));
}

static inline void stage_stop(void *arg)
{
    loop_stop(arg);
}

static inline void run(int64_t ms)
{
    struct timer t = {.fire = stage_stop, .arg = loop};

    loop_in(loop, &t, ms);
    loop_run(loop);
}

/* ---- REST ---- */

static struct buf rest_in, rest_body;
static int rest_status;
static const struct jnode *rest_json;

static inline size_t rest_read(struct conn *c, void *arg, struct mslice bytes)
{
    struct wire_head h;
    const char *why = "";
    bool done = false;
    int n;

    (void)arg;
    buf_add(&rest_in, slice_of(bytes.ptr, bytes.len));
    n = wire_answer(buf_slice(&rest_in), &h, &why);
    if (n > 0)
        wire_body(&h, slice_from(buf_slice(&rest_in), (size_t)n), false,
            &rest_body, &done, &why);
    if (done) {
        rest_status = h.status;
        conn_close(c);
    }
    return bytes.len;
}

static inline void rest_open(struct conn *c, void *arg)
{
    const struct buf *b = arg;

    conn_write(c, buf_slice(b));
}

static const struct conn_ops rest_ops = {.name = "rest", .on_open = rest_open,
    .on_read = rest_read};

/* One request with a body as it stands. */
static inline int rest_at(const char *method, const char *path,
    const char *type, const char *user, const char *body)
{
    struct conn_target to = {.host = SLICE("127.0.0.1"),
        .port = sim_twilio_port(twilio), .timeout = 1000};
    struct err e;
    struct buf b;

    buf_init(&b, 1 << 16);
    buf_addf(&b, "%s %s HTTP/1.1\r\nHost: api.twilio.com\r\n"
        "Authorization: Basic ", method, path);
    wire_base64(&b, slice_str(user));
    buf_addf(&b, "\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
        type, strlen(body), body);
    buf_clear(&rest_in);
    buf_clear(&rest_body);
    rest_status = 0;
    if (!conn_dial(loop, res, &to, &rest_ops, &b, &e))
        abort();
    run(20);
    rest_json = rest_body.len ? jread(json, buf_slice(&rest_body)) : NULL;
    buf_free(&b);
    return rest_status;
}

/* The same of a path that follows the account's. */
static inline int rest_raw(const char *method, const char *path,
    const char *type, const char *user, const char *body)
{
    char whole[512];

    text_fmt(whole, sizeof(whole), "/2010-04-01/Accounts/" STAGE_ACCOUNT "%s",
        path);
    return rest_at(method, whole, type, user, body);
}

static inline int rest(const char *method, const char *path, const char *body)
{
    return rest_raw(method, path, "application/x-www-form-urlencoded",
        STAGE_ACCOUNT ":" STAGE_TOKEN, body);
}

static inline struct slice rest_get(const char *key)
{
    return jread_text(jread_get(rest_json, key));
}

/* ---- the server ---- */

#define STAGE_PEERS 64

struct stage_hit {              /* one webhook */
    char path[100];
    char body[1600];
    bool signed_;
};

struct stage_peer {
    struct conn *conn;
    bool ws;
    struct wire_ws frames;
};

static struct stage_peer stage_peer[STAGE_PEERS];
static size_t stage_peers;
static struct stage_hit stage_hit[64];
static size_t stage_hits;
static struct conn *stage_ws;           /* the last media stream */
static char stage_log[1 << 15];         /* events that came over it */
static char stage_sid[40];              /* its streamSid */
static uint16_t stage_close;            /* the close code it got */
static struct buf stage_said;           /* media payloads, joined */
static const char *stage_type = "text/xml";
static const char *stage_doc;           /* what /twiml answers */
static int stage_status = 200;
static const char *stage_upgrade;       /* extra answer head, or a refusal */
static char stage_head[2000];           /* of the last upgrade */

static inline void stage_send(const char *text)
{
    struct buf b;

    buf_init(&b, 1 << 22);
    wire_frame(&b, WIRE_TEXT, slice_str(text), NULL);
    conn_write(stage_ws, buf_slice(&b));
    buf_free(&b);
}

static inline void stage_send_audio(struct slice text)
{
    uint8_t mu[MFSK_FRAME];
    struct buf all, b;

    buf_init(&all, 1 << 22);
    buf_init(&b, 1 << 22);
    for (size_t i = 0; i < mfsk_frames(text); i++) {
        mfsk_frame(text, i, mu);
        buf_add(&all, slice_of(mu, sizeof(mu)));
    }
    buf_addf(&b, "{\"event\":\"media\",\"streamSid\":\"%s\",\"media\":"
        "{\"payload\":\"", stage_sid);
    wire_base64(&b, buf_slice(&all));
    buf_adds(&b, "\"}}");
    stage_send(buf_cstr(&b));
    buf_free(&all);
    buf_free(&b);
}

static inline void stage_mark(const char *name)
{
    char text[200];

    text_fmt(text, sizeof(text), "{\"event\":\"mark\",\"streamSid\":\"%s\","
        "\"mark\":{\"name\":\"%s\"}}", stage_sid, name);
    stage_send(text);
}

static inline void stage_clear(void)
{
    char text[100];

    text_fmt(text, sizeof(text), "{\"event\":\"clear\",\"streamSid\":\"%s\"}",
        stage_sid);
    stage_send(text);
}

static inline void stage_end(uint16_t code, const char *reason)
{
    struct buf b;

    buf_init(&b, 200);
    wire_close(&b, code, reason, NULL);
    conn_write(stage_ws, buf_slice(&b));
    buf_free(&b);
}

static inline void stage_message(struct slice text)
{
    const struct jnode *e = jread(json, text);
    struct slice event = jread_text(jread_get(e, "event"));
    const struct jnode *m = jread_get(e, "media");

    if (!e) {
        stage_add(stage_log, sizeof(stage_log), SLICE("no JSON"));
    } else if (slice_is(event, "media")) {
        wire_unbase64(&stage_said, jread_text(jread_get(m, "payload")));
    } else {
        stage_add(stage_log, sizeof(stage_log), text);
    }
    if (slice_is(event, "start"))
        text_copy(stage_sid, sizeof(stage_sid),
            jread_text(jread_get(e, "streamSid")));
}

static inline void stage_frames(struct stage_peer *p, struct slice *in)
{
    for (;;) {
        switch (wire_next(&p->frames, in)) {
        case WIRE_MORE:
            return;
        case WIRE_MESSAGE:
            stage_message(p->frames.data);
            break;
        case WIRE_CONTROL:
            if (p->frames.op == WIRE_CLOSE) {
                stage_close = p->frames.code;
                conn_close(p->conn);
                return;
            }
            break;
        case WIRE_PART:
        case WIRE_BAD:
            abort();
        }
    }
}

static inline void stage_answer(struct stage_peer *p, const char *status,
    const char *type, const char *body)
{
    struct buf b;

    buf_init(&b, 1 << 18);
    buf_addf(&b, "HTTP/1.1 %s\r\n", status);
    if (body)
        buf_addf(&b, "Content-Type: %s\r\nContent-Length: %zu\r\n", type,
            strlen(body));
    buf_addf(&b, "\r\n%s", body ? body : "");
    conn_write(p->conn, buf_slice(&b));
    conn_close(p->conn);
    buf_free(&b);
}

static inline void stage_up(struct stage_peer *p, const struct wire_head *h)
{
    bool twice = false;
    struct buf b;

    buf_init(&b, 2000);
    if (stage_upgrade && stage_upgrade[0] == 'H') {
        buf_adds(&b, stage_upgrade);
    } else {
        buf_adds(&b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket"
            "\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
        wire_accept(&b, wire_field(h, "sec-websocket-key", &twice));
        buf_addf(&b, "\r\n%s\r\n", stage_upgrade ? stage_upgrade : "");
        p->ws = true;
        p->frames = (struct wire_ws){.masked = true, .max = 1 << 16};
        stage_ws = p->conn;
    }
    conn_write(p->conn, buf_slice(&b));
    buf_free(&b);
}

/* Was the webhook signed as Twilio signs? */
static inline bool stage_signed(const struct wire_head *h, struct slice body)
{
    struct digest_pair pair[60];
    struct buf room, url, sum;
    size_t n = 0;
    bool twice = false, good;

    buf_init(&room, 1 << 16);
    buf_room(&room, 1 << 15);
    buf_init(&url, 2000);
    buf_init(&sum, 64);
    buf_addf(&url, "https://concierge.example%.*s", SLICE_ARG(h->target));
    while (wire_form(&body, &room, &pair[n].name, &pair[n].value) > 0)
        n++;
    digest_twilio(&sum, SLICE(STAGE_TOKEN), buf_slice(&url), pair, n);
    good = slice_eq(buf_slice(&sum), wire_field(h, "x-twilio-signature",
        &twice)) && !twice;
    buf_free(&room);
    buf_free(&url);
    buf_free(&sum);
    return good;
}

static inline void stage_webhook(struct stage_peer *p,
    const struct wire_head *h, struct slice body)
{
    struct stage_hit *hit = &stage_hit[stage_hits++ % 64];
    char status[40];

    text_copy(hit->path, sizeof(hit->path), h->target);
    text_copy(hit->body, sizeof(hit->body), body);
    hit->signed_ = stage_signed(h, body);
    text_fmt(status, sizeof(status), "%d Yes", stage_status);
    if (slice_starts(h->target, "/twiml")
        || slice_starts(h->target, "/incoming-call"))
        stage_answer(p, status, stage_type, stage_doc);
    else
        stage_answer(p, "204 No Content", NULL, NULL);
}

static inline size_t stage_read(struct conn *c, void *arg,
    struct mslice bytes)
{
    struct stage_peer *p = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why = "";
    bool done = false;
    struct buf body;
    int n;

    (void)c;
    if (!p->ws) {
        n = wire_request(in, &h, &why);
        if (n < 0)
            abort();
        if (n == 0)
            return 0;
        if (wire_has(&h, "upgrade", "websocket")) {
            text_copy(stage_head, sizeof(stage_head), slice_head(in,
                (size_t)n));
            stage_up(p, &h);
            in = slice_from(in, (size_t)n);
        } else {
            buf_init(&body, 1 << 16);
            wire_body(&h, slice_from(in, (size_t)n), false, &body, &done,
                &why);
            if (done)
                stage_webhook(p, &h, buf_slice(&body));
            buf_free(&body);
            return done ? bytes.len : 0;
        }
    }
    if (p->ws)
        stage_frames(p, &in);
    return bytes.len - in.len;
}

static inline void stage_gone(struct conn *c, void *arg,
    const struct err *err)
{
    struct stage_peer *p = arg;

    (void)err;
    if (stage_ws == c)
        stage_ws = NULL;
    wire_fini(&p->frames);
    memset(p, 0, sizeof(*p));
}

static const struct conn_ops stage_ops = {.name = "stage",
    .on_read = stage_read, .on_close = stage_gone};

static inline void stage_accept(struct conn *c, void *arg)
{
    struct stage_peer *p = &stage_peer[stage_peers++ % STAGE_PEERS];

    (void)arg;
    p->conn = c;
    conn_adopt(c, &stage_ops, p);
    conn_limits(c, 8u << 20, 1 << 20);
}

static struct listener *stage_door;
static char stage_over[100];

static inline void stage_is_over(void *arg, const char *sid,
    const char *status)
{
    (void)arg;
    snprintf(stage_over, sizeof(stage_over), "%s %s", sid, status);
}

static inline void stage_new(const struct callee_script *script)
{
    static const uint8_t home[4] = {127, 0, 0, 1};
    struct sim_twilio_conf conf = {.account_sid = STAGE_ACCOUNT,
        .auth_token = STAGE_TOKEN,
        .api_key = "SK0123456789abcdef0123456789abcdef",
        .api_secret = "secret", .number = STAGE_US,
        .public_host = "concierge.example", .seed = 3, .callee = script,
        .note = {stage_note, NULL}, .over = stage_is_over};
    struct resolve_conf rc = {0};
    struct sys_addr at;
    struct err e;

    if (!loop) {
        sys_virtual(SCENARIO_NOW);
        loop = loop_new(&e);
        res = resolver_new(loop, &rc, &e);
        json = mem_new(sizeof(*json));
        buf_init(&rest_in, 1 << 20);
        buf_init(&rest_body, 1 << 20);
        buf_init(&stage_said, 1 << 24);
        sys_addr_v4(&at, home, 0);
        stage_door = conn_listen(loop, &at, NULL, 100, stage_accept, NULL,
            &e);
    }
    conf.server_port = listener_port(stage_door);
    twilio = sim_twilio_new(loop, res, &conf, &e);
    if (!twilio)
        abort();
}

static inline void stage_free(void)
{
    sim_twilio_free(twilio);
    listener_close(stage_door);
    run(20);
    buf_free(&rest_in);
    buf_free(&rest_body);
    buf_free(&stage_said);
    mem_drop(json);
    resolver_free(res);
    loop_free(loop);
}

#endif
