/* notices_test.c - what Twilio wrote down about a call, read from both of its
 * hosts: shapes of api v2010 and monitor v1.
 */
#include "twilio/notices.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define SID "CA0123456789abcdef0123456789abcdef"
#define DAY "Sun, 22 Nov 2026 11:00:0"

static const char calls[] = "{\"page\":0,\"notifications\":["
    "{\"call_sid\":\"" SID "\",\"error_code\":\"31920\",\"log\":\"0\","
    "\"message_date\":\"" DAY "5 +0000\",\"date_created\":null,"
    "\"message_text\":\"sourceComponent=14100&Msg=Stream+-+WebSocket+-+"
    "Handshake+Error&LogLevel=ERROR\"},"
    "{\"call_sid\":\"" SID "\",\"error_code\":\"31950\",\"log\":\"1\","
    "\"message_date\":null,\"date_created\":\"" DAY "1 +0000\","
    "\"message_text\":\"to 15551230000\\u001b[31m\"},"
    "{\"error_code\":null,\"log\":\"0\",\"message_text\":\"none\"},"
    "{\"error_code\":\"no\",\"log\":\"0\"}]}";

static const char alerts[] = "{\"alerts\":["
    "{\"resource_sid\":\"" SID "\",\"error_code\":\"31920\",\"log_level\":"
    "\"error\",\"date_generated\":\"2026-11-22T11:00:06Z\",\"alert_text\":"
    "\"again\"},"
    "{\"resource_sid\":\"CAffffffffffffffffffffffffffffffff\",\"error_code\":"
    "\"11200\",\"log_level\":\"error\",\"date_generated\":"
    "\"2026-11-22T11:00:06Z\",\"alert_text\":\"another call\"},"
    "{\"resource_sid\":\"" SID "\",\"error_code\":\"11200\",\"log_level\":"
    "\"error\",\"date_generated\":\"2026-11-22T11:00:03Z\",\"alert_text\":"
    "\"EmailNotification=false&Msg=Bad+Request\"}],\"meta\":{}}";

static void take(const char *text, struct notices *n)
{
    const char *why = "";

    tap_ok(notices_read(guard_in(slice_str(text)), SLICE(SID), n, &why) == 0,
        "it can be read: %s", why);
}

static void test_both(void)
{
    struct notices n = {.n = 0};

    take(calls, &n);
    tap_ok(n.n == 2, "two of the call's notifications have a number");
    tap_ok(n.list[0].number == 31950 && !n.list[0].error
        && n.list[1].number == 31920 && n.list[1].error,
        "by time, warning and error told apart");
    tap_is_str(slice_str(n.list[1].text), "Stream - WebSocket - Handshake "
        "Error", "the form's Msg is the text");
    tap_is_str(slice_str(n.list[0].text), "to *******0000 [31m",
        "numbers of phones are masked, control bytes go");
    tap_ok(n.list[0].at == INT64_C(1795345201000), "its date, when there is "
        "no other");
    take(alerts, &n);
    tap_ok(n.n == 3, "the alert of the same second is not told twice, another "
        "call's not at all");
    tap_ok(n.list[1].number == 11200 && n.list[1].at
        == INT64_C(1795345203000), "put where it belongs");
}

static void test_ceiling(void)
{
    static char text[8192];
    struct notices n = {.n = 0};
    size_t at = (size_t)snprintf(text, sizeof text, "{\"alerts\":[");

    for (int i = 0; i < 30; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s{"
            "\"resource_sid\":\"" SID "\",\"error_code\":%d,\"log_level\":"
            "\"warning\",\"date_generated\":null}", i ? "," : "", 12100 + i);
    snprintf(text + at, sizeof text - at, "]}");
    take(text, &n);
    tap_ok(n.n == NOTICES_MAX && n.list[0].number == 12100
        && n.list[0].at == -1, "no more than NOTICES_MAX, a number may be a "
        "number, a date be missing");
}

static void test_bad(void)
{
    static const char *const bad[] = {"", "{", "[]", "{\"calls\":[]}",
        "{\"alerts\":null}", "<html>"};
    const char *why = NULL;
    struct notices n = {.n = 0};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        tap_ok(notices_read(guard_in(slice_str(bad[i])), SLICE(SID), &n, &why)
            == -1 && why && n.n == 0, "refused: %s", bad[i]);
}

int main(void)
{
    test_both();
    test_ceiling();
    test_bad();
    return tap_done();
}
