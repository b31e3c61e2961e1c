/* lint_fuzz.c - findings lie in the document and in its order, and are the
 * same however many are asked for; a document that twiml made has no errors. */
#include <stdlib.h>

#include "twilio/lint.h"
#include "twilio/twiml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX 64

/* The input as the fields of our own document, cut at its line ends. */
static void ours(struct slice in)
{
    struct twiml t = {.params = 1, .hangup = true};
    struct lint_finding f[8];
    struct buf out;

    t.stream_url = slice_cut(&in, '\n');
    t.language = slice_cut(&in, '\n');
    t.stream_name = slice_cut(&in, '\n');
    t.status_callback = slice_cut(&in, '\n');
    t.param[0].name = slice_cut(&in, '\n');
    t.param[0].value = slice_cut(&in, '\n');
    t.say = in;
    buf_init(&out, SIZE_MAX);
    if (twiml_connect(&out, &t, NULL) == 0)
        for (size_t n = lint_twiml(buf_slice(&out), f, 8); n--; )
            if (n >= 8 || f[n].level == 'E')
                abort();        /* a host or port may be odd */
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lint_finding all[MAX], few[3];
    struct slice doc = {data, size};
    size_t n = lint_twiml(doc, all, MAX);

    if (lint_twiml(doc, few, 3) != n)
        abort();
    for (size_t i = 0; i < n && i < MAX; i++) {
        struct lint_finding *f = &all[i];

        if (f->at > size || !f->line || !f->column || !f->message
            || (f->level != 'E' && f->level != 'W'))
            abort();
        if (f->what.ptr && (f->what.ptr < data || f->what.ptr + f->what.len
            > data + size))
            abort();
        if ((i && all[i - 1].at > f->at) || (i < 3 && few[i].at != f->at))
            abort();
    }
    ours(doc);
    return 0;
}
