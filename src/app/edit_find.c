/* edit_find.c - ^R: the line of the past that contains what is typed. */
#include <string.h>

#include "app/edit_impl.h"

/* Where needle stands in a line, letters of ASCII alike; or SLICE_NPOS. */
static size_t find_in(struct slice line, struct slice needle)
{
    for (size_t at = 0; at + needle.len <= line.len; at++)
        if (slice_ieq(slice_of(line.ptr + at, needle.len), needle))
            return at;
    return SLICE_NPOS;
}

/* The newest line that fits and is at least so far back; 1: the newest. */
static void look(struct edit *e, size_t back)
{
    struct slice all = buf_slice(&e->past);
    struct slice needle = slice_of(e->find, e->find_len);
    size_t end = all.len, n = 0;

    e->missed = needle.len > 0;
    while (end && needle.len) {
        size_t begin = end - 1, at;     /* end stands behind a LF */

        while (begin && all.ptr[begin - 1] != '\n')
            begin--;
        at = find_in(slice_of(all.ptr + begin, end - 1 - begin), needle);
        if (++n >= back && at != SLICE_NPOS) {
            edit_set_line(e, slice_of(all.ptr + begin, end - 1 - begin));
            e->at = at;
            e->back = n;
            e->missed = false;
            return;
        }
        end = begin;
    }
}

void edit_find(struct edit *e)
{
    edit_keep_draft(e);
    e->finding = true;
    e->missed = false;
    e->find_len = 0;
}

static void give_up(struct edit *e)
{
    e->finding = false;
    edit_set_line(e, slice_of(e->draft, e->draft_len));
    e->back = 0;
}

static void take_back(struct edit *e)
{
    while (e->find_len && (e->find[--e->find_len] & 0xc0) == 0x80)
        continue;
    look(e, 1);
}

bool edit_find_key(struct edit *e, uint8_t byte)
{
    switch (byte) {
    case CTRL('r'):
        look(e, e->back + 1);
        return true;
    case CTRL('g'):
        give_up(e);
        return true;
    case CTRL('c'):
        give_up(e);
        return false;
    case CTRL('h'):
    case 0x7f:
        take_back(e);
        return true;
    }
    if (byte < ' ') {           /* Enter, arrows: the line that was found */
        e->finding = false;
        return false;
    }
    if (e->find_len < sizeof e->find)
        e->find[e->find_len++] = (char)byte;
    look(e, e->back ? e->back : 1);
    return true;
}
