/* probe_twilio.c - the account that is to call: may it, from this number, that
 * number?  twilio 3.4, 7 (25).
 *
 * Who we are is asked first; the rest side by side, only of those who may ask.
 * The auth token is tried even when a key asks for the calls: Twilio signs its
 * webhooks with it.
 */
#include "app/probe_rest.h"

#include <string.h>

#include "agent/region.h"
#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/form.h"

#define BALANCE_LOW 1000        /* thousandths: some minutes of calls */
#define PATH_MAX_ 300

enum { ACCOUNT, KEY, BALANCE, NUMBER, CALLER, CALLEE, COUNTRY, CALLS, ASKS };

struct twilio_probe {
    struct rest_ask ask[ASKS];
    int pending;
    bool trial, may_not_show;   /* the key may not read the account */
    int64_t balance;            /* thousandths; INT64_MIN: not told */
    char currency[8];
    int64_t verified, active;   /* -1: not told */
    char country[64];           /* the number --to lies in, or "" */
    char more[PROBE_TEXT];      /* what deserves a word and is no fault */
};

/* ---- asking ---- */

static void judge(struct probe_run *p);

static void on_more(struct rest_ask *a)
{
    struct twilio_probe *k = a->p->own;

    if (--k->pending == 0)
        judge(a->p);
}

static void ask(struct probe_run *p, int which, enum rest_as as,
    const char *base, const char *path)
{
    struct twilio_probe *k = p->own;

    if (rest_ask(&k->ask[which], p, as, base, path, on_more))
        k->pending++;
}

/* "/2010-04-01/Accounts/AC.../" and what is behind; a number as parameter. */
static void ask_account(struct probe_run *p, int which, const char *what,
    const char *number)
{
    const struct conf *c = p->d->conf;
    char path[PATH_MAX_], mem[64];
    struct buf b;

    buf_over(&b, mem, sizeof mem - 1);
    if (number)
        form_adds(&b, "PhoneNumber", number);
    mem[b.len] = 0;
    text_fmt(path, sizeof path, "/2010-04-01/Accounts/%s/%s%s%s",
        c->twilio_account_sid, what, b.len ? "?" : "", mem);
    ask(p, which, rest_as_server(c), c->twilio_api_base, path);
}

static bool may_ask_voice(const struct doctor *d)
{
    struct url u;
    const char *why;
    size_t at;

    return url_parse(slice_str(d->conf->twilio_voice_base), &u, &at, &why)
        == 0 && (!d->opt.offline || doctor_near(u.host));
}

static void ask_rest(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    const char *to = p->d->opt.to;
    struct twilio_probe *k = p->own;
    struct region where;
    char path[PATH_MAX_];

    ask_account(p, BALANCE, "Balance.json", NULL);
    if (c->twilio_phone_number[0]) {
        ask_account(p, NUMBER, "IncomingPhoneNumbers.json",
            c->twilio_phone_number);
        ask_account(p, CALLER, "OutgoingCallerIds.json",
            c->twilio_phone_number);
    }
    if (k->trial || k->may_not_show)
        ask_account(p, CALLEE, "OutgoingCallerIds.json", to);
    if (to && may_ask_voice(p->d) && region_of(slice_str(to), &where)) {
        text_fmt(path, sizeof path, "/v1/DialingPermissions/Countries/%s",
            where.country);
        ask(p, COUNTRY, rest_as_server(c), c->twilio_voice_base, path);
    }
    ask_account(p, CALLS, "Calls.json?Status=in-progress&PageSize=1000",
        NULL);
    if (!k->pending)
        judge(p);
}

/* ---- who we are ---- */

static bool active(struct probe_run *p, struct json account)
{
    char status[24] = "";

    json_copy(json_get(account, "status"), status, sizeof status);
    jsonw_kcstr(probe_seen(p), "status", status);
    if (strcmp(status, "suspended") == 0) {
        probe_remedy(p, "look in the console for what suspended it: funds, "
            "or a matter of policy");
        probe_fail(p, 10001, "the account is suspended: Twilio makes no "
            "calls for it");
    } else if (strcmp(status, "active") != 0) {
        probe_remedy(p, "set the SID and token of an account that is active");
        probe_fail(p, 20005, "the account is %s", status[0] ? status
            : "in no state that Twilio tells");
    }
    return !probe_over(p);
}

