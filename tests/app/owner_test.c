/* owner_test.c - who is let through the owner's doors: by token or cookie, from
 * which page, after how many wrong tries; and the pages, what they weigh.
 */
#include "app/owner.h"

#include <string.h>

#include "app/server.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "tests/net/rig.h"
#include "web/pages.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define FRIEND "https://tools.example"
#define TEST_MAX 40000          /* bytes of /test with all its parts */

static struct conf conf;
static struct server *server;
static char dir[64], refused_log[32];

static void listen_to(void *arg, struct slice line)
{
    size_t at = slice_find(line, SLICE("ev=login_refused"));

    (void)arg;
    if (slice_find(line, SLICE(TOKEN)) != SLICE_NPOS)
        tap_ok(false, "no token in the log");
    if (at != SLICE_NPOS)
        text_copy(refused_log, sizeof refused_log, slice_from(line, at));
}

/* ---- origins ---- */

static void origins(void)
{
    static const struct {
        const char *origin, *host;
        enum owner_origin want;
    } list[] = {
        {NULL, "a.example", OWNER_NO_ORIGIN},
        {"https://a.example", "a.example", OWNER_OURS},
        {"https://A.example", "a.EXAMPLE", OWNER_OURS},
        {"https://a.example", "a.example:443", OWNER_OURS},
        {"http://a.example", "a.example:80", OWNER_OURS},
        {"http://a.example", "a.example:443", OWNER_FOREIGN},
        {"http://127.0.0.1:8080", "127.0.0.1:8080", OWNER_OURS},
        {"http://127.0.0.1:8081", "127.0.0.1:8080", OWNER_FOREIGN},
        {"http://[::1]:8080", "[::1]:8080", OWNER_OURS},
        {"http://localhost:8080", "127.0.0.1:8080", OWNER_FOREIGN},
        {"https://a.example.evil.example", "a.example", OWNER_FOREIGN},
        {"https://evila.example", "a.example", OWNER_FOREIGN},
        {"https://a.example", "", OWNER_FOREIGN},
        {"https://", "", OWNER_FOREIGN},
        {"", "", OWNER_FOREIGN},
        {"null", "a.example", OWNER_FOREIGN},
        {"file://", "a.example", OWNER_FOREIGN},
        {FRIEND, "a.example", OWNER_ALLOWED},
        {"https://other.example:8443", "a.example", OWNER_ALLOWED},
        {"https://tools.example.evil.example", "a.example", OWNER_FOREIGN},
        {"http://tools.example", "a.example", OWNER_FOREIGN},
        {FRIEND "," FRIEND, "a.example", OWNER_FOREIGN},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        tap_ok(owner_origin(slice_str(list[i].origin),
            slice_str(list[i].host),
            SLICE(FRIEND ",https://other.example:8443")) == list[i].want,
            "\"%s\" asks \"%s\"", list[i].origin ? list[i].origin
            : "nobody", list[i].host);
}

/* ---- one request, byte for byte ---- */

static struct raw heard;

/* Sends a request line, header lines ("" or each with its CRLF) and a body;
 * gives the status, and the answer in heard. */
static int say(const char *line, const char *headers, const char *body)
{
    char text[4096];
    uint64_t status = 0;

    buf_free(&heard.in);
    raw_dial(&heard, server_port(server));
    text_fmt(text, sizeof text, "%s HTTP/1.1\r\nHost: us.example\r\n"
        "Connection: close\r\nContent-Length: %zu\r\n%s\r\n%s", line,
        strlen(body), headers, body);
    raw_says(&heard, text);
    RIG_UNTIL(heard.closed);
    if (heard.in.len > 12)
        text_u64(slice_head(slice_from(buf_slice(&heard.in), 9), 3), 100, 999,
            &status);
    return (int)status;
}

static bool told(const char *what)
{
    return slice_find(buf_slice(&heard.in), slice_str(what)) != SLICE_NPOS;
}

#define LIST "GET /v1/calls"
#define OURS "Origin: https://us.example\r\n"
#define JSON_TYPE "Content-Type: application/json\r\n"
#define BEARER "Authorization: Bearer " TOKEN "\r\n"
#define RIGHT "{\"token\":\"" TOKEN "\"}"
#define WRONG "{\"token\":\"" TOKEN "0\"}"

static void bearers(void)
{
    tap_is_int(say(LIST, "", ""), 401, "nobody");
    tap_ok(told("\"code\":\"unauthorized\""), "in the shape of every error");
    tap_is_int(say(LIST, BEARER, ""), 200, "the owner");
    tap_ok(told("X-Content-Type-Options: nosniff\r\n"), "nosniff");
    tap_ok(told("Vary: Origin\r\n") && !told("Access-Control"),
        "no page is told anything");
    tap_is_int(say(LIST, BEARER OURS, ""), 200, "from our page");
    tap_is_int(say(LIST, BEARER "Origin: https://evil.example\r\n", ""), 403,
        "from a foreign one");
    tap_ok(told("\"code\":\"origin\"") && !told("Access-Control"),
        "which may not read why");
    tap_is_int(say(LIST, BEARER "Origin: https://proxy.example\r\n"
        "Sec-Fetch-Site: same-origin\r\n", ""), 200, "our page, behind a "
        "proxy that rewrote Host");
    tap_is_int(say(LIST, BEARER "Origin: https://public.example\r\n", ""),
        200, "our page under the public address");
    tap_is_int(say(LIST, BEARER "Origin: https://a.public.example\r\n"
        "Sec-Fetch-Site: same-site\r\n", ""), 403, "a neighbour's");
    tap_is_int(say("POST /v1/tickets", BEARER "Origin: null\r\n", ""), 403,
        "from nowhere");
    tap_is_int(say("GET /v1/calls/x/events", BEARER "Origin: https://us.example"
        ".evil.example\r\n", ""), 403, "from a name that begins like ours");
    tap_is_int(say(LIST, "Authorization: Bearer " TOKEN "0\r\n", ""), 401,
        "a token that begins like ours");
    tap_is_int(say("GET /health", "Origin: https://evil.example\r\n", ""), 200,
        "anybody's doors have no origin");
}

static void cors(void)
{
    tap_is_int(say("OPTIONS /v1/calls", "Origin: " FRIEND "\r\n"
        "Access-Control-Request-Method: POST\r\n", ""), 204, "a preflight");
    tap_ok(told("Access-Control-Allow-Origin: " FRIEND "\r\n")
        && told("Access-Control-Allow-Methods: GET, POST, DELETE\r\n")
        && told("Access-Control-Allow-Headers: Authorization, ")
        && told("Access-Control-Max-Age: 600\r\n"), "is allowed");
    tap_ok(!told("Allow-Credentials"), "without cookies");
    tap_is_int(say("OPTIONS /v1/calls", "Origin: https://evil.example\r\n"
        "Access-Control-Request-Method: POST\r\n", ""), 204, "a foreign one");
    tap_ok(!told("Access-Control"), "is not");
    tap_is_int(say(LIST, BEARER "Origin: " FRIEND "\r\n", ""), 200,
        "ALLOW_ORIGIN's page");
    tap_ok(told("Access-Control-Allow-Origin: " FRIEND "\r\n")
        && told("Access-Control-Expose-Headers: "), "may read it");
    tap_is_int(say(LIST, "Origin: " FRIEND "\r\n", ""), 401, "without the "
        "token it is nobody");
    tap_ok(told("Access-Control-Allow-Origin: " FRIEND "\r\n"),
        "and may read that, too");
}

/* ---- cookies ---- */

/* The cookie of the answer in heard as a header line. */
static void cookie_line(char *out, size_t cap)
{
    struct slice rest = buf_slice(&heard.in), value;
    size_t at = slice_find(rest, SLICE("Set-Cookie: "));

    rest = slice_from(rest, at == SLICE_NPOS ? rest.len : at + 12);
    value = slice_cut(&rest, ';');
    text_fmt(out, cap, "Cookie: a=b; %.*s; c=d\r\n", SLICE_ARG(value));
}

static int with(const char *line, const char *cookie, const char *more)
{
    char headers[1024];

    text_fmt(headers, sizeof headers, "%s%s", cookie, more);
    return say(line, headers, "");
}

static void cookie_flags(void)
{
    tap_is_int(say("POST /v1/login", "Origin: http://us.example\r\n", RIGHT),
        204, "logging in");
    tap_ok(told("Set-Cookie: concierge=") && told("; Path=/; HttpOnly; "
        "SameSite=Strict; Max-Age=43200\r\n"), "HttpOnly, SameSite=Strict");
    tap_ok(!told(TOKEN), "the cookie is not the token");
    say("POST /v1/login", OURS, RIGHT);
    tap_ok(told("Set-Cookie: __Host-concierge=") && told("; Path=/; HttpOnly; "
        "SameSite=Strict; Max-Age=43200; Secure\r\n"),
        "Secure for a page over https");
    say("POST /v1/login", "X-Forwarded-Proto: https\r\n", RIGHT);
    tap_ok(told("; Secure\r\n"), "and behind a proxy that says so");
}

static void cookies(void)
{
    char cookie[200], second[200];

    say("POST /v1/login", OURS, RIGHT);
    cookie_line(cookie, sizeof cookie);
    say("POST /v1/login", OURS, RIGHT);
    cookie_line(second, sizeof second);
    tap_ok(strcmp(cookie, second) != 0, "each browser has its own");
    tap_is_int(with(LIST, cookie, ""), 200, "it opens the doors");
    tap_is_int(with(LIST, cookie, "Sec-Fetch-Site: none\r\n"), 200,
        "to the person at the browser");
    tap_is_int(with(LIST, cookie, "Sec-Fetch-Site: same-origin\r\n"), 200,
        "to our page");
    tap_is_int(with(LIST, cookie, "Sec-Fetch-Site: same-site\r\n"), 403,
        "not to a neighbour's");
    tap_is_int(with(LIST, cookie, "Sec-Fetch-Site: cross-site\r\n"), 403,
        "not to a stranger's");
    tap_is_int(with(LIST, cookie, "Origin: " FRIEND "\r\n"), 403,
        "nor to ALLOW_ORIGIN's");
    tap_is_int(with(LIST, cookie, "Authorization: Bearer x\r\n"), 401,
        "a wrong token beside it is wrong");
    tap_is_int(with("POST /v1/tickets", cookie, OURS), 201,
        "our page may change things");
    tap_is_int(with("POST /v1/tickets", cookie,
        "Sec-Fetch-Site: same-origin\r\n"), 201, "by either sign");
    tap_is_int(with("POST /v1/tickets", cookie, ""), 403,
        "not without a sign");
    tap_is_int(with("POST /v1/tickets", cookie, "Sec-Fetch-Site: none\r\n"),
        403, "a form of nobody is no sign");
    tap_is_int(with("POST /v1/tickets", cookie,
        "Origin: https://evil.example\r\n"), 403, "not a stranger's page");
    tap_is_int(with("DELETE /v1/login", cookie,
        "Origin: https://evil.example\r\n"), 403, "nobody else logs out");
    tap_is_int(with(LIST, cookie, ""), 200, "it still is good");
    tap_is_int(with("DELETE /v1/login", cookie, OURS), 204, "logging out");
    tap_ok(told("Max-Age=0"), "takes it from the browser");
    tap_is_int(with(LIST, cookie, ""), 401, "and from the server");
    tap_is_int(with(LIST, second, ""), 200, "the other stays in");
    rig_wait(OWNER_LOGIN_MS - 1000);
    tap_is_int(with(LIST, second, ""), 200, "nearly twelve hours later");
    rig_wait(2000);
    tap_is_int(with(LIST, second, ""), 401, "then it is over");
    tap_is_int(say(LIST, "Cookie: concierge=\r\n", ""), 401,
        "an empty one is none");
}

static void crowd(void)
{
    char first[200], last[200];

    say("POST /v1/login", OURS, RIGHT);
    cookie_line(first, sizeof first);
    for (int i = 0; i < OWNER_LOGINS; i++) {
        rig_wait(10);
        say("POST /v1/login", OURS, RIGHT);
    }
    cookie_line(last, sizeof last);
    tap_is_int(with(LIST, first, ""), 401, "one browser too many: the oldest "
        "goes");
    tap_is_int(with(LIST, last, ""), 200, "the newest is in");
}

/* ---- wrong tries ---- */

static void tries(void)
{
    tap_is_int(say("POST /v1/login", OURS, "{"), 400, "no JSON");
    tap_is_int(say("POST /v1/login", OURS, "{\"token\":7}"), 400, "a number");
    tap_is_int(say("POST /v1/login", "Origin: https://evil.example\r\n",
        RIGHT), 403, "from a foreign page");
    tap_is_int(say("POST /v1/login", "Origin: " FRIEND "\r\n", RIGHT), 403,
        "ALLOW_ORIGIN's has the token for itself");
    tap_is_int(say("POST /v1/login", "Sec-Fetch-Site: cross-site\r\n", RIGHT),
        403, "a form elsewhere");
    for (int i = 0; i < OWNER_TRIES - 1; i++)
        say("POST /v1/login", OURS, WRONG);
    tap_is_int(say("POST /v1/login", OURS, WRONG), 401, "the tenth wrong one");
    tap_is_str(slice_head(slice_str(refused_log), 16), "ev=login_refused",
        "the log has it");
    tap_is_int(say("POST /v1/login", OURS, WRONG), 429, "the eleventh");
    tap_ok(told("Retry-After: ") && told("too_many_tries"), "says until when");
    tap_is_int(say("POST /v1/login", OURS, RIGHT), 429, "the right one must "
        "wait, too");
    tap_is_int(say(LIST, BEARER, ""), 200, "the owner's commands need not");
    rig_wait(OWNER_TRIES_MS);
    tap_is_int(say("POST /v1/login", OURS, RIGHT), 204, "a minute later");
}

/* ---- the pages ---- */

static void weigh(void)
{
    size_t test = 0, live = 0;
    char line[80];

    for (size_t i = 0; page_at(i); i++) {
        const struct page *p = page_at(i);

        test += p->test ? p->text.len : 0;
        live += p->live ? p->text.len : 0;
        tap_ok(slice_find(p->text, SLICE("http://")) == SLICE_NPOS
            && slice_find(p->text, SLICE("https://")) == SLICE_NPOS
            && slice_find(p->text, SLICE(" style=")) == SLICE_NPOS
            && slice_find(p->text, SLICE(" onclick=")) == SLICE_NPOS,
            "%s asks nobody else and has nothing in its text", p->name);
        text_fmt(line, sizeof line, "GET /web/%s", p->name);
        tap_ok(say(line, "", "") == 200, "%s is given out", p->name);
        tap_ok(told(p->type) && slice_ends(buf_slice(&heard.in), "\n")
            && slice_eq(slice_from(buf_slice(&heard.in), heard.in.len
            - p->text.len), p->text), "whole, as what it is");
    }
    tap_ok(test > 10000 && test < TEST_MAX, "/test: %zu bytes", test);
    tap_ok(live > 10000 && live < TEST_MAX, "/: %zu bytes", live);
}

static void pages(void)
{
    static const char *const policy[] = {"default-src 'none'",
        "script-src 'self'", "style-src 'self'",
        "connect-src 'self' ws://us.example wss://us.example;",
        "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"};

    tap_is_int(say("GET /test", "", ""), 200, "/test is anybody's");
    tap_ok(told("<title>Connection test"), "it is that page");
    for (size_t i = 0; i < sizeof policy / sizeof *policy; i++)
        tap_ok(told(policy[i]), "its policy: %s", policy[i]);
    tap_ok(!told("unsafe"), "nothing unsafe in it");
    tap_is_int(say("GET /", "", ""), 200, "so is /");
    tap_ok(told("<title>concierge"), "it is that page");
    tap_is_int(say("GET http://x;script-src*/", "", ""), 200,
        "a host that is no host");
    tap_ok(!told("ws://") && told("connect-src 'self';"),
        "does not get into the policy");
    tap_is_int(say("GET /web/nothing.js", "", ""), 404, "no such part");
    tap_is_int(say("GET /web/", "", ""), 404, "nor the folder");
    tap_is_int(say("POST /test", "", ""), 405, "nothing is posted there");
}

static void sweep(void *arg, const char *name)
{
    char path[256];

    text_fmt(path, sizeof path, "%s/%s", (const char *)arg, name);
    sys_listdir(path, sweep, path);
    sys_unlink(path);
}

int main(void)
{
    struct err err = {0};

    log_sink(listen_to, NULL);
    rig_start();
    text_copy(dir, sizeof dir, SLICE("/tmp/owner-XXXXXX"));
    if (sys_mkdtemp(dir) || conf_defaults(&conf, &err))
        return 1;
    text_copy(conf.dir, sizeof conf.dir, slice_str(dir));
    text_copy(conf.token, sizeof conf.token, SLICE(TOKEN));
    text_copy(conf.allow_origin, sizeof conf.allow_origin,
        SLICE("https://other.example," FRIEND));
    text_copy(conf.public_base, sizeof conf.public_base,
        SLICE("https://public.example/calls"));
    text_copy(conf.twilio_api_base, sizeof conf.twilio_api_base,
        SLICE("http://127.0.0.1:9"));
    text_copy(conf.realtime_url, sizeof conf.realtime_url,
        SLICE("ws://127.0.0.1:9/"));
    text_copy(conf.dns_server, sizeof conf.dns_server, SLICE("127.0.0.1:9"));
    conf.server_port = 0;
    server = server_new(rig_loop, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    origins();
    bearers();
    cors();
    cookie_flags();
    cookies();
    crowd();
    tries();
    pages();
    weigh();
    server_free(server);
    buf_free(&heard.in);
    rig_end();
    sys_listdir(dir, sweep, dir);
    sys_unlink(dir);
    return tap_done();
}
