/* machine.c - what one call does next: events in, commands out. */
#include "call/machine.h"

#include <assert.h>
#include <string.h>

/* ms.  Callbacks can be lost (twilio 6.1), so the status is also asked for. */
#define POLL_EVERY      15000
#define POLLS_UNANSWERED 20     /* five minutes; Twilio rings for 45 s */
#define STREAM_WITHIN   20000   /* from TwiML to upgrade; measured 365 ms */
#define CLOSE_WITHIN    3000    /* from our close to Twilio's last status */
#define CLOSE_TRIES     5
#define FAREWELL_WITHIN 15000   /* of the limit, for the goodbye */
#define SORRY_TAKES     15000   /* the apology is spoken meanwhile */

static const char *const state_names[] = {
    [CALL_PLANNED] = "planned", [CALL_WAITING] = "waiting",
    [CALL_DIALLING] = "dialling",
    [CALL_QUEUED] = "queued", [CALL_RINGING] = "ringing",
    [CALL_ANSWERED] = "answered", [CALL_TALKING] = "talking",
    [CALL_CLOSING] = "closing", [CALL_ENDED] = "ended",
};

static const char *const event_names[] = {
    [EV_SAVED] = "saved", [EV_WAIT] = "wait", [EV_TURN] = "turn",
    [EV_BLOCKED] = "blocked", [EV_CEILING] = "ceiling",
    [EV_DIALLED] = "dialled",
    [EV_DIAL_REFUSED] = "dial_refused", [EV_DIAL_UNCLEAR] = "dial_unclear",
    [EV_STATUS] = "status", [EV_TWIML] = "twiml_fetched",
    [EV_STREAM] = "stream_started", [EV_STREAM_GONE] = "stream_gone",
    [EV_STREAM_ERROR] = "stream_error",
    [EV_MODEL_READY] = "model_ready", [EV_MODEL_GONE] = "model_gone",
    [EV_GOODBYE] = "goodbye", [EV_UNDISCLOSED] = "undisclosed",
    [EV_SILENT] = "silent", [EV_HANGUP] = "hangup", [EV_PART] = "part",
    [EV_TIMER] = "timer",
};

static const char *const end_names[] = {
    [END_NONE] = "none", [END_COMPLETED] = "completed", [END_BUSY] = "busy",
    [END_NO_ANSWER] = "no_answer", [END_CANCELED] = "canceled",
    [END_FAILED] = "failed", [END_REFUSED] = "refused",
    [END_UNCLEAR] = "unclear", [END_NO_STREAM] = "no_stream",
    [END_NO_MODEL] = "no_model", [END_UNDISCLOSED] = "undisclosed",
    [END_SILENT] = "silent", [END_LIMIT] = "limit",
    [END_BLOCKED] = "blocked", [END_HANGUP] = "hangup",
};

static const struct {
    const char *word;
    enum call_status status;
    enum call_end end;          /* END_NONE: not final */
} statuses[] = {
    {"queued", STATUS_QUEUED, END_NONE},
    {"initiated", STATUS_INITIATED, END_NONE},
    {"ringing", STATUS_RINGING, END_NONE},
    {"in-progress", STATUS_IN_PROGRESS, END_NONE},
    {"completed", STATUS_COMPLETED, END_COMPLETED},
    {"busy", STATUS_BUSY, END_BUSY},
    {"no-answer", STATUS_NO_ANSWER, END_NO_ANSWER},
    {"failed", STATUS_FAILED, END_FAILED},
    {"canceled", STATUS_CANCELED, END_CANCELED},
};

#define STATUSES (sizeof statuses / sizeof statuses[0])

static void put(struct call_steps *out, enum call_command cmd)
{
    assert(out->n < CALL_ORDERS_MAX);
    out->order[out->n++] = (struct call_order){.cmd = cmd};
}

static void put_timer(struct call_steps *out, enum call_timer t, int64_t ms)
{
    put(out, DO_TIMER);
    out->order[out->n - 1].timer = t;
    out->order[out->n - 1].ms = ms;
}

