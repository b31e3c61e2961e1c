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

/* What they said to an errand that is no booking: that is what it was for. */
static void add_answer(struct buf *out, struct json call)
{
    struct json quote = json_get(call, "outcome.fields.notes.quote");

    if (quote.type != JSON_STRING
        || !json_is(json_get(call, "asked.intent"), "call"))
        return;
    buf_adds(out, ": \"");
    json_text(quote, out);
    buf_addc(out, '"');
}

void tell_outcome(struct buf *out, enum tongue tongue, struct json call)
{
    char mem[WORD];
    size_t i = find_outcome(call);
    struct slice s;

    if (i == OUTCOMES)
        phrase_add(out, tongue, PHRASE_UNFINISHED, NULL);
    else if (i == 0 && json_is(json_get(call, "asked.intent"), "call"))
        phrase_add(out, tongue, PHRASE_ANSWERED, NULL);
    else
        buf_adds(out, tongue == TONGUE_GERMAN ? outcomes[i].german
            : outcomes[i].words);
    if (text_of(json_get(call, "outcome.reason"), mem).len)
        add_reason(out, tongue, mem);
    buf_adds(out, ": ");
    add_terms(out, tongue, call);
    add_answer(out, call);
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

/* A value as a person says it: a date with its weekday, people counted. */
static void add_value(struct buf *out, struct slice field, struct slice value)
{
    uint64_t party;

    if (slice_is(field, "date"))
        add_date(out, TONGUE_ENGLISH, value);
    else if (slice_is(field, "party") && !text_u64(value, 0, 9999, &party))
        phrase_add_party(out, TONGUE_ENGLISH, (int)party);
    else
        buf_add(out, value);
}

/* "0.90" is 90. */
static int per_cent(struct json sure)
{
    char mem[WORD];
    struct slice s = text_of(sure, mem);
    size_t dot = slice_chr(s, '.');
    uint64_t whole = 0, part = 0;

    if (dot == SLICE_NPOS || text_u64(slice_head(s, dot), 0, 1, &whole)
        || s.len < dot + 3 || text_u64(slice_of(s.ptr + dot + 1, 2), 0, 99,
        &part))
        return text_u64(s, 0, 1, &whole) ? -1 : (int)whole * 100;
    return (int)(whole * 100 + part);
}

/* Each field: its value, how sure, and the words it came from. */
static void add_fields(struct buf *out, struct json call)
{
    struct json_walk walk = {.of = json_get(call, "outcome.fields")};
    struct slice key;
    struct json field;

    while (json_next(&walk, &key, &field)) {
        char value[WORD], quote[WORD], at[WORD], who[WORD], words[WORD];
        int sure = per_cent(json_get(field, "sure"));
        struct buf b;

        buf_over(&b, words, sizeof words - 1);
        add_value(&b, key, text_of(json_get(field, "value"), value));
        words[b.len] = 0;
        text_of(json_get(field, "quote"), quote);
        text_of(json_get(field, "at"), at);
        text_of(json_get(field, "speaker"), who);
        buf_addf(out, "  %-8.*s %-26s ", SLICE_ARG(key), words);
        if (sure >= 0)
            buf_addf(out, "%3d %% sure  ", sure);
        buf_addf(out, "\"%s\" (%s, %s)%s\n", quote, who, at, json_true(
            json_get(field, "read_back")) ? ", read back" : "");
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

/* What was asked for, all of it. */
static void add_asked(struct buf *out, struct json call)
{
    static const char *const fields[] = {"date", "time", "party", "name"};
    struct json asked = json_get(call, "asked"), wish;
    struct json_walk walk = {.of = json_get(asked, "wishes")};
    size_t from = out->len;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char mem[WORD];
        struct slice s = text_of(json_get(asked, fields[i]), mem);

        if (s.len == 0 || slice_is(s, "0"))
            continue;
        buf_adds(out, out->len == from ? "asked for: " : i == 3 ? ", for "
            : ", ");
        add_value(out, slice_str(fields[i]), s);
        if (i == 1 && (s = text_of(json_get(asked, "time_to"), mem)).len)
            buf_addf(out, " to %.*s", SLICE_ARG(s));
    }
    while (json_next(&walk, NULL, &wish)) {
        buf_adds(out, out->len == from ? "asked for: " : ", ");
        json_text(wish, out);
    }
    if (out->len > from)
        buf_addc(out, '\n');
}

/* What is not as it was asked for, a line each, both sides in full. */
static void add_changed(struct buf *out, struct json call)
{
    struct json_walk walk = {.of = json_get(call, "outcome.changed")};
    bool offer = json_is(json_get(call, "outcome.outcome"),
        "alternative_offered");
    struct json name;

    while (json_next(&walk, NULL, &name)) {
        char field[WORD], path[WORD + 8], mem[WORD];
        struct slice key = text_of(name, field);

        text_fmt(path, sizeof path, "asked.%s", field);
        buf_addf(out, "changed: %s: ", field);
        add_value(out, key, text_of(json_get(call, path), mem));
        if (slice_is(key, "time") && text_of(json_get(call, "asked.time_to"),
            mem).len)
            buf_addf(out, " to %s", mem);
        buf_adds(out, " was asked for, ");
        add_value(out, key, agreed(call, field, mem));
        buf_adds(out, offer ? " was offered\n" : " was agreed\n");
    }
}

/* A table was agreed on, and nobody said this of it. */
static void add_unsaid(struct buf *out, struct json call)
{
    static const char *const fields[] = {"date", "time", "party", "name"};
    struct json outcome = json_get(call, "outcome.outcome");
    size_t from = out->len;

    if (!json_is(outcome, "confirmed") && !json_is(outcome, "modified"))
        return;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char path[64], mem[WORD];

        text_fmt(path, sizeof path, "outcome.fields.%s", fields[i]);
        if (json_get(call, path).type == JSON_OBJECT)
            continue;
        text_fmt(path, sizeof path, "asked.%s", fields[i]);
        if (text_of(json_get(call, path), mem).len)
            buf_addf(out, "%s%s", out->len == from ? "nobody said: " : ", ",
                fields[i]);
    }
    if (out->len > from)
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
    add_asked(out, call);
    add_changed(out, call);
    add_unsaid(out, call);
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
