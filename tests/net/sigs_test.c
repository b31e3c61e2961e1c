/* sigs_test.c - real signals, raised by the process itself. */
#include "net/sigs.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/sys.h"
#include "tests/tap.h"

static int seen[16], n_seen;
static char order[64];
static struct loop *l;

static void note(char c)
{
    size_t n = strlen(order);

    if (n + 1 < sizeof order)
        order[n] = c;
}

static void on_sig(void *arg, int sig)
{
    if (arg != &n_seen)
        abort();
    if (n_seen < 16)
        seen[n_seen++] = sig;
    note('S');
    if (sig == SIGUSR1)
        loop_stop(l);
}

static void on_timer(void *arg)
{
    (void)arg;
    raise(SIGHUP);
    note('T');
}

static void on_later(void *arg)
{
    (void)arg;
    note('L');
}

static void order_in_round(void)
{
    struct timer t = {.fire = on_timer};
    struct task later = {.run = on_later};

    memset(order, 0, sizeof order);
    n_seen = 0;
    loop_in(l, &t, 0);
    raise(SIGTERM);
    loop_later(l, &later);
    loop_round(l);
    loop_round(l);
    tap_is_str(slice_str(order), "TLSS", "signals come after timers");
    tap_ok(n_seen == 2, "two signals, %d seen", n_seen);
}

int main(void)
{
    struct err e;
    int fd[2];

    l = loop_new(&e);
    if (!l || sys_pipe(fd))
        return 1;
    tap_is_int(sigs_start(l, on_sig, &n_seen, &e), 0, "start");
    tap_ok(sigs_start(l, on_sig, NULL, &e) == -1 && e.code == ERR_BUG,
        "one instance a process");
    raise(SIGTERM);
    raise(SIGTERM);
    raise(SIGHUP);
    raise(SIGINT);
    raise(SIGUSR1);
    tap_is_int(n_seen, 0, "nothing happens inside of the handler");
    loop_run(l);
    tap_is_int(n_seen, 5, "every one is counted");
    tap_ok(seen[0] == SIGTERM && seen[1] == SIGTERM && seen[2] == SIGINT
        && seen[3] == SIGHUP && seen[4] == SIGUSR1, "each with its number");
    order_in_round();

    n_seen = 0;
    tap_is_int(sigs_terminal(l, &e), 0, "a terminal's, too");
    raise(SIGTSTP);
    raise(SIGCONT);
    loop_round(l);
    tap_ok(n_seen == 2 && seen[0] == SIGTSTP && seen[1] == SIGCONT,
        "are events");
    n_seen = 2;
    sys_close(fd[0]);
    tap_is_int(sys_write(fd[1], "x", 1), -1, "a broken pipe is an error");
    tap_ok(n_seen == 2, "and nothing else");

    sigs_stop(l);
    sys_fail_at(3, EINVAL, false);
    tap_ok(sigs_start(l, on_sig, NULL, &e) == -1 && e.sys == EINVAL,
        "a refused signal: %s", e.msg);
    sys_fail_at(0, 0, false);
    tap_is_int(sigs_start(l, on_sig, &n_seen, &e), 0, "and again");
    sigs_stop(l);
    {
        struct sigaction a;

        sigaction(SIGTERM, NULL, &a);
        tap_ok(a.sa_handler == SIG_DFL, "stopped: the default is back");
    }
    sys_close(fd[1]);
    loop_free(l);
    return tap_done();
}
