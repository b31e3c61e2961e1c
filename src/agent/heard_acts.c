/* heard_acts.c - what a sentence does. */
#include <string.h>

#include "agent/heard_impl.h"

/* ---- the book of phrases ---- */

static const char turns_round[] = "not|never|can't|cannot|couldn't|won't"
    "|wouldn't|isn't|aren't|don't|doesn't|didn't|haven't|hasn't|nicht|kein"
    "|keine|keinen|nie|weder|unable|neither|nor|without|ohne|before|net|ned"
    "|nid|noed|nix|cant|dont|wont|hardly|nobody|niemand|nimmer|bevor|ehe";

/* Where phrases that begin with these words are kept; second 0: with the first
 * alone, whatever follows. */
static size_t shelf(uint32_t first, uint32_t second)
{
    return (first ^ second * 2654435761u) % HEARD_HEADS;
}

static void enter(struct heard_book *book, const char *phrases, size_t row)
{
    while (*phrases) {
        size_t one = strcspn(phrases, " |"), len = strcspn(phrases, "|");
        const char *second = phrases + one + 1;
        uint32_t two = 0;
        size_t head;

        if (phrases[one] == ' ' && *second != '*')
            two = words_hash(second, strcspn(second, " |"));
        if (book->n == HEARD_PHRASES)
            return;
        head = shelf(words_hash(phrases, one), two);
        book->phrase[book->n] = (struct heard_phrase){phrases,
            (uint8_t)row, book->head[head]};
        book->head[head] = (uint16_t)++book->n;
        phrases += len + (phrases[len] == '|');
    }
}

/* Rows of the book: the acts, then the machines. */
void heard_open(struct heard_book *book)
{
    static const struct heard_table *const tables[] = {&heard_yes, &heard_no,
        &heard_rest};

    memset(book, 0, sizeof *book);
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (size_t i = 0; i < tables[t]->n; i++) {
            if (book->rows + heard_machine_count >= HEARD_ROWS)
                break;
            book->row[book->rows] = &tables[t]->row[i];
            enter(book, tables[t]->row[i].phrases, book->rows++);
        }
    for (size_t i = 0; i < heard_machine_count; i++)
        enter(book, heard_machines[i].phrases, book->rows + i);
}

static size_t phrase_at(const struct words *ws, size_t i, const char *p);

/* What follows a "*": the rest of the phrase, after up to four words. */
static size_t behind_gap(const struct words *ws, size_t i, const char *rest)
{
    for (size_t gap = 0; gap <= 4; gap++) {
        size_t n = phrase_at(ws, i + gap, rest);

        if (n)
            return gap + n;
        if (words_at(ws, i + gap)->kind == WORD_MARK
            || words_at(ws, i + gap)->kind == WORD_NONE
            || words_match(ws, i + gap, turns_round))
            return 0;
    }
    return 0;
}

/* The words that a phrase, which ends at "|" or NUL, takes at word i. */
static size_t phrase_at(const struct words *ws, size_t i, const char *p)
{
    size_t at = i;

    while (*p && *p != '|') {
        size_t len = strcspn(p, " |");

        if (*p == '*') {
            size_t n = behind_gap(ws, at, p + 2);

            return n ? at - i + n : 0;
        }
        if (!words_is(ws, at, p, len))
            return 0;
        at++;
        p += len + (p[len] == ' ');
    }
    return at - i;
}

/* Which way a row goes, for the longest phrase at a word to win. */
static unsigned way_of(const struct heard_book *book, size_t row)
{
    static const unsigned no = ACT_NO | ACT_FULL | ACT_HEDGE | ACT_DOUBT
        | ACT_NOT,
        yes = ACT_YES | ACT_CONFIRM | ACT_NONE;
    unsigned act = row < book->rows ? book->row[row]->act : 0;

    return act & no ? 1 : act & yes ? 2 : 0;
}

struct hits {
    uint64_t all, mask[3];      /* rows; by the way they go */
    size_t longest[3];
};

