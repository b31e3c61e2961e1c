/* twilio_call_test.c - whole calls through Twilio's stand-in: callbacks, TwiML,
 * the media stream, and what is judged wrong.
 */
#include "tests/sim/stage.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define CREATE "To=%2B15551230000&From=%2B15550001111&Url=https%3A%2F%2F" \
    "concierge.example%2Ftwiml%3Fcall_id%3D7&StatusCallback=https%3A%2F%2F" \
    "concierge.example%2Ftwilio-status&StatusCallbackEvent=initiated" \
    "&StatusCallbackEvent=ringing&StatusCallbackEvent=answered" \
    "&StatusCallbackEvent=completed"
#define STREAM(more, params) XML "<Response><Connect><Stream url=\"" \
    "wss://concierge.example/media-stream\"" more ">" params \
    "</Stream></Connect></Response>"
#define PARAMS "<Parameter name=\"call_id\" value=\"7\"/>" \
    "<Parameter name=\"token\" value=\"a&amp;b&#xe9;\"/>"

static char path[80];
static size_t errors_before;

static void reset(const char *doc)
{
    size_t n = 0;

    while (sim_twilio_error(twilio, n))
        n++;
    errors_before = n;
    stage_doc = doc;
    stage_type = "text/xml";
    stage_status = 200;
    stage_upgrade = NULL;
    stage_hits = 0;
    stage_close = 0;
    stage_over[0] = stage_log[0] = stage_sid[0] = story[0] = '\0';
    buf_clear(&stage_said);
}

static void dial(const char *doc, const struct callee_script *script)
{
    reset(doc);
    sim_twilio_callee(twilio, script);
    tap_is_int(rest("POST", "/Calls.json", CREATE), 201, "created");
    text_fmt(path, sizeof(path), "/Calls/%.*s.json",
        SLICE_ARG(rest_get("sid")));
}

static void judged(int number, const char *what)
{
    const struct sim_twilio_error *e = sim_twilio_error(twilio,
        errors_before);

    tap_ok(number ? e && e->number == number
        && !sim_twilio_error(twilio, errors_before + 1) : !e,
        "%s: %d and nothing else", what, number);
    for (size_t i = errors_before; (e = sim_twilio_error(twilio, i)); i++)
        if (e->number != number)
            printf("#   %d %s\n", e->number, e->text);
}

static struct sim_twilio_call last(void)
{
    struct sim_twilio_call c;
    size_t n = 0;

    while (sim_twilio_call(twilio, n, &c))
        n++;
    sim_twilio_call(twilio, n - 1, &c);
    return c;
}

/* The value of a parameter of webhook i, in place until the next call. */
static const char *param(size_t i, const char *name)
{
    static char out[300];
    static uint8_t room[4000];
    struct slice in = slice_str(stage_hit[i].body), n, v;
    struct buf b;

    buf_over(&b, room, sizeof(room));
    while (wire_form(&in, &b, &n, &v) > 0)
        if (slice_is(n, name)) {
            text_copy(out, sizeof(out), v);
            return out;
        }
    return "(none)";
}

static void hit_is(size_t i, const char *where, const char *status,
    const char *seq)
{
    tap_ok(i < stage_hits && stage_hit[i].signed_
        && strcmp(stage_hit[i].path, where) == 0
        && strcmp(param(i, "CallStatus"), status) == 0
        && strcmp(param(i, "SequenceNumber"), seq) == 0,
        "webhook %zu: %s %s %s", i, where, status, seq);
    if (i >= stage_hits || strcmp(stage_hit[i].path, where) != 0)
        printf("#   got %s %s\n", stage_hit[i].path, param(i, "CallStatus"));
}

/* ---- documents ---- */

