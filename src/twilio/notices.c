/* notices.c - what Twilio wrote down about one call. */
#include "twilio/notices.h"

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "codec/form.h"
#include "codec/json.h"
#include "twilio/rest.h"

#define URL_MAX 768
#define PAGE_MAX (2u << 20)     /* bytes: 100 alerts of about 2 kB */
#define SAME_MS 2000            /* one error, told by both */
#define SLACK 60000             /* ms between our clock and Twilio's */
#define PHONE_DIGITS 7

struct notices_op {
    struct httpc *http;
    struct httpc_call *call;
    bool alerts;                /* asked for now; else notifications */
    bool answered;              /* by one of the two */
    struct notices_conf conf;
    struct notices found;
    struct err err;             /* the first that went wrong */
    void (*done)(void *arg, const struct notices *found,
        const struct err *err);
    void *arg;
};

/* ---- reading ---- */

/* error_code is a string in one of them, and may be a number. */
static int code_of(struct json v)
{
    int64_t n = 0;

    if (v.type == JSON_STRING)
        return text_i64(v.text, 1, 999999, &n) ? 0 : (int)n;
    return json_i64(v, 1, 999999, &n) ? 0 : (int)n;
}

static int64_t date_of(struct json v)
{
    char text[48];
    int64_t at;
    int offset;

    if (!json_copy(v, text, sizeof text))
        return -1;
    if (date_parse_rfc3339(slice_str(text), &at, &offset) == 0
        || date_parse_rfc2822(slice_str(text), &at) == 0)
        return at;
    return -1;
}

/* The texts are forms, "Msg=...&sourceComponent=..."; what is in Msg counts, or
 * all of it when there is none. */
