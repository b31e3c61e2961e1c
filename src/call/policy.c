/* policy.c - who may be called, when, how often and for how much. */
#include "call/policy.h"

#include "agent/guard.h"
#include "agent/hours.h"
#include "agent/region.h"
#include "base/text.h"
#include "call/price.h"

static const struct {
    const char *reason, *outcome;
} rules[] = {
    [POLICY_FINE] = {"fine", "policy"},
    [POLICY_STOPPED] = {"stopped", "policy"},
    [POLICY_FORBIDDEN] = {"forbidden_number", "policy"},
    [POLICY_NUMBER] = {"number_not_allowed", "policy"},
    [POLICY_COUNTRY] = {"country_not_allowed", "policy"},
    [POLICY_QUIET] = {"quiet_hours", "hours"},
    [POLICY_CLOSED] = {"closed", "hours"},
    [POLICY_DAY_CALLS] = {"calls_per_day", "cap"},
    [POLICY_NUMBER_CALLS] = {"calls_per_number", "cap"},
    [POLICY_DAY_SECONDS] = {"seconds_per_day", "cap"},
    [POLICY_CALL_COST] = {"cost_per_call", "cap"},
    [POLICY_DAY_COST] = {"cost_per_day", "cap"},
    [POLICY_RUNNING] = {"max_calls", "cap"},
};

const char *policy_reason(enum policy_rule rule)
{
    return rules[rule].reason;
}

const char *policy_outcome(enum policy_rule rule)
{
    return rules[rule].outcome;
}

/* A comma list of numbers; a "*" at the end of one stands for any rest. */
static bool listed(struct slice list, struct slice to)
{
    while (list.ptr) {
        struct slice one = slice_trim_all(slice_cut(&list, ','));
        bool prefix = one.len && one.ptr[one.len - 1] == '*';

        if (prefix && to.len >= one.len - 1 && slice_eq(slice_head(to,
            one.len - 1), slice_head(one, one.len - 1)))
            return true;
        if (!prefix && one.len && slice_eq(one, to))
            return true;
    }
    return false;
}

static enum policy_rule refuse(struct err *err, enum policy_rule rule)
{
    if (err)
        err->sys = (int)rule;
    return rule;
}

/* ---- the number ---- */

static enum policy_rule judge_number(const struct policy *p, struct slice to,
    struct err *err)
{
    struct region at = {"", NULL};
    char masked[24];

    text_mask(masked, sizeof masked, to);
    if (guard_number_forbidden(to)) {
        fail(err, ERR_POLICY, "%s is an emergency or premium number: "
            "these are never called", masked);
        return refuse(err, POLICY_FORBIDDEN);
    }
    if (p->allowed.len && !listed(p->allowed, to)) {
        fail(err, ERR_POLICY, "%s is not in ALLOWED_NUMBERS", masked);
        return refuse(err, POLICY_NUMBER);
    }
    if (p->countries.len && (!region_of(to, &at)
        || !listed(p->countries, slice_str(at.country)))) {
        fail(err, ERR_POLICY, "%s is in %s, which is not in "
            "ALLOWED_COUNTRIES", masked, at.country[0] ? at.country
            : "no country we know");
        return refuse(err, POLICY_COUNTRY);
    }
    return POLICY_FINE;
}

/* ---- the moment ---- */

/* From 21:00 to 08:00 is two spans of a day. */
static bool is_quiet(const struct policy *p, int minute)
{
    if (p->quiet_from < 0 || p->quiet_from == p->quiet_to)
        return false;
    if (p->quiet_from < p->quiet_to)
        return minute >= p->quiet_from && minute < p->quiet_to;
    return minute >= p->quiet_from || minute < p->quiet_to;
}

static void say_closed(const struct hours *h, const struct policy_case *c,
    struct err *err)
{
    int wait = hours_until(h, c->day, c->minute), at;
    struct date day;

    if (wait < 0) {
        fail(err, ERR_POLICY, "the place is closed, and does not open within "
            "two weeks");
        return;
    }
    at = c->minute + wait;
    day = date_from_days(date_days(c->day) + at / 1440);
    fail(err, ERR_POLICY, "the place is closed; it opens %s at %02d:%02d its "
        "time", date_weekday_name(date_weekday(day)), at % 1440 / 60,
        at % 60);
}

/* Hours that cannot be read are not known (agent/hours.h): only the quiet
 * hours count then. */
enum policy_rule policy_hours(const struct policy *p,
    const struct policy_case *c, struct err *err)
{
    struct hours h;

    if (is_quiet(p, c->minute)) {
        fail(err, ERR_POLICY, "it is %02d:%02d where they are: nobody is "
            "called from %02d:%02d to %02d:%02d (QUIET_HOURS)",
            c->minute / 60, c->minute % 60, p->quiet_from / 60,
            p->quiet_from % 60, p->quiet_to / 60, p->quiet_to % 60);
        return refuse(err, POLICY_QUIET);
    }
    if (c->hours.len && hours_read(&h, c->hours, NULL) == 0
        && !hours_open(&h, c->day, c->minute)) {
        say_closed(&h, c, err);
        return refuse(err, POLICY_CLOSED);
    }
    return POLICY_FINE;
}

/* ---- the caps ---- */

static enum policy_rule judge_money(const struct policy *p,
    const struct policy_case *c, struct err *err)
{
    if (p->call_cost && c->first_minute > p->call_cost) {
        fail(err, ERR_POLICY, "its first minute alone may cost more than "
            "COST_PER_CALL");
        return refuse(err, POLICY_CALL_COST);
    }
    if (p->day_cost && c->cost + c->first_minute > p->day_cost) {
        fail(err, ERR_POLICY, "today's calls have come to COST_PER_DAY");
        return refuse(err, POLICY_DAY_COST);
    }
    return POLICY_FINE;
}

static enum policy_rule judge_caps(const struct policy *p,
    const struct policy_case *c, struct err *err)
{
    if (p->per_day && c->calls >= p->per_day) {
        fail(err, ERR_POLICY, "%llu calls were made today: CALLS_PER_DAY",
            (unsigned long long)c->calls);
        return refuse(err, POLICY_DAY_CALLS);
    }
    if (p->per_number && c->to_number >= p->per_number) {
        fail(err, ERR_POLICY, "this number was called %llu times today: "
            "CALLS_PER_NUMBER", (unsigned long long)c->to_number);
        return refuse(err, POLICY_NUMBER_CALLS);
    }
    if (p->day_ms && c->ms >= p->day_ms) {
        fail(err, ERR_POLICY, "today's calls took %lld s: SECONDS_PER_DAY",
            (long long)(c->ms / 1000));
        return refuse(err, POLICY_DAY_SECONDS);
    }
    return judge_money(p, c, err);
}

enum policy_rule policy_judge(const struct policy *p,
    const struct policy_case *c, struct err *err)
{
    enum policy_rule rule;

    if (c->stopped) {
        fail(err, ERR_POLICY, "all calls are stopped: `concierge resume` "
            "lets them again");
        return refuse(err, POLICY_STOPPED);
    }
    rule = judge_number(p, c->to, err);
    if (!rule)
        rule = policy_hours(p, c, err);
    if (!rule)
        rule = judge_caps(p, c, err);
    if (!rule && c->running >= p->max_calls) {
        fail(err, ERR_BUSY, "MAX_CALLS (%zu) calls are running",
            p->max_calls);
        return refuse(err, POLICY_RUNNING);
    }
    return rule;
}
