/* twiml_test.c - the documents, each also under the linter's eyes, and what
 * is refused. */
#include "twilio/twiml.h"

#include "base/limits.h"
#include "codec/xml.h"
#include "tests/tap.h"
#include "twilio/lint.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static uint8_t mem[LIMIT_TWIML + 10000];
static struct buf out;

static void is_document(int r, const char *want, const char *what)
{
    struct lint_finding f[1];

    tap_is_int(r, 0, what);
    tap_is_str(buf_slice(&out), want, what);
    tap_is_int((int64_t)lint_twiml(buf_slice(&out), f, 1), 0,
        "the linter finds nothing");
    buf_over(&out, mem, sizeof mem);
}

static void documents(void)
{
    struct twiml t = {.stream_url = SLICE("wss://voice.example.net/ms/abc"),
        .param = {{SLICE("order"), SLICE("42")}}, .params = 1,
        .hangup = true};
    struct err err;

    is_document(twiml_connect(&out, &t, &err), XML "<Response><Connect>"
        "<Stream url=\"wss://voice.example.net/ms/abc\"><Parameter"
        " name=\"order\" value=\"42\"/></Stream></Connect><Hangup/>"
        "</Response>", "the document of twilio 2.5");
    t.params = 0;
    t.hangup = false;
    is_document(twiml_connect(&out, &t, &err), XML "<Response><Connect>"
        "<Stream url=\"wss://voice.example.net/ms/abc\"/></Connect>"
        "</Response>", "the least that connects");
    t.say = SLICE("Hier spricht \"K\xc3\xbc<nstlich>\" & Co.");
    t.language = SLICE("de-DE");
    t.stream_name = SLICE("call 7");
    t.inbound_track = true;
    t.status_callback = SLICE("https://a.example/stream-status?a=1&b=2");
    t.param[0] = (struct twiml_param){SLICE("a\"<"), SLICE("x\ny&'\xc3\xbc")};
    t.param[1] = (struct twiml_param){SLICE("empty"), SLICE("")};
    t.params = 2;
    t.hangup = true;
    is_document(twiml_connect(&out, &t, &err), XML "<Response>"
        "<Say language=\"de-DE\">Hier spricht &quot;K\xc3\xbc&lt;nstlich&gt;"
        "&quot; &amp; Co.</Say><Connect><Stream"
        " url=\"wss://voice.example.net/ms/abc\" name=\"call 7\""
        " track=\"inbound_track\" statusCallback=\"https://a.example/"
        "stream-status?a=1&amp;b=2\"><Parameter name=\"a&quot;&lt;\""
        " value=\"x&#10;y&amp;&apos;\xc3\xbc\"/><Parameter name=\"empty\""
        " value=\"\"/></Stream></Connect><Hangup/></Response>",
        "all of it, escaped");
    is_document(twiml_apology(&out, SLICE("Sorry."), SLICE("en-US"), &err),
        XML "<Response><Say language=\"en-US\">Sorry.</Say><Hangup/>"
        "</Response>", "an apology");
    is_document(twiml_apology(&out, SLICE("Sorry."), (struct slice){NULL, 0},
        NULL), XML "<Response><Say>Sorry.</Say><Hangup/></Response>",
        "in Twilio's own language");
    is_document(twiml_hangup(&out, &err), XML "<Response><Hangup/></Response>",
        "hang up");
    is_document(twiml_empty(&out, &err), XML "<Response/>", "do nothing");
}

static const struct {
    const char *url, *words;
    int number;
} urls[] = {
    {"ws://a.example/ms", "not wss", 31922},
    {"https://a.example/ms", "not wss", 31922},
    {"", "empty", 31923},
    {"/ms", "scheme", 31923},
    {"wss:/a.example/ms", "//", 31923},
    {"wss://", "", 31923},
    {"wss:///ms", "", 31923},
    {"wss://a.example/ms?token=1", "query", 31920},
    {"wss://a.example/ms?", "query", 31920},
    {"wss://a.example/ms#x", "fragment", 31923},
    {"wss://me:pw@a.example/ms", "user info", 31923},
    {"wss://@a.example/ms", "user info", 31923},
    {"wss://a.example/m s", "byte 17", 31923},
    {" wss://a.example/ms", "byte 0", 31923},
    {"wss://a.example/ms ", "", 31923},
    {"wss://a.example/ms\n", "", 31923},
    {"wss://a.example/\x7f", "", 31923},
    {"wss://a.example/\xc3\xbc", "", 31923},
    {"wss://a.example:0/ms", "", 31923},
    {"wss://a.example:65536/ms", "", 31923},
    {"wss://a.example/%zz", "", 31923},
    {"wss://a.example/<", "", 31923},
};

static const struct {
    const char *url, *words;
} callbacks[] = {
    {"/stream-status", "statusCallback"}, {"", "statusCallback"},
    {"wss://a.example/x", "not an http"}, {"ftp://a.example/x", "not an http"},
    {"https://a_b.example/x", "underscore"}, {"https://a.example/ x", "byte"},
    {"https://a.example/x#rc=6", "fragment"},
};

