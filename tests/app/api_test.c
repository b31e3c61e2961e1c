/* api_test.c - the owner's lists and objects, of calls that have ended: what a
 * page holds, that no call is left out or told twice, and that an object is
 * there also when its file is not.
 */
#include <fcntl.h>
#include <string.h>

#include "app/client.h"
#include "app/server.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/journal.h"
#include "codec/json.h"
#include "tests/tap.h"

#define CALLS 900
#define NOTE 6000               /* bytes: 900 of them are more than a page */
#define PAGE_MAX (4u << 20)

static struct loop *loop;
static struct conf conf;
static struct server *server;
static struct client client;
static char dir[64];

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void id_of(int i, char out[static CALL_ID + 1])
{
    text_fmt(out, CALL_ID + 1, "%024x", (unsigned)i);
}

static void no_record(void *arg, struct slice type, struct json rec)
{
    (void)arg;
    (void)type;
    (void)rec;
}

/* A journal of calls that have ended, the first of them the oldest. */
static void write_journal(void)
{
    struct err err = {0};
    struct disk *disk = disk_new(loop, &err);
    struct journal *j = disk ? journal_open(disk, dir, no_record, NULL, &err)
        : NULL;
    char stamp[SYS_STAMP_MAX], note[NOTE + 1], id[CALL_ID + 1];
    struct jsonw *w;

    if (!j) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    memset(note, 'n', NOTE);
    note[NOTE] = 0;
    sys_stamp(stamp, sys_wall());
    for (int i = 0; i < CALLS; i++) {
        id_of(i, id);
        w = journal_begin(j, JOURNAL_OUTCOME, slice_str(id));
        jsonw_kobject(w, "object");
        jsonw_kcstr(w, "id", id);
        jsonw_kcstr(w, "ended", stamp);
        jsonw_kcstr(w, "note", note);
        jsonw_end(w);
        if (journal_end(j, false, NULL, NULL))
            abort();
        while (!disk_idle(disk))
            loop_round(loop);
    }
    journal_close(j);
    disk_free(disk);
    loop_tidy(loop);
}

static int get(const char *path, struct buf *answer)
{
    struct err err = {0};
    int status = 0;

    buf_clear(answer);
    if (client_call(&client, "GET", path, slice_str(NULL), &status, answer,
        &err))
        printf("# %s\n", err.msg);
    return status;
}

/* ---- pages ---- */

/* The ids of a page continue where *at stands.  How many there were; -1: no
 * JSON, or another call. */
static int take_page(struct slice page, int *at, char next[static CALL_ID + 1])
{
    struct json list, call;
    struct json_walk walk = {0};
    char want[CALL_ID + 1];
    int n = 0;

    if (json_parse(page, &list, NULL))
        return -1;
    walk.of = json_get(list, "calls");
    for (; json_next(&walk, NULL, &call); n++) {
        id_of((*at)--, want);
        if (!json_is(json_get(call, "id"), want))
            return -1;
    }
    next[0] = 0;
    json_copy(json_get(list, "next"), next, CALL_ID + 1);
    return n;
}

static void all_pages(int limit, const char *what)
{
    char path[100], next[CALL_ID + 1] = "";
    int at = CALLS - 1, n, pages = 0;
    bool fits = true;
    struct buf page;

    buf_init(&page, 64u << 20);
    do {
        text_fmt(path, sizeof path, "/v1/calls?limit=%d%s%s", limit,
            next[0] ? "&before=" : "", next);
        n = get(path, &page) == 200 ? take_page(buf_slice(&page), &at, next)
            : -1;
        fits = fits && page.len <= PAGE_MAX && n <= limit;
        pages++;
    } while (n > 0 && next[0]);
    tap_ok(n > 0 && at == -1, "%s: all of them, once each, in %d pages", what,
        pages);
    tap_ok(fits, "%s: none longer than it may be", what);
    tap_ok(pages == (limit == 1000 ? 2 : (CALLS + limit - 1) / limit),
        "%s: and no more pages than it takes", what);
    buf_free(&page);
}

static void odd_pages(void)
{
    char path[100], next[CALL_ID + 1], id[CALL_ID + 1];
    struct buf page;
    int at = -1;

    buf_init(&page, 64u << 20);
    id_of(0, id);
    text_fmt(path, sizeof path, "/v1/calls?before=%s", id);
    tap_is_int(get(path, &page), 200, "what comes after the last one");
    tap_is_int(take_page(buf_slice(&page), &at, next), 0, "is nothing");
    tap_ok(!next[0], "and no page follows");
    tap_is_int(get("/v1/calls?before=ffffffffffffffffffffffff", &page), 400,
        "after a call that is not there");
    tap_ok(slice_find(buf_slice(&page), SLICE("\"field\":\"before\""))
        != SLICE_NPOS, "names the field");
    tap_is_int(get("/v1/calls?limit=1001", &page), 400, "a limit of 1001");
    buf_free(&page);
}

/* ---- one object ---- */

