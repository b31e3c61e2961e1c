/* phrase.c - what a conversation says to the owner, in the owner's language. */
#include "agent/phrase.h"

#include <string.h>

static const struct {
    const char *english, *german;
} phrases[] = {
    [PHRASE_HELP] = {"I book tables by telephone, change or cancel them, and "
        "ask or tell a place something for you. Tell me the restaurant, how "
        "many people, the day and the time.",
        "Ich reserviere Tische am Telefon, \xc3\xa4ndere und storniere sie "
        "und frage oder richte etwas aus. Sagen Sie mir das Restaurant, die "
        "Personenzahl, den Tag und die Uhrzeit."},
    [PHRASE_HELP_BOOK] = {"I book tables by telephone. Tell me the "
        "restaurant, how many people, the day and the time.",
        "Ich reserviere Tische am Telefon. Sagen Sie mir das Restaurant, die "
        "Personenzahl, den Tag und die Uhrzeit."},
    [PHRASE_FOR] = {", for $", ", f\xc3\xbcr $"},
    [PHRASE_NO_DAY] = {"\"$\" is no day (YYYY-MM-DD).",
        "\"$\" ist kein Tag (JJJJ-MM-TT)."},
    [PHRASE_WHERE] = {"At which restaurant?", "In welchem Restaurant?"},
    [PHRASE_WHERE_THEN] = {"At which restaurant, then?",
        "In welchem Restaurant denn?"},
    [PHRASE_HOW_MANY] = {"For how many people?",
        "F\xc3\xbcr wie viele Personen?"},
    [PHRASE_WHICH_DAY] = {"On which day?", "An welchem Tag?"},
    [PHRASE_WHAT_TIME] = {"At what time?", "Um wie viel Uhr?"},
    [PHRASE_NEED] = {"I still need ", "Ich brauche noch "},
    [PHRASE_THE_PLACE] = {"the restaurant", "das Restaurant"},
    [PHRASE_THE_PEOPLE] = {"the number of people", "die Personenzahl"},
    [PHRASE_THE_DAY] = {"the day", "den Tag"},
    [PHRASE_THE_TIME] = {"the time", "die Uhrzeit"},
    [PHRASE_AND] = {" and ", " und "},
    [PHRASE_OR] = {" or ", " oder "},
    [PHRASE_ABOUT] = {"about this: \"$\"", "und das ausrichten: \"$\""},
    [PHRASE_WHOM] = {"Whom shall I call?  I need the name of a place that I "
        "know, or the number with its country code.", "Wen soll ich anrufen?  "
        "Ich brauche den Namen eines bekannten Lokals oder die Nummer mit "
        "L\xc3\xa4ndervorwahl."},
    [PHRASE_WHAT_ERRAND] = {"What shall I ask or tell them?",
        "Was soll ich fragen oder ausrichten?"},
    [PHRASE_ANSWERED] = {"Answered", "Beantwortet"},
    [PHRASE_SHALL_I] = {"Shall I call ", "Soll ich anrufen: "},
    [PHRASE_CALLING] = {"Calling ", "Ich rufe an: "},
    [PHRASE_CANCEL_IT] = {"and cancel the table: ",
        "und den Tisch absagen: "},
    [PHRASE_CHANGE_IT] = {"and change the table (",
        "und den Tisch \xc3\xa4ndern ("},
    [PHRASE_CHANGE_TO] = {") to ", ") auf "},
    [PHRASE_IN_NAME] = {", in the name of $", ", auf den Namen $"},
    [PHRASE_NEED_NUMBER] = {"I need the telephone number of $.",
        "Ich brauche die Telefonnummer von $."},
    [PHRASE_NEED_CODE] = {"I need the telephone number of $, with its "
        "country code.",
        "Ich brauche die Telefonnummer von $, mit der Landesvorwahl."},
    [PHRASE_WHAT_CHANGES] = {"What is to be changed: the day, the time or "
        "the number of people?",
        "Was soll anders werden: der Tag, die Uhrzeit oder die "
        "Personenzahl?"},
    [PHRASE_CANNOT] = {"I cannot do that: $.", "Das geht nicht: $."},
    [PHRASE_NOBODY_CALLED] = {"All right: nobody is called.",
        "In Ordnung: Es wird niemand angerufen."},
    [PHRASE_NO_PLACE] = {"I know of no such place.",
        "So ein Lokal kenne ich nicht."},
    [PHRASE_ONE_PLACE] = {"I know one: ", "Ich kenne eines: "},
    [PHRASE_PLACES] = {"I know these: ", "Ich kenne diese: "},
    [PHRASE_BOOK_THERE] = {". Shall I book a table there?",
        ". Soll ich dort einen Tisch reservieren?"},
    [PHRASE_WHICH_BOOKING] = {"Which one: ", "Welche Reservierung: "},
    [PHRASE_WHICH_PLACE] = {"Which one: ", "Welches: "},
    [PHRASE_DID_YOU_MEAN] = {"Did you mean ", "Meinten Sie "},
    [PHRASE_NO_BOOKING] = {"I know of no booking",
        "Ich kenne keine Reservierung"},
    [PHRASE_AT] = {" at $", " bei $"},
    [PHRASE_TO_COME] = {" that is still to come.",
        ", die noch bevorsteht."},
    [PHRASE_BOOKED] = {"Booked: ", "Gebucht: "},
    [PHRASE_NUMBER] = {", number $", ", Nummer $"},
    [PHRASE_NO_BOOKINGS] = {"Nothing is booked.", "Es ist nichts gebucht."},
    [PHRASE_COST] = {" It may cost up to $ (an estimate).",
        " Es kostet h\xc3\xb6""chstens $ (gesch\xc3\xa4tzt)."},
    [PHRASE_CALL_NOW] = {"Call now?", "Jetzt anrufen?"},
    [PHRASE_INBOUND] = {"a call that came in",
        "ein Anruf, der hereinkam"},
    [PHRASE_CODE] = {", confirmation number $",
        ", Best\xc3\xa4tigungsnummer $"},
    [PHRASE_UNFINISHED] = {"Not finished", "Nicht beendet"},
    [PHRASE_TWILIO] = {" (Twilio error $)", " (Twilio-Fehler $)"},
    [PHRASE_FINE] = {"nothing stands against it", "nichts spricht dagegen"},
    [PHRASE_EMPTY] = {"there are no words in it",
        "es stehen keine Worte darin"},
    [PHRASE_TOO_LONG] = {"it has more than 1,000 characters",
        "es hat mehr als 1.000 Zeichen"},
    [PHRASE_MARKUP] = {"it contains markup", "es enth\xc3\xa4lt Markup"},
    [PHRASE_PARTY_SIZE] = {"that is no number of people I may book for",
        "f\xc3\xbcr diese Personenzahl darf ich nicht reservieren"},
    [PHRASE_PAST] = {"that moment has passed",
        "dieser Zeitpunkt ist vorbei"},
    [PHRASE_POLICY] = {"emergency and premium numbers are never called",
        "Notrufe und Mehrwertnummern werden nie angerufen"}
};

