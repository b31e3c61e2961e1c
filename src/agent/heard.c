/* heard.c - one sentence of a call: what it does, what it says. */
#include "agent/heard.h"

#include <string.h>

#include "agent/party.h"

/* ---- what a sentence does ---- */

/* Phrases and the act they are.  Those with checked set count only where no
 * word before them turns them round: "we can't confirm". */
static const struct {
    unsigned act;
    bool checked;
    const char *phrases;
} acts[] = {
    {ACT_CONFIRM, true, "you're booked|you are booked|all set|is booked"
        "|it's booked|that's booked|you're confirmed|you are confirmed"
        "|is confirmed|it's confirmed|that's confirmed|confirmed"
        "|i've booked|i have booked|we've booked|we have booked you"
        "|i've reserved|i have reserved|we've reserved|is reserved for you"
        "|reserved for you|booked for you|reserved under|booked under"
        "|booked in|i'll book|i will book|we'll book|i'll reserve"
        "|i'll make the reservation|put you down|putting you down"
        "|have you down|got you down|see you|look forward"
        "|looking forward to|you're in|you're good to go|it's done"
        "|your table is ready|we'll hold|i'll hold|we have you|i've got you"
        "|i have you|you're in the book|in the book|all sorted|that's sorted"
        "|sorted for you|done for you|that's done|it's reserved"
        "|table is reserved|written you in|wrote you in|written it down"
        "|wrote it down|pencilled you in|penciled you in|got you in"
        "|you're on for|locked in|that's in|we'll expect you"
        "|we'll be expecting|expecting you|we'll have a table ready"
        "|i'll put it in|put it in|put that in|consider it done"},
    {ACT_CONFIRM, true, "ist reserviert|ist gebucht|ist notiert"
        "|ist eingetragen|ist bestaetigt|bestaetigt|habe ich notiert"
        "|habe ich eingetragen|habe sie eingetragen|habe ich reserviert"
        "|habe reserviert|haben wir notiert|haben wir reserviert"
        "|haben wir eingetragen|trage ich ein|trage sie ein|bis dann"
        "|bis morgen|bis freitag|bis samstag|bis sonntag|bis montag"
        "|bis dienstag|bis mittwoch|bis donnerstag|bis spaeter|bis heute"
        "|freuen uns|ich habe sie|reserviere ich|reserviere ihnen"
        "|steht fest|ist eingeschrieben|trage das ein|trage ich sie ein"
        "|schreibe ich auf|schreibe sie auf|schreib ich auf|ist vermerkt"
        "|habe ich vermerkt|ist fuer sie reserviert|habe sie notiert"
        "|erwarten sie|haben sie drin|sind sie drin|das habe ich"
        "|steht drin|sind eingetragen|sind notiert|ist gemacht"},
    {ACT_YES, true, "yes|yeah|yep|yup|sure|certainly|of course|absolutely"
        "|definitely|okay|ok|alright|all right|perfect|great|wonderful"
        "|lovely|excellent|fantastic|brilliant|no problem|not a problem"
        "|no worries|that's fine|that is fine|is fine|be fine|fine"
        "|that's good|is good|that works|works|would work|that'll work"
        "|will work|sounds good|very good|gladly|my pleasure|correct"
        "|that's right|exactly|got it|noted|we can do that|i can do that"
        "|can do that|you got it|deal|done|agreed|take it|take that|let's do"
        "|go ahead|we'd be happy to|happy to|that's okay|is okay|good|super"
        "|we can|i can|that's it|that is it|spot on|right|that's the one|cool"
        "|smashing|marvellous|splendid|righto|by all means|will do"
        "|sounds great|sounds fine|that would be"
        " fine|why not|grand|not an issue|easy|looks good|we're good|aye"
        "|you bet|totally|indeed|very well|works for us|all good|okie"},
    {ACT_YES, true, "ja|jawohl|jo|gern|gerne|klar|natuerlich|sicher"
        "|selbstverstaendlich|in ordnung|passt|geht|das geht|kein problem"
        "|alles klar|genau|stimmt|richtig|prima|perfekt|wunderbar"
        "|machen wir|mache ich|notiert|einverstanden|nehmen wir|bestens"
        "|sehr gut|gut|jep|jup|freilich|aber sicher|das klappt|klappt|haut hin"
        "|ist machbar|machbar|kriegen wir hin|bekommen wir hin|okay gut"
        "|selbstredend|passt schon|so ist es|jawoll|gebongt|das machen wir"},
    {ACT_NO, false, "no|nope|nah|no thanks|no thank you|doesn't work"
        "|does not work|won't work|will not work|too late|too early"
        "|that's wrong|not correct|not right|incorrect|can't make"
        "|rather not|nein|nee|passt nicht|zu spaet|zu frueh|falsch"
        "|stimmt nicht|lieber nicht"},
    {ACT_FULL, false, "fully booked|booked out|booked up|booked solid"
        "|completely booked|all booked|already booked|we're booked"
        "|we are booked|fully reserved|all reserved|already reserved"
        "|already taken|all taken|no tables|no table|no availability"
        "|nothing available|nothing free|nothing left|not available"
        "|unavailable|no space|no room|we're full|we are full|is full"
        "|it's full|completely full|totally full|all full|full up|sold out"
        "|don't have anything|do not have anything|don't have any"
        "|do not have any|don't have a table|have nothing|have no"
        "|can't do|cannot do|can not do|can't take|cannot take|can't offer"
        "|can't fit|cannot fit|not possible|impossible|unable to"
        "|unfortunately not|afraid not|afraid we can't|can't seat"
        "|cannot seat|can't accommodate|cannot accommodate|we're closed"
        "|we are closed|are closed|is closed|closed on|closed that|closed for"
        "|closed tomorrow|don't take reservations|do not take reservations"
        "|don't do reservations|do not do reservations|don't do bookings"
        "|no reservations|first come|first served|not interested"
        "|private event|private party|private function|not open to"
        "|closed for a|on holiday|renovating|under renovation|don't talk to"
        "|won't talk to|not talking to|no robots"
        "|don't want to talk|stop calling|don't call again|don't call here"
        "|never call|we don't have|nothing here|don't see any|don't see a"
        "|can't find|cannot find|don't find|no booking under|no such"
        "|not accepting|don't accept|can't serve|no longer open"
        "|closed down|out of business|gone out of|packed|we're packed"
        "|rammed|chock|jammed|don't take bookings|don't accept reservations"
        "|walk - ins only"
        "|walk ins only|too many people|too large|not at|not on"
        "|don't have space|can't help|cannot confirm|can't confirm|we can't"
        "|we cannot|sorry we"},
    {ACT_FULL, false, "ausgebucht|ausreserviert|alles voll|komplett voll"
        "|sind voll|ist voll|leider nicht|leider nein|kein tisch"
        "|keinen tisch|keine tische|keinen platz|kein platz|nichts frei"
        "|nichts mehr frei|nicht moeglich|geschlossen|ruhetag|haben zu"
        "|geschlossene gesellschaft|privatveranstaltung|betriebsferien"
        "|betriebsurlaub|kein interesse|nicht interessiert"
        "|keine reservierungen|nehmen keine"
        "|finde keine|nicht gefunden|ist weg|vergeben|ist schon weg"
        "|rufen sie nicht|geht nicht|geht leider nicht|nicht um"
        "|nicht am|nichts mehr|keinen mehr|alles belegt|alle tische"},
    {ACT_OFFER, true, "could do|can do|can offer|could offer|how about"
        "|what about|would work|would that|would you|would it|would be"
        "|we have|we do have|i have|i do have|we've got|i've got|have only"
        "|only have|only got|only at|only available|is available"
        "|are available|available at|available on|there is|there's|free at"
        "|free on|open at|instead|the earliest|the latest|earliest"
        "|next available|come at|could you come|can you come"
        "|is possible|possible at|could give you|can give you|could seat"
        "|can seat|could fit|can fit|could squeeze|we could|i could|or maybe"
        "|does|is free|is open|is the"},
    {ACT_OFFER, true, "nur um|nur am|erst um|erst am|wie waere|waere|ginge"
        "|koennten|koennte|haetten|haette|anbieten|noch frei|frei um"
        "|frei am|ist frei|moeglich|stattdessen|alternativ|haben wir"
        "|habe ich|ab|geht es"},
    {ACT_QUESTION, false, "?|what's the name|what name|which name"
        "|what is the name|your name|how many|for how many|what time"
        "|which day|what day|what date|may i have|can i have|could i have"
        "|can i get|could i get|may i ask|who am i|wie viele|welchen namen"
        "|welcher name|welcher tag|wie ist ihr name|wie lautet"},
    {ACT_THANKS, false, "thank you|thanks|danke|vielen dank|danke schoen"},
    {ACT_HOLD, false, "let me check|let me see|let me look|let me have a look"
        "|let me just|one moment|one second|one sec|just a moment"
        "|just a second|just a sec|a moment|hold on|hang on|bear with"
        "|give me a|i'll check|i will check|checking|i'll have a look"
        "|i'll just check|moment|sekunde|ich schaue|ich schau|schaue ich"
        "|augenblick|ich sehe nach|ich gucke"},
    {ACT_HEDGE, false, "should be|should work|might|maybe|perhaps|probably"
        "|i think|not sure|i guess|possibly|i'll try|we'll try|will try"
        "|i'd have to|i have to ask|have to ask|need to ask|need to check"
        "|have to check|ask my|ask the|not certain|don't know"
        "|can't promise|cannot promise|can't guarantee|cannot guarantee"
        "|no guarantee|pending|not confirmed|subject to|if we can"
        "|vielleicht|wahrscheinlich|muesste gehen|sollte gehen|glaube"
        "|denke|mal sehen|muss fragen|muesste fragen|weiss nicht"
        "|nicht sicher|eventuell|unter vorbehalt|nicht versprechen"
        "|noch nicht|not yet"},
    {ACT_WAITLIST, false, "waitlist|wait list|waiting list|warteliste"},
    {ACT_ON_LIST, true, "i've put you|i have put you|we've put you"
        "|you're on the|you are on the|i've added you|i'll put you"
        "|i will put you|i'll add you|we'll put you|we'll add you"
        "|auf die warteliste gesetzt|setze sie auf|stehen auf"
        "|setze ich sie"},
    {ACT_CALLBACK, false, "call you back|ring you back|phone you back"
        "|get back to you|give you a call|call you when|call you later"
        "|call you tomorrow|call you if|we'll call you|i'll call you"
        "|we will call you|let you know|rufe sie zurueck|rufen sie zurueck"
        "|rufe zurueck|rufen zurueck|melde mich|melden uns|rufe sie an"
        "|rufen sie an|rufe ich sie|rufen wir sie|ruft sie zurueck"
        "|wird sie zurueckrufen|calls you back"},
    {ACT_CANCELLED, true, "cancelled|canceled|storniert|abgesagt"
        "|geloescht|taken it out|removed your|removed it"},
    {ACT_WRONG, false, "wrong number|wrong place|not a restaurant"
        "|no restaurant here|private number|private residence"
        "|this isn't a restaurant|this is not a restaurant"
        "|falsch verbunden|falsche nummer|verwaehlt|kein restaurant"
        "|privatanschluss|not the restaurant"},
    {ACT_BYE, false, "bye|goodbye|good bye|have a nice|have a good"
        "|have a great|take care|auf wiederhoeren|tschuess|schoenen tag"
        "|schoenen abend|see you|bis dann"},
    {ACT_BOOK, false, "book|table|reserve|reservation|booking|tisch"
        "|reservieren|reservierung|buchen|buchung|party of"},
    {ACT_NUMBER, false, "confirmation number|confirmation code"
        "|reservation number|booking number|reference number"
        "|booking reference|reference|booking code|reservation code"
        "|a confirmation|bestaetigungsnummer|reservierungsnummer"
        "|buchungsnummer|bestaetigungscode|buchungscode|referenznummer"
        "|number for that|number for the booking"},
    {ACT_NOTE, false, "hold the table|hold your table|hold it for"
        "|deposit|credit card|dress code|window|terrace|patio|garden"
        "|outside|outdoor|inside|indoor|bar seats|at the bar|high chair"
        "|highchair|allergy|allergies|vegan|vegetarian|gluten|two hours"
        "|90 minutes|ninety minutes|hour limit|time limit|time slot"
        "|minutes late|be late|running late|on time|call ahead|let us know"
        "|no show|cancellation|parking|stairs|wheelchair|dog|dogs|cash only"
        "|only until|table back|back by|leave by|minimum|set menu|fixed menu"
        "|fenster|terrasse|draussen|drinnen"
        "|anzahlung|kaution|kreditkarte|kinderstuhl|hochstuhl|puenktlich"
        "|zwei stunden|barzahlung|nur bar|hund|absagen|rollstuhl"},
    {ACT_CANCEL, false, "cancel|stornieren|storniere|absagen"},
    {ACT_PLEASE, false, "please|instead|could we|can we|could i|can i"
        "|could you|can you|would you|how about|what about|do you have"
        "|is there|would there|i'd like|we'd like|i would like"
        "|we would like|then|let's|make it|bitte|koennen wir|koennten wir"
        "|haetten sie|haben sie|moechte|moechten|stattdessen|dann|geht|take"
        "|we need|i need|i want|looking for|calling to|to confirm|so that's"
        "|i'm calling|ich wuerde|wir wuerden|nehmen"}
};