static void test_say(void)
{
    static const struct callee_script listens = {.ring_ms = 1000};
    size_t second;

    dial(XML "<Response><Say voice=\"man\">Hello &amp; welcome</Say>"
        "<Pause length=\"2\"/><Redirect>/twiml?page=2</Redirect></Response>",
        &listens);
    run(1500);
    stage_doc = "<Response><Hangup/></Response>";
    tap_is_int((int64_t)sim_twilio_active(twilio), 1, "it goes on");
    run(6000);
    hit_is(0, "/twilio-status", "initiated", "0");
    hit_is(1, "/twilio-status", "ringing", "1");
    /* These two leave at the same moment and come in any order. */
    second = strcmp(stage_hit[2].path, "/twilio-status") == 0 ? 2 : 3;
    hit_is(second, "/twilio-status", "in-progress", "2");
    hit_is(5 - second, "/twiml?call_id=7", "in-progress", "(none)");
    hit_is(4, "/twiml?page=2", "in-progress", "(none)");
    hit_is(5, "/twilio-status", "completed", "3");
    tap_is_str(slice_str(param(5 - second, "Direction")), "outbound-api",
        "the standard parameters");
    tap_is_str(slice_str(param(5, "CallDuration")), "3", "and the duration");
    tap_is_str(slice_str(param(5, "SipResponseCode")), "200", "and SIP's");
    tap_is_str(slice_str(param(5, "CallbackSource")), "call-progress-events",
        "and its source");
    tap_ok(strstr(param(5, "Timestamp"), "2026") != NULL, "and the time");
    tap_is_int((int64_t)stage_hits, 6, "no other webhook");
    tap_is_str(slice_str(last().callee->line[0].text), "Hello & welcome",
        "what was heard");
    tap_ok(last().callee->line[0].tts, "from Twilio's voice");
    tap_ok(strstr(stage_over, " completed") != NULL, "and it was told over");
    judged(0, "a good document");
}

static void rejects(const char *doc, int number, const char *what)
{
    static const struct callee_script listens = {.ring_ms = 200};

    dial(doc, &listens);
    run(6000);
    tap_is_str(slice_str(last().status), "completed", what);
    tap_ok(last().callee->lines == 1
        && strstr(last().callee->line[0].text, "application error") != NULL,
        "the callee hears of an application error");
    judged(number, what);
}

static void test_documents(void)
{
    static char long_doc[70000], long_param[2000];

    rejects(" <Response/>", 12100, "a leading blank");
    rejects("<Response><Say>a & b</Say></Response>", 12100, "a raw &");
    rejects("<Response><Hangup/></Respons>", 12100, "another end tag");
    rejects("<Response><Say voice=man>x</Say></Response>", 12100,
        "an attribute without quotes");
    rejects("<Response><Say>&#1;</Say></Response>", 12100, "a control byte");
    rejects("<Response/><Response/>", 12100, "two roots");
    rejects("<html/>", 12102, "another root");
    rejects("<Response version=\"2\"/>", 12101, "a version");
    rejects(STREAM(" track=\"inbound_track outbound_track\"", ""), 31941,
        "the track that Connect does not take");
    rejects(STREAM(" track=\"both_tracks\"", ""), 31941, "both_tracks");
    rejects("<Response><Connect><Stream url=\"ws://concierge.example/\"/>"
        "</Connect></Response>", 31922, "ws instead of wss");
    rejects("<Response><Connect><Stream url=\"wss://a b/\"/></Connect>"
        "</Response>", 31923, "a malformed URL");
    rejects("<Response><Connect><Stream/></Connect></Response>", 31923,
        "no URL");
    memset(long_param, 'v', 495);
    text_fmt(long_doc, sizeof(long_doc), STREAM("", "<Parameter name=\"token\""
        " value=\"%s\"/>"), long_param);
    rejects(long_doc, 12200, "a Parameter of 500 characters");
    rejects("<Response><Pause length=\"x\"/></Response>", 13910,
        "no number of seconds");
    rejects("<Response><Say voice=\"robot\">x</Say></Response>", 13511,
        "no voice");
    memset(long_doc, ' ', sizeof(long_doc));
    memcpy(long_doc, "<Response>", 10);
    memcpy(long_doc + sizeof(long_doc) - 12, "</Response>", 12);
    rejects(long_doc, 11750, "more than 64 kB");
}

static void test_fetch(void)
{
    static const struct callee_script listens = {.ring_ms = 200};
    const struct sim_twilio_error *e;
    size_t n, others = 0;

    dial("<Response/>", &listens);
    stage_type = "application/json";
    run(6000);
    judged(12300, "another content type");
    dial("<Response/>", &listens);
    stage_status = 500;
    run(6000);
    judged(11200, "status 500");
    dial("<Response/>", &listens);
    stage_status = 304;
    run(6000);
    judged(11216, "status 304");
    dial("<Response><Dance/><Say color=\"red\">Hi</Say></Response>", &listens);
    run(6000);
    tap_is_str(slice_str(last().callee->line[0].text), "Hi",
        "what is unknown is left out");
    tap_is_int(sim_twilio_error(twilio, errors_before)->number, 12200,
        "with a warning");
    dial("<Response/>", &listens);
    sim_twilio_server(twilio, 1);
    run(6000);
    for (n = errors_before; (e = sim_twilio_error(twilio, n)); n++)
        others += e->number != 11202;
    tap_ok(n - errors_before == 5 && !others,
        "nobody listens: 11202 for the document and each callback");
    sim_twilio_server(twilio, listener_port(stage_door));
}

