/* redact.c - numbers and keys that are never stored, told or logged. */
#include "agent/redact.h"

#include <string.h>

#include "agent/words.h"

#define CARD_MIN 13
#define CARD_MAX 19
#define OVERLAP 96          /* words; a number has fewer */
#define KEY_MIN 20          /* bytes of a key; our own ids are 24 of hex */
#define HEX_MIN 32
#define NEAR 6              /* words between a number and what it is called */

static void mask(struct mslice line, const struct words *ws, size_t i,
    size_t n)
{
    for (; n; n--, i++) {
        const struct word *w = words_at(ws, i);
        size_t at = (size_t)(w->text.ptr - line.ptr);

        if (w->kind != WORD_MARK)
            memset(line.ptr + at, '*', w->text.len);
    }
}

/* ---- numbers that are read out ---- */

#define GROUPS 64
#define GROUP_DIGITS 40
#define DIGITS (GROUPS * 4)

struct group {              /* what one word, or one multiplied, says */
    size_t word, words;
    size_t from, len;       /* its digits */
    bool loose;             /* something other than a mark stands before it */
};

struct run {
    struct group at[GROUPS];
    size_t n;
    char digits[DIGITS + 1];
    size_t len;
    size_t end;             /* the word behind it */
};

static const struct {
    int times;
    const char *words;
} multipliers[] = {
    {2, "double|doppel|doppelt|two times|twice|zweimal|zwei mal|2 mal"},
    {3, "triple|treble|dreifach|three times|dreimal|drei mal|3 mal"},
    {4, "quadruple|vierfach|four times|viermal|vier mal|4 mal"},
    {5, "five times|fuenfmal|fuenf mal"},
    {6, "six times|sechsmal|sechs mal"}
};

/* What people say while they look for the next digit. */
static const char fillers[] = "uh|uhm|um|er|erm|and|then|so|ok|okay|yes|yeah"
    "|ah|mm|hmm|wait|followed by|aeh|aehm|ae|und|dann|ja|also|moment|dash"
    "|minus|hyphen|space|strich|bindestrich|leerzeichen";

static size_t multiplier(const struct words *ws, size_t i, int *times)
{
    for (size_t k = 0; k < sizeof multipliers / sizeof *multipliers; k++) {
        size_t n = words_match(ws, i, multipliers[k].words);

        *times = multipliers[k].times;
        if (n)
            return n + words_match(ws, i + n, "the|a|die|der|das|eine");
    }
    *times = 1;
    return 0;
}

/* The digits one word says: "11" for eleven.  Words used, 0 for none. */
static size_t say_digits(const struct words *ws, size_t i,
    char out[static GROUP_DIGITS])
{
    const struct word *w = words_at(ws, i);
    size_t used;
    int v, n = 0;
    char back[8];

    if (w->kind == WORD_DIGITS) {
        if (w->text.len >= GROUP_DIGITS)
            return 0;
        memcpy(out, w->text.ptr, w->text.len);
        out[w->text.len] = 0;
        return 1;
    }
    if (words_match(ws, i, "oh|o")) {
        memcpy(out, "0", 2);
        return 1;
    }
    if (w->kind != WORD_LETTERS || words_match(ws, i, "ein|eine|einen|einer"))
        return 0;
    used = words_number(ws, i, &v);
    if (!used)
        return 0;
    do
        back[n++] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    for (int k = 0; k < n; k++)
        out[k] = back[n - 1 - k];
    out[n] = 0;
    return used;
}

static size_t skip_marks(const struct words *ws, size_t i)
{
    while (words_at(ws, i)->kind == WORD_MARK
        && words_match(ws, i, ",|.|-|/|;|:|'"))
        i++;
    return i;
}

