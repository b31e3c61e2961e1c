/* stage.c - one scenario on stage. */
#include "app/stage_impl.h"

#include <fcntl.h>
#include <string.h>

#include "app/tell.h"
#include "app/term.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "sim/chat.h"
#include "sim/model.h"
#include "sim/twilio.h"

#define LAST_ROUNDS_MS 120000   /* for callbacks and sockets to end */

/* ---- what is seen ---- */

static void show(struct stage *st, enum term_look look, const char *who,
    const char *text)
{
    int64_t ms = sys_now() - st->began;

    if (st->o->verbose)
        term_say(look, "%02d:%02d.%03d %-8s %s", (int)(ms / 60000),
            (int)(ms / 1000 % 60), (int)(ms % 1000), who, text);
}

static void on_note(void *arg, const char *who, const char *text)
{
    show(arg, TERM_DIM, who, text);
}

static void act_in_time(struct stage *st, struct json status)
{
    const struct scenario_act *act = &st->scenario->act;

    if (act->what == ACT_NONE || st->acted
        || !json_is(json_get(status, "state"), act->state))
        return;
    st->acted = true;
    loop_in(st->loop, &st->act, act->after);
}

static void see_position(struct stage *st, struct json status)
{
    int64_t n;

    if (!st->position && json_i64(json_get(status, "position"), 1, 1000, &n)
        == 0)
        st->position = (size_t)n;
}

/* The owner hears the question. */
static void reply_in_time(struct stage *st, struct json question)
{
    const struct scenario_reply *r = st->questions < SCENARIO_REPLIES
        ? &st->scenario->reply[st->questions] : NULL;

    st->questions++;
    if (!r || !r->text)
        return;
    json_copy(json_get(question, "id"), st->question, sizeof st->question);
    loop_in(st->loop, &st->reply, r->after);
}

static bool on_event(void *arg, struct slice type, struct slice data)
{
    struct stage *st = arg;
    struct json j;
    struct buf line;
    bool words = slice_is(type, "transcript");

    buf_init(&line, 8192);
    if (json_parse(data, &j, NULL) == 0) {
        tell_event(&line, type, j);
        if (slice_is(type, "status")) {
            act_in_time(st, j);
            see_position(st, j);
        }
        if (slice_is(type, "question"))
            reply_in_time(st, j);
    }
    if (line.len)
        show(st, words ? TERM_PLAIN : TERM_BLUE, words ? "heard" : "call",
            buf_cstr(&line));
    buf_free(&line);
    return true;
}

/* A write a frame: the stand-ins keep nobody waiting. */
static void on_appended(void *arg, struct slice audio)
{
    struct stage *st = arg;

    if (sys_write_all(st->heard, audio)) {
        term_say(TERM_RED, "what the model hears cannot be written");
        loop_stop(st->loop);
    }
}

/* ---- setting up ---- */

static int write_small(const char *path, const char *text, struct err *err)
{
    int fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), rc = 0;

    if (fd < 0)
        return fail_sys(err, ERR_IO, "make %s", path);
    if (sys_write_all(fd, slice_str(text)))
        rc = fail_sys(err, ERR_IO, "write %s", path);
    sys_close(fd);
    return rc;
}