/* ---- how it is answered ---- */

static void ends(const struct callee_script *script, int64_t ms,
    const char *status, const char *sip)
{
    dial("<Response/>", script);
    run(ms);
    tap_is_str(slice_str(last().status), status, status);
    tap_is_str(slice_str(param(stage_hits - 1, "CallStatus")), status,
        "its last callback");
    tap_is_str(slice_str(param(stage_hits - 1, "SipResponseCode")), sip,
        "SIP's code");
    tap_is_str(slice_str(param(stage_hits - 1, "CallDuration")), "0",
        "no duration");
}

static void test_ends(void)
{
    static const struct callee_script busy = {.pickup = CALLEE_BUSY},
        away = {.pickup = CALLEE_NO_ANSWER},
        slow = {.ring_ms = 90000},
        wrong = {.pickup = CALLEE_UNREACHABLE};

    ends(&busy, 4000, "busy", "486");
    ends(&away, 61000, "no-answer", "487");
    ends(&slow, 61000, "no-answer", "487");
    ends(&wrong, 4000, "failed", "404");
    dial("<Response/>", &away);
    run(10);
    tap_is_int(rest("POST", path, "Status=canceled"), 200, "cancel early");
    run(1000);
    tap_is_int((int64_t)stage_hits, 0, "queued and canceled: not a word");
}

/* ---- the stream ---- */

static const struct callee_step talk[] = {
    {CALLEE_PAUSE, NULL, 500}, {CALLEE_SAY, "Luigi's!", 0},
    {CALLEE_WAIT, "table", 20000}, {CALLEE_PRESS, "5", 0},
    {CALLEE_SAY, "At eight.", 0},
};
static const struct callee_script talker = {.ring_ms = 500, .step = talk,
    .steps = 5};

static void lines_of(struct slice text, size_t n, char *out, size_t cap)
{
    while (n--)
        slice_cut(&text, '\n');
    text_copy(out, cap, slice_cut(&text, '\n'));
}

static void test_handshake_head(void)
{
    char want[800];
    const char *key = strstr(stage_head, "sec-websocket-key: ");

    text_fmt(want, sizeof(want), "GET /media-stream HTTP/1.1\r\n"
        "host: concierge.example\r\nuser-agent: Twilio.TmeWs/1.0\r\n"
        "connection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\nsec-websocket-key: %.24s\r\n"
        "x-twilio-signature: cOWPLf0QY4q0rePUjLeE41mtmyY=\r\n\r\n",
        key ? key + 19 : "");
    tap_is_str(slice_str(stage_head), want, "twilio 1.6 to the letter");
}

