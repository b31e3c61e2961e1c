/* xml_test.c - the reader's events and refusals, and the writer. */
#include "codec/xml.h"
#include "tests/guard.h"
#include "tests/tap.h"

/* Every event of a document in one line: <name a=v>, </name>, text in
 * brackets, "." for the end, "!offset why" for a fault. */
static const char *events(struct slice doc, char *out, size_t cap)
{
    struct xml x = {.doc = doc};
    size_t n = 0;

    for (;;) {
        enum xml_event e = xml_next(&x);
        size_t left = cap - n;

        if (x.at > doc.len || n > cap - 200)
            abort();
        switch (e) {
        case XML_OPEN:
            n += (size_t)snprintf(out + n, left, "<%.*s", SLICE_ARG(x.name));
            for (size_t i = 0; i < x.attrs; i++)
                n += (size_t)snprintf(out + n, cap - n, " %.*s=%.*s",
                    SLICE_ARG(x.attr[i].name), SLICE_ARG(x.attr[i].value));
            n += (size_t)snprintf(out + n, cap - n, ">");
            break;
        case XML_CLOSE:
            n += (size_t)snprintf(out + n, left, "</%.*s>",
                SLICE_ARG(x.name));
            break;
        case XML_TEXT:
            n += (size_t)snprintf(out + n, left, "%s[%.*s]",
                x.cdata ? "c" : "", SLICE_ARG(x.text));
            break;
        case XML_DONE:
            snprintf(out + n, left, ".");
            return out;
        case XML_BAD:
            snprintf(out + n, left, "!%zu %s", x.at, x.why);
            if (xml_next(&x) != XML_BAD)
                return "a fault did not stay";
            return out;
        }
    }
}

