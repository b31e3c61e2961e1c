/* sys.c - the only door to the kernel, and the two clocks. */
#include "base/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"

/* ---- failing on purpose ---- */

static _Atomic uint64_t calls;
static uint64_t fail_from;
static int fail_errno;
static bool fail_lasting;

void sys_fail_at(uint64_t n, int sys, bool lasting)
{
    fail_from = n ? calls + n : 0;
    fail_errno = sys;
    fail_lasting = lasting;
}

static bool doomed(enum fault_kind kind)
{
    uint64_t n = ++calls;

    if (!fail_from || (n != fail_from && !(fail_lasting && n > fail_from)))
        return fault_now(kind);
    errno = fail_errno;
    return true;
}

/* How many of n bytes a call may move; 0: it fails. */
static size_t allowed(enum fault_kind kind, size_t n)
{
    uint64_t i = ++calls;

    if (!fail_from || (i != fail_from && !(fail_lasting && i > fail_from)))
        return fault_bytes(kind, n);
    errno = fail_errno;
    return 0;
}

/* ---- clocks ---- */

static bool is_virtual;
static int64_t virtual_now;     /* ms since the virtual clock began */
static int64_t virtual_wall;    /* wall time of that moment */
static int64_t wall_shift;      /* ms added to the real wall clock */

#define VIRTUAL_START 1000000   /* ms; any number but 0, which means "none" */

