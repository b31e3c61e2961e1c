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
        .want = {.twilio_error = 31921, .exit = 2},
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
    {.name = NULL},
};
