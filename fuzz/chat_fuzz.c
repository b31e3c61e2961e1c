/* chat_fuzz.c - an answer read whole, in one stream, and in the same stream cut
 * anywhere: no byte crashes it, cuts change nothing, and what is repaired is
 * an object. */
#include <stdlib.h>
#include <string.h>

#include "model/chat.h"

#define ROOM (1 << 18)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[ROOM];

static void repair(struct slice raw)
{
    struct json v;
    struct buf out;

    buf_over(&out, mem, sizeof mem);
    if (chat_repair(&out, raw) == 0 && (json_parse(buf_slice(&out), &v, NULL)
        || v.type != JSON_OBJECT))
        abort();
}

static void same(const struct chat_answer *a, const struct chat_answer *b)
{
    if (a->fail != b->fail || a->tools != b->tools || a->finish != b->finish
        || !slice_eq(buf_slice(&a->text), buf_slice(&b->text)))
        abort();
    for (size_t i = 0; i < a->tools; i++)
        if (strcmp(a->tool[i].name, b->tool[i].name)
            || strcmp(a->tool[i].id, b->tool[i].id)
            || !slice_eq(buf_slice(&a->tool[i].arguments),
            buf_slice(&b->tool[i].arguments)))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = slice_of(data, size);
    struct chat_answer a, b;
    size_t cut = size ? data[0] * size / 256 : 0;

    if (size > ROOM / 4)
        return 0;
    chat_answer_init(&a);
    chat_read(&a, size % 3 ? 200 : 400, all);
    if (a.fail == CHAT_FINE && a.tools == 0 && a.text.len == 0)
        abort();
    for (size_t i = 0; i < a.tools; i++)
        repair(buf_slice(&a.tool[i].arguments));
    chat_answer_free(&a);

    chat_answer_init(&a);
    chat_feed(&a, all);
    chat_end(&a);
    chat_answer_init(&b);
    chat_feed(&b, slice_head(all, cut));
    chat_feed(&b, slice_from(all, cut));
    chat_end(&b);
    same(&a, &b);
    chat_answer_free(&a);
    chat_answer_free(&b);
    repair(all);
    return 0;
}
