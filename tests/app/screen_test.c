/* screen_test.c - what stands on the screen, whatever comes in between: answers
 * in pieces, talk, keys, a live line, on a small terminal of our own.
 */
#include "app/screen.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "base/text.h"
#include "tests/tap.h"

#define ROWS 4000
#define COLUMNS 30

static struct edit e;
static struct screen s;
static char grid[ROWS][COLUMNS + 1];
static size_t row, column;
static const char *unknown;     /* what the terminal did not understand */
static char folder[] = "/tmp/screen-XXXXXX";
static char path[64];
static int said, real_out, real_err;

/* ---- a terminal: CR, LF, CSI A, C, K, J; wraps late, as xterm does ---- */

static void clear_from(size_t r, size_t c)
{
    memset(grid[r] + c, 0, COLUMNS + 1 - c);
}

static void control(char what, size_t n)
{
    if (what == 'A')
        row -= n ? n : 1;
    else if (what == 'C')
        column += n ? n : 1;
    else if (what == 'K')
        clear_from(row, column);
    else if (what == 'J')
        for (size_t r = row; r < ROWS; r++)
            clear_from(r, r == row ? column : 0);
    else
        unknown = "a control sequence";
    if (row >= ROWS || column > COLUMNS)
        unknown = "a place that is none";
}

static void shows(struct slice text)
{
    for (size_t i = 0; i < text.len && !unknown; i++) {
        uint8_t c = text.ptr[i];

        if (c == 0x1b) {
            size_t n = 0;

            for (i += 2; i < text.len && text.ptr[i] >= '0'
                && text.ptr[i] <= '9'; i++)
                n = n * 10 + (size_t)(text.ptr[i] - '0');
            control((char)text.ptr[i], n);
        } else if (c == '\r') {
            column = 0;
        } else if (c == '\n') {
            row++;
            column = 0;
        } else if (c < ' ') {
            unknown = "a control character";
        } else {
            if (column == COLUMNS) {
                row++;
                column = 0;
            }
            for (size_t k = 0; k < column; k++)
                if (!grid[row][k])
                    grid[row][k] = ' ';
            grid[row][column++] = (char)c;
        }
    }
}

/* What was written since the last time goes to that terminal. */
static void look(void)
{
    struct buf b;
    off_t end;

    buf_init(&b, 1u << 24);
    sys_slurp(path, &b, NULL);
    shows(buf_slice(&b));
    buf_free(&b);
    end = lseek(said, 0, SEEK_SET);
    if (end || ftruncate(said, 0))
        unknown = "the file";
}

static void begin(void)
{
    memset(grid, 0, sizeof grid);
    row = column = 0;
    unknown = NULL;
    edit_begin(&e);
    s = (struct screen){.kind = SCREEN_FULL, .columns = COLUMNS, .out = true,
        .edit = &e};
    buf_init(&s.tail, 1u << 20);
}

/* Our own words go where they always do, the screen's to the file. */
static void aside(bool on)
{
    fflush(stdout);
    dup2(on ? said : real_out, 1);
    dup2(on ? said : real_err, 2);
}

static void type(const char *keys)
{
    for (; *keys; keys++)
        edit_key(&e, (uint8_t)*keys);
    screen_prompt(&s, s.prompt);
}

static void streaming(void)
{
    begin();
    aside(true);
    screen_prompt(&s, "> ");
    type("half");
    screen_words(&s, SLICE("At which rest"));
    type(" a");
    screen_words(&s, SLICE("aurant would you like to sit"));
    screen_say(&s, TERM_PLAIN, SLICE("-- ringing"));
    screen_prompt(&s, "ringing 0:01> ");
    screen_words(&s, SLICE(" down?\nTell\x1b[2J me."));
    look();
    aside(false);
    tap_is_str(slice_str(grid[0]), "At which restaurant would you",
        "a row that is whole stands");
    tap_is_str(slice_str(grid[1]), "-- ringing",
        "what is said meanwhile stands under it");
    tap_is_str(slice_str(grid[2]), "like to sit down?", "it goes on");
    tap_is_str(slice_str(grid[3]), "Tell [2J me.",
        "what would clear the screen does not");
    tap_is_str(slice_str(grid[4]), "ringing 0:01> half a", "the line below");
    tap_ok(row == 4 && column == 20, "and the cursor in it");
    aside(true);
    screen_words_end(&s);
    screen_enter(&s);
    look();
    aside(false);
    tap_is_str(slice_str(grid[3]), "Tell [2J me.", "the end changes nothing");
    tap_ok(row == 5 && column == 0 && !unknown, "Enter: a new line: %s",
        unknown ? unknown : "");
    buf_free(&s.tail);
}

