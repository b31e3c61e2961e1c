/* played.h - how much of what the model said has really been heard.
 *
 * Audio comes faster than it is played, so what was sent and what was heard
 * differ by seconds.  Every piece sent to Twilio carries a mark; its echo says
 * the piece was played, or that `clear` dropped it: nothing tells the two
 * apart (twilio 1.3), so a clear begins a new generation and echoes of the old
 * one count for nothing.  Between echoes the clock runs on, but never past
 * what was sent (realtime 4).
 *
 * Pure: the caller brings the time.  Positions are bytes of mu-law, 8 a ms.
 */
#ifndef CALL_PLAYED_H
#define CALL_PLAYED_H

#include "base/limits.h"
#include "base/slice.h"

#define PLAYED_ITEMS 8          /* items with audio not yet all played */
#define PLAYED_ID 64            /* bytes of an item id, NUL included */
#define PLAYED_NAME 24          /* bytes of a mark's name, NUL included */

struct played_item {
    char id[PLAYED_ID];
    int content;                /* content_index */
    uint64_t from, to;          /* its audio, positions in this generation */
};

struct played_mark {
    uint32_t number;
    uint64_t at;                /* position it stands behind */
};

struct played {                 /* zero it */
    uint32_t generation, number;
    uint64_t sent, heard;       /* positions */
    int64_t heard_at;           /* when heard was true, ms */
    size_t items;
    size_t first, marks;        /* of the ring */
    struct played_item item[PLAYED_ITEMS];
    struct played_mark mark[LIMIT_MARKS];
};

/* Counts n bytes of an item as sent and names the mark to send behind them.
 * Returns the name's length; 0: too many marks are out, send none. */
size_t played_sent(struct played *p, struct slice item, int content, size_t n,
    int64_t now, char name[static PLAYED_NAME]);

/* A mark came back.  False when it counts for nothing: unknown, or cleared. */
bool played_mark(struct played *p, struct slice name, int64_t now);

/* Position heard by now, and what is still to be played, in ms. */
uint64_t played_heard(const struct played *p, int64_t now);
int64_t played_left_ms(const struct played *p, int64_t now);

/* Has everything been heard, and every mark that was sent come back? */
bool played_done(const struct played *p, int64_t now);

/* Has all audio of that item been heard that was sent so far? */
bool played_item_heard(const struct played *p, struct slice item,
    int64_t now);

/* How many ms of that item have been heard; -1: none of it is waiting. */
int64_t played_item_ms(const struct played *p, struct slice item,
    int64_t now);

/* When the clock comes, or came, to the end of what was sent, ms. */
int64_t played_end(const struct played *p);

struct played_cut {
    char id[PLAYED_ID];
    int content;
    int64_t heard_ms;           /* 0: nothing of it was heard */
};

/* The caller speaks over us: which items were cut short and where, by the
 * clock.  Returns how many.  *clear: Twilio's queue may still hold audio, for
 * a mark is out or the clock has not come to the end, so it is to be cleared;
 * a new generation has begun then.  The clock alone does not decide that: it
 * may be ahead of what is really played. */
size_t played_cut(struct played *p, int64_t now,
    struct played_cut cut[static PLAYED_ITEMS], bool *clear);

#endif
