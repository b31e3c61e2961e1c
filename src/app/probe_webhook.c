/* probe_webhook.c - the receiver of the webhook: can it be reached, and is its
 * certificate good?
 *
 * A connection is opened and closed again.  Nothing is sent over it: an event
 * that never was could be taken for one.
 */
#include "app/probe.h"

#include <errno.h>
#include <string.h>

#include "app/doctor.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/tlsio.h"

static const struct url *target(struct probe_run *p, struct url *u)
{
    const char *why;
    size_t at;

    return url_parse(slice_str(p->d->conf->webhook_url), u, &at, &why) ? NULL
        : u;
}

/* ---- how it ends ---- */

static void on_open(struct conn *c, void *arg)
{
    struct probe_run *p = arg;
    const struct tlsio_facts *f = conn_tls(c);
    char peer[SYS_ADDR_TEXT], end[SYS_STAMP_MAX];

    sys_addr_text(conn_peer(c), peer);
    jsonw_kcstr(probe_seen(p), "peer", peer);
    if (!f) {
        probe_ok(p, "%s takes connections; nothing was sent", peer);
        return;
    }
    sys_stamp(end, f->not_after);
    jsonw_kcstr(probe_seen(p), "not_after", end);
    end[10] = 0;
    probe_ok(p, "%s takes connections, %s, its certificate is good until %s; "
        "nothing was sent", peer, f->version, end);
}

static const char *remedy(const struct err *err, const struct tlsio_facts *f)
{
    if (err->code == ERR_DNS)
        return "correct the host in WEBHOOK_URL";
    if (err->code != ERR_TLS || !f)
        return "start the receiver, or correct WEBHOOK_URL; what is to be told "
            "waits for three days";
    switch (f->fault) {
    case TLSIO_EXPIRED:
    case TLSIO_NOT_YET:
        return "renew the receiver's certificate";
    case TLSIO_NAME:
        return "get the receiver a certificate for the host in WEBHOOK_URL";
    case TLSIO_SELF_SIGNED:
    case TLSIO_NO_PATH:
        return "let the receiver send the full chain of a public authority, or "
            "name its own root in a bundle with SSL_CERT_FILE";
    case TLSIO_NO_TLS:
    case TLSIO_VERSION:
    case TLSIO_ALPN:
    case TLSIO_FINE:
    case TLSIO_OTHER:
        break;
    }
    return "let the receiver speak TLS 1.2 or 1.3 and HTTP/1.1 there";
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    static const struct err ended = {.code = ERR_NET,
        .msg = "the connection ended at once"};
    struct probe_run *p = arg;
    const struct tlsio_facts *f = conn_tls(c);

    p->own = NULL;
    if (!err)
        err = &ended;
    if (f && f->verify_code)
        jsonw_kcstr(probe_seen(p), "verify", f->verify_text);
    probe_remedy(p, "%s", remedy(err, f));
    probe_fail(p, 0, "WEBHOOK_URL: %s", err->msg);
}

static const struct conn_ops ops = {.name = "doctor webhook",
    .on_open = on_open, .on_close = on_close};

/* ---- the probe ---- */

static void start(struct probe_run *p)
{
    struct url mem;
    const struct url *u = target(p, &mem);
    struct conn_target to = {.timeout = p->d->opt.connect_ms};
    struct err err = {0};

    if (!p->d->conf->webhook_url[0]) {
        probe_skip(p, "WEBHOOK_URL is not set");
        return;
    }
    if (!u) {
        probe_fail(p, 0, "WEBHOOK_URL is no URL");
        return;
    }
    if (p->d->opt.offline && !doctor_near(u->host)) {
        probe_skip(p, "--offline: %.*s is not asked", SLICE_ARG(u->host));
        return;
    }
    if (u->tls && !p->d->tls) {
        probe_remedy(p, "install ca-certificates, or name a bundle with "
            "SSL_CERT_FILE");
        probe_fail(p, 0, "WEBHOOK_URL: %s", p->d->roots_err.msg);
        return;
    }
    to.host = u->host;
    to.port = u->number;
    to.tls = u->tls ? p->d->tls : NULL;
    p->own = conn_dial(p->d->loop, p->d->resolver, &to, &ops, p, &err);
    if (!p->own)
        probe_fail(p, 0, "WEBHOOK_URL: %s", err.msg);
}

const struct probe probe_webhook = {"webhook", NULL, NULL, 7000, 0, start,
    probe_abort};
