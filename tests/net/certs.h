/* certs.h - certificates made at run time, for tests of TLS.
 *
 *   struct cert ca, leaf;
 *   cert_make(&ca, "Test CA", NULL, NULL, -1, 30);
 *   cert_make(&leaf, "localhost", "DNS:localhost", &ca, -1, 30);
 *   cert_save("chain.pem", "key.pem", &leaf, NULL);
 *
 * Every failure aborts: a test without its certificates proves nothing.
 */
#ifndef TESTS_NET_CERTS_H
#define TESTS_NET_CERTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

struct cert {
    X509 *x;
    EVP_PKEY *key;
};

static inline void cert_need(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "certs.h: %s failed\n", what);
    abort();
}

static inline void cert_extension(X509 *x, X509 *issuer, int nid,
    const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *e;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    cert_need(e && X509_add_ext(x, e, -1), value);
    X509_EXTENSION_free(e);
}

/* by NULL: signed with its own key.  names: "DNS:a, IP:127.0.0.1", or NULL
 * for an authority.  from and until are days from now. */
static inline void cert_make(struct cert *c, const char *cn,
    const char *names, const struct cert *by, int from, int until)
{
    static long serial = 1000;
    X509_NAME *name = X509_NAME_new();

    c->key = EVP_EC_gen("P-256");
    c->x = X509_new();
    cert_need(c->key && c->x && name, "new certificate");
    cert_need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
        (const unsigned char *)cn, -1, -1, 0), "name");
    X509_set_version(c->x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(c->x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(c->x), from * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(c->x), until * 86400L);
    X509_set_subject_name(c->x, name);
    X509_set_issuer_name(c->x, by ? X509_get_subject_name(by->x) : name);
    X509_set_pubkey(c->x, c->key);
    cert_extension(c->x, by ? by->x : c->x, NID_basic_constraints,
        names ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (names)
        cert_extension(c->x, by ? by->x : c->x, NID_subject_alt_name, names);
    cert_need(X509_sign(c->x, by ? by->key : c->key, EVP_sha256()), "sign");
    X509_NAME_free(name);
}

static inline void cert_free(struct cert *c)
{
    X509_free(c->x);
    EVP_PKEY_free(c->key);
}

/* The chain (leaf, then between unless NULL) and the leaf's key, in PEM. */
static inline void cert_save(const char *chain, const char *key,
    const struct cert *leaf, const struct cert *between)
{
    FILE *f = fopen(chain, "w");

    cert_need(f && PEM_write_X509(f, leaf->x), chain);
    if (between)
        cert_need(PEM_write_X509(f, between->x), chain);
    fclose(f);
    if (!key)
        return;
    f = fopen(key, "w");
    cert_need(f && PEM_write_PrivateKey(f, leaf->key, NULL, NULL, 0, NULL,
        NULL), key);
    fclose(f);
}

/* A fresh folder; the caller removes what it put there, and rmdirs it. */
static inline const char *cert_mkdir(void)
{
    static char dir[] = "/tmp/certsXXXXXX";

    cert_need(mkdtemp(dir) != NULL, "mkdtemp");
    return dir;
}

#endif
