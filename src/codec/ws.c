/* ws.c - RFC 6455: the handshake's arithmetic and the frames.
 *
 * A frame's first two bytes are judged as each arrives, the rest of its head
 * when complete, its payload in the pieces that come.  A fault inside a piece
 * waits until the bytes before it were given out: so the events are the same
 * wherever the input was cut.
 */
#include "codec/ws.h"

#include <string.h>

#include "codec/base64.h"
#include "codec/sha1.h"

#define FIN 0x80
#define RSV 0x70
#define MASKED 0x80
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"     /* RFC 6455 1.3 */

enum state {
    HEAD,
    PAYLOAD,
    FRAME_END,          /* all payload given out, or there was none */
    CLOSED,             /* RFC 6455 1.4: what follows a close is discarded */
    BAD
};

static enum ws_event refuse(struct ws *ws, uint16_t status, const char *why)
{
    ws->state_ = BAD;
    ws->status = status;
    ws->why = why;
    return WS_BAD;
}

static bool is_control(enum ws_op op)
{
    return (op & 8) != 0;
}

/* RFC 6455 5.2, 5.4, 5.5: what the first byte tells. */
static const char *first_fault(const struct ws *ws, uint8_t c)
{
    unsigned op = c & 15;

    if (c & RSV)
        return "a reserved bit is set";
    if ((op > WS_BIN && op < WS_CLOSE) || op > WS_PONG)
        return "reserved opcode";
    if (op >= WS_CLOSE)
        return c & FIN ? NULL : "a control frame in fragments";
    if (op == WS_CONT)
        return ws->message_ ? NULL : "a continuation of nothing";
    return ws->message_ ? "a new message inside a fragmented one" : NULL;
}

/* RFC 6455 5.1, 5.5, 5.5.1: what the second byte tells. */
static const char *second_fault(const struct ws *ws, uint8_t c)
{
    unsigned len = c & 127, op = ws->head_[0] & 15;

    if (!(c & MASKED) && !ws->client)
        return "a client's frame without a mask";
    if ((c & MASKED) && ws->client)
        return "a server's frame with a mask";
    if (op >= WS_CLOSE && len > WS_CONTROL_MAX)
        return "a control frame over 125 bytes";
    if (op == WS_CLOSE && len == 1)
        return "half a close code";
    return NULL;
}

/* Collects the head's bytes.  1: complete; 0: more; -1: *why. */
static int take_head(struct ws *ws, struct mslice *in, const char **why)
{
    size_t need, n;
    unsigned len;

    while (ws->have_ < 2) {
        if (in->len == 0)
            return 0;
        *why = ws->have_ ? second_fault(ws, in->ptr[0])
            : first_fault(ws, in->ptr[0]);
        if (*why)
            return -1;
        ws->head_[ws->have_++] = in->ptr[0];
        *in = (struct mslice){in->ptr + 1, in->len - 1};
        ws->at++;
    }
    len = ws->head_[1] & 127;
    need = 2 + (len == 127 ? 8u : len == 126 ? 2u : 0u)
        + (ws->head_[1] & MASKED ? 4u : 0u);
    n = need - ws->have_ < in->len ? need - ws->have_ : in->len;
    if (n) {
        memcpy(ws->head_ + ws->have_, in->ptr, n);
        ws->have_ = (uint8_t)(ws->have_ + n);
        *in = (struct mslice){in->ptr + n, in->len - n};
        ws->at += n;
    }
    return ws->have_ == need;
}

/* RFC 6455 5.2: the payload's length, in the fewest bytes. */
static const char *read_length(const struct ws *ws, uint64_t *len)
{
    unsigned n = 0;
    uint64_t v = ws->head_[1] & 127;

    if (v == 126)
        n = 2;
    else if (v == 127)
        n = 8;
    if (n)
        v = 0;
    for (unsigned i = 0; i < n; i++)
        v = v << 8 | ws->head_[2 + i];
    *len = v;
    if (v >> 63)
        return "a length with its first bit set";
    if ((n == 2 && v < 126) || (n == 8 && v <= UINT16_MAX))
        return "a length in more bytes than it needs";
    return NULL;
}

static enum ws_event begin_frame(struct ws *ws)
{
    enum ws_op op = (enum ws_op)(ws->head_[0] & 15);
    const char *why = read_length(ws, &ws->left);

    if (why)
        return refuse(ws, 1002, why);
    ws->op = op;
    ws->fin = (ws->head_[0] & FIN) != 0;
    if (is_control(op)) {
        ws->control_len_ = 0;
        if (op == WS_CLOSE)     /* no text goes on behind it */
            ws->utf8_ = (struct utf8){0};
    } else {
        if (op != WS_CONT) {
            ws->kind = op;
            ws->total_ = 0;
            ws->utf8_ = (struct utf8){0};
        }
        if (ws->left > ws->max || ws->total_ > ws->max - ws->left)
            return refuse(ws, 1009, "the message is too long");
        ws->total_ += ws->left;
        ws->message_ = !ws->fin;
    }
    if (ws->head_[1] & MASKED)
        memcpy(ws->mask_, ws->head_ + ws->have_ - 4, 4);
    ws->mask_at_ = 0;
    ws->have_ = 0;
    ws->state_ = ws->left ? PAYLOAD : FRAME_END;
    return WS_HEAD;
}

