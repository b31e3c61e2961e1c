/* errors_test.c - the table of Twilio's errors is whole and in order. */
#include "twilio/errors.h"

#include "../tap.h"

/* twilio 3.1 to 3.4: every number they name. */
static const int named[] = {
    31900, 31901, 31902, 31903, 31904, 31910, 31920, 31921, 31922, 31923,
    31924, 31930, 31931, 31940, 31941, 31942, 31950, 31951, 31952, 31953,
    31954, 31960,
    11100, 11200, 11201, 11202, 11203, 11205, 11206, 11210, 11215, 11216,
    11217, 11220, 11235, 11236, 11237, 11240, 11241, 11242, 11243, 11251,
    11750, 11751, 11770, 12100, 12101, 12102, 12200, 12300, 12301, 12400,
    15000, 15002, 15003, 15004,
    13201, 13210, 13214, 13223, 13224, 13225, 13227, 13247, 13310, 13335,
    13410, 13420, 13430, 13510, 13511, 13520, 13521, 13610, 13622, 13710,
    13805, 13910,
    10001, 10003, 10004, 10005, 20001, 20003, 20004, 20005, 20006, 20008,
    20010, 20403, 20404, 20409, 20429, 20500, 20503, 21201, 21202, 21203,
    21204, 21205, 21206, 21207, 21208, 21209, 21210, 21211, 21212, 21213,
    21214, 21215, 21216, 21217, 21218, 21219, 21220, 21221, 21222, 21229,
    21234, 21262, 21263, 21264, 21626, 32005, 32014, 32015, 32016, 32017,
    32018, 32019, 573002, 573005, 63006, 64101, 64110
};

/* twilio 3: often named, in no dictionary; and others that are not there. */
static const int absent[] = {
    31932, 31933, 31934, 31935, 31943, 31944, 31945, 0, -1, 1, 13209, 13228,
    21230, 31905, 573003, 64111,
    999999
};

/* twilio 3's letter W. */
static const int warnings[] = {
    31930, 31931, 31950, 31951, 31953, 12200, 15003, 13214, 13223, 13224,
    13225, 13227, 13805, 20001, 21262, 21263, 32019
};

static void test_named(void)
{
    int missing = 0;

    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        const struct twilio_error *e = errors_find(named[i]);

        if ((!e || e->number > named[i] || (e->number != named[i]
            && e->last < named[i])) && !missing++)
            printf("#   not found: %d\n", named[i]);
    }
    tap_is_int(missing, 0, "every number of the facts is found");
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (errors_find(absent[i]) && !missing++)
            printf("#   found: %d\n", absent[i]);
    tap_is_int(missing, 0, "numbers that do not exist are not");
    for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++)
        if (errors_find(warnings[i])->level != 'W' && !missing++)
            printf("#   no warning: %d\n", warnings[i]);
    tap_is_int(missing, 0, "warnings are warnings");
    tap_is_int(errors_find(31920)->level, 'E', "31920 is an error");
    tap_is_int(errors_find(13214)->number, 13214,
        "a number in a run has its own entry");
    tap_is_int(errors_find(13226)->number, 13210,
        "or else that of the run");
}

/* The numbers named among the field problems of twilio 7, and in section 3 as
 * not existing. */
static const int field[] = {31910, 31920, 12100, 11237, 31951, 21219, 13805};
static const int rumours[] = {31932, 31933, 31934, 31935, 31943, 31944, 31945};

static void test_field(void)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        if (!errors_find(field[i]) && !wrong++)
            printf("#   not found: %d\n", field[i]);
    for (size_t i = 0; i < sizeof rumours / sizeof *rumours; i++)
        if ((!errors_rumour(rumours[i]) || errors_find(rumours[i]))
            && !wrong++)
            printf("#   no rumour: %d\n", rumours[i]);
    for (size_t i = 0; errors_at(i); i++)
        wrong += errors_rumour(errors_at(i)->number);
    tap_is_int(wrong, 0, "field problems are known, rumours are rumours");
}

/* doctor's, in its order. */
static const char probes[] = " settings clock dns tcp tls tunnel twiml upgrade "
    "stream callbacks twilio errors model chat webhook disk limits ";

static bool is_probe(const char *name)
{
    char word[16];

    if (!name)
        return true;
    snprintf(word, sizeof word, " %s ", name);
    return strstr(probes, word) != NULL;
}

static bool is_sentence(const char *s)
{
    struct slice t = slice_str(s);

    return t.len > 5 && t.ptr[0] >= 'A' && t.ptr[0] <= 'Z'
        && t.ptr[t.len - 1] == '.';
}

static void test_table(void)
{
    const struct twilio_error *e;
    int last = 0, wrong = 0;
    size_t n = 0;

    for (; (e = errors_at(n)) != NULL; n++) {
        if ((e->number <= last || (e->last && e->last <= e->number)
            || (e->level != 'E' && e->level != 'W')
            || errors_find(e->number) != e) && !wrong++)
            printf("#   out of order or twice: %d\n", e->number);
        if ((!is_sentence(e->cause) || !is_sentence(e->remedy)
            || strlen(e->meaning) < 8 || strlen(e->meaning) > 60
            || slice_ends(slice_str(e->meaning), ".")) && !wrong++)
            printf("#   words: %d\n", e->number);
        if (!is_probe(e->probe) && !wrong++)
            printf("#   no probe of doctor's: %d\n", e->number);
        for (size_t k = 0; k < ERRORS_ALSO; k++)
            if (e->also[k] && (!is_sentence(e->also[k])
                || (k && !e->also[k - 1])
                || strcmp(e->also[k], e->cause) == 0) && !wrong++)
                printf("#   further causes: %d\n", e->number);
        last = e->number;
    }
    tap_is_int(wrong, 0, "ascending, unique, each with its words");
    tap_ok(n > 110, "%zu entries", n);
    tap_ok(!errors_at(n + 1000), "and none behind the end");
}

int main(void)
{
    test_named();
    test_field();
    test_table();
    return tap_done();
}
