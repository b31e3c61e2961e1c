/* outcome_test.c - transcripts and what they say was agreed.
 *
 * Asked: Monday 2026-11-23 at 19:00 for four, Leo; called the day before.
 */
#include "agent/heard_impl.h"
#include "agent/outcome.h"

#include "../guard.h"
#include "../tap.h"

#define LINES 64

/* outcome[:reason] [!changed] field=value'quote'[ (us)][ read back] */
static const struct {
    const char *title, *transcript, *want;
} calls[] = {
    {"plain",
        "00:01.000 them: Luigi's, good evening.\n"
        "00:03.000 us: Hello, this is an automated assistant calling for "
            "Leo. I'd like to book a table for four on Monday the 23rd at "
            "seven.\n"
        "00:10.000 them: Sure, one moment. Yes, that works. Under what "
            "name?\n"
        "00:14.000 us: Leo.\n"
        "00:15.000 them: Okay Leo, you're all set. Monday the 23rd at "
            "seven for four. Your confirmation number is four seven one one.\n"
        "00:21.000 us: That's four, seven, one, one. Is that right?\n"
        "00:24.000 them: Yes, that's correct. See you then.\n",
        "confirmed date=2026-11-23'Monday the 23rd' "
        "time=19:00'seven' party=4'for four' name=Leo'Leo' "
        "number=4711'four seven one one' read back"},
    {"alternative",
        "00:01.000 them: Hello?\n"
        "00:03.000 us: Do you have a table for four tomorrow at 7 pm?\n"
        "00:10.000 them: We're fully booked at seven, but we could do "
            "eight thirty.\n"
        "00:14.000 us: Let me check with my client. I'll call you back. "
            "Bye.\n",
        "alternative_offered !time time=20:30'eight thirty'"},
    {"modified",
        "00:03.000 us: Do you have a table for four tomorrow at 7 pm?\n"
        "00:10.000 them: I'm sorry, seven is gone. How about eight?\n"
        "00:14.000 us: Eight works, thank you.\n"
        "00:16.000 them: Great, see you tomorrow at eight.\n",
        "modified !time date=2026-11-23'tomorrow' time=20:00'eight' "
        "party=4'for four' (us)"},
    {"declined",
        "00:03.000 us: Do you have a table for four tomorrow at 7 pm?\n"
        "00:10.000 them: No, I'm afraid we're closed on Mondays.\n"
        "00:14.000 us: Thank you, goodbye.\n",
        "declined"},
    {"only we agree",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Let me check.\n"
        "00:14.000 us: Great, so that's confirmed for tomorrow at seven "
            "for four. Thank you.\n",
        "unclear"},
    {"voicemail",
        "00:01.000 them: Hi, you've reached Luigi's. We can't come to "
            "the phone right now. Please leave a message after the tone.\n",
        "machine:voicemail"},
    {"menu",
        "00:01.000 them: Thank you for calling. For reservations, press "
            "1. For opening hours, press 2.\n",
        "machine:menu"},
    {"waitlist",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: We're full, but I can put you on the waiting "
            "list.\n"
        "00:14.000 us: Yes, please.\n"
        "00:15.000 them: Okay, you're on the waitlist.\n",
        "waitlisted"},
    {"callback",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: I don't know yet, I have to ask the boss. We'll "
            "call you back.\n",
        "callback_promised"},
    {"wrong",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: You have the wrong number, this is a private "
            "residence.\n",
        "wrong_party"},
    {"hedge",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Should be fine, I think.\n",
        "unclear"},
    {"cut",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Yes, we can do sev-\n",
        "cut_off"},
    {"greeting yes",
        "00:01.000 us: Hello, is this Luigi's?\n"
        "00:02.000 them: Yes.\n"
        "00:03.000 us: Bye.\n",
        "unclear"},
    {"range ok",
        "00:03.000 us: I'd like a table for four on Monday between seven "
            "and eight.\n"
        "00:10.000 them: Half past seven would be possible.\n"
        "00:12.000 us: Perfect, half past seven then.\n"
        "00:13.000 them: Alright, booked for you.\n",
        "confirmed date=2026-11-23'Monday' (us) time=19:30'Half past "
        "seven' party=4'for four' (us)"},
    {"german",
        "00:01.000 them: Gasthaus Adler, guten Tag.\n"
        "00:03.000 us: Guten Tag, ich m\xc3\xb6""chte einen Tisch "
            "f\xc3\xbc""r vier Personen am Montag, dem 23. November, um 19 "
            "Uhr reservieren, auf den Namen Leo.\n"
        "00:10.000 them: Ja, das geht. Ich habe Sie eingetragen, Montag "
            "um 19 Uhr f\xc3\xbc""r vier Personen. Die Nummer ist 47 11.\n"
        "00:20.000 us: Vier, sieben, eins, eins?\n"
        "00:22.000 them: Genau, bis dann.\n",
        "confirmed date=2026-11-23'Montag' time=19:00'19 Uhr' "
        "party=4'f\xc3\xbc""r vier Personen' name=Leo'Leo' (us) "
        "number=4711'47 11' read back"},
    {"german full",
        "00:03.000 us: Ich m\xc3\xb6""chte einen Tisch f\xc3\xbc""r vier "
            "am Montag um 19 Uhr.\n"
        "00:10.000 them: Um 19 Uhr sind wir leider ausgebucht, aber um "
            "halb neun w\xc3\xa4""re noch etwas frei.\n"
        "00:20.000 us: Nein danke.\n",
        "alternative_offered !time time=20:30'halb neun'"},
    {"misheard",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: For five people tomorrow at seven?\n"
        "00:12.000 us: No, four people.\n"
        "00:13.000 them: Okay, four at seven, got it. See you tomorrow.\n",
        "confirmed date=2026-11-23'tomorrow' time=19:00'seven' "
        "party=4'four'"},
    {"misheard accepted wrongly",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Okay, five people at seven, you're all set.\n"
        "00:12.000 us: Thank you, bye.\n",
        "alternative_offered !party time=19:00'seven' party=5'five "
        "people'"},
    {"cancel it",
        "00:03.000 us: I'd like to cancel the reservation for Leo "
            "tomorrow at 7 pm.\n"
        "00:10.000 them: Sure, that's cancelled.\n",
        "cancelled date=2026-11-23'tomorrow' (us) time=19:00'7 pm' (us) "
        "name=Leo'Leo' (us)"},
    {"takes back",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Yes, that's fine.\n"
        "00:12.000 us: Thank you.\n"
        "00:13.000 them: Oh wait, sorry, we're fully booked tomorrow.\n",
        "declined"},
    {"two offers",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Seven is full. I have six or nine.\n"
        "00:12.000 us: I will ask.\n",
        "alternative_offered notes=I have six or nine'I have six or "
        "nine'"},
    {"two offers taken",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Seven is full. I have six or nine.\n"
        "00:12.000 us: Nine please.\n"
        "00:14.000 them: Okay, nine o'clock.\n",
        "modified !time date=2026-11-23'tomorrow' (us) "
        "time=21:00'nine o'clock' party=4'for four' (us)"},
    {"number corrected",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Yes, sure. The number is 4711.\n"
        "00:12.000 us: Four seven one two?\n"
        "00:14.000 them: No, four seven one one.\n"
        "00:15.000 us: Four seven one one.\n"
        "00:17.000 them: Right. See you then.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'7 pm' "
        "(us) party=4'for four' (us) number=4711'4711' read back"},
    {"notes",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm, by "
            "the window.\n"
        "00:10.000 them: We can do that, but I can't promise the window. "
            "We hold the table for 15 minutes. See you tomorrow.\n",
        "confirmed date=2026-11-23'tomorrow' time=19:00'7 pm' (us) "
        "party=4'for four' (us) notes=I can't promise the window'I "
        "can't promise the window'"},
    {"kitchen",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: The kitchen closes at ten. That works, you're "
            "booked.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'7 pm' "
        "(us) party=4'for four' (us)"},
    {"screened",
        "00:01.000 them: Hi, if you record your name and reason for "
            "calling, I'll see if this person is available.\n",
        "machine:screened"},
    {"day",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Tomorrow we're closed. We could offer Tuesday "
            "at seven.\n"
        "00:12.000 us: No, thank you.\n",
        "alternative_offered !date date=2026-11-24'Tuesday' "
        "time=19:00'seven'"},
    {"name later",
        "00:03.000 us: A table for four tomorrow at 7 pm please.\n"
        "00:10.000 them: Yes, of course. What's the name?\n"
        "00:12.000 us: Leo.\n"
        "00:14.000 them: Thank you, Leo. Bye bye.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'7 pm' "
        "(us) party=4'for four' (us) name=Leo'Leo'"},
    {"sure hold",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Sure.\n"
        "00:11.000 them: Let me check.\n"
        "00:12.000 us: Thank you.\n",
        "unclear"},
    {"anything else",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: We're fully booked.\n"
        "00:11.000 us: Is there anything else you could offer?\n"
        "00:12.000 them: Sure, let me look.\n",
        "declined"},
    {"is okay",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Is 7:15 okay?\n"
        "00:12.000 us: Yes, that's fine.\n"
        "00:13.000 them: Alright, see you.\n",
        "modified !time date=2026-11-23'tomorrow' (us) "
        "time=19:15'7:15' party=4'for four' (us)"},
    {"yes think",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Yes, I think so.\n",
        "unclear"},
    {"really",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: We only have eight.\n"
        "00:12.000 us: Is there really nothing at seven?\n"
        "00:13.000 them: Hm, okay, seven works. See you.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'seven' "
        "party=4'for four' (us)"},
    {"confirmed question",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Did you get it confirmed?\n",
        "unclear"},
    {"other day confirmed",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: You're confirmed for Tuesday at seven.\n"
        "00:12.000 us: No, tomorrow, Monday.\n"
        "00:14.000 them: Ah, Monday. Yes, you're confirmed for Monday at "
            "seven.\n",
        "confirmed date=2026-11-23'Monday' time=19:00'seven' "
        "party=4'for four' (us)"},
    {"cannot confirm",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: I can't confirm that.\n",
        "declined"},
    {"we propose",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: No, that's not possible.\n"
        "00:12.000 us: Could we come at eight thirty instead?\n"
        "00:14.000 them: Yes, that works. The name please?\n"
        "00:15.000 us: Leo.\n"
        "00:16.000 them: Okay.\n",
        "modified !time date=2026-11-23'tomorrow' (us) "
        "time=20:30'eight thirty' (us) party=4'for four' (us) "
        "name=Leo'Leo' (us)"},
    {"until",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Yes, but only until nine.\n"
        "00:12.000 us: That's fine.\n"
        "00:14.000 them: Great, see you.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'7 pm' "
        "(us) party=4'for four' (us) notes=only until nine'only until "
        "nine'"},
    {"us only number",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Sure. What's your phone number?\n"
        "00:12.000 us: Is there a confirmation number?\n"
        "00:14.000 them: No, we don't do that, just the name. You're "
            "booked.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'7 pm' "
        "(us) party=4'for four' (us)"},
    {"number on request",
        "00:03.000 us: I'd like a table for four tomorrow at 7 pm.\n"
        "00:10.000 them: Of course. Done.\n"
        "00:12.000 us: Do you have a confirmation number?\n"
        "00:14.000 them: Yes, it's A B 4 7 1 1.\n",
        "confirmed date=2026-11-23'tomorrow' (us) time=19:00'7 pm' "
        "(us) party=4'for four' (us) number=AB4711'A B 4 7 1 1'"}
};

