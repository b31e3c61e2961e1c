/* machine_test.c - whole phone calls as events in and commands out.
 *
 * A script has one line an event: what happened | the state after it | the
 * commands it gave.  Its last line is "= end number public-status".
 */
#include "call/machine.h"

#include "base/buf.h"
#include "base/text.h"
#include "tests/tap.h"

#define LIMIT_MS 600000
#define TRIES 2
#define EVENTS ((int)EV_TIMER + 1)

static const char *const command_names[] = {
    [DO_DIAL] = "dial", [DO_OPEN_MODEL] = "open_model",
    [DO_BRIDGE] = "bridge", [DO_POLL] = "poll", [DO_CANCEL] = "cancel",
    [DO_HANGUP] = "hangup", [DO_SORRY] = "sorry",
    [DO_CLOSE_STREAM] = "close_stream", [DO_CLOSE_MODEL] = "close_model",
    [DO_TIMER] = "timer", [DO_FINISH] = "finish", [DO_TURN] = "turn",
    [DO_AGAIN] = "again", [DO_FAREWELL] = "farewell",
};
static const char *const timer_names[TIMERS] = {
    [TIMER_POLL] = "poll", [TIMER_STREAM] = "stream",
    [TIMER_LIMIT] = "limit", [TIMER_CLOSE] = "close",
    [TIMER_AGAIN] = "again",
};

/* What most calls have in common. */
#define RINGS \
    "saved | planned | turn\n" "turn | dialling | dial\n" \
    "dialled | queued | timer poll 15000\n" \
    "status initiated | queued |\n" \
    "status ringing | ringing | open_model\n"
#define ANSWERS RINGS \
    "twiml_fetched | answered | timer limit 585000, timer stream 20000\n" \
    "status in-progress | answered |\n"
#define TALKS ANSWERS \
    "model_ready | answered |\n" \
    "stream_started | talking | timer stream 0, bridge\n"
/* Twilio's last word never comes: ask, insist, ask, give up. */
#define NOBODY_SAYS_SO \
    "timer close | closing | poll, timer close 3000\n" \
    "timer close | closing | hangup, poll, timer close 3000\n" \
    "timer close | closing | poll, timer close 3000\n" \
    "timer close | closing | poll, timer close 3000\n" \
    "timer close | closing | poll, timer close 3000\n"

#define TWO_POLLS \
    "timer poll | ringing | poll, timer poll 15000\n" \
    "timer poll | ringing | poll, timer poll 15000\n"
#define TEN_POLLS TWO_POLLS TWO_POLLS TWO_POLLS TWO_POLLS TWO_POLLS