/* One more group at word i; false: there is none, or no room. */
static bool take_group(struct run *r, const struct words *ws, size_t i,
    bool loose)
{
    char one[GROUP_DIGITS];
    int times;
    size_t mult = multiplier(ws, i, &times);
    size_t used = say_digits(ws, i + mult, one), len;

    if (!used && mult) {            /* "double" of something else */
        mult = 0;
        times = 1;
        used = say_digits(ws, i, one);
    }
    len = used ? strlen(one) * (size_t)times : 0;
    if (!used || r->n == GROUPS || r->len + len > DIGITS)
        return false;
    r->at[r->n++] = (struct group){i, mult + used, r->len, len, loose};
    for (; times; times--) {
        memcpy(r->digits + r->len, one, strlen(one) + 1);
        r->len += strlen(one);
    }
    r->end = i + mult + used;
    return true;
}

/* All digits from word i on, over marks and up to three fillers in a row. */
static void take_run(struct run *r, const struct words *ws, size_t i)
{
    r->n = r->len = 0;
    r->end = i;
    if (!take_group(r, ws, i, true))
        return;
    for (;;) {
        size_t at = skip_marks(ws, r->end), fill;
        bool loose = false;

        for (int k = 0; k < 3; k++) {
            fill = words_match(ws, at, fillers);
            if (!fill)
                break;
            loose = true;
            at = skip_marks(ws, at + fill);
        }
        if (!take_group(r, ws, at, loose))
            return;
    }
}

/* ---- cards ---- */

/* ISO/IEC 7812: every second digit from the right counts twice. */
static bool luhn(const char *digits, size_t n)
{
    unsigned sum = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digits[n - 1 - i] - '0');

        d *= i % 2 ? 2 : 1;
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

/* Does an issuer give out numbers that begin so and are so long?  alone: no
 * other digits stand beside them. */
static bool issued(const char *d, size_t n, bool alone)
{
    int two = (d[0] - '0') * 10 + d[1] - '0';

    switch (d[0]) {
    case '4':
        return n == 16 || n == 19 || (n == 13 && alone);
    case '5':
        return n == 16 || (two != 55 && two > 55 && n >= 16)
            || (two == 50 && n >= 16);
    case '6':
        return n >= 16;
    case '3':
        return two == 34 || two == 37 ? n == 15 : two == 35 ? n >= 16
            : (two == 30 || two == 36 || two == 38 || two == 39) && (n == 14
            || n == 16);
    case '2':
        return two >= 22 && two <= 27 && n == 16;
    }
    return false;
}

static bool is_card(const struct run *r, size_t from, size_t n)
{
    return n >= CARD_MIN && n <= CARD_MAX && issued(r->digits + from, n,
        n == r->len) && luhn(r->digits + from, n);
}

/* A card that begins with group g: the group behind its last, or 0.  A code
 * or date may be written to its end without a gap. */
static size_t card_ends(const struct run *r, size_t g)
{
    size_t from = r->at[g].from;

    for (size_t e = g; e < r->n; e++) {
        const struct group *last = &r->at[e];
        size_t n = last->from + last->len - from;

        if (n > CARD_MAX && last->len <= 4)
            return 0;
        if (is_card(r, from, n))
            return e + 1;
        for (size_t k = CARD_MIN; last->len > 4 && k < n; k++)
            if (k > last->from - from && is_card(r, from, k))
                return e + 1;
    }
    return 0;
}

/* Words that say what the next number is. */
static const char secret_words[] = "social security|ssn|social|passport"
    "|identity|id card|id number|identification|driver's license"
    "|drivers license|driving licence|card number|credit card|debit card|cvv"
    "|cvc|security code|pin|pin code|pin number|account number|sort code"
    "|routing number|iban|password|passcode|ausweis|personalausweis"
    "|ausweisnummer|personalausweisnummer|reisepass|passnummer"
    "|reisepassnummer|kreditkarte|kreditkartennummer|kartennummer"
    "|sozialversicherungsnummer|steuernummer|steuer - id|kontonummer"
    "|pruefnummer|pruefziffer|geheimzahl|sicherheitscode|fuehrerschein"
    "|passwort|kennwort";
/* And words after which a number is something else again. */
static const char other_words[] = "confirmation|reservation|booking|table"
    "|phone|telephone|call|people|persons|at|o'clock|number is|us on|us at"
    "|reference|bestaetigungsnummer|reservierungsnummer|buchungsnummer|tisch"
    "|personen|uhr|telefon|telefonnummer|rufnummer|nummer ist|plus";

