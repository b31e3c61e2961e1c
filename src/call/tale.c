/* tale.c - the story of a call and the attempts that failed, kept for `why`. */
#include <stdarg.h>
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "codec/date.h"

/* Whoever sends bad requests must not fill the disk: so many failed attempts
 * are written down at once, and so many more an hour. */
#define KEPT_BURST 100u
#define KEPT_EVERY 36000        /* ms for one more */
#define KEPT_FOR 86400000       /* ms that one without a call is kept */

void call_note(struct call *c, const char *what, int number, const char *fmt,
    ...)
{
    char text[STORY_TEXT];
    va_list ap;

    va_start(ap, fmt);
    text_vfmt(text, sizeof text, fmt, ap);
    va_end(ap);
    story_add(&c->story, sys_wall(), what, number, slice_str(text));
}

void call_stream_attempt(struct call *c, uint64_t attempt)
{
    const struct attempt *at = attempts_find(c->calls->conf.attempts, attempt);
    char text[STORY_TEXT];

    c->wire = attempt;
    if (!at)
        return;
    text_fmt(text, sizeof text, "an upgrade came from %s and got its 101",
        at->peer);
    story_add(&c->story, at->at, "upgrade", 0, slice_str(text));
}

/* The moment, on the wall, of one of the loop's. */
static int64_t wall_of(int64_t ms)
{
    return sys_wall() - (sys_now() - ms);
}

void call_note_end(struct call *c)
{
    const struct bridge *b = &c->bridge;
    char text[STORY_TEXT];

    if (b->first_sent) {
        text_copy(text, sizeof text, SLICE("our first audio went to them"));
        story_add(&c->story, wall_of(b->first_sent), "said", 0,
            slice_str(text));
    }
    if (c->machine.talked)
        call_note(c, "audio", 0, "%llu frames of theirs passed, %llu pieces "
            "of ours, %llu dropped; %llu of %llu marks came back; what they "
            "spoke over was cleared %llu times",
            (unsigned long long)b->frames_up,
            (unsigned long long)b->frames_down,
            (unsigned long long)b->dropped, (unsigned long long)b->marks_back,
            (unsigned long long)b->marks_sent, (unsigned long long)b->clears);
}

void call_write_story(struct jsonw *w, const struct call *c)
{
    jsonw_object(w);
    jsonw_kcstr(w, "id", c->id);
    jsonw_kcstr(w, "end", call_end_name(c->machine.end));
    jsonw_kcstr(w, "state", call_state_name(c->machine.state));
    jsonw_kint(w, "number", c->machine.number);
    jsonw_kint(w, "sip", c->sip);
    jsonw_kcstr(w, "why", c->why);
    jsonw_kbool(w, "fetched", c->machine.fetched);
    jsonw_kbool(w, "stream", c->machine.talked);
    jsonw_key(w, "story");
    story_write(w, &c->story);
    jsonw_end(w);
}

/* ---- attempts that failed ---- */

static bool may_keep(struct calls *cs)
{
    int64_t now = sys_now(), more = (now - cs->kept_at) / KEPT_EVERY;

    if (more > 0) {
        int64_t room = cs->kept_room + more;

        cs->kept_room = room < KEPT_BURST ? (unsigned)room : KEPT_BURST;
        cs->kept_at += more * KEPT_EVERY;
    }
    if (cs->kept_room == 0) {
        if (cs->kept_not++ == 0)
            log_event(LOG_WARN, "attempts_not_kept", LI("most", KEPT_BURST));
        return false;
    }
    cs->kept_room--;
    return true;
}

static void keep(struct calls *cs, const struct attempt *at)
{
    struct slice id = slice_str(at->call);
    char stamp[SYS_STAMP_MAX];
    struct jsonw *w;

    if (!may_keep(cs) || disk_full(cs->conf.disk))
        return;
    if (!calls_known(cs, id))
        id = slice_str(NULL);
    w = journal_begin(cs->journal, JOURNAL_FAILED, id);
    sys_stamp(stamp, at->at);
    jsonw_kcstr(w, "began", stamp);
    attempts_write(w, at);
    journal_end(cs->journal, false, NULL, NULL);
}

static void keep_failed(void *arg)
{
    struct calls *cs = arg;
    const struct attempt *at;

    while ((at = attempts_take_failed(cs->conf.attempts)) != NULL)
        keep(cs, at);
}

/* At the end of the round: whoever asked may say what it meant first. */
static void on_failed(void *arg)
{
    struct calls *cs = arg;

    loop_last(cs->conf.loop, &cs->failed_task);
}

void calls_keep_failed(struct calls *cs)
{
    cs->kept_room = KEPT_BURST;
    cs->kept_at = sys_now();
    cs->failed_task = (struct task){.run = keep_failed, .arg = cs};
    attempts_watch(cs->conf.attempts, on_failed, cs);
}

void calls_keep_failed_stop(struct calls *cs)
{
    attempts_watch(cs->conf.attempts, NULL, NULL);
    if (cs->failed_task.run)
        loop_forget(cs->conf.loop, &cs->failed_task);
}

void calls_restore_failed(struct calls *cs, struct call *c, struct json rec)
{
    struct attempt at;

    attempts_restore(cs->conf.attempts, rec);
    if (c && attempts_read(rec, &at) == 0)
        story_add(&c->story, at.at, "failed", at.number, slice_str(at.why));
}

bool calls_attempt_young(struct json rec)
{
    int64_t at = 0;
    int offset;

    return date_parse_rfc3339(json_get(rec, "at").text, &at, &offset) == 0
        && sys_wall() - at < KEPT_FOR;
}
