/* places_test.c - directories as people keep them, and what is found in them.
 */
#include "agent/places.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define ROOM 64
#define SLOTS 128

static struct place rows[ROOM];
static uint32_t slots[SLOTS];
static uint8_t arena[1 << 16];
static struct buf faults;

static void begin(struct places *p, size_t max)
{
    memset(slots, 0, sizeof slots);
    *p = (struct places){.at = rows, .max = max, .slot = slots,
        .slots = SLOTS};
    buf_over(&p->text, arena, sizeof arena);
    buf_clear(&faults);
}

static void note(void *arg, const struct places_fault *f)
{
    (void)arg;
    buf_addf(&faults, "%u:%u %s %s/", f->line, f->column,
        f->field ? f->field : "-", f->why);
}

static const char table[] =
    "name,number,city,zone,cuisine,hours,notes\r\n"
    "Luigi's,+1 555 123-0000,Berlin,Europe/Berlin,italian,"
        "\"Mo-Sa 12:00-23:00, Su off\",by the river\r\n"
    "Luigi's,+15551230099,Hamburg,Europe/Berlin,italian,,\r\n"
    "Trattoria Bella Vista,+493012345678,Berlin,,italian,,terrace\r\n"
    "The Blue Door,+442079460000,London,Europe/London,british,,\r\n"
    "Bei M\xc3\xbcller,+4989123456,M\xc3\xbcnchen,Europe/Berlin,german,,\r\n"
    "Caf\xc3\xa9 Zo\xc3\xab,+33142345678,Paris,Europe/Paris,french,,\r\n"
    "Chez Marie,+33142345679,Paris,Europe/Paris,french,,\r\n"
    "Sushi Kyoto,+15551230001,New York,America/New_York,japanese,,\r\n"
    "Kyoto Garden,+15551230002,New York,America/New_York,japanese,,\r\n"
    "Zum Goldenen L\xc3\xb6wen,+4930777777,Berlin,,german,,beer garden\r\n"
    "7 Lions,+15551230003,Chicago,America/Chicago,american,,\r\n"
    "The Bar,+15551230004,Chicago,America/Chicago,bar,,\r\n";

static const struct {
    const char *said, *want;    /* "" nothing; "?" several: one must ask */
} named[] = {
    {"Luigi's", "?"},
    {"luigis in Hamburg", "+15551230099"},
    {"Luigi\xe2\x80\x99s Berlin", "+15551230000"},
    {"Ristorante Luigi Hamburg", "+15551230099"},
    {"the blue door", "+442079460000"},
    {"Blue Door", "+442079460000"},
    {"Bluedoor", "+442079460000"},
    {"blue dor", ""},
    {"Bella Vista", "+493012345678"},
    {"BELLA VISTA", "+493012345678"},
    {"Bela Vista", "+493012345678"},
    {"Trattoria Bella Vsita", "+493012345678"},
    {"Trattoria", ""},
    {"Mueller", "+4989123456"},
    {"bei Muller", "+4989123456"},
    {"M\xc3\xbcllers", "+4989123456"},
    {"M\xc3\xbcnchen", ""},
    {"cafe zoe", "+33142345678"},
    {"Cafe Zo\xc3\xab", "+33142345678"},
    {"Marie", "+33142345679"},
    {"Chez Mario", "?"},
    {"Kyoto", "?"},
    {"Sushi Kyoto", "+15551230001"},
    {"Kyoto Garden", "+15551230002"},
    {"Goldener L\xc3\xb6we", "+4930777777"},
    {"7 Lions", "+15551230003"},
    {"8 Lions", ""},
    {"the bar", "+15551230004"},
    {"Luigy's Hamburg", "+15551230099"},
    {"Mario's", "?"},
    {"Noma", ""},
    {"", ""},
    {"'", ""},
    {"a the in", ""},
    {"McDonald's", ""},
};

static struct slice find(const struct places *p, struct slice said,
    enum place_by by)
{
    struct place_hit hit[PLACE_HITS];
    size_t n = place_find(p->at, p->n, said, by, hit, PLACE_HITS);

