/* forget.c - calls long ended: known until their files are gone.
 *
 * The newest CALLS_ENDED_MAX have their objects in memory; of those before
 * them id and age are kept, so that `concierge forget` and KEEP_DAYS find every
 * one.  To forget is: a synced record, then the files, then the memory, then
 * the answer.  A crash in between is made up for at the next start, where the
 * record removes the files again before the journal is compacted.
 */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"

#define PATH_MAX_LEN 1024
#define KEEP_LOOK 3600000       /* ms between looks for what is too old */
#define KEEP_MORE 1000          /* ms; there was more than fits into one look */
#define FORGET_AT_ONCE 64       /* calls: six jobs each for the disk */

static const char *const files[] = {"transcript.txt", "call.json",
    "story.json", "recording.wav", ""};
#define FILES (sizeof files / sizeof files[0])

/* ---- the ones before the newest ---- */

void calls_keep_old(struct calls *cs, const char *id, int64_t at)
{
    if (cs->n_old == cs->cap_old) {
        size_t cap = cs->cap_old ? cs->cap_old * 2
            : TINY_OR(1, 16);
        void *p = cap > CALLS_OLD_MAX ? NULL
            : mem_resize(cs->old, cap * sizeof *cs->old);

        if (!p) {               /* the journal has it: found at a start */
            log_event(LOG_WARN, "old_call_unseen", LS("call", id));
            return;
        }
        cs->old = p;
        cs->cap_old = cap;
    }
    cs->old[cs->n_old].at = at;
    text_copy(cs->old[cs->n_old++].id, CALL_ID + 1, slice_str(id));
}

static struct old_call *old_find(struct calls *cs, struct slice id)
{
    for (size_t i = cs->n_old; i-- > 0;)
        if (slice_is(id, cs->old[i].id))
            return &cs->old[i];
    return NULL;
}

void calls_drop_old(struct calls *cs, struct slice id)
{
    struct old_call *o = old_find(cs, id);

    if (!o)
        return;
    memmove(o, o + 1, (size_t)(cs->old + --cs->n_old - o) * sizeof *o);
}

bool calls_known(struct calls *cs, struct slice id)
{
    return calls_find(cs, id) || calls_ended(cs, id).ptr || old_find(cs, id);
}

bool calls_keep_records(void *arg, struct slice type, struct json rec)
{
    struct calls *cs = arg;
    struct json call = json_get(rec, "call");
    int64_t seq = 0;

    if (slice_is(type, JOURNAL_SESSION))
        return cs->conf.desk && json_i64(json_get(rec, "seq"), 1, INT64_MAX,
            &seq) == 0 && desk_keeps(cs->conf.desk, json_get(rec,
            "session").text, seq);
    if (slice_is(type, JOURNAL_FAILED) && call.type != JSON_STRING)
        return calls_attempt_young(rec);
    return call.type != JSON_STRING || calls_known(cs, call.text);
}

/* ---- forgetting one ---- */

struct forget {
    struct list link;           /* in calls.forgetting */
    struct calls *calls;        /* NULL: gone; only the disk knows us */
    char id[CALL_ID + 1];
    size_t left;                /* files still to be removed */
    struct err err;
    void (*done)(void *arg, const struct err *err);
    void *arg;
};

static void finish(struct forget *f)
{
    const struct err *err = f->err.code ? &f->err : NULL;

    if (err)
        log_event(LOG_ERROR, "not_forgotten", LS("call", f->id),
            LS("why", err->msg));
    else
        calls_forget_ended(f->calls, slice_str(f->id));
    list_drop(&f->link);
    if (f->done)
        f->done(f->arg, err);
    mem_drop(f);
}

static void on_removed(void *arg, const struct err *err)
{
    struct forget *f = arg;

    if (err && !f->err.code)
        f->err = *err;
    if (--f->left > 0)
        return;
    if (f->calls)
        finish(f);
    else
        mem_drop(f);
}

static void on_recorded(void *arg, const struct err *err)
{
    struct forget *f = arg;
    char path[PATH_MAX_LEN];

    if (!f->calls) {
        mem_drop(f);
        return;
    }
    if (err)
        f->err = *err;
    for (size_t i = 0; !err && i < FILES; i++) {
        calls_path(f->calls, slice_str(f->id), files[i], path, sizeof path);
        if (disk_unlink(f->calls->conf.disk, path, on_removed, f) == 0)
            f->left++;
        else
            fail(&f->err, ERR_BUSY, "the disk's queue is full");
    }
    if (f->left == 0)
        finish(f);
}

int calls_forget(struct calls *cs, struct slice id,
    void (*done)(void *arg, const struct err *err), void *arg)
{
    struct forget *f;

    if (calls_find(cs, id) || !calls_known(cs, id))
        return -1;
    f = mem_new(sizeof *f);
    if (!f)
        return -2;
    f->calls = cs;
    f->done = done;
    f->arg = arg;
    text_copy(f->id, sizeof f->id, id);
    journal_begin(cs->journal, JOURNAL_FORGET, id);
    if (journal_end(cs->journal, true, on_recorded, f)) {
        mem_drop(f);
        return -2;
    }
    list_push(&cs->forgetting, &f->link);
    return 0;
}

void calls_forget_again(struct calls *cs, struct slice id)
{
    char path[PATH_MAX_LEN];

    for (size_t i = 0; id.len == CALL_ID && i < FILES; i++) {
        calls_path(cs, id, files[i], path, sizeof path);
        (void)sys_unlink(path);
    }
}

void calls_forget_stop(struct calls *cs)
{
    static const struct err stopping = {.code = ERR_BUSY,
        .msg = "the server is stopping"};
    struct list *n;

    while ((n = list_shift(&cs->forgetting)) != NULL) {
        struct forget *f = LIST_OWNER(n, struct forget, link);

        f->calls = NULL;
        if (f->done)
            f->done(f->arg, &stopping);
    }
    mem_drop(cs->old);
}

/* ---- KEEP_DAYS ---- */

static bool is_under_way(const struct calls *cs, const char *id)
{
    for (struct list *n = cs->forgetting.next; n != &cs->forgetting;
        n = n->next)
        if (strcmp(LIST_OWNER(n, struct forget, link)->id, id) == 0)
            return true;
    return false;
}

/* false: no more in this look. */
static bool forget_if_old(struct calls *cs, const char *id, int64_t at,
    size_t *room)
{
    int64_t age = (int64_t)cs->conf.keep_days * 86400000;

    if (sys_wall() - at < age || is_under_way(cs, id))
        return true;
    if (*room == 0 || calls_forget(cs, slice_str(id), NULL, NULL))
        return false;
    --*room;
    return true;
}

void calls_forget_old(void *arg)
{
    struct calls *cs = arg;
    size_t room = FORGET_AT_ONCE;
    bool all = true;

    if (!cs->conf.keep_days)
        return;
    for (size_t i = 0; all && i < cs->n_old; i++)
        all = forget_if_old(cs, cs->old[i].id, cs->old[i].at, &room);
    for (struct list *n = cs->ended.next; all && n != &cs->ended; n = n->next)
        all = forget_if_old(cs, LIST_OWNER(n, struct ended, link)->id,
            LIST_OWNER(n, struct ended, link)->at, &room);
    loop_in(cs->conf.loop, &cs->keep_timer, all ? KEEP_LOOK : KEEP_MORE);
}
