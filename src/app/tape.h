/* tape.h - what crossed the stand-ins' wires, in four files for outside judges
 * (`simulate --wire DIR`, tests/conform).
 *
 * DIR/NAME/model.jsonl, stream.jsonl, rest.jsonl and hook.jsonl, a line a
 * message: {"ms":1240,"ours":true,"head":"text","body":"{\"type\":...}"}.
 * head is "text" or "binary", or the bytes of an HTTP head; ms is the loop's
 * clock.  The credentials in a head are the stand-ins' own, which all know.
 */
#ifndef APP_TAPE_H
#define APP_TAPE_H

#include "base/err.h"
#include "sim/tap.h"

struct tape;

/* Makes both folders and the files.  NULL and *err. */
struct tape *tape_open(const char *dir, const char *name, struct err *err);
struct sim_tap tape_tap(struct tape *t);        /* all zero for NULL */
/* The rest is written; frees t, which may be NULL.  -1 and *err when any of
 * it could not be kept. */
int tape_close(struct tape *t, struct err *err);

#endif
