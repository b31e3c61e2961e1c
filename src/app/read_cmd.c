/* read_cmd.c - plan, outcome: what a text means, offline. */
#include <string.h>

#include "agent/outcome.h"
#include "agent/request.h"
#include "app/cmd.h"
#include "app/directory.h"
#include "app/term.h"
#include "app/understand.h"
#include "app/zone.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/asked.h"
#include "codec/date.h"
#include "codec/jsonw.h"

#define FILE_MAX (4u << 20)     /* bytes of a file that is read */
#define LINES_MAX 20000         /* of a transcript */

/* A file, or standard input for "-". */
static int read_text(const char *path, struct buf *out, struct err *err)
{
    buf_init(out, FILE_MAX);
    return strcmp(path, "-") == 0 ? sys_slurp_stdin(out, err)
        : sys_slurp(path, out, err);
}

/* ---- plan ---- */

/* What a question would ask stays unsaid: the number is null then. */
static void print_plan(struct understand *u, const struct directory *places,
    struct slice words)
{
    uint8_t mem[512];
    struct buf question;
    struct plan plan;
    struct buf b;
    struct jsonw w;

    understand_read(u, words, &plan);
    buf_over(&question, mem, sizeof mem);
    directory_fill(places, &plan, TONGUE_ANY, &question);
    buf_init(&b, 64u << 10);
    jsonw_begin(&w, &b);
    plan_json(&w, &plan);
    buf_addc(&b, '\n');
    term_out(buf_slice(&b));
    buf_free(&b);
}

int cmd_plan(const struct conf *c, int argc, char **argv)
{
    const char *file = cmd_option(&argc, argv, "--file");
    struct err err = {0};
    struct directory places;
    struct zone zone;
    struct buf text;
    struct slice rest;
    struct understand u = {.conf = NULL};
    bool offline = cmd_flag(&argc, argv, "--offline");
    int rc;

    cmd_flag(&argc, argv, "--json");    /* it prints nothing else */
    rc = cmd_rest(argc, argv, file ? 0 : 1, file ? 0 : 1);
    if (rc)
        return rc;
    if (zone_load(&zone, c->zone, &err))
        return term_fail(&err);
    if (directory_load(&places, c, NULL, NULL, &err)) {
        zone_free(&zone);
        return term_fail(&err);
    }
    understand_open(&u, c, &zone, &places, offline);
    if (!file) {
        print_plan(&u, &places, slice_str(argv[1]));
    } else if (read_text(file, &text, &err) == 0) {
        rest = buf_slice(&text);
        while (rest.len) {
            struct slice line = slice_cut(&rest, '\n');

            if (line.len && line.ptr[line.len - 1] == '\r')
                line.len--;
            print_plan(&u, &places, line);
        }
        buf_free(&text);
    }
    understand_close(&u);
    directory_free(&places);
    zone_free(&zone);
    return err.code ? term_fail(&err) : 0;
}

/* ---- outcome ---- */

/* A plan object, or what was posted. */
static int read_asked(const char *path, struct asked *asked,
    struct err *err)
{
    struct json_fault fault;
    struct json object;
    struct buf text;
    int rc = read_text(path, &text, err);

    if (rc == 0 && json_parse(buf_slice(&text), &object, &fault))
        rc = fail(err, ERR_DATA, "%s: %s at byte %zu", path, fault.why,
            fault.at);
    if (rc == 0)
        asked_restore(object, asked);
    buf_free(&text);
    return rc;
}

static int read_lines(const char *path, struct slice text,
    struct outcome_line *lines, size_t *n, struct err *err)
{
    size_t number = 0;
    int r;

    while ((r = outcome_line_next(&text, &lines[*n], &number)) > 0)
        if (++*n == LINES_MAX)
            return fail(err, ERR_LIMIT, "%s: over %d lines", path, LINES_MAX);
    if (r < 0)
        return fail(err, ERR_DATA, "%s line %zu: not \"mm:ss.mmm them: "
            "words\"", path, number);
    return 0;
}

static void print_outcome(const struct outcome_line *lines, size_t n,
    const struct asked *asked, bool know_today, int offset)
{
    struct outcome out;
    struct outcome_asked a = {
        .date = slice_str(asked->date), .time = slice_str(asked->time),
        .time_to = slice_str(asked->time_to), .party = asked->party,
        .name = slice_str(asked->name),
        .cancel = asked->intent == ASKED_CANCEL,
        .change = asked->intent == ASKED_CHANGE
    };
    struct buf b;
    struct jsonw w;

    if (know_today)
        a.today = date_civil(sys_wall(), offset).date;
    if (asked->intent == ASKED_CALL)
        outcome_find_errand(&out, lines, n, &a);
    else
        outcome_find(&out, lines, n, &a);
    buf_init(&b, 64u << 10);
    jsonw_begin(&w, &b);
    outcome_json(&w, &out);
    buf_addc(&b, '\n');
    term_out(buf_slice(&b));
    buf_free(&b);
}

int cmd_outcome(const struct conf *c, int argc, char **argv)
{
    const char *file = cmd_option(&argc, argv, "--asked");
    struct outcome_line *lines = NULL;
    struct asked asked;
    struct err err = {0};
    struct buf text;
    size_t n = 0;
    int rc;

    cmd_flag(&argc, argv, "--json");
    rc = cmd_rest(argc, argv, 1, 1);
    if (rc)
        return rc;
    memset(&asked, 0, sizeof asked);
    if (read_text(argv[1], &text, &err) == 0
        && (!file || read_asked(file, &asked, &err) == 0)) {
        lines = mem_new(LINES_MAX * sizeof *lines);
        if (!lines)
            fail(&err, ERR_MEM, "no memory for %d lines", LINES_MAX);
        else if (read_lines(argv[1], buf_slice(&text), lines, &n, &err) == 0)
            print_outcome(lines, n, &asked, c->now >= 0, c->now_offset);
    }
    mem_drop(lines);
    buf_free(&text);
    return err.code ? term_fail(&err) : 0;
}
