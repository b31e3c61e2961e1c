/* stage.h - one scenario on stage: the stand-ins, a server, and what came of
 * it against what was expected.
 */
#ifndef APP_STAGE_H
#define APP_STAGE_H

#include "app/client.h"
#include "app/server.h"
#include "sim/scenario.h"

#define STAGE_FAULTS 16

#define STAGE_ACCOUNT "AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"
#define STAGE_AUTH_TOKEN "0123456789abcdef0123456789abcdef"
#define STAGE_API_KEY "SK5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"
#define STAGE_API_SECRET "simulated-secret"
#define STAGE_NUMBER "+15550001111"
#define STAGE_PUBLIC_HOST "concierge.example"
#define STAGE_MODEL_KEY "sk-simulated"
#define STAGE_CHAT_MODEL "sim-chat"
#define STAGE_DISCLOSURE "Hello, this is an automated assistant calling on " \
    "behalf of Leo."

struct stage_options {
    bool realtime;              /* not on the virtual clock */
    bool verbose;               /* every line, to stderr */
    uint64_t seed;
    const char *out;            /* folder to keep; NULL: none is kept */
    const char *wire;           /* folder for what crossed the wires, or NULL:
                                   app/tape.h */
    int64_t now;                /* wall ms to begin at; -1: SCENARIO_NOW */
};

struct stage_result {
    struct buf call;            /* the call object; buf_free it */
    struct buf more;            /* those of the calls beside it, one a line;
                                   buf_free it */
    char folder[512];           /* of the call's files, "" when not kept */
    bool recorded;
    int64_t real_ms;            /* how long it took */
    char fault[STAGE_FAULTS][240];      /* expectations that were not met */
    size_t faults;
};

/* Runs it.  0 also when faults were found; -1 and *err when it could not be
 * run at all. */
int stage_run(const struct scenario *s, const struct stage_options *o,
    struct stage_result *r, struct err *err);

/* The stand-ins alone, until a signal; prints the environment lines that point
 * a server at them.  server: the port the tunnel ends at.  heard: a file
 * for the audio the model is sent, bare mu-law; or NULL.  account: "trial,low",
 * what is wrong with Twilio's account, or NULL.  USR1 makes somebody ring.  An
 * exit status. */
int stage_stand(const struct scenario *s, uint64_t seed, uint16_t server,
    const char *heard, const char *account);

/* A random run of mixed calls, fifty at once, for so many virtual seconds:
 * soak.c.  An exit status. */
int soak_run(int64_t seconds, uint64_t seed);

/* Settings of a server between stand-ins at those ports. */
int stage_conf(struct conf *c, uint16_t twilio, uint16_t model,
    const char *dir, struct err *err);
/* The body of POST /v1/calls; s: whose errand it is, NULL to book. */
void stage_ask(const struct scenario_asked *a, const struct scenario *s,
    struct buf *out);
void stage_sweep(const char *dir);      /* removes it, files and all */

/* Compares; adds to r->fault.  stage_judge.c */
struct sim_twilio;
struct sim_model;
void stage_judge(const struct scenario *s, struct json call,
    const struct sim_twilio *twilio, const struct sim_model *model,
    struct stage_result *r);
/* Twilio's side alone: nothing was dialled for the scenario's own call. */
void stage_judge_twilio(const struct scenario *s,
    const struct sim_twilio *twilio, struct stage_result *r);
/* One of the calls beside it. */
void stage_judge_more(const struct scenario_call *more, struct json call,
    const struct sim_twilio *twilio, struct stage_result *r);
/* The model's part.  stage_model.c */
void stage_judge_model(const struct scenario *s,
    const struct callee *callee, const struct sim_model *model,
    struct stage_result *r);
void stage_fault(struct stage_result *r, const char *fmt, ...)
    PRINTFLIKE(2, 3);

/* Asks in words and says yes; id becomes the call's.  stage_words.c */
struct stage_talk {
    void (*say)(void *arg, const char *who, const char *text);
    void *arg;
};
int stage_words(struct client *client, const char *request,
    const struct stage_talk *talk, char *id, size_t cap,
    struct stage_result *r, struct err *err);

#endif
