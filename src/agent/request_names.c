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
    "|has|have|does|do|can|could|would|will|whether|what|which|how|nen|nem"
    "|a table|a reservation|a booking|a spot|en tisch|an tisch"
    "|the reference|the name|the number|the code|the booking"
    "|the confirmation|the reservation|my|klarmachen|absag|tmrw|pls|thx"
    "|cheers|x";

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
    "|bescheid|termin|gedeck|gedecke|frau|mann|tochter|sohn|mutter|vater"
    "|eltern|schwester|bruder|freund|freundin|freunde|kollegen|familie"
    "|sonntagsbraten|kaffee|kuchen|baby|hunger|durst|anweisungen|passwort"
    "|rez|reso|zeit|nachricht|gruss|gruesse|dank|allergiker|aussicht"
    "|aussenbereich|innenbereich|ruhe|restaurants|lokal|sitzplaetze"
    "|leut|zmittag|znacht|zmorge|hochzeitstag|jubilaeum"
    "|feier|party|reservation"
    "|anruf|gast|wunsch"
    "|code|ref|please|thanks|for|at|on|my|we|our|is|can|could|mr|mrs|ms";
static const char streets[] = "street|st|road|rd|avenue|ave|square|lane"
    "|boulevard|blvd|strasse|platz|gasse|allee|weg|str|drive|way|row|quay";

/* Behind "at": places that are no restaurant's name. */
static const char no_names[] = "the window|the bar|the counter|the terrace"
    "|the back|the front|the same|the latest|the earliest|the moment"
    "|a|an|my|our|your|their|home|least|most|once|around|about|any|some"
    "|night|lunch|lunchtime|dinner|dinnertime|breakfast|that|this|which|it"
    "|them|their|noon|midnight|first|all|work|what|one of|either|restaurant"
    "|the restaurant|die nummer|der nummer|meinem|meiner|einem|einer|diesem"
    "|schanigarten|gastgarten|wintergarten|biergarten|innenhof|keller|saal"
    "|frueh|fruehe|nacht|nichtraucherbereich|erker|raucherbereich|hof"
    "|freien|januar|garten|fenster|namen|sommer";

/* ---- names ---- */

bool request_is_noun(const struct words *ws, size_t i)
{
    return words_match(ws, i, plain_nouns) > 0;
}

bool request_is_inner(const struct words *ws, size_t i)
{
    return words_match(ws, i, inner_words) > 0;
}

static bool is_mark(const struct words *ws, size_t i)
{
    return words_at(ws, i)->kind == WORD_MARK;
}

