/* pages.h - the pages, compiled in: the live page, the connection test and
 * their parts.  No page asks another server for anything.
 */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include <stddef.h>

#include "base/slice.h"

struct page {
    const char *name;           /* "test.js" */
    const char *type;           /* Content-Type */
    struct slice text;          /* lives as long as the program */
    bool test, live;            /* a part of /test, of / */
};

/* Page i, or NULL at the end. */
const struct page *page_at(size_t i);
/* The page of that name, or NULL. */
const struct page *page_find(struct slice name);

#endif
