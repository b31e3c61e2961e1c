/* fetch_test.c - TwiML asked for as Twilio asks, from servers of all kinds. */
#include "app/fetch.h"

#include "net/httpd.h"
#include "tests/net/rig.h"
#include "twilio/sign.h"

#define DOC "<Response><Hangup/></Response>"
#define TOKEN "12345"

static struct httpd *server;
static struct resolver *resolver;
static struct httpc *client;
static struct fetch got;
static bool over;
static char base[40], public_base[40];

/* ---- the server ---- */

static int asked;               /* requests that reached a handler */
static bool well;               /* the last one was as Twilio makes it */
static struct request *later;
static struct timer timer;

static bool is_signed(const struct request *r, const char *host)
{
    char url[200], want[SIGN_LEN + 1];

    snprintf(url, sizeof url, "%s%.*s", host, SLICE_ARG(r->head.target));
    return sign_make(SLICE(TOKEN), slice_str(url), r->body, want) == 0
        && slice_is(http_get(&r->head, "x-twilio-signature"), want);
}

static void on_doc(struct request *r, void *arg)
{
    bool post = slice_is(r->head.method, "POST");

    (void)arg;
    asked++;
    well = slice_is(http_get(&r->head, "user-agent"), "TwilioProxy/1.1")
        && is_signed(r, public_base)
        && post == (slice_find(r->body, SLICE("CallSid=CA1&AccountSid=AC1&"
        "From=%2B1555&To=%2B1666&")) == 0)
        && post == slice_starts(http_get(&r->head, "content-type"),
        "application/x-www-form-urlencoded");
    httpd_answer(r, 200, "text/xml; charset=utf-8", SLICE(DOC), NULL);
}

static void on_type(struct request *r, void *arg)
{
    char type[40];

    (void)arg;
    snprintf(type, sizeof type, "%.*s", SLICE_ARG(r->rest));
    httpd_answer(r, 200, type[0] ? type : NULL, SLICE(DOC), NULL);
}

/* /status/302/a/b: the status, and to /a/b. */
static void on_status(struct request *r, void *arg)
{
    struct slice rest = r->rest;
    char head[200] = "";
    int status = 0;

    (void)arg;
    asked++;
    for (size_t i = 0; i < 3; i++)
        status = status * 10 + (rest.ptr[i] - '0');
    rest = slice_from(rest, 4);
    if (rest.len)
        snprintf(head, sizeof head, "Location: /%.*s\r\n", SLICE_ARG(rest));
    httpd_answer(r, status, NULL, SLICE(""), head[0] ? head : NULL);
}

static void on_around(struct request *r, void *arg)
{
    (void)arg;
    asked++;
    httpd_answer(r, 307, NULL, SLICE(""), "Location: /around\r\n");
}

static void on_near(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 303, NULL, SLICE(""), "Location: doc\r\n");
}

static void on_there(struct request *r, void *arg)
{
    char head[100];

    (void)arg;
    snprintf(head, sizeof head, "Location: %s/a/doc\r\n", base
        + (slice_is(r->rest, "host") ? 5 : 0));
    httpd_answer(r, 303, NULL, SLICE(""), head);
}

static void on_big(struct request *r, void *arg)
{
    static char big[LIMIT_TWIML + 1];

    (void)arg;
    memset(big, ' ', sizeof big);
    httpd_answer(r, 200, "text/xml", slice_of(big, sizeof big
        - slice_is(r->rest, "64k")), NULL);
}

static void answer_later(void *arg)
{
    (void)arg;
    httpd_answer(later, 200, "text/xml", SLICE(DOC), NULL);
    later = NULL;
}

static void on_gone(struct request *r)
{
    (void)r;
    later = NULL;
}

/* /slow/6: after so many seconds; 0: never. */
static void on_slow(struct request *r, void *arg)
{
    int seconds = r->rest.ptr[0] - '0';

    (void)arg;
    later = r;
    r->on_gone = on_gone;
    timer.fire = answer_later;
    if (seconds)
        loop_in(rig_loop, &timer, seconds * 1000);
}

