/* probe_tunnel.c - what stands between the public address and the server, and
 * the quirks of its kind: twilio 7, rows 1, 2, 9, 10.
 *
 * /health is asked for as Twilio and as a browser would; ngrok's agent on this
 * machine tells where its tunnels lead.
 */
#include "app/probe.h"

#include <string.h>

#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"

#define ASK_WITHIN 5000         /* ms */
#define API_WITHIN 2000
#define BROWSER "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, " \
    "like Gecko) Chrome/125.0.0.0 Safari/537.36"

struct page {                   /* one answer of /health */
    struct probe_run *p;
    struct httpc_call *call;
    bool came;
    int status;
    char server[80], via[80], trouble[32];      /* "ERR_NGROK_6024" */
    bool ngrok, cloudflare, ours;
    struct err err;
};

struct tunnel_probe {
    struct httpc *browser;
    struct page twilio, person;
    struct httpc_call *api;
    struct probe_run *p;
    int64_t asked;
    int pending;
    bool api_came;
    char https[CONF_TEXT];      /* ngrok's https address of now */
    char tcp[CONF_TEXT];        /* its tcp tunnel */
    char addr[CONF_TEXT];       /* where ours leads: "http://localhost:8080" */
    bool here;                  /* our address is among its tunnels */
};

static bool holds(const char *text, const char *word)
{
    char lower[80];
    size_t n = 0;

    for (; text[n] && n < sizeof lower - 1; n++)
        lower[n] = (char)byte_lower((uint8_t)text[n]);
    lower[n] = 0;
    return strstr(lower, word) != NULL;
}

static const char *kind_of(const struct tunnel_probe *k, struct slice host)
{
    static const char *const names[] = {"nginx", "openresty", "haproxy",
        "caddy", "apache", "envoy", "traefik", "awselb", "varnish"};
    const struct page *t = &k->twilio;

    if (t->ngrok || k->here || slice_find(host, SLICE("ngrok")) != SLICE_NPOS)
        return "ngrok";
    if (t->cloudflare || slice_ends(host, ".trycloudflare.com"))
        return "cloudflared";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (holds(t->server, names[i]) || holds(t->via, names[i]))
            return names[i];
    return NULL;
}

/* The port in "http://localhost:8080", or 0. */
static int port_of(const char *addr)
{
    struct url u;
    const char *why;
    size_t at;
    uint64_t n;
    char whole[CONF_TEXT + 8];

    if (text_u64(slice_str(addr), 1, 65535, &n) == 0)
        return (int)n;          /* the agent may say the port alone */
    text_fmt(whole, sizeof whole, "%s%s", strstr(addr, "://") ? ""
        : "http://", addr);
    return url_parse(slice_str(whole), &u, &at, &why) ? 0 : u.number;
}

static int server_port_of(const struct doctor *d)
{
    return port_of(d->local);
}

/* ngrok; true when it has ended the probe. */
static bool judge_ngrok(struct probe_run *p)
{
    struct tunnel_probe *k = p->own;
    const struct page *t = &k->twilio;
    int port = server_port_of(p->d);

    if (k->api_came && !k->here && k->https[0]) {
        probe_remedy(p, "set PUBLIC_DOMAIN=%s, or auto",
            k->https + sizeof "https://" - 1);
        probe_fail(p, 11217, "ngrok's tunnel is at %s now, and PUBLIC_DOMAIN "
            "is still %s", k->https, p->d->public_base);
    } else if (k->api_came && !k->here && k->tcp[0]) {
        probe_remedy(p, "start it as ngrok http %d", port);
        probe_fail(p, 11220, "ngrok's tunnel is a TCP tunnel, %s, which has "
            "no TLS", k->tcp);
    } else if (k->here && port && port_of(k->addr) != port) {
        probe_remedy(p, "start it as ngrok http %d", port);
        probe_fail(p, 11217, "ngrok leads to %s, and the server is at %s",
            k->addr, p->d->local);
    } else if (strcmp(t->trouble, "ERR_NGROK_6024") == 0) {
        probe_remedy(p, "use an ngrok account that has no warning page, or "
            "another tunnel");
        probe_fail(p, 12102, "ngrok shows Twilio its warning page (%s)",
            t->trouble);
    } else if (strcmp(t->trouble, "ERR_NGROK_3200") == 0) {
        probe_remedy(p, "start ngrok http %d, and set PUBLIC_DOMAIN to the "
            "address it tells", port);
        probe_fail(p, 11217, "ngrok knows of no tunnel at this address (%s)",
            t->trouble);
    } else if (strcmp(t->trouble, "ERR_NGROK_8012") == 0) {
        probe_remedy(p, "start it as ngrok http %d", port);
        probe_fail(p, 11217, "ngrok's agent finds no server behind it (%s)",
            t->trouble);
    } else if (t->trouble[0]) {
        probe_remedy(p, "see https://ngrok.com/docs/errors/%s", t->trouble);
        probe_fail(p, 11217, "ngrok answers by itself: %s", t->trouble);
    }
    return probe_over(p);
}

