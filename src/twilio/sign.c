/* sign.c - X-Twilio-Signature, made and checked: twilio 5.
 *
 * The signature is the HMAC of the URL and, behind it, the form's names and
 * values in order.  Nothing is joined anywhere: pieces of the URL and decoded
 * bytes pass through one small block into the hash.
 */
#include "twilio/sign.h"

#include <string.h>

#include "base/text.h"
#include "codec/base64.h"
#include "codec/form.h"
#include "codec/hmac.h"

#define SINK_BLOCK 512
#define SIGN_BASE_MAX 512       /* bytes of a base that is guessed */

struct pair {
    struct slice name, value;   /* raw, slices of the form */
    bool plain;                 /* the name has nothing to decode */
};

struct pairs {
    size_t n;
    struct pair at[SIGN_PAIRS];
};

struct place {                  /* a URL in the pieces that vary */
    struct slice scheme;        /* already wss or ws for an upgrade */
    struct slice host;          /* with userinfo, without port */
    struct slice port;          /* with ":"; empty when not written */
    struct slice other_port;    /* what SIGN_PORT puts in its place */
    struct slice prefix;        /* path of the base, no final slash */
    struct slice path;
    struct slice query;         /* with "?"; empty when there is none */
};

struct sink {                   /* gathers small pieces for the hash */
    struct hmac_sha1 hash;
    size_t n;
    uint8_t block[SINK_BLOCK];
};

static void sink_flush(struct sink *k)
{
    hmac_sha1_feed(&k->hash, slice_of(k->block, k->n));
    k->n = 0;
}

static void sink_byte(struct sink *k, uint8_t c)
{
    if (k->n == SINK_BLOCK)
        sink_flush(k);
    k->block[k->n++] = c;
}

static void sink_add(struct sink *k, struct slice s)
{
    while (s.len) {
        size_t room = SINK_BLOCK - k->n;
        size_t n = s.len < room ? s.len : room;

        memcpy(k->block + k->n, s.ptr, n);
        k->n += n;
        s = slice_from(s, n);
        if (k->n == SINK_BLOCK)
            sink_flush(k);
    }
}

/* The next byte of a raw name or value, decoded as codec/form does it. */
static uint8_t next_byte(struct slice *s)
{
    uint8_t c = s->ptr[0];
    size_t used = 1;

    if (c == '+') {
        c = ' ';
    } else if (c == '%' && s->len >= 3) {
        int hi = text_hexval(s->ptr[1]), lo = text_hexval(s->ptr[2]);

        if (hi >= 0 && lo >= 0) {
            c = (uint8_t)(hi << 4 | lo);
            used = 3;
        }
    }
    *s = slice_from(*s, used);
    return c;
}

static void sink_decoded(struct sink *k, struct slice raw)
{
    while (raw.len)
        sink_byte(k, next_byte(&raw));
}

static bool is_plain(struct slice raw)
{
    return slice_chr(raw, '%') == SLICE_NPOS
        && slice_chr(raw, '+') == SLICE_NPOS;
}

/* Order of the decoded bytes, a shorter prefix first. */
static int compare_raw(struct slice a, struct slice b)
{
    while (a.len && b.len) {
        uint8_t x = next_byte(&a), y = next_byte(&b);

        if (x != y)
            return x < y ? -1 : 1;
    }
    return a.len ? 1 : b.len ? -1 : 0;
}

static int compare(const struct pair *a, const struct pair *b)
{
    int d = a->plain && b->plain ? slice_cmp(a->name, b->name)
        : compare_raw(a->name, b->name);

    return d ? d : compare_raw(a->value, b->value);
}

