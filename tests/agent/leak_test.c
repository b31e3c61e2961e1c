/* leak_test.c - the prompt, read out in any way, is recognised; what a booking
 * says is not.
 */
#include "agent/leak.h"

#include <string.h>

#include "../guard.h"
#include "../tap.h"
#include "agent/goal.h"
#include "corpus.h"

/* From every word of the prose on, some twelve words: all are found, also in
 * capitals and behind something else. */
static struct slice prose_of(void)
{
    return goal_prose(GOAL_BOOK);
}

static void test_every_place(void)
{
    struct slice prose = prose_of();
    int missed = 0, places = 0;
    char text[400];

    for (size_t i = 0; i + 300 < prose.len; i++) {
        size_t n = 0, words = 0, at = i;

        if (i && prose.ptr[i - 1] > ' ')
            continue;
        memcpy(text, "Sure, I read: ", 14);
        for (n = 14; words < 18 && at < prose.len; at++) {
            uint8_t c = prose.ptr[at];

            words += c <= ' ';
            text[n++] = (char)(c <= ' ' ? ' ' : places % 2 ? c : c >= 'a'
                && c <= 'z' ? c - 32 : c);
        }
        if (memchr(text, '{', n))
            continue;
        places++;
        missed += !leak_quotes(slice_of(text, n), prose);
    }
    tap_ok(places > 200 && missed == 0, "read out from %d places: "
        "%d missed", places, missed);
}

/* Nothing that is said in a call is a quote of it. */
static void test_corpus(void)
{
    static char line[CORPUS_LINE];
    FILE *f = corpus_open("tests/agent/outcomes.txt");
    int read = 0, wrong = 0;

    while (f && corpus_line(f, line)) {
        read++;
        wrong += leak_quotes(guard_in(slice_str(line)), prose_of());
    }
    if (f)
        fclose(f);
    tap_ok(read > 300 && wrong == 0, "of %d lines of calls %d are", read,
        wrong);
}

int main(void)
{
    test_every_place();
    test_corpus();
    tap_ok(!leak_quotes(SLICE("Hello, this is an automated assistant calling "
        "on behalf of Leo. I would like to book a table for 4 people."),
        prose_of()), "nor is the opening");
    tap_ok(!leak_quotes(SLICE(""), prose_of()) && !leak_quotes(SLICE("a b c"
        " d e f g h i j k l"), SLICE("")), "nothing quotes nothing");
    tap_ok(leak_quotes(SLICE("1 2 3 4 5 6 7 8 9 10"), SLICE("0 1 2 3 4 5 6 7 "
        "8 9 10 11")) && !leak_quotes(SLICE("1 2 3 4 5 6 7 8 9 11"), SLICE(
        "0 1 2 3 4 5 6 7 8 9 10 11")), "ten words in a row, not nine");
    return tap_done();
}
