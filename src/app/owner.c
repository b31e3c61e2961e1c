/* owner.c - who may go through the owner's doors. */
#include "app/owner.h"

#include "app/server.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/text.h"
#include "codec/json.h"
#include "net/tlsio.h"

/* RFC 6265bis 4.1.3.2: the prefix keeps what a neighbour under the same domain
 * sets from being taken for ours. */
#define NAME "concierge"
#define HOST_NAME "__Host-concierge"

/* ---- origins ---- */

/* "name:443" of https and "name:80" of http are "name". */
static struct slice without_port(struct slice host, const char *port)
{
    if (slice_ends(host, port))
        host.len -= slice_str(port).len;
    return host;
}

static bool same_host(struct slice origin, struct slice host)
{
    const char *port = ":443";

    if (slice_iis(slice_head(origin, 8), "https://")) {
        origin = slice_from(origin, 8);
    } else if (slice_iis(slice_head(origin, 7), "http://")) {
        origin = slice_from(origin, 7);
        port = ":80";
    } else {
        return false;
    }
    return host.len && slice_ieq(without_port(origin, port),
        without_port(host, port));
}

enum owner_origin owner_origin(struct slice origin, struct slice host,
    struct slice allowed)
{
    if (!origin.ptr)
        return OWNER_NO_ORIGIN;
    if (same_host(origin, host))
        return OWNER_OURS;
    while (allowed.len)
        if (slice_ieq(slice_trim(slice_cut(&allowed, ',')), origin))
            return OWNER_ALLOWED;
    return OWNER_FOREIGN;
}

/* A proxy that we trust says which host was asked for; the public address is
 * ours whatever a proxy made of the Host header (ngrok --host-header); and a
 * browser that says same-origin has compared what it asked for, which no page
 * can make it lie about (Fetch Metadata 2.3). */
static enum owner_origin origin_of(const struct server *s,
    const struct request *r)
{
    struct slice origin = http_get(&r->head, "origin");
    struct slice allowed = slice_str(s->conf->allow_origin);
    struct slice other = http_get(&r->head, "x-forwarded-host");
    enum owner_origin from = owner_origin(origin, r->head.host, allowed);

    if (from == OWNER_FOREIGN && other.len && httpd_trusted(r))
        from = owner_origin(origin, other, allowed);
    other = slice_from(slice_str(server_public(s)), sizeof "https://" - 1);
    if (from == OWNER_FOREIGN && other.len)
        from = owner_origin(origin, slice_cut(&other, '/'), allowed);
    if (from == OWNER_FOREIGN
        && slice_is(http_get(&r->head, "sec-fetch-site"), "same-origin"))
        from = OWNER_OURS;
    return from;
}

void owner_lines(struct buf *out, const struct http *head, void *arg)
{
    const struct server *s = arg;
    struct slice allowed = slice_str(s->conf->allow_origin);
    struct slice origin = http_get(head, "origin");

    if (slice_starts(head->path, "/v1/"))
        buf_add(out, SLICE("X-Content-Type-Options: nosniff\r\n"));
    if (!allowed.len)
        return;
    buf_add(out, SLICE("Vary: Origin\r\n"));
    if (owner_origin(origin, slice_str(NULL), allowed) != OWNER_ALLOWED)
        return;
    buf_add(out, SLICE("Access-Control-Allow-Origin: "));
    buf_add(out, origin);
    if (slice_is(head->method, "OPTIONS"))
        buf_add(out, SLICE("\r\nAccess-Control-Allow-Methods: GET, POST, "
            "DELETE\r\nAccess-Control-Allow-Headers: Authorization, "
            "Content-Type, Idempotency-Key, Last-Event-ID\r\n"
            "Access-Control-Max-Age: 600\r\n"));
    else
        buf_add(out, SLICE("\r\nAccess-Control-Expose-Headers: Link, "
            "Location, Retry-After\r\n"));
}

/* ---- cookies ---- */

static struct owner_login *login_of(struct server *s, struct slice id)
{
    for (size_t i = 0; i < OWNER_LOGINS; i++) {
        struct owner_login *l = &s->owner.login[i];

        if (l->until > loop_now(s->loop)
            && text_same_secret(id, slice_str(l->id)))
            return l;
    }
    return NULL;
}

/* One cookie list: RFC 6265 4.2.1. */
static struct owner_login *login_in(struct server *s, struct slice list)
{
    struct owner_login *l = NULL;

    while (!l && list.len) {
        struct slice value = slice_trim(slice_cut(&list, ';'));
        struct slice name = slice_cut(&value, '=');

        if (slice_is(name, NAME) || slice_is(name, HOST_NAME))
            l = login_of(s, value);
    }
    return l;
}

/* A proxy between HTTP/2 and us may leave the list in many headers. */
static struct owner_login *login_find(struct server *s,
    const struct request *r)
{
    struct owner_login *l = NULL;

    for (size_t i = 0; !l && i < r->head.headers; i++)
        if (slice_iis(r->head.header[i].name, "cookie"))
            l = login_in(s, r->head.header[i].value);
    return l;
}

/* Did a page of ours send it, or (to read) the person at the browser? */
static bool from_our_page(const struct request *r, enum owner_origin from)
{
    struct slice site = http_get(&r->head, "sec-fetch-site");
    bool reads = slice_is(r->head.method, "GET")
        || slice_is(r->head.method, "HEAD");

    if (from == OWNER_ALLOWED)
        return false;
    if (from == OWNER_OURS || slice_is(site, "same-origin"))
        return true;
    return reads && (!site.ptr || slice_is(site, "none"));
}

