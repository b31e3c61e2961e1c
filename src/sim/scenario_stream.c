/* scenario_stream.c - the media stream under attack and under strain: strange
 * peers at its door, messages no Twilio sends, ends of every kind, keys, and
 * people who ring us.
 */
#include "sim/scenes.h"

#define BOOKING .request = REQUEST, .asked = ASKED, \
    .callee = &scenario_booking_callee, .model = &scenario_booking_model
#define GREETED .request = REQUEST, .asked = ASKED, \
    .callee = &scenario_greeting_callee, .model = &scenario_booking_model
#define BOOKED .status = "completed", .outcome = "confirmed", \
    .date = "2026-11-23", .time = "19:00", .party = 4, .name = "Leo", \
    .number = "4711", .heard = "number 4 7 1 1. Is that right?"

/* A rogue stream beside a booking, which must not notice. */
#define ROGUE(title, words, which, closed, reason) { \
    .name = "rogue-" title, .about = words, BOOKING, \
    .fault = FAULT(.what = SIM_FAULT_ROGUE, .n = (which)), \
    .want = {BOOKED, .rogue = (closed), .rogue_why = (reason)}}

/* A booking over a stream that is odd, and no worse for it. */
#define ODD(title, words, ...) { \
    .name = title, .about = words, BOOKING, .fault = FAULT(__VA_ARGS__), \
    .want = {BOOKED}}

/* ---- a switchboard: "press 1 for reservations" ---- */

