/* turns.h - when response.create may be sent.
 *
 * Pure.  Only one response may be active (realtime 5): asking for a second
 * fails.  So a wish to let the model speak waits until nothing is active and
 * the tools of the last response have all been answered.  At most one wish
 * waits; a higher tag replaces a lower one, the tag tells the caller which
 * instructions to send.
 */
#ifndef MODEL_TURNS_H
#define MODEL_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define TURNS_ID 64

struct turns {                  /* zero it; again for a new session */
    bool active;                /* a response runs, as far as we know */
    char id[TURNS_ID];          /* its id; "" when it is not known */
    uint64_t asked;             /* our response.create under way, or 0 */
    int asked_tag;
    uint64_t doubt;             /* it, once a response began that may be the
                                   server's own instead */
    int doubt_tag;
    int wish;                   /* tag of what waits; 0 nothing */
    int tools;                  /* calls begun and not yet answered */
    int unseen;                 /* outputs sent, not yet in the conversation
                                   as far as the server has told */
};

#define TURNS_TOOLS 1           /* tag of the wish that tool outputs make;
                                   use higher ones for your own */

/* Something should be said; tag > 0. */
void turns_want(struct turns *t, int tag);
void turns_drop(struct turns *t);               /* no longer */

/* The tag to send a response.create for now, or 0.  Ask after every event and
 * after every turns_want; when it is not 0, send and call turns_sent. */
int turns_due(const struct turns *t);
void turns_sent(struct turns *t, uint64_t event);

/* What the server says. */
void turns_created(struct turns *t, struct slice id);
void turns_done(struct turns *t, struct slice id);
void turns_tool(struct turns *t);               /* VOICE_TOOL_CALL */
void turns_output_seen(struct turns *t);        /* VOICE_ITEM_ADDED of an item
                                                   function_call_output */
/* An error about our event (0: not known which); already: it says that a
 * response is active.  Returns true when it was about our response.create. */
bool turns_error(struct turns *t, uint64_t about, bool already);

/* A tool's output was sent. */
void turns_answered(struct turns *t);

/* response.cancel only makes sense while this is true. */
bool turns_active(const struct turns *t);

/* Nothing came for long though something should be active: stop waiting. */
void turns_unstick(struct turns *t);

#endif
