/* probe_net.c - the way to the public address: TCP, then TLS.
 *
 * What fails here would fail for the webhook first (112xx) and, if the webhook
 * were elsewhere, for the stream (319xx): both numbers are told.
 */
#include "app/probe.h"

#include <errno.h>
#include <string.h>

#include "app/doctor.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/tlsio.h"

#define SOON (14 * 86400000LL)  /* ms before a certificate's end */

static struct conn *dial(struct probe_run *p, struct tlsctx *tls,
    const struct conn_ops *ops)
{
    const struct url *u = &p->d->public;
    struct conn_target to = {.host = u->host, .port = u->number, .tls = tls,
        .timeout = p->d->opt.connect_ms};
    struct err err = {0};
    struct conn *c = conn_dial(p->d->loop, p->d->resolver, &to, ops, p, &err);

    if (!c)
        probe_fail(p, 11200, "%s", err.msg);
    return c;
}

static void no_connection(struct probe_run *p, const struct err *err)
{
    unsigned port = p->d->public.number;

    if (err->code == ERR_DNS) {
        probe_stream_number(p, 31904);
        probe_remedy(p, "correct PUBLIC_DOMAIN");
        probe_fail(p, 11210, "%s", err->msg);
    } else if (err->code == ERR_TIMEOUT) {
        probe_stream_number(p, 31901);
        probe_remedy(p, "open port %u in the firewall, and see that the "
            "tunnel runs", port);
        probe_fail(p, 11201, "nothing answers on port %u within %.1f s", port,
            (double)p->d->opt.connect_ms / 1000);
    } else if (err->sys == ECONNREFUSED) {
        probe_stream_number(p, 31902);
        probe_remedy(p, "start the proxy or tunnel that should listen there");
        probe_fail(p, 11202, "port %u is closed: connection refused", port);
    } else if (err->sys == EHOSTUNREACH || err->sys == ENETUNREACH) {
        probe_stream_number(p, 31904);
        probe_remedy(p, "see whether the address in the DNS is the right one");
        probe_fail(p, 11205, "no route leads there: %s", err->msg);
    } else {
        probe_stream_number(p, 31900);
        probe_remedy(p, "see to the proxy or tunnel that should answer there");
        probe_fail(p, 11205, "%s", err->msg);
    }
}

/* ---- tcp ---- */

static void tcp_open(struct conn *c, void *arg)
{
    struct probe_run *p = arg;
    char peer[SYS_ADDR_TEXT];

    sys_addr_text(conn_peer(c), peer);
    jsonw_kcstr(probe_seen(p), "peer", peer);
    probe_ok(p, "%s port %u takes connections", peer, p->d->public.number);
}

static void tcp_close(struct conn *c, void *arg, const struct err *err)
{
    struct probe_run *p = arg;

    (void)c;
    p->own = NULL;
    if (err)
        no_connection(p, err);
    else
        probe_fail(p, 11205, "the connection ended at once");
}

static const struct conn_ops tcp_ops = {.name = "doctor tcp",
    .on_open = tcp_open, .on_close = tcp_close};

static void tcp_start(struct probe_run *p)
{
    if (probe_has(p, PROBE_PUBLIC | PROBE_WAY))
        p->own = dial(p, NULL, &tcp_ops);
}

const struct probe probe_tcp = {"tcp", "dns", NULL, 7000, 11201, tcp_start,
    probe_abort};

/* ---- tls ---- */

static const char *day(char out[static SYS_STAMP_MAX], int64_t wall_ms)
{
    sys_stamp(out, wall_ms);
    out[10] = 0;
    return out;
}

static void seen(struct probe_run *p, const struct tlsio_facts *f)
{
    struct jsonw *w = probe_seen(p);
    char stamp[SYS_STAMP_MAX];

    jsonw_kcstr(w, "version", f->version);
    jsonw_kcstr(w, "cipher", f->cipher);
    jsonw_kcstr(w, "alpn", f->alpn[0] ? f->alpn : NULL);
    jsonw_kcstr(w, "subject", f->subject);
    jsonw_kcstr(w, "issuer", f->issuer);
    jsonw_kcstr(w, "names", f->names);
    jsonw_kint(w, "chain", f->chain);
    if (f->not_after) {
        sys_stamp(stamp, f->not_before);
        jsonw_kcstr(w, "not_before", stamp);
        sys_stamp(stamp, f->not_after);
        jsonw_kcstr(w, "not_after", stamp);
    }
    if (f->verify_code)
        jsonw_kcstr(w, "verify", f->verify_text);
}

static void tls_open(struct conn *c, void *arg)
{
    struct probe_run *p = arg;
    const struct tlsio_facts *f = conn_tls(c);
    char end[SYS_STAMP_MAX];

    seen(p, f);
    day(end, f->not_after);
    if (f->not_after - sys_wall() < SOON) {
        probe_remedy(p, "renew it now, and see why that did not happen by "
            "itself");
        probe_stream_number(p, 31910);
        probe_warn(p, 11236, "the certificate ends on %s", end);
    } else {
        probe_ok(p, "%s, certificate for %.60s until %s", f->version,
            f->names, end);
    }
}

