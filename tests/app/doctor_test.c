/* doctor_test.c - for each fault on the way: the number, the cause, the line;
 * and a healthy way, for which doctor is silent.
 *
 * The way is a proxy that ends TLS and leads to the server doctor starts
 * itself, or to one that runs.
 */
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/app/doctor_rig.h"

static SSL_CTX *good_tls;

/* ---- all is well ---- */

/* What a run takes is what it sleeps for its own timers, the stream's 2 s, and
 * what it computes, here with both ends of the way: a machine with nothing else
 * to do needs that long, and no other can be measured by the clock. */
static int64_t full_run(void)
{
    int64_t asleep = 0;
    clock_t began = clock();            /* of all threads */

    set_way(NULL, good_tls);
    options.frames = 100;
    options.asleep = &asleep;
    run_doctor("settings,dns,tcp,tls,tunnel,twiml,upgrade,stream,callbacks,"
        "disk,limits");
    crooked_stop(&way);
    tap_ok(asleep >= 1000, "%lld ms of it were slept", (long long)asleep);
    return asleep + (int64_t)(clock() - began) * 1000 / CLOCKS_PER_SEC;
}

/* A sanitizer gets twice the time. */
#if defined __SANITIZE_ADDRESS__
#define FULL_RUN 6000
#else
#define FULL_RUN 3000
#endif

static void healthy(void)
{
    int64_t took = full_run();

    tap_is_int((int64_t)got.n, 11, "eleven probes have run");
    expect_silence("a healthy way", "stream");
    tap_ok(took < FULL_RUN, "a full run takes %lld ms, under %d",
        (long long)took, FULL_RUN);
}

/* ---- faults of the way ---- */

#define PAGE "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: " \
    "close\r\nContent-Length: "
#define XML "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: " \
    "close\r\nContent-Length: "
#define ENDS "Connection: close\r\nContent-Length: 0\r\n\r\n"

