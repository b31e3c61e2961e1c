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

/* ---- the table ---- */

/* A time inside the range that was asked for is as asked. */
static bool in_range(const struct talk *t, int fact, int64_t value)
{
    return fact == OUTCOME_TIME && t->until >= 0 && value >= t->want[fact]
        && value <= t->until;
}

static bool same_fact(const struct talk *t, int fact, int64_t value)
{
    return value < 0 || t->on[fact] < 0 || value == t->on[fact]
        || (in_range(t, fact, value) && in_range(t, fact, t->on[fact]));
}

/* The values of a sentence; of several times the first that is not what
 * stands on the table already. */
static void facts_of(const struct talk *t, const struct heard *h,
    int64_t value[FACTS])
{
    value[OUTCOME_DATE] = h->date.quote.ptr ? h->date.value : -1;
    value[OUTCOME_PARTY] = h->party.quote.ptr ? h->party.value : -1;
    value[OUTCOME_TIME] = -1;
    for (size_t i = h->times; i--;)
        if (value[OUTCOME_TIME] < 0
            || !same_fact(t, OUTCOME_TIME, h->time[i].value))
            value[OUTCOME_TIME] = h->time[i].value;
}

/* "Three is fine", where three people were offered; "fifteen is fine", where
 * fifteen are to come and not at three: the number counts them. */
static void count_bare(const struct talk *t, struct heard *h)
{
    int64_t n = h->bare;

    if (n <= 0 || h->party.quote.ptr
        || !((t->offer_open && t->offer[OUTCOME_PARTY] == n)
        || (t->on[OUTCOME_PARTY] == n
        && !same_fact(t, OUTCOME_TIME, h->time[h->bare_at].value))))
        return;
    h->party = (struct heard_value){n, h->time[h->bare_at].quote};
    h->times--;
    memmove(h->time + h->bare_at, h->time + h->bare_at + 1,
        (h->times - h->bare_at) * sizeof *h->time);
}

static bool any_fact(const int64_t value[FACTS])
{
    return value[0] >= 0 || value[1] >= 0 || value[2] >= 0;
}

static bool differs(const struct talk *t, const int64_t value[FACTS])
{
    for (int f = 0; f < FACTS; f++)
        if (!same_fact(t, f, value[f]))
            return true;
    return false;
}

/* What was said stands, and has been said. */
static void lay_down(struct talk *t, const int64_t value[FACTS])
{
    for (int f = 0; f < FACTS; f++)
        if (value[f] >= 0) {
            t->on[f] = value[f];
            t->voiced[f] = true;
        }
}

/* Has all that was asked for been said?  An agreement can only be one about
 * what both have heard. */
static bool all_voiced(const struct talk *t)
{
    bool any = false;

    for (int f = 0; f < FACTS; f++) {
        if (t->want[f] >= 0 && !t->voiced[f])
            return false;
        any = any || t->voiced[f];
    }
    return any;
}

/* Do these values say what stands on the table, against the offer? */
static bool restates(const struct talk *t, const int64_t value[FACTS])
{
    bool any = false;

    for (int f = 0; f < FACTS; f++) {
        if (same_fact(t, f, t->offer[f]))
            continue;
        if (value[f] < 0 || !same_fact(t, f, value[f]))
            return false;
        any = true;
    }
    return any;
}

static void make_offer(struct talk *t, const int64_t value[FACTS],
    const struct heard *h, size_t line, bool asks)
{
    int64_t first = -1;

    t->offer_open = true;
    t->offer_asks = asks;
    t->offer_echo = !(h->acts & (ACT_OFFER | ACT_QUESTION | ACT_FULL));
    t->offer_line = line;
    t->offer_text = h->text;
    t->offer_many = false;
    memcpy(t->offer, value, sizeof t->offer);
    for (size_t i = 0; i < h->times; i++) {
        if (same_fact(t, OUTCOME_TIME, h->time[i].value))
            continue;
        t->offer_many = t->offer_many || (first >= 0
            && first != h->time[i].value);
        first = h->time[i].value;
    }
    if (!asks)
        t->stand = STAND_OFFERED;
    else if (t->stand == STAND_AGREED)
        t->stand = STAND_TENTATIVE;
}

