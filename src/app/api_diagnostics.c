/* api_diagnostics.c - GET /diagnostics: what the server knows of itself, of the
 * way to it and of what went wrong lately, as one object.
 */
#include <string.h>

#include "app/cmd.h"
#include "app/server.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/jsonw.h"
#include "net/tlsio.h"
#include "twilio/errors.h"

#define BODY_MAX (4u << 20)     /* bytes of the answer */
#define CALLS_SHOWN 20
#define ATTEMPTS_SHOWN 20
#define ERRORS_SHOWN 20

/* Headers by which a proxy or tunnel shows that it was on the way. */
static const char *const way[] = {"via", "forwarded", "x-forwarded-for",
    "x-forwarded-proto", "x-forwarded-host", "cf-ray", "ngrok-trace-id",
    "x-real-ip"};

static void put_settings(struct jsonw *w, const struct conf *c)
{
    struct buf lines;
    struct slice rest;

    buf_init(&lines, 256u << 10);
    conf_print(c, true, &lines);
    rest = buf_slice(&lines);
    jsonw_karray(w, "settings");
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');

        if (line.len)
            jsonw_raw(w, line);
    }
    jsonw_end(w);
    buf_free(&lines);
}

static void put_tls(struct jsonw *w, const struct server *s)
{
    jsonw_kobject(w, "tls");
    jsonw_kcstr(w, "library", tlsio_version());
    jsonw_kcstr(w, "trust", s->ca_taken);
    jsonw_kbool(w, "serves_tls", s->server_tls != NULL);
    jsonw_end(w);
}

/* What the last request from outside showed of its way here. */
static void put_public(struct jsonw *w, const struct server *s)
{
    const struct attempt *last = NULL;

    for (const struct attempt *a = attempts_after(s->attempts, 0); a;
        a = attempts_after(s->attempts, a->id))
        if (a->kind == ATTEMPT_WEBHOOK || a->kind == ATTEMPT_UPGRADE)
            last = a;
    jsonw_kobject(w, "public");
    jsonw_kcstr(w, "base", server_public(s)[0] ? server_public(s) : NULL);
    jsonw_kcstr(w, "trusted_proxies", s->conf->trusted_proxies);
    jsonw_kobject(w, "last_request");
    for (size_t i = 0; last && i < sizeof way / sizeof *way; i++) {
        struct slice value = attempts_header(last, way[i]);

        if (value.ptr)
            jsonw_kstr(w, way[i], value);
    }
    if (last) {
        jsonw_kstr(w, "host", attempts_header(last, "host"));
        jsonw_kcstr(w, "peer", last->peer);
    }
    jsonw_end(w);
    jsonw_end(w);
}

/* ---- calls ---- */

struct listed {
    struct jsonw *w;
    size_t n;
};

static bool put_call(void *arg, struct slice id, struct slice object)
{
    struct listed *l = arg;
    struct json call, v;

    if (json_parse(object, &call, NULL))
        return true;
    jsonw_object(l->w);
    jsonw_kstr(l->w, "id", id);
    v = json_get(call, "status");
    jsonw_kstr(l->w, "status", v.text);
    v = json_get(call, "outcome.outcome");
    jsonw_kstr(l->w, "outcome", v.type == JSON_STRING ? v.text
        : slice_str(NULL));
    v = json_get(call, "error");
    jsonw_key(l->w, "error");
    if (v.type == JSON_OBJECT)
        jsonw_raw(l->w, v.text);
    else
        jsonw_null(l->w);
    jsonw_end(l->w);
    return ++l->n < CALLS_SHOWN;
}

static void put_calls(struct jsonw *w, struct server *s)
{
    struct listed l = {w, 0};
    struct calls_counts c = calls_counts(s->calls);

    jsonw_kobject(w, "calls");
    jsonw_kint(w, "running", (int64_t)calls_running(s->calls));
    jsonw_kbool(w, "draining", calls_draining(s->calls));
    jsonw_kint(w, "started", (int64_t)c.started);
    jsonw_kint(w, "inbound", (int64_t)c.inbound);
    jsonw_kint(w, "ended", (int64_t)c.ended);
    jsonw_kint(w, "confirmed", (int64_t)c.confirmed);
    jsonw_kint(w, "refused", (int64_t)c.refused);
    jsonw_karray(w, "newest");
    calls_each(s->calls, slice_str(NULL), put_call, &l);
    jsonw_end(w);
    jsonw_end(w);
}

