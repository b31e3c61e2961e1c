/* doctor_services_test.c - for each fault of the account, the voice model or
 * the chat model: the number, the cause, the line; and services of which all
 * is well, for which doctor is silent.
 */
#include <signal.h>
#include <time.h>

#include "tests/app/doctor_rig.h"
#include "tests/app/stand.h"

/* A sanitizer gets twice the time. */
#if defined __SANITIZE_ADDRESS__
#define FULL_RUN 6000
#else
#define FULL_RUN 3000
#endif

#define ACCOUNT "AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define KEY "SK00000000000000000000000000000001"
#define OURS "+15551230000"
#define THEM "+493012345678"
#define PUBLIC "voice.example.com"

static const char token[] = TOKEN;
static struct stand stand;
static const struct model_script plain_model;
static const struct sim_chat_line calls_tool[] = {
    {NULL, "note_party", "note_party", "{\"people\":4}", NULL}, {0}};
static enum sim_chat_shape shape;
static enum sim_chat_fault chat_fault;
static char public_host[64] = PUBLIC;

#define TEXT(field, value) text_copy(conf.field, sizeof conf.field, \
    slice_str(value))

/* Settings that lead to the stand-ins. */
static void lead_there(void)
{
    char base[64];

    snprintf(base, sizeof base, "http://127.0.0.1:%u", stand.twilio_port);
    TEXT(twilio_api_base, base);
    TEXT(twilio_voice_base, base);
    TEXT(twilio_monitor_base, base);
    snprintf(base, sizeof base, "ws://127.0.0.1:%u/v1/realtime",
        stand.model_port);
    TEXT(realtime_url, base);
    snprintf(base, sizeof base, "http://127.0.0.1:%u/v1", stand.chat_port);
    TEXT(openai_base_url, base);
    TEXT(agent_model, "m");
    options.to = THEM;
}

/* The services as they should be, but for this. */
static void set_stand(const struct sim_faults *f,
    const struct model_script *script)
{
    stand = (struct stand){
        .twilio = {.account_sid = ACCOUNT, .auth_token = token,
            .api_key = KEY, .api_secret = "secret", .number = OURS,
            .public_host = public_host, .seed = 1},
        .chat = {.key = "sk-nobody", .model = "m", .line = calls_tool,
            .shape = shape, .fault = chat_fault},
        .model = {.key = "sk-nobody", .script = script ? script
            : &plain_model, .think_ms = 1},
    };
    if (f)
        stand.twilio.fault = *f;
    stand_start(&stand);
    set_conf();
    lead_there();
    TEXT(public_base, "https://" PUBLIC);
    conf.server_port = 0;
    conf.server_url[0] = 0;
}

/* ---- the account ---- */

static void wrong_token(void)
{
    TEXT(twilio_auth_token, "f123456789abcdef0123456789abcdef");
}

static void good_key(void)
{
    TEXT(twilio_api_key, KEY);
    TEXT(twilio_api_secret, "secret");
}

static void wrong_key(void)
{
    TEXT(twilio_api_key, KEY);
    TEXT(twilio_api_secret, "another");
}

static void good_key_wrong_token(void)
{
    good_key();
    wrong_token();
}

static void other_account(void)
{
    TEXT(twilio_account_sid, "AC00000000000000000000000000000000");
}

static void nobody(void)
{
    TEXT(twilio_api_base, "http://127.0.0.1:1");
}

static void two_calls(void)
{
    conf.max_calls = 2;
}

static void no_to(void)
{
    options.to = NULL;
}

static void to_nowhere(void)
{
    options.to = "+9991234567";
}

#define WRONG(a) {.what = SIM_FAULT_ACCOUNT, .n = SIM_ACCOUNT_##a}

