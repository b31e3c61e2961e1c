/* twilio_account.c - what Twilio's three hosts tell of an account: its state,
 * balance and numbers, who is verified, which countries may be called, and the
 * errors it wrote down.
 *
 * Every object has every key of the published descriptions (api v2010, voice
 * v1, monitor v1), so that a reader who leans on one that is null finds out.
 */
#include "sim/twilio_account.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

#define ACCOUNTS "/2010-04-01/Accounts/"
#define COUNTRIES "/v1/DialingPermissions/Countries"
#define HOUR INT64_C(3600000)

static const char *const names[SIM_ACCOUNTS] = {
    [SIM_ACCOUNT_TRIAL] = "trial",
    [SIM_ACCOUNT_SUSPENDED] = "suspended",
    [SIM_ACCOUNT_CLOSED] = "closed",
    [SIM_ACCOUNT_BROKE] = "broke",
    [SIM_ACCOUNT_LOW] = "low",
    [SIM_ACCOUNT_TEST_KEYS] = "test_keys",
    [SIM_ACCOUNT_NO_NUMBER] = "no_number",
    [SIM_ACCOUNT_NO_VOICE] = "no_voice",
    [SIM_ACCOUNT_FAX] = "fax",
    [SIM_ACCOUNT_ELSEWHERE] = "elsewhere",
    [SIM_ACCOUNT_APPLICATION] = "application",
    [SIM_ACCOUNT_NO_COUNTRY] = "no_country",
    [SIM_ACCOUNT_HISTORY] = "history",
    [SIM_ACCOUNT_NO_MONITOR] = "no_monitor",
    [SIM_ACCOUNT_BUSY] = "busy",
};

enum sim_account sim_account_find(struct slice name)
{
    for (int i = 1; i < SIM_ACCOUNTS; i++)
        if (slice_is(name, names[i]))
            return (enum sim_account)i;
    return SIM_ACCOUNT_WELL;
}

static const struct sim_fault *has(const struct sim_twilio *t, int64_t n)
{
    for (int i = 0; i < SIM_FAULTS_MAX; i++) {
        const struct sim_fault *f = &t->conf.fault.at[i];

        if (f->what == SIM_FAULT_ACCOUNT && f->n == n)
            return f;
    }
    return NULL;
}

/* ---- members ---- */

static void key(struct buf *b, const char *name)
{
    buf_addf(b, "%s\"%s\":", b->ptr[b->len - 1] == '{' ? "" : ",", name);
}

static void text(struct buf *b, const char *name, const char *value)
{
    key(b, name);
    if (value)
        jread_quote(b, slice_str(value));
    else
        buf_adds(b, "null");
}

/* "a b c": all of them null. */
static void nulls(struct buf *b, const char *list)
{
    struct slice rest = slice_str(list);

    while (rest.ptr) {
        struct slice name = slice_cut(&rest, ' ');

        buf_addf(b, "%s\"%.*s\":null", b->ptr[b->len - 1] == '{' ? "" : ",",
            SLICE_ARG(name));
    }
}

static void day(struct buf *b, const char *name, int64_t wall)
{
    key(b, name);
    buf_addc(b, '"');
    date_add_rfc2822(b, wall);
    b->len -= 3;                /* Twilio's say +0000, not GMT */
    buf_adds(b, "+0000\"");
}

static void moment(struct buf *b, const char *name, int64_t wall)
{
    key(b, name);
    buf_addc(b, '"');
    date_add_rfc3339(b, wall, 0);
    buf_addc(b, '"');
}

/* The value of a parameter, decoded into room; absent. */
static struct slice parameter(struct slice query, struct buf *room,
    const char *wanted)
{
    struct slice name, value;

    while (wire_form(&query, room, &name, &value) > 0)
        if (slice_is(name, wanted))
            return value;
    return (struct slice){0};
}

/* The end of a list of the API of 2010: one page holds all there is. */
static void page(struct buf *b, const struct sim_twilio *t, const char *list,
    size_t n)
{
    char uri[200];

    text_fmt(uri, sizeof uri, ACCOUNTS "%s/%s.json?PageSize=50&Page=0",
        t->conf.account_sid, list);
    buf_addf(b, "],\"page\":0,\"page_size\":50,\"start\":0,\"end\":%zu",
        n ? n - 1 : 0);
    text(b, "uri", uri);
    text(b, "first_page_uri", uri);
    nulls(b, "next_page_uri previous_page_uri");
    buf_addc(b, '}');
}