bool request_joins(const struct words *ws, size_t i)
{
    const struct word *next = words_at(ws, i + 1);

    if (words_match(ws, i, "&|+"))
        return next->kind != WORD_MARK;
    if (words_match(ws, i, "-|'|/"))
        return words_at(ws, i)->glued && next->glued
            && next->kind != WORD_MARK;
    /* "St." and "Dr." go on; a longer word ends its sentence. */
    return words_match(ws, i, ".") && words_at(ws, i)->glued && i
        && (words_at(ws, i - 1)->text.len <= 3 || words_match(ws, i - 1,
        "prof|dipl|fam|hon|capt")) && next->capital;
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

/* Written with a capital, also behind an article that is glued to it:
 * "dell'Angelo", "d'Or". */
static bool is_large(const struct word *w)
{
    const char *mark = strchr(w->low, '\'');
    size_t at = mark ? (size_t)(mark - w->low) + 1 : 0;

    return w->capital || (at && at <= 5 && at + 1 < w->text.len
        && w->text.ptr[at - 1] == '\'' && w->text.ptr[at] >= 'A'
        && w->text.ptr[at] <= 'Z');
}

size_t request_capital_name(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n = 0, inner, last = 0;

    while (i + n < ws->n) {
        const struct word *w = words_at(ws, i + n);

        if (n && request_starts_other(r, i + n))
            break;
        if (w->kind == WORD_LETTERS && is_large(w)) {
            if (words_match(ws, i + n, plain_nouns))
                break;
            last = ++n;
        } else if (w->kind == WORD_DIGITS && (w->text.len > 1 || n == 0)) {
            last = ++n;
        } else if (w->kind == WORD_MARK && n && request_joins(ws, i + n)) {
            n++;
            if (words_at(ws, i + n)->glued
                && words_at(ws, i + n)->kind == WORD_LETTERS)
                last = ++n;
        } else if ((inner = words_match(ws, i + n, inner_words)) != 0
            && n && is_large(words_at(ws, i + n + inner))
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

/* "Fork and spoon": does the name go on behind "and"? */
static bool couples(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    int n;

    return words_match(ws, i, "and|und")
        && words_at(ws, i + 1)->kind == WORD_LETTERS
        && !request_is_plain(ws, i + 1) && !request_is_noun(ws, i + 1)
        && !words_match(ws, i + 1, stop_words)
        && !words_number(ws, i + 1, &n) && !request_starts_other(r, i + 1)
        && (is_mark(ws, i + 2) || i + 2 >= ws->n || words_match(ws, i + 2,
        stop_words) || request_starts_other(r, i + 2));
}

/* A name in small letters: up to a word that no name has, at most five. */
static size_t small_name(struct reading *r, size_t i, size_t most)
{
    const struct words *ws = &r->ws;
    size_t n = words_match(ws, i, "the|der|die|das|den"), first = n;

    while (n < most + first && i + n < ws->n) {
        if (is_mark(ws, i + n) ? !request_joins(ws, i + n) || n == first
            : (words_match(ws, i + n, stop_words) && !(n > first
            && couples(r, i + n)))
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
    n = words_at(ws, i + the)->capital ? request_capital_name(r, i + the) : 0;
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
    n = request_capital_name(r, i + 1);
    if (n > 1)
        r->in_name = words_span(ws, i + 1, n);
    return n > 1 ? n + 1 : 0;
}

/* Words before a place.  The weak ones want a capital behind them, for much
 * else may follow: "with Luigi's", "im Adler", "book Luigi's". */
static const char place_leads[] = "at the restaurant|at restaurant|at|bei der"
    "|bei dem|bei den|bei|beim restaurant|beim|im restaurant|@";
static const char weak_leads[] = "in die|vom|make it to|coming to|go to"
    "|wanna go|want to go|go|make|zu|bitte dem|sie dem|telephone|move"
    "|push|bump|shift|switch|change"
    "|reschedule|postpone|verschieb|verschiebe|verschieben sie|verleg"
    "|verlege|the restaurant|das restaurant|restaurant"
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
    n = request_capital_name(r, i + lead);
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
    i = words_match(ws, i, "make it to|zu|coming to|go to|wanna go|want to go"
        "|go"
        "|make"
        "|change|move|push|vom|try|visit|call|phone|ring|book|reserve|im|ask"
        "|tell|bitte"
        "|find out if|restaurant|cancel|storniere|storno") ? i + lead
        : ws->n;
    i += words_match(ws, i, "the");
    return words_at(ws, i)->kind == WORD_LETTERS
        && !request_is_plain(ws, i);
}

/* "7 Sins", "11 Madison Park": a number that begins a name. */
static bool names_number(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;

    return words_at(ws, i)->kind == WORD_DIGITS
        && words_at(ws, i)->text.len <= 4
        && words_at(ws, i + 1)->kind == WORD_LETTERS
        && words_at(ws, i + 1)->capital && !request_is_noun(ws, i + 1)
        && !is_street(ws, i + 1) && !request_starts_other(r, i)
        && !request_starts_other(r, i + 1);
}

/* "Beim Italiener Da Mario": what it is, before what it is called. */
static size_t kind_before(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "the restaurant|restaurant|italiener"
        "|griechen|chinesen|inder|japaner|thailaender|mexikaner|tuerken"
        "|spanier|franzosen|vietnamesen|koreaner|kroaten|lokal|wirt");

    return n && words_at(ws, i + n)->capital && !request_is_noun(ws, i + n)
        ? n : 0;
}

static size_t place_lead(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, place_leads);
    const struct word *next;

    if (lead && i && words_match(ws, i - 1, "desk|reception|staying|concierge"
        "|guest|guests|i'm|we're|am|are|based|working|here"))
        return 0;
    if (!lead) {
        lead = words_match(ws, i, weak_leads);
        next = words_at(ws, i + lead);
        if (!lead || words_match(ws, i + lead, plain_nouns)
            || (lead == 1 && words_match(ws, i, "make")
            && r->plan->intent != PLAN_CHANGE))
            return 0;
        if (!next->capital && !names_number(r, i + lead)
            && !words_match(ws, i + lead, "\"|'")
            && !(words_match(ws, i + lead, "the") && words_at(ws, i + lead
            + 1)->capital) && !small_may_follow(r, i, lead))
            return 0;
        /* "In Berlin" is where, not who; an aim is no place of ours. */
        if (words_match(ws, i, "in|from|to|into|bitte|das|aus|zum|zur")
            && !words_match(ws, i, "bitte dem|in der|in den|in dem|in das"
                "|in the|in die")
            && r->plan->intent != PLAN_CHANGE && r->plan->intent
            != PLAN_CANCEL && !words_match(ws, i, "to|into|zum|zur"))
            return 0;
        /* "My table in Sakura" is at one. */
        if (words_match(ws, i, "in") == lead && lead == 1 && !(i
            && words_match(ws, i - 1, "table|reservation|booking|tisch"
            "|reservierung|rez") && (r->plan->intent == PLAN_CHANGE
            || r->plan->intent == PLAN_CANCEL)))
            return 0;
        /* "Haus zum Rüden" is one name. */
        if (words_match(ws, i, "zum|zur") && i
            && words_at(ws, i - 1)->capital && !r->used[i - 1]
            && words_match(ws, i - 1, "haus|gasthaus|gasthof|hotel|zunfthaus"
            "|restaurant|wirtshaus|cafe|brauhaus|landhaus|pension|wirtschaft"
            "|taverne|schenke|stube|hof|schloss|weinstube|weinhaus|kneipe"
            "|trattoria|osteria|pizzeria|landgasthof|brauerei|brasserie"))
            return 0;
        /* "This is the concierge desk at ..." */
        if (words_match(ws, i, "from") && i && words_match(ws, i - 1,
            "calling|writing|coming"))
            return 0;
    }
    return lead;
}

/* "Mrs Robinson's": not who, but where. */
static bool whose(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "mr .|mrs .|ms .|mr|mrs|ms");
    const struct word *w = words_at(ws, i + n);

    return n && w->text.len > 2 && w->low[strlen(w->low) - 1] == 's'
        && strchr(w->low, '\'');
}

/* "Night Owl": its first word alone would be no name. */
static bool two_large(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;

    return words_at(ws, i)->capital && words_at(ws, i + 1)->capital
        && words_at(ws, i + 1)->kind == WORD_LETTERS
        && !request_is_noun(ws, i + 1) && !request_is_plain(ws, i + 1)
        && !request_starts_other(r, i + 1);
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
    lead += kind_before(ws, i + lead);
    /* "Zum Goldenen Lamm": with a capital in mid-sentence it is the name's. */
    if (words_match(ws, i, "zum|zur") && words_at(ws, i)->capital && i
        && !words_match(ws, i - 1, ".|!|?"))
        lead = 0;
    /* "54 Mint" is a name, "7" an hour. */
    number = words_at(ws, i + lead)->kind == WORD_DIGITS;
    if (number && !(words_at(ws, i + lead + 1)->capital
        && words_at(ws, i + lead + 1)->kind == WORD_LETTERS))
        return 0;
    if ((words_match(ws, i + lead, no_names) && !two_large(r, i + lead))
        || (words_match(ws, i + lead, person_words) && !whose(ws, i + lead))
        || request_starts_other(r, i + lead) || is_street(ws, i + lead))
        return 0;
    n = number ? request_capital_name(r, i + lead)
        : any_name(r, i + lead, 5, &name);
    if (number)
        name = words_span(ws, i + lead, n);
    if (!n)
        return 0;
    /* "The Momo booking" is one at Momo. */
    if (words_match(ws, i + lead, "the") && slice_iis(slice_head(name, 4),
        "the ") && words_match(ws, i + lead + n, "booking|reservation|table"
        "|dinner|lunch|rez|brunch|appointment"))
        name = slice_from(name, 4);
    if (!r->ignored)
        text_copy(r->plan->restaurant, PLAN_TEXT, name);
    r->ignored = false;
    r->last = SLOT_PLACE;
    r->place_end = i + lead + n;
    return lead + n;
}

size_t request_find_other_place(struct reading *r, size_t i)
{
    size_t n;

    if (r->mended && r->plan->restaurant[0] && words_at(&r->ws, i)->capital
        && !request_is_noun(&r->ws, i) && !request_starts_other(r, i)
        && (n = request_capital_name(r, i)) != 0
        && words_match(&r->ws, i + n, "instead|stattdessen")) {
        text_copy(r->plan->restaurant, PLAN_TEXT, words_span(&r->ws, i, n));
        r->place_end = i + n;
        return n;
    }
    if (!r->mended || r->last != SLOT_PLACE || !words_at(&r->ws, i)->capital
        || words_match(&r->ws, i, plain_nouns)
        || request_starts_other(r, i))
        return 0;
    n = request_capital_name(r, i);
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
    n = any_name(r, i, 3, name);
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
        n = request_capital_name(r, i + lead);
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
            && !particle(ws, i + lead) && (words_match(ws, i + lead, stop_words)
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
            n = words_match(ws, i + lead + n, stop_words) ? n : 0;
    }
    if (!n || (r->plan->name[0] && !r->mended))
        return 0;
    text_copy(r->plan->name, PLAN_TEXT, name);
    return lead + n;
}
