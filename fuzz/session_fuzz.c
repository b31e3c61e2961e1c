/* session_fuzz.c - a whole call that came in: Twilio's stream on one side and
 * the model's socket on the other, both played by the input, with the bridge
 * of the program between them.
 *
 * Byte 0 is the longest piece in which bytes arrive (0: whole).  Each line
 * after it is one deed, by its first letter:
 *   S  Twilio's connected and start, with the token      s  start without it
 *   T  a text frame from Twilio        M  one from the model
 *   B  bytes on Twilio's socket        b  on the model's
 *   a  so many frames of audio (2 digits)   E  echo all marks
 *   W  wait so many 10 ms (3 digits)   w  Twilio reads so many bytes more
 *   X  Twilio's socket ends            x  the model's does
 *   H  status callback: completed      D  delta of audio from the model
 * Whatever is done: what Twilio is sent is of its protocol, and the call ends.
 */
#include "fuzz/house.h"

#include "codec/base64.h"
#include "codec/json.h"
#include "codec/sha1.h"
#include "twilio/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEEDS 200
#define SID "MZ0123456789abcdef0123456789abcdef"
#define CALL "CA0123456789abcdef0123456789abcdef"
#define FORM "CallSid=" CALL "&AccountSid=AC0123456789abcdef0123456789abcdef" \
    "&From=%2B15551230000&To=%2B15005550006"

static bool kernel_answers(uint16_t port)
{
    return port == HOUSE_MODEL;
}

struct side {
    struct kernel_sock *sock;   /* NULL: there is none, or it is gone */
    size_t at;                  /* how much of its out was judged */
    bool up, closed;            /* 101 was said; a close frame came */
};

static struct side twilio, model;
static struct buf marks;        /* not yet echoed, a line each */
static char token[64], call[64];
static size_t longest;

static void quiet(void)
{
    for (int i = 0; i < 6; i++)
        house_run(0);
}

static void say(struct side *s, struct slice bytes)
{
    size_t n;

    for (int i = 0; bytes.len && s->sock && s->sock->used; i++) {
        n = longest && i < 300 && longest < bytes.len ? longest : bytes.len;
        kernel_say(s->sock, bytes.ptr, n);
        bytes = slice_from(bytes, n);
        house_run(0);
    }
}

static void frame(struct side *s, struct slice text, bool mask)
{
    static const uint8_t key[4] = {0x11, 0x22, 0x33, 0x44};
    struct buf b;

    buf_init(&b, 1u << 20);
    buf_addc(&b, 0x81);
    buf_addc(&b, (uint8_t)((mask ? 0x80 : 0) | (text.len < 126
        ? text.len : 126)));
    if (text.len >= 126) {
        buf_addc(&b, (uint8_t)(text.len >> 8));
        buf_addc(&b, (uint8_t)text.len);
    }
    if (mask)
        buf_add(&b, slice_of(key, 4));
    for (size_t i = 0; i < text.len; i++)
        buf_addc(&b, text.ptr[i] ^ (mask ? key[i % 4] : 0));
    if (text.len < 65536)
        say(s, buf_slice(&b));
    buf_free(&b);
}

static void framef(struct side *s, bool mask, const char *fmt, ...)
    PRINTFLIKE(3, 4);
static void framef(struct side *s, bool mask, const char *fmt, ...)
{
    static char text[4000];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    frame(s, slice_str(text), mask);
}

/* ---- what the program says, judged ---- */

static void to_twilio(struct slice text)
{
    struct json j, mark;

    if (json_parse(text, &j, NULL)
        || !json_is(json_get(j, "streamSid"), SID))
        abort();
    mark = json_get(j, "mark.name");
    if (json_is(json_get(j, "event"), "mark") && mark.type == JSON_STRING
        && marks.len < 4000) {
        buf_add(&marks, mark.text);
        buf_addc(&marks, '\n');
    } else if (!json_is(json_get(j, "event"), "clear")
        && (!json_is(json_get(j, "event"), "media")
        || json_get(j, "media.payload").type != JSON_STRING)) {
        abort();
    }
}

/* A model that takes what it is offered. */
static void to_model(struct slice text)
{
    struct json j, session;

    if (json_parse(text, &j, NULL)
        || json_get(j, "type").type != JSON_STRING)
        abort();
    session = json_get(j, "session");
    if (json_is(json_get(j, "type"), "session.update"))
        framef(&model, false, "{\"type\":\"session.updated\",\"event_id\":"
            "\"e\",\"session\":%.*s}", SLICE_ARG(session.text));
}

/* RFC 6455 5: whole frames, with the mask a client has and a server has not,
 * no reserved bit, short control frames, and nothing behind a close. */
