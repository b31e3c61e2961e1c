/* screen.h - the lower end of a terminal: what is said goes above, the line
 * that is being typed stays below.
 *
 * Three kinds.  A terminal that knows ECMA-48's few sequences has a live part:
 * the unfinished line of an answer that streams in, and under it a prompt with
 * the line being edited; both are taken away before anything is said and drawn
 * again after it, so that nothing is ever written into them.  A dumb one has a
 * plain prompt and no escape; a pipe has lines alone.  Answers go to stdout,
 * talk to stderr.  Control characters in what is said are shown as blanks: a
 * voice on the telephone does not steer the terminal.
 */
#ifndef APP_SCREEN_H
#define APP_SCREEN_H

#include "app/edit.h"
#include "app/term.h"

#define SCREEN_PROMPT 80        /* bytes of a prompt, with NUL */

enum screen_kind { SCREEN_PIPE, SCREEN_DUMB, SCREEN_FULL };

struct screen {                 /* private but for kind and columns */
    enum screen_kind kind;
    size_t columns;
    bool out;                   /* stdout is the terminal, too */
    bool hidden;                /* nothing is drawn: it is left for a while */
    const struct edit *edit;
    char prompt[SCREEN_PROMPT]; /* "": none is wanted now */
    struct buf tail;            /* of an answer: the line that grows */
    bool streams;               /* an answer is under way */
    bool drawn;                 /* the live part is there, */
    size_t tail_was, cursor;    /* ... so many columns of tail, and where in
                                   the line under it the cursor is */
};

/* What stdin and stderr are decides on the kind, and TERM.  A terminal is put
 * into raw mode; when that fails it is a dumb one. */
void screen_open(struct screen *s, const struct edit *edit);
/* Takes the live part away and leaves the terminal as it was found; for good,
 * or until screen_back. */
void screen_leave(struct screen *s);
void screen_back(struct screen *s);
void screen_close(struct screen *s);

/* A line of talk. */
void screen_say(struct screen *s, enum term_look look, struct slice text);
/* An answer, whole; or in pieces, which end. */
void screen_reply(struct screen *s, struct slice text);
void screen_words(struct screen *s, struct slice piece);
void screen_words_end(struct screen *s);

/* The prompt from now on, and draws.  The same again draws what was typed. */
void screen_prompt(struct screen *s, const char *prompt);
/* Enter was pressed: what was typed stays, the next line is a new one. */
void screen_enter(struct screen *s);
/* Of a dumb terminal: a line came, and its echo ended the prompt's line. */
void screen_entered(struct screen *s);
/* ... or ^C, whose echo did not. */
void screen_broken(struct screen *s);
/* ^L: nothing but the live part. */
void screen_clear(struct screen *s);
/* The window may have another size. */
void screen_resize(struct screen *s);

#endif
