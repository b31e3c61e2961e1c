/* lookup_test.c - OpenStreetMap asked for a place, against a server that
 * answers as Overpass does, well and badly. */
#include "app/lookup.h"

#include "base/sys.h"
#include "base/text.h"
#include "codec/form.h"
#include "net/httpd.h"
#include "tests/tap.h"

static struct loop *loop;
static struct conf conf;
static int status;
static const char *body;
static char asked[4096];
static bool silent;
static struct request *waiting;

static void on_gone(struct request *r)
{
    (void)r;
    waiting = NULL;
}

static void interpreter(struct request *r, void *arg)
{
    (void)arg;
    form_copy(r->body, "data", asked, sizeof asked);
    if (silent) {
        waiting = r;
        r->on_gone = on_gone;
        return;
    }
    httpd_answer(r, status, "application/json", slice_str(body), NULL);
}

static const struct route routes[] = {
    {M_POST, "/api/interpreter", interpreter, ATTEMPT_NONE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static void stop(void *arg)
{
    (void)arg;
    loop_stop(loop);
}

/* Asks for a name and gives the error's text, or the first number found. */
static const char *ask(struct httpc *http, const char *name, int with,
    const char *says, struct lookup *l)
{
    static char number[32];
    struct err err = {0};

    status = with;
    body = says;
    directory_free(&l->found);
    if (lookup_start(l, http, &conf, slice_str(name), stop, NULL, &err)) {
        text_copy(number, sizeof number, SLICE("not asked"));
        l->err = err;
        return number;
    }
    loop_run(loop);
    if (l->err.code)
        return l->err.msg;
    text_copy(number, sizeof number, l->found.list.n
        ? l->found.list.at[0].number : SLICE("none"));
    return number;
}

static void is_text(const char *got, const char *want, const char *what)
{
    tap_is_str(slice_str(got), want, what);
}

static const char found[] = "{\"version\":0.6,\"elements\":[{\"type\":\"node\","
    "\"id\":1,\"tags\":{\"name\":\"Luigi\xe2\x80\x99s\",\"phone\":"
    "\"030 6234567\",\"opening_hours\":\"Tu-Su 17:00-23:00\"}}]}";

static void asking(struct httpc *http)
{
    struct lookup l = {.err = {.code = ERR_NONE}};
    struct place_hit hit[PLACE_HITS];

    is_text(ask(http, "Luigi's", 200, found, &l), "+49306234567",
        "a place that is there");
    tap_ok(strstr(asked, "area[\"name\"=\"Berlin\"]") != NULL,
        "the city that is set was asked for");
    tap_ok(place_find(l.found.list.at, l.found.list.n, SLICE("luigis"),
        PLACE_BY_NAME, hit, PLACE_HITS) == 1 && place_clear(hit, 1),
        "and it is found by the same rules");
    is_text(ask(http, "Luigi's", 200, "{\"elements\":[]}", &l), "none",
        "a place that is not");
    is_text(ask(http, "Luigi's", 429, "rate limited", &l),
        "OVERPASS_URL: busy (status 429), try later", "asked too often");
    is_text(ask(http, "Luigi's", 504, "<html>", &l),
        "OVERPASS_URL: busy (status 504), try later", "busy");
    tap_is_int(err_exit(l.err.code), 75, "which is: try later");
    is_text(ask(http, "Luigi's", 400, "", &l), "OVERPASS_URL: status 400",
        "a query it does not like");
    is_text(ask(http, "Luigi's", 200, "<html>", &l), "OVERPASS_URL: no JSON",
        "a page");
    is_text(ask(http, "...", 200, found, &l), "not asked",
        "nothing to look for");
    conf.overpass_area[0] = 0;
    is_text(ask(http, "Luigi's", 200, found, &l), "not asked", "nowhere");
    is_text(l.err.msg, "OVERPASS_AREA is not set: in which city shall it "
        "look?", "which names the setting");
    text_copy(conf.overpass_area, sizeof conf.overpass_area, SLICE("Berlin"));
    text_copy(conf.country_code, sizeof conf.country_code, SLICE("49"));
    is_text(ask(http, "Luigi's", 200, found, &l), "not asked", "a country");
    is_text(l.err.msg, "COUNTRY_CODE: \"49\" is not + and one to three "
        "digits", "without its plus");
    text_copy(conf.country_code, sizeof conf.country_code, SLICE("+49"));
    silent = true;
    tap_ok(strstr(ask(http, "Luigi's", 200, found, &l), "OVERPASS_URL: ")
        != NULL && l.err.code == ERR_TIMEOUT, "no answer in time");
    directory_free(&l.found);
}

static void cancelling(struct httpc *http)
{
    struct lookup l;

    tap_ok(lookup_start(&l, http, &conf, SLICE("Luigi's"), stop, NULL, NULL)
        == 0, "another one");
    lookup_cancel(&l);
    lookup_cancel(&l);
    tap_ok(l.call_ == NULL, "is cancelled, once and again");
}

int main(void)
{
    struct err err = {0};
    struct sys_addr at;
    struct httpd *server;
    struct httpd_conf serving = {.routes = routes, .max_body = 65536,
        .head_timeout = 60000, .body_timeout = 60000, .idle_timeout = 60000,
        .max_conns = 8};
    struct resolve_conf dns = {.server = NULL};
    struct httpc_conf http = {.max_kept = 1, .keep_ms = 1000,
        .user_agent = "concierge"};
    struct httpc *client;

    sys_virtual(INT64_C(1795345200000));
    loop = loop_new(&err);
    sys_addr_parse(&at, SLICE("127.0.0.1"), 0);
    server = httpd_new(loop, &at, NULL, &serving, &err);
    http.resolver = resolver_new(loop, &dns, &err);
    client = httpc_new(loop, &http, &err);
    if (!server || !client) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    text_fmt(conf.overpass_url, sizeof conf.overpass_url,
        "http://127.0.0.1:%u/api/interpreter", httpd_port(server));
    text_copy(conf.overpass_area, sizeof conf.overpass_area, SLICE("Berlin"));
    text_copy(conf.country_code, sizeof conf.country_code, SLICE("+49"));
    tap_ok(lookup_on(&conf), "OVERPASS_URL switches it on");
    asking(client);
    cancelling(client);
    httpc_free(client);
    resolver_free(http.resolver);
    httpd_free(server);
    loop_tidy(loop);
    loop_free(loop);
    return tap_done();
}
