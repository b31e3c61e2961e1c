/* history.c - the lines typed at the prompt, over restarts. */
#include "app/history.h"

#include <fcntl.h>
#include <string.h>

#include "agent/redact.h"
#include "app/conf.h"
#include "base/sys.h"
#include "base/text.h"

/* However long it is: the editor keeps the newest.  A line that is longer than
 * one may be is none. */
static void read_lines(int fd, struct edit *e)
{
    uint8_t mem[EDIT_LINE + 1], piece[4096];
    struct buf line;
    ssize_t n;

    buf_over(&line, mem, sizeof mem);
    while ((n = sys_read(fd, piece, sizeof piece)) > 0) {
        struct slice rest = slice_of(piece, (size_t)n);

        while (rest.len) {
            bool whole = slice_chr(rest, '\n') != SLICE_NPOS;

            buf_add(&line, slice_cut(&rest, '\n'));
            if (whole && buf_ok(&line))
                edit_remember(e, buf_slice(&line));
            if (whole)
                buf_clear(&line);
        }
    }
}

/* A new file takes its place.  A line that another prompt adds in just this
 * moment may be lost; it takes a file that long to get here. */
static void shorten(const char *path, const struct edit *e)
{
    char other[CONF_TEXT + 32];
    int fd;

    text_fmt(other, sizeof other, "%s.%d", path, sys_pid());
    fd = sys_open(other, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0)
        return;
    if (sys_write_all(fd, buf_slice(&e->past)) || sys_fsync(fd)
        || sys_rename(other, path))
        sys_unlink(other);
    sys_close(fd);
}

void history_load(const char *path, struct edit *e)
{
    int fd = sys_open(path, O_RDONLY, 0);
    int64_t size;

    if (fd < 0)
        return;
    if (sys_mode(path) & 077)
        sys_chmod(path, 0600);
    size = sys_size(fd);
    read_lines(fd, e);
    sys_close(fd);
    if (size > (int64_t)HISTORY_MOST)
        shorten(path, e);
}

void history_add(const char *path, struct edit *e, struct disk *disk,
    struct slice line)
{
    uint8_t mem[EDIT_LINE + 1];
    struct disk_file *file;

    if (line.len >= sizeof mem || line.len == 0)
        return;
    memcpy(mem, line.ptr, line.len);
    redact_line((struct mslice){mem, line.len});
    if (!edit_remember(e, slice_of(mem, line.len)) || !disk)
        return;
    file = disk_open(disk, path, false, 0600);
    if (!file)
        return;
    mem[line.len] = '\n';
    disk_append(file, slice_of(mem, line.len + 1), 0, NULL, NULL);
    disk_close(file);
}
