/* probe_twiml.c - the TwiML of a ticket, asked for as Twilio does: twilio 2.1.
 *
 * First with the right signature, over redirects, then with a wrong one.  A
 * refusal of the right one is explained by how the request reached the server.
 */
#include "app/probe.h"

#include <string.h>

#include "app/doctor.h"
#include "app/stream_impl.h"
#include "base/mem.h"
#include "base/text.h"

#define REDIRECTS 10            /* twilio 2.1, error 11215 */
#define URL_MAX 2048

struct twiml_probe {
    const struct doctor_ticket *ticket;
    struct stream_ask ask;
    char url[URL_MAX], known[URL_MAX];
    char call[35];
    struct httpc_call *request;
    struct timer late;
    struct arrived_ask arrived;
    bool wrong;                 /* the second question: a wrong signature */
    int redirects;
    int64_t ms;
    int status;                 /* of a refusal being explained */
    bool ours;                  /* and it is in this program's words */
    char server[80];            /* the answer's Server header */
    size_t bytes;
    char lint[STREAM_WHY + 160];        /* the first finding */
};

static void ask(struct probe_run *p);

/* stream_answer's and stream_script_read's words; the number stands before
 * them here. */
static const char *bare(struct err *err)
{
    char *tail = strstr(err->msg, ": Twilio would report");

    if (tail)
        *tail = 0;
    return err->msg;
}

/* ---- the document ---- */

static void on_finding(void *arg, const char *line)
{
    struct probe_run *p = arg;
    struct twiml_probe *k = p->own;

    /* --private: such an address, and any port, is what is meant. */
    if (p->d->opt.private && (strstr(line, " 31904:")
        || strstr(line, "port than 443")))
        return;
    if (!k->lint[0])
        text_copy(k->lint, sizeof k->lint, slice_str(line));
}

static void good(struct probe_run *p)
{
    const struct twiml_probe *k = p->own;

    jsonw_kint(probe_seen(p), "answered_ms", k->ms);
    jsonw_kint(probe_seen(p), "bytes", (int64_t)k->bytes);
    jsonw_kint(probe_seen(p), "redirects", k->redirects);
    if (k->ms > p->d->opt.slow_ms) {
        probe_remedy(p, "find out what takes so long: after %lld s the call "
            "fails", (long long)(p->d->opt.late_ms / 1000));
        probe_warn(p, 11205, "the TwiML took %.1f s", (double)k->ms / 1000);
    } else if (k->redirects) {
        probe_remedy(p, "set PUBLIC_DOMAIN to where the redirect leads: a "
            "stream's upgrade is not redirected");
        probe_warn(p, 31920, "the TwiML was found behind %d redirect%s, at "
            "%.200s", k->redirects, k->redirects > 1 ? "s" : "", k->url);
    } else if (k->lint[0]) {
        probe_warn(p, 12200, "%s", k->lint);
    } else {
        probe_ok(p, "200 in %lld ms, %zu bytes, lint finds nothing; 403 for a "
            "wrong signature", (long long)k->ms, k->bytes);
    }
}

/* The document names our stream, or it is not ours. */
static void judge_stream(struct probe_run *p, const struct stream_script *s)
{
    char want[CONF_TEXT + 32];

    text_fmt(want, sizeof want, "wss%s/media-stream",
        p->d->public_base + sizeof "https" - 1);
    if (slice_is(s->url, want))
        return;
    probe_remedy(p, "start the server again, with the same PUBLIC_DOMAIN as "
        "doctor");
    probe_fail(p, 31920, "the TwiML names the stream %.*s, not %s",
        SLICE_ARG(slice_head(s->url, 120)), want);
}

