/* twilio_account_test.c - what Twilio's three hosts tell of an account, well
 * and with each thing that can be wrong with it.
 */
#include "tests/sim/stage.h"

#define AT "/2010-04-01/Accounts/" STAGE_ACCOUNT

/* A path behind the host, not the account's. */
static void get(const char *path)
{
    rest_at("GET", path, "text/plain", STAGE_ACCOUNT ":" STAGE_TOKEN, "");
}

static struct slice text(const char *key)
{
    return jread_text(jread_get(rest_json, key));
}

/* The i-th of a list; NULL. */
static const struct jnode *item(const char *list, int i)
{
    const struct jnode *n = jread_get(rest_json, list);

    for (n = n ? n->child : NULL; n && i > 0; i--)
        n = n->next;
    return n;
}

static void wrong(enum sim_account what, const char *words)
{
    sim_twilio_fault(twilio, (struct sim_fault){.what = SIM_FAULT_ACCOUNT,
        .n = what, .text = words});
}

static void test_well(void)
{
    get(AT ".json");
    tap_is_int(rest_status, 200, "the account");
    tap_is_str(text("status"), "active", "is active");
    tap_is_str(text("type"), "Full", "and a full one");
    get(AT "/Balance.json");
    tap_is_str(text("balance"), "18.7500", "a balance is a text");
    tap_is_str(text("currency"), "USD", "with its currency");
    get(AT "/IncomingPhoneNumbers.json?PhoneNumber=%2B15550001111");
    tap_is_str(jread_text(jread_get(item("incoming_phone_numbers", 0),
        "phone_number")), STAGE_US, "its number");
    tap_is_str(jread_text(jread_get(item("incoming_phone_numbers", 0),
        "voice_url")), "https://concierge.example/incoming-call",
        "leads to the server");
    get(AT "/IncomingPhoneNumbers.json?PhoneNumber=%2B15550002222");
    tap_ok(rest_status == 200 && !item("incoming_phone_numbers", 0),
        "another number is not");
    get(AT "/OutgoingCallerIds.json");
    tap_ok(rest_status == 200 && !item("outgoing_caller_ids", 0),
        "nobody is verified");
    get("/v1/DialingPermissions/Countries/DE");
    tap_ok(jread_get(rest_json, "low_risk_numbers_enabled")->yes,
        "Germany may be called");
    get("/v1/DialingPermissions/Countries/XX");
    tap_is_int(rest_status, 404, "there is no XX");
    get("/v1/Alerts");
    tap_ok(rest_status == 200 && !item("alerts", 0), "no alerts");
    rest_at("GET", "/v1/Alerts", "text/plain", STAGE_ACCOUNT ":no", "");
    tap_is_int(rest_status, 401, "strangers get none");
}

static void test_wrong(void)
{
    static const struct {
        enum sim_account what;
        const char *path, *key, *is;
    } t[] = {
        {SIM_ACCOUNT_SUSPENDED, ".json", "status", "suspended"},
        {SIM_ACCOUNT_CLOSED, ".json", "status", "closed"},
        {SIM_ACCOUNT_TRIAL, ".json", "type", "Trial"},
        {SIM_ACCOUNT_BROKE, "/Balance.json", "balance", "-0.0210"},
        {SIM_ACCOUNT_LOW, "/Balance.json", "balance", "0.4200"},
    };
    char path[200];

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        wrong(t[i].what, NULL);
        text_fmt(path, sizeof path, AT "%s", t[i].path);
        get(path);
        tap_is_str(text(t[i].key), t[i].is, "wrong: it says so");
    }
    wrong(SIM_ACCOUNT_TRIAL, STAGE_THEM);
    get(AT "/OutgoingCallerIds.json?PhoneNumber=%2B15551230000");
    tap_is_str(jread_text(jread_get(item("outgoing_caller_ids", 0),
        "phone_number")), STAGE_THEM, "whom a trial account may call");
    wrong(SIM_ACCOUNT_TEST_KEYS, NULL);
    get(AT ".json");
    tap_ok(rest_status == 403 && jread_get(rest_json, "code")->whole
        == 20008, "test credentials may not look: 20008");
    wrong(SIM_ACCOUNT_NO_NUMBER, NULL);
    get(AT "/IncomingPhoneNumbers.json");
    tap_ok(!item("incoming_phone_numbers", 0), "no number at all");
    wrong(SIM_ACCOUNT_NO_COUNTRY, "DE");
    get("/v1/DialingPermissions/Countries/DE");
    tap_ok(!jread_get(rest_json, "low_risk_numbers_enabled")->yes,
        "Germany may not be called");
    get("/v1/DialingPermissions/Countries/US");
    tap_ok(jread_get(rest_json, "low_risk_numbers_enabled")->yes,
        "others may");
    wrong(SIM_ACCOUNT_NO_MONITOR, NULL);
    get("/v1/Alerts");
    tap_is_int(rest_status, 403, "alerts not for this key");
    wrong(SIM_ACCOUNT_BUSY, NULL);
    get(AT "/Calls.json?Status=in-progress");
    tap_ok(item("calls", 1) != NULL, "calls that never end");
    sim_twilio_fault(twilio, (struct sim_fault){.what = SIM_FAULT_NONE});
}

/* What it judges wrong of a call it tells, of that call and in all. */
static void test_told(void)
{
    char sid[40], path[200];
    const struct jnode *n;

    rest("POST", "/Calls.json", "To=%2B15551230000&From=%2B15550001111&"
        "Url=https%3A%2F%2Felsewhere.example%2Ftwiml");
    text_copy(sid, sizeof sid, text("sid"));
    run(60000);
    get("/v1/Alerts");
    n = item("alerts", 0);
    tap_is_str(jread_text(jread_get(n, "error_code")), "11210",
        "an address that is not there becomes an alert");
    tap_is_str(jread_text(jread_get(n, "resource_sid")), sid,
        "of that call");
    get("/v1/Alerts?LogLevel=warning");
    tap_ok(rest_status == 200 && !item("alerts", 0), "and no warning");
    text_fmt(path, sizeof path, AT "/Calls/%s/Notifications.json", sid);
    get(path);
    tap_is_str(jread_text(jread_get(item("notifications", 0),
        "error_code")), "11210", "the call's notifications have it");
    get(AT "/Calls/CA00000000000000000000000000000000/Notifications.json");
    tap_ok(rest_status == 200 && !item("notifications", 0),
        "another call's have not");
    get(AT "/Notifications.json");
    tap_ok(item("notifications", 0) != NULL, "the account's have");
}
int main(void)
{
    static const struct callee_script somebody = {.pickup = CALLEE_ANSWERS};

    stage_new(&somebody);
    test_well();
    test_wrong();
    test_told();
    stage_free();
    return tap_done();
}
