/* turn.c - when a call is dialled: the line before Twilio's calls per second,
 * and the ladder of attempts after a busy line.
 *
 * Policy is asked again when the turn comes: hours pass and caps fill while
 * one waits.
 */
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "codec/date.h"

#define SECOND 1000
#define BUSY_PAUSE 1000         /* ms until a full house is looked at again */

/* ---- the line ---- */

void call_leave_line(struct call *c)
{
    struct list *l;

    if (!c->position)
        return;
    list_drop(&c->turn_link);
    c->position = 0;
    l = c->calls->line.next;
    for (size_t n = 1; l != &c->calls->line; l = l->next, n++)
        LIST_OWNER(l, struct call, turn_link)->position = n;
}

static void block(struct call *c, enum policy_rule rule, const char *why)
{
    c->rule = rule;
    call_blame(c, why);
    call_feed(c, EV_BLOCKED);
}

static void on_turn_timer(void *arg);

static void set_turn_timer(struct calls *cs, int64_t ms)
{
    cs->turn_timer.fire = on_turn_timer;
    cs->turn_timer.arg = cs;
    loop_in(cs->conf.loop, &cs->turn_timer, ms > 0 ? ms : 1);
}

static void take_turn(struct call *c)
{
    struct calls *cs = c->calls;

    call_leave_line(c);
    c->again_at = 0;
    if (cs->conf.per_second > 0)
        cs->next_turn = loop_now(cs->conf.loop)
            + SECOND / cs->conf.per_second;
    call_feed(c, EV_TURN);
}

static void tell_line(struct calls *cs)
{
    for (struct list *l = cs->line.next; l != &cs->line; l = l->next)
        call_tell_status(LIST_OWNER(l, struct call, turn_link));
}

/* The first one; those that may not be dialled any more leave, and the turn is
 * the next one's. */
static void on_turn_timer(void *arg)
{
    struct calls *cs = arg;
    bool moved = false;

    while (!list_empty(&cs->line)) {
        struct call *c = LIST_OWNER(cs->line.next, struct call, turn_link);
        struct err err = {0};
        enum policy_rule rule = calls_judge(cs, c, slice_str(c->asked.to),
            sys_wall(), &err);

        if (rule == POLICY_RUNNING) {
            set_turn_timer(cs, BUSY_PAUSE);
            break;
        }
        moved = true;
        call_leave_line(c);
        if (rule) {
            block(c, rule, err.msg);
            continue;
        }
        take_turn(c);
        if (!list_empty(&cs->line))
            set_turn_timer(cs, cs->next_turn - loop_now(cs->conf.loop));
        break;
    }
    if (moved)
        tell_line(cs);
}

static void stand_in_line(struct call *c)
{
    struct calls *cs = c->calls;
    bool first = list_empty(&cs->line);
    size_t n = 1;

    for (struct list *l = cs->line.next; l != &cs->line; l = l->next)
        n++;
    list_push(&cs->line, &c->turn_link);
    c->position = n;
    if (first)
        set_turn_timer(cs, cs->next_turn - loop_now(cs->conf.loop));
    call_feed(c, EV_WAIT);
    call_tell_status(c);
}

void call_ask_turn(struct call *c)
{
    struct calls *cs = c->calls;
    struct err err = {0};
    enum policy_rule rule = calls_judge(cs, c, slice_str(c->asked.to),
        sys_wall(), &err);

    if (rule && rule != POLICY_RUNNING)
        block(c, rule, err.msg);
    else if (rule || !list_empty(&cs->line)
        || loop_now(cs->conf.loop) < cs->next_turn)
        stand_in_line(c);
    else
        take_turn(c);
}

/* ---- attempts ---- */

void call_dialling(struct call *c)
{
    struct call_attempt *a;

    if (c->attempts == CALL_LADDER + 1)
        return;
    a = &c->attempt[c->attempts++];
    *a = (struct call_attempt){.at = sys_wall()};
    if (ledger_add(&c->calls->ledger, slice_str(c->id),
        slice_str(c->asked.to), a->at))
        log_event(LOG_ERROR, "not_counted", LS("call", c->id));
}

void call_attempt_over(struct call *c, enum call_end end)
{
    struct call_attempt *a;

    if (!c->attempts || c->attempt[c->attempts - 1].end != END_NONE)
        return;
    a = &c->attempt[c->attempts - 1];
    text_copy(a->sid, sizeof a->sid, slice_str(c->sid));
    a->end = end;
}

bool call_sid_past(const struct call *c, struct slice sid)
{
    for (size_t i = 0; i < c->attempts; i++)
        if (c->attempt[i].end != END_NONE && c->attempt[i].sid[0]
            && slice_is(sid, c->attempt[i].sid))
            return true;
    return false;
}

/* ---- the ladder ---- */