static void refusals(void)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct twiml t = {.stream_url = slice_str(urls[i].url)};
        struct err e = {ERR_NONE, 0, ""};

        if (twiml_connect(&out, &t, &e) == -1 && e.sys == urls[i].number
            && e.code == ERR_DATA && strstr(e.msg, "Stream url")
            && strstr(e.msg, urls[i].words) && out.len == 0)
            continue;
        bad++;
        printf("#   %s: %d %s\n", urls[i].url, e.sys, e.msg);
    }
    tap_is_int(bad, 0, "urls that are no stream's");
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        struct twiml t = {.stream_url = SLICE("wss://a.example/ms"),
            .status_callback = slice_str(callbacks[i].url)};
        struct err e = {ERR_NONE, 0, ""};

        if (twiml_connect(&out, &t, &e) == -1 && e.sys == 11100
            && strstr(e.msg, "statusCallback")
            && strstr(e.msg, callbacks[i].words) && out.len == 0)
            continue;
        bad++;
        printf("#   %s: %d %s\n", callbacks[i].url, e.sys, e.msg);
    }
    tap_is_int(bad, 0, "callbacks that cannot be called");
}

/* n times the character c, in memory that lives until the next call. */
static struct slice many(const char *c, size_t n)
{
    static uint8_t text[20000];
    struct buf b;

    buf_over(&b, text, sizeof text);
    while (n--)
        buf_adds(&b, c);
    return buf_slice(&b);
}

static void parameters(void)
{
    struct twiml t = {.stream_url = SLICE("wss://a.example/ms"),
        .param = {{SLICE("name"), many("x", 495)}}, .params = 1};
    struct err e;

    tap_is_int(twiml_connect(&out, &t, &e), 0, "499 characters");
    buf_clear(&out);
    t.param[0].value = many("x", 496);
    tap_ok(twiml_connect(&out, &t, &e) == -1 && e.code == ERR_LIMIT
        && strstr(e.msg, "Parameter"), "500 are too many");
    t.param[0].value = many("\xf0\x9f\x98\x80", 495);
    tap_is_int(twiml_connect(&out, &t, &e), 0, "characters, not bytes");
    buf_clear(&out);
    t.param[0].value = many("\xc3\xbc", 496);
    tap_is_int(twiml_connect(&out, &t, &e), -1, "500 of two bytes");
    t.param[0].value = SLICE("a\xff");
    tap_ok(twiml_connect(&out, &t, &e) == -1
        && strstr(e.msg, "Parameter value: not UTF-8"), "not UTF-8");
    t.param[0].value = SLICE("a\x01");
    tap_ok(twiml_connect(&out, &t, &e) == -1
        && strstr(e.msg, "XML cannot hold"), "a control character");
    t.param[0].value = SLICE("a");
    t.param[0].name = SLICE("");
    tap_ok(twiml_connect(&out, &t, &e) == -1
        && strstr(e.msg, "Parameter name"), "no name");
    t.param[0].name = t.param[1].name = SLICE("twice");
    t.params = 2;
    tap_ok(twiml_connect(&out, &t, &e) == -1 && strstr(e.msg, "twice"),
        "one name twice");
    t.params = TWIML_PARAMS + 1;
    tap_ok(twiml_connect(&out, &t, &e) == -1 && strstr(e.msg, "too many"),
        "too many of them");
    tap_is_int((int64_t)out.len, 0, "nothing was written");
}

static void words(void)
{
    static const char *const tags[] = {"de_DE", "-de", "de-", "d\"", "1e",
        "a-very-long-tag-of-more-than-35-bytes-x", " de"};
    struct slice none = {NULL, 0};
    struct err e;
    int bad = 0;

    tap_is_int(twiml_apology(&out, many("\xe2\x82\xac", TWIML_SAY), none, &e),
        0, "4096 characters can be said");
    buf_clear(&out);
    tap_ok(twiml_apology(&out, many("x", TWIML_SAY + 1), none, &e) == -1
        && e.sys == 13521 && e.code == ERR_LIMIT, "4097 cannot");
    tap_ok(twiml_apology(&out, SLICE(" \n"), none, &e) == -1
        && e.sys == 13520, "nothing to say");
    tap_ok(twiml_apology(&out, SLICE("\xc0\x80"), none, &e) == -1
        && e.sys == 12100 && strstr(e.msg, "Say"), "Say that is not UTF-8");
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (twiml_apology(&out, SLICE("x"), slice_str(tags[i]), &e) != -1
            || !strstr(e.msg, "Say language")) {
            bad++;
            printf("#   %s\n", tags[i]);
        }
    tap_is_int(bad, 0, "what is no language tag");
}

static void room(void)
{
    struct twiml t = {.stream_url = SLICE("wss://a.example/ms")};
    struct err e;
    uint8_t small[100];
    struct buf b;

    /* Fifteen parameters of 499 characters, each six bytes when escaped. */
    for (t.params = 0; t.params < 15; t.params++) {
        static char names[15][3];

        snprintf(names[t.params], 3, "%c", (int)('a' + t.params));
        t.param[t.params] = (struct twiml_param){slice_str(names[t.params]),
            many("\"", 498)};
    }
    t.say = SLICE("x");
    tap_is_int(twiml_connect(&out, &t, &e), 0, "a long document");
    tap_ok(out.len > 44000 && out.len <= LIMIT_TWIML, "under 64 kB");
    buf_clear(&out);
    t.say = many("\"", TWIML_SAY);
    for (size_t i = 0; i < t.params; i++)
        t.param[i].value = slice_head(t.say, 498);
    tap_ok(twiml_connect(&out, &t, &e) == -1 && e.sys == 11750
        && e.code == ERR_LIMIT && out.len == 0 && buf_ok(&out),
        "over 64 kB: nothing is written");
    buf_over(&b, small, sizeof small);
    buf_adds(&b, "before");
    tap_ok(twiml_apology(&b, many("x", 100), (struct slice){NULL, 0}, &e)
        == -1 && b.len == 6, "no room: what was there stays");
}

int main(void)
{
    buf_over(&out, mem, sizeof mem);
    documents();
    refusals();
    parameters();
    words();
    room();
    return tap_done();
}
