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

int main(void)
{
    struct policy none = {.max_calls = 0};
    struct err err = {0};

    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct policy p = {slice_str(asked[i].allowed), 5};
        struct slice to = slice_str(asked[i].to);
        int rc;

        memset(&err, 0, sizeof err);
        rc = policy_check(&p, to, asked[i].running, &err);
        tap_ok(rc == (asked[i].code ? -1 : 0) && err.code == asked[i].code
            && slice_find(slice_str(err.msg), slice_str(asked[i].why))
            != SLICE_NPOS, "%s, allowed \"%s\", %zu running: %s", asked[i].to,
            asked[i].allowed, asked[i].running, err.msg);
        tap_ok(slice_find(slice_str(err.msg), to) == SLICE_NPOS,
            "the number is not told whole");
    }
    tap_ok(policy_check(&none, SLICE("+15551230000"), 0, &err) == -1
        && err.code == ERR_BUSY, "MAX_CALLS 0 lets none through");
    tap_is_int(policy_check(&none, SLICE("+1911"), 0, NULL), -1,
        "an error nobody reads");
    return tap_done();
}
