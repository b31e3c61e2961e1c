/* webhook_test.c - deliveries to a crooked receiver, on the virtual clock. */
#include "tests/call/receiver.h"
#include "tests/net/certs.h"

#define OBJECT "{\"id\":\"01ab\",\"outcome\":{\"outcome\":\"confirmed\"}}"
#define BODY "{\"delivery\":\"a0000000000000000000000000000000\"," \
    "\"event\":\"outcome\",\"id\":\"01ab\",\"outcome\":{\"outcome\":" \
    "\"confirmed\"}}"

/* The sum was made with Python's hmac; the manual has it, too. */
static void one(void)
{
    static const char *const answers[] = {OK_204, NULL};

    open_hook(answers);
    add("a0", "01ab", "outcome", OBJECT);
    tap_is_int(posts, 0, "nothing is sent before webhook_add returned");
    RIG_UNTIL(ends == 1);
    tap_is_int(posts, 1, "one POST");
    tap_is_str(slice_str(post[0].path), "POST /hook?x=1 HTTP/1.1", "its line");
    tap_is_str(slice_str(post[0].event), "outcome", "its event");
    tap_is_str(slice_str(post[0].id), "a0000000000000000000000000000000",
        "its delivery");
    tap_is_str(slice_str(post[0].body), BODY, "its body says both, signed");
    tap_is_str(slice_str(post[0].signature), "t=1795345200,v1=d58145d46f044b4f"
        "6ff28531e504361556ee6c8e9915cbd8c0a948ef20a0430a", "its signature");
    tap_ok(signed_by(&post[0], 0, SECRET), "it is the secret's");
    tap_ok(!signed_by(&post[0], 0, "s3cres"), "and no other's");
    tap_is_str(slice_str(ended[0]), "01ab a0 delivered", "204: delivered");
    tap_is_int((int64_t)webhook_counts(hook).waiting, 0,
        "and it waits no more");
    close_hook();
}

/* What a receiver may do without having taken it. */
static void crooked(void)
{
    static const char *const answers[] = {SAYS("500 No"), RESET, SILENT,
        "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
        SAYS("408 Late"), SAYS("429 Slow"), "what is that?\r\n\r\n",
        "!HTTP/1.1 2", "!HTTP/1.1 100 Continue\r\n\r\n", OK, NULL};
    int64_t gap = WEBHOOK_FIRST;
    bool same = true, all_signed = true, gaps = true, fresh = true;
    bool jitter = false;

    open_hook(answers);
    add("a0", "01ab", "outcome", OBJECT);
    RIG_UNTIL(ends == 1);
    tap_is_int(posts, 10, "500, reset, silence, 302, 408, 429, rubbish, half a "
        "head, 100 alone; 200");
    for (int i = 0; i < posts; i++) {
        same &= strcmp(post[i].id, post[0].id) == 0
            && strcmp(post[i].path, "POST /hook?x=1 HTTP/1.1") == 0;
        all_signed &= signed_by(&post[i], 0, SECRET);
        fresh &= strtoll(post[i].signature + 2, NULL, 10)
            == post[i].wall / 1000;
    }
    for (int i = 1; i < posts; i++, gap *= 2) {
        int64_t was = post[i].at - post[i - 1].at
            - (i == 3 ? WEBHOOK_WITHIN : 0);

        if (was < gap * 4 / 5 || was > gap + 50) {
            printf("#   gap %d: %" PRId64 "\n", i, was);
            gaps = false;
        }
        jitter |= was < gap * 19 / 20;
    }
    tap_ok(same, "each under the same id, none where the redirect led");
    tap_ok(all_signed && fresh, "each is signed at its own time");
    tap_ok(gaps, "1 s, then twice as long each time, up to a fifth less");
    tap_ok(jitter, "not all in step");
    tap_is_str(slice_str(ended[0]), "01ab a0 delivered", "then delivered");
    tap_is_int((int64_t)webhook_counts(hook).failed, 9, "the tries counted");
    tap_ok(strstr(logged, "redirects are not followed") != NULL,
        "the log says why a redirect is none");
    close_hook();
}

