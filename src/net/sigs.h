/* sigs.h - signals as events of the loop, through a self-pipe.
 *
 * TERM and INT ask for an orderly end, a second one for an end now; HUP for
 * reading certificates again; USR1 for a report; PIPE is ignored.
 */
#ifndef NET_SIGS_H
#define NET_SIGS_H

#include "base/err.h"
#include "net/loop.h"

/* fn is called on the loop with SIGTERM, SIGINT, SIGHUP or SIGUSR1, last in
 * its round.  One instance a process.  0, or -1 and *err. */
int sigs_start(struct loop *l, void (*fn)(void *arg, int sig), void *arg,
    struct err *err);
/* For a command at a terminal: SIGWINCH (where there is one), SIGTSTP and
 * SIGCONT as well.  After sigs_start. */
int sigs_terminal(struct loop *l, struct err *err);
void sigs_stop(struct loop *l);

#endif
