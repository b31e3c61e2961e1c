/* request_test.c - sentences and what is understood of them. */
#include "agent/request.h"

#include "../guard.h"
#include "../tap.h"
#include "base/text.h"

/* Sunday 2026-11-22, 12:00 in Berlin. */
static const struct request_now noon = {
    .wall = INT64_C(1795345200000), .offset = 3600, .party_max = 20
};

static const struct {
    const char *text;
    const char *want;       /* the members that are not null or empty */
} sentences[] = {
    {"Book a table at Luigi's for 4 tomorrow at 7 pm",
        "reserve at=Luigi's party=4 date=2026-11-23 time=19:00"},
    {"book a table at luigi's for 4 tomorrow at 7 pm",
        "reserve at=luigi's party=4 date=2026-11-23 time=19:00"},
    {"Reserve a table for two at Chez Marie on Friday at half past seven, "
        "by the window", "reserve at=Chez Marie party=2 date=2026-11-27 "
        "time=19:30 wish=by the window"},
    {"Book me a table for 6 at The Blue Door next Friday between 7 and 8, "
        "under the name Leo, outside please", "reserve at=The Blue Door "
        "party=6 date=2026-11-27 time=19:00 to=20:00 name=Leo wish=outside"},
    {"Dinner for two at St. John on Nov 30 at 8:15 with a view of the sea "
        "and a high chair", "reserve at=St. John party=2 date=2026-11-30 "
        "time=20:15 wish=with a view of the sea wish=a high chair"},
    {"Lunch at House of Curry for four at 1 tomorrow; one of us is allergic "
        "to nuts", "reserve at=House of Curry party=4 date=2026-11-23 "
        "time=13:00 wish=one of us is allergic to nuts"},
    {"reserve for 2 adults and 2 kids at pizza hut on sunday at 5:30, we "
        "have a dog", "reserve at=pizza hut party=4 date=2026-11-29 "
        "time=17:30 wish=we have a dog"},
    {"Can I get a reservation for 5 adults in the evening at Zum Roten "
        "Ochsen tomorrow, vegan options, no smoking", "reserve "
        "at=Zum Roten Ochsen party=5 date=2026-11-23 wish=vegan options "
        "wish=no smoking missing=time"},
    {"Book a table at Luigi\xe2\x80\x99s for four on the 23rd of November "
        "around quarter to eight pm", "reserve at=Luigi\xe2\x80\x99s party=4 "
        "date=2026-11-23 time=19:45"},
    {"I want to eat at Mama's Kitchen on Saturday. There will be six of us. "
        "8 o'clock.", "reserve at=Mama's Kitchen party=6 date=2026-11-28 "
        "time=20:00"},
    {"Make a dinner reservation for 2 at 8pm tonight at Sushi & Co",
        "reserve at=Sushi & Co party=2 date=2026-11-22 time=20:00"},
    {"reserve a table at the ivy for 2 tomorrow noon",
        "reserve at=the ivy party=2 date=2026-11-23 time=12:00"},
    {"Book a table in the name of Anna Schmidt at Trattoria da Mario for 3, "
        "12 December, 7.30", "reserve at=Trattoria da Mario party=3 "
        "date=2026-12-12 time=19:30 name=Anna Schmidt"},
    {"Book \"Le Petit Chou\" for 3 tomorrow 20:00",
        "reserve at=Le Petit Chou party=3 date=2026-11-23 time=20:00"},
    {"Book 'Le Petit' for 3",
        "reserve at=Le Petit party=3 missing=date missing=time"},
    {"Book a table at Bar 25 for 3 people at 9 on the 1st",
        "reserve at=Bar 25 party=3 date=2026-12-01 time=21:00"},
    {"Get us a table at Nobu, Tuesday the 24th, 8ish, for me and my wife",
        "reserve at=Nobu party=2 date=2026-11-24 time=20:00"},
    {"table at Luigi's with 3 friends",
        "reserve at=Luigi's party=4 missing=date missing=time"},
    {"Table for 4.", "reserve party=4 missing=restaurant missing=date "
        "missing=time"},
    {"Breakfast for two at Luigi's tomorrow at 8",
        "reserve at=Luigi's party=2 date=2026-11-23 time=08:00"},
    {"Book a table for four after 7 at Luigi's on Friday",
        "reserve at=Luigi's party=4 date=2026-11-27 time=19:00"},
    {"Book a table for 2 hours at Luigi's",
        "reserve at=Luigi's missing=party missing=date missing=time"},
    {"book a table at Luigi's for 4 on Tuesday the 23rd at 7",
        "reserve at=Luigi's party=4 time=19:00 missing=date"},
    /* the other intents */
    {"Cancel my reservation at Luigi's on Friday, confirmation number 4711",
        "cancel at=Luigi's date=2026-11-27 ref=4711"},
    {"please cancel the table at Luigi's under Leo",
        "cancel at=Luigi's name=Leo"},
    {"Move my booking at Luigi's from Friday to Saturday at 8",
        "change at=Luigi's date=2026-11-28 time=20:00"},
    {"Please change my reservation REF AB-1234 at Osteria Mozza to 6 people",
        "change at=Osteria Mozza party=6 ref=AB-1234"},
    {"move my reservation at Luigi's to 9 pm",
        "change at=Luigi's time=21:00"},
    {"Find an Italian restaurant nearby", "search"},
    {"Call Luigi's at +1 555 123 0000 and ask if they are open on Sunday",
        "call at=Luigi's tel=+15551230000 date=2026-11-29"},
    {"Hello", "none"},
    /* German */
    {"Einen Tisch f\xc3\xbcr vier Personen bei Luigi morgen um halb acht, am "
        "Fenster", "reserve at=Luigi party=4 date=2026-11-23 time=19:30 "
        "wish=am Fenster"},
    {"Reserviere bitte im Goldenen Hirsch f\xc3\xbcr Freitag um 20 Uhr einen "
        "Tisch zu zweit auf den Namen M\xc3\xbcller", "reserve "
        "at=Goldenen Hirsch party=2 date=2026-11-27 time=20:00 "
        "name=M\xc3\xbcller"},
    {"We are 5 people, Restaurant Adler, 24.12. um 19:30 Uhr",
        "reserve at=Adler party=5 date=2026-12-24 time=19:30"},
    {"Storniere die Reservierung bei Luigi, Buchungsnummer 4711",
        "cancel at=Luigi ref=4711"},
    {"Verschiebe meinen Tisch bei Luigi auf 20 Uhr",
        "change at=Luigi time=20:00"},
    {"Ruf bei Luigi an und frag ob sie offen haben", "call at=Luigi"},
    {"\xc3\x9c" "bermorgen Viertel vor acht bei Luigi, zu dritt", "reserve "
        "at=Luigi party=3 date=2026-11-24 time=19:45"},
    /* what is not done */
    {"", "none blocked=empty"},
    {" \t\n ", "none blocked=empty"},
    {"Book <b>Luigi's</b> for 4", "none blocked=markup"},
    {"I <3 Luigi's: table for 4 tomorrow at 7 at Luigi's",
        "reserve at=Luigi's party=4 date=2026-11-23 time=19:00"},
    {"Call 911", "call tel=911 blocked=policy"},
    {"ruf 112 an", "call tel=112 blocked=policy"},
    {"+49900 12345 book for 2", "reserve tel=+4990012345 party=2 "
        "missing=restaurant missing=date missing=time blocked=policy"},
    {"Table for 21 at Adler tonight at 8", "reserve at=Adler party=21 "
        "date=2026-11-22 time=20:00 blocked=party_size"},
    {"Tisch f\xc3\xbcr 0 Personen bei Luigi", "reserve at=Luigi "
        "missing=party missing=date missing=time blocked=party_size"},
    {"Book Luigi's for 2 today at 11 am", "reserve at=Luigi's party=2 "
        "date=2026-11-22 time=11:00 blocked=past_date"},
    {"Book Luigi's for 2 on 21 November 2026 at 8", "reserve at=Luigi's "
        "party=2 date=2026-11-21 time=20:00 blocked=past_date"},
    {"Book Luigi's for 2 today at 12", "reserve at=Luigi's party=2 "
        "date=2026-11-22 time=12:00"}
};

