/* heard_code.c - confirmation numbers, as they are told and read back. */
#include <string.h>

#include "agent/heard.h"

/* What may stand between "number" and the number. */
static const char between[] = "number|code|no .|no|is|'s|would be|will be"
    "|it's|its|:|ist|lautet|the|your|for you|that's|for this|for that"
    "|for your booking|,|die|nummer|es ist|then|for the booking"
    "|for your reservation|just say|-|#|waere|waer|war|was|hier|here|here's"
    "|dann|also|einfach|so|number|num|nr .|nr|ihre|letters|digits|buchstaben"
    "|numbers|capital|and that's|wait for it|um|uh|aeh|ready|okay|ok|\"|'"
    "|of|mal|bitte|lautet die|lautet dann|wird|sein|zahlen|should be|ok so"
    "|reads|gonna be|going to be|reference";
static const char announce[] = "confirmation|reservation number"
    "|reservation code|booking number|booking code|booking reference"
    "|reference number|reference|bestaetigungsnummer|reservierungsnummer"
    "|buchungsnummer|bestaetigungscode|buchungscode|referenznummer"
    "|number is|number's|code is|nummer ist|nummer lautet|die nummer"
    "|your number|under number|unter der nummer|unter nummer|number|quote"
    "|mention|just say|just give|give them|booking id|booking ref|ref is"
    "|your ref|ref|pin is|vorgangsnummer|auftragsnummer|reservierungscode"
    "|kennnummer|kennwort|stichwort|referenz|ticket|order number|code"
    "|nummer|ref's|reference's|code's|number's|id's|angeben"
    "|nennen sie|booking is|reservation is|sagen sie einfach";
#define PHONE 10            /* so many are a telephone number */
static const char other_number[] = "phone|telephone|telefon|table|mobile"
    "|cell|card|room|suite|rufnummer|fax|street|party|house|line";

/* "Stornonummer", "Reservierungscode": what a number is called.  The words
 * used; 0: nothing announces one here. */
static size_t announces(const struct words *ws, size_t i)
{
    const struct word *w = words_at(ws, i);
    size_t n = words_match(ws, i, announce), len = strlen(w->low);

    if (n || w->kind != WORD_LETTERS)
        return n;
    if ((len > 9 && !strcmp(w->low + len - 6, "nummer"))
        || (len > 7 && !strcmp(w->low + len - 4, "code")))
        return !words_match(ws, i, "telefonnummer|handynummer|rufnummer"
            "|hausnummer|faxnummer|kartennummer|tischnummer|zimmernummer"
            "|postleitzahl|kontonummer|mobilnummer");
    return 0;
}

/* "As a reference I'll give you ..": what a word names for sure may be some
 * words off. */
static const char names_code[] = "confirmation|reference|referenz|booking"
    " number|booking code|reservation number|reservation code|booking ref"
    "|confirmation number|confirmation code|buchungsnummer"
    "|reservierungsnummer|bestaetigungsnummer|bestaetigungscode"
    "|buchungscode|referenznummer|vorgangsnummer";
#define FAR 6

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

/* A confirmation number at word at: two digits or more, three signs, and no
 * telephone's. */
static size_t number_at(const struct words *ws, size_t at, size_t end,
    char *out, size_t cap, struct slice *quote)
{
    size_t n = whole_code(ws, at, out, cap), again, digits = 0;

    if (n == 0 || at + n > end)
        return 0;
    for (const char *c = out; *c; c++)
        digits += *c >= '0' && *c <= '9';
    if (digits < 2 || strlen(out) < 3 || strlen(out) >= PHONE)
        return 0;
    again = code_again(ws, at + n, end, out, cap, &at);
    n = again ? again : n;
    *quote = words_span(ws, at, n);
    return n;
}

/* Would what stands there be an hour, a word, a count as well? */
static bool may_be_other(const struct words *ws, size_t at, size_t from)
{
    struct clock_time a, b;
    const struct word *next = words_at(ws, at + 1);
    bool letters = at + 1 < ws->n && next->kind == WORD_LETTERS
        && next->text.len == 1;     /* "A B one two": no article */

    return moment_time(ws, at, PART_NONE, &a, &b) || (!letters
        && words_match(ws, at, "a|i")) || (at > from && words_match(ws,
        at - 1, "for|at|of|fuer|um|+"));
}

/* Most sentences have none, and then no number either. */
static bool has_digits(const struct words *ws, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        if (words_at(ws, i)->kind == WORD_DIGITS
            || words_at(ws, i)->number >= 0)
            return true;
    return false;
}

size_t heard_code(const struct words *ws, size_t from, size_t end,
    bool asked_for, char *out, size_t cap, struct slice *quote)
{
    for (size_t i = from; has_digits(ws, from, end) && i < end; i++) {
        size_t at = i, n = announces(ws, i);
        bool sure = n && words_match(ws, i, names_code);

        if (n && i > from && words_match(ws, i - 1, other_number))
            continue;
        if (!n && !asked_for)
            continue;
        for (at += n; at < end && (n = words_match(ws, at, between)) != 0;)
            at += n;
        if (at == i && may_be_other(ws, at, from))
            continue;
        n = number_at(ws, at, end, out, cap, quote);
        for (size_t far = 1; !n && sure && far <= FAR && at + far < end; far++)
            if (!may_be_other(ws, at + far, from))
                n = number_at(ws, at + far, end, out, cap, quote);
        if (n)
            return n;
    }
    out[0] = 0;
    return 0;
}
