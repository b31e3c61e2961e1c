/* edit.c - one line being typed at a terminal. */
#include "app/edit.h"

#include <string.h>

#include "app/edit_impl.h"
#include "codec/utf8.h"

void edit_init(struct edit *e)
{
    memset(e, 0, sizeof *e);
    buf_init(&e->past, EDIT_PAST_BYTES);
}

void edit_free(struct edit *e)
{
    buf_free(&e->past);
}

void edit_begin(struct edit *e)
{
    e->len = e->at = e->back = e->draft_len = e->seq_len = 0;
    e->pasting = e->finding = false;
}

struct slice edit_text(const struct edit *e)
{
    return slice_of(e->line, e->len);
}

/* ---- moving ---- */

static bool is_rest(uint8_t c)
{
    return (c & 0xc0) == 0x80;      /* a later byte of a character */
}

/* One that combines with the one before it: they move and go together. */
static bool combines(const struct edit *e, size_t at)
{
    uint32_t c;
    size_t n = utf8_get(slice_of(e->line + at, e->len - at), &c);

    return n && edit_columns(slice_of(e->line + at, n)) == 0;
}

static size_t left_of(const struct edit *e, size_t at)
{
    do
        while (at && is_rest(e->line[--at]))
            continue;
    while (at && combines(e, at));
    return at;
}

size_t edit_right_of(const struct edit *e, size_t at)
{
    do {
        if (at < e->len)
            at++;
        while (at < e->len && is_rest(e->line[at]))
            at++;
    } while (at < e->len && combines(e, at));
    return at;
}

