/* chat.c - what an agent's model is asked: openai 7. */
#include "model/chat.h"

#include "codec/jsonw.h"

static void write_calls(struct jsonw *w, const struct chat_message *m)
{
    jsonw_karray(w, "tool_calls");
    for (size_t i = 0; i < m->calls; i++) {
        jsonw_object(w);
        jsonw_kstr(w, "id", m->call[i].id);
        jsonw_kcstr(w, "type", "function");
        jsonw_kobject(w, "function");
        jsonw_kstr(w, "name", m->call[i].name);
        jsonw_kstr(w, "arguments", m->call[i].arguments);
        jsonw_end(w);
        jsonw_end(w);
    }
    jsonw_end(w);
}

/* "system", not "developer": the one every server knows. */
static void write_message(struct jsonw *w, const struct chat_message *m)
{
    static const char *const roles[] = {"system", "user", "assistant", "tool"};

    jsonw_object(w);
    jsonw_kcstr(w, "role", roles[m->role]);
    if (m->role == CHAT_TOOL)
        jsonw_kstr(w, "tool_call_id", m->answers);
    jsonw_kstr(w, "content", m->text);
    if (m->calls)
        write_calls(w, m);
    jsonw_end(w);
}

void chat_write(struct buf *out, const struct chat_ask *ask)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "model", ask->model);
    jsonw_karray(&w, "messages");
    for (size_t i = 0; i < ask->messages; i++)
        write_message(&w, &ask->message[i]);
    jsonw_end(&w);
    if (ask->tools.len) {
        jsonw_kraw(&w, "tools", ask->tools);
        /* "auto" is the default, and Ollama knows no tool_choice. */
        if (ask->must_call)
            jsonw_kcstr(&w, "tool_choice", "required");
    }
    if (ask->max_tokens)
        jsonw_kint(&w, ask->old_max_tokens ? "max_tokens"
            : "max_completion_tokens", ask->max_tokens);
    if (ask->stream)
        jsonw_kbool(&w, "stream", true);
    jsonw_end(&w);
}

/* ---- where ---- */

static bool is_azure(struct slice base)
{
    return slice_find(base, SLICE(".openai.azure.com")) != SLICE_NPOS
        || slice_find(base, SLICE(".cognitiveservices.azure.com"))
        != SLICE_NPOS;
}

/* What stands behind "?" stays behind the path. */
void chat_url(struct buf *out, struct slice base)
{
    struct slice query = base, path = slice_cut(&query, '?');

    if (base.len == 0)
        path = SLICE("https://api.openai.com/v1");
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    buf_add(out, path);
    if (!slice_ends(path, "/chat/completions"))
        buf_adds(out, "/chat/completions");
    if (query.len) {
        buf_addc(out, '?');
        buf_add(out, query);
    }
}

void chat_key_header(struct buf *out, struct slice base, struct slice key)
{
    if (is_azure(base) && key.len) {
        buf_adds(out, "api-key: ");
        buf_add(out, key);
        buf_adds(out, "\r\n");
    }
}
