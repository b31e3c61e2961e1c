/* request_names.c - the names in a request: of places, and of people. */
#include <string.h>

#include "agent/party.h"
#include "agent/request_impl.h"
#include "base/text.h"

static const char stop_words[] = "for|on|at|tomorrow|today|tonight|next|this"
    "|under|with|in|by|from|to|please|about|around|after|before|between|if"
    "|that|and|but|because|so|i|we|they|is|are|my|the name|table|reservation"
    "|booking|dinner|lunch|breakfast|brunch|tisch|reservierung|um|fuer"
    "|am|auf|bitte|gegen|ab|nach|zwischen|unter|mit|heute|morgen|einen|eine"
    "|ob|und|zu|ein|an|abend|when|who|it|party|people|persons|personen|near"
    "|outside|inside|preferably|via|using|number|phone|or|as|bei|im|beim"
    "|no|not|sorry|wait|actually|instead|looking|der|die|das|den|dem|sind"
    "|wir|ich|nein|pls|plz|thanks|thank|danke|window|terrace|vegan|birthday"
    "|asap|our|me|us|just|only|somewhere|since|where|you|ist|haben|frag"
    "|frage|fragen|absagen|stornieren|anrufen|nachfragen|reservieren"
    "|buchen|aendern|verschieben|bestellen|nach|wie|was|wann|kindern"
    "|kinder|ref|reference|confirmation|code|nummer|telefon|tel|at the"
    "|has|have|does|do|can|could|would|will|whether|what|which|how";

/* Small words that may stand inside a name: "House of Curry". */
static const char inner_words[] = "of the|in the|on the|of|the|and|de la|de"
    "|la|le|les|di|da|du|del|della|dei|zum|zur|zu|am|an der|der|den|dem|und"
    "|y|el|al|i|et|en|im|by|von|van|aux|au|a la|alla|n";

/* Nouns that German writes large and no name begins or ends with; and what
 * English sentences put in capitals by their place. */
static const char plain_nouns[] = "tisch|tische|table|person|personen|leute"
    "|gaeste|fruehstueck|mittagessen|abendessen|essen|geburtstag|uhr|nummer"
    "|name|namen|fenster|terrasse|garten|reservierung|buchung|abend|mittag"
    "|morgen|nachmittag|vormittag|woche|tag|stunde|kinder|kinderstuhl|platz"
    "|plaetze|fensterplatz|hochstuhl|kind|erwachsene|telefon|bitte|danke"
    "|wochenende|personenzahl|naehe|restaurant|i|pm|am|zwei|drei|vier"
    "|fuenf|sechs|sieben|acht|neun|zehn|hund|rollstuhl|allergie"
    "|referenz|bestaetigungsnummer|reservierungsnummer|buchungsnummer"
    "|code|ref|please|thanks|for|at|on|my|we|our|is|can|could|mr|mrs|ms";
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
    "|taxi|hotel|flight|weather|story|joke|song|poem|news";
static const char streets[] = "street|st|road|rd|avenue|ave|square|lane"
    "|boulevard|blvd|strasse|platz|gasse|allee|weg|str|drive|way|row|quay";

/* Behind "at": places that are no restaurant's name. */
static const char no_names[] = "the window|the bar|the counter|the terrace"
    "|the back|the front|the same|the latest|the earliest|the moment"
    "|a|an|my|our|your|their|home|least|most|once|around|about|any|some"
    "|night|lunch|lunchtime|dinner|dinnertime|breakfast|that|this|which|it"
    "|them|their|noon|midnight|first|all|work|what|one of|either|restaurant"
    "|the restaurant|die nummer|der nummer|meinem|meiner|einem|einer|diesem"
    "|freien|januar|garten|fenster|namen|sommer";

/* ---- names ---- */

static bool is_mark(const struct words *ws, size_t i)
{
    return words_at(ws, i)->kind == WORD_MARK;
}

/* Marks that join parts of one name: "Chez-Marie", "A&B", "St. John". */
static bool joins(const struct words *ws, size_t i)
{
    const struct word *next = words_at(ws, i + 1);

    if (words_match(ws, i, "&|+"))
        return next->kind != WORD_MARK;
    if (words_match(ws, i, "-|'|/"))
        return words_at(ws, i)->glued && next->glued
            && next->kind != WORD_MARK;
    /* "St." and "Dr." go on; a longer word ends its sentence. */
    return words_match(ws, i, ".") && words_at(ws, i)->glued && i
        && words_at(ws, i - 1)->text.len <= 3 && next->capital;
}

