/* stream_twiml.c - asks for TwiML as Twilio does, and reads the stream out of
 * it: twilio 2.1, 2.3, 5.
 */
#include "app/stream_impl.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "codec/form.h"
#include "codec/url.h"
#include "codec/xml.h"
#include "twilio/lint.h"
#include "twilio/sign.h"

#define ASK_WITHIN 15000        /* ms, all in all: twilio 2.1 */
#define FINDINGS 64

/* ---- URLs ---- */

static int parse(struct slice s, struct url *u, struct err *err)
{
    const char *why;
    size_t at;

    if (url_parse(s, u, &at, &why))
        return fail(err, ERR_DATA, "%s, at byte %zu of \"%.*s\"", why, at,
            SLICE_ARG(slice_head(s, 100)));
    if (!slice_iis(u->scheme, "ws") && !slice_iis(u->scheme, "wss")
        && !slice_iis(u->scheme, "http") && !slice_iis(u->scheme, "https"))
        return fail(err, ERR_DATA, "\"%.*s\" begins with none of ws:// wss:// "
            "http:// https://", SLICE_ARG(slice_head(s, 100)));
    return 0;
}

static const char *scheme(bool tls, bool socket)
{
    return socket ? tls ? "wss://" : "ws://" : tls ? "https://" : "http://";
}

static int made(struct buf *out, struct err *err)
{
    return buf_ok(out) ? 0 : fail(err, ERR_DATA, "a URL of over %zu bytes",
        out->max);
}

int stream_known(struct buf *out, const char *public_base, struct slice url,
    bool socket, struct err *err)
{
    struct slice base = slice_str(public_base);
    struct url u, b;

    if (parse(url, &u, err))
        return -1;
    if (base.len) {
        if (parse(base, &b, err))
            return -1;
        buf_adds(out, scheme(b.tls, socket));
        buf_add(out, slice_from(base, (size_t)(b.host.ptr - base.ptr)));
    } else {
        buf_adds(out, scheme(u.tls, socket));
        url_authority(out, &u);
    }
    /* As it was written: an empty path stays empty (twilio 5.3). */
    buf_add(out, u.path);
    if (u.query.ptr && !socket) {
        buf_addc(out, '?');
        buf_add(out, u.query);
    }
    return made(out, err);
}

int stream_over(struct buf *out, struct slice over, struct slice url,
    struct err *err)
{
    struct url o, u;

    if (parse(over, &o, err) || parse(url, &u, err))
        return -1;
    buf_adds(out, scheme(o.tls, true));
    url_authority(out, &o);
    buf_add(out, u.path);
    return made(out, err);
}

bool stream_near(struct slice url)
{
    struct sys_addr a;
    struct url u;
    const char *why;
    size_t at;

    if (url_parse(url, &u, &at, &why) || u.tls)
        return false;
    return slice_iis(u.host, "localhost")
        || (sys_addr_parse(&a, u.host, u.number) == 0
        && sys_addr_private(&a));
}

/* ---- asking ---- */

static int form(struct buf *b, const struct stream_ask *ask, struct err *err)
{
    form_add(b, "CallSid", ask->call);
    form_add(b, "AccountSid", ask->account);
    form_add(b, "From", ask->from);
    form_add(b, "To", ask->to);
    form_add(b, "Caller", ask->from);
    form_add(b, "Called", ask->to);
    form_adds(b, "CallStatus", ask->outbound ? "in-progress" : "ringing");
    form_adds(b, "ApiVersion", "2010-04-01");
    form_adds(b, "Direction", ask->outbound ? "outbound-api" : "inbound");
    return buf_ok(b) ? 0 : fail(err, ERR_DATA, "the numbers are too long");
}

