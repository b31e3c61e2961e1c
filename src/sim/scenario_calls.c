/* scenario_calls.c - the telephone's side: who does not answer, Twilio's API
 * and its webhooks on a bad day, the owner's hand on the hook.
 *
 * Several calls at once are in scenario_many.c.
 */
#include "sim/scenes.h"

#define BOOKED .status = "completed", .outcome = "confirmed", \
    .date = "2026-11-23", .time = "19:00", .party = 4, .name = "Leo", \
    .number = "4711", .error = "none", .last = "completed", \
    .heard = "number 4 7 1 1. Is that right?"
#define NOBODY .status = "failed", .outcome = "not_reached", .exit = 2
#define NOT_MADE .status = "failed", .outcome = "error", .exit = 69, \
    .error = "twilio"
#define USUAL .request = REQUEST, .asked = ASKED, \
    .model = &scenario_booking_model
#define BOOKING USUAL, .callee = &scenario_booking_callee

/* ---- who does not answer ---- */

static const struct callee_script silent_callee = {
    .pickup = CALLEE_NO_ANSWER};
static const struct callee_script rejecting_callee = {
    .pickup = CALLEE_REJECTS, .ring_ms = 3000};
static const struct callee_script away_callee = {.pickup = CALLEE_AWAY,
    .ring_ms = 1000};
static const struct callee_script missing_callee = {
    .pickup = CALLEE_UNREACHABLE, .ring_ms = 200};
static const struct callee_script busy_callee = {.pickup = CALLEE_BUSY,
    .ring_ms = 1200};

/* ---- who hangs up ---- */

/* The assistant is in the middle of asking for a number. */
static const struct callee_step leaving_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people. Under what name?", 0},
    {CALLEE_PAUSE, NULL, 2500},
    {CALLEE_HANG_UP, NULL, 0},
};
static const struct callee_script leaving_callee = {STEPS(leaving_steps)};

/* Somebody who rings on while the owner thinks better of it. */
static const struct callee_script slow_callee = {.ring_ms = 12000};

/* Picks up when nobody here knows of the call any more. */
static const struct callee_script late_callee = {.ring_ms = 12000};

/* ---- a machine answers ---- */

static const struct callee_step voicemail_steps[] = {
    {CALLEE_PAUSE, NULL, 400},
    {CALLEE_SAY, "You have reached the voicemail of Luigi's.", 0},
    {CALLEE_PAUSE, NULL, 9000},
    {CALLEE_SAY, "Please leave a message after the tone.", 0},
};
static const struct callee_script voicemail_callee = {STEPS(voicemail_steps),
    .answered_by = "machine_start"};

static const struct model_rule voicemail_rules[] = {
    OPENING,
    {MODEL_HEARD, "leave a message", "Goodbye!", SCENARIO_TOOL_END,
        "{\"reason\":\"voicemail\"}", false},
};
static const struct model_script voicemail_model = {RULES(voicemail_rules)};

/* ---- a disclosure that Twilio says, 22 s of it ---- */

#define LONG_DISCLOSURE "Hello. This call is made by an automated assistant " \
    "that was asked to book a table. It is a machine and not a person, and " \
    "it will tell you so once more whenever you ask. The call is recorded " \
    "and kept for thirty days; if you do not want that, please hang up now, " \
    "and nothing will be kept. The person on whose behalf it calls is Leo. " \
    "Thank you for your patience."

