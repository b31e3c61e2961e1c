/* history.h - the lines typed at the prompt, over restarts: a file with one a
 * line, CONCIERGE_DIR/history.
 *
 * Each is appended when it was entered, so that no end of the program loses
 * it and two prompts at once do not lose each other's.  It is for the owner's
 * eyes (0600) and holds no card numbers or keys (agent/redact).
 */
#ifndef APP_HISTORY_H
#define APP_HISTORY_H

#include "app/edit.h"
#include "net/disk.h"

#define HISTORY_MOST (256u << 10)   /* bytes; more are cut to what is kept */

/* Reads it into the editor's past; makes it narrow and short again when it is
 * not.  At once, on the caller's thread.  What cannot be read is no history. */
void history_load(const char *path, struct edit *e);

/* Remembers the line, here and there.  disk may be NULL: here alone. */
void history_add(const char *path, struct edit *e, struct disk *disk,
    struct slice line);

#endif