static const struct row {
    const char *what;
    struct fault fault;
    const char *only, *probe;
    enum probe_status status;
    int number, stream;
    const char *cause, *remedy;
} rows[] = {
    /* TLS, and before it */
    {"a reset during the handshake", {.reset = true}, "tls", "tls",
        PROBE_FAIL, 11220, 31910, "", "log"},
    {"no TLS greeting", {.hang = true}, "tcp,tls", "tls", PROBE_FAIL, 11220,
        31910, "no TLS greeting", "ends TLS"},
    /* the upgrade */
    {"nginx without upgrade headers", {.eat = "upgrade connection",
        .http10 = true}, "upgrade", "upgrade", PROBE_FAIL, 31920, 0,
        "HTTP/1.0", "proxy_http_version 1.1"},
    {"an eaten Upgrade", {.eat = "upgrade"}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "lost \"upgrade\" on the way",
        "proxy_set_header Upgrade $http_upgrade"},
    {"an eaten Connection", {.eat = "connection"}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "lost \"connection\" on the way",
        "proxy_set_header Connection \"upgrade\""},
    {"HAProxy, which does not name itself", {.eat = "upgrade"}, "upgrade",
        "upgrade", PROBE_FAIL, 31920, 0, "lost \"upgrade\"", "haproxy: take "
        "out http-request del-header"},
    {"an eaten version", {.eat = "sec-websocket-version"}, "upgrade",
        "upgrade", PROBE_FAIL, 31920, 0, "lost \"sec-websocket-version\"",
        ""},
    {"an eaten key", {.eat = "sec-websocket-key"}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "lost \"sec-websocket-key\"", "all Sec-"},
    {"HAProxy that eats", {.eat = "upgrade",
        .add_back = "Server: HAProxy\r\n"}, "tunnel,upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "lost \"upgrade\"", "haproxy: take out"},
    {"Cloudflare that eats", {.eat = "upgrade",
        .add_back = "CF-Ray: 1-FRA\r\n"}, "tunnel,upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "lost \"upgrade\"", "--protocol http2"},
    {"an eaten signature", {.eat = "x-twilio-signature"}, "upgrade",
        "upgrade", PROBE_WARN, 0, 0, "lost \"x-twilio-signature\"", "pass"},
    {"another path", {.prefix = "/app", .on = "/media"}, "upgrade",
        "upgrade", PROBE_FAIL, 31920, 0, "path was changed on the way: "
        "/app/media-stream arrived", "prefix into PUBLIC_DOMAIN"},
    {"a 404 of the proxy", {.canned = "HTTP/1.1 404 Not Found\r\nServer: "
        "nginx/1.22\r\n" ENDS}, "upgrade", "upgrade", PROBE_FAIL, 31920, 0,
        "nginx/1.22 answered the upgrade with 404", "pass /media-stream on"},
    {"a password", {.canned = "HTTP/1.1 401 Unauthorized\r\n" ENDS},
        "upgrade", "upgrade", PROBE_FAIL, 31920, 0, "refused the upgrade "
        "with 401", "signature instead"},
    {"nobody behind the proxy", {.canned = "HTTP/1.1 502 Bad Gateway\r\n"
        "Server: nginx\r\n" ENDS}, "upgrade", "upgrade", PROBE_FAIL, 31920,
        0, "nginx found no server behind it", "let nginx lead to"},
    {"a page for an upgrade", {.canned = PAGE "15\r\n\r\n<html>hi</html>"},
        "upgrade", "upgrade", PROBE_FAIL, 31920, 0, "with a page (200)",
        "pass /media-stream on"},
    {"a redirected upgrade", {.canned = "HTTP/1.1 301 Moved\r\nLocation: "
        "https://www.example.com/media-stream\r\n" ENDS}, "upgrade",
        "upgrade", PROBE_FAIL, 31920, 0, "redirect (301) to "
        "https://www.example.com/media-stream", "set PUBLIC_DOMAIN"},
    {"a wrong accept", {.own_accept = true}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "Sec-WebSocket-Accept is wrong", "nothing but"},
    {"a missing accept", {.eat_back = "sec-websocket-accept"}, "upgrade",
        "upgrade", PROBE_FAIL, 31920, 0, "Sec-WebSocket-Accept is missing",
        ""},
    {"a 101 without Upgrade", {.eat_back = "upgrade"}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "without \"Upgrade: websocket\"", ""},
    {"a 101 without Connection", {.eat_back = "connection"}, "upgrade",
        "upgrade", PROBE_FAIL, 31920, 0, "without \"Connection: Upgrade\"",
        ""},
    {"a 101 of HTTP/1.0", {.old_back = true}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "101 as HTTP/1.0", ""},
    {"a subprotocol", {.add_back = "Sec-WebSocket-Protocol: chat\r\n"},
        "upgrade", "upgrade", PROBE_FAIL, 31924, 0, "subprotocol nobody "
        "offered: chat", ""},
    {"an extension", {.add_back = "Sec-WebSocket-Extensions: "
        "permessage-deflate\r\n"}, "upgrade", "upgrade", PROBE_FAIL, 31924,
        0, "extension nobody offered: permessage-deflate", ""},
    {"no HTTP", {.canned = "SSH-2.0-OpenSSH_9.2\r\n"}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "no HTTP/1.1", "HTTP/1.1"},
    {"a reset for an upgrade", {.reset_late = true}, "upgrade", "upgrade",
        PROBE_FAIL, 31903, 0, "broke instead of an answer", "log"},
    {"an end for an upgrade", {.shut = true}, "upgrade", "upgrade",
        PROBE_FAIL, 31903, 0, "was closed instead of an answer", "log"},
    {"silence for an upgrade", {.delay = 60000}, "upgrade", "upgrade",
        PROBE_FAIL, 31901, 0, "no answer to the upgrade", "behind it"},
    {"another server's upgrade", {.on = "/media", .canned =
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"}, "upgrade", "upgrade",
        PROBE_FAIL, 31920, 0, "Sec-WebSocket-Accept is wrong", ""},
    /* TwiML */
    {"a page instead of TwiML", {.canned = PAGE "15\r\n\r\n<html>hi</html>"},
        "twiml", "twiml", PROBE_FAIL, 12102, 0, "a page (HTML)", "/twiml"},
    {"ngrok's warning page", {.canned = PAGE "30\r\n\r\n<html>ERR_NGROK_6024"
        "</html>   "}, "twiml", "twiml", PROBE_FAIL, 12102, 0,
        "ERR_NGROK_6024", "ngrok"},
    {"an empty answer", {.canned = XML "0\r\n\r\n"}, "twiml", "twiml",
        PROBE_FAIL, 11770, 0, "empty", "body"},
    {"JSON", {.canned = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nContent-Length: 2\r\n\r\n{}"}, "twiml",
        "twiml", PROBE_FAIL, 12300, 0, "application/json", "Content-Type"},
    {"no XML", {.canned = XML "21\r\n\r\n<Response><Connect> &"}, "twiml",
        "twiml", PROBE_FAIL, 12100, 0, "", ""},
    {"a blank before the XML", {.canned = XML "50\r\n\r\n <?xml version="
        "\"1.0\"?><Response><Hangup/></Response>"}, "twiml", "twiml",
        PROBE_FAIL, 12100, 0, "", ""},
    {"ws:// in the TwiML", {.canned = XML "73\r\n\r\n<Response><Connect>"
        "<Stream url=\"ws://x.example/m\"/></Connect></Response>  "},
        "twiml", "twiml", PROBE_FAIL, 31922, 0, "", ""},
    {"two tracks", {.canned = XML "100\r\n\r\n<Response><Connect><Stream "
        "url=\"wss://x.example/m\" track=\"both_tracks\"/></Connect>"
        "</Response>         "}, "twiml", "twiml", PROBE_FAIL, 31941, 0, "",
        ""},
    {"another server", {.canned = XML "31\r\n\r\n<Response><Hangup/>"
        "</Response>  "}, "twiml", "twiml", PROBE_FAIL, 11200, 0, "another "
        "server", "leads to this server"},
    {"another stream", {.canned = XML "73\r\n\r\n<Response><Connect><Stream "
        "url=\"wss://x.example/m\"/></Connect></Response> "}, "twiml",
        "twiml", PROBE_FAIL, 31920, 0, "names the stream wss://x.example/m",
        "PUBLIC_DOMAIN"},
    {"502", {.canned = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n" ENDS},
        "twiml", "twiml", PROBE_FAIL, 11217, 0, "nginx found no server "
        "behind it: 502", "lead to http://127.0.0.1"},
    {"503", {.canned = "HTTP/1.1 503 Unavailable\r\n" ENDS}, "twiml",
        "twiml", PROBE_FAIL, 11217, 0, "503", "lead to"},
    {"504", {.canned = "HTTP/1.1 504 Timeout\r\n" ENDS}, "twiml", "twiml",
        PROBE_FAIL, 11217, 0, "504", "timeouts"},
    {"a limit", {.canned = "HTTP/1.1 429 Slow down\r\n" ENDS}, "twiml",
        "twiml", PROBE_FAIL, 11217, 0, "429", "limit"},
    {"a body that is too big for it", {.canned = "HTTP/1.1 413 Too Large\r\n"
        "Server: nginx\r\n" ENDS}, "twiml", "twiml", PROBE_FAIL, 11217, 0,
        "413 came from nginx", "client_max_body_size"},
    {"a signature that is eaten", {.eat = "x-twilio-signature"}, "twiml",
        "twiml", PROBE_FAIL, 11200, 0, "signature was lost on the way",
        "pass X-Twilio-Signature on"},
    {"a dead ngrok tunnel", {.canned = "HTTP/1.1 404 Not Found\r\nConnection:"
        " close\r\nContent-Length: 14\r\n\r\nERR_NGROK_3200"}, "twiml",
        "twiml", PROBE_FAIL, 11217, 0, "ERR_NGROK_3200", "start the tunnel"},
    {"a password before TwiML", {.canned = "HTTP/1.1 401 No\r\nServer: "
        "Caddy\r\n" ENDS}, "twiml", "twiml", PROBE_FAIL, 11200, 0, "401 came "
        "from Caddy", "passwords"},
    {"a redirect to nowhere", {.canned = "HTTP/1.1 302 Found\r\n" ENDS},
        "twiml", "twiml", PROBE_FAIL, 11216, 0, "without a Location", ""},
    {"308", {.canned = "HTTP/1.1 308 Permanent\r\nLocation: /x\r\n" ENDS},
        "twiml", "twiml", PROBE_FAIL, 11216, 0, "308", "307"},
    {"redirects without end", {.canned = "HTTP/1.1 302 Found\r\nLocation: "
        "/twiml\r\n" ENDS}, "twiml", "twiml", PROBE_FAIL, 11215, 0, "over 10 "
        "redirects", "back and forth"},
    {"no query", {.no_query = true}, "twiml", "twiml", PROBE_FAIL, 11200, 0,
        "query was cut off", "$request_uri"},
    {"another path for TwiML", {.prefix = "/app", .on = "/twiml"}, "twiml",
        "twiml", PROBE_FAIL, 11217, 0, "path was changed on the way", "prefix "
        "into PUBLIC_DOMAIN"},
    {"slow TwiML", {.delay = 150}, "twiml", "twiml", PROBE_WARN, 11205, 0,
        "the TwiML took", "takes so long"},
    {"late TwiML", {.delay = 60000}, "twiml", "twiml", PROBE_FAIL, 11205, 0,
        "no TwiML within", "busy"},
    {"no HTTP for TwiML", {.canned = "SSH-2.0-OpenSSH_9.2\r\n"}, "twiml",
        "twiml", PROBE_FAIL, 11206, 0, "", ""},
    /* callbacks */
    {"a callback that fails", {.on = "/twilio-status", .canned =
        "HTTP/1.1 500 Oops\r\n" ENDS}, "callbacks", "callbacks", PROBE_FAIL,
        15003, 0, "/twilio-status, rightly signed, was answered 500", "pass "
        "/twilio-status on"},
    {"a callback without signature", {.on = "/stream-status", .eat =
        "x-twilio-signature"}, "callbacks", "callbacks", PROBE_FAIL, 15003,
        0, "/stream-status, rightly signed, was answered 403", ""},
    {"a callback let in", {.on = "/amd-status", .canned = "HTTP/1.1 200 OK"
        "\r\n" ENDS}, "callbacks", "callbacks", PROBE_FAIL, 0, 0,
        "/amd-status let a wrong signature in", "nothing answer"},
    /* the stream */
    {"a stream that is cut", {.cut = 2000}, "stream", "stream", PROBE_FAIL,
        31903, 0, "broke off", "timeouts"},
    {"a stream that may not be idle", {.idle = 400}, "stream", "stream",
        PROBE_FAIL, 31903, 0, "broke off", "proxy_read_timeout"},
    {"a stream that is closed", {.inject = "\x88\x02\x03\xe8",
        .inject_len = 4}, "stream", "stream", PROBE_FAIL, 31921, 0,
        "closed after", "log"},
    {"a binary message", {.inject = "\x82\x01" "A", .inject_len = 3},
        "stream", "stream", PROBE_FAIL, 31950, 0, "binary", "changes"},
    {"no JSON in a message", {.inject = "\x81\x02" "hi", .inject_len = 4},
        "stream", "stream", PROBE_FAIL, 31951, 0, "no JSON", "changes"},
    {"an unknown event", {.inject = "\x81\x0f{\"event\":\"foo\"}",
        .inject_len = 17}, "stream", "stream", PROBE_FAIL, 31951, 0,
        "unknown event", ""},
    {"a masked frame", {.inject = "\x81\x81" "abcdx", .inject_len = 7},
        "stream", "stream", PROBE_FAIL, 31924, 0, "after", "frames"},
    {"a reserved bit", {.inject = "\xc1\x01" "x", .inject_len = 3},
        "stream", "stream", PROBE_FAIL, 31924, 0, "after", "frames"},
    {"a stream of silence", {.swallow = true}, "stream", "stream",
        PROBE_FAIL, 0, 0, "nothing came back", "buffering"},
    /* the tunnel */
    {"ngrok's warning page", {.canned = PAGE "32\r\n\r\n<html>ERR_NGROK_6024"
        " </html>    "}, "tunnel", "tunnel", PROBE_FAIL, 12102, 0,
        "warning page (ERR_NGROK_6024)", "another tunnel"},
    {"an ngrok tunnel that is gone", {.canned = "HTTP/1.1 404 Not Found\r\n"
        "ngrok-error-code: ERR_NGROK_3200\r\n" ENDS}, "tunnel", "tunnel",
        PROBE_FAIL, 11217, 0, "no tunnel at this address", "ngrok http"},
    {"ngrok to nobody", {.canned = "HTTP/1.1 502 Bad Gateway\r\n"
        "ngrok-error-code: ERR_NGROK_8012\r\n" ENDS}, "tunnel", "tunnel",
        PROBE_FAIL, 11217, 0, "no server behind it", "ngrok http"},
    {"Cloudflare without a tunnel", {.canned = "HTTP/1.1 530 \r\nCF-Ray: "
        "1-FRA\r\n" ENDS}, "tunnel", "tunnel", PROBE_FAIL, 11217, 0, "no "
        "tunnel behind this name", "cloudflared again"},
    {"Cloudflare without an origin", {.canned = "HTTP/1.1 521 \r\nCF-Ray: "
        "1-FRA\r\n" ENDS}, "tunnel", "tunnel", PROBE_FAIL, 11217, 0,
        "cannot talk to the origin", "lead to"},
    {"no HTTP at all", {.canned = "SSH-2.0-OpenSSH_9.2\r\n"}, "tunnel",
        "tunnel", PROBE_FAIL, 11206, 0, "", "log"},
};

static void faults(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];

        set_way(&r->fault, good_tls);
        options.hold_ms = r->fault.idle * 3;
        if (r->fault.delay)
            options.slow_ms = 100;
        if (r->fault.delay > 1000)
            options.late_ms = options.upgrade_ms = 200;
        if (r->fault.hang)
            options.connect_ms = 200;
        run_doctor(r->only);
        options.hold_ms = 0;
        expect(r->what, r->probe, r->status, r->number, r->stream, r->cause,
            r->remedy);
        crooked_stop(&way);
    }
}

/* An error page of a proxy can be long: error 11750. */
static void long_answer(void)
{
    static char answer[70000];
    struct fault f = {.canned = answer};
    int n = snprintf(answer, sizeof answer, XML "66000\r\n\r\n<Response>");

    memset(answer + n, ' ', 66000);
    set_way(&f, good_tls);
    run_doctor("twiml");
    expect("TwiML of 66 kB", "twiml", PROBE_FAIL, 11750, 0, "over 64 kB", "");
    crooked_stop(&way);
}

static void slow_stream(void)
{
    set_way(NULL, good_tls);
    options.trip_slow_ms = 0;
    run_doctor("stream");
    expect("a slow round trip", "stream", PROBE_WARN, 0, 0, "the round trip "
        "is ", "");
    crooked_stop(&way);
}

/* What the way may do: told, and no fault. */
static void quirks(void)
{
    static const struct {
        const char *what, *probe, *note;
        struct fault fault;
    } t[] = {
        {"a query that is cut off", "upgrade", "the query is cut off",
            {.on = "/media", .no_query = true}},
        {"another Host", "upgrade", "Host is rewritten",
            {.host = "internal:8080"}},
        {"nginx", "tunnel", "nginx", {.add_back = "Server: nginx/1.22.1\r\n"}},
        {"Caddy by its Via", "tunnel", "caddy, via 1.1 Caddy",
            {.add_back = "Via: 1.1 Caddy\r\n"}},
        {"Cloudflare", "tunnel", "--protocol http2",
            {.add_back = "CF-Ray: 8f-FRA\r\n"}},
        {"other callbacks' host", "callbacks", "2xx signed",
            {.host = "internal:8080"}},
        {"TwiML for another Host", "twiml", "200 in",
            {.host = "internal:8080"}},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        set_way(&t[i].fault, good_tls);
        run_doctor(t[i].probe);
        expect_silence(t[i].what, t[i].probe);
        tap_ok(got.n && strstr(got.r[0].note, t[i].note), "%s is told: %s",
            t[i].what, got.n ? got.r[0].note : "");
        crooked_stop(&way);
    }
}

int main(void)
{
    uint8_t seed[32] = {7};

    signal(SIGPIPE, SIG_IGN);
    rand_seed(seed);
    log_setup(LOG_ERROR, false);
    make_certs();
    good_tls = tls_of("good");
    healthy();
    faults();
    long_answer();
    slow_stream();
    quirks();
    SSL_CTX_free(good_tls);
    drop_certs();
    table_judge("way");
    return tap_done();
}
