/* tap.h - what crosses the stand-ins' wires, as it was, for whoever keeps it.
 *
 * The stand-ins judge what they are sent; others can judge both sides once
 * every message has been written down (`simulate --wire DIR`).  What a stand-in
 * sends that no service would, for a scenario's sake, does not pass here.
 */
#ifndef SIM_TAP_H
#define SIM_TAP_H

#include <stdbool.h>

#include "base/slice.h"

enum tap_wire {
    TAP_MODEL,          /* the realtime model's socket */
    TAP_STREAM,         /* Twilio's media stream */
    TAP_REST,           /* Twilio's REST API */
    TAP_HOOK,           /* Twilio's webhooks, their answers */
    TAP_WIRES
};

/* head: the bytes of an HTTP head, or of a WebSocket message "text", "beta" (a
 * text in the model's dialect of 2024) or "binary"; body: what follows it,
 * whole, decoded.  Both live for the call only.  ours: the program sent it, not
 * the stand-in. */
struct sim_tap {                /* may be all zero */
    void (*take)(void *arg, enum tap_wire wire, bool ours, struct slice head,
        struct slice body);
    void *arg;
};

static inline void sim_tap(const struct sim_tap *t, enum tap_wire wire,
    bool ours, struct slice head, struct slice body)
{
    if (t->take)
        t->take(t->arg, wire, ours, head, body);
}

#endif
