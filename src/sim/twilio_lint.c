/* twilio_lint.c - a TwiML document judged as Twilio does (twilio 2.2 to 2.4),
 * and turned into the verbs the call goes through.
 *
 * An unknown verb or attribute is a warning and is left out; what Twilio can
 * not execute stops the call.
 */
#include <string.h>

#include "base/text.h"
#include "sim/twilio_own.h"

struct lint {
    struct sim_twilio *t;
    struct tw_call *c;
    struct tw_doc *d;
};

static int stop(struct lint *l, int number, const char *what,
    struct slice value)
{
    tw_judge(l->t, l->c, number, false, "%s \"%.*s\"", what,
        SLICE_ARG(slice_head(value, 100)));
    return -1;
}

static void warn(struct lint *l, const char *what, struct slice name)
{
    tw_judge(l->t, l->c, 12200, true, "%s <%.*s>", what,
        SLICE_ARG(slice_head(name, 60)));
}

static bool among(struct slice word, const char *words)
{
    struct slice rest = slice_str(words);

    while (rest.ptr)
        if (slice_eq(slice_cut(&rest, ' '), word))
            return true;
    return false;
}

static void check_attrs(struct lint *l, const struct tw_node *n,
    const char *names)
{
    for (size_t i = 0; i < n->attrs; i++)
        if (!among(n->attr[i].name, names))
            tw_judge(l->t, l->c, 12200, true, "<%.*s> has no attribute %.*s",
                SLICE_ARG(slice_head(n->name, 60)),
                SLICE_ARG(slice_head(n->attr[i].name, 60)));
}

static bool no_children(struct lint *l, const struct tw_node *n)
{
    if (n->child)
        warn(l, "not allowed there:", n->child->name);
    return !n->child;
}

static int method(struct lint *l, const struct tw_node *n, const char *attr,
    bool *get)
{
    struct slice m = tw_xml_attr(n, attr);

    *get = slice_is(m, "GET");
    return !m.ptr || *get || slice_is(m, "POST") ? 0
        : stop(l, 13710, "a method that is neither GET nor POST:", m);
}

static size_t characters(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (s.ptr[i] & 0xc0) != 0x80;
    return n;
}

static struct tw_verb *add(struct lint *l, enum tw_do what)
{
    struct tw_verb *v = &l->d->verb[l->d->verbs];

    if (l->d->verbs == TW_VERBS) {
        tw_judge(l->t, l->c, 12200, true, "more than %d verbs", TW_VERBS);
        return NULL;
    }
    l->d->verbs++;
    memset(v, 0, sizeof(*v));
    v->what = what;
    return v;
}

static int number(struct lint *l, const struct tw_node *n, const char *attr,
    int64_t usual, int error, int64_t *out)
{
    struct slice s = tw_xml_attr(n, attr);

    *out = usual;
    return !s.ptr || text_i64(s, 0, 14400, out) == 0 ? 0
        : stop(l, error, "not a number:", s);
}

static int on_say(struct lint *l, const struct tw_node *n)
{
    struct tw_verb *v = add(l, TW_SAY);
    int64_t loop;

    check_attrs(l, n, "voice language loop");
    no_children(l, n);
    if (!v)
        return 0;
    v->text = n->text;
    if (!n->text.len)
        return stop(l, 13520, "a Say with nothing to say", n->text);
    if (characters(n->text) > 4096)
        return stop(l, 13521, "a Say too long:", n->text);
    if (number(l, n, "loop", 1, 13510, &loop))
        return -1;
    v->n = loop ? loop : 1000;
    return 0;
}

static int on_pause(struct lint *l, const struct tw_node *n)
{
    struct tw_verb *v = add(l, TW_PAUSE);

    check_attrs(l, n, "length");
    no_children(l, n);
    return v ? number(l, n, "length", 1, 13910, &v->n) : 0;
}

static int on_redirect(struct lint *l, const struct tw_node *n)
{
    struct tw_verb *v = add(l, TW_REDIRECT);

    check_attrs(l, n, "method");
    no_children(l, n);
    if (!v)
        return 0;
    v->text = n->text;
    if (!n->text.len)
        return stop(l, 11100, "a Redirect without a URL", n->text);
    return method(l, n, "method", &v->get);
}

/* twilio 2.3: name and value of each one together under 500 characters. */
static int on_parameter(struct lint *l, const struct tw_node *n,
    struct tw_verb *v)
{
    struct slice name = tw_xml_attr(n, "name");
    struct slice value = tw_xml_attr(n, "value");

    check_attrs(l, n, "name value");
    no_children(l, n);
    if (!name.len || !value.ptr)
        return stop(l, 12200, "a Parameter without name or value", name);
    if (characters(name) + characters(value) >= 500)
        return stop(l, 12200, "a Parameter of 500 characters or more:", name);
    if (v->params == TW_PARAMS)
        return stop(l, 12200, "too many Parameters:", name);
    for (size_t i = 0; i < v->params; i++)
        if (slice_eq(v->param[i].name, name))
            return stop(l, 12200, "the same Parameter twice:", name);
    v->param[v->params++] = (struct tw_attr){name, value};
    return 0;
}

