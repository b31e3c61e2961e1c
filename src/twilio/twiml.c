/* twiml.c - the TwiML documents that our server answers with: twilio 2. */
#include "twilio/twiml.h"

#include "base/limits.h"
#include "codec/url.h"
#include "codec/utf8.h"
#include "codec/xml.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define LANGUAGE_MAX 35         /* bytes: RFC 5646 4.4.1 */

/* Refuses, and remembers what Twilio would call it. */
static int refuse(struct err *err, enum err_code code, int number,
    const char *field, const char *why)
{
    fail(err, code, "%s: %s", field, why);
    if (err)
        err->sys = number;
    return -1;
}

/* Text that an attribute or element can carry as it is. */
static int check_text(const char *field, struct slice s, struct err *err)
{
    for (size_t at = 0, n; at < s.len; at += n) {
        uint32_t c;

        n = utf8_get(slice_from(s, at), &c);
        if (n == 0)
            return refuse(err, ERR_DATA, 12100, field, "not UTF-8");
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe
            || c == 0xffff)
            return refuse(err, ERR_DATA, 12100, field,
                "a character that XML cannot hold");
    }
    return 0;
}

static int check_say(struct slice text, struct slice language,
    struct err *err)
{
    if (check_text("Say", text, err))
        return -1;
    if (slice_trim_all(text).len == 0)
        return refuse(err, ERR_DATA, 13520, "Say", "nothing to say");
    if (utf8_count(text) > TWIML_SAY)
        return refuse(err, ERR_LIMIT, 13521, "Say",
            "more than 4096 characters");
    if (language.len > LANGUAGE_MAX)
        return refuse(err, ERR_DATA, 12200, "Say language", "too long");
    for (size_t i = 0; i < language.len; i++) {
        uint8_t c = byte_lower(language.ptr[i]);

        if ((c < 'a' || c > 'z') && (i == 0 || ((c < '0' || c > '9')
            && (c != '-' || i + 1 == language.len))))
            return refuse(err, ERR_DATA, 12200, "Say language",
                "not a language tag");
    }
    return 0;
}

static int check_stream(struct slice s, struct err *err)
{
    struct url u;
    const char *why;
    size_t at;

    if (url_parse(s, &u, &at, &why)) {
        fail(err, ERR_DATA, "Stream url: %s at byte %zu", why, at);
        if (err)
            err->sys = 31923;
        return -1;
    }
    if (!slice_iis(u.scheme, "wss"))
        return refuse(err, ERR_DATA, 31922, "Stream url", "not wss://");
    if (u.userinfo.ptr)
        return refuse(err, ERR_DATA, 31923, "Stream url", "user info");
    if (u.host.len == 0)
        return refuse(err, ERR_DATA, 31923, "Stream url", "no host");
    if (u.fragment.ptr)
        return refuse(err, ERR_DATA, 31923, "Stream url", "a fragment");
    /* twilio 1.6: dropped before connecting, so the server refuses. */
    if (u.query.ptr)
        return refuse(err, ERR_DATA, 31920, "Stream url",
            "a query, which Twilio drops");
    return 0;
}

static int check_callback(struct slice s, struct err *err)
{
    struct url u;
    const char *why;
    size_t at;

    if (url_parse(s, &u, &at, &why)) {
        fail(err, ERR_DATA, "Stream statusCallback: %s at byte %zu", why, at);
        if (err)
            err->sys = 11100;
        return -1;
    }
    if (!slice_iis(u.scheme, "https") && !slice_iis(u.scheme, "http"))
        return refuse(err, ERR_DATA, 11100, "Stream statusCallback",
            "not an http or https URL");
    if (u.host.len == 0)
        return refuse(err, ERR_DATA, 11100, "Stream statusCallback",
            "no host");
    if (slice_chr(u.host, '_') != SLICE_NPOS)
        return refuse(err, ERR_DATA, 11100, "Stream statusCallback",
            "an underscore in the host");
    if (u.fragment.ptr)         /* connection overrides: none of ours */
        return refuse(err, ERR_DATA, 11100, "Stream statusCallback",
            "a fragment");
    return 0;
}

