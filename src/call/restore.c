/* restore.c - after a crash: the journal read back, and unfinished calls
 * brought to an end with what Twilio knows.
 *
 * Nothing is dialled here.  A call whose SID is known is hung up (its stream
 * died with the process) and its last status fetched.  A call whose create
 * request may have left is looked for in Twilio's list: one match is ours,
 * none after three looks was never made, two cannot be told apart.  One that
 * waited for its next attempt goes on waiting.
 */
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "codec/date.h"

#define LOOKS 3
#define LOOK_PAUSE 2000         /* ms */
#define STARTED_SLACK 60000     /* ms between our clock and Twilio's */

static enum call_state state_of(struct json name)
{
    for (int s = CALL_PLANNED; s <= CALL_ENDED; s++)
        if (json_is(name, call_state_name((enum call_state)s)))
            return (enum call_state)s;
    return CALL_PLANNED;
}

static void on_intent(struct calls *cs, struct slice id, struct json rec)
{
    bool inbound = json_is(json_get(rec, "direction"), "inbound");
    struct call *c = calls_find(cs, id);
    struct json at = json_get(rec, "at");
    int offset;

    if (c || id.len > CALL_ID)
        return;
    c = call_new(cs, &id);
    if (!c)
        return;
    c->restored = true;
    json_copy(json_get(rec, "token"), c->token, sizeof c->token);
    json_copy(json_get(rec, "key"), c->key, sizeof c->key);
    json_copy(json_get(rec, "sid"), c->sid, sizeof c->sid);
    json_copy(json_get(rec, "from"), c->from, sizeof c->from);
    date_parse_rfc3339(at.text, &c->created, &offset);
    asked_restore(json_get(rec, "asked"), &c->asked);
    call_prepare(c, inbound);
}

/* Counted when it was, not now. */
static void restore_dialling(struct call *c, struct slice at)
{
    int64_t wall;
    int offset;

    call_dialling(c);
    if (date_parse_rfc3339(at, &wall, &offset) || !c->calls->ledger.n)
        return;
    c->attempt[c->attempts - 1].at = wall;
    c->calls->ledger.entry[c->calls->ledger.n - 1].at = wall;
}

static void on_state(struct call *c, struct json rec)
{
    enum call_state to = state_of(json_get(rec, "to"));
    int64_t at;
    int offset;

    json_copy(json_get(rec, "sid"), c->sid, sizeof c->sid);
    if (to == CALL_DIALLING)
        restore_dialling(c, json_get(rec, "at").text);
    machine_resume(&c->machine, to);
    if (!c->started && (to == CALL_ANSWERED || to == CALL_TALKING))
        date_parse_rfc3339(json_get(rec, "at").text, &c->started, &offset);
    if (date_parse_rfc3339(json_get(rec, "at").text, &at, &offset) == 0)
        story_add(&c->story, at, call_state_name(to), 0,
            slice_str("from the journal"));
}

static void on_line(struct call *c, struct json rec)
{
    uint8_t mem[LIMIT_LINE + 1];
    struct buf text;
    int64_t at = 0;

    buf_over(&text, mem, sizeof mem);
    json_text(json_get(rec, "text"), &text);
    json_i64(json_get(rec, "ms"), 0, INT32_MAX, &at);
    call_add_stored_line(c, json_is(json_get(rec, "who"), "them"), at,
        buf_slice(&text));
}

static void settle(struct calls *cs, struct slice id, struct json object)
{
    struct slice seconds = json_get(object, "seconds").text;
    int64_t ms = 0, cost = 0;

    /* "42.1" reads like an amount of money. */
    if (price_amount(seconds, &ms) == 0)
        ms /= PRICE_UNIT / 1000;
    (void)price_amount(json_get(object, "cost.amount").text, &cost);
    ledger_settle(&cs->ledger, id, ms, cost);
}

static void on_outcome(struct calls *cs, struct slice id, struct json rec)
{
    struct call *c = calls_find(cs, id);
    struct json object = json_get(rec, "object");
    int64_t at = 0;
    int offset;

    date_parse_rfc3339(json_get(object, "ended").text, &at, &offset);
    settle(cs, id, object);
    if (object.type == JSON_OBJECT)
        calls_keep_ended(cs, c, id, object.text, at);
    if (c) {
        list_drop(&c->link);
        cs->n_running--;
        c->ending = true;
        call_free(c);
    }
}

/* Whether its files had gone when we stopped is not known. */
static void on_forget(struct calls *cs, struct slice id)
{
    calls_forget_ended(cs, id);
    calls_forget_again(cs, id);
}

static void on_session(struct calls *cs, struct json rec)
{
    struct json at = json_get(rec, "at");
    int64_t seq = 0, wall = 0;
    int offset;

    date_parse_rfc3339(at.text, &wall, &offset);
    if (cs->conf.desk && json_i64(json_get(rec, "seq"), 1, INT64_MAX, &seq)
        == 0)
        desk_restore(cs->conf.desk, json_get(rec, "session").text, seq, wall,
            json_get(rec, "memory"));
}

