/* webhook_test.c - deliveries to a crooked receiver, on the virtual clock, and
 * from the journal after a restart.
 */
#include "call/webhook.h"

#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "codec/hmac.h"
#include "tests/net/rig.h"

#define FARS 256
#define SECRET "s3cret"

/* ---- the receiver ---- */

struct post {                   /* as it came; the test reads it by hand */
    int64_t at;                 /* virtual ms */
    char path[64], event[16], id[40], signature[96], body[8192];
};

static struct listener *listener;
static struct raw far[FARS];
static struct post post[FARS];
static int fars, posts, most_open;
static const char *const *plan; /* an answer each; the last one stays */
static const char *once;        /* a delivery that gets 503 once instead */

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define OK_204 "HTTP/1.1 204 No Content\r\n\r\n"
#define SAYS(status) "HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n"
#define RESET "reset"
#define SILENT "silent"

static bool header(const char *head, const char *name, char *out, size_t cap)
{
    const char *at = strstr(head, name);

    out[0] = 0;
    if (!at)
        return false;
    at += strlen(name);
    return text_copy(out, cap, slice_of(at, strcspn(at, "\r")));
}

static void far_heard(struct raw *r)
{
    const char *head = buf_cstr(&r->in), *body = strstr(head, "\r\n\r\n");
    const char *answer = plan[0];
    struct post *p = &post[posts];
    char length[16];
    int open = 0;

    if (!body || !header(head, "Content-Length: ", length, sizeof length)
        || strlen(body + 4) < (size_t)strtol(length, NULL, 10))
        return;
    if (++posts == FARS)
        exit(1);
    p->at = sys_now();
    text_copy(p->path, sizeof p->path, slice_of(head, strcspn(head, "\r")));
    header(head, "X-Concierge-Event: ", p->event, sizeof p->event);
    header(head, "X-Concierge-Delivery: ", p->id, sizeof p->id);
    header(head, "X-Concierge-Signature: ", p->signature,
        sizeof p->signature);
    text_copy(p->body, sizeof p->body, slice_str(body + 4));
    buf_clear(&r->in);
    if (once && strncmp(p->id, once, strlen(once)) == 0) {
        answer = SAYS("503 No");
        once = NULL;
    } else if (plan[1]) {
        plan++;
    }
    if (strcmp(answer, RESET) == 0)
        conn_abort(r->c, NULL);
    else if (strcmp(answer, SILENT) != 0)
        raw_says(r, answer);
    for (int i = 0; i < fars; i++)
        open += far[i].c != NULL;
    most_open = open > most_open ? open : most_open;
}

static void on_accept(struct conn *c, void *arg)
{
    struct raw *r = &far[fars++];

    (void)arg;
    if (fars == FARS)
        exit(1);
    *r = (struct raw){.c = c, .open = true, .heard = far_heard};
    buf_init(&r->in, 1u << 20);
    conn_adopt(c, &raw_ops, r);
}

/* ---- the side under test ---- */

static struct disk *disk;
static struct httpc *httpc;
static struct webhook *hook;
static char url[80], dir[64];
static int ends;                /* deliveries that came to their end */
static char ended[FARS][80];    /* "call id how" */

static void on_done(void *arg, const char *id, const char *call,
    const char *how)
{
    (void)arg;
    text_fmt(ended[ends++], sizeof ended[0], "%s %.2s %s", call, id, how);
}

static void open_hook(const char *secret)
{
    struct httpc_conf http = {.max_kept = 4, .keep_ms = 1000,
        .user_agent = "concierge/test"};
    struct webhook_conf conf = {.loop = rig_loop, .url = slice_str(url),
        .secret = slice_str(secret)};
    struct err err = {0};

    ends = posts = most_open = 0;
    disk = disk_new(rig_loop, &err);
    httpc = httpc_new(rig_loop, &http, &err);
    conf.disk = disk;
    conf.httpc = httpc;
    hook = disk && httpc ? webhook_new(&conf, &err) : NULL;
    if (!hook) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    webhook_on_done(hook, on_done, NULL);
}

static void close_hook(void)
{
    webhook_free(hook);
    httpc_free(httpc);
    disk_free(disk);
    hook = NULL;
    for (int i = 0; i < fars; i++)
        raw_drop(&far[i]);
    fars = 0;
    rig_wait(20000);
}

static int add(const char *id, const char *call, const char *type,
    const char *body)
{
    char whole[WEBHOOK_ID + 1];
    struct webhook_event e = {.call = slice_str(call), .type = type,
        .body = slice_str(body), .at = sys_wall()};

    text_fmt(whole, sizeof whole, "%s%030d", id, 0);
    e.id = slice_str(whole);
    return webhook_add(hook, &e);
}

