/* spool.c - what the webhook is told, as records of the journal.
 *
 * A delivery begins with the record of an outcome, whose "delivery" is its id,
 * and ends with a record of its own.  There is no moment between the promise
 * and the spool: they are one line.  The body is call.json, which is on disk
 * before that record is.
 */
#include <string.h>

#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "call/call_impl.h"
#include "codec/date.h"

void call_write_delivery(struct call *c, struct jsonw *w)
{
    if (!webhook_on(c->calls->conf.webhook))
        return;
    if (!c->delivery[0])        /* a second try at the record is the same */
        rand_hex(c->delivery, WEBHOOK_ID);
    jsonw_kcstr(w, "delivery", c->delivery);
}

/* object: absent, it is the file. */
static void spool_outcome(struct calls *cs, struct slice id,
    struct slice call, struct slice object, int64_t at)
{
    struct webhook_event e = {.id = id, .call = call, .type = "outcome",
        .body = object, .at = at};

    if (id.len == WEBHOOK_ID && call.len == WEBHOOK_CALL)
        (void)webhook_add(cs->conf.webhook, &e);
}

void call_spool_outcome(struct call *c, struct slice object)
{
    bool held = c->unsaved && object.len <= WEBHOOK_HELD;

    if (c->delivery[0])
        spool_outcome(c->calls, slice_str(c->delivery), slice_str(c->id),
            held ? object : slice_str(NULL), sys_wall());
}

void call_spool_question(const struct call *c, struct slice json,
    int64_t deadline)
{
    struct webhook *hook = c->calls->conf.webhook;
    char id[WEBHOOK_ID + 1];
    struct webhook_event e = {.call = slice_str(c->id), .type = "question",
        .at = sys_wall(), .until = deadline};
    struct buf b;
    struct jsonw w;

    if (!webhook_on(hook))
        return;
    rand_hex(id, WEBHOOK_ID);
    buf_init(&b, WEBHOOK_HELD);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kstr(&w, "call", e.call);
    jsonw_kraw(&w, "question", json);
    jsonw_end(&w);
    e.id = slice_str(id);
    e.body = buf_slice(&b);
    if (buf_ok(&b))
        (void)webhook_add(hook, &e);
    else
        log_event(LOG_ERROR, "webhook_full", LS("call", c->id),
            LS("event", e.type), LS("why", "no memory"));
    buf_free(&b);
}

void calls_spool_again(struct calls *cs, struct slice type, struct json rec)
{
    struct slice id = json_get(rec, "delivery").text;
    int64_t at = sys_wall();
    int offset;

    if (!cs->conf.webhook || !id.ptr)
        return;
    if (slice_is(type, JOURNAL_TOLD)) {
        webhook_ended(cs->conf.webhook, id);
    } else if (slice_is(type, JOURNAL_OUTCOME)) {
        date_parse_rfc3339(json_get(rec, "at").text, &at, &offset);
        spool_outcome(cs, id, json_get(rec, "call").text, slice_str(NULL),
            at);
    }
}

/* ---- what the webhook asks of us ---- */

static void path_of(void *arg, const char *call, char *out, size_t cap)
{
    calls_path(arg, slice_str(call), "call.json", out, cap);
}

static struct slice object_of(void *arg, const char *call)
{
    return calls_ended(arg, slice_str(call));
}

/* A question has no record to end.  Not synced: lost, it is told once more. */
static void on_done(void *arg, const char *id, const char *call,
    const char *type, const char *how)
{
    struct calls *cs = arg;
    struct jsonw *w;

    if (strcmp(type, "outcome") != 0)
        return;
    w = journal_begin(cs->journal, JOURNAL_TOLD, slice_str(call));
    jsonw_kcstr(w, "delivery", id);
    jsonw_kcstr(w, "how", how);
    journal_end(cs->journal, false, NULL, NULL);
}

void calls_spool_begin(struct calls *cs)
{
    static const struct webhook_ops ops = {path_of, object_of, on_done};

    if (cs->conf.webhook)
        webhook_bind(cs->conf.webhook, &ops, cs);
}
