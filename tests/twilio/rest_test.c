/* rest_test.c - Twilio's REST interface against a server made by hand, on the
 * virtual clock: what is sent, what is repeated, and what never is.
 */
#include "twilio/rest.h"

#include "base/text.h"
#include "codec/date.h"
#include "tests/net/rig.h"

#define SID "CA0123456789abcdef0123456789abcdef"
#define SID2 "CAffffffffffffffffffffffffffffffff"
#define PATH "/2010-04-01/Accounts/AC1/Calls"
#define STEPS 16

/* ---- the server: one step a request ---- */

struct step {
    int status;             /* 0: no answer */
    bool reset;             /* the connection breaks instead */
    const char *headers;    /* lines, or NULL */
    const char *body;
};

static struct step script[STEPS];
static char asked[STEPS][2048];     /* requests as they came */
static int64_t asked_at[STEPS];
static size_t steps, served;
static struct listener *server;
static struct httpc *http;
static struct rest *rest;

static void step(int status, const char *headers, const char *body)
{
    script[steps++] = (struct step){status, false, headers, body};
}

static void step_reset(void)
{
    script[steps++] = (struct step){.reset = true};
}

static void step_silent(void)
{
    script[steps++] = (struct step){.status = 0};
}

static void answer(struct conn *c, const struct step *s)
{
    static char text[65536];

    if (s->reset) {
        conn_abort(c, NULL);
        return;
    }
    if (!s->status)
        return;
    text_fmt(text, sizeof text, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n"
        "Connection: close\r\n%s\r\n%s", s->status, strlen(s->body),
        s->headers ? s->headers : "", s->body);
    (void)conn_write(c, slice_str(text));
    conn_close(c);
}

/* The whole request: head, and as many bytes as Content-Length says. */
static size_t on_read(struct conn *c, void *arg, struct mslice in)
{
    struct slice all = slice_of(in.ptr, in.len);
    size_t end = slice_find(all, SLICE("\r\n\r\n"));
    size_t at = slice_find(all, SLICE("Content-Length: "));
    uint64_t body = 0;

    (void)arg;
    if (end == SLICE_NPOS)
        return 0;
    if (at != SLICE_NPOS) {
        struct slice rest_of = slice_from(all, at + 16);

        if (text_u64(slice_head(rest_of, slice_chr(rest_of, '\r')), 0, 65536,
            &body))
            abort();
    }
    if (in.len < end + 4 + body)
        return 0;
    if (served == steps)
        abort();
    text_copy(asked[served], sizeof *asked, all);
    asked_at[served] = loop_now(rig_loop);
    answer(c, &script[served++]);
    return in.len;
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    (void)c;
    (void)arg;
    (void)err;
}

static const struct conn_ops ops = {
    .name = "twilio", .on_read = on_read, .on_close = on_close
};

static void on_accept(struct conn *c, void *arg)
{
    (void)arg;
    conn_adopt(c, &ops, NULL);
}

/* ---- one operation ---- */

static struct rest_result got;
static struct rest_call got_calls[REST_LIST_MAX];
static int dones;

static void done(void *arg, const struct rest_result *res)
{
    (void)arg;
    got = *res;
    for (size_t i = 0; i < res->n; i++)
        got_calls[i] = res->calls[i];
    dones++;
}

static void fresh(void)
{
    steps = served = 0;
    dones = 0;
    got = (struct rest_result){.how = REST_UNCLEAR};
}

static void wait_done(void)
{
    RIG_UNTIL(dones > 0);
    rig_settle();
}

static bool has(size_t request, const char *words)
{
    return slice_find(slice_str(asked[request]), slice_str(words))
        != SLICE_NPOS;
}

static const struct rest_create plain = {
    .to = SLICE_INIT("+15551230000"), .from = SLICE_INIT("+15550001111"),
    .url = SLICE_INIT("https://a.example/twiml?call_id=1")
};