static size_t read_lines(struct slice text, struct outcome_line *lines)
{
    size_t n = 0, number = 0;

    while (n < LINES && outcome_line_next(&text, &lines[n], &number) > 0)
        n++;
    return n;
}

static struct outcome_asked asked_of(const char *title)
{
    struct outcome_asked a = {
        .date = SLICE("2026-11-23"), .time = SLICE("19:00"), .party = 4,
        .name = SLICE("Leo"), .today = {2026, 11, 22}
    };

    if (!strncmp(title, "range", 5))
        a.time_to = SLICE("20:00");
    if (!strncmp(title, "cancel", 6))
        a.cancel = true;
    return a;
}

static void show(struct buf *b, const struct outcome *o)
{
    static const char *const names[] = {"date", "time", "party", "name",
        "number", "notes"};

    buf_clear(b);
    buf_adds(b, outcome_name(o->kind));
    if (o->reason)
        buf_addf(b, ":%s", o->reason);
    for (int f = 0; f < OUTCOME_FIELDS; f++)
        if (o->changed & 1u << f)
            buf_addf(b, " !%s", names[f]);
    for (int f = 0; f < OUTCOME_FIELDS; f++)
        if (o->field[f].heard)
            buf_addf(b, " %s=%s'%s'%s%s", names[f], o->field[f].value,
                o->field[f].quote, o->field[f].them ? "" : " (us)",
                o->field[f].read_back ? " read back" : "");
}

