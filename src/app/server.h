/* server.h - the server: everything that lives from the listening socket to
 * the last drained call.  serve, book, chat and simulate run it.
 */
#ifndef APP_SERVER_H
#define APP_SERVER_H

#include "app/clerk.h"
#include "app/conf.h"
#include "app/directory.h"
#include "app/ngrok.h"
#include "app/owner.h"
#include "app/zone.h"
#include "call/calls.h"
#include "call/door.h"
#include "call/price.h"
#include "net/attempts.h"
#include "net/disk.h"
#include "net/httpc.h"
#include "net/httpd.h"
#include "net/loop.h"
#include "net/resolve.h"

#define SERVER_TOKEN 64         /* hex digits of the owner's token */

struct server {
    const struct conf *conf;
    struct loop *loop;
    struct disk *disk;
    struct resolver *resolver;
    struct tlsctx *client_tls, *server_tls;
    const char *ca_taken;       /* the bundle of roots that was found */
    struct httpc *httpc;
    struct rest *rest;          /* NULL: no account is set */
    struct attempts *attempts;
    struct webhook *webhook;    /* off when WEBHOOK_URL is not set */
    struct calls *calls;
    struct door *door;
    struct httpd *httpd;
    struct ngrok ngrok;         /* PUBLIC_DOMAIN=auto */
    char token[128];            /* the owner's */
    struct owner owner;         /* browsers that have shown it */
    char disclosure[640];       /* {name} replaced */
    struct buf inbound_prompt, model_url;
    struct zone zone;
    struct directory places;    /* whom we know */
    struct clerk clerk;
    struct desk *desk;          /* requests in words */
    struct list whys;           /* stories that are asked for (app/api_why) */
    struct list asking;         /* such requests under way (app/requests) */
    struct prices prices;
    int64_t began;              /* ms */
    struct list sinks;          /* event streams under way (app/api) */
    size_t owed;                /* readers of events that have ended and may
                                   come for the object now */
    int64_t owed_at;            /* ms, the last such end */
    int64_t near_at;            /* ms; before then no signature that does not
                                   fit is searched for (app/hooks) */
    bool lingering;             /* drained but for them */
    bool draining;
    void (*drained)(void *arg);
    void *drained_arg;
    struct timer drain_timer;
};

/* Checks the settings, reads the token and the journal, and listens.  conf and
 * loop outlive the server.  NULL and *err, which names the setting at fault
 * and where it came from. */
struct server *server_new(struct loop *loop, const struct conf *conf,
    struct err *err);
void server_free(struct server *s);

/* Reads TLS_CERT and TLS_KEY, and the places, again; what is old stays when it
 * fails, and the log says so.  The places come from the disk's thread, a
 * moment later. */
void server_reload(struct server *s);
/* WEBHOOK_URL and its secrets as c has them. */
void server_set_webhook(struct server *s, const struct conf *c);

uint16_t server_port(const struct server *s);

/* Where Twilio reaches us, "https://host[:port][/path]", or "" while that is
 * not known. */
const char *server_public(const struct server *s);
/* The first of those settings (enum conf CONF_...) without which it cannot be
 * done, or NULL: conf_missing, and what is to be found out but is not. */
const char *server_missing(const struct server *s, int wanted);

/* Accepts nothing new and lets calls end, for at most within ms; then hangs
 * up.  When none runs, whoever followed one has its object still handed out;
 * then the listening socket closes and the connections that are left end, all
 * within 5 s.  done is called on the loop. */
void server_drain(struct server *s, int64_t within,
    void (*done)(void *arg), void *arg);

/* ---- between server.c, hooks.c, api.c and streams.c ---- */

/* Every door there is; ends with a NULL path.  What stands behind
 * /v1/calls/{id} is in call_doors.  web/openapi.json says the same. */
extern const struct route server_routes[];

/* What a call has behind /v1/calls/{id}/; "" is the call itself. */
struct call_door {
    int method;                 /* one of M_GET, M_POST, M_DELETE */
    const char *name;           /* NULL ends them */
    void (*open)(struct server *s, struct request *r, struct slice id);
};
extern const struct call_door call_doors[];

