/* tell.c - a call in words a person reads, from its object (DESIGN 5). */
#include "app/tell.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

#define WORD 160

/* The outcomes with what they are called and what a booking exits with. */
static const struct {
    const char *name, *words;
    int exit;
} outcomes[] = {
    {"confirmed", "Confirmed", 0},
    {"modified", "Booked with a change", 0},
    {"cancelled", "Cancelled", 0},
    {"alternative_offered", "Not booked, an alternative was offered", 1},
    {"declined", "Declined", 1},
    {"waitlisted", "On the waiting list", 1},
    {"callback_promised", "They will call back", 1},
    {"wrong_party", "Wrong number", 1},
    {"blocked", "Not called", 77},
    {"not_reached", "Nobody reached", 2},
    {"machine", "A machine answered", 2},
    {"cut_off", "Cut off", 3},
    {"unclear", "Unclear", 3},
    {"error", "The call failed", 69},
};

#define OUTCOMES (sizeof outcomes / sizeof outcomes[0])

static size_t find_outcome(struct json call)
{
    size_t i = 0;

    while (i < OUTCOMES && !json_is(json_get(call, "outcome.outcome"),
        outcomes[i].name))
        i++;
    return i;
}

int tell_exit(struct json call)
{
    size_t i = find_outcome(call);

    return i < OUTCOMES ? outcomes[i].exit : 3;
}

static struct slice text_of(struct json v, char mem[static WORD])
{
    mem[0] = 0;
    if (v.type == JSON_NUMBER)
        text_copy(mem, WORD, v.text);
    else
        json_copy(v, mem, WORD);
    return slice_str(mem);
}

/* A field as agreed; when the call agreed on nothing, as asked. */
static struct slice agreed(struct json call, const char *field,
    char mem[static WORD])
{
    char path[64];
    struct slice s;

    text_fmt(path, sizeof path, "outcome.fields.%s.value", field);
    s = text_of(json_get(call, path), mem);
    if (s.len)
        return s;
    text_fmt(path, sizeof path, "asked.%s", field);
    return text_of(json_get(call, path), mem);
}

static void add_date(struct buf *out, struct slice text)
{
    struct date d;

    if (date_parse(text, &d))
        buf_add(out, text);
    else
        date_add_words(out, d);
}

static void add_terms(struct buf *out, struct json call)
{
    char mem[WORD];
    struct slice s = text_of(json_get(call, "asked.restaurant"), mem);

    buf_add(out, s.len ? s : SLICE("a call that came in"));
    s = agreed(call, "date", mem);
    if (s.len) {
        buf_adds(out, ", ");
        add_date(out, s);
    }
    s = agreed(call, "time", mem);
    if (s.len) {
        buf_adds(out, ", ");
        buf_add(out, s);
    }
    s = agreed(call, "party", mem);
    if (s.len)
        buf_addf(out, ", %.*s %s", SLICE_ARG(s), slice_is(s, "1") ? "person"
            : "people");
    s = text_of(json_get(call, "outcome.fields.number.value"), mem);
    if (s.len)
        buf_addf(out, ", confirmation number %.*s", SLICE_ARG(s));
}

void tell_outcome(struct buf *out, struct json call)
{
    char mem[WORD];
    size_t i = find_outcome(call);
    struct slice s;

    buf_adds(out, i < OUTCOMES ? outcomes[i].words : "Not finished");
    s = text_of(json_get(call, "outcome.reason"), mem);
    if (s.len) {
        for (char *c = mem; *c; c++)    /* "no_answer" */
            if (*c == '_')
                *c = ' ';
        buf_addf(out, " (%s)", mem);
    }
    buf_adds(out, ": ");
    add_terms(out, call);
    s = text_of(json_get(call, "error.message"), mem);
    if (s.len && (i >= OUTCOMES || outcomes[i].exit
        || json_is(json_get(call, "error.source"), "us")))
        buf_addf(out, "; %.*s", SLICE_ARG(s));
    s = text_of(json_get(call, "error.number"), mem);
    if (s.len && !slice_is(s, "null") && (i >= OUTCOMES || outcomes[i].exit))
        buf_addf(out, " (Twilio error %.*s)", SLICE_ARG(s));
}

/* What it cost, when it cost something. */
static void add_cost(struct buf *out, struct json call)
{
    char amount[WORD], currency[WORD];
    struct slice s = text_of(json_get(call, "cost.amount"), amount);

    text_of(json_get(call, "cost.currency"), currency);
    if (s.len && !slice_is(s, "0.00"))
        buf_addf(out, ", about %s %s", amount, currency);
}

/* More than one time it was dialled. */
static void add_attempts(struct buf *out, struct json call)
{
    struct json_walk walk = {.of = json_get(call, "attempts")};
    struct json one;
    size_t n = 0;

    while (json_next(&walk, NULL, &one))
        n++;
    if (n < 2)
        return;
    walk = (struct json_walk){.of = json_get(call, "attempts")};
    for (n = 1; json_next(&walk, NULL, &one); n++) {
        char at[WORD], end[WORD], sid[WORD];

        text_of(json_get(one, "at"), at);
        text_of(json_get(one, "end"), end);
        text_of(json_get(one, "call_sid"), sid);
        buf_addf(out, "attempt %zu at %.19sZ: %s%s%s\n", n, at, end[0] ? end
            : "under way", sid[0] ? ", " : "", sid);
    }
}