/* Whatever stands behind a 2xx: it was taken, and is not sent again. */
static void taken(void)
{
    static char huge[200000];
    static const char *const whats[] = {"a plain one", "an endless body",
        "a body that never comes", "a broken chunk", "an interim answer first",
        "two of them", "one that ends with the connection"};
    static const char *answers[] = {OK, huge,
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        "HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n" OK,
        "HTTP/1.1 103 Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 102 Wait\r\n\r\n" OK,
        "!HTTP/1.1 200 OK\r\n\r\nthanks"};

    memset(huge, 'x', sizeof huge - 1);
    memcpy(huge, "HTTP/1.1 200 OK\r\nX: ", 20);
    memcpy(huge + 100, "\r\nContent-Length: 99999999\r\n\r\n", 31);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const char *const answer[] = {answers[i], NULL};

        open_hook(answer);
        add("a0", "01ab", "outcome", OBJECT);
        RIG_UNTIL(ends == 1);
        rig_wait(WEBHOOK_LONGEST);
        tap_ok(posts == 1 && strcmp(ended[0], "01ab a0 delivered") == 0,
            "2xx, %s: told once", whats[i]);
        close_hook();
    }
}

static void refused(void)
{
    static const char *const statuses[] = {SAYS("400 Bad"), SAYS("401 Who"),
        SAYS("404 Where"), SAYS("410 Gone"), SAYS("413 Long")};

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        const char *const answer[] = {statuses[i], NULL};

        open_hook(answer);
        add("a0", "01ab", "outcome", OBJECT);
        RIG_UNTIL(ends == 1);
        rig_wait(WEBHOOK_LONGEST);
        tap_ok(posts == 1 && strcmp(ended[0], "01ab a0 refused") == 0,
            "%.12s: not again", statuses[i]);
        tap_ok(strstr(logged, "webhook_gave_up") && strstr(logged,
            "it answered 4"), "and the log has a note of it");
        tap_is_int((int64_t)webhook_counts(hook).given_up, 1,
            "and so have the metrics");
        close_hook();
    }
}

/* RFC 9110 10.2.3. */
static void asked_to_wait(void)
{
#define LATER(status, value) "HTTP/1.1 " status "\r\nRetry-After: " value \
    "\r\nContent-Length: 0\r\n\r\n"
    static const struct {
        const char *says;
        int64_t least, most;
    } row[] = {
        {LATER("503 No", "120"), 120000, 120050},
        {LATER("429 Slow", " 7 "), 7000, 7050},
        {LATER("503 No", "0"), 800, 1050},
        {LATER("503 No", "-5"), 800, 1050},
        {LATER("503 No", "soon"), 800, 1050},
        {LATER("503 No", "99999999999999999999999"), 800, 1050},
        {LATER("503 No", "86400"), WEBHOOK_LONGEST, WEBHOOK_LONGEST + 50},
        {LATER("503 No", "Thu, 01 Jan 1970 00:00:00 GMT"), 800, 1050},
        {LATER("503 No", "Fri, 31 Dec 9999 23:59:59 GMT"), WEBHOOK_LONGEST,
            WEBHOOK_LONGEST + 50},
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const char *const answers[] = {row[i].says, OK, NULL};
        const char *value = strstr(row[i].says, "After: ") + 7;
        int64_t was;

        open_hook(answers);
        add("a0", "01ab", "outcome", OBJECT);
        for (int k = 0; k < 2 && !ends; k++)
            RIG_UNTIL(ends == 1);
        was = post[1].at - post[0].at;
        if (!tap_ok(posts == 2 && was >= row[i].least && was <= row[i].most,
            "Retry-After %.*s", (int)strcspn(value, "\r"), value))
            printf("#   %d posts, %" PRId64 " ms\n", posts, was);
        close_hook();
    }
}

static void in_order(void)
{
    static const char *const answers[] = {OK, NULL};

    once = "a0";
    open_hook(answers);
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
    static const char *const answers[] = {RESET, NULL};
    int64_t began = sys_now(), longest = 0, last;

    open_hook(answers);
    add("a0", "01ab", "outcome", OBJECT);
    for (int i = 0; i < 90 && !ends; i++)
        RIG_UNTIL(ends == 1);
    last = post[posts - 1].at - began;
    for (int i = 1; i < posts; i++)
        if (post[i].at - post[i - 1].at > longest)
            longest = post[i].at - post[i - 1].at;
    tap_is_str(slice_str(ended[0]), "01ab a0 expired", "given up in the end");
    tap_ok(last <= WEBHOOK_DEADLINE
        && last > WEBHOOK_DEADLINE - 2 * WEBHOOK_LONGEST,
        "the last try is at the end of three days");
    tap_ok(longest >= WEBHOOK_LONGEST * 4 / 5
        && longest < WEBHOOK_LONGEST + 50, "never more than an hour between");
    tap_is_int((int64_t)webhook_counts(hook).waiting, 0, "it waits no more");
    close_hook();
}

