/* gate.c - what policy says of a call, before it rings and while it runs; what
 * it costs; and the kill switch.
 *
 * The day of the caps is the owner's, by ZONE; the hours are the callee's.
 */
#include <fcntl.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"

#define LOOK_EVERY 1000         /* ms, at what is spent */
#define LOOK_AHEAD 16000        /* ms: the goodbye is to be paid, too */
#define DAY INT64_C(86400000)
#define PATH_MAX_LEN 1024

/* ---- what is known ---- */

/* For its next attempt: meanwhile it takes no place of MAX_CALLS. */
static bool waits(const struct call *c)
{
    return c->machine.state == CALL_WAITING && c->attempts;
}

size_t calls_dialled(const struct calls *cs)
{
    size_t n = 0;

    for (struct list *l = cs->running.next; l != &cs->running; l = l->next)
        n += !waits(LIST_OWNER(l, struct call, link));
    return n;
}

static int64_t talked_ms(const struct call *c)
{
    int64_t until = c->ended ? c->ended : sys_wall();

    return c->started && until > c->started ? until - c->started : 0;
}

static int64_t cost_of(const struct call *c, int64_t ms)
{
    const struct prices *p = c->calls->conf.prices;

    return p ? price_of(p, slice_str(c->asked.to), ms) : 0;
}

int64_t call_cost(const struct call *c)
{
    return cost_of(c, talked_ms(c));
}

void call_write_cost(struct jsonw *w, const struct call *c)
{
    uint8_t mem[32];
    struct buf b;

    if (!c->calls->conf.prices) {
        jsonw_knull(w, "cost");
        return;
    }
    buf_over(&b, mem, sizeof mem);
    price_add(&b, call_cost(c));
    jsonw_kobject(w, "cost");
    jsonw_key(w, "amount");
    jsonw_raw(w, buf_slice(&b));
    jsonw_kcstr(w, "currency", c->calls->conf.prices->currency);
    jsonw_kbool(w, "estimate", true);
    jsonw_end(w);
}

int64_t calls_ceiling(const struct calls_conf *conf, struct slice to)
{
    int64_t most = conf->prices ? price_of(conf->prices, to,
        (int64_t)conf->max_seconds * 1000) : 0;

    return conf->policy.call_cost && most > conf->policy.call_cost
        ? conf->policy.call_cost : most;
}

static int64_t day_began(const struct calls *cs, int64_t wall)
{
    int64_t offset = cs->conf.offset ? (int64_t)cs->conf.offset(
        cs->conf.offset_arg, wall) * 1000 : 0;

    return (wall + offset) / DAY * DAY - offset;
}

/* Today's, with what those that are talking have come to.  What has ended is
 * in the ledger already. */
static struct ledger_sum spent(const struct calls *cs, struct slice to,
    int64_t wall)
{
    struct ledger_sum sum = ledger_since(&cs->ledger, day_began(cs, wall),
        to);

    for (struct list *l = cs->running.next; l != &cs->running; l = l->next) {
        const struct call *c = LIST_OWNER(l, struct call, link);

        if (c->ended)
            continue;
        sum.ms += talked_ms(c);
        sum.cost += call_cost(c);
    }
    return sum;
}

/* ---- before it rings ---- */

static struct policy_case case_at(const struct calls *cs, struct slice to,
    int64_t wall)
{
    struct policy_case k = {.to = to};
    struct calls_place place = {0};
    struct when when;

    if (cs->conf.place)
        cs->conf.place(cs->conf.place_arg, to, wall, &place);
    else if (cs->conf.offset)
        place.offset = cs->conf.offset(cs->conf.offset_arg, wall);
    when = date_civil(wall, place.offset);
    k.day = when.date;
    k.minute = when.hour * 60 + when.minute;
    k.hours = place.hours;
    return k;
}

enum policy_rule calls_judge_hours(const struct calls *cs, struct slice to,
    int64_t wall, struct err *err)
{
    struct policy_case k = case_at(cs, to, wall);

    return policy_hours(&cs->conf.policy, &k, err);
}

enum policy_rule calls_judge(const struct calls *cs, const struct call *c,
    struct slice to, int64_t wall, struct err *err)
{
    struct policy_case k = case_at(cs, to, wall);
    struct ledger_sum sum = spent(cs, to, wall);