static void test_stream(void)
{
    char line[400], want[400], sid[40];
    struct mfsk ear = {0};
    struct slice in;

    dial(STREAM("", PARAMS), &talker);
    text_copy(sid, sizeof(sid), slice_from(slice_str(path), 7));
    sid[34] = '\0';
    run(1500);
    test_handshake_head();
    lines_of(slice_str(stage_log), 0, line, sizeof(line));
    tap_is_str(slice_str(line), "{\"event\":\"connected\",\"protocol\":\"Call\""
        ",\"version\":\"1.0.0\"}", "connected");
    lines_of(slice_str(stage_log), 1, line, sizeof(line));
    text_fmt(want, sizeof(want), "{\"event\":\"start\",\"sequenceNumber\":\"1\""
        ",\"streamSid\":\"%s\",\"start\":{\"accountSid\":\"" STAGE_ACCOUNT "\""
        ",\"streamSid\":\"%s\",\"callSid\":\"%s\",\"tracks\":[\"inbound\"],"
        "\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,"
        "\"channels\":1},\"customParameters\":{\"call_id\":\"7\",\"token\":"
        "\"a&b\xc3\xa9\"}}}", stage_sid, stage_sid, sid);
    tap_is_str(slice_str(line), want, "start");
    stage_send_audio(SLICE("A table, please."));
    stage_mark("m1");
    run(500);
    tap_ok(!strstr(stage_log, "m1"), "a mark waits for its audio");
    run(3000);
    tap_ok(strstr(stage_log, "\"mark\":{\"name\":\"m1\"}") != NULL,
        "and comes back");
    tap_ok(strstr(stage_log, "\"dtmf\":{\"track\":\"inbound_track\","
        "\"digit\":\"5\"}") != NULL, "a key");
    tap_is_str(slice_str(last().callee->line[1].text), "A table, please.",
        "heard, in tones");
    stage_mark("m2");
    run(20);
    tap_ok(strstr(stage_log, "m2") != NULL,
        "with nothing queued a mark comes at once");
    in = buf_slice(&stage_said);
    while (in.len)
        if (mfsk_next(&ear, &in) == MFSK_TEXT_END)
            stage_add(story, sizeof(story), slice_str(ear.text));
    tap_ok(strstr(story, "\nLuigi's!\n") && strstr(story, "\nAt eight.\n"),
        "what the callee said, in tones");
    tap_is_int((int64_t)(stage_said.len % 160), 0, "frames of 160 bytes");
    stage_end(1000, "done");
    run(500);
    tap_is_int(stage_close, 1000, "our close is echoed");
    tap_is_str(slice_str(last().status), "completed",
        "the document ends, and with it the call");
    judged(0, "a good stream");
    tap_ok(last().streams == 1 && last().marks == 2 && last().frames_in == 42,
        "what was counted");
}

static void test_clear(void)
{
    dial(STREAM("", PARAMS), &talker);
    run(2000);
    stage_send_audio(SLICE("A long sentence about nothing at all."));
    stage_mark("a");
    stage_mark("b");
    run(20 * (2 + 4 + 2 * 6));
    stage_clear();
    run(40);
    tap_ok(strstr(stage_log, "\"name\":\"a\"") != NULL
        && strstr(stage_log, "\"name\":\"b\"")
        > strstr(stage_log, "\"name\":\"a\""), "clear gives marks back");
    run(100);
    tap_ok(last().callee->lines == 2 && last().callee->line[1].cut > 3
        && last().callee->line[1].cut < 9, "the callee hears it cut");
    stage_send_audio(SLICE("A new table."));
    run(2000);
    tap_is_str(slice_str(last().callee->line[2].text), "A new table.",
        "and the next text whole");
    tap_is_int(rest("POST", path, "Status=completed"), 200, "hang up");
    run(200);
    tap_ok(strstr(stage_log, "\"event\":\"stop\"") != NULL, "stop");
    tap_is_int(stage_close, 1000, "close 1000");
    tap_ok(strstr(stage_over, " completed") != NULL, "over");
    judged(0, "clear and hang-up");
}

static void message(const char *text, int number, const char *what)
{
    char full[600];
    const char *at;

    dial(STREAM("", PARAMS), &talker);
    run(1500);
    at = strstr(text, "%s");
    text_fmt(full, sizeof(full), "%.*s%s%s", (int)(at ? at - text
        : (ptrdiff_t)strlen(text)), text, at ? stage_sid : "", at ? at + 2
        : "");
    stage_send(full);
    stage_send(full);           /* a warning comes once a stream */
    run(100);
    judged(number, what);
    rest("POST", path, "Status=completed");
    run(100);
}

#define HEAD "{\"event\":\"media\",\"streamSid\":\"%s\","

