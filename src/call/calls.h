/* calls.h - all calls of this process: those that run and those that ran.
 *
 * Binds Twilio, the model and the agent.  A call is made by calls_start (or
 * calls_inbound), moves by what Twilio and the model say, and ends with an
 * outcome on disk before anybody is told.  Memory of all running calls is
 * counted at the door: MAX_CALLS.
 */
#ifndef CALL_CALLS_H
#define CALL_CALLS_H

#include "base/buf.h"
#include "base/err.h"
#include "call/asked.h"
#include "call/desk.h"
#include "call/machine.h"
#include "call/policy.h"
#include "call/price.h"
#include "call/webhook.h"
#include "model/voice.h"
#include "net/disk.h"
#include "net/httpc.h"
#include "net/resolve.h"
#include "net/wsconn.h"
#include "twilio/media.h"
#include "twilio/rest.h"

struct calls;
struct call;

#define CALL_ID 24              /* hex digits of an id */
#define CALL_TOKEN 32           /* hex digits of a stream's token */
#define CALL_KEY 80             /* bytes of an Idempotency-Key, NUL included */

#define CALL_LADDER 8           /* attempts that may follow the first */

struct calls_place {            /* what is known of a number's place */
    int offset;                 /* seconds east of UTC, at that moment */
    struct slice hours;         /* agent/hours; empty: not known */
};

struct calls_conf {             /* slices and pointers outlive calls */
    struct loop *loop;
    struct disk *disk;
    struct resolver *resolver;
    struct tlsctx *tls;         /* for the model's wss */
    struct rest *rest;          /* NULL: no Twilio account is set */
    const char *dir;            /* CONCIERGE_DIR */
    struct slice public_base;   /* "https://voice.example.com" */
    struct slice from;          /* TWILIO_PHONE_NUMBER */
    struct slice name;          /* CONCIERGE_NAME */
    struct slice language;
    struct slice disclosure;    /* {name} already replaced */
    bool disclosure_by_say;
    struct slice inbound_prompt;
    struct policy policy;
    const struct prices *prices;        /* NULL: costs are not known */
    int per_second;             /* creates: Twilio's CPS; 0: any number */
    int64_t again[CALL_LADDER]; /* ms after a busy line or nobody; 0 ends */
    /* May be NULL: then offset counts, and no hours are known. */
    void (*place)(void *arg, struct slice to, int64_t wall,
        struct calls_place *out);
    void *place_arg;
    int (*offset)(void *arg, int64_t wall);     /* of ZONE, seconds east */
    void *offset_arg;
    int max_seconds, keep_days;
    bool recording;
    struct slice model_url, model_key;
    const struct voice_dialect *dialect;
    struct voice_session session;       /* model, voice, transcription */
    struct webhook *webhook;    /* tells the owner's server of questions and
                                   outcomes; bound to calls; or NULL */
    struct desk *desk;          /* whose sessions the journal has; or NULL */
    struct attempts *attempts;  /* those that fail go into the journal; or
                                   NULL */
};

/* Opens the journal, reads what happened before, and begins to reconcile the
 * calls it left unfinished with Twilio's list.  NULL and *err. */
struct calls *calls_new(const struct calls_conf *conf, struct err *err);
void calls_free(struct calls *cs);

/* Twilio reaches us there from now on.  base lives as long as cs. */
void calls_set_public(struct calls *cs, struct slice base);

size_t calls_running(const struct calls *cs);
/* No new calls; empty is called on the loop when none runs (at once if so). */
void calls_drain(struct calls *cs, void (*empty)(void *arg), void *arg);
bool calls_draining(const struct calls *cs);
void calls_hangup_all(struct calls *cs);

/* The kill switch: hangs up everything and lets nothing new in, until
 * calls_resume; CONCIERGE_DIR/STOP keeps it over restarts.  done (may be NULL)
 * is called once that is on disk, with what went wrong otherwise: then the
 * switch is on in memory alone.  -1: the disk's queue is full, likewise. */
int calls_stop(struct calls *cs, void (*done)(void *arg,
    const struct err *err), void *arg);
/* Off at once; done says whether the file is gone. */
int calls_resume(struct calls *cs, void (*done)(void *arg,
    const struct err *err), void *arg);
bool calls_stopped(const struct calls *cs);

/* What a call to that number costs at most, in millionths; 0: not known. */
int64_t calls_ceiling(const struct calls_conf *conf, struct slice to);

/* ---- making one ---- */

enum calls_start { CALLS_STARTED,
    CALLS_SAME,                 /* *out is a call that runs for this intent */
    CALLS_REPEATED,             /* the same was asked under the same key: *out
                                   is the call, or NULL when it has ended and
                                   calls_of_key has its object */
    CALLS_AGREED,               /* an ended call came to an agreement about
                                   this intent: calls_agreed has its object */
    CALLS_KEY_CLASH,            /* the key was used with another body */
    CALLS_REFUSED };            /* *err: ERR_POLICY and ERR_BUSY, sys: the
                                   policy_rule or 0; ERR_MEM; ERR_DATA: the key
                                   is too long */

/* key: Idempotency-Key, may be absent.  An ended call's key is known as long
 * as its object is. */
enum calls_start calls_start(struct calls *cs, const struct asked *asked,
    struct slice key, struct call **out, struct err *err);

/* The call behind an inbound webhook: made at the first one, found again by
 * its SID.  NULL: full or draining. */
