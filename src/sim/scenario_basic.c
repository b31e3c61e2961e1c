/* scenario_basic.c - calls as they usually go, and the three classic mistakes.
 *
 * A script per person and a script per model; the rows at the end join them.
 */
#include "sim/scenes.h"

/* ---- a table is booked ---- */

static const struct callee_step booking_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
const struct callee_script scenario_booking_callee = {STEPS(booking_steps)};

static const struct model_rule booking_rules[] = {
    OPENING,
    NAME,
    {MODEL_HEARD, "4 7 1 1", "4, 7, 1, 1. So that is Monday the 23rd of "
        "November at 7 pm, 4 people, for Leo, number 4 7 1 1. Is that right?",
        NULL, NULL, false},
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE,
        "{\"number\":\"4711\",\"date\":\"2026-11-23\",\"time\":\"19:00\","
        "\"party\":4,\"name\":\"Leo\",\"notes\":\"\"}", false},
    DONE,
};
const struct model_script scenario_booking_model = {RULES(booking_rules)};

/* ---- another time is offered and taken ---- */

static const struct callee_step other_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "I'm sorry, at 7 we are full. I could offer you 8 pm.", 0},
    {CALLEE_WAIT, "8 pm is fine", 0},
    {CALLEE_SAY, "Good, Monday the 23rd at 8 pm for 4 people. Under what "
        "name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "No, we have no numbers here, the name is enough.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script other_callee = {STEPS(other_steps)};

static const struct model_rule other_rules[] = {
    OPENING,
    {MODEL_HEARD, "offer you 8 pm", "8 pm is fine for us, thank you.", NULL,
        NULL, false},
    NAME,
    {MODEL_HEARD, "name is enough", "So that is Monday the 23rd of November "
        "at 8 pm, 4 people, for Leo. Is that right?", NULL, NULL, false},
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE,
        "{\"number\":\"\",\"date\":\"2026-11-23\",\"time\":\"20:00\","
        "\"party\":4,\"name\":\"Leo\",\"notes\":\"8 pm instead of 7 pm\"}",
        false},
    DONE,
};
static const struct model_script other_model = {RULES(other_rules)};

/* ---- they say no ---- */

static const struct callee_step declined_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "I'm sorry, we are fully booked on Monday. I have nothing "
        "else to offer you.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script declined_callee = {STEPS(declined_steps)};

static const struct model_rule declined_rules[] = {
    OPENING,
    {MODEL_HEARD, "fully booked", "I understand. Thank you for your time. "
        "Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"declined\"}", false},
};
static const struct model_script declined_model = {RULES(declined_rules)};

/* ---- nobody is reached ---- */

static const struct callee_script busy_callee = {.pickup = CALLEE_BUSY,
    .ring_ms = 1200};

/* ---- they interrupt ---- */

static const struct callee_step interrupt_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd, one moment, I am looking.", 0},
    {CALLEE_CUT_IN, "It is free at 7 pm for 4 people. Under what name?", 40},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script interrupt_callee = {STEPS(interrupt_steps)};

static const struct model_rule interrupt_rules[] = {
    OPENING,
    {MODEL_HEARD, "I am looking", "Thank you, please take all the time you "
        "need, we are in no hurry at all, and if the evening is full we would "
        "of course also like to hear what else there is.", NULL, NULL, false},
    NAME,
    {MODEL_HEARD, "4 7 1 1", "4, 7, 1, 1. So that is Monday the 23rd of "
        "November at 7 pm, 4 people, for Leo, number 4 7 1 1. Is that right?",
        NULL, NULL, false},
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE,
        "{\"number\":\"4711\",\"date\":\"2026-11-23\",\"time\":\"19:00\","
        "\"party\":4,\"name\":\"Leo\",\"notes\":\"\"}", false},
    DONE,
};
static const struct model_script interrupt_model = {RULES(interrupt_rules)};

/* ---- something is broken on the way: they only listen ---- */

static const struct callee_step broken_steps[] = {GREETING};
const struct callee_script scenario_greeting_callee = {STEPS(broken_steps)};