static bool is_called(const struct words *ws, size_t i, const char *words,
    const char *unless)
{
    for (size_t back = 1; back <= NEAR && back <= i; back++) {
        if (unless && words_match(ws, i - back, unless))
            return false;
        if (words_match(ws, i - back, words))
            return true;
    }
    return false;
}

/* What is called a secret; "card number is" is no "number is". */
static bool is_named_secret(const struct words *ws, size_t i)
{
    static const char others[] = "confirmation|reservation|booking|table"
        "|phone|people|persons|at|o'clock|bestaetigungsnummer"
        "|reservierungsnummer|tisch|personen|uhr|telefon";

    return is_called(ws, i, secret_words, others);
}

/* A telephone number: "+49", "plus four nine". */
static bool is_dialled(const struct words *ws, size_t i)
{
    return i && words_match(ws, i - 1, "+|plus");
}

/* The first card in the run: its groups, and all that follow it without a
 * word between.  Their number, 0 for none; *first is the first. */
static size_t find_card(const struct run *r, size_t *first)
{
    for (size_t g = 0; g < r->n; g++) {
        size_t end = r->digits[r->at[g].from] == '0' ? 0 : card_ends(r, g);

        if (!end)
            continue;
        while (end < r->n && !r->at[end].loose)
            end++;
        *first = g;
        return end - g;
    }
    return 0;
}

/* ---- social security ---- */

/* Three, two and four digits with dashes or blanks where they belong; as
 * words, a mark or a dash in between, and nothing that calls them something
 * else.  Words used, or 0. */
static size_t social_security(const struct words *ws, const struct run *r)
{
    static const size_t ends[] = {3, 5, 9};
    size_t len = 0, part = 0;
    bool spoken = false;

    for (size_t g = 0; g < r->n; g++) {
        len += r->at[g].len;
        spoken |= words_at(ws, r->at[g].word)->kind == WORD_LETTERS
            || r->at[g].len == 1;
        if (part == 3 || len > ends[part])
            return 0;
        if (len < ends[part])
            continue;
        part++;
        /* As words, their groups have to be told apart. */
        if (part < 3 && spoken && g + 1 < r->n && r->at[g + 1].word
            == r->at[g].word + r->at[g].words)
            return 0;
    }
    if (part < 3 || (spoken ? is_called(ws, r->at[0].word, other_words, NULL)
        : r->n != 3))
        return 0;
    return r->end - r->at[0].word;
}

/* ---- bank accounts ---- */

/* ISO 13616: letters are 10 to 35, the first four characters go last. */
static bool iban_ok(const char *s, size_t n)
{
    unsigned rest = 0;

    for (size_t i = 0; i < n; i++) {
        char c = s[(i + 4) % n];

        if (c >= '0' && c <= '9')
            rest = (rest * 10 + (unsigned)(c - '0')) % 97;
        else
            rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
    }
    return rest == 1;
}

static bool is_letters(const struct word *w, size_t n)
{
    return w->kind == WORD_LETTERS && w->text.len == n;
}

/* "DE89 3704 0044 0532 0130 00": the longest run of groups that checks. */
static size_t written_account(const struct words *ws, size_t i)
{
    char text[40];
    size_t n = 0, best = 0;

    if (words_at(ws, i)->text.len != 2
        || words_at(ws, i + 1)->kind != WORD_DIGITS)
        return 0;
    for (size_t at = i; at < ws->n; at++) {
        struct slice t = words_at(ws, at)->text;

        if (words_at(ws, at)->kind == WORD_MARK || n + t.len > 34)
            break;
        for (size_t k = 0; k < t.len; k++) {
            uint8_t c = byte_lower(t.ptr[k]);

            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')))
                return best;
            text[n++] = (char)(c >= 'a' ? c - 32 : c);
        }
        if (n >= 15 && iban_ok(text, n))
            best = at + 1 - i;
    }
    return best;
}

