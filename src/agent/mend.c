/* mend.c - slips of the finger in the words that a request turns on. */
#include "agent/mend.h"

#include <string.h>

/* Shorter words are left alone: one letter makes another word of them. */
#define MEND_LEAST 5

/* No "march" and "april": Marco and Aprile are names. */
static const char *const known[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "january", "february", "august", "september", "october",
    "november", "december", "today", "tonight", "tomorrow", "yesterday",
    "table", "reservation", "reserve", "booking", "cancel", "change",
    "people", "persons", "person", "guests", "adults", "children",
    "breakfast", "dinner", "lunch", "evening", "morning", "afternoon",
    "please", "window", "terrace", "birthday", "vegetarian", "restaurant",
    "quarter", "midnight", "between", "around", "under", "outside",
    "seven", "eight", "twelve", "thirty", "fifteen",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag",
    "sonntag", "januar", "februar", "oktober", "dezember", "heute", "morgen",
    "uebermorgen", "gestern", "tisch", "reservierung", "reservieren",
    "reserviere", "stornieren", "storniere", "verschieben", "personen",
    "leute", "abend", "mittag", "viertel", "zwischen", "naechsten",
    "naechste", "fenster", "fensterplatz", "terrasse", "geburtstag",
    "kinderstuhl", "hochstuhl"
};

/* What is usual and more than one slip away. */
static const struct {
    const char *low, *meant;
} usual[] = {
    {"tommorow", "tomorrow"}, {"tomoro", "tomorrow"}, {"tmrw", "tomorrow"},
    {"tmr", "tomorrow"}, {"tmw", "tomorrow"}, {"tommorrows", "tomorrow"},
    {"tonite", "tonight"}, {"nite", "night"},
    {"tbl", "table"}, {"wensday", "wednesday"},
    {"wendsday", "wednesday"}, {"resavation", "reservation"},
    {"rezervation", "reservation"}, {"reservasion", "reservation"},
    {"tabel", "table"}, {"cancle", "cancel"}, {"cansel", "cancel"},
    {"cancell", "cancel"}, {"kancel", "cancel"}, {"canel", "cancel"},
    {"gibts", "gibt"}, {"gibt's", "gibt"}, {"smth", "something"},
    {"sth", "something"}, {"tow", "two"}, {"fuor", "four"},
    {"foru", "four"}, {"fvie", "five"}, {"sevn", "seven"}, {"eigth", "eight"},
    {"eigt", "eight"}, {"thre", "three"}, {"thee", "three"}, {"siben",
    "sieben"}, {"zwie", "zwei"}, {"vir", "vier"}, {"dei", "drei"},
    {"seben", "sieben"}, {"fore", "for"}, {"teh", "the"},
    {"tonigth", "tonight"},
    {"satuday", "saturday"}, {"saterday", "saturday"}, {"wenesday",
    "wednesday"}, {"thrusday", "thursday"}, {"thirsday", "thursday"},
    {"tuseday", "tuesday"}, {"reserv", "reserve"}, {"rezerve", "reserve"},
    {"boook", "book"}, {"bokk", "book"}, {"bok", "book"},
    {"reservieung", "reservierung"},
    {"tich", "tisch"}, {"dinstag", "dienstag"}, {"mitwoch", "mittwoch"},
 {"ppl", "people"},
    {"pers", "personen"}, {"bday", "birthday"}, {"ubermorgen",
    "uebermorgen"}, {"fur", "fuer"}, {"funf", "fuenf"}, {"zwolf", "zwoelf"},
    {"mochte", "moechte"}, {"plz", "please"},
    /* Swiss German */
    {"achti", "acht"}, {"siebni", "sieben"}, {"sechsi", "sechs"},
    {"fuefi", "fuenf"}, {"vieri", "vier"}, {"nueni", "neun"},
    {"zaehni", "zehn"}, {"zehni", "zehn"}, {"elfi", "elf"},
    {"zwoelfi", "zwoelf"}, {"drue", "drei"}, {"zwoei", "zwei"},
    {"fuef", "fuenf"}, {"nuen", "neun"}, {"friitig", "freitag"},
    {"fritig", "freitag"}, {"samschtig", "samstag"}, {"samstig", "samstag"},
    {"sunntig", "sonntag"}, {"maentig", "montag"}, {"ziischtig", "dienstag"},
    {"zischtig", "dienstag"}, {"mittwuch", "mittwoch"},
    {"dunschtig", "donnerstag"}, {"donnschtig", "donnerstag"},
    {"moorn", "morgen"}, {"huet", "heute"}, {"obig", "abend"},
    {"halbi", "halb"}, {"saechs", "sechs"}, {"morn", "morgen"},
    /* Bavarian and Austrian */
    {"siebene", "sieben"}, {"sechse", "sechs"}, {"fuenfe", "fuenf"},
    {"neune", "neun"}, {"zehne", "zehn"}, {"elfe", "elf"},
    {"zwoelfe", "zwoelf"}, {"viere", "vier"}, {"leit", "leute"},
    {"zwoa", "zwei"}
};

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* The same first letter, and one letter too many, missing, wrong, or two
 * exchanged.  Short words only for the two commonest of these. */
