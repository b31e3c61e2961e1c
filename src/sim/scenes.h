/* scenes.h - what the tables of scenarios share: the words most calls begin
 * with, and the tables themselves.
 *
 * Private to sim/scenario*.c.  What the model says must not depend on when the
 * other side was heard: its rules look at the words alone.
 */
#ifndef SIM_SCENES_H
#define SIM_SCENES_H

#include "sim/scenario.h"

#define STEPS(s) .step = (s), .steps = sizeof(s) / sizeof(*(s))
#define RULES(r) .rule = (r), .rules = sizeof(r) / sizeof(*(r))

/* ---- pieces that several share ---- */

#define GREETING {CALLEE_PAUSE, NULL, 600}, \
    {CALLEE_SAY, "Luigi's, good evening!", 0}

#define OPENING {MODEL_FIRST, NULL, "{disclosure} I would like to book a " \
    "table for 4 people on Monday the 23rd of November at 7 pm, please.", \
    NULL, NULL, false}

#define NAME {MODEL_HEARD, "what name", "The name is Leo. Do you have a " \
    "confirmation number for me?", NULL, NULL, false}

#define DONE {MODEL_TOOL_ANSWER, NULL, "Thank you very much. Goodbye!", \
    SCENARIO_TOOL_END, "{\"reason\":\"done\"}", false}

#define REQUEST "Book a table at Luigi's for 4 tomorrow at 7 pm"
#define ASKED {"+15551230000", "Luigi's", 4, "2026-11-23", "19:00", "Leo", \
    NULL, NULL}

/* The usual booking, and somebody who greets and listens. */
extern const struct callee_script scenario_booking_callee;
extern const struct model_script scenario_booking_model;
extern const struct callee_script scenario_greeting_callee;

/* What follows "what name" in the usual booking. */
#define READ_BACK {MODEL_HEARD, "4 7 1 1", "4, 7, 1, 1. So that is Monday " \
    "the 23rd of November at 7 pm, 4 people, for Leo, number 4 7 1 1. Is " \
    "that right?", NULL, NULL, 0}

#define NOTED "{\"number\":\"4711\",\"date\":\"2026-11-23\",\"time\":" \
    "\"19:00\",\"party\":4,\"name\":\"Leo\",\"notes\":\"\"}"

#define NOTE {MODEL_HEARD, "that's right", NULL, SCENARIO_TOOL_NOTE, NOTED, 0}

/* What must have come of it. */
#define ALL_AGREED .status = "completed", .outcome = "confirmed", \
    .date = "2026-11-23", .time = "19:00", .party = 4, .name = "Leo", \
    .number = "4711"

/* Each ends in a row without a name. */
extern const struct scenario scenario_basic[];      /* scenario_basic.c */
extern const struct scenario scenario_ends[];       /* scenario_ends.c */
extern const struct scenario scenario_change[];     /* scenario_change.c */
extern const struct scenario scenario_stream[];     /* scenario_stream.c */
extern const struct scenario scenario_calls[];      /* scenario_calls.c */
extern const struct scenario scenario_many[];       /* scenario_many.c */
extern const struct scenario scenario_voice[];      /* scenario_voice.c */
extern const struct scenario scenario_lost[];       /* scenario_lost.c */
extern const struct scenario scenario_policy[];     /* scenario_policy.c */
extern const struct scenario scenario_phone[];      /* scenario_phone.c */

#endif
