/* moment_impl.h - the calendar's half of moment.h; for moment.c and day.c. */
#ifndef AGENT_MOMENT_IMPL_H
#define AGENT_MOMENT_IMPL_H

#include "agent/moment.h"

/* The weekday at word i, 0 for Monday to 6, or -1; "Freitagabend" is one,
 * too.  *used is set with it. */
int moment_weekday_at(const struct words *ws, size_t i, size_t *used);

/* The month at word i, 1 to 12, or 0. */
int moment_month_at(const struct words *ws, size_t i, size_t *used);

/* A day and month without a year: the next one to come, today included.
 * False when no year has it. */
bool moment_next_such(struct date today, int month, int day,
    struct date *out);

/* A day of the calendar at word i; the words used, 0 for none. */
size_t moment_calendar(const struct words *ws, size_t i, struct date today,
    struct date *out);

#endif