static const struct {
    const char *what;
    struct sim_fault fault[2];
    void (*edit)(void);
    const char *probe;
    enum probe_status status;
    int number;
    const char *cause, *remedy;
} accounts[] = {
    {"a wrong auth token", {{0}}, wrong_token, "twilio", PROBE_FAIL, 20003,
        "refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN", "copy the live"},
    {"another account's SID", {{0}}, other_account, "twilio", PROBE_FAIL,
        20003, "refuses TWILIO_ACCOUNT_SID", "TWILIO_API_BASE"},
    {"a wrong API key", {{0}}, wrong_key, "twilio", PROBE_FAIL, 20003,
        "refuses TWILIO_API_KEY", "make an API key"},
    {"a good key beside a wrong token", {{0}}, good_key_wrong_token,
        "twilio", PROBE_FAIL, 20003, "TWILIO_AUTH_TOKEN", "copy the live"},
    {"test credentials", {WRONG(TEST_KEYS)}, NULL, "twilio", PROBE_FAIL,
        20008, "test credentials", "live Account SID"},
    {"a suspended account", {WRONG(SUSPENDED)}, NULL, "twilio", PROBE_FAIL,
        10001, "suspended", "console"},
    {"a closed account", {WRONG(CLOSED)}, NULL, "twilio", PROBE_FAIL, 20005,
        "the account is closed", "active"},
    {"no money", {WRONG(BROKE)}, NULL, "twilio", PROBE_FAIL, 10001,
        "used up (-0.02 USD)", "add funds"},
    {"little money", {WRONG(LOW)}, NULL, "twilio", PROBE_WARN, 10001,
        "0.42 USD", "add funds"},
    {"somebody else's number", {WRONG(NO_NUMBER)}, NULL, "twilio",
        PROBE_FAIL, 21210, "(..0000) is neither a number of this account nor",
        "verify"},
    {"a number without voice", {WRONG(NO_VOICE)}, NULL, "twilio", PROBE_FAIL,
        21212, "no voice", "buy"},
    {"a trial account, and a callee not verified", {WRONG(TRIAL)}, NULL,
        "twilio", PROBE_FAIL, 21219, "the number of --to is not", "verify"},
    {"a trial account without verified numbers", {WRONG(TRIAL)}, no_to,
        "twilio", PROBE_FAIL, 21219, "none is verified", "verify"},
    {"a trial account", {{.what = SIM_FAULT_ACCOUNT, .n = SIM_ACCOUNT_TRIAL,
        .text = THEM}}, NULL, "twilio", PROBE_WARN, 13805, "press a key",
        "upgrade"},
    {"a trial account, nobody to call", {{.what = SIM_FAULT_ACCOUNT,
        .n = SIM_ACCOUNT_TRIAL, .text = THEM}}, no_to, "twilio", PROBE_WARN,
        21219, "verified numbers only (1)", "upgrade"},
    {"a country that may not be called", {{.what = SIM_FAULT_ACCOUNT,
        .n = SIM_ACCOUNT_NO_COUNTRY, .text = "DE"}}, NULL, "twilio",
        PROBE_FAIL, 21215, "may not call Germany", "Geo permissions"},
    {"a country there is not", {{0}}, to_nowhere, "twilio", PROBE_FAIL,
        21211, "no country has the calling code", "--to"},
    {"calls that never end", {WRONG(BUSY)}, two_calls, "twilio", PROBE_WARN,
        10004, "2 calls of this account are in progress", "never ended"},
    {"a number of faxes", {WRONG(FAX)}, NULL, "twilio", PROBE_WARN, 0,
        "takes faxes", "voice"},
    {"a webhook elsewhere", {WRONG(ELSEWHERE)}, NULL, "twilio", PROBE_WARN,
        0, "go to https://demo.twilio.com/welcome/voice/", "set the number's "
        "voice webhook to https://" PUBLIC "/incoming-call"},
    {"an application's webhook", {WRONG(APPLICATION)}, NULL, "twilio",
        PROBE_WARN, 0, "go to APd0c7", "off the number"},
    {"nobody at the address of Twilio", {{0}}, nobody, "twilio", PROBE_FAIL,
        0, "http://127.0.0.1:1 gives no answer", "reach"},
    /* what was written down */
    {"errors of the last day", {WRONG(HISTORY)}, NULL, "errors", PROBE_WARN,
        31920, "3 times in 24 h, last 2 h ago: a proxy or tunnel drops the "
        "Upgrade", "handshake"},
    {"the others of them", {WRONG(HISTORY)}, NULL, "errors", PROBE_WARN,
        31920, "; also 11200 (1), 15003 (1)", ""},
    {"errors, told by notifications alone", {WRONG(HISTORY),
        WRONG(NO_MONITOR)}, NULL, "errors", PROBE_WARN, 31920,
        "3 times in 24 h", ""},
};

static void account_faults(void)
{
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++) {
        struct sim_faults f = {.at = {accounts[i].fault[0],
            accounts[i].fault[1]}};

        set_stand(&f, NULL);
        if (accounts[i].edit)
            accounts[i].edit();
        run_doctor("twilio,errors");
        expect(accounts[i].what, accounts[i].probe, accounts[i].status,
            accounts[i].number, 0, accounts[i].cause, accounts[i].remedy);
        stand_stop(&stand);
    }
}

