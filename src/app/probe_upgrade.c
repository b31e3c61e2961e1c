/* probe_upgrade.c - Twilio's upgrade through the public URL, header by header.
 *
 * When it fails the same request goes straight to the server, and how each of
 * them arrived there tells what the way did to it: twilio 7, rows 9 to 11.
 */
#include "app/probe.h"

#include <errno.h>
#include <string.h>

#include "app/doctor.h"
#include "app/probe_raw.h"
#include "base/mem.h"
#include "base/text.h"

#define PATH "/media-stream"

struct upgrade_probe {
    struct raw public, query, local;
    struct arrived_ask arrived;
    struct arrived way;         /* the first one, as it arrived */
    char server[80];            /* of the refusal */
    char lost[160];             /* headers that did not arrive */
    bool query_cut;
};

/* ---- how it arrived ---- */

static void lose(struct upgrade_probe *k, const char *name)
{
    size_t n = strlen(k->lost);

    text_fmt(k->lost + n, sizeof k->lost - n, "%s\"%s\"", n ? ", " : "",
        name);
}

static void compare(struct upgrade_probe *k)
{
    static const char *const names[] = {"upgrade", "connection",
        "sec-websocket-key", "sec-websocket-version", "x-twilio-signature"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct slice v = arrived_header(&k->way, names[i]);
        bool there = v.ptr != NULL;

        if (i == 1) {           /* a list: RFC 9110 7.6.1 */
            bool upgrade = false;

            while (v.ptr)
                upgrade |= slice_iis(slice_trim(slice_cut(&v, ',')),
                    "upgrade");
            there = upgrade;
        }
        /* Without a token nothing was signed. */
        if (!there && (i < 4 || k->public.p->d->conf->twilio_auth_token[0]))
            lose(k, names[i]);
    }
}

/* What keeps the upgrade in which proxy. */
static const struct {
    const char *kind, *setting;
} settings[] = {
    {"nginx", "nginx: proxy_http_version 1.1; proxy_set_header Upgrade "
        "$http_upgrade; proxy_set_header Connection \"upgrade\""},
    {"openresty", "openresty: proxy_http_version 1.1; proxy_set_header "
        "Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\""},
    {"haproxy", "haproxy: take out http-request del-header for Upgrade and "
        "Connection, and set timeout tunnel 1h"},
    {"apache", "apache: ProxyPass / http://127.0.0.1:8080/ upgrade=websocket "
        "(2.4.47 and later), or mod_proxy_wstunnel"},
    {"cloudflared", "cloudflared: start the tunnel with --protocol http2, as "
        "QUIC loses the header, and turn WebSockets on for the zone"},
    {"caddy", "caddy: take out header_up lines for Upgrade and Connection"},
};

static const char *kind_of(const struct upgrade_probe *k)
{
    const struct doctor *d = k->public.p->d;
    char lower[80];
    size_t n = 0;

    if (d->kind)
        return d->kind;
    if (arrived_header(&k->way, "cf-ray").ptr)
        return "cloudflared";
    for (; k->server[n] && n < sizeof lower - 1; n++)
        lower[n] = (char)byte_lower((uint8_t)k->server[n]);
    lower[n] = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (strstr(lower, settings[i].kind))
            return settings[i].kind;
    return strstr(lower, "cloudflare") ? "cloudflared" : NULL;
}

static void keep_remedy(struct probe_run *p, const struct upgrade_probe *k)
{
    const char *kind = kind_of(k);

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (kind && strcmp(kind, settings[i].kind) == 0) {
            probe_remedy(p, "%s", settings[i].setting);
            return;
        }
    /* HAProxy, for one, never names itself. */
    probe_remedy(p, "let the proxy pass it on: %s; %s; %s",
        settings[0].setting, settings[2].setting, settings[4].setting);
}

/* ---- verdicts on a refusal ---- */