/* Why it is not tried again then, in err; false: it is. */
static bool ladder_ends(const struct call *c, int64_t at, struct err *err)
{
    int64_t booked = calls_booked_for(&c->calls->conf, &c->asked);

    if (calls_judge_hours(c->calls, slice_str(c->asked.to), at, err))
        return true;
    if (booked && at >= booked)
        return fail(err, ERR_POLICY, "the time that was asked for would have "
            "passed") != 0;
    return false;
}

static bool turned_away(const struct call *c)
{
    return c->sip == 403 || c->sip == 603 || c->sip == 607 || c->sip == 608;
}

static void give_up(struct call *c, const char *why)
{
    char text[sizeof c->why];

    text_fmt(text, sizeof text, "not tried again: %s", why);
    call_blame(c, text);
    call_feed(c, EV_BLOCKED);
}

/* Now it may be told: after a kill -9 the call waits, as was said. */
static void on_attempt_saved(void *arg, const struct err *err)
{
    struct call *c = arg;

    (void)err;      /* without it a crash looks the call up, at Twilio */
    if (!call_saved(c) && !c->ending && c->machine.state == CALL_WAITING)
        call_tell_status(c);
}

static void journal_attempt(struct call *c, const struct call_attempt *a)
{
    char stamp[SYS_STAMP_MAX];
    struct jsonw *w = journal_begin(c->calls->journal, JOURNAL_ATTEMPT,
        slice_str(c->id));

    jsonw_kcstr(w, "sid", a->sid);
    jsonw_kcstr(w, "end", call_end_name(a->end));
    sys_stamp(stamp, a->at);
    jsonw_kcstr(w, "dialled", stamp);
    sys_stamp(stamp, c->again_at);
    jsonw_kcstr(w, "next", stamp);
    jsonw_kint(w, "tries", c->machine.tries);
    c->saving++;
    if (journal_end(c->calls->journal, true, on_attempt_saved, c))
        on_attempt_saved(c, NULL);
}

static void set_again_timer(struct call *c)
{
    int64_t wait = c->again_at - sys_wall();

    loop_in(c->calls->conf.loop, &c->timer[TIMER_AGAIN], wait > 0 ? wait : 1);
}

void call_again(struct call *c)
{
    const struct call_attempt *a = &c->attempt[c->attempts - 1];
    struct err err = {0};
    int64_t at;

    call_attempt_over(c, c->machine.last);
    call_renew(c);
    at = sys_wall() + c->calls->conf.again[c->attempts - 1];
    if (turned_away(c)) {
        give_up(c, "they turned the call away");
    } else if (ladder_ends(c, at, &err)) {
        give_up(c, err.msg);
    } else {
        c->again_at = at;
        c->sip = 0;
        c->why[0] = 0;
        journal_attempt(c, a);
        log_event(LOG_INFO, "call_again", LS("call", c->id),
            LS("end", call_end_name(a->end)), LI("ms", at - sys_wall()));
        call_note(c, "again", 0, "that attempt ended with %s; it is tried "
            "again in %lld s", call_end_name(a->end), (long long)((at
            - sys_wall()) / 1000));
        set_again_timer(c);
    }
}

void call_restore_attempt(struct call *c, struct json rec)
{
    struct call_attempt *a;
    char end[16];
    int64_t tries = 0;
    int offset;

    if (!c->attempts)           /* its state record was lost */
        call_dialling(c);
    a = &c->attempt[c->attempts - 1];
    json_copy(json_get(rec, "sid"), a->sid, sizeof a->sid);
    json_copy(json_get(rec, "end"), end, sizeof end);
    a->end = call_end_parse(end);
    date_parse_rfc3339(json_get(rec, "dialled").text, &a->at, &offset);
    date_parse_rfc3339(json_get(rec, "next").text, &c->again_at, &offset);
    json_i64(json_get(rec, "tries"), 0, CALL_LADDER, &tries);
    c->sid[0] = 0;
    machine_wait(&c->machine, a->end, (uint8_t)tries);
}

void call_climb(struct call *c)
{
    const struct call_attempt *a = &c->attempt[c->attempts - 1];

    machine_wait(&c->machine, a->end, c->machine.tries);
    c->restored = false;
    c->why[0] = 0;
    log_event(LOG_INFO, "call_goes_on", LS("call", c->id),
        LI("attempts", c->attempts));
    set_again_timer(c);
    call_tell_status(c);
}

void calls_park(struct calls *cs)
{
    struct list *l = cs->running.next;

    while (l != &cs->running) {
        struct call *c = LIST_OWNER(l, struct call, link);
        struct list *w;

        l = l->next;
        if (c->machine.state != CALL_WAITING || !c->again_at || c->ending)
            continue;
        log_event(LOG_INFO, "call_parked", LS("call", c->id));
        c->ending = true;
        call_leave_line(c);
        loop_cancel(cs->conf.loop, &c->timer[TIMER_AGAIN]);
        while ((w = list_shift(&c->watches)) != NULL) {
            struct call_watch *watch = LIST_OWNER(w, struct call_watch,
                link_);

            watch->end(watch);
        }
        call_remove(c);
    }
}
