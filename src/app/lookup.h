/* lookup.h - places that are not in the directory, asked of OpenStreetMap.
 *
 * Off unless OVERPASS_URL is set.  What comes back is a directory like the
 * owner's, found in by the same rules; nothing of it is kept.
 */
#ifndef APP_LOOKUP_H
#define APP_LOOKUP_H

#include "app/directory.h"
#include "net/httpc.h"

struct lookup {                 /* zero it, keep it in place */
    struct directory found;     /* when done is called: the caller's to free */
    struct err err;             /* code ERR_NONE: found is good, may be empty */
    void (*done)(void *arg);
    void *arg;
    struct overpass_area_text { char city[128], code[16]; } area_;
    struct httpc_call *call_;
};

/* Can a name be looked up at all? */
bool lookup_on(const struct conf *c);

/* Asks for a name in OVERPASS_AREA.  done is called once, never before this
 * returned.  -1 and *err: nothing was asked (no city, nothing to look for). */
int lookup_start(struct lookup *l, struct httpc *http, const struct conf *c,
    struct slice name, void (*done)(void *arg), void *arg, struct err *err);
void lookup_cancel(struct lookup *l);           /* done is not called */

/* The same for a command: runs a loop of its own until it is answered. */
int lookup_now(struct directory *found, const struct conf *c,
    struct slice name, struct err *err);

#endif