void calls_write_session(struct calls *cs, const char *session, int64_t seq,
    const struct dialog *d)
{
    struct jsonw *w = journal_begin(cs->journal, JOURNAL_SESSION,
        slice_str(NULL));

    jsonw_kcstr(w, "session", session);
    jsonw_kint(w, "seq", seq);
    jsonw_kobject(w, "memory");
    dialog_write(w, d);
    jsonw_end(w);
    if (journal_end(cs->journal, false, NULL, NULL))
        log_event(LOG_WARN, "session_not_kept", LI("seq", seq));
}

void calls_restore(void *arg, struct slice type, struct json rec)
{
    struct calls *cs = arg;
    struct slice id = json_get(rec, "call").text;
    struct call *c = calls_find(cs, id);

    if (slice_is(type, JOURNAL_SESSION))
        on_session(cs, rec);
    else if (slice_is(type, JOURNAL_INTENT))
        on_intent(cs, id, rec);
    else if (slice_is(type, JOURNAL_OUTCOME))
        on_outcome(cs, id, rec);
    else if (slice_is(type, JOURNAL_FORGET))
        on_forget(cs, id);
    else if (slice_is(type, JOURNAL_FAILED))
        calls_restore_failed(cs, c, rec);
    else if (c && slice_is(type, JOURNAL_STATE))
        on_state(c, rec);
    else if (c && slice_is(type, JOURNAL_ATTEMPT))
        call_restore_attempt(c, rec);
    else if (c && slice_is(type, JOURNAL_LINE))
        on_line(c, rec);
    else if (c && slice_is(type, JOURNAL_NOTE))
        c->noted = true;
    calls_spool_again(cs, type, rec);
}

/* ---- with Twilio ---- */

static void look(struct call *c);

static void on_look_timer(void *arg)
{
    look(arg);
}

/* Hang up what may still ring or run, then wait for the last status. */
static void bring_to_end(struct call *c)
{
    machine_resume(&c->machine, c->machine.talked ? CALL_TALKING
        : CALL_ANSWERED);
    call_feed(c, EV_HANGUP);
}

/* Its last attempt came to nothing, and another was due. */
static bool has_failed(const struct call *c)
{
    return c->again_at && c->attempts
        && c->attempt[c->attempts - 1].end != END_NONE;
}

static void on_listed(void *arg, const struct rest_result *res)
{
    struct call *c = arg;
    const struct rest_call *match = NULL;
    size_t matches = 0;

    c->poll = NULL;
    for (size_t i = 0; res->how == REST_DONE && i < res->n; i++) {
        const struct rest_call *r = &res->calls[i];

        if (calls_sid_taken(c->calls, c, slice_str(r->sid))
            || strcmp(r->to, c->asked.to) != 0
            || r->created < c->created - STARTED_SLACK)
            continue;
        match = r;
        matches++;
    }
    if (matches == 1) {
        log_event(LOG_INFO, "call_found", LS("call", c->id),
            LS("sid", match->sid));
        text_copy(c->sid, sizeof c->sid, slice_str(match->sid));
        bring_to_end(c);
    } else if (matches > 1) {
        call_feed(c, EV_DIAL_UNCLEAR);
    } else if (++c->looks < LOOKS) {
        c->look_timer = (struct timer){.fire = on_look_timer, .arg = c};
        loop_in(c->calls->conf.loop, &c->look_timer, LOOK_PAUSE);
    } else if (res->how == REST_DONE && has_failed(c)) {
        call_climb(c);
    } else if (res->how == REST_DONE) {
        call_feed(c, EV_DIAL_REFUSED);  /* it was never made */
    } else {
        call_feed(c, EV_DIAL_UNCLEAR);
    }
}

static void look(struct call *c)
{
    /* Not by StartTime: a call that is queued has none (twilio 4.3). */
    struct rest_filter f = {.to = slice_str(c->asked.to),
        .from = c->calls->conf.from, .page_size = 50};
    struct err err = {0};

    if (c->calls->conf.rest)
        c->poll = rest_list(c->calls->conf.rest, &f, on_listed, c, &err);
    if (!c->poll)
        call_feed(c, EV_DIAL_UNCLEAR);
}

void calls_reconcile(struct calls *cs)
{
    struct list *n = cs->running.next;

    while (n != &cs->running) {
        struct call *c = LIST_OWNER(n, struct call, link);

        n = n->next;
        text_copy(c->why, sizeof c->why,
            SLICE("the server stopped during the call"));
        call_note(c, "restarted", 0, "the server had stopped during the call "
            "and was started again");
        log_event(LOG_WARN, "call_unfinished", LS("call", c->id),
            LS("state", call_state_name(c->machine.state)),
            LS("sid", c->sid));
        if (c->machine.inbound) {       /* its stream is gone: it is over */
            machine_resume(&c->machine, CALL_TALKING);
            call_feed(c, EV_STREAM_GONE);
        } else if (c->sid[0]) {
            bring_to_end(c);
        } else {
            machine_resume(&c->machine, CALL_DIALLING);
            look(c);
        }
    }
}