/* The only place where the state changes; never backwards. */
static bool enter(struct machine *m, enum call_state to)
{
    if (to <= m->state)
        return false;
    m->state = to;
    return true;
}

/* The first reason stands: what follows is its consequence. */
static void blame(struct machine *m, enum call_end end, int number)
{
    if (m->end == END_NONE) {
        m->end = end;
        m->number = number;
    }
}

/* The number Twilio logs for an answered call without a stream (twilio 3): of
 * the fetch, or of the upgrade. */
static int no_stream_number(const struct machine *m)
{
    return m->fetched ? 31920 : 11200;
}

static void open_model(struct machine *m, struct call_steps *out)
{
    if (m->model != MODEL_NONE)
        return;
    m->model = MODEL_OPENING;
    put(out, DO_OPEN_MODEL);
}

static void finish(struct machine *m, struct call_steps *out)
{
    if (!enter(m, CALL_ENDED))
        return;
    out->n = 0;                 /* whatever was planned is void now */
    if (m->stream)
        put(out, DO_CLOSE_STREAM);
    if (m->model == MODEL_OPENING || m->model == MODEL_READY)
        put(out, DO_CLOSE_MODEL);
    m->stream = false;
    m->model = MODEL_GONE;
    put(out, DO_FINISH);
}

/* From here on only Twilio's last word is awaited. */
static void start_closing(struct machine *m, struct call_steps *out,
    int64_t ms)
{
    if (!enter(m, CALL_CLOSING))
        return;
    put_timer(out, TIMER_CLOSE, ms);
}

/* Ends a call from our side, whatever it is doing; one that is over already
 * was not ended by this. */
static void end_call(struct machine *m, struct call_steps *out,
    enum call_end why, int number)
{
    if (m->state < CALL_CLOSING)
        blame(m, why, number);
    switch (m->state) {
    case CALL_PLANNED:
    case CALL_WAITING:
        if (m->last != END_NONE) {      /* what came of it is known */
            m->end = m->last;
            m->number = 0;
        }
        finish(m, out);
        break;
    case CALL_DIALLING:
        m->end_asked = true;    /* there is no SID to cancel yet */
        break;
    case CALL_QUEUED:
    case CALL_RINGING:
        put(out, DO_CANCEL);
        start_closing(m, out, CLOSE_WITHIN);
        break;
    case CALL_ANSWERED:
    case CALL_TALKING:
        put(out, DO_HANGUP);
        if (m->stream)
            put(out, DO_CLOSE_STREAM);
        start_closing(m, out, CLOSE_WITHIN);
        break;
    case CALL_CLOSING:
    case CALL_ENDED:
        break;
    }
}

/* It has been long or dear enough, or the owner wants it over: the model says
 * goodbye, and when the call is not over then, we end it. */
static void part(struct machine *m, struct call_steps *out, enum call_end why)
{
    if (m->state != CALL_TALKING || m->farewell) {
        if (m->state < CALL_CLOSING)
            end_call(m, out, why, 0);
        return;
    }
    m->farewell = true;
    blame(m, why, 0);
    put(out, DO_FAREWELL);
    put_timer(out, TIMER_LIMIT, FAREWELL_WITHIN);
}

/* Nobody was there, and nobody on our side wanted it over. */
static bool may_try_again(const struct machine *m)
{
    return m->tries && !m->inbound && !m->talked && m->state < CALL_ANSWERED
        && (m->end == END_BUSY || m->end == END_NO_ANSWER);
}

/* The one step back: the next attempt is a call of its own to Twilio. */
static void try_again(struct machine *m, struct call_steps *out)
{
    if (m->model == MODEL_OPENING || m->model == MODEL_READY)
        put(out, DO_CLOSE_MODEL);
    put_timer(out, TIMER_POLL, 0);
    machine_wait(m, m->end, (uint8_t)(m->tries - 1));
    put(out, DO_AGAIN);
}

