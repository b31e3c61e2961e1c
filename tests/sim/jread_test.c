/* jread_test.c - the stand-ins' JSON reader: grammar, values, key sets. */
#include "sim/jread.h"

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static struct jread *j;

static void good(const char *text)
{
    if (!tap_ok(jread(j, guard_in(slice_str(text))) != NULL, "takes %s", text))
        printf("#   %s at %zu\n", j->why, j->at);
}

static void refused(const char *text, const char *why, size_t at)
{
    const struct jnode *n = jread(j, guard_in(slice_str(text)));

    if (!tap_ok(!n && strcmp(j->why, why) == 0 && j->at == at, "%s: %s",
            why, text))
        printf("#   got %s at %zu\n", n ? "a value" : j->why, j->at);
}

static void test_grammar(void)
{
    good("null");
    good(" [ 1 , -0.5e+3 , true , false , \"\" , {} , [] ] ");
    good("{\"a\":{\"b\":[{}]},\"c\":\"\\u00e9\\ud83d\\ude00\"}");
    refused("", "a value must begin here", 0);
    refused("nul", "a value must begin here", 3);
    refused("{\"a\":1,\"a\":2}", "the same key twice", 10);
    refused("[1,]", "a value must begin here", 3);
    refused("{\"a\" 1}", "a colon must follow a key", 5);
    refused("{,}", "a string must begin here", 1);
    refused("[1 2]", "a comma or an end must follow a value", 3);
    refused("01", "bad number", 2);
    refused("-", "bad number", 1);
    refused("1.", "a fraction needs digits", 2);
    refused("1e", "an exponent needs digits", 2);
    refused("1 1", "something follows the value", 2);
    refused("\"a\x01\"", "a control character in a string", 2);
    refused("\"\\x\"", "unknown escape", 3);
    refused("\"\\u12g4\"", "four hex digits must follow \\u", 5);
    refused("\"\\udc00\"", "a low surrogate without a high one", 7);
    refused("\"\\ud800\"", "a high surrogate without a low one", 7);
    refused("\"\\ud800\\u0041\"", "a high surrogate without a low one", 13);
    refused("\"\xc0\x80\"", "bad UTF-8", 2);
    refused("\"\xed\xa0\x80\"", "bad UTF-8", 4);
    refused("\"abc", "the string does not end", 4);
}

static void test_values(void)
{
    const struct jnode *n = jread(j, SLICE("{\"t\":\"a\\n\\u00e9\\ud83d"
        "\\ude00\",\"n\":-12,\"f\":2.5,\"e\":1e3,\"b\":true,\"z\":null,"
        "\"l\":[1,\"x\"],\"\\u0061\":7}"));

    tap_is(jread_text(jread_get(n, "t")), SLICE("a\n\xc3\xa9\xf0\x9f\x98\x80"),
        "a string is decoded");
    tap_ok(jread_get(n, "n")->is_whole && jread_get(n, "n")->whole == -12,
        "a whole number");
    tap_ok(!jread_get(n, "f")->is_whole && jread_get(n, "f")->number > 2.49
        && jread_get(n, "f")->number < 2.51, "a fraction");
    tap_ok(!jread_get(n, "e")->is_whole && jread_get(n, "e")->number > 999.9
        && jread_get(n, "e")->number < 1000.1, "an exponent");
    tap_ok(jread_get(n, "b")->yes && jread_is(jread_get(n, "z"), J_NULL),
        "a truth and a null");
    tap_is_int((int64_t)jread_get(n, "l")->size, 2, "a list of two");
    tap_ok(jread_eq(jread_get(n, "l")->child->next, "x"), "its second");
    tap_is(jread_get(n, "l")->raw, SLICE("[1,\"x\"]"), "as it stood");
    tap_is_int(jread_get(n, "a")->whole, 7, "an escaped key is that key");
    tap_is_str(jread_unknown(n, "t n f e b z a"), "l", "an unknown key");
    tap_ok(!jread_unknown(n, "t n f e b z l a").ptr, "none unknown");
    tap_ok(!jread_get(jread_get(n, "t"), "x") && !jread_get(NULL, "x")
        && !jread_text(jread_get(n, "n")).ptr && !jread_eq(NULL, ""),
        "questions to the wrong kind are answered no");
}

