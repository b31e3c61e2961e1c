/* api_why.c - GET /v1/calls/{id}/why: a call's story, with what Twilio wrote
 * down about it.
 *
 * The object and the story come from memory while the call runs, from its
 * files when it is over; Twilio is asked last, so that the account's keys stay
 * here.  Each of these may be gone or slow: the story is told without it.
 */
#include <string.h>

#include "app/server.h"
#include "app/why.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "codec/jsonw.h"

#define JSON "application/json"
#define OBJECT_MAX (4u << 20)   /* bytes of a call object */
#define STORY_MAX (256u << 10)  /* ... of its story */
#define ANSWER_MAX (8u << 20)
#define TWILIO_WITHIN 5000      /* ms for each of its two answers */

struct asking {                 /* one request under way */
    struct request *r;          /* NULL: whoever asked is gone */
    struct server *server;
    char id[CALL_ID + 1], sid[40];
    struct buf object, story;
    struct notices_op *twilio;
    struct list link;           /* in server.whys */
};

static void drop(struct asking *a)
{
    list_drop(&a->link);
    buf_free(&a->object);
    buf_free(&a->story);
    mem_drop(a);
}

static void gone(struct request *r)
{
    struct asking *a = r->arg;

    a->r = NULL;
    if (!a->twilio)             /* the disk still has our address */
        return;
    notices_cancel(a->twilio);
    drop(a);
}

static void answer(struct asking *a, const struct notices *found,
    const char *not_asked)
{
    struct why_told told = {.twilio = found, .not_asked = not_asked};
    struct request *r = a->r;
    struct buf b;
    struct jsonw w;

    a->twilio = NULL;
    if (r) {
        r->on_gone = NULL;
        json_parse(buf_slice(&a->object), &told.call, NULL);
        json_parse(buf_slice(&a->story), &told.story, NULL);
        buf_init(&b, ANSWER_MAX);
        jsonw_begin(&w, &b);
        why_write(&w, &told);
        httpd_answer(r, 200, JSON, buf_slice(&b), NULL);
        buf_free(&b);
    }
    drop(a);
}

/* ---- Twilio ---- */

static void on_notices(void *arg, const struct notices *found,
    const struct err *err)
{
    answer(arg, err ? NULL : found, err ? err->msg : NULL);
}

static int64_t time_of(const struct json call, const char *key,
    int64_t otherwise)
{
    int64_t at;
    int offset;

    return date_parse_rfc3339(json_get(call, key).text, &at, &offset)
        ? otherwise : at;
}

static void ask_twilio(struct asking *a)
{
    const struct conf *c = a->server->conf;
    int64_t now = sys_wall();
    struct json call = {.type = JSON_ABSENT};
    struct err err = {0};
    struct notices_conf ask = {
        .api = slice_str(c->twilio_api_base),
        .monitor = slice_str(c->twilio_monitor_base),
        .account = slice_str(c->twilio_account_sid),
        .user = slice_str(c->twilio_api_key[0] ? c->twilio_api_key
            : c->twilio_account_sid),
        .password = slice_str(c->twilio_api_key[0] ? c->twilio_api_secret
            : c->twilio_auth_token),
        .about = slice_str(a->id), .timeout = TWILIO_WITHIN,
    };

    json_parse(buf_slice(&a->object), &call, NULL);
    json_copy(json_get(call, "call_sid"), a->sid, sizeof a->sid);
    ask.sid = slice_str(a->sid);
    ask.from = time_of(call, "created", now);
    ask.to = time_of(call, "ended", now);
    if (!a->sid[0]) {
        answer(a, NULL, "it never had the call");
    } else if (!a->server->rest) {
        answer(a, NULL, "no account of Twilio's is set");
    } else {
        a->twilio = notices_fetch(a->server->httpc, &ask, on_notices, a, &err);
        if (!a->twilio)
            answer(a, NULL, err.msg);
    }
}

/* ---- the files of an ended call ---- */

static void on_story(void *arg, struct slice data, const struct err *err)
{
    struct asking *a = arg;

    if (!a->r) {
        drop(a);
        return;
    }
    if (!err)
        buf_add(&a->story, data);
    ask_twilio(a);
}

static void read_story(struct asking *a)
{
    char path[CONF_LONG];

    calls_path(a->server->calls, slice_str(a->id), "story.json", path,
        sizeof path);
    if (disk_get(a->server->disk, path, STORY_MAX, on_story, a))
        ask_twilio(a);          /* without it */
}

static void on_object(void *arg, struct slice data, const struct err *err)
{
    struct asking *a = arg;
    struct slice kept;

    if (!a->r) {
        drop(a);
        return;
    }
    kept = calls_ended(a->server->calls, slice_str(a->id));
    buf_add(&a->object, err && kept.ptr ? kept : data);
    read_story(a);
}

static void from_files(struct asking *a)
{
    char path[CONF_LONG];

    calls_path(a->server->calls, slice_str(a->id), "call.json", path,
        sizeof path);
    if (disk_get(a->server->disk, path, OBJECT_MAX, on_object, a) == 0)
        return;
    a->r->on_gone = NULL;
    api_error(a->r, 503, "busy", NULL, "the disk's queue is full");
    drop(a);
}

static void from_memory(struct asking *a, const struct call *c)
{
    struct jsonw w;

    jsonw_begin(&w, &a->object);
    call_write(&w, c);
    jsonw_begin(&w, &a->story);
    call_write_story(&w, c);
    ask_twilio(a);
}

void api_why(struct server *s, struct request *r, struct slice id)
{
    struct asking *a = mem_new(sizeof *a);
    const struct call *c = calls_find(s->calls, id);

    if (!a) {
        api_error(r, 503, "busy", NULL, "no memory");
        return;
    }
    a->r = r;
    a->server = s;
    text_copy(a->id, sizeof a->id, id);
    buf_init(&a->object, OBJECT_MAX);
    buf_init(&a->story, STORY_MAX);
    list_push(&s->whys, &a->link);
    r->arg = a;
    r->on_gone = gone;
    if (c)
        from_memory(a, c);
    else
        from_files(a);
}

/* Before the HTTP client goes.  What waits for the disk is told by it still. */
void api_whys_end_all(struct server *s)
{
    struct list *n = s->whys.next;

    while (n != &s->whys) {
        struct asking *a = LIST_OWNER(n, struct asking, link);

        n = n->next;
        if (!a->twilio)
            continue;
        notices_cancel(a->twilio);
        answer(a, NULL, "the server is stopping");
    }
}