/* ... and of a list of the newer ones. */
static void meta(struct buf *b, const char *host, const char *path,
    const char *list)
{
    char url[200];

    text_fmt(url, sizeof url, "https://%s%s?PageSize=50&Page=0", host, path);
    buf_adds(b, "],\"meta\":{\"page\":0,\"page_size\":50");
    text(b, "first_page_url", url);
    text(b, "url", url);
    text(b, "key", list);
    nulls(b, "next_page_url previous_page_url");
    buf_adds(b, "}}");
}

/* ---- the account ---- */

static void add_account(struct sim_twilio *t, struct buf *b)
{
    const char *sid = t->conf.account_sid;
    char uri[100];

    text_fmt(uri, sizeof uri, ACCOUNTS "%s.json", sid);
    buf_addc(b, '{');
    text(b, "sid", sid);
    text(b, "owner_account_sid", sid);
    text(b, "auth_token", t->conf.auth_token);
    text(b, "friendly_name", "Stand-in");
    text(b, "status", has(t, SIM_ACCOUNT_SUSPENDED) ? "suspended"
        : has(t, SIM_ACCOUNT_CLOSED) ? "closed" : "active");
    text(b, "type", has(t, SIM_ACCOUNT_TRIAL) ? "Trial" : "Full");
    day(b, "date_created", sys_wall() - 24 * HOUR);
    day(b, "date_updated", sys_wall() - 24 * HOUR);
    text(b, "uri", uri);
    buf_adds(b, ",\"subresource_uris\":{}}");
}

static void add_balance(struct sim_twilio *t, struct buf *b)
{
    buf_addc(b, '{');
    text(b, "account_sid", t->conf.account_sid);
    text(b, "balance", has(t, SIM_ACCOUNT_BROKE) ? "-0.0210"
        : has(t, SIM_ACCOUNT_LOW) ? "0.4200" : "18.7500");
    text(b, "currency", "USD");
    buf_addc(b, '}');
}

static void add_number(struct sim_twilio *t, struct buf *b)
{
    bool app = has(t, SIM_ACCOUNT_APPLICATION) != NULL;
    bool voice = !has(t, SIM_ACCOUNT_NO_VOICE);
    char url[TW_URL], uri[200], sid[TW_SID];

    text_fmt(url, sizeof url, "https://%s/incoming-call",
        t->conf.public_host);
    tw_new_sid(t, "PN", sid);
    text_fmt(uri, sizeof uri, ACCOUNTS "%s/IncomingPhoneNumbers/%s.json",
        t->conf.account_sid, sid);
    buf_addc(b, '{');
    text(b, "sid", sid);
    text(b, "account_sid", t->conf.account_sid);
    text(b, "phone_number", t->conf.number);
    text(b, "friendly_name", t->conf.number);
    buf_addf(b, ",\"beta\":false,\"voice_caller_id_lookup\":false,"
        "\"capabilities\":{\"voice\":%s,\"sms\":true,\"mms\":true,"
        "\"fax\":false}", voice ? "true" : "false");
    text(b, "voice_url", has(t, SIM_ACCOUNT_ELSEWHERE)
        ? "https://demo.twilio.com/welcome/voice/" : url);
    text(b, "voice_method", "POST");
    text(b, "voice_receive_mode", has(t, SIM_ACCOUNT_FAX) ? "fax"
        : "voice");
    text(b, "voice_application_sid", app
        ? "APd0c7000000000000000000000000d0c7" : NULL);
    text(b, "voice_fallback_method", "POST");
    text(b, "status_callback_method", "POST");
    text(b, "sms_method", "POST");
    text(b, "sms_fallback_method", "POST");
    text(b, "address_requirements", "none");
    text(b, "api_version", "2010-04-01");
    text(b, "origin", "twilio");
    text(b, "emergency_status", "Inactive");
    text(b, "emergency_address_status", "unregistered");
    text(b, "status", "in-use");
    day(b, "date_created", sys_wall() - 24 * HOUR);
    day(b, "date_updated", sys_wall() - 24 * HOUR);
    text(b, "uri", uri);
    nulls(b, "address_sid identity_sid bundle_sid trunk_sid type "
        "sms_application_sid sms_fallback_url sms_url status_callback "
        "voice_fallback_url emergency_address_sid");
    buf_addc(b, '}');
}

