/* moment.h - dates and hours as people say them, English and German.
 *
 * The rules are those of DESIGN 5: an hour without am or pm is an evening
 * hour, a weekday its next occurrence, a day without a year the next one to
 * come.
 */
#ifndef AGENT_MOMENT_H
#define AGENT_MOMENT_H

#include "agent/words.h"
#include "codec/date.h"

enum day_part {             /* what the words around an hour say of it */
    PART_NONE,
    PART_MORNING,           /* morning, breakfast: hours stay */
    PART_LUNCH              /* 1 to 4 are 13 to 16, others stay */
};

struct clock_time {
    int hour, minute;
    bool bare;              /* a number alone: "7"; an hour only where the
                               words before it want one */
    bool fixed;             /* am, pm or 24 hours: no rule was needed */
};

/* A date that begins at word i: "tomorrow", "next Friday", "Monday the 23rd
 * of November", "23.11.", "uebermorgen".  Returns the words used, 0 for none.
 * *clash: a weekday and a date that do not fit each other. */
size_t moment_date(const struct words *ws, size_t i, struct date today,
    struct date *out, bool *clash);

/* An hour that begins at word i: "7", "7:30 pm", "half past seven", "halb
 * acht", "noon".  Returns the words used, 0 for none. */
size_t moment_hour(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *out);

/* An hour or a range with the words that lead to it: "at 7", "between 7 and
 * 8", "gegen halb acht", "after 7".  *to is hour -1 when there is none. */
size_t moment_time(const struct words *ws, size_t i, enum day_part part,
    struct clock_time *from, struct clock_time *to);

enum day_part moment_part(const struct words *ws, size_t from, size_t end);

#endif
