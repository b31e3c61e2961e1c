/* twilio.c - Twilio: the life of the stand-in, what it judged, its calls. */
#include "sim/twilio.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/twilio_own.h"

static void write_sid(uint64_t seed, uint64_t n, const char *prefix,
    char out[static TW_SID])
{
    uint64_t a = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15)
        + n * UINT64_C(0xd1342543de82ef95);
    uint64_t b = a ^ a >> 31;

    b *= UINT64_C(0xbf58476d1ce4e5b9);
    text_fmt(out, TW_SID, "%s%016llx%016llx", prefix,
        (unsigned long long)(a ^ b >> 29), (unsigned long long)b);
}

/* 32 hex digits from the seed and a counter: the same run, the same SIDs. */
void tw_new_sid(struct sim_twilio *t, const char *prefix,
    char out[static TW_SID])
{
    write_sid(t->conf.seed, ++t->ids, prefix, out);
}

void tw_call_sid(const struct sim_twilio *t, const char *to, size_t n,
    char out[static TW_SID])
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);        /* FNV-1a */

    for (; *to; to++)
        sum = (sum ^ (unsigned char)*to) * UINT64_C(0x100000001b3);
    write_sid(t->conf.seed, sum + n, "CA", out);
}

static void keep(struct sim_twilio *t, const char *call, int number,
    bool warning, bool rest, const char *text)
{
    struct sim_twilio_error *e;

    if (t->errors < TW_ERRORS) {
        e = &t->error[t->errors++];
        e->number = number;
        e->warning = warning;
        e->rest = rest;
        e->at = sys_wall();
        text_copy(e->call, sizeof(e->call), slice_str(call));
        text_copy(e->text, sizeof(e->text), slice_str(text));
    }
    tw_note(t, "%s %d: %s", rest ? "refuses with" : warning ? "warning"
        : "error", number, text);
}

void tw_judge(struct sim_twilio *t, const struct tw_call *c, int number,
    bool warning, const char *fmt, ...)
{
    char text[sizeof(t->error->text)];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    keep(t, c ? c->sid : "", number, warning, false, text);
}

void tw_refused(struct sim_twilio *t, const char *call, int number,
    const char *text)
{
    keep(t, call, number, false, true, text);
}

void tw_note(const struct sim_twilio *t, const char *fmt, ...)
{
    char line[400];
    va_list ap;

    if (!t->conf.note.say)
        return;
    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    t->conf.note.say(t->conf.note.arg, "twilio", line);
}

struct tw_call *tw_find(const struct sim_twilio *t, struct slice sid)
{
    for (size_t i = 0; i < t->calls; i++)
        if (slice_is(sid, t->call[i]->sid))
            return t->call[i];
    return NULL;
}

bool tw_url_ok(struct slice url, const char *one, const char *two)
{
    size_t at = slice_find(url, SLICE("://"));
    struct slice scheme = slice_head(url, at), rest, host;

    if (at == SLICE_NPOS || url.len >= TW_URL
        || (!slice_iis(scheme, one) && !slice_iis(scheme, two)))
        return false;
    rest = slice_from(url, at + 3);
    host = slice_cut(&rest, '/');
    host = slice_cut(&host, '?');
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] <= 0x20 || url.ptr[i] >= 0x7f
            || strchr("\"<>\\^`{|}", url.ptr[i]))
            return false;
    return host.len > 0;
}

int tw_target(const struct sim_twilio *t, struct slice url,
    struct slice *target)
{
    size_t at = slice_find(url, SLICE("://")), end;
    struct slice rest = slice_from(url, at == SLICE_NPOS ? 0 : at + 3), host;

    for (end = 0; end < rest.len && rest.ptr[end] != '/'
        && rest.ptr[end] != '?' && rest.ptr[end] != '#'; end++)
        ;
    host = slice_head(rest, end);
    if (slice_ends(host, ":443"))
        host.len -= 4;
    *target = slice_from(rest, end);
    *target = slice_head(*target, slice_chr(*target, '#'));
    return slice_iis(host, t->conf.public_host) ? 0 : -1;
}

