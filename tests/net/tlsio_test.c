/* tlsio_test.c - client against server through small rings, no socket.
 *
 * Whatever the sizes of the rings (1, 7, 512 bytes), the handshake ends, the
 * bytes arrive unchanged and a certificate that is not right is refused with
 * the reason, by name.
 */
#include "net/tlsio.h"

#include "base/sys.h"
#include "tests/net/certs.h"
#include "tests/tap.h"

#define RING_MAX 512
#define BULK 100000     /* bytes each way */

struct ring {
    uint8_t at[RING_MAX];
    size_t size, len;
};

struct end {
    struct tlsio *t;
    struct ring *in, *out;
    struct buf pending;         /* said and not yet in the ring */
    enum tlsio_result r;
    bool open;
    struct err err;
    struct buf got;
    size_t sent;
};

static char path[16][96];
static const char *dir;
static uint8_t bulk[BULK];

static const char *file(int i, const char *name)
{
    snprintf(path[i], sizeof path[i], "%s/%s", dir, name);
    return path[i];
}

/* Moves what fits from pending into the ring; true when something moved. */
static bool pour(struct end *e)
{
    size_t room = e->out->size - e->out->len;
    size_t n = e->pending.len < room ? e->pending.len : room;

    if (n == 0)
        return false;
    memcpy(e->out->at + e->out->len, e->pending.ptr, n);
    e->out->len += n;
    buf_skip(&e->pending, n);
    return true;
}

static void read_some(struct end *e, struct slice *in)
{
    uint8_t room[300];

    do {
        size_t n = 0;

        e->r = tlsio_read(e->t, in, (struct mslice){room, sizeof room}, &n,
            &e->pending, &e->err);
        buf_add(&e->got, slice_of(room, n));
    } while (e->r == TLSIO_OK);
}

/* One step of one end; true when anything happened. */
static bool step(struct end *e, bool bulky)
{
    struct slice in = slice_of(e->in->at, e->in->len);
    bool moved = in.len > 0;

    if (e->r == TLSIO_FAIL || e->r == TLSIO_EOF) {
        e->in->len = 0;
        return pour(e) || moved;
    }
    if (!e->open) {
        e->r = tlsio_handshake(e->t, &in, &e->pending, &e->err);
        moved = moved || e->pending.len > 0;
        if (e->r == TLSIO_OK)
            e->open = moved = true;
    }
    if (e->open && e->r != TLSIO_FAIL)
        read_some(e, &in);
    if (e->r == TLSIO_MORE && in.len)
        abort();                /* the contract: all of it was used */
    e->in->len = 0;
    if (e->open && bulky && e->sent < BULK && e->pending.len < 40000) {
        size_t n = BULK - e->sent < 37000 ? BULK - e->sent : 37000;

        if (tlsio_write(e->t, slice_of(bulk + e->sent, n), &e->pending,
            &e->err) != TLSIO_OK)
            abort();
        e->sent += n;
        moved = true;
    }
    return pour(e) || moved;
}

struct pair {
    struct ring up, down;
    struct end client, server;
};

static void pair_init(struct pair *p, struct tlsctx *c, struct tlsctx *s,
    const char *host, size_t ring)
{
    memset(p, 0, sizeof *p);
    p->up.size = p->down.size = ring;
    p->client = (struct end){.t = tlsio_client(c, slice_str(host), NULL),
        .in = &p->down, .out = &p->up, .r = TLSIO_MORE};
    p->server = (struct end){.t = tlsio_server(s, NULL), .in = &p->up,
        .out = &p->down, .r = TLSIO_MORE};
    buf_init(&p->client.pending, 1 << 20);
    buf_init(&p->server.pending, 1 << 20);
    buf_init(&p->client.got, 1 << 20);
    buf_init(&p->server.got, 1 << 20);
    if (!p->client.t || !p->server.t)
        abort();
}

static void pair_run(struct pair *p, bool bulky)
{
    bool moved;

    do {
        moved = step(&p->client, bulky);
        moved = step(&p->server, bulky) || moved;
    } while (moved);
}

static void pair_free(struct pair *p)
{
    tlsio_free(p->client.t);
    tlsio_free(p->server.t);
    buf_free(&p->client.pending);
    buf_free(&p->server.pending);
    buf_free(&p->client.got);
    buf_free(&p->server.got);
}