static void judge_doc(struct probe_run *p, struct slice doc)
{
    struct twiml_probe *k = p->own;
    struct stream_script s = {.params = 0};
    struct err err = {0};

    k->bytes = doc.len;
    if (slice_find(doc, SLICE("ERR_NGROK")) != SLICE_NPOS) {
        probe_remedy(p, "nothing in this program: call the ngrok address from "
            "a paid account, or use another tunnel");
        probe_fail(p, 12102, "ngrok's warning page came instead of TwiML (%.*s"
            ")", 14, (const char *)doc.ptr + slice_find(doc,
            SLICE("ERR_NGROK")));
    } else if (slice_find(doc, SLICE("<html")) != SLICE_NPOS
        || slice_find(doc, SLICE("<!DOCTYPE")) != SLICE_NPOS) {
        probe_remedy(p, "let the proxy pass /twiml on to the server");
        probe_fail(p, 12102, "a page (HTML) came instead of TwiML%s%s",
            k->server[0] ? ", from " : "", k->server);
    } else if (doc.len == 0) {
        probe_remedy(p, "see why the proxy drops the body");
        probe_fail(p, 11770, "the answer is empty");
    } else if (stream_script_read(&s, doc, slice_str(k->known), on_finding, p,
        &err)) {
        probe_remedy(p, err.sys ? "let nothing between here and Twilio change "
            "the document" : "set PUBLIC_DOMAIN to the address that leads to "
            "this server");
        if (!err.sys)
            probe_fail(p, 11200, "%s: another server answers there, or the "
                "ticket was not known", err.msg);
        else
            probe_fail(p, err.sys, "%s", k->lint[0] ? k->lint : bare(&err));
    } else {
        judge_stream(p, &s);
    }
    stream_script_free(&s);
}

/* ---- a refusal ---- */

static void explain(struct probe_run *p)
{
    struct twiml_probe *k = p->own;
    const struct arrived *a = &k->arrived.got;
    struct slice target = arrived_target(a);
    int number = k->status == 403 || k->status == 401 ? 11200 : 11217;

    if (a->known && a->found) {
        jsonw_kcstr(probe_seen(p), "arrived", a->head);
        jsonw_kstr(probe_seen(p), "arrived_host", arrived_header(a, "host"));
        jsonw_kbool(probe_seen(p), "arrived_http10", arrived_is_old(a));
    }
    if (k->ours && !a->found) {
        probe_remedy(p, "let the proxy leave the path as it is, or put its "
            "prefix into PUBLIC_DOMAIN");
        probe_fail(p, number, "the path was changed on the way: the server "
            "knows no such door (%d)", k->status);
    } else if (k->status == 413 && a->known && !a->found) {
        probe_remedy(p, "raise the limit of a body to 64 kB (nginx: "
            "client_max_body_size 64k): Twilio posts a form of a few kB");
        probe_fail(p, number, "413 came from %s, which takes no body of that "
            "size: the request never reached this server", k->server[0]
            ? k->server : "somebody on the way");
    } else if (a->known && !a->found) {
        probe_remedy(p, "look for rules, passwords or limits in %s, and "
            "whether it leads to this server", k->server[0] ? k->server
            : "the proxy or tunnel");
        probe_fail(p, number, "%d came from %s: the request never reached "
            "this server", k->status, k->server[0] ? k->server
            : "somebody on the way");
    } else if (a->found && slice_chr(target, '?') == SLICE_NPOS) {
        probe_remedy(p, "let the proxy pass the query on (nginx: proxy_pass "
            "without a path, or with $request_uri)");
        probe_fail(p, number, "the query was cut off on the way, so the "
            "signature no longer fits: %.*s arrived", SLICE_ARG(target));
    } else if (a->found && !slice_starts(target, "/twiml?")) {
        probe_remedy(p, "let the proxy leave the path as it is, or put its "
            "prefix into PUBLIC_DOMAIN");
        probe_fail(p, number, "the path was changed on the way, so the "
            "signature no longer fits: %.*s arrived", SLICE_ARG(target));
    } else if (k->status == 403 && a->found
        && !arrived_header(a, "x-twilio-signature").ptr) {
        probe_remedy(p, "let the proxy pass X-Twilio-Signature on (nginx: take "
            "out proxy_set_header, haproxy: http-request del-header for it)");
        probe_fail(p, number, "the signature was lost on the way: the request "
            "arrived without X-Twilio-Signature");
    } else if (k->status == 403) {
        probe_remedy(p, "start the server with the TWILIO_AUTH_TOKEN and "
            "PUBLIC_DOMAIN that doctor has");
        probe_fail(p, number, "the right signature was refused: %s",
            a->why[0] ? a->why : "signature mismatch");
    } else {
        probe_remedy(p, "see the server's log of this moment");
        probe_fail(p, number, "the TwiML request was answered %d %s",
            k->status, http_reason(k->status));
    }
}

