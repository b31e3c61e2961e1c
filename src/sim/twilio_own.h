/* twilio_own.h - what the parts of Twilio's stand-in share. */
#ifndef SIM_TWILIO_OWN_H
#define SIM_TWILIO_OWN_H

#include "base/list.h"
#include "net/conn.h"
#include "sim/callee.h"
#include "sim/digest.h"
#include "sim/jread.h"
#include "sim/twilio.h"
#include "sim/wire.h"

#define TW_CALLS 200
#define TW_ERRORS 200
#define TW_ROGUES 300           /* streams that are not ours, in all */
#define TW_SID 36
#define TW_URL 1024
#define TW_PAIRS 48             /* parameters of one webhook */
#define TW_VERBS 24
#define TW_PARAMS 40
#define TW_NODES 200
#define TW_ATTRS 32
#define TW_DOC 65536            /* bytes: twilio 2.1, error 11750 */

/* ---- twilio_xml.c ---- */

struct tw_attr {
    struct slice name, value;
};

struct tw_node {
    struct slice name, text;    /* text: its own character data, trimmed */
    size_t chars;               /* of that text before it was trimmed */
    struct tw_attr attr[TW_ATTRS];
    size_t attrs;
    struct tw_node *child, *next;
};

struct tw_xml {
    struct tw_node node[TW_NODES];
    size_t nodes;
    uint8_t room[2 * TW_DOC];   /* decoded text and values */
    size_t used;
    const char *why;
    size_t at;
    struct slice in_;           /* private */
};

/* The root, or NULL with why and at. */
struct tw_node *tw_xml_read(struct tw_xml *x, struct slice in);
struct slice tw_xml_attr(const struct tw_node *n, const char *name);

/* ---- twilio_law.c ---- */

struct tw_law {
    const char *name, *in;
    bool text;                  /* may hold text */
    const char *attrs;          /* NULL: not known to the stand-in */
};

const struct tw_law *tw_law_root(void);
/* The law of an element in that parent, NULL when it may not be there. */
const struct tw_law *tw_law(struct slice name, const struct tw_law *parent);

/* ---- twilio_rules.c ---- */

/* Judges a document and tells each fault; number 0: Twilio has none for it.
 * fatal: the call cannot go on.  The tree, or NULL when there is none. */
struct tw_node *tw_rules(struct tw_xml *x, struct slice body,
    void (*say)(void *arg, int number, bool fatal, const char *what,
        struct slice about), void *arg);

/* ---- twilio_lint.c ---- */

enum tw_do { TW_SAY, TW_PAUSE, TW_HANGUP, TW_REDIRECT, TW_REJECT, TW_STREAM };

struct tw_verb {
    enum tw_do what;
    struct slice text;          /* Say; Redirect's URL */
    int64_t n;                  /* Say's loop, Pause's seconds */
    bool get;                   /* method="GET" */
    struct slice url, name, callback, action;
    bool callback_get;
    struct tw_attr param[TW_PARAMS];
    size_t params;
};

struct tw_doc {
    struct tw_xml xml;
    uint8_t text[TW_DOC + 512];
    struct tw_verb verb[TW_VERBS];
    size_t verbs;
};

struct tw_call;

/* Judges body and fills d; body is copied.  0, or -1 when Twilio would stop
 * the call; every error and warning has been recorded. */
int tw_lint(struct sim_twilio *t, struct tw_call *c, struct tw_doc *d,
    struct slice body);

/* ---- a call ---- */

enum tw_phase { TW_NEW, TW_QUEUED, TW_RINGING, TW_UP, TW_OVER };

enum tw_event { TW_INITIATED = 1, TW_RINGS = 2, TW_ANSWERED = 4,
    TW_COMPLETED = 8 };

struct tw_mark {
    char name[128];
    uint64_t at;                /* byte of the queue it stands behind */
};

#define TW_MARKS 400
#define TW_LATE 64              /* marks held back at one time */

struct tw_late {
    char name[128];
    int64_t due;                /* loop ms */
};

struct tw_rogue;                /* twilio_rogue.c */

