/* dialog_hear.c - the owner's words, read with what was asked before them.
 *
 * The grammar reads whole requests.  In a conversation people say "4", "at 8",
 * "Luigi's", "the second one": these mean what the question was about.
 */
#include "agent/dialog_impl.h"

#include <string.h>

#include "agent/moment.h"
#include "agent/party.h"
#include "base/text.h"

#define NAME_WORDS 6            /* of an answer that is a place's name */

static const char yes_words[] = "that would be great|that would be lovely"
    "|that would be perfect|that'd be great|lovely|wonderful|excellent"
    "|brilliant|why not|sounds perfect|works for me|that works|sehr gut"
    "|wunderbar|perfekt|prima|toll|unbedingt|auf jeden fall|natuerlich"
    "|selbstverstaendlich|jo|jap|freilich|logisch|a lot|very much|vielen"
    "|so much|passt so|yes|yeah|yep|yup|sure|of course|ok|okay|k"
    "|please do|please|do it|do that|do so|go ahead|go on|go for it|call them"
    "|call him|call her|call there|call|sounds good|sounds great|correct"
    "|that's right|that is right|that's correct|right|perfect|fine|great|good"
    "|absolutely|definitely|exactly|thanks|thank you|y|book it|confirm"
    "|confirmed|ja|jawohl|jep|gerne|gern|genau|mach das|machen sie das|passt"
    "|stimmt"
    "|richtig|ruf an|ruf da an|rufen sie an|bitte|danke|klar|in ordnung|super"
    "|einverstanden|si|oui|now|that|it|then|and|alright|all right|with that"
    "|dann|das|mal|doch|so|let's do it|let's go|you may|you can|for me";
static const char yes_needed[] = "that would be great|that would be lovely"
    "|that would be perfect|that'd be great|lovely|wonderful|excellent"
    "|brilliant|why not|sounds perfect|works for me|that works|sehr gut"
    "|wunderbar|perfekt|prima|toll|unbedingt|auf jeden fall|natuerlich"
    "|selbstverstaendlich|jo|jap|freilich|logisch|yes|yeah|yep|yup|sure"
    "|of course|ok|okay|k"
    "|do it|do that|please do|go ahead|go on|go for it|call|call them"
    "|sounds good|sounds great|correct|that's right|that is right"
    "|that's correct|right|perfect|fine|great|good|absolutely|definitely"
    "|exactly|y|book it|confirm|confirmed|ja|jawohl|jep|gerne|gern|genau"
    "|mach das|machen sie das|passt|stimmt|richtig|ruf an|ruf da an"
    "|rufen sie an|klar|in ordnung|super|einverstanden|si|oui|alright"
    "|all right|let's do it|let's go";
static const char no_words[] = "no|nope|nah|n|don't|do not|dont|stop|cancel"
    "|abort|cancel that|cancel it|never mind|nevermind|forget it|forget that"
    "|forget about it|not now|leave it|nein|ne|nicht|lass es|lassen sie es"
    "|vergiss es|abbrechen|doch nicht|egal|call|it|that|please|thanks"
    "|thank you|bitte|danke|lieber|anrufen|them|then|don't call|do not call"
    "|actually|sorry|better";
static const char no_needed[] = "no|nope|nah|n|don't|do not|dont|stop|cancel"
    "|abort|never mind|nevermind|forget it|forget that|forget about it"
    "|not now|leave it|nein|ne|nicht|lass es|lassen sie es|vergiss es"
    "|abbrechen|doch nicht";
static const char again_words[] = "the same again|same again|the same as"
    "|same as last time|the same as last time|like last time|the usual"
    "|repeat that|the same table|the same thing|the same booking|do it again"
    "|nochmal dasselbe|noch einmal dasselbe|dasselbe|das gleiche|wie letztes"
    " mal|wie immer|book it again|book that again|same place|the same place";
static const char show_words[] = "my bookings|my reservations|my calls"
    "|what have i booked|what did i book|what did you book|what is booked"
    "|what's booked|which bookings|any bookings|meine reservierungen"
    "|meine buchungen|was ist gebucht|was habe ich gebucht"
    "|was ist reserviert|was habe ich reserviert|welche reservierungen"
    "|habe ich eine reservierung|habe ich reserviert|have i got a booking"
    "|do i have a booking|do i have a reservation|do i have any";