/* Blanks, then a word. */
static size_t word_left(const struct edit *e, size_t at)
{
    while (at && e->line[at - 1] == ' ')
        at--;
    while (at && e->line[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_right(const struct edit *e, size_t at)
{
    while (at < e->len && e->line[at] == ' ')
        at++;
    while (at < e->len && e->line[at] != ' ')
        at++;
    return at;
}

/* ---- changing ---- */

static void insert(struct edit *e, const void *bytes, size_t n)
{
    if (n > sizeof e->line - e->len)
        return;
    memmove(e->line + e->at + n, e->line + e->at, e->len - e->at);
    memcpy(e->line + e->at, bytes, n);
    e->len += n;
    e->at += n;
}

static void erase(struct edit *e, size_t from, size_t to)
{
    memmove(e->line + from, e->line + to, e->len - to);
    e->len -= to - from;
    e->at = from;
}

static void take_out(struct edit *e, size_t from, size_t to)
{
    e->cut_len = to - from;
    memcpy(e->cut, e->line + from, e->cut_len);
    erase(e, from, to);
}

/* ---- the past ---- */

/* The line so far back, 1 the newest; false when there is none. */
static bool past_line(const struct edit *e, size_t back, struct slice *line)
{
    struct slice all = buf_slice(&e->past);
    size_t lines = 0, skip;

    for (size_t i = 0; i < all.len; i++)
        lines += all.ptr[i] == '\n';
    if (back == 0 || back > lines)
        return false;
    for (skip = lines - back; skip; skip--)
        slice_cut(&all, '\n');
    *line = slice_cut(&all, '\n');
    return true;
}

void edit_set_line(struct edit *e, struct slice s)
{
    e->len = s.len < sizeof e->line ? s.len : sizeof e->line;
    memmove(e->line, s.ptr, e->len);
    e->at = e->len;
}

void edit_keep_draft(struct edit *e)
{
    if (e->back)
        return;
    memcpy(e->draft, e->line, e->len);
    e->draft_len = e->len;
}

static void go_back(struct edit *e, size_t back)
{
    struct slice line;

    edit_keep_draft(e);
    if (back == 0)
        edit_set_line(e, slice_of(e->draft, e->draft_len));
    else if (past_line(e, back, &line))
        edit_set_line(e, line);
    else
        return;
    e->back = back;
}

/* A line from a file may hold anything; what is drawn must not. */
static bool is_plain(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] < ' ' || line.ptr[i] == 0x7f)
            return false;
    return utf8_valid(line);
}

bool edit_remember(struct edit *e, struct slice line)
{
    struct slice last;
    size_t lines = 1;

    if (line.len && line.ptr[0] == ' ')
        return false;
    line = slice_trim_all(line);
    if (line.len == 0 || line.len > EDIT_LINE || !is_plain(line)
        || (past_line(e, 1, &last) && slice_eq(last, line)))
        return false;
    for (size_t i = 0; i < e->past.len; i++)
        lines += e->past.ptr[i] == '\n';
    while (e->past.len && (lines > EDIT_PAST
        || e->past.len + line.len + 1 > EDIT_PAST_BYTES)) {
        buf_skip(&e->past, slice_chr(buf_slice(&e->past), '\n') + 1);
        lines--;
    }
    buf_add(&e->past, line);
    buf_addc(&e->past, '\n');
    return true;
}

/* ---- keys ---- */

/* What stands between ESC and the last byte, both included. */
static const struct {
    const char *seq;
    char key;                   /* what does the same; alone: see act */
} sequences[] = {
    {"[D", CTRL('b')}, {"OD", CTRL('b')}, {"[C", CTRL('f')},
    {"OC", CTRL('f')}, {"[A", CTRL('p')}, {"OA", CTRL('p')},
    {"[B", CTRL('n')}, {"OB", CTRL('n')}, {"[H", CTRL('a')},
    {"OH", CTRL('a')}, {"[1~", CTRL('a')}, {"[7~", CTRL('a')},
    {"[F", CTRL('e')}, {"OF", CTRL('e')}, {"[4~", CTRL('e')},
    {"[8~", CTRL('e')}, {"[3~", 'x'}, {"[1;5D", '<'}, {"[1;3D", '<'},
    {"b", '<'}, {"[1;5C", '>'}, {"[1;3C", '>'}, {"f", '>'}, {"d", 'd'},
    {"\x7f", CTRL('w')}, {"\b", CTRL('w')}, {"[200~", 'p'},
};

static void delete_right(struct edit *e)
{
    erase(e, e->at, edit_right_of(e, e->at));
}

/* A control key; 'x' '<' '>' 'd' 'p' stand for sequences without one. */
static enum edit_what act(struct edit *e, char key)
{
    switch (key) {
    case CTRL('a'):
        e->at = 0;
        break;
    case CTRL('e'):
        e->at = e->len;
        break;
    case CTRL('b'):
        e->at = left_of(e, e->at);
        break;
    case CTRL('f'):
        e->at = edit_right_of(e, e->at);
        break;
    case '<':
        e->at = word_left(e, e->at);
        break;
    case '>':
        e->at = word_right(e, e->at);
        break;
    case CTRL('h'):
    case 0x7f:
        erase(e, left_of(e, e->at), e->at);
        break;
    case 'x':
        delete_right(e);
        break;
    case 'd':
        take_out(e, e->at, word_right(e, e->at));
        break;
    case CTRL('k'):
        take_out(e, e->at, e->len);
        break;
    case CTRL('u'):
        take_out(e, 0, e->at);
        break;
    case CTRL('w'):
        take_out(e, word_left(e, e->at), e->at);
        break;
    case CTRL('y'):
        insert(e, e->cut, e->cut_len);
        break;
    case CTRL('p'):
        go_back(e, e->back + 1);
        break;
    case CTRL('n'):
        if (e->back)
            go_back(e, e->back - 1);
        break;
    case 'p':
        e->pasting = true;
        break;
    case CTRL('r'):
        edit_find(e);
        break;
    case CTRL('l'):
        return EDIT_CLEAR;
    case CTRL('z'):
        return EDIT_SUSPEND;
    case CTRL('c'):
        return EDIT_BREAK;
    case CTRL('d'):
        if (e->len == 0)
            return EDIT_END;
        delete_right(e);
        break;
    default:
        break;                  /* a key that means nothing here */
    }
    return EDIT_MORE;
}

/* Is the sequence whole?  CSI ends in a letter or "~", SS3 in one byte, Alt and
 * a key in that key (ECMA-48 5.4). */
static bool sequence_done(const struct edit *e)
{
    char first = e->seq[1], last = e->seq[e->seq_len - 1];

    if (e->seq_len < 2)
        return false;
    if (first == '[')
        return e->seq_len > 2 && last >= '@' && last <= '~';
    return first != 'O' || e->seq_len == 3;
}

static enum edit_what end_sequence(struct edit *e)
{
    size_t n = e->seq_len - 1;

    e->seq_len = 0;
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (strlen(sequences[i].seq) == n
            && memcmp(sequences[i].seq, e->seq + 1, n) == 0)
            return act(e, sequences[i].key);
    return EDIT_MORE;
}

static enum edit_what in_sequence(struct edit *e, uint8_t byte)
{
    if (byte == ESC)
        e->seq_len = 0;         /* the one before was a key of its own */
    if (e->seq_len == sizeof e->seq)
        e->seq_len--;           /* no key of ours: swallowed to its end */
    e->seq[e->seq_len++] = (char)byte;
    return sequence_done(e) ? end_sequence(e) : EDIT_MORE;
}

/* The bytes of a character are held back until it is whole. */
static enum edit_what type(struct edit *e, uint8_t byte)
{
    static const uint8_t lengths[16] = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0,
        2, 2, 3, 4};
    uint32_t c;
    size_t want;

    if (e->seq_len && !is_rest(byte))
        e->seq_len = 0;         /* the one before was cut */
    if (e->seq_len == 0 && lengths[byte >> 4] == 0)
        return EDIT_MORE;
    e->seq[e->seq_len++] = (char)byte;
    want = lengths[(uint8_t)e->seq[0] >> 4];
    if (e->seq_len < want)
        return EDIT_MORE;
    e->seq_len = 0;
    if (utf8_get(slice_of(e->seq, want), &c) == want)
        insert(e, e->seq, want);
    return EDIT_MORE;
}

