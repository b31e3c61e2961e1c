/* outcome.c - what a call's transcript says was agreed.
 *
 * The sentences go by in order and move a small machine: what stands on the
 * table (ours), what they offered, and where the talk has come to.  Only their
 * words bring it to AGREED: a yes to what we said, or an offer that we then
 * took.  At the end the fields get the words that say their final values.
 */
#include "agent/outcome.h"

#include <string.h>

#include "agent/outcome_impl.h"

/* Words with which no sentence ends. */
static const char dangling[] = "the|a|an|and|or|but|for|at|to|of|your|my|our"
    "|is|was|are|were|it's|we've|i've|we're|i'm|with|under|on|in"
    "|from|because|that's|there's|der|die|das|ein|eine|und|oder|aber"
    "|fuer|um|am|im|zu|ist|mit|unter|auf|von|dem|den|ihr|ihre"
    "|dass|weil|whether|if|we|they|ob|than|between|into|our|their|unser"
    "|einen|einem|keinen";

static bool is_ended(struct slice s)
{
    return slice_ends(s, ".") || slice_ends(s, "!") || slice_ends(s, "?")
        || slice_ends(s, "\"") || slice_ends(s, ")");
}

/* Does the last line break off?  By its last mark or word; or as the only one
 * without an end among lines that have theirs. */
static bool breaks_off(struct talk *t, size_t n)
{
    struct slice s = n ? slice_trim_all(t->lines[n - 1].text) : SLICE("");
    size_t last;

    if (slice_ends(s, "-") || slice_ends(s, "...") || slice_ends(s, ",")
        || slice_ends(s, "\xe2\x80\x93") || slice_ends(s, "\xe2\x80\x94")
        || slice_ends(s, "\xe2\x80\xa6"))
        return true;
    if (s.len == 0 || is_ended(s))
        return false;
    words_split(&t->ws, s);
    last = t->ws.n - 1;
    if (words_match(&t->ws, last, dangling))
        return true;
    if (words_match(&t->ws, last, "you|please|bitte|sorry|nicht|now|then"))
        return false;
    heard_look(&t->book, &t->ws);
    if (n < 3 || (heard_acts(&t->book, &t->ws, 0, t->ws.n) & (ACT_BYE
        | ACT_THANKS | ACT_CONFIRM)))
        return false;
    for (size_t i = 0; i + 1 < n; i++)
        if (!is_ended(slice_trim_all(t->lines[i].text)))
            return false;
    return true;
}

/* A recording speaks: what it says of its house is no answer to us. */
static bool is_machine(struct talk *t)
{
    const char *machine = heard_machine(&t->book, &t->ws, !t->met);

    if (machine && t->stand != STAND_AGREED)
        t->machine = machine;
    t->met = t->met || !machine;
    return machine;
}

static void hear_line(struct talk *t, size_t line, bool last,
    bool *our_number)
{
    bool them = t->lines[line].them;

    words_split(&t->ws, t->lines[line].text);
    t->ws.memo = &t->memo;
    heard_look(&t->book, &t->ws);
    if (!them && !t->our_turn) {
        t->pending = 0;
        t->pending_facts = t->deferred = false;
        t->weak_line = SIZE_MAX;
    }
    t->our_turn = !them;
    t->spoke = t->spoke || !them;
    t->retracts = false;
    t->regrets = them && words_have(&t->ws, 0, t->ws.n, "leider|tut mir leid"
        "|unfortunately|afraid|bedaure|sadly");
    if (!them && t->stand == STAND_OPEN && (heard_acts(&t->book, &t->ws, 0,
        t->ws.n) & ACT_CHANGE))
        t->change = true;
    if (them && is_machine(t))
        return;
    outcome_follow(t, line, our_number);
    for (size_t i = 0, end; i < t->ws.n; i = end) {
        char code[OUTCOME_TEXT];
        struct slice quote;
        struct heard h;

        t->cx.bare_hours = them ? t->stand == STAND_DECLINED
            || t->stand == STAND_DOUBTED
            || (t->stand == STAND_OFFERED && t->offer_line == line)
            || (t->stand == STAND_AGREED && t->weak_line == line
            && outcome_takes_back(&t->ws, i)) : t->offer_open;
        end = heard_end(&t->ws, i);
        t->retracts = t->retracts || outcome_takes_back(&t->ws, i);
        heard_read(&t->book, &t->ws, i, end, &t->cx, &h);
        if (last && end == t->ws.n && t->broken)
            h.acts &= ~(ACT_YES | ACT_CONFIRM);     /* they had not ended */
        outcome_count(t, &h);
        outcome_hour(t, &h);
        /* "Two eight five.  No wait, two eight nine": refuses nothing. */
        if ((h.acts & ACT_NO) && t->out->field[OUTCOME_NUMBER].heard
            && heard_code(&t->ws, i, end, true, code, sizeof code, &quote)
            && !strcmp(code, t->out->field[OUTCOME_NUMBER].value))
            h.acts &= ~ACT_NO;
        if (them) {
            outcome_hear_them(t, &h, line);
            outcome_note(t, &h, line);
        } else {
            outcome_hear_us(t, &h, line);
        }
    }
}

static int64_t minutes_of(struct slice s)
{
    int hour, minute;

    return date_parse_time(s, &hour, &minute) ? -1 : hour * 60 + minute;
}

