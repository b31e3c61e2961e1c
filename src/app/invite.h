/* invite.h - what was booked, as a calendar's event. */
#ifndef APP_INVITE_H
#define APP_INVITE_H

#include "app/conf.h"
#include "base/buf.h"
#include "codec/json.h"

/* Appends the event of a call object whose booking stands (confirmed,
 * modified) or was cancelled; its hour is that of ZONE.  -1 and *err: there is
 * nothing to put into a calendar. */
int invite_write(struct buf *out, struct json call, const struct conf *c,
    struct err *err);

#endif
