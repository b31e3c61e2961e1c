/* jsonw_test.c - what is written, and that the scanner reads it back. */
#include "codec/json.h"
#include "codec/jsonw.h"
#include "tests/guard.h"
#include "tests/tap.h"

static void document(void)
{
    uint8_t mem[512];
    struct buf b;
    struct jsonw w;
    struct json root;

    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    jsonw_kstr(&w, "event", SLICE("cl\"ear"));
    jsonw_kcstr(&w, "none", NULL);
    jsonw_kstr(&w, "absent", (struct slice){NULL, 0});
    jsonw_kstr(&w, "empty", SLICE(""));
    jsonw_kint(&w, "low", INT64_MIN);
    jsonw_kbool(&w, "yes", true);
    jsonw_kbool(&w, "no", false);
    jsonw_knull(&w, "null");
    jsonw_kraw(&w, "raw", SLICE("[1, 2]"));
    jsonw_kraw(&w, "raw2", SLICE(""));
    jsonw_kobject(&w, "o");
    jsonw_end(&w);
    jsonw_karray(&w, "a");
    jsonw_int(&w, 1);
    jsonw_str(&w, SLICE("x"));
    jsonw_null(&w);
    jsonw_bool(&w, true);
    jsonw_array(&w);
    jsonw_end(&w);
    jsonw_object(&w);
    jsonw_keyn(&w, SLICE("k\n"));
    jsonw_ms(&w, 42100);
    jsonw_end(&w);
    jsonw_raw(&w, SLICE("{}"));
    jsonw_end(&w);
    jsonw_end(&w);
    tap_is_str(buf_slice(&b), "{\"event\":\"cl\\\"ear\",\"none\":null,"
        "\"absent\":null,\"empty\":\"\",\"low\":-9223372036854775808,"
        "\"yes\":true,\"no\":false,\"null\":null,\"raw\":[1, 2],"
        "\"raw2\":null,\"o\":{},\"a\":[1,\"x\",null,true,[],"
        "{\"k\\n\":42.100},{}]}", "commas, keys and nesting");
    tap_ok(json_parse(guard_in(buf_slice(&b)), &root, NULL) == 0
        && json_is(json_get(root, "event"), "cl\"ear"), "reads back");
}

static void times(void)
{
    static const struct {
        int64_t ms;
        const char *text;
    } v[] = {
        {0, "0.000"}, {5, "0.005"}, {42, "0.042"}, {999, "0.999"},
        {1000, "1.000"}, {42100, "42.100"}, {-1, "-0.001"},
        {-1500, "-1.500"}, {INT64_MAX, "9223372036854775.807"},
        {INT64_MIN, "-9223372036854775.808"},
    };
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        uint8_t mem[32];
        struct buf b;
        struct jsonw w;

        buf_over(&b, mem, sizeof mem);
        jsonw_begin(&w, &b);
        jsonw_ms(&w, v[i].ms);
        if (!slice_is(buf_slice(&b), v[i].text)) {
            bad++;
            tap_show(v[i].text, buf_slice(&b));
        }
    }
    tap_is_int(bad, 0, "milliseconds are seconds with three decimals");
}

static void escapes(void)
{
    static const struct {
        const char *in, *out;
    } v[] = {
        {"", ""}, {"plain /text/", "plain /text/"},
        {"\"\\\b\f\n\r\t", "\\\"\\\\\\b\\f\\n\\r\\t"},
        {"\x01\x0b\x1f\x7f", "\\u0001\\u000b\\u001f\x7f"},
        {"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80",
            "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"a\xff""b", "a\xef\xbf\xbd""b"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xe2\x82x", "\xef\xbf\xbd\xef\xbf\xbdx"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    uint8_t mem[64];
    struct buf b;
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        buf_over(&b, mem, sizeof mem);
        jsonw_escape(&b, guard_in(slice_str(v[i].in)));
        if (!slice_is(buf_slice(&b), v[i].out)) {
            bad++;
            tap_show(v[i].out, buf_slice(&b));
        }
    }
    tap_is_int(bad, 0, "escapes, and U+FFFD for each bad byte");
    buf_over(&b, mem, sizeof mem);
    jsonw_escape(&b, SLICE("a\0b"));
    tap_is_str(buf_slice(&b), "a\\u0000b", "a NUL is written");
}

/* Every byte pair survives: U+FFFD where it was not UTF-8. */
static void round_trip(void)
{
    int bad = 0;

    for (unsigned i = 0; i < 65536; i++) {
        uint8_t in[2] = {(uint8_t)(i >> 8), (uint8_t)i}, mem[64], back[64];
        struct buf b, t;
        struct jsonw w;
        struct json j;

        buf_over(&b, mem, sizeof mem);
        buf_over(&t, back, sizeof back);
        jsonw_begin(&w, &b);
        jsonw_str(&w, slice_of(in, 2));
        if (json_parse(guard_in(buf_slice(&b)), &j, NULL)
            || !json_text(j, &t)
            || (in[0] < 0x80 && in[1] < 0x80
            && !slice_eq(buf_slice(&t), slice_of(in, 2))))
            bad++;
    }
    tap_is_int(bad, 0, "all pairs of bytes are read back");
}

static void limits(void)
{
    uint8_t mem[200];
    struct buf b;
    struct jsonw w;
    struct json j;

    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    for (int i = 0; i < JSONW_DEPTH; i++)
        jsonw_array(&w);
    tap_ok(buf_ok(&b), "the deepest text");
    for (int i = 0; i < JSONW_DEPTH; i++)
        jsonw_end(&w);
    tap_ok(buf_ok(&b) && json_parse(buf_slice(&b), &j, NULL) == 0
        && b.len == 2 * JSONW_DEPTH, "is closed as it was opened");
    jsonw_end(&w);
    tap_ok(!buf_ok(&b), "an end too many is seen");
    buf_clear(&b);
    jsonw_begin(&w, &b);
    for (int i = 0; i <= JSONW_DEPTH; i++)
        jsonw_object(&w);
    tap_ok(!buf_ok(&b), "one deeper is seen");
    buf_over(&b, mem, 5);
    jsonw_begin(&w, &b);
    jsonw_str(&w, SLICE("abcd"));
    tap_ok(!buf_ok(&b) && b.len <= 5, "a full buf is seen");
}

int main(void)
{
    document();
    times();
    escapes();
    round_trip();
    limits();
    return tap_done();
}