/* A server that was off for a week tells its news once at least. */
static void old_news(void)
{
    static const char *const up[] = {OK, NULL}, *const down[] = {RESET, NULL};

    open_hook(up);
    add_at("a0", "01ab", "outcome", OBJECT, sys_wall() - 7 * 86400000, 0);
    RIG_UNTIL(ends == 1);
    tap_is_str(slice_str(ended[0]), "01ab a0 delivered",
        "what is a week old is tried");
    close_hook();
    open_hook(down);
    add_at("a0", "01ab", "outcome", OBJECT, sys_wall() - 7 * 86400000, 0);
    RIG_UNTIL(ends == 1);
    tap_ok(posts == 1 && strcmp(ended[0], "01ab a0 expired") == 0,
        "once");
    close_hook();
}

/* A question is nobody's when its time is over. */
static void moot(void)
{
    static const char *const down[] = {SAYS("500 No"), NULL};
    int64_t began = sys_now();
    bool counted = true;

    open_hook(down);
    add_at("a0", "01ab", "question", "{\"q\":1}", sys_wall(),
        sys_wall() + 45000);
    add("a1", "01ab", "outcome", "{\"o\":1}");
    add_at("b0", "02cd", "question", "{\"q\":1}", sys_wall(), sys_wall());
    RIG_UNTIL(posts && strcmp(post[posts - 1].event, "outcome") == 0);
    tap_is_str(slice_str(ended[0]), "02cd b0 expired",
        "one that comes too late is not told");
    tap_is_str(slice_str(ended[1]), "01ab a0 expired",
        "nor one whose time is over while the receiver is unwell");
    for (int i = 0; i < posts - 1; i++)
        counted &= strtol(strstr(post[i].body, "\"seconds\":") + 10, NULL, 10)
            == (began + 45000 - post[i].at) / 1000;
    tap_ok(counted, "the countdown is right at each try");
    tap_ok(posts > 4 && post[posts - 1].at - began <= 45000,
        "before its deadline it was tried, and an outcome waits no longer");
    close_hook();
}

/* More than are tried at a time: nothing is lost, nothing grows for ever. */
static void bounded(void)
{
    static const char *const silent[] = {SILENT, NULL};
    static const char *const up[] = {OK, NULL};
    const int most = WEBHOOK_MOST, more = WEBHOOK_MOST / 2;
    char call[8];
    int added = 0;

    open_hook(silent);
    for (int i = 0; i < most + more; i++) {
        text_fmt(call, sizeof call, "%d", i);
        added += add("a0", call, "outcome", i < most ? OBJECT : NULL) == 0;
    }
    tap_is_int(added, most + more, "they all may wait");
    rig_wait(WEBHOOK_WITHIN - 10);
    tap_is_int(posts, WEBHOOK_AT_ONCE, "some are under way at once");
    tap_is_int(most_open, WEBHOOK_AT_ONCE, "and no more sockets are open");
    webhook_forget(hook, SLICE("0"));
    text_fmt(call, sizeof call, "%d", most + 1);
    webhook_forget(hook, slice_str(call));
    rig_wait(5);
    tap_is_int((int64_t)webhook_counts(hook).waiting, most + more - 2,
        "calls that are forgotten are not told of");
    tap_is_int(ends, 0, "nor is that an end of their deliveries");
    tap_is_int(add_at("q0", "1", "question", "{\"q\":1}", sys_wall(),
        sys_wall() + 45000), 0, "a question finds room still");
    tap_is_int(add("q0", "none", "outcome", "{\"o\":1}"), -1,
        "what is in no file does not");
    tap_ok(strstr(logged, "webhook_full") != NULL, "the log says so");
    plan = up;
    known = "*";
    RIG_UNTIL(webhook_counts(hook).waiting == 0);
    tap_is_int(ends, most + more - 2 + 1, "each comes to its end");
    close_hook();
}

