/* frames.h - a WebSocket session under test and a peer that writes frames.
 *
 * The masks are undone here byte by byte: codec/ws does not judge itself.
 */
#ifndef TESTS_NET_FRAMES_H
#define TESTS_NET_FRAMES_H

#include <string.h>

#include "net/wsconn.h"
#include "tests/net/rig.h"

#define MAX_MESSAGE 200000

/* ---- the side under test ---- */

struct side {
    struct wsconn *w;
    struct buf got;             /* "text:...;" of every message */
    int opens, messages, closes, drains;
    bool echo, in_scratch, nothing_kept;
    int close_on;               /* message number to close at, -1: abort */
    uint16_t code;
    char reason[3000];
    bool failed;
    struct err err;
};

static struct side us;

static inline void on_open(struct wsconn *w, void *arg)
{
    struct side *s = arg;

    (void)w;
    s->opens++;
}

static inline void on_message(struct wsconn *w, void *arg, bool text,
    struct slice m)
{
    struct side *s = arg;
    struct mslice scratch = loop_scratch(rig_loop);

    s->messages++;
    s->in_scratch = m.ptr >= scratch.ptr
        && m.ptr < scratch.ptr + scratch.len;
    if (!s->nothing_kept) {
        buf_adds(&s->got, text ? "t:" : "b:");
        buf_add(&s->got, m);
        buf_addc(&s->got, ';');
    }
    if (s->echo)
        wsconn_send(w, text, m);
    if (s->close_on == s->messages)
        wsconn_close(w, 4000, SLICE("enough"));
    if (s->close_on == -s->messages)
        wsconn_abort(w);
}

static inline void on_drain(struct wsconn *w, void *arg)
{
    struct side *s = arg;

    (void)w;
    s->drains++;
}

static inline void on_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    struct side *s = arg;

    (void)w;
    s->w = NULL;
    s->closes++;
    s->code = code;
    snprintf(s->reason, sizeof s->reason, "%.*s", SLICE_ARG(reason));
    s->failed = err != NULL;
    if (err)
        s->err = *err;
}

static const struct wsconn_ops ops = {
    .name = "ws", .on_open = on_open, .on_message = on_message,
    .on_drain = on_drain, .on_close = on_close,
};

static inline void side_clear(void)
{
    buf_free(&us.got);
    us = (struct side){.echo = false};
    buf_init(&us.got, 8u << 20);
}

static inline void accept_frames(struct conn *c, void *arg)
{
    (void)arg;
    us.w = wsconn_accept(c, &ops, &us, MAX_MESSAGE);
}

/* ---- the raw other side ---- */

static struct raw far;              /* heads accepted it, or we dialled it */

static inline void accept_head(struct conn *c, void *arg)
{
    (void)arg;
    far = (struct raw){.c = c, .open = true};
    buf_init(&far.in, 64u << 20);
    conn_adopt(c, &raw_ops, &far);
}

/* A frame as RFC 6455 5.2 draws it; masked for a client. */
static inline void add_frame(struct buf *b, int first, bool masked,
    struct slice s)
{
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    int bit = masked ? 0x80 : 0;

    buf_addc(b, (uint8_t)first);
    if (s.len < 126) {
        buf_addc(b, (uint8_t)(bit | (int)s.len));
    } else if (s.len < 65536) {
        buf_addc(b, (uint8_t)(bit | 126));
        buf_addc(b, (uint8_t)(s.len >> 8));
        buf_addc(b, (uint8_t)s.len);
    } else {
        buf_addc(b, (uint8_t)(bit | 127));
        for (int i = 7; i >= 0; i--)
            buf_addc(b, (uint8_t)((uint64_t)s.len >> 8 * i));
    }
    if (masked)
        buf_add(b, slice_of(mask, 4));
    for (size_t i = 0; i < s.len; i++)
        buf_addc(b, masked ? s.ptr[i] ^ mask[i % 4] : s.ptr[i]);
}

/* Takes one frame off b: first byte, payload unmasked into out.  False when
 * it is not all here. */
static inline bool take_frame(struct buf *b, int *first, bool *masked,
    struct buf *out)
{
    uint64_t len;
    size_t at = 2;
    const uint8_t *p = b->ptr, *mask;

    if (b->len < 2)
        return false;
    *first = p[0];
    *masked = p[1] & 0x80;
    len = p[1] & 127;
    if (len == 126) {
        if (b->len < 4)
            return false;
        len = (uint64_t)p[2] << 8 | p[3];
        at = 4;
    } else if (len == 127) {
        if (b->len < 10)
            return false;
        for (len = 0; at < 10; at++)
            len = len << 8 | p[at];
    }
    mask = p + at;
    at += *masked ? 4 : 0;
    if (b->len < at + len)
        return false;
    buf_clear(out);
    for (size_t i = 0; i < len; i++)
        buf_addc(out, *masked ? p[at + i] ^ mask[i % 4] : p[at + i]);
    buf_skip(b, at + (size_t)len);
    return true;
}

/* The next frame that comes in is first and payload. */
static inline bool next_is(int first, bool masked, struct slice payload)
{
    struct buf out;
    int got_first = -1;
    bool got_masked = false, good = false, here = false;

    buf_init(&out, 8u << 20);
    RIG_UNTIL((here = take_frame(&far.in, &got_first, &got_masked, &out))
        || far.closed);
    good = here && got_first == first && got_masked == masked
        && slice_eq(buf_slice(&out), payload);
    if (!good) {
        printf("#   frame %02x%s, want %02x\n", (unsigned)got_first,
            got_masked ? " masked" : "", (unsigned)first);
        tap_show("got ", buf_slice(&out));
        tap_show("want", payload);
    }
    buf_free(&out);
    return good;
}

/* The close frame that comes in has that code and reason. */
static inline bool close_is(uint16_t code, bool masked, const char *reason)
{
    uint8_t room[125];
    size_t n = strlen(reason);

    room[0] = (uint8_t)(code >> 8);
    room[1] = (uint8_t)code;
    memcpy(room + 2, reason, n);
    return next_is(0x88, masked, slice_of(room, n + 2));
}

static inline void says(int first, bool masked, struct slice s)
{
    struct buf b;

    buf_init(&b, 8u << 20);
    add_frame(&b, first, masked, s);
    raw_send(&far, buf_slice(&b));
    buf_free(&b);
}

static inline void end(void)
{
    raw_drop(&far);
    RIG_UNTIL(!us.w);
}

#endif
