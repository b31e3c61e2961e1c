/* object.c - the call object of DESIGN 5, its events, and how a call ends. */
#include <string.h>

#include "agent/outcome.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "codec/date.h"

#define OBJECT_MAX (4u << 20)   /* bytes of call.json, transcript included */
#define PATH_MAX_LEN 1024
#define SAVE_TRIES 4            /* at the record of a result */
#define SAVE_PAUSE INT64_C(1000)        /* ms before the second; doubles */

/* ---- the outcome ---- */

/* RFC 3261 21.6.2, RFC 8197, RFC 8688: somebody, or somebody's machine, turned
 * the call away. */
static bool declined(int sip)
{
    return sip == 403 || sip == 603 || sip == 607 || sip == 608;
}

/* Twilio's `failed` and its SipResponseCode (twilio 6.1; RFC 3261 21.4: 404,
 * 410, 484 and 604 say that there is no such number, 480 and 487 that nobody
 * came to the telephone). */
static const char *why_failed(int sip)
{
    if (declined(sip))
        return "rejected";
    switch (sip) {
    case 404: case 410: case 484: case 604:
        return "invalid_number";
    case 480: case 487:
        return "no_answer";
    case 486: case 600:
        return "busy";
    }
    return "network";
}

/* Twilio did not take the call, and not because of the number: nobody was
 * tried to be reached (twilio 3.4). */
static bool not_made(const struct call *c)
{
    int n = c->machine.number;

    return !c->restored && c->machine.end == END_REFUSED && n != 21211
        && n != 21214 && n != 21217;
}

/* What the end of the call alone says, when nobody was spoken to. */
static const char *unreached_reason(const struct call *c)
{
    if (c->restored)
        return "network";
    switch (c->machine.end) {
    case END_BUSY:
        return declined(c->sip) ? "rejected" : "busy";
    case END_NO_ANSWER:
    case END_CANCELED:          /* they did not turn it away: we did not wait */
    case END_HANGUP:
        return "no_answer";
    case END_FAILED:
        return why_failed(c->sip);
    case END_REFUSED:
        return "invalid_number";
    case END_NONE:
    case END_COMPLETED:
    case END_UNCLEAR:
    case END_NO_STREAM:
    case END_NO_MODEL:
    case END_UNDISCLOSED:
    case END_SILENT:
    case END_LIMIT:
    case END_BLOCKED:
        break;
    }
    return "network";
}

static void judge_lines(struct call *c)
{
    struct outcome_line *lines;
    struct outcome_asked asked = {
        .date = slice_str(c->asked.date), .time = slice_str(c->asked.time),
        .time_to = slice_str(c->asked.time_to), .party = c->asked.party,
        .name = slice_str(c->asked.name),
        .cancel = c->asked.intent == ASKED_CANCEL,
        .change = c->asked.intent == ASKED_CHANGE,
    };
    const struct calls_conf *conf = &c->calls->conf;

    c->has_outcome = true;
    if (c->machine.end == END_BLOCKED) {
        outcome_blocked(&c->outcome, policy_outcome(c->rule));
        return;
    }
    if (not_made(c)) {
        outcome_failed(&c->outcome);
        return;
    }
    if (c->lines == 0) {
        /* With a stream somebody was there, whatever we did not hear. */
        outcome_unreached(&c->outcome, c->machine.talked
            || c->machine.end == END_UNCLEAR ? NULL : unreached_reason(c));
        return;
    }
    asked.today = date_civil(c->created, conf->offset
        ? conf->offset(conf->offset_arg, c->created) : 0).date;
    lines = mem_new(c->lines * sizeof *lines);
    if (!lines) {
        outcome_unreached(&c->outcome, NULL);
        return;
    }
    for (size_t i = 0; i < c->lines; i++)
        lines[i] = (struct outcome_line){.at = c->line[i].at,
            .them = c->line[i].them,
            .text = call_line_text(c, &c->line[i])};
    if (c->asked.intent == ASKED_CALL)
        outcome_find_errand(&c->outcome, lines, c->lines, &asked);
    else
        outcome_find(&c->outcome, lines, c->lines, &asked);
    mem_drop(lines);
}

/* The words first; what they leave open the machine that was met settles.
 * Whoever is left on hold has come no further than the menu's house. */
static void judge(struct call *c)
{
    enum picked who = c->talk.picked.who;

    judge_lines(c);
    if (who <= PICKED_HUMAN || (c->outcome.kind != OUTCOME_UNCLEAR
        && c->outcome.kind != OUTCOME_CUT_OFF))
        return;
    c->outcome.kind = OUTCOME_MACHINE;
    c->outcome.reason = picked_name(who == PICKED_HOLD ? PICKED_MENU : who);
}

/* ---- the object ---- */

