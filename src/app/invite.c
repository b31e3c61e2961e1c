/* invite.c - what was booked, as a calendar's event. */
#include "app/invite.h"

#include "app/tell.h"
#include "app/zone.h"
#include "base/text.h"
#include "codec/date.h"
#include "codec/ics.h"

#define HOURS_AT_TABLE 2
#define HOUR 3600000            /* ms */
#define TEXT 200

/* A field as agreed, else as asked. */
static bool agreed(struct json call, const char *field, char *out, size_t cap)
{
    char path[64];

    text_fmt(path, sizeof path, "outcome.fields.%s.value", field);
    if (json_copy(json_get(call, path), out, cap) && out[0])
        return true;
    text_fmt(path, sizeof path, "asked.%s", field);
    return json_copy(json_get(call, path), out, cap) && out[0];
}

/* The local hour as a moment: the offset is that of the moment itself, near
 * enough at the second look. */
static int moment(struct json call, const struct conf *c, int64_t *wall,
    struct err *err)
{
    struct when w = {.second = 0};
    char text[16];
    struct zone zone;

    if (!agreed(call, "date", text, sizeof text)
        || date_parse(slice_str(text), &w.date)
        || !agreed(call, "time", text, sizeof text)
        || date_parse_time(slice_str(text), &w.hour, &w.minute))
        return fail(err, ERR_DATA, "the call has no day and hour");
    if (zone_load(&zone, c->zone, err))
        return -1;
    for (int look = 0; look < 2; look++)
        w.offset = zone_offset(&zone, date_wall(&w));
    *wall = date_wall(&w);
    zone_free(&zone);
    return 0;
}

static void add_party(struct buf *out, struct json call)
{
    int64_t party;

    if (json_i64(json_get(call, "outcome.fields.party.value"), 1, 1000,
        &party) && json_i64(json_get(call, "asked.party"), 1, 1000, &party))
        return;
    buf_addf(out, ", %d %s", (int)party, party == 1 ? "person" : "people");
}

int invite_write(struct buf *out, struct json call, const struct conf *c,
    struct err *err)
{
    struct json outcome = json_get(call, "outcome.outcome");
    uint8_t title[TEXT * 2], uid[64], words[2048];
    char restaurant[TEXT] = "", to[24] = "";
    struct buf summary, id, told;
    struct ics_event e = {.cancelled = json_is(outcome, "cancelled")};
    int offset;

    if (!e.cancelled && !json_is(outcome, "confirmed")
        && !json_is(outcome, "modified"))
        return fail(err, ERR_DATA, "nothing was booked in this call");
    if (moment(call, c, &e.from, err))
        return -1;
    e.to = e.from + HOURS_AT_TABLE * HOUR;
    e.stamp = e.from;
    json_copy(json_get(call, "asked.restaurant"), restaurant,
        sizeof restaurant);
    json_copy(json_get(call, "asked.to"), to, sizeof to);
    buf_over(&summary, title, sizeof title);
    buf_adds(&summary, restaurant[0] ? restaurant : "A table");
    add_party(&summary, call);
    buf_over(&id, uid, sizeof uid);
    json_text(json_get(call, "id"), &id);
    buf_adds(&id, "@concierge");
    buf_over(&told, words, sizeof words);
    tell_outcome(&told, TONGUE_ENGLISH, call);
    if (json_get(call, "ended").type == JSON_STRING)
        date_parse_rfc3339(json_get(call, "ended").text, &e.stamp, &offset);
    e.uid = buf_slice(&id);
    e.summary = buf_slice(&summary);
    e.location = slice_str(restaurant);
    e.description = buf_slice(&told);
    e.tel = slice_str(to);
    ics_write(out, &e);
    return buf_ok(out) ? 0 : fail(err, ERR_LIMIT, "no room for the event");
}