static bool url_bytes(struct slice url)
{
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] <= 0x20 || url.ptr[i] >= 0x7f
            || strchr("\"<>\\^`{|}", url.ptr[i]))
            return false;
    return url.len > 0;
}

/* Absolute and wss, or relative; no userinfo. */
static int stream_url(struct lint *l, struct slice url)
{
    size_t at = slice_find(url, SLICE("://"));
    struct slice rest = at == SLICE_NPOS ? url : slice_from(url, at + 3);
    struct slice host = slice_cut(&rest, '/');

    if (!url_bytes(url))
        return stop(l, 31923, "a malformed stream URL", url);
    if (at == SLICE_NPOS)
        return url.ptr[0] == '/' ? 0
            : stop(l, 31923, "a malformed stream URL", url);
    if (!slice_ieq(slice_head(url, at), SLICE("wss")))
        return stop(l, 31922, "a stream URL that is not wss:", url);
    if (!slice_cut(&host, '?').len || slice_chr(host, '@') != SLICE_NPOS)
        return stop(l, 31923, "a malformed stream URL", url);
    return 0;
}

static int on_stream(struct lint *l, const struct tw_node *connect,
    const struct tw_node *n)
{
    struct tw_verb *v = add(l, TW_STREAM);
    struct slice track = tw_xml_attr(n, "track");

    if (!v)
        return 0;
    check_attrs(l, n, "url name track statusCallback statusCallbackMethod "
        "connectorName");
    v->url = tw_xml_attr(n, "url");
    v->name = tw_xml_attr(n, "name");
    v->callback = tw_xml_attr(n, "statusCallback");
    v->action = tw_xml_attr(connect, "action");
    if (tw_xml_attr(n, "connectorName").ptr)
        return stop(l, 31940, "a connectorName", n->name);
    if (track.ptr && !slice_is(track, "inbound_track"))
        return stop(l, 31941, "a track that <Connect><Stream> has not:",
            track);
    if (stream_url(l, v->url))
        return -1;
    if (v->callback.ptr && !tw_url_ok(v->callback, "https", "http"))
        return stop(l, 11100, "a statusCallback that is not absolute:",
            v->callback);
    if (method(l, n, "statusCallbackMethod", &v->callback_get)
        || method(l, connect, "method", &v->get))
        return -1;
    for (const struct tw_node *k = n->child; k; k = k->next) {
        if (!slice_is(k->name, "Parameter"))
            warn(l, "not allowed in <Stream>:", k->name);
        else if (on_parameter(l, k, v))
            return -1;
    }
    return 0;
}

static int on_connect(struct lint *l, const struct tw_node *n)
{
    size_t streams = 0;

    check_attrs(l, n, "action method");
    for (const struct tw_node *k = n->child; k; k = k->next) {
        if (!slice_is(k->name, "Stream")) {
            warn(l, "not known in <Connect> here:", k->name);
            continue;
        }
        if (streams++)
            return stop(l, 12200, "a second <Stream> in one", n->name);
        if (on_stream(l, n, k))
            return -1;
    }
    return streams ? 0 : stop(l, 12200, "nothing to connect to in", n->name);
}

static int on_verb(struct lint *l, const struct tw_node *n)
{
    if (slice_is(n->name, "Say"))
        return on_say(l, n);
    if (slice_is(n->name, "Pause"))
        return on_pause(l, n);
    if (slice_is(n->name, "Redirect"))
        return on_redirect(l, n);
    if (slice_is(n->name, "Connect"))
        return on_connect(l, n);
    if (slice_is(n->name, "Hangup") || slice_is(n->name, "Reject")) {
        bool reject = slice_is(n->name, "Reject");

        check_attrs(l, n, reject ? "reason" : "");
        no_children(l, n);
        add(l, reject ? TW_REJECT : TW_HANGUP);
        return 0;
    }
    warn(l, "no verb of this stand-in's:", n->name);
    return 0;
}

int tw_lint(struct sim_twilio *t, struct tw_call *c, struct tw_doc *d,
    struct slice body)
{
    struct lint l = {t, c, d};
    struct tw_node *root;

    d->verbs = 0;
    if (body.len >= TW_DOC) {
        tw_judge(t, c, 11750, false, "the document has %zu bytes", body.len);
        return -1;
    }
    if (body.len)
        memcpy(d->text, body.ptr, body.len);
    root = tw_xml_read(&d->xml, slice_of(d->text, body.len));
    if (!root) {
        tw_judge(t, c, 12100, false, "%s, byte %zu", d->xml.why, d->xml.at);
        return -1;
    }
    if (!slice_is(root->name, "Response"))
        return stop(&l, 12102, "the root is", root->name);
    if (root->attrs)
        return stop(&l, 12101, "Response has an attribute",
            root->attr[0].name);
    for (const struct tw_node *n = root->child; n; n = n->next)
        if (on_verb(&l, n))
            return -1;
    return 0;
}
