/* words.c - a sentence in words, and numbers in words. */
#include "agent/words.h"

#include <string.h>

#include "base/text.h"
#include "codec/utf8.h"

static const struct word no_word = {.kind = WORD_NONE, .number = -1};

static int number_word(const char *low, size_t len);

/* ---- splitting ---- */

/* Latin-1 letters, U+00C0 to U+00FF, without their accents. */
static const char *const plain_letters[64] = {
    "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i",
    "i", "i", "d", "n", "o", "o", "o", "o", "oe", "", "o", "u", "u", "u",
    "ue", "y", "th", "ss", "a", "a", "a", "a", "ae", "a", "ae", "c", "e",
    "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "oe",
    "", "o", "u", "u", "u", "ue", "y", "th", "y"
};

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || (c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7)
        || (c >= 0x2c00 && c < 0xd800) || c >= 0xf900;
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019;
}

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0x7f || c == 0xa0 || (c >= 0x2000 && c <= 0x200b)
        || c == 0x202f || c == 0x3000 || c == 0xfeff;
}

static bool is_capital(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7);
}

/* The next character; a byte that is no UTF-8 counts as a mark. */
static size_t next_char(struct slice s, uint32_t *c)
{
    size_t n;

    if (s.len && s.ptr[0] < 0x80) {
        *c = s.ptr[0];
        return 1;
    }
    n = utf8_get(s, c);
    if (n == 0) {
        *c = 0xfffd;
        n = 1;
    }
    return n;
}

static void fold(struct word *w, uint32_t c)
{
    size_t len = w->len;
    char one[2] = {0, 0};
    const char *add = one;

    if (c < 0x80)
        one[0] = (char)byte_lower((uint8_t)c);
    else if (is_apostrophe(c))
        one[0] = '\'';
    else if (c >= 0xc0 && c <= 0xff)
        add = plain_letters[c - 0xc0];
    else if (c >= 0x2010 && c <= 0x2015)
        one[0] = '-';       /* hyphens and dashes */
    else if (c == 0x2026)
        one[0] = '.';
    else if (c == 0x201c || c == 0x201d || c == 0x201e || c == 0xab
        || c == 0xbb)
        one[0] = '"';
    else
        one[0] = '~';       /* equal to no word of ours */
    if (len + !!add[0] + (add[0] && add[1]) >= WORD_LOW)
        return;
    while (*add)
        w->low[len++] = *add++;
    w->low[len] = 0;
    w->len = (uint8_t)len;
}

uint32_t words_hash(const char *p, size_t len)
{
    uint32_t h = 2166136261u;       /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)p[i]) * 16777619u;
    return h;
}

/* What is asked of a word again and again. */
static void learn_word(struct word *w)
{
    size_t len = strlen(w->low);

    w->len = (uint8_t)len;
    w->hash = words_hash(w->low, len);
    w->number = w->kind == WORD_LETTERS ? number_word(w->low, len) : -1;
    /* "Half eight's the earliest" */
    if (w->number < 0 && len > 4 && !strcmp(w->low + len - 2, "'s")
        && strcmp(w->low, "one's"))
        w->number = number_word(w->low, len - 2);
}

void words_refold(struct word *w, const char *low)
{
    text_copy(w->low, WORD_LOW, slice_str(low));
    learn_word(w);
}

/* How many bytes the word at the start of s has; fills *w but glued. */
static size_t cut_word(struct slice s, struct word *w)
{
    uint32_t c, next;
    size_t used = next_char(s, &c), n;

    *w = (struct word){.capital = is_capital(c)};
    w->kind = is_letter(c) ? WORD_LETTERS : is_digit(c) ? WORD_DIGITS
        : WORD_MARK;
    fold(w, c);
    while (w->kind != WORD_MARK && used < s.len) {
        n = next_char(slice_from(s, used), &c);
        if (w->kind == WORD_DIGITS ? !is_digit(c) : !is_letter(c)) {
            /* An apostrophe belongs to a word when a letter follows. */
            if (w->kind == WORD_DIGITS || !is_apostrophe(c)
                || used + n >= s.len)
                break;
            next_char(slice_from(s, used + n), &next);
            if (!is_letter(next))
                break;
        }
        fold(w, c);
        used += n;
    }
    w->text = slice_head(s, used);
    learn_word(w);
    return used;
}

