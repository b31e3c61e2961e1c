/* requests_test.c - POST /v1/requests between the stand-ins: a table booked in
 * a conversation, found again after a restart and cancelled; what is refused;
 * and the same as events.
 */
#include <fcntl.h>

#include "app/client.h"
#include "app/stage.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "sim/chat.h"
#include "sim/model.h"
#include "sim/twilio.h"
#include "tests/tap.h"

static struct loop *loop;
static struct resolver *resolver;
static struct sim_twilio *twilio;
static struct sim_model *model;
static struct sim_chat *chat;
static struct server *server;
static struct client client;
static struct conf conf;
static char dir[64], path[128];

static const char places[] = "name,number,city\n"
    "Luigi's,+15551230000,Berlin\nChez Marie,+15551230001,Berlin\n";

/* ---- the call that cancels ---- */

static const struct callee_step cancel_steps[] = {
    {CALLEE_PAUSE, NULL, 600},
    {CALLEE_SAY, "Luigi's, good evening!", 0},
    {CALLEE_WAIT, "cancel", 0},
    {CALLEE_SAY, "All right, your reservation is cancelled.", 0},
    {CALLEE_WAIT, "goodbye", 0},
};
static const struct callee_script cancel_callee = {.step = cancel_steps,
    .steps = sizeof cancel_steps / sizeof *cancel_steps};

static const struct model_rule cancel_rules[] = {
    {MODEL_FIRST, NULL, "{disclosure} I would like to cancel the table for 4 "
        "people on Monday the 23rd of November at 7 pm, number 4 7 1 1.",
        NULL, NULL, 0},
    {MODEL_HEARD, "is cancelled", "Thank you very much. Goodbye!",
        SCENARIO_TOOL_END, "{\"reason\":\"done\"}", 0},
};
static const struct model_script cancel_model = {.rule = cancel_rules,
    .rules = sizeof cancel_rules / sizeof *cancel_rules};

static bool cancelling;

static const struct callee_script *callee_of(void *arg, const char *to)
{
    (void)to;
    return cancelling ? &cancel_callee : arg;
}

/* What the model is told decides what it does. */
static const struct model_script *model_of(void *arg,
    struct slice instructions)
{
    return slice_find(instructions, SLICE("This call books nothing"))
        != SLICE_NPOS ? &cancel_model : arg;
}

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void bail(const struct err *err)
{
    printf("Bail out! %s\n", err->msg);
    exit(1);
}

/* ---- setting up ---- */

static void start_stand_ins(void)
{
    const struct scenario *s = scenario_find(SLICE("booking"));
    struct err err = {0};
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    static struct model_script usual_model;
    static struct callee_script usual_callee;
    struct sim_model_conf m = {.key = STAGE_MODEL_KEY, .seed = 1,
        .script = s->model, .pick = model_of, .arg = &usual_model,
        .disclosure = STAGE_DISCLOSURE};
    struct sim_twilio_conf t = {.account_sid = STAGE_ACCOUNT,
        .auth_token = STAGE_AUTH_TOKEN, .number = STAGE_NUMBER,
        .public_host = STAGE_PUBLIC_HOST, .seed = 1, .callee = s->callee,
        .callee_of = callee_of, .arg = &usual_callee};
    struct sim_chat_conf c = {.key = STAGE_MODEL_KEY,
        .model = STAGE_CHAT_MODEL, .piece = 200};

    usual_model = *s->model;
    usual_callee = *s->callee;
    loop = loop_new(&err);
    resolver = resolver_new(loop, &dns, &err);
    model = sim_model_new(loop, &m, &err);
    twilio = sim_twilio_new(loop, resolver, &t, &err);
    chat = sim_chat_new(loop, &c, &err);
    if (!model || !twilio || !chat || stage_conf(&conf,
        sim_twilio_port(twilio), sim_model_port(model), dir, &err))
        bail(&err);
    text_copy(conf.agent_model, sizeof conf.agent_model,
        SLICE(STAGE_CHAT_MODEL));
    text_fmt(conf.openai_base_url, sizeof conf.openai_base_url,
        "http://127.0.0.1:%u/v1", sim_chat_port(chat));
    text_copy(conf.dns_server, sizeof conf.dns_server, SLICE("127.0.0.1:9"));
}

static void write_places(void)
{
    int fd;

    text_fmt(path, sizeof path, "%s/places.csv", dir);
    fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || sys_write_all(fd, slice_str(places)))
        exit(1);
    sys_close(fd);
}

static void start(void)
{
    struct err err = {0};
    char base[64];

    server = server_new(loop, &conf, &err);
    if (!server)
        bail(&err);
    sim_twilio_server(twilio, server_port(server));
    text_fmt(base, sizeof base, "http://127.0.0.1:%u", server_port(server));
    if (client_open(&client, loop, &conf, base, server->token, &err))
        bail(&err);
}

