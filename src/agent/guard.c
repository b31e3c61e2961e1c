/* guard.c - what is never understood, never dialled and never stored. */
#include "agent/guard.h"

#include <string.h>

#include "agent/words.h"

/* ---- requests ---- */

static bool starts_folded(struct slice s, const char *with)
{
    size_t n = strlen(with);

    for (size_t i = 0; i < n; i++)
        if (i >= s.len || byte_lower(s.ptr[i]) != (uint8_t)with[i])
            return false;
    return true;
}

/* "onerror=", "onclick =": an attribute that runs a script. */
static bool is_handler(struct slice s)
{
    size_t n = 2;

    if (!starts_folded(s, "on"))
        return false;
    while (n < s.len && byte_lower(s.ptr[n]) >= 'a'
        && byte_lower(s.ptr[n]) <= 'z')
        n++;
    if (n < 6)
        return false;
    while (n < s.len && s.ptr[n] == ' ')
        n++;
    return n < s.len && s.ptr[n] == '=';
}

/* "<b>", "</b>", "<!--", "<?xml": an angle bracket that opens something, also
 * as an entity; a script's scheme or handler; a template's braces.  "<3" and
 * "a < b" are none of these. */
static bool has_markup(struct slice s)
{
    static const char *const marks[] = {"javascript:", "vbscript:",
        "data:text/html", "&lt;", "&gt;", "&#60", "&#x3c", "%3cscript",
        "%3c/", "${", "{{", "{%", "<%", "\\u003c", "\\x3c", "#{", "&quot;"};

    for (size_t i = 0; i < s.len; i++) {
        struct slice at = slice_from(s, i);
        uint8_t c = at.len > 1 ? byte_lower(at.ptr[1]) : 0;

        if (at.ptr[0] == '<' && ((c >= 'a' && c <= 'z') || c == '/'
            || c == '!' || c == '?'))
            return true;
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (starts_folded(at, marks[k]))
                return true;
        if ((i == 0 || byte_lower(s.ptr[i - 1]) < 'a'
            || byte_lower(s.ptr[i - 1]) > 'z') && is_handler(at))
            return true;
    }
    return false;
}

enum plan_blocked guard_text(struct slice text)
{
    size_t characters = 0;
    bool blank = true;

    for (size_t i = 0; i < text.len; i++) {
        characters += (text.ptr[i] & 0xc0) != 0x80;
        blank = blank && text.ptr[i] <= ' ';
    }
    if (blank)
        return PLAN_EMPTY;
    if (characters > GUARD_TEXT_MAX)
        return PLAN_TOO_LONG;
    return has_markup(text) ? PLAN_MARKUP : PLAN_FINE;
}

/* ---- numbers ---- */

/* Emergency services, as dialled in their countries.  Numbers this short are
 * never a restaurant's. */
static const char *const emergency[] = {
    "000", "060", "061", "062", "065", "066", "08", "100", "101", "102",
    "103", "104", "105", "106", "107", "108", "109", "110", "111", "112",
    "113", "114", "115", "116", "117", "118", "119", "120", "122", "123",
    "128", "133", "140", "141", "142", "143", "144", "145", "147", "15",
    "150", "155", "158", "16", "17", "18", "190", "191", "192", "193", "194",
    "195", "197", "198", "199", "311", "511", "811", "911", "933", "988",
    "995", "997", "998", "999", "116117", "116123", "10111", "10177"
};

/* Numbers that cost extra: country code and what follows it. */
static const char *const premium[] = {
    "1900", "1976", "20900", "30901", "30909", "31900", "31906", "31909",
    "3290", "33891", "33892", "33893", "33894", "33895", "33897", "33899",
    "34803", "34806", "34807", "34905", "34907", "351601", "351607", "351760",
    "351761", "352901", "352905", "35315", "358600", "358700", "3690",
    "38560", "38690", "39166", "39892", "39894", "39895", "39899", "40900",
    "41900", "41901", "41906", "420900", "420906", "420909", "421900",
    "43118", "43900", "43901", "43930", "43931", "43939", "44118", "44871",
    "44872", "44873", "449", "4590", "46900", "46939", "46944", "47820",
    "47829", "4870", "49118", "49137", "49138", "49900", "52900", "54600",
    "55900", "57901", "61190", "64900", "651900", "81990", "8260", "90900",
    "911900", "9721900",
    "979"                   /* international premium rate service */
};

/* Country codes behind which an emergency number may be written. */
static const char *const countries[] = {
    "1", "20", "27", "30", "31", "32", "33", "34", "351", "352", "353",
    "354", "358", "36", "370", "371", "372", "380", "385", "386", "39", "40",
    "41", "420", "421", "43", "44", "45", "46", "47", "48", "49", "52", "54",
    "55", "56", "57", "60", "61", "62", "63", "64", "65", "66", "7", "81",
    "82", "84", "852", "86", "880", "886", "90", "91", "92", "966", "971",
    "972"
};

#define COUNT(a) (sizeof (a) / sizeof *(a))

static bool is_emergency(struct slice digits)
{
    for (size_t i = 0; i < COUNT(emergency); i++)
        if (slice_is(digits, emergency[i]))
            return true;
    return false;
}