static void never_came(struct probe_run *p, const struct upgrade_probe *k)
{
    int status = k->public.http.status;
    const char *who = k->server[0] ? k->server : "the proxy or tunnel";

    if (status == 502 || status == 503 || status == 504) {
        probe_remedy(p, "let %s lead to %s", who, p->d->local);
        probe_fail(p, 31920, "%s found no server behind it: the upgrade was "
            "answered %d", who, status);
    } else if (status == 401 || status == 403) {
        probe_remedy(p, "except " PATH " from the password or rule: Twilio "
            "brings a signature instead");
        probe_fail(p, 31920, "%s refused the upgrade with %d: it never "
            "reached this server", who, status);
    } else if (status == 200) {
        probe_remedy(p, "let %s pass " PATH " on to %s", who, p->d->local);
        probe_fail(p, 31920, "%s answered the upgrade with a page (200)%s%s",
            who, strstr(k->public.body, "ERR_NGROK") ? ", ngrok's " : "",
            strstr(k->public.body, "ERR_NGROK") ? "warning" : "");
    } else {
        probe_remedy(p, "let %s pass " PATH " on to %s as it is", who,
            p->d->local);
        probe_fail(p, 31920, "%s answered the upgrade with %d: it never "
            "reached this server", who, status);
    }
}

static void explain(struct probe_run *p)
{
    struct upgrade_probe *k = p->own;
    int status = k->public.http.status;
    const struct raw *l = &k->local;
    struct slice target = arrived_target(&k->way);
    struct slice path = slice_cut(&target, '?');
    char straight[100];

    if (l->head)
        text_fmt(straight, sizeof straight, "straight to the server it is %d",
            l->http.status);
    else
        text_fmt(straight, sizeof straight, "the server itself does not "
            "answer");
    jsonw_kint(probe_seen(p), "local_status", l->http.status);
    if (k->way.known && !k->way.found) {
        never_came(p, k);
        return;
    }
    if (k->way.found)
        compare(k);
    jsonw_kcstr(probe_seen(p), "lost", k->lost);
    keep_remedy(p, k);
    if (k->way.found && arrived_is_old(&k->way)) {
        probe_fail(p, 31920, "the request was turned into HTTP/1.0 on the "
            "way%s%s: the server answered %d; %s", k->lost[0]
            ? " and lost " : "", k->lost, status, straight);
    } else if (k->lost[0]) {
        if (!strstr(k->lost, "\"upgrade\"")
            && !strstr(k->lost, "\"connection\""))
            probe_remedy(p, "let the proxy pass all Sec-WebSocket headers on "
                "as they are");
        probe_fail(p, 31920, "the request lost %s on the way: the server "
            "answered %d; %s", k->lost, status, straight);
    } else if (k->way.found && !slice_is(path, PATH)) {
        probe_remedy(p, "let the proxy leave the path as it is, or put its "
            "prefix into PUBLIC_DOMAIN");
        probe_fail(p, 31920, "the path was changed on the way: %.*s arrived; "
            "%s", SLICE_ARG(slice_head(path, 80)), straight);
    } else {
        probe_remedy(p, "see the server's log of this moment");
        probe_fail(p, 31920, "the upgrade was answered %d %s: %s", status,
            http_reason(status), l->head && l->http.status == 101 ? straight
            : k->way.why[0] ? k->way.why : straight);
    }
}

static void on_local(struct raw *r)
{
    explain(r->p);
}

static void on_way(struct probe_run *p)
{
    struct upgrade_probe *k = p->own;

    k->way = k->arrived.got;
    if (k->way.found)
        jsonw_kcstr(probe_seen(p), "arrived", k->way.head);
    if (slice_starts(slice_str(p->d->local), "http:") || p->d->home_tls)
        raw_start(&k->local, p, p->d->local, PATH, p->d->opt.upgrade_ms,
            on_local);
    else
        explain(p);             /* a certificate for another name */
}

static void redirected(struct probe_run *p, const struct raw *r)
{
    struct slice to = http_get(&r->http, "location");

    probe_remedy(p, "set PUBLIC_DOMAIN to where it leads, or take the "
        "redirect away");
    probe_fail(p, 31920, "the upgrade was answered with a redirect (%d) to "
        "%.*s, which Twilio does not follow", r->http.status,
        SLICE_ARG(slice_head(to, 120)));
}

