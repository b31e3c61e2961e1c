/* conn_rig.h - two ends of a conversation over real loopback sockets.
 *
 * Event-driven to the end: every scene runs the loop until what it waits for
 * has happened; a guard timer turns a hang into a failure.
 */
#ifndef TESTS_NET_CONN_RIG_H
#define TESTS_NET_CONN_RIG_H

#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "net/conn.h"
#include "net/tlsio.h"
#include "tests/net/certs.h"
#include "tests/tap.h"

#define BULK (3u << 20)

static struct loop *l;
static struct tlsctx *client_tls, *server_tls;
static bool secure;         /* this round of scenes is over TLS */
static uint8_t *bulk;

/* ---- one side of a conversation ---- */

struct side {
    const char *name;
    struct conn *c;
    size_t opened, drained, closed;
    size_t got, sent, want, bad;
    size_t take;            /* bytes used at a time; 0: all */
    size_t keep;            /* leave the last bytes unless there are more */
    size_t most;            /* longest input seen */
    bool close_when_got;
    bool failed;
    struct err err;
    size_t (*on_read)(struct side *s, struct conn *c, struct mslice in);
};

static struct side client, server, second;
static struct listener *door;

static inline void send_more(struct side *s)
{
    while (s->sent < s->want) {
        size_t n = s->want - s->sent < 50000 ? s->want - s->sent : 50000;

        if (conn_write(s->c, slice_of(bulk + s->sent, n)))
            return;
        s->sent += n;
    }
}

static inline void on_open(struct conn *c, void *arg)
{
    struct side *s = arg;

    s->opened++;
    s->c = c;
    send_more(s);
}

static inline size_t on_read(struct conn *c, void *arg, struct mslice in)
{
    struct side *s = arg;
    size_t n = in.len;

    if (in.len > s->most)
        s->most = in.len;
    if (s->on_read)
        return s->on_read(s, c, in);
    if (s->take && n > s->take)
        n = s->take;
    if (n <= s->keep)
        return 0;
    n -= s->keep;
    if (s->got + n <= BULK && memcmp(in.ptr, bulk + s->got, n))
        s->bad++;
    s->got += n;
    if (s->close_when_got && s->got == BULK)
        conn_close(c);
    return n;
}

static inline void on_drain(struct conn *c, void *arg)
{
    struct side *s = arg;

    s->drained++;
    if (conn_queued(c))
        s->bad++;
    send_more(s);
}

static inline void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct side *s = arg;

    if (!conn_closing(c) || conn_write(c, SLICE("x")) == 0
        || conn_room(c, 1))
        s->bad++;           /* nothing can be said any more */
    conn_close(c);          /* harmless, any number of times */
    conn_abort(c, NULL);
    s->closed++;
    s->c = NULL;
    s->failed = err != NULL;
    if (err)
        s->err = *err;
}

static const struct conn_ops side_ops = {"side", on_open, on_read, on_drain,
    on_close};

static inline void accept_side(struct conn *c, void *arg)
{
    struct side *s = arg;

    s->c = c;
    conn_adopt(c, &side_ops, s);
}

/* ---- scenes ---- */

static bool hung;

static inline void on_guard(void *arg)
{
    (void)arg;
    hung = true;
}

#define UNTIL(what) do { \
        struct timer guard_ = {.fire = on_guard}; \
        hung = false; \
        loop_in(l, &guard_, 20000); \
        while (!(what) && !hung) \
            if (loop_round(l)) \
                abort(); \
        loop_cancel(l, &guard_); \
        if (hung) \
            tap_ok(false, "waiting for " #what); \
    } while (0)

static const char *mode(void)
{
    return secure ? "TLS" : "plain";
}

static inline struct sys_addr loopback(void)
{
    struct sys_addr a;

    sys_addr_parse(&a, SLICE("127.0.0.1"), 0);
    return a;
}

static inline void listen_at(size_t max)
{
    struct sys_addr a = loopback();
    struct err e;

    door = conn_listen(l, &a, secure ? server_tls : NULL, max, accept_side,
        &server, &e);
    if (!door)
        abort();
}

static inline struct conn *dial(struct side *s)
{
    struct err e;
    struct conn_target to = {SLICE("127.0.0.1"), listener_port(door),
        secure ? client_tls : NULL, 10000};

    return conn_dial(l, NULL, &to, &side_ops, s, &e);
}

static inline void begin(void)
{
    client = (struct side){.name = "client"};
    server = (struct side){.name = "server"};
    second = (struct side){.name = "second"};
    listen_at(100);
}

static inline void meet(void)
{
    client.c = dial(&client);
    UNTIL(client.opened && server.opened);
}

static inline void end(void)
{
    if (client.c)
        conn_abort(client.c, NULL);
    if (server.c)
        conn_abort(server.c, NULL);
    loop_wake(l);
    UNTIL(listener_conns(door) == 0 && !client.c);
    listener_close(door);
    tap_ok(client.bad == 0 && server.bad == 0 && client.closed <= 1
        && server.closed <= 1, "%s: no byte changed, one on_close each",
        mode());
}

/* A peer without our own client: a bare descriptor. */
static inline int raw_connect(void)
{
    struct sys_addr a = loopback();
    int fd;

    sys_addr_parse(&a, SLICE("127.0.0.1"), listener_port(door));
    fd = sys_connect(&a);
    if (fd < 0)
        abort();
    return fd;
}

/* ---- before and after ---- */

static inline void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static inline void make_tls(void)
{
    struct cert ca, leaf;
    char p[3][96];
    const char *dir = cert_mkdir();
    struct err e;

    snprintf(p[0], sizeof p[0], "%s/ca", dir);
    snprintf(p[1], sizeof p[1], "%s/chain", dir);
    snprintf(p[2], sizeof p[2], "%s/key", dir);
    cert_make(&ca, "Test CA", NULL, NULL, -1, 30);
    cert_make(&leaf, "localhost", "IP:127.0.0.1", &ca, -1, 30);
    cert_save(p[0], NULL, &ca, NULL);
    cert_save(p[1], p[2], &leaf, NULL);
    client_tls = tlsctx_client(p[0], NULL, &e);
    server_tls = tlsctx_server(p[1], p[2], &e);
    for (int i = 0; i < 3; i++)
        unlink(p[i]);
    rmdir(dir);
    cert_free(&ca);
    cert_free(&leaf);
}

static inline void conn_rig_start(void)
{
    struct err e;

    setvbuf(stdout, NULL, _IOLBF, 0);
    make_tls();
    l = loop_new(&e);
    bulk = mem_new(BULK);
    if (!l || !bulk || !client_tls || !server_tls) {
        puts("Bail out! no loop, no memory or no certificates");
        exit(1);
    }
    for (size_t i = 0; i < BULK; i++)
        bulk[i] = (uint8_t)(i * 11 + i / 253);
    log_sink(quiet, NULL);
}

static inline int conn_rig_end(void)
{
    mem_drop(bulk);
    tlsctx_free(client_tls);
    tlsctx_free(server_tls);
    loop_free(l);
    return tap_done();
}

#endif
