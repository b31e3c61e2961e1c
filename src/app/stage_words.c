/* stage_words.c - a scenario that begins with a sentence, as it does at the
 * prompt: what was understood is shown, and "yes" is said to it.
 */
#include "app/stage.h"

#include "base/text.h"
#include "codec/jsonw.h"

#define TURN_MAX 65536          /* bytes of an answer */

struct words {
    struct client *client;
    const struct stage_talk *talk;
    struct stage_result *r;
    char session[80];
};

/* One turn of the conversation; the answer stays in out. */
static int turn(struct words *w, const char *text, struct buf *out,
    struct json *answer, int *status, struct err *err)
{
    uint8_t mem[2048];
    struct buf body;
    struct jsonw j;
    char reply[1024];

    w->talk->say(w->talk->arg, "owner", text);
    buf_over(&body, mem, sizeof mem);
    jsonw_begin(&j, &body);
    jsonw_object(&j);
    jsonw_kcstr(&j, "user_input", text);
    if (w->session[0])
        jsonw_kcstr(&j, "session_id", w->session);
    jsonw_end(&j);
    buf_clear(out);
    if (client_call(w->client, "POST", "/v1/requests", buf_slice(&body),
        status, out, err))
        return -1;
    if (json_parse(buf_slice(out), answer, NULL))
        return fail(err, ERR_PROTO, "POST /v1/requests: no JSON");
    json_copy(json_get(*answer, "session_id"), w->session,
        sizeof w->session);
    if (json_copy(json_get(*answer, "reply"), reply, sizeof reply))
        w->talk->say(w->talk->arg, "reply", reply);
    return 0;
}

int stage_words(struct client *client, const char *request,
    const struct stage_talk *talk, char *id, size_t cap,
    struct stage_result *r, struct err *err)
{
    struct words w = {.client = client, .talk = talk, .r = r};
    struct json answer = {.type = JSON_ABSENT};
    struct buf out;
    int status = 0, rc;

    buf_init(&out, TURN_MAX);
    rc = turn(&w, request, &out, &answer, &status, err);
    if (rc == 0 && (status != 200
        || json_get(answer, "plan").type != JSON_OBJECT))
        stage_fault(r, "the sentence was answered %d without a plan", status);
    if (rc == 0)
        rc = turn(&w, "yes", &out, &answer, &status, err);
    if (rc == 0 && (status != 202
        || !json_copy(json_get(answer, "call.id"), id, cap)))
        stage_fault(r, "\"yes\" was answered %d without a call", status);
    buf_free(&out);
    return rc;
}