/* Puts a pair where it belongs; one already there is not put twice. */
static int insert(struct pairs *p, const struct pair *new)
{
    size_t lo = 0, hi = p->n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int d = compare(new, &p->at[mid]);

        if (d == 0)
            return 0;
        if (d < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    if (p->n == SIGN_PAIRS)
        return -1;
    memmove(p->at + lo + 1, p->at + lo, (p->n - lo) * sizeof *p->at);
    p->at[lo] = *new;
    p->n++;
    return 0;
}

/* Sorts a form: twilio 5.1, step 2.  -1 when it is over a ceiling. */
static int sort(struct pairs *p, struct slice form)
{
    struct pair one;

    p->n = 0;
    if (form.len > SIGN_FORM_MAX)
        return -1;
    while (form_next(&form, &one.name, &one.value)) {
        one.plain = is_plain(one.name);
        if (insert(p, &one))
            return -1;
    }
    return 0;
}

static void sink_pairs(struct sink *k, const struct pairs *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->at[i].plain)
            sink_add(k, p->at[i].name);
        else
            sink_decoded(k, p->at[i].name);
        sink_decoded(k, p->at[i].value);
    }
}

static void sink_end(struct sink *k, char out[static SIGN_LEN])
{
    uint8_t mac[SHA1_LEN];

    sink_flush(k);
    hmac_sha1_end(&k->hash, mac);
    base64_encode(out, slice_of(mac, sizeof mac));
}

static bool is_coded_quote(struct slice s)
{
    return s.len >= 3 && s.ptr[0] == '%' && s.ptr[1] == '2'
        && s.ptr[2] == '7';
}

/* The query with its single quotes in the other spelling. */
static void sink_quotes(struct sink *k, struct slice query)
{
    bool code = slice_chr(query, '\'') != SLICE_NPOS;

    while (query.len) {
        size_t used = 1;

        if (code && query.ptr[0] == '\'') {
            sink_add(k, SLICE("%27"));
        } else if (!code && is_coded_quote(query)) {
            sink_byte(k, '\'');
            used = 3;
        } else {
            sink_byte(k, query.ptr[0]);
        }
        query = slice_from(query, used);
    }
}

static bool has_quotes(struct slice query)
{
    return slice_chr(query, '\'') != SLICE_NPOS
        || slice_find(query, SLICE("%27")) != SLICE_NPOS;
}

static void sink_path(struct sink *k, const struct place *u, bool toggled)
{
    struct slice path = u->path;
    bool slash = path.len ? path.ptr[path.len - 1] == '/' : false;

    sink_add(k, u->prefix);
    if (toggled && slash)
        path.len--;
    sink_add(k, path);
    if (toggled && !slash)
        sink_byte(k, '/');
}

static void sink_url(struct sink *k, const struct place *u, unsigned form)
{
    sink_add(k, u->scheme);
    sink_add(k, SLICE("://"));
    sink_add(k, u->host);
    sink_add(k, form & SIGN_PORT ? u->other_port : u->port);
    sink_path(k, u, form & SIGN_SLASH);
    if (form & SIGN_QUOTE)
        sink_quotes(k, u->query);
    else if (!(form & SIGN_QUERY))
        sink_add(k, u->query);
}

/* Where the port of an authority begins (its ":"), or its length. */
static size_t port_at(struct slice authority)
{
    size_t at = authority.len;

    while (at && authority.ptr[at - 1] >= '0' && authority.ptr[at - 1] <= '9')
        at--;
    if (at && authority.ptr[at - 1] == ':' && at < authority.len) {
        /* "user:1234@" ends in "@", "[::1]" in "]": neither comes here. */
        return at - 1;
    }
    return authority.len;
}

/* Path and query of a target; the authority of an absolute one is not asked.
 * RFC 9112 3.2. */
static void split_target(struct place *u, struct slice target)
{
    size_t at;

    target = slice_head(target, slice_chr(target, '#'));
    if (target.len == 0 || (target.ptr[0] != '/' && target.ptr[0] != '?')) {
        at = slice_find(target, SLICE("://"));
        target = at == SLICE_NPOS ? slice_from(target, target.len)
            : slice_from(target, at + 3);
        for (at = 0; at < target.len && target.ptr[at] != '/'
            && target.ptr[at] != '?'; at++)
            ;
        target = slice_from(target, at);
    }
    at = slice_chr(target, '?');
    u->path = slice_head(target, at);
    u->query = slice_from(target, at);
}

