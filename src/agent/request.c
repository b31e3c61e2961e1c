/* request.c - what someone wants, understood from a sentence by a grammar.
 *
 * One walk over the words.  At each word the finders are asked in turn, the
 * surest first; what one of them understood is marked as used, so that no
 * word counts twice.  Wishes are looked for last, in what is left.
 */
#include "agent/request.h"

#include <string.h>

#include "agent/moment.h"
#include "agent/party.h"
#include "agent/words.h"
#include "base/text.h"

struct reading {
    struct words ws;
    bool used[WORDS_MAX];
    struct date today;
    enum day_part part;
    struct date date;           /* year 0: none */
    bool clash;                 /* two dates that do not fit each other */
    int time, time_to;          /* minutes after midnight; -1: none */
    bool nobody;                /* a party of none */
    struct plan *plan;
};

static const char stop_words[] = "for|on|at|tomorrow|today|tonight|next|this"
    "|under|with|in|by|from|to|please|about|around|after|before|between|if"
    "|that|and|but|because|so|i|we|they|is|are|my|the name|table|reservation"
    "|booking|dinner|lunch|breakfast|brunch|tisch|reservierung|um|fuer"
    "|am|auf|bitte|gegen|ab|nach|zwischen|unter|mit|heute|morgen|einen|eine"
    "|ob|und|zu|ein|an|abend|when|who|it|party|people|persons|personen|near"
    "|outside|inside|preferably|via|using|number|phone|or|as|bei|im|beim"
    "|has|have|does|do|can|could|would|will|whether|what|which|how";

/* Small words that may stand inside a name: "House of Curry". */
static const char inner_words[] = "of|the|and|de|la|le|les|di|da|du|del|della"
    "|dei|zum|zur|zu|am|an|der|den|dem|und|y|el|al|i|et|en|in|im|on|by|von"
    "|van|for|aux|au|of the|in the|on the";

/* Behind "at": places that are no restaurant's name. */
static const char no_names[] = "the window|the bar|the counter|the terrace"
    "|the back|the front|the same|the latest|the earliest|the moment"
    "|a|an|my|our|your|their|home|least|most|once|around|about|any|some"
    "|night|lunch|lunchtime|dinner|dinnertime|breakfast|that|this|which|it"
    "|them|their|noon|midnight|first|all|work|what|one of|either|restaurant"
    "|the restaurant|die nummer|der nummer|meinem|meiner|einem|einer|diesem"
    "|freien|januar|garten|fenster|namen|sommer";

/* ---- help ---- */

static void mark(struct reading *r, size_t i, size_t n)
{
    for (; n && i < r->ws.n; n--, i++)
        r->used[i] = true;
}

static bool is_mark(const struct words *ws, size_t i)
{
    return words_at(ws, i)->kind == WORD_MARK;
}

/* Does a date, an hour or a party begin here?  A name ends before it. */
static bool starts_other(struct reading *r, size_t i)
{
    struct clock_time a, b;
    struct date d;
    bool clash;
    int people;

    return moment_date(&r->ws, i, r->today, &d, &clash)
        || moment_time(&r->ws, i, r->part, &a, &b)
        || party_at(&r->ws, i, &people);
}

/* ---- names of places and people ---- */

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