static bool hear(struct side *s, bool masked)
{
    static uint8_t text[1u << 16];
    const uint8_t *p = s->sock->out + s->at;
    size_t left = s->sock->out_len - s->at, head = 2, n;

    if (left < 2)
        return false;
    n = p[1] & 0x7f;
    head += (n == 126 ? 2u : n == 127 ? 8u : 0u) + (masked ? 4u : 0u);
    if (left < head)
        return false;
    if (n == 126)
        n = (size_t)p[2] << 8 | p[3];
    else if (n == 127)
        n = (size_t)p[6] << 24 | (size_t)p[7] << 16 | (size_t)p[8] << 8 | p[9];
    if (left < head + n)
        return false;
    if (s->closed || (p[0] & 0x70) || ((p[1] & 0x80) != 0) != masked
        || ((p[0] & 8) && (n > 125 || !(p[0] & 0x80))) || n > sizeof text)
        abort();
    for (size_t i = 0; i < n; i++)
        text[i] = p[head + i] ^ (masked ? p[head - 4 + i % 4] : 0);
    s->at += head + n;
    s->closed = (p[0] & 15) == 8;
    if ((p[0] & 15) == 2 || !(p[0] & 0x80) || (p[0] & 15) == 0)
        abort();                /* neither side is sent those */
    if ((p[0] & 15) == 1 && masked)
        to_model(slice_of(text, n));
    else if ((p[0] & 15) == 1)
        to_twilio(slice_of(text, n));
    return true;
}

/* The model's door: RFC 6455 4.2.2, without looking long. */
static void accept_model(void)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    struct slice head, key;
    uint8_t hash[SHA1_LEN];
    char proof[32];
    size_t end;
    struct buf b;

    for (int i = 0; i < KERNEL_SOCKS && !model.sock; i++)
        if (kernel_sock[i].used && kernel_sock[i].port == HOUSE_MODEL)
            model = (struct side){.sock = &kernel_sock[i]};
    if (!model.sock || model.up)
        return;
    head = slice_of(model.sock->out, model.sock->out_len);
    end = slice_find(head, SLICE("\r\n\r\n"));
    if (end == SLICE_NPOS)
        return;
    key = slice_from(head, slice_find(head, SLICE("Sec-WebSocket-Key: ")) + 19);
    buf_init(&b, 4096);
    buf_add(&b, slice_head(key, 24));
    buf_adds(&b, guid);
    sha1_of(buf_slice(&b), hash);
    buf_clear(&b);
    buf_adds(&b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    buf_add(&b, slice_of(proof, base64_encode(proof, slice_of(hash,
        sizeof hash))));
    buf_adds(&b, "\r\n\r\n");
    model.at = end + 4;
    model.up = true;
    say(&model, buf_slice(&b));
    buf_free(&b);
    framef(&model, false, "{\"type\":\"session.created\",\"event_id\":\"e\","
        "\"session\":{\"type\":\"realtime\",\"id\":\"sess_1\"}}");
}

static void let_go(struct side *s)
{
    if (s->sock && !s->sock->used) {
        s->sock->held = false;
        *s = (struct side){.sock = NULL};
    }
}

static void hear_all(void)
{
    quiet();
    accept_model();
    while (model.sock && model.up && hear(&model, true))
        ;
    while (twilio.sock && twilio.up && hear(&twilio, false))
        ;
    let_go(&model);
    let_go(&twilio);
}

/* ---- the way in ---- */

static void post(const char *path, const char *form, struct buf *out)
{
    struct kernel_sock *s = kernel_dial(HOUSE_PORT);
    char url[200], signature[SIGN_LEN + 1], head[400];

    snprintf(url, sizeof url, "%s%s", HOUSE_PUBLIC, path);
    if (!s || sign_make(SLICE(HOUSE_AUTH), slice_str(url), slice_str(form),
        signature))
        abort();
    snprintf(head, sizeof head, "POST %s HTTP/1.1\r\nHost: x\r\n"
        "X-Twilio-Signature: %s\r\nContent-Type: application/"
        "x-www-form-urlencoded\r\nContent-Length: %zu\r\n"
        "Connection: close\r\n\r\n", path, signature, strlen(form));
    kernel_say(s, head, strlen(head));
    kernel_say(s, form, strlen(form));
    quiet();
    if (!slice_starts(slice_of(s->out, s->out_len), "HTTP/1.1 20"))
        abort();
    if (out)
        buf_add(out, slice_of(s->out, s->out_len));
    kernel_hang_up(s);
}

static void parameter(struct slice doc, const char *name, char *out,
    size_t cap)
{
    char want[60];
    size_t at;

    snprintf(want, sizeof want, "<Parameter name=\"%s\" value=\"", name);
    at = slice_find(doc, slice_str(want));
    if (at == SLICE_NPOS)
        abort();
    doc = slice_from(doc, at + strlen(want));
    text_copy(out, cap, slice_head(doc, slice_chr(doc, '"')));
}