static void write_time(struct jsonw *w, const char *key, int64_t wall)
{
    char stamp[SYS_STAMP_MAX];

    if (!wall) {
        jsonw_knull(w, key);
        return;
    }
    sys_stamp(stamp, wall);
    jsonw_kcstr(w, key, stamp);
}

static void write_error(struct jsonw *w, const struct call *c)
{
    enum call_end e = c->machine.end;
    const char *source = "us";

    if (!c->why[0] && !c->machine.number) {
        jsonw_knull(w, "error");
        return;
    }
    if (c->unsaved)
        e = END_NONE;
    if (e == END_REFUSED || e == END_NO_STREAM || e == END_FAILED)
        source = "twilio";
    else if (e == END_NO_MODEL || e == END_UNDISCLOSED)
        source = "model";
    jsonw_kobject(w, "error");
    jsonw_kcstr(w, "source", source);
    if (c->machine.number && !c->unsaved)
        jsonw_kint(w, "number", c->machine.number);
    else
        jsonw_knull(w, "number");
    jsonw_kcstr(w, "message", c->why[0] ? c->why : call_end_name(e));
    jsonw_end(w);
}

/* One for each time it was dialled. */
static void write_attempts(struct jsonw *w, const struct call *c)
{
    jsonw_karray(w, "attempts");
    for (size_t i = 0; i < c->attempts; i++) {
        const struct call_attempt *a = &c->attempt[i];
        const char *sid = a->end == END_NONE ? c->sid : a->sid;

        jsonw_object(w);
        jsonw_kcstr(w, "call_sid", sid[0] ? sid : NULL);
        write_time(w, "at", a->at);
        jsonw_kcstr(w, "end", a->end == END_NONE ? NULL
            : call_end_name(a->end));
        jsonw_end(w);
    }
    jsonw_end(w);
}

void call_write_brief(struct jsonw *w, const struct call *c, bool lines)
{
    bool saving = c->ending && !c->has_outcome;     /* told when saved */
    int64_t until = c->ended && !saving ? c->ended : sys_wall();

    jsonw_object(w);
    jsonw_kcstr(w, "id", c->id);
    jsonw_kcstr(w, "call_sid", c->sid[0] ? c->sid : NULL);
    jsonw_kcstr(w, "status", !saving ? call_status_word(&c->machine)
        : c->machine.talked ? "in_progress" : "queued");
    jsonw_kcstr(w, "direction", c->machine.inbound ? "inbound" : "outbound");
    if (c->machine.inbound) {
        jsonw_knull(w, "asked");
        jsonw_kcstr(w, "from", c->from);
    } else {
        jsonw_key(w, "asked");
        asked_write(w, &c->asked);
    }
    jsonw_key(w, "outcome");
    if (c->has_outcome)
        outcome_json(w, &c->outcome);
    else
        jsonw_null(w);
    jsonw_karray(w, "transcript");
    for (size_t i = 0; lines && i < c->lines; i++) {
        char stamp[12];

        call_stamp(stamp, c->line[i].at);
        jsonw_object(w);
        jsonw_kcstr(w, "at", stamp);
        jsonw_kcstr(w, "who", c->line[i].them ? "them" : "us");
        jsonw_kstr(w, "text", call_line_text(c, &c->line[i]));
        jsonw_end(w);
    }
    jsonw_end(w);
    write_time(w, "created", c->created);
    write_time(w, "started", c->started);
    write_time(w, "ended", saving ? 0 : c->ended);
    jsonw_key(w, "seconds");
    /* A wall clock that was set back makes no negative length. */
    jsonw_ms(w, c->started && until > c->started ? until - c->started : 0);
    call_write_cost(w, c);
    if (!c->machine.inbound)
        write_attempts(w, c);
    write_error(w, c);
    jsonw_end(w);
}

void call_write(struct jsonw *w, const struct call *c)
{
    call_write_brief(w, c, true);
}

/* ---- events ---- */

void call_tell(struct call *c, const char *type, struct slice json)
{
    struct list *n = c->watches.next;
    uint64_t id = ++c->last_event;

    buf_addu(&c->events, id);
    buf_addc(&c->events, ' ');
    buf_adds(&c->events, type);
    buf_addc(&c->events, ' ');
    buf_add(&c->events, json);
    buf_addc(&c->events, '\n');
    while (n != &c->watches) {
        struct call_watch *w = LIST_OWNER(n, struct call_watch, link_);

        n = n->next;
        w->event(w, id, type, json);
    }
}