static const struct {
    const char *reason, *phrases;
} machines[] = {
    {"voicemail", "leave a message|leave your message|leave us a message"
        "|leave your name and|after the tone|after the beep|at the tone"
        "|voicemail|voice mail|mailbox|can't come to the phone"
        "|cannot come to the phone|unable to take your call"
        "|can't take your call|not available right now please leave"
        "|record your message|nachricht hinterlassen|hinterlassen sie"
        "|nach dem signalton|nach dem ton|nach dem piep|anrufbeantworter"
        "|mailbox von|you have reached the voicemail"},
    {"screened", "state your name and|say your name and|record your name and"
        "|call screening|call assist|screening service|google assistant"
        "|using a screening|why you're calling|why you are calling"
        "|reason for your call|reason for calling"},
    {"menu", "press 1|press one|press 2|press two|press 0|press zero"
        "|press 3|press three|press the|press any|press pound|press star"
        "|main menu|following options|menu options|listen carefully"
        "|druecken sie|waehlen sie die|zum hauptmenue|your call is important"
        "|next available representative|next available agent"
        "|remain on the line"},
    {"fax", "fax tone|fax machine|faxgeraet|faxton|this is a fax"}
};

static const char turns_round[] = "not|never|can't|cannot|couldn't|won't"
    "|wouldn't|isn't|aren't|don't|doesn't|didn't|haven't|hasn't|nicht|kein"
    "|keine|keinen|nie|weder|unable|neither|nor|without|ohne|before";