static int64_t read_clock(clockid_t which)
{
    struct timespec t;

    clock_gettime(which, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t sys_now_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t sys_now(void)
{
    return is_virtual ? VIRTUAL_START + virtual_now : sys_now_us() / 1000;
}

int64_t sys_wall(void)
{
    if (is_virtual)
        return virtual_wall + virtual_now;
    return read_clock(CLOCK_REALTIME) / 1000 + wall_shift;
}

void sys_virtual(int64_t wall_ms)
{
    is_virtual = true;
    virtual_now = 0;
    virtual_wall = wall_ms;
}

bool sys_is_virtual(void)
{
    return is_virtual;
}

void sys_advance(int64_t ms)
{
    if (ms > 0)
        virtual_now += ms;
}

void sys_wall_set(int64_t wall_ms)
{
    wall_shift = wall_ms - read_clock(CLOCK_REALTIME) / 1000;
}

/* Days since 1970-01-01 to a civil date: the usual 400-year-era reckoning. */
void sys_stamp(char out[static SYS_STAMP_MAX], int64_t wall_ms)
{
    int64_t days = wall_ms / 86400000, ms = wall_ms % 86400000;
    int64_t era, doe, yoe, doy, mp, y;
    int m, d;

    if (ms < 0) {
        ms += 86400000;
        days--;
    }
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    doe = days - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    mp = (5 * doy + 2) / 153;
    d = (int)(doy - (153 * mp + 2) / 5 + 1);
    m = (int)(mp < 10 ? mp + 3 : mp - 9);
    y = yoe + era * 400 + (m <= 2);
    snprintf(out, SYS_STAMP_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
        (int)(y % 10000), m, d, (int)(ms / 3600000), (int)(ms / 60000 % 60),
        (int)(ms / 1000 % 60), (int)(ms % 1000));
}

/* ---- sockets ---- */

static struct sockaddr *sa(struct sys_addr *a)
{
    return (struct sockaddr *)(void *)a->u.raw_;
}

static const struct sockaddr *csa(const struct sys_addr *a)
{
    return (const struct sockaddr *)(const void *)a->u.raw_;
}

static struct sys_counts counts;

static int ready(int fd, bool nonblocking)
{
    int flags = fault_now(FAULT_FCNTL) ? -1 : fcntl(fd, F_GETFD);

    if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
        goto bad;
    if (nonblocking) {
        flags = fcntl(fd, F_GETFL);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
            goto bad;
    }
    return fd;
bad:
    flags = errno;
    close(fd);
    errno = flags;
    return -1;
}

/* Frames are small and must leave at once. */
static void no_delay(int fd)
{
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int open_socket(const struct sys_addr *a, int type)
{
    int fd;

    if (doomed(FAULT_SOCKET))
        return -1;
    fd = socket(csa(a)->sa_family, type, 0);
    return fd < 0 ? -1 : ready(fd, true);
}

int sys_listen(const struct sys_addr *a, struct err *err)
{
    char text[SYS_ADDR_TEXT];
    int on = 1, fd = open_socket(a, SOCK_STREAM);

    sys_addr_text(a, text);
    if (fd < 0)
        return fail_sys(err, ERR_NET, "socket for %s", text);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (doomed(FAULT_BIND) || bind(fd, csa(a), a->len) || listen(fd, 1024)) {
        fail_sys(err, ERR_NET, "listen on %s port %u", text,
            sys_addr_port(a));
        close(fd);
        return -1;
    }
    return fd;
}

int sys_accept(int fd, struct sys_addr *peer)
{
    socklen_t len = sizeof peer->u.raw_;
    int got;

    do
        got = doomed(FAULT_ACCEPT) ? -1 : accept(fd, sa(peer), &len);
    while (got < 0 && (errno == EINTR || errno == ECONNABORTED));
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? SYS_AGAIN : -1;
    peer->len = len;
    got = ready(got, true);
    if (got >= 0)
        no_delay(got);
    return got;
}

int sys_connect(const struct sys_addr *a)
{
    int fd = open_socket(a, SOCK_STREAM);

    if (fd < 0)
        return -1;
    no_delay(fd);
    if (doomed(FAULT_CONNECT) || (connect(fd, csa(a), a->len)
        && errno != EINPROGRESS && errno != EINTR)) {
        int sys = errno;

        close(fd);
        errno = sys;
        return -1;
    }
    return fd;
}

int sys_connect_result(int fd)
{
    int sys = 0;
    socklen_t len = sizeof sys;

    if (doomed(FAULT_CONNECT))
        return errno;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &sys, &len))
        return errno;
    return sys;
}

int sys_udp(const struct sys_addr *a)
{
    int fd = open_socket(a, SOCK_DGRAM);

    if (fd >= 0 && (fault_now(FAULT_CONNECT)
        || connect(fd, csa(a), a->len))) {
        int sys = errno;

        close(fd);
        errno = sys;
        return -1;
    }
    return fd;
}

int sys_local(int fd, struct sys_addr *a)
{
    socklen_t len = sizeof a->u.raw_;

    memset(a, 0, sizeof *a);
    if (getsockname(fd, sa(a), &len))
        return -1;
    a->len = len;
    return 0;
}

int sys_peer(int fd, struct sys_addr *a)
{
    socklen_t len = sizeof a->u.raw_;

    memset(a, 0, sizeof *a);
    if (getpeername(fd, sa(a), &len))
        return -1;
    a->len = len;
    return 0;
}

static ssize_t settle(ssize_t r)
{
    if (r > 0)
        return r;
    if (r == 0)
        return SYS_EOF;
    return errno == EAGAIN || errno == EWOULDBLOCK ? SYS_AGAIN : -1;
}

ssize_t sys_recv(int fd, void *to, size_t n)
{
    ssize_t r;

    counts.reads++;
    do {
        size_t most = allowed(FAULT_RECV, n);

        r = most < n && most == 0 ? -1 : recv(fd, to, most, 0);
    } while (r < 0 && errno == EINTR);
    if (r > 0)
        counts.in_flight -= r;
    return settle(r);
}

ssize_t sys_send(int fd, const void *from, size_t n)
{
    ssize_t r;

    counts.writes++;
    do {
        size_t most = allowed(FAULT_SEND, n);

        r = most < n && most == 0 ? -1 : send(fd, from, most, MSG_NOSIGNAL);
    } while (r < 0 && errno == EINTR);
    if (r > 0)
        counts.in_flight += r;
    if (r < 0)
        return settle(r);
    return r;
}

void sys_shutdown_write(int fd)
{
    shutdown(fd, SHUT_WR);
}

int sys_poll(struct pollfd *fds, size_t n, int timeout_ms)
{
    int r;

    counts.polls++;
    r = doomed(FAULT_POLL) ? -1 : poll(fds, (nfds_t)n, timeout_ms);
    return r < 0 && errno == EINTR ? 0 : r;
}

int sys_pipe(int fd[2])
{
    int sys;

    if (doomed(FAULT_PIPE) || pipe(fd))
        return -1;
    fd[0] = ready(fd[0], true);
    fd[1] = ready(fd[1], true);
    if (fd[0] >= 0 && fd[1] >= 0)
        return 0;
    sys = errno;
    sys_close(fd[0]);
    sys_close(fd[1]);
    errno = sys;
    return -1;
}

void sys_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

struct sys_counts sys_counts(void)
{
    return counts;
}

void sys_in_flight_reset(void)
{
    counts.in_flight = 0;
}

/* ---- files ---- */

int sys_open(const char *path, int flags, int mode)
{
    int fd;

    do
        fd = doomed(FAULT_OPEN) ? -1 : open(path, flags, mode);
    while (fd < 0 && errno == EINTR);
    return fd < 0 ? -1 : ready(fd, false);
}

ssize_t sys_read(int fd, void *to, size_t n)
{
    ssize_t r;

    do {
        size_t most = allowed(FAULT_READ, n);

        r = most < n && most == 0 ? -1 : read(fd, to, most);
    } while (r < 0 && errno == EINTR);
    return settle(r);
}

ssize_t sys_write(int fd, const void *from, size_t n)
{
    ssize_t r;

    do {
        size_t most = allowed(FAULT_WRITE, n);

        r = most < n && most == 0 ? -1 : write(fd, from, most);
    } while (r < 0 && errno == EINTR);
    return r < 0 ? settle(r) : r;
}

/* A descriptor that would block (a terminal made non-blocking by somebody
 * else) is waited for: callers are never on the loop's frame path. */
int sys_write_all(int fd, struct slice s)
{
    while (s.len) {
        ssize_t r = sys_write(fd, s.ptr, s.len);

        if (r == SYS_AGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};

            poll(&p, 1, 1000);
            continue;
        }
        if (r < 0)
            return -1;
        s = slice_from(s, (size_t)r);
    }
    return 0;
}