static void note(struct buf *b, const char *key, const char *value)
{
    if (value[0])
        buf_addf(b, " %s=%s", key, value);
}

static void show(struct buf *b, const struct plan *p)
{
    static const char *const intents[] = {"none", "reserve", "cancel",
        "change", "search", "call"};
    static const char *const blocked[] = {"", "empty", "too_long", "markup",
        "party_size", "past_date", "policy"};
    static const char *const missing[] = {"restaurant", "party", "date",
        "time"};

    buf_clear(b);
    buf_adds(b, intents[p->intent]);
    note(b, "at", p->restaurant);
    note(b, "tel", p->phone);
    if (p->party)
        buf_addf(b, " party=%d", p->party);
    note(b, "date", p->date);
    note(b, "time", p->time);
    note(b, "to", p->time_to);
    note(b, "name", p->name);
    for (size_t i = 0; i < p->wishes; i++)
        note(b, "wish", p->wish[i]);
    note(b, "ref", p->reference);
    for (size_t i = 0; i < 4; i++)
        if (p->missing & 1u << i)
            note(b, "missing", missing[i]);
    note(b, "blocked", blocked[p->blocked]);
}

static void test_sentences(void)
{
    char mem[1000];
    struct buf b;
    struct plan p;

    buf_over(&b, mem, sizeof mem);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        request_read(guard_in(slice_str(sentences[i].text)), &noon, &p);
        show(&b, &p);
        tap_is_str(buf_slice(&b), sentences[i].want, sentences[i].text);
    }
}