/* Keeps a control frame's payload.  Of a close: the code is judged with its
 * second byte, the reason as it comes.  Returns the offset in p of the first
 * byte at fault with status and why set, or SLICE_NPOS. */
static size_t take_control(struct ws *ws, struct slice p)
{
    size_t had = ws->control_len_, skip, bad;

    memcpy(ws->control_ + had, p.ptr, p.len);
    ws->control_len_ = (uint8_t)(had + p.len);
    if (ws->op != WS_CLOSE)
        return SLICE_NPOS;
    if (had < 2 && ws->control_len_ >= 2
        && !ws_code_valid(ws_close_code(ws, NULL))) {
        ws->status = 1002;
        ws->why = "a close code that may not be sent";
        return 1 - had;
    }
    skip = had < 2 ? 2 - had : 0;
    if (skip >= p.len)
        return SLICE_NPOS;
    bad = utf8_feed(&ws->utf8_, slice_from(p, skip));
    if (bad == SLICE_NPOS)
        return SLICE_NPOS;
    ws->status = 1007;
    ws->why = "the close reason is not UTF-8";
    return skip + bad;
}

static size_t take_text(struct ws *ws, struct slice p)
{
    size_t bad = utf8_feed(&ws->utf8_, p);

    if (bad == SLICE_NPOS)
        return bad;
    ws->status = 1007;
    ws->why = "the text is not UTF-8";
    return bad;
}

static enum ws_event take_payload(struct ws *ws, struct mslice *in)
{
    size_t n = ws->left < in->len ? (size_t)ws->left : in->len;
    size_t bad = SLICE_NPOS;
    struct slice piece = {in->ptr, n};

    if (!ws->client) {
        ws_mask(in->ptr, in->ptr, n, ws->mask_, ws->mask_at_);
        ws->mask_at_ = (uint8_t)((ws->mask_at_ + n) & 3);
    }
    if (is_control(ws->op))
        bad = take_control(ws, piece);
    else if (ws->kind == WS_TEXT)
        bad = take_text(ws, piece);
    if (bad != SLICE_NPOS) {
        ws->state_ = BAD;
        n = bad;
        if (n == 0)
            return WS_BAD;
    }
    ws->data = (struct mslice){in->ptr, n};
    *in = (struct mslice){in->ptr + n, in->len - n};
    ws->left -= n;
    ws->at += n;
    if (ws->left == 0)
        ws->state_ = FRAME_END;
    return WS_DATA;
}

static enum ws_event end_frame(struct ws *ws)
{
    bool text = ws->op == WS_CLOSE
        || (!is_control(ws->op) && ws->kind == WS_TEXT && ws->fin);

    /* RFC 6455 8.1: a message or a reason may not end in mid-character. */
    if (text && !utf8_done(&ws->utf8_))
        return refuse(ws, 1007, ws->op == WS_CLOSE
            ? "the close reason is cut inside a character"
            : "the text is cut inside a character");
    ws->state_ = ws->op == WS_CLOSE ? CLOSED : HEAD;
    return WS_END;
}

enum ws_event ws_next(struct ws *ws, struct mslice *in)
{
    const char *why = NULL;

    switch ((enum state)ws->state_) {
    case HEAD:
        switch (take_head(ws, in, &why)) {
        case 1:
            return begin_frame(ws);
        case 0:
            return WS_MORE;
        }
        return refuse(ws, 1002, why);
    case PAYLOAD:
        return in->len ? take_payload(ws, in) : WS_MORE;
    case FRAME_END:
        return end_frame(ws);
    case CLOSED:
        ws->at += in->len;
        *in = (struct mslice){in->ptr, 0};
        return WS_MORE;
    case BAD:
        break;
    }
    return WS_BAD;
}

uint16_t ws_close_code(const struct ws *ws, struct slice *reason)
{
    const struct slice p = ws_control(ws);

    if (reason)
        *reason = slice_from(p, 2);
    if (p.len < 2)
        return 1005;
    return (uint16_t)(p.ptr[0] << 8 | p.ptr[1]);
}

size_t ws_head(uint8_t out[static WS_HEAD_MAX], enum ws_op op, bool fin,
    uint64_t len, const uint8_t *mask)
{
    size_t at = 2;
    unsigned bytes = len < 126 ? 0 : len <= UINT16_MAX ? 2 : 8;

    out[0] = (uint8_t)(op | (fin ? FIN : 0));
    out[1] = (uint8_t)(bytes == 0 ? len : bytes == 2 ? 126 : 127);
    while (bytes--)
        out[at++] = (uint8_t)(len >> 8 * bytes);
    if (mask) {
        out[1] |= MASKED;
        memcpy(out + at, mask, 4);
        at += 4;
    }
    return at;
}

