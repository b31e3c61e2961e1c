/* twilio_lint_test.c - the corpus of tests/twilio/lint, judged twice.
 *
 * Each document's faults stand in the file "expected" as a compiler would say
 * them.  Ours must find them at that line and column; the stand-in's linter,
 * which shares no code with it and knows no places, must come to the same
 * numbers.
 */
#include <dirent.h>

#include "base/buf.h"
#include "base/sys.h"
#include "sim/twilio_own.h"
#include "tests/guard.h"
#include "tests/tap.h"
#include "twilio/lint.h"

#define FOLDER "tests/twilio/lint"
#define MOST 16

static struct tw_xml tree;
static char theirs[600];

/* Sorted, with blanks between. */
static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void sorted(const int *from, size_t n, char *out, size_t cap)
{
    int number[MOST];
    size_t len = 0;

    memcpy(number, from, n * sizeof *number);
    qsort(number, n, sizeof *number, compare);
    out[0] = 0;
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(out + len, cap - len, "%s%d", i ? " " : "",
            number[i]);
}

struct heard {
    int number[MOST];
    size_t n;
};

static void hear(void *arg, int number, bool fatal, const char *what,
    struct slice about)
{
    struct heard *h = arg;

    (void)about;
    if (h->n == MOST || !what)
        abort();
    (void)fatal;
    h->number[h->n++] = number;
}

static void stand_in(struct slice doc, char *out, size_t cap)
{
    struct heard h = {.n = 0};

    tw_rules(&tree, doc, hear, &h);
    sorted(h.number, h.n, out, cap);
}

/* What ours says, in the lines of "expected"; and the numbers alone. */
static void ours(const char *name, struct slice doc, struct buf *lines,
    char *out, size_t cap)
{
    struct lint_finding f[MOST];
    size_t n = lint_twiml(doc, f, MOST);
    int number[MOST];

    if (n == 0)
        buf_addf(lines, "%s: ok\n", name);
    for (size_t i = 0; i < n && i < MOST; i++) {
        number[i] = f[i].number;
        buf_addf(lines, "%s:%u:%u: %s", name, f[i].line, f[i].column,
            f[i].level == 'E' ? "error" : "warning");
        if (f[i].number)
            buf_addf(lines, " %d", f[i].number);
        if (f[i].last)
            buf_addf(lines, "-%d", f[i].last);
        buf_addc(lines, '\n');
    }
    sorted(number, n < MOST ? n : MOST, out, cap);
}

/* The lines of a document, which stand together. */
static struct slice wanted(struct slice all, const char *name)
{
    size_t from = SLICE_NPOS, at = 0, len = strlen(name);
    struct slice rest = all, line;

    while (rest.len) {
        size_t begin = (size_t)(rest.ptr - all.ptr);

        line = slice_cut(&rest, '\n');
        if (slice_starts(line, name) && line.len > len
            && line.ptr[len] == ':') {
            from = from == SLICE_NPOS ? begin : from;
            at = begin + line.len + 1;
        }
    }
    return from == SLICE_NPOS ? (struct slice){NULL, 0}
        : slice_of(all.ptr + from, at - from);
}

static bool one(const char *name, struct slice all)
{
    char path[300], mine[600];
    struct buf doc, lines;
    struct slice want = wanted(all, name);
    bool good;

    buf_init(&doc, 1u << 20);
    buf_init(&lines, 1u << 16);
    snprintf(path, sizeof path, FOLDER "/%s", name);
    if (sys_slurp(path, &doc, NULL))
        abort();
    ours(name, guard_in(buf_slice(&doc)), &lines, mine, sizeof mine);
    stand_in(guard_in(buf_slice(&doc)), theirs, sizeof theirs);
    good = slice_eq(buf_slice(&lines), want) && strcmp(mine, theirs) == 0;
    if (!good)
        printf("# want %.*s# ours %.*s# ours in numbers %s, the stand-in's "
            "%s\n", SLICE_ARG(want), SLICE_ARG(buf_slice(&lines)), mine,
            theirs);
    buf_free(&doc);
    buf_free(&lines);
    return good;
}

static void corpus(void)
{
    struct buf all;
    DIR *d = opendir(FOLDER);
    struct dirent *e;
    int files = 0, bad = 0, faults = 0;

    buf_init(&all, 1u << 20);
    if (!d || sys_slurp(FOLDER "/expected", &all, NULL))
        abort();
    while ((e = readdir(d)) != NULL) {
        if (!slice_ends(slice_str(e->d_name), ".xml"))
            continue;
        files++;
        bad += !one(e->d_name, buf_slice(&all));
        faults += !slice_starts(slice_str(e->d_name), "ok-");
    }
    closedir(d);
    buf_free(&all);
    tap_is_int(bad, 0, "both find what was planted, and nothing else");
    tap_ok(faults >= 90 && files - faults >= 15, "%d documents with faults, "
        "%d without", faults, files - faults);
}

static void is(const char *doc, const char *want)
{
    stand_in(slice_str(doc), theirs, sizeof theirs);
    tap_is_str(slice_str(theirs), want, doc);
}

/* What the corpus cannot hold. */
static void edges(void)
{
    static char doc[TW_DOC + 2];
    struct slice s = slice_of(doc, TW_DOC + 1);

    is("", "11770");
    is("<!DOCTYPE html><html></html>", "12102");
    is("<Response versions='1'/>", "12200");
    is("<Response><Say> </Say></Response>", "13520");
    memset(doc, ' ', sizeof doc);
    memcpy(doc, "<Response>", 10);
    memcpy(doc + TW_DOC - 11, "</Response>", 11);
    stand_in(slice_head(s, TW_DOC), theirs, sizeof theirs);
    tap_is_str(slice_str(theirs), "", "64 kB");
    stand_in(s, theirs, sizeof theirs);
    tap_is_str(slice_str(theirs), "11750", "and a byte");
}

int main(void)
{
    corpus();
    edges();
    return tap_done();
}
