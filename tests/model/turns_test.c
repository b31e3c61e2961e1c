/* turns_test.c - never two responses at once, and none forgotten. */
#include "model/turns.h"

#include "tests/tap.h"

#define OPENING 3

static void send(struct turns *t, uint64_t event)
{
    if (turns_due(t) == 0)
        abort();
    turns_sent(t, event);
}

static void test_plain(void)
{
    struct turns t = {0};

    tap_is_int(turns_due(&t), 0, "nothing wanted, nothing due");
    turns_want(&t, OPENING);
    tap_is_int(turns_due(&t), OPENING, "the opening is due at once");
    send(&t, 2);
    tap_is_int(turns_due(&t), 0, "sent: not due again");
    turns_want(&t, OPENING);
    tap_is_int(turns_due(&t), 0, "a second wish waits for the first answer");
    turns_created(&t, SLICE("resp_1"));
    tap_ok(turns_active(&t), "active");
    tap_is_int(turns_due(&t), 0, "and while it runs");
    turns_done(&t, SLICE("resp_0"));
    tap_ok(turns_active(&t), "another response's end is not its end");
    turns_done(&t, SLICE("resp_1"));
    tap_is_int(turns_due(&t), OPENING, "then it is due");
    turns_drop(&t);
    tap_is_int(turns_due(&t), 0, "dropped");
}

static void test_tags(void)
{
    struct turns t = {0};

    turns_want(&t, 2);
    turns_want(&t, 5);
    turns_want(&t, 3);
    tap_is_int(turns_due(&t), 5, "the highest tag waits, alone");
    send(&t, 1);
    turns_created(&t, SLICE("r"));
    turns_done(&t, SLICE("r"));
    tap_is_int(turns_due(&t), 0, "at most one waited");
}

static void test_tools(void)
{
    struct turns t = {0};

    turns_created(&t, SLICE("r1"));
    turns_tool(&t);
    turns_tool(&t);
    turns_answered(&t);
    tap_is_int(turns_due(&t), 0, "one of two tools answered");
    turns_done(&t, SLICE("r1"));
    tap_is_int(turns_due(&t), 0, "response done, a tool still open");
    turns_answered(&t);
    tap_is_int(turns_due(&t), TURNS_TOOLS, "all answered and done: one is due");
    send(&t, 9);
    turns_created(&t, SLICE("r2"));
    turns_done(&t, SLICE("r2"));
    tap_is_int(turns_due(&t), 0, "one for both, not two");

    turns_created(&t, SLICE("r3"));
    turns_tool(&t);
    turns_answered(&t);
    tap_is_int(turns_due(&t), 0, "answered before the end of the response");
    turns_done(&t, SLICE("r3"));
    tap_is_int(turns_due(&t), TURNS_TOOLS, "due after it");
}

/* The caller speaks while a tool works: realtime 5, point 5. */
static void test_own_response(void)
{
    struct turns t = {0};

    turns_created(&t, SLICE("r1"));
    turns_tool(&t);
    turns_done(&t, SLICE("r1"));
    turns_created(&t, SLICE("vad"));
    turns_answered(&t);
    turns_output_seen(&t);
    tap_is_int(turns_due(&t), 0, "the server's own response runs");
    turns_done(&t, SLICE("vad"));
    tap_is_int(turns_due(&t), TURNS_TOOLS,
        "it began before the output: one more is due");

    t = (struct turns){0};
    turns_created(&t, SLICE("r1"));
    turns_tool(&t);
    turns_answered(&t);
    turns_output_seen(&t);
    turns_created(&t, SLICE("vad"));
    turns_done(&t, SLICE("vad"));
    tap_is_int(turns_due(&t), 0,
        "it began after the output was seen: none is due");

    t = (struct turns){0};
    turns_tool(&t);
    turns_answered(&t);
    turns_created(&t, SLICE("vad"));
    turns_done(&t, SLICE("vad"));
    tap_is_int(turns_due(&t), TURNS_TOOLS, "not proven seen: one is due");
}

static void test_refused(void)
{
    struct turns t = {0};

    turns_want(&t, OPENING);
    send(&t, 7);
    tap_ok(!turns_error(&t, 6, false), "an error about another event");
    tap_ok(!turns_error(&t, 0, false), "an error about nobody knows what");
    tap_ok(turns_error(&t, 7, true), "ours: one is active already");
    tap_is_int(turns_due(&t), 0, "so it waits");
    turns_done(&t, SLICE("theirs"));
    tap_is_int(turns_due(&t), OPENING, "until that one is done");

    send(&t, 8);
    turns_created(&t, SLICE("theirs"));
    tap_ok(turns_error(&t, 8, true), "refused after their response was told");
    tap_is_int(turns_due(&t), 0, "which runs");
    turns_done(&t, SLICE("theirs"));
    tap_is_int(turns_due(&t), OPENING, "and the wish was kept");

    send(&t, 9);
    tap_ok(turns_error(&t, 0, true), "the same without an event id");
    turns_unstick(&t);
    tap_is_int(turns_due(&t), OPENING, "its end never came: unstuck");

    send(&t, 10);
    tap_ok(turns_error(&t, 10, false), "refused for another reason");
    tap_is_int(turns_due(&t), 0, "is not asked again by itself");
    tap_ok(!turns_active(&t), "and nothing runs");

    turns_want(&t, OPENING);
    send(&t, 11);
    turns_created(&t, SLICE("ours"));
    turns_done(&t, SLICE("ours"));
    tap_ok(!turns_error(&t, 11, true), "a late error about what was done");
    tap_is_int(turns_due(&t), 0, "changes nothing");
}

static void test_ids(void)
{
    struct turns t = {0};
    char longer[200];

    memset(longer, 'x', sizeof longer);
    turns_created(&t, slice_of(longer, sizeof longer));
    turns_done(&t, slice_of(longer, sizeof longer));
    tap_ok(!turns_active(&t), "ids beyond the room are compared cut");
    turns_created(&t, SLICE(""));
    turns_done(&t, SLICE("r"));
    tap_ok(!turns_active(&t), "a response without id ends with any");
}

int main(void)
{
    test_plain();
    test_tags();
    test_tools();
    test_own_response();
    test_refused();
    test_ids();
    return tap_done();
}
