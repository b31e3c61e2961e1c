/* request_people.c - in whose name the table is. */
#include <string.h>

#include "agent/request_impl.h"
#include "base/text.h"

static bool is_mark(const struct words *ws, size_t i)
{
    return words_at(ws, i)->kind == WORD_MARK;
}

static const char name_leads[] = "under the name of|under the name"
    "|name's"
    "|in the name of|on the name of|in the name|the name is|the name's"
    "|the name should be|the name will be|name is|my name's|for the name"
    "|on behalf of|last name is|last name|surname is|surname|name :|name"
    "|under|auf den namen|unter dem namen|im namen von|unter|mein name ist"
    "|ich heisse|auf den name|nachname|fuer herrn|fuer herr|fuer frau"
    "|familie|fam .|for mr|for mrs|for ms|for dr|fuer familie|fuer fam .";
/* These give a name only in capitals: "this is Leo", "I'm Leo". */
static const char self_leads[] = "this is|it's|here is|i'm|i am|hier ist"
    "|hier spricht|ich bin|hier|auf";

static const char titles[] = "mr .|mrs .|ms .|mr|mrs|ms|miss|herrn|herr|frau"
    "|familie";

/* "Van der Berg", "de la Cruz": what stands before a name and belongs to it. */
static size_t particle(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "van der|van den|van de|von der|von dem|von"
        "|van|vom|zu|de la|de los|de|del|della|di|da|dos|le|la|al|el|bin|ter"
        "|ten|af");

    return n && words_at(ws, i + n)->capital ? n : 0;
}

/* Behind "name": up to three small words when they end the sentence, or the
 * first of them. */
static size_t person(struct reading *r, size_t i, struct slice *name)
{
    const struct words *ws = &r->ws;
    size_t of = particle(ws, i), n;

    if (of) {
        n = request_capital_name(r, i + of);
        *name = words_span(ws, i, of + n);
        return n ? of + n : 0;
    }
    n = request_any_name(r, i, 3, name);
    if (!n || words_at(ws, i)->capital || words_match(ws, i, "\"|'"))
        return n;
    if (i + n < ws->n && !is_mark(ws, i + n))
        n = request_any_name(r, i, 1, name);
    return n;
}

/* "... auf vogel" at the end of a sentence without large letters. */
static bool is_small_last(const struct reading *r, size_t i, size_t lead)
{
    const struct words *ws = &r->ws;

    for (size_t k = 0; k < ws->n; k++)
        if (ws->at[k].capital)
            return false;
    return words_match(ws, i, "auf") && i + lead + 1 == ws->n
        && words_at(ws, i + lead)->kind == WORD_LETTERS
        && words_at(ws, i + lead)->text.len > 2
        && !request_is_plain(ws, i + lead);
}

size_t request_find_name(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, name_leads), n, title;
    struct slice name = {NULL, 0};
    bool last = false, loose = words_match(ws, i, "under the|unter dem") == 0
        && words_match(ws, i, "under|unter") > 0;

    if (!lead) {
        lead = words_match(ws, i, self_leads);
        lead += lead ? words_match(ws, i + lead, titles) : 0;
        last = lead && is_small_last(r, i, lead);
        if (!lead || (!words_at(ws, i + lead)->capital && !last)
            || request_is_noun(ws, i + lead)
            || request_starts_other(r, i + lead))
            return 0;
        n = last ? 1 : request_capital_name(r, i + lead);
        name = words_span(ws, i + lead, n);
        /* A sentence about someone goes on with a verb: "it's Leo's
         * birthday". */
        if (name.len > 2 && (name.ptr[name.len - 1] == 's'
            && memchr(name.ptr, '\'', name.len)))
            return 0;
    } else {
        title = words_match(ws, i, "for|fuer") && !words_match(ws, i,
            "for the");
        if (title)
            lead = 1;
        lead += words_match(ws, i + lead, ":|is|=|ist|lautet|of");
        lead += words_match(ws, i + lead, titles);
        if (!title && !words_at(ws, i + lead)->capital
            && !particle(ws, i + lead) && (request_is_stop(ws, i + lead)
            || (words_at(ws, i + lead)->kind != WORD_LETTERS
            && !words_match(ws, i + lead, "\"|'"))))
            return 0;
        if (request_starts_other(r, i + lead)
            || words_match(ws, i + lead, "the|a"))
            return 0;
        n = title ? request_capital_name(r, i + lead)
            : person(r, i + lead, &name);
        if (title)
            name = words_span(ws, i + lead, n);
        if (loose && !words_at(ws, i + lead)->capital && i + lead + n
            < ws->n && !is_mark(ws, i + lead + n))
            n = request_is_stop(ws, i + lead + n) ? n : 0;
    }
    if (!n || (r->plan->name[0] && !r->mended))
        return 0;
    text_copy(r->plan->name, PLAN_TEXT, name);
    return lead + n;
}