/* Does one of the three words before i in its clause turn it round? */
static bool turned_round(const struct words *ws, size_t from, size_t i)
{
    for (size_t back = 1; back <= 3 && i >= from + back; back++) {
        if (words_match(ws, i - back, ",|;|:"))
            return false;
        if (words_match(ws, i - back, turns_round)
            && !words_match(ws, i - back, "not only|not just"))
            return true;
    }
    return words_match(ws, i + 1, "not|nicht") > 0;
}

/* ---- the book of phrases ---- */

/* Rows: the acts, then the machines. */
#define ACT_ROWS (sizeof acts / sizeof *acts)
#define MACHINE_ROWS (sizeof machines / sizeof *machines)

static void enter(struct heard_book *book, const char *phrases, size_t row)
{
    while (*phrases) {
        size_t head = words_hash(phrases, strcspn(phrases, " |"))
            % HEARD_HEADS;
        size_t len = strcspn(phrases, "|");

        if (book->n == HEARD_PHRASES)
            return;
        book->phrase[book->n] = (struct heard_phrase){phrases,
            (uint8_t)row, book->head[head]};
        book->head[head] = (uint16_t)++book->n;
        phrases += len + (phrases[len] == '|');
    }
}

void heard_open(struct heard_book *book)
{
    memset(book, 0, sizeof *book);
    for (size_t i = 0; i < ACT_ROWS; i++)
        enter(book, acts[i].phrases, i);
    for (size_t i = 0; i < MACHINE_ROWS; i++)
        enter(book, machines[i].phrases, ACT_ROWS + i);
}