/* -1 when the base is not an absolute URL of http or https (ws, wss). */
static int place_at(struct place *u, struct slice base, bool websocket)
{
    size_t at = slice_find(base, SLICE("://"));
    struct slice rest;
    bool safe;

    if (at == SLICE_NPOS)
        return -1;
    u->scheme = slice_head(base, at);
    safe = slice_iis(u->scheme, "https") || slice_iis(u->scheme, "wss");
    if (!safe && !slice_iis(u->scheme, "http") && !slice_iis(u->scheme, "ws"))
        return -1;
    if (websocket)
        u->scheme = safe ? SLICE("wss") : SLICE("ws");
    rest = slice_from(base, at + 3);
    at = slice_chr(rest, '/');
    u->host = slice_head(rest, at);
    u->prefix = slice_from(rest, at);
    while (u->prefix.len && u->prefix.ptr[u->prefix.len - 1] == '/')
        u->prefix.len--;
    at = port_at(u->host);
    u->port = slice_from(u->host, at);
    u->host = slice_head(u->host, at);
    u->other_port = u->port.len ? SLICE("") : safe ? SLICE(":443")
        : SLICE(":80");
    return 0;
}

static bool is_form(struct slice type)
{
    return slice_iis(slice_trim(slice_head(type, slice_chr(type, ';'))),
        "application/x-www-form-urlencoded");
}

