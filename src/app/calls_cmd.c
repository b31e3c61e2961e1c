/* calls_cmd.c - calls, show, watch, hangup, stop, forget: about calls there
 * are.
 *
 * They ask the server at SERVER_URL; calls and show read the journal and the
 * call's file when none answers there (DESIGN 3).
 */
#include <fcntl.h>
#include <string.h>

#include "app/client.h"
#include "app/cmd.h"
#include "app/invite.h"
#include "app/sift.h"
#include "app/tell.h"
#include "app/term.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/journal.h"
#include "codec/json.h"

#define ANSWER_MAX (64u << 20)
#define ID_DIGITS 24
#define PAGE 100                /* calls asked for at once, when sifting */

struct desk {                   /* a client, and whether a server is there */
    struct loop *loop;
    struct client client;
    bool alive;
    struct err dead;            /* if not: why */
};

static int open_desk(struct desk *d, const struct conf *c, struct err *err)
{
    memset(d, 0, sizeof *d);
    d->loop = loop_new(err);
    if (!d->loop || client_open(&d->client, d->loop, c, NULL, NULL, err))
        return -1;
    d->alive = client_alive(&d->client, &d->dead);
    return 0;
}

static void close_desk(struct desk *d)
{
    client_close(&d->client);
    if (!d->loop)
        return;
    conn_abort_all(d->loop);
    loop_tidy(d->loop);
    loop_free(d->loop);
}

/* One request; what is no success becomes an error. */
static int ask(struct desk *d, const char *method, const char *path,
    struct buf *answer, struct err *err)
{
    int status = 0;

    if (client_call(&d->client, method, path, slice_str(NULL), &status,
        answer, err))
        return -1;
    return status >= 300 ? client_refusal(status, buf_slice(answer), err) : 0;
}

static int nobody(const struct desk *d, const struct conf *c, struct err *err)
{
    return fail(err, ERR_NET, "no server answers at %s (SERVER_URL): %s",
        c->server_url, d->dead.msg);
}

static bool id_ok(const char *id)
{
    size_t n = strlen(id);

    for (size_t i = 0; i < n; i++)
        if (text_hexval((uint8_t)id[i]) < 0)
            return false;
    return n == ID_DIGITS;
}

/* ---- calls ---- */

static void print_call(struct slice object, bool json)
{
    struct json call;
    struct buf line;

    if (json) {
        term_out(object);
        term_out(SLICE("\n"));
        return;
    }
    buf_init(&line, 4096);
    if (json_parse(object, &call, NULL) == 0)
        tell_line(&line, call);
    term_out(buf_slice(&line));
    buf_free(&line);
}

/* What is printed of a list. */
struct listing {
    uint64_t left;              /* so many more */
    bool json;
    struct sift sift;
};

static void list_one(struct listing *l, struct json call)
{
    if (l->left == 0 || !sift_fits(&l->sift, call))
        return;
    print_call(call.text, l->json);
    l->left--;
}

/* Returns how many the page held. */
static uint64_t print_list(struct listing *l, struct json calls)
{
    struct json_walk walk = {.of = calls};
    struct json call;
    uint64_t n = 0;

    for (; json_next(&walk, NULL, &call); n++)
        list_one(l, call);
    return n;
}

/* From a server, page after page. */
static int list_all(struct desk *d, struct listing *l, struct err *err)
{
    char path[96] = "", next[ID_DIGITS + 1] = "";
    struct buf answer;
    struct json page;
    int rc = 0;

    buf_init(&answer, ANSWER_MAX);
    while (l->left && (!path[0] || next[0])) {
        uint64_t n;

        text_fmt(path, sizeof path, "/v1/calls?limit=%u%s%s",
            sift_any(&l->sift) ? (unsigned)l->left : PAGE,
            next[0] ? "&before=" : "", next);
        buf_clear(&answer);
        rc = ask(d, "GET", path, &answer, err);
        if (rc || json_parse(buf_slice(&answer), &page, NULL))
            break;
        n = print_list(l, json_get(page, "calls"));
        next[0] = 0;
        if (n)
            json_copy(json_get(page, "next"), next, sizeof next);
    }
    buf_free(&answer);
    return rc;
}

/* Without a server: the ended calls of the journal, the newest first. */
struct past {
    struct buf objects;         /* one a line, the oldest first */
    size_t n;
};

static void take_record(void *arg, struct slice type, struct json rec)
{
    struct past *p = arg;

    if (!slice_is(type, JOURNAL_OUTCOME))
        return;
    buf_add(&p->objects, json_get(rec, "object").text);
    buf_addc(&p->objects, '\n');
    p->n++;
}

