/* sys_child.h - this program once more, as a process beside this one.
 *
 * A part of sys, for `concierge bench` alone: no server starts a program.  The
 * child's stdin and stdout are pipes to us, so whoever of the two dies, the
 * other one reads an end.
 */
#ifndef BASE_SYS_CHILD_H
#define BASE_SYS_CHILD_H

#include "base/err.h"
#include "base/slice.h"

struct sys_child {
    int pid;                    /* 0: none */
    int in, out;                /* our ends of its stdin and stdout */
};

/* How this program was started: main's argv[0]. */
void sys_child_program(const char *argv0);

/* Starts it with those arguments (argv[0] is the program's own name; NULL at
 * the end), the environment as it is, stderr shared.  0, or -1 and *err. */
int sys_child_start(struct sys_child *c, const char *const *argv,
    struct err *err);

/* Closes the pipes, which is a child's sign to end, and waits for it; once ms
 * have passed it is killed.  Its exit status; -1: by a signal.  Harmless when
 * there is none. */
int sys_child_end(struct sys_child *c, int64_t ms);

/* Resident memory, kB; -1 where the system does not show it in /proc. */
int64_t sys_child_memory(const struct sys_child *c);

#endif
