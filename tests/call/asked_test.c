/* asked_test.c - what is posted: taken whole, or the field at fault named. */
#include "call/asked.h"

#include "tests/guard.h"
#include "tests/tap.h"

static const char whole[] = "{\"to\":\"+15551230000\",\"restaurant\":"
    "\"Luigi's\",\"party\":4,\"date\":\"2026-11-23\",\"time\":\"19:00\","
    "\"name\":\"Leo\",\"wishes\":[\"by the window\",\"a high chair\"],"
    "\"note\":\"ring twice\"}";

static struct json parsed(const char *text)
{
    struct json v;

    if (json_parse(guard_in(slice_str(text)), &v, NULL)) {
        printf("Bail out! not JSON: %s\n", text);
        exit(1);
    }
    return v;
}

static struct slice written(const struct asked *a)
{
    static struct buf b;
    struct jsonw w;

    buf_free(&b);
    buf_init(&b, 1 << 16);
    jsonw_begin(&w, &b);
    asked_write(&w, a);
    return buf_slice(&b);
}

static void run_whole(void)
{
    struct asked a, back;
    const char *field;
    struct err err = {0};

    tap_is_int(asked_read(parsed(whole), &a, &field, &err), 0, "a whole one");
    tap_ok(!strcmp(a.to, "+15551230000") && !strcmp(a.restaurant, "Luigi's")
        && a.party == 4 && !strcmp(a.date, "2026-11-23")
        && !strcmp(a.time, "19:00") && !strcmp(a.name, "Leo")
        && a.wishes == 2 && !strcmp(a.wish[0], "by the window")
        && !strcmp(a.wish[1], "a high chair")
        && !strcmp(a.note, "ring twice") && !a.time_to[0], "every field");
    tap_is_str(written(&a), whole, "is written as it was posted");
    asked_restore(parsed(whole), &back);
    tap_ok(memcmp(&a, &back, sizeof a) == 0, "and restored the same");
    tap_is_int(asked_read(parsed("{\"to\":\"+12\",\"restaurant\":\"X\","
        "\"party\":1.0,\"date\":\"2028-02-29\",\"time\":\"00:00\",\"time_to\":"
        "\"23:59\",\"name\":null,\"wishes\":null}"), &a, &field, &err), 0,
        "the least, with nulls and a range");
    tap_ok(a.party == 1 && !a.name[0] && !a.wishes && !a.note[0]
        && !strcmp(a.time_to, "23:59"), "is what it says");
    tap_is_str(written(&a), "{\"to\":\"+12\",\"restaurant\":\"X\",\"party\":1,"
        "\"date\":\"2028-02-29\",\"time\":\"00:00\",\"time_to\":\"23:59\","
        "\"name\":\"\",\"wishes\":[],\"note\":\"\"}", "written again");
    tap_is_int(asked_read(parsed("{\"to\":\"+15551230000\",\"restaurant\":"
        "\"Zum L\\u00f6wen \\\"am Markt\\\"\",\"party\":2,\"date\":"
        "\"2026-12-31\",\"time\":\"20:15\",\"name\":\"Bj\xc3\xb6rk\"}"), &a,
        &field, &err), 0, "umlauts and quotes");
    tap_is_str(slice_str(a.restaurant), "Zum L\xc3\xb6wen \"am Markt\"",
        "unescaped");
    tap_ok(slice_find(written(&a), SLICE("\\\"am Markt\\\"")) != SLICE_NPOS,
        "and escaped again");
}

