/* sys.h - the only door to the kernel, and the two clocks.
 *
 * Results are normalised once, here: EINTR is retried, "would block" is
 * SYS_AGAIN, end of stream is SYS_EOF, everything else -1 with errno.  All
 * descriptors are close-on-exec; sockets and pipes are non-blocking.  A test
 * may make any call fail (sys_fail_at), and whole simulated calls run on a
 * virtual clock (sys_virtual).
 */
#ifndef BASE_SYS_H
#define BASE_SYS_H

#include <poll.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/slice.h"

#define SYS_AGAIN (-2)      /* nothing there, or no room: come back */
#define SYS_EOF   (-3)      /* the other side is done */

/* ---- clocks ---- */

int64_t sys_now(void);          /* monotonic, ms */
int64_t sys_now_us(void);       /* monotonic, us; real time even if virtual */
int64_t sys_wall(void);         /* ms since 1970-01-01T00:00Z */

/* Makes both clocks virtual: they stand still until sys_advance. */
void sys_virtual(int64_t wall_ms);
bool sys_is_virtual(void);
void sys_advance(int64_t ms);   /* virtual clock only */

/* Shifts the wall clock to begin at wall_ms now (--now); time runs on. */
void sys_wall_set(int64_t wall_ms);

#define SYS_STAMP_MAX 32
/* RFC 3339 in UTC with milliseconds: 2026-11-22T11:00:00.000Z. */
void sys_stamp(char out[static SYS_STAMP_MAX], int64_t wall_ms);

/* ---- sockets ---- */

struct sys_addr {               /* room for sockaddr_in and sockaddr_in6 */
    union {
        uint64_t align_;
        uint8_t raw_[128];
    } u;
    unsigned len;
};

/* Text form "1.2.3.4" or "::1", and port, of an address. */
#define SYS_ADDR_TEXT 48
void sys_addr_text(const struct sys_addr *a, char out[static SYS_ADDR_TEXT]);
uint16_t sys_addr_port(const struct sys_addr *a);
int sys_addr_parse(struct sys_addr *a, struct slice ip, uint16_t port);
bool sys_addr_loopback(const struct sys_addr *a);
bool sys_addr_private(const struct sys_addr *a);    /* loopback, RFC 1918,
                                    link-local, CGNAT, ULA, unspecified */
void sys_addr_v4(struct sys_addr *a, const uint8_t ip[4], uint16_t port);
void sys_addr_v6(struct sys_addr *a, const uint8_t ip[16], uint16_t port);
/* The bytes: 16 and true for IPv6; 4 and false for IPv4, also when it is
 * mapped into IPv6. */
bool sys_addr_ip(const struct sys_addr *a, uint8_t ip[static 16]);

int sys_listen(const struct sys_addr *a, struct err *err);      /* TCP */
int sys_accept(int fd, struct sys_addr *peer);      /* fd, SYS_AGAIN, -1 */
int sys_connect(const struct sys_addr *a);          /* fd (in progress), -1 */
int sys_connect_result(int fd);     /* 0 connected, or the errno */
int sys_udp(const struct sys_addr *a);              /* connected UDP socket */
int sys_local(int fd, struct sys_addr *a);
int sys_peer(int fd, struct sys_addr *a);
ssize_t sys_recv(int fd, void *to, size_t n);   /* >0, SYS_AGAIN, SYS_EOF, -1 */
ssize_t sys_send(int fd, const void *from, size_t n);   /* >=0, AGAIN, -1 */
void sys_shutdown_write(int fd);
int sys_poll(struct pollfd *fds, size_t n, int timeout_ms);
int sys_pipe(int fd[2]);
void sys_close(int fd);

/* How many of each kernel call, for /metrics and the frame-path test. */
struct sys_counts {
    uint64_t polls, reads, writes;
    int64_t in_flight;  /* bytes sent minus bytes received on sockets: 0 when
                           all peers live here and nothing is under way */
};
struct sys_counts sys_counts(void);
void sys_in_flight_reset(void);

/* ---- files (the disk thread, start-up and commands only) ---- */

int sys_open(const char *path, int flags, int mode);
ssize_t sys_read(int fd, void *to, size_t n);       /* >0, SYS_EOF, AGAIN, -1 */
/* The same once something is there; without wait SYS_AGAIN when nothing is.
 * With it SYS_AGAIN after a signal. */
ssize_t sys_read_when(int fd, void *to, size_t n, bool wait);
#define SYS_STDIN 0
ssize_t sys_write(int fd, const void *from, size_t n);
int sys_write_all(int fd, struct slice s);          /* 0 or -1 */
int sys_pwrite_all(int fd, struct slice s, int64_t at);
int sys_fsync(int fd);
int sys_truncate(int fd, int64_t size);
int64_t sys_size(int fd);
int64_t sys_free_bytes(const char *path);   /* for us, on its disk; -1 */
int sys_seek_start(int fd);                         /* 0 or -1 */
int sys_rename(const char *from, const char *to);
int sys_unlink(const char *path);
int sys_mkdir(const char *path, int mode);          /* 0 also if it exists */
int sys_mkdtemp(char *path);         /* mode 0700; path ends in XXXXXX */
int sys_lock(int fd);       /* exclusive, at once: 0, SYS_AGAIN, -1 */
bool sys_exists(const char *path);
int sys_mode(const char *path);                     /* permission bits, -1 */
int sys_chmod(const char *path, int mode);          /* 0 or -1 */
bool sys_isatty(int fd);
/* Keys of the terminal at stdin one by one instead of lines, while on: raw
 * mode, output as before.  What was typed before counts.  0, or -1: it is
 * none. */
int sys_raw(bool on);
/* How wide the terminal is: as it says, or COLUMNS; 0: not known. */
int sys_columns(int fd);
/* Stops this job, as ^Z does; returns when it goes on. */
void sys_suspend(void);

struct buf;
/* Reads a whole file, at most out->max bytes.  0, or -1 and *err. */
int sys_slurp(const char *path, struct buf *out, struct err *err);
/* The same of standard input, which may be a socket: those have no path that
 * could be opened. */
int sys_slurp_stdin(struct buf *out, struct err *err);
/* Calls fn with each name in a folder but "." and "..".  0 or -1. */
int sys_listdir(const char *path, void (*fn)(void *arg, const char *name),
    void *arg);

/* ---- process ---- */

const char *sys_getenv(const char *name);
int sys_pid(void);
int64_t sys_cpu_us(void);       /* user and system time of the process */
int64_t sys_fd_limit(void);     /* raises the soft limit to the hard one */
/* fn may be SIG_IGN or SIG_DFL; interrupted calls go on.  0 or -1. */
int sys_catch(int sig, void (*fn)(int sig));

/* Makes kernel call number n from now fail with errno sys, and all after it
 * when lasting; 0 switches it off.  For tests. */
void sys_fail_at(uint64_t n, int sys, bool lasting);

#endif