/* Is every quote word for word in the line it names? */
static bool quotes_hold(const struct outcome *o,
    const struct outcome_line *lines, size_t n)
{
    for (int f = 0; f < OUTCOME_FIELDS; f++) {
        const struct outcome_value *v = &o->field[f];

        if (v->heard && (v->line >= n || v->at != lines[v->line].at
            || v->them != lines[v->line].them || !v->quote[0]
            || slice_find(lines[v->line].text, slice_str(v->quote))
            == SLICE_NPOS))
            return false;
    }
    return true;
}

static void test_calls(void)
{
    char mem[2000];
    struct buf b;
    int bad = 0;

    buf_over(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct outcome_line lines[LINES];
        struct outcome_asked asked = asked_of(calls[i].title);
        struct outcome o;
        size_t n = read_lines(guard_in(slice_str(calls[i].transcript)),
            lines);

        outcome_find(&o, lines, n, &asked);
        show(&b, &o);
        tap_is_str(buf_slice(&b), calls[i].want, calls[i].title);
        bad += !quotes_hold(&o, lines, n);
    }
    tap_is_int(bad, 0, "every quote stands in its line");
}

/* However far a call came: agreement needs a line of theirs behind one of
 * ours, so what we say alone never books a table. */
static void test_ours_alone(void)
{
    int booked = 0, loose = 0;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct outcome_line lines[LINES], ours[LINES];
        struct outcome_asked asked = asked_of(calls[i].title);
        size_t n = read_lines(slice_str(calls[i].transcript), lines), k = 0;
        struct outcome o;

        for (size_t l = 0; l < n; l++)
            if (!lines[l].them)
                ours[k++] = lines[l];
        outcome_find(&o, ours, k, &asked);
        booked += o.kind != OUTCOME_UNCLEAR && o.kind != OUTCOME_CUT_OFF;
        for (size_t l = 0; l <= n; l++) {
            outcome_find(&o, lines, l, &asked);
            loose += !quotes_hold(&o, lines, l);
        }
        /* All of it said by us: still nothing. */
        for (size_t l = 0; l < n; l++)
            lines[l].them = false;
        outcome_find(&o, lines, n, &asked);
        booked += o.kind != OUTCOME_UNCLEAR && o.kind != OUTCOME_CUT_OFF;
    }
    tap_is_int(booked, 0, "our words alone settle nothing");
    tap_is_int(loose, 0, "and quotes hold at every point of a call");
}

