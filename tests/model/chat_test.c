/* chat_test.c - answers in the shapes of OpenAI, Ollama, vLLM, llama.cpp and
 * Azure, whole and in pieces; what is asked; what is repaired (openai 7). */
#include "model/chat.h"

#include "tests/guard.h"
#include "tests/tap.h"

static struct buf shown;

/* "fail why|words|name(arguments)id;...|finish" */
static struct slice show(const struct chat_answer *a)
{
    static const char *const fails[] = {"fine", "busy", "quota", "key",
        "model", "no_tools", "asked_wrong", "server", "rubbish"};
    static const char *const ends[] = {"-", "stop", "length", "tools",
        "filter"};

    buf_clear(&shown);
    buf_addf(&shown, "%s", fails[a->fail]);
    if (a->fail != CHAT_FINE) {
        buf_addf(&shown, " %s", a->why);
        return buf_slice(&shown);
    }
    buf_addf(&shown, "|%s%.*s|", a->refused ? "refused: " : "",
        SLICE_ARG(buf_slice(&a->text)));
    for (size_t i = 0; i < a->tools; i++)
        buf_addf(&shown, "%s(%.*s)%s;", a->tool[i].name,
            SLICE_ARG(buf_slice(&a->tool[i].arguments)), a->tool[i].id);
    buf_addf(&shown, "|%s", ends[a->finish]);
    return buf_slice(&shown);
}