    return n == 0 ? SLICE("") : place_clear(hit, n) ? hit[0].place->number
        : SLICE("?");
}

static void finding(struct places *p)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        tap_is_str(find(p, guard_in(slice_str(named[i].said)),
            PLACE_BY_NAME), named[i].want, named[i].said);
}

static void searching(struct places *p)
{
    struct place_hit hit[PLACE_HITS], again[PLACE_HITS];
    size_t n = place_find(p->at, p->n, SLICE("an Italian place in Berlin"),
        PLACE_BY_ALL, hit, PLACE_HITS);

    tap_ok(n == 2 && slice_is(hit[0].place->name, "Luigi's")
        && slice_is(hit[1].place->name, "Trattoria Bella Vista"),
        "the Italian ones of one city, by name");
    tap_is_int((int64_t)place_find(p->at, p->n, SLICE("find me something "
        "japanese"), PLACE_BY_ALL, hit, PLACE_HITS), 2, "a cuisine");
    tap_is_str(find(p, SLICE("a beer garden near Berlin"), PLACE_BY_ALL),
        "+4930777777", "a note counts in a search");
    tap_is_str(find(p, SLICE("beer garden"), PLACE_BY_NAME), "",
        "but is no name");
    tap_is_int((int64_t)place_find(p->at, p->n, SLICE("somewhere nice"),
        PLACE_BY_ALL, hit, PLACE_HITS), 0, "nothing meant, nothing found");
    n = place_find(p->at, p->n, SLICE("french"), PLACE_BY_ALL, hit, 1);
    tap_ok(n == 1 && slice_is(hit[0].place->name, "Caf\xc3\xa9 Zo\xc3\xab"),
        "the best of two, when one is wanted");
    n = place_find(p->at, p->n, SLICE("kyoto"), PLACE_BY_NAME, hit,
        PLACE_HITS);
    tap_ok(n == place_find(p->at, p->n, SLICE("Kyoto"), PLACE_BY_NAME, again,
        PLACE_HITS) && hit[0].place == again[0].place, "and always the same");
}

/* No wrong letter makes a place out of a place that is not there: a hit shares
 * most of a word with what was said. */
static void inventing(struct places *p)
{
    static const char *const others[] = {"Red Door", "Osaka",
        "Silver Lion", "Bella Napoli", "Chez Pierre", "Cafe Mozart", "Ludwig",
        "Schmidt", "Vista Point", "Tokyo", "5 Lions"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        tap_is_str(find(p, slice_str(others[i]), PLACE_BY_NAME), "",
            others[i]);
}

static void numbers(void)
{
    static const struct {
        const char *text, *want;
    } of[] = {
        {"+15551230000", "+15551230000"}, {"+1 (555) 123-0000",
        "+15551230000"}, {"0049 30 123 45 67", "+49301234567"},
        {" +49/30.1234567 ", "+49301234567"}, {"030 1234567", NULL},
        {"5551230000", NULL}, {"+", NULL}, {"+123456", NULL},
        {"+1234567890123456", NULL}, {"+1555x123", NULL}, {"", NULL},
        {"+0123456789", NULL}, {"++15551230000", NULL},
    };
    char out[24];

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        bool good = places_number(guard_in(slice_str(of[i].text)), out,
            sizeof out);

        tap_ok(good == (of[i].want != NULL)
            && (!good || strcmp(out, of[i].want) == 0), "number \"%s\"",
            of[i].text);
    }
    tap_ok(!places_number(SLICE("+15551230000"), out, 12),
        "no room for it all");
    tap_ok(places_number(SLICE("+15551230000"), out, 13), "just room");
}