struct httpc_call *stream_ask(struct httpc *h, const struct stream_ask *ask,
    void (*done)(void *arg, const struct httpc_answer *a,
        const struct err *err), void *arg, struct err *err)
{
    char mem[2048], head[64], signature[SIGN_LEN + 1];
    struct buf body;
    struct httpc_request req = {
        .method = "POST", .url = ask->url,
        .type = "application/x-www-form-urlencoded; charset=utf-8",
        .timeout = ask->within ? ask->within : ASK_WITHIN,
        .max_answer = LIMIT_TWIML, .kind = ATTEMPT_WEBHOOK,
    };

    buf_over(&body, mem, sizeof mem);
    if (ask->get) {
        req.method = "GET";
        req.type = NULL;
    } else if (form(&body, ask, err)) {
        return NULL;
    } else {
        req.body = buf_slice(&body);
    }
    if (ask->token.len) {
        if (sign_make(ask->token, ask->known, req.body, signature)) {
            fail(err, ERR_DATA, "a form that cannot be signed");
            return NULL;
        }
        text_fmt(head, sizeof head, "X-Twilio-Signature: %s\r\n", signature);
        req.headers = head;
    }
    return httpc_start(h, &req, done, arg, err);
}

static int refuse(struct err *err, enum err_code code, int number,
    const char *what)
{
    fail(err, code, "%s: Twilio would report %d", what, number);
    err->sys = number;
    return -1;
}

/* What Twilio executes: twilio 2.1.  text/plain too, when it is TwiML. */
static bool is_markup(struct slice type)
{
    static const char *const types[] = {"text/xml", "application/xml",
        "text/html", "text/plain"};
    struct slice name = slice_trim(slice_cut(&type, ';'));

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_iis(name, types[i]))
            return true;
    return false;
}

/* No answer at all, in Twilio's numbers: twilio 3.2. */
static int no_answer(const struct err *from, struct err *err)
{
    char what[140];
    int number = from->code == ERR_DNS ? 11210 : from->code == ERR_TLS ? 11220
        : from->code == ERR_TIMEOUT ? 11205 : from->code == ERR_PROTO ? 11206
        : from->code != ERR_NET ? 0 : from->sys == ECONNREFUSED ? 11202
        : 11200;

    if (from->code == ERR_LIMIT)
        return refuse(err, ERR_PROTO, 11750, "the TwiML is over 64 kB");
    text_copy(what, sizeof what, slice_str(from->msg));
    if (number)
        return refuse(err, from->code, number, what);
    *err = *from;
    return -1;
}

int stream_answer(const struct httpc_answer *a, const struct err *from,
    struct err *err)
{
    char what[120];
    int status;

    if (from)
        return no_answer(from, err);
    status = a->head->status;
    text_fmt(what, sizeof what, "the TwiML request was answered %d %s",
        status, http_reason(status));
    if (status == 301 || status == 302 || status == 303 || status == 307)
        return fail(err, ERR_REMOTE, "%s to %.*s: ask there", what,
            SLICE_ARG(slice_head(http_get(a->head, "location"), 100)));
    if (status >= 300 && status < 400)
        return refuse(err, ERR_REMOTE, 11216, what);
    if (status >= 400)
        return refuse(err, ERR_REMOTE, 11217, what);
    if (status != 200)
        return refuse(err, ERR_REMOTE, 11200, what);
    if (!is_markup(http_get(a->head, "content-type"))) {
        text_fmt(what, sizeof what, "the TwiML came as \"%.*s\"",
            SLICE_ARG(slice_head(http_get(a->head, "content-type"), 60)));
        return refuse(err, ERR_PROTO, 12300, what);
    }
    return 0;
}

/* ---- reading ---- */

/* Says every finding.  How many are errors, and the number of the first. */
static size_t lint(struct slice doc, void (*say)(void *, const char *),
    void *arg, const struct lint_finding **first)
{
    static struct lint_finding found[FINDINGS];
    size_t n = lint_twiml(doc, found, FINDINGS), errors = 0;
    char line[320], number[16];

    *first = NULL;
    for (size_t i = 0; i < n && i < FINDINGS; i++) {
        const struct lint_finding *f = &found[i];

        number[0] = 0;
        if (f->number)
            text_fmt(number, sizeof number, " %d", f->number);
        text_fmt(line, sizeof line, "TwiML line %u column %u: %s%s: %s",
            f->line, f->column, f->level == 'E' ? "error" : "warning", number,
            f->message);
        if (say)
            say(arg, line);
        if (f->level == 'E' && errors++ == 0)
            *first = f;
    }
    return errors;
}

bool stream_set_param(struct stream_param *param, size_t *n,
    struct slice name, struct slice value)
{
    size_t i = 0;

