/* json_test.c - the scanner against JSONTestSuite, and its own vectors. */
#include <dirent.h>

#include "base/limits.h"
#include "codec/json.h"
#include "tests/guard.h"
#include "tests/tap.h"

#define SUITE "../shared/data/json"

static int suite_file(const char *name, int count[3])
{
    static uint8_t data[1 << 18];
    char path[512];
    struct json root;
    struct json_fault fault = {0, NULL};
    struct slice text;
    FILE *f;
    int r;

    snprintf(path, sizeof path, SUITE "/%s", name);
    f = fopen(path, "rb");
    if (!f)
        return -1;
    text = guard_in(slice_of(data, fread(data, 1, sizeof data, f)));
    fclose(f);
    r = json_parse(text, &root, &fault);
    count[name[0] == 'y' ? 0 : name[0] == 'n' ? 1 : 2]++;
    if ((name[0] == 'y' && r) || (name[0] == 'n' && !r)
        || (r && (!fault.why || fault.at > text.len))) {
        printf("#   %s: %d at %zu %s\n", name, r, fault.at,
            fault.why ? fault.why : "");
        return -1;
    }
    return 0;
}

static void suite(void)
{
    DIR *d = opendir(SUITE);
    struct dirent *e;
    int count[3] = {0, 0, 0}, bad = 0;

    if (!d) {
        tap_skip("JSONTestSuite is not here");
        return;
    }
    while ((e = readdir(d)) != NULL)
        if (strstr(e->d_name, ".json"))
            bad += suite_file(e->d_name, count) != 0;
    closedir(d);
    tap_is_int(bad, 0, "JSONTestSuite: y_ accepted, n_ refused, i_ survive");
    tap_is_int(count[0], 95, "all y_ files were there");
    tap_is_int(count[1], 188, "all n_ files were there");
}

/* Where a fault is, and its words. */
static void faults(void)
{
    static const struct {
        const char *text;
        size_t at;
        const char *why;
    } v[] = {
        {"", 0, "the text ends too soon"},
        {" ", 1, "the text ends too soon"},
        {"{", 1, "the text ends too soon"},
        {"[1", 2, "the text ends too soon"},
        {"{\"a\":", 5, "the text ends too soon"},
        {"{\"a\"", 4, "the text ends too soon"},
        {"nulx", 3, "not a value"},
        {"nul", 3, "not a value"},
        {"[1,]", 3, "not a value"},
        {"{\"a\":1,}", 7, "expected a key in quotes"},
        {"{1:2}", 1, "expected a key in quotes"},
        {"{\"a\" 1}", 5, "expected : after a key"},
        {"{\"a\":1 2}", 7, "expected , or }"},
        {"[1 2]", 3, "expected , or ]"},
        {"[1}", 2, "expected , or ]"},
        {"01", 1, "number with a leading zero"},
        {"-", 1, "number without digits"},
        {"1.", 2, "number without digits"},
        {"1.e3", 2, "number without digits"},
        {"1e+", 3, "number without digits"},
        {"+1", 0, "not a value"},
        {"\"abc", 4, "the text ends inside a string"},
        {"\"abc\\", 5, "the text ends inside a string"},
        {"\"\\u12", 5, "the text ends inside a string"},
        {"\"\\u12g4\"", 5, "\\u wants four hex digits"},
        {"\"\\x\"", 2, "no such escape"},
        {"\"12345678901234567890\n\"", 21, "control character in a string"},
        {"\"a\xc3(\"", 2, "not UTF-8"},
        {"\"\xed\xa0\x80\"", 1, "not UTF-8"},
        {"\"\xc0\xaf\"", 1, "not UTF-8"},
        {"\"0123456789abcdef\xff\"", 17, "not UTF-8"},
        {"\xef\xbb\xbf{}", 0, "not a value"},
        {"1 1", 2, "something follows the value"},
        {"{}}", 2, "something follows the value"},
    };
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct json_fault f = {99, "accepted"};
        struct json j;
        int r = json_parse(guard_in(slice_str(v[i].text)), &j, &f);

        if (r == -1 && f.at == v[i].at && strcmp(f.why, v[i].why) == 0
            && j.type == JSON_ABSENT)
            continue;
        bad++;
        printf("#   %s: %d at %zu %s\n", v[i].text, r, f.at, f.why);
    }
    tap_is_int(bad, 0, "each fault has its offset and its reason");
}

