/* chat_say.c - the answers of a chat model's server, as each of them words
 * them (openai 7 and its table).
 */
#include <string.h>

#include "sim/chat_own.h"

#define PIECE 7                 /* bytes of words or arguments in a chunk */

static void quote(struct buf *out, const char *text)
{
    jread_quote(out, slice_str(text));
}

static const char *arguments_of(const struct sim_chat_line *line)
{
    return line->arguments ? line->arguments : "{}";
}

void chat_write_error(struct buf *out, enum sim_chat_shape shape,
    const char *type, const char *code, const char *message)
{
    buf_adds(out, "{\"error\":{\"message\":");
    quote(out, message);
    buf_adds(out, ",\"type\":");
    quote(out, type);
    if (shape != SIM_CHAT_LLAMA)
        buf_adds(out, ",\"param\":null");
    buf_adds(out, ",\"code\":");
    if (shape == SIM_CHAT_VLLM)
        buf_adds(out, "400");
    else if (code && shape != SIM_CHAT_OLLAMA)
        quote(out, code);
    else
        buf_adds(out, "null");
    buf_adds(out, "}}");
}

/* ---- whole ---- */

static void begin(struct buf *out, struct sim_chat *c, const char *object)
{
    buf_addf(out, "{\"id\":\"chatcmpl-%u\",\"object\":\"%s\",\"created\":"
        "1795345200,\"model\":", ++c->ids, object);
    quote(out, c->conf.model);
    if (c->conf.shape == SIM_CHAT_OPENAI || c->conf.shape == SIM_CHAT_AZURE)
        buf_adds(out, ",\"service_tier\":\"default\"");
    if (c->conf.shape == SIM_CHAT_OLLAMA)
        buf_adds(out, ",\"system_fingerprint\":\"fp_ollama\"");
}

static void add_call(struct buf *out, struct sim_chat *c,
    const struct sim_chat_line *line)
{
    buf_adds(out, "{");
    if (c->conf.shape != SIM_CHAT_LLAMA)
        buf_addf(out, "\"id\":\"call_%u\",", c->ids);
    if (c->conf.shape == SIM_CHAT_OLLAMA)
        buf_adds(out, "\"index\":0,");
    buf_adds(out, "\"type\":\"function\",\"function\":{\"name\":");
    quote(out, line->tool);
    buf_adds(out, ",\"arguments\":");
    if (c->conf.shape == SIM_CHAT_LLAMA)
        buf_adds(out, arguments_of(line));
    else
        quote(out, arguments_of(line));
    buf_adds(out, "}}");
}

static void add_content(struct buf *out, enum sim_chat_shape shape,
    const struct sim_chat_line *line)
{
    if (line->tool && shape == SIM_CHAT_VLLM)
        return;
    buf_adds(out, ",\"content\":");
    if (!line->tool)
        quote(out, line->text);
    else
        buf_adds(out, shape == SIM_CHAT_OLLAMA ? "\"\"" : "null");
}

static const char *finish_of(const struct sim_chat *c,
    const struct sim_chat_line *line)
{
    return line->tool && c->conf.shape != SIM_CHAT_OLLAMA ? "tool_calls"
        : "stop";
}

void chat_write_whole(struct buf *out, struct sim_chat *c,
    const struct sim_chat_line *line)
{
    begin(out, c, "chat.completion");
    buf_adds(out, ",\"choices\":[{\"index\":0,\"message\":{\"role\":"
        "\"assistant\"");
    add_content(out, c->conf.shape, line);
    if (c->conf.shape == SIM_CHAT_OPENAI)
        buf_adds(out, ",\"refusal\":null,\"annotations\":[]");
    if (c->conf.shape == SIM_CHAT_VLLM)
        buf_adds(out, ",\"reasoning_content\":null");
    if (line->tool) {
        buf_adds(out, ",\"tool_calls\":[");
        add_call(out, c, line);
        buf_addc(out, ']');
    }
    buf_addf(out, "},\"finish_reason\":\"%s\"", finish_of(c, line));
    if (c->conf.shape == SIM_CHAT_AZURE)
        buf_adds(out, ",\"content_filter_results\":{}");
    buf_adds(out, "}]");
    if (c->conf.shape != SIM_CHAT_LLAMA)
        buf_adds(out, ",\"usage\":{\"prompt_tokens\":300,"
            "\"completion_tokens\":20,\"total_tokens\":320}");
    buf_addc(out, '}');
}

