/* scenario_policy.c - who is not called and when not, the line, the ladder of
 * attempts, and what may be spent.
 */
#include "sim/scenes.h"

#define MINUTE INT64_C(60000)
#define AT(h, m, s) (SCENARIO_NOW + ((h) * 60 + (m) - 720) * MINUTE \
    + (s) * 1000)
#define BOOKS .request = REQUEST, .callee = &scenario_booking_callee, \
    .model = &scenario_booking_model
#define REFUSED(why) {.http = 403, .refusal = why, .calls = -1}

static const struct callee_script engaged = {.pickup = CALLEE_BUSY,
    .ring_ms = 1200};
static const struct callee_script nobody = {.pickup = CALLEE_NO_ANSWER};
static const struct callee_script turns_away = {.pickup = CALLEE_REJECTS};

/* ---- others who are called before ---- */

#define OTHER(number, name, code) {.asked = {number, name, 2, "2026-11-24", \
    "18:00", "Leo", NULL, NULL}, .callee = &other_callee, \
    .model = &other_model, .want = {.status = "completed", \
    .exit = code}}

static const struct callee_step other_steps[] = {
    {CALLEE_PAUSE, NULL, 600},
    {CALLEE_SAY, "Good evening!", 0},
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "I'm sorry, we are fully booked that day.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script other_callee = {STEPS(other_steps)};
static const struct model_rule other_rules[] = {
    {MODEL_FIRST, NULL, "{disclosure} I would like to book a table for two "
        "people on Tuesday the 24th of November at 6 pm.", NULL, NULL, 0},
    {MODEL_HEARD, "fully booked", "I understand, thank you. Goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"declined\"}", 0},
};
static const struct model_script other_model = {RULES(other_rules)};

static const struct scenario_call one_other[] = {
    OTHER("+15551230001", "Mario's", 1),
};
static const struct scenario_call two_others[] = {
    OTHER("+15551230001", "Mario's", 1),
    OTHER("+15551230002", "Toni's", 1),
};
/* It is told to say goodbye before it has been answered. */
static const struct scenario_call short_other[] = {
    OTHER("+15551230001", "Mario's", 3),
};
/* It is dialled and hung up when everything is stopped. */
static const struct scenario_call stopped_other[] = {
    {.asked = {"+15551230001", "Mario's", 2, "2026-11-24", "18:00", "Leo",
        NULL, NULL}, .callee = &other_callee, .model = &other_model,
        .want = {.status = "failed", .outcome = "not_reached", .exit = 2,
            .error = "us", .error_says = "all calls were stopped",
            .last = "canceled"}},
};

/* ---- they let us wait until the time is over ---- */

static const struct callee_step slow_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "One moment please, I have to look.", 0},
    {CALLEE_WAIT, "end this call", 90000},
    {CALLEE_SAY, "Oh. Well then.", 0},
};
static const struct callee_script slow_callee = {STEPS(slow_steps)};
static const struct model_rule slow_rules[] = {
    OPENING,
    {MODEL_TOLD, "The time for this call is over", "I am sorry, I have to end "
        "this call now. Thank you, and goodbye!", SCENARIO_TOOL_END,
        "{\"reason\":\"done\"}", 0},
    {MODEL_TOLD, "silent for a while", "Are you still there?", NULL, NULL,
        MODEL_AGAIN},
    {MODEL_HEARD, "", "Of course, take your time.", NULL, NULL, MODEL_AGAIN},
};
static const struct model_script slow_model = {RULES(slow_rules)};

/* Nobody comes while the owner thinks better of it. */
static const struct callee_script ringing_callee = {.ring_ms = 12000};

/* The same, and the model does not want to go: we end it. */
static const struct callee_step held_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "One moment please, I have to look.", 0},
};
static const struct callee_script held_callee = {STEPS(held_steps)};
static const struct model_rule deaf_rules[] = {
    OPENING,
    {MODEL_HEARD, "", "Of course, take your time.", NULL, NULL, MODEL_AGAIN},
};
static const struct model_script deaf_model = {RULES(deaf_rules),
    .otherwise = "Let us go on."};