void tell_line(struct buf *out, struct json call)
{
    char id[WORD], at[WORD], to[WORD], status[WORD], masked[24];

    text_of(json_get(call, "id"), id);
    text_of(json_get(call, "created"), at);
    text_of(json_get(call, "asked.to"), to);
    text_of(json_get(call, "status"), status);
    buf_addf(out, "%s  %.16s  %-12s %-11s ", id, at,
        text_mask(masked, sizeof masked, slice_str(to)), status);
    if (json_get(call, "outcome").type == JSON_OBJECT)
        tell_outcome(out, call);
    else
        add_terms(out, call);
    add_cost(out, call);
    buf_addc(out, '\n');
}

static void add_fields(struct buf *out, struct json call)
{
    struct json_walk walk = {.of = json_get(call, "outcome.fields")};
    struct slice key;
    struct json field;

    while (json_next(&walk, &key, &field)) {
        char value[WORD], quote[WORD], at[WORD], who[WORD];

        text_of(json_get(field, "value"), value);
        text_of(json_get(field, "quote"), quote);
        text_of(json_get(field, "at"), at);
        text_of(json_get(field, "speaker"), who);
        buf_addf(out, "  %-8.*s %-24s \"%s\" (%s, %s)%s\n", SLICE_ARG(key),
            value, quote, who, at, json_true(json_get(field, "read_back"))
            ? ", read back" : "");
    }
}

static void add_transcript(struct buf *out, struct json call)
{
    struct json_walk walk = {.of = json_get(call, "transcript")};
    struct json line;

    while (json_next(&walk, NULL, &line)) {
        char at[WORD], who[WORD];

        text_of(json_get(line, "at"), at);
        text_of(json_get(line, "who"), who);
        buf_addf(out, "  %s %s: ", at, who);
        json_text(json_get(line, "text"), out);
        buf_addc(out, '\n');
    }
}

static void add_changed(struct buf *out, struct json call)
{
    struct json_walk walk = {.of = json_get(call, "outcome.changed")};
    struct json name;
    bool any = false;

    while (json_next(&walk, NULL, &name)) {
        char field[WORD], path[WORD + 8], asked[WORD], got[WORD];

        text_of(name, field);
        text_fmt(path, sizeof path, "asked.%s", field);
        text_of(json_get(call, path), asked);
        agreed(call, field, got);
        buf_addf(out, "%s%s: %s was asked for, %s agreed", any ? "; "
            : "changed: ", field, asked, got);
        any = true;
    }
    if (any)
        buf_addc(out, '\n');
}

void tell_whole(struct buf *out, struct json call)
{
    char mem[WORD];

    tell_outcome(out, call);
    buf_addc(out, '\n');
    buf_addf(out, "call %.*s", SLICE_ARG(text_of(json_get(call, "id"), mem)));
    buf_addf(out, ", %.*s", SLICE_ARG(text_of(json_get(call, "call_sid"),
        mem)));
    buf_addf(out, ", %.*s s", SLICE_ARG(text_of(json_get(call, "seconds"),
        mem)));
    add_cost(out, call);
    buf_addc(out, '\n');
    add_attempts(out, call);
    add_changed(out, call);
    add_fields(out, call);
    add_transcript(out, call);
}

void tell_event(struct buf *out, struct slice type, struct json data)
{
    char mem[WORD], who[WORD];

    if (slice_is(type, "transcript")) {
        text_of(json_get(data, "at"), mem);
        text_of(json_get(data, "who"), who);
        buf_addf(out, "%s %s: ", mem, who);
        json_text(json_get(data, "text"), out);
    } else if (slice_is(type, "status")) {
        text_of(json_get(data, "state"), mem);
        buf_addf(out, "-- %s", mem);
        if (text_of(json_get(data, "machine"), mem).len)
            buf_adds(out, slice_is(slice_str(mem), "hold") ? ", on hold"
                : slice_is(slice_str(mem), "menu") ? " to a menu"
                : slice_is(slice_str(mem), "screened") ? " to a bot that "
                "screens calls" : slice_is(slice_str(mem), "fax")
                ? " to a fax" : " to a voicemail");
        if (text_of(json_get(data, "position"), mem).len)
            buf_addf(out, ", number %s in the line", mem);
        if (text_of(json_get(data, "next"), mem).len)
            buf_addf(out, " for attempt %.*s at %.19sZ", SLICE_ARG(text_of(
                json_get(data, "attempt"), who)), mem);
    } else if (slice_is(type, "error")) {
        buf_adds(out, "!! ");
        json_text(json_get(data, "message"), out);
    } else if (slice_is(type, "question")) {
        buf_adds(out, "?? ");
        json_text(json_get(data, "text"), out);
        if (json_copy(json_get(data, "default"), mem, sizeof mem) && mem[0])
            buf_addf(out, " (without an answer: %s)", mem);
    }
}