static void list_numbers(struct sim_twilio *t, struct slice wanted,
    struct buf *b)
{
    bool ours = !has(t, SIM_ACCOUNT_NO_NUMBER)
        && (!wanted.ptr || slice_is(wanted, t->conf.number));

    buf_adds(b, "{\"incoming_phone_numbers\":[");
    if (ours)
        add_number(t, b);
    page(b, t, "IncomingPhoneNumbers", ours);
}

/* Whom a trial account may call is the text of its fault. */
static void list_verified(struct sim_twilio *t, struct slice wanted,
    struct buf *b)
{
    const struct sim_fault *f = has(t, SIM_ACCOUNT_TRIAL);
    const char *who = f ? f->text : NULL;
    bool shown = who && (!wanted.ptr || slice_is(wanted, who));
    char sid[TW_SID], uri[200];

    buf_adds(b, "{\"outgoing_caller_ids\":[");
    if (shown) {
        tw_new_sid(t, "PN", sid);
        text_fmt(uri, sizeof uri, ACCOUNTS "%s/OutgoingCallerIds/%s.json",
            t->conf.account_sid, sid);
        buf_addc(b, '{');
        text(b, "sid", sid);
        text(b, "account_sid", t->conf.account_sid);
        text(b, "phone_number", who);
        text(b, "friendly_name", "a phone");
        day(b, "date_created", sys_wall() - 24 * HOUR);
        day(b, "date_updated", sys_wall() - 24 * HOUR);
        text(b, "uri", uri);
        buf_addc(b, '}');
    }
    page(b, t, "OutgoingCallerIds", shown);
}

/* Another program's calls: nobody of this run can end them. */
static void list_busy(struct sim_twilio *t, struct buf *b)
{
    char sid[TW_SID], uri[200];

    buf_adds(b, "{\"calls\":[");
    for (int i = 0; i < 2; i++) {
        tw_new_sid(t, "CA", sid);
        text_fmt(uri, sizeof uri, ACCOUNTS "%s/Calls/%s.json",
            t->conf.account_sid, sid);
        buf_adds(b, i ? ",{" : "{");
        text(b, "sid", sid);
        text(b, "account_sid", t->conf.account_sid);
        text(b, "status", "in-progress");
        text(b, "direction", "outbound-api");
        text(b, "from", t->conf.number);
        text(b, "to", "+15551110000");
        text(b, "api_version", "2010-04-01");
        day(b, "date_created", sys_wall() - HOUR);
        day(b, "start_time", sys_wall() - HOUR);
        text(b, "uri", uri);
        nulls(b, "end_time duration price price_unit answered_by queue_time "
            "parent_call_sid caller_name forwarded_from");
        buf_addc(b, '}');
    }
    page(b, t, "Calls", 2);
}

/* ---- where it may call ---- */

static const struct {
    const char *iso, *name, *continent, *code;
} countries[] = {
    {"US", "United States/Canada", "NORTH_AMERICA", "+1"},
    {"GB", "United Kingdom", "EUROPE", "+44"},
    {"JE", "Jersey", "EUROPE", "+44"},
    {"DE", "Germany", "EUROPE", "+49"},
    {"LV", "Latvia", "EUROPE", "+371"},
};