    while (i < *n && !slice_eq(param[i].name, name))
        i++;
    if (i == STREAM_PARAMS)
        return false;
    param[i].name = name;
    param[i].value = value;
    if (i == *n)
        (*n)++;
    return true;
}

/* Decoded text is never longer than the document, so text_ never moves. */
static struct slice decoded(struct stream_script *s, struct slice raw)
{
    size_t at = s->text_.len;

    if (xml_text(raw, &s->text_))
        return (struct slice){NULL, 0};
    return slice_from(buf_slice(&s->text_), at);
}

/* RFC 3986 5.2.2, but for dots in the path. */
static int absolute(struct stream_script *s, struct slice url,
    struct slice known, struct err *err)
{
    size_t at = s->text_.len, end;
    struct url base;
    struct slice dir;

    if (slice_find(url, SLICE("://")) != SLICE_NPOS) {
        s->url = url;
        return 0;
    }
    if (parse(known, &base, err))
        return -1;
    buf_adds(&s->text_, scheme(base.tls, true));
    if (slice_starts(url, "//")) {
        url = slice_from(url, 2);
    } else {
        url_authority(&s->text_, &base);
        dir = slice_starts(url, "/") ? (struct slice){NULL, 0} : base.path;
        for (end = dir.len; end && dir.ptr[end - 1] != '/'; end--)
            ;
        buf_add(&s->text_, slice_head(dir, end));
        if (!end && !slice_starts(url, "/"))
            buf_addc(&s->text_, '/');
    }
    buf_add(&s->text_, url);
    s->url = slice_from(buf_slice(&s->text_), at);
    return buf_ok(&s->text_) ? 0 : fail(err, ERR_MEM, "no memory for the "
        "stream's URL");
}

static int read_param(struct stream_script *s, const struct xml *x,
    struct err *err)
{
    struct slice name = decoded(s, xml_attr(x, "name"));
    struct slice value = decoded(s, xml_attr(x, "value"));

    if (!name.len || stream_set_param(s->param, &s->params, name,
        value.ptr ? value : SLICE("")))
        return 0;
    return fail(err, ERR_LIMIT, "over %d parameters", STREAM_PARAMS);
}

/* The first <Stream> of the first <Connect>; lint has judged the rest. */
static int find_stream(struct stream_script *s, struct slice doc,
    struct slice known, struct err *err)
{
    struct xml x = {.doc = doc};
    enum xml_event e;
    size_t depth = 0;
    bool connect = false, stream = false, found = false;

    while ((e = xml_next(&x)) != XML_DONE && e != XML_BAD) {
        if (e == XML_CLOSE) {
            found |= stream && depth == 3;
            depth--;
        }
        if (e != XML_OPEN)
            continue;
        if (++depth == 2)
            connect = slice_is(x.name, "Connect");
        if (found || !connect)
            continue;
        if (depth == 3 && slice_is(x.name, "Stream")) {
            stream = true;
            if (absolute(s, decoded(s, xml_attr(&x, "url")), known, err))
                return -1;
        } else if (stream && depth == 4 && slice_is(x.name, "Parameter")
            && read_param(s, &x, err)) {
            return -1;
        }
    }
    if (e == XML_BAD || s->url.len == 0)
        return fail(err, ERR_PROTO, e == XML_BAD ? "the TwiML is no XML"
            : "this TwiML opens no stream: no <Connect><Stream>");
    return 0;
}

int stream_script_read(struct stream_script *s, struct slice doc,
    struct slice known, void (*say)(void *arg, const char *line), void *arg,
    struct err *err)
{
    const struct lint_finding *first;
    char what[160];

    if (lint(doc, say, arg, &first)) {
        text_fmt(what, sizeof what, "TwiML line %u: %s", first->line,
            first->message);
        return first->number ? refuse(err, ERR_PROTO, first->number, what)
            : fail(err, ERR_PROTO, "%s", what);
    }
    /* The parts, and the URL once more when it was relative. */
    buf_init(&s->text_, doc.len + 2 * LIMIT_HTTP_LINE);
    if (!buf_room(&s->text_, doc.len + 2 * LIMIT_HTTP_LINE))
        return fail(err, ERR_MEM, "no memory for the TwiML");
    return find_stream(s, doc, known, err);
}

void stream_script_free(struct stream_script *s)
{
    buf_free(&s->text_);
}