/* "Main Street": an address, which is no part of the name before it. */
static bool is_street(const struct words *ws, size_t i)
{
    for (size_t k = 0; k < 3 && words_at(ws, i + k)->kind == WORD_LETTERS
        && words_at(ws, i + k)->capital; k++) {
        size_t len = strlen(words_at(ws, i + k)->low);

        if ((k && words_match(ws, i + k, streets)) || (len > 7
            && strstr(words_at(ws, i + k)->low, "strasse")))
            return true;
    }
    return false;
}

/* A name written with capitals, from i on. */
static size_t capital_name(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n = 0, inner, last = 0;

    while (i + n < ws->n) {
        const struct word *w = words_at(ws, i + n);

        if (n && request_starts_other(r, i + n))
            break;
        if (w->kind == WORD_LETTERS && w->capital) {
            if (words_match(ws, i + n, plain_nouns))
                break;
            last = ++n;
        } else if (w->kind == WORD_DIGITS && (w->text.len > 1 || n == 0)) {
            last = ++n;
        } else if (w->kind == WORD_MARK && n && joins(ws, i + n)) {
            n++;
            if (words_at(ws, i + n)->glued
                && words_at(ws, i + n)->kind == WORD_LETTERS)
                last = ++n;
        } else if ((inner = words_match(ws, i + n, inner_words)) != 0
            && n && words_at(ws, i + n + inner)->capital
            && !words_match(ws, i + n + inner, plain_nouns)
            && !is_street(ws, i + n + inner)
            && !request_starts_other(r, i + n + inner)) {
            n += inner;
        } else {
            break;
        }
    }
    return last;
}

/* A name in small letters: up to a word that no name has, at most five. */
static size_t small_name(struct reading *r, size_t i, size_t most)
{
    const struct words *ws = &r->ws;
    size_t n = words_match(ws, i, "the|der|die|das|den"), first = n;

    while (n < most + first && i + n < ws->n) {
        if (is_mark(ws, i + n) ? !joins(ws, i + n) || n == first
            : words_match(ws, i + n, stop_words)
            || words_at(ws, i + n)->kind == WORD_DIGITS
            || request_starts_other(r, i + n))
            break;
        n++;
    }
    return n > first ? n : 0;
}

/* Text in quotation marks: all of it is the name. */
static size_t quoted(const struct words *ws, size_t i, struct slice *name)
{
    const char *mark = words_match(ws, i, "\"") ? "\"" : "'";

    if (!words_match(ws, i, mark))
        return 0;
    for (size_t n = 1; i + n < ws->n; n++)
        if (words_match(ws, i + n, mark) && words_at(ws, i + n)->glued) {
            *name = words_span(ws, i + 1, n - 1);
            return n > 1 ? n + 1 : 0;
        }
    return 0;
}

static size_t any_name(struct reading *r, size_t i, size_t most,
    struct slice *name)
{
    const struct words *ws = &r->ws;
    size_t n = quoted(ws, i, name), the;

    if (n)
        return n;
    the = words_match(ws, i, "the|der|die|das|den|dem");
    n = words_at(ws, i + the)->capital ? capital_name(r, i + the) : 0;
    if (n) {
        /* "the Ivy": the article is part of an English name. */
        bool keep = the && words_match(ws, i, "the");

        *name = words_span(ws, keep ? i : i + the, keep ? n + the : n);
        return n + the;
    }
    n = small_name(r, i, most);
    *name = words_span(ws, i, n);
    return n;
}

/* "In Chez Nous": where a guest of the language says "at".  One word would be
 * a town, and so would these. */
static size_t in_place(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n;

    if (!words_match(ws, i, "in") || r->in_name.len
        || !words_at(ws, i + 1)->capital || is_street(ws, i + 1)
        || words_match(ws, i + 1, "new|san|los|las|bad|st|sankt|santa|salt"
        "|hong|cape|tel|abu|buenos|rio|north|south|west|east|upper|lower"
        "|kuala|frankfurt|the|old|central|downtown|fort|port|mount|den")
        || words_match(ws, i + 1, plain_nouns)
        || request_starts_other(r, i + 1))
        return 0;
    n = capital_name(r, i + 1);
    if (n > 1)
        r->in_name = words_span(ws, i + 1, n);
    return n > 1 ? n + 1 : 0;
}

/* Words before a place.  The weak ones want a capital behind them, for much
 * else may follow: "with Luigi's", "im Adler", "book Luigi's". */
static const char place_leads[] = "at the restaurant|at restaurant|at|bei der"
    "|bei dem|bei den|bei|beim restaurant|beim|im restaurant|@";
static const char weak_leads[] = "the restaurant|das restaurant|restaurant"
    "|with|give|book us|book me|get us|get me|reserve us|storno|storniere"
    "|stornieren|im|in der|in den|in dem|in das|ins|from|in the|to|into|in"
    "|call up"
    "|call|phone|ring up|ring|contact|book|reserve|cancel|rufe|ruf|ask|tell"
    "|visit|try|find out if|find out whether|see if|check with|check if"
    "|check whether|frag|frage|zum|zur|whether|if|ob|das|bitte|aus";
