/* probe.h - one of doctor's probes, and what they share.
 *
 * A probe is a row of a table: what it waits for, its deadline, how it starts.
 * start() comes back at once; sooner or later the probe calls one of
 * probe_ok, probe_warn, probe_fail, probe_skip.  The first call
 * counts.  stop() is called once behind it, or behind the deadline, from the
 * top of the loop: it cancels what is under way and frees p->own.
 */
#ifndef APP_PROBE_H
#define APP_PROBE_H

#include "app/conf.h"
#include "app/server.h"
#include "codec/jsonw.h"
#include "codec/url.h"

struct doctor;
struct probe_run;

enum probe_status { PROBE_OK, PROBE_WARN, PROBE_FAIL, PROBE_SKIP };
const char *probe_status_name(enum probe_status s);     /* "ok" */

#define PROBE_TEXT 512          /* bytes of a sentence */
#define PROBE_SEEN 8192         /* bytes of all that was seen */
#define PROBES 24               /* room for all */

struct probe_result {
    const char *name;
    enum probe_status status;
    int twilio;                 /* the error it becomes; 0: none */
    int stream;                 /* what the stream's own handshake becomes when
                                   it meets the same; 0: nothing else */
    char note[PROBE_TEXT];      /* what was measured; on one line */
    char cause[PROBE_TEXT], remedy[PROBE_TEXT];     /* "" when all is well */
    int64_t us;                 /* how long it took */
    struct buf seen;            /* the members of an object, JSON */
};

struct probe {
    const char *name;
    const char *needs;          /* "tcp tls": skipped when one of them failed
                                   or was skipped; those not run count as
                                   good.  NULL: none */
    const char *after;          /* waits for these, whatever comes of them */
    int64_t within;             /* ms; then it fails with late */
    int late;                   /* Twilio's number for that, or 0 */
    void (*start)(struct probe_run *p);
    void (*stop)(struct probe_run *p);      /* NULL: nothing to free */
};

/* The probes in the order of their lines; ends with a NULL. */
extern const struct probe *const probes[];

struct probe_run {
    const struct probe *probe;
    struct doctor *d;
    void *own;                  /* the probe's */
    struct probe_result result;
    struct jsonw w;             /* writes result.seen; see probe_seen */
    /* Private: */
    enum { RUN_WAITING, RUN_GOING, RUN_OVER, RUN_TOLD } state;
    int64_t began_us;           /* 0: it never began */
    struct timer deadline;
};

/* ---- what a probe has to work with ---- */

struct doctor_options {
    bool offline, private;      /* --offline, --private */
    const char *trust;          /* --trust FILE, or NULL */
    const char *only;           /* "dns,tls", or NULL */
    const char *to;             /* --to: who is to be called; E.164, or NULL */
    const char *public_dns[3];  /* NULL at the end; asked unless offline or
                                   private */
    int frames;                 /* of the fake stream; 100 */
    int64_t hold_ms;            /* --hold: it is idle for that long; 0 */
    int64_t slow_ms, late_ms;   /* TwiML: warns over 5 s, fails over 15 s */
    int64_t connect_ms;         /* TCP, then TLS; 5 s: twilio 2.1 */
    int64_t upgrade_ms;         /* the answer to an upgrade; 10 s */
    int64_t model_ms;           /* each step of a model; 8 s */
    int64_t sound_ms;           /* its first sound: warns over 3 s */
    int64_t trip_slow_ms;       /* p99 of a stream's round trip: warns over 300
                                   ms, a conversation stumbles */
    int64_t sync_slow_ms, sync_bad_ms;      /* 500 ms; 5 s */
    int64_t *asleep;            /* out: what the run slept for timers alone,
                                   ms; may be NULL */
    void (*started)(uint16_t port);     /* a server of our own stands; may be
                                   NULL: for who leads a way to it */
};
void doctor_options_init(struct doctor_options *o);

#define DOCTOR_HOLD_MAX 300     /* s of --hold */
#define DOCTOR_TICKETS 4
#define DOCTOR_DATES 4

struct doctor_ticket {
    char id[CALL_ID + 1], token[CALL_TOKEN + 1];
    char twiml_url[CONF_TEXT + 64];         /* as the server writes it */
};

struct doctor_date {            /* what a peer's clock says */
    const char *peer;           /* constant: "Twilio", "the public URL" */
    int64_t theirs, ours;       /* wall ms; ours in the middle of the way */
};

struct doctor {
    const struct conf *conf;
    struct doctor_options opt;
    struct loop *loop;
    struct resolver *resolver;
    struct tlsctx *tls;         /* roots and --trust; NULL: roots_err */
    const char *roots;          /* the bundle that was found */
    struct err roots_err;
    struct httpc *twilio;       /* asks as TwilioProxy/1.1; keeps nothing */
    struct httpc *http;         /* asks as concierge: REST, models, owner */
    struct tlsctx *home_tls;    /* for the server's own port, where TLS_CERT is
                                   what it shows; NULL: it speaks plain HTTP, or
                                   SERVER_URL names it */
    struct httpc *home;         /* asks there */

    char public_base[CONF_TEXT];            /* "https://host[:port][/path]" */
    struct url public;          /* the same in parts; host absent: not set */
    bool near;                  /* its host lies on this machine or net */
    bool direct;                /* --offline, and it does not: the server is
                                   asked on its own port instead */
    char way[CONF_TEXT];        /* where requests really go: public_base, or
                                   the server's own port */