    k.stopped = cs->stopped;
    k.running = calls_dialled(cs) - (c && !waits(c));
    k.calls = sum.calls;
    k.to_number = sum.to_number;
    k.ms = sum.ms;
    k.cost = sum.cost;
    if (cs->conf.prices)
        k.first_minute = price_of(cs->conf.prices, to, 60000);
    return policy_judge(&cs->conf.policy, &k, err);
}

/* ---- while it runs ---- */

/* The name of the ceiling that this call, or the day, has come to; or NULL. */
static const char *too_much(const struct call *c,
    const struct ledger_sum *today)
{
    const struct policy *p = &c->calls->conf.policy;

    if (p->call_cost && cost_of(c, talked_ms(c) + LOOK_AHEAD) > p->call_cost)
        return "COST_PER_CALL";
    if (p->day_cost && today->cost >= p->day_cost)
        return "COST_PER_DAY";
    if (p->day_ms && today->ms >= p->day_ms)
        return "SECONDS_PER_DAY";
    return NULL;
}

static void look(void *arg)
{
    struct calls *cs = arg;
    struct ledger_sum today = spent(cs, slice_str(""), sys_wall());
    struct list *l = cs->running.next;
    bool talking = false;

    while (l != &cs->running) {
        struct call *c = LIST_OWNER(l, struct call, link);
        const char *what;
        char why[80];

        l = l->next;
        if (!c->started || c->ending || c->machine.farewell
            || c->machine.state >= CALL_CLOSING)
            continue;
        talking = true;
        what = too_much(c, &today);
        if (!what)
            continue;
        log_event(LOG_WARN, "ceiling", LS("call", c->id), LS("of", what));
        text_fmt(why, sizeof why, "%s was reached while it ran", what);
        call_blame(c, why);
        call_note(c, "ceiling", 0, "%s", why);
        call_feed(c, EV_CEILING);
    }
    if (talking)
        loop_in(cs->conf.loop, &cs->watch_timer, LOOK_EVERY);
}

void calls_watch_spending(struct calls *cs)
{
    const struct policy *p = &cs->conf.policy;

    if (!p->call_cost && !p->day_cost && !p->day_ms)
        return;
    cs->watch_timer.fire = look;
    cs->watch_timer.arg = cs;
    loop_in(cs->conf.loop, &cs->watch_timer, LOOK_EVERY);
}

/* ---- the kill switch ---- */

static void stop_path(const struct calls *cs, char out[static PATH_MAX_LEN])
{
    text_fmt(out, PATH_MAX_LEN, "%s/STOP", cs->conf.dir);
}

void calls_see_stop(struct calls *cs)
{
    char path[PATH_MAX_LEN];

    stop_path(cs, path);
    cs->stopped = sys_exists(path);
    if (cs->stopped)
        log_event(LOG_WARN, "stopped", LS("by", path));
}

int calls_stop(struct calls *cs, void (*done)(void *arg,
    const struct err *err), void *arg)
{
    char path[PATH_MAX_LEN], text[SYS_STAMP_MAX + 1];
    struct list *l = cs->running.next;

    log_event(LOG_WARN, "stop", LI("calls", cs->n_running));
    cs->stopped = true;
    while (l != &cs->running) {
        struct call *c = LIST_OWNER(l, struct call, link);

        l = l->next;
        c->rule = POLICY_STOPPED;
        call_blame(c, "all calls were stopped");
        call_feed(c, EV_BLOCKED);       /* what is not dialled yet */
        call_feed(c, EV_HANGUP);
    }
    stop_path(cs, path);
    sys_stamp(text, sys_wall());
    return disk_put(cs->conf.disk, path, slice_str(text), 0600, done, arg);
}

int calls_resume(struct calls *cs, void (*done)(void *arg,
    const struct err *err), void *arg)
{
    char path[PATH_MAX_LEN];

    stop_path(cs, path);
    if (disk_unlink(cs->conf.disk, path, done, arg))
        return -1;
    log_event(LOG_WARN, "resume", LI("calls", cs->n_running));
    cs->stopped = false;
    return 0;
}

bool calls_stopped(const struct calls *cs)
{
    return cs->stopped;
}
