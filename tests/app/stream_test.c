/* stream_test.c - Twilio's side of a media stream, against a server made here,
 * on the virtual clock.
 */
#include "app/stream_impl.h"

#include <string.h>

#include "codec/g711.h"
#include "net/httpd.h"
#include "net/wsconn.h"
#include "tests/net/rig.h"
#include "twilio/sign.h"

/* ---- a server ---- */

#define KEPT 400

static struct {
    struct wsconn *ws;
    char sid[64];
    struct {
        char *text;
        int64_t at;
    } got[KEPT];
    size_t count;
    char head[600];             /* what the upgrade brought */
    char form[1200];            /* and the request for TwiML */
    struct sign_request sign;
    enum sign_result signature;
    uint16_t closed;
    const char *twiml;
    void (*heard)(const struct json *message);
} peer;

static struct httpd *server;
static char twiml_url[80];

static void peer_says(const char *fmt, ...) PRINTFLIKE(1, 2);
static void peer_says(const char *fmt, ...)
{
    struct buf b;
    char text[800];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_init(&b, 1000);
    for (const char *s = text; *s; s++)
        if (*s == '@')
            buf_adds(&b, peer.sid);
        else
            buf_addc(&b, (uint8_t)*s);
    wsconn_send(peer.ws, true, buf_slice(&b));
    buf_free(&b);
}

static void peer_message(struct wsconn *w, void *arg, bool text,
    struct slice s)
{
    struct json message;

    (void)w;
    (void)arg;
    if (!text || json_parse(s, &message, NULL) || peer.count == KEPT) {
        tap_ok(false, "what comes is JSON text");
        return;
    }
    peer.got[peer.count].text = mem_new(s.len + 1);
    memcpy(peer.got[peer.count].text, s.ptr, s.len);
    peer.got[peer.count++].at = loop_now(rig_loop);
    if (json_is(json_get(message, "event"), "start"))
        json_copy(json_get(message, "streamSid"), peer.sid, sizeof peer.sid);
    if (peer.heard)
        peer.heard(&message);
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
    snprintf(peer.head, sizeof peer.head, "%.*s|%.*s|%.*s|%.*s|%.*s",
        SLICE_ARG(r->head.target),
        SLICE_ARG(http_get(&r->head, "user-agent")),
        SLICE_ARG(http_get(&r->head, "x-twilio-signature")),
        SLICE_ARG(http_get(&r->head, "x-forwarded-host")),
        SLICE_ARG(http_get(&r->head, "origin")));
    peer.ws = httpd_upgrade(r, &peer_ops, NULL, 1 << 20, NULL);
}

static void on_no(struct request *r, void *arg)
{
    static char body[300];

    (void)arg;
    memset(body, 'n', sizeof body);
    httpd_answer(r, 403, "text/plain", slice_of(body, sizeof body), NULL);
}

static void on_twiml_post(struct request *r, void *arg)
{
    struct sign_request q = {
        .token = SLICE("12345"), .method = r->head.method,
        .signature = http_get(&r->head, "x-twilio-signature"),
        .target = r->head.target, .body = r->body,
        .type = http_get(&r->head, "content-type"),
        .base = {SLICE("https://example.com")}, .bases = 1,
    };

    (void)arg;
    peer.signature = sign_check(&q, NULL);
    snprintf(peer.form, sizeof peer.form, "%.*s|%.*s",
        SLICE_ARG(http_get(&r->head, "user-agent")), SLICE_ARG(r->body));
    httpd_answer(r, 200, "text/xml; charset=utf-8", slice_str(peer.twiml),
        NULL);
}

static void on_json(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, "application/json", SLICE("{}"), NULL);
}

static void on_big(struct request *r, void *arg)
{
    static char big[LIMIT_TWIML + 1];

    (void)arg;
    memset(big, ' ', sizeof big);
    httpd_answer(r, 200, "text/xml", slice_of(big, sizeof big), NULL);
}