static void add_country(struct sim_twilio *t, size_t i, struct buf *b)
{
    const struct sim_fault *f = has(t, SIM_ACCOUNT_NO_COUNTRY);
    bool off = f && (!f->text || strcmp(f->text, countries[i].iso) == 0);
    char url[120], links[160];

    text_fmt(url, sizeof url, "https://voice.twilio.com" COUNTRIES "/%s",
        countries[i].iso);
    text_fmt(links, sizeof links, "%s/HighRiskSpecialPrefixes", url);
    buf_addc(b, '{');
    text(b, "iso_code", countries[i].iso);
    text(b, "name", countries[i].name);
    text(b, "continent", countries[i].continent);
    buf_addf(b, ",\"country_codes\":[\"%s\"],\"low_risk_numbers_enabled\":%s,"
        "\"high_risk_special_numbers_enabled\":false,"
        "\"high_risk_tollfraud_numbers_enabled\":false", countries[i].code,
        off ? "false" : "true");
    text(b, "url", url);
    buf_adds(b, ",\"links\":{");
    text(b, "highrisk_special_prefixes", links);
    buf_adds(b, "}}");
}

/* ---- what was written down ---- */

struct entry {
    int number;
    bool warning;
    int64_t at;                 /* wall ms */
    const char *call, *words;
};

/* The i-th: first a history that no call of this run made, then what was
 * judged.  REST's refusals are told to who asked, and in no alert. */
static bool entry_at(const struct sim_twilio *t, size_t i, struct entry *e)
{
    static const struct {
        int number;
        bool warning;
        int hours;              /* ago */
    } past[] = {{31920, false, 2}, {31920, false, 3}, {31920, false, 5},
        {11200, false, 4}, {15003, true, 6}, {30007, false, 1},
        {31941, false, 30}};
    size_t n = sizeof past / sizeof *past;

    if (!has(t, SIM_ACCOUNT_HISTORY))
        n = 0;
    if (i < n) {
        *e = (struct entry){past[i].number, past[i].warning,
            sys_wall() - past[i].hours * HOUR,
            past[i].number == 30007 ? "SM0000000000000000000000000000d0c7"
            : "CA0000000000000000000000000000d0c7", "as it was"};
        return true;
    }
    for (i -= n, n = 0; n < t->errors; n++) {
        const struct sim_twilio_error *x = &t->error[n];

        if (!x->rest && x->number && i-- == 0) {
            *e = (struct entry){x->number, x->warning, x->at, x->call[0]
                ? x->call : NULL, x->text};
            return true;
        }
    }
    return false;
}

static void add_more_info(struct buf *b, int number)
{
    char url[80];

    text_fmt(url, sizeof url, "https://www.twilio.com/docs/errors/%d",
        number);
    text(b, "more_info", url);
    text_fmt(url, sizeof url, "%d", number);
    text(b, "error_code", url);
}

/* call absent: of all calls. */
static void list_notifications(struct sim_twilio *t, struct slice call,
    const char *where, struct buf *b)
{
    struct entry e;
    size_t n = 0;

    buf_adds(b, "{\"notifications\":[");
    for (size_t i = 0; entry_at(t, i, &e); i++) {
        char sid[TW_SID], uri[200];

        if (call.ptr && (!e.call || !slice_is(call, e.call)))
            continue;
        if (e.call && !slice_starts(slice_str(e.call), "CA"))
            continue;           /* they are of calls alone */
        tw_new_sid(t, "NO", sid);
        text_fmt(uri, sizeof uri, ACCOUNTS "%s/Notifications/%s.json",
            t->conf.account_sid, sid);
        buf_adds(b, n++ ? ",{" : "{");
        text(b, "sid", sid);
        text(b, "account_sid", t->conf.account_sid);
        text(b, "call_sid", e.call);
        text(b, "api_version", "2010-04-01");
        add_more_info(b, e.number);
        text(b, "log", e.warning ? "1" : "0");
        text(b, "message_text", e.words);
        day(b, "message_date", e.at);
        day(b, "date_created", e.at);
        day(b, "date_updated", e.at);
        text(b, "request_method", "POST");
        text(b, "request_url", "");
        text(b, "uri", uri);
        buf_addc(b, '}');
    }
    page(b, t, where, n);
}

static void list_alerts(struct sim_twilio *t, struct slice level,
    struct buf *b)
{
    struct entry e;
    bool any = false;

