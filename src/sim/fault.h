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

#include "base/slice.h"

enum sim_fault_kind {
    SIM_FAULT_NONE,
    SIM_FAULT_TRACK,        /* the tunnel writes track="inbound_track
                               outbound_track" into the TwiML: 31941 */
    SIM_FAULT_HANDSHAKE_403,    /* the tunnel answers the upgrade itself,
                               with 403: 31920 */
    SIM_FAULT_NO_TOKEN,     /* start carries no customParameters: the server
                               closes 1008, 31921 */
    /* The media stream, as Twilio never sends it; occasions are frames of
     * 20 ms since start (twilio_odd.c). */
    SIM_FAULT_NO_START,     /* connected comes, start does not */
    SIM_FAULT_OTHER_SID,    /* start names another call's SID */
    SIM_FAULT_EARLY_MEDIA,  /* a media message before start */
    SIM_FAULT_BINARY,       /* a binary message before the frame */
    SIM_FAULT_GARBAGE,      /* a text that is no JSON before the frame */
    SIM_FAULT_NEW_EVENT,    /* an event nobody knows before the frame */
    SIM_FAULT_HUGE,         /* a message of n bytes before the frame */
    SIM_FAULT_FRAGMENTS,    /* messages in three frames, pings between */
    SIM_FAULT_MARKS_LOST,   /* marks never come back */
    SIM_FAULT_MARKS_LATE,   /* marks come back n ms late */
    SIM_FAULT_CUT,          /* the socket breaks off: no stop, no close */
    SIM_FAULT_STOP_ONLY,    /* stop comes, the socket stays open */
    SIM_FAULT_HALF_OPEN,    /* nothing is sent or read any more */
    SIM_FAULT_LINE_NOISE,   /* the frame is noise */
    /* Streams that are not Twilio's (twilio_rogue.c): n says which.  Occasions
     * are media streams let in. */
    SIM_FAULT_ROGUE,
    /* Twilio's REST API; n: the HTTP status it answers with, or one of
     * SIM_RESET, SIM_SILENT, SIM_GARBAGE. */
    SIM_FAULT_CREATE_UNDONE,    /* a create is not processed */
    SIM_FAULT_CREATE_DONE,      /* ... is processed all the same */
    SIM_FAULT_TWIN,         /* another program of the account rings the same
                               number in the same second */
    SIM_FAULT_LIST,         /* the list of calls */
    SIM_FAULT_UPDATE,       /* a change of a call, which is not made */
    SIM_FAULT_ACCOUNT,      /* something is wrong with the account; n: enum
                               sim_account, text: as that says */
    /* Twilio's webhooks; n: ms. */
    SIM_FAULT_TWIML_LATE,   /* the tunnel holds the request back */
    SIM_FAULT_TWIML_SLOW,   /* ... holds our answer back */
    SIM_FAULT_TWIML_TWICE,  /* fetched again n later: the first was lost */
    SIM_FAULT_STATUS_LATE,  /* a status callback comes n later */
    SIM_FAULT_STATUS_TWICE, /* ... comes again n later */
    SIM_FAULT_STATUS_ORDER, /* the first is held back 3n, the next 2n, n */
    SIM_FAULT_STATUS_LOST,  /* ... never comes */
    SIM_FAULT_STATUS_FOREIGN,   /* in mid-call "completed" comes for our call,
                               with another call's SID */
    SIM_FAULT_STATUS_FORGED,    /* ... with our SID, from another account,
                               signed with its token: wants a 403 */
    SIM_FAULTS
};

enum sim_rogue {            /* what a rogue stream sends after its 101 */
    SIM_ROGUE_REPLAY,       /* the true start, token and all */
    SIM_ROGUE_FORGED,       /* the true start with a made-up token */
    SIM_ROGUE_FOREIGN,      /* the true token with another CallSid */
    SIM_ROGUE_BARE,         /* the true CallSid without parameters */
    SIM_ROGUE_SILENT,       /* not a byte */
    SIM_ROGUE_MEDIA,        /* audio, and never a start */
    SIM_ROGUE_BINARY, SIM_ROGUE_GARBAGE,
    SIM_ROGUE_HUGE,         /* a message of 70,000 bytes */
    SIM_ROGUE_UNMASKED,     /* a frame without its mask */
    SIM_ROGUE_CROWD         /* 257 silent ones at once */
};

enum sim_account {          /* twilio_account.c */
    SIM_ACCOUNT_WELL,
    SIM_ACCOUNT_TRIAL,      /* text: whom it may call; NULL: nobody */
    SIM_ACCOUNT_SUSPENDED, SIM_ACCOUNT_CLOSED,
    SIM_ACCOUNT_BROKE, SIM_ACCOUNT_LOW,     /* balance */
    SIM_ACCOUNT_TEST_KEYS,  /* they may create calls and nothing else */
    SIM_ACCOUNT_NO_NUMBER,  /* From is somebody else's */
    SIM_ACCOUNT_NO_VOICE,   /* From takes messages only */
    SIM_ACCOUNT_FAX,        /* From takes faxes for calls */
    SIM_ACCOUNT_ELSEWHERE,  /* From's webhook leads to another server */
    SIM_ACCOUNT_APPLICATION,        /* ... is left aside for an
                               application's */
    SIM_ACCOUNT_NO_COUNTRY, /* may not be called; text: its ISO code, NULL:
                               all */
    SIM_ACCOUNT_HISTORY,    /* seven errors of the last 30 hours */
    SIM_ACCOUNT_NO_MONITOR, /* the key may not read alerts */
    SIM_ACCOUNT_BUSY,       /* two calls of another program go on for ever */
    SIM_ACCOUNTS
};

enum { SIM_RESET = 0, SIM_SILENT = -1, SIM_GARBAGE = -2 };

const char *sim_fault_name(enum sim_fault_kind k);  /* "handshake_403" */
/* By "trial"; SIM_ACCOUNT_WELL: there is no such name.  twilio_account.c */
enum sim_account sim_account_find(struct slice name);

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
