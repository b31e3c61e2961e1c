/* wire.h - HTTP/1.1 heads and bodies, RFC 6455 frames, base64 and percent
 * coding of the stand-ins' own.
 *
 * Naive on purpose: whole heads, whole frames, a byte at a time.  It judges
 * what codec/ and net/ write, so it shares nothing with them.
 */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include "base/buf.h"
#include "base/slice.h"

/* ---- HTTP ---- */

#define WIRE_FIELDS 40
#define WIRE_HEAD 16384

struct wire_field {
    struct slice name, value;
};

struct wire_head {              /* points into what was read */
    struct slice method, target;        /* of a request */
    int status;                         /* of an answer */
    struct slice reason;
    struct wire_field field[WIRE_FIELDS];
    size_t fields, size;                /* size: bytes of the head */
    int64_t length;                     /* Content-Length, or -1 */
    bool chunked, close;
};

/* A head from the start of in: its size, 0 when more is needed, -1 and *why.
 * Refuses bare LF, folded lines, blanks before a colon, two lengths, length
 * and chunks together, control bytes, HTTP/1.0 (RFC 9112). */
int wire_request(struct slice in, struct wire_head *h, const char **why);
int wire_answer(struct slice in, struct wire_head *h, const char **why);

/* Absent when there is none; *twice says there is another one. */
struct slice wire_field(const struct wire_head *h, const char *name,
    bool *twice);
/* Is word one of the comma-separated words of that field? */
bool wire_has(const struct wire_head *h, const char *name, const char *word);

/* The body behind a head: bytes used of in, or 0 when more is needed, or -1.
 * Decoded bytes are appended to out.  An empty body uses 0 bytes: *done tells.
 * ended: the peer has closed (a body without length ends there). */
int wire_body(const struct wire_head *h, struct slice in, bool ended,
    struct buf *out, bool *done, const char **why);

/* ---- WebSocket ---- */

struct wire_pair {              /* computed beforehand */
    const char *key, *accept;
};

#define WIRE_PAIRS 8
extern const struct wire_pair wire_pairs[WIRE_PAIRS];

/* The server role: the key's accept, by our own SHA-1. */
void wire_accept(struct buf *out, struct slice key);

enum { WIRE_CONT, WIRE_TEXT, WIRE_BINARY, WIRE_CLOSE = 8, WIRE_PING,
    WIRE_PONG };

enum wire_event {
    WIRE_MORE,          /* no whole frame is there */
    WIRE_PART,          /* a fragment was taken; the message goes on */
    WIRE_MESSAGE,       /* op is WIRE_TEXT or WIRE_BINARY, data the message */
    WIRE_CONTROL,       /* op is CLOSE, PING or PONG, data the payload */
    WIRE_BAD            /* why says what rule was broken */
};

struct wire_ws {            /* zero it, set the first two */
    bool masked;            /* frames from this peer must be masked */
    size_t max;             /* longest message */
    int op;
    struct slice data;      /* lives until the next step */
    uint16_t code;          /* of a close: 1005 when it had none */
    const char *why;
    size_t frames;          /* taken so far */
    struct buf message_, frame_;        /* private */
    int open_;
    bool began_;
};

/* One frame from the front of *in.  Judges: reserved bits and opcodes, masking
 * for the role, shortest lengths, whole and short control frames, fragments in
 * order, UTF-8, close codes. */
enum wire_event wire_next(struct wire_ws *w, struct slice *in);
void wire_fini(struct wire_ws *w);

/* Appends one whole frame; mask is NULL for the server role. */
void wire_frame(struct buf *out, int op, struct slice data,
    const uint8_t *mask);
void wire_close(struct buf *out, uint16_t code, const char *reason,
    const uint8_t *mask);

bool wire_utf8(struct slice s);

/* ---- text codings ---- */

void wire_base64(struct buf *out, struct slice s);
/* Canonical, padded.  0, or -1 with out as it was but longer. */
int wire_unbase64(struct buf *out, struct slice s);

void wire_percent(struct buf *out, struct slice s);     /* unreserved stays */

/* The next name=value of a form body or query, decoded and appended to out,
 * which must have room (it may not move): slices point into it.  1, 0 at the
 * end, -1 when it is malformed. */
int wire_form(struct slice *in, struct buf *out, struct slice *name,
    struct slice *value);

#endif
