/* api_events.c - GET /v1/calls/{id}/events: one call as server-sent events.
 *
 * WHATWG HTML 9.2.  Resumes from Last-Event-ID and ends when the call does; a
 * reader that does not read is dropped when its queue is full, the call is
 * not held up.
 */
#include "app/server.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

#define KEEP_ALIVE 15000        /* ms between comments, for proxies */
#define EVENTS_QUEUE (2u << 20) /* bytes that a reader has not taken yet */

struct event_sink {
    struct list link;           /* in server.sinks */
    struct server *server;
    struct request *r;
    struct call_watch watch;
    struct timer keep;
};

static void drop_sink(struct event_sink *k)
{
    call_unwatch(&k->watch);
    loop_cancel(k->server->loop, &k->keep);
    list_drop(&k->link);
    mem_drop(k);
}

static void on_sink_gone(struct request *r)
{
    drop_sink(r->arg);
}

static void on_event(struct call_watch *w, uint64_t id, const char *type,
    struct slice json)
{
    struct event_sink *k = LIST_OWNER(w, struct event_sink, watch);
    struct buf b;

    buf_init(&b, LIMIT_RECORD * 2);
    buf_addf(&b, "id: %llu\nevent: %s\ndata: ", (unsigned long long)id, type);
    buf_add(&b, json);
    buf_adds(&b, "\n\n");
    /* Better an end that the reader sees, and a new start from its last id,
     * than a gap that it does not. */
    if (!buf_ok(&b) || httpd_piece(k->r, buf_slice(&b)))
        conn_abort(k->r->conn, NULL);
    buf_free(&b);
}

static void on_end(struct call_watch *w)
{
    struct event_sink *k = LIST_OWNER(w, struct event_sink, watch);

    k->r->on_gone = NULL;
    k->server->owed++;
    k->server->owed_at = loop_now(k->server->loop);
    httpd_finish(k->r);
    drop_sink(k);
}

static void on_keep_alive(void *arg)
{
    struct event_sink *k = arg;

    loop_in(k->server->loop, &k->keep, KEEP_ALIVE);
    httpd_piece(k->r, SLICE(": still here\n\n"));
}

/* An ended call has its outcome to tell, and nothing more. */
static void tell_ended(struct server *s, struct request *r, struct slice id)
{
    struct json object, outcome;
    struct buf b;

    httpd_stream(r, 200, "text/event-stream", NULL);
    buf_init(&b, LIMIT_RECORD * 2);
    if (json_parse(calls_ended(s->calls, id), &object, NULL) == 0) {
        outcome = json_get(object, "outcome");
        buf_adds(&b, "event: outcome\ndata: ");
        buf_add(&b, outcome.type ? outcome.text : SLICE("null"));
        buf_adds(&b, "\n\n");
        httpd_piece(r, buf_slice(&b));
    }
    buf_free(&b);
    httpd_finish(r);
}

void api_events(struct server *s, struct request *r, struct slice id)
{
    struct call *c = calls_find(s->calls, id);
    struct event_sink *k;
    uint64_t last = 0;

    if (!c) {
        tell_ended(s, r, id);
        return;
    }
    k = mem_new(sizeof *k);
    if (!k) {
        api_error(r, 503, "busy", NULL, "no memory");
        return;
    }
    text_u64(http_get(&r->head, "last-event-id"), 0, UINT64_MAX, &last);
    k->server = s;
    k->r = r;
    k->watch = (struct call_watch){.event = on_event, .end = on_end};
    k->keep = (struct timer){.fire = on_keep_alive, .arg = k};
    list_push(&s->sinks, &k->link);
    r->arg = k;
    r->on_gone = on_sink_gone;
    httpd_stream(r, 200, "text/event-stream", "X-Accel-Buffering: no\r\n");
    loop_in(s->loop, &k->keep, KEEP_ALIVE);
    /* All that is kept of a call may be due at once. */
    conn_limits(r->conn, EVENTS_QUEUE, LIMIT_CONN_HELD);
    call_watch(c, &k->watch, last);
}

void api_events_end_all(struct server *s)
{
    while (!list_empty(&s->sinks)) {
        struct event_sink *k = LIST_OWNER(s->sinks.next, struct event_sink,
            link);

        k->r->on_gone = NULL;
        drop_sink(k);
    }
}