static const struct {
    const char *from;
    int status;
    const char *body, *want;
} answers[] = {
    {"OpenAI, words", 200, "{\"id\":\"chatcmpl-1\",\"object\":"
        "\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{"
        "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
        "\"For how many?\",\"refusal\":null,\"annotations\":[]},\"logprobs\":"
        "null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
        "\"completion_tokens\":4,\"total_tokens\":13}}",
        "fine|For how many?||stop"},
    {"OpenAI, a call", 200, "{\"choices\":[{\"index\":0,\"message\":{\"role\":"
        "\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_x\","
        "\"type\":\"function\",\"function\":{\"name\":\"set_slots\","
        "\"arguments\":\"{\\\"party\\\":4}\"}}]},\"finish_reason\":"
        "\"tool_calls\"}]}", "fine||set_slots({\"party\":4})call_x;|tools"},
    {"OpenAI, a refusal", 200, "{\"choices\":[{\"message\":{\"role\":"
        "\"assistant\",\"content\":null,\"refusal\":\"I cannot.\"},"
        "\"finish_reason\":\"stop\"}]}", "fine|refused: I cannot.||stop"},
    {"Ollama: an index in whole answers, stop with a call, no refusal", 200,
        "{\"id\":\"chatcmpl-7\",\"object\":\"chat.completion\",\"created\":1,"
        "\"model\":\"llama3.1\",\"system_fingerprint\":\"fp_ollama\","
        "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        "\"content\":\"\",\"tool_calls\":[{\"id\":\"call_abc\",\"index\":0,"
        "\"type\":\"function\",\"function\":{\"name\":\"find_place\","
        "\"arguments\":\"{\\\"name\\\":\\\"Luigi's\\\"}\"}}]},"
        "\"finish_reason\":\"stop\"}]}",
        "fine||find_place({\"name\":\"Luigi's\"})call_abc;|tools"},
    {"vLLM: empty content, two calls", 200, "{\"choices\":[{\"index\":0,"
        "\"message\":{\"role\":\"assistant\",\"reasoning_content\":null,"
        "\"content\":\"\",\"tool_calls\":[{\"id\":\"chatcmpl-tool-1\","
        "\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":"
        "\"{}\"}},{\"id\":\"chatcmpl-tool-2\",\"type\":\"function\","
        "\"function\":{\"name\":\"b\",\"arguments\":\"{}\"}}]},\"logprobs\":"
        "null,\"finish_reason\":\"tool_calls\",\"stop_reason\":null}]}",
        "fine||a({})chatcmpl-tool-1;b({})chatcmpl-tool-2;|tools"},
    {"llama.cpp: no id, arguments an object", 200, "{\"choices\":[{"
        "\"finish_reason\":\"tool\",\"index\":0,\"message\":{\"content\":null,"
        "\"tool_calls\":[{\"name\":\"x\",\"type\":\"function\",\"id\":\"\","
        "\"function\":{\"name\":\"set_slots\",\"arguments\":{\"party\":2}}}],"
        "\"role\":\"assistant\"}}],\"usage\":null}",
        "fine||set_slots({\"party\":2})call_1;|tools"},
    {"Azure: filter results beside it", 200, "{\"choices\":[{"
        "\"content_filter_results\":{\"hate\":{\"filtered\":false}},"
        "\"finish_reason\":\"stop\",\"index\":0,\"message\":{\"content\":"
        "\"Hello\",\"role\":\"assistant\"}}],\"prompt_filter_results\":[]}",
        "fine|Hello||stop"},
    {"Azure: filtered", 200, "{\"choices\":[{\"finish_reason\":"
        "\"content_filter\",\"message\":{\"role\":\"assistant\"}}]}",
        "rubbish its content filter let nothing through"},
    {"content in parts", 200, "{\"choices\":[{\"message\":{\"content\":[{"
        "\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}"
        ",\"finish_reason\":\"stop\"}]}", "fine|ab||stop"},
    {"no finish reason", 200, "{\"choices\":[{\"message\":{\"content\":"
        "\"a\"}}]}", "fine|a||-"},
    {"cut words are words", 200, "{\"choices\":[{\"message\":{\"content\":"
        "\"a\"},\"finish_reason\":\"length\"}]}", "fine|a||length"},
    {"a cut call is none", 200, "{\"choices\":[{\"message\":{\"tool_calls\":[{"
        "\"id\":\"1\",\"function\":{\"name\":\"a\",\"arguments\":\"{\"}}]},"
        "\"finish_reason\":\"length\"}]}",
        "rubbish a tool call cut by the token limit"},
    {"a call without a name", 200, "{\"choices\":[{\"message\":{"
        "\"tool_calls\":[{\"id\":\"1\",\"function\":{\"arguments\":\"{}\"}}]}}]"
        "}", "rubbish a tool call without a name"},
    {"an error under 200", 200, "{\"error\":{\"message\":\"model overloaded\","
        "\"type\":\"overloaded_error\",\"code\":503}}",
        "busy model overloaded"},
    {"an error that is a text", 200, "{\"error\":\"no such model\"}",
        "asked_wrong no such model"},
    {"nothing", 200, "{\"choices\":[]}", "rubbish no choices in it"},
    {"empty", 200, "{\"choices\":[{\"message\":{\"content\":\"\"}}]}",
        "rubbish an empty answer"},
    {"a page", 200, "<html>", "rubbish status 200, and no JSON"},
    {"a gateway", 502, "<html>Bad Gateway", "server status 502, and no JSON"},
    {"rate limit", 429, "{\"error\":{\"message\":\"Rate limit reached\","
        "\"type\":\"requests\",\"param\":null,\"code\":"
        "\"rate_limit_exceeded\"}}", "busy Rate limit reached"},
    {"quota", 429, "{\"error\":{\"message\":\"You exceeded your current "
        "quota\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":"
        "\"insufficient_quota\"}}", "quota You exceeded your current quota"},
    {"key", 401, "{\"error\":{\"message\":\"Incorrect API key provided\","
        "\"type\":\"invalid_request_error\",\"param\":null,\"code\":"
        "\"invalid_api_key\"}}", "key Incorrect API key provided"},
    {"Ollama, model", 404, "{\"error\":{\"message\":\"model \\\"x\\\" not "
        "found, try pulling it first\",\"type\":\"not_found_error\",\"param\":"
        "null,\"code\":null}}", "model model \"x\" not found, try pulling it "
        "first"},
    {"Ollama, tools", 400, "{\"error\":{\"message\":\"gemma does not support "
        "tools\",\"type\":\"api_error\",\"param\":null,\"code\":null}}",
        "no_tools gemma does not support tools"},
    {"vLLM, tools", 400, "{\"error\":{\"message\":\"\\\"auto\\\" tool choice "
        "requires --enable-auto-tool-choice and --tool-call-parser to be "
        "set\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}",
        "no_tools \"auto\" tool choice requires --enable-auto-tool-choice and "
        "--tool-call-parser to be set"},
    {"an old vLLM, tools", 400, "{\"object\":\"error\",\"message\":"
        "\"\\\"auto\\\" tool choice requires --enable-auto-tool-choice\","
        "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
        "no_tools \"auto\" tool choice requires --enable-auto-tool-choice"},
    {"llama.cpp, tools", 500, "{\"error\":{\"code\":500,\"message\":\"tools "
        "param requires --jinja flag\",\"type\":\"server_error\"}}",
        "no_tools tools param requires --jinja flag"},
    {"Azure, key", 401, "{\"error\":{\"code\":\"401\",\"message\":\"Access "
        "denied due to invalid subscription key\"}}",
        "key Access denied due to invalid subscription key"},
    {"no words", 400, "{\"error\":{}}", "asked_wrong status 400"},
};

