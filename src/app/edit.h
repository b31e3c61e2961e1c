/* edit.h - one line being typed at a terminal: keys go in, a screen line and
 * finished lines come out.
 *
 * Knows no terminal: bytes as a terminal in raw mode sends them (xterm's
 * sequences, bracketed paste) are fed one by one, and edit_draw gives the bytes
 * that show the line.  The keys are those of readline's usual set.  UTF-8;
 * wide characters take two columns, combining ones none.  A line longer than
 * the screen scrolls sideways.  ^R looks for a line of the past.
 */
#ifndef APP_EDIT_H
#define APP_EDIT_H

#include "base/buf.h"
#include "base/slice.h"

#define EDIT_LINE 4096          /* bytes of a line; more are not taken */
#define EDIT_PAST 200           /* lines remembered */
#define EDIT_PAST_BYTES 65536   /* of them together */
#define EDIT_FIND 64            /* bytes that are looked for */

enum edit_what {
    EDIT_MORE,                  /* nothing to do but draw */
    EDIT_DONE,                  /* Enter: edit_text is the line; take it, then
                                   edit_begin */
    EDIT_END,                   /* ^D in an empty line */
    EDIT_BREAK,                 /* ^C */
    EDIT_SUSPEND,               /* ^Z */
    EDIT_CLEAR                  /* ^L: clear the screen, then draw */
};

struct edit {                   /* private but for reading */
    uint8_t line[EDIT_LINE];
    size_t len, at;             /* bytes; at stands before a character */
    uint8_t cut[EDIT_LINE];     /* what ^K, ^U, ^W took, for ^Y */
    size_t cut_len;
    struct buf past;            /* remembered lines, each ends in LF */
    size_t back;                /* how far back in them; 0: the line itself */
    uint8_t draft[EDIT_LINE];   /* what was typed before going back */
    size_t draft_len;
    char seq[16];               /* an escape sequence, or a character, so far */
    size_t seq_len;
    bool pasting;
    bool finding, missed;       /* ^R: a line is looked for; there is none */
    char find[EDIT_FIND];
    size_t find_len;
};

void edit_init(struct edit *e);
void edit_free(struct edit *e);

/* An empty line.  Remembered lines stay. */
void edit_begin(struct edit *e);

enum edit_what edit_key(struct edit *e, uint8_t byte);
/* ESC alone is a key, and the beginning of others: after a moment in which
 * nothing followed it is edit_idle that makes it one. */
bool edit_waits(const struct edit *e);
void edit_idle(struct edit *e);

struct slice edit_text(const struct edit *e);

/* Adds the bytes that show prompt and line in so many columns, the cursor at
 * its place: begins with CR, ends without a line break.  A prompt without room
 * is cut.  Returns the cursor's column, from 0. */
size_t edit_draw(const struct edit *e, const char *prompt, size_t columns,
    struct buf *out);

/* Columns that a text takes. */
size_t edit_columns(struct slice s);

/* Remembers a line: not an empty one, nor one that begins with a blank, nor the
 * same twice in a row.  Was it remembered? */
bool edit_remember(struct edit *e, struct slice line);

#endif
