/* lint_test.c - documents and what Twilio would say about them. */
#include "twilio/lint.h"

#include "base/limits.h"
#include "tests/guard.h"
#include "tests/tap.h"
#include "twilio/errors.h"
#include "twilio/lint_impl.h"

#define R(inside) "<Response>" inside "</Response>"
#define C(inside) R("<Connect>" inside "</Connect>")
#define S(attrs) C("<Stream url=\"wss://a.example/ms\" " attrs "/>")
#define U(url) C("<Stream url=\"" url "\"/>")

/* The findings: number, level, line, column, and the words in question. */
static const struct {
    const char *doc, *found;
} v[] = {
    /* twilio 2.5 */
    {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" R("<Connect><Stream"
        " url=\"wss://voice.example.net/ms/abc\"><Parameter name=\"order\""
        " value=\"42\"/></Stream></Connect><Hangup/>"), ""},
    {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" R("<Start><Stream"
        " name=\"tap\" url=\"wss://voice.example.net/tap\""
        " track=\"both_tracks\" statusCallback=\"https://voice.example.net/"
        "stream-cb\"/></Start><Pause length=\"60\"/>"), ""},
    {R(""), ""}, {"<Response/>", ""},
    {"<Response version=\"2010-04-01\"/>", ""},
    /* 2.1, 2.2 */
    {"", "11770E1:1"},
    {" ", "12100E1:2"},
    {"\n<Response/>", "12100E1:1"},
    {"\xef\xbb\xbf<Response/>", ""},
    {" <?xml version=\"1.0\"?><Response/>", "12100E1:2"},
    {U("wss://a.example/ms?a=1&b=2"), "12100E1:55"},
    {"<Response>\n<Connect>\n</Response>", "12100E3:1"},
    {"<Response><Say>x</Response>", "12100E1:17"},
    {"<Response/>x", "12100E1:12"},
    {"<Answer/>", "12102E1:1 Answer"},
    {"<response/>", "12102E1:1 response"},
    {"<html><body><p class=\"x\">Hi</p></body></html>", "12102E1:1 html"},
    {"<!DOCTYPE html>\n<html>", "12102E1:1"},
    {"<Response><Say voice=\"<!DOCTYPE html>\"/>", "12100E1:23"},
    {"<!DOCTYPE x><Response/>", "12100E1:1"},
    {"<Answer><b></Answer>", "12102E1:1 Answer;12100E1:12"},
    {"<Response version=\"2\"/>", "12101E1:20 2"},
    {"<Response versions=\"2\"/>", "12200W1:11 versions"},
    {R("<Speak>x</Speak>"), "12200W1:11 Speak"},
    {R("<say>x</say>"), "12200W1:11 say"},
    {R("\n  <Say Voice=\"alice\">x</Say>"), "12200W2:8 Voice"},
    {R("<Stream url=\"ws://x\"/>"), "12200W1:11 Stream"},
    {R("<Connect><Say>x</Say></Connect>"),
        "12200W1:11 Connect;12200W1:20 Say"},
    {R("<Connect/>"), "12200W1:11 Connect"},
    {R("<Say>x<Pause/></Say>"), "12200W1:17 Pause"},
    {R("<Say>x<break time=\"1s\"/><prosody rate=\"slow\">y</prosody></Say>"),
        ""},
    {R("hello"), "12200W1:11 hello"},
    {R("<Hangup>now</Hangup>"), "12200W1:19 now"},
    {R("<Hangup reason=\"x\"/>"), "12200W1:19 reason"},
    {"<Response xmlns:xsi=\"x\" xsi:a=\"y\"/>", ""},
    {R("<Record maxLength=\"3\"><x/></Record><Hangup/>"), "12200W1:33 x"},
    {R("<Dial callerId=\"+15551230000\"><Number url=\"x\">+1555</Number>"
        "</Dial>"), ""},
    {R("<Dial><Stream/></Dial>"), "13210E1:11 Dial;12200W1:17 Stream"},
    {R("<Gather numDigits=\"1\"><Say>x</Say><Play>y</Play><Pause/></Gather>"),
        ""},
    {C("<ConversationRelay url=\"wss://x\"/>"), ""},
    /* 2.4 */
    {S("track=\"inbound_track\""), ""},
    {S("track=\"both_tracks\""),
        "31941E1:60 both_tracks"},
    {S("track=\"inbound_track outbound_track\""),
        "31941E1:60 inbound_track outbound_track"},
    {S("track=\"outbound_track\""), "31941E1:60 outbound_track"},
    {S("track=\"inbound\""), "31941E1:60 inbound"},
    {R("<Start><Stream url=\"/x\" track=\"outbound_track\"/></Start>"
        "<Pause/>"), ""},
    {R("<Start><Stream url=\"/x\" track=\"inbound\"/></Start><Pause/>"),
        "31941E1:42 inbound"},
    /* the url of a stream */
    {U("ws://a.example/ms"), "31922E1:33 ws://a.example/ms"},
    {U("https://a.example/ms"), "31922E1:33 https://a.example/ms"},
    {U("a.example:443/ms"), "31922E1:33 a.example:443/ms"},
    {U("WSS://a.example/ms"), ""},
    {U("/ms/1"), ""}, {U("ms/1"), ""}, {U("//a.example/ms"), ""},
    {U(""), "31923E1:33 "},
    {U("wss://"), "31923E1:33 wss://"},
    {U("wss:a.example"), "31923E1:33 wss:a.example"},
    {U("wss://a.example/a b"), "31923E1:33 wss://a.example/a b"},
    {U(" wss://a.example/"), "31923E1:33  wss://a.example/"},
    {U("wss://a.example/&#10;"), "31923E1:33 wss://a.example/&#10;"},
    {U("/a b"), "31923E1:33 /a b"},
    {U("w_s://a.example/"), "31923E1:33 w_s://a.example/"},
    {U("a/b:c"), ""},
    {U("wss://me@a.example/"), "31923E1:33 wss://me@a.example/"},
    {U("wss://a.example/#x"), "31923E1:33 wss://a.example/#x"},
    {U("wss://a.example:99999/"), "31923E1:33 wss://a.example:99999/"},
    {U("wss://a.example/ms?call=1&amp;b=2"),
        "31920E1:33 wss://a.example/ms?call=1&amp;b=2"},
    {U("/ms?call=1"), "31920E1:33 /ms?call=1"},
    {C("<Stream/>"), "31923E1:20 Stream"},
    {C("<Stream url=\"/a\"/><Stream url=\"/b\"/>"), "12200W1:38 Stream"},
    {R("<Stop><Stream name=\"tap\"/></Stop>"), ""},
    {S("connectorName=\"x\""), "31940E1:68 x"},
    {S("statusCallback=\"/cb\""), "11100E1:69 /cb"},
    {S("statusCallback=\"wss://a.example\""), "11100E1:69 wss://a.example"},
    {S("statusCallback=\"https://a_b.example/\""),
        "11100E1:69 https://a_b.example/"},
    {S("statusCallback=\"https://a.example/\" statusCallbackMethod=\"PUT\""),
        "12200W1:111 PUT"},
    {C("<Stream url=\"/a\"><Parameter value=\"x\"/></Stream>"),
        "12200W1:37 Parameter"},
    /* 2.3 */
    {R("<Connect action=\"/next\"><Stream url=\"/a\"/></Connect>"), ""},
    {R("<Connect action=\"/a b\"><Stream url=\"/a\"/></Connect>"),
        "11100E1:28 /a b"},
    {R("<Start><Stream url=\"/x\"/></Start>"), "0W1:11 Start"},
    {R("<Say>x</Say><Start><Stream url=\"/x\"/></Start>"), "0W1:23 Start"},
    {R("<Start><Stream url=\"/x\"/></Start><Hm/>"),
        "0W1:11 Start;12200W1:44 Hm"},
    {R("<Pause length=\"0\"/>"), "13910E1:26 0"},
    {R("<Pause length=\"1.5\"/>"), "13910E1:26 1.5"},
    {R("<Pause/><Pause length=\"3\"/>"), ""},
    {R("<Say/>"), "13520E1:11 Say"},
    {R("<Say> \n </Say>"), "13520E1:11 Say"},
    {R("<Say><s>x</s></Say>"), ""},
    {R("<Say loop=\"-1\">x</Say>"), "13510E1:22 -1"},
    {R("<Say loop=\"0\">x</Say>"), ""},
    {R("<Play loop=\"x\">y</Play>"), "13410E1:23 x"},
    {R("<Play digits=\"1w2#*\"/>"), ""},
    {R("<Play digits=\"1x\"/>"), "13430E1:25 1x"},
    {R("<Redirect method=\"HEAD\">/x</Redirect>"), "13710E1:29 HEAD"},
    {R("<Hangup/><Say>x</Say><Say>y</Say>"), "0W1:20 Say"},
    {R("<Redirect>/x</Redirect><Pause/>"), "0W1:34 Pause"},
    /* hosts that nobody outside reaches; other ports */
    {U("wss://10.1.2.3/"), "31904W1:33 wss://10.1.2.3/"},
    {U("wss://172.16.0.1/"), "31904W1:33 wss://172.16.0.1/"},
    {U("wss://172.32.0.1/"), ""}, {U("wss://100.128.0.1/"), ""},
    {U("wss://100.64.0.1/"), "31904W1:33 wss://100.64.0.1/"},
    {U("wss://169.254.1.1/"), "31904W1:33 wss://169.254.1.1/"},
    {U("wss://[::1]/"), "31904W1:33 wss://[::1]/"},
    {U("wss://[fd00::1]/"), "31904W1:33 wss://[fd00::1]/"},
    {U("wss://[2001:db8::1]/"), ""},
    {U("wss://nas.local/"), "31904W1:33 wss://nas.local/"},
    {U("wss://box.internal/"), "31904W1:33 wss://box.internal/"},
    {U("wss://a.localhost/"), "31904W1:33 wss://a.localhost/"},
    {U("wss://laptop/"), "31904W1:33 wss://laptop/"},
    {U("wss://1.2.3.4.example/"), ""},
    {U("wss://a.example:443/"), ""},
    {U("wss://a.example:8080/"), "0W1:33 wss://a.example:8080/"},
    /* overrides in a fragment: twilio 2.1 */
    {R("<Redirect>/x#top</Redirect>"), ""},
    {R("<Redirect>/x#rc=5&amp;rp=all&amp;sni=n&amp;ct=100</Redirect>"), ""},
    {R("<Redirect>/x#rc=6</Redirect>"), "11243E1:21 /x#rc=6"},
    {R("<Redirect>/x#rp=</Redirect>"), "11243E1:21 /x#rp="},
    {R("<Redirect>/x#e=dublin,a1</Redirect>"), "11240E1:21 /x#e=dublin,a1"},
    {R("<Redirect>/x#tt=99</Redirect>"), "0W1:21 /x#tt=99"},
    {R("<Redirect>/x#sni=x</Redirect>"), "0W1:21 /x#sni=x"},
    /* what is in an element, and what is not */
    {R("<Start/><Pause/>"), "12200W1:11 Start"},
    {R("<Stop><Stream/></Stop>"), "12200W1:17 Stream"},
    {R("<Redirect/>"), "11100E1:11 Redirect"},
    {R("<Play/>"), "11100E1:11 Play"},
    {R("<Dial/>"), "13210E1:11 Dial"},
    {R("<Dial>555-0100</Dial>"), ""},
    {R("<Dial>1 (555) 123.4567</Dial>"), ""},
    {R("<Dial>1234567890123456</Dial>"), "13223W1:17 1234567890123456"},
    {R("<Dial>12+3</Dial>"), "13223W1:17 12+3"},
    {R("<Dial><Number/></Dial>"), "13223W1:17 Number"},
    {R("<Dial><Uri>x</Uri></Dial>"), "13210E1:11 Dial;12200W1:17 Uri"},
    {R("<Refer><Sip>sip:a@b.example</Sip></Refer>"), ""},
    {R("<Say/><Reject/>"), "13520E1:11 Say;0W1:17 Reject"},
    {R("<Say><Say>x</Say></Say>"), "13520E1:11 Say;12200W1:16 Say"},
    {R("<break/>"), "12200W1:11 break"},
    {R("<Say><emphasis level=\"much\">x</emphasis></Say>"),
        "12200W1:33 much"},
    {R("<Say><amazon:effect name=\"whispered\">x</amazon:effect></Say>"),
        ""},
    {R("<Say voice=\"Polly.\">x</Say>"), "13511E1:23 Polly."},
    {C("<Stream url=\"/a\"><Parameter name=\"a\" value=\"\"/></Stream>"),
        ""},
    {C("<VirtualAgent/><Stream url=\"/a\"/>"), "12200W1:35 Stream"},
    {R("<Leave/><Pause/>"), "0W1:19 Pause"},
};