static void refused(struct probe_run *p, const struct httpc_answer *a)
{
    struct twiml_probe *k = p->own;
    int status = a->head->status;
    size_t at = slice_find(a->body, SLICE("ERR_NGROK"));

    k->status = status;
    k->ours = slice_find(a->body, SLICE("\"code\":\"not_found\""))
        != SLICE_NPOS;
    if (at != SLICE_NPOS) {
        probe_remedy(p, "start the tunnel again, to the port of this server; "
            "PUBLIC_DOMAIN must be its address of now");
        probe_fail(p, 11217, "the tunnel itself answered %d: %.*s", status,
            14, (const char *)a->body.ptr + at);
    } else if (status == 502 || status == 503 || status == 504) {
        probe_remedy(p, "let the proxy or tunnel lead to %s, and see its "
            "timeouts", p->d->local);
        probe_fail(p, 11217, "%s found no server behind it: %d %s",
            k->server[0] ? k->server : "the proxy or tunnel", status,
            http_reason(status));
    } else if (status == 429) {
        probe_remedy(p, "take the limit away for Twilio's requests: it does "
            "not slow down");
        probe_fail(p, 11217, "a limit on the number of requests answered 429"
            "%s%s", k->server[0] ? ": " : "", k->server);
    } else {
        arrived_look(&k->arrived, p, "/twiml", k->ticket->id, explain);
    }
}

/* A redirect as Twilio follows it; true when it goes on. */
static bool follow(struct probe_run *p, const struct httpc_answer *a)
{
    struct twiml_probe *k = p->own;
    struct slice to = http_get(a->head, "location");
    int status = a->head->status;
    struct url u;
    const char *why;
    size_t at;
    struct buf b;
    char next[URL_MAX];

    if (status != 301 && status != 302 && status != 303 && status != 307) {
        probe_remedy(p, "answer 200, or 301, 302, 303, 307 with a Location");
        probe_fail(p, 11216, "%d is no redirect that Twilio follows", status);
        return false;
    }
    if (!to.len) {
        probe_remedy(p, "let the proxy's redirect say where to");
        probe_fail(p, 11216, "a redirect (%d) without a Location", status);
        return false;
    }
    if (++k->redirects > REDIRECTS) {
        probe_remedy(p, "find the two rules of the proxy that send back and "
            "forth");
        probe_fail(p, 11215, "over %d redirects, the last to %.*s", REDIRECTS,
            SLICE_ARG(slice_head(to, 120)));
        return false;
    }
    buf_over(&b, next, sizeof next - 1);
    if (slice_starts(to, "/") && url_parse(slice_str(k->url), &u, &at, &why)
        == 0) {
        buf_adds(&b, u.tls ? "https://" : "http://");
        url_authority(&b, &u);
    }
    buf_add(&b, to);
    next[b.len] = 0;
    if (!buf_ok(&b) || url_parse(slice_str(next), &u, &at, &why)) {
        probe_fail(p, 11100, "a redirect to what is no URL: %.*s",
            SLICE_ARG(slice_head(to, 120)));
        return false;
    }
    text_copy(k->url, sizeof k->url, slice_str(next));
    text_copy(k->known, sizeof k->known, slice_str(next));
    return true;
}

/* ---- asking ---- */

static void judge_wrong(struct probe_run *p, const struct httpc_answer *a,
    const struct err *err)
{
    int status = err ? 0 : a->head->status;

    jsonw_kint(probe_seen(p), "wrong_signature", status);
    if (status == 403) {
        good(p);
    } else if (status >= 200 && status < 300) {
        probe_remedy(p, "let nothing answer for the server: no cache, no "
            "rewriting of X-Twilio-Signature");
        probe_fail(p, 0, "a wrong signature was let in (%d): anybody can pose "
            "as Twilio", status);
    } else {
        probe_warn(p, 0, "a wrong signature should get 403 and got %d",
            status);
    }
}

