/* scenario_lost.c - calls whose voice model is not to be had, lies, falls
 * silent, fails or goes away: DESIGN 4, realtime 1 and 6.
 */
#include "sim/scenes.h"

#define FIRST_WORDS "{disclosure} I would like to book a table for 4 people " \
    "on Monday the 23rd of November at 7 pm, please."
#define NAME_WORDS "The name is Leo. Do you have a confirmation number for me?"

/* Only a second session is told so. */
#define SECOND "already in progress"
/* The newest line there is when "what name" has been asked. */
#define NEWEST "them: Monday the 23rd at 7 pm for 4 people, yes, that works. " \
    "Under what name?"

#define BOOKING .request = REQUEST, .asked = ASKED, \
    .callee = &scenario_booking_callee
#define PATIENT .request = REQUEST, .asked = ASKED, .callee = &patient_callee

/* ---- it is not to be had: nobody's phone is picked up for nothing ---- */

static const struct model_rule plain_rules[] = {
    OPENING, NAME, READ_BACK, NOTE, DONE,
};

static const struct model_script refused_401 = {RULES(plain_rules),
    .refuse = {401, 401}};
static const struct model_script refused_403 = {RULES(plain_rules),
    .refuse = {403, 403}};
static const struct model_script refused_404 = {RULES(plain_rules),
    .refuse = {404, 404}};
static const struct model_script refused_429 = {RULES(plain_rules),
    .refuse = {429, 429}};
static const struct model_script refused_500 = {RULES(plain_rules),
    .refuse = {500, 500}};
static const struct model_script refused_once = {RULES(plain_rules),
    .refuse = {429, 0}};
static const struct model_script unknown = {RULES(plain_rules),
    .temper = MODEL_UNKNOWN};
static const struct model_script no_hello = {RULES(plain_rules),
    .temper = MODEL_NO_HELLO};
static const struct model_script no_echo = {RULES(plain_rules),
    .temper = MODEL_NO_ECHO};

/* ---- it lies in its echo ---- */

static const struct model_script lies_format = {RULES(plain_rules),
    .temper = MODEL_LIES_FORMAT};
static const struct model_script lies_tools = {RULES(plain_rules),
    .temper = MODEL_LIES_TOOLS};
static const struct model_script lies_voice = {RULES(plain_rules),
    .temper = MODEL_LIES_VOICE};
static const struct model_script lies_beta = {RULES(plain_rules),
    .temper = MODEL_LIES_FORMAT, .beta = true};

/* ---- before the first word: the second session opens the conversation ---- */

#define AT_FIRST(how) { \
    {MODEL_FIRST, SECOND, FIRST_WORDS, NULL, NULL, 0}, \
    {MODEL_FIRST, NULL, FIRST_WORDS, NULL, NULL, (how)}, \
    NAME, READ_BACK, NOTE, DONE}

static const struct model_rule mute_once_rules[] = AT_FIRST(MODEL_MUTE);
static const struct model_script mute_once = {RULES(mute_once_rules)};
static const struct model_rule stalls_rules[] = AT_FIRST(MODEL_STALLS);
static const struct model_script stalls = {RULES(stalls_rules)};
static const struct model_rule reset_first_rules[] = AT_FIRST(MODEL_RESETS);
static const struct model_script reset_first = {RULES(reset_first_rules)};
static const struct model_rule close_first_rules[] = AT_FIRST(MODEL_CLOSES);
static const struct model_script close_first = {RULES(close_first_rules)};

/* Nothing helps. */
static const struct model_rule mute_rules[] = {
    {MODEL_FIRST, NULL, FIRST_WORDS, NULL, NULL, MODEL_MUTE
        | MODEL_AGAIN},
};
static const struct model_script mute = {RULES(mute_rules)};

/* While it still rings; they pick up before there is another one. */
static const struct model_script dies_early = {RULES(plain_rules),
    .temper = MODEL_DIES_EARLY};
static const struct callee_step quick_steps[] = {
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
static const struct callee_script quick_callee = {STEPS(quick_steps),
    .ring_ms = 1300};

/* The sentence that is owed is asked for again, and not a time too often. */
static const struct model_rule limit_first_rules[] = {
    {MODEL_FIRST, NULL, FIRST_WORDS, NULL, NULL, MODEL_FAILS_LIMIT},
    OPENING, NAME, READ_BACK, NOTE, DONE,
};
static const struct model_script limit_first = {RULES(limit_first_rules)};

/* ---- in mid-call: the second session goes on where the first was ---- */

#define IN_THE_MIDDLE(how) { \
    {MODEL_FIRST, NEWEST, "Sorry, the line was bad. " NAME_WORDS, NULL, NULL, \
        0}, \
    OPENING, \
    {MODEL_HEARD, "what name", NAME_WORDS, NULL, NULL, (how)}, \
    READ_BACK, NOTE, DONE}

