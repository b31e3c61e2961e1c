/* doctor_tell.c - a probe's result, for people and for programs. */
#include "app/probe.h"

#include "base/text.h"

#define INDENT "                          "     /* up to the words */

static const char *colour_of(enum probe_status s)
{
    switch (s) {
    case PROBE_OK:
        return "\033[32m";
    case PROBE_WARN:
        return "\033[33m";
    case PROBE_FAIL:
        return "\033[31m";
    case PROBE_SKIP:
        return "\033[2m";
    }
    return "";
}

static void add_numbers(struct buf *out, const struct probe_result *r)
{
    if (r->twilio)
        buf_addf(out, "%d", r->twilio);
    if (r->stream)
        buf_addf(out, "%s%d", r->twilio ? " (its stream: " : "(stream: ",
            r->stream);
    if (r->stream)
        buf_addc(out, ')');
    if (r->twilio || r->stream)
        buf_adds(out, "  ");
}

void doctor_tell(struct buf *out, const struct probe_result *r, bool colour)
{
    if (colour)
        buf_adds(out, colour_of(r->status));
    buf_addf(out, "%-4s", probe_status_name(r->status));
    if (colour)
        buf_adds(out, "\033[0m");
    buf_addf(out, "  %-9s %6.1f ms  ", r->name, (double)r->us / 1000.0);
    if (r->status == PROBE_OK) {
        buf_addf(out, "%s\n", r->note);
        return;
    }
    add_numbers(out, r);
    buf_addf(out, "%s\n", r->cause);
    if (r->remedy[0])
        buf_addf(out, INDENT "-> %s\n", r->remedy);
}

void doctor_tell_json(struct buf *out, const struct probe_result *r)
{
    struct jsonw w;
    char ms[32];

    text_fmt(ms, sizeof ms, "%.1f", (double)r->us / 1000.0);
    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kcstr(&w, "probe", r->name);
    jsonw_kcstr(&w, "status", probe_status_name(r->status));
    if (r->twilio)
        jsonw_kint(&w, "twilio", r->twilio);
    else
        jsonw_knull(&w, "twilio");
    jsonw_kcstr(&w, "cause", r->cause);
    jsonw_kcstr(&w, "remedy", r->remedy);
    jsonw_kraw(&w, "ms", slice_str(ms));
    jsonw_kraw(&w, "seen", r->seen.len && buf_ok(&r->seen)
        ? buf_slice(&r->seen) : SLICE("{}"));
    jsonw_end(&w);
    buf_addc(out, '\n');
}