void words_split(struct words *ws, struct slice text)
{
    bool glued = false;
    size_t at = 0;

    ws->text = text;
    ws->n = 0;
    ws->cut = false;
    ws->memo = NULL;
    while (at < text.len) {
        uint32_t c;
        size_t n = next_char(slice_from(text, at), &c);

        if (is_blank(c)) {
            glued = false;
            at += n;
            continue;
        }
        if (ws->n == WORDS_MAX) {
            ws->cut = true;
            return;
        }
        at += cut_word(slice_from(text, at), &ws->at[ws->n]);
        ws->at[ws->n++].glued = glued;
        glued = true;
    }
}

/* ---- looking ---- */

const struct word *words_at(const struct words *ws, size_t i)
{
    return i < ws->n ? &ws->at[i] : &no_word;
}

/* The length of a phrase's first word. */
static size_t words_cspn(const char *p)
{
    size_t n = 0;

    while (p[n] && p[n] != ' ' && p[n] != '|')
        n++;
    return n;
}

/* One phrase, which ends at '|' or NUL, against the words from i on. */
static size_t match_one(const struct words *ws, size_t i, const char *p)
{
    size_t used = 0;

    while (*p && *p != '|') {
        size_t len = words_cspn(p);

        if (!words_is(ws, i + used, p, len))
            return 0;
        used++;
        p += len;
        if (*p == ' ')
            p++;
    }
    return used;
}

/* The phrase behind the next "|", or the end. */
static const char *next_phrase(const char *p)
{
    p = strchr(p, '|');
    return p ? p + 1 : "";
}

static void learn_list(uint64_t begins[4], const char *phrases)
{
    for (; *phrases; phrases = next_phrase(phrases)) {
        uint32_t h = words_hash(phrases, strcspn(phrases, " |"));

        begins[h >> 6 & 3] |= UINT64_C(1) << (h & 63);
    }
}

/* May the word begin one of the phrases?  A no is sure.  Most questions end
 * here, without a look at the list. */
static bool may_begin(struct words_memo *memo, const struct word *w,
    const char *phrases)
{
    size_t at = (size_t)((uint64_t)(uintptr_t)phrases
        * UINT64_C(0x9e3779b97f4a7c15) >> 40);

    for (size_t tries = 0; tries < 8; tries++) {
        size_t k = (at + tries) % WORDS_LISTS;

        if (!memo->list[k].phrases) {
            memo->list[k].phrases = phrases;
            learn_list(memo->list[k].begins, phrases);
        }
        if (memo->list[k].phrases == phrases)
            return memo->list[k].begins[w->hash >> 6 & 3] >> (w->hash & 63)
                & 1;
    }
    return true;
}

size_t words_match(const struct words *ws, size_t i, const char *phrases)
{
    const struct word *w = words_at(ws, i);
    char first = w->low[0];

    if (!first || (ws->memo && !may_begin(ws->memo, w, phrases)))
        return 0;
    if (ws->memo)
        ws->memo->work++;
    for (; *phrases; phrases = next_phrase(phrases))
        if (*phrases == first) {
            size_t used = match_one(ws, i, phrases);

            if (!used)
                continue;
            if (ws->memo)
                ws->memo->matches++;
            return used;
        }
    return 0;
}

static size_t barren_slot(const struct word *w)
{
    return w->hash % WORDS_BARREN;
}

unsigned words_barren(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);
    size_t at = barren_slot(w);

    return ws->memo && w->low[0] && !strcmp(ws->memo->barren[at].low, w->low)
        ? ws->memo->barren[at].rules : 0;
}

void words_set_barren(const struct words *ws, size_t i, unsigned rules)
{
    const struct word *w = words_at(ws, i);
    size_t at = barren_slot(w);
    int day;

    if (!ws->memo || w->kind != WORD_LETTERS || w->number >= 0
        || words_ordinal(ws, i, &day))
        return;
    if (strcmp(ws->memo->barren[at].low, w->low)) {
        memcpy(ws->memo->barren[at].low, w->low, WORD_LOW);
        ws->memo->barren[at].rules = 0;
    }
    ws->memo->barren[at].rules |= rules;
}

/* The phrases go round outside: most of them begin with a letter that no word
 * of the sentence has. */
