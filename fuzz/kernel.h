/* kernel.h - base/sys with sockets that lie in this process: no byte leaves it,
 * and the target is the peer of them all.
 *
 * Includes base/sys.c itself, with the socket calls it makes led to the ones
 * below; files, clocks and pipes stay the real ones.  So the program is run
 * from its kernel calls up, and nothing of it is left out but the network.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define KERNEL_SOCKS 64
#define KERNEL_FD 5000          /* above every real descriptor */
#define KERNEL_OUT (8u << 20)   /* bytes a peer may be told */

struct kernel_sock {
    bool used, listens;
    bool held;                  /* the peer is still there: its end of it */
    bool ours_over, theirs_over;        /* who has ended */
    int waiting[KERNEL_SOCKS];  /* connections to be accepted */
    size_t waits;
    uint16_t port;              /* that was connected to, or listened on */
    unsigned char *in, *out;    /* to the program, and from it */
    size_t in_len, in_at, out_len, out_room;
    size_t window;              /* bytes it may still send */
};

static struct kernel_sock kernel_sock[KERNEL_SOCKS];

/* May the program connect to that port?  The target says so. */
static bool kernel_answers(uint16_t port);

static inline struct kernel_sock *kernel_at(int fd)
{
    return fd >= KERNEL_FD && fd < KERNEL_FD + KERNEL_SOCKS
        ? &kernel_sock[fd - KERNEL_FD] : NULL;
}

static inline int kernel_new(void)
{
    for (int i = 0; i < KERNEL_SOCKS; i++) {
        struct kernel_sock *s = &kernel_sock[i];

        if (s->used || s->held)
            continue;
        free(s->in);
        free(s->out);
        memset(s, 0, sizeof *s);
        s->used = true;
        s->window = SIZE_MAX;
        return KERNEL_FD + i;
    }
    errno = EMFILE;
    return -1;
}

/* ---- the calls of base/sys.c ---- */

static inline int kernel_socket(int family, int type, int protocol)
{
    (void)family;
    (void)protocol;
    if (type == SOCK_STREAM)
        return kernel_new();
    errno = ENETUNREACH;        /* no DNS: literal addresses only */
    return -1;
}

static inline int kernel_bind(int fd, const struct sockaddr *a, socklen_t len)
{
    (void)len;
    kernel_at(fd)->port = ntohs(((const struct sockaddr_in *)(const void *)a)
        ->sin_port);
    return 0;
}

static inline int kernel_listen(int fd, int n)
{
    (void)n;
    kernel_at(fd)->listens = true;
    return 0;
}

static inline void kernel_name(struct sockaddr *a, socklen_t *len,
    uint16_t port)
{
    struct sockaddr_in in;

    memset(&in, 0, sizeof in);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    in.sin_addr.s_addr = htonl(0x7f000001);
    memcpy(a, &in, sizeof in);
    *len = sizeof in;
}

static inline int kernel_accept(int fd, struct sockaddr *a, socklen_t *len)
{
    struct kernel_sock *s = kernel_at(fd);
    int got;

    if (!s->waits) {
        errno = EAGAIN;
        return -1;
    }
    got = s->waiting[0];
    s->waits--;
    memmove(s->waiting, s->waiting + 1, s->waits * sizeof *s->waiting);
    kernel_name(a, len, 40000);
    return got;
}

static inline int kernel_connect(int fd, const struct sockaddr *a,
    socklen_t len)
{
    struct kernel_sock *s = kernel_at(fd);

    kernel_bind(fd, a, len);
    if (!kernel_answers(s->port)) {
        errno = ECONNREFUSED;
        return -1;
    }
    s->held = true;
    return 0;
}

static inline int kernel_getsockopt(int fd, int level, int name, void *value,
    socklen_t *len)
{
    (void)fd;
    (void)level;
    (void)name;
    memset(value, 0, *len);
    return 0;
}

static inline int kernel_setsockopt(int fd, int level, int name,
    const void *value, socklen_t len)
{
    (void)fd;
    (void)level;
    (void)name;
    (void)value;
    (void)len;
    return 0;
}

static inline int kernel_getsockname(int fd, struct sockaddr *a,
    socklen_t *len)
{
    kernel_name(a, len, kernel_at(fd)->port);
    return 0;
}

static inline ssize_t kernel_recv(int fd, void *to, size_t n, int flags)
{
    struct kernel_sock *s = kernel_at(fd);
    size_t left = s->in_len - s->in_at;

    (void)flags;
    if (left == 0 && s->theirs_over)
        return 0;
    if (left == 0) {
        errno = EAGAIN;
        return -1;
    }
    n = n < left ? n : left;
    memcpy(to, s->in + s->in_at, n);
    s->in_at += n;
    return (ssize_t)n;
}

