/* journal_test.c - what was promised is still there after every kind of end.
 */
#include "call/journal.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "codec/sha256.h"
#include "tests/tap.h"

#define LINES 5                 /* of the sample, with its format record */

static struct loop *loop;
static struct disk *disk;
static char dir[] = "/tmp/journaltestXXXXXX";
static char path[64];
static char seen[1 << 16];      /* the records replayed, in order */
static struct buf sample;       /* a journal as it lies on disk */
static size_t end_of[LINES];    /* offsets behind its lines */

static void see(void *arg, struct slice type, struct json rec)
{
    size_t n = strlen(seen);
    int64_t i = 0;

    (void)arg;
    json_i64(json_get(rec, "n"), 0, INT32_MAX, &i);
    snprintf(seen + n, sizeof seen - n, "%.*s:%.*s:%d ", SLICE_ARG(type),
        SLICE_ARG(json_get(rec, "call").text), (int)i);
}

static struct journal *open_it(struct err *err)
{
    seen[0] = 0;
    return journal_open(disk, dir, see, NULL, err);
}

static void settle(void)
{
    while (!disk_idle(disk))
        loop_round(loop);
}

static void add(struct journal *j, const char *type, const char *call, int n)
{
    jsonw_kint(journal_begin(j, type, slice_str(call)), "n", n);
    if (journal_end(j, false, NULL, NULL))
        abort();
}

static struct slice content(void)
{
    static struct buf b;
    struct err err;

    buf_free(&b);
    buf_init(&b, 16u << 20);
    if (sys_slurp(path, &b, &err))
        return slice_str(err.msg);
    return buf_slice(&b);
}

static void put(struct slice bytes)
{
    int fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0 || sys_write_all(fd, bytes))
        abort();
    sys_close(fd);
}

static bool opens(struct journal **j)
{
    struct err err = {0};

    *j = open_it(&err);
    if (!*j)
        printf("#   %s\n", err.msg);
    return *j != NULL;
}

static void close_it(struct journal *j)
{
    journal_close(j);
    settle();
}

/* ---- writing and reading ---- */

static void saved(void *arg, const struct err *err)
{
    char *order = arg;
    size_t n = strlen(order);

    snprintf(order + n, 8, err ? "!" : "%zu", n + 1);
}

/* sums by another hand: printf '%s' '...' | sha256sum | cut -c1-8 */
static const char format_line[] = "{\"sum\":\"e43fef82\",\"rec\":"
    "\"format\",\"at\":\"2026-11-22T11:00:00.000Z\",\"format\":1}\n";
static const char intent_line[] = "{\"sum\":\"9ce3f56f\",\"rec\":"
    "\"intent\",\"at\":\"2026-11-22T11:00:00.000Z\",\"call\":\"c1\",\"n\":1}\n";

static void run_writing(void)
{
    struct journal *j;
    char order[16] = "";

    tap_is_int(journal_read(dir, see, NULL, NULL), 0,
        "no journal is no error");
    tap_ok(opens(&j) && !seen[0], "a new one");
    settle();
    tap_is_str(content(), format_line, "its first record says the format");
    tap_is_int(sys_mode(path), 0600, "nobody else may read it");
    jsonw_kint(journal_begin(j, JOURNAL_INTENT, SLICE("c1")), "n", 1);
    journal_end(j, true, saved, order);
    tap_is_str(slice_str(order), "", "nothing is saved until the disk says so");
    settle();
    tap_is_str(slice_str(order), "1", "then it is told");
    tap_is_str(slice_from(content(), sizeof format_line - 1), intent_line,
        "one line a record, with its sum");
    jsonw_kint(journal_begin(j, JOURNAL_STATE, SLICE("c1")), "n", 2);
    journal_end(j, true, saved, order);
    jsonw_kint(journal_begin(j, JOURNAL_LINE, SLICE("c2")), "n", 3);
    journal_end(j, false, saved, order);
    settle();
    tap_is_str(slice_str(order), "123", "in order");
    jsonw_kcstr(journal_begin(j, JOURNAL_NOTE, SLICE("c\"\\\n")), "text",
        "a\nb\"{}\x01");
    tap_is_int(journal_end(j, false, NULL, NULL), 0, "any text");
    tap_is_int((int64_t)journal_facts(j).written, 5, "all counted");
    tap_is_int(journal_read(dir, NULL, NULL, NULL), 0,
        "it can be read while it is written");
    close_it(j);
    tap_ok(opens(&j), "opened again");
    tap_is_str(slice_str(seen), "intent:c1:1 state:c1:2 line:c2:3 "
        "note:c\\\"\\\\\\n:0 ", "every record in order");
    tap_ok(journal_facts(j).records == 5 && !journal_facts(j).damaged
        && !journal_facts(j).cut && !journal_facts(j).written,
        "none damaged, none written");
    add(j, JOURNAL_OUTCOME, "c1", 4);
    close_it(j);
    seen[0] = 0;
    tap_is_int(journal_read(dir, see, NULL, NULL), 0, "read without the lock");
    tap_ok(slice_ends(slice_str(seen), " outcome:c1:4 "), "appended: %s",
        seen);
}

