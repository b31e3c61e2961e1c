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

int main(void)
{
    sys_virtual(INT64_C(1795345200000));
    test_redaction();
    test_cuts();
    test_ring();
    return tap_done();
}
