/* stream_judge.c - what a server says, held against twilio 1.4.
 *
 * Twilio takes exactly three messages with exactly these keys; one missing or
 * one too many is warning 31951, and the message counts for nothing.
 */
#include "app/stream_impl.h"

#include <string.h>

#include "base/text.h"

#define KEYS 3

/* What the peer called something stands in it: only what a terminal may show
 * is left. */
static void wrong(struct stream_said *out, enum stream_fault fault,
    const char *before, struct slice name, const char *after)
{
    out->kind = SAID_WRONG;
    out->fault = fault;
    text_fmt(out->why, sizeof out->why, "%s%.*s%s", before,
        SLICE_ARG(slice_head(name, 60)), after);
    for (char *s = out->why; *s; s++)
        if (*s < 0x20 || *s > 0x7e)
            *s = '?';
}

static void add_why(struct stream_said *out, const char *a, const char *b,
    const char *c)
{
    size_t n = strlen(out->why);

    text_fmt(out->why + n, sizeof out->why - n, "%s%s%s", a, b, c);
}

static struct json key_string(struct slice key)
{
    return (struct json){JSON_STRING, key, slice_chr(key, '\\')
        != SLICE_NPOS};
}

/* Exactly these keys, each once, of these types.  what names the object. */
static bool fields(struct json of, const char *what,
    const char *const key[KEYS], const enum json_type type[KEYS], size_t n,
    struct stream_said *out)
{
    struct json_walk w = {.of = of};
    struct json value;
    struct slice name;
    bool seen[KEYS] = {false};
    size_t i;

    while (json_next(&w, &name, &value)) {
        for (i = 0; i < n; i++)
            if (json_is(key_string(name), key[i]))
                break;
        if (i == n || seen[i]) {
            wrong(out, STREAM_FIELD, i == n ? "unknown field \""
                : "twice the field \"", name, "\" in ");
            add_why(out, what, "", "");
            break;
        }
        seen[i] = true;
        if (value.type != type[i]) {
            wrong(out, STREAM_FIELD, "field \"", slice_str(key[i]), "\" is ");
            add_why(out, type[i] == JSON_STRING ? "no string" : "no object",
                " in ", what);
            return false;
        }
    }
    /* The rest, for what is missing: a misspelt key is both. */
    while (json_next(&w, &name, &value))
        for (i = 0; i < n; i++)
            if (json_is(key_string(name), key[i]))
                seen[i] = true;
    for (i = 0; i < n; i++) {
        if (seen[i])
            continue;
        if (out->kind != SAID_WRONG) {
            wrong(out, STREAM_FIELD, "no field \"", slice_str(key[i]),
                "\" in ");
            add_why(out, what, "", "");
        } else {
            add_why(out, ", and no \"", key[i], "\"");
        }
        return false;
    }
    return out->kind != SAID_WRONG;
}

static bool top(struct json message, const char *event, const char *body,
    struct stream_said *out)
{
    const char *const key[KEYS] = {"event", "streamSid", body};
    static const enum json_type type[KEYS] = {JSON_STRING, JSON_STRING,
        JSON_OBJECT};

    return fields(message, event, key, type, body ? 3 : 2, out);
}

static bool inner(struct json object, const char *event, const char *name,
    struct stream_said *out)
{
    const char *const key[KEYS] = {name};
    static const enum json_type type[KEYS] = {JSON_STRING};
    char what[32];

    text_fmt(what, sizeof what, "%s.%s", event, event);
    return fields(object, what, key, type, 1, out);
}

static bool shape(struct json message, struct json event,
    struct stream_said *out)
{
    if (json_is(event, "media")) {
        struct json media = json_get(message, "media");

        if (!top(message, "media", "media", out)
            || !inner(media, "media", "payload", out))
            return false;
        out->payload = json_get(media, "payload");
        out->kind = SAID_MEDIA;
    } else if (json_is(event, "mark")) {
        struct json mark = json_get(message, "mark");

        if (!top(message, "mark", "mark", out)
            || !inner(mark, "mark", "name", out))
            return false;
        out->mark = json_get(mark, "name").text;
        out->kind = SAID_MARK;
    } else if (json_is(event, "clear")) {
        if (!top(message, "clear", NULL, out))
            return false;
        out->kind = SAID_CLEAR;
    } else {
        wrong(out, STREAM_EVENT, "unknown event \"", event.text, "\"");
        return false;
    }
    return true;
}

void stream_judge(struct slice text, struct slice sid,
    struct stream_said *out)
{
    struct json message, event, mine;
    struct json_fault fault;
    char own[64];

    memset(out, 0, sizeof *out);
    /* Until a shape is found nothing is known; MEDIA stands for "not wrong". */
    out->kind = SAID_MEDIA;
    if (json_parse(text, &message, &fault)) {
        wrong(out, STREAM_NO_JSON, "no JSON: ", slice_str(fault.why), "");
        text_fmt(own, sizeof own, ", at byte %zu", fault.at);
        add_why(out, own, "", "");
        return;
    }
    if (message.type != JSON_OBJECT) {
        wrong(out, STREAM_NO_JSON, "JSON, but no object", SLICE(""), "");
        return;
    }
    event = json_get(message, "event");
    if (event.type != JSON_STRING) {
        wrong(out, STREAM_EVENT, "no event", SLICE(""), " that is a string");
        return;
    }
    if (!shape(message, event, out))
        return;
    mine = json_get(message, "streamSid");
    text_copy(own, sizeof own, sid);
    if (!json_is(mine, own))
        wrong(out, STREAM_SID, "streamSid \"", mine.text,
            "\" is not this stream's");
}

int stream_fault_number(enum stream_fault f)
{
    switch (f) {
    case STREAM_BINARY:
        return 31950;
    case STREAM_NO_JSON:
    case STREAM_EVENT:
    case STREAM_FIELD:
    case STREAM_SID:
    case STREAM_PAYLOAD:
        return 31951;
    case STREAM_QUEUE:
        return 31931;
    case STREAM_HEADER:
    case STREAM_MARKS:
    case STREAM_FAULTS:
        break;
    }
    return 0;
}
