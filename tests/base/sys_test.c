/* sys_test.c - dates, addresses, sockets, files and calls made to fail. */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/tap.h"

/* ---- clocks ---- */

static const struct {
    int64_t ms;
    const char *text;
} stamps[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {1, "1970-01-01T00:00:00.001Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {-86400000, "1969-12-31T00:00:00.000Z"},
    {951782400000, "2000-02-29T00:00:00.000Z"},
    {951868799999, "2000-02-29T23:59:59.999Z"},
    {1000000000000, "2001-09-09T01:46:40.000Z"},
    {1795345200000, "2026-11-22T11:00:00.000Z"},
    {2147483647999, "2038-01-19T03:14:07.999Z"},
    {4107542400000, "2100-03-01T00:00:00.000Z"},
    {-2203891200000, "1900-03-01T00:00:00.000Z"},
    {253402300799999, "9999-12-31T23:59:59.999Z"},
};

/* Every day from 1970 to 2400, the calendar counted on by hand. */
static void all_days(void)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
        31};
    int bad = 0, y = 1970, m = 1, d = 1;

    for (int64_t day = 0; y < 2400; day++) {
        bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        char got[SYS_STAMP_MAX], want[64];

        sys_stamp(got, day * 86400000 + 43200000);
        snprintf(want, sizeof want, "%04d-%02d-%02dT12:00:00.000Z", y, m, d);
        if (strcmp(got, want)) {
            if (!bad++)
                printf("#   got %s, want %s\n", got, want);
        }
        if (++d > length[m - 1] + (m == 2 && leap)) {
            d = 1;
            if (++m > 12) {
                m = 1;
                y++;
            }
        }
    }
    tap_is_int(bad, 0, "every day up to the year 2400");
}

static void dates(void)
{
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        char out[SYS_STAMP_MAX];

        sys_stamp(out, stamps[i].ms);
        tap_is_str(slice_str(out), stamps[i].text, "a moment");
    }
    all_days();
}

static void clocks(void)
{
    int64_t real = sys_wall(), us = sys_now_us(), now;

    tap_ok(real > 1700000000000, "the wall clock is of our time");
    tap_ok(sys_now() >= us / 1000 && sys_now_us() >= us,
        "the other one does not go back");
    sys_wall_set(1795345200000);
    now = sys_wall() - 1795345200000;
    tap_ok(now >= 0 && now < 10000, "the wall clock begins where it is told");
    tap_ok(!sys_is_virtual(), "so far time is real");

    sys_virtual(1795345200000);
    tap_ok(sys_is_virtual(), "now it is not");
    now = sys_now();
    tap_ok(now != 0, "no moment is 0, which means none");
    tap_is_int(sys_wall(), 1795345200000, "the date it was given");
    sys_advance(1500);
    tap_is_int(sys_now() - now, 1500, "it goes on when told");
    tap_is_int(sys_wall(), 1795345201500, "and the date with it");
    sys_advance(0);
    sys_advance(-5);
    tap_is_int(sys_now() - now, 1500, "but never back");
}

/* ---- addresses ---- */

