/* outcome_hear.c - a sentence moves what stands between the two. */
#include <string.h>

#include "agent/outcome_impl.h"

/* ---- the table ---- */

bool outcome_in_range(const struct talk *t, int fact, int64_t value)
{
    return fact == OUTCOME_TIME && t->until >= 0 && value >= t->want[fact]
        && value <= t->until;
}

static bool same_fact(const struct talk *t, int fact, int64_t value)
{
    return value < 0 || t->on[fact] < 0 || value == t->on[fact]
        || (outcome_in_range(t, fact, value)
        && outcome_in_range(t, fact, t->on[fact]));
}

/* Is it what the booking was for that is to be changed? */
static bool is_old(const struct talk *t, int fact, int64_t value)
{
    return t->change && t->old[fact] >= 0 && value == t->old[fact]
        && !same_fact(t, fact, value);
}

/* The values of a sentence; of several times the first that is not what
 * stands on the table already, and not what is to be changed. */
static void facts_of(const struct talk *t, const struct heard *h,
    int64_t value[FACTS])
{
    value[OUTCOME_DATE] = h->date.quote.ptr ? h->date.value : -1;
    value[OUTCOME_PARTY] = h->party.quote.ptr ? h->party.value : -1;
    value[OUTCOME_TIME] = -1;
    if (h->date_before.quote.ptr && t->change
        && h->date_before.value == t->on[OUTCOME_DATE])
        value[OUTCOME_DATE] = h->date_before.value;
    for (size_t i = h->times; i--;)
        if (value[OUTCOME_TIME] < 0 || is_old(t, OUTCOME_TIME,
            value[OUTCOME_TIME]) || (!is_old(t, OUTCOME_TIME,
            h->time[i].value)
            && !same_fact(t, OUTCOME_TIME, h->time[i].value)))
            value[OUTCOME_TIME] = h->time[i].value;
}

/* "Three is fine", where three people were offered; "fifteen is fine", where
 * fifteen are to come and not at three. */
void outcome_count(const struct talk *t, struct heard *h)
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

