/* request_numbers.c - telephone numbers, confirmation numbers, and numbers
 * that say nothing of themselves.
 */
#include <string.h>

#include "agent/request_impl.h"
#include "base/text.h"

#define E164 15                 /* digits, at most */

/* "+1 (555) 123-0000": digits in groups, joined by what people put there. */
static size_t digit_groups(const struct words *ws, size_t i, char *out,
    size_t cap, size_t *digits)
{
    size_t n = 0, last = 0, len = 0;

    *digits = 0;
    if (words_match(ws, i, "+")) {
        out[len++] = '+';
        n = 1;
    }
    for (; i + n < ws->n; n++) {
        const struct word *w = words_at(ws, i + n);

        if (w->kind == WORD_DIGITS) {
            if (len + w->text.len >= cap)
                break;
            memcpy(out + len, w->text.ptr, w->text.len);
            len += w->text.len;
            *digits += w->text.len;
            last = n + 1;
        } else if (!words_match(ws, i + n, "-|(|)|/")
            && !(words_match(ws, i + n, ".") && w->glued
            && words_at(ws, i + n + 1)->glued)) {
            break;
        }
    }
    out[len] = 0;
    return last;
}

/* "My number is", "call me back at": the number of the one who asks. */
static bool is_their_own(const struct words *ws, size_t i)
{
    for (size_t back = 0; back <= 4 && back <= i; back++) {
        if (words_match(ws, i - back, "my number|my phone|my mobile|my cell"
            "|call me|reach me|text me|meine nummer|meine telefonnummer"
            "|meine handynummer|ruf mich|rufen sie mich|mich unter"
            "|contact me|me at|me on|my contact"))
            return true;
        if (words_match(ws, i - back, ".|;|!"))
            return false;
    }
    return false;
}

/* "Oh two oh seven, three eight six": a number read out, digit by digit. */
static size_t dictated(const struct words *ws, size_t i, char *out,
    size_t cap)
{
    size_t n = words_at(ws, i)->kind == WORD_LETTERS
        ? words_code(ws, i, out, cap) : 0;

    return n && strlen(out) >= 7 && strspn(out, "0123456789") == strlen(out)
        ? n : 0;
}

size_t request_find_phone(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t lead = words_match(ws, i, "phone number is|phone number|telephone"
        "|phone|tel .|tel|number is|number|call|dial|ring|at|telefon|nummer"
        "|rufnummer|unter|ruf|rufe|waehle|on"), digits, n;
    bool dialled = words_match(ws, i, "call|dial|phone|ring|ruf|rufe|waehle");
    char text[24];

    lead += lead ? words_match(ws, i + lead, ":|the number|die|the|is|ist")
        : 0;
    if (lead && (n = dictated(ws, i + lead, text, sizeof text)) != 0
        && !r->plan->phone[0]) {
        if (!is_their_own(ws, i))
            text_copy(r->plan->phone, sizeof r->plan->phone,
                slice_str(text));
        return lead + n;
    }
    if (!words_match(ws, i + lead, "+|(") && words_at(ws, i + lead)->kind
        != WORD_DIGITS)
        return 0;
    n = digit_groups(ws, i + lead, text, sizeof text, &digits);
    if (!n || r->plan->phone[0])
        return 0;
    if (digits > E164)          /* a card's; no telephone has it */
        return lead + n;
    if (text[0] == '+' ? digits < 3 : digits < 7 && !(dialled && n == 1
        && digits >= 2 && !request_starts_other(r, i + lead)))
        return 0;
    if (text[0] != '+' && !lead && !words_match(ws, i, "(")
        && text[0] != '0' && digits < 10)
        return 0;
    /* Where they may be called back is not where to call. */
    if (!is_their_own(ws, i))
        text_copy(r->plan->phone, sizeof r->plan->phone, slice_str(text));
    return lead + n;
}

