/* party.c - how many people. */
#include "agent/party.h"

#include "agent/moment.h"

static const char people_words[] = "people|persons|person|guests|guest|pax"
    "|of us|adults|adult|grown - ups|friends|diners|covers|seats|personen"
    "|leute|leuten|gaeste|gaesten|erwachsene|erwachsenen|freunde|freunden"
    "|people total|persnen|mann|mann hoch|heads|ppl|humans|men|women|ladies"
    "|gentlemen|in total|insgesamt|p|pers|places|plaetze|grownups";
static const char child_words[] = "kids|kid|children|child|toddlers|toddler"
    "|babies|baby|kinder|kind|kindern";

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
    size_t used = words_match(ws, i, "a couple of|a couple") ? 0
        : words_number(ws, i, n);

    if (words_match(ws, i, "a couple of|a couple|a pair")) {
        *n = 2;
        return words_match(ws, i, "a couple of|a couple|a pair");
    }
    if (words_match(ws, i, "a dozen")) {
        *n = 12;
        return 2;
    }
    if (!used || words_match(ws, i, "eine|einen"))
        return 0;
    if (moment_date(ws, i, any, &d, &clash)
        || (moment_hour(ws, i, PART_NONE, &t) > 0 && !t.bare)
        || words_match(ws, i + used, "st|nd|rd|th|hours|hour|days|day|weeks"
        "|week|minutes|nights|months|stunden|stunde|tage|wochen|minuten|%"
        "|euro|euros|dollar|dollars|bucks|pounds|eur|usd|percent|prozent|pm|am"
        "|uhr|o'clock|p . m|a . m|pence|cents"))
        return 0;
    return used;
}

/* "2 adults and 2 kids": the second part adds. */
static size_t more_people(const struct words *ws, size_t i, int *people)
{
    size_t and = words_match(ws, i, "and|plus|und|,|&"), used;
    int n = 0;

    if (!and)
        return 0;
    used = words_match(ws, i + and, "a|ein|einem") ? 1
        : words_number(ws, i + and, &n);
    if (!used || !words_match(ws, i + and + used, child_words))
        return 0;
    *people += n ? n : 1;
    return and + used + 1;
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
    return used + noun + more_people(ws, i + used + noun, people);
}

/* "for me and my wife", "my wife and me", "meine Frau und ich": two. */
static size_t pair(const struct words *ws, size_t i)
{
    size_t used = words_match(ws, i, "for me and my|for me and a|me and my"
        "|me and a|myself and my|fuer mich und meine|fuer mich und meinen"
        "|fuer mich und einen|mich und meine|mich und meinen"), other;

    if (used)
        return words_at(ws, i + used)->kind == WORD_LETTERS ? used + 1 : 0;
    used = words_match(ws, i, "for my|my|a|fuer meine|fuer meinen|meine"
        "|mein|meinen|einen|eine");
    if (!used || words_at(ws, i + used)->kind != WORD_LETTERS)
        return 0;
    other = words_match(ws, i + used + 1, "and me|and i|and myself|und ich"
        "|und mich");
    return other ? used + 1 + other : 0;
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

size_t party_at(const struct words *ws, size_t i, int *people)
{
    static const char lead_words[] = "for|fuer|a party of|party of"
        "|a group of|group of|a table of|table of|we are|we're|we'll be"
        "|we will be|there are|there'll be|there will be|wir sind|wir waeren"
        "|to seat|seating|it's for|we would be|we'd be|there would be|that's"
        " for|it will be|it'll be|we will be around|total of|es sind"
        "|wir werden|wir kommen zu|family of|familie von|gruppe von"
        "|a family of|our group of|our party of|group is|party is|people :"
        "|personen :|party size|party :|guests :|pax :|persons :";
    size_t used = with_friends(ws, i, people), lead;

    if (!used)
        used = counted(ws, i, people);
    if (used)
        return used;
    for (int n = 0; n < 9; n++)
        if ((used = words_match(ws, i, zu_words[n])) != 0) {
            *people = n + 2;
            return used;
        }
    used = words_match(ws, i, "just me|only me|for myself|just myself|for me"
        " alone|nur ich|nur fuer mich|fuer mich allein|by myself");
    if (used) {
        *people = 1;
        return used;
    }
    used = pair(ws, i);
    if (used) {
        *people = 2;
        return used;
    }
    lead = words_match(ws, i, lead_words);
    if (!lead)
        return 0;
    lead += words_match(ws, i + lead, "the|about|around|up to|exactly|just"
        "|only|etwa|nur");
    used = counted(ws, i + lead, people);
    if (!used)
        used = count_at(ws, i + lead, people);
    return used ? lead + used : 0;
}