static void answered(struct machine *m, struct call_steps *out)
{
    open_model(m, out);
    if (enter(m, CALL_ANSWERED)) {
        put_timer(out, TIMER_LIMIT, m->limit_ms - FAREWELL_WITHIN);
        put_timer(out, TIMER_STREAM, machine_stream_ms(m));
    }
}

/* Of a call that was known to be answered: the wait begins anew, since the
 * fetch alone may take 15 s (twilio 2.1). */
static void on_twiml(struct machine *m, struct call_steps *out)
{
    bool again = m->fetched;

    if (m->state < CALL_DIALLING || m->state >= CALL_TALKING)
        return;
    m->fetched = true;
    if (m->state < CALL_ANSWERED)
        answered(m, out);
    else if (!again)
        put_timer(out, TIMER_STREAM, machine_stream_ms(m));
}

static void on_status(struct machine *m, enum call_status status,
    struct call_steps *out)
{
    if (m->state < CALL_DIALLING)
        return;
    switch (status) {
    case STATUS_UNKNOWN:
        return;
    case STATUS_QUEUED:
    case STATUS_INITIATED:
        enter(m, CALL_QUEUED);
        return;
    case STATUS_RINGING:
        if (enter(m, CALL_RINGING))
            open_model(m, out);
        return;
    case STATUS_IN_PROGRESS:
        if (m->state < CALL_ANSWERED)
            answered(m, out);
        return;
    case STATUS_COMPLETED:
    case STATUS_BUSY:
    case STATUS_NO_ANSWER:
    case STATUS_FAILED:
    case STATUS_CANCELED:
        break;
    }
    /* Completed means it was answered; over without a stream: Twilio never got
     * our TwiML and said sorry, or the upgrade was refused on the way and it
     * went on with what follows <Connect>. */
    if (status == STATUS_COMPLETED && !m->talked)
        blame(m, END_NO_STREAM, no_stream_number(m));
    for (size_t i = 0; i < STATUSES; i++)
        if (statuses[i].status == status)
            blame(m, statuses[i].end, 0);
    if (may_try_again(m))
        try_again(m, out);
    else
        finish(m, out);
}

static void apologize(struct machine *m, struct call_steps *out)
{
    blame(m, END_NO_MODEL, 0);
    put(out, DO_SORRY);
    start_closing(m, out, SORRY_TAKES);
}

static void on_stream(struct machine *m, struct call_steps *out)
{
    if (m->state < CALL_DIALLING || m->state >= CALL_TALKING)
        return;
    m->stream = m->talked = true;
    if (m->end == END_NO_STREAM) {      /* another one before it failed */
        m->end = END_NONE;
        m->number = 0;
    }
    if (m->state < CALL_ANSWERED)
        put_timer(out, TIMER_LIMIT, m->limit_ms - FAREWELL_WITHIN);
    enter(m, CALL_TALKING);
    put_timer(out, TIMER_STREAM, 0);
    open_model(m, out);
    if (m->model == MODEL_READY)
        put(out, DO_BRIDGE);
    else if (m->model == MODEL_GONE)
        apologize(m, out);
}

static void on_stream_gone(struct machine *m, struct call_steps *out)
{
    m->stream = false;
    if (m->state != CALL_TALKING)
        return;
    if (m->inbound) {           /* nobody promised us a last status */
        blame(m, END_COMPLETED, 0);
        finish(m, out);
        return;
    }
    if (m->model == MODEL_OPENING || m->model == MODEL_READY)
        put(out, DO_CLOSE_MODEL);
    m->model = MODEL_GONE;
    start_closing(m, out, CLOSE_WITHIN);
}

static void on_model_gone(struct machine *m, struct call_steps *out)
{
    m->model = MODEL_GONE;
    if (m->state == CALL_TALKING || m->state == CALL_ANSWERED)
        apologize(m, out);      /* somebody holds a telephone */
    else
        end_call(m, out, END_NO_MODEL, 0);
}

