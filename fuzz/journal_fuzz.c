/* journal_fuzz.c - any bytes as a journal: what is read of a part is what is
 * read of the whole, as far as it goes.
 *
 * A line "#rest" stands for one with the right sum over rest, so that the
 * fuzzer comes past the sums.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sys.h"
#include "call/journal.h"
#include "codec/sha256.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[32], path[64];

struct seen {
    size_t n, stop;             /* records; those to take into hash */
    uint64_t hash;
};

static void leave(void)
{
    unlink(path);
    rmdir(dir);
}

/* In memory, where that can be had. */
static int make_file(void)
{
    snprintf(dir, sizeof dir, "/dev/shm/journalfuzzXXXXXX");
    if (sys_mkdtemp(dir)) {
        snprintf(dir, sizeof dir, "/tmp/journalfuzzXXXXXX");
        if (sys_mkdtemp(dir))
            abort();
    }
    snprintf(path, sizeof path, "%s/journal", dir);
    atexit(leave);
    return sys_open(path, O_RDWR | O_CREAT, 0600);
}

static void see(void *arg, struct slice type, struct json rec)
{
    struct seen *s = arg;
    struct json again;

    if (!type.ptr || rec.type != JSON_OBJECT
        || json_parse(rec.text, &again, NULL))
        abort();
    if (s->n++ < s->stop)
        for (size_t i = 0; i < rec.text.len; i++)
            s->hash = s->hash * 31 + rec.text.ptr[i];
}

static void add_line(struct buf *b, struct slice line)
{
    uint8_t hash[SHA256_LEN];

    if (line.len == 0 || line.ptr[0] != '#') {
        buf_add(b, line);
        return;
    }
    line = slice_from(line, 1);
    sha256_of(line, hash);
    buf_addf(b, "{\"sum\":\"%02x%02x%02x%02x\",", hash[0], hash[1], hash[2],
        hash[3]);
    buf_add(b, line);
}

static struct seen look(int fd, struct slice bytes, size_t stop)
{
    struct seen s = {0, stop, 0};
    struct err err = {0};

    if (sys_truncate(fd, 0) || sys_pwrite_all(fd, bytes, 0))
        abort();
    if (journal_read(dir, see, &s, &err) && err.code != ERR_DATA)
        abort();
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    struct slice rest = slice_of(data, size);
    struct seen part, whole;
    struct buf b;

    if (fd < 0)
        fd = make_file();
    if (size == 0)
        return 0;
    buf_init(&b, 8u << 20);
    while (rest.len) {
        bool whole_line = slice_chr(rest, '\n') != SLICE_NPOS;

        add_line(&b, slice_cut(&rest, '\n'));
        if (whole_line)
            buf_addc(&b, '\n');
    }
    rest = slice_head(buf_slice(&b), b.len * (size * 37 % 256) / 256);
    part = look(fd, rest, SIZE_MAX);
    whole = look(fd, buf_slice(&b), part.n);
    if (whole.n < part.n || whole.hash != part.hash)
        abort();
    buf_free(&b);
    return 0;
}
