/* twilio_lint.c - a TwiML document judged (twilio_rules.c), and turned into
 * the verbs the call goes through.
 *
 * What is only warned of is left out; what Twilio cannot execute stops the
 * call.
 */
#include <string.h>

#include "base/text.h"
#include "sim/twilio_own.h"

struct lint {
    struct sim_twilio *t;
    struct tw_call *c;
    struct tw_doc *d;
    bool stopped;
};

/* Twilio has no number for some rules; they are kept all the same. */
static void said(void *arg, int number, bool fatal, const char *what,
    struct slice about)
{
    struct lint *l = arg;

    l->stopped |= fatal;
    tw_judge(l->t, l->c, number ? number : 12200, !fatal, "%s \"%.*s\"", what,
        SLICE_ARG(slice_head(about, 100)));
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

static bool by_get(const struct tw_node *n, const char *attr)
{
    return slice_ieq(tw_xml_attr(n, attr), SLICE("GET"));
}

static int64_t number(const struct tw_node *n, const char *attr)
{
    int64_t v = 1;

    text_i64(slice_trim_all(tw_xml_attr(n, attr)), 0, INT32_MAX, &v);
    return v;
}

static bool parameter(struct lint *l, const struct tw_node *n,
    struct tw_verb *v)
{
    if (!slice_is(n->name, "Parameter") || !tw_xml_attr(n, "name").ptr)
        return true;
    if (v->params == TW_PARAMS) {
        said(l, 12200, true, "too many Parameters:", n->name);
        return false;
    }
    v->param[v->params++] = (struct tw_attr){tw_xml_attr(n, "name"),
        tw_xml_attr(n, "value")};
    return true;
}

static void on_connect(struct lint *l, const struct tw_node *connect)
{
    const struct tw_node *n = connect->child;
    struct tw_verb *v;

    while (n && !slice_is(n->name, "Stream"))
        n = n->next;
    v = n ? add(l, TW_STREAM) : NULL;
    if (!v) {
        tw_note(l->t, "does not connect to what is in this Connect");
        return;
    }
    v->url = tw_xml_attr(n, "url");
    v->name = tw_xml_attr(n, "name");
    v->callback = tw_xml_attr(n, "statusCallback");
    v->callback_get = by_get(n, "statusCallbackMethod");
    v->action = tw_xml_attr(connect, "action");
    v->get = by_get(connect, "method");
    for (const struct tw_node *p = n->child; p; p = p->next)
        if (!parameter(l, p, v))
            return;
}

static void on_verb(struct lint *l, const struct tw_node *n)
{
    struct tw_verb *v = NULL;

    if (slice_is(n->name, "Say")) {
        v = add(l, TW_SAY);
    } else if (slice_is(n->name, "Pause")) {
        v = add(l, TW_PAUSE);
    } else if (slice_is(n->name, "Redirect")) {
        v = add(l, TW_REDIRECT);
    } else if (slice_is(n->name, "Hangup")) {
        v = add(l, TW_HANGUP);
    } else if (slice_is(n->name, "Reject")) {
        v = add(l, TW_REJECT);
    } else if (slice_is(n->name, "Connect")) {
        on_connect(l, n);
    } else {
        tw_note(l->t, "passes over <%.*s>", SLICE_ARG(slice_head(n->name,
            60)));
    }
    if (!v)
        return;
    v->text = n->text;
    v->get = by_get(n, "method");
    v->n = v->what == TW_PAUSE ? number(n, "length") : number(n, "loop");
    if (v->what == TW_SAY && v->n == 0)
        v->n = 1000;
}

int tw_lint(struct sim_twilio *t, struct tw_call *c, struct tw_doc *d,
    struct slice body)
{
    struct lint l = {.t = t, .c = c, .d = d};
    struct tw_node *root;

    d->verbs = 0;
    if (body.len && body.len <= TW_DOC)
        memcpy(d->text, body.ptr, body.len);
    root = tw_rules(&d->xml, body.len <= TW_DOC ? slice_of(d->text, body.len)
        : body, said, &l);
    if (!root || l.stopped)
        return -1;
    for (const struct tw_node *n = root->child; n; n = n->next)
        on_verb(&l, n);
    return l.stopped ? -1 : 0;
}
