/* guard.c - what is never understood and never dialled. */
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
