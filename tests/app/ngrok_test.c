/* ngrok_test.c - PUBLIC_DOMAIN=auto against an agent of few words. */
#include "app/ngrok.h"
#include "base/text.h"
#include "net/resolve.h"
#include "tests/app/crooked.h"
#include "tests/tap.h"

static struct loop *loop;
static struct httpc *http;
static struct conf conf;
static struct ngrok n;
static int changes;

static const char *said(const char *status, const char *body)
{
    static char answer[2048];

    snprintf(answer, sizeof answer, "HTTP/1.1 %s\r\nContent-Type: "
        "application/json\r\nConnection: close\r\nContent-Length: %zu\r\n"
        "\r\n%s", status, strlen(body), body);
    return answer;
}

#define TUNNEL(url, addr) \
    "{\"public_url\":\"" url "\",\"config\":{\"addr\":\"" addr "\"}}"

static int find(const char *status, const char *body)
{
    struct crooked agent = {.port = 0};
    int r;

    agent.fault.canned = said(status, body);
    crooked_start(&agent);
    snprintf(conf.ngrok_api, sizeof conf.ngrok_api, "http://127.0.0.1:%d",
        agent.port);
    r = ngrok_find(&n, loop, http, &conf, 8080);
    ngrok_stop(&n);
    crooked_stop(&agent);
    return r;
}

static void gives(const char *what, const char *body, const char *base)
{
    tap_ok(find("200 OK", body) == 0 && strcmp(n.base, base) == 0,
        "%s: %s", what, n.base[0] ? n.base : n.err.msg);
}

static void fails(const char *what, const char *status, const char *body,
    const char *why)
{
    tap_ok(find(status, body) == -1 && !n.base[0] && strstr(n.err.msg, why),
        "%s: %s", what, n.err.msg);
}

static void test_answers(void)
{
    gives("one tunnel", "{\"tunnels\":[" TUNNEL("https://a1.ngrok-free.app",
        "http://localhost:3000") "]}", "https://a1.ngrok-free.app");
    gives("the first of two", "{\"tunnels\":[" TUNNEL("https://a1.ngrok.app",
        "http://localhost:18080") "," TUNNEL("https://b2.ngrok.app", "80")
        "]}", "https://a1.ngrok.app");
    gives("the one that leads here", "{\"tunnels\":["
        TUNNEL("https://a1.ngrok.app", "http://localhost:18080") ","
        TUNNEL("https://b2.ngrok.app", "http://localhost:8080") ","
        TUNNEL("https://c3.ngrok.app", "localhost:80") "]}",
        "https://b2.ngrok.app");
    gives("by its port alone", "{\"tunnels\":[" TUNNEL("https://a1.ngrok.app",
        "80") "," TUNNEL("https://b2.ngrok.app", "8080") "]}",
        "https://b2.ngrok.app");
    gives("not tcp, not http", "{\"tunnels\":[" TUNNEL("tcp://0.tcp.ngrok.io:1",
        "localhost:8080") "," TUNNEL("http://a1.ngrok.app", "localhost:8080")
        "," TUNNEL("https://a1.ngrok.app", "localhost:8080") "]}",
        "https://a1.ngrok.app");
    fails("tcp alone", "200 OK", "{\"tunnels\":["
        TUNNEL("tcp://0.tcp.ngrok.io:1", "localhost:8080") "]}", "no https");
    fails("none", "200 OK", "{\"tunnels\":[]}", "no https tunnel");
    fails("nothing of the kind", "200 OK", "[1]", "no https tunnel");
    fails("no JSON", "200 OK", "<html>", "JSON");
    fails("an error", "502 Bad Gateway", "{}", "answers 502");
}

static void on_changed(void *arg)
{
    (void)arg;
    changes++;
}

/* Its timer is not waited for. */
static bool asked_again(void)
{
    loop_in(loop, &n.timer_, 0);
    while (!n.call_)
        if (loop_round(loop))
            return false;
    while (n.call_)
        if (loop_round(loop))
            return false;
    return true;
}

static void test_watch(void)
{
    struct crooked agent = {.port = 0};

    agent.fault.canned = said("200 OK", "{\"tunnels\":[]}");
    crooked_start(&agent);
    snprintf(conf.ngrok_api, sizeof conf.ngrok_api, "http://127.0.0.1:%d",
        agent.port);
    tap_ok(ngrok_find(&n, loop, http, &conf, 8080) == -1, "no tunnel yet");
    ngrok_watch(&n, on_changed, NULL);
    tap_ok(asked_again() && changes == 0, "nor at the next look");
    said("200 OK", "{\"tunnels\":[" TUNNEL("https://a1.ngrok.app",
        "localhost:8080") "]}");
    tap_ok(asked_again() && changes == 1
        && strcmp(n.base, "https://a1.ngrok.app") == 0, "one was opened");
    tap_ok(asked_again() && changes == 1, "the same is no news");
    said("200 OK", "{\"tunnels\":[" TUNNEL("https://b2.ngrok.app",
        "localhost:8080") "]}");
    tap_ok(asked_again() && changes == 2
        && strcmp(n.base, "https://b2.ngrok.app") == 0, "another name");
    crooked_stop(&agent);
    tap_ok(asked_again() && changes == 2
        && strcmp(n.base, "https://b2.ngrok.app") == 0 && n.err.msg[0],
        "without an agent the last one stays: %s", n.err.msg);
    ngrok_stop(&n);
}

int main(void)
{
    struct err err = {0};
    struct resolve_conf dns = {.server = NULL};
    struct httpc_conf hc = {.user_agent = "test"};
    struct resolver *resolver;

    loop = loop_new(&err);
    resolver = resolver_new(loop, &dns, &err);
    hc.resolver = resolver;
    http = httpc_new(loop, &hc, &err);
    test_answers();
    test_watch();
    httpc_free(http);
    resolver_free(resolver);
    loop_tidy(loop);
    loop_free(loop);
    return tap_done();
}
