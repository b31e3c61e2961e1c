/* dialog_test.c - whole conversations, with and without a model: what is
 * asked, what is filled in, and that nothing rings before a yes.
 */
#include "agent/dialog.h"

#include "agent/places.h"
#include "base/text.h"
#include "tests/tap.h"

/* Sunday 2026-11-22, 12:00 in Berlin. */
static const struct request_now noon = {
    .wall = INT64_C(1795345200000), .offset = 3600, .party_max = 20
};

static struct place place[8];
static uint32_t slots[32];
static char text[4096];
static struct places places = {.at = place, .max = 8, .slot = slots,
    .slots = 32};

static const struct dialog_booking booked[] = {
    {"c3", "Roma", "+15551230003", 2, "2026-11-27", "20:00", "Leo", "R7",
        true},
    {"c2", "Luigi's", "+15551230000", 4, "2026-11-23", "19:00", "Leo", "4711",
        true},
    {"c1", "Luigi's", "+15551230000", 4, "2026-11-20", "19:00", "Leo", "",
        true},
    {"c0", "Chez Marie", "+15551230001", 2, "2026-11-28", "19:00", "Leo", "",
        false},
};

static void read_places(void)
{
    buf_over(&places.text, text, sizeof text);
    tap_is_int((int64_t)places_read(&places, SLICE("name,number,city,cuisine\n"
        "Luigi's,+15551230000,Berlin,italian\n"
        "Chez Marie,+15551230001,Berlin,french\n"
        "Roma,+15551230002,Berlin,italian\n"
        "Roma,+15551230003,Hamburg,italian\n"
        "Trattoria Vesuvio,+15551230004,Berlin,\n"), NULL, NULL), 0,
        "the places are read");
}

/* ---- one turn ---- */

static uint8_t room[DIALOG_REPLY_MAX];
static struct buf reply;
static struct dialog dialog;
static struct dialog_world world;

/* What app/directory does, in short. */
static enum dialog_do find(struct dialog_turn *t)
{
    struct place_hit hit[4];
    size_t n = place_find(places.at, places.n,
        slice_str(t->d->plan.restaurant), PLACE_BY_NAME, hit, 4);

    if (n && place_clear(hit, n))
        return dialog_found(t, hit[0].place, slice_str(NULL),
            slice_str(NULL));
    if (n == 1)
        return dialog_found(t, NULL, SLICE("Did you mean that?"),
            hit[0].place->name);
    return dialog_found(t, NULL, n ? SLICE("Which one?") : slice_str(NULL),
        slice_str(NULL));
}

static enum dialog_do go_on(struct dialog_turn *t, enum dialog_do what)
{
    struct place_hit hit[4];

    for (int steps = 0; steps < 10; steps++) {
        if (what == DIALOG_FIND)
            what = find(t);
        else if (what == DIALOG_LIST)
            what = dialog_listed(t, hit, place_find(places.at, places.n,
                t->sought[0] ? slice_str(t->sought) : t->words,
                PLACE_BY_ALL, hit, 4));
        else
            return what;
    }
    return what;
}

static void say(const char *words, const char *want)
{
    struct dialog_turn t;
    enum dialog_do what;

    buf_over(&reply, room, sizeof room);
    what = go_on(&t, dialog_begin(&t, &dialog, slice_str(words),
        slice_str(NULL), &world, &reply));
    dialog_end(&t);
    tap_is_str(buf_slice(&reply), want, words);
    if (!tap_ok((what == DIALOG_CALL) == (slice_starts(buf_slice(&reply),
        "Calling ") || slice_starts(buf_slice(&reply), "Ich rufe an: ")),
        "it is dialled when that is said, and only then"))
        printf("#   does %d\n", what);
}

static void fresh(bool bookings)
{
    dialog_init(&dialog);
    world.booking = booked;
    world.bookings = bookings ? sizeof booked / sizeof *booked : 0;
    world.model = false;
}

/* ---- by the grammar ---- */

#define HELP "I book tables by telephone, change or cancel them, and ask or " \
    "tell a place something for you. Tell me the restaurant, how many " \
    "people, the day and the time."