/* Moments of DESIGN 5's rules, each in "Table at X for 2 ...". */
static const struct {
    const char *words, *date, *time, *to;
} moments[] = {
    {"today at 7", "2026-11-22", "19:00", ""},
    {"tonight at 11:59", "2026-11-22", "23:59", ""},
    {"tomorrow at 1", "2026-11-23", "13:00", ""},
    {"tomorrow at 12:15", "2026-11-23", "12:15", ""},
    {"tomorrow at noon", "2026-11-23", "12:00", ""},
    {"tomorrow at midnight", "2026-11-23", "00:00", ""},
    {"tomorrow morning at 9", "2026-11-23", "09:00", ""},
    {"tomorrow for lunch at 11", "2026-11-23", "11:00", ""},
    {"tomorrow for lunch at 4", "2026-11-23", "16:00", ""},
    {"tomorrow at 12 am", "2026-11-23", "00:00", ""},
    {"tomorrow at 12 p.m.", "2026-11-23", "12:00", ""},
    {"Sunday at 7", "2026-11-29", "19:00", ""},
    {"this Sunday at 7", "2026-11-22", "19:00", ""},
    {"today, Sunday, at 7", "2026-11-22", "19:00", ""},
    {"Monday at 7", "2026-11-23", "19:00", ""},
    {"next Monday at 7", "2026-11-23", "19:00", ""},
    {"next Friday at 7", "2026-11-27", "19:00", ""},
    {"next Sunday at 7", "2026-11-29", "19:00", ""},
    {"Friday next week at 7", "2026-11-27", "19:00", ""},
    {"Friday in a week at 7", "2026-12-04", "19:00", ""},
    {"the day after tomorrow at 7", "2026-11-24", "19:00", ""},
    {"in 3 days at 7", "2026-11-25", "19:00", ""},
    {"in two weeks at 7", "2026-12-06", "19:00", ""},
    {"November 22 at 7", "2026-11-22", "19:00", ""},
    {"November 21 at 7", "2027-11-21", "19:00", ""},
    {"the 21st at 7", "2026-12-21", "19:00", ""},
    {"the 31st at 7", "2026-12-31", "19:00", ""},
    {"29 February at 7", "2028-02-29", "19:00", ""},
    {"Dec. 1st, 2026 at 7", "2026-12-01", "19:00", ""},
    {"the twenty-third of November at 7", "2026-11-23", "19:00", ""},
    {"11/24 at 7", "2026-11-24", "19:00", ""},
    {"24/11/2026 at 7", "2026-11-24", "19:00", ""},
    {"2026-11-24 at 7", "2026-11-24", "19:00", ""},
    {"New Year's Eve at 7", "2026-12-31", "19:00", ""},
    {"tomorrow from 7 to 8", "2026-11-23", "19:00", "20:00"},
    {"tomorrow between half past six and 8", "2026-11-23", "18:30", "20:00"},
    {"tomorrow between 11 and 1 pm", "2026-11-23", "11:00", "13:00"},
    {"tomorrow 7-8 pm", "2026-11-23", "19:00", "20:00"},
    {"tomorrow after 7", "2026-11-23", "19:00", ""},
    {"tomorrow at seven thirty", "2026-11-23", "19:30", ""},
    {"tomorrow at seven oh five", "2026-11-23", "19:05", ""},
    {"tomorrow at ten past eight", "2026-11-23", "20:10", ""},
    {"tomorrow at twenty to eight", "2026-11-23", "19:40", ""},
    {"tomorrow at half eight", "2026-11-23", "20:30", ""},
    {"tomorrow at 19h30", "2026-11-23", "19:30", ""},
    {"tomorrow at 1930", "2026-11-23", "19:30", ""},
    {"tomorrow at 8 in the morning", "2026-11-23", "08:00", ""},
    {"heute abend um acht", "2026-11-22", "20:00", ""},
    {"morgen fr\xc3\xbch um 9", "2026-11-23", "09:00", ""},
    {"morgen um halb acht", "2026-11-23", "19:30", ""},
    {"morgen um f\xc3\xbcnf vor halb acht", "2026-11-23", "19:25", ""},
    {"morgen um dreiviertel acht", "2026-11-23", "19:45", ""},
    {"morgen um Viertel nach sieben", "2026-11-23", "19:15", ""},
    {"morgen um 13 Uhr 15", "2026-11-23", "13:15", ""},
    {"morgen zwischen 18 und 20 Uhr", "2026-11-23", "18:00", "20:00"},
    {"am dreiundzwanzigsten November um 20 Uhr", "2026-11-23", "20:00", ""},
    {"am 24.12. um 19.30 Uhr", "2026-12-24", "19:30", ""},
    {"am 24.12.2027 ab 18 Uhr", "2027-12-24", "18:00", ""},
    {"n\xc3\xa4" "chsten Freitag gegen 8", "2026-11-27", "20:00", ""},
    {"kommenden Dienstag um 7", "2026-11-24", "19:00", ""}
};