static void objects(void)
{
    struct err err = {0};
    char path[128], id[CALL_ID + 1];
    struct json call;
    struct buf answer;
    int fd;

    buf_init(&answer, 1u << 20);
    id_of(7, id);
    text_fmt(path, sizeof path, "/v1/calls/%s", id);
    tap_is_int(get(path, &answer), 200, "an object without its file");
    tap_ok(json_parse(buf_slice(&answer), &call, NULL) == 0
        && json_is(json_get(call, "id"), id), "is the one of the journal");
    text_fmt(path, sizeof path, "/v1/calls/%s/transcript.txt", id);
    tap_is_int(get(path, &answer), 404, "a transcript without its file");
    text_fmt(path, sizeof path, "%s/calls/%s", dir, id);
    sys_mkdir(path, 0700);
    text_fmt(path, sizeof path, "%s/calls/%s/call.json", dir, id);
    fd = sys_open(path, O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || sys_write_all(fd, SLICE("{\"whole\":true}")))
        fail_sys(&err, ERR_IO, "write %s", path);
    sys_close(fd);
    text_fmt(path, sizeof path, "/v1/calls/%s", id);
    tap_is_int(get(path, &answer), 200, "with its file");
    tap_is(buf_slice(&answer), SLICE("{\"whole\":true}"), "it is the file");
    buf_free(&answer);
}

/* ---- the answer to a question ---- */

static void answers(void)
{
    static const struct {
        const char *body;
        int status;
        const char *says;
    } cases[] = {
        {"{\"question_id\":\"q1\",\"text\":\"yes\"}", 409, "too_late"},
        {"{\"question_id\":\"q1\",\"text\":\" \"}", 400, "must not be empty"},
        {"{\"question_id\":\"q1\"}", 400, "\"field\":\"text\""},
        {"{\"question_id\":1,\"text\":\"yes\"}", 400,
            "\"field\":\"question_id\""},
        {"{\"text\":\"yes\"}", 400, "\"field\":\"question_id\""},
        {"{\"question_id\":\"q1\",\"text\":\"<b>yes</b>\"}", 400,
            "must not hold markup"},
        {"[]", 400, "\"field\":\"question_id\""},
        {"yes", 400, "bad_json"},
        {"", 400, "bad_json"},
    };
    char path[128], id[CALL_ID + 1];
    struct buf answer;
    struct err err = {0};
    int status;

    buf_init(&answer, 1u << 20);
    id_of(3, id);
    text_fmt(path, sizeof path, "/v1/calls/%s/answer", id);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_clear(&answer);
        status = 0;
        client_call(&client, "POST", path, slice_str(cases[i].body), &status,
            &answer, &err);
        tap_is_int(status, cases[i].status, cases[i].body);
        tap_ok(slice_find(buf_slice(&answer), slice_str(cases[i].says))
            != SLICE_NPOS, "it says %s", cases[i].says);
    }
    buf_clear(&answer);
    client_call(&client, "POST", "/v1/calls/ffffffffffffffffffffffff/answer",
        slice_str(cases[0].body), &status, &answer, &err);
    tap_is_int(status, 404, "of no call at all");
    buf_free(&answer);
}

/* ---- hanging up ---- */

static void hangs_up(void)
{
    static const struct {
        const char *body;
        int status;
        const char *says;
    } cases[] = {
        {"", 409, "not_running"},
        {"{\"politely\":true}", 409, "not_running"},
        {"{}", 409, "not_running"},
        {"{\"politely\":1}", 400, "\"field\":\"politely\""},
        {"please", 400, "bad_json"},
    };
    char path[128], id[CALL_ID + 1];
    struct buf answer;
    struct err err = {0};
    int status;

    buf_init(&answer, 1u << 20);
    id_of(3, id);
    text_fmt(path, sizeof path, "/v1/calls/%s/hangup", id);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_clear(&answer);
        status = 0;
        client_call(&client, "POST", path, slice_str(cases[i].body), &status,
            &answer, &err);
        tap_is_int(status, cases[i].status, "hanging up");
        tap_ok(slice_find(buf_slice(&answer), slice_str(cases[i].says))
            != SLICE_NPOS, "it says %s", cases[i].says);
    }
    buf_free(&answer);
}

/* Removes the folder and what is in it. */
static void sweep(void *arg, const char *name)
{
    const char *folder = arg;
    char path[256];

    text_fmt(path, sizeof path, "%s/%s", folder, name);
    sys_listdir(path, sweep, path);
    sys_unlink(path);
}

int main(void)
{
    struct err err = {0};
    char base[64];

    log_sink(quiet, NULL);
    rand_seed_number(1);
    sys_virtual(1795345200000);
    loop = loop_new(&err);
    text_copy(dir, sizeof dir, SLICE("/tmp/api-XXXXXX"));
    if (!loop || sys_mkdtemp(dir) || conf_defaults(&conf, &err))
        return 1;
    write_journal();
    text_copy(conf.dir, sizeof conf.dir, slice_str(dir));
    text_copy(conf.twilio_api_base, sizeof conf.twilio_api_base,
        SLICE("http://127.0.0.1:9"));
    text_copy(conf.realtime_url, sizeof conf.realtime_url,
        SLICE("ws://127.0.0.1:9/"));
    text_copy(conf.dns_server, sizeof conf.dns_server, SLICE("127.0.0.1:9"));
    conf.server_port = 0;
    server = server_new(loop, &conf, &err);
    if (!server) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    text_fmt(base, sizeof base, "http://127.0.0.1:%u", server_port(server));
    if (client_open(&client, loop, &conf, base, server->token, &err))
        return 1;
    all_pages(1000, "as many as fit");
    all_pages(100, "a hundred a page");
    all_pages(7, "seven a page");
    odd_pages();
    objects();
    answers();
    hangs_up();
    client_close(&client);
    server_free(server);
    loop_free(loop);
    sys_listdir(dir, sweep, dir);
    sys_unlink(dir);
    return tap_done();
}