static void create(const struct rest_create *c)
{
    struct err err;

    if (!rest_create(rest, c, done, NULL, &err))
        tap_ok(false, "create: %s", err.msg);
    tap_is_int(dones, 0, "done is not called at once");
    wait_done();
    tap_is_int(dones, 1, "done is called once");
    tap_is_int((int64_t)served, (int64_t)steps, "every step was asked for");
}

/* How many POSTs reached the server. */
static int posts(void)
{
    int n = 0;

    for (size_t i = 0; i < served; i++)
        n += slice_starts(slice_str(asked[i]), "POST ");
    return n;
}

#define CREATED "{\"sid\":\"" SID "\",\"status\":\"queued\",\"to\":" \
    "\"+15551230000\",\"from\":\"+15550001111\",\"direction\":" \
    "\"outbound-api\",\"date_created\":\"Sun, 22 Nov 2026 11:00:00 +0000\"," \
    "\"start_time\":null,\"end_time\":null,\"duration\":null,\"price\":null," \
    "\"price_unit\":\"USD\",\"queue_time\":\"1000\",\"answered_by\":null}"

static void test_created(void)
{
    struct rest_create c = plain;

    fresh();
    c.status_url = SLICE("https://a.example/twilio-status");
    c.timeout = 45;
    c.time_limit = 600;
    c.detect = true;
    c.amd_url = SLICE("https://a.example/amd-status");
    step(201, "Twilio-Request-Id: RQ1\r\n", CREATED);
    create(&c);
    tap_is_int(got.how, REST_DONE, "created");
    tap_is_str(slice_str(got.call.sid), SID, "sid");
    tap_is_str(slice_str(got.call.status), "queued", "status");
    tap_is_str(slice_str(got.call.direction), "outbound-api", "direction");
    tap_is_int(got.call.queue_ms, 1000, "queue_time");
    tap_is_int(got.call.duration, -1, "null is -1");
    tap_is_int(got.call.start, -1, "and no time");
    tap_is_int(got.call.created, INT64_C(1795345200000), "date_created");
    tap_is_str(slice_str(got.request_id), "RQ1", "the request id");
    tap_is_int(got.http, 201, "HTTP status");
    tap_is_int(got.tries, 1, "one exchange");
    tap_ok(!got.found, "not found, but told");
    tap_ok(has(0, "POST " PATH ".json HTTP/1.1\r\n"), "method and path");
    tap_ok(has(0, "Authorization: Basic QUMxOnRva2Vu\r\n"), "AC1:token");
    tap_ok(has(0, "Content-Type: application/x-www-form-urlencoded\r\n"),
        "a form");
    tap_ok(has(0, "\r\n\r\nTo=%2B15551230000&From=%2B15550001111&"
        "Url=https%3A%2F%2Fa.example%2Ftwiml%3Fcall_id%3D1&Method=POST&"
        "Timeout=45&TimeLimit=600&"
        "StatusCallback=https%3A%2F%2Fa.example%2Ftwilio-status&"
        "StatusCallbackMethod=POST&StatusCallbackEvent=initiated&"
        "StatusCallbackEvent=ringing&StatusCallbackEvent=answered&"
        "StatusCallbackEvent=completed&MachineDetection=Enable&AsyncAmd=true&"
        "AsyncAmdStatusCallback=https%3A%2F%2Fa.example%2Famd-status&"
        "AsyncAmdStatusCallbackMethod=POST"), "the whole form");
    fresh();
    step(201, NULL, CREATED);
    create(&plain);
    tap_ok(!has(0, "StatusCallback") && !has(0, "Timeout")
        && !has(0, "Machine"), "what was not asked for is not sent");
}