static void put_counters(struct jsonw *w, struct server *s)
{
    struct calls_counts c = calls_counts(s->calls);
    struct disk_counts d = disk_counts(s->disk);
    struct loop_counts l = loop_counts(s->loop);

    jsonw_kobject(w, "counters");
    jsonw_kint(w, "frames_up", (int64_t)c.frames_up);
    jsonw_kint(w, "frames_down", (int64_t)c.frames_down);
    jsonw_kint(w, "frames_dropped", (int64_t)c.dropped);
    jsonw_kint(w, "streams_waiting", (int64_t)door_waiting(s->door));
    jsonw_kint(w, "descriptors", (int64_t)l.watches);
    jsonw_kint(w, "disk_jobs", (int64_t)d.jobs);
    jsonw_kint(w, "disk_dropped", (int64_t)d.dropped);
    jsonw_kint(w, "allocations", (int64_t)mem_count());
    jsonw_end(w);
}

/* ---- attempts, and those that failed with what their number means ---- */

static bool bad(const struct attempt *a)
{
    return (a->ms >= 0 && (a->status == 0 || a->status >= 400))
        || (a->close && a->close != 1000 && a->close != 1001
        && a->close != 1005);
}

static void put_attempt(struct jsonw *w, const struct attempt *a)
{
    char stamp[SYS_STAMP_MAX];

    sys_stamp(stamp, a->at);
    jsonw_object(w);
    jsonw_kint(w, "id", (int64_t)a->id);
    jsonw_kcstr(w, "at", stamp);
    jsonw_kcstr(w, "call", a->call[0] ? a->call : NULL);
    attempts_write(w, a);
    jsonw_end(w);
}

static void put_error(struct jsonw *w, const struct attempt *a)
{
    const struct twilio_error *e = a->number ? errors_find(a->number) : NULL;
    char stamp[SYS_STAMP_MAX];

    sys_stamp(stamp, a->at);
    jsonw_object(w);
    jsonw_kint(w, "attempt", (int64_t)a->id);
    jsonw_kcstr(w, "at", stamp);
    jsonw_kcstr(w, "call", a->call[0] ? a->call : NULL);
    jsonw_kint(w, "status", a->status);
    jsonw_kcstr(w, "why", a->why[0] ? a->why : a->close_why);
    jsonw_key(w, "number");
    if (a->number)
        jsonw_int(w, a->number);
    else
        jsonw_null(w);
    jsonw_kcstr(w, "meaning", e ? e->meaning : NULL);
    jsonw_kcstr(w, "cause", e ? e->cause : NULL);
    jsonw_kcstr(w, "remedy", e ? e->remedy : NULL);
    jsonw_end(w);
}

/* The last n that are wanted, the oldest first. */
static void put_last(struct jsonw *w, const struct server *s, bool only_bad,
    size_t most, void (*one)(struct jsonw *w, const struct attempt *a))
{
    size_t n = 0;

    for (int pass = 0; pass < 2; pass++)
        for (const struct attempt *a = attempts_after(s->attempts, 0); a;
            a = attempts_after(s->attempts, a->id)) {
            if (only_bad && !bad(a))
                continue;
            if (pass == 0)
                n++;
            else if (n > most)
                n--;
            else
                one(w, a);
        }
}

void api_diagnostics(struct request *r, void *arg)
{
    struct server *s = arg;
    struct buf b;
    struct jsonw w;

    if (!api_allowed(s, r))
        return;
    buf_init(&b, BODY_MAX);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "version", CMD_VERSION);
    jsonw_key(&w, "uptime");
    jsonw_ms(&w, sys_now() - s->began);
    jsonw_kbool(&w, "ready", !s->draining);
    put_tls(&w, s);
    put_public(&w, s);
    put_calls(&w, s);
    put_counters(&w, s);
    jsonw_karray(&w, "errors");
    put_last(&w, s, true, ERRORS_SHOWN, put_error);
    jsonw_end(&w);
    jsonw_karray(&w, "attempts");
    put_last(&w, s, false, ATTEMPTS_SHOWN, put_attempt);
    jsonw_end(&w);
    put_settings(&w, s->conf);
    jsonw_end(&w);
    httpd_answer(r, 200, "application/json", buf_slice(&b), NULL);
    buf_free(&b);
}
