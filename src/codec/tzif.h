/* tzif.h - time zones from TZif files: RFC 8536, with the footer's TZ string.
 *
 * libc would turn an unknown zone silently into UTC; here it is an error.
 * Common zones are built in as footer strings for machines without zone files.
 */
#ifndef CODEC_TZIF_H
#define CODEC_TZIF_H

#include "base/slice.h"

/* The offset in seconds east of UTC at a moment.  file is a whole TZif file.
 * 0, or -1 when it is malformed (*why, constant). */
int tzif_offset(struct slice file, int64_t wall_ms, int *offset,
    const char **why);

/* The same from a POSIX TZ string "CET-1CEST,M3.5.0,M10.5.0/3". */
int tzif_offset_posix(struct slice tz, int64_t wall_ms, int *offset);

/* The built-in POSIX string of a zone name; absent when not built in. */
struct slice tzif_builtin(struct slice zone);

/* Is it a name a zone file may have?  No "..", no leading slash. */
bool tzif_name_ok(struct slice zone);

#endif
