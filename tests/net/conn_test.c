/* conn_test.c - streams over real loopback sockets, plain and TLS.
 *
 * Event-driven to the end: every scene runs the loop until what it waits for
 * has happened; a guard timer turns a hang into a failure.  The resolver is a
 * stand-in, linked instead of the real one, that gives what a scene wants.
 */
#include "net/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "net/resolve.h"
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

static void send_more(struct side *s)
{
    while (s->sent < s->want) {
        size_t n = s->want - s->sent < 50000 ? s->want - s->sent : 50000;

        if (conn_write(s->c, slice_of(bulk + s->sent, n)))
            return;
        s->sent += n;
    }
}

static void on_open(struct conn *c, void *arg)
{
    struct side *s = arg;

    s->opened++;
    s->c = c;
    send_more(s);
}

static size_t on_read(struct conn *c, void *arg, struct mslice in)
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

static void on_drain(struct conn *c, void *arg)
{
    struct side *s = arg;

    s->drained++;
    if (conn_queued(c))
        s->bad++;
    send_more(s);
}

static void on_close(struct conn *c, void *arg, const struct err *err)
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

static void accept_side(struct conn *c, void *arg)
{
    struct side *s = arg;

    s->c = c;
    conn_adopt(c, &side_ops, s);
}

/* ---- scenes ---- */

static bool hung;

static void on_guard(void *arg)
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

static struct sys_addr loopback(void)
{
    struct sys_addr a;

    sys_addr_parse(&a, SLICE("127.0.0.1"), 0);
    return a;
}

static void listen_at(size_t max)
{
    struct sys_addr a = loopback();
    struct err e;

    door = conn_listen(l, &a, secure ? server_tls : NULL, max, accept_side,
        &server, &e);
    if (!door)
        abort();
}

static struct conn *dial(struct side *s)
{
    struct err e;
    struct conn_target to = {SLICE("127.0.0.1"), listener_port(door),
        secure ? client_tls : NULL, 10000};

    return conn_dial(l, NULL, &to, &side_ops, s, &e);
}

static void begin(void)
{
    client = (struct side){.name = "client"};
    server = (struct side){.name = "server"};
    second = (struct side){.name = "second"};
    listen_at(100);
}

static void meet(void)
{
    client.c = dial(&client);
    UNTIL(client.opened && server.opened);
}

static void end(void)
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

/* Both send 3 MiB at once; each closes nothing until it has all. */
static void transfer(void)
{
    begin();
    client.want = server.want = BULK;
    meet();
    UNTIL(client.got == BULK && server.got == BULK);
    tap_ok(client.got == BULK && server.got == BULK,
        "%s: 3 MiB both ways at once", mode());
    tap_ok((conn_tls(client.c) != NULL) == secure, "%s: facts", mode());
    tap_ok(sys_addr_loopback(conn_peer(server.c))
        && sys_addr_port(conn_peer(client.c)) == listener_port(door)
        && conn_id(client.c) != conn_id(server.c)
        && conn_loop(client.c) == l && conn_arg(client.c) == &client,
        "%s: who is who", mode());
    conn_close(client.c);
    conn_close(client.c);
    UNTIL(client.closed && server.closed);
    tap_ok(!client.failed && !server.failed, "%s: a clean end", mode());
    end();
}

/* A small queue: on_drain leads the sender through; the reader takes little
 * at a time and leaves a rest every time. */
static void back_pressure(void)
{
    begin();
    client.c = dial(&client);
    conn_limits(client.c, 200000, 1000);
    client.want = BULK;
    UNTIL(server.opened);
    server.take = 777;
    server.keep = 5;
    UNTIL(server.got == BULK - 5);
    tap_ok(server.got == BULK - 5, "%s: small bites, and a rest", mode());
    tap_ok(client.drained > 5, "%s: %zu times drained", mode(),
        client.drained);
    server.keep = 0;
    conn_adopt(server.c, &side_ops, &server);
    UNTIL(server.got == BULK);
    tap_ok(server.got == BULK, "%s: adopted with bytes kept", mode());
    end();
}