/* Letters, digits and dashes written in one piece: "AB-12CD". */
static size_t glued_code(const struct words *ws, size_t i, char *out,
    size_t cap)
{
    size_t n = 0, len = 0, digits = 0;

    while (i + n < ws->n && (n == 0 || words_at(ws, i + n)->glued)) {
        struct slice t = words_at(ws, i + n)->text;
        bool dash = words_match(ws, i + n, "-|/")
            && words_at(ws, i + n + 1)->glued;

        if ((words_at(ws, i + n)->kind == WORD_MARK && !dash)
            || len + t.len >= cap)
            break;
        for (size_t k = 0; k < t.len; k++) {
            uint8_t c = byte_lower(t.ptr[k]);

            out[len++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
        }
        digits += words_at(ws, i + n)->kind == WORD_DIGITS;
        n++;
    }
    out[len] = 0;
    return digits && len >= 3 ? n : 0;
}

size_t request_find_reference(struct reading *r, size_t i)
{
    const struct words *ws = &r->ws;
    size_t what = words_match(ws, i, "confirmation|reservation|booking"
        "|reference|ref .|ref|bestaetigungsnummer|reservierungsnummer"
        "|buchungsnummer|bestaetigungscode|buchungscode|referenznummer"
        "|referenz|reservierung|buchung|code|pnr"), noun, n;
    bool mine = r->plan->intent == PLAN_CANCEL || r->plan->intent
        == PLAN_CHANGE;
    char code[32];

    /* Of a booking that exists a number alone is its own. */
    if (!what && mine && !(i && words_match(ws, i - 1, "phone|table|tisch"
        "|telefon|mobile|cell|my|meine|house|room|call")))
        what = words_match(ws, i, "number|no .|nr .|nummer|#|unter der nummer"
            "|id");
    if (!what || r->plan->reference[0])
        return 0;
    noun = words_match(ws, i + what, "number|code|no .|no|nr .|nr|id|nummer");
    noun += words_match(ws, i + what + noun, "was|is|:|ist|lautet|war|#");
    noun += words_match(ws, i + what + noun, "#");
    if (request_starts_other(r, i + what + noun) && !noun)
        return 0;
    n = glued_code(ws, i + what + noun, code, sizeof code);
    if (n && noun && words_at(ws, i + what + noun + n)->kind == WORD_DIGITS)
        n = 0;                  /* "55 12 09" goes on behind the blank */
    if (!n && (noun || words_match(ws, i, "number|nummer|reference|ref|code"
        "|confirmation")))
        n = words_code(ws, i + what + noun, code, sizeof code);
    if (!n || strlen(code) < 3)
        return 0;
    text_copy(r->plan->reference, sizeof r->plan->reference,
        slice_str(code));
    return what + noun + n;
}

/* ---- numbers that say nothing of themselves ---- */

/* A number at i, unused, of no street and no price; 0 when there is none. */
static size_t lone_number(struct reading *r, size_t i, int *value)
{
    const struct words *ws = &r->ws;
    size_t n = r->used[i] ? 0 : words_number(ws, i, value);

    /* "The Four Seasons" */
    if (n && words_at(ws, i)->kind == WORD_LETTERS
        && words_at(ws, i)->capital && words_at(ws, i + 1)->capital)
        return 0;
    if (!n || words_match(ws, i, "ein|eine|einen|einer|einem|one|null|zero")
        || (i && words_match(ws, i - 1, "table|tisch|room|number|nr|no|nummer"
        "|under|less|$|#|raum|top|seat|euro|-|/|.|:|+|all|gate|hausnummer"))
        || words_match(ws, i + n, "$|%|euro|euros|dollars|dollar|pounds|hours"
        "|hour|minutes|minute|days|stunden|minuten|tage|. 5|of|-|/|:|.|years"
        "|year|star|stars|course|courses|st|nd|rd|th|jahre|more|highchairs"
        "|high|baby|dogs|dog|hochstuehle|kinderstuehle|eur|usd|km|miles"
        "|strollers|wheelchairs|th birthday|mal|gang"))
        return 0;
    /* "25 Main Street" */
    return words_at(ws, i)->kind == WORD_DIGITS && words_at(ws, i + n)->kind
        == WORD_LETTERS && words_at(ws, i + n)->capital
        && !request_starts_other(r, i + n) ? 0 : n;
}

void request_late_numbers(struct reading *r)
{
    size_t at = 0, n = 0, found = 0, used;
    bool no_time = r->time < 0, no_party = !r->plan->party && !r->nobody;
    struct clock_time t;
    int value = 0, v;

    if (no_time == no_party || r->plan->intent == PLAN_CANCEL)
        return;
    for (size_t i = 0; i < r->ws.n; i += used ? used : 1) {
        used = lone_number(r, i, &v);
        if (!used)
            continue;
        found++;
        at = i;
        n = used;
        value = v;
    }
    if (found != 1)
        return;
    if (no_time && value >= 1 && value <= 24 && moment_hour(&r->ws, at,
        r->part, &t) && r->date.year)
        r->time = t.hour * 60 + t.minute;
    else if (no_party && value >= 1 && value <= 200 && r->date.year)
        r->plan->party = value;
    else
        return;
    while (n--)
        r->used[at + n] = true;
}