int sys_pwrite_all(int fd, struct slice s, int64_t at)
{
    while (s.len) {
        size_t most = allowed(FAULT_WRITE, s.len);
        ssize_t r = most ? pwrite(fd, s.ptr, most, (off_t)at) : -1;

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return -1;
        s = slice_from(s, (size_t)r);
        at += r;
    }
    return 0;
}

int sys_fsync(int fd)
{
    int r;

    do
        r = doomed(FAULT_FSYNC) ? -1 : fsync(fd);
    while (r && errno == EINTR);
    return r;
}

int sys_truncate(int fd, int64_t size)
{
    int r;

    do
        r = doomed(FAULT_TRUNCATE) ? -1 : ftruncate(fd, (off_t)size);
    while (r && errno == EINTR);
    return r;
}

int sys_seek_start(int fd)
{
    return doomed(FAULT_STAT) || lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

int64_t sys_size(int fd)
{
    struct stat st;

    return doomed(FAULT_STAT) || fstat(fd, &st) ? -1 : (int64_t)st.st_size;
}

int sys_rename(const char *from, const char *to)
{
    return doomed(FAULT_RENAME) ? -1 : rename(from, to);
}

int sys_unlink(const char *path)
{
    return doomed(FAULT_UNLINK) ? -1 : remove(path);
}

int64_t sys_free_bytes(const char *path)
{
    struct statvfs v;

    if (doomed(FAULT_STAT) || statvfs(path, &v))
        return -1;
    return (int64_t)v.f_bavail * (int64_t)v.f_frsize;
}

int sys_mkdir(const char *path, int mode)
{
    if (doomed(FAULT_MKDIR))
        return -1;
    if (mkdir(path, (mode_t)mode) && errno != EEXIST)
        return -1;
    return 0;
}

int sys_mkdtemp(char *path)
{
    return doomed(FAULT_MKDIR) || !mkdtemp(path) ? -1 : 0;
}

int sys_lock(int fd)
{
    struct flock l;

    memset(&l, 0, sizeof l);
    l.l_type = F_WRLCK;
    l.l_whence = SEEK_SET;
    if (!fault_now(FAULT_LOCK) && fcntl(fd, F_SETLK, &l) == 0)
        return 0;
    return errno == EACCES || errno == EAGAIN ? SYS_AGAIN : -1;
}

bool sys_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

int sys_mode(const char *path)
{
    struct stat st;

    return stat(path, &st) ? -1 : (int)(st.st_mode & 07777);
}

int sys_chmod(const char *path, int mode)
{
    return doomed(FAULT_STAT) ? -1 : chmod(path, (mode_t)mode);
}

bool sys_isatty(int fd)
{
    return isatty(fd) == 1;
}

ssize_t sys_read_when(int fd, void *to, size_t n, bool wait)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int ready = sys_poll(&p, 1, wait ? -1 : 0);

    return ready > 0 ? sys_read(fd, to, n) : ready < 0 ? -1 : SYS_AGAIN;
}

