/* request_fuzz.c - a plan is whole whatever the words; what it prints, it
 * reads.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct plan *p)
{
    static char mem[20000];
    struct buf b;
    struct jsonw w;
    struct json v;
    struct plan back;
    const char *field, *why;

    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    plan_json(&w, p);
    if (!buf_ok(&b) || json_parse(buf_slice(&b), &v, NULL))
        abort();
    /* Bytes that are no UTF-8 become longer, and may then be refused. */
    if (slice_find(buf_slice(&b), SLICE("\xef\xbf\xbd")) != SLICE_NPOS)
        return;
    if (plan_read(v, &back, &field, &why) || back.party != p->party
        || strcmp(back.date, p->date) || strcmp(back.time, p->time)
        || strcmp(back.restaurant, p->restaurant)
        || strcmp(back.name, p->name) || back.wishes != p->wishes)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct request_now now = {INT64_C(1795345200000), 3600, 20};
    struct plan p;

    request_read(slice_of(data, size), &now, &p);
    if (p.blocked == PLAN_FINE && (p.party > 20 || p.party < 0))
        abort();
    same_again(&p);
    return 0;
}
