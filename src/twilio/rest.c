/* rest.c - calls over Twilio's REST interface: twilio 4.
 *
 * An operation is one or more exchanges.  What an answer means is decided in
 * on_answer: done, no, once more after a pause, or for a create whose answer
 * says nothing certain: look at the list.  A create may have been processed
 * when its request left us whole and no clear answer came; only then it is
 * ambiguous (twilio 4.4: there is no idempotency key).
 */
#include "twilio/rest.h"

#include <assert.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "codec/form.h"

#define REST_MAGIC UINT32_C(0x52657354)
#define TRY_MS 10000
#define DEADLINE_MS 30000
#define LOOK_TRY_MS 5000        /* one look at the list */
#define PAUSE_MS 500            /* before the first repeat; doubles */
#define PAUSE_MAX_MS 8000
#define RETRY_AFTER_MAX 60      /* seconds; longer is a refusal anyway */
#define URL_MAX 1024
#define BODY_MAX 16384          /* 4,000 characters of TwiML, encoded */
#define ANSWER_MAX (1u << 20)   /* a page of 50 calls is about 100 kB */

/* How much older than our request a call may seem and be it still: the two
 * clocks differ when Twilio's is not known; its dates are whole seconds. */
#define SKEW_UNKNOWN_MS 60000
#define SKEW_KNOWN_MS 5000

enum kind { CREATE, FETCH, UPDATE, LIST };

struct rest {
    uint32_t magic;
    struct loop *loop;
    struct httpc *http;
    char base[256], account[40], user[40], password[128];
    int64_t try_ms, deadline_ms;
    struct list ops;
};

struct rest_op {
    struct list link;
    struct rest *r;
    enum kind kind;
    bool ends_call;             /* an update to a final status */
    bool looking;               /* at the list, after an ambiguous create */
    int looks;
    rest_done *done;
    void *arg;
    struct httpc_call *call;
    char about[40];             /* our call, for the ring of attempts */
    struct timer timer;
    int64_t deadline, pause;
    int64_t began;              /* wall ms of the create's first exchange */
    char to[64], from[64];
    bool (*known)(void *arg, const char *sid);
    void *known_arg;
    struct buf url, body;
    struct rest_call *page;     /* REST_LIST_MAX of them; NULL if not needed */
    struct rest_result res;
};

static void drop(struct rest_op *op)
{
    list_drop(&op->link);
    loop_cancel(op->r->loop, &op->timer);
    if (op->call)
        httpc_cancel(op->call);
    op->call = NULL;
    buf_free(&op->url);
    buf_free(&op->body);
}

/* The owner may free the whole rest from within done. */
static void finish(struct rest_op *op, enum rest_how how)
{
    op->res.how = how;
    drop(op);
    op->done(op->arg, &op->res);
    mem_drop(op->page);
    mem_drop(op);
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err);

static int start(struct rest_op *op, struct err *err)
{
    struct rest *r = op->r;
    int64_t left = op->looking ? LOOK_TRY_MS
        : op->deadline - loop_now(r->loop);
    struct httpc_request req = {
        .method = op->looking || op->kind == FETCH || op->kind == LIST
            ? "GET" : "POST",
        .url = buf_slice(&op->url),
        .headers = "Accept: application/json\r\n",
        .user = slice_str(r->user),
        .password = slice_str(r->password),
        .timeout = left < r->try_ms ? left : r->try_ms,
        .max_answer = ANSWER_MAX,
        .kind = ATTEMPT_REST, .about = slice_str(op->about)
    };

    if (req.method[0] == 'P') {
        req.type = "application/x-www-form-urlencoded";
        req.body = buf_slice(&op->body);
    }
    if (req.timeout < 1)
        req.timeout = 1;
    op->res.tries++;
    op->call = httpc_start(r->http, &req, on_answer, op, err);
    return op->call ? 0 : -1;
}

/* ---- once more ---- */