bool words_have(const struct words *ws, size_t from, size_t to,
    const char *phrases)
{
    bool initial[256] = {false};

    if (to > ws->n)
        to = ws->n;
    for (size_t i = from; i < to; i++)
        initial[(uint8_t)ws->at[i].low[0]] = true;
    for (; *phrases; phrases = next_phrase(phrases)) {
        if (!initial[(uint8_t)*phrases])
            continue;
        for (size_t i = from; i < to; i++)
            if (ws->at[i].low[0] == *phrases && match_one(ws, i, phrases))
                return true;
    }
    return false;
}

bool words_is(const struct words *ws, size_t i, const char *low, size_t len)
{
    const struct word *w = words_at(ws, i);

    return len == w->len && !memcmp(w->low, low, len);
}

struct slice words_span(const struct words *ws, size_t i, size_t n)
{
    const uint8_t *from, *end;

    if (i >= ws->n || n == 0)
        return (struct slice){NULL, 0};
    if (n > ws->n - i)
        n = ws->n - i;
    from = ws->at[i].text.ptr;
    end = ws->at[i + n - 1].text.ptr + ws->at[i + n - 1].text.len;
    return slice_of(from, (size_t)(end - from));
}

/* ---- numbers ---- */

struct number_word {
    const char *low;
    int value;
};

static const struct number_word small[] = {
    {"zero", 0}, {"null", 0}, {"one", 1}, {"ein", 1}, {"eins", 1},
    {"eine", 1}, {"einen", 1}, {"einer", 1}, {"einem", 1}, {"two", 2},
    {"zwei", 2}, {"zwo", 2}, {"three", 3}, {"drei", 3}, {"four", 4},
    {"vier", 4}, {"five", 5}, {"fuenf", 5}, {"six", 6}, {"sechs", 6},
    {"seven", 7}, {"sieben", 7}, {"eight", 8}, {"acht", 8}, {"nine", 9},
    {"neun", 9}, {"ten", 10}, {"zehn", 10}, {"eleven", 11}, {"elf", 11},
    {"twelve", 12}, {"zwoelf", 12}, {"thirteen", 13}, {"dreizehn", 13},
    {"fourteen", 14}, {"vierzehn", 14}, {"fifteen", 15}, {"fuenfzehn", 15},
    {"sixteen", 16}, {"sechzehn", 16}, {"seventeen", 17}, {"siebzehn", 17},
    {"achti", 8}, {"sibni", 7}, {"sechsi", 6}, {"nueni", 9}, {"zaehni", 10},
    {"foifi", 5}, {"fuefi", 5}, {"vieri", 4}, {"drue", 3}, {"zwoi", 2},
    {"eighteen", 18}, {"achtzehn", 18}, {"nineteen", 19}, {"neunzehn", 19}
};

static const struct number_word tens[] = {
    {"twenty", 20}, {"zwanzig", 20}, {"thirty", 30}, {"dreissig", 30},
    {"forty", 40}, {"vierzig", 40}, {"fifty", 50}, {"fuenfzig", 50},
    {"sixty", 60}, {"sechzig", 60}, {"seventy", 70}, {"siebzig", 70},
    {"eighty", 80}, {"achtzig", 80}, {"ninety", 90}, {"neunzig", 90}
};

static const struct number_word ordinals[] = {
    {"first", 1}, {"second", 2}, {"third", 3}, {"fourth", 4}, {"fifth", 5},
    {"sixth", 6}, {"seventh", 7}, {"eighth", 8}, {"ninth", 9}, {"tenth", 10},
    {"eleventh", 11}, {"twelfth", 12}, {"thirteenth", 13},
    {"fourteenth", 14}, {"fifteenth", 15}, {"sixteenth", 16},
    {"seventeenth", 17}, {"eighteenth", 18}, {"nineteenth", 19},
    {"twentieth", 20}, {"thirtieth", 30}, {"erst", 1}, {"zweit", 2},
    {"dritt", 3}, {"siebt", 7}, {"acht", 8}
};

#define COUNT(a) (sizeof (a) / sizeof *(a))

static int find(const struct number_word *list, size_t n, const char *low,
    size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].low[0] == low[0] && strlen(list[i].low) == len
            && !memcmp(list[i].low, low, len))
            return list[i].value;
    return -1;
}

