/* twilio.h - Twilio: the REST API for calls, webhooks and the media stream.
 *
 * Real HTTP and WebSocket over loopback, spoken and judged with this folder's
 * own code.  It plays the tunnel too: URLs are linted and signed as
 * https://PUBLIC and wss://PUBLIC, then reached in plain at 127.0.0.1:server.
 * Whatever Twilio would log as an error or a warning is kept, with its number.
 */
#ifndef SIM_TWILIO_H
#define SIM_TWILIO_H

#include "net/loop.h"
#include "sim/callee.h"
#include "sim/fault.h"
#include "sim/tap.h"

struct resolver;
struct sim_twilio;

struct sim_twilio_conf {        /* strings are the caller's and must live */
    const char *account_sid;    /* AC and 32 hex digits */
    const char *auth_token;
    const char *api_key;        /* SK and 32 hex digits, or NULL */
    const char *api_secret;
    const char *number;         /* the one number the account owns */
    const char *public_host;    /* "concierge.example": behind the tunnel; URLs
                                   of another host are unreachable (11210) */
    uint16_t server_port;       /* where the tunnel ends; see also _server() */
    uint16_t port;              /* of the REST API; 0 picks one */
    uint64_t seed;              /* of SIDs and keys */
    const struct callee_script *callee; /* of calls made from now on */
    /* Several calls at once: who has that number, instead of callee; may be
     * NULL. */
    const struct callee_script *(*callee_of)(void *arg, const char *to);
    /* And what is broken of that call's stream, instead of fault; may be
     * NULL. */
    const struct sim_faults *(*fault_of)(void *arg, const char *to);
    struct sim_faults fault;
    struct sim_note note;
    struct sim_tap tap;
    /* A call is over, its last status callback has been answered or given up.
     * May be NULL. */
    void (*over)(void *arg, const char *call_sid, const char *status);
    void *arg;
};

/* Listens on 127.0.0.1.  conf is copied. */
struct sim_twilio *sim_twilio_new(struct loop *l, struct resolver *r,
    const struct sim_twilio_conf *conf, struct err *err);

/* Drops every connection; run one more round before loop_free. */
void sim_twilio_free(struct sim_twilio *t);

uint16_t sim_twilio_port(const struct sim_twilio *t);   /* of the REST API */
void sim_twilio_server(struct sim_twilio *t, uint16_t port);
void sim_twilio_callee(struct sim_twilio *t, const struct callee_script *s);
/* From now on this is broken and nothing else. */
void sim_twilio_fault(struct sim_twilio *t, struct sim_fault f);

/* Somebody rings our number: fetches https://PUBLIC/incoming-call and goes on
 * from there.  The call's SID, or NULL when no more calls fit. */
const char *sim_twilio_inbound(struct sim_twilio *t, const char *from);

/* ---- what was judged ---- */

struct sim_twilio_error {
    int number;             /* Twilio's, twilio 3 */
    bool warning;
    bool rest;              /* a REST request was refused with it */
    int64_t at;             /* wall ms */
    char call[36];          /* SID, or "" */
    char text[200];
};

/* The i-th error since the start, NULL past the last one. */
const struct sim_twilio_error *sim_twilio_error(const struct sim_twilio *t,
    size_t i);
/* Was this, and nothing else, judged wrong?  0: nothing at all.  Refused
 * hang-ups of calls that had just ended (20404, 21220) do not count. */
bool sim_twilio_only(const struct sim_twilio *t, int number);

/* ---- the streams that were not ours: SIM_FAULT_ROGUE ---- */

struct sim_twilio_rogue {
    enum sim_rogue kind;
    char call[36];          /* SID of the call it came to */
    unsigned code;          /* how the server closed it; 0: not yet, 1006: it
                               broke off */
    char why[124];          /* and the reason it gave */
    int64_t ms;             /* from its 101 to its end */
};

/* The i-th since the start; false past the last one. */
bool sim_twilio_rogue(const struct sim_twilio *t, size_t i,
    struct sim_twilio_rogue *out);

/* ---- the calls ---- */

struct sim_twilio_call {
    const char *sid, *to, *from;
    bool over;              /* its last callback has been answered, too */
    const char *status;     /* "queued" ... */
    bool inbound;
    const struct callee *callee;    /* lines heard and said; lives with t */
    size_t streams;         /* media streams that were opened with 101 */
    uint64_t frames_out, frames_in; /* 20 ms to the server, played from it */
    uint64_t marks, clears;
    int64_t seconds;        /* CallDuration */
    bool twin;              /* another program's of the account */
};

/* The i-th call since the start; false past the last one. */
bool sim_twilio_call(const struct sim_twilio *t, size_t i,
    struct sim_twilio_call *out);

struct sim_twilio_counts {
    size_t creates, lists, updates;     /* requests, refused ones too */
    size_t documents;       /* fetched, copies too */
    size_t hooks;           /* webhooks under way now */
    size_t forged, forged_refused;      /* webhooks that are not Twilio's */
};
struct sim_twilio_counts sim_twilio_counts(const struct sim_twilio *t);

/* Forgets a call that is over, and all that was judged of it.  False: there is
 * none, or something of it is under way. */
bool sim_twilio_forget(struct sim_twilio *t, const char *sid);

size_t sim_twilio_active(const struct sim_twilio *t);   /* calls not over */

#endif