static bool is_slip(const char *said, const char *meant)
{
    size_t n = strlen(said), m = strlen(meant), i = 0;

    if (said[0] != meant[0] || n + 1 < m || n > m + 1)
        return false;
    while (said[i] && said[i] == meant[i])
        i++;
    if (n == m)
        return (said[i] == meant[i + 1] && said[i + 1] == meant[i]
            && !strcmp(said + i + 2, meant + i + 2))
            || (m > 6 && !strcmp(said + i + 1, meant + i + 1));
    if (n < m)                  /* "Frida" is a name: not the last letter */
        return i + 1 < m && !strcmp(said + i, meant + i + 1);
    return said[i + 1] ? !strcmp(said + i + 1, meant + i)
        : said[i] == said[i - 1];
}

/* Behind these stands a name, and a name is spelled as it likes. */
static bool is_name(const struct words *ws, size_t i)
{
    static const char leads[] = "at|bei|beim|called|named|name|is|restaurant"
        "|namen|im|ist|under|heisse";

    if (i && words_match(ws, i - 1, "the|der|die|das|dem|den"))
        i--;
    if (i && words_match(ws, i - 1, leads))
        return true;
    return i && ws->at[i].capital && ws->at[i - 1].capital
        && i > 1;
}

/* Common words that happen to be one letter from one of ours. */
static const char *const others[] = {
    "abends", "adult", "aprils", "bookings", "breakfasts", "cables",
    "canceled", "cancels", "changed", "changes", "dine", "dinners", "eighth",
    "eights", "evenings", "fenstern", "fifteenth", "flight", "freitags",
    "guest", "height", "heuten", "leuten", "light", "lights", "lunches",
    "mittags", "montags", "monte", "morgens", "mornings", "naechster",
    "naechstes", "night", "peoples", "persona", "plea", "quarters",
    "reserved", "reserves", "reserviert", "samstags", "seventh", "sever",
    "sonntags", "stable", "storniert", "stunden", "sunny", "tables",
    "terrain", "theatre", "thirsty", "thirtieth", "tische", "tischen",
    "twelfth", "undo", "weight", "windows", "winner"
};

static bool is_other(const char *low)
{
    for (size_t k = 0; k < COUNT(others); k++)
        if (!strcmp(low, others[k]))
            return true;
    return false;
}

static const char *meant_by(const char *low)
{
    for (size_t k = 0; k < COUNT(usual); k++)
        if (!strcmp(low, usual[k].low))
            return usual[k].meant;
    if (strlen(low) < MEND_LEAST || is_other(low))
        return NULL;
    for (size_t k = 0; k < COUNT(known); k++)
        if (!strcmp(low, known[k]))
            return NULL;
    for (size_t k = 0; k < COUNT(known); k++)
        if (is_slip(low, known[k]))
            return known[k];
    return NULL;
}

/* "Tomorrow's dinner", "Friday's booking": the day. */
static const char *day_of(const struct words *ws, size_t i)
{
    static const char *const days[] = {"tomorrow", "tonight", "today",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday"};
    const char *low = ws->at[i].low;
    size_t n = strlen(low);

    if (n > 4 && !strcmp(low + n - 2, "'s")
        && words_at(ws, i + 1)->kind == WORD_DIGITS)
        ;                       /* "Thursday's 7:30" */
    else if (n < 4 || strcmp(low + n - 2, "'s") || !words_match(ws, i + 1,
        "reservation|booking|dinner|lunch|table|rez|breakfast|brunch"
        "|appointment|party|meal|slot") || words_at(ws, i + 1)->capital)
        return NULL;
    for (size_t k = 0; k < COUNT(days); k++)
        if (strlen(days[k]) == n - 2 && !memcmp(low, days[k], n - 2))
            return days[k];
    return NULL;
}

static bool is_greeting(const struct words *ws, size_t i, size_t *n)
{
    *n = words_match(ws, i, "good morning|good evening|good afternoon"
        "|good night|guten morgen|guten abend|guten tag|good day");
    return *n > 0;
}

/* Who writes all of it in capitals says nothing by them. */
static void level_capitals(struct words *ws)
{
    for (size_t i = 0; i < ws->text.len; i++)
        if (ws->text.ptr[i] >= 'a' && ws->text.ptr[i] <= 'z')
            return;
    for (size_t i = 0; i < ws->n; i++)
        ws->at[i].capital = false;
}

void mend_words(struct words *ws)
{
    level_capitals(ws);
    for (size_t i = 0; i < ws->n; i++) {
        struct word *w = &ws->at[i];
        const char *meant;
        size_t n;

        if (is_greeting(ws, i, &n)) {
            while (n--)
                words_refold(&ws->at[i + n], "~");
            continue;
        }
        meant = w->kind == WORD_LETTERS ? day_of(ws, i) : NULL;
        if (meant)
            words_refold(w, meant);
        if (w->kind != WORD_LETTERS || is_name(ws, i))
            continue;
        meant = meant_by(w->low);
        if (meant)
            words_refold(w, meant);
    }
}
