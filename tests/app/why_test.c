/* why_test.c - what is known of a call, and the number, cause and remedy it
 * comes to.
 */
#include "app/why.h"

#include "tests/tap.h"

#define STEP(what, text) "{\"at\":\"2026-11-22T10:03:11.000Z\",\"what\":\"" \
    what "\",\"text\":\"" text "\",\"number\":null}"
#define CALL(error) "{\"id\":\"0123456789abcdef01234567\",\"call_sid\":null," \
    "\"status\":\"failed\",\"outcome\":{\"outcome\":\"not_reached\"}," \
    "\"transcript\":[],\"ended\":\"2026-11-22T10:03:31.000Z\",\"error\":" \
    error "}"
#define STORY(end, rest) "{\"end\":\"" end "\"," rest "}"
#define NONE {.n = 0}
#define WROTE(code, is_error) {.list = {{.number = (code), \
    .error = (is_error), .text = "words of Twilio's"}}, .n = 1}

static const struct row {
    const char *name, *call, *story;
    struct notices twilio;
    bool well;
    int number, sip;
    const char *cause, *remedy; /* parts of them */
    int candidate;              /* the first */
} rows[] = {
    {"no upgrade", CALL("null"), STORY("no_stream", "\"number\":31920,"
        "\"fetched\":true,\"stream\":false,\"why\":\"\",\"story\":["
        STEP("twiml", "fetched") "]"), NONE, false, 31920, 0,
        "Twilio fetched the TwiML at 10:03:11 UTC and no upgrade reached this "
        "server in 20 s.", "doctor --only upgrade", 31920},
    {"no upgrade, and Twilio knows why", CALL("null"), STORY("no_stream",
        "\"number\":31920,\"fetched\":true,\"story\":[]"),
        WROTE(31910, true), false, 31910, 0, "chain", "", 0},
    {"the TwiML was never fetched", CALL("null"), STORY("no_stream",
        "\"number\":11200,\"fetched\":false,\"story\":[]"), NONE, false,
        11200, 0, "did not reach this server", "PUBLIC_DOMAIN", 11200},
    {"another URL was signed", CALL("null"), STORY("no_stream",
        "\"number\":11200,\"story\":[" STEP("webhook_refused",
        "/twilio-status was refused: signature bad") ","
        STEP("webhook_refused", "/twiml was refused: signature bad: it was "
        "signed as http://x/twiml; PUBLIC_DOMAIN says https://x") "]"),
        WROTE(11200, true), false, 11200, 0, "/twiml was refused: signature "
        "bad: it was signed as http://x/twiml", "Set PUBLIC_DOMAIN", 0},
    {"another account", CALL("null"), STORY("no_stream", "\"story\":["
        STEP("webhook_refused", "/twiml was refused: signature bad: it comes "
        "from account AC1, and TWILIO_ACCOUNT_SID is another one") "]"), NONE,
        false, 11200, 0, "another one", "Set TWILIO_ACCOUNT_SID", 0},
    {"a refused webhook that did no harm", CALL("null"), STORY("completed",
        "\"stream\":true,\"story\":[" STEP("webhook_refused",
        "/twilio-status was refused") "]"), NONE, true, 0, 0,
        "Nothing went wrong", "", 0},
    {"no token", CALL("null"), STORY("no_stream", "\"number\":31921,"
        "\"why\":\"no token\",\"story\":[]"), WROTE(31921, true), false,
        31921, 0, "carried no call_id and token", "unchanged", 0},
    {"the account is refused", CALL("null"), STORY("refused",
        "\"number\":20003,\"why\":\"Twilio 20003\",\"story\":[]"), NONE,
        false, 20003, 0, "SID and token", "TWILIO_AUTH_TOKEN", 0},
    {"a number nobody knows", CALL("null"), STORY("failed", "\"story\":[]"),
        WROTE(99998, true), false, 99998, 0, "words of Twilio's",
        "errors/99998", 0},
    {"busy", CALL("null"), STORY("busy", "\"sip\":486,\"story\":[]"), NONE,
        false, 0, 486, "line was busy", "later", 0},
    {"no such number", CALL("null"), STORY("failed", "\"sip\":404,"
        "\"story\":[]"), NONE, false, 0, 404, "SIP 404", "number is right",
        0},
    {"no model", CALL("null"), STORY("no_model", "\"sip\":487,\"why\":\"the "
        "model answered 401 to the upgrade\",\"story\":[]"), NONE, false, 0,
        0, "does not know the key", "OPENAI_API_KEY", 0},
    {"no model, whatever Twilio says of it", CALL("null"), STORY("no_model",
        "\"why\":\"insufficient_quota\",\"story\":[]"), WROTE(31921, true),
        false, 0, 0, "credit", "credit", 0},
    {"the owner", CALL("{\"source\":\"us\",\"number\":null,\"message\":"
        "\"x\"}"), STORY("hangup", "\"story\":[]"), NONE, false, 0, 0,
        "owner hung up", "again", 0},
    {"well", CALL("null"), STORY("completed", "\"sip\":200,\"story\":[]"),
        NONE, true, 0, 0, "Nothing went wrong", "", 0},
    {"well, with a warning", CALL("null"), STORY("completed", "\"story\":[]"),
        WROTE(31951, false), true, 31951, 0, "a warning, 31951", "", 0},
    {"no story: the object alone", CALL("{\"source\":\"twilio\",\"number\":"
        "21217,\"message\":\"Twilio 21217: no\"}"), "null", NONE, false,
        21217, 0, "no E.164 number", "country code", 0},
    {"hardly anything", "{}", "{}", NONE, true, 0, 0, "", "", 0},
};

static void judge(const struct row *row)
{
    struct why_told t = {.twilio = &row->twilio};
    struct why_verdict v;
    struct buf out;
    struct jsonw w;
    struct json whole;

    tap_ok(json_parse(slice_str(row->call), &t.call, NULL) == 0
        && json_parse(slice_str(row->story), &t.story, NULL) == 0,
        "%s: the row is JSON", row->name);
    why_judge(&t, &v);
    tap_ok(v.well == row->well, "%s: %s", row->name, v.well ? "well" : "not");
    tap_ok(v.number == row->number && v.sip == row->sip, "%s: number %d, SIP "
        "%d", row->name, v.number, v.sip);
    tap_ok(strstr(v.cause, row->cause) != NULL, "%s: %s", row->name, v.cause);
    tap_ok(strstr(v.remedy, row->remedy) && (row->well || v.remedy[0]),
        "%s: %s", row->name, v.remedy);
    tap_ok(v.candidate[0] == row->candidate, "%s: candidate %d", row->name,
        v.candidate[0]);
    buf_init(&out, 65536);
    jsonw_begin(&w, &out);
    why_write(&w, &t);
    tap_ok(json_parse(buf_slice(&out), &whole, NULL) == 0
        && json_get(whole, "verdict.cause").type == JSON_STRING
        && json_get(whole, "story").type == JSON_ARRAY, "%s: as JSON",
        row->name);
    buf_free(&out);
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        judge(&rows[i]);
    return tap_done();
}
