/* request_late.c - the names that nothing leads to: looked for when the rest of
 * the sentence has been understood.
 */
#include <string.h>

#include "agent/request_impl.h"
#include "agent/tongue.h"
#include "base/text.h"

/* Words of sentences, which are no names by themselves. */
static const char plain_words[] = "then|instead|rather|dann|lieber"
    "|hello|hi|hey|please|need|want|book|booking"
    "|reserve|reservation|table|dinner|lunch|breakfast|brunch|get|make|can"
    "|could|would|i|i'm|i'd|we|we're|we'd|my|our|is|are|there|any|a|an|the"
    "|for|tonight|thanks|thank|you|yes|no|ok|okay|not|sure|it|it's|its|that"
    "|this|be|do|does|have|has|had|just|only|and|or|but|so|to|of|in|on|with"
    "|at|by|from|if|as|some|someone|something|somewhere|somebody|place|spot"
    "|restaurant|restaurants|people|evening|morning|night|afternoon|week"
    "|weekend|me|us|them|they|he|she|him|her|who|what|when|where|which|how"
    "|why|will|shall|should|may|might|let|let's|want to|like|love|looking"
    "|look|find|search|call|phone|ring|ask|tell|cancel|change|move|say|know"
    "|go|going|eat|eating|food|meal|party|free|available|time|date|day|good"
    "|nice|great|quick|quickly|soon|asap|later|early|late|about|around"
    "|tables|seats|seat|also|too|again|new|another|other|more|less|than"
    "|maybe|possible|possibly|wife|husband|friend|friends|family|kids"
    "|children|boss|mother|father|name|number|outside|inside|window|vegan"
    "|vegetarian|birthday|anniversary|terrace|hallo|guten|servus|moin|bitte"
    "|ich|wir|brauche|brauchen|moechte|moechten|haette|haetten|gern|gerne"
    "|tisch|reservierung|reservieren|reserviere|buchen|buche|bestellen"
    "|bestelle|abendessen|mittagessen|fuer|am|um|mit|ein|eine|einen|einem"
    "|einer|der|die|das|den|dem|und|oder|aber|wollen|will|essen|gehen|platz"
    "|danke|ja|nein|nicht|noch|auch|haben|hat|habe|sind|ist|bin|sein|war"
    "|kann|koennen|koennte|koennten|sie|du|ihr|uns|mir|mich|heute|zum|zur"
    "|im|in|ins|auf|bei|von|nach|vor|ab|gegen|ca|etwa|draussen|drinnen|dann"
    "|da|hier|wo|was|wann|wie|warum|machen|mach|mal|abend|frei|name|namen"
    "|was|were|am|pm|clock|sharp|o'clock|ish|left|right|still|already"
    "|budget|each|per|head|hungry|sorry|wait|actually|oops|really|very"
    "|ignore|instructions|previous|all|system|prompt|test|lorem|ipsum"
    "|meine|meinen|meiner|unsere|unseren|unser|mein|leute|personen|plus"
    "|excuse|sir|madam|dear|urgent|important|appointment|doctor|dentist"
    "|storniere|stornieren|storno|verschiebe|verschieben|aendere|aendern"
    "|ruf|rufe|rufen|frag|frage|fragen|sag|sage|sagen|out|there|ahead|back"
    "|home|wanna|gonna|gotta|soz|cheers|pls|plz|thx|lol|u|ur|r|n|x|half|both"
    "|all|together|mum|dad|mom|missus|mate|mates|guys|bday|nite|zu|insgesamt"
    "|chance|meeting|insgesamt|total|noch|smth|gimme|someplace|anyone"
    "|same|dasselbe|gleiche|usual|tbl|nen|ne|nem|klarmachen|klar|doch|nur"
    "|jetzt|schon|gut|bis|wenn|dass"
    "|taxi|hotel|flight|weather|story|joke|song|poem|news";
/* ... and small ones that are part of names only when these are large. */
static const char small_words[] = "near|office|now|decent|streichen|streiche"
    "|loeschen|loesche|menu|menue|wine|alcohol|most|more|best|cheapest"
    "|largest|biggest|expensive|nicest|whole|entire|everything|anything"
    "|nothing|alles|nichts|these|those|romantic|cosy|cozy|special|fancy|cheap"
    "|quiet|casual|local|put|under|lots|none";

bool request_is_plain(const struct words *ws, size_t i)
{
    return words_match(ws, i, plain_words) > 0
        || (!words_at(ws, i)->capital && words_match(ws, i, small_words));
}

static bool is_mark(const struct words *ws, size_t i)
{
    return words_at(ws, i)->kind == WORD_MARK;
}