static size_t show(struct slice doc, char *out, size_t cap)
{
    struct lint_finding f[8];
    size_t n = lint_twiml(doc, f, 8), len = 0;

    out[0] = 0;
    for (size_t i = 0; i < n && i < 8; i++) {
        if (!f[i].message || f[i].at > doc.len)
            abort();
        len += (size_t)snprintf(out + len, cap - len, "%s%d%c%u:%u%s%.*s",
            i ? ";" : "", f[i].number, f[i].level, f[i].line, f[i].column,
            f[i].what.ptr ? " " : "", SLICE_ARG(f[i].what));
    }
    return n;
}

static void documents(void)
{
    char found[2000];
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        show(guard_in(slice_str(v[i].doc)), found, sizeof found);
        if (strcmp(found, v[i].found) == 0)
            continue;
        bad++;
        printf("#   %s\n#     found %s\n#     want  %s\n", v[i].doc, found,
            v[i].found);
    }
    tap_is_int(bad, 0, "documents and their findings");
}

/* Every prefix of a document is looked at, and none but the whole is well. */
static void prefixes(void)
{
    struct slice doc = slice_str(v[0].doc);
    struct lint_finding f[2];
    int bad = 0;

    for (size_t n = 0; n < doc.len; n++)
        bad += lint_twiml(guard_in(slice_head(doc, n)), f, 2) == 0;
    tap_is_int(bad, 0, "a prefix is never well");
}