static void no_path(struct probe_run *p, const struct tlsio_facts *f)
{
    if (f->chain < 2) {
        probe_remedy(p, "serve the full chain: leaf, then the certificate of "
            "\"%s\" (nginx: fullchain.pem as ssl_certificate)", f->issuer);
        probe_fail(p, 11237, "the server sends its certificate alone, and "
            "its issuer, \"%s\", is no known root: the intermediate "
            "certificate is missing", f->issuer);
    } else {
        probe_remedy(p, "use a public authority, such as Let's Encrypt; for "
            "tests here add the root with --trust");
        probe_fail(p, 11237, "the chain of %d certificates ends at no known "
            "root (issuer \"%s\")", f->chain, f->issuer);
    }
}

static void no_tls(struct probe_run *p)
{
    struct slice host = p->d->public.host;
    bool ngrok = slice_find(host, SLICE(".tcp.")) != SLICE_NPOS
        && slice_find(host, SLICE("ngrok")) != SLICE_NPOS;

    if (ngrok)
        probe_remedy(p, "start it as ngrok http, not ngrok tcp, to %s",
            p->d->local[0] ? p->d->local : "the server's port");
    else
        probe_remedy(p, "let a proxy or an http tunnel end TLS there, or set "
            "TLS_CERT and TLS_KEY");
    probe_fail(p, 11220, "port %u speaks no TLS%s", p->d->public.number,
        ngrok ? ": a TCP tunnel passes bytes as they are" : " (plain HTTP or "
        "a TCP tunnel)");
}

static void refused(struct probe_run *p, const struct tlsio_facts *f,
    const struct err *err)
{
    char date[SYS_STAMP_MAX];

    probe_stream_number(p, 31910);
    switch (f->fault) {
    case TLSIO_EXPIRED:
        probe_remedy(p, "renew it and let the proxy load it again");
        probe_fail(p, 11236, "the certificate%s has expired%s%s",
            f->not_after < sys_wall() ? "" : " of its issuer",
            f->not_after < sys_wall() ? " on " : "",
            f->not_after < sys_wall() ? day(date, f->not_after) : "");
        break;
    case TLSIO_NOT_YET:
        probe_remedy(p, "see whether this machine's clock is right, or wait");
        probe_fail(p, 11236, "the certificate is not valid before %s",
            day(date, f->not_before));
        break;
    case TLSIO_NAME:
        probe_remedy(p, "get a certificate for this name, or set "
            "PUBLIC_DOMAIN to the name it is for");
        probe_fail(p, 11235, "the certificate is for %.100s, not for %.*s",
            f->names[0] ? f->names : f->subject,
            SLICE_ARG(p->d->public.host));
        break;
    case TLSIO_SELF_SIGNED:
        probe_remedy(p, "use a public authority, such as Let's Encrypt; for "
            "tests here add it with --trust");
        probe_fail(p, 11237, "the certificate is self-signed");
        break;
    case TLSIO_NO_PATH:
        no_path(p, f);
        break;
    case TLSIO_NO_TLS:
        no_tls(p);
        break;
    case TLSIO_VERSION:
        probe_remedy(p, "let the proxy speak TLS 1.2 or 1.3");
        probe_fail(p, 11220, "the server speaks no TLS of version 1.2 or "
            "above");
        break;
    case TLSIO_ALPN:
        probe_remedy(p, "let the proxy also offer http/1.1: Twilio's upgrade "
            "is HTTP/1.1");
        probe_fail(p, 11220, "the server refuses http/1.1 in ALPN: it speaks "
            "HTTP/2 alone");
        break;
    case TLSIO_FINE:
    case TLSIO_OTHER:
        probe_remedy(p, "see the proxy's log of this moment");
        probe_fail(p, 11220, "%s", err->msg);
        break;
    }
}

static void tls_close(struct conn *c, void *arg, const struct err *err)
{
    static const struct tlsio_facts none;
    struct probe_run *p = arg;
    const struct tlsio_facts *f = conn_tls(c);
    const struct probe_result *tcp = doctor_result(p->d, "tcp");

    p->own = NULL;
    if (!err) {
        probe_fail(p, 11220, "the connection ended at once");
        return;
    }
    if (f)
        seen(p, f);
    if (err->code == ERR_TLS) {
        refused(p, f ? f : &none, err);
        return;
    }
    if ((!tcp || tcp->status != PROBE_OK) && err->sys != ECONNRESET) {
        no_connection(p, err);
        return;
    }
    probe_stream_number(p, 31910);
    if (err->code == ERR_TIMEOUT) {
        probe_remedy(p, "see whether something that ends TLS listens there");
        probe_fail(p, 11220, "port %u takes connections and answers no TLS "
            "greeting within %.1f s", p->d->public.number,
            (double)p->d->opt.connect_ms / 1000);
    } else {
        probe_remedy(p, "see the proxy's or firewall's log of this moment");
        probe_fail(p, 11220, "the connection broke during the TLS handshake: "
            "%s", err->sys ? strerror(err->sys) : err->msg);
    }
}

static const struct conn_ops tls_ops = {.name = "doctor tls",
    .on_open = tls_open, .on_close = tls_close};

static void tls_start(struct probe_run *p)
{
    if (!probe_has(p, PROBE_PUBLIC | PROBE_WAY))
        return;
    if (!p->d->tls) {
        probe_remedy(p, "install ca-certificates, or name a bundle with "
            "SSL_CERT_FILE");
        probe_fail(p, 0, "%s", p->d->roots_err.msg);
        return;
    }
    p->own = dial(p, p->d->tls, &tls_ops);
}

const struct probe probe_tls = {"tls", "tcp", NULL, 7000, 11220, tls_start,
    probe_abort};