static const char person_words[] = "the name|mr|mrs|ms|herr|herrn|frau|i|me"
    "|us|them|him|her|my|you|your|mich|uns|sie|mir|ihm|ihr";

/* "For Leo", "for Luigi's": a person or a place; the rest will tell. */
static size_t for_whom(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, "for|fuer"), n;

    if (!lead || r->for_name.len || !words_at(ws, i + lead)->capital
        || words_match(ws, i + lead, person_words)
        || words_match(ws, i + lead, plain_nouns)
        || words_match(ws, i + lead, no_names)
        || request_starts_other(r, i + lead))
        return 0;
    n = capital_name(r, i + lead);
    r->for_name = words_span(ws, i + lead, n);
    return n ? lead + n : 0;
}

/* Is the weak lead at i one that a small letter may follow?  Only in a text
 * that has no capitals, and before a word that sentences do not have there. */
static bool small_may_follow(const struct reading *r, size_t i, size_t lead)
{
    const struct words *ws = &r->ws;

    for (size_t k = 1; k < ws->n; k++)
        if (ws->at[k].capital && !words_match(ws, k, "i|i'm|i'd"))
            return false;
    i = words_match(ws, i, "call|phone|ring|book|reserve|im|ask|tell|bitte"
        "|find out if|restaurant|cancel|storniere|storno") ? i + lead
        : ws->n;
    i += words_match(ws, i, "the");
    return words_at(ws, i)->kind == WORD_LETTERS
        && !words_match(ws, i, plain_words);
}

static size_t place_lead(const struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, place_leads);
    const struct word *next;

    if (!lead) {
        lead = words_match(ws, i, weak_leads);
        next = words_at(ws, i + lead);
        if (!lead || words_match(ws, i + lead, plain_nouns))
            return 0;
        if (!next->capital && !words_match(ws, i + lead, "\"|'")
            && !(words_match(ws, i + lead, "the") && words_at(ws, i + lead
            + 1)->capital) && !small_may_follow(r, i, lead))
            return 0;
        /* "In Berlin" is where, not who; an aim is no place of ours. */
        if (words_match(ws, i, "in|from|to|into|bitte|das|aus|zum|zur")
            && !words_match(ws, i, "in der|in den|in dem|in das|in the")
            && r->plan->intent != PLAN_CHANGE && r->plan->intent
            != PLAN_CANCEL && !words_match(ws, i, "to|zum|zur"))
            return 0;
        if (words_match(ws, i, "in") == lead && lead == 1)
            return 0;
    }
    return lead;
}

size_t request_find_place(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = place_lead(r, i), n;
    struct slice name = {NULL, 0};
    bool number;

    if (!lead) {
        n = for_whom(r, i);
        return n ? n : in_place(r, i);
    }
    if (r->plan->restaurant[0] && !(r->mended && r->last == SLOT_PLACE)
        && !(r->ignored))
        return 0;
    if (words_match(ws, i + lead, "the restaurant|restaurant")
        && words_at(ws, i + lead + 1)->capital)
        lead += words_match(ws, i + lead, "the restaurant|restaurant");
    /* "54 Mint" is a name, "7" an hour. */
    number = words_at(ws, i + lead)->kind == WORD_DIGITS;
    if (number && !(words_at(ws, i + lead + 1)->capital
        && words_at(ws, i + lead + 1)->kind == WORD_LETTERS))
        return 0;
    if (words_match(ws, i + lead, no_names)
        || words_match(ws, i + lead, person_words)
        || request_starts_other(r, i + lead) || is_street(ws, i + lead))
        return 0;
    n = number ? capital_name(r, i + lead)
        : any_name(r, i + lead, 5, &name);
    if (number)
        name = words_span(ws, i + lead, n);
    if (!n)
        return 0;
    if (!r->ignored)
        text_copy(r->plan->restaurant, PLAN_TEXT, name);
    r->ignored = false;
    r->last = SLOT_PLACE;
    return lead + n;
}

size_t request_find_other_place(struct reading *r, size_t i)
{
    size_t n;

    if (!r->mended || r->last != SLOT_PLACE || !words_at(&r->ws, i)->capital
        || words_match(&r->ws, i, plain_nouns)
        || request_starts_other(r, i))
        return 0;
    n = capital_name(r, i);
    if (n)
        text_copy(r->plan->restaurant, PLAN_TEXT, words_span(&r->ws, i, n));
    r->last = SLOT_NONE;
    return n;
}

