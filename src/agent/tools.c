/* tools.c - the tools the voice model has in a call. */
#include "agent/tools.h"

#include <string.h>

#include "codec/date.h"
#include "agent/prompts/tools.json.h"

#define ARGUMENTS_MAX 4096      /* bytes; ours are under 600 */

struct slice tools_json(void)
{
    return slice_trim_all(slice_of(tools_json_bytes, sizeof tools_json_bytes));
}

/* A string member, or nothing.  -1: it is there and no string that fits. */
static int text(struct json object, const char *name, char *dst, size_t cap,
    struct err *err)
{
    struct json v = json_get(object, name);

    dst[0] = 0;
    if (v.type == JSON_ABSENT || v.type == JSON_NULL)
        return 0;
    if (v.type == JSON_NUMBER && v.text.len < cap) {    /* 4711 for "4711" */
        memcpy(dst, v.text.ptr, v.text.len);
        dst[v.text.len] = 0;
        return 0;
    }
    if (!json_copy(v, dst, cap))
        return fail(err, ERR_DATA, "%s must be a string of at most %zu bytes",
            name, cap - 1);
    return 0;
}

static int read_note(struct json object, struct tool_note *n, struct err *err)
{
    struct json party = json_get(object, "party");
    struct date d;
    int64_t people = 0;
    int h, m;

    if (text(object, "number", n->number, sizeof n->number, err)
        || text(object, "date", n->date, sizeof n->date, err)
        || text(object, "time", n->time, sizeof n->time, err)
        || text(object, "name", n->name, sizeof n->name, err)
        || text(object, "notes", n->notes, sizeof n->notes, err))
        return -1;
    if (n->date[0] && date_parse(slice_str(n->date), &d))
        return fail(err, ERR_DATA, "date must be YYYY-MM-DD");
    if (n->time[0] && date_parse_time(slice_str(n->time), &h, &m))
        return fail(err, ERR_DATA, "time must be HH:MM, 24-hour clock");
    if (party.type != JSON_ABSENT && party.type != JSON_NULL
        && json_i64(party, 1, 1000, &people))
        return fail(err, ERR_DATA, "party must be a whole number from 1");
    n->party = (int)people;
    return 0;
}

/* w is a pause of half a second, as in Twilio's SendDigits (twilio 4.2). */
static int read_digits(struct json object, struct tool_call *out,
    struct err *err)
{
    size_t keys = 0;

    if (text(object, "digits", out->digits, sizeof out->digits, err))
        return -1;
    for (size_t i = 0; out->digits[i]; i++) {
        if (!strchr("0123456789*#w", out->digits[i]))
            return fail(err, ERR_DATA, "digits may hold 0-9, *, # and w (half "
                "a second of pause): byte %zu is something else", i);
        keys += out->digits[i] != 'w';
    }
    return keys ? 0 : fail(err, ERR_DATA, "digits must hold at least one key");
}

static int read_question(struct json object, struct tool_question *q,
    struct err *err)
{
    if (text(object, "question", q->text, sizeof q->text, err)
        || text(object, "default", q->fallback, sizeof q->fallback, err))
        return -1;
    return slice_trim_all(slice_str(q->text)).len ? 0 : fail(err, ERR_DATA,
        "question must not be empty");
}

int tool_read(struct slice name, struct json arguments, struct tool_call *out,
    struct err *err)
{
    uint8_t mem[ARGUMENTS_MAX];
    struct buf raw;
    struct json object;
    struct json_fault fault;

    memset(out, 0, sizeof *out);
    if (slice_is(name, "end_call"))
        out->kind = TOOL_END_CALL;
    else if (slice_is(name, "note_confirmation"))
        out->kind = TOOL_NOTE_CONFIRMATION;
    else if (slice_is(name, "send_digits"))
        out->kind = TOOL_SEND_DIGITS;
    else if (slice_is(name, "ask_owner"))
        out->kind = TOOL_ASK_OWNER;
    else
        return fail(err, ERR_DATA, "there is no tool \"%.*s\"",
            SLICE_ARG(slice_head(name, 40)));
    buf_over(&raw, mem, sizeof mem);
    if (!json_text(arguments, &raw) || !buf_ok(&raw))
        return fail(err, ERR_DATA, "arguments must be a string of at most %d "
            "bytes", ARGUMENTS_MAX);
    if (raw.len == 0 && out->kind == TOOL_END_CALL)
        return 0;
    if (json_parse(buf_slice(&raw), &object, &fault))
        return fail(err, ERR_DATA, "arguments are no JSON: %s at byte %zu",
            fault.why, fault.at);
    if (object.type != JSON_OBJECT)
        return fail(err, ERR_DATA, "arguments must be an object");
    if (out->kind == TOOL_END_CALL)
        return text(object, "reason", out->reason, sizeof out->reason, err);
    if (out->kind == TOOL_SEND_DIGITS)
        return read_digits(object, out, err);
    if (out->kind == TOOL_ASK_OWNER)
        return read_question(object, &out->question, err);
    return read_note(object, &out->note, err);
}

void tool_note_write(struct jsonw *w, const struct tool_note *n)
{
    jsonw_kcstr(w, "number", n->number);
    jsonw_kcstr(w, "date", n->date);
    jsonw_kcstr(w, "time", n->time);
    jsonw_kint(w, "party", n->party);
    jsonw_kcstr(w, "name", n->name);
    jsonw_kcstr(w, "notes", n->notes);
}
