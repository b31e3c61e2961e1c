/* party.c - how many people. */
#include "agent/party.h"

#include "agent/moment.h"

static const char people_words[] = "begleiter|begleitpersonen|betreuer"
    "|bewohner|residents|carers|companions|attendants|personnes|people"
    "|persons|person|persone"
    "|guests|guest|pax|of you"
    "|of us|adults|adult|grown - ups|friends|diners|covers|seats|personen"
    "|leute|leuten|gaeste|gaesten|erwachsene|erwachsenen|freunde|freunden"
    "|people total|persnen|mann|mann hoch|heads|ppl|humans|men|women|ladies"
    "|gentlemen|in total|insgesamt|p|pers|places|plaetze|grownups|guys|girls"
    "|folks|dudes|mates|lads|souls|individuals|attendees|eaters|seniors"
    "|pensioners|colleagues|coworkers|clients|students|peeps|visitors"
    "|kollegen|teilnehmer|freundinnen|maedels|jungs|damen|herren|frauen"
    "|maenner|kumpels|sitzplaetze|plaetzen|stueck|pax total|gedecke|couverts"
    "|maennecken|koepfe|personen insgesamt|seater|kunden|geschaeftspartner"
    "|senioren|players|family members|diner|spots|chairs";
static const char child_words[] = "kids|kid|children|child|toddlers|toddler"
    "|babies|baby|kinder|kind|kindern|infant|infants|little ones"
    "|little one|newborn|saeugling|kleinkind|kleinkinder|babys|teenager"
    "|teenagers|teens|jugendliche|enkel|enkeln|grandchildren|grandkids"
    "|small children|small kids|young children|young kids|kleine kinder"
    "|small child|young child|under 10s";

static const char *const zu_words[] = {
    "zu zweit|zu zweien", "zu dritt", "zu viert", "zu fuenft", "zu sechst",
    "zu siebt", "zu acht", "zu neunt", "zu zehnt"
};

/* A number that is no hour, no day and no span of time. */
static size_t count_at(const struct words *ws, size_t i, int *n)
{
    static const struct date any = {2026, 1, 1};
    struct clock_time t;
    struct date d;
    bool clash;
    size_t hundred, used = words_match(ws, i, "a couple of|a couple") ? 0
        : words_number(ws, i, n);

    if (words_match(ws, i, "a couple of|a couple|a pair")) {
        *n = 2;
        return words_match(ws, i, "a couple of|a couple|a pair");
    }
    for (int k = 0; k < 2; k++) {
        size_t dozen = words_match(ws, i, k ? "a dozen|one dozen|ein dutzend"
            : "half a dozen|half dozen|a half dozen|ein halbes dutzend");

        if (dozen) {
            *n = k ? 12 : 6;
            return dozen;
        }
    }
    if ((hundred = words_match(ws, i, "a hundred|one hundred|hundert"
        "|einhundert|two hundred|zweihundert|a thousand|tausend")) != 0) {
        *n = words_match(ws, i, "two hundred|zweihundert") ? 200
            : words_match(ws, i, "a thousand|tausend") ? 1000 : 100;
        return hundred;
    }
    if (!used || words_match(ws, i, "eine|einen"))
        return 0;
    if (moment_date(ws, i, any, &d, &clash)
        || (moment_hour(ws, i, PART_NONE, &t) > 0 && !t.bare)
        || words_match(ws, i + used, "st|nd|rd|th|hours|hour|days|day|weeks"
        "|week|minutes|nights|months|stunden|stunde|tage|wochen|minuten|%"
        "|euro|euros|dollar|dollars|bucks|pounds|eur|usd|percent|prozent|pm"
        "|uhr|o'clock|p . m|a . m|p m|a m|pence|cents"))
        return 0;
    return used;
}

/* "2 adults and 2 kids": the second part adds. */
static size_t more_people(const struct words *ws, size_t i, int *people)
{
    size_t and = words_match(ws, i, ", and|, plus|and|plus|und|,|&|+|sowie"
        "|along with|zzgl .|as well as|together with"), used, noun;
    int n = 0;

    used = words_match(ws, i + and, "a|an|ein|einem|our|one|unser|another"
        "|eine|einen") ? 1 : words_number(ws, i + and, &n);
    if (!used && !words_match(ws, i, "plus|+|sowie|und|and"))
        return 0;
    noun = words_match(ws, i + and + used, child_words);
    /* "Two ladies and three gentlemen": with a number they are more of us. */
    if (!noun && and && n)
        noun = words_match(ws, i + and + used, people_words);
    if (!noun)
        return 0;
    *people += n ? n : 1;
    return and + used + noun;
}

