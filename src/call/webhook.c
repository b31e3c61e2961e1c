/* webhook.c - deliveries to WEBHOOK_URL: in order for each call, until they are
 * taken, refused for good, or too old.
 */
#include "call/webhook.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/hmac.h"

enum state { WAITING, READING, SENDING };

struct delivery {
    struct list link;           /* in webhook.all, the oldest first */
    struct webhook *hook;       /* NULL: dropped while the disk reads for us */
    struct delivery *behind;    /* of the same call, to be told before us */
    enum state state;
    char id[WEBHOOK_ID + 1], call[WEBHOOK_CALL + 1];
    const char *type;
    int64_t at;                 /* wall ms */
    int64_t next;               /* loop ms of the next try */
    unsigned tries;
    struct httpc_call *request;
    bool is_file;               /* data is the path of the body, with a NUL */
    struct slice data;          /* behind this struct */
};

struct webhook {
    struct webhook_conf conf;
    struct list all;
    size_t n, bytes;            /* that wait, and what they hold */
    size_t under_way;
    struct timer timer;         /* the next try that is due */
    void (*done)(void *arg, const char *id, const char *call,
        const char *how);
    void *done_arg;
    void (*rest)(void *arg);
    void *rest_arg;
};

#define SIGNATURE 96            /* bytes, NUL included */

/* "t=UNIX,v1=HEX" for that body at that second. */
static void sign(char out[static SIGNATURE], struct slice secret,
    int64_t unix_s, struct slice body)
{
    uint8_t sum[SHA256_LEN], mem[24];
    char hex[2 * SHA256_LEN + 1];
    struct hmac_sha256 h;
    struct buf t;

    buf_over(&t, mem, sizeof mem);
    buf_addi(&t, unix_s);
    buf_addc(&t, '.');
    hmac_sha256_begin(&h, secret);
    hmac_sha256_feed(&h, buf_slice(&t));
    hmac_sha256_feed(&h, body);
    hmac_sha256_end(&h, sum);
    text_hex(hex, slice_of(sum, sizeof sum));
    text_fmt(out, SIGNATURE, "t=%.*s,v1=%s",
        (int)t.len - 1, (const char *)t.ptr, hex);
}

/* ---- the list ---- */

static void drop(struct delivery *d)
{
    struct webhook *w = d->hook;

    for (struct list *n = w->all.next; n != &w->all; n = n->next) {
        struct delivery *other = LIST_OWNER(n, struct delivery, link);

        if (other->behind == d)
            other->behind = d->behind;
    }
    list_drop(&d->link);
    w->n--;
    w->bytes -= d->data.len;
    w->under_way -= d->state != WAITING;
    if (d->state == SENDING && d->request)
        httpc_cancel(d->request);
    if (d->state == READING)
        d->hook = NULL;         /* on_read frees it */
    else
        mem_drop(d);
}

static bool restless(const struct webhook *w)
{
    for (struct list *n = w->all.next; n != &w->all; n = n->next) {
        const struct delivery *d = LIST_OWNER(n, struct delivery, link);

        if (d->state != WAITING || (d->tries == 0 && !d->behind))
            return true;
    }
    return false;
}

/* Always the last: whoever is told may free us. */
static void tell_rest(struct webhook *w)
{
    void (*rest)(void *arg) = w->rest;

    if (!rest || restless(w))
        return;
    w->rest = NULL;
    rest(w->rest_arg);
}

static void pump(struct webhook *w);

/* It comes to its end. */
static void finish(struct delivery *d, const char *how)
{
    struct webhook *w = d->hook;
    char id[WEBHOOK_ID + 1], call[WEBHOOK_CALL + 1];

    memcpy(id, d->id, sizeof id);
    memcpy(call, d->call, sizeof call);
    drop(d);
    if (w->done)
        w->done(w->done_arg, id, call, how);
}

static void give_up(struct delivery *d, const char *how, const char *why)
{
    log_event(LOG_ERROR, "webhook_gave_up", LS("call", d->call),
        LS("event", d->type), LS("delivery", d->id), LI("tries", d->tries),
        LS("how", how), LS("why", why));
    finish(d, how);
}