/* Digits of a number as written; *plus: it is in international form. */
static struct slice digits_of(struct slice number, char out[static 24],
    bool *plus)
{
    size_t n = 0;

    number = slice_trim_all(number);
    *plus = number.len && number.ptr[0] == '+';
    for (size_t i = 0; i < number.len && n < 24; i++)
        if (number.ptr[i] >= '0' && number.ptr[i] <= '9')
            out[n++] = (char)number.ptr[i];
    if (!*plus && n > 2 && out[0] == '0' && out[1] == '0' && n > 6) {
        *plus = true;
        memmove(out, out + 2, n - 2);
        n -= 2;
    }
    return slice_of(out, n);
}

/* "+1 900 ..." as dialled at home, where that is how all numbers look. */
static bool is_home_premium(struct slice digits)
{
    return (digits.len == 10 && (slice_starts(digits, "900")
        || slice_starts(digits, "976")))
        || slice_starts(digits, "0900") || slice_starts(digits, "0137")
        || slice_starts(digits, "0190");
}

bool guard_number_forbidden(struct slice number)
{
    char text[24];
    bool plus;
    struct slice digits = digits_of(number, text, &plus);

    if (is_emergency(digits))
        return true;
    if (!plus)
        return is_home_premium(digits) || (digits.len == 11
            && (slice_starts(digits, "1900") || slice_starts(digits,
            "1976")));
    for (size_t i = 0; i < COUNT(premium); i++)
        if (slice_starts(digits, premium[i]))
            return true;
    /* "+1 212 976 0000": the exchange 976 is premium in every area. */
    if (digits.len == 11 && digits.ptr[0] == '1'
        && !memcmp(digits.ptr + 4, "976", 3))
        return true;
    for (size_t i = 0; i < COUNT(countries); i++)
        if (slice_starts(digits, countries[i])
            && is_emergency(slice_from(digits, strlen(countries[i]))))
            return true;
    return false;
}

/* ---- redaction ---- */

#define CARD_MIN 13
#define CARD_MAX 19
#define CARD_USUAL 16
#define OVERLAP 64          /* words; a number has fewer */

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

/* Is there a card's number in a run of digits?  A run that is longer than
 * most cards may be the card and its code or date, so every stretch of 13 to
 * 19 of it is asked. */
static bool has_card(const char *digits)
{
    size_t len = strlen(digits);

    if (len <= CARD_USUAL)
        return luhn(digits, len);
    for (size_t from = 0; from + CARD_MIN <= len; from++)
        for (size_t n = CARD_MIN; n <= CARD_MAX && from + n <= len; n++)
            if (digits[from] != '0' && luhn(digits + from, n))
                return true;
    return false;
}

static bool all_digits(const char *s)
{
    return s[0] && s[strspn(s, "0123456789")] == 0;
}

/* "123-45-6789", with dashes or blanks where they belong. */
static size_t social_security(const struct words *ws, size_t i)
{
    size_t at = i;

    for (int part = 0; part < 3; part++) {
        static const size_t len[3] = {3, 2, 4};

        if (part)
            at += words_match(ws, at, "-");
        if (words_at(ws, at)->kind != WORD_DIGITS
            || words_at(ws, at)->text.len != len[part])
            return 0;
        at++;
    }
    /* A telephone number has its area before it, or more behind. */
    return words_at(ws, at)->kind == WORD_DIGITS || (i
        && words_match(ws, i - 1, "+|-")) ? 0 : at - i;
}

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

/* "DE89 3704 0044 0532 0130 00": the longest run of groups that checks. */
static size_t bank_account(const struct words *ws, size_t i)
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

/* Words that say what the next number is. */
static const char secret_words[] = "social security|ssn|passport|identity"
    "|id card|id number|identification|driver's license|drivers license"
    "|driving licence|card number|credit card|debit card|cvv|cvc"
    "|security code|pin|pin code|account number|sort code|routing number"
    "|ausweis|personalausweis|ausweisnummer|personalausweisnummer"
    "|reisepass|passnummer|reisepassnummer|kreditkarte|kreditkartennummer"
    "|kartennummer|sozialversicherungsnummer|steuernummer|steuer - id"
    "|kontonummer|pruefnummer|geheimzahl|sicherheitscode|fuehrerschein";
/* And words after which a number is something else again. */
static const char other_words[] = "confirmation|reservation|booking|table"
    "|phone|people|persons|at|o'clock|bestaetigungsnummer"
    "|reservierungsnummer|tisch|personen|uhr|telefon";

/* A number of three digits or more near the words that make it secret: in
 * the six words behind them. */
static bool is_named_secret(const struct words *ws, size_t i)
{
    for (size_t back = 1; back <= 6 && back <= i; back++) {
        if (words_match(ws, i - back, other_words))
            return false;
        if (words_match(ws, i - back, secret_words))
            return true;
    }
    return false;
}

static size_t redact_words(struct mslice line, const struct words *ws)
{
    size_t count = 0, used;

    for (size_t i = 0; i < ws->n; i += used ? used : 1) {
        char code[128];
        size_t digits = 0;
        bool secret;

        used = bank_account(ws, i);
        if (!used)
            used = social_security(ws, i);
        secret = used > 0;
        if (!secret) {
            used = words_code(ws, i, code, sizeof code);
            for (const char *c = code; used && *c; c++)
                digits += *c >= '0' && *c <= '9';
            secret = digits >= 3 && is_named_secret(ws, i);
            if (!secret && digits >= CARD_MIN && all_digits(code)
                && !(i && words_match(ws, i - 1, "+")))
                secret = has_card(code);
        }
        if (secret) {
            mask(line, ws, i, used);
            count++;
        }
    }
    return count;
}

size_t guard_redact(struct mslice line)
{
    struct words ws;
    size_t count = 0, at;

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