static void whole(void)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct slice body = slice_str(answers[i].body);
        struct chat_answer a;

        chat_answer_init(&a);
        chat_read(&a, answers[i].status, guard_in(body));
        tap_is_str(show(&a), answers[i].want, answers[i].from);
        chat_answer_free(&a);
        for (size_t n = 0; n < body.len; n++) {
            chat_answer_init(&a);
            chat_read(&a, answers[i].status, guard_in(slice_head(body, n)));
            if (a.fail == CHAT_FINE)
                tap_ok(false, "a prefix is an answer: %zu", n);
            chat_answer_free(&a);
        }
    }
}

#define CHUNK "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\"," \
    "\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"

static const struct {
    const char *from, *text, *want;
} streams[] = {
    {"OpenAI, words", CHUNK "{\"role\":\"assistant\",\"content\":\"\"},"
        "\"finish_reason\":null}],\"obfuscation\":\"x\"}\n\n"
        CHUNK "{\"content\":\"For how \"},\"finish_reason\":null}]}\n\n"
        CHUNK "{\"content\":\"many\xc3\xa9?\"},\"finish_reason\":null}]}\n\n"
        CHUNK "{},\"finish_reason\":\"stop\"}]}\n\n"
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
        "\"completion_tokens\":4,\"total_tokens\":13}}\n\ndata: [DONE]\n\n",
        "fine|For how many\xc3\xa9?||stop"},
    {"OpenAI, two calls in pieces", CHUNK "{\"role\":\"assistant\","
        "\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_1x\","
        "\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":"
        "\"\"}}]},\"finish_reason\":null}]}\n\n"
        CHUNK "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
        "\"{\\\"p\"}}]}}]}\n\n"
        CHUNK "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
        "\"\\\":1}\"}}]}}]}\n\n"
        CHUNK "{\"tool_calls\":[{\"index\":1,\"id\":\"call_2x\",\"function\":"
        "{\"name\":\"b\",\"arguments\":\"{}\"}}]}}]}\n\n"
        CHUNK "{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
        "fine||a({\"p\":1})call_1x;b({})call_2x;|tools"},
    {"CRLF, comments, no [DONE]", ": ping\r\n\r\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},"
        "\r\ndata: \"finish_reason\":\"stop\"}]}\r\n\r\n", "fine|a||stop"},
    {"no index: an id begins a call", "data: {\"choices\":[{\"delta\":{"
        "\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"a\","
        "\"arguments\":\"{\"}}]}}]}\n\ndata: {\"choices\":[{\"delta\":{"
        "\"tool_calls\":[{\"function\":{\"arguments\":\"}\"}}]}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"2\","
        "\"function\":{\"name\":\"b\",\"arguments\":{}}}]},\"finish_reason\":"
        "\"stop\"}]}\n\n", "fine||a({})1;b({})2;|tools"},
    {"an error in mid-stream", CHUNK "{\"content\":\"a\"}}]}\n\n"
        "data: {\"error\":{\"message\":\"server overloaded\",\"type\":"
        "\"server_error\"}}\n\n", "server server overloaded"},
    {"an error event", "event: error\ndata: {\"message\":\"no\",\"code\":429}"
        "\n\n", "busy no"},
    {"cut", CHUNK "{\"content\":\"a\"}}]}\n\n", "rubbish the stream was cut"},
    {"no JSON", "data: {\n\n", "rubbish a chunk that is no JSON"},
};