void call_tell_status(struct call *c)
{
    uint8_t mem[256];
    struct buf b;
    struct jsonw w;
    const struct call_question *open = call_open_question(c);

    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "status", call_status_word(&c->machine));
    jsonw_kcstr(&w, "state", call_state_name(c->machine.state));
    jsonw_kcstr(&w, "call_sid", c->sid[0] ? c->sid : NULL);
    if (c->talk.picked.who > PICKED_HUMAN
        && c->machine.state == CALL_TALKING)
        jsonw_kcstr(&w, "machine", picked_name(c->talk.picked.who));
    if (open)
        jsonw_kcstr(&w, "question", open->id);
    if (c->position) {
        jsonw_kint(&w, "position", (int64_t)c->position);
    } else if (c->machine.state == CALL_WAITING && c->again_at) {
        write_time(&w, "next", c->again_at);
        jsonw_kint(&w, "attempt", (int64_t)c->attempts + 1);
    }
    jsonw_end(&w);
    call_tell(c, "status", buf_slice(&b));
}

void call_watch(struct call *c, struct call_watch *w, uint64_t last)
{
    struct slice rest = buf_slice(&c->events);

    while (rest.len) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice id = slice_cut(&line, ' ');
        struct slice type = slice_cut(&line, ' ');
        char name[16];
        uint64_t n;

        text_copy(name, sizeof name, type);
        if (text_u64(id, 1, UINT64_MAX, &n) == 0 && n > last && line.len)
            w->event(w, n, name, line);
    }
    list_push(&c->watches, &w->link_);
}

void call_unwatch(struct call_watch *w)
{
    if (w->link_.next)
        list_drop(&w->link_);
}

/* ---- the end ---- */

static void write_transcript(struct call *c, struct buf *out)
{
    for (size_t i = 0; i < c->lines; i++) {
        char stamp[12];

        call_stamp(stamp, c->line[i].at);
        buf_addf(out, "%s %s: ", stamp, c->line[i].them ? "them" : "us");
        buf_add(out, call_line_text(c, &c->line[i]));
        buf_addc(out, '\n');
    }
}

/* The journal has the result; the path in err says which file is missing. */
static void on_file_saved(void *arg, const struct err *err)
{
    (void)arg;
    if (err)
        log_event(LOG_ERROR, "file_not_saved", LS("why", err->msg));
}

static void save_files(struct call *c)
{
    struct disk *disk = c->calls->conf.disk;
    char path[PATH_MAX_LEN];
    struct buf b;
    struct jsonw w;

    calls_path(c->calls, slice_str(c->id), "", path, sizeof path);
    disk_mkdir(disk, path, 0700);
    buf_init(&b, OBJECT_MAX);
    write_transcript(c, &b);
    calls_path(c->calls, slice_str(c->id), "transcript.txt", path,
        sizeof path);
    disk_put(disk, path, buf_slice(&b), 0600, on_file_saved, NULL);
    buf_clear(&b);
    jsonw_begin(&w, &b);
    call_write_story(&w, c);
    buf_addc(&b, '\n');
    calls_path(c->calls, slice_str(c->id), "story.json", path, sizeof path);
    disk_put(disk, path, buf_slice(&b), 0600, on_file_saved, NULL);
    buf_clear(&b);
    jsonw_begin(&w, &b);
    call_write(&w, c);
    buf_addc(&b, '\n');
    calls_path(c->calls, slice_str(c->id), "call.json", path, sizeof path);
    disk_put(disk, path, buf_slice(&b), 0600, on_file_saved, NULL);
    buf_free(&b);
}

static void write_outcome(struct call *c);

static void on_save_timer(void *arg)
{
    write_outcome(arg);
}

/* A full disk may be emptied, a lost mount may come back: 1, 2 and 4 s. */
static bool save_again(struct call *c, const struct err *err)
{
    log_event(LOG_ERROR, "outcome_not_saved", LS("call", c->id),
        LI("tries", c->tries), LS("why", err->msg));
    if (c->tries >= SAVE_TRIES)
        return false;
    c->save_timer = (struct timer){.fire = on_save_timer, .arg = c};
    loop_in(c->calls->conf.loop, &c->save_timer,
        SAVE_PAUSE << (c->tries - 1));
    return true;
}

/* What is not on disk is not told as if it were: the object's error says so,
 * and an event before the outcome. */
static void confess(struct call *c, const struct err *err)
{
    uint8_t mem[512];
    struct buf b;
    struct jsonw w;

    c->unsaved = true;
    text_fmt(c->why, sizeof c->why, "the result could not be written to "
        "CONCIERGE_DIR and is lost when this server ends: %.90s", err->msg);
    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "source", "us");
    jsonw_knull(&w, "number");
    jsonw_kcstr(&w, "message", c->why);
    jsonw_end(&w);
    call_tell(c, "error", buf_slice(&b));
    c->has_outcome = true;
    save_files(c);              /* if that works, it says so too */
}

