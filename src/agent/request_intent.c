/* request_intent.c - what someone wants done. */
#include "agent/request_impl.h"

/* A booking, or what is like one. */
static const char table_words[] = "table|tables|reservation|tisch|tische"
    "|reservierung|dinner|lunch|breakfast|brunch|supper|seats|abendessen"
    "|mittagessen|fruehstueck|a spot|platz|plaetze|fensterplatz|eat at"
    "|eat out|eat|dine|dining|essen|meal|covers";
static const char booking_words[] = "reservation|booking|table|reservierung"
    "|buchung|tisch|it|dinner|lunch|brunch|breakfast|appointment|termin|my"
    "|our";
static const char place_words[] = "restaurant|restaurants|place|places"
    "|somewhere|pizzeria|bistro|bistros|cafe|bar|bars|diner|steakhouse|grill"
    "|trattoria|food|eat|dine|cuisine|sushi|pizza|burger|burgers|ramen"
    "|tapas|curry|thai|italian|indian|chinese|mexican|japanese|greek"
    "|french|spanish|vietnamese|korean|vegan|vegetarian|steak|seafood|lokal"
    "|lokale|gaststaette|italiener|grieche|griechen|inder|chinese|essen"
    "|kneipe|italienisch|asiatisch|brunch|dinner|lunch|breakfast|spot"
    "|eatery|eateries|joint|tavern|pub|noodles|kebab|doener|gasthaus"
    "|biergarten|wirtshaus|mexikaner|thailaender|japaner|kebap|dessert"
    "|bakery|coffee";

static bool have(const struct words *ws, const char *phrases)
{
    return words_have(ws, 0, ws->n, phrases);
}

static bool wants_cancel(const struct words *ws)
{
    if (have(ws, "don't cancel|do not cancel|cancellation policy|not cancel"
        "|nicht stornieren|nicht absagen|cancellation fee"))
        return false;
    if (have(ws, "cancel|cancelling|canceling|cancelled|call off|call it off"
        "|storniere|stornieren|storno|stornier|absagen|abbestellen|sag|sage"
        "|cancellation|annulliere|annullieren|abzusagen|abbestelle"
        "|zu stornieren|get rid of my|drop my reservation"
        "|delete my|remove my|loesche|loeschen"))
        return true;
    return have(ws, "no longer need|don't need|do not need|don't need the"
        "|won't make it|can't make it|cannot make it|can't come|won't come"
        "|not coming|cannot come|won't be coming|brauchen den tisch nicht"
        "|nicht mehr|kommen nicht|koennen nicht kommen|kann nicht kommen")
        && have(ws, booking_words) && !have(ws, "instead|sondern|change|move"
        "|aendern|verschieben");
}

static bool wants_change(const struct words *ws)
{
    if (have(ws, "change|move|reschedule|rescheduling|postpone|modify|push"
        "|amend|switch|rebook|verschieben|verschiebe|verschieb|verlegen"
        "|verlege|aendern|aendere|umbuchen|update|bring forward|shift|delay"
        "|vorverlegen|erhoehe|erhoehen|umlegen|moving|changing|aendert"
        "|buche um|change to|edit|adjust|correct"))
        return have(ws, booking_words);
    if (have(ws, "add|instead|statt|extend|increase|reduce|sondern|hinzu"
        "|dazu|one more|mehr|more people|earlier|later|frueher|spaeter"
        "|fewer"))
        return have(ws, "my reservation|my booking|my table|our reservation"
            "|our booking|our table|the reservation|the booking|existing"
            "|meine reservierung|unsere reservierung|meiner reservierung"
            "|unserer reservierung|die reservierung|meinen tisch"
            "|unseren tisch|meine buchung|der reservierung");
    return false;
}

enum plan_intent request_first_intent(const struct words *ws)
{
    if (wants_cancel(ws))
        return PLAN_CANCEL;
    if (wants_change(ws))
        return PLAN_CHANGE;
    if (have(ws, "book|reserve|reserving|booking|buche|buchen|reserviere"
        "|reservieren|reservier|bestell|bestelle|bestellen|zu reservieren"))
        return PLAN_RESERVE;
    return PLAN_NONE;
}

static bool wants_call(const struct words *ws)
{
    return have(ws, "call|phone|ring|dial|ask|ruf|rufe|anrufen|frag|frage"
        "|waehle|find out|check with|check if|check whether|tell them"
        "|let them know|anzurufen|erkundige|inquire|enquire|nachfragen"
        "|telefoniere|give them a ring|sag ihnen|sag bescheid|call them")
        || (have(ws, "tell|telling") && !have(ws, "tell me|tell us"));
}

static bool wants_search(const struct words *ws)
{
    return have(ws, "find|search|look for|looking for|recommend|suggest"
        "|suggestion|recommendation|recommendations|which|where|what|suche"
        "|such|suchen|finde|empfiehl|empfehlen|empfehlung|empfehlt|wo|welche"
        "|welches|show me|any|know a|know any|is there a|are there"
        "|somewhere|gibt es|kennst du|best|hungry|craving|in the mood for"
        "|near me|nearby|around here|in der naehe|near here|lust auf"
        "|get some|fancy")
        && have(ws, place_words);
}

enum plan_intent request_last_intent(const struct reading *r,
    enum plan_intent first)
{
    const struct words *ws = &r->ws;
    const struct plan *p = r->plan;
    bool call = wants_call(ws), search = wants_search(ws);
    bool table = have(ws, table_words);
    bool moment = r->date.year || r->time >= 0;
    int known = (p->restaurant[0] != 0) + (p->party > 0)
        + (r->date.year != 0) + (r->time >= 0);

    if (first == PLAN_CANCEL || first == PLAN_CHANGE)
        return first;
    if (first == PLAN_RESERVE) {
        /* "Ask whether one has to book", "find a place that takes
         * bookings". */
        if (call && known < 3 && have(ws, "ask|ask if|ask whether|find out"
            "|frag|frage") && !p->party)
            return PLAN_CALL;
        return first;
    }
    if (call && !(table && p->party && moment))
        return PLAN_CALL;
    if (search && !p->restaurant[0] && !have(ws, "a table|table for|einen"
        " tisch|tisch fuer|a reservation|eine reservierung"))
        return PLAN_SEARCH;
    if (table && known)
        return PLAN_RESERVE;
    if ((p->party && moment) || (p->restaurant[0] && moment))
        return PLAN_RESERVE;
    if (have(ws, "reservation|reservierung|table|tisch") && have(ws, "need"
        "|want|like|get|have|brauche|brauchen|moechte|haette|will|please"
        "|bitte|make|a reservation|my reservation"))
        return PLAN_RESERVE;
    return search ? PLAN_SEARCH : p->phone[0] ? PLAN_CALL : PLAN_NONE;
}
