/* receiver.h - a crooked receiver of webhooks, on the virtual clock, and the
 * webhook that posts to it.
 *
 * It keeps what came as bytes; the test reads it by hand.
 */
#ifndef TESTS_CALL_RECEIVER_H
#define TESTS_CALL_RECEIVER_H

#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/webhook.h"
#include "codec/hmac.h"
#include "net/tlsio.h"
#include "tests/net/rig.h"

#define POSTS 2000
#define SECRET "s3cret"

struct post {
    int64_t at, wall;           /* virtual ms */
    char path[64], event[16], id[40], signature[200], body[8192];
};

static struct listener *listener;
static struct raw far[POSTS];
static struct post post[POSTS];
static int fars, posts, most_open;
static const char *const *plan; /* an answer each; the last one stays */
static const char *once;        /* a delivery that gets 503 once instead */

#define SAYS(status) "HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n"
#define OK SAYS("200 OK")
#define OK_204 "HTTP/1.1 204 No Content\r\n\r\n"
#define RESET "reset"
#define SILENT "silent"
#define THEN_CLOSE "!"          /* in front of an answer */

static inline bool header(const char *head, const char *name, char *out,
    size_t cap)
{
    const char *at = strstr(head, name);

    out[0] = 0;
    if (!at)
        return false;
    at += strlen(name);
    return text_copy(out, cap, slice_of(at, strcspn(at, "\r")));
}

static inline void reply(struct raw *r, const char *answer)
{
    bool close = answer[0] == THEN_CLOSE[0];

    if (strcmp(answer, RESET) == 0)
        conn_abort(r->c, NULL);
    else if (strcmp(answer, SILENT) != 0)
        raw_says(r, answer + close);
    if (close && r->c)
        conn_close(r->c);
}

static inline void far_heard(struct raw *r)
{
    const char *head = buf_cstr(&r->in), *body = strstr(head, "\r\n\r\n");
    const char *answer = plan[0];
    struct post *p = &post[posts];
    char length[16];
    int open = 0;

    if (!body || !header(head, "Content-Length: ", length, sizeof length)
        || strlen(body + 4) < (size_t)strtol(length, NULL, 10))
        return;
    if (++posts == POSTS)
        exit(1);
    p->at = sys_now();
    p->wall = sys_wall();
    text_copy(p->path, sizeof p->path, slice_of(head, strcspn(head, "\r")));
    header(head, "X-Concierge-Event: ", p->event, sizeof p->event);
    header(head, "X-Concierge-Delivery: ", p->id, sizeof p->id);
    header(head, "X-Concierge-Signature: ", p->signature,
        sizeof p->signature);
    text_copy(p->body, sizeof p->body, slice_str(body + 4));
    buf_clear(&r->in);
    for (int i = 0; i < fars; i++)
        open += far[i].c != NULL;
    most_open = open > most_open ? open : most_open;
    if (once && strncmp(p->id, once, strlen(once)) == 0) {
        answer = SAYS("503 No");
        once = NULL;
    } else if (plan[1]) {
        plan++;
    }
    reply(r, answer);
}

static inline void on_accept(struct conn *c, void *arg)
{
    struct raw *r = &far[fars++];

    (void)arg;
    if (fars == POSTS)
        exit(1);
    *r = (struct raw){.c = c, .open = true, .heard = far_heard};
    buf_init(&r->in, 1u << 20);
    conn_adopt(c, &raw_ops, r);
}

/* ---- the side under test ---- */

static struct disk *disk;
static struct httpc *httpc;
static struct resolver *resolver;
static struct tlsctx *trusts;   /* roots of the client */
static struct webhook *hook;
static char url[80];
static int ends;                /* deliveries that came to their end */
static char ended[POSTS][80];   /* "call id how" */
static char logged[1 << 16];    /* what the log said since open_hook */

static inline void keep_log(void *arg, struct slice line)
{
    size_t n = strlen(logged);

    (void)arg;
    text_copy(logged + n, sizeof logged - n, line);
}

static const char *files = "/nonexistent";

static inline void no_path(void *arg, const char *call, char *out,
    size_t cap)
{
    (void)arg;
    text_fmt(out, cap, "%s/%s", files, call);
}

