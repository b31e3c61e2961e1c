/* scenario_voice.c - what is heard and what is cut off: long deltas, people who
 * speak over the assistant, tools, the disclosure, the dialect of 2024.
 */
#include "sim/scenes.h"

#define FIRST_WORDS "{disclosure} I would like to book a table for 4 people " \
    "on Monday the 23rd of November at 7 pm, please."
#define NAME_WORDS "The name is Leo. Do you have a confirmation number for me?"

/* 700 characters are 28 seconds of tones. */
#define LONG_WORDS "Thank you, that is very kind. I should tell you a little " \
    "more about the evening. My friends come from far away, two of them by " \
    "train and one by bicycle, and none of them has been to your town before" \
    ". They have heard of your kitchen, of the bread that you bake in the " \
    "morning and of the olives, and they talk of little else. One of them " \
    "does not eat fish, one of them would rather sit with his back to the " \
    "wall, and all of them like it when the music is not too loud. If there " \
    "is a quiet corner, or a table at the window where one can see the " \
    "square, that would be lovely, but it is no condition at all, and we " \
    "shall be glad of any table that you can spare us at that hour."

#define BOOKING .request = REQUEST, .asked = ASKED

/* ---- the dialect of 2024 ---- */

static const struct model_rule plain_rules[] = {
    OPENING, NAME, READ_BACK, NOTE, DONE,
};
static const struct model_script beta_model = {RULES(plain_rules),
    .beta = true};

/* ---- 28 seconds in one event ---- */