/* Whoever is not let in is told once; a balance of nothing is no reason not to
 * tell of errors. */
static void account_order(void)
{
    struct sim_faults broke = {.at = {WRONG(BROKE)}};

    set_stand(NULL, NULL);
    wrong_token();
    run_doctor("twilio,errors");
    tap_ok(result("errors")->status == PROBE_SKIP, "errors need credentials");
    stand_stop(&stand);
    broke.at[1] = (struct sim_fault)WRONG(HISTORY);
    set_stand(&broke, NULL);
    run_doctor("twilio,errors");
    tap_ok(result("errors")->status == PROBE_WARN, "and no money");
    tap_ok(strstr(got.seen[result("errors") - got.r], "\"number\":11200"),
        "each number is in the object");
    tap_ok(!strstr(got.seen[result("errors") - got.r], "30007"),
        "a message's is not");
    stand_stop(&stand);
}

/* ---- the voice model ---- */

static void wrong_model_key(void)
{
    TEXT(openai_api_key, "sk-another");
}

static void say_beta(void)
{
    TEXT(realtime_dialect, "beta");
}

static void impatient(void)
{
    options.sound_ms = 0;
}

static void no_model(void)
{
    TEXT(realtime_url, "ws://127.0.0.1:1/v1/realtime");
}

static void one_second(void)
{
    options.model_ms = 1000;
}

#define DOES(h) .rule = (const struct model_rule[]){{MODEL_FIRST, NULL, \
    "Hello there.", NULL, NULL, (h)}}, .rules = 1

static const struct {
    const char *what;
    struct model_script script;
    void (*edit)(void);
    enum probe_status status;
    const char *cause, *remedy;
} models[] = {
    {"a wrong key of the model's", {0}, wrong_model_key, PROBE_FAIL,
        "refuses OPENAI_API_KEY", "key"},
    {"a key that may not", {.refuse = {403, 403}}, NULL, PROBE_FAIL,
        "refuses OPENAI_API_KEY (403)", "may use the realtime models"},
    {"too many sessions", {.refuse = {429, 429}}, NULL, PROBE_FAIL, "(429)",
        "limit"},
    {"a service that is down", {.refuse = {503, 503}}, NULL, PROBE_FAIL,
        "was answered with 503", "status page"},
    {"nobody at the model's address", {0}, no_model, PROBE_FAIL,
        "does not open", "REALTIME_URL"},
    {"an unknown model", {.temper = MODEL_UNKNOWN}, NULL, PROBE_FAIL,
        "(model_not_found)", "set REALTIME_MODEL"},
    {"a socket without a session", {.temper = MODEL_NO_HELLO}, one_second,
        PROBE_FAIL, "no session.created", "realtime service"},
    {"a session nobody confirms", {.temper = MODEL_NO_ECHO}, one_second,
        PROBE_FAIL, "no session.updated", "REALTIME_DIALECT"},
    {"another audio format", {.temper = MODEL_LIES_FORMAT}, NULL, PROBE_FAIL,
        "is another than was asked for: ", "audio/pcmu"},
    {"a model without tools", {.temper = MODEL_LIES_TOOLS}, NULL, PROBE_FAIL,
        "tools has no ", "tools"},
    {"another voice", {.temper = MODEL_LIES_VOICE}, NULL, PROBE_FAIL,
        "voice", "the voice"},
    {"a server of the beta dialect", {.beta = true}, NULL, PROBE_FAIL,
        "speaks the beta dialect, and REALTIME_DIALECT is ga",
        "set REALTIME_DIALECT=beta"},
    {"a server of the GA dialect", {0}, say_beta, PROBE_FAIL,
        "speaks the GA dialect", "set REALTIME_DIALECT=ga"},
    {"a model that says nothing", {DOES(MODEL_MUTE)}, one_second, PROBE_FAIL,
        "no sound came", "try again"},
    {"a model that breaks off", {DOES(MODEL_RESETS)}, NULL, PROBE_FAIL,
        "closed the socket with 1006", "try again"},
    {"a model that closes", {DOES(MODEL_CLOSES)}, NULL, PROBE_FAIL,
        "closed the socket with 1011", "account"},
    {"a model that fails", {DOES(MODEL_FAILS)}, NULL, PROBE_FAIL,
        "the model failed: ", "status page"},
    {"a model that is censored", {DOES(MODEL_FILTERED)}, NULL, PROBE_FAIL,
        "without a sound (incomplete)", "one that speaks"},
    {"a slow model", {.think_ms = 60}, impatient, PROBE_WARN,
        "first sound took", "quicker"},
};

