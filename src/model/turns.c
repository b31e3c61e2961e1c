/* turns.c - when response.create may be sent: realtime 5. */
#include "model/turns.h"

#include "base/text.h"

void turns_want(struct turns *t, int tag)
{
    if (tag > t->wish)
        t->wish = tag;
}

void turns_drop(struct turns *t)
{
    t->wish = 0;
}

bool turns_active(const struct turns *t)
{
    return t->active;
}

int turns_due(const struct turns *t)
{
    if (t->active || t->asked || t->tools)
        return 0;
    return t->wish;
}

void turns_sent(struct turns *t, uint64_t event)
{
    t->asked = event;
    t->asked_tag = t->wish;
    t->wish = 0;
}

/* One that the server began by itself, after it had told that our outputs are
 * in the conversation, answers them: a second would be a repetition.  Without
 * that proof the wish stays: better twice than never. */
void turns_created(struct turns *t, struct slice id)
{
    if (!t->asked && t->wish == TURNS_TOOLS && !t->tools && !t->unseen)
        t->wish = 0;
    t->active = true;
    t->doubt = t->asked;
    t->doubt_tag = t->asked_tag;
    t->asked = 0;
    text_copy(t->id, sizeof t->id, id);
}

/* Of another response than the one that runs: nothing changes.  An id that
 * either side does not know fits all. */
void turns_done(struct turns *t, struct slice id)
{
    char name[TURNS_ID];

    text_copy(name, sizeof name, id);
    if (t->active && t->id[0] && name[0]
        && !slice_is(slice_str(t->id), name))
        return;
    t->active = false;
    t->id[0] = 0;
    t->doubt = 0;
}

void turns_tool(struct turns *t)
{
    t->tools++;
}

void turns_answered(struct turns *t)
{
    if (t->tools)
        t->tools--;
    t->unseen++;
    turns_want(t, TURNS_TOOLS);
}

void turns_output_seen(struct turns *t)
{
    if (t->unseen)
        t->unseen--;
}

/* Refused because one is active: it may not have been told to us yet, or be
 * the server's own, told while our request was on its way.  Its end will be
 * told, so wait for that. */
bool turns_error(struct turns *t, uint64_t about, bool already)
{
    uint64_t ours = t->asked ? t->asked : t->doubt;
    int tag = t->asked ? t->asked_tag : t->doubt_tag;

    if (!ours || (about ? about != ours : !already))
        return false;
    if (already) {
        turns_want(t, tag);
        t->active = true;
    }
    t->asked = 0;
    t->doubt = 0;
    return true;
}

void turns_unstick(struct turns *t)
{
    t->active = false;
    t->id[0] = 0;
    t->asked = 0;
    t->doubt = 0;
    t->tools = 0;
}
