/* jsonw_fuzz.c - whatever is written can be parsed, and strings that were
 * UTF-8 come back as they were. */
#include <stdlib.h>

#include "codec/json.h"
#include "codec/jsonw.h"
#include "codec/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each input byte is a step of the writer: its low bits say which, the rest
 * how many of the following bytes are its string. */
static void write(struct jsonw *w, const uint8_t *data, size_t size)
{
    char kind[JSONW_DEPTH] = "";
    size_t depth = 0;

    jsonw_array(w);
    while (size) {
        size_t n = data[0] >> 3 < size - 1 ? data[0] >> 3 : size - 1;
        struct slice s = {data + 1, n};

        if ((data[0] & 7) == 7) {
            if (depth)
                jsonw_end(w), depth--;
        } else {
            if (depth && kind[depth - 1])
                jsonw_keyn(w, s);
            switch (data[0] & 7) {
            case 0: jsonw_str(w, s); break;
            case 1: jsonw_int(w, (int64_t)n - 9); break;
            case 2: jsonw_ms(w, -(int64_t)n * 77); break;
            case 3: jsonw_bool(w, n & 1); break;
            case 4: jsonw_null(w); break;
            default:
                if (depth + 1 == JSONW_DEPTH) {
                    jsonw_null(w);
                    break;
                }
                kind[depth] = (data[0] & 7) == 5;
                if (kind[depth++])
                    jsonw_object(w);
                else
                    jsonw_array(w);
            }
        }
        data += n + 1;
        size -= n + 1;
    }
    while (depth--)
        jsonw_end(w);
    jsonw_end(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = {data, size};
    struct jsonw w;
    struct json root, j;
    struct buf out, back;

    buf_init(&out, SIZE_MAX);
    buf_init(&back, SIZE_MAX);
    jsonw_begin(&w, &out);
    write(&w, data, size);
    if (!buf_ok(&out) || json_parse(buf_slice(&out), &root, NULL)
        || root.type != JSON_ARRAY)
        abort();
    buf_clear(&out);
    jsonw_begin(&w, &out);
    jsonw_str(&w, size ? all : SLICE(""));
    if (json_parse(buf_slice(&out), &j, NULL) || !json_text(j, &back))
        abort();
    if (utf8_valid(all) && !slice_eq(buf_slice(&back), all))
        abort();
    buf_free(&out);
    buf_free(&back);
    return 0;
}
