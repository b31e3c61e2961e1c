/* sift.c - which calls of a list are wanted. */
#include "app/sift.h"

#include "app/cmd.h"
#include "app/term.h"
#include "app/zone.h"
#include "codec/date.h"


/* Midnight of a local day. */
static int64_t midnight(const struct zone *zone, struct date day)
{
    struct when w = {.date = day};

    for (int look = 0; look < 2; look++)
        w.offset = zone_offset(zone, date_wall(&w));
    return date_wall(&w);
}

static int take_moment(const struct conf *c, const char *flag,
    const char *text, bool whole_day, int64_t *wall)
{
    struct err err = {0};
    struct zone zone;
    struct date day;
    int offset;

    if (!text)
        return 0;
    if (date_parse_rfc3339(slice_str(text), wall, &offset) == 0)
        return 0;
    if (date_parse(slice_str(text), &day))
        return term_usage("%s: \"%s\" is neither a day, 2026-11-23, nor a "
            "moment", flag, text);
    if (zone_load(&zone, c->zone, &err))
        return term_fail(&err);
    if (whole_day)
        day = date_from_days(date_days(day) + 1);
    *wall = midnight(&zone, day) - (whole_day ? 1 : 0);
    zone_free(&zone);
    return 0;
}

int sift_take(struct sift *s, const struct conf *c, int *argc, char **argv)
{
    const char *since = cmd_option(argc, argv, "--since");
    const char *until = cmd_option(argc, argv, "--until");
    int rc;

    *s = (struct sift){.since = -1, .until = -1};
    s->outcome = cmd_option(argc, argv, "--outcome");
    s->status = cmd_option(argc, argv, "--status");
    s->to = cmd_option(argc, argv, "--to");
    rc = take_moment(c, "--since", since, false, &s->since);
    return rc ? rc : take_moment(c, "--until", until, true, &s->until);
}

bool sift_any(const struct sift *s)
{
    return !s->outcome && !s->status && !s->to && s->since < 0
        && s->until < 0;
}

/* The whole number, its beginning or its end. */
static bool number_fits(struct json number, const char *want)
{
    struct slice have = number.text, w = slice_str(want);

    return slice_eq(have, w) || (w.len && w.len <= have.len
        && (slice_eq(slice_head(have, w.len), w)
        || slice_eq(slice_from(have, have.len - w.len), w)));
}

bool sift_fits(const struct sift *s, struct json call)
{
    struct json created = json_get(call, "created");
    int64_t at = 0;
    int offset;

    if (s->outcome && !json_is(json_get(call, "outcome.outcome"),
        s->outcome))
        return false;
    if (s->status && !json_is(json_get(call, "status"), s->status))
        return false;
    if (s->to && !number_fits(json_get(call, "asked.to"), s->to))
        return false;
    if (s->since < 0 && s->until < 0)
        return true;
    if (created.type != JSON_STRING
        || date_parse_rfc3339(created.text, &at, &offset))
        return false;
    return (s->since < 0 || at >= s->since)
        && (s->until < 0 || at <= s->until);
}
