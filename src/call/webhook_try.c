/* webhook_try.c - one try to deliver: body, signature, what an answer means. */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/webhook_impl.h"
#include "codec/date.h"
#include "codec/hmac.h"
#include "codec/json.h"

#define SIGNATURE 192           /* bytes, NUL included: two of them */
#define READS 4                 /* tries at a file that cannot be read */
#define FRAME 256               /* bytes of what stands before the members */

/* ",v1=HEX" for that body at that second. */
static void add_sum(struct buf *out, const char *secret, struct slice second,
    struct slice body)
{
    uint8_t sum[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    struct hmac_sha256 h;

    hmac_sha256_begin(&h, slice_str(secret));
    hmac_sha256_feed(&h, second);
    hmac_sha256_feed(&h, SLICE("."));
    hmac_sha256_feed(&h, body);
    hmac_sha256_end(&h, sum);
    text_hex(hex, slice_of(sum, sizeof sum));
    buf_adds(out, ",v1=");
    buf_adds(out, hex);
}

/* "t=UNIX,v1=HEX", and a second v1 while a secret is replaced. */
static void sign(char out[static SIGNATURE], const struct webhook *w,
    struct slice body)
{
    uint8_t mem[SIGNATURE];
    struct slice second;
    struct buf b;

    buf_over(&b, mem, sizeof mem - 1);
    buf_adds(&b, "t=");
    buf_addi(&b, sys_wall() / 1000);
    second = slice_from(buf_slice(&b), 2);
    add_sum(&b, w->secret, second, body);
    if (w->old[0])
        add_sum(&b, w->old, second, body);
    text_copy(out, SIGNATURE, buf_slice(&b));
}

/* ---- the answer ---- */

/* RFC 9110 10.2.3: seconds, or a date; in ms, 0 when there is none to follow.
 * Nobody makes us wait longer than we would by ourselves. */
static int64_t retry_after(const struct http *head)
{
    struct slice s = slice_trim(http_get(head, "Retry-After"));
    uint64_t seconds;
    int64_t at, ms = 0;

    if (text_u64(s, 0, UINT64_MAX, &seconds) == 0)
        ms = seconds < WEBHOOK_LONGEST / 1000 ? (int64_t)seconds * 1000
            : WEBHOOK_LONGEST;
    else if (s.len && date_parse_rfc2822(s, &at) == 0)
        ms = at - sys_wall();
    return ms < 0 ? 0 : ms < WEBHOOK_LONGEST ? ms : WEBHOOK_LONGEST;
}

/* The head decides, whatever becomes of the body behind it. */
static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct delivery *d = arg;
    struct webhook *w = d->hook;
    int status = a->head ? a->head->status : 0;
    char why[80];

    d->request = NULL;
    text_fmt(why, sizeof why, "it answered %d%s", status, status / 100 == 3
        ? ", and redirects are not followed" : "");
    if (status / 100 == 2) {
        log_event(LOG_INFO, "webhook_sent", LS("call", d->call),
            LS("event", d->type), LS("delivery", d->id),
            LI("tries", d->tries), LI("status", status), LI("ms", a->ms));
        webhook_done(d);
    } else if (status / 100 == 4 && status != 408 && status != 429) {
        webhook_give_up(d, "refused", why);
    } else if (status) {
        webhook_failed(d, why, retry_after(a->head));
    } else {
        webhook_failed(d, err->msg, 0);
    }
    webhook_pump(w);
}

/* ---- the request ---- */

static void post(struct delivery *d, struct slice body)
{
    struct webhook *w = d->hook;
    char head[480], signature[SIGNATURE];
    struct httpc_request req = {.method = "POST", .url = slice_str(w->url),
        .headers = head, .type = "application/json", .body = body,
        .timeout = WEBHOOK_WITHIN, .max_answer = WEBHOOK_ANSWER,
        .kind = ATTEMPT_NONE};
    struct err err = {0};

    sign(signature, w, body);
    text_fmt(head, sizeof head, "X-Concierge-Event: %s\r\n"
        "X-Concierge-Delivery: %s\r\nX-Concierge-Signature: %s\r\n",
        d->type, d->id, signature);
    d->state = DELIVERY_SENDS;
    d->request = httpc_start(w->httpc, &req, on_answer, d, &err);
    if (!d->request)
        webhook_failed(d, err.msg, 0);
}

/* object's members behind those that say what this is. */
static void post_object(struct delivery *d, struct slice object)
{
    struct buf b;

    buf_init(&b, WEBHOOK_BODY + FRAME);
    buf_addf(&b, "{\"delivery\":\"%s\",\"event\":\"%s\",", d->id, d->type);
    if (d->until)               /* whatever clock the receiver has */
        buf_addf(&b, "\"seconds\":%lld,",
            (long long)((d->until - sys_wall()) / 1000));
    buf_add(&b, slice_from(object, 1));
    if (buf_ok(&b))
        post(d, buf_slice(&b));
    else
        webhook_failed(d, "no memory for the body", 0);
    buf_free(&b);
}

/* A file that a crash, a bad disk or somebody's editor has changed is signed
 * by nobody. */
static bool is_object(const struct delivery *d, struct slice s)
{
    struct json j;

    return s.len && s.ptr[0] == '{' && json_parse(s, &j, NULL) == 0
        && json_is(json_get(j, "id"), d->call)
        && json_get(j, "outcome").type == JSON_OBJECT;
}

/* What memory still has of it; without a transcript, but the outcome.  When it
 * has nothing the next start may, from the journal. */
static void send_short(struct delivery *d, const char *why)
{
    struct webhook *w = d->hook;
    struct slice object = w->ops.object(w->arg, d->call);

    if (!is_object(d, object)) {
        webhook_failed(d, why, 0);
        return;
    }
    log_event(LOG_WARN, "webhook_short", LS("call", d->call),
        LS("delivery", d->id), LS("why", why));
    post_object(d, object);
}

static void on_read(void *arg, struct slice data, const struct err *err)
{
    struct delivery *d = arg;
    struct webhook *w = d->hook;

    if (!w) {
        mem_drop(d);
        return;
    }
    d->state = DELIVERY_SENDS;  /* the disk is done with us */
    if (err && err->sys != ENOENT && d->tries < READS)
        webhook_failed(d, err->msg, 0);     /* it may pass */
    else if (err)
        send_short(d, err->msg);
    else if (!is_object(d, data))
        send_short(d, "call.json is not this call's object");
    else
        post_object(d, data);
    webhook_pump(w);
}

void webhook_try(struct delivery *d)
{
    struct webhook *w = d->hook;
    char path[1024];

    d->tries++;
    w->under_way++;
    d->state = DELIVERY_SENDS;
    if (d->body.ptr) {
        post_object(d, d->body);
        return;
    }
    w->ops.path(w->arg, d->call, path, sizeof path);
    d->state = DELIVERY_READS;
    if (disk_get(w->disk, path, WEBHOOK_BODY, on_read, d)) {
        d->state = DELIVERY_SENDS;
        webhook_failed(d, "the disk's queue is full", 0);
    }
}