static void test_without_asked(void)
{
    static const struct outcome_line lines[] = {
        {1000, false, SLICE_INIT("A table for two on Friday the 27th of "
            "November at eight, please.")},
        {2000, true, SLICE_INIT("Certainly, Friday the 27th at eight for "
            "two. You're all set.")}
    };
    struct outcome_asked asked = {.today = {2026, 11, 22}};
    struct outcome o;
    char mem[500];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    outcome_find(&o, lines, 2, &asked);
    show(&b, &o);
    tap_is_str(buf_slice(&b), "confirmed date=2026-11-27'Friday the 27th' "
        "time=20:00'eight' party=2'for two'", "nothing was asked before");
    asked.today.year = 0;
    outcome_find(&o, lines, 2, &asked);
    show(&b, &o);
    tap_is_str(buf_slice(&b), "confirmed time=20:00'eight' party=2'for two'",
        "without any day to count from there is no date");
    outcome_find(&o, lines, 0, &asked);
    tap_is_int(o.kind, OUTCOME_UNCLEAR, "no lines");
    outcome_unreached(&o, "busy");
    show(&b, &o);
    tap_is_str(buf_slice(&b), "not_reached:busy", "nobody answered");
    outcome_unreached(&o, NULL);
    tap_is_int(o.kind, OUTCOME_UNCLEAR, "and nobody knows why");
}

