/* why_door_test.c - GET /v1/calls/{id}/why, /diagnostics and /v1/attempts of a
 * real server: what they tell, that a restart keeps it, and no secret.
 */
#include <fcntl.h>
#include <string.h>

#include "app/client.h"
#include "app/server.h"
#include "app/stage.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/journal.h"
#include "codec/json.h"
#include "tests/tap.h"
#include "twilio/sign.h"

#define ID "0123456789abcdef01234567"
#define TOKEN "auth-token-of-the-account-0123456"

static struct loop *loop;
static struct conf conf;
static struct server *server;
static struct client client;
static char dir[64];
static struct buf answer;
static char logged[1u << 20];
static size_t log_len;

static void keep_log(void *arg, struct slice line)
{
    (void)arg;
    if (log_len + line.len < sizeof logged) {
        memcpy(logged + log_len, line.ptr, line.len);
        log_len += line.len;
    }
}

static void start(void)
{
    struct err err = {0};
    char base[64];

    server = server_new(loop, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    text_fmt(base, sizeof base, "http://127.0.0.1:%u", server_port(server));
    if (client_open(&client, loop, &conf, base, server->token, &err))
        exit(1);
}

static void stop(void)
{
    client_close(&client);
    server_free(server);
}

/* The answer of a door; its bytes live until the next. */
static struct json get(const char *path)
{
    struct json v = {.type = JSON_ABSENT};
    struct err err = {0};
    int status = 0;

    buf_clear(&answer);
    tap_ok(client_call(&client, "GET", path, slice_str(NULL), &status, &answer,
        &err) == 0 && status == 200, "GET %s: %d %s", path, status, err.msg);
    tap_ok(json_parse(buf_slice(&answer), &v, NULL) == 0, "it is JSON");
    return v;
}

struct hook {
    bool done;
    int status;
};

static void on_hook(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct hook *h = arg;

    h->done = true;
    h->status = err ? -1 : a->head->status;
}

/* A webhook signed for url with that token. */
static int webhook(const char *url, const char *token)
{
    struct slice form = SLICE("AccountSid=AC5ca1ab1e&To=%2B15551230000");
    char signature[SIGN_LEN + 1], headers[256], target[128];
    struct hook h = {0};
    struct err err = {0};

    sign_make(slice_str(token), slice_str(url), form, signature);
    text_fmt(headers, sizeof headers, "X-Twilio-Signature: %s\r\n"
        "X-Forwarded-Host: voice.example\r\n", signature);
    text_fmt(target, sizeof target, "%s/twiml?call_id=" ID, client.base);
    if (!httpc_start(client.httpc, &(struct httpc_request){.method = "POST",
        .url = slice_str(target), .headers = headers, .body = form,
        .type = "application/x-www-form-urlencoded", .timeout = 5000},
        on_hook, &h, &err))
        return -1;
    while (!h.done)
        loop_round(loop);
    return h.status;
}

static struct json last_of(struct json list)
{
    struct json_walk walk = {.of = list};
    struct json one, last = {.type = JSON_ABSENT};

    while (json_next(&walk, NULL, &one))
        last = one;
    return last;
}

static bool says(struct json v, const char *text)
{
    return slice_find(v.text, slice_str(text)) != SLICE_NPOS;
}

static void write_file(const char *name, const char *text)
{
    char path[128];
    int fd;

    text_fmt(path, sizeof path, "%s/calls/" ID "/%s", dir, name);
    fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || sys_write_all(fd, slice_str(text)))
        exit(1);
    sys_close(fd);
}

static void no_record(void *arg, struct slice type, struct json rec)
{
    (void)arg;
    (void)type;
    (void)rec;
}

/* The journal of a server that ran before: one call, which has ended. */
static void write_outcome(void)
{
    struct err err = {0};
    struct disk *disk = disk_new(loop, &err);
    struct journal *j = disk ? journal_open(disk, dir, no_record, NULL, &err)
        : NULL;
    struct jsonw *w;

    if (!j)
        exit(1);
    w = journal_begin(j, "outcome", SLICE(ID));
    jsonw_kobject(w, "object");
    jsonw_kcstr(w, "id", ID);
    jsonw_kcstr(w, "ended", "2026-11-22T11:00:00Z");
    jsonw_end(w);
    journal_end(j, false, NULL, NULL);
    journal_close(j);
    disk_free(disk);
    loop_tidy(loop);
}

static void test_signatures(void)
{
    struct json one;

    tap_ok(webhook("http://voice.example/twiml?call_id=" ID, TOKEN) == 403,
        "signed for http: refused");
    one = last_of(json_get(get("/v1/attempts"), "attempts"));
    tap_ok(says(json_get(one, "why"), "signature bad: it was signed as "
        "http://voice.example/twiml; PUBLIC_DOMAIN says "
        "https://public.example"), "attempts name the URL that was signed");
    tap_ok(json_is(json_get(one, "kind"), "webhook")
        && slice_is(json_get(one, "status").text, "403"), "and the refusal");
    tap_ok(!says(one, TOKEN) && !says(one, "5551230000"), "nothing secret");
    tap_ok(slice_find(slice_of(logged, log_len), SLICE("signed as "
        "http://voice.example/twiml")) != SLICE_NPOS, "so does the log");
    /* The search pauses, so that nobody can keep the server busy with it. */
    tap_ok(webhook("https://voice.example/twiml?call_id=" ID, TOKEN) == 403,
        "at once again: refused");
    one = last_of(json_get(get("/v1/attempts"), "attempts"));
    tap_ok(json_is(json_get(one, "why"), "signature bad"),
        "without another search");
    sys_advance(1000);
    webhook("https://public.example/twiml?call_id=" ID, "another token");
    one = last_of(json_get(get("/v1/attempts"), "attempts"));
    tap_ok(says(json_get(one, "why"), "TWILIO_ACCOUNT_SID is another one"),
        "another account is named");
    tap_ok(webhook("https://public.example/twiml?call_id=" ID, TOKEN) == 200,
        "a good one is let in");
}