static void model_faults(void)
{
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        set_stand(NULL, &models[i].script);
        if (models[i].edit)
            models[i].edit();
        run_doctor("model");
        expect(models[i].what, "model", models[i].status, 0, 0,
            models[i].cause, models[i].remedy);
        stand_stop(&stand);
    }
}

/* What the stand-in never says of itself. */
static void model_refusals(void)
{
    static const struct {
        const char *what, *answer, *cause, *remedy;
    } t[] = {
        {"a model's account used up", "HTTP/1.1 429 Too Many Requests\r\n"
            "Content-Length: 39\r\nConnection: close\r\n\r\n"
            "{\"error\":{\"code\":\"insufficient_quota\"}}",
            "used up (insufficient_quota)", "add funds"},
        {"a key that was taken back", "HTTP/1.1 401 Unauthorized\r\n"
            "Content-Length: 36\r\nConnection: close\r\n\r\n"
            "{\"error\":{\"code\":\"invalid_api_key\"}}",
            "(invalid_api_key)", "new key"},
        {"a wrong path to the model", "HTTP/1.1 404 Not Found\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n",
            "at that address (404)", "the path in REALTIME_URL"},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char url[64];

        way = (struct crooked){.fault = {.canned = t[i].answer}};
        crooked_start(&way);
        set_conf();
        snprintf(url, sizeof url, "ws://127.0.0.1:%d/v1/realtime", way.port);
        TEXT(realtime_url, url);
        conf.server_port = 0;
        run_doctor("model");
        expect(t[i].what, "model", PROBE_FAIL, 0, 0, t[i].cause, t[i].remedy);
        crooked_stop(&way);
    }
}

/* ---- the chat model ---- */

#define JSON(status, body) "HTTP/1.1 " status "\r\nContent-Type: " \
    "application/json\r\nConnection: close\r\n\r\n" body
#define EVENTS "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
    "Connection: close\r\n\r\n"
#define CALLS "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\"," \
    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," \
    "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\"," \
    "\"function\":{\"name\":\"note_party\",\"arguments\":\"{\\\"people\\\":" \
    "4}\"}}]},\"finish_reason\":null}]}"
#define END "data: {\"choices\":[{\"index\":0,\"delta\":{}," \
    "\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"

static const struct {
    const char *what, *answer;
    enum probe_status status;
    const char *cause, *remedy;
} chats[] = {
    {"a chat model that calls tools", EVENTS "data: " CALLS "\n\n" END,
        PROBE_OK, "calls tools, streams", ""},
    {"a wrong key of the chat service", JSON("401 Unauthorized",
        "{\"error\":{\"message\":\"Incorrect API key\",\"type\":"
        "\"invalid_request_error\",\"code\":\"invalid_api_key\"}}"),
        PROBE_FAIL, "refuses OPENAI_API_KEY (401)", "set OPENAI_API_KEY"},
    {"Ollama without the model", JSON("404 Not Found", "{\"error\":{"
        "\"message\":\"model \\\"m\\\" not found, try pulling it first\","
        "\"type\":\"api_error\",\"param\":null,\"code\":null}}"), PROBE_FAIL,
        "there is no chat model \"m\" (404)", "ollama pull m"},
    {"Ollama's model without tools", JSON("400 Bad Request", "{\"error\":{"
        "\"message\":\"registry.ollama.ai/library/m does not support tools\","
        "\"type\":\"api_error\",\"param\":null,\"code\":null}}"), PROBE_FAIL,
        "takes no tools", "take a model with tools"},
    {"vLLM without its switch", JSON("400 Bad Request", "{\"object\":"
        "\"error\",\"message\":\"\\\"auto\\\" tool choice requires "
        "--enable-auto-tool-choice and --tool-call-parser to be set\","
        "\"type\":\"BadRequestError\",\"code\":400}"), PROBE_FAIL,
        "takes no tools", "--enable-auto-tool-choice"},
    {"llama.cpp without --jinja", JSON("500 Internal Server Error",
        "{\"error\":{\"code\":500,\"message\":\"tools param requires --jinja "
        "flag\",\"type\":\"server_error\"}}"), PROBE_FAIL, "takes no tools",
        "--jinja"},
    {"a chat account used up", JSON("429 Too Many Requests", "{\"error\":{"
        "\"message\":\"You exceeded your current quota\",\"type\":"
        "\"insufficient_quota\",\"code\":\"insufficient_quota\"}}"),
        PROBE_FAIL, "used up (insufficient_quota)", "add funds"},
    {"a busy chat service", JSON("429 Too Many Requests", "{\"error\":{"
        "\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":"
        "\"rate_limit_exceeded\"}}"), PROBE_WARN, "is busy (429)", "wait"},
    {"a chat service that fails", JSON("500 Internal Server Error", "oops"),
        PROBE_FAIL, "failed (500)", "log"},
    {"words where a tool was wanted", EVENTS "data: {\"choices\":[{"
        "\"index\":0,\"delta\":{\"content\":\"Four people.\"},"
        "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", PROBE_WARN,
        "called no tool", "calls tools"},
    {"a whole answer for a stream", JSON("200 OK", "{\"choices\":[{"
        "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
        "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{"
        "\"name\":\"note_party\",\"arguments\":\"{\\\"people\\\":4}\"}}]},"
        "\"finish_reason\":\"tool_calls\"}]}"), PROBE_WARN,
        "does not stream", "collects the stream"},
    {"a page where a chat service was expected", "HTTP/1.1 200 OK\r\n"
        "Content-Type: text/html\r\nConnection: close\r\n\r\n<html></html>",
        PROBE_FAIL, "did not understand us", "Chat Completions"},
};

