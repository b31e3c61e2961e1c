/* conn_dial_test.c - how a stream begins: doors, dialling, TLS handshakes.
 *
 * The resolver is a stand-in, linked instead of the real one, that gives what
 * a scene wants.
 */
#include "net/conn.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/resolve.h"
#include "tests/net/conn_rig.h"

/* ---- doors ---- */

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

/* ---- racing addresses ---- */

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

/* ---- TLS handshakes ---- */

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

int main(void)
{
    conn_rig_start();
    doors();
    no_descriptors();
    dials();
    names();
    secure = true;
    silent_server();
    wrong_name();
    not_tls();
    return conn_rig_end();
}