static void on_who(struct rest_ask *a)
{
    struct probe_run *p = a->p;
    struct twilio_probe *k = p->own;
    const struct conf *c = p->d->conf;
    char type[16] = "";

    k->pending--;
    if (k->pending)
        return;
    if (k->ask[KEY].asked && k->ask[KEY].status != 200) {
        rest_ask_fail(p, &k->ask[KEY], REST_BY_KEY);
        return;
    }
    a = &k->ask[ACCOUNT];
    /* A standard key may do all but read its account. */
    k->may_not_show = !c->twilio_auth_token[0]
        && (a->status == 401 || a->status == 403) && a->code != 20008
        && k->ask[KEY].asked;
    if (!k->may_not_show && (a->status != 200 || !a->json.type)) {
        rest_ask_fail(p, a, c->twilio_auth_token[0] ? REST_BY_TOKEN
            : REST_BY_KEY);
        return;
    }
    if (!k->may_not_show && !active(p, a->json))
        return;
    if (json_copy(json_get(a->json, "type"), type, sizeof type))
        jsonw_kcstr(probe_seen(p), "type", type);
    k->trial = strcmp(type, "Trial") == 0;
    ask_rest(p);
}

static void ask_who(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    struct twilio_probe *k = p->own;
    char path[PATH_MAX_];

    text_fmt(path, sizeof path, "/2010-04-01/Accounts/%s.json",
        c->twilio_account_sid);
    if (rest_ask(&k->ask[ACCOUNT], p, c->twilio_auth_token[0] ? REST_BY_TOKEN
        : REST_BY_KEY, c->twilio_api_base, path, on_who))
        k->pending++;
    /* Numbers are what any key may read. */
    text_fmt(path, sizeof path, "/2010-04-01/Accounts/%s/"
        "IncomingPhoneNumbers.json?PageSize=1", c->twilio_account_sid);
    if (c->twilio_api_key[0] && rest_ask(&k->ask[KEY], p, REST_BY_KEY,
        c->twilio_api_base, path, on_who))
        k->pending++;
    if (!k->pending)
        rest_ask_fail(p, &k->ask[ACCOUNT], REST_BY_TOKEN);
}

/* ---- what came ---- */

/* "18.7500" in thousandths, "-0.02" too. */
static bool thousandths(const char *s, int64_t *out)
{
    bool minus = *s == '-';
    int64_t n = 0, scale = 1000;

    s += minus;
    if (*s < '0' || *s > '9')
        return false;
    for (; *s >= '0' && *s <= '9' && n < INT64_MAX / 100000; s++)
        n = n * 10 + (*s - '0');
    n *= 1000;
    if (*s == '.')
        for (s++; *s >= '0' && *s <= '9'; s++)
            if ((scale /= 10) > 0)
                n += (*s - '0') * scale;
    *out = minus ? -n : n;
    return *s == 0;
}

static int64_t count(struct json list)
{
    struct json_walk w = {.of = list};
    struct json item;
    int64_t n = 0;

    while (json_next(&w, NULL, &item))
        n++;
    return n;
}

/* The first of a list in that answer; absent, and *told: was it answered? */
static struct json first(const struct rest_ask *a, const char *list,
    bool *told)
{
    struct json_walk w = {.of = json_get(a->json, list)};
    struct json item = {JSON_ABSENT, {NULL, 0}, false};

    *told = a->status == 200 && w.of.type == JSON_ARRAY;
    if (*told && !json_next(&w, NULL, &item))
        item.type = JSON_ABSENT;
    return item;
}

static void read_all(struct probe_run *p)
{
    struct twilio_probe *k = p->own;
    char text[32] = "";
    bool told;

    k->balance = INT64_MIN;
    if (json_copy(json_get(k->ask[BALANCE].json, "balance"), text,
        sizeof text) && thousandths(text, &k->balance)) {
        json_copy(json_get(k->ask[BALANCE].json, "currency"), k->currency,
            sizeof k->currency);
        jsonw_kcstr(probe_seen(p), "balance", text);
        jsonw_kcstr(probe_seen(p), "currency", k->currency);
    }
    first(&k->ask[CALLS], "calls", &told);
    k->active = told ? count(json_get(k->ask[CALLS].json, "calls")) : -1;
    if (told)
        jsonw_kint(probe_seen(p), "calls_in_progress", k->active);
    first(&k->ask[CALLEE], "outgoing_caller_ids", &told);
    k->verified = told ? count(json_get(k->ask[CALLEE].json,
        "outgoing_caller_ids")) : -1;
    if (told && k->trial)
        jsonw_kint(probe_seen(p), "verified", k->verified);
}

