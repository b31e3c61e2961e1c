/* outcome_fuzz.c - a quote stands in its line; our words alone settle nothing;
 * what is printed is JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/outcome.h"
#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES 64

static void check(const struct outcome *o, const struct outcome_line *lines,
    size_t n)
{
    static char mem[40000];
    struct buf b;
    struct jsonw w;
    struct json v;

    for (int f = 0; f < OUTCOME_FIELDS; f++) {
        const struct outcome_value *q = &o->field[f];

        if (q->heard && (q->line >= n || q->them != lines[q->line].them
            || (f != OUTCOME_NOTES && !q->quote[0])
            || slice_find(lines[q->line].text, slice_str(q->quote))
            == SLICE_NPOS))
            abort();
        if (q->read_back && f != OUTCOME_NUMBER)
            abort();
    }
    if (o->kind == OUTCOME_CONFIRMED && o->changed)
        abort();
    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    outcome_json(&w, o);
    if (!buf_ok(&b) || json_parse(buf_slice(&b), &v, NULL))
        abort();
}

/* A line of input is a line of the call: ">" and words are ours. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_of(data, size);
    struct outcome_line lines[LINES] = {{0, false, {NULL, 0}}}, l;
    struct outcome_asked asked = {
        .date = SLICE("2026-11-23"), .time = SLICE("19:00"), .party = 4,
        .name = SLICE("Leo"), .today = {2026, 11, 22}
    };
    struct outcome o;
    size_t n = 0, number = 0;

    if (size && memchr(data, 0, size))
        return 0;               /* a C string of ours would end there */
    for (; rest.len && n < LINES; n++) {
        struct slice one = slice_cut(&rest, '\n');
        bool ours = slice_starts(one, ">");

        lines[n] = (struct outcome_line){(int64_t)n * 1000, !ours,
            slice_from(one, ours)};
    }
    outcome_find(&o, lines, n, &asked);
    check(&o, lines, n);
    for (size_t i = 0; i < n; i++)
        lines[i].them = false;
    outcome_find(&o, lines, n, &asked);
    check(&o, lines, n);
    if (o.kind != OUTCOME_UNCLEAR && o.kind != OUTCOME_CUT_OFF)
        abort();
    for (rest = slice_of(data, size); outcome_line_next(&rest, &l, &number)
        > 0;)
        if (l.at < 0 || l.text.len > size)
            abort();
    return 0;
}