void heard_look(struct heard_book *book, const struct words *ws)
{
    for (size_t i = 0; i < ws->n; i++) {
        unsigned at = book->head[ws->at[i].hash % HEARD_HEADS];

        book->hit[i] = 0;
        for (; at; at = book->phrase[at - 1].next) {
            const struct heard_phrase *p = &book->phrase[at - 1];
            uint64_t bit = UINT64_C(1) << p->row;

            book->work++;
            if (!(book->hit[i] & bit) && words_begin(ws, i, p->text))
                book->hit[i] |= bit;
        }
    }
}

static unsigned found_acts(const struct heard_book *book,
    const struct words *ws, size_t from, size_t end)
{
    unsigned found = 0;

    for (size_t i = from; i < end && i < ws->n; i++) {
        for (size_t r = 0; book->hit[i] >> r && r < ACT_ROWS; r++)
            if ((book->hit[i] >> r & 1) && !(acts[r].checked
                && turned_round(ws, from, i)))
                found |= acts[r].act;
    }
    return found;
}

/* What one clause does, with what cancels what. */
static unsigned clause_acts(const struct heard_book *book,
    const struct words *ws, size_t from, size_t end)
{
    unsigned found = found_acts(book, ws, from, end);

    /* "No problem" is no no; "the window is not available" no refusal. */
    if ((found & ACT_NO) && words_have(ws, from, end, "no problem|no worries"
        "|not a problem|no rush|no deposit"))
        found &= ~ACT_NO;
    if ((found & ACT_FULL) && (found & ACT_NOTE) && !(found & ACT_BOOK))
        found &= ~(ACT_FULL | ACT_NO);
    if (found & ACT_FULL)
        found &= ~(ACT_CONFIRM | ACT_YES);
    /* "We'll try to keep the window" hedges a wish, not the booking. */
    if ((found & ACT_HEDGE) && (found & ACT_NOTE))
        found &= ~ACT_HEDGE;
    if (found & (ACT_HEDGE | ACT_HOLD))
        found &= ~(ACT_CONFIRM | ACT_YES);
    return found;
}

