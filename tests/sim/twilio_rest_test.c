/* twilio_rest_test.c - the REST API's rules: what is taken, and with which
 * number everything else is refused.
 */
#include "tests/sim/stage.h"

#define TO "To=%2B15551230000"
#define FROM "&From=%2B15550001111"
#define URL "&Url=https%3A%2F%2Fconcierge.example%2Ftwiml"

static void refused(const char *body, int code, const char *what)
{
    const struct jnode *n;
    char more[80];

    text_fmt(more, sizeof(more), "https://www.twilio.com/docs/errors/%d",
        code);
    rest("POST", "/Calls.json", body);
    n = jread_get(rest_json, "code");
    tap_ok(rest_status == 400 && n && n->whole == code
        && jread_get(rest_json, "status")->whole == 400
        && slice_is(rest_get("more_info"), more) && rest_get("message").len,
        "%d: %s", code, what);
    if (!n || n->whole != code)
        printf("#   got %d %.*s\n", rest_status,
            SLICE_ARG(buf_slice(&rest_body)));
}

static void test_auth(void)
{
    static const char form[] = "application/x-www-form-urlencoded";

    tap_is_int(rest_raw("GET", ".json", form, STAGE_ACCOUNT ":no", ""), 401,
        "a wrong token: 401");
    tap_is_int(jread_get(rest_json, "code")->whole, 20003, "with 20003");
    tap_is_str(rest_get("more_info"), "https://www.twilio.com/docs/errors/"
        "20003", "and where to read on");
    tap_is_int(rest_raw("GET", ".json", form,
        "SK0123456789abcdef0123456789abcdef:secret", ""), 200, "an API key");
    tap_is_str(rest_get("status"), "active", "the account");
    tap_is_int(rest("GET", "/Nothing.json", ""), 404, "an unknown path");
    tap_is_int(rest_raw("POST", "/Calls.json", "application/json",
        STAGE_ACCOUNT ":" STAGE_TOKEN, "{}"), 400, "a JSON body: 400");
    tap_is_int(rest("PUT", "/Calls.json", ""), 405, "another method: 405");
}

static void test_create(void)
{
    refused("From=%2B15550001111" URL, 21201, "no To");
    refused(TO URL, 21213, "no From");
    refused("To=5551230000" FROM URL, 21211, "To is not E.164");
    refused("To=%2B05551230000" FROM URL, 21211, "To begins with 0");
    refused("To=+15551230000" FROM URL, 21211, "a plus that was not encoded");
    refused(TO "&From=5550001111" URL, 21212, "From is not E.164");
    refused(TO "&From=%2B15550002222" URL, 21210, "From is not ours");
    refused("To=%2B15550001111" FROM URL, 21211, "To is From");
    refused("To=%2B19005551111" FROM URL, 21202, "a premium number");
    refused(TO FROM, 21205, "neither Url nor Twiml");
    refused(TO FROM "&Url=concierge.example", 21205, "a Url without scheme");
    refused(TO FROM "&Url=ftp%3A%2F%2Fa%2Fb", 21205, "another scheme");
    refused(TO FROM URL "&Color=blue", 20001, "an unknown parameter");
    refused(TO FROM URL "&Timeout=5&Timeout=6", 20001, "one given twice");
    refused(TO FROM URL "&Timeout=0", 21208, "no time to ring");
    refused(TO FROM URL "&Timeout=601", 21208, "too long a Timeout");
    refused(TO FROM URL "&TimeLimit=x", 20001, "a TimeLimit that is a word");
    refused(TO FROM URL "&Method=PUT", 21209, "another method");
    refused(TO FROM URL "&SendDigits=12e", 21206, "no digits");
    refused(TO FROM URL "&StatusCallbackEvent=done", 21626, "no event");
    refused(TO FROM URL "&StatusCallback=https%3A%2F%2Fa_b%2F", 21609,
        "an underscore in the callback's host");
    refused(TO FROM URL "&MachineDetection=yes", 21234, "no detection");
    refused(TO FROM URL "&MachineDetectionTimeout=2", 21234, "too short");
    refused(TO FROM URL "&AsyncAmd=1", 21234, "AsyncAmd is a word");
    refused(TO FROM "&ApplicationSid=AP1", 21218, "no application");
    refused("To", 20001, "a body that is no form");
    refused("To=%2", 20001, "half an escape");
    tap_is_int((int64_t)sim_twilio_active(twilio), 0, "no call was made");
    tap_is_int(rest("POST", "/Calls.json", TO FROM URL), 201, "a good one");
}

static int all_text(const struct jnode *n)
{
    int wrong = 0;

    for (n = n->child; n; n = n->next)
        wrong += !jread_is(n, J_STRING) && !jread_is(n, J_NULL)
            && !slice_is(n->key, "subresource_uris");
    return wrong;
}

