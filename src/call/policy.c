/* policy.c - who may be called, checked before anything rings. */
#include "call/policy.h"

#include "agent/guard.h"
#include "base/text.h"

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

int policy_check(const struct policy *p, struct slice to, size_t running,
    struct err *err)
{
    char masked[24];

    text_mask(masked, sizeof masked, to);
    if (guard_number_forbidden(to))
        return fail(err, ERR_POLICY, "%s is an emergency or premium number: "
            "these are never called", masked);
    if (p->allowed.len && !listed(p->allowed, to))
        return fail(err, ERR_POLICY, "%s is not in ALLOWED_NUMBERS", masked);
    if (running >= p->max_calls)
        return fail(err, ERR_BUSY, "MAX_CALLS (%zu) calls are running",
            p->max_calls);
    return 0;
}