static bool signed_with(const struct post *p, const char *secret)
{
    char text[8300], want[80];
    uint8_t sum[SHA256_LEN];
    const char *v = strstr(p->signature, ",v1=");

    if (!v || strncmp(p->signature, "t=", 2) != 0)
        return false;
    text_fmt(text, sizeof text, "%.*s.%s", (int)(v - p->signature - 2),
        p->signature + 2, p->body);
    hmac_sha256_of(slice_str(secret), slice_str(text), sum);
    text_hex(want, slice_of(sum, sizeof sum));
    return strcmp(v + 4, want) == 0;
}

/* Made with Python's hmac, of t=1795345200. */
static void one(void)
{
    static const char *const plan_[] = {OK_204, NULL};

    plan = plan_;
    open_hook(SECRET);
    add("a0", "01ab", "outcome", "{\"id\":\"01ab\"}\n");
    tap_is_int(posts, 0, "nothing is sent before webhook_add returned");
    RIG_UNTIL(ends == 1);
    tap_is_int(posts, 1, "one POST");
    tap_is_str(slice_str(post[0].path), "POST /hook?x=1 HTTP/1.1", "its line");
    tap_is_str(slice_str(post[0].event), "outcome", "its event");
    tap_is_str(slice_str(post[0].id), "a0000000000000000000000000000000",
        "its delivery");
    tap_is_str(slice_str(post[0].body), "{\"id\":\"01ab\"}\n", "its body");
    tap_is_str(slice_str(post[0].signature), "t=1795345200,v1=15701e77fe1808a"
        "cfeff1c53232c2f547e13aca55169a9c79476d2a92ff26af9", "its signature");
    tap_ok(signed_with(&post[0], SECRET), "it is the secret's");
    tap_ok(!signed_with(&post[0], "s3cres"), "and no other's");
    tap_is_str(slice_str(ended[0]), "01ab a0 delivered", "204: delivered");
    tap_is_int((int64_t)webhook_waiting(hook), 0, "and it waits no more");
    close_hook();
}

static void crooked(void)
{
    static const char *const plan_[] = {SAYS("500 No"), RESET, SILENT,
        "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
        SAYS("408 Late"), SAYS("429 Slow"), "what is that?\r\n\r\n", OK,
        NULL};
    static const int64_t gap[] = {1000, 2000, 4000 + WEBHOOK_WITHIN, 8000,
        16000, 32000, 64000};
    bool same = true, all_signed = true, gaps = true, fresh = true;

    plan = plan_;
    open_hook(SECRET);
    add("a0", "01ab", "outcome", "{}");
    RIG_UNTIL(ends == 1);
    tap_is_int(posts, 8, "500, reset, silence, 302, 408, 429, rubbish, 200");
    for (int i = 0; i < posts; i++) {
        same &= strcmp(post[i].id, post[0].id) == 0
            && strcmp(post[i].path, "POST /hook?x=1 HTTP/1.1") == 0;
        all_signed &= signed_with(&post[i], SECRET);
        fresh &= i == 0 || strcmp(post[i].signature, post[i - 1].signature);
        if (i > 0 && (post[i].at - post[i - 1].at < gap[i - 1]
            || post[i].at - post[i - 1].at > gap[i - 1] + 50)) {
            printf("#   gap %d: %" PRId64 "\n", i,
                post[i].at - post[i - 1].at);
            gaps = false;
        }
    }
    tap_ok(same, "each under the same id, none where the redirect led");
    tap_ok(all_signed && fresh, "each is signed at its own time");
    tap_ok(gaps, "1 s, then twice as long each time");
    tap_is_str(slice_str(ended[0]), "01ab a0 delivered", "then delivered");
    close_hook();
}

static void refused(void)
{
    static const char *const plan_[] = {SAYS("410 Gone"), NULL};

    plan = plan_;
    open_hook(SECRET);
    add("a0", "01ab", "outcome", "{}");
    RIG_UNTIL(ends == 1);
    rig_wait(WEBHOOK_LONGEST);
    tap_is_int(posts, 1, "410: not again");
    tap_is_str(slice_str(ended[0]), "01ab a0 refused", "and refused");
    close_hook();
}