static void test_show(void)
{
    char sid[40], path[80];

    text_copy(sid, sizeof(sid), rest_get("sid"));
    tap_ok(slice_starts(rest_get("sid"), "CA") && strlen(sid) == 34,
        "a SID of 34 characters");
    tap_is_str(rest_get("status"), "queued", "queued");
    tap_is_int(all_text(rest_json), 0, "only strings and nulls");
    tap_ok(!jread_unknown(rest_json, "sid account_sid parent_call_sid "
        "phone_number_sid group_sid trunk_sid to to_formatted from "
        "from_formatted status direction answered_by caller_name "
        "forwarded_from api_version start_time end_time date_created "
        "date_updated duration price price_unit queue_time uri "
        "subresource_uris").ptr && rest_json->size == 26, "all 26 fields");
    tap_ok(jread_is(jread_get(rest_json, "start_time"), J_NULL)
        && jread_is(jread_get(rest_json, "duration"), J_NULL), "no times yet");
    tap_ok(jread_is(jread_get(rest_json, "trunk_sid"), J_NULL),
        "no trunk is null, not a SID without digits");
    text_fmt(path, sizeof(path), "/Calls/%s.json", sid);
    run(1000);
    tap_is_int(rest("GET", path, ""), 200, "fetched");
    tap_is_str(rest_get("status"), "ringing", "it rings");
    tap_ok(slice_ends(rest_get("date_created"), " +0000"),
        "created at a time whose zone is written +0000");
    tap_is_int(rest("GET", "/Calls/CA00000000000000000000000000000000.json",
        ""), 404, "another SID: 404");
    tap_is_int(jread_get(rest_json, "code")->whole, 20404, "with 20404");
    tap_is_int(rest("POST", path, "Status=dancing"), 400, "no such Status");
    tap_is_int(rest("POST", path, "Twiml=%3CResponse%2F%3E"), 400,
        "no new document before it is answered");
    tap_is_int(jread_get(rest_json, "code")->whole, 21220, "21220");
    tap_is_int(rest("POST", path, "Status=canceled"), 200, "canceled");
    tap_is_str(rest_get("status"), "canceled", "it is");
    tap_ok(slice_ends(rest_get("end_time"), " +0000")
        || slice_ends(rest_get("end_time"), " GMT"), "an RFC 2822 date");
    tap_is_int(rest("POST", path, "Status=completed"), 400, "hanging up now");
    tap_is_int(jread_get(rest_json, "code")->whole, 21220, "21220 again");
}

static void counts(const char *query, int want, const char *what)
{
    char path[200];
    const struct jnode *n;

    text_fmt(path, sizeof(path), "/Calls.json?%s", query);
    rest("GET", path, "");
    n = jread_get(rest_json, "calls");
    tap_is_int(n ? (int64_t)n->size : -1, want, what);
}

static void test_list(void)
{
    for (int i = 0; i < 3; i++)
        rest("POST", "/Calls.json", TO FROM URL);
    run(1000);
    rest("POST", "/Calls.json", "To=%2B15559990000" FROM URL);
    counts("PageSize=1000", 5, "all");
    counts("To=%2B15551230000", 4, "by To");
    counts("To=%2B15551230000&From=%2B15550001111&Status=ringing", 3,
        "by To, From and Status");
    counts("Status=canceled", 1, "the canceled one");
    counts("From=%2B15550002222", 0, "by another From");
    counts("StartTime=2026-11-22", 5, "of that day");
    counts("StartTime=2026-11-23", 0, "of the next");
    counts("StartTime%3E=2026-11-22", 5, "from that day on");
    counts("StartTime%3C=2026-11-21", 0, "until the day before");
    counts("StartTime%3E=2026-11-22T11:00:01Z", 4,
        "from the first second on: the first call was made before");
    counts("StartTime%3E=2026-11-22T12:00:00Z", 0, "from a later one on");
    counts("PageSize=2", 2, "a page of two");
    tap_ok(slice_ends(rest_get("next_page_uri"), "PageSize=2&Page=1"),
        "and the next page's address");
    counts("PageSize=2&Page=2", 1, "the last page");
    tap_ok(jread_is(jread_get(rest_json, "next_page_uri"), J_NULL),
        "no next one");
    tap_is_int(rest("GET", "/Calls.json?Colour=blue", ""), 400,
        "an unknown filter");
    tap_is_int(rest("GET", "/Calls.json?StartTime=monday", ""), 400,
        "a time that is none");
}

int main(void)
{
    static const struct callee_script nobody = {.pickup = CALLEE_NO_ANSWER};

    stage_new(&nobody);
    test_auth();
    test_create();
    tap_ok(!sim_twilio_only(twilio, 0) && !sim_twilio_only(twilio, 21211),
        "refusals are kept");
    test_show();
    test_list();
    stage_free();
    return tap_done();
}
