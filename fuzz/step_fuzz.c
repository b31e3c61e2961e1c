/* step_fuzz.c - whatever happens to a call, in whatever order: its state never
 * goes back, it is dialled once at most and ends once, with nothing after.
 *
 * The first byte says which kind of call; then two bytes are an event.
 */
#include <stdlib.h>

#include "call/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int dials, finishes;

static void feed(struct machine *m, struct call_input in)
{
    enum call_state was = m->state;
    struct call_steps out;

    call_step(m, &in, &out);
    if (m->state < was || out.n > CALL_ORDERS_MAX
        || (was == CALL_ENDED && out.n)
        || !call_state_name(m->state) || !call_end_name(m->end)
        || !call_status_word(m))
        abort();
    for (size_t i = 0; i < out.n; i++) {
        dials += out.order[i].cmd == DO_DIAL;
        finishes += out.order[i].cmd == DO_FINISH;
        if (out.order[i].cmd == DO_FINISH && i + 1 != out.n)
            abort();
    }
    if (dials > 1 || finishes != (m->state == CALL_ENDED)
        || (m->state == CALL_ENDED && m->end == END_NONE))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct machine m;

    if (size == 0)
        return 0;
    dials = finishes = 0;
    machine_begin(&m, data[0] & 1, 600000);
    if (data[0] & 2)
        machine_resume(&m, (enum call_state)(data[0] / 4 % CALL_ENDED));
    for (size_t i = 1; i + 1 < size; i += 2)
        feed(&m, (struct call_input){
            .event = (enum call_event)(data[i] % (EV_TIMER + 1)),
            .status = (enum call_status)(data[i + 1] % (STATUS_CANCELED + 1)),
            .timer = (enum call_timer)(data[i + 1] % TIMERS),
            .number = data[i + 1] * 100});
    /* The owner has had enough: it ends. */
    feed(&m, (struct call_input){.event = EV_HANGUP});
    feed(&m, (struct call_input){.event = EV_DIAL_UNCLEAR});
    for (int i = 0; i < 8; i++)
        feed(&m, (struct call_input){.event = EV_TIMER, .timer = TIMER_CLOSE});
    if (finishes != 1)
        abort();
    return 0;
}
