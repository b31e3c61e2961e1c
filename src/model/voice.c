/* voice.c - messages to the voice model: realtime 3, client to server. */
#include "model/dialect.h"

#include "base/text.h"

const struct voice_dialect *voice_dialect_find(struct slice name)
{
    static const struct voice_dialect *const all[] = {&voice_ga, &voice_beta};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (slice_iis(name, all[i]->name))
            return all[i];
    return NULL;
}

/* Opens a message and numbers it: the server names the number in an error. */
static uint64_t begin(struct voice *v, struct jsonw *w, struct buf *out,
    const char *type)
{
    char id[TEXT_U64_MAX + 2];

    text_fmt(id, sizeof id, "c%llu", (unsigned long long)++v->events);
    jsonw_begin(w, out);
    jsonw_object(w);
    jsonw_kcstr(w, "type", type);
    jsonw_kcstr(w, "event_id", id);
    return v->events;
}

/* May s stand between quotes as it is? */
static bool is_raw(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] < 0x20)
            return false;
        if (s.ptr[i] == '\\' && ++i == s.len)
            return false;
    }
    return true;
}

/* Ids go back as they came, escapes and all. */
static void kid(struct jsonw *w, const char *key, struct slice id)
{
    jsonw_key(w, key);
    if (!is_raw(id) || !id.len) {
        jsonw_str(w, id.ptr ? id : SLICE(""));
        return;
    }
    buf_addc(w->out, '"');
    jsonw_raw(w, id);
    buf_addc(w->out, '"');
}

uint64_t voice_update(struct voice *v, struct buf *out,
    const struct voice_session *s)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "session.update");

    jsonw_kobject(&w, "session");
    v->dialect->session(&w, s);
    jsonw_end(&w);
    jsonw_end(&w);
    return n;
}

uint64_t voice_instruct(struct voice *v, struct buf *out, struct slice text)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "session.update");

    jsonw_kobject(&w, "session");
    v->dialect->must(&w);
    jsonw_kstr(&w, "instructions", text.ptr ? text : SLICE(""));
    jsonw_end(&w);
    jsonw_end(&w);
    return n;
}

uint64_t voice_respond(struct voice *v, struct buf *out,
    struct slice instructions)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "response.create");

    if (instructions.ptr) {
        jsonw_kobject(&w, "response");
        jsonw_kstr(&w, "instructions", instructions);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    return n;
}

uint64_t voice_cancel(struct voice *v, struct buf *out, struct slice response)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "response.cancel");

    if (response.len)
        kid(&w, "response_id", response);
    jsonw_end(&w);
    return n;
}

uint64_t voice_truncate(struct voice *v, struct buf *out, struct slice item,
    int64_t content_index, int64_t heard_ms)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "conversation.item.truncate");

    kid(&w, "item_id", item);
    jsonw_kint(&w, "content_index", content_index);
    jsonw_kint(&w, "audio_end_ms", heard_ms < 0 ? 0 : heard_ms);
    jsonw_end(&w);
    return n;
}

uint64_t voice_delete(struct voice *v, struct buf *out, struct slice item)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "conversation.item.delete");

    kid(&w, "item_id", item);
    jsonw_end(&w);
    return n;
}

uint64_t voice_tool_output(struct voice *v, struct buf *out,
    struct slice call, struct slice output)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "conversation.item.create");

    jsonw_kobject(&w, "item");
    jsonw_kcstr(&w, "type", "function_call_output");
    kid(&w, "call_id", call);
    jsonw_kstr(&w, "output", output.ptr ? output : SLICE(""));
    jsonw_end(&w);
    jsonw_end(&w);
    return n;
}

uint64_t voice_say_item(struct voice *v, struct buf *out, enum voice_role role,
    struct slice text)
{
    static const char *const name[] = {"system", "user", "assistant"};
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "conversation.item.create");

    jsonw_kobject(&w, "item");
    jsonw_kcstr(&w, "type", "message");
    jsonw_kcstr(&w, "role", name[role]);
    jsonw_karray(&w, "content");
    jsonw_object(&w);
    jsonw_kcstr(&w, "type", role == VOICE_ASSISTANT
        ? v->dialect->assistant_part : "input_text");
    jsonw_kstr(&w, "text", text.ptr ? text : SLICE(""));
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);
    return n;
}

uint64_t voice_clear_input(struct voice *v, struct buf *out)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "input_audio_buffer.clear");

    jsonw_end(&w);
    return n;
}

uint64_t voice_commit_input(struct voice *v, struct buf *out)
{
    struct jsonw w;
    uint64_t n = begin(v, &w, out, "input_audio_buffer.commit");

    jsonw_end(&w);
    return n;
}

uint64_t voice_append_parts(struct voice *v, struct voice_append *a,
    struct slice payload)
{
    uint64_t n = ++v->events;

    a->part[0] = SLICE("{\"type\":\"input_audio_buffer.append\","
        "\"event_id\":\"c");
    a->part[1] = slice_of(a->number, text_from_u64(a->number, n));
    a->part[2] = SLICE("\",\"audio\":\"");
    a->part[3] = payload;
    a->part[4] = SLICE("\"}");
    return n;
}