/* ---- streamed ---- */

static void open_chunk(struct buf *out, struct sim_chat *c)
{
    buf_adds(out, "data: ");
    begin(out, c, "chat.completion.chunk");
    buf_adds(out, ",\"choices\":[{\"index\":0,\"delta\":{");
}

static void close_chunk(struct buf *out, const char *finish)
{
    if (finish)
        buf_addf(out, "},\"finish_reason\":\"%s\"}]}\n\n", finish);
    else
        buf_adds(out, "},\"finish_reason\":null}]}\n\n");
}

static void stream_words(struct buf *out, struct sim_chat *c,
    struct slice text)
{
    while (text.len) {
        size_t n = text.len < PIECE ? text.len : PIECE;

        /* A server never cuts a character: tokens are texts. */
        while (n < text.len && (text.ptr[n] & 0xc0) == 0x80)
            n++;
        open_chunk(out, c);
        buf_adds(out, "\"content\":");
        jread_quote(out, slice_head(text, n));
        close_chunk(out, NULL);
        text = slice_from(text, n);
    }
}

static void stream_call(struct buf *out, struct sim_chat *c,
    const struct sim_chat_line *line, enum sim_chat_fault fault)
{
    struct slice text = slice_str(arguments_of(line));
    size_t cut = fault == SIM_CHAT_CUT ? text.len / 2 : text.len;

    open_chunk(out, c);
    buf_adds(out, "\"tool_calls\":[{\"index\":0");
    if (c->conf.shape != SIM_CHAT_LLAMA)
        buf_addf(out, ",\"id\":\"call_%u\"", c->ids);
    buf_adds(out, ",\"type\":\"function\",\"function\":{\"name\":");
    quote(out, line->tool);
    buf_adds(out, ",\"arguments\":\"\"}}]");
    close_chunk(out, NULL);
    text = slice_head(text, cut);
    while (text.len) {
        open_chunk(out, c);
        buf_adds(out, "\"tool_calls\":[{\"index\":0,\"function\":{"
            "\"arguments\":");
        jread_quote(out, slice_head(text, PIECE));
        buf_adds(out, "}}]");
        close_chunk(out, NULL);
        text = slice_from(text, PIECE);
    }
}

void chat_write_stream(struct buf *out, struct sim_chat *c,
    const struct sim_chat_line *line, enum sim_chat_fault fault)
{
    if (c->conf.shape == SIM_CHAT_AZURE)
        buf_adds(out, "data: {\"id\":\"\",\"object\":\"\",\"model\":\"\","
            "\"choices\":[],\"prompt_filter_results\":[]}\n\n");
    if (c->conf.shape == SIM_CHAT_LLAMA)
        buf_adds(out, ": keep-alive\n\n");
    open_chunk(out, c);
    buf_adds(out, "\"role\":\"assistant\",\"content\":");
    buf_adds(out, line->tool ? "null" : "\"\"");
    close_chunk(out, NULL);
    if (line->tool)
        stream_call(out, c, line, fault);
    else
        stream_words(out, c, slice_str(line->text));
    if (fault == SIM_CHAT_CUT)
        return;
    if (fault == SIM_CHAT_MID_ERROR) {
        buf_adds(out, "data: ");
        chat_write_error(out, SIM_CHAT_OPENAI, "server_error", NULL,
            "The server had an error while processing your request.");
        buf_adds(out, "\n\n");
        return;
    }
    open_chunk(out, c);
    close_chunk(out, finish_of(c, line));
    buf_adds(out, "data: [DONE]\n\n");
}