static void paused(void)
{
    begin();
    client.c = dial(&client);
    UNTIL(client.opened && server.opened);
    conn_pause(server.c, true);
    conn_limits(client.c, BULK, 1000);
    client.want = BULK;
    send_more(&client);
    UNTIL(conn_queued(client.c) < BULK);
    for (int i = 0; i < 20; i++) {
        loop_wake(l);
        loop_round(l);
    }
    tap_ok(server.got == 0 && client.sent > 0,
        "%s: a paused conn reads nothing", mode());
    conn_pause(server.c, false);
    UNTIL(server.got == BULK);
    tap_ok(server.got == BULK, "%s: until it goes on", mode());
    end();
}

/* Pauses itself in the middle of its input. */
static size_t pause_after_10(struct side *s, struct conn *c, struct mslice in)
{
    if (s->got >= 10) {
        s->got += in.len;
        return in.len;
    }
    s->got += 10;
    conn_pause(c, true);
    return in.len < 10 ? in.len : 10;
}

static void pause_in_read(void)
{
    begin();
    meet();
    server.on_read = pause_after_10;
    conn_write(client.c, slice_of(bulk, 100));
    UNTIL(server.got == 10);
    for (int i = 0; i < 5; i++) {
        loop_wake(l);
        loop_round(l);
    }
    tap_is_int((int64_t)server.got, 10, "paused in on_read: the rest waits");
    conn_pause(server.c, false);
    UNTIL(server.got == 100);
    tap_is_int((int64_t)server.got, 100, "and comes without new input");
    end();
}

/* ---- changing the protocol ---- */

static size_t switch_after_4(struct side *s, struct conn *c, struct mslice in)
{
    if (in.len < 4)
        return 0;
    s->got += 4;
    second = (struct side){.name = "second"};
    second.c = c;
    conn_adopt(c, &side_ops, &second);
    return 4;
}

static void adopt_in_read(void)
{
    begin();
    meet();
    server.on_read = switch_after_4;
    conn_write(client.c, slice_of(bulk, 2));
    conn_write(client.c, slice_of(bulk + 2, 2));
    conn_write(client.c, slice_of(bulk, 50));
    UNTIL(second.got >= 50);
    tap_ok(server.got == 4 && second.got == 50 && second.bad == 0,
        "%s: adopted in on_read: the rest is the new owner's", mode());
    conn_close(client.c);
    UNTIL(client.closed && second.closed);
    tap_ok(second.closed == 1 && server.closed == 0 && !second.failed,
        "%s: on_close is the new owner's too", mode());
    server.c = NULL;
    end();
}

static size_t adopt_unused(struct side *s, struct conn *c, struct mslice in)
{
    (void)in;
    s->got++;
    second = (struct side){.name = "second"};
    second.c = c;
    conn_adopt(c, &side_ops, &second);
    return 0;
}

static void adopt_at_zero(void)
{
    begin();
    meet();
    server.on_read = adopt_unused;
    conn_write(client.c, slice_of(bulk, 50));
    UNTIL(second.got >= 50);
    tap_ok(server.got == 1 && second.got == 50,
        "%s: adopted without using anything", mode());
    conn_abort(second.c, NULL);
    server.c = NULL;
    UNTIL(second.closed);
    end();
}

/* ---- ends ---- */

/* conn_close right after a long write: all of it must arrive. */
static void close_flushes(void)
{
    begin();
    meet();
    client.want = BULK;
    send_more(&client);
    conn_close(client.c);
    tap_ok(conn_write(client.c, SLICE("x")) == -1, "%s: closing: no more",
        mode());
    UNTIL(client.closed && server.closed);
    tap_ok(server.got == BULK && !server.failed && !client.failed,
        "%s: closing sends what was queued", mode());
    end();
}

