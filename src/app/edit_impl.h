/* edit_impl.h - the parts of the line editor; for app/edit*.c alone. */
#ifndef APP_EDIT_IMPL_H
#define APP_EDIT_IMPL_H

#include "app/edit.h"

#define ESC 0x1b
#define CTRL(c) ((c) & 0x1f)

/* Behind the character at a place. */
size_t edit_right_of(const struct edit *e, size_t at);
/* What was typed is kept while other lines are looked at. */
void edit_keep_draft(struct edit *e);
void edit_set_line(struct edit *e, struct slice s);

/* ^R: begins to look for a line of the past, or for an older one. */
void edit_find(struct edit *e);
/* A key meanwhile; false: it ended the search and is to be done as ever. */
bool edit_find_key(struct edit *e, uint8_t byte);

#endif