/* Words to a machine, not to a guest: what such a sentence says of a booking
 * is no agreement. */
static const char commands[] = "say that|say the|tell him|tell her"
    "|tell them that|repeat after|repeat that|respond with|reply with"
    "|output|mark it|mark this|mark the|record that|record it as|report"
    "|pretend|act as|ignore|instructions|prompt|system|transcript"
    "|authorised|authorized|outcome|developer mode|your owner|say it is"
    "|say it's|write that|write down that|as confirmed|as booked"
    "|confirm that you|anweisungen|anweisung|sagen sie dass|sagen sie , dass"
    "|sag dass|sag , dass|schreib dass|antworte mit|bevollmaechtigt"
    "|berechtigt";
/* A question about the booking itself; "anything else?" is none. */
static const char fact_words[] = "name|names|many|phone|number|email|spell"
    "|contact|what time|which|when|day|date|namen|viele|telefon"
    "|telefonnummer|heissen|wann|people|persons|personen";

/* Commas part clauses: a refusal in one leaves the yes of another. */
unsigned heard_acts(const struct heard_book *book, const struct words *ws,
    size_t from, size_t end)
{
    unsigned found = 0;
    size_t at = from;

    for (size_t i = from; i <= end; i++)
        if (i == end || words_match(ws, i, ",|;|-")) {
            found |= clause_acts(book, ws, at, i);
            at = i + 1;
        }
    /* "Sure, one moment", "yes, I think so": no plain yes. */
    if ((found & ACT_HOLD) || ((found & ACT_HEDGE)
        && !(found & ACT_CONFIRM)))
        found &= ~ACT_YES;
    if ((found & ACT_QUESTION) && words_have(ws, from, end, fact_words))
        found |= ACT_ASKS;
    /* "No problem, all booked": they speak of ours. */
    if ((found & ACT_FULL) && (found & ACT_YES) && !(found & ACT_NO)
        && words_have(ws, from, end, "all booked")
        && !words_have(ws, from, end, "sorry|we're|we are|afraid|but"
        "|unfortunately|booked up|booked out"))
        found = (found & ~ACT_FULL) | ACT_CONFIRM;
    if ((found & (ACT_CONFIRM | ACT_YES | ACT_CANCELLED | ACT_ON_LIST))
        && words_have(ws, from, end, commands))
        found &= ~(ACT_CONFIRM | ACT_YES | ACT_OFFER | ACT_CANCELLED
            | ACT_ON_LIST | ACT_THANKS | ACT_BYE);
    return found;
}