#define ASK_LUIGI "Shall I call Luigi's, +15551230000, Monday 23 November " \
    "2026, "
#define CALL_LUIGI "Calling Luigi's, +15551230000, Monday 23 November 2026, "

#define DE_LUIGI "Luigi's, +15551230000, Montag, 23. November 2026, "
#define DE_HELP "Ich reserviere Tische am Telefon, \xc3\xa4" "ndere und " \
    "storniere sie und frage oder richte etwas aus. Sagen Sie mir das " \
    "Restaurant, die Personenzahl, den Tag und die Uhrzeit."

/* Who speaks German is answered in German, and what says nothing of the
 * language leaves it as it was. */
static void test_german(void)
{
    fresh(true);
    say("Guten Abend", DE_HELP);
    say("Ich brauche einen Tisch bei Luigi's", "Ich brauche noch die "
        "Personenzahl, den Tag und die Uhrzeit.");
    say("4", "Ich brauche noch den Tag und die Uhrzeit.");
    say("morgen", "Um wie viel Uhr?");
    say("7", "Soll ich anrufen: " DE_LUIGI "19:00 Uhr, 4 Personen?");
    say("lieber um acht", "Soll ich anrufen: " DE_LUIGI
        "20:00 Uhr, 4 Personen?");
    say("auf den Namen Huber", "Soll ich anrufen: " DE_LUIGI
        "20:00 Uhr, 4 Personen, auf den Namen Huber?");
    say("ok", "Ich rufe an: " DE_LUIGI
        "20:00 Uhr, 4 Personen, auf den Namen Huber.");
    fresh(false);
    say("Einen Tisch bei Luigi's bitte", "Ich brauche noch die Personenzahl, "
        "den Tag und die Uhrzeit.");
    say("zu viert, morgen um halb acht", "Soll ich anrufen: " DE_LUIGI
        "19:30 Uhr, 4 Personen?");
    say("Ja, bitte", "Ich rufe an: " DE_LUIGI "19:30 Uhr, 4 Personen.");
    fresh(true);
    say("storniere meine Reservierung", "Welche Reservierung: Roma, Freitag, "
        "27. November 2026, 20:00 Uhr, 2 Personen; oder Luigi's, Montag, "
        "23. November 2026, 19:00 Uhr, 4 Personen?");
    say("die zweite", "Soll ich anrufen: Luigi's, +15551230000, und den Tisch "
        "absagen: Montag, 23. November 2026, 19:00 Uhr, 4 Personen?");
    say("nein", "In Ordnung: Es wird niemand angerufen.");
    say("\xc3\x84ndere meinen Tisch bei Roma auf 21 Uhr", "Soll ich anrufen: "
        "Roma, +15551230003, und den Tisch \xc3\xa4ndern (Freitag, "
        "27. November 2026, 20:00 Uhr, 2 Personen) auf Freitag, 27. November "
        "2026, 21:00 Uhr, 2 Personen?");
    say("was ist gebucht?", "Gebucht: Roma, Freitag, 27. November 2026, "
        "20:00 Uhr, 2 Personen, Nummer R7; Luigi's, Montag, 23. November "
        "2026, 19:00 Uhr, 4 Personen, Nummer 4711.");
    fresh(false);
    say("nein danke, sag meinen Tisch bei Roma ab", "Ich kenne keine "
        "Reservierung bei Roma, die noch bevorsteht.");
    say("Reserviere morgen um 19 Uhr bei Luigi's f\xc3\xbcr 400", "Das geht "
        "nicht: f\xc3\xbcr diese Personenzahl darf ich nicht reservieren.");
    say("Sorry, book Luigi's tomorrow at 7 pm for 4 please", ASK_LUIGI
        "19:00, 4 people?");
    say("nein", "In Ordnung: Es wird niemand angerufen.");
}

