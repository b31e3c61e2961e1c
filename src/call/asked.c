/* asked.c - what the owner wants from a call, as it was posted: DESIGN 5. */
#include "call/asked.h"

#include <string.h>

#include "agent/redact.h"
#include "base/text.h"
#include "codec/date.h"

bool asked_number_ok(struct slice s)
{
    if (s.len < 3 || s.len > 16 || s.ptr[0] != '+' || s.ptr[1] == '0')
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

static int bad(const char **field, struct err *err, const char *name,
    const char *how)
{
    *field = name;
    return fail(err, ERR_DATA, "%s: %s", name, how);
}

/* They would stand in the model's instructions. */
static bool is_plain(const char *p)
{
    for (; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '<' || *p == '>')
            return false;
    return true;
}

/* A text without control bytes.  need: it may not be empty or absent. */
static int read_text(struct json object, const char *name, bool need,
    char *dst, size_t cap, const char **field, struct err *err)
{
    struct json v = json_get(object, name);

    dst[0] = 0;
    if (v.type == JSON_ABSENT || v.type == JSON_NULL)
        return need ? bad(field, err, name, "is required") : 0;
    if (v.type != JSON_STRING)
        return bad(field, err, name, "must be a string");
    if (!json_copy(v, dst, cap))
        return bad(field, err, name, "is too long");
    if (!is_plain(dst))
        return bad(field, err, name, "holds markup or control characters");
    return need && !dst[0] ? bad(field, err, name, "is empty") : 0;
}

static int read_wishes(struct json object, struct asked *out,
    const char **field, struct err *err)
{
    struct json v = json_get(object, "wishes");
    struct json_walk walk = {.of = v};
    struct json one;

    if (v.type == JSON_ABSENT || v.type == JSON_NULL)
        return 0;
    if (v.type != JSON_ARRAY)
        return bad(field, err, "wishes", "must be an array of strings");
    while (json_next(&walk, NULL, &one)) {
        if (out->wishes == ASKED_WISHES)
            return bad(field, err, "wishes", "more than 8 of them");
        if (one.type != JSON_STRING || !json_copy(one,
            out->wish[out->wishes], sizeof out->wish[0]))
            return bad(field, err, "wishes", "one is no string or too long");
        if (!is_plain(out->wish[out->wishes]))
            return bad(field, err, "wishes",
                "one holds markup or control characters");
        out->wishes++;
    }
    return 0;
}

static int check_members(struct json object, const char **field,
    struct err *err)
{
    static const char *const known[] = {"to", "restaurant", "party", "date",
        "time", "time_to", "name", "wishes", "note", "intent", "reference",
        "about"};
    struct json_walk walk = {.of = object};
    struct slice key;
    struct json value;

    while (json_next(&walk, &key, &value)) {
        size_t i = 0, n = sizeof known / sizeof known[0];

        while (i < n && !slice_is(key, known[i]))
            i++;
        if (i == n) {
            *field = "";
            return fail(err, ERR_DATA, "unknown field \"%.*s\"",
                SLICE_ARG(slice_head(key, 40)));
        }
    }
    return 0;
}

static int check_moment(const struct asked *a, const char **field,
    struct err *err)
{
    struct date d;
    int h, m;

    if (date_parse(slice_str(a->date), &d))
        return bad(field, err, "date", "must be a day as YYYY-MM-DD");
    if (date_parse_time(slice_str(a->time), &h, &m))
        return bad(field, err, "time", "must be a 24-hour time as HH:MM");
    if (a->time_to[0] && date_parse_time(slice_str(a->time_to), &h, &m))
        return bad(field, err, "time_to", "must be a 24-hour time as HH:MM");
    return 0;
}

static const char *const intents[] = {"reserve", "cancel", "change", "call"};

static int read_intent(struct json object, struct asked *out,
    const char **field, struct err *err)
{
    struct json v = json_get(object, "intent");

    for (int i = ASKED_RESERVE; i <= ASKED_CALL; i++)
        if (json_is(v, intents[i])) {
            out->intent = (enum asked_intent)i;
            return 0;
        }
    return v.type == JSON_ABSENT || v.type == JSON_NULL ? 0
        : bad(field, err, "intent", "must be reserve, cancel, change or call");
}

/* An errand is about no table. */
static int check_no_table(struct json object, bool table, const char **field,
    struct err *err)
{
    static const char *const names[] = {"party", "date", "time", "time_to",
        "reference", "about"};

    for (size_t i = 0; !table && i < sizeof names / sizeof *names; i++)
        if (json_get(object, names[i]).type != JSON_ABSENT
            && json_get(object, names[i]).type != JSON_NULL)
            return bad(field, err, names[i], "does not go with intent call");
    return 0;
}

int asked_read(struct json object, struct asked *out, const char **field,
    struct err *err)
{
    struct json party = json_get(object, "party");
    bool table;
    int64_t n;

    memset(out, 0, sizeof *out);
    *field = "";
    if (object.type != JSON_OBJECT)
        return fail(err, ERR_DATA, "the body must be a JSON object");
    if (check_members(object, field, err) || read_intent(object, out, field,
        err))
        return -1;
    table = out->intent != ASKED_CALL;
    if (check_no_table(object, table, field, err)
        || read_text(object, "to", true, out->to, sizeof out->to, field, err)
        || read_text(object, "restaurant", true, out->restaurant,
        sizeof out->restaurant, field, err)
        || read_text(object, "date", table, out->date, sizeof out->date, field,
        err)
        || read_text(object, "time", table, out->time, sizeof out->time, field,
        err)
        || read_text(object, "time_to", false, out->time_to,
        sizeof out->time_to, field, err)
        || read_text(object, "name", false, out->name, sizeof out->name,
        field, err)
        || read_text(object, "note", !table, out->note, sizeof out->note,
        field, err)
        || read_text(object, "reference", false, out->reference,
        sizeof out->reference, field, err)
        || read_text(object, "about", false, out->about, sizeof out->about,
        field, err)
        || read_wishes(object, out, field, err)
        || (table && check_moment(out, field, err)))
        return -1;
    redact_text(out->note);     /* the owner's slip must not leave either */
    for (size_t i = 0; i < out->wishes; i++)
        redact_text(out->wish[i]);
    if (!asked_number_ok(slice_str(out->to)))
        return bad(field, err, "to", "must be a number in E.164 form, "
            "like +15551230000");
    if (!table)
        return 0;
    if (party.type == JSON_ABSENT)
        return bad(field, err, "party", "is required");
    if (json_i64(party, 1, 1000, &n))
        return bad(field, err, "party", "must be a whole number from 1");
    out->party = (int)n;
    return 0;
}

void asked_restore(struct json object, struct asked *out)
{
    const char *field;
    int64_t n = 0;

    memset(out, 0, sizeof *out);
    json_copy(json_get(object, "to"), out->to, sizeof out->to);
    json_copy(json_get(object, "restaurant"), out->restaurant,
        sizeof out->restaurant);
    json_copy(json_get(object, "date"), out->date, sizeof out->date);
    json_copy(json_get(object, "time"), out->time, sizeof out->time);
    json_copy(json_get(object, "time_to"), out->time_to, sizeof out->time_to);
    json_copy(json_get(object, "name"), out->name, sizeof out->name);
    json_copy(json_get(object, "note"), out->note, sizeof out->note);
    json_copy(json_get(object, "reference"), out->reference,
        sizeof out->reference);
    json_copy(json_get(object, "about"), out->about, sizeof out->about);
    read_intent(object, out, &field, NULL);
    read_wishes(object, out, &field, NULL);
    if (json_i64(json_get(object, "party"), 0, 1000, &n) == 0)
        out->party = (int)n;
}

void asked_write(struct jsonw *w, const struct asked *a)
{
    jsonw_object(w);
    jsonw_kcstr(w, "to", a->to);
    jsonw_kcstr(w, "restaurant", a->restaurant);
    if (a->intent != ASKED_CALL) {
        jsonw_kint(w, "party", a->party);
        jsonw_kcstr(w, "date", a->date);
        jsonw_kcstr(w, "time", a->time);
    }
    if (a->time_to[0])
        jsonw_kcstr(w, "time_to", a->time_to);
    jsonw_kcstr(w, "name", a->name);
    jsonw_karray(w, "wishes");
    for (size_t i = 0; i < a->wishes; i++)
        jsonw_str(w, slice_str(a->wish[i]));
    jsonw_end(w);
    jsonw_kcstr(w, "note", a->note);
    if (a->intent != ASKED_RESERVE)
        jsonw_kcstr(w, "intent", intents[a->intent]);
    if (a->reference[0])
        jsonw_kcstr(w, "reference", a->reference);
    if (a->about[0])
        jsonw_kcstr(w, "about", a->about);
    jsonw_end(w);
}

bool asked_same(const struct asked *a, const struct asked *b)
{
    return strcmp(a->to, b->to) == 0 && strcmp(a->date, b->date) == 0
        && strcmp(a->time, b->time) == 0 && a->party == b->party
        && a->intent == b->intent
        && (a->intent != ASKED_CALL || strcmp(a->note, b->note) == 0)
        && slice_ieq(slice_str(a->name), slice_str(b->name));
}
