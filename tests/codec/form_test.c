/* form_test.c - WHATWG URL 5.1 and 5.2, and bodies as Twilio posts them. */
#include "codec/form.h"

#include "tests/guard.h"
#include "tests/tap.h"

/* Every pair as "name=value;", "name;" when there is no value. */
static struct slice pairs(struct slice form, struct buf *out)
{
    struct slice name, value;

    buf_clear(out);
    while (form_next(&form, &name, &value)) {
        form_decode(out, name);
        if (value.ptr) {
            buf_addc(out, '=');
            form_decode(out, value);
        }
        buf_addc(out, ';');
    }
    return buf_slice(out);
}

static const struct {
    const char *form, *want;
} parsed[] = {
    {"", ""},
    {"a=b", "a=b;"},
    {"a=b&c=d", "a=b;c=d;"},
    {"a=b&a=c", "a=b;a=c;"},
    {"&&a=b&&&c=d&&", "a=b;c=d;"},
    {"a", "a;"},
    {"a&b=", "a;b=;"},
    {"=", "=;"},
    {"=v", "=v;"},
    {"a=b=c", "a=b=c;"},
    {"a==", "a==;"},
    {"a+b=c+d", "a b=c d;"},
    {"a%20b=c%2Bd", "a b=c+d;"},
    {"%61=%62", "a=b;"},
    {"a=%26%3d", "a=&=;"},
    {"a=%c3%A9", "a=\xc3\xa9;"},
    {"a=\xc3\xa9", "a=\xc3\xa9;"},
    {"a=100%", "a=100%;"},
    {"a=%4", "a=%4;"},
    {"a=%4&b=1", "a=%4;b=1;"},
    {"a=%zz%4x%x4", "a=%zz%4x%x4;"},
    {"a=%%41", "a=%A;"},
    {"a=%25%34%31", "a=%41;"},
    {"a=%2541", "a=%41;"},
    {"a;b=c", "a;b=c;"},
    {"AccountSid=AC00000000000000000000000000000000&CallStatus=in-progress"
     "&To=%2B15551230000&CallerName=Luigi%27s+Trattoria",
     "AccountSid=AC00000000000000000000000000000000;CallStatus=in-progress;"
     "To=+15551230000;CallerName=Luigi's Trattoria;"},
};

static void parsing(struct buf *out)
{
    for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++)
        tap_is_str(pairs(guard_in(slice_str(parsed[i].form)), out),
            parsed[i].want, parsed[i].form);
}

/* No prefix of a form reads past its end or yields a longer text. */
static void prefixes(struct buf *out)
{
    struct slice all = slice_str(parsed[sizeof parsed / sizeof *parsed
        - 1].form);
    int bad = 0;

    for (size_t n = 0; n <= all.len; n++)
        bad += pairs(guard_in(slice_head(all, n)), out).len > n + 4;
    tap_is_int(bad, 0, "every prefix");
}

static void absent(void)
{
    struct slice form = SLICE("a&b=&c=1"), name, value;

    tap_ok(form_next(&form, &name, &value) && value.ptr == NULL,
        "without = the value is absent");
    tap_ok(form_next(&form, &name, &value) && value.ptr && value.len == 0,
        "with = it is empty");
    tap_ok(form_next(&form, &name, &value) && slice_is(value, "1"), "c");
    tap_ok(!form_next(&form, &name, &value), "the end");
    tap_ok(!form_next(&form, &name, &value), "and it stays the end");
    form = (struct slice){NULL, 0};
    tap_ok(!form_next(&form, &name, &value), "the absent form has none");
}

