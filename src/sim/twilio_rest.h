/* twilio_rest.h - the calls resource: create, list, show, update. */
#ifndef SIM_TWILIO_REST_H
#define SIM_TWILIO_REST_H

#include "sim/twilio_own.h"

struct tw_refusal {
    int status, code;
    char text[160];
};

/* Each returns the HTTP status, with its JSON in out, or 0 and *why. */
int tw_rest_create(struct sim_twilio *t, struct slice body, struct buf *out,
    struct tw_refusal *why);
int tw_rest_list(struct sim_twilio *t, struct slice query, struct buf *out,
    struct tw_refusal *why);
int tw_rest_update(struct tw_call *c, struct slice body, struct buf *out,
    struct tw_refusal *why);
/* The newest call once more, as another program's: it rings nowhere. */
void tw_rest_twin(struct sim_twilio *t);
void tw_rest_show(const struct tw_call *c, struct buf *out);

#endif