static struct slice with(const char *before, const char *c, size_t n,
    const char *after)
{
    static char doc[100000];
    size_t len = (size_t)snprintf(doc, sizeof doc, "%s", before);

    while (n--)
        len += (size_t)snprintf(doc + len, sizeof doc - len, "%s", c);
    len += (size_t)snprintf(doc + len, sizeof doc - len, "%s", after);
    return slice_of(doc, len);
}

static void is(struct slice doc, const char *want, const char *what)
{
    char found[2000];

    show(guard_in(doc), found, sizeof found);
    tap_is_str(slice_str(found), want, what);
}

static void lengths(void)
{
    const char *param = "<Response><Connect><Stream url=\"/a\"><Parameter "
        "name=\"name\" value=\"", *end = "\"/></Stream></Connect></Response>";

    is(with(param, "x", 495, end), "", "a Parameter of 499");
    is(with(param, "x", 496, end), "0E1:37 Parameter", "of 500");
    is(with(param, "\xc3\xbc", 495, end), "", "of 499 characters");
    is(with(param, "&amp;", 495, end), "", "of 499, escaped");
    is(with(param, "&amp;", 496, end), "0E1:37 Parameter", "of 500, escaped");
    end = "</Say></Response>";
    is(with("<Response><Say>", "\xc3\xbc", 4096, end), "", "Say 4096");
    is(with("<Response><Say>", "x", 4097, end), "13521E1:11 Say", "Say 4097");
    is(with("<Response><Say>", "&lt;", 4096, end), "", "Say 4096, escaped");
    is(with("<Response><Say voice=\"Polly.Vicki\">", "x", 3000, end), "",
        "Polly says 3000");
    is(with("<Response><Say voice=\"Polly.Vicki\">", "x", 3001, end),
        "13521E1:11 Say", "not 3001");
    is(with("<Response><Say voice=\"Google.de\">", "x", 5000, end), "",
        "Google says 5000");
    is(with("<Response><Say voice=\"Google.de\">", "x", 5001, end),
        "13521E1:11 Say", "not 5001");
    is(with("<Response><Say><s>", "x", 4096, "</s>y</Say></Response>"),
        "13521E1:11 Say", "text of speech marks counts");
    is(with("<Response><Say><![CDATA[", "&lt;", 1025, "]]></Say></Response>"),
        "13521E1:11 Say", "CDATA is not decoded");
    is(with("<Response>", " ", LIMIT_TWIML - 21, "</Response>"), "",
        "64 kB");
    is(with("<Response>", " ", LIMIT_TWIML - 20, "</Response>"),
        "11750E1:65537", "64 kB and a byte");
}