static void test_messages(void)
{
    struct buf b;

    message(HEAD "\"media\":{\"payload\":\"//8=\"}}", 0, "good media");
    message("{\"event\":\"media\",\"stream_sid\":\"%s\",\"media\":"
        "{\"payload\":\"//8=\"}}", 31951, "stream_sid");
    message(HEAD "\"media\":{\"payload\":\"//8=\",\"track\":\"x\"}}", 31951,
        "a key too many inside");
    message(HEAD "\"media\":{\"payload\":\"//8=\"},\"x\":1}", 31951,
        "a key too many");
    message(HEAD "\"media\":{}}", 31951, "no payload");
    message(HEAD "\"media\":{\"payload\":\"//8\"}}", 31951, "no base64");
    message("{\"event\":\"media\",\"streamSid\":\"MZ0\",\"media\":"
        "{\"payload\":\"//8=\"}}", 31951, "another streamSid");
    message("{\"event\":\"mark\",\"streamSid\":\"%s\"}", 31951, "no mark");
    message("{\"event\":\"mark\",\"streamSid\":\"%s\",\"mark\":{\"name\":"
        "\"\"}}", 31951, "a mark without a name");
    message("{\"event\":\"clear\",\"streamSid\":\"%s\",\"x\":null}", 31951,
        "clear with more");
    message("{\"event\":\"hello\",\"streamSid\":\"%s\"}", 31951,
        "an unknown event");
    message("hello", 31951, "no JSON");
    dial(STREAM("", PARAMS), &talker);
    run(1500);
    conn_write(stage_ws, SLICE("\x82\x02hi"));
    run(100);
    judged(31950, "a binary frame");
    buf_init(&b, 1 << 22);
    memset(buf_room(&b, 2500000), 0xff, 2500000);
    buf_commit(&b, 2500000);
    for (int i = 0; i < 2; i++) {
        struct buf m;

        buf_init(&m, 1 << 22);
        buf_addf(&m, "{\"event\":\"media\",\"streamSid\":\"%s\",\"media\":"
            "{\"payload\":\"", stage_sid);
        wire_base64(&m, buf_slice(&b));
        buf_adds(&m, "\"}}");
        stage_send(buf_cstr(&m));
        run(200);
        buf_free(&m);
    }
    buf_free(&b);
    tap_is_int(sim_twilio_error(twilio, errors_before + 1)->number, 31931,
        "more than ten minutes queued");
    conn_write(stage_ws, SLICE("\x09\x00"));
    run(100);
    tap_is_int(sim_twilio_error(twilio, errors_before + 2)->number, 31924,
        "half a control frame ends the stream");
    tap_is_str(slice_str(last().status), "completed", "and the call");
}

static void opens(const char *answer, enum sim_fault_kind fault, int number,
    const char *what)
{
    dial(STREAM("", PARAMS), &talker);
    stage_upgrade = answer;
    sim_twilio_fault(twilio, (struct sim_fault){.what = fault});
    run(8000);
    sim_twilio_fault(twilio, (struct sim_fault){.what = SIM_FAULT_NONE});
    judged(number, what);
    tap_is_str(slice_str(last().status), "completed", "the call is over");
}

static void test_opening(void)
{
    opens("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", SIM_FAULT_NONE,
        31920, "403");
    opens("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
        "Sec-WebSocket-Accept: gRVIRLju/uBJ65lg1P1ukk6FZVA=x\r\n\r\n",
        SIM_FAULT_NONE, 31920, "a wrong accept");
    opens("Sec-WebSocket-Protocol: audio.twilio.com\r\n", SIM_FAULT_NONE,
        31924, "a subprotocol nobody offered");
    opens("Sec-WebSocket-Extensions: permessage-deflate\r\n", SIM_FAULT_NONE,
        31924, "an extension nobody offered");
    opens("HELLO\r\n\r\n", SIM_FAULT_NONE, 31920, "no HTTP");
    opens("HTTP/1.1 ", SIM_FAULT_NONE, 31901, "no answer in time");
    opens(NULL, SIM_FAULT_HANDSHAKE_403, 31920, "the tunnel's 403");
    opens(NULL, SIM_FAULT_TRACK, 31941, "the tunnel's track");
    dial(STREAM("", PARAMS), &talker);
    sim_twilio_fault(twilio, (struct sim_fault){.what = SIM_FAULT_NO_TOKEN});
    run(1500);
    sim_twilio_fault(twilio, (struct sim_fault){.what = SIM_FAULT_NONE});
    tap_ok(strstr(stage_log, "\"customParameters\":{}") != NULL,
        "the parameters are lost");
    stage_end(1008, "no token");
    run(500);
    judged(31921, "closed 1008");
    dial(STREAM("", PARAMS), &talker);
    run(1500);
    conn_abort(stage_ws, NULL);
    run(500);
    judged(31903, "the connection breaks");
}

