/* price_test.c - what a call costs, and files that say so. */
#include "call/price.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define GOOD "# ours\r\ncurrency EUR\n\nminute + 0.10\n minute +49\t0.02 " \
    "# home\nminute +4930 0\nstream 0.004\ndetect 0.007\ninput 600 32.00\n" \
    "output 1200 64"

static const struct {
    const char *to;
    int64_t ms, cost;
} calls[] = {
    {"+15551230000", 0, 0},
    {"+15551230000", 1, 7000 + 104000 + 1},     /* a minute is begun */
    {"+15551230000", 60000, 7000 + 104000 + 96000},
    {"+15551230000", 60001, 7000 + 208000 + 96001},
    {"+498912345", 30000, 7000 + 24000 + 48000},
    {"+493012345", 30000, 7000 + 4000 + 48000}, /* the longest counts */
    {"+15551230000", -5, 0},
    {"", 60000, 7000 + 104000 + 96000},
};

static const struct {
    const char *text;
    size_t line;
    const char *why;
} bad[] = {
    {"", 0, "no currency"},
    {"currency USD\n", 1, "minute +"},
    {"currency USD\nminute +49 0.1\n", 2, "minute +"},
    {"minute + 0.1\n", 1, "no currency"},
    {"currency usd\n", 1, "three capital"},
    {"currency USDX\n", 1, "three capital"},
    {"currency\n", 1, "three capital"},
    {"currency USD EUR\n", 1, "more words"},
    {"\ncurrency USD\nminute 49 1\n", 3, "first digits"},
    {"minute +4x 1\n", 1, "first digits"},
    {"minute +1234567890123456 1\n", 1, "first digits"},
    {"minute + -1\n", 1, "no amount"},
    {"minute + 1,5\n", 1, "no amount"},
    {"minute + 1.1234567\n", 1, "no amount"},
    {"minute + 1.\n", 1, "no amount"},
    {"minute +\n", 1, "no amount"},
    {"minute + 1 2\n", 1, "more words"},
    {"stream x\n", 1, "no amount"},
    {"stream 1 2\n", 1, "more words"},
    {"detect\n", 1, "no amount"},
    {"input 600\n", 1, "no amount"},
    {"input many 1\n", 1, "tokens"},
    {"output 9999999 1\n", 1, "tokens"},
    {"sum 1\n", 1, "begins with"},
};

static const struct {
    const char *text;
    int64_t amount;             /* -1: none */
    const char *told;
} amounts[] = {
    {"0", 0, "0.00"}, {"1", 1000000, "1.00"}, {"12.5", 12500000, "12.50"},
    {"0.014", 14000, "0.0140"}, {"0.000001", 1, "0.0001"},
    {"0.0001", 100, "0.0001"}, {"0.019901", 19901, "0.02"},
    {"1000000", 1000000000000, "1000000.00"}, {"1000001", -1, ""},
    {"", -1, ""}, {".5", -1, ""}, {"5.", -1, ""}, {"1e3", -1, ""},
    {"+1", -1, ""}, {" 1", -1, ""}, {"1.2.3", -1, ""},
};

static void tell_amounts(void)
{
    uint8_t mem[32];
    struct buf b;

    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        int64_t n = -1;
        int rc = price_amount(slice_str(amounts[i].text), &n);

        tap_ok(rc == (amounts[i].amount < 0 ? -1 : 0)
            && n == amounts[i].amount, "\"%s\" is %lld", amounts[i].text,
            (long long)n);
        if (rc)
            continue;
        buf_over(&b, mem, sizeof mem);
        price_add(&b, n);
        tap_is(buf_slice(&b), slice_str(amounts[i].told), "told");
    }
}

int main(void)
{
    static struct prices p;
    struct price_fault f;
    struct slice good;

    good = guard_in(SLICE(GOOD));
    tap_ok(price_read(&p, good, &f) == 0, "a file: line %zu %s", f.line,
        f.why ? f.why : "");
    tap_is(slice_str(p.currency), SLICE("EUR"), "its currency");
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        tap_is_int(price_of(&p, slice_str(calls[i].to), calls[i].ms),
            calls[i].cost, calls[i].to);
    for (size_t n = 0; n <= good.len; n++)
        (void)price_read(&p, guard_in(slice_head(SLICE(GOOD), n)), &f);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int rc = price_read(&p, guard_in(slice_str(bad[i].text)), &f);

        tap_ok(rc == -1 && f.line == bad[i].line && slice_find(slice_str(
            f.why), slice_str(bad[i].why)) != SLICE_NPOS, "bad %zu: line "
            "%zu, %s", i, f.line, rc ? f.why : "fine");
    }
    price_defaults(&p);
    tap_is(slice_str(p.currency), SLICE("USD"), "the built-in table");
    tap_ok(p.n > 20 && price_of(&p, SLICE("+881123"), 60000)
        > price_of(&p, SLICE("+12125551234"), 60000),
        "far away is dearer in it");
    tell_amounts();
    return tap_done();
}