static void print_past(const struct past *p, struct listing *l)
{
    struct slice rest = buf_slice(&p->objects);
    struct json call;

    /* Lines hold no LF; walking backwards by lines. */
    while (rest.len && l->left) {
        size_t at = rest.len - 1;

        while (at && rest.ptr[at - 1] != '\n')
            at--;
        if (json_parse(slice_of(rest.ptr + at, rest.len - 1 - at), &call,
            NULL) == 0)
            list_one(l, call);
        rest.len = at;
    }
}

static int read_past(const struct conf *c, struct listing *l,
    struct err *err)
{
    struct past p = {0};
    int rc;

    buf_init(&p.objects, (size_t)1 << 30);
    rc = journal_read(c->dir, take_record, &p, err);
    if (rc == 0)
        print_past(&p, l);
    buf_free(&p.objects);
    return rc;
}

int cmd_calls(const struct conf *c, int argc, char **argv)
{
    const char *given = cmd_option(&argc, argv, "--limit");
    struct listing l = {.left = 100};
    struct err err = {0};
    struct desk d;
    int rc;

    l.json = cmd_flag(&argc, argv, "--json");
    rc = sift_take(&l.sift, c, &argc, argv);
    if (rc == 0)
        rc = cmd_rest(argc, argv, 0, 0);
    if (rc)
        return rc;
    if (given && text_u64(slice_str(given), 1, 1000, &l.left))
        return term_usage("--limit must be 1 to 1000, not \"%s\"", given);
    rc = open_desk(&d, c, &err);
    if (rc == 0)
        rc = d.alive ? list_all(&d, &l, &err) : read_past(c, &l, &err);
    close_desk(&d);
    return rc ? term_fail(&err) : 0;
}

/* ---- show ---- */

static int read_file(const struct conf *c, const char *id, struct buf *out,
    struct err *err)
{
    char path[CONF_TEXT + 64];

    text_fmt(path, sizeof path, "%s/calls/%s/call.json", c->dir, id);
    if (!sys_exists(path))
        return fail(err, ERR_DATA, "there is no call %s in %s", id, c->dir);
    return sys_slurp(path, out, err);
}

int cmd_show(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    bool ics = cmd_flag(&argc, argv, "--ics");
    struct err err = {0};
    struct desk d;
    struct json call;
    struct buf answer, words;
    char path[64];
    int rc = cmd_rest(argc, argv, 1, 1);

    if (rc)
        return rc;
    if (!id_ok(argv[1]))
        return term_usage("\"%s\" is no call's id (24 hex digits)", argv[1]);
    buf_init(&answer, ANSWER_MAX);
    buf_init(&words, ANSWER_MAX);
    rc = open_desk(&d, c, &err);
    text_fmt(path, sizeof path, "/v1/calls/%s", argv[1]);
    if (rc == 0)
        rc = d.alive ? ask(&d, "GET", path, &answer, &err)
            : read_file(c, argv[1], &answer, &err);
    if (rc == 0 && json) {
        buf_add(&words, slice_trim_all(buf_slice(&answer)));
        buf_addc(&words, '\n');
    } else if (rc == 0 && json_parse(buf_slice(&answer), &call, NULL) == 0) {
        if (ics)
            rc = invite_write(&words, call, c, &err);
        else
            tell_whole(&words, call);
    }
    term_out(buf_slice(&words));
    buf_free(&answer);
    buf_free(&words);
    close_desk(&d);
    return rc ? term_fail(&err) : 0;
}

/* ---- watch ---- */

static bool on_event(void *arg, struct slice type, struct slice data)
{
    const bool *json = arg;
    struct json j;
    struct buf line;

    buf_init(&line, 64u << 10);
    if (*json)
        buf_addf(&line, "{\"event\":\"%.*s\",\"data\":%.*s}",
            SLICE_ARG(type), SLICE_ARG(data));
    else if (json_parse(data, &j, NULL) == 0)
        tell_event(&line, type, j);
    buf_addc(&line, '\n');
    if (line.len > 1)
        term_out(buf_slice(&line));
    buf_free(&line);
    return true;
}

/* The newest call that is not over. */
static int newest(struct desk *d, char *id, size_t cap, struct err *err)
{
    struct buf answer;
    struct json list, one;
    struct json_walk walk = {0};

    buf_init(&answer, ANSWER_MAX);
    if (ask(d, "GET", "/v1/calls?limit=100", &answer, err)) {
        buf_free(&answer);
        return -1;
    }
    if (json_parse(buf_slice(&answer), &list, NULL) == 0)
        walk.of = json_get(list, "calls");
    while (!id[0] && json_next(&walk, NULL, &one))
        if (json_get(one, "ended").type == JSON_NULL)
            json_copy(json_get(one, "id"), id, cap);
    buf_free(&answer);
    return id[0] ? 0 : fail(err, ERR_DATA, "no call is running");
}