static const struct {
    const char *ip, *text;      /* NULL: it is none */
    char kind;                  /* l loopback, p private, o of others */
} addresses[] = {
    {"127.0.0.1", "127.0.0.1", 'l'},
    {"127.255.255.255", "127.255.255.255", 'l'},
    {"128.0.0.0", "128.0.0.0", 'o'},
    {"126.255.255.255", "126.255.255.255", 'o'},
    {"::1", "::1", 'l'},
    {"[::1]", "::1", 'l'},
    {"::ffff:127.0.0.1", "::ffff:127.0.0.1", 'l'},
    {"::2", "::2", 'o'},
    {"0.0.0.0", "0.0.0.0", 'p'},
    {"::", "::", 'p'},
    {"::ffff:0.0.0.0", "::ffff:0.0.0.0", 'p'},
    {"9.255.255.255", "9.255.255.255", 'o'},
    {"10.0.0.0", "10.0.0.0", 'p'},
    {"10.255.255.255", "10.255.255.255", 'p'},
    {"11.0.0.0", "11.0.0.0", 'o'},
    {"172.15.255.255", "172.15.255.255", 'o'},
    {"172.16.0.0", "172.16.0.0", 'p'},
    {"172.31.255.255", "172.31.255.255", 'p'},
    {"172.32.0.0", "172.32.0.0", 'o'},
    {"192.167.255.255", "192.167.255.255", 'o'},
    {"192.168.0.0", "192.168.0.0", 'p'},
    {"192.168.255.255", "192.168.255.255", 'p'},
    {"192.169.0.0", "192.169.0.0", 'o'},
    {"169.253.255.255", "169.253.255.255", 'o'},
    {"169.254.169.254", "169.254.169.254", 'p'},
    {"169.255.0.0", "169.255.0.0", 'o'},
    {"100.63.255.255", "100.63.255.255", 'o'},
    {"100.64.0.0", "100.64.0.0", 'p'},
    {"100.127.255.255", "100.127.255.255", 'p'},
    {"100.128.0.0", "100.128.0.0", 'o'},
    {"::ffff:10.1.2.3", "::ffff:10.1.2.3", 'p'},
    {"::ffff:8.8.8.8", "::ffff:8.8.8.8", 'o'},
    {"fbff::", "fbff::", 'o'},
    {"fc00::", "fc00::", 'p'},
    {"FDFF::A", "fdff::a", 'p'},
    {"fe00::", "fe00::", 'o'},
    {"fe7f::1", "fe7f::1", 'o'},
    {"fe80::1", "fe80::1", 'p'},
    {"febf::1", "febf::1", 'p'},
    {"fec0::1", "fec0::1", 'o'},
    {"2001:db8:0:0:0:0:0:1", "2001:db8::1", 'o'},
    {"", NULL, 0},
    {"[]", NULL, 0},
    {"[", NULL, 0},
    {"1.2.3", NULL, 0},
    {"1.2.3.256", NULL, 0},
    {"1.2.3.4.5", NULL, 0},
    {" 1.2.3.4", NULL, 0},
    {"1.2.3.4 ", NULL, 0},
    {"1.2.3.4:80", NULL, 0},
    {"::1::", NULL, 0},
    {"localhost", NULL, 0},
    {"1:2:3:4:5:6:7:8:9", NULL, 0},
    {"00000000000000000000000000000000000000000000000000::1", NULL, 0},
};

static void addrs(void)
{
    struct sys_addr none = {.len = 0};
    char text[SYS_ADDR_TEXT];

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct sys_addr a = {.len = 0};
        int r = sys_addr_parse(&a, slice_str(addresses[i].ip), 8080);
        char kind = addresses[i].kind;

        if (!addresses[i].text) {
            tap_is_int(r, -1, "no address");
            continue;
        }
        if (!tap_ok(r == 0, "takes %s", addresses[i].ip))
            continue;
        sys_addr_text(&a, text);
        tap_is_str(slice_str(text), addresses[i].text, "and writes it");
        tap_is_int(sys_addr_port(&a), 8080, "with its port");
        tap_ok(sys_addr_loopback(&a) == (kind == 'l'), "loopback or not");
        tap_ok(sys_addr_private(&a) == (kind != 'o'), "private or not");
    }
    tap_is_int(sys_addr_parse(&none, SLICE("1.2.3.4\0.5"), 1), -1,
        "a NUL does not end an address");
    none.len = 0;
    sys_addr_text(&none, text);
    tap_ok(!*text && sys_addr_port(&none) == 0 && !sys_addr_loopback(&none)
        && !sys_addr_private(&none), "no address has no text and no kind");
}

/* ---- sockets ---- */

static int wait_for(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};

    return sys_poll(&p, 1, 2000);
}

static bool flags_set(int fd)
{
    return (fcntl(fd, F_GETFD) & FD_CLOEXEC)
        && (fcntl(fd, F_GETFL) & O_NONBLOCK);
}