/* "4 people", "four of us", "two adults and two kids". */
static size_t counted(const struct words *ws, size_t i, int *people)
{
    size_t used = count_at(ws, i, people), noun;

    if (!used)
        return 0;
    noun = words_match(ws, i + used, people_words);
    if (!noun)
        noun = words_match(ws, i + used, child_words);
    /* "One of us is allergic" counts nobody. */
    if (!noun || (*people == 1 && words_match(ws, i + used, "of us")))
        return 0;
    used += noun;
    while ((noun = more_people(ws, i + used, people)) != 0)
        used += noun;
    return used;
}

/* One of those who come, by what he is to the others: "me", "my wife", "our
 * two kids", "ihre Mutter". */
static size_t relative(const struct words *ws, size_t i, int *people,
    bool *self)
{
    size_t whose = words_match(ws, i, "me|myself|i|mich|ich|mir|us"), n, unit;
    int count = 1;

    if (whose && !words_match(ws, i, "us")) {
        *self = true;
        *people += 1;
        return 1;
    }
    n = words_number(ws, i, &count);
    if (n && *people && (unit = words_match(ws, i + n, child_words)) != 0) {
        *people += count;       /* "my wife and two kids" */
        return n + unit;
    }
    count = 1;
    whose = words_match(ws, i, "my|our|a|his|her|their|the|meine|meinen|mein"
        "|meiner|meinem|unsere|unseren|unser|unserem|einen|eine|einem|seine"
        "|seinen|ihre|ihren|ihrem");
    if (!whose)
        return 0;
    n = words_number(ws, i + whose, &count);
    n += whose + words_match(ws, i + whose + n, "best|good|old|dear|lovely"
        "|little|elderly|beste|besten|gute|guten|liebe|lieben|kleine"
        "|kleinen|aelteste|older|younger");
    if (words_at(ws, i + n)->kind != WORD_LETTERS || count < 1 || words_match(
        ws, i + n, "table|tisch|reservation|dinner|lunch|booking|name"))
        return 0;
    if (words_match(ws, i + n, "parents|eltern|grandparents|grosseltern"
        "|in - laws|schwiegereltern"))
        count = 2;
    *people += count;
    /* "My boss Dr. Meier": his name belongs to him. */
    if (words_match(ws, i + n + 1, "dr .|dr|mr|mrs|ms|herr|frau|mr .")) {
        n += words_match(ws, i + n + 1, "dr .|dr|mr|mrs|ms|herr|frau|mr .");
        n += words_at(ws, i + n + 1)->capital;
    }
    return n + words_match(ws, i + n, "mother in law|mother - in - law"
        "|in - laws") + !words_match(ws, i + n, "mother in law"
        "|mother - in - law|in - laws");
}

/* "for me and my wife", "meine Frau und ich", "my wife, our two kids and me":
 * the one who asks is among them. */
static size_t relatives(const struct words *ws, size_t i, int *people)
{
    size_t used = words_match(ws, i, "for|fuer|with|mit"), n, last, and = 0;
    bool self = false;
    int all = 0, ones = 0;

    n = relative(ws, i + used, &all, &self);
    if (!n)
        return 0;
    for (last = used += n; n; last = n ? used : last) {
        and = words_match(ws, used + i, ", and|and|und|,|&|plus|+|sowie|n"
            "|' n '|'n'|u");
        if (!and && words_match(ws, used + i, "my|our|meine|unsere")) {
            ones = all;
            n = relative(ws, i + used, &all, &self);
            used += n;
            continue;
        }
        ones = all;
        n = and ? relative(ws, i + used + and, &all, &self) : 0;
        used += n ? and + n : 0;
    }
    if (!self || ones < 2)
        return 0;
    *people = ones;
    return last;
}