const char *heard_machine(const struct heard_book *book,
    const struct words *ws)
{
    uint64_t all = 0;

    for (size_t i = 0; i < ws->n; i++)
        all |= book->hit[i];
    for (size_t i = 0; i < MACHINE_ROWS; i++)
        if (all >> (ACT_ROWS + i) & 1)
            return machines[i].reason;
    return NULL;
}

/* ---- what it says ---- */

/* Words after which a number alone is an hour: "we could do eight". */
static size_t hour_lead(const struct words *ws, size_t i)
{
    return words_match(ws, i, "do|offer|make it|only have|only|until|say|take"
        "|have|got|for|nur|erst|haben|anbieten|about|is|possible|would"
        "|available|or|oder");
}

/* Words that may follow such a number: it counts nothing then. */
static bool hour_ends(const struct words *ws, size_t i, size_t end)
{
    return i >= end || words_match(ws, i, ",|.|?|!|;|-|or|and|instead|works"
        "|would|is|on|if|then|but|that|tomorrow|today|tonight|for|please"
        "|available|free|be|in|at|oder|und|waere|ginge|geht|bitte|am"
        "|possible|work|should|with|under|okay|ok|also|too") > 0;
}

/* "Eight works", "eight is fine", "Eight?": a number that begins a clause. */
static size_t loose_hour(const struct words *ws, size_t from, size_t i,
    size_t end, const struct heard_context *cx, struct clock_time *t)
{
    size_t lead = hour_lead(ws, i), used;
    bool first = i == from || words_match(ws, i - 1, ",|-|;|so|then|okay|ok"
        "|yes|sure|or|oder");
    bool led = lead && !words_match(ws, i, "for|is|would|or|oder|available"
        "|possible|have|haben|about");

    used = moment_hour(ws, i + lead, cx->part, t);
    if (!used || !hour_ends(ws, i + lead + used, end))
        return 0;
    if (!t->bare)
        return lead + used;
    if (t->minute == 0 && words_match(ws, i + lead, "one|ein|eins|eine"
        "|einen"))
        return 0;
    if (led)
        return lead + used;
    if (lead ? !cx->bare_hours || words_match(ws, i, "for") : !first)
        return 0;
    if (words_match(ws, i + lead + used, "works|would|is|waere|ginge|geht"
        "|instead|be"))
        return lead + used;
    return cx->bare_hours ? lead + used : 0;
}

static void add_time(struct heard *h, const struct words *ws, size_t i,
    size_t n, const struct clock_time *t, const struct heard_context *cx)
{
    int64_t minutes = t->hour * 60 + t->minute;
    int64_t off = minutes - cx->asked_time;

    /* Twelve hours off, and nobody said am or pm: the hour asked for. */
    if (cx->asked_time >= 0 && !t->fixed && (off == 720 || off == -720))
        minutes = cx->asked_time;
    if (h->times == HEARD_TIMES)
        return;
    h->time[h->times++] = (struct heard_value){minutes,
        words_span(ws, i, n)};
}

static size_t find_time(const struct words *ws, size_t from, size_t i,
    size_t end, const struct heard_context *cx, struct heard *h)
{
    struct clock_time a, b;
    size_t n = moment_time(ws, i, cx->part, &a, &b), skip;
    int number;

    if (!n) {
        n = loose_hour(ws, from, i, end, cx, &a);
        b.hour = -1;
        if (n && a.bare && words_number(ws, i + n - 1, &number))
            h->bare = number;
    }
    if (!n || i + n > end)
        return 0;
    /* The quote begins at the hour, not at the words that lead to it. */
    for (skip = 0; skip < n; skip++) {
        struct clock_time t;

        if (moment_hour(ws, i + skip, cx->part, &t))
            break;
    }
    if (skip == n)
        skip = 0;
    add_time(h, ws, i + skip, n - skip, &a, cx);
    if (b.hour >= 0)
        add_time(h, ws, i + skip, n - skip, &b, cx);
    return n;
}