/* "D E eight nine, three seven oh four ...". */
static size_t spoken_account(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);
    size_t at = i + 1;
    char text[2 + DIGITS + 1];
    struct run r;

    if (is_letters(w, 2)) {
        memcpy(text, w->low, 2);
    } else if (is_letters(w, 1)) {
        at = skip_marks(ws, at);
        if (!is_letters(words_at(ws, at), 1))
            return 0;
        text[0] = w->low[0];
        text[1] = words_at(ws, at++)->low[0];
    } else {
        return 0;
    }
    for (int k = 0; k < 2; k++) {
        if (text[k] < 'a' || text[k] > 'z')
            return 0;
        text[k] = (char)(text[k] - 32);
    }
    take_run(&r, ws, skip_marks(ws, at));
    memcpy(text + 2, r.digits, r.len);
    for (size_t g = 0; g < r.n; g++) {
        size_t n = 2 + r.at[g].from + r.at[g].len;

        if (n >= 15 && n <= 34 && iban_ok(text, n))
            return r.at[g].word + r.at[g].words - i;
    }
    return 0;
}

/* ---- keys and tokens ---- */

static bool is_key_byte(uint8_t c)
{
    c = byte_lower(c);
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_'
        || c == '-' || c == '.' || c == '+' || c == '=' || c == '~';
}

static bool begins_like_key(struct slice s)
{
    static const char *const begins[] = {"sk-", "sk_", "pk_", "rk_", "ghp_",
        "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
        "xoxa-", "AKIA", "ASIA", "AIza", "eyJ", "whsec_", "npm_", "hf_"};

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (slice_starts(s, begins[i]))
            return true;
    return false;
}

/* A long word of hex, or one in which capitals, small letters and digits are
 * mixed as no word of a language has them. */
static bool looks_like_key(struct slice s)
{
    size_t hex = 0, changes = 0;
    int last = 0;
    bool kind[4] = {false};

    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i], l = byte_lower(c);
        int now = c >= '0' && c <= '9' ? 1 : c >= 'a' && c <= 'z' ? 2
            : c >= 'A' && c <= 'Z' ? 3 : 0;

        hex += now == 1 || (l >= 'a' && l <= 'f');
        changes += now && last && now != last;
        kind[now] = true;
        last = now ? now : last;
    }
    if (hex == s.len && s.len >= HEX_MIN)
        return kind[1] && (kind[2] || kind[3]);
    if (s.len == 34 && hex >= 32 && kind[1])    /* AC..., SK... of Twilio */
        return true;
    return s.len >= KEY_MIN + 4 && kind[1] && kind[2] && kind[3]
        && changes >= 8;
}

static size_t redact_keys(struct mslice line)
{
    size_t count = 0, n;

    for (size_t i = 0; i < line.len; i += n ? n : 1) {
        struct slice s;

        for (n = 0; i + n < line.len && is_key_byte(line.ptr[i + n]); n++)
            ;
        s = slice_of(line.ptr + i, n);
        while (s.len && (s.ptr[s.len - 1] == '.' || s.ptr[s.len - 1] == '-'))
            s.len--;
        if (s.len < 16 || !((begins_like_key(s) && s.len >= 16)
            || looks_like_key(s)))
            continue;
        memset(line.ptr + i, '*', s.len);
        count++;
    }
    return count;
}

/* ---- all of it ---- */

/* What is called a secret, letters and all: "passport number C01X00T47". */
static size_t named_secret(const struct words *ws, size_t i)
{
    char code[128];
    size_t digits = 0, used = words_code(ws, i, code, sizeof code);
    struct run r;

    for (const char *c = code; used && *c; c++)
        digits += *c >= '0' && *c <= '9';
    if (!used || !is_named_secret(ws, i))
        return 0;
    take_run(&r, ws, i);
    if (digits < 3 && r.len < 3)
        return 0;
    return r.n && r.end - i > used ? r.end - i : used;
}