static const struct {
    const char *text, *faults;
    size_t n;
} broken[] = {
    {"", "1:1 - the file is empty/", 0},
    {"name,city\nA,B\n", "1:1 number is no column: the first line must name "
        "the columns/", 0},
    {"name,number,phone\n", "1:13 number is named by two columns/", 0},
    {"name;tel;stadt\nLuigi's;+15551230000;Berlin\n", "", 1},
    {"Name,Phone Number,number\nA,x,+15551230000\n", "", 1},
    {"name,number\n,+15551230000\nB,\nC,123\nD,+15551230001\n",
        "2:1 name is missing/3:3 number is missing/4:3 number is no number "
        "with + and its country, as +49301234567/", 1},
    {"name,number\nA,+15551230000,x\n", "2:16 - too many fields/", 0},
    {"name,number\nA,+15551230000\nB,\"+1\n", "3:3 - a quote is not closed/",
        1},
    {"name,number\nA,+4900112\nB,+19005551234\n", "3:3 number is an "
        "emergency or premium number/", 1},
    {"name,number\nA,+15551230000\nB,+1 555 123 0000\n", "", 1},
    {"name,number\nA\xff,+15551230000\n", "2:1 name is not UTF-8/", 0},
    {"[]", "", 0},
    {"[{\"name\":\"A\",\"phone\":\"+15551230000\",\"stars\":3}]", "", 1},
    {"{\"places\":[{\"name\":\"A\\u00e9\",\"number\":\"+15551230000\"}]}", "",
        1},
    {"[\n {\"name\":7,\"number\":\"+15551230000\"},\n 3]",
        "2:10 name is no string/3:2 - is no object/", 0},
    {"[{\"name\":\"A\"}]", "1:2 number is missing/", 0},
    {"[{\"name\":\"A\",}]", "1:14 - expected a key in quotes/", 0},
    {"{\"a\":1}", "1:1 - is no array of places/", 0},
};

static void breaking(void)
{
    struct places p;

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct slice text = slice_str(broken[i].text);
        char name[16];

        begin(&p, ROOM);
        snprintf(name, sizeof name, "file %zu", i);
        places_read(&p, guard_in(text), note, NULL);
        tap_is_str(buf_slice(&faults), broken[i].faults, name);
        tap_is_int((int64_t)p.n, (int64_t)broken[i].n, "its good rows");
        for (size_t n = 0; n <= text.len; n++) {
            begin(&p, ROOM);
            places_read(&p, guard_in(slice_head(text, n)), note, NULL);
        }
        tap_ok(p.n == broken[i].n, "and every prefix of it");
    }
}

static void ceilings(void)
{
    struct places p;

    begin(&p, 2);
    places_read(&p, slice_str(table), note, NULL);
    tap_ok(p.n == 2 && faults.len, "two places, and word of the others");
    begin(&p, ROOM);
    buf_over(&p.text, arena, 300);
    places_read(&p, slice_str(table), note, NULL);
    tap_ok(p.n >= 1 && p.n < 12 && faults.len && p.text.len <= 300,
        "no memory for all of them");
    begin(&p, ROOM);
    buf_over(&p.text, arena, 3 * (sizeof table - 1));
    tap_is_int((int64_t)places_read(&p, slice_str(table), note, NULL), 0,
        "three times the file is enough");
    tap_ok(places_count(slice_str(table)) >= 12, "rows are counted");
}

static void writing(struct buf *out)
{
    struct places p;
    struct buf again;

    begin(&p, ROOM);
    places_read(&p, slice_str(table), note, NULL);
    buf_clear(out);
    places_write(out, p.at, p.n);
    begin(&p, ROOM);
    tap_is_int((int64_t)places_read(&p, buf_slice(out), note, NULL), 0,
        "what was written is read");
    buf_init(&again, 1u << 16);
    places_write(&again, p.at, p.n);
    tap_is(buf_slice(&again), buf_slice(out), "and is the same");
    tap_ok(places_by_number(&p, SLICE("+15551230004"))
        && !places_by_number(&p, SLICE("+15551239999")), "by number");
    buf_free(&again);
}

int main(void)
{
    struct places p;
    struct buf out;

    buf_init(&faults, 1u << 16);
    buf_init(&out, 1u << 16);
    begin(&p, ROOM);
    tap_is_int((int64_t)places_read(&p, slice_str(table), note, NULL), 0,
        "the table is read");
    tap_is_int((int64_t)p.n, 12, "all of it");
    finding(&p);
    searching(&p);
    inventing(&p);
    numbers();
    breaking();
    ceilings();
    writing(&out);
    buf_free(&out);
    buf_free(&faults);
    return tap_done();
}