static void on_timer(void *arg)
{
    struct rest_op *op = arg;
    struct err err;

    if (start(op, &err) == 0)
        return;
    if (!op->looking)
        op->res.err = err;
    finish(op, op->looking ? REST_UNCLEAR : REST_REFUSED);
}

/* After a pause that grows, at least at_least, and different for everybody;
 * or no more when the deadline would pass.  res.err says what happened. */
static void repeat(struct rest_op *op, int64_t at_least)
{
    int64_t half = op->pause / 2;
    int64_t wait = half + (int64_t)rand_below((uint32_t)half + 1);

    if (wait < at_least)
        wait = at_least;
    op->pause = op->pause * 2 < PAUSE_MAX_MS ? op->pause * 2 : PAUSE_MAX_MS;
    if (loop_now(op->r->loop) + wait >= op->deadline) {
        finish(op, REST_REFUSED);
        return;
    }
    loop_in(op->r->loop, &op->timer, wait);
}

/* ---- was it created? ---- */

static void calls_url(struct rest_op *op)
{
    buf_clear(&op->url);
    buf_adds(&op->url, op->r->base);
    buf_adds(&op->url, "/2010-04-01/Accounts/");
    buf_adds(&op->url, op->r->account);
    buf_adds(&op->url, "/Calls");
}

/* The pauses before the looks: 1, 2 and 4 seconds, since a call shows in the
 * list a little after it was made. */
static void look(struct rest_op *op)
{
    loop_in(op->r->loop, &op->timer, INT64_C(1000) << op->looks);
    op->looks++;
}

/* From here on res.err is what made the create ambiguous.  StartTime is no
 * filter here: a call that is queued has none (twilio 4.3). */
static void ambiguous(struct rest_op *op)
{
    op->looking = true;
    calls_url(op);
    buf_adds(&op->url, ".json?");
    form_adds(&op->url, "To", op->to);
    form_adds(&op->url, "From", op->from);
    form_adds(&op->url, "PageSize", "50");
    if (!op->page)
        op->page = mem_new(REST_LIST_MAX * sizeof *op->page);
    if (!op->page || !buf_ok(&op->url)) {
        finish(op, REST_UNCLEAR);
        return;
    }
    look(op);
}

/* The oldest creation date, on Twilio's clock, that may be ours. */
static int64_t oldest(const struct rest_op *op, const struct http *head)
{
    int64_t theirs;

    if (http_date_parse(http_get(head, "Date"), &theirs))
        return op->began - SKEW_UNKNOWN_MS;
    return op->began + (theirs - sys_wall()) - SKEW_KNOWN_MS;
}

static bool may_be_ours(const struct rest_op *op, const struct rest_call *c,
    int64_t floor)
{
    int64_t at = c->created >= 0 ? c->created : c->start;

    return slice_is(slice_str(c->to), op->to)
        && slice_is(slice_str(c->from), op->from)
        && (at < 0 || at >= floor)
        && !(op->known && op->known(op->known_arg, c->sid));
}

/* Keeps why the create was ambiguous as the tail of the message. */
static void conclude(struct rest_op *op, enum rest_how how, const char *what)
{
    struct err cause = op->res.err;

    fail(&op->res.err, cause.code, "%s (%.120s)", what, cause.msg);
    op->res.err.sys = cause.sys;
    finish(op, how);
}

static void on_look(struct rest_op *op, const struct httpc_answer *a,
    const struct err *err)
{
    int n = -1, candidates = 0;
    const char *why;
    int64_t floor;

    if (!err && a->head->status == 200)
        n = rest_read_list(a->body, op->page, REST_LIST_MAX, &op->res.more,
            &why);
    floor = n >= 0 ? oldest(op, a->head) : 0;
    for (int i = 0; i < n; i++)
        if (may_be_ours(op, &op->page[i], floor)) {
            op->res.call = op->page[i];
            candidates++;
        }
    if (candidates == 1) {
        op->res.found = true;
        op->res.err = (struct err){ERR_NONE, 0, ""};
        finish(op, REST_DONE);
    } else if (candidates > 1) {
        conclude(op, REST_UNCLEAR, "the call may be one of several that "
            "Twilio lists");
    } else if (op->looks < REST_LOOKS) {
        look(op);
    } else if (n < 0) {
        conclude(op, REST_UNCLEAR, "the call may have been made, and Twilio's "
            "list cannot be read");
    } else {
        conclude(op, REST_REFUSED, "the call was not made: Twilio does not "
            "list it");
    }
}