static void in_order(void)
{
    static const char *const plan_[] = {OK, NULL};

    plan = plan_;
    once = "a0";
    open_hook(SECRET);
    add("a0", "01ab", "question", "{\"q\":1}");
    add("a1", "01ab", "outcome", "{\"o\":1}");
    add("b0", "02cd", "outcome", "{\"o\":2}");
    RIG_UNTIL(ends == 3);
    tap_is_str(slice_str(ended[0]), "02cd b0 delivered",
        "another call does not wait");
    tap_is_str(slice_str(ended[1]), "01ab a0 delivered",
        "the first of a call that failed");
    tap_is_str(slice_str(ended[2]), "01ab a1 delivered",
        "the second one only then");
    tap_is_int(posts, 4, "and was not sent before");
    close_hook();
}

static void expired(void)
{
    static const char *const plan_[] = {RESET, NULL};
    int64_t began = sys_now(), longest = 0, last;

    plan = plan_;
    open_hook(SECRET);
    add("a0", "01ab", "outcome", "{}");
    for (int i = 0; i < 80 && !ends; i++)
        RIG_UNTIL(ends == 1);
    last = post[posts - 1].at - began;
    for (int i = 1; i < posts; i++)
        if (post[i].at - post[i - 1].at > longest)
            longest = post[i].at - post[i - 1].at;
    tap_is_str(slice_str(ended[0]), "01ab a0 expired", "given up in the end");
    tap_ok(last <= WEBHOOK_DEADLINE
        && last > WEBHOOK_DEADLINE - 2 * WEBHOOK_LONGEST,
        "the last try is at the end of three days");
    tap_ok(longest >= WEBHOOK_LONGEST && longest < WEBHOOK_LONGEST + 50,
        "never more than an hour between");
    tap_is_int((int64_t)webhook_waiting(hook), 0, "it waits no more");
    close_hook();
}

static void bounded(void)
{
    static const char *const plan_[] = {SILENT, NULL};
    char call[8];
    int added = 0;

    plan = plan_;
    open_hook(SECRET);
    for (int i = 0; i < (int)WEBHOOK_MOST; i++) {
        text_fmt(call, sizeof call, "%d", i);
        added += add("a0", call, "outcome", "{}") == 0;
    }
    tap_is_int(added, WEBHOOK_MOST, "so many may wait");
    tap_is_int(add("a0", "more", "outcome", "{}"), -1, "one more may not");
    rig_wait(WEBHOOK_WITHIN - 10);
    tap_is_int(posts, WEBHOOK_AT_ONCE, "some are under way at once");
    tap_is_int(most_open, WEBHOOK_AT_ONCE, "and no more sockets are open");
    webhook_forget(hook, SLICE("0"));
    rig_wait(5);
    tap_is_int((int64_t)webhook_waiting(hook), WEBHOOK_MOST - 1,
        "a call that is forgotten is not told of");
    tap_is_int(ends, 0, "nor is that an end of its delivery");
    close_hook();
}

static int rests;

static void on_rest(void *arg)
{
    (void)arg;
    rests++;
}

static void rested(void)
{
    static const char *const plan_[] = {SAYS("500 No"), OK, NULL};

    rests = 0;
    plan = plan_;
    open_hook(SECRET);
    webhook_on_rest(hook, on_rest, NULL);
    tap_is_int(rests, 1, "nothing waits: it rests at once");
    add("a0", "01ab", "outcome", "{}");
    webhook_on_rest(hook, on_rest, NULL);
    tap_is_int(rests, 1, "what was never tried is no rest");
    RIG_UNTIL(rests == 2);
    tap_is_int(posts, 1, "a try that failed is");
    RIG_UNTIL(ends == 1);
    tap_is_int(rests, 2, "told once");
    close_hook();
}

/* ---- whole calls, and a restart ---- */

static struct calls *calls;
static struct resolver *resolver;