static const struct route routes[] = {
    {M_GET | M_POST, "/doc", on_doc, ATTEMPT_NONE},
    {M_GET | M_POST, "/a/doc", on_doc, ATTEMPT_NONE},
    {M_POST, "/type/*", on_type, ATTEMPT_NONE},
    {M_GET | M_POST, "/status/*", on_status, ATTEMPT_NONE},
    {M_POST, "/a/near", on_near, ATTEMPT_NONE},
    {M_POST, "/there/*", on_there, ATTEMPT_NONE},
    {M_POST, "/around", on_around, ATTEMPT_NONE},
    {M_POST, "/big/*", on_big, ATTEMPT_NONE},
    {M_POST, "/slow/*", on_slow, ATTEMPT_NONE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static void start(void)
{
    struct httpd_conf conf = {.routes = routes, .max_body = 65536,
        .head_timeout = 60000, .body_timeout = 60000, .idle_timeout = 60000,
        .max_conns = 8};
    struct httpc_conf http = {.user_agent = "TwilioProxy/1.1", .max_kept = 1,
        .keep_ms = 1000};
    struct sys_addr at;
    struct err err;

    rig_start();
    sys_addr_parse(&at, SLICE("127.0.0.1"), 0);
    server = httpd_new(rig_loop, &at, NULL, &conf, &err);
    resolver = resolver_new(rig_loop, &(struct resolve_conf){.server = NULL},
        &err);
    http.resolver = resolver;
    client = httpc_new(rig_loop, &http, &err);
    if (!server || !resolver || !client)
        abort();
    snprintf(base, sizeof base, "http://127.0.0.1:%u", httpd_port(server));
    snprintf(public_base, sizeof public_base, "https://voice.example.com");
}

/* ---- one fetch ---- */

static void on_done(void *arg)
{
    (void)arg;
    if (over)
        abort();
    over = true;
}

static void fetch(const char *url)
{
    char whole[300];
    struct fetch_plan plan = {.public_base = public_base,
        .token = SLICE(TOKEN), .account = SLICE("AC1"), .call = SLICE("CA1"),
        .from = SLICE("+1555"), .to = SLICE("+1666")};
    struct err err = {0};

    snprintf(whole, sizeof whole, "%s%s", url[0] == '/' ? base : "", url);
    plan.url = slice_str(whole);
    fetch_free(&got);
    memset(&got, 0, sizeof got);
    over = well = false;
    asked = 0;
    if (fetch_start(&got, client, &plan, on_done, NULL, &err))
        tap_ok(false, "%s: %s", url, err.msg);
    else
        RIG_UNTIL(over);
}

static void comes(const char *url, int number, const char *what)
{
    fetch(url);
    tap_ok(over && got.err.code == ERR_NONE
        && slice_is(buf_slice(&got.doc), DOC) && (number < 0
        ? got.notes == 0 : got.notes == 1 && got.note[0].level == 'W'
        && got.note[0].number == number), "%s", what);
    if (got.notes)
        printf("#   %s\n", got.note[0].text);
}

static void fails(const char *url, int number, const char *what)
{
    fetch(url);
    tap_ok(over && got.err.code != ERR_NONE && got.notes == 1
        && got.note[0].level == 'E' && got.note[0].number == number
        && got.note[0].remedy && got.doc.len == 0, "%s: %d", what, number);
    printf("#   %d %s\n", got.notes ? got.note[0].number : -1, got.notes
        ? got.note[0].text : "no note");
}

static void redirects(void)
{
    comes("/status/301/doc", -1, "301");
    tap_ok(asked == 2 && well, "the next request is signed over its own URL");
    tap_is_int(got.redirects, 1, "one redirect");
    comes("/status/302/status/303/doc", -1, "302, then 303");
    tap_ok(asked == 3 && well && got.redirects == 2, "two redirects");
    comes("/status/307/doc", -1, "307");
    tap_ok(well, "repeats the form");
    comes("/a/near", -1, "a relative path");
    tap_ok(well && strstr(got.url, "/a/doc"), "beside the one before");
    comes("/there/whole", -1, "a whole URL");
    tap_ok(well && strstr(got.url, "/a/doc"), "is taken as it is");
    comes("/there/host", -1, "a host without scheme");
    tap_ok(well && strstr(got.url, "http://127"), "keeps the scheme");
    fails("/status/300/doc", 11216, "300");
    fails("/status/308/doc", 11216, "308");
    fails("/status/302", 11216, "302 without Location");
    fails("/around", 11215, "a loop");
    tap_is_int(asked, 11, "is followed ten times");
}

static void kinds(void)
{
    comes("/type/text/xml", -1, "text/xml");
    comes("/type/application/xml", -1, "application/xml");
    comes("/type/text/html", -1, "text/html");
    comes("/type/text/plain", 0, "text/plain, with a warning");
    fails("/type/application/json", 12300, "JSON");
    fails("/type/", 12300, "no type");
    fails("/type/audio/mpeg", 12300, "audio");
    fails("/status/404", 11217, "404");
    fails("/status/500", 11217, "500");
    fails("/status/204", 11200, "204");
    fails("/big/more", 11750, "64 kB and a byte");
    fetch("/big/64k");
    tap_ok(got.err.code == ERR_NONE && got.doc.len == LIMIT_TWIML, "64 kB");
}

static void times(void)
{
    comes("/slow/5", -1, "5 s");
    comes("/slow/6", 0, "6 s, with a warning");
    fails("/slow/0", 11205, "never");
    tap_ok(got.ms >= 15000 && got.ms < 15100, "given up after 15 s");
    fails("http://127.0.0.1:1/", 11202, "nobody listens");
}

static void no_url(void)
{
    struct fetch_plan plan = {.public_base = "",
        .url = SLICE("http://127.0.0.1/%")};
    struct fetch f = {.redirects = 0};
    struct err err = {0};

    tap_ok(fetch_start(&f, client, &plan, on_done, NULL, &err) == -1
        && err.code == ERR_DATA, "what is no URL is not asked: %s", err.msg);
    fetch_free(&f);
}

int main(void)
{
    start();
    comes("/doc", -1, "a document");
    tap_ok(asked == 1 && well, "a signed form of Twilio's");
    redirects();
    kinds();
    times();
    no_url();
    fetch_free(&got);
    httpc_free(client);
    resolver_free(resolver);
    httpd_free(server);
    loop_tidy(rig_loop);
    loop_free(rig_loop);
    return tap_done();
}
