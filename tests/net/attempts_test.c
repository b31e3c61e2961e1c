/* attempts_test.c - what the ring keeps, and what it must not. */
#include "net/attempts.h"

#include <string.h>

#include "base/sys.h"
#include "tests/guard.h"
#include "tests/tap.h"

static void is_kept_as(const char *name, const char *head, const char *want)
{
    struct attempts *a = attempts_new();
    uint64_t id = attempts_begin(a, ATTEMPT_WEBHOOK, SLICE("1.2.3.4"),
        guard_in(slice_str(head)));
    const struct attempt *e = attempts_after(a, 0);

    tap_ok(e && e->id == id && id > 0, "%s is kept", name);
    tap_is_str(slice_str(e->head), want, name);
    attempts_free(a);
}

static void test_redaction(void)
{
    is_kept_as("a plain head", "GET /twiml?call_id=01ab HTTP/1.1\r\n"
        "Host: x\r\nUser-Agent: TwilioProxy/1.1\r\n\r\n",
        "GET /twiml?call_id=01ab HTTP/1.1\nHost: x\n"
        "User-Agent: TwilioProxy/1.1\n");
    is_kept_as("a handshake stays readable", "GET /media-stream HTTP/1.1\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "connection: Upgrade\r\n\r\n", "GET /media-stream HTTP/1.1\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\nconnection: Upgrade\n");
    is_kept_as("Authorization", "GET / HTTP/1.1\r\n"
        "Authorization: Bearer sk-proj-0123456789\r\n"
        "Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"
        "authorization:nothing-but-a-secret\r\n\r\n", "GET / HTTP/1.1\n"
        "Authorization: Bearer sk-p****\n"
        "Proxy-Authorization: Basic dXNl****\nauthorization: noth****\n");
    is_kept_as("a short secret shows nothing", "GET / HTTP/1.1\r\n"
        "Authorization: Bearer 12345678901\r\nX-Token:\r\n\r\n",
        "GET / HTTP/1.1\nAuthorization: Bearer ****\nX-Token: ****\n");
    is_kept_as("cookies, signatures, keys", "GET / HTTP/1.1\r\n"
        "Cookie: session=0123456789abcdef\r\n"
        "Set-Cookie: session=0123456789abcdef\r\n"
        "x-twilio-signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=\r\n"
        "api-key: 00112233445566778899\r\nX-Api-Key: 0011223344556677\r\n"
        "xi-api-key: 0011223344556677\r\nX-Auth-Token: 0011223344556677\r\n"
        "\r\n", "GET / HTTP/1.1\nCookie: sess****\nSet-Cookie: sess****\n"
        "x-twilio-signature: RSOY****\napi-key: 0011****\n"
        "X-Api-Key: 0011****\nxi-api-key: 0011****\nX-Auth-Token: 0011****\n");
    is_kept_as("a key in a subprotocol", "GET / HTTP/1.1\r\n"
        "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key."
        "sk-abcdefghijkl\r\n\r\n", "GET / HTTP/1.1\nSec-WebSocket-Protocol: "
        "realtime, openai-insecure-api-key.sk-a****\n");
    is_kept_as("secrets in a query", "GET /x?a=1&token=0123456789ab&"
        "Access_Token=0123456789ab&%74oken=0123456789ab&key=0123456789ab&"
        "monkey=banana-banana&password=&secret HTTP/1.1\r\n\r\n",
        "GET /x?a=1&token=0123****&Access_Token=0123****&%74oken=0123****&"
        "key=0123****&monkey=banana-banana&password=****&secret HTTP/1.1\n");
    is_kept_as("credentials in a URL", "GET / HTTP/1.1\r\n"
        "Referer: https://user:password@host/p?sig=0123456789ab\r\n\r\n",
        "GET / HTTP/1.1\nReferer: https://****@host/p?sig=0123****\n");
    is_kept_as("phone numbers", "GET /twiml?From=%2B15551230100&To=+4930123456"
        "&Called=15551230199&CallSid=CA15551230100&n=123456789 HTTP/1.1\r\n"
        "X-Caller: call +15551230100, or +12345\r\n\r\n",
        "GET /twiml?From=%2B*******0100&To=+******3456&Called=*******0199"
        "&CallSid=CA15551230100&n=123456789 HTTP/1.1\n"
        "X-Caller: call +*******0100, or +12345\n");
    is_kept_as("bytes that are no text", "G\x01T /\xff HTTP/1.1\r\n"
        "A: \x7f\tb\r\nno colon\r\n\r\n", "G?T /? HTTP/1.1\nA: ??b\n"
        "no colon\n");
    is_kept_as("what follows the head is not kept", "GET / HTTP/1.1\r\n\r\n"
        "Body=secret", "GET / HTTP/1.1\n");
    is_kept_as("no head at all", "", "");
    is_kept_as("a word alone", "/?token=0123456789ab", "/?token=0123****");
}

/* However the head is cut short, by the peer or by our room, no secret of it
 * comes through. */
static void test_cuts(void)
{
    static const char head[] = "GET /a?token=SECRETSECRETSECRET HTTP/1.1\r\n"
        "Authorization: Bearer SECRETSECRETSECRET\r\n"
        "Cookie: x=SECRETSECRETSECRET\r\nFrom: +15551234567\r\n\r\n";
    static char big[LIMIT_ATTEMPT_HEAD + 200];
    size_t leaks = 0;
    struct attempts *a = attempts_new();

    for (size_t n = 0; n < sizeof head; n++) {
        uint64_t id = attempts_begin(a, ATTEMPT_REST, SLICE(""),
            guard_in(slice_of(head, n)));
        const struct attempt *e = attempts_after(a, id - 1);

        leaks += strstr(e->head, "SECRETS") != NULL
            || strstr(e->head, "51234567") != NULL;
    }
    tap_ok(leaks == 0, "no prefix of a head leaks");
    leaks = 0;
    for (size_t n = 0; n < 150; n++) {
        size_t at = LIMIT_ATTEMPT_HEAD - 100 + n;
        const struct attempt *e;
        uint64_t id;

        memset(big, 'x', sizeof big);
        memcpy(big, "GET /", 5);
        memcpy(big + at, "\r\nCookie: SECRETSECRET",
            sizeof big - at < 22 ? sizeof big - at : 22);
        id = attempts_begin(a, ATTEMPT_REST, SLICE(""),
            slice_of(big, sizeof big));
        e = attempts_after(a, id - 1);
        leaks += strstr(e->head, "SECRETS") != NULL
            || strlen(e->head) >= LIMIT_ATTEMPT_HEAD;
    }
    tap_ok(leaks == 0, "nor does one cut by its room");
    attempts_free(a);
}

static void test_ring(void)
{
    struct attempts *a = attempts_new();
    const struct attempt *e;
    uint64_t first, id = 0;
    size_t n = 0;

    tap_ok(!attempts_after(a, 0), "empty at first");
    tap_is_int((int64_t)attempts_begin(a, ATTEMPT_NONE, SLICE("p"),
        SLICE("GET / HTTP/1.1")), 0, "what is not kept has no id");
    first = attempts_begin(a, ATTEMPT_WEBHOOK, SLICE("9.9.9.9"),
        SLICE("POST /twiml HTTP/1.1"));
    e = attempts_after(a, 0);
    tap_ok(e->ms == -1 && e->status == 0 && e->at == sys_wall()
        && !strcmp(e->peer, "9.9.9.9"), "it begins");
    sys_advance(812);
    attempts_call(a, first, SLICE("01ab"));
    attempts_why(a, first, "signature ok");
    attempts_end(a, first, 200);
    tap_ok(e->ms == 812 && e->status == 200 && !strcmp(e->call, "01ab")
        && !strcmp(e->why, "signature ok"), "and ends");
    attempts_end(a, first, 500);
    tap_ok(e->status == 200 && !attempts_after(a, first), "once");
    for (int i = 0; i < LIMIT_ATTEMPTS; i++)
        id = attempts_begin(a, ATTEMPT_UPGRADE, SLICE(""), SLICE("x"));
    attempts_why(a, first, "too late");
    attempts_end(a, first, 999);
    for (e = attempts_after(a, 0); e; e = attempts_after(a, e->id)) {
        n++;
        if (!strcmp(e->why, "too late") || e->status == 999)
            n += 100000;
    }
    tap_is_int((int64_t)n, LIMIT_ATTEMPTS, "the ring keeps the newest, and "
        "an id that is gone touches nothing");
    tap_is_int((int64_t)attempts_after(a, id - 1)->id, (int64_t)id,
        "ids go on");
    attempts_free(a);
    tap_ok(attempts_begin(NULL, ATTEMPT_REST, SLICE(""), SLICE("")) == 0
        && !attempts_after(NULL, 0), "a NULL ring is fine");
    attempts_call(NULL, 1, SLICE("x"));
    attempts_why(NULL, 1, "x");
    attempts_end(NULL, 1, 1);
    attempts_free(NULL);
}

static void on_failed(void *arg)
{
    ++*(int *)arg;
}

static void on_upgrade(void *arg, const struct attempt *at)
{
    *(uint64_t *)arg = at->id;
}

/* What failed is told once, and can be written and read. */
static void test_failed(void)
{
    static const struct {
        enum attempt_kind kind;
        int status, close;
        bool failed;
    } rows[] = {
        {ATTEMPT_WEBHOOK, 200, 0, false}, {ATTEMPT_WEBHOOK, 403, 0, true},
        {ATTEMPT_REST, 201, 0, false}, {ATTEMPT_REST, 0, 0, true},
        {ATTEMPT_UPGRADE, 101, 1000, false}, {ATTEMPT_UPGRADE, 101, 1001,
            false}, {ATTEMPT_UPGRADE, 101, 1005, false},
        {ATTEMPT_UPGRADE, 101, 1006, true}, {ATTEMPT_UPGRADE, 101, 1008,
            true}, {ATTEMPT_UPGRADE, 426, 0, true},
        {ATTEMPT_MODEL, 101, 1011, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct attempts *a = attempts_new();
        const struct attempt *at;
        uint64_t upgraded = 0, id;
        int told = 0;

        attempts_watch(a, on_failed, &told);
        attempts_on_upgrade(a, on_upgrade, &upgraded);
        id = attempts_begin(a, rows[i].kind, SLICE("1.2.3.4"),
            SLICE("GET / HTTP/1.1\r\n\r\n"));
        tap_ok(!attempts_take_failed(a), "nothing has failed that lasts");
        attempts_end(a, id, rows[i].status);
        tap_ok((upgraded == id) == (rows[i].kind == ATTEMPT_UPGRADE),
            "upgrades are told as they are answered, others not");
        if (rows[i].close) {
            attempts_closed(a, id, rows[i].close, SLICE("bye"), true);
            attempts_closed(a, id, 1002, SLICE("again"), false);
        }
        at = attempts_take_failed(a);
        tap_ok((at != NULL) == rows[i].failed && (!at || (at->id == id
            && at->close == rows[i].close)), "status %d, close %d: %s",
            rows[i].status, rows[i].close, at ? "failed" : "well");
        tap_ok(told == rows[i].failed, "told once, if at all");
        tap_ok(attempts_take_failed(a) == NULL, "taken once");
        attempts_free(a);
    }
}

static void test_json(void)
{
    struct attempts *a = attempts_new(), *b = attempts_new();
    uint64_t id = attempts_begin(a, ATTEMPT_UPGRADE, SLICE("1.2.3.4"),
        SLICE("GET /media-stream?token=SECRETSECRET HTTP/1.1\r\nHost: x\r\n"
        "X-Odd: \xff\x01\r\n\r\n"));
    const struct attempt *was = attempts_find(a, id), *is;
    struct jsonw w;
    struct buf out;
    struct json rec;

    attempts_call(a, id, SLICE("0123456789abcdef01234567"));
    attempts_why(a, id, "signature bad\n\x1b[1m for +15551230000");
    attempts_number(a, id, 31920);
    attempts_first(a, id, "start");
    attempts_last(a, id, "media, sequence 7");
    attempts_end(a, id, 101);
    attempts_closed(a, id, 1008, SLICE("no \"token\""), true);
    tap_is_str(slice_str(was->why), "signature bad??[1m for +*******0000",
        "what is said of it is one line, without a number");
    tap_is_str(attempts_header(was, "HOST"), "x", "its headers are found");
    tap_ok(!attempts_header(was, "token").ptr, "and no others");
    buf_init(&out, 8192);
    jsonw_begin(&w, &out);
    jsonw_object(&w);
    jsonw_kcstr(&w, "began", "2026-11-22T11:00:00.000Z");
    jsonw_kcstr(&w, "call", was->call);
    attempts_write(&w, was);
    jsonw_end(&w);
    tap_ok(json_parse(buf_slice(&out), &rec, NULL) == 0, "written as JSON");
    tap_ok(slice_find(buf_slice(&out), SLICE("SECRETSECRET")) == SLICE_NPOS,
        "without its secret");
    attempts_restore(b, rec);
    is = attempts_after(b, 0);
    tap_ok(is && is->id == 1 && is->kind == was->kind && is->at
        == INT64_C(1795345200000) && is->ms == was->ms && is->status == 101
        && is->number == 31920 && is->close == 1008 && is->by_us
        && !strcmp(is->close_why, was->close_why)
        && !strcmp(is->call, was->call) && !strcmp(is->peer, was->peer)
        && !strcmp(is->why, was->why) && !strcmp(is->first, was->first)
        && !strcmp(is->last, was->last) && !strcmp(is->head, was->head),
        "read back as it was");
    tap_ok(!attempts_take_failed(b), "and not failed anew");
    json_parse(SLICE("{\"kind\":\"rest\"}"), &rec, NULL);
    attempts_restore(b, rec);
    json_parse(SLICE("{\"kind\":\"none\",\"began\":"
        "\"2026-11-22T11:00:00Z\"}"), &rec, NULL);
    attempts_restore(b, rec);
    tap_ok(!attempts_after(b, 1), "one without time or kind is none");
    buf_free(&out);
    attempts_free(a);
    attempts_free(b);
}

int main(void)
{
    sys_virtual(INT64_C(1795345200000));
    test_redaction();
    test_cuts();
    test_ring();
    test_failed();
    test_json();
    return tap_done();
}