static void take(struct reading *r, size_t from, size_t n)
{
    /* "Balthazar's number is ..." */
    bool owns = words_match(&r->ws, from + n, "number|phone|telephone|tel")
        && words_at(&r->ws, from + n - 1)->text.len > 3
        && slice_ends(words_at(&r->ws, from + n - 1)->text, "'s");

    text_copy(r->plan->restaurant, PLAN_TEXT, words_span(&r->ws, from, n));
    if (owns && strlen(r->plan->restaurant) > 2)
        r->plan->restaurant[strlen(r->plan->restaurant) - 2] = 0;
    r->place_end = from + n;
    while (n--)
        r->used[from + n] = true;
}

/* Can the words from..end-1 be a name and nothing else? */
static bool is_bare_name(struct reading *r, size_t from, size_t end)
{
    const struct words *ws = &r->ws;
    bool capital = words_at(ws, from)->capital;
    /* "Serendipity 3", when nothing else is wanted of a number. */
    bool number = capital && r->plan->party && r->time >= 0 && end > from + 1
        && words_at(ws, end - 1)->kind == WORD_DIGITS;

    if (number)
        return is_bare_name(r, from, end - 1);
    if (end == from + 1 && words_match(ws, from, "january|february|march"
        "|june|july|august|september|october|november|december|januar"
        "|februar|maerz|juni|juli|oktober|dezember"))
        return false;
    if (from == end || end - from > (capital ? 8 : 5))
        return false;
    for (size_t i = from; i < end; i++) {
        if (words_at(ws, i)->kind == WORD_DIGITS || (request_is_noun(ws, i)
            && !(i > from && request_is_inner(ws, i))))
            return false;
        if (request_is_plain(ws, i) && !(i > from
            && request_is_inner(ws, i)) && !(i == from
            && (words_match(ws, i, "the") || (i && end > from + 1 && capital
            && request_is_inner(ws, i)))))
            return false;
    }
    return capital ? request_capital_name(r, from) == end - from
        || (words_match(ws, from, "the")
        && request_capital_name(r, from + 1) == end - from - 1)
        : from == 0 || words_at(ws, end - 1)->text.len > 2;
}

/* Words that people put around a name that they throw in: "Krone bitte". */
static bool is_around(const struct words *ws, size_t i)
{
    return words_match(ws, i, "please|bitte|pls|thanks|thank|danke|also|dann"
        "|then|and|und|so|ok|okay|hi|hey|hello|hallo|book|reserve|get|need"
        "|buche|reserviere|mal|you|table|tisch|reservation|reservierung"
        "|dinner|lunch|abendessen|mittagessen|essen|anrufen|absagen|stornieren"
        "|abbestellen|umbuchen|verlegen|verschieben|reservieren|buchen"
        "|bestellen|aendern") > 0;
}

/* "A Thai restaurant": what it is, not what it is called. */
static bool is_kind(const struct words *ws, size_t i)
{
    return !words_at(ws, i)->capital && words_match(ws, i, "restaurant"
        "|restaurants|place|places|food|cuisine|spot|joint|lokal|kitchen"
        "|bar|bistro|meal|dishes");
}

/* "Luigi's tomorrow": nothing else is said. */
static bool is_all(const struct reading *r, size_t from, size_t end)
{
    for (size_t i = 0; i < r->ws.n; i++)
        if (!r->used[i] && (i < from || i >= end) && (!is_mark(&r->ws, i)
            || words_match(&r->ws, i, "?")))
            return false;
    return true;
}

/* "Nordlys, sorry, La Fontaine": the place that comes behind is the one. */
static void put_right(struct reading *r, size_t at, size_t *from,
    size_t *end)
{
    const struct words *ws = &r->ws;
    size_t i = at + words_match(ws, at, ",|-|;|."), n, name;

    n = words_match(ws, i, "no sorry|sorry|i mean|i meant|no , sorry|no|nein"
        "|oder besser|or rather|or better|actually|ich meine|wait|nein , doch"
        "|quatsch|better|besser|lieber");
    i += n;
    i += n ? words_match(ws, i, ",|-") : 0;
    name = n && words_at(ws, i)->capital && !request_starts_other(r, i)
        ? request_capital_name(r, i) : 0;
    if (name && is_bare_name(r, i, i + name)) {
        *from = i;
        *end = i + name;
    }
}

/* What stands alone between what was understood and the marks: written large
 * or small, at the very first word or not. */