static void run_too_long(void)
{
    static char big[LIMIT_RECORD + 1];
    struct journal *j;
    size_t before = content().len;

    memset(big, 'x', sizeof big - 1);
    tap_ok(opens(&j), "opened");
    jsonw_kcstr(journal_begin(j, JOURNAL_LINE, SLICE("c1")), "text", big);
    tap_is_int(journal_end(j, false, NULL, NULL), -1,
        "a record over the ceiling is refused");
    big[LIMIT_RECORD - 200] = 0;
    jsonw_kcstr(journal_begin(j, JOURNAL_LINE, SLICE("c1")), "text", big);
    tap_is_int(journal_end(j, false, NULL, NULL), 0, "one below is not");
    close_it(j);
    tap_ok(content().len > before + LIMIT_RECORD - 200 && content().len
        < before + LIMIT_RECORD, "and nothing of the other is on disk");
    tap_ok(opens(&j) && slice_ends(slice_str(seen), " line:c1:0 "),
        "it comes back");
    close_it(j);
}

/* ---- damage ---- */

static void make_sample(void)
{
    struct journal *j;
    size_t n = 0;

    sys_unlink(path);
    if (!opens(&j))
        exit(1);
    for (int i = 1; i < LINES; i++)
        add(j, JOURNAL_LINE, "c1", i);
    close_it(j);
    buf_init(&sample, 1 << 16);
    buf_add(&sample, content());
    for (size_t i = 0; i < sample.len; i++)
        if (sample.ptr[i] == '\n')
            end_of[n++] = i + 1;
    tap_ok(n == LINES && end_of[LINES - 1] == sample.len,
        "a sample of %d lines", LINES);
}

static const char *const replayed[] = {"", "", "line:c1:1 ",
    "line:c1:1 line:c1:2 ", "line:c1:1 line:c1:2 line:c1:3 ",
    "line:c1:1 line:c1:2 line:c1:3 line:c1:4 "};

static void run_torn(void)
{
    size_t bad = 0;

    for (size_t cut = 0; cut <= sample.len; cut++) {
        struct journal *j;
        size_t whole = 0, good;
        struct journal_facts f;

        while (whole < LINES && end_of[whole] <= cut)
            whole++;
        good = whole ? end_of[whole - 1] : 0;
        put(slice_head(buf_slice(&sample), cut));
        if (!opens(&j)) {
            bad++;
            continue;
        }
        f = journal_facts(j);
        bad += f.records != whole || f.damaged || f.cut != cut - good
            || strcmp(seen, replayed[whole]);
        if (whole)
            bad += !slice_eq(content(), slice_head(buf_slice(&sample), good));
        add(j, JOURNAL_LINE, "c2", 9);
        close_it(j);
        bad += !slice_eq(slice_head(content(), good),
            slice_head(buf_slice(&sample), good));
        bad += !opens(&j) || journal_facts(j).cut || journal_facts(j).damaged
            || !slice_ends(slice_str(seen), "line:c2:9 ");
        close_it(j);
        if (bad) {
            printf("#   cut at %zu: \"%s\"\n", cut, seen);
            break;
        }
    }
    tap_is_int((int64_t)bad, 0, "torn at every byte: cut to the last good "
        "record, and written on");
}