struct tw_stream {
    struct conn *conn;          /* NULL: none */
    struct wire_ws ws;
    enum { TW_S_NONE, TW_S_DIALLING, TW_S_OPEN, TW_S_CLOSING } state;
    char sid[TW_SID], url[TW_URL], name[200];
    char callback[TW_URL], action[TW_URL];
    bool callback_get, action_get;
    struct tw_attr param[TW_PARAMS];    /* point into room */
    size_t params;
    struct buf room;
    bool blocking;              /* the call waits for its end */
    const struct wire_pair *pair;
    uint64_t seq, chunk;
    uint64_t queued, played;    /* bytes since the start */
    struct buf queue;           /* not yet played, from head on */
    size_t head;
    struct tw_mark mark[TW_MARKS];
    size_t marks;
    bool told_31931, told_31950, told_31951;
    struct tw_late late[TW_LATE];       /* SIM_FAULT_MARKS_LATE */
    size_t lates;
    bool mute, deaf;            /* sends, reads nothing any more */
    unsigned noise;             /* the state of its noise */
    int64_t opened;             /* loop ms */
    struct timer patience;      /* for 101, for the echo of close */
};

struct tw_call {
    struct sim_twilio *t;
    char sid[TW_SID], to[64], from[64];
    char doc_url[TW_URL];       /* where the document came from */
    bool inbound;
    bool twin;                  /* another program's: SIM_FAULT_TWIN */
    enum tw_phase phase;
    const char *status;
    /* as created */
    char url[TW_URL], fallback[TW_URL], callback[TW_URL], amd_url[TW_URL];
    bool get, fallback_get, callback_get, amd_get;
    bool detect, detect_async;
    char *twiml;                /* Twiml=, or NULL */
    unsigned events;            /* of enum tw_event, wanted */
    int64_t timeout, limit;     /* s */
    /* as it goes */
    int64_t created, started, ended;    /* wall ms; 0: not yet */
    int64_t up_at;              /* loop ms */
    unsigned seq;               /* of status callbacks */
    int sip;
    struct timer timer;         /* the next phase; or the end of TimeLimit */
    struct timer tick;          /* 20 ms while it is up */
    struct timer amd;
    struct callee callee;
    const struct callee_script *script;
    struct sim_faults fault;    /* of its stream */
    struct tw_doc *doc;
    size_t verb;                /* the next one */
    bool busy;                  /* a verb, or a fetch, is going on */
    int64_t verb_until;         /* loop ms: Say, Pause; 0: it waits */
    bool fallback_used;
    bool sorry;                 /* the application error is being said */
    bool detected;              /* machine detection is over */
    size_t hooks;               /* webhooks under way */
    bool told_over;
    struct tw_stream stream;
    struct sim_twilio_call counts;
};

struct sim_twilio {
    struct loop *loop;
    struct resolver *resolver;
    struct sim_twilio_conf conf;
    struct listener *listener;
    struct list rests, hooks;   /* connections */
    struct tw_call *call[TW_CALLS];
    size_t calls;
    struct sim_twilio_error error[TW_ERRORS];
    size_t errors;
    struct tw_rogue *rogue[TW_ROGUES];
    size_t rogues;
    struct sim_twilio_counts counts;
    struct buf out, frame;
    struct jread *json;
    uint64_t ids;
};

/* twilio.c */
void tw_new_sid(struct sim_twilio *t, const char *prefix,
    char out[static TW_SID]);
/* The SID of the n-th call to that number: the same however the creates of
 * several calls come to follow each other. */
void tw_call_sid(const struct sim_twilio *t, const char *to, size_t n,
    char out[static TW_SID]);
void tw_judge(struct sim_twilio *t, const struct tw_call *c, int number,
    bool warning, const char *fmt, ...) PRINTFLIKE(5, 6);
void tw_refused(struct sim_twilio *t, const char *call, int number,
    const char *text);
void tw_note(const struct sim_twilio *t, const char *fmt, ...)
    PRINTFLIKE(2, 3);
struct tw_call *tw_find(const struct sim_twilio *t, struct slice sid);
/* An absolute URL of one of two schemes with a host and no blanks. */
bool tw_url_ok(struct slice url, const char *one, const char *two);
/* Splits a URL at the public host.  0, or -1: it is not behind the tunnel. */
int tw_target(const struct sim_twilio *t, struct slice url,
    struct slice *target);

