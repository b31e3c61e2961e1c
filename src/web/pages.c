/* pages.c - the pages, compiled in. */
#include "web/pages.h"

#include "web/index.css.h"
#include "web/index.html.h"
#include "web/index.js.h"
#include "web/mic.js.h"
#include "web/owner.js.h"
#include "web/page.css.h"
#include "web/sound.js.h"
#include "web/test.html.h"
#include "web/test.js.h"

#define BYTES(of) {of##_bytes, sizeof of##_bytes}
#define HTML "text/html; charset=utf-8"
#define CSS "text/css; charset=utf-8"
#define JS "text/javascript; charset=utf-8"

static const struct page pages[] = {
    {"index.css", CSS, BYTES(index_css), false, true},
    {"index.html", HTML, BYTES(index_html), false, true},
    {"index.js", JS, BYTES(index_js), false, true},
    {"mic.js", JS, BYTES(mic_js), true, false},
    {"owner.js", JS, BYTES(owner_js), true, true},
    {"page.css", CSS, BYTES(page_css), true, true},
    {"sound.js", JS, BYTES(sound_js), true, false},
    {"test.html", HTML, BYTES(test_html), true, false},
    {"test.js", JS, BYTES(test_js), true, false},
};

#define PAGES (sizeof pages / sizeof *pages)

const struct page *page_at(size_t i)
{
    return i < PAGES ? &pages[i] : NULL;
}

const struct page *page_find(struct slice name)
{
    for (size_t i = 0; i < PAGES; i++)
        if (slice_is(name, pages[i].name))
            return &pages[i];
    return NULL;
}
