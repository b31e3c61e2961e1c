/* picked_test.c - who picked up; and that nobody in the corpora is taken for a
 * machine.
 */
#include "agent/picked.h"

#include <string.h>

#include "../guard.h"
#include "../tap.h"
#include "corpus.h"

static const struct {
    const char *words;
    int64_t at, ms;
    const char *amd;
    const char *want;
} lines[] = {
    {"Luigi's, good evening!", 600, 1000, "", "human"},
    {"Luigi's, good evening!", 600, 1000, "machine_start", "human"},
    {"Please leave a message after the tone.", 400, 2000, "", "voicemail"},
    {"You've reached Luigi's. We can't take your call.", 400, 2000, "human",
        "voicemail"},
    {"Hinterlassen Sie eine Nachricht nach dem Signalton.", 400, 0, "",
        "voicemail"},
    {"Sprechen Sie nach dem Piepton.", 90000, 0, "", "voicemail"},
    {"Hello and thank you for calling Luigi's, the home of good pasta. We are "
        "open from six to eleven.", 300, 7000, "machine_start", "voicemail"},
    {"Hello and thank you for calling Luigi's, the home of good pasta. We are "
        "open from six to eleven.", 300, 7000, "", "human"},
    {"Thank you for calling Luigi's, this is Maria speaking on this lovely "
        "evening, how can I help you?", 300, 7000, "machine_start", "human"},
    {"For reservations press 1.", 400, 2000, "", "menu"},
    {"F\xc3\xbcr Reservierungen dr\xc3\xbc" "cken Sie die 1.", 400, 0, "",
        "menu"},
    {"Your call is important to us.", 400, 2000, "", "hold"},
    {"All our lines are busy, please stay on the line.", 95000, 0, "", "hold"},
    {"Alle Leitungen sind belegt, bitte haben Sie etwas Geduld.", 400, 0, "",
        "hold"},
    {"Hi, if you record your name and reason for calling, I'll see if this "
        "person is available.", 400, 4000, "", "screened"},
    {"This person uses a screening service.", 400, 0, "", "screened"},
    {"Please send it to our fax machine.", 400, 2000, "", "fax"},
    /* Late, and by people. */
    {"You can leave a message with me, of course.", 60000, 2000, "", "human"},
    {"One moment please, hold on.", 5000, 1000, "", "human"},
    {"Let me look in the book, please wait.", 5000, 1000, "", "human"},
    {"Press on, what else?", 40000, 900, "", "human"},
    {"", 400, 0, "machine_start", "human"},
};

static void test_lines(void)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct picker p = {.who = PICKED_UNKNOWN};

        picked_amd(&p, slice_str(lines[i].amd));
        tap_is_str(slice_str(picked_name(picked_line(&p, guard_in(slice_str(
            lines[i].words)), lines[i].at, lines[i].ms))), lines[i].want,
            lines[i].words);
    }
}

static void test_amd(void)
{
    struct picker p = {.who = PICKED_UNKNOWN};

    tap_ok(picked_amd(&p, SLICE("human")) == PICKED_UNKNOWN && !p.machine,
        "a human by detection is nobody yet");
    tap_ok(picked_amd(&p, SLICE("machine_start")) == PICKED_UNKNOWN
        && p.machine, "a machine's start is a hint");
    tap_ok(picked_amd(&p, SLICE("machine_end_beep")) == PICKED_VOICEMAIL,
        "its end is a voicemail");
    tap_ok(picked_amd(&p, SLICE("fax")) == PICKED_FAX, "a fax is a fax");
    p = (struct picker){.who = PICKED_UNKNOWN};
    picked_line(&p, SLICE("Hello?"), 500, 800);
    tap_ok(picked_amd(&p, SLICE("machine_end_other")) == PICKED_UNKNOWN,
        "somebody who has spoken is no machine for a late verdict");
    picked_line(&p, SLICE("Luigi's here."), 2500, 800);
    tap_ok(picked_line(&p, SLICE("Can I leave a message for my boss?"), 9000,
        2000) == PICKED_HUMAN, "and no voicemail by a word or two");
    tap_ok(picked_line(&p, SLICE("Your call is important to us."), 9000, 2000)
        == PICKED_HOLD, "but whom they put us on hold with is");
    tap_ok(picked_line(&p, SLICE("For the kitchen press 2."), 99000, 2000)
        == PICKED_MENU, "after one recording, the next is known late too");
}

/* Every line of theirs as if it were the first thing said: those of calls with
 * people are people, those of calls that ended at a machine hold one. */
static void test_corpus(void)
{
    static char line[CORPUS_LINE];
    FILE *f = corpus_open("tests/agent/outcomes.txt");
    int people = 0, wrong = 0, machines = 0, missed = 0, calls = 0, found = 0;
    char shown[200] = "";

    while (f && corpus_line(f, line)) {
        struct picker p = {.who = PICKED_UNKNOWN};

        if (!strncmp(line, "them: ", 6)) {
            bool is = picked_line(&p, slice_str(line + 6), 1000, 3000)
                > PICKED_HUMAN;

            found += is;
            if (is && !shown[0])
                snprintf(shown, sizeof shown, "%.190s", line);
            calls++;
        } else if (!strncmp(line, "-> machine", 10)) {
            machines++;
            missed += !found;
        } else if (!strncmp(line, "-> ", 3)) {
            people += calls;
            if (found && !strstr(shown, "press one"))     /* a recording */
                printf("# %s %s\n", shown, line);
            wrong += found && !strstr(shown, "press one");
        }
        if (!strncmp(line, "-> ", 3)) {
            found = calls = 0;
            shown[0] = 0;
        }
    }
    if (f)
        fclose(f);
    tap_ok(people > 150 && wrong == 0, "of %d lines of people %d are taken "
        "for a machine's", people, wrong);
    tap_ok(machines > 0 && missed == 0, "of %d calls to a machine %d are not "
        "recognised", machines, missed);
}

int main(void)
{
    test_lines();
    test_amd();
    test_corpus();
    return tap_done();
}