static void test_refused(void)
{
    fresh();
    step(400, NULL, "{\"code\":21211,\"message\":\"The 'To' number "
        "+15551230000 is not a valid phone number\",\"more_info\":"
        "\"https://www.twilio.com/docs/errors/21211\",\"status\":400}");
    create(&plain);
    tap_is_int(got.how, REST_REFUSED, "refused");
    tap_is_int(got.err.code, ERR_REMOTE, "by the service");
    tap_is_int(got.err.sys, 21211, "with Twilio's number");
    tap_ok(slice_starts(slice_str(got.err.msg), "Twilio 21211: The 'To' number "
        "+*******0000 is not a valid phone number - "),
        "its words, the number masked, and a remedy: %s", got.err.msg);
    tap_is_int(got.tries, 1, "not repeated");

    fresh();
    step(401, NULL, "{\"code\":20003,\"message\":\"Authenticate\","
        "\"more_info\":\"https://www.twilio.com/docs/errors/20003\","
        "\"status\":401}");
    create(&plain);
    tap_is_int(got.err.code, ERR_AUTH, "401 is about credentials");
    tap_is_int(got.err.sys, 20003, "20003");

    fresh();
    step(401, NULL, "{\"detail\":\"x\"}");
    create(&plain);
    tap_is_int(got.err.code, ERR_AUTH, "401 without a code too");
    tap_is_int(got.err.sys, 401, "then sys is the status");

    fresh();
    step(404, NULL, "<html>\n <b>ngrok</b>\x01</html>");
    create(&plain);
    tap_is_int(got.err.code, ERR_REMOTE, "a page instead of JSON");
    tap_is_str(slice_str(got.err.msg), "HTTP 404, and not from Twilio's API: "
        "\"<html> <b>ngrok</b> </html>\"", "is shown in one line");

    fresh();
    step(400, NULL, "{\"code\":21211,\"message\":\"a\\u001b[31m\\u007fb\"}");
    create(&plain);
    tap_ok(strstr(got.err.msg, "a [31m b") != NULL,
        "and no control byte of theirs: %s", got.err.msg);

    fresh();
    step(404, NULL, "cannot call +15551230000");
    create(&plain);
    tap_ok(strstr(got.err.msg, "+*******0000\"") != NULL,
        "with no whole number in it: %s", got.err.msg);
}

static void test_busy(void)
{
    static const char busy[] = "{\"code\":20429,\"message\":\"Too Many "
        "Requests\",\"status\":429}";
    struct err err;

    fresh();
    step(429, NULL, busy);
    step(429, "Retry-After: 4\r\n", busy);
    step(201, NULL, CREATED);
    create(&plain);
    tap_is_int(got.how, REST_DONE, "429, 429, then created");
    tap_is_int(got.tries, 3, "three exchanges");
    tap_ok(asked_at[1] - asked_at[0] >= 250
        && asked_at[1] - asked_at[0] <= 510, "the first pause: %lld ms",
        (long long)(asked_at[1] - asked_at[0]));
    tap_ok(asked_at[2] - asked_at[1] >= 4000
        && asked_at[2] - asked_at[1] <= 4010, "then as long as asked for");
    tap_is_int(posts(), 3, "a POST may be repeated after 429");

    fresh();
    for (size_t i = 0; i < STEPS; i++)
        step(429, i ? NULL : "Retry-After: 1000\r\n", busy);
    rest_create(rest, &plain, done, NULL, &err);
    wait_done();
    tap_is_int(got.how, REST_REFUSED, "until the deadline");
    tap_is_int(got.err.code, ERR_BUSY, "busy");
    tap_is_int(got.err.sys, 20429, "20429");
    tap_ok(served > 5 && served < STEPS, "after some tries (%zu)", served);
    tap_ok(asked_at[served - 1] - asked_at[0] < 30000, "within 30 s");
    tap_ok(asked_at[5] - asked_at[4] > asked_at[1] - asked_at[0],
        "pauses grow");
}

#define CALL(sid, to, created, start) "{\"sid\":\"" sid "\",\"status\":" \
    "\"in-progress\",\"to\":\"" to "\",\"from\":\"+15550001111\"," \
    "\"date_created\":" created ",\"start_time\":" start "}"
