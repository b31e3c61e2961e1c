/* tools_test.c - the tools as a session takes them, and calls of them. */
#include "agent/tools.h"

#include "../guard.h"
#include "../tap.h"

/* realtime 2: flat objects of exactly these keys, parameters a schema. */
static void test_schema(void)
{
    static const char *const names[] = {"end_call", "note_confirmation",
        "send_digits", "ask_owner"};
    static const char *const notes[] = {"number", "date", "time", "party",
        "name", "notes"};
    struct json all, tool;
    struct json_fault fault;
    struct slice key;
    size_t n = 0;

    if (!tap_ok(json_parse(tools_json(), &all, &fault) == 0
        && all.type == JSON_ARRAY, "the tools are a JSON array"))
        return;
    for (struct json_walk w = {.of = all}; json_next(&w, &key, &tool); n++) {
        struct json_walk keys = {.of = tool};
        struct json value;
        int known = 0;

        while (json_next(&keys, &key, &value))
            known += slice_is(key, "type") || slice_is(key, "name")
                || slice_is(key, "description")
                || slice_is(key, "parameters") ? 1 : 100;
        tap_is_int(known, 4, "a tool has the four keys and no other");
        tap_ok(json_is(json_get(tool, "type"), "function")
            && json_is(json_get(tool, "name"), n < 4 ? names[n] : ""),
            "it is a function and has its name");
        tap_ok(json_is(json_get(tool, "parameters.type"), "object")
            && json_get(tool, "parameters.properties").type == JSON_OBJECT
            && json_get(tool, "parameters.additionalProperties").type
            == JSON_FALSE, "its parameters are a closed object");
        for (size_t i = 0; n == 1 && i < 6; i++) {
            char path[60];

            snprintf(path, sizeof path, "parameters.properties.%s.type",
                notes[i]);
            tap_ok(json_is(json_get(tool, path), i == 3 ? "integer"
                : "string"), "%s", path);
        }
    }
    tap_is_int((int64_t)n, 4, "there are four");
}

/* arguments as they stand in the event: a JSON string that holds JSON. */
static const struct {
    const char *tool, *arguments, *want;
} calls[] = {
    {"end_call", "\"{\\\"reason\\\":\\\"done\\\"}\"", "end done"},
    {"end_call", "\"{}\"", "end "},
    {"end_call", "\"\"", "end "},
    {"end_call", "\"{\\\"reason\\\":null}\"", "end "},
    {"note_confirmation", "\"{\\\"number\\\":\\\"4711\\\",\\\"date\\\":"
        "\\\"2026-11-23\\\",\\\"time\\\":\\\"19:00\\\",\\\"party\\\":4,"
        "\\\"name\\\":\\\"Leo\\\",\\\"notes\\\":\\\"window\\\"}\"",
        "note 4711|2026-11-23|19:00|4|Leo|window"},
    {"note_confirmation", "\"{\\\"number\\\":4711}\"", "note 4711|||0||"},
    {"note_confirmation", "\"{\\\"name\\\":\\\"M\\\\u00fcller\\\"}\"",
        "note |||0|M\xc3\xbcller|"},
    {"hang_up", "\"{}\"", "there is no tool \"hang_up\""},
    {"end_call", "\"{\\\"reason\\\":\\\"do\"", "arguments are no JSON"},
    {"end_call", "\"[]\"", "arguments must be an object"},
    {"end_call", "{}", "arguments must be a string"},
    {"end_call", "\"{\\\"reason\\\":[]}\"", "reason must be a string"},
    {"note_confirmation", "\"\"", "arguments are no JSON"},
    {"note_confirmation", "\"{\\\"date\\\":\\\"Monday\\\"}\"",
        "date must be YYYY-MM-DD"},
    {"note_confirmation", "\"{\\\"time\\\":\\\"7 pm\\\"}\"",
        "time must be HH:MM"},
    {"note_confirmation", "\"{\\\"party\\\":0}\"", "party must be"},
    {"note_confirmation", "\"{\\\"party\\\":\\\"4\\\"}\"", "party must be"},
    {"note_confirmation", "\"{\\\"date\\\":\\\"2026-11-233\\\"}\"",
        "date must be a string of at most 10 bytes"},
    {"send_digits", "\"{\\\"digits\\\":\\\"1w*#0\\\"}\"", "press 1w*#0"},
    {"send_digits", "\"{\\\"digits\\\":5}\"", "press 5"},
    {"send_digits", "\"{\\\"digits\\\":\\\"12a\\\"}\"",
        "digits may hold 0-9, *, # and w (half a second of pause): byte 2 "},
    {"send_digits", "\"{\\\"digits\\\":\\\"1A\\\"}\"", "digits may hold"},
    {"send_digits", "\"{\\\"digits\\\":\\\"ww\\\"}\"",
        "digits must hold at least one key"},
    {"ask_owner", "\"{\\\"question\\\":\\\"9 pm?\\\",\\\"default\\\":"
        "\\\"no\\\"}\"", "ask 9 pm?|no"},
    {"ask_owner", "\"{\\\"question\\\":\\\"9 pm?\\\"}\"", "ask 9 pm?|"},
    {"ask_owner", "\"{\\\"question\\\":\\\" \\\"}\"",
        "question must not be empty"},
    {"ask_owner", "\"{\\\"default\\\":\\\"no\\\"}\"",
        "question must not be empty"},
    {"send_digits", "\"{}\"", "digits must hold at least one key"},
    {"send_digits", "\"\"", "arguments are no JSON"},
    {"send_digits", "\"{\\\"digits\\\":\\\""
        "012345678901234567890123456789012\\\"}\"",
        "digits must be a string of at most 32 bytes"},
};