static const struct {
    const char *doc, *events;
} good[] = {
    {"<a/>", "<a></a>."},
    {"<a></a>", "<a></a>."},
    {"<a ></a >", "<a></a>."},
    {" \n<a>x</a>\r\n ", "<a>[x]</a>."},
    {"\xef\xbb\xbf<a/>", "<a></a>."},
    {"<?xml version=\"1.0\"?><a/>", "<a></a>."},
    {"<?xml version='1.1' encoding='utf-8' standalone='yes' ?>\n<a/>",
        "<a></a>."},
    {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>x</a>",
        "<a>[x]</a>."},
    {"<?xml-stylesheet href=\"x\"?><a/>", "<a></a>."},
    {"<!-- <a> & \xc3\xbc --><a><!-- - -->x<!----></a><!-- end -->",
        "<a>[x]</a>."},
    {"<a><?pi?><?go on ? > ?>y</a>", "<a>[y]</a>."},
    {"<a b='\"' c=\"'\" d = \"1&amp;&#x41;&#65;>\"/>",
        "<a b=\" c=' d=1&amp;&#x41;&#65;>></a>."},
    {"<a>x&lt;<b>y</b>z<c d=\"\"/></a>",
        "<a>[x&lt;]<b>[y]</b>[z]<c d=></c></a>."},
    {"<a>x<![CDATA[<&]]x]>]]>y</a>", "<a>[x]c[<&]]x]>][y]</a>."},
    {"<a>]]&gt; ></a>", "<a>[]]&gt; >]</a>."},
    {"<\xc3\xbc:_-.9 xml:lang='de'/>",
        "<\xc3\xbc:_-.9 xml:lang=de></\xc3\xbc:_-.9>."},
    {"<a\n\tb='1'\n/>", "<a b=1></a>."},
}, wrong[] = {
    {"", "!0 no root element"},
    {"  ", "!2 no root element"},
    {"x<a/>", "!0 text outside of the root element"},
    {"<a/>x", "<a></a>!4 text outside of the root element"},
    {"<a/><b/>", "<a></a>!4 a second root element"},
    {" <?xml version=\"1.0\"?><a/>",
        "!1 something stands before the XML declaration"},
    {"<a/><?XML x?>",
        "<a></a>!4 something stands before the XML declaration"},
    {"<?xml?><a/>", "!0 XML declaration without a version"},
    {"<?xml encoding='utf-8'?><a/>", "!0 XML declaration without a version"},
    {"<?xml version='2.0'?><a/>", "!0 no such XML version"},
    {"<?xml version='1.'?><a/>", "!0 no such XML version"},
    {"<?xml version='1.0' encoding=''?><a/>", "!0 no such encoding"},
    {"<?xml version='1.0' encoding='8bit'?><a/>", "!0 no such encoding"},
    {"<?xml version='1.0' encoding='UTF-16'?><a/>",
        "!0 the document is not in UTF-16"},
    {"<?xml version='1.0' standalone='maybe'?><a/>",
        "!0 standalone is neither yes nor no"},
    {"<?xml version='1.0' standalone='no' encoding='utf-8'?><a/>",
        "!0 unknown word in the XML declaration"},
    {"<?xml version='1.0'encoding='utf-8'?><a/>",
        "!19 unknown word in the XML declaration"},
    {"<?xml version='1.0'>", "!19 XML declaration without its ?>"},
    {"<?xml version='1.0'?", "!19 XML declaration without its ?>"},
    {"<?xml version='1.0' encoding='latin1'?><a>\xc3\xbc</a>",
        "<a>!42 not of the encoding declared"},
    {"<!DOCTYPE a><a/>", "!0 DOCTYPE is not accepted"},
    {"<!ELEMENT a><a/>", "!0 < that begins no tag"},
    {"<a><!DOCTYPE b></a>", "<a>!3 DOCTYPE is not accepted"},
    {"<![CDATA[x]]><a/>", "!0 < that begins no tag"},
    {"<a><![CDATA[x]]</a>", "<a>!3 CDATA section without its ]]>"},
    {"<a>", "<a>!3 the document ends inside an element"},
    {"<a", "!2 the document ends inside a tag"},
    {"<a b", "!4 attribute without a value"},
    {"<a b c='1'>", "!5 attribute without a value"},
    {"<a b=c>", "!5 attribute value without quotes"},
    {"<a b='c>", "!8 the document ends inside an attribute value"},
    {"<a b='<'/>", "!6 < in an attribute value"},
    {"<a b='1&c=2'/>", "!7 & that begins no known entity or character"},
    {"<a b='1'c='2'/>", "!8 no blank before an attribute"},
    {"<a b='1' b='2'/>", "!9 attribute given twice"},
    {"<a / >", "!3 expected an attribute, > or />"},
    {"< a/>", "!0 < that begins no tag"},
    {"<1/>", "!0 < that begins no tag"},
    {"<a>1 < 2</a>", "<a>[1 ]!5 < that begins no tag"},
    {"<a></b>", "<a>!3 end tag of another element"},
    {"<a><b></a></b>", "<a><b>!6 end tag of another element"},
    {"<a></A>", "<a>!3 end tag of another element"},
    {"<a></a b='1'>", "<a>!7 end tag without its >"},
    {"</a>", "!0 end tag without a start"},
    {"<a/></a>", "<a></a>!4 end tag without a start"},
    {"<a>&</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&nbsp;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&AMP;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#0;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#x1F;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#xD800;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#x110000;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#99999999999999;</a>",
        "<a>!3 & that begins no known entity or character"},
    {"<a>&#;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#xg;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>&#1a;</a>", "<a>!3 & that begins no known entity or character"},
    {"<a>x]]></a>", "<a>!4 ]]> in text"},
    {"<a>x\x01</a>", "<a>!4 a character that XML cannot hold"},
    {"<a b='\x0b'/>", "!6 a character that XML cannot hold"},
    {"<a>\xef\xbf\xbf</a>", "<a>!3 a character that XML cannot hold"},
    {"<a>x\xff</a>", "<a>!4 not UTF-8"},
    {"<a><!-- \xff --></a>", "<a>!8 not UTF-8"},
    {"<a><!-- -- --></a>", "<a>!8 -- inside a comment"},
    {"<a><!-- x --></a", "<a>!16 end tag without its >"},
    {"<a><!-- x -></a>", "<a>!3 comment without its -->"},
    {"<a><? x?></a>", "<a>!3 instruction without a name"},
    {"<a><?x", "<a>!3 instruction without its ?>"},
};

static void documents(void)
{
    char out[2000];
    int bad = 0;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (strcmp(events(guard_in(slice_str(good[i].doc)), out, sizeof out),
            good[i].events)) {
            bad++;
            printf("#   %s\n#     gives %s\n", good[i].doc, out);
        }
    tap_is_int(bad, 0, "well-formed documents");
    bad = 0;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (strcmp(events(guard_in(slice_str(wrong[i].doc)), out, sizeof out),
            wrong[i].events)) {
            bad++;
            printf("#   %s\n#     gives %s\n#     want  %s\n", wrong[i].doc,
                out, wrong[i].events);
        }
    tap_is_int(bad, 0, "documents that are not, where and why");
}

/* Only a document whose rest is blank may be complete before its end. */
static void prefixes(void)
{
    char out[2000];
    int bad = 0;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct slice doc = slice_str(good[i].doc);

        for (size_t n = 0; n < doc.len; n++) {
            bool fault = strchr(events(guard_in(slice_head(doc, n)), out,
                sizeof out), '!') != NULL;
            struct slice rest = slice_trim_all(slice_from(doc, n));

            if (!fault && rest.len && !slice_starts(rest, "<!--")) {
                bad++;
                printf("#   %zu bytes of %s\n", n, good[i].doc);
            }
        }
    }
    tap_is_int(bad, 0, "a prefix is no document");
}

