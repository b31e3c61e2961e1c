/* term.h - what the person sees: results on stdout, talk on stderr.
 *
 * A live status line on a terminal, plain lines otherwise; colour only on a
 * terminal and never under NO_COLOR.  TERM unset or "dumb": no escape at all.
 */
#ifndef APP_TERM_H
#define APP_TERM_H

#include "base/err.h"
#include "base/slice.h"

enum term_look { TERM_PLAIN, TERM_BOLD, TERM_DIM, TERM_GREEN, TERM_RED,
    TERM_YELLOW, TERM_BLUE };

/* A result, to stdout. */
void term_out(struct slice s);
void term_outf(const char *fmt, ...) PRINTFLIKE(1, 2);

/* Was some of it not written, as nobody reads it or the disk is full? */
bool term_lost(void);

/* A line of talk, to stderr; takes the status line away first. */
void term_say(enum term_look look, const char *fmt, ...) PRINTFLIKE(2, 3);

/* The same of a text of any length. */
void term_line(enum term_look look, struct slice text);

/* Does the terminal know no escape sequences, as far as TERM says? */
bool term_dumb(void);

/* The line at the bottom that is written over; "" takes it away.  Nothing when
 * stderr is no terminal, or a dumb one. */
void term_status(const char *fmt, ...) PRINTFLIKE(1, 2);

/* "concierge: message" to stderr; returns the exit status of the error. */
int term_fail(const struct err *err);
/* "concierge: message" and where help is; returns 64. */
int term_usage(const char *fmt, ...) PRINTFLIKE(1, 2);

/* A yes or no from the terminal; -1 when stdin is none.  yes is the letter of
 * the question's language for it; "y" counts in each. */
int term_ask(const char *question, char yes);

#endif
