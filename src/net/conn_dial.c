/* conn_dial.c - from a name to a connected socket.
 *
 * RFC 8305: addresses are tried in the resolver's order; the next one starts
 * when the one before failed, or after 250 ms beside it.  The first that
 * connects wins and the others are closed.
 */
#include "net/conn.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/conn_own.h"
#include "net/resolve.h"

#define STAGGER     250     /* ms; RFC 8305 5: Connection Attempt Delay */

struct attempt {
    struct watch watch;
    struct dial *dial;
    struct sys_addr to;
};

struct dial {
    struct conn *conn;
    struct resolve *query;
    struct tlsctx *tls;
    struct timer stagger;
    int64_t timeout;
    int sys;                    /* errno of the last attempt that failed */
    char host[256];             /* without brackets */
    uint16_t port;
    size_t n, next, open;       /* addresses, begun, under way */
    struct attempt at[RESOLVE_ADDRS];
};

static void end_attempt(struct dial *d, struct attempt *a)
{
    if (a->watch.fd < 0)
        return;
    loop_unwatch(d->conn->loop, &a->watch);
    sys_close(a->watch.fd);
    a->watch.fd = -1;
    d->open--;
}

/* What the attempts hold: all but the text that later messages need. */
static void end_attempts(struct dial *d)
{
    loop_cancel(d->conn->loop, &d->stagger);
    for (size_t i = 0; i < d->next; i++)
        end_attempt(d, &d->at[i]);
}

static void all_failed(struct dial *d)
{
    struct err e;

    errno = d->sys;
    if (d->n == 1)
        fail_sys(&e, ERR_NET, "connect to %s port %u", d->host,
            (unsigned)d->port);
    else
        fail_sys(&e, ERR_NET, "connect to %s port %u, %zu addresses, last",
            d->host, (unsigned)d->port, d->n);
    conn_abort(d->conn, &e);
}

static void connected(struct dial *d, struct attempt *a)
{
    struct conn *c = d->conn;
    int fd = a->watch.fd;
    struct err e;

    loop_unwatch(c->loop, &a->watch);
    a->watch.fd = -1;
    d->open--;
    end_attempts(d);
    if (conn_attach(c, fd, &a->to))
        return;
    if (!d->tls)
        conn_opened(c);         /* frees d */
    else if (conn_secure_client(c, d->tls, slice_str(d->host), &e))
        conn_abort(c, &e);
}

static bool start_one(struct dial *d, struct attempt *a)
{
    a->watch.fd = sys_connect(&a->to);
    if (a->watch.fd < 0) {
        d->sys = errno;
        return false;
    }
    if (loop_watch(d->conn->loop, &a->watch, LOOP_WRITE)) {
        sys_close(a->watch.fd);
        a->watch.fd = -1;
        d->sys = ENOMEM;
        return false;
    }
    d->open++;
    return true;
}

/* Starts the next address that can be started at all. */
static void start_next(struct dial *d)
{
    loop_cancel(d->conn->loop, &d->stagger);
    while (d->next < d->n)
        if (start_one(d, &d->at[d->next++])) {
            if (d->next < d->n)
                loop_in(d->conn->loop, &d->stagger, STAGGER);
            return;
        }
    if (d->open == 0)
        all_failed(d);
}

static void on_ready(void *arg, int events)
{
    struct attempt *a = arg;
    struct dial *d = a->dial;
    int sys;

    (void)events;
    if (d->conn->state != CONN_DIALING)
        return;
    sys = sys_connect_result(a->watch.fd);
    if (sys == 0) {
        connected(d, a);
        return;
    }
    d->sys = sys;
    end_attempt(d, a);
    start_next(d);
}

static void on_stagger(void *arg)
{
    struct dial *d = arg;

    if (d->conn->state == CONN_DIALING)
        start_next(d);
}

static void on_resolved(void *arg, const struct sys_addr *addr, size_t n,
    const struct err *err)
{
    struct dial *d = arg;

    d->query = NULL;
    if (d->conn->state != CONN_DIALING)
        return;
    if (n == 0) {
        conn_abort(d->conn, err);
        return;
    }
    d->n = n < RESOLVE_ADDRS ? n : RESOLVE_ADDRS;
    for (size_t i = 0; i < d->n; i++)
        d->at[i].to = addr[i];
    start_next(d);
}

void dial_free(struct dial *d)
{
    if (!d)
        return;
    if (d->query)
        resolve_cancel(d->query);
    end_attempts(d);
    mem_drop(d);
}

void dial_late(const struct dial *d, struct err *err)
{
    const char *what = d->query ? "look up" : "connect to";

    if (d->conn->state == CONN_HANDSHAKE)
        what = "TLS handshake with";
    fail(err, ERR_TIMEOUT, "%s %s port %u: not done in %lld ms", what, d->host,
        (unsigned)d->port, (long long)d->timeout);
}

static struct dial *dial_new(struct conn *c, const struct conn_target *to)
{
    struct slice host = to->host;
    struct dial *d = mem_new(sizeof *d);

    if (!d)
        return NULL;
    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = slice_of(host.ptr + 1, host.len - 2);
    text_copy(d->host, sizeof d->host, host);
    d->conn = c;
    d->tls = to->tls;
    d->port = to->port;
    d->timeout = to->timeout;
    d->stagger.fire = on_stagger;
    d->stagger.arg = d;
    for (size_t i = 0; i < RESOLVE_ADDRS; i++) {
        struct attempt *a = &d->at[i];

        a->dial = d;
        a->watch = (struct watch){.fd = -1, .ready = on_ready, .arg = a};
    }
    c->dial = d;
    return d;
}

/* Literals need no resolver.  0, or -1 and *err. */
static int begin(struct dial *d, struct resolver *r, struct err *err)
{
    struct conn *c = d->conn;

    if (sys_addr_parse(&d->at[0].to, slice_str(d->host), d->port) == 0) {
        d->n = 1;
        start_next(d);
        return 0;
    }
    if (!r)
        return fail(err, ERR_CONF, "%s is a name and there is no resolver",
            d->host);
    d->query = resolve_start(r, slice_str(d->host), d->port,
        loop_now(c->loop) + d->timeout, on_resolved, d, err);
    return d->query ? 0 : -1;
}

struct conn *conn_dial(struct loop *l, struct resolver *r,
    const struct conn_target *to, const struct conn_ops *ops, void *arg,
    struct err *err)
{
    struct conn *c;
    struct dial *d;

    if (to->host.len == 0 || to->host.len >= sizeof d->host
        || memchr(to->host.ptr, 0, to->host.len) || to->port == 0) {
        fail(err, ERR_DATA, "no host and port to connect to");
        return NULL;
    }
    c = conn_new(l, ops, arg);
    d = c ? dial_new(c, to) : NULL;
    if (!d) {
        fail(err, ERR_MEM, "no memory for a connection");
        mem_drop(c);
        return NULL;
    }
    if (begin(d, r, err)) {
        dial_free(d);
        mem_drop(c);
        return NULL;
    }
    if (c->state == CONN_DIALING)
        loop_in(l, &c->inner, to->timeout);
    return c;
}
