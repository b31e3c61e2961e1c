/* httpd_route.c - who gets a request, and who may say where it came from. */
#include "net/httpd_impl.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define NETS_MAX 64         /* trusted proxies */

static const struct {
    const char *name;
    int method;             /* 0: known, and no route has it */
} methods[] = {
    {"GET", M_GET}, {"HEAD", M_GET}, {"POST", M_POST}, {"PUT", M_PUT},
    {"DELETE", M_DELETE}, {"OPTIONS", 0}, {"PATCH", 0}, {"TRACE", 0},
    {"CONNECT", 0},
};

/* -1: nobody knows it. */
static int method_of(struct slice name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (slice_is(name, methods[i].name))
            return methods[i].method;
    return -1;
}

static bool fits(const struct httpd_route *r, struct slice path)
{
    return (r->star ? path.len >= r->path.len : path.len == r->path.len)
        && memcmp(path.ptr, r->path.ptr, r->path.len) == 0;
}

/* An exact path before a starred one, a longer star before a shorter. */
static bool better(const struct httpd_route *a, const struct httpd_route *b)
{
    if (!b || a->star != b->star)
        return !b || b->star;
    return a->path.len > b->path.len;
}

void httpd_route_find(struct sess *s, int *allow)
{
    const struct httpd *h = s->server;
    const struct httpd_route *best = NULL;
    struct slice path = s->r.head.path;
    int method = method_of(s->r.head.method);

    *allow = 0;
    s->route = NULL;
    s->r.rest = (struct slice){NULL, 0};
    if (!path.ptr)
        return;
    for (size_t i = 0; i < h->routes; i++) {
        const struct httpd_route *r = &h->route[i];

        if (!fits(r, path))
            continue;
        *allow |= r->route->methods;
        if (method > 0 && (r->route->methods & method) && better(r, best))
            best = r;
    }
    if (!best)
        return;
    s->route = best->route;
    if (best->star)
        s->r.rest = slice_from(path, best->path.len);
}

static void add_allow(char *out, size_t cap, int allow)
{
    struct buf b;

    buf_over(&b, out, cap - 1);
    buf_adds(&b, "Allow: ");
    if (allow & M_GET)
        buf_adds(&b, "GET, HEAD, ");
    if (allow & M_POST)
        buf_adds(&b, "POST, ");
    if (allow & M_PUT)
        buf_adds(&b, "PUT, ");
    if (allow & M_DELETE)
        buf_adds(&b, "DELETE, ");
    buf_adds(&b, "OPTIONS\r\n");
    out[b.len] = 0;
}

void httpd_route_call(struct sess *s)
{
    const struct http *head = &s->r.head;
    char line[80];
    int allow;

    if (s->route) {
        s->state = SESS_WAIT;
        s->route->handle(&s->r, s->server->conf.arg);
        return;
    }
    httpd_route_find(s, &allow);
    if (slice_is(head->path, "*"))      /* RFC 9110 9.3.7: the server itself */
        allow = M_GET | M_POST | M_PUT | M_DELETE;
    add_allow(line, sizeof line, allow);
    s->state = SESS_WAIT;
    if (method_of(head->method) < 0)
        httpd_refusal(s, 501, "unknown method", SLICE_NPOS, NULL, head);
    else if (allow && slice_is(head->method, "OPTIONS"))
        httpd_answer(&s->r, 204, NULL, SLICE(""), line);
    else if (allow || !head->path.ptr)
        httpd_refusal(s, 405, "this path does not take that method",
            SLICE_NPOS, line, head);
    else
        httpd_refusal(s, 404, "no such path", SLICE_NPOS, NULL, head);
}

/* ---- set-up ---- */

/* "10.0.0.0/8", "::1" */
static int one_net(struct httpd_net *n, struct slice s, struct err *err)
{
    struct slice size = s, ip = slice_trim(slice_cut(&size, '/'));
    struct sys_addr a;
    uint64_t bits;

    if (sys_addr_parse(&a, ip, 0))
        goto bad;
    n->v6 = sys_addr_ip(&a, n->ip);
    bits = n->v6 ? 128 : 32;
    if (size.ptr && text_u64(slice_trim(size), 0, bits, &bits))
        goto bad;
    n->bits = (unsigned)bits;
    return 0;
bad:
    return fail(err, ERR_CONF, "trusted proxies: \"%.*s\" is neither an "
        "address nor a network", SLICE_ARG(slice_head(s, 80)));
}

