/* screen.c - the lower end of a terminal. */
#include "app/screen.h"

#include <string.h>

#include "base/sys.h"
#include "base/text.h"
#include "codec/utf8.h"

#define WORDS_MAX (1u << 20)    /* bytes of one thing said */
#define NARROWEST 8             /* columns */
#define USUAL 80                /* where nobody says how many */

#define PASTE_ON "\x1b[?2004h"  /* pasted text comes in brackets (xterm) */
#define PASTE_OFF "\x1b[?2004l"

static void put(const struct buf *b)
{
    sys_write_all(2, buf_slice(b));
}

static size_t rows(size_t columns_taken, size_t columns)
{
    return columns_taken ? (columns_taken + columns - 1) / columns : 1;
}

/* ---- what is said ---- */

/* Control characters, C1 among them (U+0080 to U+009F), become blanks. */
static void add_clean(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (c == 0xc2 && i + 1 < s.len && s.ptr[i + 1] < 0xa0) {
            buf_addc(out, ' ');
            i++;
        } else {
            buf_addc(out, (c < ' ' && c != '\n') || c == 0x7f ? ' ' : c);
        }
    }
}

/* ---- the live part ---- */

/* To its first row, and all of it away.  A window that became narrower has
 * broken its rows anew (as most terminals do). */
static void erase(struct screen *s)
{
    uint8_t mem[32];
    struct buf b;
    size_t up = s->cursor / s->columns;

    if (s->kind == SCREEN_DUMB && s->drawn)
        sys_write_all(2, SLICE("\n"));
    if (s->kind != SCREEN_FULL || !s->drawn) {
        s->drawn = false;
        return;
    }
    if (s->tail_was)
        up += rows(s->tail_was, s->columns);
    buf_over(&b, mem, sizeof mem);
    buf_addc(&b, '\r');
    if (up)
        buf_addf(&b, "\x1b[%zuA", up);
    buf_adds(&b, "\x1b[J");
    put(&b);
    s->drawn = false;
}

static void draw_full(struct screen *s)
{
    struct buf b;

    buf_init(&b, 4 * EDIT_LINE + WORDS_MAX);
    if (!s->drawn) {
        s->tail_was = edit_columns(buf_slice(&s->tail));
        if (s->tail_was) {
            buf_add(&b, buf_slice(&s->tail));
            buf_addc(&b, '\n');
        }
    }
    s->cursor = edit_draw(s->edit, s->prompt, s->columns, &b);
    put(&b);
    buf_free(&b);
    s->drawn = true;
}

static void draw(struct screen *s)
{
    if (s->hidden)
        return;
    if (s->kind == SCREEN_FULL)
        draw_full(s);
    else if (s->kind == SCREEN_DUMB && s->prompt[0] && !s->drawn) {
        sys_write_all(2, slice_str(s->prompt));
        s->drawn = true;
    }
}

/* How many bytes of a text make a row: up to a line break, or to the last blank
 * that fits, or as many as fit.  skip: of the break behind it.  SLICE_NPOS: it
 * has room for more. */
static size_t row_of(const struct screen *s, struct slice t, size_t *skip)
{
    size_t end = slice_chr(t, '\n'), width = 0, at = 0, blank = 0, used;
    uint32_t c;

    while (at < (end < t.len ? end : t.len)
        && (used = utf8_get(slice_from(t, at), &c)) > 0) {
        width += edit_columns(slice_of(t.ptr + at, used));
        if (width >= s->columns && c != ' ') {
            *skip = blank ? 1 : 0;
            return blank ? blank : at;
        }
        if (c == ' ' && at)
            blank = at;
        at += used;
    }
    *skip = 1;
    return end;
}

/* The same, in rows of whole words where somebody reads them. */
static void add_rows(const struct screen *s, struct buf *out,
    struct slice text)
{
    struct buf clean;
    struct slice rest;
    size_t n, skip;

    buf_init(&clean, WORDS_MAX);
    add_clean(&clean, text);
    rest = buf_slice(&clean);
    while (s->kind == SCREEN_FULL
        && (n = row_of(s, rest, &skip)) != SLICE_NPOS) {
        buf_add(out, slice_head(rest, n));
        buf_addc(out, '\n');
        rest = slice_from(rest, n + skip);
    }
    buf_add(out, rest);
    buf_free(&clean);
}

