/* request_names.c - what a name is, in large letters and in small. */
#include <string.h>

#include "agent/party.h"
#include "agent/request_impl.h"
#include "base/text.h"

#define LONGEST 14              /* words and marks of a name */

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
static const char inner_words[] = "on|of the|in the|on the|of|the|and|de la|de"
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
    "|vegetarier|vegetarierin|veganer|veganerin|diabetiker|diabetikerin"
    "|vorschlag|idee|tipp|empfehlung|frage|rez|reso|zeit|nachricht|gruss"
    "|gruesse|dank|allergiker|aussicht"
    "|aussenbereich|innenbereich|ruhe|restaurants|lokal|sitzplaetze"
    "|leut|zmittag|znacht|zmorge|hochzeitstag|jubilaeum"
    "|feier|party|reservation"
    "|anruf|gast|wunsch"
    "|code|ref|please|thanks|for|at|on|my|we|our|is|can|could|mr|mrs|ms";
static const char streets[] = "street|st|road|rd|avenue|ave|square|lane"
    "|boulevard|blvd|strasse|platz|gasse|allee|weg|str|drive|way|row|quay";

bool request_is_noun(const struct words *ws, size_t i)
{
    static const char *const tails[] = {"fruehstueck", "mittagessen",
        "abendessen", "feier", "essen", "menue"};
    const char *low = words_at(ws, i)->low;
    size_t len = strlen(low);

    for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
        size_t n = strlen(tails[k]);

        if (len > n && !strcmp(low + len - n, tails[k]))
            return true;
    }
    return words_match(ws, i, plain_nouns) > 0;
}

bool request_is_stop(const struct words *ws, size_t i)
{
    return words_match(ws, i, stop_words) > 0;
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
bool request_is_street(const struct words *ws, size_t i)
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

/* What a house is, before what it is called: "Haus zum Ruden", "Wirtshaus in
 * der Au". */
bool request_is_house(const struct words *ws, size_t i)
{
    return words_match(ws, i, "haus|gasthaus|gasthof|hotel|zunfthaus"
            "|restaurant|wirtshaus|cafe|brauhaus|landhaus|pension|wirtschaft"
            "|taverne|schenke|stube|hof|schloss|weinstube|weinhaus|kneipe"
            "|trattoria|osteria|pizzeria|landgasthof|brauerei|brasserie") > 0;
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

    while (i + n < ws->n && n < LONGEST) {
        const struct word *w = words_at(ws, i + n);

        if (n && request_starts_other(r, i + n))
            break;
        if (w->kind == WORD_LETTERS && is_large(w)) {
            if (request_is_noun(ws, i + n))
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
            || (n && request_is_house(ws, i + n - 1) && (inner = words_match(ws,
            i + n, "in der|bei der|auf der|unter den|an den")) != 0)) {
            if (!n || !is_large(words_at(ws, i + n + inner))
                || (words_match(ws, i + n, "on") && words_match(ws, i + n
                + inner, "january|february|march|april|may|june|july|august"
                "|september|october|november|december|jan|feb|mar|apr|jun"
                "|jul|aug|sep|sept|oct|nov|dec"))
                || request_is_noun(ws, i + n + inner)
                || request_is_street(ws, i + n + inner)
                || request_starts_other(r, i + n + inner))
                break;
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

size_t request_any_name(struct reading *r, size_t i, size_t most,
    struct slice *name)
{
    const struct words *ws = &r->ws;
    size_t n = quoted(ws, i, name), the;

    if (n)
        return n;
    if (words_match(ws, i, "i") && words_at(ws, i + 1)->capital) {
        n = request_capital_name(r, i + 1);     /* "I Sodi" */
        *name = words_span(ws, i, n + 1);
        return n ? n + 1 : 0;
    }
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