int stage_conf(struct conf *c, uint16_t twilio, uint16_t model,
    const char *dir, struct err *err)
{
    if (conf_defaults(c, err))
        return -1;
    text_copy(c->twilio_account_sid, sizeof c->twilio_account_sid,
        SLICE(STAGE_ACCOUNT));
    text_copy(c->twilio_auth_token, sizeof c->twilio_auth_token,
        SLICE(STAGE_AUTH_TOKEN));
    text_copy(c->twilio_phone_number, sizeof c->twilio_phone_number,
        SLICE(STAGE_NUMBER));
    text_fmt(c->twilio_api_base, sizeof c->twilio_api_base,
        "http://127.0.0.1:%u", twilio);
    text_copy(c->twilio_voice_base, sizeof c->twilio_voice_base,
        slice_str(c->twilio_api_base));
    text_copy(c->twilio_monitor_base, sizeof c->twilio_monitor_base,
        slice_str(c->twilio_api_base));
    text_copy(c->openai_api_key, sizeof c->openai_api_key,
        SLICE(STAGE_MODEL_KEY));
    text_fmt(c->realtime_url, sizeof c->realtime_url,
        "ws://127.0.0.1:%u/v1/realtime", model);
    text_copy(c->public_base, sizeof c->public_base,
        SLICE("https://" STAGE_PUBLIC_HOST));
    text_copy(c->name, sizeof c->name, SLICE("Leo"));
    text_copy(c->zone, sizeof c->zone, SLICE("Europe/Berlin"));
    text_copy(c->dir, sizeof c->dir, slice_str(dir));
    c->quiet_from = c->quiet_to = -1;
    c->calls_per_day = c->calls_per_number = 0;
    c->calls_per_second = 100;
    memset(c->retry, 0, sizeof c->retry);
    c->server_port = 0;
    c->max_calls = 100;
    return 0;
}

/* "NAME=VALUE NAME=VALUE", and the places' file. */
static int add_settings(struct stage *st, struct err *err)
{
    struct slice rest = slice_str(st->scenario->settings);
    char path[600], name[48];

    while (rest.len) {
        struct slice value = slice_cut(&rest, ' ');

        text_copy(name, sizeof name, slice_cut(&value, '='));
        if (conf_set(&st->conf, name, value, err))
            return -1;
    }
    if (st->scenario->places) {
        text_fmt(path, sizeof path, "%s/restaurants.csv", st->dir);
        if (sys_mkdir(st->dir, 0700))
            return fail_sys(err, ERR_IO, "make folder %s", st->dir);
        if (write_small(path, st->scenario->places, err))
            return -1;
        text_copy(st->conf.restaurants_file, sizeof st->conf.restaurants_file,
            slice_str(path));
    }
    text_fmt(path, sizeof path, "%s/STOP", st->dir);
    return st->scenario->stopped ? write_small(path, "", err) : 0;
}

static int make_conf(struct stage *st, struct err *err)
{
    struct conf *c = &st->conf;

    if (stage_conf(c, sim_twilio_port(st->twilio), sim_model_port(st->model),
        st->dir, err))
        return -1;
    if (st->scenario->max_calls)
        c->max_calls = st->scenario->max_calls;
    if (st->scenario->disclosure_say) {
        c->disclosure_by = CONF_BY_SAY;
        text_copy(c->disclosure, sizeof c->disclosure,
            slice_str(st->scenario->disclosure_say));
    }
    if (st->scenario->model->beta)
        text_copy(c->realtime_dialect, sizeof c->realtime_dialect,
            SLICE("beta"));
    return add_settings(st, err);
}

/* Whose number is that? */
static const struct callee_script *callee_of(void *arg, const char *to)
{
    struct stage *st = arg;
    const struct scenario *s = st->scenario;

    for (size_t i = 0; i < s->mores; i++)
        if (strcmp(s->more[i].asked.to, to) == 0)
            return s->more[i].callee;
    return st->met++ < s->misses ? s->missed : s->callee;
}

/* Which call is that session for?  Its instructions name the restaurant. */
static const struct model_script *model_of(void *arg,
    struct slice instructions)
{
    const struct scenario *s = ((struct stage *)arg)->scenario;

    for (size_t i = 0; i < s->mores; i++)
        if (slice_find(instructions, slice_str(s->more[i].asked.restaurant))
            != SLICE_NPOS)
            return s->more[i].model;
    return s->model;
}