#define LIST_OF(calls) "{\"calls\":[" calls "],\"page\":0,\"page_size\":50," \
    "\"next_page_uri\":null}"

/* A date so many seconds from now on the virtual clock, quoted. */
static const char *stamp(int64_t seconds)
{
    static char text[4][48];
    static int i;
    char *out = text[i++ & 3];
    struct buf b;

    buf_over(&b, out, 47);
    buf_addc(&b, '"');
    date_add_rfc2822(&b, sys_wall() + seconds * 1000);
    buf_addc(&b, '"');
    out[b.len] = 0;
    return out;
}

static const char *one(const char *sid, const char *to, const char *created,
    const char *start)
{
    static char text[4][400];
    static int i;
    char *out = text[i++ & 3];

    text_fmt(out, sizeof *text, CALL("%s", "%s", "%s", "%s"), sid, to,
        created, start);
    return out;
}

static const char *list(const char *a, const char *b)
{
    static char text[4][1000];
    static int i;
    char *out = text[i++ & 3];

    text_fmt(out, sizeof *text, LIST_OF("%s%s%s"), a, *b ? "," : "", b);
    return out;
}

#define TO "+15551230000"

static void is_found(const char *what)
{
    create(&plain);
    tap_is_int(got.how, REST_DONE, what);
    tap_ok(got.found, "found in the list");
    tap_is_str(slice_str(got.call.sid), SID, "the right one");
    tap_is_int(posts(), 1, "and dialled once");
}

static void test_ambiguous_found(void)
{
    fresh();
    step_reset();
    step(200, NULL, list(one(SID, TO, stamp(0), "null"), ""));
    is_found("the answer was lost");
    tap_ok(has(1, "GET " PATH ".json?To=%2B15551230000&From=%2B15550001111&"
        "PageSize=50 HTTP/1.1\r\n"), "the list is asked by To and From");
    tap_is_int(asked_at[1] - asked_at[0], 1000, "after a second");

    fresh();
    step(500, NULL, "{\"code\":20500,\"message\":\"Internal Server Error\"}");
    step(200, NULL, list("", ""));
    step(200, NULL, list(one(SID, TO, "null", stamp(0)), ""));
    is_found("500, seen at the second look by its start time");

    fresh();
    step(201, NULL, "<html>accepted</html>");
    step(503, NULL, "");
    step_reset();
    step(200, NULL, list(one(SID, TO, "null", "null"), ""));
    is_found("201 without a call, seen at the third look, undated");

    fresh();
    step_silent();
    step(200, NULL, list(one(SID2, TO, stamp(-7200), stamp(-7200)),
        one(SID, TO, stamp(0), "null")));
    is_found("no answer in time; an old call does not count");

    fresh();
    step(500, NULL, "");
    step(200, NULL, list(one(SID, TO, stamp(0), "null"),
        one(SID2, "+15559999999", stamp(0), "null")));
    is_found("nor does one to somebody else");
}

static bool knows(void *arg, const char *sid)
{
    *(int *)arg += 1;
    return strcmp(sid, SID2) == 0;
}

static void test_ambiguous_known(void)
{
    struct rest_create c = plain;
    int asks = 0;

    fresh();
    c.known = knows;
    c.known_arg = &asks;
    step_reset();
    step(200, NULL, list(one(SID2, TO, stamp(0), "null"),
        one(SID, TO, stamp(0), "null")));
    create(&c);
    tap_is_int(got.how, REST_DONE, "a call we know is no candidate");
    tap_is_str(slice_str(got.call.sid), SID, "the other one is ours");
    tap_ok(asks > 0, "known was asked");
}

/* Twilio's clock is an hour ahead: its Date header says so. */
static void test_ambiguous_clock(void)
{
    char headers[80], date[HTTP_DATE_MAX];

    fresh();
    http_date(date, sys_wall() + 3600000);
    text_fmt(headers, sizeof headers, "Date: %s\r\n", date);
    step_reset();
    step(200, headers, list(one(SID2, TO, stamp(3600 - 60), "null"),
        one(SID, TO, stamp(3600), "null")));
    is_found("dates are judged by the clock that made them");
}