/* "for my boss and her husband", "for Anna and me": one and another. */
static size_t two_by_name(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "for|fuer"), and;
    int count;

    /* "Leo and me" */
    if (!n && i && words_at(ws, i)->capital && words_at(ws, i)->kind
        == WORD_LETTERS && !words_match(ws, i, "i|ich")) {
        and = words_match(ws, i + 1, "and me|and myself|and i|und ich"
            "|und mich|und mir");
        return and ? 1 + and : 0;
    }
    if (!n)
        return 0;
    while (n < 8 && words_at(ws, i + n)->kind != WORD_NONE) {
        and = words_match(ws, i + n, "and her|and his|and their|and me"
            "|and myself|and i|und ihren|und seine|und ihre|und mich"
            "|und seinen|and partner|and guest|and one guest|plus one"
            "|und ich|and a guest|und begleitung|and wife|and husband");
        if (and && words_number(ws, i + n + and, &count))
            return 0;
        if (and && n > 1)
            return n + and + !words_match(ws, i + n, "and me|and myself|and i"
                "|und mich|plus one|und ich|and partner|and guest"
                "|and one guest|and a guest|und begleitung|and wife"
                "|and husband");
        if (words_at(ws, i + n)->kind == WORD_DIGITS || words_match(ws, i + n,
            ",|;|!|?|and|und|at|on|bei|am|um|im"))
            return 0;
        n++;
    }
    return 0;
}

/* "Mr. Weber and 3 guests", "our CEO and her two guests": one, and those. */
static size_t one_and_more(const struct words *ws, size_t i, int *people)
{
    size_t n = words_match(ws, i, "me +|me plus|myself plus|ich plus"
        "|ich +|mich plus"), used;

    /* "Me + 2" */
    used = n ? count_at(ws, i + n, people) : 0;
    if (used) {
        *people += 1;
        return n + used;
    }
    n = words_match(ws, i, "and|plus|und|+|mit|with");
    if (!n || !i || words_at(ws, i - 1)->kind != WORD_LETTERS)
        return 0;
    n += words_match(ws, i + n, "her|his|their|my|seine|seinen|ihre|ihren"
        "|our");
    used = count_at(ws, i + n, people);
    if (!used)
        return 0;
    n += used;
    used = words_match(ws, i + n, "guests|others|friends|colleagues|more"
        "|companions|gaeste|gaesten|freunde|freunden|weitere|weiteren"
        "|begleiter|clients|partners|other people|others|kollegen");
    *people += 1;
    return used ? n + used : 0;
}

/* "with three friends", "for me and two others": they and the one who asks. */
static size_t with_friends(const struct words *ws, size_t i, int *people)
{
    size_t lead = words_match(ws, i, "for me and my|for me and|for me plus"
        "|me and my|me and|me plus|with my|with|fuer mich und meine"
        "|fuer mich und|mich und|mit meinen|mit");
    size_t used = lead ? count_at(ws, i + lead, people) : 0;

    if (!used)
        return 0;
    used += lead;
    used += words_match(ws, i + used, "other|more|of my|andere|anderen"
        "|weitere|weiteren|good|gute|guten|meiner");
    if (!words_match(ws, i, "with my|mit meinen|me and my|for me and my"
        "|fuer mich und meine") && !words_match(ws, i + used, "friends"
        "|others|colleagues|people|guests"
        "|coworkers|mates|relatives|freunden|freunde|freundinnen|kollegen"
        "|gaesten|gaeste|personen|leuten|leute|kids|children|kinder"
        "|kindern|buddies|sisters|brothers|sons|daughters|anderen|andere"))
        return 0;
    /* "With four people" are all of them, "with four friends" one more. */
    if (!words_match(ws, i, "with|mit") || !words_match(ws, i + used,
        "people|guests|personen|leuten|leute|gaesten|kids|children|kinder"
        "|kindern") || words_match(ws, i, "with my|mit meinen"))
        *people += 1;
    return used + 1;
}

