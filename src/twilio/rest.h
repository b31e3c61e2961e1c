/* rest.h - Twilio's REST interface for calls: twilio 4.
 *
 * Each operation gets exactly one done, never before the function returned,
 * and has one deadline for everything.  429 is repeated with growing pauses
 * (it was not processed: twilio 4.4), so is what never left us.  A create
 * whose answer was lost or was a 5xx may have been done: it is never repeated;
 * the list of calls is asked instead, which takes at most 22 s more.
 */
#ifndef TWILIO_REST_H
#define TWILIO_REST_H

#include "base/err.h"
#include "base/slice.h"
#include "net/httpc.h"
#include "net/loop.h"

struct rest;
struct rest_op;

#define REST_LOOKS 3            /* at the list, after an ambiguous create */
#define REST_LIST_MAX 50        /* calls of a page */

struct rest_conf {              /* copied */
    struct slice base;          /* "https://api.twilio.com" */
    struct slice account;       /* AC..., in every path */
    struct slice user;          /* the account or an API key SK... */
    struct slice password;      /* auth token or the key's secret */
    int64_t try_ms;             /* one exchange; 0: 10 s */
    int64_t deadline_ms;        /* one operation with its repeats; 0: 30 s */
};

/* The httpc must outlive it; its keep_ms should be short: a create on a kept
 * connection that Twilio closed meanwhile is an ambiguous one. */
struct rest *rest_new(struct loop *l, struct httpc *h,
    const struct rest_conf *conf, struct err *err);
void rest_free(struct rest *r);     /* cancels what is under way, no done */

struct rest_call {              /* twilio 4.3; "" and -1 for null */
    char sid[36];
    char status[16];            /* queued ringing in-progress completed busy
                                   failed no-answer canceled */
    char to[64], from[64];
    char direction[24], answered_by[24];
    int64_t created, start, end;    /* wall ms; -1 */
    int64_t duration;           /* seconds; -1 */
    int64_t queue_ms;           /* -1 */
    char price[16], price_unit[8];  /* "-0.03000", "USD" */
};

enum rest_how {
    REST_DONE,          /* call is what Twilio has */
    REST_GONE,          /* update of a call that is already over */
    REST_REFUSED,       /* not done, and err says why: the service said no,
                           or nothing was created, proven by three looks */
    REST_UNCLEAR        /* a create that may have been done or not; nothing
                           more is tried */
};

struct rest_result {            /* lives for the call of done */
    enum rest_how how;
    struct rest_call call;      /* REST_DONE, but for rest_list */
    struct err err;             /* REST_REFUSED, REST_UNCLEAR: ERR_AUTH and
                                   ERR_REMOTE have Twilio's number in sys, or
                                   the HTTP status when it gave none; numbers
                                   of phones in it are masked */
    int http;                   /* status of the last answer; 0 without */
    int tries;                  /* exchanges that were begun */
    bool found;                 /* the create's answer was lost, the list
                                   proved the call ours */
    char request_id[40];        /* Twilio-Request-Id of the last answer */
    const struct rest_call *calls;      /* rest_list */
    size_t n;
    bool more;                  /* the list has another page */
};

typedef void rest_done(void *arg, const struct rest_result *res);

struct rest_create {            /* slices need live only for the call */
    struct slice to, from;
    struct slice url;           /* TwiML, fetched with POST */
    struct slice status_url;    /* status callback for all four events */
    int timeout;                /* seconds of ringing; 0: not sent */
    int time_limit;             /* seconds of the call; 0: not sent */
    bool detect;                /* MachineDetection=Enable, AsyncAmd */
    struct slice amd_url;       /* AsyncAmdStatusCallback */
    /* Is this SID a call we know already?  Such a call is no candidate when
     * the list is asked.  May be NULL. */
    bool (*known)(void *arg, const char *sid);
    void *known_arg;
};

/* NULL and *err for what is known at once (a bad SID, no memory). */
struct rest_op *rest_create(struct rest *r, const struct rest_create *c,
    rest_done *done, void *arg, struct err *err);
struct rest_op *rest_fetch(struct rest *r, struct slice sid,
    rest_done *done, void *arg, struct err *err);

enum rest_update { REST_COMPLETE, REST_CANCEL, REST_TWIML };
struct rest_op *rest_update(struct rest *r, struct slice sid,
    enum rest_update what, struct slice twiml,
    rest_done *done, void *arg, struct err *err);

struct rest_filter {            /* absent or 0: not sent */
    struct slice to, from, status;
    int64_t started_after;      /* wall ms; a day in UTC as Twilio filters */
    int page_size;              /* 1..REST_LIST_MAX */
};
struct rest_op *rest_list(struct rest *r, const struct rest_filter *f,
    rest_done *done, void *arg, struct err *err);

/* What is asked from now on is noted as being about that call of ours. */
void rest_about(struct rest_op *op, struct slice call);

void rest_cancel(struct rest_op *op);   /* done is not called */

/* ---- pure, in rest_read.c ---- */

/* A call object.  0, or -1 and *why (constant): no JSON, no sid. */
int rest_read_call(struct slice body, struct rest_call *c, const char **why);

/* The error an answer stands for. */
void rest_read_error(int status, struct slice body, struct err *err);

/* A page of calls.  Returns how many (at most cap), or -1 and *why. */
int rest_read_list(struct slice body, struct rest_call *c, size_t cap,
    bool *more, const char **why);

#endif
