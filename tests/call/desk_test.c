/* desk_test.c - requests in words against a chat model's server, in the shapes
 * and with the faults of those that speak the interface: an answer comes every
 * time, and by whom it was understood is visible.
 */
#include "call/desk.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "sim/chat.h"
#include "tests/tap.h"

#define KEY "sk-test"

static struct loop *loop;
static struct resolver *resolver;
static struct httpc *http;
static struct sim_chat *chat;
static struct desk *desk;
static char base[64];

static struct place luigi = {.name = SLICE_INIT("Luigi's"),
    .number = SLICE_INIT("+15551230000")};

static struct {
    char reply[DIALOG_REPLY_MAX], deltas[DIALOG_REPLY_MAX], by[16],
        session[DESK_SESSION];
    struct asked asked;
    bool call, done;
    size_t pieces;
} got;

static void quiet(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

static void find(void *arg, struct desk_turn *t)
{
    (void)arg;
    desk_found(t, slice_starts(slice_str(desk_turn_plan(t)->restaurant),
        "Luigi") ? &luigi : NULL, slice_str(NULL), slice_str(NULL));
}

static void on_delta(void *arg, struct slice words)
{
    size_t n = strlen(got.deltas);

    (void)arg;
    text_copy(got.deltas + n, sizeof got.deltas - n, words);
    got.pieces++;
}

static void on_done(void *arg, const struct desk_reply *r)
{
    (void)arg;
    text_copy(got.reply, sizeof got.reply, r->text);
    text_copy(got.by, sizeof got.by, slice_str(r->plan->understood_by));
    text_copy(got.session, sizeof got.session, slice_str(r->session));
    got.call = r->call;
    got.asked = r->asked;
    got.done = true;
    loop_stop(loop);
}

static void open_with(const struct sim_chat_conf *conf)
{
    struct err err = {0};
    struct sim_chat_conf c = *conf;
    struct desk_conf d = {.loop = loop, .http = http, .model = SLICE("m"),
        .key = SLICE(KEY), .party_max = 20, .keep_days = 1, .find = find};

    if (!c.key)
        c.key = KEY;
    c.model = "m";
    chat = sim_chat_new(loop, &c, &err);
    if (!chat) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    text_fmt(base, sizeof base, "http://127.0.0.1:%u/v1",
        sim_chat_port(chat));
    d.base = slice_str(base);
    desk = desk_new(&d, &err);
}

static void close_all(void)
{
    desk_free(desk);
    sim_chat_free(chat);
    chat = NULL;
    desk = NULL;
    loop_tidy(loop);
}

static void ask(const char *session, const char *words)
{
    struct err err = {0};
    struct desk_ask a = {.session = slice_str(session),
        .words = slice_str(words), .delta = on_delta, .done = on_done};

    memset(&got, 0, sizeof got);
    if (desk_start(desk, &a, &err))
        loop_run(loop);
    else
        text_copy(got.reply, sizeof got.reply, slice_str(err.msg));
}

#define WORDS "Book a table at Luigi's for 4 tomorrow at 7 pm"
#define SHALL "Shall I call Luigi's, +15551230000, Monday 23 November 2026, " \
    "19:00, 4 people?"

/* ---- shapes ---- */

static const struct sim_chat_line lines[] = {
    {"Who", "show_calls", NULL, NULL, "I am the concierge. Gr\xc3\xbc\xc3\x9f "
        "Gott! What may I do for you?"},
    {"Who", "route", "route", "{\"agent\":\"talk\"}", NULL},
    {NULL, "set_slots", "set_slots", "{\"restaurant\":\"Luigis\",\"party\":4,"
        "\"party_words\":\"for 4\",\"date\":\"2026-11-23\",\"date_words\":"
        "\"tomorrow\",\"time\":\"19:00\",\"time_words\":\"at 7 pm\"}", NULL},
    {NULL, "route", "route", "{\"agent\":\"reserve\"}", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static void shape(const char *name, enum sim_chat_shape s, bool whole,
    size_t piece)
{
    struct sim_chat_conf conf = {.shape = s, .line = lines, .whole = whole,
        .piece = piece};

    open_with(&conf);
    ask("s", WORDS);
    tap_is_str(slice_str(got.reply), SHALL, name);
    tap_is_str(slice_str(got.by), "model", "understood by the model");
    ask("t", "Who are you?");
    tap_is_str(slice_str(got.reply), "I am the concierge. Gr\xc3\xbc\xc3\x9f "
        "Gott! What may I do for you?", "its own words");
    tap_is_str(slice_str(got.deltas), whole ? "" : got.reply,
        "came in pieces when it streams");
    tap_is_int((int64_t)sim_chat_counts(chat).asked, 4, "two questions each");
    tap_is_int((int64_t)sim_chat_counts(chat).wrong, 0, sim_chat_why(chat)[0]
        ? sim_chat_why(chat) : "nothing broke the interface");
    close_all();
}

static void test_shapes(void)
{
    static const struct {
        const char *name;
        enum sim_chat_shape shape;
    } shapes[] = {{"OpenAI", SIM_CHAT_OPENAI}, {"Ollama", SIM_CHAT_OLLAMA},
        {"vLLM", SIM_CHAT_VLLM}, {"llama.cpp", SIM_CHAT_LLAMA},
        {"Azure", SIM_CHAT_AZURE}};

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        shape(shapes[i].name, shapes[i].shape, false, 0);
        shape(shapes[i].name, shapes[i].shape, true, 0);
        for (size_t piece = 5; piece < 24; piece += 6)
            shape(shapes[i].name, shapes[i].shape, false, piece);
    }
}

/* ---- faults ---- */

static void fault(const char *name, const struct sim_chat_conf *conf,
    const char *by, size_t asked)
{
    struct sim_chat_conf c = *conf;

    c.line = lines;
    open_with(&c);
    ask("s", WORDS);
    tap_is_str(slice_str(got.reply), SHALL, name);
    tap_is_str(slice_str(got.by), by, "understood by");
    tap_is_int((int64_t)sim_chat_counts(chat).asked, (int64_t)asked,
        "questions");
    close_all();
}

static void test_faults(void)
{
    fault("429 once, then well", &(struct sim_chat_conf){
        .fault = SIM_CHAT_STATUS, .status = 429, .strikes = 1,
        .header = "Retry-After-Ms: 20\r\n"}, "model", 3);
    fault("429 for ever", &(struct sim_chat_conf){.fault = SIM_CHAT_STATUS,
        .status = 429, .header = "Retry-After-Ms: 1\r\n"}, "grammar", 3);
    fault("429 that wants an hour", &(struct sim_chat_conf){
        .fault = SIM_CHAT_STATUS, .status = 429,
        .header = "Retry-After: 3600\r\n"}, "grammar", 1);
    fault("x-should-retry: false", &(struct sim_chat_conf){
        .fault = SIM_CHAT_STATUS, .status = 503,
        .header = "X-Should-Retry: false\r\n"}, "grammar", 1);
    fault("no quota", &(struct sim_chat_conf){.fault = SIM_CHAT_QUOTA},
        "grammar", 1);
    fault("a wrong key", &(struct sim_chat_conf){.key = "another"},
        "grammar", 1);
    fault("no such model", &(struct sim_chat_conf){.fault = SIM_CHAT_STATUS,
        .status = 404}, "grammar", 1);
    fault("no tools", &(struct sim_chat_conf){.fault = SIM_CHAT_NO_TOOLS},
        "grammar", 1);
    fault("a page for people", &(struct sim_chat_conf){
        .fault = SIM_CHAT_HTML}, "grammar", 1);
    fault("an error under 200, once", &(struct sim_chat_conf){
        .fault = SIM_CHAT_ERROR_200, .strikes = 1}, "model", 3);
    fault("reset, once", &(struct sim_chat_conf){.fault = SIM_CHAT_RESET,
        .strikes = 1}, "model", 3);
    fault("cut in mid-call", &(struct sim_chat_conf){.fault = SIM_CHAT_CUT},
        "grammar", 1);
    fault("an error in mid-stream, once", &(struct sim_chat_conf){
        .fault = SIM_CHAT_MID_ERROR, .strikes = 1}, "model", 3);
    fault("arguments that end in mid-word, once", &(struct sim_chat_conf){
        .fault = SIM_CHAT_BROKEN, .strikes = 1}, "model", 3);
    fault("... for ever", &(struct sim_chat_conf){.fault = SIM_CHAT_BROKEN},
        "grammar", DIALOG_ROUNDS);
    fault("a tool that is none", &(struct sim_chat_conf){
        .fault = SIM_CHAT_STRANGER}, "grammar", DIALOG_ROUNDS);
    fault("no answer", &(struct sim_chat_conf){.fault = SIM_CHAT_SILENT},
        "grammar", 1);
}

/* A key that was refused is not shown again for a while. */
static void test_mute(void)
{
    open_with(&(struct sim_chat_conf){.key = "another"});
    ask("s", WORDS);
    ask("s", "for 5 people");
    tap_is_int((int64_t)sim_chat_counts(chat).asked, 1, "asked once");
    tap_is_str(slice_str(got.reply), "Shall I call Luigi's, +15551230000, "
        "Monday 23 November 2026, 19:00, 5 people?", "the grammar goes on");
    close_all();
}

/* ---- sessions ---- */

static void test_call(void)
{
    char id[DESK_SESSION];

    open_with(&(struct sim_chat_conf){.line = lines});
    ask("", WORDS);
    tap_is_int((int64_t)strlen(got.session), 24, "a session is made");
    tap_ok(!got.call, "nothing is dialled yet");
    text_copy(id, sizeof id, slice_str(got.session));
    ask(id, "yes");
    tap_ok(got.call, "after a yes it is");
    tap_is_str(slice_str(got.asked.to), "+15551230000", "the number");
    tap_is_str(slice_str(got.asked.date), "2026-11-23", "the day");
    tap_is_int(got.asked.party, 4, "the people");
    tap_is_int((int64_t)sim_chat_counts(chat).asked, 2,
        "a plain yes needs no model");
    close_all();
}

static void test_bounds(void)
{
    struct err err = {0};
    struct desk_ask a = {.session = SLICE("s"), .words = SLICE("hello"),
        .done = on_done};
    struct desk_turn *t;
    char id[16];

    open_with(&(struct sim_chat_conf){.fault = SIM_CHAT_SILENT});
    t = desk_start(desk, &a, &err);
    tap_ok(t && !desk_start(desk, &a, &err) && err.code == ERR_BUSY,
        "one turn of a session at a time");
    desk_cancel(t);
    t = desk_start(desk, &a, &err);
    loop_round(loop);
    loop_round(loop);
    tap_ok(t != NULL, "the next one after it was cancelled");
    desk_cancel(t);
    tap_ok(!desk_start(desk, &(struct desk_ask){.session = SLICE("a b"),
        .words = SLICE("x"), .done = on_done}, &err) && err.code == ERR_DATA,
        "a blank in an id");
    close_all();
    open_with(&(struct sim_chat_conf){.key = "another"});
    for (int i = 0; i < DESK_SESSIONS + 20; i++) {
        text_fmt(id, sizeof id, "s%d", i);
        ask(id, "A table at Luigi's");
    }
    tap_is_int((int64_t)desk_counts(desk).sessions, DESK_SESSIONS,
        "no more than so many are kept");
    ask("s0", "4");
    tap_is_str(slice_str(got.by), "grammar", "the oldest one is new");
    tap_ok(slice_starts(slice_str(got.reply), "I book tables"),
        "and knows nothing");
    close_all();
}

static void stop(void *arg)
{
    loop_stop(arg);
}

static void days_pass(int64_t days)
{
    struct timer t = {.fire = stop, .arg = loop};

    loop_in(loop, &t, days * 86400000);
    loop_run(loop);
}

/* KEEP_DAYS: memory that is too old is none, nor is its record. */
static void test_days(void)
{
    struct json memory;

    open_with(&(struct sim_chat_conf){.key = "another"});
    ask("s", "A table at Luigi's");
    tap_ok(desk_keeps(desk, SLICE("s"), 1) && !desk_keeps(desk, SLICE("s"), 2)
        && !desk_keeps(desk, SLICE("t"), 1),
        "the last record of a session is kept, no other");
    tap_ok(json_parse(SLICE("{\"plan\":{\"intent\":\"reserve\","
        "\"restaurant\":\"Roma\"}}"), &memory, NULL) == 0, "a memory");
    desk_restore(desk, SLICE("s"), 1, sys_wall(), memory);
    ask("s", "for 4 tomorrow");
    tap_is_str(slice_str(got.reply), "At what time?",
        "an older record does not count");
    desk_restore(desk, SLICE("r"), 7, sys_wall(), memory);
    ask("r", "for 4 tomorrow at 7");
    tap_is_str(slice_str(got.reply), "I need the telephone number of Roma, "
        "with its country code.", "a session is restored");
    tap_ok(desk_keeps(desk, SLICE("r"), 8), "and goes on counting");
    days_pass(2);
    tap_ok(!desk_keeps(desk, SLICE("r"), 8), "after two days it is too old");
    ask("s", "4");
    tap_ok(slice_starts(slice_str(got.reply), "I book tables"),
        "and forgotten");
    close_all();
}

/* Each allocation of a turn fails once: it is answered all the same, or
 * refused, and nothing is lost. */
static void test_no_memory(void)
{
    int answered = 0, refused = 0;

    for (int i = 1; i < 120; i++) {
        open_with(&(struct sim_chat_conf){.line = lines});
        mem_fail_at((uint64_t)i, 0);
        ask("s", WORDS);
        mem_fail_at(0, 0);
        answered += got.done && strcmp(got.reply, SHALL) == 0;
        refused += !got.done && got.reply[0];
        if (got.done && strcmp(got.reply, SHALL) != 0)
            printf("# %d: %s\n", i, got.reply);
        close_all();
    }
    tap_is_int(answered + refused, 119, "answered or refused each time");
    tap_ok(answered > 100, "and hardly ever refused");
}

int main(void)
{
    struct err err = {0};
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct httpc_conf conf = {.max_kept = 4, .keep_ms = 1000,
        .user_agent = "test"};

    log_sink(quiet, NULL);
    rand_seed_number(1);
    sys_virtual(INT64_C(1795345200000));
    loop = loop_new(&err);
    resolver = resolver_new(loop, &dns, &err);
    conf.resolver = resolver;
    http = httpc_new(loop, &conf, &err);
    test_shapes();
    test_faults();
    test_mute();
    test_call();
    test_bounds();
    test_no_memory();
    test_days();                /* the clock is another day's then */
    httpc_free(http);
    resolver_free(resolver);
    loop_tidy(loop);
    loop_free(loop);
    tap_is_int((int64_t)mem_live(), 0, "nothing is left");
    return tap_done();
}