/* Twilio's doors: hooks.c. */
void hook_twiml(struct request *r, void *arg);
void hook_incoming(struct request *r, void *arg);
void hook_status(struct request *r, void *arg);
void hook_stream_status(struct request *r, void *arg);
void hook_amd(struct request *r, void *arg);
void hook_stream(struct request *r, void *arg);

/* Every upgrade attempt, as it is answered: upgrades.c. */
void server_log_upgrade(void *arg, const struct attempt *at);

/* Anybody's: streams.c, pages.c. */
void door_ws_test(struct request *r, void *arg);
void door_ws_echo(struct request *r, void *arg);
void door_echo(struct request *r, void *arg);
void door_health(struct request *r, void *arg);
void door_ready(struct request *r, void *arg);
void door_page(struct request *r, void *arg);
void door_page_part(struct request *r, void *arg);

/* PRICES_FILE, or the built-in table.  0, or -1 and *err, which names the line;
 * for start-up and commands. */
int server_prices(const struct conf *c, struct prices *p, struct err *err);
/* What policy wants to know of a number: calls_conf's place. */
void server_place(void *arg, struct slice to, int64_t wall,
    struct calls_place *out);
struct policy server_policy(const struct conf *c);

/* The owner's: api.c, api_events.c, api_facts.c, requests.c, owner.c. */
void api_requests(struct request *r, void *arg);
void api_calls(struct request *r, void *arg);
void api_call(struct request *r, void *arg);
void api_call_status(struct request *r, void *arg);     /* /calls/{id}/status */
void api_tickets(struct request *r, void *arg);
void api_stop(struct request *r, void *arg);
void api_resume(struct request *r, void *arg);
void api_attempts(struct request *r, void *arg);
void api_metrics(struct request *r, void *arg);
void api_openapi(struct request *r, void *arg);
void api_diagnostics(struct request *r, void *arg);

/* GET /v1/calls/{id}/why: api_why.c. */
void api_why(struct server *s, struct request *r, struct slice id);
void api_whys_end_all(struct server *s);

void api_login(struct request *r, void *arg);

void api_requests_end_all(struct server *s);

/* What became of asking for a call. */
struct api_start {
    struct call *call;          /* it runs, */
    bool same;                  /* ... and had been asked for before */
    struct slice object;        /* it had been asked for before, under the same
                                   key or with what was agreed still to come,
                                   and has ended */
    int status;                 /* not 0: it was refused */
    const char *code, *field;
    const char *reason;         /* of a 403: the rule; else NULL */
    char message[200];
};
void api_start(struct server *s, struct slice key, const struct asked *asked,
    struct api_start *out);
/* The refusal, in the shape of every error. */
void api_refused(struct request *r, const struct api_start *no);
void api_refused_body(struct buf *out, const struct api_start *no);
/* A 202 that waits until the call's intent is on disk; stream: body is an
 * event, open: its head is out. */
void api_answer_later(struct request *r, struct call *c, struct slice body,
    bool stream, bool open);

/* Lets the owner in, owner.c: false when the request was answered, with 401 or
 * (a page of another origin) 403. */
bool api_allowed(struct server *s, struct request *r);
/* httpd's lines; arg is the server.  CORS (Fetch 3.2) for ALLOW_ORIGIN, in
 * answers and preflights, and nosniff behind /v1/. */
void owner_lines(struct buf *out, const struct http *head, void *arg);
/* An error in the shape of DESIGN 5; field may be NULL. */
void api_error(struct request *r, int status, const char *code,
    const char *field, const char *message);
void api_error_body(struct buf *out, const char *code, const char *field,
    const char *message);
/* An event stream of a running call; api_events.c. */
void api_events(struct server *s, struct request *r, struct slice id);
void api_events_end_all(struct server *s);
/* A reader of events has the object it was owed. */
void server_paid(struct server *s);

#endif