static void hits_on(struct heard_book *book, const struct words *ws, size_t i,
    size_t head, struct hits *hits)
{
    for (unsigned at = book->head[head]; at; at = book->phrase[at - 1].next) {
        const struct heard_phrase *p = &book->phrase[at - 1];
        size_t n = phrase_at(ws, i, p->text);
        unsigned way;

        book->work++;
        if (!n)
            continue;
        way = way_of(book, p->row);
        hits->all |= UINT64_C(1) << p->row;
        hits->mask[way] |= UINT64_C(1) << p->row;
        if (n > hits->longest[way])
            hits->longest[way] = n;
    }
}

/* The rows that begin at word i, in which of the ways no and yes only the
 * longer one is kept. */
static uint64_t hits_at(struct heard_book *book, const struct words *ws,
    size_t i)
{
    uint32_t first = words_at(ws, i)->hash, second = words_at(ws, i + 1)->hash;
    struct hits h = {.all = 0};

    hits_on(book, ws, i, shelf(first, 0), &h);
    if (shelf(first, second) != shelf(first, 0))
        hits_on(book, ws, i, shelf(first, second), &h);
    if (h.longest[2] > h.longest[1])
        h.all &= ~h.mask[1];
    else if (h.longest[1] > h.longest[2])
        h.all &= ~h.mask[2];
    return h.all;
}

void heard_look(struct heard_book *book, const struct words *ws)
{
    for (size_t i = 0; i < ws->n; i++)
        book->hit[i] = hits_at(book, ws, i);
}

/* ---- what a sentence does ---- */

/* Does one of the three words before i in its clause turn it round? */
static bool turned_round(const struct words *ws, size_t from, size_t i)
{
    for (size_t back = 1; back <= 3 && i >= from + back; back++) {
        if (words_match(ws, i - back, ",|;|:"))
            return false;
        if (words_match(ws, i - back, turns_round)
            && !words_match(ws, i - back, "not only|not just"))
            return true;
    }
    if (words_match(ws, i + 1, "not|nicht|net|ned|nid|noed|nichts|nix|gar"))
        return true;
    /* German says its "nicht" behind the verb: "geht sich leider ned aus". */
    if (!words_match(ws, i, "geht|passt|klappt|haben|habe|hab|ist|is|kriegen"
        "|koennen|kann|machen|waere|waer|steht|haut|goht|isch"))
        return false;
    for (size_t on = 2; on <= 4; on++) {
        if (words_at(ws, i + on)->kind != WORD_LETTERS)
            return false;
        if (words_match(ws, i + on, "nicht|net|ned|nid|noed|nichts|nix|gar"
            "|kaum"))
            return true;
    }
    return false;
}

/* "I can put you down", "shall I book it": it could be done, and is not. */
static bool only_could(const struct words *ws, size_t from, size_t i)
{
    for (size_t back = 1; back <= 4 && i >= from + back; back++) {
        if (words_at(ws, i - back)->kind == WORD_MARK)
            return false;
        if (words_match(ws, i - back, "can|could|may|might|would|shall|should"
            "|must|want me to|like me to|kann|koennte|koennen|koennt|soll"
            "|sollen|muss|muessen|wuerde|wuerden|moechten sie|wollen sie"
            "|have to|has to|needs to|need to|to be"))
            return true;
    }
    return false;
}

static bool no_stands(const struct words *ws, size_t from, size_t i)
{
    return i == from || words_at(ws, i - 1)->kind != WORD_LETTERS
        || words_at(ws, i + 1)->kind != WORD_LETTERS || words_match(ws, i - 1,
        "oh|ah|sorry|yeah|um|well|and|uh|er|nope|hm|hmm|then|so|ok|okay|no"
        "|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow"
        "|tonight|today|that");
}