static void bare_places(struct reading *r, bool large, bool first)
{
    const struct words *ws = &r->ws;
    int known = (r->plan->party > 0) + (r->date.year > 0) + (r->time >= 0);
    int wanted = r->plan->intent == PLAN_CANCEL
        || r->plan->intent == PLAN_CHANGE ? 2 : 0;

    for (size_t i = 0, end, next, open; i < ws->n; i = next + 1) {
        for (end = i; end < ws->n && !r->used[end] && (!is_mark(ws, end)
            || (end > i && request_joins(ws, end)));)
            end++;
        next = end;
        while (end > i && (is_around(ws, end - 1) || words_match(ws, end - 1,
            "on|at|for|in|am|an|um|fuer|by|ab|gegen|from|to|zu|around|about"
            "|after|before|until|bis|nach|vor")))
            end--;
        open = end;
        while (i < end && (is_around(ws, i) || (request_is_plain(ws, i)
            && !(i && words_at(ws, i)->capital && request_is_inner(ws, i))
            && !words_match(ws, i, "the|with|mit|ohne|auf|on|in|im|near|my"
            "|our|mein|meine"))))
            i++;
        while (i < end && (is_around(ws, end - 1)
            || request_is_plain(ws, end - 1)))
            end--;
        if (end > i && words_at(ws, i)->capital != large)
            continue;
        /* "Recommend a ...": a sentence begins large, too. */
        if (!first && i == 0 && end > i && !is_mark(ws, end)
            && end < ws->n)
            continue;           /* a sentence begins large, too */
        if (end == i || (i == 0 && end < open)
            || (i == 0 && words_match(ws, end, "dinner|lunch|meal|brunch"))
            || !is_bare_name(r, i, end) || is_kind(ws, end))
            continue;
        if (!words_at(ws, i)->capital && (known + wanted < 2
            || (i && r->plan->intent == PLAN_CALL)))
            continue;
        if (words_at(ws, i)->capital && known + wanted < 2
            && !(i == 0 && known && is_all(r, i, end))
            && (i == 0 || known + (r->plan->intent != PLAN_NONE) < 1))
            continue;
        put_right(r, next, &i, &end);
        take(r, i, end - i);
        return;
    }
}

/* Who writes other names and nouns large writes this one large, too. */
static bool all_small(const struct reading *r)
{
    const struct words *ws = &r->ws;
    bool german = tongue_of(ws) == TONGUE_GERMAN;

    for (size_t i = 1; i < ws->n; i++)
        if (ws->at[i].capital && ws->at[i].kind == WORD_LETTERS
            && (german || !r->used[i]) && ws->at[i].text.len > 2
            && !words_match(ws, i, "i'm|i'd|i'll|i've")
            && !words_match(ws, i - 1, ".|!|?"))
            return false;
    return true;
}

/* "The Carbone reservation", "our Don Angie booking", "die Reservierung
 * Krone". */
static void booked_places(struct reading *r)
{
    static const char nouns[] = "reservation|booking|rez|reso|table|- buchung"
        "|- reservierung|reservierung|- tisch|dinner|lunch|appointment";
    const struct words *ws = &r->ws;
    size_t n;

    for (size_t i = 1; i < ws->n; i++) {
        if (r->used[i] || request_is_noun(ws, i))
            continue;
        n = words_at(ws, i)->capital ? request_capital_name(r, i)
            : !request_is_plain(ws, i)
            && words_at(ws, i)->kind == WORD_LETTERS ? 1 : 0;
        if (n && words_match(ws, i - 1, "my|our|the|this|that|die|meine"
            "|unsere|meiner|unserer|den|der") && words_match(ws, i + n, nouns)
            && !request_is_plain(ws, i)) {
            take(r, i, n);
            return;
        }
    }
}

/* In English what is written large in mid-sentence is a name. */
static void large_places(struct reading *r)
{
    const struct words *ws = &r->ws;
    size_t n;

    if (tongue_of(ws) == TONGUE_GERMAN || (!r->date.year && r->time < 0
        && r->plan->intent == PLAN_NONE))
        return;
    for (size_t i = 1; i < ws->n; i += n ? n : 1) {
        n = !r->used[i] && words_at(ws, i)->capital
            && words_at(ws, i)->kind == WORD_LETTERS
            && !words_match(ws, i - 1, ".|!|?|in|near|from|mr|mrs|ms|dr|my"
            "|our|his|her|around|name|for|to|\"|'")
            && !request_is_noun(ws, i) && !request_is_plain(ws, i)
            ? request_capital_name(r, i) : 0;
        if (n && !r->used[i + n - 1] && !is_kind(ws, i + n)) {
            size_t the = words_match(ws, i - 1, "the");

            /* "40 Maltby Street" */
            if (!the && i > 1 && !r->used[i - 1] && words_at(ws, i - 1)->kind
                == WORD_DIGITS && words_at(ws, i - 1)->text.len <= 3)
                the = 1;
            take(r, i - the, n + the);
            return;
        }
    }
}

