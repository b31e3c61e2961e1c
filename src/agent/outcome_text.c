/* outcome_text.c - an outcome to JSON, and a transcript from text. */
#include "agent/outcome.h"

#include "base/text.h"

static const char *const fields[OUTCOME_FIELDS] = {
    "date", "time", "party", "name", "number", "notes"
};

const char *outcome_name(enum outcome_kind kind)
{
    switch (kind) {
    case OUTCOME_UNCLEAR:
        return "unclear";
    case OUTCOME_CONFIRMED:
        return "confirmed";
    case OUTCOME_MODIFIED:
        return "modified";
    case OUTCOME_ALTERNATIVE:
        return "alternative_offered";
    case OUTCOME_DECLINED:
        return "declined";
    case OUTCOME_WAITLISTED:
        return "waitlisted";
    case OUTCOME_CALLBACK:
        return "callback_promised";
    case OUTCOME_CANCELLED:
        return "cancelled";
    case OUTCOME_NOT_REACHED:
        return "not_reached";
    case OUTCOME_MACHINE:
        return "machine";
    case OUTCOME_WRONG_PARTY:
        return "wrong_party";
    case OUTCOME_CUT_OFF:
        return "cut_off";
    case OUTCOME_BLOCKED:
        return "blocked";
    case OUTCOME_ERROR:
        return "error";
    }
    return "unclear";
}

static void add_padded(struct buf *out, int64_t n, int64_t least)
{
    for (; least > 1 && n < least; least /= 10)
        buf_addc(out, '0');
    buf_addi(out, n);
}

void outcome_add_at(struct buf *out, int64_t at)
{
    if (at < 0)
        at = 0;
    add_padded(out, at / 60000, 10);
    buf_addc(out, ':');
    add_padded(out, at / 1000 % 60, 10);
    buf_addc(out, '.');
    add_padded(out, at % 1000, 100);
}

static void write_field(struct jsonw *w, int f, const struct outcome_value *v)
{
    char at[32], sure[24];
    struct buf b;

    buf_over(&b, at, sizeof at);
    outcome_add_at(&b, v->at);
    jsonw_kobject(w, fields[f]);
    if (f == OUTCOME_PARTY)
        jsonw_kraw(w, "value", slice_str(v->value));
    else
        jsonw_kcstr(w, "value", v->value);
    jsonw_kcstr(w, "quote", v->quote);
    jsonw_kcstr(w, "speaker", v->them ? "them" : "us");
    jsonw_kstr(w, "at", buf_slice(&b));
    if (f == OUTCOME_NUMBER)
        jsonw_kbool(w, "read_back", v->read_back);
    text_fmt(sure, sizeof sure, "%d.%d%d", v->sure / 100, v->sure / 10 % 10,
        v->sure % 10);
    jsonw_kraw(w, "sure", slice_str(sure));
    jsonw_end(w);
}

void outcome_json(struct jsonw *w, const struct outcome *o)
{
    jsonw_object(w);
    jsonw_kcstr(w, "outcome", outcome_name(o->kind));
    jsonw_kobject(w, "fields");
    for (int f = 0; f < OUTCOME_FIELDS; f++)
        if (o->field[f].heard)
            write_field(w, f, &o->field[f]);
    jsonw_end(w);
    jsonw_karray(w, "changed");
    for (int f = 0; f < OUTCOME_FIELDS; f++)
        if (o->changed & 1u << f)
            jsonw_str(w, slice_str(fields[f]));
    jsonw_end(w);
    jsonw_kcstr(w, "reason", o->reason);
    jsonw_end(w);
}

/* n digits, then the byte behind them. */
static int number(struct slice *s, size_t least, size_t most, uint8_t behind,
    uint64_t hi, uint64_t *v)
{
    size_t at = slice_chr(*s, behind);

    if (at == SLICE_NPOS || at < least || at > most
        || text_u64(slice_head(*s, at), 0, hi, v))
        return -1;
    *s = slice_from(*s, at + 1);
    return 0;
}

int outcome_line_next(struct slice *transcript, struct outcome_line *line,
    size_t *no)
{
    uint64_t m, sec, ms;
    struct slice s;

    do {
        if (transcript->len == 0)
            return 0;
        s = slice_cut(transcript, '\n');
        ++*no;
    } while (slice_trim_all(s).len == 0);
    s = slice_trim_all(s);
    if (number(&s, 2, 4, ':', 9999, &m) || number(&s, 2, 2, '.', 59, &sec)
        || number(&s, 3, 3, ' ', 999, &ms))
        return -1;
    s = slice_trim(s);
    if (!slice_starts(s, "them:") && !slice_starts(s, "us:"))
        return -1;
    line->at = (int64_t)((m * 60 + sec) * 1000 + ms);
    line->them = slice_starts(s, "them:");
    line->text = slice_trim(slice_from(s, line->them ? 5 : 3));
    return 1;
}