    const char *kind;           /* what stands before the server: "nginx",
                                   "ngrok", ...; NULL: nothing says; found by
                                   the probe "tunnel" */

    struct server *server;      /* ours, in this process, or NULL */
    struct conf *server_conf;   /* its settings */
    char scratch[CONF_TEXT];    /* its folder, removed at the end */
    bool running;               /* somebody else's serve is used */
    char local[CONF_TEXT];      /* "http://127.0.0.1:8080"; "": no server */
    char token[128];            /* the owner's */
    int64_t attempts_before;    /* the last id in a running server's ring */
    struct err server_err;      /* why there is none */
    struct err public_err;      /* PUBLIC_DOMAIN=auto found no address */
    struct doctor_ticket ticket[DOCTOR_TICKETS];
    size_t tickets, tickets_used;

    bool interrupted;
    struct doctor_date date[DOCTOR_DATES];
    size_t dates;

    struct probe_run run[PROBES];
    size_t runs;
    void (*told)(void *arg, const struct probe_result *r);
    void *told_arg;
};

/* Runs what is wanted; told is called for each probe as it ends.  0; 1 when a
 * signal ended it; or -1 and *err when it could not even begin (ERR_USAGE:
 * --only). */
int doctor_run(const struct conf *conf, const struct doctor_options *opt,
    void (*told)(void *arg, const struct probe_result *r), void *arg,
    struct err *err);

/* One line, or three for what did not go well; and one JSON object.  Both end
 * in a newline. */
void doctor_tell(struct buf *out, const struct probe_result *r, bool colour);
void doctor_tell_json(struct buf *out, const struct probe_result *r);

/* What doctor says when the settings could not even be read: conf_load's
 * error as the result of "settings". */
void doctor_bad_settings(const struct err *why, struct probe_result *r);

/* A ticket that nobody has used yet; NULL when they are out. */
const struct doctor_ticket *doctor_ticket(struct doctor *d);

/* Whom to trust at that URL, which is d->way's or d->local's. */
struct tlsctx *doctor_tls(const struct doctor *d, const char *url);
/* Who asks at d->way as Twilio does. */
struct httpc *doctor_twilio(const struct doctor *d);

/* A peer's Date header, for the probe "clock".  asked: loop_now() then. */
void doctor_date(struct doctor *d, const char *peer, const struct http *head,
    int64_t asked);

/* Does host, a name or an address, lie on this machine or net? */
bool doctor_near(struct slice host);

/* The result of a probe, when it is over; NULL. */
const struct probe_result *doctor_result(const struct doctor *d,
    const char *name);

/* ---- how a probe ends ---- */

/* cause and remedy are sentences without full stop.  number 0: none.  The
 * remedy is set first: probe_remedy(p, ...); probe_fail(p, 31920, ...). */
void probe_ok(struct probe_run *p, const char *fmt, ...) PRINTFLIKE(2, 3);
void probe_warn(struct probe_run *p, int number, const char *fmt, ...)
    PRINTFLIKE(3, 4);
void probe_fail(struct probe_run *p, int number, const char *fmt, ...)
    PRINTFLIKE(3, 4);
void probe_skip(struct probe_run *p, const char *fmt, ...) PRINTFLIKE(2, 3);
void probe_remedy(struct probe_run *p, const char *fmt, ...) PRINTFLIKE(2, 3);
void probe_stream_number(struct probe_run *p, int number);
bool probe_over(const struct probe_run *p);

/* What was seen: jsonw_kcstr(probe_seen(p), "server", "nginx"). */
struct jsonw *probe_seen(struct probe_run *p);

/* Whatever a peer said, as a line may show it: printable ASCII, cut. */
const char *probe_clean(char *dst, size_t cap, struct slice s);

/* ---- what reached the server: probe_arrived.c ---- */

struct arrived {
    bool known;                 /* the server's ring of attempts was read */
    bool found;                 /* and something of ours is in it */
    int status;                 /* what the server answered */
    char why[256];
    char head[LIMIT_ATTEMPT_HEAD];      /* lines with LF, redacted */
};

struct arrived_ask {            /* zero it; embed it in p->own */
    struct probe_run *p;
    struct httpc_call *call;
    const char *path, *needle;
    void (*done)(struct probe_run *p);
    struct arrived got;
    int64_t best;
};

/* Finds the newest request on path since doctor began, one whose head holds
 * needle before any other (path and needle live until done).  done may be
 * called before this returns. */
void arrived_look(struct arrived_ask *a, struct probe_run *p,
    const char *path, const char *needle, void (*done)(struct probe_run *p));
void arrived_stop(struct arrived_ask *a);
/* The request target as it arrived; the value of a header of it, absent. */
struct slice arrived_target(const struct arrived *a);
struct slice arrived_header(const struct arrived *a, const char *name);
bool arrived_is_old(const struct arrived *a);   /* it came as HTTP/1.0 */

/* False, and the probe is skipped, when there is no public address, no server
 * or no auth token to sign with. */
enum { PROBE_PUBLIC = 1, PROBE_SERVER = 2, PROBE_TOKEN = 4, PROBE_WAY = 8 };
bool probe_has(struct probe_run *p, int wanted);

/* The stop of a probe whose own is a struct conn, as long as there is one. */
void probe_abort(struct probe_run *p);

#endif