/* Every byte that may not stand in a string, at every place of the words
 * that are looked at eight bytes at a time. */
static void places(void)
{
    int bad = 0;

    for (size_t len = 0; len <= 40; len++)
        for (size_t at = 0; at < len; at++)
            for (unsigned c = 0; c < 256; c++) {
                char text[64];
                struct json_fault f = {0, NULL};
                struct json j;
                bool plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
                int r;

                memset(text, 'x', sizeof text);
                text[0] = text[len + 1] = '"';
                text[1 + at] = (char)c;
                r = json_parse(guard_in(slice_of(text, len + 2)), &j, &f);
                if (plain ? r != 0 || j.text.len != len || j.escaped
                    : r != -1 || (c == '"' || c == '\\' ? f.at != at + 2
                    : f.at != at + 1)) {
                    /* a backslash before the closing quote hides it */
                    if (c == '\\' && at + 1 == len && f.at == len + 2)
                        continue;
                    bad++;
                    printf("#   byte %02x at %zu of %zu\n", c, at, len);
                }
            }
    tap_is_int(bad, 0, "odd bytes are seen at every place of a string");
}

static void prefixes(void)
{
    struct slice whole = SLICE("{\"a\":[1,-2.5e+3,true,false,null,{}],"
        "\"b\\n\\u00fc\":\"x\\ud83d\\ude00\xc3\xbc\",\"c\":{\"d\":[]}}");
    struct json j;
    int bad = 0;

    for (size_t n = 0; n < whole.len; n++) {
        struct json_fault f = {SLICE_NPOS, NULL};

        size_t cut = n && whole.ptr[n - 1] == 0xc3; /* in a character */

        if (json_parse(guard_in(slice_head(whole, n)), &j, &f) == 0
            || f.at != n - cut) {
            bad++;
            printf("#   prefix of %zu: fault at %zu\n", n, f.at);
        }
    }
    tap_is_int(bad, 0, "every prefix ends too soon, at its end");
    tap_ok(json_parse(guard_in(whole), &j, NULL) == 0
        && j.type == JSON_OBJECT && j.text.len == whole.len, "the whole");
    tap_ok(json_parse(guard_in(SLICE("  \"a\\\"b\" \n")), &j, NULL) == 0
        && j.type == JSON_STRING && j.escaped
        && slice_is(j.text, "a\\\"b"), "a string root lies in its quotes");
    tap_ok(json_parse(guard_in(SLICE("\t-1.50E2\r\n")), &j, NULL) == 0
        && j.type == JSON_NUMBER && slice_is(j.text, "-1.50E2"), "a number");
}