static bool token_is(const struct server *s, struct slice given)
{
    return text_same_secret(given, slice_str(s->token));
}

static bool refuse_origin(struct request *r, const char *why)
{
    api_error(r, 403, "origin", NULL, why);
    return false;
}

bool api_allowed(struct server *s, struct request *r)
{
    struct slice given = http_get(&r->head, "authorization");
    enum owner_origin from = origin_of(s, r);

    if (from == OWNER_FOREIGN)
        return refuse_origin(r, "a page of another origin: name it in "
            "ALLOW_ORIGIN");
    if (given.len > 7 && slice_iis(slice_head(given, 7), "bearer ")
        && token_is(s, slice_trim(slice_from(given, 7))))
        return true;
    if (!given.ptr && login_find(s, r))
        return from_our_page(r, from) || refuse_origin(r, "the cookie counts "
            "on this server's own pages alone");
    api_error(r, 401, "unauthorized", NULL, "the owner's token is wanted: "
        "Authorization: Bearer, with what stands in CONCIERGE_DIR/token");
    return false;
}

/* ---- POST and DELETE /v1/login ---- */

/* The count of this address; the one that ends first makes room. */
static struct owner_peer *tries_of(struct server *s, const struct request *r)
{
    struct owner_peer *first = s->owner.peer;
    int64_t now = loop_now(s->loop);
    char peer[SYS_ADDR_TEXT];

    httpd_peer(r, peer);
    for (size_t i = 0; i < OWNER_PEERS; i++) {
        struct owner_peer *p = &s->owner.peer[i];

        if (p->until > now && slice_is(slice_str(p->peer), peer))
            return p;
        if (p->until < first->until)
            first = p;
    }
    text_copy(first->peer, sizeof first->peer, slice_str(peer));
    first->until = now + OWNER_TRIES_MS;
    first->wrong = 0;
    return first;
}

/* What the browser sees, whoever ends TLS on the way; a lie costs its teller
 * the cookie. */
static bool over_tls(const struct server *s, const struct request *r)
{
    return s->server_tls || slice_is(slice_head(http_get(&r->head, "origin"),
        8), "https://") || slice_iis(http_get(&r->head, "x-forwarded-proto"),
        "https");
}

static void answer_cookie(struct server *s, struct request *r, const char *id,
    int64_t seconds)
{
    bool tls = over_tls(s, r);
    char line[256];

    text_fmt(line, sizeof line, "Set-Cookie: %s=%s; Path=/; HttpOnly; "
        "SameSite=Strict; Max-Age=%lld%s\r\n", tls ? HOST_NAME : NAME, id,
        (long long)seconds, tls ? "; Secure" : "");
    httpd_answer(r, 204, NULL, slice_str(""), line);
}

static void let_in(struct server *s, struct request *r)
{
    struct owner_login *l = s->owner.login;

    for (size_t i = 1; i < OWNER_LOGINS; i++)
        if (s->owner.login[i].until < l->until)
            l = &s->owner.login[i];
    rand_hex(l->id, OWNER_COOKIE);
    l->until = loop_now(s->loop) + OWNER_LOGIN_MS;
    answer_cookie(s, r, l->id, OWNER_LOGIN_MS / 1000);
}

static void too_many(struct server *s, struct request *r, int64_t until)
{
    uint8_t mem[256];
    char line[48];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    api_error_body(&b, "too_many_tries", NULL, "too many wrong tokens from "
        "this address");
    text_fmt(line, sizeof line, "Retry-After: %lld\r\n",
        (long long)(until - loop_now(s->loop)) / 1000 + 1);
    httpd_answer(r, 429, "application/json", buf_slice(&b), line);
}

static void log_in(struct server *s, struct request *r)
{
    struct owner_peer *tries = tries_of(s, r);
    char token[sizeof s->token];
    struct json body;
    bool right;

    if (tries->wrong >= OWNER_TRIES) {
        too_many(s, r, tries->until);
        return;
    }
    if (json_parse(r->body, &body, NULL)
        || json_get(body, "token").type != JSON_STRING) {
        api_error(r, 400, "bad_field", "token", "must be a string");
        return;
    }
    /* One that is cut is none of ours: ours fits. */
    right = json_copy(json_get(body, "token"), token, sizeof token)
        && token_is(s, slice_trim_all(slice_str(token)));
    tlsio_wipe(token, sizeof token);
    if (right) {
        tries->until = 0;
        let_in(s, r);
        return;
    }
    tries->wrong++;
    log_event(LOG_WARN, "login_refused", LS("peer", tries->peer),
        LI("wrong", tries->wrong));
    api_error(r, 401, "unauthorized", "token", "this is not the owner's "
        "token: it stands in CONCIERGE_DIR/token");
}

void api_login(struct request *r, void *arg)
{
    struct server *s = arg;
    enum owner_origin from = origin_of(s, r);
    struct slice site = http_get(&r->head, "sec-fetch-site");
    struct owner_login *l;

    /* Nobody else's page logs a browser in, as whomever, or out. */
    if (from == OWNER_FOREIGN || from == OWNER_ALLOWED
        || (from == OWNER_NO_ORIGIN && site.ptr
        && !slice_is(site, "same-origin"))) {
        refuse_origin(r, "only this server's own pages log in");
    } else if (slice_is(r->head.method, "POST")) {
        log_in(s, r);
    } else {
        l = login_find(s, r);
        if (l)
            l->until = 0;
        answer_cookie(s, r, "", 0);
    }
}