static void feed(struct chat_answer *a, struct slice text, size_t n)
{
    chat_answer_init(a);
    if (chat_feed(a, guard_in(slice_head(text, n))))
        chat_feed(a, guard_in(slice_from(text, n)));
    chat_end(a);
}

static void streamed(void)
{
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct slice text = slice_str(streams[i].text);
        struct chat_answer a;
        int bad = 0;

        chat_answer_init(&a);
        for (size_t n = 0; n < text.len; n++)
            chat_feed(&a, guard_in(slice_of(text.ptr + n, 1)));
        chat_end(&a);
        tap_is_str(show(&a), streams[i].want, streams[i].from);
        chat_answer_free(&a);
        for (size_t n = 0; n <= text.len; n++) {
            feed(&a, text, n);
            bad += !slice_is(show(&a), streams[i].want);
            chat_answer_free(&a);
        }
        tap_is_int(bad, 0, "at every split");
    }
}

static void fresh(void)
{
    struct chat_answer a;

    chat_answer_init(&a);
    tap_is_str(chat_fresh(&a), "", "nothing yet");
    chat_feed(&a, SLICE("data: {\"choices\":[{\"delta\":{\"content\":\"ab\"}}]"
        "}\n\n"));
    tap_is_str(chat_fresh(&a), "ab", "the first words");
    tap_is_str(chat_fresh(&a), "", "are not told twice");
    chat_feed(&a, SLICE("data: {\"choices\":[{\"delta\":{\"content\":\"c\"}}]"
        "}\n\n"));
    tap_is_str(chat_fresh(&a), "c", "the next ones");
    chat_answer_free(&a);
}

static void ceilings(void)
{
    struct chat_answer a;
    struct buf big;

    buf_init(&big, 1u << 20);
    buf_adds(&big, "{\"choices\":[{\"message\":{\"content\":\"");
    for (size_t i = 0; i <= CHAT_TEXT; i++)
        buf_addc(&big, 'a');
    buf_adds(&big, "\"}}]}");
    chat_answer_init(&a);
    chat_read(&a, 200, buf_slice(&big));
    tap_is_str(show(&a), "rubbish an answer that is too long", "words");
    chat_answer_free(&a);
    buf_clear(&big);
    buf_adds(&big, "{\"choices\":[{\"message\":{\"tool_calls\":[");
    for (int i = 0; i <= CHAT_TOOLS; i++)
        buf_addf(&big, "%s{\"id\":\"%d\",\"function\":{\"name\":\"a\"}}",
            i ? "," : "", i);
    buf_adds(&big, "]}}]}");
    chat_answer_init(&a);
    chat_read(&a, 200, buf_slice(&big));
    tap_is_str(show(&a), "rubbish more tool calls than are taken", "calls");
    chat_answer_free(&a);
    buf_free(&big);
}