static void test_moments(void)
{
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char text[200], got[60], want[60];
        struct plan p;

        snprintf(text, sizeof text, "Table for 2 at Luigi's %s",
            moments[i].words);
        request_read(slice_str(text), &noon, &p);
        snprintf(got, sizeof got, "%s %s %s", p.date, p.time, p.time_to);
        snprintf(want, sizeof want, "%s %s %s", moments[i].date,
            moments[i].time, moments[i].to);
        tap_is_str(slice_str(got), want, moments[i].words);
        if (p.party != 2 || strcmp(p.restaurant, "Luigi's"))
            tap_ok(false, "with the rest: %d at %s", p.party, p.restaurant);
    }
}

static void test_length(void)
{
    char text[4000] = "";
    struct plan p;
    struct buf b;

    buf_over(&b, text, sizeof text);
    for (int i = 0; i < GUARD_TEXT_MAX; i++)
        buf_adds(&b, "\xc3\xa9");
    request_read(buf_slice(&b), &noon, &p);
    tap_is_int(p.blocked, PLAN_FINE, "1,000 characters of two bytes");
    buf_adds(&b, "e");
    request_read(buf_slice(&b), &noon, &p);
    tap_is_int(p.blocked, PLAN_TOO_LONG, "one more");
}

static void test_json(void)
{
    static const char want[] = "{\"intent\":\"reserve\",\"restaurant\":"
        "\"Luigi's\",\"phone\":null,\"party\":4,\"date\":\"2026-11-23\","
        "\"weekday\":\"Monday\",\"time\":\"19:00\",\"time_to\":null,"
        "\"name\":null,\"wishes\":[\"by the window\"],\"reference\":null,"
        "\"missing\":[],\"blocked\":null,\"understood_by\":\"grammar\"}";
    char mem[2000];
    struct buf b;
    struct jsonw w;
    struct plan p, back;
    struct json v;
    const char *field, *why;

    request_read(SLICE("Book a table at Luigi's for 4 tomorrow at 7 pm, by "
        "the window"), &noon, &p);
    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    plan_json(&w, &p);
    tap_is_str(buf_slice(&b), want, "the object of DESIGN 5");
    tap_ok(json_parse(buf_slice(&b), &v, NULL) == 0
        && plan_read(v, &back, &field, &why) == 0, "and it is read");
    plan_check(&back, &noon);
    tap_ok(back.party == 4 && !strcmp(back.date, p.date)
        && !strcmp(back.time, p.time) && back.wishes == 1
        && !strcmp(back.restaurant, p.restaurant) && !back.missing,
        "to the same plan");
}