static void open_calls(void)
{
    struct err err = {0};
    struct calls_conf conf = {
        .loop = rig_loop, .resolver = resolver, .dir = dir,
        .public_base = SLICE("https://voice.example.com"),
        .from = SLICE("+15550001111"), .name = SLICE("Leo"),
        .language = SLICE("en"), .disclosure = SLICE("A machine calls."),
        .policy = {.max_calls = 10}, .max_seconds = 600, .keep_days = 30,
        .model_url = SLICE("ws://127.0.0.1:9/"), .model_key = SLICE("key"),
        .dialect = &voice_ga, .session = voice_session_default(),
    };

    open_hook(SECRET);
    conf.disk = disk;
    conf.webhook = hook;
    calls = calls_new(&conf, &err);
    if (!calls) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

static void close_calls(void)
{
    calls_free(calls);
    close_hook();
}

static int told_records;

static void on_record(void *arg, struct slice type, struct json rec)
{
    (void)arg;
    (void)rec;
    told_records += slice_is(type, JOURNAL_TOLD);
}

static int tolds(void)
{
    struct err err = {0};

    told_records = 0;
    journal_read(dir, on_record, NULL, &err);
    return told_records;
}

/* A call that is hung up before it was dialled has an outcome, too. */
static void make_call(int party, char id[static CALL_ID + 1])
{
    struct asked a = {.to = "+15551230000", .restaurant = "Luigi's",
        .date = "2026-11-23", .time = "19:00"};
    struct err err = {0};
    struct call *c = NULL;

    a.party = party;
    if (calls_start(calls, &a, slice_str(NULL), &c, &err) != CALLS_STARTED) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    text_copy(id, CALL_ID + 1, slice_str(call_id(c)));
    call_hangup(c);
}

static void restarted(void)
{
    static const char *const down[] = {SAYS("500 No"), NULL};
    static const char *const up[] = {OK, NULL};
    char id[CALL_ID + 1], other[CALL_ID + 1], path[200], was[40];
    struct buf object;
    struct err err = {0};

    plan = down;
    open_calls();
    make_call(4, id);
    RIG_UNTIL(posts == 2 && disk_idle(disk));
    text_copy(was, sizeof was, slice_str(post[0].id));
    tap_is_int((int64_t)strlen(was), WEBHOOK_ID, "an outcome goes out");
    calls_path(calls, slice_str(id), "call.json", path, sizeof path);
    buf_init(&object, 65536);
    sys_slurp(path, &object, &err);
    tap_ok(object.len > 100, "its call.json is there");
    tap_is(slice_str(post[1].body), buf_slice(&object),
        "the body is the whole call object");
    buf_free(&object);
    close_calls();
    tap_is_int(tolds(), 0, "it was not taken, and the server ends");

    plan = up;
    open_calls();
    RIG_UNTIL(posts == 1 && webhook_waiting(hook) == 0 && disk_idle(disk));
    tap_is_str(slice_str(post[0].id), was,
        "after a restart it is sent under the same id");
    tap_ok(signed_with(&post[0], SECRET), "signed");
    close_calls();
    tap_is_int(tolds(), 1, "the journal has its end");

    open_calls();
    rig_wait(WEBHOOK_LONGEST);
    tap_is_int(posts, 0, "and it is not sent once more");
    plan = down;
    make_call(5, other);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    tap_is_int(calls_forget(calls, slice_str(other), NULL, NULL), 0,
        "a call is forgotten before it was told");
    rig_wait(WEBHOOK_LONGEST);
    tap_is_int((int64_t)webhook_waiting(hook), 0, "it never is");
    close_calls();

    plan = down;
    open_calls();
    make_call(6, other);
    RIG_UNTIL(posts == 1 && disk_idle(disk));
    calls_path(calls, slice_str(other), "call.json", path, sizeof path);
    sys_unlink(path);
    RIG_UNTIL(webhook_waiting(hook) == 0 && disk_idle(disk));
    tap_is_int(tolds(), 2, "an outcome whose file is gone is given up");
    close_calls();
}

/* Freed while the disk or the socket works for it. */
static void freed(void)
{
    static const char *const plan_[] = {SILENT, NULL};
    uint64_t before = mem_live();
    char id[CALL_ID + 1];

    plan = plan_;
    open_calls();
    make_call(7, id);
    RIG_UNTIL(webhook_waiting(hook) == 1);
    close_calls();
    open_calls();
    RIG_UNTIL(posts == 1);
    close_calls();
    tap_is_int((int64_t)mem_live(), (int64_t)before, "nothing leaks");
}

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void sweep(void *arg, const char *name)
{
    const char *folder = arg;
    char path[256];

    text_fmt(path, sizeof path, "%s/%s", folder, name);
    sys_listdir(path, sweep, path);
    sys_unlink(path);
}

int main(void)
{
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct sys_addr at;
    struct err err = {0};

    log_sink(quiet, NULL);
    rig_start();
    at = rig_addr(0);
    text_copy(dir, sizeof dir, SLICE("/tmp/webhook-XXXXXX"));
    listener = conn_listen(rig_loop, &at, NULL, 100, on_accept, NULL, &err);
    resolver = resolver_new(rig_loop, &dns, &err);
    if (!listener || !resolver || sys_mkdtemp(dir))
        return 1;
    text_fmt(url, sizeof url, "http://127.0.0.1:%d/hook?x=1",
        listener_port(listener));
    one();
    crooked();
    refused();
    in_order();
    expired();
    bounded();
    rested();
    restarted();
    freed();
    resolver_free(resolver);
    listener_close(listener);
    rig_end();
    sys_listdir(dir, sweep, dir);
    tap_ok(sys_unlink(dir) == 0, "nothing is left behind");
    return tap_done();
}
