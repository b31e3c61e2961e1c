/* ceilings_test.c - at each ceiling of base/limits.h: what just fits is taken,
 * one more is refused with the number it has.  `make tiny` runs it with
 * ceilings of 2 and 16, where one off by one shows everywhere else too.
 */
#include "codec/json.h"
#include "net/attempts.h"
#include "net/disk.h"
#include "tests/net/site.h"

#define BODY TINIEST_OR(16u, LIMIT_HTTP_BODY)  /* of MAX_BODY, a setting */

static struct buf ask_;

static int answer_to(struct slice request)
{
    struct raw r;
    int status = 0;

    raw_dial(&r, httpd_port(server));
    raw_send(&r, request);
    RIG_UNTIL(slice_find(buf_slice(&r.in), SLICE("\r\n\r\n")) != SLICE_NPOS
        || r.closed);
    if (r.in.len > 12)
        status = (r.in.ptr[9] - '0') * 100 + (r.in.ptr[10] - '0') * 10
            + r.in.ptr[11] - '0';
    raw_drop(&r);
    rig_settle();
    return status;
}

static void fill(char c, size_t n)
{
    while (n-- > 0)
        buf_addc(&ask_, (uint8_t)c);
}

/* A request line of n bytes, its CRLF counted. */
static void add_line(size_t n)
{
    buf_clear(&ask_);
    buf_adds(&ask_, "GET /v1/");
    fill('x', n - (sizeof "GET /v1/ HTTP/1.1\r\n" - 1));
    buf_adds(&ask_, " HTTP/1.1\r\nHost: x\r\n");
}

static int line_of(size_t n)
{
    add_line(n);
    buf_adds(&ask_, "\r\n");
    return answer_to(buf_slice(&ask_));
}

/* A head of n bytes, the empty line counted; no line of it too long. */
static int head_of(size_t n)
{
    add_line(LIMIT_HTTP_LINE);
    n -= ask_.len + 2;
    buf_adds(&ask_, "A: ");
    fill('x', n - 5);
    buf_adds(&ask_, "\r\n\r\n");
    return answer_to(buf_slice(&ask_));
}

static int fields_of(size_t n)
{
    buf_clear(&ask_);
    buf_adds(&ask_, "GET /hello HTTP/1.1\r\nHost: x\r\n");
    while (n-- > 1)
        buf_adds(&ask_, "A: b\r\n");
    buf_adds(&ask_, "\r\n");
    return answer_to(buf_slice(&ask_));
}