static int check_params(const struct twiml *t, struct err *err)
{
    if (t->params > TWIML_PARAMS)
        return refuse(err, ERR_LIMIT, 0, "Parameter", "too many");
    for (size_t i = 0; i < t->params; i++) {
        const struct twiml_param *p = &t->param[i];

        if (p->name.len == 0)
            return refuse(err, ERR_DATA, 12200, "Parameter name", "empty");
        if (check_text("Parameter name", p->name, err)
            || check_text("Parameter value", p->value, err))
            return -1;
        if (utf8_count(p->name) + utf8_count(p->value) > LIMIT_PARAMETER)
            return refuse(err, ERR_LIMIT, 0, "Parameter",
                "name and value of 500 characters or more");
        for (size_t k = 0; k < i; k++)
            if (slice_eq(t->param[k].name, p->name))
                return refuse(err, ERR_DATA, 0, "Parameter name",
                    "given twice");
    }
    return 0;
}

static void attribute(struct buf *out, const char *name, struct slice value)
{
    buf_addc(out, ' ');
    buf_adds(out, name);
    buf_adds(out, "=\"");
    xml_escape(out, value);
    buf_addc(out, '"');
}

static void say(struct buf *out, struct slice text, struct slice language)
{
    buf_adds(out, "<Say");
    if (language.len)
        attribute(out, "language", language);
    buf_addc(out, '>');
    xml_escape(out, text);
    buf_adds(out, "</Say>");
}

static void stream(struct buf *out, const struct twiml *t)
{
    buf_adds(out, "<Stream");
    attribute(out, "url", t->stream_url);
    if (t->stream_name.len)
        attribute(out, "name", t->stream_name);
    if (t->inbound_track)
        attribute(out, "track", SLICE("inbound_track"));
    if (t->status_callback.len)
        attribute(out, "statusCallback", t->status_callback);
    buf_adds(out, t->params ? ">" : "/>");
    for (size_t i = 0; i < t->params; i++) {
        buf_adds(out, "<Parameter");
        attribute(out, "name", t->param[i].name);
        attribute(out, "value", t->param[i].value);
        buf_adds(out, "/>");
    }
    if (t->params)
        buf_adds(out, "</Stream>");
}

/* The document that begins at from is written: whole, or not at all. */
static int done(struct buf *out, size_t from, struct err *err)
{
    size_t size = out->len - from;

    if (buf_ok(out) && size <= LIMIT_TWIML)
        return 0;
    out->len = from;
    return buf_ok(out)
        ? refuse(err, ERR_LIMIT, 11750, "document", "more than 64 kB")
        : refuse(err, ERR_LIMIT, 0, "document", "no room for it");
}

int twiml_connect(struct buf *out, const struct twiml *t, struct err *err)
{
    size_t from = out->len;

    if ((t->say.ptr && check_say(t->say, t->language, err))
        || check_stream(t->stream_url, err)
        || check_text("Stream name", t->stream_name, err)
        || (t->status_callback.ptr && check_callback(t->status_callback, err))
        || check_params(t, err))
        return -1;
    buf_adds(out, HEAD "<Response>");
    if (t->say.ptr)
        say(out, t->say, t->language);
    buf_adds(out, "<Connect>");
    stream(out, t);
    buf_adds(out, "</Connect>");
    if (t->hangup)
        buf_adds(out, "<Hangup/>");
    buf_adds(out, "</Response>");
    return done(out, from, err);
}

int twiml_apology(struct buf *out, struct slice text, struct slice language,
    struct err *err)
{
    size_t from = out->len;

    if (check_say(text, language, err))
        return -1;
    buf_adds(out, HEAD "<Response>");
    say(out, text, language);
    buf_adds(out, "<Hangup/></Response>");
    return done(out, from, err);
}

int twiml_hangup(struct buf *out, struct err *err)
{
    size_t from = out->len;

    buf_adds(out, HEAD "<Response><Hangup/></Response>");
    return done(out, from, err);
}

int twiml_empty(struct buf *out, struct err *err)
{
    size_t from = out->len;

    buf_adds(out, HEAD "<Response/>");
    return done(out, from, err);
}
