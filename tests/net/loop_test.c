/* loop_test.c - rounds, timers, watches, pauses and the virtual clock.
 *
 * The virtual part runs last: that clock is not switched off again.
 */
#include "net/loop.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "tests/tap.h"

static struct loop *l;
static char story[256];

static void tell(char c)
{
    size_t n = strlen(story);

    if (n + 1 < sizeof story) {
        story[n] = c;
        story[n + 1] = 0;
    }
}

/* ---- timers ---- */

static struct timer t[8];

static void on_timer(void *arg)
{
    tell(*(char *)arg);
}

static void on_cancelling(void *arg)
{
    tell(*(char *)arg);
    loop_cancel(l, &t[1]);      /* due as well, and behind us */
    loop_at(l, &t[2], 0);       /* the same, and moved: next round */
    loop_at(l, &t[0], 0);       /* ourselves */
}

static void timers(void)
{
    static char name[] = "01234567";
    int64_t now = loop_now(l);

    for (size_t i = 0; i < 8; i++)
        t[i] = (struct timer){.fire = on_timer, .arg = name + i};
    loop_at(l, &t[3], now - 5);
    loop_at(l, &t[0], now - 10);
    loop_at(l, &t[1], now - 10);
    loop_at(l, &t[2], now - 5);
    loop_at(l, &t[4], now + 3600000);
    loop_round(l);
    tap_is_str(slice_str(story), "0132", "by deadline, then by coming");

    story[0] = 0;
    t[0].fire = on_cancelling;
    loop_at(l, &t[0], now - 10);
    loop_at(l, &t[1], now - 9);
    loop_at(l, &t[2], now - 8);
    loop_at(l, &t[3], now - 7);
    loop_round(l);
    tap_is_str(slice_str(story), "03", "cancelled and moved while due");
    t[0].fire = on_timer;
    loop_round(l);
    tap_is_str(slice_str(story), "0320", "what was set waits a round");

    story[0] = 0;
    loop_in(l, &t[5], 20);
    loop_in(l, &t[6], 10);
    loop_in(l, &t[7], 5);
    loop_in(l, &t[7], 15);      /* moved */
    while (strlen(story) < 3)
        loop_round(l);
    tap_is_str(slice_str(story), "675", "real time passes");
    tap_ok(loop_now(l) - now >= 20, "and as much of it as was asked for");
    loop_cancel(l, &t[4]);
    loop_cancel(l, &t[4]);

    story[0] = 0;
    {
        struct loop *small = loop_new(NULL);

        for (size_t i = 0; i < 3; i++)
            t[i] = (struct timer){.fire = on_timer, .arg = name + i};
        mem_fail_at(1, 1);
        for (size_t i = 0; i < 3; i++)
            loop_in(small, &t[i], 1000000);
        mem_fail_at(0, 0);
        loop_cancel(small, &t[1]);
        loop_round(small);
        tap_is_str(slice_str(story), "02", "no memory: early, never lost");
        loop_free(small);
    }
}

/* ---- watches ---- */

#define PIPES 40

static int fd[PIPES][2];
static struct watch w[PIPES];
static size_t calls[PIPES];
static struct watch late;

static void on_ready(void *arg, int events)
{
    size_t i = (size_t)((struct watch *)arg - w);
    uint8_t c;

    calls[i]++;
    if (events & LOOP_READ)
        (void)sys_read(w[i].fd, &c, 1);
}

static void on_last_words(void *arg, int events)
{
    (void)events;
    calls[0]++;
    loop_unwatch(l, arg);
    loop_unwatch(l, arg);
}

/* Takes out everybody, itself too, and puts in one more. */
static void on_purge(void *arg, int events)
{
    (void)arg;
    (void)events;
    calls[1]++;
    for (size_t i = 0; i < PIPES; i++)
        loop_unwatch(l, &w[i]);
    late = (struct watch){.fd = fd[0][0], .ready = on_last_words,
        .arg = &late};
    loop_watch(l, &late, LOOP_READ);
}

static void open_pipes(size_t n)
{
    memset(calls, 0, sizeof calls);
    for (size_t i = 0; i < n; i++) {
        if (sys_pipe(fd[i]))
            abort();
        w[i] = (struct watch){.fd = fd[i][0], .ready = on_ready,
            .arg = &w[i]};
        loop_watch(l, &w[i], LOOP_READ);
    }
}

static void close_pipes(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        loop_unwatch(l, &w[i]);
        sys_close(fd[i][0]);
        sys_close(fd[i][1]);
    }
}