static void test_limits(void)
{
    struct buf b;
    size_t whole = 0;
    struct slice doc = SLICE("{\"event\":\"media\",\"media\":{\"payload\":"
        "\"//8=\"},\"n\":[-1.5e2,true,null,\"\\u00e9\"]}");

    buf_init(&b, 1 << 23);
    for (int i = 0; i <= JREAD_DEPTH; i++)
        buf_addc(&b, '[');
    buf_addc(&b, '0');
    for (int i = 0; i <= JREAD_DEPTH; i++)
        buf_addc(&b, ']');
    tap_ok(!jread(j, buf_slice(&b)) && strcmp(j->why, "too deep") == 0,
        "too deep");
    buf_clear(&b);
    buf_addc(&b, '"');
    memset(buf_room(&b, JREAD_TEXT + 1), 'x', JREAD_TEXT + 1);
    buf_commit(&b, JREAD_TEXT + 1);
    buf_addc(&b, '"');
    tap_ok(!jread(j, buf_slice(&b))
        && strcmp(j->why, "the message is too long") == 0, "too long");
    buf_clear(&b);
    buf_addc(&b, '[');
    for (int i = 0; i < JREAD_NODES; i++)
        buf_adds(&b, i ? ",0" : "0");
    buf_addc(&b, ']');
    tap_ok(!jread(j, buf_slice(&b))
        && strcmp(j->why, "too many values") == 0, "too many");
    buf_clear(&b);
    jread_quote(&b, SLICE("a\"\\\n\x01\xc3\xa9"));
    tap_is(buf_slice(&b), SLICE("\"a\\\"\\\\\\u000a\\u0001\xc3\xa9\""),
        "quoting");
    tap_is(jread_text(jread(j, buf_slice(&b))), SLICE("a\"\\\n\x01\xc3\xa9"),
        "and reading it back");
    for (size_t i = 0; i < doc.len; i++)
        whole += jread(j, guard_in(slice_head(doc, i))) != NULL;
    tap_is_int((int64_t)whole, 0, "no prefix of a document is one");
    tap_ok(jread(j, guard_in(doc)) != NULL, "the document itself is");
    buf_free(&b);
}

static int wrong, seen;

static void judge(void *arg, const char *name)
{
    char path[512];
    struct buf b;

    if ((name[0] != 'y' && name[0] != 'n') || name[1] != '_')
        return;
    buf_init(&b, 1 << 22);
    text_fmt(path, sizeof(path), "%s/%s", (const char *)arg, name);
    if (sys_slurp(path, &b, NULL) == 0) {
        bool ok = jread(j, buf_slice(&b)) != NULL;

        /* Duplicate keys are refused here, on purpose. */
        if (ok != (name[0] == 'y') && !(name[0] == 'y'
            && strcmp(j->why, "the same key twice") == 0)) {
            printf("# %s: %s\n", name, ok ? "taken" : j->why);
            wrong++;
        }
        seen++;
    }
    buf_free(&b);
}

static void test_suite(void)
{
    static char dir[] = "../shared/data/json";

    if (!sys_exists(dir)) {
        tap_skip("../shared/data/json is not here");
        return;
    }
    sys_listdir(dir, judge, dir);
    tap_ok(seen > 200 && !wrong, "the public suite: %d files, %d wrong", seen,
        wrong);
}

int main(void)
{
    j = mem_new(sizeof(*j));
    test_grammar();
    test_values();
    test_limits();
    test_suite();
    mem_drop(j);
    return tap_done();
}
