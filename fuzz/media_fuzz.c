/* media_fuzz.c - what is read lies in the text and has the shape it should;
 * what is written from it parses and says the same. */
#include <stdlib.h>

#include "twilio/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct slice message, const char *path, struct slice want)
{
    struct json root;

    if (json_parse(message, &root, NULL)
        || !slice_eq(json_get(root, path).text, want))
        abort();
}

static void echo(const struct media *m)
{
    char head[MEDIA_HEAD_MAX];
    struct buf b, plain;
    size_t n = media_head(head, sizeof head, m->stream_sid);

    if (n == 0)
        abort();
    buf_init(&b, SIZE_MAX);
    buf_init(&plain, SIZE_MAX);
    if (m->kind == MEDIA_MEDIA) {
        buf_add(&b, slice_of(head, n));
        buf_add(&b, m->payload);
        buf_add(&b, MEDIA_TAIL);
        same(buf_slice(&b), "media.payload", m->payload);
        same(buf_slice(&b), "streamSid", m->stream_sid);
        media_payload(m, &plain);
        if (!m->escaped && !slice_eq(buf_slice(&plain), m->payload))
            abort();
    } else {
        media_write_mark(&b, m->stream_sid, m->mark);
        same(buf_slice(&b), "streamSid", m->stream_sid);
    }
    buf_free(&b);
    buf_free(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct media m;
    const char *why = NULL;

    if (media_read((struct slice){data, size}, &m, &why)) {
        if (!why || m.at > size || m.kind != MEDIA_UNKNOWN)
            abort();
        return 0;
    }
    if (m.kind == MEDIA_UNKNOWN || m.kind == MEDIA_CONNECTED)
        return 0;
    if (m.stream_sid.len != MEDIA_SID || (m.kind == MEDIA_START
        && (m.call_sid.len != MEDIA_SID || (!m.inbound && !m.outbound)))
        || (m.kind == MEDIA_DTMF && m.digit.len != 1))
        abort();
    if (m.kind == MEDIA_MEDIA || m.kind == MEDIA_MARK)
        echo(&m);
    return 0;
}