static void good(struct tlsctx *c, struct tlsctx *s, size_t ring)
{
    const struct tlsio_facts *f;
    struct pair p;

    pair_init(&p, c, s, "localhost", ring);
    pair_run(&p, true);
    tap_ok(p.client.open && p.server.open, "handshake, %zu-byte rings", ring);
    if (!p.client.open)
        printf("#   %s\n", p.client.err.msg);
    tap_ok(slice_eq(buf_slice(&p.client.got), slice_of(bulk, BULK)),
        "server to client, %zu-byte rings", ring);
    tap_ok(slice_eq(buf_slice(&p.server.got), slice_of(bulk, BULK)),
        "client to server, %zu-byte rings", ring);
    tlsio_shutdown(p.client.t, &p.client.pending);
    pair_run(&p, false);
    tap_is_int(p.server.r, TLSIO_EOF, "close_notify is an end");
    tap_is_int(p.client.r, TLSIO_MORE, "the other way is still open");
    f = tlsio_facts(p.client.t);
    tap_is_str(slice_str(f->version), "TLSv1.3", "version");
    tap_is_str(slice_str(f->alpn), "http/1.1", "ALPN");
    tap_is_str(slice_str(f->subject), "CN=localhost", "subject");
    tap_is_str(slice_str(f->names), "localhost, 127.0.0.1, ::1", "names");
    tap_ok(f->chain == 2 && !f->self_signed && f->verify_code == 0
        && f->cipher[0] && strstr(f->issuer, "Between"), "the other facts");
    tap_ok(f->not_after - f->not_before == 31 * 86400000LL
        && f->not_before < sys_wall() && f->not_after > sys_wall(), "dates");
    pair_free(&p);
}

/* The server's chain is refused: with these words, and facts all the same. */
static void refused(struct tlsctx *c, const char *chain, const char *key,
    const char *host, long code, const char *words)
{
    struct err e;
    struct tlsctx *s = tlsctx_server(chain, key, &e);
    const struct tlsio_facts *f;
    struct pair p;

    if (!s) {
        tap_ok(false, "%s: %s", words, e.msg);
        return;
    }
    pair_init(&p, c, s, host, RING_MAX);
    pair_run(&p, true);
    f = tlsio_facts(p.client.t);
    tap_ok(p.client.r == TLSIO_FAIL && !p.client.open
        && p.client.err.code == ERR_TLS
        && strstr(p.client.err.msg, words) != NULL
        && p.client.got.len == 0 && p.server.got.len == 0, "%s", words);
    printf("#   %s\n", p.client.err.msg);
    tap_is_int(f->verify_code, code, "its number");
    tap_ok(f->subject[0] && f->chain >= 1 && f->not_after
        && f->verify_text[0], "facts of a refused peer");
    tap_ok(p.server.r == TLSIO_FAIL && strstr(p.server.err.msg, "alert"),
        "the server is told: %s", p.server.err.msg);
    pair_free(&p);
    tlsctx_free(s);
}

