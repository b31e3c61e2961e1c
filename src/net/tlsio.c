/* tlsio.c - TLS without a socket: bytes in, bytes out, over OpenSSL.
 *
 * The BIO reads from the slice and appends to the buf that the call under way
 * was given; between calls it has neither.  OpenSSL keeps the part of a record
 * that has come, so a slice is always used up.  Certificates are checked
 * against OpenSSL's own clock: --now must not bring an old one back to life.
 */
#include "net/tlsio.h"

#include <assert.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/roots.h"

#define TLSIO_MAGIC     0x7151070fu

struct tlsctx {
    SSL_CTX *ssl;
    bool any_name;              /* a client that means one certificate */
    struct roots roots;         /* a client's; it does not move */
};

struct tlsio {
    uint32_t magic;
    SSL *ssl;
    struct slice *in;           /* of the call under way */
    struct buf *out;
    bool broken;                /* after a fatal error nothing may be said */
    int bad_depth;              /* which certificate was refused; 0: leaf */
    int64_t bad_from, bad_until;    /* its dates, wall ms */
    char host[256];             /* "" for a server */
    struct tlsio_facts facts;
};

/* ---- OpenSSL's errors ---- */

/* The first reason in the queue, which is then empty. */
static const char *reason(void)
{
    unsigned long code = ERR_get_error();
    const char *text = code ? ERR_reason_error_string(code) : NULL;

    if (ERR_SYSTEM_ERROR(code))
        text = strerror(ERR_GET_REASON(code));
    ERR_clear_error();
    return text ? text : "unknown error";
}

static int fail_ssl(struct err *err, enum err_code code, const char *what,
    const char *name)
{
    return fail(err, code, "%s %s: %s", what, name, reason());
}

/* ---- the BIO ---- */

static int bio_read(BIO *b, char *to, int n)
{
    struct tlsio *t = BIO_get_data(b);
    size_t len = n > 0 ? (size_t)n : 0;

    BIO_clear_retry_flags(b);
    if (!t->in || t->in->len == 0) {
        BIO_set_retry_read(b);
        return -1;
    }
    if (len > t->in->len)
        len = t->in->len;
    memcpy(to, t->in->ptr, len);
    *t->in = slice_from(*t->in, len);
    return (int)len;
}

static int bio_write(BIO *b, const char *from, int n)
{
    struct tlsio *t = BIO_get_data(b);

    BIO_clear_retry_flags(b);
    if (!t->out || n < 0)
        return -1;
    buf_add(t->out, slice_of(from, (size_t)n));
    return buf_ok(t->out) ? n : -1;
}

static long bio_ctrl(BIO *b, int cmd, long num, void *ptr)
{
    (void)b;
    (void)num;
    (void)ptr;
    return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

/* Made once and never freed: every live BIO points at it. */
static BIO_METHOD *bio_method(void)
{
    static BIO_METHOD *m;

    if (m)
        return m;
    m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tlsio");
    if (!m)
        return NULL;
    BIO_meth_set_read(m, bio_read);
    BIO_meth_set_write(m, bio_write);
    BIO_meth_set_ctrl(m, bio_ctrl);
    return m;
}

/* ---- what is known of the peer ---- */

static int64_t wall_ms(const ASN1_TIME *at)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days, seconds;
    int64_t ms = 0;

    if (epoch && at && ASN1_TIME_diff(&days, &seconds, epoch, at))
        ms = ((int64_t)days * 86400 + seconds) * 1000;
    ASN1_TIME_free(epoch);
    return ms;
}

static void name_text(const X509_NAME *name, char *out, size_t cap)
{
    BIO *b = BIO_new(BIO_s_mem());
    char *text;
    long n;

    out[0] = 0;
    if (!b)
        return;
    X509_NAME_print_ex(b, name, 0, XN_FLAG_RFC2253);
    n = BIO_get_mem_data(b, &text);
    if (n > 0)
        text_copy(out, cap, slice_of(text, (size_t)n));
    BIO_free(b);
}