/* ---- answers ---- */

/* For GET /v1/attempts: what the exchange meant, and what follows. */
static void judge(const struct rest_op *op, const struct httpc_answer *a,
    int number, const char *then)
{
    char text[300];

    text_fmt(text, sizeof text, "%.200s%s%s (exchange %d)", op->res.err.msg,
        op->res.err.msg[0] ? ": " : "", then, op->res.tries);
    httpc_judged(op->r->http, a->attempt, number, text);
}

#define LOOKED_UP "ambiguous, so Twilio's list is asked and nothing repeated"

static void on_failure(struct rest_op *op, const struct httpc_answer *a,
    const struct err *err)
{
    bool again = err->code == ERR_NET || err->code == ERR_TIMEOUT
        || err->code == ERR_DNS;

    op->res.err = *err;
    judge(op, a, 0, op->kind == CREATE && a->sent ? LOOKED_UP
        : again ? "asked again" : "given up");
    if (op->kind == CREATE && a->sent)
        ambiguous(op);
    else if (again)
        repeat(op, 0);
    else
        finish(op, REST_REFUSED);
}

static void on_success(struct rest_op *op, const struct httpc_answer *a)
{
    const char *why;
    int n = 0;

    if (op->kind == LIST) {
        n = rest_read_list(a->body, op->page, REST_LIST_MAX, &op->res.more,
            &why);
        op->res.calls = op->page;
        op->res.n = n < 0 ? 0 : (size_t)n;
    } else {
        n = rest_read_call(a->body, &op->res.call, &why);
    }
    op->res.err = (struct err){ERR_NONE, 0, ""};
    if (n >= 0) {
        finish(op, REST_DONE);
        return;
    }
    fail(&op->res.err, ERR_PROTO, "answer of Twilio's API: %s", why);
    op->res.err.sys = a->head->status;
    judge(op, a, 0, op->kind == CREATE ? LOOKED_UP : "given up");
    if (op->kind == CREATE)
        ambiguous(op);
    else
        finish(op, REST_REFUSED);
}

static int64_t retry_after(const struct http *head)
{
    uint64_t s;

    return text_u64(http_get(head, "Retry-After"), 0, RETRY_AFTER_MAX, &s)
        ? 0 : (int64_t)s * 1000;
}

/* 408 is a timeout of a server between: as open as a 5xx. */
static void on_refusal(struct rest_op *op, const struct httpc_answer *a)
{
    int status = a->head->status;
    bool open = status >= 500 || status == 408;

    rest_read_error(status, a->body, &op->res.err);
    judge(op, a, op->res.err.sys == status ? 0 : op->res.err.sys,
        open && op->kind == CREATE ? LOOKED_UP
        : open || status == 429 ? "asked again" : "not done");
    if (status == 429)
        repeat(op, retry_after(a->head));
    else if (open && op->kind == CREATE)
        ambiguous(op);
    else if (open)
        repeat(op, retry_after(a->head));
    else if (op->ends_call && (op->res.err.sys == 20404
        || op->res.err.sys == 404 || op->res.err.sys == 21220))
        finish(op, REST_GONE);
    else
        finish(op, REST_REFUSED);
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct rest_op *op = arg;

    op->call = NULL;
    op->res.http = 0;
    op->res.request_id[0] = 0;
    if (!err) {
        op->res.http = a->head->status;
        text_copy(op->res.request_id, sizeof op->res.request_id,
            http_get(a->head, "Twilio-Request-Id"));
    }
    if (op->looking)
        on_look(op, a, err);
    else if (err)
        on_failure(op, a, err);
    else if (a->head->status >= 200 && a->head->status < 300)
        on_success(op, a);
    else
        on_refusal(op, a);
}