/* We close while the peer is still sending a lot: no reset eats our words. */
static void close_under_fire(void)
{
    begin();
    meet();
    server.want = BULK;
    send_more(&server);
    conn_write(client.c, slice_of(bulk, 1000));
    conn_close(client.c);
    UNTIL(server.got == 1000 && server.closed && client.closed);
    tap_ok(server.got == 1000 && !client.failed,
        "%s: last words arrive though the peer was sending", mode());
    end();
}

static void aborts(void)
{
    struct err why;

    begin();
    meet();
    fail(&why, ERR_POLICY, "because");
    client.want = 100000;
    send_more(&client);
    conn_abort(client.c, &why);
    tap_ok(client.closed == 0, "%s: abort only marks", mode());
    UNTIL(client.closed && server.closed);
    tap_ok(client.failed && client.err.code == ERR_POLICY
        && strcmp(client.err.msg, "because") == 0, "%s: the reason passes",
        mode());
    tap_is_int((int64_t)server.got, 0, "nothing was flushed");
    end();
}

static void deadline(void)
{
    begin();
    meet();
    conn_deadline(server.c, 30, "reading the head");
    conn_deadline(client.c, 10, "nothing");
    conn_deadline(client.c, 0, NULL);
    UNTIL(server.closed);
    tap_ok(server.failed && server.err.code == ERR_TIMEOUT
        && strstr(server.err.msg, "reading the head"), "%s: %s", mode(),
        server.err.msg);
    UNTIL(client.closed);
    tap_ok(client.closed == 1 && client.err.code != ERR_TIMEOUT,
        "%s: a deadline taken back does not pass", mode());
    end();
}

static void hold_limit(void)
{
    begin();
    meet();
    conn_limits(server.c, 1000, 5000);
    server.keep = 100000;           /* never has enough */
    conn_write(client.c, slice_of(bulk, 4999));
    UNTIL(server.most == 4999);
    tap_ok(!server.closed, "%s: below the ceiling input is kept", mode());
    conn_write(client.c, slice_of(bulk, 1));
    UNTIL(server.closed);
    tap_ok(server.failed && server.err.code == ERR_LIMIT, "%s: %s", mode(),
        server.err.msg);
    end();
}

/* A long message that is kept until whole: in pieces of any size. */
static void long_message(void)
{
    begin();
    meet();
    conn_limits(server.c, 1000, BULK);
    conn_limits(client.c, BULK, 1000);
    server.keep = BULK - 1;
    client.want = BULK;
    send_more(&client);
    UNTIL(server.most == BULK);
    tap_ok(server.most == BULK && server.got == 1 && server.bad == 0,
        "%s: a message of 3 MiB is kept until whole", mode());
    end();
}

/* ---- without our own client ---- */

static int raw_connect(void)
{
    struct sys_addr a = loopback();
    int fd;

    sys_addr_parse(&a, SLICE("127.0.0.1"), listener_port(door));
    fd = sys_connect(&a);
    if (fd < 0)
        abort();
    return fd;
}

static void reset_by_peer(void)
{
    struct linger off = {1, 0};
    int fd;

    begin();
    fd = raw_connect();
    UNTIL(server.c);
    sys_send(fd, bulk, 1);
    UNTIL(server.got == 1 || secure);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof off);
    close(fd);
    UNTIL(server.closed);
    tap_ok(server.failed && server.err.code == ERR_NET
        && server.err.sys == ECONNRESET
        && strstr(server.err.msg, "127.0.0.1"), "%s: %s", mode(),
        server.err.msg);
    end();
}

/* The peer says something and ends in one go; we answer. */
static size_t answer(struct side *s, struct conn *c, struct mslice in)
{
    s->got += in.len;
    conn_write(c, slice_of(bulk, 300000));
    return in.len;
}

