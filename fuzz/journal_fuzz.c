/* journal_fuzz.c - any bytes as a journal: every record that is intact is read,
 * in order, and none that is not; and what is read of a part is what is read of
 * the whole, as far as it goes.
 *
 * A line "#rest" stands for one with the right sum over rest, so that the
 * fuzzer comes past the sums.  "!" and two bytes behind the last line end it:
 * in what was made of it, the byte at their number is flipped.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
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

/* What is intact, by eyes of its own: a line with its end, no longer than a
 * record, {"sum":"8 digits", and an object that has this sum; its type is a
 * string and not that of the first line. */
static bool intact(struct slice line, struct json *rec, struct slice *type)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[SHA256_LEN];
    struct json t;

    if (line.len < 18 || line.len > LIMIT_RECORD
        || !slice_starts(line, "{\"sum\":\"") || line.ptr[16] != '"'
        || line.ptr[17] != ',')
        return false;
    sha256_of(slice_from(line, 18), hash);
    for (int i = 0; i < 8; i++)
        if (line.ptr[8 + i] != digits[hash[i / 2] >> (i % 2 ? 0 : 4) & 15])
            return false;
    if (json_parse(line, rec, NULL) || rec->type != JSON_OBJECT)
        return false;
    t = json_get(*rec, "rec");
    *type = t.text;
    return t.type == JSON_STRING && !json_is(t, "format");
}

static struct seen expect(struct slice all)
{
    struct seen s = {0, SIZE_MAX, 0};

    while (slice_chr(all, '\n') != SLICE_NPOS) {
        struct json rec;
        struct slice type;

        if (intact(slice_cut(&all, '\n'), &rec, &type))
            see(&s, type, rec);
    }
    return s;
}

/* Torn and flipped: one bit of one byte. */
static void flip(struct buf *b, struct slice how)
{
    size_t at;

    if (how.len < 2 || !b->len)
        return;
    at = ((size_t)how.ptr[0] << 8 | how.ptr[1]) % b->len;
    b->ptr[at] ^= (uint8_t)(1u << how.ptr[1] % 8);
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
    struct slice rest = slice_of(data, size), how = {NULL, 0};
    struct seen part, whole, want;
    struct buf b;

    if (fd < 0)
        fd = make_file();
    if (size == 0)
        return 0;
    buf_init(&b, 8u << 20);
    if (size >= 4 && data[size - 3] == '!' && data[size - 4] == '\n') {
        how = slice_from(rest, size - 2);
        rest = slice_head(rest, size - 3);
    }
    while (rest.len) {
        bool whole_line = slice_chr(rest, '\n') != SLICE_NPOS;

        add_line(&b, slice_cut(&rest, '\n'));
        if (whole_line)
            buf_addc(&b, '\n');
    }
    flip(&b, how);
    rest = slice_head(buf_slice(&b), b.len * (size * 37 % 256) / 256);
    part = look(fd, rest, SIZE_MAX);
    whole = look(fd, buf_slice(&b), part.n);
    if (whole.n < part.n || whole.hash != part.hash)
        abort();
    want = expect(buf_slice(&b));
    whole = look(fd, buf_slice(&b), SIZE_MAX);
    if (whole.n != want.n || whole.hash != want.hash)
        abort();
    buf_free(&b);
    return 0;
}