static const struct callee_step menu_steps[] = {
    {CALLEE_SAY, "Welcome to Luigi's. For reservations press 1, for "
        "directions press 2.", 0},
    {CALLEE_KEYS, "1", 8000},
    {CALLEE_SAY, "Luigi's, good evening! How can I help?", 0},
    {CALLEE_WAIT, "a table for 4", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script menu_callee = {STEPS(menu_steps)};

#define CONFIRMED \
    {MODEL_HEARD, "4 7 1 1", "4, 7, 1, 1. So that is Monday the 23rd of " \
        "November at 7 pm, 4 people, for Leo, number 4 7 1 1. Is that " \
        "right?", NULL, NULL, false}, \
    {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE, \
        "{\"number\":\"4711\",\"date\":\"2026-11-23\",\"time\":\"19:00\"," \
        "\"party\":4,\"name\":\"Leo\",\"notes\":\"\"}", false}

static const struct model_rule menu_rules[] = {
    OPENING,
    {MODEL_TOLD, "A recorded menu", NULL, SCENARIO_TOOL_DIGITS,
        "{\"digits\":\"1\"}", false},
    {MODEL_HEARD, "how can I help", "A table for 4 on Monday the 23rd of "
        "November at 7 pm, please.", NULL, NULL, false},
    NAME, CONFIRMED,
    {MODEL_TOOL_ANSWER, "{\"ok\":true}", "Thank you very much. Goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", false},
};
static const struct model_script menu_model = {RULES(menu_rules)};

/* ---- keys that are no keys, keys one upon the other, an extension ---- */

static const struct callee_step extension_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Dial the extension 2 0 star now.", 0},
    {CALLEE_KEYS, "20*", 12000},
    {CALLEE_SAY, "Thank you.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script extension_callee = {STEPS(extension_steps)};

static const struct model_rule extension_rules[] = {
    OPENING,
    {MODEL_HEARD, "extension", "One moment, I dial it.", SCENARIO_TOOL_DIGITS,
        "{\"digits\":\"2A\"}", false},
    {MODEL_TOOL_ANSWER, "may hold 0-9", NULL, SCENARIO_TOOL_DIGITS,
        "{\"digits\":\"2w0*\"}", false},
    {MODEL_HEARD, "thank you", "Thank you. Goodbye!", SCENARIO_TOOL_END,
        "{\"reason\":\"other\"}", false},
    {MODEL_TOOL_ANSWER, "\"pressed\":\"20*\"", "It is dialled.", NULL, NULL,
        false},
};
static const struct model_script extension_model = {RULES(extension_rules)};

/* ---- they press keys ---- */

static const struct callee_step pressing_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_PRESS, "12#", 0},
    {CALLEE_WAIT, "you pressed", 0},
    {CALLEE_SAY, "I'm sorry, we are fully booked on Monday. I have nothing "
        "else to offer you.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script pressing_callee = {STEPS(pressing_steps)};

static const struct model_rule pressing_rules[] = {
    OPENING,
    {MODEL_HEARD, "keys of the telephone: 12#", "I believe you pressed some "
        "keys. Is there somebody I can speak to?", NULL, NULL, false},
    {MODEL_HEARD, "fully booked", "I understand. Thank you for your time. "
        "Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"declined\"}", false},
};
static const struct model_script pressing_model = {RULES(pressing_rules)};

/* ---- a call of a few seconds, for the tests in real time ---- */

static const struct callee_step brief_steps[] = {
    {CALLEE_SAY, "Hi.", 0}, {CALLEE_WAIT, "automated", 0},
    {CALLEE_SAY, "We are full.", 0}, {CALLEE_WAIT, "bye", 0},
};
static const struct callee_script brief_callee = {STEPS(brief_steps),
    .ring_ms = 200};

static const struct model_rule brief_rules[] = {
    {MODEL_FIRST, NULL, "{disclosure}", NULL, NULL, false},
    {MODEL_HEARD, "full", "Bye!", SCENARIO_TOOL_END,
        "{\"reason\":\"declined\"}", false},
};
static const struct model_script brief_model = {RULES(brief_rules)};

/* ---- people who ring us ---- */

#define ANSWERED {MODEL_FIRST, NULL, "Hello, this is an automated assistant. " \
    "How can I help you?", NULL, NULL, false}
#define TAKEN {MODEL_HEARD, "tell Leo", "I will tell him. Thank you for " \
    "calling. Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"done\"}", false}

static const struct callee_step caller_steps[] = {
    {CALLEE_WAIT, "help you", 3500},
    {CALLEE_SAY, "This is Luigi's. Please tell Leo that his table is ready.",
        0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script caller = {STEPS(caller_steps)};

static const struct model_rule caller_rules[] = {ANSWERED, TAKEN};
static const struct model_script caller_model = {RULES(caller_rules)};

static const struct model_rule hello_rules[] = {ANSWERED};
static const struct model_script hello_model = {RULES(hello_rules)};

static const struct callee_step keyed_steps[] = {
    {CALLEE_WAIT, "help you", 0}, {CALLEE_PRESS, "5", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script keyed_caller = {STEPS(keyed_steps)};

static const struct model_rule keyed_rules[] = {
    ANSWERED,
    {MODEL_HEARD, "keys of the telephone: 5", "There is no menu here. "
        "Goodbye!", SCENARIO_TOOL_END, "{\"reason\":\"done\"}", false},
};
static const struct model_script keyed_model = {RULES(keyed_rules)};

static const struct callee_step early_steps[] = {
    {CALLEE_SAY, "Hello? Please tell Leo that his table is ready.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script early_caller = {STEPS(early_steps)};

static const struct callee_step gone_steps[] = {
    {CALLEE_WAIT, "help you", 0}, {CALLEE_HANG_UP, NULL, 0},
};
static const struct callee_script gone_caller = {STEPS(gone_steps)};

static const struct callee_script silent_caller = {.pickup = CALLEE_ANSWERS};

#define RINGS .inbound = true, .asked = {.to = "+15551230000"}

const struct scenario scenario_stream[] = {
    ROGUE("replay", "a second stream brings the token of the first",
        SIM_ROGUE_REPLAY, 1008, "token used before"),
    ROGUE("forged", "a second stream brings a token somebody made up",
        SIM_ROGUE_FORGED, 1008, "wrong token"),
    ROGUE("foreign", "a stream brings a token and another call's SID",
        SIM_ROGUE_FOREIGN, 1008, "token used before"),
    ROGUE("bare", "a second stream knows the call's SID and no token",
        SIM_ROGUE_BARE, 1008, "no token"),
    ROGUE("silent", "a stream that never says start",
        SIM_ROGUE_SILENT, 1008, "no start message within 5 s"),
    ROGUE("media", "a stream with audio and without a start",
        SIM_ROGUE_MEDIA, 1008, "no start message within 5 s"),
    ROGUE("binary", "a stream that begins with a binary message",
        SIM_ROGUE_BINARY, 1008, "binary"),
    ROGUE("garbage", "a stream that speaks no JSON",
        SIM_ROGUE_GARBAGE, 1008, NULL),
    ROGUE("huge", "a first message of 70,000 bytes",
        SIM_ROGUE_HUGE, 1009, NULL),
    ROGUE("unmasked", "a client that does not mask its frames",
        SIM_ROGUE_UNMASKED, 1002, NULL),
    {
        .name = "rogue-crowd",
        .about = "257 silent streams at once: the last is told to come later",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_ROGUE, .n = SIM_ROGUE_CROWD),
        .want = {BOOKED, .rogue = 1008,
            .rogue_why = "no start message within 5 s", .rogue_busy = 1},
    },
    ODD("early-media", "audio comes before the start message",
        .what = SIM_FAULT_EARLY_MEDIA),
    ODD("binary", "binary messages between the frames",
        .what = SIM_FAULT_BINARY, .first = 40, .count = 5),
    ODD("garbage", "texts that are no JSON between the frames",
        .what = SIM_FAULT_GARBAGE, .first = 40, .count = 5),
    ODD("new-event", "events that nobody knows yet",
        .what = SIM_FAULT_NEW_EVENT, .first = 10, .count = 50),
    ODD("fragments", "every message in three frames with pings between",
        .what = SIM_FAULT_FRAGMENTS),
    ODD("marks-lost", "not one mark comes back",
        .what = SIM_FAULT_MARKS_LOST),
    ODD("marks-late", "marks come back a second late",
        .what = SIM_FAULT_MARKS_LATE, .n = 1000),
    {
        .name = "no-start",
        .about = "Twilio's stream opens and never says start",
        GREETED, .fault = FAULT(.what = SIM_FAULT_NO_START),
        .want = {.twilio_error = 31921, .error = "twilio",
            .error_number = 31921, .exit = 2},
    },
    {
        .name = "other-sid",
        .about = "the start message names another call",
        GREETED, .fault = FAULT(.what = SIM_FAULT_OTHER_SID),
        .want = {.twilio_error = 31921, .exit = 2},
    },
    {
        .name = "huge",
        .about = "a message of 70,000 bytes in mid-call",
        GREETED, .fault = FAULT(.what = SIM_FAULT_HUGE, .first = 150,
            .count = 1, .n = 70000),
        .want = {.twilio_error = 31921, .exit = 3},
    },
    {
        .name = "stream-cut",
        .about = "the stream breaks off in mid-sentence",
        GREETED, .fault = FAULT(.what = SIM_FAULT_CUT, .first = 250),
        .want = {.twilio_error = 31903, .exit = 3},
    },
    {
        .name = "stop-only",
        .about = "Twilio says stop and leaves the socket open",
        GREETED, .fault = FAULT(.what = SIM_FAULT_STOP_ONLY, .first = 250),
        .want = {.status = "completed", .exit = 3},
    },
    {
        .name = "half-open",
        .about = "the stream falls silent without an end",
        GREETED, .fault = FAULT(.what = SIM_FAULT_HALF_OPEN, .first = 250),
        .want = {.status = "completed", .twilio_error = 31903, .exit = 3},
    },
    {
        .name = "menu",
        .about = "a switchboard wants a key pressed before anybody answers",
        .request = REQUEST, .asked = ASKED,
        .callee = &menu_callee, .model = &menu_model,
        .want = {BOOKED, .line = "[pressed 1]"},
    },
    {
        .name = "extension",
        .about = "keys that do not exist are refused, an extension is dialled",
        .request = REQUEST, .asked = ASKED,
        .callee = &extension_callee, .model = &extension_model,
        .want = {.status = "completed", .line = "[pressed 20*]",
            .heard = "Goodbye!", .exit = 3},
    },
    {
        .name = "pressed",
        .about = "they press keys, and the assistant is told",
        .request = REQUEST, .asked = ASKED,
        .callee = &pressing_callee, .model = &pressing_model,
        .want = {.status = "completed", .outcome = "declined",
            .line = "[pressed 12#]", .heard = "you pressed", .exit = 1},
    },
    {
        .name = "brief",
        .about = "a call of six seconds: they are full",
        .request = REQUEST, .asked = ASKED,
        .callee = &brief_callee, .model = &brief_model,
        .want = {.status = "completed", .outcome = "declined",
            .heard = "Bye!", .exit = 1},
    },
    {
        .name = "inbound-noise",
        .about = "a caller in the noise is greeted at once all the same",
        RINGS, .callee = &caller, .model = &caller_model,
        .fault = FAULT(.what = SIM_FAULT_LINE_NOISE, .count = 120),
        .want = {.status = "completed", .heard = "I will tell him",
            .line = "tell Leo"},
    },
    {
        .name = "inbound-silent",
        .about = "a caller who says nothing is asked once, then let go",
        RINGS, .callee = &silent_caller, .model = &hello_model,
        .want = {.status = "completed", .outcome = "unclear",
            .heard = "How can I help you?"},
    },
    {
        .name = "inbound-early",
        .about = "a caller who speaks first",
        RINGS, .callee = &early_caller, .model = &caller_model,
        .want = {.status = "completed", .heard = "I will tell him",
            .line = "tell Leo"},
    },
    {
        .name = "inbound-keys",
        .about = "a caller who presses a key instead of speaking",
        RINGS, .callee = &keyed_caller, .model = &keyed_model,
        .want = {.status = "completed", .heard = "There is no menu here",
            .line = "[pressed 5]"},
    },
    {
        .name = "inbound-gone",
        .about = "a caller who hangs up after the greeting",
        RINGS, .callee = &gone_caller, .model = &hello_model,
        .want = {.status = "completed", .outcome = "unclear",
            .line = "How can I help you?"},
    },
    {
        .name = "inbound-replay",
        .about = "a second stream brings the token of a caller's stream",
        RINGS, .callee = &caller, .model = &caller_model,
        .fault = FAULT(.what = SIM_FAULT_ROGUE, .n = SIM_ROGUE_REPLAY),
        .want = {.status = "completed", .heard = "I will tell him",
            .rogue = 1008, .rogue_why = "token used before"},
    },
    {
        .name = "inbound-cut",
        .about = "a caller's stream breaks off",
        RINGS, .callee = &caller, .model = &caller_model,
        .fault = FAULT(.what = SIM_FAULT_CUT, .first = 250),
        .want = {.status = "completed", .twilio_error = 31903},
    },
    {.name = NULL},
};
