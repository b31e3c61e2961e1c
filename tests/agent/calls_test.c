/* calls_test.c - calls as restaurants speak, and the extractor's score.
 *
 * Above the score stand what no score excuses: nothing is confirmed that the
 * call did not say, whatever lines of it are lost or exchanged; and every
 * quote stands word for word in its line.
 */
#include <ctype.h>

#include "agent/heard.h"
#include "agent/outcome.h"

#include "../tap.h"
#include "base/text.h"
#include "corpus.h"

#define LEAST 95.0              /* per cent of the fields */
#define LINES 40
#define SLOTS 16
#define SHUFFLES 20            /* of every call */

static const char path[] = "tests/agent/outcomes.txt";

static const char book[] = "Hello, this is an automated assistant calling for"
    " Leo. I'd like to book a table for four on Monday the 23rd of November"
    " at seven pm, under the name Leo.";
static const char buche[] = "Guten Tag, hier ist ein automatischer Assistent"
    " im Auftrag von Leo. Ich m\xc3\xb6" "chte einen Tisch f\xc3\xbcr vier"
    " Personen am Montag, dem 23. November, um 19 Uhr reservieren.";

struct talk_case {
    char title[200];
    char text[LINES][600];
    struct outcome_line line[LINES];
    size_t n;
    bool cancel;
    char date[12], time[8], to[8], name[64];
    int party;
    struct date today;
    char want[CORPUS_LINE];
    char *slot[SLOTS];
    size_t slots;
};

static struct outcome_asked asked_of(const struct talk_case *c)
{
    return (struct outcome_asked){
        .date = slice_str(c->date), .time = slice_str(c->time),
        .time_to = slice_str(c->to), .party = c->party,
        .name = slice_str(c->name), .cancel = c->cancel, .today = c->today
    };
}

static void add_line(struct talk_case *c, bool them, const char *words)
{
    if (c->n == LINES || strlen(words) >= sizeof c->text[0]) {
        tap_ok(false, "%s: a line too many or too long", c->title);
        return;
    }
    if (!strcmp(words, "$book"))
        words = book;
    else if (!strcmp(words, "$buche"))
        words = buche;
    text_copy(c->text[c->n], sizeof c->text[0], slice_str(words));
    c->line[c->n] = (struct outcome_line){(int64_t)c->n * 3210, them,
        slice_str(c->text[c->n])};
    c->n++;
}

/* "confirmed | date=..": the slots, the kind as the first. */
static void split_want(struct talk_case *c)
{
    char *at = c->want;

    while (at && c->slots < SLOTS) {
        char *next = strstr(at, " | ");

        if (next) {
            *next = 0;
            next += 3;
        }
        c->slot[c->slots++] = at;
        at = next;
    }
}

/* "@asked DATE TIME PARTY NAME", "@today DATE", "@to TIME", "@cancel". */
static bool read_asked(struct talk_case *c, const char *line)
{
    struct date *d = &c->today;

    if (!strcmp(line, "@cancel"))
        c->cancel = true;
    else if (sscanf(line, "@asked %10s %5s %d %63[^\n]", c->date, c->time,
        &c->party, c->name) == 4)
        return true;
    else if (sscanf(line, "@today %d-%d-%d", &d->year, &d->month, &d->day)
        != 3 && sscanf(line, "@to %5s", c->to) != 1)
        return false;
    return true;
}

/* The next call of the file; false at its end. */
static bool read_case(FILE *f, struct talk_case *c)
{
    char line[CORPUS_LINE];

    memset(c, 0, sizeof *c);
    read_asked(c, "@asked 2026-11-23 19:00 4 Leo");
    read_asked(c, "@today 2026-11-22");
    while (corpus_line(f, line)) {
        if (!strncmp(line, "== ", 3)) {
            text_copy(c->title, sizeof c->title, slice_str(line + 3));
        } else if (line[0] == '@' && read_asked(c, line)) {
            continue;
        } else if (!strncmp(line, "them: ", 6)) {
            add_line(c, true, line + 6);
        } else if (!strncmp(line, "us: ", 4)) {
            add_line(c, false, line + 4);
        } else if (!strncmp(line, "-> ", 3)) {
            text_copy(c->want, sizeof c->want, slice_str(line + 3));
            split_want(c);
            return true;
        } else {
            tap_ok(false, "%s: %s", c->title, line);
        }
    }
    return false;
}