static const struct model_rule lost_rules[] =
    IN_THE_MIDDLE(MODEL_RESETS | MODEL_HALFWAY);
static const struct model_script lost = {RULES(lost_rules)};
static const struct model_script lost_beta = {RULES(lost_rules),
    .beta = true};
static const struct model_rule closed_rules[] = IN_THE_MIDDLE(MODEL_CLOSES);
static const struct model_script closed = {RULES(closed_rules)};
static const struct model_rule expired_rules[] = IN_THE_MIDDLE(MODEL_EXPIRES);
static const struct model_script expired = {RULES(expired_rules)};
static const struct model_rule silent_rules[] =
    IN_THE_MIDDLE(MODEL_MUTE | MODEL_AGAIN);
static const struct model_script silent = {RULES(silent_rules)};
static const struct model_rule stuck_rules[] =
    IN_THE_MIDDLE(MODEL_STALLS | MODEL_HALFWAY);
static const struct model_script stuck = {RULES(stuck_rules)};
static const struct model_rule bad_text_rules[] =
    IN_THE_MIDDLE(MODEL_BAD_TEXT);
static const struct model_script bad_text = {RULES(bad_text_rules)};
static const struct model_rule masked_rules[] = IN_THE_MIDDLE(MODEL_MASKS);
static const struct model_script masked = {RULES(masked_rules)};
static const struct model_rule flood_rules[] = IN_THE_MIDDLE(MODEL_FLOODS);
static const struct model_script flood = {RULES(flood_rules)};

/* Half a sentence is no answer: they wait for the rest. */
static const struct callee_step patient_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "number for me", 0},
    {CALLEE_SAY, "Your confirmation number is 4 7 1 1.", 0},
    {CALLEE_WAIT, "is that right", 0},
    {CALLEE_SAY, "Yes, that's right.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script patient_callee = {STEPS(patient_steps)};

/* ---- and then the second is lost too: sorry ---- */

static const struct callee_step left_steps[] = {
    GREETING,
    {CALLEE_WAIT, "book a table", 0},
    {CALLEE_SAY, "Monday the 23rd at 7 pm for 4 people, yes, that works. "
        "Under what name?", 0},
    {CALLEE_WAIT, "technical problem", 0},
};
static const struct callee_script left_callee = {STEPS(left_steps)};

static const struct model_rule twice_rules[] = {
    {MODEL_FIRST, NEWEST, "Sorry, the line was bad. " NAME_WORDS, NULL, NULL,
        MODEL_RESETS | MODEL_HALFWAY},
    OPENING,
    {MODEL_HEARD, "what name", NAME_WORDS, NULL, NULL, MODEL_RESETS
        | MODEL_HALFWAY},
};
static const struct model_script twice = {RULES(twice_rules)};

static const struct model_rule fails_rules[] = {
    {MODEL_FIRST, NEWEST, NAME_WORDS, NULL, NULL, MODEL_FAILS | MODEL_AGAIN},
    OPENING,
    {MODEL_HEARD, "what name", NAME_WORDS, NULL, NULL, MODEL_FAILS
        | MODEL_AGAIN},
};
static const struct model_script fails = {RULES(fails_rules)};

/* Nobody was spoken to when it was lost for good. */
static const struct callee_step waiting_steps[] = {
    GREETING,
    {CALLEE_WAIT, "technical problem", 60000},
};
static const struct callee_script waiting_callee = {STEPS(waiting_steps)};

/* ---- one response goes wrong: it is asked for once more ---- */

#define ONCE(how) { \
    OPENING, \
    {MODEL_HEARD, "what name", NAME_WORDS, NULL, NULL, (how)}, \
    NAME, READ_BACK, NOTE, DONE}

static const struct model_rule failed_rules[] = ONCE(MODEL_FAILS);
static const struct model_script failed = {RULES(failed_rules)};
static const struct model_rule limit_rules[] = ONCE(MODEL_LIMIT);
static const struct model_script limit = {RULES(limit_rules)};
static const struct model_rule fails_limit_rules[] = ONCE(MODEL_FAILS_LIMIT);
static const struct model_script fails_limit = {RULES(fails_limit_rules)};
static const struct model_rule filtered_rules[] = ONCE(MODEL_FILTERED);
static const struct model_script filtered = {RULES(filtered_rules)};
static const struct model_rule runs_out_rules[] =
    ONCE(MODEL_RUNS_OUT | MODEL_HALFWAY);
static const struct model_script runs_out = {RULES(runs_out_rules)};
static const struct model_rule cancels_rules[] = ONCE(MODEL_CANCELS);
static const struct model_script cancels = {RULES(cancels_rules)};

/* ---- or what it says is read over ---- */

