/* spend.c - what the settings and the directory say to policy: limits, prices,
 * and the clock of the place that is called.
 */
#include "app/server.h"
#include "base/sys.h"
#include "base/text.h"

int server_prices(const struct conf *c, struct prices *p, struct err *err)
{
    struct price_fault fault;
    struct err cause = {0};
    struct buf text;
    int rc;

    if (!c->prices_file[0]) {
        price_defaults(p);
        return 0;
    }
    buf_init(&text, PRICE_FILE);
    if (sys_slurp(c->prices_file, &text, &cause))
        rc = fail(err, ERR_CONF, "PRICES_FILE (from %s): %.120s",
            conf_source(c, "PRICES_FILE"), cause.msg);
    else if (price_read(p, buf_slice(&text), &fault))
        rc = fail(err, ERR_CONF, "PRICES_FILE %.80s, line %zu: %s",
            c->prices_file, fault.line, fault.why);
    else
        rc = 0;
    buf_free(&text);
    return rc;
}

struct policy server_policy(const struct conf *c)
{
    return (struct policy){
        .allowed = slice_str(c->allowed_numbers),
        .countries = slice_str(c->allowed_countries),
        .max_calls = (size_t)c->max_calls,
        .quiet_from = c->quiet_from, .quiet_to = c->quiet_to,
        .per_day = (uint64_t)c->calls_per_day,
        .per_number = (uint64_t)c->calls_per_number,
        .day_ms = (int64_t)c->seconds_per_day * 1000,
        .call_cost = c->cost_per_call, .day_cost = c->cost_per_day,
    };
}

void server_place(void *arg, struct slice to, int64_t wall,
    struct calls_place *out)
{
    const struct server *s = arg;
    const struct place *p = places_by_number(&s->places.list, to);

    out->hours = p ? p->hours : slice_str("");
    out->offset = directory_offset(&s->places, &s->zone, to, slice_str(""),
        wall);
}
