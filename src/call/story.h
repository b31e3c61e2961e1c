/* story.h - what happened to one call, step by step, for `concierge why`.
 *
 * A bounded list: the first steps and the newest ones stay, what lies between
 * is counted.  Nothing secret and no whole phone number is given to it.
 */
#ifndef CALL_STORY_H
#define CALL_STORY_H

#include "base/slice.h"
#include "codec/jsonw.h"

#define STORY_FIRST 64          /* steps that stay */
#define STORY_LAST 32           /* ... and as many of the newest */
#define STORY_TEXT 224          /* bytes of one, NUL included */

struct story_step {
    int64_t at;                 /* wall ms */
    const char *what;           /* constant: "twiml" */
    int number;                 /* Twilio's, or 0 */
    char text[STORY_TEXT];
};

struct story {                  /* all zero: empty */
    struct story_step *step;
    size_t n, cap;
    size_t over;                /* steps beyond STORY_FIRST */
};

/* Without memory the step is left out. */
void story_add(struct story *s, int64_t at, const char *what, int number,
    struct slice text);
/* An array of {"at","what","text","number"}, the oldest first. */
void story_write(struct jsonw *w, const struct story *s);
void story_free(struct story *s);

#endif