static void ceilings(void)
{
    struct slice doc = SLICE(R("<a/><Say>x</Say><b/><c/><Start><Stream "
        "url=\"/d\"/></Start>"));
    struct lint_finding f[4];

    tap_is_int((int64_t)lint_twiml(doc, f, 4), 4, "four findings");
    tap_ok(slice_is(f[0].what, "a") && slice_is(f[1].what, "b")
        && slice_is(f[2].what, "c") && slice_is(f[3].what, "Start"),
        "in the document's order");
    f[2].what = SLICE("untouched");
    tap_is_int((int64_t)lint_twiml(doc, f, 2), 4, "counted beyond max");
    tap_ok(slice_is(f[1].what, "b") && slice_is(f[2].what, "untouched"),
        "not written beyond it");
    tap_is_int((int64_t)lint_twiml(doc, NULL, 0), 4, "or not at all");
    tap_is_int((int64_t)lint_twiml(SLICE(R("<Start><Stream url=\"/d\"/>"
        "</Start><x/>")), f, 1), 2, "a finding that comes late");
    tap_ok(slice_is(f[0].what, "Start"), "takes its place all the same");
}

/* Where the document alone cannot know that the call fails. */
static bool may_be_well(enum lint_rule rule)
{
    return rule == R_STREAM_PRIVATE || rule == R_URL_PRIVATE;
}