static unsigned found_acts(const struct heard_book *book,
    const struct words *ws, size_t from, size_t end)
{
    unsigned found = 0;

    for (size_t i = from; i < end && i < ws->n; i++)
        for (size_t r = 0; book->hit[i] >> r && r < book->rows; r++) {
            unsigned act = book->row[r]->act;

            if (!(book->hit[i] >> r & 1) || (book->row[r]->checked
                && turned_round(ws, from, i)))
                continue;
            /* "Name no amoi?": a no begins or ends what it denies. */
            if (act == ACT_NO && words_match(ws, i, "no") && !no_stands(ws,
                from, i))
                continue;
            /* "Let me see if I can": nothing hangs on that. */
            if ((act & (ACT_IF | ACT_ONCE)) && i > from && words_match(ws,
                i - 1, "see|check|know|ask|wonder|look|out|schaue|schau"
                "|sehe|schauen"))
                continue;
            if ((act & (ACT_CONFIRM | ACT_CANCELLED))
                && only_could(ws, from, i))
                act = ACT_OFFER | ACT_FREE;
            found |= act;
        }
    return found;
}

/* "Then I can't hold it for you", when we have no card to give. */
static bool refuses_then(const struct words *ws, size_t from, size_t end)
{
    return words_have(ws, from, end, "then i can't|then we can't|then i cannot"
        "|then we cannot|then i'm afraid|then i am afraid|then there's nothing"
        "|dann kann ich|dann koennen wir|dann geht") && !words_have(ws, from,
        end, "unless|without|until|ohne|bis|erst") && words_have(ws, from,
        end, "can't|cannot|nothing|nicht|nichts|keinen");
}

/* What one clause does, with what cancels what. */
static unsigned clause_acts(const struct heard_book *book,
    const struct words *ws, size_t from, size_t end)
{
    unsigned found = found_acts(book, ws, from, end);

    /* "The window is not available": no refusal. */
    if ((found & ACT_FULL) && (found & ACT_WISH) && !(found & ACT_BOOK))
        found &= ~(ACT_FULL | ACT_NO);
    /* "I can't hold it without a card" is open; "only in writing" is a no. */
    if ((found & ACT_FULL) && (found & ACT_PENDING)
        && !words_have(ws, from, end, "only|nur"))
        found &= ~ACT_FULL;
    if ((found & ACT_PENDING) && refuses_then(ws, from, end))
        found = (found & ~ACT_PENDING) | ACT_FULL;
    if (found & ACT_FULL)
        found &= ~(ACT_CONFIRM | ACT_YES);
    /* "We'll try to keep the window" hedges a wish, not the booking. */
    if ((found & ACT_HEDGE) && (found & ACT_WISH))
        found &= ~ACT_HEDGE;
    /* "Unfortunately that evening is reserved": whatever it is, no yes. */
    if ((found & (ACT_CONFIRM | ACT_YES)) && words_have(ws, from, end,
        "unfortunately|leider|i'm afraid|bedauerlicherweise|sadly|regret"))
        found &= ~(ACT_CONFIRM | ACT_YES);
    if (found & (ACT_HEDGE | ACT_HOLD | ACT_PENDING))
        found &= ~(ACT_CONFIRM | ACT_YES);
    return found;
}

/* "Okay, booked, Monday at seven": one word that says it all. */
static bool is_done(const struct words *ws, size_t from, size_t end)
{
    size_t n;

    while (from < end && (n = words_match(ws, from, "okay|ok|great|perfect"
        "|good|right|alright|all right|yes|yep|yeah|so|now|and|super|gut|ja"
        "|so|dann|prima")) > 0)
        from += n;
    return from + 1 == end && words_match(ws, from, "booked|reserved"
        "|confirmed|gebucht|reserviert|bestaetigt|notiert|eingetragen");
}

static bool has_number(const struct words *ws, size_t from, size_t end)
{
    int n;

    for (size_t i = from; i < end; i++)
        if (words_number(ws, i, &n))
            return true;
    return false;
}