static void test_morning(void)
{
    static const struct outcome_line lines[] = {
        {1000, false, SLICE_INIT("Breakfast for two tomorrow at nine?")},
        {2000, true, SLICE_INIT("Nine is fine, see you tomorrow.")}
    };
    struct outcome_asked asked = {.date = SLICE("2026-11-23"),
        .time = SLICE("09:00"), .party = 2};
    struct outcome o;

    outcome_find(&o, lines, 2, &asked);
    tap_ok(o.kind == OUTCOME_CONFIRMED
        && !strcmp(o.field[OUTCOME_TIME].value, "09:00")
        && !strcmp(o.field[OUTCOME_DATE].value, "2026-11-23"),
        "nine is nine in the morning when that was asked for");
}

static void test_json(void)
{
    static const char want[] = "{\"outcome\":\"confirmed\",\"fields\":{"
        "\"date\":{\"value\":\"2026-11-23\",\"quote\":\"Monday the 23rd\","
        "\"speaker\":\"them\",\"at\":\"00:15.000\",\"sure\":0.90},"
        "\"time\":{\"value\":\"19:00\",\"quote\":\"seven\","
        "\"speaker\":\"them\",\"at\":\"00:15.000\",\"sure\":0.90},"
        "\"party\":{\"value\":4,\"quote\":\"for four\","
        "\"speaker\":\"them\",\"at\":\"00:15.000\",\"sure\":0.90},"
        "\"name\":{\"value\":\"Leo\",\"quote\":\"Leo\","
        "\"speaker\":\"them\",\"at\":\"00:15.000\",\"sure\":0.90},"
        "\"number\":{\"value\":\"4711\",\"quote\":"
        "\"four seven one one\",\"speaker\":\"them\",\"at\":\"00:15.000\","
        "\"read_back\":true,\"sure\":1.00}},\"changed\":[],\"reason\":null}";
    struct outcome_line lines[LINES];
    struct outcome_asked asked = asked_of(calls[0].title);
    size_t n = read_lines(slice_str(calls[0].transcript), lines);
    char mem[4000];
    struct outcome o;
    struct buf b;
    struct jsonw w;

    outcome_find(&o, lines, n, &asked);
    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    outcome_json(&w, &o);
    tap_is_str(buf_slice(&b), want, "the object of DESIGN 5");
    outcome_unreached(&o, "no_answer");
    buf_clear(&b);
    jsonw_begin(&w, &b);
    outcome_json(&w, &o);
    tap_is_str(buf_slice(&b), "{\"outcome\":\"not_reached\",\"fields\":{},"
        "\"changed\":[],\"reason\":\"no_answer\"}", "without fields");
}

static void test_transcript(void)
{
    static const char *const bad[] = {"hello", "00:01.000 me: x",
        "0:01.000 us: x", "00:61.000 us: x", "00:01.00 us: x",
        "00:01.000us: x", "00:01:000 us: x", "-1:01.000 us: x",
        "00:01.000 US: x"};
    struct slice text = SLICE("\n00:01.234 them: a: b \r\n\n"
        "123:59.999 us:\n");
    struct outcome_line line;
    size_t number = 0;
    int taken = 0;
    char mem[20];
    struct buf b;

    tap_ok(outcome_line_next(&text, &line, &number) == 1 && line.them
        && line.at == 1234 && number == 2, "a line");
    tap_is_str(line.text, "a: b", "and its words");
    tap_ok(outcome_line_next(&text, &line, &number) == 1 && !line.them
        && line.at == 7439999 && line.text.len == 0 && number == 4,
        "a late one without words");
    buf_over(&b, mem, sizeof mem);
    outcome_add_at(&b, line.at);
    tap_is_str(buf_slice(&b), "123:59.999", "its time is printed as it was");
    tap_is_int(outcome_line_next(&text, &line, &number), 0, "the end");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        text = guard_in(slice_str(bad[i]));
        taken += outcome_line_next(&text, &line, &number) != -1;
    }
    tap_is_int(taken, 0, "what is no line is refused");
}