/* The codes of Cloudflare's own pages. */
static bool judge_cloudflare(struct probe_run *p)
{
    const struct page *t = &((struct tunnel_probe *)p->own)->twilio;

    if (t->status == 530) {
        probe_remedy(p, "start cloudflared again: a quick tunnel gets a new "
            "address each time, which belongs into PUBLIC_DOMAIN");
        probe_fail(p, 11217, "Cloudflare finds no tunnel behind this name "
            "(530, its error 1033)");
    } else if (t->status >= 520 && t->status < 530) {
        probe_remedy(p, "let the tunnel or origin lead to %s", p->d->local);
        probe_fail(p, 11217, "Cloudflare cannot talk to the origin (%d)",
            t->status);
    }
    return probe_over(p);
}

static void judge(struct probe_run *p)
{
    struct tunnel_probe *k = p->own;
    const struct page *t = &k->twilio, *b = &k->person;
    const char *kind = kind_of(k, p->d->public.host);
    struct jsonw *w = probe_seen(p);

    p->d->kind = kind;
    jsonw_kcstr(w, "kind", kind);
    jsonw_kint(w, "status", t->status);
    jsonw_kcstr(w, "server_header", t->server);
    jsonw_kcstr(w, "via", t->via);
    jsonw_kcstr(w, "trouble", t->trouble);
    jsonw_kint(w, "browser_status", b->status);
    jsonw_kcstr(w, "browser_trouble", b->trouble);
    if (k->api_came)
        jsonw_kcstr(w, "ngrok", k->https[0] ? k->https : k->tcp);
    if (kind && strcmp(kind, "ngrok") == 0 && judge_ngrok(p))
        return;
    if (kind && strcmp(kind, "cloudflared") == 0 && judge_cloudflare(p))
        return;
    if (!t->came) {
        probe_remedy(p, "see the proxy's or tunnel's log of this moment");
        probe_fail(p, t->err.code == ERR_PROTO ? 11206
            : t->err.code == ERR_TIMEOUT ? 11205 : 11200, "%s", t->err.msg);
    } else if (b->trouble[0]) {
        probe_ok(p, "%s; browsers get its warning page (%s), Twilio does not",
            kind ? kind : "unknown", b->trouble);
    } else if (kind && strcmp(kind, "cloudflared") == 0) {
        probe_ok(p, "Cloudflare; should the upgrade fail: cloudflared "
            "--protocol http2");
    } else {
        probe_ok(p, "%s%s%s", kind ? kind : "nothing on the way names itself",
            t->via[0] ? ", via " : "", t->via);
    }
}

static void ended(struct tunnel_probe *k)
{
    if (--k->pending == 0)
        judge(k->p);
}