static size_t find_date(const struct words *ws, size_t i, size_t end,
    const struct heard_context *cx, struct heard *h)
{
    struct date d, base = cx->today;
    bool clash;
    size_t n, lead = words_match(ws, i, "on|am");

    /* Without the day of the call: the day asked for is the next such. */
    if (base.year == 0)
        base = cx->asked.year ? date_from_days(date_days(cx->asked) - 1)
            : (struct date){2000, 1, 1};
    n = moment_date(ws, i, base, &d, &clash);
    if (!n || i + n > end)
        return 0;
    if (clash || (cx->today.year == 0 && cx->asked.year == 0))
        return n;
    if (cx->today.year == 0 && words_match(ws, i, "today|tonight|tomorrow"
        "|the day after|day after|this evening|heute|morgen|uebermorgen|in"
        "|next"))
        d = cx->asked;
    h->date = (struct heard_value){date_days(d),
        words_span(ws, i + lead, n - lead)};
    return n;
}

static size_t find_party(const struct words *ws, size_t i, size_t end,
    struct heard *h)
{
    int people = 0;
    size_t n = party_at(ws, i, &people);

    if (!n || i + n > end || people < 1)
        return 0;
    h->party = (struct heard_value){people, words_span(ws, i, n)};
    return n;
}

size_t heard_end(const struct words *ws, size_t i)
{
    for (size_t at = i; at < ws->n; at++) {
        if (at > i && ws->at[at].kind == WORD_LETTERS
            && words_match(ws, at, "but|aber|however|sondern"))
            return at;
        if (ws->at[at].kind != WORD_MARK)
            continue;
        if (words_match(ws, at, "!|?|;"))
            return at + 1;
        if (!words_match(ws, at, "."))
            continue;
        /* "19.30", "p.m. for", "Mr. Leo" go on. */
        if (words_at(ws, at + 1)->glued && !words_match(ws, at + 1, ".|\""))
            continue;
        if (at > i && words_at(ws, at)->glued
            && words_at(ws, at - 1)->kind == WORD_LETTERS
            && (words_match(ws, at - 1, "mr|mrs|ms|dr|st|no|nr|nov|dec|jan"
            "|feb|oct|sept|sep|aug") || (words_at(ws, at - 1)->text.len == 1
            && !words_at(ws, at + 1)->capital)))
            continue;
        if (at > i && words_at(ws, at - 1)->kind == WORD_DIGITS
            && words_at(ws, at + 1)->capital
            && words_match(ws, at + 1, "januar|februar|maerz|april|mai|juni"
            "|juli|august|september|oktober|november|dezember|uhr"))
            continue;
        return at + 1;
    }
    return ws->n;
}

/* ---- confirmation numbers ---- */

/* What may stand between "number" and the number. */
static const char between[] = "number|code|no .|no|is|'s|would be|will be"
    "|it's|its|:|ist|lautet|the|your|for you|that's|for this|for that"
    "|for your booking|,|die|nummer|es ist|then|for the booking"
    "|for your reservation|just say|-|#";
static const char announce[] = "confirmation|reservation number"
    "|reservation code|booking number|booking code|booking reference"
    "|reference number|reference|bestaetigungsnummer|reservierungsnummer"
    "|buchungsnummer|bestaetigungscode|buchungscode|referenznummer"
    "|number is|number's|code is|nummer ist|nummer lautet|die nummer"
    "|your number|under number|unter der nummer|unter nummer|number";
static const char other_number[] = "phone|telephone|telefon|table|mobile"
    "|cell|card|room|suite|rufnummer|fax|street|party|house|line";

/* "AB 1 2 9": capitals in front of the digits belong to them. */
static size_t whole_code(const struct words *ws, size_t i, char *out,
    size_t cap)
{
    const struct word *w = words_at(ws, i);
    size_t used = words_code(ws, i, out, cap), len = w->text.len;

    if (used || w->kind != WORD_LETTERS || len < 2 || len > 4 || len >= cap
        || words_match(ws, i, "ok|pm|am"))
        return used;
    for (size_t k = 0; k < len; k++)
        if (w->text.ptr[k] < 'A' || w->text.ptr[k] > 'Z')
            return 0;
    used = 1 + words_match(ws, i + 1, "-|,|.");
    memcpy(out, w->text.ptr, len);
    len = words_code(ws, i + used, out + len, cap - len);
    return len ? used + len : 0;
}