static const char make_words[] = "instead|rather|make it|make that|change it"
    "|change that|lieber|stattdessen|doch|actually|no|not|sorry|i meant";

/* Are all words in the list, marks aside, and one of them needed? */
static bool is_only(const struct words *ws, const char *list,
    const char *needed)
{
    size_t i = 0, n;
    bool found = false;

    while (i < ws->n) {
        if (words_at(ws, i)->kind == WORD_MARK) {
            i++;
            continue;
        }
        n = words_match(ws, i, list);
        if (!n)
            return false;
        found = found || words_match(ws, i, needed);
        i += n;
    }
    return found;
}

/* "No thanks, we changed our minds": a no that gives its reason.  A yes does
 * not: what comes behind it may be a condition. */
static bool is_reasoned_no(const struct words *ws)
{
    size_t n = words_match(ws, 0, "no thanks|no thank you|no|nope|nein danke"
        "|nein|nah|nee|ne|stop|stopp|never mind");

    return n && !words_match(ws, n, "wait|sorry|problem|worries|rush|i mean")
        && !words_have(ws, n, ws->n, "?|but|instead|rather|make it|sondern"
        "|lieber|stattdessen|doch|aber|change|better|besser|let's do|let's"
        "|yes|ja|try|how about|call|book|reserve|name|under|called|heisst");
}

/* ---- short answers ---- */

struct hearing {
    struct words ws;
    bool used[WORDS_MAX];
    struct date today;
    enum day_part part;
    struct plan *said;
    const struct plan *plan;    /* what is known already */
};

static void mark(struct hearing *h, size_t i, size_t n)
{
    for (; n && i < h->ws.n; n--, i++)
        h->used[i] = true;
}

static void put_time(struct plan *p, const struct clock_time *t)
{
    text_fmt(p->time, sizeof p->time, "%02d:%02d", t->hour, t->minute);
    p->time_to[0] = 0;
}

/* What a request says in whole phrases is the grammar's; a number alone is
 * looked at last. */
static void mark_phrases(struct hearing *h)
{
    struct clock_time from, to;
    struct date d;
    bool clash;
    int people;
    size_t n;

    for (size_t i = 0; i < h->ws.n; i += n ? n : 1) {
        n = moment_date(&h->ws, i, h->today, &d, &clash);
        if (n == 0 && h->said->party)
            n = party_at(&h->ws, i, &people);
        if (n == 0 && h->said->time[0])
            n = moment_time(&h->ws, i, h->part, &from, &to);
        mark(h, i, n);
    }
}

/* "Make it five" of four people at half past seven: what it is nearer to, in
 * hours and people.  The number that stands already was not meant. */
static bool nearer_party(const struct plan *p, int people,
    const struct clock_time *t)
{
    int hour = 0, minute = 0, off;

    if (!p->party || people == p->party
        || date_parse_time(slice_str(p->time), &hour, &minute))
        return false;
    off = (t->hour - hour) * 60 + t->minute - minute;
    people = people > p->party ? people - p->party : p->party - people;
    return people * 60 < (off < 0 ? -off : off);
}

/* "4": people where these are wanted, an hour where that is; of a plan that
 * has both the nearer one, which the next question shows. */
static bool take_number(struct hearing *h, size_t i, bool correct)
{
    bool party = h->plan->intent != PLAN_NONE && !h->plan->party
        && !h->said->party;
    bool time = !h->plan->time[0] && !h->said->time[0];
    struct clock_time t;
    int people;
    size_t n = words_number(&h->ws, i, &people);

    if (n == 0 || words_at(&h->ws, i + n)->kind == WORD_DIGITS)
        return false;
    if (party && people > 0 && !words_match(&h->ws, i + n, ":|uhr|am|pm")) {
        h->said->party = people;
        mark(h, i, n);
        return true;
    }
    n = time || (correct && !h->said->time[0] && !h->said->party)
        ? moment_hour(&h->ws, i, h->part, &t) : 0;
    if (n == 0)
        return false;
    if (!time && t.bare && people > 0 && nearer_party(h->plan, people, &t))
        h->said->party = people;
    else
        put_time(h->said, &t);
    mark(h, i, n);
    return true;
}

