/* edit_test.c - keys in, lines and screens out. */
#include "app/edit.h"

#include "tests/tap.h"

static struct edit e;
static struct buf screen;

/* Presses keys; a "|" in want marks the cursor. */
static struct slice press(const char *keys)
{
    edit_begin(&e);
    for (const char *k = keys; *k; k++)
        edit_key(&e, (uint8_t)*k);
    buf_clear(&screen);
    buf_add(&screen, slice_of(e.line, e.at));
    buf_addc(&screen, '|');
    buf_add(&screen, slice_of(e.line + e.at, e.len - e.at));
    return buf_slice(&screen);
}

static const struct {
    const char *keys, *want, *what;
} pressed[] = {
    {"abc", "abc|", "typing"},
    {"abc\x01X", "X|abc", "^A"},
    {"abc\x01\x05X", "abcX|", "^E"},
    {"abc\x02X", "abX|c", "^B"},
    {"abc\x01\x06X", "aX|bc", "^F"},
    {"\x02\x06x", "x|", "nowhere to go"},
    {"abc\x1b[D\x1b[DX", "aX|bc", "the arrow left"},
    {"abc\x1b[D\x1b[D\x1b[CX", "abX|c", "the arrow right"},
    {"abc\x1bOH-\x1bOF+", "-abc+|", "Home and End of one terminal"},
    {"abc\x1b[1~-\x1b[4~+", "-abc+|", "and of another"},
    {"abc\x1b[H-\x1b[F+", "-abc+|", "and of a third"},
    {"abc\x7f", "ab|", "backspace"},
    {"abc\x08", "ab|", "the other backspace"},
    {"\x7fx", "x|", "nothing to delete"},
    {"abc\x01\x1b[3~", "|bc", "Delete"},
    {"abc\x01\x04", "|bc", "^D in a line"},
    {"abc\x04", "abc|", "^D at its end"},
    {"one two three\x17", "one two |", "^W"},
    {"one two   \x17", "one |", "^W over blanks"},
    {"one two\x1b\x7f", "one |", "Alt-backspace"},
    {"one two\x1b" "bX", "one X|two", "Alt-b"},
    {"one two\x1b[1;5DX", "one X|two", "Ctrl-left"},
    {"one two\x01\x1b[1;5CX", "oneX| two", "Ctrl-right"},
    {"one two\x01\x1b" "d", "| two", "Alt-d"},
    {"abcd\x02\x02\x0b", "ab|", "^K"},
    {"abcd\x02\x02\x15", "|cd", "^U"},
    {"ae\xcc\x81\x7f" "b", "ab|", "an accent goes with its letter"},
    {"e\xcc\x81" "b\x02\x02X", "X|e\xcc\x81" "b", "and is stepped over"},
    {"e\xcc\x81" "b\x01\x06X", "e\xcc\x81X|b", "to the right, too"},
    {"ab\x1b\x1b[DX", "aX|b", "ESC before a key is one of its own"},
    {"abcd\x02\x02\x0b\x01\x19", "cd|ab", "^Y"},
    {"M\xc3\xbcller\x02\x02\x02\x02\x7f", "M|ller",
        "left of characters, not bytes"},
    {"\xc3\xbc\x7fx", "x|", "backspace takes a character"},
    {"\xe2\x82\xac\x01\x1b[3~x", "x|", "Delete, too"},
    {"a\xc3z", "az|", "a cut character is dropped"},
    {"a\x80\xffz", "az|", "bytes of none, too"},
    {"a\xc0\x80z", "az|", "and an overlong one"},
    {"a\x1b[99;99Xb", "ab|", "a key nobody knows"},
    {"a\x1b[1;2;3;4;5;6;7;8;9;0;1~b", "ab|", "nor one that long"},
    {"a\x1b[200~b\r\nc\td\x1b[201~e", "ab  c de|", "paste: lines are joined"},
    {"\x1b[200~a\x1b[Db\x03\x1b[201~c", "abc|", "no keys in a paste"},
};

static void keys(void)
{
    for (size_t i = 0; i < sizeof pressed / sizeof *pressed; i++)
        tap_is_str(press(pressed[i].keys), pressed[i].want, pressed[i].what);
}

static void endings(void)
{
    press("");
    tap_is_int(edit_key(&e, 4), EDIT_END, "^D in an empty line");
    tap_is_int(edit_key(&e, 3), EDIT_BREAK, "^C");
    tap_is_int(edit_key(&e, 12), EDIT_CLEAR, "^L");
    tap_is_int(edit_key(&e, 26), EDIT_SUSPEND, "^Z");
    press("abc");
    tap_is_int(edit_key(&e, '\r'), EDIT_DONE, "Enter");
    tap_is_str(edit_text(&e), "abc", "the line");
    tap_is_int(edit_key(&e, '\n'), EDIT_DONE, "and the other Enter");
    edit_begin(&e);
    tap_is_str(edit_text(&e), "", "a new one");
}

/* ESC alone is a key when nothing follows it for a moment. */
static void escape(void)
{
    press("ab");
    edit_key(&e, 0x1b);
    tap_ok(edit_waits(&e), "after ESC more may come");
    edit_idle(&e);
    edit_key(&e, 'b');
    tap_is_str(edit_text(&e), "abb", "or not");
    press("\x1b[200~a\x1b");
    edit_idle(&e);
    tap_ok(!edit_waits(&e) && e.pasting, "a paste takes its time");
}

static struct slice drawn(const char *keys, size_t columns)
{
    press(keys);
    buf_clear(&screen);
    edit_draw(&e, "> ", columns, &screen);
    return buf_slice(&screen);
}

