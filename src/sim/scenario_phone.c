/* scenario_phone.c - what a telephone brings: the question to the owner in
 * mid-call.
 */
#include "sim/scenes.h"

#define BOOKING .request = REQUEST, .asked = ASKED
#define BYE(reason) SCENARIO_TOOL_END, "{\"reason\":\"" reason "\"}"

/* ---- the owner is asked ---- */

#define ASK(question) SCENARIO_TOOL_ASK, "{\"question\":\"" question \
    "\",\"default\":\"We would rather keep 7 pm.\"}"

#define LATER_OFFER \
    {CALLEE_SAY, "We are full at 7 pm. I could do 9 pm on Monday the 23rd.", 0}

#define CHECKING {MODEL_TOOL_ANSWER, "checking with the guest", \
    "One moment please, I am checking with the guest.", NULL, NULL, MODEL_AGAIN}

#define NOTE_LATER(time) {MODEL_HEARD, "that's right", NULL, \
    SCENARIO_TOOL_NOTE, "{\"number\":\"4711\",\"date\":\"2026-11-23\"," \
    "\"time\":\"" time "\",\"party\":4,\"name\":\"Leo\",\"notes\":\"\"}", 0}

static const struct callee_step answered_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    LATER_OFFER,
    {CALLEE_WAIT, "I am checking", 0},
    {CALLEE_WAIT, "9 pm is fine", 0},
    {CALLEE_SAY, "Good. Monday the 23rd at 9 pm for 4 people. Under what "
        "name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script answered_callee = {STEPS(answered_steps)};

#define READ_BACK_LATER {MODEL_HEARD, "4 7 1 1", "4, 7, 1, 1. So that is " \
    "Monday the 23rd of November at 9 pm, 4 people, for Leo, number 4 7 1 1." \
    " Is that right?", NULL, NULL, 0}

static const struct model_rule answered_rules[] = {
    OPENING,
    {MODEL_HEARD, "could do 9 pm", NULL, ASK("They are full at 7 pm and offer "
        "9 pm on Monday the 23rd for 4 people. Is that fine?"), 0},
    CHECKING,
    {MODEL_HEARD, "guest answers your question", "9 pm is fine, thank you. "
        "Please book it.", NULL, NULL, 0},
    NAME, READ_BACK_LATER, NOTE_LATER("21:00"), DONE,
};
static const struct model_script answered_model = {RULES(answered_rules)};

/* ---- ... and does not answer, or too late ---- */

