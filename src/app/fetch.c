/* fetch.c - a TwiML document fetched as Twilio fetches it. */
#include "app/fetch.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/stream_impl.h"
#include "base/limits.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/url.h"
#include "twilio/errors.h"

#define WITHIN 15000            /* ms for all requests: twilio 2.1 */
#define SLOW 5000               /* ms: a person hears the silence */

static void note(struct fetch *f, int number, char level, const char *remedy,
    const char *fmt, ...) PRINTFLIKE(5, 6);

/* remedy NULL: what the table of errors says. */
static void note(struct fetch *f, int number, char level, const char *remedy,
    const char *fmt, ...)
{
    const struct twilio_error *e = errors_find(number);
    struct fetch_note *n = &f->note[f->notes];
    va_list ap;

    if (f->notes == FETCH_NOTES)
        return;
    f->notes++;
    n->number = number;
    n->level = level;
    n->remedy = remedy ? remedy : e ? e->remedy : "try it with curl -v";
    va_start(ap, fmt);
    vsnprintf(n->text, sizeof n->text, fmt, ap);
    va_end(ap);
}

static void end(struct fetch *f)
{
    struct slice said = slice_str(f->err.msg);
    struct slice why = slice_head(said, slice_find(said,
        SLICE(": Twilio would report")));  /* the number stands before it */

    f->ms = sys_now() - f->began_;
    if (f->err.code)
        note(f, f->err.code == ERR_DATA ? 11100 : f->err.sys, 'E', NULL, "%.*s",
            SLICE_ARG(why));
    else if (f->ms > SLOW)
        note(f, 0, 'W', "answer within 5 s", "it took %lld.%lld s; Twilio "
            "gives up after 15 s", (long long)f->ms / 1000,
            (long long)f->ms / 100 % 10);
    f->done(f->arg);
}

static int refuse(struct fetch *f, int number, const char *what)
{
    fail(&f->err, ERR_REMOTE, "%s", what);
    f->err.sys = number;
    return -1;
}

/* RFC 3986 5.2.2, but for dots in the path. */
static int resolve(struct fetch *f, struct slice to)
{
    char was[FETCH_URL];
    struct slice from, dir;
    struct buf b;
    struct url u;
    const char *why;
    size_t at, n;

    text_copy(was, sizeof was, slice_str(f->url));
    from = slice_str(was);
    buf_over(&b, f->url, sizeof f->url - 1);
    if (slice_find(to, SLICE("://")) == SLICE_NPOS) {
        if (url_parse(from, &u, &at, &why))
            return refuse(f, 11216, "a redirect from a URL that is none");
        buf_add(&b, u.scheme);
        buf_adds(&b, "://");
        if (slice_starts(to, "//")) {
            to = slice_from(to, 2);
        } else {
            url_authority(&b, &u);
            dir = u.path;
            for (n = slice_starts(to, "/") ? 0 : dir.len;
                n && dir.ptr[n - 1] != '/'; n--)
                ;
            buf_add(&b, slice_head(dir, n));
            if (n == 0 && !slice_starts(to, "/"))
                buf_addc(&b, '/');
        }
    }
    buf_add(&b, to);
    f->url[b.len] = 0;
    return buf_ok(&b) ? 0 : refuse(f, 11216, "a redirect to a URL too long");
}

static int ask(struct fetch *f, struct err *err);

/* twilio 2.1: these four are followed; 307 keeps the method.  What Twilio
 * sends after the others is not documented: here a bare GET. */
static int follow(struct fetch *f, const struct httpc_answer *a)
{
    struct slice to = slice_trim_all(http_get(a->head, "location"));

    if (!to.len)
        return refuse(f, 11216, "a redirect without Location");
    if (f->redirects == FETCH_REDIRECTS)
        return refuse(f, 11215, "redirected more than 10 times");
    f->redirects++;
    f->get_ |= a->head->status != 307;
    if (resolve(f, to))
        return -1;
    if (sys_now() - f->began_ >= WITHIN)
        return refuse(f, 11205, "15 s went by in redirects");
    return ask(f, &f->err);
}

static void judge_type(struct fetch *f, const struct httpc_answer *a)
{
    struct slice type = http_get(a->head, "content-type");

    if (slice_iis(slice_trim_all(slice_cut(&type, ';')), "text/plain"))
        note(f, 0, 'W', "answer with text/xml", "it came as text/plain: were "
            "it no TwiML, it would be read aloud");
}

/* Twilio plays it and hangs up: an answer, and no document. */
static bool is_audio(const struct httpc_answer *a)
{
    return a->head->status == 200 && slice_iis(slice_head(http_get(a->head,
        "content-type"), 6), "audio/");
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *from)
{
    struct fetch *f = arg;
    int status = from ? 0 : a->head->status;

    if (status == 301 || status == 302 || status == 303 || status == 307) {
        if (follow(f, a) == 0)
            return;
    } else if (!from && is_audio(a)) {
        refuse(f, 12300, "it came as audio: Twilio plays it and hangs up");
    } else if (stream_answer(a, from, &f->err) == 0) {
        judge_type(f, a);
        buf_add(&f->doc, a->body);
        if (!buf_ok(&f->doc))
            fail(&f->err, ERR_MEM, "no memory for the document");
    }
    end(f);
}

static int ask(struct fetch *f, struct err *err)
{
    const struct fetch_plan *p = f->plan;
    struct stream_ask q = {.url = slice_str(f->url), .token = p->token,
        .account = p->account, .call = p->call, .from = p->from, .to = p->to,
        .get = f->get_, .within = WITHIN - (sys_now() - f->began_)};
    char mem[FETCH_URL];
    struct buf known;

    buf_over(&known, mem, sizeof mem);
    if (stream_known(&known, stream_near(q.url) ? p->public_base : "", q.url,
        false, err))
        return -1;
    q.known = buf_slice(&known);
    return stream_ask(f->http, &q, on_answer, f, err) ? 0 : -1;
}

int fetch_start(struct fetch *f, struct httpc *http,
    const struct fetch_plan *plan, void (*done)(void *arg), void *arg,
    struct err *err)
{
    f->http = http;
    f->plan = plan;
    f->done = done;
    f->arg = arg;
    f->began_ = sys_now();
    buf_init(&f->doc, LIMIT_TWIML + 1);
    if (!text_copy(f->url, sizeof f->url, plan->url))
        return fail(err, ERR_DATA, "a URL of over %zu bytes",
            sizeof f->url - 1);
    return ask(f, err);
}

void fetch_free(struct fetch *f)
{
    buf_free(&f->doc);
}