/* One alternative name; what is not plain text is shown as "?". */
static void add_name(struct buf *out, const GENERAL_NAME *g)
{
    const ASN1_STRING *s;
    struct slice raw;

    if (g->type != GEN_DNS && g->type != GEN_IPADD)
        return;
    s = g->type == GEN_DNS ? g->d.dNSName : g->d.iPAddress;
    raw = slice_of(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
    if (out->len)
        buf_adds(out, ", ");
    if (g->type == GEN_DNS) {
        for (size_t i = 0; i < raw.len; i++)
            buf_addc(out, raw.ptr[i] > ' ' && raw.ptr[i] < 127 ? raw.ptr[i]
                : '?');
    } else if (raw.len == 4 || raw.len == 16) {
        char text[SYS_ADDR_TEXT];
        struct sys_addr a;

        if (raw.len == 4)
            sys_addr_v4(&a, raw.ptr, 0);
        else
            sys_addr_v6(&a, raw.ptr, 0);
        sys_addr_text(&a, text);
        buf_adds(out, text);
    }
}

static void alt_names(const X509 *cert, char *out, size_t cap)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL,
        NULL);
    struct buf b;

    buf_over(&b, out, cap - 1);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++)
        add_name(&b, sk_GENERAL_NAME_value(names, i));
    out[b.len] = 0;
    GENERAL_NAMES_free(names);
}

static void leaf_facts(struct tlsio_facts *f, const X509 *leaf)
{
    const X509_NAME *subject = X509_get_subject_name(leaf);
    const X509_NAME *issuer = X509_get_issuer_name(leaf);

    name_text(subject, f->subject, sizeof f->subject);
    name_text(issuer, f->issuer, sizeof f->issuer);
    alt_names(leaf, f->names, sizeof f->names);
    f->not_before = wall_ms(X509_get0_notBefore(leaf));
    f->not_after = wall_ms(X509_get0_notAfter(leaf));
    f->self_signed = X509_NAME_cmp(subject, issuer) == 0;
}

/* ---- roots, when a chain leads to them ---- */

static void hash_roots(struct roots *r)
{
    for (size_t i = 0; i < r->len && !r->hashed; i++) {
        struct slice s = roots_name(r, i);
        const unsigned char *p = s.ptr;
        X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)s.len);

        r->list[i].hash = name ? X509_NAME_hash(name) : 0;
        X509_NAME_free(name);
    }
    r->hashed = true;
}

/* Puts the roots of that name into the store, and what they lead to: OpenSSL
 * looks there by the names of subjects and issuers, and no other way. */
static void take_named(struct roots *r, X509_STORE *store, X509_NAME *name)
{
    unsigned long hash = X509_NAME_hash(name);

    for (size_t i = 0; i < r->len; i++) {
        struct slice s = roots_der(r, i);
        const unsigned char *p = s.ptr;
        X509 *x = NULL;

        if (r->list[i].taken || r->list[i].hash != hash)
            continue;
        x = d2i_X509(NULL, &p, (long)s.len);
        r->list[i].taken = x && X509_STORE_add_cert(store, x);
        if (r->list[i].taken)
            take_named(r, store, X509_get_issuer_name(x));
        X509_free(x);
    }
}

static void take_roots(struct roots *r, X509_STORE_CTX *c)
{
    X509_STORE *store = X509_STORE_CTX_get0_store(c);
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(c);
    X509 *x = X509_STORE_CTX_get0_cert(c);

    if (r->len == 0)
        return;
    hash_roots(r);
    for (int i = 0; x; i++) {
        take_named(r, store, X509_get_subject_name(x));
        take_named(r, store, X509_get_issuer_name(x));
        x = i < sk_X509_num(chain) ? sk_X509_value(chain, i) : NULL;
    }
    ERR_clear_error();
}

/* Replaces OpenSSL's own call of X509_verify_cert, so that the facts are kept
 * however it ends.  The verdict is OpenSSL's. */