static void watches(void)
{
    size_t sum = 0;

    open_pipes(8);
    tap_is_int((int64_t)loop_counts(l).watches, 8, "eight watches");
    for (size_t i = 0; i < 8; i++)
        sys_write(fd[i][1], "x", 1);
    loop_round(l);
    for (size_t i = 0; i < 8; i++)
        sum += calls[i] == 1;
    tap_is_int((int64_t)sum, 8, "each is called once");

    for (size_t i = 0; i < 8; i++) {
        sys_write(fd[i][1], "x", 1);
        if (i % 2 == 0)
            w[i].ready = on_last_words;
    }
    calls[0] = 0;
    loop_round(l);
    sum = calls[1] + calls[3] + calls[5] + calls[7];
    tap_is_int((int64_t)calls[0], 4, "four take themselves out");
    tap_is_int((int64_t)sum, 8, "the other four miss nothing by it");
    tap_is_int((int64_t)loop_counts(l).watches, 4, "four are left");

    close_pipes(8);
    open_pipes(8);
    for (size_t i = 0; i < 8; i++) {
        sys_write(fd[i][1], "x", 1);
        w[i].ready = on_purge;
    }
    loop_round(l);
    tap_is_int((int64_t)calls[1], 1, "the first called takes out the rest");
    tap_is_int((int64_t)calls[0], 0, "what it put in waits a round");
    loop_round(l);
    tap_ok(calls[0] == 1 && late.slot_ == 0, "and is called then");
    close_pipes(8);

    open_pipes(1);
    loop_want(l, &w[0], 0);
    sys_close(fd[0][1]);
    fd[0][1] = -1;
    loop_in(l, &t[0], 0);
    loop_round(l);
    tap_is_int((int64_t)calls[0], 0, "a hang-up nobody asked for is silent");
    loop_want(l, &w[0], LOOP_READ);
    loop_round(l);
    tap_is_int((int64_t)calls[0], 1, "until it is asked for");
    close_pipes(1);

    mem_fail_at(1, 1);
    {
        struct watch more[80];
        int r = 0;
        size_t n = 0;

        memset(more, 0, sizeof more);
        for (; n < 80 && r == 0; n++) {
            more[n] = (struct watch){.fd = 0, .ready = on_ready};
            r = loop_watch(l, &more[n], 0);
        }
        mem_fail_at(0, 0);
        tap_ok(r == -1 && more[n - 1].slot_ == 0, "no memory is said");
        for (size_t i = 0; i < n; i++)
            loop_unwatch(l, &more[i]);
    }
}

/* ---- tasks ---- */

static struct task a, b, c, forever;

static void run_a(void *arg)
{
    (void)arg;
    tell('a');
    loop_later(l, &b);
    loop_last(l, &c);
}

static void run_b(void *arg)
{
    (void)arg;
    tell('b');
}

static void run_c(void *arg)
{
    (void)arg;
    tell('c');
    if (strlen(story) < 5)
        loop_later(l, &b);      /* a flush because of a death */
}

static void run_forever(void *arg)
{
    (void)arg;
    calls[0]++;
    loop_later(l, &forever);
}

static void tasks(void)
{
    struct task gone = {.run = run_forever};

    a.run = run_a;
    b.run = run_b;
    c.run = run_c;
    forever.run = run_forever;
    story[0] = 0;
    loop_last(l, &c);
    loop_later(l, &a);
    loop_later(l, &a);
    loop_later(l, &gone);
    loop_forget(l, &gone);
    loop_forget(l, &gone);
    loop_round(l);
    tap_is_str(slice_str(story), "abcb", "later before last, new ones too");

    calls[0] = 0;
    loop_later(l, &forever);
    loop_round(l);
    tap_ok(calls[0] > 0 && calls[0] < 100, "an endless task ends its round");
    loop_round(l);
    tap_ok(calls[0] > 1, "and goes on in the next");
    loop_forget(l, &forever);

    story[0] = 0;
    loop_last(l, &c);
    loop_later(l, &a);
    loop_tidy(l);
    loop_tidy(l);
    tap_is_str(slice_str(story), "abcb", "tidied without a look");
}

/* ---- wake-ups ---- */

static void *waker(void *arg)
{
    for (int i = 0; i < 1000; i++)
        loop_wake(arg);
    return NULL;
}

static void on_wake(void *arg)
{
    ++*(size_t *)arg;
}

static void wakes(void)
{
    size_t one = 0, two = 0;
    pthread_t th;

    tap_ok(loop_on_wake(l, on_wake, &one) == 0
        && loop_on_wake(l, on_wake, &two) == 0, "two listeners");
    pthread_create(&th, NULL, waker, l);
    while (one == 0)
        loop_round(l);
    pthread_join(th, NULL);
    tap_ok(one == two && one <= 1000, "both hear of it");
    loop_in(l, &t[0], 0);       /* the rest of its wakes */
    loop_round(l);
    loop_off_wake(l, on_wake, &one);
    one = two = 0;
    loop_wake(l);
    loop_wake(l);
    loop_round(l);
    tap_ok(one == 0 && two == 1, "wakes of one round are one");
    loop_off_wake(l, on_wake, &two);
}