/* They said yes, or more. */
static void settle(struct talk *t, size_t line, bool strong, bool closing)
{
    if (t->held && (!strong || closing))
        return;
    /* "Okay" to a list or a call back is a yes to that. */
    if ((t->stand == STAND_LISTED || t->stand == STAND_LIST_OFFERED
        || t->stand == STAND_CALLBACK) && !strong && !t->pending_facts)
        return;
    if (t->cancel) {
        t->stand = STAND_CANCELLED;
        return;
    }
    if (t->offer_open && !t->offer_asks)
        return;                 /* their offer waits for us */
    t->offer_open = false;
    t->held = false;
    if (all_voiced(t)) {
        t->stand = STAND_AGREED;
        t->weak_line = strong ? SIZE_MAX : line;
    } else if (t->stand == STAND_OPEN && t->pending_facts) {
        t->stand = STAND_TENTATIVE;
    }
}

/* An offer that was none, or is none any more. */
static void withdraw(struct talk *t)
{
    t->offer_open = false;
    if (t->stand == STAND_OFFERED)
        t->stand = STAND_OPEN;
}

/* ---- their sentences ---- */

/* Waiting lists, calls back, cancellations: they overrule the rest.  True
 * when the sentence was one of these. */
static bool other_ends(struct talk *t, const struct heard *h, size_t line)
{
    unsigned a = h->acts;

    if ((a & ACT_CANCELLED) && t->cancel && !(a & ACT_QUESTION)) {
        t->stand = STAND_CANCELLED;
        return true;
    }
    if (t->stand == STAND_AGREED && t->weak_line != line)
        return false;
    if (a & ACT_WAITLIST) {
        t->stand = (a & ACT_ON_LIST) && !(a & ACT_QUESTION) ? STAND_LISTED
            : STAND_LIST_OFFERED;
        return true;
    }
    if ((a & ACT_ON_LIST) && (t->stand == STAND_LIST_OFFERED
        || t->stand == STAND_LISTED)) {
        t->stand = STAND_LISTED;
        return true;
    }
    if (a & ACT_CALLBACK) {
        t->stand = STAND_CALLBACK;
        return true;
    }
    return false;
}

/* A refusal: of what was asked, of an offer, or of what had been agreed. */
static void refuse(struct talk *t, size_t line)
{
    /* "Sure.  No, we can't": a yes of the same breath was none. */
    bool agreed = t->stand == STAND_AGREED && t->weak_line != line
        && !t->retracts;

    t->offer_open = false;
    t->stand = agreed ? STAND_UNSURE : STAND_DECLINED;
}

/* No, without more words for it. */
static void say_no(struct talk *t, size_t line)
{
    if (t->stand == STAND_AGREED) {
        if (t->weak_line == line)
            refuse(t, line);
        else if (t->pending_facts)
            t->stand = STAND_UNSURE;
    } else if (t->pending_facts || (t->pending & (ACT_BOOK | ACT_PLEASE))) {
        refuse(t, line);
    }
}

/* Values that are not what stands on the table.  True when the sentence is
 * done with. */
static bool other_facts(struct talk *t, const struct heard *h, size_t line,
    const int64_t value[FACTS])
{
    unsigned a = h->acts;

    if (a & ACT_HOLD)
        return true;
    if ((a & ACT_OFFER) || t->cx.bare_hours) {
        make_offer(t, value, h, line, false);
        return true;
    }
    if (a & ACT_QUESTION) {     /* "is eight okay?" offers it */
        make_offer(t, value, h, line, !(a & (ACT_YES | ACT_OFFER)));
        return true;
    }
    if (a & (ACT_CONFIRM | ACT_YES | ACT_NO)) {
        make_offer(t, value, h, line, false);
        return true;
    }
    return false;               /* "the kitchen closes at ten" */
}

/* A card is asked for, the boss has to say yes: what was agreed is not yet. */
static void hold(struct talk *t)
{
    t->held = true;
    if (t->stand == STAND_AGREED || t->stand == STAND_TENTATIVE
        || t->stand == STAND_OPEN)
        t->stand = STAND_UNSURE;
}

