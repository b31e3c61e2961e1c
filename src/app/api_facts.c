/* api_facts.c - what the server knows of itself: attempts, metrics, doors. */
#include "app/server.h"
#include "base/mem.h"
#include "base/sys.h"
#include "codec/jsonw.h"
#include "web/openapi.h"

#define BODY_MAX (2u << 20)     /* bytes of an answer */

void api_attempts(struct request *r, void *arg)
{
    struct server *s = arg;
    const struct attempt *a;
    struct buf b;
    struct jsonw w;

    if (!api_allowed(s, r))
        return;
    buf_init(&b, BODY_MAX);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_karray(&w, "attempts");
    for (a = attempts_after(s->attempts, 0); a;
        a = attempts_after(s->attempts, a->id)) {
        char stamp[SYS_STAMP_MAX];

        sys_stamp(stamp, a->at);
        jsonw_object(&w);
        jsonw_kint(&w, "id", (int64_t)a->id);
        jsonw_kcstr(&w, "at", stamp);
        jsonw_kcstr(&w, "call", a->call[0] ? a->call : NULL);
        attempts_write(&w, a);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    httpd_answer(r, 200, "application/json", buf_slice(&b), NULL);
    buf_free(&b);
}

void api_openapi(struct request *r, void *arg)
{
    if (api_allowed(arg, r))
        httpd_answer(r, 200, "application/json", openapi_text(), NULL);
}

/* ---- metrics: Prometheus text format 0.0.4 ---- */

static void metric(struct buf *b, const char *name, const char *type,
    uint64_t value)
{
    buf_addf(b, "# TYPE concierge_%s %s\nconcierge_%s %llu\n", name, type,
        name, (unsigned long long)value);
}

static void call_metrics(struct server *s, struct buf *b)
{
    struct calls_counts c = calls_counts(s->calls);
    struct webhook_counts h = webhook_counts(s->webhook);

    metric(b, "calls_running", "gauge", calls_running(s->calls));
    metric(b, "calls_stopped", "gauge", calls_stopped(s->calls));
    metric(b, "calls_started_total", "counter", c.started);
    metric(b, "calls_inbound_total", "counter", c.inbound);
    metric(b, "calls_ended_total", "counter", c.ended);
    metric(b, "calls_confirmed_total", "counter", c.confirmed);
    metric(b, "calls_refused_total", "counter", c.refused);
    metric(b, "webhook_waiting", "gauge", h.waiting);
    metric(b, "webhook_delivered_total", "counter", h.delivered);
    metric(b, "webhook_failed_tries_total", "counter", h.failed);
    metric(b, "webhook_given_up_total", "counter", h.given_up);
    metric(b, "streams_waiting", "gauge", door_waiting(s->door));
    metric(b, "frames_up_total", "counter", c.frames_up);
    metric(b, "frames_down_total", "counter", c.frames_down);
    metric(b, "frames_dropped_total", "counter", c.dropped);
}

/* With frames_* they show that the path of a frame allocates nothing and that
 * a socket costs one read and one write a wake-up at most. */
static void kernel_metrics(struct server *s, struct buf *b)
{
    struct sys_counts k = sys_counts();
    struct loop_counts l = loop_counts(s->loop);
    struct disk_counts d = disk_counts(s->disk);

    metric(b, "allocations_total", "counter", mem_count());
    metric(b, "reads_total", "counter", k.reads);
    metric(b, "writes_total", "counter", k.writes);
    metric(b, "polls_total", "counter", k.polls);
    metric(b, "wakeups_total", "counter", l.ready);
    metric(b, "rounds_total", "counter", l.rounds);
    metric(b, "pauses_total", "counter", l.pauses);
    metric(b, "descriptors", "gauge", l.watches);
    metric(b, "disk_jobs_total", "counter", d.jobs);
    metric(b, "disk_syncs_total", "counter", d.syncs);
    metric(b, "disk_dropped_total", "counter", d.dropped);
    metric(b, "cpu_microseconds_total", "counter", (uint64_t)sys_cpu_us());
    metric(b, "uptime_milliseconds", "gauge", (uint64_t)(sys_now()
        - s->began));
}

/* Requests in words, and who understood them. */
static void desk_metrics(const struct server *s, struct buf *b)
{
    struct desk_counts n = desk_counts(s->desk);

    metric(b, "requests_total", "counter", n.turns);
    metric(b, "requests_by_model_total", "counter", n.by_model);
    metric(b, "chat_asked_total", "counter", n.asked);
    metric(b, "chat_failed_total", "counter", n.failed);
    metric(b, "sessions", "gauge", n.sessions);
}

void api_metrics(struct request *r, void *arg)
{
    struct server *s = arg;
    struct buf b;

    if (!api_allowed(s, r))
        return;
    buf_init(&b, BODY_MAX);
    call_metrics(s, &b);
    desk_metrics(s, &b);
    kernel_metrics(s, &b);
    httpd_answer(r, 200, "text/plain; version=0.0.4", buf_slice(&b), NULL);
    buf_free(&b);
}