/* "Booked for seven", where seven is the hour and four are to come. */
void outcome_hour(const struct talk *t, struct heard *h)
{
    int64_t n = h->party.value, time = t->offer_open && t->offer[OUTCOME_TIME]
        >= 0 ? t->offer[OUTCOME_TIME] : t->on[OUTCOME_TIME];
    struct slice q = h->party.quote;

    if (!q.ptr || h->times || n == t->on[OUTCOME_PARTY] || time < 0
        || time % 60 || (time / 60 + 11) % 12 + 1 != n
        || (t->offer_open && t->offer[OUTCOME_PARTY] == n)
        || !(slice_starts(q, "for ") || slice_starts(q, "fuer ")
        || slice_starts(q, "f\xc3\xbcr "))
        || slice_find(slice_from(q, 5), SLICE(" ")) != SLICE_NPOS)
        return;
    h->time[h->times++] = (struct heard_value){time, q};
    h->party = (struct heard_value){0, {NULL, 0}};
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

    /* Of a change what it is to become will do: the rest stands. */
    for (int f = 0; f < FACTS; f++)
        if (t->change && t->old[f] >= 0 && t->voiced[f])
            return true;

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

/* Leaves out what is to be changed.  Was there any? */
static bool forget_old(const struct talk *t, int64_t value[FACTS])
{
    bool any = false;

    for (int f = 0; f < FACTS; f++)
        if (value[f] >= 0 && is_old(t, f, value[f])) {
            value[f] = -1;
            any = true;
        }
    return any;
}

/* "Not thirty, thirteen": the number that was misheard, alone. */
static void name_count(const struct talk *t, const struct heard *h, bool ours,
    int64_t value[FACTS])
{
    int64_t want = t->on[OUTCOME_PARTY];
    bool misheard = t->offer_open && t->offer[OUTCOME_PARTY] >= 0
        && t->offer[OUTCOME_PARTY] != want;

    if (!(misheard || (ours && h->negated)) || want < 0
        || value[OUTCOME_PARTY] >= 0
        || want == t->on[OUTCOME_TIME] / 60 % 12)
        return;
    for (size_t i = h->from; i < h->end; i++) {
        int n;

        if (words_number(&t->ws, i, &n) && n == want)
            value[OUTCOME_PARTY] = want;
    }
}

/* We said yes to their offer. */
static void take_offer(struct talk *t, const int64_t value[FACTS])
{
    if (t->offer_many && value[OUTCOME_TIME] >= 0)
        t->offer[OUTCOME_TIME] = value[OUTCOME_TIME];
    lay_down(t, t->offer);
    t->offer_open = false;
    t->weak_line = SIZE_MAX;
    t->strong = false;
    /* Our yes to a question of theirs, or to "Eight thirty.", leaves the last
     * word to them. */
    if (all_voiced(t) && !t->offer_asks && !t->offer_bare)
        t->stand = STAND_AGREED;
    else
        t->stand = STAND_TENTATIVE;
}

static void make_offer(struct talk *t, const int64_t value[FACTS],
    const struct heard *h, size_t line, bool asks)
{
    int64_t first = -1;

    t->offer_open = true;
    t->offer_asks = asks;
    t->offer_echo = !(h->acts & (ACT_OFFER | ACT_QUESTION | ACT_FULL))
        && !t->cx.bare_hours;
    t->offer_meant = h->acts & ACT_OFFER;
    t->offer_line = line;
    t->offer_bare = !(h->acts & (ACT_OFFER | ACT_YES | ACT_CONFIRM));
    t->offer_refused = t->offer_checked = false;
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
    /* "Half past seven is fine", we said before: the last word is theirs. */
    if (t->fine >= 0 && t->offer[OUTCOME_TIME] == t->fine && !t->offer_many
        && same_fact(t, OUTCOME_DATE, t->offer[OUTCOME_DATE])
        && same_fact(t, OUTCOME_PARTY, t->offer[OUTCOME_PARTY])
        && !(h->acts & (ACT_QUESTION | ACT_NO | ACT_HEDGE))) {
        take_offer(t, t->offer);
        t->stand = STAND_TENTATIVE;
    }
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
    if (t->offer_open) {        /* it waits for us, or is what they noted */
        if (t->offer_asks && (strong || !t->pending_facts)) {
            t->offer_asks = false;
            t->stand = STAND_OFFERED;
        }
        return;
    }
    t->held = false;
    if (all_voiced(t)) {
        t->agreed_line = line;
        t->strong = strong || (t->strong && t->stand == STAND_AGREED);
        t->stand = STAND_AGREED;
        t->weak_line = strong ? SIZE_MAX : line;
    } else {
        t->early_line = strong && !closing ? line : SIZE_MAX;
        if (t->stand == STAND_OPEN && t->pending_facts)
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

bool outcome_takes_back(const struct words *ws, size_t i)
{
    while (words_match(ws, i, "oh|ah|hm|er|um|ach|aeh|oje|uh|hmm|but|aber|,"
        "|hey|so|listen|hallo|you know|du|ja|wait wait|hoppla"))
        i++;
    return words_match(ws, i, "no|wait|actually|sorry|hold on|hang on"
        "|scratch that|i mean|nein|moment|halt|entschuldigung|doch|i'm sorry"
        "|i am sorry|my mistake|my bad|i've just seen|i just saw|damn|oops"
        "|scusi|scusa|perdon|pardon|verzeihung|tut mir leid|mein fehler|stopp"
        "|sekunde|i'm afraid|unfortunately|leider|ne|nee|i see now"
        "|ich seh gerade|ich sehe gerade|ich sehe jetzt|bad news|i misread"
        "|misread|i looked|wrong page|wrong week|that's gone|warten sie"
        "|warte") > 0;
}

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
    /* "Is there a list?"  "Yes, I can put you on it." */
    if ((t->pending & ACT_WAITLIST) && (a & (ACT_YES | ACT_OFFER))
        && !(a & (ACT_NO | ACT_FULL | ACT_ON_LIST))
        && t->stand != STAND_LISTED) {
        t->stand = STAND_LIST_OFFERED;
        return true;
    }
    if ((a & ACT_ON_LIST) && (t->stand == STAND_LIST_OFFERED
        || t->stand == STAND_LISTED || (t->pending & ACT_WAITLIST))) {
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
    if (t->offer_open && t->offer_checked) {
        t->offer_checked = false;       /* we had misheard it: it stands */
        return;
    }
    if (t->stand == STAND_AGREED) {
        if (t->weak_line == line)
            refuse(t, line);
        else if (t->pending_facts)
            t->stand = STAND_UNSURE;
    } else if (t->pending_facts || (t->pending & (ACT_BOOK | ACT_PLEASE))) {
        refuse(t, line);
    }
}

#define SHORT 4                 /* of "Thirty people." */
#define BARE 8                  /* words of "Eight thirty, perhaps." */

/* Values that are not what stands on the table.  True when the sentence is
 * done with. */
static bool other_facts(struct talk *t, const struct heard *h, size_t line,
    const int64_t value[FACTS])
{
    unsigned a = h->acts;

    if ((a & ACT_HOLD) || !t->spoke)
        return true;
    if ((a & ACT_HOURS) && !(a & (ACT_OFFER | ACT_CONFIRM | ACT_YES)))
        return false;           /* "the boss is in from five" */
    if ((a & ACT_OFFER) || (t->cx.bare_hours && h->end - h->from <= BARE
        && !h->negated && !(a & (ACT_BYE | ACT_THANKS | ACT_HOURS)))) {
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
    /* "Thirty people, Saturday at six": they misheard. */
    if (t->pending_facts && !(a & (ACT_HOURS | ACT_FULL | ACT_NOTE))
        && ((value[0] >= 0) + (value[1] >= 0) + (value[2] >= 0) > 1
        || h->end - h->from <= SHORT)) {
        make_offer(t, value, h, line, true);
        t->offer_echo = false;
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

static void hear_answer(struct talk *t, const struct heard *h, size_t line,
    bool any)
{
    unsigned a = h->acts;
    bool asked = t->pending & (ACT_BOOK | ACT_PLEASE | ACT_QUESTION
        | ACT_CANCEL);
    /* To our goodbye "okay" agrees to nothing. */
    bool answers = (asked || !(t->pending & (ACT_THANKS | ACT_BYE)))
        && (t->pending_facts || (t->stand != STAND_DECLINED && asked));

    if (a & ACT_NO) {
        say_no(t, line);
        return;
    }
    if (a & ACT_PENDING) {
        hold(t);
        return;
    }
    /* What we do not understand takes a plain yes back, or with an "oh wait"
     * more. */
    if ((a & ACT_DOUBT) && (t->stand == STAND_OPEN
        || t->stand == STAND_DOUBTED) && t->spoke
        && (all_voiced(t) || t->cancel)) {
        t->stand = STAND_DOUBTED;
        return;
    }
    if ((a & ACT_HOURS) && t->stand == STAND_DOUBTED)
        t->stand = STAND_UNSURE;        /* "Try again after eight." */
    if ((a & ACT_DOUBT) && t->stand == STAND_AGREED
        && (!t->strong || t->retracts)) {
        t->stand = STAND_UNSURE;
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
    /* After orders to a machine only what names the booking is believed; and a
     * plain yes beside a "leider" only when it names it. */
    if (((t->ordered && (a & (ACT_CONFIRM | ACT_YES)))
        || (t->regrets && (a & ACT_YES) && !(a & ACT_CONFIRM)
        && t->stand != STAND_TENTATIVE)) && !any)
        return;
    if (t->deferred && !any && t->stand != STAND_AGREED)
        return;
    if ((a & ACT_CONFIRM) && !((a & ACT_BYE) && (t->stand == STAND_LISTED
        || t->stand == STAND_CALLBACK || t->stand == STAND_LIST_OFFERED
        || t->stand == STAND_DECLINED)))
        settle(t, line, true, a & ACT_BYE);
    else if ((a & ACT_YES) && (answers || t->stand == STAND_TENTATIVE))
        settle(t, line, false, false);
    else if ((a & ACT_HEDGE) && (t->stand == STAND_OPEN
        || t->stand == STAND_DOUBTED
        || t->stand == STAND_TENTATIVE || (t->stand == STAND_AGREED
        && (t->weak_line == line || t->agreed_line == line))) && answers)
        t->stand = STAND_UNSURE;
    else if ((a & (ACT_THANKS | ACT_BYE)) && t->stand == STAND_TENTATIVE
        && all_voiced(t) && !t->offer_open && !t->held) {
        t->strong = false;
        t->stand = STAND_AGREED;
    }
}

void outcome_hear_them(struct talk *t, const struct heard *h, size_t line)
{
    int64_t value[FACTS];
    bool full = h->acts & ACT_FULL;

    facts_of(t, h, value);
    if (h->acts & ACT_WRONG)
        t->wrong = true;
    if (forget_old(t, value))
        t->old_line = line;
    if (t->old_line == line && !full && !any_fact(value)
        && !(h->acts & (ACT_QUESTION | ACT_NO)))
        return;                 /* "Monday at seven, yes, I see it" */
    name_count(t, h, false, value);
    if (other_ends(t, h, line))
        return;
    /* "Eight.  Seven is taken": the offer of this breath stands. */
    if (full && t->offer_open && !t->offer_asks && t->offer_line == line
        && any_fact(value) && !differs(t, value))
        return;
    /* We would not take it, and they are sorry: it stands all the same. */
    if (full && t->offer_open && t->offer_refused && !any_fact(value))
        return;
    /* "Yes, we can do that.  All booked." */
    if (full && t->stand == STAND_AGREED && t->agreed_line == line && t->strong
        && words_match(&t->ws, h->from, "all booked")
        && h->end - h->from <= SHORT) {
        settle(t, line, true, false);
        return;
    }
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
            || t->offer_asks || (h->acts & (ACT_YES | ACT_CONFIRM)))
            && !(h->acts & (ACT_NO | ACT_QUESTION)))
            withdraw(t);
        /* "Booked.  Monday at seven, four people." */
        if (t->early_line == line && any_fact(value) && all_voiced(t)
            && !(h->acts & ~(ACT_BOOK | ACT_YES | ACT_CONFIRM | ACT_NUMBER
            | ACT_THANKS | ACT_BYE | ACT_NOTE)))
            settle(t, line, true, false);
    }
    hear_answer(t, h, line, any_fact(value));
}

/* ---- our sentences ---- */

static bool takes_offer(const struct talk *t, const struct heard *h,
    const int64_t value[FACTS])
{
    bool match = false;

    if ((h->acts & (ACT_QUESTION | ACT_HOLD | ACT_HEDGE | ACT_NO | ACT_FULL))
        || (h->negated && !(h->acts & (ACT_YES | ACT_CONFIRM | ACT_OFFER))))
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
    return match || (!t->offer_many && !t->offer_echo
        && (h->acts & (ACT_YES | ACT_CONFIRM)));
}

static bool tells_old(const struct talk *t, const struct heard *h)
{
    return words_have(&t->ws, h->from, h->end, "has|have|had|booked|currently"
        "|existing|made|is|there's|from|instead|hat|habe|haben|reserviert"
        "|gebucht|bisher|bestehende|von|statt|the booking|the reservation"
        "|our booking|our reservation|our table|his|her|their|my|unsere"
        "|unseren|die reservierung");
}

/* "He has a table on Monday at seven": what it was for, where that is not what
 * it is to be. */
static void learn_old(struct talk *t, const struct heard *h)
{
    const struct heard_value *date = h->date_before.quote.ptr
        ? &h->date_before : &h->date;
    int64_t value[FACTS] = {date->quote.ptr ? date->value : -1, -1,
        h->party.quote.ptr ? h->party.value : -1};

    if (t->stand != STAND_OPEN || (!t->asked->change && !tells_old(t, h)))
        return;
    for (size_t i = h->times; i--;)
        if (h->time[i].value != t->want[OUTCOME_TIME])
            value[OUTCOME_TIME] = h->time[i].value;
    for (int f = 0; f < FACTS; f++)
        if (value[f] >= 0 && t->want[f] >= 0 && value[f] != t->want[f]
            && (t->change || !(h->acts & (ACT_QUESTION | ACT_PLEASE)))) {
            t->old[f] = value[f];
            t->change = true;
        }
}

/* "Is it 7:30 or 8:30?": we wish neither. */
static bool asks_which(const struct heard *h)
{
    return (h->acts & ACT_QUESTION) && !(h->acts & (ACT_PLEASE | ACT_BOOK
        | ACT_OFFER)) && h->times == 2 && h->time[0].value
        != h->time[1].value;
}

/* "I have to check with Leo", "I will call again": they say "sure" to that. */
static bool defers(const struct talk *t, const struct heard *h)
{
    return words_have(&t->ws, h->from, h->end, "have to ask|have to check"
        "|need to ask|need to check|must ask|must check|will ask|will check"
        "|i'll ask|i'll check|let me ask|let me check|call again|call back"
        "|call you back|get back to you|muss fragen|muss nachfragen"
        "|erst fragen|ruecksprache|nachfragen|melde mich|melden uns"
        "|rufe wieder an|rufe noch einmal|rufe nochmal|rufe zurueck");
}

static bool is_fine(const struct heard *h)
{
    return (h->acts & (ACT_YES | ACT_CONFIRM)) && !h->negated
        && !(h->acts & (ACT_NO | ACT_QUESTION | ACT_HEDGE | ACT_HOLD));
}

void outcome_hear_us(struct talk *t, const struct heard *h, size_t line)
{
    int64_t value[FACTS];

    learn_old(t, h);
    facts_of(t, h, value);
    forget_old(t, value);
    name_count(t, h, true, value);
    outcome_remember(t, h, line);
    t->deferred = defers(t, h) || (t->deferred && !is_fine(h)
        && !(h->acts & (ACT_PLEASE | ACT_BOOK)));
    t->pending |= h->acts;
    t->pending_facts = t->pending_facts || any_fact(value);
    if (asks_which(h)) {
        if (t->stand == STAND_AGREED)
            t->stand = STAND_TENTATIVE;
        return;
    }
    if (value[OUTCOME_TIME] >= 0)
        t->fine = is_fine(h) ? value[OUTCOME_TIME] : -1;
    if ((h->acts & ACT_CANCEL) && t->stand == STAND_OPEN)
        t->cancel = true;
    if (t->stand == STAND_LIST_OFFERED && (h->acts & (ACT_YES | ACT_PLEASE))
        && !(h->acts & (ACT_NO | ACT_QUESTION))) {
        t->stand = STAND_LISTED;
        return;
    }
    /* A list is for who cannot have a table. */
    if ((t->stand == STAND_LIST_OFFERED || t->stand == STAND_LISTED)
        && (h->acts & ACT_NO) && !(h->acts & ACT_YES))
        t->stand = STAND_DECLINED;
    /* They said it all back and we say yes: now a word of theirs is due. */
    if ((h->acts & (ACT_YES | ACT_CONFIRM)) && t->stand == STAND_OPEN
        && !(h->acts & (ACT_NO | ACT_QUESTION)) && !t->offer_open
        && t->echo_line + 1 == line && all_voiced(t))
        t->stand = STAND_TENTATIVE;
    if (t->offer_open && !t->offer_asks && t->stand == STAND_OFFERED
        && ((h->acts & (ACT_NO | ACT_FULL)) || h->negated))
        t->offer_refused = true;
    if (t->offer_open && takes_offer(t, h, value)) {
        take_offer(t, value);
        return;
    }
    if (t->offer_open && any_fact(value) && !differs(t, value)
        && (((h->acts & ACT_NO) && !t->offer_meant) || t->offer_asks
        || (t->offer_echo && restates(t, value)))) {
        withdraw(t);            /* "no, four people" */
    } else if (t->offer_open && t->offer_asks && (h->acts & ACT_NO)) {
        t->offer_open = false;
    }
    if ((h->acts & ACT_WRONG) && t->met)
        t->wrong = true;
    /* "Seven fifty?", when they offered seven fifteen: did we hear that? */
    if (t->offer_open && !t->offer_asks && ((h->acts & ACT_QUESTION)
        || is_fine(h)) && !(h->acts & ACT_PLEASE) && differs(t, value)) {
        t->offer_checked = true;
        return;
    } else if (!differs(t, value)) {
        lay_down(t, value);
    } else if (t->offer_open && h->end - h->from <= SHORT
        && (h->acts & ACT_QUESTION) && !(h->acts & (ACT_PLEASE | ACT_BOOK
        | ACT_OFFER))) {
        t->offer_checked = true;
    } else if ((h->acts & (ACT_YES | ACT_CONFIRM)) && !t->offer_open
        && !(h->acts & (ACT_NO | ACT_QUESTION | ACT_HEDGE | ACT_HOLD))
        && (t->stand == STAND_OPEN || t->stand == STAND_DECLINED)) {
        /* "Tuesday is fine": to what was not understood as an offer. */
        lay_down(t, value);
        t->stand = STAND_OPEN;
    } else if (h->acts & (ACT_PLEASE | ACT_QUESTION | ACT_BOOK)) {
        /* We want something else now, and they have yet to agree. */
        lay_down(t, value);
        t->offer_open = false;
        if (t->stand == STAND_AGREED || t->stand == STAND_OFFERED
            || t->stand == STAND_DECLINED)
            t->stand = STAND_OPEN;
    }
}