/* Open, lingering and closing ones at once, without looking for events. */
static void all_aborted(void)
{
    begin();
    meet();
    conn_close(server.c);
    conn_abort_all(l);
    tap_ok(client.closed == 0 && server.closed == 0,
        "%s: nothing is freed under a handler", mode());
    loop_tidy(l);
    tap_ok(client.closed == 1 && server.closed == 1
        && listener_conns(door) == 0, "%s: all conns aborted", mode());
    conn_abort_all(l);
    end();
}

static void half_closed(void)
{
    uint8_t room[4096];
    size_t got = 0;
    ssize_t n;
    int fd;

    begin();
    server.on_read = answer;
    fd = raw_connect();
    sys_send(fd, "question", 8);
    sys_shutdown_write(fd);
    UNTIL(server.got == 8);
    do {
        loop_wake(l);
        loop_round(l);
        n = sys_recv(fd, room, sizeof room);
        if (n > 0 && memcmp(room, bulk + got, (size_t)n))
            break;
        got += n > 0 ? (size_t)n : 0;
    } while (n > 0 || n == SYS_AGAIN);
    tap_ok(got == 300000 && n == SYS_EOF,
        "a peer that ended its half gets the answer: %zu bytes", got);
    UNTIL(server.closed);
    tap_ok(!server.failed, "a clean end");
    sys_close(fd);
    end();
}

static void never_reads(void)
{
    int fd;

    begin();
    fd = raw_connect();
    UNTIL(server.opened);
    conn_limits(server.c, 16 * BULK, 1000);
    while (conn_queued(server.c) < BULK) {      /* the kernel takes a lot */
        conn_write(server.c, slice_of(bulk, BULK));
        loop_wake(l);
        loop_round(l);
    }
    conn_close(server.c);
    UNTIL(server.closed);
    tap_ok(server.failed && server.err.code == ERR_TIMEOUT,
        "closing does not wait for ever: %s", server.err.msg);
    sys_close(fd);
    end();
}

static void refuse(struct conn *c, void *arg)
{
    (void)arg;
    conn_close(c);
}

static void doors(void)
{
    struct sys_addr a = loopback();
    struct err e;
    struct side more = {.name = "more"};
    uint8_t x;
    int fd;

    client = server = (struct side){.name = ""};
    listen_at(1);
    client.c = dial(&client);
    UNTIL(client.opened && server.opened);
    fd = raw_connect();
    UNTIL(listener_refused(door) == 1);
    tap_is_int(sys_recv(fd, &x, 1), SYS_EOF, "over max_conns: hung up on");
    tap_is_int((int64_t)listener_conns(door), 1, "one is in");
    sys_close(fd);
    end();

    door = conn_listen(l, &a, NULL, 10, refuse, NULL, &e);
    more.c = dial(&more);
    UNTIL(more.closed);
    tap_ok(!more.failed, "accept may refuse");
    UNTIL(listener_conns(door) == 0);
    sys_addr_parse(&a, SLICE("127.0.0.1"), listener_port(door));
    tap_ok(!conn_listen(l, &a, NULL, 10, refuse, NULL, &e)
        && e.sys == EADDRINUSE, "a port taken: %s", e.msg);
    listener_close(door);

    /* Its conns live on when the listener is gone. */
    begin();
    meet();
    listener_close(door);
    conn_write(client.c, SLICE("abc"));
    client.bad = server.bad = 0;
    UNTIL(server.got == 3);
    conn_close(client.c);
    UNTIL(client.closed && server.closed);
    tap_ok(!server.failed, "conns outlive their listener");
}

/* With the last descriptor gone the peer is hung up on, not left waiting, and
 * the loop does not spin. */