#define PLACES(hours) "name,number,zone,hours\n" \
    "Luigi's,+15551230000,Europe/Berlin,\"" hours "\"\n"

const struct scenario scenario_policy[] = {
    {
        .name = "policy-emergency", .about = "an emergency number is refused",
        BOOKS, .asked = {"+49112", "Luigi's", 4, "2026-11-23", "19:00", "Leo",
            NULL, NULL},
        .want = REFUSED("forbidden_number"),
    },
    {
        .name = "policy-premium", .about = "a number that costs extra is "
            "refused",
        BOOKS, .asked = {"+499001234567", "Luigi's", 4, "2026-11-23", "19:00",
            "Leo", NULL, NULL}, .settings = "ALLOWED_NUMBERS=+49*",
        .want = REFUSED("forbidden_number"),
    },
    {
        .name = "policy-number", .about = "a number that is not in "
            "ALLOWED_NUMBERS",
        BOOKS, .asked = ASKED, .settings = "ALLOWED_NUMBERS=+49*",
        .want = REFUSED("number_not_allowed"),
    },
    {
        .name = "policy-country", .about = "a country that is not in "
            "ALLOWED_COUNTRIES",
        BOOKS, .asked = ASKED, .settings = "ALLOWED_COUNTRIES=DE,AT,CH",
        .want = REFUSED("country_not_allowed"),
    },
    {
        .name = "policy-quiet", .about = "half past ten in the evening",
        BOOKS, .asked = ASKED, .settings = "QUIET_HOURS=21:00-08:00",
        .now = AT(22, 30, 0),
        .want = REFUSED("quiet_hours"),
    },
    {
        .name = "policy-quiet-there", .about = "noon here, six in the morning "
            "in New York",
        BOOKS, .asked = {"+12125551234", "Luigi's", 4, "2026-11-23", "19:00",
            "Leo", NULL, NULL}, .settings = "QUIET_HOURS=21:00-08:00",
        .want = REFUSED("quiet_hours"),
    },
    {
        .name = "policy-closed", .about = "the place does not open on Sundays",
        BOOKS, .asked = ASKED, .places = PLACES("Mo-Sa 11:30-23:00"),
        .want = REFUSED("closed"),
    },
    {
        .name = "policy-open", .about = "it opened half an hour ago",
        BOOKS, .asked = ASKED, .places = PLACES("Mo-Su 11:30-23:00"),
        .settings = "QUIET_HOURS=21:00-08:00 ALLOWED_COUNTRIES=US,DE "
            "CALLS_PER_DAY=1 CALLS_PER_NUMBER=1 COST_PER_CALL=5 "
            "COST_PER_DAY=5 SECONDS_PER_DAY=600",
        .want = {ALL_AGREED, .attempts = 1, .dear = true, .error = "none"},
    },
    {
        .name = "policy-stopped", .about = "all calls were stopped before the "
            "server began",
        BOOKS, .asked = ASKED, .stopped = true,
        .want = REFUSED("stopped"),
    },
    {
        .name = "policy-day", .about = "one call a day, and it was made",
        BOOKS, .asked = ASKED, .settings = "CALLS_PER_DAY=1",
        .more = one_other, .mores = 1, .later = 60000,
        .want = REFUSED("calls_per_day"),
    },
    {
        .name = "policy-seconds", .about = "a second of talk a day, and it was "
            "talked",
        BOOKS, .asked = ASKED, .settings = "SECONDS_PER_DAY=1",
        .more = short_other, .mores = 1, .later = 60000,
        .want = REFUSED("seconds_per_day"),
    },
    {
        .name = "policy-dear", .about = "its first minute costs more than a "
            "call may",
        BOOKS, .asked = ASKED, .settings = "COST_PER_CALL=0.01",
        .want = REFUSED("cost_per_call"),
    },
    {
        .name = "policy-dear-day", .about = "the day's money is spent",
        BOOKS, .asked = ASKED, .settings = "COST_PER_DAY=0.13",
        .more = one_other, .mores = 1, .later = 60000,
        .want = REFUSED("cost_per_day"),
    },
    {
        .name = "line", .about = "one call a second: the third is the second "
            "in the line",
        BOOKS, .asked = ASKED, .settings = "CPS=1",
        .more = two_others, .mores = 2, .later = -1,
        .want = {ALL_AGREED, .position = 2, .attempts = 1},
    },
    {
        .name = "blocked-hours", .about = "quiet hours begin while it stands "
            "in the line",
        BOOKS, .asked = ASKED, .settings = "CPS=1 QUIET_HOURS=21:00-08:00",
        .now = AT(20, 59, 59) + 500,
        .more = one_other, .mores = 1, .later = -1,
        .want = {.status = "failed", .outcome = "blocked", .reason = "hours",
            .position = 1, .calls = -1, .exit = 77, .error = "us",
            .error_says = "QUIET_HOURS"},
    },
    {
        .name = "blocked-cap", .about = "the day's last call is the one before "
            "it in the line",
        BOOKS, .asked = ASKED, .settings = "CPS=1 CALLS_PER_DAY=2",
        .more = two_others, .mores = 2, .later = -1,
        .want = {.status = "failed", .outcome = "blocked", .reason = "cap",
            .position = 2, .calls = -1, .exit = 77, .error = "us",
            .error_says = "CALLS_PER_DAY"},
    },
    {
        .name = "blocked-policy", .about = "all calls are stopped while it "
            "stands in the line",
        BOOKS, .asked = ASKED, .settings = "CPS=1",
        .more = stopped_other, .mores = 1, .later = -1,
        .act = {ACT_STOP, "waiting", 500},
        .want = {.status = "failed", .outcome = "blocked", .reason = "policy",
            .position = 1, .calls = -1, .exit = 77, .error = "us",
            .error_says = "all calls were stopped"},
    },
    {
        .name = "stop", .about = "all calls are stopped in mid-call",
        BOOKS, .asked = ASKED, .act = {ACT_STOP, "talking", 3000},
        .want = {.status = "completed", .error = "us",
            .error_says = "all calls were stopped", .last = "completed",
            .exit = 3},
    },
    {
        .name = "retry-busy", .about = "busy, and five minutes later a table",
        BOOKS, .asked = ASKED, .settings = "RETRY=5m,15m",
        .misses = 1, .missed = &engaged,
        .want = {ALL_AGREED, .attempts = 2, .calls = 2, .error = "none"},
    },
    {
        .name = "retry-no-answer", .about = "nobody answers twice, then a "
            "table",
        BOOKS, .asked = ASKED, .settings = "RETRY=5m,15m",
        .misses = 2, .missed = &nobody,
        .want = {ALL_AGREED, .attempts = 3, .calls = 3, .error = "none"},
    },
    {
        .name = "retry-in-vain", .about = "busy at every rung of the ladder",
        BOOKS, .asked = ASKED, .settings = "RETRY=1m,2m",
        .misses = 9, .missed = &engaged,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .attempts = 3, .calls = 3, .exit = 2},
    },
    {
        .name = "retry-quiet", .about = "quiet hours end the ladder",
        BOOKS, .asked = ASKED, .now = AT(20, 58, 0),
        .settings = "RETRY=1m,5m QUIET_HOURS=21:00-08:00",
        .misses = 9, .missed = &engaged,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .attempts = 2, .calls = 2, .exit = 2,
            .error = "us", .error_says = "not tried again: it is 21:04"},
    },
    {
        .name = "retry-closed", .about = "the place closes before the next "
            "attempt",
        BOOKS, .asked = ASKED, .settings = "RETRY=5m",
        .places = PLACES("Mo-Su 08:00-12:03"),
        .misses = 9, .missed = &engaged,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .attempts = 1, .exit = 2, .error = "us",
            .error_says = "it opens Monday at 08:00"},
    },
    {
        .name = "retry-cap", .about = "two calls a day to one number end the "
            "ladder",
        BOOKS, .asked = ASKED, .settings = "RETRY=1m,2m,3m "
            "CALLS_PER_NUMBER=2",
        .misses = 9, .missed = &engaged,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .attempts = 2, .calls = 2, .exit = 2,
            .error = "us", .error_says = "CALLS_PER_NUMBER"},
    },
    {
        .name = "retry-too-late", .about = "the table was wanted before the "
            "next attempt",
        BOOKS, .asked = {"+15551230000", "Luigi's", 4, "2026-11-22", "12:04",
            "Leo", NULL, NULL}, .settings = "RETRY=5m",
        .misses = 9, .missed = &engaged,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .attempts = 1, .exit = 2, .error = "us",
            .error_says = "would have passed"},
    },
    {
        .name = "retry-rejected", .about = "who turns a call away is not "
            "called again",
        BOOKS, .asked = ASKED, .settings = "RETRY=1m",
        .misses = 9, .missed = &turns_away,
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "rejected", .attempts = 1, .exit = 2},
    },
    {
        .name = "retry-hangup", .about = "the owner does not want to wait for "
            "the next attempt",
        BOOKS, .asked = ASKED, .settings = "RETRY=15m",
        .misses = 9, .missed = &engaged, .act = {ACT_HANG_UP, "waiting", 5000},
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "busy", .attempts = 1, .exit = 2, .error = "us",
            .error_says = "owner's wish"},
    },
    {
        .name = "ceiling-time", .about = "the call comes to MAX_CALL_SECONDS "
            "and says goodbye",
        .request = REQUEST, .asked = ASKED, .callee = &slow_callee,
        .model = &slow_model, .settings = "MAX_CALL_SECONDS=45",
        .want = {.status = "completed", .heard = "have to end this call",
            .error = "us", .error_says = "MAX_CALL_SECONDS", .seconds = 45,
            .exit = 3},
    },
    {
        .name = "ceiling-cost", .about = "the call comes to COST_PER_CALL and "
            "says goodbye",
        .request = REQUEST, .asked = ASKED, .callee = &slow_callee,
        .model = &slow_model, .settings = "COST_PER_CALL=0.13",
        .want = {.status = "completed", .heard = "have to end this call",
            .error = "us", .error_says = "COST_PER_CALL", .seconds = 65,
            .dear = true, .exit = 3},
    },
    {
        .name = "ceiling-deaf", .about = "the model says no goodbye: the call "
            "ends all the same",
        .request = REQUEST, .asked = ASKED, .callee = &held_callee,
        .model = &deaf_model, .settings = "MAX_CALL_SECONDS=45",
        .want = {.status = "completed", .error = "us",
            .error_says = "MAX_CALL_SECONDS", .seconds = 46, .exit = 3},
    },
    {
        .name = "part", .about = "the owner ends the call politely: they hear "
            "a goodbye",
        .request = REQUEST, .asked = ASKED, .callee = &slow_callee,
        .model = &slow_model, .act = {ACT_PART, "talking", 14000},
        .want = {.status = "completed", .heard = "have to end this call",
            .error = "us", .error_says = "owner", .last = "completed",
            .seconds = 35, .exit = 3},
    },
    {
        .name = "part-deaf", .about = "the model says no goodbye: the call "
            "ends 15 s later",
        .request = REQUEST, .asked = ASKED, .callee = &held_callee,
        .model = &deaf_model, .act = {ACT_PART, "talking", 14000},
        .want = {.status = "completed", .error = "us",
            .error_says = "owner", .seconds = 33, .exit = 3},
    },
    {
        .name = "part-ringing", .about = "the owner ends the call politely "
            "while it rings: nobody hears anything",
        .request = REQUEST, .asked = ASKED, .callee = &ringing_callee,
        .model = &slow_model,
        .act = {ACT_PART, "ringing", 1500},
        .want = {.status = "failed", .outcome = "not_reached",
            .reason = "no_answer", .error = "us", .error_says = "owner",
            .last = "canceled", .updates = 1, .exit = 2},
    },
    {.name = NULL},
};