int stage_stand_ins(struct stage *st, const char *public_host,
    struct err *err)
{
    struct sim_note note = {on_note, st};
    struct sim_model_conf m = {.key = STAGE_MODEL_KEY, .seed = st->o->seed,
        .script = st->scenario->model, .fault = st->scenario->fault,
        .disclosure = st->scenario->inbound || st->scenario->disclosure_say
            ? NULL : STAGE_DISCLOSURE,
        .pick = st->scenario->mores ? model_of : NULL,
        .note = note, .tap = tape_tap(st->tape),
        .appended = st->heard ? on_appended : NULL,
        .arg = st};
    struct sim_twilio_conf t = {.account_sid = STAGE_ACCOUNT,
        .auth_token = STAGE_AUTH_TOKEN, .api_key = STAGE_API_KEY,
        .api_secret = STAGE_API_SECRET, .number = STAGE_NUMBER,
        .public_host = public_host, .seed = st->o->seed,
        .callee = st->scenario->callee, .fault = st->scenario->fault,
        .note = note, .tap = tape_tap(st->tape),
        .callee_of = st->scenario->mores || st->scenario->misses ? callee_of
            : NULL, .arg = st};
    struct resolve_conf dns = {.server = "127.0.0.1:9"};    /* literals only */

    st->loop = loop_new(err);
    if (!st->loop)
        return -1;
    st->resolver = resolver_new(st->loop, &dns, err);
    if (!st->resolver)
        return -1;
    st->model = sim_model_new(st->loop, &m, err);
    if (!st->model)
        return -1;
    st->twilio = sim_twilio_new(st->loop, st->resolver, &t, err);
    return st->twilio ? 0 : -1;
}

static int make_dir(struct stage *st, struct err *err)
{
    if (st->o->out) {
        if (sys_mkdir(st->o->out, 0700))
            return fail_sys(err, ERR_IO, "make folder %s", st->o->out);
        text_fmt(st->dir, sizeof st->dir, "%s/%s", st->o->out,
            st->scenario->name);
        return 0;
    }
    text_copy(st->dir, sizeof st->dir, SLICE("/tmp/concierge-XXXXXX"));
    if (sys_mkdtemp(st->dir) == 0)
        return 0;
    text_copy(st->dir, sizeof st->dir, SLICE("./concierge-XXXXXX"));
    return sys_mkdtemp(st->dir) ? fail_sys(err, ERR_IO, "make %s", st->dir)
        : 0;
}

struct sweep {
    const char *dir;
};

/* Removes one entry, and what is in it when it is a folder. */
static void remove_entry(void *arg, const char *name)
{
    struct sweep *s = arg, inner;
    char path[1024];

    text_fmt(path, sizeof path, "%s/%s", s->dir, name);
    inner.dir = path;
    sys_listdir(path, remove_entry, &inner);
    sys_unlink(path);
}

void stage_sweep(const char *dir)
{
    struct sweep s = {dir};

    sys_listdir(dir, remove_entry, &s);
    sys_unlink(dir);
}

void stage_tear_down(struct stage *st)
{
    if (st->loop)
        loop_cancel(st->loop, &st->act);
    if (st->loop)
        loop_cancel(st->loop, &st->reply);
    client_close(&st->client);
    server_free(st->server);
    if (st->twilio)
        sim_twilio_free(st->twilio);
    if (st->model)
        sim_model_free(st->model);
    sim_chat_free(st->chat);
    if (st->resolver)
        resolver_free(st->resolver);
    if (st->loop) {
        loop_tidy(st->loop);
        loop_free(st->loop);
    }
    if (!st->o->out && st->dir[0])
        stage_sweep(st->dir);
}

/* ---- the call ---- */

/* No table: the note says what, with what it is known by. */
static void ask_errand(struct jsonw *w, const struct scenario_asked *a,
    const char *errand)
{
    char note[256];

    text_fmt(note, sizeof note, "%s%s%s", errand, a->note ? "; " : "",
        a->note ? a->note : "");
    jsonw_kcstr(w, "name", a->name);
    jsonw_kcstr(w, "intent", "call");
    jsonw_kcstr(w, "note", note);
    jsonw_end(w);
}