static void depth(void)
{
    char text[2 * LIMIT_JSON_DEPTH + 4];
    struct json_fault f;
    struct json j;

    memset(text, '[', LIMIT_JSON_DEPTH + 1);
    memset(text + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
    tap_is_int(json_parse(slice_of(text + 1, 2 * LIMIT_JSON_DEPTH), &j, &f),
        0, "the deepest text");
    tap_is_int(json_parse(slice_of(text, 2 * LIMIT_JSON_DEPTH + 2), &j, &f),
        -1, "one deeper");
    tap_ok(f.at == LIMIT_JSON_DEPTH && !strcmp(f.why, "nested too deeply"),
        "names the bracket");
    /* Objects and arrays mixed: each close must fit its open. */
    tap_is_int(json_parse(SLICE("[{\"a\":[{\"b\":[]}]}]"), &j, NULL), 0, "mix");
    tap_is_int(json_parse(SLICE("[{\"a\":[{\"b\":[}]}]"), &j, NULL), -1,
        "crossed");
}

/* Texts, and what each of four paths gives in them; NULL is absent. */
static void paths(void)
{
    static const char *const path[] = {"event", "media.payload", "media",
        "a.b.c"};
    static const char *const v[][5] = {
        {"{}", NULL, NULL, NULL, NULL},
        {"[]", NULL, NULL, NULL, NULL},
        {"7", NULL, NULL, NULL, NULL},
        {"{\"event\":\"x\",\"media\":{\"payload\":\"AA==\"}}", "x", "AA==",
            "{\"payload\":\"AA==\"}", NULL},
        {"{\"media\":{\"t\":[1,{\"payload\":2}],\"payload\":3} ,"
            " \"event\":null}", "null", "3",
            "{\"t\":[1,{\"payload\":2}],\"payload\":3}", NULL},
        /* the last of equal keys wins */
        {"{\"event\":1,\"event\":2}", "2", NULL, NULL, NULL},
        {"{\"media\":{\"payload\":1},\"media\":{\"payload\":2}}", NULL, "2",
            "{\"payload\":2}", NULL},
        {"{\"media\":{\"payload\":1},\"media\":{}}", NULL, NULL, "{}", NULL},
        {"{\"media\":{\"payload\":1},\"media\":5}", NULL, NULL, "5", NULL},
        {"{\"media\":5,\"media\":{\"payload\":1}}", NULL, "1",
            "{\"payload\":1}", NULL},
        {"{\"a\":{\"b\":{\"c\":1}},\"a\":{\"b\":7}}", NULL, NULL, NULL, NULL},
        {"{\"a\":{\"b\":{\"c\":1},\"b\":{\"d\":2}}}", NULL, NULL, NULL, NULL},
        {"{\"a\":{\"x\":0,\"b\":{\"c\":[1,[2]]},\"y\":{\"b\":{\"c\":3}}},"
            "\"event\":{\"event\":4}}", "{\"event\":4}", NULL, NULL,
            "[1,[2]]"},
        /* elements of arrays are not entered, nor do they count as values */
        {"{\"event\":[9,8],\"media\":[{\"payload\":1}]}", "[9,8]", NULL,
            "[{\"payload\":1}]", NULL},
        {"[{\"event\":1}]", NULL, NULL, NULL, NULL},
        /* a wrong depth is no match; a dot in a key is no step */
        {"{\"payload\":1,\"media.payload\":2,\"b\":{\"c\":3},\"a.b.c\":4}",
            NULL, NULL, NULL, NULL},
        {"{\"x\":{\"event\":1,\"media\":{\"payload\":2}}}", NULL, NULL, NULL,
            NULL},
        {"{\"even\":1,\"eventt\":2,\"\":3}", NULL, NULL, NULL, NULL},
        /* keys compare unescaped */
        {"{\"\\u0065ven\\u0074\":1,\"med\\u0069a\":{\"p\\u0061yload\":2}}",
            "1", "2", "{\"p\\u0061yload\":2}", NULL},
        {"{\"a\\u002eb\\u002ec\":1,\"media\\u002epayload\":2}", NULL, NULL,
            NULL, NULL},
    };
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct json_want w[4] = {{.path = path[0]}, {.path = path[1]},
            {.path = path[2]}, {.path = path[3]}};
        struct slice text = guard_in(slice_str(v[i][0]));
        struct json root;

        if (json_scan(text, w, 4, NULL) || json_parse(text, &root, NULL)) {
            bad++;
            printf("#   refused: %s\n", v[i][0]);
            continue;
        }
        for (size_t k = 0; k < 4; k++) {
            struct json get = json_get(root, path[k]);

            if (!slice_eq(w[k].value.text, slice_str(v[i][k + 1]))
                || (w[k].value.type == JSON_ABSENT) != !v[i][k + 1]
                || get.type != w[k].value.type
                || get.escaped != w[k].value.escaped
                || !slice_eq(get.text, w[k].value.text)) {
                bad++;
                printf("#   %s in %s\n", path[k], v[i][0]);
                tap_show("scan", w[k].value.text);
                tap_show("get ", get.text);
            }
        }
    }
    tap_is_int(bad, 0, "paths: json_scan and json_get agree with the list");
}