/* twilio_call.c */
struct tw_call *tw_call_new(struct sim_twilio *t);
void tw_call_dial(struct tw_call *c);       /* outbound: queued and on */
void tw_call_ring_us(struct tw_call *c);    /* inbound */
void tw_call_end(struct tw_call *c, const char *status);
void tw_call_cancel(struct tw_call *c);
void tw_call_replace(struct tw_call *c, const char *url, bool get,
    struct slice twiml);        /* the document of a live call */
void tw_call_next(struct tw_call *c);       /* the verb is over */
void tw_call_done(struct tw_call *c);       /* a webhook or stream ended */
void tw_call_free(struct tw_call *c);

/* twilio_hook.c */
enum tw_hook_kind { TW_HOOK_TWIML, TW_HOOK_STATUS, TW_HOOK_STREAM,
    TW_HOOK_AMD,
    TW_HOOK_COPY,               /* what it brings does not matter */
    TW_HOOK_FORGED };           /* signed with another token: wants 403 */

struct tw_form {                /* parameters of one webhook */
    struct digest_pair pair[TW_PAIRS];
    size_t pairs;
    struct buf text;
};

void tw_form_begin(struct tw_form *f, const struct tw_call *c);
void tw_form_standard(struct tw_form *f, const struct tw_call *c);
void tw_form_add(struct tw_form *f, const char *name, const char *fmt, ...)
    PRINTFLIKE(3, 4);
/* Sends it; frees f.  An answer to TW_HOOK_TWIML becomes c's document. */
void tw_hook(struct tw_call *c, enum tw_hook_kind kind, const char *url,
    bool get, struct tw_form *f);
/* Twilio's last word: the answer of a TWIML hook, or why there was none. */
void tw_call_document(struct tw_call *c, int error, const char *why,
    struct slice body);

/* twilio_media.c */
void tw_stream_open(struct tw_call *c, const struct tw_verb *v);
/* 20 ms: what is played to the callee; then what they said goes up. */
void tw_stream_play(struct tw_call *c, uint8_t frame[static MFSK_FRAME]);
void tw_stream_said(struct tw_call *c, const uint8_t said[static MFSK_FRAME]);
void tw_stream_digit(struct tw_call *c, char digit);
void tw_stream_stop(struct tw_call *c);     /* stop and close 1000 */
void tw_stream_drop(struct tw_call *c);     /* at once, without a word */
void tw_stream_fini(struct tw_call *c);
void tw_stream_send(struct tw_call *c, int op, struct slice data);
void tw_stream_mark(struct tw_call *c, const char *name);   /* goes back */
void tw_stream_say_stop(struct tw_call *c);     /* the message alone */
/* The request for the upgrade, and the start message for it. */
void tw_add_upgrade(struct buf *b, const struct tw_call *c,
    const struct wire_pair *pair);
void tw_add_start(struct buf *b, const struct tw_call *c, const char *stream,
    const char *call, bool parameters);
extern const uint8_t tw_mask[4];

/* twilio_odd.c: what Twilio never sends.  Is start to be told? */
bool tw_odd_start(struct tw_call *c);
/* Before a frame; may change it.  false: it is not sent. */
bool tw_odd_frame(struct tw_call *c, uint8_t frame[static MFSK_FRAME]);
/* Is the message sent in another way? */
bool tw_odd_send(struct tw_call *c, int op, struct slice data);
/* Is the mark not to go back now? */
bool tw_odd_mark(struct tw_call *c, const char *name);

/* twilio_rogue.c */
void tw_rogue_begin(struct tw_call *c);     /* a true stream was opened */
void tw_rogue_free(struct sim_twilio *t);
/* Those of a call; false when one is not at its end. */
bool tw_rogue_forget(struct tw_call *c);

/* twilio_rest.c */
void tw_rest_accept(struct conn *conn, void *arg);
void tw_rest_free(struct sim_twilio *t);
void tw_hooks_free(struct sim_twilio *t);

#endif
