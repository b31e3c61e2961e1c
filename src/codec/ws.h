/* ws.h - RFC 6455: the handshake's arithmetic and the frames.
 *
 * Pure: no I/O, no malloc, no clock.  The decoder unmasks in place: the caller
 * lends a writable buffer and keeps owning it.  However the input is split,
 * the payload bytes and frame events are the same; tests/codec/ws_test.c
 * proves it.
 */
#ifndef CODEC_WS_H
#define CODEC_WS_H

#include "base/slice.h"
#include "codec/http.h"
#include "codec/utf8.h"

#define WS_HEAD_MAX 14
#define WS_CONTROL_MAX 125
#define WS_ACCEPT_LEN 28
#define WS_KEY_LEN 24

enum ws_op { WS_CONT, WS_TEXT, WS_BIN, WS_CLOSE = 8, WS_PING, WS_PONG };

enum ws_event {
    WS_MORE,            /* all of *in was used; come back with more */
    WS_HEAD,            /* a frame begins: op, fin and left are set; of a
                           continuation op is WS_CONT and kind says which */
    WS_DATA,            /* a piece of its payload is in data */
    WS_END,             /* that frame is complete */
    WS_BAD              /* protocol error: status is the close code to send,
                           why says it; it stays at that.  The bytes before
                           the fault were given as DATA */
};

struct ws {             /* zero it, set the first two fields, use it */
    bool client;        /* we are the client: frames from the peer are bare */
    uint64_t max;       /* longest message accepted, all fragments, bytes */
    enum ws_op op;
    enum ws_op kind;    /* WS_TEXT or WS_BIN of the message under way */
    bool fin;
    uint64_t left;      /* payload bytes still to come of this frame */
    struct mslice data; /* valid after WS_DATA */
    uint16_t status;    /* valid after WS_BAD: 1002, 1007 or 1009 */
    const char *why;    /* constant, valid after WS_BAD */
    uint64_t at;        /* bytes taken; after WS_BAD: where the fault is */
    uint8_t head_[WS_HEAD_MAX], have_, state_;      /* private */
    uint8_t mask_[4], mask_at_;
    bool message_;
    uint64_t total_;
    struct utf8 utf8_;
    uint8_t control_len_, control_[WS_CONTROL_MAX];
};

/* Takes one step over *in and moves *in past what it used.  Checks every MUST
 * of RFC 6455 5-7 a receiver can see: masking, RSV, reserved opcodes, control
 * frames (FIN, 125 bytes), fragments, minimal lengths, UTF-8 over fragments,
 * close payloads, the ceiling.  What follows a close frame is discarded: MORE
 * (RFC 6455 1.4). */
enum ws_event ws_next(struct ws *ws, struct mslice *in);

/* After WS_END of a ping, pong or close: its whole payload. */
static inline struct slice ws_control(const struct ws *ws)
{
    return (struct slice){ws->control_, ws->control_len_};
}

/* After WS_END of a close frame: its code (1005 when it had none) and reason.
 * A code that may not be on the wire was refused by ws_next. */
uint16_t ws_close_code(const struct ws *ws, struct slice *reason);

/* Writes a frame header; returns its length.  mask is NULL for a server. */
size_t ws_head(uint8_t out[static WS_HEAD_MAX], enum ws_op op, bool fin,
    uint64_t len, const uint8_t *mask);

/* dst = src XOR mask, in machine words; at is the offset of src in the
 * payload (only at % 4 counts).  dst may be src. */
void ws_mask(uint8_t *dst, const uint8_t *src, size_t n,
    const uint8_t mask[static 4], size_t at);

/* RFC 6455 4.2.2: the accept value of a key, with a NUL behind it. */
void ws_accept(char out[static WS_ACCEPT_LEN + 1], struct slice key);

/* Judges an upgrade request, RFC 6455 4.2.1.  0 it is one; else the status to
 * refuse with (400; 426 for a wrong version or no upgrade at all) and *why. */
int ws_check_request(const struct http *h, const char **why);

/* Judges the answer to our own upgrade, RFC 6455 4.1.  0, or -1 and *why. */
int ws_check_answer(const struct http *h, struct slice key, const char **why);

/* May this close code be sent in a frame?  RFC 6455 7.4. */
bool ws_code_valid(uint16_t code);

#endif