static const struct callee_step long_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, one moment, I am "
        "looking.", 0},
    {CALLEE_WAIT, "very kind", 60000},
    {CALLEE_SAY, "That works. Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script long_callee = {STEPS(long_steps)};

static const struct callee_step long_cut_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd, one moment, I am looking.", 0},
    {CALLEE_CUT_IN, "It is free at 7 pm for 4 people. Under what name?", 330},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script long_cut_callee = {STEPS(long_cut_steps)};

static const struct model_rule long_rules[] = {
    OPENING,
    {MODEL_HEARD, "I am looking", LONG_WORDS, NULL, NULL, MODEL_AT_ONCE},
    NAME, READ_BACK, NOTE, DONE,
};
static const struct model_script long_model = {RULES(long_rules)};

/* ---- they speak before it does ---- */

static const struct callee_step before_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd, one moment, I am looking.", 0},
    {CALLEE_PAUSE, NULL, 900},      /* half a second, and it begins to think */
    {CALLEE_SAY, "It is free at 7 pm for 4 people. Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script before_callee = {STEPS(before_steps)};

#define PATIENT "Thank you, please take all the time you need, we are in no " \
    "hurry at all, and if the evening is full we would of course also like " \
    "to hear what else there is."

static const struct model_rule patient_rules[] = {
    OPENING,
    {MODEL_HEARD, "I am looking", PATIENT, NULL, NULL, 0},
    NAME, READ_BACK, NOTE, DONE,
};
static const struct model_script slow_model = {RULES(patient_rules),
    .think_ms = 1500};

/* ---- while its audio still comes, and when all of it has come ---- */

static const struct callee_step cut_steps[] = {
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
static const struct callee_script cut_callee = {STEPS(cut_steps)};

/* Hardly faster than it is played; and all in the first tenth of a second. */
static const struct model_script during_model = {RULES(patient_rules),
    .burst = 2};
static const struct model_script sent_model = {RULES(patient_rules),
    .burst = 100};

/* ---- they speak over the disclosure: it is heard to its end ---- */

static const struct callee_step over_steps[] = {
    {CALLEE_CUT_IN, "Luigi's, hello, who is this?", 20},
    {CALLEE_WAIT, "a table for 4", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script over_callee = {STEPS(over_steps)};

static const struct model_rule over_rules[] = {
    {MODEL_FIRST, NULL, "{disclosure}", NULL, NULL, 0},
    {MODEL_HEARD, "who is this", "I am calling to book a table for 4 people on "
        "Monday the 23rd of November at 7 pm.", NULL, NULL, 0},
    NAME, READ_BACK, NOTE, DONE,
};
static const struct model_script over_model = {RULES(over_rules)};

/* ---- the disclosure is not said ---- */

static const struct model_rule forgets_rules[] = {
    {MODEL_FIRST, NULL, "Good evening! I would like a table, please.", NULL,
        NULL, 0},
    {MODEL_HEARD, "which day", "I would like to book a table for 4 people on "
        "Monday the 23rd of November at 7 pm, please.", NULL, NULL, 0},
    NAME, READ_BACK, NOTE, DONE,
};
static const struct model_script forgets_model = {RULES(forgets_rules)};
static const struct model_script never_model = {RULES(forgets_rules),
    .temper = MODEL_NEVER_DISCLOSES};

static const struct callee_step forgets_steps[] = {
    GREETING,
    {CALLEE_WAIT, "automated assistant", 0},
    {CALLEE_SAY, "Good evening. For which day?", 0},
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script forgets_callee = {STEPS(forgets_steps)};

/* ---- tools ---- */

/* Two in one response, one of them nobody offered: each is answered, then the
 * model goes on once. */
static const struct model_rule several_rules[] = {
    OPENING, NAME, READ_BACK,
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE, NOTED, MODEL_AND},
    {MODEL_HEARD, "that's right", NULL, "write_letter", "{\"to\":\"Leo\"}",
        MODEL_AND | MODEL_ANY_TOOL},
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE, NOTED, 0},
    {MODEL_TOOL_ANSWER, "{\"ok\":true}{\"error\":", "Thank you very much. "
        "Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script several_model = {RULES(several_rules)};

static const struct model_rule unknown_rules[] = {
    OPENING, NAME, READ_BACK,
    {MODEL_HEARD, "that's right", NULL, "write_letter", "{\"to\":\"Leo\"}",
        MODEL_ANY_TOOL},
    {MODEL_TOOL_ANSWER, "error", "Thank you very much. Goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script unknown_model = {RULES(unknown_rules)};

/* Half an end_call hangs up on nobody. */
static const struct model_rule broken_rules[] = {
    OPENING,
    {MODEL_HEARD, "what name", NULL, SCENARIO_TOOL_END, "{\"reason\":\"do",
        MODEL_ANY_TOOL},
    {MODEL_TOOL_ANSWER, "error", NAME_WORDS, NULL, NULL, 0},
    READ_BACK, NOTE, DONE,
};
static const struct model_script broken_model = {RULES(broken_rules)};

/* They speak while the model writes the call: it is cut off, not carried out,
 * and not answered either. */
static const struct callee_step cut_tool_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_PAUSE, NULL, 2000},
    {CALLEE_SAY, "And please be on time.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script cut_tool_callee = {STEPS(cut_tool_steps)};

static const struct model_rule cut_tool_rules[] = {
    OPENING, NAME, READ_BACK,
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_END,
        "{\"reason\":\"done\"}", MODEL_SLOW_TOOL},
    {MODEL_HEARD, "on time", "We shall be. Thank you very much. Goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script cut_tool_model = {RULES(cut_tool_rules)};

/* ---- the goodbye is heard to its end ---- */

#define LONG_GOODBYE "Thank you very much for your help, we are all looking " \
    "forward to the evening. Goodbye!"

static const struct callee_step bye_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_CUT_IN, "You are welcome, bye!", 30},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script bye_callee = {STEPS(bye_steps)};

static const struct model_rule bye_rules[] = {
    OPENING, NAME, READ_BACK,
    {MODEL_HEARD, "that's right", LONG_GOODBYE, SCENARIO_TOOL_END,
        "{\"reason\":\"done\"}", 0},
};
static const struct model_script bye_model = {RULES(bye_rules), .burst = 40};

/* The model leaves with its last word: that is no trouble to speak of. */
static const struct model_rule quits_rules[] = {
    OPENING, NAME, READ_BACK,
    {MODEL_HEARD, "that's right", LONG_GOODBYE, SCENARIO_TOOL_END,
        "{\"reason\":\"done\"}", MODEL_QUITS},
};
static const struct model_script quits_model = {RULES(quits_rules)};

/* Some call the tool first and speak then. */
static const struct model_rule tool_first_rules[] = {
    OPENING, NAME, READ_BACK,
    {MODEL_HEARD, "that's right", LONG_GOODBYE, SCENARIO_TOOL_END,
        "{\"reason\":\"done\"}", MODEL_TOOL_FIRST},
};
static const struct model_script tool_first_model = {RULES(tool_first_rules),
    .burst = 2};

/* ---- the table ---- */

const struct scenario scenario_voice[] = {
    {
        .name = "booking-beta",
        .about = "a table is booked in the dialect of 2024",
        BOOKING, .callee = &scenario_booking_callee, .model = &beta_model,
        .want = {ALL_AGREED, .heard = "number 4 7 1 1. Is that right?"},
    },
    {
        .name = "long-delta",
        .about = "28 seconds of audio come in one event",
        BOOKING, .callee = &long_callee, .model = &long_model,
        .want = {ALL_AGREED, .heard = "very kind", .also = "The name is Leo"},
    },
    {
        .name = "long-delta-cut",
        .about = "28 seconds in one event, cut off after 13",
        BOOKING, .callee = &long_cut_callee, .model = &long_model,
        .want = {ALL_AGREED, .cut = "very kind"},
    },
    {
        .name = "cut-in-before",
        .about = "they speak on before the answer's first audio",
        BOOKING, .callee = &before_callee, .model = &slow_model,
        .want = {ALL_AGREED, .never = "take all the time", .cancelled = 1},
    },
    {
        .name = "cut-in-during",
        .about = "they speak over audio that is still being made",
        BOOKING, .callee = &cut_callee, .model = &during_model,
        .want = {ALL_AGREED, .cut = "take all the time", .cancelled = 1},
    },
    {
        .name = "cut-in-sent",
        .about = "they speak over audio that has long been sent",
        BOOKING, .callee = &cut_callee, .model = &sent_model,
        .want = {ALL_AGREED, .cut = "take all the time"},
    },
    {
        .name = "cut-in-disclosure",
        .about = "they speak over the disclosure, which goes on",
        BOOKING, .callee = &over_callee, .model = &over_model,
        .want = {ALL_AGREED, .heard = "this is an automated assistant calling "
            "on behalf of Leo."},
    },
    {
        .name = "disclosure-late",
        .about = "the disclosure is forgotten, asked for again and said",
        BOOKING, .callee = &forgets_callee, .model = &forgets_model,
        .want = {ALL_AGREED, .heard = "I would like a table",
            .also = "this is an automated assistant calling on behalf of Leo.",
            .seconds = 32},
    },
    {
        .name = "disclosure-never",
        .about = "the disclosure is not said: the call is ended",
        BOOKING, .callee = &scenario_greeting_callee, .model = &never_model,
        .want = {.status = "completed", .error = "model",
            .error_says = "did not say the disclosure",
            .never = "automated assistant", .exit = 3},
    },
    {
        .name = "tools-several",
        .about = "three tools in one response, one of them unheard of",
        BOOKING, .callee = &scenario_booking_callee, .model = &several_model,
        .want = {ALL_AGREED, .heard = "Goodbye!"},
    },
    {
        .name = "tool-unknown",
        .about = "a tool nobody offered is answered with an error",
        BOOKING, .callee = &scenario_booking_callee, .model = &unknown_model,
        .want = {ALL_AGREED, .heard = "Goodbye!"},
    },
    {
        .name = "tool-broken",
        .about = "a tool called with half a JSON object does nothing",
        BOOKING, .callee = &scenario_booking_callee, .model = &broken_model,
        .want = {ALL_AGREED, .heard = "Goodbye!"},
    },
    {
        .name = "tool-cut",
        .about = "they speak while a tool is being called: it is not",
        BOOKING, .callee = &cut_tool_callee, .model = &cut_tool_model,
        .want = {ALL_AGREED, .heard = "We shall be."},
    },
    {
        .name = "goodbye-cut-in",
        .about = "they speak over the goodbye, which is heard to its end",
        BOOKING, .callee = &bye_callee, .model = &bye_model,
        .want = {ALL_AGREED, .heard = "Goodbye!"},
    },
    {
        .name = "goodbye-after",
        .about = "the model ends the call first and says goodbye then",
        BOOKING, .callee = &scenario_booking_callee,
        .model = &tool_first_model,
        .want = {ALL_AGREED, .heard = "Goodbye!"},
    },
    {
        .name = "goodbye-quits",
        .about = "the model leaves with its last word, which is still heard",
        BOOKING, .callee = &scenario_booking_callee, .model = &quits_model,
        .want = {ALL_AGREED, .heard = "Goodbye!", .never = "technical problem",
            .sessions = 1},
    },
    {.name = NULL},
};