static int verify(X509_STORE_CTX *store, void *arg)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store,
        SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tlsio *t = SSL_get_app_data(ssl);
    X509 *leaf = X509_STORE_CTX_get0_cert(store), *bad;
    int good;

    take_roots(arg, store);
    if (leaf)
        leaf_facts(&t->facts, leaf);
    t->facts.chain = sk_X509_num(X509_STORE_CTX_get0_untrusted(store));
    good = X509_verify_cert(store);
    t->facts.verify_code = X509_STORE_CTX_get_error(store);
    text_copy(t->facts.verify_text, sizeof t->facts.verify_text,
        slice_str(X509_verify_cert_error_string(t->facts.verify_code)));
    bad = X509_STORE_CTX_get_current_cert(store);
    if (good <= 0 && bad) {
        t->bad_depth = X509_STORE_CTX_get_error_depth(store);
        t->bad_from = wall_ms(X509_get0_notBefore(bad));
        t->bad_until = wall_ms(X509_get0_notAfter(bad));
    }
    return good;
}

static void session_facts(struct tlsio *t)
{
    const unsigned char *alpn;
    unsigned n;

    text_copy(t->facts.version, sizeof t->facts.version,
        slice_str(SSL_get_version(t->ssl)));
    text_copy(t->facts.cipher, sizeof t->facts.cipher,
        slice_str(SSL_get_cipher_name(t->ssl)));
    SSL_get0_alpn_selected(t->ssl, &alpn, &n);
    text_copy(t->facts.alpn, sizeof t->facts.alpn, slice_of(alpn, n));
}

/* ---- contexts ---- */

static const unsigned char alpn_http[] = "\x08http/1.1";
#define ALPN_LEN (sizeof alpn_http - 1)

/* RFC 7301 3.2: nothing in common is fatal. */
static int choose_alpn(SSL *ssl, const unsigned char **out,
    unsigned char *len, const unsigned char *in, unsigned n, void *arg)
{
    unsigned char *picked;

    (void)ssl;
    (void)arg;
    if (SSL_select_next_proto(&picked, len, alpn_http, ALPN_LEN, in, n)
        != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = picked;
    return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *new_ctx(const SSL_METHOD *method)
{
    SSL_CTX *c = SSL_CTX_new(method);

    if (!c)
        return NULL;
    SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    if (!SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION)) {
        SSL_CTX_free(c);
        return NULL;
    }
    return c;
}

static struct tlsctx *wrap_ctx(SSL_CTX *ssl, struct err *err)
{
    struct tlsctx *ctx = ssl ? mem_new(sizeof *ctx) : NULL;

    ERR_clear_error();
    if (!ctx) {
        SSL_CTX_free(ssl);
        fail(err, ERR_MEM, "no memory for TLS");
        return NULL;
    }
    ctx->ssl = ssl;
    return ctx;
}

/* Where systems keep their roots; the last one is a folder. */
static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",       /* Debian, Arch, Alpine */
    "/etc/pki/tls/certs/ca-bundle.crt",         /* Fedora, RHEL */
    "/etc/ssl/ca-bundle.pem",                   /* openSUSE */
    "/etc/pki/tls/cacert.pem",                  /* OpenELEC */
    "/etc/ssl/cert.pem",                        /* Alpine, OpenBSD, macOS */
    "/usr/local/share/certs/ca-root-nss.crt",   /* FreeBSD */
    "/etc/ssl/certs",
};

static const char *find_bundle(const char *ca_file)
{
    const char *env = sys_getenv("SSL_CERT_FILE");

    if (ca_file)
        return ca_file;
    if (env && *env)
        return env;
    for (size_t i = 0; i < sizeof bundles / sizeof *bundles; i++)
        if (sys_exists(bundles[i]))
            return bundles[i];
    return NULL;
}

static int load_roots(SSL_CTX *c, const char *path, struct err *err)
{
    bool folder = strcmp(path, "/etc/ssl/certs") == 0;

    ERR_clear_error();
    if (SSL_CTX_load_verify_locations(c, folder ? NULL : path,
        folder ? path : NULL))
        return 0;
    return fail_ssl(err, ERR_CONF, "root certificates in", path);
}