static void no_descriptors(void)
{
    int took[1100], n = 0, fd;
    struct rlimit old, low;
    struct loop_counts before;
    uint8_t x;

    getrlimit(RLIMIT_NOFILE, &old);
    low = old;
    low.rlim_cur = 64;
    begin();
    fd = raw_connect();
    setrlimit(RLIMIT_NOFILE, &low);
    while (n < 1100 && (took[n] = dup(0)) >= 0)
        n++;
    UNTIL(listener_refused(door) == 1);
    tap_ok(n < 64 && sys_recv(fd, &x, 1) == SYS_EOF && server.opened == 0,
        "no descriptor left: hung up on");
    before = loop_counts(l);
    loop_wake(l);
    loop_round(l);
    tap_ok(loop_counts(l).ready - before.ready <= 1, "and no spinning");
    while (n > 0)
        close(took[--n]);
    setrlimit(RLIMIT_NOFILE, &old);
    sys_close(fd);
    meet();
    tap_ok(server.opened == 1, "with room again, welcome again");
    end();
}

/* ---- dialling ---- */

static void dials(void)
{
    struct conn_target to = {SLICE("127.0.0.1"), 1, NULL, 1000};
    struct sys_addr a = loopback();
    struct err e;
    int fd = sys_listen(&a, &e);

    sys_local(fd, &a);
    to.port = sys_addr_port(&a);
    sys_close(fd);              /* now nobody listens there */
    client = (struct side){.name = "client"};
    client.c = conn_dial(l, NULL, &to, &side_ops, &client, &e);
    tap_ok(client.c && client.closed == 0, "refusal comes later");
    tap_ok(conn_write(client.c, SLICE("x")) == 0, "writing may begin");
    UNTIL(client.closed);
    tap_ok(client.failed && client.err.code == ERR_NET
        && client.err.sys == ECONNREFUSED
        && strstr(client.err.msg, "127.0.0.1 port"), "%s", client.err.msg);
    tap_is_int((int64_t)client.opened, 0, "never opened");

    to.host = SLICE("");
    tap_ok(!conn_dial(l, NULL, &to, &side_ops, &client, &e)
        && e.code == ERR_DATA, "no host");
    to.host = SLICE("name.example");
    tap_ok(!conn_dial(l, NULL, &to, &side_ops, &client, &e)
        && e.code == ERR_CONF, "a name without resolver: %s", e.msg);
    for (uint64_t n = 1; n <= 2; n++) {
        to.host = SLICE("127.0.0.1");
        mem_fail_at(n, 0);
        tap_ok(!conn_dial(l, NULL, &to, &side_ops, &client, &e)
            && e.code == ERR_MEM, "no memory for it");
        mem_fail_at(0, 0);
    }

    client = (struct side){.name = "client"};
    to.host = SLICE("[::1]");
    sys_fail_at(1, ENETUNREACH, false);
    client.c = conn_dial(l, NULL, &to, &side_ops, &client, &e);
    UNTIL(client.closed);
    tap_ok(client.err.sys == ENETUNREACH && strstr(client.err.msg, "::1"),
        "%s", client.err.msg);

    client = (struct side){.name = "client"};
    begin();
    client.c = dial(&client);
    conn_close(client.c);
    UNTIL(client.closed);
    tap_ok(!client.failed && !client.opened, "closed while dialling");
    end();
}

/* ---- the stand-in for the resolver ---- */

struct resolve {
    struct timer timer;
    struct sys_addr addr[3];
    size_t n;
    bool asked, cancelled;
    void (*done)(void *arg, const struct sys_addr *addr, size_t n,
        const struct err *err);
    void *arg;
};

static struct resolve query;

static void on_answer(void *arg)
{
    struct err e;

    (void)arg;
    fail(&e, ERR_DNS, "two.example has no address");
    query.done(query.arg, query.addr, query.n, query.n ? NULL : &e);
}

struct resolve *resolve_start(struct resolver *r, struct slice name,
    uint16_t port, int64_t at, void (*done)(void *arg,
    const struct sys_addr *addr, size_t n, const struct err *err), void *arg,
    struct err *err)
{
    (void)r;
    (void)err;
    if (!slice_is(name, "two.example") || port == 0 || at < loop_now(l))
        abort();
    query.asked = true;
    query.cancelled = false;
    query.done = done;
    query.arg = arg;
    query.timer.fire = on_answer;
    loop_in(l, &query.timer, 5);
    return &query;
}