static void test_ambiguous_unclear(void)
{
    fresh();
    step_reset();
    step(200, NULL, list(one(SID, TO, stamp(0), "null"),
        one(SID2, TO, stamp(0), "null")));
    create(&plain);
    tap_is_int(got.how, REST_UNCLEAR, "two candidates are unclear");
    tap_is_int(posts(), 1, "and nothing more is dialled");
    tap_ok(slice_starts(slice_str(got.err.msg), "the call may be one of "
        "several"), "it says so");

    fresh();
    step(502, NULL, "bad gateway");
    step(200, NULL, list("", ""));
    step(200, NULL, list("", ""));
    step(200, NULL, list(one(SID, TO, stamp(-3600), "null"), ""));
    create(&plain);
    tap_is_int(got.how, REST_REFUSED, "none after three looks: not made");
    tap_ok(slice_starts(slice_str(got.err.msg), "the call was not made")
        && strstr(got.err.msg, "HTTP 502"), "it says why: %s", got.err.msg);
    tap_is_int(posts(), 1, "and was not made again");
    tap_is_int(asked_at[2] - asked_at[1], 2000, "looks after 2 s");
    tap_is_int(asked_at[3] - asked_at[2], 4000, "and 4 s");

    fresh();
    step_reset();
    step(200, NULL, list("", ""));
    step(500, NULL, "");
    step(200, NULL, "{\"calls\":7}");
    create(&plain);
    tap_is_int(got.how, REST_UNCLEAR, "a list that cannot be read proves "
        "nothing");
    tap_is_int(posts(), 1, "nothing more is dialled");
    tap_is_int(got.err.code, ERR_NET, "the first cause is kept");
}

/* What never reached Twilio is no call: it may be tried again. */
static void test_unreachable(void)
{
    struct rest_conf conf = {.base = SLICE("http://127.0.0.1:1"),
        .account = SLICE("AC1"), .user = SLICE("AC1"),
        .password = SLICE("token"), .deadline_ms = 5000};
    struct err err;
    struct rest *nowhere = rest_new(rig_loop, http, &conf, &err);
    int64_t start = loop_now(rig_loop);

    fresh();
    rest_create(nowhere, &plain, done, NULL, &err);
    wait_done();
    tap_is_int(got.how, REST_REFUSED, "nobody listens: refused");
    tap_is_int(got.err.code, ERR_NET, "by the network");
    tap_ok(got.tries > 2, "after some tries (%d)", got.tries);
    tap_ok(loop_now(rig_loop) - start <= 5010, "before the deadline");
    rest_free(nowhere);
    conf.base = SLICE("https://127.0.0.1:1");
    nowhere = rest_new(rig_loop, http, &conf, &err);
    fresh();
    tap_ok(!rest_create(nowhere, &plain, done, NULL, &err)
        && err.msg[0], "https without TLS is refused at once: %s", err.msg);
    rest_free(nowhere);
}

static void test_fetch(void)
{
    struct err err;

    fresh();
    step(500, NULL, "");
    step_reset();
    step(200, NULL, "{\"sid\":\"" SID "\",\"status\":\"completed\","
        "\"duration\":\"15\",\"price\":\"-0.03000\",\"price_unit\":\"USD\","
        "\"answered_by\":\"human\",\"start_time\":"
        "\"Sun, 22 Nov 2026 11:00:05 +0000\",\"end_time\":"
        "\"Sun, 22 Nov 2026 11:00:20 +0000\"}");
    rest_fetch(rest, SLICE(SID), done, NULL, &err);
    wait_done();
    tap_is_int(got.how, REST_DONE, "a fetch is repeated after 500 and reset");
    tap_is_int(got.tries, 3, "three exchanges");
    tap_ok(has(0, "GET " PATH "/" SID ".json HTTP/1.1\r\n"), "its path");
    tap_is_int(got.call.duration, 15, "duration");
    tap_is_str(slice_str(got.call.price), "-0.03000", "price");
    tap_is_str(slice_str(got.call.answered_by), "human", "answered_by");
    tap_is_int(got.call.end - got.call.start, 15000, "its times");
    fresh();
    step(200, NULL, "{\"status\":\"queued\"}");
    rest_fetch(rest, SLICE(SID), done, NULL, &err);
    wait_done();
    tap_is_int(got.how, REST_REFUSED, "a call without sid");
    tap_is_int(got.err.code, ERR_PROTO, "is no answer");
    tap_ok(!rest_fetch(rest, SLICE("../x"), done, NULL, &err)
        && err.code == ERR_DATA, "a SID that is a path is refused");
    tap_ok(!rest_fetch(rest, SLICE(""), done, NULL, &err), "and none");
}