static void conversation(int a, int b)
{
    struct sys_counts before, after;
    char in[16];
    ssize_t r;

    sys_in_flight_reset();
    before = sys_counts();
    tap_is_int(sys_recv(b, in, sizeof in), SYS_AGAIN, "nothing there yet");
    tap_is_int(sys_send(a, "hello", 5), 5, "sends");
    tap_is_int(sys_counts().in_flight, 5, "five bytes under way");
    wait_for(b, POLLIN);
    r = sys_recv(b, in, sizeof in);
    tap_is_int(r, 5, "receives");
    tap_is_str(slice_of(in, r > 0 ? (size_t)r : 0), "hello", "the same");
    tap_is_int(sys_counts().in_flight, 0, "none under way");
    after = sys_counts();
    tap_is_int((int64_t)(after.reads - before.reads), 2, "two reads");
    tap_is_int((int64_t)(after.writes - before.writes), 1, "one write");
    tap_is_int((int64_t)(after.polls - before.polls), 1, "one poll");
    sys_shutdown_write(a);
    wait_for(b, POLLIN);
    tap_is_int(sys_recv(b, in, sizeof in), SYS_EOF, "then the end");
    tap_is_int(sys_send(b, "bye", 3), 3, "the other way is open");
    wait_for(a, POLLIN);
    tap_is_int(sys_recv(a, in, sizeof in), 3, "and used");
}

/* Fills a socket: in the end "come back later", and no error before. */
static void full(int fd)
{
    static char block[65536];
    ssize_t r;
    int n = 0;

    do
        r = sys_send(fd, block, sizeof block);
    while (r > 0 && ++n < 10000);
    tap_is_int(r, SYS_AGAIN, "a full socket says so");
}

static void sockets(void)
{
    struct sys_addr any, at, peer, local;
    struct err err = {0};
    int server, client, served;
    uint8_t c;

    sys_addr_parse(&any, SLICE("127.0.0.1"), 0);
    server = sys_listen(&any, &err);
    if (!tap_ok(server >= 0, "listens: %s", err.msg))
        return;
    tap_is_int(sys_local(server, &at), 0, "where?");
    tap_ok(sys_addr_port(&at) != 0 && sys_addr_loopback(&at), "there");
    tap_is_int(sys_accept(server, &peer), SYS_AGAIN, "nobody there yet");
    client = sys_connect(&at);
    tap_ok(client >= 0, "connects");
    tap_ok(wait_for(client, POLLOUT) == 1 && sys_connect_result(client) == 0,
        "and is connected");
    wait_for(server, POLLIN);
    served = sys_accept(server, &peer);
    tap_ok(served >= 0 && sys_local(client, &local) == 0
        && sys_addr_port(&peer) == sys_addr_port(&local),
        "accepts the one who came");
    tap_ok(sys_peer(client, &peer) == 0
        && sys_addr_port(&peer) == sys_addr_port(&at), "the other end");
    tap_ok(flags_set(server) && flags_set(client) && flags_set(served),
        "all close on exec, none blocks");
    conversation(client, served);
    full(served);
    sys_close(client);
    tap_ok(wait_for(served, POLLIN) == 1
        && sys_recv(served, &c, 1) != SYS_AGAIN, "closed is noticed");
    sys_close(served);

    /* The port is taken: an error with the address in it. */
    tap_is_int(sys_listen(&at, &err), -1, "a port that is taken");
    tap_ok(err.code == ERR_NET && err.sys == EADDRINUSE
        && strstr(err.msg, "127.0.0.1"), "is named: %s", err.msg);
    sys_close(server);
    client = sys_connect(&at);
    if (client >= 0)
        wait_for(client, POLLOUT);
    tap_ok(client < 0 || sys_connect_result(client) == ECONNREFUSED,
        "nobody listens any more");
    sys_close(client);
    sys_close(-1);
}

static void datagrams(void)
{
    struct sys_addr any, at;
    int a, b;
    char in[8];

    /* Two sockets on ports of their own, each connected to the other's. */
    sys_addr_parse(&any, SLICE("127.0.0.1"), 9);
    a = sys_udp(&any);
    tap_ok(a >= 0 && sys_local(a, &at) == 0 && flags_set(a), "UDP");
    b = sys_udp(&at);
    tap_ok(b >= 0, "and back");
    tap_is_int(sys_recv(a, in, sizeof in), SYS_AGAIN, "no datagram yet");
    tap_is_int(sys_send(b, "x", 1), 1, "one goes out");
    sys_close(a);
    sys_close(b);
}

/* ---- files ---- */

static char folder[] = "/tmp/sys_testXXXXXX";

static const char *in_folder(const char *name)
{
    static char path[2][128];
    static int which;

    which = !which;
    snprintf(path[which], sizeof path[which], "%s/%s", folder, name);
    return path[which];
}

static int names, odd_names;

