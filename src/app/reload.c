/* reload.c - HUP: certificates, places and where the webhook is, read again
 * while calls run.
 */
#include <errno.h>
#include <string.h>

#include "app/server.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/tlsio.h"

struct reload {
    struct server *server;
    struct buf first;           /* RESTAURANTS_FILE */
};

static void finish(struct reload *r)
{
    buf_free(&r->first);
    mem_drop(r);
}

static void failed(struct reload *r, const char *why)
{
    log_event(LOG_ERROR, "reload_failed", LS("what", "places"),
        LS("why", why));
    finish(r);
}

/* A file that is not there is no error for places.csv: none were imported. */
static void on_second(void *arg, struct slice data, const struct err *error)
{
    struct reload *r = arg;
    struct server *s = r->server;
    struct directory fresh;
    struct err err = {0};

    if (error && error->sys != ENOENT) {
        failed(r, error->msg);
        return;
    }
    if (directory_build(&fresh, buf_slice(&r->first), error ? SLICE("")
        : data, directory_log, NULL, &err)) {
        failed(r, err.msg);
        return;
    }
    directory_free(&s->places);
    s->places = fresh;
    log_event(LOG_INFO, "reloaded", LS("what", "places"),
        LI("places", s->places.list.n));
    finish(r);
}

static void read_second(struct reload *r)
{
    char path[CONF_TEXT + 16];

    directory_path(r->server->conf, path, sizeof path);
    if (disk_get(r->server->disk, path, PLACES_FILE, on_second, r))
        failed(r, "the disk's queue is full");
}

static void on_first(void *arg, struct slice data, const struct err *error)
{
    struct reload *r = arg;

    buf_add(&r->first, data);
    if (error || !buf_ok(&r->first))
        failed(r, error ? error->msg : "no memory");
    else
        read_second(r);
}

static void reload_places(struct server *s)
{
    struct reload *r = mem_new(sizeof *r);

    if (!r) {
        log_event(LOG_ERROR, "reload_failed", LS("what", "places"),
            LS("why", "no memory"));
        return;
    }
    r->server = s;
    buf_init(&r->first, PLACES_FILE);
    if (!s->conf->restaurants_file[0])
        read_second(r);
    else if (disk_get(s->disk, s->conf->restaurants_file, PLACES_FILE,
        on_first, r))
        failed(r, "the disk's queue is full");
}

/* The environment of a process stays what it was: what can have changed is
 * .env and the files that hold secrets. */
static void reload_webhook(struct server *s)
{
    struct conf *fresh = mem_new(sizeof *fresh);
    struct err err = {0};

    if (!fresh)
        fail(&err, ERR_MEM, "no memory for the settings");
    if (!fresh || conf_again(fresh, s->conf, &err)) {
        log_event(LOG_ERROR, "reload_failed", LS("what", "WEBHOOK_URL"),
            LS("why", err.msg));
    } else if (slice_starts(slice_str(fresh->webhook_url), "https:")
        && !s->client_tls) {
        log_event(LOG_ERROR, "reload_failed", LS("what", "WEBHOOK_URL"),
            LS("why", "https:// without root certificates"));
    } else {
        server_set_webhook(s, fresh);
        log_event(LOG_INFO, "reloaded", LS("what", "WEBHOOK_URL"),
            LS("state", webhook_on(s->webhook) ? "on" : "off"));
    }
    if (fresh)
        tlsio_wipe(fresh, sizeof *fresh);
    mem_drop(fresh);
}

void server_reload(struct server *s)
{
    struct err err = {0};

    reload_places(s);
    reload_webhook(s);
    if (!s->server_tls)
        return;
    if (tlsctx_reload(s->server_tls, s->conf->tls_cert, s->conf->tls_key,
        &err))
        log_event(LOG_ERROR, "reload_failed", LS("what", "TLS_CERT, TLS_KEY"),
            LS("why", err.msg));
    else
        log_event(LOG_INFO, "reloaded", LS("what", "TLS_CERT, TLS_KEY"));
}