int sys_listdir(const char *path, void (*fn)(void *arg, const char *name),
    void *arg)
{
    DIR *d = doomed(FAULT_LIST) ? NULL : opendir(path);
    struct dirent *e;

    if (!d)
        return -1;
    while ((e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            fn(arg, e->d_name);
    closedir(d);
    return 0;
}

/* ---- process ---- */

const char *sys_getenv(const char *name)
{
    return getenv(name);
}

int sys_pid(void)
{
    return (int)getpid();
}

int64_t sys_cpu_us(void)
{
    struct rusage r;

    getrusage(RUSAGE_SELF, &r);
    return ((int64_t)r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000
        + r.ru_utime.tv_usec + r.ru_stime.tv_usec;
}

int64_t sys_fd_limit(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r))
        return -1;
    if (r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
        getrlimit(RLIMIT_NOFILE, &r);
    }
    return (int64_t)r.rlim_cur;
}

int sys_catch(int sig, void (*fn)(int sig))
{
    struct sigaction a;

    memset(&a, 0, sizeof a);
    a.sa_handler = fn;
    a.sa_flags = SA_RESTART;
    sigemptyset(&a.sa_mask);
    return doomed(FAULT_SIGNAL) ? -1 : sigaction(sig, &a, NULL);
}

/* Output stays cooked: a line break is one. */
int sys_raw(bool on)
{
    static struct termios before;
    static bool known;
    struct termios raw;

    if (!on)
        return tcsetattr(0, TCSAFLUSH, &before);
    if (!known && tcgetattr(0, &before))
        return -1;
    known = true;
    raw = before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON | ISTRIP | INLCR);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(0, TCSADRAIN, &raw);
}

/* TIOCGWINSZ is older than POSIX and in every system, but a strict header may
 * hide it: then COLUMNS is what there is. */
int sys_columns(int fd)
{
    const char *text = getenv("COLUMNS");
    uint64_t n = 0;
#ifdef TIOCGWINSZ
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
        return size.ws_col;
#else
    (void)fd;
#endif
    return text && text_u64(slice_str(text), 1, 32767, &n) == 0 ? (int)n : 0;
}

void sys_suspend(void)
{
    struct sigaction stop, before;

    memset(&stop, 0, sizeof stop);
    stop.sa_handler = SIG_DFL;
    sigemptyset(&stop.sa_mask);
    if (sigaction(SIGTSTP, &stop, &before))
        return;
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}