/* ---- operations ---- */

struct rest *rest_new(struct loop *l, struct httpc *h,
    const struct rest_conf *conf, struct err *err)
{
    struct rest *r = mem_new(sizeof *r);

    if (!r) {
        fail(err, ERR_MEM, "no memory for Twilio's REST client");
        return NULL;
    }
    r->magic = REST_MAGIC;
    r->loop = l;
    r->http = h;
    r->try_ms = conf->try_ms ? conf->try_ms : TRY_MS;
    r->deadline_ms = conf->deadline_ms ? conf->deadline_ms : DEADLINE_MS;
    list_init(&r->ops);
    if (text_copy(r->base, sizeof r->base, conf->base)
        && text_copy(r->account, sizeof r->account, conf->account)
        && text_copy(r->user, sizeof r->user, conf->user)
        && text_copy(r->password, sizeof r->password, conf->password))
        return r;
    fail(err, ERR_CONF, "Twilio's base, account or key is too long");
    mem_drop(r);
    return NULL;
}

void rest_free(struct rest *r)
{
    if (!r)
        return;
    assert(r->magic == REST_MAGIC);
    while (!list_empty(&r->ops))
        rest_cancel(LIST_OWNER(r->ops.next, struct rest_op, link));
    *r = (struct rest){.magic = 0};     /* the password too */
    mem_drop(r);
}

static struct rest_op *op_new(struct rest *r, enum kind kind, rest_done *done,
    void *arg, struct err *err)
{
    struct rest_op *op;

    assert(r->magic == REST_MAGIC);
    op = mem_new(sizeof *op);
    if (!op) {
        fail(err, ERR_MEM, "no memory for a request to Twilio");
        return NULL;
    }
    op->r = r;
    op->kind = kind;
    op->done = done;
    op->arg = arg;
    op->timer.fire = on_timer;
    op->timer.arg = op;
    op->deadline = loop_now(r->loop) + r->deadline_ms;
    op->pause = PAUSE_MS;
    op->began = sys_wall();
    op->res.call = (struct rest_call){.created = -1, .start = -1, .end = -1,
        .duration = -1, .queue_ms = -1};
    buf_init(&op->url, URL_MAX);
    buf_init(&op->body, BODY_MAX);
    list_init(&op->link);
    calls_url(op);
    return op;
}

static struct rest_op *op_start(struct rest_op *op, struct err *err)
{
    int r = 0;

    if (!buf_ok(&op->url) || !buf_ok(&op->body))
        r = fail(err, ERR_LIMIT, "the request to Twilio is too long");
    if (!r)
        r = start(op, err);
    if (r) {
        drop(op);
        mem_drop(op->page);
        mem_drop(op);
        return NULL;
    }
    list_push(&op->r->ops, &op->link);
    return op;
}

static void add_sid(struct rest_op *op, struct slice sid)
{
    buf_addc(&op->url, '/');
    buf_add(&op->url, sid);
    buf_adds(&op->url, ".json");
}