/* twilio 5.1: what is not a form is held by its hash in the query. */
static bool body_is_signed(struct slice query, struct slice body)
{
    uint8_t hash[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    struct slice name, value, left = slice_from(query, 1);

    while (form_next(&left, &name, &value))
        if (slice_is(name, "bodySHA256")) {
            sha256_of(body, hash);
            text_hex(hex, slice_of(hash, sizeof hash));
            return text_same_secret(value, slice_of(hex, sizeof hex - 1));
        }
    return body.len == 0;
}

/* Tries one spelling of one URL. */
static bool matches(const struct sign_request *r,
    const struct hmac_sha1 *keyed, const struct place *u, unsigned form,
    const struct pairs *pairs)
{
    struct sink k;
    char want[SIGN_LEN];

    k.hash = *keyed;
    k.n = 0;
    sink_url(&k, u, form);
    sink_pairs(&k, pairs);
    sink_end(&k, want);
    return text_same_secret(r->signature, slice_of(want, SIGN_LEN));
}

/* Tries the spellings of one base, the usual one first.  The form, or -1. */
static int find_form(const struct sign_request *r,
    const struct hmac_sha1 *keyed, const struct place *u,
    const struct pairs *pairs)
{
    struct pairs query;

    for (unsigned form = 0; form < SIGN_QUERY; form++)
        if ((!(form & SIGN_QUOTE) || has_quotes(u->query))
            && matches(r, keyed, u, form, pairs))
            return (int)form;
    if (!r->websocket || u->query.len == 0
        || sort(&query, slice_from(u->query, 1)))
        return -1;
    for (unsigned form = 0; form < SIGN_QUOTE; form++)
        if (matches(r, keyed, u, form | SIGN_QUERY, &query))
            return (int)(form | SIGN_QUERY);
    return -1;
}

int sign_make(struct slice token, struct slice url, struct slice form,
    char out[static SIGN_LEN + 1])
{
    struct pairs pairs;
    struct sink k;

    if (sort(&pairs, form))
        return -1;
    hmac_sha1_begin(&k.hash, token);
    k.n = 0;
    sink_add(&k, slice_head(url, slice_chr(url, '#')));
    sink_pairs(&k, &pairs);
    sink_end(&k, out);
    out[SIGN_LEN] = 0;
    return 0;
}

enum sign_result sign_check(const struct sign_request *r,
    struct sign_match *match)
{
    bool form = is_form(r->type) && slice_is(r->method, "POST")
        && !r->websocket;
    struct hmac_sha1 keyed;
    struct pairs pairs;
    struct place u = {.path = {NULL, 0}};

    if (r->signature.len == 0)
        return SIGN_MISSING;
    if (r->signature.len != SIGN_LEN || r->token.len == 0
        || sort(&pairs, form ? r->body : SLICE("")))
        return SIGN_BAD;
    hmac_sha1_begin(&keyed, r->token);
    split_target(&u, r->target);
    for (size_t i = 0; i < r->bases && i < SIGN_BASES; i++) {
        int found = place_at(&u, r->base[i], r->websocket) ? -1
            : find_form(r, &keyed, &u, &pairs);

        if (found < 0)
            continue;
        if (match)
            *match = (struct sign_match){i, (unsigned)found};
        return form || body_is_signed(u.query, r->body) ? SIGN_OK
            : SIGN_BODY_HASH;
    }
    return SIGN_BAD;
}

static bool try_host(const struct sign_request *r,
    const struct hmac_sha1 *keyed, struct place *u, const struct pairs *pairs,
    struct sign_near *near)
{
    uint8_t mem[SIGN_BASE_MAX];
    struct sign_request as = *r;
    struct buf base;

    for (int k = 0; k < 4; k++) {
        int found;

        near->secure = !(k & 1);
        near->websocket = as.websocket = (k & 2) ? !r->websocket
            : r->websocket;
        buf_over(&base, mem, sizeof mem);
        buf_adds(&base, near->secure ? "https://" : "http://");
        buf_add(&base, near->host);
        found = !buf_ok(&base) || place_at(u, buf_slice(&base), as.websocket)
            ? -1 : find_form(&as, keyed, u, pairs);
        if (found >= 0) {
            near->form = (unsigned)found;
            return true;
        }
    }
    return false;
}

bool sign_find(const struct sign_request *r, const struct slice *host,
    size_t hosts, struct sign_near *out)
{
    struct pairs pairs, none = {.n = 0};
    struct place u = {.path = {NULL, 0}};
    struct hmac_sha1 keyed;

    if (r->signature.len != SIGN_LEN || r->token.len == 0
        || sort(&pairs, is_form(r->type) ? r->body : SLICE("")))
        return false;
    hmac_sha1_begin(&keyed, r->token);
    split_target(&u, r->target);
    for (size_t i = 0; i < hosts; i++) {
        *out = (struct sign_near){.host = host[i]};
        if (host[i].len == 0)
            continue;
        if (try_host(r, &keyed, &u, &pairs, out))
            return true;
        out->no_body = pairs.n > 0;
        if (out->no_body && try_host(r, &keyed, &u, &none, out))
            return true;
    }
    return false;
}

void sign_add_near(struct buf *out, const struct sign_near *near,
    struct slice target)
{
    struct place u = {.path = {NULL, 0}};
    uint8_t mem[SIGN_BASE_MAX];
    struct buf base;
    bool slash;

    buf_over(&base, mem, sizeof mem);
    buf_adds(&base, near->secure ? "https://" : "http://");
    buf_add(&base, near->host);
    if (!buf_ok(&base) || place_at(&u, buf_slice(&base), near->websocket))
        return;
    split_target(&u, target);
    buf_add(out, u.scheme);
    buf_adds(out, "://");
    buf_add(out, u.host);
    buf_add(out, near->form & SIGN_PORT ? u.other_port : u.port);
    buf_add(out, u.prefix);
    slash = u.path.len > 0 && u.path.ptr[u.path.len - 1] == '/';
    if (near->form & SIGN_SLASH && slash)
        u.path.len--;
    buf_add(out, u.path);
    if (near->form & SIGN_SLASH && !slash)
        buf_addc(out, '/');
}

static struct slice first_item(struct slice list)
{
    return slice_trim(slice_head(list, slice_chr(list, ',')));
}

void sign_base(struct buf *out, struct slice proto, struct slice host)
{
    buf_add(out, first_item(proto));
    buf_adds(out, "://");
    buf_add(out, first_item(host));
}

const char *sign_name(enum sign_result result)
{
    switch (result) {
    case SIGN_OK:
        return "ok";
    case SIGN_MISSING:
        return "missing";
    case SIGN_BAD:
        return "bad";
    case SIGN_BODY_HASH:
        return "body_hash";
    }
    return "";
}

void sign_add_form(struct buf *out, unsigned form)
{
    static const char *const names[] = {"port", "slash", "quote", "query"};
    bool first = true;

    for (unsigned i = 0; i < 4; i++)
        if (form & 1u << i) {
            if (!first)
                buf_addc(out, '+');
            buf_adds(out, names[i]);
            first = false;
        }
    if (first)
        buf_adds(out, "usual");
}