static void certificates(struct tlsctx *c, const struct cert *ca,
    const struct cert *between)
{
    struct cert x;
    const char *chain = file(4, "x.pem"), *key = file(5, "x.key");
    char stamp[SYS_STAMP_MAX], words[100];

    cert_make(&x, "localhost", "DNS:localhost", between, -30, -2);
    cert_save(chain, key, &x, between);
    sys_stamp(stamp, sys_wall() - 2 * 86400000LL);
    snprintf(words, sizeof words,
        "certificate of localhost: certificate has expired (%.10s)", stamp);
    refused(c, chain, key, "localhost", X509_V_ERR_CERT_HAS_EXPIRED, words);
    cert_free(&x);

    cert_make(&x, "localhost", "DNS:localhost", between, 3, 30);
    cert_save(chain, key, &x, between);
    refused(c, chain, key, "localhost", X509_V_ERR_CERT_NOT_YET_VALID,
        "certificate is not yet valid (");
    cert_free(&x);

    cert_make(&x, "localhost", "DNS:localhost", NULL, -1, 30);
    cert_save(chain, key, &x, NULL);
    refused(c, chain, key, "localhost",
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed certificate");
    cert_free(&x);

    cert_make(&x, "a.example", "DNS:a.example, DNS:w*.example, "
        "DNS:*.b.example", between, -1, 30);
    cert_save(chain, key, &x, between);
    refused(c, chain, key, "localhost", X509_V_ERR_HOSTNAME_MISMATCH,
        "ostname mismatch (it is for a.example, w*.example");
    refused(c, chain, key, "www.example", X509_V_ERR_HOSTNAME_MISMATCH,
        "ostname mismatch");
    refused(c, chain, key, "127.0.0.1", X509_V_ERR_IP_ADDRESS_MISMATCH,
        "IP address mismatch");
    cert_save(chain, key, &x, NULL);
    refused(c, chain, key, "a.example",
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        "unable to get local issuer");
    cert_free(&x);

    cert_make(&x, "localhost", "DNS:localhost", ca, -1, 30);
    cert_save(chain, key, &x, ca);
    {
        struct cert other;
        struct err e;
        struct tlsctx *stranger;

        cert_make(&other, "Other CA", NULL, NULL, -1, 30);
        cert_save(file(6, "other.pem"), NULL, &other, NULL);
        stranger = tlsctx_client(path[6], NULL, &e);
        refused(stranger, chain, key, "localhost",
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "self-signed");
        tap_is_int(tlsctx_trust(stranger, file(0, "ca.pem"), &e), 0,
            "trust one more");
        {
            struct tlsctx *s = tlsctx_server(chain, key, &e);

            struct pair p;

            pair_init(&p, stranger, s, "localhost.", RING_MAX);
            pair_run(&p, false);
            tap_ok(p.client.open, "then it is good, the root's dot ignored");
            pair_free(&p);
            tlsctx_free(s);
        }
        tlsctx_free(stranger);
        cert_free(&other);
        unlink(path[6]);
    }
    cert_free(&x);
    unlink(chain);
    unlink(key);
}

static void addresses(struct tlsctx *c, struct tlsctx *s)
{
    static const char *const host[] = {"127.0.0.1", "::1"};

    for (size_t i = 0; i < 2; i++) {
        struct pair p;

        pair_init(&p, c, s, host[i], RING_MAX);
        pair_run(&p, false);
        tap_ok(p.client.open && p.server.open, "by address %s", host[i]);
        pair_free(&p);
    }
}

/* Noise, and truth with one byte changed. */
static void broken(struct tlsctx *c, struct tlsctx *s)
{
    struct slice in = SLICE("GET / HTTP/1.1\r\n\r\n");
    struct pair p;
    struct err e;
    struct buf out;
    uint8_t room[100];
    size_t n;

    buf_init(&out, 100000);
    pair_init(&p, c, s, "localhost", RING_MAX);
    tap_is_int(tlsio_handshake(p.server.t, &in, &out, &e), TLSIO_FAIL,
        "plain HTTP is refused");
    tap_ok(strstr(e.msg, "http request") != NULL, "as what it is: %s", e.msg);
    tlsio_shutdown(p.server.t, &out);
    pair_free(&p);

    pair_init(&p, c, s, "localhost", RING_MAX);
    pair_run(&p, false);
    buf_clear(&out);
    tlsio_write(p.client.t, SLICE("hello"), &out, &e);
    out.ptr[out.len - 3] ^= 1;
    in = buf_slice(&out);
    tap_is_int(tlsio_read(p.server.t, &in, (struct mslice){room, 100}, &n,
        &p.server.pending, &e), TLSIO_FAIL, "a changed byte is found");
    tap_ok(n == 0 && e.code == ERR_TLS, "and nothing delivered: %s", e.msg);
    pair_free(&p);

    pair_init(&p, c, s, "localhost", RING_MAX);
    pair_run(&p, true);
    tap_ok(p.client.open && p.server.got.len == BULK,
        "the next connection knows nothing of it");
    pair_free(&p);
    buf_free(&out);
}

static void contexts(void)
{
    struct err e;
    const char *taken = NULL;
    struct tlsctx *c;

    tap_ok(!tlsctx_client("/nonexistent.pem", NULL, &e)
        && e.code == ERR_CONF, "no such roots: %s", e.msg);
    tap_ok(!tlsctx_server(path[0], "/nonexistent.pem", &e)
        && e.code == ERR_CONF, "no such key: %s", e.msg);
    tap_ok(!tlsctx_server(path[2], path[2], &e) && e.code == ERR_CONF,
        "not a chain: %s", e.msg);
    tap_ok(!tlsctx_server(path[0], path[2], &e) && e.code == ERR_CONF,
        "a key of another: %s", e.msg);
    setenv("SSL_CERT_FILE", path[0], 1);
    c = tlsctx_client(NULL, &taken, &e);
    tap_ok(c && taken && strcmp(taken, path[0]) == 0, "SSL_CERT_FILE");
    tap_ok(!tlsio_client(c, SLICE(""), &e) && e.code == ERR_DATA, "no name");
    tap_ok(!tlsio_client(c, slice_of("a\0b", 3), &e), "NUL in the name");
    tlsctx_free(c);
    unsetenv("SSL_CERT_FILE");
}

/* The authority under its name written another way, by the same key. */
static void again(struct cert *twin, const struct cert *ca, const char *cn)
{
    X509_NAME *name = X509_NAME_new();

    *twin = (struct cert){.x = X509_dup(ca->x)};
    cert_need(twin->x && name && X509_NAME_add_entry_by_txt(name, "CN",
        MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0), "name");
    X509_set_subject_name(twin->x, name);
    X509_set_issuer_name(twin->x, name);
    cert_need(X509_sign(twin->x, ca->key, EVP_sha256()), "sign");
    X509_NAME_free(name);
}

static void bundle_of(X509 *const *x, int n, bool trusted)
{
    FILE *f = fopen(file(4, "bundle.pem"), "w");

    cert_need(f != NULL, path[4]);
    for (int i = 0; i < n; i++)
        cert_need(trusted ? PEM_write_X509_AUX(f, x[i])
            : PEM_write_X509(f, x[i]), path[4]);
    fclose(f);
}

/* Does a client of that bundle take the server s, twice? */
static bool takes(struct tlsctx *s, X509 *const *x, int n, bool trusted)
{
    struct err e;
    struct tlsctx *c;
    bool open = true;

    bundle_of(x, n, trusted);
    c = tlsctx_client(path[4], NULL, &e);
    for (int i = 0; c && i < 2; i++) {
        struct pair p;

        pair_init(&p, c, s, "localhost", RING_MAX);
        pair_run(&p, true);
        open = open && p.client.open && p.client.got.len == BULK;
        pair_free(&p);
    }
    tlsctx_free(c);
    unlink(path[4]);
    return c && open;
}

/* Of many roots the right one is found, however the file is made; and without
 * it nothing is. */
static void bundles(struct tlsctx *s, const struct cert *ca,
    const struct cert *between, const struct cert *leaf)
{
    struct cert twin, same, other;
    struct tlsctx *bare;
    struct err e;

    again(&twin, ca, "TEST  ca");
    cert_make(&same, "Test CA", NULL, NULL, -1, 30);
    cert_make(&other, "Other CA", NULL, NULL, -1, 30);
    tap_ok(takes(s, (X509 *[]){other.x, ca->x, same.x}, 3, false),
        "the second of three");
    tap_ok(takes(s, (X509 *[]){other.x, twin.x}, 2, false),
        "its name written another way");
    tap_ok(takes(s, (X509 *[]){other.x, ca->x}, 2, true),
        "a file of trusted certificates, which OpenSSL reads");
    tap_ok(!takes(s, (X509 *[]){other.x, same.x}, 2, false),
        "another of its name is not it");
    tap_ok(!takes(s, (X509 *[]){between->x}, 1, false),
        "an intermediate alone is no root");
    cert_save(file(5, "bare.pem"), NULL, leaf, NULL);
    bare = tlsctx_server(path[5], path[2], &e);
    tap_ok(takes(bare, (X509 *[]){other.x, ca->x, between->x}, 3, false),
        "no intermediate was sent, and the bundle has it");
    tap_ok(!takes(bare, (X509 *[]){other.x, ca->x}, 2, false),
        "no intermediate anywhere");
    tlsctx_free(bare);
    unlink(path[5]);
    X509_free(twin.x);
    cert_free(&same);
    cert_free(&other);
}

static void reload(struct tlsctx *c, const struct cert *between)
{
    struct err e;
    struct tlsctx *s = tlsctx_server(path[1], path[2], &e);
    struct cert x;
    struct pair p, q;

    pair_init(&p, c, s, "localhost", RING_MAX);
    cert_make(&x, "new.example", "DNS:new.example", between, -1, 30);
    cert_save(file(4, "x.pem"), file(5, "x.key"), &x, between);
    tap_is_int(tlsctx_reload(s, path[4], path[5], &e), 0, "files read again");
    tap_is_int(tlsctx_reload(s, path[4], path[2], &e), -1, "a wrong key");
    pair_init(&q, c, s, "new.example", RING_MAX);
    pair_run(&p, true);
    pair_run(&q, true);
    tap_ok(p.client.open && p.client.got.len == BULK, "the old one lives");
    tap_ok(q.client.open && q.client.got.len == BULK, "new ones get the new");
    pair_free(&p);
    pair_free(&q);
    tlsctx_free(s);
    cert_free(&x);
    unlink(path[4]);
    unlink(path[5]);
}

/* Whoever has that certificate's key, under any name, and nobody else: not one
 * of the same issuer, nor the issuer's own. */
static void one_certificate(struct tlsctx *s, const struct cert *between)
{
    struct err e;
    struct tlsctx *c = tlsctx_client_of(path[1], &e), *other;
    struct cert x;
    struct pair p;

    pair_init(&p, c, s, "elsewhere.example", RING_MAX);
    pair_run(&p, true);
    tap_ok(p.client.open && p.client.got.len == BULK, "met by another name");
    pair_free(&p);
    cert_make(&x, "localhost", "DNS:localhost", between, -1, 30);
    cert_save(file(4, "x.pem"), file(5, "x.key"), &x, between);
    refused(c, path[4], path[5], "localhost", 20, "local issuer");
    other = tlsctx_client_of(path[4], &e);
    refused(other, path[1], path[2], "localhost", 20, "local issuer");
    tap_ok(!tlsctx_client_of("/nonexistent.pem", &e)
        && strstr(e.msg, "/nonexistent.pem"), "%s", e.msg);
    tap_ok(!tlsctx_client_of(path[5], &e) && strstr(e.msg, path[5]),
        "a key is no certificate: %s", e.msg);
    tlsctx_free(c);
    tlsctx_free(other);
    cert_free(&x);
    unlink(path[4]);
    unlink(path[5]);
}

int main(void)
{
    static const size_t rings[] = {1, 7, 512};
    struct cert ca, between, leaf;
    struct tlsctx *c, *s;
    uint8_t r[2][32] = {{0}};
    struct err e;

    for (size_t i = 0; i < BULK; i++)
        bulk[i] = (uint8_t)(i * 7 + i / 251);
    dir = cert_mkdir();
    cert_make(&ca, "Test CA", NULL, NULL, -1, 30);
    cert_make(&between, "Test Between", NULL, &ca, -1, 30);
    cert_make(&leaf, "localhost", "DNS:localhost, IP:127.0.0.1, IP:::1",
        &between, -1, 30);
    cert_save(file(0, "ca.pem"), NULL, &ca, NULL);
    cert_save(file(1, "chain.pem"), file(2, "key.pem"), &leaf, &between);
    c = tlsctx_client(path[0], NULL, &e);
    s = tlsctx_server(path[1], path[2], &e);
    if (!c || !s)
        return 1;
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++)
        good(c, s, rings[i]);
    addresses(c, s);
    certificates(c, &ca, &between);
    broken(c, s);
    contexts();
    bundles(s, &ca, &between, &leaf);
    reload(c, &between);
    one_certificate(s, &between);
    tap_ok(tlsio_random(r[0]) == 0 && tlsio_random(r[1]) == 0
        && memcmp(r[0], r[1], 32) != 0, "random bytes differ");
    tlsio_wipe(r, sizeof r);
    tap_ok(r[0][0] == 0 && r[1][31] == 0, "wiped");
    tap_ok(strncmp(tlsio_version(), "OpenSSL", 7) == 0, "a version");
    tlsctx_free(c);
    tlsctx_free(s);
    cert_free(&ca);
    cert_free(&between);
    cert_free(&leaf);
    for (int i = 0; i < 3; i++)
        unlink(path[i]);
    rmdir(dir);
    return tap_done();
}