/* It becomes part of a path. */
static bool good_sid(struct slice sid, struct err *err)
{
    bool good = sid.len > 2 && sid.len < sizeof ((struct rest_call *)0)->sid;

    for (size_t i = 0; good && i < sid.len; i++) {
        uint8_t c = byte_lower(sid.ptr[i]);

        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
    if (!good)
        fail(err, ERR_DATA, "\"%.*s\" is no call SID",
            SLICE_ARG(slice_head(sid, 40)));
    return good;
}

static void add_number(struct rest_op *op, const char *name, int n)
{
    char text[TEXT_U64_MAX];

    if (n > 0)
        form_add(&op->body, name, slice_of(text,
            text_from_u64(text, (uint64_t)n)));
}

static void add_callbacks(struct rest_op *op, const struct rest_create *c)
{
    static const char *const events[] = {"initiated", "ringing", "answered",
        "completed"};

    if (c->status_url.len) {
        form_add(&op->body, "StatusCallback", c->status_url);
        form_adds(&op->body, "StatusCallbackMethod", "POST");
        /* A key for each: twilio 4.2. */
        for (size_t i = 0; i < sizeof events / sizeof *events; i++)
            form_adds(&op->body, "StatusCallbackEvent", events[i]);
    }
    if (!c->detect)
        return;
    form_adds(&op->body, "MachineDetection", "Enable");
    form_adds(&op->body, "AsyncAmd", "true");
    if (!c->amd_url.len)
        return;
    form_add(&op->body, "AsyncAmdStatusCallback", c->amd_url);
    form_adds(&op->body, "AsyncAmdStatusCallbackMethod", "POST");
}

struct rest_op *rest_create(struct rest *r, const struct rest_create *c,
    rest_done *done, void *arg, struct err *err)
{
    struct rest_op *op = op_new(r, CREATE, done, arg, err);

    if (!op)
        return NULL;
    if (!text_copy(op->to, sizeof op->to, c->to)
        || !text_copy(op->from, sizeof op->from, c->from))
        op->url.bad = true;
    op->known = c->known;
    op->known_arg = c->known_arg;
    buf_adds(&op->url, ".json");
    form_add(&op->body, "To", c->to);
    form_add(&op->body, "From", c->from);
    form_add(&op->body, "Url", c->url);
    form_adds(&op->body, "Method", "POST");
    add_number(op, "Timeout", c->timeout);
    add_number(op, "TimeLimit", c->time_limit);
    add_callbacks(op, c);
    return op_start(op, err);
}

struct rest_op *rest_fetch(struct rest *r, struct slice sid,
    rest_done *done, void *arg, struct err *err)
{
    struct rest_op *op;

    if (!good_sid(sid, err))
        return NULL;
    op = op_new(r, FETCH, done, arg, err);
    if (!op)
        return NULL;
    add_sid(op, sid);
    return op_start(op, err);
}

struct rest_op *rest_update(struct rest *r, struct slice sid,
    enum rest_update what, struct slice twiml,
    rest_done *done, void *arg, struct err *err)
{
    struct rest_op *op;

    if (!good_sid(sid, err))
        return NULL;
    op = op_new(r, UPDATE, done, arg, err);
    if (!op)
        return NULL;
    add_sid(op, sid);
    op->ends_call = what != REST_TWIML;
    if (what == REST_TWIML)
        form_add(&op->body, "Twiml", twiml);
    else
        form_adds(&op->body, "Status", what == REST_CANCEL ? "canceled"
            : "completed");
    return op_start(op, err);
}

struct rest_op *rest_list(struct rest *r, const struct rest_filter *f,
    rest_done *done, void *arg, struct err *err)
{
    struct rest_op *op = op_new(r, LIST, done, arg, err);
    char text[64];
    struct buf day;

    if (!op)
        return NULL;
    op->page = mem_new(REST_LIST_MAX * sizeof *op->page);
    buf_adds(&op->url, ".json?");
    if (f->to.len)
        form_add(&op->url, "To", f->to);
    if (f->from.len)
        form_add(&op->url, "From", f->from);
    if (f->status.len)
        form_add(&op->url, "Status", f->status);
    if (f->started_after > 0) {
        buf_over(&day, text, sizeof text);
        date_add(&day, date_civil(f->started_after, 0).date);
        form_add(&op->url, "StartTime>", buf_slice(&day));
    }
    buf_over(&day, text, sizeof text);
    buf_addu(&day, f->page_size > 0 && f->page_size < REST_LIST_MAX
        ? (uint64_t)f->page_size : REST_LIST_MAX);
    form_add(&op->url, "PageSize", buf_slice(&day));
    if (!op->page)
        op->url.bad = true;
    return op_start(op, err);
}

void rest_about(struct rest_op *op, struct slice call)
{
    text_copy(op->about, sizeof op->about, call);
    httpc_about(op->call, call);
}

void rest_cancel(struct rest_op *op)
{
    drop(op);
    mem_drop(op->page);
    mem_drop(op);
}
