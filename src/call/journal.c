/* journal.c - what was promised, on disk before it happens. */
#include "call/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/sha256.h"

#define FORMAT 1
#define PATH_MAX_LEN 1024

/* {"sum":"01234567",   and then the members the sum is taken over. */
#define SUM_HEAD "{\"sum\":\""
#define SUM_DIGITS 8
#define SUM_LEN (sizeof SUM_HEAD - 1 + SUM_DIGITS + 2)

struct journal {
    struct disk *disk;
    struct disk_file *file;
    int lock_fd;
    char path[PATH_MAX_LEN];
    struct buf line;
    struct jsonw writer;
    struct journal_facts facts;
};

/* The first digits of SHA-256 over what follows the sum. */
static void checksum(struct slice rest, char out[static SUM_DIGITS + 1])
{
    uint8_t hash[SHA256_LEN];

    sha256_of(rest, hash);
    text_hex(out, slice_of(hash, SUM_DIGITS / 2));
}

/* A line without its LF: 0 and its object, or -1. */
static int check_line(struct slice line, struct json *rec)
{
    char sum[SUM_DIGITS + 1];
    size_t head = sizeof SUM_HEAD - 1;

    if (line.len < SUM_LEN || !slice_starts(line, SUM_HEAD))
        return -1;
    checksum(slice_from(line, SUM_LEN), sum);
    if (memcmp(line.ptr + head, sum, SUM_DIGITS) != 0
        || memcmp(line.ptr + head + SUM_DIGITS, "\",", 2) != 0)
        return -1;
    return json_parse(line, rec, NULL) || rec->type != JSON_OBJECT ? -1 : 0;
}

struct replay {
    void (*record)(void *arg, struct slice type, struct json rec);
    void *arg;
    struct journal_facts facts;
    uint64_t at;                /* offset of the next line */
    uint64_t good_end;          /* offset behind the last good line */
    uint64_t damaged_before;    /* damaged lines before it */
    bool foreign;               /* the first record names another format */
};

static void replay_line(struct replay *r, struct slice line, uint64_t end)
{
    struct json rec, type;
    int64_t format;

    if (check_line(line, &rec)) {
        r->facts.damaged++;
        return;
    }
    r->good_end = end;
    r->facts.records++;
    type = json_get(rec, "rec");
    if (json_is(type, "format")) {
        if (json_i64(json_get(rec, "format"), 0, INT64_MAX, &format)
            || format != FORMAT)
            r->foreign = true;
        return;
    }
    if (r->record && type.type == JSON_STRING)
        r->record(r->arg, type.text, rec);
}

/* Feeds every whole line of b.  Of one longer than any record only its end is
 * kept: that is no good line either. */
static void replay_lines(struct replay *r, struct buf *b)
{
    struct slice rest = buf_slice(b);

    while (slice_chr(rest, '\n') != SLICE_NPOS) {
        struct slice line = slice_cut(&rest, '\n');
        uint64_t good = r->facts.records;

        r->at += line.len + 1;
        replay_line(r, line, r->at);
        if (r->facts.records > good)
            r->damaged_before = r->facts.damaged;
    }
    if (rest.len > LIMIT_RECORD) {
        r->at += rest.len - LIMIT_RECORD;
        rest = slice_from(rest, rest.len - LIMIT_RECORD);
    }
    buf_skip(b, b->len - rest.len);
}

/* Feeds every line of fd.  What follows the last good line is the tail. */
static int replay_file(int fd, const char *path, struct replay *r,
    struct err *err)
{
    struct buf b;
    ssize_t n;
    int rc = 0;

    buf_init(&b, LIMIT_RECORD * 2);
    for (;;) {
        uint8_t *to = buf_room(&b, LIMIT_RECORD);

        if (!to) {
            rc = fail(err, ERR_MEM, "no memory to read %s", path);
            break;
        }
        n = sys_read(fd, to, LIMIT_RECORD);
        if (n == SYS_EOF)
            break;
        if (n < 0) {
            rc = fail_sys(err, ERR_IO, "read %s", path);
            break;
        }
        buf_commit(&b, (size_t)n);
        replay_lines(r, &b);
    }
    r->facts.damaged = r->damaged_before;   /* later ones: the torn tail */
    r->facts.cut = r->at + b.len - r->good_end;
    if (rc == 0 && r->foreign)
        rc = fail(err, ERR_DATA, "%s: written by another version (its first "
            "record names another format)", path);
    buf_free(&b);
    return rc;
}

/* The checksum over what was written since journal_begin, and the LF. */
static int seal(struct journal *j)
{
    char sum[SUM_DIGITS + 1];

    jsonw_end(&j->writer);
    if (j->line.bad) {
        log_event(LOG_ERROR, "journal_record_too_long",
            LI("max", LIMIT_RECORD));
        return -1;
    }
    checksum(slice_from(buf_slice(&j->line), SUM_LEN), sum);
    memcpy(j->line.ptr + sizeof SUM_HEAD - 1, sum, SUM_DIGITS);
    buf_addc(&j->line, '\n');
    return buf_ok(&j->line) ? 0 : -1;
}