struct call *calls_inbound(struct calls *cs, struct slice sid,
    struct slice from, struct slice to);

/* A record of a session's memory: the desk's save. */
void calls_write_session(struct calls *cs, const char *session, int64_t seq,
    const struct dialog *d);

/* ---- finding ---- */

struct call *calls_find(struct calls *cs, struct slice id);     /* running */
struct call *calls_find_sid(struct calls *cs, struct slice sid);

/* All that are known, the newest first: running ones, then ended ones by
 * their stored objects; from the one after the call with the id before on
 * (absent: from the first).  fn says whether it wants another one.  0, or -1:
 * there is no call before. */
int calls_each(struct calls *cs, struct slice before,
    bool (*fn)(void *arg, struct slice id, struct slice object), void *arg);
/* The stored object of an ended call, without its transcript; absent if there
 * is none. */
struct slice calls_ended(struct calls *cs, struct slice id);
/* The stored object of an ended call that was confirmed (modified, waitlisted,
 * or they will call back) for the same intent, while its time is still to come
 * and no later call has cancelled that day; absent if there is none. */
struct slice calls_agreed(struct calls *cs, const struct asked *asked);
/* The same by the key it was asked for under. */
struct slice calls_of_key(struct calls *cs, struct slice key);
/* Its folder in CONCIERGE_DIR: "DIR/calls/ID/" + name. */
void calls_path(const struct calls *cs, struct slice id, const char *name,
    char *out, size_t cap);
/* Runs, or has ended and is not forgotten, however long ago. */
bool calls_known(struct calls *cs, struct slice id);
/* Removes an ended call's transcript and recording.  done (may be NULL) is
 * called once that is on disk, with what went wrong otherwise.  -1: unknown or
 * running; -2: the disk's queue is full, or no memory: nothing was begun. */
int calls_forget(struct calls *cs, struct slice id,
    void (*done)(void *arg, const struct err *err), void *arg);

/* ---- one running call ---- */

const char *call_id(const struct call *c);
const char *call_sid(const struct call *c);     /* "" until known */
enum call_state call_state(const struct call *c);
void call_write(struct jsonw *w, const struct call *c);  /* the call object */

/* Twilio fetched its TwiML.  sid is bound to the call; -1 when the call has
 * another one already; 1 when there is no model to be had: say sorry. */
int call_on_twiml(struct call *c, struct slice sid);
/* The document that answers it: <Connect><Stream> with the call's id and
 * token.  0, or -1 and *err (a public address that cannot be a stream's). */
int call_twiml(const struct call *c, struct buf *out, struct err *err);
/* Twilio says that the upgrade of its stream was answered. */
void call_on_stream_started(struct call *c);
/* Its stream could not be opened, or was refused: Twilio's number (0: not said)
 * and why.  The first reason is the one that is told. */
void call_on_stream_error(struct call *c, int number, struct slice why);
/* A status callback; sip: its SipResponseCode, 0 without one (twilio 6.1). */
void call_on_status(struct call *c, enum call_status status, int sip,
    struct slice sid);

/* A start message with a token: the call it belongs to, or NULL and *why.  The
 * token works once, for its call and SID. */
struct call *calls_admit(struct calls *cs, const struct media *start,
    const char **why);
/* Binds the stream; from then on the call handles its messages. */
void call_stream(struct call *c, struct wsconn *stream,
    const struct media *start);

/* Twilio's machine detection: its AnsweredBy (twilio 6.2). */
void call_on_answered_by(struct call *c, struct slice by);

/* The owner wants it over: at once, or (part) after the model has said goodbye,
 * for which it has 15 s. */
void call_hangup(struct call *c);
void call_part(struct call *c);

enum calls_answer { CALLS_ANSWERED,
    CALLS_NO_QUESTION,          /* none with that id was asked */
    CALLS_TOO_LATE };           /* it was answered, or its time is over */

/* The owner's answer to a question of the call's (DESIGN 5). */
enum calls_answer call_answer(struct call *c, struct slice question,
    struct slice text);
/* The open question {"id","text","deadline","default"}, or null. */
void call_write_question(struct jsonw *w, const struct call *c);

/* ---- its story, for `concierge why` ---- */

/* Something happened to it.  what is a constant, number Twilio's or 0. */
void call_note(struct call *c, const char *what, int number, const char *fmt,
    ...) PRINTFLIKE(4, 5);
/* What was at the other end of its stream: the attempt that became it. */
void call_stream_attempt(struct call *c, uint64_t attempt);
/* {"id","end",...,"story":[...]}: calls/ID/story.json, and what stands there
 * of a running one so far. */
void call_write_story(struct jsonw *w, const struct call *c);

/* ---- watching ---- */

struct call_watch {             /* embed it */
    struct list link_;
    /* type: status, transcript, outcome, error, question; ids count from 1. */
    void (*event)(struct call_watch *w, uint64_t id, const char *type,
        struct slice json);
    void (*end)(struct call_watch *w);  /* the call is over; w is out */
};

/* First gives the events after id last, then those to come. */
void call_watch(struct call *c, struct call_watch *w, uint64_t last);
void call_unwatch(struct call_watch *w);        /* harmless if out */

struct calls_counts {
    uint64_t started, inbound, ended, confirmed, refused;
    uint64_t frames_up, frames_down, dropped;
};
struct calls_counts calls_counts(const struct calls *cs);

#endif