static void getting(struct buf *out)
{
    struct slice form = SLICE("To=%2B1555&Caller+Name=Ann&%54o2=x&To=second"
        "&Flag&nul=a%00b&Tolong=abcdefgh");
    char dst[8];

    buf_clear(out);
    tap_ok(form_get(form, "To", out), "a name that is there");
    tap_is_str(buf_slice(out), "+1555", "gives the first value");
    tap_ok(form_get(form, "Caller Name", out), "a name with a blank");
    tap_is_str(buf_slice(out), "+1555Ann", "is appended");
    buf_clear(out);
    tap_ok(form_get(form, "To2", out), "an encoded name is found");
    tap_is_str(buf_slice(out), "x", "and its value");
    tap_ok(!form_get(form, "T", out), "a prefix of a name is not it");
    tap_ok(!form_get(form, "To22", out), "nor is a longer one");
    tap_ok(!form_get(form, "to", out), "nor another case");
    tap_is_str(buf_slice(out), "x", "and then nothing is appended");
    tap_ok(form_get(form, "Flag", out), "a name without a value");
    tap_is_str(buf_slice(out), "x", "has the empty one");

    tap_ok(form_copy(form, "To", dst, sizeof dst) && !strcmp(dst, "+1555"),
        "copies");
    tap_ok(form_copy(form, "To", dst, 6) && !strcmp(dst, "+1555"),
        "copies what just fits");
    tap_ok(!form_copy(form, "To", dst, 5) && !strcmp(dst, "+155"), "cut");
    tap_ok(!form_copy(form, "To", dst, 1) && !*dst, "cut to nothing");
    tap_ok(!form_copy(form, "Tolong", dst, sizeof dst)
        && !strcmp(dst, "abcdefg"), "cut at the end of the array");
    tap_ok(!form_copy(form, "no", dst, sizeof dst) && !*dst, "none: empty");
    tap_ok(form_copy(form, "Flag", dst, sizeof dst) && !*dst, "no value");
    tap_ok(!form_copy(form, "nul", dst, sizeof dst) && !strcmp(dst, "a"),
        "a NUL inside is a cut");
    buf_clear(out);
    tap_ok(form_get(form, "nul", out)
        && slice_eq(buf_slice(out), SLICE("a\0b")), "but a buf takes it");
}

static void paths(struct buf *out)
{
    buf_clear(out);
    url_decode(out, guard_in(SLICE("/v1/calls/a%20b+c%2F%")));
    tap_is_str(buf_slice(out), "/v1/calls/a b+c/%", "+ is itself in a path");
}

static void adding(struct buf *out)
{
    buf_clear(out);
    form_adds(out, "To", "+15551230000");
    form_adds(out, "Url", "https://a.example/twiml?call_id=1&x=~");
    form_adds(out, "Empty", "");
    form_add(out, "a b", SLICE("*-._ \xc3\xa9\n\0\x7f"));
    tap_is_str(buf_slice(out), "To=%2B15551230000&Url=https%3A%2F%2Fa.example"
        "%2Ftwiml%3Fcall_id%3D1%26x%3D%7E&Empty=&a+b=*-._+%C3%A9%0A%00%7F",
        "encodes");
    buf_clear(out);
    buf_adds(out, "/twiml?");
    form_adds(out, "a", "1");
    form_adds(out, "b", "2");
    tap_is_str(buf_slice(out), "/twiml?a=1&b=2", "no & behind a ?");
    buf_clear(out);
    buf_adds(out, "/twiml?x&");
    form_adds(out, "a", "1");
    tap_is_str(buf_slice(out), "/twiml?x&a=1", "nor a second one");
}

/* Which bytes go as they are: WHATWG URL 1.3. */
static void every_byte(struct buf *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
        "qrstuvwxyz0123456789*-._";
    int bad = 0;

    for (int c = 0; c < 256; c++) {
        uint8_t byte = (uint8_t)c;
        char want[8] = {'a', '=', (char)byte, 0, 0, 0, 0, 0};
        struct buf back;
        uint8_t mem[1];

        if (c == ' ')
            want[2] = '+';
        else if (c == 0 || !strchr(plain, c))
            snprintf(want + 2, sizeof want - 2, "%%%02X", byte);
        buf_clear(out);
        form_add(out, "a", slice_of(&byte, 1));
        bad += !slice_is(buf_slice(out), want);
        buf_over(&back, mem, sizeof mem);
        bad += !form_get(buf_slice(out), "a", &back) || !buf_ok(&back)
            || back.len != 1 || mem[0] != byte;
    }
    tap_is_int(bad, 0, "every byte there and back");
}

/* A full buf is bad, and never more than full. */
static void ceilings(void)
{
    uint8_t mem[4];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    form_decode(&b, SLICE("%61%62%63%64"));
    tap_ok(buf_ok(&b) && slice_is(buf_slice(&b), "abcd"),
        "twelve characters fit into the four they stand for");
    buf_over(&b, mem, sizeof mem);
    form_decode(&b, SLICE("%61%62%63%64%65"));
    tap_ok(!buf_ok(&b) && b.len <= 4, "five do not");
    buf_over(&b, mem, sizeof mem);
    form_adds(&b, "a", "+");
    tap_ok(!buf_ok(&b) && b.len <= 4, "an encoded one does not");
}

int main(void)
{
    struct buf out;

    buf_init(&out, 4096);
    parsing(&out);
    prefixes(&out);
    absent();
    getting(&out);
    paths(&out);
    adding(&out);
    every_byte(&out);
    ceilings();
    buf_free(&out);
    return tap_done();
}
