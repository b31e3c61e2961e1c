/* why.c - the story of one call, as JSON and in words. */
#include "app/why.h"

#include <string.h>

#include "base/sys.h"
#include "base/text.h"
#include "twilio/errors.h"

/* ---- as JSON ---- */

static void put(struct jsonw *w, const char *key, struct json v)
{
    jsonw_key(w, key);
    if (v.type == JSON_ABSENT)
        jsonw_null(w);
    else if (v.type == JSON_STRING)     /* with its quotes, as it stands */
        jsonw_raw(w, slice_of(v.text.ptr - 1, v.text.len + 2));
    else
        jsonw_raw(w, v.text);
}

static void put_number(struct jsonw *w, const char *key, int n)
{
    jsonw_key(w, key);
    if (n)
        jsonw_int(w, n);
    else
        jsonw_null(w);
}

static void put_notices(struct jsonw *w, const struct why_told *t)
{
    jsonw_kobject(w, "twilio");
    jsonw_kbool(w, "asked", t->twilio != NULL);
    jsonw_kcstr(w, "not_asked", t->twilio ? NULL : t->not_asked);
    jsonw_karray(w, "notices");
    for (size_t i = 0; t->twilio && i < t->twilio->n; i++) {
        const struct notice *n = &t->twilio->list[i];
        const struct twilio_error *e = errors_find(n->number);
        char stamp[SYS_STAMP_MAX] = "";

        if (n->at >= 0)
            sys_stamp(stamp, n->at);
        jsonw_object(w);
        jsonw_kcstr(w, "at", stamp[0] ? stamp : NULL);
        jsonw_kint(w, "number", n->number);
        jsonw_kcstr(w, "level", n->error ? "error" : "warning");
        jsonw_kcstr(w, "text", n->text);
        jsonw_kcstr(w, "meaning", e ? e->meaning : NULL);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_end(w);
}

static void put_verdict(struct jsonw *w, const struct why_verdict *v)
{
    jsonw_kobject(w, "verdict");
    jsonw_kbool(w, "well", v->well);
    jsonw_kcstr(w, "end", v->end[0] ? v->end : NULL);
    put_number(w, "number", v->number);
    put_number(w, "sip", v->sip);
    jsonw_kcstr(w, "cause", v->cause);
    jsonw_kcstr(w, "remedy", v->remedy[0] ? v->remedy : NULL);
    jsonw_kcstr(w, "probe", v->probe);
    jsonw_karray(w, "candidates");
    for (size_t i = 0; i < WHY_CANDIDATES && v->candidate[i]; i++) {
        const struct twilio_error *e = errors_find(v->candidate[i]);

        jsonw_object(w);
        jsonw_kint(w, "number", v->candidate[i]);
        jsonw_kcstr(w, "meaning", e ? e->meaning : "");
        jsonw_kcstr(w, "cause", e ? e->cause : "");
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_end(w);
}

void why_write(struct jsonw *w, const struct why_told *t)
{
    struct why_verdict v;
    struct json story = json_get(t->story, "story");

    why_judge(t, &v);
    jsonw_object(w);
    put(w, "id", json_get(t->call, "id"));
    put(w, "call_sid", json_get(t->call, "call_sid"));
    put(w, "status", json_get(t->call, "status"));
    put(w, "outcome", json_get(t->call, "outcome.outcome"));
    put(w, "reason", json_get(t->call, "outcome.reason"));
    put(w, "seconds", json_get(t->call, "seconds"));
    jsonw_key(w, "story");
    jsonw_raw(w, story.type == JSON_ARRAY ? story.text : SLICE("[]"));
    put(w, "transcript", json_get(t->call, "transcript"));
    put_notices(w, t);
    put_verdict(w, &v);
    jsonw_end(w);
}

/* ---- in words ---- */

#define HIGHLIGHTS 3            /* lines from each end of a conversation */

static void add(struct buf *out, struct json v)
{
    if (!json_text(v, out))
        buf_adds(out, "-");
}

/* hh:mm:ss of an RFC 3339 stamp: the day stands in the first line. */
static void add_time(struct buf *out, struct json at)
{
    char text[48];

    json_copy(at, text, sizeof text);
    if (strlen(text) > 19)
        buf_addf(out, "%.12s", text + 11);
    else
        buf_adds(out, "            ");
}

static void print_day(struct buf *out, struct json at)
{
    char text[48];

    if (json_copy(at, text, sizeof text) && strlen(text) > 10)
        buf_addf(out, "%.10s, times in UTC\n", text);
}

static void print_story(struct buf *out, struct json story)
{
    struct json_walk walk = {.of = story};
    struct json step;

    while (json_next(&walk, NULL, &step)) {
        struct json number = json_get(step, "number");

        add_time(out, json_get(step, "at"));
        buf_adds(out, "  ");
        add(out, json_get(step, "text"));
        if (number.type == JSON_NUMBER)
            buf_addf(out, " [%.*s]", SLICE_ARG(number.text));
        buf_addc(out, '\n');
    }
}

static void print_lines(struct buf *out, struct json transcript)
{
    struct json_walk walk = {.of = transcript};
    struct json line;
    size_t n = 0, i = 0;

    while (json_next(&walk, NULL, &line))
        n++;
    if (n)
        buf_adds(out, "\nWhat was said:\n");
    walk = (struct json_walk){.of = transcript};
    for (; json_next(&walk, NULL, &line); i++) {
        if (i == HIGHLIGHTS && n > 2 * HIGHLIGHTS)
            buf_addf(out, "  ... %zu lines ...\n", n - 2 * HIGHLIGHTS);
        if (i >= HIGHLIGHTS && i + HIGHLIGHTS < n)
            continue;
        buf_adds(out, "  ");
        add(out, json_get(line, "at"));
        buf_addc(out, ' ');
        add(out, json_get(line, "who"));
        buf_adds(out, ": ");
        add(out, json_get(line, "text"));
        buf_addc(out, '\n');
    }
}

static void print_notices(struct buf *out, struct json twilio)
{
    struct json_walk walk = {.of = json_get(twilio, "notices")};
    struct json n;
    bool any = false;

    if (json_get(twilio, "asked").type != JSON_TRUE) {
        buf_adds(out, "\nTwilio was not asked what it wrote down: ");
        add(out, json_get(twilio, "not_asked"));
        buf_addc(out, '\n');
        return;
    }
    for (; json_next(&walk, NULL, &n); any = true) {
        if (!any)
            buf_adds(out, "\nTwilio wrote down:\n");
        buf_adds(out, "  ");
        add_time(out, json_get(n, "at"));
        buf_addf(out, "  %.*s ", SLICE_ARG(json_get(n, "number").text));
        add(out, json_get(n, "level"));
        buf_adds(out, ": ");
        add(out, json_get(n, "text"));
        buf_addc(out, '\n');
    }
    if (!any)
        buf_adds(out, "\nTwilio wrote down nothing about it.\n");
}

static void print_verdict(struct buf *out, struct json v)
{
    struct json_walk walk = {.of = json_get(v, "candidates")};
    struct json number = json_get(v, "number"), sip = json_get(v, "sip"), one;

    buf_addc(out, '\n');
    if (number.type == JSON_NUMBER)
        buf_addf(out, "Number: Twilio %.*s\n", SLICE_ARG(number.text));
    if (sip.type == JSON_NUMBER)
        buf_addf(out, "Number: SIP %.*s\n", SLICE_ARG(sip.text));
    buf_adds(out, "Cause:  ");
    add(out, json_get(v, "cause"));
    if (json_get(v, "remedy").type == JSON_STRING) {
        buf_adds(out, "\nRemedy: ");
        add(out, json_get(v, "remedy"));
    }
    buf_addc(out, '\n');
    for (bool first = true; json_next(&walk, NULL, &one); first = false) {
        if (first)
            buf_adds(out, "It may have been, the likelier first:\n");
        buf_addf(out, "  %.*s  ", SLICE_ARG(json_get(one, "number").text));
        add(out, json_get(one, "meaning"));
        buf_adds(out, ". ");
        add(out, json_get(one, "cause"));
        buf_addc(out, '\n');
    }
}

void why_print(struct buf *out, struct json why)
{
    buf_adds(out, "call ");
    add(out, json_get(why, "id"));
    if (json_get(why, "call_sid").type == JSON_STRING) {
        buf_adds(out, ", ");
        add(out, json_get(why, "call_sid"));
    }
    buf_adds(out, ": ");
    add(out, json_get(why, "status"));
    if (json_get(why, "outcome").type == JSON_STRING) {
        buf_adds(out, ", ");
        add(out, json_get(why, "outcome"));
    }
    if (json_get(why, "reason").type == JSON_STRING) {
        buf_adds(out, " (");
        add(out, json_get(why, "reason"));
        buf_addc(out, ')');
    }
    buf_adds(out, "\n\n");
    print_day(out, json_get(why, "story.0.at"));
    print_story(out, json_get(why, "story"));
    print_lines(out, json_get(why, "transcript"));
    print_notices(out, json_get(why, "twilio"));
    print_verdict(out, json_get(why, "verdict"));
}