/* Pasted text is text: its lines are joined, its controls dropped, until
 * ESC [ 2 0 1 ~. */
static enum edit_what paste(struct edit *e, uint8_t byte)
{
    static const char end[] = "\x1b[201~";

    if (byte == ESC || (e->seq_len && e->seq[0] == ESC)) {
        if (byte == ESC)
            e->seq_len = 0;
        e->seq[e->seq_len++] = (char)byte;
        if (memcmp(e->seq, end, e->seq_len) != 0) {
            e->seq_len = 0;
        } else if (e->seq_len == sizeof end - 1) {
            e->seq_len = 0;
            e->pasting = false;
        }
        return EDIT_MORE;
    }
    if (byte == '\r' || byte == '\n' || byte == '\t')
        byte = ' ';
    return byte < ' ' || byte == 0x7f ? EDIT_MORE : type(e, byte);
}

bool edit_waits(const struct edit *e)
{
    return !e->pasting && e->seq_len == 1 && e->seq[0] == ESC;
}

void edit_idle(struct edit *e)
{
    if (edit_waits(e))
        e->seq_len = 0;
}

enum edit_what edit_key(struct edit *e, uint8_t byte)
{
    if (e->pasting)
        return paste(e, byte);
    if (e->finding && edit_find_key(e, byte))
        return EDIT_MORE;
    if (e->seq_len && e->seq[0] == ESC)
        return in_sequence(e, byte);
    if (byte == ESC) {
        e->seq[0] = ESC;
        e->seq_len = 1;
        return EDIT_MORE;
    }
    if (byte == '\r' || byte == '\n') {
        e->seq_len = 0;
        return EDIT_DONE;
    }
    if (byte < ' ' || byte == 0x7f)
        return act(e, (char)byte);
    return type(e, byte);
}
