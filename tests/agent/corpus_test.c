/* corpus_test.c - requests as people write them, and the grammar's score.
 *
 * Counted is every slot that was expected or found, and the intent: a slot
 * found where none should be is a miss like one that was not found, and the
 * many slots that are empty on both sides count for nothing.
 */
#include <ctype.h>

#include "agent/request.h"

#include "../tap.h"
#include "base/text.h"
#include "codec/date.h"
#include "corpus.h"

#define LEAST 95.0              /* per cent */

struct expected {
    const char *intent;
    const char *slot[PLAN_WISHES + 12];     /* "party=4" */
    size_t slots;
};

static struct request_now now = {
    .wall = INT64_C(1795345200000), .offset = 3600, .party_max = 12
};

static const char *const intents[] = {"none", "reserve", "cancel", "change",
    "search", "call"};
static const char *const blocked[] = {"", "empty", "too_long", "markup",
    "party_size", "past_date", "policy"};

/* Cuts the text before a mark off, without blanks around it. */
static char *cut(char **rest, const char *mark)
{
    char *from = *rest, *end = strstr(from, mark), *last;

    *rest = end ? end + strlen(mark) : from + strlen(from);
    if (end)
        *end = 0;
    while (*from == ' ')
        from++;
    last = from + strlen(from);
    while (last > from && last[-1] == ' ')
        *--last = 0;
    return from;
}

static void directive(const char *line)
{
    struct when w;
    const char *zone = strlen(line) > 24 ? line + 24 : "+00:00";
    int year, month, day, hour, minute, east;

    if (sscanf(line, "@max %d", &now.party_max) == 1)
        return;
    if (sscanf(line, "@now %d-%d-%dT%d:%d", &year, &month, &day, &hour,
        &minute) != 5 || sscanf(zone, "%d:", &east) != 1) {
        tap_ok(false, "a directive: %s", line);
        return;
    }
    w.date = (struct date){year, month, day};
    now.offset = east * 3600;
    now.wall = ((date_days(w.date) * 24 + hour - east) * 60 + minute)
        * INT64_C(60000);
}

static const char *wanted(const struct expected *e, const char *slot)
{
    size_t len = strlen(slot);

    for (size_t i = 0; i < e->slots; i++)
        if (!strncmp(e->slot[i], slot, len) && e->slot[i][len] == '=')
            return e->slot[i] + len + 1;
    return "";
}

static void miss(const char *text, const char *slot, const char *got,
    const char *want)
{
    printf("#   %s\n#     %s: \"%s\", not \"%s\"\n", text, slot, got, want);
}

/* One slot; true when it is right.  Empty on both sides counts nothing. */
static bool judge(struct score *s, const char *text, const char *slot,
    const char *got, const char *want)
{
    bool right = !strcmp(got, want);

    if (!strcmp(want, "?") || (!got[0] && !want[0]))
        return true;
    s->slots++;
    s->right += right;
    if (!right)
        miss(text, slot, got, want);
    return right;
}

static bool has_folded(const char *in, const char *what)
{
    size_t n = strlen(what);

    for (; *in; in++) {
        size_t k = 0;

        while (k < n && in[k] && tolower((unsigned char)in[k])
            == tolower((unsigned char)what[k]))
            k++;
        if (k == n)
            return true;
    }
    return n == 0;
}

/* Every wish expected stands in one that was found, and none is made up. */
static bool judge_wishes(struct score *s, const char *text,
    const struct expected *e, const struct plan *p)
{
    bool all = true;
    size_t want = 0;

    for (size_t i = 0; i < e->slots; i++) {
        bool found = false;

        if (strncmp(e->slot[i], "wish=", 5))
            continue;
        if (!strcmp(e->slot[i], "wish=?"))
            return all;
        want++;
        for (size_t k = 0; k < p->wishes; k++)
            found = found || has_folded(p->wish[k], e->slot[i] + 5);
        s->slots++;
        s->right += found;
        if (!found)
            miss(text, "wish", p->wishes ? p->wish[0] : "", e->slot[i] + 5);
        all = all && found;
    }
    for (size_t k = want; k < p->wishes; k++) {
        s->slots++;
        miss(text, "wish", p->wish[p->wishes - 1], "");
        all = false;
    }
    return all;
}

static void judge_case(struct score *s, const char *text,
    const struct expected *e)
{
    char party[12] = "";
    struct plan p;
    bool whole;

    request_read(slice_str(text), &now, &p);
    if (p.party)
        text_fmt(party, sizeof party, "%d", p.party);
    whole = judge(s, text, "intent", intents[p.intent], e->intent);
    whole &= judge(s, text, "at", p.restaurant, wanted(e, "at"));
    whole &= judge(s, text, "tel", p.phone, wanted(e, "tel"));
    whole &= judge(s, text, "party", party, wanted(e, "party"));
    whole &= judge(s, text, "date", p.date, wanted(e, "date"));
    whole &= judge(s, text, "time", p.time, wanted(e, "time"));
    whole &= judge(s, text, "to", p.time_to, wanted(e, "to"));
    whole &= judge(s, text, "name", p.name, wanted(e, "name"));
    whole &= judge(s, text, "ref", p.reference, wanted(e, "ref"));
    whole &= judge(s, text, "blocked", blocked[p.blocked],
        wanted(e, "blocked"));
    whole &= judge_wishes(s, text, e, &p);
    s->cases++;
    s->whole += whole;
}

static void read_corpus(const char *path, size_t least_cases)
{
    char line[CORPUS_LINE];
    struct score s = {0, 0, 0, 0};
    FILE *f = corpus_open(path);

    while (f && corpus_line(f, line)) {
        struct expected e = {.slots = 0};
        char *rest = line, *text;

        if (line[0] == '@') {
            directive(line);
            continue;
        }
        text = cut(&rest, " => ");
        e.intent = cut(&rest, " | ");
        while (*rest && e.slots < sizeof e.slot / sizeof *e.slot)
            e.slot[e.slots++] = cut(&rest, " | ");
        if (*rest || !e.intent[0])
            tap_ok(false, "a case: %s", text);
        judge_case(&s, text, &e);
    }
    if (f)
        fclose(f);
    tap_ok(s.cases >= least_cases, "%s: %zu requests, at least %zu", path,
        s.cases, least_cases);
    score_tell(&s, path, LEAST);
}

int main(void)
{
    read_corpus("tests/agent/requests.txt", 220);
    read_corpus("tests/agent/strangers.txt", 120);
    read_corpus("tests/agent/unseen-1.txt", 110);
    read_corpus("tests/agent/unseen-2.txt", 90);
    read_corpus("tests/agent/unseen-3.txt", 85);
    read_corpus("tests/agent/unseen-4.txt", 110);
    read_corpus("tests/agent/unseen-5.txt", 85);
    read_corpus("tests/agent/unseen-6.txt", 100);
    read_corpus("tests/agent/unseen-7.txt", 55);
    read_corpus("tests/agent/unseen-8.txt", 90);
    read_corpus("tests/agent/unseen-9.txt", 60);
    read_corpus("tests/agent/unseen-10.txt", 85);
    read_corpus("tests/agent/unseen-11.txt", 105);
    read_corpus("tests/agent/unseen-12.txt", 70);
    return tap_done();
}
