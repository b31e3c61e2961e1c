/* played_test.c - what was heard, from what was sent and the echoes. */
#include "call/played.h"

#include "base/text.h"
#include "codec/g711.h"
#include "tests/tap.h"

#define FRAME (20 * G711_MS)
#define PIECE (180 * G711_MS)

static struct played p;
static struct played_cut cut[PLAYED_ITEMS];
static bool clear;
static char name[PLAYED_NAME];

/* Sends ms of an item's audio; the name is in name, "" without a mark. */
static void say(const char *item, size_t ms, int64_t now)
{
    size_t n = played_sent(&p, slice_str(item), 0, ms * G711_MS, now, name);

    name[n] = 0;
}

static bool echo(const char *mark, int64_t now)
{
    return played_mark(&p, slice_str(mark), now);
}

static int64_t heard_ms(int64_t now)
{
    return (int64_t)(played_heard(&p, now) / G711_MS);
}

static void begin(void)
{
    memset(&p, 0, sizeof p);
    memset(cut, 0, sizeof cut);
}

static void run_clock(void)
{
    begin();
    tap_ok(played_done(&p, 0) && played_left_ms(&p, 0) == 0
        && played_cut(&p, 0, cut, &clear) == 0, "nothing sent is all heard");
    say("a", 180, 1000);
    tap_is_str(slice_str(name), "g0.1", "the first mark's name");
    tap_is_int(heard_ms(1000), 0, "nothing yet");
    tap_is_int(heard_ms(1100), 100, "the clock runs");
    tap_is_int(played_left_ms(&p, 1100), 80, "80 ms to come");
    tap_is_int(heard_ms(9000), 180, "but not past what was sent");
    tap_is_int(heard_ms(900), 0, "nor back");
    tap_ok(!played_done(&p, 9000), "the mark is still out");
    tap_ok(echo("g0.1", 1230), "it comes back");
    tap_ok(played_done(&p, 1230), "all was heard");
    say("a", 180, 2000);
    tap_is_str(slice_str(name), "g0.2", "the second mark's name");
    tap_is_int(heard_ms(2010), 190, "after a pause the clock starts anew");
    say("a", 180, 2050);
    tap_is_int(heard_ms(2100), 280, "more audio does not stop it");
    tap_ok(echo("g0.2", 2280), "an echo comes 100 ms later than counted");
    tap_is_int(heard_ms(2280), 360, "and sets the clock right");
    tap_is_int(heard_ms(2300), 380, "from there it runs on");
    tap_is_int(played_left_ms(&p, 2300), 160, "what is left");
}

static void run_marks(void)
{
    begin();
    for (int i = 0; i < 5; i++)
        say("a", 100, 0);
    tap_ok(echo("g0.3", 350), "two echoes are lost, the third counts");
    tap_is_int(heard_ms(350), 300, "for all before it");
    tap_is_int((int64_t)p.marks, 2, "two are still out");
    tap_ok(!echo("g0.3", 360), "a doubled echo counts for nothing");
    tap_ok(!echo("g0.1", 360), "nor does a late one");
    tap_is_int(heard_ms(360), 310, "nor do they move the clock");
    tap_ok(!echo("g0.6", 360) && !echo("g0.0", 360), "nor one never sent");
    tap_ok(!echo("", 360) && !echo("g", 360) && !echo("g0", 360)
        && !echo("g0.", 360) && !echo("g.4", 360) && !echo("0.4", 360)
        && !echo("x0.4", 360) && !echo("g0.4x", 360) && !echo("g0,4", 360)
        && !echo("g-0.4", 360) && !echo("g0.4294967300", 360)
        && !echo("g99999999999999999999.4", 360), "nor what is no name");
    tap_ok(echo("g0.5", 500) && played_done(&p, 500), "the last one ends it");
}

static void run_cut(void)
{
    begin();
    say("a", 180, 0);
    say("a", 180, 10);
    tap_ok(echo("g0.1", 200), "the first piece was heard");
    tap_is_int((int64_t)played_cut(&p, 300, cut, &clear), 1,
        "one item is cut");
    tap_ok(clear, "and Twilio's queue is to be cleared");
    tap_ok(!strcmp(cut[0].id, "a") && cut[0].content == 0
        && cut[0].heard_ms == 280, "at 180 ms and what ran since: %d",
        (int)cut[0].heard_ms);
    tap_ok(played_done(&p, 300), "after a cut nothing is waited for");
    tap_ok(!echo("g0.2", 310), "the echo of what was cleared is none");
    tap_is_int((int64_t)played_cut(&p, 310, cut, &clear), 0,
        "nothing left to cut");
    tap_ok(!clear, "nor to clear");
    say("b", 180, 400);
    tap_is_str(slice_str(name), "g1.3", "a new generation");
    tap_ok(!echo("g0.3", 410), "the old generation's names stay void");
    tap_is_int(heard_ms(450), 50, "positions begin again");
    tap_ok(echo("g1.3", 600) && played_done(&p, 600), "and end well");
    tap_is_int((int64_t)played_cut(&p, 600, cut, &clear), 0,
        "all was heard: no cut");
    tap_ok(!clear, "and no clear");
    say("c", 20, 700);
    tap_is_str(slice_str(name), "g1.4", "without a clear no new generation");
}

/* The clock says that all was heard, Twilio has not said so: its queue is
 * behind by as much as nobody knows. */