/* ---- one try ---- */

static void failed(struct delivery *d, const char *why)
{
    struct webhook *w = d->hook;
    int64_t pause = WEBHOOK_LONGEST;

    if (d->tries <= 12 && WEBHOOK_FIRST << (d->tries - 1) < pause)
        pause = WEBHOOK_FIRST << (d->tries - 1);
    if (sys_wall() + pause - d->at > WEBHOOK_DEADLINE) {
        give_up(d, "expired", why);
        return;
    }
    log_event(LOG_WARN, "webhook_failed", LS("call", d->call),
        LS("event", d->type), LS("delivery", d->id), LI("tries", d->tries),
        LI("again", pause), LS("why", why));
    w->under_way -= d->state != WAITING;
    d->state = WAITING;
    d->next = loop_now(w->conf.loop) + pause;
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct delivery *d = arg;
    struct webhook *w = d->hook;
    int status = err ? 0 : a->head->status;
    char why[64];

    d->request = NULL;
    text_fmt(why, sizeof why, "it answered %d", status);
    if (status >= 200 && status < 300) {
        log_event(LOG_INFO, "webhook_sent", LS("call", d->call),
            LS("event", d->type), LS("delivery", d->id),
            LI("tries", d->tries), LI("status", status), LI("ms", a->ms));
        finish(d, "delivered");
    } else if (status >= 400 && status < 500 && status != 408
        && status != 429) {
        give_up(d, "refused", why);
    } else {
        failed(d, err ? err->msg : why);
    }
    pump(w);
}

static void send(struct delivery *d, struct slice body)
{
    struct webhook *w = d->hook;
    char head[320], signature[SIGNATURE];
    struct httpc_request req = {.method = "POST", .url = w->conf.url,
        .headers = head, .type = "application/json", .body = body,
        .timeout = WEBHOOK_WITHIN, .kind = ATTEMPT_NONE};
    struct err err = {0};

    sign(signature, w->conf.secret, sys_wall() / 1000, body);
    text_fmt(head, sizeof head, "X-Concierge-Event: %s\r\n"
        "X-Concierge-Delivery: %s\r\nX-Concierge-Signature: %s\r\n",
        d->type, d->id, signature);
    d->state = SENDING;
    d->request = httpc_start(w->conf.httpc, &req, on_answer, d, &err);
    if (!d->request)
        failed(d, err.msg);
}

static void on_read(void *arg, struct slice data, const struct err *err)
{
    struct delivery *d = arg;
    struct webhook *w = d->hook;

    if (!w) {
        mem_drop(d);
        return;
    }
    d->state = SENDING;         /* the disk is done with us */
    if (!err)
        send(d, data);
    else if (err->sys == ENOENT)
        give_up(d, "gone", err->msg);
    else
        failed(d, err->msg);
    pump(w);
}

static void try(struct delivery *d)
{
    struct webhook *w = d->hook;

    if (sys_wall() - d->at > WEBHOOK_DEADLINE) {
        give_up(d, "expired", "it is too old");
        return;
    }
    d->tries++;
    w->under_way++;
    d->state = SENDING;
    if (!d->is_file) {
        send(d, d->data);
        return;
    }
    d->state = READING;
    if (disk_get(w->conf.disk, (const char *)d->data.ptr, WEBHOOK_BODY,
        on_read, d)) {
        d->state = SENDING;
        failed(d, "the disk's queue is full");
    }
}

/* ---- when ---- */

static void on_timer(void *arg)
{
    pump(arg);
}

