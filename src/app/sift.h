/* sift.h - which calls of a list are wanted. */
#ifndef APP_SIFT_H
#define APP_SIFT_H

#include "app/conf.h"
#include "codec/json.h"

struct sift {                   /* NULL or -1: any */
    const char *outcome, *status, *to;
    int64_t since, until;       /* wall ms of "created" */
};

/* Takes --outcome --status --to --since --until out of argv.  A day is a day
 * in ZONE, --until's included; a moment is RFC 3339.  0, or 64 and it was
 * said. */
int sift_take(struct sift *s, const struct conf *c, int *argc, char **argv);

bool sift_fits(const struct sift *s, struct json call);
/* Is nothing sifted out? */
bool sift_any(const struct sift *s);

#endif