/* An hour said as one: "7:30", "noon", "half past eight". */
static bool take_hour(struct hearing *h, size_t i)
{
    struct clock_time t;
    size_t n = h->said->time[0] ? 0 : moment_hour(&h->ws, i, h->part, &t);

    if (n == 0 || t.bare)
        return false;
    put_time(h->said, &t);
    mark(h, i, n);
    return true;
}

static void take_numbers(struct hearing *h, bool correct)
{
    for (size_t i = 0; i < h->ws.n; i++)
        if (!h->used[i] && !take_hour(h, i))
            take_number(h, i, correct);
}

/* The place was asked for: what is left is its name, if it is short and no
 * question. */
static void take_name(struct hearing *h)
{
    static const char lead[] = "it's called|it is called|they're called"
        "|the place is called|its name is|es heisst|das heisst|heisst"
        "|der laden heisst|at a place called|at a restaurant called"
        "|a place called|a restaurant called|called|named|the one in"
        "|the one at|the one on|der in|die in|das in|at the restaurant"
        "|at restaurant|at|bei|in|im|the place is|it's|it is|to"
        "|the restaurant is|restaurant|beim|then|dann|ok|okay|well|so|try"
        "|how about|what about|let's do|let's try|let's go to|then let's do"
        "|then let's try|dann eben|dann doch|dann bei|nehmen wir|wie waere es"
        " mit|und bei|ins";
    static const char never[] = "what|which|who|where|why|how|can|could|do"
        "|does|is|are|i|you|tell|hello|hi|hey|thanks|thank you|was|wer|wo"
        "|wie|hallo|help|please|ignore|just|go|let|make|yes|no|ok|sure";
    size_t from = words_match(&h->ws, 0, lead), end = from;

    from += words_match(&h->ws, from, ",");
    end = from;
    if (words_match(&h->ws, from, never)
        || words_at(&h->ws, from)->kind == WORD_DIGITS)
        return;
    while (end < h->ws.n && !h->used[end] && (words_at(&h->ws, end)->kind
        != WORD_MARK || words_at(&h->ws, end)->glued)
        && !words_match(&h->ws, end, ",|.|!|?|;"))
        end++;
    while (end > from && words_match(&h->ws, end - 1, "then|please|instead"
        "|rather|maybe|dann|bitte|lieber|vielleicht|thanks|danke"))
        end--;
    if (end == from || end - from > NAME_WORDS
        || words_match(&h->ws, end, "?"))
        return;
    text_copy(h->said->restaurant, PLAN_TEXT, words_span(&h->ws, from,
        end - from));
}

/* "Let's do Roma instead": another place than the one that was shown. */
static bool swaps_place(const struct hearing *h)
{
    size_t n = words_match(&h->ws, 0, "let's do|let's try|let's go to"
        "|how about|what about|rather|then|try|lieber|doch lieber|dann"
        "|dann lieber|nehmen wir|wie waere es mit|no , rather|nein , lieber"
        "|no , let's do|nein , dann|no ,|nein ,");
    const struct word *w = words_at(&h->ws, n);

    return n && w->kind == WORD_LETTERS && w->capital && !h->used[n]
        && w->number < 0 && h->plan->restaurant[0]
        && h->plan->intent == PLAN_RESERVE && !h->said->restaurant[0]
        && !h->said->party && !h->said->date[0] && !h->said->time[0]
        && !h->said->name[0] && !h->said->wishes;
}

/* The place is not said yet, or it is one that nobody knows. */
static bool wants_name(const struct dialog *d, const struct plan *said)
{
    const struct plan *p = &d->plan;

    if ((p->intent != PLAN_RESERVE && (p->intent != PLAN_CALL
        || said->intent != PLAN_NONE)) || said->restaurant[0]
        || d->stage != DIALOG_OPEN)
        return false;
    return !p->restaurant[0] || (!p->phone[0]
        && strcmp(p->restaurant, d->unknown) == 0);
}

static bool has_slots(const struct plan *p)
{
    return p->restaurant[0] || p->phone[0] || p->party || p->date[0]
        || p->time[0] || p->name[0] || p->wishes || p->reference[0]
        || p->blocked == PLAN_PARTY_SIZE;
}