static const struct {
    const char *name, *script;
} calls[] = {
    {"a call that comes to its goodbye", TALKS
        "goodbye | closing | close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= completed 0 completed"},
    {"they hang up", TALKS
        "stream_gone | closing | close_model, timer close 3000\n"
        "status completed | ended | finish\n"
        "= completed 0 completed"},
    {"they hang up, and the model's end is no reason", TALKS
        "stream_gone | closing | close_model, timer close 3000\n"
        "model_gone | closing |\n"
        "silent | closing |\n"
        "undisclosed | closing |\n"
        "hangup | closing |\n"
        "status completed | ended | finish\n"
        "= completed 0 completed"},
    {"the last status is faster than the stream's end", TALKS
        "status completed | ended | close_stream, close_model, finish\n"
        "stream_gone | ended |\n"
        "model_gone | ended |\n"
        "= completed 0 completed"},
    {"the model is slower than the callee", ANSWERS
        "stream_started | talking | timer stream 0\n"
        "model_ready | talking | bridge\n"
        "model_ready | talking |\n"
        "stream_gone | closing | close_model, timer close 3000\n"
        "status completed | ended | finish\n"
        "= completed 0 completed"},
    {"busy",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | ended | finish\n"
        "= busy 0 failed"},
    {"nobody answers", RINGS
        "model_ready | ringing |\n"
        "status no-answer | ended | close_model, finish\n"
        "= no_answer 0 failed"},
    {"it rings, and Twilio is not heard of again", RINGS
        TEN_POLLS TEN_POLLS
        "timer poll | closing | cancel, timer close 3000\n"
        NOBODY_SAYS_SO
        "timer close | ended | close_model, finish\n"
        "= no_answer 0 failed"},
    {"nobody answers, and the model is still dialling", RINGS
        "status no-answer | ended | close_model, finish\n"
        "= no_answer 0 failed"},
    {"failed",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status failed | ended | finish\n"
        "= failed 0 failed"},
    {"canceled by another hand", RINGS
        "status canceled | ended | close_model, finish\n"
        "= canceled 0 failed"},
    {"Twilio refuses the number",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dial_refused 21211 | ended | finish\n"
        "= refused 21211 failed"},
    {"the intent could not be saved: nothing is dialled",
        "dial_refused 0 | ended | finish\n"
        "saved | ended |\n"
        "= refused 0 failed"},
    {"nobody knows whether it was dialled",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dial_unclear | ended | finish\n"
        "= unclear 0 failed"},
    {"the answer to the dialling is lost, but it rings",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "status ringing | ringing | open_model\n"
        "dial_unclear | ringing | timer poll 15000\n"
        "status busy | ended | close_model, finish\n"
        "= busy 0 failed"},
    {"one stream is refused, the next one let in", ANSWERS
        "stream_error 31921 | answered |\n"
        "model_ready | answered |\n"
        "stream_started | talking | timer stream 0, bridge\n"
        "stream_error 31921 | talking |\n"
        "stream_gone | closing | close_model, timer close 3000\n"
        "status completed | ended | finish\n"
        "= completed 0 completed"},
    {"it was answered, and no stream came", ANSWERS
        "timer stream | closing | hangup, timer close 3000\n"
        "status completed | ended | close_model, finish\n"
        "= no_stream 31920 failed"},
    {"Twilio goes on behind <Connect>: the upgrade was refused", ANSWERS
        "status completed | ended | close_model, finish\n"
        "= no_stream 31920 failed"},
    {"Twilio tells why there is no stream", ANSWERS
        "stream_error 31921 | answered |\n"
        "status completed | ended | close_model, finish\n"
        "= no_stream 31921 failed"},
    {"a stream's error without a number", ANSWERS
        "stream_error 0 | answered |\n"
        "timer stream | closing | hangup, timer close 3000\n"
        "status completed | ended | close_model, finish\n"
        "= no_stream 31920 failed"},
    {"a stream's error in a talk is told by the stream's end", TALKS
        "stream_error 31924 | talking |\n"
        "stream_gone | closing | close_model, timer close 3000\n"
        "status completed | ended | finish\n"
        "= completed 0 completed"},
    {"completed, and nothing else was ever heard of it",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "timer poll | queued | poll, timer poll 15000\n"
        "status completed | ended | finish\n"
        "= no_stream 11200 failed"},
    {"somebody picked up, and the TwiML was never fetched", RINGS
        "status in-progress | answered | timer limit 585000, "
        "timer stream 20000\n"
        "timer stream | closing | hangup, timer close 3000\n"
        "status completed | ended | close_model, finish\n"
        "= no_stream 11200 failed"},
    {"a slow fetch: the stream's time begins with it, once", RINGS
        "status in-progress | answered | timer limit 585000, "
        "timer stream 20000\n"
        "twiml_fetched | answered | timer stream 20000\n"
        "twiml_fetched | answered |\n"
        "timer stream | closing | hangup, timer close 3000\n"
        "status completed | ended | close_model, finish\n"
        "= no_stream 31920 failed"},
    {"a disclosure of 30 s before the stream", "say 30000\n" RINGS
        "twiml_fetched | answered | timer limit 585000, "
        "timer stream 50000\n"
        "stream_started | talking | timer stream 0\n"
        "= none 0 in_progress"},
    {"no model, found out while it rings", RINGS
        "model_gone | closing | cancel, timer close 3000\n"
        "status canceled | ended | finish\n"
        "= no_model 0 failed"},
    {"no model, found out when it was answered", ANSWERS
        "model_gone | closing | sorry, timer close 15000\n"
        "status completed | ended | finish\n"
        "= no_model 0 failed"},
    {"the model is lost in the talk", TALKS
        "model_gone | closing | sorry, timer close 15000\n"
        "stream_gone | closing |\n"
        "status completed | ended | finish\n"
        "= no_model 0 failed"},
    {"the model is lost before the dialling is answered",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "model_gone | dialling |\n"
        "dialled | closing | timer poll 15000, cancel, timer close 3000\n"
        "status canceled | ended | finish\n"
        "= no_model 0 failed"},
    {"a stream, and a model that was lost before it",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "model_gone | dialling |\n"
        "stream_started | closing | "
            "timer limit 585000, timer stream 0, sorry, timer close 15000\n"
        "status completed | ended | close_stream, finish\n"
        "= no_model 0 failed"},
    {"the disclosure was not said", TALKS
        "undisclosed | closing | hangup, close_stream, timer close 3000\n"
        "status completed | ended | close_stream, close_model, finish\n"
        "= undisclosed 0 completed"},
    {"nobody says anything", TALKS
        "silent | closing | hangup, close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= silent 0 completed"},
    {"too long", TALKS
        "timer limit | talking | farewell, timer limit 15000\n"
        "timer limit | closing | hangup, close_stream, timer close 3000\n"
        "timer limit | closing |\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= limit 0 completed"},
    {"the owner ends it politely, and asks twice for that", TALKS
        "part | talking | farewell, timer limit 15000\n"
        "part | talking |\n"
        "goodbye | closing | close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= hangup 0 completed"},
    {"politely, and then at once", TALKS
        "part | talking | farewell, timer limit 15000\n"
        "hangup | closing | hangup, close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= hangup 0 completed"},
    {"politely, while it is dialled: nobody is there",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "part | dialling |\n"
        "dialled | closing | timer poll 15000, cancel, timer close 3000\n"
        "status canceled | ended | finish\n"
        "= hangup 0 failed"},
    {"the owner changes their mind before it is saved",
        "hangup | ended | finish\n"
        "saved | ended |\n"
        "= hangup 0 failed"},
    {"the owner changes their mind while it is dialled",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "hangup | dialling |\n"
        "dialled | closing | timer poll 15000, cancel, timer close 3000\n"
        "status canceled | ended | finish\n"
        "= hangup 0 failed"},
    {"the same, and the dialling was refused",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "hangup | dialling |\n"
        "dial_refused 21211 | ended | finish\n"
        "= hangup 0 failed"},
    {"the same, and it is answered before the create request is",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "hangup | dialling |\n"
        "twiml_fetched | answered | "
            "open_model, timer limit 585000, timer stream 20000\n"
        "dialled | closing | timer poll 15000, hangup, timer close 3000\n"
        "status completed | ended | close_model, finish\n"
        "= hangup 0 failed"},
    {"the same, and that answer is lost",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "hangup | dialling |\n"
        "status ringing | ringing | open_model\n"
        "dial_unclear | closing | "
            "timer poll 15000, cancel, timer close 3000\n"
        "status canceled | ended | close_model, finish\n"
        "= hangup 0 failed"},
    {"the owner changes their mind when it is queued",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "hangup | closing | cancel, timer close 3000\n"
        "hangup | closing |\n"
        "status canceled | ended | finish\n"
        "= hangup 0 failed"},
    {"the owner changes their mind while it rings", RINGS
        "hangup | closing | cancel, timer close 3000\n"
        "status canceled | ended | close_model, finish\n"
        "= hangup 0 failed"},
    {"the owner changes their mind when it is answered", ANSWERS
        "hangup | closing | hangup, timer close 3000\n"
        "stream_started | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= hangup 0 failed"},
    {"the owner ends the talk", TALKS
        "hangup | closing | hangup, close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= hangup 0 completed"},
    {"it stands in the line, then it is its turn",
        "saved | planned | turn\n"
        "wait | waiting |\n"
        "wait | waiting |\n"
        "status busy | waiting |\n"
        "twiml_fetched | waiting |\n"
        "stream_started | waiting |\n"
        "turn | dialling | dial\n"
        "turn | dialling |\n"
        "blocked | dialling |\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | ended | finish\n"
        "= busy 0 failed"},
    {"policy has changed its mind when its turn comes",
        "saved | planned | turn\n"
        "wait | waiting |\n"
        "blocked | ended | finish\n"
        "= blocked 0 failed"},
    {"policy does not even let it into the line",
        "saved | planned | turn\n"
        "blocked | ended | finish\n"
        "= blocked 0 failed"},
    {"the owner changes their mind in the line",
        "saved | planned | turn\n"
        "wait | waiting |\n"
        "hangup | ended | finish\n"
        "= hangup 0 failed"},
    {"busy, and tried twice more", "tries 2\n"
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | waiting | timer poll 0, again\n"
        "status busy | waiting |\n"
        "timer again | waiting | turn\n"
        "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status ringing | ringing | open_model\n"
        "status no-answer | waiting | close_model, timer poll 0, again\n"
        "timer again | waiting | turn\n"
        "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | ended | finish\n"
        "= busy 0 failed"},
    {"busy, then answered", "tries 1\n"
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | waiting | timer poll 0, again\n"
        "timer again | waiting | turn\n"
        "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status ringing | ringing | open_model\n"
        "twiml_fetched | answered | timer limit 585000, timer stream 20000\n"
        "stream_started | talking | timer stream 0\n"
        "model_ready | talking | bridge\n"
        "goodbye | closing | close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= completed 0 completed"},
    {"busy, and no more: policy", "tries 3\n"
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | waiting | timer poll 0, again\n"
        "blocked | ended | finish\n"
        "= busy 0 failed"},
    {"busy, and no more: the owner", "tries 3\n"
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | waiting | timer poll 0, again\n"
        "hangup | ended | finish\n"
        "timer again | ended |\n"
        "= busy 0 failed"},
    {"what the owner ended is not tried again", "tries 3\n" RINGS
        "hangup | closing | cancel, timer close 3000\n"
        "status no-answer | ended | close_model, finish\n"
        "= hangup 0 failed"},
    {"nor what failed", "tries 3\n"
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status failed | ended | finish\n"
        "= failed 0 failed"},
    {"it has been dear enough, and the model says goodbye", TALKS
        "ceiling | talking | farewell, timer limit 15000\n"
        "ceiling | talking |\n"
        "goodbye | closing | close_stream, timer close 3000\n"
        "stream_gone | closing |\n"
        "status completed | ended | close_model, finish\n"
        "= limit 0 completed"},
    {"it has been dear enough before the stream came", ANSWERS
        "ceiling | closing | hangup, timer close 3000\n"
        "status completed | ended | close_model, finish\n"
        "= limit 0 completed"},
    {"callbacks late, doubled and out of order",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "saved | dialling |\n"
        "status in-progress | answered | "
            "open_model, timer limit 585000, timer stream 20000\n"
        "status ringing | answered |\n"
        "dialled | answered | timer poll 15000\n"
        "status initiated | answered |\n"
        "twiml_fetched | answered | timer stream 20000\n"
        "stream_started | talking | timer stream 0\n"
        "twiml_fetched | talking |\n"
        "status queued | talking |\n"
        "status ringing | talking |\n"
        "status in-progress | talking |\n"
        "status purple | talking |\n"
        "model_ready | talking | bridge\n"
        "timer stream | talking |\n"
        "timer close | talking |\n"
        "stream_started | talking |\n"
        "stream_gone | closing | close_model, timer close 3000\n"
        "stream_gone | closing |\n"
        "status in-progress | closing |\n"
        "twiml_fetched | closing |\n"
        "timer poll | closing |\n"
        "timer stream | closing |\n"
        "status completed | ended | finish\n"
        "status completed | ended |\n"
        "status busy | ended |\n"
        "timer close | ended |\n"
        "= completed 0 completed"},
    {"every callback is lost: the stream alone tells",
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "stream_started | talking | "
            "timer limit 585000, timer stream 0, open_model\n"
        "dialled | talking | timer poll 15000\n"
        "timer poll | talking | poll, timer poll 15000\n"
        "model_ready | talking | bridge\n"
        "goodbye | closing | close_stream, timer close 3000\n"
        NOBODY_SAYS_SO
        "timer close | ended | close_stream, close_model, finish\n"
        "= completed 0 completed"},
    {"canceled, and Twilio says nothing more", RINGS
        "hangup | closing | cancel, timer close 3000\n"
        NOBODY_SAYS_SO
        "timer close | ended | close_model, finish\n"
        "= hangup 0 failed"},
    {"what was not dialled cannot be answered",
        "status in-progress | planned |\n"
        "twiml_fetched | planned |\n"
        "stream_started | planned |\n"
        "status completed | planned |\n"
        "saved | planned | turn\n" "turn | dialling | dial\n"
        "dialled | queued | timer poll 15000\n"
        "status busy | ended | finish\n"
        "= busy 0 failed"},
    {"inbound", "inbound\n"
        "twiml_fetched | answered | "
            "open_model, timer limit 585000, timer stream 20000\n"
        "stream_started | talking | timer stream 0\n"
        "model_ready | talking | bridge\n"
        "stream_gone | ended | close_model, finish\n"
        "= completed 0 completed"},
    {"inbound, and no stream", "inbound\n"
        "twiml_fetched | answered | "
            "open_model, timer limit 585000, timer stream 20000\n"
        "timer stream | closing | hangup, timer close 3000\n"
        NOBODY_SAYS_SO
        "timer close | ended | close_model, finish\n"
        "= no_stream 31920 failed"},
    {"inbound, and our goodbye", "inbound\n"
        "twiml_fetched | answered | "
            "open_model, timer limit 585000, timer stream 20000\n"
        "stream_started | talking | timer stream 0\n"
        "model_ready | talking | bridge\n"
        "goodbye | closing | close_stream, timer close 3000\n"
        "status completed | ended | close_stream, close_model, finish\n"
        "= completed 0 completed"},
    {"after a crash: hung up, and the status fetched", "resume talking\n"
        "hangup | closing | hangup, timer close 3000\n"
        "timer close | closing | poll, timer close 3000\n"
        "status completed | ended | finish\n"
        "= hangup 0 completed"},
    {"after a crash: it was never made", "resume dialling\n"
        "dial_refused 0 | ended | finish\n"
        "= refused 0 failed"},
};