/* A key with a passphrase is refused: nobody is there to type it. */
static int no_passphrase(char *to, int size, int writing, void *arg)
{
    (void)to;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

static struct tlsctx *client_ctx(struct err *err)
{
    struct tlsctx *ctx = wrap_ctx(new_ctx(TLS_client_method()), err);

    if (!ctx)
        return NULL;
    SSL_CTX_set_verify(ctx->ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx->ssl, verify, &ctx->roots);
    if (SSL_CTX_set_alpn_protos(ctx->ssl, alpn_http, ALPN_LEN) == 0)
        return ctx;
    tlsctx_free(ctx);
    fail(err, ERR_MEM, "no memory for TLS");
    return NULL;
}

struct tlsctx *tlsctx_client(const char *ca_file, const char **taken,
    struct err *err)
{
    const char *path = find_bundle(ca_file);
    struct tlsctx *ctx;

    if (taken)
        *taken = path;
    if (!path) {
        fail(err, ERR_CONF, "no bundle of root certificates found: install "
            "ca-certificates or set SSL_CERT_FILE");
        return NULL;
    }
    ctx = client_ctx(err);
    if (ctx && roots_read(&ctx->roots, path)
        && load_roots(ctx->ssl, path, err)) {
        tlsctx_free(ctx);
        return NULL;
    }
    return ctx;
}

/* A leaf may be its own anchor (RFC 5280 6.1.1 d leaves that open): whoever has
 * its key is the server that is meant.  What follows it in the file is not
 * read: an intermediate as anchor would let all of its leaves in. */
static int anchor_leaf(SSL_CTX *c, const char *path, struct err *err)
{
    BIO *b;
    X509 *leaf;
    bool good;

    ERR_clear_error();
    b = BIO_new_file(path, "r");
    leaf = b ? PEM_read_bio_X509(b, NULL, no_passphrase, NULL) : NULL;
    good = leaf && X509_STORE_add_cert(SSL_CTX_get_cert_store(c), leaf)
        && X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(c),
        X509_V_FLAG_PARTIAL_CHAIN);
    X509_free(leaf);
    BIO_free(b);
    return good ? 0 : fail_ssl(err, ERR_CONF, "a certificate in", path);
}

struct tlsctx *tlsctx_client_of(const char *cert, struct err *err)
{
    struct tlsctx *ctx = client_ctx(err);

    if (ctx && anchor_leaf(ctx->ssl, cert, err)) {
        tlsctx_free(ctx);
        return NULL;
    }
    if (ctx)
        ctx->any_name = true;
    return ctx;
}

int tlsctx_trust(struct tlsctx *ctx, const char *pem_file, struct err *err)
{
    return load_roots(ctx->ssl, pem_file, err);
}

static SSL_CTX *server_ctx(const char *cert, const char *key, struct err *err)
{
    SSL_CTX *c = new_ctx(TLS_server_method());

    if (!c) {
        fail(err, ERR_MEM, "no memory for TLS");
        return NULL;
    }
    ERR_clear_error();
    SSL_CTX_set_default_passwd_cb(c, no_passphrase);
    SSL_CTX_set_alpn_select_cb(c, choose_alpn, NULL);
    if (SSL_CTX_use_certificate_chain_file(c, cert) != 1)
        fail_ssl(err, ERR_CONF, "certificate in", cert);
    else if (SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1)
        fail_ssl(err, ERR_CONF, "private key in", key);
    else if (SSL_CTX_check_private_key(c) != 1)
        fail_ssl(err, ERR_CONF, "private key in", key);
    else
        return c;
    SSL_CTX_free(c);
    return NULL;
}

struct tlsctx *tlsctx_server(const char *cert, const char *key,
    struct err *err)
{
    SSL_CTX *c = server_ctx(cert, key, err);

    return c ? wrap_ctx(c, err) : NULL;
}

int tlsctx_reload(struct tlsctx *ctx, const char *cert, const char *key,
    struct err *err)
{
    SSL_CTX *c = server_ctx(cert, key, err);

    if (!c)
        return -1;
    SSL_CTX_free(ctx->ssl);     /* live connections hold it themselves */
    ctx->ssl = c;
    return 0;
}

void tlsctx_free(struct tlsctx *ctx)
{
    if (!ctx)
        return;
    SSL_CTX_free(ctx->ssl);
    roots_free(&ctx->roots);
    mem_drop(ctx);
}

