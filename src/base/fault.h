/* fault.h - failing on purpose: which call, of which kind, and whose.
 *
 * Tests run a whole phone call in one process, the server and the stand-ins
 * for everybody else; only the server's calls to malloc and to the kernel may
 * fail.  So whoever runs belongs to a scope: the loop gives every watch, timer
 * and task the scope it was set in, the disk thread has the one it was made
 * in.  A plan says which call of one kind, counted within FAULT_OURS, fails.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {               /* mem.c and sys.c ask for each of these */
    FAULT_MEM, FAULT_POLL, FAULT_RECV, FAULT_SEND, FAULT_SOCKET, FAULT_BIND,
    FAULT_ACCEPT, FAULT_CONNECT, FAULT_PIPE, FAULT_FCNTL, FAULT_OPEN,
    FAULT_READ, FAULT_WRITE, FAULT_FSYNC, FAULT_TRUNCATE, FAULT_STAT,
    FAULT_RENAME, FAULT_UNLINK, FAULT_MKDIR, FAULT_LOCK, FAULT_LIST,
    FAULT_SIGNAL, FAULT_KINDS
};

const char *fault_name(enum fault_kind k);      /* "recv" */

enum fault_scope { FAULT_OTHERS, FAULT_OURS };

/* The scope of this thread; begins as FAULT_OTHERS.  Returns the one before. */
enum fault_scope fault_enter(enum fault_scope s);
enum fault_scope fault_scope(void);

#define FAULT_FOR_GOOD UINT64_MAX

struct fault_plan {
    enum fault_kind kind;
    uint64_t first;             /* 1: the next such call */
    uint64_t n;                 /* how many in a row; FAULT_FOR_GOOD */
    int sys;                    /* errno; 0: the call is not failed but
                                   shortened to one byte (reads, writes) */
};

/* Counts from here, and fails what the plan says; NULL: counts only.  Set it
 * while no other thread of ours runs. */
void fault_begin(const struct fault_plan *plan);
void fault_end(void);           /* nothing fails and nothing is counted */
uint64_t fault_calls(enum fault_kind k);        /* since fault_begin */
uint64_t fault_hits(void);      /* how often the plan has struck */

/* Asked before each call: true when it has to fail, errno is set then. */
bool fault_now(enum fault_kind k);
/* The same for a call that moves n bytes: 0 when it has to fail, else how many
 * of them it may ask for. */
size_t fault_bytes(enum fault_kind k, size_t n);

#endif
