/* lint.c - a TwiML document judged as Twilio would judge it.
 *
 * Walks the document once.  The table says which element may stand in which
 * and what attributes it takes; one that is not allowed is reported and passed
 * over with all that is in it, as Twilio does.
 */
#include "twilio/lint.h"

#include "base/limits.h"
#include "twilio/errors.h"
#include "twilio/lint_impl.h"

#define INLINE_MAX 4000         /* characters: twilio 2.1, error 32018 */

/* Keeps findings in the document's order, the first max of them. */
static void find(struct lint *l, enum lint_rule rule, size_t at,
    struct slice what)
{
    const struct lint_text *text = &lint_text[rule];
    const struct twilio_error *e = errors_find(text->number);
    struct lint_finding f = {.number = text->number,
        .last = e ? e->last : 0, .level = text->level, .at = at,
        .message = text->cause, .remedy = text->remedy, .what = what};
    size_t i = l->found < l->max ? l->found : l->max;

    l->found++;
    while (i > 0 && l->out[i - 1].at > at) {
        if (i < l->max)
            l->out[i] = l->out[i - 1];
        i--;
    }
    if (i == l->max)
        return;
    xml_where(l->x.doc, at, &f.line, &f.column);
    l->out[i] = f;
}

void lint_find_part(struct lint *l, enum lint_rule rule, struct slice part)
{
    find(l, rule, (size_t)(part.ptr - l->x.doc.ptr), part);
}

static void find_element(struct lint *l, enum lint_rule rule)
{
    find(l, rule, l->x.at, l->x.name);
}

/* ---- an element opens ---- */

static const struct lint_attr *attr_of(const struct lint_attr *list,
    struct slice name, bool any_case)
{
    for (; list->name; list++)
        if (any_case ? slice_iis(name, list->name)
            : slice_is(name, list->name))
            return list;
    return NULL;
}

static void attributes(struct lint *l, const struct lint_element *e)
{
    for (size_t i = 0; i < l->x.attrs; i++) {
        const struct xml_attr *x = &l->x.attr[i];
        const struct lint_attr *a = attr_of(e->attrs, x->name, false);

        if (a)
            lint_value(l, a, x->value);
        else if (!slice_starts(x->name, "xml")
            && !slice_starts(x->name, "xsi:"))
            find(l, attr_of(e->attrs, x->name, true) ? R_ATTR_CASE
                : R_ATTR, x->at, x->name);
    }
    for (const struct lint_attr *a = e->attrs; a->name; a++)
        if (a->needed && !xml_attr(&l->x, a->name).ptr)
            find_element(l, a->rule ? a->rule : R_NEEDED);
}

/* twilio 2.3. */
static void parameter(struct lint *l)
{
    struct slice name = xml_attr(&l->x, "name");
    struct slice value = xml_attr(&l->x, "value");

    if (lint_characters(name, false) + lint_characters(value, false)
        > LIMIT_PARAMETER)
        find_element(l, R_PARAM_LONG);
    for (size_t i = 0; i < l->params && name.ptr; i++)
        if (slice_eq(l->param[i], name)) {
            find_element(l, R_PARAM_TWICE);
            return;
        }
    if (l->params < XML_ATTRS)
        l->param[l->params++] = name;
}

static void say(struct lint *l)
{
    struct slice voice = xml_attr(&l->x, "voice");

    l->said = 0;
    l->shown = false;
    l->say_max = slice_starts(voice, "Polly.") ? 3000
        : slice_starts(voice, "Google.") ? 5000 : 4096;
}

static void verb(struct lint *l, const struct lint_element *e)
{
    if (l->over) {
        find_element(l, R_UNREACHED);
        l->over = false;        /* said once */
    } else if (e->kind == K_REJECT && l->verbs) {
        find_element(l, R_REJECT_LATE);
    }
    if (e->kind == K_ENDS || e->kind == K_REDIRECT || e->kind == K_REJECT)
        l->over = true;
    l->verbs++;
    l->last_at = l->x.at;
    l->last = l->x.name;
    l->last_kind = e->kind;
    l->streams = false;
}

static void push(struct lint *l, const struct lint_element *e)
{
    l->open_at[l->depth] = l->x.at;
    l->open_name[l->depth] = l->x.name;
    l->inside[l->depth] = 0;
    l->open[l->depth++] = e;
}

static void root(struct lint *l)
{
    if (!slice_is(l->x.name, "Response")) {
        find_element(l, slice_iis(l->x.name, "Response") ? R_ROOT_CASE
            : R_ROOT);
        l->skipped = 1;
        return;
    }
    attributes(l, &lint_response);
    push(l, &lint_response);
}

static void judge(struct lint *l, const struct lint_element *parent,
    const struct lint_element *e)
{
    if (parent->kind == K_RESPONSE)
        verb(l, e);
    else if (parent->kind == K_CONNECT && l->inside[l->depth - 1] > 1)
        find_element(l, R_TWO_NOUNS);
    if (e->attrs)
        attributes(l, e);
    if (e->kind == K_STREAM) {
        l->streams = true;
        l->params = 0;
    } else if (e->kind == K_PARAMETER) {
        parameter(l);
    } else if (e->kind == K_SAY) {
        say(l);
    } else if (e->kind == K_PLAY) {
        l->digits = xml_attr(&l->x, "digits").ptr != NULL;
    }
}