static void blocks(void)
{
    void *p[100];
    uint64_t before;

    for (int i = 0; i < 100; i++)
        p[i] = loop_lend(l);
    for (int i = 0; i < 100; i++)
        loop_give_back(l, p[i]);
    before = mem_count();
    for (int i = 0; i < 100; i++) {
        p[i] = loop_lend(l);
        memset(p[i], i, LOOP_BLOCK);
    }
    for (int i = 0; i < 100; i++)
        loop_give_back(l, p[i]);
    tap_is_int((int64_t)(mem_count() - before), 0, "blocks are used again");
    loop_give_back(l, NULL);
}

/* ---- pauses ---- */

static void on_end(void *arg)
{
    (void)arg;
    loop_stop(l);
}

static size_t ticks;
static struct timer tick;

static void on_tick(void *arg)
{
    (void)arg;
    ticks++;
    loop_in(l, &tick, 1);
}

static void on_chatty(void *arg, int events)
{
    (void)arg;
    (void)events;               /* stays readable */
}

/* One pipe is always readable; the loop runs for some real time.  Returns the
 * looks beyond what one a millisecond allows. */
static int64_t chatter(size_t idle, bool *paused)
{
    struct timer end = {.fire = on_end};
    struct loop_counts before, after;
    int64_t start;

    open_pipes(idle + 1);
    w[0].ready = on_chatty;
    sys_write(fd[0][1], "x", 1);
    loop_in(l, &end, 100);
    before = loop_counts(l);
    start = sys_now_us();
    loop_run(l);
    after = loop_counts(l);
    *paused = after.pauses != before.pauses;
    close_pipes(idle + 1);
    printf("#   %zu watches: %lld looks in %lld us\n", idle + 1,
        (long long)(after.looks - before.looks),
        (long long)(sys_now_us() - start));
    return (int64_t)(after.looks - before.looks)
        - (sys_now_us() - start) / 1000 - 2;
}

static void pauses(void)
{
    bool paused;
    int64_t over = chatter(5, &paused);

    tap_ok(over > 0 && !paused, "few descriptors: looks at once");
    over = chatter(PIPES - 1, &paused);
    tap_ok(over <= 0 && paused, "many: at most one look a millisecond");
}

/* Thousands of silent descriptors and a timer every millisecond: the timers
 * keep their time, but do not make the loop look each time. */
static void silence(void)
{
    static struct watch idle[4000];
    size_t n = 0, want = 4000;
    struct timer end = {.fire = on_end};
    struct loop_counts before, after;
    int64_t limit = sys_fd_limit(), cpu;

    if (limit < 4100)
        want = (size_t)limit - 100;
    if (sys_pipe(fd[0]))
        abort();
    for (; n < want; n++) {
        idle[n] = (struct watch){.fd = dup(fd[0][0]), .ready = on_chatty};
        if (idle[n].fd < 0 || loop_watch(l, &idle[n], LOOP_READ))
            break;
    }
    ticks = 0;
    tick = (struct timer){.fire = on_tick};
    loop_in(l, &tick, 1);
    loop_in(l, &end, 300);
    before = loop_counts(l);
    cpu = sys_cpu_us();
    loop_run(l);
    after = loop_counts(l);
    cpu = sys_cpu_us() - cpu;
    printf("#   %zu silent: %lld looks, %zu ticks, %lld us of CPU in 300 ms\n",
        n, (long long)(after.looks - before.looks), ticks, (long long)cpu);
    tap_ok(after.looks - before.looks < ticks && ticks > 20,
        "timers do not make it look");
    loop_cancel(l, &tick);

    loop_in(l, &end, 100);
    before = loop_counts(l);
    loop_run(l);
    after = loop_counts(l);
    tap_ok(after.looks - before.looks <= 8, "silence costs nothing: %lld "
        "looks", (long long)(after.looks - before.looks));
    while (n-- > 0) {
        loop_unwatch(l, &idle[n]);
        sys_close(idle[n].fd);
    }
    sys_close(fd[0][0]);
    sys_close(fd[0][1]);
}

/* ---- the virtual clock ---- */

static bool busy;

static bool is_idle(void *arg)
{
    (void)arg;
    return !busy;
}

static void *later_wake(void *arg)
{
    busy = false;               /* the loop asks only after the wake-up */
    loop_wake(arg);
    return NULL;
}

static void on_hour(void *arg)
{
    tell(*(char *)arg);
    if (strlen(story) < 24)
        loop_in(l, &t[0], 3600000);
    else
        loop_stop(l);
}

