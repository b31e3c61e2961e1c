/* policy_test.c - who may be called. */
#include "call/policy.h"

#include "tests/tap.h"

#define FEW "+4930*, +15551230000 ,+33 *,,+441234567890"

static const struct {
    const char *allowed, *to;
    size_t running;
    enum err_code code;
    const char *why;
} asked[] = {
    {"", "+15551230000", 0, ERR_NONE, ""},
    {"", "+15551230000", 4, ERR_NONE, ""},
    {"", "+15551230000", 5, ERR_BUSY, "MAX_CALLS (5) calls are running"},
    {"", "+15551230000", 6, ERR_BUSY, "MAX_CALLS (5)"},
    {"", "+49112", 0, ERR_POLICY, "emergency or premium"},
    {"", "+1911", 0, ERR_POLICY, "emergency or premium"},
    {"", "+19005551234", 0, ERR_POLICY, "emergency or premium"},
    {"", "+12129760000", 0, ERR_POLICY, "emergency or premium"},
    {"", "+499001234567", 0, ERR_POLICY, "emergency or premium"},
    {"", "+97912345678", 0, ERR_POLICY, "emergency or premium"},
    {"*", "+15551230000", 0, ERR_NONE, ""},
    {"*", "+49112", 0, ERR_POLICY, "emergency or premium"},
    {"+19005551234", "+19005551234", 0, ERR_POLICY, "emergency or premium"},
    {FEW, "+15551230000", 0, ERR_NONE, ""},
    {FEW, "+155512300001", 0, ERR_POLICY, "not in ALLOWED_NUMBERS"},
    {FEW, "+1555123000", 0, ERR_POLICY, "not in ALLOWED_NUMBERS"},
    {FEW, "+493012345", 0, ERR_NONE, ""},
    {FEW, "+4930", 0, ERR_NONE, ""},
    {FEW, "+493155", 0, ERR_POLICY, "not in ALLOWED_NUMBERS"},
    {FEW, "+4989123456", 0, ERR_POLICY, "not in ALLOWED_NUMBERS"},
    {FEW, "+331234567", 0, ERR_POLICY, "not in ALLOWED_NUMBERS"},
    {FEW, "+441234567890", 0, ERR_NONE, ""},
    {FEW, "+441234567890", 5, ERR_BUSY, "MAX_CALLS"},
    {",", "+15551230000", 0, ERR_POLICY, "not in ALLOWED_NUMBERS"},
};

static enum policy_rule judge(const struct policy *p, struct policy_case k,
    struct err *err)
{
    memset(err, 0, sizeof *err);
    if (!k.to.len)
        k.to = SLICE("+493012345");
    if (!k.day.year)
        k.day = (struct date){2026, 11, 22};    /* a Sunday */
    return policy_judge(p, &k, err);
}

static void numbers(void)
{
    struct policy none = {.max_calls = 0};
    struct policy_case any = {.to = SLICE("+15551230000")};
    struct err err = {0};

    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct policy p = {.allowed = slice_str(asked[i].allowed),
            .max_calls = 5};
        struct policy_case k = {.to = slice_str(asked[i].to),
            .running = asked[i].running};
        enum policy_rule rule = judge(&p, k, &err);

        tap_ok((rule != POLICY_FINE) == (asked[i].code != 0)
            && err.code == asked[i].code && err.sys == (int)rule
            && slice_find(slice_str(err.msg), slice_str(asked[i].why))
            != SLICE_NPOS, "%s, allowed \"%s\", %zu running: %s", asked[i].to,
            asked[i].allowed, asked[i].running, err.msg);
        tap_ok(slice_find(slice_str(err.msg), slice_str(asked[i].to))
            == SLICE_NPOS, "the number is not told whole");
    }
    tap_ok(judge(&none, any, &err) == POLICY_RUNNING && err.code == ERR_BUSY,
        "MAX_CALLS 0 lets none through");
    any.to = SLICE("+1911");
    tap_is_int(policy_judge(&none, &any, NULL), POLICY_FORBIDDEN,
        "an error nobody reads");
}

#define ANY {.max_calls = 5}
#define QUIET {.max_calls = 5, .quiet_from = 1260, .quiet_to = 480}
#define SIESTA {.max_calls = 5, .quiet_from = 780, .quiet_to = 960}
#define LUNCH SLICE_INIT("Mo-Fr 11:30-14:30,17:30-23:00; Su 12:00-15:00")

