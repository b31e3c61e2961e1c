/* model_items.c - conversation.item.*: what a client adds, cuts and takes out.
 */
#include <string.h>

#include "base/text.h"
#include "sim/model_own.h"

#define ROUNDING 40         /* ms by which "played" may be off: two frames */

static int refuse(struct session *s, const char *param)
{
    model_refuse(s, "invalid_value", param, "Invalid value for '%s'.", param);
    return -1;
}

static int check_part(struct session *s, const struct jnode *p,
    const char *type, bool image)
{
    if (!model_keys(s, p, "item.content[0]", image ? "type text audio "
            "image_url detail transcript" : "type text"))
        return -1;
    if (image && (jread_eq(jread_get(p, "type"), "input_audio")
        || jread_eq(jread_get(p, "type"), "input_image")))
        return 0;
    if (!jread_eq(jread_get(p, "type"), type))
        return refuse(s, "item.content[0].type");
    if (!jread_is(jread_get(p, "text"), J_STRING))
        return refuse(s, "item.content[0].text");
    return 0;
}

static void add_told(struct session *s, struct slice text)
{
    if (s->heard.len)
        buf_addc(&s->heard, ' ');
    buf_add(&s->heard, text);
    s->heard_any = true;
}

/* realtime 3: a client cannot add assistant audio. */
static int check_message(struct session *s, const struct jnode *item)
{
    const struct jnode *role = jread_get(item, "role");
    const struct jnode *content = jread_get(item, "content");
    bool user = jread_eq(role, "user"), them = jread_eq(role, "assistant");

    if (!model_keys(s, item, "item", "id object type status role content"))
        return -1;
    if (!user && !them && !jread_eq(role, "system"))
        return refuse(s, "item.role");
    if (!jread_is(content, J_ARRAY) || !content->size)
        return refuse(s, "item.content");
    for (const struct jnode *p = content->child; p; p = p->next)
        if (check_part(s, p, !them ? "input_text" : s->beta ? "text"
                : "output_text", user))
            return -1;
    if (!user && !them)         /* the next answer knows of it */
        add_told(s, jread_text(jread_get(content->child, "text")));
    return 0;
}

static int check_call(struct session *s, const struct jnode *item)
{
    if (!model_keys(s, item, "item", "id object type status call_id name "
            "arguments"))
        return -1;
    if (!jread_text(jread_get(item, "name")).len)
        return refuse(s, "item.name");
    return jread_is(jread_get(item, "arguments"), J_STRING) ? 0
        : refuse(s, "item.arguments");
}

static int check_output(struct session *s, const struct jnode *item)
{
    struct slice call = jread_text(jread_get(item, "call_id"));
    struct slice output = jread_text(jread_get(item, "output"));
    size_t i = 0;

    if (!model_keys(s, item, "item", "id object type status call_id output"))
        return -1;
    if (!output.ptr)
        return refuse(s, "item.output");
    while (i < s->calls && !slice_is(call, s->call[i]))
        i++;
    if (i == s->calls)
        return refuse(s, "item.call_id");
    s->calls--;
    memmove(s->call[i], s->call[i + 1], (s->calls - i) * MODEL_ID);
    buf_add(&s->tool_output, output);
    s->tool_answered = true;
    s->m->counts.tool_answers++;
    return 0;
}

static int check_item(struct session *s, const struct jnode *item)
{
    const struct jnode *type = jread_get(item, "type");

    if (!jread_is(item, J_OBJECT)) {
        model_refuse(s, "missing_required_parameter", "item",
            "Missing required parameter: 'item'.");
        return -1;
    }
    if (jread_eq(type, "message"))
        return check_message(s, item);
    if (jread_eq(type, "function_call"))
        return check_call(s, item);
    if (jread_eq(type, "function_call_output"))
        return check_output(s, item);
    return refuse(s, "item.type");
}

/* The item as it was sent, with the id it has now. */
static void echo(struct session *s, const char *type, const struct jnode *item,
    const char *id, const char *previous)
{
    struct buf *b = model_begin(s, type);

    if (previous)
        buf_addf(b, ",\"previous_item_id\":%s%s%s", *previous ? "\"" : "",
            *previous ? previous : "null", *previous ? "\"" : "");
    buf_addf(b, ",\"item\":{\"id\":\"%s\",\"object\":\"realtime.item\","
        "\"status\":\"completed\"", id);
    for (const struct jnode *k = item->child; k; k = k->next) {
        if (slice_is(k->key, "id") || slice_is(k->key, "object")
            || slice_is(k->key, "status"))
            continue;
        buf_addf(b, ",\"%.*s\":", SLICE_ARG(k->key));
        buf_add(b, k->raw);
    }
    buf_adds(b, "}");
    model_end(s);
}

