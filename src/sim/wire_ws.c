/* wire_ws.c - RFC 6455 frames: one whole frame at a time, judged by the book.
 *
 * The pairs of key and accept were computed elsewhere, so that the client role
 * proves the server's SHA-1 without one of its own.
 */
#include "sim/wire.h"

#include <string.h>

#include "sim/digest.h"

const struct wire_pair wire_pairs[WIRE_PAIRS] = {
    {"5+7nYV7zXzDkm0guFcrnUA==", "gRVIRLju/uBJ65lg1P1ukk6FZVA="},
    {"ByAeEmF7D+2n4WR3lv8CKw==", "RK3CfHiZo/G8ugC3x+GUFBOmxUc="},
    {"6o7QKoKhdZMPIzfNN5TFIg==", "Fv50VdhIzgNZd3t9WUuaVqLwLYs="},
    {"CABtaxrwwMvWJWWKrCyfqg==", "7KOH65gxaa19Yig0HZQL3/e9hsw="},
    {"B9E8RH4zBR7u+Vpg5WFD1g==", "krzWDZEew0tymGCVr9mFwKgIB2k="},
    {"xDvK12wAipsKa1/JMxVKbQ==", "rslFIvuGfK6RF0ohNDIsAfSWBXg="},
    {"4oQEqJfFJSYuanwHvL7oQQ==", "CMeAH8syI0zMVpEfWmzd5kVq3sU="},
    {"90XFXU6fdH9hUWTG9yjXGA==", "osANJGimtEoBxOUJPvONBIzwWJ4="},
};

void wire_accept(struct buf *out, struct slice key)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t sum[DIGEST_SIZE], text[128];
    size_t n = key.len < 64 ? key.len : 64;

    if (n)
        memcpy(text, key.ptr, n);
    memcpy(text + n, guid, sizeof(guid) - 1);
    digest_sha1(sum, slice_of(text, n + sizeof(guid) - 1));
    wire_base64(out, slice_of(sum, sizeof(sum)));
}

/* RFC 3629 4, written out as its grammar. */
bool wire_utf8(struct slice s)
{
    for (size_t i = 0; i < s.len;) {
        uint8_t c = s.ptr[i++], lo = 0x80, hi = 0xbf;
        int more = c < 0x80 ? 0 : c >= 0xc2 && c <= 0xdf ? 1
            : c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : -1;

        if (more < 0)
            return false;
        lo = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : lo;
        hi = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : hi;
        for (; more > 0; more--, lo = 0x80, hi = 0xbf)
            if (i == s.len || s.ptr[i] < lo || s.ptr[i++] > hi)
                return false;
    }
    return true;
}

static enum wire_event bad(struct wire_ws *w, const char *why)
{
    w->why = why;
    return WIRE_BAD;
}

/* RFC 6455 5.5.1 and 7.4.1. */
static enum wire_event take_close(struct wire_ws *w)
{
    struct slice d = w->data;

    w->code = 1005;
    if (!d.len)
        return WIRE_CONTROL;
    if (d.len == 1)
        return bad(w, "a close frame with half a code");
    w->code = (uint16_t)(d.ptr[0] << 8 | d.ptr[1]);
    if (w->code < 1000 || w->code > 4999 || (w->code > 1014
        && w->code < 3000) || (w->code >= 1004 && w->code <= 1006))
        return bad(w, "a close code that may not be sent");
    if (!wire_utf8(slice_from(d, 2)))
        return bad(w, "a close reason that is not UTF-8");
    return WIRE_CONTROL;
}

static enum wire_event take_data(struct wire_ws *w, int op, bool fin)
{
    if (op == WIRE_CONT && !w->began_)
        return bad(w, "a continuation of nothing");
    if (op != WIRE_CONT && w->began_)
        return bad(w, "a new message inside a fragmented one");
    if (op != WIRE_CONT) {
        w->open_ = op;
        buf_clear(&w->message_);
    }
    buf_add(&w->message_, buf_slice(&w->frame_));
    if (!buf_ok(&w->message_))
        return bad(w, "the message is too long");
    w->began_ = !fin;
    if (!fin)
        return WIRE_PART;
    w->op = w->open_;
    w->data = buf_slice(&w->message_);
    if (w->op == WIRE_TEXT && !wire_utf8(w->data))
        return bad(w, "a text message that is not UTF-8");
    return WIRE_MESSAGE;
}

