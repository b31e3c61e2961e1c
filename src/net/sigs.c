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

static const int caught[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
#define CAUGHT (sizeof caught / sizeof *caught)

static struct {             /* a signal handler has no argument of its own */
    struct loop *loop;
    atomic_int came[CAUGHT];
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
    for (size_t i = 0; i < CAUGHT; i++) {
        atomic_store(&sigs.came[i], 0);
        if (sys_catch(caught[i], on_signal)) {
            fail_sys(err, ERR_IO, "signal %d", caught[i]);
            sigs_stop(l);
            return -1;
        }
    }
    if (sys_catch(SIGPIPE, SIG_IGN) == 0)
        return 0;
    fail_sys(err, ERR_IO, "signal %d", SIGPIPE);
    sigs_stop(l);
    return -1;
}

void sigs_stop(struct loop *l)
{
    if (sigs.loop != l)
        return;
    for (size_t i = 0; i < CAUGHT; i++)
        (void)sys_catch(caught[i], SIG_DFL);
    loop_off_wake(l, on_wake, NULL);
    loop_forget(l, &sigs.task);
    sigs.loop = NULL;
}