static int named(struct slice word, const char *(*name)(int), int n)
{
    for (int i = 0; i < n; i++)
        if (slice_is(word, name(i)))
            return i;
    printf("Bail out! no such word: %.*s\n", SLICE_ARG(word));
    exit(1);
}

static const char *state_name(int i)
{
    return call_state_name((enum call_state)i);
}

static const char *event_name(int i)
{
    return call_event_name((enum call_event)i);
}

static const char *timer_name(int i)
{
    return timer_names[i];
}

static struct call_input input_of(struct slice words)
{
    struct slice event = slice_cut(&words, ' ');
    struct call_input in = {
        .event = (enum call_event)named(event, event_name, EVENTS)};
    uint64_t n = 0;

    if (in.event == EV_STATUS)
        in.status = call_status_parse((const char *)words.ptr, words.len);
    else if (in.event == EV_TIMER)
        in.timer = (enum call_timer)named(words, timer_name, TIMERS);
    else if (words.len && text_u64(words, 0, 99999, &n) == 0)
        in.number = (int)n;
    return in;
}

/* "timer close 3000, finish" */
static struct slice commands(const struct call_steps *out, struct buf *b)
{
    buf_clear(b);
    for (size_t i = 0; i < out->n; i++) {
        const struct call_order *t = &out->order[i];

        buf_adds(b, i ? ", " : "");
        buf_adds(b, command_names[t->cmd]);
        if (t->cmd == DO_TIMER)
            buf_addf(b, " %s %" PRId64, timer_names[t->timer], t->ms);
    }
    return buf_slice(b);
}