static const char *wanted(const struct talk_case *c, const char *slot)
{
    size_t len = strlen(slot);

    for (size_t i = 1; i < c->slots; i++)
        if (!strncmp(c->slot[i], slot, len) && c->slot[i][len] == '=')
            return c->slot[i] + len + 1;
    return "";
}

static bool judge(struct score *s, const struct talk_case *c,
    const char *slot, const char *got, const char *want)
{
    bool right = !strcmp(got, want);

    if (!strcmp(want, "?") || (!got[0] && !want[0]))
        return true;
    if (!strcmp(slot, "notes") && want[0])
        right = strstr(got, want) != NULL;
    s->slots++;
    s->right += right;
    if (!right)
        printf("#   %s\n#     %s: \"%s\", not \"%s\"\n", c->title, slot, got,
            want);
    return right;
}

static bool agreed(const struct outcome *o)
{
    return o->kind == OUTCOME_CONFIRMED || o->kind == OUTCOME_MODIFIED;
}

static bool quotes_hold(const struct outcome *o,
    const struct outcome_line *lines, size_t n)
{
    for (int f = 0; f < OUTCOME_FIELDS; f++) {
        const struct outcome_value *v = &o->field[f];

        if (v->heard && (v->line >= n || v->at != lines[v->line].at
            || v->them != lines[v->line].them || !v->quote[0]
            || v->sure < 1 || v->sure > 100
            || slice_find(lines[v->line].text, slice_str(v->quote))
            == SLICE_NPOS))
            return false;
    }
    return true;
}

/* ---- the score ---- */

static const char *const fields[] = {"date", "time", "party", "name",
    "number", "notes"};

static void changed_words(char *dst, size_t cap, const struct outcome *o)
{
    struct buf b;

    buf_over(&b, dst, cap - 1);
    for (int f = 0; f < OUTCOME_FIELDS; f++)
        if (o->changed & 1u << f)
            buf_addf(&b, "%s%s", b.len ? "," : "", fields[f]);
    dst[b.len] = 0;
}

static void judge_call(struct score *s, const struct talk_case *c,
    int *made_up, int *loose)
{
    struct outcome_asked asked = asked_of(c);
    struct outcome o;
    char text[OUTCOME_TEXT + 2];
    bool whole;

    outcome_find(&o, c->line, c->n, &asked);
    whole = judge(s, c, "outcome", outcome_name(o.kind), c->slot[0]);
    for (int f = 0; f < OUTCOME_FIELDS; f++) {
        const struct outcome_value *v = &o.field[f];

        text_fmt(text, sizeof text, "%s%s", v->heard ? v->value : "",
            v->read_back ? "+" : "");
        whole &= judge(s, c, fields[f], text, wanted(c, fields[f]));
    }
    changed_words(text, sizeof text, &o);
    whole &= judge(s, c, "changed", text, wanted(c, "changed"));
    whole &= judge(s, c, "reason", o.reason ? o.reason : "",
        wanted(c, "reason"));
    s->cases++;
    s->whole += whole;
    *made_up += agreed(&o) && strcmp(c->slot[0], "confirmed")
        && strcmp(c->slot[0], "modified") && strcmp(c->slot[0], "?");
    *loose += !quotes_hold(&o, c->line, c->n);
}

/* ---- what must hold of any call ---- */

static uint64_t seed = 42;

static size_t random_below(size_t n)
{
    seed = seed * UINT64_C(6364136223846793005)
        + UINT64_C(1442695040888963407);
    return (size_t)(seed >> 33) % n;
}