static int setup_nets(struct httpd *h, struct err *err)
{
    struct slice rest = slice_str(h->conf.trusted);

    if (!rest.ptr)
        return 0;
    h->net = mem_new(NETS_MAX * sizeof *h->net);
    if (!h->net)
        return fail(err, ERR_MEM, "no memory for the trusted proxies");
    while (rest.ptr) {
        struct slice item = slice_trim(slice_cut(&rest, ','));

        if (item.len == 0)
            continue;
        if (h->nets == NETS_MAX)
            return fail(err, ERR_CONF, "over %d trusted proxies", NETS_MAX);
        if (one_net(&h->net[h->nets++], item, err))
            return -1;
    }
    return 0;
}

int httpd_route_setup(struct httpd *h, struct err *err)
{
    const struct route *r = h->conf.routes;

    while (r[h->routes].path)
        h->routes++;
    h->route = mem_new((h->routes + 1) * sizeof *h->route);
    if (!h->route)
        return fail(err, ERR_MEM, "no memory for the routes");
    for (size_t i = 0; i < h->routes; i++) {
        struct slice path = slice_str(r[i].path);
        bool star = slice_ends(path, "*");

        h->route[i] = (struct httpd_route){&r[i],
            slice_head(path, path.len - star), star};
    }
    return setup_nets(h, err);
}

/* ---- where it came from ---- */

static bool trusted(const struct httpd *h, const struct sys_addr *a)
{
    uint8_t ip[16];
    bool v6;

    if (h->nets == 0 || a->len == 0)
        return false;
    v6 = sys_addr_ip(a, ip);
    for (size_t i = 0; i < h->nets; i++) {
        const struct httpd_net *n = &h->net[i];
        unsigned bytes = n->bits / 8, bits = n->bits % 8;

        if (n->v6 == v6 && memcmp(ip, n->ip, bytes) == 0
            && (bits == 0 || (ip[bytes] ^ n->ip[bytes]) >> (8 - bits) == 0))
            return true;
    }
    return false;
}

/* An element of X-Forwarded-For: an address, perhaps with a port. */
static int forwarded(struct slice s, struct sys_addr *a)
{
    size_t colon = slice_chr(s, ':');

    if (sys_addr_parse(a, s, 0) == 0)
        return 0;
    if (s.len && s.ptr[0] == '[')
        colon = slice_find(s, SLICE("]:"));
    if (colon == SLICE_NPOS)
        return -1;
    return sys_addr_parse(a, slice_head(s, colon + (s.ptr[0] == '[')), 0);
}

/* Goes back through one header while *at is trusted; false when it ends in
 * something that is no address. */
static bool go_back(const struct httpd *h, struct slice list,
    struct sys_addr *at)
{
    struct sys_addr hop;

    while (list.len && trusted(h, at)) {
        size_t comma = list.len;

        while (comma > 0 && list.ptr[comma - 1] != ',')
            comma--;
        if (forwarded(slice_trim(slice_from(list, comma)), &hop))
            return false;
        *at = hop;
        list.len = comma ? comma - 1 : 0;
    }
    return true;
}

/* Every proxy appends the address it saw, so only what the trusted ones wrote
 * is more than a claim. */
void httpd_peer(const struct request *r, char out[static SYS_ADDR_TEXT])
{
    const struct httpd *h = httpd_sess_of(r)->server;
    struct sys_addr at = *conn_peer(r->conn);

    for (size_t i = r->head.headers; i-- > 0 && trusted(h, &at); )
        if (slice_iis(r->head.header[i].name, "X-Forwarded-For")
            && !go_back(h, r->head.header[i].value, &at))
            break;
    sys_addr_text(&at, out);
}

bool httpd_trusted(const struct request *r)
{
    return trusted(httpd_sess_of(r)->server, conn_peer(r->conn));
}
