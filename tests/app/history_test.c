/* history_test.c - the lines of other days: what is kept, and how. */
#include "app/history.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"
#include "base/text.h"
#include "tests/tap.h"

static char folder[] = "/tmp/history-XXXXXX";
static char path[64];
static struct loop *l;
static struct disk *disk;

static void write_file(struct slice text, int mode)
{
    int fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    sys_write_all(fd, text);
    sys_close(fd);
    sys_chmod(path, mode);
}

/* Until the disk has done it. */
static void settle(void)
{
    while (!disk_idle(disk))
        loop_round(l);
}

static struct slice file(struct buf *b)
{
    buf_clear(b);
    sys_slurp(path, b, NULL);
    return buf_slice(b);
}

static void add(struct edit *e, const char *line)
{
    history_add(path, e, disk, slice_str(line));
    settle();
}

static void adding(void)
{
    struct edit one, two;
    struct buf b;

    edit_init(&one);
    edit_init(&two);
    buf_init(&b, 1u << 20);
    history_load(path, &one);
    tap_is_int((int64_t)one.past.len, 0, "no file is no history");
    add(&one, "a table for two");
    tap_is_str(file(&b), "a table for two\n", "a line is there at once");
    tap_is_int(sys_mode(path), 0600, "for the owner's eyes");
    history_load(path, &two);
    add(&two, "yes");
    add(&one, "no");
    tap_is_str(file(&b), "a table for two\nyes\nno\n",
        "two prompts lose nothing of each other's");
    add(&one, "no");
    add(&one, " in private");
    add(&one, "");
    add(&one, "card 4111 1111 1111 1111");
    tap_is_str(file(&b),
        "a table for two\nyes\nno\ncard **** **** **** ****\n",
        "not twice in a row, not what begins with a blank, no card");
    tap_is_str(buf_slice(&one.past),
        "a table for two\nno\ncard **** **** **** ****\n",
        "nor does the editor have it");
    history_add(path, &one, NULL, SLICE("kept here alone"));
    settle();
    tap_ok(slice_find(file(&b), SLICE("alone")) == SLICE_NPOS,
        "without a disk nothing is written");
    edit_free(&one);
    edit_free(&two);
    buf_free(&b);
}

static void loading(void)
{
    struct edit e;
    struct buf b;

    edit_init(&e);
    buf_init(&b, 1u << 20);
    write_file(SLICE("one\nt\x1b[31mwo\n\xff\nthree\ncut"), 0644);
    history_load(path, &e);
    tap_is_str(buf_slice(&e.past), "one\nthree\n",
        "control characters, no UTF-8 and half a line are read over");
    tap_is_int(sys_mode(path), 0600, "a mode that is too wide is narrowed");
    edit_free(&e);

    edit_init(&e);
    for (int i = 0; b.len < HISTORY_MOST + 1000; i++)
        buf_addf(&b, "line %d\n", i);
    buf_adds(&b, "the last\n");
    write_file(buf_slice(&b), 0600);
    history_load(path, &e);
    tap_ok(slice_ends(buf_slice(&e.past), "the last\n"),
        "of a long one the newest lines");
    tap_ok(slice_eq(file(&b), buf_slice(&e.past)),
        "and the file is as short again");
    edit_free(&e);
    buf_free(&b);
}

static void too_long(void)
{
    static char line[EDIT_LINE + 100];
    struct edit e;
    struct buf b;

    memset(line, 'a', sizeof line - 2);
    line[sizeof line - 2] = '\n';
    edit_init(&e);
    buf_init(&b, 1u << 16);
    buf_adds(&b, line);
    buf_adds(&b, "short\n");
    write_file(buf_slice(&b), 0600);
    history_load(path, &e);
    tap_is_str(buf_slice(&e.past), "short\n", "a line too long is none");
    edit_free(&e);
    buf_free(&b);
}

int main(void)
{
    struct err err;

    if (sys_mkdtemp(folder))
        return 1;
    text_fmt(path, sizeof path, "%s/history", folder);
    l = loop_new(&err);
    disk = l ? disk_new(l, &err) : NULL;
    if (!disk)
        return 1;
    adding();
    loading();
    too_long();
    disk_free(disk);
    loop_free(l);
    sys_unlink(path);
    sys_unlink(folder);
    return tap_done();
}