/* Does a line of theirs say yes to anything, by itself? */
static bool may_agree(const struct outcome_line *l)
{
    static struct heard_book phrases;
    static struct words ws;

    if (phrases.n == 0)
        heard_open(&phrases);
    words_split(&ws, l->text);
    heard_look(&phrases, &ws);
    for (size_t i = 0, end; i < ws.n; i = end) {
        end = heard_end(&ws, i);
        if (heard_acts(&phrases, &ws, i, end) & (ACT_YES | ACT_CONFIRM
            | ACT_OFFER | ACT_THANKS | ACT_BYE | ACT_CANCELLED))
            return true;
    }
    return false;
}

static void swap(struct outcome_line *a, struct outcome_line *b)
{
    struct outcome_line t = *a;

    *a = *b;
    *b = t;
}

/* Their lines in any order, some of them lost. */
static size_t shuffled(const struct talk_case *c, struct outcome_line *out)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        if (!c->line[i].them || random_below(4))
            out[n++] = c->line[i];
    for (size_t i = 0; i < n; i++) {
        size_t k = random_below(n);

        if (out[i].them && out[k].them)
            swap(&out[i], &out[k]);
    }
    return n;
}

/* The call up to some byte of some line, as if the line had gone dead. */
static size_t truncated(const struct talk_case *c, struct outcome_line *out)
{
    size_t n = 1 + random_below(c->n);
    struct slice *last = &out[n - 1].text;

    for (size_t i = 0; i < n; i++)
        out[i] = c->line[i];
    *last = slice_head(*last, random_below(last->len + 1));
    return n;
}

struct faults {
    int made_up, loose, kept;
};

static bool settled(const struct outcome *o)
{
    return agreed(o) || o->kind == OUTCOME_CANCELLED;
}

/* Without any line of theirs that agrees nothing is agreed; and every quote
 * stands in its line. */
static void judge_lines(const struct talk_case *c,
    const struct outcome_line *lines, size_t n, struct faults *bad)
{
    struct outcome_asked asked = asked_of(c);
    struct outcome_line mute[LINES];
    struct outcome o;
    size_t k = 0;

    outcome_find(&o, lines, n, &asked);
    bad->loose += !quotes_hold(&o, lines, n);
    for (size_t i = 0; i < n; i++)
        if (!lines[i].them || !may_agree(&lines[i]))
            mute[k++] = lines[i];
    outcome_find(&o, mute, k, &asked);
    bad->loose += !quotes_hold(&o, mute, k);
    if (settled(&o) && bad->made_up++ == 0)
        for (size_t i = 0; i < k; i++)
            printf("#   made up: %s: %.*s\n", mute[i].them ? "them" : "us",
                SLICE_ARG(mute[i].text));
}

static void shake(const struct talk_case *c, struct faults *bad)
{
    static const struct outcome_line refusal = {990000, true,
        SLICE_INIT("I am sorry, we are fully booked.")};
    struct outcome_asked asked = asked_of(c);
    struct outcome_line lines[LINES + 1];
    struct outcome o;
    size_t n = truncated(c, lines);

    judge_lines(c, lines, n, bad);
    n = shuffled(c, lines);
    judge_lines(c, lines, n, bad);
    /* What they refuse in the end is not booked. */
    lines[n] = refusal;
    outcome_find(&o, lines, n + 1, &asked);
    if (agreed(&o) && bad->kept++ == 0)
        printf("#   kept against a refusal: %s\n", c->title);
}

