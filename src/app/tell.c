/* tell.c - a call in words a person reads, from its object (DESIGN 5). */
#include "app/tell.h"

#include <string.h>

#include "agent/phrase.h"
#include "base/text.h"
#include "codec/date.h"

#define WORD 160

/* The outcomes with what they are called and what a booking exits with. */
static const struct {
    const char *name, *words, *german;
    int exit;
} outcomes[] = {
    {"confirmed", "Confirmed", "Best\xc3\xa4tigt", 0},
    {"modified", "Booked with a change",
        "Mit einer \xc3\x84nderung gebucht", 0},
    {"cancelled", "Cancelled", "Abgesagt", 0},
    {"alternative_offered", "Not booked, an alternative was offered",
        "Nicht gebucht, es wurde etwas anderes angeboten", 1},
    {"declined", "Declined", "Abgelehnt", 1},
    {"waitlisted", "On the waiting list", "Auf der Warteliste", 1},
    {"callback_promised", "They will call back", "Sie rufen zur\xc3\xbc"
        "ck", 1},
    {"wrong_party", "Wrong number", "Falsch verbunden", 1},
    {"blocked", "Not called", "Nicht angerufen", 77},
    {"not_reached", "Nobody reached", "Niemand erreicht", 2},
    {"machine", "A machine answered", "Ein Automat nahm ab", 2},
    {"cut_off", "Cut off", "Abgebrochen", 3},
    {"unclear", "Unclear", "Unklar", 3},
    {"error", "The call failed", "Der Anruf ist gescheitert", 69},
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

/* "no_answer" for people; a reason that is not listed as it is. */
static void add_reason(struct buf *out, enum tongue tongue, char *reason)
{
    static const struct {
        const char *name, *german;
    } known[] = {
        {"busy", "besetzt"}, {"no_answer", "niemand nahm ab"},
        {"rejected", "abgewiesen"}, {"invalid_number",
        "die Nummer ist ung\xc3\xbcltig"}, {"network", "das Netz"},
        {"voicemail", "Mailbox"}, {"screened", "Anrufpr\xc3\xbc" "fung"},
        {"menu", "Ansagemen\xc3\xbc"}, {"fax", "Fax"},
        {"policy", "die Regeln"}, {"hours", "die Zeiten"},
        {"cap", "die Obergrenze"}
    };

    for (size_t i = 0; tongue == TONGUE_GERMAN && i < sizeof known
        / sizeof *known; i++)
        if (!strcmp(reason, known[i].name)) {
            buf_addf(out, " (%s)", known[i].german);
            return;
        }
    for (char *c = reason; *c; c++)
        if (*c == '_')
            *c = ' ';
    buf_addf(out, " (%s)", reason);
}

static void add_date(struct buf *out, enum tongue tongue, struct slice text)
{
    struct date d;

    if (date_parse(text, &d))
        buf_add(out, text);
    else
        phrase_add_day(out, tongue, d);
}

static void add_terms(struct buf *out, enum tongue tongue, struct json call)
{
    char mem[WORD];
    struct slice s = text_of(json_get(call, "asked.restaurant"), mem);
    uint64_t party;

    if (s.len)
        buf_add(out, s);
    else
        phrase_add(out, tongue, PHRASE_INBOUND, NULL);
    s = agreed(call, "date", mem);
    if (s.len) {
        buf_adds(out, ", ");
        add_date(out, tongue, s);
    }
    if (agreed(call, "time", mem).len) {
        buf_adds(out, ", ");
        phrase_add_time(out, tongue, mem, "");
    }
    s = agreed(call, "party", mem);
    if (s.len && text_u64(s, 0, 9999, &party) == 0) {
        buf_adds(out, ", ");
        phrase_add_party(out, tongue, (int)party);
    }
    if (text_of(json_get(call, "outcome.fields.number.value"), mem).len)
        phrase_add(out, tongue, PHRASE_CODE, mem);
}

void tell_outcome(struct buf *out, enum tongue tongue, struct json call)
{
    char mem[WORD];
    size_t i = find_outcome(call);
    struct slice s;

    if (i == OUTCOMES)
        phrase_add(out, tongue, PHRASE_UNFINISHED, NULL);
    else
        buf_adds(out, tongue == TONGUE_GERMAN ? outcomes[i].german
            : outcomes[i].words);
    if (text_of(json_get(call, "outcome.reason"), mem).len)
        add_reason(out, tongue, mem);
    buf_adds(out, ": ");
    add_terms(out, tongue, call);
    s = text_of(json_get(call, "error.message"), mem);
    if (s.len && (i >= OUTCOMES || outcomes[i].exit
        || json_is(json_get(call, "error.source"), "us")))
        buf_addf(out, "; %.*s", SLICE_ARG(s));
    s = text_of(json_get(call, "error.number"), mem);
    if (s.len && !slice_is(s, "null") && (i >= OUTCOMES || outcomes[i].exit))
        phrase_add(out, tongue, PHRASE_TWILIO, mem);
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
        tell_outcome(out, TONGUE_ENGLISH, call);
    else
        add_terms(out, TONGUE_ENGLISH, call);
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

    tell_outcome(out, TONGUE_ENGLISH, call);
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