static void update(enum rest_update what, const char *twiml)
{
    struct err err;

    rest_update(rest, SLICE(SID), what, slice_str(twiml), done, NULL, &err);
    wait_done();
}

static void test_update(void)
{
    fresh();
    step(200, NULL, CREATED);
    update(REST_COMPLETE, "");
    tap_is_int(got.how, REST_DONE, "hung up");
    tap_ok(has(0, "POST " PATH "/" SID ".json HTTP/1.1\r\n")
        && has(0, "\r\n\r\nStatus=completed"), "by Status=completed");
    fresh();
    step(200, NULL, CREATED);
    update(REST_CANCEL, "");
    tap_ok(has(0, "\r\n\r\nStatus=canceled"), "canceled");
    fresh();
    step(200, NULL, CREATED);
    update(REST_TWIML, "<Response><Hangup/></Response>");
    tap_ok(has(0, "\r\n\r\nTwiml=%3CResponse%3E%3CHangup%2F%3E%3C%2FResponse"
        "%3E"), "new TwiML");
    fresh();
    step(404, NULL, "{\"code\":20404,\"message\":\"not found\"}");
    update(REST_COMPLETE, "");
    tap_is_int(got.how, REST_GONE, "20404: it was over already");
    fresh();
    step(400, NULL, "{\"code\":21220,\"message\":\"Invalid call state\"}");
    update(REST_CANCEL, "");
    tap_is_int(got.how, REST_GONE, "21220: too");
    fresh();
    step(400, NULL, "{\"code\":21220,\"message\":\"Invalid call state\"}");
    update(REST_TWIML, "<Response/>");
    tap_is_int(got.how, REST_REFUSED, "but no TwiML for a call that is over");
    tap_is_int(got.err.sys, 21220, "21220");
    fresh();
    step(503, "Retry-After: 2\r\n", "");
    step(200, NULL, CREATED);
    update(REST_COMPLETE, "");
    tap_is_int(got.how, REST_DONE, "hanging up is repeated after 503");
    tap_ok(asked_at[1] - asked_at[0] >= 2000, "when it was asked to");
}

static void test_list(void)
{
    struct rest_filter f = {.to = SLICE("+15551230000"),
        .status = SLICE("in-progress"), .page_size = 2,
        .started_after = INT64_C(1795345200000)};
    struct rest_filter none = {.page_size = 0};
    struct err err;

    fresh();
    step(200, NULL, "{\"calls\":[" CALL(SID, TO, "null", "null") ","
        CALL(SID2, TO, "null", "null") "],\"next_page_uri\":\"/x\"}");
    rest_list(rest, &f, done, NULL, &err);
    wait_done();
    tap_is_int(got.how, REST_DONE, "a list");
    tap_is_int((int64_t)got.n, 2, "of two");
    tap_is_str(slice_str(got_calls[1].sid), SID2, "the second");
    tap_ok(got.more, "and there are more");
    tap_ok(has(0, "GET " PATH ".json?To=%2B15551230000&Status=in-progress&"
        "StartTime%3E=2026-11-22&PageSize=2 HTTP/1.1\r\n"), "the filter");
    fresh();
    step(200, NULL, "{\"calls\":[],\"next_page_uri\":null}");
    rest_list(rest, &none, done, NULL, &err);
    wait_done();
    tap_ok(got.how == REST_DONE && got.n == 0 && !got.more, "an empty list");
    tap_ok(has(0, ".json?PageSize=50 HTTP/1.1\r\n"), "no filter");
    fresh();
    step(200, NULL, "{\"calls\":[{\"status\":\"queued\"}]}");
    rest_list(rest, &none, done, NULL, &err);
    wait_done();
    tap_is_int(got.how, REST_REFUSED, "a call without sid spoils the list");
}

