/* slurp.c - whole files into memory, by what base/sys.h gives. */
#include <fcntl.h>

#include "base/buf.h"
#include "base/sys.h"

/* Until its end.  A descriptor somebody made non-blocking is waited for. */
static int slurp(int fd, const char *name, struct buf *out, struct err *err)
{
    ssize_t r;

    for (;;) {
        size_t want = out->max - out->len < 65536 ? out->max - out->len
            : 65536;
        uint8_t probe, *to = want ? buf_room(out, want) : &probe;

        if (!to)
            return fail(err, ERR_MEM, "no memory for %s", name);
        r = sys_read(fd, to, want ? want : 1);
        if (r == SYS_AGAIN)
            r = sys_read_when(fd, to, want ? want : 1, true);
        if (r == SYS_EOF)
            return 0;
        if (r == SYS_AGAIN)
            continue;
        if (r < 0)
            return fail_sys(err, ERR_IO, "read %s", name);
        if (!want)
            return fail(err, ERR_LIMIT, "%s is longer than %zu bytes", name,
                out->max);
        buf_commit(out, (size_t)r);
    }
}

int sys_slurp(const char *path, struct buf *out, struct err *err)
{
    int fd = sys_open(path, O_RDONLY, 0), rc;

    if (fd < 0)
        return fail_sys(err, ERR_IO, "open %s", path);
    rc = slurp(fd, path, out, err);
    sys_close(fd);
    return rc;
}

int sys_slurp_stdin(struct buf *out, struct err *err)
{
    return slurp(SYS_STDIN, "standard input", out, err);
}