static void begin(struct machine *m, struct slice *script)
{
    struct slice rest = *script, line = slice_cut(&rest, '\n');

    uint64_t say = 0, tries = 0;

    machine_begin(m, slice_is(line, "inbound"), LIMIT_MS);
    if (slice_starts(line, "say ")
        && text_u64(slice_from(line, 4), 0, 99999, &say) == 0)
        m->say_ms = (int64_t)say;
    else if (slice_starts(line, "tries ")
        && text_u64(slice_from(line, 6), 0, 99, &tries) == 0)
        m->tries = (uint8_t)tries;
    else if (slice_starts(line, "resume "))
        machine_resume(m, (enum call_state)named(slice_from(line, 7),
            state_name, CALL_ENDED + 1));
    else if (!m->inbound)
        return;
    *script = rest;
}

/* One line; false when it went another way. */
static bool step_is(struct machine *m, struct slice line)
{
    struct slice event = slice_trim_all(slice_cut(&line, '|'));
    struct slice state = slice_trim_all(slice_cut(&line, '|'));
    struct slice want = slice_trim_all(line), got;
    struct call_input in = input_of(event);
    struct call_steps out;
    uint8_t mem[256];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    call_step(m, &in, &out);
    got = commands(&out, &b);
    if (slice_is(state, call_state_name(m->state)) && slice_eq(got, want))
        return true;
    printf("#   %.*s: got %s | %.*s, want %.*s | %.*s\n", SLICE_ARG(event),
        call_state_name(m->state), SLICE_ARG(got), SLICE_ARG(state),
        SLICE_ARG(want));
    return false;
}

