/* request_intent.c - what someone wants done. */
#include <string.h>

#include "agent/request_impl.h"

/* A booking, or what is like one. */
static const char table_words[] = "booking|buchung|table|tables|reservation"
    "|tisch|tische"
    "|reservierung|dinner|lunch|breakfast|brunch|supper|seats|abendessen"
    "|mittagessen|fruehstueck|a spot|platz|plaetze|fensterplatz|eat at"
    "|eat out|eat|dine|dining|essen|meal|covers";
static const char booking_words[] = "reservation|booking|table|reservierung"
    "|buchung|tisch|it|dinner|lunch|brunch|breakfast|appointment|termin|my"
    "|our|rez|reso|party size|headcount|head count|number of people|meine"
    "|unsere|meinen|unseren|personenzahl|uhrzeit|essen|abendessen|tables"
    "|number of guests|guests|people|persons|personen|meiner|unserer|meinem"
    "|unserem";
static const char place_words[] = "restaurant|restaurants|place|places"
    "|somewhere|pizzeria|bistro|bistros|cafe|bar|bars|diner|steakhouse|grill"
    "|trattoria|food|eat|dine|cuisine|sushi|pizza|burger|burgers|ramen"
    "|tapas|curry|thai|italian|indian|chinese|mexican|japanese|greek"
    "|french|spanish|vietnamese|korean|vegan|vegetarian|steak|seafood|lokal"
    "|lokale|gaststaette|italiener|grieche|griechen|inder|chinese|essen"
    "|kneipe|italienisch|asiatisch|brunch|dinner|lunch|breakfast|spot"
    "|eatery|eateries|joint|tavern|pub|noodles|kebab|doener|gasthaus"
    "|biergarten|wirtshaus|mexikaner|thailaender|japaner|kebap|dessert"
    "|bakery|coffee|dumplings|barbecue|bbq|bagels|bagel|dim sum|pho|tacos"
    "|oysters|vietnamese|ethiopian|lebanese|turkish|turkisch|tuerkisch"
    "|griechisches|italienisches|italienischen|indisches|indischen|indisch"
    "|chinesisches|chinesisch|thailaendisch|japanisch|mexikanisch|spanier"
    "|tuerke|kuchen|fondue|raclette|beiz|beizli|beisl|heuriger|heurigen"
    "|imbiss|eisdiele|cafes|pizzerien|kaffee|wine bar|cocktail bar"
    "|konditorei|baeckerei|creperie|brauhaus|brauerei|weinstube|steakhaus"
    "|falafel|konditoreien|waffeln|playground|spielplatz|fruehstueckscafe"
    "|gasthof|schnitzel|drinks|cocktails|fish|fisch|vegetarisch"
    "|vegetarisches|veganes|speiselokal|wirtschaft|steaks|peking duck"
    "|hot pot|fine dining|cheap eats|takeout|something to eat|zu essen"
    "|bakeries|pubs|wings|fried chicken|paella|gelato|ice cream";

static bool have(const struct words *ws, const char *phrases)
{
    return words_have(ws, 0, ws->n, phrases);
}

/* Does a word begin so?  "reservier" is every form of the verb; what ends on
 * -ung is the noun. */
static bool have_stem(const struct words *ws, const char *const *stem)
{
    for (size_t i = 0; i < ws->n; i++) {
        const char *low = ws->at[i].low, *noun = strstr(low, "ung");

        for (const char *const *s = stem; *s; s++)
            if (!strncmp(low, *s, strlen(*s)) && !noun)
                return true;
    }
    return false;
}

/* "Sagen Sie den Tisch ab": a verb whose particle stands at the end. */
static bool have_apart(const struct words *ws, const char *verbs,
    const char *particle)
{
    bool verb = false;

    for (size_t i = 0; i < ws->n; i++) {
        size_t n = words_match(ws, i, particle);

        if (verb && n && (i + n == ws->n || words_match(ws, i + n, ",|.|!|?"
            "|;|und|weil|da|denn|bitte|wir|ich|danke|oder")))
            return true;
        verb = verb || words_match(ws, i, verbs);
    }
    return false;
}