static enum wire_event take(struct wire_ws *w, int op, bool fin)
{
    w->frames++;
    if (op < WIRE_CLOSE)
        return take_data(w, op, fin);
    w->op = op;
    w->data = buf_slice(&w->frame_);
    return op == WIRE_CLOSE ? take_close(w) : WIRE_CONTROL;
}

static const char *judge(const struct wire_ws *w, uint8_t one, uint8_t two)
{
    int op = one & 15;

    if (one & 0x70)
        return "a reserved bit is set";
    if ((op > WIRE_BINARY && op < WIRE_CLOSE) || op > WIRE_PONG)
        return "a reserved opcode";
    if (w->masked != ((two & 0x80) != 0))
        return w->masked ? "a client's frame is not masked"
            : "a server's frame is masked";
    if (op >= WIRE_CLOSE && !(one & 0x80))
        return "a fragmented control frame";
    if (op >= WIRE_CLOSE && (two & 0x7f) > 125)
        return "a long control frame";
    return NULL;
}

enum wire_event wire_next(struct wire_ws *w, struct slice *in)
{
    const uint8_t *p = in->ptr;
    size_t extra, head;
    uint64_t len;
    const char *why;

    if (!w->frame_.max) {
        buf_init(&w->frame_, w->max);
        buf_init(&w->message_, w->max);
    }
    if (in->len < 2)
        return WIRE_MORE;
    why = judge(w, p[0], p[1]);
    if (why)
        return bad(w, why);
    len = p[1] & 0x7f;
    extra = len == 126 ? 2 : len == 127 ? 8 : 0;
    head = 2 + extra + (w->masked ? 4 : 0);
    if (in->len < head)
        return WIRE_MORE;
    if (extra)
        len = 0;
    for (size_t i = 0; i < extra; i++)
        len = len << 8 | p[2 + i];
    if ((extra == 2 && len < 126) || (extra == 8 && len < 65536))
        return bad(w, "a length that is not in its shortest form");
    if (len > w->max)
        return bad(w, "the frame is too long");
    if (in->len - head < len)
        return WIRE_MORE;
    buf_clear(&w->frame_);
    for (size_t i = 0; i < len; i++)
        buf_addc(&w->frame_, w->masked
            ? (uint8_t)(p[head + i] ^ p[head - 4 + i % 4]) : p[head + i]);
    *in = slice_from(*in, head + (size_t)len);
    if (!buf_ok(&w->frame_))
        return bad(w, "no memory");
    return take(w, p[0] & 15, (p[0] & 0x80) != 0);
}

void wire_fini(struct wire_ws *w)
{
    buf_free(&w->frame_);
    buf_free(&w->message_);
}

void wire_frame(struct buf *out, int op, struct slice data,
    const uint8_t *mask)
{
    uint8_t bit = mask ? 0x80 : 0;

    buf_addc(out, (uint8_t)(0x80 | op));
    if (data.len < 126) {
        buf_addc(out, (uint8_t)(bit | data.len));
    } else if (data.len < 65536) {
        buf_addc(out, bit | 126);
        buf_addc(out, (uint8_t)(data.len >> 8));
        buf_addc(out, (uint8_t)data.len);
    } else {
        buf_addc(out, bit | 127);
        for (int i = 56; i >= 0; i -= 8)
            buf_addc(out, (uint8_t)((uint64_t)data.len >> i));
    }
    if (mask)
        buf_add(out, slice_of(mask, 4));
    for (size_t i = 0; i < data.len; i++)
        buf_addc(out, mask ? data.ptr[i] ^ mask[i % 4] : data.ptr[i]);
}

void wire_close(struct buf *out, uint16_t code, const char *reason,
    const uint8_t *mask)
{
    uint8_t data[125];
    size_t n = strlen(reason);

    if (n > sizeof(data) - 2)
        n = sizeof(data) - 2;
    data[0] = (uint8_t)(code >> 8);
    data[1] = (uint8_t)code;
    memcpy(data + 2, reason, n);
    wire_frame(out, WIRE_CLOSE, slice_of(data, n + 2), mask);
}
