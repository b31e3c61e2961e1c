/* why_cmd.c - concierge why: the story of one call.
 *
 * The server tells it, for it has the keys to ask Twilio; without one the
 * call's files do.
 */
#include <string.h>

#include "app/client.h"
#include "app/cmd.h"
#include "app/term.h"
#include "app/why.h"
#include "base/sys.h"
#include "base/text.h"

#define ANSWER_MAX (16u << 20)
#define FILE_MAX (4u << 20)
#define ID_DIGITS 24

static int ask_server(struct client *cl, const char *id, struct buf *out,
    struct err *err)
{
    char path[80];
    int status = 0;

    text_fmt(path, sizeof path, "/v1/calls/%s/why", id);
    if (client_call(cl, "GET", path, slice_str(NULL), &status, out, err))
        return -1;
    return status >= 300 ? client_refusal(status, buf_slice(out), err) : 0;
}

static int read_file(const struct conf *c, const char *id, const char *name,
    struct buf *b, struct json *v, struct err *err)
{
    char path[CONF_TEXT + 64];
    struct json_fault fault;

    text_fmt(path, sizeof path, "%s/calls/%s/%s", c->dir, id, name);
    if (sys_slurp(path, b, err))
        return -1;
    if (json_parse(buf_slice(b), v, &fault))
        return fail(err, ERR_DATA, "%s: %s, at byte %zu", path, fault.why,
            fault.at);
    return 0;
}

/* story.json is missing for calls of before there was one: then the object
 * alone tells. */
static int read_files(const struct conf *c, const char *id, struct buf *out,
    struct err *err)
{
    struct why_told told = {.not_asked = "no server runs"};
    struct buf call, story;
    struct err none;
    struct jsonw w;
    char path[CONF_TEXT + 64];
    int rc = -1;

    text_fmt(path, sizeof path, "%s/calls/%s/call.json", c->dir, id);
    if (!sys_exists(path))
        return fail(err, ERR_DATA, "there is no ended call %s in %s, and no "
            "server answers at %s", id, c->dir, c->server_url);
    buf_init(&call, FILE_MAX);
    buf_init(&story, FILE_MAX);
    if (read_file(c, id, "call.json", &call, &told.call, err) == 0) {
        if (read_file(c, id, "story.json", &story, &told.story, &none))
            told.story = (struct json){.type = JSON_ABSENT};
        jsonw_begin(&w, out);
        why_write(&w, &told);
        rc = 0;
    }
    buf_free(&call);
    buf_free(&story);
    return rc;
}

static int find_out(const struct conf *c, const char *id, struct buf *out,
    struct err *err)
{
    struct loop *loop = loop_new(err);
    struct client cl;
    struct err dead;
    int rc;

    if (!loop)
        return -1;
    rc = client_open(&cl, loop, c, NULL, NULL, err);
    if (rc == 0)
        rc = client_alive(&cl, &dead) ? ask_server(&cl, id, out, err)
            : read_files(c, id, out, err);
    client_close(&cl);
    conn_abort_all(loop);
    loop_tidy(loop);
    loop_free(loop);
    return rc;
}

static bool id_ok(const char *id)
{
    size_t n = strlen(id);

    for (size_t i = 0; i < n; i++)
        if (text_hexval((uint8_t)id[i]) < 0)
            return false;
    return n == ID_DIGITS;
}

int cmd_why(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    struct buf answer, words;
    struct err err = {0};
    struct json why;
    int rc = cmd_rest(argc, argv, 1, 1);

    if (rc)
        return rc;
    if (!id_ok(argv[1]))
        return term_usage("\"%s\" is no call's id (24 hex digits)", argv[1]);
    buf_init(&answer, ANSWER_MAX);
    buf_init(&words, ANSWER_MAX);
    rc = find_out(c, argv[1], &answer, &err);
    if (rc == 0 && json) {
        buf_add(&words, slice_trim_all(buf_slice(&answer)));
        buf_addc(&words, '\n');
    } else if (rc == 0) {
        rc = json_parse(buf_slice(&answer), &why, NULL)
            ? fail(&err, ERR_PROTO, "the server's answer is no JSON") : 0;
        if (rc == 0)
            why_print(&words, why);
    }
    term_out(buf_slice(&words));
    buf_free(&answer);
    buf_free(&words);
    return rc ? term_fail(&err) : 0;
}