static void refused(struct probe_run *p)
{
    struct upgrade_probe *k = p->own;
    const struct raw *r = &k->public;

    probe_clean(k->server, sizeof k->server, http_get(&r->http, "server"));
    jsonw_kcstr(probe_seen(p), "body", r->body);
    if (r->http.status >= 300 && r->http.status < 400)
        redirected(p, r);
    else
        arrived_look(&k->arrived, p, PATH, r->key, on_way);
}

/* ---- verdicts on no answer, and on a 101 ---- */

static void unanswered(struct probe_run *p, const struct raw *r)
{
    if (r->bad) {
        probe_remedy(p, "let something that speaks HTTP/1.1 answer there");
        probe_fail(p, 31920, "the answer is no HTTP/1.1: %s", r->bad);
    } else if (r->err.code == ERR_TIMEOUT) {
        probe_remedy(p, "see whether the proxy waits for something behind it: "
            "%s must be reachable for it", p->d->local);
        probe_fail(p, 31901, "no answer to the upgrade within %.1f s",
            (double)p->d->opt.upgrade_ms / 1000);
    } else if (r->err.code == ERR_TLS) {
        probe_remedy(p, "see what \"tls\" says");
        probe_fail(p, 31910, "%s", r->err.msg);
    } else if (r->err.sys == ECONNREFUSED) {
        probe_remedy(p, "start the proxy or tunnel");
        probe_fail(p, 31902, "%s", r->err.msg);
    } else {
        probe_remedy(p, "see the log of the proxy or tunnel: something there "
            "ends connections that ask for an upgrade%s", r->err.sys ? ""
            : ", or takes HTTP/2 alone (haproxy: take out proto h2): Twilio's "
            "upgrade is HTTP/1.1");
        probe_fail(p, 31903, "the connection %s instead of an answer to the "
            "upgrade%s%s", r->err.sys ? "broke" : "was closed", r->err.sys
            ? ": " : "", r->err.sys ? strerror(r->err.sys) : "");
    }
}

/* True when a 101 is one for this request: RFC 6455 4.1. */
static bool proper(struct probe_run *p, const struct raw *r)
{
    char accept[WS_ACCEPT_LEN + 1];
    struct slice got = http_get(&r->http, "sec-websocket-accept");
    struct slice protocol = http_get(&r->http, "sec-websocket-protocol");
    struct slice extensions = http_get(&r->http, "sec-websocket-extensions");

    ws_accept(accept, slice_str(r->key));
    probe_remedy(p, "let nothing but the server answer the upgrade");
    if (r->http.minor < 1)
        probe_fail(p, 31920, "the upgrade was answered 101 as HTTP/1.0");
    else if (!http_has_token(&r->http, "upgrade", "websocket")) {
        keep_remedy(p, p->own);
        probe_fail(p, 31920, "the 101 came back without \"Upgrade: "
            "websocket\"");
    } else if (!http_has_token(&r->http, "connection", "upgrade")) {
        keep_remedy(p, p->own);
        probe_fail(p, 31920, "the 101 came back without \"Connection: "
            "Upgrade\"");
    } else if (!slice_is(got, accept))
        probe_fail(p, 31920, "the Sec-WebSocket-Accept is %s: %.*s, not %s",
            got.ptr ? "wrong" : "missing", SLICE_ARG(slice_head(got, 40)),
            accept);
    else if (protocol.ptr)
        probe_fail(p, 31924, "the 101 names a subprotocol nobody offered: "
            "%.*s", SLICE_ARG(slice_head(protocol, 60)));
    else if (extensions.ptr)
        probe_fail(p, 31924, "the 101 names an extension nobody offered: "
            "%.*s", SLICE_ARG(slice_head(extensions, 60)));
    return !probe_over(p);
}