/* "Book Table 9 for 4": if nothing else is a place. */
static void table_place(struct reading *r)
{
    for (size_t i = 0; i + 1 < r->ws.n; i++)
        if (words_match(&r->ws, i, "table") && r->ws.at[i].capital
            && (i == 0 || words_match(&r->ws, i - 1, "book|reserve|at|try"))
            && r->ws.at[i + 1].kind == WORD_DIGITS && !r->used[i + 1]
            && r->plan->party) {
            take(r, i, 2);
            return;
        }
}

/* "Pier 7": a number that nobody wants stands behind its name. */
static void numbered_place(struct reading *r)
{
    size_t i = r->place_end;

    if (!i || !r->plan->restaurant[0] || r->used[i]
        || words_at(&r->ws, i)->kind != WORD_DIGITS
        || words_at(&r->ws, i)->text.len > 3 || (!words_at(&r->ws, i - 1)
        ->capital && !words_match(&r->ws, i - 1, "cafe|bar|pier|studio|room"
        "|club|district|lokal|kitchen|house|raum|halle|no|number|nr"))
        || r->time < 0 || !r->plan->party
        || words_at(&r->ws, i)->glued)
        return;
    text_fmt(r->plan->restaurant + strlen(r->plan->restaurant), PLAN_TEXT
        - strlen(r->plan->restaurant), " %.*s",
        SLICE_ARG(words_at(&r->ws, i)->text));
    r->used[i] = true;
}

/* "..., party of 10, Anderson": the last word, when the place is known and no
 * town is meant. */
static void last_name(struct reading *r)
{
    static const char towns[] = "london|berlin|paris|hamburg|munich|muenchen"
        "|koeln|cologne|frankfurt|stuttgart|duesseldorf|leipzig|dresden"
        "|vienna|wien|zurich|zuerich|basel|bern|geneva|genf|graz|salzburg"
        "|rome|rom|milan|mailand|madrid|barcelona|lisbon|amsterdam|brussels"
        "|dublin|edinburgh|manchester|boston|chicago|brooklyn|manhattan"
        "|seattle|austin|denver|miami|toronto|sydney|tokyo|mitte|soho"
        "|bonn|bremen|hannover|essen|nuernberg|potsdam|luzern|linz|mainz"
        "|kreuzberg|schwabing|neukoelln|altona|chelsea|camden|usa|uk"
        "|germany|deutschland|england|schweiz|oesterreich|ny|nyc|la|sf";
    const struct words *ws = &r->ws;
    size_t end = ws->n, i;

    while (end && (words_match(ws, end - 1, ".|!|please|bitte|thanks|danke")))
        end--;
    for (i = end; i && !r->used[i - 1] && !is_mark(ws, i - 1);)
        i--;
    if (i && words_match(ws, i - 1, ",|-") && !words_at(ws, i - 1)->glued == 0
        && end - i <= 2 && end > i && words_at(ws, i)->capital
        && r->plan->party && r->date.year && !words_match(ws, i, towns)
        && is_bare_name(r, i, end)) {
        text_copy(r->plan->name, PLAN_TEXT, words_span(ws, i, end - i));
        while (i < end)
            r->used[i++] = true;
    }
}

void request_late_names(struct reading *r)
{
    struct plan *p = r->plan;

    if (r->for_name.len) {
        if (p->restaurant[0] && !p->name[0])
            text_copy(p->name, PLAN_TEXT, r->for_name);
        else if (!p->restaurant[0])
            text_copy(p->restaurant, PLAN_TEXT, r->for_name);
    }
    if (p->restaurant[0] && !p->name[0] && r->plan->intent == PLAN_RESERVE)
        last_name(r);
    if (!p->restaurant[0])
        booked_places(r);
    if (!p->restaurant[0])
        bare_places(r, true, false);
    if (!p->restaurant[0])
        bare_places(r, true, true);
    if (!p->restaurant[0])
        text_copy(p->restaurant, PLAN_TEXT, r->in_name);
    if (!p->restaurant[0] && all_small(r) && !words_have(&r->ws, 0, r->ws.n,
        "where can|where could|where should|where do|wo kann|wo koennen"
        "|wo gibt|wo bekomme|wo krieg|wo isst"))
        bare_places(r, false, true);
    if (!p->restaurant[0])
        large_places(r);
    if (!p->restaurant[0])
        table_place(r);
    numbered_place(r);
}