static void wants(void)
{
    struct json_want w[17];
    struct json_fault f;
    struct json root;

    for (size_t i = 0; i < 17; i++)
        w[i].path = i < 15 ? "a" : "b.c";
    tap_is_int(json_scan(SLICE("{\"a\":1,\"b\":{\"c\":2}}"), w, 16, &f), 0,
        "sixteen wants");
    tap_ok(slice_is(w[0].value.text, "1") && slice_is(w[14].value.text, "1")
        && slice_is(w[15].value.text, "2"), "the same path may be asked twice");
    tap_is_int(json_scan(SLICE("{}"), w, 17, &f), -1, "seventeen");
    w[0].path = "a";
    tap_ok(json_scan(SLICE("{\"a\":1,}"), w, 1, &f) == -1
        && w[0].value.type == JSON_ABSENT, "a bad text holds nothing");
    json_parse(SLICE("{\"calls\":[{\"sid\":\"A\"},{\"sid\":\"B\"}]}"), &root,
        NULL);
    tap_is_str(json_get(root, "calls.0.sid").text, "A", "an array's element");
    tap_is_str(json_get(root, "calls.1.sid").text, "B", "its second");
    tap_is_int(json_get(root, "calls.2.sid").type, JSON_ABSENT, "no third");
    tap_is_int(json_get(root, "calls.x").type, JSON_ABSENT, "no index");
    tap_is_int(json_get(root, "calls.0.sid.x").type, JSON_ABSENT,
        "nothing lies below a string");
}

static void walks(void)
{
    struct json root, value;
    struct slice key;
    struct json_walk w = {.at_ = 0};
    char seen[200] = "";
    size_t n = 0;

    json_parse(guard_in(SLICE(" { \"a\" : 1 , \"b]\" : [ \"}\" , { } ] ,"
        "\"c\\\"\":\"x\\\\\", \"d\":{\"e\":[[]]},\"f\":-1e5}")), &root, NULL);
    w.of = root;
    while (json_next(&w, &key, &value))
        n += (size_t)snprintf(seen + n, sizeof seen - n, "%.*s=%.*s/%d;",
            SLICE_ARG(key), SLICE_ARG(value.text), value.type);
    tap_is_str(slice_str(seen), "a=1/4;b]=[ \"}\" , { } ]/6;c\\\"=x\\\\/5;"
        "d={\"e\":[[]]}/7;f=-1e5/4;", "members of an object");
    tap_ok(!json_next(&w, &key, &value), "the end stays the end");
    w = (struct json_walk){.of = json_get(root, "b]")};
    tap_ok(json_next(&w, &key, &value) && !key.ptr
        && slice_is(value.text, "}") && json_next(&w, &key, &value)
        && value.type == JSON_OBJECT && !json_next(&w, &key, &value),
        "elements of an array have no key");
    w = (struct json_walk){.of = json_get(root, "a")};
    tap_ok(!json_next(&w, &key, &value), "a number has none");
}

static void strings(void)
{
    static const struct {
        const char *raw, *text;
    } v[] = {
        {"\"\"", ""}, {"\"plain\"", "plain"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u00fc\\u20AC\"", "\xc3\xbc\xe2\x82\xac"},
        {"\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80"},
        {"\"\\ud83d\"", "\xef\xbf\xbd"},
        {"\"\\ude00x\"", "\xef\xbf\xbdx"},
        {"\"\\ud83d\\n\"", "\xef\xbf\xbd\n"},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd""A"},
        {"\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\"\xc3\xbc\\u00fc\xf0\x9f\x98\x80\"",
            "\xc3\xbc\xc3\xbc\xf0\x9f\x98\x80"},
    };
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        uint8_t mem[64];
        char copy[64];
        struct buf b;
        struct json j;

        buf_over(&b, mem, sizeof mem);
        if (json_parse(guard_in(slice_str(v[i].raw)), &j, NULL)
            || !json_text(j, &b) || !slice_is(buf_slice(&b), v[i].text)
            || !json_copy(j, copy, sizeof copy) || strcmp(copy, v[i].text)
            || !json_is(j, v[i].text) || json_is(j, "other")
            || (v[i].text[0] && json_is(j, ""))) {
            bad++;
            printf("#   %s\n", v[i].raw);
        }
    }
    tap_is_int(bad, 0, "escapes: json_text, json_copy and json_is agree");
}