void resolve_cancel(struct resolve *q)
{
    q->cancelled = true;
    loop_cancel(l, &q->timer);
}

static struct conn *dial_two(uint16_t port, int64_t timeout)
{
    struct conn_target to = {SLICE("two.example"), port, NULL, timeout};
    struct err e;
    static int any;

    client = (struct side){.name = "client"};
    query.asked = false;
    client.c = conn_dial(l, (struct resolver *)(void *)&any, &to, &side_ops,
        &client, &e);
    return client.c;
}

/* A port where connecting neither works nor fails: its queue is full. */
static int full_door(uint16_t port, int stuff[4])
{
    struct sys_addr a;
    int fd, on = 1;

    sys_addr_parse(&a, SLICE("127.0.0.2"), port);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)(void *)a.u.raw_, a.len)
        || listen(fd, 0)) {
        close(fd);
        return -1;
    }
    for (int i = 0; i < 4; i++)
        stuff[i] = sys_connect(&a);
    return fd;
}

static void names(void)
{
    int stuff[4], fd;
    int64_t start;
    uint16_t port;

    begin();
    port = listener_port(door);
    fd = full_door(port, stuff);
    sys_addr_parse(&query.addr[0], SLICE("127.0.0.3"), port);   /* refuses */
    sys_addr_parse(&query.addr[1], SLICE("127.0.0.2"), port);   /* hangs */
    sys_addr_parse(&query.addr[2], SLICE("127.0.0.1"), port);   /* answers */
    if (fd < 0) {
        tap_skip("no 127.0.0.2 here");
        listener_close(door);
        return;
    }
    query.n = 3;
    start = loop_now(l);
    dial_two(port, 5000);
    UNTIL(client.opened && server.opened);
    tap_ok(client.opened && query.asked && sys_addr_port(conn_peer(client.c))
        == port, "the third address answers");
    tap_ok(loop_now(l) - start >= 250 && loop_now(l) - start < 2000,
        "after the first failed, and 250 ms of the second: %lld ms",
        (long long)(loop_now(l) - start));
    end();

    query.n = 1;
    dial_two(port, 5000);
    UNTIL(client.closed);
    tap_ok(client.err.sys == ECONNREFUSED
        && strstr(client.err.msg, "two.example port"), "%s", client.err.msg);
    query.n = 2;
    dial_two(port, 600);
    UNTIL(client.closed);
    tap_ok(client.err.code == ERR_TIMEOUT
        && strstr(client.err.msg, "connect to two.example"), "%s",
        client.err.msg);
    query.addr[1] = query.addr[0];
    dial_two(port, 600);
    UNTIL(client.closed);
    tap_ok(client.err.sys == ECONNREFUSED
        && strstr(client.err.msg, "2 addresses"), "%s", client.err.msg);
    query.n = 0;
    dial_two(port, 600);
    UNTIL(client.closed);
    tap_ok(client.err.code == ERR_DNS, "%s", client.err.msg);
    dial_two(port, 2);
    UNTIL(client.closed);
    tap_ok(client.err.code == ERR_TIMEOUT && query.cancelled
        && strstr(client.err.msg, "look up two.example"), "%s",
        client.err.msg);
    sys_close(fd);
    for (int i = 0; i < 4; i++)
        sys_close(stuff[i]);
}

/* A server that accepts and says nothing. */
static void silent_server(void)
{
    struct sys_addr a = loopback();
    struct conn_target to = {SLICE("127.0.0.1"), 0, client_tls, 50};
    struct err e;
    int fd = sys_listen(&a, &e);

    sys_local(fd, &a);
    to.port = sys_addr_port(&a);
    client = (struct side){.name = "client"};
    client.c = conn_dial(l, NULL, &to, &side_ops, &client, &e);
    UNTIL(client.closed);
    tap_ok(client.err.code == ERR_TIMEOUT
        && strstr(client.err.msg, "TLS handshake with 127.0.0.1"), "%s",
        client.err.msg);
    sys_close(fd);
}