/* Something is asked or told that is no booking: in the owner's own words. */
static void test_errand(void)
{
    fresh(true);
    say("ask Luigi's whether they have a gluten-free menu", "Shall I call "
        "Luigi's, +15551230000, about this: \"ask Luigi's whether they have a "
        "gluten-free menu\"?");
    say("and ask about nuts", "Shall I call Luigi's, +15551230000, about this: "
        "\"ask Luigi's whether they have a gluten-free menu; and ask about "
        "nuts\"?");
    say("yes", "Calling Luigi's, +15551230000, about this: \"ask Luigi's "
        "whether they have a gluten-free menu; and ask about nuts\".");
    fresh(false);
    say("Call the plumber at +15551230009 and ask when he can come", "Shall I "
        "call the plumber, +15551230009, about this: \"Call the plumber at "
        "+15551230009 and ask when he can come\"?");
    say("no", "All right: nobody is called.");
    say("Call my dentist and ask for an appointment", "Whom shall I call?  I "
        "need the name of a place that I know, or the number with its country "
        "code.");
    say("+15551230008", "Shall I call +15551230008, about this: \"Call my "
        "dentist and ask for an appointment\"?");
    say("ask Chez Marie for their opening hours", "Shall I call Chez Marie, "
        "+15551230001, about this: \"ask Chez Marie for their opening "
        "hours\"?");
    fresh(false);
    say("ask Roma whether dogs are fine", "Which one?");
    say("Hamburg", "Shall I call Roma, +15551230003, about this: \"ask Roma "
        "whether dogs are fine\"?");
    say("Book a table at Luigi's for 4 tomorrow at 7 pm", ASK_LUIGI
        "19:00, 4 people?");
    fresh(false);
    say("call Luigi's", "What shall I ask or tell them?");
    say("that we come a little later", "Shall I call Luigi's, +15551230000, "
        "about this: \"call Luigi's; that we come a little later\"?");
    fresh(false);
    say("call 911 and ask for help", "I cannot do that: emergency and premium "
        "numbers are never called.");
    say("call Luigi's", "What shall I ask or tell them?");
    fresh(false);
    say("Ask Luigi's to charge 4111 1111 1111 1111 for it", "Shall I call "
        "Luigi's, +15551230000, about this: \"Ask Luigi's to charge **** **** "
        "**** **** for it\"?");
    fresh(false);
    say("Frag bei Luigi's, ob sie Hunde erlauben", "Soll ich anrufen: Luigi's, "
        "+15551230000, und das ausrichten: \"Frag bei Luigi's, ob sie Hunde "
        "erlauben\"?");
}

static void test_reserve(void)
{
    fresh(false);
    say("Good evening", HELP);
    say("yes", HELP);
    say("I need a table at Luigi's", "I still need the number of people, the "
        "day and the time.");
    say("4", "I still need the day and the time.");
    say("tomorrow", "At what time?");
    say("7", ASK_LUIGI "19:00, 4 people?");
    say("make it 8 instead", ASK_LUIGI "20:00, 4 people?");
    say("no, for 5 people", ASK_LUIGI "20:00, 5 people?");
    say("yes, but by the window", ASK_LUIGI "20:00, 5 people, by the "
        "window?");
    say("Yes, please do.", CALL_LUIGI "20:00, 5 people, by the window.");
    dialog_called(&dialog, "c9");
    tap_is_str(slice_str(dialog.last_call), "c9", "the call is remembered");
    tap_is_int(dialog.plan.intent, PLAN_NONE, "the plan is done with");
}

static void test_refusals(void)
{
    fresh(false);
    say("table for 30 at Luigi's tomorrow at 7", "I cannot do that: that is "
        "no number of people I may book for.");
    say("4 then", ASK_LUIGI "19:00, 4 people?");
    say("no", "All right: nobody is called.");
    say("yes", HELP);
    say("A table at Luigi's for 4 today at 9 in the morning",
        "I cannot do that: that moment has passed.");
    say("tomorrow at 7 then", ASK_LUIGI "19:00, 4 people?");
    say("<b>yes</b>", "I cannot do that: it contains markup.");
    fresh(false);
    say("Book a table at Nowhere for 2 tomorrow at 8", "I need the telephone "
        "number of Nowhere, with its country code.");
    say("call 112", "I cannot do that: emergency and premium numbers are "
        "never called.");
    say("+15557778888", "Shall I call Nowhere, +15557778888, Monday 23 "
        "November 2026, 20:00, 2 people?");
}