static size_t secret_at(const struct words *ws, size_t i, size_t *from)
{
    struct run r;
    size_t used = written_account(ws, i), first, n;

    *from = i;
    if (!used)
        used = spoken_account(ws, i);
    if (!used)
        used = named_secret(ws, i);
    if (used)
        return used;
    take_run(&r, ws, i);
    if (!r.n || is_dialled(ws, i))
        return 0;
    if (!(i && words_match(ws, i - 1, "-")))
        used = social_security(ws, &r);
    if (used)
        return used;
    n = find_card(&r, &first);
    if (!n)
        return 0;
    *from = r.at[first].word;
    return r.at[first + n - 1].word + r.at[first + n - 1].words - *from;
}

/* Where a search goes on behind word i when it begins nothing: a telephone
 * number is passed over whole. */
static size_t past(const struct words *ws, size_t i)
{
    struct run r;

    if (!is_dialled(ws, i))
        return i + 1;
    take_run(&r, ws, i);
    for (size_t g = 1; g < r.n; g++)
        if (r.at[g].loose)
            return r.at[g].word;
    return r.n ? r.end : i + 1;
}

/* "The code is 737", where a card has just been named. */
static size_t card_code(const struct words *ws, size_t i)
{
    struct run r;

    take_run(&r, ws, i);
    return (r.len == 3 || r.len == 4) && is_called(ws, i, "code|the back"
        "|digits|rueckseite|ziffern", other_words) ? r.end - i : 0;
}

static size_t redact_words(struct mslice line, const struct words *ws)
{
    size_t count = 0;

    for (size_t i = 0; i < ws->n;) {
        size_t from, used = secret_at(ws, i, &from);

        if (!used && count) {
            from = i;
            used = card_code(ws, i);
        }
        if (!used) {
            i = past(ws, i);
            continue;
        }
        mask(line, ws, from, used);
        count++;
        i = from + used;
    }
    return count;
}

size_t redact_line(struct mslice line)
{
    struct words ws;
    size_t count = redact_keys(line), at;

    /* A very long line comes in pieces that overlap, so that no number is
     * cut in two. */
    for (;;) {
        words_split(&ws, slice_of(line.ptr, line.len));
        count += redact_words(line, &ws);
        if (!ws.cut)
            return count;
        at = (size_t)(ws.at[ws.n - OVERLAP].text.ptr - line.ptr);
        line.ptr += at;
        line.len -= at;
    }
}

void redact_text(char *text)
{
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = ' ';
    redact_line((struct mslice){(uint8_t *)text, strlen(text)});
}

/* Digits nobody called something else; one or two, if they count nothing. */
static bool begins_number(const struct words *ws, size_t i, size_t len)
{
    static const char counts[] = "at|for|to|till|until|around|about|of|or|and"
        "|by|um|fuer|bis|gegen|von|zu|oder|und|so|make it|say";

    return !is_dialled(ws, i) && !is_called(ws, i, other_words, NULL)
        && (len >= 3 || !i || !words_match(ws, i - 1, counts));
}

bool redact_goes_on(struct slice line)
{
    struct words ws;
    struct run r;
    size_t i = 0, from;

    /* Of a long line the end is what counts. */
    if (line.len > 1000)
        line = slice_from(line, line.len - 1000);
    words_split(&ws, line);
    if (ws.cut)
        return false;
    from = ws.n > NEAR ? ws.n - NEAR : 0;
    for (size_t k = from; k < ws.n; k++)
        if (words_match(&ws, k, secret_words) && !words_have(&ws, k, ws.n,
            "confirmation|reservation|booking"))
            return true;
    while (i < ws.n) {
        size_t end;
        int times;

        take_run(&r, &ws, i);
        if (!r.n) {
            i++;
            continue;
        }
        end = skip_marks(&ws, r.end);
        end += words_match(&ws, end, fillers);
        end += multiplier(&ws, skip_marks(&ws, end), &times);
        if (skip_marks(&ws, end) >= ws.n)
            return is_named_secret(&ws, i) || begins_number(&ws, i, r.len);
        i = r.end;
    }
    return false;
}