static void test_callbacks(void)
{
    dial(XML "<Response><Connect action=\"/twiml?after=1\"><Stream name=\"s\" "
        "url=\"/media-stream?x=1\" statusCallback=\"https://concierge.example/"
        "stream-status\"/></Connect></Response>", &talker);
    run(1500);
    tap_ok(strstr(stage_head, "GET /media-stream HTTP") != NULL,
        "a relative URL; its query is dropped");
    tap_is_str(slice_str(stage_hit[4].path), "/stream-status", "a callback");
    tap_is_str(slice_str(param(4, "StreamEvent")), "stream-started", "started");
    tap_is_str(slice_str(param(4, "StreamName")), "s", "its name");
    tap_ok(strlen(param(4, "Timestamp")) == 30
        && slice_ends(slice_str(param(4, "Timestamp")), "000000Z"),
        "a stamp with nine places");
    stage_doc = "<Response><Hangup/></Response>";
    stage_end(1000, "");
    run(500);
    tap_is_str(slice_str(param(5, "StreamEvent")), "stream-stopped",
        "stopped");
    tap_is_str(slice_str(stage_hit[6].path), "/twiml?after=1",
        "Connect's action");
    judged(31920, "the query that is dropped, and nothing else");
}

static void test_update(void)
{
    dial(STREAM("", PARAMS), &talker);
    run(1500);
    tap_is_int(rest("POST", path, "Twiml=%3CResponse%3E%3CSay%3ESorry.%3C%2F"
        "Say%3E%3CHangup%2F%3E%3C%2FResponse%3E"), 200, "a new document");
    run(2000);
    tap_is_int(stage_close, 1000, "the stream is closed");
    tap_is_str(slice_str(last().callee->line[last().callee->lines - 1].text),
        "Sorry.", "and the new words are heard");
    tap_is_str(slice_str(last().status), "completed", "and it hangs up");
    dial(STREAM("", PARAMS), &talker);
    run(1500);
    rest("POST", path, "TimeLimit=3");
    run(3000);
    tap_is_str(slice_str(last().status), "completed", "the time limit");
    tap_is_int(last().seconds, 3, "after three seconds");
    judged(0, "updates");
}

static void test_detection(void)
{
    static const struct callee_script machine = {.ring_ms = 200,
        .answered_by = "machine_start"};

    reset("<Response><Pause length=\"9\"/></Response>");
    sim_twilio_callee(twilio, &machine);
    rest("POST", "/Calls.json", CREATE "&MachineDetection=Enable&AsyncAmd="
        "true&AsyncAmdStatusCallback=https%3A%2F%2Fconcierge.example%2Fa");
    run(5000);
    tap_is_str(slice_str(stage_hit[4].path), "/a", "detection calls back");
    tap_is_str(slice_str(param(4, "AnsweredBy")), "machine_start",
        "with what it found");
    reset("<Response/>");
    rest("POST", "/Calls.json", CREATE "&MachineDetection=Enable");
    run(2000);
    tap_is_int((int64_t)stage_hits, 3, "without AsyncAmd the call waits");
    run(3000);
    tap_is_str(slice_str(param(3, "AnsweredBy")), "machine_start",
        "and the document's request tells");
}

static void test_inbound(void)
{
    reset(STREAM("", PARAMS));
    sim_twilio_callee(twilio, &talker);
    tap_ok(sim_twilio_inbound(twilio, STAGE_THEM) != NULL, "they ring");
    run(2000);
    hit_is(0, "/incoming-call", "ringing", "(none)");
    tap_is_str(slice_str(param(0, "Direction")), "inbound", "inbound");
    tap_is_str(slice_str(param(0, "From")), STAGE_THEM, "from them");
    tap_is_str(slice_str(param(0, "To")), STAGE_US, "to us");
    tap_ok(stage_ws != NULL, "a stream");
    stage_send_audio(SLICE("A table?"));
    run(2000);
    tap_ok(strstr(story, "caller hears \"A table?\"") != NULL,
        "the caller hears us");
    stage_end(1000, "");
    run(500);
    hit_is(1, "/twilio-status", "completed", "0");
    reset("<Response><Reject/></Response>");
    sim_twilio_inbound(twilio, STAGE_THEM);
    run(1000);
    tap_is_str(slice_str(last().status), "busy", "Reject: busy");
    judged(0, "inbound");
}

int main(void)
{
    stage_new(&talker);
    test_say();
    test_documents();
    test_fetch();
    test_ends();
    test_stream();
    test_clear();
    test_messages();
    test_opening();
    test_callbacks();
    test_update();
    test_detection();
    test_inbound();
    dial(STREAM("", PARAMS), &talker);
    run(1500);
    stage_free();
    tap_ok(!stage_ws, "freeing it drops its sockets");
    return tap_done();
}