static void test_unknown(void)
{
    fresh(false);
    say("A table for 2 on Friday at 8", "At which restaurant?");
    say("at a place called The Blue Door", "I need the telephone number of "
        "The Blue Door, with its country code.");
    say("hmm well", "I need the telephone number of The Blue Door, with its "
        "country code.");
    say("Luigi's then", "Shall I call Luigi's, +15551230000, Friday 27 "
        "November 2026, 20:00, 2 people?");
}

static void test_places(void)
{
    fresh(false);
    say("A table for 2 at Roma on Friday at 8", "Which one?");
    say("the one in Hamburg", "Shall I call Roma, +15551230003, Friday 27 "
        "November 2026, 20:00, 2 people?");
    fresh(false);
    say("a table for 2 at Roma on Friday at 8", "Which one?");
    say("Luigi's", "Shall I call Luigi's, +15551230000, Friday 27 November "
        "2026, 20:00, 2 people?");
    fresh(false);
    say("Find me a French restaurant in Berlin", "I know one: Chez Marie in "
        "Berlin (french). Shall I book a table there?");
    say("yes", "I still need the number of people, the day and the time.");
    say("for 2 tomorrow at 8", "Shall I call Chez Marie, +15551230001, "
        "Monday 23 November 2026, 20:00, 2 people?");
}

static void test_bookings(void)
{
    fresh(true);
    say("cancel my reservation", "Which one: Roma, Friday 27 November 2026, "
        "20:00, 2 people; or Luigi's, Monday 23 November 2026, 19:00, 4 "
        "people?");
    say("the second one", "Shall I call Luigi's, +15551230000, and cancel "
        "the table: Monday 23 November 2026, 19:00, 4 people?");
    say("yes", "Calling Luigi's, +15551230000, and cancel the table: Monday "
        "23 November 2026, 19:00, 4 people.");
    tap_is_str(slice_str(dialog.target.id), "c2", "it is that booking");
    tap_is_str(slice_str(dialog.plan.reference), "4711", "with its number");
    fresh(true);
    say("Cancel my table at Roma", "Shall I call Roma, +15551230003, and "
        "cancel the table: Friday 27 November 2026, 20:00, 2 people?");
    say("never mind", "All right: nobody is called.");
    say("Cancel my table at Chez Marie", "I know of no booking at Chez Marie "
        "that is still to come.");
    fresh(true);
    say("Move my booking at Luigi's to 8 pm", "Shall I call Luigi's, "
        "+15551230000, and change the table (Monday 23 November 2026, 19:00, "
        "4 people) to Monday 23 November 2026, 20:00, 4 people?");
    fresh(true);
    say("change my reservation", "Which one: Roma, Friday 27 November 2026, "
        "20:00, 2 people; or Luigi's, Monday 23 November 2026, 19:00, 4 "
        "people?");
    say("on Friday", "What is to be changed: the day, the time or the number "
        "of people?");
    fresh(false);
    say("cancel my reservation", "I know of no booking that is still to "
        "come.");
}

static void test_again(void)
{
    fresh(true);
    text_copy(dialog.last_call, sizeof dialog.last_call, SLICE("c2"));
    say("the same again next week", "Shall I call Luigi's, +15551230000, "
        "Monday 30 November 2026, 19:00, 4 people, in the name of Leo?");
    say("for 6 people", "Shall I call Luigi's, +15551230000, Monday 30 "
        "November 2026, 19:00, 6 people, in the name of Leo?");
    fresh(true);
    say("the same again on Saturday at 9", "Shall I call Roma, +15551230003, "
        "Saturday 28 November 2026, 21:00, 2 people, in the name of Leo?");
    fresh(true);
    say("show my bookings", "Booked: Roma, Friday 27 November 2026, 20:00, 2 "
        "people, number R7; Luigi's, Monday 23 November 2026, 19:00, 4 "
        "people, number 4711.");
    fresh(true);
    text_copy(dialog.last_call, sizeof dialog.last_call, SLICE("c2"));
    say("make it 8 instead", "Shall I call Luigi's, +15551230000, and change "
        "the table (Monday 23 November 2026, 19:00, 4 people) to Monday 23 "
        "November 2026, 20:00, 4 people?");
}

