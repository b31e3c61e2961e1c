/* price.c - what a call costs, estimated. */
#include "call/price.h"

#include <string.h>

#include "base/text.h"

#define MINUTE INT64_C(60000)
#define AMOUNT_MAX 1000000      /* of the currency's unit */
#define TOKENS_MAX 1000000      /* a minute */

/* Estimates: Twilio's and OpenAI's public list prices, rounded up.  A tenth of
 * a second heard is a token, a twentieth said.  What an account really pays
 * belongs into PRICES_FILE. */
static const char built_in[] =
    "currency USD\n"
    "minute + 0.20\n"
    "minute +1 0.014\n"
    "minute +30 0.06\n" "minute +31 0.06\n" "minute +32 0.06\n"
    "minute +33 0.04\n" "minute +34 0.04\n" "minute +351 0.06\n"
    "minute +353 0.06\n" "minute +36 0.05\n" "minute +39 0.05\n"
    "minute +41 0.09\n" "minute +420 0.05\n" "minute +43 0.06\n"
    "minute +44 0.03\n" "minute +45 0.05\n" "minute +46 0.05\n"
    "minute +47 0.06\n" "minute +48 0.05\n" "minute +49 0.05\n"
    "minute +61 0.05\n" "minute +64 0.05\n" "minute +81 0.10\n"
    "stream 0.004\n"
    "detect 0.0075\n"
    "input 600 32.00\n"
    "output 1200 64.00\n";

int price_amount(struct slice text, int64_t *out)
{
    struct slice part = text, whole = slice_cut(&part, '.');
    uint64_t units, micro = 0;

    if (text_u64(whole, 0, AMOUNT_MAX, &units))
        return -1;
    if (part.ptr) {
        if (part.len > 6 || text_u64(part, 0, 999999, &micro))
            return -1;
        for (size_t i = part.len; i < 6; i++)
            micro *= 10;
    }
    *out = (int64_t)units * PRICE_UNIT + (int64_t)micro;
    return 0;
}

void price_add(struct buf *out, int64_t amount)
{
    int64_t parts = (amount + 99) / 100;        /* ten-thousandths */
    int rest = (int)(parts % 10000);

    if (rest % 100 == 0)
        buf_addf(out, "%lld.%02d", (long long)(parts / 10000), rest / 100);
    else
        buf_addf(out, "%lld.%04d", (long long)(parts / 10000), rest);
}

/* The next word of a line; empty at its end. */
static struct slice word(struct slice *line)
{
    size_t n = 0;

    *line = slice_trim(*line);
    while (n < line->len && line->ptr[n] != ' ' && line->ptr[n] != '\t')
        n++;
    *line = slice_from(*line, n);
    return slice_of(line->ptr - n, n);
}

static const char *read_currency(struct prices *p, struct slice s)
{
    bool fine = s.len == 3;

    for (size_t i = 0; i < s.len; i++)
        fine = fine && s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';
    if (!fine)
        return "a currency is three capital letters, as in USD";
    text_copy(p->currency, sizeof p->currency, s);
    return NULL;
}

static const char *read_minute(struct prices *p, struct slice prefix,
    struct slice amount)
{
    struct price_prefix *one = &p->prefix[p->n];

    if (prefix.len == 0 || prefix.ptr[0] != '+' || prefix.len > 16)
        return "minute wants + and the first digits of numbers";
    for (size_t i = 1; i < prefix.len; i++)
        if (prefix.ptr[i] < '0' || prefix.ptr[i] > '9')
            return "minute wants + and the first digits of numbers";
    if (p->n == PRICE_PREFIXES)
        return "more than 256 lines with minute";
    text_copy(one->digits, sizeof one->digits, slice_from(prefix, 1));
    if (price_amount(amount, &one->minute))
        return "no amount like 0.05";
    p->n++;
    return NULL;
}

static const char *read_tokens(struct slice tokens, struct slice amount,
    int64_t *n, int64_t *price)
{
    uint64_t count;

    if (text_u64(tokens, 0, TOKENS_MAX, &count))
        return "no number of tokens a minute";
    *n = (int64_t)count;
    return price_amount(amount, price) ? "no amount like 32.00" : NULL;
}

/* NULL, or what is wrong with the line. */
static const char *read_line(struct prices *p, struct slice line)
{
    struct slice what, first, second;
    const char *why;

    line = slice_head(line, slice_chr(line, '#'));
    line = slice_trim_all(line);
    if (!line.len)
        return NULL;
    what = word(&line);
    first = word(&line);
    second = word(&line);
    if (slice_trim(line).len)
        return "more words than the line can have";
    if (slice_is(what, "minute"))
        return read_minute(p, first, second);
    if (slice_is(what, "input"))
        return read_tokens(first, second, &p->input_tokens, &p->input);
    if (slice_is(what, "output"))
        return read_tokens(first, second, &p->output_tokens, &p->output);
    if (slice_is(what, "currency"))
        why = read_currency(p, first);
    else if (slice_is(what, "stream"))
        why = price_amount(first, &p->stream) ? "no amount like 0.004" : NULL;
    else if (slice_is(what, "detect"))
        why = price_amount(first, &p->detect) ? "no amount like 0.004" : NULL;
    else
        return "a line begins with currency, minute, stream, detect, input or "
            "output";
    return !why && second.len ? "more words than the line can have" : why;
}

static const struct price_prefix *find(const struct prices *p,
    struct slice digits)
{
    const struct price_prefix *best = NULL;

    for (size_t i = 0; i < p->n; i++) {
        const struct price_prefix *one = &p->prefix[i];

        if (slice_starts(digits, one->digits) && (!best
            || strlen(one->digits) >= strlen(best->digits)))
            best = one;
    }
    return best;
}

int price_read(struct prices *p, struct slice text, struct price_fault *fault)
{
    struct price_fault here = {0};

    memset(p, 0, sizeof *p);
    if (slice_starts(text, "\xef\xbb\xbf"))
        text = slice_from(text, 3);
    while (text.len && !here.why) {
        here.line++;
        here.why = read_line(p, slice_cut(&text, '\n'));
    }
    if (!here.why && !p->currency[0])
        here.why = "no currency is named";
    else if (!here.why && !find(p, SLICE("")))
        here.why = "no price for \"minute +\", any other number";
    if (fault)
        *fault = here;
    return here.why ? -1 : 0;
}

void price_defaults(struct prices *p)
{
    (void)price_read(p, slice_str(built_in), NULL);
}

int64_t price_of(const struct prices *p, struct slice e164, int64_t ms)
{
    int64_t minutes = (ms + MINUTE - 1) / MINUTE, model;
    const struct price_prefix *line = find(p, slice_from(e164, 1));

    if (ms <= 0)
        return 0;
    model = (p->input_tokens * p->input + p->output_tokens * p->output)
        / 1000000;
    return p->detect + minutes * ((line ? line->minute : 0) + p->stream)
        + model * ms / MINUTE;
}