static void pump(struct webhook *w)
{
    int64_t now = loop_now(w->conf.loop), next = INT64_MAX;
    struct list *n = w->all.next;

    while (n != &w->all) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        n = n->next;
        if (d->state == WAITING && !d->behind && d->next <= now
            && w->under_way < WEBHOOK_AT_ONCE)
            try(d);
    }
    for (n = w->all.next; n != &w->all; n = n->next) {
        const struct delivery *d = LIST_OWNER(n, struct delivery, link);

        if (d->state == WAITING && !d->behind && d->next < next)
            next = d->next;
    }
    loop_cancel(w->conf.loop, &w->timer);
    /* At the ceiling the next answer calls us. */
    if (next != INT64_MAX && w->under_way < WEBHOOK_AT_ONCE)
        loop_at(w->conf.loop, &w->timer, next);
    tell_rest(w);
}

static struct delivery *new_delivery(struct webhook *w,
    const struct webhook_event *e, struct slice data)
{
    struct delivery *d = mem_new(sizeof *d + data.len + 1);
    uint8_t *bytes;

    if (!d)
        return NULL;
    bytes = (uint8_t *)(d + 1);
    memcpy(bytes, data.ptr, data.len);
    d->data = slice_of(bytes, data.len);
    d->hook = w;
    d->type = e->type;
    d->at = e->at;
    d->is_file = !e->body.ptr;
    text_copy(d->id, sizeof d->id, e->id);
    text_copy(d->call, sizeof d->call, e->call);
    d->next = loop_now(w->conf.loop);
    return d;
}

int webhook_add(struct webhook *w, const struct webhook_event *e)
{
    struct slice data = e->body.ptr ? e->body : slice_str(e->path);
    struct delivery *d = NULL;
    bool room = w->n < WEBHOOK_MOST && data.len <= WEBHOOK_BYTES - w->bytes;

    if (room)
        d = new_delivery(w, e, data);
    if (!d) {
        log_event(LOG_ERROR, "webhook_full", LB("call", e->call),
            LS("event", e->type), LI("waiting", w->n),
            LS("why", room ? "no memory" : "too many wait"));
        return -1;
    }
    for (struct list *n = w->all.prev; n != &w->all && !d->behind;
        n = n->prev) {
        struct delivery *other = LIST_OWNER(n, struct delivery, link);

        if (strcmp(other->call, d->call) == 0)
            d->behind = other;
    }
    list_push(&w->all, &d->link);
    w->n++;
    w->bytes += data.len;
    if (!d->behind && w->under_way < WEBHOOK_AT_ONCE)
        loop_at(w->conf.loop, &w->timer, d->next);
    return 0;
}

void webhook_ended(struct webhook *w, struct slice id)
{
    struct list *n = w->all.next;

    while (n != &w->all) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        n = n->next;
        if (slice_is(id, d->id)) {
            drop(d);
            return;
        }
    }
}

void webhook_forget(struct webhook *w, struct slice call)
{
    struct list *n = w->all.next;

    while (n != &w->all) {
        struct delivery *d = LIST_OWNER(n, struct delivery, link);

        n = n->next;
        if (slice_is(call, d->call))
            drop(d);
    }
    /* Not at once: whoever forgets is in the middle of something. */
    loop_in(w->conf.loop, &w->timer, 0);
}

/* ---- the whole ---- */

struct webhook *webhook_new(const struct webhook_conf *conf, struct err *err)
{
    struct webhook *w = mem_new(sizeof *w);

    if (!w) {
        fail(err, ERR_MEM, "no memory for the webhook");
        return NULL;
    }
    w->conf = *conf;
    list_init(&w->all);
    w->timer = (struct timer){.fire = on_timer, .arg = w};
    return w;
}

void webhook_free(struct webhook *w)
{
    if (!w)
        return;
    loop_cancel(w->conf.loop, &w->timer);
    while (!list_empty(&w->all))
        drop(LIST_OWNER(w->all.next, struct delivery, link));
    mem_drop(w);
}

void webhook_on_done(struct webhook *w, void (*done)(void *arg,
    const char *id, const char *call, const char *how), void *arg)
{
    w->done = done;
    w->done_arg = arg;
}

size_t webhook_waiting(const struct webhook *w)
{
    return w->n;
}

void webhook_on_rest(struct webhook *w, void (*rest)(void *arg), void *arg)
{
    w->rest = rest;
    w->rest_arg = arg;
    tell_rest(w);
}
