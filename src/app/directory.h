/* directory.h - the owner's places: RESTAURANTS_FILE and what was imported.
 *
 * One list of both; a number in RESTAURANTS_FILE goes before the same one in
 * CONCIERGE_DIR/places.csv.  Nothing else is ever called a restaurant.
 */
#ifndef APP_DIRECTORY_H
#define APP_DIRECTORY_H

#include "agent/places.h"
#include "agent/request.h"
#include "app/conf.h"
#include "app/zone.h"

struct directory {
    struct places list;
    void *mem_[3];
};

/* Who is told of rows that cannot be used; from names the file. */
typedef void directory_fault(void *arg, const char *from,
    const struct places_fault *f);

/* Reads both files.  A bad row is left out and told; a file that cannot be
 * read is -1 and *err.  RESTAURANTS_FILE unset and nothing imported: an empty
 * directory.  For start-up and commands. */
int directory_load(struct directory *d, const struct conf *c,
    directory_fault *fault, void *arg, struct err *err);
/* The same from what has been read already; first goes before second. */
int directory_build(struct directory *d, struct slice first,
    struct slice second, directory_fault *fault, void *arg, struct err *err);
/* An empty one, for so many places with so many bytes of text. */
int directory_room(struct directory *d, size_t places, size_t text,
    struct err *err);
void directory_free(struct directory *d);       /* zeroed is fine */

/* "DIR/places.csv". */
void directory_path(const struct conf *c, char *out, size_t cap);

/* The directory_fault that logs. */
void directory_log(void *arg, const char *from, const struct places_fault *f);

/* Fills in the number and the name as written of the place that was said.
 * Several, or one that is not sure: *question says what to ask, with their
 * cities, in that tongue, and nothing is filled in.  Returns the place, or
 * NULL. */
const struct place *directory_fill(const struct directory *d,
    struct plan *plan, enum tongue tongue, struct buf *question);

/* Seconds east of UTC at a moment where they pick up: by the zone of the place
 * with that number, or else of that name when it is clear which; by the
 * number's own, where it has but one; else by the owner's.  number and name may
 * be empty. */
int directory_offset(const struct directory *d, const struct zone *owner,
    struct slice number, struct slice name, int64_t wall);

/* Where the owner's own directory does not know the name, and OVERPASS_URL is
 * set, *d becomes what was found there; for commands.  0, or -1 and *err. */
int directory_widen(struct directory *d, const struct conf *c,
    struct slice name, struct err *err);

#endif