/* For a person the last line says what came of it. */
static int print_end(struct desk *d, const char *id, struct err *err)
{
    struct buf answer, words;
    struct json call;
    char path[64];
    int rc;

    text_fmt(path, sizeof path, "/v1/calls/%s", id);
    buf_init(&answer, ANSWER_MAX);
    buf_init(&words, 64u << 10);
    rc = ask(d, "GET", path, &answer, err);
    if (rc == 0 && json_parse(buf_slice(&answer), &call, NULL) == 0) {
        tell_outcome(&words, TONGUE_ENGLISH, call);
        buf_addc(&words, '\n');
        term_out(buf_slice(&words));
    }
    buf_free(&answer);
    buf_free(&words);
    return rc;
}

int cmd_watch(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    char id[ID_DIGITS + 1] = "";
    struct err err = {0};
    struct desk d;
    int rc = cmd_rest(argc, argv, 0, 1);

    if (rc)
        return rc;
    if (argc > 1 && !id_ok(argv[1]))
        return term_usage("\"%s\" is no call's id (24 hex digits)", argv[1]);
    if (argc > 1)
        text_copy(id, sizeof id, slice_str(argv[1]));
    rc = open_desk(&d, c, &err);
    if (rc == 0 && !d.alive)
        rc = nobody(&d, c, &err);
    if (rc == 0 && !id[0])
        rc = newest(&d, id, sizeof id, &err);
    if (rc == 0)
        rc = client_events(&d.client, id, on_event, &json, &err);
    if (rc == 0 && !json)
        rc = print_end(&d, id, &err);
    close_desk(&d);
    return rc ? term_fail(&err) : 0;
}

/* ---- hangup, forget ---- */

static int act_on(const struct conf *c, int argc, char **argv,
    const char *method, const char *suffix, const char *done)
{
    struct err err = {0};
    struct desk d;
    struct buf answer;
    char path[80];
    int rc = cmd_rest(argc, argv, 1, 1);

    if (rc)
        return rc;
    if (!id_ok(argv[1]))
        return term_usage("\"%s\" is no call's id (24 hex digits)", argv[1]);
    text_fmt(path, sizeof path, "/v1/calls/%s%s", argv[1], suffix);
    buf_init(&answer, ANSWER_MAX);
    rc = open_desk(&d, c, &err);
    if (rc == 0 && !d.alive)
        rc = nobody(&d, c, &err);
    if (rc == 0)
        rc = ask(&d, method, path, &answer, &err);
    if (rc == 0)
        term_say(TERM_PLAIN, "%s", done);
    buf_free(&answer);
    close_desk(&d);
    return rc ? term_fail(&err) : 0;
}

/* ---- the kill switch ---- */

/* Without a server the file alone: one that starts sees it. */
static int switch_file(const struct conf *c, bool stop, struct err *err)
{
    char path[CONF_TEXT + 16], stamp[SYS_STAMP_MAX];
    int fd, rc = 0;

    text_fmt(path, sizeof path, "%s/STOP", c->dir);
    if (!stop) {
        if (sys_exists(path) && sys_unlink(path))
            return fail_sys(err, ERR_IO, "remove %s", path);
        return 0;
    }
    if (sys_mkdir(c->dir, 0700))
        return fail_sys(err, ERR_IO, "make folder %s", c->dir);
    fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return fail_sys(err, ERR_IO, "make %s", path);
    sys_stamp(stamp, sys_wall());
    if (sys_write_all(fd, slice_str(stamp)) || sys_fsync(fd))
        rc = fail_sys(err, ERR_IO, "write %s", path);
    sys_close(fd);
    return rc;
}

static int throw_switch(const struct conf *c, int argc, char **argv,
    bool stop)
{
    struct err err = {0};
    struct desk d;
    struct buf answer;
    int rc = cmd_rest(argc, argv, 0, 0);

    if (rc)
        return rc;
    buf_init(&answer, ANSWER_MAX);
    rc = open_desk(&d, c, &err);
    if (rc == 0)
        rc = d.alive ? ask(&d, "POST", stop ? "/v1/stop" : "/v1/resume",
            &answer, &err) : switch_file(c, stop, &err);
    if (rc == 0)
        term_say(TERM_PLAIN, "%s%s", stop ? "stopped: no call begins until "
            "`concierge resume`" : "calls may begin again", d.alive ? ""
            : " (no server is running)");
    buf_free(&answer);
    close_desk(&d);
    return rc ? term_fail(&err) : 0;
}

int cmd_stop(const struct conf *c, int argc, char **argv)
{
    return throw_switch(c, argc, argv, true);
}

int cmd_resume(const struct conf *c, int argc, char **argv)
{
    return throw_switch(c, argc, argv, false);
}

int cmd_hangup(const struct conf *c, int argc, char **argv)
{
    return act_on(c, argc, argv, "POST", "/hangup", "hanging up");
}

int cmd_forget(const struct conf *c, int argc, char **argv)
{
    return act_on(c, argc, argv, "DELETE", "", "forgotten");
}