static const struct callee_step ignored_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    LATER_OFFER,
    {CALLEE_WAIT, "I am checking", 0},
    {CALLEE_WAIT, "still checking", 0},
    {CALLEE_WAIT, "rather keep 7 pm", 50000},
    {CALLEE_SAY, "I understand. I am sorry, 7 pm is not possible.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script ignored_callee = {STEPS(ignored_steps)};

static const struct model_rule ignored_rules[] = {
    OPENING,
    {MODEL_HEARD, "could do 9 pm", NULL, ASK("They are full at 7 pm and offer "
        "9 pm. Is that fine?"), 0},
    CHECKING,
    {MODEL_TOLD, "still checking", "I am still checking, thank you for "
        "waiting.", NULL, NULL, MODEL_AGAIN},
    {MODEL_HEARD, "did not answer in time", "I am sorry, we would rather keep "
        "7 pm. Is there really nothing?", NULL, NULL, 0},
    {MODEL_HEARD, "not possible", "Then I will pass that on. Goodbye!",
        BYE("declined"), 0},
};
static const struct model_script ignored_model = {RULES(ignored_rules)};

/* ---- two questions, one after the other ---- */

static const struct callee_step two_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    LATER_OFFER,
    {CALLEE_WAIT, "9 pm is fine", 0},
    {CALLEE_SAY, "At 9 pm we have only a table outside. Is that all right?",
        0},
    {CALLEE_WAIT, "outside is fine too", 0},
    {CALLEE_SAY, "Good. Monday the 23rd at 9 pm for 4 people. Under what "
        "name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script two_callee = {STEPS(two_steps)};

static const struct model_rule two_rules[] = {
    OPENING,
    {MODEL_HEARD, "could do 9 pm", NULL, ASK("They offer 9 pm. Is that fine?"),
        MODEL_AND},
    /* In the same breath: only one is put to the owner at a time. */
    {MODEL_HEARD, "never said by anybody", NULL, ASK("And outside?"), 0},
    {MODEL_TOOL_ANSWER, "being asked already", "One moment please, I am "
        "checking with the guest.", NULL, NULL, 0},
    CHECKING,
    {MODEL_HEARD, "your question: \"Yes", "9 pm is fine, thank you.", NULL,
        NULL, 0},
    {MODEL_HEARD, "table outside", NULL, ASK("At 9 pm there is only a table "
        "outside. Is that fine?"), 0},
    {MODEL_HEARD, "your question: \"Outside", "Outside is fine too.", NULL,
        NULL, 0},
    NAME, READ_BACK_LATER, NOTE_LATER("21:00"), DONE,
};
static const struct model_script two_model = {RULES(two_rules)};

/* ---- they do not want to wait ---- */

static const struct callee_step waits_not_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    LATER_OFFER,
    {CALLEE_WAIT, "I am checking", 0},
    {CALLEE_PAUSE, NULL, 6000},
    {CALLEE_HANG_UP, NULL, 0},
};
static const struct callee_script waits_not_callee = {
    STEPS(waits_not_steps)};

/* ---- what must not leave is said, by everybody ---- */

#define CARD "4111 1111 1111 1111"
#define CARD_WORDS "five five double zero, three times zero, five times zero" \
    ", zero zero zero four"

static const struct callee_step secrets_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "I need a card for that. Mine would be " CARD
        ", with 123-45-6789 as my social, see?", 0},
    {CALLEE_WAIT, "checking", 0},
    {CALLEE_WAIT, "the guest says", 0},
    {CALLEE_SAY, "The account is DE89 3704 0044 0532 0130 00 and the key "
        "sk-proj-abcdEFGH1234abcdEFGH1234.", 0},
    {CALLEE_WAIT, "the account", 0},
    {CALLEE_SAY, "Once more in pieces: four one one one", 0},
    {CALLEE_PAUSE, NULL, 1200},
    {CALLEE_SAY, "one one one one, one one one one,", 0},
    {CALLEE_PAUSE, NULL, 1200},
    {CALLEE_SAY, "one one one one. Did you get it?", 0},
    {CALLEE_WAIT, "we have it", 0},
    {CALLEE_SAY, "And mine, " CARD_WORDS ".", 0},
    {CALLEE_WAIT, "number for me", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1, Monday the 23rd at "
        "7 pm for 4 is booked.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script secrets_callee = {STEPS(secrets_steps)};

static const struct model_rule secrets_rules[] = {
    OPENING,
    {MODEL_HEARD, "need a card", NULL, SCENARIO_TOOL_ASK, "{\"question\":"
        "\"They want a card; theirs is " CARD ". Yours?\",\"default\":"
        "\"Not " CARD ".\"}", 0},
    CHECKING,
    {MODEL_HEARD, "guest answers", "The guest says the card is " CARD ".",
        NULL, NULL, 0},
    {MODEL_HEARD, "account is", "The account DE89 3704 0044 0532 0130 00, I "
        "see.", NULL, NULL, 0},
    {MODEL_HEARD, "did you get it", "Thank you, we have it.", NULL, NULL, 0},
    {MODEL_HEARD, "and mine", "Do you have a confirmation number for me?",
        NULL, NULL, 0},
    {MODEL_HEARD, "4 7 1 1", "4, 7, 1, 1. So that is Monday the 23rd of "
        "November at 7 pm, 4 people, for Leo. Is that right?", NULL, NULL, 0},
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE, "{\"number\":"
        "\"4711\",\"date\":\"2026-11-23\",\"time\":\"19:00\",\"party\":4,"
        "\"name\":\"Leo\",\"notes\":\"card " CARD " and DE89 3704 0044 "
        "0532 0130 00\"}", 0},
    DONE,
    {MODEL_HEARD, "", NULL, NULL, NULL, MODEL_AGAIN},   /* listens on */
};
static const struct model_script secrets_model = {RULES(secrets_rules)};

const struct scenario scenario_phone[] = {
    {
        .name = "asked-answered",
        .about = "another time is offered; the owner is asked and says yes",
        BOOKING, .callee = &answered_callee, .model = &answered_model,
        .reply = {{"Yes, 9 pm is fine.", 6000, 0}},
        .want = {.status = "completed", .outcome = "modified",
            .date = "2026-11-23", .time = "21:00", .party = 4, .name = "Leo",
            .number = "4711", .questions = 1,
            .heard = "I am checking with the guest", .also = "9 pm is fine"},
    },
    {
        .name = "asked-ignored",
        .about = "the owner does not answer: what was asked for stands",
        BOOKING, .callee = &ignored_callee, .model = &ignored_model,
        .want = {.status = "completed", .questions = 1,
            .heard = "rather keep 7 pm", .exit = 1},
    },
    {
        .name = "asked-late",
        .about = "the owner answers when what was asked for stands already",
        BOOKING, .callee = &ignored_callee, .model = &ignored_model,
        .reply = {{"Yes, take it!", 46000, 409}},
        .want = {.status = "completed", .questions = 1,
            .heard = "rather keep 7 pm", .never = "take it", .exit = 1},
    },
    {
        .name = "asked-twice",
        .about = "two questions, never both at once",
        BOOKING, .callee = &two_callee, .model = &two_model,
        .reply = {{"Yes, 9 pm is fine.", 4000, 0},
            {"Outside is fine.", 3000, 0}},
        .want = {.status = "completed", .outcome = "modified",
            .time = "21:00", .number = "4711", .questions = 2,
            .heard = "9 pm is fine", .also = "Outside is fine too"},
    },
    {
        .name = "asked-gone",
        .about = "they hang up while the owner is being asked",
        BOOKING, .callee = &waits_not_callee, .model = &ignored_model,
        .want = {.status = "completed", .questions = 1,
            .outcome = "alternative_offered", .time = "21:00", .exit = 1},
    },
    {
        .name = "secrets",
        .about = "card, account and security numbers and keys are said aloud",
        BOOKING, .callee = &secrets_callee, .model = &secrets_model,
        .reply = {{"Take " CARD ", the code is 737.", 3000, 0}},
        .want = {.status = "completed", .outcome = "confirmed",
            .number = "4711", .questions = 1,
            .line = "my social, see?"},
    },
    {.name = NULL},
};