static void ceilings(void)
{
    char doc[2000] = "", out[4000];
    struct xml x = {.attrs = 0};
    size_t n = 0, opened = 0;

    for (int i = 0; i <= XML_DEPTH; i++)
        n += (size_t)snprintf(doc + n, sizeof doc - n, "<a>");
    x.doc = guard_in(slice_of(doc, n));
    while (xml_next(&x) == XML_OPEN)
        opened++;
    tap_ok(opened == XML_DEPTH && !strcmp(x.why, "nested too deeply")
        && x.at == 3 * XML_DEPTH, "a level too deep");
    n = (size_t)snprintf(doc, sizeof doc, "<a");
    for (int i = 0; i < XML_ATTRS; i++)
        n += (size_t)snprintf(doc + n, sizeof doc - n, " a%d=''", i);
    snprintf(doc + n, sizeof doc - n, "/>");
    x = (struct xml){.doc = guard_in(slice_str(doc))};
    tap_ok(xml_next(&x) == XML_OPEN && x.attrs == XML_ATTRS,
        "as many attributes as there may be");
    tap_ok(xml_attr(&x, "a0").ptr && xml_attr(&x, "a31").ptr
        && !xml_attr(&x, "a32").ptr, "found by name");
    snprintf(doc + n, sizeof doc - n, " b=''/>");
    tap_ok(strstr(events(guard_in(slice_str(doc)), out, sizeof out),
        "too many attributes"), "an attribute too many");
}

static void texts(void)
{
    static const struct {
        const char *raw, *text;
    } v[] = {
        {"", ""}, {"a&lt;b&gt;&amp;&quot;&apos;", "a<b>&\"'"},
        {"&#65;&#x42;&#x20ac;&#128512;",
            "AB\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"a\r\nb\rc\n", "a\nb\nc\n"}, {"&#13;&#10;", "\r\n"},
        {"&amp;lt;", "&lt;"}, {"&", NULL}, {"&#xfffe;", NULL},
        {"x&lt", NULL},
    };
    uint8_t mem[64];
    struct buf b;
    int bad = 0;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        int r;

        buf_over(&b, mem, sizeof mem);
        r = xml_text(guard_in(slice_str(v[i].raw)), &b);
        if (r != (v[i].text ? 0 : -1)
            || (v[i].text && !slice_is(buf_slice(&b), v[i].text))) {
            bad++;
            printf("#   %s\n", v[i].raw);
        }
    }
    tap_is_int(bad, 0, "entities and line ends are decoded");
    buf_over(&b, mem, sizeof mem);
    xml_escape(&b, guard_in(SLICE("<a b=\"'&\n\x01\xff\xc3\xbc\">")));
    tap_is_str(buf_slice(&b), "&lt;a b=&quot;&apos;&amp;&#10;\xef\xbf\xbd"
        "\xef\xbf\xbd\xc3\xbc&quot;&gt;", "and encoded");
}

/* What is escaped reads back, in an attribute and in text. */
static void round_trip(void)
{
    int bad = 0;

    for (unsigned i = 0; i < 65536; i++) {
        uint8_t in[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        uint8_t mem[128], value[64];
        struct buf b, v;
        struct xml x = {.attrs = 0};
        bool plain = in[0] >= 0x20 && in[0] < 0x80 && in[1] < 0x80
            && (in[1] >= 0x20 || in[1] == 9 || in[1] == 10 || in[1] == 13);

        buf_over(&b, mem, sizeof mem);
        buf_over(&v, value, sizeof value);
        buf_adds(&b, "<a b=\"");
        xml_escape(&b, slice_of(in, 2));
        buf_adds(&b, "\">");
        xml_escape(&b, slice_of(in, 2));
        buf_adds(&b, "</a>");
        x.doc = buf_slice(&b);
        if (xml_next(&x) != XML_OPEN || xml_text(xml_attr(&x, "b"), &v)
            || (plain && !slice_eq(buf_slice(&v), slice_of(in, 2)))
            || xml_next(&x) != XML_TEXT
            || !slice_eq(x.text, x.attr[0].value)
            || xml_next(&x) != XML_CLOSE || xml_next(&x) != XML_DONE)
            bad++;
    }
    tap_is_int(bad, 0, "all pairs of bytes can be carried");
}

static void where(void)
{
    struct slice doc = SLICE("ab\n\xc3\xbc\xe2\x82\xac""c\r\nd\re");
    static const unsigned want[][3] = {
        {0, 1, 1}, {1, 1, 2}, {2, 1, 3}, {3, 2, 1}, {5, 2, 2}, {8, 2, 3},
        {11, 3, 1}, {12, 3, 2}, {13, 4, 1}, {14, 4, 2}, {99, 4, 2},
    };
    int bad = 0;

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        unsigned line, column;

        xml_where(guard_in(doc), want[i][0], &line, &column);
        if (line != want[i][1] || column != want[i][2]) {
            bad++;
            printf("#   %u: %u:%u\n", want[i][0], line, column);
        }
    }
    tap_is_int(bad, 0, "line and column, in characters");
}

int main(void)
{
    documents();
    prefixes();
    ceilings();
    texts();
    round_trip();
    where();
    return tap_done();
}