/* ---- with a model ---- */

struct answer {
    const char *agent;          /* that is asked */
    const char *tool, *arguments;       /* NULL tool: text */
    const char *text;
};

static void with_model(const char *words, const struct answer *a, size_t n,
    const char *want, const char *what)
{
    struct dialog_turn t;
    enum dialog_do next;
    size_t i = 0;

    world.model = true;
    buf_over(&reply, room, sizeof room);
    next = go_on(&t, dialog_begin(&t, &dialog, slice_str(words),
        slice_str(NULL), &world, &reply));
    while (next == DIALOG_ASK) {
        struct dialog_tool tool;

        if (i == n) {
            next = go_on(&t, dialog_unanswered(&t));
            break;
        }
        tap_is_str(slice_str(dialog_agent_name(dialog.agent)), a[i].agent,
            "who is asked");
        tool = (struct dialog_tool){slice_str(a[i].tool),
            slice_str(a[i].arguments)};
        next = go_on(&t, dialog_answered(&t, slice_str(a[i].text), &tool,
            a[i].tool != NULL));
        i++;
    }
    dialog_end(&t);
    tap_is_int((int64_t)i, (int64_t)n, "as often as was to be");
    tap_is_str(buf_slice(&reply), want, what);
    tap_ok((next == DIALOG_CALL) == slice_starts(buf_slice(&reply),
        "Calling "), "it is dialled when that is said, and only then");
}

#define ROUTE(to) {"orchestrator", "route", "{\"agent\":\"" to "\"}", NULL}
#define WITH(...) (const struct answer[]){__VA_ARGS__}, \
    sizeof((const struct answer[]){__VA_ARGS__}) / sizeof(struct answer)

static void test_model(void)
{
    fresh(false);
    with_model("We are me, my wife and both kids and fancy Luigi's on the day "
        "before Saint Nicholas, around the news", WITH(ROUTE("reserve"),
        {"reserve", "set_slots", "{\"restaurant\":\"Luigis\",\"party\":4,"
        "\"party_words\":\"me, my wife and both kids\",\"date\":"
        "\"2026-12-05\",\"date_words\":\"the day before Saint Nicholas\","
        "\"time\":\"20:00\",\"time_words\":\"around the news\"}", NULL}),
        "Shall I call Luigi's, +15551230000, Saturday 5 December 2026, 20:00, "
        "4 people?", "words that no grammar knows");
    tap_is_str(slice_str(dialog.plan.understood_by), "model",
        "who understood is visible");
    with_model("go for it, dear", WITH({"reserve", "start_call", "{}", NULL}),
        "Calling Luigi's, +15551230000, Saturday 5 December 2026, 20:00, 4 "
        "people.", "it may take words for a yes to what was shown");
}

/* The model says that it is an errand, and whom it is for; the words of it are
 * the owner's. */
static void test_model_errand(void)
{
    fresh(false);
    with_model("I wonder: dogs, fine at Luigi's?", WITH(ROUTE("talk"), {"talk",
        "set_errand", "{\"restaurant\":\"Luigi's\"}", NULL}),
        "Shall I call Luigi's, +15551230000, about this: \"I wonder: dogs, "
        "fine at Luigi's?\"?", "an errand that no grammar knows");
    tap_is_str(slice_str(dialog.plan.understood_by), "model",
        "who understood is visible");
    with_model("go for it, dear", WITH({"talk", "start_call", "{}", NULL}),
        "Calling Luigi's, +15551230000, about this: \"I wonder: dogs, fine at "
        "Luigi's?\".", "a yes in words of their own");
    fresh(false);
    with_model("have my plumber come", WITH(ROUTE("talk"), {"talk",
        "set_errand", "{\"number\":\"+15559999999\"}", NULL}), "Whom shall I "
        "call?  I need the name of a place that I know, or the number with its "
        "country code.", "a number that nobody said is none");
    with_model("+15551230009", NULL, 0, "Shall I call +15551230009, about "
        "this: \"have my plumber come\"?", "the one that is asked for needs no "
        "model");
    fresh(false);
    with_model("just do it", WITH(ROUTE("talk"), {"talk", "start_call", "{}",
        NULL}), HELP, "nothing to be dialled");
}