static void arrive(void)
{
    static const char upgrade[] = "GET /media-stream HTTP/1.1\r\nhost: x\r\n"
        "connection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    struct buf doc;
    struct slice said;

    buf_init(&doc, 65536);
    post("/incoming-call", FORM "&CallStatus=ringing", &doc);
    parameter(buf_slice(&doc), "token", token, sizeof token);
    parameter(buf_slice(&doc), "call_id", call, sizeof call);
    buf_free(&doc);
    twilio = (struct side){.sock = kernel_dial(HOUSE_PORT)};
    say(&twilio, slice_str(upgrade));
    quiet();
    said = slice_of(twilio.sock->out, twilio.sock->out_len);
    if (!slice_starts(said, "HTTP/1.1 101"))
        abort();
    twilio.at = slice_find(said, SLICE("\r\n\r\n")) + 4;
    twilio.up = true;
    hear_all();
}

/* ---- deeds ---- */

static void start(bool right)
{
    framef(&twilio, true, "{\"event\":\"connected\",\"protocol\":\"Call\","
        "\"version\":\"1.0.0\"}");
    framef(&twilio, true, "{\"event\":\"start\",\"sequenceNumber\":\"1\","
        "\"start\":{\"accountSid\":\"AC0123456789abcdef0123456789abcdef\","
        "\"streamSid\":\"" SID "\",\"callSid\":\"" CALL "\",\"tracks\":"
        "[\"inbound\"],\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\","
        "\"sampleRate\":8000,\"channels\":1},\"customParameters\":"
        "{\"call_id\":\"%s\",\"token\":\"%s\"}},\"streamSid\":\"" SID "\"}",
        call, right ? token : "no");
}

static void audio(size_t n)
{
    static unsigned seq = 2;

    for (size_t i = 0; i < n; i++, seq++)
        framef(&twilio, true, "{\"event\":\"media\",\"sequenceNumber\":"
            "\"%u\",\"media\":{\"track\":\"inbound\",\"chunk\":\"%u\","
            "\"timestamp\":\"%u\",\"payload\":\"%.*s\"},\"streamSid\":\"" SID
            "\"}", seq, seq, seq * 20, 216, "////////////////////////////////"
            "////////////////////////////////////////////////////////////////"
            "////////////////////////////////////////////////////////////////"
            "////////////////////////////////////////////////////////");
}

static void echo_marks(void)
{
    struct buf all = marks;
    struct slice rest = buf_slice(&all);

    buf_init(&marks, 8192);
    while (rest.len)
        framef(&twilio, true, "{\"event\":\"mark\",\"sequenceNumber\":\"9\","
            "\"streamSid\":\"" SID "\",\"mark\":{\"name\":\"%.*s\"}}",
            SLICE_ARG(slice_cut(&rest, '\n')));
    buf_free(&all);
}

static size_t number(struct slice s, size_t digits)
{
    uint64_t n = 1;

    text_u64(slice_head(s, digits), 0, 999, &n);
    return (size_t)n;
}

static void end(struct side *s)
{
    if (s->sock)
        kernel_hang_up(s->sock);
    *s = (struct side){.sock = NULL};
}

static void deed(struct slice line)
{
    uint8_t what = line.ptr[0];

    line = slice_from(line, 1);
    if (what == 'S' || what == 's')
        start(what == 'S');
    else if (what == 'T' || what == 'M')
        frame(what == 'T' ? &twilio : &model, line, what == 'T');
    else if (what == 'B' || what == 'b')
        say(what == 'B' ? &twilio : &model, line);
    else if (what == 'a')
        audio(number(line, 2));
    else if (what == 'E')
        echo_marks();
    else if (what == 'W')
        house_run((int64_t)number(line, 3) * 10);
    else if (what == 'w' && twilio.sock)
        twilio.sock->window = number(line, 3) * 10;
    else if (what == 'X' || what == 'x')
        end(what == 'X' ? &twilio : &model);
    else if (what == 'H')
        post("/twilio-status", FORM "&CallStatus=completed", NULL);
    else if (what == 'D')
        framef(&model, false, "{\"type\":\"response.output_audio.delta\","
            "\"response_id\":\"r%.*s\",\"item_id\":\"i%.*s\",\"output_index\":"
            "0,\"content_index\":0,\"delta\":\"%.*s\"}", SLICE_ARG(slice_head(
            line, 1)), SLICE_ARG(slice_head(line, 1)), 80, "////////////////"
            "////////////////////////////////////////////////////////////////"
            );
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t live;
    struct slice in = slice_of(data, size);
    int deeds = 0;

    if (size < 1)
        return 0;
    house_told = house_tells(in);
    longest = data[0];
    in = slice_from(in, 1);
    house_open();
    twilio = model = (struct side){.sock = NULL};
    buf_init(&marks, 8192);
    arrive();
    while (in.len && deeds++ < DEEDS) {
        struct slice line = slice_cut(&in, '\n');

        if (line.len)
            deed(line);
        hear_all();
    }
    end(&twilio);
    end(&model);
    for (int i = 0; i < 12 && calls_running(house->calls); i++)
        house_run(60000);
    if (calls_running(house->calls))
        abort();                /* it never ends */
    buf_free(&marks);
    house_close();
    if (live && mem_live() != live)
        abort();
    live = mem_live();
    return 0;
}