static void asking(void)
{
    static const struct chat_call call = {SLICE_INIT("call_1"),
        SLICE_INIT("lookup"), SLICE_INIT("{\"id\":4}")};
    static const struct chat_message messages[] = {
        {.role = CHAT_SYSTEM, .text = SLICE_INIT("Be brief.")},
        {.role = CHAT_USER, .text = SLICE_INIT("a \"table\"")},
        {.role = CHAT_ASSISTANT, .call = &call, .calls = 1},
        {.role = CHAT_TOOL, .text = SLICE_INIT("{\"ok\":true}"),
            .answers = SLICE_INIT("call_1")},
    };
    struct chat_ask ask = {.model = SLICE("m"), .message = messages,
        .messages = 4, .tools = SLICE("[{}]"), .must_call = true,
        .max_tokens = 400, .stream = true};

    buf_clear(&shown);
    chat_write(&shown, &ask);
    tap_is_str(buf_slice(&shown), "{\"model\":\"m\",\"messages\":[{\"role\":"
        "\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":"
        "\"a \\\"table\\\"\"},{\"role\":\"assistant\",\"content\":null,"
        "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
        "\"function\":{\"name\":\"lookup\",\"arguments\":\"{\\\"id\\\":4}\"}}]"
        "},{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":"
        "\"{\\\"ok\\\":true}\"}],\"tools\":[{}],\"tool_choice\":\"required\","
        "\"max_completion_tokens\":400,\"stream\":true}", "all of it");
    ask = (struct chat_ask){.model = SLICE("m"), .message = messages,
        .messages = 1, .max_tokens = 5, .old_max_tokens = true};
    buf_clear(&shown);
    chat_write(&shown, &ask);
    tap_is_str(buf_slice(&shown), "{\"model\":\"m\",\"messages\":[{\"role\":"
        "\"system\",\"content\":\"Be brief.\"}],\"max_tokens\":5}",
        "the least of it");
}

static void addresses(void)
{
    static const struct {
        const char *base, *url;
    } of[] = {
        {"", "https://api.openai.com/v1/chat/completions"},
        {"https://api.openai.com/v1/",
            "https://api.openai.com/v1/chat/completions"},
        {"http://127.0.0.1:11434/v1",
            "http://127.0.0.1:11434/v1/chat/completions"},
        {"https://r.openai.azure.com/openai/v1",
            "https://r.openai.azure.com/openai/v1/chat/completions"},
        {"https://r.openai.azure.com/openai/deployments/d?api-version=2024-1",
            "https://r.openai.azure.com/openai/deployments/d/chat/completions"
            "?api-version=2024-1"},
        {"https://x/v1/chat/completions", "https://x/v1/chat/completions"},
    };

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        buf_clear(&shown);
        chat_url(&shown, guard_in(slice_str(of[i].base)));
        tap_is_str(buf_slice(&shown), of[i].url, of[i].base);
    }
    buf_clear(&shown);
    chat_key_header(&shown, SLICE("https://r.openai.azure.com/openai/v1"),
        SLICE("k"));
    tap_is_str(buf_slice(&shown), "api-key: k\r\n", "Azure's key");
    buf_clear(&shown);
    chat_key_header(&shown, SLICE("https://api.openai.com/v1"), SLICE("k"));
    tap_is_str(buf_slice(&shown), "", "elsewhere a bearer token");
}

static void again(void)
{
    static const struct {
        enum chat_fail fail;
        const char *should, *ms, *after;
        int repeat;
        int64_t want;
    } of[] = {
        {CHAT_BUSY, "", "", "", 1, 500},
        {CHAT_SERVER, "", "", "", 2, 1000},
        {CHAT_SERVER, "", "", "", 3, -1},
        {CHAT_QUOTA, "", "", "", 1, -1},
        {CHAT_QUOTA, "true", "", "", 1, -1},
        {CHAT_KEY, "", "", "", 1, -1},
        {CHAT_ASKED_WRONG, "true", "", "", 1, 500},
        {CHAT_BUSY, "false", "", "", 1, -1},
        {CHAT_BUSY, "", "120", "5", 1, 120},
        {CHAT_BUSY, "", "", "1.5", 1, 1500},
        {CHAT_BUSY, "", "", "0", 1, 500},
        {CHAT_BUSY, "", "", "11", 1, -1},
        {CHAT_BUSY, "", "", "Sun, 22 Nov 2026 11:00:03 GMT", 1, 3000},
        {CHAT_BUSY, "", "", "Sun, 22 Nov 2026 10:00:00 GMT", 1, 500},
        {CHAT_BUSY, "", "", "soon", 1, 500},
    };

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct chat_again h = {slice_str(of[i].should), slice_str(of[i].ms),
            slice_str(of[i].after), INT64_C(1795345200000)};
        char name[16];

        snprintf(name, sizeof name, "again %zu", i);
        tap_is_int(chat_retry_in(of[i].fail, &h, of[i].repeat, 10000, 0),
            of[i].want, name);
    }
    tap_ok(chat_retry_in(CHAT_BUSY, &(struct chat_again){.now = 0}, 1, 10000,
        1023) > 370, "jitter takes a quarter at most");
}

