/* errors.h - Twilio's error numbers: what each means and what to do; twilio 3.
 *
 * For doctor, lint, why and explain.  Constant; needs no network.
 */
#ifndef TWILIO_ERRORS_H
#define TWILIO_ERRORS_H

#include <stdbool.h>
#include <stddef.h>

#define ERRORS_ALSO 5

struct twilio_error {
    int number;
    int last;               /* of a run of numbers; 0 when it is one number */
    char level;             /* 'E' error, 'W' warning */
    const char *meaning;    /* short, no full stop */
    const char *cause;      /* the likeliest; a sentence */
    const char *remedy;     /* a sentence */
    const char *probe;      /* doctor's that looks for it; NULL: none can */
    const char *also[ERRORS_ALSO];  /* further causes, the likelier first; NULL
                                       ends them */
};

/* NULL when the number is not in the table.  For a number inside a run the
 * entry of the run, unless it has its own. */
const struct twilio_error *errors_find(int number);

/* A number people pass on that is in no dictionary of Twilio's. */
bool errors_rumour(int number);

/* The table in ascending order: entry i, NULL at its end. */
const struct twilio_error *errors_at(size_t i);

#endif