    buf_adds(b, "{\"alerts\":[");
    for (size_t i = 0; entry_at(t, i, &e); i++) {
        const char *is = e.warning ? "warning" : "error";
        char sid[TW_SID], url[100];

        if (level.ptr && !slice_is(level, is))
            continue;
        tw_new_sid(t, "NO", sid);
        text_fmt(url, sizeof url, "https://monitor.twilio.com/v1/Alerts/%s",
            sid);
        buf_adds(b, any ? ",{" : "{");
        any = true;
        text(b, "sid", sid);
        text(b, "account_sid", t->conf.account_sid);
        text(b, "resource_sid", e.call);
        text(b, "service_sid", NULL);
        add_more_info(b, e.number);
        text(b, "log_level", is);
        text(b, "alert_text", e.words);
        moment(b, "date_generated", e.at);
        moment(b, "date_created", e.at);
        moment(b, "date_updated", e.at);
        text(b, "api_version", "2010-04-01");
        text(b, "request_method", "POST");
        text(b, "request_url", "");
        text(b, "url", url);
        buf_addc(b, '}');
    }
    meta(b, "monitor.twilio.com", "/v1/Alerts", "alerts");
}

/* ---- which of them ---- */

static int refused(struct tw_refusal *why, int status, int code,
    const char *words)
{
    why->status = status;
    why->code = code;
    text_copy(why->text, sizeof why->text, slice_str(words));
    return 0;
}

static int of_country(struct sim_twilio *t, struct slice iso, struct buf *out,
    struct tw_refusal *why)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (slice_is(iso, countries[i].iso)) {
            add_country(t, i, out);
            return 200;
        }
    return refused(why, 404, 20404, "The requested resource was not found");
}

/* Below /2010-04-01/Accounts/AC...  -1: none of ours. */
static int of_account(struct sim_twilio *t, struct slice path,
    struct slice query, struct slice number, struct buf *out)
{
    struct slice call = {0};

    if (slice_is(path, ".json"))
        add_account(t, out);
    else if (slice_is(path, "/Balance.json"))
        add_balance(t, out);
    else if (slice_is(path, "/IncomingPhoneNumbers.json"))
        list_numbers(t, number, out);
    else if (slice_is(path, "/OutgoingCallerIds.json"))
        list_verified(t, number, out);
    else if (slice_is(path, "/Notifications.json"))
        list_notifications(t, call, "Notifications", out);
    else if (slice_starts(path, "/Calls/")
        && slice_ends(path, "/Notifications.json")) {
        char where[80];

        call = slice_from(path, 7);
        call = slice_head(call, slice_chr(call, '/'));
        text_fmt(where, sizeof where, "Calls/%.*s/Notifications",
            SLICE_ARG(slice_head(call, 40)));
        list_notifications(t, call, where, out);
    } else if (slice_is(path, "/Calls.json")
        && slice_find(query, SLICE("Status=in-progress")) != SLICE_NPOS
        && has(t, SIM_ACCOUNT_BUSY)) {
        list_busy(t, out);
    } else {
        return -1;
    }
    return 200;
}

int tw_account(struct sim_twilio *t, struct slice path, struct slice query,
    struct buf *out, struct tw_refusal *why)
{
    struct buf room;
    struct slice wanted;
    size_t head = sizeof ACCOUNTS - 1 + strlen(t->conf.account_sid);
    int status = -1;

    if (has(t, SIM_ACCOUNT_TEST_KEYS))
        return refused(why, 403, 20008, "Resource not accessible with Test "
            "Account Credentials");
    buf_init(&room, query.len + 1);
    buf_room(&room, query.len + 1);
    if (slice_starts(path, COUNTRIES "/")) {
        status = of_country(t, slice_from(path, sizeof COUNTRIES), out, why);
    } else if (slice_is(path, "/v1/Alerts")) {
        if (has(t, SIM_ACCOUNT_NO_MONITOR)) {
            status = refused(why, 403, 20006, "Access Denied");
        } else {
            list_alerts(t, parameter(query, &room, "LogLevel"), out);
            status = 200;
        }
    } else if (slice_starts(path, ACCOUNTS)
        && slice_starts(slice_from(path, sizeof ACCOUNTS - 1),
        t->conf.account_sid)) {
        wanted = parameter(query, &room, "PhoneNumber");
        status = of_account(t, slice_from(path, head), query,
            wanted, out);
    }
    buf_free(&room);
    return status;
}