static bool wants_cancel(const struct words *ws)
{
    static const char *const stems[] = {"stornier", "absag", "abbestell",
        "annullier", "abgesagt", "abzusag", "abmeld", NULL};

    if (have(ws, "don't cancel|do not cancel|cancellation policy|not cancel"
        "|don't want to cancel|not want to cancel|not to cancel|never cancel"
        "|won't cancel|no need to cancel|not cancelling|not canceling"
        "|ohne zu stornieren|keine stornierung"
        "|nicht stornieren|nicht absagen|cancellation fee"
        "|stornierungsbedingungen"))
        return false;
    if (have(ws, "cancel|cancelling|canceling|cancelled|cancels|canceled"
        "|call off|call it off|storno|cancellation|abbestelle"
        "|get rid of my|drop my reservation|delete my|remove my|loesche"
        "|loeschen|canceln|cancele|rueckgaengig|faellt aus|faellt leider aus"
        "|muss ausfallen|muss leider ausfallen|faellt flach|hat sich erledigt"
        "|muss weg")
        || have_stem(ws, stems)
        || have_apart(ws, "sag|sage|sagen|sagt|bestell|bestelle|bestellen"
        "|bestellt|blas|blase|blasen|melde|melden", "ab")
        || have_apart(ws, "sag|sage|sagen|sagt|mach|mache|nimm", "zurueck"))
        return true;
    if (have(ws, "kommen nicht|nicht kommen|nicht hingehen|schaffen es nicht"
        "|schaffe es nicht|kommen doch nicht|koennen doch nicht")
        && !have(ws, "sondern|stattdessen|statt"))
        return true;
    if (have(ws, "is off|is cancelled|are off|is called off|can't attend"
        "|cannot attend|won't attend|not attending")
        && have(ws, booking_words))
        return true;
    if (have(ws, "scratch|scrap|nix|axe|ditch") && !have(ws, "scratch that"
        "|scratch the idea") && have(ws, "reservation|booking|rez|reso"
        "|dinner|lunch|brunch|table"))
        return true;
    if (have(ws, "scratch|scrap|nix|kill|drop|void|undo|axe|ditch|dump|bin"
        "|get rid of|delete|remove|release|free up|give up|streich|streiche"
        "|streichen|kill off|withdraw|rescind|revoke|take back")
        && have(ws, "reservation|booking|rez|reso|table|reservierung|buchung"
        "|appointment|dinner|lunch|brunch|abendessen|essen") && have(ws, "my"
        "|our|the|meine|unsere|die"))
        return true;
    if (have(ws, "can't come|cannot come|won't come|not coming|can't make it"
        "|cannot make it|won't make it|not going to make it|can't be there"
        "|won't be coming|won't be able to come|won't be able to make"
        "|unable to come|can't do it") && !have(ws, "instead|change|move"
        "|later|reschedule|book|reserve|earlier"))
        return true;
    return have(ws, "no longer need|don't need|do not need|won't need"
        "|won't make it|can't make it|cannot make it|can't come|won't come"
        "|not coming|cannot come|won't be coming|brauchen den tisch nicht"
        "|nicht mehr|kann nicht kommen|not going to make it|can't do|unable"
        " to make|unable to come|won't be able|brauche den tisch nicht"
        "|have to miss|brauchen wir nicht|brauche ich nicht")
        && have(ws, booking_words) && !have(ws, "instead|sondern|change|move"
        "|aendern|verschieben|lieber|stattdessen");
}

/* "Our Friday booking": one that there is. */
static bool owned(const struct words *ws)
{
    for (size_t i = 0; i < ws->n; i++)
        if (words_match(ws, i, "my|our|meine|unsere|meiner|unserer")
            && words_have(ws, i + 1, i + 4, "booking|reservation|reservierung"
            "|buchung|rez|reso|reservation"))
            return true;
    return false;
}

/* "Change Luigi's to 8", "make Luigi's 6 people instead of 5". */
static bool turns_into(const struct words *ws)
{
    struct clock_time t;
    bool verb = false;
    int n;

    for (size_t i = 0; i < ws->n; i++) {
        size_t to = words_match(ws, i, "to|auf|into");

        if (verb && to && (words_number(ws, i + to, &n)
            || moment_hour(ws, i + to, PART_NONE, &t)
            || words_match(ws, i + to, "monday|tuesday|wednesday|thursday"
            "|friday|saturday|sunday|tomorrow|montag|dienstag|mittwoch"
            "|donnerstag|freitag|samstag|sonntag|morgen|uebermorgen|next")))
            return true;
        verb = verb || words_match(ws, i, "change|aendere|aendern|aender"
            "|setz|setze|stell|stelle");
    }
    /* "Spago: 6 people now, not 4" */
    for (size_t i = 1; i < ws->n; i++)
        if (words_match(ws, i, "not|nicht") && words_number(ws, i + 1, &n)
            && have(ws, "make|change|now|jetzt|mach|mache|nun"))
            return true;
    if (have(ws, "jetzt|nun|now|nunmehr") && have(ws, "statt|anstatt"
        "|instead of|rather than"))
        return true;
    return have(ws, "make|change|mach|mache|geht|passt|can we do|could we do"
        "|we'll be|we will be|we are"
        "|we're|there will be|there'll be|wir sind|wir werden|wir kommen")
        && have(ws, "instead of"
        "|rather than|statt|anstatt") && !have(ws, "make a|make the"
        "|make me a|table for|tisch fuer|book|reserve|make us a|a table"
        "|reserviere|reservieren|buche|buchen|einen tisch");
}

