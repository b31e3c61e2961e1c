/* serve.c - concierge serve: the server until a signal ends it. */
#include <signal.h>
#include <string.h>

#include "app/cmd.h"
#include "app/server.h"
#include "app/term.h"
#include "base/log.h"
#include "base/sys.h"
#include "net/sigs.h"

/* A second TERM hangs up what is left when this has not passed: MAX_CALL_
 * SECONDS is the longest a call can go on. */
#define DRAIN_MORE 30000        /* ms beyond the longest call */
#define HANGUP_WITHIN 8000      /* ms for Twilio to hear of that; a third TERM
                                   does not wait */

struct serving {
    struct server *server;
    struct loop *loop;
    int terms;                  /* how often we were told to end */
    struct timer hangup_timer;
};

static void on_drained(void *arg)
{
    struct serving *s = arg;

    log_event(LOG_INFO, "drained", LI("pid", sys_pid()));
    loop_stop(s->loop);
}

static void on_hangup_timer(void *arg)
{
    struct serving *s = arg;

    log_event(LOG_WARN, "left_running",
        LI("calls", calls_running(s->server->calls)));
    loop_stop(s->loop);
}

static void on_term(struct serving *s)
{
    s->terms++;
    if (s->terms > 2) {
        loop_stop(s->loop);
    } else if (s->terms == 2) {
        s->hangup_timer = (struct timer){.fire = on_hangup_timer, .arg = s};
        loop_in(s->loop, &s->hangup_timer, HANGUP_WITHIN);
        calls_hangup_all(s->server->calls);
    } else {
        log_event(LOG_INFO, "draining",
            LI("calls", calls_running(s->server->calls)));
        server_drain(s->server, (int64_t)s->server->conf->max_call_seconds
            * 1000 + DRAIN_MORE, on_drained, s);
    }
}

static void report(struct serving *s)
{
    struct loop_counts l = loop_counts(s->loop);
    struct calls_counts c = calls_counts(s->server->calls);

    log_event(LOG_INFO, "report", LI("calls", calls_running(s->server->calls)),
        LI("descriptors", l.watches), LI("rounds", l.rounds),
        LI("frames_up", c.frames_up), LI("frames_down", c.frames_down),
        LI("dropped", c.dropped));
}

static void on_signal(void *arg, int sig)
{
    struct serving *s = arg;

    switch (sig) {
    case SIGUSR1:
        report(s);
        break;
    case SIGHUP:
        server_reload(s->server);
        break;
    default:
        on_term(s);
        break;
    }
}

int cmd_serve(const struct conf *c, int argc, char **argv)
{
    struct serving s = {0};
    struct err err = {0};
    int rc = cmd_rest(argc, argv, 0, 0);

    if (rc)
        return rc;
    for (size_t i = 0; conf_warning(c, i); i++)
        log_event(LOG_WARN, "setting", LS("why", conf_warning(c, i)));
    s.loop = loop_new(&err);
    if (!s.loop)
        return term_fail(&err);
    if (sigs_start(s.loop, on_signal, &s, &err) == 0)
        s.server = server_new(s.loop, c, &err);
    if (!s.server) {
        sigs_stop(s.loop);
        loop_free(s.loop);
        return term_fail(&err);
    }
    log_event(LOG_INFO, "listening", LI("port", server_port(s.server)),
        LS("public", server_public(s.server)), LS("roots", s.server->ca_taken),
        LS("missing", server_missing(s.server, CONF_TWILIO | CONF_MODEL
            | CONF_PUBLIC)));
    /* Last: who waits for it may look at the log at once. */
    term_outf(strchr(c->server_host, ':') ? "listening %s://[%s]:%u\n"
        : "listening %s://%s:%u\n", c->tls_cert[0] ? "https" : "http",
        c->server_host, server_port(s.server));
    rc = loop_run(s.loop) ? 74 : 0;
    loop_cancel(s.loop, &s.hangup_timer);
    server_free(s.server);
    sigs_stop(s.loop);
    loop_free(s.loop);
    return rc;
}