static const char name_leads[] = "under the name of|under the name"
    "|name's"
    "|in the name of|on the name of|in the name|the name is|the name's"
    "|the name should be|the name will be|name is|my name's|for the name"
    "|on behalf of|last name is|last name|surname is|surname|name :|name"
    "|under|auf den namen|unter dem namen|im namen von|unter|mein name ist"
    "|ich heisse|auf den name|nachname|fuer herrn|fuer herr|fuer frau"
    "|for mr|for mrs|for ms|for dr";
/* These give a name only in capitals: "this is Leo", "I'm Leo". */
static const char self_leads[] = "this is|it's|here is|i'm|i am|hier ist"
    "|hier spricht|ich bin|hier|auf";

static const char titles[] = "mr .|mrs .|ms .|mr|mrs|ms|miss|herrn|herr|frau"
    "|familie";

/* Behind "name": up to three small words when they end the sentence, or the
 * first of them. */
static size_t person(struct reading *r, size_t i, struct slice *name)
{
    const struct words *ws = &r->ws;
    size_t n = any_name(r, i, 3, name);

    if (!n || words_at(ws, i)->capital || words_match(ws, i, "\"|'"))
        return n;
    if (i + n < ws->n && !is_mark(ws, i + n))
        n = any_name(r, i, 1, name);
    return n;
}

size_t request_find_name(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, name_leads), n, title;
    struct slice name = {NULL, 0};
    bool loose = words_match(ws, i, "under the|unter dem") == 0
        && words_match(ws, i, "under|unter") > 0;

    if (!lead) {
        lead = words_match(ws, i, self_leads);
        lead += lead ? words_match(ws, i + lead, titles) : 0;
        if (!lead || !words_at(ws, i + lead)->capital
            || words_match(ws, i + lead, plain_nouns)
            || request_starts_other(r, i + lead))
            return 0;
        n = capital_name(r, i + lead);
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
            && (words_match(ws, i + lead, stop_words)
            || (words_at(ws, i + lead)->kind != WORD_LETTERS
            && !words_match(ws, i + lead, "\"|'"))))
            return 0;
        if (request_starts_other(r, i + lead)
            || words_match(ws, i + lead, "the|a"))
            return 0;
        n = title ? capital_name(r, i + lead) : person(r, i + lead, &name);
        if (title)
            name = words_span(ws, i + lead, n);
        if (loose && !words_at(ws, i + lead)->capital && i + lead + n
            < ws->n && !is_mark(ws, i + lead + n))
            n = words_match(ws, i + lead + n, stop_words) ? n : 0;
    }
    if (!n || (r->plan->name[0] && !r->mended))
        return 0;
    text_copy(r->plan->name, PLAN_TEXT, name);
    return lead + n;
}

/* ---- names that stand alone ---- */

/* Can the words from..end-1 be a name and nothing else? */
static bool is_bare_name(struct reading *r, size_t from, size_t end)
{
    const struct words *ws = &r->ws;
    bool capital = words_at(ws, from)->capital;

    if (from == end || end - from > 5)
        return false;
    for (size_t i = from; i < end; i++) {
        if (words_at(ws, i)->kind == WORD_DIGITS
            || words_match(ws, i, plain_nouns))
            return false;
        if (words_match(ws, i, plain_words) && !(i > from
            && words_match(ws, i, inner_words)) && !(i == from
            && words_match(ws, i, "the")))
            return false;
    }
    return capital ? capital_name(r, from) == end - from
        || (words_match(ws, from, "the") && capital_name(r, from + 1)
        == end - from - 1)
        : from == 0 || words_at(ws, end - 1)->text.len > 2;
}

static void bare_places(struct reading *r)
{
    const struct words *ws = &r->ws;
    int known = (r->plan->party > 0) + (r->date.year > 0) + (r->time >= 0);

    for (size_t i = 0, end; i < ws->n; i = end + 1) {
        for (end = i; end < ws->n && !r->used[end] && (!is_mark(ws, end)
            || (end > i && joins(ws, end)));)
            end++;
        if (end == i || !is_bare_name(r, i, end))
            continue;
        if (!words_at(ws, i)->capital && (known < 2 || (i && r->plan->intent
            == PLAN_CALL)))
            continue;
        if (words_at(ws, i)->capital && known < 2
            && (i == 0 || known + (r->plan->intent != PLAN_NONE) < 1))
            continue;
        text_copy(r->plan->restaurant, PLAN_TEXT, words_span(ws, i,
            end - i));
        while (i < end)
            r->used[i++] = true;
        return;
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
    if (!p->restaurant[0])
        bare_places(r);
    if (!p->restaurant[0])
        text_copy(p->restaurant, PLAN_TEXT, r->in_name);
}