static const struct {
    const char *raw, *want;     /* NULL: refused */
} written[] = {
    {"{\"party\":4}", "{\"party\":4}"},
    {" {\"party\": 4}\n", "{\"party\": 4}"},
    {"", "{}"},
    {"```json\n{\"party\":4}\n```", "{\"party\":4}"},
    {"\"{\\\"party\\\":4}\"", "{\"party\":4}"},
    {"{\"party\":4,}", "{\"party\":4}"},
    {"{\"w\":[\"a\",\"b\",],}", "{\"w\":[\"a\",\"b\"]}"},
    {"{'name': 'Leo'}", "{\"name\":\"Leo\"}"},
    {"{'name': 'O\\'Hara \"x\"'}", "{\"name\":\"O'Hara \\\"x\\\"\"}"},
    {"{name: \"Leo\", party: 4}", "{\"name\":\"Leo\",\"party\":4}"},
    {"{\"a\":True,\"b\":False,\"c\":None}",
        "{\"a\":true,\"b\":false,\"c\":null}"},
    {"{\"name\":\"Leo\"", "{\"name\":\"Leo\"}"},
    {"{\"w\":[\"a\"]", "{\"w\":[\"a\"]}"},
    {"{\"w\":[\"a\"", "{\"w\":[\"a\"]}"},
    {"{\"note\":\"two\nlines\",}", "{\"note\":\"two\\nlines\"}"},
    {"{\"party\":1", NULL},
    {"{\"name\":\"Le", NULL},
    {"{'name':'Le", NULL},
    {"{\"name\":\"Leo\",", NULL},
    {"{\"name\":", NULL},
    {"{\"name\"", NULL},
    {"{\"ok\":tru", NULL},
    {"{\"a\" \"b\"}", NULL},
    {"{\"a\":1 \"b\":2}", NULL},
    {"{\"a\":1]", NULL},
    {"{\"a\":1}}", NULL},
    {"{\"a\":1} {\"b\":2}", NULL},
    {"[1]", NULL},
    {"4", NULL},
    {"party=4", NULL},
    {"I would call set_slots", NULL},
    {"{\"a\":undefined}", NULL},
    {"{\"a\":}", NULL},
    {"{,}", NULL},
    {"\"no object\"", NULL},
    {"{\"a\":1..2}", NULL},
};

static void repairing(void)
{
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        struct slice raw = slice_str(written[i].raw);
        int rc;

        buf_clear(&shown);
        buf_adds(&shown, "kept");
        rc = chat_repair(&shown, guard_in(raw));
        if (written[i].want)
            tap_is_str(rc ? SLICE("refused") : slice_from(buf_slice(&shown),
                4), written[i].want, "repaired");
        else
            tap_ok(rc == -1 && slice_is(buf_slice(&shown), "kept"),
                "refused: %s", written[i].raw);
        for (size_t n = 0; n < raw.len; n++) {
            buf_clear(&shown);
            chat_repair(&shown, guard_in(slice_head(raw, n)));
        }
    }
}

int main(void)
{
    buf_init(&shown, 1u << 16);
    whole();
    streamed();
    fresh();
    ceilings();
    asking();
    addresses();
    again();
    repairing();
    buf_free(&shown);
    return tap_done();
}