static inline ssize_t kernel_send(int fd, const void *from, size_t n,
    int flags)
{
    struct kernel_sock *s = kernel_at(fd);

    (void)flags;
    if (!s->held) {
        errno = EPIPE;
        return -1;
    }
    n = n < s->window ? n : s->window;
    if (n == 0) {
        errno = EAGAIN;
        return -1;
    }
    if (s->ours_over || s->out_len + n > KERNEL_OUT)
        abort();                /* bytes behind the end, or without end */
    if (s->out_len + n > s->out_room) {
        s->out_room = 2 * (s->out_len + n);
        s->out = realloc(s->out, s->out_room);
        if (!s->out)
            abort();
    }
    memcpy(s->out + s->out_len, from, n);
    s->out_len += n;
    s->window -= s->window == SIZE_MAX ? 0 : n;
    return (ssize_t)n;
}

static inline int kernel_shutdown(int fd, int how)
{
    (void)how;
    kernel_at(fd)->ours_over = true;
    return 0;
}

static inline int kernel_close(int fd)
{
    struct kernel_sock *s = kernel_at(fd);

    if (!s)
        return close(fd);
    if (!s->used)
        abort();                /* closed twice */
    s->used = false;
    s->ours_over = true;
    for (size_t i = 0; i < s->waits; i++)
        kernel_close(s->waiting[i]);
    return 0;
}

static inline int kernel_fcntl(int fd, int cmd, ...)
{
    va_list ap;
    int arg = 0;

    if (kernel_at(fd))
        return 0;
    va_start(ap, cmd);
    if (cmd == F_SETLK) {
        struct flock *lock = va_arg(ap, struct flock *);

        va_end(ap);
        return fcntl(fd, cmd, lock);
    }
    if (cmd == F_SETFD || cmd == F_SETFL)
        arg = va_arg(ap, int);
    va_end(ap);
    return fcntl(fd, cmd, arg);
}

static inline short kernel_ready(const struct kernel_sock *s, short wanted)
{
    short now = 0;

    if (!s->used)
        return POLLNVAL;
    if (s->listens ? s->waits > 0 : s->in_at < s->in_len || s->theirs_over)
        now |= POLLIN;
    if (!s->listens && (s->window > 0 || !s->held))
        now |= POLLOUT;
    return now & wanted;
}

static void kernel_arrived(void);

/* Ours at once; the real ones (the disk thread's pipe) beside them. */
static inline int kernel_poll(struct pollfd *fds, nfds_t n, int timeout)
{
    struct pollfd real[KERNEL_SOCKS];
    nfds_t reals = 0, at[KERNEL_SOCKS];
    int ready = 0;

    kernel_arrived();
    for (nfds_t i = 0; i < n; i++) {
        const struct kernel_sock *s = kernel_at(fds[i].fd);

        fds[i].revents = s ? kernel_ready(s, fds[i].events) : 0;
        ready += fds[i].revents != 0;
        if (s || fds[i].fd < 0)
            continue;
        if (reals == KERNEL_SOCKS)
            abort();
        at[reals] = i;
        real[reals++] = fds[i];
    }
    if (reals && poll(real, reals, ready ? 0 : timeout) > 0)
        for (nfds_t i = 0; i < reals; i++) {
            fds[at[i]].revents = real[i].revents;
            ready += real[i].revents != 0;
        }
    return ready;
}

#define socket kernel_socket
#define bind kernel_bind
#define listen kernel_listen
#define accept kernel_accept
#define connect kernel_connect
#define getsockopt kernel_getsockopt
#define setsockopt kernel_setsockopt
#define getsockname kernel_getsockname
#define getpeername kernel_getsockname
#define recv kernel_recv
#define send kernel_send
#define shutdown kernel_shutdown
#define close kernel_close
#define fcntl kernel_fcntl
#define poll kernel_poll
#include "base/sys.c"
#undef socket
#undef bind
#undef listen
#undef accept
#undef connect
#undef getsockopt
#undef setsockopt
#undef getsockname
#undef getpeername
#undef recv
#undef send
#undef shutdown
#undef close
#undef fcntl
#undef poll

/* What was sent has arrived: nothing is under way in here. */
static void kernel_arrived(void)
{
    counts.in_flight = 0;
}

/* ---- the peer's side ---- */

/* Connects to whoever listens on port. */
static inline struct kernel_sock *kernel_dial(uint16_t port)
{
    for (int i = 0; i < KERNEL_SOCKS; i++) {
        struct kernel_sock *s = &kernel_sock[i];
        int fd;

        if (!s->used || !s->listens || s->port != port)
            continue;
        fd = kernel_new();
        if (fd < 0)
            abort();
        s->waiting[s->waits++] = fd;
        kernel_at(fd)->held = true;
        return kernel_at(fd);
    }
    return NULL;
}

static inline void kernel_say(struct kernel_sock *s, const void *p, size_t n)
{
    s->in = realloc(s->in, s->in_len + n + 1);
    if (!s->in)
        abort();
    if (n)
        memcpy(s->in + s->in_len, p, n);
    s->in_len += n;
}

/* The peer goes: its bytes so far still arrive, the slot is free after the
 * program has closed its end. */
static inline void kernel_hang_up(struct kernel_sock *s)
{
    s->theirs_over = true;
    s->held = false;
}

/* How many the program has open; the last thing a target looks at. */
static inline size_t kernel_open(void)
{
    size_t n = 0;

    for (int i = 0; i < KERNEL_SOCKS; i++)
        n += kernel_sock[i].used;
    return n;
}

#endif