/* ---- connections ---- */

static struct tlsio *new_tlsio(struct tlsctx *ctx, struct err *err)
{
    struct tlsio *t = mem_new(sizeof *t);
    BIO *b = t && bio_method() ? BIO_new(bio_method()) : NULL;

    if (t && b)
        t->ssl = SSL_new(ctx->ssl);
    if (!t || !b || !t->ssl) {
        BIO_free(b);
        mem_drop(t);
        ERR_clear_error();
        fail(err, ERR_MEM, "no memory for TLS");
        return NULL;
    }
    t->magic = TLSIO_MAGIC;
    BIO_set_data(b, t);
    BIO_set_init(b, 1);
    SSL_set_bio(t->ssl, b, b);
    SSL_set_app_data(t->ssl, t);
    return t;
}

/* Whom we want to meet: an address is compared as an address (RFC 6125), and
 * only names may be sent as SNI (RFC 6066 3). */
static int expect_host(struct tlsio *t)
{
    X509_VERIFY_PARAM *p = SSL_get0_param(t->ssl);
    struct sys_addr a;

    X509_VERIFY_PARAM_set_hostflags(p, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (sys_addr_parse(&a, slice_str(t->host), 0) == 0)
        return X509_VERIFY_PARAM_set1_ip_asc(p, t->host) ? 0 : -1;
    if (!X509_VERIFY_PARAM_set1_host(p, t->host, 0)
        || !SSL_set_tlsext_host_name(t->ssl, t->host))
        return -1;
    return 0;
}

struct tlsio *tlsio_client(struct tlsctx *ctx, struct slice host,
    struct err *err)
{
    struct tlsio *t;

    if (host.len && host.ptr[host.len - 1] == '.')  /* the root's dot */
        host.len--;
    if (host.len == 0 || host.len >= sizeof t->host
        || slice_chr(host, 0) != SLICE_NPOS) {
        fail(err, ERR_DATA, "TLS needs a host name of 1 to 255 bytes");
        return NULL;
    }
    t = new_tlsio(ctx, err);
    if (!t)
        return NULL;
    text_copy(t->host, sizeof t->host, host);
    SSL_set_connect_state(t->ssl);
    if (!ctx->any_name && expect_host(t)) {
        ERR_clear_error();
        fail(err, ERR_DATA, "TLS cannot check the name %s", t->host);
        tlsio_free(t);
        return NULL;
    }
    return t;
}

struct tlsio *tlsio_server(struct tlsctx *ctx, struct err *err)
{
    struct tlsio *t = new_tlsio(ctx, err);

    if (t)
        SSL_set_accept_state(t->ssl);
    return t;
}

void tlsio_free(struct tlsio *t)
{
    if (!t)
        return;
    assert(t->magic == TLSIO_MAGIC);
    t->magic = 0;
    SSL_free(t->ssl);
    mem_drop(t);
}

static void enter(struct tlsio *t, struct slice *in, struct buf *out)
{
    assert(t->magic == TLSIO_MAGIC);
    ERR_clear_error();
    t->in = in;
    t->out = out;
}

/* "certificate of HOST: certificate has expired (2026-01-01)" */
static void fail_cert(const struct tlsio *t, struct err *err)
{
    char stamp[SYS_STAMP_MAX], more[160] = "";

    switch (t->facts.verify_code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        sys_stamp(stamp, t->bad_until);
        text_fmt(more, sizeof more, " (%.10s)", stamp);
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        sys_stamp(stamp, t->bad_from);
        text_fmt(more, sizeof more, " (%.10s)", stamp);
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        text_fmt(more, sizeof more, " (it is for %s)",
            t->facts.names[0] ? t->facts.names : t->facts.subject);
        break;
    default:    /* OpenSSL's numbers, not our enum */
        break;
    }
    fail(err, ERR_TLS, "certificate of %s%s: %s%s", t->host,
        t->bad_depth ? " (its issuer)" : "", t->facts.verify_text, more);
    if (err)
        err->sys = (int)t->facts.verify_code;
}

static enum tlsio_fault cert_fault(long code)
{
    switch (code) {
    case X509_V_OK:
        return TLSIO_FINE;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return TLSIO_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return TLSIO_NOT_YET;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return TLSIO_NAME;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return TLSIO_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return TLSIO_NO_PATH;
    default:            /* OpenSSL's numbers, not our enum */
        return TLSIO_OTHER;
    }
}

/* The alerts by their numbers: RFC 8446 6. */
static enum tlsio_fault handshake_fault(unsigned long code)
{
    int why = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;

    switch (why) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_HTTP_REQUEST:
        return TLSIO_NO_TLS;
    case SSL_AD_REASON_OFFSET + SSL_AD_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
        return TLSIO_VERSION;
    case SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL:
        return TLSIO_ALPN;
    default:
        return TLSIO_OTHER;
    }
}

