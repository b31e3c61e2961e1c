/* xml_fuzz.c - events nest, lie in the document, and texts that the reader
 * passed can be decoded, encoded and read again. */
#include <stdlib.h>

#include "codec/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void text(struct slice raw)
{
    struct buf plain, coded, again;

    buf_init(&plain, SIZE_MAX);
    buf_init(&coded, SIZE_MAX);
    buf_init(&again, SIZE_MAX);
    if (xml_text(raw, &plain) || plain.len > raw.len)
        abort();
    xml_escape(&coded, buf_slice(&plain));
    if (xml_text(buf_slice(&coded), &again)
        || !slice_eq(buf_slice(&plain), buf_slice(&again)))
        abort();
    buf_free(&plain);
    buf_free(&coded);
    buf_free(&again);
}

static void inside(struct slice doc, struct slice s)
{
    if (s.len && (s.ptr < doc.ptr || s.ptr + s.len > doc.ptr + doc.len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xml x = {.doc = {data, size}};
    size_t depth = 0, last = 0;
    unsigned line, column;

    for (;;) {
        enum xml_event e = xml_next(&x);

        if (x.at > size || (e != XML_BAD && x.at < last))
            abort();
        xml_where(x.doc, x.at, &line, &column);
        if (line == 0 || column == 0 || line > size + 1)
            abort();
        last = x.at;
        inside(x.doc, x.name);
        switch (e) {
        case XML_OPEN:
            depth++;
            for (size_t i = 0; i < x.attrs; i++) {
                inside(x.doc, x.attr[i].value);
                text(x.attr[i].value);
            }
            break;
        case XML_CLOSE:
            if (depth-- == 0)
                abort();
            break;
        case XML_TEXT:
            if (depth == 0)
                abort();
            inside(x.doc, x.text);
            if (!x.cdata)
                text(x.text);
            break;
        case XML_DONE:
            if (depth || x.at != size)
                abort();
            return 0;
        case XML_BAD:
            if (!x.why || xml_next(&x) != XML_BAD)
                abort();
            return 0;
        }
    }
}
