/* url.c - absolute URLs: RFC 3986, as much as http, https, ws and wss need.
 *
 * One table says which bytes each component may hold; a cursor walks the
 * components in their order.  Offsets in errors count from the first byte.
 */
#include "codec/url.h"

#include "base/text.h"

/* Where a byte may stand as it is: RFC 3986 2.2, 2.3 and 3. */
#define IN_SCHEME   0x01
#define IN_USER     0x02
#define IN_HOST     0x04
#define IN_PATH     0x08
#define IN_QUERY    0x10        /* and fragment */

#define NAME (IN_USER | IN_HOST | IN_PATH | IN_QUERY)

static uint8_t classes(uint8_t c)
{
    uint8_t l = byte_lower(c);

    if ((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9'))
        return NAME | IN_SCHEME;
    switch (c) {
    case '-': case '.': case '+':
        return NAME | IN_SCHEME;
    case '_': case '~':                                     /* unreserved */
    case '!': case '$': case '&': case '\'': case '(': case ')':
    case '*': case ',': case ';': case '=':                 /* sub-delims */
        return NAME;
    case ':':
        return IN_USER | IN_PATH | IN_QUERY;
    case '@': case '/':
        return IN_PATH | IN_QUERY;
    case '?':
        return IN_QUERY;
    }
    return 0;
}

struct cursor {
    struct slice all;
    size_t at;
    const char *why;
};

static bool refuse(struct cursor *c, size_t at, const char *why)
{
    c->at = at;
    c->why = why;
    return false;
}

/* Takes the longest run of bytes of that class and of %XX. */
static bool run(struct cursor *c, uint8_t kind, struct slice *out)
{
    const uint8_t *p = c->all.ptr;
    size_t i = c->at, n = c->all.len;

    while (i < n) {
        if (p[i] == '%' && kind != IN_SCHEME) {
            for (size_t k = 1; k <= 2; k++)
                if (i + k == n || text_hexval(p[i + k]) < 0)
                    return refuse(c, i + k, "% without two hex digits");
            i += 3;
        } else if (classes(p[i]) & kind) {
            i++;
        } else {
            break;
        }
    }
    *out = slice_of(p + c->at, i - c->at);
    c->at = i;
    return true;
}

/* The byte at the cursor, or 0 at the end (a NUL is no part of a URL). */
static uint8_t peek(const struct cursor *c)
{
    return c->at < c->all.len ? c->all.ptr[c->at] : 0;
}

static uint16_t own_port(struct slice scheme)
{
    if (slice_iis(scheme, "https") || slice_iis(scheme, "wss"))
        return 443;
    return slice_iis(scheme, "http") || slice_iis(scheme, "ws") ? 80 : 0;
}

static bool scheme(struct cursor *c, struct url *u)
{
    uint8_t l = byte_lower(peek(c));

    if (c->all.len == 0)
        return refuse(c, 0, "empty URL");
    if (l < 'a' || l > 'z')
        return refuse(c, 0, "a scheme begins with a letter");
    run(c, IN_SCHEME, &u->scheme);
    if (peek(c) != ':')
        return refuse(c, c->at, "no : behind the scheme");
    c->at++;
    for (int i = 0; i < 2; i++, c->at++)
        if (peek(c) != '/')
            return refuse(c, c->at, "no // behind the scheme");
    u->number = own_port(u->scheme);
    u->tls = slice_iis(u->scheme, "https") || slice_iis(u->scheme, "wss");
    return true;
}

/* RFC 3986 3.2.2 IPv4address: how many bytes of s it takes, 0 for none. */
static size_t ipv4(struct slice s)
{
    size_t i = 0;

    for (int part = 0; part < 4; part++) {
        unsigned v = 0;
        size_t from;

        if (part && (i == s.len || s.ptr[i++] != '.'))
            return 0;
        from = i;
        while (i < s.len && i - from < 3 && s.ptr[i] >= '0'
            && s.ptr[i] <= '9')
            v = v * 10 + s.ptr[i++] - '0';
        if (i == from || v > 255 || (s.ptr[from] == '0' && i - from > 1))
            return 0;
    }
    return i;
}

static bool colon(struct slice s, size_t i)
{
    return i < s.len && s.ptr[i] == ':';
}

/* RFC 3986 3.2.2 IPv6address: eight groups, "::" once for one or more of
 * zeros, an IPv4 address for the last two.  SLICE_NPOS when s is one, or the
 * offset of the fault. */
static size_t ipv6(struct slice s)
{
    size_t i = 0, groups = 0;
    bool gap = false;

    if (colon(s, 0) && !colon(s, 1))
        return 0;
    while (i < s.len) {
        size_t digits = 0, four;

        if (colon(s, i) && colon(s, i + 1)) {
            if (gap || groups > 7)
                return i;
            gap = true;
            i += 2;
            if (i == s.len)
                break;
        } else if (groups) {
            if (!colon(s, i))
                return i;
            i++;
        }
        four = ipv4(slice_from(s, i));
        if (four && i + four == s.len) {
            groups += 2;
            i += four;
            break;
        }
        while (i + digits < s.len && digits < 4
            && text_hexval(s.ptr[i + digits]) >= 0)
            digits++;
        if (digits == 0 || groups == 8)
            return i;
        i += digits;
        groups++;
    }
    return (gap ? groups < 8 : groups == 8) ? SLICE_NPOS : i;
}

/* Zones (RFC 6874) and the IPvFuture of RFC 3986 name nothing to connect to:
 * they are refused with everything else that is no IPv6 address. */
static bool literal(struct cursor *c, struct url *u)
{
    struct slice rest = slice_from(c->all, c->at + 1);
    size_t end = slice_chr(rest, ']'), bad;

    if (end == SLICE_NPOS)
        return refuse(c, c->all.len, "no ] behind the address");
    u->host = slice_head(rest, end);
    bad = ipv6(u->host);
    if (bad != SLICE_NPOS)
        return refuse(c, c->at + 1 + bad, "not an IPv6 address");
    c->at += end + 2;
    return true;
}

/* RFC 3986 3.2.3: an empty port is the scheme's own, as if not written. */
static bool port(struct cursor *c, struct url *u)
{
    size_t from = ++c->at;
    uint64_t v;

    while (peek(c) >= '0' && peek(c) <= '9')
        c->at++;
    if (c->at == from)
        return true;
    u->port = slice_of(c->all.ptr + from, c->at - from);
    if (text_u64(u->port, 1, 65535, &v))
        return refuse(c, from, "the port is not 1..65535");
    u->number = (uint16_t)v;
    return true;
}

static bool authority(struct cursor *c, struct url *u)
{
    size_t from = c->at;
    struct slice s;

    if (!run(c, IN_USER, &s))
        return false;
    if (peek(c) == '@') {
        u->userinfo = s;
        from = ++c->at;
    } else {
        c->at = from;
    }
    if (peek(c) == '[') {
        if (!literal(c, u))
            return false;
    } else if (!run(c, IN_HOST, &u->host)) {
        return false;
    }
    /* RFC 9110 4.2.1: a URL with an empty host is invalid. */
    if (u->host.len == 0)
        return refuse(c, from, "no host");
    if (peek(c) == ':' && !port(c, u))
        return false;
    if (c->at < c->all.len && peek(c) != '/' && peek(c) != '?'
        && peek(c) != '#')
        return refuse(c, c->at, "byte not allowed in a host or port");
    return true;
}

static bool tail(struct cursor *c, struct url *u)
{
    if (!run(c, IN_PATH, &u->path))
        return false;
    if (peek(c) == '?') {
        c->at++;
        if (!run(c, IN_QUERY, &u->query))
            return false;
    }
    if (peek(c) == '#') {
        c->at++;
        if (!run(c, IN_QUERY, &u->fragment))
            return false;
    }
    if (c->at < c->all.len)
        return refuse(c, c->at, "byte not allowed in a URL");
    return true;
}

int url_parse(struct slice s, struct url *out, size_t *at, const char **why)
{
    struct cursor c = {s, 0, NULL};

    *out = (struct url){.number = 0};
    if (scheme(&c, out) && authority(&c, out) && tail(&c, out))
        return 0;
    *at = c.at;
    *why = c.why;
    return -1;
}

void url_target(struct buf *out, const struct url *u)
{
    if (u->path.len == 0)
        buf_addc(out, '/');
    buf_add(out, u->path);
    if (u->query.ptr) {
        buf_addc(out, '?');
        buf_add(out, u->query);
    }
}

void url_authority(struct buf *out, const struct url *u)
{
    bool v6 = slice_chr(u->host, ':') != SLICE_NPOS;

    if (v6)
        buf_addc(out, '[');
    buf_add(out, u->host);
    if (v6)
        buf_addc(out, ']');
    if (u->number != own_port(u->scheme)) {
        buf_addc(out, ':');
        buf_addu(out, u->number);
    }
}