/* "Move Luigi's from Friday to Saturday", "verleg Luigi auf acht": a verb that
 * moves, and where to. */
static bool moves_to(const struct words *ws)
{
    return (have(ws, "move|push|shift|bump|switch|reschedule|postpone|slide")
        && have(ws, "to|forward|back|until|by") && !have(ws, "move to a"))
        || turns_into(ws)
        || (have(ws, "change|aendere|aendern|aender|mach|mache|machen|setz"
        "|setze|setzen|erhoehe|erhoehen") && have(ws, "from|von|aus")
        && have(ws, "to|auf"));
}

static bool wants_change(const struct words *ws)
{
    static const char *const stems[] = {"verschieb", "verleg", "umbuch",
        "vorverleg", "abaender", "reschedul", "umzubuch", "vorzieh",
        "vorzuverleg", "postpon", NULL};
    static const char *const weak[] = {"aender", "aufstock", "reduzier",
        "erhoeh", "anpass", "umleg", NULL};

    if (have(ws, "my shift|night shift|late shift|early shift|a shift"
        "|day shift|my move|the move") && !owned(ws)
        && !have(ws, "instead"))
        return false;
    if (have(ws, "password|passwort|account|settings|my mind|topic|subject"
        "|tyre|tire|light bulb|my clothes|your name|the world"))
        return false;
    if (owned(ws) && have(ws, "put|set|get my|get our"))
        return true;
    if (have(ws, "less|fewer|weniger") && have(ws, "person|people|personen"
        "|leute|guests|gaeste") && !have(ws, "book|reserve|reserviere"))
        return true;
    if (have(ws, "einen platz mehr|eine person mehr|zwei personen mehr"
        "|one more person|one more seat|zwei plaetze mehr|two more people"
        "|another person") && !have(ws, "book|reserve|reserviere|buche"))
        return true;
    if ((have(ws, "aus") && have(ws, "mach|mache")
        && have(ws, "aus zwei|aus drei|aus vier|aus fuenf|aus sechs|aus 2"
        "|aus 3|aus 4|aus 5|aus 6"))
        || have(ws, "mach aus|mache aus|machen sie aus")
        || (have(ws, "bring|brought") && have(ws, "forward"))
        || (!have(ws, "tell|call|let|sag|sage|ruf|rufe|ask|frag")
        && have(ws, "later|earlier|spaeter|frueher|late|verspaeten")
        && have(ws, "kommen|komme|arrive|arriving|coming|running|verspaeten"
        "|be there|get there|be late|schaffen es erst")))
        return true;
    if (have(ws, "doch zu zweit|doch zu dritt|doch zu viert|doch zu fuenft"
        "|doch zu sechst|doch zu siebt|doch zu acht|doch zu neunt"
        "|doch zu zehnt") && have(ws, "wir|sind|waeren"))
        return true;
    if (have(ws, "doch nur zu|doch nur noch|wir sind doch nur|sind nur noch"
        "|we're only going to be|we will only be"))
        return true;
    if (have_stem(ws, stems) || moves_to(ws)
        || have_apart(ws, "buch|buche|buchen|bucht|leg|lege|legen", "um")
        || have_apart(ws, "zieh|ziehe|ziehen", "vor"))
        return true;
    if (have_stem(ws, weak) || have(ws, "change|move|modify|push|moved"
        "|changed|pushed|shifted|switched|bumped|altered|reduce|increase"
        "|decrease|cut|changes|moves|pushing|pushed back|put back"
        "|amend|switch|rebook|update|bring forward|shift|delay|moving"
        "|changing|aendert|buche um|change to|edit|adjust|correct|bump"
        "|slide|alter|swap|raise|bump up"))
        return have(ws, booking_words);
    if (have(ws, "add|instead|statt|extend|increase|reduce|sondern|hinzu"
        "|dazu|one more|mehr|more people|earlier|later|frueher|spaeter"
        "|fewer|make it|lower|drop|two more|doch zu|wir sind jetzt"
        "|we're now|we are now|stattdessen"))
        return owned(ws) || have(ws, "my reservation|my booking|my table"
            "|our reservation"
            "|our booking|our table|the reservation|the booking|existing"
            "|meine reservierung|unsere reservierung|meiner reservierung"
            "|unserer reservierung|die reservierung|meinen tisch"
            "|unseren tisch|meine buchung|der reservierung|our rez|my rez"
            "|my reso|our reso|unsere buchung|meiner buchung");
    return false;
}