/* One word without "-": "vier", "vierzig", "vierundzwanzig". */
static int number_word(const char *low, size_t len)
{
    int v;

    /* All of them begin so. */
    if (low[0] < 'a' || !strchr("adefnostvz", low[0]))
        return -1;
    v = find(small, COUNT(small), low, len);
    if (v < 0)
        v = find(tens, COUNT(tens), low, len);
    for (size_t i = 2; v < 0 && i + 4 < len; i++)
        if (!memcmp(low + i, "und", 3)) {
            int unit = find(small, COUNT(small), low, i);
            int ten = find(tens, COUNT(tens), low + i + 3, len - i - 3);

            if (unit > 0 && unit < 10 && ten > 0)
                v = unit + ten;
        }
    return v;
}

/* "twenty-five", "twenty five": a unit behind a ten; 0 when there is none. */
static size_t unit_behind(const struct words *ws, size_t i, int *unit)
{
    size_t dash = words_match(ws, i, "-");
    const struct word *w = words_at(ws, i + dash);

    *unit = w->number;
    return *unit >= 1 && *unit <= 9 ? dash + 1 : 0;
}

size_t words_number(const struct words *ws, size_t i, int *value)
{
    const struct word *w = words_at(ws, i);
    uint64_t n;
    int v, unit;
    size_t more;

    if (w->kind == WORD_DIGITS) {
        if (w->text.len > 4 || text_u64(w->text, 0, 9999, &n))
            return 0;
        *value = (int)n;
        return 1;
    }
    if (w->kind != WORD_LETTERS)
        return 0;
    v = w->number;
    if (v < 0)
        return 0;
    *value = v;
    if (v < 20 || find(tens, COUNT(tens), w->low, strlen(w->low)) < 0)
        return 1;
    more = unit_behind(ws, i + 1, &unit);
    if (more)
        *value += unit;
    return 1 + more;
}

/* "third", "dritten", "zwanzigster", "dreiundzwanzigsten". */
static int ordinal_word(const char *low)
{
    static const char *const endings[] = {"sten", "ster", "ste", "ten", "ter",
        "te", "en", "er", "e"};
    size_t len = strlen(low);
    int v;

    /* All of them end so: "first", "twenty-second", "fourth", "dritten". */
    if (len < 4 || !strchr("tdhner", low[len - 1]))
        return -1;
    v = find(ordinals, COUNT(ordinals), low, len);

    for (size_t i = 0; v < 0 && i < COUNT(endings); i++) {
        size_t cut = strlen(endings[i]);
        bool short_end = endings[i][0] == 'e';

        if (len <= cut + 1 || strcmp(low + len - cut, endings[i]))
            continue;
        /* "erst-en" is in the list of ordinals, "vier-ten" is a number. */
        v = short_end ? find(ordinals + 21, COUNT(ordinals) - 21, low,
            len - cut) : number_word(low, len - cut);
    }
    return v;
}

size_t words_ordinal(const struct words *ws, size_t i, int *value)
{
    const struct word *w = words_at(ws, i);
    size_t used = words_number(ws, i, value);
    int v;

    if (used && w->kind == WORD_DIGITS) {
        const struct word *end = words_at(ws, i + 1);

        if (!end->glued || !(words_match(ws, i + 1, "st|nd|rd|th|.")))
            return 0;
        used = 2;
    } else if (w->kind == WORD_LETTERS) {
        int ten = w->number < 20 ? -1 : find(tens, COUNT(tens), w->low,
            strlen(w->low));
        size_t dash = words_match(ws, i + 1, "-");

        v = ordinal_word(w->low);
        used = v > 0;
        if (v <= 0 && (ten == 20 || ten == 30)) {
            v = ordinal_word(words_at(ws, i + 1 + dash)->low);
            if (v < 1 || v > 9)
                return 0;
            used = 2 + dash;
            v += ten;
        }
        *value = v;
    }
    return used && *value >= 1 && *value <= 31 ? used : 0;
}

/* ---- digits read out ---- */

/* "AB" of "AB123" or "AB-123": capitals that digits follow at once. */
static bool is_prefix(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);
    size_t dash = words_match(ws, i + 1, "-");

    for (size_t k = 0; k < w->text.len; k++)
        if (w->text.ptr[k] < 'A' || w->text.ptr[k] > 'Z')
            return false;
    return w->text.len <= 5 && words_at(ws, i + 1)->glued
        && words_at(ws, i + 1 + dash)->glued
        && words_at(ws, i + 1 + dash)->kind == WORD_DIGITS;
}

