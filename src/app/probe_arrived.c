/* probe_arrived.c - what reached the server, out of its ring of attempts.
 *
 * Our own server's ring lies in this process; a running one's is read with the
 * owner's token.
 */
#include "app/probe.h"

#include <string.h>

#include "base/text.h"
#include "codec/json.h"

#define RING_MAX (2u << 20)     /* bytes of the answer */
#define LOOK_WITHIN 3000        /* ms */

/* The path of the head's first line, without query. */
static bool on_path(struct slice head, const char *path)
{
    struct slice line = slice_cut(&head, '\n'), target;

    slice_cut(&line, ' ');
    target = slice_cut(&line, ' ');
    target = slice_cut(&target, '?');
    return slice_is(target, path);
}

/* What holds the needle beats what does not, the newer the older. */
static void offer(struct arrived_ask *a, int64_t id, int status,
    struct slice why, struct slice head)
{
    bool certain = a->needle && slice_find(head, slice_str(a->needle))
        != SLICE_NPOS;
    int64_t worth = id + (certain ? INT64_MAX / 2 : 0);

    if ((!certain && !on_path(head, a->path)) || worth <= a->best)
        return;
    a->best = worth;
    a->got.found = true;
    a->got.status = status;
    text_copy(a->got.why, sizeof a->got.why, why);
    text_copy(a->got.head, sizeof a->got.head, head);
}

static void from_own(struct arrived_ask *a)
{
    const struct attempts *ring = a->p->d->server->attempts;

    a->got.known = true;
    for (const struct attempt *t = attempts_after(ring, 0); t;
        t = attempts_after(ring, t->id))
        offer(a, (int64_t)t->id, t->status, slice_str(t->why),
            slice_str(t->head));
}

static void from_json(struct arrived_ask *a, struct slice body)
{
    struct json all, t;
    struct json_walk w = {.at_ = 0};
    char head[LIMIT_ATTEMPT_HEAD], why[128];
    int64_t id, status;

    if (json_parse(body, &all, NULL))
        return;
    a->got.known = true;
    w.of = json_get(all, "attempts");
    while (json_next(&w, NULL, &t)) {
        json_copy(json_get(t, "head"), head, sizeof head);
        json_copy(json_get(t, "why"), why, sizeof why);
        if (json_i64(json_get(t, "id"), a->p->d->attempts_before + 1,
            INT64_MAX / 4, &id)
            || json_i64(json_get(t, "status"), 0, 999, &status))
            continue;
        offer(a, id, (int)status, slice_str(why), slice_str(head));
    }
}

static void on_ring(void *arg, const struct httpc_answer *answer,
    const struct err *err)
{
    struct arrived_ask *a = arg;

    a->call = NULL;
    if (!err && answer->head->status == 200)
        from_json(a, answer->body);
    a->done(a->p);
}

void arrived_look(struct arrived_ask *a, struct probe_run *p,
    const char *path, const char *needle, void (*done)(struct probe_run *p))
{
    char url[CONF_TEXT + 16];
    struct httpc_request q = {.method = "GET", .timeout = LOOK_WITHIN,
        .bearer = slice_str(p->d->token), .max_answer = RING_MAX};

    *a = (struct arrived_ask){.p = p, .path = path, .needle = needle,
        .done = done};
    if (p->d->server) {
        from_own(a);
    } else if (p->d->running) {
        text_fmt(url, sizeof url, "%s/v1/attempts", p->d->local);
        q.url = slice_str(url);
        a->call = httpc_start(p->d->home ? p->d->home : p->d->http, &q,
            on_ring, a, NULL);
    }
    if (!a->call)
        done(p);
}

void arrived_stop(struct arrived_ask *a)
{
    if (a->call)
        httpc_cancel(a->call);
    a->call = NULL;
}

struct slice arrived_target(const struct arrived *a)
{
    struct slice head = slice_str(a->head), line = slice_cut(&head, '\n');

    slice_cut(&line, ' ');
    return slice_cut(&line, ' ');
}

bool arrived_is_old(const struct arrived *a)
{
    struct slice head = slice_str(a->head);

    return slice_ends(slice_cut(&head, '\n'), "HTTP/1.0");
}

struct slice arrived_header(const struct arrived *a, const char *name)
{
    struct slice head = slice_str(a->head);

    slice_cut(&head, '\n');
    while (head.ptr) {
        struct slice line = slice_cut(&head, '\n'), value = line;
        struct slice key = slice_cut(&value, ':');

        if (value.ptr && slice_iis(slice_trim(key), name))
            return slice_trim(value);
    }
    return (struct slice){NULL, 0};
}
