/* story.c - what happened to one call, step by step, for `concierge why`. */
#include "call/story.h"

#include <string.h>

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"

#define STEPS (STORY_FIRST + STORY_LAST)
#define STEPS_AT_FIRST 8

/* The next free place, or the one of the oldest step that may go. */
static struct story_step *place(struct story *s)
{
    if (s->n == STEPS)
        return &s->step[STORY_FIRST + s->over++ % STORY_LAST];
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : STEPS_AT_FIRST;
        void *p;

        cap = cap < STEPS ? cap : STEPS;
        p = mem_resize(s->step, cap * sizeof *s->step);
        if (!p)
            return NULL;
        s->step = p;
        s->cap = cap;
    }
    return &s->step[s->n++];
}

void story_add(struct story *s, int64_t at, const char *what, int number,
    struct slice text)
{
    struct story_step *step = place(s);
    struct slice whole = text;

    if (!step)
        return;
    step->at = at;
    step->what = what;
    step->number = number;
    if (text_copy(step->text, sizeof step->text, whole))
        return;
    /* Cut, perhaps within a character: its beginning goes too. */
    for (size_t n = strlen(step->text); n > 0; n--) {
        uint8_t c = (uint8_t)step->text[n - 1];

        if (c < 0x80)
            break;
        step->text[n - 1] = 0;
        if (c >= 0xc0)
            break;
    }
}

static void write_step(struct jsonw *w, const struct story_step *step)
{
    char stamp[SYS_STAMP_MAX];

    sys_stamp(stamp, step->at);
    jsonw_object(w);
    jsonw_kcstr(w, "at", stamp);
    jsonw_kcstr(w, "what", step->what);
    jsonw_kcstr(w, "text", step->text);
    jsonw_key(w, "number");
    if (step->number)
        jsonw_int(w, step->number);
    else
        jsonw_null(w);
    jsonw_end(w);
}

/* By time; those of one moment in the order they came in. */
void story_write(struct jsonw *w, const struct story *s)
{
    size_t order[STEPS], turn = s->over % STORY_LAST;

    for (size_t i = 0; i < s->n; i++) {
        size_t k = i < STORY_FIRST ? i
            : STORY_FIRST + (i - STORY_FIRST + turn) % STORY_LAST, at = i;

        if (s->over == 0)
            k = i;
        while (at > 0 && s->step[order[at - 1]].at > s->step[k].at) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = k;
    }
    jsonw_array(w);
    for (size_t i = 0; i < s->n; i++) {
        if (i == STORY_FIRST && s->over) {
            struct story_step gap = {.at = s->step[order[i]].at,
                .what = "left_out"};

            text_fmt(gap.text, sizeof gap.text, "%zu steps are left out here",
                s->over);
            write_step(w, &gap);
        }
        write_step(w, &s->step[order[i]]);
    }
    jsonw_end(w);
}

void story_free(struct story *s)
{
    mem_drop(s->step);
    memset(s, 0, sizeof *s);
}
