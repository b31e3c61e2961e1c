/* outcome_errand.c - what came of an errand that is no booking: of asking a
 * place something, or telling it something.
 *
 * What they said after we had put it is the answer, as the note; confirmed,
 * when it is one, declined when it begins with a no.  Whether it is what the
 * owner hoped for is for the owner to read: nothing is made of their words.
 */
#include <string.h>

#include "agent/heard.h"
#include "agent/outcome.h"
#include "agent/words.h"

#define SURE 80                 /* per cent: they said it, once */

static const char refusals[] = "no|nope|nein|leider|unfortunately|sorry"
    "|i'm afraid|i am afraid|we don't|we do not|we can't|we cannot"
    "|das geht nicht|wir koennen nicht|wir haben keine|wir haben keinen";

struct errand {
    struct heard_book book;
    struct words ws;
    size_t put;                 /* our lines so far */
    bool refused, hedged;       /* the first thing they answered */
    size_t best;                /* its line + 1; 0: none */
    size_t words;               /* how many it has */
};

/* Do they answer, or do they ask back, let us wait, or say goodbye? */
static bool answers(struct errand *e, struct slice text, unsigned *acts)
{
    words_split(&e->ws, text);
    if (e->ws.n == 0 || slice_ends(slice_trim_all(text), "?"))
        return false;
    heard_look(&e->book, &e->ws);
    *acts = heard_acts(&e->book, &e->ws, 0, e->ws.n);
    if (*acts & ACT_HOLD)
        return false;
    /* "You're welcome, bye." answers nothing. */
    return e->best == 0 || !(*acts & (ACT_BYE | ACT_THANKS));
}

static void hear(struct errand *e, const struct outcome_line *line, size_t at)
{
    unsigned acts = 0;

    if (!line->them) {
        e->put++;
        return;
    }
    if (!e->put || !answers(e, line->text, &acts))
        return;
    if (e->best == 0) {
        e->refused = words_match(&e->ws, 0, refusals) || (acts & ACT_FULL);
        e->hedged = (acts & (ACT_HEDGE | ACT_PENDING)) != 0;
    }
    if (e->ws.n > e->words) {
        e->best = at + 1;
        e->words = e->ws.n;
    }
}

static void note(struct outcome *out, const struct outcome_line *line,
    size_t at)
{
    struct outcome_value *v = &out->field[OUTCOME_NOTES];
    struct slice s = slice_trim_all(line->text);

    if (s.len >= sizeof v->quote) {     /* at the end of a character */
        s.len = sizeof v->quote - 1;
        while (s.len && (s.ptr[s.len] & 0xc0) == 0x80)
            s.len--;
    }
    v->heard = v->them = true;
    v->sure = SURE;
    v->at = line->at;
    v->line = at;
    memcpy(v->quote, s.ptr, s.len);
    v->quote[s.len] = 0;
    memcpy(v->value, v->quote, s.len + 1);
}

void outcome_find_errand(struct outcome *out, const struct outcome_line *lines,
    size_t n, const struct outcome_asked *asked)
{
    struct outcome_asked open = {.today = asked->today};
    struct errand e = {.put = 0};

    outcome_find(out, lines, n, &open);
    memset(out->field, 0, sizeof out->field);
    out->changed = 0;
    if (out->kind == OUTCOME_MACHINE || out->kind == OUTCOME_NOT_REACHED
        || out->kind == OUTCOME_WRONG_PARTY)
        return;
    heard_open(&e.book);
    for (size_t i = 0; i < n; i++)
        hear(&e, &lines[i], i);
    out->work += e.book.work;
    if (e.best)
        note(out, &lines[e.best - 1], e.best - 1);
    if (out->kind == OUTCOME_CALLBACK)
        return;
    if (e.best)
        out->kind = e.refused ? OUTCOME_DECLINED : e.hedged ? OUTCOME_UNCLEAR
            : OUTCOME_CONFIRMED;
    else if (out->kind != OUTCOME_CUT_OFF)
        out->kind = OUTCOME_UNCLEAR;
}
