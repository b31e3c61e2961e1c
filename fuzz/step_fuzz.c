/* step_fuzz.c - whatever happens to a call, in whatever order: its state goes
 * back for another attempt alone, it is dialled once for each attempt at most
 * and ends once, with nothing after; audio is bridged only when both ends are
 * there; and when the world falls silent, the timers that it set bring it to
 * its end.
 *
 * The first byte says which kind of call; then two bytes are an event.
 */
#include <stdlib.h>

#include "call/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INBOUND 1
#define RESUMED 2               /* found in a journal, with no timer set */
#define HONEST 4                /* only timers that were set go off */
#define LIMIT_MS 600000
#define FIRINGS 2000            /* before a silent call must have ended */
#define PAUSE_MS 300000         /* between attempts */

struct world {
    struct machine m;
    int tries;                  /* attempts there may be */
    int dials, finishes, opened, agains;
    bool dialling;              /* a create request is out */
    bool turn;                  /* it stands in the line */
    int64_t now, due[TIMERS];   /* ms; 0: not set */
};

static void obey(struct world *w, const struct call_order *o)
{
    const struct machine *m = &w->m;

    switch (o->cmd) {
    case DO_DIAL:
        if (m->inbound)
            abort();
        w->dials++;
        w->dialling = true;
        break;
    case DO_TURN:
        w->turn = true;
        break;
    case DO_AGAIN:
        if (m->inbound || m->state != CALL_WAITING)
            abort();
        w->agains++;
        w->due[TIMER_AGAIN] = w->now + PAUSE_MS;
        break;
    case DO_OPEN_MODEL:
        w->opened++;
        break;
    case DO_BRIDGE:
        if (!m->stream || m->model != MODEL_READY || !w->opened)
            abort();
        break;
    case DO_TIMER:
        if (o->timer >= TIMERS || o->ms < 0)
            abort();
        w->due[o->timer] = o->ms ? w->now + o->ms : 0;
        break;
    case DO_FINISH:
        w->finishes++;
        break;
    case DO_POLL: case DO_CANCEL: case DO_HANGUP: case DO_SORRY:
    case DO_CLOSE_STREAM: case DO_CLOSE_MODEL: case DO_FAREWELL:
        break;
    }
}

static void feed(struct world *w, struct call_input in)
{
    enum call_state was = w->m.state;
    struct call_steps out;
    int agains;

    if (in.event == EV_TIMER)
        w->due[in.timer] = 0;
    if (in.event == EV_DIALLED || in.event == EV_DIAL_REFUSED
        || in.event == EV_DIAL_UNCLEAR)
        w->dialling = false;
    if (in.event == EV_TURN || in.event == EV_BLOCKED)
        w->turn = false;
    agains = w->agains;
    call_step(&w->m, &in, &out);
    if (out.n > CALL_ORDERS_MAX
        || (was == CALL_ENDED && out.n)
        || !call_state_name(w->m.state) || !call_end_name(w->m.end)
        || !call_status_word(&w->m) || !call_event_name(in.event))
        abort();
    for (size_t i = 0; i < out.n; i++) {
        obey(w, &out.order[i]);
        if (out.order[i].cmd == DO_FINISH && i + 1 != out.n)
            abort();
    }
    if ((w->m.state < was && w->agains != agains + 1)
        || w->agains >= w->tries || w->dials > w->tries
        || w->opened > w->tries
        || w->finishes != (w->m.state == CALL_ENDED)
        || (w->m.state == CALL_ENDED && w->m.end == END_NONE))
        abort();
}

/* The next timer that is due goes off.  false: none is set. */
static bool fire(struct world *w)
{
    int next = -1;

    for (int i = 0; i < TIMERS; i++)
        if (w->due[i] && (next < 0 || w->due[i] < w->due[next]))
            next = i;
    if (next < 0)
        return false;
    w->now = w->due[next];
    feed(w, (struct call_input){.event = EV_TIMER,
        .timer = (enum call_timer)next});
    return true;
}

/* Nobody says anything any more.  The disk, the line and the create request
 * have deadlines of their own, so these three answer. */
static void silence(struct world w)
{
    if (w.m.state == CALL_PLANNED && !w.turn)
        feed(&w, (struct call_input){.event = EV_SAVED});
    for (int i = 0; i < FIRINGS && w.m.state != CALL_ENDED; i++) {
        if (w.dialling)
            feed(&w, (struct call_input){.event = EV_DIAL_UNCLEAR});
        else if (w.turn)
            feed(&w, (struct call_input){.event = EV_TURN});
        else if (!fire(&w))
            abort();            /* it waits for what never comes */
    }
    if (w.m.state != CALL_ENDED)
        abort();
}

static void event(struct world *w, uint8_t a, uint8_t b, bool honest)
{
    struct call_input in = {
        .event = (enum call_event)(a % (EV_TIMER + 1)),
        .status = (enum call_status)(b % (STATUS_CANCELED + 1)),
        .timer = (enum call_timer)(b % TIMERS), .number = b * 100};

    bool answer = in.event == EV_DIALLED || in.event == EV_DIAL_REFUSED
        || in.event == EV_DIAL_UNCLEAR;
    bool place = in.event == EV_TURN || in.event == EV_WAIT
        || in.event == EV_BLOCKED;

    if (honest && in.event == EV_TIMER)
        fire(w);
    else if (!honest || ((!answer || w->dialling) && (!place || w->turn)))
        feed(w, in);
}

/* A call that came in was never planned nor dialled. */
static void resume(struct machine *m, enum call_state state)
{
    machine_resume(m, m->inbound && state < CALL_QUEUED ? CALL_QUEUED : state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.tries = 1};
    bool honest = size && (data[0] & HONEST) && !(data[0] & RESUMED);

    if (size == 0)
        return 0;
    machine_begin(&w.m, data[0] & INBOUND, LIMIT_MS);
    if (!(data[0] & (RESUMED | INBOUND)))
        w.m.tries = data[0] >> 3 & 3;
    w.tries += w.m.tries;
    if (data[0] & RESUMED)
        resume(&w.m, (enum call_state)(data[0] / 8 % CALL_ENDED));
    /* An inbound call is there because its TwiML is being fetched. */
    if (honest && (data[0] & INBOUND))
        feed(&w, (struct call_input){.event = EV_TWIML});
    for (size_t i = 1; i + 1 < size; i += 2)
        event(&w, data[i], data[i + 1], honest);
    if (honest)
        silence(w);
    /* The owner has had enough: it ends. */
    feed(&w, (struct call_input){.event = EV_HANGUP});
    feed(&w, (struct call_input){.event = EV_DIAL_UNCLEAR});
    for (int i = 0; i < 8; i++)
        feed(&w, (struct call_input){.event = EV_TIMER,
            .timer = TIMER_CLOSE});
    if (w.finishes != 1)
        abort();
    return 0;
}