static void test_cancel(void)
{
    struct rest_op *op;
    struct err err;

    fresh();
    step_silent();
    op = rest_create(rest, &plain, done, NULL, &err);
    RIG_UNTIL(served == 1);
    rest_cancel(op);
    rig_wait(60000);
    tap_is_int(dones, 0, "a canceled operation is not done");
    fresh();
    step(429, NULL, "{}");
    op = rest_create(rest, &plain, done, NULL, &err);
    RIG_UNTIL(served == 1);
    rig_wait(100);
    rest_cancel(op);
    rig_wait(60000);
    tap_is_int((int64_t)served, 1, "nor repeated from its pause");
}

static void test_read(void)
{
    static const char page[] = LIST_OF(CALL(SID, TO, "null", "null"));
    struct rest_call c[2];
    const char *why;
    size_t bad = 0;
    bool more;

    for (size_t n = 0; n + 1 < sizeof page; n++)
        bad += rest_read_list(slice_of(page, n), c, 2, &more, &why) != -1;
    tap_is_int((int64_t)bad, 0, "every cut page is refused");
    tap_is_int(rest_read_list(SLICE("{\"calls\":[" CALL(SID, TO, "null",
        "null") "," CALL(SID2, TO, "null", "null") "]}"), c, 1, &more, &why),
        1, "a page longer than the room is cut");
    tap_ok(more, "and says so");
    tap_is_int(rest_read_call(SLICE("[]"), c, &why), -1, "no object");
    tap_is_int(rest_read_call(SLICE("{\"sid\":\"" SID SID "\"}"), c, &why), -1,
        "a sid too long");
    tap_is_int(rest_read_call(SLICE("{\"sid\":\"CA1\",\"duration\":7}"), c,
        &why), 0, "a number that is one");
    tap_is_int(c->duration, 7, "is read");
}

static void start_server(void)
{
    struct sys_addr at = rig_addr(0);
    struct httpc_conf http_conf = {.max_kept = 4, .keep_ms = 10000,
        .user_agent = "test"};
    struct rest_conf conf = {.account = SLICE("AC1"), .user = SLICE("AC1"),
        .password = SLICE("token")};
    char base[64];
    struct err err;

    server = conn_listen(rig_loop, &at, NULL, 100, on_accept, NULL, &err);
    http = server ? httpc_new(rig_loop, &http_conf, &err) : NULL;
    if (http) {
        text_fmt(base, sizeof base, "http://127.0.0.1:%d",
            listener_port(server));
        conf.base = slice_str(base);
        rest = rest_new(rig_loop, http, &conf, &err);
    }
    if (!rest) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

int main(void)
{
    struct err err;

    rig_start();
    start_server();
    test_created();
    test_refused();
    test_busy();
    test_ambiguous_found();
    test_ambiguous_known();
    test_ambiguous_clock();
    test_ambiguous_unclear();
    test_unreachable();
    test_fetch();
    test_update();
    test_list();
    test_cancel();
    test_read();
    fresh();
    step_silent();
    rest_create(rest, &plain, done, NULL, &err);
    RIG_UNTIL(served == 1);
    rest_free(rest);
    tap_is_int(dones, 0, "freed while one is under way: no done");
    httpc_free(http);
    listener_close(server);
    rig_end();
    return tap_done();
}