/* One bit of the file is wrong: what is still to be told? */
static bool flip_is_passed_over(size_t line, size_t at, int bit)
{
    struct buf b;
    struct journal *j;
    struct journal_facts f;
    char want[128] = "";
    uint8_t *p;
    uint64_t damaged = 1;
    bool merged, good;

    buf_init(&b, 1 << 16);
    buf_add(&b, buf_slice(&sample));
    p = b.ptr + at;
    merged = *p == '\n';
    *p ^= (uint8_t)(1 << bit);
    damaged += *p == '\n';
    for (size_t i = 1; i < LINES; i++)
        if (i != line && !(merged && i == line + 1))
            snprintf(want + strlen(want), sizeof want - strlen(want),
                "line:c1:%zu ", i);
    put(buf_slice(&b));
    if (!opens(&j))
        return false;
    f = journal_facts(j);
    good = f.records == LINES - 1u - merged && f.damaged == damaged
        && f.cut == 0 && !strcmp(seen, want)
        && slice_eq(content(), buf_slice(&b));
    if (!good)
        printf("#   line %zu, byte %zu, bit %d: %llu records, %llu damaged, "
            "\"%s\"\n", line, at, bit, (unsigned long long)f.records,
            (unsigned long long)f.damaged, seen);
    close_it(j);
    buf_free(&b);
    return good;
}

static void run_flipped(void)
{
    size_t bad = 0;

    /* The last line is not among them: damaged, it is a torn tail. */
    for (size_t line = 0; line + 2 < LINES; line++)
        for (size_t at = line ? end_of[line - 1] : 0; at < end_of[line]; at++)
            for (int bit = 0; bit < 8; bit++)
                bad += !flip_is_passed_over(line, at, bit);
    tap_is_int((int64_t)bad, 0, "any bit wrong in any line: that line is "
        "passed over and counted, the file left as it was");
}

static void run_last_damaged(void)
{
    struct journal *j;
    struct buf b;

    buf_init(&b, 1 << 16);
    buf_add(&b, buf_slice(&sample));
    b.ptr[end_of[LINES - 2] + 20] ^= 1;
    buf_adds(&b, "\n\n{}\n{\"sum\":\"\n");
    put(buf_slice(&b));
    tap_ok(opens(&j) && !strcmp(seen, replayed[LINES - 1])
        && journal_facts(j).damaged == 0
        && journal_facts(j).cut == b.len - end_of[LINES - 2],
        "damaged lines with none good behind them are the torn tail");
    close_it(j);
    tap_ok(slice_eq(content(), slice_head(buf_slice(&sample),
        end_of[LINES - 2])), "and cut");

    /* Blocks of zeros, as a file system may leave them. */
    buf_free(&b);
    buf_init(&b, 4u << 20);
    buf_add(&b, slice_head(buf_slice(&sample), end_of[2]));
    for (size_t i = 0; i < LIMIT_RECORD * 6; i++)
        buf_addc(&b, 0);
    put(buf_slice(&b));
    tap_ok(opens(&j) && !strcmp(seen, replayed[3])
        && journal_facts(j).cut == b.len - end_of[2],
        "a tail longer than any line is cut too");
    close_it(j);
    buf_addc(&b, '\n');
    buf_add(&b, slice_from(buf_slice(&sample), end_of[2]));
    put(buf_slice(&b));
    tap_ok(opens(&j) && !strcmp(seen, replayed[LINES])
        && journal_facts(j).damaged == 1 && !journal_facts(j).cut,
        "such a line in the middle is passed over");
    close_it(j);
    buf_free(&b);
}

/* ---- one writer, one format ---- */

/* What another process gets: 99, or the error's code. */
static int open_in_child(void)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        struct err err = {0};
        struct journal *k = open_it(&err);

        _exit(k ? 99 : (int)err.code);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void run_lock(void)
{
    struct journal *j;

    put(buf_slice(&sample));
    tap_ok(opens(&j), "opened");
    tap_is_int(open_in_child(), ERR_BUSY, "a second process is told: busy");
    add(j, JOURNAL_LINE, "c1", 7);
    journal_close(j);
    tap_is_int(open_in_child(), ERR_BUSY,
        "closed, but not yet written: still locked");
    settle();
    tap_is_int(open_in_child(), 99, "written: free");
    tap_ok(opens(&j) && slice_ends(slice_str(seen), "line:c1:7 "),
        "the first writes on, and its end frees the lock");
    close_it(j);
}

static void add_record(struct buf *b, const char *rest)
{
    uint8_t hash[SHA256_LEN];

    sha256_of(slice_str(rest), hash);
    buf_addf(b, "{\"sum\":\"%02x%02x%02x%02x\",%s\n", hash[0], hash[1],
        hash[2], hash[3], rest);
}