static const struct route routes[] = {
    {M_GET, "/media-stream", on_stream, ATTEMPT_NONE},
    {M_GET | M_POST, "/no", on_no, ATTEMPT_NONE},
    {M_POST, "/twiml", on_twiml_post, ATTEMPT_NONE},
    {M_POST, "/json", on_json, ATTEMPT_NONE},
    {M_POST, "/big", on_big, ATTEMPT_NONE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static void serve(void)
{
    static const struct httpd_conf conf = {.routes = routes,
        .max_body = 65536, .head_timeout = 5000, .body_timeout = 5000,
        .idle_timeout = 5000, .max_conns = 100};
    struct sys_addr at = rig_addr(0);
    struct err err;

    server = httpd_new(rig_loop, &at, NULL, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

/* ---- runs against it ---- */

static struct stream_facts facts;
static bool over;
static char last_line[300];

static void on_done(void *arg, struct stream_run *run)
{
    (void)arg;
    facts = *stream_facts(run);
    stream_free(run);
    over = true;
}

static void on_line(void *arg, const char *line)
{
    (void)arg;
    snprintf(last_line, sizeof last_line, "%s", line);
}

static struct stream_run *begin(struct stream_plan *plan, const char *path)
{
    static char url[100];
    struct stream_run *run;
    struct err err;

    for (size_t i = 0; i < peer.count; i++)
        mem_drop(peer.got[i].text);
    memset(&peer, 0, sizeof peer);
    memset(&facts, 0, sizeof facts);
    over = false;
    last_line[0] = 0;
    snprintf(url, sizeof url, "ws://127.0.0.1:%u%s", httpd_port(server),
        path);
    plan->url = slice_str(url);
    plan->known = SLICE("wss://example.com/media-stream");
    plan->token = SLICE("12345");
    plan->say = on_line;
    run = stream_open(rig_loop, NULL, NULL, plan, on_done, NULL, &err);
    if (!run) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    return run;
}

static void run_whole(struct stream_plan *plan, const char *path,
    void (*heard)(const struct json *))
{
    begin(plan, path);
    peer.heard = heard;
    RIG_UNTIL(over && !peer.ws);
}

/* Message i, as text in which the stream's SID is "@". */
static const char *got(size_t i)
{
    static char text[1200];
    size_t n = 0;

    for (const char *s = i < peer.count ? peer.got[i].text : ""; *s
        && n + 1 < sizeof text; s++)
        if (peer.sid[0] && strncmp(s, peer.sid, strlen(peer.sid)) == 0) {
            text[n++] = '@';
            s += strlen(peer.sid) - 1;
        } else {
            text[n++] = *s;
        }
    text[n] = 0;
    return text;
}

#define CONNECT(url, more) "<Response><Connect><Stream url=\"" url "\">" \
    more "</Stream></Connect></Response>"
#define AC "AC00000000000000000000000000000003"
#define CA "CA00000000000000000000000000000004"

static void test_messages(void)
{
    uint8_t audio[200];
    struct buf sent;
    struct stream_plan plan = {
        .account = SLICE(AC), .call = SLICE(CA), .after = 60,
        .param = {{SLICE("call_id"), SLICE("7\"")}}, .params = 1,
        .audio = slice_of(audio, sizeof audio), .sent = &sent,
    };
    size_t late = 0, silent = 0;

    memset(audio, 0, sizeof audio);
    buf_init(&sent, 10000);
    run_whole(&plan, "/media-stream", NULL);
    tap_is_str(slice_str(peer.head), "/media-stream|Twilio.TmeWs/1.0|"
        "XFfwGS2Ev7f9qAP9MmRoMS7C724=|example.com|", "run: the upgrade is "
        "Twilio's, signed over the public URL (twilio 5.4)");
    tap_is_int((int64_t)peer.count, 8, "run: connected, start, 5 frames, "
        "stop");
    tap_is_str(slice_str(got(0)), "{\"event\":\"connected\",\"protocol\":"
        "\"Call\",\"version\":\"1.0.0\"}", "run: connected");
    tap_is_str(slice_str(got(1)), "{\"event\":\"start\",\"sequenceNumber\":"
        "\"1\",\"start\":{\"accountSid\":\"" AC "\",\"streamSid\":\"@\","
        "\"callSid\":\"" CA "\",\"tracks\":[\"inbound\"],\"mediaFormat\":"
        "{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1},"
        "\"customParameters\":{\"call_id\":\"7\\\"\"}},\"streamSid\":\"@\"}",
        "run: start");
    tap_ok(strncmp(got(2), "{\"event\":\"media\",\"sequenceNumber\":\"2\","
        "\"media\":{\"track\":\"inbound\",\"chunk\":\"1\",\"timestamp\":"
        "\"20\",\"payload\":\"AAAA", 91) == 0, "run: the first media");
    tap_ok(strstr(got(6), "\"sequenceNumber\":\"6\"") && strstr(got(6),
        "\"chunk\":\"5\",\"timestamp\":\"100\""), "run: the fifth");
    tap_is_str(slice_str(got(7)), "{\"event\":\"stop\",\"sequenceNumber\":"
        "\"7\",\"streamSid\":\"@\",\"stop\":{\"accountSid\":\"" AC "\","
        "\"callSid\":\"" CA "\"}}", "run: stop");
    for (size_t i = 2; i < 8; i++)
        late += peer.got[i].at != peer.got[1].at + 20 * (int64_t)(i - 1);
    tap_is_int((int64_t)late, 0, "run: every 20 ms, to the ms");
    for (size_t i = 200; i < sent.len; i++)
        silent += sent.ptr[i] == G711_SILENCE;
    tap_ok(sent.len == 800 && silent == 600 && !memcmp(sent.ptr, audio, 200),
        "run: silence fills the frame and what follows");
    tap_ok(peer.closed == 1000 && facts.stopped && facts.err.code == ERR_NONE
        && stream_exit(&facts) == 0 && facts.frames_out == 5
        && facts.first_audio == -1, "run: then close 1000, exit 0");
    buf_free(&sent);
}

/* Half a second of audio with a mark behind it, another one, then a clear. */
static void hear_playing(const struct json *message)
{
    char payload[700];

    if (json_is(json_get(*message, "media.chunk"), "1")) {
        memset(payload, 'A', sizeof payload);
        payload[sizeof payload - 28] = 0;       /* 672 characters: 504 bytes */
        peer_says("{\"event\":\"mark\",\"streamSid\":\"@\",\"mark\":"
            "{\"name\":\"idle\"}}");
        peer_says("{\"event\":\"media\",\"streamSid\":\"@\",\"media\":"
            "{\"payload\":\"%s\"}}", payload);
        peer_says("{\"event\":\"mark\",\"streamSid\":\"@\",\"mark\":"
            "{\"name\":\"\\u00e4\\\"\"}}");
        peer_says("{\"event\":\"media\",\"streamSid\":\"@\",\"media\":"
            "{\"payload\":\"\\/\\/\\/\\/\"}}");
        peer_says("{\"event\":\"media\",\"streamSid\":\"@\",\"media\":"
            "{\"payload\":\"%s\"}}", payload);
        peer_says("{\"event\":\"mark\",\"streamSid\":\"@\",\"mark\":"
            "{\"name\":\"late\"}}");
    }
    if (json_is(json_get(*message, "media.chunk"), "5"))
        peer_says("{\"event\":\"clear\",\"streamSid\":\"@\"}");
}

static void test_playing(void)
{
    struct buf save;
    struct stream_plan plan = {.after = 160, .save = &save};
    int64_t at[3] = {0}, start;

    buf_init(&save, 10000);
    run_whole(&plan, "/media-stream", hear_playing);
    start = peer.got[1].at;
    for (size_t i = 0; i < peer.count; i++) {
        static const char *const name[3] = {"\"idle\"", "\"\\u00e4\\\"\"",
            "\"late\""};

        for (size_t k = 0; k < 3; k++)
            if (strstr(got(i), "\"event\":\"mark\"")
                && strstr(got(i), name[k]))
                at[k] = peer.got[i].at - start;
    }
    tap_is_int(at[0], 20, "play: a mark on an empty queue returns at once");
    tap_is_int(at[1], 83, "play: one behind 63 ms of audio 63 ms later, its "
        "name in the same escapes");
    tap_is_int(at[2], 100, "play: clear returns the rest");
    tap_ok(save.len == 504 + 3 + 504 && memcmp(save.ptr + 504, "\xff\xff\xff",
        3) == 0, "play: audio is kept as it came");
    tap_ok(facts.marks == 3 && facts.returned == 3 && facts.clears == 1
        && facts.cleared == 1011 - 640 && facts.frames_in == 3
        && facts.bytes_in == 1011 && facts.first_audio == 20,
        "play: it is all counted, %llu bytes cleared",
        (unsigned long long)facts.cleared);
    tap_is_int(stream_exit(&facts), 0, "play: nothing is amiss");
    tap_ok(strstr(got(peer.count - 1), "\"sequenceNumber\":\"13\"") != NULL,
        "play: returned marks take sequence numbers too");
    buf_free(&save);
}

static void hear_echo(const struct json *message)
{
    struct json payload = json_get(*message, "media.payload");

    if (payload.type != JSON_STRING)
        return;
    peer_says("{\"event\":\"media\",\"streamSid\":\"@\",\"media\":"
        "{\"payload\":\"%.*s\"}}", SLICE_ARG(payload.text));
    peer_says("{\"event\":\"mark\",\"streamSid\":\"@\",\"mark\":"
        "{\"name\":\"m\"}}");
}

static void test_echo(void)
{
    struct buf tones, save, sent;
    struct stream_plan plan = {.after = 40};
    struct err err = {0};

    buf_init(&tones, 8000);
    buf_init(&save, 20000);
    buf_init(&sent, 20000);
    stream_tones(&tones, slice_str(STREAM_TONES), &err);
    plan.audio = buf_slice(&tones);
    plan.save = &save;
    plan.sent = &sent;
    run_whole(&plan, "/media-stream", hear_echo);
    tap_is(buf_slice(&save), buf_slice(&sent), "echo: what went came back");
    tap_ok(facts.echo.count == 42 && facts.mark.count == 42
        && facts.echo.p50 <= facts.echo.p99 && facts.mark.p99 > 0,
        "echo: %zu frames of sound are known again, and their marks",
        facts.echo.count);
    buf_free(&tones);
    buf_free(&save);
    buf_free(&sent);
}

static void hear_breaking(const struct json *message)
{
    if (!json_is(json_get(*message, "media.chunk"), "1"))
        return;
    wsconn_send(peer.ws, false, SLICE("\x01"));
    peer_says("hello");
    peer_says("{\"event\":\"hello\",\"streamSid\":\"@\"}");
    peer_says("{\"event\":\"clear\",\"streamSid\":\"MZ\"}");
    peer_says("{\"event\":\"clear\",\"stream_sid\":\"@\"}");
    peer_says("{\"event\":\"media\",\"streamSid\":\"@\",\"media\":"
        "{\"payload\":\"???\"}}");
    peer_says("{\"event\":\"media\",\"streamSid\":\"@\",\"media\":"
        "{\"payload\":\"UklGRg==\"}}");
    peer_says("bye");
}

static void test_breaking(void)
{
    struct stream_plan plan = {.after = 40};
    struct buf out;

    run_whole(&plan, "/media-stream", hear_breaking);
    tap_ok(facts.breach[STREAM_BINARY].count == 1
        && facts.breach[STREAM_NO_JSON].count == 2
        && facts.breach[STREAM_EVENT].count == 1
        && facts.breach[STREAM_SID].count == 1
        && facts.breach[STREAM_FIELD].count == 1
        && facts.breach[STREAM_PAYLOAD].count == 1
        && facts.breach[STREAM_HEADER].count == 1, "breaches: each is "
        "counted");
    tap_ok(facts.clears == 0 && facts.frames_in == 1, "breaches: such a "
        "message counts for nothing else");
    tap_ok(strstr(last_line, "31951") != NULL, "breaches: said as they come:"
        " %s", last_line);
    tap_is_int(stream_exit(&facts), 76, "breaches: exit 76");
    buf_init(&out, 10000);
    stream_tell_json(&out, &plan, &facts);
    out.len--;
    tap_ok(json_parse(buf_slice(&out), &(struct json){0}, NULL) == 0
        && slice_find(buf_slice(&out), SLICE("{\"number\":31950,\"count\":1,"
        "\"message\":\"a binary message\"}")) != SLICE_NPOS,
        "breaches: told as JSON");
    buf_clear(&out);
    stream_tell(&out, &plan, &facts);
    tap_ok(slice_find(buf_slice(&out), SLICE("31951: no JSON: ")) != SLICE_NPOS
        && slice_find(buf_slice(&out), SLICE("(2 times)")) != SLICE_NPOS,
        "breaches: told to people");
    buf_free(&out);
}

/* Each message over a minute: ten fit. */
static void hear_flood(const struct json *message)
{
    static char payload[700000];
    struct slice part[3];
    char head[120];

    if (!json_is(json_get(*message, "media.chunk"), "1"))
        return;
    memset(payload, 'A', sizeof payload);
    snprintf(head, sizeof head, "{\"event\":\"media\",\"streamSid\":\"%s\","
        "\"media\":{\"payload\":\"", peer.sid);
    part[0] = slice_str(head);
    part[1] = slice_of(payload, sizeof payload);
    part[2] = SLICE("\"}}");
    for (int i = 0; i < 5; i++)
        wsconn_send_parts(peer.ws, part, 3);
    peer.heard = NULL;
}

static void hear_flood_twice(const struct json *message)
{
    hear_flood(message);
    if (json_is(json_get(*message, "media.chunk"), "5")) {
        struct json first;

        json_parse(SLICE("{\"media\":{\"chunk\":\"1\"}}"), &first, NULL);
        hear_flood(&first);
    } else {
        peer.heard = hear_flood_twice;
    }
}

static void test_flood(void)
{
    struct stream_plan plan = {.after = 200};

    run_whole(&plan, "/media-stream", hear_flood_twice);
    tap_ok(facts.frames_in == 10 && facts.breach[STREAM_QUEUE].count == 1,
        "flood: of 10.9 minutes the last message is too much: 31931");
}

/* ---- how it ends ---- */

static uint16_t close_with;

static void hear_closing(const struct json *message)
{
    if (json_is(json_get(*message, "media.chunk"), "2"))
        wsconn_close(peer.ws, close_with, SLICE("so\nlong"));
}

static void hear_cutting(const struct json *message)
{
    if (json_is(json_get(*message, "media.chunk"), "2"))
        wsconn_abort(peer.ws);
}

static void hear_garbage(const struct json *message)
{
    if (json_is(json_get(*message, "media.chunk"), "2"))
        conn_write(wsconn_conn(peer.ws), SLICE("\xc1\x00"));
}

static void test_ends(void)
{
    static const struct {
        uint16_t code;
        int status;
    } v[] = {{1000, 0}, {1001, 0}, {1008, 77}, {1013, 75}, {1011, 69},
        {4000, 69}};
    struct stream_plan plan = {.after = 500};

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        close_with = v[i].code;
        run_whole(&plan, "/media-stream", hear_closing);
        tap_ok(facts.code == v[i].code && !facts.stopped
            && facts.number == 31921 && stream_exit(&facts) == v[i].status
            && strcmp(facts.reason, "so long") == 0
            && facts.frames_out == 2, "end: the server closes with %u: "
            "31921, exit %d", v[i].code, v[i].status);
    }
    run_whole(&plan, "/media-stream", hear_cutting);
    tap_ok(facts.code == 1006 && facts.number == 31903
        && stream_exit(&facts) == 69, "end: it goes without a word: 31903, "
        "exit 69: %s", facts.err.msg);
    run_whole(&plan, "/media-stream", hear_garbage);
    tap_ok(facts.number == 31924 && stream_exit(&facts) == 76,
        "end: it breaks RFC 6455: 31924, exit 76: %s", facts.err.msg);
    run_whole(&plan, "/no", NULL);
    tap_ok(facts.handshake == -1 && facts.status == 403
        && facts.number == 31920 && strlen(facts.body) == STREAM_BODY
        && stream_exit(&facts) == 69 && strcmp(facts.err.msg, "the upgrade "
        "was answered 403: Twilio would report 31920") == 0,
        "end: no 101: %s", facts.err.msg);
}

static void test_cuts(void)
{
    struct stream_plan plan = {.after = 60000};
    struct stream_run *run = begin(&plan, "/media-stream");

    RIG_UNTIL(peer.count == 10);
    stream_stop(run);
    RIG_UNTIL(over && !peer.ws);
    tap_ok(facts.stopped && peer.closed == 1000 && peer.count == 11
        && strstr(got(10), "\"event\":\"stop\""), "stop: says stop and "
        "closes 1000");
    run = begin(&plan, "/media-stream");
    stream_stop(run);
    RIG_UNTIL(over);
    tap_ok(facts.handshake == -1 && stream_exit(&facts) == 130,
        "stop: before the 101 it is an interruption");
    run = begin(&plan, "/media-stream");
    RIG_UNTIL(peer.count == 10);
    stream_free(run);
    RIG_UNTIL(!peer.ws);
    tap_ok(!over && peer.closed == 1006, "free: the connection is cut and "
        "done never comes");
}

/* ---- asking for TwiML ---- */

static struct stream_script script;
static struct err ask_err;
static bool asked;

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *from)
{
    (void)arg;
    asked = true;
    memset(&ask_err, 0, sizeof ask_err);
    if (stream_answer(a, from, &ask_err) == 0)
        stream_script_read(&script, a->body, SLICE("https://example.com/"
            "twiml"), NULL, NULL, &ask_err);
}

static void ask(struct httpc *h, const char *path, uint16_t port)
{
    struct stream_ask q = {
        .url = slice_str(twiml_url), .token = SLICE("12345"),
        .account = SLICE(AC), .call = SLICE(CA), .from = SLICE("+15550001"),
        .to = SLICE("+15550002"),
    };
    char known[100];
    struct err err;

    snprintf(twiml_url, sizeof twiml_url, "http://127.0.0.1:%u%s", port,
        path);
    q.url = slice_str(twiml_url);
    snprintf(known, sizeof known, "https://example.com%s", path);
    q.known = slice_str(known);
    asked = false;
    stream_script_free(&script);
    memset(&script, 0, sizeof script);
    if (!stream_ask(h, &q, on_answer, NULL, &err)) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    RIG_UNTIL(asked);
}

static void test_ask(void)
{
    struct httpc_conf conf = {.user_agent = "TwilioProxy/1.1",
        .max_kept = 1, .keep_ms = 1000};
    struct err err;
    struct httpc *h = httpc_new(rig_loop, &conf, &err);
    uint16_t port = httpd_port(server);
    static const struct {
        const char *path;
        enum err_code code;
        int number;
    } v[] = {{"/no", ERR_REMOTE, 11217}, {"/gone", ERR_REMOTE, 11217},
        {"/json", ERR_PROTO, 12300}, {"/big", ERR_PROTO, 11750}};

    peer.twiml = CONNECT("/media-stream",
        "<Parameter name=\"token\" value=\"t\"/>");
    ask(h, "/twiml?call_id=7", port);
    tap_is_int(peer.signature, SIGN_OK, "ask: signed over the public URL");
    tap_is_str(slice_str(peer.form), "TwilioProxy/1.1|CallSid=" CA
        "&AccountSid=" AC "&From=%2B15550001&To=%2B15550002&Caller="
        "%2B15550001&Called=%2B15550002&CallStatus=ringing&ApiVersion="
        "2010-04-01&Direction=inbound", "ask: the form Twilio posts");
    tap_ok(ask_err.code == ERR_NONE && slice_is(script.url,
        "wss://example.com/media-stream") && script.params == 1
        && slice_is(script.param[0].value, "t"), "ask: the stream and its "
        "parameter");
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        ask(h, v[i].path, port);
        tap_ok(ask_err.code == v[i].code && ask_err.sys == v[i].number,
            "ask: %s", ask_err.msg);
    }
    ask(h, "/twiml", 1);
    tap_ok(ask_err.code == ERR_NET && ask_err.sys == 11202, "ask: %s",
        ask_err.msg);
    stream_script_free(&script);
    httpc_free(h);
}

int main(void)
{
    rig_start();
    serve();
    test_messages();
    test_playing();
    test_echo();
    test_breaking();
    test_flood();
    test_ends();
    test_cuts();
    test_ask();
    for (size_t i = 0; i < peer.count; i++)
        mem_drop(peer.got[i].text);
    httpd_free(server);
    rig_end();
    return tap_done();
}