/* ---- judging, what stops a call first ---- */

static void judge_balance(struct probe_run *p)
{
    const struct twilio_probe *k = p->own;

    if (k->balance == INT64_MIN || k->balance > 0)
        return;
    probe_remedy(p, "add funds in the console");
    probe_fail(p, 10001, "the balance is used up (%s%lld.%02lld %s): Twilio "
        "suspends such an account", k->balance < 0 ? "-" : "",
        (long long)(k->balance < 0 ? -k->balance : k->balance) / 1000,
        (long long)(k->balance < 0 ? -k->balance : k->balance) % 1000 / 10,
        k->currency);
}

/* Owned, or at least verified as a caller. */
static void judge_from(struct probe_run *p)
{
    struct twilio_probe *k = p->own;
    const char *from = p->d->conf->twilio_phone_number;
    bool told, verified_told;
    struct json number = first(&k->ask[NUMBER], "incoming_phone_numbers",
        &told);
    struct json caller = first(&k->ask[CALLER], "outgoing_caller_ids",
        &verified_told);

    if (!told && k->ask[NUMBER].asked) {
        probe_remedy(p, "see in the console whether the number is this "
            "account's");
        probe_warn(p, k->ask[NUMBER].code, "Twilio does not tell the "
            "account's numbers: %s", k->ask[NUMBER].why);
    }
    if (!told)
        return;
    jsonw_kbool(probe_seen(p), "number_owned", number.type == JSON_OBJECT);
    if (number.type != JSON_OBJECT && caller.type == JSON_OBJECT) {
        text_fmt(k->more, sizeof k->more, ", From is a verified caller and "
            "takes no calls");
    } else if (number.type != JSON_OBJECT) {
        probe_remedy(p, "set TWILIO_PHONE_NUMBER to a number that the "
            "console lists, or verify this one as a caller");
        probe_fail(p, 21210, "TWILIO_PHONE_NUMBER (..%s) is neither a number "
            "of this account nor a verified caller", strlen(from) > 4
            ? from + strlen(from) - 4 : from);
    } else if (json_get(number, "capabilities.voice").type == JSON_FALSE) {
        probe_remedy(p, "buy a number with voice");
        probe_fail(p, 21212, "TWILIO_PHONE_NUMBER has no voice: it takes "
            "messages only");
    }
}

static void judge_callee(struct probe_run *p)
{
    const struct twilio_probe *k = p->own;

    if (!k->trial || k->verified)
        return;
    probe_remedy(p, "verify the number under Verified Caller IDs, or upgrade "
        "the account");
    if (p->d->opt.to)
        probe_fail(p, 21219, "a trial account calls verified numbers only, "
            "and the number of --to is not");
    else
        probe_fail(p, 21219, "a trial account calls verified numbers only, "
            "and none is verified");
}

/* Numbers of low risk: a restaurant's is no premium line.  Who may not read the
 * permissions is told nothing. */
static void judge_country(struct probe_run *p)
{
    struct twilio_probe *k = p->own;
    struct json c = k->ask[COUNTRY].json, may;
    struct region where;
    char name[64] = "";

    if (!p->d->opt.to)
        return;
    if (!region_of(slice_str(p->d->opt.to), &where)) {
        probe_remedy(p, "correct the number of --to");
        probe_fail(p, 21211, "no country has the calling code of --to");
        return;
    }
    may = json_get(c, "low_risk_numbers_enabled");
    if (may.type != JSON_TRUE && may.type != JSON_FALSE)
        return;
    json_copy(json_get(c, "name"), name, sizeof name);
    jsonw_kcstr(probe_seen(p), "country", where.country);
    jsonw_kbool(probe_seen(p), "country_allowed", json_true(may));
    probe_clean(k->country, sizeof k->country, name[0] ? slice_str(name)
        : slice_str(where.country));
    if (json_true(may))
        return;
    probe_remedy(p, "tick %s in the console: Voice, Settings, Geo "
        "permissions", k->country);
    probe_fail(p, 21215, "the account may not call %s", k->country);
}

/* ---- what does not stop it ---- */

