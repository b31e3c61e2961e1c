/* ics.h - one event as an iCalendar object: RFC 5545, RFC 5546.
 *
 * Lines are folded at 75 octets between characters, texts escaped; moments are
 * written in UTC, so that no time zone has to come along.
 */
#ifndef CODEC_ICS_H
#define CODEC_ICS_H

#include "base/buf.h"
#include "base/slice.h"

struct ics_event {              /* texts absent or empty: left out */
    struct slice uid;           /* the same for ever: how calendars know it */
    int64_t stamp;              /* wall ms: when this was written down */
    int64_t from, to;           /* wall ms */
    struct slice summary, location, description;
    struct slice tel;           /* E.164: becomes the event's URL */
    bool cancelled;             /* METHOD:CANCEL, STATUS:CANCELLED */
};

/* Appends the whole VCALENDAR.  Nothing can fail but the room in out. */
void ics_write(struct buf *out, const struct ics_event *e);

#endif