/* ---- TLS only ---- */

static void wrong_name(void)
{
    struct conn_target to = {SLICE("127.0.0.1"), 0, NULL, 5000};
    struct tlsctx *other = NULL;
    struct err e;

    begin();
    to.port = listener_port(door);
    setenv("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt", 1);
    if (sys_exists("/etc/ssl/certs/ca-certificates.crt"))
        other = tlsctx_client(NULL, NULL, &e);
    if (other) {
        to.tls = other;
        client.c = conn_dial(l, NULL, &to, &side_ops, &client, &e);
        UNTIL(client.closed && server.closed);
        tap_ok(client.err.code == ERR_TLS && client.opened == 0
            && strstr(client.err.msg, "certificate of 127.0.0.1"), "%s",
            client.err.msg);
        tap_ok(server.err.code == ERR_TLS && strstr(server.err.msg, "alert"),
            "the server is told: %s", server.err.msg);
    } else {
        tap_skip("no system roots");
    }
    unsetenv("SSL_CERT_FILE");
    tlsctx_free(other);
    end();
}

static void not_tls(void)
{
    int fd;

    begin();
    fd = raw_connect();
    UNTIL(server.c);
    sys_send(fd, "GET / HTTP/1.1\r\n\r\n", 18);
    UNTIL(server.closed);
    tap_ok(server.err.code == ERR_TLS && !server.opened, "plain on TLS: %s",
        server.err.msg);
    sys_close(fd);

    server = (struct side){.name = "server"};
    fd = raw_connect();
    UNTIL(server.c);
    sys_close(fd);
    UNTIL(server.closed);
    tap_ok(server.err.code == ERR_TLS, "gone before a word: %s",
        server.err.msg);
    end();
}

/* The other end of a TLS stream is cut off under it by a third party: a relay
 * that stops in the middle. */
static void cut_off(void)
{
    int fd, s;
    struct sys_addr a = loopback(), p;
    struct err e;
    struct conn_target to = {SLICE("127.0.0.1"), 0, client_tls, 5000};
    uint8_t room[8192];
    ssize_t n;

    begin();
    s = sys_listen(&a, &e);
    sys_local(s, &a);
    to.port = sys_addr_port(&a);
    client.c = conn_dial(l, NULL, &to, &side_ops, &client, &e);
    fd = raw_connect();
    {
        int in = SYS_AGAIN;

        while (in == SYS_AGAIN) {
            loop_wake(l);
            loop_round(l);
            in = sys_accept(s, &p);
        }
        server.want = 1000;
        while (client.got < 1000) {
            loop_wake(l);
            loop_round(l);
            n = sys_recv(in, room, sizeof room);
            if (n > 0)
                sys_send(fd, room, (size_t)n);
            n = sys_recv(fd, room, sizeof room);
            if (n > 0)
                sys_send(in, room, (size_t)n);
        }
        sys_close(in);          /* FIN, and no close_notify before it */
    }
    UNTIL(client.closed);
    tap_ok(client.failed && client.err.code == ERR_TLS && client.got == 1000,
        "cut off: %s", client.err.msg);
    sys_close(fd);
    sys_close(s);
    end();
}

/* ---- what it costs ---- */

static size_t count_all(struct side *s, struct conn *c, struct mslice in)
{
    s->got += in.len;
    if (s == &server)
        conn_write(c, slice_of(in.ptr, in.len));
    return in.len;
}

/* Many small writes of a round leave in one send; a steady exchange allocates
 * nothing. */
