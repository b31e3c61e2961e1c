/* storm.h - many calls at once, for `concierge bench`: Twilio's half of each
 * and a model that says back at once what it hears.
 *
 * Somebody rings the server: POST /incoming-call, signed, then the media
 * stream its TwiML asks for, a frame of 160 bytes every 20 ms with marks
 * played in time.  Each frame carries its call, its number and the moment it
 * left; the model's echo brings it back through the server, and every byte is
 * compared.  Both halves live on one loop, so one clock stamps both ends.
 */
#ifndef SIM_STORM_H
#define SIM_STORM_H

#include "net/loop.h"
#include "net/resolve.h"

#define STORM_FRAME_MS 20

struct storm_conf {             /* texts live as long as the storm */
    const char *account_sid, *auth_token, *public_host, *model_key;
    size_t calls;               /* 1..LIMIT_CALLS */
    size_t a_second;            /* how many begin in one second */
    int64_t late_us;            /* end to end: more is late */
};

struct storm;

/* Listens for the model's sessions.  NULL and *err. */
struct storm *storm_new(struct loop *l, struct resolver *r,
    const struct storm_conf *conf, struct err *err);
void storm_free(struct storm *s);
uint16_t storm_model_port(const struct storm *s);

/* The calls begin to ring the server at 127.0.0.1:port. */
void storm_begin(struct storm *s, uint16_t port);

/* Frames that leave while it is on are those that count. */
void storm_measure(struct storm *s, bool on);

struct storm_counts {
    size_t open;                /* calls whose audio is back, each once */
    size_t failed;              /* calls that ended, or never began */
    uint64_t sent, back;        /* frames, of those that count */
    uint64_t late;              /* of these: more than late_us */
    uint64_t altered;           /* bytes, order or call are not as sent */
    int64_t p50, p99, most;     /* us, end to end */
    int64_t own_late;           /* us, p99: how late we were to send */
    const char *why;            /* of the first failure; "" */
};
struct storm_counts storm_counts(const struct storm *s);

#endif
