/* stage_impl.h - what stage.c and stand.c share. */
#ifndef APP_STAGE_IMPL_H
#define APP_STAGE_IMPL_H

#include "app/client.h"
#include "app/stage.h"
#include "app/tape.h"

#define STAGE_MORE 100          /* calls beside the scenario's own */

struct stage {
    const struct scenario *scenario;
    const struct stage_options *o;
    struct conf conf;
    struct loop *loop;
    struct resolver *resolver;
    struct sim_twilio *twilio;
    struct sim_model *model;
    struct sim_chat *chat;      /* with --stand alone */
    struct server *server;
    struct client client;
    struct tape *tape;          /* NULL: nothing is written down */
    int64_t began;
    char id[CALL_ID + 1];
    char more[STAGE_MORE][CALL_ID + 1];   /* "": refused, as wanted */
    size_t met;                 /* calls to the scenario's own number */
    size_t position;            /* the first that was told; 0: none */
    struct timer act;
    bool acted;
    struct timer reply;         /* to the question below */
    char question[32];
    size_t questions;
    int replied;                /* what the last one was answered; 0: not yet */
    struct stage_result *result;
    char dir[512];
    int heard;                  /* where what the model hears goes; 0 */
};

/* Loop, resolver, Twilio and the voice model; Twilio leads to public_host.  0,
 * or -1 and *err: then tear down what there is. */
int stage_stand_ins(struct stage *st, const char *public_host,
    struct err *err);
void stage_tear_down(struct stage *st);

#endif