/* An empty file gets its first record before anything else is promised. */
static int write_format(struct journal *j, int fd, struct err *err)
{
    jsonw_kint(journal_begin(j, "format", slice_str(NULL)), "format", FORMAT);
    if (seal(j))
        return fail(err, ERR_MEM, "no memory for the journal");
    if (sys_pwrite_all(fd, buf_slice(&j->line), 0) || sys_fsync(fd)
        || disk_sync_folder(j->path)) {
        fail_sys(err, ERR_IO, "write %s", j->path);
        (void)sys_truncate(fd, 0);
        return -1;
    }
    j->facts.written++;
    return 0;
}

static int take_lock(struct journal *j, const char *dir, struct err *err)
{
    char path[PATH_MAX_LEN];
    int rc;

    text_fmt(path, sizeof path, "%s/lock", dir);
    j->lock_fd = sys_open(path, O_RDWR | O_CREAT, 0600);
    if (j->lock_fd < 0)
        return fail_sys(err, ERR_IO, "open %s", path);
    rc = sys_lock(j->lock_fd);
    if (rc == SYS_AGAIN)
        return fail(err, ERR_BUSY, "another concierge is running with "
            "CONCIERGE_DIR %s", dir);
    return rc ? fail_sys(err, ERR_IO, "lock %s", path) : 0;
}

/* A file without one good record is only cut when it can be ours: a torn first
 * record, or zeros where a block was lost.  Anything else is somebody's. */
static int check_ours(int fd, const char *path, struct err *err)
{
    static const uint8_t zeros[sizeof SUM_HEAD - 1];
    uint8_t first[sizeof SUM_HEAD - 1];
    ssize_t n = sys_seek_start(fd) ? -1 : sys_read(fd, first, sizeof first);

    if (n < 0)
        return fail_sys(err, ERR_IO, "read %s", path);
    if (memcmp(first, SUM_HEAD, (size_t)n) == 0
        || memcmp(first, zeros, (size_t)n) == 0)
        return 0;
    return fail(err, ERR_DATA, "%s is no journal of ours: move it away", path);
}

/* Reads, judges and repairs the file; leaves it ending in a good line. */
static int recover(struct journal *j, struct replay *r, struct err *err)
{
    int fd = sys_open(j->path, O_RDWR | O_CREAT, 0600);
    int rc;

    if (fd < 0)
        return fail_sys(err, ERR_IO, "open %s", j->path);
    rc = replay_file(fd, j->path, r, err);
    if (rc == 0 && r->facts.records == 0 && r->facts.cut)
        rc = check_ours(fd, j->path, err);
    if (rc == 0 && r->facts.cut) {
        log_event(LOG_WARN, "journal_cut", LS("path", j->path),
            LI("bytes", r->facts.cut));
        if (sys_truncate(fd, (int64_t)r->good_end) || sys_fsync(fd))
            rc = fail_sys(err, ERR_IO, "cut %s", j->path);
    }
    if (rc == 0 && r->facts.damaged)
        log_event(LOG_ERROR, "journal_damaged", LS("path", j->path),
            LI("lines", r->facts.damaged));
    j->facts = r->facts;
    if (rc == 0 && r->facts.records == 0)
        rc = write_format(j, fd, err);
    sys_close(fd);
    return rc;
}

struct journal *journal_open(struct disk *disk, const char *dir,
    void (*record)(void *arg, struct slice type, struct json rec), void *arg,
    struct err *err)
{
    struct journal *j = mem_new(sizeof *j);
    struct replay r = {.record = record, .arg = arg};

    if (!j) {
        fail(err, ERR_MEM, "no memory for the journal");
        return NULL;
    }
    j->disk = disk;
    j->lock_fd = -1;
    buf_init(&j->line, LIMIT_RECORD);
    if (sys_mkdir(dir, 0700)) {
        fail_sys(err, ERR_IO, "make CONCIERGE_DIR %s", dir);
        goto fail;
    }
    text_fmt(j->path, sizeof j->path, "%s/journal", dir);
    if (take_lock(j, dir, err) || recover(j, &r, err))
        goto fail;
    j->file = disk_open(disk, j->path, false, 0600);
    if (!j->file) {
        fail(err, ERR_MEM, "no memory for the journal");
        goto fail;
    }
    return j;
fail:
    journal_close(j);
    return NULL;
}

int journal_read(const char *dir,
    void (*record)(void *arg, struct slice type, struct json rec), void *arg,
    struct err *err)
{
    struct replay r = {.record = record, .arg = arg};
    char path[PATH_MAX_LEN];
    int fd, rc;