static void rules(void)
{
    int bad = 0;

    for (int i = 0; i < LINT_RULES; i++) {
        const struct lint_text *t = &lint_text[i];
        const struct twilio_error *e = errors_find(t->number);
        bool whys = i == R_XML || i == R_URL || i == R_STREAM_URL;

        if ((t->cause != NULL) != whys && t->remedy
            && (t->number ? e && (e->level == t->level
            || may_be_well((enum lint_rule)i)) : t->level != 0))
            continue;
        bad++;
        printf("#   rule %d, number %d\n", i, t->number);
    }
    tap_is_int(bad, 0, "each rule: cause, remedy, the level of its number");
}

static void inlined(void)
{
    struct slice doc = SLICE(R("<Connect action=\"/next\"><Stream "
        "url=\"/ms\"/></Connect><Redirect>//a.example/x</Redirect>"));
    struct lint_finding f[3];

    tap_is_int((int64_t)lint_twiml(doc, f, 3), 0, "relative URLs are well");
    tap_is_int((int64_t)lint_inline(doc, f, 3), 2, "but not in a REST request");
    tap_ok(f[0].number == 15004 && slice_is(f[0].what, "/next")
        && f[1].number == 15004 && slice_is(f[1].what, "/ms"), "15004");
    doc = with("<Response>", "\xc3\xbc", 4000 - 21, "</Response>");
    tap_is_int((int64_t)lint_inline(doc, f, 3), 1, "4,000 characters");
    doc = with("<Response>", "\xc3\xbc", 4001 - 21, "</Response>");
    tap_ok(lint_inline(doc, f, 3) == 2 && f[0].number == 32018,
        "4,001 are too many");
}

int main(void)
{
    rules();
    inlined();
    documents();
    prefixes();
    lengths();
    ceilings();
    return tap_done();
}