/* A name written with capitals, from i on. */
static size_t capital_name(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t n = 0, inner, last = 0;

    while (i + n < ws->n) {
        const struct word *w = words_at(ws, i + n);

        if (n && starts_other(r, i + n))
            break;
        if (w->kind == WORD_LETTERS && w->capital) {
            if (n && words_match(ws, i + n, "tisch|table|person|personen"))
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
            && words_at(ws, i + n + inner)->capital) {
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
            || starts_other(r, i + n))
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

static size_t find_restaurant(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, "at the restaurant|at restaurant|at|bei"
        " der|bei dem|bei|beim restaurant|beim|im restaurant"), n;
    bool weak = false;
    struct slice name = {NULL, 0};

    if (!lead) {
        /* These want a capital behind them: "with Luigi's", "im Adler". */
        lead = words_match(ws, i, "restaurant|with|im|in der|in den|from"
            "|in the|to|into|call|phone|ring|contact|book|reserve|cancel"
            "|rufe|ruf|for");
        weak = true;
        if (words_match(ws, i, "from|to|for|into") && r->plan->intent
            != PLAN_CHANGE && r->plan->intent != PLAN_CANCEL)
            return 0;
    }
    if (!lead || r->plan->restaurant[0])
        return 0;
    if (words_match(ws, i + lead, no_names) || starts_other(r, i + lead)
        || words_at(ws, i + lead)->kind == WORD_DIGITS)
        return 0;
    if (weak && !words_at(ws, i + lead)->capital
        && !words_match(ws, i + lead, "\"|'") && !(words_match(ws, i + lead,
        "the") && words_at(ws, i + lead + 1)->capital))
        return 0;
    if (words_match(ws, i + lead, "the name|mr|mrs|ms|herr|frau|i"))
        return 0;
    n = any_name(r, i + lead, 5, &name);
    if (!n)
        return 0;
    text_copy(r->plan->restaurant, PLAN_TEXT, name);
    return lead + n;
}

static size_t find_name(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, "under the name of|under the name"
        "|in the name of|on the name of|in the name|the name is"
        "|the name's|the name should be|name is|my name's|for the name"
        "|name :|name|under|auf den namen|unter dem namen|unter"
        "|mein name ist|ich heisse|auf den name"), n;
    struct slice name = {NULL, 0};

    if (!lead) {
        lead = words_match(ws, i, "for mr|for mrs|for ms|for dr|fuer herrn"
            "|fuer herr|fuer frau");
        if (!lead)
            return 0;
        lead = 1;
        n = capital_name(r, i + lead);
        name = words_span(ws, i + lead, n);
    } else {
        bool name_word = words_match(ws, i, "under|unter") == 0;

        if (!name_word && !words_at(ws, i + lead)->capital
            && (words_match(ws, i + lead, stop_words)
            || words_at(ws, i + lead)->kind != WORD_LETTERS))
            return 0;
        if (starts_other(r, i + lead) || words_match(ws, i + lead, "the|a"))
            return 0;
        n = any_name(r, i + lead, 1, &name);
    }
    if (!n || r->plan->name[0])
        return 0;
    text_copy(r->plan->name, PLAN_TEXT, name);
    return lead + n;
}

/* ---- numbers ---- */

/* "+1 (555) 123-0000": digits in groups, joined by what people put there. */
static size_t digit_groups(const struct words *ws, size_t i, char *out,
    size_t cap, size_t *digits)
{
    size_t n = 0, last = 0, len = 0;

    *digits = 0;
    if (words_match(ws, i, "+")) {
        out[len++] = '+';
        n = 1;
    }
    for (; i + n < ws->n; n++) {
        const struct word *w = words_at(ws, i + n);

        if (w->kind == WORD_DIGITS) {
            if (len + w->text.len >= cap)
                break;
            memcpy(out + len, w->text.ptr, w->text.len);
            len += w->text.len;
            *digits += w->text.len;
            last = n + 1;
        } else if (!words_match(ws, i + n, "-|(|)|/")
            && !(words_match(ws, i + n, ".") && w->glued
            && words_at(ws, i + n + 1)->glued)) {
            break;
        }
    }
    out[len] = 0;
    return last;
}

