/* picked.c - who picked up: somebody, or something. */
#include "agent/picked.h"

#include <string.h>

#include "agent/heard.h"
#include "agent/words.h"

#define FIRST_MS 30000      /* in which a recording introduces itself */
#define FIRST_LINES 2       /* of a person: then it is one */
#define LONG_MS 4500        /* nobody greets for so long without a question */

static const char tone[] = "after the tone|after the beep|at the tone"
    "|after the signal|nach dem signalton|nach dem ton|nach dem piep"
    "|nach dem piepton";

/* Only recordings say so. */
static const char hold[] = "your call is important|next available"
    "|all our agents|all of our agents|all of our representatives"
    "|all our lines|lines are busy|lines are currently|in the queue"
    "|remain on the line|you are caller|you are number|will be answered in"
    "|currently assisting other|high call volume|ist uns wichtig"
    "|alle leitungen|alle unsere mitarbeiter|naechste freie"
    "|naechsten freien|in der warteschleife|bleiben sie in der leitung"
    "|alle plaetze sind|werden in kuerze verbunden|haben sie etwas geduld"
    "|bitte haben sie einen moment geduld";
static const char screening[] = "who is calling and why"
    "|who's calling and why|before i try to connect you"
    "|see if this person is available|screening service|call assist"
    "|state your name and|record your name and|say your name and"
    "|nennen sie ihren namen und";

static const char keys[] = "press 4|press four|press 5|press five|press 6"
    "|press six|press 7|press seven|press 8|press eight|press 9|press nine"
    "|press hash|press the hash|dial 1 for|dial 2 for";

static enum picked of_reason(const char *reason)
{
    return !reason ? PICKED_HUMAN : strcmp(reason, "voicemail") == 0
        ? PICKED_VOICEMAIL : strcmp(reason, "menu") == 0 ? PICKED_MENU
        : strcmp(reason, "screened") == 0 ? PICKED_SCREENED
        : strcmp(reason, "fax") == 0 ? PICKED_FAX : PICKED_HUMAN;
}

static enum picked judge(const struct picker *p, const struct words *ws,
    bool early, int64_t ms)
{
    enum picked by_words;
    struct heard_book book;

    if (words_have(ws, 0, ws->n, tone))
        return PICKED_VOICEMAIL;
    if (words_have(ws, 0, ws->n, hold))
        return PICKED_HOLD;
    if (words_have(ws, 0, ws->n, screening))
        return PICKED_SCREENED;
    if (!early)
        return PICKED_HUMAN;
    heard_open(&book);         /* some lines of a call, not all */
    heard_look(&book, ws);
    by_words = of_reason(heard_machine(&book, ws, !p->people));
    if (by_words == PICKED_HUMAN && words_have(ws, 0, ws->n, keys))
        return PICKED_MENU;
    if (by_words == PICKED_HUMAN && p->machine && ms >= LONG_MS
        && !p->people && !slice_ends(slice_trim_all(ws->text), "?"))
        return PICKED_VOICEMAIL;
    return by_words;
}

enum picked picked_line(struct picker *p, struct slice text, int64_t at,
    int64_t ms)
{
    struct words ws;
    bool after_machine = p->who > PICKED_HUMAN;
    enum picked who;

    words_split(&ws, text);
    who = judge(p, &ws, after_machine || (at < FIRST_MS
        && p->people < FIRST_LINES), ms);
    p->people = who == PICKED_HUMAN ? p->people + 1 : 0;
    p->who = who;
    return who;
}

enum picked picked_amd(struct picker *p, struct slice answered_by)
{
    if (slice_is(answered_by, "fax"))
        return p->who = PICKED_FAX;
    p->machine = slice_starts(answered_by, "machine");
    if (!slice_starts(answered_by, "machine_end") || p->people)
        return PICKED_UNKNOWN;
    return p->who = PICKED_VOICEMAIL;
}

bool picked_asks_tone(struct slice text)
{
    struct words ws;

    words_split(&ws, text);
    return words_have(&ws, 0, ws.n, tone);
}

const char *picked_name(enum picked who)
{
    static const char *const names[] = {"unknown", "human", "voicemail",
        "menu", "hold", "screened", "fax"};

    return names[who];
}
