/* junit.c - results as JUnit's XML. */
#include "app/junit.h"

#include "codec/xml.h"

#define CASES_MAX (64u << 20)   /* bytes of all results */

void junit_init(struct junit *j)
{
    *j = (struct junit){0};
    buf_init(&j->cases, CASES_MAX);
}

void junit_fini(struct junit *j)
{
    buf_free(&j->cases);
}

/* name="text"; what XML 1.0 cannot hold becomes U+FFFD. */
static void add_attr(struct buf *out, const char *name, struct slice text)
{
    buf_addf(out, " %s=\"", name);
    xml_escape(out, text);
    buf_addc(out, '"');
}

static void add_time(struct buf *out, int64_t ms)
{
    buf_addf(out, " time=\"%lld.%03d\"", (long long)(ms / 1000),
        (int)(ms % 1000));
}

void junit_add(struct junit *j, const char *suite, const char *name,
    int64_t ms, struct slice faults)
{
    struct buf *b = &j->cases;
    struct slice rest = faults;

    j->tests++;
    j->ms += ms;
    buf_adds(b, "    <testcase");
    add_attr(b, "classname", slice_str(suite));
    add_attr(b, "name", slice_str(name));
    add_time(b, ms);
    if (!faults.len) {
        buf_adds(b, "/>\n");
        return;
    }
    j->failures++;
    buf_adds(b, ">\n      <failure type=\"expectation\"");
    add_attr(b, "message", slice_cut(&rest, '\n'));
    buf_addc(b, '>');
    xml_escape(b, faults);
    buf_adds(b, "</failure>\n    </testcase>\n");
}

static void add_counts(struct buf *out, const struct junit *j,
    const char *suite)
{
    add_attr(out, "name", slice_str(suite));
    buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\"", j->tests,
        j->failures);
    add_time(out, j->ms);
    buf_adds(out, ">\n");
}

int junit_write(const struct junit *j, const char *suite, struct buf *out)
{
    buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_counts(out, j, suite);
    buf_adds(out, "  <testsuite");
    add_counts(out, j, suite);
    buf_add(out, buf_slice(&j->cases));
    buf_adds(out, "  </testsuite>\n</testsuites>\n");
    return buf_ok(&j->cases) && buf_ok(out) ? 0 : -1;
}
