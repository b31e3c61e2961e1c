/* talk_ask.c - the question to the owner in mid-call, as far as the model has a
 * part in it (ask_owner).
 *
 * The tool is answered at once, so that the model can say that it is checking
 * and hear what they say meanwhile; the owner's answer comes later, as a
 * message of its own.  A session that was lost meanwhile is told both with the
 * transcript.
 */
#include "base/log.h"
#include "call/talk_impl.h"

#define TOLD_MAX 2048           /* bytes of what the model is told */

const char *talk_ask(struct talk *t, const struct tool_question *question)
{
    const char *why;

    if (!t->began || !t->bridge->stream || t->ending)
        return "there is nobody on the line";
    if (talk_owes_disclosure(t))
        return "say the opening sentence first";
    if (t->asking)
        return "the guest is being asked already: wait for the answer";
    why = t->ops->on_ask(t->arg, question);
    t->asking = !why;
    return why;
}

/* Its quotes must not end ours. */
static void add_quoted(struct buf *b, struct slice text)
{
    buf_addc(b, '"');
    for (size_t i = 0; i < text.len; i++)
        buf_addc(b, text.ptr[i] == '"' ? '\'' : text.ptr[i] < 0x20 ? ' '
            : text.ptr[i]);
    buf_addc(b, '"');
}

void talk_answer(struct talk *t, struct slice text, struct slice fallback)
{
    uint8_t mem[TOLD_MAX];
    struct buf b;

    t->asking = false;
    if (t->state != TALK_READY || t->ending || !t->began)
        return;                 /* the next session is told */
    buf_over(&b, mem, sizeof mem);
    if (text.len) {
        buf_adds(&b, "The guest answers your question: ");
        add_quoted(&b, text);
        buf_adds(&b, " Tell them, and go on with it. What it allows, and "
            "nothing beyond it, you may accept.");
    } else {
        buf_adds(&b, "The guest did not answer in time. Keep to what was "
            "asked for; accept nothing else.");
        if (fallback.len) {
            buf_adds(&b, " You meant to say: ");
            add_quoted(&b, fallback);
        }
    }
    voice_say_item(&t->voice, &t->out, VOICE_SYSTEM, buf_slice(&b));
    talk_send(t);
    turns_want(&t->turns, TAG_REPLY);
    talk_speak(t);
}