static void virtual_clock(void)
{
    static char name[] = "hsp";
    int64_t start, real = sys_now_us();
    pthread_t th;

    sys_virtual(1795000000000);
    start = sys_now();
    story[0] = 0;
    t[0] = (struct timer){.fire = on_hour, .arg = name};
    loop_in(l, &t[0], 3600000);
    loop_run(l);
    tap_is_int(sys_now() - start, 24 * 3600000LL, "a day passes");
    tap_ok(sys_now_us() - real < 5000000, "in no time");
    tap_is_int(sys_wall(), 1795000000000 + 24 * 3600000LL, "the date too");

    story[0] = 0;
    open_pipes(PIPES);
    w[0].ready = on_last_words;
    sys_write(fd[0][1], "x", 1);
    t[1] = (struct timer){.fire = on_timer, .arg = name + 1};
    loop_in(l, &t[1], 50);
    start = sys_now();
    loop_round(l);
    tap_ok(calls[0] == 1 && sys_now() == start, "what is ready goes first");
    loop_later(l, &b);
    loop_round(l);
    tap_ok(sys_now() == start && strcmp(story, "b") == 0, "tasks as well");
    loop_round(l);
    tap_ok(sys_now() == start + 50 && strcmp(story, "bs") == 0,
        "then time moves, and no pause is made");
    close_pipes(PIPES);

    busy = true;
    loop_idle_check(l, is_idle, NULL);
    loop_in(l, &t[1], 50);
    start = sys_now();
    loop_round(l);
    tap_ok(sys_now() == start, "the disk is waited for");
    pthread_create(&th, NULL, later_wake, l);
    pthread_join(th, NULL);
    while (strcmp(story, "bss") != 0)
        loop_round(l);
    tap_is_int(sys_now(), start + 50, "and then not");
    loop_idle_check(l, NULL, NULL);
}

/* Bytes between two sockets of ours are under way: time stands still. */
static void in_flight(void)
{
    struct sys_addr at, peer;
    struct err e;
    int s, x, y = SYS_AGAIN;
    int64_t start = sys_now();
    uint8_t r[4];

    sys_addr_parse(&at, SLICE("127.0.0.1"), 0);
    s = sys_listen(&at, &e);
    if (s < 0 || sys_local(s, &at))
        abort();
    x = sys_connect(&at);
    while (y == SYS_AGAIN)
        y = sys_accept(s, &peer);
    sys_in_flight_reset();
    w[0] = (struct watch){.fd = y, .ready = on_last_words, .arg = &w[0]};
    loop_watch(l, &w[0], LOOP_READ);
    calls[0] = 0;
    story[0] = 0;
    loop_in(l, &t[1], 1000);
    sys_send(x, "four", 4);
    tap_is_int(sys_counts().in_flight, 4, "four bytes under way");
    loop_round(l);
    tap_ok(calls[0] == 1 && sys_now() == start, "they come before time");
    tap_is_int(sys_recv(y, r, 4), 4, "read");
    tap_is_int(sys_counts().in_flight, 0, "nothing under way");
    sys_send(x, "lost", 4);     /* nobody looks at y any more */
    loop_round(l);
    tap_ok(sys_now() == start + 1000 && sys_counts().in_flight == 0,
        "bytes nobody wants stop the clock for a moment only");
    sys_close(x);
    sys_close(y);
    sys_close(s);
}

static void on_blind(void *arg)
{
    *(bool *)arg = true;
    loop_stop(l);
}

/* One poll() that fails is nothing; one that never works again ends it. */
static void blind(void)
{
    bool fired = false;
    struct timer soon = {.fire = on_blind, .arg = &fired};

    loop_in(l, &soon, 1);
    sys_fail_at(1, ENOMEM, false);
    tap_ok(loop_run(l) == 0 && fired, "a poll that fails once is survived");
    sys_fail_at(1, ENOMEM, true);
    tap_is_int(loop_run(l), -1, "polls that all fail end it");
    sys_fail_at(0, 0, false);
    loop_in(l, &soon, 1);
    tap_is_int(loop_round(l), 0, "and it can go on");
}

int main(void)
{
    struct err e;

    l = loop_new(&e);
    if (!l)
        return 1;
    timers();
    watches();
    tasks();
    wakes();
    blocks();
    pauses();
    silence();
    blind();
    virtual_clock();
    in_flight();
    loop_free(l);
    sys_fail_at(1, EMFILE, false);
    tap_ok(!loop_new(&e) && e.sys == EMFILE, "no loop: %s", e.msg);
    for (uint64_t n = 1; n <= 3; n++) {
        mem_fail_at(n, 0);
        tap_ok(!loop_new(&e) && e.code == ERR_MEM, "no memory at %d",
            (int)n);
    }
    mem_fail_at(0, 0);
    return tap_done();
}