static int body_of(size_t n, bool chunked)
{
    buf_clear(&ask_);
    buf_adds(&ask_, "POST /echo HTTP/1.1\r\nHost: x\r\n");
    if (chunked)
        buf_addf(&ask_, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", n);
    else
        buf_addf(&ask_, "Content-Length: %zu\r\n\r\n", n);
    fill('b', n);
    if (chunked)
        buf_adds(&ask_, "\r\n0\r\n\r\n");
    return answer_to(buf_slice(&ask_));
}

static void run_http(void)
{
    tap_is_int(line_of(LIMIT_HTTP_LINE), 200, "the longest line");
    tap_is_int(line_of(LIMIT_HTTP_LINE + 1), 414, "one byte more: 414");
    tap_is_int(head_of(LIMIT_HTTP_HEAD), 200, "the longest head");
    tap_is_int(head_of(LIMIT_HTTP_HEAD + 1), 431, "one byte more: 431");
    tap_is_int(fields_of(LIMIT_HTTP_HEADERS), 200, "the most fields");
    tap_is_int(fields_of(LIMIT_HTTP_HEADERS + 1), 431, "one more: 431");
    tap_is_int(body_of(BODY, false), 200, "the longest body");
    tap_is_int(body_of(BODY + 1, false), 413,
        "one byte more: 413");
    tap_is_int(body_of(BODY, true), 200, "the same in a chunk");
    tap_is_int(body_of(BODY + 1, true), 413,
        "one byte more: 413");
    tap_is_int(line_of(LIMIT_HTTP_LINE), 200, "and the server goes on");
}

/* Only where so many can be opened by one test. */
static void run_conns(void)
{
    struct raw r[8], more;
    size_t n = LIMIT_CONNS;

    if (n > sizeof r / sizeof r[0]) {
        tap_ok(true, "the most connections # SKIP too many to open");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        raw_dial(&r[i], httpd_port(server));
        raw_says(&r[i], "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        RIG_UNTIL(r[i].in.len);
        tap_ok(r[i].in.len > 0, "connection %zu", i + 1);
    }
    raw_dial(&more, httpd_port(server));
    raw_says(&more, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    rig_wait(50);
    tap_ok(more.in.len == 0, "one more is not served");
    raw_drop(&r[0]);
    rig_wait(500);
    RIG_UNTIL(more.in.len || more.closed);
    raw_drop(&more);
    for (size_t i = 1; i < n; i++)
        raw_drop(&r[i]);
    rig_settle();
    tap_is_int(fields_of(1), 200, "when there is room again it is");
}

/* Is an array this deep taken? */
static bool depth_ok(size_t n)
{
    struct json j;
    bool ok;

    buf_clear(&ask_);
    fill('[', n);
    fill(']', n);
    ok = json_parse(buf_slice(&ask_), &j, NULL) == 0;
    return ok;
}

static void run_json(void)
{
    tap_ok(depth_ok(LIMIT_JSON_DEPTH), "the deepest JSON");
    tap_ok(!depth_ok(LIMIT_JSON_DEPTH + 1), "one level more is refused");
}

static void run_attempts(void)
{
    int before = handled, n = 0;
    uint64_t id = 0;

    for (size_t i = 0; i < LIMIT_ATTEMPTS + 1; i++)
        body_of(1, false);
    tap_is_int(handled - before, LIMIT_ATTEMPTS + 1,
        "one webhook more than are remembered: all are served");
    for (const struct attempt *a; (a = attempts_after(ring, id)); id = a->id)
        n++;
    tap_is_int(n, LIMIT_ATTEMPTS, "and the oldest is forgotten");
}

/* Jobs count until the loop takes them back, done or not. */
static void run_disk(void)
{
    char dir[] = "/tmp/ceilings-XXXXXX", path[64];
    struct disk *d;
    struct disk_file *f;
    struct err err;
    int n = 0, must = 0;

    if (sys_mkdtemp(dir))
        abort();
    snprintf(path, sizeof path, "%s/a", dir);
    d = disk_new(rig_loop, &err);
    f = disk_open(d, path, true, 0600);
    while (!disk_idle(d))
        loop_round(rig_loop);
    while (disk_append(f, SLICE("x"), 0, NULL, NULL) == 0)
        n++;
    tap_is_int(n, LIMIT_DISK_JOBS, "the most jobs for the disk");
    tap_ok(disk_full(d), "then it is full");
    while (disk_append(f, SLICE("x"), DISK_MUST, NULL, NULL) == 0)
        must++;
    tap_is_int(must, LIMIT_DISK_MUST_JOBS, "and has its reserve");
    disk_close(f);
    while (!disk_idle(d))
        loop_round(rig_loop);
    tap_ok(!disk_full(d), "until they are done");
    disk_free(d);
    sys_unlink(path);
    sys_unlink(dir);
}

int main(void)
{
    buf_init(&ask_, (4u << 20));
    rig_start();
    conf.max_body = BODY;
    conf.max_conns = LIMIT_CONNS;
    start();
    run_http();
    run_conns();
    run_json();
    run_attempts();
    run_disk();
    httpd_free(server);
    rig_wait(20000);
    attempts_free(ring);
    loop_free(rig_loop);
    buf_free(&ask_);
    return tap_done();
}