/* Letters by their names, for radio and telephone; German ones after. */
static const char *const letter_names[26] = {
    "alpha|alfa|anton", "bravo|berta|bertha", "charlie|caesar", "delta|dora",
    "echo|emil", "foxtrot|friedrich", "golf|gustav", "hotel|heinrich",
    "india|ida", "juliet|juliett|julius", "kilo|kaufmann", "lima|ludwig",
    "mike|martha", "november|nordpol", "oscar|otto", "papa|paula",
    "quebec|quelle", "romeo|richard", "sierra|samuel|siegfried",
    "tango|theodor", "uniform|ulrich", "victor|viktor", "whiskey|wilhelm",
    "xray|xanthippe", "yankee|ypsilon", "zulu|zacharias"
};

/* A letter's name counts beside another, a letter or a digit; alone it is a
 * hotel or a month. */
static int letter_name(const struct words *ws, size_t i)
{
    int k = words_at(ws, i)->low[0] - 'a';      /* all begin with it */

    return k >= 0 && k < 26 && words_match(ws, i, letter_names[k]) ? k : -1;
}

static bool spells(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);
    int v;

    return (w->kind == WORD_LETTERS && w->text.len == 1)
        || w->kind == WORD_DIGITS || letter_name(ws, i) >= 0
        || words_number(ws, i, &v);
}

/* "A as in Apple", "B wie Berta": the words behind the letter. */
static size_t as_in(const struct words *ws, size_t i)
{
    size_t n = words_match(ws, i, "as in|for|like|wie");

    return n && words_at(ws, i + n)->kind == WORD_LETTERS
        && words_at(ws, i + n)->text.len > 1 ? n + 1 : 0;
}

/* What one word says in digits and letters; the words used, 0 for none. */
static size_t say_code(const struct words *ws, size_t i, char *out,
    size_t cap)
{
    const struct word *w = words_at(ws, i);
    bool letter = w->kind == WORD_LETTERS && w->text.len == 1;
    size_t used;
    int v;

    if (w->kind == WORD_DIGITS || (w->kind == WORD_LETTERS
        && is_prefix(ws, i))) {
        return text_copy(out, cap, w->text) ? 1 : 0;
    }
    if (words_match(ws, i, "oh|o")) {
        text_copy(out, cap, SLICE("0"));
        return 1;
    }
    if (letter && w->low[0] >= 'a' && w->low[0] <= 'z'
        && (w->capital || w->glued || (w->low[0] != 'a'
        && spells(ws, i + 1))) && w->low[0] != 'i') {
        text_fmt(out, cap, "%c", w->low[0] - 32);
        return 1 + as_in(ws, i + 1);
    }
    v = w->kind == WORD_LETTERS ? letter_name(ws, i) : -1;
    if (v >= 0 && spells(ws, i + 1 + words_match(ws, i + 1, ",|-"))) {
        text_fmt(out, cap, "%c", 'A' + v);
        return 1;
    }
    if (words_match(ws, i, "ein|eine|einen|einer|einem"))
        return 0;
    used = words_number(ws, i, &v);
    if (used)
        text_fmt(out, cap, "%d", v);
    return used;
}

/* Is the number at i an hour or a count of people, and not a part of a code? */
static bool is_measured(const struct words *ws, size_t i)
{
    return words_match(ws, i, "pm|am|p . m|a . m|:|uhr|o'clock|people|persons"
        "|guests|personen|minutes|minuten|hours|stunden|days") > 0;
}

size_t words_code(const struct words *ws, size_t i, char *out, size_t cap)
{
    size_t end = i, at = i, len = 0;
    char one[WORD_LOW];

    out[0] = 0;
    while (at < ws->n) {
        size_t twice = words_match(ws, at, "double|doppel|triple");
        int times = !twice ? 1 : words_match(ws, at, "triple") ? 3 : 2;
        size_t used = say_code(ws, at + twice, one, sizeof one);

        if (!used || len + strlen(one) * (size_t)times >= cap
            || (len && is_measured(ws, at + twice + used)))
            break;
        for (; times; times--) {
            memcpy(out + len, one, strlen(one) + 1);
            len += strlen(one);
        }
        end = at += twice + used;
        /* Between them a dash or comma; a dot when they come singly. */
        at += words_match(ws, at, one[1] ? "-|,|/|dash|hyphen|strich|, dash ,"
            "|bindestrich|slash" : "-|, dash ,|,|/|. . .|.|dash|hyphen|strich"
            "|bindestrich|slash");
    }
    return end - i;
}
