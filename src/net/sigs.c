/* sigs.c - signals as events of the loop, through its own wake-up pipe.
 *
 * The handler counts and wakes; errno is put back, as the code it interrupted
 * may be about to read it.  A counter, not a flag: the second TERM means more
 * than the first, also when both came in one round.
 */
#include "net/sigs.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/sys.h"

/* Of everybody, then of a command at a terminal.  SIGWINCH is not in POSIX. */
static const int caught[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGTSTP, SIGCONT,
#ifdef SIGWINCH
    SIGWINCH
#endif
};
#define CAUGHT (sizeof caught / sizeof *caught)
#define USUAL 4

static struct {             /* a signal handler has no argument of its own */
    struct loop *loop;
    atomic_int came[CAUGHT];
    size_t taken;           /* how many of them are caught */
    struct task task;
    void (*fn)(void *arg, int sig);
    void *arg;
} sigs;

static void on_signal(int sig)
{
    int saved = errno;

    for (size_t i = 0; i < CAUGHT; i++)
        if (caught[i] == sig)
            atomic_fetch_add(&sigs.came[i], 1);
    loop_wake(sigs.loop);
    errno = saved;
}

static void tell(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < CAUGHT; i++)
        for (int n = atomic_exchange(&sigs.came[i], 0); n > 0; n--)
            if (sigs.loop)      /* fn may have stopped us */
                sigs.fn(sigs.arg, caught[i]);
}

/* A wake-up may have any reason, and comes in the middle of a round. */
static void on_wake(void *arg)
{
    (void)arg;
    loop_later(sigs.loop, &sigs.task);
}

static int catch_all(size_t from, size_t to, struct err *err)
{
    for (size_t i = from; i < to; i++) {
        atomic_store(&sigs.came[i], 0);
        if (sys_catch(caught[i], on_signal))
            return fail_sys(err, ERR_IO, "signal %d", caught[i]);
    }
    return 0;
}

int sigs_start(struct loop *l, void (*fn)(void *arg, int sig), void *arg,
    struct err *err)
{
    if (sigs.loop)
        return fail(err, ERR_BUG, "signals are taken already");
    if (loop_on_wake(l, on_wake, NULL))
        return fail(err, ERR_BUG, "no place for the signals");
    sigs.loop = l;
    sigs.fn = fn;
    sigs.arg = arg;
    sigs.task.run = tell;
    sigs.taken = USUAL;
    if (catch_all(0, USUAL, err) == 0 && (sys_catch(SIGPIPE, SIG_IGN) == 0
        || fail_sys(err, ERR_IO, "signal %d", SIGPIPE) == 0))
        return 0;
    sigs_stop(l);
    return -1;
}

int sigs_terminal(struct loop *l, struct err *err)
{
    if (sigs.loop != l)
        return fail(err, ERR_BUG, "no signals are taken");
    sigs.taken = CAUGHT;
    return catch_all(USUAL, CAUGHT, err);
}

void sigs_stop(struct loop *l)
{
    if (sigs.loop != l)
        return;
    for (size_t i = 0; i < sigs.taken; i++)
        (void)sys_catch(caught[i], SIG_DFL);
    loop_off_wake(l, on_wake, NULL);
    loop_forget(l, &sigs.task);
    sigs.loop = NULL;
}