static void put_text(char *dst, size_t cap, struct json v)
{
    char whole[1024];
    size_t n;

    json_copy(v, whole, sizeof whole);
    form_copy(slice_str(whole), "Msg", dst, cap);
    if (!dst[0])
        text_copy(dst, cap, slice_str(whole));
    for (char *s = dst; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            *s = ' ';
    for (char *s = dst; *s; s++) {
        for (n = 0; s[n] >= '0' && s[n] <= '9'; n++)
            ;
        for (size_t i = 0; n >= PHONE_DIGITS && i + 4 < n; i++)
            s[i] = '*';
        s += n ? n - 1 : 0;
    }
}

static bool known(const struct notices *all, const struct notice *one)
{
    for (size_t i = 0; i < all->n; i++) {
        int64_t d = all->list[i].at - one->at;

        if (all->list[i].number == one->number && d <= SAME_MS
            && d >= -SAME_MS)
            return true;
    }
    return false;
}

static void insert(struct notices *out, const struct notice *one)
{
    size_t at = out->n;

    if (out->n == NOTICES_MAX || known(out, one))
        return;
    while (at > 0 && out->list[at - 1].at > one->at) {
        out->list[at] = out->list[at - 1];
        at--;
    }
    out->list[at] = *one;
    out->n++;
}

static void take_notification(struct json v, struct notices *out)
{
    struct notice one = {.at = date_of(json_get(v, "message_date")),
        .number = code_of(json_get(v, "error_code")),
        .error = !json_is(json_get(v, "log"), "1")};

    if (one.at < 0)
        one.at = date_of(json_get(v, "date_created"));
    put_text(one.text, sizeof one.text, json_get(v, "message_text"));
    if (one.number)
        insert(out, &one);
}

static void take_alert(struct json v, struct slice sid, struct notices *out)
{
    struct notice one = {.at = date_of(json_get(v, "date_generated")),
        .number = code_of(json_get(v, "error_code")),
        .error = json_is(json_get(v, "log_level"), "error")};
    char about[40];

    if (!json_copy(json_get(v, "resource_sid"), about, sizeof about)
        || !slice_is(sid, about))
        return;
    if (one.at < 0)
        one.at = date_of(json_get(v, "date_created"));
    put_text(one.text, sizeof one.text, json_get(v, "alert_text"));
    if (one.number)
        insert(out, &one);
}

int notices_read(struct slice body, struct slice sid, struct notices *out,
    const char **why)
{
    struct json_fault fault;
    struct json page, list, v;
    struct json_walk walk;
    bool alerts;

    if (json_parse(body, &page, &fault)) {
        *why = fault.why;
        return -1;
    }
    list = json_get(page, "notifications");
    alerts = list.type != JSON_ARRAY;
    if (alerts)
        list = json_get(page, "alerts");
    if (list.type != JSON_ARRAY) {
        *why = "neither notifications nor alerts";
        return -1;
    }
    walk = (struct json_walk){.of = list};
    while (json_next(&walk, NULL, &v)) {
        if (alerts)
            take_alert(v, sid, out);
        else
            take_notification(v, out);
    }
    return 0;
}

/* ---- asking ---- */

static void add_stamp(struct buf *url, const char *name, int64_t at)
{
    char stamp[SYS_STAMP_MAX];

    sys_stamp(stamp, at);
    form_adds(url, name, stamp);
}

static void make_url(const struct notices_op *op, struct buf *url)
{
    const struct notices_conf *c = &op->conf;

    if (op->alerts) {
        buf_add(url, c->monitor);
        buf_adds(url, "/v1/Alerts?");
        add_stamp(url, "StartDate", c->from - SLACK);
        add_stamp(url, "EndDate", c->to + SLACK);
        form_adds(url, "PageSize", "100");
        return;
    }
    buf_add(url, c->api);
    buf_adds(url, "/2010-04-01/Accounts/");
    buf_add(url, c->account);
    buf_adds(url, "/Calls/");
    buf_add(url, c->sid);
    buf_adds(url, "/Notifications.json?PageSize=50");
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err);

static int ask(struct notices_op *op, struct err *err)
{
    uint8_t mem[URL_MAX];
    struct buf url;

    buf_over(&url, mem, sizeof mem);
    make_url(op, &url);
    if (!buf_ok(&url))
        return fail(err, ERR_LIMIT, "the URL of Twilio's %s is too long",
            op->alerts ? "alerts" : "notifications");
    op->call = httpc_start(op->http, &(struct httpc_request){
        .method = "GET", .url = buf_slice(&url),
        .headers = "Accept: application/json\r\n", .user = op->conf.user,
        .password = op->conf.password, .timeout = op->conf.timeout,
        .max_answer = PAGE_MAX, .kind = ATTEMPT_REST,
        .about = op->conf.about}, on_answer, op, err);
    return op->call ? 0 : -1;
}

static void take(struct notices_op *op, const struct httpc_answer *a,
    const struct err *err)
{
    struct err said = {0};
    const char *why = "";

    if (err) {
        said = *err;
    } else if (a->head->status != 200) {
        rest_read_error(a->head->status, a->body, &said);
        httpc_judged(op->http, a->attempt, said.sys == a->head->status ? 0
            : said.sys, said.msg);
    } else if (notices_read(a->body, op->conf.sid, &op->found, &why)) {
        fail(&said, ERR_PROTO, "Twilio's %s: %s", op->alerts ? "alerts"
            : "notifications", why);
    } else {
        op->answered = true;
        return;
    }
    if (!op->err.code)
        op->err = said;
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct notices_op *op = arg;
    bool more = !op->alerts && op->conf.monitor.len > 0;
    struct err none = {0};

    op->call = NULL;
    take(op, a, err);
    op->alerts = true;
    if (more && ask(op, &none) == 0)
        return;
    if (more && !op->err.code)
        op->err = none;
    op->done(op->arg, &op->found, op->answered ? NULL : &op->err);
    mem_drop(op);
}

/* It becomes part of a path. */
static bool good_sid(struct slice sid)
{
    for (size_t i = 0; i < sid.len; i++) {
        uint8_t c = byte_lower(sid.ptr[i]);

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return false;
    }
    return sid.len > 2 && sid.len < 40;
}

struct notices_op *notices_fetch(struct httpc *http,
    const struct notices_conf *conf,
    void (*done)(void *arg, const struct notices *found,
        const struct err *err), void *arg, struct err *err)
{
    struct notices_op *op;

    if (!good_sid(conf->sid)) {
        fail(err, ERR_DATA, "\"%.*s\" is no call SID",
            SLICE_ARG(slice_head(conf->sid, 40)));
        return NULL;
    }
    op = mem_new(sizeof *op);
    if (!op) {
        fail(err, ERR_MEM, "no memory for a request to Twilio");
        return NULL;
    }
    op->http = http;
    op->conf = *conf;
    op->done = done;
    op->arg = arg;
    if (ask(op, err) == 0)
        return op;
    mem_drop(op);
    return NULL;
}

void notices_cancel(struct notices_op *op)
{
    if (op->call)
        httpc_cancel(op->call);
    mem_drop(op);
}
