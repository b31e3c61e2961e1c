/* httpc_tls_test.c - the HTTP client over TLS 1.3, where the client has the
 * last word of the handshake: it may still be queued when the request comes.
 */
#include "net/httpc.h"

#include <string.h>

#include "base/text.h"
#include "net/httpd.h"
#include "net/tlsio.h"
#include "tests/net/certs.h"
#include "tests/net/rig.h"

#define BIG 300000

static struct httpd *server;
static struct httpc *client;
static struct tlsctx *server_tls, *client_tls;
static uint8_t big[BIG];
static char version[16];

static struct {
    int calls, status;
    bool failed, same;
    size_t len;
    struct err err;
} got;

static void on_echo(struct request *r, void *arg)
{
    (void)arg;
    text_copy(version, sizeof version, slice_str(conn_tls(r->conn)->version));
    httpd_answer(r, 200, "application/octet-stream", r->body, NULL);
}

static const struct route routes[] = {
    {M_GET | M_POST, "/echo", on_echo, ATTEMPT_NONE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

static void on_done(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    const struct slice *sent = arg;

    got.calls++;
    got.failed = err != NULL;
    if (err) {
        got.err = *err;
        return;
    }
    got.status = a->head->status;
    got.same = slice_eq(a->body, *sent);
}

static void need(bool good, const struct err *err)
{
    if (good)
        return;
    printf("Bail out! %s\n", err->msg);
    exit(1);
}

/* A root, a certificate for localhost under it, both ends with them. */
static void make_tls(void)
{
    const char *dir = cert_mkdir();
    char chain[100], key[100], root[100];
    struct cert ca, leaf;
    struct err err = {0};

    snprintf(chain, sizeof chain, "%s/chain.pem", dir);
    snprintf(key, sizeof key, "%s/key.pem", dir);
    snprintf(root, sizeof root, "%s/root.pem", dir);
    cert_make(&ca, "Test CA", NULL, NULL, -1, 30);
    cert_make(&leaf, "localhost", "DNS:localhost", &ca, -1, 30);
    cert_save(chain, key, &leaf, NULL);
    cert_save(root, NULL, &ca, NULL);
    server_tls = tlsctx_server(chain, key, &err);
    need(server_tls != NULL, &err);
    client_tls = tlsctx_client(root, NULL, &err);
    need(client_tls != NULL, &err);
    cert_free(&leaf);
    cert_free(&ca);
    remove(chain);
    remove(key);
    remove(root);
    remove(dir);
}

static void make_ends(struct resolver *resolver)
{
    struct sys_addr at = rig_addr(0);
    struct httpd_conf site = {.routes = routes, .max_body = BIG,
        .max_conns = 10, .head_timeout = 5000, .body_timeout = 5000,
        .idle_timeout = 60000};
    struct httpc_conf conf = {.resolver = resolver, .tls = client_tls,
        .max_kept = 4, .keep_ms = 30000, .user_agent = "test"};
    struct err err = {0};

    server = httpd_new(rig_loop, &at, server_tls, &site, &err);
    need(server != NULL, &err);
    client = httpc_new(rig_loop, &conf, &err);
    need(client != NULL, &err);
}

static void ask(const char *method, const char *host, struct slice body)
{
    char url[80];
    struct err err = {0};
    struct httpc_request q = {.method = method, .timeout = 5000,
        .type = body.len ? "text/plain" : NULL, .body = body};

    snprintf(url, sizeof url, "https://%s:%u/echo", host,
        httpd_port(server));
    q.url = slice_str(url);
    memset(&got, 0, sizeof got);
    need(httpc_start(client, &q, on_done, &body, &err) != NULL, &err);
    RIG_UNTIL(got.calls);
}

int main(void)
{
    struct resolve_conf dns = {.server = "127.0.0.1:9"};
    struct resolver *resolver;
    struct err err = {0};

    rig_start();
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (uint8_t)(i * 7 + i / 251);
    resolver = resolver_new(rig_loop, &dns, &err);
    need(resolver != NULL, &err);
    make_tls();
    make_ends(resolver);

    ask("GET", "localhost", SLICE(""));
    tap_ok(!got.failed && got.status == 200,
        "a request shorter than what is left of the handshake: %s",
        got.err.msg);
    tap_is_str(slice_str(version), "TLSv1.3", "over TLS 1.3");
    ask("POST", "localhost", SLICE("To=%2B15551230000"));
    tap_ok(got.same && got.status == 200, "a form on the kept connection: %s",
        got.err.msg);
    rig_wait(40000);            /* longer than one is kept */
    ask("POST", "localhost", slice_of(big, BIG));
    tap_ok(got.same && got.status == 200, "300 kB on a fresh one: %s",
        got.err.msg);
    ask("GET", "127.0.0.1", SLICE(""));
    tap_ok(got.failed && got.err.code == ERR_TLS,
        "another name than the certificate's: %s", got.err.msg);

    httpc_free(client);
    httpd_free(server);
    rig_settle();
    resolver_free(resolver);
    rig_end();
    tlsctx_free(client_tls);
    tlsctx_free(server_tls);
    return tap_done();
}
