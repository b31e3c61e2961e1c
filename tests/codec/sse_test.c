/* sse_test.c - WHATWG HTML 9.2.6, whole, byte by byte and at every split. */
#include "codec/sse.h"

#include "tests/guard.h"
#include "tests/tap.h"

static struct buf got;
static int stop_after;          /* events; 0: never */

static bool on_event(void *arg, struct slice type, struct slice data)
{
    (void)arg;
    buf_addf(&got, "%.*s=%.*s/", SLICE_ARG(type), SLICE_ARG(data));
    return --stop_after != 0;
}

/* Fed in two pieces, cut at n. */
static struct slice fed(struct slice text, size_t n, size_t max)
{
    struct sse s;

    buf_clear(&got);
    sse_init(&s, max);
    if (sse_feed(&s, guard_in(slice_head(text, n)), on_event, NULL))
        sse_feed(&s, guard_in(slice_from(text, n)), on_event, NULL);
    if (s.bad)
        buf_adds(&got, "bad");
    sse_free(&s);
    return buf_slice(&got);
}

static struct slice bytewise(struct slice text)
{
    struct sse s;

    buf_clear(&got);
    sse_init(&s, 4096);
    for (size_t i = 0; i < text.len; i++)
        sse_feed(&s, guard_in(slice_of(text.ptr + i, 1)), on_event, NULL);
    sse_free(&s);
    return buf_slice(&got);
}

static const struct {
    const char *text, *want;
} streams[] = {
    {"", ""},
    {"data: one\n\n", "message=one/"},
    {"data:one\n\n", "message=one/"},
    {"data:  one\n\n", "message= one/"},
    {"data: one\r\n\r\ndata: two\r\n\r\n", "message=one/message=two/"},
    {"data: one\r\rdata: two\r\r", "message=one/message=two/"},
    {"data: one\n\r\n", "message=one/"},
    {"data: a\ndata: b\n\n", "message=a\nb/"},
    {"data\n\n", "message=/"},
    {"data:\ndata\n\n", "message=\n/"},
    {"event: delta\ndata: {}\n\n", "delta={}/"},
    {"event: delta\n\ndata: x\n\n", "message=x/"},
    {": a comment\n\n:\ndata: x\n\n", "message=x/"},
    {"id: 7\nretry: 3000\nfoo: bar\nfoo\ndata: x\n\n", "message=x/"},
    {"\xef\xbb\xbf" "data: x\n\n", "message=x/"},
    {"data: x\n\n\xef\xbb\xbf" "data: y\n\n", "message=x/"},
    {"data: a:b: c\n\n", "message=a:b: c/"},
    {"data: cut", ""},
    {"data: cut\n", ""},
    {"data: {\"choices\":[]}\n\ndata: [DONE]\n\n",
        "message={\"choices\":[]}/message=[DONE]/"},
};

static void feeding(void)
{
    char name[24];

    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct slice text = slice_str(streams[i].text);
        int bad = 0;

        snprintf(name, sizeof name, "stream %zu", i);
        tap_is_str(fed(text, text.len, 4096), streams[i].want, name);
        tap_is_str(bytewise(text), streams[i].want, "byte by byte");
        for (size_t n = 0; n <= text.len; n++)
            bad += !slice_is(fed(text, n, 4096), streams[i].want);
        tap_is_int(bad, 0, "at every split");
    }
}

static void keeping(void)
{
    struct sse s;

    buf_clear(&got);
    sse_init(&s, 4096);
    sse_feed(&s, SLICE("id: 12\nretry: 250\ndata: x\n\nretry: no\nid\n\n"),
        on_event, NULL);
    tap_is_int(s.retry, 250, "retry is kept, and rubbish is not");
    tap_is_str(slice_str(s.id), "", "an empty id forgets");
    sse_feed(&s, SLICE("id: 13\n"), on_event, NULL);
    tap_is_str(slice_str(s.id), "13", "an id");
    sse_feed(&s, SLICE("id: 1\0004\n"), on_event, NULL);
    tap_is_str(slice_str(s.id), "13", "with a NUL it is none");
    sse_free(&s);
}

static void ceilings(void)
{
    static const char two[] = "data: 12345\ndata: 12345\n\n";

    tap_is_str(fed(SLICE("data: 1234567890\n\n"), 3, 16), "message=1234567890/",
        "a line of just the ceiling");
    tap_is_str(fed(SLICE("data: 12345678901\n\n"), 3, 16), "bad",
        "one byte more");
    tap_is_str(fed(slice_str(two), 3, 11), "message=12345\n12345/",
        "an event of just the ceiling");
    tap_is_str(fed(SLICE("data: 12345\ndata: 123456\n\n"), 3, 12),
        "message=12345\n123456/", "and of one more");
    tap_is_str(fed(SLICE("data: 12345\ndata: 1234567\n\n"), 3, 12), "bad",
        "one byte more");
    stop_after = 1;
    tap_is_str(fed(SLICE("data: a\n\ndata: b\n\n"), 3, 99), "message=a/",
        "whoever has enough gets no more");
    stop_after = 0;
}

int main(void)
{
    buf_init(&got, 1u << 16);
    feeding();
    keeping();
    ceilings();
    buf_free(&got);
    return tap_done();
}