static void on_page(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct page *g = arg;
    struct probe_run *p = g->p;
    struct tunnel_probe *k = p->own;
    size_t at;

    g->call = NULL;
    if (err) {
        g->err = *err;
        ended(k);
        return;
    }
    g->came = true;
    g->status = a->head->status;
    probe_clean(g->server, sizeof g->server, http_get(a->head, "server"));
    probe_clean(g->via, sizeof g->via, http_get(a->head, "via"));
    g->cloudflare = http_get(a->head, "cf-ray").ptr != NULL;
    g->ngrok = http_get(a->head, "ngrok-error-code").ptr
        || http_get(a->head, "ngrok-trace-id").ptr
        || http_get(a->head, "ngrok-agent-ips").ptr;
    at = slice_find(a->body, SLICE("ERR_NGROK_"));
    if (http_get(a->head, "ngrok-error-code").ptr) {
        probe_clean(g->trouble, sizeof g->trouble,
            http_get(a->head, "ngrok-error-code"));
    } else if (at != SLICE_NPOS) {
        size_t n = 10;
        struct slice s = slice_from(a->body, at);

        while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
            n++;
        probe_clean(g->trouble, sizeof g->trouble, slice_head(s, n));
    }
    g->ngrok |= g->trouble[0] != 0;
    if (g == &k->twilio)
        doctor_date(p->d, "the public URL", a->head, k->asked);
    ended(k);
}

static void on_api(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct tunnel_probe *k = arg;
    struct json all, t;
    struct json_walk w = {.at_ = 0};
    char url[CONF_TEXT], base[CONF_TEXT];
    const char *why;

    k->api = NULL;
    if (!err && a->head->status == 200
        && json_parse(a->body, &all, NULL) == 0) {
        w.of = json_get(all, "tunnels");
        k->api_came = w.of.type == JSON_ARRAY;
        while (json_next(&w, NULL, &t)) {
            if (!json_copy(json_get(t, "public_url"), url, sizeof url))
                continue;
            if (slice_starts(slice_str(url), "tcp://"))
                text_copy(k->tcp, sizeof k->tcp, slice_str(url));
            if (!slice_starts(slice_str(url), "https://")
                || conf_public_base(slice_str(url), base, sizeof base, &why))
                continue;
            if (strcmp(base, k->p->d->public_base) == 0) {
                k->here = true;
                json_copy(json_get(t, "config.addr"), k->addr,
                    sizeof k->addr);
            }
            text_copy(k->https, sizeof k->https, slice_str(base));
        }
    }
    ended(k);
}

static void ask_page(struct probe_run *p, struct page *g, struct httpc *h)
{
    struct tunnel_probe *k = p->own;
    char url[CONF_TEXT + 16];
    struct httpc_request q = {.method = "GET", .timeout = ASK_WITHIN,
        .headers = "Accept: */*\r\n"};

    text_fmt(url, sizeof url, "%s/health", p->d->way);
    q.url = slice_str(url);
    g->p = p;
    g->call = httpc_start(h, &q, on_page, g, &g->err);
    k->pending += g->call != NULL;
}

static void ask_api(struct probe_run *p)
{
    struct tunnel_probe *k = p->own;
    char url[CONF_TEXT];
    struct httpc_request q = {.method = "GET", .timeout = API_WITHIN};

    text_fmt(url, sizeof url, "%s/api/tunnels", p->d->conf->ngrok_api);
    q.url = slice_str(url);
    k->api = httpc_start(p->d->http, &q, on_api, k, NULL);
    k->pending += k->api != NULL;
}

static void start(struct probe_run *p)
{
    struct tunnel_probe *k;
    struct httpc_conf http = {.resolver = p->d->resolver, .tls = p->d->tls,
        .user_agent = BROWSER};

    if (!probe_has(p, PROBE_PUBLIC | PROBE_WAY))
        return;
    p->own = k = mem_new(sizeof *k);
    if (k)
        k->browser = httpc_new(p->d->loop, &http, NULL);
    if (!k || !k->browser) {
        probe_fail(p, 0, "no memory");
        return;
    }
    k->p = p;
    k->asked = loop_now(p->d->loop);
    ask_page(p, &k->twilio, doctor_twilio(p->d));
    ask_page(p, &k->person, k->browser);
    ask_api(p);
    if (!k->pending)
        judge(p);
}

static void stop(struct probe_run *p)
{
    struct tunnel_probe *k = p->own;

    if (!k)
        return;
    if (k->twilio.call)
        httpc_cancel(k->twilio.call);
    if (k->person.call)
        httpc_cancel(k->person.call);
    if (k->api)
        httpc_cancel(k->api);
    if (k->browser)
        httpc_free(k->browser);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_tunnel = {"tunnel", "tls", NULL, 8000, 11205, start,
    stop};
