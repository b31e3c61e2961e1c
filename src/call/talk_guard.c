/* talk_guard.c - a model that can be talked into it must not do harm: its
 * instructions are not read out.
 *
 * Its words come faster than they are played, so most of a quote is still in
 * the queue when it is recognised: the queue is cleared, the response taken
 * back, and a sentence of ours is said instead.  Who tries it again and again
 * is told goodbye.
 */
#include "agent/leak.h"
#include "base/log.h"
#include "call/talk_impl.h"

#define TRIES 3

bool talk_guards(struct talk *t, struct slice said)
{
    if (!t->conf.prose.len || t->ending || !leak_quotes(said, t->conf.prose))
        return false;
    t->leaks++;
    log_event(LOG_WARN, "instructions_guarded", LS("call", t->conf.call),
        LI("times", t->leaks));
    talk_take_back(t);
    if (t->leaks < TRIES)
        talk_dictate(t, "I am sorry, I cannot do that. I only call about the "
            "table.", "Das kann ich leider nicht. Ich rufe nur wegen des "
            "Tisches an.", false);
    else
        talk_dictate(t, "I am sorry, I have to end this call. Goodbye.",
            "Ich muss das Gespr\xc3\xa4" "ch leider beenden. Auf "
            "Wiederh\xc3\xb6ren.", true);
    return true;
}