static void run_calls(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        struct slice script = slice_str(calls[i].script);
        struct machine m;
        char end[80];
        bool good = true;

        begin(&m, &script);
        while (!slice_starts(script, "= "))
            good &= step_is(&m, slice_cut(&script, '\n'));
        snprintf(end, sizeof end, "= %s %d %s", call_end_name(m.end),
            m.number, call_status_word(&m));
        tap_ok(good, "%s", calls[i].name);
        tap_is(slice_str(end), script, calls[i].name);
    }
}

/* ---- whatever comes ---- */

static uint64_t seed;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

struct watch {
    struct machine m;
    enum call_state was;
    int dials, finishes, opens, steps;
};

static const char *broken(struct watch *w, const struct call_steps *out)
{
    bool again = out->n && out->order[out->n - 1].cmd == DO_AGAIN;

    if (w->m.state < w->was && !(again && w->m.state == CALL_WAITING))
        return "the state went back";
    if (again) {
        if (w->m.last != END_BUSY && w->m.last != END_NO_ANSWER)
            return "tried again for no reason";
        w->dials--;             /* each attempt has its own */
        w->opens = 0;
    }
    if (out->n > CALL_ORDERS_MAX)
        return "too many commands";
    if (w->was == CALL_ENDED && out->n)
        return "a command after the end";
    for (size_t i = 0; i < out->n; i++) {
        w->dials += out->order[i].cmd == DO_DIAL;
        w->opens += out->order[i].cmd == DO_OPEN_MODEL;
        if (out->order[i].cmd == DO_FINISH) {
            w->finishes++;
            if (i + 1 != out->n || w->m.state != CALL_ENDED)
                return "finish is not the last";
        }
    }
    if (w->dials > 1 || w->dials < -TRIES || w->opens > 1 || w->finishes > 1)
        return "done twice";
    if (w->finishes != (w->m.state == CALL_ENDED))
        return "ended without finish";
    if (w->m.state == CALL_ENDED && (w->m.end == END_NONE || w->m.stream))
        return "ended without a reason";
    if (w->m.end == END_COMPLETED && !w->m.talked && w->m.state == CALL_ENDED)
        return "a conversation that never was";
    w->was = w->m.state;
    return NULL;
}