static void show(char out[static 700], const struct tool_call *c)
{
    if (c->kind == TOOL_END_CALL)
        snprintf(out, 700, "end %s", c->reason);
    else if (c->kind == TOOL_SEND_DIGITS)
        snprintf(out, 700, "press %s", c->digits);
    else if (c->kind == TOOL_ASK_OWNER)
        snprintf(out, 700, "ask %s|%s", c->question.text,
            c->question.fallback);
    else
        snprintf(out, 700, "note %s|%s|%s|%d|%s|%s", c->note.number,
            c->note.date, c->note.time, c->note.party, c->note.name,
            c->note.notes);
}

static void test_calls(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct tool_call c;
        struct err err = {.code = ERR_NONE};
        struct json v;
        char got[700];

        if (json_parse(guard_in(slice_str(calls[i].arguments)), &v, NULL))
            abort();
        if (tool_read(slice_str(calls[i].tool), v, &c, &err) == 0)
            show(got, &c);
        else
            snprintf(got, sizeof got, "%s", err.msg);
        /* Of a refusal, its beginning: the rest is the byte. */
        if (err.code != ERR_NONE)
            got[strlen(calls[i].want) < sizeof got ? strlen(calls[i].want)
                : 0] = 0;
        tap_is_str(slice_str(got), calls[i].want, calls[i].arguments);
    }
}

/* An interrupted call has its arguments cut off anywhere (realtime 5). */
static void test_cut(void)
{
    static const char whole[] = "{\\\"number\\\":\\\"4711\\\","
        "\\\"party\\\":4}";
    int taken = 0;

    for (size_t n = 1; n < sizeof whole - 1; n++) {
        char text[100];
        struct tool_call c;
        struct json v;

        snprintf(text, sizeof text, "\"%.*s\"", (int)n, whole);
        if (json_parse(slice_str(text), &v, NULL))
            continue;           /* cut between \ and " */
        taken += tool_read(SLICE("note_confirmation"), v, &c, NULL) == 0;
    }
    tap_is_int(taken, 0, "a note that was cut off is never taken");
}

static void test_write(void)
{
    struct tool_note n = {.number = "4711", .date = "2026-11-23",
        .time = "19:00", .party = 4, .name = "Leo", .notes = "\"x\""};
    char mem[400];
    struct buf b;
    struct jsonw w;

    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    tool_note_write(&w, &n);
    jsonw_end(&w);
    tap_is_str(buf_slice(&b), "{\"number\":\"4711\",\"date\":\"2026-11-23\","
        "\"time\":\"19:00\",\"party\":4,\"name\":\"Leo\",\"notes\":"
        "\"\\\"x\\\"\"}", "a note as JSON");
}

int main(void)
{
    test_schema();
    test_calls();
    test_cut();
    test_write();
    return tap_done();
}