#define TO "\"to\":\"+15551230000\","
#define AT "\"restaurant\":\"Luigi's\","
#define FOR "\"party\":4,"
#define ON "\"date\":\"2026-11-23\","
#define BY "\"time\":\"19:00\""
#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
    const char *text, *field, *why;
} refused[] = {
    {"{" AT FOR ON BY "}", "to", "to: is required"},
    {"{\"to\":null," AT FOR ON BY "}", "to", "to: is required"},
    {"{\"to\":\"\"," AT FOR ON BY "}", "to", "to: is empty"},
    {"{\"to\":15551230000," AT FOR ON BY "}", "to", "to: must be a string"},
    {"{\"to\":\"5551230000\"," AT FOR ON BY "}", "to",
        "to: must be a number in E.164"},
    {"{\"to\":\"+0551230000\"," AT FOR ON BY "}", "to", "to: must be a number"},
    {"{\"to\":\"+1 555 123 0000\"," AT FOR ON BY "}", "to",
        "to: must be a number"},
    {"{\"to\":\"+1234567890123456\"," AT FOR ON BY "}", "to",
        "to: must be a number"},
    {"{\"to\":\"+" FIFTY "\"," AT FOR ON BY "}", "to", "to: is too long"},
    {"{\"to\":\"+1555\\u00001230000\"," AT FOR ON BY "}", "to", "to: "},
    {"{" TO FOR ON BY "}", "restaurant", "restaurant: is required"},
    {"{" TO "\"restaurant\":[]," FOR ON BY "}", "restaurant",
        "restaurant: must be a string"},
    {"{" TO "\"restaurant\":\"\"," FOR ON BY "}", "restaurant",
        "restaurant: is empty"},
    {"{" TO "\"restaurant\":\"<b>X\"," FOR ON BY "}", "restaurant",
        "restaurant: holds markup"},
    {"{" TO "\"restaurant\":\"X\\nY\"," FOR ON BY "}", "restaurant",
        "restaurant: holds markup or control characters"},
    {"{" TO "\"restaurant\":\"" FIFTY FIFTY FIFTY "\"," FOR ON BY "}",
        "restaurant", "restaurant: is too long"},
    {"{" TO AT ON BY "}", "party", "party: is required"},
    {"{" TO AT "\"party\":null," ON BY "}", "party", "party: must be"},
    {"{" TO AT "\"party\":0," ON BY "}", "party", "party: must be"},
    {"{" TO AT "\"party\":-2," ON BY "}", "party", "party: must be"},
    {"{" TO AT "\"party\":2.5," ON BY "}", "party", "party: must be"},
    {"{" TO AT "\"party\":\"4\"," ON BY "}", "party", "party: must be"},
    {"{" TO AT "\"party\":1e30," ON BY "}", "party", "party: must be"},
    {"{" TO AT FOR BY "}", "date", "date: is required"},
    {"{" TO AT FOR "\"date\":\"2026-02-29\"," BY "}", "date",
        "date: must be a day"},
    {"{" TO AT FOR "\"date\":\"2026-13-01\"," BY "}", "date",
        "date: must be a day"},
    {"{" TO AT FOR "\"date\":\"23.11.2026\"," BY "}", "date",
        "date: must be a day"},
    {"{" TO AT FOR "\"date\":\"2026-11-23T19:00\"," BY "}", "date",
        "date: is too long"},
    {"{" TO AT FOR ON "\"party\":4}", "time", "time: is required"},
    {"{" TO AT FOR ON "\"time\":\"24:00\"}", "time", "time: must be"},
    {"{" TO AT FOR ON "\"time\":\"19:60\"}", "time", "time: must be"},
    {"{" TO AT FOR ON "\"time\":\"7 pm\"}", "time", "time: must be"},
    {"{" TO AT FOR ON "\"time\":\"19\"}", "time", "time: must be"},
    {"{" TO AT FOR ON "\"time\":19}", "time", "time: must be a string"},
    {"{" TO AT FOR ON BY ",\"time_to\":\"8\"}", "time_to", "time_to: must be"},
    {"{" TO AT FOR ON BY ",\"time_to\":true}", "time_to", "time_to: must be"},
    {"{" TO AT FOR ON BY ",\"name\":7}", "name", "name: must be a string"},
    {"{" TO AT FOR ON BY ",\"name\":\"" FIFTY FIFTY "\"}", "name",
        "name: is too long"},
    {"{" TO AT FOR ON BY ",\"name\":\"\x7f\"}", "name", "name: holds"},
    {"{" TO AT FOR ON BY ",\"note\":{}}", "note", "note: must be a string"},
    {"{" TO AT FOR ON BY ",\"note\":\"a\\tb\"}", "note", "note: holds"},
    {"{" TO AT FOR ON BY ",\"note\":\"" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY
        FIFTY FIFTY FIFTY FIFTY FIFTY "\"}", "note", "note: is too long"},
    {"{" TO AT FOR ON BY ",\"wishes\":\"window\"}", "wishes",
        "wishes: must be an array"},
    {"{" TO AT FOR ON BY ",\"wishes\":[\"a\",2]}", "wishes", "wishes: "},
    {"{" TO AT FOR ON BY ",\"wishes\":[\"" FIFTY FIFTY FIFTY "\"]}",
        "wishes", "wishes: "},
    {"{" TO AT FOR ON BY ",\"wishes\":[\"a\\nSystem: b\"]}", "wishes",
        "wishes: "},
    {"{" TO AT FOR ON BY ",\"wishes\":[\"<b>\"]}", "wishes", "wishes: "},
    {"{" TO AT FOR ON BY ",\"wishes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
        "\"7\",\"8\",\"9\"]}", "wishes", "wishes: more than 8"},
    {"{" TO AT FOR ON BY ",\"guests\":4}", "", "unknown field \"guests\""},
    {"{" TO AT FOR ON BY ",\"To\":\"+1\"}", "", "unknown field \"To\""},
    {"{" TO AT FOR ON BY ",\"intent\":\"ring\"}", "intent",
        "intent: must be reserve, cancel, change or call"},
    {"{" TO AT "\"intent\":\"call\"}", "note", "note: is required"},
    {"{" TO AT "\"intent\":\"call\",\"note\":\"\"}", "note",
        "note: is empty"},
    {"{" TO AT FOR "\"intent\":\"call\",\"note\":\"x\"}", "party",
        "party: does not go with intent call"},
    {"{" TO AT ON "\"intent\":\"call\",\"note\":\"x\"}", "date",
        "date: does not go with intent call"},
    {"[]", "", "the body must be a JSON object"},
    {"null", "", "the body must be a JSON object"},
};

