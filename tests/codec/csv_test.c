/* csv_test.c - RFC 4180 2, and tables as spreadsheets save them. */
#include "codec/csv.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define FIELDS 6

/* Every field as "text|", every record ended by a slash; a fault as
 * "!line:column why". */
static struct slice shown(struct slice text, struct buf *out)
{
    struct csv_field f[FIELDS];
    struct csv c;
    size_t n;
    int r;

    buf_clear(out);
    csv_begin(&c, text);
    while ((r = csv_next(&c, f, FIELDS, &n)) > 0) {
        for (size_t i = 0; i < n; i++) {
            csv_text(&f[i], out);
            buf_addc(out, '|');
        }
        buf_addc(out, '/');
    }
    if (r < 0)
        buf_addf(out, "!%u:%u %s", c.fault_line, c.fault_column, c.why);
    return buf_slice(out);
}

static const struct {
    const char *text, *want;
} tables[] = {
    {"", ""},
    {"a", "a|/"},
    {"a,b,c\r\nd,e,f\r\n", "a|b|c|/d|e|f|/"},
    {"a,b\nc,d", "a|b|/c|d|/"},
    {"a\rb\r", "a|/b|/"},
    {"a,,c\n", "a||c|/"},
    {",\n", "||/"},
    {"a,\n", "a||/"},
    {"\n\na\n\n\nb\n\n", "a|/b|/"},
    {"\"\"\n", "|/"},
    {"\"a\",\"b\"\n", "a|b|/"},
    {"\"a,b\",c\n", "a,b|c|/"},
    {"\"a\"\"b\",\"\"\"\"\n", "a\"b|\"|/"},
    {"\"a\r\nb\",c\n", "a\r\nb|c|/"},
    {" a , b \n", " a | b |/"},
    {"\xef\xbb\xbfname,x\n", "name|x|/"},
    {"a;b;c\nd,e;f\n", "a|b|c|/d,e|f|/"},
    {"a\tb\n1,2\t3\n", "a|b|/1,2|3|/"},
    {"\"a;b\",c\n", "a;b|c|/"},
    {"\"a", "!1:1 a quote is not closed"},
    {"a\nb,\"c\n", "a|/!2:3 a quote is not closed"},
    {"\"a\"x,b\n", "!1:4 something follows a closing quote"},
    {"\"a\nbc\"x\n", "!2:4 something follows a closing quote"},
    {"a,b\"c\n", "!1:4 a quote inside a field that is not quoted"},
    {"1,2,3,4,5,6\n1,2,3,4,5,6,7\n", "1|2|3|4|5|6|/!2:13 too many fields"},
    {"Luigi\xe2\x80\x99s,+15551230000,\"Mo-Su 12:00-23:00, PH off\"\n",
        "Luigi\xe2\x80\x99s|+15551230000|Mo-Su 12:00-23:00, PH off|/"},
};

static void reading(struct buf *out)
{
    char name[16];

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(name, sizeof name, "table %zu", i);
        tap_is_str(shown(guard_in(slice_str(tables[i].text)), out),
            tables[i].want, name);
    }
}

/* A prefix never yields a field that the whole has not, but a cut one. */
static void prefixes(struct buf *out)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct slice all = slice_str(tables[i].text);

        for (size_t n = 0; n <= all.len; n++)
            bad += shown(guard_in(slice_head(all, n)), out).len
                > 4 * n + 64 || !buf_ok(out);
    }
    tap_is_int(bad, 0, "every prefix");
}

static void lines(void)
{
    struct csv_field f[FIELDS];
    struct csv c;
    size_t n;

    csv_begin(&c, SLICE("a,b\n\"x\ny\",z\n\nlast,1\n"));
    tap_ok(csv_next(&c, f, FIELDS, &n) == 1 && c.line == 1 && n == 2
        && f[1].column == 3, "the first record, and where its field is");
    tap_ok(csv_next(&c, f, FIELDS, &n) == 1 && c.line == 2
        && f[1].column == 4, "a field behind a break inside quotes");
    tap_ok(csv_next(&c, f, FIELDS, &n) == 1 && c.line == 5, "breaks count");
    tap_ok(csv_next(&c, f, FIELDS, &n) == 0, "the end");
    tap_ok(csv_next(&c, f, FIELDS, &n) == 0, "and it stays the end");
    csv_begin(&c, SLICE("\"a"));
    tap_ok(csv_next(&c, f, FIELDS, &n) == -1, "a fault");
    tap_ok(csv_next(&c, f, FIELDS, &n) == -1 && c.why, "stays a fault");
}

/* Whatever is written is read again. */
static void round_trip(struct buf *out)
{
    static const char *const values[] = {"", "a", "a,b", "a;b", "a\tb",
        "say \"hi\"", "\"", "two\nlines", "cr\rlf\n", " blank ", ",",
        "Luigi's", "\xef\xbb\xbf"};
    size_t n = sizeof values / sizeof *values;
    struct csv_field f[32];
    struct buf text;
    struct csv c;
    size_t got;
    int bad = 0;

    buf_init(&text, 4096);
    for (size_t i = 0; i < n; i++)
        csv_add(&text, slice_str(values[(i + 1) % n]), i == 0);
    buf_adds(&text, "\r\n");
    csv_begin(&c, guard_in(buf_slice(&text)));
    tap_ok(csv_next(&c, f, 32, &got) == 1 && got == n, "all fields are back");
    for (size_t i = 0; i < n && i < got; i++) {
        buf_clear(out);
        csv_text(&f[i], out);
        bad += !slice_is(buf_slice(out), values[(i + 1) % n]);
    }
    tap_is_int(bad, 0, "and none has changed");
    buf_free(&text);
}

int main(void)
{
    struct buf out;

    buf_init(&out, 1u << 16);
    reading(&out);
    prefixes(&out);
    lines();
    round_trip(&out);
    buf_free(&out);
    return tap_done();
}