struct sim_twilio *sim_twilio_new(struct loop *l, struct resolver *r,
    const struct sim_twilio_conf *conf, struct err *err)
{
    static const uint8_t home[4] = {127, 0, 0, 1};
    struct sim_twilio *t = mem_new(sizeof(*t));
    struct sys_addr at;

    if (!t) {
        fail(err, ERR_MEM, "no memory for Twilio");
        return NULL;
    }
    t->loop = l;
    t->resolver = r;
    t->conf = *conf;
    list_init(&t->rests);
    list_init(&t->hooks);
    buf_init(&t->out, 1u << 20);
    buf_init(&t->frame, 4u << 20);
    t->json = mem_new(sizeof(*t->json));
    sys_addr_v4(&at, home, conf->port);
    if (t->json)
        t->listener = conn_listen(l, &at, NULL, 1000, tw_rest_accept, t, err);
    else
        fail(err, ERR_MEM, "no memory for Twilio");
    if (t->listener)
        return t;
    sim_twilio_free(t);
    return NULL;
}

void sim_twilio_free(struct sim_twilio *t)
{
    if (!t)
        return;
    listener_close(t->listener);
    tw_hooks_free(t);
    tw_rest_free(t);
    tw_rogue_free(t);
    for (size_t i = 0; i < t->calls; i++)
        tw_call_free(t->call[i]);
    buf_free(&t->out);
    buf_free(&t->frame);
    mem_drop(t->json);
    mem_drop(t);
}

uint16_t sim_twilio_port(const struct sim_twilio *t)
{
    return listener_port(t->listener);
}

void sim_twilio_server(struct sim_twilio *t, uint16_t port)
{
    t->conf.server_port = port;
}

void sim_twilio_callee(struct sim_twilio *t, const struct callee_script *s)
{
    t->conf.callee = s;
}

void sim_twilio_fault(struct sim_twilio *t, struct sim_fault f)
{
    t->conf.fault = (struct sim_faults){.at = {f}};
}

const char *sim_twilio_inbound(struct sim_twilio *t, const char *from)
{
    struct tw_call *c = tw_call_new(t);

    if (!c)
        return NULL;
    text_copy(c->from, sizeof(c->from), slice_str(from));
    text_copy(c->to, sizeof(c->to), slice_str(t->conf.number));
    tw_call_ring_us(c);
    return c->sid;
}

const struct sim_twilio_error *sim_twilio_error(const struct sim_twilio *t,
    size_t i)
{
    return i < t->errors ? &t->error[i] : NULL;
}

bool sim_twilio_only(const struct sim_twilio *t, int number)
{
    size_t hits = 0;

    for (size_t i = 0; i < t->errors; i++) {
        const struct sim_twilio_error *e = &t->error[i];

        if (e->rest && e->call[0]
            && (e->number == 20404 || e->number == 21220))
            continue;
        if (e->number != number)
            return false;
        hits++;
    }
    return number == 0 || hits > 0;
}

bool sim_twilio_call(const struct sim_twilio *t, size_t i,
    struct sim_twilio_call *out)
{
    const struct tw_call *c;

    if (i >= t->calls)
        return false;
    c = t->call[i];
    *out = c->counts;
    out->sid = c->sid;
    out->to = c->to;
    out->from = c->from;
    out->status = c->status;
    out->over = c->told_over;
    out->inbound = c->inbound;
    out->twin = c->twin;
    out->callee = &c->callee;
    out->seconds = c->started && c->ended
        ? (c->ended - c->started + 999) / 1000 : 0;
    return true;
}

struct sim_twilio_counts sim_twilio_counts(const struct sim_twilio *t)
{
    struct sim_twilio_counts n = t->counts;

    for (const struct list *l = t->hooks.next; l != &t->hooks; l = l->next)
        n.hooks++;
    return n;
}

bool sim_twilio_forget(struct sim_twilio *t, const char *sid)
{
    struct tw_call *c = tw_find(t, slice_str(sid));
    size_t n = 0;

    if (!c || !c->told_over || c->hooks || c->stream.conn
        || !tw_rogue_forget(c))
        return false;
    for (size_t i = 0; i < t->errors; i++)
        if (strcmp(t->error[i].call, sid) != 0)
            t->error[n++] = t->error[i];
    t->errors = n;
    n = 0;
    for (size_t i = 0; i < t->calls; i++)
        if (t->call[i] != c)
            t->call[n++] = t->call[i];
    t->calls = n;
    tw_call_free(c);
    return true;
}

size_t sim_twilio_active(const struct sim_twilio *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->calls; i++)
        n += t->call[i]->phase != TW_OVER;
    return n;
}