static void economy(void)
{
    struct sys_counts k;
    uint64_t blocks;

    begin();
    meet();
    client.on_read = server.on_read = count_all;
    conn_write(client.c, slice_of(bulk, 300));
    UNTIL(client.got == 300);
    k = sys_counts();
    for (int i = 0; i < 100; i++)
        conn_write(client.c, slice_of(bulk, 3));
    UNTIL(client.got == 600);
    tap_is_int((int64_t)(sys_counts().writes - k.writes), 2,
        "a hundred writes are one send, and one back");
    tap_ok(sys_counts().reads - k.reads == 2, "and one recv each");
    blocks = mem_count();
    for (size_t i = 0; i < 50; i++) {
        conn_write(client.c, slice_of(bulk, 300));
        UNTIL(client.got == 900 + i * 300);
    }
    tap_ok(mem_count() == blocks, "%s: an exchange allocates nothing: %d",
        mode(), (int)(mem_count() - blocks));
    {
        uint8_t *p = conn_room(client.c, 1000);

        memset(p, 'x', 1000);
        conn_commit(client.c, 10);
        tap_is_int((int64_t)conn_queued(client.c), 10, "written in place");
        UNTIL(client.got == 50 * 300 + 610);
        tap_ok(conn_write(client.c, SLICE("")) == 0, "nothing to write");
        conn_limits(client.c, 10, 10);
        tap_ok(!conn_room(client.c, 11) && conn_room(client.c, 10),
            "the queue's ceiling");
    }
    end();
}

/* A short exchange while something fails; whatever happens, it ends, and all
 * is given back.  True when both got everything. */
static bool tortured(void)
{
    bool all;

    client.want = server.want = 20000;
    client.c = dial(&client);
    for (int i = 0; i < 200 && client.c && !client.closed
        && !(client.got == 20000 && server.got == 20000); i++) {
        loop_wake(l);
        (void)loop_round(l);
    }
    all = client.got == 20000 && server.got == 20000;
    mem_fail_at(0, 0);
    sys_fail_at(0, 0, false);
    if (client.c)
        conn_abort(client.c, NULL);
    if (server.c)
        conn_abort(server.c, NULL);
    UNTIL(listener_conns(door) == 0 && !client.c && !server.c);
    listener_close(door);
    return all;
}

/* Every allocation fails once, then every kernel call: the conn dies alone,
 * nothing leaks (the sanitizer watches memory, we the descriptors). */
static void torture(void)
{
    int free_fd = dup(0), met = 0, same = 0;

    close(free_fd);
    for (uint64_t n = 1; n < 60; n++) {
        begin();
        mem_fail_at(n, 0);
        met += tortured();
    }
    tap_ok(met > 0, "%s: %d of 59 got through with one block missing",
        mode(), met);
    met = 0;
    for (uint64_t n = 1; n < 80; n++) {
        begin();
        sys_fail_at(n, EIO, false);
        met += tortured();
    }
    tap_ok(met > 0 && met < 79, "%s: %d of 79 got through with one kernel "
        "call failing", mode(), met);
    same = dup(0);
    close(same);
    tap_is_int(same, free_fd, "no descriptor is left open");
}

static void all_modes(void)
{
    transfer();
    back_pressure();
    paused();
    pause_in_read();
    adopt_in_read();
    adopt_at_zero();
    close_flushes();
    close_under_fire();
    aborts();
    deadline();
    hold_limit();
    long_message();
    reset_by_peer();
    economy();
    torture();
}

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void make_tls(void)
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

int main(void)
{
    struct err e;

    setvbuf(stdout, NULL, _IOLBF, 0);
    make_tls();
    l = loop_new(&e);
    bulk = mem_new(BULK);
    if (!l || !bulk || !client_tls || !server_tls)
        return 1;
    for (size_t i = 0; i < BULK; i++)
        bulk[i] = (uint8_t)(i * 11 + i / 253);
    log_sink(quiet, NULL);
    all_modes();
    all_aborted();
    half_closed();
    never_reads();
    doors();
    no_descriptors();
    dials();
    names();
    secure = true;
    all_modes();
    all_aborted();
    silent_server();
    wrong_name();
    not_tls();
    cut_off();
    mem_drop(bulk);
    tlsctx_free(client_tls);
    tlsctx_free(server_tls);
    loop_free(l);
    return tap_done();
}
