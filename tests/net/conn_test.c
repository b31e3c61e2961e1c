/* conn_test.c - streams: what flows, who owns them, how they end.
 *
 * Most scenes are played twice, plain and over TLS.
 */
#include "net/conn.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/conn_rig.h"

/* ---- what flows ---- */

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

/* ---- ends without our own client ---- */

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

int main(void)
{
    conn_rig_start();
    all_modes();
    all_aborted();
    half_closed();
    never_reads();
    secure = true;
    all_modes();
    all_aborted();
    cut_off();
    return conn_rig_end();
}
