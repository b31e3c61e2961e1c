/* edit_draw.c - the line being typed as a row of the screen. */
#include "app/edit.h"
#include "app/edit_impl.h"
#include "codec/utf8.h"

#define EDIT_PROMPT 256         /* bytes of what stands before the line */

/* Columns of a character: East Asian wide ones and emoji 2, combining ones 0
 * (Unicode TR 11, its broad ranges). */
static size_t width(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f)
        || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f))
        return 0;
    if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf)
        || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff)
        || (c >= 0x20000 && c <= 0x3fffd))
        return 2;
    return 1;
}

size_t edit_columns(struct slice s)
{
    size_t n = 0, used;
    uint32_t c;

    while ((used = utf8_get(s, &c)) > 0) {
        n += width(c);
        s = slice_from(s, used);
    }
    return n;
}

/* The end of what fits into so many columns, from byte from on. */
static size_t fitting(const struct edit *e, size_t from, size_t columns)
{
    size_t used;
    uint32_t c;

    while (from < e->len && (used = utf8_get(slice_of(e->line + from,
        e->len - from), &c)) > 0 && width(c) <= columns) {
        columns -= width(c);
        from += used;
    }
    return from;
}

/* What stands before the line: while one is looked for, for what. */
static void add_prompt(const struct edit *e, const char *prompt,
    struct buf *out)
{
    if (e->finding)
        buf_addf(out, "(%s \"%.*s\") ", e->missed ? "not found:" : "find",
            (int)e->find_len, e->find);
    else
        buf_adds(out, prompt);
}

/* The beginning of s that fits into so many columns. */
static struct slice beginning(struct slice s, size_t columns)
{
    size_t at = 0, used;
    uint32_t c;

    while ((used = utf8_get(slice_from(s, at), &c)) > 0
        && width(c) <= columns) {
        columns -= width(c);
        at += used;
    }
    return slice_head(s, at);
}

size_t edit_draw(const struct edit *e, const char *prompt, size_t columns,
    struct buf *out)
{
    uint8_t mem[EDIT_PROMPT];
    struct buf words;
    struct slice before;
    size_t taken, room, from = 0, cursor;

    buf_over(&words, mem, sizeof mem);
    add_prompt(e, prompt, &words);
    before = beginning(buf_slice(&words), columns > 4 ? columns - 4 : 0);
    taken = edit_columns(before);
    room = columns > taken + 2 ? columns - taken - 1 : 1;
    while (edit_columns(slice_of(e->line + from, e->at - from)) > room)
        from = edit_right_of(e, from);
    cursor = taken + edit_columns(slice_of(e->line + from, e->at - from));
    buf_addc(out, '\r');
    buf_add(out, before);
    buf_add(out, slice_of(e->line + from, fitting(e, from, room) - from));
    buf_adds(out, "\x1b[K\r");
    if (cursor)
        buf_addf(out, "\x1b[%zuC", cursor);
    return cursor;
}