/* Asks for the status, then insists, then stops waiting. */
static void on_close_timer(struct machine *m, struct call_steps *out)
{
    if (m->state != CALL_CLOSING)
        return;
    m->closes++;
    if (m->closes > CLOSE_TRIES) {
        blame(m, END_COMPLETED, 0);
        finish(m, out);
        return;
    }
    if (m->closes == 2)
        put(out, DO_HANGUP);
    put(out, DO_POLL);
    put_timer(out, TIMER_CLOSE, CLOSE_WITHIN);
}

static void on_timer(struct machine *m, enum call_timer t,
    struct call_steps *out)
{
    switch (t) {
    case TIMER_POLL:
        /* Neither callbacks nor the API say how it goes: not for ever. */
        if (m->state == CALL_QUEUED || m->state == CALL_RINGING)
            m->polls++;
        if (m->polls > POLLS_UNANSWERED && m->state < CALL_ANSWERED) {
            end_call(m, out, END_NO_ANSWER, 0);
        } else if (m->state >= CALL_QUEUED && m->state < CALL_CLOSING) {
            put(out, DO_POLL);
            put_timer(out, TIMER_POLL, POLL_EVERY);
        }
        break;
    case TIMER_STREAM:
        if (m->state == CALL_ANSWERED)
            end_call(m, out, END_NO_STREAM, no_stream_number(m));
        break;
    case TIMER_LIMIT:
        part(m, out, END_LIMIT);
        break;
    case TIMER_AGAIN:
        if (m->state == CALL_WAITING)
            put(out, DO_TURN);
        break;
    case TIMER_CLOSE:
        on_close_timer(m, out);
        break;
    case TIMERS:
        break;
    }
}

static void on_dialled(struct machine *m, struct call_steps *out)
{
    if (m->state >= CALL_CLOSING)
        return;
    enter(m, CALL_QUEUED);
    put_timer(out, TIMER_POLL, POLL_EVERY);
    if (m->end_asked) {
        m->end_asked = false;
        end_call(m, out, m->end, m->number);
    }
}

/* A create request that came to nothing, unless Twilio itself has told of the
 * call meanwhile: then only the answer was lost. */
static void on_undialled(struct machine *m, struct call_steps *out,
    enum call_end why, int number)
{
    if (m->state > CALL_DIALLING) {
        on_dialled(m, out);
        return;
    }
    blame(m, why, number);
    finish(m, out);
}

int64_t machine_stream_ms(const struct machine *m)
{
    return STREAM_WITHIN + m->say_ms;
}

void machine_begin(struct machine *m, bool inbound, int64_t limit_ms)
{
    memset(m, 0, sizeof *m);
    m->inbound = inbound;
    m->state = inbound ? CALL_QUEUED : CALL_PLANNED;
    m->limit_ms = limit_ms;
}

void machine_wait(struct machine *m, enum call_end last, uint8_t tries)
{
    m->state = CALL_WAITING;
    m->last = last;
    m->tries = tries;
    m->model = MODEL_NONE;
    m->end = END_NONE;
    m->number = 0;
    m->talked = m->fetched = m->end_asked = false;
    m->closes = m->polls = 0;
}

void machine_resume(struct machine *m, enum call_state state)
{
    m->state = state;
    m->model = MODEL_GONE;
    m->talked = state >= CALL_TALKING;
}