static void test_model_invents(void)
{
    fresh(false);
    with_model("A table at Luigi's for four on Friday at 7", WITH(
        ROUTE("reserve"), {"reserve", "set_slots", "{\"restaurant\":"
        "\"The Ivy\",\"number\":\"+15559999999\",\"party\":6,\"party_words\":"
        "\"four\",\"date\":\"2026-11-28\",\"date_words\":\"on Friday\","
        "\"time\":\"21:00\",\"time_words\":\"at 7\",\"name\":\"Bob\"}",
        NULL}), "Shall I call Luigi's, +15551230000, Friday 27 November 2026, "
        "19:00, 4 people?", "our reading of the words stands");
    fresh(false);
    with_model("I am hungry", WITH(ROUTE("reserve"), {"reserve", "set_slots",
        "{\"restaurant\":\"Luigi's\",\"party\":2,\"party_words\":\"two\","
        "\"date\":\"2026-11-23\",\"date_words\":\"tomorrow\",\"time\":"
        "\"19:00\",\"time_words\":\"seven\"}", NULL}),
        "I still need the restaurant, the number of people, the day and the "
        "time.", "what nobody said is not filled in");
    with_model("just do it", WITH({"reserve", "start_call", "{}", NULL}),
        "I still need the restaurant, the number of people, the day and the "
        "time.", "nothing is dialled that was not shown");
    fresh(false);
    with_model("A table at Luigi's for 4 tomorrow at 7", WITH(
        ROUTE("reserve"), {"reserve", "set_slots", "{}", NULL}),
        ASK_LUIGI "19:00, 4 people?", "a model that adds nothing");
    with_model("mm, five of us in fact", WITH({"reserve", "start_call", "{}",
        NULL}), ASK_LUIGI "19:00, 5 people?", "a yes with a change is none");
}

static void test_model_broken(void)
{
    fresh(false);
    with_model("Book a table at Luigi's for 4 tomorrow at 7", WITH(
        ROUTE("reserve"), {"reserve", "set_slots", "{\"party\":\"many\"}",
        NULL}, {"reserve", "set_slots", "{\"party\":4,\"colour\":\"red\"}",
        NULL}, {"reserve", "fly", "{}", NULL}),
        ASK_LUIGI "19:00, 4 people?", "after four rounds the grammar goes on");
    tap_is_str(slice_str(dialog.plan.understood_by), "grammar",
        "and that is visible");
    fresh(false);
    with_model("Book a table at Luigi's for 4 tomorrow at 7", WITH(
        ROUTE("chef"), ROUTE("reserve"), {"reserve", "set_slots", NULL, NULL},
        {"reserve", "set_slots", "{\"party\":4}", NULL}),
        ASK_LUIGI "19:00, 4 people?", "what was refused may be said again");
    fresh(false);
    with_model("Book a table at Luigi's for 4 tomorrow at 7", NULL, 0,
        ASK_LUIGI "19:00, 4 people?", "a model that does not answer");
    fresh(false);
    with_model("Who are you?", WITH(ROUTE("talk"), {"talk", NULL, NULL,
        "I book tables. "}), "I book tables.", "talk is in its own words");
    tap_is_int(dialog.plan.intent, PLAN_NONE, "and plans nothing");
}

static void test_model_books(void)
{
    fresh(true);
    with_model("I can't make it to the Italians on Friday after all", WITH(
        ROUTE("cancel"), {"cancel", "pick_booking", "{\"number\":1}", NULL}),
        "Shall I call Roma, +15551230003, and cancel the table: Friday 27 "
        "November 2026, 20:00, 2 people?", "the model picks from the list");
    fresh(true);
    with_model("I can't make it", WITH(ROUTE("cancel"), {"cancel",
        "pick_booking", "{\"number\":3}", NULL}, {"cancel", "pick_booking",
        "{\"number\":2}", NULL}), "Shall I call Luigi's, +15551230000, and "
        "cancel the table: Monday 23 November 2026, 19:00, 4 people?",
        "a booking that is none is refused");
    fresh(false);
    with_model("somewhere with pasta", WITH(ROUTE("search"), {"search",
        "find_place", "{\"words\":\"Italian Hamburg\"}", NULL}), "I know one: "
        "Roma in Hamburg (italian). Shall I book a table there?",
        "places come from the list alone");
}

