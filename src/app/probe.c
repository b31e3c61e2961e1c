/* probe.c - how a probe ends and what it may say. */
#include "app/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"
#include "base/text.h"

const char *probe_status_name(enum probe_status s)
{
    switch (s) {
    case PROBE_OK:
        return "ok";
    case PROBE_WARN:
        return "warn";
    case PROBE_FAIL:
        return "fail";
    case PROBE_SKIP:
        return "skip";
    }
    return "";
}

bool probe_over(const struct probe_run *p)
{
    return p->state >= RUN_OVER;
}

/* Peers' words come in here too: one line, nothing a terminal acts on. */
static void words(char *dst, const char *fmt, va_list ap) PRINTFLIKE(2, 0);
static void words(char *dst, const char *fmt, va_list ap)
{
    char text[PROBE_TEXT];
    int n = vsnprintf(text, sizeof text, fmt, ap);

    probe_clean(dst, PROBE_TEXT, slice_str(n < 0 ? "" : text));
}

/* doctor_run stops and tells it behind the round: the probe's own handler may
 * be on the stack. */
static void end(struct probe_run *p, enum probe_status status, int number)
{
    p->state = RUN_OVER;
    p->result.status = status;
    p->result.twilio = number;
    if (p->began_us)
        p->result.us = sys_now_us() - p->began_us;
    loop_cancel(p->d->loop, &p->deadline);
}

void probe_ok(struct probe_run *p, const char *fmt, ...)
{
    va_list ap;

    if (probe_over(p))
        return;
    va_start(ap, fmt);
    words(p->result.note, fmt, ap);
    va_end(ap);
    p->result.cause[0] = p->result.remedy[0] = 0;
    p->result.stream = 0;
    end(p, PROBE_OK, 0);
}

void probe_warn(struct probe_run *p, int number, const char *fmt, ...)
{
    va_list ap;

    if (probe_over(p))
        return;
    va_start(ap, fmt);
    words(p->result.cause, fmt, ap);
    va_end(ap);
    end(p, PROBE_WARN, number);
}

void probe_fail(struct probe_run *p, int number, const char *fmt, ...)
{
    va_list ap;

    if (probe_over(p))
        return;
    va_start(ap, fmt);
    words(p->result.cause, fmt, ap);
    va_end(ap);
    end(p, PROBE_FAIL, number);
}

void probe_skip(struct probe_run *p, const char *fmt, ...)
{
    va_list ap;

    if (probe_over(p))
        return;
    va_start(ap, fmt);
    words(p->result.cause, fmt, ap);
    va_end(ap);
    p->result.remedy[0] = 0;
    p->result.stream = 0;
    end(p, PROBE_SKIP, 0);
}

void probe_remedy(struct probe_run *p, const char *fmt, ...)
{
    va_list ap;

    if (probe_over(p))
        return;
    va_start(ap, fmt);
    words(p->result.remedy, fmt, ap);
    va_end(ap);
}

void probe_stream_number(struct probe_run *p, int number)
{
    if (probe_over(p))
        return;
    p->result.stream = number;
    jsonw_kint(&p->w, "stream_error", number);
}

struct jsonw *probe_seen(struct probe_run *p)
{
    return &p->w;
}

const char *probe_clean(char *dst, size_t cap, struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len && n + 1 < cap; i++) {
        uint8_t c = s.ptr[i];

        if (c == '\n' || c == '\t')
            c = ' ';
        else if (c == '\r')
            continue;
        dst[n++] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    dst[n] = 0;
    return dst;
}

/* "settings" tells why, when it is among the probes. */
static void no_server(struct probe_run *p)
{
    const struct doctor *d = p->d;

    for (size_t i = 0; i < d->runs; i++)
        if (strcmp(d->run[i].probe->name, "settings") == 0) {
            probe_skip(p, "no server to ask: see \"settings\"");
            return;
        }
    probe_skip(p, "no server to ask: %s", d->server_err.msg);
}

bool probe_has(struct probe_run *p, int wanted)
{
    struct doctor *d = p->d;

    if ((wanted & PROBE_PUBLIC) && !d->public.host.ptr)
        probe_skip(p, "PUBLIC_DOMAIN is not set");
    else if ((wanted & PROBE_WAY) && d->direct)
        probe_skip(p, "--offline: the public address is not asked");
    else if ((wanted & PROBE_SERVER) && !d->local[0])
        no_server(p);
    else if ((wanted & PROBE_TOKEN) && !d->conf->twilio_auth_token[0])
        probe_skip(p, "TWILIO_AUTH_TOKEN is not set: nothing can be signed");
    return !probe_over(p);
}

void probe_abort(struct probe_run *p)
{
    static const struct conn_ops nobody = {.name = "doctor"};
    struct conn *c = p->own;

    if (!c)
        return;
    conn_adopt(c, &nobody, NULL);
    conn_abort(c, NULL);
    p->own = NULL;
}
