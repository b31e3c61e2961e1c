/* wsconn_impl.h - what wsconn.c and wsconn_dial.c share.  Private. */
#ifndef NET_WSCONN_IMPL_H
#define NET_WSCONN_IMPL_H

#include "base/buf.h"
#include "base/limits.h"
#include "codec/body.h"
#include "net/wsconn.h"

enum { WSCONN_MAGIC = 0x3eb50c };

enum wsconn_state {
    WSCONN_ASKING,      /* client: dialling, or waiting for the 101 */
    WSCONN_REFUSED,     /* client: reading why there was no 101 */
    WSCONN_OPEN,
    WSCONN_CLOSING,     /* our close frame is out, theirs is awaited */
    WSCONN_CLOSED,      /* both are out; the TCP is to end */
    WSCONN_FAILED       /* we refused a frame; err says why */
};

struct wsconn {
    uint32_t magic;
    enum wsconn_state state;
    struct conn *conn;
    const struct wsconn_ops *ops;
    void *arg;
    bool aborted;
    bool pong_owed;
    /* What every frame touches stands close together. */
    int64_t heard, spoke;       /* when bytes came last, and when they went */
    struct wsconn_counts counts;
    size_t masks_left;
    uint8_t masks[64];          /* random bytes for the next frames */
    struct ws ws;
    struct buf message;         /* fragments so far */
    uint16_t code;              /* for on_close */
    uint8_t reason[WS_CONTROL_MAX], reason_len;
    struct err err;             /* ERR_NONE unless we know better than conn */
    uint8_t pong[WS_CONTROL_MAX], pong_len;
    struct task task;           /* sends what pong_owed promises */
    struct timer timer;
    int64_t due;                /* what the timer is for; 0: nothing */
    int64_t ping_every, pong_within;
    bool pinged;
    int64_t pinged_at;

    /* The client's handshake, wsconn_dial.c. */
    struct buf head;            /* our request, then what a refusal says */
    char key[WS_KEY_LEN + 1];
    const char *protocol;
    int64_t deadline;
    enum http_framing framing;  /* of a refusal's body */
    uint64_t left;
    struct body chunks;
    char about[40];

    struct attempts *attempts;
    uint64_t attempt;
};

struct wsconn *wsconn_make(const struct wsconn_ops *ops, void *arg,
    size_t max_message, bool client);
void wsconn_drop(struct wsconn *w);
void wsconn_begin(struct wsconn *w, struct conn *c);
void wsconn_on_close(struct conn *c, void *arg, const struct err *err);

#endif