static void hear_answer(struct talk *t, const struct heard *h, size_t line)
{
    unsigned a = h->acts;
    bool answers = t->pending_facts || (t->stand != STAND_DECLINED
        && (t->pending & (ACT_BOOK | ACT_PLEASE | ACT_QUESTION
        | ACT_CANCEL)));

    if (a & ACT_NO) {
        say_no(t, line);
        return;
    }
    if (a & ACT_PENDING) {
        hold(t);
        return;
    }
    if ((a & ACT_HOLD) && t->stand == STAND_AGREED
        && t->weak_line != SIZE_MAX)
        t->stand = STAND_OPEN;  /* "Sure."  "Let me check." */
    if (a & ACT_QUESTION) {
        if ((a & ACT_ASKS) && t->stand == STAND_AGREED
            && t->weak_line == line)
            t->stand = STAND_TENTATIVE;
        else if ((a & (ACT_YES | ACT_CONFIRM)) && answers
            && t->stand == STAND_OPEN && t->pending_facts)
            t->stand = STAND_TENTATIVE;
        return;
    }
    if ((a & ACT_CONFIRM) && !((a & ACT_BYE) && (t->stand == STAND_LISTED
        || t->stand == STAND_CALLBACK || t->stand == STAND_LIST_OFFERED
        || t->stand == STAND_DECLINED)))
        settle(t, line, true, a & ACT_BYE);
    else if ((a & ACT_YES) && (answers || t->stand == STAND_TENTATIVE))
        settle(t, line, false, false);
    else if ((a & ACT_HEDGE) && (t->stand == STAND_OPEN
        || t->stand == STAND_TENTATIVE || (t->stand == STAND_AGREED
        && t->weak_line == line)) && answers)
        t->stand = STAND_UNSURE;
    else if ((a & (ACT_THANKS | ACT_BYE)) && t->stand == STAND_TENTATIVE
        && all_voiced(t) && !t->offer_open && !t->held)
        t->stand = STAND_AGREED;
}

static void hear_them(struct talk *t, const struct heard *h, size_t line)
{
    int64_t value[FACTS];
    bool full = h->acts & ACT_FULL;

    facts_of(t, h, value);
    if (h->acts & ACT_WRONG)
        t->wrong = true;
    if (other_ends(t, h, line))
        return;
    /* "Eight.  Seven is taken": the offer of this breath stands. */
    if (full && t->offer_open && !t->offer_asks && t->offer_line == line
        && any_fact(value) && !differs(t, value))
        return;
    if (full && !((h->acts & ACT_OFFER) && differs(t, value))) {
        refuse(t, line);
        return;
    }
    outcome_remember(t, h, line);
    if (differs(t, value)) {
        if (other_facts(t, h, line, value))
            return;
    } else {
        lay_down(t, value);
        if ((value[0] >= 0) + (value[1] >= 0) + (value[2] >= 0) > 1
            && !(h->acts & (ACT_NO | ACT_HEDGE | ACT_HOLD)))
            t->echo_line = line;
        /* "All right, seven then": what we asked for, after all. */
        if (t->offer_open && restates(t, value) && (t->offer_echo
            || (h->acts & (ACT_YES | ACT_CONFIRM)))
            && !(h->acts & (ACT_NO | ACT_QUESTION)))
            withdraw(t);
    }
    hear_answer(t, h, line);
}

/* ---- our sentences ---- */

static bool takes_offer(const struct talk *t, const struct heard *h,
    const int64_t value[FACTS])
{
    bool match = false;

    if (h->acts & (ACT_QUESTION | ACT_HOLD | ACT_HEDGE | ACT_NO))
        return false;
    for (int f = 0; f < FACTS; f++) {
        if (value[f] < 0)
            continue;
        if (t->offer[f] >= 0 && value[f] == t->offer[f])
            match = true;
        else if (t->offer[f] >= 0 && !t->offer_many)
            return false;
        else if (t->offer_many && f == OUTCOME_TIME)
            match = true;       /* "nine, please" to "seven or nine" */
    }
    return match || (!t->offer_many && (h->acts & (ACT_YES | ACT_CONFIRM)));
}

static void take_offer(struct talk *t, const int64_t value[FACTS])
{
    if (t->offer_many && value[OUTCOME_TIME] >= 0)
        t->offer[OUTCOME_TIME] = value[OUTCOME_TIME];
    lay_down(t, t->offer);
    t->offer_open = false;
    t->weak_line = SIZE_MAX;
    /* Our yes to a question of theirs leaves the last word to them. */
    if (all_voiced(t) && !t->offer_asks)
        t->stand = STAND_AGREED;
    else
        t->stand = STAND_TENTATIVE;
}

