/* storm_own.h - what the files of the storm share. */
#ifndef SIM_STORM_OWN_H
#define SIM_STORM_OWN_H

#include "net/conn.h"
#include "sim/jread.h"
#include "sim/storm.h"
#include "sim/wire.h"

#define STORM_FRAME 160         /* bytes */
#define STORM_MARKS 64          /* outstanding on one stream */
#define STORM_MESSAGE (1u << 20)
#define STORM_PATH 256

/* How many took so long: buckets of 20 us, the last for all beyond. */
#define STORM_BUCKET_US 20
#define STORM_BUCKETS 10000
struct storm_hist {
    uint32_t at[STORM_BUCKETS];
    uint64_t n;
    int64_t most;
};

enum storm_state {
    STORM_WAITING,              /* has not begun */
    STORM_ASKING,               /* POST /incoming-call is out */
    STORM_DIALLING,             /* the stream's upgrade is out */
    STORM_OPEN,
    STORM_OVER
};

struct storm_call {
    struct storm *s;
    size_t id;
    enum storm_state state;
    struct conn *conn;
    struct wire_ws ws;
    char sid[40], call_sid[40];
    char head[96];              /* what stands before the audio that comes */
    size_t head_len;
    char path[STORM_PATH], params[1024];    /* of the TwiML; JSON members */
    uint64_t seq;               /* of the last message */
    uint32_t sent, back;        /* frames; the number of the last */
    bool heard;                 /* a frame has come back */
    uint64_t queued, played;    /* bytes of audio that came, and were heard */
    struct {
        char name[64];
        uint64_t at;
    } mark[STORM_MARKS];
    size_t first, marks;        /* a ring */
};

struct storm_session {
    struct list link;
    struct storm *s;
    struct conn *conn;
    struct wire_ws ws;
    bool open;
    char delta[256];            /* what stands before the audio we say */
    size_t delta_len;
};

struct storm {
    struct loop *loop;
    struct resolver *resolver;
    struct storm_conf conf;
    struct listener *listener;
    struct list sessions;
    uint64_t session_ids;
    uint16_t port;              /* the server's */
    struct storm_call *call;
    size_t begun;
    int64_t began, ticked;      /* ms; the last moment frames were sent for */
    struct timer tick;
    bool on;
    int64_t from, till;         /* us: frames that left then count */
    struct storm_counts counts;
    struct storm_hist end_to_end, own;
    struct buf out, frame, sound;       /* room for one message */
    struct jread *json;
};

/* Twilio's half: storm_call.c */
void storm_call_begin(struct storm_call *c);
void storm_call_tick(struct storm_call *c, int64_t due_us);
void storm_call_drop(struct storm_call *c);

/* The model's half: storm_model.c */
int storm_model_listen(struct storm *s, struct err *err);
void storm_model_drop(struct storm *s);

/* A frame came back that had left at that moment. */
void storm_count(struct storm *s, int64_t left_us, int64_t now_us);
void storm_hist_add(struct storm_hist *h, int64_t us);

#endif