static void test_calls(const char *from, size_t least_cases)
{
    static struct talk_case c;
    struct score s = {0, 0, 0, 0};
    struct faults bad = {0, 0, 0};
    int made_up = 0, loose = 0;
    FILE *f = corpus_open(from);

    while (f && read_case(f, &c)) {
        judge_call(&s, &c, &made_up, &loose);
        for (int i = 0; i < SHUFFLES; i++)
            shake(&c, &bad);
    }
    if (f)
        fclose(f);
    tap_ok(s.cases >= least_cases, "%zu calls, at least %zu", s.cases,
        least_cases);
    tap_is_int(made_up, 0, "nothing confirmed that the call does not say");
    tap_is_int(loose, 0, "every quote stands in its line, and is sure");
    tap_is_int(bad.made_up, 0, "lines lost, exchanged, cut: nothing is agreed"
        " without a yes of theirs");
    tap_is_int(bad.kept, 0, "nor against a refusal that comes last");
    tap_is_int(bad.loose, 0, "and the quotes hold");
    score_tell(&s, from, LEAST);
}

/* ---- every end, and the work it takes ---- */

static const char *const kinds[] = {"unclear", "confirmed", "modified",
    "alternative_offered", "declined", "waitlisted", "callback_promised",
    "cancelled", "not_reached", "machine", "wrong_party", "cut_off"};
static const char *const reasons[] = {"voicemail", "screened", "menu", "fax"};

/* Each outcome of DESIGN 5 that a transcript can show is shown by one. */
static void test_reach(void)
{
    static struct talk_case c;
    bool seen[16] = {false}, why[4] = {false};
    struct outcome o;
    FILE *f = corpus_open(path);

    while (f && read_case(f, &c)) {
        struct outcome_asked asked = asked_of(&c);

        outcome_find(&o, c.line, c.n, &asked);
        seen[o.kind] = true;
        for (size_t i = 0; o.reason && i < 4; i++)
            why[i] = why[i] || !strcmp(o.reason, reasons[i]);
    }
    if (f)
        fclose(f);
    outcome_unreached(&o, "busy");
    seen[o.kind] = true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        tap_ok(seen[i] && !strcmp(outcome_name((enum outcome_kind)i),
            kinds[i]), "a call ends %s", kinds[i]);
    for (size_t i = 0; i < 4; i++)
        tap_ok(why[i], "a machine: %s", reasons[i]);
}

#define LONG 4000
#define WORK_A_LINE 100         /* phrases and lists, of over 1,000 */

/* The work of a long call, counted: so much a line, and no more for more. */
static uint64_t work_of(const struct outcome_line *lines, size_t n)
{
    struct outcome_asked asked = {.date = SLICE("2026-11-23"),
        .time = SLICE("19:00"), .party = 4, .name = SLICE("Leo"),
        .today = {2026, 11, 22}};
    struct outcome o;

    outcome_find(&o, lines, n, &asked);
    return o.work;
}

static void test_work(void)
{
    static struct outcome_line lines[LONG];
    static struct talk_case c[20];
    static struct heard_book phrases;
    FILE *f = corpus_open(path);
    size_t n = 0, cases = 0;
    uint64_t half, whole;

    while (f && cases < 20 && read_case(f, &c[cases]))
        cases++;
    if (f)
        fclose(f);
    while (cases && n < LONG)
        for (size_t i = 0; i < cases; i++)
            for (size_t l = 0; l < c[i].n && n < LONG; l++) {
                lines[n] = c[i].line[l];
                lines[n].at = (int64_t)n * 1000;
                n++;
            }
    half = work_of(lines, LONG / 2);
    whole = work_of(lines, LONG);
    tap_ok(half > 0 && half <= LONG / 2 * WORK_A_LINE, "2,000 lines: %"
        PRIu64 " steps, at most %d a line", half, WORK_A_LINE);
    tap_ok(whole <= half * 21 / 10, "4,000 lines: %" PRIu64 ", no more than"
        " twice as many", whole);
    heard_open(&phrases);
    tap_ok(phrases.n > 3000 && phrases.n < HEARD_PHRASES,
        "the book has room: %zu phrases", phrases.n);
}

/* With a file as its argument, that file's score alone. */
int main(int argc, char **argv)
{
    if (argc > 1) {
        test_calls(argv[1], 1);
        return tap_done();
    }
    test_calls(path, 92);
    test_calls("tests/agent/rounds.txt", 301);
    test_reach();
    test_work();
    return tap_done();
}
