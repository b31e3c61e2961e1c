/* scenario_many.c - several calls at once: each with its own number, callee and
 * answer, and each outcome belongs to its call.
 */
#include "sim/scenes.h"

#define MONDAY "2026-11-23"
#define ASK(i, party, time) {"+155512300" i, "House " i, party, MONDAY, time, \
    "Leo", NULL, NULL}

/* ---- a table at House i: how many people, at what hour, which number ---- */

#define BOOKS(i, people, hour, digits) \
    static const struct callee_step steps_##i[] = { \
        {CALLEE_PAUSE, NULL, 400 + 37 * (1##i - 100)}, \
        {CALLEE_SAY, "House " #i ", good evening!", 0}, \
        {CALLEE_WAIT, "a table for " people " people", 0}, \
        {CALLEE_SAY, "Monday the 23rd at " hour " pm for " people \
            " people, yes, that works. Under what name?", 0}, \
        {CALLEE_WAIT, "the name is Leo", 0}, \
        {CALLEE_SAY, "Your confirmation number is " digits ".", 0}, \
        {CALLEE_WAIT, "number " digits, 0}, \
        {CALLEE_SAY, "Yes, that's right.", 0}, \
        {CALLEE_WAIT, "goodbye", 0}, \
    }; \
    static const struct callee_script callee_##i = {STEPS(steps_##i)}; \
    static const struct model_rule rules_##i[] = { \
        {MODEL_FIRST, NULL, "{disclosure} I would like to book a table for " \
            people " people on Monday the 23rd of November at " hour \
            " pm, please.", NULL, NULL, false}, \
        NAME, \
        {MODEL_HEARD, digits, "So that is Monday the 23rd of November at " \
            hour " pm, " people " people, for Leo, number " digits \
            ". Is that right?", NULL, NULL, false}, \
        {MODEL_HEARD, "that's right", "Thank you very much. Goodbye!", \
            SCENARIO_TOOL_END, "{\"reason\":\"done\"}", false}, \
    }; \
    static const struct model_script model_##i = {RULES(rules_##i)};

BOOKS(01, "2", "6", "5 0 1 2")
BOOKS(02, "3", "7", "5 0 2 3")
BOOKS(03, "4", "8", "5 0 3 4")
BOOKS(04, "5", "9", "5 0 4 5")
BOOKS(05, "6", "6", "5 0 5 6")
BOOKS(06, "7", "7", "5 0 6 7")
BOOKS(07, "8", "8", "5 0 7 8")
BOOKS(08, "2", "9", "5 0 8 9")
BOOKS(09, "3", "6", "5 0 9 1")
BOOKS(10, "4", "7", "5 1 0 2")
BOOKS(11, "5", "8", "5 1 1 3")
BOOKS(12, "6", "9", "5 1 2 4")

#define TABLE(i, people, at, digits) \
    {.asked = ASK(#i, people, at), .callee = &callee_##i, \
        .model = &model_##i, \
        .want = {.status = "completed", .outcome = "confirmed", \
            .date = MONDAY, .time = at, .party = people, .name = "Leo", \
            .number = digits, .error = "none", .last = "completed", \
            .heard = "Is that right?"}}

/* ---- and those that end otherwise ---- */

static const struct callee_step full_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "I'm sorry, we are fully booked on Monday. I have nothing "
        "else to offer you.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script full_callee = {STEPS(full_steps),
    .ring_ms = 3500};

static const struct model_rule full_rules[] = {
    OPENING,
    {MODEL_HEARD, "fully booked", "I understand. Thank you for your time. "
        "Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"declined\"}", false},
};
static const struct model_script full_model = {RULES(full_rules)};

static const struct callee_step gone_steps[] = {
    GREETING,
    {CALLEE_PAUSE, NULL, 3000},
    {CALLEE_HANG_UP, NULL, 0},
};
static const struct callee_script gone_callee = {STEPS(gone_steps)};

static const struct callee_script busy_callee = {.pickup = CALLEE_BUSY};
static const struct callee_script silent_callee = {
    .pickup = CALLEE_NO_ANSWER};
static const struct callee_script rejecting_callee = {
    .pickup = CALLEE_REJECTS};
static const struct callee_script missing_callee = {
    .pickup = CALLEE_UNREACHABLE};

#define FULL(i) \
    {.asked = ASK(#i, 4, "19:00"), .callee = &full_callee, \
        .model = &full_model, .want = {.status = "completed", \
            .outcome = "declined", .heard = "I understand.", .exit = 1}}
#define UNREACHED(i, who, why, end) \
    {.asked = ASK(#i, 4, "19:00"), .callee = &who, .model = &full_model, \
        .want = {.status = "failed", .outcome = "not_reached", \
            .reason = why, .last = end, .exit = 2}}
#define GONE(i) \
    {.asked = ASK(#i, 4, "19:00"), .callee = &gone_callee, \
        .model = &full_model, .want = {.status = "completed", \
            .outcome = "cut_off", .last = "completed", .exit = 3}}
#define REFUSED(i, status) \
    {.asked = ASK(#i, 4, "19:00"), .callee = &full_callee, \
        .model = &full_model, .want = {.http = status}}

static const struct scenario_call second[] = {
    TABLE(02, 3, "19:00", "5023"),
};

static const struct scenario_call nineteen[] = {
    TABLE(02, 3, "19:00", "5023"),
    UNREACHED(13, busy_callee, "busy", "busy"),
    TABLE(03, 4, "20:00", "5034"),
    FULL(14),
    TABLE(04, 5, "21:00", "5045"),
    TABLE(05, 6, "18:00", "5056"),
    GONE(15),
    TABLE(06, 7, "19:00", "5067"),
    UNREACHED(16, silent_callee, "no_answer", "no-answer"),
    TABLE(07, 8, "20:00", "5078"),
    TABLE(08, 2, "21:00", "5089"),
    FULL(17),
    TABLE(09, 3, "18:00", "5091"),
    UNREACHED(18, rejecting_callee, "rejected", "failed"),
    TABLE(10, 4, "19:00", "5102"),
    UNREACHED(19, missing_callee, "invalid_number", "failed"),
    TABLE(11, 5, "20:00", "5113"),
    FULL(20),
    TABLE(12, 6, "21:00", "5124"),
};

/* MAX_CALLS=2: the third is refused with 503 and rings nowhere. */
static const struct scenario_call two_and_one[] = {
    TABLE(02, 3, "19:00", "5023"),
    REFUSED(14, 503),
};

/* The same intent while it runs: 409 (DESIGN 5). */
static const struct scenario_call the_same[] = {
    {.asked = ASK("01", 2, "18:00"), .callee = &callee_01,
        .model = &model_01, .want = {.http = 409}},
};

/* ---- the table ---- */

#define FIRST .request = "Book a table at House 01 for 2 tomorrow at 6 pm", \
    .asked = ASK("01", 2, "18:00"), .callee = &callee_01, \
    .model = &model_01, \
    .want = {.status = "completed", .outcome = "confirmed", .date = MONDAY, \
        .time = "18:00", .party = 2, .name = "Leo", .number = "5012", \
        .error = "none", .last = "completed", .heard = "Is that right?"}
#define MORE(m) .more = (m), .mores = sizeof(m) / sizeof(*(m))

const struct scenario scenario_many[] = {
    {
        .name = "two-at-once", .about = "two calls at once, two tables",
        FIRST, MORE(second),
    },
    {
        .name = "twenty-at-once", .about = "twenty calls at once: twelve "
            "tables, eight other ends",
        FIRST, MORE(nineteen),
    },
    {
        .name = "one-too-many", .about = "MAX_CALLS is 2: the third is "
            "refused",
        FIRST, MORE(two_and_one), .max_calls = 2,
    },
    {
        .name = "same-intent", .about = "the same is asked for again while it "
            "runs: 409, and one telephone rings",
        FIRST, MORE(the_same),
    },
    {.name = NULL},
};