/* What the last call came to.  Whatever is left in OpenSSL's queue would be
 * taken for the next connection's error: it is emptied. */
static enum tlsio_result leave(struct tlsio *t, int r, const char *what,
    struct err *err)
{
    int why = r == 1 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, r);

    t->in = NULL;
    if (r != 1 && why != SSL_ERROR_WANT_READ
        && why != SSL_ERROR_ZERO_RETURN) {
        t->broken = true;
        t->facts.fault = cert_fault(t->facts.verify_code);
        if (t->facts.fault == TLSIO_FINE)
            t->facts.fault = handshake_fault(ERR_peek_error());
        if (t->host[0] && t->facts.verify_code != X509_V_OK)
            fail_cert(t, err);
        else if (t->out && !buf_ok(t->out))
            fail(err, ERR_MEM, "%s: no room for what TLS has to say", what);
        else if (t->host[0])
            fail(err, ERR_TLS, "%s with %s: %s", what, t->host, reason());
        else
            fail(err, ERR_TLS, "%s: %s", what, reason());
    }
    t->out = NULL;
    ERR_clear_error();
    if (r == 1)
        return TLSIO_OK;
    if (why == SSL_ERROR_WANT_READ)
        return TLSIO_MORE;
    return why == SSL_ERROR_ZERO_RETURN ? TLSIO_EOF : TLSIO_FAIL;
}

enum tlsio_result tlsio_handshake(struct tlsio *t, struct slice *in,
    struct buf *out, struct err *err)
{
    int r;

    enter(t, in, out);
    r = SSL_do_handshake(t->ssl);
    if (r == 1)
        session_facts(t);
    return leave(t, r, "TLS handshake", err);
}

enum tlsio_result tlsio_read(struct tlsio *t, struct slice *in,
    struct mslice dst, size_t *got, struct buf *out, struct err *err)
{
    int r;

    *got = 0;
    enter(t, in, out);
    r = SSL_read_ex(t->ssl, dst.ptr, dst.len, got);
    return leave(t, r, "TLS", err);
}

enum tlsio_result tlsio_write(struct tlsio *t, struct slice s,
    struct buf *out, struct err *err)
{
    enum tlsio_result result = TLSIO_OK;

    while (s.len && result == TLSIO_OK) {
        size_t n = 0;
        int r;

        enter(t, NULL, out);
        r = SSL_write_ex(t->ssl, s.ptr, s.len, &n);
        s = slice_from(s, n);
        result = leave(t, r, "TLS", err);
    }
    if (result == TLSIO_OK)
        return TLSIO_OK;
    if (result != TLSIO_FAIL)   /* cannot happen without renegotiation */
        fail(err, ERR_TLS, "TLS: cannot write now");
    t->broken = true;
    return TLSIO_FAIL;
}

void tlsio_shutdown(struct tlsio *t, struct buf *out)
{
    enter(t, NULL, out);
    if (!t->broken && !SSL_in_init(t->ssl))
        SSL_shutdown(t->ssl);
    t->out = NULL;
    ERR_clear_error();
}

const struct tlsio_facts *tlsio_facts(struct tlsio *t)
{
    assert(t->magic == TLSIO_MAGIC);
    return &t->facts;
}

int tlsio_random(uint8_t out[static 32])
{
    return RAND_bytes(out, 32) == 1 ? 0 : -1;
}

const char *tlsio_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

void tlsio_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