    text_fmt(path, sizeof path, "%s/journal", dir);
    fd = sys_open(path, O_RDONLY, 0);
    if (fd < 0)
        return errno == ENOENT ? 0 : fail_sys(err, ERR_IO, "open %s", path);
    rc = replay_file(fd, path, &r, err);
    sys_close(fd);
    return rc;
}

struct compact {
    struct buf out;
    bool (*keep)(void *arg, struct slice type, struct json rec);
    void *arg;
    bool dropped;
};

static void compact_record(void *arg, struct slice type, struct json rec)
{
    struct compact *c = arg;

    if (!c->keep(c->arg, type, rec)) {
        c->dropped = true;
        return;
    }
    buf_add(&c->out, rec.text);
    buf_addc(&c->out, '\n');
}

/* The whole new file is built in memory: only what is kept, and only at
 * start. */
#define COMPACT_MAX ((size_t)1 << 30)

static int compact_write(struct journal *j, struct compact *c,
    struct err *err)
{
    char tmp[PATH_MAX_LEN + 8], sum[SUM_DIGITS + 1];
    struct buf head;
    uint8_t mem[128];
    int fd, rc = -1;

    buf_over(&head, mem, sizeof mem);
    buf_addf(&head, "\"rec\":\"format\",\"format\":%d}", FORMAT);
    checksum(buf_slice(&head), sum);
    text_fmt(tmp, sizeof tmp, "%s.new", j->path);
    fd = sys_open(tmp, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return fail_sys(err, ERR_IO, "open %s", tmp);
    buf_addc(&head, '\n');
    if (sys_write_all(fd, SLICE(SUM_HEAD)) == 0
        && sys_write_all(fd, slice_str(sum)) == 0
        && sys_write_all(fd, SLICE("\",")) == 0
        && sys_write_all(fd, buf_slice(&head)) == 0
        && sys_write_all(fd, buf_slice(&c->out)) == 0
        && sys_fsync(fd) == 0)
        rc = sys_rename(tmp, j->path);
    if (rc || disk_sync_folder(j->path))    /* or the old one may come back */
        rc = fail_sys(err, ERR_IO, "write %s", tmp);
    sys_close(fd);
    return rc;
}

int journal_compact(struct journal *j,
    bool (*keep)(void *arg, struct slice type, struct json rec), void *arg,
    struct err *err)
{
    struct compact c = {.keep = keep, .arg = arg};
    struct replay r = {.record = compact_record, .arg = &c};
    int fd = sys_open(j->path, O_RDONLY, 0), rc;

    if (fd < 0)
        return fail_sys(err, ERR_IO, "open %s", j->path);
    buf_init(&c.out, COMPACT_MAX);
    rc = replay_file(fd, j->path, &r, err);
    sys_close(fd);
    if (rc == 0 && c.out.bad)
        rc = fail(err, ERR_MEM, "no memory to compact %s", j->path);
    if (rc == 0 && c.dropped) {
        /* The open file is the old one: close it before the name moves. */
        disk_close(j->file);
        rc = compact_write(j, &c, err);
        j->file = disk_open(j->disk, j->path, false, 0600);
        if (!j->file)
            rc = fail(err, ERR_MEM, "no memory for the journal");
    }
    buf_free(&c.out);
    return rc;
}

struct jsonw *journal_begin(struct journal *j, const char *type,
    struct slice call)
{
    char stamp[SYS_STAMP_MAX];

    buf_clear(&j->line);
    buf_adds(&j->line, SUM_HEAD "00000000\",");
    sys_stamp(stamp, sys_wall());
    /* The writer's own "{" is the one in SUM_HEAD: begin one level down. */
    jsonw_begin(&j->writer, &j->line);
    jsonw_object(&j->writer);
    j->line.len--;
    jsonw_kcstr(&j->writer, "rec", type);
    jsonw_kcstr(&j->writer, "at", stamp);
    if (call.ptr)
        jsonw_kstr(&j->writer, "call", call);
    return &j->writer;
}

int journal_end(struct journal *j, bool sync,
    void (*done)(void *arg, const struct err *err), void *arg)
{
    if (seal(j))
        return -1;
    if (disk_append(j->file, buf_slice(&j->line),
        DISK_MUST | (sync ? DISK_SYNC : 0), done, arg)) {
        log_event(LOG_ERROR, "journal_full", LI("bytes", j->line.len));
        return -1;
    }
    j->facts.written++;
    return 0;
}

static void let_go(void *arg, const struct err *err)
{
    struct journal *j = arg;

    (void)err;
    sys_close(j->lock_fd);
    buf_free(&j->line);
    mem_drop(j);
}

void journal_close(struct journal *j)
{
    if (j && j->file)
        disk_close_then(j->file, let_go, j);
    else if (j)
        let_go(j, NULL);
}

struct journal_facts journal_facts(const struct journal *j)
{
    return j->facts;
}