static void cuts(void)
{
    char copy[6];
    struct json j;

    json_parse(SLICE("\"12345\""), &j, NULL);
    tap_ok(json_copy(j, copy, 6) && !strcmp(copy, "12345"), "just fits");
    tap_ok(!json_copy(j, copy, 5) && !strcmp(copy, "1234"), "cut to fit");
    tap_ok(!json_copy(j, copy, 1) && !copy[0], "room for the NUL only");
    json_parse(SLICE("\"1234\xc3\xbc\""), &j, NULL);
    tap_ok(!json_copy(j, copy, 6) && !strcmp(copy, "1234"),
        "never inside a character");
    json_parse(SLICE("\"12\\u000034\""), &j, NULL);
    tap_ok(!json_copy(j, copy, 6) && !strcmp(copy, "12"),
        "a NUL would cut it unseen");
    json_parse(SLICE("12"), &j, NULL);
    tap_ok(!json_copy(j, copy, 6) && !copy[0] && !json_is(j, "12"),
        "a number is no string");
    tap_ok(!json_true(j), "nor true");
    j = (struct json){.type = JSON_ABSENT};     /* its text is NULL */
    tap_ok(!json_copy(j, copy, 6) && !json_text(j, NULL) && !json_is(j, "")
        && !json_next(&(struct json_walk){.of = j}, &(struct slice){NULL, 0},
        &(struct json){.type = JSON_ABSENT})
        && json_get(j, "a").type == JSON_ABSENT, "nor is what is absent");
    json_parse(SLICE("true"), &j, NULL);
    tap_ok(json_true(j), "true is");
}

static void integers(void)
{
    static const struct {
        const char *text;
        int64_t lo, hi, n;      /* n is -77 for a refusal */
    } v[] = {
        {"0", 0, 9, 0}, {"-0", 0, 9, 0}, {"9", 0, 9, 9}, {"10", 0, 9, -77},
        {"-1", 0, 9, -77}, {"4.0", 0, 9, 4}, {"4.000", 0, 9, 4},
        {"4.5", 0, 9, -77}, {"40e-1", 0, 9, 4}, {"0.4e1", 0, 9, 4},
        {"4E0", 0, 9, 4}, {"4e+0", 0, 9, 4}, {"1e3", 0, 1000, 1000},
        {"41e-1", 0, 9, -77}, {"0e99999", 0, 9, -77}, {"1e30", 0, INT64_MAX,
            -77}, {"0.0000000000000000000000000000", 0, 9, 0},
        {"9223372036854775807", 0, INT64_MAX, INT64_MAX},
        {"9223372036854775808", 0, INT64_MAX, -77},
        {"-9223372036854775808", INT64_MIN, 0, INT64_MIN},
        {"-9223372036854775809", INT64_MIN, 0, -77},
        {"99999999999999999999999", 0, INT64_MAX, -77},
        {"\"4\"", 0, 9, -77}, {"true", 0, 9, -77}, {"[4]", 0, 9, -77},
    };
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        int64_t n = -77;
        struct json j;
        int r;

        json_parse(guard_in(slice_str(v[i].text)), &j, NULL);
        r = json_i64(j, v[i].lo, v[i].hi, &n);
        if (n != v[i].n || r != (v[i].n == -77 ? -1 : 0)) {
            bad++;
            printf("#   %s: %d %" PRId64 "\n", v[i].text, r, n);
        }
    }
    tap_is_int(bad, 0, "json_i64: the range, and one integer in many words");
}

int main(void)
{
    suite();
    faults();
    places();
    prefixes();
    depth();
    paths();
    wants();
    walks();
    strings();
    cuts();
    integers();
    return tap_done();
}
