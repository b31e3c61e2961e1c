/* probe_clock.c - our clock against the Date headers of those we talk to.
 *
 * Twilio's signatures hold no time, but certificates, quiet hours, dates that
 * are said in calls and Twilio's own log lines do.  RFC 9110 6.6.1: a Date is
 * good to a second, so half the round trip is all the care it takes.
 */
#include "app/probe.h"

#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"

#define WARN_OVER 30000         /* ms */
#define FAIL_OVER 300000
#define ASK_WITHIN 5000

struct clock_probe {
    struct clock_ask {
        struct probe_run *p;
        const char *peer;
        struct httpc_call *call;
        int64_t asked;
    } ask[2];
    int pending;
};

static void judge(struct probe_run *p)
{
    const struct doctor *d = p->d;
    int64_t worst = 0, off;
    const char *who = NULL;

    for (size_t i = 0; i < d->dates; i++) {
        off = d->date[i].ours - d->date[i].theirs;
        jsonw_kint(probe_seen(p), d->date[i].peer, off);
        if (!who || (off < 0 ? -off : off) > (worst < 0 ? -worst : worst)) {
            worst = off;
            who = d->date[i].peer;
        }
    }
    if (!who) {
        probe_skip(p, "nobody was asked who says what time it is");
        return;
    }
    off = worst < 0 ? -worst : worst;
    probe_remedy(p, "let this machine keep time: timedatectl set-ntp true");
    if (off > FAIL_OVER)
        probe_fail(p, 0, "our clock is %lld s %s %s's: certificates look "
            "expired or not yet valid, quiet hours and dates in calls are "
            "wrong", (long long)(off / 1000), worst < 0 ? "behind"
            : "ahead of", who);
    else if (off > WARN_OVER)
        probe_warn(p, 0, "our clock is %lld s %s %s's: times in logs will not "
            "match Twilio's", (long long)(off / 1000), worst < 0 ? "behind"
            : "ahead of", who);
    else
        probe_ok(p, "within %lld s of %s%s", (long long)((off + 999) / 1000),
            who, d->dates > 1 ? " and others" : "");
}

static void on_date(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct clock_ask *ask = arg;
    struct probe_run *p = ask->p;
    struct clock_probe *k = p->own;

    ask->call = NULL;
    if (!err)
        doctor_date(p->d, ask->peer, a->head, ask->asked);
    if (--k->pending == 0)
        judge(p);
}

static void ask(struct probe_run *p, struct clock_ask *ask, const char *peer,
    const char *base)
{
    struct clock_probe *k = p->own;
    struct httpc_request q = {.method = "HEAD", .timeout = ASK_WITHIN};
    char url[CONF_TEXT + 8], http[CONF_TEXT];
    struct url u;
    const char *why;
    size_t at;

    /* ws:// is http:// with an upgrade: RFC 6455 3. */
    if (slice_starts(slice_str(base), "ws"))
        text_fmt(http, sizeof http, "http%s", base + 2);
    else
        text_copy(http, sizeof http, slice_str(base));
    if (url_parse(slice_str(http), &u, &at, &why)
        || (p->d->opt.offline && !doctor_near(u.host)))
        return;
    text_fmt(url, sizeof url, "%.*s/", (int)(u.path.ptr
        - (const uint8_t *)http), http);
    q.url = slice_str(url);
    ask->p = p;
    ask->peer = peer;
    ask->asked = loop_now(p->d->loop);
    ask->call = httpc_start(p->d->http, &q, on_date, ask, NULL);
    k->pending += ask->call != NULL;
}

static void start(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    struct clock_probe *k = mem_new(sizeof *k);

    p->own = k;
    if (!k) {
        probe_fail(p, 0, "no memory");
        return;
    }
    ask(p, &k->ask[0], "Twilio", c->twilio_api_base);
    ask(p, &k->ask[1], "the model", c->openai_base_url[0]
        ? c->openai_base_url : c->realtime_url[0] ? c->realtime_url
        : "https://api.openai.com");
    if (!k->pending)
        judge(p);
}

static void stop(struct probe_run *p)
{
    struct clock_probe *k = p->own;

    if (!k)
        return;
    for (int i = 0; i < 2; i++)
        if (k->ask[i].call)
            httpc_cancel(k->ask[i].call);
    mem_drop(k);
    p->own = NULL;
}

/* Behind "tunnel", which brings the public URL's Date. */
const struct probe probe_clock = {"clock", NULL, "tunnel", 8000, 0, start,
    stop};