static const struct {
    struct policy p;
    struct policy_case k;
    enum policy_rule rule;
    const char *reason, *outcome, *why;
} cases[] = {
    {ANY, {.stopped = true}, POLICY_STOPPED, "stopped", "policy", "resume"},
    {{.max_calls = 5, .countries = SLICE_INIT("DE,AT")}, {.minute = 0},
        POLICY_FINE, "fine", "policy", ""},
    {{.max_calls = 5, .countries = SLICE_INIT("AT,CH")}, {.minute = 0},
        POLICY_COUNTRY, "country_not_allowed", "policy", "is in DE"},
    {{.max_calls = 5, .countries = SLICE_INIT("DE")},
        {.to = SLICE_INIT("+99912345")}, POLICY_COUNTRY,
        "country_not_allowed", "policy", "no country we know"},
    {QUIET, {.minute = 479}, POLICY_QUIET, "quiet_hours", "hours",
        "it is 07:59 where they are"},
    {QUIET, {.minute = 480}, POLICY_FINE, "fine", "policy", ""},
    {QUIET, {.minute = 1259}, POLICY_FINE, "fine", "policy", ""},
    {QUIET, {.minute = 1260}, POLICY_QUIET, "quiet_hours", "hours",
        "from 21:00 to 08:00 (QUIET_HOURS)"},
    {SIESTA, {.minute = 779}, POLICY_FINE, "fine", "policy", ""},
    {SIESTA, {.minute = 780}, POLICY_QUIET, "quiet_hours", "hours", "13:00"},
    {SIESTA, {.minute = 960}, POLICY_FINE, "fine", "policy", ""},
    {{.max_calls = 5, .quiet_from = -1, .quiet_to = -1}, {.minute = 0},
        POLICY_FINE, "fine", "policy", ""},
    {ANY, {.hours = LUNCH, .minute = 720}, POLICY_FINE, "fine", "policy",
        ""},
    {ANY, {.hours = LUNCH, .minute = 719}, POLICY_CLOSED, "closed", "hours",
        "opens Sunday at 12:00"},
    {ANY, {.hours = LUNCH, .minute = 900}, POLICY_CLOSED, "closed", "hours",
        "opens Monday at 11:30"},
    {ANY, {.hours = SLICE_INIT("off"), .minute = 900}, POLICY_CLOSED,
        "closed", "hours", "does not open within two weeks"},
    {ANY, {.hours = SLICE_INIT("when we feel like it"), .minute = 900},
        POLICY_FINE, "fine", "policy", ""},
    {{.max_calls = 5, .per_day = 3}, {.calls = 2}, POLICY_FINE, "fine",
        "policy", ""},
    {{.max_calls = 5, .per_day = 3}, {.calls = 3}, POLICY_DAY_CALLS,
        "calls_per_day", "cap", "3 calls were made today"},
    {{.max_calls = 5, .per_number = 2}, {.calls = 9, .to_number = 1},
        POLICY_FINE, "fine", "policy", ""},
    {{.max_calls = 5, .per_number = 2}, {.to_number = 2},
        POLICY_NUMBER_CALLS, "calls_per_number", "cap", "2 times today"},
    {{.max_calls = 5, .day_ms = 60000}, {.ms = 59999}, POLICY_FINE, "fine",
        "policy", ""},
    {{.max_calls = 5, .day_ms = 60000}, {.ms = 60000}, POLICY_DAY_SECONDS,
        "seconds_per_day", "cap", "took 60 s"},
    {{.max_calls = 5, .call_cost = 100}, {.first_minute = 100}, POLICY_FINE,
        "fine", "policy", ""},
    {{.max_calls = 5, .call_cost = 100}, {.first_minute = 101},
        POLICY_CALL_COST, "cost_per_call", "cap", "COST_PER_CALL"},
    {{.max_calls = 5, .day_cost = 100}, {.cost = 60, .first_minute = 40},
        POLICY_FINE, "fine", "policy", ""},
    {{.max_calls = 5, .day_cost = 100}, {.cost = 61, .first_minute = 40},
        POLICY_DAY_COST, "cost_per_day", "cap", "COST_PER_DAY"},
    {{.max_calls = 5, .per_day = 3}, {.to = SLICE_INIT("+49110"),
        .calls = 3, .stopped = false}, POLICY_FORBIDDEN, "forbidden_number",
        "policy", "emergency"},
};

static void rules(void)
{
    struct err err;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum policy_rule rule = judge(&cases[i].p, cases[i].k, &err);

        tap_ok(rule == cases[i].rule && slice_is(slice_str(cases[i].reason),
            policy_reason(rule)) && slice_is(slice_str(cases[i].outcome),
            policy_outcome(rule)) && slice_find(slice_str(err.msg),
            slice_str(cases[i].why)) != SLICE_NPOS, "%zu: %s: %s", i,
            policy_reason(rule), err.msg);
        tap_is_int(err.sys, (int)rule, "the rule is in the error");
    }
}

int main(void)
{
    numbers();
    rules();
    return tap_done();
}