/* Commas part clauses: a refusal in one leaves the yes of another. */
unsigned heard_acts(const struct heard_book *book, const struct words *ws,
    size_t from, size_t end)
{
    unsigned found = 0;
    size_t at = from;
    int people;
    bool done = false;

    for (size_t i = from; i <= end; i++)
        if (i == end || words_match(ws, i, ",|;|-")) {
            unsigned clause = clause_acts(book, ws, at, i);

            /* "For four I can't, for three yes": that is offered. */
            if ((found & ACT_FULL) && (clause & ACT_YES)
                && has_number(ws, at, i))
                clause |= ACT_OFFER;
            found |= clause;
            done = done || is_done(ws, at, i);
            at = i + 1;
        }
    if (done && !words_have(ws, from, end, "sorry|afraid|unfortunately|leider"
        "|not|nicht|already|schon|bereits|?"))
        found |= ACT_CONFIRM;
    /* "Sure, one moment", "yes, I think so": no plain yes. */
    if ((found & ACT_HOLD) || ((found & ACT_HEDGE)
        && !(found & ACT_CONFIRM)))
        found &= ~ACT_YES;
    if (!(found & ACT_QUESTION))
        found &= ~ACT_ASKS;
    /* "No problem, all booked": they speak of ours. */
    if ((found & ACT_FULL) && (found & (ACT_YES | ACT_NUMBER))
        && !(found & ACT_NO)
        && words_have(ws, from, end, "all booked")
        && !words_have(ws, from, end, "sorry|we're|we are|afraid|but"
        "|unfortunately|booked up|booked out"))
        found = (found & ~ACT_FULL) | ACT_CONFIRM;
    /* "Booked for four." */
    if (words_match(ws, from, "booked for|reserved for|reserviert fuer"
        "|eingetragen fuer") && words_number(ws, from + 2, &people)
        && people <= 12 && !(found & ~(ACT_YES | ACT_BYE | ACT_THANKS)))
        found |= ACT_CONFIRM;
    /* "The kitchen opens at five": theirs, unless it is offered. */
    if ((found & ACT_HOURS) && !words_have(ws, from, end, "could|can|how about"
        "|what about|would|offer|give you|haette|haetten|koennte|koennten"
        "|anbieten|ginge|haett"))
        found &= ~ACT_OFFER;
    if (!(found & ACT_QUESTION) && (((found & (ACT_CONFIRM | ACT_YES
        | ACT_CANCELLED | ACT_FREE)) && (found & (ACT_IF | ACT_ONCE)))
        || ((found & ACT_BOOK) && (found & ACT_ONCE))))
        found = (found & ~(ACT_CONFIRM | ACT_YES | ACT_CANCELLED | ACT_FREE))
            | ACT_PENDING;
    found &= ~(ACT_IF | ACT_ONCE);
    /* A "sorry" beside what we know is no riddle. */
    if (found & ~(ACT_BOOK | ACT_PLEASE | ACT_OFFER | ACT_NUMBER | ACT_HOURS
        | ACT_CHANGE | ACT_CANCEL | ACT_ON_LIST | ACT_CANCELLED | ACT_WISH
        | ACT_FREE | ACT_DOUBT | ACT_NOT))
        found &= ~ACT_DOUBT;
    /* Words to a machine, not to a guest: what such a sentence says of a
     * booking is no agreement. */
    if (found & ACT_COMMAND)
        found &= ~(ACT_CONFIRM | ACT_YES | ACT_OFFER | ACT_CANCELLED
            | ACT_ON_LIST | ACT_THANKS | ACT_BYE | ACT_FREE | ACT_DOUBT);
    return found;
}

const char *heard_machine(const struct heard_book *book,
    const struct words *ws, bool first)
{
    uint64_t all = 0;
    size_t weak = 0;

    for (size_t i = 0; i < ws->n; i++)
        all |= book->hit[i];
    all >>= book->rows;
    for (size_t k = 0; all >> k && k < heard_machine_count; k++) {
        if (!(all >> k & 1))
            continue;
        if (heard_machines[k].reason)
            return heard_machines[k].reason;
        for (size_t i = 0; i < ws->n; i++)
            if (book->hit[i] >> (book->rows + k) & 1) {
                weak++;
                i += 2;         /* "we call you back" is one sign */
            }
    }
    weak = first && !words_match(ws, ws->n - 1, "?") ? weak : 0;
    return weak > 1 ? "voicemail" : NULL;
}