static void judge_crowd(struct probe_run *p)
{
    const struct twilio_probe *k = p->own;

    if (k->active < p->d->conf->max_calls)
        return;
    probe_remedy(p, "look in the console for calls that never ended; they "
        "count against the account's ceiling");
    probe_warn(p, 10004, "%lld calls of this account are in progress, and "
        "MAX_CALLS is %d", (long long)k->active, p->d->conf->max_calls);
}

static void judge_trial(struct probe_run *p)
{
    const struct twilio_probe *k = p->own;

    if (!k->trial)
        return;
    probe_remedy(p, "upgrade the account before calling anybody who does not "
        "expect it");
    if (p->d->opt.to)
        probe_warn(p, 13805, "a trial account: who is called hears a notice "
            "and must press a key first; calls end after 10 minutes");
    else
        probe_warn(p, 21219, "a trial account: it calls verified numbers "
            "only (%lld), each must press a key first, and calls end after "
            "10 minutes", (long long)k->verified);
}

static void judge_low(struct probe_run *p)
{
    const struct twilio_probe *k = p->own;

    if (k->balance == INT64_MIN || k->balance >= BALANCE_LOW)
        return;
    probe_remedy(p, "add funds in the console");
    probe_warn(p, 10001, "the balance is %lld.%02lld %s: a few calls are left",
        (long long)k->balance / 1000, (long long)k->balance % 1000 / 10,
        k->currency);
}

/* Where a call to our number goes.  Nobody calls without a webhook: that is
 * how many want it. */
static void judge_inbound(struct probe_run *p)
{
    struct twilio_probe *k = p->own;
    bool told;
    struct json n = first(&k->ask[NUMBER], "incoming_phone_numbers", &told);
    char url[CONF_TEXT + 64] = "", want[CONF_TEXT + 32], sid[40] = "";

    if (n.type != JSON_OBJECT || !p->d->public_base[0])
        return;
    text_fmt(want, sizeof want, "%s/incoming-call", p->d->public_base);
    json_copy(json_get(n, "voice_url"), url, sizeof url);
    jsonw_kcstr(probe_seen(p), "voice_url", url);
    if (json_is(json_get(n, "voice_receive_mode"), "fax")) {
        probe_remedy(p, "set the number to take voice calls in the console");
        probe_warn(p, 0, "the number takes faxes: calls to it are not ours");
    } else if ((json_copy(json_get(n, "voice_application_sid"), sid,
        sizeof sid) || json_copy(json_get(n, "trunk_sid"), sid, sizeof sid))
        && sid[0]) {
        probe_remedy(p, "take %s off the number, and set its voice webhook to "
            "%s", sid, want);
        probe_warn(p, 0, "calls to the number go to %s and not to its "
            "webhook", sid);
    } else if (!url[0]) {
        text_fmt(k->more, sizeof k->more, ", nobody answers calls to it");
    } else if (strcmp(url, want) != 0) {
        probe_remedy(p, "set the number's voice webhook to %s", want);
        probe_warn(p, 0, "calls to the number go to %s", url);
    }
}

static void judge(struct probe_run *p)
{
    static void (*const all[])(struct probe_run *) = {judge_balance,
        judge_from, judge_callee, judge_country, judge_crowd, judge_trial,
        judge_low, judge_inbound};
    struct twilio_probe *k = p->own;
    char money[48] = "";

    read_all(p);
    for (size_t i = 0; i < sizeof all / sizeof *all && !probe_over(p); i++)
        all[i](p);
    if (k->balance != INT64_MIN)
        text_fmt(money, sizeof money, ", %lld.%02lld %s",
            (long long)k->balance / 1000, (long long)k->balance % 1000 / 10,
            k->currency);
    probe_ok(p, "%s%s%s%s%s%s", k->may_not_show ? "the key is good"
        : "a full account, active", money, k->ask[NUMBER].status == 200
        ? ", the number is its own" : "", k->country[0] ? ", may call "
        : "", k->country, k->more);
}

static void start(struct probe_run *p)
{
    if (!rest_ask_may(p, p->d->conf->twilio_api_base))
        return;
    p->own = mem_new(sizeof(struct twilio_probe));
    if (!p->own)
        probe_fail(p, 0, "no memory");
    else
        ask_who(p);
}

static void stop(struct probe_run *p)
{
    struct twilio_probe *k = p->own;

    if (!k)
        return;
    for (int i = 0; i < ASKS; i++)
        rest_ask_stop(&k->ask[i]);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_twilio = {"twilio", NULL, NULL, 20000, 0, start,
    stop};