static void test_why(void)
{
    struct json v = get("/v1/calls/" ID "/why");
    struct err err = {0};
    int status = 0;

    tap_ok(json_is(json_get(v, "id"), ID)
        && json_is(json_get(v, "story.0.text"), "a step"), "the story");
    tap_ok(json_get(v, "twilio.asked").type == JSON_FALSE
        && says(json_get(v, "twilio.not_asked"), "account"),
        "Twilio was not asked, and why");
    tap_ok(says(json_get(v, "verdict.cause"), "line was busy")
        && slice_is(json_get(v, "verdict.sip").text, "486"), "the verdict");
    buf_clear(&answer);
    client_call(&client, "GET", "/v1/calls/ffffffffffffffffffffffff/why",
        slice_str(NULL), &status, &answer, &err);
    tap_ok(status == 404, "no such call: %d", status);
}

static void test_diagnostics(void)
{
    struct json v = get("/diagnostics");
    static const char *const members[] = {"version", "uptime", "ready", "tls",
        "public.base", "public.last_request", "calls.newest", "counters",
        "errors", "attempts", "settings"};

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        tap_ok(json_get(v, members[i]).type != JSON_ABSENT, "diagnostics: %s",
            members[i]);
    tap_ok(json_is(json_get(v, "public.last_request.x-forwarded-host"),
        "voice.example"), "what the way here added is shown");
    tap_ok(json_get(v, "errors.0.why").type == JSON_STRING, "with errors");
    tap_ok(!says(v, TOKEN) && !says(v, server->token)
        && !says(v, "5551230000"), "no secret and no whole number");
}

/* What failed is there after a restart; what went well is not. */
static void test_restart(void)
{
    struct json list, one, step;
    struct json_walk walk;
    size_t n = 0, bad = 0;

    stop();
    start();
    list = json_get(get("/v1/attempts"), "attempts");
    walk = (struct json_walk){.of = list};
    while (json_next(&walk, NULL, &one)) {
        n++;
        bad += slice_is(json_get(one, "status").text, "403");
    }
    tap_ok(n == 3 && bad == 3, "%zu attempts, %zu refused", n, bad);
    step = json_get(list, "0.why");
    tap_ok(says(step, "signed as http://voice.example/twiml"),
        "with what was found out");
    test_why();
}

/* Whoever sends bad requests fills the ring, not the disk. */
static void test_flood(void)
{
    struct json_walk walk = {.at_ = 0};
    struct json one;
    size_t n = 0;

    for (int i = 0; i < 150; i++)
        webhook("https://public.example/twiml?call_id=" ID, "another token");
    stop();
    start();
    walk.of = json_get(get("/v1/attempts"), "attempts");
    while (json_next(&walk, NULL, &one))
        n++;
    tap_ok(n == 3 + 100, "%zu attempts came through the restart", n);
    tap_ok(slice_find(slice_of(logged, log_len), SLICE("attempts_not_kept"))
        != SLICE_NPOS, "and the log says that not all are kept");
    sys_advance(INT64_C(86400000));
    stop();
    start();
    walk = (struct json_walk){.of = json_get(get("/v1/attempts"),
        "attempts")};
    for (n = 0; json_next(&walk, NULL, &one);)
        n++;
    tap_ok(n == 103, "a day later they are read once more, %zu", n);
    stop();
    start();
    tap_ok(!json_next(&(struct json_walk){.of = json_get(get("/v1/attempts"),
        "attempts")}, NULL, &one), "and then they are gone");
}

int main(void)
{
    struct err err = {0};
    char path[128];

    log_sink(keep_log, NULL);
    rand_seed_number(1);
    sys_virtual(1795345200000);
    loop = loop_new(&err);
    text_copy(dir, sizeof dir, SLICE("/tmp/why-XXXXXX"));
    if (!loop || sys_mkdtemp(dir) || conf_defaults(&conf, &err))
        return 1;
    buf_init(&answer, 8u << 20);
    text_copy(conf.dir, sizeof conf.dir, slice_str(dir));
    text_copy(conf.twilio_auth_token, sizeof conf.twilio_auth_token,
        SLICE(TOKEN));
    text_copy(conf.public_base, sizeof conf.public_base,
        SLICE("https://public.example"));
    text_copy(conf.twilio_api_base, sizeof conf.twilio_api_base,
        SLICE("http://127.0.0.1:9"));
    text_copy(conf.realtime_url, sizeof conf.realtime_url,
        SLICE("ws://127.0.0.1:9/"));
    text_copy(conf.dns_server, sizeof conf.dns_server, SLICE("127.0.0.1:9"));
    conf.server_port = 0;
    write_outcome();
    start();
    text_fmt(path, sizeof path, "%s/calls/" ID, dir);
    sys_mkdir(path, 0700);
    write_file("call.json", "{\"id\":\"" ID "\",\"call_sid\":\"CA01\","
        "\"status\":\"failed\",\"ended\":\"2026-11-22T11:00:00Z\"}");
    write_file("story.json", "{\"end\":\"busy\",\"sip\":486,\"story\":[{"
        "\"at\":\"2026-11-22T11:00:00Z\",\"what\":\"x\",\"text\":\"a step\","
        "\"number\":null}]}");
    test_signatures();
    test_diagnostics();
    test_restart();
    test_flood();
    stop();
    stage_sweep(dir);
    buf_free(&answer);
    loop_free(loop);
    return tap_done();
}