/* "For four", "we are six", "party size: 3". */
static size_t led(const struct words *ws, size_t i, int *people)
{
    static const char lead_words[] = "for|fuer|a party of|party of"
        "|a group of|group of|a table of|table of|we are|we're|we'll be"
        "|we will be|there are|there'll be|there will be|wir sind|wir waeren"
        "|to seat|seating|it's for|we would be|we'd be|there would be|that's"
        " for|it will be|it'll be|we will be around|total of|es sind"
        "|fuer uns|mir sind|mir san|mer sind|mir waeren|wir sind's|for us"
        "|sind zu"
        "|there'd be|party will be|headcount is|head count is|count is"
        "|make it for|so|makes|making|insgesamt|total|team of|crew of"
        "|our team of|bunch of|gang of|class of|delegation of|club of"
        "|squad of|circle of|round of|runde von|truppe von|team von|zusammen"
        "|table 4|tables 4|macht zusammen|zusammen|in all"
        "|party size :|party size of|size of|personenzahl :|personenzahl"
        "|anzahl :|anzahl personen :|gaeste :|number of people :"
        "|number of guests :|people count :|headcount :|we number|we make"
        "|wir werden|wir kommen zu|family of|familie von|gruppe von"
        "|a family of|our group of|our party of|group is|party is|people :"
        "|personen :|party size|party :|guests :|pax :|persons :";
    size_t lead = words_match(ws, i, lead_words), used;

    if (!lead)
        return 0;
    lead += words_match(ws, i + lead, "now|jetzt|nun|doch|actually|in total"
        "|then|dann|all|the|about|around|up to|exactly|just"
        "|only|etwa|nur");
    used = counted(ws, i + lead, people);
    if (!used && !words_match(ws, i + lead, "ein|einem|einer"))
        used = count_at(ws, i + lead, people);
    /* "Party of 2 + 2 kids" */
    if (used && words_match(ws, i + lead + used, "and|plus|+|&|und|sowie"))
        used += more_people(ws, i + lead + used, people);
    /* "For two of the four" counts some of them. */
    return used && !words_match(ws, i + lead + used, "of the|of them|of our"
        "|of my|von den|der|von uns") ? lead + used : 0;
}

static size_t one_alone(const struct words *ws, size_t i)
{
    return words_match(ws, i, "just me|only me|for myself|just myself|for me"
        " alone|nur ich|nur fuer mich|fuer mich allein|by myself|for one"
        "|on my own|party of one|a single person|a single diner|fuer mich"
        " alleine|ganz allein|ganz alleine|fuer eine person|eine person"
        "|einer person|eine einzelne person|nur eine person|solo diner"
        "|ich komme allein|ich komme alleine|ich bin allein|ich bin alleine"
        "|i'm alone|i am alone|i'll be alone|solo|table for me only|one seat"
        "|1 seat|one place|1 place|one spot|1 person|1 pers|one diner"
        "|ein platz|a seat for me|1 platz|eine einzelperson|one cover"
        "|1 cover");
}

static size_t both_of_us(const struct words *ws, size_t i)
{
    size_t used = words_match(ws, i, "the both of us|both of us"
        "|the pair of us|fuer uns beide|uns beide|wir beide|fuer uns zwei"
        "|wir zwei|uns zwei|for us two|us two|a twosome|ein paerchen"
        "|for two of us|fuer ein paar|wir sind ein paar|me plus one"
        "|myself plus one|ich plus eins|plus one|zu zwoat|zu zwoet"
        "|mr and mrs|mr . and mrs .|mr & mrs|mr . & mrs .|herr und frau"
        "|herrn und frau|ehepaar|das ehepaar|a married couple");

    return used ? used : two_by_name(ws, i);
}

size_t party_at(const struct words *ws, size_t i, int *people)
{
    size_t used = with_friends(ws, i, people);

    if (!used)
        used = counted(ws, i, people);
    if (!used)
        used = led(ws, i, people);
    if (used)
        return used;
    for (int n = 0; n < 9 && words_match(ws, i, "zu"); n++)
        if ((used = words_match(ws, i, zu_words[n])) != 0) {
            *people = n + 2;
            return used;
        }
    if ((used = one_alone(ws, i)) != 0) {
        *people = 1;
        return used;
    }
    if ((used = relatives(ws, i, people)) != 0
        || (used = one_and_more(ws, i, people)) != 0)
        return used;
    /* "x2" */
    if (words_match(ws, i, "x") && words_at(ws, i + 1)->glued
        && words_at(ws, i + 1)->kind == WORD_DIGITS
        && words_number(ws, i + 1, people))
        return 2;
    if ((used = both_of_us(ws, i)) != 0)
        *people = 2;
    return used;
}