static void hear_answers(struct dialog_turn *t, struct hearing *h)
{
    const struct plan *plan = &t->d->plan;
    bool correct = words_have(&h->ws, 0, h->ws.n, make_words)
        || (t->shown && h->ws.n <= 4);

    if (plan->intent == PLAN_NONE && !correct)
        return;
    if (correct && words_have(&h->ws, 0, h->ws.n, make_words))
        t->acts |= DIALOG_ACT_MAKE_IT;
    mark_phrases(h);
    if (t->said.phone[0] || t->said.reference[0])
        return;
    take_numbers(h, correct);
    if (!wants_name(t->d, &t->said) && !swaps_place(h))
        return;
    take_name(h);
    t->acts |= t->said.restaurant[0] ? DIALOG_ACT_NAME : 0;
}

void dialog_hear(struct dialog_turn *t)
{
    struct hearing h = {.said = &t->said, .plan = &t->d->plan};

    request_read(t->words, &t->world->now, &t->said);
    if (t->said.blocked == PLAN_EMPTY || t->said.blocked == PLAN_TOO_LONG
        || t->said.blocked == PLAN_MARKUP)
        return;
    h.today = date_civil(t->world->now.wall, t->world->now.offset).date;
    words_split(&h.ws, t->words);
    h.part = moment_part(&h.ws, 0, h.ws.n);
    if (is_only(&h.ws, yes_words, yes_needed))
        t->acts |= DIALOG_ACT_YES;
    else if (is_only(&h.ws, no_words, no_needed)
        && t->d->plan.intent != PLAN_NONE)
        t->acts |= DIALOG_ACT_NO;
    if (t->acts) {              /* "call them" fills no slot */
        plan_clear(&t->said);
        return;
    }
    if (words_have(&h.ws, 0, h.ws.n, again_words))
        t->acts |= DIALOG_ACT_AGAIN;
    if (words_have(&h.ws, 0, h.ws.n, "next week|naechste woche"))
        t->acts |= DIALOG_ACT_NEXT_WEEK;
    if (words_have(&h.ws, 0, h.ws.n, show_words)
        && t->said.intent != PLAN_CANCEL && t->said.intent != PLAN_CHANGE
        && t->said.intent != PLAN_RESERVE)
        t->acts |= DIALOG_ACT_SHOW;
    if (!(t->acts & (DIALOG_ACT_AGAIN | DIALOG_ACT_SHOW)))
        hear_answers(t, &h);
    if (has_slots(&t->said))
        t->acts |= DIALOG_ACT_SLOTS;
    else if (t->shown && is_reasoned_no(&h.ws))
        t->acts |= DIALOG_ACT_NO;
}

/* ---- which one ---- */

static bool names_place(const struct words *ws, const char *restaurant)
{
    uint8_t mem[2 * PLACE_KEY];
    struct buf b;
    struct slice key, said;

    buf_over(&b, mem, sizeof mem);
    place_key(&b, slice_str(restaurant));
    key = buf_slice(&b);
    buf_addc(&b, '\n');
    said.ptr = mem + b.len;
    said.len = b.len;
    place_key(&b, ws->text);
    said.len = b.len - said.len;
    while (key.len) {           /* any word of it that is a name's */
        struct slice word = slice_cut(&key, ' ');

        if (word.len > 2 && !place_common(word)
            && slice_find(said, word) != SLICE_NPOS)
            return true;
    }
    return false;
}

size_t dialog_pick(const struct dialog_turn *t,
    const struct dialog_booking *const *one, size_t n)
{
    static const char *const ordinals[] = {"first|former|1|erste|ersten|erster",
        "second|2|zweite|zweiten|zweiter|latter", "third|3|dritte|dritten",
        "fourth|4|vierte|vierten"};
    struct words ws;
    size_t found = n, fits = 0;

    words_split(&ws, t->words);
    for (size_t i = 0; i < n; i++) {
        const struct dialog_booking *b = one[i];
        bool place = names_place(&ws, b->restaurant);
        bool date = t->said.date[0] && strcmp(t->said.date, b->date) == 0;
        bool time = t->said.time[0] && strcmp(t->said.time, b->time) == 0;

        if ((t->said.date[0] && !date) || (!place && !date && !time))
            continue;
        found = i;
        fits++;
    }
    if (fits == 1)
        return found;
    for (size_t i = 0; fits == 0 && i < n && i < DIALOG_CHOICES; i++)
        if (words_have(&ws, 0, ws.n, ordinals[i]))
            return i;
    return n;
}