static void stop(void)
{
    client_close(&client);
    server_free(server);
    server = NULL;
}

/* ---- asking ---- */

static struct buf answer;
static struct json reply;

static int post(const char *at, const char *body)
{
    struct err err = {0};
    int status = 0;

    buf_clear(&answer);
    if (client_call(&client, "POST", at, slice_str(body), &status, &answer,
        &err))
        printf("# %s\n", err.msg);
    if (json_parse(buf_slice(&answer), &reply, NULL))
        reply = (struct json){.type = JSON_ABSENT};
    return status;
}

/* But for the costs, which stand in a sentence of their own. */
static void said(const char *member, const char *want, const char *what)
{
    char text[DIALOG_REPLY_MAX] = "", *costs;

    json_copy(json_get(reply, member), text, sizeof text);
    costs = strstr(text, " It may cost");
    if (costs)
        *costs = 0;
    tap_is_str(slice_str(text), want, what);
}

static void ask(const char *session, const char *words, int status,
    const char *want)
{
    char body[2048];

    text_fmt(body, sizeof body, "{\"user_input\":\"%s\",\"session_id\":"
        "\"%s\"}", words, session);
    tap_is_int(post("/v1/requests", body), status, words);
    said(status < 300 ? "reply" : "error.message", want, "the answer");
}

static bool go_on(void *arg, struct slice type, struct slice data)
{
    (void)arg;
    (void)type;
    (void)data;
    return true;
}

/* The call of the last reply, to its end. */
static void follow(char id[static CALL_ID + 1])
{
    struct err err = {0};
    char at[64];
    int status = 0;

    id[0] = 0;
    json_copy(json_get(reply, "call.id"), id, CALL_ID + 1);
    tap_is_int((int64_t)strlen(id), CALL_ID, "a call was begun");
    tap_is_int(client_events(&client, id, go_on, NULL, &err), 0,
        "it is followed to its end");
    text_fmt(at, sizeof at, "/v1/calls/%s", id);
    buf_clear(&answer);
    client_call(&client, "GET", at, slice_str(NULL), &status, &answer, &err);
    if (json_parse(buf_slice(&answer), &reply, NULL))
        reply = (struct json){.type = JSON_ABSENT};
}

/* ---- the tests ---- */

static void test_booking(void)
{
    char id[CALL_ID + 1], about[CALL_ID + 8] = "";

    ask("leo", "Book a table at Luigi's for 4 tomorrow at 7 pm", 200,
        "Shall I call Luigi's, +15551230000, Monday 23 November 2026, 19:00, "
        "4 people?");
    said("plan.understood_by", "model", "who understood");
    tap_is_int(json_get(reply, "call").type, JSON_NULL, "nothing rings yet");
    tap_ok(slice_find(json_get(reply, "reply").text, SLICE(" It may cost up "
        "to USD ")) != SLICE_NPOS, "what it may cost is said before");
    ask("leo", "yes", 202, "Calling Luigi's, +15551230000, Monday 23 "
        "November 2026, 19:00, 4 people.");
    follow(id);
    said("outcome.outcome", "confirmed", "the table is booked");

    stop();
    start();
    ask("leo", "Cancel my reservation", 200, "Shall I call Luigi's, "
        "+15551230000, and cancel the table: Monday 23 November 2026, 19:00, "
        "4 people?");
    cancelling = true;
    stop();                     /* between the question and its answer */
    start();
    ask("leo", "yes please", 202, "Calling Luigi's, +15551230000, and cancel "
        "the table: Monday 23 November 2026, 19:00, 4 people.");
    json_copy(json_get(reply, "call.asked.about"), about, sizeof about);
    tap_is_str(slice_str(about), id, "it says which booking");
    said("call.asked.intent", "cancel", "and what is to become of it");
    said("call.asked.reference", "4711", "with its number");
    follow(id);
    said("outcome.outcome", "cancelled", "the table is cancelled");
    ask("leo", "Show my bookings", 200, "Nothing is booked.");
    ask("another", "the same again next week", 200, "Shall I call Luigi's, "
        "+15551230000, Monday 30 November 2026, 19:00, 4 people, in the name "
        "of Leo?");
}