void stage_ask(const struct scenario_asked *a, const struct scenario *s,
    struct buf *out)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kcstr(&w, "to", a->to);
    jsonw_kcstr(&w, "restaurant", a->restaurant);
    if (s && s->errand) {
        ask_errand(&w, a, s->errand);
        return;
    }
    jsonw_kint(&w, "party", a->party);
    jsonw_kcstr(&w, "date", a->date);
    jsonw_kcstr(&w, "time", a->time);
    jsonw_kcstr(&w, "name", a->name);
    jsonw_karray(&w, "wishes");
    if (a->wish)
        jsonw_str(&w, slice_str(a->wish));
    jsonw_end(&w);
    jsonw_kcstr(&w, "note", a->note ? a->note : "");
    if (s && (s->cancels || s->changes)) {
        jsonw_kcstr(&w, "intent", s->cancels ? "cancel" : "change");
        jsonw_kcstr(&w, "reference", s->cancels ? s->cancels : s->changes);
    }
    jsonw_end(&w);
}

static int place(struct stage *st, const struct scenario_asked *asked,
    const struct scenario_want *w, char id[static CALL_ID + 1],
    struct stage_result *r, struct err *err)
{
    struct buf body, answer;
    struct json call = {0};
    int status = 0, rc = -1, want = w->http;

    buf_init(&body, 4096);
    buf_init(&answer, 1u << 20);
    stage_ask(asked, asked == &st->scenario->asked ? st->scenario : NULL,
        &body);
    if (client_call(&st->client, "POST", "/v1/calls", buf_slice(&body),
        &status, &answer, err) == 0) {
        rc = 0;
        if (status != (want ? want : 202))
            stage_fault(r, "POST /v1/calls answered %d: %.*s", status,
                SLICE_ARG(slice_head(buf_slice(&answer), 120)));
        else if (json_parse(buf_slice(&answer), &call, NULL) == 0)
            json_copy(json_get(call, "id"), id, CALL_ID + 1);
        if (w->refusal && !json_is(json_get(call, "error.reason"),
            w->refusal))
            stage_fault(r, "expected the reason %s, got %.*s", w->refusal,
                SLICE_ARG(slice_head(buf_slice(&answer), 120)));
    }
    buf_free(&body);
    buf_free(&answer);
    return rc;
}

static void say_words(void *arg, const char *who, const char *text)
{
    show(arg, TERM_BLUE, who, text);
}

static int place_own(struct stage *st, struct stage_result *r,
    struct err *err)
{
    const struct scenario *s = st->scenario;
    struct stage_talk talk = {say_words, st};

    return s->in_words ? stage_words(&st->client, s->request, &talk, st->id,
        sizeof st->id, r, err) : place(st, &s->asked, &s->want, st->id, r,
        err);
}

static int place_calls(struct stage *st, struct stage_result *r,
    struct err *err)
{
    const struct scenario *s = st->scenario;

    if (s->mores > STAGE_MORE)
        return fail(err, ERR_BUG, "%zu calls at once", s->mores);
    if (!s->later && place_own(st, r, err))
        return -1;
    for (size_t i = 0; i < s->mores; i++)
        if (place(st, &s->more[i].asked, &s->more[i].want, st->more[i], r,
            err))
            return -1;
    while (sys_now() - st->began < s->later)
        if (loop_round(st->loop))
            return fail_sys(err, ERR_IO, "poll");
    return s->later ? place_own(st, r, err) : 0;
}

static void on_parted(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct stage *st = arg;

    if (err)
        stage_fault(st->result, "POST hangup: %s", err->msg);
    else if (a->head->status != 202)
        stage_fault(st->result, "POST hangup was answered %d",
            a->head->status);
}

static void on_act(void *arg)
{
    struct stage *st = arg;
    char path[64];

    if (st->scenario->act.what == ACT_STOP) {
        show(st, TERM_BLUE, "owner", "stops all calls");
        client_send(&st->client, "POST", "/v1/stop");
        return;
    }
    text_fmt(path, sizeof path, "/v1/calls/%s/hangup", st->id);
    if (st->scenario->act.what == ACT_PART) {
        show(st, TERM_BLUE, "owner", "ends the call politely");
        client_start(&st->client, "POST", path,
            SLICE("{\"politely\":true}"), on_parted, st, NULL);
        return;
    }
    show(st, TERM_BLUE, "owner", "hangs up");
    client_send(&st->client, "POST", path);
}