static const char *feed(struct watch *w, struct call_input in)
{
    struct call_steps out;

    w->steps++;
    call_step(&w->m, &in, &out);
    return broken(w, &out);
}

/* Things that can happen at that point, most of them; now and then anything. */
static struct call_input draw(const struct watch *w)
{
    struct call_input in = {
        .event = (enum call_event)(next() % (uint64_t)EVENTS),
        .status = (enum call_status)(next() % (STATUS_CANCELED + 1)),
        .timer = (enum call_timer)(next() % TIMERS),
        .number = (int)(next() % 32000),
    };

    if (w->m.state == CALL_PLANNED && next() % 4)
        in.event = EV_SAVED;
    else if (next() % 8)        /* or they would all be short */
        while (in.event == EV_DIAL_REFUSED || in.event == EV_DIAL_UNCLEAR
            || in.event == EV_HANGUP || in.event == EV_SILENT
            || in.event == EV_UNDISCLOSED || (in.event == EV_STATUS
            && in.status >= STATUS_COMPLETED))
            in.event = (enum call_event)(next() % (uint64_t)EVENTS);
    return in;
}

/* The owner has had enough: with the create request answered one way or the
 * other and the close timer firing, every call ends. */
static const char *bring_to_end(struct watch *w)
{
    const char *why = feed(w, (struct call_input){.event = EV_HANGUP});

    if (!why)
        why = feed(w, (struct call_input){.event = next() % 2 ? EV_DIALLED
            : EV_DIAL_UNCLEAR});
    for (int i = 0; !why && i < 8 && w->m.state != CALL_ENDED; i++)
        why = feed(w, (struct call_input){.event = EV_TIMER,
            .timer = TIMER_CLOSE});
    return why ? why : w->m.state != CALL_ENDED ? "it never ends" : NULL;
}

