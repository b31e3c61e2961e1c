/* scenario_ends.c - the other things that restaurants say: a list, a call back,
 * a booking cancelled, a wrong number.
 */
#include "sim/scenes.h"

#define USUAL .request = REQUEST, .asked = ASKED

#define SORRY {MODEL_HEARD, "sorry", "I see. Thank you, goodbye!", \
    SCENARIO_TOOL_END, "{\"reason\":\"declined\"}", 0}

/* ---- a waiting list ---- */

static const struct callee_step list_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "We are fully booked, but I can put you on the waiting list. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Good, Leo, you are on the waiting list.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script list_callee = {STEPS(list_steps)};

static const struct model_rule list_rules[] = {
    OPENING,
    {MODEL_HEARD, "waiting list. Under", "Yes, please. The name is Leo.",
        NULL, NULL, 0},
    {MODEL_HEARD, "you are on the waiting list", "Thank you, goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script list_model = {RULES(list_rules)};

/* ---- they will call back ---- */

static const struct callee_step back_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "I have to ask my manager. We will call you back this "
        "evening.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script back_callee = {STEPS(back_steps)};

static const struct model_rule back_rules[] = {
    OPENING,
    {MODEL_HEARD, "call you back", "That is kind. Thank you, goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script back_model = {RULES(back_rules)};

/* ---- a booking is cancelled ---- */

static const struct callee_step cancel_steps[] = {
    GREETING,
    {CALLEE_WAIT, "cancel", 0},
    {CALLEE_SAY, "One moment. Yes, Leo, four people. I have cancelled it for "
        "you.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script cancel_callee = {STEPS(cancel_steps)};

static const struct model_rule cancel_rules[] = {
    {MODEL_FIRST, NULL, "{disclosure} I would like to cancel the table for 4 "
        "people on Monday the 23rd of November at 7 pm, number 4 7 1 1.",
        NULL, NULL, 0},
    {MODEL_HEARD, "cancelled it", "Thank you very much, goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script cancel_model = {RULES(cancel_rules)};

/* ---- a wrong number ---- */

static const struct callee_step wrong_steps[] = {
    {CALLEE_PAUSE, NULL, 600},
    {CALLEE_SAY, "Hello?", 0},
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Sorry, you have the wrong number, this is a private house.",
        0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script wrong_callee = {STEPS(wrong_steps)};

static const struct model_rule wrong_rules[] = {OPENING, SORRY};
static const struct model_script wrong_model = {RULES(wrong_rules)};

/* ---- the table ---- */

const struct scenario scenario_ends[] = {
    {
        .name = "waitlisted", .about = "no table, but a place on the list",
        USUAL, .callee = &list_callee, .model = &list_model,
        .want = {.status = "completed", .outcome = "waitlisted", .exit = 1},
    },
    {
        .name = "callback", .about = "they will call back",
        USUAL, .callee = &back_callee, .model = &back_model,
        .want = {.status = "completed", .outcome = "callback_promised",
            .exit = 1},
    },
    {
        .name = "called-off", .about = "a booking is cancelled by its number",
        .request = "Cancel my table at Luigi's tomorrow at 7 pm, number 4711",
        .asked = ASKED, .cancels = "4711",
        .callee = &cancel_callee, .model = &cancel_model,
        .want = {.status = "completed", .outcome = "cancelled"},
    },
    {
        .name = "wrong-number", .about = "a private house answers",
        USUAL, .callee = &wrong_callee, .model = &wrong_model,
        .want = {.status = "completed", .outcome = "wrong_party", .exit = 1},
    },
    {.name = NULL},
};
