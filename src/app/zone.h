/* zone.h - the owner's time zone: loaded once, asked often. */
#ifndef APP_ZONE_H
#define APP_ZONE_H

#include "base/buf.h"
#include "base/err.h"

struct zone {
    struct buf file;            /* a TZif file; empty: posix counts */
    struct slice posix;
};

/* From the machine's zone files, else from the built-in ones.  0, or -1 and
 * *err: an unknown zone is an error, never silently UTC. */
int zone_load(struct zone *z, const char *name, struct err *err);
void zone_free(struct zone *z);

/* Seconds east of UTC at a moment. */
int zone_offset(const struct zone *z, int64_t wall_ms);

#endif
