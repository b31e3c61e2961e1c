/* http_fuzz.c - the first byte picks the kind of message, the second where it
 * is cut: a verdict given early must stand when the rest has come. */
#include "codec/http.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int parse(uint8_t kind, struct slice in, struct http *h,
    struct http_fault *f)
{
    struct http_limits max = http_limits_default();

    if (kind & 4)
        max = (struct http_limits){.line = 40, .head = 100, .body = 9};
    return kind & 1 ? http_answer(in, &max, (kind & 2) != 0, h, f)
        : http_request(in, &max, h, f);
}

static void inside(struct slice s, struct slice all)
{
    if (s.ptr && s.len && (s.ptr < all.ptr || s.len > all.len
        || s.ptr - all.ptr > (ptrdiff_t)(all.len - s.len)))
        abort();
}

static void check(const struct http *h, struct slice head)
{
    inside(h->method, head);
    inside(h->target, head);
    inside(h->host, head);
    inside(h->query, head);
    inside(h->reason, head);
    for (size_t i = 0; i < h->headers; i++) {
        inside(h->header[i].name, head);
        inside(h->header[i].value, head);
        if (memchr(h->header[i].value.ptr, '\n', h->header[i].value.len))
            abort();
    }
    if (h->framing == HTTP_LENGTH && http_count(h, "Content-Length") != 1)
        abort();
    if (http_count(h, "Content-Length") && http_count(h,
        "Transfer-Encoding"))
        abort();
    http_has_token(h, "Connection", "upgrade");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http a, b;
    struct http_fault fa, fb;
    struct slice in;
    int64_t ms;
    int r, s;

    if (size < 2)
        return 0;
    in = slice_of(data + 2, size - 2);
    r = parse(data[0], slice_head(in, data[1]), &a, &fa);
    s = parse(data[0], in, &b, &fb);
    if (r > (int)in.len || s > (int)in.len || (r > 0 && s != r))
        abort();
    if (r < 0 && (s != -1 || fa.status != fb.status || fa.at != fb.at
        || fa.why != fb.why))
        abort();
    if (s < 0 && (fb.at > in.len || !fb.why || fb.status < 400))
        abort();
    if (s > 0)
        check(&b, slice_head(in, (size_t)s));
    http_date_parse(in, &ms);
    return 0;
}