void model_on_item(struct session *s, const struct jnode *event)
{
    const struct jnode *item = jread_get(event, "item");
    const struct jnode *previous = jread_get(event, "previous_item_id");
    struct slice own = jread_text(jread_get(item, "id"));
    char id[MODEL_ID], before[MODEL_ID];

    if (previous && !jread_eq(previous, "root")
        && !model_find_item(s, jread_text(previous))) {
        refuse(s, "previous_item_id");
        return;
    }
    if (own.len >= MODEL_ID || (own.ptr && model_find_item(s, own))) {
        refuse(s, "item.id");
        return;
    }
    if (check_item(s, item))
        return;
    if (own.len)
        text_copy(id, sizeof(id), own);
    else
        model_new_id(s->m, "item", id);
    text_copy(before, sizeof(before), previous && previous->text.len
        ? previous->text : slice_str(s->last_item));
    echo(s, "conversation.item.added", item, id, before);
    echo(s, "conversation.item.done", item, id, before);
    model_new_item(s, id)->assistant = jread_eq(jread_get(item, "role"),
        "assistant");
    text_copy(s->last_item, sizeof(s->last_item), slice_str(id));
}

static struct model_item *wanted(struct session *s, const struct jnode *event,
    const char *verb)
{
    struct slice id = jread_text(jread_get(event, "item_id"));
    struct model_item *i = model_find_item(s, id);
    char code[64];

    if (i)
        return i;
    text_fmt(code, sizeof(code), "item_%s_invalid_item_id", verb);
    model_refuse(s, code, "item_id", "Error %s item: the item with id '%.*s' "
        "does not exist.", verb, SLICE_ARG(slice_head(id, 60)));
    return NULL;
}

/* The stand-in knows when an item's first audio left, so it knows how much of
 * it can have been played since: a client that claims more made it up. */
static void judge_heard(struct session *s, const struct model_item *i,
    int64_t ms)
{
    int64_t most = i->bytes ? loop_now(s->m->loop) - i->first_at : 0;

    if (ms > most + ROUNDING)
        model_judge(s->m, false, "truncate_unheard", "truncated at %lld ms, "
            "but its first audio was sent only %lld ms ago", (long long)ms,
            (long long)most);
}

void model_on_truncate(struct session *s, const struct jnode *event)
{
    const struct jnode *end = jread_get(event, "audio_end_ms");
    const struct jnode *index = jread_get(event, "content_index");
    struct model_item *i = wanted(s, event, "truncate");
    int64_t has;
    struct buf *b;

    if (!i)
        return;
    if (!i->audio || !i->bytes) {
        model_refuse(s, "unsupported_content_type", "item_id",
            "Only model output audio messages can be truncated");
        return;
    }
    if (!jread_is(index, J_NUMBER) || !index->is_whole || index->whole) {
        refuse(s, "content_index");
        return;
    }
    if (!jread_is(end, J_NUMBER) || !end->is_whole || end->whole < 0) {
        refuse(s, "audio_end_ms");
        return;
    }
    has = (int64_t)(i->bytes / 8);
    if (end->whole > has) {
        model_refuse(s, "invalid_value", "audio_end_ms", "Audio content of "
            "%lldms is already shorter than %lldms", (long long)has,
            (long long)end->whole);
        return;
    }
    judge_heard(s, i, end->whole);
    i->bytes = (uint64_t)end->whole * 8;
    s->m->counts.truncates++;
    s->m->counts.truncated_ms = end->whole;
    b = model_begin(s, "conversation.item.truncated");
    buf_addf(b, ",\"item_id\":\"%s\",\"content_index\":0,"
        "\"audio_end_ms\":%lld", i->id, (long long)end->whole);
    model_end(s);
}

void model_on_delete(struct session *s, const struct jnode *event)
{
    struct model_item *i = wanted(s, event, "delete");
    struct buf *b;

    if (!i)
        return;
    i->gone = true;
    b = model_begin(s, "conversation.item.deleted");
    buf_addf(b, ",\"item_id\":\"%s\"", i->id);
    model_end(s);
}

void model_on_retrieve(struct session *s, const struct jnode *event)
{
    struct model_item *i = wanted(s, event, "retrieve");
    struct buf *b;

    if (!i)
        return;
    b = model_begin(s, "conversation.item.retrieved");
    buf_addf(b, ",\"item\":{\"id\":\"%s\",\"object\":\"realtime.item\","
        "\"type\":\"message\",\"status\":\"completed\",\"role\":\"%s\","
        "\"content\":[]}", i->id, i->assistant ? "assistant" : "user");
    model_end(s);
}
