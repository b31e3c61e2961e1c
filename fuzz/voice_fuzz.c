/* voice_fuzz.c - whatever the model's server sends: no crash, every slice lies
 * in the message, and what we would send back about it is JSON.
 */
#include <stdlib.h>

#include "model/voice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slice whole;

static void inside(struct slice s)
{
    if (s.len && (s.ptr < whole.ptr
        || s.ptr + s.len > whole.ptr + whole.len))
        abort();
}

static void is_json(struct buf *out)
{
    struct json root;

    if (buf_ok(out) && json_parse(buf_slice(out), &root, NULL))
        abort();
    buf_clear(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct voice_session asked = voice_session_default();
    struct voice v = {.dialect = size & 1 ? &voice_ga : &voice_beta};
    struct voice_event ev;
    struct buf out;
    const char *why;
    char field[64];

    whole = slice_of(data, size);
    buf_init(&out, 1 << 20);
    if (voice_read(v.dialect, whole, &ev, &why)) {
        if (!why)
            abort();
        return 0;
    }
    inside(ev.type);
    inside(ev.id);
    inside(ev.item);
    inside(ev.call);
    inside(ev.name);
    inside(ev.text.text);
    inside(ev.message.text);
    voice_truncate(&v, &out, ev.item, ev.content_index, ev.ms);
    is_json(&out);
    voice_cancel(&v, &out, ev.response);
    is_json(&out);
    voice_tool_output(&v, &out, ev.call, ev.message.text);
    is_json(&out);
    asked.tools = SLICE("[{\"name\":\"note\"}]");
    asked.instructions = ev.message.text;
    if (ev.kind == VOICE_SESSION_UPDATED
        && voice_check_session(v.dialect, ev.session, &asked, field,
            sizeof field) && !field[0])
        abort();
    voice_update(&v, &out, &asked);
    is_json(&out);
    buf_free(&out);
    return 0;
}