/* ---- somebody rings us ---- */

static const struct callee_step inbound_steps[] = {
    {CALLEE_WAIT, "help you", 0},
    {CALLEE_SAY, "This is Luigi's. Please tell Leo that his table is ready.",
        0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script inbound_caller = {STEPS(inbound_steps)};

static const struct model_rule inbound_rules[] = {
    {MODEL_FIRST, NULL, "Hello, this is an automated assistant. How can I "
        "help you?", NULL, NULL, false},
    {MODEL_HEARD, "tell Leo", "I will tell him. Thank you for calling. "
        "Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"done\"}", false},
};
static const struct model_script inbound_model = {RULES(inbound_rules)};

/* ---- the table ---- */

const struct scenario scenario_basic[] = {
    {
        .name = "booking",
        .about = "a table is booked, its number is spelled back",
        .in_words = true,
        .places = "name,number,city,zone\r\n"
            "Luigi's,+1 555 123 0000,Berlin,Europe/Berlin\r\n",
        .request = REQUEST, .asked = ASKED,
        .callee = &scenario_booking_callee, .model = &scenario_booking_model,
        .want = {.status = "completed", .outcome = "confirmed",
            .date = "2026-11-23", .time = "19:00", .party = 4, .name = "Leo",
            .number = "4711", .heard = "number 4 7 1 1. Is that right?"},
    },
    {
        .name = "other-time",
        .about = "7 pm is taken, 8 pm is offered and agreed",
        .request = REQUEST, .asked = ASKED,
        .callee = &other_callee, .model = &other_model,
        .want = {.status = "completed", .outcome = "modified",
            .date = "2026-11-23", .time = "20:00", .party = 4, .name = "Leo",
            .heard = "8 pm is fine"},
    },
    {
        .name = "declined",
        .about = "the restaurant is fully booked",
        .request = REQUEST, .asked = ASKED,
        .callee = &declined_callee, .model = &declined_model,
        .want = {.status = "completed", .outcome = "declined",
            .heard = "I understand.", .exit = 1},
    },
    {
        .name = "busy",
        .about = "the line is busy",
        .request = REQUEST, .asked = ASKED,
        .callee = &busy_callee, .model = &scenario_booking_model,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .exit = 2},
    },
    {
        .name = "interrupt",
        .about = "they speak over the assistant, which falls silent",
        .request = REQUEST, .asked = ASKED,
        .callee = &interrupt_callee, .model = &interrupt_model,
        .want = {.status = "completed", .outcome = "confirmed",
            .date = "2026-11-23", .time = "19:00", .party = 4, .name = "Leo",
            .number = "4711", .cut = "take all the time"},
    },
    {
        .name = "wrong-track",
        .about = "the TwiML asks for a track that <Connect> does not take",
        .request = REQUEST, .asked = ASKED,
        .callee = &scenario_greeting_callee, .model = &scenario_booking_model,
        .fault = FAULT(.what = SIM_FAULT_TRACK),
        .want = {.heard = "application error", .twilio_error = 31941,
            .exit = 2},
    },
    {
        .name = "handshake-403",
        .about = "the tunnel answers the upgrade with 403",
        .request = REQUEST, .asked = ASKED,
        .callee = &scenario_greeting_callee, .model = &scenario_booking_model,
        .fault = FAULT(.what = SIM_FAULT_HANDSHAKE_403),
        .want = {.twilio_error = 31920, .exit = 2},
    },
    {
        .name = "no-token",
        .about = "the stream comes without its parameters and is closed",
        .request = REQUEST, .asked = ASKED,
        .callee = &scenario_greeting_callee, .model = &scenario_booking_model,
        .fault = FAULT(.what = SIM_FAULT_NO_TOKEN),
        .want = {.twilio_error = 31921, .exit = 2},
    },
    {
        .name = "inbound",
        .about = "somebody rings us and leaves word",
        .inbound = true, .asked = {.to = "+15551230000"},
        .callee = &inbound_caller, .model = &inbound_model,
        .want = {.status = "completed", .heard = "I will tell him"},
    },
    {.name = NULL},
};