enum plan_intent request_first_intent(const struct words *ws)
{
    if (wants_cancel(ws))
        return PLAN_CANCEL;
    if (wants_change(ws))
        return PLAN_CHANGE;
    if (have(ws, "book|reserve|reserving|buch|buche|buchen|buchst"
        "|bestell|bestelle|bestellen|bestellst|vorbestellen|books|reservier"
        "|reserviere|reservieren|reservierst|besorg|besorge|besorgen"))
        return PLAN_RESERVE;
    return PLAN_NONE;
}

static bool wants_call(const struct words *ws)
{
    static const char *const stems[] = {"anruf", "anzuruf", "nachfrag",
        "erkundig", "telefonier", "anfrag", "nachzufrag", NULL};

    return have(ws, "call|phone|ring|dial|ask|ruf|rufe|rufen|ruft|frag|frage"
        "|fragen|fragt|confirm whether|waehle|waehlen|find out|check with"
        "|check if"
        "|check whether|tell them|let them know|inquire|enquire"
        "|give them a ring|sag ihnen|sag bescheid|bescheid|richte aus"
        "|call them|calling|phoning|see if they|see whether they|klingel"
        "|give them a call|give them a shout|find out if|contact")
        || have_stem(ws, stems)
        || (have(ws, "tell|telling") && !have(ws, "tell me|tell us"));
}

static bool wants_search(const struct words *ws)
{
    if (have(ws, "what's open|what is open|who's open|was hat offen|was ist"
        " offen|wer hat offen|was hat auf|was hat geoeffnet"
        "|something to eat|somewhere to eat|some food|was zu essen"
        "|etwas zu essen|things to eat|place to eat|places to eat"))
        return true;
    /* Where one gets something is a question after a place, whatever it is
     * that is to be got. */
    if (have(ws, "where can i|where can we|where could i|where could we"
        "|where should i|where should we|where do i|where do we|where to eat"
        "|where to go|where's good|wo kann|wo koennen|wo koennte|wo gibt"
        "|wo isst|wo bekomme|wo bekommen|wo bekommt|wo krieg|wo kriegt"
        "|wo finde|wo finden|wohin")
        && have(ws, "fruehstuecken|brunchen|dinieren|speisen|take|celebrate"
            "|bring|host|sit|tea|party|eat|dine|get"
            "|find|have|grab|go|good|best|dinner|lunch"
        "|food|drink|essen|gibt|gut|gute|guten|gutes|bekomme|bekommen"
        "|bekommt|krieg|kriegt|finde|finden|isst|trinken|feiern"))
        return true;
    return have(ws, "find|search|look for|looking for|recommend|suggest"
        "|suggestion|recommendation|recommendations|which|where|what|what's"
        "|where's|suche"
        "|such|suchen|finde|empfiehl|empfehlen|empfehlung|empfehlt|wo|welche"
        "|welches|show me|any|know a|know any|is there a|are there"
        "|somewhere|anywhere|gibt|kennst du|best|hungry|craving|in the mood for"
        "|finden|findest|findet|near me|nearby|around here|in der naehe"
        "|near here|lust auf"
        "|get some|fancy|kennen sie|kennt ihr|gibt's|ideas|options|list|zeig"
        "|zeige|tipp|tipps|vorschlag|vorschlaege|schlag|decent")
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

    /* Who gives orders to the machine wants no table. */
    if (known < 3 && have(ws, "instructions|instruction|anweisungen|system"
        " prompt|your rules|deine regeln|your prompt|anweisung")
        && have(ws, "ignore|disregard|forget|override|vergiss|ignoriere"
        "|ignorier|repeat|print|reveal|wiederhole|missachte"))
        return PLAN_NONE;
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
    if (call && (!(p->party && moment) || (!table && have(ws, "ask|ask if"
        "|find out|frag|frage|fragen|check if|check whether"))))
        return PLAN_CALL;
    if (search && !p->restaurant[0] && !have(ws, "a table|table for|einen"
        " tisch|tisch fuer|a reservation|eine reservierung"))
        return PLAN_SEARCH;
    if (table && known)
        return PLAN_RESERVE;
    if ((p->party && (moment || p->restaurant[0]))
        || (p->restaurant[0] && moment))
        return PLAN_RESERVE;
    if (have(ws, "confirm my|confirm our|confirm the|reconfirm"))
        return p->restaurant[0] ? PLAN_CALL : PLAN_NONE;
    if (have(ws, "reservation|reservierung|table|tisch|booking|buchung")
        && have(ws, "need|gimme|give|gib|arrange|secure|organise|organize"
        "|schedule|set up|hol|any chance|possible|available|want|like|get"
        "|have|brauche|brauchen|moechte|haette|will|please"
        "|bitte|make|a reservation|my reservation"))
        return PLAN_RESERVE;
    return search ? PLAN_SEARCH : p->phone[0] ? PLAN_CALL : PLAN_NONE;
}