static void test_refusals(void)
{
    static const struct {
        const char *body, *field;
        int status;
    } bad[] = {
        {"{", NULL, 400},
        {"[]", "user_input", 400},
        {"{\"user_input\":4}", "user_input", 400},
        {"{\"user_input\":\"\"}", "user_input", 400},
        {"{\"user_input\":\" \\n \"}", "user_input", 400},
        {"{\"user_input\":\"<script>x</script>\"}", "user_input", 400},
        {"{\"user_input\":\"hi\",\"session_id\":4}", "session_id", 400},
        {"{\"user_input\":\"hi\",\"session_id\":\"a b\"}", "session_id", 400},
        {"{\"user_input\":\"hi\",\"to\":\"112\"}", "to", 400},
    };
    char body[1200];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tap_is_int(post("/process-request", bad[i].body), bad[i].status,
            bad[i].body);
        if (bad[i].field)
            said("error.field", bad[i].field, "the field at fault");
        else
            said("error.code", "bad_json", "no JSON");
    }
    memset(body, 'x', sizeof body);
    memcpy(body, "{\"user_input\":\"", 15);
    memcpy(body + 15 + 1001, "\"}", 3);
    tap_is_int(post("/v1/requests", body), 400, "1,001 characters");
    memcpy(body + 15 + 1000, "\"}", 3);
    tap_is_int(post("/v1/requests", body), 200, "1,000 are none too many");
    ask("guard", "a table for 30 at Luigi's tomorrow at 7", 200,
        "I cannot do that: that is no number of people I may book for.");
    said("plan.blocked", "party_size", "and the plan says so");
    client.token[0] ^= 1;
    tap_is_int(post("/v1/requests", "{\"user_input\":\"hi\"}"), 401,
        "another token");
    client.token[0] ^= 1;
}

/* ---- events ---- */

static bool over;

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    int *status = arg;

    *status = err ? -1 : a->head->status;
    buf_clear(&answer);
    if (!err)
        buf_add(&answer, a->body);
    over = true;
}

static int stream(const char *body)
{
    struct err err = {0};
    char url[128];
    int status = 0;
    struct httpc_request q = {.method = "POST", .body = slice_str(body),
        .type = "application/json", .headers = "Accept: text/event-stream\r\n",
        .bearer = slice_str(client.token), .timeout = 30000};

    text_fmt(url, sizeof url, "%s/v1/requests", client.base);
    q.url = slice_str(url);
    over = false;
    if (httpc_start(client.httpc, &q, on_answer, &status, &err))
        while (!over && loop_round(loop) == 0)
            continue;
    return status;
}

static bool has(const char *part)
{
    return slice_find(buf_slice(&answer), slice_str(part)) != SLICE_NPOS;
}

static size_t count(const char *part)
{
    struct slice rest = buf_slice(&answer), what = slice_str(part);
    size_t n = 0, at;

    while ((at = slice_find(rest, what)) != SLICE_NPOS) {
        rest = slice_from(rest, at + what.len);
        n++;
    }
    return n;
}

static void test_events(void)
{
    tap_is_int(stream("{\"user_input\":\"Who are you?\"}"), 200,
        "talk, as events");
    tap_ok(count("event: delta\ndata: {\"text\":\"") > 1,
        "its words come in pieces");
    tap_ok(has("event: reply\ndata: {\"session_id\":\"") && has("\"reply\":"
        "\"Good day. Shall I book a table?\""), "and whole at the end");
    tap_is_int(stream("{\"user_input\":\"A table at Chez Marie for 2 on Friday "
        "at 8\",\"session_id\":\"ev\"}"), 200, "a plan, as events");
    tap_ok(has("event: delta\ndata: {\"text\":\"Shall I call Chez Marie, "),
        "what is ours comes at once");
    tap_is_int(stream("{\"user_input\":\"yes\",\"session_id\":\"ev\"}"), 202,
        "a call, as events");
    tap_ok(has("event: reply\ndata: ") && has("\"call\":{\"id\":\""),
        "its object is in the reply");
    tap_is_int(stream("{\"user_input\":\"\"}"), 400, "a refusal is no stream");
    tap_ok(has("{\"error\":{\"code\":\"bad_field\""), "but an object");
}

int main(void)
{
    log_sink(quiet, NULL);
    rand_seed_number(1);
    sys_virtual(SCENARIO_NOW);
    text_copy(dir, sizeof dir, SLICE("/tmp/requests-XXXXXX"));
    if (sys_mkdtemp(dir))
        return 1;
    buf_init(&answer, 8u << 20);
    start_stand_ins();
    write_places();
    start();
    test_booking();
    test_refusals();
    test_events();
    tap_is_int((int64_t)sim_chat_counts(chat).wrong, 0,
        sim_chat_why(chat)[0] ? sim_chat_why(chat)
        : "the chat model was asked as it wants to be");
    calls_hangup_all(server->calls);
    stop();
    sim_twilio_free(twilio);
    sim_model_free(model);
    sim_chat_free(chat);
    resolver_free(resolver);
    loop_tidy(loop);
    loop_free(loop);
    buf_free(&answer);
    stage_sweep(dir);
    return tap_done();
}