static void run_anything(void)
{
    const char *why = NULL;
    uint64_t ended_in[CALL_ENDED + 1] = {0}, steps = 0, reached = 0;
    uint64_t bad_seed = 0;

    for (uint64_t s = 1; !why && steps < 200000; s++) {
        struct watch w = {.steps = 0};

        seed = s * UINT64_C(0x9e3779b97f4a7c15);
        machine_begin(&w.m, s % 4 == 0, LIMIT_MS);
        w.m.tries = s % 3 ? TRIES : 0;
        w.was = w.m.state;
        for (int i = 0; !why && i < 60 && w.m.state != CALL_ENDED; i++) {
            why = feed(&w, draw(&w));
            reached |= (uint64_t)1 << w.m.state;
        }
        ended_in[w.was]++;
        if (!why)
            why = bring_to_end(&w);
        if (!why)               /* and stays so */
            why = feed(&w, draw(&w));
        steps += (uint64_t)w.steps;
        bad_seed = s;
    }
    tap_ok(!why, "200,000 random events in calls of every kind: %s",
        why ? why : "all held");
    if (why)
        printf("#   seed %" PRIu64 "\n", bad_seed);
    tap_ok(reached == 0x1ff && ended_in[CALL_ENDED] > 100,
        "they reached every state (0x%" PRIx64 ")", reached);
}

static void run_words(void)
{
    static const char *const word[] = {"queued", "initiated", "ringing",
        "in-progress", "completed", "busy", "no-answer", "failed",
        "canceled"};
    bool good = true;

    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        size_t n = strlen(word[i]);

        good &= call_status_parse(word[i], n)
            == (enum call_status)(STATUS_QUEUED + i);
        good &= call_status_parse(word[i], n - 1) == STATUS_UNKNOWN;
    }
    tap_ok(good, "every status of Twilio's is known, and no part of one");
    tap_ok(call_status_parse("", 0) == STATUS_UNKNOWN
        && call_status_parse("in_progress", 11) == STATUS_UNKNOWN
        && call_status_parse("Ringing", 7) == STATUS_UNKNOWN
        && call_status_parse("cancelled", 9) == STATUS_UNKNOWN,
        "and nothing else");
}

int main(void)
{
    run_calls();
    run_anything();
    run_words();
    return tap_done();
}