/* Bodies of POST /v1/calls and the field each is refused for. */
static const struct {
    const char *body, *field;
} bodies[] = {
    {"{\"to\":\"+15551230000\",\"restaurant\":\"Luigi's\",\"party\":4,"
        "\"date\":\"2026-11-23\",\"time\":\"19:00\",\"name\":\"Leo\","
        "\"wishes\":[\"by the window\"],\"note\":\"late\"}", NULL},
    {"{\"name\":null,\"wishes\":null,\"party\":null}", NULL},
    {"[]", ""},
    {"{\"party\":0}", "party"},
    {"{\"party\":\"4\"}", "party"},
    {"{\"date\":\"2026-02-30\"}", "date"},
    {"{\"date\":20261123}", "date"},
    {"{\"time\":\"7 pm\"}", "time"},
    {"{\"time\":\"19:00:00\"}", "time"},
    {"{\"time_to\":\"24:00\"}", "time_to"},
    {"{\"restaurant\":5}", "restaurant"},
    {"{\"to\":\"+1555123000000000000000000000\"}", "to"},
    {"{\"intent\":\"eat\"}", "intent"},
    {"{\"wishes\":\"x\"}", "wishes"},
    {"{\"wishes\":[1]}", "wishes"},
    {"{\"wishes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}",
        "wishes"},
    {"{\"wishes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"],"
        "\"note\":\"x\"}", "note"}
};

static void test_bodies(void)
{
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct plan p;
        struct json v;
        const char *field = NULL, *why = NULL;

        if (json_parse(slice_str(bodies[i].body), &v, NULL))
            abort();
        if (plan_read(v, &p, &field, &why) == 0)
            field = NULL;
        tap_ok(!field == !bodies[i].field && (!field
            || !strcmp(field, bodies[i].field)), "%s: %s %s", bodies[i].body,
            field ? field : "taken", why ? why : "");
        if (i == 0)
            tap_ok(p.wishes == 2 && !strcmp(p.wish[1], "late")
                && !strcmp(p.phone, "+15551230000"), "with note and number");
    }
}

static void test_words(void)
{
    char mem[200];
    struct buf b;
    struct plan p;

    plan_clear(&p);
    p.intent = PLAN_RESERVE;
    plan_check(&p, &noon);
    buf_over(&b, mem, sizeof mem);
    plan_add_missing(&b, &p, TONGUE_ANY);
    tap_is_str(buf_slice(&b), "I still need the restaurant, the number of "
        "people, the day and the time.", "what is missing, in words");
    buf_clear(&b);
    plan_add_missing(&b, &p, TONGUE_GERMAN);
    tap_is_str(buf_slice(&b), "Ich brauche noch das Restaurant, die "
        "Personenzahl, den Tag und die Uhrzeit.", "... in German");
    buf_clear(&b);
    p.missing = PLAN_NO_TIME;
    plan_add_missing(&b, &p, TONGUE_ENGLISH);
    tap_is_str(buf_slice(&b), "I still need the time.", "one thing");
    buf_clear(&b);
    p.blocked = PLAN_POLICY;
    plan_add_blocked(&b, &p, TONGUE_ENGLISH);
    tap_is_str(buf_slice(&b), "I cannot do that: emergency and premium "
        "numbers are never called.", "why not");
    buf_clear(&b);
    plan_add_blocked(&b, &p, TONGUE_GERMAN);
    tap_is_str(buf_slice(&b), "Das geht nicht: Notrufe und Mehrwertnummern "
        "werden nie angerufen.", "... in German");
}

/* Every prefix of every sentence, at the guard page. */
static void test_prefixes(void)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        for (size_t n = strlen(sentences[i].text); n--;) {
            struct plan p;

            request_read(guard_in(slice_of(sentences[i].text, n)), &noon,
                &p);
            bad += p.wishes > PLAN_WISHES || p.party < 0
                || (p.date[0] && strlen(p.date) != 10);
        }
    tap_is_int(bad, 0, "every prefix of every sentence");
}

int main(void)
{
    test_sentences();
    test_moments();
    test_length();
    test_json();
    test_bodies();
    test_words();
    test_prefixes();
    return tap_done();
}