void phrase_add(struct buf *out, enum tongue tongue, enum phrase p,
    const char *arg)
{
    const char *text = tongue == TONGUE_GERMAN ? phrases[p].german
        : phrases[p].english;
    size_t before = strcspn(text, "$");

    buf_add(out, slice_of(text, before));
    if (!text[before])
        return;
    buf_adds(out, arg ? arg : "");
    buf_adds(out, text + before + 1);
}

const char *phrase_german_weekday(int weekday)
{
    static const char *const names[] = {"Montag", "Dienstag", "Mittwoch",
        "Donnerstag", "Freitag", "Samstag", "Sonntag"};

    return names[weekday];
}

const char *phrase_german_month(int month)
{
    static const char *const names[] = {"Januar", "Februar", "M\xc3\xa4rz",
        "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember"};

    return names[month - 1];
}

void phrase_add_day(struct buf *out, enum tongue tongue, struct date d)
{
    if (tongue == TONGUE_GERMAN)
        buf_addf(out, "%s, %d. %s %d", phrase_german_weekday(
            date_weekday(d)), d.day, phrase_german_month(d.month), d.year);
    else
        date_add_words(out, d);
}

void phrase_add_time(struct buf *out, enum tongue tongue, const char *time,
    const char *to)
{
    bool german = tongue == TONGUE_GERMAN;

    buf_adds(out, time);
    if (to[0])
        buf_addf(out, german ? " bis %s" : " to %s", to);
    if (german && time[0])
        buf_adds(out, " Uhr");
}

void phrase_add_party(struct buf *out, enum tongue tongue, int party)
{
    if (tongue == TONGUE_GERMAN)
        buf_addf(out, "%d %s", party, party == 1 ? "Person" : "Personen");
    else
        buf_addf(out, "%d %s", party, party == 1 ? "person" : "people");
}
