/* request_wishes.c - what else they would like, in their own words. */
#include <string.h>

#include "agent/request_impl.h"
#include "base/text.h"

/* A wish begins with one of these. */
static const char wish_words[] = "counter seat|counter seats|chef's table"
    "|the chef's table|bar seats|bar stools|kitchen table|high table"
    "|banquette|by the|near the|next to|close to"
    "|at the window|at the bar|at the counter|at the back|in the|on the"
    "|outside|outdoors|outdoor|inside|indoors|indoor|a quiet|quiet|with a"
    "|with an|with|without|window seat|window table|window|a window|a booth"
    "|booth|a high chair|high chair|highchair|two high chairs|wheelchair"
    "|vegan|vegetarian|gluten|nut allergy|nut|nuts|allergic|allergy"
    "|lactose|halal|kosher|dairy|peanut|shellfish|coeliac|celiac"
    "|it's my|it is my|it's our|it's a|it's for|birthday|anniversary|non"
    "|no smoking|no nuts|terrace|patio|rooftop|balcony|garden|courtyard"
    "|dog friendly|we have|i have|we bring|we will bring|we'll bring"
    "|we'll have|bring|bringing|away from|facing|preferably|if possible"
    "|a corner|corner table|corner|one of us|two of us|three of us"
    "|one person|one guest|two people are|my wife is|my husband is"
    "|my son is|my daughter is|my mother is|my friend is|parking"
    "|pram|stroller|pushchair|baby seat|child seat|booster seat|a view"
    "|sea view|near a|near an|by a|next to a|a table outside|romantic"
    "|private room|a private|celebrating|we are celebrating|celebrate"
    "|we're celebrating|champagne|flowers|cake|a cake|live music|shade"
    "|am fenster|am kamin|im garten|im freien|im innenbereich"
    "|im aussenbereich|auf der|draussen|drinnen|mit|ohne|ruhig|ruhiger"
    "|ruhigen|ruhiges|kinderstuhl|einen kinderstuhl|hochstuhl|rollstuhl"
    "|einen hochstuhl|rollstuhlgerecht|rollstuhlfahrer|barrierefrei"
    "|vegetarisch|veganer|veganerin|vegetarier|glutenfrei|laktosefrei"
    "|allergie|nussallergie|allergisch|nichtraucher|in der naehe"
    "|wir haben|ich habe|wir bringen|wir brauchen|am rand|fensterplatz"
    "|einen fensterplatz|fenstertisch|terrasse|aussenbereich|innenbereich"
    "|balkon|wintergarten|geburtstag|wir feiern|hochzeitstag|jubilaeum"
    "|einer von uns|eine von uns|zwei von uns|einer ist|eine ist"
    "|moeglichst|am liebsten|gerne am|gerne draussen|gerne drinnen"
    "|wenn moeglich|hund|hunde|kinderwagen|separee|nische|ecke|eckplatz"
    "|ecktisch|schoene aussicht|meeresblick|seeblick|parkplatz"
    "|upstairs|downstairs|ground floor|upper floor|oben|im erdgeschoss"
    "|under the|heater|heated|kids menu|early dinner|pet friendly|pets";
static const char no_wishes[] = "on the afternoon|on the evening"
    "|on the morning|on the night|in the evening|in the morning|in the name"
    "|in the afternoon|on the phone|on the name|with them|with me|on the day"
    "|mit dem namen|in the city|in the restaurant|in the area|on the way"
    "|in the week|with a party|with a reservation|with a table|in the next"
    "|on the weekend|on the first|on the last|on the same|on the following"
    "|in der woche|in der stadt|auf der suche|mit einer reservierung"
    "|with us|with my|mit mir|mit uns|on the reservation|on the booking"
    "|in the meantime|in the centre|in the center|with my wife|with friends"
    "|we have a reservation|i have a reservation|i have a booking"
    "|we have a booking|i have a table|wir haben eine reservierung"
    "|ich habe eine reservierung|we have a table|we have booked"
    "|with mi|in the next|in the future|with you|in the near|with the name"
    "|in the neighborhood|in the neighbourhood|close to home|near the end"
    "|bring forward|in the old town|in the mood|i have to|we have to"
    "|wir haben einen tisch|ich habe einen tisch|with another|with two"
    "|with one|with dinner|with lunch|mit meinen|mit meiner|mit meinem"
    "|with our|mit unseren|with your";
/* And so do words that begin like these: "glutenfreie", "allergies". */
static const char *const stems[] = {
    "glutenfrei", "laktosefrei", "vegan", "vegetari", "allerg", "rollstuhl",
    "kinderst", "kinderwagen", "kindersitz", "hochstuhl", "hochstuehl",
    "fensterp", "terrass", "geburtstag", "hochzeitstag", "barrierefrei",
    "ruhige", "nichtraucher", "birthday", "wheelchair", "highchair",
    "graduation", "stroller", "pescatarian", "jubilaeum", "abschluss"
};