static void hear_us(struct talk *t, const struct heard *h, size_t line)
{
    int64_t value[FACTS];

    facts_of(t, h, value);
    outcome_remember(t, h, line);
    t->pending |= h->acts;
    t->pending_facts = t->pending_facts || any_fact(value);
    if ((h->acts & ACT_CANCEL) && t->stand == STAND_OPEN)
        t->cancel = true;
    if (t->stand == STAND_LIST_OFFERED && (h->acts & (ACT_YES | ACT_PLEASE))
        && !(h->acts & (ACT_NO | ACT_QUESTION))) {
        t->stand = STAND_LISTED;
        return;
    }
    /* They said it all back and we say yes: now a word of theirs is due. */
    if ((h->acts & (ACT_YES | ACT_CONFIRM)) && t->stand == STAND_OPEN
        && !(h->acts & (ACT_NO | ACT_QUESTION)) && !t->offer_open
        && t->echo_line + 1 == line && all_voiced(t))
        t->stand = STAND_TENTATIVE;
    if (t->offer_open && takes_offer(t, h, value)) {
        take_offer(t, value);
        return;
    }
    if (t->offer_open && any_fact(value) && !differs(t, value)
        && ((h->acts & ACT_NO) || t->offer_asks || (t->offer_echo
        && restates(t, value)))) {
        withdraw(t);            /* "no, four people" */
    } else if (t->offer_open && t->offer_asks && (h->acts & ACT_NO)) {
        t->offer_open = false;
    }
    if (!differs(t, value)) {
        lay_down(t, value);
    } else if (h->acts & (ACT_PLEASE | ACT_QUESTION | ACT_BOOK)) {
        /* We want something else now, and they have yet to agree. */
        lay_down(t, value);
        t->offer_open = false;
        if (t->stand == STAND_AGREED || t->stand == STAND_OFFERED
            || t->stand == STAND_DECLINED)
            t->stand = STAND_OPEN;
    }
}

/* ---- the whole ---- */

/* Words with which no sentence ends. */
static const char dangling[] = "the|a|an|and|or|but|for|at|to|of|your|my|our"
    "|is|was|are|were|be|we|i|you|it's|we've|i've|we're|i'm|with|under|on|in"
    "|from|because|that's|there's|have|der|die|das|ein|eine|und|oder|aber"
    "|fuer|um|am|im|zu|ist|wir|ich|sie|mit|unter|auf|von|dem|den|ihr|ihre"
    "|haben|habe|dass|weil";

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

/* "No wait, eight": does the sentence at word i take the last one back? */
static bool takes_back(const struct words *ws, size_t i)
{
    while (words_match(ws, i, "oh|ah|hm|er|um|ach|aeh|oje|uh|hmm|but|aber|,"))
        i++;
    return words_match(ws, i, "no|wait|actually|sorry|hold on|hang on"
        "|scratch that|i mean|nein|moment|halt|entschuldigung|doch|i'm sorry"
        "|i am sorry|my mistake|my bad|i've just seen|i just saw|damn|oops"
        "|verzeihung|tut mir leid|mein fehler|stopp|sekunde|i'm afraid"
        "|unfortunately|leider|ne|nee|i see now|ich seh gerade"
        "|ich sehe gerade|bad news|that's gone|warten sie|warte") > 0;
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
        t->pending_facts = false;
        t->weak_line = SIZE_MAX;
    }
    t->our_turn = !them;
    t->retracts = false;
    if (them && is_machine(t))
        return;
    outcome_follow(t, line, our_number);
    for (size_t i = 0, end; i < t->ws.n; i = end) {
        struct heard h;

        t->cx.bare_hours = them ? t->stand == STAND_DECLINED
            || (t->stand == STAND_OFFERED && t->offer_line == line)
            || (t->stand == STAND_AGREED && t->weak_line == line
            && takes_back(&t->ws, i)) : t->offer_open;
        end = heard_end(&t->ws, i);
        t->retracts = t->retracts || takes_back(&t->ws, i);
        heard_read(&t->book, &t->ws, i, end, &t->cx, &h);
        if (last && end == t->ws.n && t->broken)
            h.acts &= ~(ACT_YES | ACT_CONFIRM);     /* they had not ended */
        count_bare(t, &h);
        if (them) {
            hear_them(t, &h, line);
            outcome_note(t, &h, line);
        } else {
            hear_us(t, &h, line);
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
    t->weak_line = SIZE_MAX;
    t->echo_line = SIZE_MAX - 1;
    t->cx = (struct heard_context){.today = a->today,
        .asked_time = (int)t->want[OUTCOME_TIME]};
    if (t->want[OUTCOME_DATE] >= 0)
        t->cx.asked = d;
    if (t->want[OUTCOME_TIME] >= 0 && t->want[OUTCOME_TIME] < 12 * 60)
        t->cx.part = PART_MORNING;
    t->cancel = a->cancel;
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
            && !in_range(t, f, t->on[f])) {
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