static void run_late(void)
{
    begin();
    say("a", 180, 0);
    say("a", 180, 0);
    tap_ok(echo("g0.1", 180), "the first piece was heard");
    tap_is_int((int64_t)played_cut(&p, 400, cut, &clear), 0,
        "by the clock the second too: no truncation");
    tap_ok(clear, "its mark is out: the queue is cleared all the same");
    tap_ok(!echo("g0.2", 410), "and the echo of that clear is none");
    say("b", 180, 500);
    tap_is_str(slice_str(name), "g1.3", "a new generation has begun");
    tap_is_int(played_end(&p), 680, "which the clock comes to the end of");
    tap_ok(echo("g1.3", 700) && played_end(&p) == 700, "or the echo says when");
    played_cut(&p, 700, cut, &clear);
    tap_ok(!clear, "no mark is out: nothing to clear");
    begin();
    say("a", 200, 0);
    say("b", 300, 0);
    tap_is_int(played_item_ms(&p, SLICE("a"), 50), 50, "an item under way");
    tap_is_int(played_item_ms(&p, SLICE("b"), 50), 0, "one that waits");
    tap_is_int(played_item_ms(&p, SLICE("a"), 250), -1, "one that is over");
    tap_is_int(played_item_ms(&p, SLICE("b"), 250), 50, "and the next");
    tap_is_int(played_end(&p), 500, "both end at 500 ms");
}

static void run_items(void)
{
    size_t n;

    begin();
    say("a", 200, 0);
    say("b", 300, 0);
    say("c", 400, 0);
    n = played_cut(&p, 250, cut, &clear);
    tap_ok(n == 2 && !strcmp(cut[0].id, "b") && cut[0].heard_ms == 50
        && !strcmp(cut[1].id, "c") && cut[1].heard_ms == 0,
        "of three items one was heard, one in part, one not at all");
    begin();
    say("a", 1000, 0);
    say("b", 1000, 0);
    n = played_cut(&p, 0, cut, &clear);
    tap_ok(n == 2 && cut[0].heard_ms == 0 && cut[1].heard_ms == 0,
        "nothing heard at all is 0 ms of each");
    begin();
    say("a", 100, 0);
    tap_ok(!played_item_heard(&p, SLICE("a"), 99), "a is still playing");
    tap_ok(played_item_heard(&p, SLICE("a"), 100), "a was heard");
    tap_ok(played_item_heard(&p, SLICE("z"), 0), "what was not sent owes"
        " nothing");
    say("b", 100, 100);
    tap_ok(played_item_heard(&p, SLICE("a"), 110)
        && !played_item_heard(&p, SLICE("b"), 110), "each for itself");
    begin();
    played_sent(&p, SLICE("a"), 0, FRAME, 0, name);
    played_sent(&p, SLICE("a"), 1, FRAME, 0, name);
    n = played_cut(&p, 10, cut, &clear);
    tap_ok(n == 2 && cut[0].content == 0 && cut[0].heard_ms == 10
        && cut[1].content == 1 && cut[1].heard_ms == 0,
        "the parts of an item are cut apart");
    begin();
    for (int i = 0; i < PLAYED_ITEMS + 3; i++) {
        char id[16];

        snprintf(id, sizeof id, "i%d", i);
        say(id, 100, 0);
    }
    n = played_cut(&p, 0, cut, &clear);
    tap_ok(n == PLAYED_ITEMS && !strcmp(cut[0].id, "i3")
        && !strcmp(cut[n - 1].id, "i10"), "more items than can be kept: the "
        "newest are");
}

/* A whole speech at once, as the model sends it: 28 s in pieces, echoed as
 * Twilio plays them, every one late by 40 ms. */
static void run_speech(void)
{
    static int64_t at[28000 / 180 + 1];
    static char names[28000 / 180 + 1][PLAYED_NAME];
    size_t pieces = 28000 / 180, marked = 0, off = 0;

    begin();
    for (size_t i = 0; i < pieces; i++) {
        say("speech", 180, 0);
        if (name[0]) {
            memcpy(names[marked], name, sizeof name);
            at[marked++] = (int64_t)(i + 1) * 180 + 40;
        }
    }
    tap_is_int((int64_t)marked, LIMIT_MARKS, "no more marks than may be out");
    for (size_t i = 0; i < marked; i++) {
        off += !echo(names[i], at[i]);
        off += heard_ms(at[i]) != at[i] - 40;
        off += heard_ms(at[i] + 180) != at[i] + 140;
    }
    tap_is_int((int64_t)off, 0, "each echo is right to the ms");
    tap_is_int(heard_ms(20040), 20000, "behind the last mark the clock goes "
        "on");
    tap_ok(!played_done(&p, (int64_t)pieces * 180 + 39)
        && played_done(&p, (int64_t)pieces * 180 + 40), "to the end");
    say("speech", 180, 30000);
    tap_is_str(slice_str(name), "g0.65", "then there is room for marks again");
    tap_is_int((int64_t)played_cut(&p, 30100, cut, &clear), 1,
        "cut in its last words");
    tap_is_int(cut[0].heard_ms, (int64_t)pieces * 180 + 100,
        "counted from its first byte");
}

/* Round the ring of marks many times. */
static void run_ring(void)
{
    size_t bad = 0;
    int64_t now = 0;

    begin();
    for (int i = 0; i < 1000; i++) {
        char first[PLAYED_NAME];

        say("a", 20, now);
        memcpy(first, name, sizeof first);
        say("a", 20, now);
        now += 40;
        if (i % 3)
            bad += !echo(first, now - 20);
        bad += !echo(name, now) || p.marks || !played_done(&p, now);
    }
    tap_is_int((int64_t)bad, 0, "2,000 marks through a ring of 64");
    tap_is_int(heard_ms(now), 40000, "not a byte is lost on the way");
}

int main(void)
{
    run_clock();
    run_marks();
    run_cut();
    run_late();
    run_items();
    run_speech();
    run_ring();
    return tap_done();
}
