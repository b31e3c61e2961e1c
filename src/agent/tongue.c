/* tongue.c - is a sentence English or German? */
#include "agent/tongue.h"

#include "agent/words.h"

static const char english[] = "the|a|an|and|of|to|for|at|on|with|from|by|is"
    "|are|be|it|it's|this|that|these|i|i'm|i'd|i'll|we|we're|we'd|we'll|you"
    "|he|she|they|me|us|them|my|our|your|please|thanks|thank|hello|hi|hey"
    "|book|need|want|would|like|could|can|get|make|give|call|find|cancel"
    "|change|move|table|people|persons|guests|tomorrow|today|tonight|next"
    "|evening|morning|noon|dinner|lunch|yes|yeah|no|not|never|what|who"
    "|where|when|how|which|any|some|one|two|three|four|five|six|seven|eight"
    "|nine|ten|reservation|reserve|booking|half|past|quarter|monday|tuesday"
    "|wednesday|thursday|friday|saturday|sunday|pm|o'clock|if|or|but|as"
    "|sorry|actually|instead|do|does|don't|have|has|party|name|under"
    "|between|after|before|around|about|okay|sure|first|second|go|ahead";
static const char german[] = "der|die|das|den|dem|des|ein|eine|einen|einem"
    "|einer|und|oder|aber|fuer|mit|von|vom|bei|beim|zu|zum|zur|im|um|auf|ab"
    "|gegen|nach|ueber|ich|wir|sie|ihr|uns|mir|mich|mein|meine|meinen"
    "|meiner|unser|unsere|unseren|unserer|ist|sind|bin|hat|habe|haben|haette"
    "|haetten|moechte|moechten|wuerde|wuerden|koennen|koennten|kann|bitte"
    "|danke|hallo|guten|gruezi|servus|ja|nein|nicht|kein|keine|doch|noch"
    "|auch|mal|tisch|tische|personen|leute|gaeste|uhr|halb|heute|heut"
    "|morgen|uebermorgen|abend|mittag|frueh|naechsten|naechste|kommenden"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    "|reservieren|reserviere|reservier|reservierung|buchen|buche|bestellen"
    "|stornieren|storniere|storno|absagen|verschieben|aendern|zwei|drei|vier"
    "|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|wo|was|wer|wie|wann|welche"
    "|welches|gerne|gern|lieber|brauche|brauchen|suche|namen|ersten|erste"
    "|zweite|zweiten|dritte|genau|klar|passt|stimmt|richtig|egal|ins|aufs"
    "|dreiviertel|viertel|gestern|dann|sich|rufen|ruf|rufe|frag|machen|mach";

enum tongue tongue_of(const struct words *ws)
{
    int lean = 0;

    for (size_t i = 0; i < ws->n; i++)
        if (ws->at[i].kind == WORD_LETTERS)
            lean += (words_match(ws, i, german) > 0)
                - (words_match(ws, i, english) > 0);
    return lean > 0 ? TONGUE_GERMAN : lean < 0 ? TONGUE_ENGLISH : TONGUE_ANY;
}

enum tongue tongue_of_text(struct slice text)
{
    struct words ws;

    words_split(&ws, text);
    return tongue_of(&ws);
}