/* The last ceiling. */
static void full(void)
{
    static const char *const up[] = {SILENT, NULL};
    uint64_t blocks;
    int added = 0;

    open_hook(up);
    blocks = mem_live();
    while (add("a0", "01ab", "outcome", NULL) == 0 && added <= 70000)
        if (added++ == 0)       /* the same again is not added twice */
            webhook_ended(hook, SLICE("none"));
    tap_is_int(added, 70001, "the same id again is one delivery");
    tap_is_int((int64_t)webhook_counts(hook).waiting, 1, "and no more");
    added = 1;
    for (int i = 0; i < 70000; i++) {
        char call[8];

        text_fmt(call, sizeof call, "%d", i);
        if (add("b0", call, "outcome", NULL))
            break;
        added++;
    }
    tap_is_int(added, WEBHOOK_MOST + WEBHOOK_LATER, "so many may wait at all");
    tap_is_int((int64_t)(mem_live() - blocks), WEBHOOK_MOST + 1,
        "those that wait longest in one block");
    close_hook();
}

/* A file that cannot be read now: later.  No file: what memory has. */
static void lost(void)
{
    static const char *const up[] = {OK, NULL};

    open_hook(up);
    known = OBJECT;
    files = "/dev";            /* EISDIR */
    add("a0", ".", "outcome", NULL);
    RIG_UNTIL(webhook_counts(hook).failed == 3);
    tap_is_int(posts, 0, "what cannot be read is tried again, for a while");
    webhook_forget(hook, SLICE("."));
    files = "/nonexistent";
    add("a0", "01ab", "outcome", NULL);
    RIG_UNTIL(ends == 1);
    tap_is_str(slice_str(post[0].body), BODY, "without a file: what is known");
    tap_ok(strstr(logged, "webhook_short") != NULL, "the log says so");
    known = "{\"id\":\"02cd\",\"outcome\":{}}";
    add("a1", "01ab", "outcome", NULL);
    RIG_UNTIL(webhook_counts(hook).failed == 1);
    known = NULL;
    RIG_UNTIL(webhook_counts(hook).failed == 2);
    tap_is_int(posts, 1, "another call's object is none, nor is nothing");
    known = OBJECT;
    RIG_UNTIL(ends == 2);
    tap_is_str(slice_str(ended[1]), "01ab a1 delivered",
        "it waits until there is something");
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
    static const char *const answers[] = {SAYS("500 No"), OK, NULL};

    rests = 0;
    open_hook(answers);
    webhook_on_rest(hook, on_rest, NULL);
    tap_is_int(rests, 1, "nothing waits: it rests at once");
    add("a0", "01ab", "outcome", OBJECT);
    webhook_on_rest(hook, on_rest, NULL);
    tap_is_int(rests, 1, "what was never tried is no rest");
    RIG_UNTIL(rests == 2);
    tap_is_int(posts, 1, "a try that failed is");
    RIG_UNTIL(ends == 1);
    tap_is_int(rests, 2, "told once");
    close_hook();
}

/* HUP: another secret with the old one beside it, another URL, none. */
static void changed(void)
{
    static const char *const down[] = {SAYS("500 No"), NULL};
    static const char *const up[] = {OK, NULL};
    char other[80];
    int64_t at;

    open_hook(down);
    add("a0", "01ab", "outcome", OBJECT);
    RIG_UNTIL(webhook_counts(hook).failed == 8);
    plan = up;
    at = sys_now();
    text_fmt(other, sizeof other, "http://localhost:%d/new",
        listener_port(listener));
    webhook_set(hook, slice_str(other), SLICE("n3w"), SLICE(SECRET));
    RIG_UNTIL(ends == 1);
    tap_ok(post[8].at - at < 50, "what waits is tried at once");
    tap_is_str(slice_str(post[8].path), "POST /new HTTP/1.1",
        "where the new URL leads");
    tap_ok(signed_by(&post[8], 0, "n3w") && signed_by(&post[8], 1, SECRET),
        "signed with both secrets");
    webhook_set(hook, slice_str(other), SLICE("n3w"), slice_str(NULL));
    add("a1", "01ab", "outcome", OBJECT);
    RIG_UNTIL(ends == 2);
    tap_ok(signed_by(&post[9], 0, "n3w") && !signed_by(&post[9], 1, SECRET),
        "and with the new one alone when the old one goes");
    webhook_set(hook, SLICE(""), SLICE(""), slice_str(NULL));
    add("a2", "01ab", "outcome", OBJECT);
    rests = 0;
    webhook_on_rest(hook, on_rest, NULL);
    rig_wait(WEBHOOK_LONGEST);
    tap_ok(posts == 10 && !webhook_on(hook) && rests == 1,
        "without a URL nothing is sent, and nobody waits for it");
    webhook_set(hook, slice_str(url), SLICE(SECRET), slice_str(NULL));
    RIG_UNTIL(ends == 3);
    tap_is_str(slice_str(ended[2]), "01ab a2 delivered", "with one it is");
    for (int i = 0; i < 2; i++) {
        char long_[WEBHOOK_URL_MAX + 1];

        memset(long_, 'x', sizeof long_);
        tap_is_int(webhook_set(hook, i ? slice_str(url)
            : slice_of(long_, sizeof long_), slice_of(long_, WEBHOOK_URL_MAX
            - !i), slice_str(NULL)), -1, "too long: refused");
    }
    close_hook();
}