static void opened(struct lint *l)
{
    const struct lint_element *parent, *e;
    bool known, cased;

    if (l->skipped) {
        l->skipped++;
        return;
    }
    if (l->depth == 0) {
        root(l);
        return;
    }
    parent = l->open[l->depth - 1];
    e = lint_element(l->x.name, parent, &known, &cased);
    if (!e) {
        find_element(l, known ? R_PLACE : cased ? R_ELEMENT_CASE : R_ELEMENT);
        l->skipped = 1;
        return;
    }
    l->inside[l->depth - 1]++;
    judge(l, parent, e);
    if (!e->attrs && e->kind != K_SPEECH)
        l->skipped = 1;
    else
        push(l, e);
}

/* ---- text, and an element closes ---- */

static void text(struct lint *l)
{
    struct slice shown = slice_trim_all(l->x.text);
    const struct lint_element *e;

    if (l->skipped || l->depth == 0)
        return;
    e = l->open[l->depth - 1];
    if (e->kind == K_SAY || e->kind == K_SPEECH)
        l->said += lint_characters(l->x.text, l->x.cdata);
    if (!shown.len)
        return;
    l->shown = true;
    if (!e->text)
        lint_find_part(l, R_TEXT, shown);
    else if (!l->x.cdata && (e->kind == K_DIAL
        || l->inside[l->depth - 1] == 0))
        lint_body(l, e->kind, shown);
    l->inside[l->depth - 1] += e->text;
}

static void closed_say(struct lint *l)
{
    struct slice name = l->open_name[l->depth];
    size_t at = l->open_at[l->depth];

    if (!l->shown)
        find(l, R_SAY_EMPTY, at, name);
    if (l->said > l->say_max)
        find(l, l->say_max == 3000 ? R_SAY_POLLY : l->say_max == 5000
            ? R_SAY_GOOGLE : R_SAY_LONG, at, name);
}

/* Nothing stands in it. */
static void closed_empty(struct lint *l, const struct lint_element *e)
{
    struct slice name = l->open_name[l->depth];
    size_t at = l->open_at[l->depth];

    if (e->kind == K_CONNECT || e->kind == K_START || e->kind == K_STOP)
        find(l, R_NO_NOUN, at, name);
    else if (e->kind == K_DIAL)
        find(l, R_DIAL_NONE, at, name);
    else if (e->kind == K_NUMBER)
        find(l, R_DIAL_NUMBER, at, name);
    else if (e->kind == K_REDIRECT || (e->kind == K_PLAY && !l->digits))
        find(l, R_URL_NONE, at, name);
}

static void closed(struct lint *l)
{
    const struct lint_element *e;

    if (l->skipped) {
        l->skipped--;
        return;
    }
    e = l->open[--l->depth];
    if (e->kind == K_SAY)
        closed_say(l);
    else if (l->inside[l->depth] == 0)
        closed_empty(l, e);
    /* twilio 1.1: it does not block, so the call would be over. */
    if (e->kind == K_RESPONSE && l->last_kind == K_START && l->streams)
        find(l, R_START_LAST, l->last_at, l->last);
}

/* ---- the whole ---- */

static void bad(struct lint *l)
{
    struct slice none = {NULL, 0};
    size_t before = l->found;

    if (slice_iis(slice_head(slice_trim_all(l->x.doc), 14),
        "<!DOCTYPE html")) {
        find(l, R_HTML, l->x.at, none);
        return;
    }
    find(l, R_XML, l->x.at, none);
    for (size_t i = 0; i < l->max && i <= before; i++)
        if (!l->out[i].message)
            l->out[i].message = l->x.why;
}

static size_t walk(struct lint *l)
{
    for (;;) {
        switch (xml_next(&l->x)) {
        case XML_OPEN:
            opened(l);
            break;
        case XML_CLOSE:
            closed(l);
            break;
        case XML_TEXT:
            text(l);
            break;
        case XML_DONE:
            return l->found;
        case XML_BAD:
            bad(l);
            return l->found;
        }
    }
}

/* twilio 2.2: XML allows it where no declaration follows, Twilio does not. */
static bool blank_first(struct slice doc)
{
    struct slice rest = slice_trim_all(doc);

    return rest.len && rest.ptr != doc.ptr && rest.ptr[0] == '<'
        && !slice_starts(rest, "<?xml");
}

static size_t lint(struct slice doc, bool sent, struct lint_finding *out,
    size_t max)
{
    struct lint l = {.x.doc = doc, .out = out, .max = max, .inline_ = sent,
        .last_kind = K_PLAIN};
    struct slice none = {NULL, 0};

    if (doc.len == 0) {
        find(&l, R_EMPTY, 0, none);
        return l.found;
    }
    if (doc.len > LIMIT_TWIML)
        find(&l, R_LONG, LIMIT_TWIML, none);
    if (sent && lint_characters(doc, true) > INLINE_MAX)
        find(&l, R_INLINE_LONG, 0, none);
    if (blank_first(doc))
        find(&l, R_BLANK, 0, none);
    return walk(&l);
}

size_t lint_twiml(struct slice doc, struct lint_finding *out, size_t max)
{
    return lint(doc, false, out, max);
}

size_t lint_inline(struct slice doc, struct lint_finding *out, size_t max)
{
    return lint(doc, true, out, max);
}