static const char *known;       /* of no_path's calls; "*": each by its own */

static inline struct slice known_object(void *arg, const char *call)
{
    static char own[80];

    (void)arg;
    if (!known || strcmp(known, "*") != 0)
        return slice_str(known);
    text_fmt(own, sizeof own, "{\"id\":\"%s\",\"outcome\":{}}", call);
    return slice_str(own);
}

static inline void on_done(void *arg, const char *id, const char *call,
    const char *type, const char *how)
{
    (void)arg;
    (void)type;
    text_fmt(ended[ends++ % POSTS], sizeof ended[0], "%s %.2s %s", call, id,
        how);
}

static inline void receive_with(struct tlsctx *tls)
{
    struct sys_addr at = rig_addr(0);
    struct err err = {0};

    if (listener)
        listener_close(listener);
    listener = conn_listen(rig_loop, &at, tls, 100, on_accept, NULL, &err);
    if (!listener) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    text_fmt(url, sizeof url, "http%s://localhost:%d/hook?x=1",
        tls ? "s" : "", listener_port(listener));
}

static inline void receiver_start(void)
{
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct err err = {0};

    log_sink(keep_log, NULL);
    rig_start();
    resolver = resolver_new(rig_loop, &dns, &err);
    if (!resolver)
        exit(1);
    receive_with(NULL);
}

static inline void receiver_end(void)
{
    resolver_free(resolver);
    listener_close(listener);
    rig_end();
}

static inline void open_hook(const char *const *answers)
{
    static const struct webhook_ops ops = {no_path, known_object, on_done};
    struct httpc_conf http = {.resolver = resolver, .tls = trusts,
        .max_kept = 4, .keep_ms = 1000, .user_agent = "concierge/test"};
    struct err err = {0};

    plan = answers;
    ends = posts = most_open = 0;
    logged[0] = 0;
    known = NULL;
    disk = disk_new(rig_loop, &err);
    httpc = httpc_new(rig_loop, &http, &err);
    hook = disk && httpc ? webhook_new(rig_loop, disk, httpc, &err) : NULL;
    if (!hook || webhook_set(hook, slice_str(url), SLICE(SECRET),
        slice_str(NULL))) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    webhook_bind(hook, &ops, NULL);
}

static inline void close_hook(void)
{
    webhook_free(hook);
    httpc_free(httpc);
    disk_free(disk);
    hook = NULL;
    rig_settle();               /* who has dialled arrives */
    for (int i = 0; i < fars; i++)
        raw_drop(&far[i]);
    fars = 0;
    rig_wait(20000);
}

/* body NULL: the call object. */
static inline int add_at(const char *id, const char *call, const char *type,
    const char *body, int64_t at, int64_t until)
{
    char whole[WEBHOOK_ID + 1];
    struct webhook_event e = {.call = slice_str(call), .type = type,
        .body = slice_str(body), .at = at, .until = until};

    text_fmt(whole, sizeof whole, "%s%030d", id, 0);
    e.id = slice_str(whole);
    return webhook_add(hook, &e);
}

static inline int add(const char *id, const char *call, const char *type,
    const char *body)
{
    return add_at(id, call, type, body, sys_wall(), 0);
}

/* Does the nth v1 of the signature, from 0, fit that secret? */
static inline bool signed_by(const struct post *p, int nth,
    const char *secret)
{
    char text[8300], want[80];
    uint8_t sum[SHA256_LEN];
    const char *v = strstr(p->signature, ",v1=");
    int digits = (int)strcspn(p->signature, ",") - 2;

    if (!v || strncmp(p->signature, "t=", 2) != 0)
        return false;
    while (v && nth-- > 0)
        v = strstr(v + 1, ",v1=");
    text_fmt(text, sizeof text, "%.*s.%s", digits, p->signature + 2, p->body);
    hmac_sha256_of(slice_str(secret), slice_str(text), sum);
    text_hex(want, slice_of(sum, sizeof sum));
    return v && slice_is(slice_of(v + 4, strcspn(v + 4, ",")), want);
}

#endif