/* ---- TLS ---- */

static struct tlsctx *tls_of(const char *dir, const struct cert *leaf)
{
    char chain[100], key[100];
    struct tlsctx *t;
    struct err err = {0};

    text_fmt(chain, sizeof chain, "%s/chain.pem", dir);
    text_fmt(key, sizeof key, "%s/key.pem", dir);
    cert_save(chain, key, leaf, NULL);
    t = tlsctx_server(chain, key, &err);
    cert_need(t != NULL, err.msg);
    remove(chain);
    remove(key);
    return t;
}

/* A receiver whose certificate is not good is told nothing. */
static void certificates(void)
{
    static const char *const up[] = {OK, NULL};
    const char *dir = cert_mkdir();
    struct cert ca, good, stranger, expired_, other;
    struct tlsctx *t;
    struct err err = {0};
    char root[100];
    const struct {
        const struct cert *leaf;
        const char *says;
    } row[] = {{&stranger, "self-signed"}, {&expired_, "expired"},
        {&other, "it is for example.com"}};

    cert_make(&ca, "Test CA", NULL, NULL, -1, 30);
    cert_make(&good, "localhost", "DNS:localhost", &ca, -1, 30);
    cert_make(&stranger, "localhost", "DNS:localhost", NULL, -1, 30);
    cert_make(&expired_, "localhost", "DNS:localhost", &ca, -30, -1);
    cert_make(&other, "example.com", "DNS:example.com", &ca, -1, 30);
    text_fmt(root, sizeof root, "%s/root.pem", dir);
    cert_save(root, NULL, &ca, NULL);
    trusts = tlsctx_client(root, NULL, &err);
    cert_need(trusts != NULL, err.msg);
    remove(root);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        t = tls_of(dir, row[i].leaf);
        receive_with(t);
        open_hook(up);
        add("a0", "01ab", "outcome", OBJECT);
        RIG_UNTIL(webhook_counts(hook).failed == 2);
        tap_ok(posts == 0, "%s: nothing is told", row[i].says);
        if (!tap_ok(strstr(logged, "webhook_failed") && strstr(logged,
            row[i].says) && strstr(logged, "certificate"),
            "and the log names the certificate"))
            printf("#   %s\n", logged);
        close_hook();
        tlsctx_free(t);
    }
    t = tls_of(dir, &good);
    receive_with(t);
    open_hook(up);
    add("a0", "01ab", "outcome", OBJECT);
    RIG_UNTIL(ends == 1);
    tap_is_int(posts, 1, "one that is good is told");
    close_hook();
    receive_with(NULL);
    tlsctx_free(t);
    tlsctx_free(trusts);
    trusts = NULL;
    remove(dir);
    cert_free(&ca);
    cert_free(&good);
    cert_free(&stranger);
    cert_free(&expired_);
    cert_free(&other);
}

int main(void)
{
    receiver_start();
    one();
    crooked();
    taken();
    refused();
    asked_to_wait();
    in_order();
    expired();
    old_news();
    moot();
    bounded();
    full();
    lost();
    rested();
    changed();
    certificates();
    receiver_end();
    return tap_done();
}