void screen_say(struct screen *s, enum term_look look, struct slice text)
{
    struct buf b;

    buf_init(&b, 2 * WORDS_MAX);
    add_rows(s, &b, text);
    erase(s);
    term_line(look, buf_slice(&b));
    draw(s);
    buf_free(&b);
}

void screen_reply(struct screen *s, struct slice text)
{
    struct buf b;

    buf_init(&b, 2 * WORDS_MAX);
    if (s->out)
        add_rows(s, &b, text);
    else
        add_clean(&b, text);
    buf_addc(&b, '\n');
    erase(s);
    term_out(buf_slice(&b));
    draw(s);
    buf_free(&b);
}

/* ---- an answer that streams in ---- */

static void write_rows(struct screen *s)
{
    size_t n, skip;

    while ((n = row_of(s, buf_slice(&s->tail), &skip)) != SLICE_NPOS) {
        term_out(slice_head(buf_slice(&s->tail), n));
        term_out(SLICE("\n"));
        buf_skip(&s->tail, n + skip);
    }
}

void screen_words(struct screen *s, struct slice piece)
{
    struct buf b;

    buf_init(&b, WORDS_MAX);
    add_clean(&b, piece);
    erase(s);
    if (s->kind == SCREEN_FULL && s->out) {
        buf_add(&s->tail, buf_slice(&b));
        write_rows(s);
    } else {
        term_out(buf_slice(&b));
    }
    s->streams = true;
    draw(s);
    buf_free(&b);
}

void screen_words_end(struct screen *s)
{
    if (!s->streams)
        return;
    erase(s);
    if (s->tail.len)
        term_out(buf_slice(&s->tail));
    if (s->tail.len || s->kind != SCREEN_FULL || !s->out)
        term_out(SLICE("\n"));
    buf_clear(&s->tail);
    s->streams = false;
    draw(s);
}

/* ---- the line below ---- */

void screen_prompt(struct screen *s, const char *prompt)
{
    text_copy(s->prompt, sizeof s->prompt, slice_str(prompt));
    draw(s);
}

void screen_enter(struct screen *s)
{
    draw(s);
    sys_write_all(2, SLICE("\n"));
    s->drawn = false;
}

void screen_entered(struct screen *s)
{
    s->drawn = false;
}

void screen_broken(struct screen *s)
{
    if (s->kind == SCREEN_DUMB)
        s->drawn = true;        /* something stands in the row */
}

void screen_clear(struct screen *s)
{
    sys_write_all(2, SLICE("\x1b[H\x1b[2J"));
    s->drawn = false;
    draw(s);
}

void screen_resize(struct screen *s)
{
    int columns = sys_columns(2);

    if (columns < NARROWEST)
        columns = columns > 0 ? NARROWEST : USUAL;
    if (s->columns == (size_t)columns)
        return;
    s->columns = (size_t)columns;
    if (s->drawn) {
        erase(s);
        draw(s);
    }
}

/* ---- coming and going ---- */

void screen_open(struct screen *s, const struct edit *edit)
{
    memset(s, 0, sizeof *s);
    s->edit = edit;
    s->columns = USUAL;
    buf_init(&s->tail, WORDS_MAX);
    s->out = sys_isatty(1);
    if (!sys_isatty(0) || !sys_isatty(2))
        return;
    s->kind = SCREEN_DUMB;
    if (term_dumb() || sys_raw(true))
        return;
    s->kind = SCREEN_FULL;
    sys_write_all(2, SLICE(PASTE_ON));
    screen_resize(s);
}

void screen_leave(struct screen *s)
{
    if (s->hidden)
        return;
    erase(s);
    s->hidden = true;
    if (s->kind != SCREEN_FULL)
        return;
    sys_write_all(2, SLICE(PASTE_OFF));
    sys_raw(false);
}

void screen_back(struct screen *s)
{
    if (s->kind == SCREEN_FULL) {
        sys_raw(true);
        sys_write_all(2, SLICE(PASTE_ON));
    }
    s->hidden = s->drawn = false;
    screen_resize(s);
    draw(s);
}

void screen_close(struct screen *s)
{
    screen_leave(s);
    buf_free(&s->tail);
}