void ws_mask(uint8_t *dst, const uint8_t *src, size_t n,
    const uint8_t mask[static 4], size_t at)
{
    uint8_t turned[8];
    uint64_t m, w[4];
    size_t i = 0;

    for (size_t k = 0; k < 8; k++)
        turned[k] = mask[(at + k) & 3];
    memcpy(&m, turned, 8);
    for (; n - i >= sizeof w; i += sizeof w) {
        memcpy(w, src + i, sizeof w);
        w[0] ^= m;
        w[1] ^= m;
        w[2] ^= m;
        w[3] ^= m;
        memcpy(dst + i, w, sizeof w);
    }
    for (; n - i >= 8; i += 8) {
        memcpy(w, src + i, 8);
        w[0] ^= m;
        memcpy(dst + i, w, 8);
    }
    for (; i < n; i++)
        dst[i] = (uint8_t)(src[i] ^ turned[i & 7]);
}

void ws_accept(char out[static WS_ACCEPT_LEN + 1], struct slice key)
{
    uint8_t digest[SHA1_LEN];
    struct sha1 s;

    sha1_begin(&s);
    sha1_feed(&s, key);
    sha1_feed(&s, SLICE(GUID));
    sha1_end(&s, digest);
    out[base64_encode(out, slice_of(digest, sizeof digest))] = 0;
}

/* RFC 6455 4.2.1 (5): base64 of 16 bytes. */
static bool key_valid(struct slice key)
{
    uint8_t nonce[BASE64_BYTES(WS_KEY_LEN)];

    return key.len == WS_KEY_LEN && base64_decode(nonce, key, NULL) == 16;
}

/* No upgrade, or one that something on the way took apart. */
static int not_upgrade(const struct http *h, bool upgrade, const char **why)
{
    if (!http_count(h, "Sec-WebSocket-Key"))
        *why = "this path wants a WebSocket upgrade";
    else if (upgrade)
        *why = "Sec-WebSocket-Key is there but \"Connection: Upgrade\" is not:"
            " a proxy on the way drops it";
    else
        *why = "Sec-WebSocket-Key is there but \"Upgrade: websocket\" is not:"
            " a proxy on the way drops it";
    return 426;
}

int ws_check_request(const struct http *h, const char **why)
{
    bool upgrade = http_has_token(h, "Upgrade", "websocket");

    if (!upgrade || !http_has_token(h, "Connection", "Upgrade"))
        return not_upgrade(h, upgrade, why);
    if (!slice_is(h->method, "GET"))
        *why = "a WebSocket upgrade must be a GET";
    else if (h->minor < 1)
        *why = "a WebSocket upgrade must be HTTP/1.1";
    else if (http_count(h, "Host") != 1)
        *why = "a WebSocket upgrade without one Host";
    else if (h->framing != HTTP_NO_BODY)
        *why = "a WebSocket upgrade with a body";
    else if (http_count(h, "Sec-WebSocket-Version") > 1)
        *why = "more than one Sec-WebSocket-Version";
    else if (!slice_is(http_get(h, "Sec-WebSocket-Version"), "13")) {
        *why = "only Sec-WebSocket-Version 13 is spoken here";
        return 426;
    } else if (http_count(h, "Sec-WebSocket-Key") != 1)
        *why = "an upgrade wants one Sec-WebSocket-Key";
    else if (!key_valid(http_get(h, "Sec-WebSocket-Key")))
        *why = "Sec-WebSocket-Key is not 16 bytes in base64";
    else
        return 0;
    return 400;
}

int ws_check_answer(const struct http *h, struct slice key, const char **why)
{
    char want[WS_ACCEPT_LEN + 1];

    ws_accept(want, key);
    if (h->status != 101)
        *why = "the upgrade was not answered with 101";
    else if (h->minor < 1)
        *why = "the upgrade was answered in HTTP/1.0";
    else if (http_count(h, "Upgrade") != 1
        || !slice_iis(http_get(h, "Upgrade"), "websocket"))
        *why = "the answer lacks \"Upgrade: websocket\"";
    else if (!http_has_token(h, "Connection", "Upgrade"))
        *why = "the answer lacks \"Connection: Upgrade\"";
    else if (http_count(h, "Sec-WebSocket-Accept") != 1)
        *why = "the answer lacks one Sec-WebSocket-Accept";
    else if (!slice_is(http_get(h, "Sec-WebSocket-Accept"), want))
        *why = "Sec-WebSocket-Accept does not fit our key";
    else if (http_count(h, "Sec-WebSocket-Extensions"))
        *why = "the answer uses an extension nobody offered";
    else if (http_count(h, "Sec-WebSocket-Protocol"))
        *why = "the answer names a subprotocol nobody offered";
    else
        return 0;
    return -1;
}

bool ws_code_valid(uint16_t code)
{
    /* RFC 6455 7.4 and the IANA registry: 1004 to 1006 and 1015 are never
     * sent, 1012 to 1014 were registered later. */
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
}