static void run_format(void)
{
    static const char *const other[] = {"\"rec\":\"format\",\"format\":2}",
        "\"rec\":\"format\",\"format\":\"1\"}", "\"rec\":\"format\"}"};
    size_t bad = 0;

    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        struct err err = {0};
        struct buf b;

        buf_init(&b, 1 << 16);
        add_record(&b, other[i]);
        add_record(&b, "\"rec\":\"line\",\"call\":\"c1\",\"n\":1}");
        buf_adds(&b, "{\"torn");
        put(buf_slice(&b));
        bad += open_it(&err) != NULL || err.code != ERR_DATA
            || slice_find(slice_str(err.msg), SLICE("another format"))
            == SLICE_NPOS || !slice_eq(content(), buf_slice(&b));
        err = (struct err){.code = ERR_NONE};
        bad += journal_read(dir, see, NULL, &err) == 0
            || err.code != ERR_DATA;
        buf_free(&b);
    }
    settle();
    tap_is_int((int64_t)bad, 0, "another format is refused and not touched");
}

/* A file that never was a journal: refused, and every byte still there. */
static void run_foreign(void)
{
    static const char *const other[] = {"x", "my diary\n", "{}\n",
        "{\"sum\":1}\n"};
    size_t bad = 0;

    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        struct err err = {0};

        put(slice_str(other[i]));
        bad += open_it(&err) != NULL || err.code != ERR_DATA
            || !slice_eq(content(), slice_str(other[i]));
    }
    settle();
    tap_is_int((int64_t)bad, 0, "somebody's file is refused and not emptied");
}

/* ---- compaction ---- */

static bool keep_c2(void *arg, struct slice type, struct json rec)
{
    size_t *asked = arg;

    (void)type;
    if (json_get(rec, "call").type != JSON_STRING)
        return true;
    ++*asked;
    return json_is(json_get(rec, "call"), "c2");
}

static bool keep_all(void *arg, struct slice type, struct json rec)
{
    (void)arg;
    (void)type;
    (void)rec;
    return true;
}

static void run_compact(void)
{
    struct journal *j;
    struct err err = {0};
    size_t asked = 0;
    char new_path[80];
    struct buf b;

    snprintf(new_path, sizeof new_path, "%s.new", path);
    sys_unlink(path);
    tap_ok(opens(&j), "a new one");
    for (int i = 1; i <= 4; i++)
        add(j, JOURNAL_LINE, i % 2 ? "c1" : "c2", i);
    jsonw_kint(journal_begin(j, "other", slice_str(NULL)), "n", 5);
    journal_end(j, false, NULL, NULL);
    close_it(j);
    buf_init(&b, 1 << 16);
    buf_add(&b, content());
    tap_ok(opens(&j) && journal_compact(j, keep_all, NULL, &err) == 0,
        "all is kept");
    settle();
    tap_ok(slice_eq(content(), buf_slice(&b)), "the file is as it was");
    tap_is_int(journal_compact(j, keep_c2, &asked, &err), 0, "one is kept");
    tap_is_int((int64_t)asked, 4, "asked for each record of a call");
    add(j, JOURNAL_LINE, "c3", 6);
    close_it(j);
    tap_ok(!sys_exists(new_path) && content().len < b.len,
        "the file is shorter");
    tap_ok(opens(&j) && !journal_facts(j).damaged && !journal_facts(j).cut
        && journal_facts(j).records == 5, "it is whole, with its format");
    tap_is_str(slice_str(seen), "line:c2:2 line:c2:4 other::5 line:c3:6 ",
        "what was kept, in order, and what came after");
    tap_is_int(sys_mode(path), 0600, "nobody else may read it");
    close_it(j);
    buf_free(&b);
}

int main(void)
{
    struct err err;

    setvbuf(stdout, NULL, _IOLBF, 0);   /* whole lines between the log's */
    log_setup(LOG_ERROR, false);
    sys_virtual(INT64_C(1795345200000));
    rand_seed_number(1);
    loop = loop_new(&err);
    disk = loop ? disk_new(loop, &err) : NULL;
    if (!disk || sys_mkdtemp(dir))
        return 1;
    snprintf(path, sizeof path, "%s/journal", dir);
    run_writing();
    run_too_long();
    make_sample();
    run_torn();
    run_flipped();
    run_last_damaged();
    run_lock();
    run_format();
    run_foreign();
    run_compact();
    disk_free(disk);
    loop_free(loop);
    buf_free(&sample);
    sys_unlink(path);
    snprintf(path, sizeof path, "%s/lock", dir);
    sys_unlink(path);
    tap_ok(rmdir(dir) == 0, "no other file is left");
    return tap_done();
}