static void on_replied(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct stage *st = arg;
    const struct scenario_reply *r = &st->scenario->reply[st->questions - 1];

    if (err)
        stage_fault(st->result, "POST answer: %s", err->msg);
    else if (a->head->status != (r->http ? r->http : 204))
        stage_fault(st->result, "POST answer was answered %d: %.*s",
            a->head->status, SLICE_ARG(slice_head(a->body, 120)));
    st->replied++;
}

static void on_reply(void *arg)
{
    struct stage *st = arg;
    const struct scenario_reply *r = &st->scenario->reply[st->questions - 1];
    uint8_t mem[1024];
    struct buf body;
    struct jsonw w;
    char path[64];

    show(st, TERM_BLUE, "owner", r->text);
    buf_over(&body, mem, sizeof mem);
    jsonw_begin(&w, &body);
    jsonw_object(&w);
    jsonw_kcstr(&w, "question_id", st->question);
    jsonw_kcstr(&w, "text", r->text);
    jsonw_end(&w);
    text_fmt(path, sizeof path, "/v1/calls/%s/answer", st->id);
    if (client_start(&st->client, "POST", path, buf_slice(&body), on_replied,
        st, NULL))
        stage_fault(st->result, "the answer could not be sent");
}

/* Was everything asked, and every reply given? */
static void judge_questions(struct stage *st, struct stage_result *r)
{
    int due = 0;

    for (size_t i = 0; i < SCENARIO_REPLIES; i++)
        due += st->scenario->reply[i].text != NULL;
    if (st->questions != st->scenario->want.questions)
        stage_fault(r, "expected %zu questions, got %zu",
            st->scenario->want.questions, st->questions);
    if (st->replied != due)
        stage_fault(r, "%d of %d replies were taken", st->replied, due);
}

static bool take_id(void *arg, struct slice id, struct slice object)
{
    struct stage *st = arg;

    (void)object;
    if (!st->id[0])
        text_copy(st->id, sizeof st->id, id);
    return false;
}

/* Somebody rings us: the call is there when its TwiML has been fetched. */
static int await_inbound(struct stage *st, struct stage_result *r,
    struct err *err)
{
    if (!sim_twilio_inbound(st->twilio, st->scenario->asked.to))
        return fail(err, ERR_BUG, "the stand-in takes no more calls");
    while (!st->id[0] && sim_twilio_active(st->twilio)) {
        if (loop_round(st->loop))
            return fail_sys(err, ERR_IO, "poll");
        calls_each(st->server->calls, slice_str(NULL), take_id, st);
    }
    if (!st->id[0])
        stage_fault(r, "no call came in");
    return 0;
}

/* Until the last callback is answered and the sockets are gone. */
static void run_out(struct stage *st)
{
    int64_t until = sys_now() + LAST_ROUNDS_MS
        + (int64_t)(st->scenario->mores ? st->conf.max_call_seconds * 1000
        : 0);

    while (sys_now() < until && (sim_twilio_active(st->twilio)
        || sim_twilio_counts(st->twilio).hooks
        || sim_model_open(st->model) || calls_running(st->server->calls)
        || !disk_idle(st->server->disk)))
        if (loop_round(st->loop))
            return;
}

static int fetch_object(struct stage *st, const char *id, struct buf *out,
    struct stage_result *r, struct err *err)
{
    char path[64];
    int status = 0;

    text_fmt(path, sizeof path, "/v1/calls/%s", id);
    if (client_call(&st->client, "GET", path, slice_str(NULL), &status, out,
        err))
        return -1;
    if (status != 200)
        stage_fault(r, "GET %s answered %d", path, status);
    return 0;
}