#define READ_OVER(how) { \
    OPENING, \
    {MODEL_HEARD, "what name", NAME_WORDS, NULL, NULL, (how)}, \
    READ_BACK, NOTE, DONE}

static const struct model_rule odd_rules[] = READ_OVER(MODEL_ODD);
static const struct model_script odd = {RULES(odd_rules)};
static const struct model_rule babble_rules[] =
    READ_OVER(MODEL_BABBLES | MODEL_HALFWAY);
static const struct model_script babble = {RULES(babble_rules)};

/* ---- the table ---- */

#define NOT_CALLED .status = "failed", .outcome = "not_reached", \
    .error = "model", .exit = 2

const struct scenario scenario_lost[] = {
    {
        .name = "model-401",
        .about = "the model refuses the key: the phone stops ringing",
        BOOKING, .model = &refused_401,
        .want = {NOT_CALLED, .error_says = "answered 401", .sessions = 1},
    },
    {
        .name = "model-403",
        .about = "the model refuses the country",
        BOOKING, .model = &refused_403,
        .want = {NOT_CALLED, .error_says = "answered 403", .sessions = 1},
    },
    {
        .name = "model-404",
        .about = "the model's address is wrong",
        BOOKING, .model = &refused_404,
        .want = {NOT_CALLED, .error_says = "answered 404", .sessions = 1},
    },
    {
        .name = "model-429",
        .about = "too many sessions, and still when asked again",
        BOOKING, .model = &refused_429,
        .want = {NOT_CALLED, .error_says = "answered 429", .sessions = 2},
    },
    {
        .name = "model-500",
        .about = "the model's server is broken",
        BOOKING, .model = &refused_500,
        .want = {NOT_CALLED, .error_says = "answered 500", .sessions = 2},
    },
    {
        .name = "model-429-once",
        .about = "too many sessions at first, then there is one",
        BOOKING, .model = &refused_once,
        .want = {ALL_AGREED, .sessions = 2},
    },
    {
        .name = "model-unknown",
        .about = "the socket opens, and there is no such model",
        BOOKING, .model = &unknown,
        .want = {NOT_CALLED, .sessions = 1},
    },
    {
        .name = "model-no-hello",
        .about = "the socket opens and nothing comes",
        .request = REQUEST, .asked = ASKED, .callee = &waiting_callee,
        .model = &no_hello,
        .want = {.status = "failed", .outcome = "unclear", .error = "model",
            .error_says = "not configured in time",
            .heard = "technical problem", .sessions = 2, .exit = 3,
            .seconds = 15},
    },
    {
        .name = "model-no-echo",
        .about = "the session's configuration is never confirmed",
        .request = REQUEST, .asked = ASKED, .callee = &waiting_callee,
        .model = &no_echo,
        .want = {.status = "failed", .outcome = "unclear", .error = "model",
            .error_says = "not configured in time",
            .heard = "technical problem", .sessions = 2, .exit = 3,
            .seconds = 15},
    },
    {
        .name = "lies-format",
        .about = "the model says it will speak PCM, noise on a phone",
        BOOKING, .model = &lies_format,
        .want = {NOT_CALLED, .error_says = "audio.output.format is audio/pcm",
            .sessions = 1},
    },
    {
        .name = "lies-tools",
        .about = "the model has dropped our tools",
        BOOKING, .model = &lies_tools,
        .want = {NOT_CALLED, .error_says = "tools has no end_call",
            .sessions = 1},
    },
    {
        .name = "lies-voice",
        .about = "the model will speak in another voice",
        BOOKING, .model = &lies_voice,
        .want = {NOT_CALLED, .error_says = "audio.output.voice is alloy",
            .sessions = 1},
    },
    {
        .name = "lies-format-beta",
        .about = "in the old dialect: the model says it will speak PCM",
        BOOKING, .model = &lies_beta,
        .want = {NOT_CALLED, .error_says = "output_audio_format is pcm16",
            .sessions = 1},
    },
    {
        .name = "mute-once",
        .about = "the first response never comes; another session answers",
        BOOKING, .model = &mute_once,
        .want = {ALL_AGREED, .sessions = 2, .seconds = 37},
    },
    {
        .name = "stalls",
        .about = "the first response begins and nothing comes of it",
        BOOKING, .model = &stalls,
        .want = {ALL_AGREED, .sessions = 2, .seconds = 37},
    },
    {
        .name = "mute",
        .about = "no session ever answers: sorry, and the end",
        .request = REQUEST, .asked = ASKED, .callee = &waiting_callee,
        .model = &mute,
        .want = {.status = "failed", .outcome = "unclear", .error = "model",
            .error_says = "did not answer", .heard = "technical problem",
            .sessions = 2, .exit = 3, .seconds = 29},
    },
    {
        .name = "lost-first",
        .about = "the model's connection breaks before its first word",
        BOOKING, .model = &reset_first,
        .want = {ALL_AGREED, .sessions = 2, .seconds = 28},
    },
    {
        .name = "closed-first",
        .about = "the model closes its socket before its first word",
        BOOKING, .model = &close_first,
        .want = {ALL_AGREED, .sessions = 2, .seconds = 28},
    },
    {
        .name = "lost-ringing",
        .about = "the session ends while it rings; they pick up before the "
            "next one",
        .request = REQUEST, .asked = ASKED, .callee = &quick_callee,
        .model = &dies_early,
        .want = {ALL_AGREED, .sessions = 2, .seconds = 28},
    },
    {
        .name = "rate-limit-first",
        .about = "the very first response fails for the rate limit",
        BOOKING, .model = &limit_first,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 30},
    },
    {
        .name = "lost",
        .about = "the connection breaks in mid-sentence; a new session goes on",
        PATIENT, .model = &lost,
        .want = {ALL_AGREED, .heard = "the line was bad",
            .line = "The name is Leo. Do you have...", .sessions = 2,
            .seconds = 30},
    },
    {
        .name = "lost-beta",
        .about = "the same in the old dialect",
        PATIENT, .model = &lost_beta,
        .want = {ALL_AGREED, .heard = "the line was bad",
            .line = "The name is Leo. Do you have...", .sessions = 2,
            .seconds = 30},
    },
    {
        .name = "closed",
        .about = "the model closes its socket with 1011 in mid-call",
        PATIENT, .model = &closed,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .seconds = 29},
    },
    {
        .name = "expired",
        .about = "the session's time is over in mid-call",
        PATIENT, .model = &expired,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .seconds = 29},
    },
    {
        .name = "silent",
        .about = "the model no longer answers in mid-call",
        PATIENT, .model = &silent,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .seconds = 43},
    },
    {
        .name = "stuck",
        .about = "the model falls silent in mid-sentence",
        PATIENT, .model = &stuck,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .seconds = 39},
    },
    {
        .name = "bad-text",
        .about = "the model sends a text that is no UTF-8: close 1007",
        PATIENT, .model = &bad_text,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .model_closed = 1007, .seconds = 29},
    },
    {
        .name = "masked",
        .about = "the model masks a frame: close 1002",
        PATIENT, .model = &masked,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .model_closed = 1002, .seconds = 29},
    },
    {
        .name = "flood",
        .about = "the model sends a message of 17 MiB: close 1009",
        PATIENT, .model = &flood,
        .want = {ALL_AGREED, .heard = "the line was bad", .sessions = 2,
            .model_closed = 1009, .seconds = 29},
    },
    {
        .name = "lost-twice",
        .about = "the second session is lost too: sorry, and the end",
        .request = REQUEST, .asked = ASKED, .callee = &left_callee,
        .model = &twice,
        .want = {.status = "failed", .outcome = "cut_off", .error = "model",
            .heard = "technical problem",
            .line = "The name is...", .sessions = 2, .exit = 3,
            .seconds = 20},
    },
    {
        .name = "fails-always",
        .about = "every response fails, in the second session too",
        .request = REQUEST, .asked = ASKED, .callee = &left_callee,
        .model = &fails,
        .want = {.status = "failed", .outcome = "unclear", .error = "model",
            .error_says = "failed twice", .heard = "technical problem",
            .sessions = 2, .exit = 3, .seconds = 21},
    },
    {
        .name = "failed",
        .about = "a response fails; the next one does not",
        BOOKING, .model = &failed,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 28},
    },
    {
        .name = "rate-limit",
        .about = "an error event: too many tokens, try again in two seconds",
        BOOKING, .model = &limit,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 29},
    },
    {
        .name = "rate-limit-failed",
        .about = "a response fails for the rate limit; the next one waits",
        BOOKING, .model = &fails_limit,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 30},
    },
    {
        .name = "content-filter",
        .about = "the filter takes the answer away; another one is asked for",
        BOOKING, .model = &filtered,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 28},
    },
    {
        .name = "runs-out",
        .about = "the answer is too long for its limit and is begun again",
        BOOKING, .model = &runs_out,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 28},
    },
    {
        .name = "cancelled",
        .about = "the model cancels its answer though nobody spoke",
        BOOKING, .model = &cancels,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 28},
    },
    {
        .name = "odd-error",
        .about = "an error of a kind nobody knows ends nothing",
        BOOKING, .model = &odd,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 27},
    },
    {
        .name = "babble",
        .about = "unknown events, broken JSON and binary are read over",
        BOOKING, .model = &babble,
        .want = {ALL_AGREED, .sessions = 1, .seconds = 27},
    },
    {.name = NULL},
};