/* Says nothing until the machine has said what it is. */
static const struct callee_step patient_steps[] = {
    {CALLEE_WAIT, "book a table", 60000},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "the name is Leo", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script patient_callee = {STEPS(patient_steps)};

/* ---- the table ---- */

const struct scenario scenario_calls[] = {
    /* Nobody is reached. */
    {
        .name = "no-answer", .about = "it rings for 45 s and nobody comes",
        USUAL, .callee = &silent_callee,
        .want = {NOBODY, .reason = "no_answer", .error = "none",
            .last = "no-answer"},
    },
    {
        .name = "rejected", .about = "they turn the call away",
        USUAL, .callee = &rejecting_callee,
        .want = {NOBODY, .reason = "rejected", .error = "twilio",
            .error_says = "SIP 603", .last = "failed"},
    },
    {
        .name = "switched-off", .about = "their telephone is switched off",
        USUAL, .callee = &away_callee,
        .want = {NOBODY, .reason = "no_answer", .error = "twilio",
            .error_says = "SIP 480", .last = "failed"},
    },
    {
        .name = "no-such-number", .about = "the network knows no such number",
        USUAL, .callee = &missing_callee,
        .want = {NOBODY, .reason = "invalid_number", .error = "twilio",
            .error_says = "SIP 404", .last = "failed"},
    },
    {
        .name = "invalid-number", .about = "Twilio refuses the number: 21217",
        .request = REQUEST, .model = &scenario_booking_model,
        .callee = &scenario_greeting_callee,
        .asked = {"+15005550001", "Luigi's", 4, "2026-11-23", "19:00", "Leo",
            NULL, NULL},
        .want = {NOBODY, .reason = "invalid_number", .error = "twilio",
            .error_number = 21217, .twilio_error = 21217, .calls = -1,
            .creates = 1},
    },
    {
        .name = "own-number", .about = "we ask to call ourselves: 21211",
        .request = REQUEST, .model = &scenario_booking_model,
        .callee = &scenario_greeting_callee,
        .asked = {"+15550001111", "Luigi's", 4, "2026-11-23", "19:00", "Leo",
            NULL, NULL},
        .want = {NOBODY, .reason = "invalid_number", .error = "twilio",
            .error_number = 21211, .twilio_error = 21211, .calls = -1,
            .creates = 1},
    },
    {
        .name = "voicemail", .about = "a machine takes the call",
        .request = REQUEST, .asked = ASKED, .callee = &voicemail_callee,
        .model = &voicemail_model,
        .want = {.status = "completed", .outcome = "machine",
            .reason = "voicemail", .error = "none", .last = "completed",
            .exit = 2},
    },
    /* Somebody hangs up. */
    {
        .name = "they-hang-up", .about = "they hang up in mid-sentence",
        USUAL, .callee = &leaving_callee,
        .want = {.status = "completed", .outcome = "cut_off",
            .error = "none", .last = "completed",
            .line = "The name is Leo. Do you have a...", .exit = 3},
    },
    {
        .name = "hangup-dialling", .about = "the owner hangs up while the "
            "call is being made",
        USUAL, .callee = &slow_callee,
        .act = {ACT_HANG_UP, "dialling", 0},
        .want = {NOBODY, .reason = "no_answer", .error = "us",
            .error_says = "owner", .last = "canceled", .updates = 1},
    },
    {
        .name = "hangup-ringing", .about = "the owner hangs up while it rings",
        USUAL, .callee = &slow_callee,
        .act = {ACT_HANG_UP, "ringing", 1500},
        .want = {NOBODY, .reason = "no_answer", .error = "us",
            .error_says = "owner", .last = "canceled", .updates = 1},
    },
    {
        .name = "hangup-talking", .about = "the owner hangs up in mid-call",
        BOOKING, .act = {ACT_HANG_UP, "talking", 6000},
        .want = {.status = "completed", .outcome = "cut_off", .error = "us",
            .error_says = "owner", .last = "completed", .updates = 1,
            .exit = 3},
    },
    {
        .name = "hangup-500", .about = "the hang-up is answered with 500 and "
            "repeated",
        USUAL, .callee = &slow_callee,
        .act = {ACT_HANG_UP, "ringing", 1500},
        .fault = FAULT(.what = SIM_FAULT_UPDATE, .n = 500, .count = 1),
        .want = {NOBODY, .reason = "no_answer", .error = "us",
            .error_says = "owner", .last = "canceled", .updates = 2},
    },
    {
        .name = "hangup-deaf", .about = "no hang-up is ever answered: who "
            "picks up hears that it is over",
        USUAL, .callee = &slow_callee,
        .act = {ACT_HANG_UP, "ringing", 1500},
        .fault = FAULT(.what = SIM_FAULT_UPDATE, .n = SIM_SILENT),
        .want = {NOBODY, .reason = "no_answer", .error = "us",
            .error_says = "owner", .last = "completed"},
    },
    /* The document. */
    {
        .name = "twiml-late", .about = "the TwiML is asked for 12 s late",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_TWIML_LATE, .n = 12000),
        .want = {BOOKED},
    },
    {
        .name = "twiml-never", .about = "the TwiML is never asked for",
        USUAL, .callee = &scenario_greeting_callee,
        .fault = FAULT(.what = SIM_FAULT_TWIML_LATE, .n = 20000),
        .want = {NOBODY, .reason = "network", .error = "twilio",
            .error_number = 11200, .last = "completed",
            .heard = "application error", .twilio_error = 11203},
    },
    {
        .name = "twiml-slow", .about = "our TwiML reaches Twilio after 15 s",
        USUAL, .callee = &scenario_greeting_callee,
        .fault = FAULT(.what = SIM_FAULT_TWIML_SLOW, .n = 16000),
        .want = {NOBODY, .reason = "network", .error = "twilio",
            .error_number = 31920, .last = "completed",
            .heard = "application error", .twilio_error = 11203},
    },
    {
        .name = "twiml-slowly", .about = "our TwiML reaches Twilio after 9 s, "
            "which is in time",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_TWIML_SLOW, .n = 9000),
        .want = {BOOKED},
    },
    {
        .name = "twiml-twice", .about = "the TwiML is fetched twice: the token "
            "still works, once",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_TWIML_TWICE, .n = 900),
        .want = {BOOKED},
    },
    {
        .name = "say-long", .about = "Twilio says a disclosure of 22 s before "
            "it opens the stream",
        USUAL, .callee = &patient_callee, .disclosure_say = LONG_DISCLOSURE,
        .want = {.status = "completed", .outcome = "confirmed",
            .number = "4711", .error = "none",
            .heard = "This call is made by an automated assistant"},
    },
    /* Callbacks. */
    {
        .name = "callbacks-late", .about = "every callback comes 70 s late",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_STATUS_LATE, .n = 70000),
        .want = {BOOKED},
    },
    {
        .name = "callbacks-twice", .about = "every callback comes twice",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_STATUS_TWICE, .n = 1500),
        .want = {BOOKED},
    },
    {
        .name = "callbacks-disordered", .about = "the callbacks come in the "
            "reverse order",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_STATUS_ORDER, .n = 8000),
        .want = {BOOKED},
    },
    {
        .name = "callbacks-lost", .about = "no callback ever comes",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_STATUS_LOST),
        .want = {BOOKED},
    },
    {
        .name = "busy-unsaid", .about = "busy, and only polling finds it out",
        USUAL, .callee = &busy_callee,
        .fault = FAULT(.what = SIM_FAULT_STATUS_LOST),
        .want = {NOBODY, .reason = "busy", .error = "none", .last = "busy"},
    },
    {
        .name = "callback-foreign", .about = "another call's \"completed\" "
            "comes to this one's door",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_STATUS_FOREIGN),
        .want = {BOOKED},
    },
    {
        .name = "callback-forged", .about = "a \"completed\" that another "
            "account signed is refused",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_STATUS_FORGED),
        .want = {BOOKED},
    },
    /* The API. */
    {
        .name = "create-401", .about = "Twilio knows no such credentials",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_UNDONE, .n = 401),
        .want = {NOT_MADE,
            .error_number = 20003, .calls = -1, .creates = 1},
    },
    {
        .name = "create-429", .about = "twice too many requests: not "
            "processed, so asked again",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_UNDONE, .n = 429, .count = 2),
        .want = {BOOKED, .creates = 3},
    },
    {
        .name = "create-429-always", .about = "too many requests for 30 s",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_UNDONE, .n = 429),
        .want = {NOT_MADE,
            .error_number = 20429, .calls = -1},
    },
    {
        .name = "create-500", .about = "500, and the list proves that no call "
            "was made",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_UNDONE, .n = 500),
        .want = {NOT_MADE,
            .error_number = 20500, .error_says = "was not made", .calls = -1,
            .creates = 1, .lists = 3},
    },
    {
        .name = "create-503-done", .about = "503, and the list has the call",
        BOOKING,
        .fault = {.at = {{.what = SIM_FAULT_CREATE_DONE, .n = 503},
            {.what = SIM_FAULT_STATUS_LOST}}},
        .want = {BOOKED, .creates = 1, .lists = 1},
    },
    {
        .name = "create-reset", .about = "the connection breaks before the "
            "create is processed: never repeated",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_UNDONE, .n = SIM_RESET),
        .want = {NOT_MADE,
            .error_says = "was not made", .calls = -1, .creates = 1,
            .lists = 3},
    },
    {
        .name = "create-reset-done", .about = "the connection breaks "
            "after the create was processed: looked up, one telephone rings",
        BOOKING,
        .fault = {.at = {{.what = SIM_FAULT_CREATE_DONE, .n = SIM_RESET},
            {.what = SIM_FAULT_STATUS_LOST}}},
        .want = {BOOKED, .creates = 1, .lists = 1},
    },
    {
        .name = "create-reset-told", .about = "as before, and the callbacks "
            "tell of the call before the list does",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_DONE, .n = SIM_RESET),
        .want = {BOOKED, .creates = 1},
    },
    {
        .name = "create-silent", .about = "no answer within 10 s, and no call",
        BOOKING,
        .fault = FAULT(.what = SIM_FAULT_CREATE_UNDONE, .n = SIM_SILENT),
        .want = {NOT_MADE,
            .error_says = "was not made", .calls = -1, .creates = 1,
            .lists = 3},
    },
    {
        .name = "create-silent-done", .about = "no answer within 10 s, and it "
            "rings",
        USUAL, .callee = &scenario_booking_callee,
        .fault = {.at = {{.what = SIM_FAULT_CREATE_DONE, .n = SIM_SILENT},
            {.what = SIM_FAULT_STATUS_LOST}}},
        .want = {BOOKED, .creates = 1, .lists = 1},
    },
    {
        .name = "create-garbage", .about = "201 and no JSON: looked up",
        BOOKING,
        .fault = {.at = {{.what = SIM_FAULT_CREATE_DONE, .n = SIM_GARBAGE},
            {.what = SIM_FAULT_STATUS_LOST}}},
        .want = {BOOKED, .creates = 1, .lists = 1},
    },
    {
        .name = "create-twins", .about = "two calls in the list may be ours: "
            "unclear, and nothing is dialled again",
        USUAL, .callee = &late_callee,
        .fault = {.at = {{.what = SIM_FAULT_CREATE_DONE, .n = SIM_RESET},
            {.what = SIM_FAULT_STATUS_LOST}, {.what = SIM_FAULT_TWIN}}},
        .want = {.status = "failed", .outcome = "unclear", .error = "us",
            .error_says = "one of several", .last = "completed",
            .creates = 1, .lists = 1, .exit = 3},
    },
    {
        .name = "create-unlisted", .about = "the answer is lost and the list "
            "cannot be read: unclear",
        USUAL, .callee = &late_callee,
        .fault = {.at = {{.what = SIM_FAULT_CREATE_DONE, .n = SIM_RESET},
            {.what = SIM_FAULT_STATUS_LOST},
            {.what = SIM_FAULT_LIST, .n = 503}}},
        .want = {.status = "failed", .outcome = "unclear", .error = "us",
            .error_says = "list cannot be read", .last = "completed",
            .creates = 1, .lists = 3, .exit = 3},
    },
    {.name = NULL},
};
