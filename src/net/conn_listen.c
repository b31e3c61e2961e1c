/* conn_listen.c - accepting connections, also when descriptors run out.
 *
 * With the process's last descriptor a listener would spin: the kernel keeps
 * saying "ready" and accept keeps failing.  So one descriptor is held in
 * reserve, given up to accept the peer, and taken again after hanging up on
 * it; when even that fails the listener rests for a moment.
 */
#include "net/conn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/conn_own.h"

#define LISTENER_MAGIC      0x115e7e55u
#define HANDSHAKE_WITHIN    10000       /* ms */
#define REST                100         /* ms without accepting */

struct listener {
    uint32_t magic;
    struct loop *loop;
    struct watch watch;
    struct timer rest;
    struct tlsctx *tls;
    size_t conns, max;
    uint64_t refused;
    int spare;
    bool closed;
    void (*taken)(struct conn *c, void *arg);
    void *arg;
    struct sys_addr at;
};

static int open_spare(void)
{
    return sys_open("/dev/null", O_RDONLY, 0);
}

static void hang_up(struct listener *ls, int fd, const char *why)
{
    ls->refused++;
    sys_close(fd);
    if ((ls->refused & (ls->refused - 1)) == 0)     /* 1, 2, 4, 8, ... */
        log_event(LOG_WARN, "accept_refused", LS("why", why),
            LI("count", (int64_t)ls->refused));
}

static void welcome(struct listener *ls, int fd, const struct sys_addr *peer)
{
    struct conn *c = conn_new(ls->loop, NULL, NULL);
    struct err e;

    if (!c) {
        hang_up(ls, fd, "no memory");
        return;
    }
    c->listener = ls;
    ls->conns++;
    if (conn_attach(c, fd, peer))
        return;
    if (ls->tls && conn_secure_server(c, ls->tls, &e)) {
        log_event(LOG_WARN, "accept_refused", LS("why", e.msg));
        conn_abort(c, &e);
        return;
    }
    if (ls->tls)
        loop_in(ls->loop, &c->inner, HANDSHAKE_WITHIN);
    ls->taken(c, ls->arg);
    if (!c->ops)
        conn_abort(c, NULL);
    else if (!ls->tls && c->state == CONN_HANDSHAKE)
        conn_opened(c);
}

static void on_rest(void *arg)
{
    struct listener *ls = arg;

    if (ls->spare < 0)
        ls->spare = open_spare();
    loop_want(ls->loop, &ls->watch, LOOP_READ);
}

static void rest(struct listener *ls)
{
    loop_want(ls->loop, &ls->watch, 0);
    loop_in(ls->loop, &ls->rest, REST);
}

/* No descriptor left.  False: nothing more can be done now. */
static bool use_spare(struct listener *ls)
{
    struct sys_addr peer;
    int fd;

    if (ls->spare < 0)
        return false;
    sys_close(ls->spare);
    ls->spare = -1;
    fd = sys_accept(ls->watch.fd, &peer);
    if (fd >= 0)
        hang_up(ls, fd, "no descriptor left");
    ls->spare = open_spare();
    return fd >= 0 && ls->spare >= 0;
}

static void on_ready(void *arg, int events)
{
    struct listener *ls = arg;

    (void)events;
    while (!ls->closed) {
        struct sys_addr peer;
        int fd = sys_accept(ls->watch.fd, &peer);

        if (fd == SYS_AGAIN)
            return;
        if (fd >= 0 && ls->conns >= ls->max)
            hang_up(ls, fd, "too many connections");
        else if (fd >= 0)
            welcome(ls, fd, &peer);
        else if ((errno != EMFILE && errno != ENFILE) || !use_spare(ls)) {
            rest(ls);
            return;
        }
    }
}

struct listener *conn_listen(struct loop *l, const struct sys_addr *at,
    struct tlsctx *tls, size_t max_conns,
    void (*accept)(struct conn *, void *arg), void *arg, struct err *err)
{
    struct listener *ls = mem_new(sizeof *ls);
    int fd;

    if (!ls) {
        fail(err, ERR_MEM, "no memory for a listener");
        return NULL;
    }
    fd = sys_listen(at, err);
    if (fd < 0) {
        mem_drop(ls);
        return NULL;
    }
    ls->magic = LISTENER_MAGIC;
    ls->loop = l;
    ls->tls = tls;
    ls->max = max_conns;
    ls->taken = accept;
    ls->arg = arg;
    ls->rest.fire = on_rest;
    ls->rest.arg = ls;
    ls->spare = open_spare();
    ls->watch = (struct watch){.fd = fd, .ready = on_ready, .arg = ls};
    if (sys_local(fd, &ls->at)) {
        fail_sys(err, ERR_NET, "address of the listener");
        listener_close(ls);
        return NULL;
    }
    if (loop_watch(l, &ls->watch, LOOP_READ)) {
        fail(err, ERR_MEM, "no memory for a listener");
        listener_close(ls);
        return NULL;
    }
    return ls;
}

uint16_t listener_port(const struct listener *ls)
{
    assert(ls->magic == LISTENER_MAGIC);
    return sys_addr_port(&ls->at);
}

static void free_if_done(struct listener *ls)
{
    if (!ls->closed || ls->conns)
        return;
    ls->magic = 0;
    mem_drop(ls);
}

void listener_close(struct listener *ls)
{
    if (!ls)
        return;
    assert(ls->magic == LISTENER_MAGIC && !ls->closed);
    ls->closed = true;
    loop_unwatch(ls->loop, &ls->watch);
    loop_cancel(ls->loop, &ls->rest);
    sys_close(ls->watch.fd);
    sys_close(ls->spare);
    free_if_done(ls);
}

size_t listener_conns(const struct listener *ls)
{
    assert(ls->magic == LISTENER_MAGIC);
    return ls->conns;
}

uint64_t listener_refused(const struct listener *ls)
{
    assert(ls->magic == LISTENER_MAGIC);
    return ls->refused;
}

void listener_left(struct listener *ls)
{
    ls->conns--;
    free_if_done(ls);
}
