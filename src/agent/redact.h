/* redact.h - numbers and keys that are never stored, told or logged.
 *
 * Pure.  Card numbers (ISO/IEC 7812), bank accounts (ISO 13616), social
 * security numbers, whatever the words call a passport's, identity's or
 * security number, and the keys and tokens of programs; written or read out,
 * English and German: "four one one one", "double four", "dreimal die eins".
 * Confirmation and telephone numbers, dates and times are none of these.
 */
#ifndef AGENT_REDACT_H
#define AGENT_REDACT_H

#include "base/slice.h"

/* Masks them with one "*" for each byte of a word; the length stays.  Returns
 * how many were masked. */
size_t redact_line(struct mslice line);

/* The same of a text with its NUL: control bytes become blanks first, so that
 * it is one line. */
void redact_text(char *text);

/* May what they say next make a secret of how this line ends?  It ends in
 * digits that nobody called something else, or in the name of a secret: a
 * pause in a number that is read out ends a line, not the number. */
bool redact_goes_on(struct slice line);

#endif