static void on_name(void *arg, const char *name)
{
    names++;
    odd_names += strcmp(name, arg) != 0;
}

static void slurping(void)
{
    struct err err = {0};
    struct buf b;

    for (size_t max = 4; max <= 12; max++) {
        int r;

        buf_init(&b, max);
        r = sys_slurp(in_folder("b"), &b, &err);
        if (max >= 10)
            tap_ok(r == 0 && slice_is(buf_slice(&b), "0123xy6789"),
                "ten bytes, at most %zu", max);
        else
            tap_ok(r == -1 && err.code == ERR_LIMIT && b.len <= max,
                "not with %zu: %s", max, err.msg);
        buf_free(&b);
    }
    buf_init(&b, 10);
    tap_is_int(sys_slurp(in_folder("none"), &b, &err), -1, "no such file");
    tap_ok(err.code == ERR_IO && err.sys == ENOENT && strstr(err.msg, "none"),
        "is named: %s", err.msg);
    tap_is_int(sys_slurp(folder, &b, &err), -1, "a folder is no file");
    buf_free(&b);
}

/* Standard input is a socket, which a parent may have made non-blocking. */
static void slurping_stdin(void)
{
    int pair[2], was = dup(STDIN_FILENO);
    pid_t child;
    struct err err = {0};
    struct buf b;

    buf_init(&b, 10);
    if (was < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair)
        || dup2(pair[0], STDIN_FILENO) < 0
        || fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) < 0
        || (child = fork()) < 0)
        abort();
    if (child == 0) {
        sched_yield();
        _exit(write(pair[1], "0123456789", 10) != 10);
    }
    close(pair[1]);
    close(pair[0]);
    tap_ok(sys_slurp_stdin(&b, &err) == 0 && slice_is(buf_slice(&b),
        "0123456789"), "standard input that is a socket: %s", err.msg);
    waitpid(child, NULL, 0);
    dup2(was, STDIN_FILENO);
    close(was);
    buf_free(&b);
}

/* A lock holds against another process. */
static void locking(int fd)
{
    int status = -1;
    pid_t child;

    tap_is_int(sys_lock(fd), 0, "a lock");
    fflush(stdout);
    child = fork();
    if (child == 0) {
        int again = sys_open(in_folder("a"), O_RDWR, 0);

        _exit(again >= 0 && sys_lock(again) == SYS_AGAIN ? 7 : 8);
    }
    tap_ok(child > 0 && waitpid(child, &status, 0) == child
        && WIFEXITED(status) && WEXITSTATUS(status) == 7,
        "keeps another process out");
}

static void files(void)
{
    char in[16];
    int fd;

    if (!tap_ok(mkdtemp(folder) != NULL, "a folder"))
        return;
    fd = sys_open(in_folder("a"), O_RDWR | O_CREAT | O_EXCL, 0600);
    tap_ok(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC), "a file");
    tap_is_int(sys_mode(in_folder("a")), 0600, "of that mode");
    tap_is_int(sys_write_all(fd, SLICE("0123456789abc")), 0, "written");
    tap_is_int(sys_pwrite_all(fd, SLICE("xy"), 4), 0, "and in the middle");
    tap_is_int(sys_size(fd), 13, "that long");
    tap_is_int(sys_truncate(fd, 10), 0, "cut");
    tap_is_int(sys_size(fd), 10, "to that length");
    tap_is_int(sys_fsync(fd), 0, "synced");
    tap_is_int(sys_read(fd, in, sizeof in), SYS_EOF, "behind it nothing");
    locking(fd);
    sys_close(fd);
    tap_is_int(sys_rename(in_folder("a"), in_folder("b")), 0, "renamed");
    tap_ok(!sys_exists(in_folder("a")) && sys_exists(in_folder("b")),
        "it is there and no longer here");
    slurping();
    slurping_stdin();
    tap_is_int(sys_listdir(folder, on_name, "b"), 0, "the folder");
    tap_ok(names == 1 && odd_names == 0, "holds it alone");
    tap_is_int(sys_listdir(in_folder("none"), on_name, "b"), -1, "no folder");
    tap_is_int(sys_mkdir(in_folder("d"), 0700), 0, "a folder inside");
    tap_is_int(sys_mkdir(in_folder("d"), 0700), 0, "it may be there already");
    tap_is_int(sys_mkdir(in_folder("none/d"), 0700), -1, "but not nowhere");
    tap_is_int(sys_mode(in_folder("none")), -1, "no mode without a file");
    tap_ok(sys_open(in_folder("none"), O_RDONLY, 0) == -1 && errno == ENOENT,
        "nor can it be opened");
}