static void test_messages(void)
{
    static char mem[32768];
    struct dialog_message m[DIALOG_MESSAGES];
    struct dialog_turn t;
    struct buf b;
    size_t n;

    fresh(true);
    for (int i = 0; i < 6; i++)
        say("hello", HELP);
    world.model = true;
    buf_over(&reply, room, sizeof room);
    tap_is_int(dialog_begin(&t, &dialog, SLICE("cancel it"), slice_str(NULL),
        &world, &reply), DIALOG_ASK, "the model is asked");
    buf_over(&b, mem, sizeof mem);
    n = dialog_messages(&t, &b, m);
    tap_is_int((int64_t)n, DIALOG_TURNS + 2, "the last turns and the new one");
    tap_ok(m[0].who == DIALOG_SYSTEM && slice_find(m[0].text, SLICE("Sunday "
        "22 November 2026, 12:00")) != SLICE_NPOS, "it is told the moment");
    tap_ok(slice_find(m[0].text, SLICE("Booking 2: Luigi's, Monday 23"))
        != SLICE_NPOS && slice_find(m[0].text, SLICE("Booking 3"))
        == SLICE_NPOS, "and the bookings ahead, no others");
    tap_is_str(m[n - 1].text, "cancel it", "the words stand alone");
    for (int a = DIALOG_ORCHESTRATOR; a <= DIALOG_TALK; a++) {
        struct json list, one;
        struct json_walk walk = {0};
        size_t tools = 0;

        dialog.agent = (enum dialog_agent)a;
        walk.of.type = JSON_ABSENT;
        if (json_parse(dialog_tools(&t), &list, NULL) == 0)
            walk.of = list;
        while (json_next(&walk, NULL, &one))
            tools += json_get(one, "function.name").text.len > 0;
        tap_ok(tools > 0, "%s has its tools",
            dialog_agent_name((enum dialog_agent)a));
    }
}

/* ---- memory ---- */

static void test_memory(void)
{
    static char one[16384], two[16384];
    struct dialog copy;
    struct buf a, b;
    struct jsonw w;
    struct json v;

    fresh(true);
    say("cancel my reservation", "Which one: Roma, Friday 27 November 2026, "
        "20:00, 2 people; or Luigi's, Monday 23 November 2026, 19:00, 4 "
        "people?");
    dialog.plan.missing = 0;    /* counted again when it is needed */
    buf_over(&a, one, sizeof one);
    jsonw_begin(&w, &a);
    jsonw_object(&w);
    dialog_write(&w, &dialog);
    jsonw_end(&w);
    tap_ok(json_parse(buf_slice(&a), &v, NULL) == 0, "it is JSON");
    dialog_read(v, &copy);
    buf_over(&b, two, sizeof two);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    dialog_write(&w, &copy);
    jsonw_end(&w);
    tap_is(buf_slice(&b), buf_slice(&a), "what is read back is the same");
    dialog = copy;
    say("the first", "Shall I call Roma, +15551230003, and cancel the table: "
        "Friday 27 November 2026, 20:00, 2 people?");
    say("my card is 4111 1111 1111 1111", "Shall I call Roma, +15551230003, "
        "and cancel the table: Friday 27 November 2026, 20:00, 2 people?");
    tap_is_str(slice_str(dialog.past[dialog.pasts - 2].text),
        "my card is **** **** **** ****", "a card number is not remembered");
    dialog_read((struct json){.type = JSON_NULL}, &copy);
    tap_is_int(copy.plan.intent, PLAN_NONE, "nothing is read out of nothing");
}

int main(void)
{
    world.now = noon;
    read_places();
    test_errand();
    test_reserve();
    test_german();
    test_refusals();
    test_unknown();
    test_places();
    test_bookings();
    test_again();
    test_model();
    test_model_errand();
    test_model_invents();
    test_model_broken();
    test_model_books();
    test_messages();
    test_memory();
    return tap_done();
}
