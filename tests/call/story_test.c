/* story_test.c - the story of a call is bounded, in order, and valid JSON. */
#include "call/story.h"

#include "base/text.h"
#include "codec/json.h"
#include "tests/tap.h"

static struct buf out;

static struct json written(const struct story *s)
{
    struct json v = {.type = JSON_ABSENT};
    struct jsonw w;

    buf_clear(&out);
    jsonw_begin(&w, &out);
    story_write(&w, s);
    tap_ok(json_parse(buf_slice(&out), &v, NULL) == 0, "valid JSON");
    return v;
}

static size_t count(struct json list)
{
    struct json_walk walk = {.of = list};
    struct json step;
    size_t n = 0;

    while (json_next(&walk, NULL, &step))
        n++;
    return n;
}

static void test_order(void)
{
    struct story s = {0};
    struct json v;

    v = written(&s);
    tap_ok(v.type == JSON_ARRAY && count(v) == 0, "none at first");
    story_add(&s, 2000, "second", 0, SLICE("b"));
    story_add(&s, 1000, "first", 31920, SLICE("a \"quoted\" \n line"));
    story_add(&s, 2000, "third", 0, SLICE("c"));
    v = written(&s);
    tap_ok(json_is(json_get(v, "0.what"), "first")
        && json_is(json_get(v, "1.what"), "second")
        && json_is(json_get(v, "2.what"), "third"),
        "by time; of one moment as they came");
    tap_ok(json_get(v, "0.number").type == JSON_NUMBER
        && json_get(v, "1.number").type == JSON_NULL, "a number or none");
    story_free(&s);
}

static void test_ceiling(void)
{
    struct story s = {0};
    char text[16];
    struct json v;

    for (int i = 0; i < 1000; i++) {
        text_fmt(text, sizeof text, "%d", i);
        story_add(&s, 1000 + i, "step", 0, slice_str(text));
    }
    tap_ok(s.n == STORY_FIRST + STORY_LAST, "so many are kept, no more");
    v = written(&s);
    tap_ok(count(v) == STORY_FIRST + STORY_LAST + 1, "and a gap is told");
    tap_ok(json_is(json_get(v, "0.text"), "0")
        && json_is(json_get(v, "63.text"), "63"), "the first ones");
    tap_ok(json_is(json_get(v, "64.what"), "left_out")
        && json_is(json_get(v, "64.text"), "904 steps are left out here"),
        "how many are missing");
    tap_ok(json_is(json_get(v, "65.text"), "968")
        && json_is(json_get(v, "96.text"), "999"), "the newest ones, in order");
    story_free(&s);
}

static void test_cut(void)
{
    struct story s = {0};
    static char text[400];

    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 2 ? '\xa4' : '\xc3';      /* a-umlauts */
    story_add(&s, 1, "long", 0, slice_of(text, sizeof text - 2));
    tap_ok(strlen(s.step[0].text) == STORY_TEXT - 2, "cut before a character");
    written(&s);
    story_free(&s);
}

int main(void)
{
    buf_init(&out, 1u << 20);
    test_order();
    test_ceiling();
    test_cut();
    buf_free(&out);
    return tap_done();
}
