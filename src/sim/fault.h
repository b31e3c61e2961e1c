/* fault.h - what a scenario breaks on the way, and where.
 *
 * The faults live in the stand-ins, never in the program: the tunnel that
 * sim/twilio plays may refuse an upgrade, change a document or lose a
 * parameter.  A new fault gets a name here, a row in sim_fault_name and one
 * place in a stand-in that asks for it.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdint.h>

enum sim_fault_kind {
    SIM_FAULT_NONE,
    SIM_FAULT_TRACK,        /* the tunnel writes track="inbound_track
                               outbound_track" into the TwiML: 31941 */
    SIM_FAULT_HANDSHAKE_403,    /* the tunnel answers the upgrade itself,
                               with 403: 31920 */
    SIM_FAULT_NO_TOKEN,     /* start carries no customParameters: the server
                               closes 1008, 31921 */
    SIM_FAULTS
};

const char *sim_fault_name(enum sim_fault_kind k);  /* "handshake_403" */

struct sim_fault {
    enum sim_fault_kind what;
    unsigned first;             /* occasions that pass before it strikes */
    unsigned count;             /* how often it strikes; 0: from then on */
    int64_t n;                  /* a number, as the kind says: ms, a status */
    const char *text;           /* as the kind says */
};

#define SIM_FAULTS_MAX 3        /* at one time */

struct sim_faults {             /* all zero: nothing is broken */
    struct sim_fault at[SIM_FAULTS_MAX];
    unsigned seen_[SIM_FAULTS_MAX];     /* occasions of each so far */
};

/* In a scenario: .fault = FAULT(.what = SIM_FAULT_TRACK). */
#define FAULT(...) {.at = {{__VA_ARGS__}}}

/* The fault of that kind, or NULL. */
const struct sim_fault *sim_fault_has(const struct sim_faults *f,
    enum sim_fault_kind k);
/* An occasion for that kind: the fault when it strikes now, else NULL. */
const struct sim_fault *sim_fault_strikes(struct sim_faults *f,
    enum sim_fault_kind k);

/* How the stand-ins tell what happens: who is "twilio", "callee", "caller" (in
 * an inbound call the person who rang) or "model". */
struct sim_note {               /* may be all zero */
    void (*say)(void *arg, const char *who, const char *text);
    void *arg;
};

#endif
