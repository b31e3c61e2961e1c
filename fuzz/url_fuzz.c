/* url_fuzz.c - a URL put together from its parts is the URL they came from.
 */
#include <stdlib.h>
#include <string.h>

#include "codec/url.h"

#define ROOM (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[2][ROOM];

/* Only an empty port, "h:", is not in the parts: then *s has one ":" more. */
static void compare(struct slice s, struct slice put, size_t host_end)
{
    if (s.len == put.len + 1 && s.ptr[host_end] == ':')
        if (slice_eq(slice_head(s, host_end), slice_head(put, host_end))
            && slice_eq(slice_from(s, host_end + 1), slice_from(put,
            host_end)))
            return;
    if (!slice_eq(s, put))
        abort();
}

static void part(struct buf *b, const char *before, struct slice s)
{
    if (!s.ptr)
        return;
    buf_adds(b, before);
    buf_add(b, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice s = slice_of(data, size);
    const char *why = NULL;
    size_t at = SLICE_NPOS, host_end;
    struct buf whole, small;
    struct url u, v;
    bool v6;

    if (size > ROOM / 2)
        return 0;
    if (url_parse(s, &u, &at, &why)) {
        if (at > size || !why)
            abort();
        return 0;
    }
    v6 = slice_chr(u.host, ':') != SLICE_NPOS;
    buf_over(&whole, mem[0], ROOM);
    buf_add(&whole, u.scheme);
    buf_adds(&whole, "://");
    part(&whole, "", u.userinfo);
    buf_adds(&whole, u.userinfo.ptr ? "@" : "");
    part(&whole, v6 ? "[" : "", u.host);
    buf_adds(&whole, v6 ? "]" : "");
    host_end = whole.len;
    part(&whole, ":", u.port);
    part(&whole, "", u.path);
    part(&whole, "?", u.query);
    part(&whole, "#", u.fragment);
    compare(s, buf_slice(&whole), host_end);

    /* Host header and request line make the same request again. */
    buf_over(&small, mem[1], ROOM);
    buf_add(&small, u.scheme);
    buf_adds(&small, "://");
    url_authority(&small, &u);
    url_target(&small, &u);
    if (!buf_ok(&small) || url_parse(buf_slice(&small), &v, &at, &why)
        || !slice_eq(v.host, u.host) || v.number != u.number
        || v.tls != u.tls || !slice_eq(v.query, u.query))
        abort();
    return 0;
}