/* "Mit den Schwiegereltern": who comes along is no wish. */
static bool is_company(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "mit|with");

    n += n ? words_match(ws, i + n, "the|der|den|dem|a|an|einer|einem|my|our"
        "|meiner|meinen|meinem|unseren|some|ein paar|zwei|drei|two|three") : 0;
    return n && words_match(ws, i + n, "schwiegereltern|freunden|freund"
        "|freundin|familie|kindern|kollegen|kollegin|eltern|chef|kunden"
        "|oma|opa|enkeln|leuten|in - laws|inlaws|family|kids|children"
        "|colleagues|clients|client|friends|friend|boss|parents|wife"
        "|husband|board|staff|crew|group|ceo|cfo|investors|mother|father|sister"
        "|brother|mum|dad|mutter|vater|schwester|bruder|tochter|sohn|frau"
        "|mann|neighbours|nachbarn|girlfriend|boyfriend|partner|girls|boys"
        "|team|guys|mates");
}

static size_t opens(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, wish_words);

    /* "No seafood", "keine Nüsse"; but not "no, wait". */
    if (!n && words_match(ws, i, "no|kein|keine|keinen") && words_at(ws, i
        + 1)->kind == WORD_LETTERS && !words_match(ws, i + 1, "wait|sorry"
        "|problem|rush|idea|thanks|thank|more|later|earlier|need|one|longer"
        "|matter|i|it|we|make|actually|hurry|worries|way|reservation|table"
        "|booking|good|doubt|name|preference|idee|ahnung|problem|tisch"
        "|reservierung|stress|eile|before|after|change|not|better|lieber"
        "|don't|please|special|wish|wishes|sonderwunsch|can|come"))
        n = 2;
    for (size_t k = 0; !n && k < sizeof stems / sizeof *stems; k++)
        n = strncmp(words_at(ws, i)->low, stems[k], strlen(stems[k])) == 0;
    return n;
}

static const char wish_ends[] = "please|bitte|but|aber|under|unter|danke"
    "|thanks|thank|call|name|at|bei|ref|reference|my name|mein name|table"
    "|tisch|tomorrow|today";

/* Is there more in it than "with a"? */
static bool has_content(const struct words *ws, size_t i, size_t n)
{
    static const char empty[] = "a|an|the|my|our|with|by|in|on|at|and|for|to"
        "|of|it's|it|is|no|if|mit|auf|im|am|der|die|das|ein|eine|einen|we"
        "|have|possible|preferably|wir|haben|somewhere|one|us|i|ich|habe"
        "|wenn|moeglich|gerne|moeglichst|liebsten|dem|den|von|uns|einer"
        "|booking|reservation|brauchen|bring|near|reservierung|ist|moechten"
        "|table|tisch|restaurant|from|now|then|that|this|would|be|great"
        "|wish|where|zwei|two|three|it's for|people|feiern|celebrating"
        "|celebrate|celebrating|naehe|nearby";

    for (size_t k = 0; k < n; k++)
        if (words_at(ws, i + k)->kind == WORD_LETTERS
            && !words_match(ws, i + k, empty))
            return true;
    return false;
}

/* Does the wish stop before word i?  It goes on over "and" when what comes is
 * no wish by itself and nothing that was understood already. */
static bool stops(const struct reading *r, size_t i, size_t from)
{
    const struct words *ws = &r->ws;

    if (r->used[i] || words_match(ws, i, wish_ends))
        return true;
    if (words_at(ws, i)->kind == WORD_MARK)
        return !(words_match(ws, i, "-|/|'|&") && words_at(ws, i)->glued);
    return i > from && words_match(ws, i, "and|und");
}

void request_find_wishes(struct reading *r)
{
    const struct words *ws = &r->ws;
    struct plan *p = r->plan;
    size_t n, open, tail;

    for (size_t i = 0; i < ws->n; i += n ? n : 1) {
        n = 0;
        open = opens(ws, i);
        if (r->used[i] || !open || words_match(ws, i, no_wishes)
            || is_company(ws, i)
            || p->wishes == PLAN_WISHES)
            continue;
        while (i + n < ws->n && (n < open ? !r->used[i + n]
            : !stops(r, i + n, i)))
            n++;
        /* "A window table": the noun may close a wish. */
        tail = n && words_match(ws, i + n, "table|tisch|seat|seats")
            && !r->used[i + n] ? 1 : 0;
        if (has_content(ws, i, n) && text_copy(p->wish[p->wishes], PLAN_TEXT,
            words_span(ws, i, n + tail)))
            p->wishes++;
        n += tail;
    }
}
