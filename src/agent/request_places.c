/* request_places.c - the names of places, by the words that lead to them. */
#include <string.h>

#include "agent/request_impl.h"
#include "base/text.h"

/* Behind "at": places that are no restaurant's name. */
static const char no_names[] = "the chef's table|chef's table|the window"
    "|the bar|the counter|the terrace"
    "|the back|the front|the same|the latest|the earliest|the moment"
    "|a|an|my|our|your|their|home|least|most|once|around|about|any|some"
    "|night|lunch|lunchtime|dinner|dinnertime|breakfast|that|this|which|it"
    "|them|their|noon|midnight|first|all|work|what|one of|either|restaurant"
    "|the restaurant|die nummer|der nummer|meinem|meiner|einem|einer|diesem"
    "|schanigarten|gastgarten|wintergarten|biergarten|innenhof|keller|saal"
    "|frueh|fruehe|nacht|nichtraucherbereich|erker|raucherbereich|hof"
    "|freien|januar|garten|fenster|namen|sommer";

/* "In Chez Nous": where a guest of the language says "at".  One word would be
 * a town, and so would these. */
static size_t in_place(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n;

    if (!words_match(ws, i, "in") || r->in_name.len
        || !words_at(ws, i + 1)->capital || request_is_street(ws, i + 1)
        || words_match(ws, i + 1, "new|san|los|las|bad|st|sankt|santa|salt"
        "|hong|cape|tel|abu|buenos|rio|north|south|west|east|upper|lower"
        "|kuala|frankfurt|the|old|central|downtown|fort|port|mount|den")
        || request_is_noun(ws, i + 1)
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
        || request_is_noun(ws, i + lead)
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
    i += request_is_house(ws, i) && words_at(ws, i + 1)->kind
        == WORD_LETTERS;
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
        && !request_is_street(ws, i + 1) && !request_starts_other(r, i)
        && !request_starts_other(r, i + 1);
}

/* "Beim Italiener Da Mario": what it is, before what it is called. */
static size_t kind_before(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "rest .|the restaurant|restaurant|italiener"
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
        if (!lead || request_is_noun(ws, i + lead)
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
            && request_is_house(ws, i - 1))
            return 0;
        /* "This is the concierge desk at ..." */
        if (words_match(ws, i, "from") && i && words_match(ws, i - 1,
            "calling|writing|coming"))
            return 0;
    }
    return lead;
}

/* "Robinson's" */
static bool is_owner(const struct word *w)
{
    size_t len = strlen(w->low);

    return len > 2 && w->low[len - 1] == 's' && strchr(w->low, '\'');
}

/* "Mrs Robinson's": not who, but where. */
static bool whose(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "mr .|mrs .|ms .|mr|mrs|ms");

    /* "I Sodi": Italian's article. */
    if (words_match(ws, i, "i") && words_at(ws, i)->capital
        && words_at(ws, i + 1)->capital)
        return true;
    return n && is_owner(words_at(ws, i + n));
}

/* "Night Owl": its first word alone would be no name. */
static bool two_large(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;

    /* "A. Wong" */
    if (words_at(ws, i)->capital && words_at(ws, i)->text.len == 1
        && words_match(ws, i + 1, ".") && words_at(ws, i + 2)->capital)
        return true;
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
        || request_starts_other(r, i + lead) || request_is_street(ws, i + lead))
        return 0;
    n = number ? request_capital_name(r, i + lead)
        : request_any_name(r, i + lead, 5, &name);
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
        || request_is_noun(&r->ws, i)
        || request_starts_other(r, i))
        return 0;
    n = request_capital_name(r, i);
    if (n)
        text_copy(r->plan->restaurant, PLAN_TEXT, words_span(&r->ws, i, n));
    r->last = SLOT_NONE;
    return n;
}