/* An errand that is no booking: what they answered, word for word. */
static void test_errands(void)
{
    static const struct {
        const char *transcript;
        enum outcome_kind kind;
        const char *note;       /* NULL: none */
    } cases[] = {
        {"00:01.000 them: Luigi's, good evening.\n"
            "00:03.000 us: Do you have a gluten-free menu?\n"
            "00:05.000 them: Yes, we have a whole page of it.\n"
            "00:08.000 us: So you do. Is that right?\n"
            "00:10.000 them: Yes.\n"
            "00:11.000 us: Thank you, goodbye.\n"
            "00:12.000 them: Thank you very much for calling us, goodbye and "
            "have a good night.\n",
            OUTCOME_CONFIRMED, "Yes, we have a whole page of it."},
        {"00:03.000 us: When can he come?\n"
            "00:05.000 them: One moment, let me check.\n"
            "00:09.000 them: On Tuesday at nine.\n",
            OUTCOME_CONFIRMED, "On Tuesday at nine."},
        {"00:03.000 us: Are dogs allowed?\n"
            "00:05.000 them: No, sorry, we do not allow any.\n"
            "00:07.000 us: I see, thank you.\n",
            OUTCOME_DECLINED, "No, sorry, we do not allow any."},
        {"00:03.000 us: Haben Sie einen Parkplatz?\n"
            "00:05.000 them: Leider nicht.\n",
            OUTCOME_DECLINED, "Leider nicht."},
        {"00:01.000 them: Luigi's, we are happy to help you.\n"
            "00:03.000 us: Are you open on Sunday?\n"
            "00:05.000 them: Who is calling?\n",
            OUTCOME_UNCLEAR, NULL},
        {"00:01.000 them: Luigi's, good evening.\n", OUTCOME_UNCLEAR, NULL},
        {"00:01.000 them: You have reached Luigi's. Please leave a message "
            "after the tone.\n", OUTCOME_MACHINE, NULL},
        {"00:01.000 them: Hello?\n"
            "00:03.000 us: Is this Luigi's?\n"
            "00:05.000 them: No, you have the wrong number.\n",
            OUTCOME_WRONG_PARTY, NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice text = guard_in(slice_str(cases[i].transcript));
        struct outcome_line lines[LINES];
        struct outcome_asked asked = {.party = 0};
        struct outcome_value *note;
        struct outcome o;
        size_t n = 0, number = 0;

        while (outcome_line_next(&text, &lines[n], &number) == 1)
            n++;
        outcome_find_errand(&o, lines, n, &asked);
        note = &o.field[OUTCOME_NOTES];
        tap_is_int(o.kind, cases[i].kind, "an errand");
        tap_is_str(slice_str(note->heard ? note->quote : ""), cases[i].note
            ? cases[i].note : "", "and what they said");
        tap_ok(quotes_hold(&o, lines, n), "its quote holds");
    }
}

/* A name, a wish, a sentence of 2,000 bytes: quotes are cut at a character
 * and stay true. */
static void test_long(void)
{
    char text[2000];
    struct outcome_line lines[] = {
        {0, false, SLICE_INIT("A table for four tomorrow at seven please.")},
        {1, true, {NULL, 0}}
    };
    struct outcome_asked asked = asked_of("");
    struct outcome o;
    struct buf b;

    buf_over(&b, text, sizeof text);
    buf_adds(&b, "Yes, see you then, but mind the terrace ");
    while (b.len < sizeof text - 2)
        buf_adds(&b, "\xc3\xa9");
    lines[1].text = guard_in(buf_slice(&b));
    outcome_find(&o, lines, 2, &asked);
    tap_is_int(o.kind, OUTCOME_CONFIRMED, "a line of 2,000 bytes");
    tap_ok(o.field[OUTCOME_NOTES].heard && quotes_hold(&o, lines, 2)
        && strlen(o.field[OUTCOME_NOTES].quote) >= OUTCOME_TEXT - 2,
        "its quote is cut and holds");
}

int main(void)
{
    test_calls();
    test_ours_alone();
    test_without_asked();
    test_morning();
    test_json();
    test_transcript();
    test_long();
    test_errands();
    tap_ok(heard_yes.n + heard_no.n + heard_rest.n + heard_machine_count
        <= HEARD_ROWS, "every row of phrases has its bit");
    return tap_done();
}
