/* junit_test.c - results as JUnit's XML, byte for byte, and read back. */
#include "app/junit.h"

#include "codec/xml.h"
#include "tests/tap.h"

static void document(void)
{
    static const char want[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"s\" tests=\"3\" failures=\"1\" errors=\"0\" "
        "time=\"61.057\">\n"
        "  <testsuite name=\"s\" tests=\"3\" failures=\"1\" errors=\"0\" "
        "time=\"61.057\">\n"
        "    <testcase classname=\"s\" name=\"one\" time=\"0.007\"/>\n"
        "    <testcase classname=\"s\" name=\"two\" time=\"60.050\">\n"
        "      <failure type=\"expectation\" message=\"got &quot;a&quot; &lt; "
        "b &amp; c\">got &quot;a&quot; &lt; b &amp; c&#10;more: \xef\xbf\xbd"
        " \xef\xbf\xbd</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"s\" name=\"three\" time=\"1.000\"/>\n"
        "  </testsuite>\n</testsuites>\n";
    struct junit j;
    struct buf out;

    buf_init(&out, 1u << 16);
    junit_init(&j);
    junit_add(&j, "s", "one", 7, SLICE(""));
    /* A control byte and half a character have no place in XML. */
    junit_add(&j, "s", "two", 60050, SLICE("got \"a\" < b & c\nmore: \x01 "
        "\xc3"));
    junit_add(&j, "s", "three", 1000, SLICE(""));
    tap_is_int(junit_write(&j, "s", &out), 0, "written");
    tap_is(buf_slice(&out), slice_str(want), "the document");
    junit_fini(&j);
    buf_free(&out);
}

/* What a reader makes of it. */
static void read_back(void)
{
    struct junit j;
    struct buf out, text;
    struct xml x = {0};
    enum xml_event ev;
    size_t cases = 0;

    buf_init(&out, 1u << 16);
    buf_init(&text, 1u << 12);
    junit_init(&j);
    junit_add(&j, "a & b", "<x>", 0, SLICE("one\ntwo"));
    junit_write(&j, "a & b", &out);
    junit_fini(&j);
    x.doc = buf_slice(&out);
    while ((ev = xml_next(&x)) != XML_DONE && ev != XML_BAD)
        if (ev == XML_OPEN && slice_is(x.name, "testcase")) {
            cases++;
            xml_text(xml_attr(&x, "name"), &text);
        } else if (ev == XML_OPEN && slice_is(x.name, "failure")) {
            xml_text(xml_attr(&x, "message"), &text);
        }
    tap_ok(ev == XML_DONE && cases == 1, "our own reader accepts it");
    tap_is(buf_slice(&text), SLICE("<x>one"),
        "the name and the first fault, as they were");
    buf_free(&out);
    buf_free(&text);
}

int main(void)
{
    document();
    read_back();
    return tap_done();
}
