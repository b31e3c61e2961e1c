/* json_fuzz.c - json_scan and json_get agree; json_next shows what was
 * scanned; a refusal names a byte of the text. */
#include <stdlib.h>

#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Walks everything below v by its own rules, without recursion. */
static void walk(struct json v)
{
    struct json_walk w[80] = {{.of = v}};
    size_t depth = 1;

    while (depth) {
        struct slice key;
        struct json value, again;

        if (!json_next(&w[depth - 1], &key, &value)) {
            depth--;
            continue;
        }
        if (value.type == JSON_STRING) {
            char small[8];

            json_copy(value, small, sizeof small);
            continue;
        }
        if (json_parse(value.text, &again, NULL)
            || again.type != value.type || again.text.len != value.text.len)
            abort();
        if (value.type >= JSON_ARRAY) {
            if (depth == 80)
                abort();
            w[depth++] = (struct json_walk){.of = value};
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_want w[] = {{.path = "event"}, {.path = "media"},
        {.path = "media.payload"}, {.path = "a.b.c"}, {.path = "a.b"}};
    struct json_fault f = {SIZE_MAX, NULL};
    struct slice text = {data, size};
    struct json root;

    if (json_parse(text, &root, &f)) {
        if (f.at > size || !f.why || !json_scan(text, w, 5, NULL))
            abort();
        return 0;
    }
    if (json_scan(text, w, 5, NULL))
        abort();
    for (size_t i = 0; i < 5; i++) {
        struct json got = json_get(root, w[i].path);

        if (got.type != w[i].value.type || got.text.ptr
            != w[i].value.text.ptr || got.text.len != w[i].value.text.len
            || got.escaped != w[i].value.escaped)
            abort();
    }
    walk(root);
    return 0;
}