/* "102, sorry, 103": the second counts. */
static size_t code_again(const struct words *ws, size_t i, size_t end,
    char *out, size_t cap, size_t *skip)
{
    char again[64];
    size_t at = i + words_match(ws, i, ",|-|."), n, digits = 0;

    n = words_match(ws, at, "no sorry|sorry|no wait|no|i mean|correction|wait"
        "|rather|make that|nein|entschuldigung|pardon|quatsch|verzeihung");
    if (!n)
        return 0;
    at += n;
    at += words_match(ws, at, ",");
    at += words_match(ws, at, "it's|it is|that's|es ist");
    n = at < end ? whole_code(ws, at, again, sizeof again) : 0;
    for (const char *c = again; n && *c; c++)
        digits += *c >= '0' && *c <= '9';
    if (!n || digits < 2 || strlen(again) >= cap)
        return 0;
    memcpy(out, again, strlen(again) + 1);
    *skip = at;
    return n;
}

size_t heard_spelled(const struct words *ws, size_t i, char *out, size_t cap)
{
    return whole_code(ws, i, out, cap);
}

size_t heard_code(const struct words *ws, size_t from, size_t end,
    bool asked_for, char *out, size_t cap, struct slice *quote)
{
    struct clock_time a, b;

    for (size_t i = from; i < end; i++) {
        size_t at = i, n = words_match(ws, i, announce), digits = 0;

        if (n && i > from && words_match(ws, i - 1, other_number))
            continue;
        if (!n && !asked_for)
            continue;
        for (at += n; at < end && (n = words_match(ws, at, between)) != 0;)
            at += n;
        if (at == i && (moment_time(ws, at, PART_NONE, &a, &b)
            || words_match(ws, at, "a|i") || (i > from && words_match(ws,
            i - 1, "for|at|of|fuer|um|+"))))
            continue;
        n = whole_code(ws, at, out, cap);
        if (n == 0 || at + n > end)
            continue;
        for (const char *c = out; *c; c++)
            digits += *c >= '0' && *c <= '9';
        if (digits < 2 || strlen(out) < 3)
            continue;
        digits = code_again(ws, at + n, end, out, cap, &at);
        n = digits ? digits : n;
        *quote = words_span(ws, at, n);
        return n;
    }
    out[0] = 0;
    return 0;
}

/* Is word i a part of that text? */
static bool within(struct slice text, const struct words *ws, size_t i)
{
    const uint8_t *at = words_at(ws, i)->text.ptr;

    return text.len && at >= text.ptr && at < text.ptr + text.len;
}

void heard_read(const struct heard_book *book, const struct words *ws,
    size_t from, size_t end, const struct heard_context *cx,
    struct heard *out)
{
    struct slice number = {NULL, 0};
    char code[64];
    uint64_t before;
    size_t last = end, n;

    *out = (struct heard){.acts = heard_acts(book, ws, from,
        end)};
    while (last > from && words_match(ws, last - 1, ".|!|?|;|,"))
        last--;
    n = words_match(ws, from, "but|aber|and|und|however");
    n += words_match(ws, from + n, ",");
    if (from + n < last)
        out->text = words_span(ws, from + n, last - from - n);
    if (out->acts & ACT_NUMBER)
        heard_code(ws, from, end, false, code, sizeof code, &number);
    for (size_t i = from; i < end; i += n ? n : 1) {
        n = within(number, ws, i);      /* its digits are no hours */
        if (n)
            continue;
        if (words_at(ws, i)->kind == WORD_LETTERS && words_barren(ws, i))
            continue;
        before = ws->memo ? ws->memo->matches : 0;
        n = find_date(ws, i, end, cx, out);
        if (!n)
            n = find_party(ws, i, end, out);
        if (!n)
            n = find_time(ws, from, i, end, cx, out);
        if (!n && ws->memo && ws->memo->matches == before)
            words_set_barren(ws, i);
    }
}