void call_step(struct machine *m, const struct call_input *in,
    struct call_steps *out)
{
    out->n = 0;
    if (m->state == CALL_ENDED)
        return;
    switch (in->event) {
    case EV_SAVED:
        if (m->state == CALL_PLANNED)
            put(out, DO_TURN);
        break;
    case EV_WAIT:
        if (m->state == CALL_PLANNED)
            enter(m, CALL_WAITING);
        break;
    case EV_TURN:
        if (m->state < CALL_DIALLING && enter(m, CALL_DIALLING))
            put(out, DO_DIAL);
        break;
    case EV_BLOCKED:
        if (m->state < CALL_DIALLING)
            end_call(m, out, END_BLOCKED, 0);
        break;
    case EV_CEILING:
        if (!m->farewell && (m->state == CALL_ANSWERED
            || m->state == CALL_TALKING))
            part(m, out, END_LIMIT);
        break;
    case EV_DIALLED:
        on_dialled(m, out);
        break;
    case EV_DIAL_REFUSED:
        on_undialled(m, out, END_REFUSED, in->number);
        break;
    case EV_DIAL_UNCLEAR:
        on_undialled(m, out, END_UNCLEAR, 0);
        break;
    case EV_STATUS:
        on_status(m, in->status, out);
        break;
    case EV_TWIML:
        on_twiml(m, out);
        break;
    case EV_STREAM:
        on_stream(m, out);
        break;
    case EV_STREAM_GONE:
        on_stream_gone(m, out);
        break;
    case EV_STREAM_ERROR:
        if (m->state < CALL_TALKING)    /* what it ends in comes by itself */
            blame(m, END_NO_STREAM, in->number ? in->number : 31920);
        break;
    case EV_MODEL_READY:
        if (m->model == MODEL_OPENING) {
            m->model = MODEL_READY;
            if (m->state == CALL_TALKING)
                put(out, DO_BRIDGE);
        }
        break;
    case EV_MODEL_GONE:
        on_model_gone(m, out);
        break;
    case EV_GOODBYE:
        if (m->state != CALL_TALKING)
            break;
        blame(m, END_COMPLETED, 0);
        if (m->stream)
            put(out, DO_CLOSE_STREAM);
        start_closing(m, out, CLOSE_WITHIN);
        break;
    case EV_UNDISCLOSED:
        end_call(m, out, END_UNDISCLOSED, 0);
        break;
    case EV_SILENT:
        end_call(m, out, END_SILENT, 0);
        break;
    case EV_HANGUP:
        end_call(m, out, END_HANGUP, 0);
        break;
    case EV_PART:
        if (!m->farewell)       /* asked for twice it comes no sooner */
            part(m, out, END_HANGUP);
        break;
    case EV_TIMER:
        on_timer(m, in->timer, out);
        break;
    }
}

const char *call_state_name(enum call_state s)
{
    return state_names[s];
}

const char *call_event_name(enum call_event e)
{
    return event_names[e];
}

const char *call_end_name(enum call_end e)
{
    return end_names[e];
}

enum call_end call_end_parse(const char *name)
{
    for (int e = END_NONE; e <= END_HANGUP; e++)
        if (strcmp(end_names[e], name) == 0)
            return (enum call_end)e;
    return END_NONE;
}

const char *call_status_word(const struct machine *m)
{
    switch (m->state) {
    case CALL_PLANNED:
        return "planned";
    case CALL_WAITING:
    case CALL_DIALLING:
    case CALL_QUEUED:
        return "queued";
    case CALL_RINGING:
        return "ringing";
    case CALL_ANSWERED:
    case CALL_TALKING:
    case CALL_CLOSING:
        return "in_progress";
    case CALL_ENDED:
        break;
    }
    switch (m->end) {
    case END_COMPLETED:
    case END_LIMIT:
    case END_SILENT:
    case END_UNDISCLOSED:
        return "completed";
    case END_NONE:
    case END_BUSY:
    case END_NO_ANSWER:
    case END_CANCELED:
    case END_FAILED:
    case END_REFUSED:
    case END_UNCLEAR:
    case END_NO_STREAM:
    case END_NO_MODEL:
    case END_BLOCKED:
        break;
    case END_HANGUP:
        return m->talked ? "completed" : "failed";
    }
    return "failed";
}

enum call_status call_status_parse(const char *s, size_t len)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (strlen(statuses[i].word) == len
            && memcmp(statuses[i].word, s, len) == 0)
            return statuses[i].status;
    return STATUS_UNKNOWN;
}

const char *call_status_text(enum call_status s)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (statuses[i].status == s)
            return statuses[i].word;
    return "a status that is not known here";
}