/* ---- anything, in any order ---- */

static uint64_t seed = 1;

static size_t next(size_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(seed >> 33) % n;
}

/* All that was said, blanks and breaks aside, must stand there in order, and
 * the line last. */
static void squeeze(struct buf *out, const char *text)
{
    for (; *text; text++)
        if (*text != ' ' && *text != '\n')
            buf_addc(out, (uint8_t)*text);
}

static void step(struct buf *want, struct buf *open)
{
    static const char *const words[] = {"one", "two three ", " four",
        "five-and-a-very-long-word-that-does-not-fit-in", "\n", " ", "six"};
    static const char *const keys[] = {"a", "bc ", "\x7f", "\x01", "\x05",
        "\x15", "some more text that is long "};
    static const char *const prompts[] = {"> ", "talking 0:41> ", "... "};
    const char *w;

    switch (next(6)) {
    case 0:
    case 1:
        w = words[next(7)];
        squeeze(open, w);
        screen_words(&s, slice_str(w));
        break;
    case 2:
        screen_words_end(&s);
        buf_add(want, buf_slice(open));
        buf_clear(open);
        break;
    case 3:
        if (open->len == 0) {   /* else it stands amid the answer */
            screen_say(&s, TERM_PLAIN, SLICE("-- said <meanwhile>, a line "
                "that needs more than one row"));
            squeeze(want, "-- said <meanwhile>, a line that needs more than "
                "one row");
        }
        break;
    case 4:
        type(keys[next(7)]);
        break;
    case 5:
        screen_prompt(&s, prompts[next(3)]);
        break;
    }
}

static const char *play(void)
{
    struct buf want, open, got;
    static char line[EDIT_LINE + 1];
    const char *why = NULL;

    begin();
    buf_init(&want, 1u << 20);
    buf_init(&open, 1u << 20);
    buf_init(&got, 1u << 20);
    screen_prompt(&s, "> ");
    for (int i = 0; i < 120; i++) {
        step(&want, &open);
        look();
    }
    screen_words_end(&s);
    buf_add(&want, buf_slice(&open));
    screen_prompt(&s, "> ");
    look();
    for (size_t r = 0; r < row; r++)
        squeeze(&got, grid[r]);
    if (!slice_eq(buf_slice(&got), buf_slice(&want)))
        why = "what was said is not what stands there";
    memcpy(line, e.line, e.len);
    line[e.len] = 0;
    if (strncmp(grid[row], "> ", 2) != 0 || (e.len < COLUMNS - 3
        && strncmp(grid[row] + 2, line, e.len) != 0))
        why = "the line is not below";
    for (size_t r = row + 1; r < ROWS; r++)
        if (grid[r][0])
            why = "something stands under the line";
    buf_free(&want);
    buf_free(&open);
    buf_free(&got);
    buf_free(&s.tail);
    return unknown ? unknown : why;
}

int main(void)
{
    const char *why = NULL;
    uint64_t first = 0;

    setenv("NO_COLOR", "1", 1);
    if (sys_mkdtemp(folder))
        return 1;
    text_fmt(path, sizeof path, "%s/said", folder);
    said = open(path, O_RDWR | O_CREAT | O_APPEND, 0600);
    real_out = dup(1);
    real_err = dup(2);
    edit_init(&e);
    streaming();
    aside(true);
    for (int i = 1; i <= 60 && !why; i++) {
        first = seed = (uint64_t)i * 7919;
        why = play();
    }
    aside(false);
    tap_ok(!why, "7,200 random steps: %s", why ? why : "nothing is garbled");
    if (why)
        printf("#   seed %llu\n", (unsigned long long)first);
    edit_free(&e);
    sys_unlink(path);
    sys_unlink(folder);
    return tap_done();
}