static void judge_right(struct probe_run *p, const struct httpc_answer *a,
    const struct err *from)
{
    struct twiml_probe *k = p->own;
    struct err err = {0};
    int status = from ? 0 : a->head->status;

    if (!from) {
        k->ms += a->ms;
        probe_clean(k->server, sizeof k->server, http_get(a->head, "server"));
        jsonw_kint(probe_seen(p), "status", status);
    }
    if (!from && status >= 300 && status < 400) {
        if (follow(p, a))
            ask(p);
        return;
    }
    if (!from && status >= 400) {
        refused(p, a);
        return;
    }
    if (stream_answer(a, from, &err)) {
        probe_remedy(p, err.sys == 12300 ? "let the proxy keep the "
            "Content-Type: text/xml" : "see the proxy's log of this moment");
        probe_fail(p, err.sys, "%s", bare(&err));
        return;
    }
    judge_doc(p, a->body);
    if (probe_over(p))
        return;
    k->wrong = true;
    ask(p);
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct probe_run *p = arg;
    struct twiml_probe *k = p->own;

    k->request = NULL;
    if (probe_over(p))
        return;
    if (k->wrong)
        judge_wrong(p, a, err);
    else
        judge_right(p, a, err);
}

static void ask(struct probe_run *p)
{
    struct twiml_probe *k = p->own;
    struct err err = {0};

    k->ask.url = slice_str(k->url);
    k->ask.known = slice_str(k->known);
    k->ask.token = k->wrong ? SLICE("not the token of this account")
        : slice_str(p->d->conf->twilio_auth_token);
    k->request = stream_ask(doctor_twilio(p->d), &k->ask, on_answer, p, &err);
    if (!k->request)
        probe_fail(p, 11100, "%s", err.msg);
}

static void on_late(void *arg)
{
    struct probe_run *p = arg;

    probe_remedy(p, "see what keeps the server or the proxy busy");
    probe_fail(p, 11205, "no TwiML within %.1f s", (double)
        p->d->opt.late_ms / 1000);
}

static void start(struct probe_run *p)
{
    struct twiml_probe *k;
    const struct conf *c = p->d->conf;

    if (!probe_has(p, PROBE_PUBLIC | PROBE_SERVER | PROBE_TOKEN))
        return;
    p->own = k = mem_new(sizeof *k);
    if (k)
        k->ticket = doctor_ticket(p->d);
    if (!k || !k->ticket) {
        probe_fail(p, 0, "no ticket is left for a stream");
        return;
    }
    if (!slice_starts(slice_str(k->ticket->twiml_url), p->d->public_base)) {
        probe_remedy(p, "start the server again with PUBLIC_DOMAIN=%s",
            p->d->public_base + sizeof "https://" - 1);
        probe_fail(p, 11200, "the running server believes its address to be "
            "%.100s", k->ticket->twiml_url[0] ? k->ticket->twiml_url
            : "unset");
        return;
    }
    text_fmt(k->url, sizeof k->url, "%s/twiml?call_id=%s", p->d->way,
        k->ticket->id);
    text_copy(k->known, sizeof k->known, slice_str(k->ticket->twiml_url));
    text_fmt(k->call, sizeof k->call, "CA%032x", 0xd0c70u);
    k->ask = (struct stream_ask){.outbound = true,
        .account = slice_str(c->twilio_account_sid),
        .call = slice_str(k->call), .to = SLICE("+15005550001"),
        .from = slice_str(c->twilio_phone_number[0] ? c->twilio_phone_number
        : "+15005550006")};
    k->late = (struct timer){.fire = on_late, .arg = p};
    loop_in(p->d->loop, &k->late, p->d->opt.late_ms);
    ask(p);
}

static void stop(struct probe_run *p)
{
    struct twiml_probe *k = p->own;

    if (!k)
        return;
    loop_cancel(p->d->loop, &k->late);
    if (k->request)
        httpc_cancel(k->request);
    arrived_stop(&k->arrived);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_twiml = {"twiml", "tls", NULL, 20000, 11205, start,
    stop};
