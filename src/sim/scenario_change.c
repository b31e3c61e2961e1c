/* scenario_change.c - a booking that stands is to become another, or none: they
 * agree, they offer something else, they refuse and it stands as it was.
 */
#include "sim/scenes.h"

/* Monday at 7 pm stands; Tuesday at 8 pm is wanted. */
#define NEW {"+15551230000", "Luigi's", 4, "2026-11-24", "20:00", "Leo", \
    NULL, NULL}
#define CHANGE .request = "Move my booking at Luigi's, number 4711, to " \
    "Tuesday at 8 pm, for 4", .asked = NEW, .changes = "4711"
#define MOVE {MODEL_FIRST, NULL, "{disclosure} Leo has a table for 4 people " \
    "on Monday the 23rd of November at 7 pm, number 4 7 1 1. Could it be " \
    "moved to Tuesday the 24th of November at 8 pm?", NULL, NULL, 0}
#define BYE(words) {MODEL_HEARD, (words), "Thank you very much, goodbye!", \
    SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0}

/* ---- they agree ---- */

static const struct callee_step agreed_steps[] = {
    GREETING,
    {CALLEE_WAIT, "Could it be moved", 0},
    {CALLEE_SAY, "Monday at 7, Leo, yes, I see it. Tuesday the 24th at 8 pm "
        "for 4 people, that works. I have moved it for you.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right, see you on Tuesday.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script agreed_callee = {STEPS(agreed_steps)};

static const struct model_rule agreed_rules[] = {
    MOVE,
    {MODEL_HEARD, "moved it for you", "So that is Tuesday the 24th of "
        "November at 8 pm, 4 people, for Leo. Is that right?", NULL, NULL, 0},
    BYE("see you on Tuesday"),
};
static const struct model_script agreed_model = {RULES(agreed_rules)};

/* ---- another hour is offered and taken ---- */

static const struct callee_step other_steps[] = {
    GREETING,
    {CALLEE_WAIT, "Could it be moved", 0},
    {CALLEE_SAY, "Tuesday at 8 we are full. I could offer you 8:30 pm.", 0},
    {CALLEE_WAIT, "8:30 pm is fine", 0},
    {CALLEE_SAY, "Good. I have changed it: Tuesday the 24th at 8:30 pm for 4 "
        "people, Leo.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script other_callee = {STEPS(other_steps)};

static const struct model_rule other_rules[] = {
    MOVE,
    {MODEL_HEARD, "offer you 8:30 pm", "8:30 pm is fine for us.", NULL, NULL,
        0},
    BYE("changed it"),
};
static const struct model_script other_model = {RULES(other_rules)};

/* ---- they refuse, and it stands as it was ---- */

static const struct callee_step stands_steps[] = {
    GREETING,
    {CALLEE_WAIT, "Could it be moved", 0},
    {CALLEE_SAY, "I'm sorry, on Tuesday we are fully booked. Your table on "
        "Monday at 7 pm still stands.", 0},
    {CALLEE_WAIT, "leave it as it is", 0},
    {CALLEE_SAY, "Of course. See you on Monday at 7.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script stands_callee = {STEPS(stands_steps)};

static const struct model_rule stands_rules[] = {
    MOVE,
    {MODEL_HEARD, "still stands", "I see. Then please leave it as it is.",
        NULL, NULL, 0},
    BYE("See you on Monday"),
};
static const struct model_script stands_model = {RULES(stands_rules)};

/* ---- it is too late to cancel ---- */

static const struct callee_step late_steps[] = {
    GREETING,
    {CALLEE_WAIT, "cancel", 0},
    {CALLEE_SAY, "Leo, 4 people, yes, I have it here. But it is less than a "
        "day, I can't cancel it any more.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script late_callee = {STEPS(late_steps)};

static const struct model_rule late_rules[] = {
    {MODEL_FIRST, NULL, "{disclosure} I would like to cancel the table for 4 "
        "people on Monday the 23rd of November at 7 pm, number 4 7 1 1.",
        NULL, NULL, 0},
    {MODEL_HEARD, "can't cancel it", "I see, I will pass that on. Thank you, "
        "goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"declined\"}", 0},
};
static const struct model_script late_model = {RULES(late_rules)};

/* ---- the table ---- */

const struct scenario scenario_change[] = {
    {
        .name = "change", .about = "a booking is moved to another day",
        CHANGE, .callee = &agreed_callee, .model = &agreed_model,
        .want = {.status = "completed", .outcome = "confirmed",
            .date = "2026-11-24", .time = "20:00", .party = 4, .name = "Leo",
            .heard = "Is that right?"},
    },
    {
        .name = "change-other",
        .about = "a booking is moved to another hour than was asked for",
        CHANGE, .callee = &other_callee, .model = &other_model,
        .want = {.status = "completed", .outcome = "modified",
            .date = "2026-11-24", .time = "20:30", .party = 4, .name = "Leo",
            .heard = "8:30 pm is fine"},
    },
    {
        .name = "change-refused",
        .about = "a booking cannot be moved: the old one stands",
        CHANGE, .callee = &stands_callee, .model = &stands_model,
        .want = {.status = "completed", .outcome = "declined", .exit = 1,
            .heard = "leave it as it is"},
    },
    {
        .name = "cancel-refused", .about = "it is too late to cancel",
        .request = "Cancel my table at Luigi's tomorrow at 7 pm, number 4711",
        .asked = ASKED, .cancels = "4711",
        .callee = &late_callee, .model = &late_model,
        .want = {.status = "completed", .outcome = "declined", .exit = 1,
            .heard = "I will pass that on"},
    },
    {.name = NULL},
};