/* It works; what did the way do to it nevertheless? */
static void on_good_way(struct probe_run *p)
{
    struct upgrade_probe *k = p->own;
    double ms = (double)k->public.us / 1000;
    struct slice host;

    k->way = k->arrived.got;
    host = arrived_header(&k->way, "host");
    if (k->way.found) {
        jsonw_kcstr(probe_seen(p), "arrived", k->way.head);
        jsonw_kstr(probe_seen(p), "host", host);
        compare(k);
    }
    if (k->way.known && !k->way.found) {
        probe_remedy(p, "set PUBLIC_DOMAIN to the address that leads here");
        probe_fail(p, 31920, "the upgrade was answered, and not by this "
            "server: PUBLIC_DOMAIN leads to another one");
    } else if (k->lost[0]) {
        probe_remedy(p, "let the proxy pass it on");
        probe_warn(p, 0, "the upgrade lost %s on the way", k->lost);
    } else if (k->way.found && slice_starts(slice_str(k->way.why),
        "signature bad")) {
        probe_remedy(p, "start the server with the TWILIO_AUTH_TOKEN and "
            "PUBLIC_DOMAIN that doctor has");
        probe_warn(p, 0, "the server does not find the signature of the "
            "upgrade right: it is over wss%s" PATH,
            p->d->public_base + sizeof "https" - 1);
    } else if (k->query.http.status != 101) {
        probe_remedy(p, "let the proxy treat " PATH "?anything as " PATH);
        probe_warn(p, 0, "with a query the upgrade is answered %d: Twilio "
            "sends none, other clients may", k->query.http.status);
    } else {
        probe_ok(p, "101 in %.1f ms, with and without query%s%s", ms,
            k->query_cut ? "; the query is cut off on the way" : "",
            host.ptr && !slice_iis(host, k->public.p->d->public_base
            + sizeof "https://" - 1) && !k->public.p->d->public.path.len
            ? "; the Host is rewritten on the way" : "");
    }
}

static void on_query_way(struct probe_run *p)
{
    struct upgrade_probe *k = p->own;
    const struct arrived *a = &k->arrived.got;

    k->query_cut = a->found && strstr(a->head, k->query.key)
        && slice_chr(arrived_target(a), '?') == SLICE_NPOS;
    jsonw_kbool(probe_seen(p), "query_cut", k->query_cut);
    arrived_look(&k->arrived, p, PATH, k->public.key, on_good_way);
}

static void on_query(struct raw *r)
{
    struct upgrade_probe *k = r->p->own;

    jsonw_kint(probe_seen(r->p), "query_status", r->http.status);
    arrived_look(&k->arrived, r->p, PATH, k->query.key, on_query_way);
}

static void on_public(struct raw *r)
{
    struct probe_run *p = r->p;
    struct upgrade_probe *k = p->own;
    char head[1024];

    if (r->head) {
        probe_clean(head, sizeof head, slice_of(r->answer, r->head));
        jsonw_kint(probe_seen(p), "status", r->http.status);
        jsonw_kcstr(probe_seen(p), "answer", head);
    }
    if (!r->head)
        unanswered(p, r);
    else if (r->http.status != 101)
        refused(p);
    else if (proper(p, r))
        raw_start(&k->query, p, p->d->way, PATH "?doctor=1",
            p->d->opt.upgrade_ms, on_query);
}

static void start(struct probe_run *p)
{
    struct upgrade_probe *k;

    if (!probe_has(p, PROBE_PUBLIC | PROBE_SERVER))
        return;
    p->own = k = mem_new(sizeof *k);
    if (k)
        raw_start(&k->public, p, p->d->way, PATH, p->d->opt.upgrade_ms,
            on_public);
    else
        probe_fail(p, 0, "no memory");
}

static void stop(struct probe_run *p)
{
    struct upgrade_probe *k = p->own;

    if (!k)
        return;
    raw_stop(&k->public);
    raw_stop(&k->query);
    raw_stop(&k->local);
    arrived_stop(&k->arrived);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_upgrade = {"upgrade", "tls", "tunnel", 25000, 31901,
    start, stop};