/* The calls beside it: each outcome belongs to its call. */
static int judge_more(struct stage *st, struct stage_result *r,
    struct err *err)
{
    const struct scenario *s = st->scenario;
    struct buf one;
    struct json call;
    int rc = 0;

    buf_init(&one, 8u << 20);
    for (size_t i = 0; i < s->mores && !rc; i++) {
        if (!st->more[i][0])
            continue;
        buf_clear(&one);
        rc = fetch_object(st, st->more[i], &one, r, err);
        if (!rc && json_parse(buf_slice(&one), &call, NULL) == 0)
            stage_judge_more(&s->more[i], call, st->twilio, r);
        else if (!rc)
            stage_fault(r, "the object of call %zu is no JSON", i + 1);
        buf_add(&r->more, slice_trim_all(buf_slice(&one)));
        buf_addc(&r->more, '\n');
    }
    buf_free(&one);
    return rc;
}

static int play(struct stage *st, struct stage_result *r, struct err *err)
{
    struct json call = {0};
    char path[1024];

    if (st->scenario->inbound ? await_inbound(st, r, err)
        : place_calls(st, r, err))
        return -1;
    if (!st->id[0]) {
        run_out(st);
        stage_judge_twilio(st->scenario, st->twilio, r);
        return judge_more(st, r, err);
    }
    if (client_events(&st->client, st->id, on_event, st, err))
        return -1;
    run_out(st);
    if (fetch_object(st, st->id, &r->call, r, err))
        return -1;
    if (json_parse(buf_slice(&r->call), &call, NULL))
        stage_fault(r, "the call object is no JSON");
    stage_judge(st->scenario, call, st->twilio, st->model, r);
    if (st->scenario->act.what && !st->acted)
        stage_fault(r, "the call never came to %s", st->scenario->act.state);
    if (st->scenario->want.position && st->position
        != st->scenario->want.position)
        stage_fault(r, "expected place %zu in the line, got %zu",
            st->scenario->want.position, st->position);
    judge_questions(st, r);
    if (judge_more(st, r, err))
        return -1;
    if (st->o->out) {
        text_fmt(r->folder, sizeof r->folder, "%s/calls/%s", st->dir, st->id);
        text_fmt(path, sizeof path, "%s/recording.wav", r->folder);
        r->recorded = sys_exists(path);
    }
    return 0;
}

int stage_run(const struct scenario *s, const struct stage_options *o,
    struct stage_result *r, struct err *err)
{
    static struct stage st;     /* conf is large */
    int64_t began_us = sys_now_us();
    char base[64];
    int rc = -1;

    memset(r, 0, sizeof *r);
    memset(&st, 0, sizeof st);
    buf_init(&r->call, 8u << 20);
    buf_init(&r->more, 64u << 20);
    st.act = (struct timer){.fire = on_act, .arg = &st};
    st.reply = (struct timer){.fire = on_reply, .arg = &st};
    st.result = r;
    st.scenario = s;
    st.o = o;
    if (!o->realtime)
        sys_virtual(o->now >= 0 ? o->now : s->now ? s->now : SCENARIO_NOW);
    rand_seed_number(o->seed);
    st.began = sys_now();
    if (o->wire) {
        st.tape = tape_open(o->wire, s->name, err);
        if (!st.tape)
            return -1;
    }
    if (make_dir(&st, err) || stage_stand_ins(&st, STAGE_PUBLIC_HOST, err)
        || make_conf(&st, err))
        goto out;
    st.server = server_new(st.loop, &st.conf, err);
    if (!st.server)
        goto out;
    sim_twilio_server(st.twilio, server_port(st.server));
    text_fmt(base, sizeof base, "http://127.0.0.1:%u",
        server_port(st.server));
    if (client_open(&st.client, st.loop, &st.conf, base, st.server->token,
        err) == 0)
        rc = play(&st, r, err);
out:
    stage_tear_down(&st);
    if (tape_close(st.tape, rc ? NULL : err))
        rc = -1;
    r->real_ms = (sys_now_us() - began_us) / 1000;
    return rc;
}