static void finding(void)
{
    buf_clear(&e.past);
    edit_remember(&e, SLICE("A table at Luigi's"));
    edit_remember(&e, SLICE("cancel it"));
    edit_remember(&e, SLICE("a table at Mario's"));
    tap_is_str(press("dr\x12TABLE"), "a |table at Mario's", "^R, the newest");
    tap_is_str(press("\x12table\x12"), "A |table at Luigi's", "and older");
    tap_is_str(press("\x12table\x12\x12"), "A |table at Luigi's",
        "there is none that is older");
    tap_ok(e.missed, "which is said");
    tap_is_str(press("\x12tablex\x7f"), "a |table at Mario's",
        "backspace looks again");
    tap_is_str(press("dr\x12table\x07x"), "drx|", "^G goes back");
    tap_is_str(press("\x12" "at l\x01-"), "-|A table at Luigi's",
        "a key that edits takes the line");
    tap_is_str(press("\x12" "mario\x10"), "cancel it|",
        "and ^P goes on from there");
    tap_is_str(press("dr\x12"), "dr|", "nothing looked for yet");
    press("dr\x12" "cancel");
    tap_is_int(edit_key(&e, '\r'), EDIT_DONE, "Enter");
    tap_is_str(edit_text(&e), "cancel it", "is for the line that was found");
    press("dr\x12" "cancel");
    tap_is_int(edit_key(&e, 3), EDIT_BREAK, "^C is ^C");
    tap_is_str(edit_text(&e), "dr", "and takes what was typed");
    tap_is_str(drawn("\x12" "cel", 40),
        "\r(find \"cel\") cancel it\x1b[K\r\x1b[16C", "it is shown");
    tap_is_str(drawn("\x12zz", 40), "\r(not found: \"zz\") \x1b[K\r"
        "\x1b[18C", "and what is not found");
}

static void past(void)
{
    char line[24];

    edit_remember(&e, SLICE("first"));
    edit_remember(&e, SLICE("second "));
    edit_remember(&e, SLICE("second"));
    edit_remember(&e, SLICE(""));
    edit_remember(&e, SLICE(" not this"));
    edit_remember(&e, SLICE("nor\x1b[31m this"));
    edit_remember(&e, SLICE("nor\xff this"));
    edit_remember(&e, SLICE("two\nlines"));
    tap_is_str(buf_slice(&e.past), "first\nsecond\n", "what is remembered");
    tap_is_str(press("dr\x1b[A"), "second|", "up");
    tap_is_str(press("dr\x1b[A\x1b[A"), "first|", "and up");
    tap_is_str(press("dr\x1b[A\x1b[A\x1b[A"), "first|", "no further");
    tap_is_str(press("dr\x1b[A\x1b[A\x1b[B"), "second|", "down");
    tap_is_str(press("dr\x1b[A\x1b[B"), "dr|", "down to what was typed");
    tap_is_str(press("dr\x1b[B"), "dr|", "no further");
    tap_is_str(press("dr\x1b[A!\x1b[A"), "first|", "a changed one is left");
    tap_is_str(press("dr\x10\x10\x0e"), "second|", "^P and ^N");
    for (int i = 0; i < EDIT_PAST + 50; i++) {
        snprintf(line, sizeof line, "line %d", i);
        edit_remember(&e, slice_str(line));
    }
    tap_ok(slice_starts(buf_slice(&e.past), "line 50\n"),
        "the oldest are forgotten");
}

static void drawing(void)
{
    tap_is_str(drawn("", 20), "\r> \x1b[K\r\x1b[2C", "nothing typed");
    tap_is_str(drawn("abc", 20), "\r> abc\x1b[K\r\x1b[5C", "three letters");
    tap_is_str(drawn("abc\x02", 20), "\r> abc\x1b[K\r\x1b[4C",
        "the cursor inside");
    tap_is_str(drawn("0123456789", 10), "\r> 3456789\x1b[K\r\x1b[9C",
        "a longer line scrolls");
    tap_is_str(drawn("0123456789\x01", 10), "\r> 0123456\x1b[K\r\x1b[2C",
        "and back");
    tap_is_str(drawn("\xe4\xbd\xa0\xe5\xa5\xbd", 20),
        "\r> \xe4\xbd\xa0\xe5\xa5\xbd\x1b[K\r\x1b[6C", "wide characters");
    tap_is_str(drawn("e\xcc\x81x", 20), "\r> e\xcc\x81x\x1b[K\r\x1b[4C",
        "a combining one");
    tap_ok(drawn("abc", 1).len > 0, "a screen with no room");
    press("ab");
    buf_clear(&screen);
    tap_is_int((int64_t)edit_draw(&e, "a long prompt> ", 8, &screen), 6,
        "a prompt without room");
    tap_is_str(buf_slice(&screen), "\ra loab\x1b[K\r\x1b[6C", "is cut");
}

static void ceilings(void)
{
    press("");
    for (int i = 0; i < EDIT_LINE + 10; i++)
        edit_key(&e, 'a');
    tap_is_int((int64_t)e.len, EDIT_LINE, "no longer than its ceiling");
    edit_key(&e, 0x7f);
    edit_key(&e, 0xc3);
    edit_key(&e, 0xbc);
    tap_is_int((int64_t)e.len, EDIT_LINE - 1, "half a character does not fit");
}

int main(void)
{
    buf_init(&screen, 1u << 16);
    edit_init(&e);
    keys();
    endings();
    escape();
    past();
    finding();
    drawing();
    ceilings();
    edit_free(&e);
    buf_free(&screen);
    return tap_done();
}
