/* restlist_fuzz.c - any bytes as an answer of Twilio's REST: a call has a SID
 * and its texts end, a page has no more than it may, and no error that is made
 * of an answer tells a whole telephone number.
 */
#include <stdlib.h>
#include <string.h>

#include "twilio/rest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool ends(const char *s, size_t cap)
{
    return memchr(s, 0, cap) != NULL;
}

static void check(const struct rest_call *c)
{
    if (!c->sid[0] || !ends(c->sid, sizeof c->sid)
        || !ends(c->status, sizeof c->status) || !ends(c->to, sizeof c->to)
        || !ends(c->from, sizeof c->from)
        || !ends(c->direction, sizeof c->direction)
        || !ends(c->answered_by, sizeof c->answered_by)
        || !ends(c->price, sizeof c->price)
        || !ends(c->price_unit, sizeof c->price_unit))
        abort();
    if (c->created < -1 || c->start < -1 || c->end < -1 || c->duration < -1
        || c->queue_ms < -1)
        abort();
}

static void error(int status, struct slice body)
{
    struct err err = {0};
    size_t digits = 0;

    rest_read_error(status, body, &err);
    if (err.code == ERR_NONE || !err.msg[0] || !err.sys
        || !ends(err.msg, sizeof err.msg))
        abort();
    for (const char *p = err.msg; *p; p++) {
        digits = *p >= '0' && *p <= '9' ? digits + 1 : 0;
        if (digits > 9)
            abort();
        if ((*p > 0 && *p < ' ') || *p == 0x7f)
            abort();            /* it goes into a log and to a terminal */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rest_call calls[3], all[REST_LIST_MAX], one;
    struct slice body = {data, size};
    const char *why = NULL;
    bool more = false;
    int few, n;

    n = rest_read_list(body, all, REST_LIST_MAX, &more, &why);
    if (n < 0 ? !why : n > REST_LIST_MAX)
        abort();
    for (int i = 0; i < n; i++)
        check(&all[i]);
    few = rest_read_list(body, calls, 3, &more, &why);
    /* A bad call behind those there is room for is not looked at. */
    if (few > 3 || (n < 0 && few >= 0 && few != 3) || (n >= 0 && few > n))
        abort();
    for (int i = 0; i < few && n >= 0; i++)
        if (strcmp(calls[i].sid, all[i].sid) != 0
            || strcmp(calls[i].status, all[i].status) != 0
            || calls[i].created != all[i].created)
            abort();
    why = NULL;
    if (rest_read_call(body, &one, &why) == 0)
        check(&one);
    else if (!why)
        abort();
    error(400, body);
    error(503, body);
    return 0;
}
