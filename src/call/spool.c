/* spool.c - what the webhook is told, as records of the journal.
 *
 * A delivery begins with the record of what it tells, whose "delivery" is its
 * id, and ends with one of its own.  The body of an outcome is call.json, which
 * is on disk before that record is.
 */
#include <string.h>

#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "call/call_impl.h"
#include "codec/date.h"

#define PATH_MAX_LEN 1024

void call_write_delivery(const struct call *c, struct jsonw *w,
    char id[static WEBHOOK_ID + 1])
{
    if (!c->calls->conf.webhook)
        return;
    if (!id[0])                 /* the second try at a record tells the same */
        rand_hex(id, WEBHOOK_ID);
    jsonw_kcstr(w, "delivery", id);
}

/* question: absent for an outcome. */
static void spool(struct calls *cs, struct slice id, struct slice call,
    int64_t at, struct slice question)
{
    struct webhook_event e = {.id = id, .call = call, .at = at,
        .type = "outcome"};
    char path[PATH_MAX_LEN];
    struct buf b;
    struct jsonw w;

    if (!cs->conf.webhook || id.len != WEBHOOK_ID)
        return;
    calls_path(cs, call, "call.json", path, sizeof path);
    e.path = path;
    buf_init(&b, LIMIT_RECORD);
    if (question.ptr) {
        e.type = "question";
        jsonw_begin(&w, &b);
        jsonw_object(&w);
        jsonw_kstr(&w, "call", call);
        jsonw_kraw(&w, "question", question);
        jsonw_end(&w);
        e.body = buf_slice(&b);
    }
    if (buf_ok(&b))
        (void)webhook_add(cs->conf.webhook, &e);
    else
        log_event(LOG_ERROR, "webhook_full", LB("call", call),
            LS("event", e.type), LS("why", "no memory"));
    buf_free(&b);
}

void call_spool_outcome(struct call *c)
{
    spool(c->calls, slice_str(c->delivery), slice_str(c->id), sys_wall(),
        slice_str(NULL));
}

void call_spool_question(struct call *c, const char *id, struct slice json)
{
    spool(c->calls, slice_str(id), slice_str(c->id), sys_wall(), json);
}

void calls_spool_again(struct calls *cs, struct slice type, struct json rec)
{
    struct slice id = json_get(rec, "delivery").text;
    struct slice question = slice_str(NULL);
    int64_t at = sys_wall();
    int offset;

    if (!cs->conf.webhook || !id.ptr)
        return;
    if (slice_is(type, JOURNAL_TOLD)) {
        webhook_ended(cs->conf.webhook, id);
        return;
    }
    date_parse_rfc3339(json_get(rec, "at").text, &at, &offset);
    if (slice_is(type, JOURNAL_QUESTION))
        question = json_get(rec, "question").text;
    else if (!slice_is(type, JOURNAL_OUTCOME))
        return;
    spool(cs, id, json_get(rec, "call").text, at, question);
}

/* Not synced: lost, it is told once more. */
static void on_done(void *arg, const char *id, const char *call,
    const char *how)
{
    struct calls *cs = arg;
    struct jsonw *w = journal_begin(cs->journal, JOURNAL_TOLD,
        slice_str(call));

    jsonw_kcstr(w, "delivery", id);
    jsonw_kcstr(w, "how", how);
    journal_end(cs->journal, false, NULL, NULL);
}

void calls_spool_begin(struct calls *cs)
{
    if (cs->conf.webhook)
        webhook_on_done(cs->conf.webhook, on_done, cs);
}