static size_t find_phone(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, "phone number is|phone number|telephone"
        "|phone|tel .|tel|number is|number|call|dial|ring|at|telefon|nummer"
        "|rufnummer|unter|ruf|rufe|waehle|on"), digits, n;
    bool dialled = words_match(ws, i, "call|dial|phone|ring|ruf|rufe|waehle");
    char text[24];

    lead += lead ? words_match(ws, i + lead, ":|the number") : 0;
    if (!words_match(ws, i + lead, "+|(") && words_at(ws, i + lead)->kind
        != WORD_DIGITS)
        return 0;
    n = digit_groups(ws, i + lead, text, sizeof text, &digits);
    if (!n || r->plan->phone[0])
        return 0;
    if (text[0] == '+' ? digits < 3 : digits < 7 && !(dialled && n == 1
        && digits >= 2 && !starts_other(r, i + lead)))
        return 0;
    if (text[0] != '+' && !lead && !words_match(ws, i, "(")
        && text[0] != '0' && digits < 10)
        return 0;
    text_copy(r->plan->phone, sizeof r->plan->phone, slice_str(text));
    return lead + n;
}

/* Letters, digits and dashes written in one piece: "AB-12CD". */
static size_t glued_code(const struct words *ws, size_t i, char *out,
    size_t cap)
{
    size_t n = 0, len = 0, digits = 0;

    while (i + n < ws->n && (n == 0 || words_at(ws, i + n)->glued)) {
        struct slice t = words_at(ws, i + n)->text;
        bool dash = words_match(ws, i + n, "-|/")
            && words_at(ws, i + n + 1)->glued;

        if ((is_mark(ws, i + n) && !dash) || len + t.len >= cap)
            break;
        for (size_t k = 0; k < t.len; k++) {
            uint8_t c = byte_lower(t.ptr[k]);

            out[len++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
        }
        digits += words_at(ws, i + n)->kind == WORD_DIGITS;
        n++;
    }
    out[len] = 0;
    return digits && len >= 3 ? n : 0;
}

static size_t find_reference(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t what = words_match(ws, i, "confirmation|reservation|booking"
        "|reference|ref .|ref|bestaetigungsnummer|reservierungsnummer"
        "|buchungsnummer|bestaetigungscode|buchungscode|referenznummer"
        "|referenz"), noun, n;
    char code[32];

    if (!what || r->plan->reference[0])
        return 0;
    noun = words_match(ws, i + what, "number|code|no .|no|nr .|nr|id|nummer");
    noun += words_match(ws, i + what + noun, "is|:|ist|lautet|#");
    if (starts_other(r, i + what + noun) && !noun)
        return 0;
    n = glued_code(ws, i + what + noun, code, sizeof code);
    if (!n && noun)
        n = words_code(ws, i + what + noun, code, sizeof code);
    if (!n || strlen(code) < 3)
        return 0;
    text_copy(r->plan->reference, sizeof r->plan->reference,
        slice_str(code));
    return what + noun + n;
}

/* ---- moments and people ---- */

static size_t find_date(struct reading *r, size_t i)
{
    struct date d;
    bool clash;
    size_t n = moment_date(&r->ws, i, r->today, &d, &clash);

    if (!n)
        return 0;
    r->clash = r->clash || clash;
    /* Of a change the last date is the new one. */
    if (r->date.year == 0 || r->plan->intent == PLAN_CHANGE)
        r->date = d;
    else if (date_days(r->date) != date_days(d))
        r->clash = true;
    return n;
}

static size_t find_time(struct reading *r, size_t i)
{
    struct clock_time from, to;
    bool change = r->plan->intent == PLAN_CHANGE;
    int people;
    size_t lead = change ? words_match(&r->ws, i, "to|auf") : 0;
    size_t n = moment_time(&r->ws, i, r->part, &from, &to);

    if (!n && lead && !party_at(&r->ws, i + lead, &people)) {
        n = moment_hour(&r->ws, i + lead, r->part, &from);
        to.hour = -1;
        n += n ? lead : 0;
    }
    if (n && (r->time < 0 || change)) {
        r->time = from.hour * 60 + from.minute;
        r->time_to = to.hour < 0 ? -1 : to.hour * 60 + to.minute;
    }
    return n;
}

static size_t find_party(struct reading *r, size_t i)
{
    int people = 0;
    size_t n = party_at(&r->ws, i, &people);

    if (n && (r->plan->party == 0 || r->plan->intent == PLAN_CHANGE)) {
        r->plan->party = people;
        r->nobody = people == 0;
    }
    return n;
}

/* ---- wishes ---- */

static const char wish_words[] = "by the|near the|next to|close to"
    "|at the window|at the bar|at the counter|at the back|in the|on the"
    "|outside|outdoors|outdoor|inside|indoors|indoor|a quiet|quiet|with a"
    "|with an|with|without|window seat|window table|a window|a booth|booth"
    "|a high chair|high chair|highchair|two high chairs|wheelchair|vegan"
    "|vegetarian|gluten|nut allergy|allergic|allergy|lactose|halal|kosher"
    "|it's my|it is my|it's our|it's a|birthday|anniversary|non|no smoking"
    "|terrace|patio|dog friendly|we have|we bring|we will bring|away from"
    "|facing|preferably|if possible|a corner|corner table|one of us"
    "|one person|am fenster|am kamin|im garten|im freien|im innenbereich"
    "|auf der|draussen|drinnen|mit|ohne|ruhig|ruhiger|ruhigen|kinderstuhl"
    "|einen kinderstuhl|hochstuhl|rollstuhl|rollstuhlgerecht|vegetarisch"
    "|nichtraucher|in der naehe|wir haben|wir bringen|am rand|near a"
    "|near an|by a|next to a|somewhere|a table outside|a view";
static const char no_wishes[] = "in the evening|in the morning|in the name"
    "|in the afternoon|on the phone|on the name|with them|with me|on the day"
    "|mit dem namen|in the city|in the restaurant|in the area|on the way"
    "|in the week|with a party|with a reservation|with a table|in the next";
static const char wish_ends[] = "please|bitte|and|und|but|aber|under|unter"
    "|danke|thanks|thank|call";

/* Is there more in it than "with a"? */
static bool has_content(const struct words *ws, size_t i, size_t n)
{
    static const char empty[] = "a|an|the|my|our|with|by|in|on|at|and|for|to"
        "|of|it's|it|is|no|if|mit|auf|im|am|der|die|das|ein|eine|einen|we"
        "|have|possible|preferably|wir|haben|somewhere";

    for (size_t k = 0; k < n; k++)
        if (words_at(ws, i + k)->kind == WORD_LETTERS
            && !words_match(ws, i + k, empty))
            return true;
    return false;
}

static void find_wishes(struct reading *r)
{
    const struct words *ws = &r->ws;
    struct plan *p = r->plan;
    size_t n, open;

    for (size_t i = 0; i < ws->n; i += n ? n : 1) {
        n = 0;
        open = words_match(ws, i, wish_words);
        if (r->used[i] || !open || words_match(ws, i, no_wishes)
            || p->wishes == PLAN_WISHES)
            continue;
        while (i + n < ws->n && !r->used[i + n]
            && (n < open || !words_match(ws, i + n, wish_ends))
            && (!is_mark(ws, i + n) || (words_match(ws, i + n, "-|/|'|&")
            && words_at(ws, i + n)->glued)))
            n++;
        if (has_content(ws, i, n) && text_copy(p->wish[p->wishes], PLAN_TEXT,
            words_span(ws, i, n)))
            p->wishes++;
    }
}

/* ---- the whole ---- */

/* A table or what is like it. */
static const char table_words[] = "table|tables|reservation|tisch|reservierung"
    "|dinner|lunch|breakfast|brunch|seats|abendessen|mittagessen|a spot"
    "|platz|plaetze";

/* The verbs alone; what was found decides between the rest. */
static enum plan_intent first_intent(const struct words *ws)
{
    if (words_have(ws, 0, ws->n, "cancel|cancelling|canceling|call off"
        "|storniere|stornieren|storno|absagen|sag|sage|cancellation|annulliere")
        && !words_have(ws, 0, ws->n, "don't cancel|cancellation policy"))
        return PLAN_CANCEL;
    if (words_have(ws, 0, ws->n, "change|move|reschedule|postpone|modify|push"
        "|verschieben|verschiebe|verlegen|verlege|aendern|aendere|umbuchen"
        "|update my|instead of my|bring forward|shift")
        && words_have(ws, 0, ws->n, "reservation|booking|table|reservierung"
        "|buchung|tisch|it|dinner|lunch|appointment|termin|my|our"))
        return PLAN_CHANGE;
    if (words_have(ws, 0, ws->n, "book|reserve|reserving|booking|buche|buchen"
        "|reserviere|reservieren|bestell|bestelle"))
        return PLAN_RESERVE;
    return PLAN_NONE;
}

static enum plan_intent last_intent(const struct words *ws,
    const struct reading *r, enum plan_intent first)
{
    const struct plan *p = r->plan;
    bool call = words_have(ws, 0, ws->n, "call|phone|ring|dial|ask|tell|ruf"
        "|rufe|anrufen|frag|frage|waehle|find out|check with");
    bool search = words_have(ws, 0, ws->n, "find|search|look for|looking for"
        "|recommend|suggest|which|where|what|suche|such|finde|empfiehl|wo"
        "|show me|any good|know a");
    bool table = words_have(ws, 0, ws->n, table_words);
    bool moment = r->date.year || r->time >= 0;

    if (first != PLAN_NONE)
        return first;
    if (call && !(table && p->party && moment))
        return PLAN_CALL;
    if (search && !p->restaurant[0])
        return PLAN_SEARCH;
    if ((table && (p->restaurant[0] || p->party || moment))
        || (p->party && moment) || (p->restaurant[0] && moment))
        return PLAN_RESERVE;
    if (table && words_have(ws, 0, ws->n, "need|want|like|get|have|brauche"
        "|moechte|haette|will"))
        return PLAN_RESERVE;
    return search ? PLAN_SEARCH : call || p->phone[0] ? PLAN_CALL
        : PLAN_NONE;
}

static void walk(struct reading *r)
{
    static size_t (*const finders[])(struct reading *, size_t) = {
        find_reference, find_name, find_date, find_phone, find_party,
        find_time, find_restaurant
    };
    size_t n;

    for (size_t i = 0; i < r->ws.n; i += n ? n : 1) {
        n = 0;
        for (size_t k = 0; n == 0 && k < sizeof finders / sizeof *finders;
            k++)
            n = finders[k](r, i);
        mark(r, i, n);
    }
}

static void put_time(char dst[static 6], int minutes)
{
    if (minutes >= 0)
        text_fmt(dst, 6, "%02d:%02d", minutes / 60 % 24, minutes % 60);
}

static void put_date(char dst[static 11], struct date d)
{
    struct buf b;

    buf_over(&b, dst, 10);
    date_add(&b, d);
    dst[buf_ok(&b) ? 10 : 0] = 0;
}

void request_read(struct slice text, const struct request_now *now,
    struct plan *out)
{
    struct reading r = {.plan = out, .time = -1, .time_to = -1};

    plan_clear(out);
    out->blocked = guard_text(text);
    if (out->blocked != PLAN_FINE)
        return;
    r.today = date_civil(now->wall, now->offset).date;
    words_split(&r.ws, text);
    r.part = moment_part(&r.ws, 0, r.ws.n);
    out->intent = first_intent(&r.ws);
    walk(&r);
    find_wishes(&r);
    out->intent = last_intent(&r.ws, &r, out->intent);
    if (r.date.year && !r.clash)
        put_date(out->date, r.date);
    put_time(out->time, r.time);
    put_time(out->time_to, r.time_to);
    /* Nobody is no party: it is refused, not forgotten. */
    if (r.nobody)
        out->blocked = PLAN_PARTY_SIZE;
    plan_check(out, now);
}