static void chat_faults(void)
{
    for (size_t i = 0; i < sizeof chats / sizeof *chats; i++) {
        char url[64];

        way = (struct crooked){.fault = {.canned = chats[i].answer}};
        crooked_start(&way);
        set_conf();
        snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", way.port);
        TEXT(openai_base_url, url);
        TEXT(agent_model, "m");
        conf.server_port = 0;
        run_doctor("chat");
        if (chats[i].status == PROBE_OK)
            tap_ok(result("chat")->status == PROBE_OK
                && strstr(result("chat")->note, chats[i].cause),
                "%s: %s%s", chats[i].what, result("chat")->note,
                result("chat")->cause);
        else
            expect(chats[i].what, "chat", chats[i].status, 0, 0,
                chats[i].cause, chats[i].remedy);
        crooked_stop(&way);
    }
}

/* ---- who is not asked ---- */

static void skipped(void)
{
    static const char *const names[] = {"twilio", "errors", "model", "chat"};

    set_conf();
    conf.server_port = 0;
    conf.twilio_account_sid[0] = conf.openai_api_key[0] = 0;
    conf.realtime_url[0] = 0;
    run_doctor("twilio,errors,model,chat");
    for (size_t i = 0; i < 4; i++)
        tap_ok(result(names[i])->status == PROBE_SKIP, "unset: %s is skipped, "
            "%s", names[i], result(names[i])->cause);
    set_conf();
    conf.server_port = 0;
    TEXT(twilio_api_base, "https://api.twilio.com");
    TEXT(realtime_url, "");
    TEXT(agent_model, "m");
    run_doctor("twilio,errors,model,chat");
    for (size_t i = 0; i < 4; i++)
        tap_ok(result(names[i])->status == PROBE_SKIP
            && strstr(result(names[i])->cause, "--offline"),
            "--offline: %s is skipped", names[i]);
}

/* ---- the webhook's receiver ---- */

static void set_hook(const char *base, int port)
{
    snprintf(conf.webhook_url, sizeof conf.webhook_url, "%s:%d/hook", base,
        port);
    TEXT(webhook_secret, "s3cret");
}

