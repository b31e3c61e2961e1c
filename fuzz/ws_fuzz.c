/* ws_fuzz.c - the first byte says which side we are, the second how long the
 * pieces are: cut or whole, the events are the same; messages that were taken
 * are whole UTF-8 below the ceiling, and encode to frames that decode. */
#include "codec/ws.h"

#include <stdlib.h>
#include <string.h>

#define MAX 700
#define LOG 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
    struct ws ws;
    uint8_t log_mem[LOG], message_mem[MAX];
    struct buf log;         /* heads and ends, and the data between them */
    struct buf message;     /* payload of data frames so far */
};

static void end(struct run *r)
{
    const struct ws *ws = &r->ws;
    struct slice reason;

    if (ws->left)
        abort();
    buf_addc(&r->log, '.');
    if (ws->op == WS_CLOSE && ws_control(ws).len
        && (!ws_code_valid(ws_close_code(ws, &reason))
        || !utf8_valid(reason)))
        abort();
    if (ws->op >= WS_CLOSE || !ws->fin)
        return;
    if (ws->kind == WS_TEXT && !utf8_valid(buf_slice(&r->message)))
        abort();
    buf_clear(&r->message);
}

static enum ws_event feed(struct run *r, struct mslice in)
{
    struct ws *ws = &r->ws;
    enum ws_event e;

    while ((e = ws_next(ws, &in)) != WS_MORE && e != WS_BAD) {
        if (e == WS_HEAD) {
            buf_addc(&r->log, (uint8_t)(ws->op | (ws->fin ? 0x80 : 0)));
            if (ws->left > MAX || (ws->op >= WS_CLOSE && !ws->fin))
                abort();
        } else if (e == WS_DATA) {
            struct slice d = slice_of(ws->data.ptr, ws->data.len);

            if (!d.len)
                abort();
            buf_add(&r->log, d);
            if (ws->op < WS_CLOSE)
                buf_add(&r->message, d);
        } else {
            end(r);
        }
    }
    if ((e == WS_MORE && in.len) || !buf_ok(&r->log) || !buf_ok(&r->message))
        abort();
    if (e == WS_BAD && (!ws->why || ws->status < 1002))
        abort();
    return e;
}

static enum ws_event run(struct run *r, struct slice all, bool client,
    size_t piece)
{
    static uint8_t mem[4096];
    enum ws_event e = WS_MORE;

    memset(&r->ws, 0, sizeof r->ws);
    r->ws.client = client;
    r->ws.max = MAX;
    buf_over(&r->log, r->log_mem, sizeof r->log_mem);
    buf_over(&r->message, r->message_mem, sizeof r->message_mem);
    while (all.len && e == WS_MORE) {
        struct slice part = slice_head(all, piece);
        uint8_t *to = mem + sizeof mem - part.len;

        memcpy(to, part.ptr, part.len);
        e = feed(r, (struct mslice){to, part.len});
        all = slice_from(all, piece);
    }
    return e;
}

/* The bytes as one binary message to the other side. */
static void round_trip(struct slice s, bool client, const uint8_t *key)
{
    static struct run r;
    uint8_t frame[WS_HEAD_MAX + MAX];
    size_t n;

    s = slice_head(s, MAX);
    n = ws_head(frame, WS_BIN, true, s.len, client ? NULL : key);
    if (client && s.len)
        memcpy(frame + n, s.ptr, s.len);
    else if (s.len)
        ws_mask(frame + n, s.ptr, s.len, key, 0);
    if (run(&r, slice_of(frame, n + s.len), client, sizeof frame) != WS_MORE
        || r.log.len != s.len + 2
        || !slice_eq(slice_head(slice_from(buf_slice(&r.log), 1), s.len), s))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run a, b;
    struct slice in;
    enum ws_event e;
    bool client;

    if (size < 6 || size > 4000)
        return 0;
    client = data[0] & 1;
    in = slice_of(data + 2, size - 2);
    e = run(&a, in, client, in.len);
    if (run(&b, in, client, data[1] % 40 + 1u) != e
        || !slice_eq(buf_slice(&a.log), buf_slice(&b.log))
        || a.ws.at != b.ws.at || a.ws.why != b.ws.why
        || a.ws.status != b.ws.status || a.ws.at > in.len)
        abort();
    round_trip(in, client, data + 2);
    return 0;
}