static void begin(struct talk *t)
{
    const struct outcome_asked *a = t->asked;
    struct date d;

    t->want[OUTCOME_DATE] = date_parse(a->date, &d) ? -1 : date_days(d);
    t->want[OUTCOME_TIME] = minutes_of(a->time);
    t->want[OUTCOME_PARTY] = a->party > 0 ? a->party : -1;
    t->until = minutes_of(a->time_to);
    memcpy(t->on, t->want, sizeof t->on);
    t->weak_line = t->early_line = SIZE_MAX;
    t->fine = -1;
    t->echo_line = SIZE_MAX - 1;
    t->old_line = SIZE_MAX;
    t->cx = (struct heard_context){.today = a->today,
        .asked_time = (int)t->want[OUTCOME_TIME]};
    if (t->want[OUTCOME_DATE] >= 0)
        t->cx.asked = d;
    if (t->want[OUTCOME_TIME] >= 0 && t->want[OUTCOME_TIME] < 12 * 60)
        t->cx.part = PART_MORNING;
    t->cancel = a->cancel;
    t->change = a->change;
    for (int f = 0; f < FACTS; f++)
        t->old[f] = -1;
    t->name = a->name;
}

/* What stands on the table: agreed, or the booking that is cancelled. */
static void agree(struct talk *t, enum outcome_kind kind)
{
    t->out->kind = kind;
    for (int f = 0; f < FACTS; f++) {
        if (t->on[f] < 0)
            continue;
        outcome_quote(t, f, t->on[f]);
        if (t->want[f] >= 0 && t->on[f] != t->want[f]
            && !outcome_in_range(t, f, t->on[f])) {
            t->out->changed |= 1u << f;
            t->out->kind = kind == OUTCOME_CANCELLED ? kind
                : OUTCOME_MODIFIED;
        }
    }
}

static void stand_offer(struct talk *t)
{
    t->out->kind = OUTCOME_ALTERNATIVE;
    for (int f = 0; f < FACTS; f++) {
        if (t->offer[f] < 0 || (f == OUTCOME_TIME && t->offer_many))
            continue;
        for (size_t i = t->mentions; i--;)
            if (t->mention[i].fact == f && t->mention[i].line
                == t->offer_line && t->mention[i].value == t->offer[f]) {
                outcome_put_fact(t, f, t->offer_line, t->offer[f],
                    t->mention[i].quote);
                break;
            }
        if (t->want[f] >= 0 && t->offer[f] != t->want[f])
            t->out->changed |= 1u << f;
    }
    if (t->offer_many)
        outcome_put(t, OUTCOME_NOTES, t->offer_line, t->offer_text,
            t->offer_text);
}

/* Was it the network that spoke? */
static bool of_network(const char *reason)
{
    return !strcmp(reason, "invalid_number") || !strcmp(reason, "no_answer")
        || !strcmp(reason, "busy");
}

/* Nothing was settled: what else was it? */
static void unsettled(struct talk *t)
{
    if (t->machine) {
        t->out->kind = of_network(t->machine) ? OUTCOME_NOT_REACHED
            : OUTCOME_MACHINE;
        t->out->reason = t->machine;
    } else if (t->wrong) {
        t->out->kind = OUTCOME_WRONG_PARTY;
    } else if (t->broken) {
        t->out->kind = OUTCOME_CUT_OFF;
    }
}

/* Nobody there has heard us, or wanted to. */
static void forget_ours(struct outcome *out)
{
    out->field[OUTCOME_NAME].heard = false;
    out->field[OUTCOME_NUMBER].heard = false;
}

static void decide(struct talk *t)
{
    struct outcome *out = t->out;

    switch (t->stand) {
    case STAND_AGREED:
        agree(t, OUTCOME_CONFIRMED);
        break;
    case STAND_OFFERED:
        stand_offer(t);
        break;
    case STAND_DOUBTED:
        if (t->broken || t->machine) {
            unsettled(t);
            break;
        }
        out->kind = t->wrong ? OUTCOME_WRONG_PARTY : OUTCOME_DECLINED;
        break;
    case STAND_DECLINED:
        out->kind = t->wrong ? OUTCOME_WRONG_PARTY : OUTCOME_DECLINED;
        break;
    case STAND_LISTED:
        out->kind = OUTCOME_WAITLISTED;
        break;
    case STAND_CALLBACK:
        out->kind = OUTCOME_CALLBACK;
        break;
    case STAND_CANCELLED:
        agree(t, OUTCOME_CANCELLED);
        break;
    case STAND_OPEN:
    case STAND_TENTATIVE:
    case STAND_UNSURE:
    case STAND_LIST_OFFERED:
        unsettled(t);
        break;
    }
}

void outcome_find(struct outcome *out, const struct outcome_line *lines,
    size_t n, const struct outcome_asked *asked)
{
    struct talk t = {.asked = asked, .lines = lines, .out = out};
    bool our_number = false;

    memset(out, 0, sizeof *out);
    begin(&t);
    heard_open(&t.book);
    t.broken = breaks_off(&t, n);
    for (size_t i = 0; i < n; i++)
        hear_line(&t, i, i + 1 == n, &our_number);
    decide(&t);
    if (out->kind == OUTCOME_MACHINE || out->kind == OUTCOME_NOT_REACHED
        || out->kind == OUTCOME_WRONG_PARTY)
        forget_ours(out);
    else if (out->kind == OUTCOME_DECLINED)
        out->field[OUTCOME_NUMBER].heard = false;
    out->work = t.book.work + t.memo.work;
}

void outcome_unreached(struct outcome *out, const char *reason)
{
    memset(out, 0, sizeof *out);
    out->kind = reason ? OUTCOME_NOT_REACHED : OUTCOME_UNCLEAR;
    out->reason = reason;
}

void outcome_blocked(struct outcome *out, const char *reason)
{
    memset(out, 0, sizeof *out);
    out->kind = OUTCOME_BLOCKED;
    out->reason = reason;
}

void outcome_failed(struct outcome *out)
{
    memset(out, 0, sizeof *out);
    out->kind = OUTCOME_ERROR;
}