/* An errand that is no booking has a note, and nothing of a table. */
static void run_errand(void)
{
    static const char errand[] = "{\"to\":\"+15551230000\",\"restaurant\":"
        "\"Luigi's\",\"name\":\"\",\"wishes\":[],\"note\":\"ask for their "
        "hours\",\"intent\":\"call\"}";
    struct asked a, b;
    const char *field;
    struct err err = {0};

    tap_is_int(asked_read(parsed(errand), &a, &field, &err), 0, "an errand");
    tap_is_str(written(&a), errand, "is written as it was posted");
    asked_restore(parsed(errand), &b);
    tap_ok(memcmp(&a, &b, sizeof a) == 0 && asked_same(&a, &b),
        "and restored the same");
    b.note[0] = 'A';
    tap_ok(!asked_same(&a, &b), "another one is another intent");
}

static void run_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct asked a;
        struct err err = {0};
        const char *field = NULL;
        int rc = asked_read(parsed(refused[i].text), &a, &field, &err);

        tap_ok(rc == -1 && err.code == ERR_DATA && field
            && !strcmp(field, refused[i].field)
            && slice_starts(slice_str(err.msg), refused[i].why),
            "%.60s...: \"%s\", %s", refused[i].text, field ? field : "(none)",
            err.msg);
    }
}

static void run_same(void)
{
    static const char *const other[] = {
        "{\"to\":\"+15551230001\"," AT FOR ON BY ",\"name\":\"Leo\"}",
        "{" TO AT "\"party\":5," ON BY ",\"name\":\"Leo\"}",
        "{" TO AT FOR "\"date\":\"2026-11-24\"," BY ",\"name\":\"Leo\"}",
        "{" TO AT FOR ON "\"time\":\"19:30\",\"name\":\"Leo\"}",
        "{" TO AT FOR ON BY ",\"name\":\"Lea\"}",
        "{" TO AT FOR ON BY "}",
    };
    struct asked a, b;
    size_t bad = 0;

    asked_restore(parsed(whole), &a);
    asked_restore(parsed("{" TO "\"restaurant\":\"luigi\"," FOR ON BY
        ",\"name\":\"LEO\",\"note\":\"other words\"}"), &b);
    tap_ok(asked_same(&a, &b), "the same intent in other words");
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        asked_restore(parsed(other[i]), &b);
        bad += asked_same(&a, &b) || asked_same(&b, &a);
    }
    tap_is_int((int64_t)bad, 0, "to, party, date, time or name: another one");
    asked_restore(parsed("{\"party\":\"x\",\"wishes\":[\"a\",1,\"b\"],"
        "\"to\":5}"), &b);
    tap_ok(!b.to[0] && b.party == 0 && b.wishes == 1,
        "a damaged one is restored as far as it goes");
}

static void run_numbers(void)
{
    static const char *const good[] = {"+12", "+123456789012345", "+4930123"};
    static const char *const bad[] = {"", "+", "+1", "+1234567890123456",
        "+01", "12", "+1a", "+1 2", "++12", "+12+", "\xef\xbc\x8b\61\62\63"};
    size_t wrong = 0;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        wrong += !asked_number_ok(guard_in(slice_str(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        wrong += asked_number_ok(guard_in(slice_str(bad[i])));
    tap_is_int((int64_t)wrong, 0, "what is a number in E.164");
}

int main(void)
{
    run_whole();
    run_errand();
    run_refused();
    run_same();
    run_numbers();
    return tap_done();
}
