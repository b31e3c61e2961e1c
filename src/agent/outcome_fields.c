/* outcome_fields.c - the fields of an outcome and the words for them. */
#include <string.h>

#include "agent/outcome_impl.h"
#include "base/text.h"

/* How sure a field is, in per cent: their own words are better than ours that
 * they agreed to, and a number that was read back is beyond doubt. */
#define SURE_READ_BACK 100
#define SURE_THEIRS 90
#define SURE_OURS 70

/* Copies what fits, whole characters. */
static void put_text(char dst[static OUTCOME_TEXT], struct slice s)
{
    while (s.len >= OUTCOME_TEXT || (s.len && s.len == OUTCOME_TEXT - 1
        && (s.ptr[s.len] & 0xc0) == 0x80))
        s.len = s.len >= OUTCOME_TEXT ? OUTCOME_TEXT - 1 : s.len - 1;
    text_copy(dst, OUTCOME_TEXT, s);
}

void outcome_put(struct talk *t, enum outcome_field f, size_t line,
    struct slice value, struct slice quote)
{
    struct outcome_value *v = &t->out->field[f];

    *v = (struct outcome_value){.heard = true, .them = t->lines[line].them,
        .sure = t->lines[line].them ? SURE_THEIRS : SURE_OURS,
        .at = t->lines[line].at, .line = line};
    put_text(v->value, value);
    put_text(v->quote, quote);
}

void outcome_put_fact(struct talk *t, int fact, size_t line, int64_t value,
    struct slice quote)
{
    char text[16];
    struct buf b;

    buf_over(&b, text, sizeof text);
    if (fact == OUTCOME_DATE)
        date_add(&b, date_from_days(value));
    else if (fact == OUTCOME_TIME)
        buf_addf(&b, "%02d:%02d", (int)(value / 60 % 24), (int)(value % 60));
    else
        buf_addi(&b, value);
    outcome_put(t, (enum outcome_field)fact, line, buf_slice(&b), quote);
}

static void remember(struct talk *t, int fact, const struct heard_value *v,
    size_t line)
{
    if (t->mentions == MENTIONS) {
        memmove(t->mention, t->mention + MENTIONS / 2,
            MENTIONS / 2 * sizeof *t->mention);
        t->mentions = MENTIONS / 2;
    }
    t->mention[t->mentions++] = (struct mention){fact, v->value, line,
        t->lines[line].them, v->quote};
}

void outcome_remember(struct talk *t, const struct heard *h, size_t line)
{
    if (h->date_before.quote.ptr)
        remember(t, OUTCOME_DATE, &h->date_before, line);
    if (h->date.quote.ptr)
        remember(t, OUTCOME_DATE, &h->date, line);
    for (size_t i = 0; i < h->times; i++)
        remember(t, OUTCOME_TIME, &h->time[i], line);
    if (h->party.quote.ptr)
        remember(t, OUTCOME_PARTY, &h->party, line);
}

void outcome_quote(struct talk *t, int fact, int64_t value)
{
    const struct mention *best = NULL;

    for (size_t i = 0; i < t->mentions; i++) {
        const struct mention *m = &t->mention[i];

        if (m->fact == fact && m->value == value
            && (!best || m->them || !best->them))
            best = m;
    }
    if (best)
        outcome_put_fact(t, fact, best->line, value, best->quote);
}

static bool same_code(const char *a, const char *b)
{
    return a[0] && !strcmp(a, b);
}

/* May the word say a sign: a digit, a letter, its name, "double"? */
static bool may_spell(const struct word *w, char sign)
{
    if (w->kind == WORD_MARK)
        return false;
    if (w->low[0] == (char)byte_lower((uint8_t)sign) || w->low[0] == 'd'
        || w->low[0] == 't')
        return true;
    return sign >= '0' && sign <= '9' && (w->kind == WORD_DIGITS
        || w->number >= 0 || w->low[0] == 'o');
}