static void cleaning(void)
{
    tap_is_int(sys_unlink(in_folder("d")), 0, "folder removed");
    tap_is_int(sys_unlink(in_folder("b")), 0, "file removed");
    tap_is_int(sys_unlink(in_folder("b")), -1, "only once");
    tap_is_int(sys_unlink(folder), 0, "nothing is left");
}

static void pipes(void)
{
    int fd[2];
    char c = 0;

    if (!tap_ok(sys_pipe(fd) == 0, "a pipe"))
        return;
    tap_ok(flags_set(fd[0]) && flags_set(fd[1]), "neither end blocks");
    tap_is_int(sys_read(fd[0], &c, 1), SYS_AGAIN, "nothing in it");
    tap_ok(sys_write(fd[1], "x", 1) == 1 && sys_read(fd[0], &c, 1) == 1
        && c == 'x', "through it");
    sys_close(fd[1]);
    tap_is_int(sys_read(fd[0], &c, 1), SYS_EOF, "closed");
    sys_close(fd[0]);
    tap_ok(sys_read(fd[0], &c, 1) == -1 && errno == EBADF, "a dead one");
}

/* ---- failing on purpose ---- */

static int opens(void)
{
    int fd = sys_open(in_folder("b"), O_RDONLY, 0);

    sys_close(fd);
    return fd < 0 ? errno : 0;
}

static void failing(void)
{
    struct sys_addr any;
    struct err err = {0};
    struct buf b;
    int fd[2];

    sys_fail_at(2, EMFILE, false);
    tap_is_int(opens(), 0, "the first call works");
    tap_is_int(opens(), EMFILE, "the second fails as told");
    tap_is_int(opens(), 0, "the third works again");
    sys_fail_at(2, ENFILE, true);
    tap_is_int(opens(), 0, "the first call works");
    tap_is_int(opens(), ENFILE, "the second fails");
    tap_is_int(opens(), ENFILE, "and so does the third");
    sys_fail_at(1, EIO, false);
    sys_fail_at(0, 0, false);
    tap_is_int(opens(), 0, "switched off");

    sys_fail_at(1, EMFILE, true);
    sys_addr_parse(&any, SLICE("127.0.0.1"), 0);
    tap_ok(sys_listen(&any, &err) == -1 && err.sys == EMFILE, "no socket");
    tap_ok(sys_connect(&any) == -1 && errno == EMFILE, "no connection");
    tap_ok(sys_pipe(fd) == -1 && errno == EMFILE, "no pipe");
    tap_ok(sys_fsync(1) == -1 && errno == EMFILE, "no sync");
    tap_ok(sys_rename("a", "b") == -1 && sys_unlink("a") == -1
        && sys_mkdir("a", 0700) == -1 && sys_truncate(1, 0) == -1
        && sys_size(1) == -1 && sys_listdir(folder, on_name, "b") == -1,
        "nor anything else");
    sys_fail_at(2, EIO, false);
    buf_init(&b, 100);
    tap_ok(sys_slurp(in_folder("b"), &b, &err) == -1 && err.sys == EIO
        && err.code == ERR_IO, "a read in the middle: %s", err.msg);
    buf_free(&b);
    sys_fail_at(0, 0, false);
}

/* Whatever failed above, no descriptor was lost on the way. */
static int lowest_fd(void)
{
    int fd = sys_open("/dev/null", O_RDONLY, 0);

    sys_close(fd);
    return fd;
}

int main(void)
{
    int before = lowest_fd();

    dates();
    addrs();
    sockets();
    datagrams();
    files();
    pipes();
    failing();
    cleaning();
    tap_is_int(lowest_fd(), before, "no descriptor was lost");
    tap_ok(sys_fd_limit() > 16 && sys_pid() > 1, "the process");
    tap_ok(sys_getenv("SYS_TEST_IS_NOT_SET") == NULL, "no such variable");
    tap_ok(sys_cpu_us() > 0, "time was spent");
    clocks();
    return tap_done();
}