static void tell_outcome(struct call *c)
{
    struct list *n;
    struct buf b;
    struct jsonw w;

    c->has_outcome = true;
    buf_init(&b, OBJECT_MAX);
    jsonw_begin(&w, &b);
    call_write_brief(&w, c, false);
    calls_keep_ended(c->calls, c, slice_str(c->id), buf_slice(&b),
        c->ended);
    call_spool_outcome(c, buf_slice(&b));
    buf_clear(&b);
    jsonw_begin(&w, &b);
    outcome_json(&w, &c->outcome);
    call_tell(c, "outcome", buf_slice(&b));
    buf_free(&b);
    log_event(LOG_INFO, "call_ended", LS("call", c->id),
        LS("end", call_end_name(c->machine.end)),
        LS("outcome", outcome_name(c->outcome.kind)), LS("why", c->why),
        LI("number", c->machine.number), LI("lines", c->lines));
    while ((n = list_shift(&c->watches)) != NULL) {
        struct call_watch *watch = LIST_OWNER(n, struct call_watch, link_);

        watch->end(watch);
    }
    call_remove(c);
}

/* The result is on disk: now it may be told. */
static void on_outcome_saved(void *arg, const struct err *err)
{
    struct call *c = arg;

    if (call_saved(c) || (err && save_again(c, err)))
        return;
    if (err)
        confess(c, err);
    tell_outcome(c);
}

static void write_outcome(struct call *c)
{
    struct jsonw *w = journal_begin(c->calls->journal, JOURNAL_OUTCOME,
        slice_str(c->id));

    c->tries++;
    c->has_outcome = true;
    call_write_delivery(c, w);
    jsonw_key(w, "object");
    call_write_brief(w, c, false);
    c->has_outcome = false;     /* nobody is told what is not on disk */
    c->saving++;
    if (journal_end(c->calls->journal, true, on_outcome_saved, c))
        on_outcome_saved(c, &(struct err){.code = ERR_IO,
            .msg = "the journal has no room"});
}

void call_finish(struct call *c)
{
    struct calls *cs = c->calls;

    c->ending = true;
    c->ended = sys_wall();
    call_drop_question(c);
    for (int i = 0; i < TIMERS; i++)
        loop_cancel(cs->conf.loop, &c->timer[i]);
    talk_close(&c->talk);       /* it may have lines to tell still */
    call_release_lines(c);
    if (c->bridge.stream)       /* its owner goes: nobody else would */
        wsconn_close(c->bridge.stream, 1000, SLICE("call over"));
    if (c->bridge.recorder)
        c->bridge.dropped += recorder_dropped(c->bridge.recorder);
    recorder_close(c->bridge.recorder);
    c->bridge.recorder = NULL;
    call_leave_line(c);
    call_attempt_over(c, c->machine.end);
    ledger_settle(&cs->ledger, slice_str(c->id), c->started && c->ended
        > c->started ? c->ended - c->started : 0, call_cost(c));
    judge(c);
    call_note_end(c);
    cs->counts.ended++;
    cs->counts.confirmed += c->outcome.kind == OUTCOME_CONFIRMED;
    cs->counts.frames_up += c->bridge.frames_up;
    cs->counts.frames_down += c->bridge.frames_down;
    cs->counts.dropped += c->bridge.dropped;
    save_files(c);
    write_outcome(c);
}

bool call_saved(struct call *c)
{
    c->saving--;
    if (!c->freed)
        return false;
    if (c->saving == 0)
        mem_drop(c);
    return true;
}

void call_free(struct call *c)
{
    struct rest_op *ops[] = {c->dial, c->poll, c->update};

    for (size_t i = 0; i < 3; i++)
        if (ops[i])
            rest_cancel(ops[i]);
    for (int i = 0; i < TIMERS; i++)
        loop_cancel(c->calls->conf.loop, &c->timer[i]);
    loop_cancel(c->calls->conf.loop, &c->held_timer);
    loop_cancel(c->calls->conf.loop, &c->question_timer);
    loop_cancel(c->calls->conf.loop, &c->look_timer);
    loop_cancel(c->calls->conf.loop, &c->save_timer);
    while (list_shift(&c->watches))     /* whoever unwatches later may */
        ;
    call_leave_line(c);
    if (c->bridge.stream)
        bridge_disown(c->bridge.stream, !c->ending);
    recorder_close(c->bridge.recorder);
    talk_fini(&c->talk);
    buf_free(&c->instructions);
    buf_free(&c->words);
    buf_free(&c->held[0].text);
    buf_free(&c->held[1].text);
    mem_drop(c->question);
    story_free(&c->story);
    buf_free(&c->events);
    mem_drop(c->line);
    c->magic = 0;
    c->freed = true;
    if (c->saving == 0)         /* else the disk still has our address */
        mem_drop(c);
}