/* Did we say the number, all of it, in this line? */
static bool reads_back(struct talk *t, const char *number)
{
    for (size_t i = 0; i < t->ws.n; i++) {
        char code[OUTCOME_TEXT];

        if (!may_spell(words_at(&t->ws, i), number[0]))
            continue;
        heard_spelled(&t->ws, i, code, sizeof code);
        if (same_code(code, number))
            return true;
    }
    return false;
}

/* Follows the confirmation number: given, read back, agreed, corrected. */
static void follow_number(struct talk *t, size_t line, bool *ours)
{
    struct outcome_value *v = &t->out->field[OUTCOME_NUMBER];
    bool them = t->lines[line].them, due;
    char code[OUTCOME_TEXT];
    struct slice quote;
    unsigned acts = 0, now;

    if (!them) {
        *ours = v->heard && reads_back(t, v->value);
        return;
    }
    for (size_t i = 0, end; i < t->ws.n; i = end) {
        end = heard_end(&t->ws, i);
        now = heard_acts(&t->book, &t->ws, i, end);
        acts |= now;
        due = (t->pending & ACT_NUMBER) || *ours || (v->heard
            && v->line == line && outcome_takes_back(&t->ws, i));
        t->ordered = t->ordered || ((now & ACT_COMMAND)
            && !(now & ACT_QUESTION));
        if ((!t->ordered || (t->pending & ACT_NUMBER))
            && heard_code(&t->ws, i, end, due, code, sizeof code, &quote)
            && (!v->heard || !same_code(code, v->value)))
            outcome_put(t, OUTCOME_NUMBER, line, slice_str(code), quote);
    }
    if (*ours && v->heard && v->line < line && (acts & (ACT_YES
        | ACT_CONFIRM)) && !(acts & (ACT_NO | ACT_FULL))) {
        v->read_back = true;
        v->sure = SURE_READ_BACK;
    }
    *ours = false;
}

/* Nobody asked for a name, and we gave one: "the name is Leo". */
static void learn_name(struct talk *t)
{
    for (size_t i = 0; i < t->ws.n; i++) {
        size_t n = words_match(&t->ws, i, "the name is|name is|under the name"
            " of|under the name|the name of|auf den namen|name ist");

        if (n && words_at(&t->ws, i + n)->capital) {
            size_t more = words_at(&t->ws, i + n + 1)->capital
                && words_at(&t->ws, i + n + 1)->kind == WORD_LETTERS;

            t->name = words_span(&t->ws, i + n, 1 + more);
            return;
        }
    }
}

/* "Amira", "Amira's", "Amiras"? */
static bool is_name(const struct word *w, const struct word *name)
{
    const char *more = w->low + name->len;

    return w->len >= name->len && !memcmp(w->low, name->low, name->len)
        && (!*more || (name->len > 2 && (!strcmp(more, "s")
        || !strcmp(more, "'s"))));
}

/* A word of the name that was asked for, in a line of theirs or else ours. */
static void follow_name(struct talk *t, size_t line)
{
    struct outcome_value *v = &t->out->field[OUTCOME_NAME];
    struct words want;

    if (t->name.len == 0 && !t->lines[line].them)
        learn_name(t);
    if ((v->heard && (v->them || !t->lines[line].them))
        || t->name.len == 0 || t->name.len > 100)
        return;
    words_split(&want, t->name);
    for (size_t i = 0; i < t->ws.n; i++)
        for (size_t k = 0; k < want.n; k++) {
            size_t n = 0;

            while (k + n < want.n && is_name(words_at(&t->ws, i + n),
                words_at(&want, k + n)))
                n++;
            if (n && words_at(&want, k)->text.len >= 2) {
                outcome_put(t, OUTCOME_NAME, line, t->name,
                    words_span(&t->ws, i, n));
                return;
            }
        }
}

void outcome_follow(struct talk *t, size_t line, bool *ours)
{
    follow_number(t, line, ours);
    follow_name(t, line);
}

void outcome_note(struct talk *t, const struct heard *h, size_t line)
{
    if ((h->acts & ACT_NOTE) && !(h->acts & ACT_QUESTION) && t->spoke
        && !t->out->field[OUTCOME_NOTES].heard)
        outcome_put(t, OUTCOME_NOTES, line, h->text, h->text);
}