static void hooks(void)
{
    static const struct {
        const char *what, *cert, *base, *cause, *remedy;
        int port;               /* 0: where a receiver is */
    } rows[] = {
        {"a receiver that is off", NULL, "http://localhost", "refused",
            "start the receiver", 1},
        {"a receiver nobody knows", NULL, "https://nowhere.invalid",
            "nowhere.invalid", "correct the host", 443},
        {"a receiver with another's certificate", "name",
            "https://localhost", "it is for elsewhere.example",
            "a certificate for the host", 0},
        {"a receiver whose certificate has expired", "expired",
            "https://localhost", "expired", "renew", 0},
        {"a receiver without TLS", NULL, "https://localhost",
            "TLS", "speak TLS", 0},
    };
    SSL_CTX *tls;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tls = rows[i].cert ? tls_of(rows[i].cert) : NULL;
        set_way(NULL, tls);
        options.offline = false;
        set_hook(rows[i].base, rows[i].port ? rows[i].port : way.port);
        run_doctor("webhook");
        expect(rows[i].what, "webhook", PROBE_FAIL, 0, 0, rows[i].cause,
            rows[i].remedy);
        crooked_stop(&way);
        if (tls)
            SSL_CTX_free(tls);
    }
    tls = tls_of("good");
    set_way(&(struct fault){.once = 1}, tls);   /* counts requests */
    set_hook("https://localhost", way.port);
    run_doctor("webhook");
    tap_ok(result("webhook")->status == PROBE_OK && strstr(
        result("webhook")->note, "nothing was sent"), "a good one: %s%s",
        result("webhook")->note, result("webhook")->cause);
    tap_is_int(way.seen, 0, "and nothing was");
    set_hook("https://hooks.example.com", 443);
    run_doctor("webhook");
    tap_ok(result("webhook")->status == PROBE_SKIP, "--offline: skipped");
    conf.webhook_url[0] = 0;
    run_doctor("webhook");
    tap_ok(result("webhook")->status == PROBE_SKIP, "unset: skipped");
    crooked_stop(&way);
    SSL_CTX_free(tls);
}

/* Every probe there is, between the stand-ins: what the run takes is what it
 * sleeps for its own timers and computes (doctor_test). */
static void everything(void)
{
    SSL_CTX *tls = tls_of("good");
    int64_t asleep = 0, took;
    clock_t began;

    way = (struct crooked){.tls = tls};
    crooked_start(&way);
    snprintf(public_host, sizeof public_host, "localhost:%d", way.port);
    set_stand(NULL, NULL);
    set_public(way.port);
    set_hook("https://localhost", way.port);
    options.frames = 100;
    options.asleep = &asleep;
    began = clock();
    run_doctor(NULL);
    took = asleep + (int64_t)(clock() - began) * 1000 / CLOCKS_PER_SEC;
    crooked_stop(&way);
    stand_stop(&stand);
    tap_is_int((int64_t)got.n, 17, "all seventeen probes have run");
    expect_silence("all is well", "chat");
    tap_ok(took < FULL_RUN, "a full run takes %lld ms, under %d",
        (long long)took, FULL_RUN);
    snprintf(public_host, sizeof public_host, PUBLIC);
    SSL_CTX_free(tls);
}

/* Servers of four makes, and what one of them says that the canned do not. */
static void chat_servers(void)
{
    static const char *const names[] = {"OpenAI", "Ollama", "vLLM",
        "llama.cpp"};

    for (int i = 0; i < 4; i++) {
        shape = (enum sim_chat_shape)i;
        chat_fault = SIM_CHAT_WELL;
        set_stand(NULL, NULL);
        run_doctor("chat");
        expect_silence(names[i], "chat");
        stand_stop(&stand);
        chat_fault = SIM_CHAT_NO_TOOLS;
        set_stand(NULL, NULL);
        run_doctor("chat");
        expect(names[i], "chat", PROBE_FAIL, 0, 0, "takes no tools", "");
        stand_stop(&stand);
    }
    shape = SIM_CHAT_OPENAI;
    chat_fault = SIM_CHAT_WELL;
}

static void healthy(void)
{
    set_stand(NULL, NULL);
    run_doctor("twilio,errors,model,chat");
    expect_silence("good services", "model");
    tap_ok(strstr(result("twilio")->note, "may call Germany"),
        "the country is told: %s", result("twilio")->note);
    good_key();
    run_doctor("twilio,errors");
    expect_silence("an API key", "errors");
    conf.twilio_auth_token[0] = 0;
    run_doctor("twilio,errors");
    expect_silence("a key alone", "twilio");
    stand_stop(&stand);
}

int main(void)
{
    uint8_t seed[32] = {9};

    signal(SIGPIPE, SIG_IGN);
    rand_seed(seed);
    log_setup(LOG_ERROR, false);
    make_certs();
    everything();
    healthy();
    hooks();
    account_faults();
    account_order();
    model_faults();
    model_refusals();
    chat_servers();
    chat_faults();
    skipped();
    drop_certs();
    table_judge("services");
    return tap_done();
}
